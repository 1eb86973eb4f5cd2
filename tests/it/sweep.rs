//! Sweeps against the impact of each outage alone, and against numbers of pairs that are known.

use std::sync::atomic::{AtomicUsize, Ordering};

use linchpin::analysis::{
    Hits, Method, Outages, Reach, blast, combinations, hits, hits_until, impact, pairs, pairs_until, reach, worst,
};
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
    #![proptest_config(crate::cases::cases(64))]

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

/// What an outage of some components does to the apps that are not among them, by its impact alone.
fn loss(graph: &Graph, lost: &[u32]) -> Reach {
    let nodes = lost.iter().flat_map(|component| graph.capabilities_of(*component));
    one_by_one(graph, &Outages::of([nodes])).pop().expect("one outage")
}

/// All sets of so many numbers below a bound, each in order: by counting in binary.
fn subsets(below: usize, size: u32) -> Vec<Vec<u32>> {
    let members = |set: &usize| (0u32..).take(below).filter(|bit| set >> bit & 1 == 1).collect::<Vec<u32>>();
    (0..1usize << below).filter(|set| set.count_ones() == size).map(|set| members(&set)).collect()
}

proptest! {
    #![proptest_config(crate::cases::cases(48))]

    #[test]
    fn pairs_are_what_every_outage_of_two_says(system in system(12), weights in prop::collection::vec(1u64..9, 12), limit in 0usize..80) {
        let graph = Graph::compile(&with_apps(system));
        let weights = &weights[..graph.apps().len()];
        let weight = |apps: &[u32]| -> u64 {
            apps.iter().map(|app| weights[graph.apps().binary_search(app).expect("an app")]).sum()
        };
        let mut expected = Vec::new();
        for set in subsets(graph.components().len(), 2) {
            let (both, alone) = (loss(&graph, &set), [loss(&graph, &set[..1]), loss(&graph, &set[1..])]);
            let new = |app: &u32| alone.iter().all(|reach| !reach.down.contains(app));
            let together: Vec<u32> = both.down.iter().copied().filter(new).collect();
            if !together.is_empty() {
                expected.push((std::cmp::Reverse(weight(&together)), set, both, together));
            }
        }
        expected.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        let found = pairs(&graph, weights, limit);
        prop_assert_eq!((found.count, found.left_out), (expected.len(), 0));
        prop_assert_eq!(found.worst.len(), limit.min(expected.len()));
        for (pair, (_, set, both, together)) in found.worst.iter().zip(expected) {
            prop_assert_eq!((&pair.components[..], &pair.reach, &pair.only_together), (&set[..], &both, &together));
        }
    }

    #[test]
    fn what_was_looked_at_before_a_stop_is_as_without_it(system in system(10), copies in 1usize..400, after in 0usize..6) {
        let graph = Graph::compile(&with_apps(system));
        // The same outages again and again are several blocks.
        let capabilities = Outages::capabilities(&graph);
        let lists = (0..copies * capabilities.len()).map(|at| capabilities.nodes(at % capabilities.len()).to_vec());
        let outages = Outages::of(lists);
        let weights: Vec<u64> = (1u64..).take(graph.apps().len()).collect();
        let whole = hits(&graph, &outages, &weights, Method::Adaptive);
        let asked = AtomicUsize::new(0);
        let stop = || asked.fetch_add(1, Ordering::SeqCst) >= after;
        let part = hits_until(&graph, &outages, &weights, Method::Adaptive, &stop);
        let begun = asked.into_inner().min(after);
        prop_assert_eq!(part.len(), whole.len());
        for (part, whole) in part.iter().zip(&whole) {
            prop_assert!(part.is_none_or(|part| part == *whole));
        }
        // What hits nothing needs no look; of the rest nothing is known where nothing was begun.
        let hit = |hits: &&Hits| **hits != Hits::default();
        prop_assert!(begun > 0 || !whole.iter().any(|hits| hit(&hits)) || part.iter().any(Option::is_none));
        prop_assert!(begun > 0 || part.iter().flatten().all(|hits| *hits == Hits::default()));
        let of: Vec<u32> = (0u32..).take(graph.components().len()).collect();
        let none = worst(&graph, &of, 1, &weights, 100, &|| true);
        prop_assert_eq!(none.looked_at + none.left, of.len());
        prop_assert!(none.sets.is_empty());
        let none = pairs_until(&graph, &weights, 100, &|| true);
        prop_assert!(none.stopped && none.worst.is_empty());
        prop_assert!(!pairs(&graph, &weights, 100).stopped);
    }

    #[test]
    fn the_worst_sets_are_those_of_every_outage(
        system in system(9),
        weights in prop::collection::vec(1u64..4, 9),
        together in 1u32..4,
        left_out in 0u32..9,
        limit in 1usize..100,
    ) {
        let graph = Graph::compile(&with_apps(system));
        let weights = &weights[..graph.apps().len()];
        let count = graph.components().len();
        let of: Vec<u32> = (0u32..).take(count).filter(|component| *component != left_out).collect();
        let mut expected = Vec::new();
        for set in subsets(count, together).into_iter().filter(|set| !set.contains(&left_out)) {
            let reach = loss(&graph, &set);
            let weight: u64 = reach.down.iter().map(|app| weights[graph.apps().binary_search(app).expect("an app")]).sum();
            let key = (weight, reach.down.len(), reach.frozen.len(), reach.degraded.len());
            expected.push((std::cmp::Reverse(key), set, reach));
        }
        let looked_at = expected.len();
        prop_assert_eq!(combinations(of.len(), together as usize), looked_at as u64);
        expected.retain(|(_, _, reach)| *reach != Reach::default());
        let harmless = looked_at - expected.len();
        expected.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        let found = worst(&graph, &of, together as usize, weights, limit, &|| false);
        prop_assert_eq!((found.looked_at, found.harmless), (looked_at, harmless));
        let expected: Vec<(Vec<u32>, Reach)> = expected.into_iter().take(limit).map(|(_, set, reach)| (set, reach)).collect();
        prop_assert_eq!(found.sets, expected);
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
