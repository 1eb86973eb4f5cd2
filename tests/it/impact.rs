//! The engine against an obvious evaluator of the model itself, on random small systems and all their outages.

use std::collections::BTreeMap;

use linchpin::analysis::impact;
use linchpin::graph::Graph;
use linchpin::model::{
    Basis, Capability, CapabilityRef, Component, ComponentId, Confidence, Evidence, Kind, Need, Phase, Requires, State,
    Strength, System, Terms,
};
use linchpin::source::Location;
use proptest::prelude::*;

use crate::oracle::states as oracle;

fn evidence() -> Evidence {
    Evidence { at: Location::start_of(&"test".into()), basis: Basis::Manifest, note: None }
}

fn id(number: usize) -> ComponentId {
    ComponentId::new(&format!("c{number:02}"))
}

fn terms() -> impl Strategy<Value = Terms> {
    (prop::bool::weighted(0.25), prop::bool::weighted(0.1), prop::bool::weighted(0.1)).prop_map(
        |(soft, start, partial)| Terms {
            strength: if soft { Strength::Soft } else { Strength::Hard },
            phase: if start { Phase::Start } else { Phase::Run },
            capacity: partial.then_some(0.4),
            ..Terms::hard(Confidence::Declared)
        },
    )
}

fn need(components: usize) -> impl Strategy<Value = Need> {
    let leaf = (0..components, prop::bool::ANY, terms()).prop_map(|(target, control, terms)| Need {
        requires: Requires::One(CapabilityRef::new(
            id(target),
            if control { Capability::control() } else { Capability::data() },
        )),
        terms,
        evidence: vec![evidence()],
    });
    leaf.prop_recursive(3, 12, 4, |inner| {
        (prop::collection::vec(inner, 1..4), any::<prop::sample::Index>(), terms()).prop_map(|(members, k, terms)| {
            Need {
                requires: Requires::AtLeast { k: k.index(members.len()) + 1, members },
                terms,
                evidence: vec![evidence()],
            }
        })
    })
}

fn system(most: usize) -> impl Strategy<Value = System> {
    (2..=most).prop_flat_map(|components| {
        prop::collection::vec(prop::collection::vec((prop::bool::ANY, need(components)), 0..3), components).prop_map(
            |all| {
                let components = all.into_iter().enumerate().map(|(number, needs)| {
                    let mut component = Component::new(id(number), Kind::Service, evidence());
                    for (control, need) in needs {
                        let name = if control { Capability::control() } else { Capability::data() };
                        component.capabilities.entry(name).or_default().push(need);
                    }
                    (id(number), component)
                });
                System { components: components.collect(), ..System::default() }
            },
        )
    })
}

fn engine(system: &System, down: &[ComponentId]) -> BTreeMap<CapabilityRef, State> {
    let graph = Graph::compile(system);
    let mut outage = Vec::new();
    for component in down {
        let number = graph.component(component).expect("known");
        outage.extend(graph.capabilities_of(number).map(|node| (node, State::Down)));
    }
    let impact = impact(&graph, &outage);
    let nodes = (0..graph.len()).map(|node| u32::try_from(node).expect("small"));
    nodes.filter_map(|node| Some((graph.capability(node)?, impact.state(node)))).collect()
}

fn outage(mask: usize) -> Vec<ComponentId> {
    (0..12).filter(|bit| mask & (1 << bit) != 0).map(id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_engine_agrees_with_the_definition_on_every_outage(system in system(8)) {
        for mask in 0..1usize << system.components.len() {
            let down = outage(mask);
            prop_assert_eq!(engine(&system, &down), oracle(&system, &down), "down: {:?}", down);
        }
    }

    #[test]
    fn a_larger_outage_never_improves_a_state(system in system(12), first in 0usize..4096, second in 0usize..4096) {
        let known = (1usize << system.components.len()) - 1;
        let small = engine(&system, &outage(first & second & known));
        let large = engine(&system, &outage(first & known));
        prop_assert!(small.iter().all(|(place, state)| large[place] >= *state));
    }

    #[test]
    fn removing_a_need_never_worsens(mut system in system(12), mask in 0usize..4096, which in 0usize..64) {
        let down = outage(mask & ((1usize << system.components.len()) - 1));
        let before = engine(&system, &down);
        let lists: Vec<_> = system.components.values_mut().flat_map(|c| c.capabilities.values_mut()).collect();
        let some = lists.into_iter().filter(|needs| !needs.is_empty()).nth(which % 4);
        if let Some(needs) = some {
            needs.pop();
        }
        let after = engine(&system, &down);
        prop_assert!(after.iter().all(|(place, state)| before[place] >= *state));
    }
}
