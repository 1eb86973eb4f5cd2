//! The shape of a catalogue entry: providers, products, their capabilities and needs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::{Credit, ImportRule, Recognise, ResourceEntry};
use crate::model::{Capability, Grade, Kind, Phase, Restart, Role, Strength};
use crate::source::{Location, did_you_mean};

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
    /// What people call products beside their names, and the names.
    pub also_called: BTreeMap<Arc<str>, Arc<str>>,
    /// What its resource types mean, in the order in which they are written.
    pub resources: Vec<ResourceEntry>,
    /// How code writes the names of its packages.
    pub imports: Vec<ImportRule>,
    /// Where it is written.
    pub at: Location,
}

impl Provider {
    /// The product with this name, or that people call so.
    pub fn product(&self, name: &str) -> Option<&Product> {
        self.products.get(name).or_else(|| self.products.get(self.also_called.get(name)?))
    }

    /// What may have been meant by a name that no product has.
    pub fn near(&self, name: &str) -> Option<String> {
        did_you_mean(name, self.products.keys().chain(self.also_called.keys()).map(|name| &**name))
    }

    /// The sources that something of it cites.
    pub(super) fn cited(&self) -> BTreeSet<&Arc<str>> {
        let capabilities = self.products.values().flat_map(|product| product.capabilities.values());
        let needs = self.control_needs.iter().chain(capabilities.flat_map(|capability| &capability.needs));
        let restarts = self.products.values().filter_map(|product| product.restart.as_ref()?.source.as_ref());
        let shares = self.products.values().filter_map(|product| product.availability.as_ref()?.source.as_ref());
        let credits = self.products.values().filter_map(|product| product.credits.as_ref()?.source.as_ref());
        let quorums = self.products.values().filter_map(|product| product.quorum.as_ref()?.source.as_ref());
        let needs: Vec<&NeedEntry> = needs.collect();
        let before = needs.iter().filter_map(|need| Some(&need.before.as_ref()?.source));
        let cited = needs.iter().map(|need| &need.source).chain(before);
        cited.chain(restarts).chain(shares).chain(credits).chain(quorums).collect()
    }
}

/// A region of a provider.
#[derive(Clone, Debug)]
pub struct RegionEntry {
    /// What people call it.
    pub title: Option<Arc<str>>,
    /// Its zones, without the region.
    pub zones: Vec<Arc<str>>,
    /// The region that it is paired with: where products that keep a copy in the pair keep it.
    pub pair: Option<Arc<str>>,
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
    /// What it is to those who use it, where rules must know.
    pub role: Option<Role>,
    /// The strength that a need on it has when nobody says; telemetry is soft.
    pub strength: Strength,
    /// It is only recognised: nobody wrote down what it needs.
    pub sketch: bool,
    /// How it comes back.
    pub restart: Option<Stated<Restart>>,
    /// A majority of its copies must be up for it to serve.
    pub quorum: Option<Stated<()>>,
    /// What it promises, as a share of the time.
    pub availability: Option<Stated<f64>>,
    /// What is paid back when it is up less than that, the mildest breach first.
    pub credits: Option<Stated<Vec<Credit>>>,
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

/// A figure or a habit, and who states it.
#[derive(Clone, Debug)]
pub struct Stated<T> {
    /// What is stated.
    pub value: T,
    /// The source that states it.
    pub source: Option<Arc<str>>,
    /// When it became known, `2023-11-12`; nothing where no source states it.
    pub known: Option<Arc<str>>,
    /// Under which condition.
    pub note: Option<Arc<str>>,
}

/// A need in a catalogue.
#[derive(Clone, Debug)]
pub struct NeedEntry {
    /// What is needed.
    pub wanted: Wanted,
    /// The regions that the need holds in; empty when it holds everywhere.
    pub only_in: Vec<Arc<str>>,
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
    /// The day since which it is no longer so.
    pub ended: Option<Arc<str>>,
    /// How well it is supported.
    pub grade: Grade,
    /// What could be known of it before the source was out.
    pub before: Option<Before>,
    /// What is worth knowing.
    pub note: Option<Arc<str>>,
    /// Where it is written.
    pub at: Location,
}

/// What could be known of a need before a better source was out.
#[derive(Clone, Debug)]
pub struct Before {
    /// The source it cites.
    pub source: Arc<str>,
    /// When it became known, `2023-11-12`.
    pub known: Arc<str>,
    /// How well it was supported.
    pub grade: Grade,
    /// How strong it was held to be.
    pub strength: Strength,
}

/// What a need of a catalogue is on.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// A capability of a product.
    One(Target),
    /// At least `k` of the members: `any_of` is `k = 1`, `all_of` is `k = members.len()`.
    AtLeast {
        /// How many.
        k: usize,
        /// Of which; never empty.
        members: Vec<Member>,
    },
    /// A number of the zones of the region where the one that needs it stands.
    Zones {
        /// How many of them.
        keep: Keep,
        /// What is needed in each of these zones, if not just the zone.
        of: Option<Target>,
    },
}

