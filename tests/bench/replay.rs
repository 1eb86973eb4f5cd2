//! A week on a system of 10,000 components with 100 outages, and a small one beside its twin: `cargo bench --bench replay`.
//!
//! Graces, switches, restarts, stickiness and backlogs on every fifth component. Prints times and the ratio to the twin;
//! nothing here fails on a slow machine.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench that can not go on should say so and stop")]

#[path = "../support/twin.rs"]
mod twin;

use std::fmt::Write;
use std::time::{Duration, Instant};

use linchpin::analysis::replay::{Action, Remedy, Scenario, Timeline, Window, replay};
use linchpin::catalogue::Catalogue;
use linchpin::graph::{Graph, NodeId};
use linchpin::ingest::linchpin::read;
use linchpin::model::{Capability, State, System};
use linchpin::resolve::resolve;

use twin::{Deed, Story};

const WEEK: i64 = 7 * 86_400;

/// A small generator with a fixed seed: the same system in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(most.max(1)).expect("small")).expect("small")
    }
}

/// Components in layers, each with four needs on earlier ones: alternatives with a switch, a grace, a soft need; one of
/// `restarts` has to be restarted.
fn system(components: usize, restarts: usize) -> System {
    let mut dice = Dice(11);
    let mut text = String::from("{\"version\": 1, \"components\": {\n");
    for number in 0..components {
        let kind = if number * 10 > components * 9 { "app" } else { "service" };
        let _ = write!(text, "\"c{number}\": {{\"kind\": \"{kind}\"");
        if number >= 20 {
            let mut target = || number - 1 - dice.below(number.min(2_000) - 1);
            let (a, b, c, d) = (target(), target(), target(), target());
            let _ = write!(
                text,
                ", \"needs\": [{{\"any_of\": [\"c{a}\", {{\"to\": \"c{b}\", \"switch\": \"{}s\"}}]}}, {{\"to\": \"c{c}\", \
                 \"grace\": \"{}s\"}}, {{\"to\": \"c{d}\", \"strength\": \"soft\"}}]",
                5 + number % 7,
                3 + number % 11
            );
        }
        if number % restarts == 0 {
            let _ = write!(
                text,
                ", \"restart\": {{\"sticky\": true, \"takes\": \"{}s\", \"drain\": \"9s\"}}",
                2 + number % 4
            );
        }
        text.push_str(if number + 1 == components { "}\n" } else { "},\n" });
    }
    let (facts, problems) = read(&"linchpin.json".into(), &(text + "}}\n"));
    assert_eq!(problems.len(), 0, "{:?}", problems.first());
    resolve(&[("linchpin", facts)], &Catalogue::default()).system
}

/// Outages of single components at any time, each of some minutes.
fn scenario(graph: &Graph, outages: usize, length: i64) -> Scenario {
    let mut dice = Dice(5);
    let components = graph.components().len();
    let most = usize::try_from(length).expect("positive");
    let windows = (0..outages).map(|_| {
        let component = u32::try_from(dice.below(components)).expect("small");
        let from = i64::try_from(dice.below(most)).expect("small");
        let lasts = i64::try_from(dice.below(most / 20)).expect("small");
        let nodes: Vec<NodeId> = graph.node(component, &Capability::data()).into_iter().collect();
        Window { nodes, state: State::Down, from, until: Some(from + 1 + lasts) }
    });
    Scenario { windows: windows.collect(), ..Scenario::default() }
}

fn timed<T>(what: &str, runs: usize, work: impl Fn() -> T) -> (T, Duration) {
    let mut all: Vec<(T, Duration)> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            (work(), start.elapsed())
        })
        .collect();
    all.sort_by_key(|(_, took)| *took);
    let (result, took) = all.swap_remove(0);
    println!("{what:48} {:>10.3} ms", took.as_secs_f64() * 1e3);
    (result, took)
}

fn told(system: &System, graph: &Graph, scenario: &Scenario) -> Timeline {
    let watched: Vec<NodeId> = graph.apps().iter().filter_map(|app| graph.node(*app, &Capability::data())).collect();
    replay(system, graph, scenario, &watched)
}

fn main() {
    let large = system(10_000, 5);
    let graph = Graph::compile(&large);
    let week = scenario(&graph, 100, WEEK);
    let (timeline, _) = timed("a week, 10,000 components, 100 outages", 5, || told(&large, &graph, &week));
    println!("    {} moments, {} times not up", timeline.moments, timeline.segments.len());

    // The twin tries every set of restarts, so there are few.
    let small = system(120, 40);
    let graph = Graph::compile(&small);
    let mut hour = scenario(&graph, 4, 1_800);
    let restarted = graph.node(0, &Capability::data()).expect("a component");
    let at_hand = [(900, Remedy::Restart, Deed::Restart), (1_000, Remedy::Force, Deed::Force)];
    hour.actions = at_hand.map(|(at, what, _)| Action { at, what, nodes: vec![restarted], takes: None }).to_vec();
    let story = Story {
        windows: (hour.windows.iter())
            .flat_map(|window| window.nodes.iter().map(move |node| (*node, window)))
            .filter_map(|(node, window)| Some((graph.capability(node)?, window.state, window.from, window.until)))
            .collect(),
        actions: at_hand
            .into_iter()
            .filter_map(|(at, _, deed)| Some((at, deed, graph.capability(restarted)?)))
            .collect(),
        ..Story::default()
    };
    let (_, fast) = timed("the replay, 120 components, half an hour", 9, || told(&small, &graph, &hour));
    let (_, slow) = timed("its twin, second by second", 1, || twin::states(&small, &story, 1_800).len());
    println!("the replay is {:.0} times as fast as its twin", slow.as_secs_f64() / fast.as_secs_f64());
}
