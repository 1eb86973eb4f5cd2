//! One component alone takes an app down.

use super::super::finding::Finding;
use super::super::view::View;
use super::{Loss, Rule};
use crate::model::{Component, Kind};

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
        let single = if loss.lost.redundancy.replicas == Some(1) { ", of which one copy runs," } else { "" };
        let message = format!("`{}`{single} alone takes `{}` down", loss.lost.id, loss.app.id);
        let remedy = remedy(view, &loss);
        loss.finding(view, rule, message, remedy)
    };
    view.losses(counts).into_iter().map(finding).collect()
}

/// Names the step at which one's own components first need something of a provider, or the last one's own that needs
/// what is lost.
fn remedy(view: &View<'_>, loss: &Loss<'_>) -> String {
    let (lost, chain) = (&loss.lost.id, &loss.witness.chain);
    let before = chain.len().checked_sub(2).map_or(&loss.app.id, |at| &chain[at].component);
    match loss.lost.kind {
        Kind::Product | Kind::Shared => match view.provider_step(chain) {
            Some((from, to)) if to == *lost => format!(
                "give `{from}` an alternative to `{lost}` and declare it with `any_of`, or let it do without and declare \
                 the need soft"
            ),
            Some((from, to)) => format!(
                "give `{from}` an alternative to `{to}` that does not need `{lost}` and declare it with `any_of`, or let \
                 it do without and declare the need soft"
            ),
            None => format!("declare an alternative that does not need `{lost}` with `any_of`"),
        },
        Kind::External => format!(
            "give `{before}` an alternative to `{lost}` and declare it with `any_of`, or let it do without and declare the \
             need soft"
        ),
        _ if loss.lost.redundancy.replicas.is_none() => format!(
            "run several copies of `{lost}` in several zones and say so (`at`, or replicas in its manifest), or let \
             `{before}` live without it and declare the need soft"
        ),
        _ => format!(
            "run several copies of `{lost}` in several zones, or let `{before}` live without it and declare the need soft"
        ),
    }
}
