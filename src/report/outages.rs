//! The outage library as reports: the list, and one outage whole.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{FAINT, HEAD, count, listed, of_state, paint, table, wrapped};
use super::{Report, SCHEMA};
use crate::catalogue::outage::{Clock, Deed, Failed, Outage, Selector, Source};
use crate::model::State;

/// The report of `outages list`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Outages {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The outages, in order of their dates.
    pub outages: Vec<OutageLine>,
}

/// An outage in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OutageLine {
    /// Its id.
    pub id: String,
    /// Its day.
    pub date: String,
    /// What happened.
    pub title: String,
    /// What the outage itself took down.
    pub root: Vec<String>,
    /// How many components were reported down or degraded.
    pub reported_down: usize,
    /// How many were reported up.
    pub reported_up: usize,
}

/// The report of `outages show`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OutageView {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// Its id.
    pub id: String,
    /// What happened.
    pub title: String,
    /// Its day.
    pub date: String,
    /// How far its clock is ahead of UTC.
    pub utc_offset: String,
    /// What broke, why it spread and why it lasted.
    pub summary: String,
    /// What the outage itself took down.
    pub failed: Vec<FailedView>,
    /// What operators did.
    pub actions: Vec<ActionView>,
    /// What was reported.
    pub reported: Vec<ReportedView>,
    /// What was reported of things that no catalogue holds.
    pub not_modelled: Vec<ReportedView>,
    /// What it taught.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learned: Option<String>,
    /// What it rests on.
    pub sources: Vec<SourceView>,
}

/// What the outage itself took down.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FailedView {
    /// Selectors.
    pub what: Vec<String>,
    /// Down or degraded.
    pub state: State,
    /// From when.
    pub from: String,
    /// Until when, if anybody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// What is worth knowing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What operators did.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ActionView {
    /// When.
    pub time: String,
    /// What.
    pub action: Deed,
    /// To which components.
    pub to: Vec<String>,
    /// What is worth knowing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What was reported.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReportedView {
    /// Of which components.
    pub what: Vec<String>,
    /// How they were.
    pub state: State,
    /// Since when, if anybody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until when, if anybody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Who says so.
    pub grade: Source,
    /// What is worth knowing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What an outage rests on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SourceView {
    /// Its title.
    pub title: String,
    /// Where it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was published.
    pub date: String,
}

/// Makes the list of outages, by date and id.
pub fn outages(library: &[Outage]) -> Outages {
    let mut all: Vec<&Outage> = library.iter().collect();
    all.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
    let rows = |outage: &Outage, up: bool| {
        let rows = outage.reported.iter().filter(|row| (row.state == State::Up) == up);
        rows.map(|row| row.what.len()).sum()
    };
    let lines = all.into_iter().map(|outage| OutageLine {
        id: outage.id.to_string(),
        date: outage.date.to_string(),
        title: outage.title.to_string(),
        root: root(&outage.failed),
        reported_down: rows(outage, false),
        reported_up: rows(outage, true),
    });
    Outages { schema: SCHEMA, outages: lines.collect() }
}

fn root(failed: &[Failed]) -> Vec<String> {
    let mut names: Vec<String> = failed.iter().flat_map(|row| texts(&row.what)).collect();
    names.sort();
    names.dedup();
    names
}

fn texts(selectors: &[Selector]) -> Vec<String> {
    selectors.iter().map(|selector| selector.text.to_string()).collect()
}

