//! From the sketch of a file to its functions, calls, bindings and texts, with the fate of each call.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::chains::{fate_by_callback, is_callback, passed, registers, rescued};
use super::dialect::{Dialect, Failure, Places};
use super::fate::{called_path, decide, fate, follow, judge, last_resort, leaves, tells};
use super::lookahead::{assigned, failing, if_nothing, is_awaited, waits};
use super::sketch::{Assign, Attempt, Branch, Closure, Given, Handler, Invocation, Kin, Kind, Routine, Sketch, Target};
use super::words;
use crate::scan::code::{Argument, Binding, Call, Fate, FateKind, Function, Module, Part, Piece, Role, Text, Type};

/// Fills a module in from the sketch of its file, which has so many lines. `names` are all names of the file in order, by where they stand.
pub(super) fn collect(
    module: Module,
    sketch: &Sketch,
    names: Vec<(usize, Arc<str>)>,
    lines: u32,
    dialect: &Dialect,
) -> Module {
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
    mention(&mut module.functions, &collector.spans, names);
    let is_empty =
        |one: &Function| one.name.is_empty() && one.calls.is_empty() && one.bindings.is_empty() && one.texts.is_empty();
    module.functions.retain(|one| !is_empty(one) || !one.mentions.is_empty());
    module.functions.sort_by_key(|function| (function.line, !function.name.is_empty()));
    module
}

/// Gives each name to the innermost function around it.
fn mention(functions: &mut [Function], spans: &[Range<usize>], names: Vec<(usize, Arc<str>)>) {
    let mut order: Vec<usize> = (0..functions.len()).collect();
    order.sort_by_key(|at| spans.get(*at).map(|span| (span.start, usize::MAX - span.end)));
    let mut around: Vec<usize> = Vec::new();
    let mut next = order.into_iter().peekable();
    for (at, name) in names {
        while let Some(begun) = next.next_if(|index| spans.get(*index).is_some_and(|span| span.start <= at)) {
            around.push(begun);
        }
        around.retain(|index| spans.get(*index).is_some_and(|span| at < span.end));
        if let Some(function) = around.last().and_then(|index| functions.get_mut(*index)) {
            function.mentions.insert(name);
        }
    }
}

/// Whether an expression is an object that is written out with the names of its entries.
fn is_written_out(value: &Sketch) -> bool {
    matches!(&value.kind, Kind::Pairs(entries) if entries.iter().any(|entry| entry.name.is_some()))
}

