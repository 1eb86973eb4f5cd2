//! What was read and found: the graph itself.

use std::collections::BTreeMap;
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{FAINT, GOOD, HEAD, POOR, count, paint, table, wrapped};
use super::{Report, SCHEMA};
use crate::ingest::{Account, Status};
use crate::model::{
    Assumption, Component, Confidence, Evidence, Kind, Need, Phase, Redundancy, Requires, Strength, System, Unresolved,
};
use crate::scan::{Count, Hint};
use crate::source::Location;

/// How many kinds of unresolved things and of assumptions the text lists.
const MOST_UNRESOLVED: usize = 30;
const MOST_ASSUMED: usize = 20;

/// The report of `scan`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Scan {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The system's name, if it has one.
    pub system: Option<String>,
    /// Every file that a format claimed.
    pub sources: Vec<SourceView>,
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
    /// What was said and not understood.
    pub unresolved: Vec<Unresolved>,
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
    /// `imported`, `declared`, or `locked` for another library.
    pub how: &'static str,
    /// Where.
    #[serde(flatten)]
    pub at: Location,
}

fn hint(hint: &Hint) -> HintView {
    let (program, library) = (hint.program.to_string(), hint.library.clone());
    HintView { program, library, how: hint.how, at: hint.at.clone() }
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

/// A component.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ComponentView {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Whether it is an app.
    pub app: bool,
    /// How critical it is.
    pub tier: Option<u8>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Whose product it is, or where it runs.
    pub provider: Option<String>,
    /// Where it runs; the first place of several.
    pub place: Option<String>,
    /// All places where it runs.
    pub places: Vec<String>,
    /// It runs in some region or zone, and nobody says in which.
    pub place_unknown: bool,
    /// Its capabilities.
    pub capabilities: Vec<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// The software that it is.
    pub software: Option<String>,
    /// What is known about several copies of it.
    pub redundancy: Redundancy,
    /// Where it is declared or named.
    pub evidence: Vec<Evidence>,
}

/// A need on one capability.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NeedView {
    /// Whose, `component:capability`.
    pub from: String,
    /// On what, `component:capability`.
    pub to: String,
    /// What its loss does.
    pub strength: Strength,
    /// When it matters.
    pub phase: Phase,
    /// How sure we are.
    pub confidence: Confidence,
    /// How long its loss is bridged, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace: Option<u64>,
    /// The groups of alternatives that it stands in, from the outermost.
    pub alternatives: Vec<GroupView>,
    /// How we know.
    pub evidence: Vec<Evidence>,
}

/// A group of alternatives.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GroupView {
    /// Its number among the groups of `from`, from 1.
    pub group: usize,
    /// How many members must be up.
    pub at_least: usize,
    /// How many members there are.
    pub of: usize,
}

/// Makes the report.
pub fn scan(system: &System, accounts: &[Account], code: &CodeRead) -> Scan {
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
        left_out: left_out.collect(),
        hints: code.hints.iter().map(hint).collect(),
        components: system.components.values().map(component).collect(),
        needs,
        unresolved: system.unresolved.clone(),
        assumptions: system.assumptions.clone(),
    }
}

fn component(component: &Component) -> ComponentView {
    let place = component.at.first();
    ComponentView {
        id: component.id.to_string(),
        kind: component.kind,
        app: component.is_app(),
        tier: component.tier,
        owner: component.owner.as_deref().map(str::to_owned),
        provider: component.provider.as_deref().or(place.map(|place| &*place.provider)).map(str::to_owned),
        place: place.map(ToString::to_string),
        places: component.at.iter().map(ToString::to_string).collect(),
        place_unknown: component.place_unknown,
        capabilities: component.capabilities.keys().map(ToString::to_string).collect(),
        aliases: component.aliases.iter().map(ToString::to_string).collect(),
        software: component.software.as_ref().map(ToString::to_string),
        redundancy: component.redundancy.clone(),
        evidence: component.evidence.clone(),
    }
}

fn flatten(from: &str, need: &Need, phase: Phase, groups: &mut usize, within: &[GroupView], found: &mut Vec<NeedView>) {
    match &need.requires {
        Requires::One(target) => found.push(NeedView {
            from: from.to_owned(),
            to: target.to_string(),
            strength: need.terms.strength,
            phase,
            confidence: need.terms.confidence,
            grace: need.terms.grace.map(|grace| grace.as_secs()),
            alternatives: within.to_vec(),
            evidence: need.evidence.clone(),
        }),
        Requires::AtLeast { k, members } => {
            *groups += 1;
            let group = GroupView { group: *groups, at_least: *k, of: members.len() };
            let within = [within, &[group]].concat();
            for member in members {
                flatten(from, member, phase, groups, &within, found);
            }
        }
    }
}

