//! What was read and found: the graph itself.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{FAINT, GOOD, HEAD, POOR, count, paint, table, wrapped};
use super::{Report, SCHEMA};
use crate::ingest::{Account, Status, Tally};
use crate::model::{
    Assumption, Basis, Component, ComponentId, Confidence, Evidence, Flow, Kind, Need, Phase, Redundancy, Requires,
    Strength, System, Unresolved,
};
use crate::resolve::{Comparison, Pair, compare};
use crate::scan::{Count, Hint};
use crate::source::Location;

/// How many kinds of unresolved things and of assumptions the text lists.
const MOST_UNRESOLVED: usize = 30;
const MOST_ASSUMED: usize = 20;
const MOST_PAIRS: usize = 12;

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

/// What came of the files of a format.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FormatView {
    /// Its name.
    pub format: &'static str,
    /// How many components its files are the first to tell of.
    pub components: usize,
    /// How many needs its files are the first evidence of, a group of alternatives as one.
    pub needs: usize,
    /// How many of the components stand at a place that is known.
    pub placed: usize,
    /// Of how many of the components it is known that there are several copies, places or ways.
    pub redundant: usize,
    /// What of its content was counted, and how much of that was understood.
    pub counted: Vec<Tally>,
}

/// A kind of reason why things are not resolved.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReasonView {
    /// The reason, without the names in it.
    pub reason: String,
    /// How many things are not resolved for it.
    pub count: usize,
}

/// The reasons of a list, counted.
fn reasons(all: &[Unresolved]) -> Vec<ReasonView> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in all {
        *counts.entry(without_names(&one.reason)).or_default() += 1;
    }
    let mut views: Vec<ReasonView> = counts.into_iter().map(|(reason, count)| ReasonView { reason, count }).collect();
    views.sort_by_key(|view| std::cmp::Reverse(view.count));
    views
}

/// A reason up to what differs from case to case: ``variable `a` is not set anywhere`` is `variable … is not set
/// anywhere`.
fn without_names(reason: &str) -> String {
    let head = reason.split(": ").next().unwrap_or(reason);
    let head = head.split_once(" such ").map_or(head, |_| head.split(" in ").next().unwrap_or(head));
    let parts: Vec<&str> = head.split('`').step_by(2).collect();
    let joined = parts.join("…");
    let listed = joined.split("…, …").next().unwrap_or(&joined);
    if listed.len() < joined.len() { format!("{listed}…") } else { joined }
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
    /// What its files say about it beside.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
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

/// What files say against what traces show.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ObservationView {
    /// Needs that files tell of, of components that were seen, and that no trace shows.
    pub never_observed: Vec<PairView>,
    /// Calls that traces show, and that no file tells of.
    pub never_declared: Vec<PairView>,
    /// Components of one's own that no trace shows.
    pub unseen: Vec<String>,
}

/// Two components of which only files know, or only traces.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairView {
    /// Who needs or calls.
    pub from: String,
    /// What it needs or calls.
    pub to: String,
    /// What its loss does, as files say, or hard for a call.
    pub strength: Strength,
    /// Where it is written, or in which traces it was seen.
    pub evidence: Vec<Evidence>,
}

