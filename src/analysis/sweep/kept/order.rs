//! An order of the nodes of a graph, what they need first, that outlives small changes.

use std::collections::HashMap;

use crate::graph::{Graph, Matched, NOWHERE, NodeId};
use crate::model::Phase;

/// The nodes of a graph, each after what it needs but where needs go in circles.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) nodes: Vec<NodeId>,
    /// The place of each node.
    pub(super) rank: Vec<u32>,
}

impl Order {
    /// Puts the nodes in order, depth first; linear.
    pub(super) fn of(graph: &Graph) -> Order {
        let count = u32::try_from(graph.len()).unwrap_or(u32::MAX);
        let mut nodes = Vec::with_capacity(graph.len());
        let mut seen = vec![false; graph.len()];
        let mut open: Vec<(NodeId, usize)> = Vec::new();
        for start in 0..count {
            if std::mem::replace(&mut seen[start as usize], true) {
                continue;
            }
            open.push((start, 0));
            while let Some((node, next)) = open.last_mut() {
                match graph.inputs(*node).get(*next) {
                    Some(edge) => {
                        *next += 1;
                        if edge.phase == Phase::Run && !std::mem::replace(&mut seen[edge.node as usize], true) {
                            open.push((edge.node, 0));
                        }
                    }
                    None => {
                        nodes.push(*node);
                        open.pop();
                    }
                }
            }
        }
        Order::given(nodes, graph.len())
    }

    /// The order of a later version: the same where that still puts what nodes need first, else a new one. Linear in the
    /// nodes, and in needs where it is new.
    pub(super) fn later(&self, after: &Graph, matched: &Matched) -> Order {
        let mut later = vec![NOWHERE; self.nodes.len()];
        for (node, before) in (0u32..).zip(&matched.nodes).filter(|(_, before)| **before != NOWHERE) {
            later[*before as usize] = node;
        }
        // New groups stand before the capability that needs them.
        let mut groups: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
        for node in matched.changed.iter().filter(|node| !after.is_group(**node)) {
            let mut open: Vec<NodeId> = vec![*node];
            let own = groups.entry(*node).or_default();
            while let Some(node) = open.pop() {
                let inner = after.inputs(node).iter().map(|edge| edge.node).filter(|node| after.is_group(*node));
                let from = own.len();
                own.extend(inner);
                open.extend_from_slice(&own[from..]);
            }
            own.reverse();
        }
        let mut nodes = Vec::with_capacity(after.len());
        let known = self.nodes.iter().map(|node| later[*node as usize]).filter(|node| *node != NOWHERE);
        for node in known {
            nodes.extend(groups.remove(&node).unwrap_or_default());
            nodes.push(node);
        }
        let mut fresh: Vec<(NodeId, Vec<NodeId>)> = groups.into_iter().collect();
        fresh.sort_unstable();
        for (node, groups) in fresh {
            nodes.extend(groups);
            nodes.push(node);
        }
        let order = Order::given(nodes, after.len());
        let is_first = |node: &NodeId| {
            let run = after.inputs(*node).iter().filter(|edge| edge.phase == Phase::Run);
            run.map(|edge| edge.node).all(|input| order.rank[input as usize] < order.rank[*node as usize])
        };
        if order.nodes.len() == after.len() && matched.changed.iter().all(is_first) { order } else { Order::of(after) }
    }

    fn given(nodes: Vec<NodeId>, count: usize) -> Order {
        let mut rank = vec![0; count];
        for (place, node) in (0u32..).zip(&nodes) {
            rank[*node as usize] = place;
        }
        Order { nodes, rank }
    }
}
