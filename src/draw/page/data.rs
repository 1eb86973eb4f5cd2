//! What the page holds: the system, its graph, and all that was computed, as plain data.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Subject;
use super::picture::{Picture, picture};
use super::proofs::{Collector, Proofs};
use super::replays::{self, ReplayView, Untold};
use super::wires::{Wires, wires};
use crate::analysis::{Figures, Method, Outages, Pairs, never_starts, pairs, reach, unplaced};
use crate::graph::{Graph, NodeId};
use crate::ingest::Status;
use crate::model::{Capability, CapabilityRef, Component, ComponentId};
use crate::policy::{Counts, Decision};
use crate::report::{FindingView, Named, WaiverView};

/// The version of the data; the page's code reads this one only.
const FORMAT: &str = "linchpin/page/1";
/// How many findings, and pairs, a page holds at most; the worst come first.
const MOST_FINDINGS: usize = 2_000;
const MOST_PAIRS: usize = 50;

/// All data of a page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    format: &'static str,
    made_by: String,
    title: String,
    /// What is down when the page opens.
    opening: Vec<NodeId>,
    components: Vec<ComponentView>,
    picture: Picture,
    graph: Wires,
    /// The weight of each app in thousandths, in the order of the components.
    weights: Vec<u64>,
    /// For each component lost alone: apps down, degraded and frozen, the weight of those down, hours of apps down in a
    /// year (`null` where no figure is known).
    single: Vec<(usize, usize, usize, f64, Option<f64>)>,
    pairs: PairsView,
    maybe: Maybe,
    /// Capabilities that can never come up once everything is off.
    never_start: Vec<NodeId>,
    verdict: VerdictView,
    findings: Vec<FindingData>,
    findings_left_out: usize,
    replays: Vec<ReplayView>,
    replays_left_out: Vec<Untold>,
    sources: Vec<SourceView>,
    unresolved: Vec<UnresolvedView>,
    assumptions: Vec<AssumptionView>,
    proofs: Proofs,
}

/// A component; what is not known is left out.
#[derive(Debug, Serialize)]
struct ComponentView {
    id: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    at: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    place_unknown: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    software: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sticky: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sketch: bool,
    proof: Vec<u32>,
}

/// What the loss of a component may hit although nothing says so; many places share one list.
#[derive(Debug, Default, Serialize)]
struct Maybe {
    lists: Vec<Vec<u32>>,
    /// The list of each component that has one.
    of: BTreeMap<u32, usize>,
}

#[derive(Debug, Serialize)]
struct PairsView {
    count: usize,
    components_left_out: usize,
    /// Two components, the apps that are down with both and with neither alone, and their weight.
    worst: Vec<([u32; 2], Vec<u32>, f64)>,
}

#[derive(Debug, Serialize)]
struct VerdictView {
    decision: Decision,
    summary: String,
    counts: Counts,
}

#[derive(Debug, Serialize)]
struct FindingData {
    rule: String,
    severity: &'static str,
    confidence: crate::model::Confidence,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<u32>,
    cut_set: Vec<u32>,
    state: &'static str,
    message: String,
    remedy: String,
    witness: Vec<NodeId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<Vec<NodeId>>,
    proof: Vec<u32>,
    /// The finding, by its place in the list, that says the same from nearer by.
    #[serde(skip_serializing_if = "Option::is_none")]
    under: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<WaiverData>,
}

#[derive(Debug, Serialize)]
struct WaiverData {
    owner: Option<String>,
    reason: String,
    until: String,
    at: String,
}

#[derive(Debug, Serialize)]
struct SourceView {
    file: String,
    format: &'static str,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct UnresolvedView {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<u32>,
    what: String,
    reason: String,
    proof: u32,
}

#[derive(Debug, Serialize)]
struct AssumptionView {
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<u32>,
    what: String,
    proof: u32,
}

