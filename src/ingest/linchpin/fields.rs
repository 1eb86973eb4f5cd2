//! Reading single fields, each wrong one a problem that says what would be right.

use std::sync::Arc;
use std::time::Duration;

use crate::model::quantity;
use crate::source::yaml::Node;
use crate::source::{Location, Problem, did_you_mean};

/// Reads fields of one file and keeps the problems it meets.
pub(super) struct Reader {
    file: Arc<str>,
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn new(file: &Arc<str>) -> Self {
        Reader { file: Arc::clone(file), problems: Vec::new() }
    }

    pub(super) fn place(&self, node: &Node) -> Location {
        node.location(&self.file)
    }

    pub(super) fn fail(&mut self, at: Location, message: &str, help: &str) {
        self.problems.push(Problem::error(at, message).help(help));
    }

    pub(super) fn wrong(&mut self, node: &Node, message: &str, help: &str) {
        self.fail(self.place(node), message, help);
    }

    /// Whether the node is a mapping; each key that is not known is a problem of its own.
    pub(super) fn mapping(&mut self, node: &Node, what: &str, known: &[&str]) -> bool {
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

    pub(super) fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        if node.text().is_none() {
            self.wrong(node, &format!("{what} is {}", node.describe()), "write a name");
        }
        node.text()
    }

    /// The items of a list; a single value stands for a list of one.
    pub(super) fn list<'n>(&mut self, node: &'n Node, what: &str) -> Vec<&'n Node> {
        if node.is_seq() {
            return node.items().iter().collect();
        }
        if node.is_null() {
            return Vec::new();
        }
        self.wrong(node, &format!("`{what}` is {}", node.describe()), &format!("write a list: `{what}: [a, b]`"));
        Vec::new()
    }

    pub(super) fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        if node.boolean().is_none() {
            self.wrong(node, &format!("`{what}` is {}", node.describe()), "write `true` or `false`");
        }
        node.boolean()
    }

    pub(super) fn positive(&mut self, node: &Node, what: &str) -> Option<f64> {
        let value = node.number().filter(|value| value.is_finite() && *value >= 0.0);
        if value.is_none() {
            self.wrong(node, &format!("`{what}` is not a number from 0"), &format!("write `{what}: 1`"));
        }
        value
    }

    pub(super) fn one_of<T: Copy>(&mut self, node: &Node, what: &str, known: &[(&str, T)]) -> Option<T> {
        let text = node.text().unwrap_or_default();
        let found = known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let help = format!("one of `{}`", names.join("`, `"));
            self.wrong(node, &format!("`{what}` can't be `{text}`"), &help);
        }
        found
    }

    pub(super) fn duration(&mut self, node: &Node) -> Option<Duration> {
        self.quantity(node, quantity::duration)
    }

    pub(super) fn share(&mut self, node: &Node) -> Option<f64> {
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
