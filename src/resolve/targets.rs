//! One word to one capability: by name, by address, by a sign that the catalogue knows.

use std::sync::Arc;

use super::merge::Merged;
use super::names::{Known, Names};
use super::{Builder, instances, places};
use crate::catalogue::Found;
use crate::facts::{Address, Sign};
use crate::model::{
    Basis, Capability, CapabilityRef, Component, ComponentId, Evidence, Kind, Place, Strength, Terms, Unresolved,
};
use crate::source::{Problem, did_you_mean};

/// Who asks, and where it stands.
pub(super) struct Asker<'a> {
    pub(super) id: &'a ComponentId,
    /// The namespace or project that it speaks in.
    pub(super) scope: Option<&'a Arc<str>>,
    /// The set of facts that says so.
    pub(super) set: usize,
    /// The place of the copy that asks.
    pub(super) at: Option<&'a Place>,
    /// The places of all its copies.
    pub(super) places: &'a [Place],
    pub(super) names: &'a Names,
    pub(super) merged: &'a Merged,
}

/// `name`, `name:capability`, `provider/product`, `provider/product@place`, `provider/region/zone`.
pub(super) fn by_name(
    builder: &mut Builder<'_>,
    asker: &Asker<'_>,
    text: &str,
    evidence: &Evidence,
) -> Option<CapabilityRef> {
    let (name, capability) = CapabilityRef::split(text);
    let capability = capability.map_or_else(Capability::data, Capability::new);
    let id = match asker.names.find(name, asker.scope) {
        Known::One(id) | Known::Elsewhere(id) => id,
        Known::Several(ids) => {
            let all: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
            let message = format!("`{name}` names several things");
            builder
                .problems
                .push(Problem::error(evidence.at.clone(), message).help(format!("write one of {}", all.join(", "))));
            return None;
        }
        Known::Nothing => match of_provider(builder, asker, name) {
            Ok(id) => id,
            Err(help) => {
                let message = format!("nothing defines `{name}`");
                builder.problems.push(
                    Problem::error(evidence.at.clone(), message).help(
                        did_you_mean(name, asker.names.all())
                            .or(help)
                            .unwrap_or_else(|| "add it under `components`, or name it as the manifests do".to_owned()),
                    ),
                );
                unresolved(builder, asker, text, "nothing defines this name", evidence);
                return None;
            }
        },
    };
    let known = builder.components.get(&id).map(|component| component.capabilities.keys().cloned().collect::<Vec<_>>());
    if let Some(known) = known.filter(|known| !known.contains(&capability)) {
        let all: Vec<&str> = known.iter().map(Capability::as_str).collect();
        let help = did_you_mean(capability.as_str(), all.iter().copied())
            .unwrap_or_else(|| format!("it has `{}`", all.join("`, `")));
        let message = format!("`{id}` has no capability `{capability}`");
        builder.problems.push(Problem::error(evidence.at.clone(), message).help(help));
        return None;
    }
    Some(CapabilityRef::new(id, capability))
}

/// A product of the catalogue, or a place; an error is advice, if there is any.
fn of_provider(builder: &mut Builder<'_>, asker: &Asker<'_>, name: &str) -> Result<ComponentId, Option<String>> {
    let (base, place) = name.split_once('@').map_or((name, None), |(base, place)| (base, Some(place)));
    let Some((provider, product)) = base.split_once('/') else { return Err(None) };
    let catalogue = builder.catalogue;
    let Some(known) = catalogue.provider(provider) else {
        let all = catalogue.providers.values().flat_map(|p| p.aliases.iter().chain([&p.name])).map(|name| &**name);
        return Err(did_you_mean(provider, all));
    };
    let canonical = |rest: &str| Place::parse(&format!("{}/{rest}", known.name));
    if let Some(product) = known.product(product) {
        let at = match place {
            Some(place) => match canonical(place) {
                Some(at) if at.region.as_ref().is_none_or(|region| known.regions.contains_key(region)) => Some(at),
                _ => return Err(did_you_mean(place, known.regions.keys().map(|name| &**name))),
            },
            None => place_at(&known.name, asker).cloned(),
        };
        return Ok(instances::used(builder, known, product, at.as_ref()));
    }
    let as_place = canonical(product).filter(|at| at.region.as_ref().is_some_and(|r| known.regions.contains_key(r)));
    match as_place {
        Some(at) if place.is_none() => {
            let evidence = Evidence { at: known.at.clone(), basis: Basis::Model, note: None };
            Ok(places::add(builder, &at, &evidence))
        }
        _ => Err(known.near(product).map(|help| format!("of {}, {help}", known.name))),
    }
}

/// Where one who runs here uses this provider: here, or at its only place with that provider.
fn place_at<'a>(provider: &str, asker: &Asker<'a>) -> Option<&'a Place> {
    if let Some(here) = asker.at.filter(|place| &*place.provider == provider) {
        return Some(here);
    }
    let mut there = asker.places.iter().filter(|place| &*place.provider == provider);
    there.next().filter(|_| there.next().is_none())
}

