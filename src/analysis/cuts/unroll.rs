//! From a Boolean system to a circuit: cycles are unrolled exactly.

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
        let leads_back = |node: &u32| system.dependents(*node).iter().any(|to| to <= node && range.contains(to));
        let rounds = range.clone().filter(leads_back).count() + 1;
        for _ in 0..rounds {
            let mut changed = false;
            for node in range.clone() {
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
