//! What the files of a folder declare together: a module in the language's sense.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::syntax::{Attribute, Block, Body, Expr};
use crate::facts::Stage;

/// A folder's declarations by name.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// Its path, empty at the root.
    pub(super) path: String,
    /// Variables.
    pub(super) variables: BTreeMap<Arc<str>, Block>,
    /// Locals.
    pub(super) locals: BTreeMap<Arc<str>, Attribute>,
    /// Outputs.
    pub(super) outputs: BTreeMap<Arc<str>, Block>,
    /// Resources by `type.name`, what is only looked up by `data.type.name`.
    pub(super) resources: BTreeMap<Arc<str>, Block>,
    /// Calls of modules.
    pub(super) modules: BTreeMap<Arc<str>, Block>,
    /// Provider blocks by `name` or `name.alias`.
    pub(super) providers: BTreeMap<Arc<str>, Block>,
    /// The module whose outputs are its own, where it declares none: a unit of Terragrunt.
    pub(super) passes: Option<Arc<str>>,
    /// Where its state is kept: the kind of backend and its settings.
    pub(super) backend: Option<Block>,
    /// Values given in files beside it, the later ones go before the earlier ones.
    pub(super) given: BTreeMap<Arc<str>, Attribute>,
    /// Values in files that are only used when somebody names them: each with the file's name.
    pub(super) offered: BTreeMap<Arc<str>, Vec<Attribute>>,
    /// These files.
    pub(super) offering: BTreeSet<Arc<str>>,
}

impl Folder {
    /// Adds what a file declares; what is declared twice is laid over the first, attribute by attribute.
    pub(super) fn add(&mut self, body: Body, overrides: bool) {
        for block in body.blocks {
            let (one, two) = (block.label(0).cloned(), block.label(1).cloned());
            match (&*block.kind, one, two) {
                ("variable", Some(name), _) => lay(&mut self.variables, name, block, overrides),
                ("output", Some(name), _) => lay(&mut self.outputs, name, block, overrides),
                ("module", Some(name), _) => lay(&mut self.modules, name, block, overrides),
                ("locals", ..) => {
                    self.locals.extend(block.body.attributes.into_iter().map(|local| (Arc::clone(&local.name), local)));
                }
                ("resource", Some(kind), Some(name)) => {
                    lay(&mut self.resources, format!("{kind}.{name}").into(), block, overrides);
                }
                ("data" | "ephemeral", Some(kind), Some(name)) => {
                    let whole = format!("{}.{kind}.{name}", block.kind);
                    lay(&mut self.resources, whole.into(), block, overrides);
                }
                ("provider", Some(name), _) => {
                    let alias = block.body.get("alias").map(|alias| &alias.value);
                    let whole = match alias {
                        Some(Expr::Text(alias)) => format!("{name}.{alias}").into(),
                        _ => name,
                    };
                    lay(&mut self.providers, whole, block, overrides);
                }
                ("terraform", ..) => {
                    let kept = block.body.blocks.into_iter().find(|inner| matches!(&*inner.kind, "backend" | "cloud"));
                    self.backend = kept.or_else(|| self.backend.take());
                }
                _ => {}
            }
        }
    }

    /// Whether it declares anything that a root may hold.
    pub(super) fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.modules.is_empty() && self.outputs.is_empty() && self.providers.is_empty()
    }

    /// What the files of values say of a variable that are for the stage nearest to production, and those for all stages;
    /// nothing where no file says what it is for.
    pub(super) fn offered_nearest_to_production(&self, name: &str) -> Vec<&Attribute> {
        let stage = |file: &str| Stage::of(file.strip_prefix(&*self.path).unwrap_or(file));
        let Some(first) = self.offering.iter().filter_map(|file| stage(file)).max() else { return Vec::new() };
        let offers = self.offered.get(name).into_iter().flatten();
        offers.filter(|offer| stage(&offer.file).is_none_or(|stage| stage == first)).collect()
    }

    /// The folder that a path in this one means, which may lie above where the shown paths begin; `None` when it is no path.
    pub(super) fn beside(&self, relative: &str) -> Option<String> {
        if !is_path(relative) {
            return None;
        }
        let base = if self.path.is_empty() { "x".to_owned() } else { format!("{}/x", self.path) };
        crate::source::toward(&base, relative.split("//").next().unwrap_or(relative))
    }
}

/// Whether the source of a module is a path, and not the address of one.
pub(super) fn is_path(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || matches!(source, "." | "..")
}

fn lay(known: &mut BTreeMap<Arc<str>, Block>, name: Arc<str>, block: Block, overrides: bool) {
    match known.get_mut(&name).filter(|_| overrides) {
        Some(below) => {
            for attribute in block.body.attributes {
                below.body.attributes.retain(|old| old.name != attribute.name);
                below.body.attributes.push(attribute);
            }
            for kind in block.body.blocks.iter().map(|inner| &inner.kind) {
                below.body.blocks.retain(|old| old.kind != *kind);
            }
            below.body.blocks.extend(block.body.blocks);
        }
        None => drop(known.insert(name, block)),
    }
}
