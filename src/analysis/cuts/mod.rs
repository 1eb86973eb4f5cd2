//! Minimal cut sets: the smallest sets of events that together make a top fail, and all that is computed on them.
//!
//! A Boolean system is unrolled into a circuit, the circuit is reduced and split into independent modules, and each
//! module becomes two decision diagrams: when it fails, and its minimal cut sets. Numbers of sets, probabilities and
//! importances are sums over these diagrams; sets are listed only when they are to be shown.

mod bdd;
mod bounds;
mod circuit;
mod count;
mod diagram;
mod hash;
mod list;
mod memory;
mod minimal;
mod modules;
mod order;
mod sample;
mod solve;
mod store;
mod top;
mod union;
mod unroll;

pub use circuit::{Circuit, FALSE, Node, Ref, TRUE};
pub use memory::{Memory, Size};
pub use sample::{CONFIDENCE, Estimate, Sampling, Way};
pub use solve::Limits;
pub use store::GaveUp;
pub use top::{Top, Within};

use count::Counts;
use list::Lister;
use solve::{Leaf, Module};
use std::sync::Arc;
use union::Union;

/// The minimal cut sets of a top.
#[derive(Clone, Debug)]
pub struct CutSets {
    modules: Vec<Module>,
    /// Whether the top has failed whatever happens.
    certain: bool,
    /// Sets of more events than this may be missing.
    complete_to: Option<u32>,
}

/// The largest sets that are looked for where not all sets fit.
const MOST_ORDER: u32 = 24;

/// The nodes that looking for all sets without the function may take before small ones are looked for.
const MOST_FOR_ALL_FIRST: usize = 1 << 17;

/// The nodes that looking for small sets may take before estimating.
const MOST_FOR_ESTIMATES: usize = 1 << 20;

/// The largest sets that are looked for before estimating.
const MOST_ORDER_FOR_ESTIMATES: u32 = 5;

/// The most sets that are drawn from.
const MOST_SETS_FOR_ESTIMATES: usize = 1 << 14;

/// How important an event is to a top.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Importance {
    /// The probability that the top fails when the event has happened, less that when it has not (Birnbaum).
    pub birnbaum: f64,
    /// The share of the expected numbers of failed minimal cut sets that hold the event (Fussell-Vesely, by the sums of
    /// the products that stand for the sets).
    pub fussell_vesely: f64,
}

impl CutSets {
    /// Finds all minimal cut sets of a top; with `most`, those of at most so many events, and larger ones where they cost
    /// nothing more.
    ///
    /// Exact. Time and memory are those of the diagrams: at worst exponential in the events of the largest module, hence
    /// the limits.
    ///
    /// # Errors
    /// When a limit is reached; see [`CutSets::within`] for what can still be said.
    pub fn of(circuit: &Circuit, top: Ref, most: Option<u32>, limits: Limits<'_>) -> Result<CutSets, GaveUp> {
        CutSets::solved(circuit, top, most, limits, None)
    }

    /// As [`CutSets::of`] without a largest size, with modules that were solved for other tops or an earlier version.
    ///
    /// # Errors
    /// As [`CutSets::of`].
    pub fn known(circuit: &Circuit, top: Ref, limits: Limits<'_>, memory: &Memory) -> Result<CutSets, GaveUp> {
        CutSets::solved(circuit, top, None, limits, Some(memory))
    }

    fn solved(
        circuit: &Circuit,
        top: Ref,
        most: Option<u32>,
        limits: Limits<'_>,
        memory: Option<&Memory>,
    ) -> Result<CutSets, GaveUp> {
        let (circuit, top) = circuit.reduced(top, |_| None);
        deep(circuit.len(), || {
            let modules = solve::solve(&circuit, top, most, limits, memory)?;
            let whole = modules.iter().all(|module| module.function.is_some());
            Ok(CutSets { modules, certain: top == TRUE, complete_to: most.filter(|_| !whole) })
        })
    }

