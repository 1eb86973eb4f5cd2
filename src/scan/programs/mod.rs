//! Which folders hold programs, and which components of the manifests they are the code of.
//!
//! A program is a folder with a package manifest or a Dockerfile, or one that a manifest builds. It belongs to the components
//! that are built of it, or whose name or image is that of the folder: `src/cartservice` is the code of `cart-service`.
//! What several components are built of is a program for each of them.

mod homes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::code::Role;
use super::commands::{Commands, Place};
use super::files::{Code, File};
use super::functions;
use crate::catalogue::Catalogue;
use crate::facts::Facts;
use crate::source::Tree;
use homes::homes;

/// Files that say that a folder holds a package.
pub(super) const MARKERS: &[&str] = &[
    "Cargo.toml",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "package.json",
    "requirements.txt",
    "pyproject.toml",
    "setup.py",
    "Pipfile",
    "composer.json",
    "Gemfile",
];

/// A component fact: the set that it is in, and its place there.
pub(super) type Fact = (usize, usize);

/// A folder with the code of a component.
#[derive(Debug)]
pub(super) struct Program {
    /// The name of the component, or of the folder where no manifest tells of one.
    pub(super) name: Arc<str>,
    /// The folder, without a slash at its end; empty for the whole tree.
    pub(super) folder: Arc<str>,
    /// The facts that it is the code of.
    pub(super) of: Vec<Fact>,
    /// The file that is run, where a manifest says so.
    entry: Option<Arc<str>>,
    /// Its own files, by their index.
    pub(super) files: Vec<usize>,
    /// Whether components of other names are built of the same folder, and nothing says what of it is whose.
    pub(super) is_shared: bool,
    /// The resource that it is the code of, which becomes a component later.
    pub(super) resource: Option<Fact>,
    /// The functions that are called from outside, each with its file.
    pub(super) entries: BTreeSet<(usize, Arc<str>)>,
    /// The words of what is run, where a manifest says so.
    runs: Vec<Arc<str>>,
    /// The functions of sub-commands that are not run.
    pub(super) unrun: BTreeSet<Place>,
}

/// Languages whose programs are the file that is run, and what it imports.
const RUN_BY_FILE: &[&str] = &["JavaScript", "TypeScript", "Python", "Ruby", "PHP"];

