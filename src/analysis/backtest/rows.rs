//! One reported thing and what was predicted of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use globset::Glob;

use crate::analysis::replay::{Seconds, Timeline};
use crate::catalogue::outage::{Outage, Reported, Selector, Source};
use crate::catalogue::{Catalogue, Product, Provider, Scope};
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, CapabilityRef, ComponentId, Place, State};

/// One reported thing and what was predicted of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was reported on, as it is written.
    pub what: Arc<str>,
    /// How it was reported to be.
    pub reported: State,
    /// Who said so.
    pub grade: Source,
    /// The worst state that was predicted of any instance.
    pub predicted: State,
    /// The share of its instances (a product in several regions) of which the prediction is right; an instance is hit
    /// when any of its zones is.
    pub right: f64,
    /// Whether the state itself was predicted, where it is not enough to say that it is not up.
    pub exact: bool,
    /// Whether anything of the same product was predicted not to be up.
    pub product_hit: bool,
    /// The outage file itself takes it down: nothing is predicted.
    pub given: bool,
    /// When it was reported and predicted to be up again.
    pub back: (Option<Seconds>, Option<Seconds>),
}

/// Every product and place that an outage names, at the places where it is looked at.
pub(super) fn wanted<'c>(
    outage: &Outage,
    catalogue: &'c Catalogue,
) -> Vec<(&'c Provider, Option<&'c Product>, Option<Place>)> {
    let failed = outage.failed.iter().flat_map(|row| &row.what);
    let reported = outage.reported.iter().flat_map(|row| &row.what);
    let mut all = Vec::new();
    for selector in failed.chain(reported) {
        let Some(named) = Named::read(&selector.text, catalogue) else { continue };
        for place in named.places(outage) {
            for product in &named.products {
                let places = named.zones(product, place.as_ref());
                all.extend(places.into_iter().map(|place| (named.provider, Some(*product), place)));
            }
            if named.products.is_empty() {
                all.push((named.provider, None, place));
            }
        }
    }
    all
}

/// Compares one reported thing with a prediction.
pub(super) fn row(
    reported: &Reported,
    selector: &Selector,
    outage: &Outage,
    catalogue: &Catalogue,
    graph: &Graph,
    timeline: &Timeline,
    given: &[NodeId],
) -> Row {
    let mut row = Row {
        what: Arc::clone(&selector.text),
        reported: reported.state,
        grade: reported.grade,
        predicted: State::Up,
        right: 0.0,
        exact: false,
        product_hit: false,
        given: false,
        back: (reported.until.map(|until| until.0), None),
    };
    let Some(named) = Named::read(&selector.text, catalogue) else { return row };
    let instances = named.instances(outage, graph);
    let worst = |node: &NodeId| timeline.of(*node).iter().map(|segment| segment.state).max().unwrap_or(State::Up);
    let of_instance = |components: &Vec<u32>| {
        let nodes = components.iter().filter_map(|component| graph.node(*component, &named.capability));
        nodes.collect::<Vec<NodeId>>()
    };
    let by_instance: Vec<Vec<NodeId>> = instances.iter().map(of_instance).filter(|nodes| !nodes.is_empty()).collect();
    let states: Vec<State> =
        by_instance.iter().map(|nodes| nodes.iter().map(worst).max().unwrap_or(State::Up)).collect();
    let nodes: Vec<NodeId> = by_instance.into_iter().flatten().collect();
    let right = states.iter().filter(|state| super::hit(**state) == super::hit(reported.state)).count();
    row.right = if states.is_empty() { 0.0 } else { right as f64 / states.len() as f64 };
    row.predicted = states.iter().copied().max().unwrap_or(State::Up);
    row.exact = row.predicted == reported.state;
    row.given = nodes.iter().any(|node| given.contains(node));
    row.product_hit =
        instances.iter().flatten().flat_map(|owner| graph.capabilities_of(*owner)).any(|node| super::hit(worst(&node)));
    let ends = nodes.iter().filter_map(|node| timeline.of(*node).last()).map(|segment| segment.until);
    row.back.1 = ends.max_by_key(|until| until.unwrap_or(Seconds::MAX)).flatten();
    row
}

/// A selector of a report, taken apart.
struct Named<'c> {
    provider: &'c Provider,
    /// The products; empty when it names a place.
    products: Vec<&'c Product>,
    place: Option<Place>,
    capability: Capability,
}

