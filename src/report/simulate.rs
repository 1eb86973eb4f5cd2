//! Who falls under an outage, and by which chain.

use std::collections::BTreeMap;
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{BAD, COLD, FAINT, GOOD, HEAD, POOR, chain, count, listed, of_state, paint, short, wrapped};
use super::{Report, SCHEMA};
use crate::analysis::{Impact, blast};
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, CapabilityRef, Component, Kind, Place, State, System};

/// The report of `simulate`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Simulate {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The selectors that were given.
    pub outage: Vec<String>,
    /// The apps by what the outage does to them.
    pub apps: Apps,
    /// Every capability that is not up, with the shortest chain that carries the failure.
    pub impact: Vec<ImpactView>,
    /// What may be affected as well, and why that is not known.
    pub unknown: Vec<UnknownView>,
    /// The tiers of the apps that have one.
    pub tiers: BTreeMap<String, u8>,
}

/// Apps by what an outage does to them.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Apps {
    /// Their `data` is down.
    pub down: Vec<String>,
    /// Their `data` is degraded.
    pub degraded: Vec<String>,
    /// Their `data` is up and their `control` is down.
    pub frozen: Vec<String>,
    /// They serve, and a group of alternatives that they need has lost a member; also named in one of the others.
    pub at_risk: Vec<String>,
    /// Neither down, nor degraded, nor frozen.
    pub up: Vec<String>,
}

/// A capability that is not up.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImpactView {
    /// Whose.
    pub component: String,
    /// Which.
    pub capability: String,
    /// Its state.
    pub state: State,
    /// The shortest chain of `component:capability` from it to what is taken down.
    pub witness: Vec<String>,
}

/// Something that may be affected.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnknownView {
    /// The component, if one is meant.
    pub component: Option<String>,
    /// What is not known.
    pub reason: String,
    /// Where it is written.
    pub place: String,
}

/// Makes the report of an impact; `seeds` are what the outage takes down.
pub fn simulate(
    system: &System,
    graph: &Graph,
    selectors: &[String],
    seeds: &[(NodeId, State)],
    impact: &Impact,
) -> Simulate {
    let blast = blast(graph, impact);
    let names = |list: &[u32]| list.iter().map(|app| graph.components()[*app as usize].to_string()).collect();
    let apps = Apps {
        down: names(&blast.down),
        degraded: names(&blast.degraded),
        frozen: names(&blast.frozen),
        at_risk: names(&blast.at_risk),
        up: names(&blast.up),
    };
    let mut hit = Vec::new();
    for node in (0..).take(graph.len()).filter(|node| impact.state(*node) != State::Up) {
        let Some(reference) = graph.capability(node) else { continue };
        let witness = impact.witness(graph, node).into_iter().filter_map(|node| graph.capability(node));
        hit.push(ImpactView {
            component: reference.component.to_string(),
            capability: reference.capability.to_string(),
            state: impact.state(node),
            witness: witness.map(|reference| reference.to_string()).collect(),
        });
    }
    let tiers = system.apps().filter_map(|app| Some((app.id.to_string(), app.tier?))).collect();
    let unknown = unknown(system, graph, seeds);
    Simulate { schema: SCHEMA, outage: selectors.to_vec(), apps, impact: hit, unknown, tiers }
}

/// What nobody resolved, and what may stand at a place that is down without anybody saying so.
fn unknown(system: &System, graph: &Graph, seeds: &[(NodeId, State)]) -> Vec<UnknownView> {
    let mut unknown: Vec<UnknownView> = Vec::new();
    let owners = seeds.iter().filter_map(|(node, _)| graph.owner(*node));
    let mut places: Vec<&Place> = owners
        .map(|owner| &system.components[&graph.components()[owner as usize]])
        .filter(|component| matches!(component.kind, Kind::Region | Kind::Zone))
        .filter_map(|component| component.at.first())
        .collect();
    places.sort();
    places.dedup();
    for place in places {
        let word = if place.zone.is_some() { "zone" } else { "region" };
        for component in system.components.values().filter(|component| may_stand(component, place)) {
            unknown.push(UnknownView {
                component: Some(component.id.to_string()),
                reason: format!("nobody says in which {word} of `{}` it runs", place.in_provider()),
                place: component.evidence.first().map_or(String::new(), |evidence| evidence.at.to_string()),
            });
        }
    }
    unknown.extend(system.unresolved.iter().map(|item| UnknownView {
        component: item.from.as_ref().map(ToString::to_string),
        reason: format!("`{}`: {}", item.what, item.reason),
        place: item.evidence.at.to_string(),
    }));
    unknown
}

/// Whether a component may stand at a place although it does not say so: it is of that provider, less exactly placed.
fn may_stand(component: &Component, place: &Place) -> bool {
    if component.kind.is_place() {
        return false;
    }
    if component.at.is_empty() {
        return component.place_unknown && component.provider.as_deref() == Some(&*place.provider);
    }
    let coarser = |at: &Place| at != place && at.contains(place);
    let own = component.provider.is_none() || component.place_unknown;
    own && component.at.iter().any(coarser)
}

