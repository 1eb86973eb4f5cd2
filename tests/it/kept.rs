//! The sweep that is kept over changes, against the sweep of the later version.

use linchpin::analysis::{Kept, SingleFailure, single_failures, single_failures_of_both};
use linchpin::graph::Graph;
use linchpin::model::{
    Capability, CapabilityRef, Component, ComponentId, Confidence, Kind, Need, Requires, System, Terms,
};
use proptest::prelude::*;

use crate::impact::{need, system};
use crate::layered;

/// A change of a system, by places that are taken modulo what there is.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// A component has one more need.
    Add(usize, bool, Need),
    /// A component loses one of its needs.
    Drop(usize, bool, usize),
    /// A component is there that was not, and another needs it.
    Appear(usize, Need),
    /// A component is gone; needs on it are left without a target.
    Vanish(usize),
    /// Each of some components needs the next, and the last the first.
    Ring(usize, usize),
    /// A component becomes an app, or is none any more.
    Turn(usize),
    /// A component loses its control plane, or gets one that needs another component.
    Face(usize, Need),
}

/// A random change of a system of so many components.
pub(crate) fn edit(components: usize) -> impl Strategy<Value = Edit> {
    let any = 0usize..16;
    prop_oneof![
        4 => (any.clone(), prop::bool::ANY, need(components)).prop_map(|(at, control, need)| Edit::Add(at, control, need)),
        4 => (any.clone(), prop::bool::ANY, 0usize..4).prop_map(|(at, control, which)| Edit::Drop(at, control, which)),
        1 => (any.clone(), need(components)).prop_map(|(at, need)| Edit::Appear(at, need)),
        1 => any.clone().prop_map(Edit::Vanish),
        2 => (any.clone(), 2usize..5).prop_map(|(at, length)| Edit::Ring(at, length)),
        1 => any.clone().prop_map(Edit::Turn),
        1 => (any, need(components)).prop_map(|(at, need)| Edit::Face(at, need)),
    ]
}

fn on(target: &ComponentId, like: &Component) -> Need {
    Need {
        requires: Requires::One(CapabilityRef::new(target.clone(), Capability::data())),
        terms: Terms::hard(Confidence::Declared),
        evidence: like.evidence.clone(),
    }
}

fn nth(system: &mut System, at: usize) -> &mut Component {
    let count = system.components.len();
    system.components.values_mut().nth(at % count).expect("some")
}

fn needs(component: &mut Component, control: bool) -> &mut Vec<Need> {
    let face = if control { Capability::control() } else { Capability::data() };
    component.capabilities.entry(face).or_default()
}

/// Makes a change.
pub(crate) fn apply(system: &mut System, edit: &Edit) {
    match edit {
        Edit::Add(at, control, need) => needs(nth(system, *at), *control).push(need.clone()),
        Edit::Drop(at, control, which) => {
            let list = needs(nth(system, *at), *control);
            if !list.is_empty() {
                list.remove(which % list.len());
            }
        }
        Edit::Appear(at, need) => {
            // Ids before, between and after those that are there.
            let new = ComponentId::new(["a", "c03x", "z"][at % 3]);
            let first = nth(system, *at);
            let mut component = Component::new(new.clone(), Kind::App, first.evidence[0].clone());
            let wanted = on(&new, &component);
            needs(first, false).push(wanted);
            needs(&mut component, false).push(need.clone());
            system.components.insert(new, component);
        }
        Edit::Vanish(at) => {
            let gone = nth(system, *at).id.clone();
            if system.components.len() > 2 {
                system.components.remove(&gone);
            }
        }
        Edit::Ring(at, length) => {
            let ids: Vec<ComponentId> = (0..*length).map(|step| nth(system, at + step).id.clone()).collect();
            for (place, own) in ids.iter().enumerate() {
                let component = system.components.get_mut(own).expect("there");
                let next = on(&ids[(place + 1) % length], component);
                needs(component, false).push(next);
            }
        }
        Edit::Face(at, need) => {
            let capabilities = &mut nth(system, *at).capabilities;
            if capabilities.remove(&Capability::control()).is_none() {
                capabilities.insert(Capability::control(), vec![need.clone()]);
            }
        }
        Edit::Turn(at) => {
            let component = nth(system, *at);
            component.kind = if component.is_app() { Kind::Service } else { Kind::App };
        }
    }
}

/// Every second component an app.
fn with_apps(mut system: System) -> System {
    for (number, component) in system.components.values_mut().enumerate() {
        component.kind = if number % 2 == 0 { Kind::App } else { Kind::Service };
    }
    system
}

/// What each failure does, by the ids.
fn named<'a>(
    graph: &Graph,
    rows: impl IntoIterator<Item = &'a SingleFailure>,
) -> Vec<(ComponentId, [Vec<ComponentId>; 3])> {
    let id = |number: &u32| graph.components()[*number as usize].clone();
    let list = |apps: &[u32]| apps.iter().map(id).collect::<Vec<_>>();
    let row = |row: &SingleFailure| (id(&row.component), [list(&row.down), list(&row.degraded), list(&row.frozen)]);
    rows.into_iter().map(row).collect()
}

