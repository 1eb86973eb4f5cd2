//! Resources of infrastructure as code, in the words of their format: a type, settings, and what the settings refer to.
//!
//! A reader knows neither what a type is nor what an attribute means. It says what was written, with variables,
//! functions and modules worked out as far as they are known; the catalogue says what it means, and `resolve` makes
//! components and needs of it.

use std::sync::Arc;

use super::{Sign, Wanted, Way};
use crate::model::Evidence;

/// A resource, as one file declares it.
#[derive(Clone, Debug)]
pub struct ResourceFact {
    /// Its type, as the catalogue recognises it; a module or nested stack that was not read has its source here.
    pub sign: Sign,
    /// Its address within its scope, as the format writes it: `module.db.aws_db_instance.main`.
    pub name: Arc<str>,
    /// The root folder or stack in which the address holds.
    pub scope: Arc<str>,
    /// Whether it is made elsewhere and only looked up here.
    pub looked_up: bool,
    /// How many there are of it, when more are alike than are told of. Resources whose addresses differ in numbers alone,
    /// `web[0]` and `web[1]`, are copies of one thing.
    pub count: Option<u32>,
    /// Whether it stands for a number of its kind that nothing in the files says.
    pub open: bool,
    /// What is set on it, depth first, in the order in which it is written.
    pub settings: Vec<Setting>,
    /// What the code that it runs says; empty until code is read.
    pub code: CodeFact,
    /// Where it is declared.
    pub evidence: Evidence,
}

/// What the code of a resource says.
#[derive(Clone, Debug, Default)]
pub struct CodeFact {
    /// What it needs; no target is the index of a component.
    pub needs: Vec<Wanted>,
    /// What it sends to topics, and takes from them.
    pub messages: Vec<(Arc<str>, Way, Evidence)>,
    /// What was seen and not understood, and why that is listed.
    pub remarks: Vec<(String, String, Evidence)>,
}

/// One setting of a resource: a leaf of what is written in its body.
///
/// The path holds the keys on the way, joined by dots: `network_configuration.subnets`. Lists leave no trace in it,
/// several leaves then have the same path; `items` tells which of them belong together. An item `{name: X, value: Y}` of a list is written as the key `X`, and a text
/// that is itself JSON is gone into.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The way to it.
    pub path: Arc<str>,
    /// The items of lists, and the nested blocks, in which it is written, from the outside in.
    pub items: Arc<[Item]>,
    /// What it is set to.
    pub value: Datum,
    /// The resources that it is taken from.
    pub refers: Vec<Referral>,
    /// Where it is written.
    pub evidence: Evidence,
}

/// An item of a list, or a nested block: what is written in it belongs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// How many keys lead to it.
    pub depth: usize,
    /// Which it is among the items of its resource.
    pub number: u32,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Arc<str>),
    /// A value that only exists once things run, or that nothing in the files says; the reason where that is known.
    Unknown(Option<Arc<str>>),
}

impl Datum {
    /// The text, with numbers and booleans written out; `None` when it is not known.
    pub fn text(&self) -> Option<Arc<str>> {
        match self {
            Datum::Bool(value) => Some(value.to_string().into()),
            Datum::Number(value) => Some(value.to_string().into()),
            Datum::Text(text) => Some(Arc::clone(text)),
            Datum::Unknown(_) => None,
        }
    }
}

/// A resource that a setting is taken from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Referral {
    /// Which: an index into [`super::Facts::resources`].
    pub to: usize,
    /// Which of its attributes, empty when it is meant as a whole.
    pub attribute: Arc<str>,
}
