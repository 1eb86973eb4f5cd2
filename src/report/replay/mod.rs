//! The report of a replay: for each app when it failed and came back, by which chain, and what held it back.

mod agreements;
mod apps;
mod text;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use agreements::AgreementView;
use apps::AppView;

use super::SCHEMA;
use super::simulate::{UnknownView, unknown};
use crate::analysis::replay::{Attempt, Outcome, Scenario, Seconds, Timeline, Why};
use crate::catalogue::Catalogue;
use crate::catalogue::outage::{Clock, Outage};
use crate::graph::{Graph, NodeId};
use crate::model::{State, System};

/// The report of `replay`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Replay {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// The outage: its id in the library, or selectors.
    pub outage: String,
    /// What happened.
    pub title: String,
    /// The day that the times are on, for an outage that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The moment of the first event.
    pub begins: Moment,
    /// The moment of the last event.
    pub ends: Moment,
    /// The apps, by tier and name.
    pub apps: Vec<AppView>,
    /// What providers promise of the products that the system stands on and that failed, by component.
    pub agreements: Vec<AgreementView>,
    /// When which capability was not up: the bars of a Gantt chart, by component, capability and time.
    pub bars: Vec<Bar>,
    /// Restarts that waited for themselves.
    pub deadlocks: Vec<DeadlockView>,
    /// What became of the actions of operators.
    pub actions: Vec<ActionView>,
    /// What the outage takes down and nothing here needs.
    pub absent: Vec<String>,
    /// What may be affected, and is not known to be.
    pub unknown: Vec<UnknownView>,
    /// Sticky components that were taken to be restarted at the first moment at which it helps.
    pub assumed_restarts: Vec<String>,
    /// Too much happened: what was not up at the end is told as never coming back.
    pub truncated: bool,
}

/// A moment, in seconds since midnight of the first day and as people write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moment {
    /// Seconds since midnight of the first day.
    pub second: Seconds,
    /// `17:39`, with the date on other days.
    pub clock: String,
}

/// A capability that was not up for a while.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Bar {
    /// Whose.
    pub component: String,
    /// Which.
    pub capability: String,
    /// `down` or `degraded`.
    pub state: State,
    /// From this moment on.
    pub from: Moment,
    /// Up to this moment; absent when it never came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
}

/// Restarts that waited for themselves.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeadlockView {
    /// The capabilities of the circle.
    pub cycle: Vec<String>,
    /// Since when nothing else kept them down.
    pub since: Moment,
    /// When it was broken; absent when it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<Moment>,
}

/// What became of an action.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ActionView {
    /// When.
    pub time: Moment,
    /// `restart`, `force`, `switch`, `rollback`.
    pub action: &'static str,
    /// To what.
    pub to: Vec<String>,
    /// Whether it did anything.
    pub worked: bool,
    /// What was in the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
}

/// What was replayed, for the head of a report.
pub struct Story<'a> {
    /// The outage of the library, if it is one.
    pub outage: Option<&'a Outage>,
    /// Its id, or the selectors.
    pub name: String,
    /// The action of the outage that each action of the scenario is.
    pub actions: &'a [usize],
    /// What of the outage nothing here needs.
    pub absent: Vec<String>,
    /// Where the service agreements of products are looked up.
    pub catalogue: &'a Catalogue,
    /// What a month of a product costs, by its id with or without a place.
    pub fees: &'a [(String, f64)],
}

/// How moments are written.
#[derive(Clone, Copy)]
struct Dial(Option<Date>);

impl Dial {
    fn at(self, second: Seconds) -> Moment {
        let clock = Clock(second);
        let days = second.div_euclid(86_400);
        let text = match self.0 {
            Some(day) => clock.show(day),
            None if days == 0 => clock.to_string(),
            None => format!("day {} {clock}", days + 1),
        };
        Moment { second, clock: text }
    }
}

