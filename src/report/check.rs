//! The findings of the rules, and the verdict.

use std::collections::BTreeSet;
use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{BAD, COLD, FAINT, GOOD, HEAD, POOR, chain, count, paint, readable, wrapped};
use super::{Report, SCHEMA};
use crate::model::{Basis, CapabilityRef, Confidence, Evidence, Grade};
use crate::policy::{Counts, Finding, Nearer, RULES, Severity, Standing, Verdict};

/// How many groups of findings are listed.
const MOST: usize = 40;

/// The report of `check`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Check {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// `pass` or `fail`.
    pub verdict: &'static str,
    /// The least severity that fails.
    pub fail_on: Severity,
    /// What was found, the worst first.
    pub findings: Vec<FindingView>,
    /// How many of each severity.
    pub counts: Counts,
    /// How many things could not be resolved, and so were not checked.
    pub unresolved: usize,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingView {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// The app or component that it is about.
    pub app: Option<String>,
    /// The components whose joint failure it is about.
    pub cut_set: Vec<String>,
    /// Whether it is new.
    pub state: Standing,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// The chain that carries the failure, `component:capability`.
    pub witness: Vec<String>,
    /// Further chains: where alternatives fail, that of each of the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Vec<String>>,
    /// Where it is written, the steps of the witness in order.
    pub evidence: Vec<Evidence>,
    /// The finding that says the same from nearer by, if there is one: mend that first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under: Option<Nearer>,
}

/// Makes the report of a verdict.
pub fn check(verdict: &Verdict, unresolved: usize) -> Check {
    Check {
        schema: SCHEMA,
        verdict: if verdict.failed { "fail" } else { "pass" },
        fail_on: verdict.fail_on,
        findings: verdict.findings.iter().map(view).collect(),
        counts: verdict.counts,
        unresolved,
    }
}

fn view(finding: &Finding) -> FindingView {
    FindingView {
        rule: finding.rule,
        severity: finding.severity,
        confidence: finding.confidence,
        app: finding.app.as_ref().map(ToString::to_string),
        cut_set: finding.cut_set.iter().map(ToString::to_string).collect(),
        state: finding.standing,
        message: finding.message.clone(),
        remedy: finding.remedy.clone(),
        witness: named(&finding.witness),
        others: finding.others.iter().map(|chain| named(chain)).collect(),
        evidence: finding.evidence.clone(),
        under: finding.under.clone(),
    }
}

fn named(chain: &[CapabilityRef]) -> Vec<String> {
    chain.iter().map(ToString::to_string).collect()
}

impl Report for Check {
    fn text(&self, width: usize) -> String {
        let mut out = self.verdict_line();
        let mut groups: Vec<Vec<&FindingView>> = Vec::new();
        for finding in self.findings.iter().filter(|finding| finding.under.is_none()) {
            let alone = finding.rule == "fake-redundancy";
            let same = |group: &&mut Vec<&FindingView>| {
                !alone && group[0].rule == finding.rule && group[0].cut_set == finding.cut_set
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(finding),
                None => groups.push(vec![finding]),
            }
        }
        let told = self.findings.iter().filter(|finding| finding.under.is_none()).count();
        let mut shown = 0;
        for group in groups.iter().take(MOST) {
            shown += group.len();
            out.push('\n');
            write_group(&mut out, group, &self.below(group), width);
        }
        if shown < told {
            let rest = told - shown;
            let _ = writeln!(out, "\n{}", paint(FAINT, format!("and {rest} more; `--format json` lists all")));
        }
        if !self.findings.is_empty() {
            out.push('\n');
            out += &self.verdict_line();
        }
        if self.unresolved > 0 {
            let text = format!("{} could not be resolved and so not be checked", count(self.unresolved, "thing"));
            let _ = writeln!(out, "{}", paint(POOR, text));
        }
        out
    }
}

impl Check {
    /// The components of what goes under the findings of a group, in order.
    fn below(&self, group: &[&FindingView]) -> Vec<String> {
        let of = |nearer: &Nearer, finding: &FindingView| {
            nearer.rule == finding.rule
                && nearer.app.as_ref().map(ToString::to_string) == finding.app
                && nearer.cut_set.iter().map(ToString::to_string).eq(finding.cut_set.iter().cloned())
        };
        let all = self.findings.iter().filter(|finding| {
            finding.under.as_ref().is_some_and(|nearer| group.iter().any(|finding| of(nearer, finding)))
        });
        let names: BTreeSet<String> = all.map(|finding| format!("`{}`", finding.cut_set.join("`, `"))).collect();
        names.into_iter().filter(|name| *name != format!("`{}`", group[0].cut_set.join("`, `"))).collect()
    }

    fn verdict_line(&self) -> String {
        let style = if self.verdict == "fail" { BAD } else { GOOD };
        let counts = [(self.counts.error, "error"), (self.counts.warning, "warning"), (self.counts.note, "note")];
        let said: Vec<String> = counts.iter().map(|(number, word)| count(*number, word)).collect();
        format!("{}: {} by {}\n", paint(style, self.verdict), said.join(", "), count(RULES.len(), "rule"))
    }
}

/// Findings of one rule and cut set: said once, the worst first, with the apps that it is about.
fn write_group(out: &mut String, group: &[&FindingView], below: &[String], width: usize) {
    let first = group[0];
    let style = match first.severity {
        Severity::Error => BAD,
        Severity::Warning => POOR,
        Severity::Note => COLD,
    };
    let _ = writeln!(out, "{}", paint(style, format!("{}[{}]", first.severity, first.rule)));
    *out += &wrapped(&first.message, 2, width);
    if group.len() > 1 {
        let others = group[1..].iter().filter_map(|finding| {
            let app = finding.app.as_ref()?;
            Some(if finding.severity == first.severity { app.clone() } else { format!("{app} ({})", finding.severity) })
        });
        let names: Vec<String> = others.collect();
        *out += &wrapped(&format!("and {}: {}", count(names.len(), "other app"), names.join(", ")), 2, width);
    }
    for parts in std::iter::once(&first.witness).chain(&first.others).filter(|parts| parts.len() > 1) {
        let _ = writeln!(out, "  {} {}", paint(HEAD, "path:"), chain(&readable(parts), 8, width));
    }
    if !below.is_empty() {
        *out += &wrapped(&format!("likewise: {}", below.join(", ")), 2, width);
    }
    let own = first.evidence.iter().filter(|evidence| evidence.basis == Basis::Manifest);
    for evidence in own.take(3) {
        let _ = writeln!(out, "  {} {}", paint(HEAD, "at:"), evidence.at);
    }
    for evidence in &first.evidence {
        if let Basis::Catalogue(citation) = &evidence.basis {
            let grade = if citation.grade == Grade::Inferred { ", inferred" } else { "" };
            *out += &wrapped(&format!("known: {}, {}{grade}", citation.source, citation.known), 2, width);
        }
    }
    *out += &wrapped(&format!("help: {}", first.remedy), 2, width);
}
