//! How many references between resources the files hold, and what became of them.

use std::sync::Arc;

use super::folder::Folder;
use super::names::shown;
use super::syntax::{Block, Body, Expr, Piece, Step};
use super::world::World;
use crate::ingest::Tally;
use crate::source::Location;

/// Roots of names that lead to no resource by themselves.
const OTHERS: &[&str] = &["var", "local", "path", "terraform", "each", "count", "self"];
/// Attributes whose names are no values: of providers, and of attributes of the resource itself.
const NO_VALUES: &[&str] = &["provider", "providers", "ignore_changes"];

/// What a written name leads to, for those that lead to a resource, a data source or a module.
fn named(expr: &Expr) -> Option<String> {
    let Expr::Get(inner, name) = expr else { return None };
    match &**inner {
        Expr::Name(root) if !OTHERS.contains(&&**root) && !matches!(&**root, "data" | "ephemeral") => {
            Some(format!("{root}.{name}"))
        }
        Expr::Get(outer, kind) => match &**outer {
            Expr::Name(root) if matches!(&**root, "data" | "ephemeral") => Some(format!("{root}.{kind}.{name}")),
            _ => None,
        },
        _ => None,
    }
}

/// Names that the settings of a block bring in, for its content alone.
fn brought_in(block: &Block) -> Vec<Arc<str>> {
    let iterator = block.body.get("iterator").map(|attribute| &attribute.value);
    match (&*block.kind, iterator) {
        ("dynamic", Some(Expr::Name(word))) => vec![Arc::clone(word)],
        ("dynamic", _) => block.label(0).cloned().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Counts the references that are written in the folders, each once however often its module is called.
///
/// One is resolved when its folder declares what it names. What is not declared is listed as leading nowhere, whether
/// the run came by it or not. Linear in the files.
pub(super) fn tally(world: &World<'_>) -> Tally {
    let place = Location::start_of(&"".into());
    let mut walk = Walk { tally: Tally::new("references between resources"), world, bound: Vec::new(), place };
    for folder in world.folders.values() {
        walk.folder(folder);
    }
    walk.tally
}

struct Walk<'a, 'w> {
    tally: Tally,
    world: &'w World<'a>,
    /// Names of loops that hold here.
    bound: Vec<Arc<str>>,
    /// The attribute that is looked at.
    place: Location,
}

impl Walk<'_, '_> {
    fn folder(&mut self, folder: &Folder) {
        let blocks = [&folder.resources, &folder.modules, &folder.outputs, &folder.providers];
        for block in blocks.into_iter().flat_map(|all| all.values()) {
            self.body(&block.body, folder);
        }
        for local in folder.locals.values() {
            self.expr(&local.value, folder);
        }
    }

    fn body(&mut self, body: &Body, folder: &Folder) {
        for attribute in body.attributes.iter().filter(|attribute| !NO_VALUES.contains(&&*attribute.name)) {
            self.place = attribute.spot.in_file(&attribute.file);
            self.expr(&attribute.value, folder);
        }
        for block in &body.blocks {
            self.within(brought_in(block), |walk| walk.body(&block.body, folder));
        }
    }

    /// Does work where these names mean something else.
    fn within(&mut self, names: Vec<Arc<str>>, work: impl FnOnce(&mut Self)) {
        let before = self.bound.len();
        self.bound.extend(names);
        work(self);
        self.bound.truncate(before);
    }

    fn reference(&mut self, name: &str, folder: &Folder) {
        self.tally.all += 1;
        let known = match name.strip_prefix("module.") {
            Some(module) => folder.modules.contains_key(module),
            None => folder.resources.contains_key(name),
        };
        if known {
            self.tally.understood += 1;
        } else {
            self.tally.listed += 1;
            let what = if name.starts_with("module.") { "module" } else { "resource" };
            let reason = format!("no such {what} in {}", shown(&folder.path));
            // The run has listed those that it came by, at the item where they stand.
            let listed = self.world.missing.borrow().iter().any(|one| one.what == name && one.reason == reason);
            if !listed {
                self.world.at(self.place.clone(), || self.world.miss(name.to_owned(), reason));
            }
        }
    }

    fn expr(&mut self, expr: &Expr, folder: &Folder) {
        if let Some(name) = named(expr) {
            let first = name.split('.').next().unwrap_or_default();
            if !self.bound.iter().any(|bound| **bound == *first) {
                self.reference(&name, folder);
            }
            return;
        }
        match expr {
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) | Expr::Name(_) => {}
            Expr::List(_, items) => items.iter().for_each(|item| self.expr(&item.value, folder)),
            Expr::Object(_, entries) => entries.iter().for_each(|(key, item)| {
                self.expr(key, folder);
                self.expr(&item.value, folder);
            }),
            Expr::Template(pieces) => self.pieces(pieces, folder),
            Expr::Get(inner, _) | Expr::Not(inner) | Expr::Negative(inner) => self.expr(inner, folder),
            Expr::Index(inner, index) => {
                self.expr(inner, folder);
                self.expr(index, folder);
            }
            Expr::Splat(inner, steps) => {
                self.expr(inner, folder);
                for step in steps {
                    if let Step::Index(index) = step {
                        self.expr(index, folder);
                    }
                }
            }
            Expr::Call(_, arguments, _) => arguments.iter().for_each(|argument| self.expr(argument, folder)),
            Expr::If(parts) => parts.iter().for_each(|part| self.expr(part, folder)),
            Expr::For(each) => {
                self.expr(&each.over, folder);
                let names = each.key_name.iter().chain([&each.value_name]).cloned().collect();
                self.within(names, |walk| {
                    let inner = each.key.iter().chain(&each.condition).chain([&each.value]);
                    inner.for_each(|expr| walk.expr(expr, folder));
                });
            }
            Expr::Binary(_, sides) => sides.iter().for_each(|side| self.expr(side, folder)),
        }
    }

    fn pieces(&mut self, pieces: &[Piece], folder: &Folder) {
        for piece in pieces {
            match piece {
                Piece::Text(_) => {}
                Piece::Hole(expr) => self.expr(expr, folder),
                Piece::If(condition, yes, no) => {
                    self.expr(condition, folder);
                    self.pieces(yes, folder);
                    self.pieces(no, folder);
                }
                Piece::For { key, value, over, body } => {
                    self.expr(over, folder);
                    let names = key.iter().chain([value]).cloned().collect();
                    self.within(names, |walk| walk.pieces(body, folder));
                }
            }
        }
    }
}
