//! One Boolean system with the single failures of every node, kept for the next version of the graph.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use rayon::prelude::*;

use super::scratch::Scratch;
use crate::graph::{ALONE, Failure, Graph, Levels, NodeId};

/// The slots of the components whose loss alone makes a node fail, in no particular order; `None` when it has failed
/// whatever happens.
pub(super) type Set = Option<Arc<[u32]>>;

/// Levels of fewer units than this are done by one thread.
const WIDE: usize = 256;

/// How many steps it may take to lift what changed; past that the order is made anew, which is linear.
const MOST_LIFTS: usize = 20_000;

/// A system, its order, and the sets of its nodes.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    failure: Failure,
    levels: Levels,
    pub(super) sets: Vec<Set>,
    /// How many slots all sets hold; nodes of a circle share theirs.
    items: usize,
}

/// A graph, and the slots by which sets know its components.
#[derive(Clone, Copy)]
pub(super) struct Slots<'a> {
    pub(super) graph: &'a Graph,
    /// The slot of each component.
    pub(super) of: &'a [u32],
    /// How many slots there are.
    pub(super) count: usize,
}

impl Slots<'_> {
    /// The slot of the component whose capability a node is.
    pub(super) fn own(&self, node: NodeId) -> Option<u32> {
        self.graph.owner(node).map(|component| self.of[component as usize])
    }
}

impl Layer {
    /// Finds the sets of all nodes, level by level; `None` when they would hold more than `most` slots.
    ///
    /// Costs a step for each slot in the set of each input; loops are gone round until nothing changes.
    pub(super) fn new(slots: Slots<'_>, failure: Failure, most: usize) -> Option<Layer> {
        let graph = slots.graph;
        let levels = Levels::new(graph, failure);
        let empty: Set = Some(Arc::new([]));
        let mut layer = Layer { failure, levels, sets: vec![empty; graph.len()], items: 0 };
        let mut order: Vec<NodeId> =
            (0u32..).take(graph.len()).filter(|node| layer.levels.unit(node)[0] == *node).collect();
        order.sort_by_key(|node| layer.levels.level[*node as usize]);
        let mut scratch = Scratch::new(slots.count);
        let level_of = layer.levels.level.clone();
        for level in order.chunk_by(|a, b| level_of[*a as usize] == level_of[*b as usize]) {
            let (loops, plain): (Vec<NodeId>, Vec<NodeId>) =
                level.iter().partition(|node| layer.levels.loop_of[**node as usize] != ALONE);
            let made = layer.all_collected(slots, &plain, &mut scratch);
            for (head, set) in plain.iter().zip(made) {
                layer.put(*head, set);
            }
            for &head in &loops {
                layer.go_round(slots, head, &mut scratch);
            }
            if layer.items > most {
                return None;
            }
        }
        Some(layer)
    }

    /// Moves everything to the numbers of a later graph: `earlier` gives the number that each node had.
    pub(super) fn renumber(&mut self, earlier: &[NodeId], nowhere: NodeId) {
        let mut later = vec![nowhere; self.levels.level.len()];
        let empty: Arc<[u32]> = Arc::new([]);
        let mut take = |before: &NodeId| match self.sets.get_mut(*before as usize) {
            Some(set) => set.take(),
            None => Some(Arc::clone(&empty)),
        };
        let sets: Vec<Set> = earlier.iter().map(&mut take).collect();
        let mut levels = Levels { level: vec![0; earlier.len()], ..Levels::default() };
        levels.circle = vec![ALONE; earlier.len()];
        levels.loop_of = vec![ALONE; earlier.len()];
        for (node, before) in (0u32..).zip(earlier).filter(|(_, before)| **before != nowhere) {
            let (to, from) = (node as usize, *before as usize);
            later[from] = node;
            levels.level[to] = self.levels.level[from];
            levels.circle[to] = self.levels.circle[from];
            levels.loop_of[to] = self.levels.loop_of[from];
        }
        let moved = |lists: &[Vec<NodeId>]| -> Vec<Vec<NodeId>> {
            let there =
                |list: &Vec<NodeId>| list.iter().map(|node| later[*node as usize]).filter(|n| *n != nowhere).collect();
            lists.iter().map(there).collect()
        };
        levels.circles = moved(&self.levels.circles);
        levels.loops = moved(&self.levels.loops);
        (self.sets, self.levels) = (sets, levels);
    }

