//! What recognised software needs of itself: bound to a component where it is plain, and left alone where it is not.

use std::sync::Arc;

use linchpin::analysis::{impact, select};
use linchpin::facts::{ComponentFact, Denied, Facts, NeedFact, Said, Target, Wanted};
use linchpin::graph::Graph;
use linchpin::model::{Basis, Capability, ComponentId, Confidence, Evidence, Need, State, Strength, System, Terms};
use linchpin::resolve::{Resolved, resolve};
use linchpin::source::Location;

use crate::built_in::BUILT_IN;

use State::{Degraded, Down, Up};

fn at(line: u32) -> Evidence {
    let at = Location { file: "compose.yaml".into(), line, column: 1, length: 0 };
    Evidence { at, basis: Basis::Manifest, note: None }
}

/// Components by name and image, and needs by name: `a -> b`, or `a -> b | c` for any of several.
fn facts(components: &[(&str, &str)], needs: &[&str]) -> Facts {
    let mut facts = Facts::default();
    for (line, (name, image)) in (1..).zip(components) {
        let mut fact = ComponentFact::new(name, at(line));
        fact.images = vec![Said { text: Arc::from(*image), evidence: at(line) }];
        facts.components.push(fact);
    }
    let index = |name: &str| components.iter().position(|(known, _)| *known == name).expect("a component");
    for (line, need) in (100..).zip(needs) {
        let (from, to) = need.split_once(" -> ").expect("an arrow");
        let wanted =
            |target: Target| Wanted { target, terms: Terms::hard(Confidence::Inferred), evidence: vec![at(line)] };
        let mut members: Vec<Wanted> = to.split(" | ").map(|name| wanted(Target::Component(index(name)))).collect();
        let need = if members.len() == 1 { members.remove(0) } else { wanted(Target::AtLeast { k: 1, members }) };
        facts.needs.push(NeedFact { from: index(from), capability: Capability::data(), need });
    }
    facts
}

fn resolved(facts: Facts) -> Resolved {
    resolve(&[("compose", facts)], &BUILT_IN)
}

fn states(system: &System, down: &[&str], rows: &[(&str, State)]) {
    let graph = Graph::compile(system);
    let selectors: Vec<String> = down.iter().map(ToString::to_string).collect();
    let outage = select(system, &graph, &selectors).expect("selected");
    let impact = impact(&graph, &outage);
    for (id, expected) in rows {
        let component = graph.component(&ComponentId::new(id)).expect(id);
        let node = graph.node(component, &Capability::data()).expect("data");
        assert_eq!(impact.state(node), *expected, "without {down:?}, {id}");
    }
}

fn between<'s>(system: &'s System, from: &str, to: &str) -> &'s Need {
    let needs = &system.components[&ComponentId::new(from)].capabilities[&Capability::data()];
    let hit = |need: &&Need| need.targets().iter().any(|target| target.component.as_str() == to);
    needs.iter().find(hit).expect("a need")
}

fn assumed(resolved: &Resolved, id: &str) -> bool {
    resolved.system.assumptions.iter().any(|said| said.about.as_str() == id && said.what.contains("taken to use"))
}

#[test]
fn a_coordinator_that_nobody_names_is_that_of_the_software_that_needs_one() {
    let all = [("shop", "acme/shop"), ("bus", "confluentinc/cp-kafka:7.5"), ("keeper", "zookeeper:3.8")];
    let found = resolved(facts(&all, &["shop -> bus"]));
    states(&found.system, &["keeper"], &[("bus", Down), ("shop", Down)]);
    assert!(assumed(&found, "bus"));
    let need = between(&found.system, "bus", "keeper");
    assert!(need.evidence.iter().any(|evidence| matches!(evidence.basis, Basis::Catalogue(_))), "it cites its source");
}

