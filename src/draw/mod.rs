//! Pictures: a scene says what to show, a format writes it; a table line and a file for each format.

mod dot;
mod mermaid;
pub mod page;
mod scene;

pub use scene::{Group, Link, Mark, Node, Scene, scene};

/// A picture format.
pub struct Format {
    /// Its name on the command line, and the ending of its files.
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