/// Makes the report of one outage.
pub fn outage(outage: &Outage) -> OutageView {
    let show = |clock: Clock| clock.show(outage.date);
    let text = |note: &Option<std::sync::Arc<str>>| note.as_ref().map(ToString::to_string);
    OutageView {
        schema: SCHEMA,
        id: outage.id.to_string(),
        title: outage.title.to_string(),
        date: outage.date.to_string(),
        utc_offset: outage.utc_offset.to_string(),
        summary: outage.summary.to_string(),
        failed: (outage.failed.iter())
            .map(|row| FailedView {
                what: texts(&row.what),
                state: row.state,
                from: show(row.from),
                until: row.until.map(show),
                note: text(&row.note),
            })
            .collect(),
        actions: (outage.actions.iter())
            .map(|action| ActionView {
                time: show(action.time),
                action: action.what,
                to: texts(&action.to),
                note: text(&action.note),
            })
            .collect(),
        reported: (outage.reported.iter())
            .map(|row| ReportedView {
                what: texts(&row.what),
                state: row.state,
                from: row.from.map(show),
                until: row.until.map(show),
                grade: row.grade,
                note: text(&row.note),
            })
            .collect(),
        not_modelled: (outage.not_modelled.iter())
            .map(|row| ReportedView {
                what: vec![row.name.to_string()],
                state: row.state,
                from: None,
                until: None,
                grade: row.grade,
                note: text(&row.note),
            })
            .collect(),
        learned: text(&outage.learned),
        sources: (outage.sources.values())
            .map(|source| SourceView {
                title: source.title.to_string(),
                url: text(&source.url),
                date: source.date.to_string(),
            })
            .collect(),
    }
}

impl Report for Outages {
    fn text(&self, width: usize) -> String {
        let rows: Vec<Vec<String>> = (self.outages.iter())
            .map(|line| {
                let reported = format!("{} down, {} up", line.reported_down, line.reported_up);
                vec![line.id.clone(), line.title.clone(), line.root.join(", "), reported]
            })
            .collect();
        let table = table(width, &["outage", "what happened", "root", "reported"], &rows);
        format!("{table}\n{}\n", count(self.outages.len(), "outage"))
    }
}

impl Report for OutageView {
    fn text(&self, width: usize) -> String {
        let mut out = format!("{}  {}\n", paint(HEAD, &self.id), self.title);
        let _ = writeln!(out, "{}", paint(FAINT, format!("{}, clock at UTC{}", self.date, self.utc_offset)));
        out += &wrapped(&self.summary, 0, width);
        let _ = writeln!(out, "\n{}", paint(HEAD, "What the outage itself took down"));
        for row in &self.failed {
            let until = row.until.as_deref().unwrap_or("(unknown)");
            let when = format!("{} to {until}  {}", row.from, row.state.word());
            let _ = writeln!(out, "  {}", paint(of_state(row.state), when));
            out += &listed(&row.what, 4, width);
            out += &row.note.as_ref().map_or_else(String::new, |note| wrapped(note, 4, width));
        }
        if !self.actions.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, "What operators did"));
            for action in &self.actions {
                let _ = writeln!(out, "  {}  {}", action.time, action.action.word());
                out += &listed(&action.to, 4, width);
                out += &action.note.as_ref().map_or_else(String::new, |note| wrapped(note, 4, width));
            }
        }
        for (title, rows) in
            [("What was reported", &self.reported), ("Reported, and in no catalogue", &self.not_modelled)]
        {
            if !rows.is_empty() {
                let _ = writeln!(out, "\n{}", paint(HEAD, title));
            }
            for row in rows {
                let until = row.until.as_ref().map_or_else(String::new, |until| format!(" until {until}"));
                let state = paint(of_state(row.state), format!("{}{until}", row.state.word()));
                let _ = writeln!(out, "  {state} {}", paint(FAINT, format!("({})", row.grade.word())));
                out += &listed(&row.what, 4, width);
                out += &row.note.as_ref().map_or_else(String::new, |note| wrapped(note, 4, width));
            }
        }
        if let Some(learned) = &self.learned {
            let _ = writeln!(out, "\n{}", paint(HEAD, "What it taught"));
            out += &wrapped(learned, 2, width);
        }
        if !self.sources.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, "Sources"));
            for source in &self.sources {
                let url = source.url.as_deref().unwrap_or_default();
                out += &wrapped(&format!("{} ({}) {url}", source.title, source.date), 2, width);
            }
        }
        out
    }
}
