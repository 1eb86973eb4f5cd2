//! The outage library: public outages as data, each with what broke, what was reported down and up, and by whom.

mod clock;
mod lint;
mod load;
mod schema;

pub use clock::Clock;
pub use lint::lint;
pub use load::{built_in, load};
pub use schema::file_schema;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Catalogue, Citable};
use crate::model::State;
use crate::source::Location;

/// A public outage, or one that somebody thought up: what is taken down when, and what is known to have followed.
#[derive(Clone, Debug)]
pub struct Outage {
    /// Its id, `alibaba-2023-11-12`.
    pub id: Arc<str>,
    /// What happened, in one line.
    pub title: Arc<str>,
    /// The day that its times count from.
    pub date: Date,
    /// How far its clock is ahead of UTC, `+08:00`.
    pub utc_offset: Arc<str>,
    /// What broke, why it spread and why it lasted.
    pub summary: Arc<str>,
    /// Where rows without a place of their own are looked at; empty means everywhere.
    pub regions: Vec<Arc<str>>,
    /// What its rows cite.
    pub sources: BTreeMap<Arc<str>, Citable>,
    /// What the outage itself took down: the root, not what followed.
    pub failed: Vec<Failed>,
    /// What operators did.
    pub actions: Vec<Action>,
    /// What was reported to be down, degraded or up.
    pub reported: Vec<Reported>,
    /// What was reported of things that no catalogue holds.
    pub not_modelled: Vec<NotModelled>,
    /// What it taught.
    pub learned: Option<Arc<str>>,
    /// Where it is written.
    pub at: Location,
}

impl Outage {
    /// The same outage in the names that components have, where it calls providers and products otherwise.
    pub fn in_own_names(mut self, catalogue: &Catalogue) -> Self {
        let failed = self.failed.iter_mut().map(|failed| &mut failed.what);
        let actions = self.actions.iter_mut().map(|action| &mut action.to);
        let reported = self.reported.iter_mut().map(|reported| &mut reported.what);
        for selector in failed.chain(actions).chain(reported).flatten() {
            if let Some(own) = catalogue.in_own_names(&selector.text) {
                selector.text = own.into();
            }
        }
        self
    }
}

/// Components taken down, and for how long.
#[derive(Clone, Debug)]
pub struct Failed {
    /// Which.
    pub what: Vec<Selector>,
    /// `Down` or `Degraded`.
    pub state: State,
    /// From when.
    pub from: Clock,
    /// Until when the cause lasted; `None` when nobody said.
    pub until: Option<Clock>,
    /// The source it cites.
    pub source: Option<Arc<str>>,
    /// What is worth knowing.
    pub note: Option<Arc<str>>,
}

/// A selector as it is written, `aliyun/ak@cn-hangzhou`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Its text.
    pub text: Arc<str>,
    /// Where.
    pub at: Location,
}

/// Something that operators did.
#[derive(Clone, Debug)]
pub struct Action {
    /// What they did.
    pub what: Deed,
    /// To which components.
    pub to: Vec<Selector>,
    /// When it was done; for a restart with `begins` when it began.
    pub time: Clock,
    /// The restart begins at that time and takes as long as it takes, instead of being done by then.
    pub begins: bool,
    /// What is worth knowing.
    pub note: Option<Arc<str>>,
}

/// What operators do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    /// Restart what stays down until somebody does; it needs what a restart needs.
    Restart,
    /// Start by hand what waits for something that is down, and break a start-up deadlock so.
    Force,
    /// Switch to the alternatives that wait for a hand.
    Switch,
    /// Take back a change, in vain; told in the timeline, and changes nothing.
    Rollback,
}

impl Deed {
    /// The word used in files and in every output.
    pub fn word(self) -> &'static str {
        match self {
            Deed::Restart => "restart",
            Deed::Force => "force",
            Deed::Switch => "switch",
            Deed::Rollback => "rollback",
        }
    }
}

/// What was reported of some components.
#[derive(Clone, Debug)]
pub struct Reported {
    /// Of which; without a capability their `data` is meant.
    pub what: Vec<Selector>,
    /// How they were.
    pub state: State,
    /// Since when, if anybody said.
    pub from: Option<Clock>,
    /// Until when, if anybody said.
    pub until: Option<Clock>,
    /// Who says so.
    pub grade: Source,
    /// The source it cites.
    pub source: Option<Arc<str>>,
    /// What is worth knowing.
    pub note: Option<Arc<str>>,
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The provider itself.
    Official,
    /// Somebody who sums up what the provider said, or copied its status page.
    Summary,
    /// Press, users, analysts.
    Press,
    /// Our reading of what is not said.
    Inferred,
}

impl Source {
    /// The word used in files and in every output.
    pub fn word(self) -> &'static str {
        match self {
            Source::Official => "official",
            Source::Summary => "summary",
            Source::Press => "press",
            Source::Inferred => "inferred",
        }
    }

    /// How much a row counts in a backtest.
    pub fn weight(self) -> f64 {
        match self {
            Source::Official => 1.0,
            Source::Summary => 0.8,
            Source::Press => 0.4,
            Source::Inferred => 0.2,
        }
    }
}

/// Something that was reported and that no catalogue holds: an app, a customer.
#[derive(Clone, Debug)]
pub struct NotModelled {
    /// Its name.
    pub name: Arc<str>,
    /// How it was.
    pub state: State,
    /// Who says so.
    pub grade: Source,
    /// What is worth knowing.
    pub note: Option<Arc<str>>,
}
