//! Nodes of decision diagrams, each once, and what has been computed on them.

/// The number of a node; 0 and 1 are the ends.
pub(super) type At = u32;

/// The level of the ends, below all variables.
pub(super) const END: u32 = u32::MAX;

/// A decision: on the variable of a level, where to go when it has failed and when it has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) level: u32,
    pub(super) high: At,
    pub(super) low: At,
}

/// Why a diagram was not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GaveUp {
    /// It would take more nodes than allowed.
    Nodes,
    /// It would take more work than allowed, whichever order of variables is tried next.
    Work,
    /// It was told to stop.
    Stopped,
}

/// How much a diagram may take.
#[derive(Clone, Copy)]
pub(super) struct Allowance<'a> {
    pub(super) nodes: usize,
    /// The results of operations that it may take, whatever its nodes.
    pub(super) work: usize,
    pub(super) stop: &'a (dyn Fn() -> bool + Sync),
}

/// All nodes of some diagrams over the same order of variables, each once.
pub(super) struct Store<'a> {
    pub(super) nodes: Vec<Decision>,
    /// Open addressing over `nodes`; 0 is a free slot.
    table: Vec<At>,
    allowance: Allowance<'a>,
}

impl<'a> Store<'a> {
    pub(super) fn new(allowance: Allowance<'a>) -> Self {
        let end = Decision { level: END, high: 0, low: 0 };
        Store { nodes: vec![end, end], table: vec![0; 1 << 6], allowance }
    }

    /// Forgets all nodes and keeps the memory that they took; has room for as many as are `expected`.
    pub(super) fn reset(&mut self, allowance: Allowance<'a>, expected: usize) {
        self.nodes.truncate(2);
        self.table.clear();
        self.table.resize((expected * 2).next_power_of_two().max(1 << 6), 0);
        self.allowance = allowance;
    }

    /// Allows more nodes; `false` where they were allowed already.
    pub(super) fn allow(&mut self, allowance: Allowance<'a>) -> bool {
        let more = allowance.nodes > self.allowance.nodes;
        self.allowance = allowance;
        more
    }

    #[inline]
    pub(super) fn node(&self, at: At) -> Decision {
        self.nodes[at as usize]
    }

    /// The node with these parts, made when it is not there.
    #[inline]
    pub(super) fn make(&mut self, level: u32, high: At, low: At) -> Result<At, GaveUp> {
        let wanted = Decision { level, high, low };
        let mask = self.table.len() - 1;
        let mut slot = hash(level, high, low) & mask;
        loop {
            let at = self.table[slot];
            if at == 0 {
                break;
            }
            if self.nodes[at as usize] == wanted {
                return Ok(at);
            }
            slot = (slot + 1) & mask;
        }
        if self.nodes.len() >= self.allowance.nodes {
            return Err(GaveUp::Nodes);
        }
        if self.nodes.len().is_multiple_of(1 << 14) && (self.allowance.stop)() {
            return Err(GaveUp::Stopped);
        }
        let at = self.nodes.len() as At;
        self.nodes.push(wanted);
        self.table[slot] = at;
        if self.nodes.len() * 2 > self.table.len() {
            self.grow();
        }
        Ok(at)
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        let mask = size - 1;
        self.table.clear();
        self.table.resize(size, 0);
        for (at, node) in self.nodes.iter().enumerate().skip(2) {
            let mut slot = hash(node.level, node.high, node.low) & mask;
            while self.table[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.table[slot] = at as At;
        }
    }
}

/// Results of operations on two nodes; a later result may displace an earlier one.
///
/// Every result is a step of work, and so this is where work is bounded: a diagram of few nodes may take many steps, since
/// what was displaced is computed again.
pub(super) struct Cache<'a> {
    slots: Vec<(u32, u32, u32, At)>,
    /// Results so far.
    steps: usize,
    /// The number of results at which to look at size, work and time again.
    look_at: usize,
    allowance: Allowance<'a>,
}

/// The slots that a cache begins with.
const FIRST_SLOTS: usize = 1 << 7;

/// The most slots of a cache: 128 MB.
const MOST_SLOTS: usize = 1 << 23;

/// How many results each node that is allowed may take: three times as many as the hardest benchmark trees need.
const STEPS_PER_NODE: usize = 16;

/// How many results pass until the time is looked at again.
const STEPS_PER_LOOK: usize = 1 << 16;

impl<'a> Cache<'a> {
    pub(super) fn new(allowance: Allowance<'a>) -> Self {
        let mut cache = Cache { slots: Vec::new(), steps: 0, look_at: 0, allowance };
        cache.reset(allowance, FIRST_SLOTS);
        cache
    }

