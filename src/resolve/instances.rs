//! The catalogue's products as components: `aliyun/oss@cn-hangzhou` with what it needs there.
//!
//! An instance is as narrow as the narrowest of its product's capabilities. A capability that reaches further is
//! served by the wider instance: `aws/iam@eu-west-1:control` needs `aws/iam:control`, which lives in its home region.
//! A regional product of which nobody says where it is stands nowhere in particular, `aliyun/oss`; it needs its
//! provider, and is listed as unknown when a region fails.

use std::sync::Arc;

use super::{Builder, places};
use crate::catalogue::{NeedEntry, Product, Provider, Scope, Target, Wanted};
use crate::model::{
    Availability, Basis, Capability, CapabilityRef, Citation, Component, ComponentId, Confidence, Evidence, Grade,
    Kind, Need, Place, Requires, Switch, Terms,
};

/// The instance of a product that serves a place; made, with all that it needs, if it is not there yet.
pub(super) fn instance(
    builder: &mut Builder<'_>,
    provider: &Provider,
    product: &Product,
    at: Option<&Place>,
) -> ComponentId {
    let narrowest = product.capabilities.values().map(|entry| entry.scope).max().unwrap_or(Scope::Region);
    let at = at.filter(|place| place.provider == provider.name).and_then(|place| cut(place, narrowest));
    let id = ComponentId::product(&provider.name, &product.name, at.as_ref());
    for capability in product.capabilities.keys() {
        expand(builder, provider, product, at.as_ref(), capability);
    }
    id
}

/// As [`instance`], for a component of one's own; when nobody says where the instance is, that is not known.
pub(super) fn used(
    builder: &mut Builder<'_>,
    provider: &Provider,
    product: &Product,
    at: Option<&Place>,
) -> ComponentId {
    let id = instance(builder, provider, product, at);
    let narrowest = product.capabilities.values().map(|entry| entry.scope).max().unwrap_or(Scope::Region);
    if let Some(component) = builder.components.get_mut(&id) {
        component.place_unknown = match component.at.first() {
            None => narrowest != Scope::Global && !provider.regions.is_empty(),
            Some(place) => narrowest == Scope::Zone && place.zone.is_none(),
        };
    }
    id
}

/// The part of a place that one instance of this scope covers.
fn cut(place: &Place, scope: Scope) -> Option<Place> {
    match scope {
        Scope::Global => None,
        Scope::Region => place.in_region(),
        Scope::Zone => place.region.is_some().then(|| place.clone()),
    }
}

fn expand(
    builder: &mut Builder<'_>,
    provider: &Provider,
    product: &Product,
    at: Option<&Place>,
    capability: &Capability,
) -> ComponentId {
    let id = ComponentId::product(&provider.name, &product.name, at);
    let Some(entry) = product.capabilities.get(capability) else { return id };
    if !builder.components.contains_key(&id) {
        let mut component = new(provider, product, at, &id);
        // Marked below, capability by capability, as each is expanded.
        component.capabilities.clear();
        builder.components.insert(id.clone(), component);
    }
    let known = builder.components.get(&id).is_some_and(|component| component.capabilities.contains_key(capability));
    if known {
        return id;
    }
    set(builder, &id, capability, Vec::new());
    let wide = at.and_then(|place| cut(place, entry.scope));
    let follows = |note: &str| Evidence { at: product.at.clone(), basis: Basis::Model, note: Some(note.into()) };
    if wide.as_ref() != at {
        let wider = expand(builder, provider, product, wide.as_ref(), capability);
        let note = format!("one {capability} serves every {}", if wide.is_some() { "zone" } else { "region" });
        let need = one(CapabilityRef::new(wider, capability.clone()), Confidence::Declared, follows(&note));
        set(builder, &id, capability, vec![need]);
        return id;
    }
    let home = entry.home.as_ref().map(|region| Place {
        provider: Arc::clone(&provider.name),
        region: Some(Arc::clone(region)),
        zone: None,
    });
    let base = home.as_ref().or(at);
    let mut needs = Vec::new();
    if provider.is_place {
        let whole = Place { provider: Arc::clone(&provider.name), region: None, zone: None };
        let stands = base.unwrap_or(&whole);
        let note = if home.is_some() { "its home region" } else { "it runs there" };
        places::add(builder, stands, &follows(note));
        needs.push(places::need(stands, Confidence::Declared, &follows(note)));
    }
    // What software needs is bound to the components that are it; of one that is only named, nobody knows how it runs.
    let runs = matches!(product.kind, Kind::Product | Kind::Shared);
    for entry in entry.needs.iter().filter(|need| runs && need.ended.is_none()) {
        needs.extend(need(builder, provider, entry, base));
    }
    set(builder, &id, capability, needs);
    id
}

