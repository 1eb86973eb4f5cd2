//! What rows say of some apps, turned: for each app under which of the outages of a pass.

use crate::analysis::lanes::LaneSet;
use crate::analysis::sweep::Effect;

/// How many bits a word has.
const WORD: usize = 64;

/// What the rows of some outages say of some apps, by the places of these.
///
/// Rows are lists of apps by outage, a sweep tells outages by app. Bits are set outage by outage, where those of one lie in
/// the cache, and turned in squares of 64 by 64.
pub(super) struct Told<L> {
    /// The words that the bits of one outage take.
    width: usize,
    /// The bits of each effect and outage, by app.
    bits: Vec<u64>,
    /// The lanes of each effect and app.
    lanes: Vec<L>,
}

impl<L: LaneSet> Told<L> {
    /// Room for so many apps; linear in them, with a bit for each outage and effect.
    pub(super) fn new(apps: usize) -> Self {
        let width = apps.div_ceil(WORD);
        let bits = vec![0; Effect::ALL.len() * L::ROOM * width];
        Told { width, bits, lanes: vec![L::NONE; Effect::ALL.len() * width * WORD] }
    }

    /// The bits of an effect under an outage, by the place of the app.
    fn first(&self, effect: Effect, lane: usize) -> usize {
        (effect as usize * L::ROOM + lane) * self.width
    }

    /// A row says that an outage does this to some apps, given by their places.
    pub(super) fn take(&mut self, effect: Effect, lane: usize, places: impl Iterator<Item = u32>) {
        let first = self.first(effect, lane);
        let bits = &mut self.bits[first..first + self.width];
        places.for_each(|place| bits[place as usize / WORD] |= 1 << (place as usize % WORD));
    }

    /// Turns what the rows of so many outages said, and forgets it; afterwards [`Told::of`] tells it by app.
    pub(super) fn turn(&mut self, outages: usize) {
        for effect in Effect::ALL {
            for lanes in 0..outages.div_ceil(WORD) {
                for column in 0..self.width {
                    let at = |lane: usize, told: &Told<L>| told.first(effect, lanes * WORD + lane) + column;
                    let mut square: [u64; WORD] = std::array::from_fn(|lane| self.bits[at(lane, self)]);
                    let some = square.iter().fold(0, |all, word| all | word) != 0;
                    if some {
                        (0..WORD).for_each(|lane| {
                            let at = at(lane, self);
                            self.bits[at] = 0;
                        });
                        turned(&mut square);
                    }
                    let first = (effect as usize * self.width + column) * WORD;
                    for (to, word) in self.lanes[first..first + WORD].iter_mut().zip(&square) {
                        to.words_mut()[lanes] = *word;
                    }
                }
            }
        }
    }

    /// Under which outages an app had this effect, by its place; what [`Told::turn`] found last.
    pub(super) fn of(&self, effect: Effect, place: usize) -> &L {
        &self.lanes[effect as usize * self.width * WORD + place]
    }
}

/// Turns a square of bits: bit `b` of word `a` becomes bit `a` of word `b` (Warren, Hacker's Delight, 7-3).
fn turned(square: &mut [u64; WORD]) {
    let (mut half, mut mask) = (WORD / 2, u64::MAX >> (WORD / 2));
    while half > 0 {
        let mut at = 0;
        while at < WORD {
            let swap = (square[at] >> half ^ square[at + half]) & mask;
            square[at] ^= swap << half;
            square[at + half] ^= swap;
            at = (at + half + 1) & !half;
        }
        half /= 2;
        mask ^= mask << half;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::lanes::{Lanes, Word};

    #[test]
    fn a_square_turned_is_itself_seen_from_the_side() {
        let mut rng = fastrand::Rng::with_seed(7);
        let square: [u64; WORD] = std::array::from_fn(|_| rng.u64(..));
        let mut side = square;
        turned(&mut side);
        for (a, row) in square.iter().enumerate() {
            for (b, column) in side.iter().enumerate() {
                assert_eq!(row >> b & 1, column >> a & 1, "{a} {b}");
            }
        }
    }

    /// Takes random rows twice with the same memory, and holds every app to them.
    fn tells_what_was_taken<L: LaneSet>(apps: u32) {
        let mut rng = fastrand::Rng::with_seed(u64::from(apps));
        let mut told = Told::<L>::new(apps as usize);
        for outages in [L::ROOM, 40] {
            let mut said = Vec::new();
            for lane in 0..outages {
                for effect in Effect::ALL {
                    let places: Vec<u32> = (0..apps).filter(|_| rng.u8(..) < 20).collect();
                    told.take(effect, lane, places.iter().copied());
                    said.push((effect, lane, places));
                }
            }
            told.turn(outages);
            for (effect, lane, places) in said {
                let found: Vec<u32> = (0..apps).filter(|app| told.of(effect, *app as usize).has(lane)).collect();
                assert_eq!(found, places);
            }
        }
    }

    #[test]
    fn every_app_is_told_what_the_rows_say() {
        for apps in [1, 63, 64, 65, 300] {
            tells_what_was_taken::<Word>(apps);
            tells_what_was_taken::<Lanes>(apps);
        }
    }
}