    /// Forgets all results and keeps the memory that they took; has room for as many as are `expected`.
    pub(super) fn reset(&mut self, allowance: Allowance<'a>, expected: usize) {
        self.slots.clear();
        self.slots.resize(expected.next_power_of_two().max(FIRST_SLOTS), (0, 0, 0, 0));
        self.steps = 0;
        self.allow(allowance);
    }

    /// Allows more work.
    pub(super) fn allow(&mut self, allowance: Allowance<'a>) {
        self.allowance = allowance;
        self.look_at = self.next_look();
    }

    #[inline]
    pub(super) fn get(&self, operation: u32, a: At, b: At) -> Option<At> {
        let slot = self.slots[hash(operation, a, b) & (self.slots.len() - 1)];
        (slot.0 == operation && slot.1 == a && slot.2 == b).then_some(slot.3)
    }

    /// Keeps a result; operations are numbered from 1.
    #[inline]
    pub(super) fn put(&mut self, operation: u32, a: At, b: At, result: At) -> Result<(), GaveUp> {
        let mask = self.slots.len() - 1;
        self.slots[hash(operation, a, b) & mask] = (operation, a, b, result);
        self.steps += 1;
        if self.steps < self.look_at { Ok(()) } else { self.look() }
    }

    #[cold]
    fn look(&mut self) -> Result<(), GaveUp> {
        if self.steps >= self.allowance.work {
            return Err(GaveUp::Work);
        }
        if self.steps >= self.most_steps() {
            return Err(GaveUp::Nodes);
        }
        if self.steps >= STEPS_PER_LOOK && (self.allowance.stop)() {
            return Err(GaveUp::Stopped);
        }
        if self.steps >= self.slots.len() && self.slots.len() < MOST_SLOTS {
            self.grow();
        }
        self.look_at = self.next_look();
        Ok(())
    }

    fn most_steps(&self) -> usize {
        self.allowance.nodes.saturating_mul(STEPS_PER_NODE).min(self.allowance.work)
    }

    /// How many results there were since nothing was known.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    fn next_look(&self) -> usize {
        let full = if self.slots.len() < MOST_SLOTS { self.slots.len() } else { usize::MAX };
        (self.steps / STEPS_PER_LOOK + 1).saturating_mul(STEPS_PER_LOOK).min(self.most_steps()).min(full)
    }

    fn grow(&mut self) {
        let before = self.slots.len();
        let size = before * 4;
        self.slots.resize(size, (0, 0, 0, 0));
        // A result stays or moves up by a multiple of the size that was: to a place that is still free.
        for at in 0..before {
            let slot = self.slots[at];
            let to = hash(slot.0, slot.1, slot.2) & (size - 1);
            if slot.0 != 0 && to != at {
                self.slots[to] = slot;
                self.slots[at] = (0, 0, 0, 0);
            }
        }
    }
}

#[inline]
fn hash(a: u32, b: u32, c: u32) -> usize {
    let mixed = (u64::from(b) << 32 | u64::from(c)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ u64::from(a).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 24) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many results a cache takes until it gives up, and why it does.
    fn until(allowance: Allowance<'_>) -> (usize, GaveUp) {
        let mut cache = Cache::new(allowance);
        let mut steps = 0;
        loop {
            if let Err(why) = cache.put(1, steps as At, 7, 3) {
                return (steps + 1, why);
            }
            steps += 1;
            assert_eq!(cache.get(1, steps as At - 1, 7), Some(3));
        }
    }

    #[test]
    fn work_ends_with_what_is_allowed_though_no_node_is_made() {
        assert_eq!(
            until(Allowance { nodes: 100, work: usize::MAX, stop: &|| false }),
            (100 * STEPS_PER_NODE, GaveUp::Nodes)
        );
        assert_eq!(until(Allowance { nodes: 1 << 20, work: 77, stop: &|| false }), (77, GaveUp::Work));
        assert_eq!(
            until(Allowance { nodes: 1 << 20, work: usize::MAX, stop: &|| true }),
            (STEPS_PER_LOOK, GaveUp::Stopped)
        );
    }

    #[test]
    fn more_work_is_done_where_more_is_allowed() {
        let mut cache = Cache::new(Allowance { nodes: 1, work: usize::MAX, stop: &|| false });
        let put = |cache: &mut Cache<'_>| (0..STEPS_PER_NODE as At).try_for_each(|at| cache.put(1, at, at, at));
        assert_eq!(put(&mut cache), Err(GaveUp::Nodes));
        cache.allow(Allowance { nodes: 2, work: usize::MAX, stop: &|| false });
        assert_eq!(put(&mut cache), Err(GaveUp::Nodes));
        cache.allow(Allowance { nodes: 4, work: usize::MAX, stop: &|| false });
        assert_eq!(put(&mut cache), Ok(()));
    }
}
