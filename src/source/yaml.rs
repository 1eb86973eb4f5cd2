//! YAML and JSON as a tree in which every key and value knows its place.
//!
//! Readers ask this tree for what they understand instead of deserializing into types of their own: a manifest is full
//! of fields nobody here needs, and every field that is needed becomes evidence, so it must keep its line and column.

mod edit;
mod node;

use std::sync::Arc;

use serde_yaml::DuplicateKeyPolicy;

pub use node::{Kind, Node};

use super::{Location, Problem};
use node::{clamp, from_text};

impl Node {
    /// The value under `key` of a mapping; `None` for other nodes and for absent keys.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Key and value under `key` of a mapping.
    pub fn entry(&self, key: &str) -> Option<(&Node, &Node)> {
        self.entries().iter().find(|(k, _)| &*k.text == key).map(|(k, v)| (k, v))
    }

    /// The value at a path of keys: `at(&["spec", "template"])`.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries of a mapping, none for other nodes.
    pub fn entries(&self) -> &[(Node, Node)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list, none for other nodes.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Seq(items) => items,
            _ => &[],
        }
    }

    /// The scalar's text as written, numbers and booleans included; `None` for null, lists and mappings.
    pub fn text(&self) -> Option<&str> {
        matches!(self.kind, Kind::Scalar | Kind::Bool(_)).then_some(&*self.text)
    }

    /// The text of the scalar under `key`.
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).and_then(Node::text)
    }

    /// The text if it is a string rather than a number or boolean.
    pub fn string(&self) -> Option<&str> {
        self.string.then_some(&*self.text)
    }

    /// A whole number.
    pub fn integer(&self) -> Option<i64> {
        if self.string { None } else { self.text()?.replace('_', "").parse().ok() }
    }

    /// A number.
    pub fn number(&self) -> Option<f64> {
        if self.string { None } else { self.text()?.replace('_', "").parse().ok() }
    }

    /// `true` or `false`.
    pub fn boolean(&self) -> Option<bool> {
        if let Kind::Bool(value) = self.kind { Some(value) } else { None }
    }

    /// Whether it is null or absent in spirit (`key:`).
    pub fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    /// Whether it is a mapping.
    pub fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map(_))
    }

    /// Whether it is a list.
    pub fn is_seq(&self) -> bool {
        matches!(self.kind, Kind::Seq(_))
    }

    /// What kind of thing this is, in the words of an error message.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "true or false",
            Kind::Scalar if self.string => "text",
            Kind::Scalar => "a number",
            Kind::Seq(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }

    /// The place of this node: in `file`, unless a rendering brought it from another.
    pub fn location(&self, file: &Arc<str>) -> Location {
        Location {
            file: Arc::clone(self.file.as_ref().unwrap_or(file)),
            line: self.line,
            column: self.column,
            length: self.length,
        }
    }

    /// A scalar node that stands at the place of this one with another text: the result of an interpolation.
    pub fn with_text(&self, text: &str) -> Node {
        Node { kind: Kind::Scalar, text: text.into(), string: true, ..self.clone() }
    }

    /// A mapping at the place of this node with other entries: the result of a merge.
    pub fn with_entries(&self, entries: Vec<(Node, Node)>) -> Node {
        Node { kind: Kind::Map(entries), text: "".into(), string: false, ..self.clone() }
    }
}

/// The documents of a file, and what had to be forgiven to read them.
#[derive(Debug, Default)]
pub struct Documents {
    /// The documents that could be read, in order, empty ones left out.
    pub nodes: Vec<Node>,
    /// An error per document that could not, a warning for what was repaired.
    pub problems: Vec<Problem>,
}

/// Reads a file of one or several YAML documents; JSON is read by the same rules.
///
/// Duplicate keys are a warning, and the last one counts, as it does for the tools that apply such files. When one
/// document is broken the others are still read, and the broken one is one problem. Linear in the text, with limits on
/// depth and on the expansion of aliases.
pub fn parse(file: &Arc<str>, text: &str) -> Documents {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let strict = match from_text(text, DuplicateKeyPolicy::Error) {
        Ok(nodes) => return Documents { nodes, problems: Vec::new() },
        Err(error) => problem(file, 0, &error),
    };
    if let Ok(nodes) = forgiving(text) {
        let warning = Problem { gravity: super::Gravity::Warning, ..strict }
            .help("the last of them is used, as the tools that apply this file do");
        return Documents { nodes, problems: vec![warning] };
    }
    let chunks = split_documents(text);
    if chunks.len() < 2 {
        return Documents { nodes: Vec::new(), problems: vec![strict] };
    }
    let mut documents = Documents::default();
    for (first_line, chunk) in chunks {
        match forgiving(chunk) {
            Ok(nodes) => documents.nodes.extend(nodes.into_iter().map(|node| shifted(node, first_line))),
            Err(error) => documents.problems.push(problem(file, first_line, &error)),
        }
    }
    documents
}

/// Reads a file that must be right: a duplicate key is an error, and there is nothing to forgive.
pub fn parse_strict(file: &Arc<str>, text: &str) -> Result<Vec<Node>, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    from_text(text, DuplicateKeyPolicy::Error).map_err(|error| problem(file, 0, &error))
}

