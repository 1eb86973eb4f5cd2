//! What providers promise of the products that failed, what the outage left of the month, and what is paid back.
//!
//! An agreement is about what is bought: a product that a component of one's own needs, and not what the provider
//! builds it of. Only time in which a needed face of the product was down counts; most agreements ask for more (a claim,
//! a deployment over several zones), so a credit is what is due at most.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::{AppView, Replay};
use crate::analysis::replay::{Seconds, Timeline};
use crate::catalogue::outage::Clock;
use crate::catalogue::{Catalogue, due, falls_below};
use crate::graph::Graph;
use crate::model::{Capability, CapabilityRef, Component, ComponentId, Phase, State, System};
use crate::report::catalogue::cited;
use crate::report::text::{BAD, FAINT, GOOD, HEAD, paint, percent, wrapped};

/// The seconds of a month of 30 days, over which service agreements count.
pub(super) const MONTH: f64 = 30.0 * 86_400.0;

/// How many products are named beside an app.
const MOST: usize = 3;

/// What a provider promises of a product that failed, and what it pays back.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AgreementView {
    /// The product, where it is needed.
    pub component: String,
    /// The share of the time that it is promised to be up, from 0 to 1.
    pub promised: f64,
    /// Who says so, when, and under which condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// For how many seconds a face of it that is needed here was down.
    pub down_seconds: Seconds,
    /// It was still down at the end of the replay; until then is what is counted.
    pub still_down: bool,
    /// The share of a month of 30 days that the outage leaves, if nothing else happens in it.
    pub uptime: f64,
    /// Whether that is less than promised.
    pub broken: bool,
    /// The share of the month's fee that the agreement pays back; absent when the catalogue doesn't know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<f64>,
    /// Who says so, when, and under which condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_source: Option<String>,
    /// The fee of the month, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<f64>,
    /// The part of that fee that is paid back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_back: Option<f64>,
}

/// The agreements of a replay, and which faces of which products they are about.
pub(super) struct Agreements {
    pub(super) views: Vec<AgreementView>,
    /// The faces that were down, of the products with an agreement.
    failed: BTreeSet<CapabilityRef>,
}

/// The agreements on what the system buys and what was down, by component; linear in the system and the segments.
pub(super) fn agreements(
    system: &System,
    graph: &Graph,
    timeline: &Timeline,
    catalogue: &Catalogue,
    fees: &[(String, f64)],
) -> Agreements {
    let mut bought: BTreeMap<ComponentId, BTreeSet<Capability>> = BTreeMap::new();
    for component in system.components.values().filter(|component| is_own(component)) {
        for target in component.capabilities.keys().flat_map(|capability| run_targets(component, capability)) {
            if is_product(system, target) {
                bought.entry(target.component.clone()).or_default().insert(target.capability.clone());
            }
        }
    }
    let mut found = Agreements { views: Vec::new(), failed: BTreeSet::new() };
    for (id, faces) in bought {
        let Some((provider, product)) =
            id.base().split_once('/').and_then(|(provider, name)| catalogue.product(provider, name))
        else {
            continue;
        };
        let Some(promise) = &product.availability else { continue };
        let mut times: Vec<(Seconds, Option<Seconds>)> = Vec::new();
        for face in faces {
            let node = graph.component(&id).and_then(|component| graph.node(component, &face));
            let downs = node.into_iter().flat_map(|node| timeline.of(node));
            let before = times.len();
            times.extend(downs.filter(|at| at.state == State::Down).map(|at| (at.from, at.until)));
            if times.len() > before {
                found.failed.insert(CapabilityRef::new(id.clone(), face));
            }
        }
        if times.is_empty() {
            continue;
        }
        let down = covered(times.iter().map(|(from, until)| (*from, until.unwrap_or(timeline.end))).collect());
        let uptime = (1.0 - down as f64 / MONTH).max(0.0);
        let broken = falls_below(uptime, promise.value);
        let credit = product.credits.as_ref().map(|credits| due(&credits.value, uptime));
        let fee = fees.iter().find(|(name, _)| *name == id.to_string() || *name == id.base()).map(|(_, fee)| *fee);
        found.views.push(AgreementView {
            component: id.to_string(),
            promised: promise.value,
            source: cited(provider, promise),
            down_seconds: down,
            still_down: times.iter().any(|(_, until)| until.is_none()),
            uptime,
            broken,
            credit,
            credit_source: product.credits.as_ref().and_then(|credits| cited(provider, credits)),
            fee,
            paid_back: fee.zip(credit).map(|(fee, credit)| fee * credit),
        });
    }
    found
}

