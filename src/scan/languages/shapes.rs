//! How the nodes of a grammar are drawn: a table for each language, by the kinds of its nodes.

use std::collections::HashMap;

use tree_sitter::{Language, Node};

use super::choices::Chooses;
use super::reader::{Reader, children};
use super::sketch::{Branch, Kind, Sketch};

/// How a node is drawn. The texts are names of its fields.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// It says nothing here.
    Nothing,
    /// By its operands.
    Group,
    /// Its children are statements.
    Block,
    /// A name.
    Name,
    /// A name that is another in the file: the object of a method is `self`, its base `super`.
    Word(&'static str),
    /// A member of an object: the object, the name.
    Member(&'static str, &'static str),
    /// An element of an object: the object, the index.
    Element(&'static str, &'static str),
    /// A text: the kinds of its children with letters, and those with values.
    Text(&'static [&'static str], &'static [&'static str]),
    /// Texts behind each other.
    Texts,
    /// A whole number.
    Number,
    /// `!a`, or `a` with another sign: the operand.
    Not(&'static str),
    /// Two sides, of which this sign makes one text.
    Binary(&'static str),
    /// What stands in a field.
    Inner(&'static str),
    /// Its first child.
    First,
    /// Its last child.
    Last,
    /// `a = b`, `a += b`: what is assigned to, the value.
    Assign(&'static str, &'static str),
    /// `if`: the condition, what is done where it holds, and where it does not.
    If(&'static str, &'static str, &'static str),
    /// A way out of a function.
    Return,
    /// A way out of a round of a loop, or of all of them.
    Leave { ends: bool },
    /// Something around what it holds: an exception around its value.
    Around(fn(Box<Sketch>) -> Kind),
    /// In a way of its own.
    Own(for<'t> fn(&mut Reader<'t>, Node<'t>) -> Sketch),
}

/// The shapes of a language, by kinds of nodes with spaces between them; what is not named is a group.
pub(super) type Shapes = &'static [(&'static str, Shape)];

/// What is known of each kind of node of a grammar, by its number.
pub(super) struct Kinds {
    shapes: Vec<Shape>,
    names: Vec<bool>,
    chooses: Vec<bool>,
}

impl Kinds {
    /// The kinds of a grammar with their shapes; those of `names` are leaves that are names.
    pub(super) fn new(grammar: &Language, shapes: Shapes, names: &[&str], chooses: &Chooses) -> Self {
        let all = 0..u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
        let by_kind: HashMap<&str, Shape> =
            shapes.iter().flat_map(|(kinds, shape)| kinds.split_whitespace().map(|kind| (kind, *shape))).collect();
        let kind = |number: u16| grammar.node_kind_for_id(number).unwrap_or_default();
        Kinds {
            shapes: all.clone().map(|number| by_kind.get(kind(number)).copied().unwrap_or(Shape::Group)).collect(),
            names: all
                .clone()
                .map(|number| grammar.node_kind_is_named(number) && names.contains(&kind(number)))
                .collect(),
            chooses: all.map(|number| grammar.node_kind_is_named(number) && chooses.have(kind(number))).collect(),
        }
    }

    /// The shape of a node.
    pub(super) fn shape(&self, node: Node<'_>) -> Shape {
        self.shapes.get(usize::from(node.kind_id())).copied().unwrap_or(Shape::Group)
    }

    /// Whether a value may choose something in a node.
    pub(super) fn chooses(&self, node: Node<'_>) -> bool {
        self.chooses.get(usize::from(node.kind_id())).copied().unwrap_or(false)
    }

    /// Whether a leaf is a name.
    pub(super) fn is_name(&self, node: Node<'_>) -> bool {
        self.names.get(usize::from(node.kind_id())).copied().unwrap_or(false)
    }
}

impl<'t> Reader<'t> {
    /// Draws a node in a shape.
    pub(super) fn draw(&mut self, node: Node<'t>, shape: Shape) -> Sketch {
        match shape {
            Shape::Nothing => Sketch::default(),
            Shape::Group => self.group(node),
            Shape::Block => self.block(node),
            Shape::Name => self.named(node),
            Shape::Word(word) => self.called(node, word),
            Shape::Member(object, name) => {
                let object = self.field(node, object);
                let name = self.field_name(node, name);
                self.member(node, object, name)
            }
            Shape::Element(object, index) => {
                let (object, index) = (self.field(node, object), self.field(node, index));
                self.element(node, object, index)
            }
            Shape::Text(fixed, open) => self.pieces(node, fixed, open),
            Shape::Texts => {
                let all = self.inner(node);
                self.at(node, Kind::Join(all))
            }
            Shape::Number => self.number(node),
            Shape::Not(operand) => self.negated(node, operand),
            Shape::Binary(joins) => self.binary(node, joins),
            Shape::Inner(field) => self.field(node, field),
            Shape::First => children(node).first().map(|inner| self.sketch(*inner)).unwrap_or_default(),
            Shape::Last => children(node).last().map(|inner| self.sketch(*inner)).unwrap_or_default(),
            Shape::Assign(left, right) => self.assigned(node, left, right),
            Shape::If(condition, then, otherwise) => {
                let before = node.child_by_field_name("initializer").map(|before| self.sketch(before));
                let condition = self.field(node, condition);
                let then = self.field(node, then);
                let otherwise = node.child_by_field_name(otherwise).map(|other| self.sketch(other));
                self.at(node, Kind::If(Box::new(Branch { before, condition, then, otherwise })))
            }
            Shape::Return => self.returned(node),
            Shape::Leave { ends } => self.at(node, Kind::Leave { ends }),
            Shape::Around(kind) => self.around(node, kind),
            Shape::Own(draw) => draw(self, node),
        }
    }
}
