//! Single failures: what each component takes down when it alone is lost.

use rayon::prelude::*;

use super::impact;
use crate::graph::Graph;
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

/// The effect of every component's failure, in the order of the components: one impact each, in parallel.
pub fn single_failures(graph: &Graph) -> Vec<SingleFailure> {
    (0..graph.components().len())
        .into_par_iter()
        .filter_map(|number| u32::try_from(number).ok())
        .map(|component| single_failure(graph, component))
        .collect()
}

fn single_failure(graph: &Graph, component: u32) -> SingleFailure {
    let outage: Vec<_> = graph.capabilities_of(component).map(|node| (node, State::Down)).collect();
    let impact = impact(graph, &outage);
    let state = |app: u32, capability: &Capability| graph.node(app, capability).map_or(State::Up, |n| impact.state(n));
    let (data, control) = (Capability::data(), Capability::control());
    let mut failure = SingleFailure { component, down: Vec::new(), degraded: Vec::new(), frozen: Vec::new() };
    for &app in graph.apps().iter().filter(|app| **app != component) {
        match state(app, &data) {
            State::Down => failure.down.push(app),
            State::Degraded => failure.degraded.push(app),
            State::Up if state(app, &control) == State::Down => failure.frozen.push(app),
            State::Up => {}
        }
    }
    failure
}
