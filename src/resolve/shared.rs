//! Variables that many share, on software that reads none of them: a file of variables for all services makes a database
//! need nothing.

use std::sync::Arc;

use super::Builder;
use super::deployments::setting;
use super::merge::Merged;
use super::wants::Draft;
use crate::catalogue::Product;
use crate::facts::{ComponentFact, Facts, NeedFact, Sign};
use crate::model::{Basis, CapabilityRef, ComponentId, Kind};

/// Leaves out needs of stores and brokers that run as they are pulled, where nothing but variables that others are told
/// as well names what is needed. Linear in the needs.
///
/// What the software is known to need, what is of its own kind, and a variable that is named after it are kept.
pub(super) fn settle(
    facts: &[(&'static str, Facts)],
    merged: &Merged,
    drafts: &mut Vec<Draft>,
    builder: &mut Builder<'_>,
) {
    let mut left_out = Vec::new();
    drafts.retain(|draft| {
        let Some((set, number)) = draft.said.filter(|_| !draft.declared) else { return true };
        let facts_of = &facts[set].1;
        let need = &facts_of.needs[number];
        let fact = &facts_of.components[need.from];
        let Some(settings) = of_others(fact, need) else { return true };
        let Some((product, id)) = store(fact, builder) else { return true };
        let named_after = |setting: &Arc<str>| setting.to_lowercase().starts_with(&*product.name);
        let known = |target: &CapabilityRef| {
            let software = software(facts, merged, &target.component, builder);
            software.is_some_and(|other| other == id || needs(product, &other))
        };
        let targets = draft.copies.iter().flat_map(|need| need.targets());
        if settings.iter().any(named_after) || targets.clone().any(known) {
            return true;
        }
        let names: Vec<String> = draft.copies[0].targets().iter().map(|target| format!("`{}`", target.component)).collect();
        let what = format!(
            "{} is not counted as a need: {} comes from a file for several services, and {} as it is pulled reads no such variable",
            names.join(", "),
            settings.join(", "),
            product.title
        );
        left_out.push((draft.from.clone(), what, need.need.evidence[0].clone()));
        false
    });
    for (from, what, evidence) in left_out {
        builder.assume(&from, what, &evidence);
    }
}

/// The settings that a need comes from, where it comes from nothing but what others are told as well.
fn of_others(fact: &ComponentFact, need: &NeedFact) -> Option<Vec<Arc<str>>> {
    let shared = |name: &Arc<str>| fact.told_with_others.contains(name);
    let all = need.need.evidence.iter();
    all.map(|one| setting(one).filter(|name| one.basis == Basis::Manifest && shared(name))).collect()
}

/// The store that a component is that runs the image of one.
fn store<'c>(fact: &ComponentFact, builder: &Builder<'c>) -> Option<(&'c Product, ComponentId)> {
    let image = fact.images.first().filter(|_| fact.built.iter().all(|built| built.recipe.is_none()))?;
    let found = builder.catalogue.recognise(&Sign::Image(Arc::clone(&image.text)))?;
    let (provider, product) = builder.catalogue.product(&found.provider, &found.product)?;
    let id = ComponentId::product(&provider.name, &product.name, None);
    (product.kind == Kind::Store).then_some((product, id))
}

/// The software of a component, by its image.
fn software(
    facts: &[(&'static str, Facts)],
    merged: &Merged,
    component: &ComponentId,
    builder: &Builder<'_>,
) -> Option<ComponentId> {
    let members = facts.iter().enumerate().flat_map(|(set, (_, facts))| {
        facts.components.iter().enumerate().filter(move |(index, _)| merged.id(set, *index) == component)
    });
    let images = members.filter_map(|(_, fact)| fact.images.first().or(fact.bases.first()));
    let mut found = images.filter_map(|image| builder.catalogue.recognise(&Sign::Image(Arc::clone(&image.text))));
    found.next().map(|found| ComponentId::product(&found.provider, &found.product, None))
}

/// Whether a product is known to need some software.
fn needs(product: &Product, software: &ComponentId) -> bool {
    let entries = product.capabilities.values().flat_map(|capability| &capability.needs);
    let mut targets = entries.flat_map(|need| need.wanted.targets());
    targets.any(|target| software.as_str().rsplit('/').next() == Some(&*target.product))
}