impl Report for Scan {
    fn text(&self, width: usize) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{}", paint(HEAD, "Read"));
        let mut formats: Vec<&str> = self.sources.iter().map(|source| source.format).collect();
        formats.sort_unstable();
        formats.dedup();
        let rows: Vec<Vec<String>> = formats.iter().map(|format| self.row(format)).collect();
        out += &table(width, &["format", "files", "read", "in part", "skipped", "broken"], &rows);
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for source in &self.sources {
            let Some(reason) = &source.reason else { continue };
            match reasons.iter_mut().find(|(known, _)| known == reason) {
                Some((_, files)) => files.push(&source.file),
                None => reasons.push((reason, vec![&source.file])),
            }
        }
        for (reason, files) in reasons {
            let others = if files.len() > 1 { format!(" and {} more", files.len() - 1) } else { String::new() };
            out += &wrapped(&format!("{}{others}: {reason}", files[0]), 2, width);
        }
        if !self.left_out.is_empty() {
            let all = self.left_out.iter().map(|left| format!("{} of {}", left.files, left.language));
            let all = all.collect::<Vec<_>>().join(", ");
            out += &wrapped(&format!("left out as tests, examples, generated or vendored code: {all}"), 2, width);
        }
        if let Some(first) = self.hints.first() {
            let libraries = match self.hints.len() {
                1 => "1 library".to_owned(),
                several => format!("{several} libraries"),
            };
            let text = format!(
                "{libraries} of the catalogue without a use in code, and so no needs: {} of {} ({}:{}) and others",
                first.library, first.program, first.at.file, first.at.line
            );
            out += &wrapped(text.trim_end_matches(if self.hints.len() == 1 { " and others" } else { "" }), 2, width);
        }
        self.found(&mut out, width);
        self.open(&mut out, width);
        out
    }
}

impl Scan {
    fn row(&self, format: &str) -> Vec<String> {
        let of = |status: Option<Status>| {
            let hit = |source: &&SourceView| source.format == format && status.is_none_or(|s| s == source.status);
            self.sources.iter().filter(hit).count().to_string()
        };
        let parts = [None, Some(Status::Read), Some(Status::Partial), Some(Status::Skipped), Some(Status::Broken)];
        std::iter::once(format.to_owned()).chain(parts.into_iter().map(of)).collect()
    }

    fn found(&self, out: &mut String, width: usize) {
        let _ = writeln!(out, "\n{}", paint(HEAD, "Found"));
        let kinds = [
            Kind::App,
            Kind::Service,
            Kind::Job,
            Kind::Store,
            Kind::External,
            Kind::Product,
            Kind::Shared,
            Kind::Provider,
            Kind::Region,
            Kind::Zone,
        ];
        let rows: Vec<Vec<String>> = kinds
            .into_iter()
            .filter_map(|kind| {
                let all: Vec<&ComponentView> = self.components.iter().filter(|c| c.kind == kind).collect();
                let mut names: Vec<&str> = all.iter().take(12).map(|c| c.id.as_str()).collect();
                let more = format!("and {} more", all.len().saturating_sub(12));
                if all.len() > 12 {
                    names.push(&more);
                }
                (!all.is_empty()).then(|| vec![kind.word().to_owned(), all.len().to_string(), names.join(", ")])
            })
            .collect();
        if rows.is_empty() {
            let _ = writeln!(out, "  {}", paint(POOR, "nothing"));
        } else {
            *out += &table(width, &["kind", "", "names"], &rows);
        }
        let of = |hit: &dyn Fn(&NeedView) -> bool| self.needs.iter().filter(|need| hit(need)).count();
        let _ = writeln!(
            out,
            "\n{} {}",
            count(self.needs.len(), "need"),
            paint(
                FAINT,
                format!(
                    "({} hard, {} soft; {} to start; {} declared, {} observed, {} inferred)",
                    of(&|need| need.strength == Strength::Hard),
                    of(&|need| need.strength == Strength::Soft),
                    of(&|need| need.phase == Phase::Start),
                    of(&|need| need.confidence == Confidence::Declared),
                    of(&|need| need.confidence == Confidence::Observed),
                    of(&|need| need.confidence == Confidence::Inferred),
                )
            )
        );
    }

    fn open(&self, out: &mut String, width: usize) {
        if self.unresolved.is_empty() {
            let _ = writeln!(out, "{}", paint(GOOD, "nothing was left unresolved"));
        } else {
            let _ = writeln!(out, "\n{} ({})", paint(HEAD, "Not resolved"), self.unresolved.len());
            let lines = self.unresolved.iter().map(|item| {
                let from = item.from.as_ref().map_or(String::new(), |from| format!("{from} -> "));
                (
                    format!("{}: {}", item.what, item.reason),
                    format!("{from}{}", item.what),
                    &item.reason,
                    &item.evidence,
                )
            });
            let mut groups: Vec<(String, String, usize)> = Vec::new();
            for (key, first, reason, evidence) in lines {
                match groups.iter_mut().find(|(known, ..)| *known == key) {
                    Some((_, _, others)) => *others += 1,
                    None => groups.push((key, format!("{first}: {reason} ({})", evidence.at), 0)),
                }
            }
            listing(out, &groups, MOST_UNRESOLVED, width);
        }
        if !self.assumptions.is_empty() {
            let _ = writeln!(out, "\n{} ({})", paint(HEAD, "Assumed"), self.assumptions.len());
            let mut groups: Vec<(String, String, usize)> = Vec::new();
            for item in &self.assumptions {
                let key = format!("{}: {}", item.about, item.what);
                match groups.iter_mut().find(|(known, ..)| *known == key) {
                    Some((_, _, others)) => *others += 1,
                    None => groups.push((key.clone(), format!("{key} ({})", item.evidence.at), 0)),
                }
            }
            listing(out, &groups, MOST_ASSUMED, width);
        }
    }
}

/// Lines that stand for several of their kind: the first, and how many more there are.
fn listing(out: &mut String, groups: &[(String, String, usize)], most: usize, width: usize) {
    for (_, line, others) in groups.iter().take(most) {
        let more = if *others > 0 { format!(" and {others} more") } else { String::new() };
        *out += &wrapped(&format!("{line}{more}"), 2, width);
    }
    if groups.len() > most {
        let rest = groups.len() - most;
        let _ = writeln!(out, "  {}", paint(FAINT, format!("and {rest} other kinds; `--format json` lists all")));
    }
}
