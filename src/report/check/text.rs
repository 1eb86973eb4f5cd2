//! Findings for people: what counts as diagnostics with the lines that it rests on, the rest folded and counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use unicode_width::UnicodeWidthStr;

use super::headline::parting;
use super::view::FixedView;
use super::{Check, FindingView, Surroundings};
use crate::model::{Basis, Grade};
use crate::policy::{Decision, Severity};
use crate::report::text::{BAD, COLD, FAINT, GOOD, HEAD, POOR, chain, count, paint, readable, table, wrapped};
use crate::source::Location;

/// How many groups are shown with their lines, and how many with one line each.
const MOST_WHOLE: usize = 12;
const MOST_SHORT: usize = 60;
/// How many places and chains of one group are shown.
const MOST_PLACES: usize = 8;
const MOST_CHAINS: usize = 4;
/// How many things are listed that could not be resolved and were not there before.
const MOST_OPEN: usize = 5;
/// Lines of generated data can be endless.
const MOST_COLUMNS: usize = 400;

/// Writes the verdict, the findings that count, and the verdict again.
pub(super) fn write(report: &Check, surroundings: &Surroundings<'_>) -> String {
    let mut out = verdict(report, surroundings.width);
    let shown = |finding: &&FindingView| match finding.state {
        "known" => surroundings.show_known,
        "waived" => surroundings.show_waived,
        _ => true,
    };
    let groups = grouped(report.findings.iter().filter(shown));
    let warned = |group: &Vec<&FindingView>| match report.warn_on {
        "error" => group[0].severity >= Severity::Error,
        "warning" => group[0].severity >= Severity::Warning,
        "note" => true,
        _ => false,
    };
    if report.told.entries > MOST_WHOLE {
        out += &format!("\n{}", overview(report, surroundings.width));
    }
    // What reaches no threshold is told in a line, unless there is nothing else to tell.
    let (mut whole, mut short): (Vec<_>, Vec<_>) = groups.into_iter().partition(warned);
    if whole.is_empty() {
        std::mem::swap(&mut whole, &mut short);
    }
    let rest = whole.split_off(whole.len().min(MOST_WHOLE));
    let short: Vec<_> = rest.into_iter().chain(short).collect();
    for group in &whole {
        let _ = write!(out, "\n{}\n", diagnostic(group, surroundings));
    }
    if !short.is_empty() {
        out.push('\n');
    }
    for group in short.iter().take(MOST_SHORT) {
        out += &line(group, surroundings);
    }
    if short.len() > MOST_SHORT {
        let text = format!("and {}; `--format json` lists all", left_out(&short[MOST_SHORT..]));
        let _ = writeln!(out, "{}", paint(FAINT, text));
    }
    let told = !whole.is_empty();
    out += &fixed(report, surroundings.width);
    if told {
        let _ = write!(out, "\n{}", counts(report));
    }
    out + &remarks(report, surroundings)
}

/// Findings of one rule, standing and cut set: said once, the worst first, with the apps that they are about.
///
/// What has several chains stands for itself, and what goes under another finding is left to that. Groups come in the order of their first finding.
pub(super) fn grouped<'a>(findings: impl Iterator<Item = &'a FindingView>) -> Vec<Vec<&'a FindingView>> {
    let mut groups: Vec<Vec<&FindingView>> = Vec::new();
    let mut known: BTreeMap<(&str, &str, &[String]), usize> = BTreeMap::new();
    for finding in findings.filter(|finding| !finding.folded) {
        let key = (finding.state, finding.rule.as_str(), finding.cut_set.as_slice());
        let alone = !finding.others.is_empty() || finding.cut_set.is_empty();
        match known.get(&key).filter(|_| !alone) {
            Some(at) => groups[*at].push(finding),
            None => {
                if !alone {
                    known.insert(key, groups.len());
                }
                groups.push(vec![finding]);
            }
        }
    }
    groups
}

