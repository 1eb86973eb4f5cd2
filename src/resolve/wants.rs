//! From the words of a need to its targets, once for each place where the one that needs it runs.

use std::sync::Arc;

use super::merge::Merged;
use super::names::{Known, Names};
use super::{Builder, instances, places};
use crate::catalogue::{Found, registry};
use crate::facts::{Address, Facts, Sign, Target, Wanted};
use crate::model::{
    Basis, Capability, CapabilityRef, Component, ComponentId, Confidence, Evidence, Kind, Need, Phase, Place, Requires,
    Strength, Terms, Unresolved,
};
use crate::source::{Problem, did_you_mean};

/// A need of a component, resolved at each of its places.
pub(super) struct Draft {
    /// Whose.
    pub(super) from: ComponentId,
    /// Of which capability.
    pub(super) capability: Capability,
    /// Whether a person wrote it in `linchpin.yaml`, which overrides what readers infer.
    pub(super) declared: bool,
    /// One for each place of the component, or a single one when it has none or one.
    pub(super) copies: Vec<Need>,
}

/// Who asks, and where it stands.
struct Asker<'a> {
    id: &'a ComponentId,
    scope: Option<&'a Arc<str>>,
    set: usize,
    at: Option<&'a Place>,
    places: &'a [Place],
}