/// The data of a page; costs what sweeping over all components costs.
pub(super) fn data(subject: &Subject<'_>) -> Page {
    let Subject { system, graph, check, .. } = *subject;
    let mut collector = Collector::new(subject.quote);
    let wires = wires(system, graph, &mut collector);
    let components = system.components.values().map(|one| component(one, &mut collector)).collect();
    let named = Named::new(system, graph);
    let weights = named.weights();
    let (findings, findings_left_out) = findings(&check.findings, graph, &mut collector);
    let unresolved = system.unresolved.iter().map(|item| UnresolvedView {
        from: item.from.as_ref().and_then(|id| graph.component(id)),
        what: item.what.clone(),
        reason: item.reason.clone(),
        proof: collector.one(&item.evidence),
    });
    let unresolved = unresolved.collect();
    let assumptions = system.assumptions.iter().map(|item| AssumptionView {
        about: graph.component(&item.about),
        what: item.what.clone(),
        proof: collector.one(&item.evidence),
    });
    let assumptions = assumptions.collect();
    Page {
        format: FORMAT,
        made_by: format!("linchpin {}", env!("CARGO_PKG_VERSION")),
        title: subject.title(),
        opening: subject.opening.to_vec(),
        components,
        picture: picture(subject),
        graph: wires,
        single: single(subject, &named),
        pairs: worst(pairs(graph, &weights, MOST_PAIRS), graph, &weights),
        weights,
        maybe: maybe(subject),
        never_start: never_starts(graph),
        verdict: VerdictView { decision: check.verdict, summary: check.summary.clone(), counts: check.counts },
        findings,
        findings_left_out,
        replays: subject.replays.iter().filter_map(|one| replays::view(graph, one)).collect(),
        replays_left_out: subject.untold.to_vec(),
        sources: (subject.accounts.iter())
            .map(|account| SourceView {
                file: account.file.to_string(),
                format: account.format,
                status: account.status,
                reason: account.reason.clone(),
            })
            .collect(),
        unresolved,
        assumptions,
        proofs: collector.finish(),
    }
}

fn component(component: &Component, collector: &mut Collector<'_>) -> ComponentView {
    ComponentView {
        id: component.id.to_string(),
        kind: component.kind.word(),
        tier: component.tier,
        owner: component.owner.as_ref().map(ToString::to_string),
        provider: component.provider.as_ref().map(ToString::to_string),
        at: component.at.iter().map(|place| place.id().to_string()).collect(),
        place_unknown: component.place_unknown,
        aliases: component.aliases.iter().map(ToString::to_string).collect(),
        software: component.software.as_ref().map(ToString::to_string),
        sticky: component.restart.as_ref().is_some_and(|restart| restart.sticky),
        sketch: component.sketch,
        proof: collector.all(&component.evidence),
    }
}

/// What each component takes down alone, by the sweep that `spof` shows.
fn single(subject: &Subject<'_>, named: &Named<'_>) -> Vec<(usize, usize, usize, f64, Option<f64>)> {
    let graph = subject.graph;
    let lost: Vec<u32> = (0u32..).take(graph.components().len()).collect();
    let found = reach(graph, &Outages::components(graph), Method::Adaptive);
    let spof = named.spof("component", &lost, found, &Figures::of(subject.system, graph, None), 0);
    let mut rows = vec![(0, 0, 0, 0.0, None); lost.len()];
    for view in &spof.components {
        if let Some(number) = graph.component(&ComponentId::new(&view.id)) {
            let counts = (view.apps_down.len(), view.apps_degraded.len(), view.apps_frozen.len());
            rows[number as usize] = (counts.0, counts.1, counts.2, view.weight, view.app_hours_a_year);
        }
    }
    rows
}