impl Agreements {
    /// The products of broken and kept agreements that an app stands on and that failed, over all its run needs.
    pub(super) fn under(&self, system: &System, app: &str) -> Vec<String> {
        if self.failed.is_empty() {
            return Vec::new();
        }
        let start = CapabilityRef::new(ComponentId::new(app), Capability::data());
        let mut seen = BTreeSet::from([start.clone()]);
        let mut open = vec![start];
        let mut found = BTreeSet::new();
        while let Some(at) = open.pop() {
            if self.failed.contains(&at) {
                found.insert(at.component.to_string());
            }
            let own = system.components.get(&at.component).filter(|component| is_own(component));
            for target in own.into_iter().flat_map(|component| run_targets(component, &at.capability)) {
                if seen.insert(target.clone()) {
                    open.push(target.clone());
                }
            }
        }
        found.into_iter().collect()
    }
}

impl Replay {
    /// The products that an app stood on, the broken agreements first: `aliyun/oss@cn-hangzhou (10% of its fee back)`.
    pub(super) fn kept(&self, app: &AppView) -> String {
        let mut views: Vec<&AgreementView> =
            self.agreements.iter().filter(|view| app.stood_on.contains(&view.component)).collect();
        views.sort_by_key(|view| !view.broken);
        let shown = views.iter().take(MOST).map(|view| match view.credit {
            _ if !view.broken => format!("{} (agreement kept)", view.component),
            Some(credit) => format!("{} ({} of its fee back)", view.component, percent(credit)),
            None => format!("{} (agreement broken)", view.component),
        });
        let mut shown: Vec<String> = shown.collect();
        if views.len() > MOST {
            shown.push(format!("{} more", views.len() - MOST));
        }
        shown.join(", ")
    }

    /// What became of the service agreements, the broken ones first.
    pub(super) fn agreements(&self, out: &mut String, width: usize) {
        if self.agreements.is_empty() {
            return;
        }
        let broken = self.agreements.iter().filter(|view| view.broken).count();
        let title = format!("SERVICE AGREEMENTS ({broken} of {} broken)", self.agreements.len());
        let _ = writeln!(out, "\n{}", paint(HEAD, title));
        let mut views: Vec<&AgreementView> = self.agreements.iter().collect();
        views.sort_by_key(|view| !view.broken);
        for view in views {
            let still = if view.still_down { ", and still is" } else { "" };
            let _ = writeln!(out, "  {}", paint(if view.broken { BAD } else { GOOD }, &view.component));
            let down = Clock(view.down_seconds).length();
            let (promised, left) = (percent(view.promised), percent(view.uptime));
            let text = format!("promised {promised}; down {down}{still}, which leaves {left} of a month of 30 days");
            *out += &wrapped(&text, 4, width);
            if view.broken {
                *out += &wrapped(&view.credit_told(), 4, width);
            }
        }
        let note = "what is due at most: an agreement may ask for a claim, or for more than one zone";
        if broken > 0 {
            let _ = writeln!(out, "  {}", paint(FAINT, note));
        }
    }
}

impl AgreementView {
    fn credit_told(&self) -> String {
        let Some(credit) = self.credit else { return "the catalogue does not know what is paid back".to_owned() };
        let money = match (self.fee, self.paid_back) {
            (Some(fee), Some(back)) => format!(": {back:.2} of {fee:.2}"),
            _ => String::new(),
        };
        let source = self.credit_source.as_ref().map_or_else(String::new, |source| format!(" ({source})"));
        format!("{} of the month's fee is paid back{money}{source}", percent(credit))
    }
}

fn is_own(component: &Component) -> bool {
    component.provider.is_none() && !component.kind.is_place()
}

/// A face with which a product serves, and not the one through which it is changed.
fn is_product(system: &System, target: &CapabilityRef) -> bool {
    let component = system.components.get(&target.component);
    let is = component.is_some_and(|component| component.provider.is_some() && !component.kind.is_place());
    is && target.capability != Capability::control()
}

/// What a capability needs to serve, alternatives included.
fn run_targets<'s>(component: &'s Component, capability: &Capability) -> impl Iterator<Item = &'s CapabilityRef> {
    let needs = component.capabilities.get(capability).into_iter().flatten();
    needs.filter(|need| need.terms.phase == Phase::Run).flat_map(|need| need.targets())
}

/// How many seconds lie in at least one of these times.
fn covered(mut times: Vec<(Seconds, Seconds)>) -> Seconds {
    times.sort_unstable();
    let mut end = Seconds::MIN;
    let mut sum = 0;
    for (from, until) in times {
        sum += (until - from.max(end)).max(0);
        end = end.max(until);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_counts_once() {
        assert_eq!(covered(Vec::new()), 0);
        assert_eq!(covered(vec![(10, 20), (0, 5)]), 15);
        assert_eq!(covered(vec![(0, 20), (5, 10), (15, 30)]), 30);
        assert_eq!(covered(vec![(-10, 0), (-5, 5)]), 15);
    }
}