/// A capability of a product, and where it is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The provider, if it is another one.
    pub provider: Option<Arc<str>>,
    /// The product.
    pub product: Arc<str>,
    /// Which of its capabilities.
    pub capability: Capability,
    /// Where, if not at the place of the one that needs it: a region of the provider.
    pub region: Option<Arc<str>>,
}

/// One of several alternatives.
#[derive(Clone, Debug)]
pub struct Member {
    /// What it is.
    pub wanted: Wanted,
    /// How long it takes to switch to it.
    pub switch: Option<Duration>,
    /// Which share of the load it carries, from 0 to 1.
    pub capacity: Option<f64>,
}

/// How many zones of a region must be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// This many.
    AtLeast(usize),
    /// All but this many.
    AllBut(usize),
}

impl Keep {
    /// How many of `zones` must be left: at least one, and never more than there are.
    pub fn of(self, zones: usize) -> usize {
        match self {
            Keep::AtLeast(k) => k.min(zones),
            Keep::AllBut(lost) => zones.saturating_sub(lost).max(1),
        }
    }
}

impl Wanted {
    /// Every target that is named, in order, nested alternatives included.
    pub fn targets(&self) -> Vec<&Target> {
        match self {
            Wanted::One(target) => vec![target],
            Wanted::AtLeast { members, .. } => members.iter().flat_map(|member| member.wanted.targets()).collect(),
            Wanted::Zones { of, .. } => of.iter().collect(),
        }
    }

    /// The same without the targets that do not hold; `None` when nothing is left of it.
    pub(super) fn without(&self, gone: &impl Fn(&Target) -> bool) -> Option<Wanted> {
        match self {
            Wanted::One(target) | Wanted::Zones { of: Some(target), .. } => (!gone(target)).then(|| self.clone()),
            Wanted::Zones { of: None, .. } => Some(self.clone()),
            Wanted::AtLeast { k, members } => {
                let kept = members
                    .iter()
                    .filter_map(|member| Some(Member { wanted: member.wanted.without(gone)?, ..member.clone() }));
                let kept: Vec<Member> = kept.collect();
                let all = *k == members.len();
                let k = if all { kept.len() } else { (*k).min(kept.len()) };
                (!kept.is_empty()).then_some(Wanted::AtLeast { k, members: kept })
            }
        }
    }

    /// Applies a change to every target.
    pub(super) fn change(&mut self, change: &mut impl FnMut(&mut Target)) {
        match self {
            Wanted::One(target) => change(target),
            Wanted::AtLeast { members, .. } => {
                members.iter_mut().for_each(|member| member.wanted.change(&mut *change));
            }
            Wanted::Zones { of, .. } => of.iter_mut().for_each(change),
        }
    }
}

impl Target {
    /// Whether it is this product; `None` stands for the provider that the need belongs to.
    pub fn is(&self, provider: Option<&str>, product: &str) -> bool {
        self.provider.as_deref() == provider && *self.product == *product
    }
}
