//! Which components a picture is made of, before anything is folded.

use std::collections::{BTreeMap, BTreeSet};

use super::scene::Mark;
use super::subject::{Subject, is_own};
use super::view::View;
use crate::model::{ComponentId, Kind, Need, Requires, System};

/// The most components struck by an outage that are drawn for that alone.
const STRUCK: usize = 12;

/// The components to draw.
///
/// These are one's own, third parties, and the products that these need themselves. What products need in turn is the
/// inside of providers, and drawn only where a failure comes from there, or where it is asked for.
pub(super) fn chosen(subject: &Subject, view: &View, marks: &BTreeMap<&ComponentId, Mark>) -> BTreeSet<ComponentId> {
    let system = subject.system;
    if !view.focus.is_empty() || !view.reaches.is_empty() {
        return system.components.keys().cloned().collect();
    }
    let is_ours = |id: &ComponentId| {
        system.components.get(id).is_some_and(|component| is_own(component) || component.kind == Kind::External)
    };
    let mut chosen: BTreeSet<ComponentId> = system.components.keys().filter(|id| is_ours(id)).cloned().collect();
    let mut edge: Vec<ComponentId> = chosen.iter().cloned().collect();
    for _ in 0..view.depth {
        let near: BTreeSet<ComponentId> = edge.iter().flat_map(|id| products(system, id)).collect();
        edge = near.into_iter().filter(|id| chosen.insert(id.clone())).collect();
    }
    chosen.extend(view.highlight.iter().cloned());
    let struck: Vec<&ComponentId> =
        marks.iter().filter(|(_, mark)| **mark == Mark::Struck).map(|(id, _)| *id).collect();
    if struck.len() <= STRUCK {
        chosen.extend(struck.into_iter().cloned());
    }
    chosen.extend(subject.behind(chosen.iter().filter(|id| marks.contains_key(id))));
    let places: Vec<ComponentId> = chosen.iter().flat_map(|id| places(system, id, &chosen)).collect();
    chosen.extend(places);
    chosen
}

/// The products that a component needs itself, over any capability.
fn products(system: &System, id: &ComponentId) -> Vec<ComponentId> {
    let needs = system.components.get(id).into_iter().flat_map(|component| component.capabilities.values().flatten());
    let targets = needs.flat_map(Need::targets).map(|target| &target.component);
    targets.filter(|id| system.components.get(id).is_some_and(|target| !target.kind.is_place())).cloned().collect()
}

/// The places that stand for an alternative of which nothing else would be drawn.
fn places(system: &System, id: &ComponentId, chosen: &BTreeSet<ComponentId>) -> Vec<ComponentId> {
    let Some(component) = system.components.get(id).filter(|component| component.provider.is_none()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for need in component.capabilities.values().flatten().filter(|_| !component.kind.is_place()) {
        groups(need, &mut |members| {
            for targets in members.iter().map(Need::targets) {
                if !targets.iter().any(|target| chosen.contains(&target.component)) {
                    found.extend(targets.iter().map(|target| target.component.clone()));
                }
            }
        });
    }
    let is_place = |id: &ComponentId| system.components.get(id).is_some_and(|component| component.kind.is_place());
    found.retain(is_place);
    found
}

fn groups(need: &Need, visit: &mut dyn FnMut(&[Need])) {
    if let Requires::AtLeast { k, members } = &need.requires {
        if *k < members.len() {
            visit(members);
        }
        members.iter().for_each(|member| groups(member, visit));
    }
}
