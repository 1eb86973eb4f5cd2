//! Truth under many circumstances at once: a bit for each.

use std::ops::{Deref, DerefMut};

/// How many circumstances are looked at together.
pub(super) const LANES: usize = 512;

/// One bit for each of them, in one line of the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Lanes([u64; LANES / 64]);

/// One bit for each of at most 64 circumstances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Word([u64; 1]);

/// A bit for each of some circumstances, of which there may be as many as it has room for.
pub(super) trait LaneSet: Copy + PartialEq + Send + Sync {
    /// How many there may be.
    const ROOM: usize;
    /// Nothing has failed under any of them.
    const NONE: Self;
    /// Something has failed under all of them.
    const ALL: Self;

    /// The bits, 64 to a word.
    fn words(&self) -> &[u64];

    /// The bits, to be changed.
    fn words_mut(&mut self) -> &mut [u64];

    /// Something has failed under this one too.
    #[inline]
    fn set(&mut self, lane: usize) {
        self.words_mut()[lane / 64] |= 1 << (lane % 64);
    }

    /// Whether something has failed under this one.
    #[inline]
    fn has(&self, lane: usize) -> bool {
        self.words()[lane / 64] >> (lane % 64) & 1 == 1
    }

    /// Something has failed wherever it has in the other as well.
    #[inline]
    fn add(&mut self, other: &Self) {
        self.words_mut().iter_mut().zip(other.words()).for_each(|(word, new)| *word |= new);
    }
}

impl LaneSet for Lanes {
    const ROOM: usize = LANES;
    const NONE: Self = NONE;
    const ALL: Self = ALL;

    #[inline]
    fn words(&self) -> &[u64] {
        &self.0
    }

    #[inline]
    fn words_mut(&mut self) -> &mut [u64] {
        &mut self.0
    }
}

impl LaneSet for Word {
    const ROOM: usize = 64;
    const NONE: Self = Word([0]);
    const ALL: Self = Word([u64::MAX]);

    #[inline]
    fn words(&self) -> &[u64] {
        &self.0
    }

    #[inline]
    fn words_mut(&mut self) -> &mut [u64] {
        &mut self.0
    }
}

impl Deref for Lanes {
    type Target = [u64; LANES / 64];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Lanes {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<'a> IntoIterator for &'a Lanes {
    type Item = &'a u64;
    type IntoIter = std::slice::Iter<'a, u64>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a mut Lanes {
    type Item = &'a mut u64;
    type IntoIter = std::slice::IterMut<'a, u64>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter_mut()
    }
}

/// Nothing has failed under any of them.
pub(super) const NONE: Lanes = Lanes([0; LANES / 64]);

/// Something has failed under all of them.
pub(super) const ALL: Lanes = Lanes([u64::MAX; LANES / 64]);

/// Whether anything has failed under any of them; without branches, since the words lie side by side.
#[inline]
pub(super) fn any<L: LaneSet>(lanes: &L) -> bool {
    lanes.words().iter().fold(0, |all, word| all | word) != 0
}

/// Under which of them at least `threshold` of the inputs have failed: inputs are counted bit-sliced, so that a word of
/// each digit holds that digit for 64 of them.
pub(super) fn counted<L: LaneSet>(inputs: &[u32], threshold: u32, value: &[L]) -> L {
    if threshold as usize == inputs.len() {
        let mut all = L::ALL;
        for input in inputs {
            let words = value[*input as usize].words();
            all.words_mut().iter_mut().zip(words).for_each(|(word, new)| *word &= new);
            if !any(&all) {
                return L::NONE;
            }
        }
        return all;
    }
    let digits = (usize::BITS - inputs.len().leading_zeros()) as usize;
    let mut few = [L::NONE; 4];
    let mut many = if digits > few.len() { vec![L::NONE; digits] } else { Vec::new() };
    let sums = if digits > few.len() { &mut many[..] } else { &mut few[..digits] };
    for input in inputs {
        let mut carry = value[*input as usize];
        for digit in sums.iter_mut() {
            if !any(&carry) {
                break;
            }
            for (word, carry) in digit.words_mut().iter_mut().zip(carry.words_mut()) {
                (*word, *carry) = (*word ^ *carry, *word & *carry);
            }
        }
    }
    // Compares with the threshold from the highest digit down.
    let (mut more, mut equal) = (L::NONE, L::ALL);
    for (place, digit) in sums.iter().enumerate().rev() {
        let wanted = threshold >> place & 1 == 1;
        for ((more, equal), digit) in more.words_mut().iter_mut().zip(equal.words_mut()).zip(digit.words()) {
            if wanted {
                *equal &= digit;
            } else {
                *more |= *equal & digit;
                *equal &= !digit;
            }
        }
    }
    more.add(&equal);
    more
}

/// The lanes that are set, in order.
#[inline]
pub(super) fn each<L: LaneSet>(lanes: &L, mut act: impl FnMut(usize)) {
    for (at, word) in lanes.words().iter().enumerate() {
        let mut word = *word;
        while word != 0 {
            act(at * 64 + word.trailing_zeros() as usize);
            word &= word - 1;
        }
    }
}
