//! The sweep over single failures, kept so that a small change of the system updates it from what changed.
//!
//! For each node the components are kept whose loss alone makes it fail, in both Boolean systems. After a change these
//! sets are found anew where needs changed, and from there on as long as something differs; then the rows of those
//! components are mended whose sets of apps are touched.

mod columns;
mod layer;
mod scratch;

use std::collections::HashMap;

use super::{SingleFailure, single_failures};
use crate::graph::{Failure, Graph, Matched, NOWHERE, NodeId};
use columns::{Columns, Edit};
use layer::{Layer, Set, Slots};

/// How many slots the sets of both systems together may hold: a bound on memory, 768 MB.
const MOST_ITEMS: usize = 192 << 20;

/// The effect of every component's failure on the apps of a graph, ready to be brought up to date.
#[derive(Clone, Debug)]
pub struct Kept {
    down: Layer,
    /// `None` where nothing can be degraded without being down.
    not_up: Option<Layer>,
    /// The slot by which sets know each component.
    slots: Vec<u32>,
    /// The component of each slot, or [`NOWHERE`].
    numbers: Vec<u32>,
    rows: Vec<SingleFailure>,
}

/// What an update did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Updated {
    /// The components whose failure has another effect than before, by their numbers in the later graph; new components
    /// that have any are among them.
    pub rows: Vec<u32>,
    /// How many nodes had needs that changed.
    pub changed: usize,
    /// How many nodes fail with other components than before.
    pub touched: usize,
}

impl Kept {
    /// Sweeps over every single failure and keeps what an update needs; `None` where that does not fit into 768 MB.
    ///
    /// Costs a step for each component in the set of each need of each node, spread over the threads.
    pub fn new(graph: &Graph) -> Option<Kept> {
        let count = graph.components().len();
        let slots: Vec<u32> = (0u32..).take(count).collect();
        let here = Slots { graph, of: &slots, count };
        let down = Layer::new(here, Failure::Down, MOST_ITEMS)?;
        let not_up = if can_degrade(graph) { Some(Layer::new(here, Failure::NotUp, MOST_ITEMS)?) } else { None };
        let numbers = slots.clone();
        let mut kept = Kept { down, not_up, slots, numbers, rows: Vec::new() };
        kept.rows = kept.columns(graph).rows();
        Some(kept)
    }

    /// The effect of every component's failure, in the order of the components.
    pub fn rows(&self) -> &[SingleFailure] {
        &self.rows
    }

    /// The effect of every component's failure, in the order of the components.
    pub fn into_rows(self) -> Vec<SingleFailure> {
        self.rows
    }

    /// Brings everything up to date with a later version of the graph; `None`, after which nothing of it is of use, where
    /// it does not fit any more.
    ///
    /// The result is that of [`Kept::new`] on the later graph. Costs a look at every need of both graphs, and beyond that
    /// the sets that change; more where numbers of components move or cycles open and close.
    pub fn update(&mut self, before: &Graph, after: &Graph) -> Option<Updated> {
        let matched = Matched::of(before, after);
        let in_place = matched.is_in_place(before);
        let was_app = was_app(before, &matched);
        if !in_place {
            self.renumber(&matched);
        }
        let here = Slots { graph: after, of: &self.slots, count: self.numbers.len() };
        let down = self.down.update(here, &matched.changed, MOST_ITEMS)?;
        let mut touched = down.len();
        let mut replaced = vec![down];
        let mut created = false;
        match (&mut self.not_up, can_degrade(after)) {
            (Some(layer), _) => {
                let not_up = layer.update(here, &matched.changed, MOST_ITEMS)?;
                touched += not_up.len();
                replaced.push(not_up);
            }
            (None, true) => {
                self.not_up = Some(Layer::new(here, Failure::NotUp, MOST_ITEMS)?);
                created = true;
            }
            (None, false) => {}
        }
        let edits = self.edits(after, &matched, &was_app, &replaced, created);
        let rows = columns::apply(&mut self.rows, edits);
        Some(Updated { rows, changed: matched.changed.len(), touched })
    }

    fn columns<'a>(&'a self, graph: &'a Graph) -> Columns<'a> {
        let not_up = self.not_up.as_ref().map(|layer| &layer.sets[..]);
        Columns { graph, down: &self.down.sets, not_up, slots: &self.slots, numbers: &self.numbers }
    }

