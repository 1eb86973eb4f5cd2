//! Calls: what they are called on, what they are given, and what becomes of their failure.

use std::sync::Arc;

use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall, ExprStruct, Member};

use super::super::words;
use super::expressions::number;
use super::fates::{self, Step, step};
use super::items::{line, word};
use super::walk::{Frame, Use, Walk, fate};
use crate::scan::code::{Argument, Binding, Call, Fate, FateKind, Part};

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
    /// A call of a function.
    pub(super) fn call(&mut self, call: &ExprCall, to: Use) -> Vec<Part> {
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

    /// A call of a method.
    pub(super) fn method(&mut self, call: &ExprMethodCall, to: Use) -> Vec<Part> {
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
            found @ Use::Known(FateKind::Fatal | FateKind::Passed, _) => found,
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
            empty: Fate::default(),
            is_dropped: false,
            deferred: self.frame.deferred,
            line: number(place.line),
            column: number(place.column + 1),
        });
        self.function.calls.len() - 1
    }

    /// `Foo { a: x }` is a call that makes a `Foo`; the fields of one's own type are set by it.
    pub(super) fn object(&mut self, object: &ExprStruct) -> Vec<Part> {
        let path = self.path(&object.path);
        let own = path.last().is_some_and(|last| &**last == "Self" || self.owner.as_ref() == Some(last));
        let mut arguments = Vec::new();
        for field in &object.fields {
            let Member::Named(name) = &field.member else { continue };
            let value = self.expr(&field.expr, Use::Open);
            if own {
                let bound = Binding::new(word(name), true, value.clone(), line(field));
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
}
