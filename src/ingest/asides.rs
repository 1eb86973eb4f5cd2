//! Wishes beside things, in whatever format: comments, annotations of Kubernetes objects, metadata of resources.

use std::sync::Arc;

use crate::facts::{Aside, Covers};
use crate::source::yaml::Node;
use crate::source::{Location, Source};

/// What a comment for this program begins with.
const MARK: &str = "linchpin:";
/// The annotation of an object.
const ANNOTATION: &str = "linchpin/ignore";
/// The key below `Metadata` of a resource.
const METADATA: &str = "Linchpin";

/// All wishes that a file holds, in the order of its lines.
pub(super) fn read(source: &Source) -> Vec<Aside> {
    let mut found = comments(source);
    let documents = &source.documents.nodes;
    let end = |index: usize| {
        let next = documents.get(index + 1).map(|next| next.location(&source.path).line);
        next.unwrap_or(u32::MAX).saturating_sub(1)
    };
    for (index, document) in documents.iter().enumerate() {
        let first = document.location(&source.path).line;
        objects(source, document, (first, end(index)), &mut found);
        resources(source, document, end(index), &mut found);
    }
    found.sort();
    found.dedup();
    found
}

/// Comments with `#` or `//`; one that has its line for itself speaks of the next line that is no comment.
fn comments(source: &Source) -> Vec<Aside> {
    if !source.text.contains(MARK) {
        return Vec::new();
    }
    let lines: Vec<&str> = source.text.lines().collect();
    let mut found = Vec::new();
    for (number, line) in (1u32..).zip(&lines) {
        let Some((before, text)) = comment(line) else { continue };
        let alone = before.trim().is_empty();
        let plain = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with(['#', '/']);
        let covered = match alone {
            false => number,
            true => {
                let rest = lines.iter().skip(number as usize);
                (number + 1..).zip(rest).find(|(_, line)| plain(line)).map_or(number, |(number, _)| number)
            }
        };
        let column = u32::try_from(before.chars().count()).unwrap_or(u32::MAX).saturating_add(1);
        let length = u32::try_from(line.trim_end().chars().count()).unwrap_or(u32::MAX).saturating_sub(column - 1);
        let at = Location { file: Arc::clone(&source.path), line: number, column, length };
        found.push(Aside { at, text: text.trim().into(), covers: Covers::Line(covered) });
    }
    found
}

/// What stands before a comment for this program, and its text; a mark within quotes is no comment.
fn comment(line: &str) -> Option<(&str, &str)> {
    let mark = line.find(MARK)?;
    let head = line[..mark].trim_end();
    let before = head.strip_suffix('#').map(|head| head.trim_end_matches('#')).or_else(|| head.strip_suffix("//"))?;
    let quoted = |quote: char| before.matches(quote).count() % 2 == 1;
    let apart = before.is_empty() || before.ends_with(char::is_whitespace);
    (apart && !quoted('"') && !quoted('\'')).then(|| (before, &line[mark + MARK.len()..]))
}

/// Annotations of objects, those in lists of objects included.
fn objects(source: &Source, node: &Node, span: (u32, u32), found: &mut Vec<Aside>) {
    let items = node.get("items").filter(|_| node.get("kind").is_some()).map(Node::items).unwrap_or_default();
    for (index, item) in items.iter().enumerate() {
        let next = items.get(index + 1).map(|next| next.location(&source.path).line.saturating_sub(1));
        let first = item.location(&source.path).line;
        objects(source, item, (first, next.unwrap_or(span.1)), found);
    }
    if let Some(value) = node.at(&["metadata", "annotations", ANNOTATION]) {
        texts(source, value, "", Covers::Object(span.0, span.1), found);
    }
}

/// Metadata of the resources of a template: `Metadata: {Linchpin: {Ignore: […]}}`.
fn resources(source: &Source, document: &Node, end: u32, found: &mut Vec<Aside>) {
    let resources = document.get("Resources").map(Node::entries).unwrap_or_default();
    for (index, (key, resource)) in resources.iter().enumerate() {
        let next = resources.get(index + 1).map(|(next, _)| next.location(&source.path).line.saturating_sub(1));
        let first = key.location(&source.path).line;
        let Some(value) = resource.at(&["Metadata", METADATA, "Ignore"]) else { continue };
        texts(source, value, "", Covers::Object(first, next.unwrap_or(end).max(first)), found);
    }
}

/// One wish for each item of a list, or each line of a text.
fn texts(source: &Source, value: &Node, lead: &str, covers: Covers, found: &mut Vec<Aside>) {
    for item in value.items() {
        texts(source, item, lead, covers, found);
    }
    for line in value.text().unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty()) {
        let text = if line.starts_with("ignore") { line.to_owned() } else { format!("ignore{lead}{line}") };
        found.push(Aside { at: value.location(&source.path), text: text.into(), covers });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Vec<(u32, String, Covers)> {
        let asides = read(&Source::new(path, text.to_owned()));
        asides.into_iter().map(|aside| (aside.at.line, aside.text.to_string(), aside.covers)).collect()
    }

    #[test]
    fn a_comment_speaks_of_its_line_or_of_the_next() {
        let text = "a: 1 # linchpin: ignore[x] y\n# linchpin: ignore[z] w\n\n# more\nb: 2\n";
        let found = of("a.yaml", text);
        assert_eq!(found[0], (1, "ignore[x] y".to_owned(), Covers::Line(1)));
        assert_eq!(found[1], (2, "ignore[z] w".to_owned(), Covers::Line(5)));
        assert_eq!(of("a.tf", "x = 1 // linchpin: ignore[x] y\n").len(), 1);
    }

    #[test]
    fn what_looks_like_a_comment_is_none() {
        for text in
            ["a: \"# linchpin: ignore[x] y\"\n", "a: b#linchpin: x\n", "a: linchpin:x\n", "# see linchpin.yaml\n"]
        {
            assert_eq!(of("a.yaml", text), [], "{text}");
        }
    }

    #[test]
    fn annotations_and_metadata_speak_of_their_object() {
        let text = "kind: A\n---\nkind: B\nmetadata:\n  annotations:\n    linchpin/ignore: '[x] y'\n---\nkind: C\n";
        assert_eq!(of("a.yaml", text), [(6, "ignore[x] y".to_owned(), Covers::Object(3, 7))]);
        let text = "{\"Resources\": {\n\"A\": {\"Type\": \"T\"},\n\"B\": {\n\"Metadata\": {\"Linchpin\": {\"Ignore\": [\"[x] y\"]}}},\n\"C\": {}\n}}\n";
        assert_eq!(of("a.json", text), [(4, "ignore[x] y".to_owned(), Covers::Object(3, 4))]);
    }
}
