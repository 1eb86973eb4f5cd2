//! Families of sets as zero-suppressed diagrams (Minato 1993), and the minimal solutions of monotone functions as such
//! families (Rauzy 1993).

use super::store::{Allowance, At, Cache, GaveUp, Store};

const WITHOUT: u32 = 1;
const UNSOLVED: u32 = 5;
const UNION: u32 = 3;
const PRODUCT: u32 = 4;
/// Operations with a limit on the size of sets are numbered from here, one for each limit.
const LIMITED: u32 = 8;

/// Families of sets of variables, each family once: 0 has no set, 1 has the empty set alone.
pub(super) struct Families<'a> {
    pub(super) store: Store<'a>,
    cache: Cache<'a>,
    /// The minimal solutions of each function that was asked for, [`UNKNOWN`] of the others.
    solved: Vec<At>,
}

const UNKNOWN: At = At::MAX;

impl<'a> Families<'a> {
    pub(super) fn new(allowance: Allowance<'a>) -> Self {
        Families { store: Store::new(allowance), cache: Cache::new(allowance), solved: Vec::new() }
    }

    /// Forgets all families and keeps the memory that they took; has room for as many as are `expected`.
    pub(super) fn reset(&mut self, allowance: Allowance<'a>, expected: usize) {
        self.store.reset(allowance, expected);
        self.cache.reset(allowance, expected);
        self.solved.clear();
    }

    /// The results of operations since nothing was known.
    pub(super) fn steps(&self) -> usize {
        self.cache.steps()
    }

    fn make(&mut self, level: u32, high: At, low: At) -> Result<At, GaveUp> {
        if high == 0 { Ok(low) } else { self.store.make(level, high, low) }
    }

    /// The family of the one set of a variable.
    pub(super) fn variable(&mut self, level: u32) -> Result<At, GaveUp> {
        self.make(level, 1, 0)
    }

    /// The minimal solutions of a monotone function of another store: those with the variable failed that do without it
    /// are dropped.
    pub(super) fn minimal(&mut self, function: At, functions: &Store<'_>) -> Result<At, GaveUp> {
        if function <= 1 {
            return Ok(function);
        }
        if self.solved.is_empty() {
            self.solved.resize(functions.nodes.len(), UNKNOWN);
        }
        if self.solved[function as usize] != UNKNOWN {
            return Ok(self.solved[function as usize]);
        }
        let node = functions.node(function);
        let low = self.minimal(node.low, functions)?;
        let high = self.minimal(node.high, functions)?;
        let high = self.unsolved(high, node.low, functions)?;
        let result = self.make(node.level, high, low)?;
        self.solved[function as usize] = result;
        Ok(result)
    }

    /// Those sets of a family that do not solve a function.
    fn unsolved(&mut self, family: At, function: At, functions: &Store<'_>) -> Result<At, GaveUp> {
        match (family, function) {
            (0, _) | (_, 1) => return Ok(0),
            // Of nothing failed a function that is not certain makes nothing.
            (1, _) | (_, 0) => return Ok(family),
            _ => {}
        }
        if let Some(known) = self.cache.get(UNSOLVED, family, function) {
            return Ok(known);
        }
        let (set, test) = (self.store.node(family), functions.node(function));
        let result = if set.level > test.level {
            // No set holds the variable that is tested.
            self.unsolved(family, test.low, functions)?
        } else {
            let (with, without) = if set.level == test.level { (test.high, test.low) } else { (function, function) };
            let low = self.unsolved(set.low, without, functions)?;
            let high = self.unsolved(set.high, with, functions)?;
            self.make(set.level, high, low)?
        };
        self.cache.put(UNSOLVED, family, function, result)?;
        Ok(result)
    }

    /// The minimal sets of the circuit gate that fails when at least `threshold` of the families do, none of more than
    /// `most` variables. Larger ones are dropped on the way, which keeps the rest exact.
    pub(super) fn at_least(&mut self, threshold: u32, mut families: Vec<At>, most: u32) -> Result<At, GaveUp> {
        families.sort_by_key(|at| (self.store.node(*at).level, *at));
        families.reverse();
        let threshold = threshold as usize;
        let mut reached = vec![0; threshold + 1];
        reached[0] = 1;
        let all = threshold == families.len();
        for (seen, family) in families.into_iter().enumerate() {
            let least = if all { seen + 1 } else { 1 };
            for j in (least..=threshold.min(seen + 1)).rev() {
                let with = self.product(family, reached[j - 1], most)?;
                reached[j] = self.union(with, reached[j])?;
            }
        }
        Ok(reached[threshold])
    }

