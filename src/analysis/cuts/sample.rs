//! Estimates of probabilities by sampling, for what no diagram fits: with a confidence, and never in place of a bound.

use super::circuit::{Circuit, Node, Ref};
use super::union::Union;
use crate::analysis::lanes::{ALL, LANES, LaneSet, Lanes, NONE, counted};

/// How sure an estimate is.
pub const CONFIDENCE: f64 = 0.99;

/// How much sampling may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// At most so many samples; none at all for 0.
    pub samples: u64,
    /// Where the random numbers begin: the same seed gives the same estimate.
    pub seed: u64,
}

/// How an estimate was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By drawing all events, 512 times at once, and looking whether the top fails.
    Direct,
    /// By drawing from the minimal cut sets that were found (Karp and Luby, 1983), with a bound on what the others add.
    CutSets,
}

/// A probability that is known but for chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// It is at least this, with [`CONFIDENCE`] together with `high`.
    pub low: f64,
    /// It is at most this.
    pub high: f64,
    /// How many samples were drawn.
    pub samples: u64,
    /// How the narrower of the two ends was found.
    pub way: Way,
}

/// Samples of the first look, after which it is decided how to go on.
const FIRST: u64 = 1 << 15;

/// Direct sampling goes on where the first look saw the top fail so often.
const OFTEN: u64 = 32;

/// Estimates the probability of a top.
///
/// Events are drawn directly at first. Where the top fails too seldom for that, sets are drawn from the union of the
/// minimal cut sets in `found`, which gives all but what the sets that were not found add; that is bounded by how likely so
/// many events are at once. Both intervals are of the kind of Chernoff and Hoeffding, which holds for every number of
/// samples; that of the sets, that of the first look and that of the last each take a third of the doubt. Time is samples times the circuit, divided by 512.
pub(super) fn estimate(
    circuit: &Circuit,
    top: Ref,
    found: Option<&Union>,
    of: impl Fn(u32) -> f64,
    sampling: Sampling,
    stop: &dyn Fn() -> bool,
) -> Estimate {
    let doubt = (1.0 - CONFIDENCE) / 3.0;
    let mut rng = fastrand::Rng::with_seed(sampling.seed);
    let mut direct = Direct::new(circuit, top, &of);
    direct.draw(FIRST.min(sampling.samples), &mut rng, &|| false);
    let rare = direct.hits < OFTEN;
    let by_sets = found.filter(|union| rare && !union.is_empty()).map(|union| {
        let (hits, samples) = union.draw(sampling.samples, &mut rng, stop);
        let (least, most) = interval(hits, samples, doubt);
        (least * union.weight(), most * union.weight() + union.left_out(), samples)
    });
    // Where what was not found may be as much as what was, events are drawn on after all.
    if by_sets.is_none_or(|(least, most, _)| most > least * 2.0) {
        direct.draw(sampling.samples, &mut rng, stop);
    }
    let (low, high) = interval(direct.hits, direct.samples, doubt);
    let drawn = Estimate { low, high, samples: direct.samples, way: Way::Direct };
    let Some((least, most, samples)) = by_sets else { return drawn };
    let way = if most - least < high - low { Way::CutSets } else { Way::Direct };
    Estimate { low: low.max(least), high: high.min(most), samples: direct.samples + samples, way }
}

/// Where a probability lies of which so many of so many samples speak, but for a doubt: by the inequality of Chernoff and
/// Hoeffding, samples times the relative entropy being at most the logarithm of two over the doubt.
pub(super) fn interval(hits: u64, samples: u64, doubt: f64) -> (f64, f64) {
    if samples == 0 {
        return (0.0, 1.0);
    }
    let mean = hits as f64 / samples as f64;
    let allowed = (2.0 / doubt).ln() / samples as f64;
    let term = |a: f64, b: f64| if a > 0.0 { a * (a / b).ln() } else { 0.0 };
    let apart = |other: f64| term(mean, other) + term(1.0 - mean, 1.0 - other) > allowed;
    let search = |mut near: f64, mut far: f64| {
        for _ in 0..100 {
            let middle = (near + far) / 2.0;
            if apart(middle) { far = middle } else { near = middle }
        }
        far
    };
    let low = if hits == 0 { 0.0 } else { search(mean, 0.0) };
    let high = if hits == samples { 1.0 } else { search(mean, 1.0) };
    (low, high)
}

