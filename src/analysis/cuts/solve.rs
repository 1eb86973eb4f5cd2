//! From a circuit to the diagrams of its modules: orders of variables raced under growing budgets.

use std::sync::Arc;

use super::bdd::Bdd;
use super::circuit::{Circuit, Node, Ref, TRUE};
use super::diagram::Diagram;
use super::hash::{Map, Set};
use super::memory::{Memory, parts};
use super::minimal::Families;
use super::modules::modular;
use super::order::{ORDERS, Scope, levels};
use super::store::{Allowance, At, GaveUp};

/// What a variable of a module's diagrams stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// An event.
    Event(u32),
    /// An inner module, by its number.
    Module(usize),
}

/// A module, solved.
#[derive(Clone, Debug)]
pub(super) struct Module {
    /// What the variable of each level stands for.
    pub(super) leaves: Vec<Leaf>,
    /// When it fails; missing where only small sets were looked for.
    pub(super) function: Option<Arc<Diagram>>,
    /// Its minimal cut sets.
    pub(super) sets: Arc<Diagram>,
}

/// How much solving may take.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// The most nodes that all diagrams that are being made have; about 40 bytes each.
    pub nodes: usize,
    /// The most results of operations that one top may take, all orders that are tried together; some ten million are a
    /// second. Unlike a time it ends the same on every machine.
    pub work: usize,
    /// Whether to stop now; asked now and then.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

/// The nodes that the first try of each order may take.
const FIRST_TRY: usize = 1 << 12;

/// The largest budget that is extended for the last gates.
const MOST_EXTENDED: usize = FIRST_TRY * GROWTH;

/// Modules of fewer gates than this begin with small tables.
const FEW_GATES: usize = 12;

/// How many orders the first rounds try; the first are new, and later ones go on with those that came farthest.
const TRIES: [usize; 6] = [2, ORDERS, ORDERS, ORDERS, 4, 3];

/// How many orders each round after these tries.
const LATER_TRIES: usize = 2;

/// How many times as many each round allows.
const GROWTH: usize = 4;

/// The nodes that whole functions may take when only small sets are asked for.
const WHOLE_FIRST: usize = 1 << 19;

/// Solves a circuit module by module, inner ones first; the top is the last. Empty for a constant.
///
/// With `most`, sets of more members may be missing wherever the whole function takes too much. Modules that `memory` knows
/// are taken from there, and others are kept in it.
pub(super) fn solve(
    circuit: &Circuit,
    top: Ref,
    most: Option<u32>,
    limits: Limits<'_>,
    memory: Option<&Memory>,
) -> Result<Vec<Module>, GaveUp> {
    let mut room = Room::new(limits);
    each_module(circuit, top, memory, |task| task.run(most, limits, &mut room))
}

/// Finds the sets of at most so many members of every module, and no functions.
pub(super) fn small(circuit: &Circuit, top: Ref, most: u32, limits: Limits<'_>) -> Result<Vec<Module>, GaveUp> {
    let mut room = Room::new(limits);
    each_module(circuit, top, None, |task| task.small(most, limits, &mut room))
}

