//! What rules look at: the system, its compiled form and every single failure, computed once for all rules.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use super::finding::{Finding, Standing};
use super::parameters::{Parameter, Parameters};
use super::rules::Rule;
use super::settings::Policy;
use crate::analysis::{self, Impact, SingleFailure, each_failure, impact};
use crate::catalogue::outage::Outage;
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, CapabilityRef, Component, ComponentId, Confidence, Evidence, State, System};

/// The least critical tier there is.
const LAST_TIER: f64 = 9.0;

/// How many apps a sentence names.
const MOST_LISTED: usize = 5;

/// The system under check.
pub(super) struct View<'a> {
    pub(super) system: &'a System,
    pub(super) graph: &'a Graph,
    pub(super) failures: &'a [SingleFailure],
    /// The outages that recovery is held against.
    pub(super) outages: &'a [Outage],
    parameters: &'a Parameters,
    /// The components by their numbers.
    components: Vec<&'a Component>,
    /// How sure we are of the needs that lead from one node to another, as far as somebody asked.
    steps: Mutex<HashMap<(NodeId, NodeId), Confidence>>,
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
    /// How many apps go down with it.
    pub(super) fall: usize,
}

/// The apps that a rule counts.
pub(super) struct Counted {
    pub(super) apps: BTreeSet<u32>,
    /// What they are called in a sentence.
    pub(super) called: String,
    /// Whether they were chosen by tier.
    pub(super) tiered: bool,
}

impl Loss<'_> {
    /// What ties the app to the place that is lost: the component of one's own that stands there, or the product that does.
    pub(super) fn standing<'s>(&'s self, view: &View<'_>) -> &'s ComponentId {
        let is = |id: &ComponentId, test: fn(&Component) -> bool| view.system.components.get(id).is_some_and(test);
        let step = self.witness.chain.windows(2).find(|pair| is(&pair[1].component, |to| to.provider.is_some()));
        match step {
            Some([from, to]) if is(&to.component, |to| to.kind.is_place()) => &from.component,
            Some([_, to]) => &to.component,
            _ => &self.app.id,
        }
    }

    /// The finding that a rule makes of it; its severity follows the tier of the app.
    pub(super) fn finding(self, view: &View<'_>, rule: &Rule, message: String, remedy: String) -> Finding {
        Finding {
            rule: rule.id.into(),
            severity: view.severity_for(rule, self.app.tier, self.fall),
            confidence: self.witness.confidence,
            app: Some(self.app.id.clone()),
            cut_set: vec![self.lost.id.clone()],
            message,
            remedy,
            witness: self.witness.chain,
            others: Vec::new(),
            evidence: self.witness.evidence,
            standing: Standing::New,
            under: None,
        }
    }
}

impl<'a> View<'a> {
    pub(super) fn new(system: &'a System, graph: &'a Graph, failures: &'a [SingleFailure], policy: &'a Policy) -> Self {
        let (outages, parameters) = (policy.outages.as_slice(), &policy.parameters);
        let components = graph.components().iter().map(|id| &system.components[id]).collect();
        View { system, graph, failures, outages, parameters, components, steps: Mutex::default() }
    }

    /// The value of a parameter of a rule.
    pub(super) fn parameter(&self, rule: &Rule, parameter: &Parameter) -> f64 {
        self.parameters.value(rule, parameter)
    }

