//! Services: which workloads answer at which host names.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::needs::Needs;
use super::objects::{Object, Objects, common_folders, nearness};
use super::selector::{Pods, Selector};
use super::workload::Workload;
use crate::facts::{Address, ComponentFact, Facts, Remark, Target, Wanted};
use crate::model::{Confidence, Evidence, Kind, Phase, Terms};
use crate::source::Source;
use crate::source::yaml::Node;

/// So many pods of a StatefulSet get host names of their own.
const MOST_PODS: u32 = 32;

/// A Service and the components that answer for it.
#[derive(Debug)]
pub(super) struct Service<'a> {
    /// The object.
    pub object: Object<'a>,
    /// Indices of components.
    pub answers: Vec<usize>,
}

/// A workload by its namespace and name, in however many files it is written.
type Identity<'a> = (Option<&'a str>, &'a str);

/// All Services.
#[derive(Debug, Default)]
pub(super) struct Services<'a> {
    all: Vec<Service<'a>>,
    by_name: HashMap<Identity<'a>, Vec<usize>>,
    by_variable: HashMap<(Option<&'a str>, String), usize>,
    own: HashMap<Identity<'a>, HashSet<Arc<str>>>,
}

impl<'a> Services<'a> {
    /// Gives the workloads their host names, and adds components for Services that no single workload answers for.
    pub(super) fn read(
        objects: &Objects<'a>,
        workloads: &[Workload<'a>],
        facts: &mut Facts,
        needs: &mut Needs,
    ) -> Self {
        let mut services = Services::default();
        let pods = Pods::new(workloads);
        let names: HashSet<Identity<'_>> = workloads.iter().map(identity).collect();
        let endpoints = endpoints(objects);
        for object in objects.of_kind("Service") {
            let answers = match Selector::plain(object.at(&["spec", "selector"])) {
                _ if object.text(&["spec", "type"]) == Some("ExternalName") => elsewhere(object, facts, needs),
                Some(selector) => {
                    let selected = serving(object, pods.selected(&selector, object.namespace, workloads), workloads);
                    services.add_own(object, &selected, workloads);
                    answering(object, &selected, workloads, &names, facts, needs)
                }
                None => {
                    let has_endpoints = endpoints.contains(&(object.namespace, object.name));
                    outside(object, has_endpoints, facts)
                }
            };
            let index = services.all.len();
            services.by_name.entry((object.namespace, object.name)).or_default().push(index);
            let variable = object.name.to_ascii_uppercase().replace('-', "_");
            services.by_variable.entry((object.namespace, variable)).or_insert(index);
            services.all.push(Service { object: *object, answers });
        }
        for (index, workload) in workloads.iter().enumerate() {
            let hosts = &mut facts.components[index].hosts;
            hosts.extend(pod_hosts(workload));
            let mut seen = HashSet::new();
            hosts.retain(|host| seen.insert(Arc::clone(host)));
            services.own.entry(identity(workload)).or_default().extend(hosts.iter().cloned());
        }
        services
    }

    fn add_own(&mut self, service: &Object<'a>, selected: &[usize], workloads: &[Workload<'a>]) {
        for index in selected {
            self.own.entry(identity(&workloads[*index])).or_default().extend(hosts(service.name, service.namespace));
        }
    }

