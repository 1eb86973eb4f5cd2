//! A comment on a pull request: one sentence first, then what is exposed and what no longer is, with links to lines.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::headline::parting;
use super::text::{grouped, left_out, likewise, others};
use super::{Check, FindingView, Surroundings, picture};
use crate::model::Basis;
use crate::policy::Decision;
use crate::report::text::{count, readable};
use crate::source::Location;

/// What a program that updates the comment in place looks for.
const MARKER: &str = "<!-- linchpin-check -->";
/// GitHub takes 65,536 characters; what surrounds a comment needs some.
const MOST: usize = 60_000;
/// How many groups are shown, and how many apps and paths of one.
const MOST_GROUPS: usize = 60;
const MOST_APPS: usize = 30;
const MOST_PATHS: usize = 5;

/// Writes the comment; one that is too long is cut in the middle, where the details are.
pub(super) fn write(report: &Check, surroundings: &Surroundings<'_>) -> String {
    let head = head(report);
    let tail = tail(report);
    let mut sections = String::new();
    let new: Vec<Vec<&FindingView>> = grouped(report.findings.iter().filter(|finding| finding.state == "new"));
    if !new.is_empty() {
        let word = if report.compared.is_some() { "Newly exposed" } else { "Exposed" };
        let _ = write!(sections, "\n### {word}\n");
        for group in new.iter().take(MOST_GROUPS) {
            sections += &exposed(group, surroundings);
        }
        if new.len() > MOST_GROUPS {
            let rest = left_out(&new[MOST_GROUPS..]);
            let _ = write!(sections, "\n_And {rest}; the other formats list all._\n");
        }
    }
    sections += &no_longer(report);
    if let Some(drawn) = picture::draw(new.iter().flatten().copied()) {
        let _ = write!(sections, "\n### Where the failure runs\n\n```mermaid\n{drawn}```\n");
    }
    sections += &blast(report);
    for (state, shown, title) in
        [("known", surroundings.show_known, "Known"), ("waived", surroundings.show_waived, "Waived")]
    {
        sections += &folded(report, state, shown, title);
    }
    cut(&head, &sections, &tail)
}

