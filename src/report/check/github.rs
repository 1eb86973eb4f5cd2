//! Annotations of a GitHub workflow: commands on standard output that GitHub shows beside the lines.

use std::fmt::Write;

use super::text::{grouped, left_out, title};
use super::{Check, Surroundings};
use crate::policy::Severity;

/// GitHub shows ten annotations of each level for a step, and drops the others without a word.
const MOST: usize = 10;

/// Writes an annotation for each group of findings that count; what is left out is said in a last one.
pub(super) fn write(report: &Check, surroundings: &Surroundings<'_>) -> String {
    let mut out = String::new();
    let mut written = [0usize; 3];
    let mut unseen = Vec::new();
    for group in grouped(report.findings.iter().filter(|finding| finding.state == "new")) {
        let first = group[0];
        let (level, slot) = match first.severity {
            Severity::Error => ("error", 0),
            Severity::Warning => ("warning", 1),
            Severity::Note => ("notice", 2),
        };
        // One place is kept for saying what is left out.
        if written[slot] >= MOST - 1 {
            unseen.push(group);
            continue;
        }
        written[slot] += 1;
        let place = first.places.first().map(|(at, _)| {
            let path = (surroundings.path)(&at.file);
            format!("file={},line={},col={},", property(&path), at.line, at.column)
        });
        let path = crate::report::text::readable(&first.witness).join(" -> ");
        let path = if first.witness.len() > 1 { format!("\npath: {path}") } else { String::new() };
        let message = format!("{}{path}\nhelp: {}", title(&group), first.remedy);
        let head = property(&format!("linchpin: {}", first.rule));
        let _ = writeln!(out, "::{level} {}title={head}::{}", place.unwrap_or_default(), data(&message));
    }
    if !unseen.is_empty() {
        let text = format!("and {}; the report has all of them", left_out(&unseen));
        let _ = writeln!(out, "::notice title=linchpin::{}", data(&text));
    }
    out
}

/// Text after `::`, in which line ends and `%` are written otherwise.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value before `::`, in which `:` and `,` are written otherwise too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
