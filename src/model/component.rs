//! Components: anything that can be down.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Capability, ComponentId, Evidence, Need, Place, Role};

/// What a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Its users notice when it fails: what a blast radius is counted in.
    App,
    /// It serves other components.
    Service,
    /// It runs and ends, or runs beside the requests.
    Job,
    /// It keeps data: a database, a queue, a cache.
    Store,
    /// A third party's.
    External,
    /// A provider's product.
    Product,
    /// A provider's internal component that products share.
    Shared,
    /// A provider as a place.
    Provider,
    /// A region.
    Region,
    /// An availability zone.
    Zone,
}

impl Kind {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Kind::App => "app",
            Kind::Service => "service",
            Kind::Job => "job",
            Kind::Store => "store",
            Kind::External => "external",
            Kind::Product => "product",
            Kind::Shared => "shared",
            Kind::Provider => "provider",
            Kind::Region => "region",
            Kind::Zone => "zone",
        }
    }

    /// Whether it is a place rather than a thing at a place.
    pub fn is_place(self) -> bool {
        matches!(self, Kind::Provider | Kind::Region | Kind::Zone)
    }
}

/// A component with its capabilities and what each of them needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Its id.
    pub id: ComponentId,
    /// Its name without what tells it from others of the same name.
    pub plain: Arc<str>,
    /// The namespace, project or root folder in which that name is its own, where it has one.
    pub scope: Option<Arc<str>>,
    /// What it is.
    pub kind: Kind,
    /// How critical an app is, 1 the most.
    pub tier: Option<u8>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
    /// What its files say about it beside: labels and tags, a tag with no value.
    pub labels: BTreeMap<Arc<str>, Arc<str>>,
    /// How much it counts in a blast radius, beside its tier.
    pub weight: Option<f64>,
    /// Other names of the same thing.
    pub aliases: Vec<Arc<str>>,
    /// Whose product it is.
    pub provider: Option<Arc<str>>,
    /// Where it runs; empty when that is not known, or it runs nowhere in particular.
    pub at: Vec<Place>,
    /// It runs in some region or zone, and nobody says in which.
    pub place_unknown: bool,
    /// What each capability needs; `data` and `control` are always there.
    pub capabilities: BTreeMap<Capability, Vec<Need>>,
    /// What a restart needs and takes, if it is sticky or slow.
    pub restart: Option<Restart>,
    /// How often it is up, if a figure is known.
    pub availability: Option<Availability>,
    /// How soon it has to be back after an outage: its recovery time objective.
    pub rto: Option<Duration>,
    /// What is known about several copies of it.
    pub redundancy: Redundancy,
    /// The container images that it runs, the main one first.
    pub images: Vec<Arc<str>>,
    /// The software it is, when its image is recognised: `software/postgresql`.
    pub software: Option<ComponentId>,
    /// What it is to others, if it is a product of which rules must know that.
    pub role: Option<Role>,
    /// A product that is only recognised: nobody wrote down what it needs.
    pub sketch: bool,
    /// Where it is declared or named; never empty.
    pub evidence: Vec<Evidence>,
}

impl Component {
    /// A component without needs.
    pub fn new(id: ComponentId, kind: Kind, evidence: Evidence) -> Self {
        let capabilities = [(Capability::data(), Vec::new()), (Capability::control(), Vec::new())].into();
        Component {
            plain: id.shared(),
            scope: None,
            id,
            kind,
            tier: None,
            owner: None,
            labels: BTreeMap::new(),
            weight: None,
            aliases: Vec::new(),
            provider: None,
            at: Vec::new(),
            place_unknown: false,
            capabilities,
            restart: None,
            availability: None,
            rto: None,
            redundancy: Redundancy::default(),
            images: Vec::new(),
            software: None,
            role: None,
            sketch: false,
            evidence: vec![evidence],
        }
    }

    /// Whether its users notice when it fails.
    pub fn is_app(&self) -> bool {
        self.kind == Kind::App
    }
}

/// How a component comes back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restart {
    /// It stays down after its cause is gone, until it is restarted.
    pub sticky: bool,
    /// How long a restart takes.
    pub takes: Duration,
    /// How long it is degraded afterwards: backlog, returning herd, cold caches.
    pub drain: Duration,
}

/// How often a component is up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Availability {
    /// A share of the time, from 0 to 1.
    Share(f64),
    /// Mean time between failures, mean time to repair.
    Means {
        /// Mean time between failures.
        mtbf: Duration,
        /// Mean time to repair.
        mttr: Duration,
    },
}

/// What a manifest says about several copies; what it does not say is unknown, not single.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Redundancy {
    /// How many copies run, the fewest if that varies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<u32>,
    /// What the copies are spread over: `topology.kubernetes.io/zone`, `kubernetes.io/hostname`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<Arc<str>>,
    /// What a disruption budget keeps up, as written: `minAvailable 2`, `maxUnavailable 1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Arc<str>>,
}