/// Reads text in which a key may be written twice; of each key the last value is kept.
fn forgiving(text: &str) -> Result<Vec<Node>, serde_yaml::Error> {
    let mut nodes = from_text(text, DuplicateKeyPolicy::LastWins)?;
    nodes.iter_mut().for_each(keep_last);
    Ok(nodes)
}

fn keep_last(node: &mut Node) {
    match &mut node.kind {
        Kind::Seq(items) => items.iter_mut().for_each(keep_last),
        Kind::Map(entries) => {
            let mut seen = std::collections::HashSet::new();
            entries.reverse();
            entries.retain(|(key, _)| seen.insert(key.text.clone()));
            entries.reverse();
            entries.iter_mut().for_each(|(_, value)| keep_last(value));
        }
        _ => {}
    }
}

/// The pieces between `---` lines, each with the number of lines before it.
fn split_documents(text: &str) -> Vec<(u32, &str)> {
    let mut chunks = Vec::new();
    let (mut start, mut start_line, mut offset) = (0, 0, 0);
    for (number, line) in (0u32..).zip(text.split_inclusive('\n')) {
        if line.trim_end() == "---" || line.starts_with("--- ") {
            chunks.push((start_line, &text[start..offset]));
            start = offset;
            start_line = number;
        }
        offset += line.len();
    }
    chunks.push((start_line, &text[start..]));
    chunks.retain(|(_, chunk)| !chunk.trim().is_empty());
    chunks
}

fn shifted(mut node: Node, lines: u32) -> Node {
    node.line += lines;
    match &mut node.kind {
        Kind::Seq(items) => *items = std::mem::take(items).into_iter().map(|item| shifted(item, lines)).collect(),
        Kind::Map(entries) => {
            *entries =
                std::mem::take(entries).into_iter().map(|(k, v)| (shifted(k, lines), shifted(v, lines))).collect();
        }
        _ => {}
    }
    node
}

fn problem(file: &Arc<str>, lines_before: u32, error: &serde_yaml::Error) -> Problem {
    let at = error.location().map_or_else(
        || Location::start_of(file),
        |place| Location {
            file: Arc::clone(file),
            line: clamp(place.line()).max(1) + lines_before,
            column: clamp(place.column()).max(1),
            length: 0,
        },
    );
    let message = error.without_snippet().to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    let message = message.split(", set DuplicateKeyPolicy").next().unwrap_or(message);
    let message = message.split("line ").next().filter(|head| head.len() > 8).unwrap_or(message);
    Problem::error(at, message.trim_end_matches([' ', ',', ':', '(']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Arc<str> {
        "a.yaml".into()
    }

    #[test]
    fn keys_and_values_know_their_place_and_their_spelling() {
        let documents = parse(&file(), "a:\n  on: 1.10\n  b: [x, \"8080\"]\n");
        let root = &documents.nodes[0];
        let on = root.at(&["a", "on"]).expect("key is found as written, not as a boolean");
        assert_eq!(on.text(), Some("1.10"));
        assert_eq!((on.location(&file()).line, on.location(&file()).column), (2, 7));
        let port = &root.at(&["a", "b"]).expect("list").items()[1];
        assert_eq!((port.string(), port.integer()), (Some("8080"), None));
    }

    #[test]
    fn a_merge_key_brings_values_with_the_place_of_their_definition() {
        let documents = parse(&file(), "x: &x\n  image: redis\ny:\n  <<: *x\n  port: 1\n");
        let image = documents.nodes[0].at(&["y", "image"]).expect("merged");
        assert_eq!(image.location(&file()).line, 2);
    }

    #[test]
    fn one_broken_document_is_one_problem_and_the_rest_is_read() {
        let documents = parse(&file(), "a: 1\n---\nb: [\n---\nc: 3\n");
        assert_eq!(documents.nodes.len(), 2);
        assert_eq!(documents.nodes[1].entry("c").expect("third document").0.location(&file()).line, 5);
        assert_eq!(documents.problems.len(), 1);
        assert!(documents.problems[0].is_error());
    }

    #[test]
    fn a_duplicate_key_is_forgiven_in_what_others_wrote_and_not_in_ours() {
        let documents = parse(&file(), "a: 1\na: 2\n");
        assert_eq!(documents.nodes[0].text_at(&["a"]), Some("2"));
        assert_eq!(documents.problems.len(), 1);
        assert!(!documents.problems[0].is_error());
        let problem = parse_strict(&file(), "a: 1\na: 2\n").expect_err("strict");
        assert_eq!(problem.at.expect("place").line, 2);
    }

    #[test]
    fn one_anchor_may_be_used_often() {
        let text = format!("x: &x {{a: 1}}\nall:\n{}", "  - *x\n".repeat(500));
        assert_eq!(parse(&file(), &text).problems, []);
    }

    #[test]
    fn an_alias_bomb_is_an_error_and_not_the_end() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let below = level - 1;
            text += &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{below}"); 9].join(","));
        }
        assert!(!parse(&file(), &text).problems.is_empty());
        let deep = "[".repeat(100_000);
        assert!(!parse(&file(), &deep).problems.is_empty());
    }
}
