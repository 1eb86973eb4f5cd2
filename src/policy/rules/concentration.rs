//! More than a share of all apps goes down with one provider.

use super::super::finding::{Finding, Standing};
use super::super::parameters::{Parameter, Unit};
use super::super::view::View;
use super::{Rule, severity};
use crate::model::Kind;

/// The share of the counted apps above which it is too many.
pub(super) const SHARE: Parameter = Parameter {
    name: "share",
    default: 0.6,
    unit: Unit::Share,
    summary: "The share of the counted apps that may go down with one provider.",
};

/// How many must fall.
pub(super) const APPS: Parameter = Parameter {
    name: "apps",
    default: 3.0,
    unit: Unit::Count,
    summary: "How many apps must go down at least, whatever their share.",
};

/// Which apps count.
pub(super) const TIER: Parameter = Parameter {
    name: "tier",
    default: 9.0,
    unit: Unit::Count,
    summary: "Apps of this tier and of more critical ones are counted; those without a tier count when it is 9.",
};

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let (share, least) = (view.parameter(rule, &SHARE), view.parameter(rule, &APPS));
    let counted = view.counted(view.parameter(rule, &TIER));
    let mut findings = Vec::new();
    for failure in view.failures {
        let lost = view.component(failure.component);
        let down: Vec<u32> = failure.down.iter().copied().filter(|app| counted.apps.contains(app)).collect();
        let part = down.len() as f64 / counted.apps.len().max(1) as f64;
        if lost.kind != Kind::Provider || down.is_empty() || part <= share || (down.len() as f64) < least {
            continue;
        }
        let enough = |sure: usize| sure as f64 / counted.apps.len() as f64 > share && sure as f64 >= least;
        let sure = view.surely(failure.component, &down, enough);
        let first = view.first_of(&down).map_or_else(|| lost.id.clone(), |app| app.id.clone());
        findings.push(Finding {
            rule: rule.id.into(),
            severity: severity::of_share(rule, view.tier_of(&down), part, share),
            confidence: sure.confidence,
            app: None,
            cut_set: vec![lost.id.clone()],
            message: format!(
                "{} of {} {} go down with the provider `{}`: {}",
                down.len(),
                counted.apps.len(),
                counted.called,
                lost.id,
                view.listed(&down)
            ),
            remedy: format!(
                "decide which of them must outlive `{}`, and begin with `{first}`: a stand-by elsewhere, or something \
                 smaller with a `capacity`",
                lost.id
            ),
            witness: sure.chain,
            others: Vec::new(),
            evidence: sure.evidence,
            standing: Standing::New,
            under: None,
        });
    }
    findings
}
