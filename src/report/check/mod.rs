//! The report of `check`: the findings, the verdict, and what a change does; a table of formats, one file each.

mod csv;
mod github;
mod gitlab;
mod headline;
mod junit;
mod markdown;
mod picture;
mod sarif;
mod text;
mod view;

pub use view::{Check, Compared, FindingView, FixedView, RadiusView, Told, WaiverView, check};

use crate::source::Location;

/// What surrounds a report: where it is shown, and what is known of the files that it speaks of.
pub struct Surroundings<'a> {
    /// The columns of the terminal.
    pub width: usize,
    /// The text of a line.
    pub quote: &'a dyn Fn(&Location) -> Option<String>,
    /// A shown path as seen from the root of the repository.
    pub path: &'a dyn Fn(&str) -> String,
    /// What a path is put behind to make a link to the file: `https://host/owner/name/blob/commit`.
    pub link: Option<&'a str>,
    /// List the findings that were there before.
    pub show_known: bool,
    /// List the findings that are accepted for a time.
    pub show_waived: bool,
}

/// A format of the report of `check`.
pub struct CheckFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Writes the report.
    pub write: fn(&Check, &Surroundings<'_>) -> String,
}

/// All formats of the report of `check`.
pub const CHECK_FORMATS: &[CheckFormat] = &[
    CheckFormat { name: "text", summary: "for people, with the lines that it rests on", write: text::write },
    CheckFormat { name: "json", summary: "for machines; `linchpin schema` prints its JSON Schema", write: json },
    CheckFormat { name: "sarif", summary: "SARIF 2.1.0, for code scanning", write: sarif::write },
    CheckFormat { name: "markdown", summary: "a comment on a pull request", write: markdown::write },
    CheckFormat { name: "junit", summary: "JUnit XML, a test for each finding", write: junit::write },
    CheckFormat { name: "github", summary: "annotations of a GitHub workflow", write: github::write },
    CheckFormat { name: "gitlab", summary: "a GitLab code quality report", write: gitlab::write },
    CheckFormat { name: "csv", summary: "a line for each finding", write: csv::write },
];

fn json(report: &Check, _: &Surroundings<'_>) -> String {
    serde_json::to_string_pretty(report).map(|text| text + "\n").unwrap_or_default()
}
