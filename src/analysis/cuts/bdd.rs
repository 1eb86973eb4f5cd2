//! Binary decision diagrams of monotone functions: without negation, since nothing here ever mends anything by failing.

use super::store::{Allowance, At, Cache, GaveUp, Store};

const AND: u32 = 1;
const OR: u32 = 2;

/// Functions as diagrams, each function once: 0 never fails, 1 always has.
///
/// After Bryant (1986). *And* and *or* cost at worst the product of the sizes of what they are given.
pub(super) struct Bdd<'a> {
    pub(super) store: Store<'a>,
    cache: Cache<'a>,
}

impl<'a> Bdd<'a> {
    pub(super) fn new(allowance: Allowance<'a>) -> Self {
        Bdd { store: Store::new(allowance), cache: Cache::new(allowance) }
    }

    /// Forgets all functions and keeps the memory that they took; has room for as many as are `expected`.
    pub(super) fn reset(&mut self, allowance: Allowance<'a>, expected: usize) {
        self.store.reset(allowance, expected);
        self.cache.reset(allowance, expected);
    }

    /// The results of operations since nothing was known.
    pub(super) fn steps(&self) -> usize {
        self.cache.steps()
    }

    /// Allows more nodes and work; `false` where as many nodes were allowed already.
    pub(super) fn allow(&mut self, allowance: Allowance<'a>) -> bool {
        self.cache.allow(allowance);
        self.store.allow(allowance)
    }

    /// The variable of a level.
    pub(super) fn variable(&mut self, level: u32) -> Result<At, GaveUp> {
        self.store.make(level, 1, 0)
    }

    /// Fails when at least `threshold` of the functions do.
    ///
    /// Those whose first variable is deepest are joined first, so that each step adds above what is there.
    pub(super) fn at_least(&mut self, threshold: u32, mut functions: Vec<At>) -> Result<At, GaveUp> {
        functions.sort_by_key(|at| (self.store.node(*at).level, *at));
        functions.reverse();
        if threshold == 1 {
            return functions.into_iter().try_fold(0, |all, one| self.apply(OR, all, one));
        }
        if threshold as usize == functions.len() {
            return functions.into_iter().try_fold(1, |all, one| self.apply(AND, all, one));
        }
        // reached[j]: at least j of those looked at so far.
        let threshold = threshold as usize;
        let mut reached = vec![0; threshold + 1];
        reached[0] = 1;
        for (seen, function) in functions.into_iter().enumerate() {
            for j in (1..=threshold.min(seen + 1)).rev() {
                let with = self.apply(AND, function, reached[j - 1])?;
                reached[j] = self.apply(OR, with, reached[j])?;
            }
        }
        Ok(reached[threshold])
    }

    fn apply(&mut self, operation: u32, a: At, b: At) -> Result<At, GaveUp> {
        let (a, b) = (a.min(b), a.max(b));
        // What is known without looking: `a` is the smaller, so constants stand there.
        match (operation, a) {
            _ if a == b => return Ok(a),
            (AND, 0) | (OR, 1) => return Ok(a),
            (AND, 1) | (OR, 0) => return Ok(b),
            _ => {}
        }
        if b == 1 {
            return Ok(if operation == OR { 1 } else { a });
        }
        if let Some(known) = self.cache.get(operation, a, b) {
            return Ok(known);
        }
        let (f, g) = (self.store.node(a), self.store.node(b));
        let level = f.level.min(g.level);
        let (f1, f0) = if f.level == level { (f.high, f.low) } else { (a, a) };
        let (g1, g0) = if g.level == level { (g.high, g.low) } else { (b, b) };
        let low = self.apply(operation, f0, g0)?;
        // With the variable failed no less fails; a low branch that always fails decides.
        let high = if low == 1 { 1 } else { self.apply(operation, f1, g1)? };
        let result = if high == low { low } else { self.store.make(level, high, low)? };
        self.cache.put(operation, a, b, result)?;
        Ok(result)
    }
}