/// What comes after an attempt whose handlers go on, where that is to fail: what the attempt should have given is asked
/// for and is nothing, or the attempt itself would have left.
fn in_the_end(attempt: &Attempt, after: &[Sketch]) -> Option<Fate> {
    let mut names = Vec::new();
    assigned(&attempt.body, &mut names);
    let missing = names.iter().find_map(|name| if_nothing(name, after));
    let last = || after.iter().find(|one| matches!(one.kind, Kind::Return(Some(_)) | Kind::Throw(_)));
    missing.or_else(|| last().filter(|_| leaves(&attempt.body)).and_then(failing))
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

    /// What becomes of a failure in a statement, from what comes after it.
    fn fate_of(&self, one: &Sketch, after: &[Sketch], ctx: &Ctx) -> Fate {
        match self.dialect.failure {
            Failure::Exception => ctx.fate.clone(),
            Failure::Promise => self.fate_of_dropped(one, ctx),
            Failure::Value => match &one.kind {
                Kind::Assign(assign) => self.fate_of_result(assign, after, one.line, ctx),
                Kind::Return(_) => passed(&ctx.edge, one.line),
                Kind::Call(_) => {
                    let path = called_path(one).unwrap_or_default();
                    let ends = words::exits(&path) || words::insists(&path);
                    if ctx.edge.kind == FateKind::Detached {
                        ctx.edge.clone()
                    } else {
                        fate(if ends { FateKind::Fatal } else { FateKind::Ignored }, one.line)
                    }
                }
                _ => Fate::default(),
            },
        }
    }

    /// What becomes of the failure among values that are assigned: Go.
    fn fate_of_result(&self, assign: &Assign, after: &[Sketch], line: u32, ctx: &Ctx) -> Fate {
        let Some(last) = assign.targets.last() else { return fate(FateKind::Ignored, line) };
        if &*last.name == "_" {
            return fate(FateKind::Ignored, line);
        }
        if !tells(&last.name) {
            return Fate::default();
        }
        let found = follow(&last.name, after).unwrap_or_default();
        self.settle(found, ctx)
    }

    /// What a fate within a closure or a loop means in the end.
    fn settle(&self, found: Fate, ctx: &Ctx) -> Fate {
        match (found.kind, &ctx.resort) {
            (FateKind::Passed, _) => passed(&ctx.edge, found.line),
            (FateKind::Ignored, Some(resort)) => resort.clone(),
            _ => found,
        }
    }

    /// A call as a statement of its own is waited for only if it says so: JavaScript.
    fn fate_of_dropped(&self, one: &Sketch, ctx: &Ctx) -> Fate {
        match &one.kind {
            Kind::Call(_) => {
                let path = called_path(one).unwrap_or_default();
                let last = path.last().map(|name| &**name).unwrap_or_default();
                let is_promise = matches!(last, "then" | "finally" | "fetch")
                    || path.first().is_some_and(|first| &**first == "axios")
                    || self.awaited.contains(last);
                match is_promise {
                    true if self.open.len() == 1 => ctx.fate.clone(),
                    true => fate(FateKind::Detached, one.line),
                    false if path.len() > 1 && ctx.fate == fate(FateKind::Passed, 0) => Fate::default(),
                    false => ctx.fate.clone(),
                }
            }
            // What is returned and not waited for fails after the attempt around it has ended.
            Kind::Return(Some(value)) if self.open.last().is_some_and(|open| open.is_async) => match value.kind {
                Kind::Call(_) => passed(&ctx.edge, one.line),
                _ => ctx.fate.clone(),
            },
            _ => ctx.fate.clone(),
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

    fn routine(&mut self, routine: &Routine, line: u32) -> Vec<Part> {
        let around = self.open.last_mut();
        let inherited = around.as_ref().and_then(|open| open.function.owner.clone());
        let is_test = around.as_ref().is_some_and(|open| open.function.role == Role::Test);
        if let Some(open) = around {
            open.holds_functions |= !open.function.name.is_empty();
        }
        let function = Function {
            name: routine.name.clone(),
            owner: routine.owner.clone().or(inherited),
            parameters: routine.parameters.clone(),
            role: if is_test { Role::Test } else { routine.role },
            exposed: routine.exposed,
            gives_future: routine.gives_future,
            line,
            end: routine.end,
            ..Function::default()
        };
        self.enter(function, routine.bytes.clone(), routine.is_async);
        let mut ctx = self.outset();
        if let Some(line) = routine.fallback {
            ctx.edge = fate(FateKind::Replaced, line);
            ctx.fate = if self.dialect.failure == Failure::Value { ctx.fate } else { ctx.edge.clone() };
        }
        self.statements(routine.body.statements(), &ctx);
        self.leave();
        Vec::new()
    }

    fn kin(&mut self, kin: &Kin, line: u32) -> Vec<Part> {
        self.module.types.push(Type {
            name: kin.name.clone(),
            bases: kin.bases.clone(),
            fields: kin.fields.clone(),
            line,
        });
        let role = if kin.is_test { Role::Test } else { Role::Initialiser };
        let initialiser = Function { owner: Some(kin.name.clone()), role, line, end: kin.end, ..Function::default() };
        self.enter(initialiser, kin.bytes.clone(), false);
        let ctx = self.outset();
        self.statements(&kin.members, &ctx);
        self.leave();
        // `repository = …` in a method gives the field a value where the object need not be named.
        let is_field = |binding: &&mut Binding| kin.fields.iter().any(|(name, _)| *name == binding.name);
        for function in self.module.functions.iter_mut().filter(|one| one.owner.as_ref() == Some(&kin.name)) {
            function.bindings.iter_mut().filter(is_field).for_each(|binding| binding.is_shared = true);
        }
        Vec::new()
    }

    fn assign(&mut self, assign: &Assign, line: u32, ctx: &Ctx) -> Vec<Part> {
        let whole = assign.targets.first().filter(|_| is_written_out(&assign.value));
        let value = match whole {
            Some(object) => self.entries(object, &assign.value, line, ctx),
            None => self.given(&assign.value, ctx),
        };
        let is_whole = whole.is_some();
        if let Some(open) = self.open.last_mut() {
            let outside = open.function.name.is_empty() && open.gives.is_empty();
            for target in assign.targets.iter().filter(|target| &*target.name != "_") {
                let is_shared = target.is_shared || outside;
                let bound = Binding::new(target.name.clone(), is_shared, value.clone(), line);
                open.function.bindings.push(Binding { is_whole, ..bound });
            }
        }
        value
    }

    /// Binds the entries of an object that is written out; all its parts.
    fn entries(&mut self, object: &Target, value: &Sketch, line: u32, ctx: &Ctx) -> Vec<Part> {
        let Kind::Pairs(entries) = &value.kind else { return self.given(value, ctx) };
        let mut all = Vec::new();
        for entry in entries {
            let Some(name) = &entry.name else {
                all.extend(self.given(&entry.value, ctx));
                continue;
            };
            let is_whole = is_written_out(&entry.value);
            let inner = Target { name: name.clone(), is_shared: object.is_shared };
            let parts = match is_whole {
                true => self.entries(&inner, &entry.value, line, ctx),
                false => self.given(&entry.value, ctx),
            };
            if let Some(open) = self.open.last_mut() {
                let is_shared = object.is_shared || open.function.name.is_empty() && open.gives.is_empty();
                let bound = Binding::new(name.clone(), is_shared, parts.clone(), line);
                open.function.bindings.push(Binding { of: Some(object.name.clone()), is_whole, ..bound });
            }
            all.extend(parts);
        }
        all
    }

    fn branch(&mut self, branch: &Branch, after: &[Sketch], ctx: &Ctx) -> Vec<Part> {
        if let Some(before) = &branch.before {
            let mut inner = ctx.clone();
            inner.fate = match &before.kind {
                Kind::Assign(assign) if self.dialect.failure == Failure::Value => {
                    let name = assign.targets.last().map(|target| &*target.name).unwrap_or_default();
                    self.settle(decide(branch, name, after).unwrap_or_default(), ctx)
                }
                _ => self.fate_of(before, &[], ctx),
            };
            self.statement(before, &inner);
        }
        let condition = self.value(&branch.condition, ctx);
        self.loose(condition);
        let mut parts = self.value(&branch.then, ctx);
        parts.extend(branch.otherwise.iter().flat_map(|other| self.value(other, ctx)).collect::<Vec<_>>());
        parts
    }

    fn attempt(&mut self, attempt: &Attempt, after: &[Sketch], ctx: &Ctx) -> Vec<Part> {
        let caught = self.caught(attempt, after, ctx);
        let mut parts = self.value(&attempt.body, &Ctx { fate: caught, ..ctx.clone() });
        for handler in &attempt.handlers {
            parts.extend(self.value(&handler.body, ctx));
        }
        for rest in &attempt.rest {
            self.statement(rest, ctx);
        }
        parts
    }

    /// What becomes of a failure in an attempt: what the least forgiving of its handlers does.
    fn caught(&self, attempt: &Attempt, after: &[Sketch], ctx: &Ctx) -> Fate {
        let is_local = |one: &&Handler| one.catches.is_empty() || !one.catches.iter().all(|kind| words::is_local(kind));
        let judged = attempt.handlers.iter().filter(is_local).map(|one| {
            let mut found = judge(&one.body, one.error.as_deref(), one.gives);
            found.line = if found.line == 0 { one.line } else { found.line };
            let goes_on = matches!(found.kind, FateKind::Ignored | FateKind::Replaced) && !leaves(&one.body);
            if let Some(later) = in_the_end(attempt, after).filter(|_| goes_on) {
                return if later.kind == FateKind::Passed { passed(&ctx.fate, later.line) } else { later };
            }
            if found.kind == FateKind::Ignored && goes_on {
                found = self.settle(found, ctx);
            }
            found
        });
        let hardness = |found: &Fate| match found.kind {
            FateKind::Fatal => 5,
            FateKind::Passed => 4,
            FateKind::Unknown => 3,
            FateKind::Replaced => 2,
            FateKind::Ignored | FateKind::Detached => 1,
        };
        match judged.max_by_key(hardness) {
            None => ctx.fate.clone(),
            Some(found) if found.kind == FateKind::Passed => passed(&ctx.fate, found.line),
            Some(found) => found,
        }
    }

    fn call(&mut self, sketch: &Sketch, call: &Invocation, ctx: &Ctx) -> Vec<Part> {
        if let Kind::Closure(closure) = &call.target.kind {
            // Called where it stands.
            let inner = Ctx { edge: ctx.fate.clone(), ..ctx.clone() };
            let parts = self.closure(closure, &inner);
            call.arguments.iter().for_each(|one| drop(self.value(&one.value, ctx)));
            return parts;
        }
        if let Some((places, template, given)) = self.template(call) {
            return self.format(sketch, template, given, places, ctx);
        }
        let (path, receiver) = self.target(&call.target, call, ctx);
        let whole = called_path(sketch).unwrap_or_else(|| path.clone());
        let mut fate = ctx.fate.clone();
        if self.dialect.failure == Failure::Promise
            && let Some(found) = fate_by_callback(call)
        {
            fate = found;
        }
        if words::detaches(&whole) && self.dialect.failure != Failure::Value && call.makes && !ctx.awaited {
            fate = self::fate(FateKind::Detached, sketch.line);
        }
        let mut arguments = Vec::new();
        for one in &call.arguments {
            self.argument(one, &whole, sketch.line, &Ctx { fate: fate.clone(), ..ctx.clone() }, &mut arguments);
        }
        if words::detaches(&whole) {
            self.handed(call, sketch, ctx);
        }
        let Some(open) = self.open.last_mut() else { return Vec::new() };
        if path.is_empty() {
            return receiver.map(Part::Call).into_iter().collect();
        }
        let (line, column) = (sketch.line, sketch.column);
        open.function.calls.push(Call {
            path,
            receiver,
            makes: call.makes,
            arguments,
            fate,
            empty: Fate::default(),
            is_dropped: false,
            deferred: ctx.deferred,
            line,
            column,
        });
        vec![Part::Call(open.function.calls.len() - 1)]
    }

    /// A function that another thread is given by its name is called there: `Thread(target=work)`.
    fn handed(&mut self, call: &Invocation, at: &Sketch, ctx: &Ctx) {
        let target = call.arguments.iter().find(|one| one.name.as_deref() == Some("target"));
        let first = || call.arguments.first().filter(|one| one.name.is_none());
        let Some(path) = target.or_else(first).and_then(|one| one.value.path()) else { return };
        let fate = if ctx.awaited { ctx.fate.clone() } else { fate(FateKind::Detached, at.line) };
        let Some(open) = self.open.last_mut() else { return };
        let (line, column) = (at.line, at.column);
        let (empty, deferred) = (Fate::default(), ctx.deferred);
        let arguments = Vec::new();
        let (receiver, makes, is_dropped) = (None, false, false);
        open.function.calls.push(Call {
            path,
            receiver,
            makes,
            arguments,
            fate,
            empty,
            is_dropped,
            deferred,
            line,
            column,
        });
    }

    /// What is called: its path, and the call that it is a method of.
    fn target(&mut self, target: &Sketch, call: &Invocation, ctx: &Ctx) -> (Vec<Arc<str>>, Option<usize>) {
        let mut names = Vec::new();
        let mut here = target;
        let receiver = loop {
            match &here.kind {
                Kind::Name(name) => {
                    names.push(name.clone());
                    break None;
                }
                Kind::Member(object, name) => {
                    names.push(name.clone());
                    here = object;
                }
                Kind::Index(object, index) => {
                    let parts = self.value(index, ctx);
                    self.loose(parts);
                    here = object;
                }
                Kind::Await(inner) => here = inner,
                Kind::Nothing => break None,
                _ => {
                    let fate = names.last().and_then(|name: &Arc<str>| rescued(name, call, &ctx.fate, here.line));
                    let awaited = ctx.awaited || names.last().is_some_and(|name| waits(name));
                    let fate = fate.unwrap_or_else(|| ctx.fate.clone());
                    let parts = self.value(here, &Ctx { fate, awaited, ..ctx.clone() });
                    let receiver =
                        parts.iter().rev().find_map(|part| if let Part::Call(at) = part { Some(*at) } else { None });
                    self.loose(parts);
                    break receiver;
                }
            }
        };
        names.reverse();
        (names, receiver)
    }

    fn argument(&mut self, one: &Given, path: &[Arc<str>], line: u32, ctx: &Ctx, found: &mut Vec<Argument>) {
        match &one.value.kind {
            Kind::Pairs(given) if one.name.is_none() => {
                for entry in given {
                    let value = self.given(&entry.value, ctx);
                    found.push(Argument { name: entry.name.clone(), value });
                }
            }
            Kind::Closure(closure) => {
                let value = if words::detaches(path) && !ctx.awaited {
                    let end = fate(FateKind::Detached, line);
                    self.closure(closure, &Ctx { fate: end.clone(), edge: end, resort: None, ..ctx.clone() })
                } else if self.dialect.failure == Failure::Promise && is_callback(closure) && !registers(path) {
                    // What comes after the call, written into it.
                    self.closure(closure, &Ctx { resort: None, deferred: ctx.deferred, ..self.outset() })
                } else if words::at_once(path) || words::detaches(path) {
                    // A call of Go that stands alone gives no failure: what becomes of that of the closure is not said,
                    // but for groups, which keep it for those who wait.
                    let is_group = path.last().is_some_and(|name| &**name == "Go");
                    let edge = match (self.dialect.failure, ctx.fate.kind) {
                        (_, FateKind::Unknown) => ctx.edge.clone(),
                        (Failure::Value, FateKind::Ignored) if is_group => ctx.edge.clone(),
                        (Failure::Value, FateKind::Ignored) => Fate::default(),
                        _ => ctx.fate.clone(),
                    };
                    let fate = if self.dialect.failure == Failure::Value { Fate::default() } else { ctx.fate.clone() };
                    self.closure(closure, &Ctx { fate, edge, ..ctx.clone() })
                } else {
                    self.closure(closure, &Ctx { deferred: true, resort: None, ..self.outset() })
                };
                found.push(Argument { name: one.name.clone(), value });
            }
            _ => {
                let detached = words::detaches(path) && !ctx.awaited && matches!(one.value.kind, Kind::Call(_));
                let end = if detached { fate(FateKind::Detached, line) } else { ctx.fate.clone() };
                let value = self.given(&one.value, &Ctx { fate: end, ..ctx.clone() });
                found.push(Argument { name: one.name.clone(), value });
            }
        }
    }

    /// Reads the body of a closure; what it gives.
    fn closure(&mut self, closure: &Closure, ctx: &Ctx) -> Vec<Part> {
        if let Some(open) = self.open.last_mut() {
            open.gives.push(Vec::new());
        }
        let ctx = &Ctx { awaited: false, ..ctx.clone() };
        let mut given = Vec::new();
        if closure.is_expression {
            let inner = match self.dialect.failure {
                Failure::Value => Ctx { fate: ctx.edge.clone(), ..ctx.clone() },
                _ => ctx.clone(),
            };
            given = self.value(&closure.body, &inner);
        } else {
            self.statements(closure.body.statements(), ctx);
        }
        given.extend(self.open.last_mut().and_then(|open| open.gives.pop()).unwrap_or_default());
        given
    }

    fn reference(&mut self, sketch: &Sketch, ctx: &Ctx) -> Vec<Part> {
        if let Kind::Index(_, index) = &sketch.kind {
            let parts = self.value(index, ctx);
            self.loose(parts);
        }
        match (sketch.path(), &sketch.kind) {
            (Some(path), _) => {
                // An element under a fixed text is no name in the tree.
                if let Some(open) = self.open.last_mut() {
                    open.function.mentions.extend(path.iter().skip(1).cloned());
                }
                vec![Part::Name(path)]
            }
            (None, Kind::Member(object, _) | Kind::Index(object, _)) => self.value(object, ctx),
            _ => Vec::new(),
        }
    }
}
