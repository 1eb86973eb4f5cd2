//! From a Boolean system to a circuit: cycles are unrolled exactly.

use std::collections::BTreeSet;
use std::ops::Range;

use super::circuit::{Circuit, FALSE, Ref};
use crate::graph::Boolean;

/// The circuit of a system, with a node for each of its nodes; `events` gives those that put a node down.
///
/// A loop is gone round until nothing changes, from nothing failed. A failure that goes round needs each backward step
/// once at most, so there are no more rounds than places that lead backwards; a component's failure is never its own
/// cause. Linear without loops; with them, nodes of the loop times these places.
pub(super) fn unrolled(system: &Boolean, events: impl Fn(u32) -> Vec<u32>) -> (Circuit, Vec<Ref>) {
    let mut circuit = Circuit::default();
    let count = u32::try_from(system.len()).unwrap_or(u32::MAX);
    let mut made = vec![FALSE; system.len()];
    let mut own = vec![FALSE; system.len()];
    let mut loops = system.loops().iter().cloned().peekable();
    let mut at = 0;
    while at < count {
        let range = match loops.next_if(|range| range.start == at) {
            Some(range) => range,
            None => at..at + 1,
        };
        for node in range.clone() {
            let events: Vec<Ref> = events(node).into_iter().map(|event| circuit.event(event)).collect();
            own[node as usize] = circuit.any(events);
        }
        let (order, backwards) = around(system, &range);
        for _ in 0..=backwards {
            let mut changed = false;
            for &node in &order {
                let inputs: Vec<Ref> = system.inputs(node).iter().map(|input| made[*input as usize]).collect();
                let failed = circuit.at_least(system.threshold(node), inputs);
                let new = circuit.any([own[node as usize], failed]);
                changed |= std::mem::replace(&mut made[node as usize], new) != new;
            }
            if !changed {
                break;
            }
        }
        at = range.end;
    }
    (circuit, made)
}

/// An order of the nodes of a loop, and how many of them lead backwards in it: of two orders that with fewer.
fn around(system: &Boolean, range: &Range<u32>) -> (Vec<u32>, usize) {
    let given: Vec<u32> = range.clone().collect();
    let backwards = lead_back(system, range, &given);
    // Where few places lead backwards there is little to win.
    if backwards <= 2 {
        return (given, backwards);
    }
    let other = few_backwards(system, range);
    let others = lead_back(system, range, &other);
    if others < backwards { (other, others) } else { (given, backwards) }
}

/// How many nodes pass a failure on to one that stands before them, or to themselves.
fn lead_back(system: &Boolean, range: &Range<u32>, order: &[u32]) -> usize {
    let mut rank = vec![0usize; range.len()];
    for (at, node) in order.iter().enumerate() {
        rank[(node - range.start) as usize] = at;
    }
    let of = |node: u32| rank[(node - range.start) as usize];
    let back = |node: &&u32| system.dependents(**node).iter().any(|to| range.contains(to) && of(*to) <= of(**node));
    order.iter().filter(back).count()
}

/// An order in which few steps lead backwards, after Eades, Lin and Smyth (1993): what nothing in the loop puts down comes
/// first, what puts nothing down last, and else that comes next which puts down the most beyond what puts it down.
/// Steps times the logarithm of nodes.
fn few_backwards(system: &Boolean, range: &Range<u32>) -> Vec<u32> {
    let place = |node: u32| (node - range.start) as usize;
    let within = |list: &[u32]| list.iter().filter(|node| range.contains(node)).count();
    // How many inputs and dependents of each are still to be put in order.
    let mut degrees: Vec<(usize, usize)> =
        range.clone().map(|node| (within(system.inputs(node)), within(system.dependents(node)))).collect();
    let class = |(inputs, dependents): (usize, usize)| match (inputs, dependents) {
        (_, 0) => (2, 0),
        (0, _) => (1, 0),
        _ => (0, dependents as i64 - inputs as i64),
    };
    let key = |node: u32, degrees: &[(usize, usize)]| (class(degrees[place(node)]), std::cmp::Reverse(node));
    let mut open: BTreeSet<_> = range.clone().map(|node| key(node, &degrees)).collect();
    let (mut first, mut last) = (Vec::with_capacity(range.len()), Vec::new());
    let mut done = vec![false; range.len()];
    while let Some((class, std::cmp::Reverse(node))) = open.pop_last() {
        done[place(node)] = true;
        if class.0 == 2 {
            last.push(node)
        } else {
            first.push(node)
        }
        let mut change = |other: u32, inputs: usize, dependents: usize| {
            if range.contains(&other) && !done[place(other)] {
                open.remove(&key(other, &degrees));
                let (before, after) = degrees[place(other)];
                degrees[place(other)] = (before.saturating_sub(inputs), after.saturating_sub(dependents));
                open.insert(key(other, &degrees));
            }
        };
        system.dependents(node).iter().for_each(|other| change(*other, 1, 0));
        system.inputs(node).iter().for_each(|other| change(*other, 0, 1));
    }
    last.reverse();
    first.extend(last);
    first
}
