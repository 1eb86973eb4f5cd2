//! The compiled graph as the page holds it: flat lists of numbers, each need with its terms and evidence.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::proofs::Collector;
use crate::graph::{Graph, NodeId};
use crate::model::{Need, Phase, Requires, Switch, System, Terms};

/// A need passes on at most `degraded`.
const SOFT: u8 = 1;
/// An alternative carries only part of the load.
const PARTIAL: u8 = 2;
/// A need matters at start alone.
const START: u8 = 4;

/// The graph: capabilities first, by component, then groups of alternatives.
#[derive(Debug, Default, Serialize)]
pub(super) struct Wires {
    /// Names of capabilities.
    faces: Vec<String>,
    /// The component of each capability.
    owner: Vec<u32>,
    /// The name of each capability.
    face: Vec<u32>,
    /// For each node how many inputs must fail for it to fail.
    threshold: Vec<u32>,
    /// Where the inputs of each node begin; one more than there are nodes.
    start: Vec<u32>,
    /// The node that each input is.
    to: Vec<NodeId>,
    /// What it passes on: 1 soft, 2 part of the load, 4 at start alone.
    flags: Vec<u8>,
    /// The proof of each input.
    proof: Vec<u32>,
    /// Each proof: confidence (0 declared, 1 observed, 2 inferred), then evidence.
    proofs: Vec<Vec<u32>>,
    /// Further terms of an input, by its place in the list.
    terms: BTreeMap<usize, TermsView>,
}

/// What is told of few needs.
#[derive(Debug, Serialize)]
struct TermsView {
    /// For how many seconds its loss is bridged.
    #[serde(skip_serializing_if = "Option::is_none")]
    grace: Option<u64>,
    /// After how many seconds it is switched to; -1 by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    switch: Option<i64>,
    /// The share of the load that it carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<f64>,
}

impl TermsView {
    fn of(terms: &Terms) -> Option<Self> {
        let view = TermsView {
            grace: terms.grace.map(|grace| grace.as_secs()),
            switch: terms.switch.map(|switch| match switch {
                Switch::After(time) => i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
                Switch::ByHand => -1,
            }),
            capacity: terms.capacity,
        };
        (view.grace.is_some() || view.switch.is_some() || view.capacity.is_some()).then_some(view)
    }
}

/// The graph of a system with the proof of each need; linear in its needs.
pub(super) fn wires(system: &System, graph: &Graph, collector: &mut Collector<'_>) -> Wires {
    let needs = needs_of_inputs(system, graph);
    let mut wires = Wires { threshold: graph.thresholds().to_vec(), ..Wires::default() };
    let mut faces: BTreeMap<String, u32> = BTreeMap::new();
    let nodes = || (0..).take(graph.len());
    for reference in nodes().filter_map(|node| graph.capability(node)) {
        faces.insert(reference.capability.to_string(), 0);
    }
    for (number, (name, place)) in (0u32..).zip(faces.iter_mut()) {
        *place = number;
        wires.faces.push(name.clone());
    }
    let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
    wires.start.push(0);
    for node in nodes() {
        if let Some((owner, reference)) = graph.owner(node).zip(graph.capability(node)) {
            wires.owner.push(owner);
            wires.face.push(faces[reference.capability.as_str()]);
        }
        for (input, need) in graph.inputs(node).iter().zip(&needs[node as usize]) {
            let mut proof = vec![need.terms.confidence as u32];
            proof.extend(collector.all(&need.evidence));
            let number = *known.entry(proof).or_insert_with_key(|proof| {
                wires.proofs.push(proof.clone());
                count(wires.proofs.len() - 1)
            });
            if let Some(terms) = TermsView::of(&need.terms) {
                wires.terms.insert(wires.to.len(), terms);
            }
            let flag = |set: bool, bit: u8| if set { bit } else { 0 };
            wires.to.push(input.node);
            wires
                .flags
                .push(flag(input.soft, SOFT) | flag(input.partial, PARTIAL) | flag(input.phase == Phase::Start, START));
            wires.proof.push(number);
        }
        wires.start.push(count(wires.to.len()));
    }
    wires
}

/// The need that each input of each node stands for, in the order of the inputs.
fn needs_of_inputs<'s>(system: &'s System, graph: &Graph) -> Vec<Vec<&'s Need>> {
    let mut needs: Vec<Vec<&Need>> = vec![Vec::new(); graph.len()];
    let all = system.components.values().flat_map(|component| component.capabilities.values());
    for (node, own) in (0..).zip(all) {
        place(node, own, graph, &mut needs);
    }
    needs
}

fn place<'s>(node: NodeId, own: &'s [Need], graph: &Graph, needs: &mut [Vec<&'s Need>]) {
    // The compiler leaves out what names nothing, so that the others are the inputs in their order.
    let held = |need: &&Need| match &need.requires {
        Requires::One(target) => {
            graph.component(&target.component).and_then(|number| graph.node(number, &target.capability)).is_some()
        }
        Requires::AtLeast { .. } => true,
    };
    for (need, input) in own.iter().filter(held).zip(graph.inputs(node)) {
        needs[node as usize].push(need);
        if let Requires::AtLeast { members, .. } = &need.requires {
            place(input.node, members, graph, needs);
        }
    }
}

fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
