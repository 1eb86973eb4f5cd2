//! Availability against the sum over every outage of small systems.

use linchpin::analysis::cuts::{Limits, Sampling};
use linchpin::analysis::{Available, Effort, Figures, How, Share, available, available_each, impact};
use linchpin::graph::Graph;
use linchpin::ingest::linchpin::read;
use linchpin::model::{Availability, Capability, ComponentId, Kind, State, System};
use linchpin::resolve::resolve;
use proptest::prelude::*;

use crate::impact::{seeds, system};

const GENEROUS: Effort<'_> = Effort { limits: Limits { nodes: 10_000_000, stop: &|| false }, sampling: None };

/// What each capability of an app is, over every outage of the others, weighed by how likely it is.
fn by_every_outage(system: &System, graph: &Graph, app: u32, up: &[f64], counts: impl Fn(State, State) -> bool) -> f64 {
    let ids: Vec<ComponentId> = system.components.keys().cloned().collect();
    let node = |face: Capability| graph.node(app, &face).expect("every component has it");
    let (data, control) = (node(Capability::data()), node(Capability::control()));
    let mut sum = 0.0;
    for mask in (0..1usize << ids.len()).filter(|mask| mask & (1 << app) == 0) {
        let lost: Vec<ComponentId> = (0..ids.len()).filter(|c| mask & (1 << c) != 0).map(|c| ids[c].clone()).collect();
        let impact = impact(graph, &seeds(graph, &lost));
        if counts(impact.state(data), impact.state(control)) {
            let chance = |c: usize| if mask & (1 << c) != 0 { 1.0 - up[c] } else { up[c] };
            sum += (0..ids.len()).filter(|c| *c != app as usize).map(chance).product::<f64>();
        }
    }
    sum
}

proptest! {
    #![proptest_config(crate::cases::cases(48))]

    #[test]
    fn it_is_the_sum_over_every_outage(
        mut system in system(8),
        figures in prop::collection::vec(prop::option::weighted(0.8, 0.5f64..1.0), 8),
        which in 0usize..8,
    ) {
        for (component, figure) in system.components.values_mut().zip(&figures) {
            component.availability = figure.map(Availability::Share);
        }
        let graph = Graph::compile(&system);
        let app = u32::try_from(which % system.components.len()).expect("few");
        let found = available(&graph, app, &Figures::of(&system, &graph, None), GENEROUS);
        let with = |unknown: f64| figures.iter().map(|figure| figure.unwrap_or(unknown)).collect::<Vec<f64>>();
        let near = |share: Share, counts: fn(State, State) -> bool| {
            let (low, high) = (
                by_every_outage(&system, &graph, app, &with(0.0), counts),
                by_every_outage(&system, &graph, app, &with(1.0), counts),
            );
            share.how == How::Exact && (share.low - low).abs() < 1e-12 && (share.high - high).abs() < 1e-12
        };
        prop_assert!(near(found.data, |data, _| data != State::Down), "data {:?}", found.data);
        prop_assert!(near(found.control, |_, control| control != State::Down), "control {:?}", found.control);
        let both = |data, control| data != State::Down && control != State::Down;
        prop_assert!(near(found.operable, both), "both {:?}", found.operable);
        prop_assert!(near(found.whole, |data, _| data == State::Up), "whole {:?}", found.whole);
        // Where a diagram does not fit, bounds hold what is exact.
        let sampling = Some(Sampling { samples: 1 << 15, seed: 9 });
        let tight = Effort { limits: Limits { nodes: 3, stop: &|| false }, sampling };
        let bounded = available(&graph, app, &Figures::of(&system, &graph, None), tight);
        for (bounded, exact) in [(bounded.data, found.data), (bounded.operable, found.operable)] {
            prop_assert!(bounded.low <= exact.low + 1e-12 && exact.high <= bounded.high + 1e-12);
            // An estimate stays within the bounds, and far misses do not happen by chance.
            if let Some(estimate) = bounded.estimate {
                prop_assert!(bounded.how == How::Bounds && estimate.samples > 0);
                prop_assert!(bounded.low <= estimate.low + 1e-12 && estimate.high <= bounded.high + 1e-12);
                let slack = estimate.high - estimate.low + 1e-9;
                prop_assert!(estimate.low - slack <= exact.low && exact.high <= estimate.high + slack, "{:?}", estimate);
            } else {
                prop_assert_eq!(bounded.how, How::Exact);
            }
        }
    }

    #[test]
    fn all_apps_at_once_are_each_alone(
        mut system in system(10),
        figures in prop::collection::vec(prop::option::weighted(0.8, 0.5f64..1.0), 10),
    ) {
        for (component, figure) in system.components.values_mut().zip(&figures) {
            component.availability = figure.map(Availability::Share);
            component.kind = Kind::App;
        }
        let graph = Graph::compile(&system);
        let figures = Figures::of(&system, &graph, None);
        let done = std::sync::atomic::AtomicUsize::new(0);
        let count = || { done.fetch_add(1, std::sync::atomic::Ordering::Relaxed); };
        let all = available_each(&graph, graph.apps(), &figures, GENEROUS, &count);
        prop_assert_eq!(done.into_inner(), all.len());
        for (app, found) in graph.apps().iter().zip(all) {
            let alone = available(&graph, *app, &figures, GENEROUS);
            let near = |a: Share, b: Share| (a.low - b.low).abs() < 1e-12 && (a.high - b.high).abs() < 1e-12;
            prop_assert!(near(found.data, alone.data) && near(found.control, alone.control));
            prop_assert!(near(found.operable, alone.operable) && near(found.whole, alone.whole));
            prop_assert_eq!((&found.unknown, found.data.how), (&alone.unknown, How::Exact));
            prop_assert_eq!(found.components.len(), alone.components.len());
            prop_assert!((0.0..=1.0).contains(&found.naive));
        }
    }
}