/// All programs of a tree, in the order of their folders.
pub(super) fn find(
    tree: &Tree,
    code: &Code,
    paths: &BTreeSet<Arc<str>>,
    facts: &[(&'static str, Facts)],
    catalogue: &Catalogue,
) -> Vec<Program> {
    let folders = candidates(code, paths, facts);
    let homes = homes(tree, code, paths, &folders, facts, catalogue);
    let runs = functions::runs(code, facts);
    let handlers: BTreeSet<usize> = runs.iter().flat_map(|run| run.body.files.iter().copied()).collect();
    let is_begin = |(index, file): &(usize, &File)| has_main(file) || has_handler(file) && !handlers.contains(index);
    let starts: BTreeSet<&str> = code.files.iter().enumerate().filter(is_begin).map(|(_, f)| folder(&f.path)).collect();
    let matched: BTreeMap<Arc<str>, bool> =
        homes.iter().map(|(folder, all)| (Arc::clone(folder), !all.built.is_empty())).collect();
    let mut programs: Vec<Program> = Vec::new();
    for (candidate, built) in &folders {
        let is_start = || *built || starts.iter().any(|start| lies_in(candidate, start));
        // What holds the programs of components, or lies in one, is no program beside them; but for what has a recipe of
        // its own in a folder of which something else is built.
        let is_beside = || {
            let inner = |other: &str, of_recipe: bool| lies_in(other, candidate) && !(of_recipe && *built);
            !matched.iter().any(|(other, of_recipe)| inner(other, *of_recipe) || lies_in(candidate, other))
                && !runs.iter().any(|run| lies_in(&run.body.folder, candidate))
        };
        match homes.get(candidate) {
            Some(homes) => programs.extend(homes.programs(candidate, facts)),
            None if is_beside() && is_start() => programs.push(Program::new(last(candidate).into(), candidate)),
            None => {}
        }
    }
    programs.retain(|program| !program.name.is_empty());
    for (index, file) in code.files.iter().enumerate() {
        let around = |program: &&mut Program| lies_in(&program.folder, &file.path);
        let deepest = programs.iter().filter(|program| lies_in(&program.folder, &file.path));
        let Some(deepest) = deepest.map(|program| program.folder.len()).max() else { continue };
        let own = programs.iter_mut().filter(around).filter(|program| program.folder.len() == deepest);
        own.for_each(|program| program.files.push(index));
    }
    programs.retain(|program| !program.files.is_empty());
    for program in &mut programs {
        program.narrow(code);
    }
    programs.extend(runs.into_iter().map(|run| {
        let body = run.body;
        let named = body.entry.into_iter().flat_map(|name| body.files.iter().map(move |file| (*file, name.clone())));
        let new = Program::new(run.name, &body.folder);
        Program { entries: named.collect(), files: body.files, resource: Some(run.resource), ..new }
    }));
    programs
}

fn has_handler(file: &File) -> bool {
    file.module.functions.iter().any(functions::is_handler)
}

impl Program {
    /// A program of a folder, of which nothing else is known yet.
    fn new(name: Arc<str>, folder: &Arc<str>) -> Self {
        Program {
            name,
            folder: Arc::clone(folder),
            of: Vec::new(),
            entry: None,
            files: Vec::new(),
            is_shared: false,
            resource: None,
            entries: BTreeSet::new(),
            runs: Vec::new(),
            unrun: BTreeSet::new(),
        }
    }

    /// Of what is built of one folder each component has the file or the sub-command that it runs, where that is said.
    fn narrow(&mut self, code: &Code) {
        if !self.runs.is_empty() {
            let commands = Commands::of(code, self.files.iter().copied());
            if let Some(chosen) = commands.chosen(&self.runs) {
                self.unrun = commands.others(chosen);
                self.is_shared &= self.unrun.is_empty();
            }
        }
        let Some(entry) = self.entry.as_ref().filter(|_| self.is_shared) else { return };
        let is_it = |index: &usize| {
            let file = &code.files[*index];
            file.path == *entry && RUN_BY_FILE.contains(&file.language)
        };
        if let Some(found) = self.files.iter().copied().find(is_it) {
            self.files = vec![found];
            self.is_shared = false;
        }
    }
}

fn has_main(file: &File) -> bool {
    file.module.functions.iter().any(|function| function.role == Role::Main)
}

/// The folders that may hold a program, and whether something is built in them.
fn candidates(code: &Code, paths: &BTreeSet<Arc<str>>, facts: &[(&'static str, Facts)]) -> BTreeMap<Arc<str>, bool> {
    let mut folders: BTreeMap<Arc<str>, bool> = BTreeMap::new();
    for path in paths {
        let name = last(path);
        let builds = name == "Dockerfile" || name.starts_with("Dockerfile.") || name.ends_with(".Dockerfile");
        if builds || MARKERS.contains(&name) || name.ends_with(".csproj") {
            *folders.entry(folder(path).into()).or_default() |= builds;
        }
    }
    // Go's programs are folders of one module: each with a `main` of its own.
    for file in code.files.iter().filter(|file| file.language == "Go" && has_main(file)) {
        folders.entry(folder(&file.path).into()).or_default();
    }
    let inner: BTreeSet<&str> = code.files.iter().map(|file| folder(&file.path)).collect();
    for fact in facts.iter().flat_map(|(_, facts)| &facts.components) {
        for built in &fact.built {
            *folders.entry(Arc::clone(&built.folder)).or_default() |= built.recipe.is_some();
        }
    }
    folders.retain(|folder, _| inner.iter().any(|inner| lies_in(folder, inner)));
    folders
}

pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a path lies in a folder, or is it.
pub(super) fn lies_in(folder: &str, path: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_lies_in_its_folder() {
        assert!(lies_in("", "a/b") && lies_in("a", "a/b") && lies_in("a", "a"));
        assert!(!lies_in("a", "ab/c"));
    }
}
