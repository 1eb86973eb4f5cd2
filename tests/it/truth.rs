//! Real manifests against hand-read truth: how many of the true edges are found, and how many that are found are true.
//!
//! Runs where the collection of real systems lies beside the repository, and says so where it does not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use linchpin::ingest::ingest;
use linchpin::model::{ComponentId, Kind, Phase, Strength, System};
use linchpin::resolve::resolve;
use linchpin::scan::{Memory, scan};
use linchpin::source::Tree;
use linchpin::source::yaml::{self, Node};

use crate::built_in::BUILT_IN;

type Edge = (String, String);

/// What was read of one system, beside what is true.
struct Measured {
    name: String,
    hit: usize,
    of: usize,
    wrong: Vec<Edge>,
    missed: Vec<Edge>,
    forbidden: Vec<Edge>,
    /// Edges that were found and whose strength is known, and how many of them have it.
    judged: (usize, usize),
}

impl Measured {
    fn recall(&self) -> f64 {
        ratio(self.hit, self.of)
    }

    fn precision(&self) -> f64 {
        ratio(self.hit, self.hit + self.wrong.len())
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let count = |number| f64::from(u32::try_from(number).expect("small"));
    if whole == 0 { 1.0 } else { count(part) / count(whole) }
}

fn shared() -> Option<PathBuf> {
    crate::shared::shared("data/truth")?.parent().map(Path::to_path_buf)
}

fn edges(truth: &Node, list: &str) -> BTreeSet<Edge> {
    let items = truth.get(list).map(Node::items).unwrap_or_default();
    let edge = |item: &Node| Some((item.text_at(&["from"])?.to_owned(), item.text_at(&["to"])?.to_owned()));
    items.iter().filter_map(edge).collect()
}

/// Third parties that the truth knows by another name than the manifests, and stores that it knows by their name in
/// Compose where the chart of the service, which counts, has one of its own.
const KNOWN_AS: &[(&str, &str)] = &[
    ("local-llm.com", "llm"),
    ("paypal.com", "payment-gateway"),
    ("www.paypal.com", "payment-gateway"),
    ("orders-postgresql", "orders-db"),
    ("orders-rabbitmq", "rabbitmq"),
];

/// Needs to serve between one's own components and third parties; with the hard ones apart.
fn found(system: &System) -> (BTreeSet<Edge>, BTreeSet<Edge>) {
    let own = |id: &ComponentId| system.components.get(id).is_some_and(|c| c.provider.is_none());
    let name = |id: &ComponentId| match KNOWN_AS.iter().find(|(known, _)| *known == id.as_str()) {
        Some((_, known)) => (*known).to_owned(),
        None if system.components[id].kind == Kind::External => id.to_string(),
        None => id.as_str().split('.').next().unwrap_or_default().to_owned(),
    };
    let (mut all, mut hard) = (BTreeSet::new(), BTreeSet::new());
    for component in system.components.values().filter(|component| own(&component.id)) {
        for need in component.capabilities.values().flatten().filter(|need| need.terms.phase == Phase::Run) {
            for target in need.targets().into_iter().filter(|target| own(&target.component)) {
                let edge = (name(&component.id), name(&target.component));
                if need.terms.strength == Strength::Hard {
                    hard.insert(edge.clone());
                }
                all.insert(edge);
            }
        }
    }
    (all, hard)
}

/// The edges whose strength is known, and whether they are hard.
fn strengths(truth: &Node) -> BTreeMap<Edge, bool> {
    let items = truth.get("edges").map(Node::items).unwrap_or_default();
    let known = |item: &Node| {
        let hard = match item.text_at(&["hard"])? {
            "true" => true,
            "false" => false,
            _ => return None,
        };
        Some(((item.text_at(&["from"])?.to_owned(), item.text_at(&["to"])?.to_owned()), hard))
    };
    items.iter().filter_map(known).collect()
}

fn measure(name: &str, truth: &Node, corpus: &Path, code: bool) -> Measured {
    let catalogue = &*BUILT_IN;
    let tree = Tree::load(&[corpus.to_path_buf()]);
    let mut facts = ingest(&tree).facts;
    if code {
        facts = scan(&tree, facts, catalogue, &Memory::default()).facts;
    }
    let system = resolve(&facts, catalogue).system;
    let (all, hard) = found(&system);
    let known: Vec<(Edge, bool)> = strengths(truth).into_iter().filter(|(edge, _)| all.contains(edge)).collect();
    let right = known.iter().filter(|(edge, is_hard)| hard.contains(edge) == *is_hard).count();
    let nodes: BTreeSet<&str> =
        truth.get("nodes").map(Node::items).unwrap_or_default().iter().filter_map(|n| n.text_at(&["id"])).collect();
    let mut real = edges(truth, "edges");
    real.extend(edges(truth, "compose_only_edges"));
    let neither: BTreeSet<Edge> = ["optional_edges", "telemetry_edges", "terraform_only_edges", "dangling"]
        .into_iter()
        .flat_map(|list| edges(truth, list))
        .collect();
    let counts = |(from, to): &&Edge| nodes.contains(from.as_str()) && nodes.contains(to.as_str());
    let wrong = all.iter().filter(counts).filter(|edge| !real.contains(*edge) && !neither.contains(*edge));
    let never: BTreeSet<Edge> = [edges(truth, "non_edges"), edges(truth, "dangling")].concat_sets();
    Measured {
        name: name.to_owned(),
        hit: real.intersection(&all).count(),
        of: real.len(),
        wrong: wrong.cloned().collect(),
        missed: real.difference(&all).cloned().collect(),
        forbidden: never.intersection(&hard).cloned().collect(),
        judged: (right, known.len()),
    }
}

trait ConcatSets {
    fn concat_sets(self) -> BTreeSet<Edge>;
}

impl<const N: usize> ConcatSets for [BTreeSet<Edge>; N] {
    fn concat_sets(self) -> BTreeSet<Edge> {
        self.into_iter().flatten().collect()
    }
}

/// How many true edges a folder tells of a system, and how many that are none.
pub(crate) fn measured(name: &str, folder: &Path) -> Option<(usize, usize)> {
    let text = std::fs::read_to_string(shared()?.join(format!("truth/{name}.yaml"))).ok()?;
    let truth = yaml::parse(&name.into(), &text).nodes.remove(0);
    let measured = measure(name, &truth, folder, false);
    println!("{name}: {} of {}, wrong {:?}, missed {:?}", measured.hit, measured.of, measured.wrong, measured.missed);
    Some((measured.hit, measured.wrong.len()))
}

#[test]
fn real_systems_are_read_as_they_are() {
    let Some(data) = shared() else {
        return;
    };
    let mut measured: BTreeMap<String, Measured> = BTreeMap::new();
    for name in ["online-boutique", "otel-demo", "robot-shop", "retail-store", "sock-shop", "dsb-hotel"] {
        let file: Arc<str> = name.into();
        let text = std::fs::read_to_string(data.join(format!("truth/{name}.yaml"))).expect("truth");
        let truth = yaml::parse(&file, &text).nodes.remove(0);
        measured.insert(name.to_owned(), measure(name, &truth, &data.join("corpora").join(name), false));
    }
    for one in measured.values() {
        println!(
            "{:16} {:3} of {:3}  recall {:.3}  precision {:.3}\n  wrong {:?}\n  missed {:?}\n  forbidden {:?}",
            one.name,
            one.hit,
            one.of,
            one.recall(),
            one.precision(),
            one.wrong,
            one.missed,
            one.forbidden
        );
    }
    let count = f64::from(u32::try_from(measured.len()).expect("few"));
    let recall = measured.values().map(Measured::recall).sum::<f64>() / count;
    let precision = measured.values().map(Measured::precision).sum::<f64>() / count;
    println!("macro recall {recall:.3}, macro precision {precision:.3}");
    let boutique = &measured["online-boutique"];
    assert_eq!((boutique.hit, boutique.of, boutique.wrong.len(), boutique.forbidden.len()), (16, 16, 0, 0));
    let otel = &measured["otel-demo"];
    assert!(otel.recall() >= 0.96 && otel.precision() > 0.91, "{} {}", otel.recall(), otel.precision());
    assert!(recall >= 0.60 && precision >= 0.93, "{recall} {precision}");
}

/// The same with the code of the systems, whose repositories a folder holds that `LINCHPIN_SYSTEMS` names.
#[test]
fn real_systems_and_their_code_are_read_as_they_are() {
    let (Some(data), Some(systems)) = (shared(), std::env::var_os("LINCHPIN_SYSTEMS").map(PathBuf::from)) else {
        println!("skipped: set LINCHPIN_SYSTEMS to a folder with the repositories of the six systems");
        return;
    };
    let (mut recalls, mut precisions, mut judged) = (Vec::new(), Vec::new(), (0, 0));
    for name in ["online-boutique", "otel-demo", "robot-shop", "retail-store", "sock-shop", "dsb-hotel"] {
        let file: Arc<str> = name.into();
        let text = std::fs::read_to_string(data.join(format!("truth/{name}.yaml"))).expect("truth");
        let truth = yaml::parse(&file, &text).nodes.remove(0);
        let one = measure(name, &truth, &systems.join(name), true);
        let (recall, precision) = (one.recall(), one.precision());
        println!(
            "{name:16} recall {recall:.3} precision {precision:.3} strength {:?}\n  missed {:?}",
            one.judged, one.missed
        );
        println!("  wrong {:?}\n  forbidden {:?}", one.wrong, one.forbidden);
        recalls.push(recall);
        precisions.push(precision);
        judged = (judged.0 + one.judged.0, judged.1 + one.judged.1);
    }
    let mean = |all: &[f64]| all.iter().sum::<f64>() / f64::from(u32::try_from(all.len()).expect("six"));
    let (recall, precision) = (mean(&recalls), mean(&precisions));
    println!("macro recall {recall:.3}, macro precision {precision:.3}, strength {:.3}", ratio(judged.0, judged.1));
    assert!(recall >= 0.90 && precision >= 0.90, "{recall} {precision}");
    assert!(ratio(judged.0, judged.1) >= 0.80, "{judged:?}");
}
