//! What code does with a failure: by the branch that handles it, or by what is done later with the name that has it.

use std::sync::Arc;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Arm, Expr, Macro, Pat, Stmt};

use super::super::words;
use super::items::{line, word};
use super::walk::{Frame, Use, fate};
use crate::scan::code::FateKind;

/// What a method does with the failure of what it is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It panics.
    Panics,
    /// It gives something else, which its closure may make.
    Replaces,
    /// It makes nothing of it: `ok`.
    Forgets,
    /// It hands it on, as most methods do.
    HandsOn,
}

/// What a method with this name does.
pub(super) fn step(method: &str) -> Step {
    match method {
        "unwrap" | "expect" | "unwrap_unchecked" => Step::Panics,
        "unwrap_or" | "unwrap_or_default" | "unwrap_or_else" | "map_or" | "map_or_else" | "or" | "or_else"
        | "is_ok_and" | "is_some_and" | "is_none_or" => Step::Replaces,
        "ok" => Step::Forgets,
        _ => Step::HandsOn,
    }
}

/// Whether a pattern is that of a failure, or of success; `None` when it tells neither.
pub(super) fn failing(pat: &Pat) -> Option<bool> {
    let by_name = |name: &str| match name {
        "Err" | "None" => Some(true),
        "Ok" | "Some" => Some(false),
        _ => None,
    };
    match pat {
        Pat::TupleStruct(one) => {
            let own = by_name(&word(&one.path.segments.last()?.ident))?;
            // `Ok(Err(e))` is the failure of what is inside.
            if !own && let Some(inner) = one.elems.first().and_then(failing) { Some(inner) } else { Some(own) }
        }
        Pat::Path(one) => by_name(&word(&one.path.segments.last()?.ident)),
        Pat::Ident(one) => by_name(&word(&one.ident)),
        Pat::Paren(one) => failing(&one.pat),
        Pat::Guard(one) => failing(&one.pat),
        Pat::Reference(one) => failing(&one.pat),
        Pat::Or(list) => {
            let all: Vec<Option<bool>> = list.cases.iter().map(failing).collect();
            if all.contains(&Some(true)) { Some(true) } else { all.first().copied().flatten() }
        }
        _ => None,
    }
}

/// What a `match` does with the failure of what it looks at: by its last arm for failures, the most general one.
pub(super) fn arms(arms: &[Arm], to: Use, frame: &Frame) -> Use {
    let succeeds = arms.iter().any(|arm| failing(&arm.pat) == Some(false));
    let fails = |arm: &&Arm| match failing(&arm.pat) {
        Some(fails) => fails,
        None => succeeds && matches!(arm.pat, Pat::Wild(_) | Pat::Ident(_)),
    };
    match arms.iter().rev().find(fails) {
        Some(arm) => branch(&arm.body, to, frame),
        None => Use::Open,
    }
}

/// What a branch that is taken on failure does with it.
pub(super) fn branch(body: &Expr, to: Use, frame: &Frame) -> Use {
    let at = line(body);
    let mut seen = Branch::default();
    seen.visit_expr(body);
    if let Some(line) = seen.ends {
        return fate(FateKind::Fatal, line);
    }
    if let Some(line) = seen.passes {
        return match frame.question {
            Use::Known(kind, _) => fate(kind, line),
            _ => fate(FateKind::Passed, line),
        };
    }
    match last(body) {
        Some(value) if is_error(value) => match to {
            Use::Known(kind, _) => fate(kind, line(value)),
            _ => fate(FateKind::Passed, line(value)),
        },
        _ if seen.gives.is_some() => fate(FateKind::Replaced, seen.gives.unwrap_or(at)),
        Some(value) if !is_quiet(value) => fate(FateKind::Replaced, line(value)),
        // Something is set in its place: `x = default`.
        _ if seen.sets.is_some() => fate(FateKind::Replaced, seen.sets.unwrap_or(at)),
        _ => fate(FateKind::Ignored, at),
    }
}

/// The expression that gives a body its value.
fn last(body: &Expr) -> Option<&Expr> {
    match body {
        Expr::Block(block) => match block.block.stmts.last()? {
            Stmt::Expr(expr, None) => last(expr),
            _ => None,
        },
        Expr::Paren(inner) => last(&inner.expr),
        Expr::If(one) => match &one.else_branch {
            // The worse of the two would be hard to tell; the last is taken when the first gives nothing.
            Some((_, no)) => last(no).or_else(|| last_of(&one.then_branch)),
            None => None,
        },
        Expr::Match(one) => one.arms.last().and_then(|arm| last(&arm.body)),
        Expr::Macro(one) if is_log(&one.mac) => None,
        Expr::Tuple(one) if one.elems.is_empty() => None,
        other => Some(other),
    }
}

fn last_of(block: &syn::Block) -> Option<&Expr> {
    match block.stmts.last()? {
        Stmt::Expr(expr, None) => last(expr),
        _ => None,
    }
}

fn is_error(value: &Expr) -> bool {
    match value {
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Err")),
        Expr::MethodCall(call) => is_error(&call.receiver),
        Expr::Path(path) => path.path.is_ident("None"),
        _ => false,
    }
}

/// Whether a value is nothing, or the way on in a loop.
fn is_quiet(value: &Expr) -> bool {
    match value {
        Expr::Continue(_) | Expr::Break(_) | Expr::Return(_) | Expr::Assign(_) => true,
        Expr::Tuple(one) => one.elems.is_empty(),
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if logs(&path.path)),
        Expr::Macro(one) => is_log(&one.mac),
        _ => false,
    }
}