fn need(builder: &mut Builder<'_>, provider: &Provider, entry: &NeedEntry, base: Option<&Place>) -> Option<Need> {
    let here = base.and_then(|place| place.region.as_ref());
    if !entry.only_in.is_empty() && here.is_none_or(|region| !entry.only_in.contains(region)) {
        return None;
    }
    let source = provider.sources.get(&entry.source);
    let citation = Citation {
        source: source.map_or_else(|| Arc::clone(&entry.source), |source| Arc::clone(&source.title)),
        url: source.and_then(|source| source.url.clone()),
        known: Arc::clone(&entry.known),
        grade: entry.grade,
    };
    let confidence = match entry.grade {
        Grade::Documented => Confidence::Declared,
        Grade::Incident => Confidence::Observed,
        Grade::Inferred => Confidence::Inferred,
    };
    let terms = Terms { strength: entry.strength, phase: entry.phase, grace: entry.grace, ..Terms::hard(confidence) };
    let evidence = Evidence { at: entry.at.clone(), basis: Basis::Catalogue(citation), note: entry.note.clone() };
    let requires = requires(builder, provider, &entry.wanted, base, (confidence, &evidence))?;
    Some(Need { requires, terms, evidence: vec![evidence] })
}

/// What a need of the catalogue is on, at this place; its alternatives are as sure as the whole.
fn requires(
    builder: &mut Builder<'_>,
    provider: &Provider,
    wanted: &Wanted,
    base: Option<&Place>,
    (confidence, evidence): (Confidence, &Evidence),
) -> Option<Requires> {
    let sure = (confidence, evidence);
    match wanted {
        Wanted::One(target) => Some(Requires::One(reference(builder, provider, target, base)?)),
        Wanted::AtLeast { k, members } => {
            let mut found = Vec::new();
            for member in members {
                let requires = requires(builder, provider, &member.wanted, base, sure)?;
                let terms = Terms {
                    switch: member.switch.map(Switch::After),
                    capacity: member.capacity,
                    ..Terms::hard(confidence)
                };
                found.push(Need { requires, terms, evidence: vec![evidence.clone()] });
            }
            Some(Requires::AtLeast { k: *k, members: found })
        }
        Wanted::Zones { keep, of } => {
            let region = base?.region.as_ref()?;
            let entry = provider.regions.get(region)?;
            let listed = Evidence { at: entry.at.clone(), basis: Basis::Model, note: None };
            let mut found = Vec::new();
            for zone in &entry.zones {
                let place = Place { zone: Some(Arc::clone(zone)), ..base?.clone() };
                let target = match of {
                    Some(target) => reference(builder, provider, target, Some(&place))?,
                    None => CapabilityRef::new(places::add(builder, &place, &listed), Capability::data()),
                };
                found.push(one(target, confidence, evidence.clone()));
            }
            let k = keep.of(found.len());
            (!found.is_empty()).then_some(Requires::AtLeast { k, members: found })
        }
    }
}

/// A capability of a product: of this provider at this place, or of another one where it is global or named.
fn reference(
    builder: &mut Builder<'_>,
    provider: &Provider,
    target: &Target,
    base: Option<&Place>,
) -> Option<CapabilityRef> {
    let catalogue = builder.catalogue;
    let named = |owner: &Provider| {
        let region = target.region.as_ref().map(Arc::clone)?;
        Some(Place { provider: Arc::clone(&owner.name), region: Some(region), zone: None })
    };
    let id = match &target.provider {
        Some(other) => {
            let (owner, product) = catalogue.product(other, &target.product)?;
            used(builder, owner, product, named(owner).as_ref())
        }
        None => {
            let product = provider.products.get(&target.product)?;
            instance(builder, provider, product, named(provider).as_ref().or(base))
        }
    };
    Some(CapabilityRef::new(id, target.capability.clone()))
}

fn one(target: CapabilityRef, confidence: Confidence, evidence: Evidence) -> Need {
    Need { requires: Requires::One(target), terms: Terms::hard(confidence), evidence: vec![evidence] }
}

fn set(builder: &mut Builder<'_>, id: &ComponentId, capability: &Capability, needs: Vec<Need>) {
    if let Some(component) = builder.components.get_mut(id) {
        component.capabilities.insert(capability.clone(), needs);
    }
}

fn new(provider: &Provider, product: &Product, at: Option<&Place>, id: &ComponentId) -> Component {
    let evidence = Evidence { at: product.at.clone(), basis: Basis::Model, note: Some(Arc::clone(&product.title)) };
    let mut component = Component::new(id.clone(), product.kind, evidence);
    component.provider = Some(Arc::clone(&provider.name));
    component.at = at.into_iter().cloned().collect();
    component.role = product.role;
    component.sketch = product.sketch;
    component.restart = product.restart.as_ref().map(|restart| restart.value.clone());
    component.availability = product.availability.as_ref().map(|share| Availability::Share(share.value));
    component
}
