//! Single failures: what each component takes down when it alone is lost.

use rayon::prelude::*;

use super::{Blast, Impact, blast, impact};
use crate::graph::Graph;
use crate::model::State;

/// What the loss of one component does to the other apps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleFailure {
    /// The component that is lost, by its number in the graph.
    pub component: u32,
    /// The apps, itself left out.
    pub blast: Blast,
}

/// The effect of every component's failure, in the order of the components.
pub fn single_failures(graph: &Graph) -> Vec<SingleFailure> {
    sweep(graph, |component, impact| {
        let mut blast = blast(graph, impact);
        for list in [&mut blast.down, &mut blast.degraded, &mut blast.frozen, &mut blast.at_risk, &mut blast.up] {
            list.retain(|app| *app != component);
        }
        SingleFailure { component, blast }
    })
}

/// Looks at the impact of every component's failure, one impact each, in parallel; results in the order of the
/// components.
pub fn sweep<T: Send>(graph: &Graph, look: impl Fn(u32, &Impact) -> T + Sync) -> Vec<T> {
    (0..graph.components().len())
        .into_par_iter()
        .filter_map(|number| u32::try_from(number).ok())
        .map(|component| {
            let outage: Vec<_> = graph.capabilities_of(component).map(|node| (node, State::Down)).collect();
            look(component, &impact(graph, &outage))
        })
        .collect()
}
