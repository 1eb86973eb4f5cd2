//! The sweep over every single failure on large layered systems, beside petgraph's way: `cargo bench --bench sweep`.
//!
//! The systems come from `../shared/tools/make_graph.py`, with numbers of pairs that are known from independent methods;
//! a wrong number ends the bench. Takes names of methods (`adaptive`, `bits`, `sets`) and `large` for a million components.

#![expect(clippy::expect_used, reason = "a bench that can not go on should say so and stop")]

#[path = "../support/layered.rs"]
mod layered;
#[path = "../support/shared.rs"]
mod shared;

use std::time::{Duration, Instant};

use linchpin::analysis::{Method, Outages, hits, reach};
use linchpin::graph::Graph;

/// Arguments of the generator, rings, and the pairs of a component that is no app and an app that falls with it.
const GRAPHS: [([&str; 5], Option<&str>, usize); 4] = [
    (["100000", "5", "0.0", "1", "0"], None, 56_310_120),
    (["100000", "5", "0.3", "1", "0"], None, 6_221_686),
    (["100000", "5", "0.3", "1", "0"], Some("500"), 11_136_837),
    (["1000000", "5", "0.3", "1", "0"], None, 78_970_447),
];

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    println!("  {what:46} {:>10.1} ms", took.as_secs_f64() * 1e3);
    (result, took)
}

/// The best of some runs, since whatever else the machine does only adds.
fn best<T>(what: &str, runs: usize, work: impl Fn() -> T) -> (T, Duration) {
    let before = processor();
    let run = |_| {
        let start = Instant::now();
        (work(), start.elapsed())
    };
    let (result, took) = (0..runs.max(1)).map(run).min_by_key(|(_, took)| *took).expect("a run");
    let each = (processor() - before) / runs.max(1) as f64;
    println!("  {what:46} {:>10.1} ms, {each:.0} ms of processors", took.as_secs_f64() * 1e3);
    (result, took)
}

/// The time in milliseconds that processors spent on this program so far; 0 where nobody tells.
fn processor() -> f64 {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = told.rsplit(')').next().unwrap_or_default();
    after.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let asked = |word: &str| words.iter().any(|given| given == word);
    for (arguments, rings, known) in GRAPHS {
        let large = arguments[0] == "1000000";
        if large && !asked("large") {
            continue;
        }
        println!("{} {}", arguments.join(" "), rings.map_or(String::new(), |rings| format!("with {rings} rings")));
        let Some(text) = layered::generated(&arguments, rings) else {
            continue;
        };
        let system = layered::system(&text);
        drop(text);
        let (graph, _) = timed("compile", || Graph::compile(&system));
        drop(system);
        let outages = Outages::components(&graph);
        let weights = vec![1u64; graph.apps().len()];
        let runs = if large { 1 } else { 5 };
        let mut fastest = Duration::MAX;
        for (name, method) in [("adaptive", Method::Adaptive), ("bits", Method::Bits), ("sets", Method::Sets)] {
            if !(words.iter().all(|word| word == "large") && (!large || name == "adaptive") || asked(name)) {
                continue;
            }
            let (found, took) =
                best(&format!("sweep, counts, {name}"), runs, || hits(&graph, &outages, &weights, method));
            fastest = fastest.min(took);
            let found = (0u32..).zip(&found).map(|(component, hits)| (component, hits.down as usize));
            assert_eq!(layered::pairs(&graph, found), known, "{name}");
        }
        let (found, _) = best("sweep, lists", runs.min(3), || reach(&graph, &outages, Method::Adaptive));
        let found = (0u32..).zip(&found).map(|(component, reach)| (component, reach.down.len()));
        assert_eq!(layered::pairs(&graph, found), known, "lists");
        if arguments[2] == "0.0" {
            let (_, some) = timed("petgraph, 1 in 100 of the components", || searches(&graph));
            let ratio = some.as_secs_f64() * 100.0 / fastest.as_secs_f64();
            println!("  the fastest sweep is {ratio:.0} times as fast as a search from each component with petgraph");
        }
    }
}

/// Plain reachability as one does it with petgraph: a search from each of some components.
fn searches(graph: &Graph) -> usize {
    let mut digraph = petgraph::graph::DiGraph::<(), ()>::new();
    let nodes = u32::try_from(graph.len()).expect("small");
    for _ in 0..nodes {
        digraph.add_node(());
    }
    for node in 0..nodes {
        for edge in graph.inputs(node) {
            digraph.add_edge(edge.node.into(), node.into(), ());
        }
    }
    let mut found = 0;
    for component in (0..graph.components().len()).step_by(100) {
        let start = graph.capabilities_of(u32::try_from(component).expect("small")).end - 1;
        let mut search = petgraph::visit::Dfs::new(&digraph, start.into());
        while search.next(&digraph).is_some() {
            found += 1;
        }
    }
    found
}
