//! What is left of a syntax tree once the ways of its language are taken off: the little that functions, calls, texts and
//! the handling of failures are made of. Each language draws it; what follows is worked out once, in `collect` and `fate`.

use std::ops::Range;
use std::sync::Arc;

/// A part of a program.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    pub(super) kind: Kind,
    /// Its line, from 1.
    pub(super) line: u32,
    /// Its column in characters, from 1.
    pub(super) column: u32,
}

/// What a part of a program is.
#[derive(Debug, Default)]
pub(super) enum Kind {
    /// Nothing that matters here: `nil`, `true`, an operator.
    #[default]
    Nothing,
    /// A whole number: a port, a status.
    Number(u32),
    /// A name. The object that a method belongs to is `self` in every language.
    Name(Arc<str>),
    /// `object.name`, and an object's element under a fixed text.
    Member(Box<Sketch>, Arc<str>),
    /// An element under something else than a fixed text.
    Index(Box<Sketch>, Box<Sketch>),
    /// A text of one or more bits.
    Text(Vec<Bit>),
    /// Values put one behind the other; a text if one of them is.
    Join(Vec<Sketch>),
    /// A text with places to fill, and what they are filled with.
    Format(Box<Sketch>, Vec<Given>),
    /// A call.
    Call(Box<Invocation>),
    /// A function without a name.
    Closure(Box<Closure>),
    /// An object or a map, written out.
    Pairs(Vec<Given>),
    /// Any other expression, by its operands.
    Group(Vec<Sketch>),
    /// Statements in order.
    Block(Vec<Sketch>),
    /// Something gets a value.
    Assign(Box<Assign>),
    /// `a == b` and `a != b`.
    Test { equal: bool, sides: Box<[Sketch; 2]> },
    /// `!a`.
    Not(Box<Sketch>),
    /// A branch.
    If(Box<Branch>),
    /// A loop, and whether nothing but a way out in its body ends it.
    Loop { body: Box<Sketch>, endless: bool },
    /// A part with handlers of its failure.
    Try(Box<Attempt>),
    /// A way out of a function.
    Return(Option<Box<Sketch>>),
    /// A failure is raised.
    Throw(Box<Sketch>),
    /// The end of a round of a loop (`continue`), or of all of them.
    Leave { ends: bool },
    /// What is waited for.
    Await(Box<Sketch>),
    /// What nobody waits for: `go f()`.
    Spawn(Box<Sketch>),
    /// What another task is given: `errors <- err`.
    Hand(Box<Sketch>),
    /// What fails without a sound: `@f()`, a deferred call in Go.
    Mute(Box<Sketch>),
    /// A function or method with a name.
    Function(Box<Routine>),
    /// A type with its members.
    Type(Box<Kin>),
}

/// A bit of a text.
#[derive(Debug)]
pub(super) enum Bit {
    /// Letters, escapes undone.
    Fixed(String),
    /// A value.
    Open(Sketch),
}

/// An argument, or an entry of an object.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) name: Option<Arc<str>>,
    pub(super) value: Sketch,
}

/// A call: its target is a name, a member, or something that gives a function.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) target: Sketch,
    pub(super) arguments: Vec<Given>,
    pub(super) makes: bool,
}

/// A function without a name.
#[derive(Debug)]
pub(super) struct Closure {
    pub(super) parameters: Vec<Arc<str>>,
    pub(super) body: Sketch,
    /// Whether the body is an expression, whose value it gives.
    pub(super) is_expression: bool,
}

/// Something gets a value.
#[derive(Debug)]
pub(super) struct Assign {
    pub(super) targets: Vec<Target>,
    pub(super) value: Sketch,
}

/// What gets a value.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) name: Arc<str>,
    pub(super) is_shared: bool,
}

/// `if`, with a statement that comes before its condition if there is one.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) before: Option<Sketch>,
    pub(super) condition: Sketch,
    pub(super) then: Sketch,
    pub(super) otherwise: Option<Sketch>,
}

/// `try`.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) body: Sketch,
    pub(super) handlers: Vec<Handler>,
    pub(super) rest: Vec<Sketch>,
}

/// `catch`.
#[derive(Debug)]
pub(super) struct Handler {
    /// The name of the failure in it.
    pub(super) error: Option<Arc<str>>,
    /// The last parts of the names of the failures that it catches; none if it catches all.
    pub(super) catches: Vec<Arc<str>>,
    pub(super) body: Sketch,
    /// Whether its last expression is what the whole attempt gives.
    pub(super) gives: bool,
    pub(super) line: u32,
}

/// The names of parameters, each with the last part of its declared type's name if there is one.
pub(super) type Parameters = Vec<(Arc<str>, Option<Arc<str>>)>;

