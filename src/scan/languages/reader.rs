//! The driver of all grammars: parses a text within bounds, and has the sketch of what was parsed drawn.

use std::ops::Range;
use std::sync::Arc;

use tree_sitter::{Node, Parser};

use super::collect::{Marks, collect};
use super::dialect::Dialect;
use super::parsing::parse;
use super::shapes::Kinds;
use super::sketch::Sketch;
use crate::scan::code::{Annotation, Import, Module};

/// How deep parts of a program may stand in each other; what stands deeper is left out.
const DEPTH: usize = 180;

/// A type that is being read.
pub(super) struct Owner {
    pub(super) name: Arc<str>,
    /// Whether it extends or implements something, which may then call its methods.
    pub(super) derives: bool,
    /// The line of an annotation that names what is done when its methods fail.
    pub(super) fallback: Option<u32>,
}

/// A file on the way from its syntax tree to a sketch.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    /// What is found without looking into functions.
    pub(super) module: Module,
    /// Where imports stand: the names in them are not used there.
    pub(super) aside: Vec<Range<usize>>,
    /// The name that the object of a method has in it, where the language lets it be chosen.
    pub(super) receiver: Option<Arc<str>>,
    /// The type that is being read, innermost last.
    pub(super) owners: Vec<Owner>,
    kinds: &'t Kinds,
    depth: usize,
    /// Where letters of more than a byte go on; columns count letters.
    tails: Vec<usize>,
}

/// Reads a file. What is too deep is left out; of a file that the parser gets lost in nothing is read. The module says so.
pub(super) fn read(text: &str, dialect: &Dialect) -> Module {
    let mut parser = Parser::new();
    if parser.set_language(&(dialect.grammar)()).is_err() {
        return Module { has_errors: true, ..Module::default() };
    }
    let tree = match parse(text, &mut parser) {
        Ok(tree) => tree,
        Err(line) => return Module { has_errors: true, given_up: Some(line), ..Module::default() },
    };
    let bytes = text.as_bytes();
    let tails = match text.is_ascii() {
        true => Vec::new(),
        false => bytes.iter().enumerate().filter(|(_, byte)| **byte & 0xC0 == 0x80).map(|(at, _)| at).collect(),
    };
    let mut reader = Reader {
        text,
        module: Module { has_errors: tree.root_node().has_error(), ..Module::default() },
        aside: Vec::new(),
        receiver: None,
        owners: Vec::new(),
        kinds: dialect.kinds(),
        depth: 0,
        tails,
    };
    let sketch = reader.sketch(tree.root_node());
    let (names, nodes) = reader.names(tree.root_node());
    let chosen = nodes.into_iter().filter_map(|node| reader.chosen(node, &dialect.chooses)).collect();
    let lines = text.lines().count().max(1) as u32;
    collect(reader.module, &sketch, Marks { names, chosen }, lines, dialect)
}

impl<'t> Reader<'t> {
    /// The sketch of a node.
    pub(super) fn sketch(&mut self, node: Node<'t>) -> Sketch {
        if self.depth >= DEPTH {
            self.module.has_errors = true;
            return Sketch::default();
        }
        self.depth += 1;
        let sketch = self.draw(node, self.kinds.shape(node));
        self.depth -= 1;
        sketch
    }

    /// The letters of a node.
    pub(super) fn word(&self, node: Node<'t>) -> &'t str {
        self.text.get(node.start_byte()..self.end(node)).unwrap_or_default()
    }

    /// Where the letters of a node end: the end of the last line may be one that the parser was given and the text has not.
    pub(super) fn end(&self, node: Node<'t>) -> usize {
        node.end_byte().min(self.text.len())
    }

    /// The letters of a node as a name.
    pub(super) fn name(&self, node: Node<'t>) -> Arc<str> {
        let word = self.word(node);
        Arc::from(word.trim_start_matches(['$', '@']).trim_matches('`'))
    }

    /// The letters of a field of a node; empty if it has none.
    pub(super) fn field_name(&self, node: Node<'t>, field: &str) -> Arc<str> {
        node.child_by_field_name(field).map(|inner| self.name(inner)).unwrap_or_default()
    }

    /// Line and column of a node, from 1.
    pub(super) fn place(&self, node: Node<'t>) -> (u32, u32) {
        self.place_of(node.start_byte(), node.start_position())
    }

    /// Line and column, from 1, of a byte whose row and column in bytes are known.
    pub(super) fn place_of(&self, start: usize, point: tree_sitter::Point) -> (u32, u32) {
        let line = start - point.column.min(start);
        let before = |byte: usize| self.tails.partition_point(|at| *at < byte);
        let column = point.column - (before(start) - before(line)).min(point.column);
        (point.row as u32 + 1, column as u32 + 1)
    }

    /// The line on which a node ends.
    pub(super) fn last_line(&self, node: Node<'t>) -> u32 {
        node.end_position().row as u32 + 1
    }

    /// Notes an import.
    pub(super) fn import(&mut self, node: Node<'t>, path: impl Into<Arc<str>>, name: Option<Arc<str>>, again: bool) {
        let line = self.place(node).0;
        self.module.imports.push(Import { path: path.into(), name, again, only_if: None, line });
        self.aside.push(node.byte_range());
    }

    /// Begins to read a type; `owners.pop()` ends it.
    pub(super) fn enter(&mut self, name: &Arc<str>, derives: bool) {
        self.owners.push(Owner { name: name.clone(), derives, fallback: None });
    }

    /// The name of the type that is being read.
    pub(super) fn owner(&self) -> Option<Arc<str>> {
        self.owners.last().map(|owner| owner.name.clone())
    }

    /// Whether the type that is being read extends or implements something.
    pub(super) fn derives(&self) -> bool {
        self.owners.last().is_some_and(|owner| owner.derives)
    }

    /// Notes an annotation of the type that is being read, or of a member of it.
    pub(super) fn annotate(&mut self, annotation: Annotation) {
        self.module.annotations.push(annotation);
    }

    /// Every name in a tree and where it stands, and the nodes in which a value may choose. Iterates, so that no depth is
    /// too deep for it.
    fn names(&self, root: Node<'t>) -> (Vec<(usize, Arc<str>)>, Vec<Node<'t>>) {
        let (mut names, mut nodes) = (Vec::new(), Vec::new());
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            if node.child_count() == 0 && self.kinds.is_name(node) {
                names.push((node.start_byte(), self.name(node)));
            }
            if self.kinds.chooses(node) {
                nodes.push(node);
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    names.retain(|(at, _)| !self.aside.iter().any(|range| range.contains(at)));
                    return (names, nodes);
                }
            }
        }
    }
}

/// The children of a node that mean something.
pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.named_children(&mut node.walk())
        .filter(|child| !child.is_extra() || !child.kind().contains("comment"))
        .collect()
}

/// All children of a node, its signs included.
pub(super) fn all_children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.children(&mut node.walk()).collect()
}

/// The first child of one of these kinds.
pub(super) fn child_of<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    children(node).into_iter().find(|child| kinds.contains(&child.kind()))
}

/// Whether a sign or word stands directly in a node: `async`, `static`.
pub(super) fn has(node: Node<'_>, sign: &str) -> bool {
    node.children(&mut node.walk()).any(|child| child.kind() == sign)
}
