//! Who falls under an outage, and by which chain.

mod text;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::SCHEMA;
use super::text::short;
use crate::analysis::{Impact, blast, nearest_loss, steps};
use crate::graph::{Graph, NodeId};
use crate::model::{Basis, Capability, Component, Evidence, Grade, Kind, Place, State, System};

/// The report of `simulate`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Simulate {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The selectors that were given.
    pub outage: Vec<String>,
    /// The apps by what the outage does to them.
    pub apps: Apps,
    /// Every capability that is not up, with the shortest chain that carries the failure.
    pub impact: Vec<ImpactView>,
    /// What may be affected as well, and why that is not known.
    pub unknown: Vec<UnknownView>,
    /// The tiers of the apps that have one.
    pub tiers: BTreeMap<String, u8>,
    /// The apps whose state rests on a need that nobody stated: on our reading of a provider.
    pub inferred: Vec<String>,
    /// Of each app at risk, the nearest alternatives of which some are lost.
    pub lost: BTreeMap<String, LossView>,
}

/// Alternatives of which some are lost.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LossView {
    /// Those that are down.
    pub lost: Vec<String>,
    /// Those that hold.
    pub left: Vec<String>,
}

/// Apps by what an outage does to them.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Apps {
    /// Their `data` is down.
    pub down: Vec<String>,
    /// Their `data` is degraded.
    pub degraded: Vec<String>,
    /// Their `data` is up and their `control` is down.
    pub frozen: Vec<String>,
    /// They serve, and a group of alternatives that they need has lost a member; also named in one of the others.
    pub at_risk: Vec<String>,
    /// Neither down, nor degraded, nor frozen.
    pub up: Vec<String>,
}

/// A capability that is not up.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImpactView {
    /// Whose.
    pub component: String,
    /// Which.
    pub capability: String,
    /// Its state.
    pub state: State,
    /// The shortest chain of `component:capability` from it to what is taken down.
    pub witness: Vec<String>,
    /// How many steps in the middle of the chain are left out; absent where it is whole, as those of up to 200 steps are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<usize>,
}

/// How many steps at each end of a chain are told: where everything stands in one long line, all steps of all chains are
/// more than fits into memory.
const TOLD: usize = 100;

/// The ends of a chain, and how many steps between them are left out.
fn ends(chain: &[NodeId]) -> (impl Iterator<Item = NodeId>, Option<usize>) {
    let left_out = chain.len().saturating_sub(2 * TOLD);
    let (head, tail) = if left_out > 0 { (TOLD, chain.len() - TOLD) } else { (chain.len(), chain.len()) };
    (chain[..head].iter().chain(&chain[tail..]).copied(), (left_out > 0).then_some(left_out))
}

/// Something that may be affected.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnknownView {
    /// The component, if one is meant.
    pub component: Option<String>,
    /// What is not known.
    pub reason: String,
    /// Where it is written.
    pub place: String,
}

/// Makes the report of an impact; `seeds` are what the outage takes down.
pub fn simulate(
    system: &System,
    graph: &Graph,
    selectors: &[String],
    seeds: &[(NodeId, State)],
    impact: &Impact,
) -> Simulate {
    let blast = blast(graph, impact);
    let names = |list: &[u32]| list.iter().map(|app| graph.components()[*app as usize].to_string()).collect();
    let apps = Apps {
        down: names(&blast.down),
        degraded: names(&blast.degraded),
        frozen: names(&blast.frozen),
        at_risk: names(&blast.at_risk),
        up: names(&blast.up),
    };
    let mut hit = Vec::new();
    for node in (0..).take(graph.len()).filter(|node| impact.state(*node) != State::Up) {
        let Some(reference) = graph.capability(node) else { continue };
        let whole = impact.witness(graph, node);
        let (witness, left_out) = ends(&whole);
        let witness = witness.filter_map(|node| graph.capability(node));
        hit.push(ImpactView {
            component: reference.component.to_string(),
            capability: reference.capability.to_string(),
            state: impact.state(node),
            witness: witness.map(|reference| reference.to_string()).collect(),
            left_out,
        });
    }
    let tiers = system.apps().filter_map(|app| Some((app.id.to_string(), app.tier?))).collect();
    let unknown = unknown(system, graph, seeds);
    let inferred = [&blast.down, &blast.degraded, &blast.frozen]
        .into_iter()
        .flatten()
        .filter(|app| rests_on_a_reading(system, graph, impact, **app))
        .map(|app| graph.components()[*app as usize].to_string())
        .collect();
    let lost = blast.at_risk.iter().filter_map(|app| loss(graph, impact, *app)).collect();
    Simulate { schema: SCHEMA, outage: selectors.to_vec(), apps, impact: hit, unknown, tiers, inferred, lost }
}

