//! The data that an app lives on is kept in a single copy.

use super::super::finding::Finding;
use super::super::view::View;
use super::{Loss, Rule};
use crate::model::{Component, Kind};

/// Stores of one's own of which a manifest says that one copy runs. How many a provider keeps of what it stores is its
/// own affair, and what is not known is not called single.
fn counts(component: &Component) -> bool {
    component.kind == Kind::Store && component.provider.is_none() && component.redundancy.replicas == Some(1)
}

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let finding = |loss: Loss<'_>| {
        let (store, app) = (&loss.lost.id, &loss.app.id);
        let message =
            format!("`{store}` keeps what `{app}` lives on in a single copy: with it goes the app, and the data");
        let remedy = match loss.lost.at.first() {
            Some(place) => format!(
                "keep a second copy of `{store}` outside `{}`, with a way to switch to it that does not need that place, \
                 and declare both with `any_of`; what may be lost needs no copy: make the need soft",
                place.in_provider()
            ),
            None => format!(
                "run `{store}` as several copies on several machines, keep one outside of where the others run, and \
                 declare how the app switches with `any_of`; what may be lost needs no copy: make the need soft"
            ),
        };
        let known = loss.lost.evidence.first().cloned();
        let mut finding = loss.finding(view, rule, message, remedy);
        finding.evidence.extend(known);
        finding
    };
    view.losses(counts).into_iter().map(finding).collect()
}
