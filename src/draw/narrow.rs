//! What of a draft is asked for: what is near, what rests on something, what an outage touches, what changed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::draft::Draft;
use super::scene::{Change, Mark, What};
use super::view::View;
use crate::model::ComponentId;

/// Leaves out what is not asked for.
pub(super) fn narrow(draft: &mut Draft, view: &View, compared: bool) {
    if !view.focus.is_empty() {
        let near = near(draft, &view.focus, view.depth);
        keep(draft, &near);
    }
    if !view.reaches.is_empty() {
        let above = reaching(draft, &view.reaches);
        keep(draft, &above);
    }
    if view.affected {
        let touched = draft.items.iter().filter(|(_, item)| item.mark != Mark::None);
        let touched = touched.map(|(key, _)| key.clone()).collect();
        keep(draft, &touched);
    }
    if compared {
        let mut changed: BTreeSet<String> = BTreeSet::new();
        changed.extend(draft.items.iter().filter(|(_, item)| item.change != Change::Kept).map(|(key, _)| key.clone()));
        for ((from, to, _), _) in draft.ties.iter().filter(|(_, tie)| tie.change != Change::Kept) {
            changed.extend([from.clone(), to.clone()]);
        }
        let junctions: Vec<&String> = changed
            .iter()
            .filter(|key| draft.items.get(*key).is_some_and(|item| item.what == What::Junction))
            .collect();
        let around = draft.ties.keys().filter(|(from, to, _)| junctions.contains(&from) || junctions.contains(&to));
        let around: Vec<String> = around.flat_map(|(from, to, _)| [from.clone(), to.clone()]).collect();
        changed.extend(around);
        keep(draft, &changed);
    }
    tidy(draft);
}

/// The keys that stand for components.
fn keys_of(draft: &Draft, ids: &[ComponentId]) -> BTreeSet<String> {
    let wanted: BTreeSet<&ComponentId> = ids.iter().collect();
    let stands = |members: &[ComponentId]| members.iter().any(|member| wanted.contains(member));
    draft.items.iter().filter(|(_, item)| stands(&item.members)).map(|(key, _)| key.clone()).collect()
}

/// What lies within so many steps, in either direction; a junction is no step.
fn near(draft: &Draft, focus: &[ComponentId], depth: usize) -> BTreeSet<String> {
    let mut sides: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to, _) in draft.ties.keys() {
        sides.entry(from).or_default().push(to);
        sides.entry(to).or_default().push(from);
    }
    let mut steps: BTreeMap<String, usize> = keys_of(draft, focus).into_iter().map(|key| (key, 0)).collect();
    let mut queue: VecDeque<(String, usize)> = steps.clone().into_iter().collect();
    while let Some((here, distance)) = queue.pop_front() {
        if steps.get(&here).is_some_and(|known| *known < distance) {
            continue;
        }
        let is_junction = |key: &str| draft.items.get(key).is_some_and(|item| item.what == What::Junction);
        for side in sides.get(here.as_str()).into_iter().flatten() {
            let distance = if is_junction(side) { distance } else { distance + 1 };
            if distance <= depth && steps.get(*side).is_none_or(|known| *known > distance) {
                steps.insert((*side).to_owned(), distance);
                if is_junction(side) {
                    queue.push_front(((*side).to_owned(), distance))
                } else {
                    queue.push_back(((*side).to_owned(), distance))
                }
            }
        }
    }
    steps.into_keys().collect()
}

/// What needs components, however far, with these.
fn reaching(draft: &Draft, wanted: &[ComponentId]) -> BTreeSet<String> {
    let mut above: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to, _) in draft.ties.keys() {
        above.entry(to).or_default().push(from);
    }
    let mut found = keys_of(draft, wanted);
    let mut queue: Vec<String> = found.iter().cloned().collect();
    while let Some(here) = queue.pop() {
        for from in above.get(here.as_str()).into_iter().flatten() {
            if found.insert((*from).to_owned()) {
                queue.push((*from).to_owned());
            }
        }
    }
    found
}

fn keep(draft: &mut Draft, keys: &BTreeSet<String>) {
    draft.items.retain(|key, _| keys.contains(key));
    draft.ties.retain(|(from, to, _), _| keys.contains(from) && keys.contains(to));
}

/// Leaves out junctions that nobody asks or that lead nowhere, and ties without ends.
fn tidy(draft: &mut Draft) {
    loop {
        let (items, ties) = (&draft.items, &mut draft.ties);
        ties.retain(|(from, to, _), _| items.contains_key(from) && items.contains_key(to));
        let asked: BTreeSet<&String> = draft.ties.keys().map(|(_, to, _)| to).collect();
        let leads: BTreeSet<&String> = draft.ties.keys().map(|(from, ..)| from).collect();
        let before = draft.items.len();
        draft.items.retain(|key, item| item.what != What::Junction || (asked.contains(key) && leads.contains(key)));
        if draft.items.len() == before {
            return;
        }
    }
}
