//! From a system to its dense form.

use super::{Csr, Edge, Graph, NodeId};
use crate::model::{CapabilityRef, Need, Phase, Requires, Strength, System};

impl Graph {
    /// Compiles a system; linear in its components and needs but for one sort.
    pub fn compile(system: &System) -> Graph {
        let mut graph = Graph::default();
        for (number, (id, component)) in (0u32..).zip(&system.components) {
            graph.first_capability.push(count(graph.capabilities.len()));
            graph.components.push(id.clone());
            graph.index.insert(id.clone(), number);
            if component.is_app() {
                graph.apps.push(number);
            }
            graph.capabilities.extend(component.capabilities.keys().map(|name| (number, name.clone())));
        }
        graph.first_capability.push(count(graph.capabilities.len()));
        graph.threshold = vec![1; graph.capabilities.len()];

        let mut wiring: Vec<(NodeId, Edge)> = Vec::new();
        let mut node = 0;
        for component in system.components.values() {
            for needs in component.capabilities.values() {
                for need in needs {
                    graph.wire(node, need, need.terms.phase, &mut wiring);
                }
                node += 1;
            }
        }
        graph.partial = wiring.iter().copied().filter(|(_, edge)| edge.partial && edge.phase == Phase::Run).collect();
        graph.inputs = csr(graph.len(), wiring.iter().copied());
        let turned = wiring.iter().map(|(from, edge)| (edge.node, Edge { node: *from, ..*edge }));
        graph.dependents = csr(graph.len(), turned);
        graph
    }

    fn wire(&mut self, from: NodeId, need: &Need, phase: Phase, wiring: &mut Vec<(NodeId, Edge)>) {
        let target = match &need.requires {
            Requires::One(target) => self.find(target),
            Requires::AtLeast { k, members } => {
                let group = count(self.threshold.len());
                self.threshold.push(count(members.len() + 1 - k));
                for member in members {
                    self.wire(group, member, phase, wiring);
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