fn each_module(
    circuit: &Circuit,
    top: Ref,
    memory: Option<&Memory>,
    mut run: impl FnMut(&Task<'_>) -> Result<Done, GaveUp>,
) -> Result<Vec<Module>, GaveUp> {
    if top <= TRUE {
        return Ok(Vec::new());
    }
    let modular = modular(circuit, top);
    let number: Map<Ref, usize> = modular.modules.iter().enumerate().map(|(number, at)| (*at, number)).collect();
    let inner: Set<Ref> = modular.modules.iter().copied().collect();
    let is_leaf = |at: Ref| inner.contains(&at);
    let circuit = &modular.circuit;
    let leaf = |at: &Ref| match (circuit.node(*at), number.get(at)) {
        (Node::Event(event), _) => Leaf::Event(*event),
        (_, Some(number)) => Leaf::Module(*number),
        // A leaf is an event or a module.
        (_, None) => Leaf::Module(usize::MAX),
    };
    let mut solved = Vec::with_capacity(modular.modules.len());
    // The numbers that modules have in the memory.
    let mut kept: Vec<Option<u32>> = Vec::with_capacity(modular.modules.len());
    for top in &modular.modules {
        let scope = Scope::new(circuit, *top, &is_leaf);
        let words = memory.and_then(|_| parts(circuit, &scope, |at| number.get(&at).copied(), &kept));
        let known = memory.zip(words.as_ref()).and_then(|(memory, words)| memory.find(words, &kept));
        if let Some((module, number)) = known {
            solved.push(module);
            kept.push(Some(number));
            continue;
        }
        let (order, function, sets) = run(&Task { circuit, top: *top, scope })?;
        let leaves = order.iter().map(leaf).collect();
        let module = Module { leaves, function: function.map(Arc::new), sets: Arc::new(sets) };
        kept.push(memory.zip(words).and_then(|(memory, words)| memory.keep(words, &module, &kept)));
        solved.push(module);
    }
    Ok(solved)
}

/// A module to solve.
struct Task<'c> {
    circuit: &'c Circuit,
    top: Ref,
    scope: Scope<'c>,
}

/// The memory that tries take, one after the other.
struct Room<'a> {
    bdd: Bdd<'a>,
    families: Families<'a>,
    /// The work that is left.
    work: usize,
}

impl<'a> Room<'a> {
    fn new(limits: Limits<'a>) -> Self {
        let allowance = Allowance { nodes: limits.nodes, work: limits.work, stop: limits.stop };
        Room { bdd: Bdd::new(allowance), families: Families::new(allowance), work: limits.work }
    }

    /// Takes what was done from what is left.
    fn spend(&mut self, steps: usize) -> Result<(), GaveUp> {
        self.work = self.work.saturating_sub(steps);
        if self.work == 0 { Err(GaveUp::Work) } else { Ok(()) }
    }
}

type Done = (Vec<Ref>, Option<Diagram>, Diagram);

impl<'a> Task<'_> {
    fn run(&self, most: Option<u32>, limits: Limits<'a>, room: &mut Room<'a>) -> Result<Done, GaveUp> {
        let Some(most) = most else { return self.whole(limits.nodes, limits, room) };
        match self.whole(limits.nodes.min(WHOLE_FIRST), limits, room) {
            Err(GaveUp::Nodes) => self.small(most, limits, room).or_else(|_| self.whole(limits.nodes, limits, room)),
            done => done,
        }
    }

    /// The function and all its minimal sets, by the order that is done first.
    ///
    /// Each round allows more nodes than the one before, and of the orders that were not done it tries fewer: those first
    /// that came farthest.
    fn whole(&self, nodes: usize, limits: Limits<'a>, room: &mut Room<'a>) -> Result<Done, GaveUp> {
        // The orders that were tried, with how many gates they came to.
        let mut tried: Vec<(usize, usize, Vec<Ref>)> = Vec::new();
        let mut budget = FIRST_TRY.min(nodes);
        for round in 0.. {
            let last = budget >= nodes;
            let most = if last { ORDERS } else { TRIES.get(round).copied().unwrap_or(LATER_TRIES) };
            tried.sort_by_key(|(gates, which, _)| (std::cmp::Reverse(*gates), *which));
            for nth in 0..most {
                if tried.len() <= nth {
                    tried.push((0, nth, self.scope.order(nth)));
                }
                let (gates, _, order) = &mut tried[nth];
                let most = budget.saturating_mul(GROWTH).min(nodes);
                let work = room.work;
                let [own, more] = [budget, most].map(|nodes| Allowance { nodes, work, stop: limits.stop });
                let done = self.by(order, [own, more], room, gates);
                match done {
                    Ok((function, sets)) => return Ok((std::mem::take(order), Some(function), sets)),
                    Err(GaveUp::Nodes) => {}
                    Err(last) => return Err(last),
                }
            }
            if last {
                break;
            }
            budget = budget.saturating_mul(GROWTH).min(nodes);
        }
        Err(GaveUp::Nodes)
    }

