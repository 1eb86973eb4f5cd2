//! Macros whose arguments are expressions, and what can be seen of the others.

use std::sync::Arc;

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Block, Expr, ExprRepeat, Lit, LitStr, Macro, Pat, Stmt, Token};

use super::expressions::{fixed, number, pieces};
use super::fates::{self, failing};
use super::items::word;
use super::walk::{Use, Walk, fate};
use crate::scan::code::{Argument, FateKind, Part, Piece, Text};

/// Macros that give a text.
const TEXTS: &[&str] = &["format", "concat", "format_args", "formatcp", "concatcp"];

/// Macros that wait for all that they are given.
const WAITERS: &[&str] = &["join", "try_join"];

impl Walk<'_> {
    /// A macro outside of functions: `lazy_static!`, `thread_local!`.
    pub(super) fn outer_macro(&mut self, mac: &Macro) {
        let name = mac.path.segments.last().map(|last| word(&last.ident)).unwrap_or_default();
        if &*name != "macro_rules" {
            self.tokens(&mac.tokens);
        }
    }

    /// A macro as an expression; its value has this use.
    pub(super) fn invoke(&mut self, mac: &Macro, to: Use) -> Vec<Part> {
        let path = self.path(&mac.path);
        let name: Arc<str> = path.last().cloned().unwrap_or_default();
        let place = mac.path.span().start();
        if &*name == "macro_rules" {
            return Vec::new();
        }
        if &*name == "select" && self.select(&mac.tokens) {
            return Vec::new();
        }
        let list = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone());
        let Ok(list) = list else {
            if let Ok(repeat) = syn::parse2::<RepeatBody>(mac.tokens.clone()) {
                return self.expr(&repeat.0.expr, Use::Open);
            }
            if let Ok(block) = Block::parse_within.parse2(mac.tokens.clone()) {
                return self.statements(&block);
            }
            let seen = self.tokens(&mac.tokens);
            let argument = Argument { name: None, value: seen };
            self.record(path, None, vec![argument], Use::Open, place);
            return Vec::new();
        };
        if TEXTS.contains(&&*name) {
            return self.format(&name, &list).into_iter().map(Part::Text).collect();
        }
        if WAITERS.contains(&&*name) {
            // The first of `try_join!` that fails is what the whole gives.
            return list.iter().flat_map(|item| self.expr(item, to)).collect();
        }
        if &*name == "vec" || &*name == "array" {
            return list.iter().flat_map(|item| self.expr(item, to)).collect();
        }
        if &*name == "matches" {
            let items: Vec<Part> = list.iter().take(1).flat_map(|item| self.expr(item, Use::Open)).collect();
            return items;
        }
        let fatal = name.starts_with("assert") || name.starts_with("debug_assert");
        let use_of = if fatal { fate(FateKind::Fatal, number(place.line)) } else { Use::Open };
        let mut arguments = Vec::new();
        let template = list.iter().position(is_template);
        for (index, item) in list.iter().enumerate() {
            let value = match (template, item) {
                (Some(at), _) if at == index => {
                    let rest: Punctuated<Expr, Token![,]> = list.iter().skip(at).cloned().collect();
                    self.format("format", &rest).into_iter().map(Part::Text).collect()
                }
                // They are pieces of the text before them.
                (Some(at), _) if index > at => continue,
                (_, Expr::Assign(pair)) => self.expr(&pair.right, use_of),
                (_, item) => self.expr(item, use_of),
            };
            arguments.push(Argument { name: None, value });
        }
        let number = self.record(path, None, arguments, to, place);
        vec![Part::Call(number)]
    }

    fn statements(&mut self, statements: &[Stmt]) -> Vec<Part> {
        let block = Block { brace_token: syn::token::Brace::default(), stmts: statements.to_vec() };
        self.block(&block, Use::Open)
    }

    /// `format!("http://{host}:{}/x", port)` as a text with open pieces.
    fn format(&mut self, name: &str, list: &Punctuated<Expr, Token![,]>) -> Option<Text> {
        let place = list.first()?.span().start();
        let at = |pieces| Text { pieces, line: number(place.line), column: number(place.column + 1) };
        if name.starts_with("concat") {
            return Some(at(list.iter().flat_map(|item| self.expr(item, Use::Open)).flat_map(pieces).collect()));
        }
        let mut items = list.iter();
        let Some(Expr::Lit(first)) = items.next() else { return None };
        let Lit::Str(template) = &first.lit else { return None };
        let mut named: Vec<(Option<Arc<str>>, Vec<Piece>)> = Vec::new();
        for item in items {
            let (name, value) = match item {
                Expr::Assign(pair) => (self.path_of(&pair.left).and_then(|path| path.first().cloned()), &*pair.right),
                other => (None, other),
            };
            let parts = self.expr(value, Use::Open);
            let mut all = parts.into_iter();
            let one = match (all.next(), all.next()) {
                (Some(part), None) => pieces(part),
                _ => vec![Piece::Open(Vec::new())],
            };
            named.push((name, one));
        }
        Some(at(fill(&template.value(), &named)))
    }

    /// `tokio::select! { x = f() => …, else => … }`; `false` when it is something else.
    fn select(&mut self, tokens: &TokenStream) -> bool {
        let Ok(branches) = branches.parse2(tokens.clone()) else { return false };
        for (pattern, future, handler) in branches {
            if let Some((pattern, future)) = pattern.as_ref().zip(future.as_ref()) {
                let use_of = match (failing(pattern), &handler) {
                    (Some(true), handler) => fates::branch(handler, Use::Open, &self.frame),
                    (Some(false), _) => Use::Open,
                    (None, Expr::Match(one)) => fates::arms(&one.arms, Use::Open, &self.frame),
                    (None, _) => Use::Open,
                };
                let value = self.expr(future, use_of);
                self.bind_pattern(pattern, &value);
            }
            let parts = self.expr(&handler, Use::Dropped);
            self.leave(parts);
        }
        true
    }

    /// What can be seen of tokens that are no list of expressions: names and texts.
    fn tokens(&mut self, tokens: &TokenStream) -> Vec<Part> {
        let mut parts = Vec::new();
        for token in tokens.clone() {
            match token {
                TokenTree::Ident(ident) => self.mention(word(&ident)),
                TokenTree::Group(group) => parts.extend(self.tokens(&group.stream())),
                TokenTree::Literal(literal) => {
                    let token = TokenStream::from(TokenTree::Literal(literal));
                    parts.extend(syn::parse2::<LitStr>(token).ok().map(|text| Part::Text(fixed(&text))));
                }
                TokenTree::Punct(_) => {}
            }
        }
        parts
    }
}

