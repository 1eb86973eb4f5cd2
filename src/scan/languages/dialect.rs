//! In what two languages differ once their syntax is out of the way.

use tree_sitter::Node;

use super::reader::Reader;
use super::sketch::Sketch;

/// A language's own ways.
pub(super) struct Dialect {
    /// Its grammar.
    pub(super) grammar: fn() -> tree_sitter::Language,
    /// Draws a node.
    pub(super) draw: for<'t> fn(&mut Reader<'t>, Node<'t>) -> Sketch,
    /// The kinds of leaves of its grammar that are names.
    pub(super) names: &'static [&'static str],
    /// How it hands on failures.
    pub(super) failure: Failure,
    /// Whether the code outside of functions runs anew for each request: PHP.
    pub(super) runs_per_request: bool,
    /// Calls that fill the places of a text, by the end of their path, and how the places look.
    pub(super) formats: &'static [(&'static [&'static str], Places)],
}

/// How a language hands on failures.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// As one of the values that a call gives: Go.
    Value,
    /// Past all that does not catch it.
    Exception,
    /// As exceptions to those who wait, and as the first argument of a callback: JavaScript.
    Promise,
}

/// How the places to fill in a text look.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Places {
    /// `%s`
    Percent,
    /// `{}`, `{0}`, `{name}`
    Braces,
}
