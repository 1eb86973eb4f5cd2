//! Where a value chooses what is done: switches, branches that compare with a text, tables of functions and types. A
//! language names the kinds of its nodes; what its values are is worked out later, for all languages.

use std::ops::Range;
use std::sync::Arc;

use tree_sitter::Node;

use super::drawing::plain;
use super::reader::{Reader, child_of, children};
use super::sketch::{Kind, Sketch};
use crate::scan::code::Part;

/// More entries than this has no table that chooses between ways to do one thing.
const MOST_ENTRIES: usize = 60;

/// The kinds of nodes by which a value chooses in a language; several kinds have spaces between them.
pub(super) struct Chooses {
    /// Switches.
    pub(super) switches: &'static [Switch],
    /// Branches; what holds where the condition does not begins where their field `consequence` ends.
    pub(super) branches: &'static str,
    /// Tables that are written out.
    pub(super) tables: &'static str,
    /// Elements of tables: the node, its field with the table, its field with the index.
    pub(super) elements: &'static [(&'static str, &'static str, &'static str)],
}

/// A node that compares a value with others in turn.
pub(super) struct Switch {
    /// Its kind.
    pub(super) node: &'static str,
    /// The field, or the kind of the child, with the value; the first child where it is empty.
    pub(super) on: &'static str,
    /// The kinds of nodes of its cases.
    pub(super) cases: &'static str,
    /// The field, or the kind of the children, with what a case compares with.
    pub(super) label: &'static str,
    /// Whether a case that does not leave goes on with the next.
    pub(super) falls: bool,
}

impl Chooses {
    /// By nothing.
    pub(super) const NONE: Chooses = Chooses { switches: &[], branches: "", tables: "", elements: &[] };

    /// Whether nodes of a kind may choose.
    pub(super) fn have(&self, kind: &str) -> bool {
        self.switches.iter().any(|switch| switch.node == kind)
            || is_in(self.branches, kind)
            || is_in(self.tables, kind)
            || self.elements.iter().any(|(node, ..)| *node == kind)
    }
}

fn is_in(kinds: &str, kind: &str) -> bool {
    kinds.split_whitespace().any(|one| one == kind)
}

/// A place where a value chooses, by where it stands.
pub(super) struct Chosen {
    /// The bytes of all of it.
    pub(super) bytes: Range<usize>,
    /// Its line, from 1.
    pub(super) line: u32,
    /// What is looked at, calls left out.
    pub(super) value: Vec<Part>,
    /// Where that stands, from line and column to line and column; the calls in it are part of it.
    pub(super) stands: Span,
    /// The name of the table that it is, or asks.
    pub(super) table: Option<Arc<str>>,
    /// The ways; none where a table is asked.
    pub(super) ways: Vec<Way>,
}

/// One of the ways.
pub(super) struct Way {
    /// The texts and names of constants that the value is compared with; empty for all others.
    pub(super) when: Vec<Part>,
    /// What belongs to it.
    pub(super) bytes: Range<usize>,
    /// The same by line and column.
    pub(super) stands: Span,
}

/// From line and column to line and column, the end left out.
pub(super) type Span = Range<(u32, u32)>;

impl<'t> Reader<'t> {
    /// What a value chooses in a node of one of these kinds; `None` where it compares with no constant.
    pub(super) fn chosen(&mut self, node: Node<'t>, chooses: &Chooses) -> Option<Chosen> {
        let kind = node.kind();
        if let Some(switch) = chooses.switches.iter().find(|switch| switch.node == kind) {
            return self.switch(node, switch);
        }
        if is_in(chooses.branches, kind) {
            return self.compared(node);
        }
        if is_in(chooses.tables, kind) {
            return self.table(node);
        }
        let (_, table, index) = chooses.elements.iter().find(|(one, ..)| *one == kind)?;
        let (table, index) = (node.child_by_field_name(table)?, node.child_by_field_name(index)?);
        let table = self.sketch(table).last_name().cloned()?;
        let value = plain(&self.sketch(index));
        let is_fixed = matches!(value.as_slice(), [Part::Text(text)] if text.pieces.len() == 1);
        (!is_fixed).then(|| Chosen {
            bytes: node.byte_range(),
            line: self.place(node).0,
            value,
            stands: self.span(index, index),
            table: Some(table),
            ways: Vec::new(),
        })
    }

    /// From the beginning of a node to the end of another.
    fn span(&self, from: Node<'t>, to: Node<'t>) -> Span {
        self.place(from)..self.place_of(to.end_byte(), to.end_position())
    }

