//! Places as components: a zone needs its region, a region its provider.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Builder;
use crate::facts::Facts;
use crate::model::{
    Basis, Capability, CapabilityRef, Component, ComponentId, Confidence, Evidence, Kind, Need, Place, Requires, Terms,
};
use crate::source::{Problem, did_you_mean};

/// Makes a component of every place that somebody wrote, and tells which of them the catalogue does not know.
pub(super) fn check(facts: &[(&'static str, Facts)], builder: &mut Builder) {
    let mut seen = BTreeSet::new();
    let written = facts.iter().flat_map(|(_, facts)| &facts.components).flat_map(|fact| {
        let id = ComponentId::new(&fact.name);
        fact.at.iter().flatten().map(move |(place, evidence)| (id.clone(), place, evidence))
    });
    let defaults = facts.iter().flat_map(|(_, facts)| &facts.default_places).flat_map(|(_, places)| places);
    let all = defaults.map(|(place, evidence)| (place.id(), place, evidence)).chain(written);
    for (about, place, evidence) in all {
        if seen.insert((place.clone(), evidence.clone())) {
            known(&about, place, evidence, builder);
        }
        add(builder, place, evidence);
    }
}

fn known(about: &ComponentId, place: &Place, evidence: &Evidence, builder: &mut Builder) {
    let providers = &builder.catalogue.providers;
    let mut wrong = |message: String, help: String| {
        builder.problems.push(Problem::error(evidence.at.clone(), message).help(help));
    };
    let Some(provider) = builder.catalogue.provider(&place.provider) else {
        let names = providers.values().flat_map(|p| p.aliases.iter().chain([&p.name])).map(|name| &**name);
        match did_you_mean(&place.provider, names) {
            Some(help) => wrong(format!("no provider `{}` is known", place.provider), help),
            None => {
                let what = format!("`{}` is in no catalogue; taken as a place of one's own", place.provider);
                builder.assume(about, what, evidence);
            }
        }
        return;
    };
    if let Some(region) = place.region.as_ref().filter(|region| !provider.regions.contains_key(*region))
        && !provider.regions.is_empty()
    {
        let help = did_you_mean(region, provider.regions.keys().map(|name| &**name)).unwrap_or_else(|| {
            let some: Vec<&str> = provider.regions.keys().take(8).map(|name| &**name).collect();
            format!("known are `{}`, …", some.join("`, `"))
        });
        wrong(format!("{} has no region `{region}`", provider.title), help);
    }
}

/// The component of a place and of all that contain it.
pub(super) fn add(builder: &mut Builder, place: &Place, evidence: &Evidence) -> ComponentId {
    let id = place.id();
    if builder.components.contains_key(&id) {
        return id;
    }
    let kind = match (&place.region, &place.zone) {
        (_, Some(_)) => Kind::Zone,
        (Some(_), None) => Kind::Region,
        (None, None) => Kind::Provider,
    };
    let mut component = Component::new(id.clone(), kind, evidence.clone());
    component.provider = Some(Arc::clone(&place.provider));
    component.at = vec![place.clone()];
    builder.components.insert(id.clone(), component);
    if let Some(parent) = place.parent() {
        add(builder, &parent, evidence);
        let follows =
            Evidence { basis: Basis::Model, note: Some("a place lies in another".into()), ..evidence.clone() };
        let need = need(&parent, Confidence::Inferred, &follows);
        if let Some(component) = builder.components.get_mut(&id) {
            component.capabilities.values_mut().for_each(|needs| needs.push(need.clone()));
        }
    }
    id
}

/// The need of what stands at a place.
pub(super) fn need(place: &Place, confidence: Confidence, evidence: &Evidence) -> Need {
    Need {
        requires: Requires::One(CapabilityRef::new(place.id(), Capability::data())),
        terms: Terms::hard(confidence),
        evidence: vec![evidence.clone()],
    }
}
