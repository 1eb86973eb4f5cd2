//! Bit-parallel propagation: 512 outages at a time, each a bit of every node's value.

use super::values::Values;
use crate::analysis::lanes::Lanes;
use crate::graph::Boolean;

/// One system under the outages of a pass, reusable for the next.
pub(super) struct Bits<'a> {
    system: &'a Boolean,
    values: Values<Lanes>,
    dirty: Vec<u64>,
    /// Nodes that failed under some outage, in the order of their numbers but within loops.
    touched: Vec<u32>,
    /// The nodes that count their inputs: a bit each, since that is asked of every need.
    counts: Vec<u64>,
    inputs: Vec<u32>,
}

impl<'a> Bits<'a> {
    pub(super) fn new(system: &'a Boolean) -> Self {
        let none = vec![0; system.len().div_ceil(64)];
        let mut counts: Vec<u64> = none.clone();
        let nodes = (0u32..).take(system.len());
        nodes.filter(|node| system.threshold(*node) > 1).for_each(|node| set(&mut counts, node));
        Bits { system, values: Values::new(system.len()), dirty: none, touched: Vec::new(), counts, inputs: Vec::new() }
    }

    /// Under which outages a node has failed.
    pub(super) fn value(&self, node: u32) -> &Lanes {
        self.values.of(node)
    }

    /// The nodes that failed under some outage.
    pub(super) fn touched(&self) -> &[u32] {
        &self.touched
    }

    /// Puts a node down under one outage.
    pub(super) fn seed(&mut self, node: u32, lane: usize) {
        self.values.at(node)[lane / 64] |= 1 << (lane % 64);
        self.mark(node);
    }

    /// Lets failures spread: over the nodes in order, and over a loop until nothing in it changes.
    ///
    /// Costs a gather of 64 bytes for each need of a node that fails, and a look at one bit for each node.
    pub(super) fn run(&mut self) {
        let system = self.system;
        let mut back = u32::MAX;
        let mut loop_end = 0;
        let mut from = 0;
        loop {
            let next = self.next_dirty(from);
            // Something in the loop that ends here has changed behind us.
            if back != u32::MAX && next.is_none_or(|next| next >= loop_end) {
                from = std::mem::replace(&mut back, u32::MAX);
                continue;
            }
            let Some(node) = next else { return };
            self.dirty[node as usize / 64] &= !(1 << (node % 64));
            from = node + 1;
            if self.counts(node) && !self.count_up(node) {
                continue;
            }
            let value = *self.values.of(node);
            self.touched.push(node);
            for &target in system.dependents(node) {
                if target <= node {
                    back = back.min(self.pass_back(target, &value));
                    loop_end = end_of_loop(system, node);
                    continue;
                }
                if !self.counts(target) {
                    self.values.add(target, &value);
                }
                self.mark(target);
            }
        }
    }

    /// Passes a value to a node with a smaller number; gives the number if it has to be looked at again.
    fn pass_back(&mut self, target: u32, value: &Lanes) -> u32 {
        if !self.counts(target) {
            if self.values.of(target).iter().zip(value).all(|(word, new)| new & !word == 0) {
                return u32::MAX;
            }
            self.values.add(target, value);
        }
        self.mark(target);
        target
    }

    /// Forgets the last pass; costs what it touched.
    pub(super) fn reset(&mut self) {
        self.values.clear(self.touched.drain(..));
    }

    /// Counts the inputs of a node that have failed; whether it fails under more outages than anybody knew.
    fn count_up(&mut self, node: u32) -> bool {
        let threshold = self.system.threshold(node);
        self.inputs.clear();
        self.inputs.extend(self.system.inputs(node).iter().filter_map(|input| self.values.place(*input)));
        self.values.count_up(node, threshold, &self.inputs)
    }

    fn mark(&mut self, node: u32) {
        set(&mut self.dirty, node);
    }

    fn counts(&self, node: u32) -> bool {
        self.counts[node as usize / 64] >> (node % 64) & 1 == 1
    }

    fn next_dirty(&self, from: u32) -> Option<u32> {
        next_bit(&self.dirty, from)
    }
}

/// Sets a bit.
#[inline]
pub(in crate::analysis::sweep) fn set(words: &mut [u64], node: u32) {
    words[node as usize / 64] |= 1 << (node % 64);
}

/// The first bit that is set from a place on.
#[inline]
pub(in crate::analysis::sweep) fn next_bit(words: &[u64], from: u32) -> Option<u32> {
    let mut at = from as usize / 64;
    let mut word = words.get(at)? & (!0 << (from % 64));
    while word == 0 {
        at += 1;
        word = *words.get(at)?;
    }
    u32::try_from(at * 64).ok().map(|base| base + word.trailing_zeros())
}

/// The end of the loop that a node lies in.
pub(super) fn end_of_loop(system: &Boolean, node: u32) -> u32 {
    let after = system.loops().partition_point(|range| range.end <= node);
    system.loops().get(after).map_or(node + 1, |range| range.end)
}
