//! Manifests and lock files of packages to plain data: a table of ecosystems, a file each.
//!
//! What a package declares is a [`Dependency`]; what only a lock file names is a [`Hint`] and is kept apart, for nobody
//! says that this code uses it.

mod bundler;
mod cargo;
mod composer;
mod features;
mod go;
mod gradle;
mod maven;
mod npm;
mod nuget;
mod python;
mod requirements;
mod toml;
pub(super) mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::programs::folder;
use crate::source::{Problem, Tree, on_deep_threads};

pub(super) use features::turned_on;

/// A way in which packages are declared.
pub struct Ecosystem {
    /// The word of its registry, as [`crate::facts::Sign::Package`] writes it: `npm`, `crate`.
    pub name: &'static str,
    /// Whether a file with this path is one of its manifests or lock files.
    pub wants: fn(path: &str) -> bool,
    /// What all of its files say together.
    pub read: fn(texts: &Texts) -> Packages,
}

/// All ecosystems.
pub const ECOSYSTEMS: &[Ecosystem] = &[
    cargo::ECOSYSTEM,
    npm::ECOSYSTEM,
    python::ECOSYSTEM,
    go::ECOSYSTEM,
    maven::ECOSYSTEM,
    gradle::ECOSYSTEM,
    nuget::ECOSYSTEM,
    composer::ECOSYSTEM,
    bundler::ECOSYSTEM,
];

/// A package, or a program with its dependencies: what one manifest declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The folder of its manifest, empty at the root.
    pub folder: Arc<str>,
    /// The word of its registry.
    pub ecosystem: &'static str,
    /// Its own name, if it has one.
    pub name: Option<Arc<str>>,
    /// The name by which code imports it, where its manifest tells: `acme_store` of the crate `acme-store`, the path of
    /// a Go module.
    pub import: Option<Arc<str>>,
    /// Whether it is a program rather than a library; `None` when its manifest does not say.
    pub is_program: Option<bool>,
    /// What it declares that it uses, in order of names.
    pub dependencies: Vec<Dependency>,
    /// Its features and what each turns on, as it is written: `default`, `redis` with `dep:redis`.
    pub features: BTreeMap<Arc<str>, Vec<Arc<str>>>,
    /// The manifest.
    pub source: Arc<str>,
}

/// Something that a package declares that it uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// Its name with its registry: `npm:@aws-sdk/client-s3`, `maven:org.postgresql:postgresql`, `pypi:boto3`.
    pub name: Arc<str>,
    /// The name that it has in this package's code, where that is not its own.
    pub alias: Option<Arc<str>>,
    /// The file that declares it: the manifest, or one that the manifest builds on.
    pub file: Arc<str>,
    /// Its line there, from 1.
    pub line: u32,
    /// The features, extras or profiles any one of which brings it; empty when it always comes.
    pub only_if: Vec<Arc<str>>,
    /// The features that are asked of it.
    pub features: Vec<Arc<str>>,
    /// It is there to build or to test, and no part of what runs.
    pub is_dev: bool,
    /// The folder of the package of this repository that it is.
    pub path: Option<Arc<str>>,
}

/// A package that only a lock file names, brought by another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hint {
    /// Its name with its registry.
    pub name: Arc<str>,
    /// The lock file.
    pub file: Arc<str>,
    /// Its line there, from 1.
    pub line: u32,
}

/// What the manifests and lock files of a repository say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packages {
    /// The packages, by folder and manifest.
    pub packages: Vec<Package>,
    /// What only lock files name.
    pub hints: Vec<Hint>,
    /// The files that could not be read.
    pub problems: Vec<Problem>,
}

/// The texts that an ecosystem reads.
#[derive(Debug)]
pub struct Texts<'t> {
    /// Manifests and lock files by path.
    pub files: BTreeMap<Arc<str>, String>,
    /// The paths of all files of the repository.
    pub paths: &'t BTreeSet<Arc<str>>,
}

impl Package {
    fn new(ecosystem: &'static str, source: &Arc<str>) -> Self {
        Package {
            folder: folder(source).into(),
            ecosystem,
            name: None,
            import: None,
            is_program: None,
            dependencies: Vec::new(),
            features: BTreeMap::new(),
            source: Arc::clone(source),
        }
    }

    /// The features that are on when these are chosen, with all that they turn on; `default` too where that is wanted.
    /// Linear in the features.
    pub fn features_on<'f>(&'f self, chosen: impl IntoIterator<Item = &'f str>, default: bool) -> BTreeSet<&'f str> {
        let mut open: Vec<&str> = chosen.into_iter().chain(default.then_some("default")).collect();
        let mut on = BTreeSet::new();
        while let Some(feature) = open.pop() {
            if on.insert(feature) {
                open.extend(self.features.get(feature).into_iter().flatten().map(|enabled| &**enabled));
            }
        }
        on
    }
}

