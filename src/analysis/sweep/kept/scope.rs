//! How far a change reaches: which outages may do something else than before, and to which apps.

use rayon::prelude::*;

use crate::graph::{Edge, Graph, Matched, NOWHERE, NodeId};
use crate::model::Phase;

/// What a change may bear on.
pub(super) struct Scope {
    /// The components of the later version whose loss may do something else, in order.
    pub(super) outages: Vec<u32>,
    /// The components of the later version to which it may be done, in order: those that are apps in one of the versions
    /// at least, as far as they are not gone.
    pub(super) apps: Vec<u32>,
    /// The changed nodes of each version.
    pub(super) changed: [Vec<NodeId>; 2],
    /// The capabilities that are in both versions, with other needs: the numbers that each had and has.
    pub(super) pairs: Vec<(NodeId, NodeId)>,
    /// The capabilities in each version of components that became apps, are none any more, or have other capabilities.
    pub(super) turned: [Vec<NodeId>; 2],
}

impl Scope {
    /// What a change reaches; `None` where nothing changed. Linear in the nodes of both graphs, and in the needs of what
    /// bears on changed nodes and of what rests on them.
    pub(super) fn of(before: &Graph, after: &Graph, matched: &Matched) -> Option<Scope> {
        let (was, is) = (is_app(before), is_app(after));
        let was = |number: u32| was.get(matched.components[number as usize] as usize).copied().unwrap_or(false);
        let all = || (0u32..).take(after.components().len());
        let mut turned = [Vec::new(), Vec::new()];
        for number in
            all().filter(|number| was(*number) != is[*number as usize] || !same_faces(before, after, matched, *number))
        {
            let earlier = Some(matched.components[number as usize]).filter(|earlier| *earlier != NOWHERE);
            turned[0].extend(earlier.into_iter().flat_map(|earlier| before.capabilities_of(earlier)));
            turned[1].extend(after.capabilities_of(number));
        }
        let earlier = |node: &NodeId| Some(matched.nodes[*node as usize]).filter(|node| *node != NOWHERE);
        let mut changed = [matched.changed.iter().filter_map(earlier).collect(), matched.changed.clone()];
        for (changed, turned) in changed.iter_mut().zip(&turned) {
            changed.extend(turned);
            changed.sort_unstable();
            changed.dedup();
        }
        if changed.iter().all(Vec::is_empty) {
            return None;
        }
        let mut pairs: Vec<(NodeId, NodeId)> =
            matched.changed.iter().filter_map(|node| Some((earlier(node)?, *node))).collect();
        pairs.sort_unstable();
        let later = matched.later_components(before.components().len());
        let there = |component: u32| Some(later[component as usize]).filter(|at| *at != NOWHERE);
        let ((mut bears, mut rests), earlier) =
            rayon::join(|| reached(after, &changed[1], Some), || reached(before, &changed[0], there));
        bears.extend(earlier.0);
        rests.extend(earlier.1);
        // What is degraded whatever happens is so under the loss of a new component as well.
        if matched.components.contains(&NOWHERE) && !after.partial_inputs().is_empty() {
            rests = all().collect();
        }
        let sorted = |mut list: Vec<u32>| {
            list.par_sort_unstable();
            list.dedup();
            list
        };
        rests.retain(|app| was(*app) || is[*app as usize]);
        Some(Scope { outages: sorted(bears), apps: sorted(rests), changed, pairs, turned })
    }
}

/// Whether a component of the later version has just the capabilities that it had, or had none.
fn same_faces(before: &Graph, after: &Graph, matched: &Matched, number: u32) -> bool {
    let earlier = matched.components[number as usize];
    let faces = after.capabilities_of(number);
    earlier == NOWHERE
        || before.capabilities_of(earlier).len() == faces.len()
            && matched.nodes[faces.start as usize..faces.end as usize].iter().all(|node| *node != NOWHERE)
}

fn is_app(graph: &Graph) -> Vec<bool> {
    let mut is = vec![false; graph.components().len()];
    graph.apps().iter().for_each(|app| is[*app as usize] = true);
    is
}

/// The components that bear on some nodes, and those that rest on them, by other numbers; in no order, and maybe twice.
fn reached(graph: &Graph, nodes: &[NodeId], number: impl Fn(u32) -> Option<u32>) -> (Vec<u32>, Vec<u32>) {
    let owners = |nodes: Vec<NodeId>| nodes.into_iter().filter_map(|node| number(graph.owner(node)?)).collect();
    (owners(cone(graph, nodes, |node| graph.inputs(node))), owners(cone(graph, nodes, |node| graph.dependents(node))))
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
