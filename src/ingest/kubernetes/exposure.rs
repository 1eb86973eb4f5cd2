//! Which workloads people outside the cluster can reach, and through what.

use super::names::{Service, Services, place};
use super::needs::Needs;
use super::objects::{Object, Objects};
use super::signs;
use crate::facts::{Facts, Sign, Target};
use crate::model::{Evidence, Phase};
use crate::source::yaml::Node;

const ROUTES: [&str; 5] = ["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"];

/// Marks what is exposed, and adds the needs on what exposes it.
pub(super) fn add(objects: &Objects<'_>, services: &Services<'_>, facts: &mut Facts, needs: &mut Needs) {
    for service in services.all() {
        by_type(service, facts, needs);
    }
    for ingress in objects.of_kind("Ingress") {
        let class = ingress_class(ingress, objects);
        for backend in ingress_backends(ingress) {
            let name = backend.at(&["service", "name"]).or_else(|| backend.get("serviceName"));
            reach(ingress, ingress.namespace, name, class.as_ref(), services, facts, needs);
        }
        for (host, backend) in ingress_hosts(ingress) {
            let name = backend.at(&["service", "name"]).or_else(|| backend.get("serviceName"));
            answers(ingress, ingress.namespace, host, name, services, facts);
        }
    }
    for route in ROUTES.iter().flat_map(|kind| objects.of_kind(kind)) {
        let parents = route.at(&["spec", "parentRefs"]).map(Node::items).unwrap_or_default();
        // A route on a Service is one inside the mesh.
        if !parents.is_empty() && parents.iter().all(|parent| parent.text_at(&["kind"]) == Some("Service")) {
            continue;
        }
        let class = parents.iter().find_map(|parent| gateway_class(route, parent, objects));
        for rule in route.at(&["spec", "rules"]).map(Node::items).unwrap_or_default() {
            for backend in rule.get("backendRefs").map(Node::items).unwrap_or_default() {
                if backend.text_at(&["kind"]).is_none_or(|kind| kind == "Service") {
                    let namespace = backend.text_at(&["namespace"]).or(route.namespace);
                    reach(route, namespace, backend.get("name"), class.as_ref(), services, facts, needs);
                }
            }
        }
        let rules = route.at(&["spec", "rules"]).map(Node::items).unwrap_or_default();
        if let [backend] =
            rules.iter().filter_map(|rule| rule.get("backendRefs")).flat_map(Node::items).collect::<Vec<_>>()[..]
        {
            let namespace = backend.text_at(&["namespace"]).or(route.namespace);
            for host in
                route.at(&["spec", "hostnames"]).map(Node::items).unwrap_or_default().iter().filter_map(Node::text)
            {
                answers(route, namespace, host, backend.get("name"), services, facts);
            }
        }
    }
    for route in objects.of_kind("Route") {
        let name = route.at(&["spec", "to", "name"]);
        reach(route, route.namespace, name, None, services, facts, needs);
        if let Some(host) = route.text(&["spec", "host"]) {
            answers(route, route.namespace, host, name, services, facts);
        }
    }
    for virtual_service in objects.of_kind("VirtualService") {
        through_mesh(virtual_service, services, facts, needs);
    }
}

/// A Service that is reachable by its own type.
fn by_type(service: &Service<'_>, facts: &mut Facts, needs: &mut Needs) {
    let object = &service.object;
    let node = object.at(&["spec", "type"]);
    let addresses = object.at(&["spec", "externalIPs"]).filter(|node| !node.items().is_empty());
    let (node, what) = match node.and_then(Node::text) {
        Some("LoadBalancer") => (node, "LoadBalancer"),
        Some("NodePort") => (node, "NodePort"),
        _ if addresses.is_some() => (addresses, "external IPs"),
        _ => return,
    };
    let evidence = place(service, node, &format!("Service {}, {what}", object.name));
    for index in &service.answers {
        facts.components[*index].exposed.get_or_insert_with(|| evidence.clone());
        if what == "LoadBalancer" {
            for (sign, key) in signs::annotations(object) {
                let evidence = object.evidence(key, &format!("Service {}", object.name));
                needs.add(*index, Phase::Run, Target::Sign(sign), evidence);
            }
        }
    }
}

/// Marks what answers for a Service that something outside leads to.
fn reach(
    from: &Object<'_>,
    namespace: Option<&str>,
    name: Option<&Node>,
    class: Option<&(Sign, Evidence)>,
    services: &Services<'_>,
    facts: &mut Facts,
    needs: &mut Needs,
) {
    let Some((node, name)) = name.and_then(|node| Some((node, node.text()?))) else { return };
    let Some(service) = services.find(namespace, name, from.source) else { return };
    for index in &service.answers {
        let evidence = || from.evidence(node, &format!("{} {}", from.kind, from.name));
        facts.components[*index].exposed.get_or_insert_with(evidence);
        if let Some((sign, evidence)) = class {
            needs.add(*index, Phase::Run, Target::Sign(sign.clone()), evidence.clone());
        }
    }
}

