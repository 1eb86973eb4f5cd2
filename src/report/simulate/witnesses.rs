//! The chains of a report, long ones by their ends.

use crate::analysis::Impact;
use crate::graph::{Graph, NodeId};
use crate::model::State;

/// How many steps at each end of a chain are told: where everything stands in one long line, all steps of all chains are
/// more than fits into memory, or than anybody reads.
const TOLD: usize = 100;

/// The witnesses of an impact, so that the ends of each cost no walk along its middle.
pub(super) struct Witnesses<'a> {
    graph: &'a Graph,
    impact: &'a Impact,
    /// For nodes that are down, and for those that are degraded: how long the witness is, and where its last steps begin.
    known: [Vec<Option<(usize, NodeId)>>; 2],
}

impl<'a> Witnesses<'a> {
    /// Linear in the nodes.
    pub(super) fn new(graph: &'a Graph, impact: &'a Impact) -> Self {
        let known = [State::Down, State::Degraded].map(|state| {
            impact.along(graph, state, |node, next| {
                let (steps, last) = next.map_or((1, node), |(_, (steps, last))| (steps + 1, *last));
                (steps, if steps <= TOLD { node } else { last })
            })
        });
        Witnesses { graph, impact, known }
    }

    /// The witness of a node, and how many steps in its middle are left out.
    pub(super) fn of(&self, node: NodeId) -> (Vec<NodeId>, Option<usize>) {
        let of_state = usize::from(self.impact.state(node) == State::Degraded);
        let Some((steps, last)) = self.known[of_state][node as usize] else { return (Vec::new(), None) };
        let whole = || self.impact.chain(self.graph, node);
        match steps.checked_sub(2 * TOLD).filter(|left_out| *left_out > 0) {
            None => (whole().collect(), None),
            Some(left_out) => (whole().take(TOLD).chain(self.impact.chain(self.graph, last)).collect(), Some(left_out)),
        }
    }
}