#[test]
fn look_alikes_are_left_alone() {
    // Somebody else uses it, so it may be theirs.
    let all = [("search", "solr:9"), ("bus", "apache/kafka:4.0"), ("keeper", "zookeeper:3.8")];
    let found = resolved(facts(&all, &["search -> keeper"]));
    states(&found.system, &["keeper"], &[("search", Down), ("bus", Up)]);
    // There are two, and nothing says which.
    let all = [("bus", "apache/kafka:3.0"), ("one", "zookeeper:3.8"), ("two", "zookeeper:3.8")];
    states(&resolved(facts(&all, &[])).system, &["one", "two"], &[("bus", Up)]);
    // It names one of its kind itself.
    let all = [("bus", "apache/kafka:3.0"), ("keeper", "zookeeper:3.8"), ("other", "zookeeper:3.8")];
    let found = resolved(facts(&all, &["bus -> other"]));
    states(&found.system, &["keeper"], &[("bus", Up)]);
    // There is none.
    let found = resolved(facts(&[("bus", "apache/kafka:4.0")], &[]));
    assert!(!found.system.components.keys().any(|id| id.as_str() == "software/zookeeper"));
}

#[test]
fn any_of_several_kinds_may_be_what_is_needed() {
    let all = [("login", "keycloak/keycloak:25"), ("accounts", "mariadb:11"), ("cache", "redis:7")];
    let found = resolved(facts(&all, &[]));
    states(&found.system, &["accounts"], &[("login", Down)]);
    states(&found.system, &["cache"], &[("login", Up)]);
    let all = [("traces", "jaegertracing/jaeger:2"), ("index", "elasticsearch:8")];
    let found = resolved(facts(&all, &[]));
    states(&found.system, &["index"], &[("traces", Degraded)]);
    let need = between(&found.system, "traces", "index");
    assert_eq!(need.terms.strength, Strength::Soft);
}

#[test]
fn what_a_person_denies_is_not_inferred() {
    let all = [("bus", "apache/kafka:4.0"), ("keeper", "zookeeper:3.8")];
    let mut facts = facts(&all, &[]);
    facts.denied.push(Denied { from: 0, target: "keeper".to_owned(), evidence: at(200) });
    let found = resolved(facts);
    states(&found.system, &["keeper"], &[("bus", Up)]);
    assert_eq!(found.problems, [], "the line has an effect");
}

#[test]
fn of_copies_with_a_quorum_a_majority_must_be_up() {
    let keepers = ["zk-0", "zk-1", "zk-2"].map(|name| (name, "zookeeper:3.8"));
    let all = [&[("shop", "acme/shop")][..], &keepers].concat();
    let found = resolved(facts(&all, &["shop -> zk-0 | zk-1 | zk-2"]));
    states(&found.system, &["zk-1"], &[("shop", Up)]);
    states(&found.system, &["zk-0", "zk-2"], &[("shop", Down)]);
    // Brokers are not such copies, and two are no majority of anything.
    let brokers = ["b-0", "b-1", "b-2"].map(|name| (name, "rabbitmq:4"));
    let all = [&[("shop", "acme/shop")][..], &brokers].concat();
    let found = resolved(facts(&all, &["shop -> b-0 | b-1 | b-2"]));
    states(&found.system, &["b-0", "b-2"], &[("shop", Up)]);
    let all = [&[("shop", "acme/shop")][..], &keepers[..2]].concat();
    let found = resolved(facts(&all, &["shop -> zk-0 | zk-1"]));
    states(&found.system, &["zk-1"], &[("shop", Up)]);
}

/// Of what has a quorum the catalogue says so, with who states it.
#[test]
fn every_quorum_cites_its_source() {
    let software = &BUILT_IN.providers["software"];
    let with: Vec<&str> =
        software.products.values().filter(|product| product.quorum.is_some()).map(|product| &*product.name).collect();
    assert_eq!(with, ["ceph", "consul", "elasticsearch", "etcd", "mongodb", "tidb", "vault", "zookeeper"]);
    for product in software.products.values() {
        assert!(product.quorum.as_ref().is_none_or(|quorum| quorum.source.is_some()), "{}", product.name);
    }
}
