//! In what two languages differ once their syntax is out of the way.

use std::sync::OnceLock;

use super::choices::Chooses;
use super::shapes::{Kinds, Shapes};

/// A language's own ways.
pub(super) struct Dialect {
    /// Its grammar.
    pub(super) grammar: fn() -> tree_sitter::Language,
    /// How its nodes are drawn.
    pub(super) shapes: Shapes,
    /// The kinds of leaves of its grammar that are names.
    pub(super) names: &'static [&'static str],
    /// How it hands on failures.
    pub(super) failure: Failure,
    /// Whether the code outside of functions runs anew for each request: PHP.
    pub(super) runs_per_request: bool,
    /// Calls that fill the places of a text, by the end of their path, and how the places look.
    pub(super) formats: &'static [(&'static [&'static str], Places)],
    /// The kinds of nodes by which a value chooses what is done.
    pub(super) chooses: Chooses,
    /// What follows of shapes and names for each kind of node; worked out once.
    pub(super) kinds: OnceLock<Kinds>,
}

impl Dialect {
    /// What is known of each kind of node.
    pub(super) fn kinds(&self) -> &Kinds {
        self.kinds.get_or_init(|| Kinds::new(&(self.grammar)(), self.shapes, self.names, &self.chooses))
    }
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
