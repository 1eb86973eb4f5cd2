//! Expressions to calls, and to what values are made of.

use std::sync::Arc;

use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprCall, ExprClosure, ExprMethodCall, ExprStruct, Lit, LitStr, Member};

use super::super::words;
use super::fates::{self, Step, at, step};
use super::items::{line, word};
use super::walk::{Frame, Use, Walk, fate};
use crate::scan::code::{Argument, Binding, Call, FateKind, Part, Piece, Text};

/// Methods that give what they are called on in another form; they leave no trace.
const FORMS: &[&str] = &[
    "to_string",
    "to_owned",
    "into",
    "clone",
    "as_str",
    "as_ref",
    "as_mut",
    "as_bytes",
    "to_vec",
    "as_deref",
    "cloned",
    "copied",
    "borrow",
    "into_boxed_str",
    "into_owned",
    "as_path",
    "into_string",
    "to_string_lossy",
    "boxed",
];

/// Methods of results, options and futures: what they give is what they are called on, or what stands in for it.
const STEPS: &[&str] = &[
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "ok",
    "or",
    "or_else",
    "map_err",
    "context",
    "with_context",
    "wrap_err",
    "wrap_err_with",
    "ok_or",
    "ok_or_else",
    "map_or",
    "map_or_else",
    "inspect_err",
    "err_into",
    "transpose",
    "flatten",
];

/// Functions that hold what they are given and stand for it.
const HOLDERS: &[&[&str]] = &[
    &["Ok"],
    &["Some"],
    &["Arc", "new"],
    &["Rc", "new"],
    &["Box", "new"],
    &["Box", "pin"],
    &["Pin", "new"],
    &["String", "from"],
    &["Arc", "from"],
    &["Cow", "Borrowed"],
    &["Cow", "from"],
    &["Arc", "clone"],
    &["Rc", "clone"],
    &["Some"],
    &["Mutex", "new"],
    &["RwLock", "new"],
    &["LazyLock", "new"],
    &["Lazy", "new"],
    &["Json"],
    &["Data", "new"],
];

/// Functions that wait for what they are given, and fail when it does.
const WAITERS: &[&str] = &[
    "timeout",
    "timeout_at",
    "block_on",
    "block_in_place",
    "spawn_blocking",
    "retry",
    "join_all",
    "try_join_all",
    "select_ok",
    "run_until",
    "in_scope",
    "catch_unwind",
    "get_or_init",
    "get_or_try_init",
    "scope",
];

/// Methods whose closures are called before they end, beside those of all languages.
const AT_ONCE: &[&str] = &[
    "and_then",
    "map_err",
    "unwrap_or_else",
    "or_else",
    "map_or",
    "map_or_else",
    "then",
    "then_some",
    "inspect",
    "inspect_err",
    "get_or_insert_with",
    "or_insert_with",
    "filter_map",
    "try_for_each",
    "fold",
    "retain",
    "with",
    "try_fold",
    "ok_or_else",
    "with_context",
    "for_each_concurrent",
    "map_while",
    "position",
    "find_map",
    "sort_by",
    "sort_by_key",
    "partition",
    "new",
    "scope",
    "call_once",
    "get_or_init",
    "get_or_try_init",
    "block_in_place",
    "spawn_blocking",
    "retry",
    "in_scope",
    "take_while",
    "is_some_and",
    "is_ok_and",
    "update",
    "modify",
    "try_for_each_concurrent",
    "buffer_unordered",
    "entry",
];

