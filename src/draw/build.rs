//! A subject and a view to a scene: chosen, drafted, narrowed, folded, put into boxes.

use super::assemble::assemble;
use super::choose::chosen;
use super::items::draft;
use super::narrow::narrow;
use super::scene::Scene;
use super::subject::Subject;
use super::view::View;

/// Decides what a picture shows.
pub fn scene(subject: &Subject, view: &View) -> Scene {
    let marks = subject.marks();
    let chosen = chosen(subject, view, &marks);
    let mut draft = draft(*subject, &chosen, &marks, &view.highlight);
    narrow(&mut draft, view, subject.before.is_some());
    let notes = left_out(subject, &draft);
    assemble(subject, view, draft, &marks, notes)
}

/// What is not in the picture, in words.
fn left_out(subject: &Subject, draft: &super::draft::Draft) -> Vec<String> {
    let drawn: std::collections::BTreeSet<_> = draft.items.values().flat_map(|item| &item.members).collect();
    let rest = subject
        .system
        .components
        .values()
        .filter(|component| !component.kind.is_place() && !drawn.contains(&component.id));
    let (inner, own): (Vec<_>, Vec<_>) = rest.partition(|component| component.provider.is_some());
    let mut notes = Vec::new();
    if !inner.is_empty() {
        notes.push(format!(
            "{} components within providers are not drawn: nothing here needs them itself (--depth 2 shows more)",
            inner.len()
        ));
    }
    if !own.is_empty() {
        notes.push(format!("{} components are not drawn: they were not asked for", own.len()));
    }
    if !subject.system.unresolved.is_empty() {
        notes.push(format!("{} unresolved names are not drawn; see `linchpin scan`", subject.system.unresolved.len()));
    }
    notes
}
