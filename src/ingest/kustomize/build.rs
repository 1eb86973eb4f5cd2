//! One kustomization to its objects: what it lists, what it makes, what it changes, in the order of `kustomize build`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::references::{self, Declared};
use super::resource::Resource;
use super::{document, generate, replace};
use crate::facts::Remark;
use crate::model::{Basis, Evidence};
use crate::source::yaml::Node;
use crate::source::{Problem, Source, Tree, did_you_mean, toward};

/// So many values all kustomizations of a tree may copy from each other; what needs more is made to grow.
const MOST_VALUES: usize = 5_000_000;
const MOST_DEEP: usize = 64;

const KEYS: [&str; 36] = [
    "apiVersion",
    "kind",
    "metadata",
    "namespace",
    "namePrefix",
    "nameSuffix",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "resources",
    "bases",
    "components",
    "crds",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "configMapGenerator",
    "secretGenerator",
    "generatorOptions",
    "images",
    "imageTags",
    "replicas",
    "replacements",
    "vars",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "helmCharts",
    "helmGlobals",
    "helmChartInflationGenerator",
    "openapi",
    "sortOptions",
    "buildMetadata",
    "inventory",
    "build",
];

/// What of a kustomization is not done here, because it would run programs or fetch charts.
const NOT_DONE: [&str; 4] = ["generators", "transformers", "helmCharts", "helmChartInflationGenerator"];

/// The objects of a kustomization, with what the one that uses it must know.
#[derive(Clone, Debug, Default)]
pub(super) struct Built {
    /// The objects.
    pub(super) resources: Vec<Resource>,
    /// The files they come from.
    pub(super) parts: BTreeMap<Arc<str>, Arc<Source>>,
    vars: Vec<Node>,
    declared: Vec<Declared>,
    /// Whether something that it lists could not be read, so that patches may miss their objects.
    pub(super) incomplete: bool,
}

