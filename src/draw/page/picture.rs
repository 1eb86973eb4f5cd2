//! The picture of the whole system, laid out: boxes and lines with places, without an outage; the page colours it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Subject;
use crate::draw::{self, Placed, Scene, View, What};
use crate::graph::Graph;
use crate::model::{ComponentId, System};

/// The most boxes and lines: what can still be read when it is made larger.
const MOST: (usize, usize) = (100, 260);
/// The same where there is so much that only an overview helps.
const MOST_OF_MANY: (usize, usize) = (36, 80);
/// How many components are many.
const MANY: usize = 400;

/// A picture with places.
#[derive(Debug, Serialize)]
pub(super) struct Picture {
    width: f64,
    height: f64,
    areas: Vec<AreaView>,
    boxes: Vec<BoxView>,
    lines: Vec<LineView>,
    /// What was folded and left out, in words.
    notes: Vec<String>,
}

/// A provider, a region, a zone, or what is one's own.
#[derive(Debug, Serialize)]
struct AreaView {
    title: String,
    /// The component that it is, for a place.
    place: Option<u32>,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// A component, several folded into one, or a junction of alternatives.
#[derive(Debug, Serialize)]
struct BoxView {
    label: String,
    lines: Vec<String>,
    what: &'static str,
    members: Vec<u32>,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// A need.
#[derive(Debug, Serialize)]
struct LineView {
    from: usize,
    to: usize,
    points: Vec<[f64; 2]>,
    hard: bool,
    start: bool,
    control: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// The middle of the label.
    #[serde(rename = "labelAt", skip_serializing_if = "Option::is_none")]
    label_at: Option<[f64; 2]>,
}

/// The picture of a system, folded to what a screen holds.
pub(super) fn picture(subject: &Subject<'_>) -> Picture {
    let drawn = draw::Subject { system: subject.system, graph: subject.graph, outage: None, before: None };
    let (budget, links) = if subject.system.components.len() > MANY { MOST_OF_MANY } else { MOST };
    let view = View { budget, links, ..View::default() };
    let scene = draw::scene(&drawn, &view);
    let placed = draw::layout_or_grid(&scene);
    seen(&scene, &placed, subject.system, subject.graph)
}

fn seen(scene: &Scene, placed: &Placed, system: &System, graph: &Graph) -> Picture {
    let areas_of: BTreeMap<&str, &draw::Area> = placed.groups.iter().map(|area| (area.key.as_str(), area)).collect();
    let boxes_of: BTreeMap<&str, &draw::Area> = placed.nodes.iter().map(|area| (area.key.as_str(), area)).collect();
    let areas = scene.all_groups().into_iter().filter_map(|(group, _)| {
        let area = areas_of.get(group.key.as_str())?;
        let id = ComponentId::new(group.key.strip_prefix("box ").unwrap_or_default().trim_matches('/'));
        // One's own system may have the name of a component; only places are boxes.
        let place = graph.component(&id).filter(|_| system.components[&id].kind.is_place());
        let [x, y, width, height] = rounded(area);
        Some(AreaView { title: group.title.clone(), place, x, y, width, height })
    });
    let areas = areas.collect();
    let mut number_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut boxes = Vec::new();
    for (node, _) in scene.all_nodes() {
        let Some(area) = boxes_of.get(node.key.as_str()) else { continue };
        let mut lines = draw::lines(node).into_iter().map(|(text, _)| text);
        let [x, y, width, height] = rounded(area);
        number_of.insert(&node.key, boxes.len());
        boxes.push(BoxView {
            label: lines.next().unwrap_or_default(),
            lines: lines.collect(),
            what: match node.what {
                What::Kind(kind) => kind.word(),
                What::Mixed => "mixed",
                What::Junction => "junction",
            },
            members: node.members.iter().filter_map(|id| graph.component(id)).collect(),
            x,
            y,
            width,
            height,
        });
    }
    let lines = scene.links.iter().zip(&placed.links).filter_map(|(link, route)| {
        let label = route.label.as_ref();
        Some(LineView {
            from: *number_of.get(link.from.as_str())?,
            to: *number_of.get(link.to.as_str())?,
            points: route.points.iter().map(|point| point.map(tenth)).collect(),
            hard: link.hard,
            start: link.start,
            control: link.control,
            label: label.map(|label| label.text.clone()),
            label_at: label.map(|label| [tenth(label.x + label.width / 2.0), tenth(label.y + label.height / 2.0)]),
        })
    });
    let lines = lines.collect();
    Picture {
        width: tenth(placed.width),
        height: tenth(placed.height),
        areas,
        boxes,
        lines,
        notes: scene.notes.clone(),
    }
}

fn rounded(area: &draw::Area) -> [f64; 4] {
    [area.x, area.y, area.width, area.height].map(tenth)
}

/// Tenths of a pixel are finer than anybody sees.
fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
