//! What each component is, where no manifest says: software by its image or its port, apps by who can reach them.

use std::collections::{BTreeSet, HashMap};

use super::Builder;
use super::merge::Merged;
use crate::facts::{Facts, Sign};
use crate::model::{ComponentId, Confidence, Evidence, Kind, Phase, Strength};

/// Recognises the software that components are, by their image and then by how they are called; the loss of telemetry
/// and the like is soft.
pub(super) fn recognise(facts: &[(&'static str, Facts)], merged: &Merged, builder: &mut Builder<'_>) {
    software_by_image(facts, merged, builder);
    software_by_base(facts, merged, builder);
    software_by_port(builder);
    software_by_name(builder);
    software_by_published_port(facts, merged, builder);
    soften(builder);
}

/// Takes the kind of a component from the software of its image.
fn software_by_image(facts: &[(&'static str, Facts)], merged: &Merged, builder: &mut Builder<'_>) {
    for (set, (_, facts)) in facts.iter().enumerate() {
        for (index, fact) in facts.components.iter().enumerate() {
            let Some(image) = fact.images.first() else { continue };
            let Some(found) = builder.catalogue.recognise(&Sign::Image(image.text.clone())) else { continue };
            let id = ComponentId::product(&found.provider, &found.product, None);
            adopt(builder, merged.id(set, index), &id, fact.kind.is_some());
        }
    }
}

/// Takes a component that is built on the image of a store for that store: what is added is its data and settings.
fn software_by_base(facts: &[(&'static str, Facts)], merged: &Merged, builder: &mut Builder<'_>) {
    for (set, (_, facts)) in facts.iter().enumerate() {
        for (index, fact) in facts.components.iter().enumerate() {
            let Some(base) = fact.bases.first() else { continue };
            let Some(found) = builder.catalogue.recognise(&Sign::Image(base.text.clone())) else { continue };
            let is_store = builder.catalogue.product(&found.provider, &found.product);
            if is_store.is_some_and(|(_, product)| product.kind == Kind::Store) {
                let id = ComponentId::product(&found.provider, &found.product, None);
                adopt(builder, merged.id(set, index), &id, fact.kind.is_some());
            }
        }
    }
}

/// Takes the kind of a component from the port or scheme that others call it at, if its image says nothing.
fn software_by_port(builder: &mut Builder<'_>) {
    let mut called = std::mem::take(&mut builder.called_as);
    called.sort();
    for (id, software, evidence) in called {
        let known = builder.components.get(&id).is_some_and(|component| component.software.is_some());
        if !known && adopt(builder, &id, &software, false) {
            builder.assume(&id, format!("taken for {software} by the port or scheme that it is called at"), &evidence);
        }
    }
}

/// Takes a component that is called `mysql`, and of which nothing else tells, for the store of that name.
fn software_by_name(builder: &mut Builder<'_>) {
    let unknown = builder.components.values().filter(|component| {
        component.provider.is_none() && component.software.is_none() && component.kind == Kind::Service
    });
    let unknown: Vec<(ComponentId, Evidence)> = unknown.map(|c| (c.id.clone(), c.evidence[0].clone())).collect();
    let mut stores: HashMap<&str, ComponentId> = HashMap::new();
    for (provider, product) in builder.catalogue.products() {
        if !provider.is_place && product.kind == Kind::Store {
            let store = || ComponentId::product(&provider.name, &product.name, None);
            stores.entry(&product.name).or_insert_with(store);
        }
    }
    for (id, evidence) in unknown {
        let name = id.as_str().split('.').next().unwrap_or_default().to_lowercase();
        let software = stores.get(&*name);
        if let Some(software) = software.filter(|software| adopt(builder, &id, software, false)) {
            builder.assume(&id, format!("taken for {software} by its name"), &evidence);
        }
    }
}

/// Takes a component of which nothing else tells, and that publishes the port of a store, for that store: people reach it
/// to look at data, not as users.
fn software_by_published_port(facts: &[(&'static str, Facts)], merged: &Merged, builder: &mut Builder<'_>) {
    for (set, (_, facts)) in facts.iter().enumerate() {
        for (index, fact) in facts.components.iter().enumerate() {
            let Some(evidence) = fact.exposed.as_ref().filter(|_| fact.kind.is_none()) else { continue };
            let found = fact.ports.iter().map(|port| builder.catalogue.recognise(&Sign::Port(*port)));
            let Some(all) = found.collect::<Option<Vec<_>>>() else { continue };
            let Some(found) = all.first() else { continue };
            let product = builder.catalogue.product(&found.provider, &found.product);
            let id = merged.id(set, index);
            let software = ComponentId::product(&found.provider, &found.product, None);
            if product.is_some_and(|(_, product)| product.kind == Kind::Store) && adopt(builder, id, &software, false) {
                builder.assume(id, format!("taken for {software} by the port that it publishes"), evidence);
            }
        }
    }
}

fn adopt(builder: &mut Builder<'_>, id: &ComponentId, software: &ComponentId, kind_is_known: bool) -> bool {
    let product = software.as_str().split_once('/').and_then(|(p, name)| builder.catalogue.product(p, name));
    let kind = product.map(|(_, product)| product.kind);
    let Some(component) = builder.components.get_mut(id) else { return false };
    if component.software.is_some() {
        return false;
    }
    component.software = Some(software.clone());
    if let Some(kind) = kind.filter(|_| !kind_is_known && component.kind == Kind::Service) {
        component.kind = kind;
    }
    true
}

/// Chooses apps where nobody declared any: what people outside can reach, else what nothing
/// else needs.
pub(super) fn choose(facts: &[(&'static str, Facts)], merged: &Merged, builder: &mut Builder<'_>) {
    if builder.components.values().any(|component| component.is_app()) {
        return;
    }
    let mut exposed: Vec<(ComponentId, Evidence)> = Vec::new();
    for (set, (_, facts)) in facts.iter().enumerate() {
        for (index, fact) in facts.components.iter().enumerate() {
            exposed.extend(fact.exposed.clone().map(|evidence| (merged.id(set, index).clone(), evidence)));
        }
    }
    exposed.retain(|(id, _)| {
        let component = builder.components.get(id).filter(|component| component.kind == Kind::Service);
        component.is_some_and(|component| component.software.as_ref().is_none_or(|id| is_gateway(builder, id)))
    });
    let needed: BTreeSet<ComponentId> = builder
        .components
        .values()
        .flat_map(|component| component.capabilities.values().flatten().map(move |need| (component, need)))
        .filter(|(_, need)| need.terms.phase == Phase::Run)
        .flat_map(|(component, need)| need.targets().into_iter().filter(move |t| t.component != component.id))
        .map(|target| target.component.clone())
        .collect();
    let roots = builder.components.values().filter(|component| {
        component.kind == Kind::Service
            && component.provider.is_none()
            && component.software.is_none()
            && !needed.contains(&component.id)
    });
    let roots: Vec<(ComponentId, Evidence)> = roots.map(|c| (c.id.clone(), c.evidence[0].clone())).collect();
    let (chosen, why) = if exposed.is_empty() {
        (roots, "taken as an app: nothing else needs it, and none is declared")
    } else {
        (exposed, "taken as an app: it can be reached from outside, and none is declared")
    };
    for (id, evidence) in chosen {
        if let Some(component) = builder.components.get_mut(&id) {
            component.kind = Kind::App;
        }
        builder.assume(&id, why, &evidence);
        builder.taken_as_apps.insert(id);
    }
}

fn is_gateway(builder: &Builder<'_>, software: &ComponentId) -> bool {
    let product = software.as_str().split_once('/').and_then(|(p, name)| builder.catalogue.product(p, name));
    product.is_some_and(|(_, product)| product.gateway)
}

/// An inferred need on software whose loss takes no request down (telemetry, feature flags) is soft.
fn soften(builder: &mut Builder<'_>) {
    let soft: BTreeSet<ComponentId> = builder
        .components
        .values()
        .filter(|component| {
            let product = component.software.as_ref().and_then(|id| id.as_str().split_once('/'));
            let product = product.and_then(|(provider, name)| builder.catalogue.product(provider, name));
            product.is_some_and(|(_, product)| product.strength == Strength::Soft)
        })
        .map(|component| component.id.clone())
        .collect();
    for component in builder.components.values_mut() {
        for need in component.capabilities.values_mut().flatten() {
            // That code reads the address makes the need certain, not its loss grave.
            let by_code = need.evidence.iter().any(|evidence| evidence.basis.is_code());
            let inferred = need.terms.confidence == Confidence::Inferred || by_code;
            let to_soft = need.targets().iter().all(|target| soft.contains(&target.component));
            if inferred && to_soft {
                need.terms.strength = Strength::Soft;
            }
        }
    }
}