impl<'c> Named<'c> {
    fn read(text: &str, catalogue: &'c Catalogue) -> Option<Self> {
        let text = text.split_once('=').map_or(text, |(_, value)| value);
        let (name, capability) = CapabilityRef::split(text);
        let (base, place) = name.split_once('@').map_or((name, None), |(base, place)| (base, Some(place)));
        let (provider, product) = base.split_once('/').map_or((base, None), |(first, rest)| (first, Some(rest)));
        let provider = catalogue.provider(provider)?;
        let place = place.and_then(|place| Place::parse(&format!("{}/{place}", provider.name)));
        let capability = capability.map_or_else(Capability::data, Capability::new);
        let whole = |place| Named { provider, products: Vec::new(), place, capability: capability.clone() };
        let Some(product) = product else { return Some(whole(Place::parse(&provider.name))) };
        if let Some(product) = provider.product(product) {
            return Some(Named { provider, products: vec![product], place, capability });
        }
        if let Some(place) = Place::parse(base)
            .filter(|place| place.region.as_ref().is_some_and(|region| provider.regions.contains_key(region)))
        {
            return Some(whole(Some(Place { provider: Arc::clone(&provider.name), ..place })));
        }
        // Of what is only recognised nobody says what it needs, so a glob does not mean it.
        let glob = Glob::new(product).ok()?.compile_matcher();
        let described = provider.products.values().filter(|product| !product.sketch && glob.is_match(&*product.name));
        Some(Named { provider, products: described.collect(), place, capability })
    }

    /// The places where it is looked at: its own, else the regions of the outage, else all of the provider.
    fn places(&self, outage: &Outage) -> Vec<Option<Place>> {
        if self.place.is_some() {
            return vec![self.place.clone()];
        }
        let of_outage = outage.regions.iter().filter(|region| self.provider.regions.contains_key(*region));
        let mut regions: Vec<&Arc<str>> = of_outage.collect();
        if regions.is_empty() {
            regions = self.provider.regions.keys().collect();
        }
        let at = |region: &Arc<str>| {
            Some(Place { provider: Arc::clone(&self.provider.name), region: Some(Arc::clone(region)), zone: None })
        };
        if regions.is_empty() { vec![None] } else { regions.into_iter().map(at).collect() }
    }

    /// What of a product stands at a place: of one that stands in zones an instance in each zone of a region.
    fn zones(&self, product: &Product, place: Option<&Place>) -> Vec<Option<Place>> {
        let zonal = product.capabilities.get(&self.capability).is_some_and(|entry| entry.scope == Scope::Zone);
        let region = place.filter(|place| zonal && place.zone.is_none()).and_then(|place| place.region.as_ref());
        let zones = region.and_then(|region| self.provider.regions.get(region)).map(|region| region.zones.as_slice());
        match (zones, place) {
            (Some(zones @ [_, ..]), Some(place)) => {
                zones.iter().map(|zone| Some(Place { zone: Some(Arc::clone(zone)), ..place.clone() })).collect()
            }
            _ => vec![place.cloned()],
        }
    }

    /// The instances of the compiled system that it names, each once: one a product and place, in zones several
    /// components.
    fn instances(&self, outage: &Outage, graph: &Graph) -> BTreeSet<Vec<u32>> {
        let mut found = BTreeSet::new();
        for place in self.places(outage) {
            if self.products.is_empty() {
                found.extend(place.as_ref().and_then(|place| graph.component(&place.id())).map(|place| vec![place]));
            }
            for product in &self.products {
                let here = self.zones(product, place.as_ref());
                let components: Vec<u32> =
                    here.iter().filter_map(|place| self.component(product, place.as_ref(), graph)).collect();
                found.insert(components);
            }
        }
        found.remove(&Vec::new());
        found
    }

    /// A product that is wider than the place is found at the region, or nowhere in particular.
    fn component(&self, product: &Product, place: Option<&Place>, graph: &Graph) -> Option<u32> {
        let region = place.and_then(Place::in_region);
        let mut tried = [place, region.as_ref(), None].into_iter();
        tried.find_map(|place| graph.component(&ComponentId::product(&self.provider.name, &product.name, place)))
    }
}
