//! What is kept of a sweep: lists of apps, or numbers of them.

use super::{Effect, Hits, Reach};
use crate::analysis::lanes::{LANES, Lanes, any};

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
    type Tally = ();

    fn one(&self, reach: &mut Reach, app: u32, effect: Effect) {
        match effect {
            Effect::Down => reach.down.push(app),
            Effect::Degraded => reach.degraded.push(app),
            Effect::Frozen => reach.frozen.push(app),
        }
    }

    fn many(&self, (): &mut (), items: &mut [Reach], app: u32, effect: Effect, lanes: &Lanes) {
        each(lanes, |lane| self.one(&mut items[lane], app, effect));
    }

    fn done(&self, (): (), _: &mut [Reach]) {}
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

/// Where fewer outages than this hit an app they are counted one by one.
const FEW: u32 = 12;

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
        let number: u32 = lanes.iter().map(|word| word.count_ones()).sum();
        if number < FEW || self.classes.len() > MOST_CLASSES {
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

/// The lanes that are set.
fn each(lanes: &Lanes, mut act: impl FnMut(usize)) {
    for (at, word) in lanes.iter().enumerate() {
        let mut word = *word;
        while word != 0 {
            act(at * (LANES / lanes.len()) + word.trailing_zeros() as usize);
            word &= word - 1;
        }
    }
}
