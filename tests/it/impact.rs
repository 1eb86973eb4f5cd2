//! The engine against an obvious evaluator of the model itself, on random small systems and all their outages.

use std::collections::BTreeMap;

use linchpin::analysis::{blast, impact, single_failures, steps};
use linchpin::graph::{Graph, NodeId};
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

pub(crate) fn id(number: usize) -> ComponentId {
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

/// A random need on one of so many components.
pub(crate) fn need(components: usize) -> impl Strategy<Value = Need> {
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

/// Random systems of up to so many components.
pub(crate) fn system(most: usize) -> impl Strategy<Value = System> {
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

pub(crate) fn seeds(graph: &Graph, down: &[ComponentId]) -> Vec<(NodeId, State)> {
    let numbers = down.iter().map(|component| graph.component(component).expect("known"));
    numbers.flat_map(|number| graph.capabilities_of(number)).map(|node| (node, State::Down)).collect()
}

fn engine(system: &System, down: &[ComponentId]) -> BTreeMap<CapabilityRef, State> {
    let graph = Graph::compile(system);
    let impact = impact(&graph, &seeds(&graph, down));
    let nodes = (0..graph.len()).map(|node| u32::try_from(node).expect("small"));
    nodes.filter_map(|node| Some((graph.capability(node)?, impact.state(node)))).collect()
}

fn outage(mask: usize) -> Vec<ComponentId> {
    (0..12).filter(|bit| mask & (1 << bit) != 0).map(id).collect()
}

proptest! {
    #![proptest_config(crate::cases::cases(96))]

    #[test]
    fn the_engine_agrees_with_the_definition_on_every_outage(system in prop_oneof![9 => system(7), 1 => system(12)]) {
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
    fn an_added_alternative_never_worsens(mut system in system(10), mask in 0usize..1024, new in 0usize..10) {
        let count = system.components.len();
        let down = outage(mask & ((1usize << count) - 1));
        let before = engine(&system, &down);
        let extra = Need {
            requires: Requires::One(CapabilityRef::new(id(new % count), Capability::data())),
            terms: Terms::hard(Confidence::Declared),
            evidence: vec![evidence()],
        };
        for component in system.components.values_mut() {
            for need in component.capabilities.values_mut().flatten() {
                if let Requires::AtLeast { members, .. } = &mut need.requires {
                    members.push(extra.clone());
                }
            }
        }
        let after = engine(&system, &down);
        prop_assert!(after.iter().all(|(place, state)| before[place] >= *state));
    }

    #[test]
    fn a_soft_need_never_takes_down(mut system in system(10), mask in 0usize..1024) {
        let down = outage(mask & ((1usize << system.components.len()) - 1));
        for component in system.components.values_mut() {
            component.capabilities.values_mut().flatten().for_each(|need| need.terms.strength = Strength::Soft);
        }
        let after = engine(&system, &down);
        prop_assert!(after.iter().all(|(place, state)| *state != State::Down || down.contains(&place.component)));
    }

    #[test]
    fn a_witness_is_a_chain_of_needs_from_what_fails_to_the_outage(system in system(10), mask in 0usize..1024) {
        let down = outage(mask & ((1usize << system.components.len()) - 1));
        let graph = Graph::compile(&system);
        let seeds = seeds(&graph, &down);
        let impact = impact(&graph, &seeds);
        for node in (0..).take(graph.len()).filter(|node| graph.owner(*node).is_some()) {
            let chain: Vec<CapabilityRef> =
                impact.witness(&graph, node).into_iter().filter_map(|node| graph.capability(node)).collect();
            prop_assert_eq!(chain.is_empty(), impact.state(node) == State::Up);
            prop_assert_eq!(steps(&system, &chain).len(), chain.len().saturating_sub(1), "{:?}", chain);
            if impact.state(node) == State::Down {
                prop_assert!(chain.last().is_some_and(|last| down.contains(&last.component)));
            }
        }
    }

    #[test]
    fn what_holds_along_all_chains_is_found_without_walking_each(system in system(10), mask in 0usize..1024) {
        let down = outage(mask & ((1usize << system.components.len()) - 1));
        let graph = Graph::compile(&system);
        let seeds = seeds(&graph, &down);
        let impact = impact(&graph, &seeds);
        for state in [State::Down, State::Degraded] {
            let chains = impact.along(&graph, state, |node, next: Option<(NodeId, &Vec<NodeId>)>| {
                let rest = next.into_iter().flat_map(|(next, rest)| {
                    assert_eq!(rest.first(), Some(&next));
                    rest.iter().copied()
                });
                std::iter::once(node).chain(rest).collect()
            });
            for node in (0..).take(graph.len()).filter(|node| graph.owner(*node).is_some()) {
                if impact.state(node) == state {
                    prop_assert_eq!(chains[node as usize].clone(), Some(impact.witness(&graph, node)));
                }
                let alone = impact.state(node) == State::Down && impact.witness(&graph, node).len() == 1;
                prop_assert_eq!(impact.is_struck(node), alone);
            }
        }
    }

    #[test]
    fn a_sweep_says_of_each_failure_what_the_impact_says(mut system in system(10)) {
        for (number, component) in system.components.values_mut().enumerate() {
            component.kind = if number % 2 == 0 { Kind::App } else { Kind::Service };
        }
        let graph = Graph::compile(&system);
        let failures = single_failures(&graph);
        prop_assert_eq!(failures.len(), graph.components().len());
        for failure in failures {
            let id = graph.components()[failure.component as usize].clone();
            let blast = blast(&graph, &impact(&graph, &seeds(&graph, &[id])));
            let others = |list: &[u32]| list.iter().copied().filter(|app| *app != failure.component).collect::<Vec<_>>();
            prop_assert_eq!(failure.down, others(&blast.down));
            prop_assert_eq!(failure.degraded, others(&blast.degraded));
            prop_assert_eq!(failure.frozen, others(&blast.frozen));
        }
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

/// Services in a line, each of which needs the next.
fn line(length: usize) -> System {
    let mut text = String::from("version: 1\ncomponents:\n");
    for number in 0..length {
        text += &format!(
            "  c{number}: {{kind: app, needs: [{}]}}\n",
            if number + 1 < length { format!("c{}", number + 1) } else { String::new() }
        );
    }
    crate::draw::parsed(&text)
}

#[test]
fn long_chains_are_told_by_their_ends() {
    for length in [1, 99, 200, 201, 300, 1_000] {
        let system = line(length);
        let graph = Graph::compile(&system);
        let last = ComponentId::new(&format!("c{}", length - 1));
        let seeds = seeds(&graph, &[last]);
        let impact = impact(&graph, &seeds);
        let report = linchpin::report::simulate(&system, &graph, &["c".to_owned()], &seeds, &impact);
        assert_eq!(report.impact.iter().filter(|view| view.capability == "data").count(), length);
        for view in &report.impact {
            let component = graph.component(&ComponentId::new(&view.component)).unwrap();
            let node = graph.node(component, &Capability::new(&view.capability)).unwrap();
            let whole: Vec<String> = impact
                .witness(&graph, node)
                .into_iter()
                .map(|node| graph.capability(node).unwrap().to_string())
                .collect();
            if whole.len() <= 200 {
                assert_eq!((&view.witness, view.left_out), (&whole, None));
            } else {
                assert_eq!(view.witness, [&whole[..100], &whole[whole.len() - 100..]].concat());
                assert_eq!(view.left_out, Some(whole.len() - 200));
            }
        }
    }
}