/// Whether a condition of the build holds where these features are on: `redis`, `all(redis, not(mock))`,
/// `any(kafka, pulsar)`.
pub fn holds(condition: &str, is_on: &dyn Fn(&str) -> bool) -> bool {
    let condition = condition.trim();
    let Some((word, inner)) = condition.strip_suffix(')').and_then(|rest| rest.split_once('(')) else {
        return is_on(condition);
    };
    let mut depth = 0_usize;
    let parts = inner.split(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    let mut held = parts.map(|part| holds(part, is_on));
    match word {
        "any" => held.any(|held| held),
        "not" => !held.all(|held| held),
        _ => held.all(|held| held),
    }
}

impl Packages {
    fn add(&mut self, mut package: Package) {
        package.dependencies.sort();
        package.dependencies.dedup();
        self.packages.push(package);
    }

    /// Notes what a lock file names, but for what a package declares in its folder or below.
    fn hints<'n>(&mut self, lock: &Arc<str>, ecosystem: &str, named: impl IntoIterator<Item = (&'n str, u32)>) {
        let folder = folder(lock);
        let below = self.packages.iter().filter(|package| is_within(&package.folder, folder));
        let declared: BTreeSet<Arc<str>> =
            below.flat_map(|package| &package.dependencies).map(|dependency| Arc::clone(&dependency.name)).collect();
        let own: BTreeSet<&str> = self.packages.iter().filter_map(|package| package.name.as_deref()).collect();
        let mut seen = BTreeSet::new();
        for (name, line) in named {
            let full: Arc<str> = format!("{ecosystem}:{name}").into();
            if !own.contains(name) && !declared.contains(&full) && seen.insert(Arc::clone(&full)) {
                self.hints.push(Hint { name: full, file: Arc::clone(lock), line });
            }
        }
    }

    /// Says which dependencies are packages of this repository, by their names.
    fn join_by_name(&mut self, ecosystem: &str) {
        let folders: BTreeMap<String, Arc<str>> = self
            .packages
            .iter()
            .filter_map(|package| {
                Some((format!("{ecosystem}:{}", package.name.as_ref()?), Arc::clone(&package.folder)))
            })
            .collect();
        for dependency in self.packages.iter_mut().flat_map(|package| &mut package.dependencies) {
            if dependency.path.is_none() {
                dependency.path = folders.get(&*dependency.name).cloned();
            }
        }
    }
}

/// Reads all manifests and lock files of a tree. Each file that is broken is one problem, and the rest is read.
pub fn read(tree: &Tree) -> Packages {
    let paths: BTreeSet<Arc<str>> = tree.files().cloned().collect();
    let one = |ecosystem: &Ecosystem| {
        let mut problems = Vec::new();
        let mut texts = Texts { files: BTreeMap::new(), paths: &paths };
        for path in paths.iter().filter(|path| (ecosystem.wants)(path) && !is_foreign(path)) {
            match tree.read(path) {
                Ok(text) => drop(texts.files.insert(Arc::clone(path), text)),
                Err(problem) => problems.push(problem),
            }
        }
        let mut found = (ecosystem.read)(&texts);
        found.problems.append(&mut problems);
        found
    };
    let parts: Vec<Packages> = on_deep_threads(|| ECOSYSTEMS.par_iter().map(one).collect());
    let mut all = Packages::default();
    for mut part in parts {
        all.packages.append(&mut part.packages);
        all.hints.append(&mut part.hints);
        all.problems.append(&mut part.problems);
    }
    all.packages.sort_by(|a, b| (&a.folder, &a.source).cmp(&(&b.folder, &b.source)));
    all.hints.sort();
    all.problems.sort();
    all
}

/// Whether a file lies among the code of others that was copied into the repository.
fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "node_modules" | "vendor" | "third_party" | ".venv" | "site-packages"))
}

/// A path without its folders.
fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The path of a file in a folder.
fn inside(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether a path is a folder or lies in it.
fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A folder and those above it, the nearest first, the root last.
fn upward(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    })
}

/// Line and column of a byte of a text, both from 1.
fn place(text: &str, offset: usize) -> (u32, u32) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    (count(before.matches('\n').count() + 1), count(before[start..].chars().count() + 1))
}

/// The numbered lines of a text, from 1.
fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.lines())
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn conditions_are_worked_out() {
        let is_on = |feature: &str| matches!(feature, "redis" | "cache-fast");
        for (condition, expected) in [
            ("redis", true),
            ("kafka", false),
            ("any(kafka, redis)", true),
            ("all(kafka, redis)", false),
            ("all(any(kafka, redis), not(kafka), cache-fast)", true),
            ("not(all(redis, kafka))", true),
        ] {
            assert_eq!(holds(condition, &is_on), expected, "{condition}");
        }
    }
}
