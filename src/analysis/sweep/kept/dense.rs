//! Propagation where a good part of all nodes fails: each is asked in order, which costs it less than being told by others.

use super::flow::{Plan, SETTLED};
use crate::analysis::lanes::{LaneSet, any, counted};
use crate::analysis::sweep::bits::set;
use crate::analysis::sweep::values::Values;
use crate::graph::NodeId;

/// Loops are gone round until all nodes have been asked so often in the mean; what is left is left dirty.
const ROUNDS: usize = 3;

/// Asks every node from a place in the order on under which outages it fails; where needs lead back, until nothing changes.
///
/// Nodes that fail under more outages than anybody knew when the work ends are left dirty. Costs a gather of a set of lanes
/// for each need of a node, and for each need in a loop as often as something in it changes.
pub(super) fn ask_all<L: LaneSet>(plan: &Plan<'_>, values: &mut Values<L>, dirty: &mut [u64], from: usize) {
    let Plan { order, turns, .. } = plan;
    let values = values.spread();
    let mut failed = Vec::new();
    let loops = Loop::all(plan);
    let mut ends = &loops[loops.partition_point(|round| round.end < from)..];
    let mut place = from;
    let mut left = order.nodes.len() * ROUNDS;
    while place < order.nodes.len() {
        let node = order.nodes[place];
        if turns[node as usize] != SETTLED {
            values[node as usize] = ask(plan, node, values, &mut failed);
        }
        let mut next = place + 1;
        while let [round, rest @ ..] = ends
            && round.end == place
        {
            let more = ask(plan, round.node, values, &mut failed) != values[round.node as usize];
            if more && left > place - round.start {
                next = next.min(round.start);
            }
            ends = rest;
        }
        if next <= place {
            left -= place - next;
            ends = &loops[loops.partition_point(|round| round.end < next)..];
        }
        place = next;
    }
    dirty.fill(0);
    for round in &loops {
        let value = ask(plan, round.node, values, &mut failed);
        if value != values[round.node as usize] {
            set(dirty, order.rank[round.node as usize]);
            // A group that is dirty is counted again.
            if !turns[round.node as usize].counts() {
                values[round.node as usize] = value;
            }
        }
    }
}

/// A node that stands before something that it needs.
struct Loop {
    node: NodeId,
    start: usize,
    /// The place of the last of what it needs.
    end: usize,
}

impl Loop {
    /// All of a system, by the places where they end.
    fn all(plan: &Plan<'_>) -> Vec<Loop> {
        let Plan { order, turns, .. } = plan;
        let open = order.early.iter().filter(|node| turns[**node as usize] != SETTLED);
        let of = |node: &NodeId| {
            let start = order.rank[*node as usize];
            let end = plan.inputs(*node).map(|input| order.rank[input as usize]).max()?;
            (end > start).then_some(Loop { node: *node, start: start as usize, end: end as usize })
        };
        let mut loops: Vec<Loop> = open.filter_map(of).collect();
        loops.sort_unstable_by_key(|round| (round.end, round.start));
        loops
    }
}

/// Under which outages a node fails as far as is known of what it needs.
fn ask<L: LaneSet>(plan: &Plan<'_>, node: NodeId, values: &[L], failed: &mut Vec<NodeId>) -> L {
    let mut value = values[node as usize];
    if !plan.turns[node as usize].counts() {
        plan.inputs(node).for_each(|input| value.add(&values[input as usize]));
        return value;
    }
    failed.clear();
    failed.extend(plan.inputs(node).filter(|input| any(&values[*input as usize])));
    let threshold = plan.missing[node as usize];
    if failed.len() >= threshold as usize {
        value.add(&counted(failed, threshold, values));
    }
    value
}
