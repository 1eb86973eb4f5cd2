//! The shape of a catalogue entry: providers, products, their capabilities and needs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Recognise, ResourceEntry};
use crate::model::{Capability, Grade, Kind, Phase, Restart, Strength};
use crate::source::Location;

/// A provider: its places, sources and products.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its name, as in ids.
    pub name: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// Other names in use.
    pub aliases: Vec<Arc<str>>,
    /// The date that the entries are as of.
    pub as_of: Arc<str>,
    /// Whether things run *at* it; software that people run is no place.
    pub is_place: bool,
    /// Its regions by id.
    pub regions: BTreeMap<Arc<str>, RegionEntry>,
    /// What its entries cite.
    pub sources: BTreeMap<Arc<str>, Citable>,
    /// Needs that every product's `control` has unless it says otherwise.
    pub control_needs: Vec<NeedEntry>,
    /// Its products and shared components by name.
    pub products: BTreeMap<Arc<str>, Product>,
    /// What its resource types mean, in the order in which they are written.
    pub resources: Vec<ResourceEntry>,
    /// Where it is written.
    pub at: Location,
}

/// A region of a provider.
#[derive(Clone, Debug)]
pub struct RegionEntry {
    /// What people call it.
    pub title: Option<Arc<str>>,
    /// Its zones, without the region.
    pub zones: Vec<Arc<str>>,
    /// Where it is written.
    pub at: Location,
}

/// Something that entries cite.
#[derive(Clone, Debug)]
pub struct Citable {
    /// Its title.
    pub title: Arc<str>,
    /// Where it is published.
    pub url: Option<Arc<str>>,
    /// When it was published, `2023-11-12`.
    pub date: Arc<str>,
}

/// A product or a shared component of a provider.
#[derive(Clone, Debug)]
pub struct Product {
    /// Its name within the provider.
    pub name: Arc<str>,
    /// What people call it.
    pub title: Arc<str>,
    /// `Product` or `Shared`; for software that people run, what a component with its image is.
    pub kind: Kind,
    /// What runs on it is deployed and scaled through its control plane.
    pub hosts: bool,
    /// People come in through it: where it can be reached from outside, it is what their apps stand behind.
    pub gateway: bool,
    /// The strength that a need on it has when nobody says; telemetry is soft.
    pub strength: Strength,
    /// It is only recognised: nobody wrote down what it needs.
    pub sketch: bool,
    /// How it comes back.
    pub restart: Option<Restart>,
    /// What it promises, as a share of the time.
    pub availability: Option<f64>,
    /// Its capabilities.
    pub capabilities: BTreeMap<Capability, CapabilityEntry>,
    /// How it is recognised.
    pub recognise: Recognise,
    /// Where it is written.
    pub at: Location,
}

/// A capability of a product.
#[derive(Clone, Debug)]
pub struct CapabilityEntry {
    /// How far one instance of it reaches.
    pub scope: Scope,
    /// The region that a global capability lives in, if it does.
    pub home: Option<Arc<str>>,
    /// What it needs.
    pub needs: Vec<NeedEntry>,
    /// What is worth knowing.
    pub note: Option<Arc<str>>,
}

/// How far one instance of a capability reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// One for everybody.
    Global,
    /// One a region.
    Region,
    /// One a zone.
    Zone,
}

/// A need in a catalogue.
#[derive(Clone, Debug)]
pub struct NeedEntry {
    /// The product that is needed, of the same provider.
    pub product: Arc<str>,
    /// Which of its capabilities.
    pub capability: Capability,
    /// Where, if not at the place of the one that needs it: a region of the provider.
    pub region: Option<Arc<str>>,
    /// Hard or soft.
    pub strength: Strength,
    /// To serve or to start.
    pub phase: Phase,
    /// What bridges its failure.
    pub grace: Option<Duration>,
    /// The source it cites.
    pub source: Arc<str>,
    /// When it became known, `2023-11-12`.
    pub known: Arc<str>,
    /// How well it is supported.
    pub grade: Grade,
    /// What is worth knowing.
    pub note: Option<Arc<str>>,
    /// Where it is written.
    pub at: Location,
}
