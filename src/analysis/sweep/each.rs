//! The states under the failure of each component, one after the other.

use rayon::prelude::*;

use crate::analysis::spread::{Spread, degrading, downing};
use crate::graph::{Graph, NodeId};
use crate::model::State;

/// The states under one outage of a sweep.
pub struct Swept<'a> {
    down: &'a Spread,
    impaired: &'a Spread,
}

impl Swept<'_> {
    /// The state of a node.
    pub fn state(&self, node: NodeId) -> State {
        match (self.down.missing[node as usize], self.impaired.missing[node as usize]) {
            (0, _) => State::Down,
            (_, 0) => State::Degraded,
            _ => State::Up,
        }
    }

    /// The groups that survive although members of them are down, with how many; in no particular order.
    pub(super) fn short(&self, graph: &Graph) -> Vec<(NodeId, u32)> {
        let lost = |group: &NodeId| (*group, graph.threshold(*group) - self.down.missing[*group as usize]);
        let survives = |group: &&NodeId| self.down.missing[**group as usize] > 0;
        self.down.touched_groups().iter().filter(survives).map(lost).collect()
    }
}

/// Looks at the states of all nodes under the failure of each component, in parallel; results in the order of the
/// components.
///
/// Event-driven: costs what each failure touches, not the size of the graph.
pub fn sweep<T: Send>(graph: &Graph, look: impl Fn(u32, &Swept<'_>) -> T + Sync) -> Vec<T> {
    let fresh = || (Spread::new(graph), Spread::new(graph));
    (0..graph.components().len())
        .into_par_iter()
        .filter_map(|number| u32::try_from(number).ok())
        .map_init(fresh, |(down, impaired), component| {
            let outage: Vec<_> = graph.capabilities_of(component).map(|node| (node, State::Down)).collect();
            down.run(graph, downing(&outage));
            impaired.run(graph, degrading(graph, &outage));
            let result = look(component, &Swept { down, impaired });
            down.reset(graph);
            impaired.reset(graph);
            result
        })
        .collect()
}