/// What each loss may hit without anybody saying so, by the rule that `simulate` goes by.
fn maybe(subject: &Subject<'_>) -> Maybe {
    let (mut found, mut known) = (Maybe::default(), BTreeMap::new());
    for id in subject.system.components.keys() {
        let may = unplaced(subject.system, &[id].into());
        let mut list: Vec<u32> = may.iter().filter_map(|one| subject.graph.component(&one.component)).collect();
        list.sort_unstable();
        list.dedup();
        if let Some(number) = subject.graph.component(id).filter(|_| !list.is_empty()) {
            let at = *known.entry(list.clone()).or_insert_with(|| {
                found.lists.push(list);
                found.lists.len() - 1
            });
            found.of.insert(number, at);
        }
    }
    found
}

fn worst(pairs: Pairs, graph: &Graph, weights: &[u64]) -> PairsView {
    let weight: BTreeMap<u32, u64> = graph.apps().iter().copied().zip(weights.iter().copied()).collect();
    let row = |pair: crate::analysis::Pair| {
        let sum: u64 = pair.only_together.iter().filter_map(|app| weight.get(app)).sum();
        (pair.components, pair.only_together, sum as f64 / 1000.0)
    };
    PairsView {
        count: pairs.count,
        components_left_out: pairs.left_out,
        worst: pairs.worst.into_iter().map(row).collect(),
    }
}

/// The findings that a page holds, and how many it leaves out: those that say the same from further away first.
fn findings(all: &[FindingView], graph: &Graph, collector: &mut Collector<'_>) -> (Vec<FindingData>, usize) {
    let mut kept: Vec<&FindingView> =
        all.iter().filter(|finding| finding.under.is_none()).take(MOST_FINDINGS).collect();
    let room = MOST_FINDINGS - kept.len();
    kept.extend(all.iter().filter(|finding| finding.under.is_some()).take(room));
    let key = |rule: &str, app: Option<&str>, cut_set: &[String]| {
        format!("{rule}\n{}\n{}", app.unwrap_or_default(), cut_set.join(" "))
    };
    let places: BTreeMap<String, usize> = kept
        .iter()
        .enumerate()
        .map(|(at, finding)| (key(&finding.rule, finding.app.as_deref(), &finding.cut_set), at))
        .collect();
    let component = |id: &str| graph.component(&ComponentId::new(id));
    let chain = |names: &[String]| -> Vec<NodeId> { names.iter().filter_map(|name| node(graph, name)).collect() };
    let mut found = Vec::with_capacity(kept.len());
    for (at, finding) in kept.iter().enumerate() {
        let under = finding.under.as_ref().and_then(|nearer| {
            let app = nearer.app.as_ref().map(ToString::to_string);
            let cut_set: Vec<String> = nearer.cut_set.iter().map(ToString::to_string).collect();
            places.get(&key(&nearer.rule, app.as_deref(), &cut_set)).copied()
        });
        found.push(FindingData {
            rule: finding.rule.clone(),
            severity: finding.severity.word(),
            confidence: finding.confidence,
            app: finding.app.as_deref().and_then(component),
            cut_set: finding.cut_set.iter().filter_map(|id| component(id)).collect(),
            state: finding.state,
            message: finding.message.clone(),
            remedy: finding.remedy.clone(),
            witness: chain(&finding.witness),
            others: finding.others.iter().map(|names| chain(names)).collect(),
            proof: collector.all(&finding.evidence),
            // One that is accepted does not hide one that is not.
            under: under.filter(|root| *root != at && kept[*root].state == finding.state),
            waiver: finding.waiver.as_ref().map(waiver),
        });
    }
    let left_out = all.len() - found.len();
    (found, left_out)
}

fn waiver(waiver: &WaiverView) -> WaiverData {
    WaiverData {
        owner: waiver.owner.clone(),
        reason: waiver.reason.clone(),
        until: waiver.until.clone(),
        at: waiver.at.to_string(),
    }
}

/// The node that `component:capability` names.
fn node(graph: &Graph, name: &str) -> Option<NodeId> {
    let (component, capability) = CapabilityRef::split(name);
    let capability = capability.map_or_else(Capability::data, Capability::new);
    graph.node(graph.component(&ComponentId::new(component))?, &capability)
}
