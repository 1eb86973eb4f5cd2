//! Documents that are no objects of their own: Kustomize's patches and optional components.
//!
//! They change objects that are written elsewhere. Read as objects they would be workloads without an image, or second
//! copies with half of their environment.

use std::collections::HashSet;

use super::workload;
use crate::source::yaml::{self, Node};
use crate::source::{Source, Tree, beside};

const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
const OPTIONAL: &str = "it belongs to an optional Kustomize component, which is applied only where an overlay names it";
const PATCH: &str = "a kustomization applies it as a patch to objects that are written elsewhere";

/// What the kustomizations of a tree say about its other files.
#[derive(Debug, Default)]
pub(super) struct Patches {
    /// Folders whose kustomization is a component.
    components: HashSet<String>,
    /// Files that a kustomization lists as patches.
    files: HashSet<String>,
    /// Folders whose kustomization gives everything in them a label, and every Service a selector for it.
    selecting: HashSet<String>,
}

impl Patches {
    /// Reads the kustomizations of a tree.
    pub(super) fn find(tree: &Tree) -> Self {
        let mut patches = Patches::default();
        for path in tree.files() {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            if !KUSTOMIZATIONS.contains(&name) {
                continue;
            }
            // A kustomization that can't be read is a problem of the reader of kustomizations.
            let Ok(text) = tree.read(path) else { continue };
            for node in yaml::parse(path, &text).nodes {
                if node.text_at(&["kind"]) == Some("Component") {
                    patches.components.insert(folder.to_owned());
                }
                if gives_selectors(&node) {
                    patches.selecting.insert(folder.to_owned());
                }
                patches.files.extend(listed(&node).filter_map(|relative| beside(path, relative)));
            }
        }
        patches
    }

    /// Whether a kustomization beside a file gives a selector to Services that have none.
    pub(super) fn selects(&self, source: &Source) -> bool {
        self.selecting.contains(source.folder())
    }

    /// Why a file holds no objects of its own, if so.
    pub(super) fn reason(&self, source: &Source) -> Option<&'static str> {
        if self.files.contains(&*source.path) {
            return Some(PATCH);
        }
        let mut folder = Some(source.folder());
        while let Some(here) = folder {
            if self.components.contains(here) {
                return Some(OPTIONAL);
            }
            folder = here.rsplit_once('/').map(|(above, _)| above).or((!here.is_empty()).then_some(""));
        }
        None
    }
}

/// Whether a kustomization adds labels to selectors too.
fn gives_selectors(node: &Node) -> bool {
    let labels = node.get("labels").map(Node::items).unwrap_or_default();
    node.get("commonLabels").is_some_and(|labels| !labels.entries().is_empty())
        || labels.iter().any(|label| label.text_at(&["includeSelectors"]) == Some("true"))
}

/// The paths of the patch files that a kustomization lists.
fn listed(node: &Node) -> impl Iterator<Item = &str> {
    let strategic = node.get("patchesStrategicMerge").map(Node::items).unwrap_or_default();
    let strategic = strategic.iter().filter_map(Node::text).filter(|text| !text.contains('\n'));
    let others = ["patches", "patchesJson6902"].into_iter().filter_map(|key| node.get(key)).flat_map(Node::items);
    strategic.chain(others.filter_map(|patch| patch.text_at(&["path"])))
}

/// Whether a document is a list of JSON patch operations.
pub(super) fn is_json_patch(node: &Node) -> bool {
    let operation = |item: &Node| {
        item.text_at(&["op"]).is_some() && item.text_at(&["path"]).is_some_and(|path| path.starts_with('/'))
    };
    !node.items().is_empty() && node.items().iter().all(operation)
}

/// Whether an object only changes another of its name: it has a `$patch` directive, or is a workload without any image.
pub(super) fn is_patch(node: &Node, kind: &str) -> bool {
    let directive = |node: &Node| node.get("$patch").is_some();
    if directive(node) || node.at(&["spec"]).is_some_and(directive) {
        return true;
    }
    let Some(path) = workload::pod_path(kind) else { return false };
    let containers = node.at(path).and_then(|pod| pod.get("containers")).map(Node::items).unwrap_or_default();
    containers.iter().any(directive) || !containers.iter().any(|container| container.text_at(&["image"]).is_some())
}
