//! The state of a walk through a function: what a failure would do at the place that is looked at.

use std::sync::Arc;

use syn::{Block, Expr, Item, Local, Pat, Stmt};

use super::cfg::Condition;
use super::fates::{self, failing};
use super::items::{Reader, line, names_of};
use crate::scan::code::{Binding, Fate, FateKind, Function, Part, Text};

/// What becomes of the value of an expression, and so of its failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// This, shown by this line.
    Known(FateKind, u32),
    /// It is dropped at the end of a statement.
    Dropped,
    /// The text does not say.
    Open,
}

/// A fate that a line shows.
pub(super) fn fate(kind: FateKind, line: u32) -> Use {
    Use::Known(kind, line)
}

impl Use {
    fn fate(self) -> Fate {
        match self {
            Use::Known(kind, line) => Fate { kind, line },
            Use::Dropped | Use::Open => Fate::default(),
        }
    }

    /// Whether nobody looks at the value.
    pub(super) fn is_lost(self) -> bool {
        matches!(self, Use::Dropped | Use::Known(FateKind::Ignored, _))
    }
}

/// The nearest function, closure or block that `?` and `return` leave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// What `?` does with a failure.
    pub(super) question: Use,
    /// What becomes of what is given back.
    pub(super) returns: Use,
    /// Nobody waits for it: the line that starts it.
    pub(super) detached: Option<u32>,
    /// It runs later, or never.
    pub(super) deferred: bool,
    /// It is the function itself.
    pub(super) is_function: bool,
}

impl Default for Frame {
    fn default() -> Self {
        Frame { question: Use::Open, returns: Use::Open, detached: None, deferred: false, is_function: false }
    }
}

impl Frame {
    /// A function that hands failures to its caller, or does not. What `main` hands on ends the program.
    pub(super) fn of_function(answers: bool, is_start: bool) -> Self {
        let passed = fate(if is_start { FateKind::Fatal } else { FateKind::Passed }, 0);
        let returns = if answers { passed } else { Use::Open };
        Frame { question: passed, returns, is_function: true, ..Frame::default() }
    }
}

/// A walk through the code of one function.
pub(super) struct Walk<'w> {
    pub(super) reader: &'w mut Reader,
    pub(super) function: &'w mut Function,
    pub(super) owner: Option<Arc<str>>,
    pub(super) condition: Condition,
    pub(super) frame: Frame,
}

impl<'w> Walk<'w> {
    pub(super) fn new(
        reader: &'w mut Reader,
        function: &'w mut Function,
        owner: Option<Arc<str>>,
        condition: Condition,
        frame: Frame,
    ) -> Self {
        Walk { reader, function, owner, condition, frame }
    }

    /// The body of the function.
    pub(super) fn body(&mut self, block: &Block) {
        let returns = self.frame.returns;
        let parts = self.block(block, returns);
        self.function.returns.extend(parts);
    }

    /// The value of a constant.
    pub(super) fn value(&mut self, expr: &Expr) -> Vec<Part> {
        self.expr(expr, Use::Open)
    }

    /// The fate of a failure here.
    pub(super) fn fate(&self, to: Use) -> Fate {
        let fate = to.fate();
        match (self.frame.detached, fate.kind) {
            (Some(line), FateKind::Passed | FateKind::Fatal | FateKind::Unknown) => {
                Fate { kind: FateKind::Detached, line }
            }
            _ => fate,
        }
    }

    pub(super) fn mention(&mut self, name: Arc<str>) {
        self.function.mentions.insert(name);
    }

    pub(super) fn bind(&mut self, name: Arc<str>, is_shared: bool, value: Vec<Part>, line: u32) {
        if !value.is_empty() {
            self.function.bindings.push(Binding::new(name, is_shared, value, line));
        }
    }

    /// Gives the names of a pattern what a value is made of.
    pub(super) fn bind_pattern(&mut self, pat: &Pat, value: &[Part]) {
        let mut names = Vec::new();
        names_of(pat, &mut names);
        for name in names {
            self.bind(name, false, value.to_vec(), line(pat));
        }
    }

