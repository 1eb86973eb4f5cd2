//! The replay against a twin that looks at every second, and against the static impact.

use std::time::Duration;

use linchpin::analysis::impact;
use linchpin::analysis::replay::{Action, Remedy, Scenario, Timeline, Window, replay};
use linchpin::graph::{Graph, NodeId};
use linchpin::model::{
    Basis, Capability, CapabilityRef, Component, ComponentId, Confidence, Evidence, Kind, Need, Phase, Requires,
    Restart, State, Strength, Switch, System, Terms,
};
use linchpin::source::Location;
use proptest::prelude::*;

use crate::twin::{self, Deed, Story};

const END: i64 = 70;

fn evidence() -> Evidence {
    Evidence { at: Location::start_of(&"test".into()), basis: Basis::Manifest, note: None }
}

fn id(number: usize) -> ComponentId {
    ComponentId::new(&format!("c{number}"))
}

fn capability(number: usize, control: bool) -> CapabilityRef {
    CapabilityRef::new(id(number), if control { Capability::control() } else { Capability::data() })
}

fn delay(most: u64) -> impl Strategy<Value = Option<Duration>> {
    prop::option::weighted(0.3, (1..=most).prop_map(Duration::from_secs))
}

fn terms() -> impl Strategy<Value = Terms> {
    let switch = prop::option::weighted(
        0.3,
        prop_oneof![4 => (0u64..6).prop_map(|s| Switch::After(Duration::from_secs(s))), 1 => Just(Switch::ByHand)],
    );
    (prop::bool::weighted(0.2), prop::bool::weighted(0.15), prop::bool::weighted(0.1), delay(5), switch).prop_map(
        |(soft, start, partial, grace, switch)| Terms {
            strength: if soft { Strength::Soft } else { Strength::Hard },
            phase: if start { Phase::Start } else { Phase::Run },
            capacity: partial.then_some(0.4),
            grace,
            switch,
            ..Terms::hard(Confidence::Declared)
        },
    )
}

fn need(components: usize) -> impl Strategy<Value = Need> {
    let leaf = (0..components, prop::bool::weighted(0.2), terms()).prop_map(|(target, control, terms)| Need {
        requires: Requires::One(capability(target, control)),
        terms,
        evidence: vec![evidence()],
    });
    leaf.prop_recursive(2, 8, 3, |inner| {
        (prop::collection::vec(inner, 1..4), any::<prop::sample::Index>(), terms()).prop_map(|(members, k, terms)| {
            Need {
                requires: Requires::AtLeast { k: k.index(members.len()) + 1, members },
                terms,
                evidence: vec![evidence()],
            }
        })
    })
}

fn restart() -> impl Strategy<Value = Option<Restart>> {
    prop::option::weighted(
        0.4,
        (prop::bool::ANY, 0u64..5, 0u64..5).prop_map(|(sticky, takes, drain)| Restart {
            sticky,
            takes: Duration::from_secs(takes),
            drain: Duration::from_secs(drain),
        }),
    )
}

fn system(most: usize) -> impl Strategy<Value = System> {
    (2..=most).prop_flat_map(|components| {
        let needs = prop::collection::vec((prop::bool::weighted(0.3), need(components)), 0..3);
        prop::collection::vec((needs, restart()), components).prop_map(|all| {
            let components = all.into_iter().enumerate().map(|(number, (needs, restart))| {
                let mut component = Component::new(id(number), Kind::App, evidence());
                component.restart = restart;
                for (control, need) in needs {
                    let name = if control { Capability::control() } else { Capability::data() };
                    component.capabilities.entry(name).or_default().push(need);
                }
                (id(number), component)
            });
            System { components: components.collect(), ..System::default() }
        })
    })
}

/// Windows and actions on components by number; numbers beyond the system are folded into it.
fn story() -> impl Strategy<Value = Story> {
    let window = (
        0usize..6,
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
        0i64..25,
        prop::option::weighted(0.9, 1i64..20),
    );
    let action = (0i64..50, 0u8..4, 0usize..6, prop::bool::weighted(0.2));
    (prop::collection::vec(window, 1..4), prop::collection::vec(action, 0..3), prop::bool::weighted(0.2)).prop_map(
        |(windows, actions, unattended)| Story {
            windows: (windows.into_iter())
                .map(|(target, control, degraded, from, lasts)| {
                    let state = if degraded { State::Degraded } else { State::Down };
                    (capability(target, control), state, from, lasts.map(|lasts| from + lasts))
                })
                .collect(),
            actions: (actions.into_iter())
                .map(|(at, what, target, control)| {
                    let deed = [Deed::Restart, Deed::Force, Deed::Switch, Deed::Restart][usize::from(what)];
                    (at, deed, capability(target, control))
                })
                .collect(),
            unattended,
        },
    )
}

/// The story, told of components that the system has.
fn fitted(mut story: Story, components: usize) -> Story {
    let fit = |reference: &mut CapabilityRef| {
        let number: usize = reference.component.as_str()[1..].parse().expect("a number");
        reference.component = id(number % components);
    };
    story.windows.iter_mut().for_each(|window| fit(&mut window.0));
    story.actions.iter_mut().for_each(|action| fit(&mut action.2));
    story
}

fn node(graph: &Graph, reference: &CapabilityRef) -> NodeId {
    let component = graph.component(&reference.component).expect("known");
    graph.node(component, &reference.capability).expect("known")
}

