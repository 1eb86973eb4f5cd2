//! ConfigMaps and Secrets: their keys, and the configuration files that pods mount from them.

use std::collections::{HashMap, HashSet};

use super::needs::Asked;
use super::objects::{Object, Objects};
use super::text;
use super::workload::Workload;
use crate::facts::{Address, Facts, Remark};
use crate::ingest::address;
use crate::model::Phase;
use crate::source::Source;
use crate::source::yaml::Node;

/// A configuration that more workloads than this share says nothing about any single one of them.
const MOST_SHARED: usize = 3;

/// Kind, namespace and name.
type Key<'a> = (&'static str, Option<&'a str>, &'a str);
/// The workloads that use something, by namespace and name.
type Users<'a> = HashMap<Key<'a>, HashSet<(Option<&'a str>, &'a str)>>;

/// What is known about all ConfigMaps and Secrets.
#[derive(Debug, Default)]
pub(super) struct Configs<'a> {
    mounts: Users<'a>,
    shared: HashSet<Key<'a>>,
    /// Those that more than one workload loads.
    several: HashSet<Key<'a>>,
}

/// A ConfigMap or Secret that a volume brings into a pod.
struct Mount<'a> {
    key: Key<'a>,
    items: Option<HashSet<&'a str>>,
}

impl<'a> Configs<'a> {
    /// Counts who uses what, and remarks on what is shared so widely that it says nothing.
    pub(super) fn read(objects: &Objects<'a>, workloads: &[Workload<'a>], facts: &mut Facts) -> Self {
        let mut configs = Configs::default();
        let mut sourced: Users<'a> = HashMap::new();
        for workload in workloads {
            let user = (workload.object.namespace, workload.object.name);
            for mount in mounts(workload) {
                configs.mounts.entry(mount.key).or_default().insert(user);
            }
            for (_, container) in workload.containers() {
                for item in container.get("envFrom").map(Node::items).unwrap_or_default() {
                    for (kind, name) in source_of(item) {
                        sourced.entry((kind, user.0, name)).or_default().insert(user);
                    }
                }
            }
        }
        configs.several.extend(sourced.iter().filter(|(_, users)| users.len() > 1).map(|(key, _)| *key));
        for kind in ["ConfigMap", "Secret"] {
            for object in objects.of_kind(kind) {
                let key = (kind, object.namespace, object.name);
                let count = |users: &Users<'a>| users.get(&key).map_or(0, HashSet::len);
                let (mounted, loaded) = (count(&configs.mounts), count(&sourced));
                let hosts: HashSet<Address> = values(object).flat_map(|(name, value)| every(name, value)).collect();
                let hosts: HashSet<&str> = hosts.iter().map(|address| &*address.host).collect();
                // Variables that lead to one or two things are shared because everybody uses those.
                let directory = loaded > MOST_SHARED && hosts.len() > MOST_SHARED;
                if directory {
                    configs.shared.insert(key);
                }
                if directory || mounted > MOST_SHARED && !hosts.is_empty() {
                    facts.remarks.push(Remark {
                        about: None,
                        what: format!("{kind} {}", object.name),
                        reason: format!(
                            "{} workloads share it, so the addresses in it are not taken for needs of each",
                            mounted.max(loaded)
                        ),
                        evidence: object.whole(""),
                    });
                }
            }
        }
        configs
    }

    /// Whether a ConfigMap or Secret is a directory of addresses that many load, so that none is known to use them all.
    pub(super) fn is_shared(&self, object: &Object<'a>) -> bool {
        is_among(&self.shared, object)
    }

    /// Whether more than one workload loads a ConfigMap or Secret.
    pub(super) fn is_for_several(&self, object: &Object<'a>) -> bool {
        is_among(&self.several, object)
    }

    /// Adds what the configuration files address that a pod mounts.
    pub(super) fn mounted(&self, workload: &Workload<'a>, objects: &Objects<'a>, asked: &mut Asked<'_>) {
        for mount in mounts(workload) {
            if self.mounts.get(&mount.key).is_some_and(|users| users.len() > MOST_SHARED) {
                continue;
            }
            let (kind, namespace, name) = mount.key;
            let Some(object) = objects.find(kind, namespace, name, workload.object.source) else { continue };
            for (key, value) in values(object) {
                if mount.items.as_ref().is_some_and(|items| !items.contains(key)) {
                    continue;
                }
                for (line, addresses) in file(key, value) {
                    let note = format!("{kind} {name}: {key}");
                    asked.addresses(Phase::Run, addresses, &object.evidence_at(object.line_of(value, line), &note));
                }
            }
        }
    }
}

