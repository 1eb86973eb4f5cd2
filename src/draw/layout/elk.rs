//! Layout by the Eclipse Layout Kernel, over its JSON: a scene to its graph, its answer to places.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::super::scene::{Direction, Group, Scene, What};
use super::super::text::Style;
use super::quiet::quietly;
use super::tray::{Tray, trays};
use super::{Area, Label, PADDING, Placed, Route, heading, size};
use crate::model::{Kind, State};

/// Lays a scene out; `None` when the library gives up.
pub(super) fn layout(scene: &Scene) -> Option<Placed> {
    let names = Names::of(scene);
    let trays = trays(scene);
    let graph = graph(scene, &names, &trays).to_string();
    let answer = quietly(move || elkrs::create_elk().layout_json(&graph).ok())??;
    places(scene, &names, &trays, &answer)
}

/// The short names under which the library knows groups and nodes: what stands in a scene never reaches it.
struct Names<'s> {
    numbers: HashMap<&'s str, usize>,
}

impl<'s> Names<'s> {
    fn of(scene: &'s Scene) -> Self {
        let groups = scene.all_groups();
        let keys = groups.iter().flat_map(|(group, _)| {
            std::iter::once(group.key.as_str()).chain(group.nodes.iter().map(|node| node.key.as_str()))
        });
        let mut numbers = HashMap::new();
        for key in keys {
            let next = numbers.len();
            numbers.entry(key).or_insert(next);
        }
        Names { numbers }
    }

    fn get(&self, key: &str) -> Option<String> {
        self.numbers.get(key).map(|number| format!("n{number}"))
    }

    /// The name of the tray of a group.
    fn tray(&self, group: &str) -> Option<String> {
        self.numbers.get(group).map(|number| format!("t{number}"))
    }
}

/// The trays of groups, by their keys.
type Trays<'s> = HashMap<&'s str, Tray<'s>>;

fn graph(scene: &Scene, names: &Names, trays: &Trays) -> Value {
    let links = scene.links.iter().enumerate().filter_map(|(at, link)| {
        let (from, to) = (names.get(&link.from)?, names.get(&link.to)?);
        let mut edge = json!({"id": format!("e{at}"), "sources": [from], "targets": [to]});
        if let Some(text) = link.label() {
            let width = Style::SMALL.width(&text) + 4.0;
            edge["labels"] = json!([{"text": "x", "width": width, "height": Style::SMALL.line()}]);
        }
        // Needs of the moment of failure keep their lines straight.
        let weight = if link.passes > State::Up { "5" } else { "1" };
        edge["layoutOptions"] = json!({"elk.layered.priority.straightness": weight});
        Some(edge)
    });
    let first = edge_of_reading(scene);
    let mut options = options(scene.direction);
    options.insert("elk.hierarchyHandling".to_owned(), "INCLUDE_CHILDREN".into());
    options.insert("elk.padding".to_owned(), "[top=0,left=0,bottom=0,right=0]".into());
    json!({
        "id": "root",
        "layoutOptions": options,
        "children": scene.groups.iter().map(|group| child(group, names, trays, &first, scene.direction)).collect::<Vec<_>>(),
        "edges": links.collect::<Vec<_>>(),
    })
}

