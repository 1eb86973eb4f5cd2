//! NetworkPolicies held against the needs that were found: a call that no policy admits can't be made.
//!
//! Policies are no needs: they say who may call, not who does.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::names::Services;
use super::objects::{Object, Objects};
use super::selector::{Pods, Selector};
use super::workload::{Workload, labels};
use crate::facts::{Address, Facts, Remark, Target, Wanted};
use crate::model::Evidence;
use crate::source::yaml::Node;

/// A remark that names more is no easier to read.
const MOST_NAMED: usize = 8;

/// Who may call a workload, as far as the policies that select it say.
struct Callers<'a> {
    policies: Vec<&'a Object<'a>>,
}

/// Remarks on needs that every policy of their target forbids.
pub(super) fn compare(objects: &Objects<'_>, workloads: &[Workload<'_>], services: &Services<'_>, facts: &mut Facts) {
    let pods = Pods::new(workloads);
    let mut guarded: HashMap<usize, Callers<'_>> = HashMap::new();
    for policy in objects.of_kind("NetworkPolicy") {
        let Some(selector) = Selector::full(policy.at(&["spec", "podSelector"])) else { continue };
        if policy.at(&["spec", "ingress"]).is_none_or(|rules| rules.items().is_empty()) {
            continue;
        }
        for index in pods.selected(&selector, policy.namespace, workloads) {
            guarded.entry(index).or_insert_with(|| Callers { policies: Vec::new() }).policies.push(policy);
        }
    }
    if guarded.is_empty() {
        return;
    }
    let hosts = hosts(workloads, services);
    let mut remarked = HashSet::new();
    let mut remarks = Vec::new();
    for fact in &facts.needs {
        let Some(caller) = workloads.get(fact.from) else { continue };
        for (address, evidence) in addresses(&fact.need) {
            let Some(target) = target(caller, address, &hosts) else { continue };
            let Some(callers) = guarded.get(&target).filter(|_| target != fact.from) else { continue };
            let admits = |caller: &Workload<'_>| callers.policies.iter().any(|policy| admits(policy, caller, objects));
            if admits(caller) || !remarked.insert((fact.from, target)) {
                continue;
            }
            let mut admitted: BTreeSet<&str> = BTreeSet::new();
            for policy in &callers.policies {
                admitted.extend(peers(policy).flat_map(|peer| matching(policy, peer, &pods, workloads, objects)));
            }
            let nobody = nobody_but(&admitted);
            remarks.push(Remark {
                about: Some(fact.from),
                what: address.to_string(),
                reason: format!("a NetworkPolicy lets {nobody} reach {}", workloads[target].object.name),
                evidence: evidence.clone(),
            });
        }
    }
    facts.remarks.append(&mut remarks);
}

/// `nobody but api, web and 3 more`.
fn nobody_but(admitted: &BTreeSet<&str>) -> String {
    if admitted.is_empty() {
        return "nobody that was read".to_owned();
    }
    let named: Vec<&str> = admitted.iter().copied().take(MOST_NAMED).collect();
    let more = admitted.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("nobody but {}{more}", named.join(", "))
}

/// The names of the workloads that a peer of a policy lets in.
fn matching<'a>(
    policy: &Object<'a>,
    peer: &'a Node,
    pods: &Pods<'a>,
    workloads: &[Workload<'a>],
    objects: &Objects<'a>,
) -> Vec<&'a str> {
    let name = |index: usize| workloads[index].object.name;
    match Selector::full(peer.get("podSelector")).filter(|_| peer.get("namespaceSelector").is_none()) {
        Some(selector) => pods.selected(&selector, policy.namespace, workloads).into_iter().map(name).collect(),
        None => (0..workloads.len()).filter(|at| is_peer(policy, peer, &workloads[*at], objects)).map(name).collect(),
    }
}

