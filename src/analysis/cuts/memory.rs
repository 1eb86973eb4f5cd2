//! Modules that were solved before: what another top, or a later version of a system, shares with what is known is not
//! solved again.

use std::sync::{Arc, Mutex};

use super::circuit::{Circuit, Node, Ref};
use super::diagram::Diagram;
use super::hash::Map;
use super::order::Scope;
use super::solve::{Leaf, Module};

/// Diagrams of modules, by what the modules are made of.
///
/// Holds for circuits whose events go by the same numbers. A module is found again when its gates, in their order, and its
/// events are the same, so what is found is to the last digit what solving it would give.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    by_parts: Map<Box<[u32]>, u32>,
    solved: Vec<Solved>,
    nodes: usize,
}

#[derive(Clone, Debug)]
struct Solved {
    leaves: Vec<Part>,
    function: Arc<Diagram>,
    sets: Arc<Diagram>,
}

/// What a variable stands for: an event, or a module by its number in the memory.
#[derive(Clone, Copy, Debug)]
enum Part {
    Event(u32),
    Module(u32),
}

/// How many nodes are kept, 12 bytes each; past that nothing is added.
const MOST_NODES: usize = 16 << 20;

const GATE: u32 = 0;
const EVENT: u32 = 1;
const MODULE: u32 = 2;

/// How many modules and nodes of diagrams are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Modules.
    pub modules: usize,
    /// Nodes of their diagrams.
    pub nodes: usize,
}

impl Memory {
    /// How much is kept.
    pub fn size(&self) -> Size {
        self.with(|known| Size { modules: known.solved.len(), nodes: known.nodes })
    }

    /// The same for circuits whose events have other numbers: those that `later` gives, `None` for events that are gone.
    /// What was made of such events is forgotten. Linear in what is kept, the diagrams left out.
    pub fn renumbered(self, later: impl Fn(u32) -> Option<u32>) -> Memory {
        let known = self.0.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut keys: Vec<(Box<[u32]>, u32)> = known.by_parts.into_iter().collect();
        keys.sort_unstable_by_key(|(_, number)| *number);
        let mut next = Known::default();
        let mut moved: Vec<Option<u32>> = Vec::with_capacity(keys.len());
        for ((key, _), solved) in keys.into_iter().zip(known.solved) {
            let part = |part: &Part| match part {
                Part::Event(event) => later(*event).map(Part::Event),
                Part::Module(module) => moved[*module as usize].map(Part::Module),
            };
            let leaves: Option<Vec<Part>> = solved.leaves.iter().map(part).collect();
            let word = |(kind, number)| match kind {
                EVENT => later(number),
                MODULE => moved[number as usize],
                _ => Some(number),
            };
            let made =
                rewritten(&key, word).zip(leaves).map(|(key, leaves)| next.add(key, Solved { leaves, ..solved }));
            moved.push(made);
        }
        Memory(Mutex::new(next))
    }

    /// A module that is known by its parts, and its number here; inner modules by the numbers that `inner` gives.
    pub(super) fn find(&self, parts: &[u32], inner: &[Option<u32>]) -> Option<(Module, u32)> {
        let (number, solved) = self.with(|known| {
            let number = *known.by_parts.get(parts)?;
            Some((number, known.solved[number as usize].clone()))
        })?;
        let leaf = |part: &Part| match part {
            Part::Event(event) => Some(Leaf::Event(*event)),
            Part::Module(module) => inner.iter().position(|own| *own == Some(*module)).map(Leaf::Module),
        };
        let leaves: Option<Vec<Leaf>> = solved.leaves.iter().map(leaf).collect();
        Some((Module { leaves: leaves?, function: Some(solved.function), sets: solved.sets }, number))
    }

    /// Keeps a module that was solved whole; its number, if it was kept.
    pub(super) fn keep(&self, parts: Vec<u32>, module: &Module, inner: &[Option<u32>]) -> Option<u32> {
        let part = |leaf: &Leaf| match leaf {
            Leaf::Event(event) => Some(Part::Event(*event)),
            Leaf::Module(number) => inner.get(*number).copied().flatten().map(Part::Module),
        };
        let leaves: Vec<Part> = module.leaves.iter().map(part).collect::<Option<_>>()?;
        let function = Arc::clone(module.function.as_ref()?);
        let sets = Arc::clone(&module.sets);
        self.with(|known| {
            let size = function.nodes.len() + sets.nodes.len();
            (known.nodes + size <= MOST_NODES).then(|| known.add(parts.into(), Solved { leaves, function, sets }))
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Known) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Known {
    fn add(&mut self, key: Box<[u32]>, solved: Solved) -> u32 {
        let next = u32::try_from(self.solved.len()).unwrap_or(u32::MAX);
        let number = *self.by_parts.entry(key).or_insert(next);
        if number == next {
            self.nodes += solved.function.nodes.len() + solved.sets.nodes.len();
            self.solved.push(solved);
        }
        number
    }
}

/// What a module is made of, as words: for each gate its threshold, the number of its inputs, and these, each a kind and a
/// number. `None` when it holds a module that is not kept.
pub(super) fn parts(
    circuit: &Circuit,
    scope: &Scope<'_>,
    module: impl Fn(Ref) -> Option<usize>,
    inner: &[Option<u32>],
) -> Option<Vec<u32>> {
    let own: Map<Ref, u32> = (0u32..).zip(&scope.gates).map(|(place, gate)| (*gate, place)).collect();
    let mut words = Vec::new();
    for gate in &scope.gates {
        let Node::AtLeast(threshold, inputs) = circuit.node(*gate) else { return None };
        words.extend([*threshold, u32::try_from(inputs.len()).ok()?]);
        for input in inputs {
            match (circuit.node(*input), own.get(input)) {
                (Node::Event(event), _) => words.extend([EVENT, *event]),
                (_, Some(place)) => words.extend([GATE, *place]),
                (_, None) => words.extend([MODULE, inner.get(module(*input)?).copied().flatten()?]),
            }
        }
    }
    (!words.is_empty()).then_some(words)
}

/// The same words with other numbers for what they name.
fn rewritten(words: &[u32], word: impl Fn((u32, u32)) -> Option<u32>) -> Option<Box<[u32]>> {
    let mut next = Vec::with_capacity(words.len());
    let mut at = 0;
    while let [threshold, count, rest @ ..] = &words[at..] {
        next.extend([*threshold, *count]);
        let inputs = &rest[..*count as usize * 2];
        for pair in inputs.chunks_exact(2) {
            next.extend([pair[0], word((pair[0], pair[1]))?]);
        }
        at += 2 + inputs.len();
    }
    Some(next.into())
}
