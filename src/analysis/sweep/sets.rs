//! Propagation of sets: for each node the outages under which it fails, over many outages at a time.
//!
//! A capability's set is its own outage and the union over what it needs; a group's are the outages that stand in as many
//! of its members' sets as its threshold says. This is what dominators are to plain reachability.

use super::bits::{end_of_loop, next_bit};
use crate::graph::Boolean;

/// How many outages one pass may hold: a set is a list of 16-bit numbers.
pub(super) const MOST: usize = 1 << 16;

/// How many outages all sets together may hold: a bound on memory, 128 MB for each thread.
const MOST_ITEMS: usize = 1 << 26;

/// Needs that are looked at before it is judged whether sets are worth their while.
const FIRST_NEEDS: u64 = 1 << 10;

/// What a pass costs, and over how much of the system.
#[derive(Clone, Copy, Default)]
struct Cost {
    /// Needs that were looked at.
    needs: u64,
    /// The failures that were passed on over these, each of which is a step.
    failures: u64,
}

/// One system under the outages of a pass, reusable for the next.
pub(super) struct Sets<'a> {
    system: &'a Boolean,
    /// All sets, one after the other.
    items: Vec<u16>,
    /// Where the set of each node is; empty ranges of nodes that have not failed.
    range: Vec<(u32, u32)>,
    dirty: Vec<u64>,
    touched: Vec<u32>,
    /// The outages that put a node down, by node.
    seeds: Vec<(u32, u16)>,
    /// What the pass has cost so far.
    cost: Cost,
    /// How often each outage was met for the node that is being looked at; the upper half says for which.
    met: Vec<u64>,
    turn: u64,
}

impl<'a> Sets<'a> {
    pub(super) fn new(system: &'a Boolean, outages: usize) -> Self {
        Sets {
            system,
            items: Vec::new(),
            range: vec![(0, 0); system.len()],
            dirty: vec![0; system.len().div_ceil(64)],
            touched: Vec::new(),
            seeds: Vec::new(),
            cost: Cost::default(),
            met: vec![0; outages.min(MOST)],
            turn: 0,
        }
    }

    /// The outages under which a node fails, in no particular order.
    pub(super) fn value(&self, node: u32) -> &[u16] {
        let (start, end) = self.range[node as usize];
        &self.items[start as usize..end as usize]
    }

    /// The nodes that fail under some outage.
    pub(super) fn touched(&self) -> &[u32] {
        &self.touched
    }

    /// Puts a node down under one outage.
    pub(super) fn seed(&mut self, node: u32, outage: u16) {
        self.seeds.push((node, outage));
        self.mark(node);
    }

    /// Lets failures spread: over the nodes in order, and over a loop until nothing in it changes.
    ///
    /// Costs a step for each outage in the set of each input of each node that fails under some outage. Gives up and
    /// says `false` once the sets together hold more than [`MOST_ITEMS`], or once a need passes on more failures than `few`
    /// in the mean.
    pub(super) fn run(&mut self, few: Option<u64>) -> bool {
        let system = self.system;
        let few = few.unwrap_or(u64::MAX);
        self.cost = Cost::default();
        self.seeds.sort_unstable();
        let (mut back, mut loop_end, mut from) = (u32::MAX, 0, 0);
        loop {
            let next = next_bit(&self.dirty, from);
            if back != u32::MAX && next.is_none_or(|next| next >= loop_end) {
                from = std::mem::replace(&mut back, u32::MAX);
                continue;
            }
            let Some(node) = next else { return true };
            let Cost { needs, failures } = self.cost;
            if self.items.len() > MOST_ITEMS || failures > (needs + FIRST_NEEDS).saturating_mul(few) {
                self.dirty.fill(0);
                return false;
            }
            self.dirty[node as usize / 64] &= !(1 << (node % 64));
            from = node + 1;
            let before = self.value(node).len();
            let end = self.items.len();
            let grown = self.collect(node);
            if grown.1 - grown.0 <= u32::try_from(before).unwrap_or(u32::MAX) {
                // Nothing new; what was collected is dropped again.
                self.items.truncate(end);
                continue;
            }
            self.range[node as usize] = grown;
            if before == 0 {
                self.touched.push(node);
            }
            for &target in system.dependents(node) {
                self.mark(target);
                if target <= node {
                    back = back.min(target);
                    loop_end = end_of_loop(system, node);
                }
            }
        }
    }

    /// Collects the set of a node at the end of the items.
    fn collect(&mut self, node: u32) -> (u32, u32) {
        let start = self.items.len();
        self.turn += 1;
        let fresh = self.turn << 32;
        let first = self.seeds.partition_point(|seed| seed.0 < node);
        let threshold = u64::from(self.system.threshold(node));
        let inputs = self.system.inputs(node);
        if let ([only], 1) = (inputs, threshold)
            && self.seeds.get(first).is_none_or(|seed| seed.0 != node)
        {
            return self.range[*only as usize];
        }
        for at in first..self.seeds.len() {
            let (seeded, outage) = self.seeds[at];
            if seeded != node {
                break;
            }
            let met = &mut self.met[outage as usize];
            if *met < fresh {
                // Put down, it has failed however many of its inputs have.
                *met = fresh | u64::from(u32::MAX);
                self.items.push(outage);
            }
        }
        for (nth, input) in inputs.iter().enumerate() {
            let (from, to) = self.range[*input as usize];
            self.cost.needs += 1;
            self.cost.failures += u64::from(to - from);
            // The first input that brings anything: nothing can be there twice.
            if threshold == 1 && self.items.len() == start {
                for at in from as usize..to as usize {
                    let outage = self.items[at];
                    self.met[outage as usize] = fresh | 1;
                    self.items.push(outage);
                }
                continue;
            }
            // Too few inputs are left for an outage that has not been met yet.
            let late = threshold > 1 && (inputs.len() - nth) < threshold as usize;
            for at in from as usize..to as usize {
                let outage = self.items[at];
                let met = &mut self.met[outage as usize];
                if *met < fresh {
                    if late {
                        continue;
                    }
                    *met = fresh;
                }
                let count = *met - fresh + 1;
                *met = fresh + count.min(u64::from(u32::MAX));
                if count == threshold {
                    self.items.push(outage);
                }
            }
        }
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        (number(start), number(self.items.len()))
    }

    /// Forgets the last pass; costs what it touched.
    pub(super) fn reset(&mut self) {
        for node in self.touched.drain(..) {
            self.range[node as usize] = (0, 0);
        }
        self.items.clear();
        self.seeds.clear();
    }

    fn mark(&mut self, node: u32) {
        self.dirty[node as usize / 64] |= 1 << (node % 64);
    }
}
