//! From the sketch of a file to its functions, calls, bindings and texts, with the fate of each call.

mod calls;
mod choices;
mod declarations;
mod failures;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::choices::Chosen;
use super::dialect::{Dialect, Failure, Places};
use super::fate::{called_path, fate, last_resort};
use super::lookahead::{if_nothing, is_awaited};
use super::sketch::{Kind, Sketch};
use crate::scan::code::{Call, Fate, FateKind, Function, Module, Part, Piece, Role, Text};

/// What was marked in a file besides its sketch.
pub(super) struct Marks {
    /// All names in order, by where they stand.
    pub(super) names: Vec<(usize, Arc<str>)>,
    /// Where a value chooses, outer nodes before inner ones.
    pub(super) chosen: Vec<Chosen>,
}

/// Fills a module in from the sketch of its file, which has so many lines.
pub(super) fn collect(module: Module, sketch: &Sketch, marks: Marks, lines: u32, dialect: &Dialect) -> Module {
    let mut collector = Collector { module, dialect, open: Vec::new(), spans: Vec::new(), awaited: BTreeSet::new() };
    if dialect.failure == Failure::Promise {
        collector.find_awaited(sketch);
    }
    let exposed = dialect.runs_per_request;
    let role = if exposed { Role::Plain } else { Role::Initialiser };
    let file = Function { role, exposed, line: 1, end: lines, ..Function::default() };
    collector.enter(file, 0..usize::MAX, false);
    let ctx = collector.outset();
    collector.statements(sketch.statements(), &ctx);
    collector.leave();
    let mut module = collector.module;
    mention(&mut module.functions, &collector.spans, &marks.names);
    choices::place(&mut module.functions, &collector.spans, marks);
    let is_empty = |one: &Function| {
        one.name.is_empty()
            && one.calls.is_empty()
            && one.bindings.is_empty()
            && one.texts.is_empty()
            && one.choices.is_empty()
    };
    module.functions.retain(|one| !is_empty(one) || !one.mentions.is_empty());
    module.functions.sort_by_key(|function| (function.line, !function.name.is_empty()));
    module
}

/// Gives each name to the innermost function around it.
fn mention(functions: &mut [Function], spans: &[Range<usize>], names: &[(usize, Arc<str>)]) {
    let mut order: Vec<usize> = (0..functions.len()).collect();
    order.sort_by_key(|at| spans.get(*at).map(|span| (span.start, usize::MAX - span.end)));
    let mut around: Vec<usize> = Vec::new();
    let mut next = order.into_iter().peekable();
    for (at, name) in names {
        while let Some(begun) = next.next_if(|index| spans.get(*index).is_some_and(|span| span.start <= *at)) {
            around.push(begun);
        }
        around.retain(|index| spans.get(*index).is_some_and(|span| *at < span.end));
        if let Some(function) = around.last().and_then(|index| functions.get_mut(*index)) {
            function.mentions.insert(Arc::clone(name));
        }
    }
}

/// A function that is being read.
pub(super) struct Open {
    pub(super) function: Function,
    span: Range<usize>,
    is_async: bool,
    /// What the closures give that are being read in it.
    gives: Vec<Vec<Part>>,
    /// Whether functions of their own stand in it, which see its variables.
    holds_functions: bool,
}

/// What surrounds an expression.
#[derive(Clone)]
pub(super) struct Ctx {
    /// What becomes of a failure here.
    fate: Fate,
    /// What becomes of a failure that the function or closure around it hands on.
    edge: Fate,
    deferred: bool,
    /// What becomes of the last of several attempts.
    resort: Option<Fate>,
    /// Whether what is begun here is waited for later.
    awaited: bool,
}

pub(super) struct Collector<'d> {
    module: Module,
    pub(super) dialect: &'d Dialect,
    pub(super) open: Vec<Open>,
    /// Where the functions of the module stand, in its order.
    spans: Vec<Range<usize>>,
    /// Functions that are waited for somewhere in the file.
    awaited: BTreeSet<Arc<str>>,
}

