//! Rust, by `syn`.

mod calls;
mod cfg;
mod expressions;
mod fates;
mod items;
mod macros;
mod walk;

use std::borrow::Cow;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Item;

use super::{Language, Others, Reads};
use crate::scan::code::Module;

/// Rust.
pub(super) const RUST: Language = Language {
    name: "Rust",
    ends: &[".rs"],
    others: Others { starts: &["build.rs", "tests.rs"], ends: &["_test.rs"], ..Others::NONE },
    reads: Reads::Own(read),
};

/// What is nested deeper is no program that a person wrote.
const DEEPEST: usize = 120;
/// So many tokens may stand in one statement or argument: each may be a level of the tree.
const LONGEST: usize = 2000;
/// So many `else` may follow each other, each a level too.
const MOST_ELSES: usize = 600;
/// Up to this shape the stack of any thread will do.
const SHALLOW: Shape = Shape { depth: 12, run: 120, elses: 12 };
/// For what is deeper.
const STACK: usize = 128 * 1024 * 1024;

fn read(text: &str) -> Module {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A line that tells a shell what to run becomes a comment, so that lines keep their numbers.
    let text = match text.strip_prefix("#!").filter(|rest| !rest.trim_start().starts_with('[')) {
        Some(rest) => Cow::Owned(format!("//{rest}")),
        None => Cow::Borrowed(text),
    };
    let broken = || Module { has_errors: true, ..Module::default() };
    // Tokens are made without recursion; what is too deep is found before anything is parsed.
    let shape = lex(&text).map(|(tokens, _)| shape(&tokens));
    forget_places();
    let Some(shape) = shape else { return broken() };
    if shape.depth > DEEPEST || shape.run > LONGEST || shape.elses > MOST_ELSES {
        return broken();
    }
    if shape.depth <= SHALLOW.depth && shape.run <= SHALLOW.run && shape.elses <= SHALLOW.elses {
        return parse(&text);
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || parse(&text));
        thread.ok().and_then(|thread| thread.join().ok()).unwrap_or_else(broken)
    })
}

/// The places of all that a thread has made tokens of are kept until this is said.
fn forget_places() {
    proc_macro2::extra::invalidate_current_thread_spans();
}

fn parse(text: &str) -> Module {
    let module = match lex(text) {
        Some((tokens, is_whole)) => match syn::parse2::<syn::File>(tokens.clone()) {
            Ok(file) if is_whole => items::module(&file.items),
            Ok(file) => Module { has_errors: true, ..items::module(&file.items) },
            Err(_) => Module { has_errors: true, ..items::module(&pieces(tokens)) },
        },
        None => Module { has_errors: true, ..Module::default() },
    };
    forget_places();
    module
}

/// The tokens of a text, and whether they are all of it. Where brackets are not closed, those up to the last item that
/// ends at the start of a line; `None` when there is none.
fn lex(text: &str) -> Option<(TokenStream, bool)> {
    if let Ok(tokens) = text.parse() {
        return Some((tokens, true));
    }
    let end = text.rfind("\n}\n").map(|at| at + 2).or_else(|| text.rfind(";\n").map(|at| at + 1))?;
    Some((text[..end].parse().ok()?, false))
}

/// The items of a broken file that can be read by themselves.
fn pieces(tokens: TokenStream) -> Vec<Item> {
    let mut items = Vec::new();
    let mut piece: Vec<TokenTree> = Vec::new();
    let mut ends = 0;
    for token in tokens {
        let is_end = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        piece.push(token);
        if !is_end {
            continue;
        }
        ends += 1;
        if let Ok(item) = syn::parse2::<Item>(piece.iter().cloned().collect()) {
            items.push(item);
            piece.clear();
            ends = 0;
        } else if ends >= 3 {
            // `static A: B = C { … };` ends at its second end; what has not ended at its third is broken.
            piece.clear();
            ends = 0;
        }
    }
    items
}

/// How deep a tree of tokens can make a tree of syntax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Shape {
    /// The depth of brackets.
    depth: usize,
    /// The most tokens between separators.
    run: usize,
    /// The most `else` between ends of statements.
    elses: usize,
}

/// The shape of tokens; linear, without recursion.
fn shape(tokens: &TokenStream) -> Shape {
    let mut shape = Shape::default();
    let mut open = vec![(tokens.clone(), 0)];
    while let Some((tokens, depth)) = open.pop() {
        shape.depth = shape.depth.max(depth);
        let (mut run, mut elses) = (0, 0);
        for token in tokens {
            run += 1;
            match token {
                TokenTree::Group(group) => {
                    if group.delimiter() == Delimiter::Brace {
                        run = 0;
                    }
                    open.push((group.stream(), depth + 1));
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => (run, elses) = (0, 0),
                TokenTree::Punct(punct) if punct.as_char() == ',' => run = 0,
                TokenTree::Ident(ident) if ident == "else" => elses += 1,
                _ => {}
            }
            shape.run = shape.run.max(run);
            shape.elses = shape.elses.max(elses);
        }
    }
    shape
}
