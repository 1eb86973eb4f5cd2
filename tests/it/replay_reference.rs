//! The two outages that are known to the minute: what must be up and down when.

use std::collections::BTreeMap;
use std::time::Duration;

use linchpin::analysis::replay::{Action, Remedy, Scenario, Timeline, Window, replay};
use linchpin::catalogue::outage::Clock;
use linchpin::graph::{Graph, NodeId};
use linchpin::model::{
    Basis, Capability, CapabilityRef, Component, ComponentId, Confidence, Evidence, Kind, Need, Phase, Requires,
    Restart, State, Switch, System, Terms,
};
use linchpin::source::Location;
use linchpin::source::yaml::{self, Node};

use crate::shared::shared;

/// A fixture as a system: a component for each node and region, each with its `data` alone in use.
struct Fixture {
    system: System,
    scenario: Scenario,
    /// Moments, and what is up or down then.
    expected: Vec<(i64, State, Vec<String>)>,
    regions: Vec<String>,
}

#[test]
fn reference_outages_replay_to_the_minute() {
    let Some(folder) = shared("data/outages/reference") else { return };
    for name in ["alibaba-2023-11-12", "tencent-2024-04-08"] {
        let text = std::fs::read_to_string(folder.join(format!("{name}.fixture.yaml"))).expect("readable");
        let documents = yaml::parse_strict(&name.into(), &text).expect("YAML");
        let (fixture, graph, timeline) = played(&documents[0]);
        let mut checked = 0;
        for (at, state, names) in &fixture.expected {
            for id in names.iter().flat_map(|name| instances(&fixture, name)) {
                let node = data(&graph, &id);
                assert_eq!(timeline.state(node, *at), *state, "{name}: {id} at {}", Clock(*at));
                checked += 1;
            }
        }
        assert!(checked > 60, "{name}: only {checked} assertions");
    }
}

#[test]
fn shanghai_waits_for_itself_until_somebody_breaks_the_circle() {
    let Some(path) = shared("data/outages/reference/tencent-2024-04-08.fixture.yaml") else { return };
    let text = std::fs::read_to_string(path).expect("readable");
    let documents = yaml::parse_strict(&"tencent".into(), &text).expect("YAML");
    let (mut fixture, graph, timeline) = played(&documents[0]);
    let [deadlock] = timeline.deadlocks.as_slice() else { panic!("{:?}", timeline.deadlocks) };
    let cycle: Vec<String> =
        deadlock.cycle.iter().filter_map(|node| graph.capability(*node)).map(|at| at.component.to_string()).collect();
    assert_eq!(cycle, ["api.control@sh", "k8s_sched.control@sh"]);
    assert_eq!((Clock(deadlock.since).to_string(), deadlock.broken), ("16:02".to_owned(), None));

    let api = data(&graph, "api.control@sh");
    let at = minute("16:30");
    fixture.scenario.actions.push(Action { at, what: Remedy::Force, nodes: vec![api], takes: None });
    let forced = replay(&fixture.system, &graph, &fixture.scenario, &[]);
    assert_eq!(forced.deadlocks[0].broken, Some(at));
    assert_eq!(forced.state(api, minute("16:32")), State::Down);
    assert_eq!(forced.state(api, minute("16:33")), State::Up, "it takes its three minutes");
}

fn played(node: &Node) -> (Fixture, Graph, Timeline) {
    let mut fixture = read(node);
    let graph = Graph::compile(&fixture.system);
    fixture.scenario.begins = minute(node.text_at(&["start"]).expect("start"));
    for fault in list(node, "faults") {
        fixture.scenario.windows.push(Window {
            nodes: instances(&fixture, &format!("{}@*", text(fault, "node")))
                .iter()
                .map(|id| data(&graph, id))
                .collect(),
            state: State::Down,
            from: minute(text(fault, "at")),
            until: Some(minute(text(fault, "until"))),
        });
    }
    for action in list(node, "actions") {
        let id = format!("{}@{}", text(action, "restart"), text(action, "region"));
        let nodes = vec![data(&graph, &id)];
        fixture.scenario.actions.push(Action {
            at: minute(text(action, "at")),
            what: Remedy::Restart,
            nodes,
            takes: None,
        });
    }
    for (name, value) in node.get("nodes").map(Node::entries).unwrap_or_default() {
        for at in list(value, "any_of").iter().filter_map(|member| member.text_at(&["switch_at"])) {
            let name = format!("{}@*", name.text().expect("a name"));
            let nodes = instances(&fixture, &name).iter().map(|id| data(&graph, id)).collect();
            fixture.scenario.actions.push(Action { at: minute(at), what: Remedy::Switch, nodes, takes: None });
        }
    }
    let timeline = replay(&fixture.system, &graph, &fixture.scenario, &[]);
    (fixture, graph, timeline)
}

