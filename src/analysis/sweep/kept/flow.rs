//! Propagation on a graph as it is: 512 outages at a time, each a bit of every node's value.

use super::order::Order;
use crate::analysis::lanes::Lanes;
use crate::analysis::sweep::bits::{next_bit, set};
use crate::analysis::sweep::values::Values;
use crate::graph::{Failure, Graph, NodeId};

/// One of the Boolean systems of a graph: how many inputs must fail beside those that have failed whatever happens.
pub(super) struct Rules<'a> {
    graph: &'a Graph,
    failure: Failure,
    missing: Vec<u32>,
}

impl<'a> Rules<'a> {
    /// The rules of a system; linear in the nodes.
    pub(super) fn new(graph: &'a Graph, failure: Failure) -> Self {
        let mut rules = Rules { graph, failure, missing: graph.thresholds().to_vec() };
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
        let missing = &mut self.missing[node as usize];
        if *missing > 0 {
            *missing -= 1;
            if *missing == 0 {
                failed.push(node);
            }
        }
    }
}

/// What a pass asks about a node, side by side: on which node it is asked next is as good as random.
#[derive(Clone, Copy)]
struct Fact {
    /// How many inputs must fail yet; 0 where the node has failed whatever happens or bears on nothing that is asked about.
    missing: u32,
    /// Its place in the order.
    rank: u32,
}

/// One of the Boolean systems over what bears on some nodes, in an order.
pub(super) struct Plan<'a> {
    graph: &'a Graph,
    failure: Failure,
    order: &'a Order,
    facts: Vec<Fact>,
}

impl<'a> Plan<'a> {
    /// A system over the nodes that are `wanted`, which are all that bear on what is asked about; linear in the nodes.
    pub(super) fn new(rules: &Rules<'a>, order: &'a Order, wanted: &[bool]) -> Self {
        let Rules { graph, failure, missing } = rules;
        let of = |((missing, rank), wanted): ((&u32, &u32), &bool)| Fact {
            missing: if *wanted { *missing } else { 0 },
            rank: *rank,
        };
        let facts = missing.iter().zip(&order.rank).zip(wanted).map(of).collect();
        Plan { graph, failure: *failure, order, facts }
    }
}

/// A system under the outages of a pass, reusable for the next.
pub(super) struct Flow<'a> {
    plan: &'a Plan<'a>,
    values: Values,
    /// By the places in the order.
    dirty: Vec<u64>,
    touched: Vec<NodeId>,
    inputs: Vec<NodeId>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(plan: &'a Plan<'a>) -> Self {
        let (values, dirty) = (Values::new(plan.facts.len()), vec![0; plan.facts.len().div_ceil(64)]);
        Flow { plan, values, dirty, touched: Vec::new(), inputs: Vec::new() }
    }

    /// Under which outages a node has failed, beside what has failed whatever happens.
    pub(super) fn value(&self, node: NodeId) -> &Lanes {
        self.values.of(node)
    }

    /// The nodes that failed under some outage, in no particular order and maybe more than once.
    pub(super) fn touched(&self) -> &[NodeId] {
        &self.touched
    }

    /// Puts a node down under one outage; what has failed whatever happens is counted already.
    fn seed(&mut self, node: NodeId, lane: usize) {
        let Fact { missing, rank } = self.plan.facts[node as usize];
        if missing > 0 {
            self.values.at(node)[lane / 64] |= 1 << (lane % 64);
            set(&mut self.dirty, rank);
        }
    }

    /// Puts all of a component down under one outage.
    pub(super) fn seed_component(&mut self, component: u32, lane: usize) {
        self.plan.graph.capabilities_of(component).for_each(|node| self.seed(node, lane));
    }

    /// Lets failures spread: over the nodes in order, and back where a need leads back.
    ///
    /// Costs a gather of 64 bytes for each need of a node that fails.
    pub(super) fn run(&mut self) {
        let Plan { graph, failure, order, facts } = self.plan;
        let mut from = 0;
        while let Some(place) = next_bit(&self.dirty, from) {
            self.dirty[place as usize / 64] &= !(1 << (place % 64));
            from = place + 1;
            let node = order.nodes[place as usize];
            if facts[node as usize].missing > 1 && !self.count_up(node) {
                continue;
            }
            let value = *self.values.of(node);
            self.touched.push(node);
            for edge in graph.dependents(node).iter().filter(|edge| failure.carried(edge)) {
                let Fact { missing, rank } = facts[edge.node as usize];
                if missing == 0 {
                    continue;
                }
                let back = rank <= place;
                if missing == 1 {
                    let known = || self.values.of(edge.node).iter().zip(&value).all(|(word, new)| new & !word == 0);
                    if back && known() {
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

    /// Forgets the pass; costs what it touched.
    pub(super) fn reset(&mut self) {
        self.values.clear(self.touched.drain(..));
    }

    /// Counts the inputs of a group that have failed; whether it fails under more outages than anybody knew.
    fn count_up(&mut self, node: NodeId) -> bool {
        let Plan { graph, failure, facts, .. } = self.plan;
        let carried = graph.inputs(node).iter().filter(|edge| failure.carried(edge));
        self.inputs.clear();
        self.inputs.extend(carried.filter_map(|edge| self.values.place(edge.node)));
        self.values.count_up(node, facts[node as usize].missing, &self.inputs)
    }
}
