//! The language as a tree of our own: what HCL and its JSON form have in common.
//!
//! Only what evaluation needs is kept, and the place of whatever may become evidence.

use std::sync::Arc;

use crate::source::Location;

/// A line and a column, in a file that is known from where they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) length: u32,
}

impl Spot {
    pub(super) fn in_file(self, file: &Arc<str>) -> Location {
        Location { file: Arc::clone(file), line: self.line, column: self.column, length: self.length }
    }
}

/// A body: of a file, or of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub(super) attributes: Vec<Attribute>,
    pub(super) blocks: Vec<Block>,
}

impl Body {
    /// The expression of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    /// The blocks of a type.
    pub(super) fn blocks<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }
}

/// `name = expr`
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) name: Arc<str>,
    pub(super) value: Expr,
    pub(super) file: Arc<str>,
    pub(super) spot: Spot,
}

/// `kind "label" "label" { … }`
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: Arc<str>,
    pub(super) labels: Vec<Arc<str>>,
    pub(super) body: Body,
    pub(super) file: Arc<str>,
    pub(super) spot: Spot,
}

impl Block {
    pub(super) fn label(&self, index: usize) -> Option<&Arc<str>> {
        self.labels.get(index)
    }

    pub(super) fn location(&self) -> Location {
        self.spot.in_file(&self.file)
    }
}

/// An expression in a list or object, with its place.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) value: Expr,
    pub(super) spot: Spot,
}

/// An expression.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    Null,
    Bool(bool),
    Number(f64),
    Text(Arc<str>),
    /// A list; items carry the file for their evidence.
    List(Arc<str>, Vec<Item>),
    /// An object; keys are expressions.
    Object(Arc<str>, Vec<(Expr, Item)>),
    Template(Vec<Piece>),
    Name(Arc<str>),
    Get(Box<Expr>, Arc<str>),
    Index(Box<Expr>, Box<Expr>),
    /// Each element of a list, gone into by the steps.
    Splat(Box<Expr>, Vec<Step>),
    Call(Arc<str>, Vec<Expr>, bool),
    If(Box<[Expr; 3]>),
    For(Box<For>),
    Binary(Operator, Box<[Expr; 2]>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
}

/// A step of a splat.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Get(Arc<str>),
    Index(Expr),
}

/// `[for k, v in all : v if cond]`, or `{for …: key => v...}`.
#[derive(Clone, Debug)]
pub(super) struct For {
    pub(super) key_name: Option<Arc<str>>,
    pub(super) value_name: Arc<str>,
    pub(super) over: Expr,
    pub(super) key: Option<Expr>,
    pub(super) value: Expr,
    pub(super) condition: Option<Expr>,
    pub(super) grouping: bool,
    pub(super) file: Arc<str>,
    pub(super) spot: Spot,
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(Arc<str>),
    Hole(Expr),
    If(Box<Expr>, Vec<Piece>, Vec<Piece>),
    For { key: Option<Arc<str>>, value: Arc<str>, over: Box<Expr>, body: Vec<Piece> },
}

/// An operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
    And,
    Or,
}
