//! One of the two Boolean systems of a graph, reduced to what bears on chosen nodes and numbered causes first.

use std::ops::Range;

use super::lists::Lists;
use super::parts::parts;
use super::{Edge, Graph, NodeId};
use crate::model::Phase;

/// What a node may do that the system asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// It is down: carried by hard needs.
    Down,
    /// It is not up: carried by all needs, and by alternatives that carry only part of the load whatever happens.
    NotUp,
}

impl Failure {
    /// Whether the failure of its input passes over an edge.
    #[inline]
    pub fn carried(self, edge: &Edge) -> bool {
        edge.phase == Phase::Run && if self == Failure::Down { !edge.soft } else { !edge.partial }
    }

    /// Whether an edge passes a failure on whatever its input does.
    #[inline]
    pub fn certain(self, edge: &Edge) -> bool {
        edge.phase == Phase::Run && self == Failure::NotUp && edge.partial
    }
}

/// What becomes of a node of the graph in a [`Boolean`] system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It has this number.
    At(u32),
    /// It has failed whatever happens.
    Always,
    /// It can't fail, or it bears on nothing that was asked for.
    Never,
}

/// A monotone Boolean system: a node fails when it is put down, or when as many of its inputs have failed as its
/// threshold says; what fails is the least solution.
///
/// Nodes that fail together because each needs the next in a circle of hard needs are one node. Inputs have smaller
/// numbers than what they are inputs of, but within a loop.
#[derive(Debug)]
pub struct Boolean {
    place: Vec<Place>,
    threshold: Vec<u32>,
    inputs: Lists,
    dependents: Lists,
    loops: Vec<Range<u32>>,
}

impl Boolean {
    /// The system of a failure, reduced to what bears on the nodes `watch`; linear in the nodes and needs of the graph.
    pub fn new(graph: &Graph, failure: Failure, watch: &[NodeId]) -> Boolean {
        let (place, kept) = relevant(graph, failure, watch);
        let carried = |v: NodeId| graph.inputs(v).iter().filter(|edge| failure.carried(edge));
        let number = |v: NodeId| if let Place::At(number) = place[v as usize] { Some(number) } else { None };
        let mut inputs = Lists::growing();
        let mut threshold = Vec::with_capacity(kept.len());
        for (own, &v) in (0u32..).zip(&kept) {
            let always = graph.inputs(v).iter().filter(|edge| failure.always(edge, &place)).count();
            let left = graph.threshold(v).saturating_sub(u32::try_from(always).unwrap_or(u32::MAX));
            // Where one failed input is enough, its own failure is no cause of a node's failure.
            let causes = carried(v).filter_map(|edge| number(edge.node)).filter(|input| left > 1 || *input != own);
            causes.for_each(|input| inputs.push(input));
            inputs.end(left == 1);
            threshold.push(left);
        }
        let (merged, raw) = Raw::new(threshold, inputs).merged();
        let (order, loops) = raw.order();
        let mut rank = vec![0u32; order.len()];
        for (at, v) in (0u32..).zip(&order) {
            rank[*v as usize] = at;
        }
        let mut inputs = Lists::growing();
        for &v in &order {
            raw.inputs.of(v).iter().for_each(|input| inputs.push(rank[*input as usize]));
            inputs.end(false);
        }
        let threshold = order.iter().map(|v| raw.threshold[*v as usize]).collect();
        let placed = |place: &Place| match place {
            Place::At(number) => Place::At(rank[merged[*number as usize] as usize]),
            other => *other,
        };
        let place = place.iter().map(placed).collect();
        let dependents = inputs.turned();
        Boolean { place, threshold, inputs, dependents, loops }
    }

    /// What became of a node of the graph.
    pub fn place(&self, node: NodeId) -> Place {
        self.place[node as usize]
    }

    /// The number of a node of the graph, `None` when it always or never fails.
    pub fn number(&self, node: NodeId) -> Option<u32> {
        if let Place::At(number) = self.place(node) { Some(number) } else { None }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.threshold.len()
    }

    /// Whether nothing can fail.
    pub fn is_empty(&self) -> bool {
        self.threshold.is_empty()
    }

    /// How many inputs must fail for a node to fail.
    #[inline]
    pub fn threshold(&self, number: u32) -> u32 {
        self.threshold[number as usize]
    }

    /// The inputs of a node; each once where one is enough, else as often as it counts.
    #[inline]
    pub fn inputs(&self, number: u32) -> &[u32] {
        self.inputs.of(number)
    }

