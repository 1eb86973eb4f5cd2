//! An app goes down with a single region.

use super::super::finding::Finding;
use super::super::view::View;
use super::{Loss, Rule};
use crate::model::Kind;

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let losses = view.losses(|component| component.kind == Kind::Region);
    let finding = |loss: Loss<'_>| {
        let (app, region) = (&loss.app.id, &loss.lost.id);
        let message = format!("`{app}` goes down with the single region `{region}`");
        let stands = loss.standing(view);
        let remedy = if !view.is_own(stands) {
            format!(
                "`{stands}` ties it to that region: have an equivalent in a second region, with its data, and declare \
                 both with `any_of`"
            )
        } else {
            format!(
                "run `{stands}` in a second region too, with a copy of its data there and a switch that does not need \
                 `{region}`, and list both regions under its `at`"
            )
        };
        loss.finding(view, rule, message, remedy)
    };
    losses.into_iter().map(finding).collect()
}
