//! From an outage of the library, or selectors and a time, to what happens to a system.

use super::{Action, Remedy, Scenario, Seconds, Window};
use crate::analysis::select;
use crate::catalogue::outage::{Deed, Outage, Selector};
use crate::graph::{Graph, NodeId};
use crate::model::{State, System};

/// A scenario, and what of the outage is not part of the system.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What happens.
    pub scenario: Scenario,
    /// The action of the outage that each action of the scenario is.
    pub actions: Vec<usize>,
    /// Selectors that select nothing here: nothing in this system needs what they name.
    pub absent: Vec<Selector>,
}

impl Scenario {
    /// What an outage of the library does to a system. Linear in the components for each of its selectors.
    pub fn of(outage: &Outage, system: &System, graph: &Graph) -> Told {
        let mut told = Told::default();
        for failed in &outage.failed {
            let nodes = nodes(&failed.what, system, graph, &mut told.absent);
            if !nodes.is_empty() {
                let until = failed.until.map(|until| until.0);
                told.scenario.windows.push(Window { nodes, state: failed.state, from: failed.from.0, until });
            }
        }
        for (number, action) in outage.actions.iter().enumerate() {
            let what = match action.what {
                Deed::Restart => Remedy::Restart,
                Deed::Force => Remedy::Force,
                Deed::Switch => Remedy::Switch,
                Deed::Rollback => continue,
            };
            let nodes = nodes(&action.to, system, graph, &mut told.absent);
            if !nodes.is_empty() {
                let takes = (!action.begins).then_some(0);
                told.scenario.actions.push(Action { at: action.time.0, what, nodes, takes });
                told.actions.push(number);
            }
        }
        let first = outage.failed.iter().map(|failed| failed.from.0).min();
        told.scenario.begins = first.unwrap_or_default();
        told
    }

    /// Nodes taken down from a moment on, for a time or for ever.
    pub fn down(nodes: Vec<NodeId>, from: Seconds, lasts: Option<Seconds>) -> Scenario {
        let until = lasts.map(|lasts| from.saturating_add(lasts));
        let window = Window { nodes, state: State::Down, from, until };
        Scenario { begins: from, windows: vec![window], ..Scenario::default() }
    }
}

fn nodes(selectors: &[Selector], system: &System, graph: &Graph, absent: &mut Vec<Selector>) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    for selector in selectors {
        match select(system, graph, &[selector.text.to_string()]) {
            Ok(found) => nodes.extend(found.into_iter().map(|(node, _)| node)),
            Err(_) => absent.push(selector.clone()),
        }
    }
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