/// Everybody that the rules of a policy name.
fn peers<'a>(policy: &Object<'a>) -> impl Iterator<Item = &'a Node> + use<'a> {
    let rules: &'a [Node] = policy.at(&["spec", "ingress"]).map(Node::items).unwrap_or_default();
    rules.iter().filter_map(|rule| rule.get("from")).flat_map(Node::items)
}

/// The workload behind each host name; short names hold in a namespace.
fn hosts<'a>(workloads: &[Workload<'a>], services: &Services<'a>) -> HashMap<(Option<&'a str>, String), usize> {
    let mut hosts = HashMap::new();
    for service in services.all() {
        let [index] = service.answers.as_slice() else { continue };
        if workloads.get(*index).is_none() {
            continue;
        }
        let (name, namespace) = (service.object.name.to_lowercase(), service.object.namespace);
        let long = format!("{name}.{}", namespace.unwrap_or("default"));
        for end in ["", ".svc", ".svc.cluster.local"] {
            hosts.insert((None, format!("{long}{end}")), *index);
        }
        hosts.insert((namespace, name), *index);
    }
    hosts
}

fn target(caller: &Workload<'_>, address: &Address, hosts: &HashMap<(Option<&str>, String), usize>) -> Option<usize> {
    let namespace = caller.object.namespace.filter(|_| !address.host.contains('.'));
    hosts.get(&(namespace, address.host.to_string())).copied()
}

/// The addresses of a need, each with its evidence.
fn addresses(need: &Wanted) -> Vec<(&Address, &Evidence)> {
    match &need.target {
        Target::Address(address) => need.evidence.first().map(|evidence| (address, evidence)).into_iter().collect(),
        Target::AtLeast { members, .. } => members.iter().flat_map(addresses).collect(),
        _ => Vec::new(),
    }
}

/// Whether a policy lets a workload in; what can't be decided here counts as let in.
fn admits(policy: &Object<'_>, caller: &Workload<'_>, objects: &Objects<'_>) -> bool {
    let rules = policy.at(&["spec", "ingress"]).map(Node::items).unwrap_or_default();
    rules.iter().any(|rule| {
        let peers = rule.get("from").map(Node::items).unwrap_or_default();
        peers.is_empty() || peers.iter().any(|peer| is_peer(policy, peer, caller, objects))
    })
}

fn is_peer(policy: &Object<'_>, peer: &Node, caller: &Workload<'_>, objects: &Objects<'_>) -> bool {
    if let Some(block) = peer.get("ipBlock") {
        return block.text_at(&["cidr"]).is_none_or(|range| range.ends_with("/0"));
    }
    let in_namespace = match peer.get("namespaceSelector") {
        Some(selector) => Selector::full(Some(selector)).is_none_or(|selector| {
            let namespace = caller.object.namespace.unwrap_or("default");
            let known = objects.find("Namespace", None, namespace, policy.source);
            let mut all = labels(known.and_then(|known| known.at(&["metadata", "labels"])));
            all.push(("kubernetes.io/metadata.name", namespace));
            // The labels of a namespace that was not read are not known.
            selector.selects(&all) || known.is_none() && !selector.selects(&[]) && !asks_name_only(peer)
        }),
        None => caller.object.namespace == policy.namespace,
    };
    let selected = match peer.get("podSelector") {
        Some(selector) => Selector::full(Some(selector)).is_none_or(|selector| selector.selects(&caller.labels)),
        None => true,
    };
    in_namespace && selected
}

/// Whether a namespace selector asks for nothing but the label that every namespace has.
fn asks_name_only(peer: &Node) -> bool {
    let asked = peer.at(&["namespaceSelector", "matchLabels"]).map(Node::entries).unwrap_or_default();
    let expressions = peer.at(&["namespaceSelector", "matchExpressions"]).map(Node::items).unwrap_or_default();
    expressions.is_empty() && asked.iter().all(|(key, _)| key.text() == Some("kubernetes.io/metadata.name"))
}
