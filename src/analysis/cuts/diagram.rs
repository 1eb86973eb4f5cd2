//! A finished diagram: its nodes alone, those that others lead to first; and what is computed by going over them once.

use super::store::{At, Decision, END, Store};

/// The nodes that bear on a root; 0 and 1 are the ends, and branches lead to smaller numbers.
#[derive(Clone, Debug)]
pub(super) struct Diagram {
    pub(super) nodes: Vec<Decision>,
    pub(super) root: At,
}

impl Diagram {
    /// What of a store bears on a root; linear in the store.
    pub(super) fn extract(store: &Store<'_>, root: At) -> Diagram {
        let mut wanted = vec![false; root as usize + 1];
        wanted[root as usize] = true;
        for at in (2..wanted.len()).rev().filter(|at| *at <= root as usize) {
            if wanted[at] {
                let node = store.nodes[at];
                wanted[node.high as usize] = true;
                wanted[node.low as usize] = true;
            }
        }
        let end = Decision { level: END, high: 0, low: 0 };
        let mut nodes = vec![end, end];
        let mut new: Vec<At> = vec![0; wanted.len().max(2)];
        new[1] = 1;
        for at in 2..wanted.len() {
            if wanted[at] {
                let node = store.nodes[at];
                new[at] = nodes.len() as At;
                let (high, low) = (new[node.high as usize], new[node.low as usize]);
                nodes.push(Decision { level: node.level, high, low });
            }
        }
        Diagram { root: new[root as usize], nodes }
    }

    /// The decisions, those that others lead to first.
    pub(super) fn decisions(&self) -> impl DoubleEndedIterator<Item = (usize, Decision)> + '_ {
        self.nodes.iter().copied().enumerate().skip(2)
    }

    /// Of a family of sets those that hold the variable of a level.
    pub(super) fn holding(&self, level: u32) -> Diagram {
        let mut nodes = self.nodes.clone();
        let mut new: Vec<At> = vec![0; nodes.len()];
        for (at, node) in self.decisions() {
            let (high, low) = match node.level.cmp(&level) {
                std::cmp::Ordering::Less => (new[node.high as usize], new[node.low as usize]),
                std::cmp::Ordering::Equal => (node.high, 0),
                std::cmp::Ordering::Greater => continue,
            };
            new[at] = if high == 0 {
                low
            } else {
                nodes.push(Decision { level: node.level, high, low });
                nodes.len() as At - 1
            };
        }
        Diagram { root: new[self.root as usize], nodes }
    }

    /// The probability that the function holds, of those of its variables by level; exact for independent variables.
    pub(super) fn probability(&self, of: &[f64]) -> Vec<f64> {
        let mut all = vec![0.0; self.nodes.len()];
        all[1] = 1.0;
        for (at, node) in self.decisions() {
            let p = of[node.level as usize];
            all[at] = p * all[node.high as usize] + (1.0 - p) * all[node.low as usize];
        }
        all
    }

    /// The derivative of the probability by that of each variable.
    pub(super) fn derivatives(&self, of: &[f64]) -> Vec<f64> {
        let all = self.probability(of);
        let mut reached = vec![0.0; self.nodes.len()];
        reached[self.root as usize] = 1.0;
        let mut found = vec![0.0; of.len()];
        for (at, node) in self.decisions().rev() {
            let (p, here) = (of[node.level as usize], reached[at]);
            reached[node.high as usize] += here * p;
            reached[node.low as usize] += here * (1.0 - p);
            found[node.level as usize] += here * (all[node.high as usize] - all[node.low as usize]);
        }
        found
    }

    /// The sum over the sets of a family of the products of values of their variables, and its derivative by each.
    pub(super) fn sum_of_products(&self, of: &[f64]) -> (f64, Vec<f64>) {
        let mut all = vec![0.0; self.nodes.len()];
        all[1] = 1.0;
        for (at, node) in self.decisions() {
            all[at] = all[node.low as usize] + of[node.level as usize] * all[node.high as usize];
        }
        let mut reached = vec![0.0; self.nodes.len()];
        reached[self.root as usize] = 1.0;
        let mut found = vec![0.0; of.len()];
        for (at, node) in self.decisions().rev() {
            let here = reached[at];
            reached[node.high as usize] += here * of[node.level as usize];
            reached[node.low as usize] += here;
            found[node.level as usize] += here * all[node.high as usize];
        }
        (all[self.root as usize], found)
    }
}
