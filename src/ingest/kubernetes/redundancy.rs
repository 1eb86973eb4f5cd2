//! What manifests say about several copies: replicas, spread, disruption budgets; and places that pods are pinned to.

use std::collections::HashMap;
use std::sync::Arc;

use super::objects::Objects;
use super::selector::{Pods, Selector};
use super::workload::Workload;
use crate::facts::{Facts, Remark};
use crate::model::Redundancy;
use crate::source::yaml::Node;

const ZONES: [&str; 4] = [
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
];

/// What a workload says about its own copies.
pub(super) fn of(workload: &Workload<'_>) -> Redundancy {
    let replicas = match workload.object.kind {
        "Pod" => Some(1),
        "DaemonSet" | "Job" | "CronJob" => None,
        _ => workload
            .object
            .at(&["spec", "replicas"])
            .and_then(Node::integer)
            .and_then(|count| u32::try_from(count).ok()),
    };
    Redundancy { replicas, spread: spread(workload), budget: None }
}

/// The topologies that the copies are kept apart in.
fn spread(workload: &Workload<'_>) -> Vec<Arc<str>> {
    let list = |path: &[&str]| workload.pod.at(path).map(Node::items).unwrap_or_default();
    let anti = |key: &'static str| list(&["affinity", "podAntiAffinity", key]);
    let preferred = anti("preferredDuringSchedulingIgnoredDuringExecution");
    let rules = list(&["topologySpreadConstraints"])
        .iter()
        .chain(anti("requiredDuringSchedulingIgnoredDuringExecution"))
        .chain(preferred.iter().filter_map(|rule| rule.get("podAffinityTerm")));
    let mut keys: Vec<Arc<str>> = Vec::new();
    for rule in rules {
        let selector = Selector::full(rule.get("labelSelector"));
        // A rule about the pods of others keeps this one away from them, not its copies from each other.
        let own = selector.is_some_and(|selector| selector.selects(&workload.labels));
        if let Some(key) = rule.text_at(&["topologyKey"]).filter(|_| own) {
            keys.push(key.into());
        }
    }
    keys.sort();
    keys.dedup();
    keys
}

/// Adds what other objects say: autoscalers and budgets; and remarks on places without a known provider.
pub(super) fn add(objects: &Objects<'_>, workloads: &[Workload<'_>], facts: &mut Facts) {
    let mut by_name: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, workload) in workloads.iter().enumerate() {
        let object = &workload.object;
        by_name.entry((object.kind, object.namespace, object.name)).or_default().push(index);
    }
    let mut fewest: HashMap<usize, u32> = HashMap::new();
    for scaler in objects.of_kind("HorizontalPodAutoscaler") {
        let target = |key| scaler.text(&["spec", "scaleTargetRef", key]);
        let least = scaler.at(&["spec", "minReplicas"]).and_then(Node::integer).and_then(|n| u32::try_from(n).ok());
        let (Some(kind), Some(name), Some(least)) = (target("kind"), target("name"), least) else { continue };
        for index in by_name.get(&(kind, scaler.namespace, name)).into_iter().flatten() {
            fewest.entry(*index).and_modify(|known| *known = least.min(*known)).or_insert(least);
        }
    }
    for (index, least) in fewest {
        facts.components[index].redundancy.replicas = Some(least);
    }
    let pods = Pods::new(workloads);
    for budget in objects.of_kind("PodDisruptionBudget") {
        let Some(selector) = Selector::full(budget.at(&["spec", "selector"])) else { continue };
        let written = ["minAvailable", "maxUnavailable"]
            .into_iter()
            .find_map(|key| budget.text(&["spec", key]).map(|value| format!("{key} {value}")));
        let Some(written) = written else { continue };
        for index in pods.selected(&selector, budget.namespace, workloads) {
            facts.components[index].redundancy.budget.get_or_insert_with(|| written.as_str().into());
        }
    }
    for (index, workload) in workloads.iter().enumerate() {
        for (node, key, value) in pins(workload.pod) {
            let place = key.rsplit('/').next().unwrap_or(key);
            facts.remarks.push(Remark {
                about: Some(index),
                what: value.to_owned(),
                reason: format!("pinned to {place} {value}, whose provider is not known"),
                evidence: workload.object.evidence(node, key),
            });
        }
    }
}

/// The zones and regions that pods must run in: place, key and value.
fn pins(pod: &Node) -> Vec<(&Node, &str, &str)> {
    let mut found = Vec::new();
    for (key, value) in pod.get("nodeSelector").map(Node::entries).unwrap_or_default() {
        if let Some((name, text)) = key.text().zip(value.text()).filter(|(name, _)| ZONES.contains(name)) {
            found.push((value, name, text));
        }
    }
    let required = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"];
    for term in pod.at(&required).map(Node::items).unwrap_or_default() {
        for rule in term.get("matchExpressions").map(Node::items).unwrap_or_default() {
            let values = rule.get("values").map(Node::items).unwrap_or_default();
            let key = rule.text_at(&["key"]).filter(|key| ZONES.contains(key));
            // Several values are a choice, not a pin.
            if let (Some(key), [value], Some("In")) = (key, values, rule.text_at(&["operator"])) {
                found.extend(value.text().map(|text| (value, key, text)));
            }
        }
    }
    found
}
