//! Components wait for each other to start, so that none comes up once all are off.

use std::collections::BTreeSet;

use super::super::finding::{Finding, Severity, Standing};
use super::super::view::View;
use super::Rule;
use super::severity::lower;
use crate::analysis::never_starts;
use crate::graph::{NodeId, cycles};
use crate::model::{CapabilityRef, ComponentId, Phase};

/// What never starts lies in a cycle with a start need, or behind one.
pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let stuck: BTreeSet<NodeId> = never_starts(view.graph).into_iter().collect();
    let nodes = (0..).take(view.graph.len()).filter(|node| stuck.contains(node) || view.graph.is_group(*node));
    let nodes: Vec<NodeId> = nodes.collect();
    let cycles = cycles(view.graph, &nodes, |edge| !edge.soft, |edge| edge.phase == Phase::Start);
    cycles.iter().filter_map(|cycle| finding(rule, view, cycle)).collect()
}

fn finding(rule: &Rule, view: &View<'_>, cycle: &[NodeId]) -> Option<Finding> {
    let mut chain: Vec<CapabilityRef> = cycle.iter().filter_map(|node| view.graph.capability(*node)).collect();
    let first = chain.first().cloned()?;
    let cut_set: BTreeSet<ComponentId> = chain.iter().map(|reference| reference.component.clone()).collect();
    chain.push(first.clone());
    let names: Vec<String> = chain.iter().map(|reference| format!("`{}`", reference.component)).collect();
    let own = cut_set.iter().any(|id| view.is_own(id));
    let apps: Vec<u32> = resting(view, &cut_set).into_iter().collect();
    let severity = view.severity_for(rule, view.tier_of(&apps), apps.len().max(1));
    let apps_listed = if apps.is_empty() { String::new() } else { format!("; on them rest {}", view.listed(&apps)) };
    let next = chain.get(1).map_or(&first.component, |next| &next.component);
    let remedy = if own {
        format!(
            "let `{}` start without `{next}`: from a cache, a static file or a second way in; and drill a start from nothing",
            first.component
        )
    } else {
        "this cycle lies within the provider; keep a way to serve that needs none of these".to_owned()
    };
    let witness = view.along(chain);
    Some(Finding {
        rule: rule.id.into(),
        severity: match (own, apps.is_empty()) {
            (false, _) => Severity::Note,
            (true, true) => lower(severity),
            (true, false) => severity,
        },
        confidence: witness.confidence,
        app: None,
        cut_set: cut_set.into_iter().collect(),
        message: format!("once all are off, none of these can start: {}{apps_listed}", names.join(" -> ")),
        remedy,
        witness: witness.chain,
        others: Vec::new(),
        evidence: witness.evidence,
        standing: Standing::New,
        under: None,
    })
}

/// The apps among some components, and those that fall with one of them.
fn resting(view: &View<'_>, components: &BTreeSet<ComponentId>) -> BTreeSet<u32> {
    let numbers = components.iter().filter_map(|id| view.graph.component(id));
    let fall = numbers.flat_map(|number| {
        let itself = view.component(number).is_app().then_some(number);
        view.failures[number as usize].down.iter().copied().chain(itself)
    });
    fall.collect()
}
