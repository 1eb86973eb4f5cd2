//! One component alone takes an app down.

use super::super::finding::{Finding, Standing};
use super::super::view::View;
use super::Rule;
use crate::model::{CapabilityRef, Component, Kind};

/// Products, shared components, third parties and stores, and one's own services of which a manifest says that a
/// single copy runs. Places have rules of their own. A store of which several copies run is no single point.
fn counts(component: &Component) -> bool {
    match component.kind {
        Kind::Product | Kind::Shared | Kind::External => true,
        Kind::Store => component.redundancy.replicas.is_none_or(|copies| copies < 2),
        Kind::App | Kind::Service | Kind::Job => component.redundancy.replicas == Some(1),
        Kind::Provider | Kind::Region | Kind::Zone => false,
    }
}

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for failure in view.failures.iter().filter(|failure| !failure.blast.down.is_empty()) {
        let lost = view.component(failure.component);
        if !counts(lost) {
            continue;
        }
        let impact = view.loss_of(failure.component);
        for &number in &failure.blast.down {
            let app = view.component(number);
            let Some(node) = view.data_of(number) else { continue };
            let witness = view.witness(&impact, node);
            findings.push(Finding {
                rule: rule.id,
                severity: rule.severity.for_tier(app.tier),
                confidence: witness.confidence,
                app: Some(app.id.clone()),
                cut_set: vec![lost.id.clone()],
                message: format!("`{}` alone takes `{}` down", lost.id, app.id),
                remedy: remedy(view, lost, &witness.chain),
                witness: witness.chain,
                others: Vec::new(),
                evidence: witness.evidence,
                standing: Standing::New,
            });
        }
    }
    findings
}

/// Names the step at which one's own components first need something of a provider.
fn remedy(view: &View<'_>, lost: &Component, chain: &[CapabilityRef]) -> String {
    let own = |at: &CapabilityRef| view.system.components.get(&at.component).is_some_and(|c| c.provider.is_none());
    let step = chain.windows(2).find(|pair| own(&pair[0]) && !own(&pair[1]));
    match lost.kind {
        Kind::Product | Kind::Shared => match step {
            Some([from, to]) => format!(
                "give `{}` an alternative to `{}` that does not need `{}` and declare it with `any_of`, or let it do \
                 without and declare the need soft",
                from.component, to.component, lost.id
            ),
            _ => format!("declare an alternative that does not need `{}` with `any_of`", lost.id),
        },
        Kind::External => format!("declare an alternative to `{}` with `any_of`, or make the need on it soft", lost.id),
        _ => format!("run several copies of `{}` in several zones, or let its callers live without it", lost.id),
    }
}
