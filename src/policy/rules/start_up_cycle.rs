//! Components wait for each other to start, so that none comes up once all are off.

use std::collections::BTreeSet;

use super::super::finding::{Finding, Severity, Standing};
use super::super::view::View;
use super::Rule;
use super::severity::lower;
use crate::analysis::never_starts;
use crate::graph::{Graph, NodeId, cycles};
use crate::model::{Basis, CapabilityRef, Component, ComponentId, Confidence, Need, Phase, System};

/// What never starts lies in a cycle with a start need, or behind one.
///
/// An address in a manifest tells that something is used, and not that nothing comes up without it. Whoever let the one
/// wait for the other to start knows more, so such needs close no cycle.
pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let found = circles(view.graph);
    if found.is_empty() {
        return Vec::new();
    }
    let circles = match without_guesses(view.system) {
        Some(system) => circles(&Graph::compile(&system)),
        None => found,
    };
    circles.into_iter().filter_map(|chain| finding(rule, view, chain)).collect()
}

/// The cycles among what never starts.
fn circles(graph: &Graph) -> Vec<Vec<CapabilityRef>> {
    let stuck: BTreeSet<NodeId> = never_starts(graph).into_iter().collect();
    let nodes = (0..).take(graph.len()).filter(|node| stuck.contains(node) || graph.is_group(*node));
    let nodes: Vec<NodeId> = nodes.collect();
    let cycles = cycles(graph, &nodes, |edge| !edge.soft, |edge| edge.phase == Phase::Start);
    let named = |cycle: &Vec<NodeId>| cycle.iter().filter_map(|node| graph.capability(*node)).collect();
    cycles.iter().map(named).collect()
}

/// The system without the run needs of one's own components that are only read out of manifests; `None` when it has none.
fn without_guesses(system: &System) -> Option<System> {
    let guessed = |need: &Need| {
        let of_manifest = need.evidence.iter().any(|evidence| evidence.basis == Basis::Manifest);
        need.terms.phase == Phase::Run && need.terms.confidence == Confidence::Inferred && of_manifest
    };
    let own = |component: &&mut Component| component.provider.is_none() && !component.kind.is_place();
    let mut sure = system.clone();
    let mut found = false;
    for needs in sure.components.values_mut().filter(own).flat_map(|component| component.capabilities.values_mut()) {
        let before = needs.len();
        needs.retain(|need| !guessed(need));
        found |= needs.len() < before;
    }
    found.then_some(sure)
}

fn finding(rule: &Rule, view: &View<'_>, mut chain: Vec<CapabilityRef>) -> Option<Finding> {
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