fn head(report: &Check) -> String {
    let icon = match report.verdict {
        Decision::Fail => "❌",
        Decision::Warn => "⚠️",
        Decision::Pass => "✅",
    };
    let mut out = format!("{MARKER}\n{icon} **{}**\n\n", prose(&report.summary));
    let counts = &report.counts;
    let new = [(counts.error, "error"), (counts.warning, "warning"), (counts.note, "note")];
    let new: Vec<String> = new.iter().filter(|(n, _)| *n > 0).map(|(n, word)| count(*n, word)).collect();
    let what = if report.compared.is_some() { "new" } else { "found" };
    let mut parts =
        vec![if new.is_empty() { format!("nothing {what}") } else { format!("{what}: {}", new.join(", ")) }];
    let rest = [
        (counts.fixed - counts.gone, "fixed 🎉"),
        (counts.gone, "gone"),
        (counts.known, "known"),
        (counts.waived, "waived"),
        (counts.expired, "waivers expired"),
        (counts.unseen, "not seen any more"),
        (counts.set_aside, "set aside as unsure"),
    ];
    parts.extend(rest.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")));
    let told = report.told.words().map(|text| format!(" {text}")).unwrap_or_default();
    let _ = writeln!(out, "Verdict: **{}**. {}.{told}", report.verdict.word(), parts.join("; "));
    out
}

fn tail(report: &Check) -> String {
    let mut out = String::from("\n---\n");
    if let Some(compared) = &report.compared {
        let (name, commit) = compared.named();
        let commit = commit.map(|id| format!(" at {id}")).unwrap_or_default();
        let _ = writeln!(out, "Compared with {}{commit}. Only what a change introduces fails.", code(name));
        for remark in &compared.remarks {
            let _ = writeln!(out, "Note: {}.", prose(remark));
        }
    }
    if report.unresolved > 0 {
        let new = report.newly_unresolved.len();
        let new = if new > 0 { format!(", {new} of them new") } else { String::new() };
        let things = count(report.unresolved, "thing");
        let _ = writeln!(out, "{things} could not be resolved and so not be checked{new}.");
        for open in report.newly_unresolved.iter().take(MOST_APPS) {
            let _ = writeln!(out, "- {}: {}", code(&open.what), prose(&open.reason));
        }
        if report.newly_unresolved.len() > MOST_APPS {
            let _ = writeln!(out, "- and {} more", report.newly_unresolved.len() - MOST_APPS);
        }
    }
    let _ = writeln!(out, "How to read, configure and waive this: `linchpin check --explain RULE`.");
    out
}

/// One group: what it is about, which apps, the paths with links, and what to do.
fn exposed(group: &[&FindingView], surroundings: &Surroundings<'_>) -> String {
    let first = group[0];
    let mut out = format!("\n**{}** {}: {}\n", first.severity, code(&first.rule), prose(&first.message));
    if group.len() > 1 {
        let names = others(group);
        let listed: Vec<String> = names.iter().take(MOST_APPS).map(|name| code(name)).collect();
        let more =
            if names.len() > MOST_APPS { format!(" and {} more", names.len() - MOST_APPS) } else { String::new() };
        let _ = writeln!(out, "\nAlso {}: {}{more}.", count(names.len(), "app"), listed.join(", "));
    }
    let chains: Vec<&Vec<String>> =
        std::iter::once(&first.witness).chain(&first.others).filter(|chain| chain.len() > 1).collect();
    if !chains.is_empty() {
        out.push('\n');
    }
    for chain in chains.iter().take(MOST_PATHS) {
        let parts: Vec<String> = readable(chain).iter().map(|part| code(part)).collect();
        let _ = writeln!(out, "- Path: {}", parts.join(" → "));
    }
    if chains.len() > MOST_PATHS {
        let _ = writeln!(out, "- and {} more paths", chains.len() - MOST_PATHS);
    }
    if chains.is_empty() {
        out.push('\n');
    }
    for (at, label) in first.places.iter().take(MOST_PATHS) {
        let label = if label.is_empty() { String::new() } else { format!(": {}", prose(label)) };
        let _ = writeln!(out, "- At {}{label}", link(at, surroundings));
    }
    let further = likewise(group);
    if !further.is_empty() {
        let _ = writeln!(out, "- Likewise with {}", further.join(", "));
    }
    let _ = writeln!(out, "- To do: {}", prose(&first.remedy));
    out + &details(group, surroundings)
}

/// What is only for those who doubt it: sources of the catalogue, and the paths of the other apps.
fn details(group: &[&FindingView], surroundings: &Surroundings<'_>) -> String {
    let mut inner = String::new();
    for evidence in &group[0].evidence {
        if let Basis::Catalogue(citation) = &evidence.basis {
            let source = prose(&citation.source);
            let source = citation.url.as_ref().map_or(source.clone(), |url| format!("[{source}]({url})"));
            let _ = writeln!(inner, "- Known since {}: {source}", citation.known);
        }
    }
    for finding in group[1..].iter().take(MOST_APPS) {
        let parts: Vec<String> = readable(&finding.witness).iter().map(|part| code(part)).collect();
        let place = finding.places.first().map(|(at, _)| format!(", at {}", link(at, surroundings)));
        let _ = writeln!(inner, "- {}{}", parts.join(" → "), place.unwrap_or_default());
    }
    if inner.is_empty() {
        return String::new();
    }
    let what = if group.len() > 1 { "Sources and the other paths" } else { "Sources" };
    format!("\n<details><summary>{what}</summary>\n\n{inner}\n</details>\n")
}

fn no_longer(report: &Check) -> String {
    if report.fixed.is_empty() {
        return String::new();
    }
    let mut groups: BTreeMap<(&str, &[String]), Vec<&str>> = BTreeMap::new();
    for fixed in report.fixed.iter().filter(|fixed| !fixed.gone) {
        let apps = groups.entry((&fixed.rule, &fixed.cut_set)).or_default();
        apps.extend(fixed.app.as_deref());
    }
    let mut out = String::from("\n### No longer exposed\n\n");
    for ((rule, cut_set), apps) in groups.iter().take(MOST_GROUPS) {
        let apps: Vec<String> = apps.iter().take(MOST_APPS).map(|app| code(app)).collect();
        let cut: Vec<String> = cut_set.iter().map(|id| code(id)).collect();
        let to = if cut.is_empty() { String::new() } else { format!(" to {}", cut.join(", ")) };
        let who = if apps.is_empty() { String::new() } else { format!(": {}", apps.join(", ")) };
        let _ = writeln!(out, "- {}{to}{who}", code(rule));
    }
    if groups.len() > MOST_GROUPS {
        let _ = writeln!(out, "- and {} more", groups.len() - MOST_GROUPS);
    }
    if report.counts.gone > 0 {
        let _ = writeln!(out, "- {}", prose(&parting(report)));
    }
    out
}

/// What each loss takes down before and after, folded.
fn blast(report: &Check) -> String {
    if report.blast.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n<details><summary>What each loss takes down, before and after</summary>\n\n");
    out += "| lost | tier-1 apps | all apps |\n|---|---|---|\n";
    for radius in report.blast.iter().take(MOST_GROUPS) {
        let _ = writeln!(
            out,
            "| {} | {} → {} | {} → {} |",
            code(&radius.component),
            radius.tier_1_before,
            radius.tier_1_after,
            radius.before.len(),
            radius.after.len()
        );
    }
    if report.blast.len() > MOST_GROUPS {
        let _ = writeln!(out, "\nAnd {} more.", report.blast.len() - MOST_GROUPS);
    }
    out + "\n</details>\n"
}

/// Findings that do not count, folded; listed only when that was asked for, since they are not the change's doing.
fn folded(report: &Check, state: &str, shown: bool, title: &str) -> String {
    if !shown {
        return String::new();
    }
    let groups = grouped(report.findings.iter().filter(|finding| finding.state == state));
    if groups.is_empty() {
        return String::new();
    }
    let mut out = format!("\n<details><summary>{title}</summary>\n\n");
    for group in groups.iter().take(MOST_GROUPS) {
        let waiver = group[0].waiver.as_ref();
        let waiver = waiver.map(|waiver| format!(" (until {}: {})", waiver.until, prose(&waiver.reason)));
        let text = prose(&super::text::title(group));
        let _ = writeln!(out, "- {} {}: {text}{}", group[0].severity, code(&group[0].rule), waiver.unwrap_or_default());
    }
    if groups.len() > MOST_GROUPS {
        let _ = writeln!(out, "- and {} more", groups.len() - MOST_GROUPS);
    }
    out + "\n</details>\n"
}

fn link(at: &Location, surroundings: &Surroundings<'_>) -> String {
    let path = (surroundings.path)(&at.file);
    let text = format!("{path}:{}", at.line);
    match surroundings.link {
        Some(base) => format!("[{}]({}/{}#L{})", escape(&text), base.trim_end_matches('/'), encoded(&path), at.line),
        None => code(&text),
    }
}

/// A path as part of an address.
fn encoded(path: &str) -> String {
    super::sarif::encoded(path)
}

/// A name that shows as it is; a backquote in it would end it.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('\n', " "))
}