/// Whether the chain to an app goes over a need of a catalogue that is marked as inferred.
fn rests_on_a_reading(system: &System, graph: &Graph, impact: &Impact, app: u32) -> bool {
    let hit = |capability: &Capability| graph.node(app, capability).filter(|node| impact.state(*node) != State::Up);
    let Some(node) = hit(&Capability::data()).or_else(|| hit(&Capability::control())) else { return false };
    let chain: Vec<_> = impact.witness(graph, node).into_iter().filter_map(|node| graph.capability(node)).collect();
    let read = |evidence: &Evidence| match &evidence.basis {
        Basis::Catalogue(citation) => citation.grade == Grade::Inferred,
        _ => false,
    };
    steps(system, &chain).iter().any(|step| step.evidence.iter().all(read))
}

fn loss(graph: &Graph, impact: &Impact, app: u32) -> Option<(String, LossView)> {
    let (lost, left) = nearest_loss(graph, impact, graph.node(app, &Capability::data())?)?;
    let named = |nodes: Vec<NodeId>| {
        nodes.into_iter().filter_map(|node| graph.capability(node)).map(|reference| short(&reference)).collect()
    };
    Some((graph.components()[app as usize].to_string(), LossView { lost: named(lost), left: named(left) }))
}

/// What nobody resolved, and what may stand at a place that is down without anybody saying so.
pub(super) fn unknown(system: &System, graph: &Graph, seeds: &[(NodeId, State)]) -> Vec<UnknownView> {
    let mut unknown: Vec<UnknownView> = Vec::new();
    let owners = seeds.iter().filter_map(|(node, _)| graph.owner(*node));
    let mut places: Vec<&Place> = owners
        .map(|owner| &system.components[&graph.components()[owner as usize]])
        .filter(|component| component.kind.is_place())
        .filter_map(|component| component.at.first())
        .collect();
    places.sort();
    places.dedup();
    for place in places {
        let word = if place.zone.is_some() { "zone" } else { "region" };
        for component in system.components.values().filter(|component| may_stand(component, place)) {
            let reason = match component.provider {
                None if component.at.is_empty() => "nobody says where it runs".to_owned(),
                _ => format!("nobody says in which {word} of `{}` it runs", place.in_provider()),
            };
            unknown.push(UnknownView {
                component: Some(component.id.to_string()),
                reason,
                place: component.evidence.first().map_or(String::new(), |evidence| evidence.at.to_string()),
            });
        }
    }
    unknown.extend(system.unresolved.iter().map(|item| UnknownView {
        component: item.from.as_ref().map(ToString::to_string),
        reason: format!("`{}`: {}", item.what, item.reason),
        place: item.evidence.at.to_string(),
    }));
    unknown
}

/// Whether a component may stand at a place although it does not say so: it is of that provider, less exactly placed.
fn may_stand(component: &Component, place: &Place) -> bool {
    if component.kind.is_place() {
        return false;
    }
    if component.at.is_empty() && component.provider.is_none() {
        return component.kind != Kind::External;
    }
    if component.at.is_empty() {
        return place.region.is_some()
            && component.place_unknown
            && component.provider.as_deref() == Some(&*place.provider);
    }
    let coarser = |at: &Place| at != place && at.contains(place);
    let own = component.provider.is_none() || component.place_unknown;
    own && component.at.iter().any(coarser)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_chains_are_told_by_their_ends() {
        let whole: Vec<NodeId> = (0..200).collect();
        let (told, left_out) = ends(&whole);
        assert_eq!((told.collect::<Vec<_>>(), left_out), (whole, None));
        let long: Vec<NodeId> = (0..1_000).collect();
        let (told, left_out) = ends(&long);
        let told: Vec<NodeId> = told.collect();
        assert_eq!((told.len(), told[99], told[100], told[199], left_out), (200, 99, 900, 999, Some(800)));
    }
}
