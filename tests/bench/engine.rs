//! A large synthetic system from its text to an outage, the engine beside its slow twin: `cargo bench --bench engine`.
//!
//! 100,000 components with 500,000 needs in layers, some of them soft, some alternatives, some backwards so that there are
//! cycles. Prints times and the ratio to the twin; nothing here fails on a slow machine.

#![expect(clippy::expect_used, reason = "a bench that can not go on should say so and stop")]

#[path = "../support/oracle.rs"]
mod oracle;

use std::fmt::Write;
use std::time::{Duration, Instant};

use linchpin::analysis::{Impact, impact};
use linchpin::catalogue::Catalogue;
use linchpin::graph::Graph;
use linchpin::ingest::linchpin::read;
use linchpin::model::{ComponentId, State, System};
use linchpin::resolve::resolve;

/// A small generator with a fixed seed: the same system in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(most.max(1)).expect("small")).expect("small")
    }
}

/// The text of a manifest in JSON; each component needs five others, most of them with smaller numbers.
fn manifest(components: usize) -> String {
    let mut dice = Dice(7);
    let mut text = String::from("{\"version\": 1, \"components\": {\n");
    for number in 0..components {
        let kind = if number * 10 > components * 9 { "app" } else { "service" };
        let _ = write!(text, "\"c{number}\": {{\"kind\": \"{kind}\", \"needs\": [");
        let target = |dice: &mut Dice| {
            let back = dice.below(100) == 0;
            if back || number < 100 { dice.below(components) } else { number - 1 - dice.below(number.min(5_000) - 1) }
        };
        let (a, b, c, d, e) =
            (target(&mut dice), target(&mut dice), target(&mut dice), target(&mut dice), target(&mut dice));
        let others = |list: &[usize]| {
            let names: Vec<String> = list.iter().filter(|t| **t != number).map(|t| format!("\"c{t}\"")).collect();
            names.join(", ")
        };
        let _ = write!(text, "{{\"any_of\": [{}]}}", others(&[a, b, (number + 1) % components]));
        for (place, target) in [c, d, e].into_iter().enumerate().filter(|(_, target)| *target != number) {
            let strength = if place == 0 && dice.below(3) > 0 { "soft" } else { "hard" };
            let _ = write!(text, ", {{\"to\": \"c{target}\", \"strength\": \"{strength}\"}}");
        }
        text.push_str(if number + 1 == components { "]}\n" } else { "]},\n" });
    }
    text + "}}\n"
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    println!("{what:48} {:>10.1} ms", took.as_secs_f64() * 1e3);
    (result, took)
}

/// The best of several runs, since whatever else the machine does only adds.
fn best<T>(what: &str, work: impl Fn() -> T) -> (T, Duration) {
    let mut runs: Vec<(T, Duration)> = (0..9)
        .map(|_| {
            let start = Instant::now();
            (work(), start.elapsed())
        })
        .collect();
    runs.sort_by_key(|(_, took)| *took);
    let (result, took) = runs.swap_remove(0);
    println!("{what:48} {:>10.3} ms", took.as_secs_f64() * 1e3);
    (result, took)
}

fn simulate(graph: &Graph, component: &str) -> Impact {
    let number = graph.component(&ComponentId::new(component)).expect("known");
    let outage: Vec<_> = graph.capabilities_of(number).map(|node| (node, State::Down)).collect();
    impact(graph, &outage)
}

fn down(graph: &Graph, impact: &Impact) -> usize {
    (0..graph.len()).filter(|node| impact.state(u32::try_from(*node).expect("small")) == State::Down).count()
}

fn system(components: usize) -> System {
    let text = manifest(components);
    println!("{components} components, {} MB of JSON", text.len() >> 20);
    let ((facts, problems), _) = timed("read", || read(&"linchpin.json".into(), &text));
    assert_eq!(problems.len(), 0, "{:?}", problems.first());
    println!("{} needs", facts.needs.iter().map(|fact| targets(&fact.need)).sum::<usize>());
    timed("resolve", || resolve(&[("linchpin", facts)], &Catalogue::default()).system).0
}

fn targets(need: &linchpin::facts::Wanted) -> usize {
    match &need.target {
        linchpin::facts::Target::AtLeast { members, .. } => members.iter().map(targets).sum(),
        _ => 1,
    }
}

fn main() {
    let large = system(100_000);
    let (graph, _) = timed("compile", || Graph::compile(&large));
    let told = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = told.lines().find_map(|line| line.strip_prefix("VmHWM:")).map_or("unknown", str::trim);
    println!("memory at most, from the text to the graph: {memory}");
    for component in ["c0", "c100", "c50000", "c99999"] {
        let (impact, _) = best(&format!("one outage: {component}"), || simulate(&graph, component));
        println!("    {} of {} nodes down", down(&graph, &impact), graph.len());
    }

    let small = system(3_000);
    let graph = Graph::compile(&small);
    let (_, fast) = best("the engine, one outage", || simulate(&graph, "c0"));
    let (_, slow) = best("its twin, one outage", || oracle::states(&small, &[ComponentId::new("c0")]).len());
    println!("the engine is {:.0} times as fast as its twin", slow.as_secs_f64() / fast.as_secs_f64());
}
