//! Start-up deadlocks: restarts that wait for themselves.

use std::collections::BTreeSet;

use super::Seconds;
use super::level::Level;
use super::restarts::{Moment, Restarts, Status, unmet};
use super::wiring::Wiring;
use crate::graph::{NodeId, cycles_among};

/// Capabilities of which each waits for the next to start, the last for the first, while nothing else keeps them down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlock {
    /// The capabilities, beginning with one that waits to be started.
    pub cycle: Vec<NodeId>,
    /// Since when nothing but the cycle keeps them down.
    pub since: Seconds,
    /// When somebody or something broke it.
    pub broken: Option<Seconds>,
}

/// The cycles that hold at this moment, each as a list of capabilities.
pub(super) fn holding(
    restarts: &mut Restarts,
    moment: &Moment<'_>,
    down: &Level,
    put: &BTreeSet<NodeId>,
) -> Vec<Vec<NodeId>> {
    let wiring = moment.wiring;
    let waits =
        |node: &NodeId, status: &Status| *status == Status::Waiting && unmet(wiring, down, *node).next().is_some();
    let waiting: BTreeSet<NodeId> =
        restarts.status.iter().filter(|(node, status)| waits(node, status)).map(|(node, _)| *node).collect();
    if waiting.is_empty() {
        return Vec::new();
    }
    let blocked = restarts.freed(moment, down, put, waiting);
    if blocked.is_empty() {
        return Vec::new();
    }
    let next = |node: NodeId| -> Vec<NodeId> {
        let targets: Vec<NodeId> = if blocked.contains(&node) {
            unmet(wiring, down, node).collect()
        } else {
            let links = wiring.inputs(node).iter().filter(|id| down.passes(**id));
            links.map(|id| wiring.link(*id).to).filter(|to| down.has_failed(*to)).collect()
        };
        targets.into_iter().flat_map(|target| failing_leaves(wiring, down, target)).collect()
    };
    let others = down.failed.iter().copied().filter(|node| !blocked.contains(node));
    let nodes: Vec<NodeId> = blocked.iter().copied().chain(others).collect();
    let found = cycles_among(&nodes, next);
    found.into_iter().filter(|cycle| cycle.first().is_some_and(|first| blocked.contains(first))).collect()
}

/// A capability that is down, or the capabilities that are down within a group.
pub(super) fn failing_leaves(wiring: &Wiring, down: &Level, node: NodeId) -> Vec<NodeId> {
    if !wiring.is_group(node) {
        return if down.has_failed(node) { vec![node] } else { Vec::new() };
    }
    wiring.inputs(node).iter().flat_map(|id| failing_leaves(wiring, down, wiring.link(*id).to)).collect()
}
