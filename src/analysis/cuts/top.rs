//! What may make an app fail: the circuit of an app over components, or over places of one kind.

use super::circuit::{Circuit, FALSE, Node, Ref, TRUE};
use super::unroll::unrolled;
use crate::graph::{Boolean, Failure, Graph, NodeId, Place};

/// Which components' failures count as events; by number of the component.
#[derive(Clone, Debug)]
pub struct Within(Vec<bool>);

impl Within {
    /// Those components.
    pub fn of(graph: &Graph, chosen: impl IntoIterator<Item = u32>) -> Self {
        let mut within = vec![false; graph.components().len()];
        chosen.into_iter().for_each(|component| within[component as usize] = true);
        Within(within)
    }

    /// Every component.
    pub fn all(graph: &Graph) -> Self {
        Within(vec![true; graph.components().len()])
    }

    /// All of them but one.
    pub fn without(mut self, component: u32) -> Self {
        self.0[component as usize] = false;
        self
    }

    fn has(&self, component: u32) -> bool {
        self.0[component as usize]
    }
}

/// When chosen nodes fail, in terms of the loss of components; an event is the number of a component.
#[derive(Debug)]
pub struct Top {
    /// What can fail, and by what.
    pub circuit: Circuit,
    /// Where each of the nodes is in it.
    pub at: Vec<Ref>,
}

impl Top {
    /// The circuit of some nodes: a component that is lost is lost with all its capabilities, and components that are not
    /// `within` never fail by themselves. Linear in the needs that bear on the nodes, but for loops.
    pub fn of(graph: &Graph, failure: Failure, nodes: &[NodeId], within: &Within) -> Top {
        let system = Boolean::new(graph, failure, nodes);
        let mut events: Vec<(u32, u32)> = (0u32..)
            .take(graph.len())
            .filter_map(|node| Some((system.number(node)?, graph.owner(node).filter(|owner| within.has(*owner))?)))
            .collect();
        events.sort_unstable();
        events.dedup();
        let of = |number: u32| {
            let first = events.partition_point(|event| event.0 < number);
            events[first..].iter().take_while(|event| event.0 == number).map(|event| event.1).collect()
        };
        let (circuit, made) = unrolled(&system, of);
        let place = |node: &NodeId| match system.place(*node) {
            Place::At(number) => made[number as usize],
            Place::Always => TRUE,
            Place::Never => FALSE,
        };
        let at = nodes.iter().map(place).collect();
        Top { circuit, at }
    }

    /// Some of its nodes alone, with one component that never fails by itself; linear in what bears on them.
    pub fn part(&self, nodes: &[Ref], without: u32) -> Top {
        let (circuit, at) = self.circuit.part(nodes, |event| event == without);
        Top { circuit, at }
    }

    /// The events that bear on some of its nodes, in order.
    pub fn events(&self, nodes: &[Ref]) -> Vec<u32> {
        let mut seen = vec![false; self.circuit.len()];
        let mut open = nodes.to_vec();
        let mut events = Vec::new();
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at as usize], true) {
                continue;
            }
            match self.circuit.node(at) {
                Node::Event(event) => events.push(*event),
                _ => open.extend_from_slice(self.circuit.inputs(at)),
            }
        }
        events.sort_unstable();
        events
    }
}
