//! What the tests of the report in a browser need: pages, and random systems with the states that the engine gives them.
//!
//! These write files and check nothing, so they are run by name alone: `.ci/run` names a folder in `LINCHPIN_PAGES`, and
//! `tests/browser` reads it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use linchpin::analysis::{blast, impact, lost_redundancy};
use linchpin::graph::{Graph, NodeId};
use linchpin::model::{
    Capability, CapabilityRef, Component, ComponentId, Confidence, Kind, Need, Phase, Place, Requires, State, Strength,
    System, Terms,
};
use numbers::Source;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::impact::{id, system as random};
use super::page::{component, data, hostile, of, written};

/// How many random systems there are.
const SYSTEMS: usize = 150;

fn folder() -> PathBuf {
    PathBuf::from(std::env::var("LINCHPIN_PAGES").expect("LINCHPIN_PAGES names a folder"))
}

fn write(name: &str, text: &str) {
    std::fs::write(folder().join(name), text).expect("the folder can be written");
}

/// Numbers that are the same in every run.
mod numbers {
    pub(super) struct Source(pub(super) u64);

    impl Source {
        /// A number below another one (xorshift64).
        pub(super) fn below(&mut self, most: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % most.max(1) as u64) as usize
        }
    }
}

/// What stands in for a member that is not there: it is always down.
const GONE: &str = "gone";

#[test]
#[ignore = "writes files for the tests in a browser"]
fn random_systems() {
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(proptest::test_runner::Config::default(), seed);
    let mut source = Source(20_231_112);
    let mut all = Vec::new();
    for _ in 0..SYSTEMS {
        let mut system = random(9).new_tree(&mut runner).expect("a system").current();
        for component in system.components.values_mut().step_by(2) {
            component.kind = Kind::App;
        }
        let gone = component(GONE, Kind::Service, &[]);
        system.components.insert(gone.id.clone(), gone);
        all.push(cases(&system, &mut source));
    }
    write("systems.json", &serde_json::to_string(&all).expect("JSON"));
}

/// A system with outages, as it is and with a need changed.
fn cases(system: &System, source: &mut Source) -> Value {
    let graph = Graph::compile(system);
    let mut cases = Vec::new();
    for round in 0..6 {
        let outage = outage(system, &graph, source);
        cases.push(plain(&graph, &outage));
        if round % 2 == 0 {
            cases.extend(changed(system, &graph, &outage, source));
        }
    }
    json!({ "graph": data(&written(system))["graph"], "cases": cases })
}

/// Up to three capabilities or components that are down or degraded.
fn outage(system: &System, graph: &Graph, source: &mut Source) -> Vec<(NodeId, State)> {
    let mut outage = Vec::new();
    for _ in 0..=source.below(3) {
        let number = graph.component(&id(source.below(system.components.len() - 1))).expect("a component");
        let nodes: Vec<NodeId> = graph.capabilities_of(number).collect();
        let state = if source.below(4) == 0 { State::Degraded } else { State::Down };
        let taken = if source.below(3) == 0 { &nodes[..1] } else { &nodes[..] };
        outage.extend(taken.iter().map(|node| (*node, state)));
    }
    outage.sort();
    outage.dedup_by_key(|(node, _)| *node);
    outage
}

fn degree(state: State) -> u8 {
    state as u8
}

fn capabilities(graph: &Graph) -> impl Iterator<Item = NodeId> {
    (0..).take(graph.len()).filter(|node| !graph.is_group(*node))
}

/// States, chains and lists as the engine has them.
fn plain(graph: &Graph, outage: &[(NodeId, State)]) -> Value {
    let impact = impact(graph, outage);
    let risky = lost_redundancy(graph, &impact);
    let blast = blast(graph, &impact);
    let chains: Vec<Vec<NodeId>> = capabilities(graph).map(|node| impact.witness(graph, node)).collect();
    let states: Vec<u8> = (0..).take(graph.len()).map(|node| degree(impact.state(node))).collect();
    json!({
        "outage": outage.iter().map(|(node, state)| (*node, degree(*state))).collect::<Vec<_>>(),
        "edits": [],
        "states": states,
        "risky": risky.iter().map(|risky| u8::from(*risky)).collect::<Vec<_>>(),
        "chains": chains,
        "apps": { "down": blast.down, "degraded": blast.degraded, "frozen": blast.frozen, "risk": blast.at_risk },
    })
}

