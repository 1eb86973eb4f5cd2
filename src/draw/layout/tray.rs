//! What no line leads to or from, set in rows: the layout of layers would put all of it below each other.

use std::collections::{HashMap, HashSet};

use super::super::scene::{Node, Scene};
use super::size;

/// So few stand among the others.
const FEW: usize = 5;
/// How much wider than high a tray is to be.
const ASPECT: f64 = 1.5;
const GAP: f64 = 14.0;

/// The nodes of one box that have no lines, as one block.
pub(super) struct Tray<'s> {
    /// The width of all of it.
    pub(super) width: f64,
    /// The height of all of it.
    pub(super) height: f64,
    /// Where each node stands in it, by its key: left and upper edge.
    pub(super) at: HashMap<&'s str, [f64; 2]>,
}

/// The trays of a scene by the keys of their boxes; boxes with few such nodes have none.
pub(super) fn trays(scene: &Scene) -> HashMap<&str, Tray<'_>> {
    let linked: HashSet<&str> = scene.links.iter().flat_map(|link| [link.from.as_str(), link.to.as_str()]).collect();
    let mut found = HashMap::new();
    for (group, _) in scene.all_groups() {
        let idle: Vec<&Node> = group.nodes.iter().filter(|node| !linked.contains(node.key.as_str())).collect();
        if idle.len() > FEW {
            found.insert(group.key.as_str(), tray(&idle));
        }
    }
    found
}

/// Columns of nodes in the order of the scene, from the left; each as wide as its widest node.
fn tray<'s>(nodes: &[&'s Node]) -> Tray<'s> {
    let sizes: Vec<(f64, f64)> = nodes.iter().map(|node| size(node)).collect();
    let area: f64 = sizes.iter().map(|(width, height)| (width + GAP) * (height + GAP)).sum();
    let mean = sizes.iter().map(|(width, _)| width + GAP).sum::<f64>() / nodes.len() as f64;
    let columns = ((area * ASPECT).sqrt() / mean).round().max(1.0) as usize;
    let rows = nodes.len().div_ceil(columns);
    let mut found = Tray { width: 0.0, height: 0.0, at: HashMap::new() };
    let mut x = 0.0;
    for (column, sizes) in nodes.chunks(rows).zip(sizes.chunks(rows)) {
        let width = sizes.iter().map(|(width, _)| *width).fold(0.0, f64::max);
        let mut y = 0.0;
        for (node, (_, height)) in column.iter().zip(sizes) {
            found.at.insert(&node.key, [x, y]);
            y += height + GAP;
        }
        x += width + GAP;
        found.height = found.height.max(y - GAP);
    }
    found.width = x - GAP;
    found
}
