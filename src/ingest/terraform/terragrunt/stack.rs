//! Stacks of Terragrunt: `terragrunt.stack.hcl`, which makes units of others with values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::syntax::{Attribute, Block, Body, Expr};
use super::{Unit, join};
use crate::source::Tree;

/// The name of the file of a stack.
pub(super) const STACK: &str = "terragrunt.stack.hcl";
/// Stacks are made of stacks no deeper.
const DEEPEST: usize = 5;
/// No stack of a person makes more units.
const MOST_UNITS: usize = 2_000;

/// A unit as a stack makes it.
pub(super) struct Made {
    /// Its file, in the folder in which Terragrunt would write it.
    pub(super) file: Arc<str>,
    /// What it is told as `values`.
    pub(super) values: BTreeMap<Arc<str>, Attribute>,
    /// The locals of the stack, which the values may be made of.
    pub(super) locals: BTreeMap<Arc<str>, Attribute>,
}

/// The units of all stacks, and the files that are written for stacks to make units of.
#[derive(Default)]
pub(super) struct Stacks {
    pub(super) made: Vec<Made>,
    pub(super) patterns: BTreeSet<Arc<str>>,
}

impl Stacks {
    /// Reads the stacks among the files that were parsed; the files of units that they make are added to these.
    pub(super) fn read(tree: &Tree, known: &mut BTreeMap<Arc<str>, Arc<Body>>) -> Self {
        let mut stacks = Stacks::default();
        let files: Vec<Arc<str>> =
            known.keys().filter(|path| path.rsplit('/').next() == Some(STACK)).cloned().collect();
        for file in files {
            let made = Made { file, values: BTreeMap::new(), locals: BTreeMap::new() };
            stacks.stack(made, tree, known, 0);
        }
        // A stack that another is made of is told its values there.
        let patterns = &stacks.patterns;
        let own = |made: &Made| !patterns.iter().any(|pattern| belongs(&made.file, pattern));
        stacks.made.retain(own);
        stacks
    }

    fn stack(&mut self, stack: Made, tree: &Tree, known: &mut BTreeMap<Arc<str>, Arc<Body>>, depth: usize) {
        let Some(body) = known.get(&stack.file).cloned() else { return };
        let mut here = Unit::new(&stack.file, tree, known);
        here.values = stack.values;
        here.locals = stack.locals;
        here.locals_of(&stack.file);
        let mut found = Vec::new();
        for block in body.blocks.iter().filter(|block| matches!(&*block.kind, "unit" | "stack")) {
            found.extend(here.part(block, &stack.file));
        }
        for (kind, source, pattern, mut made) in found {
            if self.made.len() >= MOST_UNITS {
                return;
            }
            let body = match &pattern {
                Some(pattern) => known.get(pattern).cloned(),
                // One from elsewhere is a module of unknown inside.
                None if kind == "unit" => Some(Arc::new(fetched(source, &made))),
                None => None,
            };
            let Some(body) = body else { continue };
            self.patterns.extend(pattern);
            let file = Arc::clone(&made.file);
            known.insert(Arc::clone(&file), body);
            if kind == "unit" {
                self.made.push(made);
            } else if depth < DEEPEST {
                made.file = file;
                self.stack(made, tree, known, depth + 1);
            }
        }
    }
}

/// Whether a file was made for the stack of another file.
fn belongs(made: &str, pattern: &str) -> bool {
    let folder = pattern.strip_suffix(STACK);
    folder.is_some_and(|folder| made.strip_prefix(folder).is_some_and(|rest| rest.starts_with(FOLDER)))
}

/// The folder in which Terragrunt writes what stacks make.
const FOLDER: &str = ".terragrunt-stack";

/// A part of a stack: `unit` or `stack`, its source, the file among those known that it is made of, and what is made.
type Part = (&'static str, Attribute, Option<Arc<str>>, Made);

impl Unit<'_> {
    /// A block of a stack as what it makes.
    fn part(&mut self, block: &Block, file: &Arc<str>) -> Option<Part> {
        let kind = if &*block.kind == "unit" { "unit" } else { "stack" };
        let name = if kind == "unit" { "terragrunt.hcl" } else { STACK };
        let attribute = block.body.get("source")?;
        let source = Attribute { value: self.rewritten(&attribute.value, file), ..attribute.clone() };
        let pattern = self.text(&source.value).and_then(|text| {
            let all = self.folders_of_source(&text).into_iter().map(|folder| Arc::from(join(&folder, name)));
            all.into_iter().find(|path: &Arc<str>| self.known.contains_key(path))
        });
        let label = block.label(0).map_or("unit", |label| label).to_owned();
        let path = block.body.get("path").map(|path| self.rewritten(&path.value, file));
        let path = path.and_then(|path| self.text(&path)).unwrap_or(label);
        let path = path.trim_start_matches("./").trim_matches('/').to_owned();
        let plain = block.body.get("no_dot_terragrunt_stack").map(|flag| &flag.value);
        let folder = match plain {
            Some(Expr::Bool(true)) => self.folder.clone(),
            _ => join(&self.folder, FOLDER),
        };
        let mut values = BTreeMap::new();
        if let Some(attribute) = block.body.get("values")
            && let Expr::Object(at, entries) = self.rewritten(&attribute.value, file)
        {
            for (key, item) in entries {
                if let Expr::Text(key) = key {
                    let one =
                        Attribute { name: Arc::clone(&key), value: item.value, file: Arc::clone(&at), spot: item.spot };
                    values.insert(key, one);
                }
            }
        }
        let made = Made { file: join(&join(&folder, &path), name).into(), values, locals: self.locals.clone() };
        Some((kind, source, pattern, made))
    }

    /// What a unit is told under a name by the stack that makes it; of a name that it is not told nothing can be taken.
    pub(super) fn value_of(&self, name: &Arc<str>) -> Expr {
        match self.values.get(name) {
            Some(value) => value.value.clone(),
            None => Expr::Get(Box::new(Expr::Object("".into(), Vec::new())), Arc::clone(name)),
        }
    }
}

/// The configuration of a unit that is fetched from elsewhere, as far as it is known here.
fn fetched(source: Attribute, made: &Made) -> Body {
    let (file, spot) = (Arc::clone(&source.file), source.spot);
    let entries = made.values.values().map(|value| {
        let item = super::super::syntax::Item { value: value.value.clone(), spot: value.spot };
        (Expr::Text(Arc::clone(&value.name)), item)
    });
    let inputs = Expr::Object(Arc::clone(&file), entries.collect());
    let terraform = Block {
        kind: "terraform".into(),
        labels: Vec::new(),
        body: Body { attributes: vec![source], blocks: Vec::new() },
        file: Arc::clone(&file),
        spot,
    };
    let inputs = Attribute { name: "inputs".into(), value: inputs, file, spot };
    Body { attributes: vec![inputs], blocks: vec![terraform] }
}
