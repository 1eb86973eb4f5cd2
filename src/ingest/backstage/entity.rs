//! Entities and how they refer to each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Basis, Evidence};
use crate::source::Source;
use crate::source::yaml::Node;

/// One entity of the catalogue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entity<'a> {
    /// The file it is written in.
    pub(super) source: &'a Source,
    /// All of it.
    pub(super) node: &'a Node,
    /// Its kind.
    pub(super) kind: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// Its namespace.
    pub(super) namespace: &'a str,
}

impl<'a> Entity<'a> {
    /// The entity that a document holds; `None` for other documents.
    pub(super) fn read(source: &'a Source, node: &'a Node) -> Option<Self> {
        if !is_entity(node) {
            return None;
        }
        Some(Entity {
            source,
            node,
            kind: node.text_at(&["kind"])?,
            name: node.text_at(&["metadata", "name"]).filter(|name| !name.is_empty())?,
            namespace: node.text_at(&["metadata", "namespace"]).filter(|name| !name.is_empty()).unwrap_or("default"),
        })
    }

    /// Its type within its kind: `service`, `library`, `database`.
    pub(super) fn class(&self) -> &'a str {
        self.node.text_at(&["spec", "type"]).unwrap_or_default()
    }

    /// The references of a relation, each with its node; a single one may stand for a list.
    pub(super) fn refs(&self, relation: &str) -> Vec<(&'a Node, Reference)> {
        let Some(node) = self.node.at(&["spec", relation]) else { return Vec::new() };
        let items = if node.is_seq() { node.items() } else { std::slice::from_ref(node) };
        items.iter().filter_map(|item| Some((item, Reference::of(item, self.namespace)?))).collect()
    }

    /// A node of this entity as evidence.
    pub(super) fn evidence(&self, node: &Node, note: &str) -> Evidence {
        let note = (!note.is_empty()).then(|| Arc::from(note));
        Evidence { at: node.location(&self.source.path), basis: Basis::Manifest, note }
    }

    /// Its name as evidence of the whole.
    pub(super) fn whole(&self) -> Evidence {
        let node = self.node.at(&["metadata", "name"]).unwrap_or(self.node);
        let class = self.class();
        let lifecycle = self.node.text_at(&["spec", "lifecycle"]).map(|stage| format!(", {stage}")).unwrap_or_default();
        let class = if class.is_empty() { String::new() } else { format!(" of type {class}") };
        self.evidence(node, &format!("{}{class}{lifecycle}", self.kind))
    }
}

/// Whether a document is an entity of a Backstage catalogue.
pub(super) fn is_entity(node: &Node) -> bool {
    node.text_at(&["apiVersion"]).is_some_and(|version| version.starts_with("backstage.io/"))
        && node.text_at(&["kind"]).is_some()
}

/// A reference `[kind:][namespace/]name`, or a mapping of these; all in lower case, as they are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The kind, if it is given.
    pub(super) kind: Option<String>,
    /// The namespace, that of the one who refers where none is given.
    pub(super) namespace: String,
    /// The name.
    pub(super) name: String,
}

impl Reference {
    fn of(node: &Node, namespace: &str) -> Option<Self> {
        if let Some(text) = node.text() {
            return Reference::parse(text, namespace);
        }
        let text = |key: &str| node.text_at(&[key]).map(str::to_lowercase);
        let namespace = text("namespace").unwrap_or_else(|| namespace.to_lowercase());
        Some(Reference { kind: text("kind"), namespace, name: text("name")? })
    }

    /// Reads the short form; `None` when the name is missing.
    pub(super) fn parse(text: &str, namespace: &str) -> Option<Self> {
        let (kind, rest) = text.trim().split_once(':').map_or((None, text.trim()), |(kind, rest)| (Some(kind), rest));
        let (namespace, name) = rest.split_once('/').unwrap_or((namespace, rest));
        let lower = |text: &str| text.to_lowercase();
        (!name.is_empty()).then(|| Reference { kind: kind.map(lower), namespace: lower(namespace), name: lower(name) })
    }
}

/// Entities by kind, namespace and name.
#[derive(Debug, Default)]
pub(super) struct Index(BTreeMap<(String, String, String), usize>);

impl Index {
    /// Of several entities of one name the first counts, as it does for Backstage; `false` for the others.
    pub(super) fn add(&mut self, entity: &Entity<'_>, number: usize) -> bool {
        let key = (entity.kind.to_lowercase(), entity.namespace.to_lowercase(), entity.name.to_lowercase());
        let before = self.0.len();
        self.0.entry(key).or_insert(number);
        self.0.len() > before
    }

    /// The entity that a reference means, which has one of these kinds where it does not say.
    pub(super) fn find(&self, reference: &Reference, kinds: &[&str]) -> Option<usize> {
        let given = reference.kind.as_deref();
        let kinds = if let Some(kind) = &given { std::slice::from_ref(kind) } else { kinds };
        let of_kind = |kind: &&str| {
            self.0.get(&((*kind).to_owned(), reference.namespace.clone(), reference.name.clone())).copied()
        };
        kinds.iter().find_map(of_kind)
    }
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn references_have_defaults() {
        let all = [
            ("orders", None, "x", "orders"),
            ("API:Shop/Orders", Some("api"), "shop", "orders"),
            ("resource:db", Some("resource"), "x", "db"),
        ];
        for (text, kind, namespace, name) in all {
            let expected =
                Reference { kind: kind.map(str::to_owned), namespace: namespace.to_owned(), name: name.to_owned() };
            assert_eq!(Reference::parse(text, "x"), Some(expected), "{text}");
        }
        assert_eq!(Reference::parse("component:", "x"), None);
    }
}
