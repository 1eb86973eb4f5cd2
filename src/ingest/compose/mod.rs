//! Docker Compose: services are components; what their environment and command lines name, they need.
//!
//! The files of a folder are one project. What Compose takes when it is given no files is its base; every other file
//! there is read as a layer on it, as with `-f`, and adds what only it says: nobody can tell from the files which
//! layers are used together. A file that says all over again what another one says stands alone: what it adds to a
//! service that is known is remarked, not believed. Nothing of the process environment is used, so that the same files give the same facts.

mod emit;
pub(super) mod env;
mod fields;
mod interpolate;
mod load;
mod merge;
pub(super) mod needs;
mod project;
mod service;
mod variant;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::emit::Emitter;
use self::env::Vars;
use self::load::{Loader, Services, lay};
pub(crate) use self::needs::rests_on_order;
use self::project::Plan;
pub(super) use self::project::{may_name_others, named_elsewhere};
use super::{Format, Reading, Status};
use crate::source::{Source, Tree, is_template};

/// The table line of Docker Compose.
pub const FORMAT: Format = Format { name: "compose", wants, claims: |source, _| project::claims(source), read };

fn wants(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

fn read(files: &[&Source], tree: &Tree) -> Reading {
    let mut reading = Reading::default();
    let others = project::unclaimed(files, tree);
    let known: BTreeMap<&str, &Source> =
        files.iter().copied().chain(&others).map(|source| (&*source.path, source)).collect();
    let (plans, left_out) = project::plan(files);
    for plan in plans {
        one_project(&plan, tree, &known, &mut reading);
    }
    for file in left_out {
        let reason = "the file that it overrides is included by another project, which leaves overrides out";
        reading.partly.push((Arc::clone(&file.path), Status::Skipped, reason.to_owned()));
    }
    for file in files.iter().filter(|file| file.documents.nodes.is_empty() && is_template(&file.text)) {
        let reason = "a template, not YAML; render it and scan the result";
        reading.partly.push((Arc::clone(&file.path), Status::Skipped, reason.to_owned()));
    }
    reading.problems.extend(others.iter().flat_map(|source| source.problems().iter().cloned()));
    reading.problems.sort();
    reading.problems.dedup();
    reading
}

fn one_project(plan: &Plan, tree: &Tree, known: &BTreeMap<&str, &Source>, reading: &mut Reading) {
    let vars = Vars::of_folder(&plan.folder, tree, &Vars::default());
    let mut loader = Loader::new(tree, known);
    let mut base = Services::new();
    for source in &plan.base {
        for (name, service) in loader.load(source, &plan.folder, &vars, &base) {
            lay(&mut base, name, service);
        }
    }
    let mut layers: Vec<Services> =
        plan.layers.iter().map(|source| loader.load(source, &plan.folder, &vars, &base)).collect();
    let mut problems = loader.problems;
    // A service that the base does not have comes from the first layer that has it whole.
    let mut pool = base.clone();
    let mut home: BTreeMap<String, usize> = BTreeMap::new();
    for (index, layer) in layers.iter().enumerate() {
        for (name, service) in layer.iter().filter(|(_, service)| service.is_whole()) {
            if !pool.contains_key(name) {
                pool.insert(name.clone(), service.clone());
                home.insert(name.clone(), index);
            }
        }
    }
    for (index, layer) in layers.iter_mut().enumerate() {
        let elsewhere = |name: &str| pool.get(name).filter(|_| home.get(name) != Some(&index));
        if variant::stands_alone(layer, &elsewhere) {
            layer.iter_mut().for_each(|(name, service)| service.is_variant = elsewhere(name).is_some());
            continue;
        }
        for (name, service) in layer.iter_mut() {
            if let Some(under) = elsewhere(name) {
                let is_patch = !service.is_whole();
                *service = merge::merge(under.clone(), service.clone());
                service.is_patch = is_patch;
            }
        }
    }
    let named = plan.base.iter().chain(&plan.layers).find_map(|source| project::name_of(source));
    let named = named.map(|name| vars.fill(name)).filter(|filled| filled.unset.is_empty());
    let scope = match named {
        Some(name) => name.text,
        None if plan.folder.is_empty() => ".".to_owned(),
        None => plan.folder.clone(),
    };
    let mut emitter = Emitter::new(tree, &vars, &scope, &mut problems);
    emitter.components(&base);
    layers.iter().for_each(|layer| emitter.components(layer));
    emitter.needs(&base);
    layers.iter().for_each(|layer| emitter.needs(layer));
    emitter.settle_order();
    reading.facts.extend(emitter.facts);
    reading.problems.append(&mut problems);
}
