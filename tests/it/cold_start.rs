//! Cold start and single failures on systems small enough to know the answer.

use linchpin::analysis::{never_starts, single_failures};
use linchpin::graph::Graph;
use linchpin::model::{
    Basis, Capability, CapabilityRef, Component, ComponentId, Confidence, Evidence, Kind, Need, Phase, Requires,
    System, Terms,
};
use linchpin::source::Location;

fn evidence() -> Evidence {
    Evidence { at: Location::start_of(&"test".into()), basis: Basis::Manifest, note: None }
}

/// A system of apps from `(from, to, phase)` needs between their `data` capabilities.
fn system(needs: &[(&str, &str, Phase)]) -> System {
    let mut system = System::default();
    for name in needs.iter().flat_map(|(from, to, _)| [*from, *to]) {
        let id = ComponentId::new(name);
        system.components.entry(id.clone()).or_insert_with(|| Component::new(id, Kind::App, evidence()));
    }
    for (from, to, phase) in needs {
        let target = CapabilityRef::new(ComponentId::new(to), Capability::data());
        let terms = Terms { phase: *phase, ..Terms::hard(Confidence::Declared) };
        let need = Need { requires: Requires::One(target), terms, evidence: vec![evidence()] };
        let component = system.components.get_mut(&ComponentId::new(from)).expect("known");
        component.capabilities.entry(Capability::data()).or_default().push(need);
    }
    system
}

fn stuck(needs: &[(&str, &str, Phase)]) -> Vec<String> {
    let graph = Graph::compile(&system(needs));
    never_starts(&graph).iter().filter_map(|node| graph.capability(*node)).map(|place| place.to_string()).collect()
}

#[test]
fn services_that_call_each_other_come_up_together() {
    assert!(stuck(&[("a", "b", Phase::Run), ("b", "a", Phase::Run)]).is_empty());
}

#[test]
fn a_start_need_that_leads_back_to_itself_never_comes_up_nor_what_runs_on_it() {
    let needs = [("api", "platform", Phase::Start), ("platform", "api", Phase::Start), ("app", "api", Phase::Run)];
    assert_eq!(stuck(&needs), ["api:data", "app:data", "platform:data"]);
    assert_eq!(stuck(&[("api", "platform", Phase::Start), ("platform", "api", Phase::Run)]).len(), 2);
}

#[test]
fn a_chain_of_start_needs_comes_up_step_by_step() {
    assert!(stuck(&[("a", "b", Phase::Start), ("b", "c", Phase::Start), ("c", "d", Phase::Run)]).is_empty());
}

#[test]
fn a_single_failure_counts_the_other_apps_and_start_needs_take_nothing_down() {
    let graph = Graph::compile(&system(&[("a", "b", Phase::Run), ("b", "c", Phase::Run), ("d", "c", Phase::Start)]));
    let lost: Vec<usize> = single_failures(&graph).iter().map(|failure| failure.down.len()).collect();
    assert_eq!(lost, [0, 1, 2, 0]);
}
