//! Pictures: a scene says what to show, a layout where, a format writes it; a table line and a file for each format.

mod assemble;
mod build;
mod choose;
mod compare;
mod d2;
mod dot;
mod draft;
mod fold;
mod format;
mod items;
mod json;
mod layout;
mod mermaid;
mod narrow;
pub mod page;
mod png;
mod scene;
mod sift;
mod subject;
mod svg;
mod terminal;
mod text;
mod theme;
mod view;

pub use build::scene;
pub use format::{Budget, Canvas, FORMATS, Format, Picture};
pub use layout::{Area, Label, MOST_LINKS, MOST_NODES, Placed, Refused, Route, layout, layout_or_grid, lines, size};
pub use png::{Painted, fonts, paint};
pub use scene::{Change, Direction, Group, Link, Mark, Node, Scene, What};
pub use subject::{Shown, Subject};
pub use svg::write as svg;
pub use text::{Style, clean};
pub use theme::{Pair, THEMES, Theme};
pub use view::{Collapse, View};