    fn switch(&mut self, node: Node<'t>, switch: &Switch) -> Option<Chosen> {
        let on = match switch.on {
            "" => children(node).first().copied()?,
            on => node.child_by_field_name(on).or_else(|| child_of(node, &[on]))?,
        };
        let mut cases = Vec::new();
        cases_of(node, switch, 0, &mut cases);
        let mut ways: Vec<Way> = Vec::new();
        let mut carried: Vec<Part> = Vec::new();
        for case in cases {
            let by_field: Vec<Node<'t>> = case.children_by_field_name(switch.label, &mut case.walk()).collect();
            let labels = match by_field.is_empty() {
                false => by_field,
                true => children(case).into_iter().filter(|one| one.kind() == switch.label).collect(),
            };
            let is_default = labels.is_empty()
                || labels.iter().all(|label| children(*label).is_empty() && label.kind() == switch.label);
            let last = children(case).into_iter().rfind(|one| !labels.contains(one));
            let mut when: Vec<Part> = if is_default {
                Vec::new()
            } else {
                labels.into_iter().flat_map(|label| plain(&self.sketch(label))).filter(|part| !is_blank(part)).collect()
            };
            // What falls into the default comes with all others.
            let goes_on = switch.falls && last.is_none_or(|last| !is_way_out(last));
            if goes_on && !when.is_empty() {
                carried.extend(when.iter().cloned());
            }
            if !goes_on || last.is_some() {
                if !when.is_empty() {
                    when.splice(0..0, carried.iter().filter(|one| !when.contains(one)).cloned().collect::<Vec<_>>());
                }
                ways.push(Way { when, bytes: case.byte_range(), stands: self.span(case, case) });
            }
            if !goes_on {
                carried.clear();
            }
        }
        let value = plain(&self.sketch(on));
        (ways.len() > 1 || ways.iter().any(|way| !way.when.is_empty())).then(|| Chosen {
            bytes: node.byte_range(),
            line: self.place(node).0,
            value,
            stands: self.span(on, on),
            table: None,
            ways,
        })
    }

    /// A branch over whether a value is a text or constant. Where it leaves and nothing stands beside it, what follows is
    /// for all others.
    fn compared(&mut self, node: Node<'t>) -> Option<Chosen> {
        let condition = node.child_by_field_name("condition")?;
        let then = node.child_by_field_name("consequence")?;
        let (equal, value, constant) = comparison(&self.sketch(condition))?;
        let outer = match node.kind() {
            "elif_clause" | "elsif" => node.parent()?,
            _ => node,
        };
        let mut end = (outer.end_byte(), self.place_of(outer.end_byte(), outer.end_position()));
        let begin = (then.end_byte(), self.place_of(then.end_byte(), then.end_position()));
        let has_other = self
            .text
            .get(then.end_byte()..end.0.min(self.text.len()))
            .is_some_and(|rest| rest.contains(char::is_alphanumeric));
        if !has_other && is_way_out(then) {
            let around = outer.parent()?;
            end = (around.end_byte(), self.place_of(around.end_byte(), around.end_position()));
        }
        let taken = (then.byte_range(), self.span(then, then));
        let other = (begin.0..end.0, begin.1..end.1);
        let (fits, others) = if equal { (taken, other) } else { (other, taken) };
        let way = |when, (bytes, stands)| Way { when, bytes, stands };
        Some(Chosen {
            bytes: node.start_byte()..end.0,
            line: self.place(node).0,
            value,
            stands: self.span(condition, condition),
            table: None,
            ways: vec![way(vec![constant], fits), way(Vec::new(), others)],
        })
    }

    /// A table under a name whose entries are functions or types, or made by some.
    fn table(&mut self, node: Node<'t>) -> Option<Chosen> {
        const PAIRS: &[&str] = &["pair", "keyed_element", "assignment_expression", "initializer_expression"];
        const VALUES: &[&str] = &[
            "identifier",
            "call",
            "call_expression",
            "new_expression",
            "arrow_function",
            "function_expression",
            "lambda",
            "lambda_expression",
            "func_literal",
            "member_expression",
            "attribute",
            "selector_expression",
            "object_creation_expression",
            "invocation_expression",
            "member_access_expression",
            "literal_element",
            "composite_literal",
            "unary_expression",
            "typeof_expression",
        ];
        let entries: Vec<Node<'t>> = children(node);
        if !(2..=MOST_ENTRIES).contains(&entries.len()) || !entries.iter().all(|one| PAIRS.contains(&one.kind())) {
            return None;
        }
        let mut ways = Vec::new();
        for entry in entries {
            let parts = children(entry);
            let [key, value] = parts.as_slice() else { return None };
            let kind = match value.kind() {
                "literal_element" => children(*value).first().map_or("", |one| one.kind()),
                kind => kind,
            };
            if !VALUES.contains(&kind) {
                return None;
            }
            let when = match plain(&self.sketch(*key)) {
                all if all.is_empty() => return None,
                all => all,
            };
            let when = match when.as_slice() {
                // The key of an object is a text, whether or not it is written as one.
                [Part::Name(path)] if entry.kind() == "pair" && key.kind() == "property_identifier" => {
                    vec![self.letters_of(*key, path.last()?)]
                }
                _ => when,
            };
            ways.push(Way { when, bytes: value.byte_range(), stands: self.span(*value, *value) });
        }
        let table = self.named_by(node)?;
        Some(Chosen {
            bytes: node.byte_range(),
            line: self.place(node).0,
            value: Vec::new(),
            stands: (0, 0)..(0, 0),
            table: Some(table),
            ways,
        })
    }

