//! Single failures: what each component takes down when it alone is lost.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::spread::{Spread, degrading, downing};
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, State};

/// What the loss of one component does to the other apps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleFailure {
    /// The component that is lost, by its number in the graph.
    pub component: u32,
    /// Apps whose `data` is down, itself left out.
    pub down: Vec<u32>,
    /// Apps whose `data` is degraded.
    pub degraded: Vec<u32>,
    /// Apps whose `data` is up and whose `control` is down.
    pub frozen: Vec<u32>,
}

/// The states under one outage of a sweep.
pub struct Swept<'a> {
    graph: &'a Graph,
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

    /// The components of which some capability is not up, in order.
    fn hit(&self) -> BTreeSet<u32> {
        let hit = self.down.failed.iter().chain(&self.impaired.failed);
        hit.filter_map(|node| self.graph.owner(*node)).collect()
    }
}

/// The effect of every component's failure on the apps, in the order of the components.
///
/// Costs what each failure touches, not the size of the graph; in parallel.
pub fn single_failures(graph: &Graph) -> Vec<SingleFailure> {
    let apps: BTreeSet<u32> = graph.apps().iter().copied().collect();
    let (data, control) = (Capability::data(), Capability::control());
    sweep(graph, |component, swept| {
        let state = |app, capability| graph.node(app, capability).map_or(State::Up, |node| swept.state(node));
        let mut failure = SingleFailure { component, down: Vec::new(), degraded: Vec::new(), frozen: Vec::new() };
        for app in swept.hit().into_iter().filter(|hit| *hit != component && apps.contains(hit)) {
            match (state(app, &data), state(app, &control)) {
                (State::Down, _) => failure.down.push(app),
                (State::Degraded, _) => failure.degraded.push(app),
                (State::Up, State::Down) => failure.frozen.push(app),
                (State::Up, _) => {}
            }
        }
        failure
    })
}

/// Looks at the states under the failure of each component, in parallel; results in the order of the components.
pub fn sweep<T: Send>(graph: &Graph, look: impl Fn(u32, &Swept<'_>) -> T + Sync) -> Vec<T> {
    let fresh = || (Spread::new(graph), Spread::new(graph));
    (0..graph.components().len())
        .into_par_iter()
        .filter_map(|number| u32::try_from(number).ok())
        .map_init(fresh, |(down, impaired), component| {
            let outage: Vec<_> = graph.capabilities_of(component).map(|node| (node, State::Down)).collect();
            down.run(graph, downing(&outage));
            impaired.run(graph, degrading(graph, &outage));
            let result = look(component, &Swept { graph, down, impaired });
            down.reset(graph);
            impaired.reset(graph);
            result
        })
        .collect()
}
