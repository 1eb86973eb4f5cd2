//! What only several components together take down, before and after a change.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::cuts::{CutSets, FALSE, Limits, Top, Within};
use crate::graph::{Failure, Graph};
use crate::model::{Capability, ComponentId, Need, Requires, Strength, System};

/// A minimal cut set of two or more components, and the app that it takes down.
pub type JointSet = (ComponentId, Vec<ComponentId>);

/// The minimal cut sets of two or more components that a change brings and takes away; each list in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joint {
    /// The most components that a set was allowed to have.
    pub order: u32,
    /// Only in the later version.
    pub added: Vec<JointSet>,
    /// Only in the earlier version.
    pub removed: Vec<JointSet>,
    /// Apps whose sets are too many, or took too much, in one of the versions: they are not compared.
    pub left_out: Vec<ComponentId>,
}

/// How far to look for sets.
#[derive(Clone, Copy)]
pub struct Reached<'a> {
    /// The most components of a set.
    pub order: u32,
    /// The most sets that an app may have in one version.
    pub sets: usize,
    /// What the diagrams of one app may take.
    pub limits: Limits<'a>,
}

/// Compares the minimal cut sets of `2..=order` components of every app.
///
/// Only apps are looked at that reach something whose needs differ, that is there in one version only, or that are
/// themselves; for all others nothing can differ. Costs the families of small sets of each such app, in both versions.
pub fn joint(before: (&System, &Graph), after: (&System, &Graph), reached: Reached<'_>) -> Joint {
    let mut found = Joint { order: reached.order, ..Joint::default() };
    let touched = touched(before.0, after.0);
    if touched.is_empty() || reached.order < 2 {
        return found;
    }
    let apps: BTreeSet<&ComponentId> = before
        .0
        .apps()
        .chain(after.0.apps())
        .map(|app| &app.id)
        .filter(|app| app_is(before.0, after.0, app, &touched))
        .collect();
    let compared: Vec<_> =
        apps.into_par_iter().map(|app| (app, sets(before, app, reached), sets(after, app, reached))).collect();
    for (app, before, after) in compared {
        let (Some(before), Some(after)) = (before, after) else {
            found.left_out.push(app.clone());
            continue;
        };
        found.added.extend(after.difference(&before).map(|set| (app.clone(), set.clone())));
        found.removed.extend(before.difference(&after).map(|set| (app.clone(), set.clone())));
    }
    found
}

/// Whether an app may be taken down by other sets than before.
fn app_is(before: &System, after: &System, app: &ComponentId, touched: &BTreeSet<&ComponentId>) -> bool {
    [before, after].iter().any(|system| {
        let mut seen = BTreeSet::from([app]);
        let mut open = vec![app];
        while let Some(id) = open.pop() {
            if touched.contains(id) {
                return true;
            }
            let Some(component) = system.components.get(id) else { continue };
            for target in component.capabilities.values().flatten().flat_map(Need::targets) {
                if seen.insert(&target.component) {
                    open.push(&target.component);
                }
            }
        }
        false
    })
}

/// The sets of two or more components that take an app down; `None` when they are too many or took too much.
fn sets(
    (system, graph): (&System, &Graph),
    app: &ComponentId,
    reached: Reached<'_>,
) -> Option<BTreeSet<Vec<ComponentId>>> {
    if !system.components.get(app).is_some_and(crate::model::Component::is_app) {
        return Some(BTreeSet::new());
    }
    let number = graph.component(app)?;
    let node = graph.node(number, &Capability::data())?;
    let top = Top::of(graph, Failure::Down, &[node], &Within::all(graph).without(number));
    let at = top.at.first().copied().unwrap_or(FALSE);
    let cuts = CutSets::small(&top.circuit, at, reached.order, reached.limits).ok()?;
    let order = reached.order as usize;
    let number = cuts.by_order().iter().take(order).fold(0u128, |sum, number| sum.saturating_add(*number));
    if number > reached.sets as u128 {
        return None;
    }
    let listed = cuts.list(order, reached.sets).into_iter().filter(|set| set.len() > 1);
    let named = |set: Vec<u32>| set.into_iter().map(|component| graph.components()[component as usize].clone());
    Some(
        listed
            .map(|set| {
                let mut names: Vec<ComponentId> = named(set).collect();
                names.sort();
                names
            })
            .collect(),
    )
}

/// What bears on whether a capability is down: its hard needs that count while it runs, without their evidence.
#[derive(PartialEq)]
enum Shape<'s> {
    One(&'s ComponentId, &'s Capability),
    Group(usize, Vec<(Shape<'s>, bool)>),
}

/// Whether a component is an app, and what bears on each of its capabilities.
type Outline<'s> = (bool, Vec<(&'s Capability, Vec<Shape<'s>>)>);

fn shape(need: &Need) -> Shape<'_> {
    match &need.requires {
        Requires::One(target) => Shape::One(&target.component, &target.capability),
        Requires::AtLeast { k, members } => {
            Shape::Group(*k, members.iter().map(|member| (shape(member), is_soft(member))).collect())
        }
    }
}

fn is_soft(need: &Need) -> bool {
    need.terms.strength == Strength::Soft || need.terms.phase == crate::model::Phase::Start
}

/// The components that are there in one version only, or whose hard needs differ.
fn touched<'s>(before: &'s System, after: &'s System) -> BTreeSet<&'s ComponentId> {
    let shapes = |system: &'s System| -> BTreeMap<&'s ComponentId, Outline<'s>> {
        let of = |component: &'s crate::model::Component| {
            let needs = component.capabilities.iter().map(|(capability, needs)| {
                (capability, needs.iter().filter(|need| !is_soft(need)).map(shape).collect::<Vec<_>>())
            });
            (component.is_app(), needs.collect())
        };
        system.components.values().map(|component| (&component.id, of(component))).collect()
    };
    let (before, after) = (shapes(before), shapes(after));
    let all: BTreeSet<&ComponentId> = before.keys().chain(after.keys()).copied().collect();
    all.into_iter().filter(|id| before.get(id) != after.get(id)).collect()
}
