//! Pictures: a scene says what to show, a layout where, a format writes it; a table line and a file for each format.

mod assemble;
mod build;
mod choose;
mod dot;
mod draft;
mod items;
mod layout;
mod mermaid;
mod narrow;
pub mod page;
mod scene;
mod subject;
mod text;
mod view;

pub use build::scene;
pub use layout::{Area, Label, MOST_LINKS, MOST_NODES, Placed, Refused, Route, layout, layout_or_grid, lines, size};
pub use scene::{Change, Direction, Group, Link, Mark, Node, Scene, What};
pub use subject::{Shown, Subject};
pub use text::{Style, clean};
pub use view::{Collapse, View};

/// A picture format.
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Writes a scene.
    pub write: fn(&Scene) -> String,
}

/// All picture formats that need nothing installed.
pub const FORMATS: &[Format] = &[
    Format { name: "dot", summary: "for Graphviz", write: dot::write },
    Format { name: "mermaid", summary: "for Markdown on GitHub and GitLab", write: mermaid::write },
];
