//! Alternatives that share a component, or whose switch does, so that one failure takes all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use super::severity::lower;
use crate::analysis::Impact;
use crate::graph::{Edge, NodeId};
use crate::model::{Capability, CapabilityRef, Confidence, Evidence, Need, Phase, Requires, State};

/// A declared group of alternatives: its node, whose it is, and how we know.
struct Group<'a> {
    node: NodeId,
    owner: CapabilityRef,
    number: u32,
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
    let all: Vec<u32> = (0u32..).take(view.graph.components().len()).collect();
    let fails: Vec<Vec<usize>> = view.each_loss(&all, |component, impact| {
        let falls = |index: &usize| {
            let group = &groups[*index];
            impact.state(group.node) == State::Down && group.number != component
        };
        (0..groups.len()).filter(falls).collect()
    });
    let mut by_group: Vec<Vec<u32>> = vec![Vec::new(); groups.len()];
    for (component, fails) in all.iter().zip(&fails) {
        fails.iter().for_each(|group| by_group[*group].push(*component));
    }
    let shared: Vec<u32> = all.into_iter().filter(|component| !fails[*component as usize].is_empty()).collect();
    // What of the components that fail the same group each brings down.
    let brings = view.each_loss(&shared, |component, impact| {
        let falls = |other: &&u32| **other != component && data_down(view, impact, **other);
        let brought = |group: &usize| by_group[*group].iter().filter(falls).copied().collect::<Vec<u32>>();
        fails[component as usize].iter().map(|group| (*group, brought(group))).collect::<Vec<_>>()
    });
    let brings: BTreeMap<(usize, u32), Vec<u32>> = (shared.iter().zip(brings))
        .flat_map(|(component, brought)| brought.into_iter().map(|(group, brought)| ((group, *component), brought)))
        .collect();
    let found = view.each_loss(&shared, |component, impact| {
        let groups_of = fails[component as usize].iter().filter(|group| is_specific(&brings, **group, component));
        groups_of.filter_map(|group| finding(rule, view, &groups[*group], component, impact)).collect::<Vec<_>>()
    });
    found.into_iter().flatten().collect()
}

/// Whether the loss of a component brings none of the others down that fail a group: it is what is shared, rather than
/// what that in turn stands on. Of those that bring each other down, the first is.
fn is_specific(brings: &BTreeMap<(usize, u32), Vec<u32>>, group: usize, component: u32) -> bool {
    brings[&(group, component)].iter().all(|other| {
        let back = brings.get(&(group, *other)).is_some_and(|back| back.binary_search(&component).is_ok());
        back && component < *other
    })
}

fn data_down(view: &View<'_>, impact: &Impact, component: u32) -> bool {
    view.data_of(component).is_some_and(|node| impact.state(node) == State::Down)
}

/// `None` where the group is spread over narrower places of a place that is lost.
fn finding(rule: &Rule, view: &View<'_>, group: &Group<'_>, component: u32, impact: &Impact) -> Option<Finding> {
    let shared = view.component(component);
    let owner = &view.system.components[&group.owner.component];
    let mut evidence = group.evidence.to_vec();
    let mut ways = Vec::new();
    let mut confidence = Confidence::Declared;
    let mut switched = None;
    for (need, member) in group.members.iter().zip(view.graph.inputs(group.node)) {
        if member.soft || impact.state(member.node) != State::Down {
            continue;
        }
        let mut way = view.witness(impact, member.node);
        evidence.append(&mut way.evidence);
        confidence = confidence.max(way.confidence);
        switched = switched.or_else(|| switch(view, impact, need, way.chain.first()?));
        way.chain.insert(0, group.owner.clone());
        ways.push(way.chain);
    }
    if shared.kind.is_place() && are_spread(view, &ways) {
        return None;
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
    Some(Finding {
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
    })
}

/// Whether each alternative falls with a place of its own within the one that all ways end at. To lose that one is what the
/// rules of places speak of: several regions of one provider are no fake, and no second provider.
fn are_spread(view: &View<'_>, ways: &[Vec<CapabilityRef>]) -> bool {
    let mut seen = BTreeSet::new();
    ways.len() > 1
        && ways.iter().all(|way| {
            let Some(within) = way.len().checked_sub(2).map(|at| &way[at].component) else { return false };
            let place = view.system.components.get(within).is_some_and(|component| component.kind.is_place());
            place && seen.insert(within)
        })
}

/// The apps that fall when the group does, and the tier that counts.
fn hit(view: &View<'_>, group: &Group<'_>) -> (Vec<u32>, Option<u8>) {
    let owner = group.number;
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
            let Some(number) = view.graph.component(&component.id) else { continue };
            let Some(node) = view.graph.node(number, capability) else { continue };
            for (need, edge) in needs.iter().zip(view.graph.inputs(node)) {
                if need.terms.phase == Phase::Run {
                    within(view, (&owner, number), need, *edge, &mut found);
                }
            }
        }
    }
    found
}

/// The outermost groups of a need that promise redundancy: fewer than all of several are enough.
fn within<'a>(view: &View<'a>, owner: (&CapabilityRef, u32), need: &'a Need, edge: Edge, found: &mut Vec<Group<'a>>) {
    let Requires::AtLeast { k, members } = &need.requires else { return };
    if *k < members.len() {
        if need.terms.confidence != Confidence::Inferred {
            let ((owner, number), evidence) = (owner, &need.evidence);
            found.push(Group { node: edge.node, owner: owner.clone(), number, evidence, members, soft: edge.soft });
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
