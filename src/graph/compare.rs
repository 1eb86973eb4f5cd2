//! What of a graph is the same in a later version of it.

use rayon::prelude::*;

use super::{Graph, NodeId};

/// No counterpart.
pub const NOWHERE: u32 = u32::MAX;

/// Which parts of a later graph are those of an earlier one.
///
/// A capability has its counterpart by its name whatever became of its needs. A group of alternatives has one only where
/// all that its capability needs is as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// The number that each component had, or [`NOWHERE`].
    pub components: Vec<u32>,
    /// The number that each node had, or [`NOWHERE`].
    pub nodes: Vec<NodeId>,
    /// The nodes whose needs are new or not as they were, groups included.
    pub changed: Vec<NodeId>,
}

impl Matched {
    /// Holds a later graph to an earlier one; linear in both, with a comparison of each id.
    pub fn of(before: &Graph, after: &Graph) -> Matched {
        // Most changes add no component, which is seen without an order of ids.
        let same_ids = || before.components.par_iter().eq(&after.components);
        let same_faces = || before.names == after.names && before.capabilities == after.capabilities;
        let all_stay = same_ids() && same_faces();
        let (components, mut nodes) = if all_stay {
            let all = |count: usize| (0u32..).take(count).collect::<Vec<u32>>();
            (all(after.components.len()), all(after.capabilities.len()))
        } else {
            by_name(before, after)
        };
        let capabilities: Vec<NodeId> = (0u32..).take(after.capabilities.len()).collect();
        let look = |nodes_here: &[NodeId]| {
            let needs = Needs { before, after, capabilities: &nodes, all_stay };
            let mut found = Found::default();
            for node in nodes_here.iter().copied() {
                let known = found.groups.len();
                let earlier = nodes[node as usize];
                if earlier == NOWHERE || !needs.same(earlier, node, &mut found.groups) {
                    found.groups.truncate(known);
                    found.changed.push(node);
                    needs.groups_of(node, &mut found.changed);
                }
            }
            found
        };
        let found: Vec<Found> = capabilities.par_chunks(CHUNK).map(look).collect();
        nodes.resize(after.len(), NOWHERE);
        let mut changed = Vec::new();
        for found in found {
            found.groups.into_iter().for_each(|(earlier, group)| nodes[group as usize] = earlier);
            changed.extend(found.changed);
        }
        Matched { components, nodes, changed }
    }

    /// The number that each component of the earlier graph, which has so many, has now, or [`NOWHERE`].
    pub fn later_components(&self, earlier: usize) -> Vec<u32> {
        let mut later = vec![NOWHERE; earlier];
        for (number, before) in (0u32..).zip(&self.components).filter(|(_, before)| **before != NOWHERE) {
            later[*before as usize] = number;
        }
        later
    }
}

/// How many capabilities are compared in one go.
const CHUNK: usize = 4096;

/// What is found in a stretch of the later graph.
#[derive(Default)]
struct Found {
    changed: Vec<NodeId>,
    /// Groups that are as they were: the number that each had, and has.
    groups: Vec<(NodeId, NodeId)>,
}

/// The components and capabilities of a later graph by the numbers they had, or [`NOWHERE`]; both go in the order of the
/// ids, so they are merged.
fn by_name(before: &Graph, after: &Graph) -> (Vec<u32>, Vec<NodeId>) {
    let (mut components, mut nodes) = (vec![NOWHERE; after.components.len()], vec![NOWHERE; after.capabilities.len()]);
    // The names of the later graph's capabilities by the numbers that they had.
    let names: Vec<Option<u32>> = after.names.iter().map(|name| before.name(name)).collect();
    let mut known = 0usize;
    for (number, id) in (0u32..).zip(&after.components) {
        while before.components.get(known).is_some_and(|earlier| earlier < id) {
            known += 1;
        }
        let there = before.components.get(known).is_some_and(|earlier| earlier == id);
        let Some(earlier) = u32::try_from(known).ok().filter(|_| there) else { continue };
        known += 1;
        components[number as usize] = earlier;
        let mut places = before.capabilities_of(earlier);
        for node in after.capabilities_of(number) {
            let Some(name) = names[after.capabilities[node as usize].1 as usize] else { continue };
            // Capabilities are in order, so the next is the one but where some came or went.
            let next = places.next().filter(|place| before.capabilities[*place as usize].1 == name);
            nodes[node as usize] = next.or_else(|| before.named(earlier, name)).unwrap_or(NOWHERE);
        }
    }
    (components, nodes)
}

/// The needs of two graphs whose capabilities are matched.
#[derive(Clone, Copy)]
struct Needs<'a> {
    before: &'a Graph,
    after: &'a Graph,
    /// The number that each capability of the later had, or [`NOWHERE`].
    capabilities: &'a [NodeId],
    /// Whether every capability has the number that it had.
    all_stay: bool,
}

impl Needs<'_> {
    /// Whether a node needs what another did; pairs of groups that were compared on the way are added to `groups`.
    fn same(self, earlier: NodeId, node: NodeId, groups: &mut Vec<(NodeId, NodeId)>) -> bool {
        let (old, new) = (self.before.inputs(earlier), self.after.inputs(node));
        old.len() == new.len()
            && self.before.threshold(earlier) == self.after.threshold(node)
            && old.iter().zip(new).all(|(old, new)| {
                let terms = (old.soft, old.partial, old.phase) == (new.soft, new.partial, new.phase);
                terms
                    && match (self.before.is_group(old.node), self.after.is_group(new.node)) {
                        // Where all keep their numbers no number is looked up.
                        (false, false) if self.all_stay => old.node == new.node,
                        (false, false) => self.capabilities[new.node as usize] == old.node,
                        (true, true) => {
                            groups.push((old.node, new.node));
                            self.same(old.node, new.node, groups)
                        }
                        _ => false,
                    }
            })
    }

    /// The groups among what a node of the later graph needs, and theirs.
    fn groups_of(self, node: NodeId, groups: &mut Vec<NodeId>) {
        for edge in self.after.inputs(node).iter().filter(|edge| self.after.is_group(edge.node)) {
            groups.push(edge.node);
            self.groups_of(edge.node, groups);
        }
    }
}
