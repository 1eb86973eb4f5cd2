//! The reasons why things are not resolved, counted by kind.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::Unresolved;

/// A kind of reason why things are not resolved.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReasonView {
    /// The reason, without the names in it.
    pub reason: String,
    /// How many things are not resolved for it.
    pub count: usize,
}

/// The reasons of a list, counted.
pub(super) fn reasons(all: &[Unresolved]) -> Vec<ReasonView> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in all {
        *counts.entry(without_names(&one.reason)).or_default() += 1;
    }
    let mut views: Vec<ReasonView> = counts.into_iter().map(|(reason, count)| ReasonView { reason, count }).collect();
    views.sort_by_key(|view| std::cmp::Reverse(view.count));
    views
}

/// A reason up to what differs from case to case: ``variable `a` is not set anywhere`` is `variable … is not set
/// anywhere`.
fn without_names(reason: &str) -> String {
    let head = reason.split(": ").next().unwrap_or(reason);
    let head = head.split_once(" such ").map_or(head, |_| head.split(" in ").next().unwrap_or(head));
    let parts: Vec<&str> = head.split('`').step_by(2).collect();
    let joined = parts.join("…");
    let listed = joined.split("…, …").next().unwrap_or(&joined);
    if listed.len() < joined.len() { format!("{listed}…") } else { joined }
}

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn reasons_are_told_apart_by_kind_and_not_by_name() {
        let kinds = [
            ("variable `a` is not set anywhere", "variable … is not set anywhere"),
            ("could be any of `a`, `b`, `c`", "could be any of …"),
            ("no such resource in modules/db", "no such resource"),
            (
                "where its resources stand is not known: variable `r` has no value",
                "where its resources stand is not known",
            ),
            (
                "a chart that is fetched from elsewhere, and not read",
                "a chart that is fetched from elsewhere, and not read",
            ),
        ];
        for (reason, kind) in kinds {
            assert_eq!(without_names(reason), kind);
        }
    }
}
