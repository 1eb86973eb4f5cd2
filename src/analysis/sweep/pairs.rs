//! Pairs of components that take down together what neither takes down alone.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::together::{Apps, Both};
use super::{Method, Outages, Reach, hits, hits_until, reach};
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
    order.sort_by_key(|component| (Reverse(reached(component)), *component));
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
    let more = |(pair, both): &Both| {
        both.down > 0 && both.down >= alone[pair.0 as usize].down.max(alone[pair.1 as usize].down)
    };
    let looked_at = found.iter().copied().zip(both).filter_map(|(pair, both)| Some((pair, both?)));
    let chosen: Vec<Both> = looked_at.filter(more).collect();
    let apps = Apps::of(graph, weights);
    let mut heavy: Vec<(Reverse<u64>, (u32, u32))> = Vec::new();
    let mut count = 0;
    let mut rest = &chosen[..];
    while !rest.is_empty() {
        if stop() {
            stopped = true;
            break;
        }
        let (now, later) = rest.split_at(apps.fitting(rest));
        let worse = apps.worse_together(now);
        count += worse.len();
        heavy.extend(worse.into_iter().map(|(weight, pair)| (Reverse(weight), pair)));
        heavy.sort_unstable();
        heavy.truncate(limit);
        rest = later;
    }
    let pairs: Vec<(u32, u32)> = heavy.into_iter().map(|(_, pair)| pair).collect();
    let alone = |component: u32| graph.capabilities_of(component);
    let whole = reach(graph, &Outages::of(pairs.iter().map(nodes)), Method::Adaptive);
    let single = reach(graph, &Outages::of(pairs.iter().flat_map(|(a, b)| [alone(*a), alone(*b)])), Method::Adaptive);
    let pair = |(((a, b), reach), single): (((u32, u32), Reach), &[Reach])| {
        let falls_alone = |app: &u32| single.iter().any(|reach| reach.down.binary_search(app).is_ok());
        let only_together = reach.down.iter().copied().filter(|app| !falls_alone(app)).collect();
        Pair { components: [a, b], reach, only_together }
    };
    let worst = pairs.into_iter().zip(whole).zip(single.chunks(2)).map(pair).collect();
    Pairs { worst, count, left_out, stopped }
}
