//! Which folders hold programs, and which components of the manifests they are the code of.
//!
//! A program is a folder with a package manifest or a Dockerfile, or one that a manifest builds. It belongs to a component
//! that is built in it, or whose name or image is that of the folder: `src/cartservice` is the code of `cart-service`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::code::Role;
use super::files::Code;
use crate::catalogue::{Catalogue, repository};
use crate::facts::{ComponentFact, Facts, Sign};
use crate::model::Kind;

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

/// Ends of names that say no more than that the thing is a program.
const ENDS: &[&str] = &["service", "svc", "server", "srv", "app", "api"];

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
    /// Its own files, by their index.
    pub(super) files: Vec<usize>,
}

/// All programs of a tree, in the order of their folders.
pub(super) fn find(
    code: &Code,
    paths: &BTreeSet<Arc<str>>,
    facts: &[(&'static str, Facts)],
    catalogue: &Catalogue,
) -> Vec<Program> {
    let folders = candidates(code, paths, facts);
    let shared = shared_images(facts);
    let mut of: BTreeMap<Arc<str>, Vec<Fact>> = BTreeMap::new();
    for (set, (_, facts)) in facts.iter().enumerate() {
        for (index, fact) in facts.components.iter().enumerate() {
            if is_own(fact, catalogue)
                && let Some(folder) = folder_of(fact, &folders, &shared)
            {
                of.entry(folder).or_default().push((set, index));
            }
        }
    }
    let starts: BTreeSet<&str> = code.files.iter().filter(|file| has_main(file)).map(|f| folder(&f.path)).collect();
    let matched: Vec<Arc<str>> = of.keys().cloned().collect();
    let mut programs: Vec<Program> = Vec::new();
    for (candidate, built) in &folders {
        let of = of.remove(candidate).unwrap_or_default();
        let is_start = || *built || starts.iter().any(|start| lies_in(candidate, start));
        // What holds the programs of components, or lies in one, is no program beside them.
        let is_beside = || !matched.iter().any(|other| lies_in(other, candidate) || lies_in(candidate, other));
        if of.is_empty() && !(is_beside() && is_start()) {
            continue;
        }
        let name =
            of.first().map_or_else(|| last(candidate).into(), |(s, i)| Arc::clone(&facts[*s].1.components[*i].name));
        programs.push(Program { name, folder: Arc::clone(candidate), of, files: Vec::new() });
    }
    programs.retain(|program| !program.name.is_empty());
    for (index, file) in code.files.iter().enumerate() {
        let deepest = programs.iter_mut().filter(|program| lies_in(&program.folder, &file.path));
        if let Some(program) = deepest.max_by_key(|program| program.folder.len()) {
            program.files.push(index);
        }
    }
    programs.retain(|program| !program.files.is_empty());
    programs
}

fn has_main(file: &super::files::File) -> bool {
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
        if let Some(origin) = fact.origin.as_deref().map(plain)
            && inner.iter().any(|inner| lies_in(origin, inner))
        {
            folders.insert(origin.into(), true);
        }
    }
    folders.retain(|folder, _| inner.iter().any(|inner| lies_in(folder, inner)));
    folders
}

/// Whether a component is a program of one's own: nothing says that it is something that others make.
fn is_own(fact: &ComponentFact, catalogue: &Catalogue) -> bool {
    let known = |image: &str| catalogue.recognise(&Sign::Image(image.into())).is_some();
    fact.made_of.is_none()
        && !matches!(fact.kind, Some(Kind::Store | Kind::External))
        && !fact.images.first().is_some_and(|image| known(&image.text))
}

/// Images that components of several names run: they hold several programs, and so say nothing of any of them.
fn shared_images<'f>(facts: &'f [(&'static str, Facts)]) -> BTreeSet<&'f str> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for fact in facts.iter().flat_map(|(_, facts)| &facts.components) {
        if let Some(image) = fact.images.first() {
            names.entry(repository(&image.text)).or_default().insert(&fact.name);
        }
    }
    names.into_iter().filter(|(_, names)| names.len() > 1).map(|(image, _)| image).collect()
}

/// The folder with the code of a component.
fn folder_of(fact: &ComponentFact, folders: &BTreeMap<Arc<str>, bool>, shared: &BTreeSet<&str>) -> Option<Arc<str>> {
    let origin = fact.origin.as_deref().map(plain).filter(|origin| folders.contains_key(*origin));
    let image = fact.images.first().map(|image| repository(&image.text)).filter(|image| !shared.contains(image));
    let names: Vec<String> = [Some(&*fact.name), image.map(last)].into_iter().flatten().map(letters).collect();
    let mut best: Option<(usize, &Arc<str>)> = None;
    for folder in folders.keys().filter(|folder| origin.is_none_or(|origin| lies_in(origin, folder))) {
        let score = names.iter().map(|name| likeness(name, folder)).max().unwrap_or(0);
        if score > best.map_or(0, |(score, _)| score) {
            best = Some((score, folder));
        }
    }
    match (best, origin) {
        (Some((_, folder)), None) => Some(Arc::clone(folder)),
        // A build context that holds several programs: the one of the name; else the context as it is.
        (Some((_, folder)), Some(_)) => Some(Arc::clone(folder)),
        (None, Some(origin)) => Some(origin.into()),
        (None, None) => None,
    }
}

/// How much a folder's path is like a name; 0 when it is not.
fn likeness(name: &str, folder: &str) -> usize {
    if name.is_empty() {
        return 0;
    }
    let segments: Vec<String> = folder.split('/').map(letters).collect();
    let (Some(end), above) = (segments.last(), &segments[..segments.len().saturating_sub(1)]) else { return 0 };
    if end == name {
        return 5;
    }
    if stem(end) == stem(name) && !stem(name).is_empty() {
        return 4;
    }
    // The first folder of the path is as a rule the whole system.
    let above = || above.iter().skip(usize::from(above.len() > 1));
    if above().any(|segment| segment == name) {
        return 3;
    }
    if above().any(|segment| stem(segment) == stem(name)) {
        return 2;
    }
    // `shop-cart` is built in `cart`, `cart` in `shop-cart`.
    let parted = stem(end).len() >= 4 && name.len() > end.len() && stem(name).ends_with(stem(end));
    usize::from(parted)
}

/// A name by its letters and digits alone, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(|letter| letter.is_ascii_alphanumeric()).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn stem(name: &str) -> &str {
    let end = ENDS.iter().find_map(|end| name.strip_suffix(end).filter(|rest| rest.len() > 1));
    end.unwrap_or(name)
}

fn plain(folder: &str) -> &str {
    let folder = folder.strip_prefix("./").unwrap_or(folder).trim_end_matches('/');
    if folder == "." { "" } else { folder }
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
    fn folders_are_known_by_their_names() {
        for (name, folder, expected) in [
            ("cart", "src/cart", true),
            ("cart-service", "src/cartservice/src", true),
            ("carts", "carts", true),
            ("payment", "src/cart", false),
            ("shop", "shop/cart", true),
            ("shop", "shop/src/cart", false),
            ("ui", "src/ui", true),
            ("retail-store-cart", "src/cart", true),
            ("service", "src/cart-service", false),
        ] {
            assert_eq!(likeness(&letters(name), folder) > 0, expected, "{name} in {folder}");
        }
    }

    #[test]
    fn a_path_lies_in_its_folder() {
        assert!(lies_in("", "a/b") && lies_in("a", "a/b") && lies_in("a", "a"));
        assert!(!lies_in("a", "ab/c"));
    }
}
