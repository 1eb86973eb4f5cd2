//! References by name, which follow their objects when those are renamed.

use std::collections::{BTreeMap, BTreeSet};

use super::resource::Resource;
use crate::source::yaml::Node;

/// Fields that name an object of a certain kind: the mapping that holds the field, the field, the kind. An empty holder
/// is any.
///
/// After the built-in `nameReference` table of Kustomize, reduced to what a reader here looks at.
const FIELDS: [(&str, &str, &str); 17] = [
    ("configMapRef", "name", "ConfigMap"),
    ("configMapKeyRef", "name", "ConfigMap"),
    ("configMap", "name", "ConfigMap"),
    ("secretRef", "name", "Secret"),
    ("secretKeyRef", "name", "Secret"),
    ("secret", "name", "Secret"),
    ("secret", "secretName", "Secret"),
    ("tls", "secretName", "Secret"),
    ("imagePullSecrets", "name", "Secret"),
    ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
    ("", "serviceAccountName", "ServiceAccount"),
    ("spec", "serviceName", "Service"),
    ("backend", "serviceName", "Service"),
    ("service", "name", "Service"),
    ("spec", "volumeName", "PersistentVolume"),
    ("", "storageClassName", "StorageClass"),
    ("", "ingressClassName", "IngressClass"),
];

/// A field of objects of a kind that names an object of another kind, as a `configurations` file declares it.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    /// The kind that is named.
    pub(super) of: String,
    /// The kind whose field it is; empty for any.
    pub(super) kind: String,
    /// The field's path.
    pub(super) path: Vec<String>,
}

/// New names by kind and former name; `None` when several objects had that name.
struct Renamed {
    current: BTreeMap<String, BTreeSet<String>>,
    former: BTreeMap<(String, String), Option<String>>,
}

impl Renamed {
    fn new(resources: &[Resource], words: &BTreeSet<String>) -> Self {
        let mut renamed = Renamed { current: BTreeMap::new(), former: BTreeMap::new() };
        for resource in resources {
            let kind = resource.kind().to_owned();
            renamed.current.entry(kind.clone()).or_default().insert(resource.name().to_owned());
            for name in resource.former().filter(|name| words.contains(*name) && *name != resource.name()) {
                let new = Some(resource.name().to_owned());
                let known = renamed.former.entry((kind.clone(), name.to_owned())).or_insert_with(|| new.clone());
                if *known != new {
                    *known = None;
                }
            }
        }
        renamed
    }

    /// The name that an object of a kind has now, if it has another than this.
    fn of(&self, kind: &str, name: &str) -> Option<&str> {
        if self.current.get(kind).is_some_and(|names| names.contains(name)) {
            return None;
        }
        self.former.get(&(kind.to_owned(), name.to_owned()))?.as_deref()
    }
}

/// Lets references follow the objects that they name.
pub(super) fn follow(resources: &mut [Resource], declared: &[Declared]) {
    // Only words that are the former name of something can be such a reference.
    let mut words = BTreeSet::new();
    for resource in resources.iter_mut() {
        resource.node.walk_mut(&mut |node| {
            for (_, value) in node.entries() {
                words.extend(value.text().filter(|text| text.len() <= 253).map(str::to_owned));
            }
        });
    }
    let renamed = Renamed::new(resources, &words);
    if renamed.former.is_empty() {
        return;
    }
    for resource in resources {
        let kind = resource.kind().to_owned();
        update("", &mut resource.node, &renamed);
        for field in declared.iter().filter(|field| field.kind.is_empty() || field.kind == kind) {
            named(&mut resource.node, &field.path, &field.of, &renamed);
        }
    }
}

fn update(holder: &str, node: &mut Node, renamed: &Renamed) {
    // `scaleTargetRef`, `roleRef`, `subjects` and the like say the kind themselves.
    if node.get("name").is_some() && node.get("metadata").is_none() && holder != "metadata" {
        let kind = node.text_at(&["kind"]).map(str::to_owned);
        if let (Some(kind), Some(name)) = (kind, node.get_mut("name")) {
            rename(name, &kind, renamed);
        }
    }
    if let Some(entries) = node.entries_mut() {
        for (key, value) in entries {
            let Some(key) = key.text() else { continue };
            let kind = FIELDS.iter().find(|(of, field, _)| *field == key && (of.is_empty() || *of == holder));
            match kind {
                Some((_, _, kind)) if value.text().is_some() => rename(value, kind, renamed),
                _ => update(key, value, renamed),
            }
        }
    } else if let Some(items) = node.items_mut() {
        items.iter_mut().for_each(|item| update(holder, item, renamed));
    }
}

fn named(node: &mut Node, path: &[String], kind: &str, renamed: &Renamed) {
    if let Some(items) = node.items_mut() {
        items.iter_mut().for_each(|item| named(item, path, kind, renamed));
        return;
    }
    match path.split_first() {
        Some((key, rest)) => {
            if let Some(below) = node.get_mut(key.trim_end_matches("[]")) {
                named(below, rest, kind, renamed);
            }
        }
        None => rename(node, kind, renamed),
    }
}

fn rename(node: &mut Node, kind: &str, renamed: &Renamed) {
    if let Some(new) = node.text().and_then(|name| renamed.of(kind, name)) {
        node.replace_text(new);
    }
}
