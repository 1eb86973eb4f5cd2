//! Words by which a product may be recognised: annotations that are not Kubernetes' own or a deployment tool's.

use super::needs::Asked;
use super::objects::{Object, Objects};
use super::workload::Workload;
use crate::facts::Sign;
use crate::model::Evidence;
use crate::source::yaml::Node;

/// Domains whose annotations are for Kubernetes itself and for tools that deploy, watch or describe.
const GENERIC: &[&str] = &[
    "kubernetes.io",
    "app.kubernetes.io",
    "kubectl.kubernetes.io",
    "deployment.kubernetes.io",
    "config.kubernetes.io",
    "internal.config.kubernetes.io",
    "control-plane.alpha.kubernetes.io",
    "helm.sh",
    "meta.helm.sh",
    "argoproj.io",
    "argocd.argoproj.io",
    "fluxcd.io",
    "kustomize.toolkit.fluxcd.io",
    "helm.toolkit.fluxcd.io",
    "prometheus.io",
    "kompose.io",
    "skaffold.dev",
    "reloader.stakater.com",
    "linkerd.io",
    "sidecar.istio.io",
    "cattle.io",
    "field.cattle.io",
];

/// The annotations of an object that may stand for a product.
pub(super) fn annotations<'a>(object: &Object<'a>) -> impl Iterator<Item = (Sign, &'a Node)> + use<'a> {
    let entries: &'a [(Node, Node)] = object.at(&["metadata", "annotations"]).map(Node::entries).unwrap_or_default();
    entries.iter().filter_map(|(key, _)| {
        let text = key.text()?;
        let (domain, name) = text.split_once('/')?;
        let stands = domain.contains('.') && !name.is_empty() && !GENERIC.contains(&domain);
        stands.then(|| (Sign::Annotation(text.into()), key))
    })
}

/// Adds what the service account of a workload says about it: whose identity its pods take.
pub(super) fn of_identity(workload: &Workload<'_>, objects: &Objects<'_>, asked: &mut Asked<'_>) {
    let from = &workload.object;
    let named = ["serviceAccountName", "serviceAccount"].into_iter().find_map(|key| workload.pod.text_at(&[key]));
    let Some(name) = named.filter(|name| !name.is_empty()) else { return };
    let Some(account) = objects.find("ServiceAccount", from.namespace, name, from.source) else { return };
    for (sign, key) in annotations(account) {
        let evidence: Evidence = account.evidence(key, &format!("ServiceAccount {name}"));
        asked.sign(sign, evidence);
    }
}
