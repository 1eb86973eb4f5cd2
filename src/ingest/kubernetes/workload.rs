//! Workloads: what runs pods, and the containers of those pods.

use std::collections::HashSet;
use std::sync::Arc;

use super::objects::{Object, Objects};
use crate::facts::{ComponentFact, Said};
use crate::model::Kind;
use crate::source::yaml::Node;

const KINDS: [&str; 10] = [
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "Job",
    "CronJob",
    "Rollout",
    "DeploymentConfig",
];

/// The path from an object to the description of its pods; `None` for kinds that run none.
pub(super) fn pod_path(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "Pod" => Some(&["spec"]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template", "spec"]),
        _ if KINDS.contains(&kind) => Some(&["spec", "template", "spec"]),
        _ => None,
    }
}

/// A workload that runs pods. Its index among all workloads is that of its component.
#[derive(Debug)]
pub(super) struct Workload<'a> {
    /// The object.
    pub object: Object<'a>,
    /// The description of its pods.
    pub pod: &'a Node,
    /// The labels of its pods.
    pub labels: Vec<(&'a str, &'a str)>,
}

/// When a container runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// As long as the pod.
    Main,
    /// Before the others start.
    Init,
}

impl<'a> Workload<'a> {
    /// All workloads, without those that another one in these files owns.
    pub(super) fn all(objects: &Objects<'a>) -> Vec<Self> {
        let all: Vec<Workload<'a>> = objects.all().filter_map(Workload::new).collect();
        let known: HashSet<_> =
            all.iter().map(|one| (one.object.kind, one.object.namespace, one.object.name)).collect();
        let owned = |workload: &Workload<'a>| {
            let owners = workload.object.at(&["metadata", "ownerReferences"]).map(Node::items).unwrap_or_default();
            owners.iter().any(|owner| {
                let (kind, name) = (owner.text_at(&["kind"]), owner.text_at(&["name"]));
                kind.zip(name).is_some_and(|(kind, name)| known.contains(&(kind, workload.object.namespace, name)))
            })
        };
        let owned: Vec<bool> = all.iter().map(owned).collect();
        all.into_iter().zip(owned).filter(|(_, owned)| !owned).map(|(workload, _)| workload).collect()
    }

    fn new(object: &Object<'a>) -> Option<Self> {
        let path = pod_path(object.kind)?;
        let pod = object.at(path)?;
        let template = object.at(&path[..path.len() - 1])?;
        Some(Workload { object: *object, pod, labels: labels(template.at(&["metadata", "labels"])) })
    }

    /// Whether it runs and ends.
    pub(super) fn is_job(&self) -> bool {
        matches!(self.object.kind, "Job" | "CronJob")
    }

    /// The containers of a pod in the order in which they matter: the main one, the others, those that run before.
    pub(super) fn containers(&self) -> Vec<(Role, &'a Node)> {
        let list = |key: &str| self.pod.get(key).map(Node::items).unwrap_or_default();
        let mut main: Vec<(Role, &Node)> = list("containers").iter().map(|one| (Role::Main, one)).collect();
        // A sidecar may be written first; the container with the workload's own name is the one that it is about.
        main.sort_by_key(|(_, container)| container.text_at(&["name"]) != Some(self.object.name));
        // An init container that is always restarted runs as long as the pod: a sidecar.
        let role = |one: &Node| if one.text_at(&["restartPolicy"]) == Some("Always") { Role::Main } else { Role::Init };
        main.extend(list("initContainers").iter().map(|one| (role(one), one)));
        main
    }

    /// The words of what its main container runs.
    fn runs(&self) -> Vec<Arc<str>> {
        let main = self.containers().first().map(|(_, container)| *container);
        let lists = main.into_iter().flat_map(|container| ["command", "args"].map(|key| container.get(key)));
        let words = lists.flatten().flat_map(Node::items).filter_map(Node::text).flat_map(str::split_whitespace);
        words.map(Arc::from).collect()
    }

    /// The component that the workload is.
    pub(super) fn component(&self) -> ComponentFact {
        let object = &self.object;
        let mut images: Vec<Said> = Vec::new();
        for (_, container) in self.containers() {
            let Some((node, image)) = container.get("image").and_then(|node| Some((node, node.text()?))) else {
                continue;
            };
            if !images.iter().any(|known| &*known.text == image) {
                images.push(Said { text: image.into(), evidence: object.evidence(node, "image") });
            }
        }
        // Those of the pods, and those of the workload itself over them.
        let own = labels(object.at(&["metadata", "labels"]));
        let both = self.labels.iter().copied().chain(own);
        ComponentFact {
            labels: both.map(|(key, value)| (key.into(), value.into())).collect(),
            scope: object.namespace.map(Into::into),
            deployed: Some(object.deployed()),
            kind: self.is_job().then_some(Kind::Job),
            images,
            runs: self.runs(),
            redundancy: super::redundancy::of(self),
            ..ComponentFact::new(object.name, object.whole(object.kind))
        }
    }
}

/// Labels as pairs of text, in order; what is no text is left out.
pub(super) fn labels(node: Option<&Node>) -> Vec<(&str, &str)> {
    let entries = node.map(Node::entries).unwrap_or_default();
    let mut labels: Vec<_> = entries.iter().filter_map(|(key, value)| Some((key.text()?, value.text()?))).collect();
    labels.sort_unstable();
    labels
}
