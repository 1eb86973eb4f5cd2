//! GitLab's code quality report: what counts and what was there before, so that GitLab can compare by fingerprint.

use serde::Serialize;

use super::{Check, Surroundings};
use crate::policy::Severity;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes a list of issues; what is waived is no issue, and neither is what has no place in the repository.
pub(super) fn write(report: &Check, surroundings: &Surroundings<'_>) -> String {
    let listed = report.findings.iter().filter(|finding| finding.waiver.is_none());
    let issue = |finding: &'_ super::FindingView| {
        let (at, _) = finding.places.first()?;
        Some((at.clone(), format!("{}; {}", finding.message, finding.remedy)))
    };
    let issues: Vec<Issue<'_>> = listed
        .filter_map(|finding| {
            let (at, description) = issue(finding)?;
            Some(Issue {
                description,
                check_name: &finding.rule,
                fingerprint: &finding.fingerprint,
                severity: match finding.severity {
                    Severity::Error => "critical",
                    Severity::Warning => "major",
                    Severity::Note => "info",
                },
                location: Place { path: (surroundings.path)(&at.file), lines: Lines { begin: at.line } },
            })
        })
        .collect();
    serde_json::to_string_pretty(&issues).map(|text| text + "\n").unwrap_or_default()
}
