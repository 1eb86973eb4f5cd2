//! Envoy: the clusters that its routes send requests to.
//!
//! A cluster that requests are sent to is needed by those requests; one that only traces, counts or logs go to is not;
//! one that nothing names is not used.

use std::collections::BTreeSet;

use super::sheet::{Kind, Line, Sheet};
use crate::ingest::{Format, Reading};
use crate::model::Strength;
use crate::source::yaml::Node;
use crate::source::{Source, Tree};

/// The table line of Envoy's configuration.
pub const FORMAT: Format = Format { name: "envoy", wants, claims: |source, _| claims(source), read };

/// Parts of a configuration that tell others what Envoy does.
const TELLING: [&str; 6] = ["tracing", "access_log", "stats_sinks", "stats_config", "access_log_options", "tap"];
/// So deep is no configuration.
const MOST_NESTED: usize = 64;

fn wants(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json")
}

fn claims(source: &Source) -> bool {
    source.documents.nodes.iter().any(|root| {
        root.get("apiVersion").is_none()
            && (root.get("static_resources").is_some_and(Node::is_map)
                || root.get("clusters").map(Node::items).is_some_and(|all| all.iter().any(is_cluster)))
    })
}

fn is_cluster(node: &Node) -> bool {
    node.text_at(&["name"]).is_some() && (node.get("load_assignment").is_some() || node.get("hosts").is_some())
}

fn read(files: &[&Source], _: &Tree) -> Reading {
    let sheets = files.iter().map(|source| {
        let mut sheet = Sheet::new(&source.path);
        for root in &source.documents.nodes {
            document(source, root, &mut sheet);
        }
        sheet
    });
    Reading { sheets: sheets.collect(), ..Reading::default() }
}

/// The clusters that a configuration names, by what goes to them.
#[derive(Default)]
struct Used<'a> {
    requests: BTreeSet<&'a str>,
    told: BTreeSet<&'a str>,
}

impl<'a> Used<'a> {
    fn walk(&mut self, node: &'a Node, telling: bool, depth: usize) {
        if depth > MOST_NESTED {
            return;
        }
        for (key, value) in node.entries() {
            let key = key.text().unwrap_or_default();
            let telling = telling || TELLING.contains(&key);
            let mut add = |name: &'a str| if telling { self.told.insert(name) } else { self.requests.insert(name) };
            match key {
                "cluster" | "cluster_name" | "collector_cluster" | "shadow_cluster" => {
                    value.text().map(&mut add);
                }
                "weighted_clusters" => {
                    let all = value.get("clusters").map(Node::items).unwrap_or_default();
                    for name in all.iter().filter_map(|one| one.text_at(&["name"])) {
                        add(name);
                    }
                }
                _ => {}
            }
            // The endpoints of a cluster repeat its name.
            if key != "load_assignment" {
                self.walk(value, telling, depth + 1);
            }
        }
        node.items().iter().for_each(|item| self.walk(item, telling, depth + 1));
    }
}

fn document(source: &Source, root: &Node, sheet: &mut Sheet) {
    let mut used = Used::default();
    used.walk(root, false, 0);
    let within = root.get("static_resources").unwrap_or(root);
    let clusters = within.get("clusters").map(Node::items).unwrap_or_default();
    // A file of clusters alone says nothing of routes: those are given to Envoy by somebody else.
    let alone = within.get("listeners").is_none();
    for cluster in clusters {
        let Some(name) = cluster.text_at(&["name"]) else { continue };
        let requests = used.requests.contains(name) || alone && !used.told.contains(name);
        if !requests && !used.told.contains(name) {
            continue;
        }
        let strength = if requests { Strength::Hard } else { Strength::Soft };
        let mut endpoints = Vec::new();
        sockets(cluster, 0, &mut endpoints);
        let hosts: Vec<String> = endpoints.iter().map(|(_, host)| host.clone()).collect();
        if let Some((node, _)) = endpoints.first() {
            let at = node.location(&source.path);
            let key = format!("cluster {name}");
            sheet.lines.push(Line { strength, ..Line::new(&key, &hosts.join(","), Kind::Host, at) });
        }
    }
}

/// The addresses of a cluster's endpoints, each with its node.
fn sockets<'a>(node: &'a Node, depth: usize, found: &mut Vec<(&'a Node, String)>) {
    if depth > MOST_NESTED {
        return;
    }
    for (key, value) in node.entries() {
        let address = value.get("address").filter(|_| key.text() == Some("socket_address"));
        match address.and_then(|address| Some((address, address.text()?))) {
            Some((address, host)) => {
                let port = value.text_at(&["port_value"]).map(|port| format!(":{port}")).unwrap_or_default();
                found.push((address, format!("{host}{port}")));
            }
            None => sockets(value, depth + 1, found),
        }
    }
    node.items().iter().for_each(|item| sockets(item, depth + 1, found));
}