/// How the inside of a box is laid out; a box inherits nothing from the one around it.
fn options(direction: Direction) -> Map<String, Value> {
    let options = [
        ("elk.algorithm", "layered"),
        ("elk.direction", if direction == Direction::Down { "DOWN" } else { "RIGHT" }),
        ("elk.edgeRouting", "ORTHOGONAL"),
        ("elk.randomSeed", "1"),
        // Lines that begin or end at the same node run together there.
        ("elk.layered.mergeEdges", "true"),
        // One sweep from the order of the scene: more would win few crossings, and let every small change move much.
        ("elk.layered.thoroughness", "1"),
        ("elk.layered.nodePlacement.strategy", "NETWORK_SIMPLEX"),
        ("elk.layered.spacing.nodeNodeBetweenLayers", "38"),
        ("elk.layered.spacing.edgeNodeBetweenLayers", "14"),
        ("elk.spacing.nodeNode", "14"),
        ("elk.spacing.edgeNode", "12"),
        ("elk.spacing.edgeEdge", "8"),
        ("elk.spacing.componentComponent", "24"),
    ];
    options.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// Apps that nothing needs stand at the edge where reading begins.
fn edge_of_reading(scene: &Scene) -> HashSet<&str> {
    let needed: HashSet<&str> = scene.links.iter().map(|link| link.to.as_str()).collect();
    let needs: HashSet<&str> = scene.links.iter().map(|link| link.from.as_str()).collect();
    let nodes = scene.all_nodes().into_iter().map(|(node, _)| node);
    let first = nodes.filter(|node| node.what == What::Kind(Kind::App));
    let keys = first.map(|node| node.key.as_str());
    keys.filter(|key| !needed.contains(key) && needs.contains(key)).collect()
}

fn child(group: &Group, names: &Names, trays: &Trays, first: &HashSet<&str>, direction: Direction) -> Value {
    let tray = trays.get(group.key.as_str());
    let alone = tray.map(|tray| json!({"id": names.tray(&group.key), "width": tray.width, "height": tray.height}));
    let others = group.nodes.iter().filter(|node| tray.is_none_or(|tray| !tray.at.contains_key(node.key.as_str())));
    let nodes = others.map(|node| {
        let (width, height) = size(node);
        let mut child = json!({"id": names.get(&node.key), "width": width, "height": height});
        if first.contains(node.key.as_str()) {
            child["layoutOptions"] = json!({"elk.layered.layering.layerConstraint": "FIRST"});
        }
        child
    });
    let inner = group.groups.iter().map(|group| child(group, names, trays, first, direction));
    let top = PADDING + Style::STRONG.line() + 6.0;
    let mut options = options(direction);
    options.insert(
        "elk.padding".to_owned(),
        format!("[top={top},left={PADDING},bottom={PADDING},right={PADDING}]").into(),
    );
    options.insert("elk.nodeSize.constraints".to_owned(), "[MINIMUM_SIZE]".into());
    // The library lays out from left to right, and turns the smallest size with the rest.
    let (wide, high) = (heading(&group.title), top + PADDING);
    let (wide, high) = if direction == Direction::Down { (high, wide) } else { (wide, high) };
    let minimum = format!("({wide},{high})");
    options.insert("elk.nodeSize.minimum".to_owned(), minimum.into());
    json!({"id": names.get(&group.key), "children": nodes.chain(alone).chain(inner).collect::<Vec<_>>(), "layoutOptions": options})
}

/// Where the library put things; its places are relative to the box around.
fn places(scene: &Scene, names: &Names, trays: &Trays, answer: &Value) -> Option<Placed> {
    let mut found = Found::default();
    found.walk(answer, (0.0, 0.0));
    let area = |key: &str, within: Option<&str>| {
        let [x, y, width, height] = *found.areas.get(&names.get(key)?)?;
        Some(Area { key: key.to_owned(), within: within.map(str::to_owned), x, y, width, height })
    };
    let groups = scene.all_groups().into_iter().map(|(group, within)| area(&group.key, within));
    let nodes = scene.all_nodes().into_iter().map(|(node, within)| {
        let Some([x, y]) = trays.get(within).and_then(|tray| tray.at.get(node.key.as_str())) else {
            return area(&node.key, Some(within));
        };
        let [left, top, ..] = *found.areas.get(&names.tray(within)?)?;
        let ((width, height), (x, y)) = (size(node), (left + x, top + y));
        Some(Area { key: node.key.clone(), within: Some(within.to_owned()), x, y, width, height })
    });
    let links = scene.links.iter().enumerate().map(|(at, link)| {
        let (points, label) = found.routes.remove(&format!("e{at}"))?;
        let label = link.label().zip(label).map(|(text, [x, y, width, height])| Label { text, x, y, width, height });
        Some(Route { from: link.from.clone(), to: link.to.clone(), points, label })
    });
    Some(Placed {
        groups: groups.collect::<Option<_>>()?,
        nodes: nodes.collect::<Option<_>>()?,
        width: answer["width"].as_f64()?,
        height: answer["height"].as_f64()?,
        links: links.collect::<Option<_>>()?,
    })
}

/// The points of a line, and the area of its label.
type Way = (Vec<[f64; 2]>, Option<[f64; 4]>);

/// Areas and routes by the library's names.
#[derive(Default)]
struct Found {
    areas: HashMap<String, [f64; 4]>,
    routes: HashMap<String, Way>,
}

impl Found {
    fn walk(&mut self, shape: &Value, (left, top): (f64, f64)) {
        for edge in shape["edges"].as_array().into_iter().flatten() {
            let point = |point: &Value| Some([left + point["x"].as_f64()?, top + point["y"].as_f64()?]);
            let section = &edge["sections"][0];
            let ends = [&section["startPoint"]].into_iter();
            let ends = ends.chain(section["bendPoints"].as_array().into_iter().flatten()).chain([&section["endPoint"]]);
            let points: Option<Vec<[f64; 2]>> = ends.map(point).collect();
            let label = edge["labels"][0].as_object().and_then(|_| area(&edge["labels"][0], (left, top)));
            if let (Some(id), Some(points)) = (edge["id"].as_str(), points) {
                self.routes.insert(id.to_owned(), (points, label));
            }
        }
        for child in shape["children"].as_array().into_iter().flatten() {
            let (Some(id), Some(area)) = (child["id"].as_str(), area(child, (left, top))) else { continue };
            self.areas.insert(id.to_owned(), area);
            self.walk(child, (area[0], area[1]));
        }
    }
}

fn area(shape: &Value, (left, top): (f64, f64)) -> Option<[f64; 4]> {
    Some([left + shape["x"].as_f64()?, top + shape["y"].as_f64()?, shape["width"].as_f64()?, shape["height"].as_f64()?])
}