/// Whether a name is that of an answer that says that the server has failed.
fn answers(name: &str) -> bool {
    let plain = name.replace('_', "").to_lowercase();
    ["internalservererror", "serviceunavailable", "badgateway", "gatewaytimeout"].contains(&&*plain)
}

fn parts(path: &syn::Path) -> Vec<Arc<str>> {
    path.segments.iter().map(|segment| word(&segment.ident)).collect()
}

fn logs(path: &syn::Path) -> bool {
    words::logs(&parts(path))
}

fn is_log(mac: &Macro) -> bool {
    let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let known = ["error", "warn", "info", "debug", "trace", "log", "println", "eprintln", "print", "eprint", "event"];
    known.contains(&&*name) || logs(&mac.path)
}

/// What a branch holds, closures in it left out.
#[derive(Default)]
struct Branch {
    ends: Option<u32>,
    passes: Option<u32>,
    gives: Option<u32>,
    sets: Option<u32>,
}

impl<'ast> Visit<'ast> for Branch {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let at = || Some(line(expr));
        match expr {
            Expr::Closure(_) | Expr::Async(_) => return,
            Expr::Return(one) => match one.expr.as_deref() {
                Some(value) if is_error(value) => self.passes = self.passes.or_else(at),
                // What is given back and is no error stands in the place of what failed.
                Some(_) => self.gives = self.gives.or_else(at),
                None => {}
            },
            Expr::Try(one) if is_error(&one.expr) => self.passes = self.passes.or_else(at),
            Expr::Assign(_) => self.sets = self.sets.or_else(at),
            Expr::Call(call) => {
                if let Expr::Path(path) = &*call.func
                    && words::exits(&parts(&path.path))
                {
                    self.ends = self.ends.or_else(at);
                }
            }
            Expr::Path(path) if path.path.segments.iter().any(|segment| answers(&word(&segment.ident))) => {
                self.ends = self.ends.or_else(at);
            }
            Expr::MethodCall(call) if answers(&word(&call.method)) => self.ends = self.ends.or_else(at),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let at = Some(line(mac));
        match &*name {
            "panic" | "unreachable" | "todo" | "unimplemented" | "abort" => self.ends = self.ends.or(at),
            "bail" | "yeet" | "throw" | "fail" => self.passes = self.passes.or(at),
            _ => {}
        }
    }
}

/// So many statements after a name got its value are looked at.
const MOST_LATER: usize = 100;

/// What is done with a name in the statements after it got its value: the first that decides.
pub(super) fn later(name: &Arc<str>, rest: &[Stmt], tail: Use, frame: &Frame) -> Option<Use> {
    let mut search = Later { name, frame, found: None };
    for (number, statement) in rest.iter().enumerate().take(MOST_LATER) {
        if number + 1 == rest.len()
            && let Stmt::Expr(expr, None) = statement
            && search.is_it(expr)
        {
            return Some(tail);
        }
        search.visit_stmt(statement);
        if search.found.is_some() {
            break;
        }
    }
    search.found
}

struct Later<'l> {
    name: &'l Arc<str>,
    frame: &'l Frame,
    found: Option<Use>,
}

impl Later<'_> {
    /// Whether an expression is the name, or what is handed on of it.
    fn is_it(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Path(path) => path.path.get_ident().is_some_and(|ident| *word(ident) == **self.name),
            Expr::Await(inner) => self.is_it(&inner.base),
            Expr::Paren(inner) => self.is_it(&inner.expr),
            Expr::Reference(inner) => self.is_it(&inner.expr),
            Expr::MethodCall(call) => {
                let method = call.method.to_string();
                let plain =
                    ["map_err", "context", "with_context", "as_ref", "as_mut", "map", "and_then", "inspect_err"];
                (plain.contains(&&*method) || method == "ok") && self.is_it(&call.receiver)
            }
            _ => false,
        }
    }
}

impl<'ast> Visit<'ast> for Later<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if self.found.is_some() {
            return;
        }
        let found = match expr {
            Expr::Try(one) if self.is_it(&one.expr) => Some(at(self.frame.question, expr)),
            Expr::Return(one) if one.expr.as_deref().is_some_and(|value| self.is_it(value)) => {
                Some(at(self.frame.returns, expr))
            }
            Expr::Match(one) if self.is_it(&one.expr) => Some(arms(&one.arms, Use::Open, self.frame)),
            Expr::If(one) => match &*one.cond {
                Expr::Let(condition) if self.is_it(&condition.expr) => match failing(&condition.pat) {
                    Some(true) => {
                        let body = Expr::Block(syn::ExprBlock {
                            attrs: Vec::new(),
                            label: None,
                            block: one.then_branch.clone(),
                        });
                        Some(branch(&body, Use::Open, self.frame))
                    }
                    Some(false) => Some(match &one.else_branch {
                        Some((_, no)) => branch(no, Use::Open, self.frame),
                        None => fate(FateKind::Ignored, line(expr)),
                    }),
                    None => None,
                },
                _ => None,
            },
            Expr::MethodCall(call) if self.is_it(&call.receiver) => match step(&call.method.to_string()) {
                Step::Panics => Some(fate(FateKind::Fatal, line(call.method.span()))),
                Step::Replaces => Some(fate(FateKind::Replaced, line(call.method.span()))),
                Step::Forgets | Step::HandsOn => None,
            },
            _ => None,
        };
        match found {
            Some(found) => self.found = Some(found),
            None => visit::visit_expr(self, expr),
        }
    }
}

/// A fate, shown by the line of an expression.
pub(super) fn at(to: Use, expr: &Expr) -> Use {
    let end = u32::try_from(expr.span().end().line).unwrap_or(u32::MAX);
    match to {
        Use::Known(kind, _) => fate(kind, end),
        other => other,
    }
}
