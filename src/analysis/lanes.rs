//! Truth under 512 circumstances at once: a bit for each.

/// How many circumstances are looked at together.
pub(super) const LANES: usize = 512;

/// One bit for each of them.
pub(super) type Lanes = [u64; LANES / 64];

/// Whether anything has failed under any of them; without branches, since the words lie side by side.
pub(super) fn any(lanes: &Lanes) -> bool {
    lanes.iter().fold(0, |all, word| all | word) != 0
}

/// Nothing has failed under any of them.
pub(super) const NONE: Lanes = [0; LANES / 64];

/// Under which of them at least `threshold` of the inputs have failed: inputs are counted bit-sliced, so that a word of
/// each digit holds that digit for 64 of them.
pub(super) fn counted(inputs: &[u32], threshold: u32, value: &[Lanes]) -> Lanes {
    if threshold as usize == inputs.len() {
        let mut all = [u64::MAX; LANES / 64];
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
    let (mut more, mut equal) = (NONE, [u64::MAX; LANES / 64]);
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
