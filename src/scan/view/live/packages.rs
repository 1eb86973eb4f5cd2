//! Which packages of Go a program gets to: a method is called on an object, and none is made of a package that nothing that
//! runs speaks of.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::super::{Id, View};

/// The packages of one program, each by the number of its first file.
#[derive(Debug, Default)]
pub(super) struct Packages {
    /// The package of each method; `None` for what is no method of Go.
    of: Vec<Option<usize>>,
    /// The package of each function that is no method; `None` for what is not Go.
    of_function: Vec<Option<usize>>,
    /// The packages whose functions each function reaches by their names alone or by the package's: its own, those that it
    /// names, and those whose names its file takes over.
    reached: Vec<Vec<usize>>,
    /// The packages that each function belongs to or names.
    named: Vec<Vec<usize>>,
    /// The packages that are imported for what they do when they are loaded, or without a name before theirs.
    loaded: BTreeSet<usize>,
}

impl Packages {
    /// Works out what speaks of which package. Linear in the names that occur and in the imports.
    pub(super) fn new(view: &View<'_>) -> Self {
        let is_go = |file: usize| view.code.files[file].language == "Go";
        let package = |file: usize| view.imports.beside(file).first().copied().unwrap_or(file);
        let mut imported: BTreeMap<usize, Vec<(Option<&str>, usize)>> = BTreeMap::new();
        let mut packages = Packages::default();
        for file in view.files.iter().copied().filter(|file| is_go(*file)) {
            for (import, files) in view.imported.get(&file).into_iter().flatten() {
                let Some(first) = files.first().map(|first| package(*first)) else { continue };
                imported.entry(file).or_default().push((import.name.as_deref(), first));
                if import.name.is_none() {
                    packages.loaded.insert(first);
                }
            }
        }
        let mut types: HashMap<usize, HashSet<&str>> = HashMap::new();
        for file in view.files.iter().copied().filter(|file| is_go(*file)) {
            let own = view.code.files[file].module.types.iter().map(|one| &*one.name);
            types.entry(package(file)).or_default().extend(own);
        }
        for (file, function) in &view.functions {
            let own = is_go(*file).then(|| package(*file));
            packages.of.push(own.filter(|_| function.owner.is_some()));
            packages.of_function.push(own.filter(|_| function.owner.is_none()));
            let all = imported.get(file).into_iter().flatten();
            let calls =
                |name: &str| function.calls.iter().any(|call| call.path.first().is_some_and(|one| **one == *name));
            // Where a type is named, the package is not always among the names that occur.
            let has_type = |package: &usize| {
                let types = types.get(package);
                types.is_some_and(|types| function.mentions.iter().any(|name| types.contains(&**name)))
            };
            let is_named = |(name, package): &&(Option<&str>, usize)| {
                name.is_none_or(|name| function.mentions.contains(name) || calls(name)) || has_type(package)
            };
            let named: Vec<usize> = all.filter(is_named).map(|(_, package)| *package).collect();
            packages.reached.push(own.into_iter().chain(named.iter().copied()).collect());
            // What a file sets up by itself is there for others only where they name its package.
            packages.named.push(own.filter(|_| !function.name.is_empty()).into_iter().chain(named).collect());
        }
        packages
    }

    /// The package of a function that is no method; `None` for what is not Go.
    pub(super) fn of_function(&self, id: Id) -> Option<usize> {
        self.of_function[id]
    }

    /// The packages of which a function reaches the functions that it names.
    pub(super) fn reached_by(&self, id: Id) -> &[usize] {
        &self.reached[id]
    }

    /// A reckoning in which nothing runs yet.
    pub(super) fn begin(&self) -> Spoken<'_> {
        Spoken { packages: self, spoken: self.loaded.clone(), waiting: BTreeMap::new() }
    }
}

/// Which packages something that runs speaks of, and which methods wait for others.
pub(super) struct Spoken<'p> {
    packages: &'p Packages,
    spoken: BTreeSet<usize>,
    waiting: BTreeMap<usize, Vec<Id>>,
}

impl Spoken<'_> {
    /// Whether a method waits for its package; it is noted to come back once something speaks of that.
    pub(super) fn is_awaited_by(&mut self, id: Id) -> bool {
        match self.packages.of[id].filter(|package| !self.spoken.contains(package)) {
            Some(package) => {
                self.waiting.entry(package).or_default().push(id);
                true
            }
            None => false,
        }
    }

    /// Notes what a function that runs speaks of; the methods that waited for that.
    pub(super) fn bring(&mut self, id: Id) -> Vec<Id> {
        let mut freed = Vec::new();
        for package in &self.packages.named[id] {
            if self.spoken.insert(*package) {
                freed.extend(self.waiting.remove(package).unwrap_or_default());
            }
        }
        freed
    }
}
