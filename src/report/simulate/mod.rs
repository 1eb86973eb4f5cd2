//! Who falls under an outage, and by which chain.

mod text;
mod witnesses;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::SCHEMA;
use super::text::short;
use crate::analysis::{Doubt, Impact, blast, nearest_loss, steps, unplaced};
use crate::graph::{Graph, NodeId};
use crate::model::{Basis, Capability, ComponentId, Evidence, Grade, State, System};
use witnesses::Witnesses;

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
    pub inferred: BTreeSet<String>,
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
    let witnesses = Witnesses::new(graph, impact);
    let mut hit = Vec::new();
    for node in (0..).take(graph.len()).filter(|node| impact.state(*node) != State::Up) {
        let Some(reference) = graph.capability(node) else { continue };
        let (witness, left_out) = witnesses.of(node);
        let witness = witness.into_iter().filter_map(|node| graph.capability(node));
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
    let inferred = [&blast.down, &blast.degraded, &blast.frozen];
    let inferred = readings(system, graph, impact, inferred.into_iter().flatten().copied());
    let lost = blast.at_risk.iter().filter_map(|app| loss(graph, impact, *app)).collect();
    Simulate { schema: SCHEMA, outage: selectors.to_vec(), apps, impact: hit, unknown, tiers, inferred, lost }
}

/// Of some apps that are hit, those whose chain goes over a need of a catalogue that is marked as inferred; linear in the
/// components.
fn readings(system: &System, graph: &Graph, impact: &Impact, apps: impl Iterator<Item = u32>) -> BTreeSet<String> {
    let read = |evidence: &Evidence| match &evidence.basis {
        Basis::Catalogue(citation) => citation.grade == Grade::Inferred,
        _ => false,
    };
    let is_reading = |from: NodeId, to: NodeId| {
        let pair: Vec<_> = [from, to].into_iter().filter_map(|node| graph.capability(node)).collect();
        steps(system, &pair).iter().any(|step| step.evidence.iter().all(read))
    };
    let rests = [State::Down, State::Degraded].map(|state| {
        impact.along(graph, state, |node, next| next.is_some_and(|(next, rests)| *rests || is_reading(node, next)))
    });
    let hit = |app: u32, capability: &Capability| {
        graph.node(app, capability).filter(|node| impact.state(*node) != State::Up).map(|node| node as usize)
    };
    let face = |app: &u32| hit(*app, &Capability::data()).or_else(|| hit(*app, &Capability::control()));
    let over = |app: &u32| face(app).is_some_and(|node| rests.iter().any(|rests| rests[node] == Some(true)));
    apps.filter(over).map(|app| graph.components()[app as usize].to_string()).collect()
}

fn loss(graph: &Graph, impact: &Impact, app: u32) -> Option<(String, LossView)> {
    let (lost, left) = nearest_loss(graph, impact, graph.node(app, &Capability::data())?)?;
    let named = |nodes: Vec<NodeId>| {
        nodes.into_iter().filter_map(|node| graph.capability(node)).map(|reference| short(&reference)).collect()
    };
    Some((graph.components()[app as usize].to_string(), LossView { lost: named(lost), left: named(left) }))
}

/// What nobody resolved, and what may be hit without anybody saying so.
pub(super) fn unknown(system: &System, graph: &Graph, seeds: &[(NodeId, State)]) -> Vec<UnknownView> {
    let owners = seeds.iter().filter_map(|(node, _)| graph.owner(*node));
    let lost: BTreeSet<&ComponentId> = owners.map(|owner| &graph.components()[owner as usize]).collect();
    let mut unknown: Vec<UnknownView> = (unplaced(system, &lost).into_iter())
        .map(|one| UnknownView {
            component: Some(one.component.to_string()),
            reason: reason(&one.doubt),
            place: one.at.map_or(String::new(), |at| at.to_string()),
        })
        .collect();
    unknown.extend(system.unresolved.iter().map(|item| UnknownView {
        component: item.from.as_ref().map(ToString::to_string),
        reason: format!("`{}`: {}", item.what, item.reason),
        place: item.evidence.at.to_string(),
    }));
    unknown
}

fn reason(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Anywhere => "nobody says where it runs".to_owned(),
        Doubt::Within(word, place) => format!("nobody says in which {word} of `{place}` it runs"),
        Doubt::Instance(places) => format!("nobody says whether it stands at {}", places.join(", ")),
        Doubt::Needs(product) => format!("nobody says where the `{product}` stands that it needs"),
    }
}