/// Text of ours in which names stand in backquotes: outside of these nothing is markup.
fn prose(text: &str) -> String {
    let parts: Vec<String> = text
        .split('`')
        .enumerate()
        .map(|(number, part)| if number % 2 == 1 { part.to_owned() } else { escape(part) })
        .collect();
    parts.join("`").replace('\n', " ")
}

/// Text without markup, mentions and references to issues.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            '@' => out += "@\u{200b}",
            '*' | '_' | '[' | ']' | '|' | '\\' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    out
}

/// The whole if it fits; else whole lines are left out of the middle, and the comment says so.
fn cut(head: &str, sections: &str, tail: &str) -> String {
    let whole = format!("{head}{sections}{tail}");
    if whole.chars().count() <= MOST {
        return whole;
    }
    const NOTE: &str = "\n\n_… cut here, since a comment can't be longer; the other formats hold everything._\n";
    let room = MOST - head.chars().count() - tail.chars().count() - NOTE.chars().count() - 200;
    let lines: Vec<&str> = sections.split_inclusive('\n').collect();
    let (mut first, mut used) = (0, 0);
    for line in &lines {
        used += line.chars().count();
        if used > room * 3 / 4 {
            break;
        }
        first += 1;
    }
    let (mut last, mut used) = (lines.len(), 0);
    while last > first {
        used += lines[last - 1].chars().count();
        if used > room / 4 {
            break;
        }
        last -= 1;
    }
    let above: String = lines[..first].concat();
    let below: String = lines[last..].concat();
    // What was opened above the cut is closed there, and what was closed below it was opened above.
    let close = balance(&above);
    let open = opened_before(&below);
    format!("{head}{above}{close}{NOTE}{open}{below}{tail}")
}

/// What ends the fence and the folded part that a piece leaves open.
fn balance(text: &str) -> &'static str {
    let fenced = text.lines().filter(|line| line.starts_with("```")).count() % 2 == 1;
    let open = text.matches("<details>").count() > text.matches("</details>").count();
    match (fenced, open) {
        (true, true) => "```\n\n</details>\n",
        (true, false) => "```\n",
        (false, true) => "\n</details>\n",
        (false, false) => "",
    }
}

/// What a piece closes without having opened it.
fn opened_before(text: &str) -> &'static str {
    let fenced = text.lines().filter(|line| line.starts_with("```")).count() % 2 == 1;
    let closed = text.matches("</details>").count() > text.matches("<details>").count();
    match (fenced, closed) {
        (true, true) => "\n<details><summary>…</summary>\n\n```text\n",
        (true, false) => "\n```text\n",
        (false, true) => "\n<details><summary>…</summary>\n\n",
        (false, false) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_comment_is_cut_in_the_middle_and_stays_whole_markdown() {
        let section = format!("<details><summary>x</summary>\n\n{}\n</details>\n", "- line\n".repeat(3_000));
        let fence = format!("```mermaid\n{}```\n", "  a --> b\n".repeat(3_000));
        let text = cut("HEAD\n", &format!("{section}{fence}{section}"), "TAIL\n");
        assert!(text.chars().count() <= MOST);
        assert!(text.starts_with("HEAD\n") && text.ends_with("TAIL\n") && text.contains("cut here"));
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
        assert_eq!(text.lines().filter(|line| line.starts_with("```")).count() % 2, 0);
        assert_eq!(cut("a", "b", "c"), "abc");
    }

    #[test]
    fn names_of_others_are_no_markup() {
        assert_eq!(prose("`a_b` hits <b> @all *x*"), "`a_b` hits &lt;b&gt; @\u{200b}all \\*x\\*");
        assert_eq!(code("a`b\nc"), "`a'b c`");
    }
}
