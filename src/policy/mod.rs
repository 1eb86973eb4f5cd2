//! Rules that a system is held against, and the verdict: a table of rules, one file each.

mod finding;
mod fold;
mod parameters;
mod rules;
mod view;

pub use finding::{Counts, Finding, Nearer, Severity, Standing, Verdict};
pub use parameters::{Parameter, Parameters, Unit};
pub use rules::{RULES, Rule};

use view::View;

use crate::graph::Graph;
use crate::model::System;

/// Holds a system against all rules; findings in the order of severity, rule, app and cut set.
///
/// Costs one impact for each component, and one more for each that takes an app down.
pub fn check(system: &System, graph: &Graph, parameters: &Parameters, fail_on: Severity) -> Verdict {
    let view = View::new(system, graph, parameters);
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| (rule.check)(rule, &view)).collect();
    findings.sort_by(|a, b| (b.severity, a.rule, &a.app, &a.cut_set).cmp(&(a.severity, b.rule, &b.app, &b.cut_set)));
    findings.dedup_by(|a, b| a.identity() == b.identity());
    fold::fold(&view, &mut findings);
    Verdict::new(findings, fail_on)
}
