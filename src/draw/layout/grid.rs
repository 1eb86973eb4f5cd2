//! The plainest layout: boxes below each other, nodes in rows, straight lines. It can't fail.

use std::collections::HashMap;

use super::super::scene::{Group, Scene};
use super::super::text::Style;
use super::{Area, Label, PADDING, Placed, Route, heading, size};

/// How wide rows grow, in pixels.
const ROW: f64 = 1100.0;
const GAP: f64 = 18.0;

/// Lays a scene out in rows.
pub(super) fn layout(scene: &Scene) -> Placed {
    let mut placed = Placed::default();
    let mut y = 0.0;
    for group in &scene.groups {
        let (width, height) = put(&mut placed, group, None, (0.0, y));
        placed.width = placed.width.max(width);
        y += height + GAP;
    }
    placed.height = (y - GAP).max(0.0);
    let middles: HashMap<&str, [f64; 2]> = (placed.nodes.iter())
        .map(|area| (area.key.as_str(), [area.x + area.width / 2.0, area.y + area.height / 2.0]))
        .collect();
    let links = scene.links.iter().map(|link| {
        let ends = [middles.get(link.from.as_str()), middles.get(link.to.as_str())];
        let points: Vec<[f64; 2]> = ends.into_iter().flatten().copied().collect();
        let label = link.label().filter(|_| points.len() == 2).map(|text| {
            let (width, height) = (Style::SMALL.width(&text), Style::SMALL.line());
            let [x, y] = [(points[0][0] + points[1][0]) / 2.0, (points[0][1] + points[1][1]) / 2.0];
            Label { text, x: x - width / 2.0, y: y - height / 2.0, width, height }
        });
        Route { from: link.from.clone(), to: link.to.clone(), points, label }
    });
    let links = links.collect();
    Placed { links, ..placed }
}

/// Puts a box with everything in it; gives its size.
fn put(placed: &mut Placed, group: &Group, within: Option<&str>, (left, top): (f64, f64)) -> (f64, f64) {
    let at = placed.groups.len();
    let area =
        Area { key: group.key.clone(), within: within.map(str::to_owned), x: left, y: top, width: 0.0, height: 0.0 };
    placed.groups.push(area);
    let start = left + PADDING;
    let (mut x, mut y, mut row, mut right) = (start, top + PADDING + Style::STRONG.line(), 0.0_f64, start);
    for node in &group.nodes {
        let (width, height) = size(node);
        if x > start && x + width > left + ROW {
            (x, y, row) = (start, y + row + GAP, 0.0);
        }
        placed.nodes.push(Area { key: node.key.clone(), within: Some(group.key.clone()), x, y, width, height });
        x += width + GAP;
        row = row.max(height);
        right = right.max(x - GAP);
    }
    y += if row > 0.0 { row + GAP } else { 0.0 };
    for inner in &group.groups {
        let (width, height) = put(placed, inner, Some(&group.key), (start, y));
        right = right.max(start + width);
        y += height + GAP;
    }
    let size = ((right + PADDING - left).max(heading(&group.title)), (y - GAP + PADDING - top).max(2.0 * PADDING));
    (placed.groups[at].width, placed.groups[at].height) = size;
    size
}
