//! From the words of a manifest to who falls.

use linchpin::analysis::impact;
use linchpin::catalogue::Catalogue;
use linchpin::graph::Graph;
use linchpin::ingest::linchpin::read;
use linchpin::model::{Capability, ComponentId, State, System};
use linchpin::resolve::resolve;

const SHOP: &str = "\
version: 1
components:
  shop: {kind: app, at: [aws/eu-west-1/a, aws/eu-west-1/b], needs: [store, {to: ads, strength: soft}]}
  store: {aliases: [db], at: [aws/eu-west-1/a]}
  back: {kind: app, needs: [db, ghost]}
  ads:
";

fn system() -> System {
    let (facts, problems) = read(&"linchpin.yaml".into(), SHOP);
    assert_eq!(problems, []);
    resolve(&[("linchpin", facts)], &Catalogue::default()).system
}

fn states(down: &str) -> (State, State) {
    let graph = Graph::compile(&system());
    let number = graph.component(&ComponentId::new(down)).expect("known");
    let outage: Vec<_> = graph.capabilities_of(number).map(|node| (node, State::Down)).collect();
    let impact = impact(&graph, &outage);
    let state = |name: &str| {
        let app = graph.component(&ComponentId::new(name)).expect("app");
        impact.state(graph.node(app, &Capability::data()).expect("data"))
    };
    (state("shop"), state("back"))
}

#[test]
fn places_aliases_and_strengths_carry_through() {
    assert_eq!(states("aws/eu-west-1/a"), (State::Down, State::Down), "the store stands in that zone alone");
    assert_eq!(states("aws/eu-west-1/b"), (State::Up, State::Up), "the shop stands in two");
    assert_eq!(states("aws"), (State::Down, State::Down), "a zone needs its region, a region its provider");
    assert_eq!(states("ads"), (State::Degraded, State::Up));
}

#[test]
fn what_nothing_defines_is_listed_with_its_place() {
    let system = system();
    assert_eq!(system.unresolved.len(), 1);
    assert_eq!((system.unresolved[0].what.as_str(), system.unresolved[0].evidence.at.line), ("ghost", 5));
}