    /// All Services, in the order of the files.
    pub(super) fn all(&self) -> impl Iterator<Item = &Service<'a>> {
        self.all.iter()
    }

    /// The Service of this name, of several that which is written nearest to `from`.
    pub(super) fn find<'s>(
        &'s self,
        namespace: Option<&'s str>,
        name: &'s str,
        from: &Source,
    ) -> Option<&'s Service<'a>> {
        let known: &HashMap<Identity<'s>, Vec<usize>> = &self.by_name;
        let found = known.get(&(namespace, name))?.iter().rev();
        found.max_by_key(|index| nearness(self.all[**index].object.source, from)).map(|index| &self.all[*index])
    }

    /// The hosts that a workload itself answers to.
    pub(super) fn own_hosts(&self, workload: &Workload<'a>) -> Option<&HashSet<Arc<str>>> {
        self.own.get(&identity(workload))
    }

    /// The value of a variable that Kubernetes sets for each Service of the pod's namespace: `CART_SERVICE_HOST`.
    pub(super) fn variable(&self, namespace: Option<&'a str>, name: &str) -> Option<String> {
        let service = |stem: &str| {
            let index = self.by_variable.get(&(namespace, stem.to_owned()))?;
            Some(&self.all[*index].object)
        };
        let port = |object: &Object<'a>| {
            let first = object.at(&["spec", "ports"]).and_then(|ports| ports.items().first());
            first.and_then(|port| port.text_at(&["port"])).map(str::to_owned)
        };
        if let Some(stem) = name.strip_suffix("_SERVICE_HOST") {
            return service(stem).map(|object| object.name.to_owned());
        }
        if let Some(stem) = name.strip_suffix("_SERVICE_PORT") {
            return service(stem).and_then(port);
        }
        let object = service(name.strip_suffix("_PORT")?)?;
        port(object).map(|port| format!("tcp://{}:{port}", object.name))
    }
}

fn identity<'a>(workload: &Workload<'a>) -> Identity<'a> {
    (workload.object.namespace, workload.object.name)
}

/// The selected workloads that serve: those written nearest to the Service, without jobs that share the labels.
///
/// A tree may hold several systems, or examples, that use the same labels; what stands farther away than another match
/// is not meant.
fn serving(service: &Object<'_>, mut selected: Vec<usize>, workloads: &[Workload<'_>]) -> Vec<usize> {
    if selected.iter().any(|index| !workloads[*index].is_job()) {
        selected.retain(|index| !workloads[*index].is_job());
    }
    let near = |index: &usize| common_folders(service.source.folder(), workloads[*index].object.source.folder());
    let nearest = selected.iter().map(near).max();
    selected.retain(|index| Some(near(index)) == nearest);
    selected
}

