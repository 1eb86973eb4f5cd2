//! How far a change reaches: which outages may do something else than before, and to which apps.

use crate::graph::{Edge, Graph, Matched, NOWHERE, NodeId};
use crate::model::Phase;

/// What a change may bear on.
pub(super) struct Scope {
    /// The components of the later version whose loss may do something else, in order.
    pub(super) outages: Vec<u32>,
    /// The apps to which it may be done, in the order of the later version; those that are gone left out.
    pub(super) apps: Vec<App>,
    /// The changed nodes of each version.
    pub(super) changed: [Vec<NodeId>; 2],
}

/// A component that is an app in one of the versions at least.
pub(super) struct App {
    /// Its number in the later version.
    pub(super) component: u32,
    /// Its number in each version in which it is an app.
    pub(super) number: [Option<u32>; 2],
}

impl Scope {
    /// What a change reaches; `None` where nothing changed. Linear in the nodes of both graphs, and in the needs of what
    /// bears on changed nodes and of what rests on them.
    pub(super) fn of(before: &Graph, after: &Graph, matched: &Matched) -> Option<Scope> {
        let (was, is) = (is_app(before), is_app(after));
        let was = |number: u32| was.get(matched.components[number as usize] as usize).copied().unwrap_or(false);
        let all = || (0u32..).take(after.components().len());
        let turned = all().filter(|number| was(*number) != is[*number as usize]);
        let mut changed: Vec<NodeId> = matched.changed.clone();
        changed.extend(turned.flat_map(|number| after.capabilities_of(number)));
        if changed.is_empty() {
            return None;
        }
        changed.sort_unstable();
        changed.dedup();
        let earlier: Vec<NodeId> =
            changed.iter().map(|node| matched.nodes[*node as usize]).filter(|node| *node != NOWHERE).collect();
        let mut bears = vec![false; after.components().len()];
        let mut rests = bears.clone();
        let later = matched.later_components(before.components().len());
        for node in cone(after, &changed, |node| after.inputs(node)) {
            after.owner(node).into_iter().for_each(|owner| bears[owner as usize] = true);
        }
        for node in cone(after, &changed, |node| after.dependents(node)) {
            after.owner(node).into_iter().for_each(|owner| rests[owner as usize] = true);
        }
        let there = |node: NodeId| before.owner(node).map(|owner| later[owner as usize]).filter(|at| *at != NOWHERE);
        for node in cone(before, &earlier, |node| before.inputs(node)) {
            there(node).into_iter().for_each(|owner| bears[owner as usize] = true);
        }
        for node in cone(before, &earlier, |node| before.dependents(node)) {
            there(node).into_iter().for_each(|owner| rests[owner as usize] = true);
        }
        // What is degraded whatever happens is so under the loss of a new component as well.
        let fresh = matched.components.contains(&NOWHERE) && !after.partial_inputs().is_empty();
        let app = |component: u32| {
            let number = [
                was(component).then(|| matched.components[component as usize]),
                is[component as usize].then_some(component),
            ];
            App { component, number }
        };
        let there = |app: &u32| (fresh || rests[*app as usize]) && (was(*app) || is[*app as usize]);
        let apps = all().filter(there).map(app).collect();
        let outages = all().filter(|component| bears[*component as usize]).collect();
        Some(Scope { outages, apps, changed: [earlier, changed] })
    }
}

fn is_app(graph: &Graph) -> Vec<bool> {
    let mut is = vec![false; graph.components().len()];
    graph.apps().iter().for_each(|app| is[*app as usize] = true);
    is
}

/// Some nodes, and what can be reached from them over needs that count while things run.
fn cone<'g>(graph: &Graph, from: &[NodeId], next: impl Fn(NodeId) -> &'g [Edge]) -> Vec<NodeId> {
    let mut seen = vec![false; graph.len()];
    from.iter().for_each(|node| seen[*node as usize] = true);
    let mut found = from.to_vec();
    let mut at = 0;
    while let Some(node) = found.get(at).copied() {
        at += 1;
        for edge in next(node).iter().filter(|edge| edge.phase == Phase::Run) {
            if !std::mem::replace(&mut seen[edge.node as usize], true) {
                found.push(edge.node);
            }
        }
    }
    found
}