proptest! {
    #![proptest_config(crate::cases::cases(256))]

    #[test]
    fn an_update_is_the_sweep_of_what_came_of_it(
        system in system(12),
        changes in prop::collection::vec(prop::collection::vec(edit(12), 1..5), 1..5),
    ) {
        let mut system = with_apps(system);
        let mut graph = Graph::compile(&system);
        let mut kept = Kept::new(&graph);
        prop_assert_eq!(kept.rows(), &single_failures(&graph)[..]);
        for change in changes {
            change.iter().for_each(|edit| apply(&mut system, edit));
            let later = Graph::compile(&system);
            let (before, expected) = (named(&graph, kept.rows()), single_failures(&later));
            let both = single_failures_of_both(&graph, &later);
            let updated = kept.update(&graph, &later);
            prop_assert_eq!(kept.rows(), &expected[..], "after {:?}", change);
            prop_assert_eq!(both, (single_failures(&graph), expected.clone()));
            // What is told to have changed has, and nothing else did.
            let after = named(&later, &expected);
            for (number, row) in (0u32..).zip(&after) {
                let was = before.iter().find(|(id, _)| *id == row.0);
                let was: [Vec<ComponentId>; 3] = was.map(|(_, lists)| lists.clone()).unwrap_or_default();
                let there = was.each_ref().map(|list: &Vec<ComponentId>| {
                    list.iter().filter(|app| system.components.contains_key(*app)).cloned().collect::<Vec<_>>()
                });
                prop_assert_eq!(updated.rows.contains(&number), there != row.1, "{}", row.0);
            }
            graph = later;
        }
    }
}

#[test]
fn nothing_changes_where_nothing_does() {
    let mut text = String::from("6 6 6 4\n");
    [(2, 0), (2, 1), (3, 1), (4, 2), (5, 3), (3, 5)].iter().for_each(|(from, to)| text += &format!("{from} 1 {to}\n"));
    let system = layered::system(&text);
    let graph = Graph::compile(&system);
    let mut kept = Kept::new(&graph);
    let updated = kept.update(&graph, &Graph::compile(&system));
    assert_eq!((updated.rows.len(), updated.changed, updated.looked_at), (0, 0, 0));
    // An app that needs nothing any more: what it needed takes down one app less.
    let mut other = system.clone();
    let app = other.components.get_mut(&ComponentId::new("c0000004")).expect("there");
    app.capabilities.insert(Capability::data(), Vec::new());
    let updated = kept.update(&graph, &Graph::compile(&other));
    assert_eq!((updated.changed, updated.looked_at), (1, 4));
    assert_eq!(updated.rows, [0, 1, 2]);
}

/// Loops within loops, alternatives in them, and failures that reach nearly everything: where all nodes are asked in order.
#[test]
fn updates_go_round_loops_of_some_hundred_components() {
    const COMPONENTS: u32 = 300;
    let mut rng = fastrand::Rng::with_seed(9);
    let mut group = |own: u32| {
        let back = rng.u32(..100) < 8;
        let count = if rng.u32(..100) < 25 { rng.usize(2..5) } else { 1 };
        let (first, last) = if back { (own, (own + 40).min(COMPONENTS - 1)) } else { (own.saturating_sub(60), own) };
        let members: Vec<u32> = (0..count).map(|_| rng.u32(first..=last)).filter(|member| *member != own).collect();
        let names: Vec<String> = members.iter().map(u32::to_string).collect();
        (!members.is_empty()).then(|| format!("{own} {} {}\n", rng.usize(1..=members.len()), names.join(" ")))
    };
    let mut lines: Vec<String> = (0..COMPONENTS * 2).filter_map(|line| group(line % COMPONENTS)).collect();
    let mut changes = fastrand::Rng::with_seed(10);
    let compiled = |lines: &[String]| {
        let head = format!("{COMPONENTS} {0} {0} {1}\n", lines.len(), COMPONENTS / 2);
        Graph::compile(&layered::system(&(head + &lines.concat())))
    };
    let mut graph = compiled(&lines);
    let mut kept = Kept::new(&graph);
    let mut mended = 0;
    for round in 0..30 {
        for _ in 0..changes.usize(1..4) {
            let at = changes.usize(..lines.len());
            let own = changes.u32(..COMPONENTS);
            lines.splice(at..=at, group(own));
        }
        let later = compiled(&lines);
        mended += kept.update(&graph, &later).rows.len();
        assert_eq!(kept.rows(), &single_failures(&later)[..], "round {round}");
        graph = later;
    }
    assert!(mended > 1000, "{mended} rows were mended, which is too few to tell");
}
