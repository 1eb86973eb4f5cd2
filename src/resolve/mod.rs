//! Facts to a system: which words name which component, and what names nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::facts::{Facts, Target, Wanted};
use crate::model::{
    Capability, CapabilityRef, Component, ComponentId, Evidence, Kind, Need, Place, Requires, System, Terms, Unresolved,
};

/// Builds the system that the facts describe.
///
/// A name is looked up among the components' names and aliases. A name that nothing defines is listed as unresolved, and
/// the alternatives that it stands in keep the others: fewer alternatives than written, never more. Places become
/// components: a zone needs its region, a region its provider, and what runs at several places needs any one of them.
pub fn resolve(facts: &Facts) -> System {
    let mut system = System { name: facts.system.clone(), ..System::default() };
    let mut names: HashMap<Arc<str>, ComponentId> = HashMap::new();
    for fact in &facts.components {
        let id = ComponentId::new(&fact.name);
        for name in fact.aliases.iter().chain([&fact.name]) {
            names.insert(Arc::clone(name), id.clone());
        }
        let mut component = Component::new(id.clone(), fact.kind.unwrap_or(Kind::Service), fact.evidence.clone());
        component.tier = fact.tier;
        component.owner.clone_from(&fact.owner);
        component.weight = fact.weight;
        component.aliases.clone_from(&fact.aliases);
        component.restart.clone_from(&fact.restart);
        component.availability = fact.availability;
        component.at = fact.at.iter().map(|(place, _)| place.clone()).collect();
        let standing = standing(&fact.at);
        component.capabilities.values_mut().for_each(|needs| needs.extend(standing.clone()));
        for (place, evidence) in &fact.at {
            add_place(&mut system.components, place, evidence);
        }
        system.components.insert(id, component);
    }
    for fact in &facts.needs {
        let from = ComponentId::new(&facts.components[fact.from].name);
        let mut missing = Vec::new();
        let need = need(&fact.need, &names, &mut missing);
        system.unresolved.extend(missing.into_iter().map(|(what, evidence)| Unresolved {
            from: Some(from.clone()),
            reason: "nothing defines this name".to_owned(),
            what,
            evidence,
        }));
        if let (Some(need), Some(component)) = (need, system.components.get_mut(&from)) {
            component.capabilities.entry(fact.capability.clone()).or_default().push(need);
        }
    }
    declare_targets(&mut system);
    system.unresolved.sort();
    system
}

fn need(
    wanted: &Wanted,
    names: &HashMap<Arc<str>, ComponentId>,
    missing: &mut Vec<(String, Evidence)>,
) -> Option<Need> {
    let requires = match &wanted.target {
        Target::Name(text) => {
            let (name, capability) = CapabilityRef::split(text);
            let Some(id) = names.get(name) else {
                missing.extend(wanted.evidence.first().map(|evidence| (text.clone(), evidence.clone())));
                return None;
            };
            let capability = capability.map_or_else(Capability::data, Capability::new);
            Requires::One(CapabilityRef::new(id.clone(), capability))
        }
        Target::Component(_) | Target::Address(_) | Target::Sign(_) => return None,
        Target::AtLeast { k, members } => {
            let members: Vec<Need> = members.iter().filter_map(|member| need(member, names, missing)).collect();
            if members.len() < *k {
                return None;
            }
            Requires::AtLeast { k: *k, members }
        }
    };
    Some(Need { requires, terms: wanted.terms.clone(), evidence: wanted.evidence.clone() })
}

/// What running at these places needs: the one place, or any of several.
fn standing(at: &[(Place, Evidence)]) -> Option<Need> {
    let hard = Terms::hard(crate::model::Confidence::Declared);
    let mut members: Vec<Need> = at.iter().map(|(place, evidence)| on(place, &hard, evidence)).collect();
    match members.len() {
        0 | 1 => members.pop(),
        _ => Some(Need {
            evidence: at.iter().map(|(_, evidence)| evidence.clone()).collect(),
            requires: Requires::AtLeast { k: 1, members },
            terms: hard,
        }),
    }
}

fn on(place: &Place, terms: &Terms, evidence: &Evidence) -> Need {
    let target = CapabilityRef::new(place.id(), Capability::data());
    Need { requires: Requires::One(target), terms: terms.clone(), evidence: vec![evidence.clone()] }
}

fn add_place(components: &mut BTreeMap<ComponentId, Component>, place: &Place, evidence: &Evidence) {
    if components.contains_key(&place.id()) {
        return;
    }
    let kind = match (&place.region, &place.zone) {
        (_, Some(_)) => Kind::Zone,
        (Some(_), None) => Kind::Region,
        (None, None) => Kind::Provider,
    };
    let mut component = Component::new(place.id(), kind, evidence.clone());
    component.provider = Some(Arc::clone(&place.provider));
    if let Some(parent) = place.parent() {
        add_place(components, &parent, evidence);
        let need = on(&parent, &Terms::hard(crate::model::Confidence::Inferred), evidence);
        component.capabilities.values_mut().for_each(|needs| needs.push(need.clone()));
    }
    components.insert(place.id(), component);
}

/// Gives each component the capabilities that others need of it.
fn declare_targets(system: &mut System) {
    let all = system.components.values().flat_map(|component| component.capabilities.values().flatten());
    let targets: Vec<CapabilityRef> = all.flat_map(Need::targets).cloned().collect();
    for target in targets {
        if let Some(component) = system.components.get_mut(&target.component) {
            component.capabilities.entry(target.capability).or_default();
        }
    }
}
