//! Truth under 512 circumstances at once: a bit for each.

use std::ops::{Deref, DerefMut};

/// How many circumstances are looked at together.
pub(super) const LANES: usize = 512;

/// One bit for each of them, in one line of the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Lanes([u64; LANES / 64]);

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
pub(super) fn any(lanes: &Lanes) -> bool {
    lanes.iter().fold(0, |all, word| all | word) != 0
}

/// Under which of them at least `threshold` of the inputs have failed: inputs are counted bit-sliced, so that a word of
/// each digit holds that digit for 64 of them.
pub(super) fn counted(inputs: &[u32], threshold: u32, value: &[Lanes]) -> Lanes {
    if threshold as usize == inputs.len() {
        let mut all = ALL;
        for input in inputs {
            all.iter_mut().zip(&value[*input as usize]).for_each(|(word, new)| *word &= new);
            if !any(&all) {
                return NONE;
            }
        }
        return all;
    }
    let digits = (usize::BITS - inputs.len().leading_zeros()) as usize;
    let mut few = [NONE; 4];
    let mut many = if digits > few.len() { vec![NONE; digits] } else { Vec::new() };
    let sums = if digits > few.len() { &mut many[..] } else { &mut few[..digits] };
    for input in inputs {
        let mut carry = value[*input as usize];
        for digit in sums.iter_mut() {
            if !any(&carry) {
                break;
            }
            for (word, carry) in digit.iter_mut().zip(&mut carry) {
                (*word, *carry) = (*word ^ *carry, *word & *carry);
            }
        }
    }
    // Compares with the threshold from the highest digit down.
    let (mut more, mut equal) = (NONE, ALL);
    for (place, digit) in sums.iter().enumerate().rev() {
        let wanted = threshold >> place & 1 == 1;
        for at in 0..digit.len() {
            if wanted {
                equal[at] &= digit[at];
            } else {
                more[at] |= equal[at] & digit[at];
                equal[at] &= !digit[at];
            }
        }
    }
    more.iter_mut().zip(&equal).for_each(|(word, new)| *word |= new);
    more
}