    /// The nodes of which a node is an input.
    #[inline]
    pub fn dependents(&self, number: u32) -> &[u32] {
        self.dependents.of(number)
    }

    /// The nodes that lie on cycles: ranges of numbers, in order.
    pub fn loops(&self) -> &[Range<u32>] {
        &self.loops
    }
}

impl Failure {
    /// Whether an input has failed whatever happens.
    fn always(self, edge: &Edge, place: &[Place]) -> bool {
        edge.phase == Phase::Run
            && match self {
                Failure::Down => !edge.soft && place[edge.node as usize] == Place::Always,
                Failure::NotUp => edge.partial || place[edge.node as usize] == Place::Always,
            }
    }
}

/// Which nodes always fail, which can't, and which bear on what is watched; the latter numbered, and in that order.
fn relevant(graph: &Graph, failure: Failure, watch: &[NodeId]) -> (Vec<Place>, Vec<NodeId>) {
    let count = graph.len();
    let mut missing = graph.thresholds().to_vec();
    let mut always: Vec<NodeId> = Vec::new();
    if failure == Failure::NotUp {
        for (v, _) in graph.partial_inputs() {
            hit(&mut missing, *v, &mut always);
        }
    }
    let mut place = vec![Place::Never; count];
    while let Some(v) = always.pop() {
        place[v as usize] = Place::Always;
        for edge in graph.dependents(v).iter().filter(|edge| failure.carried(edge)) {
            hit(&mut missing, edge.node, &mut always);
        }
    }
    // What fails once every capability is put down can fail at all; of a group this takes enough members. A group has a
    // smaller number than those that are its members.
    let mut can: Vec<bool> = place.iter().map(|place| *place == Place::Never).collect();
    for v in graph.groups().rev().filter(|v| place[*v as usize] == Place::Never) {
        let members = graph.inputs(v).iter().filter(|edge| failure.carried(edge) && can[edge.node as usize]).count();
        let missing = missing[v as usize] as usize;
        can[v as usize] = missing > 0 && members >= missing;
    }
    let mut open: Vec<NodeId> = watch.iter().copied().filter(|v| can[*v as usize]).collect();
    let mut wanted = vec![false; count];
    open.iter().for_each(|v| wanted[*v as usize] = true);
    while let Some(v) = open.pop() {
        for edge in graph.inputs(v).iter().filter(|edge| failure.carried(edge)) {
            if can[edge.node as usize] && !wanted[edge.node as usize] {
                wanted[edge.node as usize] = true;
                open.push(edge.node);
            }
        }
    }
    let kept: Vec<NodeId> = (0u32..).take(count).filter(|v| wanted[*v as usize]).collect();
    for (number, v) in (0u32..).zip(&kept) {
        place[*v as usize] = Place::At(number);
    }
    (place, kept)
}

/// One more input of a node has failed; it is queued when that makes it fail.
fn hit(missing: &mut [u32], v: NodeId, failed: &mut Vec<NodeId>) {
    let missing = &mut missing[v as usize];
    if *missing > 0 {
        *missing -= 1;
        if *missing == 0 {
            failed.push(v);
        }
    }
}

/// A system before it is merged and put in order.
struct Raw {
    threshold: Vec<u32>,
    inputs: Lists,
    dependents: Lists,
    /// Its strongly connected parts.
    cycles: Vec<Vec<u32>>,
}

impl Raw {
    /// A system with what depends on each node, and its cycles.
    fn new(threshold: Vec<u32>, inputs: Lists) -> Raw {
        let dependents = inputs.turned();
        let cycles = parts(&inputs, &dependents, |_| true);
        Raw { threshold, inputs, dependents, cycles }
    }

