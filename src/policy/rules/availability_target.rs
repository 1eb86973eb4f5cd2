//! An app promises more than what it needs allows.

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use crate::analysis::cuts::Limits;
use crate::analysis::{Available, Effort, Figures, How, available_each};
use crate::model::{Availability, Component, Evidence, State};

/// What rounding may take from a sum of shares.
const ROUNDING: f64 = 1e-12;

/// The nodes that a diagram may take; past that the bounds decide, which never accuse wrongly.
const LIMITS: Limits<'_> = Limits { nodes: 4_000_000, work: 1 << 28, stop: &|| false };

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let figures = Figures::of(view.system, view.graph, None);
    let target_of = |app: &u32| view.component(*app).availability.as_ref().map(|promised| (*app, target(promised)));
    let promising: Vec<(u32, f64)> = view.graph.apps().iter().filter_map(target_of).collect();
    let apps: Vec<u32> = promising.iter().map(|(app, _)| *app).collect();
    if apps.is_empty() {
        return Vec::new();
    }
    // An estimate is nothing to accuse anybody with.
    let effort = Effort { limits: LIMITS, sampling: None, until: &|| true };
    let found = available_each(view.graph, &apps, &figures, effort, &|| ());
    let finding = |((number, target), found): ((u32, f64), Available)| {
        let app = view.component(number);
        (found.data.high < target - ROUNDING).then(|| finding(rule, view, app, number, target, &found))
    };
    promising.into_iter().zip(found).filter_map(finding).collect()
}

fn target(availability: &Availability) -> f64 {
    match availability {
        Availability::Share(share) => *share,
        Availability::Means { mtbf, mttr } => {
            let (up, down) = (mtbf.as_secs_f64(), mttr.as_secs_f64());
            if up + down > 0.0 { up / (up + down) } else { 1.0 }
        }
    }
}

fn finding(rule: &Rule, view: &View<'_>, app: &Component, number: u32, target: f64, found: &Available) -> Finding {
    let most = |limit: usize| {
        let critical = found.components.iter().filter(|weighed| weighed.criticality > 0.0).take(limit);
        critical.map(|weighed| view.component(weighed.component)).collect::<Vec<_>>()
    };
    // The chain to the most critical component that alone takes the app down, else the app itself.
    let node = view.data_of(number);
    let witness = found.components.iter().filter(|weighed| weighed.criticality > 0.0).find_map(|weighed| {
        let impact = view.loss_of(weighed.component);
        let node = node.filter(|node| impact.state(*node) == State::Down)?;
        Some(view.witness(&impact, node))
    });
    let own = || view.along(node.and_then(|node| view.graph.capability(node)).into_iter().collect());
    let witness = witness.unwrap_or_else(own);
    let mut evidence: Vec<Evidence> = app.evidence.iter().take(1).cloned().collect();
    evidence.extend(witness.evidence);
    evidence.dedup();
    let names: Vec<String> = most(3).iter().map(|component| format!("`{}`", component.id)).collect();
    let remedy = match (names.is_empty(), found.data.how) {
        (false, How::Exact) => {
            format!("give `{}` alternatives to what costs it most ({}), or promise less", app.id, names.join(", "))
        }
        _ => format!("give `{}` alternatives to what it needs, or promise less", app.id),
    };
    Finding {
        rule: rule.id.into(),
        severity: rule.severity.for_tier(app.tier),
        confidence: witness.confidence,
        app: Some(app.id.clone()),
        cut_set: Vec::new(),
        message: format!(
            "`{}` promises {} and what it needs allows {} at most",
            app.id,
            percent(target),
            percent(found.data.high)
        ),
        remedy,
        witness: witness.chain,
        others: Vec::new(),
        evidence,
        standing: Standing::New,
        under: None,
    }
}

/// A share with as many digits as tell it from 100 %.
fn percent(share: f64) -> String {
    let missing = (1.0 - share) * 100.0;
    let digits = if missing > 0.0 { (1.0 - missing.log10().floor()).clamp(2.0, 12.0) } else { 2.0 };
    format!("{:.*} %", digits as usize, share * 100.0)
}
