//! Alternatives that share a component, or whose switch does, so that one failure takes all of them.

use std::collections::BTreeMap;

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use crate::analysis::sweep;
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, CapabilityRef, Confidence, Evidence, Need, Phase, Requires, State};

/// A declared group of alternatives: its node, whose it is, and how we know.
struct Group<'a> {
    node: NodeId,
    owner: CapabilityRef,
    evidence: &'a [Evidence],
    names: Vec<String>,
}

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let groups = declared(view);
    if groups.is_empty() {
        return Vec::new();
    }
    // For each component, the groups that its loss alone fails.
    let fails: Vec<Vec<usize>> = sweep(view.graph, |_, impact| {
        (0..groups.len()).filter(|index| impact.state(groups[*index].node) == State::Down).collect()
    });
    let mut by_group: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (component, groups) in (0u32..).zip(&fails) {
        for group in groups {
            by_group.entry(*group).or_default().push(component);
        }
    }
    let mut findings = Vec::new();
    for (index, components) in by_group {
        let group = &groups[index];
        let own = view.graph.component(&group.owner.component);
        let components: Vec<u32> = components.into_iter().filter(|c| Some(*c) != own).collect();
        for component in most_specific(view, &components) {
            findings.push(finding(rule, view, group, component));
        }
    }
    findings
}

/// Those whose loss brings none of the others down: what is shared, rather than what that in turn stands on. Of those
/// that bring each other down, the first.
fn most_specific(view: &View<'_>, components: &[u32]) -> Vec<u32> {
    let brings: Vec<Vec<u32>> = components
        .iter()
        .map(|component| {
            let impact = view.loss_of(*component);
            let falls = |other: &&u32| **other != *component && data_down(view.graph, &impact, **other);
            components.iter().filter(falls).copied().collect()
        })
        .collect();
    let index = |component: u32| components.iter().position(|other| *other == component);
    let specific = |(at, component): &(usize, &u32)| {
        brings[*at].iter().all(|other| {
            let back = index(*other).is_some_and(|other_at| brings[other_at].contains(component));
            back && *component < other
        })
    };
    components.iter().enumerate().filter(specific).map(|(_, component)| *component).collect()
}

fn data_down(graph: &Graph, impact: &crate::analysis::Impact, component: u32) -> bool {
    graph.node(component, &Capability::data()).is_some_and(|node| impact.state(node) == State::Down)
}

fn finding(rule: &Rule, view: &View<'_>, group: &Group<'_>, component: u32) -> Finding {
    let shared = view.component(component);
    let owner = &view.system.components[&group.owner.component];
    let impact = view.loss_of(component);
    let mut evidence = group.evidence.to_vec();
    let mut ways = Vec::new();
    let mut confidence = Confidence::Declared;
    for member in view.graph.inputs(group.node) {
        let mut way = view.witness(&impact, member.node);
        evidence.append(&mut way.evidence);
        confidence = confidence.max(way.confidence);
        way.chain.insert(0, group.owner.clone());
        ways.push(way.chain);
    }
    evidence.dedup();
    let witness = ways.remove(0);
    let app = owner.is_app().then(|| owner.id.clone());
    Finding {
        rule: rule.id.into(),
        severity: rule.severity.for_tier(owner.tier),
        confidence,
        cut_set: vec![shared.id.clone()],
        message: format!(
            "`{}` has alternatives ({}), and `{}` takes all of them down",
            owner.id,
            group.names.join(", "),
            shared.id
        ),
        remedy: format!("let one of the alternatives, and what switches to it, work without `{}`", shared.id),
        app: app.or_else(|| Some(owner.id.clone())),
        witness,
        others: ways,
        evidence,
        standing: Standing::New,
    }
}

/// The outermost groups of alternatives that somebody declared, in the order in which the graph numbers its groups.
fn declared<'a>(view: &View<'a>) -> Vec<Group<'a>> {
    let mut found = Vec::new();
    for component in view.system.components.values().filter(|component| component.provider.is_none()) {
        for (capability, needs) in &component.capabilities {
            let owner = CapabilityRef::new(component.id.clone(), capability.clone());
            let Some(node) = view.graph.component(&component.id).and_then(|n| view.graph.node(n, capability)) else {
                continue;
            };
            for (need, edge) in needs.iter().zip(view.graph.inputs(node)) {
                let Requires::AtLeast { k, members } = &need.requires else { continue };
                let chosen = *k < members.len() && members.len() > 1;
                if chosen && need.terms.confidence != Confidence::Inferred && need.terms.phase == Phase::Run {
                    let names = members.iter().map(name).collect();
                    found.push(Group { node: edge.node, owner: owner.clone(), evidence: &need.evidence, names });
                }
            }
        }
    }
    found
}

fn name(need: &Need) -> String {
    let face = |target: &CapabilityRef| {
        if target.capability == Capability::data() { target.component.to_string() } else { target.to_string() }
    };
    let names: Vec<String> = need.targets().into_iter().map(|target| format!("`{}`", face(target))).collect();
    names.join(" with ")
}
