//! Sketches of what most languages have: names, texts, calls, branches, attempts. A language draws what it writes otherwise.

use std::sync::Arc;

use tree_sitter::Node;

use super::reader::{Reader, all_children, child_of, children, has};
use super::sketch::{
    Assign, Attempt, Bit, Branch, Closure, Given, Handler, Invocation, Kin, Kind, Routine, Sketch, Target,
};
use crate::scan::code::{Part, Piece, Text};

impl<'t> Reader<'t> {
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
        letters.push_str(self.text.get(from..self.end(node)).unwrap_or_default());
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

    /// A name that is not written so in the file.
    pub(super) fn called(&self, node: Node<'t>, name: &str) -> Sketch {
        self.at(node, Kind::Name(Arc::from(name)))
    }

    /// `object.name`
    pub(super) fn member(&self, node: Node<'t>, object: Sketch, name: Arc<str>) -> Sketch {
        self.at(node, Kind::Member(Box::new(object), name))
    }

    /// A call.
    pub(super) fn call(&self, node: Node<'t>, target: Sketch, arguments: Vec<Given>) -> Sketch {
        self.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
    }

    /// A call that makes an object.
    pub(super) fn make(&self, node: Node<'t>, target: Sketch, arguments: Vec<Given>) -> Sketch {
        self.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: true })))
    }

    /// The arguments of a call in a list that stands in the field `arguments`: each by its place.
    pub(super) fn arguments(&mut self, node: Node<'t>) -> Vec<Given> {
        let list = node.child_by_field_name("arguments").map(children).unwrap_or_default();
        list.into_iter().map(|one| given(self.sketch(one))).collect()
    }

    /// A function without a name.
    pub(super) fn closure(
        &self,
        node: Node<'t>,
        parameters: Vec<Arc<str>>,
        body: Sketch,
        is_expression: bool,
    ) -> Sketch {
        self.at(node, Kind::Closure(Box::new(Closure { parameters, body, is_expression })))
    }

    /// A function without a name whose body is a block, or else the expression that it gives.
    pub(super) fn lambda(&mut self, node: Node<'t>, parameters: Vec<Arc<str>>) -> Sketch {
        let is_expression = node.child_by_field_name("body").is_some_and(|body| body.kind() != "block");
        let body = self.field(node, "body");
        self.closure(node, parameters, body, is_expression)
    }

    /// Something gets a value.
    pub(super) fn assign(&self, node: Node<'t>, targets: Vec<Target>, value: Sketch) -> Sketch {
        self.at(node, Kind::Assign(Box::new(Assign { targets, value })))
    }

    /// `a = b`, or `a += b`, which puts them one behind the other.
    pub(super) fn assigned(&mut self, node: Node<'t>, left: &str, right: &str) -> Sketch {
        let (left, right) = (self.field(node, left), self.field(node, right));
        let targets = targets(&left);
        let value = if has(node, "+=") { self.at(node, Kind::Join(vec![left, right])) } else { right };
        self.assign(node, targets, value)
    }

    /// What a parameter is without an argument.
    pub(super) fn default_of(&mut self, node: Node<'t>, name: Node<'t>, value: Node<'t>) -> Sketch {
        let targets = targets(&self.named(name));
        let value = self.sketch(value);
        self.assign(node, targets, value)
    }

    /// A branch.
    pub(super) fn branch(&self, node: Node<'t>, condition: Sketch, then: Sketch, otherwise: Option<Sketch>) -> Sketch {
        self.at(node, Kind::If(Box::new(Branch { before: None, condition, then, otherwise })))
    }

    /// A branch whose other ways stand side by side, each tried when the ones before did not hold.
    pub(super) fn branch_of(&self, node: Node<'t>, condition: Sketch, then: Sketch, mut others: Vec<Sketch>) -> Sketch {
        let otherwise = match others.len() {
            0 => None,
            1 => others.pop(),
            _ => Some(self.at(node, Kind::Block(others))),
        };
        self.branch(node, condition, then, otherwise)
    }

    /// A loop over the field `body`, with what stands in these fields before it.
    pub(super) fn looped(&mut self, node: Node<'t>, heads: &[&str], endless: bool) -> Sketch {
        let mut all: Vec<Sketch> = heads.iter().map(|head| self.field(node, head)).collect();
        let body = Box::new(self.field(node, "body"));
        all.push(self.at(node, Kind::Loop { body, endless }));
        all.retain(|part| !matches!(part.kind, Kind::Nothing));
        self.at(node, Kind::Block(all))
    }

    /// A part with handlers of its failure.
    pub(super) fn attempt(&self, node: Node<'t>, body: Sketch, handlers: Vec<Handler>, rest: Vec<Sketch>) -> Sketch {
        self.at(node, Kind::Try(Box::new(Attempt { body, handlers, rest })))
    }

    /// A part with handlers of its failure among the children of its node, which are of the kind `caught`, and what runs
    /// in any case, which is of the kind `last`.
    pub(super) fn attempt_of(
        &mut self,
        node: Node<'t>,
        body: Sketch,
        caught: (&str, fn(&mut Reader<'t>, Node<'t>) -> Handler),
        last: &str,
    ) -> Sketch {
        let (mut handlers, mut rest) = (Vec::new(), Vec::new());
        for clause in children(node) {
            if clause.kind() == caught.0 {
                handlers.push((caught.1)(self, clause));
            } else if clause.kind() == last {
                rest.extend(block_of(clause).map(|block| self.sketch(block)));
            }
        }
        self.attempt(node, body, handlers, rest)
    }

    /// A handler of these failures that runs what stands in its clause.
    pub(super) fn handler(&mut self, clause: Node<'t>, error: Option<Arc<str>>, catches: Vec<Arc<str>>) -> Handler {
        let body = block_of(clause).map(|block| self.sketch(block)).unwrap_or_default();
        Handler { error, catches, body, gives: false, line: self.place(clause).0 }
    }

    /// A way out of a function, with its value if there is one.
    pub(super) fn returned(&mut self, node: Node<'t>) -> Sketch {
        let value = (!children(node).is_empty()).then(|| Box::new(self.group(node)));
        self.at(node, Kind::Return(value))
    }

    /// What stands around the operand of a node.
    pub(super) fn around(&mut self, node: Node<'t>, kind: fn(Box<Sketch>) -> Kind) -> Sketch {
        let inner = self.group(node);
        self.at(node, kind(Box::new(inner)))
    }

    /// The operand in this field, or its opposite where an exclamation mark stands before it.
    pub(super) fn negated(&mut self, node: Node<'t>, field: &str) -> Sketch {
        let inner = self.field(node, field);
        if has(node, "!") { self.at(node, Kind::Not(Box::new(inner))) } else { inner }
    }

    /// Two sides with a sign between them: a text put together by the sign `joins`, a test, or both sides.
    pub(super) fn binary(&mut self, node: Node<'t>, joins: &str) -> Sketch {
        if has(node, joins) {
            let kind = node.kind_id();
            return self.join(node, |_, node| node.kind_id() == kind && has(node, joins));
        }
        let sides = Box::new([self.field(node, "left"), self.field(node, "right")]);
        let equal = has(node, "==") || has(node, "===");
        if equal || has(node, "!=") || has(node, "!==") {
            return self.at(node, Kind::Test { equal, sides });
        }
        self.at(node, Kind::Group(Vec::from(*sides)))
    }

    /// A function or method with a name, at the place of its node.
    pub(super) fn routine(&self, node: Node<'t>, routine: Routine) -> Sketch {
        let (end, bytes) = (self.last_line(node), node.byte_range());
        self.at(node, Kind::Function(Box::new(Routine { end, bytes, ..routine })))
    }

    /// A type with its members, at the place of its node.
    pub(super) fn kin(&self, node: Node<'t>, kin: Kin) -> Sketch {
        let (end, bytes) = (self.last_line(node), node.byte_range());
        self.at(node, Kind::Type(Box::new(Kin { end, bytes, ..kin })))
    }
}

/// The statements of a clause.
fn block_of(clause: Node<'_>) -> Option<Node<'_>> {
    clause.child_by_field_name("body").or_else(|| child_of(clause, &["block"]))
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
