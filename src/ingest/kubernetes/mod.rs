//! Kubernetes manifests: workloads, the Services in front of them, and what their pods address.
//!
//! All files are read jointly, because a workload, the Service in front of it, the ConfigMap it reads and the Ingress
//! that exposes it are usually written in different files. The order of the work: documents become objects
//! (`objects`), workloads become components (`workload`), Services give them host names (`names`), and then each
//! pod is asked for what it addresses (`env`, `command`, `config`) and what it rests on (`storage`, `signs`).

mod command;
mod config;
mod env;
mod exposure;
mod names;
mod needs;
mod objects;
mod patches;
mod policy;
mod redundancy;
mod script;
mod selector;
mod signs;
mod storage;
mod text;
mod workload;

use std::collections::HashMap;
use std::sync::Arc;

use self::config::Configs;
use self::names::Services;
use self::needs::Needs;
use self::objects::Objects;
use self::storage::Volumes;
use self::workload::Workload;
use super::{Format, Reading, Status};
use crate::facts::Facts;
use crate::source::yaml::Node;
use crate::source::{Source, Tree};

/// The lines of the files that were read, by path.
type Lines<'a> = HashMap<&'a str, Vec<&'a str>>;

/// The table line of Kubernetes manifests.
pub const FORMAT: Format = Format { name: "kubernetes", wants, claims, read };

fn wants(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json")
}

/// Files in which some document says what kind of object it is, and lists of JSON patches.
fn claims(source: &Source, _: &Tree) -> bool {
    source.documents.nodes.iter().any(is_manifest)
}

/// Whether a document is an object, or a list of JSON patches for one.
pub(super) fn is_manifest(node: &Node) -> bool {
    objects::names_its_kind(node) || patches::is_json_patch(node)
}

fn read(files: &[&Source], _: &Tree) -> Reading {
    let texts = files.iter().copied().chain(files.iter().flat_map(|source| &source.parts).map(|part| &**part));
    let lines: Lines<'_> = texts.map(|source| (&*source.path, source.text.lines().collect())).collect();
    let mut objects = Objects::default();
    let mut reading = Reading::default();
    for source in files {
        let patched = objects.add((source, &lines), &mut reading.problems);
        if patched > 0 {
            let whole = patched == source.documents.nodes.len();
            let status = if whole { Status::Skipped } else { Status::Partial };
            let count = if whole { "it holds".to_owned() } else { format!("{patched} of its documents hold") };
            let reason = format!("{count} only changes to objects that are written elsewhere, which are not applied");
            reading.partly.push((Arc::clone(&source.path), status, reason));
        }
    }
    objects.index();
    reading.facts = facts(&objects);
    reading
}

fn facts(objects: &Objects<'_>) -> Facts {
    let mut facts = Facts { remarks: objects.custom_types(), ..Facts::default() };
    let workloads = Workload::all(objects);
    facts.components = workloads.iter().map(|workload| workload.component()).collect();
    redundancy::add(objects, &workloads, &mut facts);
    let mut needs = Needs::default();
    let services = Services::read(objects, &workloads, &mut facts, &mut needs);
    let configs = Configs::read(objects, &workloads, &mut facts);
    let volumes = Volumes::new(objects);
    for (index, workload) in workloads.iter().enumerate() {
        let mut asked = needs.of(index, workload.object.name, services.own_hosts(workload));
        let told = env::read(workload, objects, &services, &configs, &mut asked);
        configs.mounted(workload, objects, &mut asked);
        volumes.read(workload, objects, &mut asked);
        signs::of_identity(workload, objects, &mut asked);
        facts.components[index].told = told.values;
        facts.components[index].withheld = told.withheld;
        facts.components[index].told_with_others = told.shared;
    }
    exposure::add(objects, &services, &mut facts, &mut needs);
    facts.needs = needs.finish();
    policy::compare(objects, &workloads, &services, &mut facts);
    facts
}
