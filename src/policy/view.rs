//! What rules look at: the system, its compiled form and every single failure, computed once for all rules.

use crate::analysis::{self, Impact, SingleFailure, impact, single_failures};
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, CapabilityRef, Component, Confidence, Evidence, State, System};

/// The system under check.
pub(super) struct View<'a> {
    pub(super) system: &'a System,
    pub(super) graph: &'a Graph,
    pub(super) failures: Vec<SingleFailure>,
}

/// The chain of one failure, and how we know each of its needs.
pub(super) struct Witness {
    pub(super) chain: Vec<CapabilityRef>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) confidence: Confidence,
}

impl<'a> View<'a> {
    pub(super) fn new(system: &'a System, graph: &'a Graph) -> Self {
        View { system, graph, failures: single_failures(graph) }
    }

    /// The component with this number.
    pub(super) fn component(&self, number: u32) -> &'a Component {
        &self.system.components[&self.graph.components()[number as usize]]
    }

    /// The impact of the loss of one component.
    pub(super) fn loss_of(&self, component: u32) -> Impact {
        let nodes = self.graph.capabilities_of(component);
        impact(self.graph, &nodes.map(|node| (node, State::Down)).collect::<Vec<_>>())
    }

    /// The node of an app's data.
    pub(super) fn data_of(&self, app: u32) -> Option<NodeId> {
        self.graph.node(app, &Capability::data())
    }

    /// Why a node is down.
    pub(super) fn witness(&self, impact: &Impact, node: NodeId) -> Witness {
        let chain: Vec<CapabilityRef> =
            impact.witness(self.graph, node).into_iter().filter_map(|node| self.graph.capability(node)).collect();
        self.along(chain)
    }

    /// What is known about the needs along a chain.
    pub(super) fn along(&self, chain: Vec<CapabilityRef>) -> Witness {
        let steps = analysis::steps(self.system, &chain);
        let evidence = steps.iter().filter_map(|step| step.evidence.first().cloned()).collect();
        let confidence = analysis::confidence(&steps);
        Witness { chain, evidence, confidence }
    }
}
