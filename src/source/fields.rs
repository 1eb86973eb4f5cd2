//! Reading single fields, each wrong one a problem that says what would be right.

use std::sync::Arc;
use std::time::Duration;

use super::yaml::Node;
use super::{Location, Problem, did_you_mean, quantity};

/// Reads fields of one file and keeps the problems it meets.
pub struct Fields {
    file: Arc<str>,
    /// What was wrong so far.
    pub problems: Vec<Problem>,
}

impl Fields {
    /// A reader of fields of this file.
    pub fn new(file: &Arc<str>) -> Self {
        Fields { file: Arc::clone(file), problems: Vec::new() }
    }

    /// The place of a node.
    pub fn place(&self, node: &Node) -> Location {
        node.location(&self.file)
    }

    /// Notes an error at a place.
    pub fn fail(&mut self, at: Location, message: &str, help: &str) {
        self.problems.push(Problem::error(at, message).help(help));
    }

    /// Notes an error at a node.
    pub fn wrong(&mut self, node: &Node, message: &str, help: &str) {
        self.fail(self.place(node), message, help);
    }

    /// Whether the node is a mapping; each key that is not known is a problem of its own.
    pub fn mapping(&mut self, node: &Node, what: &str, known: &[&str]) -> bool {
        if !node.is_map() {
            self.wrong(node, &format!("{what} is {}", node.describe()), "write a mapping, `key: value`");
            return false;
        }
        for (key, _) in node.entries() {
            let name = key.text().unwrap_or_default();
            if !known.contains(&name) {
                let help = did_you_mean(name, known.iter().copied())
                    .unwrap_or_else(|| format!("known here: `{}`", known.join("`, `")));
                self.wrong(key, &format!("`{name}` is not a key of {what}"), &help);
            }
        }
        true
    }

    /// A scalar as text.
    pub fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        if node.text().is_none() {
            self.wrong(node, &format!("{what} is {}", node.describe()), "write a name");
        }
        node.text()
    }

    /// The items of a list; a single value stands for a list of one.
    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> Vec<&'n Node> {
        if node.is_seq() {
            return node.items().iter().collect();
        }
        if node.is_null() {
            return Vec::new();
        }
        self.wrong(node, &format!("`{what}` is {}", node.describe()), &format!("write a list: `{what}: [a, b]`"));
        Vec::new()
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        if node.boolean().is_none() {
            self.wrong(node, &format!("`{what}` is {}", node.describe()), "write `true` or `false`");
        }
        node.boolean()
    }

    /// A number from 0.
    pub fn positive(&mut self, node: &Node, what: &str) -> Option<f64> {
        let value = node.number().filter(|value| value.is_finite() && *value >= 0.0);
        if value.is_none() {
            self.wrong(node, &format!("`{what}` is not a number from 0"), &format!("write `{what}: 1`"));
        }
        value
    }

    /// One of a closed list of words.
    pub fn one_of<T: Copy>(&mut self, node: &Node, what: &str, known: &[(&str, T)]) -> Option<T> {
        let text = node.text().unwrap_or_default();
        let found = known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let help = format!("one of `{}`", names.join("`, `"));
            self.wrong(node, &format!("`{what}` can't be `{text}`"), &help);
        }
        found
    }

    /// A duration with a unit.
    pub fn duration(&mut self, node: &Node) -> Option<Duration> {
        self.quantity(node, quantity::duration)
    }

    /// A share of a whole, from 0 to 1.
    pub fn share(&mut self, node: &Node) -> Option<f64> {
        self.quantity(node, quantity::share)
    }

    fn quantity<T>(&mut self, node: &Node, read: fn(&str) -> Result<T, String>) -> Option<T> {
        match read(node.text().unwrap_or_default()) {
            Ok(value) => Some(value),
            Err(message) => {
                let (what, help) = message.split_once("; ").unwrap_or((&message, "see the manual"));
                self.wrong(node, what, help);
                None
            }
        }
    }
}
