//! What is found, as text for people and as versioned JSON for machines: a file for each kind of report.
//!
//! A report is plain data made by a pure function; its fields are the JSON, and `text` writes it for a terminal with
//! styles that the edge of the program strips where they are not wanted.

mod availability;
mod backtest;
mod catalogue;
mod check;
mod cuts;
mod diff;
mod explain;
mod manifest;
mod outages;
mod promise;
mod provider;
mod replay;
mod scan;
mod schema;
mod simulate;
mod spof;
pub mod text;

pub use availability::{AvailabilityReport, availability};
pub use backtest::{BacktestReport, backtest};
pub use catalogue::{ProductView, Products, What, product, products, what};
pub use check::{
    CHECK_FORMATS, Check, CheckFormat, Compared, FindingView, FixedView, RadiusView, Surroundings, Told, WaiverView,
    check,
};
pub use cuts::{Cuts, Question, cuts};
pub use diff::{BlastView, CutSet, CutSets, DeltaView, Diff, Version, diff};
pub use explain::{Branch, Explain, explain};
pub use manifest::manifest;
pub use outages::{OutageView, Outages, outage, outages};
pub use provider::{ProviderBlast, provider_blast};
pub use replay::{Replay, Story, replay};
pub use scan::{CodeRead, Scan, scan};
pub use schema::{SCHEMA, schema};
pub use simulate::{Simulate, simulate};
pub use spof::{Named, Spof, Sweep, Totals};

use serde::Serialize;

/// A report that can be written in every format.
pub trait Report: Serialize {
    /// The report for a terminal of this many columns.
    fn text(&self, width: usize) -> String;
}

/// A format of reports: a line of the table and a function.
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub summary: &'static str,
}

/// The formats that every report has.
pub const FORMATS: &[Format] = &[
    Format { name: "text", summary: "for people, in the width of the terminal" },
    Format { name: "json", summary: "for machines; `linchpin schema` prints its JSON Schema" },
];

/// Writes a report in a format; `None` when the format is not in the table.
pub fn write(report: &impl Report, format: &str, width: usize) -> Option<String> {
    match format {
        "text" => Some(report.text(width)),
        "json" => serde_json::to_string_pretty(report).ok().map(|text| text + "\n"),
        _ => None,
    }
}
