//! Every component ranked by the apps that it alone takes down; and pairs, and sweeps over places.

mod named;
mod text;

use std::borrow::Cow;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use crate::analysis::Reach;
use crate::model::{ComponentId, Kind};

pub use named::Named;

/// The report of `spof`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Spof {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// Every component (or place, or capability) whose loss touches an app, the worst first.
    pub components: Vec<SpofView>,
    /// How many apps there are.
    pub apps: usize,
    /// How many components touch no app when lost.
    pub harmless: usize,
    /// What is lost: `component`, `capability` or `place`.
    pub by: &'static str,
    /// The pairs that take down what neither takes down alone, the worst first; only when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<PairsView>,
    /// What is missing because the run was interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<String>,
    /// How many touch an app, and how many of these take one down; all of them are in `components` where that is to be
    /// written whole.
    #[serde(skip)]
    totals: Totals,
    #[serde(skip)]
    limit: usize,
}

/// How many losses were looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// All of them.
    pub looked_at: usize,
    /// Those that were not looked at, since the run was interrupted.
    pub left: usize,
    /// Those that touch an app.
    pub touching: usize,
    /// Those that take an app down.
    pub downing: usize,
}

impl Totals {
    fn of(reach: &[Reach]) -> Totals {
        let downing = reach.iter().filter(|reach| !reach.down.is_empty()).count();
        let touches = |reach: &&Reach| !(reach.down.is_empty() && reach.degraded.is_empty() && reach.frozen.is_empty());
        Totals { looked_at: reach.len(), left: 0, touching: reach.iter().filter(touches).count(), downing }
    }
}

/// What one component takes down alone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SpofView {
    /// Its id; `component:capability` where capabilities are lost one by one.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// The apps that go down, itself left out.
    pub apps_down: Apps,
    /// The apps that are degraded.
    pub apps_degraded: Apps,
    /// The apps that serve and can't be changed.
    pub apps_frozen: Apps,
    /// The apps down, each counted by its tier and weight: 8 for tier 1, 4 for tier 2, 2 for tier 3 or none, else 1,
    /// times the app's own weight.
    pub weight: f64,
    /// The hours of apps down in a year that its own failures cost, where its availability is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_hours_a_year: Option<f64>,
}

/// Pairs of components that are worse together.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairsView {
    /// How many pairs take an app down that neither takes down alone.
    pub count: usize,
    /// How many components were left out because there are too many pairs: those with the least reach.
    pub components_left_out: usize,
    /// Whether the run was interrupted before all pairs were looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// The worst of them.
    pub worst: Vec<PairView>,
}

/// Two components that are worse together.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairView {
    /// The two.
    pub ids: Vec<ComponentId>,
    /// The apps that go down with both and with neither alone.
    pub only_together: Apps,
    /// All apps that go down with both.
    pub apps_down: Apps,
    /// The weight of those that go down only together.
    pub weight: f64,
}

/// The report of `simulate --all-of`: outages of places or other components one by one, or so many at once.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Sweep {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// What is lost: a kind of component.
    pub of: Kind,
    /// How many at once.
    pub together: usize,
    /// How many outages were looked at.
    pub looked_at: usize,
    /// How many of them touch no app.
    pub harmless: usize,
    /// How many apps there are.
    pub apps: usize,
    /// The outages that touch an app, the worst first; as many as were asked for.
    pub outages: Vec<SweptView>,
    /// What is missing because the run was interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<String>,
}

/// What one outage of a sweep does.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SweptView {
    /// What is lost.
    pub ids: Vec<ComponentId>,
    /// The apps that go down.
    pub apps_down: Apps,
    /// The apps that are degraded.
    pub apps_degraded: Apps,
    /// The apps that serve and can't be changed.
    pub apps_frozen: Apps,
    /// The apps down, each counted by its tier and weight.
    pub weight: f64,
}

/// A list of apps, kept as numbers since there can be very many.
#[derive(Clone, Debug)]
pub struct Apps {
    names: Arc<[ComponentId]>,
    list: Vec<u32>,
}

impl Apps {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn ids(&self) -> impl Iterator<Item = &ComponentId> {
        self.list.iter().map(|app| &self.names[*app as usize])
    }

    fn some(&self) -> String {
        let mut names: Vec<String> = self.ids().take(4).map(ToString::to_string).collect();
        if self.len() > 4 {
            names.push(format!("and {} more", self.len() - 4));
        }
        names.join(", ")
    }
}

impl Serialize for Apps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.ids())
    }
}

impl JsonSchema for Apps {
    fn schema_name() -> Cow<'static, str> {
        "AppList".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<String>::json_schema(generator)
    }
}
