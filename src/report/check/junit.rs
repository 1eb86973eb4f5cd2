//! JUnit XML: a suite for each rule, a test for each finding; what does not fail the run is passed or skipped.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Check, FindingView, Surroundings};
use crate::policy::{RULES, Severity};
use crate::report::text::readable;

/// Writes the report; a rule that finds nothing is a suite with one test that passes.
pub(super) fn write(report: &Check, surroundings: &Surroundings<'_>) -> String {
    let mut suites: BTreeMap<&str, Vec<&FindingView>> = RULES.iter().map(|rule| (rule.id, Vec::new())).collect();
    suites.extend(report.assertions.keys().map(|name| (name.as_str(), Vec::new())));
    for finding in &report.findings {
        suites.entry(&finding.rule).or_default().push(finding);
    }
    let mut document = Report::new("linchpin");
    for (rule, findings) in suites {
        let mut suite = TestSuite::new(rule);
        if findings.is_empty() {
            let mut case = TestCase::new("no finding", TestCaseStatus::success());
            case.set_classname(rule);
            suite.add_test_case(case);
        }
        for finding in findings {
            suite.add_test_case(case(report, finding, surroundings));
        }
        document.add_test_suite(suite);
    }
    document.to_string().map(|text| text.trim_end().to_owned() + "\n").unwrap_or_default()
}

fn case(report: &Check, finding: &FindingView, surroundings: &Surroundings<'_>) -> TestCase {
    let fails = match report.fail_on {
        "error" => finding.severity >= Severity::Error,
        "warning" => finding.severity >= Severity::Warning,
        "note" => true,
        _ => false,
    };
    let told = told(finding, surroundings);
    let mut case = match (&finding.waiver, finding.state, fails) {
        (Some(waiver), ..) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("waived until {}: {}", waiver.until, waiver.reason));
            status.set_description(told);
            TestCase::new(name(finding), status)
        }
        (None, "known", _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("known: it was there before");
            status.set_description(told);
            TestCase::new(name(finding), status)
        }
        (None, _, true) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(finding.message.as_str());
            status.set_type(finding.severity.word());
            status.set_description(told);
            TestCase::new(name(finding), status)
        }
        (None, _, false) => {
            let mut case = TestCase::new(name(finding), TestCaseStatus::success());
            case.set_system_out(told);
            case
        }
    };
    case.set_classname(finding.rule.as_str());
    case
}

fn name(finding: &FindingView) -> String {
    let cut_set = finding.cut_set.join(", ");
    match (&finding.app, cut_set.is_empty()) {
        (Some(app), false) => format!("{app} without {cut_set}"),
        (Some(app), true) => app.clone(),
        (None, false) => cut_set,
        (None, true) => finding.message.clone(),
    }
}

fn told(finding: &FindingView, surroundings: &Surroundings<'_>) -> String {
    let mut text = format!("{}: {}\n", finding.severity, finding.message);
    if finding.witness.len() > 1 {
        text += &format!("path: {}\n", readable(&finding.witness).join(" -> "));
    }
    for (at, label) in &finding.places {
        let label = if label.is_empty() { String::new() } else { format!(" {label}") };
        text += &format!("at: {}:{}:{}{label}\n", (surroundings.path)(&at.file), at.line, at.column);
    }
    text + &format!("help: {}\n", finding.remedy)
}
