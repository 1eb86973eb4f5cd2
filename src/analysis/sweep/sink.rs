//! What is kept of a sweep: lists of apps, or numbers of them.

use super::{Effect, Hits, Reach};
use crate::analysis::lanes::{LANES, Lanes, any, each};

/// Takes what each outage does to each app, the apps in order.
pub(super) trait Sink: Sync {
    /// What is kept of an outage.
    type Item: Clone + Default + Send;
    /// What is gathered over the apps before it is added to the items of a pass.
    type Tally: Default;

    /// An outage hits an app.
    fn one(&self, item: &mut Self::Item, app: u32, effect: Effect);

    /// The outages of some lanes hit an app.
    fn many(&self, tally: &mut Self::Tally, items: &mut [Self::Item], app: u32, effect: Effect, lanes: &Lanes);

    /// All apps have been seen.
    fn done(&self, tally: Self::Tally, items: &mut [Self::Item]);
}

/// Keeps the apps.
pub(super) struct Lists;

impl Sink for Lists {
    type Item = Reach;
    type Tally = Rows;

    fn one(&self, reach: &mut Reach, app: u32, effect: Effect) {
        reach.list(effect).push(app);
    }

    fn many(&self, rows: &mut Rows, _: &mut [Reach], app: u32, effect: Effect, lanes: &Lanes) {
        add(&mut rows.numbers[effect as usize], lanes);
        rows.hits.push((app, effect, *lanes));
    }

    fn done(&self, rows: Rows, items: &mut [Reach]) {
        // Lists that grow step by step would take twice the memory on the way.
        for (digits, effect) in rows.numbers.iter().zip(Effect::ALL) {
            let mut length = [0usize; LANES];
            numbers(digits, |lane, number| length[lane] += number as usize);
            items.iter_mut().zip(length).for_each(|(item, length)| item.list(effect).reserve_exact(length));
        }
        for (app, effect, lanes) in rows.hits {
            each(&lanes, |lane| items[lane].list(effect).push(app));
        }
    }
}

/// What a pass does to the apps, before it is written into lists of which it is known how long they are.
#[derive(Default)]
pub(super) struct Rows {
    hits: Vec<(u32, Effect, Lanes)>,
    /// How many apps each lane hits, by effect.
    numbers: [Digits; 3],
}

/// Keeps how many apps there are, and what they weigh.
pub(super) struct Numbers {
    /// The weight of each component.
    weight: Vec<u64>,
    /// The different weights, each a class.
    classes: Vec<u64>,
}

/// Weights that apps have in common; more than these are added one by one.
const MOST_CLASSES: usize = 16;

/// Counters of all lanes at once: the digits of the numbers, a bit of each lane.
type Digits = Vec<Lanes>;

/// Counters of apps down by class of weight, degraded and frozen.
#[derive(Default)]
pub(super) struct Tally {
    down: Vec<Digits>,
    degraded: Digits,
    frozen: Digits,
}

impl Numbers {
    /// Counts apps with these weights, by the number of the component.
    pub(super) fn new(weight: Vec<u64>, apps: &[u32]) -> Self {
        let mut classes: Vec<u64> = apps.iter().map(|app| weight[*app as usize]).collect();
        classes.sort_unstable();
        classes.dedup();
        Numbers { weight, classes }
    }
}

impl Sink for Numbers {
    type Item = Hits;
    type Tally = Tally;

    fn one(&self, hits: &mut Hits, app: u32, effect: Effect) {
        match effect {
            Effect::Down => {
                hits.down += 1;
                hits.weight = hits.weight.saturating_add(self.weight[app as usize]);
            }
            Effect::Degraded => hits.degraded += 1,
            Effect::Frozen => hits.frozen += 1,
        }
    }

    fn many(&self, tally: &mut Tally, items: &mut [Hits], app: u32, effect: Effect, lanes: &Lanes) {
        if self.classes.len() > MOST_CLASSES || is_few(lanes) {
            each(lanes, |lane| self.one(&mut items[lane], app, effect));
            return;
        }
        let digits = match effect {
            Effect::Down => {
                let class = self.classes.binary_search(&self.weight[app as usize]).unwrap_or(0);
                tally.down.resize_with(self.classes.len(), Vec::new);
                &mut tally.down[class]
            }
            Effect::Degraded => &mut tally.degraded,
            Effect::Frozen => &mut tally.frozen,
        };
        add(digits, lanes);
    }

    fn done(&self, tally: Tally, items: &mut [Hits]) {
        for (digits, weight) in tally.down.iter().zip(&self.classes) {
            numbers(digits, |lane, number| {
                items[lane].down += number;
                items[lane].weight = items[lane].weight.saturating_add(weight.saturating_mul(u64::from(number)));
            });
        }
        numbers(&tally.degraded, |lane, number| items[lane].degraded += number);
        numbers(&tally.frozen, |lane, number| items[lane].frozen += number);
    }
}

/// Whether so few outages hit an app that they are counted one by one: no two of a word, which is told without counting
/// bits, for which not every processor has an instruction.
fn is_few(lanes: &Lanes) -> bool {
    lanes.iter().fold(0, |more, word| more | word & word.wrapping_sub(1)) == 0
}

/// Adds one to the counters of some lanes.
fn add(digits: &mut Digits, lanes: &Lanes) {
    let mut carry = *lanes;
    for digit in digits.iter_mut() {
        for (word, carry) in digit.iter_mut().zip(&mut carry) {
            (*word, *carry) = (*word ^ *carry, *word & *carry);
        }
        if !any(&carry) {
            return;
        }
    }
    digits.push(carry);
}

/// What the counters say, where they say anything.
fn numbers(digits: &Digits, mut act: impl FnMut(usize, u32)) {
    for (place, digit) in digits.iter().enumerate() {
        each(digit, |lane| act(lane, 1 << place));
    }
}