    /// By one order: with a first allowance, and with a second one for what the first nearly did, which is the sets of a
    /// function that is done, and a function of which few gates are left.
    fn by(
        &self,
        order: &[Ref],
        [allowance, more]: [Allowance<'a>; 2],
        room: &mut Room<'a>,
        gates: &mut usize,
    ) -> Result<(Diagram, Diagram), GaveUp> {
        let bdd = &mut room.bdd;
        // What few gates ask for is made in less time than large tables are cleared in.
        let expected = if self.scope.gates.len() < FEW_GATES { 0 } else { FIRST_TRY };
        bdd.reset(allowance, expected);
        // Later on another order is likely to take less than a few gates more by this one.
        let extend = |bdd: &mut Bdd<'a>| allowance.nodes <= MOST_EXTENDED && bdd.allow(more);
        let function = self.up(order, bdd, Bdd::variable, Bdd::at_least, extend, gates);
        let steps = bdd.steps();
        room.spend(steps)?;
        let function = function?;
        let Room { bdd, families, work } = &mut *room;
        families.reset(Allowance { work: *work, ..more }, expected.min(bdd.store.nodes.len()));
        let sets = families.minimal(function, &bdd.store);
        let steps = families.steps();
        room.spend(steps)?;
        let Room { bdd, families, .. } = room;
        Ok((Diagram::extract(&bdd.store, function), Diagram::extract(&families.store, sets?)))
    }

    /// The minimal sets of at most so many members, without the function.
    fn small(&self, most: u32, limits: Limits<'a>, room: &mut Room<'a>) -> Result<Done, GaveUp> {
        let mut budget = WHOLE_FIRST.min(limits.nodes);
        loop {
            for which in [0, 1, 4] {
                let order = self.scope.order(which);
                let families = &mut room.families;
                families.reset(Allowance { nodes: budget, work: room.work, stop: limits.stop }, 0);
                let made = self.up(
                    &order,
                    families,
                    |families, level| families.variable(level),
                    |families, t, inputs| families.at_least(t, inputs, most),
                    |_| false,
                    &mut 0,
                );
                let steps = families.steps();
                room.spend(steps)?;
                match made {
                    Ok(sets) => return Ok((order, None, Diagram::extract(&room.families.store, sets))),
                    Err(GaveUp::Nodes) => {}
                    Err(last) => return Err(last),
                }
            }
            if budget >= limits.nodes {
                return Err(GaveUp::Nodes);
            }
            budget = budget.saturating_mul(8).min(limits.nodes);
        }
    }

    /// Makes something of every gate, from what was made of its inputs; `gates` tells how far it came. Where hardly a gate
    /// is left when it gives up, it goes on if `extend` finds more room.
    fn up<S>(
        &self,
        order: &[Ref],
        store: &mut S,
        variable: impl Fn(&mut S, u32) -> Result<At, GaveUp>,
        at_least: impl Fn(&mut S, u32, Vec<At>) -> Result<At, GaveUp>,
        extend: impl Fn(&mut S) -> bool,
        gates: &mut usize,
    ) -> Result<At, GaveUp> {
        let level = levels(order);
        let mut made: Map<Ref, At> = Map::default();
        for leaf in order {
            made.insert(*leaf, variable(store, level[leaf])?);
        }
        for (nth, gate) in self.scope.gates.iter().enumerate() {
            *gates = nth;
            let Node::AtLeast(threshold, inputs) = self.circuit.node(*gate) else { continue };
            let functions: Vec<At> = inputs.iter().map(|input| made[input]).collect();
            let function = match at_least(store, *threshold, functions.clone()) {
                // What was made before it gave up is there still.
                Err(GaveUp::Nodes) if nth * 16 >= self.scope.gates.len() * 15 && extend(store) => {
                    at_least(store, *threshold, functions)
                }
                done => done,
            };
            made.insert(*gate, function?);
        }
        Ok(made[&self.top])
    }
}