    /// The minimal cut sets of at most so many events, by families of sets alone: where functions take too much.
    ///
    /// # Errors
    /// When a limit is reached.
    pub fn small(circuit: &Circuit, top: Ref, most: u32, limits: Limits<'_>) -> Result<CutSets, GaveUp> {
        let (circuit, top) = circuit.reduced(top, |_| None);
        deep(circuit.len(), || {
            let modules = solve::small(&circuit, top, most, limits)?;
            Ok(CutSets { modules, certain: top == TRUE, complete_to: Some(most) })
        })
    }

    /// All minimal cut sets (with `most`, those of at most so many events) if the first limits allow it, else those of as
    /// many events as the second limits do; at least none.
    pub fn within(circuit: &Circuit, top: Ref, most: Option<u32>, limits: [Limits<'_>; 2]) -> CutSets {
        if let Ok(found) = CutSets::of(circuit, top, most, limits[0]) {
            return found;
        }
        // All sets may fit where the function does not; mostly they don't, so they get little until small ones are known.
        let all = |limits| {
            let found = CutSets::small(circuit, top, most.unwrap_or(u32::MAX), limits);
            found.map(|found| CutSets { complete_to: most, ..found })
        };
        if let Ok(found) = all(Limits { nodes: limits[1].nodes.min(MOST_FOR_ALL_FIRST), ..limits[1] }) {
            return found;
        }
        let mut found = CutSets { modules: Vec::new(), certain: false, complete_to: Some(0) };
        for order in 1..=most.unwrap_or(MOST_ORDER) {
            match CutSets::small(circuit, top, order, limits[1]) {
                Ok(more) => found = more,
                Err(_) => return found,
            }
        }
        if most.is_some() { found } else { all(limits[1]).unwrap_or(found) }
    }

    /// How many events the sets have of which none is missing; `None` when none is missing at all.
    pub fn complete_to(&self) -> Option<u32> {
        self.complete_to
    }

    /// Whether the top has failed whatever happens: the empty set is its only cut set.
    pub fn is_certain(&self) -> bool {
        self.certain
    }

    /// How many sets there are of one event, of two and so on. Nodes times the square of the largest size; of modules that
    /// are done nothing is kept but their own numbers, and these until they are counted in.
    pub fn by_order(&self) -> Vec<u128> {
        let mut known: Vec<Vec<u128>> = Vec::with_capacity(self.modules.len());
        for module in &self.modules {
            // A module stands in one other alone.
            let inner: Vec<Vec<u128>> = (module.leaves.iter())
                .map(|leaf| match leaf {
                    Leaf::Event(_) => vec![0, 1],
                    Leaf::Module(inner) => std::mem::take(&mut known[*inner]),
                })
                .collect();
            let of: Vec<&[u128]> = inner.iter().map(Vec::as_slice).collect();
            known.push(Counts::new(&module.sets, &of, usize::MAX).of(module.sets.root).to_vec());
        }
        known.pop().unwrap_or_default().into_iter().skip(1).collect()
    }

    /// Up to `limit` sets of at most `order` events, small ones first, each in order.
    pub fn list(&self, order: usize, limit: usize) -> Vec<Vec<u32>> {
        // No larger sizes are looked at than what is to be listed asks for.
        let enough = self.by_order().into_iter().scan(0u128, |sum, number| {
            let before = *sum;
            *sum = sum.saturating_add(number);
            Some(before)
        });
        let largest = enough.take_while(|before| *before < limit as u128).count();
        let counts = self.counts(order.min(largest));
        let sizes = self.top_counts(&counts).len();
        let mut lister = Lister { modules: &self.modules, counts: &counts, most: limit, found: Vec::new() };
        for size in 1..sizes {
            let before = lister.found.len();
            lister.of_size(size);
            lister.found[before..].sort_unstable();
        }
        lister.found
    }

    /// Those sets that hold an event.
    pub fn containing(&self, event: u32) -> CutSets {
        let mut found = self.clone();
        let holder = |modules: &[Module], leaf: Leaf| {
            let holds = |module: &Module| module.leaves.iter().position(|other| *other == leaf);
            modules.iter().enumerate().find_map(|(number, module)| Some((number, holds(module)?)))
        };
        let mut leaf = Leaf::Event(event);
        let top = found.modules.len().wrapping_sub(1);
        loop {
            let Some((number, level)) = holder(&found.modules, leaf) else {
                found.modules.clear();
                return found;
            };
            let module = &mut found.modules[number];
            module.sets = Arc::new(module.sets.holding(u32::try_from(level).unwrap_or(u32::MAX)));
            if number == top {
                return found;
            }
            leaf = Leaf::Module(number);
        }
    }

    /// The probability that the top fails, of independent events; exact. `None` when the diagrams were not finished.
    pub fn probability(&self, of: impl Fn(u32) -> f64) -> Option<f64> {
        if self.certain {
            return Some(1.0);
        }
        let all = self.module_probabilities(&of)?;
        Some(all.last().copied().unwrap_or(0.0))
    }

    /// The importance of every event that bears on the top, by its number; linear in the diagrams.
    pub fn importances(&self, of: impl Fn(u32) -> f64) -> Option<Vec<(u32, Importance)>> {
        let probability = self.module_probabilities(&of)?;
        let (sums, shares) = self.sums_of_products(&of);
        let total = sums.last().copied().unwrap_or(0.0);
        let mut found = Vec::new();
        // How the top changes with each module: known from the outermost inwards.
        let mut by_module = vec![(0.0, 0.0); self.modules.len()];
        if let Some(top) = by_module.last_mut() {
            *top = (1.0, 1.0);
        }
        for (number, module) in self.modules.iter().enumerate().rev() {
            let values = leaf_values(module, &of, &probability);
            let changes = module.function.as_ref()?.derivatives(&values);
            let (birnbaum, share) = by_module[number];
            for (level, leaf) in module.leaves.iter().enumerate() {
                let inner = (birnbaum * changes[level], share * shares[number][level]);
                match leaf {
                    Leaf::Module(other) => by_module[*other] = inner,
                    Leaf::Event(event) => {
                        let fussell_vesely = if total > 0.0 { of(*event) * inner.1 / total } else { 0.0 };
                        found.push((*event, Importance { birnbaum: inner.0, fussell_vesely }));
                    }
                }
            }
        }
        found.sort_by_key(|(event, _)| *event);
        Some(found)
    }

    /// The sums over the sets of each module of the products of the values of their events, and their derivatives.
    fn sums_of_products(&self, of: &impl Fn(u32) -> f64) -> (Vec<f64>, Vec<Vec<f64>>) {
        let mut sums: Vec<f64> = Vec::new();
        let mut shares: Vec<Vec<f64>> = Vec::new();
        for module in &self.modules {
            let values = leaf_values(module, of, &sums);
            let (sum, derivatives) = module.sets.sum_of_products(&values);
            sums.push(sum);
            shares.push(derivatives);
        }
        (sums, shares)
    }

    /// The small minimal cut sets, as large as fits a part of the limits: for estimates.
    pub fn smallest(circuit: &Circuit, top: Ref, limits: Limits<'_>) -> CutSets {
        let limits = Limits { nodes: limits.nodes.min(MOST_FOR_ESTIMATES), ..limits };
        let mut found = CutSets { modules: Vec::new(), certain: false, complete_to: Some(0) };
        for order in 1..=MOST_ORDER_FOR_ESTIMATES {
            match CutSets::small(circuit, top, order, limits) {
                Ok(more) => found = more,
                Err(_) => break,
            }
        }
        found
    }

    /// Estimates the probability of a top by sampling, where no diagram fits: with [`CONFIDENCE`] it lies between two
    /// numbers. What is found of its sets makes rare events cheap; see [`CutSets::smallest`].
    pub fn estimate(
        &self,
        circuit: &Circuit,
        top: Ref,
        of: impl Fn(u32) -> f64,
        sampling: Sampling,
        stop: &dyn Fn() -> bool,
    ) -> Estimate {
        if top <= TRUE {
            let certain = f64::from(top);
            return Estimate { low: certain, high: certain, samples: 0, way: Way::Direct };
        }
        let (circuit, tops) = circuit.part(&[top], |_| false);
        let events: Vec<u32> = (2..circuit::count(circuit.len()))
            .filter_map(|at| if let Node::Event(event) = circuit.node(at) { Some(*event) } else { None })
            .collect();
        let listed = self.list(usize::MAX, MOST_SETS_FOR_ESTIMATES);
        let all = self.sums_of_products(&of).0.last().copied().unwrap_or(0.0);
        let union = Union::new(&listed, all, self.complete_to, &events, &of);
        sample::estimate(&circuit, tops[0], Some(&union), of, sampling, stop)
    }

    /// A lower and an upper bound of the probability of a top, of intervals of those of its events; linear in the circuit,
    /// and wide where much is shared.
    pub fn bounds(circuit: &Circuit, top: Ref, of: impl Fn(u32) -> (f64, f64)) -> (f64, f64) {
        bounds::bounds(circuit, of)[top as usize]
    }

    /// How many nodes the diagrams have: of functions, and of families of sets.
    pub fn nodes(&self) -> (usize, usize) {
        let functions = self.modules.iter().filter_map(|module| module.function.as_ref());
        let sets = self.modules.iter().map(|module| module.sets.nodes.len());
        (functions.map(|function| function.nodes.len()).sum(), sets.sum())
    }

    fn module_probabilities(&self, of: &impl Fn(u32) -> f64) -> Option<Vec<f64>> {
        let mut known: Vec<f64> = Vec::with_capacity(self.modules.len());
        for module in &self.modules {
            let values = leaf_values(module, of, &known);
            let function = module.function.as_ref()?;
            known.push(function.probability(&values)[function.root as usize]);
        }
        Some(known)
    }

    fn counts(&self, most: usize) -> Vec<Counts> {
        let one: &[u128] = &[0, 1];
        let mut all: Vec<Counts> = Vec::with_capacity(self.modules.len());
        for module in &self.modules {
            let of: Vec<&[u128]> = (module.leaves.iter())
                .map(|leaf| match leaf {
                    Leaf::Event(_) => one,
                    Leaf::Module(inner) => all[*inner].of(self.modules[*inner].sets.root),
                })
                .collect();
            let counts = Counts::new(&module.sets, &of, most);
            all.push(counts);
        }
        all
    }

    fn top_counts<'c>(&self, counts: &'c [Counts]) -> &'c [u128] {
        self.modules.last().zip(counts.last()).map_or(&[], |(module, counts)| counts.of(module.sets.root))
    }
}

fn leaf_values(module: &Module, of: &impl Fn(u32) -> f64, modules: &[f64]) -> Vec<f64> {
    let value = |leaf: &Leaf| match leaf {
        Leaf::Event(event) => of(*event),
        Leaf::Module(inner) => modules[*inner],
    };
    module.leaves.iter().map(value).collect()
}

/// What has no more variables than this fits every stack.
const SHALLOW: usize = 512;

/// Runs something whose recursion goes as deep as there are variables, on a stack that is large enough for it.
fn deep<T: Send>(variables: usize, work: impl FnOnce() -> Result<T, GaveUp> + Send) -> Result<T, GaveUp> {
    if variables <= SHALLOW {
        return work();
    }
    let stack = (16usize << 20).saturating_add(variables.saturating_mul(1 << 10)).min(8 << 30);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, work);
        // No thread, no room for one: that is a limit as well.
        thread
            .map_or(Err(GaveUp::Nodes), |thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
