//! Which packages are worth parsing: those with a word in one of their files, and those that build on them.
//!
//! Parsing goes by whole packages, since what becomes of a failure may be written in any of their files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::languages::Language;
use super::programs::{MARKERS, folder, last};
use super::words::Words;
use crate::source::{Problem, Tree};

/// The packages of a tree, and which of them are worth parsing.
pub(super) struct Touched {
    /// The folders that hold a package, each with the manifests that say so.
    folders: BTreeMap<Arc<str>, Vec<Arc<str>>>,
    /// The folders of those that are worth it.
    touched: BTreeSet<Arc<str>>,
    /// The files that hold too many bytes, or could not be read, of packages without a word.
    refused: BTreeMap<Arc<str>, Refused>,
}

/// Why a file was not looked through.
#[derive(Clone, Debug)]
pub(super) enum Refused {
    TooLarge,
    Broken(Problem),
}

impl Touched {
    /// Looks for words in files, in parallel; no file of a package in which one was found already is read. What can't be
    /// read, or holds more than `most` bytes, is taken to hold no words.
    pub(super) fn find(tree: &Tree, wanted: &[(&Arc<str>, &'static Language)], words: &Words, most: u64) -> Self {
        let folders = packages(tree);
        let names: BTreeMap<&str, AtomicBool> =
            wanted.iter().map(|(path, _)| (package(path, &folders), AtomicBool::new(false))).collect();
        let look = |text: &mut Vec<u8>, (path, language): &(&Arc<str>, &'static Language)| {
            let hit = names.get(package(path, &folders)).filter(|hit| !hit.load(Ordering::Relaxed))?;
            match tree.bytes(path, most, text) {
                Ok(true) if words.are_in(language, text) => hit.store(true, Ordering::Relaxed),
                Ok(true) => {}
                Ok(false) => return Some((Arc::clone(path), Refused::TooLarge)),
                Err(problem) => return Some((Arc::clone(path), Refused::Broken(problem))),
            }
            None
        };
        let refused = wanted.par_iter().map_init(Vec::new, look).flatten().collect();
        let (hit, others): (Vec<_>, Vec<_>) = names.into_iter().partition(|(_, hit)| hit.load(Ordering::Relaxed));
        let mut touched: BTreeSet<Arc<str>> = hit.into_iter().map(|(package, _)| Arc::from(package)).collect();
        let others: BTreeSet<&str> = others.into_iter().map(|(package, _)| package).collect();
        // What offers something over Dubbo by XML alone names it in its manifest.
        let over_dubbo = |manifest: &Arc<str>| {
            let is_one = manifest.ends_with("pom.xml") || manifest.contains(".gradle");
            is_one && tree.read(manifest).is_ok_and(|text| text.contains(super::dubbo::WORD))
        };
        let offering = others.iter().filter(|package| folders.get(**package).into_iter().flatten().any(over_dubbo));
        touched.extend(offering.map(|package| Arc::from(*package)));
        build_on(tree, &folders, &others, &mut touched);
        Touched { folders, touched, refused }
    }

    /// Whether the package of a file is worth parsing.
    pub(super) fn has(&self, path: &str) -> bool {
        self.touched.contains(package(path, &self.folders))
    }

    /// Why a file of a package that is not worth it was not looked through, if it was not.
    pub(super) fn refused(&self, path: &str) -> Option<&Refused> {
        self.refused.get(path)
    }
}

/// Adds the packages that name one that is touched in their manifest: they may be where it is used. Linear in the texts of
/// the manifests.
fn build_on(
    tree: &Tree,
    folders: &BTreeMap<Arc<str>, Vec<Arc<str>>>,
    others: &BTreeSet<&str>,
    touched: &mut BTreeSet<Arc<str>>,
) {
    let named = |package: &&str| -> Vec<(String, Arc<str>)> {
        let manifests = folders.get(*package).into_iter().flatten();
        let texts: String = manifests.filter_map(|manifest| tree.read(manifest).ok()).collect();
        let names: BTreeSet<String> = texts.split(|letter: char| !is_name(letter)).flat_map(parts).collect();
        names.into_iter().map(|name| (name, Arc::from(*package))).collect()
    };
    let all: Vec<Vec<(String, Arc<str>)>> = others.par_iter().map(named).collect();
    let mut by_name: BTreeMap<String, Vec<Arc<str>>> = BTreeMap::new();
    for (name, package) in all.into_iter().flatten() {
        by_name.entry(name).or_default().push(package);
    }
    let mut open: Vec<Arc<str>> = touched.iter().cloned().collect();
    while let Some(package) = open.pop() {
        for next in by_name.remove(last(&package)).into_iter().flatten() {
            if touched.insert(Arc::clone(&next)) {
                open.push(next);
            }
        }
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '_')
}

/// A name and the names in it: `acme-order-store` has `acme`, `order`, `store`, `acme-order` and `order-store`.
fn parts(name: &str) -> Vec<String> {
    const MOST: usize = 6;
    let ends: Vec<usize> = name.match_indices(['-', '_']).map(|(at, _)| at).chain([name.len()]).collect();
    let starts = std::iter::once(0).chain(ends.iter().map(|end| end + 1));
    let ranges = starts.enumerate().flat_map(|(at, start)| ends.iter().skip(at).take(MOST).map(move |end| start..*end));
    ranges.filter_map(|range| name.get(range)).filter(|part| part.len() > 2).map(str::to_owned).collect()
}

/// The folders that hold a package, each with the manifests that say so.
fn packages(tree: &Tree) -> BTreeMap<Arc<str>, Vec<Arc<str>>> {
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
fn package<'p>(path: &str, folders: &'p BTreeMap<Arc<str>, Vec<Arc<str>>>) -> &'p str {
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

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn names_hold_names() {
        assert_eq!(parts("acme-order_db").join(" "), "acme acme-order acme-order_db order order_db");
        assert_eq!(parts("store"), ["store"]);
    }
}
