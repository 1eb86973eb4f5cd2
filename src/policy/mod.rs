//! Rules that a system is held against, and the verdict: a table of rules, one file each.

mod anchor;
mod assertion;
mod baseline;
mod finding;
mod fold;
mod pages;
mod parameters;
mod read;
mod rules;
mod scope;
mod settings;
mod verdict;
mod view;
mod waiver;

pub use assertion::Assertion;
pub use baseline::Baseline;
pub use finding::{Finding, Identity, Nearer, Severity, Standing};
pub use pages::page;
pub use parameters::{Parameter, Parameters, Unit};
pub use read::{STALE_WAIVER, of_file, of_manifests};
pub use rules::{RULES, Rule};
pub use settings::{Policy, Threshold};
pub use verdict::{Circumstances, Counts, Decision, Verdict, is_gone, judge, visible};
pub use waiver::{Excuse, Waiver, of_asides};

use view::View;

use crate::analysis::{SingleFailure, single_failures};
use crate::graph::Graph;
use crate::model::System;

/// Holds a system against all rules with nothing waived and nothing before.
pub fn check(system: &System, graph: &Graph, parameters: &Parameters, fail_on: Severity) -> Verdict {
    let fail_on = Some(Threshold::From(fail_on));
    let policy = Policy { parameters: parameters.clone(), fail_on, ..Policy::default() };
    judge(system, findings(system, graph, &policy), &policy, &Circumstances::default())
}

/// What all rules find, those of the policy included, as the policy sees it; each finding once.
///
/// Costs one impact for each component, and one more for each that takes an app down.
pub fn findings(system: &System, graph: &Graph, policy: &Policy) -> Vec<Finding> {
    findings_given(system, graph, &single_failures(graph), policy)
}

/// As [`findings`], from the effect of every component's failure where that is known already.
pub fn findings_given(system: &System, graph: &Graph, failures: &[SingleFailure], policy: &Policy) -> Vec<Finding> {
    let view = View::new(system, graph, failures, policy);
    let own = policy.assertions.iter().flat_map(|assertion| assertion.check(&view));
    let found = RULES.iter().flat_map(|rule| (rule.check)(rule, &view)).chain(own);
    let mut findings: Vec<Finding> = found.filter_map(|finding| policy.applied(finding, system)).collect();
    // Of what is said twice the worse is kept.
    findings.sort_by(|a, b| (a.identity(), b.severity).cmp(&(b.identity(), a.severity)));
    findings.dedup_by(|a, b| a.identity() == b.identity());
    fold::fold(&view, &mut findings);
    findings.iter_mut().for_each(|finding| anchor::anchor(finding, system, graph));
    findings
}
