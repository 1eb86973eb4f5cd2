//! Propagation on a graph as it is: many outages at a time, each a bit of every node's value.

use std::borrow::Cow;

use super::dense::ask_all;
use super::order::Order;
use crate::analysis::lanes::{LaneSet, Word};
use crate::analysis::sweep::bits::{next_bit, set};
use crate::analysis::sweep::values::Values;
use crate::graph::{Failure, Graph, NodeId};

/// One of the Boolean systems of a graph: how many inputs must fail beside those that have failed whatever happens.
pub(super) struct Rules<'a> {
    graph: &'a Graph,
    failure: Failure,
    missing: Cow<'a, [u32]>,
}

impl<'a> Rules<'a> {
    /// The rules of a system; linear in the nodes.
    pub(super) fn new(graph: &'a Graph, failure: Failure) -> Self {
        let mut rules = Rules { graph, failure, missing: Cow::Borrowed(graph.thresholds()) };
        let mut failed = Vec::new();
        if failure == Failure::NotUp {
            graph.partial_inputs().iter().for_each(|(node, _)| rules.hit(*node, &mut failed));
        }
        while let Some(node) = failed.pop() {
            for edge in graph.dependents(node).iter().filter(|edge| failure.carried(edge)) {
                rules.hit(edge.node, &mut failed);
            }
        }
        rules
    }

    /// Whether a node has failed whatever happens.
    pub(super) fn always(&self, node: NodeId) -> bool {
        self.missing[node as usize] == 0
    }

    fn hit(&mut self, node: NodeId, failed: &mut Vec<NodeId>) {
        let missing = &mut self.missing.to_mut()[node as usize];
        if *missing > 0 {
            *missing -= 1;
            if *missing == 0 {
                failed.push(node);
            }
        }
    }
}

/// What a pass asks about the end of each need, in one number: on which node it is asked next is as good as random, and
/// what is small stays in the cache.
///
/// The place in the order, with a bit where a node counts its inputs; [`SETTLED`] where it has failed whatever happens or
/// bears on nothing that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn(u32);

pub(super) const SETTLED: Turn = Turn(u32::MAX);
const COUNTS: u32 = 1 << 31;

/// How many of those that need a node are looked up together.
const AHEAD: usize = 8;

/// Where failures were passed on over more needs than one for so many nodes, all nodes that are left are asked in order,
/// which costs each of them less as long as values are small.
const MANY: usize = 32;

impl Turn {
    fn of(missing: u32, rank: u32) -> Self {
        match missing {
            0 => SETTLED,
            1 => Turn(rank),
            _ => Turn(rank | COUNTS),
        }
    }

    #[inline]
    pub(super) fn counts(self) -> bool {
        self.0 & COUNTS != 0
    }

    #[inline]
    fn rank(self) -> u32 {
        self.0 & !COUNTS
    }
}

/// One of the Boolean systems over what bears on some nodes, in an order.
pub(super) struct Plan<'a> {
    graph: &'a Graph,
    failure: Failure,
    pub(super) order: &'a Order,
    pub(super) missing: Cow<'a, [u32]>,
    pub(super) turns: Vec<Turn>,
}

impl<'a> Plan<'a> {
    /// A system over the nodes that are `wanted`, which are all that bear on what is asked about; linear in the nodes.
    pub(super) fn new(rules: &Rules<'a>, order: &'a Order, wanted: &[bool]) -> Self {
        let Rules { graph, failure, missing } = rules;
        let of = |((missing, rank), wanted): ((&u32, &u32), &bool)| Turn::of(if *wanted { *missing } else { 0 }, *rank);
        let turns = missing.iter().zip(&order.rank).zip(wanted).map(of).collect();
        Plan { graph, failure: *failure, order, missing: missing.clone(), turns }
    }

    /// What a node needs in this system.
    #[inline]
    pub(super) fn inputs(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        self.graph.inputs(node).iter().filter(|edge| self.failure.carried(edge)).map(|edge| edge.node)
    }
}