impl Walk<'_> {
    /// Reads an expression whose value has this use; gives what the value is made of.
    pub(super) fn expr(&mut self, expr: &Expr, to: Use) -> Vec<Part> {
        match expr {
            Expr::Await(one) => self.expr(&one.base, to),
            Expr::Try(one) => {
                let question = at(self.frame.question, expr);
                self.expr(&one.expr, question)
            }
            Expr::Paren(one) => self.expr(&one.expr, to),
            Expr::Group(one) => self.expr(&one.expr, to),
            Expr::Reference(one) => self.expr(&one.expr, to),
            Expr::Cast(one) => self.expr(&one.expr, to),
            Expr::Unary(one) => self.expr(&one.expr, Use::Open),
            Expr::Block(one) => self.block(&one.block, to),
            Expr::Unsafe(one) => self.block(&one.block, to),
            Expr::Const(one) => self.block(&one.block, to),
            Expr::TryBlock(one) => self.inside(Frame { question: to, ..self.frame }, |walk| walk.block(&one.block, to)),
            Expr::Async(one) => {
                let frame = self.inner_frame(to);
                self.inside(frame, |walk| walk.block(&one.block, frame.returns))
            }
            Expr::Closure(one) => self.closure(one, Use::Open, true),
            Expr::If(one) => {
                let yes =
                    Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: one.then_branch.clone() });
                let no = one.else_branch.as_ref().map(|(_, no)| &**no);
                self.condition(&one.cond, &yes, no, to);
                let mut value = self.block(&one.then_branch, to);
                value.extend(no.map(|no| self.expr(no, to)).unwrap_or_default());
                value
            }
            Expr::Match(one) => {
                let use_of = fates::arms(&one.arms, to, &self.frame);
                let looked_at = self.expr(&one.expr, use_of);
                let mut value = Vec::new();
                for arm in &one.arms {
                    self.bind_pattern(&arm.pat, &looked_at);
                    if let syn::Pat::Guard(guarded) = &arm.pat {
                        let parts = self.expr(&guarded.guard, Use::Open);
                        self.leave(parts);
                    }
                    value.extend(self.expr(&arm.body, to));
                }
                if one.arms.iter().all(|arm| names_nothing(&arm.pat)) {
                    self.leave(looked_at);
                }
                value
            }
            Expr::While(one) => {
                let body = Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: one.body.clone() });
                self.condition(&one.cond, &body, None, Use::Open);
                let parts = self.block(&one.body, Use::Dropped);
                self.leave(parts);
                Vec::new()
            }
            Expr::ForLoop(one) => {
                let over = self.expr(&one.expr, Use::Open);
                self.bind_pattern(&one.pat, &over);
                let parts = self.block(&one.body, Use::Dropped);
                self.leave(parts);
                Vec::new()
            }
            Expr::Loop(one) => self.block(&one.body, Use::Dropped),
            Expr::Let(one) => {
                let value = self.expr(&one.expr, Use::Open);
                self.bind_pattern(&one.pat, &value);
                Vec::new()
            }
            Expr::Return(one) => {
                let use_of = at(self.frame.returns, expr);
                let parts = one.expr.as_ref().map(|value| self.expr(value, use_of)).unwrap_or_default();
                if self.frame.is_function {
                    self.function.returns.extend(parts);
                }
                Vec::new()
            }
            Expr::Break(one) => one.expr.as_ref().map(|value| self.expr(value, to)).unwrap_or_default(),
            Expr::Lit(one) => literal(&one.lit).map(Part::Text).into_iter().collect(),
            Expr::Path(_) | Expr::Field(_) => self.name(expr),
            Expr::Index(one) => {
                let mut parts = self.expr(&one.expr, Use::Open);
                parts.extend(self.expr(&one.index, Use::Open));
                parts
            }
            Expr::Call(call) => self.call(call, to),
            Expr::MethodCall(call) => self.method(call, to),
            Expr::Macro(one) => self.invoke(&one.mac, to),
            Expr::Struct(one) => self.object(one),
            Expr::Array(one) => one.elems.iter().flat_map(|item| self.expr(item, to)).collect(),
            Expr::Tuple(one) => one.elems.iter().flat_map(|item| self.expr(item, to)).collect(),
            Expr::Repeat(one) => self.expr(&one.expr, Use::Open),
            Expr::Range(one) => {
                let ends = [&one.start, &one.end].into_iter().flatten();
                ends.flat_map(|end| self.expr(end, Use::Open)).collect()
            }
            Expr::Binary(one) => self.binary(&one.left, &one.op, &one.right),
            Expr::Assign(one) => {
                let parts = self.expr(&one.right, Use::Open);
                self.assign(&one.left, parts);
                Vec::new()
            }
            Expr::Yield(one) => one.expr.as_ref().map(|value| self.expr(value, Use::Open)).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn inside<T>(&mut self, frame: Frame, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.frame, frame);
        let value = read(self);
        self.frame = outer;
        value
    }

    /// The frame of a block or closure whose value has this use.
    fn inner_frame(&self, to: Use) -> Frame {
        let question = match to {
            Use::Known(_) => to,
            // Whoever gets the value gets its failure.
            Use::Dropped | Use::Open => fate(FateKind::Passed, 0),
        };
        let returns = if let Use::Known(_) = to { to } else { question };
        Frame { question, returns, is_function: false, ..self.frame }
    }

    fn closure(&mut self, closure: &ExprClosure, to: Use, deferred: bool) -> Vec<Part> {
        let frame = Frame { deferred: deferred || self.frame.deferred, ..self.inner_frame(to) };
        self.inside(frame, |walk| walk.expr(&closure.body, frame.returns))
    }

    /// A path or field as a name.
    fn name(&mut self, expr: &Expr) -> Vec<Part> {
        match self.path_of(expr) {
            Some(path) => vec![Part::Name(path)],
            None => match expr {
                // A field of what a call gives.
                Expr::Field(field) => {
                    if let Member::Named(name) = &field.member {
                        self.mention(word(name));
                    }
                    self.expr(&field.base, Use::Open)
                }
                _ => Vec::new(),
            },
        }
    }

    /// The parts of a name, `self.config.url`; `None` when it begins with something else.
    pub(super) fn path_of(&mut self, expr: &Expr) -> Option<Vec<Arc<str>>> {
        match expr {
            Expr::Path(path) => Some(self.path(&path.path)),
            Expr::Field(field) => {
                let mut parts = self.path_of(&field.base)?;
                if let Member::Named(name) = &field.member {
                    self.mention(word(name));
                    parts.push(word(name));
                }
                Some(parts)
            }
            Expr::Paren(one) => self.path_of(&one.expr),
            Expr::Reference(one) => self.path_of(&one.expr),
            Expr::Unary(one) => self.path_of(&one.expr),
            _ => None,
        }
    }

    /// The parts of a path; one that begins with the name of a crate is noted.
    pub(super) fn path(&mut self, path: &syn::Path) -> Vec<Arc<str>> {
        let parts: Vec<Arc<str>> = path.segments.iter().map(|segment| word(&segment.ident)).collect();
        parts.iter().for_each(|part| self.mention(Arc::clone(part)));
        let begins_small = parts.first().is_some_and(|first| first.starts_with(|c: char| c.is_lowercase()));
        let own = ["self", "super", "crate", "std", "core", "alloc"];
        if parts.len() > 1 && begins_small && !own.contains(&&*parts[0]) {
            // Up to its type, or without the function at its end.
            let of_type = parts.iter().position(|part| part.starts_with(|c: char| c.is_uppercase()));
            let end = of_type.map_or(parts.len() - 1, |at| at + 1);
            let noted = (parts[..end].to_vec(), self.condition.only_if.clone(), line(path));
            self.reader.full.push(noted);
        }
        parts
    }

    fn call(&mut self, call: &ExprCall, to: Use) -> Vec<Part> {
        let place = call.func.span().start();
        let Some(path) = self.path_of(&call.func) else {
            // What a call gives, or a closure, is called.
            let mut parts = self.expr(&call.func, to);
            parts.extend(call.args.iter().flat_map(|argument| self.expr(argument, Use::Open)));
            return parts;
        };
        let last: Vec<&str> = path.iter().map(|part| &**part).collect();
        if HOLDERS.iter().any(|holder| last.ends_with(holder)) {
            return call.args.iter().flat_map(|argument| self.held(argument, to)).collect();
        }
        if last == ["Err"] {
            let parts: Vec<Part> = call.args.iter().flat_map(|argument| self.expr(argument, Use::Open)).collect();
            self.leave(parts);
            return Vec::new();
        }
        let arguments = self.arguments(&path, call.args.iter(), to);
        let number = self.record(path, None, arguments, to, place);
        vec![Part::Call(number)]
    }

    /// What a holder is given; the closure of a `LazyLock` runs when it is first used.
    fn held(&mut self, argument: &Expr, to: Use) -> Vec<Part> {
        match argument {
            Expr::Closure(closure) => self.closure(closure, to, false),
            other => self.expr(other, to),
        }
    }

    fn method(&mut self, call: &ExprMethodCall, to: Use) -> Vec<Part> {
        let method = call.method.to_string();
        let shown = line(call.method.span());
        self.mention(word(&call.method));
        if FORMS.contains(&&*method) && call.args.len() < 2 {
            return self.expr(&call.receiver, to);
        }
        if STEPS.contains(&&*method) {
            let receiver_use = match step(&method) {
                Step::Panics => fate(FateKind::Fatal, shown),
                Step::Replaces => self.replacement(call, to, shown),
                Step::Forgets if to.is_lost() => fate(FateKind::Ignored, shown),
                Step::Forgets if to == Use::Open => fate(FateKind::Replaced, shown),
                Step::Forgets | Step::HandsOn => to,
            };
            let mut parts = self.expr(&call.receiver, receiver_use);
            let is_said =
                matches!(&*method, "expect" | "context" | "wrap_err" | "with_context" | "wrap_err_with" | "map_err");
            for argument in &call.args {
                let given = match argument {
                    Expr::Closure(closure) => self.closure(closure, to, false),
                    other => self.expr(other, to),
                };
                // A message is not what the value is made of.
                if is_said { drop(given) } else { parts.extend(given) }
            }
            return parts;
        }
        let place = call.method.span().start();
        let (mut path, mut receiver) = (Vec::new(), None);
        match self.path_of(&call.receiver) {
            Some(own) => path = own,
            None => {
                let parts = self.expr(&call.receiver, to);
                receiver = parts.iter().find_map(|part| match part {
                    Part::Call(number) => Some(*number),
                    _ => None,
                });
                if receiver.is_none() {
                    // A method of a text, `"a".parse()`: the text goes on.
                    let arguments = self.arguments(&[word(&call.method)], call.args.iter(), to);
                    let of_arguments = arguments.into_iter().flat_map(|argument| argument.value);
                    return parts.into_iter().chain(of_arguments).collect();
                }
            }
        }
        path.push(word(&call.method));
        let arguments = self.arguments(&path, call.args.iter(), to);
        let number = self.record(path, receiver, arguments, to, place);
        vec![Part::Call(number)]
    }

    /// What a method that gives something else does: its closure may still panic or hand the failure on.
    fn replacement(&self, call: &ExprMethodCall, to: Use, shown: u32) -> Use {
        let replaced = fate(FateKind::Replaced, shown);
        let Some(Expr::Closure(closure)) = call.args.first() else { return replaced };
        match fates::branch(&closure.body, to, &self.frame) {
            Use::Known(found) if matches!(found.kind, FateKind::Fatal | FateKind::Passed) => Use::Known(found),
            _ => replaced,
        }
    }

    /// The arguments of a call, with the use that the call makes of their failures.
    fn arguments<'e>(&mut self, path: &[Arc<str>], given: impl Iterator<Item = &'e Expr>, to: Use) -> Vec<Argument> {
        let last = path.last().map_or("", |last| &**last);
        let spawns = words::detaches(path) || matches!(last, "spawn" | "spawn_local" | "spawn_on" | "spawn_detached");
        let waits = WAITERS.contains(&last);
        let at_once = waits || AT_ONCE.contains(&last) || words::at_once(path);
        let mut arguments = Vec::new();
        for argument in given {
            let value = match argument {
                Expr::Closure(closure) if spawns && to.is_lost() => {
                    self.alone(closure, |walk| walk.expr(&closure.body, Use::Open))
                }
                Expr::Async(_) | Expr::Call(_) | Expr::MethodCall(_) if spawns && to.is_lost() => {
                    self.alone(argument, |walk| walk.expr(argument, Use::Open))
                }
                Expr::Closure(closure) => {
                    self.closure(closure, if at_once || spawns { to } else { Use::Open }, !at_once && !spawns)
                }
                other if waits || spawns => self.expr(other, to),
                other => self.expr(other, Use::Open),
            };
            arguments.push(Argument { name: None, value });
        }
        arguments
    }

    /// Reads what another thread or task has.
    fn alone(&mut self, of: impl Spanned, read: impl FnOnce(&mut Self) -> Vec<Part>) -> Vec<Part> {
        let passed = fate(FateKind::Passed, 0);
        let frame = Frame {
            question: passed,
            returns: passed,
            detached: self.frame.detached.or(Some(line(of))),
            is_function: false,
            ..self.frame
        };
        self.inside(frame, read)
    }

    pub(super) fn record(
        &mut self,
        path: Vec<Arc<str>>,
        receiver: Option<usize>,
        arguments: Vec<Argument>,
        to: Use,
        place: proc_macro2::LineColumn,
    ) -> usize {
        self.function.calls.push(Call {
            path,
            receiver,
            makes: false,
            arguments,
            fate: self.fate(to),
            deferred: self.frame.deferred,
            line: number(place.line),
            column: number(place.column + 1),
        });
        self.function.calls.len() - 1
    }

    /// `Foo { a: x }` is a call that makes a `Foo`; the fields of one's own type are set by it.
    fn object(&mut self, object: &ExprStruct) -> Vec<Part> {
        let path = self.path(&object.path);
        let own = path.last().is_some_and(|last| &**last == "Self" || self.owner.as_ref() == Some(last));
        let mut arguments = Vec::new();
        for field in &object.fields {
            let Member::Named(name) = &field.member else { continue };
            let value = self.expr(&field.expr, Use::Open);
            if own {
                let bound = Binding { name: word(name), is_shared: true, value: value.clone(), line: line(field) };
                if !value.is_empty() {
                    self.function.bindings.push(bound);
                }
            }
            arguments.push(Argument { name: Some(word(name)), value });
        }
        if let Some(rest) = &object.rest {
            let value = self.expr(rest, Use::Open);
            arguments.push(Argument { name: None, value });
        }
        let place = object.path.span().start();
        let number = self.record(path, None, arguments, Use::Open, place);
        if let Some(call) = self.function.calls.last_mut() {
            call.makes = true;
        }
        vec![Part::Call(number)]
    }

    /// Texts that are put together with `+` are one text; all else is made of both sides.
    fn binary(&mut self, left: &Expr, op: &BinOp, right: &Expr) -> Vec<Part> {
        let mut parts = self.expr(left, Use::Open);
        let more = self.expr(right, Use::Open);
        let assigns = matches!(op, BinOp::AddAssign(_));
        if assigns {
            self.assign(left, more);
            return Vec::new();
        }
        let is_text = |part: &Part| matches!(part, Part::Text(_));
        if matches!(op, BinOp::Add(_))
            && parts.len() == 1
            && more.len() == 1
            && (is_text(&parts[0]) || is_text(&more[0]))
        {
            let place = left.span().start();
            let pieces = parts.into_iter().chain(more).flat_map(pieces).collect();
            return vec![Part::Text(Text { pieces, line: number(place.line), column: number(place.column + 1) })];
        }
        parts.extend(more);
        parts
    }

    fn assign(&mut self, left: &Expr, value: Vec<Part>) {
        let Some(path) = self.path_of(left) else {
            self.leave(value);
            return;
        };
        if let [first, .., last] = path.as_slice() {
            self.bind(Arc::clone(last), &**first == "self", value, line(left));
        } else if let [name] = path.as_slice() {
            self.bind(Arc::clone(name), false, value, line(left));
        }
    }
}

/// What a part adds to a text.
pub(super) fn pieces(part: Part) -> Vec<Piece> {
    match part {
        Part::Text(text) => text.pieces,
        Part::Name(path) => vec![Piece::Open(path)],
        Part::Call(_) => vec![Piece::Open(Vec::new())],
    }
}

/// The text of a literal.
pub(super) fn literal(literal: &Lit) -> Option<Text> {
    match literal {
        Lit::Str(text) => Some(fixed(text)),
        Lit::ByteStr(bytes) => {
            let place = bytes.span().start();
            let text = String::from_utf8(bytes.value()).ok()?;
            Some(Text {
                pieces: vec![Piece::Fixed(text.into())],
                line: number(place.line),
                column: number(place.column + 1),
            })
        }
        _ => None,
    }
}

/// A text of fixed letters.
pub(super) fn fixed(text: &LitStr) -> Text {
    let place = text.span().start();
    Text { pieces: vec![Piece::Fixed(text.value().into())], line: number(place.line), column: number(place.column + 1) }
}

/// A number of lines or columns.
pub(super) fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn names_nothing(pat: &syn::Pat) -> bool {
    let mut names = Vec::new();
    super::items::names_of(pat, &mut names);
    names.is_empty()
}
