//! The rules: a line of the table, a file and a page in `docs/rules/` each.

mod availability_target;
mod fake_redundancy;
mod single_point_of_failure;
mod single_provider;
mod start_up_cycle;

use super::finding::{Finding, Severity};
use super::view::{Loss, View};

/// A rule.
pub struct Rule {
    /// Its id, the name of its page.
    pub id: &'static str,
    /// How bad a finding is before the app's tier is looked at.
    pub severity: Severity,
    /// What it finds, in one sentence.
    pub summary: &'static str,
    /// Finds all places where the system breaks it.
    pub(super) check: fn(&Rule, &View<'_>) -> Vec<Finding>,
}

/// All rules, by id.
pub const RULES: &[Rule] = &[
    Rule {
        id: "availability-target",
        severity: Severity::Warning,
        summary: "An app promises more availability than what it needs allows.",
        check: availability_target::check,
    },
    Rule {
        id: "fake-redundancy",
        severity: Severity::Error,
        summary: "Alternatives, or what switches between them, share a component, so that one failure takes all of them.",
        check: fake_redundancy::check,
    },
    Rule {
        id: "single-point-of-failure",
        severity: Severity::Warning,
        summary: "One component alone takes an app down.",
        check: single_point_of_failure::check,
    },
    Rule {
        id: "single-provider",
        severity: Severity::Warning,
        summary: "An app goes down with a single provider.",
        check: single_provider::check,
    },
    Rule {
        id: "start-up-cycle",
        severity: Severity::Error,
        summary: "Components wait for each other to start, so that none comes up once all are off.",
        check: start_up_cycle::check,
    },
];
