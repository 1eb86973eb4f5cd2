//! What two components take down only together, from what each takes down alone: by numbers and bits, without lists.

use std::collections::HashMap;

use super::{Hits, Method, Outages, reach};
use crate::graph::Graph;

/// The words that the bits of all components of a round may take.
const ROOM: usize = 1 << 26;

/// How many components are swept at once while their bits are set.
const SWEPT: usize = 1 << 12;

/// Weights that apps have in common; where there are more, apps are weighed one by one.
const MOST_CLASSES: usize = 16;

/// Two components, and how many apps go down with both.
pub(super) type Both = ((u32, u32), Hits);

/// The apps of a graph as bits, by their place in its list.
pub(super) struct Apps<'a> {
    graph: &'a Graph,
    weights: &'a [u64],
    words: usize,
    place: HashMap<u32, usize>,
    /// The bits of the apps of each weight; empty where there are too many weights.
    classes: Vec<(u64, Vec<u64>)>,
}

impl<'a> Apps<'a> {
    /// Those of a graph, with their weights in the same order.
    pub(super) fn of(graph: &'a Graph, weights: &'a [u64]) -> Self {
        let words = graph.apps().len().div_ceil(64);
        let mut all: Vec<u64> = weights.to_vec();
        all.sort_unstable();
        all.dedup();
        let bits = |weight: u64| {
            let mut bits = vec![0; words];
            let of = weights.iter().enumerate().filter(|(_, other)| **other == weight);
            of.for_each(|(place, _)| set(&mut bits, place));
            (weight, bits)
        };
        let classes = if all.len() > MOST_CLASSES { Vec::new() } else { all.into_iter().map(bits).collect() };
        let place = graph.apps().iter().copied().zip(0..).collect();
        Apps { graph, weights, words, place, classes }
    }

    /// How many of some pairs, from the first on, name no more components than there is room for.
    pub(super) fn fitting(&self, pairs: &[Both]) -> usize {
        let most = (ROOM / self.words.max(1)).max(2);
        let mut seen = vec![false; self.graph.components().len()];
        let mut count = 0;
        for (at, ((a, b), _)) in pairs.iter().enumerate() {
            for component in [a, b] {
                count += usize::from(!std::mem::replace(&mut seen[*component as usize], true));
            }
            if count > most {
                return at;
            }
        }
        pairs.len()
    }

    /// The pairs that take down something which neither takes down alone, each with the weight of that.
    ///
    /// Whatever one of two takes down goes down with both, so that numbers tell: time is pairs times apps, divided by 64.
    pub(super) fn worse_together(&self, pairs: &[Both]) -> Vec<(u64, (u32, u32))> {
        let mut lost: Vec<u32> = pairs.iter().flat_map(|((a, b), _)| [*a, *b]).collect();
        lost.sort_unstable();
        lost.dedup();
        let row: HashMap<u32, usize> = lost.iter().copied().zip(0..).collect();
        let mut bits = vec![0u64; lost.len() * self.words];
        for (chunk, first) in lost.chunks(SWEPT).zip((0..).step_by(SWEPT)) {
            let outages = Outages::of(chunk.iter().map(|component| self.graph.capabilities_of(*component)));
            for (reach, at) in reach(self.graph, &outages, Method::Adaptive).into_iter().zip(first..) {
                let row = &mut bits[at * self.words..(at + 1) * self.words];
                reach.down.iter().for_each(|app| set(row, self.place[app]));
            }
        }
        let mut either = vec![0u64; self.words];
        let mut found = Vec::new();
        for ((a, b), both) in pairs {
            let [one, other] = [a, b].map(|component| &bits[row[component] * self.words..][..self.words]);
            either.iter_mut().zip(one.iter().zip(other)).for_each(|(word, (one, other))| *word = one | other);
            // Neither counts itself, and both together count neither.
            for place in [a, b].into_iter().filter_map(|component| self.place.get(component)) {
                either[place / 64] &= !(1 << (place % 64));
            }
            if ones(&either) < u64::from(both.down) {
                found.push((both.weight.saturating_sub(self.weigh(&either)), (*a, *b)));
            }
        }
        found
    }

    fn weigh(&self, apps: &[u64]) -> u64 {
        if self.classes.is_empty() {
            let weights =
                self.weights.iter().enumerate().filter(|(place, _)| apps[place / 64] >> (place % 64) & 1 == 1);
            return weights.fold(0, |sum, (_, weight)| sum.saturating_add(*weight));
        }
        let of = |class: &[u64]| apps.iter().zip(class).map(|(a, b)| u64::from((a & b).count_ones())).sum::<u64>();
        self.classes.iter().fold(0, |sum, (weight, class)| sum.saturating_add(weight.saturating_mul(of(class))))
    }
}

fn set(bits: &mut [u64], place: usize) {
    bits[place / 64] |= 1 << (place % 64);
}

fn ones(bits: &[u64]) -> u64 {
    bits.iter().map(|word| u64::from(word.count_ones())).sum()
}
