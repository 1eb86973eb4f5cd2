//! What an outage may hit although nothing says so: what may stand where it strikes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Component, ComponentId, Kind, Place, System};
use crate::source::Location;

/// Why something may be hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody says where it runs.
    Anywhere,
    /// Nobody says in which region or zone (the word) of this place it runs.
    Within(&'static str, Arc<str>),
    /// It is a product that is lost at these places, and nobody says whether it stands at one of them.
    Instance(Vec<Arc<str>>),
    /// It needs such a product.
    Needs(ComponentId),
}

/// Something that may be hit, why, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unplaced {
    /// What.
    pub component: ComponentId,
    /// Why.
    pub doubt: Doubt,
    /// Where it is declared, or the need is.
    pub at: Option<Location>,
}

/// What the loss of these components may hit although nothing says so: for each place what may stand there, then for each
/// product at a place that of which nobody says where it stands, with what needs it.
///
/// Unknown is not safe, and no failure either, so that no state says it. Linear in the components for each place and each
/// such product.
pub fn unplaced(system: &System, lost: &BTreeSet<&ComponentId>) -> Vec<Unplaced> {
    let known = lost.iter().filter_map(|id| system.components.get(*id));
    let places: BTreeSet<&Place> = known.filter(|one| one.kind.is_place()).filter_map(|one| one.at.first()).collect();
    let mut found = Vec::new();
    for place in places {
        let word = if place.zone.is_some() { "zone" } else { "region" };
        for component in system.components.values().filter(|component| may_stand(component, place)) {
            let doubt = match component.provider {
                None if component.at.is_empty() => Doubt::Anywhere,
                _ => Doubt::Within(word, place.in_provider().to_string().into()),
            };
            found.push(Unplaced { component: component.id.clone(), doubt, at: declared(component) });
        }
    }
    let mut products: BTreeMap<&ComponentId, Vec<Arc<str>>> = BTreeMap::new();
    for (product, place) in lost.iter().filter_map(|id| id.as_str().split_once('@')) {
        let same = system.components.get(&ComponentId::new(product)).filter(|other| other.place_unknown);
        if let Some(other) = same.filter(|other| !lost.contains(&other.id)) {
            products.entry(&other.id).or_default().push(place.into());
        }
    }
    for (product, places) in products {
        let at = declared(&system.components[product]);
        found.push(Unplaced { component: product.clone(), doubt: Doubt::Instance(places), at });
        for other in system.components.values().filter(|other| other.provider.is_none()) {
            let mut needs = other.capabilities.values().flatten();
            if let Some(need) = needs.find(|need| need.targets().iter().any(|to| to.component == *product)) {
                let at = need.evidence.first().map(|evidence| evidence.at.clone());
                found.push(Unplaced { component: other.id.clone(), doubt: Doubt::Needs(product.clone()), at });
            }
        }
    }
    found
}

fn declared(component: &Component) -> Option<Location> {
    component.evidence.first().map(|evidence| evidence.at.clone())
}

/// Whether a component may stand at a place although it does not say so: it is of that provider, less exactly placed.
fn may_stand(component: &Component, place: &Place) -> bool {
    if component.kind.is_place() {
        return false;
    }
    if component.at.is_empty() && component.provider.is_none() {
        return component.kind != Kind::External;
    }
    if component.at.is_empty() {
        return place.region.is_some()
            && component.place_unknown
            && component.provider.as_deref() == Some(&*place.provider);
    }
    let coarser = |at: &Place| at != place && at.contains(place);
    let own = component.provider.is_none() || component.place_unknown;
    own && component.at.iter().any(coarser)
}
