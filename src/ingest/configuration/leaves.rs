//! The leaves of a tree of settings, each under all keys on the way to it.

use crate::source::yaml::Node;

/// So many leaves does no file of a person have.
const MOST_LEAVES: usize = 20_000;
const MOST_NESTED: usize = 64;

/// Every scalar with its keys joined by dots; the items of a list of scalars are one, joined by commas.
pub(super) fn leaves(root: &Node) -> Vec<(String, String, &Node)> {
    let mut found = Vec::new();
    walk(root, &mut String::new(), 0, &mut found);
    found
}

fn walk<'a>(node: &'a Node, path: &mut String, depth: usize, found: &mut Vec<(String, String, &'a Node)>) {
    if depth > MOST_NESTED || found.len() >= MOST_LEAVES {
        return;
    }
    if let Some(text) = node.text() {
        found.push((path.clone(), text.to_owned(), node));
        return;
    }
    let texts: Option<Vec<&str>> = node.items().iter().map(Node::text).collect();
    if let (Some(texts), Some(first)) = (texts.filter(|texts| !texts.is_empty()), node.items().first()) {
        found.push((path.clone(), texts.join(","), first));
        return;
    }
    for item in node.items() {
        walk(item, path, depth + 1, found);
    }
    for (key, value) in node.entries() {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key.text().unwrap_or_default());
        walk(value, path, depth + 1, found);
        path.truncate(length);
    }
}
