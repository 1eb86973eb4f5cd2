//! Terragrunt: each unit as a root that calls one module.
//!
//! A unit is a folder with a `terragrunt.hcl` that says which module it is made of. What it includes, its locals, inputs,
//! dependencies, generated files and remote state become what a root of Terraform would hold, so that all the rest is
//! worked out as for any other root. Nothing is run; what depends on who runs it is not known.

mod above;
mod rewrite;
mod root;
mod stack;

pub(in crate::ingest) use self::above::named_elsewhere;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::stack::{Made, Stacks};
use super::folder::Folder;
use super::syntax::{Attribute, Block, Body, Expr, Piece};
use super::world::Missing;
use super::{Parsed, hcl};
use crate::source::{Tree, toward};

/// Whether a file with this path is the configuration of a unit, of what units include, or of a stack of units.
pub(in crate::ingest) fn is_configuration(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name == UNIT || name == stack::STACK)
}

/// The name of the file of a unit.
const UNIT: &str = "terragrunt.hcl";

/// Adds a root for each unit to the folders; what led nowhere is told.
///
/// Linear in the units and what each includes.
pub(super) fn add_units(parsed: &[Parsed<'_>], tree: &Tree, folders: &mut BTreeMap<String, Folder>) -> Vec<Missing> {
    let mut known: BTreeMap<Arc<str>, Arc<Body>> = BTreeMap::new();
    for (source, outcome) in parsed {
        if let Ok(body) = outcome {
            known.insert(Arc::clone(&source.path), Arc::new(body.clone()));
        }
    }
    let stacks = Stacks::read(tree, &mut known);
    let mut made: BTreeMap<Arc<str>, Made> =
        stacks.made.into_iter().map(|made| (Arc::clone(&made.file), made)).collect();
    let is_unit = |path: &&Arc<str>| path.rsplit('/').next() == Some(UNIT) && !stacks.patterns.contains(*path);
    let files: Vec<Arc<str>> = known.keys().filter(is_unit).cloned().collect();
    let mut missing = Vec::new();
    for file in files {
        let mut unit = Unit::new(&file, tree, &mut known);
        if let Some(Made { values, locals, .. }) = made.remove(&file) {
            (unit.values, unit.locals) = (values, locals);
        }
        unit.gather(&file, 0);
        let here = unit.folder.clone();
        let plain = folders.get(&here).is_some_and(|folder| !folder.is_empty());
        if unit.source.is_some() || (plain && !unit.inputs.is_empty()) {
            let there = unit.module_folder(folders);
            unit.put_into_root(there.as_deref(), folders);
        }
        missing.append(&mut unit.missing);
    }
    missing
}

/// A unit as it is put together.
struct Unit<'t> {
    /// Its folder, which every function of a path starts from, whichever file it is written in.
    folder: String,
    tree: &'t Tree,
    /// All files that were parsed.
    known: &'t mut BTreeMap<Arc<str>, Arc<Body>>,
    /// The files whose locals are in.
    read: BTreeSet<Arc<str>>,
    /// Locals by the file that they are written in.
    locals: BTreeMap<Arc<str>, Attribute>,
    /// What the stack that makes it tells it.
    values: BTreeMap<Arc<str>, Attribute>,
    /// The files that it includes, by label.
    includes: BTreeMap<Arc<str>, Arc<str>>,
    /// The last that says which module it is made of.
    source: Option<Attribute>,
    /// What its module is told, those that count more later.
    inputs: Vec<Attribute>,
    dependencies: BTreeMap<Arc<str>, Block>,
    generated: BTreeMap<Arc<str>, Attribute>,
    state: Option<Block>,
    missing: Vec<Missing>,
    /// How many files the one that is read hangs on.
    depth: usize,
    /// How many steps texts have taken to be worked out.
    steps: Cell<u32>,
}

/// How deep files may include each other.
const DEEPEST: usize = 8;

impl<'t> Unit<'t> {
    fn new(file: &str, tree: &'t Tree, known: &'t mut BTreeMap<Arc<str>, Arc<Body>>) -> Self {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        Unit {
            folder,
            tree,
            known,
            read: BTreeSet::new(),
            locals: BTreeMap::new(),
            values: BTreeMap::new(),
            includes: BTreeMap::new(),
            source: None,
            inputs: Vec::new(),
            dependencies: BTreeMap::new(),
            generated: BTreeMap::new(),
            state: None,
            missing: Vec::new(),
            depth: 0,
            steps: Cell::new(0),
        }
    }

