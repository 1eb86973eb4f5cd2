//! Documents to objects: what each is, what it is called, and where to find it again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Lines, patches};
use crate::facts::{Deployed, Remark, Stage};
use crate::model::{Basis, Evidence};
use crate::source::yaml::Node;
use crate::source::{Location, Problem, Source};

/// Lists of lists of objects are not a thing that any tool writes.
const MOST_NESTED: usize = 4;

/// One object of a manifest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a> {
    /// The file it is written in.
    pub source: &'a Source,
    /// The lines of all files.
    lines: &'a Lines<'a>,
    /// All of it.
    pub node: &'a Node,
    /// The kind within its group.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its namespace, if one is written.
    pub namespace: Option<&'a str>,
}

impl<'a> Object<'a> {
    /// The value at a path under the object's root.
    pub(super) fn at(&self, path: &[&str]) -> Option<&'a Node> {
        self.node.at(path)
    }

    /// The text at a path under the object's root.
    pub(super) fn text(&self, path: &[&str]) -> Option<&'a str> {
        self.node.text_at(path)
    }

    /// A node of this object's file as evidence.
    pub(super) fn evidence(&self, node: &Node, note: &str) -> Evidence {
        self.evidence_at(node.location(&self.source.path), note)
    }

    /// A place as evidence.
    pub(super) fn evidence_at(&self, at: Location, note: &str) -> Evidence {
        Evidence { at, basis: Basis::Manifest, note: (!note.is_empty()).then(|| note.into()) }
    }

    /// The object's name as evidence of the whole.
    pub(super) fn whole(&self, note: &str) -> Evidence {
        self.evidence(self.at(&["metadata", "name"]).unwrap_or(self.node), note)
    }

    /// How it is deployed: by the file that it is written in, or by the one that says to render it.
    pub(super) fn deployed(&self) -> Deployed {
        let by = (!self.source.parts.is_empty()).then(|| Arc::clone(&self.source.path));
        Deployed { by, usual: Stage::Unnamed }
    }

    /// The place of a line of a multi-line value: the value's own place when the source does not show that line as is.
    pub(super) fn line_of(&self, value: &Node, line: usize) -> Location {
        let at = value.location(&self.source.path);
        let wanted =
            value.text().and_then(|text| text.lines().nth(line)).map(str::trim).filter(|text| !text.is_empty());
        let Some(wanted) = wanted else { return at };
        let first = (at.line as usize + line).saturating_sub(1);
        for (number, text) in self.lines.get(&*at.file).into_iter().flatten().enumerate().skip(first).take(2) {
            if text.trim() == wanted {
                let indent = text.chars().take_while(|letter| letter.is_whitespace()).count();
                let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
                let (line, column) = (count(number + 1), count(indent + 1));
                return Location { line, column, length: count(wanted.chars().count()), ..at };
            }
        }
        at
    }
}

/// All objects that were read.
#[derive(Debug, Default)]
pub(super) struct Objects<'a> {
    all: Vec<Object<'a>>,
    by_name: HashMap<(&'a str, Option<&'a str>, &'a str), Vec<usize>>,
    by_kind: HashMap<&'a str, Vec<usize>>,
    custom: BTreeMap<(Arc<str>, String), (usize, Evidence)>,
}

