//! Each app under a replay: when it failed and came back, how long, by which chain, and against which targets.

use schemars::JsonSchema;
use serde::Serialize;

use super::agreements::{Agreements, MONTH};
use super::{Dial, Moment, because};
use crate::analysis::replay::{Seconds, Segment, Timeline, Why};
use crate::graph::{Graph, NodeId};
use crate::model::{Availability, Capability, State, System};

/// An app under a replay.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AppView {
    /// Which.
    pub app: String,
    /// How critical it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<u8>,
    /// The worst that happened to it: `down`, `degraded`, `frozen` (it served, and could not be changed) or `up`.
    pub worst: &'static str,
    /// When it was first not up or frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<Moment>,
    /// When it was up and changeable again; absent when it never was, or never failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back: Option<Moment>,
    /// For how many seconds it was down.
    pub down_seconds: Seconds,
    /// For how many seconds it was degraded.
    pub degraded_seconds: Seconds,
    /// For how many seconds it was frozen: it served, and could not be changed.
    pub frozen_seconds: Seconds,
    /// Its times, in order.
    pub spans: Vec<Span>,
    /// What its manifest asks for, and what the outage left of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetView>,
    /// The products with a service agreement that it stands on and that failed; see `agreements`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stood_on: Vec<String>,
}

/// A time in which an app was not up, or frozen.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Span {
    /// `down`, `degraded` or `frozen`.
    pub state: &'static str,
    /// From this moment on.
    pub from: Moment,
    /// Up to this moment; absent when it never ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// The chain that brought it.
    pub chain: Vec<String>,
    /// What kept it so to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldView>,
}

/// What kept something from being up.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldView {
    /// What was waited for.
    pub why: Why,
    /// The same in words.
    pub because: &'static str,
    /// The chain to it.
    pub chain: Vec<String>,
}

/// What a manifest asks of an app, and what the outage left of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TargetView {
    /// The share of the time that it should be up, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<f64>,
    /// How many seconds of downtime that allows in a month of 30 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_seconds: Option<f64>,
    /// How many months' allowance the outage used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months_used: Option<f64>,
    /// How many seconds it may take to be back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rto_seconds: Option<u64>,
    /// Whether it was back in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rto_met: Option<bool>,
}

/// Every app of the system, by tier and name.
pub(super) fn apps(
    system: &System,
    graph: &Graph,
    timeline: &Timeline,
    dial: Dial,
    agreements: &Agreements,
) -> Vec<AppView> {
    let mut views: Vec<AppView> =
        graph.apps().iter().filter_map(|app| view(system, graph, timeline, *app, dial)).collect();
    for view in &mut views {
        view.stood_on = agreements.under(system, &view.app);
    }
    views.sort_by(|a, b| (a.tier.unwrap_or(u8::MAX), &a.app).cmp(&(b.tier.unwrap_or(u8::MAX), &b.app)));
    views
}

fn view(system: &System, graph: &Graph, timeline: &Timeline, app: u32, dial: Dial) -> Option<AppView> {
    let component = &system.components[&graph.components()[app as usize]];
    let data = graph.node(app, &Capability::data())?;
    let control = graph.node(app, &Capability::control())?;
    let mut spans: Vec<(&'static str, Seconds, Option<Seconds>, Option<&Segment>)> = Vec::new();
    for segment in timeline.of(data) {
        spans.push((segment.state.word(), segment.from, segment.until, Some(segment)));
    }
    for (from, until, segment) in frozen(timeline, data, control) {
        spans.push(("frozen", from, until, Some(segment)));
    }
    spans.sort_by_key(|(_, from, ..)| *from);
    let length = |word: &str| -> Seconds {
        let of = spans.iter().filter(|(state, ..)| *state == word);
        of.map(|(_, from, until, _)| until.unwrap_or(timeline.end) - from).sum()
    };
    let ended = spans.iter().all(|(_, _, until, _)| until.is_some());
    let last = spans.iter().filter_map(|(_, _, until, _)| *until).max();
    let has = |word: &str| spans.iter().any(|(state, ..)| *state == word);
    let (down, degraded) = (length("down"), length("degraded"));
    Some(AppView {
        app: component.id.to_string(),
        tier: component.tier,
        worst: ["down", "degraded", "frozen"].into_iter().find(|word| has(word)).unwrap_or("up"),
        failed: spans.first().map(|(_, from, ..)| dial.at(*from)),
        back: last.filter(|_| ended).map(|last| dial.at(last)),
        down_seconds: down,
        degraded_seconds: degraded,
        frozen_seconds: length("frozen"),
        stood_on: Vec::new(),
        target: target(component.availability, component.rto.map(|rto| rto.as_secs()), down, &spans),
        spans: spans
            .into_iter()
            .map(|(state, from, until, segment)| span(graph, dial, state, (from, until), segment))
            .collect(),
    })
}

fn span(
    graph: &Graph,
    dial: Dial,
    state: &'static str,
    (from, until): (Seconds, Option<Seconds>),
    segment: Option<&Segment>,
) -> Span {
    let names = |chain: &[NodeId]| -> Vec<String> {
        chain.iter().filter_map(|node| graph.capability(*node)).map(|at| at.to_string()).collect()
    };
    Span {
        state,
        from: dial.at(from),
        until: until.map(|until| dial.at(until)),
        chain: segment.map(|segment| names(&segment.chain)).unwrap_or_default(),
        held: segment.and_then(|segment| segment.held.as_ref()).map(|held| HeldView {
            why: held.why,
            because: because(held.why),
            chain: names(&held.chain),
        }),
    }
}

/// The times in which `control` is down while `data` is up, each with the segment of `control` that it is part of.
fn frozen(timeline: &Timeline, data: NodeId, control: NodeId) -> Vec<(Seconds, Option<Seconds>, &Segment)> {
    let end = |until: Option<Seconds>| until.unwrap_or(Seconds::MAX);
    let mut found = Vec::new();
    for segment in timeline.of(control).iter().filter(|segment| segment.state == State::Down) {
        let mut from = segment.from;
        for other in timeline.of(data) {
            if end(other.until) <= from || other.from >= end(segment.until) {
                continue;
            }
            if other.from > from {
                found.push((from, Some(other.from), segment));
            }
            from = end(other.until);
        }
        if from < end(segment.until) {
            found.push((from, segment.until, segment));
        }
    }
    found
}

fn target(
    availability: Option<Availability>,
    rto: Option<u64>,
    down: Seconds,
    spans: &[(&'static str, Seconds, Option<Seconds>, Option<&Segment>)],
) -> Option<TargetView> {
    let share = availability.map(|availability| match availability {
        Availability::Share(share) => share,
        Availability::Means { mtbf, mttr } => mtbf.as_secs_f64() / (mtbf + mttr).as_secs_f64(),
    });
    if share.is_none() && rto.is_none() {
        return None;
    }
    let allowed = share.map(|share| (1.0 - share) * MONTH);
    let times: Vec<_> = spans.iter().filter(|(state, ..)| *state == "down").collect();
    let longest = times.iter().map(|(_, from, until, _)| until.map_or(u64::MAX, |until| until.abs_diff(*from))).max();
    Some(TargetView {
        availability: share,
        allowed_seconds: allowed,
        months_used: allowed.filter(|allowed| *allowed > 0.0).map(|allowed| down as f64 / allowed),
        rto_seconds: rto,
        rto_met: rto.map(|rto| longest.is_none_or(|longest| longest <= rto)),
    })
}
