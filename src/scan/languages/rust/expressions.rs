//! Expressions to calls, and to what values are made of.

use std::sync::Arc;

use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprClosure, Lit, LitStr, Member};

use super::fates::{self, at};
use super::items::{line, word};
use super::walk::{Frame, Use, Walk, fate};
use crate::scan::code::{FateKind, Part, Piece, Text};

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

    pub(super) fn inside<T>(&mut self, frame: Frame, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.frame, frame);
        let value = read(self);
        self.frame = outer;
        value
    }

    /// The frame of a block or closure whose value has this use.
    fn inner_frame(&self, to: Use) -> Frame {
        let question = match to {
            Use::Known(..) => to,
            // Whoever gets the value gets its failure.
            Use::Dropped | Use::Open => fate(FateKind::Passed, 0),
        };
        let returns = if let Use::Known(..) = to { to } else { question };
        Frame { question, returns, is_function: false, ..self.frame }
    }

    pub(super) fn closure(&mut self, closure: &ExprClosure, to: Use, deferred: bool) -> Vec<Part> {
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
