//! Code with its manifests: each folder of systems is scanned, and what its programs need compared with `needs.txt`, which
//! is written by hand. What is not listed there must not be found.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use linchpin::analysis::{impact, select};
use linchpin::graph::Graph;
use linchpin::ingest::{Status, ingest};
use linchpin::model::{Capability, ComponentId, Confidence, Phase, State, Strength, System};
use linchpin::report::{CodeRead, Report as _, scan as scan_report};
use linchpin::resolve::resolve;
use linchpin::scan::{Memory, Scanned, scan};
use linchpin::source::Tree;

use crate::built_in::BUILT_IN;
use crate::scan_languages::ENDLESS;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/scan/systems")
}

fn system(path: &Path, memory: &Memory) -> System {
    let catalogue = &*BUILT_IN;
    let tree = Tree::load(&[path.to_path_buf()]);
    let scanned = scan(&tree, ingest(&tree).facts, catalogue, memory);
    resolve(&scanned.facts, catalogue).system
}

/// The cases, each with what scanning it gives and the system that this becomes; every one is scanned once for all tests.
static CASES: LazyLock<Vec<(PathBuf, Scanned, System)>> = LazyLock::new(|| {
    let case = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let tree = Tree::load(std::slice::from_ref(&path));
        let scanned = scan(&tree, ingest(&tree).facts, &BUILT_IN, &Memory::default());
        let system = resolve(&scanned.facts, &BUILT_IN).system;
        (path, scanned, system)
    };
    fs::read_dir(folder()).expect("cases").map(case).collect()
});

fn case(name: &str) -> &'static System {
    let found = CASES.iter().find(|(path, ..)| path.ends_with(name));
    &found.expect("a case of this name").2
}

/// The needs to serve of components that the catalogue does not bring.
fn needs(system: &System) -> BTreeSet<String> {
    let own = system.components.values().filter(|component| component.provider.is_none());
    let mut all = BTreeSet::new();
    for component in own {
        for need in component.capabilities.values().flatten().filter(|need| need.terms.phase == Phase::Run) {
            let strength = if need.terms.strength == Strength::Hard { "hard" } else { "soft" };
            all.extend(need.targets().iter().map(|to| format!("{} -> {} {strength}", component.id, to.component)));
        }
    }
    all
}

