//! The sweep over single failures, kept so that a small change of the system updates it from what changed.
//!
//! An outage of something that bears on no changed node, neither before nor after, leaves all of these up in both versions,
//! and so does the same as before. The other outages are swept in both versions over what bears on the changed nodes alone.
//! Those under which these do not what they did are swept in the later version, over the apps that rest on a changed node;
//! where a row says something else, it is mended.

mod dense;
mod flow;
mod mend;
mod order;
mod scope;
mod stirred;
mod told;

use super::{Effect, SingleFailure, single_failures};
use crate::graph::{Graph, Matched, NOWHERE};
use mend::{apply, differences};
use order::Order;
use scope::Scope;
use stirred::stirred;

/// The effect of every component's failure on the apps of a graph, ready to be brought up to date.
#[derive(Clone, Debug)]
pub struct Kept {
    rows: Vec<SingleFailure>,
    order: Order,
}

/// What an update did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Updated {
    /// The components whose failure has another effect than before, by their numbers in the later graph; new components
    /// that have any are among them.
    pub rows: Vec<u32>,
    /// How many nodes had needs that changed.
    pub changed: usize,
    /// How many outages were looked at: of components that bear on what changed.
    pub looked_at: usize,
}

impl Kept {
    /// Sweeps over every single failure; costs what [`single_failures`] costs, and an order of the nodes.
    pub fn new(graph: &Graph) -> Kept {
        Kept { rows: single_failures(graph), order: Order::of(graph) }
    }

    /// The effect of every component's failure, in the order of the components.
    pub fn rows(&self) -> &[SingleFailure] {
        &self.rows
    }

    /// The effect of every component's failure, in the order of the components.
    pub fn into_rows(self) -> Vec<SingleFailure> {
        self.rows
    }

    /// Brings everything up to date with a later version of the graph.
    ///
    /// The result is that of [`Kept::new`] on the later graph. Costs a look at every component of both graphs, a sweep of
    /// both over what bears on what changed, one of the later over the apps that rest on it, and the rows that differ; all
    /// rows where numbers of components move, and a whole sweep where something changed that fails whatever happens.
    pub fn update(&mut self, before: &Graph, after: &Graph) -> Updated {
        let matched = Matched::of(before, after);
        self.renumber(&matched);
        let changed = matched.changed.len();
        let (order, scope) = rayon::join(|| self.order.later(after, &matched), || Scope::of(before, after, &matched));
        let earlier = std::mem::replace(&mut self.order, order);
        let Some(scope) = scope else { return Updated::default() };
        let versions = [(before, &earlier), (after, &self.order)];
        let Some(outages) = stirred(versions, &matched, &scope) else {
            return Updated { rows: self.replace(single_failures(after)), changed, looked_at: self.rows.len() };
        };
        let edits = differences(after, &self.order, &scope.apps, &outages, &self.rows);
        Updated { rows: apply(&mut self.rows, edits), changed, looked_at: scope.outages.len() }
    }

    /// Takes other rows; the components whose rows differ.
    fn replace(&mut self, rows: Vec<SingleFailure>) -> Vec<u32> {
        let before = std::mem::replace(&mut self.rows, rows);
        let differ = self.rows.iter().zip(&before).filter(|(now, before)| now != before);
        differ.map(|(now, _)| now.component).collect()
    }

    /// Moves rows to the numbers of a later graph; costs all of them, but nothing where every component keeps its number.
    fn renumber(&mut self, matched: &Matched) {
        let stays = |(number, before): (u32, &u32)| number == *before;
        if matched.components.len() == self.rows.len() && (0u32..).zip(&matched.components).all(stays) {
            return;
        }
        let mut later = vec![NOWHERE; self.rows.len()];
        let mut rows = Vec::with_capacity(matched.components.len());
        for (number, before) in (0u32..).zip(&matched.components) {
            let Some(row) = self.rows.get_mut(*before as usize) else {
                rows.push(SingleFailure::of(number));
                continue;
            };
            later[*before as usize] = number;
            let row = std::mem::replace(row, SingleFailure::of(number));
            rows.push(SingleFailure { component: number, ..row });
        }
        // Both versions are in the order of the ids, so lists stay in order.
        for row in &mut rows {
            for list in [&mut row.down, &mut row.degraded, &mut row.frozen] {
                list.iter_mut().for_each(|app| *app = later[*app as usize]);
                list.retain(|app| *app != NOWHERE);
            }
        }
        self.rows = rows;
    }
}

impl SingleFailure {
    /// A loss that does nothing.
    fn of(component: u32) -> Self {
        SingleFailure { component, down: Vec::new(), degraded: Vec::new(), frozen: Vec::new() }
    }

    fn of_effect(&self, effect: Effect) -> &[u32] {
        match effect {
            Effect::Down => &self.down,
            Effect::Degraded => &self.degraded,
            Effect::Frozen => &self.frozen,
        }
    }

    fn list(&mut self, effect: Effect) -> &mut Vec<u32> {
        match effect {
            Effect::Down => &mut self.down,
            Effect::Degraded => &mut self.degraded,
            Effect::Frozen => &mut self.frozen,
        }
    }
}

/// The effect of every component's failure before and after a change, each in the order of its components.
///
/// The later is found from the earlier.
pub fn single_failures_of_both(before: &Graph, after: &Graph) -> (Vec<SingleFailure>, Vec<SingleFailure>) {
    let mut kept = Kept::new(before);
    let earlier = kept.rows().to_vec();
    kept.update(before, after);
    (earlier, kept.into_rows())
}