/// The same with one need taken lightly or left out, each as the page names it by the place of the input.
fn changed(system: &System, graph: &Graph, outage: &[(NodeId, State)], source: &mut Source) -> Vec<Value> {
    let inputs: Vec<(NodeId, usize)> = (0..)
        .take(graph.len())
        .flat_map(|node| (0..graph.inputs(node).len()).map(move |place| (node, place)))
        .collect();
    if inputs.is_empty() {
        return Vec::new();
    }
    let chosen = source.below(inputs.len());
    let (node, place) = inputs[chosen];
    let path = path_to(graph, node);
    let cases = [1u8, 2].into_iter().map(|edit| {
        let mut other = system.clone();
        let reference = graph.capability(path.0).expect("a capability");
        let component = other.components.get_mut(&reference.component).expect("its component");
        let needs = component.capabilities.get_mut(&reference.capability).expect("its needs");
        edited(needs, &path.1, place, edit);
        let after = Graph::compile(&other);
        let mut seeds = outage.to_vec();
        if edit == 2 {
            let gone = after.component(&ComponentId::new(GONE)).expect("what is always down");
            seeds.extend(after.capabilities_of(gone).map(|node| (node, State::Down)));
        }
        let impact = impact(&after, &seeds);
        // What stands in for a member that is gone is left out: the page needs no such thing.
        let own = |node: &NodeId| after.capability(*node).is_some_and(|one| one.component.as_str() != GONE);
        let states: Vec<(NodeId, u8)> =
            capabilities(&after).filter(own).map(|node| (node, degree(impact.state(node)))).collect();
        json!({
            "outage": outage.iter().map(|(node, state)| (*node, degree(*state))).collect::<Vec<_>>(),
            "edits": [(chosen, edit)],
            "some": states,
        })
    });
    cases.collect()
}

/// The capability in whose needs a node is, and the places that lead there.
fn path_to(graph: &Graph, node: NodeId) -> (NodeId, Vec<usize>) {
    if !graph.is_group(node) {
        return (node, Vec::new());
    }
    for holder in (0..).take(graph.len()) {
        if let Some(place) = graph.inputs(holder).iter().position(|edge| edge.node == node) {
            let (root, mut path) = path_to(graph, holder);
            path.push(place);
            return (root, path);
        }
    }
    unreachable!("every group is held by something")
}

/// Takes a need lightly, drops it from a capability, or puts something that is always down in place of a member.
fn edited(needs: &mut Vec<Need>, path: &[usize], place: usize, edit: u8) {
    let Some((first, rest)) = path.split_first() else {
        if edit == 1 {
            needs[place].terms.strength = Strength::Soft;
        } else {
            needs.remove(place);
        }
        return;
    };
    let Requires::AtLeast { members, .. } = &mut needs[*first].requires else { unreachable!("a group") };
    if !rest.is_empty() || edit == 1 {
        return edited(members, rest, place, edit);
    }
    let old = members[place].terms.clone();
    members[place] = Need {
        requires: Requires::One(CapabilityRef::new(ComponentId::new(GONE), Capability::data())),
        terms: Terms { phase: old.phase, ..Terms::hard(old.confidence) },
        evidence: members[place].evidence.clone(),
    };
}

#[test]
#[ignore = "writes files for the tests in a browser"]
fn pages() {
    write("hostile.html", &written(&hostile()));
    write("large.html", &written(&large(5_000, 400)));
    write("middle.html", &written(&large(300, 40)));
    let cloud = |place: &str| Place::parse(place).expect("a place");
    let mut sited = component("web", Kind::App, &["db", "far"]);
    sited.at = vec![cloud("aws/eu-west-1/a")];
    let mut unsited = component("db", Kind::Store, &[]);
    unsited.at = vec![cloud("aws")];
    let mut product = component("aws/s3", Kind::Product, &[]);
    (product.provider, product.place_unknown) = (Some("aws".into()), true);
    let mut there = component("aws/s3@eu-west-1", Kind::Product, &["aws/eu-west-1"]);
    (there.provider, there.at) = (Some("aws".into()), vec![cloud("aws/eu-west-1")]);
    let place = |id: &str, kind: Kind, needs: &[&str]| Component { at: vec![cloud(id)], ..component(id, kind, needs) };
    let system = of(
        "places",
        vec![
            sited,
            unsited,
            product,
            there,
            component("near", Kind::Service, &["aws/s3@eu-west-1"]),
            component("far", Kind::Service, &["aws/s3"]),
            component("mail", Kind::External, &[]),
            place("aws", Kind::Provider, &[]),
            place("aws/eu-west-1", Kind::Region, &["aws"]),
            place("aws/eu-west-1/a", Kind::Zone, &["aws/eu-west-1"]),
        ],
    );
    write("places.html", &written(&system));
    write("places.json", &serde_json::to_string(&may_stand(&system)).expect("JSON"));
}

