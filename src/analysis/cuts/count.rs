//! Numbers of sets by their size, by dynamic programming over a diagram: never by listing them.

use super::diagram::Diagram;

/// For each node of a diagram how many sets of each size from 0 it has; a number that would pass `u128::MAX` stays there.
pub(super) struct Counts {
    start: Vec<usize>,
    numbers: Vec<u128>,
}

impl Counts {
    /// Counts the sets of a family, of at most `most` members, with the sizes that the variable of each level stands for: 1
    /// for an event, those of its own sets for a module.
    ///
    /// Nodes times sizes times the sizes of modules.
    pub(super) fn new(diagram: &Diagram, of: &[&[u128]], most: usize) -> Counts {
        let mut counts = Counts { start: vec![0, 0], numbers: vec![1] };
        counts.start.push(1);
        for (_, node) in diagram.decisions() {
            let (low, high) = (counts.range(node.low as usize), counts.range(node.high as usize));
            let factor = of[node.level as usize];
            let begun = counts.numbers.len();
            let size = low.len().max((high.len() + factor.len()).saturating_sub(1)).min(most.saturating_add(1));
            for order in 0..size {
                let mut sum = if order < low.len() { counts.numbers[low.start + order] } else { 0 };
                let first = (order + 1).saturating_sub(high.len());
                for (taken, times) in factor.iter().enumerate().take(order + 1).skip(first) {
                    if *times > 0 {
                        let rest = counts.numbers[high.start + order - taken];
                        sum = sum.saturating_add(times.saturating_mul(rest));
                    }
                }
                counts.numbers.push(sum);
            }
            while counts.numbers.len() > begun && counts.numbers.last() == Some(&0) {
                counts.numbers.pop();
            }
            counts.start.push(counts.numbers.len());
        }
        counts
    }

    /// The sizes of the sets of a node.
    pub(super) fn of(&self, at: u32) -> &[u128] {
        &self.numbers[self.range(at as usize)]
    }

    fn range(&self, at: usize) -> std::ops::Range<usize> {
        self.start[at]..self.start[at + 1]
    }
}
