//! Cold start: with everything off, what can come up at all.

use crate::graph::{Graph, NodeId};
use crate::model::{Phase, State};

use super::impact;

/// The capabilities that can never come up once everything is off, in order; groups are left out.
///
/// A capability has *started* once its hard start needs serve; it *serves* while it has started and its hard run needs
/// serve. Started is the least fixed point, built up from nothing; serving is what the static semantics say of those that
/// have started. So two services that merely call each other come up together, and two that must each be up before
/// the other starts never do. Each round costs one impact; there are at most as many rounds as start needs in a chain.
pub fn never_starts(graph: &Graph) -> Vec<NodeId> {
    let nodes: Vec<NodeId> = (0..).take(graph.len()).collect();
    let capabilities: Vec<NodeId> = nodes.iter().copied().filter(|node| graph.owner(*node).is_some()).collect();
    let mut waiting: Vec<NodeId> = capabilities.iter().copied().filter(|node| start_needs(graph, *node)).collect();
    loop {
        let outage: Vec<(NodeId, State)> = waiting.iter().map(|node| (*node, State::Down)).collect();
        let serving = impact(graph, &outage);
        let before = waiting.len();
        waiting.retain(|node| {
            let mut needs = graph.inputs(*node).iter().filter(|edge| edge.phase == Phase::Start && !edge.soft);
            !needs.all(|edge| holds(graph, &serving, edge.node))
        });
        if waiting.len() == before {
            return capabilities.into_iter().filter(|node| serving.state(*node) == State::Down).collect();
        }
    }
}

fn start_needs(graph: &Graph, node: NodeId) -> bool {
    graph.inputs(node).iter().any(|edge| edge.phase == Phase::Start && !edge.soft)
}

/// Whether a start need is met: a capability that serves, or a group with enough members that do.
///
/// Groups reached through start needs are evaluated here, since the impact follows run needs only.
fn holds(graph: &Graph, serving: &super::Impact, node: NodeId) -> bool {
    if graph.owner(node).is_some() {
        return serving.state(node) != State::Down;
    }
    let failed = graph.inputs(node).iter().filter(|edge| !edge.soft && !holds(graph, serving, edge.node)).count();
    failed < graph.threshold(node) as usize
}
