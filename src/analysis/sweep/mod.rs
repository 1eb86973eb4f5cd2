//! Sweeps: what each of many outages does to every app, each looked at by itself.
//!
//! Outages are put in the order in which their failures begin and looked at in blocks. Of each block the first 512 are tried
//! set by set. Where few outages reach the same nodes that is done at once, and so is the rest; else the try ends early and
//! all of the block is done bit by bit. Both are exact; they differ in time alone.

mod bits;
mod block;
mod faces;
mod kept;
mod outages;
mod pairs;
mod pass;
mod sets;
mod sink;
mod together;
mod values;
mod worst;

pub use kept::{Kept, Updated, single_failures_of_both};
pub use outages::Outages;
pub use pairs::{Pair, Pairs, pairs, pairs_until};
pub use worst::{Worst, combinations, worst};

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::lanes::LaneSet;
use crate::graph::Graph;
use block::{Block, Worker};
use faces::Systems;
use sink::{Lists, Numbers, Sink};

/// How outages are propagated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// By what a first pass over each block of outages costs.
    #[default]
    Adaptive,
    /// 512 outages at a time, each a bit.
    Bits,
    /// For each node the set of outages under which it fails.
    Sets,
}

/// What an outage does to an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Its `data` is down.
    Down,
    /// Its `data` is degraded.
    Degraded,
    /// Its `data` is up and its `control` is down.
    Frozen,
}

impl Effect {
    const ALL: [Effect; 3] = [Effect::Down, Effect::Degraded, Effect::Frozen];

    /// Under which outages of `every` an app is hit how, from those under which its `data` is down, its `data` is not up,
    /// and its `control` is down.
    fn of<L: LaneSet>(down: &L, impaired: &L, control: &L, every: &L) -> [L; 3] {
        let mut effects = [L::NONE; 3];
        let [hit, degraded, frozen] = effects.each_mut().map(L::words_mut);
        let (down, impaired, control) = (down.words(), impaired.words(), control.words());
        for (at, every) in every.words().iter().enumerate() {
            hit[at] = down[at] & every;
            degraded[at] = impaired[at] & !down[at] & every;
            frozen[at] = control[at] & !impaired[at] & !down[at] & every;
        }
        effects
    }
}

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

/// How many other apps an outage hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// Apps that are down.
    pub down: u32,
    /// Apps that are degraded.
    pub degraded: u32,
    /// Apps that are frozen.
    pub frozen: u32,
    /// The weights of those that are down, together.
    pub weight: u64,
}

/// The apps that an outage hits, in order; those that it puts down itself are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Apps that are down.
    pub down: Vec<u32>,
    /// Apps that are degraded.
    pub degraded: Vec<u32>,
    /// Apps that are frozen.
    pub frozen: Vec<u32>,
}

impl Reach {
    fn list(&mut self, effect: Effect) -> &mut Vec<u32> {
        match effect {
            Effect::Down => &mut self.down,
            Effect::Degraded => &mut self.degraded,
            Effect::Frozen => &mut self.frozen,
        }
    }
}

/// The effect of every component's failure on the apps, in the order of the components.
///
/// Costs what [`reach`] costs.
pub fn single_failures(graph: &Graph) -> Vec<SingleFailure> {
    let reach = reach(graph, &Outages::components(graph), Method::Adaptive);
    (0u32..)
        .zip(reach)
        .map(|(component, Reach { down, degraded, frozen })| SingleFailure { component, down, degraded, frozen })
        .collect()
}

/// Which apps each outage hits, in the order of the outages.
///
/// Exact; the least solution of the states under each outage. Time is at worst outages times needs, divided by 512 or, on
/// sparse systems, by what the outages do not touch; memory is the result and, for each thread, 64 bytes a node and what
/// the sets of a block take.
pub fn reach(graph: &Graph, outages: &Outages, method: Method) -> Vec<Reach> {
    swept(graph, outages, method, &Lists, &|| false).into_iter().map(Option::unwrap_or_default).collect()
}

/// How many apps each outage hits, in the order of the outages; `weights` by the place of an app in the list of apps.
///
/// As [`reach`], without the lists.
pub fn hits(graph: &Graph, outages: &Outages, weights: &[u64], method: Method) -> Vec<Hits> {
    hits_until(graph, outages, weights, method, &|| false).into_iter().map(Option::unwrap_or_default).collect()
}

/// As [`hits`], as far as it comes before `stop` says so; `None` for what was not looked at. `stop` is asked before each block.
pub fn hits_until(
    graph: &Graph,
    outages: &Outages,
    weights: &[u64],
    method: Method,
    stop: &(dyn Fn() -> bool + Sync),
) -> Vec<Option<Hits>> {
    let mut weight_of = vec![0u64; graph.components().len()];
    for (app, weight) in graph.apps().iter().zip(weights) {
        weight_of[*app as usize] = *weight;
    }
    swept(graph, outages, method, &Numbers::new(weight_of, graph.apps()), stop)
}

fn swept<S: Sink>(
    graph: &Graph,
    outages: &Outages,
    method: Method,
    sink: &S,
    stop: &(dyn Fn() -> bool + Sync),
) -> Vec<Option<S::Item>> {
    let systems = Systems::new(graph, graph.apps());
    let blocks = Block::cut(&systems, outages);
    let next = AtomicUsize::new(0);
    let threads = rayon::current_num_threads().min(blocks.len()).max(1);
    let done: Vec<Vec<(usize, Vec<S::Item>)>> = (0..threads)
        .into_par_iter()
        .map(|_| {
            let mut worker = Worker::new(&systems, &blocks);
            let mut done = Vec::new();
            while let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)).filter(|_| !stop()) {
                done.push((block.number, worker.run(block, outages, method, sink)));
            }
            done
        })
        .collect();
    // What is in no block hits nothing.
    let mut results: Vec<Option<S::Item>> = vec![Some(S::Item::default()); outages.len()];
    let finished: HashSet<usize> = done.iter().flatten().map(|(number, _)| *number).collect();
    for block in blocks.iter().filter(|block| !finished.contains(&block.number)) {
        block.outages.iter().for_each(|outage| results[*outage as usize] = None);
    }
    for (number, found) in done.into_iter().flatten() {
        for (outage, result) in blocks[number].outages.iter().zip(found) {
            results[*outage as usize] = Some(result);
        }
    }
    results
}
