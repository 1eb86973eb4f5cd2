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

/// An order in which few places lead backwards: that comes next which waits for the fewest others, and of these the one
/// that was reached first. What puts down one other alone goes right before that one. Steps times the logarithm of nodes.
fn few_backwards(system: &Boolean, range: &Range<u32>) -> Vec<u32> {
    let place = |node: u32| (node - range.start) as usize;
    let (heads, members) = heads(system, range);
    let steps = |list: &[u32], own: usize| -> Vec<usize> {
        let inside = list.iter().filter(|node| range.contains(node)).map(|node| heads[place(*node)]);
        inside.filter(|head| *head != own).collect()
    };
    // How often each waits for another, when it was reached, and its head.
    let mut waits = vec![(0usize, usize::MAX); range.len()];
    for node in range.clone() {
        let own = heads[place(node)];
        waits[own].0 += steps(system.inputs(node), own).len();
    }
    let mut open: BTreeSet<(usize, usize, usize)> =
        (0..range.len()).filter(|at| heads[*at] == *at).map(|head| (waits[head].0, waits[head].1, head)).collect();
    let mut order = Vec::with_capacity(range.len());
    let mut reached = 0;
    while let Some((_, _, head)) = open.pop_first() {
        for node in &members[head] {
            order.push(*node);
            for other in steps(system.dependents(*node), head) {
                let (inputs, since) = waits[other];
                if open.remove(&(inputs, since, other)) {
                    reached += 1;
                    waits[other] = (inputs.saturating_sub(1), since.min(reached));
                    open.insert((waits[other].0, waits[other].1, other));
                }
            }
        }
    }
    order
}

/// Which node stands for each of a loop: the one that it puts down, as long as that is one alone; and the nodes that each
/// stands for, in the order in which they put each other down.
fn heads(system: &Boolean, range: &Range<u32>) -> (Vec<usize>, Vec<Vec<u32>>) {
    let place = |node: u32| (node - range.start) as usize;
    let only = |node: u32| {
        let mut inside = system.dependents(node).iter().filter(|to| range.contains(to));
        inside.next().filter(|to| **to != node && inside.all(|other| other == *to)).copied()
    };
    let mut head: Vec<Option<usize>> = vec![None; range.len()];
    let mut order = Vec::with_capacity(range.len());
    for start in range.clone() {
        let (mut way, mut at) = (Vec::new(), start);
        // A way that comes back to itself ends there.
        let end = loop {
            if let Some(known) = head[place(at)] {
                break known;
            }
            head[place(at)] = Some(place(at));
            way.push(at);
            match only(at) {
                Some(next) => at = next,
                None => break place(at),
            }
        };
        way.iter().for_each(|node| head[place(*node)] = Some(end));
        order.extend(way.into_iter().rev());
    }
    let heads: Vec<usize> = head.into_iter().enumerate().map(|(at, head)| head.unwrap_or(at)).collect();
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); range.len()];
    order.into_iter().rev().for_each(|node| members[heads[place(node)]].push(node));
    (heads, members)
}