impl Collector<'_> {
    /// The context at the beginning of a function.
    fn outset(&self) -> Ctx {
        let edge = fate(FateKind::Passed, 0);
        let fate = if self.dialect.failure == Failure::Value { Fate::default() } else { edge.clone() };
        Ctx { fate, edge, deferred: false, resort: None, awaited: false }
    }

    fn enter(&mut self, function: Function, span: Range<usize>, is_async: bool) {
        self.open.push(Open { function, span, is_async, gives: Vec::new(), holds_functions: false });
    }

    fn leave(&mut self) {
        let Some(mut open) = self.open.pop() else { return };
        if open.holds_functions {
            open.function.bindings.iter_mut().for_each(|binding| binding.is_shared = true);
        }
        self.module.functions.push(open.function);
        self.spans.push(open.span);
    }

    fn find_awaited(&mut self, sketch: &Sketch) {
        match &sketch.kind {
            Kind::Await(inner) => {
                if let Some(path) = called_path(inner)
                    && let Some(name) = path.last()
                {
                    self.awaited.insert(name.clone());
                }
            }
            Kind::Function(routine) => {
                if routine.is_async {
                    self.awaited.insert(routine.name.clone());
                }
                self.find_awaited(&routine.body);
            }
            Kind::Type(kin) => kin.members.iter().for_each(|member| self.find_awaited(member)),
            _ => {}
        }
        sketch.inside().into_iter().for_each(|inner| self.find_awaited(inner));
    }

    fn statements(&mut self, all: &[Sketch], ctx: &Ctx) {
        let parts = self.run(all, &[], ctx);
        self.loose(parts);
    }

    /// Reads statements, `beyond` which others follow; the parts of the last one if it is an expression.
    fn run(&mut self, all: &[Sketch], beyond: &[Sketch], ctx: &Ctx) -> Vec<Part> {
        let mut last = Vec::new();
        for (at, one) in all.iter().enumerate() {
            self.loose(std::mem::take(&mut last));
            let after = all.get(at + 1..).filter(|after| !after.is_empty()).unwrap_or(beyond);
            let inner = Ctx { fate: self.fate_of(one, after, ctx), ..ctx.clone() };
            last = match &one.kind {
                // A text that is nothing but a statement is documentation.
                Kind::Text(_) => Vec::new(),
                Kind::Loop { body, endless } => {
                    let resort = last_resort(body, *endless, after, one.line);
                    self.statement(body, &Ctx { resort, ..ctx.clone() });
                    Vec::new()
                }
                Kind::Block(all) => self.run(all, after, ctx),
                Kind::If(branch) => self.branch(branch, after, &inner),
                Kind::Assign(assign) => {
                    let awaited = is_awaited(&assign.targets, after);
                    let parts = self.assign(assign, one.line, &Ctx { awaited, ..inner });
                    let empty = assign.targets.first().and_then(|target| if_nothing(&target.name, after));
                    self.note(&parts, |call| call.empty = empty.clone().unwrap_or_default());
                    Vec::new()
                }
                Kind::Try(attempt) => self.attempt(attempt, after, &inner),
                Kind::Call(_) => {
                    let parts = self.value(one, &inner);
                    self.note(&parts, |call| call.is_dropped = true);
                    parts
                }
                _ => self.value(one, &inner),
            };
        }
        last
    }

    /// Notes something about the call that a value is.
    fn note(&mut self, parts: &[Part], note: impl Fn(&mut Call)) {
        if let ([Part::Call(at)], Some(open)) = (parts, self.open.last_mut())
            && let Some(call) = open.function.calls.get_mut(*at)
        {
            note(call);
        }
    }

    fn statement(&mut self, one: &Sketch, ctx: &Ctx) {
        let parts = self.value(one, ctx);
        if !matches!(one.kind, Kind::Assign(_)) {
            self.loose(parts);
        }
    }

    /// Keeps texts that are part of nothing else.
    fn loose(&mut self, parts: Vec<Part>) {
        if let Some(open) = self.open.last_mut() {
            let texts =
                parts.into_iter().filter_map(|part| if let Part::Text(text) = part { Some(text) } else { None });
            open.function.texts.extend(texts);
        }
    }

    /// The parts that an expression or statement is made of; the calls in it are noted on the way.
    pub(super) fn value(&mut self, sketch: &Sketch, ctx: &Ctx) -> Vec<Part> {
        match &sketch.kind {
            Kind::Nothing | Kind::Number(_) | Kind::Leave { .. } => Vec::new(),
            Kind::Name(_) | Kind::Member(..) | Kind::Index(..) => self.reference(sketch, ctx),
            Kind::Text(bits) => {
                let pieces = self.pieces(bits, ctx);
                vec![Part::Text(Text { pieces, line: sketch.line, column: sketch.column })]
            }
            Kind::Join(all) => self.joined(all, sketch, ctx),
            Kind::Format(template, given) => self.format(sketch, template, given, Places::Percent, ctx),
            Kind::Call(call) => self.call(sketch, call, ctx),
            Kind::Closure(closure) => {
                let ctx = Ctx { deferred: true, resort: None, ..self.outset() };
                self.closure(closure, &ctx)
            }
            Kind::Pairs(given) => given.iter().flat_map(|one| self.value(&one.value, ctx)).collect(),
            Kind::Group(all) => all.iter().flat_map(|one| self.value(one, ctx)).collect(),
            Kind::Block(all) => match all.last() {
                // The last text of a block may be what the block gives.
                Some(last) if matches!(last.kind, Kind::Text(_)) => {
                    self.statements(all, ctx);
                    self.value(last, ctx)
                }
                _ => self.run(all, &[], ctx),
            },
            Kind::Assign(assign) => self.assign(assign, sketch.line, ctx),
            Kind::Test { sides, .. } => sides.iter().flat_map(|side| self.value(side, ctx)).collect(),
            Kind::Not(inner) | Kind::Hand(inner) => self.value(inner, ctx),
            Kind::Await(inner) => self.value(inner, &Ctx { awaited: true, ..ctx.clone() }),
            Kind::If(branch) => self.branch(branch, &[], ctx),
            Kind::Loop { body, endless } => {
                let resort = last_resort(body, *endless, &[], sketch.line);
                self.statement(body, &Ctx { resort, ..ctx.clone() });
                Vec::new()
            }
            Kind::Try(attempt) => self.attempt(attempt, &[], ctx),
            Kind::Return(None) => Vec::new(),
            Kind::Return(Some(value)) => {
                let parts = self.value(value, ctx);
                if let Some(open) = self.open.last_mut() {
                    open.gives.last_mut().unwrap_or(&mut open.function.returns).extend(parts);
                }
                Vec::new()
            }
            Kind::Throw(inner) => {
                let parts = self.value(inner, ctx);
                self.loose(parts);
                Vec::new()
            }
            Kind::Spawn(inner) => {
                let waits = inner.any(&mut |part| {
                    matches!(&part.kind, Kind::Hand(_))
                        || matches!(&part.kind, Kind::Member(_, name) if &**name == "Done")
                });
                let kind = if waits { FateKind::Unknown } else { FateKind::Detached };
                let end = fate(kind, sketch.line);
                self.value(inner, &Ctx { fate: end.clone(), edge: end, resort: None, ..ctx.clone() })
            }
            Kind::Mute(inner) => {
                let end = fate(FateKind::Ignored, sketch.line);
                self.value(inner, &Ctx { fate: end, ..ctx.clone() })
            }
            Kind::Function(routine) => self.routine(routine, sketch.line),
            Kind::Type(kin) => self.kin(kin, sketch.line),
        }
    }

    /// The parts of what is given to a name or a call; a number counts as a text there, it may be a port.
    pub(super) fn given(&mut self, sketch: &Sketch, ctx: &Ctx) -> Vec<Part> {
        match &sketch.kind {
            Kind::Number(number) => {
                let pieces = vec![Piece::Fixed(Arc::from(number.to_string()))];
                vec![Part::Text(Text { pieces, line: sketch.line, column: sketch.column })]
            }
            Kind::Group(all) => all.iter().flat_map(|one| self.given(one, ctx)).collect(),
            _ => self.value(sketch, ctx),
        }
    }
}