/// For each component what the engine says its loss may hit without anybody saying so.
fn may_stand(system: &System) -> Value {
    let graph = Graph::compile(system);
    let rows = system.components.values().map(|component| {
        let nodes = graph.capabilities_of(graph.component(&component.id).expect("it is there"));
        let seeds: Vec<(NodeId, State)> = nodes.map(|node| (node, State::Down)).collect();
        let down = [component.id.to_string()];
        let report = linchpin::report::simulate(system, &graph, &down, &seeds, &impact(&graph, &seeds));
        let unknown = serde_json::to_value(&report).expect("JSON")["unknown"].clone();
        let names: BTreeSet<&str> =
            unknown.as_array().into_iter().flatten().filter_map(|one| one["component"].as_str()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        (component.id.to_string(), Value::from(names))
    });
    rows.collect::<serde_json::Map<_, _>>().into()
}

/// A system in layers: apps on services, on stores and products of several regions, on shared components.
fn large(count: usize, apps: usize) -> System {
    let mut source = Source(8_041_967);
    let mut all: Vec<Component> = Vec::with_capacity(count);
    let shared = count / 100 + 2;
    let products = count / 4;
    let regions = ["cn-hangzhou", "cn-shanghai", "ap-southeast-1"];
    for number in 0..count - apps {
        let (name, kind) = match number {
            n if n < shared => (format!("aliyun/shared-{n:03}"), Kind::Shared),
            n if n < products => (format!("aliyun/product-{n:04}@{}", regions[n % regions.len()]), Kind::Product),
            n if n % 5 == 0 => (format!("store-{n:04}"), Kind::Store),
            n => (format!("service-{n:04}"), Kind::Service),
        };
        let mut one = component(&name, kind, &[]);
        if name.contains('/') {
            one.provider = Some("aliyun".into());
        }
        one.at = name
            .split_once('@')
            .and_then(|(_, region)| Place::parse(&format!("aliyun/{region}")))
            .into_iter()
            .collect();
        let fan = if number == 0 { 0 } else { source.below(4) };
        needs(&mut one, fan, number, &all, &mut source);
        all.push(one);
    }
    for number in 0..apps {
        let mut app = component(&format!("app-{number:03}"), Kind::App, &[]);
        app.tier = Some(1 + (number % 4) as u8);
        app.owner = Some(format!("team-{}", number % 12).into());
        let known = all.len().min(count - apps);
        needs(&mut app, 3 + source.below(4), known, &all, &mut source);
        all.push(app);
    }
    of("large", all)
}

/// Needs on what was made before: most hard, some soft, some to start, some with an alternative, some of the control plane.
fn needs(one: &mut Component, fan: usize, known: usize, all: &[Component], source: &mut Source) {
    for _ in 0..fan {
        let target = |source: &mut Source| {
            // Most needs are near, and a few lead to what everybody shares.
            let far = source.below(10) == 0;
            let number = if far { source.below((known / 50).max(1)) } else { known - 1 - source.below(known.min(400)) };
            CapabilityRef::new(all[number].id.clone(), Capability::data())
        };
        let mut terms = Terms::hard(Confidence::Declared);
        match source.below(12) {
            0 => terms.strength = Strength::Soft,
            1 => terms.phase = Phase::Start,
            _ => {}
        }
        let evidence = one.evidence.clone();
        let need = |target, terms: &Terms| Need {
            requires: Requires::One(target),
            terms: terms.clone(),
            evidence: evidence.clone(),
        };
        let requires = if source.below(6) == 0 {
            let members = vec![need(target(source), &Terms::hard(Confidence::Declared)), need(target(source), &terms)];
            Requires::AtLeast { k: 1, members }
        } else {
            Requires::One(target(source))
        };
        let face = if source.below(8) == 0 { Capability::control() } else { Capability::data() };
        let own = Need { requires, terms, evidence: evidence.clone() };
        one.capabilities.entry(face).or_default().push(own);
    }
}
