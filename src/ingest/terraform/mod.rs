//! Terraform and OpenTofu: the language in both its forms, units of Terragrunt, plans and states.
//!
//! The files of a folder are one module. A folder that no other calls is a root, and everything that it calls from
//! within the tree is worked out with the inputs of the call: variables with their defaults and files of values, locals,
//! functions without effect, counts, loops and conditions. A module from elsewhere is one resource of unknown inside.
//! Nothing of the surroundings is used and nothing is executed, so that the same files give the same facts.

mod eval;
mod expand;
mod folder;
mod functions;
mod hcl;
mod json;
mod names;
mod operators;
mod plan;
mod references;
mod settings;
mod state;
mod syntax;
mod terragrunt;
mod texts;
mod value;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use self::folder::Folder;
use self::syntax::{Attribute, Body, Expr};
pub(super) use self::terragrunt::named_elsewhere as named_above;
use self::world::World;
use super::gathered::evidence;
use super::reach::Named;
use super::{Format, Reading, Status};
use crate::facts::{Facts, Remark, ResourceFact};
use crate::source::{Location, Problem, Source, Tree, is_template};

/// The table line of Terraform.
pub const FORMAT: Format = Format { name: "terraform", wants, claims, read };

fn wants(path: &str) -> bool {
    of_the_language(path) || path.ends_with(".hcl") || path.ends_with(".json") || path.ends_with(".tfstate")
}

fn of_the_language(path: &str) -> bool {
    const ENDINGS: [&str; 6] = [".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json"];
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

fn claims(source: &Source, _: &Tree) -> bool {
    of_the_language(&source.path)
        || terragrunt::is_configuration(&source.path)
        || source.documents.nodes.first().is_some_and(state::is_one)
}

/// Whether a file may call modules.
pub(super) fn is_module_file(path: &str) -> bool {
    of_the_language(path) && !path.ends_with(".tfvars") && !path.ends_with(".tfvars.json")
}

/// What a file names: the folders of modules that it calls by a path, and files of its own module.
pub(super) fn named_elsewhere(path: &str, text: &str) -> Vec<Named> {
    let mut found = Vec::new();
    if let Ok(body) = parse(&Source::new(path, text.to_owned())) {
        for block in body.blocks("module") {
            let Some(Expr::Text(source)) = block.body.get("source").map(|source| &source.value) else { continue };
            if folder::is_path(source) {
                let path = source.split("//").next().unwrap_or(source).to_owned();
                found.push(Named { path, wants: is_module_file });
            }
        }
    }
    let beside = text.split("${path.module}/").skip(1).filter_map(|rest| rest.split(['"', '$', '*', '\n']).next());
    found.extend(beside.map(|path| Named { path: path.to_owned(), wants: |_| false }));
    found
}

/// Whether a file is looked at for what lies above it: a unit of Terragrunt, and what one includes.
pub(super) fn names_parents(path: &str) -> bool {
    path.ends_with(".hcl") && !path.ends_with(".lock.hcl")
}

/// Takes a plan back to what was there before it; whether the file is a plan.
pub fn before_plan(source: &mut Source) -> bool {
    let before = source.documents.nodes.first().and_then(state::before);
    let Some(before) = before else { return false };
    source.documents.nodes = vec![before];
    true
}

/// A file with what it declares, or what is wrong with it.
type Parsed<'s> = (&'s Source, Result<Body, Problem>);

fn read(files: &[&Source], tree: &Tree) -> Reading {
    let mut reading = Reading::default();
    let is_written = |source: &&Source| of_the_language(&source.path) || terragrunt::is_configuration(&source.path);
    let (written, stated): (Vec<&Source>, Vec<&Source>) = files.iter().copied().partition(is_written);
    let parsed: Vec<Parsed<'_>> = written.par_iter().map(|source| (*source, parse(source))).collect();
    let mut folders: BTreeMap<String, Folder> = BTreeMap::new();
    let (units, parsed): (Vec<Parsed<'_>>, Vec<Parsed<'_>>) =
        parsed.into_iter().partition(|(source, outcome)| terragrunt::is_configuration(&source.path) && outcome.is_ok());
    for (source, outcome) in parsed {
        match outcome {
            Ok(body) => declare(source, body, &mut folders),
            Err(_) if is_template(&source.text) => {
                let reason = "a template of another tool; render it and scan the result";
                reading.partly.push((Arc::clone(&source.path), Status::Skipped, reason.to_owned()));
            }
            Err(problem) => {
                reading.partly.push((Arc::clone(&source.path), Status::Broken, problem.message.clone()));
                reading.problems.push(problem);
            }
        }
    }
    spread_offers(&mut folders);
    let led_nowhere = terragrunt::add_units(&units, tree, &mut folders);
    let world = World::new(tree, &folders);
    world.missing.borrow_mut().extend(led_nowhere);
    world.expand();
    let resources = resources(&world);
    let references = references::tally(&world);
    reading.facts = Facts { resources, remarks: missing(&world), ..Facts::default() };
    reading.tallies.extend((references.all > 0).then_some(references));
    for source in stated {
        if let Some(root) = source.documents.nodes.first() {
            reading.facts.extend(state::facts(source, root));
        }
    }
    if world.exhausted.get() {
        let message = "these modules make too much of too little: some of their values and resources are left out";
        reading.problems.push(Problem::general(message).help("give the folder of one root"));
    }
    reading
}