    /// Brings the sets up to date after some nodes have other needs; the nodes whose sets are not what they were, with
    /// what these were. `None` when the sets hold more than `most` slots.
    ///
    /// Costs a step for each slot in the sets of the inputs of each node that changes or whose inputs do, and where a
    /// cycle may have opened or closed a look at every need.
    pub(super) fn update(&mut self, slots: Slots<'_>, changed: &[NodeId], most: usize) -> Option<Vec<(NodeId, Set)>> {
        let graph = slots.graph;
        let mut moved = changed.to_vec();
        moved.extend(self.levels.dissolve(graph, self.failure, changed));
        if !self.levels.lift(graph, self.failure, &moved, MOST_LIFTS) {
            self.levels = Levels::new(graph, self.failure);
        }
        let mut scratch = Scratch::new(slots.count);
        let mut queued = vec![false; graph.len()];
        let mut open: BinaryHeap<Reverse<(u32, NodeId)>> = BinaryHeap::new();
        let mut replaced: Vec<(NodeId, Set)> = Vec::new();
        let add = |levels: &Levels, node: NodeId, open: &mut BinaryHeap<_>, queued: &mut Vec<bool>| {
            let head = levels.unit(&node)[0];
            if !std::mem::replace(&mut queued[head as usize], true) {
                open.push(Reverse((levels.level[head as usize], head)));
            }
        };
        for node in changed {
            add(&self.levels, *node, &mut open, &mut queued);
        }
        while let Some(Reverse((level, head))) = open.pop() {
            // Units of one level do not need each other.
            let mut heads = vec![head];
            while let Some(Reverse((_, next))) = open.peek().filter(|next| next.0.0 == level).copied() {
                heads.push(next);
                open.pop();
            }
            heads.iter().for_each(|head| queued[*head as usize] = false);
            let (loops, plain): (Vec<NodeId>, Vec<NodeId>) =
                heads.into_iter().partition(|head| self.levels.loop_of[*head as usize] != ALONE);
            let made = self.all_collected(slots, &plain, &mut scratch);
            let begun = replaced.len();
            for (head, set) in plain.into_iter().zip(made) {
                let unit = self.levels.unit(&head).to_vec();
                let before: Vec<Set> = unit.iter().map(|node| self.sets[*node as usize].clone()).collect();
                self.put(head, set);
                self.compare(unit, before, &mut scratch, &mut replaced);
            }
            for head in loops {
                let unit = self.levels.unit(&head).to_vec();
                let before: Vec<Set> = unit.iter().map(|node| self.sets[*node as usize].clone()).collect();
                self.go_round(slots, head, &mut scratch);
                self.compare(unit, before, &mut scratch, &mut replaced);
            }
            for (node, _) in &replaced[begun..] {
                for edge in graph.dependents(*node) {
                    if self.failure.carried(edge) && !self.levels.together(edge.node, *node) {
                        add(&self.levels, edge.node, &mut open, &mut queued);
                    }
                }
            }
            if self.items > most {
                return None;
            }
        }
        Some(replaced)
    }

    /// Notes which nodes of a unit have another set than before.
    fn compare(&self, unit: Vec<NodeId>, before: Vec<Set>, scratch: &mut Scratch, replaced: &mut Vec<(NodeId, Set)>) {
        for (node, before) in unit.into_iter().zip(before) {
            if !scratch.same(&before, &self.sets[node as usize]) {
                replaced.push((node, before));
            }
        }
    }

