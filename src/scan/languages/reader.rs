//! The driver of all grammars: parses a text within bounds, and helps to draw the sketch of what was parsed.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use tree_sitter::{Node, ParseOptions, Parser};

use super::collect::collect;
use super::dialect::Dialect;
use super::sketch::{Bit, Given, Kind, Sketch, Target};
use crate::scan::code::{Annotation, Import, Module, Part, Piece, Text};

/// How deep parts of a program may stand in each other; what stands deeper is left out.
const DEPTH: usize = 180;
/// How many rounds of a parser a letter of the text may take on average before it is stopped.
const PATIENCE: usize = 64;

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
    dialect: &'t Dialect,
    depth: usize,
    /// Where letters of more than a byte go on; columns count letters.
    tails: Vec<usize>,
}

/// Reads a file. What is too deep, or takes the parser too long, is left out and the module says so.
pub(super) fn read(text: &str, dialect: &Dialect) -> Module {
    let nothing = || Module { has_errors: true, ..Module::default() };
    let mut parser = Parser::new();
    if parser.set_language(&(dialect.grammar)()).is_err() {
        return nothing();
    }
    let mut rounds = 0;
    let limit = 10_000 + text.len() / 100 * PATIENCE;
    let mut progress = |_: &tree_sitter::ParseState| {
        rounds += 1;
        if rounds > limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let bytes = text.as_bytes();
    let options = ParseOptions::new().progress_callback(&mut progress);
    let parsed = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
    let Some(tree) = parsed else { return nothing() };
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
        dialect,
        depth: 0,
        tails,
    };
    let sketch = reader.sketch(tree.root_node());
    let names = reader.names(tree.root_node());
    let lines = text.lines().count().max(1) as u32;
    collect(reader.module, &sketch, names, lines, dialect)
}

impl<'t> Reader<'t> {
    /// The sketch of a node.
    pub(super) fn sketch(&mut self, node: Node<'t>) -> Sketch {
        if self.depth >= DEPTH {
            self.module.has_errors = true;
            return Sketch::default();
        }
        self.depth += 1;
        let sketch = (self.dialect.draw)(self, node);
        self.depth -= 1;
        sketch
    }

    /// A sketch of this kind at the place of a node.
    pub(super) fn at(&self, node: Node<'t>, kind: Kind) -> Sketch {
        let (line, column) = self.place(node);
        Sketch { kind, line, column }
    }

    /// The sketch of a field of a node, or of nothing.
    pub(super) fn field(&mut self, node: Node<'t>, field: &str) -> Sketch {
        node.child_by_field_name(field).map(|inner| self.sketch(inner)).unwrap_or_default()
    }

    /// The sketches of all children of a node that mean something.
    pub(super) fn inner(&mut self, node: Node<'t>) -> Vec<Sketch> {
        children(node).into_iter().map(|child| self.sketch(child)).collect()
    }

    /// A node of which only the operands count.
    pub(super) fn group(&mut self, node: Node<'t>) -> Sketch {
        let mut all = self.inner(node);
        match all.len() {
            0 => Sketch::default(),
            1 => all.swap_remove(0),
            _ => self.at(node, Kind::Group(all)),
        }
    }

    /// A node whose children are statements.
    pub(super) fn block(&mut self, node: Node<'t>) -> Sketch {
        let all = self.inner(node);
        self.at(node, Kind::Block(all))
    }

    /// The letters of a node.
    pub(super) fn word(&self, node: Node<'t>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
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
        let (start, point) = (node.start_byte(), node.start_position());
        let line = start - point.column.min(start);
        let before = |byte: usize| self.tails.partition_point(|at| *at < byte);
        let column = point.column - (before(start) - before(line)).min(point.column);
        (point.row as u32 + 1, column as u32 + 1)
    }

    /// The line on which a node ends.
    pub(super) fn last_line(&self, node: Node<'t>) -> u32 {
        node.end_position().row as u32 + 1
    }

    /// A name as an expression.
    pub(super) fn named(&self, node: Node<'t>) -> Sketch {
        let name = self.name(node);
        if self.receiver.as_ref() == Some(&name) {
            return self.at(node, Kind::Name(Arc::from("self")));
        }
        self.at(node, Kind::Name(name))
    }

    /// `object[index]`: a member if the index is a fixed text.
    pub(super) fn element(&mut self, node: Node<'t>, object: Sketch, index: Sketch) -> Sketch {
        let kind = match fixed(&index) {
            Some(key) => Kind::Member(Box::new(object), Arc::from(key)),
            None => Kind::Index(Box::new(object), Box::new(index)),
        };
        self.at(node, kind)
    }

