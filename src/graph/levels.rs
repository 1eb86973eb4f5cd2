//! An order of the nodes of a graph that outlives small changes: levels, circles and loops.

use super::lists::Lists;
use super::parts::parts;
use super::{Failure, Graph, NodeId};

/// In no circle, or in no loop.
pub const ALONE: u32 = u32::MAX;

/// In which order the nodes of one of the Boolean systems of a graph follow from each other.
///
/// What a node fails with stands on lower levels, but for what lies in one circle or one loop with it.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// The level of each node.
    pub level: Vec<u32>,
    /// The circle that each node lies in, or [`ALONE`].
    pub circle: Vec<u32>,
    /// Nodes that fail together, since each needs the next and one failed input is enough.
    pub circles: Vec<Vec<NodeId>>,
    /// The loop that each node lies in, or [`ALONE`].
    pub loop_of: Vec<u32>,
    /// Strongly connected parts that are more than one circle.
    pub loops: Vec<Vec<NodeId>>,
}

impl Levels {
    /// Puts the nodes of a system in order; linear in the nodes and needs of the graph.
    pub fn new(graph: &Graph, failure: Failure) -> Levels {
        let count = graph.len();
        let mut inputs = Lists::growing();
        for node in (0u32..).take(count) {
            let carried = graph.inputs(node).iter().filter(|edge| failure.carried(edge) && edge.node != node);
            carried.for_each(|edge| inputs.push(edge.node));
            inputs.end(false);
        }
        let dependents = inputs.turned();
        let numbered = |lists: &[Vec<NodeId>]| {
            let mut of = vec![ALONE; count];
            for (number, list) in (0u32..).zip(lists) {
                list.iter().for_each(|node| of[*node as usize] = number);
            }
            of
        };
        let mut loops = parts(&inputs, &dependents, |_| true);
        let circles =
            if loops.is_empty() { Vec::new() } else { parts(&inputs, &dependents, |node| graph.threshold(node) == 1) };
        let circle = numbered(&circles);
        loops.retain(|part| {
            let first = circle[part[0] as usize];
            first == ALONE || circles[first as usize].len() < part.len()
        });
        let loop_of = numbered(&loops);
        let mut levels = Levels { level: vec![0; count], circle, circles, loop_of, loops };
        levels.rise(graph, failure);
        levels
    }

    /// What is looked at together with a node: its loop, its circle, or itself alone.
    pub fn unit<'a>(&'a self, node: &'a NodeId) -> &'a [NodeId] {
        match (
            self.loops.get(self.loop_of[*node as usize] as usize),
            self.circles.get(self.circle[*node as usize] as usize),
        ) {
            (Some(nodes), _) | (None, Some(nodes)) => nodes,
            (None, None) => std::slice::from_ref(node),
        }
    }

    /// Whether two nodes are looked at together.
    pub fn together(&self, a: NodeId, b: NodeId) -> bool {
        let (a, b) = (a as usize, b as usize);
        let same = |of: &[u32]| of[a] != ALONE && of[a] == of[b];
        a == b || same(&self.loop_of) || same(&self.circle)
    }

    /// Parts the circles that some changed nodes lie in anew, for they may have come open; linear in these circles. Gives
    /// their nodes, which may need other levels now. Circles that a change closes are not found, see [`Levels::lift`].
    pub fn dissolve(&mut self, graph: &Graph, failure: Failure, changed: &[NodeId]) -> Vec<NodeId> {
        let mut hit: Vec<u32> =
            changed.iter().map(|node| self.circle[*node as usize]).filter(|c| *c != ALONE).collect();
        hit.sort_unstable();
        hit.dedup();
        let mut all = Vec::new();
        for circle in hit {
            let members = std::mem::take(&mut self.circles[circle as usize]);
            let mut inputs = Lists::growing();
            for member in &members {
                let carried = graph.inputs(*member).iter().filter(|edge| failure.carried(edge) && edge.node != *member);
                let places = carried.filter_map(|edge| members.binary_search(&edge.node).ok());
                places.filter_map(|place| u32::try_from(place).ok()).for_each(|place| inputs.push(place));
                inputs.end(true);
            }
            members.iter().for_each(|member| self.circle[*member as usize] = ALONE);
            for part in parts(&inputs, &inputs.turned(), |_| true) {
                let part: Vec<NodeId> = part.into_iter().map(|place| members[place as usize]).collect();
                let number = u32::try_from(self.circles.len()).unwrap_or(u32::MAX);
                part.iter().for_each(|member| self.circle[*member as usize] = number);
                self.circles.push(part);
            }
            all.extend(members);
        }
        all
    }

    /// Lifts units above what some changed nodes need now, and what depends on them; `false` when that takes more than
    /// `most` steps, as it does where a change has closed a cycle. The levels are of no use then.
    pub fn lift(&mut self, graph: &Graph, failure: Failure, changed: &[NodeId], most: usize) -> bool {
        let mut open: Vec<NodeId> = changed.to_vec();
        let mut left = most;
        while let Some(node) = open.pop() {
            let Some(next) = left.checked_sub(1) else { return false };
            left = next;
            let inputs = graph.inputs(node).iter();
            let outer = inputs.filter(|edge| failure.carried(edge) && !self.together(edge.node, node));
            let needed = outer.map(|edge| self.level[edge.node as usize] + 1).max().unwrap_or(0);
            if needed <= self.level[node as usize] {
                continue;
            }
            for member in self.unit(&node).to_vec() {
                self.level[member as usize] = needed;
                let after = graph.dependents(member).iter().filter(|edge| failure.carried(edge));
                open.extend(after.map(|edge| edge.node).filter(|to| !self.together(*to, member)));
            }
        }
        true
    }

    /// Gives every unit the length of the longest way to it as its level.
    fn rise(&mut self, graph: &Graph, failure: Failure) {
        let nodes = || (0u32..).take(graph.len());
        let head = |levels: &Levels, node: NodeId| levels.unit(&node)[0];
        let mut missing = vec![0u32; graph.len()];
        for node in nodes() {
            let inputs = graph.inputs(node).iter();
            let outer = inputs.filter(|edge| failure.carried(edge) && !self.together(edge.node, node)).count();
            missing[head(self, node) as usize] += u32::try_from(outer).unwrap_or(u32::MAX);
        }
        let mut open: Vec<NodeId> =
            nodes().filter(|node| head(self, *node) == *node && missing[*node as usize] == 0).collect();
        while let Some(first) = open.pop() {
            let level = self.level[first as usize];
            for member in self.unit(&first).to_vec() {
                self.level[member as usize] = level;
                for edge in graph.dependents(member).iter().filter(|edge| failure.carried(edge)) {
                    if self.together(edge.node, member) {
                        continue;
                    }
                    let to = head(self, edge.node) as usize;
                    self.level[to] = self.level[to].max(level + 1);
                    missing[to] -= 1;
                    if missing[to] == 0 {
                        open.push(head(self, edge.node));
                    }
                }
            }
        }
    }
}