/// Whether an expression is a text with places to fill.
fn is_template(item: &Expr) -> bool {
    match item {
        Expr::Lit(one) => matches!(&one.lit, Lit::Str(text) if text.value().contains('{')),
        _ => false,
    }
}

/// `value; count`, as in `vec![value; count]`.
struct RepeatBody(ExprRepeat);

impl syn::parse::Parse for RepeatBody {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let expr: Expr = input.parse()?;
        let semi_token: Token![;] = input.parse()?;
        let len: Expr = input.parse()?;
        let (expr, len) = (Box::new(expr), Box::new(len));
        Ok(RepeatBody(ExprRepeat {
            attrs: Vec::new(),
            bracket_token: syn::token::Bracket::default(),
            expr,
            semi_token,
            len,
        }))
    }
}

type Branch = (Option<Pat>, Option<Expr>, Expr);

/// The branches of `select!`.
fn branches(input: ParseStream) -> syn::Result<Vec<Branch>> {
    let mut all = Vec::new();
    if input.peek(syn::Ident) && input.peek2(Token![;]) {
        input.parse::<syn::Ident>()?;
        input.parse::<Token![;]>()?;
    }
    while !input.is_empty() {
        let (mut pattern, mut future) = (None, None);
        if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
        } else {
            pattern = Some(Pat::parse_multi_with_leading_vert(input)?);
            input.parse::<Token![=]>()?;
            future = Some(input.parse()?);
            if input.peek(Token![,]) && input.peek2(Token![if]) {
                input.parse::<Token![,]>()?;
                input.parse::<Token![if]>()?;
                input.parse::<Expr>()?;
            }
        }
        input.parse::<Token![=>]>()?;
        all.push((pattern, future, input.parse()?));
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(all)
}

/// A template with its places filled: `{}` by position, `{1}` by number, `{name}` by name or from around it.
fn fill(template: &str, given: &[(Option<Arc<str>>, Vec<Piece>)]) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut letters = template.chars().peekable();
    let mut next = 0;
    while let Some(letter) = letters.next() {
        match letter {
            '{' if letters.peek() == Some(&'{') => {
                letters.next();
                text.push('{');
            }
            '}' if letters.peek() == Some(&'}') => {
                letters.next();
                text.push('}');
            }
            '{' => {
                let inner: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                let name = inner.split(':').next().unwrap_or_default().trim();
                let found = if name.is_empty() {
                    next += 1;
                    given.get(next - 1)
                } else if let Ok(number) = name.parse::<usize>() {
                    given.get(number)
                } else {
                    given.iter().find(|(own, _)| own.as_deref() == Some(name))
                };
                if !text.is_empty() {
                    out.push(Piece::Fixed(std::mem::take(&mut text).into()));
                }
                match found {
                    Some((_, pieces)) => out.extend(pieces.iter().cloned()),
                    None if name.is_empty() || name.parse::<usize>().is_ok() => out.push(Piece::Open(Vec::new())),
                    None => out.push(Piece::Open(vec![name.into()])),
                }
            }
            letter => text.push(letter),
        }
    }
    if !text.is_empty() || out.is_empty() {
        out.push(Piece::Fixed(text.into()));
    }
    out
}
