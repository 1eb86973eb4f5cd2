//! Documents that are no objects of their own, but patches for objects that are written elsewhere.
//!
//! Read as objects they would be workloads without an image, or second copies with half of their environment. Those that
//! a kustomization applies are not seen here, only their result is.

use super::workload;
use crate::source::yaml::Node;

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
