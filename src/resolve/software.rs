//! What the software that people run needs of itself: of the coordinator or the store that it comes with, and of a
//! majority of its copies.
//!
//! The catalogue says what a kind of software needs; here that becomes a need of a component that was recognised as it.

use std::collections::BTreeSet;

use super::Builder;
use super::merge::Merged;
use crate::catalogue::{NeedEntry, Product, Provider};
use crate::facts::Facts;
use crate::model::{
    Basis, Capability, CapabilityRef, Citation, Component, ComponentId, Confidence, Evidence, Need, Requires, Terms,
};

/// Binds the needs of recognised software to components of one's own, and raises alternatives to a majority where the
/// software asks for one.
///
/// A component is taken as what another needs only if that one names nothing of the kind itself and nobody else uses
/// the component; so a guess never overrules what was read, and never claims a database that is somebody's.
pub(super) fn bind(facts: &[(&'static str, Facts)], merged: &Merged, builder: &mut Builder<'_>) {
    let own: Vec<ComponentId> = builder.components.values().filter(|c| is_own(c)).map(|c| c.id.clone()).collect();
    for id in &own {
        let Some((provider, product)) = software(builder, id) else { continue };
        for (capability, entry) in &product.capabilities {
            for need in entry.needs.iter().filter(|need| need.ended.is_none()) {
                if let Some(found) = companion(builder, provider, id, need) {
                    add(builder, facts, merged, (provider, product), (id, capability, need), &found);
                }
            }
        }
    }
    own.iter().for_each(|id| majorities(builder, id));
}

fn is_own(component: &Component) -> bool {
    component.provider.is_none() && component.software.is_some()
}

fn software<'c>(builder: &Builder<'c>, id: &ComponentId) -> Option<(&'c Provider, &'c Product)> {
    let software = builder.components.get(id)?.software.as_ref()?;
    let (provider, name) = software.as_str().split_once('/')?;
    // What a cloud's product needs is met at its place, by the product itself.
    builder.catalogue.product(provider, name).filter(|(provider, _)| !provider.is_place)
}

fn needs_of(component: &Component) -> impl Iterator<Item = &CapabilityRef> {
    component.capabilities.values().flatten().flat_map(Need::targets)
}

/// The one component of one's own that is such software, that this one does not name, and that nobody else uses.
fn companion(builder: &Builder<'_>, provider: &Provider, id: &ComponentId, need: &NeedEntry) -> Option<ComponentId> {
    let kinds: BTreeSet<ComponentId> = need
        .wanted
        .targets()
        .into_iter()
        .filter(|target| target.provider.is_none())
        .map(|target| ComponentId::product(&provider.name, &target.product, None))
        .collect();
    let is_kind = |component: &Component| component.software.as_ref().is_some_and(|kind| kinds.contains(kind));
    let asker = builder.components.get(id)?;
    let named = needs_of(asker).filter_map(|target| builder.components.get(&target.component));
    if named.into_iter().any(|target| is_kind(target) || kinds.contains(&target.id)) {
        return None;
    }
    let candidates = builder.components.values().filter(|other| other.id != *id && is_own(other) && is_kind(other));
    let users = |candidate: &Component| {
        let others = builder.components.values().filter(|other| other.software != asker.software);
        others.filter(|other| needs_of(other).any(|target| target.component == candidate.id)).count()
    };
    let mut free = candidates.filter(|candidate| users(candidate) == 0);
    let found = free.next()?;
    free.next().is_none().then(|| found.id.clone())
}

fn add(
    builder: &mut Builder<'_>,
    facts: &[(&'static str, Facts)],
    merged: &Merged,
    (provider, product): (&Provider, &Product),
    (id, capability, entry): (&ComponentId, &Capability, &NeedEntry),
    found: &ComponentId,
) {
    let mut denied = facts
        .iter()
        .enumerate()
        .flat_map(|(set, (_, facts))| facts.denied.iter().filter(move |denied| merged.id(set, denied.from) == id));
    if let Some(denied) = denied.find(|denied| *denied.target == *found.as_str()) {
        // It was said to have no effect, since nothing had inferred the need before.
        builder.problems.retain(|problem| problem.at.as_ref() != Some(&denied.evidence.at));
        return;
    }
    let source = provider.sources.get(&entry.source);
    let citation = Citation {
        source: source.map_or_else(|| entry.source.clone(), |source| source.title.clone()),
        url: source.and_then(|source| source.url.clone()),
        known: entry.known.clone(),
        grade: entry.grade,
    };
    let evidence = Evidence { at: entry.at.clone(), basis: Basis::Catalogue(citation), note: entry.note.clone() };
    let terms =
        Terms { strength: entry.strength, phase: entry.phase, grace: entry.grace, ..Terms::hard(Confidence::Inferred) };
    let target = CapabilityRef::new(found.clone(), Capability::data());
    let Some(component) = builder.components.get_mut(id) else { return };
    let seen = component.evidence[0].clone();
    let need = Need { requires: Requires::One(target), terms, evidence: vec![seen.clone(), evidence] };
    component.capabilities.entry(capability.clone()).or_default().push(need);
    let what = format!("taken to use `{found}`: {} needs one, and nothing else here uses it", product.title);
    builder.assume(id, what, &seen);
}

/// Alternatives that a reader inferred, and that are copies of software with a quorum: a majority of them must be up.
fn majorities(builder: &mut Builder<'_>, copy: &ComponentId) {
    let Some((_, product)) = software(builder, copy) else { return };
    if product.quorum.is_none() {
        return;
    }
    let kind = builder.components.get(copy).and_then(|component| component.software.clone());
    let copies: BTreeSet<ComponentId> =
        builder.components.values().filter(|c| is_own(c) && c.software == kind).map(|c| c.id.clone()).collect();
    let mut raised = Vec::new();
    for component in builder.components.values_mut() {
        for need in component.capabilities.values_mut().flatten() {
            let inferred = need.terms.confidence == Confidence::Inferred;
            let Requires::AtLeast { k, members } = &mut need.requires else { continue };
            let all = members.iter().all(|member| match &member.requires {
                Requires::One(target) => copies.contains(&target.component),
                Requires::AtLeast { .. } => false,
            });
            let majority = members.len() / 2 + 1;
            if inferred && all && members.len() > 2 && *k < majority {
                *k = majority;
                raised.push((component.id.clone(), majority, members.len(), need.evidence[0].clone()));
            }
        }
    }
    for (id, majority, of, evidence) in raised {
        let what = format!("taken to need {majority} of {of} copies: {} serves with a majority only", product.title);
        builder.assume(&id, what, &evidence);
    }
}
