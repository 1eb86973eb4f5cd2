//! Where everything in a scene stands: boxes, lines and labels in pixels, from the top left corner.
//!
//! The work is done by the Eclipse Layout Kernel. A scene that is too large for it is not tried: how large is a number
//! known before, and no clock, so that the same scene always gives the same picture. Whatever goes wrong inside is
//! caught, and the caller folds the scene further.

mod elk;
mod grid;
mod quiet;
mod tray;

use serde::Serialize;

use super::scene::{Node, Scene, What};
use super::text::Style;

/// A scene with places; the order of `links` is that of the scene.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Placed {
    /// The width of everything.
    pub width: f64,
    /// The height of everything.
    pub height: f64,
    /// Every box, outer ones first.
    pub groups: Vec<Area>,
    /// Every node.
    pub nodes: Vec<Area>,
    /// Every link of the scene, in its order.
    pub links: Vec<Route>,
}

/// Where a box or a node stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Area {
    /// The key in the scene.
    pub key: String,
    /// The key of the box around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// The way of a link.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Route {
    /// The key of the node whose need it is.
    pub from: String,
    /// The key of the node that is needed.
    pub to: String,
    /// Its corners, from the one that needs to what is needed.
    pub points: Vec<[f64; 2]>,
    /// What is written at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
}

/// Where a label of a link stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Label {
    /// What is written.
    pub text: String,
    /// Its left edge.
    pub x: f64,
    /// Its upper edge.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// Why a scene was not laid out; fold it further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It has more nodes or links than are laid out in a second or two.
    TooLarge {
        /// How many nodes it has.
        nodes: usize,
        /// How many links it has.
        links: usize,
    },
    /// The layout library gave up.
    Failed,
}

/// The most nodes that are laid out.
pub const MOST_NODES: usize = 400;
/// The most links that are laid out; time grows with their square.
pub const MOST_LINKS: usize = 800;

/// The space within a box around what is in it, in pixels; above it stands the heading.
const PADDING: f64 = 14.0;
/// The widest first line of a node.
const WIDEST: f64 = 230.0;

/// Lays a scene out with the Eclipse Layout Kernel.
///
/// # Errors
/// The scene is larger than [`MOST_NODES`] and [`MOST_LINKS`], or the library failed on it.
pub fn layout(scene: &Scene) -> Result<Placed, Refused> {
    let (nodes, links) = (scene.all_nodes().len(), scene.links.len());
    if nodes > MOST_NODES || links > MOST_LINKS {
        return Err(Refused::TooLarge { nodes, links });
    }
    elk::layout(scene).ok_or(Refused::Failed)
}

/// As [`layout`], and where that fails, rows of nodes with straight lines; it always succeeds.
pub fn layout_or_grid(scene: &Scene) -> Placed {
    layout(scene).unwrap_or_else(|_| grid::layout(scene))
}

/// What is written in a node, each line with how it is set, shortened to fit.
pub fn lines(node: &Node) -> Vec<(String, Style)> {
    let strong = matches!(node.what, What::Kind(crate::model::Kind::App)) || node.highlighted;
    let first = match node.what {
        What::Junction => Style::SMALL,
        _ if strong => Style::STRONG,
        _ => Style::PLAIN,
    };
    let rest = node.lines.iter().map(|line| (Style::SMALL.fit(line, WIDEST), Style::SMALL));
    std::iter::once((first.fit(&node.label, WIDEST), first)).chain(rest).collect()
}

/// The width and height of a node, from what is written in it.
pub fn size(node: &Node) -> (f64, f64) {
    let lines = lines(node);
    let wide = lines.iter().map(|(text, style)| style.width(text)).fold(0.0, f64::max);
    let high: f64 = lines.iter().map(|(_, style)| style.line()).sum();
    match node.what {
        What::Junction => ((wide + 16.0).ceil(), high + 4.0),
        // A sign of the state stands left of the text, and the shapes of stores and shared components take room.
        _ => ((wide + 44.0).ceil().max(72.0), (high + 14.0).ceil()),
    }
}

/// How wide a box must be for its heading.
fn heading(title: &str) -> f64 {
    Style::STRONG.width(title).min(2.0 * WIDEST) + 2.0 * PADDING
}