/// How many entries are left out, and how many findings these stand for where that is another number.
pub(super) fn left_out(groups: &[Vec<&FindingView>]) -> String {
    let findings: usize = groups.iter().flatten().map(|finding| 1 + finding.beneath).sum();
    let stands_for = if findings > groups.len() { format!(" ({findings} findings)") } else { String::new() };
    format!("{} more {}{stands_for}", groups.len(), if groups.len() == 1 { "entry" } else { "entries" })
}

/// The message of a group: that of its first finding, and for how many others it holds.
pub(super) fn title(group: &[&FindingView]) -> String {
    match group.len() {
        1 => group[0].message.clone(),
        more => format!("{}, and so for {}", group[0].message, count(more - 1, "other app")),
    }
}

/// The components of what is left to the findings of a group, in order.
pub(super) fn likewise(group: &[&FindingView]) -> Vec<String> {
    let own = format!("`{}`", group[0].cut_set.join("`, `"));
    let names: BTreeSet<&String> = group.iter().flat_map(|finding| &finding.likewise).collect();
    names.into_iter().filter(|name| **name != own).cloned().collect()
}

/// The other apps of a group, the severity where it is another.
pub(super) fn others(group: &[&FindingView]) -> Vec<String> {
    let name = |finding: &&&FindingView| {
        let app = finding.app.as_ref()?;
        let same = finding.severity == group[0].severity;
        Some(if same { app.clone() } else { format!("{app} ({})", finding.severity) })
    };
    group[1..].iter().filter_map(|finding| name(&finding)).collect()
}

fn verdict(report: &Check, width: usize) -> String {
    let told = report.told.words().map(|text| wrapped(&text, 0, width)).unwrap_or_default();
    counts(report) + &wrapped(&report.summary, 0, width) + &told
}

fn counts(report: &Check) -> String {
    let style = match report.verdict {
        Decision::Fail => BAD,
        Decision::Warn => POOR,
        Decision::Pass => GOOD,
    };
    let counts = &report.counts;
    let number = |number: usize, one: &str| count(number, one);
    let new = [number(counts.error, "error"), number(counts.warning, "warning"), number(counts.note, "note")];
    let word = if report.compared.is_some() { "new: " } else { "" };
    let others = [
        (counts.known, "known"),
        (counts.waived, "waived"),
        (counts.fixed - counts.gone, "fixed"),
        (counts.gone, "gone"),
        (counts.unseen, "not seen any more"),
        (counts.set_aside, "set aside as unsure"),
    ];
    let others: Vec<String> = others.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let others = if others.is_empty() { String::new() } else { format!("; {}", others.join(", ")) };
    format!("{}: {word}{}{others}\n", paint(style, report.verdict.word()), new.join(", "))
}

/// What is new by rule: the columns add up to the numbers of the verdict, the last to the entries below.
fn overview(report: &Check, width: usize) -> String {
    let mut rules: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let new = || report.findings.iter().filter(|finding| finding.state == "new");
    for finding in new() {
        let slot = match finding.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Note => 2,
        };
        rules.entry(&finding.rule).or_default()[slot] += 1;
    }
    for group in grouped(new()) {
        rules.entry(&group[0].rule).or_default()[3] += 1;
    }
    let mut rows: Vec<(&str, [usize; 4])> = rules.into_iter().collect();
    rows.sort_by_key(|(rule, counts)| (std::cmp::Reverse(*counts), *rule));
    let cells = |(rule, counts): &(&str, [usize; 4])| {
        let number = |number: &usize| if *number == 0 { String::new() } else { number.to_string() };
        std::iter::once((*rule).to_owned()).chain(counts.iter().map(number)).collect()
    };
    let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
    table(width, &["rule", "errors", "warnings", "notes", "told in"], &rows)
}