    /// The sets of some nodes, or of their circles, spread over the threads where there are many.
    fn all_collected(&self, slots: Slots<'_>, heads: &[NodeId], scratch: &mut Scratch) -> Vec<Set> {
        if heads.len() < WIDE {
            return heads.iter().map(|head| self.collected(slots, *head, scratch)).collect();
        }
        let piece = heads.len().div_ceil(rayon::current_num_threads() * 8).max(1);
        let made: Vec<Vec<Set>> = heads
            .par_chunks(piece)
            .map_init(
                || Scratch::new(slots.count),
                |scratch, heads| heads.iter().map(|head| self.collected(slots, *head, scratch)).collect(),
            )
            .collect();
        made.into_iter().flatten().collect()
    }

    /// The set of a node, or of the circle that it lies in, of what its inputs have now.
    fn collected(&self, slots: Slots<'_>, node: NodeId, scratch: &mut Scratch) -> Set {
        let graph = slots.graph;
        let alone = std::slice::from_ref(&node);
        let circle = self.levels.circles.get(self.levels.circle[node as usize] as usize);
        let members = circle.map_or(alone, Vec::as_slice);
        let mut threshold = graph.threshold(node);
        let mut lists: Vec<&[u32]> = Vec::new();
        scratch.begin();
        for &member in members {
            slots.own(member).into_iter().for_each(|own| scratch.seed(own));
            for edge in graph.inputs(member) {
                let inside = edge.node == member && threshold == 1
                    || circle.is_some() && self.levels.circle[edge.node as usize] == self.levels.circle[node as usize];
                if self.failure.certain(edge) {
                    threshold = threshold.saturating_sub(1);
                } else if self.failure.carried(edge) && !inside {
                    match &self.sets[edge.node as usize] {
                        None => threshold = threshold.saturating_sub(1),
                        Some(list) => lists.push(list),
                    }
                }
                if threshold == 0 {
                    return None;
                }
            }
        }
        scratch.at_least(threshold, &lists);
        Some(scratch.found().into())
    }

    /// Sets what a node has, and with it all of its circle.
    fn put(&mut self, node: NodeId, set: Set) {
        let circle = self.levels.circles.get(self.levels.circle[node as usize] as usize);
        let length = |set: &Set| set.as_ref().map_or(0, |list| list.len());
        self.items = (self.items + length(&set)).saturating_sub(length(&self.sets[node as usize]));
        match circle {
            None => self.sets[node as usize] = set,
            Some(members) => members.iter().for_each(|member| self.sets[*member as usize] = set.clone()),
        }
    }

    /// Finds the sets within a loop: from nothing failed, until nothing changes.
    fn go_round(&mut self, slots: Slots<'_>, head: NodeId, scratch: &mut Scratch) {
        let members = self.levels.unit(&head).to_vec();
        for member in &members {
            self.put(*member, Some(Arc::new([])));
        }
        let is_first = |levels: &Levels, node: NodeId| {
            levels.circles.get(levels.circle[node as usize] as usize).is_none_or(|circle| circle[0] == node)
        };
        let mut open: VecDeque<NodeId> = members.into_iter().filter(|node| is_first(&self.levels, *node)).collect();
        let mut queued: std::collections::HashSet<NodeId> = open.iter().copied().collect();
        while let Some(node) = open.pop_front() {
            queued.remove(&node);
            let set = self.collected(slots, node, scratch);
            let grown = match (&self.sets[node as usize], &set) {
                (Some(before), Some(now)) => now.len() > before.len(),
                (Some(_), None) => true,
                (None, _) => false,
            };
            if !grown {
                continue;
            }
            self.put(node, set);
            let circle = self.levels.circles.get(self.levels.circle[node as usize] as usize);
            let same = circle.map_or(vec![node], Clone::clone);
            for edge in same.iter().flat_map(|member| slots.graph.dependents(*member)) {
                if self.failure.carried(edge) && self.levels.together(edge.node, node) {
                    let circle = self.levels.circles.get(self.levels.circle[edge.node as usize] as usize);
                    let to = circle.map_or(edge.node, |circle| circle[0]);
                    if to != same[0] && queued.insert(to) {
                        open.push_back(to);
                    }
                }
            }
        }
    }
}
