//! A subject and a view to a scene: chosen, drafted, sifted, narrowed, folded, put into boxes.

use std::collections::BTreeSet;

use super::assemble::assemble;
use super::choose::chosen;
use super::compare::compared;
use super::draft::Draft;
use super::fold::{Weights, fold};
use super::items::draft;
use super::narrow::narrow;
use super::scene::Scene;
use super::sift::sift;
use super::subject::Subject;
use super::view::View;
use crate::analysis::single_failures;
use crate::model::ComponentId;

/// Decides what a picture shows.
///
/// Linear in the system but for folding, which sweeps over its single failures once.
pub fn scene(subject: &Subject, view: &View) -> Scene {
    let marks = subject.marks();
    let later = chosen(subject, view, &marks);
    let mut draft = match subject.before {
        Some(before) => compared(subject, before, later, view),
        None => draft(*subject, &later, &marks, &view.highlight),
    };
    let mut notes = Vec::new();
    let all = !view.focus.is_empty() || !view.reaches.is_empty();
    if !all {
        notes.extend(sift(&mut draft, subject.outage.is_some()));
    }
    narrow(&mut draft, view, subject.before.is_some());
    notes.extend(left_out(subject, &draft, view));
    let (draft, folded) = fold(draft, view, || weights(subject));
    notes.extend(folded);
    assemble(subject, view, draft, &marks, notes)
}

/// How much each component counts: how many apps its loss takes down, and an app by its tier.
fn weights(subject: &Subject) -> Weights {
    let failures = single_failures(subject.graph);
    let id = |number: u32| subject.graph.components()[number as usize].clone();
    let mut weights: Weights =
        failures.into_iter().map(|failure| (id(failure.component), failure.down.len() as u64)).collect();
    for app in subject.system.apps() {
        let tier = match app.tier {
            Some(1) => 8,
            Some(2) => 4,
            _ => 2,
        };
        *weights.entry(app.id.clone()).or_default() += tier;
    }
    weights
}

/// What is not in the picture, in words.
fn left_out(subject: &Subject, draft: &Draft, view: &View) -> Vec<String> {
    let drawn: BTreeSet<&ComponentId> = draft.items.values().flat_map(|item| &item.members).collect();
    let rest = subject.system.components.values();
    let rest = rest.filter(|component| !component.kind.is_place() && !drawn.contains(&component.id));
    let (inner, own): (Vec<_>, Vec<_>) = rest.partition(|component| component.provider.is_some());
    let narrowed = view.affected || subject.before.is_some() || !view.focus.is_empty() || !view.reaches.is_empty();
    let mut notes = Vec::new();
    if !inner.is_empty() {
        let hint = if narrowed { "" } else { " (--depth 2 shows more)" };
        notes.push(format!("components inside providers that nothing here needs itself{hint}: {}", inner.len()));
    }
    if !own.is_empty() {
        notes.push(format!("components that were not asked for: {}", own.len()));
    }
    let unresolved = subject.system.unresolved.len();
    if unresolved > 0 {
        notes.push(format!("names that could not be resolved (see `linchpin scan`): {unresolved}"));
    }
    notes
}
