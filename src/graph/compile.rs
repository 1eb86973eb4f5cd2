//! From a system to its dense form.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{Csr, Edge, Graph, NodeId};
use crate::model::{Capability, CapabilityRef, Need, Phase, Requires, Strength, System};

impl Graph {
    /// Compiles a system; linear in its components and needs but for one sort.
    pub fn compile(system: &System) -> Graph {
        let mut graph = Graph::default();
        let names: BTreeSet<&Capability> = system.components.values().flat_map(|own| own.capabilities.keys()).collect();
        graph.names = names.into_iter().cloned().collect();
        graph.index.reserve(system.components.len());
        for (number, (id, component)) in (0u32..).zip(&system.components) {
            graph.first_capability.push(count(graph.capabilities.len()));
            graph.components.push(id.clone());
            graph.index.insert(id.clone(), number);
            if component.is_app() {
                graph.apps.push(number);
            }
            let name = |name: &Capability| count(graph.names.binary_search(name).unwrap_or(graph.names.len()));
            graph.capabilities.extend(component.capabilities.keys().map(|own| (number, name(own))));
        }
        graph.first_capability.push(count(graph.capabilities.len()));
        graph.threshold = vec![1; graph.capabilities.len()];

        // Names are looked up side by side: what that costs is waiting for memory.
        let needs = system.components.values().flat_map(|component| component.capabilities.values().flatten());
        let mut named: Vec<&CapabilityRef> = Vec::new();
        needs.for_each(|need| name(need, &mut named));
        let targets: Vec<Option<NodeId>> = named.par_iter().map(|target| graph.find(target)).collect();
        let mut targets = targets.into_iter();
        let mut wiring: Vec<(NodeId, Edge)> = Vec::with_capacity(named.len());
        let mut node = 0;
        for component in system.components.values() {
            for needs in component.capabilities.values() {
                for need in needs {
                    graph.wire(node, need, need.terms.phase, &mut targets, &mut wiring);
                }
                node += 1;
            }
        }
        graph.soft = wiring.iter().any(|(_, edge)| edge.soft && edge.phase == Phase::Run);
        graph.partial = wiring.iter().copied().filter(|(_, edge)| edge.partial && edge.phase == Phase::Run).collect();
        graph.inputs = csr(graph.len(), wiring.iter().copied());
        let turned = wiring.iter().map(|(from, edge)| (edge.node, Edge { node: *from, ..*edge }));
        graph.dependents = csr(graph.len(), turned);
        graph
    }

    /// Wires a need, with the targets of its leaves in their order.
    fn wire(
        &mut self,
        from: NodeId,
        need: &Need,
        phase: Phase,
        targets: &mut impl Iterator<Item = Option<NodeId>>,
        wiring: &mut Vec<(NodeId, Edge)>,
    ) {
        let target = match &need.requires {
            Requires::One(_) => targets.next().flatten(),
            Requires::AtLeast { k, members } => {
                let group = count(self.threshold.len());
                self.threshold.push(count(members.len() + 1 - k));
                for member in members {
                    self.wire(group, member, phase, targets, wiring);
                }
                Some(group)
            }
        };
        if let Some(node) = target {
            let soft = need.terms.strength == Strength::Soft;
            wiring.push((from, Edge { node, soft, partial: need.terms.is_partial(), phase }));
        }
    }

    fn find(&self, target: &CapabilityRef) -> Option<NodeId> {
        self.node(self.component(&target.component)?, &target.capability)
    }
}

/// The capabilities that a need names, in order.
fn name<'n>(need: &'n Need, named: &mut Vec<&'n CapabilityRef>) {
    match &need.requires {
        Requires::One(target) => named.push(target),
        Requires::AtLeast { members, .. } => members.iter().for_each(|member| name(member, named)),
    }
}

fn csr(nodes: usize, wiring: impl Iterator<Item = (NodeId, Edge)> + Clone) -> Csr {
    let mut start = vec![0u32; nodes + 1];
    for (from, _) in wiring.clone() {
        start[from as usize + 1] += 1;
    }
    for node in 0..nodes {
        start[node + 1] += start[node];
    }
    let mut next = start.clone();
    let blank = Edge { node: 0, soft: false, partial: false, phase: Phase::Run };
    let mut edges = vec![blank; start[nodes] as usize];
    for (from, edge) in wiring {
        let slot = &mut next[from as usize];
        edges[*slot as usize] = edge;
        *slot += 1;
    }
    Csr { start, edges }
}

fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
