//! From the words of manifests to who falls: names, places, overrides, and what is told of mistakes.

use linchpin::analysis::{blast, impact, nearest_loss, select};
use linchpin::graph::Graph;
use linchpin::ingest::ingest;
use linchpin::model::{Capability, CapabilityRef, ComponentId, Need, State, Strength, System};
use linchpin::resolve::{Resolved, resolve};
use linchpin::source::Tree;

use crate::built_in::BUILT_IN;
use crate::folder::folder;

/// Reads files as a user's folder would be read.
fn read(files: &[(&str, &str)]) -> Resolved {
    let folder = folder(files);
    let ingested = ingest(&Tree::load(&[folder.path().to_path_buf()]));
    assert!(ingested.problems.is_empty(), "{:?}", ingested.problems);
    resolve(&ingested.facts, &BUILT_IN)
}

fn manifest(components: &str) -> Resolved {
    read(&[("linchpin.yaml", &format!("version: 1\n{components}"))])
}

fn state(system: &System, down: &str, of: &str) -> State {
    let graph = Graph::compile(system);
    let outage = select(system, &graph, &[down.to_owned()]).expect("selected");
    let impact = impact(&graph, &outage);
    let (name, capability) = CapabilityRef::split(of);
    let number = graph.component(&ComponentId::new(name)).expect("known");
    let capability = capability.map_or_else(Capability::data, Capability::new);
    impact.state(graph.node(number, &capability).expect("capability"))
}

const SHOP: &str = "\
components:
  shop: {kind: app, at: [aws/eu-west-1/a, aws/eu-west-1/b], needs: [store, {to: ads, strength: soft}]}
  store: {aliases: [db], at: [aws/eu-west-1/a]}
  back: {kind: app, needs: [db]}
  ads:
";

#[test]
fn places_aliases_and_strengths_carry_through() {
    let Resolved { system, problems } = manifest(SHOP);
    assert_eq!(problems, []);
    let states = |down| (state(&system, down, "shop"), state(&system, down, "back"));
    assert_eq!(states("zone=aws/eu-west-1/a"), (State::Down, State::Down), "the store stands in that zone alone");
    assert_eq!(states("zone=aws/eu-west-1/b"), (State::Up, State::Up), "the shop stands in two");
    assert_eq!(states("provider=aws"), (State::Down, State::Down), "a zone needs its region, a region its provider");
    assert_eq!(states("ads"), (State::Degraded, State::Up));
    assert_eq!(states("db"), (State::Down, State::Down), "an alias is a selector");
}

#[test]
fn each_copy_uses_the_products_of_its_own_place() {
    let text = "components:\n  app: {kind: app, at: [aws/eu-west-1, aws/us-east-1], needs: [aws/rds, aws/lambda]}\n";
    let system = manifest(text).system;
    assert_eq!(state(&system, "aws/rds@eu-west-1", "app"), State::Up);
    assert_eq!(state(&system, "aws/rds", "app"), State::Down, "a product without a place is that product everywhere");
    let graph = Graph::compile(&system);
    let down = ["aws/rds@eu-west-1".to_owned(), "aws/lambda@us-east-1".to_owned()];
    let outage = select(&system, &graph, &down).expect("selected");
    let impact = impact(&graph, &outage);
    let app = graph.component(&ComponentId::new("app")).expect("app");
    let node = graph.node(app, &Capability::data()).expect("data");
    assert_eq!(impact.state(node), State::Down, "each copy has lost something of its own");
}

#[test]
fn lost_redundancy_is_told_with_what_is_left() {
    let text = "components:\n  app: {kind: app, needs: [{any_of: [one, {all_of: [two, switch]}]}]}\n  one:\n  two:\n  switch:\n";
    let system = manifest(text).system;
    let graph = Graph::compile(&system);
    let outage = select(&system, &graph, &["switch".to_owned()]).expect("selected");
    let impact = impact(&graph, &outage);
    let blast = blast(&graph, &impact);
    assert_eq!((blast.at_risk.len(), blast.up.len()), (1, 1));
    let node = graph.node(blast.at_risk[0], &Capability::data()).expect("data");
    let (lost, left) = nearest_loss(&graph, &impact, node).expect("lost");
    let name = |node: u32| graph.capability(node).expect("capability").component.to_string();
    assert_eq!((name(lost[0]), name(left[0])), ("switch".to_owned(), "one".to_owned()));
}

