//! How failures spread: one Boolean system on the graph, evaluated breadth first and reusable for the next outage.
//!
//! *Down* travels over hard needs; *not up* travels over all needs. A node fails once as many of its inputs have failed
//! as its threshold says.

use crate::graph::{Edge, Graph, NodeId};
use crate::model::{Phase, State};

/// No cause: the outage itself.
pub(super) const NONE: NodeId = NodeId::MAX;

/// What fails at the start, and which needs carry it on.
pub(super) struct Rule<'a> {
    seeds: Vec<NodeId>,
    /// Inputs that count as failed whatever happens: alternatives that carry only part of the load.
    always: &'a [(NodeId, Edge)],
    soft_carries: bool,
}

/// The system of *down*.
pub(super) fn downing(outage: &[(NodeId, State)]) -> Rule<'static> {
    Rule { seeds: seeds(outage, State::Down), always: &[], soft_carries: false }
}

/// The system of *not up*.
pub(super) fn degrading<'a>(graph: &'a Graph, outage: &[(NodeId, State)]) -> Rule<'a> {
    Rule { seeds: seeds(outage, State::Degraded), always: graph.partial_inputs(), soft_carries: true }
}

fn seeds(outage: &[(NodeId, State)], least: State) -> Vec<NodeId> {
    outage.iter().filter(|(_, state)| *state >= least).map(|(node, _)| *node).collect()
}

/// One Boolean system while its failures spread.
#[derive(Debug)]
pub(super) struct Spread {
    /// How many more inputs must fail for each node to fail; 0 once it has failed.
    pub(super) missing: Vec<u32>,
    /// Through which input it failed.
    pub(super) cause: Vec<NodeId>,
    /// Capabilities that failed, in the order in which they did: also the queue of those that still pass it on.
    pub(super) failed: Vec<NodeId>,
    /// Groups with a failed input, each once.
    touched_groups: Vec<NodeId>,
    /// Groups that failed and have not passed it on.
    failed_groups: Vec<NodeId>,
}

impl Spread {
    /// Nothing has failed.
    pub(super) fn new(graph: &Graph) -> Self {
        Spread {
            missing: graph.thresholds().to_vec(),
            cause: vec![NONE; graph.len()],
            failed: Vec::new(),
            touched_groups: Vec::new(),
            failed_groups: Vec::new(),
        }
    }

    /// The groups with a failed input, each once.
    pub(super) fn touched_groups(&self) -> &[NodeId] {
        &self.touched_groups
    }

    /// Forgets the last outage; costs what it touched.
    pub(super) fn reset(&mut self, graph: &Graph) {
        for node in self.failed.drain(..).chain(self.touched_groups.drain(..)) {
            self.missing[node as usize] = graph.threshold(node);
            self.cause[node as usize] = NONE;
        }
    }

    /// Lets failures spread from where nothing has failed.
    pub(super) fn run(&mut self, graph: &Graph, rule: Rule<'_>) {
        for seed in rule.seeds {
            if std::mem::take(&mut self.missing[seed as usize]) > 0 {
                self.failed.push(seed);
            }
        }
        // An alternative that carries only part of the load is no cause that could be followed further.
        for (node, _) in rule.always {
            self.hit(graph, *node, NONE);
        }
        if rule.soft_carries {
            self.settle(graph, |edge| !edge.partial);
        } else {
            self.settle(graph, |edge| !edge.soft);
        }
    }

    fn settle(&mut self, graph: &Graph, carries: impl Fn(&Edge) -> bool) {
        let mut next = 0;
        loop {
            // A group that fails passes on at once, since it is no step of its own.
            while let Some(group) = self.failed_groups.pop() {
                self.pass_on(graph, group, &carries);
            }
            let Some(node) = self.failed.get(next).copied() else { return };
            next += 1;
            self.pass_on(graph, node, &carries);
        }
    }

    fn pass_on(&mut self, graph: &Graph, node: NodeId, carries: &impl Fn(&Edge) -> bool) {
        for edge in graph.dependents(node) {
            if edge.phase == Phase::Run && carries(edge) {
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
        if !graph.is_group(node) {
            // One failed input is enough for a capability.
            self.cause[node as usize] = cause;
            self.failed.push(node);
            return;
        }
        if *missing + 1 == graph.threshold(node) {
            self.touched_groups.push(node);
        }
        if *missing == 0 {
            self.cause[node as usize] = cause;
            self.failed_groups.push(node);
        }
    }
}