impl Report for Simulate {
    fn text(&self, width: usize) -> String {
        let mut out = String::new();
        let total = self.apps.down.len() + self.apps.degraded.len() + self.apps.frozen.len() + self.apps.up.len();
        let _ = writeln!(out, "{} {}", paint(HEAD, "If these go down:"), self.outage.join(", "));
        let _ = writeln!(
            out,
            "{} of {}: {} down, {} degraded, {} frozen, {} untouched; {} at risk",
            total - self.apps.up.len(),
            count(total, "app"),
            self.apps.down.len(),
            self.apps.degraded.len(),
            self.apps.frozen.len(),
            self.apps.up.len(),
            self.apps.at_risk.len(),
        );
        let data = Capability::data().to_string();
        let control = Capability::control().to_string();
        self.apps_in(&mut out, "DOWN", BAD, &self.apps.down, &data, width);
        self.apps_in(&mut out, "DEGRADED", POOR, &self.apps.degraded, &data, width);
        self.apps_in(
            &mut out,
            "FROZEN: serve, but can't be changed, scaled or failed over",
            COLD,
            &self.apps.frozen,
            &control,
            width,
        );
        for (title, style, names) in
            [("AT RISK: redundancy is lost", POOR, &self.apps.at_risk), ("UNTOUCHED", GOOD, &self.apps.up)]
        {
            if !names.is_empty() {
                let _ = writeln!(out, "\n{} ({})", paint(style, title), names.len());
                let named: Vec<String> = self.by_tier(names).into_iter().map(|name| self.with_tier(&name)).collect();
                out += &listed(&named, 2, width);
            }
        }
        self.others(&mut out, width);
        self.open(&mut out, width);
        out
    }
}

impl Simulate {
    fn by_tier(&self, names: &[String]) -> Vec<String> {
        let mut names = names.to_vec();
        names.sort_by_key(|name| (self.tiers.get(name).copied().unwrap_or(u8::MAX), name.clone()));
        names
    }

    fn with_tier(&self, name: &str) -> String {
        self.tiers.get(name).map_or_else(|| name.to_owned(), |tier| format!("{name} (tier {tier})"))
    }

    fn apps_in(
        &self,
        out: &mut String,
        title: &str,
        style: anstyle::Style,
        names: &[String],
        capability: &str,
        width: usize,
    ) {
        if names.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{} ({})", paint(style, title), names.len());
        for name in self.by_tier(names) {
            let _ = writeln!(out, "  {}", paint(HEAD, self.with_tier(&name)));
            let view = self.impact.iter().find(|view| view.component == name && view.capability == capability);
            if let Some(view) = view {
                let _ = writeln!(out, "    {}", chain(&readable(&view.witness), 4, width));
            }
        }
    }

    /// What else is hit, each component once with its worst capabilities.
    fn others(&self, out: &mut String, width: usize) {
        let apps: Vec<&String> =
            [&self.apps.down, &self.apps.degraded, &self.apps.frozen, &self.apps.up].into_iter().flatten().collect();
        let mut by_component: BTreeMap<&str, Vec<&ImpactView>> = BTreeMap::new();
        for view in self.impact.iter().filter(|view| !apps.contains(&&view.component)) {
            by_component.entry(&view.component).or_default().push(view);
        }
        if by_component.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{} ({})", paint(HEAD, "OTHER COMPONENTS"), by_component.len());
        for state in [State::Down, State::Degraded] {
            let names: Vec<String> = by_component
                .iter()
                .filter_map(|(name, views)| {
                    let faces: Vec<&str> =
                        views.iter().filter(|v| v.state == state).map(|view| view.capability.as_str()).collect();
                    let worst = views.iter().map(|view| view.state).max() == Some(state);
                    (worst && !faces.is_empty()).then(|| format!("{name} ({})", faces.join(", ")))
                })
                .collect();
            if !names.is_empty() {
                let _ = writeln!(out, "  {}", paint(of_state(state), format!("{} ({})", state.word(), names.len())));
                *out += &listed(&names, 4, width);
            }
        }
    }

    fn open(&self, out: &mut String, width: usize) {
        if self.unknown.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{} ({}): may be affected as well", paint(HEAD, "UNKNOWN"), self.unknown.len());
        for item in self.unknown.iter().take(20) {
            let who = item.component.as_ref().map_or(String::new(), |name| format!("{name}: "));
            *out += &wrapped(&format!("{who}{} ({})", item.reason, item.place), 2, width);
        }
        if self.unknown.len() > 20 {
            let _ = writeln!(
                out,
                "  {}",
                paint(FAINT, format!("and {} more; see `--format json`", self.unknown.len() - 20))
            );
        }
    }
}

/// `component:data` as `component`.
fn readable(witness: &[String]) -> Vec<String> {
    witness
        .iter()
        .map(|text| {
            let (component, capability) = CapabilityRef::split(text);
            let capability = capability.map_or_else(Capability::data, Capability::new);
            short(&CapabilityRef::new(crate::model::ComponentId::new(component), capability))
        })
        .collect()
}
