//! Pairs of components that take down together what neither takes down alone.

use std::collections::HashMap;

use super::{Hits, Method, Outages, Reach, hits, hits_until, reach};
use crate::analysis::each_failure;
use crate::graph::{Graph, NodeId};

/// The most pairs that are looked at.
const MOST_PAIRS: usize = 2_000_000;

/// Two components, and the apps that go down with both and with neither alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The components, by their numbers in the graph, the smaller first.
    pub components: [u32; 2],
    /// What the loss of both does.
    pub reach: Reach,
    /// The apps that go down with both only, in order.
    pub only_together: Vec<u32>,
}

/// All pairs that take an app down which neither takes down alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// By the weight of what falls only together, the heaviest first, then by components.
    pub worst: Vec<Pair>,
    /// How many such pairs there are among those that were looked at.
    pub count: usize,
    /// How many components were left out because there are too many pairs; those with the least reach.
    pub left_out: usize,
    /// Whether it was told to stop before all of them were looked at, so that others may exist.
    pub stopped: bool,
}

/// The worst pairs, up to `limit` of them; `weights` by the place of an app in the list of apps.
///
/// Exact: whatever fails under a pair and under neither alone begins at a group of alternatives of which each takes some
/// members, so only pairs that meet at such a group are looked at, each by its own outage.
pub fn pairs(graph: &Graph, weights: &[u64], limit: usize) -> Pairs {
    pairs_until(graph, weights, limit, &|| false)
}

/// As [`pairs`], as far as it comes before `stop` says so.
pub fn pairs_until(graph: &Graph, weights: &[u64], limit: usize, stop: &(dyn Fn() -> bool + Sync)) -> Pairs {
    let all: Vec<u32> = (0u32..).take(graph.components().len()).collect();
    let short: Vec<Vec<(NodeId, u32)>> = each_failure(graph, &all, |_, impact| impact.short(graph));
    if stop() {
        return Pairs { stopped: true, ..Pairs::default() };
    }
    let alone = hits(graph, &Outages::components(graph), weights, Method::Adaptive);
    // Those with the widest reach first, should there be too many.
    let mut order: Vec<u32> = (0u32..).zip(&short).filter(|(_, list)| !list.is_empty()).map(|(c, _)| c).collect();
    let reached = |component: &u32| alone.get(*component as usize).map_or(0, |hits| hits.weight);
    order.sort_by_key(|component| (std::cmp::Reverse(reached(component)), *component));
    let mut by_group: HashMap<NodeId, Vec<(u32, u32)>> = HashMap::new();
    let mut found: Vec<(u32, u32)> = Vec::new();
    let mut left_out = 0;
    for (place, component) in order.iter().enumerate() {
        if found.len() > MOST_PAIRS {
            left_out = order.len() - place;
            break;
        }
        let begun = found.len();
        for (group, lost) in &short[*component as usize] {
            let others = by_group.entry(*group).or_default();
            let enough = |other: &&(u32, u32)| other.1 + lost >= graph.threshold(*group);
            let pair = |other: &(u32, u32)| (other.0.min(*component), other.0.max(*component));
            found.extend(others.iter().filter(enough).map(pair));
            others.push((*component, *lost));
        }
        found[begun..].sort_unstable();
        let mut kept = begun;
        for at in begun..found.len() {
            if at == begun || found[at] != found[kept - 1] {
                found[kept] = found[at];
                kept += 1;
            }
        }
        found.truncate(kept);
    }
    let nodes = |pair: &(u32, u32)| graph.capabilities_of(pair.0).chain(graph.capabilities_of(pair.1));
    let both = hits_until(graph, &Outages::of(found.iter().map(nodes)), weights, Method::Adaptive, stop);
    let mut stopped = both.iter().any(Option::is_none);
    // Whoever brings something new together brings at least as much as the heavier alone, which may count the other.
    let more = |(pair, both): &(&(u32, u32), Hits)| {
        both.down > 0 && both.down >= alone[pair.0 as usize].down.max(alone[pair.1 as usize].down)
    };
    let looked_at = found.iter().zip(both).filter_map(|(pair, both)| Some((pair, both?)));
    let chosen: Vec<(u32, u32)> = looked_at.filter(more).map(|(pair, _)| *pair).collect();
    let weight_of: HashMap<u32, u64> = graph.apps().iter().copied().zip(weights.iter().copied()).collect();
    let mut worst = Vec::new();
    let mut count = 0;
    for chunk in chosen.chunks(1 << 14) {
        if stop() {
            stopped = true;
            break;
        }
        let whole = reach(graph, &Outages::of(chunk.iter().map(nodes)), Method::Adaptive);
        let mut singles: Vec<u32> = chunk.iter().flat_map(|pair| [pair.0, pair.1]).collect();
        singles.sort_unstable();
        singles.dedup();
        let single = reach(graph, &Outages::of(singles.iter().map(|c| graph.capabilities_of(*c))), Method::Adaptive);
        let of = |component: u32| singles.binary_search(&component).map_or(&[][..], |at| &single[at].down);
        for ((a, b), reach) in chunk.iter().zip(whole) {
            let alone = |app: &u32| of(*a).binary_search(app).is_ok() || of(*b).binary_search(app).is_ok();
            let only_together: Vec<u32> = reach.down.iter().copied().filter(|app| !alone(app)).collect();
            if !only_together.is_empty() {
                count += 1;
                worst.push(Pair { components: [*a, *b], reach, only_together });
            }
        }
        let weight = |pair: &Pair| pair.only_together.iter().map(|app| weight_of[app]).sum::<u64>();
        worst.sort_by_cached_key(|pair| (std::cmp::Reverse(weight(pair)), pair.components));
        worst.truncate(limit);
    }
    Pairs { worst, count, left_out, stopped }
}