    /// The content of a file; `None` when it is not there or broken.
    fn body(&mut self, file: &Arc<str>) -> Option<Arc<Body>> {
        if let Some(body) = self.known.get(file) {
            return Some(Arc::clone(body));
        }
        let text = self.tree.contains(file).then(|| self.tree.read(file).ok()).flatten()?;
        let body = Arc::new(hcl::parse(file, &text).ok()?);
        self.known.insert(Arc::clone(file), Arc::clone(&body));
        Some(body)
    }

    /// Takes over what a file says, first what the files that it includes say.
    fn gather(&mut self, file: &Arc<str>, depth: usize) {
        let Some(body) = self.body(file).filter(|_| depth < DEEPEST) else { return };
        for block in body.blocks("include") {
            let Some(path) = block.body.get("path") else { continue };
            match self.path(&path.value, file) {
                Some(there) if self.body(&there).is_some() => {
                    let label = block.label(0).cloned().unwrap_or_else(|| "".into());
                    self.includes.insert(label, Arc::clone(&there));
                    self.gather(&there, depth + 1);
                }
                there => {
                    let what = there.unwrap_or_else(|| "include".into()).to_string();
                    let reason = "the file that it includes is not among the files".to_owned();
                    self.missing.push(Missing { what, reason, at: Some(block.location()) });
                }
            }
        }
        self.locals_of(file);
        if let Some(source) = body.blocks("terraform").find_map(|block| block.body.get("source")) {
            let value = self.rewritten(&source.value, file);
            self.source = Some(Attribute { value, ..source.clone() });
        }
        if let Some(inputs) = body.get("inputs") {
            let value = self.rewritten(&inputs.value, file);
            self.inputs.push(Attribute { value, ..inputs.clone() });
        }
        for block in body.blocks("dependency") {
            if let Some(name) = block.label(0) {
                let block = self.with_values(block, file);
                self.dependencies.insert(Arc::clone(name), block);
            }
        }
        for block in body.blocks("generate") {
            if let (Some(name), Some(contents)) = (block.label(0), block.body.get("contents")) {
                let value = self.rewritten(&contents.value, file);
                self.generated.insert(Arc::clone(name), Attribute { value, ..contents.clone() });
            }
        }
        if let Some(block) = body.blocks("remote_state").next() {
            self.state = Some(self.with_values(block, file));
        }
    }

    fn with_values(&mut self, block: &Block, file: &Arc<str>) -> Block {
        let mut block = block.clone();
        for attribute in &mut block.body.attributes {
            attribute.value = self.rewritten(&attribute.value, file);
        }
        block
    }

    /// The folder among the files that holds its module; `None` for a module from elsewhere.
    fn module_folder(&self, folders: &BTreeMap<String, Folder>) -> Option<String> {
        let sources = self.either_way(&self.source.as_ref()?.value);
        sources.iter().find_map(|source| self.folder_of_source(source, folders))
    }

    /// The texts that an expression may come to: of a condition that hangs on the surroundings, both sides.
    fn either_way(&self, expr: &Expr) -> Vec<String> {
        match expr {
            Expr::If(parts) => [self.either_way(&parts[1]), self.either_way(&parts[2])].concat(),
            Expr::Template(pieces) => match pieces.as_slice() {
                [Piece::Hole(only)] => self.either_way(only),
                _ => self.text(expr).into_iter().collect(),
            },
            _ => self.text(expr).into_iter().collect(),
        }
    }

    fn folder_of_source(&self, source: &str, folders: &BTreeMap<String, Folder>) -> Option<String> {
        self.folders_of_source(source).into_iter().find(|path| folders.contains_key(path))
    }

    /// The folders that a source may mean, the likeliest first; none for one from elsewhere.
    fn folders_of_source(&self, source: &str) -> Vec<String> {
        let plain = source.split('?').next().unwrap_or(source).replace("//", "/");
        let of_repository = plain.strip_prefix(rewrite::REPOSITORY).map(|rest| rest.trim_start_matches('/').to_owned());
        if let Some(rest) = of_repository {
            // Where the repository begins is not told: the outermost folder that has it.
            return above::parents(&self.folder).into_iter().rev().map(|above| join(&above, &rest)).collect();
        }
        let there = match plain.strip_prefix('/') {
            Some(rooted) => Some(rooted.trim_end_matches('/').to_owned()),
            None if plain.starts_with('.') => toward(&join(&self.folder, "x"), &plain),
            None => None,
        };
        there.into_iter().collect()
    }
}

/// A path below a folder.
fn join(folder: &str, rest: &str) -> String {
    let whole = if folder.is_empty() { rest.to_owned() } else { format!("{folder}/{rest}") };
    whole.trim_end_matches('/').to_owned()
}
