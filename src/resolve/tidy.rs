//! What was declared overrides what was inferred; the same need said twice is one need with two pieces of evidence.

use std::collections::{BTreeMap, BTreeSet};

use super::Builder;
use super::merge::Merged;
use super::names::{Known, Names};
use super::observed::is_seen;
use super::wants::Draft;
use crate::facts::Facts;
use crate::model::{
    Capability, CapabilityRef, ComponentId, Confidence, Evidence, Need, Phase, Requires, Strength, Terms,
};
use crate::source::Problem;

const MOST_EVIDENCE: usize = 16;

/// In this order: needs on itself go, denied needs go, what hosts a component implies its control plane, doubles are
/// joined, and what stands among declared alternatives is not needed by itself.
pub(super) fn tidy(
    facts: &[(&'static str, Facts)],
    merged: &Merged,
    names: &Names,
    drafts: &mut Vec<Draft>,
    builder: &mut Builder<'_>,
) {
    drafts.retain(|draft| !needs_itself(draft, builder));
    deny(facts, merged, names, drafts, builder);
    let hosted = hosted(drafts, builder);
    drafts.extend(hosted);
    join(drafts);
    prefer_declared(drafts, builder);
}

/// A plain need on itself says nothing when a reader infers it, and is a mistake when a person wrote it.
fn needs_itself(draft: &Draft, builder: &mut Builder<'_>) -> bool {
    let own =
        |need: &Need| need.targets().iter().any(|t| t.component == draft.from && t.capability == draft.capability);
    let itself = draft.copies.iter().any(own);
    if itself
        && draft.declared
        && let Some(evidence) = draft.copies[0].evidence.first()
    {
        let message = format!("`{}` stands among the things that it needs itself", draft.from);
        builder.problems.push(Problem::error(evidence.at.clone(), message).help("name what it needs, not itself"));
    }
    itself
}

fn single(need: &Need) -> Option<&CapabilityRef> {
    if let Requires::One(target) = &need.requires { Some(target) } else { None }
}

/// Needs that somebody wrote do not exist.
fn deny(
    facts: &[(&'static str, Facts)],
    merged: &Merged,
    names: &Names,
    drafts: &mut Vec<Draft>,
    builder: &mut Builder<'_>,
) {
    for (set, (_, facts)) in facts.iter().enumerate() {
        for denied in &facts.denied {
            let from = merged.id(set, denied.from);
            let target = match names.find(&denied.target, None) {
                Known::One(id) | Known::Elsewhere(id) => id,
                _ => ComponentId::new(&denied.target),
            };
            let hit = |draft: &Draft| {
                let named = |need: &Need| {
                    single(need).is_some_and(|t| t.component == target || t.component.base() == target.as_str())
                };
                draft.from == *from && !draft.declared && draft.copies.iter().all(named)
            };
            let before = drafts.len();
            drafts.retain(|draft| !hit(draft));
            if drafts.len() == before {
                let message = format!("nothing infers that `{from}` needs `{}`", denied.target);
                let problem = Problem::warning(denied.evidence.at.clone(), message);
                builder.problems.push(problem.help("remove this line; it has no effect"));
            } else {
                let what = format!("`{}` is not needed although manifests name it, says linchpin.yaml", denied.target);
                builder.assume(from, what, &denied.evidence);
            }
        }
    }
}

/// What runs on a product is deployed and scaled through that product's control plane, unless its own control needs
/// were declared.
fn hosted(drafts: &[Draft], builder: &Builder<'_>) -> Vec<Draft> {
    let control = Capability::control();
    let declared: BTreeSet<&ComponentId> =
        drafts.iter().filter(|draft| draft.declared && draft.capability == control).map(|draft| &draft.from).collect();
    let of_data = drafts.iter().filter(|d| d.capability == Capability::data() && !declared.contains(&d.from));
    of_data
        .filter_map(|draft| {
            let copies: Option<Vec<Need>> = draft.copies.iter().map(|need| control_of(need, builder)).collect();
            let (from, capability) = (draft.from.clone(), control.clone());
            Some(Draft { from, capability, declared: false, said: None, copies: copies? })
        })
        .collect()
}

fn control_of(need: &Need, builder: &Builder<'_>) -> Option<Need> {
    if need.terms.phase != Phase::Run {
        return None;
    }
    let requires = match &need.requires {
        Requires::One(target) => {
            let (provider, product) = target.component.base().split_once('/')?;
            let hosts = builder.catalogue.product(provider, product).is_some_and(|(_, product)| product.hosts);
            if !hosts || target.capability != Capability::data() {
                return None;
            }
            Requires::One(CapabilityRef::new(target.component.clone(), Capability::control()))
        }
        Requires::AtLeast { k, members } => {
            let members: Vec<Need> = members.iter().filter_map(|member| control_of(member, builder)).collect();
            if members.is_empty() {
                return None;
            }
            Requires::AtLeast { k: (*k).min(members.len()), members }
        }
    };
    let evidence = need
        .evidence
        .iter()
        .map(|evidence| Evidence { note: Some("what runs on it is deployed through it".into()), ..evidence.clone() });
    Some(Need { requires, terms: Terms::hard(Confidence::Inferred), evidence: evidence.collect() })
}

/// Joins needs of the same capability on the same target in the same phase: a declared one decides over one that is inferred,
/// else the hard one.
fn join(drafts: &mut Vec<Draft>) {
    let mut first: BTreeMap<(ComponentId, Capability, Vec<CapabilityRef>, bool), usize> = BTreeMap::new();
    let mut kept: Vec<Draft> = Vec::new();
    for draft in drafts.drain(..) {
        let targets: Option<Vec<CapabilityRef>> = draft.copies.iter().map(|need| single(need).cloned()).collect();
        let Some(targets) = targets else {
            kept.push(draft);
            continue;
        };
        let start = draft.copies[0].terms.phase == Phase::Start;
        match first.entry((draft.from.clone(), draft.capability.clone(), targets, start)) {
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(kept.len());
                kept.push(draft);
            }
            std::collections::btree_map::Entry::Occupied(slot) => merge(&mut kept[*slot.get()], draft),
        }
    }
    *drafts = kept;
}

fn merge(one: &mut Draft, other: Draft) {
    let decides = other.declared && !one.declared;
    for (need, other_need) in one.copies.iter_mut().zip(other.copies) {
        let seen = is_seen(need) || is_seen(&other_need);
        if decides {
            need.terms = other_need.terms.clone();
        } else if one.declared && other.declared {
            both_declared(&mut need.terms, &other_need.terms);
        } else if !one.declared {
            need.terms.strength = stronger(need, &other_need);
        }
        // What was seen is surer than what somebody wrote.
        let surest = need.terms.confidence.min(other_need.terms.confidence);
        need.terms.confidence = if seen { Confidence::Observed } else { surest };
        for evidence in other_need.evidence {
            if !need.evidence.contains(&evidence) && need.evidence.len() < MOST_EVIDENCE {
                need.evidence.push(evidence);
            }
        }
    }
    one.declared |= other.declared;
}

/// Of two declared needs on the same thing both hold: what fails passes on as much, and as soon, as either says.
fn both_declared(one: &mut Terms, other: &Terms) {
    if other.strength == Strength::Hard {
        one.strength = Strength::Hard;
    }
    one.grace = one.grace.min(other.grace);
}

/// The strength of what two readers infer: the hard one, unless only one of them saw what becomes of a failure.
fn stronger(one: &Need, other: &Need) -> Strength {
    let by_code = |need: &Need| need.evidence.iter().any(|evidence| evidence.basis.is_code());
    match (by_code(one), by_code(other)) {
        (true, false) => one.terms.strength,
        (false, true) => other.terms.strength,
        _ if other.terms.strength == Strength::Hard => Strength::Hard,
        _ => one.terms.strength,
    }
}

/// An inferred need on something that stands among declared alternatives is covered by them.
fn prefer_declared(drafts: &mut Vec<Draft>, builder: &mut Builder<'_>) {
    let mut covered: BTreeMap<(ComponentId, ComponentId), Evidence> = BTreeMap::new();
    let mut seen: BTreeMap<(ComponentId, ComponentId), Vec<Evidence>> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| draft.declared) {
        for need in draft.copies.iter().filter(|need| single(need).is_none()) {
            let Some(evidence) = need.evidence.first() else { continue };
            for target in need.targets() {
                let pair = (draft.from.clone(), target.component.clone());
                covered.entry(pair).or_insert_with(|| evidence.clone());
            }
        }
    }
    drafts.retain(|draft| {
        if draft.declared || draft.copies[0].terms.phase == Phase::Start {
            return true;
        }
        let Some(target) = single(&draft.copies[0]) else { return true };
        let hit = covered.get(&(draft.from.clone(), target.component.clone()));
        if let Some(evidence) = hit {
            let what = format!("`{}` counts as one of the alternatives that linchpin.yaml declares", target.component);
            builder.assume(&draft.from, what, evidence);
            if is_seen(&draft.copies[0]) {
                let pair = (draft.from.clone(), target.component.clone());
                seen.entry(pair).or_default().extend(draft.copies[0].evidence.iter().cloned());
            }
        }
        hit.is_none()
    });
    for draft in drafts.iter_mut().filter(|draft| draft.declared) {
        for need in draft.copies.iter_mut().filter(|need| single(need).is_none()) {
            confirm(need, &draft.from, &seen);
        }
    }
}

/// Adds to alternatives what was seen of each of them.
fn confirm(need: &mut Need, from: &ComponentId, seen: &BTreeMap<(ComponentId, ComponentId), Vec<Evidence>>) {
    match &mut need.requires {
        Requires::AtLeast { members, .. } => members.iter_mut().for_each(|member| confirm(member, from, seen)),
        Requires::One(target) => {
            if let Some(evidence) = seen.get(&(from.clone(), target.component.clone())) {
                need.terms.confidence = Confidence::Observed;
                need.evidence.extend(evidence.iter().take(MOST_EVIDENCE).cloned());
            }
        }
    }
}
