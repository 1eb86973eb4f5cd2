//! What of a graph is the same in a later version of it.

use std::cmp::Ordering;

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
        let mut matched = Matched {
            components: vec![NOWHERE; after.components.len()],
            nodes: vec![NOWHERE; after.len()],
            changed: Vec::new(),
        };
        // Most changes add no component, which is seen without an order of ids.
        let same_ids = before.components.len() == after.components.len()
            && before.components.par_iter().zip(&after.components).all(|(earlier, id)| earlier == id);
        let mut known = 0usize;
        for (number, id) in (0u32..).zip(&after.components) {
            let found = same_ids
                || loop {
                    match before.components.get(known).map(|earlier| earlier.cmp(id)) {
                        Some(Ordering::Less) => known += 1,
                        Some(Ordering::Equal) => break true,
                        Some(Ordering::Greater) | None => break false,
                    }
                };
            let Some(earlier) = u32::try_from(known).ok().filter(|_| found) else { continue };
            known += 1;
            matched.components[number as usize] = earlier;
            let mut places = before.capabilities_of(earlier);
            for node in after.capabilities_of(number) {
                let face = &after.capabilities[node as usize].1;
                // Capabilities are in order, so the next is the one but where some came or went.
                let next = places.next().filter(|place| before.capabilities[*place as usize].1 == *face);
                matched.nodes[node as usize] = next.or_else(|| before.node(earlier, face)).unwrap_or(NOWHERE);
            }
        }
        for node in (0u32..).take(after.capabilities.len()) {
            let earlier = matched.nodes[node as usize];
            if earlier == NOWHERE || !matched.same_needs(before, after, earlier, node) {
                matched.changed.push(node);
                matched.forget(after, node);
            }
        }
        matched
    }

    /// The number that each component of the earlier graph, which has so many, has now, or [`NOWHERE`].
    pub fn later_components(&self, earlier: usize) -> Vec<u32> {
        let mut later = vec![NOWHERE; earlier];
        for (number, before) in (0u32..).zip(&self.components).filter(|(_, before)| **before != NOWHERE) {
            later[*before as usize] = number;
        }
        later
    }

    /// Whether a node needs what another did; its groups are matched on the way.
    fn same_needs(&mut self, before: &Graph, after: &Graph, earlier: NodeId, node: NodeId) -> bool {
        let (old, new) = (before.inputs(earlier), after.inputs(node));
        old.len() == new.len()
            && before.threshold(earlier) == after.threshold(node)
            && old.iter().zip(new).all(|(old, new)| {
                let terms = (old.soft, old.partial, old.phase) == (new.soft, new.partial, new.phase);
                let groups = (before.is_group(old.node), after.is_group(new.node));
                terms
                    && match groups {
                        (false, false) => self.nodes[new.node as usize] == old.node,
                        (true, true) => {
                            self.nodes[new.node as usize] = old.node;
                            self.same_needs(before, after, old.node, new.node)
                        }
                        _ => false,
                    }
            })
    }

    /// The groups of a node are not what they were.
    fn forget(&mut self, after: &Graph, node: NodeId) {
        for edge in after.inputs(node).iter().filter(|edge| after.is_group(edge.node)) {
            self.nodes[edge.node as usize] = NOWHERE;
            self.changed.push(edge.node);
            self.forget(after, edge.node);
        }
    }
}
