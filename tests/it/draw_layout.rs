//! Where things stand: nothing overlaps, lines begin and end at what they join, and a small change moves little.

use std::collections::BTreeMap;
use std::fmt::Write;

use linchpin::draw::{Area, Direction, MOST_NODES, Placed, Refused, Scene, View, layout, layout_or_grid, size};
use linchpin::graph::Graph;
use linchpin::model::System;
use proptest::prelude::*;

use crate::draw::{drawn, parsed};
use crate::impact::system;

fn inside(inner: &Area, outer: &Area) -> bool {
    const SLACK: f64 = 0.01;
    inner.x >= outer.x - SLACK
        && inner.y >= outer.y - SLACK
        && inner.x + inner.width <= outer.x + outer.width + SLACK
        && inner.y + inner.height <= outer.y + outer.height + SLACK
}

fn overlap(one: &Area, other: &Area) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

fn touches([x, y]: [f64; 2], area: &Area) -> bool {
    const SLACK: f64 = 1.5;
    x >= area.x - SLACK && x <= area.x + area.width + SLACK && y >= area.y - SLACK && y <= area.y + area.height + SLACK
}

fn sound(scene: &Scene, placed: &Placed) {
    let groups: BTreeMap<&str, &Area> = placed.groups.iter().map(|area| (area.key.as_str(), area)).collect();
    let nodes: BTreeMap<&str, &Area> = placed.nodes.iter().map(|area| (area.key.as_str(), area)).collect();
    let whole = Area { width: placed.width, height: placed.height, ..Area::default() };
    assert_eq!(nodes.len(), scene.all_nodes().len());
    assert_eq!(groups.len(), scene.all_groups().len());
    for area in placed.groups.iter().chain(&placed.nodes) {
        let outer = area.within.as_deref().map_or(&whole, |key| groups[key]);
        assert!(inside(area, outer), "{} leaves its box", area.key);
    }
    let all: Vec<&Area> = placed.groups.iter().chain(&placed.nodes).collect();
    for (at, one) in all.iter().enumerate() {
        for other in all[at + 1..].iter().filter(|other| other.within == one.within) {
            assert!(!overlap(one, other), "{} and {} overlap", one.key, other.key);
        }
    }
    for (node, _) in scene.all_nodes() {
        let area = nodes[node.key.as_str()];
        assert_eq!((area.width, area.height), size(node), "{}", node.key);
    }
    assert_eq!(placed.links.len(), scene.links.len());
    for (link, route) in scene.links.iter().zip(&placed.links) {
        assert_eq!((&link.from, &link.to), (&route.from, &route.to));
        let (first, last) = (route.points.first().expect("a start"), route.points.last().expect("an end"));
        assert!(touches(*first, nodes[link.from.as_str()]), "{} -> {} begins elsewhere", link.from, link.to);
        assert!(touches(*last, nodes[link.to.as_str()]), "{} -> {} ends elsewhere", link.from, link.to);
        assert_eq!(route.label.as_ref().map(|label| label.text.clone()), link.label());
    }
}

fn whole(system: &System) -> Scene {
    let graph = Graph::compile(system);
    let subject = linchpin::draw::Subject { system, graph: &graph, outage: None, before: None };
    linchpin::draw::scene(&subject, &View { budget: 10_000, links: 10_000, ..View::default() })
}

proptest! {
    #![proptest_config(crate::cases::cases(48))]

    #[test]
    fn a_layout_is_sound_and_the_same_again(system in system(24)) {
        let scene = whole(&system);
        let placed = layout(&scene).expect("small enough");
        sound(&scene, &placed);
        prop_assert_eq!(layout(&scene).expect("again"), placed);
    }
}

/// A shop of so many parts at two clouds, some of them needing products.
fn shop(parts: usize) -> String {
    let mut yaml = "version: 1\nsystem: shop\nat: [aliyun/cn-hangzhou/h]\ncomponents:\n".to_owned();
    for at in 0..parts {
        let needs = match at % 5 {
            0 => format!("kind: app, needs: [part-{:03}, part-{:03}]", (at + 7) % parts, (at + 3) % parts),
            1 => "needs: [aliyun/rds, aliyun/oss]".to_owned(),
            2 => format!("needs: [part-{:03}, aws/s3@us-east-1]", (at + 2) % parts),
            3 => format!("needs: [{{any_of: [part-{:03}, part-{:03}]}}]", (at + 1) % parts, (at + 6) % parts),
            _ => "kind: store".to_owned(),
        };
        let _ = writeln!(yaml, "  part-{at:03}: {{{needs}}}");
    }
    yaml
}

#[test]
fn nested_boxes_of_providers_are_sound() {
    let system = parsed(&shop(40));
    let scene = whole(&system);
    assert!(scene.all_groups().len() >= 5, "provider, region, zone, another provider, own");
    sound(&scene, &layout(&scene).expect("small enough"));
}

