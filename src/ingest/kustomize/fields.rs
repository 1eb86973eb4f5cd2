//! What a kustomization does to certain fields of all its objects: namespaces, prefixes, labels, images, replicas.

use super::resource::Resource;
use crate::source::yaml::Node;

/// Types whose objects belong to no namespace.
const CLUSTER_WIDE: [&str; 19] = [
    "Namespace",
    "Node",
    "PersistentVolume",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "StorageClass",
    "PriorityClass",
    "IngressClass",
    "GatewayClass",
    "RuntimeClass",
    "VolumeSnapshotClass",
    "CSIDriver",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ClusterIssuer",
];

/// Types whose names are not made longer.
const NOT_RENAMED: [&str; 3] = ["CustomResourceDefinition", "APIService", "Namespace"];

/// Puts everything into a namespace.
pub(super) fn namespace(resources: &mut [Resource], namespace: &Node) {
    for resource in resources {
        let cluster_wide = CLUSTER_WIDE.contains(&resource.kind());
        resource.remember();
        if resource.kind() == "Namespace" {
            set(&mut resource.node, &["metadata", "name"], namespace);
        } else if !cluster_wide {
            set(&mut resource.node, &["metadata", "namespace"], namespace);
        }
    }
}

/// Makes names longer at the front and the end.
pub(super) fn rename(resources: &mut [Resource], prefix: &str, suffix: &str) {
    for resource in resources.iter_mut().filter(|resource| !NOT_RENAMED.contains(&resource.kind())) {
        resource.remember();
        let name = format!("{prefix}{}{suffix}", resource.name());
        if let Some(node) = resource.node.at_mut(&["metadata", "name"]) {
            node.replace_text(&name);
        }
    }
}

/// Which fields besides `metadata.labels` get a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// None.
    Object,
    /// The labels of pods too.
    Template,
    /// The labels of pods, and the selectors that choose them.
    Selector,
}

/// Gives labels to everything.
pub(super) fn labels(resources: &mut [Resource], pairs: &Node, reach: Reach) {
    for resource in resources {
        let kind = resource.kind().to_owned();
        let node = &mut resource.node;
        put(node, &["metadata", "labels"], pairs, true);
        if reach == Reach::Object {
            continue;
        }
        match kind.as_str() {
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "ReplicationController" => {
                put(node, &["spec", "template", "metadata", "labels"], pairs, true);
            }
            "CronJob" => put(node, &["spec", "jobTemplate", "spec", "template", "metadata", "labels"], pairs, true),
            _ => {}
        }
        if reach == Reach::Template {
            continue;
        }
        match kind.as_str() {
            "Service" | "ReplicationController" => put(node, &["spec", "selector"], pairs, true),
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => {
                put(node, &["spec", "selector", "matchLabels"], pairs, true);
            }
            "PodDisruptionBudget" => put(node, &["spec", "selector", "matchLabels"], pairs, false),
            "NetworkPolicy" => put(node, &["spec", "podSelector", "matchLabels"], pairs, false),
            _ => {}
        }
    }
}

/// Gives annotations to everything.
pub(super) fn annotations(resources: &mut [Resource], pairs: &Node) {
    resources.iter_mut().for_each(|resource| put(&mut resource.node, &["metadata", "annotations"], pairs, true));
}

/// Adds pairs to a mapping, which is made where it is missing if `create` says so.
fn put(node: &mut Node, path: &[&str], pairs: &Node, create: bool) {
    // A Service without a selector that is another name for a host selects nothing.
    if path == ["spec", "selector"] && node.text_at(&["spec", "type"]) == Some("ExternalName") {
        return;
    }
    let holder = if create { node.make(path, pairs) } else { node.at_mut(path) };
    let Some(holder) = holder else { return };
    for (key, value) in pairs.entries() {
        holder.set(key.clone(), value.clone());
    }
}

fn set(node: &mut Node, path: &[&str], value: &Node) {
    let Some((last, above)) = path.split_last() else { return };
    if let Some(holder) = node.make(above, value) {
        holder.set(value.with_text(last), value.clone());
    }
}

/// Changes names, tags and digests of images: `name`, `newName`, `newTag`, `digest`.
pub(super) fn images(resources: &mut [Resource], change: &Node) {
    let Some(wanted) = change.text_at(&["name"]) else { return };
    for resource in resources {
        resource.node.walk_mut(&mut |node| {
            for list in ["containers", "initContainers"] {
                for container in node.get_mut(list).and_then(Node::items_mut).into_iter().flatten() {
                    let Some(image) = container.get_mut("image") else { continue };
                    let written = image.text().unwrap_or_default();
                    let (name, tail) = split_image(written);
                    if name == wanted {
                        let text = changed(change, name, tail);
                        let at = ["newName", "newTag", "digest"].iter().find_map(|key| change.get(key));
                        *image = at.unwrap_or(image).with_text(&text);
                    }
                }
            }
        });
    }
}

/// An image's name, and its tag or digest with the separator.
fn split_image(image: &str) -> (&str, &str) {
    let before_digest = image.split('@').next().unwrap_or(image);
    let after_host = before_digest.rfind('/').map_or(0, |slash| slash + 1);
    image[after_host..].find([':', '@']).map_or((image, ""), |end| image.split_at(after_host + end))
}

fn changed(change: &Node, name: &str, tail: &str) -> String {
    let name = change.text_at(&["newName"]).unwrap_or(name);
    match (change.text_at(&["digest"]), change.text_at(&["newTag"])) {
        (Some(digest), _) => format!("{name}@{digest}"),
        (None, Some(tag)) => format!("{name}:{tag}"),
        (None, None) => format!("{name}{tail}"),
    }
}

/// Sets how many copies the workload of a name has.
pub(super) fn replicas(resources: &mut [Resource], change: &Node) {
    let (Some(name), Some(count)) = (change.text_at(&["name"]), change.get("count")) else { return };
    let scales = |resource: &&mut Resource| {
        matches!(resource.kind(), "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController")
            && resource.is_named(name)
    };
    resources.iter_mut().filter(scales).for_each(|resource| set(&mut resource.node, &["spec", "replicas"], count));
}

#[cfg(test)]
mod tests {
    use super::split_image;

    #[test]
    fn an_image_has_a_name_and_a_tail() {
        assert_eq!(split_image("redis"), ("redis", ""));
        assert_eq!(split_image("localhost:5000/a/b:1.2"), ("localhost:5000/a/b", ":1.2"));
        assert_eq!(split_image("localhost:5000/a"), ("localhost:5000/a", ""));
        assert_eq!(split_image("a/b:1@sha256:c"), ("a/b", ":1@sha256:c"));
    }
}