fn of(yaml: &str, assumed: Option<f64>) -> Available {
    let (facts, problems) = read(&"linchpin.yaml".into(), yaml);
    assert_eq!(problems, []);
    let system = resolve(&[("linchpin", facts)], &linchpin::catalogue::Catalogue::default()).system;
    let graph = Graph::compile(&system);
    let app = graph.component(&ComponentId::new("shop")).expect("the shop");
    available(&graph, app, &Figures::of(&system, &graph, assumed), GENEROUS)
}

#[test]
fn what_is_shared_counts_once_and_multiplying_would_not() {
    let found = of(
        "version: 1
components:
  shop: {kind: app, needs: [any_of: [left, right]]}
  left: {needs: [net]}
  right: {needs: [net]}
  net: {kind: external, availability: {mtbf: 99h, mttr: 1h}}
",
        Some(1.0),
    );
    assert!((found.data.high - 0.99).abs() < 1e-12 && found.data.low == found.data.high);
    assert!((found.naive - 0.9999).abs() < 1e-12, "{}", found.naive);
    let worst = found.components[0];
    assert!((worst.criticality - 1.0).abs() < 1e-12 && (worst.birnbaum - 1.0).abs() < 1e-12);
    assert!(worst.achievement.is_some_and(|worth| (worth - 100.0).abs() < 1e-9));
    assert_eq!(worst.reduction, None, "without it the app never fails");
}

#[test]
fn what_nobody_knows_makes_an_interval() {
    let found = of(
        "version: 1\ncomponents:\n  shop: {kind: app, needs: [api]}\n  api: {needs: [db]}\n  db: {kind: store, availability: 99%}\n",
        None,
    );
    assert_eq!(found.data.low, 0.0);
    assert!((found.data.high - 0.99).abs() < 1e-12);
    assert_eq!(found.unknown.len(), 1, "its own failures are left out, and those of the store are known");
}

#[test]
fn what_nobody_knows_is_called_so() {
    let yaml = "version: 1
components:
  shop: {kind: app, needs: [api, net]}
  page: {kind: app, needs: [net]}
  api:
  net: {availability: 99.9%}
  dark: {kind: app, needs: [api]}
  both: {kind: app, needs: [{any_of: [api, net]}]}
  alone: {kind: app}
";
    let (report, text) = told(yaml, &["availability"]);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let of = |app: &str| {
        let at = lines.iter().position(|line| *line == app).expect("an app");
        lines[at + 1].trim_start_matches("serves").trim()
    };
    assert_eq!(of("dark"), "not known: figures are missing");
    assert_eq!(of("alone"), "not known: nothing that it needs was found");
    let all = report["availability"].as_array().expect("apps");
    for app in all {
        let nothing = app["app"] == "alone";
        assert_eq!(app["nothing_found"], nothing, "{app}");
        assert_eq!(app["naive"].is_null(), nothing, "{app}");
        for share in ["data", "control", "operable", "whole"].map(|face| &app[face]) {
            assert_eq!(share["method"] == "open", nothing, "{app}");
            assert!(!nothing || (share["low"] == 0.0 && share["high"] == 1.0), "{app}");
        }
    }
    assert_eq!(of("shop"), "at most 99.900 %, down 8.8 h a year or more; figures are missing");
    assert_eq!(of("page"), "99.900 %, down 8.8 h a year");
    assert_eq!(of("both"), "99.900 % to 100.00 %, down 0.0 s a year or more");
    assert!(!text.contains("0.00 % to") && text.contains("no figure is known of 1 component: api"), "{text}");
    // A product over figures that nobody gave would flatter.
    let flat = lines.join(" ");
    let times = |words: &str| flat.matches(words).count();
    assert_eq!((times("by multiplying"), times("missing figures were 100 %")), (3, 2), "{text}");
    let dark = &report["availability"].as_array().expect("a list")[2];
    assert_eq!(
        (dark["app"].as_str(), dark["data"]["low"].as_f64(), dark["data"]["high"].as_f64()),
        (Some("dark"), Some(0.0), Some(1.0))
    );
}