/// Resolves every need of every fact.
pub(super) fn drafts(
    facts: &[(&'static str, Facts)],
    merged: &Merged,
    names: &Names,
    builder: &mut Builder<'_>,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (set, (format, facts)) in facts.iter().enumerate() {
        for fact in &facts.needs {
            let id = merged.id(set, fact.from);
            let scope = facts.components[fact.from].scope.as_ref();
            let declared = *format == "linchpin";
            draft(builder, merged, names, (set, id, scope), &fact.need, &mut |copies| {
                drafts.push(Draft { from: id.clone(), capability: fact.capability.clone(), declared, copies });
            });
        }
        for (index, fact) in facts.components.iter().enumerate() {
            let id = merged.id(set, index);
            for image in &fact.images {
                let sign = Target::Sign(Sign::Registry(registry(&image.text).into()));
                let terms = Terms { phase: Phase::Start, ..Terms::hard(Confidence::Inferred) };
                let want = Wanted { target: sign, terms, evidence: vec![image.evidence.clone()] };
                draft(builder, merged, names, (set, id, fact.scope.as_ref()), &want, &mut |copies| {
                    let capability = Capability::data();
                    drafts.push(Draft { from: id.clone(), capability, declared: false, copies });
                });
            }
        }
    }
    drafts
}

fn draft(
    builder: &mut Builder<'_>,
    merged: &Merged,
    names: &Names,
    (set, id, scope): (usize, &ComponentId, Option<&Arc<str>>),
    want: &Wanted,
    keep: &mut dyn FnMut(Vec<Need>),
) {
    let all: Vec<Place> = builder.components.get(id).map(|component| component.at.clone()).unwrap_or_default();
    let each: Vec<Option<&Place>> = if all.len() > 1 { all.iter().map(Some).collect() } else { vec![all.first()] };
    let wanted = each.len();
    let copies: Vec<Need> = each
        .into_iter()
        .filter_map(|at| need(builder, merged, names, &Asker { id, scope, set, at, places: &all }, want))
        .collect();
    if copies.len() == wanted {
        keep(copies);
    }
}

fn need(builder: &mut Builder<'_>, merged: &Merged, names: &Names, asker: &Asker<'_>, want: &Wanted) -> Option<Need> {
    let evidence = want.evidence.first()?;
    let mut terms = want.terms.clone();
    let requires = match &want.target {
        Target::Name(text) => Requires::One(by_name(builder, names, asker, text, evidence)?),
        Target::Component(index) => {
            Requires::One(CapabilityRef::new(merged.id(asker.set, *index).clone(), Capability::data()))
        }
        Target::Address(address) => Requires::One(by_address(builder, names, asker, address, evidence, &mut terms)?),
        Target::Sign(sign) => Requires::One(by_sign(builder, asker, sign, evidence, &mut terms)?),
        Target::AtLeast { k, members } => {
            let members: Vec<Need> =
                members.iter().filter_map(|member| need(builder, merged, names, asker, member)).collect();
            if members.len() < *k {
                return None;
            }
            Requires::AtLeast { k: *k, members }
        }
    };
    Some(Need { requires, terms, evidence: want.evidence.clone() })
}

/// `name`, `name:capability`, `provider/product`, `provider/product@place`, `provider/region/zone`.
fn by_name(
    builder: &mut Builder<'_>,
    names: &Names,
    asker: &Asker<'_>,
    text: &str,
    evidence: &Evidence,
) -> Option<CapabilityRef> {
    let (name, capability) = CapabilityRef::split(text);
    let capability = capability.map_or_else(Capability::data, Capability::new);
    let id = match names.find(name, asker.scope) {
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
                        did_you_mean(name, names.all())
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
    if let Some(product) = known.products.get(product) {
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
        _ => {
            let near = did_you_mean(product, known.products.keys().map(|name| &**name));
            Err(near.map(|help| format!("of {}, {help}", known.name)))
        }
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
fn by_address(
    builder: &mut Builder<'_>,
    names: &Names,
    asker: &Asker<'_>,
    address: &Address,
    evidence: &Evidence,
    terms: &mut Terms,
) -> Option<CapabilityRef> {
    let catalogue = builder.catalogue;
    let software = software_at(builder, address);
    let id = match names.find(&address.host, asker.scope) {
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
fn software_at(builder: &Builder<'_>, address: &Address) -> Option<(ComponentId, bool)> {
    let by_scheme = address.scheme.clone().and_then(|scheme| builder.catalogue.recognise(&Sign::Scheme(scheme)));
    let found = by_scheme.or_else(|| builder.catalogue.recognise(&Sign::Port(address.port?)))?;
    let (provider, product) = builder.catalogue.product(&found.provider, &found.product)?;
    let id = ComponentId::product(&provider.name, &product.name, None);
    Some((id, product.strength == Strength::Soft))
}

fn by_sign(
    builder: &mut Builder<'_>,
    asker: &Asker<'_>,
    sign: &Sign,
    evidence: &Evidence,
    terms: &mut Terms,
) -> Option<CapabilityRef> {
    if let Some(found) = builder.catalogue.recognise(sign) {
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

/// Puts the needs into the components.
///
/// What runs at one place needs that place. What runs at several is as many copies, any one of which is enough, and
/// each copy needs its own place and the products at that place; what all copies share stays outside.
pub(super) fn settle(drafts: Vec<Draft>, builder: &mut Builder<'_>) {
    let mut by_owner: std::collections::BTreeMap<(ComponentId, Capability), Vec<Draft>> = Default::default();
    for draft in drafts {
        by_owner.entry((draft.from.clone(), draft.capability.clone())).or_default().push(draft);
    }
    let own: Vec<(ComponentId, Vec<Place>, Vec<Capability>, Evidence)> = builder
        .components
        .values()
        .filter(|component| component.provider.is_none())
        .map(|c| (c.id.clone(), c.at.clone(), c.capabilities.keys().cloned().collect(), c.evidence[0].clone()))
        .collect();
    for (id, at, capabilities, evidence) in own {
        for capability in capabilities {
            let drafts = by_owner.remove(&(id.clone(), capability.clone())).unwrap_or_default();
            let needs = copies(&at, &evidence, drafts);
            if let Some(component) = builder.components.get_mut(&id) {
                component.capabilities.insert(capability, needs);
            }
        }
    }
}

fn copies(at: &[Place], evidence: &Evidence, drafts: Vec<Draft>) -> Vec<Need> {
    let standing = Evidence { note: Some("it runs there".into()), ..evidence.clone() };
    if at.len() < 2 {
        let place = at.first().map(|place| places::need(place, Confidence::Declared, &standing));
        let needs = drafts.into_iter().filter_map(|mut draft| draft.copies.pop());
        return place.into_iter().chain(needs).collect();
    }
    let mut shared = Vec::new();
    let mut local: Vec<Vec<Need>> =
        at.iter().map(|place| vec![places::need(place, Confidence::Declared, &standing)]).collect();
    for mut draft in drafts {
        let same = draft.copies.windows(2).all(|pair| pair[0].requires == pair[1].requires);
        if same || draft.copies.len() != at.len() {
            shared.extend(draft.copies.pop());
        } else if draft.copies[0].terms.phase == Phase::Start {
            shared.push(group(1, draft.copies));
        } else {
            for (copy, need) in local.iter_mut().zip(draft.copies) {
                copy.push(need);
            }
        }
    }
    let members =
        local.into_iter().map(|mut needs| if needs.len() == 1 { needs.remove(0) } else { group(needs.len(), needs) });
    let mut any = group(1, members.collect());
    any.terms.confidence = Confidence::Inferred;
    std::iter::once(any).chain(shared).collect()
}

fn group(k: usize, members: Vec<Need>) -> Need {
    let phase = members.first().map(|member| member.terms.phase).unwrap_or_default();
    let evidence: Vec<Evidence> =
        members.iter().filter_map(|member| member.evidence.first().cloned()).take(4).collect();
    Need {
        requires: Requires::AtLeast { k, members },
        terms: Terms { phase, ..Terms::hard(Confidence::Declared) },
        evidence,
    }
}
