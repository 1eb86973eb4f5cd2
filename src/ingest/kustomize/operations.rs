//! JSON patches (RFC 6902): a list of operations, each at a path.

use crate::source::yaml::Node;

/// Applies the operations in order; an operation that can't be applied ends the work with its reason.
///
/// Errors say which path is missing, in words.
pub(super) fn apply(object: &mut Node, operations: &Node) -> Result<(), String> {
    for operation in operations.items() {
        let path = operation.text_at(&["path"]).unwrap_or_default();
        let missing = || format!("there is no `{path}` to change");
        let value = operation.get("value");
        match operation.text_at(&["op"]).unwrap_or_default() {
            "add" => add(object, path, value.cloned().unwrap_or_else(|| operation.clone())).ok_or_else(missing)?,
            "replace" => {
                let place = find(object, path).ok_or_else(missing)?;
                *place = value.cloned().ok_or_else(|| format!("nothing is given for `{path}`"))?;
            }
            "remove" => drop(remove(object, path).ok_or_else(missing)?),
            verb @ ("move" | "copy") => {
                let from = operation.text_at(&["from"]).unwrap_or_default();
                let taken =
                    if verb == "move" { remove(object, from) } else { find(object, from).map(|node| node.clone()) };
                let taken = taken.ok_or_else(|| format!("there is no `{from}`"))?;
                add(object, path, taken).ok_or_else(missing)?;
            }
            "test" => {
                let found = find(object, path).is_some_and(|node| value.is_some_and(|value| same(node, value)));
                if !found {
                    return Err(format!("the test of `{path}` fails"));
                }
            }
            other => return Err(format!("`{other}` is no operation")),
        }
    }
    Ok(())
}

/// Whether two values are equal, wherever they are written.
fn same(one: &Node, other: &Node) -> bool {
    let entry =
        |(key, value): &(Node, Node)| key.text().and_then(|key| other.get(key)).is_some_and(|found| same(value, found));
    one.text() == other.text()
        && one.entries().len() == other.entries().len()
        && one.items().len() == other.items().len()
        && one.entries().iter().all(entry)
        && one.items().iter().zip(other.items()).all(|(a, b)| same(a, b))
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

fn step<'n>(node: &'n mut Node, segment: &str) -> Option<&'n mut Node> {
    if node.is_seq() {
        let items = node.items_mut()?;
        let index = if segment == "-" { items.len().checked_sub(1)? } else { segment.parse().ok()? };
        return items.get_mut(index);
    }
    node.get_mut(segment)
}

fn find<'n>(object: &'n mut Node, path: &str) -> Option<&'n mut Node> {
    segments(path).iter().try_fold(object, |node, segment| step(node, segment))
}

fn parent<'n>(object: &'n mut Node, path: &str) -> Option<(&'n mut Node, String)> {
    let mut all = segments(path);
    let last = all.pop()?;
    Some((all.iter().try_fold(object, |node, segment| step(node, segment))?, last))
}

fn add(object: &mut Node, path: &str, value: Node) -> Option<()> {
    let (parent, last) = parent(object, path)?;
    let holds = parent.is_map() || parent.is_null();
    match parent.items_mut() {
        Some(items) if last == "-" => items.push(value),
        Some(items) => {
            let index: usize = last.parse().ok().filter(|index| *index <= items.len())?;
            items.insert(index, value);
        }
        None if holds => parent.set(value.with_text(&last), value),
        None => return None,
    }
    Some(())
}

fn remove(object: &mut Node, path: &str) -> Option<Node> {
    let (parent, last) = parent(object, path)?;
    match parent.items_mut() {
        Some(items) => {
            let index: usize = last.parse().ok().filter(|index| *index < items.len())?;
            Some(items.remove(index))
        }
        None => parent.remove(&last),
    }
}
