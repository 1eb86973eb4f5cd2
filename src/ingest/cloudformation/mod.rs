//! Templates of stacks: CloudFormation with its serverless model, the Serverless Framework, and ROS, in YAML and JSON.
//!
//! All templates are read jointly, because stacks export values to each other and nest each other. Parameters have their
//! defaults or what the stack around gives them; of a choice both sides count, each marked with its condition. What is
//! only known when the stack is made stays unknown with its reason.

mod eval;
mod sam;
mod settings;
mod sls;
mod template;
mod value;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use self::template::Template;
use self::world::World;
use super::gathered::evidence;
use super::{Format, Reading, Status};
use crate::facts::Remark;
use crate::source::{Problem, Source, Tree};

/// The table line of templates of stacks.
pub const FORMAT: Format = Format { name: "cloudformation", wants, claims, read };

fn wants(path: &str) -> bool {
    [".yaml", ".yml", ".json", ".template"].iter().any(|end| path.ends_with(end))
}

fn claims(source: &Source, _: &Tree) -> bool {
    template::document(source).is_some()
}

fn read(files: &[&Source], _: &Tree) -> Reading {
    let mut reading = Reading::default();
    let mut templates: Vec<Template> = files.par_iter().filter_map(|source| Template::read(source)).collect();
    for path in twins(&templates) {
        let reason = "the template beside it is the same in the other notation".to_owned();
        templates.retain(|template| template.path != path);
        reading.partly.push((path, Status::Skipped, reason));
    }
    for (what, reason, at) in templates.iter().flat_map(|template| &template.unread) {
        let evidence = evidence(at.clone(), what);
        reading.facts.remarks.push(Remark { about: None, what: what.clone(), reason: reason.clone(), evidence });
    }
    let world = World::new(templates);
    reading.facts.resources = (0..world.made.len()).map(|index| world.fact(index)).collect();
    let references = world.tally();
    reading.tallies.extend((references.all > 0).then_some(references));
    for missing in world.missing.borrow().iter() {
        let evidence = evidence(missing.at.clone(), &missing.what);
        let remark = Remark { about: None, what: missing.what.clone(), reason: missing.reason.clone(), evidence };
        reading.facts.remarks.push(remark);
    }
    if world.exhausted {
        let message = "these templates make too many resources: the rest is left out";
        reading.problems.push(Problem::general(message).help("give the folder of one stack"));
    }
    reading
}

/// Templates that lie beside the same one in another notation: `x.json` beside `x.yaml`.
fn twins(templates: &[Template]) -> Vec<Arc<str>> {
    let stem = |path: &Arc<str>| path.rsplit_once('.').map_or(path.to_string(), |(stem, _)| stem.to_owned());
    let mut first: BTreeMap<String, &Template> = BTreeMap::new();
    let mut found = Vec::new();
    // YAML keeps the comments, so it is likely the one that people write.
    for template in templates.iter().rev() {
        match first.get(&stem(&template.path)) {
            Some(other) if other.resources.keys().eq(template.resources.keys()) => {
                found.push(Arc::clone(&template.path));
            }
            _ => drop(first.insert(stem(&template.path), template)),
        }
    }
    found
}
