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

use std::sync::Arc;

use self::config::Configs;
use self::names::Services;
use self::needs::Needs;
use self::objects::Objects;
use self::patches::Patches;
use self::storage::Volumes;
use self::workload::Workload;
use super::{Format, Reading, Status};
use crate::facts::Facts;
use crate::source::{Source, Tree};

/// The table line of Kubernetes manifests.
pub const FORMAT: Format = Format { name: "kubernetes", wants, claims, read };

fn wants(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json")
}

/// Files in which some document says what kind of object it is, and lists of JSON patches.
fn claims(source: &Source, _: &Tree) -> bool {
    source.documents.nodes.iter().any(|node| objects::names_its_kind(node) || patches::is_json_patch(node))
}

fn read(files: &[&Source], tree: &Tree) -> Reading {
    let patches = Patches::find(tree);
    let lines: Vec<Vec<&str>> = files.iter().map(|source| source.text.lines().collect()).collect();
    let mut objects = Objects::default();
    let mut reading = Reading::default();
    for (source, lines) in files.iter().zip(&lines) {
        if let Some(reason) = patches.reason(source) {
            reading.partly.push((Arc::clone(&source.path), Status::Skipped, reason.to_owned()));
            continue;
        }
        let patched = objects.add((source, lines), &mut reading.problems);
        if patched > 0 {
            let whole = patched == source.documents.nodes.len();
            let status = if whole { Status::Skipped } else { Status::Partial };
            let count = if whole { "it holds".to_owned() } else { format!("{patched} of its documents hold") };
            let reason = format!("{count} only changes to objects that are written elsewhere, which are not applied");
            reading.partly.push((Arc::clone(&source.path), status, reason));
        }
    }
    objects.index();
    reading.facts = facts(&objects, &patches);
    reading
}

fn facts(objects: &Objects<'_>, patches: &Patches) -> Facts {
    let mut facts = Facts { remarks: objects.custom_types(), ..Facts::default() };
    let workloads = Workload::all(objects);
    facts.components = workloads.iter().map(|workload| workload.component()).collect();
    redundancy::add(objects, &workloads, &mut facts);
    let mut needs = Needs::default();
    let services = Services::read((objects, patches), &workloads, &mut facts, &mut needs);
    let configs = Configs::read(objects, &workloads, &mut facts);
    let volumes = Volumes::new(objects);
    for (index, workload) in workloads.iter().enumerate() {
        let mut asked = needs.of(index, workload.object.name, services.own_hosts(workload));
        env::read(workload, objects, &services, &configs, &mut asked);
        configs.mounted(workload, objects, &mut asked);
        volumes.read(workload, objects, &mut asked);
        signs::of_identity(workload, objects, &mut asked);
    }
    exposure::add(objects, &services, &mut facts, &mut needs);
    facts.needs = needs.finish();
    policy::compare(objects, &workloads, &services, &mut facts);
    facts
}