fn parse(source: &Source) -> Result<Body, Problem> {
    if !source.path.ends_with(".json") {
        return hcl::parse(&source.path, &source.text);
    }
    let Some(root) = source.documents.nodes.first() else {
        let empty = source.text.trim().is_empty();
        return if empty { Ok(Body::default()) } else { Err(first_problem(source)) };
    };
    if source.path.ends_with(".tfvars.json") {
        let attribute = |(key, value): &(crate::source::yaml::Node, crate::source::yaml::Node)| Attribute {
            name: key.text().unwrap_or_default().into(),
            value: json::expr(&source.path, value, true),
            file: Arc::clone(&source.path),
            spot: json::spot(key),
        };
        return Ok(Body { attributes: root.entries().iter().map(attribute).collect(), blocks: Vec::new() });
    }
    Ok(json::body(&source.path, root))
}

fn first_problem(source: &Source) -> Problem {
    let told = source.problems().first().cloned();
    told.unwrap_or_else(|| {
        Problem::error(Location::start_of(&source.path), "this is not JSON").help("nothing of it is used")
    })
}

/// Adds what a file declares to its folder.
fn declare(source: &Source, body: Body, folders: &mut BTreeMap<String, Folder>) {
    let path = source.folder().to_owned();
    let folder = folders.entry(path.clone()).or_insert_with(|| Folder { path, ..Folder::default() });
    let name = source.name();
    if name.ends_with(".tfvars") || name.ends_with(".tfvars.json") {
        let taken = name.starts_with("terraform.tfvars") || name.contains(".auto.tfvars");
        folder.offering.extend((!taken).then(|| Arc::clone(&source.path)));
        for attribute in body.attributes {
            if taken {
                folder.given.insert(Arc::clone(&attribute.name), attribute);
            } else {
                folder.offered.entry(Arc::clone(&attribute.name)).or_default().push(attribute);
            }
        }
        return;
    }
    let stem = name.split('.').next().unwrap_or(name);
    folder.add(body, stem == "override" || stem.ends_with("_override"));
}

/// Files of values in folders below that declare nothing themselves are for the module above: `env/prod.tfvars`.
fn spread_offers(folders: &mut BTreeMap<String, Folder>) {
    let below: Vec<String> = folders
        .values()
        .filter(|folder| folder.is_empty() && folder.variables.is_empty() && folder.locals.is_empty())
        .map(|folder| folder.path.clone())
        .collect();
    for path in below {
        let mut up = path.as_str();
        while let Some((above, _)) = up.rsplit_once('/').or((!up.is_empty()).then_some(("", up))) {
            if folders.get(above).is_some_and(|folder| !folder.variables.is_empty()) {
                let offered = folders.get(&path).map(|folder| {
                    let given = folder.given.values().map(|value| Arc::clone(&value.file));
                    let offering: BTreeSet<Arc<str>> = folder.offering.iter().cloned().chain(given).collect();
                    (folder.offered.clone(), folder.given.clone(), offering)
                });
                if let (Some(target), Some((offered, given, offering))) = (folders.get_mut(above), offered) {
                    target.offering.extend(offering);
                    for (name, values) in offered {
                        target.offered.entry(name).or_default().extend(values);
                    }
                    for (name, value) in given {
                        target.offered.entry(name).or_default().push(value);
                    }
                }
                break;
            }
            up = above;
        }
    }
}

/// All resources with their settings.
fn resources(world: &World<'_>) -> Vec<ResourceFact> {
    let mut found = Vec::new();
    // Working settings out may make further resources.
    while found.len() < world.made.borrow().len() {
        found.push(world.fact(found.len()));
    }
    found
}

/// What led nowhere.
fn missing(world: &World<'_>) -> Vec<Remark> {
    let mut missing: Vec<world::Missing> = world.missing.borrow().iter().cloned().collect();
    missing.sort();
    let remark = |missing: world::Missing| {
        let evidence = evidence(missing.at?, &missing.what);
        Some(Remark { about: None, what: missing.what, reason: missing.reason, evidence })
    };
    missing.into_iter().filter_map(remark).collect()
}
