//! Objects on their way through a kustomization, and how patches and replacements find them.

use regex::Regex;

use crate::source::yaml::Node;

/// Lists of lists of objects are not a thing that any tool writes.
const MOST_NESTED: usize = 4;

/// One object with the names that it had before it was renamed.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// All of it.
    pub(super) node: Node,
    /// Former names, each with its namespace.
    former: Vec<(String, Option<String>)>,
}

impl Resource {
    /// The objects of a document: the items of a list, or the document itself.
    pub(super) fn all(node: &Node) -> Vec<Resource> {
        let mut found = Vec::new();
        collect(node, 0, &mut found);
        found
    }

    /// The kind within its group.
    pub(super) fn kind(&self) -> &str {
        self.node.text_at(&["kind"]).unwrap_or_default()
    }

    /// The group of its type, empty for the core group.
    pub(super) fn group(&self) -> &str {
        group_of(&self.node)
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.node.text_at(&["metadata", "name"]).unwrap_or_default()
    }

    /// Its namespace, if one is written.
    pub(super) fn namespace(&self) -> Option<&str> {
        self.node.text_at(&["metadata", "namespace"])
    }

    /// Remembers the name and namespace that it has now, before they are changed.
    pub(super) fn remember(&mut self) {
        let now = (self.name().to_owned(), self.namespace().map(str::to_owned));
        if !self.former.contains(&now) {
            self.former.push(now);
        }
    }

    /// Whether it has this name, or had it.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name() == name || self.former().any(|former| former == name)
    }

    /// The names that it had before.
    pub(super) fn former(&self) -> impl Iterator<Item = &str> {
        self.former.iter().map(|(name, _)| name.as_str())
    }

    /// Whether it defines a type; of such only the name is kept, and patches for it do nothing.
    pub(super) fn is_type(&self) -> bool {
        self.kind() == "CustomResourceDefinition"
    }

    /// How many nodes it has.
    pub(super) fn weight(&self) -> usize {
        self.node.weight()
    }

    /// Whether it stands in this namespace, or did; `default` and none are the same.
    fn is_in(&self, namespace: &str) -> bool {
        let same = |own: Option<&str>| own.unwrap_or("default") == namespace;
        same(self.namespace()) || self.former.iter().any(|(_, own)| same(own.as_deref()))
    }

    /// Whether a patch speaks of this object by its kind, group, name and namespace.
    pub(super) fn is_meant_by(&self, patch: &Node) -> bool {
        let same_type = patch.text_at(&["kind"]) == Some(self.kind()) && group_of(patch) == self.group();
        let name = patch.text_at(&["metadata", "name"]).unwrap_or_default();
        let namespace = patch.text_at(&["metadata", "namespace"]);
        same_type && self.is_named(name) && namespace.is_none_or(|namespace| self.is_in(namespace))
    }
}

fn group_of(node: &Node) -> &str {
    node.text_at(&["apiVersion"]).and_then(|version| version.split_once('/')).map_or("", |(group, _)| group)
}

fn collect(node: &Node, depth: usize, found: &mut Vec<Resource>) {
    let kind = node.text_at(&["kind"]).unwrap_or_default();
    match node.get("items").filter(|items| kind.ends_with("List") && items.is_seq() && depth < MOST_NESTED) {
        Some(items) => items.items().iter().for_each(|item| collect(item, depth + 1, found)),
        None if node.is_map() && kind == "CustomResourceDefinition" => {
            let kept = node.entries().iter().filter(|(key, _)| key.text() != Some("spec")).cloned().collect();
            found.push(Resource { node: node.with_entries(kept), former: Vec::new() });
        }
        None if node.is_map() => found.push(Resource { node: node.clone(), former: Vec::new() }),
        None => {}
    }
}

/// What a `target`, `select` or `source` of a kustomization selects: each part a pattern that must fit the whole word.
#[derive(Debug)]
pub(super) struct Selector {
    parts: Vec<(&'static str, Regex)>,
    labels: Vec<(String, Option<String>)>,
    annotations: Vec<(String, Option<String>)>,
}

impl Selector {
    /// Reads a selector; a part that is no pattern is an error in words.
    pub(super) fn read(node: &Node) -> Result<Self, String> {
        let mut parts = Vec::new();
        for key in ["group", "version", "kind", "name", "namespace"] {
            let Some(text) = node.text_at(&[key]).filter(|text| !text.is_empty()) else { continue };
            let pattern = Regex::new(&format!("^(?:{text})$")).map_err(|_| format!("`{text}` is no pattern"))?;
            parts.push((key, pattern));
        }
        let pairs = |key: &str| {
            let text = node.text_at(&[key]).unwrap_or_default();
            let pair = |pair: &str| match pair.split_once('=') {
                Some((key, value)) => (key.trim().to_owned(), Some(value.trim_start_matches('=').trim().to_owned())),
                None => (pair.trim().to_owned(), None),
            };
            text.split(',').filter(|pair| !pair.trim().is_empty()).map(pair).collect()
        };
        Ok(Selector { parts, labels: pairs("labelSelector"), annotations: pairs("annotationSelector") })
    }

    /// Whether it selects an object, by the name that it has or had.
    pub(super) fn selects(&self, resource: &Resource) -> bool {
        let version = resource.node.text_at(&["apiVersion"]).unwrap_or_default();
        let version = version.rsplit_once('/').map_or(version, |(_, version)| version);
        let part = |(key, pattern): &(&str, Regex)| match *key {
            "group" => pattern.is_match(resource.group()),
            "version" => pattern.is_match(version),
            "kind" => pattern.is_match(resource.kind()),
            "name" => {
                pattern.is_match(resource.name()) || resource.former.iter().any(|(name, _)| pattern.is_match(name))
            }
            _ => {
                let fits = |namespace: Option<&str>| pattern.is_match(namespace.unwrap_or("default"));
                fits(resource.namespace()) || resource.former.iter().any(|(_, own)| fits(own.as_deref()))
            }
        };
        let has = |field: &str, (key, value): &(String, Option<String>)| {
            let found = resource.node.at(&["metadata", field, key]);
            found.is_some_and(|found| value.as_ref().is_none_or(|value| found.text() == Some(value)))
        };
        self.parts.iter().all(part)
            && self.labels.iter().all(|pair| has("labels", pair))
            && self.annotations.iter().all(|pair| has("annotations", pair))
    }
}