fn read(node: &Node) -> Fixture {
    let regions: Vec<String> =
        list(node, "regions").iter().filter_map(|region| region.text()).map(str::to_owned).collect();
    let nodes = node.get("nodes").map(Node::entries).unwrap_or_default();
    let scopes: BTreeMap<&str, bool> =
        nodes.iter().map(|(name, value)| (name.text().expect("name"), text(value, "scope") == "global")).collect();
    let place = |name: &str, region: &str| match scopes[name] {
        true => name.to_owned(),
        false => format!("{name}@{region}"),
    };
    let mut system = System::default();
    for (key, value) in nodes {
        let name = key.text().expect("name");
        let here: Vec<&str> = if scopes[name] { vec![""] } else { regions.iter().map(String::as_str).collect() };
        for region in here {
            let id = ComponentId::new(&place(name, region));
            let mut component = Component::new(id.clone(), Kind::Product, evidence());
            let sticky = value.get("sticky").is_some();
            let lag = value.text_at(&["lag"]).and_then(|lag| lag.parse().ok()).unwrap_or(0);
            if sticky || lag > 0 {
                component.restart =
                    Some(Restart { sticky, takes: Duration::from_secs(lag * 60), drain: Duration::ZERO });
            }
            let own = value.get("region_deps").and_then(|all| all.get(region));
            let own: Vec<&Node> = own.map(|deps| deps.items().iter().collect()).unwrap_or_default();
            let mut needs = Vec::new();
            for dep in list(value, "deps").into_iter().chain(own) {
                let everywhere = dep.get("all_regions").is_some();
                let targets = if everywhere { regions.iter().map(String::as_str).collect() } else { vec![region] };
                for target in targets {
                    needs.extend(need(dep, &place(text(dep, "to"), target)));
                }
            }
            let members: Vec<Need> = list(value, "any_of")
                .into_iter()
                .map(|member| {
                    let there = text(member, "region");
                    let target = place(text(member, "to"), if there == "same" { region } else { there });
                    let mut need = one(&target);
                    need.terms.switch = member.get("switch_at").map(|_| Switch::ByHand);
                    need
                })
                .collect();
            if !members.is_empty() {
                let requires = Requires::AtLeast { k: 1, members };
                needs.push(Need { requires, terms: Terms::hard(Confidence::Declared), evidence: vec![evidence()] });
            }
            component.capabilities.insert(Capability::data(), needs);
            system.components.insert(id, component);
        }
    }
    let mut expected = Vec::new();
    for row in list(node, "expect") {
        for (word, state) in [("up", State::Up), ("down", State::Down)] {
            let names = list(row, word).iter().filter_map(|name| name.text()).map(str::to_owned).collect();
            expected.push((minute(text(row, "at")), state, names));
        }
    }
    Fixture { system, scenario: Scenario::default(), expected, regions }
}

fn need(dep: &Node, target: &str) -> Option<Need> {
    let mut need = one(target);
    match text(dep, "mode") {
        "none" => return None,
        "hard" => {}
        "cached" => need.terms.grace = Some(Duration::from_secs(24 * 3600)),
        "startup" => need.terms.phase = Phase::Start,
        other => panic!("mode {other}"),
    }
    Some(need)
}

fn one(target: &str) -> Need {
    let target = CapabilityRef::new(ComponentId::new(target), Capability::data());
    Need { requires: Requires::One(target), terms: Terms::hard(Confidence::Declared), evidence: vec![evidence()] }
}

/// The components that a name of an expectation means: `*` is everything, `name@*` a node in every region.
fn instances(fixture: &Fixture, name: &str) -> Vec<String> {
    let all = fixture.system.components.keys().map(|id| id.as_str());
    let found: Vec<String> = match name.split_once('@') {
        None => all.filter(|id| name == "*" || *id == name).map(str::to_owned).collect(),
        Some((base, "*")) => {
            let here: Vec<String> = fixture.regions.iter().map(|region| format!("{base}@{region}")).collect();
            all.filter(|id| *id == base || here.iter().any(|known| known == id)).map(str::to_owned).collect()
        }
        Some(_) => all.filter(|id| *id == name).map(str::to_owned).collect(),
    };
    assert!(!found.is_empty(), "nothing is called {name}");
    found
}

fn data(graph: &Graph, id: &str) -> NodeId {
    let component = graph.component(&ComponentId::new(id)).unwrap_or_else(|| panic!("no {id}"));
    graph.node(component, &Capability::data()).expect("data")
}

fn list<'n>(node: &'n Node, key: &str) -> Vec<&'n Node> {
    node.get(key).map(|list| list.items().iter().collect()).unwrap_or_default()
}

fn text<'n>(node: &'n Node, key: &str) -> &'n str {
    node.text_at(&[key]).unwrap_or_else(|| panic!("no {key}"))
}

fn minute(text: &str) -> i64 {
    Clock::parse(text, "2024-01-01".parse().expect("a date")).expect("a time").0
}

fn evidence() -> Evidence {
    Evidence { at: Location::start_of(&"fixture".into()), basis: Basis::Manifest, note: None }
}
