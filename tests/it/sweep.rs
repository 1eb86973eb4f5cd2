//! Sweeps against the impact of each outage alone, and against numbers of pairs that are known.

use linchpin::analysis::{Method, Outages, Reach, blast, hits, impact, reach};
use linchpin::graph::Graph;
use linchpin::model::{Component, Kind, State, System};
use proptest::prelude::*;

use crate::impact::system;
use crate::layered;

const METHODS: [Method; 3] = [Method::Adaptive, Method::Bits, Method::Sets];

/// Every second component an app.
fn with_apps(mut system: System) -> System {
    let kind = |number: usize| if number.is_multiple_of(2) { Kind::App } else { Kind::Service };
    system.components.values_mut().enumerate().for_each(|(number, c): (usize, &mut Component)| c.kind = kind(number));
    system
}

/// What the impact of each outage alone says.
fn one_by_one(graph: &Graph, outages: &Outages) -> Vec<Reach> {
    let reach = |outage| {
        let nodes = outages.nodes(outage);
        let own = |app: &u32| nodes.iter().any(|node| graph.owner(*node) == Some(*app));
        let blast = blast(graph, &impact(graph, &nodes.iter().map(|n| (*n, State::Down)).collect::<Vec<_>>()));
        let others = |list: Vec<u32>| list.into_iter().filter(|app| !own(app)).collect();
        Reach { down: others(blast.down), degraded: others(blast.degraded), frozen: others(blast.frozen) }
    };
    (0..outages.len()).map(reach).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_sweep_is_the_impact_of_each_outage(system in system(14)) {
        let graph = Graph::compile(&with_apps(system));
        for outages in [Outages::components(&graph), Outages::capabilities(&graph)] {
            let expected = one_by_one(&graph, &outages);
            for method in METHODS {
                prop_assert_eq!(&reach(&graph, &outages, method), &expected, "{:?}", method);
                let weights: Vec<u64> = (1u64..).take(graph.apps().len()).collect();
                for (hits, reach) in hits(&graph, &outages, &weights, method).iter().zip(&expected) {
                    let count = |list: &[u32]| u32::try_from(list.len()).expect("few");
                    let by_hand = (count(&reach.down), count(&reach.degraded), count(&reach.frozen));
                    prop_assert_eq!((hits.down, hits.degraded, hits.frozen), by_hand);
                    let place = |app: &u32| graph.apps().binary_search(app).expect("an app") as u64;
                    prop_assert_eq!(hits.weight, reach.down.iter().map(|app| place(app) + 1).sum::<u64>());
                }
            }
        }
    }

    #[test]
    fn many_outages_of_several_capabilities_in_several_blocks(
        system in system(10),
        lists in prop::collection::vec(prop::collection::vec(0u32..20, 0..4), 2_500..3_200),
    ) {
        let graph = Graph::compile(&with_apps(system));
        let capabilities = Outages::capabilities(&graph).len();
        let most = u32::try_from(capabilities).expect("small");
        let outages = Outages::of(lists.into_iter().map(|list| list.into_iter().map(move |node| node % most)));
        let expected = one_by_one(&graph, &outages);
        for method in METHODS {
            prop_assert_eq!(&reach(&graph, &outages, method), &expected, "{:?}", method);
        }
    }
}

/// Numbers of pairs (a component that is no app, an app that falls with it) that other methods gave for the same systems.
#[test]
fn large_systems_have_the_known_number_of_pairs() {
    let known = [(None, 6_221_686), (Some("500"), 11_136_837)];
    for (rings, known) in known {
        let Some(text) = layered::generated(&["100000", "5", "0.3", "1", "0"], rings) else {
            return;
        };
        let graph = Graph::compile(&layered::system(&text));
        let weights = vec![1; graph.apps().len()];
        let hits = hits(&graph, &Outages::components(&graph), &weights, Method::Adaptive);
        let lost = (0u32..).zip(&hits).map(|(component, hits)| (component, hits.down as usize));
        assert_eq!(layered::pairs(&graph, lost), known, "{rings:?}");
    }
}

#[test]
fn a_chain_of_a_hundred_thousand_and_a_ring_of_it_end() {
    let count = 100_000;
    for close in [false, true] {
        let mut text = format!("{count} {count} {count} {}\n", count - 1);
        for number in 1..count {
            text += &format!("{number} 1 {}\n", number - 1);
        }
        if close {
            text += &format!("0 1 {}\n", count - 1);
        }
        let graph = Graph::compile(&layered::system(&text));
        let hits = hits(&graph, &Outages::components(&graph), &[1], Method::Adaptive);
        assert_eq!(hits.iter().filter(|hits| hits.down == 1).count(), count - 1);
    }
}
