//! What rules look at: the system, its compiled form and every single failure, computed once for all rules.

use super::finding::{Finding, Standing};
use super::parameters::{Parameter, Parameters};
use super::rules::Rule;
use crate::analysis::{self, Impact, SingleFailure, impact, single_failures};
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, CapabilityRef, Component, Confidence, Evidence, State, System};

/// The system under check.
pub(super) struct View<'a> {
    pub(super) system: &'a System,
    pub(super) graph: &'a Graph,
    pub(super) failures: Vec<SingleFailure>,
    parameters: &'a Parameters,
}

/// The chain of one failure, and how we know each of its needs.
pub(super) struct Witness {
    pub(super) chain: Vec<CapabilityRef>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) confidence: Confidence,
}

/// An app that goes down with one component alone.
pub(super) struct Loss<'a> {
    pub(super) lost: &'a Component,
    pub(super) app: &'a Component,
    pub(super) witness: Witness,
}

impl Loss<'_> {
    /// The finding that a rule makes of it; its severity follows the tier of the app.
    pub(super) fn finding(self, rule: &Rule, message: String, remedy: String) -> Finding {
        Finding {
            rule: rule.id.into(),
            severity: rule.severity.for_tier(self.app.tier),
            confidence: self.witness.confidence,
            app: Some(self.app.id.clone()),
            cut_set: vec![self.lost.id.clone()],
            message,
            remedy,
            witness: self.witness.chain,
            others: Vec::new(),
            evidence: self.witness.evidence,
            standing: Standing::New,
        }
    }
}

impl<'a> View<'a> {
    pub(super) fn new(system: &'a System, graph: &'a Graph, parameters: &'a Parameters) -> Self {
        View { system, graph, failures: single_failures(graph), parameters }
    }

    /// The value of a parameter of a rule.
    pub(super) fn parameter(&self, rule: &Rule, parameter: &Parameter) -> f64 {
        self.parameters.value(rule, parameter)
    }

    /// The component with this number.
    pub(super) fn component(&self, number: u32) -> &'a Component {
        &self.system.components[&self.graph.components()[number as usize]]
    }

    /// Every app that goes down with one component alone, of the components that count.
    pub(super) fn losses(&self, counts: impl Fn(&Component) -> bool) -> Vec<Loss<'a>> {
        let mut losses = Vec::new();
        for failure in self.failures.iter().filter(|failure| !failure.down.is_empty()) {
            let lost = self.component(failure.component);
            if !counts(lost) {
                continue;
            }
            let impact = self.loss_of(failure.component);
            for &number in &failure.down {
                if let Some(node) = self.data_of(number) {
                    losses.push(Loss { lost, app: self.component(number), witness: self.witness(&impact, node) });
                }
            }
        }
        losses
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