/// Makes the report of a replay.
pub fn replay(system: &System, graph: &Graph, story: &Story<'_>, scenario: &Scenario, timeline: &Timeline) -> Replay {
    let dial = Dial(story.outage.map(|outage| outage.date));
    let name = |node: NodeId| graph.capability(node).map(|at| at.to_string()).unwrap_or_default();
    let bars = timeline.segments.iter().filter_map(|segment| {
        let reference = graph.capability(segment.node)?;
        Some(Bar {
            component: reference.component.to_string(),
            capability: reference.capability.to_string(),
            state: segment.state,
            from: dial.at(segment.from),
            until: segment.until.map(|until| dial.at(until)),
        })
    });
    let deadlocks = timeline.deadlocks.iter().map(|deadlock| DeadlockView {
        cycle: deadlock.cycle.iter().map(|node| name(*node)).collect(),
        since: dial.at(deadlock.since),
        broken: deadlock.broken.map(|broken| dial.at(broken)),
    });
    let seeds: Vec<(NodeId, State)> =
        scenario.windows.iter().flat_map(|window| window.nodes.iter().map(|node| (*node, window.state))).collect();
    let found = agreements::agreements(system, graph, timeline, story.catalogue, story.fees);
    Replay {
        schema: SCHEMA,
        outage: story.name.clone(),
        title: story.outage.map(|outage| outage.title.to_string()).unwrap_or_default(),
        date: story.outage.map(|outage| outage.date.to_string()),
        begins: dial.at(scenario.begins),
        ends: dial.at(timeline.end),
        apps: apps::apps(system, graph, timeline, dial, &found),
        agreements: found.views,
        bars: bars.collect(),
        deadlocks: deadlocks.collect(),
        actions: actions(graph, story, timeline, dial, &name),
        absent: story.absent.clone(),
        unknown: unknown(system, graph, &seeds),
        assumed_restarts: assumed(system, graph, scenario, timeline),
        truncated: timeline.truncated,
    }
}

fn actions(
    graph: &Graph,
    story: &Story<'_>,
    timeline: &Timeline,
    dial: Dial,
    name: &impl Fn(NodeId) -> String,
) -> Vec<ActionView> {
    let Some(outage) = story.outage else { return Vec::new() };
    let mut views = Vec::new();
    for (number, action) in outage.actions.iter().enumerate() {
        let Some(here) = story.actions.iter().position(|known| *known == number) else {
            if action.what == crate::catalogue::outage::Deed::Rollback {
                let to = action.to.iter().map(|selector| selector.text.to_string()).collect();
                let because = action.note.iter().map(ToString::to_string).collect();
                let time = dial.at(action.time.0);
                views.push(ActionView { time, action: action.what.word(), to, worked: false, because });
            }
            continue;
        };
        let attempts: Vec<&Attempt> = timeline.attempts.iter().filter(|attempt| attempt.action == here).collect();
        let acted = |outcome: Outcome| attempts.iter().filter(move |attempt| attempt.outcome == outcome);
        let outcome = [Outcome::Done, Outcome::Vain].into_iter().find(|outcome| acted(*outcome).next().is_some());
        // What was well already is no part of what was done.
        let Some(outcome) = outcome else { continue };
        let owners = acted(outcome).filter_map(|attempt| graph.owner(attempt.node));
        let mut to: Vec<String> = owners.map(|owner| graph.components()[owner as usize].to_string()).collect();
        to.dedup();
        let chain = attempts.iter().find(|attempt| !attempt.chain.is_empty()).map(|attempt| &attempt.chain);
        views.push(ActionView {
            time: dial.at(action.time.0),
            action: action.what.word(),
            to,
            worked: outcome == Outcome::Done,
            because: chain.map(|chain| chain.iter().map(|node| name(*node)).collect()).unwrap_or_default(),
        });
    }
    views
}

/// Sticky components that came back without an action.
fn assumed(system: &System, graph: &Graph, scenario: &Scenario, timeline: &Timeline) -> Vec<String> {
    let acted: Vec<u32> =
        scenario.actions.iter().flat_map(|action| &action.nodes).filter_map(|node| graph.owner(*node)).collect();
    let mut names: Vec<String> = (timeline.segments.iter())
        .filter(|segment| segment.state == State::Down && segment.until.is_some())
        .filter_map(|segment| graph.owner(segment.node))
        .filter(|owner| !acted.contains(owner))
        .map(|owner| &graph.components()[owner as usize])
        .filter(|id| system.components[*id].restart.as_ref().is_some_and(|restart| restart.sticky))
        .map(ToString::to_string)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// What was waited for, in words.
fn because(why: Why) -> &'static str {
    match why {
        Why::Outage => "the outage itself",
        Why::Restart => "a restart",
        Why::Hand => "a restart that somebody had to do",
        Why::StartNeeds => "a restart that waited for what it needs to start",
        Why::Backlog => "a backlog",
        Why::Switch => "the time that a switch takes",
        Why::SwitchByHand => "a switch that somebody had to make",
        Why::Capacity => "an alternative that carries only part of the load",
    }
}
