//! Independent modules of a circuit: gates whose events bear on nothing but them. Each is solved by itself and stands as
//! one event in what is above it.
//!
//! The linear search is that of Dutuit and Rauzy (1996): a gate is a module when everything below it is visited only
//! between the first visit to the gate and the return from it.

use super::circuit::{Circuit, Node, Ref, TRUE, count};
use super::hash::Set;

/// A circuit whose modules are gates of their own.
pub(super) struct Modular {
    pub(super) circuit: Circuit,
    /// The modules, inner ones first; the top is the last. Empty when the top is a constant.
    pub(super) modules: Vec<Ref>,
}

/// Finds the modules below a top, after grouping inputs that bear on one gate alone into a gate of their own.
pub(super) fn modular(circuit: &Circuit, top: Ref) -> Modular {
    let (circuit, top) = grouped(circuit, top);
    if top <= TRUE || matches!(circuit.node(top), Node::Event(_)) {
        let modules = if top <= TRUE { Vec::new() } else { vec![top] };
        return Modular { circuit, modules };
    }
    let modules = modules(&circuit, top);
    Modular { circuit, modules }
}

/// Groups those inputs of an *or* or an *and* that are modules of it into one.
fn grouped(circuit: &Circuit, top: Ref) -> (Circuit, Ref) {
    let uses = circuit.uses(top);
    let inner: Set<Ref> = if top > TRUE { modules(circuit, top).into_iter().collect() } else { Set::default() };
    let mut next = Circuit::default();
    let mut new: Vec<Ref> = (0..count(circuit.len())).collect();
    for at in (2..count(circuit.len())).filter(|at| uses[*at as usize] > 0) {
        new[at as usize] = match circuit.node(at) {
            Node::Constant => continue,
            Node::Event(number) => next.event(*number),
            Node::AtLeast(threshold, inputs) => {
                let alone = |input: &&Ref| {
                    let module = matches!(circuit.node(**input), Node::Event(_)) || inner.contains(*input);
                    uses[**input as usize] == 1 && module
                };
                let plain = *threshold == 1 || *threshold as usize == inputs.len();
                let apart: Vec<Ref> = inputs.iter().filter(alone).map(|input| new[*input as usize]).collect();
                if plain && apart.len() > 1 && apart.len() < inputs.len() {
                    let own = |next: &mut Circuit, list: Vec<Ref>| {
                        if *threshold == 1 { next.any(list) } else { next.all(list) }
                    };
                    let group = own(&mut next, apart);
                    let rest = inputs.iter().filter(|input| !alone(input)).map(|input| new[*input as usize]);
                    let list = std::iter::once(group).chain(rest).collect();
                    own(&mut next, list)
                } else {
                    next.at_least(*threshold, inputs.iter().map(|input| new[*input as usize]).collect())
                }
            }
        };
    }
    let top = new[top as usize];
    (next, top)
}

/// The gates that are modules, inner ones first.
fn modules(circuit: &Circuit, top: Ref) -> Vec<Ref> {
    let size = circuit.len();
    let (mut first, mut last, mut left) = (vec![0u32; size], vec![0u32; size], vec![0u32; size]);
    let mut clock = 0;
    let mut open: Vec<(Ref, usize)> = vec![(top, 0)];
    clock += 1;
    (first[top as usize], last[top as usize]) = (clock, clock);
    while let Some((at, next)) = open.last_mut() {
        match circuit.inputs(*at).get(*next).copied() {
            Some(input) => {
                *next += 1;
                clock += 1;
                last[input as usize] = clock;
                if first[input as usize] == 0 {
                    first[input as usize] = clock;
                    open.push((input, 0));
                }
            }
            None => {
                clock += 1;
                left[*at as usize] = clock;
                // Leaving a node is a visit of it, though not of one that its parents make.
                open.pop();
            }
        }
    }
    // The earliest and the latest visit to anything below.
    let (mut earliest, mut latest) = (vec![u32::MAX; size], vec![0u32; size]);
    let mut found = Vec::new();
    for at in (2..count(size)).filter(|at| first[*at as usize] > 0) {
        let here = at as usize;
        for input in circuit.inputs(at) {
            let input = *input as usize;
            earliest[here] = earliest[here].min(first[input]).min(earliest[input]);
            latest[here] = latest[here].max(last[input]).max(latest[input]);
        }
        let gate = !circuit.inputs(at).is_empty();
        if gate && earliest[here] > first[here] && latest[here] < left[here] {
            found.push(at);
        }
    }
    found
}
