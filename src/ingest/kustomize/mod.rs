//! Kustomize: bases, overlays and components put together as `kustomize build` does, for the reader of Kubernetes.
//!
//! Every kustomization that no other one uses is built; each value of the result keeps the place where it is written.
//! Nothing is fetched and no plugin is run: what lies elsewhere is listed. What no reader here looks at, the namespaces
//! of role bindings say, is left as it is, and the hash behind the names of generated objects is left out.

mod build;
mod change;
mod fields;
mod generate;
mod operations;
mod references;
mod replace;
mod resource;
mod strategic;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::build::Builder;
use super::reach::Named;
use super::{Renderer, Rendering, Settings, Status};
use crate::source::yaml::{self, Node};
use crate::source::{Source, Tree, toward};

/// The table line of Kustomize.
pub const RENDERER: Renderer = Renderer { name: "kustomize", wants, render };

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
const OPTIONAL: &str = "it belongs to an optional Kustomize component, which is applied only where an overlay names it";

pub(super) fn wants(path: &str) -> bool {
    NAMES.contains(&path.rsplit('/').next().unwrap_or(path))
}

/// The kustomization that a file holds, each node with its place; `None` for what has the name and is something else.
fn document(source: &Source) -> Option<Node> {
    let parsed = if source.documents.nodes.is_empty() && source.name() == "Kustomization" {
        yaml::parse(&source.path, &source.text).nodes
    } else {
        source.documents.nodes.clone()
    };
    let mut node = parsed.into_iter().find(Node::is_map)?;
    let version = node.text_at(&["apiVersion"]).unwrap_or_default();
    if !version.is_empty() && !version.starts_with("kustomize.config.k8s.io/") {
        return None;
    }
    node.relocate(&mut |place| place.file = Arc::clone(&source.path));
    Some(node)
}

fn render(sources: &[Arc<Source>], tree: &Tree, _: &Settings) -> Rendering {
    let mut all: BTreeMap<&str, (&Arc<Source>, Node)> = BTreeMap::new();
    for source in sources.iter().filter(|source| wants(&source.path)) {
        if let Some(node) = document(source) {
            all.insert(source.folder(), (source, node));
        }
    }
    let mut builder = Builder::new(sources, tree);
    let is_component = |node: &Node| node.text_at(&["kind"]) == Some("Component");
    let used: BTreeSet<String> = all.values().flat_map(|(source, node)| used_folders(source, node)).collect();
    let mut rendering = Rendering::default();
    let roots = all.iter().filter(|(folder, (_, node))| !used.contains(**folder) && !is_component(node));
    let mut roots: Vec<&Arc<Source>> = roots.map(|(_, (source, _))| *source).collect();
    // Kustomizations that use each other in a circle have no root.
    for round in 0..2 {
        for source in roots {
            let built = builder.root(source);
            let nodes = built.resources.into_iter().map(|resource| resource.node).collect();
            rendering.sources.push(Source::rendered(&source.path, nodes, built.parts.into_values().collect()));
        }
        let left = all.values().filter(|(source, node)| !builder.used.contains(&source.path) && !is_component(node));
        roots = if round == 0 { left.map(|(source, _)| *source).take(1).collect() } else { Vec::new() };
    }
    for path in &builder.used {
        let notes = builder.notes.get(path);
        let joined = notes.map(|notes| notes.iter().cloned().collect::<Vec<_>>().join("; "));
        rendering.used.insert(Arc::clone(path), joined.map(|reason| (Status::Partial, reason)));
    }
    let optional: BTreeSet<&str> =
        all.iter().filter(|(_, (s, n))| is_component(n) && !builder.used.contains(&s.path)).map(|(f, _)| *f).collect();
    for source in sources.iter().filter(|source| !builder.used.contains(&source.path)) {
        let of_kustomize = wants(&source.path) || source.documents.nodes.iter().any(super::kubernetes::is_manifest);
        if of_kustomize && lies_in(source.folder(), &optional) {
            rendering.used.insert(Arc::clone(&source.path), Some((Status::Skipped, OPTIONAL.to_owned())));
        }
    }
    rendering.problems = builder.problems;
    rendering.remarks = builder.remarks;
    rendering
}

/// The fields of a kustomization that name files and folders, however deep in them.
const NAMING: [&str; 15] = [
    "resources",
    "bases",
    "components",
    "crds",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "configMapGenerator",
    "secretGenerator",
    "replacements",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "openapi",
];

/// What a kustomization names: files, and folders with a kustomization.
pub(super) fn named_elsewhere(path: &str, text: &str) -> Vec<Named> {
    let Some(node) = document(&Source::new(path, text.to_owned())) else { return Vec::new() };
    let mut texts = Vec::new();
    NAMING.iter().filter_map(|key| node.get(key)).for_each(|value| all_texts(value, &mut texts));
    // Files of a generator may be given a name: `name=path`.
    let paths = texts.into_iter().map(|text| text.rsplit_once('=').map_or(text, |(_, path)| path));
    let is_path = |path: &&str| !path.contains(['\n', ':', ' ']);
    paths.filter(is_path).map(|path| Named { path: path.to_owned(), wants }).collect()
}

fn all_texts<'n>(node: &'n Node, found: &mut Vec<&'n str>) {
    found.extend(node.text());
    node.items().iter().for_each(|item| all_texts(item, found));
    node.entries().iter().for_each(|(_, value)| all_texts(value, found));
}

/// The folders that a kustomization lists.
fn used_folders(source: &Source, node: &Node) -> Vec<String> {
    let lists = ["resources", "bases", "components"].into_iter().filter_map(|key| node.get(key)).flat_map(Node::items);
    lists.filter_map(|item| toward(&source.path, item.text()?)).filter(|folder| folder != source.folder()).collect()
}

/// Whether a folder is one of these or lies in one.
fn lies_in(folder: &str, folders: &BTreeSet<&str>) -> bool {
    let mut here = Some(folder);
    while let Some(folder) = here {
        if folders.contains(folder) {
            return true;
        }
        here = folder.rsplit_once('/').map(|(above, _)| above).or((!folder.is_empty()).then_some(""));
    }
    false
}