impl<'a> Objects<'a> {
    /// Adds the objects of a file, which is given with the lines of all files; returns how many of its documents only
    /// change objects that are written elsewhere.
    pub(super) fn add(&mut self, file: (&'a Source, &'a Lines<'a>), problems: &mut Vec<Problem>) -> usize {
        file.0.documents.nodes.iter().filter(|node| !self.document(file, node, 0, problems)).count()
    }

    /// Adds a document; `false` when it is a patch.
    fn document(
        &mut self,
        (source, lines): (&'a Source, &'a Lines<'a>),
        node: &'a Node,
        depth: usize,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let (Some(version), Some(kind)) = (node.text_at(&["apiVersion"]), node.text_at(&["kind"])) else {
            return !patches::is_json_patch(node);
        };
        if let Some(items) = node.get("items").filter(|items| kind.ends_with("List") && items.is_seq()) {
            if depth < MOST_NESTED {
                for item in items.items() {
                    self.document((source, lines), item, depth + 1, problems);
                }
            }
            return true;
        }
        if !names_its_kind(node) {
            return true;
        }
        let group = version.split_once('/').map_or("", |(group, _)| group);
        if !is_built_in(group, kind) {
            let place = Evidence { at: node.location(&source.path), basis: Basis::Manifest, note: None };
            let entry = self.custom.entry((Arc::clone(&place.at.file), format!("{group}/{kind}")));
            entry.or_insert((0, place)).0 += 1;
            return true;
        }
        if patches::is_patch(node, kind) {
            return false;
        }
        // What a program of the cluster is started with has an `apiVersion` too, but no name: it is a file, not an object.
        if node.get("metadata").is_none() && (kind.ends_with("Config") || kind.ends_with("Configuration")) {
            return true;
        }
        let named = |key: &str| node.text_at(&["metadata", key]).filter(|name| !name.is_empty());
        let generated = || named("generateName").map(|name| name.trim_end_matches('-')).filter(|name| !name.is_empty());
        let Some(name) = named("name").or_else(generated) else {
            let message = format!("this {kind} has no name and is left out");
            problems.push(Problem::warning(node.location(&source.path), message).help("write `metadata.name`"));
            return true;
        };
        self.all.push(Object { source, lines, node, kind, name, namespace: named("namespace") });
        true
    }

    /// Makes the objects findable; call it when all files are added.
    pub(super) fn index(&mut self) {
        for (index, object) in self.all.iter().enumerate() {
            self.by_name.entry((object.kind, object.namespace, object.name)).or_default().push(index);
            self.by_kind.entry(object.kind).or_default().push(index);
        }
    }

    /// All objects of a kind, in the order of the files.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Object<'a>> {
        self.by_kind.get(kind).into_iter().flatten().map(|index| &self.all[*index])
    }

    /// All objects, in the order of the files.
    pub(super) fn all(&self) -> impl Iterator<Item = &Object<'a>> {
        self.all.iter()
    }

    /// The object of this kind and name in a namespace; of several that which is written nearest to `from`.
    pub(super) fn find<'s>(
        &'s self,
        kind: &'s str,
        namespace: Option<&'s str>,
        name: &'s str,
        from: &Source,
    ) -> Option<&'s Object<'a>> {
        let known: &HashMap<(&'s str, Option<&'s str>, &'s str), Vec<usize>> = &self.by_name;
        let found = known.get(&(kind, namespace, name))?;
        let nearness = |index: &&usize| nearness(self.all[**index].source, from);
        // The first of the nearest, so that the answer does not depend on how many there are.
        found.iter().rev().max_by_key(nearness).map(|index| &self.all[*index])
    }

    /// One remark for each type that is not Kubernetes' own, per file.
    pub(super) fn custom_types(&self) -> Vec<Remark> {
        let remark = |((_, what), (count, evidence)): (&(Arc<str>, String), &(usize, Evidence))| Remark {
            about: None,
            what: format!("{what} ({count})"),
            reason: "custom resource, not understood".to_owned(),
            evidence: evidence.clone(),
        };
        self.custom.iter().map(remark).collect()
    }
}

/// How near two files are: the same file before the same folder before folders that share more of their path.
pub(super) fn nearness(one: &Source, other: &Source) -> usize {
    if one.path == other.path {
        return usize::MAX;
    }
    common_folders(one.folder(), other.folder())
}

/// How many folders from the top two paths share, and one more if they are the same.
pub(super) fn common_folders(one: &str, other: &str) -> usize {
    if one == other {
        return one.split('/').count() + 1;
    }
    one.split('/').zip(other.split('/')).take_while(|(a, b)| a == b).count()
}

/// Groups without a domain, which are all Kubernetes' own.
const PLAIN_GROUPS: [&str; 6] = ["", "apps", "batch", "extensions", "policy", "autoscaling"];

/// Whether a document says what kind of Kubernetes object it is; `skaffold/v4` is the version of another tool.
pub(super) fn names_its_kind(node: &Node) -> bool {
    let group = node.text_at(&["apiVersion"]).map(|version| version.split_once('/').map_or("", |(group, _)| group));
    node.text_at(&["kind"]).is_some() && group.is_some_and(|group| group.contains('.') || PLAIN_GROUPS.contains(&group))
}

/// Whether a type is Kubernetes' own, or one of the few others that this reader understands.
fn is_built_in(group: &str, kind: &str) -> bool {
    let understood = matches!(
        (group, kind),
        ("argoproj.io", "Rollout")
            | ("apps.openshift.io", "DeploymentConfig")
            | ("route.openshift.io", "Route")
            | ("networking.istio.io", "VirtualService" | "Gateway")
            // What they release is worked out with the charts.
            | ("helm.toolkit.fluxcd.io", "HelmRelease")
            | ("argoproj.io", "Application")
    );
    let own = PLAIN_GROUPS.contains(&group) || group.ends_with(".k8s.io") && !group.ends_with("x-k8s.io");
    understood || own
}