    /// Operands of `+` as one list, however the tree nests them, at the place of the first.
    pub(super) fn join(&mut self, node: Node<'t>, is_join: impl Fn(&Self, Node<'t>) -> bool) -> Sketch {
        let mut operands = Vec::new();
        let mut here = node;
        while is_join(self, here) {
            operands.extend(here.child_by_field_name("right"));
            let Some(left) = here.child_by_field_name("left") else { break };
            here = left;
        }
        operands.push(here);
        let all = operands.into_iter().rev().map(|operand| self.sketch(operand)).collect();
        self.at(node, Kind::Join(all))
    }

    /// A text from the children of its node: `fixed` name those with letters, `open` those with values; escapes are undone.
    pub(super) fn pieces(&mut self, node: Node<'t>, fixed: &[&str], open: &[&str]) -> Sketch {
        let mut bits = Vec::new();
        for child in all_children(node) {
            let kind = child.kind();
            if kind.contains("escape") {
                bits.push(Bit::Fixed(unescape(self.word(child))));
            } else if open.contains(&kind) {
                bits.push(Bit::Open(self.sketch(child)));
            } else if fixed.contains(&kind) {
                bits.push(self.letters(child));
            }
        }
        self.at(node, Kind::Text(bits))
    }

    /// The letters of a node with its escapes undone, which are its children or hidden in it.
    fn letters(&self, node: Node<'t>) -> Bit {
        let mut letters = String::new();
        let mut from = node.start_byte();
        for escape in children(node).into_iter().filter(|child| child.kind().contains("escape")) {
            letters.push_str(self.text.get(from..escape.start_byte()).unwrap_or_default());
            letters.push_str(&unescape(self.word(escape)));
            from = escape.end_byte();
        }
        letters.push_str(self.text.get(from..node.end_byte()).unwrap_or_default());
        Bit::Fixed(letters)
    }

    /// A whole number, its suffix and underscores apart.
    pub(super) fn number(&self, node: Node<'t>) -> Sketch {
        let word: String = self.word(node).chars().filter(|letter| *letter != '_').collect();
        match word.trim_end_matches(['l', 'L', 'u', 'U', 'n']).parse() {
            Ok(number) => self.at(node, Kind::Number(number)),
            Err(_) => Sketch::default(),
        }
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

    /// Every name in a tree and where it stands. Iterates, so that no depth is too deep for it.
    fn names(&self, root: Node<'t>) -> Vec<(usize, Arc<str>)> {
        let mut names = Vec::new();
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            if node.child_count() == 0 && node.is_named() && self.dialect.names.contains(&node.kind()) {
                names.push((node.start_byte(), self.name(node)));
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    names.retain(|(at, _)| !self.aside.iter().any(|range| range.contains(at)));
                    return names;
                }
            }
        }
    }
}

/// The children of a node that mean something.
pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.named_children(&mut node.walk()).filter(|child| !child.kind().contains("comment")).collect()
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

/// The letters of a text without values in it.
pub(super) fn fixed(sketch: &Sketch) -> Option<String> {
    let Kind::Text(bits) = &sketch.kind else { return None };
    bits.iter().map(|bit| if let Bit::Fixed(letters) = bit { Some(letters.as_str()) } else { None }).collect()
}

/// The names that an expression on the left gives a value to, each with whether it holds outside of the function.
pub(super) fn targets(sketch: &Sketch) -> Vec<Target> {
    match &sketch.kind {
        Kind::Name(name) => vec![Target { name: name.clone(), is_shared: false }],
        Kind::Member(_, name) => vec![Target { name: name.clone(), is_shared: true }],
        Kind::Index(object, _) => targets(object),
        Kind::Group(all) | Kind::Block(all) | Kind::Join(all) => all.iter().flat_map(targets).collect(),
        Kind::Pairs(all) => all.iter().flat_map(|one| targets(&one.value)).collect(),
        _ => Vec::new(),
    }
}

/// The texts and names that an expression is made of, calls left out: what an annotation can be given.
pub(super) fn plain(sketch: &Sketch) -> Vec<Part> {
    match &sketch.kind {
        Kind::Text(bits) => {
            let piece = |bit: &Bit| match bit {
                Bit::Fixed(letters) => Piece::Fixed(Arc::from(letters.as_str())),
                Bit::Open(value) => Piece::Open(value.path().unwrap_or_default()),
            };
            let pieces = bits.iter().map(piece).collect();
            vec![Part::Text(Text { pieces, line: sketch.line, column: sketch.column })]
        }
        Kind::Call(_) | Kind::Closure(_) => Vec::new(),
        Kind::Number(number) => {
            let pieces = vec![Piece::Fixed(Arc::from(number.to_string()))];
            vec![Part::Text(Text { pieces, line: sketch.line, column: sketch.column })]
        }
        _ => match sketch.path() {
            Some(path) => vec![Part::Name(path)],
            None => sketch.inside().into_iter().flat_map(plain).collect(),
        },
    }
}

/// A positional argument.
pub(super) fn given(value: Sketch) -> Given {
    Given { name: None, value }
}

/// Undoes one escape of the kind that C has begun.
fn unescape(escape: &str) -> String {
    let Some(rest) = escape.strip_prefix('\\') else { return escape.to_owned() };
    let of = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).map(String::from);
    let mut letters = rest.chars();
    match letters.next() {
        None | Some('\n' | '\r') => String::new(),
        Some('n') => "\n".to_owned(),
        Some('t') => "\t".to_owned(),
        Some('r') => "\r".to_owned(),
        Some('0') if rest.len() == 1 => "\0".to_owned(),
        Some('x' | 'u' | 'U') => of(letters.as_str().trim_matches(['{', '}'])).unwrap_or_else(|| rest.to_owned()),
        Some(_) => rest.to_owned(),
    }
}
