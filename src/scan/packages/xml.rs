//! XML with the line of every element.

use std::sync::Arc;

use roxmltree::{Document, Node};

use crate::source::{Location, Problem};

/// Reads a file. Errors with the place where it is broken; definitions of entities are refused. Linear.
pub(in crate::scan) fn parse<'t>(path: &Arc<str>, text: &'t str) -> Result<Document<'t>, Problem> {
    Document::parse(text.strip_prefix('\u{feff}').unwrap_or(text)).map_err(|error| {
        let at = error.pos();
        let at = Location { file: Arc::clone(path), line: at.row.max(1), column: at.col.max(1), length: 0 };
        let message = error.to_string();
        let message = message.split(" at ").next().unwrap_or("not XML").to_owned();
        Problem::error(at, message).help("mend the XML; what it declares is not known")
    })
}

/// The elements with this name directly in another.
pub(super) fn children<'a, 'i>(node: Node<'a, 'i>, name: &'a str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.tag_name().name() == name)
}

/// The element at a path of names.
pub(super) fn at<'a, 'i>(node: Node<'a, 'i>, path: &[&'a str]) -> Option<Node<'a, 'i>> {
    path.iter().try_fold(node, |node, name| children(node, name).next())
}

/// The text of the element at a path of names, without space around it.
pub(super) fn text<'a>(node: Node<'a, '_>, path: &[&'a str]) -> Option<&'a str> {
    at(node, path).and_then(|node| node.text()).map(str::trim).filter(|text| !text.is_empty())
}

/// The line of an element, from 1.
pub(in crate::scan) fn line(node: Node) -> u32 {
    node.document().text_pos_at(node.range().start).row
}
