//! One component alone takes more than a share of the critical apps down.

use super::super::finding::{Finding, Standing};
use super::super::parameters::{Parameter, Unit};
use super::super::view::View;
use super::{Rule, severity};
use crate::model::{Component, Kind};

/// The share of the counted apps above which it is too many.
pub(super) const SHARE: Parameter = Parameter {
    name: "share",
    default: 0.5,
    unit: Unit::Share,
    summary: "The share of the counted apps that one component may take down.",
};

/// How many must fall.
pub(super) const APPS: Parameter = Parameter {
    name: "apps",
    default: 2.0,
    unit: Unit::Count,
    summary: "How many apps must go down at least, whatever their share.",
};

/// Which apps count.
pub(super) const TIER: Parameter = Parameter {
    name: "tier",
    default: 1.0,
    unit: Unit::Count,
    summary: "Apps of this tier and of more critical ones are counted; all apps, where no app has a tier.",
};

/// Everything but providers, of which `concentration` speaks.
fn counts(component: &Component) -> bool {
    component.kind != Kind::Provider
}

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let (share, least) = (view.parameter(rule, &SHARE), view.parameter(rule, &APPS));
    let counted = view.counted(view.parameter(rule, &TIER));
    let mut findings = Vec::new();
    for failure in view.failures {
        let lost = view.component(failure.component);
        let down: Vec<u32> = failure.down.iter().copied().filter(|app| counted.apps.contains(app)).collect();
        // What is lost may be one of the apps itself.
        let itself = usize::from(counted.apps.contains(&failure.component));
        let fall = down.len() + itself;
        let part = fall as f64 / counted.apps.len().max(1) as f64;
        if !counts(lost) || down.is_empty() || part <= share || (fall as f64) < least {
            continue;
        }
        let enough = |sure: usize| {
            let sure = (sure + itself) as f64;
            sure / counted.apps.len() as f64 > share && sure >= least
        };
        let sure = view.surely(failure.component, &down, enough);
        let step = view.provider_step(&sure.chain);
        let remedy = match step {
            Some((from, to)) if lost.provider.is_some() && to != lost.id => format!(
                "split the apps: begin with `{from}`, and give it an alternative to `{to}` that does not need `{}`",
                lost.id
            ),
            Some((from, _)) if lost.provider.is_some() => {
                format!("split the apps: begin with `{from}`, and give it an alternative to `{}`", lost.id)
            }
            _ => format!(
                "run `{}` in cells, so that each serves a part of the apps, or let the apps do without it: declare the \
                 need soft where they can",
                lost.id
            ),
        };
        findings.push(Finding {
            rule: rule.id.into(),
            severity: severity::of_share(rule, counted.tiered.then(|| view.tier_of(&down)).flatten(), part, share),
            confidence: sure.confidence,
            app: None,
            cut_set: vec![lost.id.clone()],
            message: format!(
                "`{}` alone takes {fall} of {} {} down: {}{}",
                lost.id,
                counted.apps.len(),
                counted.called,
                if itself == 1 { "itself and " } else { "" },
                view.listed(&down)
            ),
            remedy,
            witness: sure.chain,
            others: Vec::new(),
            evidence: sure.evidence,
            standing: Standing::New,
            under: None,
        });
    }
    findings
}