/// A group as the Rust compiler would show it.
fn diagnostic(group: &[&FindingView], surroundings: &Surroundings<'_>) -> String {
    let first = group[0];
    let level = match first.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    // Beside the text there stands `   = help: `.
    let room = surroundings.width.saturating_sub(16).max(40);
    let state = if first.state == "new" { String::new() } else { format!(" ({})", first.state) };
    let label = format!("{}[{}]: ", first.severity, first.rule).chars().count();
    let title = broken(&format!("{}{state}", first.message), surroundings.width.saturating_sub(label).max(40));
    let mut notes: Vec<(&str, String)> = Vec::new();
    if group.len() > 1 {
        let names = others(group);
        notes.push(("also", format!("{}: {}", count(names.len(), "other app"), names.join(", "))));
    }
    let chains: Vec<&Vec<String>> =
        std::iter::once(&first.witness).chain(&first.others).filter(|parts| parts.len() > 1).collect();
    for parts in chains.iter().take(MOST_CHAINS) {
        notes.push(("path", chain(&readable(parts), 0, room)));
    }
    if chains.len() > MOST_CHAINS {
        notes.push(("path", format!("and {} more", chains.len() - MOST_CHAINS)));
    }
    let further = likewise(group);
    if !further.is_empty() {
        notes.push(("likewise", further.join(", ")));
    }
    let mut cited: Vec<String> = Vec::new();
    for evidence in &first.evidence {
        if let Basis::Catalogue(citation) = &evidence.basis {
            let grade = if citation.grade == Grade::Inferred { ", inferred" } else { "" };
            let text = format!("{}, {}{grade}", citation.source, citation.known);
            if !cited.contains(&text) {
                cited.push(text);
            }
        }
    }
    notes.extend(cited.into_iter().take(MOST_CHAINS).map(|text| ("known", text)));
    if let Some(waiver) = &first.waiver {
        let owner = waiver.owner.as_ref().map(|owner| format!(" by {owner}")).unwrap_or_default();
        notes.push(("waived", format!("{}{owner}, until {}", waiver.reason, waiver.until)));
    }
    notes.push(("help", first.remedy.clone()));
    if crate::policy::page(&first.rule).is_some() {
        notes.push(("see", format!("linchpin check --explain {}", first.rule)));
    }
    let notes: Vec<(&str, String)> = notes.into_iter().map(|(name, text)| (name, broken(&text, room))).collect();
    let mut shown = Group::with_title(level.primary_title(title).id(first.rule.clone()));
    for (file, marks) in files(first) {
        shown = shown.elements(snippets(&file, &marks, surroundings));
    }
    for (name, text) in &notes {
        let level = if *name == "help" { Level::HELP } else { Level::NOTE };
        shown = shown.element(level.with_name(*name).message(text.as_str()));
    }
    Renderer::styled().term_width(surroundings.width.max(60)).render(&[shown])
}

/// The places of a finding by file, the file of its first place first.
fn files(finding: &FindingView) -> Vec<(String, Vec<(Location, String)>)> {
    let mut files: Vec<(String, Vec<(Location, String)>)> = Vec::new();
    for (at, label) in finding.places.iter().take(MOST_PLACES) {
        match files.iter_mut().find(|(file, _)| **file == *at.file) {
            Some((_, marks)) => marks.push((at.clone(), label.clone())),
            None => files.push((at.file.to_string(), vec![(at.clone(), label.clone())])),
        }
    }
    files
}