/// A function or method with a name.
#[derive(Debug, Default)]
pub(super) struct Routine {
    pub(super) name: Arc<str>,
    /// Its type, where that is not the type around it.
    pub(super) owner: Option<Arc<str>>,
    pub(super) parameters: Parameters,
    pub(super) role: crate::scan::code::Role,
    pub(super) exposed: bool,
    /// The line of an annotation that names what is done when it fails.
    pub(super) fallback: Option<u32>,
    /// Whether it gives a future that another thread fills.
    pub(super) gives_future: bool,
    /// Whether its failure reaches only those who wait for it.
    pub(super) is_async: bool,
    pub(super) body: Sketch,
    pub(super) end: u32,
    pub(super) bytes: Range<usize>,
}

/// A type with its members.
#[derive(Debug, Default)]
pub(super) struct Kin {
    pub(super) name: Arc<str>,
    pub(super) bases: Vec<Arc<str>>,
    pub(super) fields: Vec<(Arc<str>, Arc<str>)>,
    pub(super) members: Vec<Sketch>,
    pub(super) bytes: Range<usize>,
    pub(super) end: u32,
    /// Whether all in it is a test.
    pub(super) is_test: bool,
}

impl Sketch {
    /// The parts of a name with dots; `None` for anything else.
    pub(super) fn path(&self) -> Option<Vec<Arc<str>>> {
        let mut names = Vec::new();
        let mut here = self;
        loop {
            match &here.kind {
                Kind::Name(name) => {
                    names.push(name.clone());
                    names.reverse();
                    return Some(names);
                }
                Kind::Member(object, name) => {
                    names.push(name.clone());
                    here = object;
                }
                Kind::Index(object, _) | Kind::Await(object) => here = object,
                _ => return None,
            }
        }
    }

    /// The last name of what is called, or of a path.
    pub(super) fn last_name(&self) -> Option<&Arc<str>> {
        match &self.kind {
            Kind::Name(name) | Kind::Member(_, name) => Some(name),
            Kind::Call(call) => call.target.last_name(),
            Kind::Index(inner, _) | Kind::Await(inner) | Kind::Mute(inner) => inner.last_name(),
            _ => None,
        }
    }

    /// What is directly in it, in order; functions and types are closed.
    pub(super) fn inside(&self) -> Vec<&Sketch> {
        match &self.kind {
            Kind::Nothing | Kind::Number(_) | Kind::Name(_) | Kind::Leave { .. } | Kind::Return(None) => Vec::new(),
            Kind::Function(_) | Kind::Type(_) => Vec::new(),
            Kind::Member(inner, _)
            | Kind::Not(inner)
            | Kind::Throw(inner)
            | Kind::Await(inner)
            | Kind::Spawn(inner)
            | Kind::Mute(inner)
            | Kind::Hand(inner)
            | Kind::Loop { body: inner, .. }
            | Kind::Return(Some(inner)) => vec![inner],
            Kind::Index(object, index) => vec![object, index],
            Kind::Text(bits) => bits.iter().filter_map(|bit| matches_open(bit)).collect(),
            Kind::Join(all) | Kind::Group(all) | Kind::Block(all) => all.iter().collect(),
            Kind::Format(template, given) => {
                std::iter::once(&**template).chain(given.iter().map(|one| &one.value)).collect()
            }
            Kind::Call(call) => {
                std::iter::once(&call.target).chain(call.arguments.iter().map(|one| &one.value)).collect()
            }
            Kind::Closure(closure) => vec![&closure.body],
            Kind::Pairs(given) => given.iter().map(|one| &one.value).collect(),
            Kind::Assign(assign) => vec![&assign.value],
            Kind::Test { sides, .. } => sides.iter().collect(),
            Kind::If(branch) => {
                branch.before.iter().chain([&branch.condition, &branch.then]).chain(&branch.otherwise).collect()
            }
            Kind::Try(attempt) => std::iter::once(&attempt.body)
                .chain(attempt.handlers.iter().map(|handler| &handler.body))
                .chain(&attempt.rest)
                .collect(),
        }
    }

    /// Whether the test holds for it or anything in it, closures included.
    pub(super) fn any(&self, test: &mut dyn FnMut(&Sketch) -> bool) -> bool {
        test(self) || self.inside().into_iter().any(|inner| inner.any(test))
    }

    /// Whether a name occurs in it.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.any(&mut |part| matches!(&part.kind, Kind::Name(found) if &**found == name))
    }

    /// Its statements, or itself as the only one.
    pub(super) fn statements(&self) -> &[Sketch] {
        match &self.kind {
            Kind::Block(all) => all,
            Kind::Nothing => &[],
            _ => std::slice::from_ref(self),
        }
    }
}

fn matches_open(bit: &Bit) -> Option<&Sketch> {
    match bit {
        Bit::Open(sketch) => Some(sketch),
        Bit::Fixed(_) => None,
    }
}
