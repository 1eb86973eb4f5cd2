//! What was read and found: the graph itself.

mod formats;
mod open;
mod reasons;
mod text;
mod views;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::SCHEMA;
use crate::ingest::{Account, Status, Tally};
use crate::model::{Assumption, Flow, System, Unresolved};
use crate::resolve::compare;
use crate::scan::{Count, Hint};
use crate::source::Location;
use formats::{FormatView, formats};
use reasons::{ReasonView, reasons};
use views::{ComponentView, NeedView, ObservationView, component, flatten};

/// The report of `scan`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Scan {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The system's name, if it has one.
    pub system: Option<String>,
    /// Every file that a format claimed.
    pub sources: Vec<SourceView>,
    /// What came of each format that had files.
    pub formats: Vec<FormatView>,
    /// The files of code that were left out, by language; those that were read stand among the sources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// Libraries of the catalogue that programs have and do not use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<HintView>,
    /// Every component.
    pub components: Vec<ComponentView>,
    /// Every need; one entry for each member of a group of alternatives.
    pub needs: Vec<NeedView>,
    /// Messages that go between components by topics, queues and channels; they are no needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flows: Vec<Flow>,
    /// What files say against what traces show; absent where no traces were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observation: Option<ObservationView>,
    /// What was said and not understood.
    pub unresolved: Vec<Unresolved>,
    /// How often for which kind of reason, the most frequent first.
    pub unresolved_by_reason: Vec<ReasonView>,
    /// What was guessed, merged or contradicts itself.
    pub assumptions: Vec<Assumption>,
}

/// Files of code that say nothing of what runs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Their language.
    pub language: &'static str,
    /// Tests, examples, generated and vendored files.
    pub files: usize,
}

/// A library that is there, and that nothing was seen to use.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HintView {
    /// The program that has it.
    pub program: String,
    /// The library.
    pub library: String,
    /// `imported`, `declared`, or `locked` for another library; `not chosen` for what only code uses that does not run,
    /// because configuration chooses something else.
    pub how: &'static str,
    /// Why that does not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Where.
    #[serde(flatten)]
    pub at: Location,
}

fn hint(hint: &Hint) -> HintView {
    let (program, library) = (hint.program.to_string(), hint.library.clone());
    HintView {
        program,
        library,
        how: hint.how,
        because: hint.because.as_deref().map(str::to_owned),
        at: hint.at.clone(),
    }
}

/// What was read of code, besides needs.
#[derive(Debug, Default)]
pub struct CodeRead {
    /// The files of each language, counted.
    pub counts: BTreeMap<&'static str, Count>,
    /// Libraries that nothing uses.
    pub hints: Vec<Hint>,
}

/// A file and what became of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SourceView {
    /// Its path.
    pub file: String,
    /// Its format.
    pub format: &'static str,
    /// What became of it.
    pub status: Status,
    /// Why it was not read whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Makes the report.
pub fn scan(system: &System, accounts: &[Account], tallies: &[(&'static str, Tally)], code: &CodeRead) -> Scan {
    let mut needs = Vec::new();
    for component in system.components.values() {
        for (capability, all) in &component.capabilities {
            let from = format!("{}:{capability}", component.id);
            let mut groups = 0;
            for need in all {
                flatten(&from, need, need.terms.phase, &mut groups, &[], &mut needs);
            }
        }
    }
    let sources = accounts.iter().map(|account| SourceView {
        file: account.file.to_string(),
        format: account.format,
        status: account.status,
        reason: account.reason.clone(),
    });
    let left_out = code.counts.iter().filter(|(_, count)| count.left_out > 0);
    let left_out = left_out.map(|(language, count)| LeftOut { language, files: count.left_out });
    Scan {
        schema: SCHEMA,
        system: system.name.clone(),
        sources: sources.collect(),
        formats: formats(system, accounts, tallies),
        left_out: left_out.collect(),
        hints: code.hints.iter().map(hint).collect(),
        components: system.components.values().map(component).collect(),
        needs,
        flows: system.flows.clone(),
        observation: compare(system).map(ObservationView::new),
        unresolved: system.unresolved.clone(),
        unresolved_by_reason: reasons(&system.unresolved),
        assumptions: system.assumptions.clone(),
    }
}