/// The marked lines of a file. Lines that lie near each other are one snippet, with the lines between them.
fn snippets<'a>(
    file: &str,
    marks: &[(Location, String)],
    surroundings: &Surroundings<'_>,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    const NEAR: u32 = 6;
    let mut sorted: Vec<(bool, &(Location, String))> =
        marks.iter().enumerate().map(|(n, mark)| (n == 0, mark)).collect();
    sorted.sort_by_key(|(_, (at, _))| (at.line, at.column));
    let mut clusters: Vec<Vec<(bool, &(Location, String))>> = Vec::new();
    for mark in sorted {
        match clusters.last_mut() {
            Some(cluster) if cluster.last().is_some_and(|last| mark.1.0.line - last.1.0.line <= NEAR) => {
                cluster.push(mark)
            }
            _ => clusters.push(vec![mark]),
        }
    }
    // The one with the first step comes first: its place is the one in the heading.
    clusters.sort_by_key(|cluster| !cluster.iter().any(|(first, _)| *first));
    let mut found = Vec::new();
    for cluster in clusters {
        let (Some(first), Some(last)) = (cluster.first(), cluster.last()) else { continue };
        let (from, to) = (first.1.0.line, last.1.0.line);
        let mut source = String::new();
        let mut starts = Vec::new();
        for line in from..=to {
            let at = Location { file: file.into(), line, column: 1, length: 0 };
            let text = (surroundings.quote)(&at).unwrap_or_default();
            starts.push(source.len());
            source.extend(text.chars().take(MOST_COLUMNS));
            source.push('\n');
        }
        // Beside the text there stands ` 12 | `, and before a label a space.
        let room = surroundings.width.saturating_sub(to.to_string().len() + 4);
        let spans: Vec<_> = cluster
            .iter()
            .map(|(primary, (at, label))| {
                let start = starts[(at.line - from) as usize];
                let text = source[start..].lines().next().unwrap_or_default();
                let (columns, label) = fitted(at, label, room);
                (span(text, start, &Location { length: columns, ..at.clone() }), *primary, label)
            })
            .collect();
        let mut snippet = Snippet::source(source).line_start(from as usize).path(file.to_owned());
        for (span, primary, label) in spans {
            let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            snippet = snippet.annotation(kind.span(span).label((!label.is_empty()).then_some(label)));
        }
        found.push(snippet);
    }
    found
}

/// How many columns of a place are marked, and what is said beside them, so that both keep to the width where they can.
///
/// The path tells who needs what too, so that the one who needs goes first; then what is marked is cut.
fn fitted(at: &Location, label: &str, room: usize) -> (u32, String) {
    let before = at.column.saturating_sub(1) as usize;
    let fits = |columns: u32, text: &str| before + columns as usize + 1 + text.width() <= room;
    if label.is_empty() || fits(at.length, label) {
        return (at.length, label.to_owned());
    }
    let short = label.split_once("` needs `").map_or_else(|| label.to_owned(), |(_, to)| format!("needs `{to}"));
    let left = room.saturating_sub(before + 1 + short.width());
    (at.length.min(u32::try_from(left).unwrap_or(0).max(1)), short)
}

/// The bytes that a place means in the text of its line, which begins at `start`.
fn span(text: &str, start: usize, at: &Location) -> std::ops::Range<usize> {
    let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let column = (at.column.max(1) as usize - 1).min(bounds.len() - 1);
    let end = (column + at.length.max(1) as usize).min(bounds.len() - 1).max(column);
    start + bounds[column]..start + bounds[end]
}

/// A group in one line, with its first place.
fn line(group: &[&FindingView], surroundings: &Surroundings<'_>) -> String {
    let first = group[0];
    let style = match first.severity {
        Severity::Error => BAD,
        Severity::Warning => POOR,
        Severity::Note => COLD,
    };
    let state = if first.state == "new" { String::new() } else { format!(" ({})", first.state) };
    let place = first.places.first().map(|(at, _)| format!(", {at}")).unwrap_or_default();
    let head = paint(style, format!("{}[{}]{state}:", first.severity, first.rule));
    let text = wrapped(&format!("{}{place}", title(group)), 2, surroundings.width);
    format!("{head}\n{text}")
}

/// Text with line breaks that keep to the width.
fn broken(text: &str, width: usize) -> String {
    if text.contains('\n') {
        return text.to_owned();
    }
    wrapped(text, 0, width).trim_end().to_owned()
}