    /// What is put into no binding and handed to nobody: its texts are kept.
    pub(super) fn leave(&mut self, parts: Vec<Part>) {
        let texts = parts.into_iter().filter_map(|part| match part {
            Part::Text(text) => Some(text),
            _ => None,
        });
        self.function.texts.extend(texts.collect::<Vec<Text>>());
    }

    pub(super) fn block(&mut self, block: &Block, to: Use) -> Vec<Part> {
        let mut value = Vec::new();
        for (number, statement) in block.stmts.iter().enumerate() {
            let rest = &block.stmts[number + 1..];
            match statement {
                Stmt::Local(local) => self.local(local, rest, to),
                Stmt::Item(item) => self.inner_item(item),
                Stmt::Expr(expr, None) if rest.is_empty() => value = self.expr(expr, to),
                Stmt::Expr(expr, _) => {
                    let parts = self.expr(expr, Use::Dropped);
                    self.leave(parts);
                }
                Stmt::Macro(one) if rest.is_empty() && one.semi_token.is_none() => value = self.invoke(&one.mac, to),
                Stmt::Macro(one) => {
                    let parts = self.invoke(&one.mac, Use::Dropped);
                    self.leave(parts);
                }
            }
        }
        value
    }

    fn inner_item(&mut self, item: &Item) {
        let condition = self.condition.clone();
        self.reader.item(item, &condition);
    }

    fn local(&mut self, local: &Local, rest: &[Stmt], tail: Use) {
        let Some(init) = &local.init else { return };
        let to = match (&init.diverge, &local.pat) {
            (Some((_, otherwise)), _) => fates::branch(otherwise, Use::Open, &self.frame),
            (None, Pat::Wild(_)) => fate(FateKind::Ignored, line(local)),
            (None, pat) => {
                let mut names = Vec::new();
                names_of(pat, &mut names);
                let later = |name: &Arc<str>| fates::later(name, rest, tail, &self.frame);
                names.iter().find_map(later).unwrap_or_else(|| {
                    // Kept for its own sake: a task whose end nobody asks for.
                    let is_kept = names.iter().all(|name| name.starts_with('_')) && !names.is_empty();
                    if is_kept { Use::Dropped } else { Use::Open }
                })
            }
        };
        let value = self.expr(&init.expr, to);
        self.bind_pattern(&local.pat, &value);
        if let Some((_, otherwise)) = &init.diverge {
            let parts = self.expr(otherwise, Use::Open);
            self.leave(parts);
        }
    }

    /// A condition: `if let Ok(x) = f()`, `while let Some(x) = f().await`, `if f().is_err()`; `yes` is what follows when
    /// it holds, and `no` when it does not.
    pub(super) fn condition(&mut self, condition: &Expr, yes: &Expr, no: Option<&Expr>, to: Use) {
        match condition {
            Expr::Let(one) => {
                let use_of = match failing(&one.pat) {
                    Some(true) => fates::branch(yes, to, &self.frame),
                    Some(false) => match no {
                        Some(no) => fates::branch(no, to, &self.frame),
                        None => fate(FateKind::Ignored, line(condition)),
                    },
                    None => Use::Open,
                };
                let value = self.expr(&one.expr, use_of);
                self.bind_pattern(&one.pat, &value);
            }
            Expr::Binary(both) => {
                self.condition(&both.left, yes, no, to);
                self.condition(&both.right, yes, no, to);
            }
            Expr::Paren(inner) => self.condition(&inner.expr, yes, no, to),
            Expr::Unary(inner) => match no {
                Some(no) => self.condition(&inner.expr, no, Some(yes), to),
                None => {
                    let parts = self.expr(&inner.expr, Use::Open);
                    self.leave(parts);
                }
            },
            Expr::MethodCall(call) if call.method == "is_err" || call.method == "is_none" => {
                let use_of = fates::branch(yes, to, &self.frame);
                let parts = self.expr(&call.receiver, use_of);
                self.leave(parts);
            }
            Expr::MethodCall(call) if call.method == "is_ok" || call.method == "is_some" => {
                let use_of =
                    no.map_or(fate(FateKind::Ignored, line(condition)), |no| fates::branch(no, to, &self.frame));
                let parts = self.expr(&call.receiver, use_of);
                self.leave(parts);
            }
            other => {
                let parts = self.expr(other, Use::Open);
                self.leave(parts);
            }
        }
    }
}
