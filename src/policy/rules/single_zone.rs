//! An app goes down with a single zone.

use super::super::finding::Finding;
use super::super::view::View;
use super::{Loss, Rule};
use crate::model::Kind;

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let losses = view.losses(|component| component.kind == Kind::Zone);
    let finding = |loss: Loss<'_>| {
        let (app, zone) = (&loss.app.id, &loss.lost.id);
        let message = format!("`{app}` goes down with the single zone `{zone}`");
        let stands = loss.standing(view);
        let remedy = format!(
            "run copies of `{stands}` in a second zone as well, each able to carry the load, and list both zones under \
             its `at`"
        );
        loss.finding(view, rule, message, remedy)
    };
    losses.into_iter().map(finding).collect()
}
