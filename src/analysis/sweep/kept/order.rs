//! An order of the nodes of a graph, what they need first, that outlives small changes.

use crate::graph::{Graph, Matched, NOWHERE, NodeId};
use crate::model::Phase;

/// The nodes of a graph, each after what it needs but where needs go in circles.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) nodes: Vec<NodeId>,
    /// The place of each node.
    pub(super) rank: Vec<u32>,
    /// At least all nodes that stand before something that they need.
    pub(super) early: Vec<NodeId>,
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
        let mut order = Order::given(nodes, graph.len());
        order.early = (0..count).filter(|node| !order.is_after_inputs(graph, *node)).collect();
        order
    }

    /// The order of a later version: the same where that still puts what nodes need first, else a new one. Linear in the
    /// nodes, and in needs where it is new.
    pub(super) fn later(&self, after: &Graph, matched: &Matched) -> Order {
        let mut later = vec![NOWHERE; self.nodes.len()];
        for (node, before) in (0u32..).zip(&matched.nodes).filter(|(_, before)| **before != NOWHERE) {
            later[*before as usize] = node;
        }
        // New groups stand before the capability that needs them, and new capabilities last.
        let capabilities = matched.changed.iter().filter(|node| !after.is_group(**node));
        let place = |node: NodeId| {
            let earlier = matched.nodes[node as usize];
            if earlier == NOWHERE { self.nodes.len() } else { self.rank[earlier as usize] as usize }
        };
        let mut fresh: Vec<(usize, NodeId)> = capabilities.map(|node| (place(*node), *node)).collect();
        fresh.sort_unstable();
        let mut nodes = Vec::with_capacity(after.len());
        let mut done = 0;
        for (place, node) in fresh {
            let stretch = &self.nodes[done..place];
            nodes.extend(stretch.iter().map(|node| later[*node as usize]).filter(|node| *node != NOWHERE));
            done = place;
            groups_first(after, node, &mut nodes);
            if place == self.nodes.len() {
                nodes.push(node);
            }
        }
        let rest = &self.nodes[done..];
        nodes.extend(rest.iter().map(|node| later[*node as usize]).filter(|node| *node != NOWHERE));
        let mut order = Order::given(nodes, after.len());
        order.early = self.early.iter().map(|node| later[*node as usize]).filter(|node| *node != NOWHERE).collect();
        let fits = |node: &NodeId| order.is_after_inputs(after, *node);
        if order.nodes.len() == after.len() && matched.changed.iter().all(fits) { order } else { Order::of(after) }
    }

    /// Whether a node stands after all that it needs while it runs.
    fn is_after_inputs(&self, graph: &Graph, node: NodeId) -> bool {
        let run = graph.inputs(node).iter().filter(|edge| edge.phase == Phase::Run);
        run.map(|edge| edge.node).all(|input| self.rank[input as usize] < self.rank[node as usize])
    }

    fn given(nodes: Vec<NodeId>, count: usize) -> Order {
        let mut rank = vec![0; count];
        for (place, node) in (0u32..).zip(&nodes) {
            rank[*node as usize] = place;
        }
        Order { nodes, rank, early: Vec::new() }
    }
}

/// Adds the groups of a node, each after those that are its members.
fn groups_first(graph: &Graph, node: NodeId, nodes: &mut Vec<NodeId>) {
    for edge in graph.inputs(node).iter().filter(|edge| graph.is_group(edge.node)) {
        groups_first(graph, edge.node, nodes);
        nodes.push(edge.node);
    }
}
