//! Which packages are worth parsing: those whose text holds a word that could name another side.
//!
//! One automaton looks for all words at once, so a tree that names nothing costs little more than reading it. Parsing
//! goes by whole packages, since what becomes of a failure may be written in any of their files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::programs::{MARKERS, folder, last};
use crate::source::{Problem, Tree};

/// How a text begins that is an address.
const ADDRESSES: &[&str] = &[
    "\"http",
    "'http",
    "`http",
    "\"amqp",
    "'amqp",
    "\"redis",
    "'redis",
    "\"mongodb",
    "'mongodb",
    "\"postgres",
    "'postgres",
    "\"mysql",
    "'mysql",
    "\"jdbc:",
    "'jdbc:",
    "\"kafka",
    "'kafka",
    "\"nats",
    "'nats",
    "\"tcp:",
    "\"dns:",
    "\"grpc:",
    "://\"",
    "://'",
];

/// What is looked for.
pub(super) struct Words {
    finder: Option<AhoCorasick>,
}

impl Words {
    /// Looks for addresses, for the names of libraries, and, where they are quoted, for names of components and variables.
    pub(super) fn new(libraries: impl IntoIterator<Item = String>, names: impl IntoIterator<Item = String>) -> Self {
        let mut words: BTreeSet<String> = ADDRESSES.iter().map(|word| (*word).to_owned()).collect();
        words.extend(libraries.into_iter().filter(|word| word.len() > 2));
        for name in names {
            // At either end of a text: `"cart:8080"`, `"srv-cart"`.
            words.extend(["\"", "'", "`", "/"].map(|quote| format!("{quote}{name}")));
            words.extend(["\"", "'", "`"].map(|quote| format!("{name}{quote}")));
        }
        Words { finder: AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok() }
    }

    /// Whether a text holds one of the words.
    fn is_in(&self, text: &str) -> bool {
        self.finder.as_ref().is_none_or(|finder| finder.is_match(text))
    }

    /// The packages with a word in them, and those that name such a package in their manifest.
    pub(super) fn touched<'t, 'p>(
        &self,
        files: impl Iterator<Item = (&'t str, &'t Result<String, Problem>)>,
        folders: &'p BTreeMap<Arc<str>, Vec<Arc<str>>>,
        tree: &Tree,
    ) -> BTreeSet<&'p str> {
        let mut by_package: BTreeMap<&'p str, Vec<&'t str>> = BTreeMap::new();
        for (path, text) in files {
            if let Ok(text) = text {
                by_package.entry(package(path, folders)).or_default().push(text);
            }
        }
        let hit = |texts: &Vec<&str>| texts.iter().any(|text| self.is_in(text));
        let mut touched: BTreeSet<&'p str> =
            by_package.iter().filter(|(_, texts)| hit(texts)).map(|(package, _)| *package).collect();
        // A package that builds on one that was touched may be where it is used.
        let manifests: BTreeMap<&'p str, String> = by_package
            .keys()
            .filter(|package| !touched.contains(*package))
            .map(|package| {
                let all = folders.get(*package).into_iter().flatten();
                (*package, all.filter_map(|manifest| tree.read(manifest).ok()).collect())
            })
            .collect();
        loop {
            let names: Vec<&str> = touched.iter().map(|package| last(package)).filter(|name| name.len() > 2).collect();
            let new: Vec<&'p str> = manifests
                .iter()
                .filter(|(package, text)| !touched.contains(*package) && names.iter().any(|name| text.contains(name)))
                .map(|(package, _)| *package)
                .collect();
            if new.is_empty() {
                return touched;
            }
            touched.extend(new);
        }
    }
}

/// The folders that hold a package, each with the manifests that say so.
pub(super) fn packages(tree: &Tree) -> BTreeMap<Arc<str>, Vec<Arc<str>>> {
    let mut all: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
    for path in tree.files() {
        let name = last(path);
        if MARKERS.contains(&name) || name.ends_with(".csproj") {
            all.entry(folder(path).into()).or_default().push(Arc::clone(path));
        }
    }
    all
}

/// The folder of the package that a file belongs to; empty for one that belongs to none.
pub(super) fn package<'p>(path: &str, folders: &'p BTreeMap<Arc<str>, Vec<Arc<str>>>) -> &'p str {
    let mut at = folder(path);
    loop {
        if let Some((found, _)) = folders.get_key_value(at) {
            return found;
        }
        if at.is_empty() {
            return "";
        }
        at = folder(at);
    }
}
