//! The variables of a `serverless.yml`: `${self:custom.table}` and its like, replaced where the file says what they are.

use super::Reader;
use crate::ingest::cloudformation::value::HOLE;
use crate::source::yaml::Node;

/// How deep variables may lead to others.
const DEEPEST: usize = 12;

/// Where variables get their values from, by how they begin; other `${…}` are the template's own.
const SOURCES: &[&str] = &[
    "self:",
    "opt:",
    "sls:",
    "env:",
    "ssm:",
    "cf:",
    "cf(",
    "file(",
    "param:",
    "s3:",
    "aws:",
    "terraform:",
    "strToBool(",
];

impl Reader<'_> {
    /// Replaces the variables in all texts below a node.
    pub(super) fn fill(&mut self, node: &mut Node, depth: usize) {
        if let Some(whole) = node.text().and_then(|text| text.strip_prefix("${")?.strip_suffix('}')).map(str::to_owned)
            && !whole.contains("${")
            && let Some(mut value) = self.node_of(&whole).filter(|value| depth < DEEPEST && value.text().is_none())
        {
            if self.take(size(&value), node) {
                self.fill(&mut value, depth + 1);
                *node = value;
            }
            return;
        }
        if let Some(text) = node.text().filter(|text| text.contains("${")).map(str::to_owned) {
            let filled = self.filled(&text, node, depth);
            if filled != text {
                node.replace_text(&filled);
            }
        }
        for (_, value) in node.entries_mut().into_iter().flatten() {
            self.fill(value, depth);
        }
        for item in node.items_mut().into_iter().flatten() {
            self.fill(item, depth);
        }
    }

    /// Whether there is room for so much more; tells once where there is none.
    fn take(&mut self, much: usize, at: &Node) -> bool {
        let had_any = self.left > 0;
        self.left = self.left.saturating_sub(much + 1);
        if had_any && self.left == 0 {
            self.tell("variables", "they stand for too much: the rest of them is not replaced", at);
        }
        self.left > 0
    }

    /// What `self:custom.table` is, if the file says it.
    fn node_of(&self, variable: &str) -> Option<Node> {
        let path = variable.split(',').next()?.trim().strip_prefix("self:")?;
        let parts: Vec<&str> = path.split('.').collect();
        self.root.at(&parts).cloned()
    }

    /// A text with its variables replaced, innermost first; one that nothing says leaves a hole.
    fn filled(&mut self, text: &str, at: &Node, depth: usize) -> String {
        let mut result = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let (before, after) = rest.split_at(start);
            result.push_str(before);
            let inner = &after[2..];
            let Some(length) = closing(inner) else {
                result.push_str(after);
                return result;
            };
            let variable = &inner[..length];
            rest = &inner[length + 1..];
            if !SOURCES.iter().any(|source| variable.starts_with(source)) {
                result.push_str(&after[..length + 3]);
                continue;
            }
            if !self.take(length, at) {
                result.push(HOLE);
                continue;
            }
            let variable = if depth < DEEPEST { self.filled(variable, at, depth + 1) } else { variable.to_owned() };
            result.push_str(&self.value(&variable, at, depth));
        }
        result + rest
    }

    fn value(&mut self, variable: &str, at: &Node, depth: usize) -> String {
        let mut choices = variable.split(',').map(str::trim);
        let first = choices.next().unwrap_or_default();
        if let Some(name) = first.strip_prefix("ssm:") {
            return format!("{{{{resolve:ssm:{}}}}}", name.trim_end_matches("~true"));
        }
        let known = match first {
            "aws:region" => self.root.text_at(&["provider", "region"]).map(str::to_owned),
            "sls:stage" | "self:provider.stage" | "opt:stage" => {
                let stage = self.root.text_at(&["provider", "stage"]).filter(|stage| !stage.contains("opt:stage}"));
                let stage = stage.map_or_else(|| "dev".to_owned(), str::to_owned);
                let default = choices
                    .clone()
                    .next()
                    .filter(|_| first == "opt:stage")
                    .map(|text| text.trim_matches(['\'', '"']).to_owned());
                Some(default.unwrap_or(if stage.contains("${") { "dev".to_owned() } else { stage }))
            }
            _ => self.node_of(first).and_then(|node| node.text().map(str::to_owned)),
        };
        if let Some(text) = known {
            return if text.contains("${") && depth < DEEPEST { self.filled(&text, at, depth + 1) } else { text };
        }
        match choices.next() {
            Some(next) if SOURCES.iter().any(|source| next.starts_with(source)) => {
                let others = variable.split_once(',').map_or("", |(_, others)| others).trim().to_owned();
                self.value(&others, at, depth + 1)
            }
            Some(default) => default.trim_matches(['\'', '"']).to_owned(),
            None => {
                let what = format!("${{{}}}", first.replace(HOLE, "?"));
                if !self.unread.iter().any(|(known, ..)| *known == what) {
                    self.tell(&what, "nothing in the file says what this variable is", at);
                }
                HOLE.to_string()
            }
        }
    }
}

/// How many letters and nodes there are below a node.
fn size(node: &Node) -> usize {
    let text = node.text().map_or(0, str::len);
    let entries = node.entries().iter().map(|(key, value)| size(key) + size(value)).sum::<usize>();
    1 + text + entries + node.items().iter().map(size).sum::<usize>()
}

/// Where the brace stands that closes a variable.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}