/// The components that answer for a Service with a selector.
fn answering(
    service: &Object<'_>,
    selected: &[usize],
    workloads: &[Workload<'_>],
    names: &HashSet<Identity<'_>>,
    facts: &mut Facts,
    needs: &mut Needs,
) -> Vec<usize> {
    let selector = service.at(&["spec", "selector"]).unwrap_or(service.node);
    let evidence = |note: &str| service.evidence(selector, note);
    let different: BTreeSet<&str> = selected.iter().map(|index| workloads[*index].object.name).collect();
    let main = different.get(service.name).copied().filter(|_| different.len() > 1);
    if different.is_empty() {
        facts.remarks.push(Remark {
            about: None,
            what: format!("Service {}", service.name),
            reason: "its selector matches no workload that was read".to_owned(),
            evidence: evidence(""),
        });
        return Vec::new();
    }
    if let Some(main) = main {
        // A canary beside the workload that has the Service's name: not counted as another copy of it.
        let others: Vec<&str> = different.iter().copied().filter(|name| *name != main).collect();
        facts.remarks.push(Remark {
            about: selected.iter().copied().find(|index| workloads[*index].object.name == main),
            what: format!("Service {}", service.name),
            reason: format!(
                "its selector also matches {}, which is not counted as a copy of {main}",
                others.join(", ")
            ),
            evidence: evidence(""),
        });
    }
    if main.is_some() || different.len() == 1 {
        let chosen =
            selected.iter().copied().filter(|index| main.is_none_or(|main| workloads[*index].object.name == main));
        let chosen: Vec<usize> = chosen.collect();
        for index in &chosen {
            facts.components[*index].hosts.extend(hosts(service.name, service.namespace));
        }
        return chosen;
    }
    let taken = names.contains(&(service.namespace, service.name));
    let name = if taken { format!("{}.svc", service.name) } else { service.name.to_owned() };
    let note = format!("Service {} selects {}", service.name, different.iter().copied().collect::<Vec<_>>().join(", "));
    let mut first = BTreeSet::new();
    let members = selected.iter().filter(|index| first.insert(workloads[**index].object.name)).map(|index| Wanted {
        target: Target::Component(*index),
        terms: Terms::hard(Confidence::Inferred),
        evidence: vec![evidence(&note)],
    });
    let target = Target::AtLeast { k: 1, members: members.collect() };
    let index = component(service, &name, Kind::Service, facts);
    needs.add(index, Phase::Run, target, evidence(&note));
    vec![index]
}

/// A component of its own for a Service.
fn component(service: &Object<'_>, name: &str, kind: Kind, facts: &mut Facts) -> usize {
    facts.components.push(ComponentFact {
        scope: service.namespace.map(Into::into),
        deployed: Some(service.deployed()),
        kind: Some(kind),
        hosts: hosts(service.name, service.namespace).collect(),
        ..ComponentFact::new(name, service.whole("Service"))
    });
    facts.components.len() - 1
}

/// A Service that is another name for a host elsewhere.
fn elsewhere(service: &Object<'_>, facts: &mut Facts, needs: &mut Needs) -> Vec<usize> {
    let node = service.at(&["spec", "externalName"]);
    let Some((node, host)) = node.and_then(|node| Some((node, node.text().filter(|text| !text.is_empty())?))) else {
        return outside(service, false, facts);
    };
    let host = host.trim_end_matches('.').to_lowercase();
    let kind = if host.ends_with(".svc") || host.contains(".svc.") { Kind::Service } else { Kind::External };
    let index = component(service, service.name, kind, facts);
    let target = Target::Address(Address { host: host.into(), port: None, scheme: None });
    needs.add(index, Phase::Run, target, service.evidence(node, "externalName"));
    vec![index]
}

/// A Service without a selector: something outside, if there are endpoints for it.
fn outside(service: &Object<'_>, has_endpoints: bool, facts: &mut Facts) -> Vec<usize> {
    if has_endpoints {
        return vec![component(service, service.name, Kind::External, facts)];
    }
    facts.remarks.push(Remark {
        about: None,
        what: format!("Service {}", service.name),
        reason: "it has neither a selector nor endpoints that were read".to_owned(),
        evidence: service.whole(""),
    });
    Vec::new()
}

/// The Services that have endpoints written by hand.
fn endpoints<'a>(objects: &Objects<'a>) -> HashSet<Identity<'a>> {
    let slices = objects.of_kind("EndpointSlice").filter_map(|slice| {
        let labels: Option<&'a Node> = slice.at(&["metadata", "labels"]);
        Some((slice.namespace, labels?.text_at(&["kubernetes.io/service-name"])?))
    });
    objects.of_kind("Endpoints").map(|object| (object.namespace, object.name)).chain(slices).collect()
}

/// The names of a Service: the short one holds in its namespace, the others everywhere.
fn hosts(name: &str, namespace: Option<&str>) -> impl Iterator<Item = Arc<str>> {
    let name = name.to_lowercase();
    let namespace = namespace.unwrap_or("default").to_lowercase();
    let ends = [
        String::new(),
        format!(".{namespace}"),
        format!(".{namespace}.svc"),
        format!(".{namespace}.svc.cluster.local"),
    ];
    ends.into_iter().map(move |end| format!("{name}{end}").into())
}

/// The names of a StatefulSet's pods.
fn pod_hosts(workload: &Workload<'_>) -> Vec<Arc<str>> {
    let object = &workload.object;
    let service = object.text(&["spec", "serviceName"]).filter(|name| !name.is_empty() && object.kind == "StatefulSet");
    let Some(service) = service else { return Vec::new() };
    let replicas = object.at(&["spec", "replicas"]).and_then(Node::integer).unwrap_or(1);
    let replicas = u32::try_from(replicas.max(0)).unwrap_or(u32::MAX).min(MOST_PODS);
    let pod = |number: u32| {
        hosts(service, object.namespace)
            .map(move |host| format!("{}-{number}.{host}", object.name).to_lowercase().into())
    };
    (0..replicas).flat_map(pod).collect()
}

/// The place in a file where a name or type of a Service is written.
pub(super) fn place(service: &Service<'_>, node: Option<&Node>, note: &str) -> Evidence {
    node.map_or_else(|| service.object.whole(note), |node| service.object.evidence(node, note))
}