#[test]
fn what_runs_on_a_host_is_frozen_with_its_control_plane() {
    let text = "at: [aliyun/cn-hangzhou]\ncomponents:\n  a: {kind: app, needs: [aliyun/ecs]}\n  b: {kind: app, needs: [aliyun/ecs], control: {needs: [a]}}\n";
    let system = manifest(text).system;
    assert_eq!(state(&system, "aliyun/ecs:control", "a:control"), State::Down);
    assert_eq!(state(&system, "aliyun/ecs:control", "a"), State::Up);
    assert_eq!(state(&system, "aliyun/ecs:control", "b:control"), State::Up, "its control needs were declared");
}

const COMPOSE: &str = "\
services:
  web:
    build: .
    ports: ['80:80']
    environment: {API_URL: 'http://api:8080', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317'}
  api:
    build: .
    environment: {DATABASE_URL: 'postgres://db/x', GONE_HOST: gone}
  db: {image: postgres:16}
  collector: {image: otel/opentelemetry-collector:1}
";

fn need<'s>(system: &'s System, from: &str, to: &str) -> Option<&'s Need> {
    let needs = system.components[&ComponentId::new(from)].capabilities.values().flatten();
    needs.into_iter().find(|need| need.targets().iter().any(|target| target.component == ComponentId::new(to)))
}

#[test]
fn several_files_describe_one_system_and_the_manifest_has_the_last_word() {
    let own = "version: 1\nat: [aws/eu-west-1]\ncomponents:\n  web: {kind: app, tier: 1, needs: [{to: api, strength: soft}]}\n  api: {needs: [{to: db, strength: none}, {any_of: [cache, db]}]}\n  cache: {kind: store}\n";
    let Resolved { system, problems } = read(&[("compose.yaml", COMPOSE), ("linchpin.yaml", own)]);
    assert_eq!(problems, []);
    let strength = |from, to| need(&system, from, to).map(|need| need.terms.strength);
    assert_eq!(strength("web", "api"), Some(Strength::Soft), "declared over inferred");
    assert_eq!(strength("web", "collector"), Some(Strength::Soft), "telemetry, by the catalogue");
    assert_eq!(state(&system, "db", "api"), State::Up, "denied by itself, an alternative beside the cache");
    assert_eq!(
        state(&system, "region=aws/eu-west-1", "db"),
        State::Down,
        "the default place holds for Compose as well"
    );
    let evidence = &need(&system, "web", "api").expect("need").evidence;
    assert_eq!(evidence.len(), 2, "both files: {evidence:?}");
    let db = &system.components[&ComponentId::new("db")];
    assert_eq!(db.software.as_ref().map(ComponentId::as_str), Some("software/postgresql"));
    assert!(system.unresolved.iter().any(|item| item.what == "gone"), "{:?}", system.unresolved);
    assert!(!system.components.contains_key(&ComponentId::new("gone")), "dangling is no component");
}

#[test]
fn without_a_manifest_apps_are_chosen_and_said_to_be() {
    let system = read(&[("compose.yaml", COMPOSE)]).system;
    let apps: Vec<&str> = system.apps().map(|app| app.id.as_str()).collect();
    assert_eq!(apps, ["web"]);
    assert!(system.assumptions.iter().any(|assumption| assumption.what.contains("reached from outside")));
}

#[test]
fn systems_that_share_names_stay_apart() {
    let system = read(&[
        ("one/linchpin.yaml", "version: 1\ncomponents:\n  shop: {needs: [db]}\n  db:\n"),
        ("two/linchpin.yaml", "version: 1\ncomponents:\n  shop: {needs: [db]}\n  db:\n"),
    ])
    .system;
    let names: Vec<&str> = system.components.keys().map(ComponentId::as_str).collect();
    assert_eq!(names, ["db.one", "db.two", "shop.one", "shop.two"]);
    assert_eq!(state(&system, "db.one", "shop.one"), State::Down);
    assert_eq!(state(&system, "db.one", "shop.two"), State::Up);
}