/// A system under the outages of a pass, reusable for the next.
pub(super) struct Flow<'a, L> {
    plan: &'a Plan<'a>,
    values: Values<L>,
    /// By the places in the order.
    dirty: Vec<u64>,
    touched: Vec<NodeId>,
    /// The inputs of a group that have failed, while it counts them.
    inputs: Vec<NodeId>,
}

impl<'a, L: LaneSet> Flow<'a, L> {
    pub(super) fn new(plan: &'a Plan<'a>) -> Self {
        let (values, dirty) = (Values::new(plan.turns.len()), vec![0; plan.turns.len().div_ceil(64)]);
        Flow { plan, values, dirty, touched: Vec::new(), inputs: Vec::new() }
    }

    /// Under which outages a node has failed, beside what has failed whatever happens.
    pub(super) fn value(&self, node: NodeId) -> &L {
        self.values.of(node)
    }

    /// Puts a node down under one outage; what has failed whatever happens is counted already.
    fn seed(&mut self, node: NodeId, lane: usize) {
        let turn = self.plan.turns[node as usize];
        if turn != SETTLED {
            self.values.at(node).set(lane);
            set(&mut self.dirty, turn.rank());
        }
    }

    /// Puts all of a component down under one outage.
    pub(super) fn seed_component(&mut self, component: u32, lane: usize) {
        self.plan.graph.capabilities_of(component).for_each(|node| self.seed(node, lane));
    }

    /// Lets failures spread: over the nodes in order, and back where a need leads back.
    ///
    /// Costs a gather of a set of lanes for each need of a node that fails; where many fail, for each need of any node.
    pub(super) fn run(&mut self) {
        let Plan { graph, failure, order, turns, .. } = self.plan;
        let mut from = 0;
        let many = if L::ROOM > Word::ROOM { usize::MAX } else { turns.len() / MANY };
        let mut passed = 0;
        while let Some(place) = next_bit(&self.dirty, from) {
            if passed > many {
                (passed, from) = (0, 0);
                ask_all(self.plan, &mut self.values, &mut self.dirty, place as usize);
                continue;
            }
            self.dirty[place as usize / 64] &= !(1 << (place % 64));
            from = place + 1;
            let node = order.nodes[place as usize];
            if turns[node as usize].counts() && !self.count_up(node) {
                continue;
            }
            let value = *self.values.of(node);
            self.touched.push(node);
            passed += graph.dependents(node).len();
            for edges in graph.dependents(node).chunks(AHEAD) {
                // Some are looked up before any is decided on, so that the processor waits for them at once.
                let mut next = [SETTLED; AHEAD];
                for (turn, edge) in next.iter_mut().zip(edges).filter(|(_, edge)| failure.carried(edge)) {
                    *turn = turns[edge.node as usize];
                }
                for (edge, turn) in edges.iter().zip(next).filter(|(_, turn)| *turn != SETTLED) {
                    let rank = turn.rank();
                    let back = rank <= place;
                    if !turn.counts() {
                        if back && self.knows(edge.node, &value) {
                            continue;
                        }
                        self.values.add(edge.node, &value);
                    }
                    set(&mut self.dirty, rank);
                    if back {
                        from = from.min(rank);
                    }
                }
            }
        }
    }

    /// Whether a node is known to fail under all of these outages.
    fn knows(&self, node: NodeId, value: &L) -> bool {
        self.values.of(node).words().iter().zip(value.words()).all(|(word, new)| new & !word == 0)
    }

    /// Forgets the pass; costs what it touched.
    pub(super) fn reset(&mut self) {
        self.values.clear(self.touched.drain(..));
    }

    /// Counts the inputs of a group that have failed; whether it fails under more outages than anybody knew.
    fn count_up(&mut self, node: NodeId) -> bool {
        let Plan { graph, failure, missing, .. } = self.plan;
        self.inputs.clear();
        for edge in graph.inputs(node).iter().filter(|edge| failure.carried(edge)) {
            if let Some(place) = self.values.place(edge.node) {
                self.inputs.push(place);
            }
        }
        self.values.count_up(node, missing[node as usize], &self.inputs)
    }
}
