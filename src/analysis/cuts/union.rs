//! The union of cut sets, to draw from: the coverage algorithm of Karp and Luby.

use super::hash::Map;

/// Cut sets that were found, how likely each is, and a bound on what the others add.
pub(super) struct Union {
    sets: Vec<Vec<u32>>,
    /// The sums of the probabilities of the sets up to each.
    sums: Vec<f64>,
    /// The events of the sets, by their places, with their probabilities.
    chances: Vec<f64>,
    /// The sets that hold each event.
    holders: Vec<Vec<u32>>,
    left_out: f64,
}

impl Union {
    /// The union of some sets; `all` is the sum of the products of all that were found, and whatever was not found has more
    /// than `complete_to` events. Those that bear on the top are `events`.
    pub(super) fn new(
        sets: &[Vec<u32>],
        all: f64,
        complete_to: Option<u32>,
        events: &[u32],
        of: impl Fn(u32) -> f64,
    ) -> Union {
        let mut places: Map<u32, u32> = Map::default();
        let mut chances = Vec::new();
        let mut holders: Vec<Vec<u32>> = Vec::new();
        let (mut own, mut sums, mut sum) = (Vec::new(), Vec::new(), 0.0);
        for (number, set) in (0u32..).zip(sets) {
            let place = |event: &u32| {
                *places.entry(*event).or_insert_with(|| {
                    chances.push(of(*event));
                    holders.push(Vec::new());
                    u32::try_from(chances.len() - 1).unwrap_or(u32::MAX)
                })
            };
            let set: Vec<u32> = set.iter().map(place).collect();
            sum += set.iter().map(|place| chances[*place as usize]).product::<f64>();
            set.iter().for_each(|place| holders[*place as usize].push(number));
            own.push(set);
            sums.push(sum);
        }
        let unlisted = (all - sum).max(0.0);
        let unfound = complete_to.map_or(0.0, |order| at_least(order as usize + 1, events.iter().map(|e| of(*e))));
        Union { sets: own, sums, chances, holders, left_out: (unlisted + unfound).min(1.0) }
    }

    /// Whether there is nothing to draw from.
    pub(super) fn is_empty(&self) -> bool {
        self.weight() <= 0.0
    }

    /// The sum of the probabilities of the sets.
    pub(super) fn weight(&self) -> f64 {
        self.sums.last().copied().unwrap_or(0.0)
    }

    /// How likely the top fails by none of the sets, at most.
    pub(super) fn left_out(&self) -> f64 {
        self.left_out
    }

    /// Draws sets, each with the other events: how often the one drawn was the first that has failed, and of how many. That
    /// share, times the weight, is the probability of the union.
    pub(super) fn draw(&self, samples: u64, rng: &mut fastrand::Rng, stop: &dyn Fn() -> bool) -> (u64, u64) {
        let (mut hits, mut drawn) = (0, 0);
        let mut failed = vec![false; self.chances.len()];
        let mut counts = vec![0usize; self.sets.len()];
        while drawn < samples && !(drawn.is_multiple_of(1024) && stop()) {
            drawn += 1;
            let point = rng.f64() * self.weight();
            let chosen = self.sums.partition_point(|sum| *sum <= point).min(self.sets.len() - 1);
            failed.iter_mut().zip(&self.chances).for_each(|(failed, chance)| *failed = rng.f64() < *chance);
            self.sets[chosen].iter().for_each(|place| failed[*place as usize] = true);
            let mut first = true;
            let down = || failed.iter().zip(&self.holders).filter(|(failed, _)| **failed).map(|(_, holders)| holders);
            let before = |holders: &Vec<u32>| holders.partition_point(|set| (*set as usize) < chosen);
            for holders in down() {
                for set in &holders[..before(holders)] {
                    let count = &mut counts[*set as usize];
                    *count += 1;
                    first &= *count < self.sets[*set as usize].len();
                }
            }
            for holders in down() {
                holders[..before(holders)].iter().for_each(|set| counts[*set as usize] = 0);
            }
            hits += u64::from(first);
        }
        (hits, drawn)
    }
}

/// The probability that at least so many of independent events happen.
fn at_least(number: usize, chances: impl Iterator<Item = f64>) -> f64 {
    // exactly[j]: j have happened; the last holds so many or more.
    let mut exactly = vec![0.0; number + 1];
    exactly[0] = 1.0;
    for chance in chances {
        for j in (0..number).rev() {
            exactly[j + 1] += exactly[j] * chance;
            exactly[j] *= 1.0 - chance;
        }
    }
    exactly[number]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_at_once_is_the_binomial_distribution() {
        let five = || std::iter::repeat_n(0.3, 5);
        let term = |k: i32, ways: f64| ways * 0.3f64.powi(k) * 0.7f64.powi(5 - k);
        let expected = term(3, 10.0) + term(4, 5.0) + term(5, 1.0);
        assert!((at_least(3, five()) - expected).abs() < 1e-12);
        assert_eq!(at_least(6, five()), 0.0);
        assert!((at_least(1, five()) - (1.0 - 0.7f64.powi(5))).abs() < 1e-12);
    }

    #[test]
    fn the_union_of_sets_that_overlap() {
        // {0, 1}, {1, 2} and {3}.
        let sets = [vec![3], vec![0, 1], vec![1, 2]];
        let chance = |event: u32| [0.1, 0.2, 0.3, 0.01][event as usize];
        let union = Union::new(&sets, 0.01 + 0.02 + 0.06, None, &[], chance);
        let exact = 1.0 - (1.0 - 0.01) * (1.0 - 0.2 * (1.0 - 0.9 * 0.7));
        let (hits, samples) = union.draw(200_000, &mut fastrand::Rng::with_seed(3), &|| false);
        let share = hits as f64 / samples as f64 * union.weight();
        assert!((share / exact - 1.0).abs() < 0.01, "{share} and {exact}");
        assert_eq!(union.left_out(), 0.0);
    }
}
