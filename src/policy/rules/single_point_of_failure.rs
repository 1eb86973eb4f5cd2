//! One component alone takes an app down.

use super::super::finding::Finding;
use super::super::view::View;
use super::{Loss, Rule};
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
    let finding = |loss: Loss<'_>| {
        let message = format!("`{}` alone takes `{}` down", loss.lost.id, loss.app.id);
        let remedy = remedy(view, loss.lost, &loss.witness.chain);
        loss.finding(rule, message, remedy)
    };
    view.losses(counts).into_iter().map(finding).collect()
}

/// Names the step at which one's own components first need something of a provider.
fn remedy(view: &View<'_>, lost: &Component, chain: &[CapabilityRef]) -> String {
    let own = |at: &CapabilityRef| view.system.components.get(&at.component).is_some_and(|c| c.provider.is_none());
    let step = chain.windows(2).find(|pair| own(&pair[0]) && !own(&pair[1]));
    match lost.kind {
        Kind::Product | Kind::Shared => match step {
            Some([from, to]) if to.component == lost.id => format!(
                "give `{}` an alternative to `{}` and declare it with `any_of`, or let it do without and declare the \
                 need soft",
                from.component, lost.id
            ),
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
