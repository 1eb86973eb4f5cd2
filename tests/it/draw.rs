//! What pictures show: every failure with the line that explains it, everything drawn once, and folded to a budget.

use std::collections::BTreeSet;

use linchpin::analysis::{Impact, impact, select};
use linchpin::draw::{Change, Collapse, Mark, Node, Scene, Shown, Subject, View, What, scene};
use linchpin::graph::Graph;
use linchpin::ingest::linchpin::read;
use linchpin::model::{ComponentId, Kind, State, System};
use linchpin::resolve::resolve;
use proptest::prelude::*;

use crate::built_in::BUILT_IN;
use crate::impact::{id, seeds, system};

/// The system of a `linchpin.yaml`.
pub(crate) fn parsed(yaml: &str) -> System {
    let (facts, problems) = read(&"linchpin.yaml".into(), yaml);
    assert_eq!(problems, []);
    resolve(&[("linchpin", facts)], &BUILT_IN).system
}

pub(crate) fn drawn(system: &System, down: &[&str], view: &View) -> Scene {
    let graph = Graph::compile(system);
    let down: Vec<String> = down.iter().map(|&selector| selector.to_owned()).collect();
    let seeds = select(system, &graph, &down).expect("selectors of the test");
    let impact = impact(&graph, &seeds);
    let outage = (!down.is_empty()).then_some(Shown { impact: &impact, down: &down });
    scene(&Subject { system, graph: &graph, outage, before: None }, view)
}

fn nodes(scene: &Scene) -> Vec<&Node> {
    scene.all_nodes().into_iter().map(|(node, _)| node).collect()
}

fn keys(scene: &Scene) -> BTreeSet<&str> {
    nodes(scene).into_iter().map(|node| node.key.as_str()).collect()
}

fn find<'s>(scene: &'s Scene, key: &str) -> &'s Node {
    nodes(scene).into_iter().find(|node| node.key == key).unwrap_or_else(|| panic!("no {key} in {:?}", keys(scene)))
}

fn wide() -> View {
    View { budget: 10_000, links: 10_000, ..View::default() }
}

fn under(system: &System, mask: usize) -> (Graph, Impact) {
    let graph = Graph::compile(system);
    let down: Vec<ComponentId> = (0..system.components.len()).filter(|bit| mask & (1 << bit) != 0).map(id).collect();
    let impact = impact(&graph, &seeds(&graph, &down));
    (graph, impact)
}

proptest! {
    #![proptest_config(crate::cases::cases(96))]

    /// The picture reckons what goes along a line from the model, the impact from the graph; they must tell one story.
    #[test]
    fn whatever_fails_is_struck_or_has_a_line_that_says_why(system in system(9), mask in 1usize..512) {
        let (graph, impact) = under(&system, mask);
        let down = ["it".to_owned()];
        let subject = Subject { system: &system, graph: &graph, outage: Some(Shown { impact: &impact, down: &down }), before: None };
        let scene = scene(&subject, &wide());
        for node in nodes(&scene).into_iter().filter(|node| node.what != What::Junction) {
            // A need of a component on itself has no line.
            let component = &system.components[&node.members[0]];
            let mut targets = component.capabilities.values().flatten().flat_map(linchpin::model::Need::targets);
            if targets.any(|target| target.component == component.id) {
                continue;
            }
            let passed = |control: bool| {
                let out = scene.links.iter().filter(|link| link.from == node.key && link.control == control);
                out.map(|link| link.passes).max().unwrap_or_default()
            };
            let number = graph.component(&node.members[0]).expect("known");
            let state = |name: &str| {
                let capability = linchpin::model::Capability::new(name);
                graph.node(number, &capability).map_or(State::Up, |node| impact.state(node))
            };
            match node.mark {
                Mark::Struck => prop_assert_eq!(state("data"), State::Down),
                Mark::Down => {
                    prop_assert_eq!(state("data"), State::Down);
                    prop_assert_eq!(passed(false), State::Down, "{}", &node.key);
                }
                Mark::Degraded => {
                    prop_assert_eq!(state("data"), State::Degraded);
                    prop_assert_eq!(passed(false), State::Degraded, "{}", &node.key);
                }
                Mark::Frozen => {
                    prop_assert_eq!((state("data"), state("control")), (State::Up, State::Down));
                    prop_assert_eq!(passed(true), State::Down, "{}", &node.key);
                }
                Mark::Risk | Mark::None => {
                    prop_assert_eq!(state("data"), State::Up);
                    prop_assert_eq!(passed(false), State::Up, "{}", &node.key);
                }
            }
        }
    }

    #[test]
    fn a_folded_picture_keeps_to_its_budget_and_draws_everything_once(
        system in system(40),
        mask in 0usize..4096,
        budget in 2usize..30,
        links in 2usize..40,
    ) {
        let (graph, impact) = under(&system, mask & 0xf);
        let down = ["it".to_owned()];
        let outage = (mask > 100).then_some(Shown { impact: &impact, down: &down });
        let subject = Subject { system: &system, graph: &graph, outage, before: None };
        let whole = scene(&subject, &wide());
        let folded = scene(&subject, &View { budget, links, ..View::default() });
        prop_assert!(nodes(&folded).len() <= budget && folded.links.len() <= links);
        let members = |scene: &Scene| {
            let mut all: Vec<ComponentId> = nodes(scene).into_iter().flat_map(|node| node.members.clone()).collect();
            all.sort();
            all
        };
        prop_assert_eq!(members(&folded), members(&whole));
        let components = |node: &&Node| node.what != What::Junction;
        let worst = |scene: &Scene| nodes(scene).into_iter().filter(components).map(|node| node.mark).max();
        prop_assert_eq!(worst(&folded), worst(&whole));
        let keys = keys(&folded);
        prop_assert_eq!(keys.len(), nodes(&folded).len());
        prop_assert!(folded.links.iter().all(|link| keys.contains(link.from.as_str()) && keys.contains(link.to.as_str())));
        let is_folded = nodes(&folded).len() < nodes(&whole).len();
        prop_assert_eq!(is_folded, folded.notes.iter().any(|note| note.contains("folded")), "{:?}", folded.notes);
        prop_assert_eq!(scene(&subject, &View { budget, links, ..View::default() }), folded);
    }
}

