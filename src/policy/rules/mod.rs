//! The rules: a line of the table, a file and a page in `docs/rules/` each.

mod availability_target;
mod blast_radius;
mod concentration;
mod control_plane_in_request_path;
mod dns_shares_fate;
mod fake_redundancy;
mod operator_path;
mod recovery_target;
mod severity;
mod single_point_of_failure;
mod single_provider;
mod single_region;
mod single_zone;
mod start_up_cycle;
mod stateful_single_copy;
mod undeclared_dependency;
mod unknown_dependency;

use super::finding::{Finding, Severity};
use super::parameters::Parameter;
use super::view::{Loss, View};

/// A rule.
pub struct Rule {
    /// Its id, the name of its page.
    pub id: &'static str,
    /// How bad a finding is before the app's tier is looked at.
    pub severity: Severity,
    /// What it finds, in one sentence.
    pub summary: &'static str,
    /// What of it can be set.
    pub parameters: &'static [Parameter],
    /// Finds all places where the system breaks it.
    pub(super) check: fn(&Rule, &View<'_>) -> Vec<Finding>,
}

/// All rules, by id.
pub const RULES: &[Rule] = &[
    Rule {
        id: "availability-target",
        severity: Severity::Warning,
        summary: "An app promises more availability than what it needs allows.",
        parameters: &[],
        check: availability_target::check,
    },
    Rule {
        id: "blast-radius",
        severity: Severity::Warning,
        summary: "One component alone takes more than a share of the most critical apps down.",
        parameters: &[blast_radius::SHARE, blast_radius::APPS, blast_radius::TIER],
        check: blast_radius::check,
    },
    Rule {
        id: "concentration",
        severity: Severity::Warning,
        summary: "More than a share of the apps goes down with one provider.",
        parameters: &[concentration::SHARE, concentration::APPS, concentration::TIER],
        check: concentration::check,
    },
    Rule {
        id: "control-plane-in-request-path",
        severity: Severity::Warning,
        summary: "An app can't serve without what is there to change things: a control plane.",
        parameters: &[],
        check: control_plane_in_request_path::check,
    },
    Rule {
        id: "dns-shares-fate",
        severity: Severity::Warning,
        summary: "The name of an app and what it points to fail together.",
        parameters: &[],
        check: dns_shares_fate::check,
    },
    Rule {
        id: "fake-redundancy",
        severity: Severity::Error,
        summary: "Alternatives, or what switches between them, share a component, so that one failure takes all of them.",
        parameters: &[],
        check: fake_redundancy::check,
    },
    Rule {
        id: "operator-path",
        severity: Severity::Warning,
        summary: "What takes an app down also takes down what it would be repaired with.",
        parameters: &[],
        check: operator_path::check,
    },
    Rule {
        id: "recovery-target",
        severity: Severity::Warning,
        summary: "An app is not back within its recovery time objective after a chosen outage.",
        parameters: &[],
        check: recovery_target::check,
    },
    Rule {
        id: "single-point-of-failure",
        severity: Severity::Warning,
        summary: "One component alone takes an app down.",
        parameters: &[],
        check: single_point_of_failure::check,
    },
    Rule {
        id: "single-provider",
        severity: Severity::Warning,
        summary: "An app goes down with a single provider.",
        parameters: &[],
        check: single_provider::check,
    },
    Rule {
        id: "single-region",
        severity: Severity::Warning,
        summary: "An app goes down with a single region.",
        parameters: &[],
        check: single_region::check,
    },
    Rule {
        id: "single-zone",
        severity: Severity::Warning,
        summary: "An app goes down with a single zone.",
        parameters: &[],
        check: single_zone::check,
    },
    Rule {
        id: "start-up-cycle",
        severity: Severity::Error,
        summary: "Components wait for each other to start, so that none comes up once all are off.",
        parameters: &[],
        check: start_up_cycle::check,
    },
    Rule {
        id: "stateful-single-copy",
        severity: Severity::Warning,
        summary: "The data that an app lives on is kept in a single copy.",
        parameters: &[],
        check: stateful_single_copy::check,
    },
    Rule {
        id: "undeclared-dependency",
        severity: Severity::Note,
        summary: "Something was seen to be used, and no manifest says that it is needed.",
        parameters: &[],
        check: undeclared_dependency::check,
    },
    Rule {
        id: "unknown-dependency",
        severity: Severity::Note,
        summary: "An app rests on something of which it is not known what it is, where it stands or what it needs.",
        parameters: &[],
        check: unknown_dependency::check,
    },
];
