//! Replays as the page holds them: what a slider and a Gantt chart need.

use serde::Serialize;
use serde_json::Value;

use crate::analysis::replay::{Scenario, Seconds, Timeline};
use crate::catalogue::outage::Outage;
use crate::graph::{Graph, NodeId};
use crate::model::State;
use crate::report::Replay;

/// An outage that was replayed.
pub struct Replayed<'a> {
    /// The outage.
    pub outage: &'a Outage,
    /// What it did to this system.
    pub scenario: &'a Scenario,
    /// When what was not up.
    pub timeline: &'a Timeline,
    /// The same as a report.
    pub report: &'a Replay,
}

/// An outage of the library that the page does not hold.
#[derive(Clone, Debug, Serialize)]
pub struct Untold {
    /// Its id.
    pub id: String,
    /// What happened.
    pub title: String,
    /// Why it is left out.
    pub reason: &'static str,
}

/// A replay in the page.
#[derive(Debug, Serialize)]
pub(super) struct ReplayView {
    id: String,
    title: String,
    date: String,
    summary: String,
    sources: Vec<SourceView>,
    begins: Seconds,
    ends: Seconds,
    /// Node, state (1 degraded, 2 down), from, until (`null` when it never came back); by node and time.
    bars: Vec<(NodeId, u8, Seconds, Option<Seconds>)>,
    /// What the outage itself takes down: nodes, state, from, until.
    windows: Vec<(Vec<NodeId>, u8, Seconds, Option<Seconds>)>,
    /// As in the JSON of `replay`, those that were not up all the time.
    apps: Vec<Value>,
    deadlocks: Value,
    actions: Value,
    absent: Vec<String>,
    assumed_restarts: Vec<String>,
    truncated: bool,
}

#[derive(Debug, Serialize)]
struct SourceView {
    title: String,
    url: Option<String>,
    date: String,
}

/// The view of a replay; `None` for one whose report is no JSON, which does not happen.
pub(super) fn view(graph: &Graph, replayed: &Replayed<'_>) -> Option<ReplayView> {
    let Replayed { outage, scenario, timeline, report } = replayed;
    let hit = report.apps.iter().filter(|app| app.worst != "up");
    let bars = timeline.segments.iter().filter(|segment| !graph.is_group(segment.node));
    let sources = outage.sources.values().map(|source| SourceView {
        title: source.title.to_string(),
        url: source.url.as_ref().map(ToString::to_string),
        date: source.date.to_string(),
    });
    Some(ReplayView {
        id: outage.id.to_string(),
        title: outage.title.to_string(),
        date: outage.date.to_string(),
        summary: outage.summary.to_string(),
        sources: sources.collect(),
        begins: scenario.begins,
        ends: timeline.end,
        bars: bars.map(|bar| (bar.node, degree(bar.state), bar.from, bar.until)).collect(),
        windows: (scenario.windows.iter())
            .map(|window| (window.nodes.clone(), degree(window.state), window.from, window.until))
            .collect(),
        apps: hit.map(serde_json::to_value).collect::<Result<_, _>>().ok()?,
        deadlocks: serde_json::to_value(&report.deadlocks).ok()?,
        actions: serde_json::to_value(&report.actions).ok()?,
        absent: report.absent.clone(),
        assumed_restarts: report.assumed_restarts.clone(),
        truncated: report.truncated,
    })
}

fn degree(state: State) -> u8 {
    match state {
        State::Up => 0,
        State::Degraded => 1,
        State::Down => 2,
    }
}