    /// The minimal sets of two families together.
    fn union(&mut self, a: At, b: At) -> Result<At, GaveUp> {
        let (a, b) = (a.min(b), a.max(b));
        match (a, b) {
            (0, _) => return Ok(b),
            (1, _) => return Ok(1),
            _ if a == b => return Ok(a),
            _ => {}
        }
        if let Some(known) = self.cache.get(UNION, a, b) {
            return Ok(known);
        }
        let (f, g) = (self.store.node(a), self.store.node(b));
        let level = f.level.min(g.level);
        let (f1, f0) = if f.level == level { (f.high, f.low) } else { (0, a) };
        let (g1, g0) = if g.level == level { (g.high, g.low) } else { (0, b) };
        let low = self.union(f0, g0)?;
        let high = self.union(f1, g1)?;
        let high = self.without(high, low)?;
        let result = self.make(level, high, low)?;
        self.cache.put(UNION, a, b, result)?;
        Ok(result)
    }

    /// The minimal unions of a set of each, of at most `most` variables.
    fn product(&mut self, a: At, b: At, most: u32) -> Result<At, GaveUp> {
        let (a, b) = (a.min(b), a.max(b));
        if a == 0 {
            return Ok(0);
        }
        if a == 1 || a == b {
            return self.shortened(b, most);
        }
        if most == 0 {
            return Ok(0);
        }
        let operation = (most.saturating_mul(LIMITED)).saturating_add(PRODUCT);
        if let Some(known) = self.cache.get(operation, a, b) {
            return Ok(known);
        }
        let (f, g) = (self.store.node(a), self.store.node(b));
        let level = f.level.min(g.level);
        let (f1, f0) = if f.level == level { (f.high, f.low) } else { (0, a) };
        let (g1, g0) = if g.level == level { (g.high, g.low) } else { (0, b) };
        let low = self.product(f0, g0, most)?;
        let both = self.product(f1, g1, most - 1)?;
        let left = self.product(f1, g0, most - 1)?;
        let right = self.product(f0, g1, most - 1)?;
        let high = self.union(both, left)?;
        let high = self.union(high, right)?;
        let high = self.without(high, low)?;
        let result = self.make(level, high, low)?;
        self.cache.put(operation, a, b, result)?;
        Ok(result)
    }

    /// Those sets of a family that have at most `most` variables.
    pub(super) fn shortened(&mut self, family: At, most: u32) -> Result<At, GaveUp> {
        if family <= 1 {
            return Ok(family);
        }
        let operation = (most.saturating_mul(LIMITED)).saturating_add(PRODUCT);
        if let Some(known) = self.cache.get(operation, 1, family) {
            return Ok(known);
        }
        let node = self.store.node(family);
        let low = self.shortened(node.low, most)?;
        let high = if most == 0 { 0 } else { self.shortened(node.high, most - 1)? };
        let result = self.make(node.level, high, low)?;
        self.cache.put(operation, 1, family, result)?;
        Ok(result)
    }

    /// Those sets of a family that hold no set of another.
    fn without(&mut self, family: At, other: At) -> Result<At, GaveUp> {
        match (family, other) {
            (0, _) | (_, 1) => return Ok(0),
            (1, _) | (_, 0) => return Ok(family),
            _ if family == other => return Ok(0),
            _ => {}
        }
        if let Some(known) = self.cache.get(WITHOUT, family, other) {
            return Ok(known);
        }
        let (f, g) = (self.store.node(family), self.store.node(other));
        let result = if f.level > g.level {
            self.without(family, g.low)?
        } else {
            let low = self.without(f.low, if f.level == g.level { g.low } else { other })?;
            let high = if f.level == g.level {
                let some = self.without(f.high, g.high)?;
                self.without(some, g.low)?
            } else {
                self.without(f.high, other)?
            };
            self.make(f.level, high, low)?
        };
        self.cache.put(WITHOUT, family, other, result)?;
        Ok(result)
    }
}
