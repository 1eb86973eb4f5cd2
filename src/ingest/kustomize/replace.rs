//! Values that are copied from one object into others: `replacements`, and `vars` as they were before them.

use super::resource::{Resource, Selector};
use crate::source::yaml::Node;

/// Longer texts are no names.
const MOST_BYTES: usize = 64 * 1024;

/// Applies one replacement; what it can't find is said in words.
pub(super) fn apply(resources: &mut [Resource], replacement: &Node) -> Result<(), String> {
    let value = match replacement.get("source") {
        Some(source) => sourced(resources, source)?,
        None => replacement.get("sourceValue").cloned().ok_or("it has no source")?,
    };
    for target in replacement.get("targets").map(Node::items).unwrap_or_default() {
        let select = target.get("select").ok_or("one of its targets selects nothing")?;
        let select = Selector::read(select)?;
        let reject = target.get("reject").map(Node::items).unwrap_or_default();
        let reject: Vec<Selector> = reject.iter().map(Selector::read).collect::<Result<_, _>>()?;
        let paths: Vec<Vec<String>> = match target.get("fieldPaths").map(Node::items) {
            Some(paths) if !paths.is_empty() => paths.iter().filter_map(Node::text).map(segments).collect(),
            _ => vec![segments("metadata.name")],
        };
        for resource in resources.iter_mut() {
            if !select.selects(resource) || reject.iter().any(|reject| reject.selects(resource)) {
                continue;
            }
            for path in &paths {
                if path.as_slice() == ["metadata", "name"] {
                    resource.remember();
                }
                write(&mut resource.node, path, &value, target.get("options"));
            }
        }
    }
    Ok(())
}

fn sourced(resources: &[Resource], source: &Node) -> Result<Node, String> {
    let selector = Selector::read(source)?;
    let found = resources.iter().find(|resource| selector.selects(resource)).ok_or("its source matches no object")?;
    let path = source.text_at(&["fieldPath"]).unwrap_or("metadata.name");
    let mut node = found.node.clone();
    let mut value = None;
    visit(&mut node, &segments(path), None, &mut |node| value = value.take().or_else(|| Some(node.clone())));
    let value = value.ok_or_else(|| format!("its source has no `{path}`"))?;
    let Some(delimiter) = source.text_at(&["options", "delimiter"]) else { return Ok(value) };
    let index = source.at(&["options", "index"]).and_then(Node::integer).unwrap_or(0);
    let text = value.text().unwrap_or_default();
    let part = usize::try_from(index).ok().and_then(|index| text.split(delimiter).nth(index));
    part.map(|part| value.with_text(part)).ok_or_else(|| format!("`{text}` has no part {index}"))
}

fn write(object: &mut Node, path: &[String], value: &Node, options: Option<&Node>) {
    let option = |key: &str| options.and_then(|options| options.get(key));
    let create = option("create").and_then(Node::boolean) == Some(true);
    let delimiter = option("delimiter").and_then(Node::text);
    let index = option("index").and_then(Node::integer).unwrap_or(0);
    visit(object, path, create.then_some(value), &mut |node| {
        let Some(delimiter) = delimiter else {
            *node = value.clone();
            return;
        };
        let mut parts: Vec<&str> = node.text().unwrap_or_default().split(delimiter).collect();
        let new = value.text().unwrap_or_default();
        match usize::try_from(index) {
            Ok(index) if index < parts.len() => parts[index] = new,
            Ok(_) => parts.push(new),
            Err(_) => parts.insert(0, new),
        }
        *node = value.with_text(&parts.join(delimiter));
    });
}