impl ObservationView {
    fn new(compared: Comparison) -> Self {
        let pairs = |pairs: Vec<Pair>| {
            let view = |Pair { from, to, strength, evidence }| PairView {
                from: from.to_string(),
                to: to.to_string(),
                strength,
                evidence,
            };
            pairs.into_iter().map(view).collect()
        };
        ObservationView {
            never_observed: pairs(compared.never_observed),
            never_declared: pairs(compared.never_declared),
            unseen: compared.unseen.iter().map(ToString::to_string).collect(),
        }
    }
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

/// What came of each format: components and needs go to the format of the file that their first evidence is in.
fn formats(system: &System, accounts: &[Account], tallies: &[(&'static str, Tally)]) -> Vec<FormatView> {
    let of_file: HashMap<&str, &'static str> = accounts.iter().map(|one| (&*one.file, one.format)).collect();
    let format = |evidence: &[Evidence]| of_file.get(&*evidence.first()?.at.file).copied();
    let mut views: BTreeMap<&'static str, FormatView> = BTreeMap::new();
    for name in of_file.values().copied() {
        let counted = tallies.iter().filter(|(format, _)| *format == name).map(|(_, tally)| *tally).collect();
        let view = FormatView { format: name, components: 0, needs: 0, placed: 0, redundant: 0, counted };
        views.insert(name, view);
    }
    for component in system.components.values().filter(|component| component.provider.is_none()) {
        let needs = || component.capabilities.values().flatten();
        for need in needs() {
            if let Some(view) = format(&need.evidence).and_then(|name| views.get_mut(name)) {
                view.needs += 1;
            }
        }
        let Some(view) = format(&component.evidence).and_then(|name| views.get_mut(name)) else { continue };
        let several = needs().any(|need| matches!(need.requires, Requires::AtLeast { .. }));
        let copies = component.redundancy.replicas.is_some_and(|replicas| replicas > 1);
        view.components += 1;
        view.placed += usize::from(!component.at.is_empty());
        view.redundant += usize::from(several || copies || !component.redundancy.spread.is_empty());
    }
    views.into_values().collect()
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
        labels: component.labels.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
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
        let rows: Vec<Vec<String>> = self.formats.iter().map(|format| self.row(format)).collect();
        let columns = ["format", "files", "read", "in part", "skipped", "broken"];
        let yields = ["components", "needs", "placed", "redundant"];
        out += &table(width, &[&columns[..], &yields[..]].concat(), &rows);
        for (format, tally) in self.formats.iter().flat_map(|view| view.counted.iter().map(|one| (view.format, one))) {
            out += &wrapped(&counted(format, tally), 2, width);
        }
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
        self.carried(&mut out, width);
        self.observed(&mut out, width);
        self.open(&mut out, width);
        out
    }
}

impl Scan {
    fn row(&self, view: &FormatView) -> Vec<String> {
        let format = view.format;
        let of = |status: Option<Status>| {
            let hit = |source: &&SourceView| source.format == format && status.is_none_or(|s| s == source.status);
            self.sources.iter().filter(hit).count().to_string()
        };
        let parts = [None, Some(Status::Read), Some(Status::Partial), Some(Status::Skipped), Some(Status::Broken)];
        let yields = [view.components, view.needs, view.placed, view.redundant].map(|number| number.to_string());
        std::iter::once(format.to_owned()).chain(parts.into_iter().map(of)).chain(yields).collect()
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

    /// The topics, and how calls are guarded that code shows.
    fn carried(&self, out: &mut String, width: usize) {
        let shows = |need: &NeedView, what: &Basis| need.evidence.iter().any(|one| one.basis == *what);
        let serving = self.needs.iter().filter(|need| need.phase == Phase::Run);
        let called: Vec<&NeedView> = serving.filter(|need| shows(need, &Basis::Call)).collect();
        if !called.is_empty() {
            let of = |what| called.iter().filter(|need| shows(need, what)).count();
            let bare = |need: &&&NeedView| !shows(need, &Basis::TimeOut) && !shows(need, &Basis::Retry);
            let neither = called.iter().filter(bare).count();
            let line = format!(
                "({} by calls that code shows: {} with a time-out, {} retried, {neither} with neither)",
                called.len(),
                of(&Basis::TimeOut),
                of(&Basis::Retry)
            );
            let _ = writeln!(out, "{}", paint(FAINT, line));
        }
        if self.flows.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{} ({})", paint(HEAD, "Messages, which are no needs"), self.flows.len());
        let names = |ends: &BTreeMap<ComponentId, Vec<Evidence>>| match ends.is_empty() {
            true => "nobody that was read".to_owned(),
            false => ends.keys().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        };
        for flow in self.flows.iter().take(MOST_PAIRS) {
            let by = flow.broker.as_ref().map(|broker| format!(" by {broker}")).unwrap_or_default();
            let line = format!("{} -> {} ({}{by})", names(&flow.producers), names(&flow.consumers), flow.topic);
            *out += &wrapped(&line, 2, width);
        }
        if self.flows.len() > MOST_PAIRS {
            let rest = self.flows.len() - MOST_PAIRS;
            let _ = writeln!(out, "  {}", paint(FAINT, format!("and {rest} more; `--format json` lists all")));
        }
    }

    fn observed(&self, out: &mut String, width: usize) {
        let Some(seen) = &self.observation else { return };
        let parts = [
            ("Declared and never observed", &seen.never_observed),
            ("Observed and never declared", &seen.never_declared),
        ];
        for (title, pairs) in parts {
            let _ = writeln!(out, "\n{} ({})", paint(HEAD, title), pairs.len());
            let line = |pair: &PairView| {
                let first = &pair.evidence[0];
                let note = first.note.as_ref().map(|note| format!(", {note}")).unwrap_or_default();
                format!("{} -> {} ({}{note})", pair.from, pair.to, first.at)
            };
            for pair in pairs.iter().take(MOST_PAIRS) {
                *out += &wrapped(&line(pair), 2, width);
            }
            if pairs.len() > MOST_PAIRS {
                let rest = pairs.len() - MOST_PAIRS;
                let _ = writeln!(out, "  {}", paint(FAINT, format!("and {rest} more; `--format json` lists all")));
            }
        }
        if !seen.unseen.is_empty() {
            let mut names: Vec<&str> = seen.unseen.iter().take(12).map(String::as_str).collect();
            let more = format!("and {} more", seen.unseen.len().saturating_sub(12));
            if seen.unseen.len() > 12 {
                names.push(&more);
            }
            let line = format!("in no trace: {}", names.join(", "));
            *out += &wrapped(&line, 2, width);
        }
    }

    fn open(&self, out: &mut String, width: usize) {
        if self.unresolved.is_empty() {
            let _ = writeln!(out, "{}", paint(GOOD, "nothing was left unresolved"));
        } else {
            let _ = writeln!(out, "\n{} ({})", paint(HEAD, "Not resolved"), self.unresolved.len());
            if self.unresolved_by_reason.len() > 1 {
                let counts: Vec<String> =
                    self.unresolved_by_reason.iter().map(|view| format!("{} {}", view.count, view.reason)).collect();
                *out += &wrapped(&format!("by reason: {}", counts.join("; ")), 2, width);
            }
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

/// `terraform: 812 references between resources, 805 understood, 7 listed as not resolved`
fn counted(format: &str, tally: &Tally) -> String {
    let Tally { what, all, understood, listed } = tally;
    let rest = all.saturating_sub(understood + listed);
    let lost = if rest > 0 { format!(", {rest} left out") } else { String::new() };
    format!("{format}: {all} {what}, {understood} understood, {listed} listed with the reason{lost}")
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

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn reasons_are_told_apart_by_kind_and_not_by_name() {
        let kinds = [
            ("variable `a` is not set anywhere", "variable … is not set anywhere"),
            ("could be any of `a`, `b`, `c`", "could be any of …"),
            ("no such resource in modules/db", "no such resource"),
            (
                "where its resources stand is not known: variable `r` has no value",
                "where its resources stand is not known",
            ),
            (
                "a chart that is fetched from elsewhere, and not read",
                "a chart that is fetched from elsewhere, and not read",
            ),
        ];
        for (reason, kind) in kinds {
            assert_eq!(without_names(reason), kind);
        }
    }
}
