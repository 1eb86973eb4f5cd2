//! Alternatives that share a component, or whose switch does, so that one failure takes all of them.

use std::collections::BTreeMap;

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use super::severity::lower;
use crate::analysis::{Impact, sweep};
use crate::graph::{Edge, NodeId};
use crate::model::{Capability, CapabilityRef, Confidence, Evidence, Need, Phase, Requires, State};

/// A declared group of alternatives: its node, whose it is, and how we know.
struct Group<'a> {
    node: NodeId,
    owner: CapabilityRef,
    evidence: &'a [Evidence],
    members: &'a [Need],
    /// Whether its owner goes on without it, with less.
    soft: bool,
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
            let falls = |other: &&u32| **other != *component && data_down(view, &impact, **other);
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

fn data_down(view: &View<'_>, impact: &Impact, component: u32) -> bool {
    view.data_of(component).is_some_and(|node| impact.state(node) == State::Down)
}

fn finding(rule: &Rule, view: &View<'_>, group: &Group<'_>, component: u32) -> Finding {
    let shared = view.component(component);
    let owner = &view.system.components[&group.owner.component];
    let impact = view.loss_of(component);
    let mut evidence = group.evidence.to_vec();
    let mut ways = Vec::new();
    let mut confidence = Confidence::Declared;
    let mut switched = None;
    for (need, member) in group.members.iter().zip(view.graph.inputs(group.node)) {
        if member.soft || impact.state(member.node) != State::Down {
            continue;
        }
        let mut way = view.witness(&impact, member.node);
        evidence.append(&mut way.evidence);
        confidence = confidence.max(way.confidence);
        switched = switched.or_else(|| switch(view, &impact, need, way.chain.first()?));
        way.chain.insert(0, group.owner.clone());
        ways.push(way.chain);
    }
    evidence.dedup();
    let (falls, tier) = hit(view, group);
    let severity = view.severity_for(rule, tier, falls.len().max(1));
    let names: Vec<String> = group.members.iter().map(name).collect();
    let with_them = falls.iter().copied().filter(|app| view.component(*app).id != owner.id).collect::<Vec<u32>>();
    let and = if with_them.is_empty() { String::new() } else { format!(", and so {}", view.listed(&with_them)) };
    let remedy = match switched {
        Some((standby, by)) => format!(
            "switch to {standby} by something that does not need `{}`; {by} does, so that the stand-by can't be used when it \
             is needed",
            shared.id
        ),
        None => format!(
            "let one of {} work without `{}`, with whatever switches to it; or drop the group, and nobody trusts it",
            names.join(", "),
            shared.id
        ),
    };
    Finding {
        rule: rule.id.into(),
        severity: if falls.is_empty() { lower(severity) } else { severity },
        confidence,
        app: Some(owner.id.clone()),
        cut_set: vec![shared.id.clone()],
        message: format!(
            "`{}` has alternatives ({}), and `{}` takes {} down{and}",
            owner.id,
            names.join(", "),
            shared.id,
            if ways.len() == group.members.len() {
                "all of them".to_owned()
            } else {
                format!("{} of them", ways.len())
            },
        ),
        remedy,
        witness: if ways.is_empty() { vec![group.owner.clone()] } else { ways.remove(0) },
        others: ways,
        evidence,
        standing: Standing::New,
        under: None,
    }
}

/// The apps that fall when the group does, and the tier that counts.
fn hit(view: &View<'_>, group: &Group<'_>) -> (Vec<u32>, Option<u8>) {
    let Some(owner) = view.graph.component(&group.owner.component) else { return (Vec::new(), None) };
    let mut apps: Vec<u32> = view.component(owner).is_app().then_some(owner).into_iter().collect();
    if group.soft {
        return (Vec::new(), None);
    }
    if group.owner.capability == Capability::data() {
        apps.extend(&view.failures[owner as usize].down);
    }
    let tier = view.tier_of(&apps);
    (apps, tier)
}

/// Where an alternative fails by what switches to it and not by itself: what it is, and what switches.
fn switch(view: &View<'_>, impact: &Impact, need: &Need, failed: &CapabilityRef) -> Option<(String, String)> {
    let Requires::AtLeast { k, members } = &need.requires else { return None };
    let first = members.first()?.targets().into_iter().next()?;
    let node = view.graph.component(&first.component).and_then(|n| view.graph.node(n, &first.capability))?;
    let stands = *k == members.len() && first != failed && impact.state(node) != State::Down;
    stands.then(|| (format!("`{}`", face(first)), format!("`{}`", face(failed))))
}

/// The groups of alternatives that somebody declared, those within other needs included.
fn declared<'a>(view: &View<'a>) -> Vec<Group<'a>> {
    let mut found = Vec::new();
    for component in view.system.components.values().filter(|component| component.provider.is_none()) {
        for (capability, needs) in &component.capabilities {
            let owner = CapabilityRef::new(component.id.clone(), capability.clone());
            let Some(node) = view.graph.component(&component.id).and_then(|n| view.graph.node(n, capability)) else {
                continue;
            };
            for (need, edge) in needs.iter().zip(view.graph.inputs(node)) {
                if need.terms.phase == Phase::Run {
                    within(view, &owner, need, *edge, &mut found);
                }
            }
        }
    }
    found
}

/// The outermost groups of a need that promise redundancy: fewer than all of several are enough.
fn within<'a>(view: &View<'a>, owner: &CapabilityRef, need: &'a Need, edge: Edge, found: &mut Vec<Group<'a>>) {
    let Requires::AtLeast { k, members } = &need.requires else { return };
    if *k < members.len() {
        if need.terms.confidence != Confidence::Inferred {
            let (node, soft) = (edge.node, edge.soft);
            found.push(Group { node, owner: owner.clone(), evidence: &need.evidence, members, soft });
        }
        return;
    }
    for (member, inner) in members.iter().zip(view.graph.inputs(edge.node)) {
        let inner = Edge { soft: inner.soft || edge.soft, ..*inner };
        within(view, owner, member, inner, found);
    }
}

fn face(target: &CapabilityRef) -> String {
    if target.capability == Capability::data() { target.component.to_string() } else { target.to_string() }
}

fn name(need: &Need) -> String {
    let names: Vec<String> = need.targets().into_iter().map(|target| format!("`{}`", face(target))).collect();
    names.join(" with ")
}
