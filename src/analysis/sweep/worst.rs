//! The worst sets of so many components at once, of those that are given.

use super::{Hits, Method, Outages, Reach, hits_until, reach};
use crate::graph::{Graph, NodeId};

/// What the loss of every set of so many components does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worst {
    /// The heaviest sets: by the weight of the apps that are down, then by apps down, frozen and degraded, then by their
    /// components, which are in order.
    pub sets: Vec<(Vec<u32>, Reach)>,
    /// How many sets were looked at.
    pub looked_at: usize,
    /// How many were not, since it was told to stop.
    pub left: usize,
    /// How many of them touch no app but those that they lose.
    pub harmless: usize,
}

/// The worst `limit` of all sets of `together` of some components; `weights` by the place of an app in the list of apps.
///
/// Exact: every set is an outage of its own, so this costs a sweep over as many outages as [`combinations`] says. Once
/// `stop` says so no more sets are looked at.
pub fn worst(
    graph: &Graph,
    of: &[u32],
    together: usize,
    weights: &[u64],
    limit: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Worst {
    let chosen = sets(of, together);
    let nodes = |set: &Vec<u32>| set.iter().flat_map(|number| graph.capabilities_of(*number)).collect::<Vec<NodeId>>();
    let found = hits_until(graph, &Outages::of(chosen.iter().map(nodes)), weights, Method::Adaptive, stop);
    let mut ranked: Vec<(&Vec<u32>, Hits)> =
        chosen.iter().zip(found).filter_map(|(set, hits)| Some((set, hits?))).collect();
    let looked_at = ranked.len();
    ranked.retain(|(_, hits)| hits.down + hits.degraded + hits.frozen > 0);
    let harmless = looked_at - ranked.len();
    let key = |(set, hits): &(&Vec<u32>, Hits)| {
        let worst = std::cmp::Reverse((hits.weight, hits.down, hits.frozen, hits.degraded));
        (worst, (*set).clone())
    };
    ranked.sort_by_cached_key(key);
    let worst: Vec<Vec<u32>> = ranked.into_iter().take(limit).map(|(set, _)| set.clone()).collect();
    let shown = reach(graph, &Outages::of(worst.iter().map(nodes)), Method::Adaptive);
    Worst { sets: worst.into_iter().zip(shown).collect(), looked_at, left: chosen.len() - looked_at, harmless }
}

/// How many sets of so many there are; `u64::MAX` where that is too large a number.
pub fn combinations(of: usize, together: usize) -> u64 {
    let step = |sets: u128, taken: usize| {
        let left = of.saturating_sub(taken) as u128;
        (sets * left / (taken as u128 + 1)).min(u128::from(u64::MAX))
    };
    u64::try_from((0..together).fold(1u128, step)).unwrap_or(u64::MAX)
}

/// All sets of so many, in order.
fn sets(of: &[u32], together: usize) -> Vec<Vec<u32>> {
    let mut found = Vec::new();
    let mut places: Vec<usize> = (0..together).collect();
    if together > of.len() {
        return found;
    }
    loop {
        found.push(places.iter().map(|place| of[*place]).collect());
        // The last place that can still move on, and those after it behind it.
        let Some(at) = (0..together).rev().find(|at| places[*at] < of.len() - (together - at)) else { return found };
        places[at] += 1;
        for after in at + 1..together {
            places[after] = places[after - 1] + 1;
        }
    }
}
