//! The report for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::formats::{FormatView, counted};
use super::open;
use super::views::{ComponentView, NeedView, PairView};
use super::{HintView, Scan, SourceView};
use crate::ingest::Status;
use crate::model::{Basis, ComponentId, Confidence, Evidence, Kind, Phase, Strength};
use crate::report::Report;
use crate::report::text::{FAINT, GOOD, HEAD, POOR, count, paint, table, wrapped};
use crate::source::Location;

/// How many kinds of unresolved things and of assumptions the text lists.
const MOST_UNRESOLVED: usize = 30;

const MOST_ASSUMED: usize = 20;

const MOST_PAIRS: usize = 12;

const MOST_PROGRAMS: usize = 4;

/// How the condition of a choice begins, after what else was read there.
const CONDITION: &str = "only where ";

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
        let (unchosen, hints): (Vec<_>, Vec<_>) = self.hints.iter().partition(|hint| hint.because.is_some());
        for text in not_chosen(&unchosen) {
            out += &wrapped(&text, 2, width);
        }
        if let Some(first) = hints.first() {
            let libraries = match hints.len() {
                1 => "1 library".to_owned(),
                several => format!("{several} libraries"),
            };
            let text = format!(
                "{libraries} of the catalogue without a use in code, and so no needs: {} of {} ({}:{}) and others",
                first.library, first.program, first.at.file, first.at.line
            );
            out += &wrapped(text.trim_end_matches(if hints.len() == 1 { " and others" } else { "" }), 2, width);
        }
        self.found(&mut out, width);
        self.carried(&mut out, width);
        self.observed(&mut out, width);
        self.open(&mut out, width);
        out
    }
}

/// What programs leave out since settings choose something else; what is left out for the same reason is told once.
fn not_chosen(hints: &[&HintView]) -> Vec<String> {
    let mut told: BTreeMap<(&str, &Location, &str), Vec<&str>> = BTreeMap::new();
    for hint in hints {
        let because = hint.because.as_deref().unwrap_or_default();
        // How it would be used matters to nobody who doesn't choose it.
        let condition = because.find(CONDITION).map_or(because, |at| &because[at..]);
        told.entry((&hint.library, &hint.at, condition)).or_default().push(&hint.program);
    }
    let text = |((library, at, condition), programs): ((&str, &Location, &str), Vec<&str>)| {
        let named = programs.iter().take(MOST_PROGRAMS).copied().collect::<Vec<_>>().join(", ");
        let others = match programs.len().saturating_sub(MOST_PROGRAMS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("not chosen by {named}{others}, and so no need: {library} ({}:{}), {condition}", at.file, at.line)
    };
    told.into_iter().map(text).collect()
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
            let groups = open::grouped(&self.unresolved);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_programs_leave_out_for_one_reason_is_told_once() {
        let hint = |program: &str, because: &str| HintView {
            program: program.to_owned(),
            library: "go:kms".to_owned(),
            how: "not chosen",
            because: Some(because.to_owned()),
            at: Location::start_of(&"keys/aws.go".into()),
        };
        let aws = "uses go:kms; only where KEYS is `AWS`, and it is `GOOGLE`";
        let mut hints: Vec<HintView> = ["a", "b", "c", "d", "e", "f"].iter().map(|name| hint(name, aws)).collect();
        hints.push(hint("g", "only where KEYS is `AWS`, and it is `FILES`"));
        let told = not_chosen(&hints.iter().collect::<Vec<_>>());
        assert_eq!(
            told,
            [
                "not chosen by g, and so no need: go:kms (keys/aws.go:1), only where KEYS is `AWS`, and it is `FILES`",
                "not chosen by a, b, c, d and 2 more, and so no need: go:kms (keys/aws.go:1), only where KEYS is `AWS`, \
                 and it is `GOOGLE`",
            ]
        );
    }
}
