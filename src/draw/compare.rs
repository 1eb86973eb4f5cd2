//! Two versions of a system as one draft, in which everything says whether it is new, gone or changed.

use std::collections::{BTreeMap, BTreeSet};

use super::choose::chosen;
use super::draft::Draft;
use super::items::draft;
use super::scene::Change;
use super::subject::Subject;
use super::view::View;
use crate::model::{ComponentId, System};

/// The draft of the later version, with what only the earlier one has.
pub(super) fn compared(subject: &Subject, before: &System, later: BTreeSet<ComponentId>, view: &View) -> Draft {
    let earlier = Subject { system: before, outage: None, before: None, ..*subject };
    let mut all = chosen(&earlier, view, &BTreeMap::new());
    all.extend(later);
    let old = draft(earlier, &all, &BTreeMap::new(), &view.highlight);
    let mut new = draft(*subject, &all, &subject.marks(), &view.highlight);
    for (key, item) in &mut new.items {
        if !old.items.contains_key(key) {
            item.change = Change::Added;
        }
    }
    for (key, tie) in &mut new.ties {
        tie.change = match old.ties.get(key) {
            None => Change::Added,
            Some(known) if (known.hard, known.start) != (tie.hard, tie.start) => Change::Altered,
            Some(_) => Change::Kept,
        };
    }
    for (key, mut item) in old.items {
        item.change = Change::Removed;
        new.items.entry(key).or_insert(item);
    }
    for (key, mut tie) in old.ties {
        tie.change = Change::Removed;
        new.ties.entry(key).or_insert(tie);
    }
    new
}
