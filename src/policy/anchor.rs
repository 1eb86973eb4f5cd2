//! A place in one's own files for every finding: what rests on a catalogue alone enters the system somewhere.

use std::collections::{HashMap, VecDeque};

use super::finding::Finding;
use crate::analysis::steps;
use crate::graph::{Graph, NodeId};
use crate::model::{Basis, Component, Evidence, System};

/// Adds to a finding without a place in a manifest the place at which one's own components come to need what it is about.
///
/// A finding on components that nothing of one's own needs stays as it is. One walk over the graph.
pub(super) fn anchor(finding: &mut Finding, system: &System, graph: &Graph) {
    if finding.evidence.iter().any(|evidence| evidence.basis == Basis::Manifest) {
        return;
    }
    let named = finding.app.iter().chain(&finding.cut_set);
    let declared = named.clone().filter_map(|id| system.components.get(id)).filter(|c| is_own(c));
    let own = declared.flat_map(|component| &component.evidence).find(|evidence| evidence.basis == Basis::Manifest);
    let starts: Vec<NodeId> =
        named.filter_map(|id| graph.component(id)).flat_map(|number| graph.capabilities_of(number)).collect();
    let place = own.cloned().or_else(|| entrance(system, graph, &starts));
    finding.evidence.extend(place);
}

fn is_own(component: &Component) -> bool {
    component.provider.is_none() && !component.kind.is_place()
}

/// The nearest need of one's own component that leads to one of the nodes.
fn entrance(system: &System, graph: &Graph, starts: &[NodeId]) -> Option<Evidence> {
    let mut queue: VecDeque<NodeId> = starts.iter().copied().collect();
    let mut next: HashMap<NodeId, NodeId> = starts.iter().map(|node| (*node, *node)).collect();
    while let Some(here) = queue.pop_front() {
        for edge in graph.dependents(here) {
            // A group stands for the capability that it leads to.
            let through = if graph.is_group(here) { next[&here] } else { here };
            if next.contains_key(&edge.node) {
                continue;
            }
            next.insert(edge.node, through);
            queue.push_back(edge.node);
            let (Some(from), Some(to)) = (graph.capability(edge.node), graph.capability(through)) else { continue };
            if system.components.get(&from.component).is_some_and(is_own) {
                let steps = steps(system, &[from, to]);
                let found = steps.iter().flat_map(|step| step.evidence).find(|e| e.basis == Basis::Manifest);
                if found.is_some() {
                    return found.cloned();
                }
            }
        }
    }
    None
}
