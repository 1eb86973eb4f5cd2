//! A customer of a provider who needs each of a list of things, and what each of them does under an outage.

use linchpin::analysis::{impact, select};
use linchpin::catalogue::Catalogue;
use linchpin::graph::Graph;
use linchpin::ingest::linchpin::read;
use linchpin::model::{Capability, CapabilityRef, ComponentId, State};
use linchpin::resolve::resolve;

/// Holds what a customer at these places sees under an outage to what was reported.
pub(crate) fn check(catalogue: &Catalogue, at: &str, down: &str, rows: &[(&str, State)]) {
    let list: Vec<String> = rows.iter().map(|(need, _)| format!("      - \"{need}\"\n")).collect();
    let text =
        format!("version: 1\nat: [{at}]\ncomponents:\n  customer:\n    kind: app\n    needs:\n{}", list.concat());
    let (facts, problems) = read(&"linchpin.yaml".into(), &text);
    assert_eq!(problems, []);
    let resolved = resolve(&[("linchpin", facts)], catalogue);
    assert_eq!(resolved.problems, [], "{at}");
    let graph = Graph::compile(&resolved.system);
    let outage = select(&resolved.system, &graph, &[down.to_owned()]).expect("selected");
    let impact = impact(&graph, &outage);
    let state = |need: &str| {
        let (name, capability) = CapabilityRef::split(need);
        let capability = capability.map_or_else(Capability::data, Capability::new);
        // What stands where the customer does, else what is called so anywhere.
        let here = format!("{name}@{}", at.rsplit('/').next().unwrap_or_default());
        let called = |wanted: &dyn Fn(&ComponentId) -> bool| resolved.system.components.keys().rfind(|id| wanted(id));
        let nearest = called(&|id| id.as_str() == here).or_else(|| called(&|id| id.as_str() == name));
        let component = nearest.or_else(|| called(&|id| id.base() == name)).expect("needed");
        let number = graph.component(component).expect("compiled");
        impact.state(graph.node(number, &capability).expect("capability"))
    };
    let found: Vec<(&str, State)> = rows.iter().map(|(need, _)| (*need, state(need))).collect();
    assert_eq!(found, rows, "{down} seen from {at}");
}