const SHOP: &str = "
version: 1
system: shop
at: [aws/eu-west-1]
components:
  web: {kind: app, tier: 1, owner: front, needs: [cart, search, {to: ads, strength: soft}]}
  admin: {kind: app, owner: back, needs: [cart]}
  cart: {owner: back, needs: [aws/rds, {any_of: [queue-a, queue-b]}]}
  search: {owner: back, needs: [aws/s3]}
  ads: {owner: front, at: []}
  queue-a: {kind: store}
  queue-b: {kind: store}
";

#[test]
fn products_that_nothing_needs_itself_are_drawn_only_on_the_way_of_a_failure() {
    let system = parsed(
        "version: 1\nat: [aliyun/cn-hangzhou/h]\ncomponents:\n  web: {kind: app, needs: [aliyun/oss, aliyun/ecs, cart]}\n  cart: {needs: [aliyun/rds]}\n",
    );
    let calm = drawn(&system, &[], &View::default());
    assert!(keys(&calm).contains("aliyun/oss@cn-hangzhou") && keys(&calm).contains("aliyun/rds@cn-hangzhou"));
    assert!(!keys(&calm).contains("aliyun/ak"), "{:?}", keys(&calm));
    assert!(calm.notes.iter().any(|note| note.contains("inside providers")), "{:?}", calm.notes);
    let inner = system.components.values().filter(|component| !component.kind.is_place());
    let inner = inner.map(|component| component.id.as_str()).filter(|id| !keys(&calm).contains(id));
    let mut explained = BTreeSet::new();
    for down in inner {
        let scene = drawn(&system, &[down], &View::default());
        assert_eq!(find(&scene, down).mark, Mark::Struck, "{down}");
        for node in nodes(&scene).into_iter().filter(|node| node.mark == Mark::Down && node.what != What::Junction) {
            let red = |link: &linchpin::draw::Link| link.from == node.key && link.passes == State::Down;
            assert!(scene.links.iter().any(red), "{} without {down}", node.key);
            explained.insert(down);
        }
    }
    assert!(explained.contains("aliyun/ak"), "{explained:?}");
}

#[test]
fn alternatives_are_a_junction_that_says_what_is_left() {
    let system = parsed(SHOP);
    let scene = drawn(&system, &["queue-a"], &View::default());
    let junction = nodes(&scene).into_iter().find(|node| node.what == What::Junction).expect("a junction");
    assert_eq!((junction.label.as_str(), junction.mark), ("any of", Mark::Risk));
    assert_eq!(junction.lines, ["1 of 2 left"]);
    let lost: Vec<&str> = scene.links.iter().filter(|link| link.lost).map(|link| link.to.as_str()).collect();
    assert_eq!(lost, ["queue-a"]);
    assert_eq!(find(&scene, "web").mark, Mark::Risk);
    let both = drawn(&system, &["queue-a", "queue-b"], &View::default());
    assert_eq!(find(&both, "cart").mark, Mark::Down);
    assert!(both.links.iter().all(|link| !link.lost));
}