    /// Makes one node of those that fail together: circles on which one failed input is enough at every step.
    /// Also gives the new number of every node.
    fn merged(self) -> (Vec<u32>, Raw) {
        let count = self.threshold.len();
        let into = |v: u32| self.threshold[v as usize] == 1;
        // Where there is no cycle there is no circle.
        let circles = if self.cycles.is_empty() { Vec::new() } else { parts(&self.inputs, &self.dependents, into) };
        if circles.is_empty() {
            return ((0u32..).take(count).collect(), self);
        }
        let mut circle_of = vec![u32::MAX; count];
        for (number, circle) in (0u32..).zip(&circles) {
            circle.iter().for_each(|v| circle_of[*v as usize] = number);
        }
        // A circle stands where its first node stands.
        let mut merged = vec![u32::MAX; count];
        let mut first: Vec<u32> = Vec::new();
        for v in (0u32..).take(count) {
            let circle = circle_of[v as usize];
            let head = if circle == u32::MAX { v } else { circles[circle as usize][0] };
            if head == v {
                merged[v as usize] = u32::try_from(first.len()).unwrap_or(u32::MAX);
                first.push(v);
            } else {
                merged[v as usize] = merged[head as usize];
            }
        }
        let mut inputs = Lists::growing();
        let mut threshold = Vec::with_capacity(first.len());
        for (number, v) in (0u32..).zip(&first) {
            let circle = circle_of[*v as usize];
            let members = circles.get(circle as usize).map_or(std::slice::from_ref(v), Vec::as_slice);
            let all = members.iter().flat_map(|member| self.inputs.of(*member)).map(|input| merged[*input as usize]);
            let one = self.threshold[*v as usize] == 1;
            // Its own failure is no cause of a node's failure.
            all.filter(|input| !one || *input != number).for_each(|input| inputs.push(input));
            inputs.end(one);
            threshold.push(self.threshold[*v as usize]);
        }
        (merged, Raw::new(threshold, inputs))
    }

    /// The nodes in an order in which inputs come first, depth first so that neighbours share what depends on them; and
    /// the ranges of that order that are cycles.
    fn order(&self) -> (Vec<u32>, Vec<Range<u32>>) {
        let count = self.threshold.len();
        let (dependents, cycles) = (&self.dependents, &self.cycles);
        let mut cycle_of = vec![u32::MAX; count];
        for (number, cycle) in (0u32..).zip(cycles) {
            cycle.iter().for_each(|v| cycle_of[*v as usize] = number);
        }
        let within = |u: u32, v: u32| cycle_of[u as usize] != u32::MAX && cycle_of[u as usize] == cycle_of[v as usize];
        // Inputs that are not in order yet: of a node, or of a whole cycle.
        let mut missing = vec![0u32; count];
        let mut cycle_missing = vec![0u32; cycles.len()];
        for v in (0u32..).take(count) {
            let outer = self.inputs.of(v).iter().filter(|u| !within(**u, v)).count();
            let outer = u32::try_from(outer).unwrap_or(u32::MAX);
            match cycle_missing.get_mut(cycle_of[v as usize] as usize) {
                Some(missing) => *missing += outer,
                None => missing[v as usize] = outer,
            }
        }
        let free = |v: &u32| match cycles.get(cycle_of[*v as usize] as usize) {
            Some(cycle) => cycle[0] == *v && cycle_missing[cycle_of[*v as usize] as usize] == 0,
            None => missing[*v as usize] == 0,
        };
        let mut open: Vec<u32> = (0u32..).take(count).filter(free).collect();
        open.reverse();
        let (mut order, mut loops) = (Vec::with_capacity(count), Vec::new());
        while let Some(v) = open.pop() {
            let from = order.len();
            match cycles.get(cycle_of[v as usize] as usize) {
                Some(cycle) => {
                    around(cycle, dependents, within, &mut order);
                    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                    loops.push(number(from)..number(order.len()));
                }
                None => order.push(v),
            }
            for &u in &order[from..] {
                for &w in dependents.of(u).iter().filter(|w| !within(u, **w)) {
                    let cycle = cycle_of[w as usize] as usize;
                    let missing = cycle_missing.get_mut(cycle).unwrap_or(&mut missing[w as usize]);
                    *missing -= 1;
                    if *missing == 0 {
                        open.push(cycles.get(cycle).map_or(w, |cycle| cycle[0]));
                    }
                }
            }
        }
        (order, loops)
    }
}

/// The nodes of a cycle in reverse postorder, so that few needs lead backwards.
fn around(cycle: &[u32], dependents: &Lists, within: impl Fn(u32, u32) -> bool, order: &mut Vec<u32>) {
    let mut seen = std::collections::HashSet::new();
    let mut post: Vec<u32> = Vec::with_capacity(cycle.len());
    for &start in cycle {
        if !seen.insert(start) {
            continue;
        }
        let mut open = vec![(start, 0usize)];
        while let Some((v, next)) = open.last_mut() {
            match dependents.of(*v).get(*next).copied() {
                Some(w) => {
                    *next += 1;
                    if within(*v, w) && seen.insert(w) {
                        open.push((w, 0));
                    }
                }
                None => {
                    post.push(*v);
                    open.pop();
                }
            }
        }
    }
    order.extend(post.into_iter().rev());
}
