//! The findings of the rules, and the verdict.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{BAD, COLD, FAINT, GOOD, HEAD, POOR, chain, count, paint, short, wrapped};
use super::{Report, SCHEMA};
use crate::model::{CapabilityRef, Confidence, Evidence};
use crate::policy::{Counts, Finding, RULES, Severity, Standing, Verdict};

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
    #[serde(skip)]
    chains: Vec<Vec<CapabilityRef>>,
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
    /// Where it is written, the steps of the witness in order.
    pub evidence: Vec<Evidence>,
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
        chains: verdict.findings.iter().map(|finding| finding.witness.clone()).collect(),
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
        witness: finding.witness.iter().map(ToString::to_string).collect(),
        evidence: finding.evidence.clone(),
    }
}

impl Report for Check {
    fn text(&self, width: usize) -> String {
        let mut out = String::new();
        let mut shown = 0;
        let mut groups: Vec<(&'static str, &[String], Vec<usize>)> = Vec::new();
        for (index, finding) in self.findings.iter().enumerate() {
            let same = |group: &&mut (&str, &[String], Vec<usize>)| {
                group.0 == finding.rule
                    && group.1 == finding.cut_set
                    && self.findings[group.2[0]].severity == finding.severity
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.2.push(index),
                None => groups.push((finding.rule, &finding.cut_set, vec![index])),
            }
        }
        for (rule, _, members) in groups.iter().take(40) {
            shown += members.len();
            self.group(&mut out, rule, members, width);
        }
        if shown < self.findings.len() {
            let rest = self.findings.len() - shown;
            let _ = writeln!(out, "{}\n", paint(FAINT, format!("and {rest} more; `--format json` lists all")));
        }
        let style = if self.verdict == "fail" { BAD } else { GOOD };
        let _ = writeln!(
            out,
            "{}: {}, {}, {} over {}",
            paint(style, self.verdict),
            count(self.counts.error, "error"),
            count(self.counts.warning, "warning"),
            count(self.counts.note, "note"),
            count(RULES.len(), "rule"),
        );
        if self.unresolved > 0 {
            let text = format!("{} could not be resolved and so not be checked", count(self.unresolved, "thing"));
            let _ = writeln!(out, "{}", paint(POOR, text));
        }
        out
    }
}

impl Check {
    /// Findings of one rule, severity and cut set: said once, with the apps that it is about.
    fn group(&self, out: &mut String, rule: &str, members: &[usize], width: usize) {
        let first = &self.findings[members[0]];
        let style = match first.severity {
            Severity::Error => BAD,
            Severity::Warning => POOR,
            Severity::Note => COLD,
        };
        let _ = writeln!(out, "{}", paint(style, format!("{}[{rule}]", first.severity)));
        if members.len() == 1 {
            *out += &wrapped(&first.message, 2, width);
        } else {
            let apps: Vec<&str> = members.iter().filter_map(|index| self.findings[*index].app.as_deref()).collect();
            let what = first.cut_set.join(", ");
            *out += &wrapped(&format!("`{what}` alone takes {} apps down: {}", apps.len(), apps.join(", ")), 2, width);
        }
        let parts: Vec<String> = self.chains[members[0]].iter().map(short).collect();
        if parts.len() > 1 {
            let _ = writeln!(out, "  {} {}", paint(HEAD, "path:"), chain(&parts, 8, width));
        }
        for evidence in first.evidence.iter().take(4) {
            let note = evidence.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
            let _ = writeln!(out, "  {} {}{note}", paint(HEAD, "at:"), evidence.at);
        }
        *out += &wrapped(&format!("help: {}", first.remedy), 2, width);
        out.push('\n');
    }
}
