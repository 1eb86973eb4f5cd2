//! Changing trees: what a rendering does to documents before they are read.

use std::sync::Arc;

use super::{Kind, Node};
use crate::source::Location;

impl Node {
    /// The value under `key` of a mapping, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let Kind::Map(entries) = &mut self.kind else { return None };
        entries.iter_mut().find(|(k, _)| &*k.text == key).map(|(_, value)| value)
    }

    /// The value at a path of keys, to be changed.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, key| node.get_mut(key))
    }

    /// The entries of a mapping, to be changed; `None` for other nodes.
    pub fn entries_mut(&mut self) -> Option<&mut Vec<(Node, Node)>> {
        if let Kind::Map(entries) = &mut self.kind { Some(entries) } else { None }
    }

    /// The items of a list, to be changed; `None` for other nodes.
    pub fn items_mut(&mut self) -> Option<&mut Vec<Node>> {
        if let Kind::Seq(items) = &mut self.kind { Some(items) } else { None }
    }

    /// Sets a value of a mapping; a node that is null becomes a mapping, others that are none stay as they are.
    pub fn set(&mut self, key: Node, value: Node) {
        if self.is_null() {
            self.kind = Kind::Map(Vec::new());
        }
        match self.get_mut(&key.text) {
            Some(old) => *old = value,
            None => {
                if let Some(entries) = self.entries_mut() {
                    entries.push((key, value));
                }
            }
        }
    }

    /// Takes a value out of a mapping.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let entries = self.entries_mut()?;
        let index = entries.iter().position(|(k, _)| &*k.text == key)?;
        Some(entries.remove(index).1)
    }

    /// The value at a path of keys, made of empty mappings at the place of `at` where it is missing.
    ///
    /// `None` when something else than a mapping is in the way.
    pub fn make(&mut self, path: &[&str], at: &Node) -> Option<&mut Node> {
        let Some((key, rest)) = path.split_first() else { return Some(self) };
        if self.get(key).is_none_or(Node::is_null) {
            self.set(at.with_text(key), at.with_entries(Vec::new()));
        }
        self.get_mut(key)?.make(rest, at)
    }

    /// A list at the place of this node.
    pub fn with_items(&self, items: Vec<Node>) -> Node {
        Node { kind: Kind::Seq(items), text: "".into(), string: false, ..self.clone() }
    }

    /// Gives another text to a scalar and leaves it where it is.
    pub fn replace_text(&mut self, text: &str) {
        self.kind = Kind::Scalar;
        self.text = text.into();
        self.string = true;
    }

    /// A string that stands at a place.
    pub fn text_of(text: &str, at: &Location) -> Node {
        Node {
            kind: Kind::Scalar,
            text: text.into(),
            string: true,
            tag: None,
            file: Some(Arc::clone(&at.file)),
            line: at.line,
            column: at.column,
            length: at.length,
            offset: 0,
        }
    }

    /// Moves this node and everything in it: `to` changes the place of each, of which the file may be empty at first.
    pub fn relocate(&mut self, to: &mut dyn FnMut(&mut Location)) {
        let file = self.file.clone().unwrap_or_default();
        let mut place = Location { file, line: self.line, column: self.column, length: self.length };
        to(&mut place);
        (self.line, self.column, self.length) = (place.line, place.column, place.length);
        self.file = Some(place.file).filter(|file| !file.is_empty());
        match &mut self.kind {
            Kind::Seq(items) => items.iter_mut().for_each(|item| item.relocate(to)),
            Kind::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
                key.relocate(to);
                value.relocate(to);
            }),
            _ => {}
        }
    }

    /// How many values it holds, itself included; linear in them.
    pub fn weight(&self) -> usize {
        let entries = self.entries().iter().map(|(_, value)| 1 + value.weight());
        1 + entries.chain(self.items().iter().map(Node::weight)).sum::<usize>()
    }

    /// Calls a function for every node below and for this one, parents first.
    pub fn walk_mut(&mut self, visit: &mut dyn FnMut(&mut Node)) {
        visit(self);
        match &mut self.kind {
            Kind::Seq(items) => items.iter_mut().for_each(|item| item.walk_mut(visit)),
            Kind::Map(entries) => entries.iter_mut().for_each(|(_, value)| value.walk_mut(visit)),
            _ => {}
        }
    }
}