#[test]
fn names_that_lead_nowhere_are_told_with_the_nearest() {
    let cases = [
        ("components:\n  a: {needs: [cartt]}\n  cart:\n", "nothing defines `cartt`", "did you mean `cart`?"),
        ("components:\n  a: {needs: [aliyun/rdss]}\n", "nothing defines `aliyun/rdss`", "did you mean `rds`"),
        ("components:\n  a: {needs: [alyun/rds]}\n", "nothing defines `alyun/rds`", "did you mean `aliyun`"),
        ("components:\n  a: {needs: ['aliyun/oss:public-reed']}\n", "no capability `public-reed`", "`public-read`"),
        ("components:\n  a: {needs: ['aliyun/oss@cn-hangzhoo']}\n", "nothing defines", "`cn-hangzhou`"),
        ("components:\n  a: {at: [aliyun/cn-hangzo]}\n", "no region `cn-hangzo`", "`cn-hangzhou`"),
        ("components:\n  a: {at: [alyun]}\n", "no provider `alyun`", "`aliyun`"),
        ("components:\n  a: {needs: [a]}\n", "among the things that it needs itself", "not itself"),
        (
            "components:\n  a: {needs: [{any_of: [b, c]}]}\n  b: {needs: [{any_of: [a, c]}]}\n  c:\n",
            "in a circle: a -> b -> a",
            "no alternative",
        ),
        ("components:\n  a: {needs: [{to: b, strength: none}]}\n  b:\n", "nothing infers", "remove this line"),
    ];
    for (text, message, help) in cases {
        let problems = manifest(text).problems;
        let told = |problem: &linchpin::source::Problem| {
            problem.message.contains(message) && problem.help.as_ref().is_some_and(|text| text.contains(help))
        };
        assert!(problems.iter().any(told), "{text}: {problems:?}");
        assert!(problems.iter().all(|problem| problem.at.as_ref().is_some_and(|at| at.line > 1)), "{problems:?}");
    }
    let fine = "components:\n  a: {at: [basement/rack-1], needs: [{any_of: [b, c]}]}\n  b: {needs: [c]}\n  c:\n";
    assert_eq!(manifest(fine).problems, [], "a place of one's own, and alternatives that share a need");
}

#[test]
fn selectors() {
    let system =
        manifest("at: [aliyun/cn-hangzhou]\ncomponents:\n  a: {kind: app, needs: [aliyun/oss, aliyun/rds]}\n").system;
    let graph = Graph::compile(&system);
    let count = |text: &str| select(&system, &graph, &[text.to_owned()]).map(|nodes| nodes.len());
    // Its `data`, its `control` and its backups.
    assert_eq!(count("aliyun/rds"), Ok(3));
    assert_eq!(count("aliyun/rds@cn-hangzhou"), Ok(3));
    assert_eq!(count("aliyun/oss:public-read"), Ok(1));
    assert!(count("aliyun/*:control").is_ok_and(|nodes| nodes > 3));
    assert_eq!(count("aliyun/r*s:data"), Ok(1));
    assert_eq!(count("region=aliyun/cn-hangzhou"), Ok(2));
    for wrong in ["aliyun/nope", "region=aliyun", "zone=x/y/z", "planet=earth", "a:nope", "[", "aliyun/zz*"] {
        let error = count(wrong).expect_err(wrong);
        assert!(error.help.is_some(), "{wrong}: {}", error.message);
    }
}

#[test]
fn projects_that_share_something_of_their_own_are_one_system() {
    let whole = "services:\n  web: {build: web, environment: {API_URL: 'http://api'}}\n  api: {build: api, environment: {DB_HOST: db}}\n  db: {image: postgres}\n";
    let part = "services:\n  api: {build: ., environment: {DB_HOST: db}}\n  db: {image: postgres}\n";
    let other = "services:\n  db: {image: postgres}\n  blog: {build: ., environment: {DB_HOST: db}}\n";
    let files = [("shop/compose.yaml", whole), ("shop/api/compose.yaml", part), ("blog/compose.yaml", other)];
    let system = read(&files).system;
    let names: Vec<&str> =
        system.components.values().filter(|c| c.provider.is_none()).map(|component| component.id.as_str()).collect();
    assert_eq!(names, ["api", "blog", "db.blog", "db.shop", "web"]);
    assert_eq!(state(&system, "db.shop", "web"), State::Down);
    assert_eq!(state(&system, "db.shop", "blog"), State::Up);
}

#[test]
fn what_is_declared_twice_is_as_hard_as_either_says() {
    for needs in ["[{to: db, strength: soft, grace: 5m}, db]", "[db, {to: db, strength: soft}]"] {
        let Resolved { system, problems } =
            manifest(&format!("components:\n  web: {{kind: app, needs: {needs}}}\n  db:\n"));
        assert_eq!(problems, []);
        assert_eq!(state(&system, "db", "web"), State::Down, "{needs}");
    }
}
