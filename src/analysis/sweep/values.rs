//! What has failed under which of many outages, for those nodes alone that have failed under any.

use crate::analysis::lanes::{LaneSet, any, counted};

/// No value: nothing has failed.
const NOTHING: u32 = u32::MAX;

/// Values of nodes, side by side in the order in which they failed: what a pass touches stays near each other.
pub(super) struct Values<L> {
    /// Where the value of each node is, or [`NOTHING`].
    slot: Vec<u32>,
    lanes: Vec<L>,
    none: L,
    /// Every node has a value, at its own number.
    spread: bool,
}

impl<L: LaneSet> Values<L> {
    pub(super) fn new(nodes: usize) -> Self {
        Values { slot: vec![NOTHING; nodes], lanes: Vec::new(), none: L::NONE, spread: false }
    }

    /// The value of a node.
    #[inline]
    pub(super) fn of(&self, node: u32) -> &L {
        self.lanes.get(self.slot[node as usize] as usize).unwrap_or(&self.none)
    }

    /// The value of a node, to be changed.
    #[inline]
    pub(super) fn at(&mut self, node: u32) -> &mut L {
        let slot = &mut self.slot[node as usize];
        if *slot == NOTHING {
            *slot = u32::try_from(self.lanes.len()).unwrap_or(NOTHING);
            self.lanes.push(L::NONE);
        }
        &mut self.lanes[*slot as usize]
    }

    /// Adds to the value of a node.
    #[inline]
    pub(super) fn add(&mut self, node: u32, value: &L) {
        match self.lanes.get_mut(self.slot[node as usize] as usize) {
            Some(to) => to.add(value),
            None => *self.at(node) = *value,
        }
    }

    /// Where the value of a node is, if it has one.
    #[inline]
    pub(super) fn place(&self, node: u32) -> Option<u32> {
        Some(self.slot[node as usize]).filter(|slot| *slot != NOTHING)
    }

    /// Counts those of a node's inputs that have values, given by their places; whether the node fails under more outages
    /// than anybody knew.
    pub(super) fn count_up(&mut self, node: u32, threshold: u32, inputs: &[u32]) -> bool {
        if inputs.len() < threshold as usize {
            return false;
        }
        let mut new = counted(inputs, threshold, &self.lanes);
        new.words_mut().iter_mut().zip(self.of(node).words()).for_each(|(word, known)| *word &= !known);
        let more = any(&new);
        if more {
            self.add(node, &new);
        }
        more
    }

    /// Gives every node a value, in the order of their numbers; all of them, to be changed.
    pub(super) fn spread(&mut self) -> &mut [L] {
        if !std::mem::replace(&mut self.spread, true) {
            let all =
                (0..self.slot.len()).map(|node| self.lanes.get(self.slot[node] as usize).copied().unwrap_or(L::NONE));
            self.lanes = all.collect();
            (0u32..).zip(&mut self.slot).for_each(|(node, slot)| *slot = node);
        }
        &mut self.lanes
    }

    /// Forgets the values of these nodes, which are all that have any unless all were given one.
    pub(super) fn clear(&mut self, nodes: impl Iterator<Item = u32>) {
        if std::mem::take(&mut self.spread) {
            self.slot.fill(NOTHING);
            nodes.for_each(drop);
        } else {
            nodes.for_each(|node| self.slot[node as usize] = NOTHING);
        }
        self.lanes.clear();
    }
}
