//! Minimal cut sets and probabilities of benchmark fault trees, beside SCRAM where it is installed: `cargo bench --bench cuts`.
//!
//! The trees come from `../shared/data/fault-trees`, fat trees from `../shared/tools/make_fat_tree.py`; a number that
//! differs from the published one ends the bench. Takes names of trees, `fat`, `scram` to run that beside, and `mocus` for the slow
//! and obvious way, which most trees are too large for.

#![expect(clippy::expect_used, reason = "a bench that can not go on should say so and stop")]

#[path = "../support/fault_tree.rs"]
mod fault_tree;
#[path = "../support/shared.rs"]
mod shared;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use fault_tree::{Tree, tree};
use linchpin::analysis::cuts::{CutSets, Limits, Node, Ref};
use shared::shared;

const LIMITS: Limits<'_> = Limits { nodes: 50_000_000, work: usize::MAX, stop: &|| false };

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let asked = |word: &str| words.iter().any(|given| given == word);
    let Some(folder) = shared("data/fault-trees") else { return };
    let expected = std::fs::read_to_string(folder.join("expected.csv")).expect("expected.csv");
    let (mut ratios, mut listed) = (Vec::new(), Vec::new());
    println!("{:10} {:>12} {:>12} {:>9} {:>9}  minimal cut sets", "tree", "ours ms", "SCRAM ms", "ratio", "nodes");
    for line in expected.lines().skip(1) {
        let row: Vec<&str> = line.split(',').collect();
        let some = words.iter().any(|word| expected.lines().any(|line| line.starts_with(&format!("{word},"))));
        if asked("fat") && !some || some && !asked(row[0]) {
            continue;
        }
        let path = folder.join("aralia").join(row[0]).with_extension("xml");
        let read = tree(&std::fs::read_to_string(&path).expect("tree"));
        let (seconds, found) = best(&read);
        let orders: Vec<String> = found.by_order().iter().map(ToString::to_string).collect();
        assert_eq!(orders.join(" "), row[4], "{}", row[0]);
        let kept: f64 = row[6].parse().expect("seconds");
        let reference = if asked("scram") { scram(&path).unwrap_or(kept) } else { kept };
        let (functions, sets) = found.nodes();
        println!(
            "{:10} {:>12.3} {:>12.3} {:>9.2} {:>9}  {}",
            row[0],
            seconds * 1e3,
            reference * 1e3,
            reference / seconds,
            functions + sets,
            row[3]
        );
        if asked("mocus") {
            let start = Instant::now();
            if let Some(count) = mocus(&read) {
                assert_eq!(count.to_string(), row[3], "{} by MOCUS", row[0]);
                let took = start.elapsed().as_secs_f64();
                println!("{:10} {:>12.3} ms by MOCUS, {:.0} times as long", "", took * 1e3, took / seconds);
            }
        }
        ratios.push(reference / seconds);
        listed.push(reference > 0.01 && reference < seconds);
    }
    if !ratios.is_empty() {
        let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
        let slower = listed.iter().filter(|slower| **slower).count();
        println!("geometric mean {mean:.2}; {slower} trees of over 10 ms take longer than with SCRAM");
    }
    if words.is_empty() || asked("fat") {
        for (ports, replicas) in [("16", "2"), ("16", "3"), ("24", "3"), ("48", "2"), ("48", "3"), ("64", "3")] {
            fat(ports, replicas);
        }
    }
}

/// The best time of some runs, and the result.
fn best(tree: &Tree) -> (f64, CutSets) {
    let mut best: Option<(f64, CutSets)> = None;
    let begun = Instant::now();
    while best.is_none() || begun.elapsed().as_secs_f64() < 0.3 {
        let start = Instant::now();
        let found = CutSets::of(&tree.circuit, tree.top, None, LIMITS).expect("fits");
        let total: u128 = found.by_order().iter().sum();
        let chance = found.probability(|event| tree.probability[event as usize]).expect("whole");
        let took = start.elapsed().as_secs_f64();
        assert!(total > 0 && chance > 0.0);
        if best.as_ref().is_none_or(|(before, _)| took < *before) {
            best = Some((took, found));
        }
    }
    best.expect("one run")
}