fn is_among(all: &HashSet<Key<'_>>, object: &Object<'_>) -> bool {
    ["ConfigMap", "Secret"]
        .iter()
        .any(|kind| *kind == object.kind && all.contains(&(*kind, object.namespace, object.name)))
}

/// The value of one key of a ConfigMap or Secret, with the object that holds it.
pub(super) fn lookup<'o, 'a>(
    objects: &'o Objects<'a>,
    (kind, namespace, name): (&'o str, Option<&'o str>, &'o str),
    key: &str,
    from: &Source,
) -> Option<(&'o Object<'a>, &'a Node)> {
    let object = objects.find(kind, namespace, name, from)?;
    values(object).find(|(name, _)| *name == key).map(|(_, value)| (object, value))
}

/// The readable keys of a ConfigMap or Secret; what a Secret encodes is left alone.
pub(super) fn values<'a>(object: &Object<'a>) -> impl Iterator<Item = (&'a str, &'a Node)> + use<'a> {
    let field = if object.kind == "Secret" { "stringData" } else { "data" };
    let entries: &'a [(Node, Node)] = object.at(&[field]).map(Node::entries).unwrap_or_default();
    entries.iter().filter_map(|(key, value)| Some((key.text()?, value)))
}

/// The ConfigMap or Secret that an item of `envFrom` loads.
pub(super) fn source_of(item: &Node) -> impl Iterator<Item = (&'static str, &str)> {
    let kinds = [("ConfigMap", "configMapRef"), ("Secret", "secretRef")];
    kinds.into_iter().filter_map(|(kind, key)| Some((kind, item.text_at(&[key, "name"])?)))
}

/// Every address in a value, be it a variable or a file.
fn every(name: &str, value: &Node) -> Vec<Address> {
    let mut found: Vec<Address> = file(name, value).into_iter().flat_map(|(_, addresses)| addresses).collect();
    found.extend(value.text().map(|text| address::of_variable(name, text)).unwrap_or_default());
    found
}

/// The addresses in a value of several lines, which is a file; a single line is a variable, and a file only if its name
/// says so.
fn file(name: &str, value: &Node) -> Vec<(usize, Vec<Address>)> {
    match value.text() {
        Some(content) if content.contains('\n') || name.contains('.') => text::addresses(name, content),
        Some(content) => vec![(0, address::of_variable(name, content))],
        None => Vec::new(),
    }
}

/// What the volumes of a pod mount.
fn mounts<'a>(workload: &Workload<'a>) -> Vec<Mount<'a>> {
    let namespace = workload.object.namespace;
    let mut found = Vec::new();
    let mut add = |kind: &'static str, name: Option<&'a str>, node: &'a Node| {
        let items = node
            .get("items")
            .filter(|items| items.is_seq())
            .map(|items| items.items().iter().filter_map(|item| item.text_at(&["key"])).collect());
        found.extend(name.map(|name| Mount { key: (kind, namespace, name), items }));
    };
    let volumes: &'a [Node] = workload.pod.get("volumes").map(Node::items).unwrap_or_default();
    for volume in volumes {
        let projected = volume.at(&["projected", "sources"]).map(Node::items).unwrap_or_default();
        for source in std::iter::once(volume).chain(projected) {
            if let Some(node) = source.get("configMap") {
                add("ConfigMap", node.text_at(&["name"]), node);
            }
            if let Some(node) = source.get("secret") {
                add("Secret", node.text_at(&["secretName"]).or_else(|| node.text_at(&["name"])), node);
            }
        }
    }
    found
}
