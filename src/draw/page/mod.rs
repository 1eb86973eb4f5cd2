//! The report as one HTML file that needs nothing else: what was computed as data, and the code that shows it.
//!
//! The page's code is plain JavaScript, a file for each thing that the page does; they share one scope and are put
//! together in the order of a list. It propagates outages itself, by the rules of [`impact`](crate::analysis::impact()),
//! so that a reader can combine outages and try changes; tests hold the two together.

mod assets;
mod data;
mod embed;
mod picture;
mod proofs;
mod replays;
mod wires;

pub use replays::{Replayed, Untold};

use crate::graph::{Graph, NodeId};
use crate::ingest::Account;
use crate::model::System;
use crate::report::Check;
use crate::source::Location;

/// What a page is about.
pub struct Subject<'a> {
    /// The system.
    pub system: &'a System,
    /// Its compiled form.
    pub graph: &'a Graph,
    /// What was read.
    pub accounts: &'a [Account],
    /// What was found.
    pub check: &'a Check,
    /// Outages that were replayed, in the order in which they are offered.
    pub replays: &'a [Replayed<'a>],
    /// Outages of the library that touch the system and are left out.
    pub untold: &'a [Untold],
    /// What is down when the page opens.
    pub opening: &'a [NodeId],
    /// The text of a line.
    pub quote: &'a dyn Fn(&Location) -> Option<String>,
}

impl Subject<'_> {
    fn title(&self) -> String {
        self.system.name.clone().unwrap_or_else(|| "dependencies".to_owned())
    }
}

/// Writes the page: the same bytes for the same subject.
///
/// Costs a sweep over all components; the text holds a few hundred bytes for each need.
pub fn page(subject: &Subject<'_>) -> String {
    let data = serde_json::to_string(&data::data(subject)).unwrap_or_default();
    let (script, style) = (assets::script(), assets::style());
    let title = format!("{} · what falls with what", subject.title());
    assets::filled(&[
        ("policy", &embed::policy(&script, &style)),
        ("title", &embed::escaped(&title)),
        ("heading", &embed::escaped(&subject.title())),
        ("style", &style),
        ("data", &embed::inert(&data)),
        ("script", &script),
    ])
}
