//! The sweep over every single failure on large layered systems, beside petgraph's way: `cargo bench --bench sweep`.
//!
//! Then ten services get another need, and the sweep that was kept is brought up to date. With `python`, the searches of
//! NetworkX, igraph, rustworkx and networkit are run beside it where they can be imported; LINCHPIN_PYTHON names another Python.
//!
//! The systems come from `../shared/tools/make_graph.py`, with numbers of pairs that are known from independent methods;
//! a wrong number ends the bench. Takes names of methods (`adaptive`, `bits`, `sets`) and `large` for a million components.

#![expect(clippy::expect_used, reason = "a bench that can not go on should say so and stop")]

#[path = "../support/layered.rs"]
mod layered;
#[path = "../support/shared.rs"]
mod shared;

use std::time::{Duration, Instant};

use linchpin::analysis::{Kept, Method, Outages, hits, reach, single_failures};
use linchpin::graph::Graph;
use linchpin::model::{Capability, CapabilityRef, Requires, System};

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
        let (graph, compile) = timed("compile", || Graph::compile(&system));
        let system = (!large).then_some(system);
        memory("the system and its graph");
        let outages = Outages::components(&graph);
        let weights = vec![1u64; graph.apps().len()];
        let runs = if large { 1 } else { 5 };
        let mut fastest = Duration::MAX;
        let methods = [("adaptive", Method::Adaptive), ("bits", Method::Bits), ("sets", Method::Sets)];
        let is_named = methods.iter().any(|(name, _)| asked(name));
        let wanted = |name: &str| if is_named { asked(name) } else { !large || name == "adaptive" };
        for (name, method) in methods.into_iter().filter(|(name, _)| wanted(name)) {
            let (found, took) =
                best(&format!("sweep, counts, {name}"), runs, || hits(&graph, &outages, &weights, method));
            fastest = fastest.min(took);
            let found = (0u32..).zip(&found).map(|(component, hits)| (component, hits.down as usize));
            assert_eq!(layered::pairs(&graph, found), known, "{name}");
        }
        let (found, _) = best("sweep, lists", runs.min(3), || reach(&graph, &outages, Method::Adaptive));
        let found = (0u32..).zip(&found).map(|(component, reach)| (component, reach.down.len()));
        assert_eq!(layered::pairs(&graph, found), known, "lists");
        memory("with the sweeps");
        if large {
            let total = compile + fastest;
            println!("  compiled and swept in {:.1} s", total.as_secs_f64());
        }
        if let Some(system) = system {
            updates(&system, &graph, fastest);
        }
        if arguments[2] == "0.0" && asked("python") {
            python(&arguments, fastest);
        }
        if arguments[2] == "0.0" {
            let (_, some) = timed("petgraph, 1 in 100 of the components", || searches(&graph));
            let ratio = some.as_secs_f64() * 100.0 / fastest.as_secs_f64();
            println!("  the fastest sweep is {ratio:.0} times as fast as a search from each component with petgraph");
        }
    }
}

/// The most memory that this program has held so far, by its own account; nothing where nobody tells.
fn memory(what: &str) {
    let told = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    if let Some(kilobytes) = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()) {
        println!("  {:46} {:>10} MB", format!("memory at most, {what}"), kilobytes >> 10);
    }
}

/// Ten services of the middle lose a need and get another: the sweep that was kept, beside one from the start.
fn updates(system: &System, graph: &Graph, sweep: Duration) {
    let (kept, built) = timed("sweep, kept", || Kept::new(graph));
    memory("with the sweep that is kept");
    let count = system.components.len();
    let mut ratios = Vec::new();
    for (round, from) in [(0, 0.10), (1, 0.30), (2, 0.50), (3, 0.65)] {
        let mut later = system.clone();
        for nth in 0..10usize {
            // Places that have nothing to do with each other.
            let at = (count as f64 * from) as usize + (nth * 7_919 + round * 104_729) % (count / 50);
            let target = (nth * 15_485_863 + round) % (count / 50);
            let to = CapabilityRef::new(graph.components()[target].clone(), Capability::data());
            let component = later.components.get_mut(&graph.components()[at]).expect("there");
            let needs = component.capabilities.get_mut(&Capability::data()).expect("data");
            if let Some(first) = needs.first_mut() {
                first.requires = Requires::One(to);
            }
        }
        let later = Graph::compile(&later);
        let mut best = Duration::MAX;
        let mut told = None;
        for _ in 0..3 {
            let mut own = kept.clone();
            let start = Instant::now();
            let updated = own.update(graph, &later);
            best = best.min(start.elapsed());
            told = Some((updated, own));
        }
        let (updated, own) = told.expect("a round");
        let start = Instant::now();
        let whole = single_failures(&later);
        let took = start.elapsed();
        assert_eq!(own.rows(), &whole[..], "the update is the sweep");
        let ratio = took.as_secs_f64() / best.as_secs_f64();
        ratios.push(ratio);
        println!(
            "  ten needs at {:2.0} % of the layers: {:>8.1} ms for {} outages and {} rows; {ratio:.0} times as fast as the sweep of \
             {:.1} ms",
            from * 100.0,
            best.as_secs_f64() * 1e3,
            updated.looked_at,
            updated.rows.len(),
            took.as_secs_f64() * 1e3
        );
    }
    println!("  to keep a sweep takes {:.1} times as long as to count it", built.as_secs_f64() / sweep.as_secs_f64());
}

/// Searches from 1 in 1000 of the components with the libraries that people reach for in Python.
fn python(arguments: &[&str], fastest: Duration) {
    let Some(tool) = shared::shared("tools/make_graph.py") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let graph = folder.path().join("graph.txt");
    let interpreter = std::env::var("LINCHPIN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let made = std::process::Command::new("python3").arg(tool).args(arguments).arg(&graph).output();
    if !made.is_ok_and(|made| made.status.success()) {
        return;
    }
    let peers = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/peers.py");
    let Ok(run) = std::process::Command::new(interpreter).arg(peers).arg(&graph).arg("1000").output() else { return };
    for line in String::from_utf8_lossy(&run.stdout).lines() {
        match line.split_once(' ').and_then(|(name, seconds)| Some((name, seconds.parse::<f64>().ok()?))) {
            Some((name, seconds)) => {
                println!(
                    "  {:46} {:>10.1} s, {:.0} times as long",
                    if name == "networkit" { name.to_owned() } else { format!("{name}, by 1 in 1000") },
                    seconds,
                    seconds / fastest.as_secs_f64()
                );
            }
            None => println!("  {line}"),
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
