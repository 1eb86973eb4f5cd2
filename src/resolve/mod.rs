//! Facts and catalogue to a system: which words name which component, what its needs lead to, and what names nothing.

mod align;
mod alternatives;
mod apps;
mod copies;
mod deployments;
mod flows;
mod instances;
mod merge;
mod names;
mod observed;
mod places;
mod resources;
mod shared;
mod software;
mod targets;
mod tidy;
mod wants;

pub use align::align;
pub use observed::{Comparison, Pair, compare};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalogue::{Catalogue, Product, Provider};
use crate::facts::Facts;
use crate::model::{Assumption, Basis, Component, ComponentId, Evidence, Need, Place, System, Unresolved};
use crate::source::Problem;

/// A system, and what was wrong with the names in it.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The system.
    pub system: System,
    /// Names that somebody wrote and that lead nowhere.
    pub problems: Vec<Problem>,
}

/// Builds the system that the facts describe, each set under the name of its format.
///
/// 0. Resources of infrastructure as code become things and needs (see `resources/`).
/// 1. Things of one name become one component (see `merge.rs`).
/// 2. Words become targets: own names, addresses, the catalogue's products at the place of the one that needs them.
///    Where a component is deployed in several ways that contradict each other, that nearest to production counts
///    (see `deployments.rs`).
/// 3. The products that are reached bring what they need themselves.
/// 4. What was declared overrides what was inferred; then apps are chosen where nobody declared any.
///
/// What leads nowhere is listed as unresolved, and the alternatives that it stands in keep the others: fewer
/// alternatives than written, never more.
pub fn resolve(facts: &[(&'static str, Facts)], catalogue: &Catalogue) -> Resolved {
    let mut builder = Builder::new(catalogue);
    let understood = resources::understood(facts, catalogue);
    let facts = understood.as_deref().unwrap_or(facts);
    let merged = merge::merge(facts, &mut builder);
    let names = names::Names::new(facts, &merged);
    places::check(facts, &mut builder);
    let mut drafts = wants::drafts(facts, &merged, &names, &mut builder);
    shared::settle(facts, &merged, &mut drafts, &mut builder);
    deployments::settle(facts, &merged, &mut drafts, &mut builder);
    tidy::tidy(facts, &merged, &names, &mut drafts, &mut builder);
    copies::settle(drafts, &mut builder);
    apps::recognise(facts, &merged, &mut builder);
    software::bind(facts, &merged, &mut builder);
    alternatives::check(&mut builder);
    apps::choose(facts, &merged, &mut builder);
    remarks(facts, &merged, &mut builder);
    let flows = flows::flows(facts, &merged, &builder);
    let mut resolved = builder.finish(facts.iter().find_map(|(_, facts)| facts.system.clone()));
    resolved.system.flows = flows;
    resolved
}

/// A provider by itself: each of its products in each of its regions, and no app.
///
/// `None` when the catalogue knows no such provider.
pub fn provider_alone(catalogue: &Catalogue, name: &str) -> Option<System> {
    let provider = catalogue.provider(name)?;
    let regions = provider.regions.keys().map(|region| Place {
        provider: Arc::clone(&provider.name),
        region: Some(Arc::clone(region)),
        zone: None,
    });
    let places: Vec<Option<Place>> = if provider.regions.is_empty() { vec![None] } else { regions.map(Some).collect() };
    let products = provider.products.values();
    let all = products.flat_map(|product| places.iter().map(move |place| (provider, Some(product), place.clone())));
    let mut system = products_alone(catalogue, all);
    system.name = Some(provider.title.to_string());
    Some(system)
}

/// Products at places with all that they need, and places alone; no app.
pub fn products_alone<'c>(
    catalogue: &'c Catalogue,
    wanted: impl IntoIterator<Item = (&'c Provider, Option<&'c Product>, Option<Place>)>,
) -> System {
    let mut builder = Builder::new(catalogue);
    for (provider, product, place) in wanted {
        match (product, place) {
            (Some(product), place) => {
                instances::instance(&mut builder, provider, product, place.as_ref());
            }
            (None, Some(place)) => {
                places::add(
                    &mut builder,
                    &place,
                    &Evidence { at: provider.at.clone(), basis: Basis::Model, note: None },
                );
            }
            (None, None) => {}
        }
    }
    builder.finish(None).system
}

/// A system in the making.
struct Builder<'c> {
    catalogue: &'c Catalogue,
    components: BTreeMap<ComponentId, Component>,
    unresolved: Vec<Unresolved>,
    assumptions: Vec<Assumption>,
    problems: Vec<Problem>,
    taken_as_apps: BTreeSet<ComponentId>,
    /// Where it is written that a component runs at a place.
    stands: BTreeMap<(ComponentId, Place), Evidence>,
    /// Which software answers at the ports that own components are called on.
    called_as: Vec<(ComponentId, ComponentId, Evidence)>,
}

impl<'c> Builder<'c> {
    fn new(catalogue: &'c Catalogue) -> Self {
        Builder {
            catalogue,
            components: BTreeMap::new(),
            unresolved: Vec::new(),
            assumptions: Vec::new(),
            problems: Vec::new(),
            taken_as_apps: BTreeSet::new(),
            stands: BTreeMap::new(),
            called_as: Vec::new(),
        }
    }

    fn assume(&mut self, about: &ComponentId, what: impl Into<String>, evidence: &Evidence) {
        self.assumptions.push(Assumption { about: about.clone(), what: what.into(), evidence: evidence.clone() });
    }

    fn finish(mut self, name: Option<String>) -> Resolved {
        declare_targets(&mut self.components);
        self.unresolved.sort();
        self.unresolved.dedup();
        self.assumptions.sort();
        self.assumptions.dedup();
        self.problems.sort();
        self.problems.dedup();
        let Builder { components, unresolved, assumptions, problems, taken_as_apps, .. } = self;
        let flows = Vec::new();
        Resolved { system: System { name, components, taken_as_apps, flows, unresolved, assumptions }, problems }
    }
}

/// Gives each component the capabilities that others need of it.
fn declare_targets(components: &mut BTreeMap<ComponentId, Component>) {
    let all = components.values().flat_map(|component| component.capabilities.values().flatten());
    let targets: Vec<_> = all.flat_map(Need::targets).cloned().collect();
    for target in targets {
        if let Some(component) = components.get_mut(&target.component) {
            component.capabilities.entry(target.capability).or_default();
        }
    }
}

/// What readers saw and did not understand.
fn remarks(facts: &[(&'static str, Facts)], merged: &merge::Merged, builder: &mut Builder) {
    for (set, (_, facts)) in facts.iter().enumerate() {
        for remark in &facts.remarks {
            builder.unresolved.push(Unresolved {
                from: remark.about.map(|about| merged.id(set, about).clone()),
                what: remark.what.clone(),
                reason: remark.reason.clone(),
                evidence: remark.evidence.clone(),
            });
        }
    }
}