/// The segments of a field path: `spec.containers.[name=web].env.0`, a dot in a key escaped or in brackets.
fn segments(path: &str) -> Vec<String> {
    let (mut parts, mut part, mut depth) = (Vec::new(), String::new(), 0usize);
    let mut letters = path.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => part.extend(letters.next()),
            '[' if part.is_empty() || depth > 0 => {
                depth += 1;
                part.push(letter);
            }
            ']' if depth > 0 => {
                depth -= 1;
                part.push(letter);
            }
            '.' if depth == 0 => parts.push(std::mem::take(&mut part)),
            _ => part.push(letter),
        }
    }
    parts.push(part);
    // `metadata.annotations.[example.com/host]` names a key, `[name=web]` an item.
    let plain = |part: String| match part.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(key) if !key.contains('=') => key.to_owned(),
        _ => part,
    };
    parts.into_iter().filter(|part| !part.is_empty()).map(plain).collect()
}

/// Calls a function for every node at a path; with `create` a missing last key is made.
fn visit(node: &mut Node, path: &[String], create: Option<&Node>, found: &mut dyn FnMut(&mut Node)) {
    let Some((segment, rest)) = path.split_first() else {
        found(node);
        return;
    };
    if let Some((key, value)) = segment.strip_prefix('[').and_then(|s| s.strip_suffix(']')?.split_once('=')) {
        for item in node.items_mut().into_iter().flatten() {
            if item.text_at(&[key]) == Some(value) {
                visit(item, rest, create, found);
            }
        }
        return;
    }
    if let Some(items) = node.items_mut() {
        let index: Option<usize> = segment.parse().ok();
        for (number, item) in items.iter_mut().enumerate() {
            if segment == "*" || index == Some(number) {
                visit(item, rest, create, found);
            }
        }
        return;
    }
    if segment == "*" {
        node.entries_mut().into_iter().flatten().for_each(|(_, value)| visit(value, rest, create, found));
        return;
    }
    if let Some(value) = create
        && node.get(segment).is_none()
    {
        let empty = if rest.is_empty() { value.with_text("") } else { value.with_entries(Vec::new()) };
        node.set(value.with_text(segment), empty);
    }
    if let Some(below) = node.get_mut(segment) {
        visit(below, rest, create, found);
    }
}

/// Puts the values of `vars` where `$(NAME)` stands; what has no value is said in words.
pub(super) fn variables(resources: &mut [Resource], vars: &[Node]) -> Vec<(Node, String)> {
    let mut values: Vec<(String, String)> = Vec::new();
    let mut missing = Vec::new();
    for var in vars {
        let (Some(name), Some(object)) = (var.text_at(&["name"]), var.get("objref")) else { continue };
        let (kind, of) = (object.text_at(&["kind"]).unwrap_or_default(), object.text_at(&["name"]).unwrap_or_default());
        let path = segments(var.text_at(&["fieldref", "fieldpath"]).unwrap_or("metadata.name"));
        let mut value = None;
        for resource in resources.iter().filter(|resource| resource.kind() == kind && resource.is_named(of)) {
            let mut node = resource.node.clone();
            visit(&mut node, &path, None, &mut |node| value = value.take().or(node.text().map(str::to_owned)));
        }
        match value {
            Some(value) => values.push((format!("$({name})"), value)),
            None => missing.push((var.clone(), format!("the variable `{name}` has no value: nothing is {kind} {of}"))),
        }
    }
    if values.is_empty() {
        return missing;
    }
    for resource in resources {
        resource.node.walk_mut(&mut |node| {
            let Some(text) = node.text().filter(|text| text.contains("$(") && text.len() < MOST_BYTES) else { return };
            let mut text = text.to_owned();
            for (reference, value) in &values {
                if text.contains(reference) && text.len() + value.len() < MOST_BYTES {
                    text = text.replace(reference, value);
                }
            }
            node.replace_text(&text);
        });
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn paths_have_segments() {
        assert_eq!(segments("spec.template.metadata"), ["spec", "template", "metadata"]);
        assert_eq!(segments("a.[name=x.y].b"), ["a", "[name=x.y]", "b"]);
        assert_eq!(segments("metadata.annotations.a\\.b/c"), ["metadata", "annotations", "a.b/c"]);
        assert_eq!(segments("metadata.annotations.[a.b/c]"), ["metadata", "annotations", "a.b/c"]);
    }
}