    /// Moves sets and rows to the numbers of a later graph.
    fn renumber(&mut self, matched: &Matched) {
        self.down.renumber(&matched.nodes, NOWHERE);
        self.not_up.iter_mut().for_each(|layer| layer.renumber(&matched.nodes, NOWHERE));
        let stays = |(number, before): (u32, &u32)| number == *before;
        if matched.components.len() == self.rows.len() && (0u32..).zip(&matched.components).all(stays) {
            return;
        }
        let mut later = vec![NOWHERE; self.rows.len()];
        let mut slots = Vec::with_capacity(matched.components.len());
        let mut rows = Vec::with_capacity(matched.components.len());
        self.numbers.fill(NOWHERE);
        for (number, before) in (0u32..).zip(&matched.components) {
            if *before == NOWHERE {
                slots.push(u32::try_from(self.numbers.len()).unwrap_or(u32::MAX));
                self.numbers.push(number);
                rows.push(SingleFailure::of(number));
            } else {
                later[*before as usize] = number;
                let slot = self.slots[*before as usize];
                slots.push(slot);
                self.numbers[slot as usize] = number;
                let row = std::mem::replace(&mut self.rows[*before as usize], SingleFailure::of(number));
                rows.push(SingleFailure { component: number, ..row });
            }
        }
        // Both versions are in the order of the ids, so lists stay in order.
        for row in &mut rows {
            for list in [&mut row.down, &mut row.degraded, &mut row.frozen] {
                list.iter_mut().for_each(|app| *app = later[*app as usize]);
                list.retain(|app| *app != NOWHERE);
            }
        }
        (self.slots, self.rows) = (slots, rows);
    }

    /// What becomes another effect of which component on which app.
    fn edits(
        &self,
        graph: &Graph,
        matched: &Matched,
        was_app: &[bool],
        replaced: &[Replaced],
        created: bool,
    ) -> Vec<Edit> {
        let now = self.columns(graph);
        let count = graph.components().len();
        let mut hit = vec![false; count];
        for (node, _) in replaced.iter().flatten() {
            graph.owner(*node).into_iter().for_each(|owner| hit[owner as usize] = true);
        }
        let mut is_app = vec![false; count];
        graph.apps().iter().for_each(|app| is_app[*app as usize] = true);
        let fresh: Vec<bool> = matched.components.iter().map(|before| *before == NOWHERE).collect();
        let grown = fresh.contains(&true);
        let (down, not_up) = (by_node(replaced.first()), by_node(replaced.get(1)));
        let before = |layer: &HashMap<NodeId, &Set>, sets: &[Set], node: NodeId| {
            layer.get(&node).copied().unwrap_or(&sets[node as usize]).clone()
        };
        let mut edits = Vec::new();
        let mut marks = columns::Marks::new(self.numbers.len());
        for app in (0u32..).take(count) {
            let (is, had) = (is_app[app as usize], was_app[app as usize]);
            let everywhere = || grown && now.is_always_degraded(app);
            if !(is || had) || !(hit[app as usize] || is != had || created || everywhere()) {
                continue;
            }
            let old = had.then(|| {
                now.column(app, |failure, node| match (failure, &self.not_up) {
                    (Failure::NotUp, Some(layer)) if !created => Some(before(&not_up, &layer.sets, node)),
                    (Failure::NotUp, _) => None,
                    (Failure::Down, _) => Some(before(&down, &self.down.sets, node)),
                })
            });
            let new = is.then(|| now.now(app));
            let columns = [old.unwrap_or_default(), new.unwrap_or_default()];
            marks.difference(app, &columns, &self.numbers, &fresh, &mut edits);
        }
        edits
    }
}

/// Nodes whose sets were replaced, with what these were.
type Replaced = Vec<(NodeId, Set)>;

fn by_node(replaced: Option<&Replaced>) -> HashMap<NodeId, &Set> {
    replaced.into_iter().flatten().map(|(node, set)| (*node, set)).collect()
}

/// The effect of every component's failure before and after a change, each in the order of its components.
///
/// The later is found from the earlier where that fits into memory.
pub fn single_failures_of_both(before: &Graph, after: &Graph) -> (Vec<SingleFailure>, Vec<SingleFailure>) {
    let whole = || (single_failures(before), single_failures(after));
    let Some(mut kept) = Kept::new(before) else { return whole() };
    let earlier = kept.rows().to_vec();
    match kept.update(before, after) {
        Some(_) => (earlier, kept.into_rows()),
        None => (earlier, single_failures(after)),
    }
}

fn can_degrade(graph: &Graph) -> bool {
    graph.has_soft() || !graph.partial_inputs().is_empty()
}

/// Which components of a later graph were apps.
fn was_app(before: &Graph, matched: &Matched) -> Vec<bool> {
    let mut earlier = vec![false; before.components().len()];
    before.apps().iter().for_each(|app| earlier[*app as usize] = true);
    let was = |number: &u32| *number != NOWHERE && earlier[*number as usize];
    matched.components.iter().map(was).collect()
}
