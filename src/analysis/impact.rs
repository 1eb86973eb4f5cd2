//! The static impact of an outage: the least fixed point of the system of states, with the shortest witnesses.

use crate::graph::{Edge, Graph, NodeId};
use crate::model::{Phase, State};

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
    let seeds = |least: State| outage.iter().filter(move |(_, state)| *state >= least).map(|(node, _)| *node);
    let (down, impaired) = rayon::join(
        || spread(graph, seeds(State::Down), |edge| !edge.soft, &[]),
        || spread(graph, seeds(State::Degraded), |edge| !edge.partial, graph.partial_inputs()),
    );
    let states = (down.missing.iter().zip(&impaired.missing))
        .map(|(down, impaired)| match (down, impaired) {
            (0, _) => State::Down,
            (_, 0) => State::Degraded,
            _ => State::Up,
        })
        .collect();
    Impact { states, down_by: down.cause, impaired_by: impaired.cause }
}

/// No cause: the outage itself.
const NONE: NodeId = NodeId::MAX;

fn spread(
    graph: &Graph,
    seeds: impl Iterator<Item = NodeId>,
    carries: impl Fn(Edge) -> bool,
    always: &[(NodeId, Edge)],
) -> Spread {
    let mut spread =
        Spread { missing: graph.thresholds().to_vec(), cause: vec![NONE; graph.len()], groups: vec![], next: vec![] };
    for seed in seeds {
        if std::mem::take(&mut spread.missing[seed as usize]) > 0 {
            spread.next.push(seed);
        }
    }
    // An alternative that carries only part of the load is no cause that could be followed further.
    for (node, _) in always {
        spread.hit(graph, *node, NONE);
    }
    let mut level: Vec<NodeId> = Vec::new();
    loop {
        // A group that fails passes on at once, since it is no step of its own.
        while let Some(group) = spread.groups.pop() {
            spread.pass_on(graph, group, &carries);
        }
        std::mem::swap(&mut level, &mut spread.next);
        if level.is_empty() {
            return spread;
        }
        for node in level.drain(..) {
            spread.pass_on(graph, node, &carries);
        }
    }
}

/// One Boolean system while its failures spread.
struct Spread {
    /// How many more inputs must fail for each node to fail; 0 once it has failed.
    missing: Vec<u32>,
    /// Through which input it failed.
    cause: Vec<NodeId>,
    /// Groups that failed and have not passed it on.
    groups: Vec<NodeId>,
    /// Capabilities that failed and have not passed it on.
    next: Vec<NodeId>,
}

impl Spread {
    fn pass_on(&mut self, graph: &Graph, node: NodeId, carries: &impl Fn(Edge) -> bool) {
        for edge in graph.dependents(node) {
            if edge.phase == Phase::Run && carries(*edge) {
                self.hit(graph, edge.node, node);
            }
        }
    }

    /// One more input of a node has failed.
    fn hit(&mut self, graph: &Graph, node: NodeId, cause: NodeId) {
        let missing = &mut self.missing[node as usize];
        if *missing == 0 {
            return;
        }
        *missing -= 1;
        if *missing == 0 {
            self.cause[node as usize] = cause;
            let list = if graph.is_group(node) { &mut self.groups } else { &mut self.next };
            list.push(node);
        }
    }
}