/// Layers would put all that has no lines below each other.
#[test]
fn what_has_no_lines_stands_in_rows() {
    let mut yaml = "version: 1\ncomponents:\n  web: {kind: app, needs: [db]}\n  db: {kind: store}\n".to_owned();
    (0..40).for_each(|at| yaml += &format!("  alone-{at:02}: {{kind: app}}\n"));
    for direction in [Direction::Right, Direction::Down] {
        let scene = drawn(&parsed(&yaml), &[], &View { direction, ..View::default() });
        let placed = layout(&scene).expect("small enough");
        sound(&scene, &placed);
        let shape = placed.width / placed.height;
        assert!((0.7..3.0).contains(&shape), "{direction:?}: {} by {}", placed.width, placed.height);
        let at = |name: &str| placed.nodes.iter().find(|area| area.key.contains(name)).map(|area| (area.x, area.y));
        assert!(at("alone-00") < at("alone-01") && at("alone-01") < at("alone-39"), "they keep their order");
    }
}

/// A heading makes its box wider, and never higher, whichever way needs point.
#[test]
fn a_heading_has_room_above_its_box_and_takes_none_below() {
    let yaml = |name: &str| {
        format!("version: 1\nsystem: {name}\ncomponents:\n  a: {{kind: app, needs: [b]}}\n  b: {{kind: store}}\n")
    };
    let long = "the whole of the shop with everything in it";
    for direction in [Direction::Right, Direction::Down] {
        let boxed = |name: &str| {
            let system = parsed(&yaml(name));
            let graph = Graph::compile(&system);
            let subject = linchpin::draw::Subject { system: &system, graph: &graph, outage: None, before: None };
            let scene = linchpin::draw::scene(&subject, &View { direction, budget: 60, links: 60, ..View::default() });
            let placed = layout(&scene).expect("small enough");
            sound(&scene, &placed);
            placed.groups[0].clone()
        };
        let (narrow, wide) = (boxed("s"), boxed(long));
        let letters = u32::try_from(long.len()).expect("short");
        assert!(wide.width > 5.0 * f64::from(letters), "{direction:?}: {} for the heading", wide.width);
        assert!((wide.height - narrow.height).abs() < 0.01, "{direction:?}: {} and {}", wide.height, narrow.height);
    }
}

#[test]
fn the_plain_layout_is_sound_too() {
    let scene = whole(&parsed(&shop(60)));
    let large = Scene { links: scene.links.iter().cycle().take(2_000).cloned().collect(), ..scene };
    assert!(matches!(layout(&large), Err(Refused::TooLarge { links: 2_000, .. })));
    let placed = layout_or_grid(&large);
    assert!(MOST_NODES >= placed.nodes.len());
    sound(&large, &placed);
}

#[test]
fn a_new_component_moves_little() {
    let yaml = shop(40);
    let before = whole(&parsed(&yaml));
    let after = whole(&parsed(
        &(yaml + "  part-999: {kind: store}\n").replace("part-001: {needs: [", "part-001: {needs: [part-999, "),
    ));
    let (old, new) = (layout(&before).expect("before"), layout(&after).expect("after"));
    let of = |placed: &Placed| {
        placed.nodes.iter().map(|area| (area.key.clone(), (area.x, area.y))).collect::<BTreeMap<_, _>>()
    };
    let (old, new) = (of(&old), of(&new));
    assert_eq!(new.len(), old.len() + 1);
    // Of any two, the one that was above, or to the left, mostly still is.
    let keys: Vec<&String> = old.keys().collect();
    let pairs = keys.iter().enumerate().flat_map(|(at, one)| keys[at + 1..].iter().map(move |other| (*one, *other)));
    let (mut same, mut all) = (0, 0);
    for (one, other) in pairs {
        for side in [|place: (f64, f64)| place.0, |place: (f64, f64)| place.1] {
            let order = |of: &BTreeMap<String, (f64, f64)>| side(of[one]).total_cmp(&side(of[other]));
            let (was, is) = (order(&old), order(&new));
            all += 1;
            same += usize::from(was == is || was.is_eq() || is.is_eq());
        }
    }
    assert!(same * 100 >= all * 90, "{same} of {all} keep their order");
}

#[test]
fn the_direction_is_where_needs_point() {
    let system = parsed("version: 1\ncomponents:\n  web: {kind: app, needs: [db]}\n  db:\n");
    for direction in [linchpin::draw::Direction::Right, linchpin::draw::Direction::Down] {
        let scene = drawn(&system, &[], &View { direction, ..View::default() });
        let placed = layout(&scene).expect("small");
        let at = |key: &str| placed.nodes.iter().find(|area| area.key == key).map(|area| (area.x, area.y)).expect(key);
        let (web, db) = (at("web"), at("db"));
        let right = direction == linchpin::draw::Direction::Right;
        assert_eq!(web.0 < db.0, right);
        assert_eq!(web.1 < db.1, !right);
    }
}
