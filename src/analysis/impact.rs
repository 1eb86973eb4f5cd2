//! The static impact of an outage: the least fixed point of the system of states, with the shortest witnesses.

use super::spread::{NONE, Spread, degrading, downing};
use crate::graph::{Graph, NodeId};
use crate::model::State;

/// The state of every node under an outage, and why.
#[derive(Debug)]
pub struct Impact {
    states: Vec<State>,
    down_by: Vec<NodeId>,
    impaired_by: Vec<NodeId>,
}

impl Impact {
    /// The state of a node.
    pub fn state(&self, node: NodeId) -> State {
        self.states[node as usize]
    }

    /// The shortest chain of nodes that carries the failure, from `node` to what is taken down; groups are left out.
    ///
    /// Only `node` itself when the outage takes it down directly, or an alternative that carries part of the load
    /// leaves it degraded; empty when it is up.
    pub fn witness(&self, graph: &Graph, node: NodeId) -> Vec<NodeId> {
        let causes = match self.state(node) {
            State::Up => return Vec::new(),
            State::Degraded => &self.impaired_by,
            State::Down => &self.down_by,
        };
        let mut chain = vec![node];
        let mut here = node;
        while causes[here as usize] != NONE {
            here = causes[here as usize];
            chain.push(here);
        }
        chain.retain(|node| graph.owner(*node).is_some());
        chain
    }
}

/// The impact of putting nodes into states: linear in the needs of the graph.
///
/// *Down* and *not up* are computed apart, side by side, each breadth first, so that the first cause to reach a node lies
/// on a shortest chain. A group fails with the member that makes one failure too many; that member is its cause.
pub fn impact(graph: &Graph, outage: &[(NodeId, State)]) -> Impact {
    let (mut down, mut impaired) = (Spread::new(graph), Spread::new(graph));
    rayon::join(|| down.run(graph, downing(outage)), || impaired.run(graph, degrading(graph, outage)));
    let states = (down.missing.iter().zip(&impaired.missing))
        .map(|(down, impaired)| match (down, impaired) {
            (0, _) => State::Down,
            (_, 0) => State::Degraded,
            _ => State::Up,
        })
        .collect();
    Impact { states, down_by: down.cause, impaired_by: impaired.cause }
}
