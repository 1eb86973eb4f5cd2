//! The blast radius of an outage: which apps are down, degraded, frozen, at risk and untouched.

use std::collections::{HashSet, VecDeque};

use super::Impact;
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, Phase, State};

/// The apps by what an outage does to them, each list in the order of the components.
///
/// `down`, `degraded`, `frozen` and `up` part the apps among them; `at_risk` names those that still serve and have lost
/// redundancy, and overlaps with the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blast {
    /// Their `data` is down.
    pub down: Vec<u32>,
    /// Their `data` is degraded.
    pub degraded: Vec<u32>,
    /// Their `data` is up and their `control` is down: they serve, and can't be deployed, scaled or failed over.
    pub frozen: Vec<u32>,
    /// They are not down, and a group of alternatives that they need has lost a member.
    pub at_risk: Vec<u32>,
    /// Neither down, nor degraded, nor frozen.
    pub up: Vec<u32>,
}

/// Sorts the apps by their states; linear in the needs of the graph.
pub fn blast(graph: &Graph, impact: &Impact) -> Blast {
    let (data, control) = (Capability::data(), Capability::control());
    let state = |app: u32, capability: &Capability| graph.node(app, capability).map_or(State::Up, |n| impact.state(n));
    let risky = lost_redundancy(graph, impact);
    let mut blast = Blast::default();
    for &app in graph.apps() {
        let list = match (state(app, &data), state(app, &control)) {
            (State::Down, _) => &mut blast.down,
            (State::Degraded, _) => &mut blast.degraded,
            (State::Up, State::Down) => &mut blast.frozen,
            (State::Up, _) => &mut blast.up,
        };
        list.push(app);
        let serves = state(app, &data) != State::Down;
        if serves && graph.node(app, &data).is_some_and(|node| risky[node as usize]) {
            blast.at_risk.push(app);
        }
    }
    blast
}

/// Of the groups that a node rests on and that survive short, the nearest: of each member that is down the first
/// capability that failed in it, and of each that holds the first that it names.
///
/// Breadth first; linear in the needs of the graph.
pub fn nearest_loss(graph: &Graph, impact: &Impact, node: NodeId) -> Option<(Vec<NodeId>, Vec<NodeId>)> {
    let mut seen = HashSet::from([node]);
    let mut queue = VecDeque::from([node]);
    while let Some(here) = queue.pop_front() {
        if is_short(graph, impact, here) {
            let members = graph.inputs(here).iter().map(|edge| edge.node);
            let (lost, left): (Vec<NodeId>, Vec<NodeId>) = members.partition(|m| impact.state(*m) == State::Down);
            let failed = |leaf: &NodeId| impact.state(*leaf) == State::Down;
            let lost = lost.into_iter().filter_map(|member| leaves(graph, member).into_iter().find(failed)).collect();
            let left = left.into_iter().filter_map(|member| leaves(graph, member).into_iter().next()).collect();
            return Some((lost, left));
        }
        for edge in graph.inputs(here).iter().filter(|edge| edge.phase == Phase::Run && !edge.soft) {
            if seen.insert(edge.node) {
                queue.push_back(edge.node);
            }
        }
    }
    None
}

/// A capability itself, or the capabilities that a group names.
fn leaves(graph: &Graph, node: NodeId) -> Vec<NodeId> {
    if !graph.is_group(node) {
        return vec![node];
    }
    graph.inputs(node).iter().flat_map(|edge| leaves(graph, edge.node)).collect()
}

/// Which nodes rest, over hard run needs, on a group that survives with fewer members than it has.
pub fn lost_redundancy(graph: &Graph, impact: &Impact) -> Vec<bool> {
    let mut risky = vec![false; graph.len()];
    let mut queue: Vec<NodeId> = (0..).take(graph.len()).filter(|node| is_short(graph, impact, *node)).collect();
    for node in &queue {
        risky[*node as usize] = true;
    }
    while let Some(node) = queue.pop() {
        for edge in graph.dependents(node) {
            let next = edge.node as usize;
            let carries = edge.phase == Phase::Run && !edge.soft && impact.state(edge.node) != State::Down;
            if carries && !risky[next] {
                risky[next] = true;
                queue.push(edge.node);
            }
        }
    }
    risky
}

/// Whether a node is a group that survives although members of it are down.
pub fn is_short(graph: &Graph, impact: &Impact, node: NodeId) -> bool {
    graph.is_group(node)
        && graph.threshold(node) > 1
        && impact.state(node) != State::Down
        && graph.inputs(node).iter().any(|member| !member.soft && impact.state(member.node) == State::Down)
}
