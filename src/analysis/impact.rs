//! The static impact of an outage: the least fixed point of the system of states, with the shortest witnesses.

use rayon::prelude::*;

use super::spread::{NONE, Spread, degrading, downing};
use crate::graph::{Graph, NodeId};
use crate::model::State;

/// From so many nodes on the two systems of a single outage are worth a thread each.
const MANY: usize = 10_000;

/// The state of every node under an outage, and why.
#[derive(Debug)]
pub struct Impact {
    down: Spread,
    impaired: Spread,
}

impl Impact {
    /// Nothing has failed yet.
    fn none(graph: &Graph) -> Self {
        Impact { down: Spread::new(graph), impaired: Spread::new(graph) }
    }

    /// The state of a node.
    pub fn state(&self, node: NodeId) -> State {
        match (self.down.missing[node as usize], self.impaired.missing[node as usize]) {
            (0, _) => State::Down,
            (_, 0) => State::Degraded,
            _ => State::Up,
        }
    }

    /// The groups that survive although members of them are down, with how many; in no particular order.
    pub fn short(&self, graph: &Graph) -> Vec<(NodeId, u32)> {
        let lost = |group: &NodeId| (*group, graph.threshold(*group) - self.down.missing[*group as usize]);
        let survives = |group: &&NodeId| self.down.missing[**group as usize] > 0;
        self.down.touched_groups().iter().filter(survives).map(lost).collect()
    }

    /// The shortest chain of nodes that carries the failure, from `node` to what is taken down; groups are left out.
    ///
    /// Only `node` itself when the outage takes it down directly, or an alternative that carries part of the load
    /// leaves it degraded; empty when it is up.
    pub fn witness(&self, graph: &Graph, node: NodeId) -> Vec<NodeId> {
        self.chain(graph, node).collect()
    }

    /// The steps of the witness of a node, one by one.
    pub fn chain<'a>(&'a self, graph: &'a Graph, node: NodeId) -> impl Iterator<Item = NodeId> + 'a {
        let state = self.state(node);
        let first = (state != State::Up).then_some(node);
        std::iter::successors(first, move |here| self.cause(graph, state, *here))
    }

    /// Whether the outage itself takes a node down, so that its witness is the node alone.
    pub fn is_struck(&self, node: NodeId) -> bool {
        self.state(node) == State::Down && self.down.cause[node as usize] == NONE
    }

    /// What holds of each node that is in a state, by what holds of the next node of its witness; `None` of all others.
    ///
    /// `step` is given a node and the next one with what holds of it, none at the end of a witness. Linear in the nodes,
    /// where all witnesses together may be as long as the square of their number.
    pub fn along<T>(
        &self,
        graph: &Graph,
        state: State,
        mut step: impl FnMut(NodeId, Option<(NodeId, &T)>) -> T,
    ) -> Vec<Option<T>> {
        let mut known: Vec<Option<T>> = Vec::new();
        known.resize_with(graph.len(), || None);
        let mut open = Vec::new();
        let hit = (0..).take(graph.len()).filter(|node| self.state(*node) == state && graph.owner(*node).is_some());
        for node in hit {
            open.push(node);
            while let Some(here) = open.pop() {
                let next = self.cause(graph, state, here);
                match next.filter(|next| known[*next as usize].is_none()) {
                    Some(next) => open.extend([here, next]),
                    None => {
                        let of_next = next.and_then(|next| Some((next, known[next as usize].as_ref()?)));
                        known[here as usize] = Some(step(here, of_next));
                    }
                }
            }
        }
        known
    }

    /// The next capability of the witness of a node that is in a state.
    fn cause(&self, graph: &Graph, state: State, node: NodeId) -> Option<NodeId> {
        let causes = if state == State::Down { &self.down.cause } else { &self.impaired.cause };
        let next = |here: &NodeId| Some(causes[*here as usize]).filter(|cause| *cause != NONE);
        std::iter::successors(next(&node), next).find(|node| graph.owner(*node).is_some())
    }
}

/// The impact of putting nodes into states: linear in the needs of the graph.
///
/// *Down* and *not up* are computed apart, side by side, each breadth first, so that the first cause to reach a node lies
/// on a shortest chain. A group fails with the member that makes one failure too many; that member is its cause.
pub fn impact(graph: &Graph, outage: &[(NodeId, State)]) -> Impact {
    let mut impact = Impact::none(graph);
    let Impact { down, impaired } = &mut impact;
    let (mut down, mut impaired) =
        (|| down.run(graph, downing(outage)), || impaired.run(graph, degrading(graph, outage)));
    if graph.len() < MANY {
        down();
        impaired();
    } else {
        rayon::join(down, impaired);
    }
    impact
}

/// What the failure of each of some components does, looked at one after the other and in parallel; results in the order
/// of the components.
///
/// Costs what each failure touches, not the size of the graph.
pub fn each_failure<T: Send>(graph: &Graph, components: &[u32], look: impl Fn(u32, &Impact) -> T + Sync) -> Vec<T> {
    let look = |impact: &mut Impact, component: &u32| {
        let outage: Vec<_> = graph.capabilities_of(*component).map(|node| (node, State::Down)).collect();
        impact.down.run(graph, downing(&outage));
        impact.impaired.run(graph, degrading(graph, &outage));
        let result = look(*component, impact);
        impact.down.reset(graph);
        impact.impaired.reset(graph);
        result
    };
    components.par_iter().map_init(|| Impact::none(graph), look).collect()
}