    fn letters_of(&self, node: Node<'t>, letters: &Arc<str>) -> Part {
        let (line, column) = self.place(node);
        let pieces = vec![crate::scan::code::Piece::Fixed(Arc::clone(letters))];
        Part::Text(crate::scan::code::Text { pieces, line, column })
    }

    /// The name that something which is written out is given to.
    fn named_by(&mut self, node: Node<'t>) -> Option<Arc<str>> {
        let mut here = node;
        for _ in 0..6 {
            let around = here.parent()?;
            for field in ["name", "left", "property"] {
                if let Some(name) = around.child_by_field_name(field)
                    && name.end_byte() <= here.start_byte()
                {
                    return self.sketch(name).last_name().cloned().or_else(|| {
                        let last = children(name).last().copied()?;
                        self.sketch(last).last_name().cloned()
                    });
                }
            }
            here = around;
        }
        None
    }
}

fn cases_of<'t>(node: Node<'t>, switch: &Switch, depth: usize, found: &mut Vec<Node<'t>>) {
    for child in children(node) {
        if is_in(switch.cases, child.kind()) {
            found.push(child);
        } else if depth < 2 && child.kind() != switch.node {
            cases_of(child, switch, depth + 1, found);
        }
    }
}

/// Whether a part is the name that stands for everything.
fn is_blank(part: &Part) -> bool {
    matches!(part, Part::Name(path) if path.len() == 1 && &*path[0] == "_")
}

/// Whether a node is, or ends with, a way out of what is around it.
fn is_way_out(node: Node<'_>) -> bool {
    let mut here = node;
    for _ in 0..6 {
        let kind = here.kind();
        if ["return", "throw", "raise", "break", "continue", "yield"].iter().any(|word| kind.starts_with(word)) {
            return true;
        }
        match children(here).last() {
            Some(last) => here = *last,
            None => return false,
        }
    }
    false
}

/// A comparison of a value with a text or a constant: whether it asks that they are equal, the value, the constant.
fn comparison(condition: &Sketch) -> Option<(bool, Vec<Part>, Part)> {
    match &condition.kind {
        Kind::Not(inner) => comparison(inner).map(|(equal, value, constant)| (!equal, value, constant)),
        Kind::Test { equal, sides } => {
            let (value, constant) = sorted(&sides[0], &sides[1])?;
            Some((*equal, value, constant))
        }
        Kind::Call(call) => {
            let Kind::Member(object, name) = &call.target.kind else { return None };
            let [given] = call.arguments.as_slice() else { return None };
            let asks = matches!(&*name.to_lowercase(), "equals" | "equalsignorecase");
            let (value, constant) = sorted(object, &given.value).filter(|_| asks)?;
            Some((true, value, constant))
        }
        Kind::Group(all) | Kind::Block(all) => match all.as_slice() {
            [only] => comparison(only),
            _ => None,
        },
        _ => None,
    }
}

/// Which of two sides is the value, and which the text or the constant: the one in capitals, of two the second.
fn sorted(left: &Sketch, right: &Sketch) -> Option<(Vec<Part>, Part)> {
    // Whether there is anything at all chooses between no back ends.
    let is_empty = |side: &Sketch| matches!(side.kind, Kind::Text(_) | Kind::Nothing) && text(side).is_none();
    if is_empty(left) || is_empty(right) {
        return None;
    }
    match (text(left), text(right)) {
        (None, Some(text)) => Some((plain(left), text)),
        (Some(text), None) => Some((plain(right), text)),
        (Some(_), Some(_)) => None,
        (None, None) => {
            let (one, other) = (constant(right), constant(left));
            one.map(|name| (plain(left), name)).or_else(|| other.map(|name| (plain(right), name)))
        }
    }
}

fn text(side: &Sketch) -> Option<Part> {
    let is_text = matches!(side.kind, Kind::Text(_));
    let text = plain(side).into_iter().next().filter(|_| is_text)?;
    matches!(&text, Part::Text(text) if text.pieces.len() == 1).then_some(text)
}

fn constant(side: &Sketch) -> Option<Part> {
    let path = side.path().filter(|_| matches!(side.kind, Kind::Name(_) | Kind::Member(..)))?;
    path.last().is_some_and(|last| last.starts_with(char::is_uppercase)).then_some(Part::Name(path))
}