#[test]
fn programs_need_what_their_code_says() {
    let mut wrong = Vec::new();
    for (path, _, system) in CASES.iter() {
        let wanted = fs::read_to_string(path.join("needs.txt")).expect("needs.txt");
        let wanted: BTreeSet<String> = wanted.lines().map(str::to_owned).collect();
        let found = needs(system);
        if found != wanted {
            let more: Vec<_> = found.difference(&wanted).collect();
            let missing: Vec<_> = wanted.difference(&found).collect();
            wrong.push(format!("{}: found too {more:?}, did not find {missing:?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(CASES.len() > 5, "{} cases", CASES.len());
}

/// A connector of a provider dials the database: where it is, is known. What only fetches a password there says no such thing.
#[test]
fn a_database_that_a_connector_dials_is_not_listed_as_unresolved() {
    let of_library = case("connector").unresolved.iter().filter(|one| one.what.contains("pgx"));
    let from: Vec<&str> = of_library.filter_map(|one| Some(one.from.as_ref()?.as_str())).collect();
    assert_eq!(from, ["stray"]);
}

/// Who sends to whom, by which topic and broker.
fn flows(system: &System) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for flow in &system.flows {
        let broker = flow.broker.as_ref().map_or("nothing that is known", |broker| broker.as_str());
        for (from, sent) in &flow.producers {
            for (to, taken) in &flow.consumers {
                all.insert(format!("{from} -> {to} {} by {broker}", flow.topic));
                assert!(!sent.is_empty() && !taken.is_empty(), "no line shows {}", flow.topic);
            }
        }
    }
    all
}

#[test]
fn messages_go_from_those_who_send_to_those_who_take() {
    let mut cases = 0;
    for (path, _, system) in CASES.iter() {
        let wanted = fs::read_to_string(path.join("flows.txt")).unwrap_or_default();
        let wanted: BTreeSet<String> = wanted.lines().map(str::to_owned).collect();
        assert_eq!(flows(system), wanted, "{}", path.display());
        cases += usize::from(!wanted.is_empty());
    }
    assert!(cases > 0);
}

/// What configuration does not choose, by program: what is used there alone, and the setting that says so.
fn unchosen(scanned: &Scanned) -> BTreeSet<String> {
    let setting = |because: &str| {
        let rest = because.split_once("only where ").expect("a choice").1;
        rest.split_once(" is ").expect("a value").0.to_owned()
    };
    let all = scanned.hints.iter().filter_map(|hint| Some((hint, hint.because.as_deref()?)));
    all.map(|(hint, because)| format!("{}: {}, {}", hint.program, hint.library, setting(because))).collect()
}

#[test]
fn what_is_not_chosen_is_listed() {
    let mut cases = 0;
    for (path, scanned, _) in CASES.iter() {
        let wanted = fs::read_to_string(path.join("unchosen.txt")).unwrap_or_default();
        let wanted: BTreeSet<String> = wanted.lines().map(str::to_owned).collect();
        assert_eq!(unchosen(scanned), wanted, "{}", path.display());
        cases += usize::from(!wanted.is_empty());
    }
    assert!(cases > 0);
}

#[test]
fn a_choice_that_nothing_decides_is_listed_and_counts() {
    let found = case("backends");
    let told: Vec<String> = found
        .unresolved
        .iter()
        .filter(|one| one.reason.contains("which of them"))
        .map(|one| one.what.clone())
        .collect();
    assert_eq!(told, ["SECRETS_KIND: `aws`, `google`"]);
    let open = &found.components[&ComponentId::new("open")];
    for need in open.capabilities.values().flatten().filter(|need| need.terms.phase == Phase::Run) {
        let notes: Vec<&str> = need.evidence.iter().filter_map(|one| one.note.as_deref()).collect();
        let is_own = need.targets().iter().any(|to| !to.component.to_string().contains("secret"));
        assert!(is_own || notes.iter().any(|note| note.contains("only where SECRETS_KIND is ")), "{notes:?}");
    }
}

#[test]
fn a_flow_is_no_need() {
    let messages = case("messages");
    let graph = Graph::compile(messages);
    let state = |down: &str, of: &str| {
        let outage = select(messages, &graph, &[down.to_owned()]).expect("selected");
        let component = graph.component(&ComponentId::new(of)).expect("a component");
        impact(&graph, &outage).state(graph.node(component, &Capability::data()).expect("data"))
    };
    assert_eq!(state("kafka", "mail"), State::Down);
    assert_eq!(state("orders", "mail"), State::Up, "a consumer serves without its producers");
}

/// A file that a parser gets lost in is a problem with its place, and the others of its folder are read.
#[test]
fn a_file_that_can_not_be_parsed_ends_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("shop")).expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("compose.yaml", "services:\n  shop:\n    build: shop\n  cart:\n    image: acme/cart\n");
    write("shop/Dockerfile", "FROM openjdk\n");
    let main = "import java.net.URL\n\nfun items(): String = URL(\"http://cart/items\").readText()\n\nfun main() {\n    println(items())\n}\n";
    write("shop/Main.kt", main);
    write("shop/Orders.kt", ENDLESS);
    let catalogue = &*BUILT_IN;
    let tree = Tree::load(&[folder.path().to_path_buf()]);
    let scanned = scan(&tree, ingest(&tree).facts, catalogue, &Memory::default());
    let accounts: Vec<(&str, Status)> = scanned.accounts.iter().map(|one| (&*one.file, one.status)).collect();
    let of = |name: &str| accounts.iter().find(|(file, _)| file.ends_with(name)).expect("an account").1;
    assert_eq!((of("Main.kt"), of("Orders.kt")), (Status::Read, Status::Broken));
    let [problem] = scanned.problems.as_slice() else { panic!("{:?}", scanned.problems) };
    let at = problem.at.as_ref().expect("a place");
    assert!(at.file.ends_with("Orders.kt") && at.line == 3 && problem.help.is_some(), "{problem:?}");
    let counted = scanned.counts["Kotlin"];
    assert_eq!((counted.read, counted.partly, counted.given_up), (1, 0, 1));
    let found = resolve(&scanned.facts, catalogue).system;
    let shop = &found.components[&ComponentId::new("shop")];
    let targets = shop.capabilities.values().flatten().flat_map(|need| need.targets());
    assert!(targets.into_iter().any(|to| to.component.to_string() == "cart"), "{shop:?}");
}

/// What needs say of the time that an answer is waited for, and of other attempts.
#[test]
fn time_outs_and_retries_are_told_and_change_nothing() {
    let guards = case("guards");
    let told: BTreeSet<String> = guards
        .components
        .values()
        .flat_map(|component| component.capabilities.values().flatten().map(move |need| (component, need)))
        .filter(|(_, need)| need.terms.phase == Phase::Run)
        .flat_map(|(component, need)| need.evidence.iter().map(move |one| (component, need, one)))
        .filter_map(|(component, need, one)| {
            let note = one.note.as_deref().filter(|note| note.starts_with("time-out") || *note == "retried")?;
            let file = one.at.file.rsplit('/').next().unwrap_or_default();
            Some(format!("{} -> {}: {note} at {file}:{}", component.id, need.targets()[0].component, one.at.line))
        })
        .collect();
    let wanted = fs::read_to_string(folder().join("guards/guards.txt")).expect("guards.txt");
    assert_eq!(told, wanted.lines().map(str::to_owned).collect());
}

/// An exporter reads its variables by itself; the interface of telemetry reads none, and an exporter no other variables.
#[test]
fn what_an_exporter_reads_by_itself_is_read() {
    let telemetry = case("telemetry");
    let unread = telemetry.unresolved.iter().filter(|one| one.reason.contains("that the code does not read"));
    let unread: BTreeSet<String> =
        unread.map(|one| format!("{} {}", one.from.as_ref().map_or("", |from| from.as_str()), one.what)).collect();
    let wanted = ["pay env OTEL_EXPORTER_OTLP_ENDPOINT", "quotes env OTEL_COLLECTOR_URL"].map(str::to_owned);
    assert_eq!(unread, wanted.into());
    for (name, file, line) in [("catalog", "tracing.go", 7), ("web", "server.js", 1)] {
        let all = &telemetry.components[&ComponentId::new(name)].capabilities[&Capability::data()];
        let need = all.iter().find(|need| need.targets()[0].component.as_str() == "collector").expect(name);
        assert_eq!(need.terms.confidence, Confidence::Declared, "{name}");
        let at = &need.evidence.iter().find(|one| one.basis.is_code()).expect("the import").at;
        assert!(at.file.ends_with(file) && at.line == line, "{at}");
    }
}

/// How many needs calls show, and how many of them have neither a time-out nor a retry.
#[test]
fn calls_are_counted_by_what_their_lines_show() {
    let tally = |name: &str| {
        let found = case(name);
        let text = scan_report(found, &[], &[], &CodeRead::default()).text(200);
        let line = text.lines().find(|line| line.contains("by calls that code shows")).expect("a line").to_owned();
        // Between the brackets, whatever colours stand around them.
        line.split(['(', ')']).nth(1).expect("brackets").to_owned()
    };
    let said = |calls, timed, retried, neither| {
        format!("{calls} by calls that code shows: {timed} with a time-out, {retried} retried, {neither} with neither")
    };
    assert_eq!(tally("guards"), said(8, 5, 2, 2));
    // One of them by an interface that is declared to be a client: its line says nothing but what becomes of a failure.
    assert_eq!(tally("java"), said(3, 0, 0, 3));
    // A client that is made and of which no call was seen has none that could wait.
    assert_eq!(tally("python"), said(5, 1, 0, 4));
}

#[test]
fn every_need_by_code_shows_the_line_that_calls() {
    let go = case("go");
    let checkout = &go.components.values().find(|component| component.id.as_str() == "checkout").expect("checkout");
    let mut shown = 0;
    for need in checkout.capabilities.values().flatten() {
        let ads = need.targets().iter().any(|target| target.component.as_str() == "ads");
        let by_code: Vec<_> = need.evidence.iter().filter(|evidence| evidence.basis.is_code()).collect();
        if ads && need.terms.phase == Phase::Run {
            let text = fs::read_to_string(folder().join("go/checkout/main.go")).expect("code");
            let lines: Vec<&str> = text.lines().collect();
            let quoted: Vec<&str> = by_code.iter().map(|one| lines[one.at.line as usize - 1].trim()).collect();
            assert!(quoted.iter().any(|line| line.contains("GetAds") || line.contains("no ads")), "{quoted:?}");
            assert!(
                by_code.iter().any(|one| one.note.as_deref().is_some_and(|note| note.contains("caught"))),
                "{by_code:?}"
            );
            shown += 1;
        }
    }
    assert_eq!(shown, 1);
}

#[test]
fn a_second_run_finds_the_same_without_parsing() {
    let path = folder().join("python");
    let first = Memory::default();
    let once = needs(&system(&path, &first));
    let second = Memory::of_bytes(&first.to_bytes().expect("something was read"));
    assert_eq!(needs(&system(&path, &second)), once);
    assert_eq!(second.to_bytes(), None, "nothing was read anew");
}
