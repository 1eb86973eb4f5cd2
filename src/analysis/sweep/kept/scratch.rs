//! Counting in how many lists a number stands, with memory that is used again and again.

use super::layer::Set;

/// Marks for numbers below a bound; the upper half of a mark says in which turn it was made.
pub(super) struct Scratch {
    met: Vec<u64>,
    turn: u64,
    found: Vec<u32>,
}

impl Scratch {
    pub(super) fn new(bound: usize) -> Self {
        Scratch { met: vec![0; bound], turn: 0, found: Vec::new() }
    }

    /// Forgets what was found.
    pub(super) fn begin(&mut self) {
        self.turn += 1 << 32;
        self.found.clear();
    }

    /// Finds a number whatever lists it is in.
    pub(super) fn seed(&mut self, number: u32) {
        let met = &mut self.met[number as usize];
        if *met < self.turn {
            *met = self.turn | u64::from(u32::MAX);
            self.found.push(number);
        }
    }

    /// Finds the numbers that stand in at least so many of some lists, each of which holds none twice.
    pub(super) fn at_least(&mut self, threshold: u32, lists: &[&[u32]]) {
        let threshold = u64::from(threshold);
        for (nth, list) in lists.iter().enumerate() {
            // Too few lists are left for a number that has not been met yet.
            let late = (lists.len() - nth) < threshold as usize;
            for &number in *list {
                let met = &mut self.met[number as usize];
                if *met < self.turn {
                    if late {
                        continue;
                    }
                    *met = self.turn;
                }
                let count = (*met - self.turn + 1).min(u64::from(u32::MAX));
                *met = self.turn + count;
                if count == threshold {
                    self.found.push(number);
                }
            }
        }
    }

    /// What was found.
    pub(super) fn found(&self) -> &[u32] {
        &self.found
    }

    /// Whether two sets are the same.
    pub(super) fn same(&mut self, a: &Set, b: &Set) -> bool {
        let (Some(a), Some(b)) = (a, b) else { return a.is_none() && b.is_none() };
        if a.len() != b.len() {
            return false;
        }
        if a == b {
            return true;
        }
        self.begin();
        a.iter().for_each(|number| self.seed(*number));
        b.iter().all(|number| self.met[*number as usize] >= self.turn)
    }
}