/// The fastest of SCRAM's engines by its own account, in seconds: what its algorithm took, without writing the sets.
///
/// It prints the time before it writes the sets, which can take minutes, so it is stopped after a while.
fn scram(path: &Path) -> Option<f64> {
    let mut fastest: Option<f64> = None;
    for engine in ["--bdd", "--zbdd", "--mocus"] {
        for _ in 0..3 {
            let limit = ["20", "scram", engine, "--verbosity", "5", "-o", "/dev/null"];
            // What it writes goes nowhere, and no file of it may grow beyond 64 MB.
            let limited = "ulimit -f 131072; exec timeout \"$@\"";
            let run = Command::new("sh").args(["-c", limited, "sh"]).args(limit).arg(path).output().ok()?;
            let told = String::from_utf8_lossy(&run.stderr).into_owned();
            let seconds =
                told.lines().find_map(|line| line.split("The algorithm finished in ").nth(1)?.trim().parse().ok());
            fastest = [fastest, seconds].into_iter().flatten().reduce(f64::min);
        }
    }
    fastest
}

/// The most rows that the twin may hold at once.
const MOST_ROWS: usize = 20_000;

/// The slow and obvious way: gates are replaced by their inputs, row by row, and what is not minimal is thrown out at the end
/// (MOCUS; Fussell and Vesely, 1972). How many sets there are; `None` where there would be too many rows.
fn mocus(tree: &Tree) -> Option<usize> {
    let mut done: Vec<BTreeSet<u32>> = Vec::new();
    let mut open: Vec<BTreeSet<Ref>> = vec![BTreeSet::from([tree.top])];
    while let Some(mut row) = open.pop() {
        let gate = row.iter().copied().find(|at| matches!(tree.circuit.node(*at), Node::AtLeast(..)));
        let Some(gate) = gate else {
            let event = |at: &Ref| if let Node::Event(event) = tree.circuit.node(*at) { Some(*event) } else { None };
            done.push(row.iter().filter_map(event).collect());
            if done.len() + open.len() > MOST_ROWS {
                return None;
            }
            continue;
        };
        row.remove(&gate);
        let Node::AtLeast(threshold, inputs) = tree.circuit.node(gate) else { continue };
        for some in chosen(inputs, *threshold as usize) {
            open.push(row.iter().copied().chain(some).collect());
        }
    }
    done.sort_by_key(BTreeSet::len);
    let mut kept: Vec<BTreeSet<u32>> = Vec::new();
    for set in done {
        if !kept.iter().any(|smaller| smaller.is_subset(&set)) {
            kept.push(set);
        }
    }
    Some(kept.len())
}

/// All choices of so many of some inputs.
fn chosen(inputs: &[Ref], number: usize) -> Vec<Vec<Ref>> {
    match (number, inputs) {
        (0, _) => vec![Vec::new()],
        (_, []) => Vec::new(),
        (_, [first, rest @ ..]) => {
            let with = chosen(rest, number - 1).into_iter().map(|some| [&[*first][..], &some].concat());
            with.chain(chosen(rest, number)).collect()
        }
    }
}

fn fat(ports: &str, replicas: &str) {
    let Some(tool) = shared("tools/make_fat_tree.py") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("fat.xml");
    let made = Command::new("python3").arg(tool).args([ports, replicas, "pods"]).arg(&out).output();
    if !made.is_ok_and(|made| made.status.success()) {
        println!("skipped: Python is missing");
        return;
    }
    let read = tree(&std::fs::read_to_string(&out).expect("written"));
    let (seconds, found) = best(&read);
    let total: u128 = found.by_order().iter().fold(0, |sum, count| sum.saturating_add(*count));
    let start = Instant::now();
    let small = CutSets::of(&read.circuit, read.top, Some(4), LIMITS).expect("fits").by_order().len();
    println!(
        "fat tree of {ports} ports, {replicas} replicas: {total} sets and the exact probability in {:.1} ms; to order 4 in {:.1} ms \
         ({small} orders)",
        seconds * 1e3,
        start.elapsed().as_secs_f64() * 1e3
    );
}