/// Runs the program on a system; what it says in JSON and as text.
fn told(yaml: &str, arguments: &[&str]) -> (serde_json::Value, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("linchpin.yaml"), yaml).expect("written");
    let run = |format: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_linchpin"))
            .current_dir(folder.path())
            .args(arguments)
            .args(["--format", format])
            .output()
            .expect("the binary runs");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    (serde_json::from_str(&run("json")).expect("JSON"), run("text"))
}

#[test]
fn the_weakest_promise_is_the_lowest_figure_and_the_costliest_is_told_apart() {
    let yaml = "version: 1
at: [aliyun/cn-hangzhou]
components:
  web: {kind: app, availability: 90%, needs: [any_of: [left, right], aliyun/slb, nobody-knows]}
  left: {availability: 99%}
  right: {availability: 99%}
  nobody-knows:
";
    let (report, text) = told(yaml, &["availability", "web", ".", "--assume", "10%"]);
    let app = &report["availability"][0];
    // What is assumed is nobody's promise, and the app's own figure is a target.
    let weakest = &app["weakest_promise"];
    assert_eq!((weakest["id"].as_str(), weakest["source"].as_str()), (Some("left"), Some("linchpin.yaml:5:3")));
    assert!(weakest["criticality"].as_f64().is_some_and(|share| share < 0.01), "{weakest}");
    let costliest = &app["costliest_promise"];
    assert_eq!(costliest["id"], "aliyun/slb@cn-hangzhou");
    assert!(costliest["url"].as_str().is_some_and(|url| url.starts_with("http")), "{costliest}");
    let line = |word: &str| text.lines().find(|line| line.contains(word)).map(str::to_owned).unwrap_or_default();
    assert!(line("weakest promise").contains("left, 99.00 %"), "{text}");
    assert!(line("costliest promise").contains("aliyun/slb@cn-hangzhou, 99.950 %"), "{text}");
    // Without alternatives one component is both, and one line is enough.
    let (report, text) = told(
        "version: 1\ncomponents:\n  web: {kind: app, needs: [db]}\n  db: {availability: 99.9%}\n",
        &["availability"],
    );
    let app = &report["availability"][0];
    assert_eq!((&app["weakest_promise"]["id"], &app["costliest_promise"]["id"]), (&"db".into(), &"db".into()));
    assert!(!text.contains("costliest"), "{text}");
    // Nobody promises anything.
    let (report, text) = told("version: 1\ncomponents:\n  web: {kind: app, needs: [db]}\n  db:\n", &["availability"]);
    assert!(report["availability"][0]["weakest_promise"].is_null() && !text.contains("promise"), "{text}");
}

#[test]
fn a_short_ranking_says_what_the_whole_one_says() {
    let yaml = "version: 1
components:
  web: {kind: app, tier: 1, needs: [api, db]}
  mail: {kind: app, needs: [db, {to: ads, strength: soft}]}
  api: {needs: [net]}
  db: {needs: [net]}
  net:
  ads:
  idle:
";
    for by in ["component", "capability"] {
        let (report, text) = told(yaml, &["spof", "--by", by, "--limit", "2"]);
        let all = report["components"].as_array().expect("a list");
        let shown: Vec<&str> = text.lines().skip(3).take(2).filter_map(|line| line.split_whitespace().next()).collect();
        let first: Vec<&str> = all[..2].iter().filter_map(|row| row["id"].as_str()).collect();
        assert_eq!(shown, first, "{text}");
        let downing = all.iter().filter(|row| !row["apps_down"].as_array().expect("a list").is_empty()).count();
        assert!(text.lines().next().is_some_and(|line| line.contains(&format!(": {downing} of "))), "{text}");
        assert!(text.contains(&format!("and {} more", all.len() - 2)), "{text}");
    }
}