/// The hosts of an Ingress, each with what answers at its top; a host whose paths lead to several is nobody's.
fn ingress_hosts<'a>(ingress: &Object<'a>) -> Vec<(&'a str, &'a Node)> {
    let rules: &'a [Node] = ingress.at(&["spec", "rules"]).map(Node::items).unwrap_or_default();
    let of_rule = |rule: &'a Node| {
        let host = rule.text_at(&["host"])?;
        let paths = rule.at(&["http", "paths"]).map(Node::items).unwrap_or_default();
        let top = |path: &&Node| path.text_at(&["path"]).is_none_or(|path| matches!(path, "/" | "/*" | "" | "/(.*)"));
        let at_top = paths.iter().find(top).or(paths.first().filter(|_| paths.len() == 1));
        Some((host, at_top?.get("backend")?))
    };
    rules.iter().filter_map(of_rule).collect()
}

/// Gives a public name to what answers for a Service.
fn answers(
    from: &Object<'_>,
    namespace: Option<&str>,
    host: &str,
    name: Option<&Node>,
    services: &Services<'_>,
    facts: &mut Facts,
) {
    let host = host.trim_end_matches('.').to_lowercase();
    let Some(name) = name.and_then(Node::text).filter(|_| host.contains('.') && !host.contains('*')) else { return };
    let Some(service) = services.find(namespace, name, from.source) else { return };
    for index in &service.answers {
        let hosts = &mut facts.components[*index].hosts;
        if !hosts.iter().any(|known| **known == *host) {
            hosts.push(host.as_str().into());
        }
    }
}

fn ingress_backends<'a>(ingress: &Object<'a>) -> Vec<&'a Node> {
    let default = ["defaultBackend", "backend"].into_iter().filter_map(|key| ingress.at(&["spec", key]));
    let rules = ingress.at(&["spec", "rules"]).map(Node::items).unwrap_or_default();
    let paths = rules.iter().filter_map(|rule| rule.at(&["http", "paths"])).flat_map(Node::items);
    default.chain(paths.filter_map(|path| path.get("backend"))).collect()
}

/// The controller behind an Ingress, or the class's name where that is all there is.
fn ingress_class(ingress: &Object<'_>, objects: &Objects<'_>) -> Option<(Sign, Evidence)> {
    let by_field = ingress.at(&["spec", "ingressClassName"]);
    let node = by_field.or_else(|| ingress.at(&["metadata", "annotations", "kubernetes.io/ingress.class"]));
    if let Some((node, name)) = node.and_then(|node| Some((node, node.text()?))) {
        let class = objects.find("IngressClass", None, name, ingress.source);
        let controller = class.and_then(|class| class.text(&["spec", "controller"])).unwrap_or(name);
        return Some((Sign::Controller(controller.into()), ingress.evidence(node, &format!("ingress class {name}"))));
    }
    let default = |class: &&Object<'_>| {
        class.text(&["metadata", "annotations", "ingressclass.kubernetes.io/is-default-class"]) == Some("true")
    };
    let class = objects.of_kind("IngressClass").find(default)?;
    let controller = class.text(&["spec", "controller"])?;
    Some((Sign::Controller(controller.into()), ingress.whole(&format!("default ingress class {}", class.name))))
}

/// The controller behind the gateway that a route hangs on.
fn gateway_class(route: &Object<'_>, parent: &Node, objects: &Objects<'_>) -> Option<(Sign, Evidence)> {
    let namespace = parent.text_at(&["namespace"]).or(route.namespace);
    let gateway = objects.find("Gateway", namespace, parent.text_at(&["name"])?, route.source)?;
    let node = gateway.at(&["spec", "gatewayClassName"])?;
    let name = node.text()?;
    let class = objects.find("GatewayClass", None, name, gateway.source);
    let controller = class.and_then(|class| class.text(&["spec", "controllerName"])).unwrap_or(name);
    Some((Sign::Controller(controller.into()), gateway.evidence(node, &format!("gateway class {name}"))))
}

/// The destinations of a route that get a share of the requests: with a weight of 0 one gets none. Where none has a
/// weight, all count.
fn shared(route: &Node) -> impl Iterator<Item = &Node> {
    let weight = |one: &Node| one.get("weight").and_then(Node::integer);
    let is_weighted = route.items().iter().any(|one| weight(one).is_some_and(|weight| weight > 0));
    route.items().iter().filter(move |one| !is_weighted || weight(one) != Some(0))
}

/// An Istio VirtualService on a gateway; one without gateways is for the mesh alone.
fn through_mesh(object: &Object<'_>, services: &Services<'_>, facts: &mut Facts, needs: &mut Needs) {
    let gateways = object.at(&["spec", "gateways"]).map(Node::items).unwrap_or_default();
    if gateways.iter().filter_map(Node::text).all(|gateway| gateway == "mesh") {
        return;
    }
    for rules in ["http", "tcp", "tls"].into_iter().filter_map(|key| object.at(&["spec", key])) {
        let routes: Vec<&Node> = rules.items().iter().filter_map(|rule| rule.get("route")).flat_map(shared).collect();
        if let [route] = routes.as_slice() {
            let target = route.at(&["destination", "host"]);
            let name = target.and_then(|node| Some(node.with_text(node.text()?.split('.').next()?)));
            for public in
                object.at(&["spec", "hosts"]).map(Node::items).unwrap_or_default().iter().filter_map(Node::text)
            {
                answers(object, object.namespace, public, name.as_ref(), services, facts);
            }
        }
        for route in routes {
            let Some(host) = route.at(&["destination", "host"]) else { continue };
            let mut parts = host.text().unwrap_or_default().split('.');
            let name = parts.next().map(|name| host.with_text(name));
            let namespace = parts.next().or(object.namespace);
            reach(object, namespace, name.as_ref(), None, services, facts, needs);
        }
    }
}
