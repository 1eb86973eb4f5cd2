//! Strategic merge patches: mappings are merged, lists by the key that names their items, and directives take away.

use crate::source::yaml::Node;

/// The fields that may name the items of a list, by the list's name.
///
/// After the `patchMergeKey` marks in the API types of Kubernetes; lists that are not named here are replaced whole.
fn merge_keys(list: &str) -> &'static [&'static str] {
    match list {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "volumes"
        | "env"
        | "imagePullSecrets"
        | "secrets"
        | "webhooks"
        | "resourceClaims" => &["name"],
        "volumeMounts" => &["mountPath"],
        "volumeDevices" => &["devicePath"],
        "ports" => &["containerPort", "port"],
        "hostAliases" => &["ip"],
        "topologySpreadConstraints" => &["topologyKey"],
        _ => &[],
    }
}

/// Lays a patch on an object; its identity (type, name, namespace) stays. `false` when the patch deletes the object.
///
/// `by_key` says whether lists are merged by key, as they are for the types that are Kubernetes' own.
pub(super) fn apply(object: &mut Node, patch: &Node, by_key: bool) -> bool {
    if patch.text_at(&["$patch"]) == Some("delete") {
        return false;
    }
    let identity: Vec<Option<Node>> = IDENTITY.iter().map(|path| object.at(path).cloned()).collect();
    merge(object, patch, by_key);
    for (path, node) in IDENTITY.iter().zip(identity) {
        let Some((last, above)) = path.split_last() else { continue };
        let Some(holder) = object.at_mut(above) else { continue };
        match node {
            Some(node) => holder.set(node.with_text(last), node),
            None => drop(holder.remove(last)),
        }
    }
    true
}

const IDENTITY: [&[&str]; 4] = [&["apiVersion"], &["kind"], &["metadata", "name"], &["metadata", "namespace"]];

fn merge(target: &mut Node, patch: &Node, by_key: bool) {
    if !target.is_map() || !patch.is_map() || patch.text_at(&["$patch"]) == Some("replace") {
        *target = clean(patch);
        return;
    }
    if let Some(keep) = patch.get("$retainKeys") {
        let kept = |key: &Node| keep.items().iter().any(|item| item.text() == key.text());
        target.entries_mut().into_iter().for_each(|entries| entries.retain(|(key, _)| kept(key)));
    }
    for (key, value) in patch.entries() {
        let Some(name) = key.text() else { continue };
        if let Some(list) = name.strip_prefix("$deleteFromPrimitiveList/") {
            let gone = |item: &Node| value.items().iter().any(|one| one.text() == item.text());
            let items = target.get_mut(list).and_then(Node::items_mut);
            items.into_iter().for_each(|items| items.retain(|item| !gone(item)));
        }
        if name.starts_with('$') {
            continue;
        }
        if value.is_null() || value.text_at(&["$patch"]) == Some("delete") {
            target.remove(name);
            continue;
        }
        match target.get_mut(name) {
            Some(old) if old.is_map() && value.is_map() => merge(old, value, by_key),
            Some(old) if old.is_seq() && value.is_seq() => merge_list(name, old, value, by_key),
            _ => target.set(key.clone(), clean(value)),
        }
    }
}

fn merge_list(name: &str, target: &mut Node, patch: &Node, by_key: bool) {
    let replaces = patch.items().iter().any(|item| item.text_at(&["$patch"]) == Some("replace"));
    let has = |key: &&&str| patch.items().iter().all(|item| item.get(key).is_some());
    let key = merge_keys(name).iter().find(has).filter(|_| by_key && !replaces);
    let (Some(key), Some(items)) = (key, target.items_mut()) else {
        *target = clean(patch);
        return;
    };
    for item in patch.items() {
        let found = items.iter().position(|old| old.text_at(&[key]) == item.text_at(&[key]));
        match (found, item.text_at(&["$patch"])) {
            (_, Some("delete")) => items.retain(|old| old.text_at(&[key]) != item.text_at(&[key])),
            (Some(index), _) => merge(&mut items[index], item, by_key),
            (None, _) => items.push(clean(item)),
        }
    }
}

/// A part of a patch without its directives.
fn clean(patch: &Node) -> Node {
    let is_directive = |node: &Node| node.get("$patch").is_some() && node.entries().len() == 1;
    let mut result = patch.clone();
    result.walk_mut(&mut |node| {
        if let Some(entries) = node.entries_mut() {
            entries.retain(|(key, value)| !key.text().is_some_and(|key| key.starts_with('$')) && !value.is_null());
        }
        if let Some(items) = node.items_mut() {
            items.retain(|item| !is_directive(item));
        }
    });
    result
}