fn fixed(report: &Check, width: usize) -> String {
    if report.fixed.is_empty() {
        return String::new();
    }
    const MOST: usize = 10;
    let mended: Vec<&FixedView> = report.fixed.iter().filter(|fixed| !fixed.gone).collect();
    let mut out = String::from("\n");
    if !mended.is_empty() {
        let _ = writeln!(out, "{}", paint(GOOD, format!("fixed: {}", count(mended.len(), "finding"))));
    }
    for fixed in mended.iter().take(MOST) {
        let app = fixed.app.as_deref().map(|app| format!(" for `{app}`")).unwrap_or_default();
        let cut = fixed.cut_set.join("`, `");
        let with = if cut.is_empty() { String::new() } else { format!(" with `{cut}`") };
        out += &wrapped(&format!("{}{app}{with}", fixed.rule), 2, width);
    }
    if mended.len() > MOST {
        let _ = writeln!(out, "  {}", paint(FAINT, format!("and {} more", mended.len() - MOST)));
    }
    if report.counts.gone > 0 {
        out += &wrapped(&parting(report), 0, width);
    }
    out
}

fn remarks(report: &Check, surroundings: &Surroundings<'_>) -> String {
    let mut out = String::new();
    if let Some(compared) = &report.compared {
        let (name, commit) = compared.named();
        let commit = commit.map(|id| format!(" ({id})")).unwrap_or_default();
        let _ = writeln!(out, "{} {name}{commit}", paint(HEAD, "compared with"));
        for remark in &compared.remarks {
            out += &wrapped(&format!("note: {remark}"), 0, surroundings.width);
        }
    }
    let hidden = [
        (report.counts.known, surroundings.show_known, "known", "--show-known"),
        (report.counts.waived, surroundings.show_waived, "waived", "--show-waived"),
    ];
    let hidden: Vec<String> = (hidden.iter().filter(|(number, shown, ..)| *number > 0 && !shown))
        .map(|(number, _, word, option)| format!("{} {word} ({option})", count(*number, "finding")))
        .collect();
    if !hidden.is_empty() {
        let _ = writeln!(out, "{}", paint(FAINT, format!("not listed: {}", hidden.join(", "))));
    }
    if report.unresolved > 0 {
        let text = format!("{} could not be resolved and so not be checked", count(report.unresolved, "thing"));
        let new = report.newly_unresolved.len();
        let new = if new > 0 { format!(", {new} of them new:") } else { String::new() };
        out += &paint(POOR, wrapped(&(text + &new), 0, surroundings.width).trim_end());
        out.push('\n');
    }
    for open in report.newly_unresolved.iter().take(MOST_OPEN) {
        let who = open.component.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
        out += &wrapped(&format!("{who}`{}`: {} ({})", open.what, open.reason, open.at), 2, surroundings.width);
    }
    if report.newly_unresolved.len() > MOST_OPEN {
        let rest = report.newly_unresolved.len() - MOST_OPEN;
        let _ = writeln!(out, "  {}", paint(FAINT, format!("and {rest} more; `--format json` lists all")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_beside_a_line_keeps_to_the_width_where_it_can() {
        let at = |column, length| Location { file: "a.tf".into(), line: 7, column, length };
        assert_eq!(fitted(&at(3, 10), "`web` needs `db`", 40), (10, "`web` needs `db`".to_owned()));
        assert_eq!(fitted(&at(3, 20), "`web` needs `db`", 36), (20, "needs `db`".to_owned()));
        assert_eq!(fitted(&at(3, 60), "`web` needs `db`", 36), (23, "needs `db`".to_owned()));
        // What is too long by itself is whole all the same.
        assert_eq!(fitted(&at(30, 60), "`web` needs `db`", 36), (1, "needs `db`".to_owned()));
        assert_eq!(fitted(&at(30, 60), "", 36), (60, String::new()));
        // Chinese letters take two columns each.
        assert_eq!(fitted(&at(3, 20), "`门户` needs `订单`", 40), (20, "needs `订单`".to_owned()));
        assert_eq!(fitted(&at(3, 20), "`门户` needs `订单`", 43), (20, "`门户` needs `订单`".to_owned()));
        for (column, length) in (1..30).flat_map(|column| (1..60).map(move |length| (column, length))) {
            let (columns, label) = fitted(&at(column, length), "`shop` needs `orders`", 60);
            assert!(column as usize + columns as usize + label.len() <= 60, "{column} {length}: {columns} {label}");
            assert!(columns >= 1 && columns <= length);
        }
    }
}
