//! The static impact of an outage: the least fixed point of the system of states, with the shortest witnesses.

use crate::graph::{Edge, Graph, NodeId};
use crate::model::{Phase, State};

/// The state of every node under an outage, and why.
#[derive(Debug)]
pub struct Impact {
    states: Vec<State>,
    down_by: Vec<Option<NodeId>>,
    impaired_by: Vec<Option<NodeId>>,
}

impl Impact {
    /// The state of a node.
    pub fn state(&self, node: NodeId) -> State {
        self.states[node as usize]
    }

    /// The shortest chain of nodes that carries the failure, from `node` to what is taken down; groups are left out.
    ///
    /// Only `node` itself when the outage takes it down directly; empty when it is up.
    pub fn witness(&self, graph: &Graph, node: NodeId) -> Vec<NodeId> {
        let causes = match self.state(node) {
            State::Up => return Vec::new(),
            State::Degraded => &self.impaired_by,
            State::Down => &self.down_by,
        };
        let mut chain = vec![node];
        let mut here = node;
        while let Some(cause) = causes[here as usize] {
            chain.push(cause);
            here = cause;
        }
        chain.retain(|node| graph.owner(*node).is_some());
        chain
    }
}

/// The impact of putting nodes into states: linear in the needs of the graph.
///
/// *Down* and *not up* are computed apart, each breadth first, so that the first cause to reach a node lies on a
/// shortest chain. A group fails with the member that makes one failure too many; that member is its cause.
pub fn impact(graph: &Graph, outage: &[(NodeId, State)]) -> Impact {
    let seeds = |least: State| outage.iter().filter(move |(_, state)| *state >= least).map(|(node, _)| *node);
    let down = spread(graph, seeds(State::Down), |edge| !edge.soft, |_| false);
    let impaired = spread(graph, seeds(State::Degraded), |_| true, |edge| edge.partial);
    let states = (down.failed.iter().zip(&impaired.failed))
        .map(|(down, impaired)| match (down, impaired) {
            (true, _) => State::Down,
            (false, true) => State::Degraded,
            (false, false) => State::Up,
        })
        .collect();
    Impact { states, down_by: down.cause, impaired_by: impaired.cause }
}

/// Which nodes fail in one of the two Boolean systems, and through which input.
struct Spread {
    failed: Vec<bool>,
    cause: Vec<Option<NodeId>>,
}

fn spread(
    graph: &Graph,
    seeds: impl Iterator<Item = NodeId>,
    carries: impl Fn(Edge) -> bool,
    constant: impl Fn(Edge) -> bool,
) -> Spread {
    let nodes = graph.len();
    let mut result = Spread { failed: vec![false; nodes], cause: vec![None; nodes] };
    let mut missing: Vec<u32> = (0..nodes).map(|node| graph.threshold(node as NodeId)).collect();
    let mut level: Vec<NodeId> = Vec::new();
    for seed in seeds {
        if !std::mem::replace(&mut result.failed[seed as usize], true) {
            level.push(seed);
        }
    }
    let mut next: Vec<NodeId> = Vec::new();
    let mut reached: Vec<(NodeId, Option<NodeId>)> = Vec::new();
    for node in 0..nodes as NodeId {
        for edge in graph.inputs(node).iter().filter(|edge| edge.phase == Phase::Run && constant(**edge)) {
            reached.push((node, Some(edge.node)));
        }
    }
    settle(graph, &mut reached, &mut missing, &mut result, &mut level, &carries, &constant);
    while !level.is_empty() {
        for &node in &level {
            for edge in graph.dependents(node) {
                if edge.phase == Phase::Run && carries(*edge) && !constant(*edge) {
                    reached.push((edge.node, Some(node)));
                }
            }
        }
        settle(graph, &mut reached, &mut missing, &mut result, &mut next, &carries, &constant);
        level.clear();
        std::mem::swap(&mut level, &mut next);
    }
    result
}

/// Counts failed inputs; a group that fails passes on at once, since it is no step of its own.
fn settle(
    graph: &Graph,
    reached: &mut Vec<(NodeId, Option<NodeId>)>,
    missing: &mut [u32],
    result: &mut Spread,
    next: &mut Vec<NodeId>,
    carries: &impl Fn(Edge) -> bool,
    constant: &impl Fn(Edge) -> bool,
) {
    while let Some((node, cause)) = reached.pop() {
        let here = node as usize;
        missing[here] = missing[here].saturating_sub(1);
        if missing[here] > 0 || result.failed[here] {
            continue;
        }
        result.failed[here] = true;
        result.cause[here] = cause;
        if graph.owner(node).is_some() {
            next.push(node);
            continue;
        }
        for edge in graph.dependents(node) {
            if edge.phase == Phase::Run && carries(*edge) && !constant(*edge) {
                reached.push((edge.node, Some(node)));
            }
        }
    }
}
