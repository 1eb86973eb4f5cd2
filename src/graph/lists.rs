//! Lists of numbers by number, in one allocation.

/// For each of the numbers from 0 a list of numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    start: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// Lists that are given one after the other.
    pub(super) fn growing() -> Self {
        Lists { start: vec![0], items: Vec::new() }
    }

    /// Adds to the list that is being given.
    #[inline]
    pub(super) fn push(&mut self, item: u32) {
        self.items.push(item);
    }

    /// Ends the list that is being given; with `once`, in order and each item once.
    pub(super) fn end(&mut self, once: bool) {
        let begun = self.start.last().map_or(0, |start| *start as usize);
        if once && self.items.len() - begun > 1 {
            self.items[begun..].sort_unstable();
            let mut kept = begun;
            for at in begun..self.items.len() {
                if at == begun || self.items[at] != self.items[kept - 1] {
                    self.items[kept] = self.items[at];
                    kept += 1;
                }
            }
            self.items.truncate(kept);
        }
        self.start.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
    }

    /// How many lists there are.
    pub(super) fn len(&self) -> usize {
        self.start.len().saturating_sub(1)
    }

    /// The list of a number.
    #[inline]
    pub(super) fn of(&self, number: u32) -> &[u32] {
        let number = number as usize;
        &self.items[self.start[number] as usize..self.start[number + 1] as usize]
    }

    /// For each item the numbers in whose lists it is, as often as it is there; linear.
    pub(super) fn turned(&self) -> Lists {
        let count = self.len();
        let mut start = vec![0u32; count + 1];
        for item in &self.items {
            start[*item as usize + 1] += 1;
        }
        for at in 0..count {
            start[at + 1] += start[at];
        }
        let mut next = start.clone();
        let mut items = vec![0u32; self.items.len()];
        for number in (0u32..).take(count) {
            for item in self.of(number) {
                let slot = &mut next[*item as usize];
                items[*slot as usize] = number;
                *slot += 1;
            }
        }
        Lists { start, items }
    }
}
