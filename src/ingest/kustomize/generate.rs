//! ConfigMaps and Secrets that a kustomization makes of literals, files and files of variables.
//!
//! The hash that Kustomize puts behind their names is left out: it follows from the content, and every reference
//! follows the name.

use std::sync::Arc;

use super::resource::Resource;
use crate::source::yaml::Node;
use crate::source::{Location, Source};

/// Reads a file beside the kustomization; `None` when it is not in the tree, which the reader of files notes.
pub(super) type ReadFile<'f> = &'f mut dyn FnMut(&Node, &str) -> Option<Arc<Source>>;

/// The object that an entry of `configMapGenerator` or `secretGenerator` makes.
pub(super) fn object(kind: &str, entry: &Node, source: &Source, read: ReadFile<'_>) -> Option<Resource> {
    let name = entry.get("name")?;
    let place = entry.location(&source.path);
    let word = |text: &str| Node::text_of(text, &place);
    let mut data = entry.with_entries(Vec::new());
    for item in entry.get("literals").map(Node::items).unwrap_or_default() {
        let Some((key, value)) = item.text().and_then(|text| text.split_once('=')) else { continue };
        let value = value.trim_matches(['"', '\'']);
        data.set(item.with_text(key.trim()), item.with_text(value));
    }
    for item in entry.get("files").map(Node::items).unwrap_or_default() {
        let Some(text) = item.text() else { continue };
        let (key, path) = text.split_once('=').unwrap_or((text.rsplit('/').next().unwrap_or(text), text));
        if let Some(file) = read(item, path.trim()) {
            data.set(word(key.trim()), Node::text_of(&file.text, &Location::start_of(&file.path)));
        }
    }
    let one = entry.get("env").into_iter();
    for item in one.chain(entry.get("envs").map(Node::items).unwrap_or_default()) {
        let Some(file) = item.text().and_then(|path| read(item, path)) else { continue };
        for (number, line) in (1u32..).zip(file.text.lines()) {
            let Some((key, value)) = line.split_once('=').filter(|_| !line.trim_start().starts_with('#')) else {
                continue;
            };
            let length = u32::try_from(line.chars().count()).unwrap_or(0);
            let at = Location { file: Arc::clone(&file.path), line: number, column: 1, length };
            data.set(Node::text_of(key.trim(), &at), Node::text_of(value.trim(), &at));
        }
    }
    let mut metadata = vec![(word("name"), name.clone())];
    metadata.extend(entry.get("namespace").map(|namespace| (word("namespace"), namespace.clone())));
    let labels = entry.at(&["options", "labels"]);
    metadata.extend(labels.map(|labels| (word("labels"), labels.clone())));
    let field = if kind == "Secret" { "stringData" } else { "data" };
    let node = entry.with_entries(vec![
        (word("apiVersion"), word("v1")),
        (word("kind"), word(kind)),
        (word("metadata"), entry.with_entries(metadata)),
        (word(field), data),
    ]);
    Resource::all(&node).pop()
}

/// Adds a generated object to those that are there: as a new one, or into the one that has its name.
pub(super) fn add(resources: &mut Vec<Resource>, made: Resource, behavior: Option<&str>) {
    let same = |known: &&mut Resource| known.kind() == made.kind() && known.is_named(made.name());
    let Some(known) = resources.iter_mut().find(same).filter(|_| matches!(behavior, Some("merge" | "replace"))) else {
        resources.push(made);
        return;
    };
    let field = if made.kind() == "Secret" { "stringData" } else { "data" };
    let Some(data) = made.node.get(field) else { return };
    match known.node.get_mut(field).filter(|_| behavior == Some("merge")) {
        Some(old) => data.entries().iter().for_each(|(key, value)| old.set(key.clone(), value.clone())),
        None => known.node.set(data.with_text(field), data.clone()),
    }
}