/// Own names first, then the catalogue, then a third party's public name; else it is dangling.
pub(super) fn by_address(
    builder: &mut Builder<'_>,
    asker: &Asker<'_>,
    address: &Address,
    evidence: &Evidence,
    terms: &mut Terms,
) -> Option<CapabilityRef> {
    let catalogue = builder.catalogue;
    let software = software_at(builder, address);
    let id = match asker.names.find(&address.host, asker.scope) {
        Known::One(id) => Some(id),
        Known::Elsewhere(id) => {
            let what = format!("`{}` is taken to be `{id}`, which is defined in another scope", address.host);
            builder.assume(asker.id, what, evidence);
            Some(id)
        }
        Known::Several(ids) => {
            let all: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
            unresolved(builder, asker, &address.host, &format!("could be any of {}", all.join(", ")), evidence);
            return None;
        }
        Known::Nothing => None,
    };
    if let Some(id) = id.as_ref().filter(|id| asker.names.is_code_alone(id) && !asker.names.is_code_alone(asker.id)) {
        let reason = format!("nothing runs it: no manifest tells of `{id}`, whose code is here");
        unresolved(builder, asker, &address.to_string(), &reason, evidence);
        return None;
    }
    if let Some(id) = id {
        if let Some((software, soft)) = software {
            if soft {
                terms.strength = Strength::Soft;
            }
            builder.called_as.push((id.clone(), software, evidence.clone()));
        }
        return Some(CapabilityRef::new(id, Capability::data()));
    }
    if let Some(found) = catalogue.recognise(&Sign::Host(Arc::clone(&address.host))) {
        return product(builder, asker, &found, terms);
    }
    let cluster = [".local", ".internal", ".svc", ".lan", ".cluster"].iter().any(|end| address.host.ends_with(end));
    let number = address.host.split('.').all(|part| part.parse::<u8>().is_ok());
    if number || cluster || !address.host.contains('.') {
        let reason = if number { "an address without a name" } else { "nothing answers at this name" };
        unresolved(builder, asker, &address.to_string(), reason, evidence);
        return None;
    }
    // A dotted name that is not public, `cart.shop` say, is a service of a namespace that was not read.
    if address.scheme.is_none() && address.host.matches('.').count() == 1 && address.port.is_some() {
        unresolved(builder, asker, &address.to_string(), "nothing answers at this name", evidence);
        return None;
    }
    if software.is_some_and(|(_, soft)| soft) {
        terms.strength = Strength::Soft;
    }
    Some(CapabilityRef::new(external(builder, &address.host, evidence), Capability::data()))
}

/// The software that usually answers at this scheme or port, and whether its loss is soft.
pub(super) fn software_at(builder: &Builder<'_>, address: &Address) -> Option<(ComponentId, bool)> {
    let by_scheme = address.scheme.clone().and_then(|scheme| builder.catalogue.recognise(&Sign::Scheme(scheme)));
    let found = by_scheme.or_else(|| builder.catalogue.recognise(&Sign::Port(address.port?)))?;
    let (provider, product) = builder.catalogue.product(&found.provider, &found.product)?;
    let id = ComponentId::product(&provider.name, &product.name, None);
    Some((id, product.strength == Strength::Soft))
}

pub(super) fn by_sign(
    builder: &mut Builder<'_>,
    asker: &Asker<'_>,
    sign: &Sign,
    evidence: &Evidence,
    terms: &mut Terms,
) -> Option<CapabilityRef> {
    // Some signs are several providers': where the asker runs with one of them, it is that one's.
    let with = asker.at.or(asker.places.first()).map(|place| &place.provider);
    let found = match with {
        Some(provider) => builder.catalogue.recognise_with(provider, sign),
        None => builder.catalogue.recognise(sign),
    };
    if let Some(found) = found {
        return product(builder, asker, &found, terms);
    }
    match sign {
        Sign::Registry(host) if !host.starts_with("localhost") => {
            Some(CapabilityRef::new(external(builder, host, evidence), Capability::data()))
        }
        Sign::Registry(_) => None,
        _ => {
            let reason = format!("no catalogue knows it among its {}", sign.vocabulary().replace('_', " "));
            unresolved(builder, asker, &sign.to_string(), &reason, evidence);
            None
        }
    }
}

fn product(builder: &mut Builder<'_>, asker: &Asker<'_>, found: &Found, terms: &mut Terms) -> Option<CapabilityRef> {
    let (provider, product) = builder.catalogue.product(&found.provider, &found.product)?;
    let named = found.region.as_ref().map(|region| Place {
        provider: Arc::clone(&provider.name),
        region: Some(Arc::clone(region)),
        zone: None,
    });
    let at = named.as_ref().or_else(|| place_at(&provider.name, asker));
    let id = instances::used(builder, provider, product, at);
    if product.strength == Strength::Soft {
        terms.strength = Strength::Soft;
    }
    Some(CapabilityRef::new(id, found.capability.clone().unwrap_or_else(Capability::data)))
}

/// A third party's service, known by its public name alone.
fn external(builder: &mut Builder<'_>, host: &str, evidence: &Evidence) -> ComponentId {
    let id = ComponentId::new(host);
    let new = || Component::new(id.clone(), Kind::External, evidence.clone());
    builder.components.entry(id.clone()).or_insert_with(new);
    id
}

fn unresolved(builder: &mut Builder<'_>, asker: &Asker<'_>, what: &str, reason: &str, evidence: &Evidence) {
    builder.unresolved.push(Unresolved {
        from: Some(asker.id.clone()),
        what: what.to_owned(),
        reason: reason.to_owned(),
        evidence: evidence.clone(),
    });
}