/// Builds kustomizations of a tree, each once.
pub(super) struct Builder<'t> {
    sources: HashMap<&'t str, &'t Arc<Source>>,
    pub(super) tree: &'t Tree,
    made: BTreeMap<String, Arc<Built>>,
    copied: usize,
    /// Files that some kustomization uses.
    pub(super) used: BTreeSet<Arc<str>>,
    /// What is not done, by kustomization.
    pub(super) notes: BTreeMap<Arc<str>, BTreeSet<String>>,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
    /// What is fetched from elsewhere.
    pub(super) remarks: Vec<Remark>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(sources: &'t [Arc<Source>], tree: &'t Tree) -> Self {
        let sources = sources.iter().map(|source| (&*source.path, source)).collect();
        Builder {
            sources,
            tree,
            made: BTreeMap::new(),
            copied: 0,
            used: BTreeSet::new(),
            notes: BTreeMap::new(),
            problems: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// The kustomization of a folder; its path, or `None` when there is none.
    pub(super) fn of_folder(&self, folder: &str) -> Option<&'t Arc<Source>> {
        super::NAMES.iter().find_map(|name| {
            let path = if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
            self.sources.get(path.as_str()).copied()
        })
    }

    /// The objects that `kustomize build` makes of a kustomization that nothing else uses.
    pub(super) fn root(&mut self, source: &'t Arc<Source>) -> Built {
        let mut built = (*self.build(source, &mut Vec::new())).clone();
        let vars = std::mem::take(&mut built.vars);
        for (var, message) in replace::variables(&mut built.resources, &vars) {
            if !built.incomplete {
                self.warn(source, &var, message, "name an object that the kustomization has");
            }
        }
        built
    }

    fn build(&mut self, source: &'t Arc<Source>, above: &mut Vec<Arc<str>>) -> Arc<Built> {
        if let Some(known) = self.made.get(source.folder()) {
            return Arc::clone(known);
        }
        let mut built = Built::default();
        self.extend(&mut built, source, above);
        let built = Arc::new(built);
        self.made.insert(source.folder().to_owned(), Arc::clone(&built));
        built
    }

    /// Does what a kustomization says to the objects that are there; a component finds those of the one that uses it.
    fn extend(&mut self, built: &mut Built, source: &'t Arc<Source>, above: &mut Vec<Arc<str>>) {
        self.used.insert(Arc::clone(&source.path));
        let Some(node) = document(source) else { return };
        if above.contains(&source.path) || above.len() >= MOST_DEEP {
            self.warn(source, &node, "this kustomization uses itself".to_owned(), "take it out of the list");
            return;
        }
        built.parts.insert(Arc::clone(&source.path), Arc::clone(source));
        above.push(Arc::clone(&source.path));
        self.check_keys(source, &node);
        for item in list(&node, "resources").chain(list(&node, "bases")) {
            self.resource(built, source, item, above);
        }
        for (kind, key) in [("ConfigMap", "configMapGenerator"), ("Secret", "secretGenerator")] {
            for entry in list(&node, key) {
                let mut read = |at: &Node, path: &str| self.file(built, source, at, path);
                if let Some(made) = generate::object(kind, entry, source, &mut read) {
                    generate::add(&mut built.resources, made, entry.text_at(&["behavior"]));
                }
            }
        }
        for item in list(&node, "components") {
            match self.folder(source, item) {
                Some(component) => self.extend(built, component, above),
                None => self.absent(built, source, item),
            }
        }
        self.configurations(built, source, &node);
        self.transform(built, source, &node);
        built.vars.extend(list(&node, "vars").cloned());
        references::follow(&mut built.resources, &built.declared);
        above.pop();
    }

    fn check_keys(&mut self, source: &Source, node: &Node) {
        for (key, value) in node.entries() {
            let name = key.text().unwrap_or_default();
            if !KEYS.contains(&name) {
                let help = did_you_mean(name, KEYS).unwrap_or_else(|| "it has no effect".to_owned());
                self.warn(source, key, format!("`{name}` is not a field of a kustomization"), &help);
            }
            if NOT_DONE.contains(&name) && !value.items().is_empty() {
                self.note(source, format!("`{name}` is not applied"));
            }
        }
    }

    fn resource(&mut self, built: &mut Built, source: &'t Arc<Source>, item: &Node, above: &mut Vec<Arc<str>>) {
        if let Some(other) = self.folder(source, item) {
            let other = self.build(other, above);
            self.copied += other.resources.iter().map(Resource::weight).sum::<usize>();
            if self.copied > MOST_VALUES {
                built.incomplete = true;
                let message = format!("more than {MOST_VALUES} values in all kustomizations: this one is left out");
                self.warn(source, item, message, "build it in parts");
                return;
            }
            built.resources.extend(other.resources.iter().cloned());
            built.parts.extend(other.parts.clone());
            built.vars.extend(other.vars.iter().cloned());
            built.declared.extend(other.declared.iter().cloned());
            built.incomplete |= other.incomplete;
            return;
        }
        let Some(path) = item.text().and_then(|text| toward(&source.path, text)).filter(|p| self.tree.contains(p))
        else {
            self.absent(built, source, item);
            return;
        };
        for node in self.nodes(built, &path) {
            built.resources.extend(Resource::all(&node));
        }
    }

    /// The kustomization in the folder that an item names.
    fn folder(&self, source: &Source, item: &Node) -> Option<&'t Arc<Source>> {
        self.of_folder(&toward(&source.path, item.text()?)?)
    }

    /// Something that is listed and not in the tree: fetched from elsewhere, outside of what was scanned, or missing.
    pub(super) fn absent(&mut self, built: &mut Built, source: &Source, item: &Node) {
        built.incomplete = true;
        let Some(text) = item.text() else { return };
        let host = text.split('/').next().unwrap_or_default();
        let remote = text.contains("://") || text.starts_with("git@") || text.contains("?ref=") || {
            host.contains('.') && !host.starts_with('.') && text.contains('/')
        };
        let outside =
            toward(&source.path, text).is_none_or(|path| path.starts_with("..") || self.tree.is_beyond(&path));
        if !remote && !outside {
            let message = format!("`{text}` is not there");
            self.warn(source, item, message, "add the file, or take it out of the list; the rest is read");
            self.note(source, "something that it lists is not there".to_owned());
            return;
        }
        let reason = if remote {
            "a part of a kustomization that is fetched from elsewhere, and not read"
        } else {
            "a part of a kustomization outside of the scanned folders; scan a folder above"
        };
        self.note(source, "something that it lists lies elsewhere".to_owned());
        let evidence = Evidence { at: item.location(&source.path), basis: Basis::Manifest, note: None };
        self.remarks.push(Remark { about: None, what: text.to_owned(), reason: reason.to_owned(), evidence });
    }

    /// A file that a kustomization names.
    pub(super) fn file(&mut self, built: &mut Built, source: &Source, item: &Node, path: &str) -> Option<Arc<Source>> {
        let found = toward(&source.path, path).filter(|path| self.tree.contains(path));
        let Some(found) = found else {
            self.absent(built, source, &item.with_text(path));
            return None;
        };
        self.open(built, &found)
    }

    fn open(&mut self, built: &mut Built, path: &str) -> Option<Arc<Source>> {
        let file = match self.sources.get(path) {
            Some(known) => Arc::clone(known),
            None => match self.tree.read(path) {
                Ok(text) => Arc::new(Source::new(path, text)),
                Err(problem) => {
                    self.problems.push(problem);
                    return None;
                }
            },
        };
        self.used.insert(Arc::clone(&file.path));
        built.parts.insert(Arc::clone(&file.path), Arc::clone(&file));
        Some(file)
    }

    /// The documents of a file, each node with its place.
    pub(super) fn nodes(&mut self, built: &mut Built, path: &str) -> Vec<Node> {
        let Some(file) = self.open(built, path) else { return Vec::new() };
        let mut nodes = file.documents.nodes.clone();
        nodes.iter_mut().for_each(|node| node.relocate(&mut |place| place.file = Arc::clone(&file.path)));
        nodes
    }

    fn configurations(&mut self, built: &mut Built, source: &'t Arc<Source>, node: &Node) {
        for item in list(node, "configurations") {
            let Some(file) = item.text().and_then(|path| self.file(built, source, item, path)) else { continue };
            for reference in file.documents.nodes.iter().flat_map(|node| list(node, "nameReference")) {
                for field in list(reference, "fieldSpecs") {
                    built.declared.push(Declared {
                        of: reference.text_at(&["kind"]).unwrap_or_default().to_owned(),
                        kind: field.text_at(&["kind"]).unwrap_or_default().to_owned(),
                        path: field.text_at(&["path"]).unwrap_or_default().split('/').map(str::to_owned).collect(),
                    });
                }
            }
        }
    }

    pub(super) fn warn(&mut self, source: &Source, node: &Node, message: String, help: &str) {
        self.problems.push(Problem::warning(node.location(&source.path), message).help(help));
    }

    fn note(&mut self, source: &Source, what: String) {
        self.notes.entry(Arc::clone(&source.path)).or_default().insert(what);
    }
}

/// The items of a list that a node holds, none where it holds no list.
pub(super) fn list<'n>(node: &'n Node, key: &str) -> impl Iterator<Item = &'n Node> {
    node.get(key).map(Node::items).unwrap_or_default().iter()
}