fn scenario(graph: &Graph, story: &Story) -> Scenario {
    let windows = story.windows.iter().map(|(target, state, from, until)| Window {
        nodes: vec![node(graph, target)],
        state: *state,
        from: *from,
        until: *until,
    });
    let actions = story.actions.iter().map(|(at, deed, target)| Action {
        at: *at,
        what: match deed {
            Deed::Restart => Remedy::Restart,
            Deed::Force => Remedy::Force,
            Deed::Switch => Remedy::Switch,
        },
        nodes: vec![node(graph, target)],
        takes: None,
    });
    Scenario { begins: 0, windows: windows.collect(), actions: actions.collect(), unattended: story.unattended }
}

fn capabilities(graph: &Graph) -> Vec<(NodeId, CapabilityRef)> {
    let nodes = (0..).take(graph.len());
    nodes.filter_map(|node: NodeId| Some((node, graph.capability(node)?))).collect()
}

fn tell(system: &System, story: &Story) -> (Graph, Timeline) {
    let graph = Graph::compile(system);
    let watched: Vec<NodeId> = capabilities(&graph).into_iter().map(|(node, _)| node).collect();
    let timeline = replay(system, &graph, &scenario(&graph, story), &watched);
    (graph, timeline)
}

proptest! {
    #![proptest_config(crate::cases::cases(400))]

    #[test]
    fn the_replay_agrees_with_its_twin_at_every_second(system in system(6), story in story()) {
        let story = fitted(story, system.components.len());
        let (graph, timeline) = tell(&system, &story);
        prop_assert!(!timeline.truncated);
        for (second, states) in (0..).zip(twin::states(&system, &story, END)) {
            for (node, reference) in capabilities(&graph) {
                prop_assert_eq!(timeline.state(node, second), states[&reference], "{} at {}", reference, second);
            }
        }
    }

    #[test]
    fn without_delays_a_moment_is_the_static_impact(mut system in system(6), story in story()) {
        for component in system.components.values_mut() {
            component.restart = None;
            for need in component.capabilities.values_mut().flatten() {
                undelayed(need);
            }
        }
        let mut story = fitted(story, system.components.len());
        story.actions.clear();
        let (graph, timeline) = tell(&system, &story);
        for second in 0..END {
            let lasts = |window: &&(CapabilityRef, State, i64, Option<i64>)| {
                window.2 <= second && window.3.is_none_or(|until| second < until)
            };
            let put: Vec<(NodeId, State)> =
                story.windows.iter().filter(lasts).map(|(target, state, ..)| (node(&graph, target), *state)).collect();
            let impact = impact(&graph, &put);
            for (node, reference) in capabilities(&graph) {
                prop_assert_eq!(timeline.state(node, second), impact.state(node), "{} at {}", reference, second);
            }
        }
    }

    #[test]
    fn segments_are_whole_and_every_one_is_explained(system in system(6), story in story()) {
        let story = fitted(story, system.components.len());
        let (_, timeline) = tell(&system, &story);
        for pair in timeline.segments.windows(2).filter(|pair| pair[0].node == pair[1].node) {
            prop_assert!(pair[0].until.is_some_and(|until| until <= pair[1].from));
            let joined = pair[0].until == Some(pair[1].from) && pair[0].state == pair[1].state;
            prop_assert!(!joined, "a segment is cut in two");
        }
        for segment in &timeline.segments {
            prop_assert_eq!(segment.chain.first(), Some(&segment.node));
            let held = segment.held.as_ref().expect("watched");
            prop_assert_eq!(held.chain.first(), Some(&segment.node));
        }
    }
}

#[test]
fn a_stand_by_that_somebody_switches_to_as_it_switches_itself_stays_at_work() {
    let member = |number, switch| Need {
        requires: Requires::One(capability(number, false)),
        terms: Terms { switch, ..Terms::hard(Confidence::Declared) },
        evidence: vec![evidence()],
    };
    let members = vec![member(1, None), member(2, Some(Switch::After(Duration::from_secs(2))))];
    let mut components: Vec<Component> =
        (0..3).map(|number| Component::new(id(number), Kind::App, evidence())).collect();
    let group = Need { requires: Requires::AtLeast { k: 1, members }, ..member(0, None) };
    components[0].capabilities.entry(Capability::data()).or_default().push(group);
    let components = components.into_iter().map(|component| (component.id.clone(), component)).collect();
    let system = System { components, ..System::default() };
    let stories = [None, Some(8), Some(9), Some(10)].map(|by_hand| Story {
        windows: vec![
            (capability(1, false), State::Down, 7, Some(20)),
            (capability(1, false), State::Down, 30, Some(40)),
        ],
        actions: by_hand.map(|at| (at, Deed::Switch, capability(0, false))).into_iter().collect(),
        unattended: false,
    });
    for (story, again) in stories.into_iter().zip([true, false, false, false]) {
        let (graph, timeline) = tell(&system, &story);
        let app = node(&graph, &capability(0, false));
        assert_eq!(timeline.state(app, 7), State::Down, "the stand-by is not at work yet");
        assert_eq!(timeline.state(app, 9), State::Up, "the stand-by is at work");
        assert_eq!(timeline.state(app, 30) == State::Down, again, "what a person switched to stays: {story:?}");
    }
}

fn undelayed(need: &mut Need) {
    need.terms.grace = None;
    need.terms.switch = None;
    if need.terms.phase == Phase::Start {
        need.terms.strength = Strength::Soft;
    }
    if let Requires::AtLeast { members, .. } = &mut need.requires {
        members.iter_mut().for_each(undelayed);
    }
}