    /// The component with this number.
    pub(super) fn component(&self, number: u32) -> &'a Component {
        self.components[number as usize]
    }

    /// Every app that goes down with one component alone, of the components that count.
    pub(super) fn losses(&self, counts: impl Fn(&Component) -> bool) -> Vec<Loss<'a>> {
        let alone = self.failures.iter().filter(|failure| !failure.down.is_empty()).map(|failure| failure.component);
        let lost: Vec<u32> = alone.filter(|component| counts(self.component(*component))).collect();
        let losses = self.each_loss(&lost, |component, impact| {
            let (lost, down) = (self.component(component), &self.failures[component as usize].down);
            let loss = |app: &u32| {
                let (app, witness) = (self.component(*app), self.witness(impact, self.data_of(*app)?));
                Some(Loss { lost, app, witness, fall: down.len() })
            };
            down.iter().filter_map(loss).collect::<Vec<_>>()
        });
        losses.into_iter().flatten().collect()
    }

    /// The apps of a tier and of more critical ones; all of them for the last tier, or where no app has one.
    pub(super) fn counted(&self, tier: f64) -> Counted {
        let tiered = self.graph.apps().iter().any(|app| self.component(*app).tier.is_some());
        if !tiered || tier >= LAST_TIER {
            let apps = self.graph.apps().iter().copied().collect();
            return Counted { apps, called: "apps".to_owned(), tiered: false };
        }
        let counts = |app: &&u32| self.component(**app).tier.is_some_and(|of| f64::from(of) <= tier);
        let apps = self.graph.apps().iter().filter(counts).copied().collect();
        let called = if tier > 1.0 { format!("apps of tier 1 to {tier}") } else { "apps of tier 1".to_owned() };
        Counted { apps, called, tiered: true }
    }

    /// Why the most critical of some apps that a component takes down is down, as sure as we are of enough of them.
    pub(super) fn surely(&self, component: u32, down: &[u32], enough: impl Fn(usize) -> bool) -> Witness {
        let impact = self.loss_of(component);
        let known = self.confidences(&impact);
        let nodes = self.by_tier(down).into_iter().filter_map(|app| self.data_of(app));
        let all: Vec<(NodeId, Confidence)> = nodes.filter_map(|node| Some((node, known[node as usize]?))).collect();
        let sure = |least: Confidence| all.iter().filter(|(_, confidence)| *confidence <= least).count();
        let levels = [Confidence::Declared, Confidence::Observed, Confidence::Inferred];
        let confidence = levels.into_iter().find(|level| enough(sure(*level))).unwrap_or(Confidence::Inferred);
        let shown = all.iter().find(|(_, own)| *own <= confidence).map(|(node, _)| self.witness(&impact, *node));
        shown.map_or_else(|| self.along(Vec::new()), |witness| Witness { confidence, ..witness })
    }

    /// How sure we are of why each node is down: linear in the nodes, where to look at every witness by itself takes as
    /// long as all of them are together.
    fn confidences(&self, impact: &Impact) -> Vec<Option<Confidence>> {
        // Many losses take the same steps.
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        impact.along(self.graph, State::Down, |node, next| {
            let Some((next, confidence)) = next else { return Confidence::Declared };
            let step = steps.entry((node, next)).or_insert_with(|| {
                let ends = [node, next].map(|node| self.graph.capability(node));
                analysis::confidence(&analysis::steps(self.system, &ends.into_iter().flatten().collect::<Vec<_>>()))
            });
            (*step).max(*confidence)
        })
    }

    /// Apps, the most critical first.
    fn by_tier(&self, apps: &[u32]) -> Vec<u32> {
        let mut apps = apps.to_vec();
        apps.sort_by_key(|app| (self.component(*app).tier.unwrap_or(u8::MAX), *app));
        apps
    }

    /// The most critical of some apps.
    pub(super) fn first_of(&self, apps: &[u32]) -> Option<&'a Component> {
        self.by_tier(apps).first().map(|app| self.component(*app))
    }

    /// The names of some apps for a sentence, the most critical first, and how many more there are.
    pub(super) fn listed(&self, apps: &[u32]) -> String {
        let first = self.by_tier(apps).into_iter().take(MOST_LISTED);
        let names: Vec<String> = first.map(|app| format!("`{}`", self.component(app).id)).collect();
        let more = apps.len().saturating_sub(MOST_LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        names.join(", ") + &more
    }

    /// Whether nobody's product or place but a component of one's own.
    pub(super) fn is_own(&self, id: &ComponentId) -> bool {
        self.system.components.get(id).is_some_and(|component| component.provider.is_none())
    }

    /// The step of a chain at which a component of one's own needs something of a provider: the one, and the other.
    pub(super) fn provider_step(&self, chain: &[CapabilityRef]) -> Option<(ComponentId, ComponentId)> {
        let step = chain.windows(2).find(|pair| self.is_own(&pair[0].component) && !self.is_own(&pair[1].component))?;
        Some((step[0].component.clone(), step[1].component.clone()))
    }

    /// The impact of the loss of one component.
    pub(super) fn loss_of(&self, component: u32) -> Impact {
        let nodes = self.graph.capabilities_of(component);
        impact(self.graph, &nodes.map(|node| (node, State::Down)).collect::<Vec<_>>())
    }

    /// Looks at the impact of the loss of each of some components, in parallel; results in their order.
    pub(super) fn each_loss<T: Send>(&self, lost: &[u32], look: impl Fn(u32, &Impact) -> T + Sync) -> Vec<T> {
        each_failure(self.graph, lost, look)
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
