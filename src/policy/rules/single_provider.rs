//! An app goes down with a single provider.

use super::super::finding::Finding;
use super::super::view::View;
use super::{Loss, Rule};
use crate::model::Kind;

pub(super) fn check(rule: &Rule, view: &View<'_>) -> Vec<Finding> {
    let losses = view.losses(|component| component.kind == Kind::Provider);
    let finding = |loss: Loss<'_>| {
        let (app, provider) = (&loss.app.id, &loss.lost.id);
        let message = format!("`{app}` goes down with the whole provider `{provider}`");
        let stands = loss.standing(view);
        let remedy = if *stands == *app {
            format!(
                "run a stand-by of `{app}` outside `{provider}`, with data and a switch that do not need it, and declare \
                 it with `any_of`"
            )
        } else {
            format!(
                "`{stands}` ties it to `{provider}`: have an equivalent outside it, with data and a switch that do not \
                 need `{provider}`, and declare both with `any_of`"
            )
        };
        loss.finding(view, rule, message, remedy)
    };
    losses.into_iter().map(finding).collect()
}