/// Draws all events of a circuit, 512 times at once.
struct Direct<'a> {
    circuit: &'a Circuit,
    top: Ref,
    /// The events, with their probabilities.
    events: Vec<(Ref, f64)>,
    value: Vec<Lanes>,
    hits: u64,
    samples: u64,
}

impl<'a> Direct<'a> {
    fn new(circuit: &'a Circuit, top: Ref, of: &impl Fn(u32) -> f64) -> Self {
        let event = |at: Ref| match circuit.node(at) {
            Node::Event(event) => Some((at, of(*event))),
            _ => None,
        };
        let events = (2..=top).filter_map(event).collect();
        let mut value = vec![NONE; top as usize + 1];
        if let Some(certain) = value.get_mut(1) {
            *certain = ALL;
        }
        Direct { circuit, top, events, value, hits: 0, samples: 0 }
    }

    /// Draws until there are so many samples.
    fn draw(&mut self, samples: u64, rng: &mut fastrand::Rng, stop: &dyn Fn() -> bool) {
        while self.samples < samples && !stop() {
            for (at, chance) in &self.events {
                self.value[*at as usize] = lanes(*chance, rng);
            }
            for at in 2..=self.top {
                let Node::AtLeast(threshold, inputs) = self.circuit.node(at) else { continue };
                self.value[at as usize] = if *threshold == 1 {
                    let mut some = NONE;
                    for input in inputs {
                        some.iter_mut().zip(&self.value[*input as usize]).for_each(|(word, new)| *word |= new);
                    }
                    some
                } else {
                    counted(inputs, *threshold, &self.value)
                };
            }
            let hits: u32 = self.value[self.top as usize].iter().map(|word| word.count_ones()).sum();
            self.hits += u64::from(hits);
            self.samples += LANES as u64;
        }
    }
}

/// Below this it is quicker to draw how far it is to the next lane that is set.
const SELDOM: f64 = 1.0 / 32.0;

/// Lanes each of which is set with a probability, exact but for the rounding of a double at small ones, and to 2^-32 else.
fn lanes(chance: f64, rng: &mut fastrand::Rng) -> Lanes {
    let mut lanes = NONE;
    if chance <= 0.0 {
        return lanes;
    }
    if chance >= 1.0 {
        return ALL;
    }
    if chance < SELDOM {
        let scale = (-chance).ln_1p();
        let mut at = 0.0;
        loop {
            // The gap to the next lane has a geometric distribution.
            at += ((1.0 - rng.f64()).ln() / scale).floor();
            if at >= LANES as f64 {
                return lanes;
            }
            let lane = at as usize;
            lanes.set(lane);
            at += 1.0;
        }
    }
    // From the last binary digit of the chance to the first: a random bit below the digit decides, an equal one leaves it to
    // the digits before.
    let digits = (chance * 4_294_967_296.0) as u64;
    let first = digits.trailing_zeros().min(32);
    for word in &mut lanes {
        for place in first..32 {
            let random = rng.u64(..);
            *word = if digits >> place & 1 == 1 { *word | random } else { *word & random };
        }
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_set_as_often_as_told() {
        let mut rng = fastrand::Rng::with_seed(7);
        for chance in [1e-4, 0.01, 0.031, 0.04, 0.25, 0.5, 0.7, 0.999] {
            let rounds = 4_000u64;
            let hits: u64 = (0..rounds)
                .map(|_| lanes(chance, &mut rng).iter().map(|word| u64::from(word.count_ones())).sum::<u64>())
                .sum();
            let (low, high) = interval(hits, rounds * LANES as u64, 1e-6);
            assert!(low <= chance && chance <= high, "{chance}: {low} to {high}");
        }
        assert_eq!(lanes(0.0, &mut rng), NONE);
        assert_eq!(lanes(1.0, &mut rng), ALL);
    }

    #[test]
    fn intervals_hold_what_was_drawn_and_shrink() {
        let (low, high) = interval(0, 1000, 0.01);
        assert!(low == 0.0 && (0.005..0.006).contains(&high), "{high}");
        assert_eq!(interval(0, 0, 0.01), (0.0, 1.0));
        let wide = interval(10, 100, 0.01);
        let narrow = interval(1000, 10_000, 0.01);
        assert!(wide.0 < narrow.0 && narrow.0 < 0.1 && 0.1 < narrow.1 && narrow.1 < wide.1);
        assert_eq!(interval(5, 5, 0.01).1, 1.0);
    }
}