#[test]
fn focus_and_reach_draw_what_is_near_and_what_rests_on_it() {
    let system = parsed(SHOP);
    let ids = |names: &[&str]| names.iter().map(|name| ComponentId::new(name)).collect::<Vec<_>>();
    let focus = |depth| drawn(&system, &[], &View { focus: ids(&["queue-a"]), depth, ..wide() });
    // A junction is no step: the queue's only neighbour is the cart.
    let near = focus(1);
    assert!(keys(&near).contains("cart") && !keys(&near).contains("web"), "{:?}", keys(&near));
    assert!(keys(&focus(2)).contains("web"));
    let above = drawn(&system, &[], &View { reaches: ids(&["queue-a"]), ..wide() });
    assert!(keys(&above).is_superset(&["web", "admin", "cart", "queue-a"].into()));
    assert!(!keys(&above).contains("search") && !keys(&above).contains("queue-b"), "{:?}", keys(&above));
    assert!(above.notes.iter().any(|note| note.contains("not asked for")));
    let touched = drawn(&system, &["ads"], &View { affected: true, ..wide() });
    assert_eq!(keys(&touched), ["ads", "web"].into());
}

#[test]
fn what_is_asked_for_is_collapsed() {
    let system = parsed(SHOP);
    let collapse = |collapse| drawn(&system, &[], &View { collapse: vec![collapse], ..wide() });
    let teams = collapse(Collapse::Team);
    let labels: Vec<&str> = nodes(&teams).iter().map(|node| node.label.as_str()).collect();
    assert!(["back", "front", "no owner"].iter().all(|team| labels.contains(team)), "{labels:?}");
    let provider = collapse(Collapse::Provider);
    assert_eq!(
        nodes(&provider)
            .iter()
            .filter(|node| node.members[..].iter().any(|id| id.as_str().starts_with("aws/")))
            .count(),
        1
    );
    let whole = collapse(Collapse::System);
    let own: Vec<&Node> =
        nodes(&whole).into_iter().filter(|node| node.members.contains(&ComponentId::new("web"))).collect();
    assert_eq!(own[0].members.len(), 7);
    assert!(whole.links.iter().any(|link| link.count == 1 && link.from == own[0].key));
    let kinds = collapse(Collapse::Kind);
    assert!(nodes(&kinds).iter().any(|node| node.what == What::Kind(Kind::Store) && node.members.len() == 2));
}

#[test]
fn apps_that_only_their_names_tell_apart_become_one() {
    let many: String = (0..7).map(|at| format!("  app-{at}: {{kind: app, needs: [db]}}\n")).collect();
    let system =
        parsed(&format!("version: 1\ncomponents:\n{many}  other: {{kind: app, needs: [cache]}}\n  db:\n  cache:\n"));
    let scene = drawn(&system, &[], &View { budget: 5, ..View::default() });
    let labels: Vec<&str> = nodes(&scene).iter().map(|node| node.label.as_str()).collect();
    assert!(labels.contains(&"7 apps") && labels.contains(&"other"), "{labels:?}");
    let link = scene.links.iter().find(|link| link.to == "db").expect("a line");
    assert_eq!((link.count, link.label().as_deref()), (7, Some("\u{d7}7")));
}

#[test]
fn a_comparison_shows_what_appears_vanishes_and_changes() {
    let before = parsed(SHOP);
    let after = parsed(
        &SHOP
            .replace("needs: [aws/s3]", "needs: [aws/s3, index]")
            .replace("  ads: {owner: front, at: []}", "  index: {kind: store}")
            .replace(", {to: ads, strength: soft}", ""),
    );
    let graph = Graph::compile(&after);
    let scene = scene(&Subject { system: &after, graph: &graph, outage: None, before: Some(&before) }, &wide());
    assert_eq!(find(&scene, "index").change, Change::Added);
    assert_eq!(find(&scene, "ads").change, Change::Removed);
    let link = |from: &str, to: &str| {
        scene.links.iter().find(|link| link.from == from && link.to == to).map(|link| link.change)
    };
    assert_eq!(link("search", "index"), Some(Change::Added));
    assert_eq!(link("web", "ads"), Some(Change::Removed));
    assert!(!keys(&scene).contains("admin"), "{:?}", keys(&scene));
    let same =
        linchpin::draw::scene(&Subject { system: &after, graph: &graph, outage: None, before: Some(&after) }, &wide());
    assert!(nodes(&same).is_empty() && same.links.is_empty());
}

#[test]
fn a_cycle_is_marked_and_nothing_else() {
    let system = parsed(
        "version: 1\ncomponents:\n  a: {kind: app, needs: [b]}\n  b: {needs: [c]}\n  c: {needs: [b, d]}\n  d:\n",
    );
    let scene = drawn(&system, &[], &View::default());
    let circled: Vec<(&str, &str)> =
        scene.links.iter().filter(|link| link.cycle).map(|link| (link.from.as_str(), link.to.as_str())).collect();
    assert_eq!(circled, [("b", "c"), ("c", "b")]);
}
