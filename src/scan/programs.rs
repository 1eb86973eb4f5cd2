//! Which folders hold programs, and which components of the manifests they are the code of.
//!
//! A program is a folder with a package manifest or a Dockerfile, or one that a manifest builds. It belongs to the components
//! that are built of it, or whose name or image is that of the folder: `src/cartservice` is the code of `cart-service`.
//! What several components are built of is a program for each of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::code::Role;
use super::files::{Code, File, is_code};
use super::functions;
use super::recipes::{Ground, Home};
use crate::catalogue::{Catalogue, repository};
use crate::facts::{Built, ComponentFact, Facts, Sign};
use crate::model::Kind;
use crate::source::Tree;

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
            None if is_beside() && is_start() => programs.push(Program {
                name: last(candidate).into(),
                folder: Arc::clone(candidate),
                of: Vec::new(),
                files: Vec::new(),
                entry: None,
                is_shared: false,
                resource: None,
                entries: BTreeSet::new(),
            }),
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
    for program in programs.iter_mut().filter(|program| program.is_shared) {
        program.narrow(code);
    }
    programs.extend(runs.into_iter().map(|run| {
        let body = run.body;
        let named = body.entry.into_iter().flat_map(|name| body.files.iter().map(move |file| (*file, name.clone())));
        Program {
            name: run.name,
            entries: named.collect(),
            folder: body.folder,
            files: body.files,
            of: Vec::new(),
            entry: None,
            is_shared: false,
            resource: Some(run.resource),
        }
    }));
    programs
}

fn has_handler(file: &File) -> bool {
    file.module.functions.iter().any(functions::is_handler)
}

impl Program {
    /// Of what is built of one folder each component has the file that it runs, where that is said.
    fn narrow(&mut self, code: &Code) {
        let Some(entry) = &self.entry else { return };
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

/// The components whose code is that of one folder.
#[derive(Debug, Default)]
struct Homes {
    /// Those that are built of it, each with the file that it runs.
    built: Vec<(Fact, Option<Arc<str>>)>,
    /// Those that are called like it.
    called: Vec<Fact>,
}

impl Homes {
    /// A program for each name under which something is built of the folder; those that are called like it are one.
    fn programs(&self, folder: &Arc<str>, facts: &[(&'static str, Facts)]) -> Vec<Program> {
        let name = |fact: &Fact| &facts[fact.0].1.components[fact.1].name;
        let mut all: Vec<Program> = Vec::new();
        for (fact, entry) in &self.built {
            match all.iter_mut().find(|program| program.name == *name(fact)) {
                Some(program) => program.of.push(*fact),
                None => all.push(Program {
                    name: Arc::clone(name(fact)),
                    folder: Arc::clone(folder),
                    of: vec![*fact],
                    files: Vec::new(),
                    entry: entry.clone(),
                    is_shared: false,
                    resource: None,
                    entries: BTreeSet::new(),
                }),
            }
        }
        for fact in &self.called {
            let like = |program: &Program| stem(&letters(&program.name)) == stem(&letters(name(fact)));
            match all.iter().position(like).or((!all.is_empty()).then_some(0)) {
                Some(at) => all[at].of.push(*fact),
                None => all.push(Program {
                    name: Arc::clone(name(fact)),
                    folder: Arc::clone(folder),
                    of: vec![*fact],
                    files: Vec::new(),
                    entry: None,
                    is_shared: false,
                    resource: None,
                    entries: BTreeSet::new(),
                }),
            }
        }
        let is_shared = all.len() > 1;
        all.iter_mut().for_each(|program| {
            program.of.sort_unstable();
            program.is_shared = is_shared;
        });
        all
    }
}

/// The folder of each component that has one.
fn homes(
    tree: &Tree,
    code: &Code,
    paths: &BTreeSet<Arc<str>>,
    folders: &BTreeMap<Arc<str>, bool>,
    facts: &[(&'static str, Facts)],
    catalogue: &Catalogue,
) -> BTreeMap<Arc<str>, Homes> {
    let ground = Ground {
        tree,
        folders: folders.keys().map(|folder| &**folder).collect(),
        files: code.files.iter().map(|file| &*file.path).collect(),
    };
    let shared = shared_images(facts);
    let own = facts.iter().enumerate().flat_map(|(set, (_, facts))| {
        let all = facts.components.iter().enumerate().filter(|(_, fact)| is_own(fact, catalogue));
        all.map(move |(index, fact)| ((set, index), fact))
    });
    let own: Vec<(Fact, &ComponentFact)> = own.collect();
    let mut homes: BTreeMap<Arc<str>, Homes> = BTreeMap::new();
    let mut by_name: BTreeMap<String, BTreeSet<Home>> = BTreeMap::new();
    let mut others: Vec<(Fact, &ComponentFact)> = Vec::new();
    for (index, fact) in own {
        let is_empty =
            || !fact.built.iter().any(|built| paths.iter().any(|path| lies_in(&built.folder, path) && is_code(path)));
        match fact.built.iter().find_map(|built| built_of(fact, built, &ground, folders)) {
            Some(home) => {
                by_name.entry(letters(&fact.name)).or_default().insert(home.clone());
                homes.entry(home.folder).or_default().built.push((index, home.entry));
            }
            // What is built of a folder without code may get it from elsewhere.
            None if is_empty() => others.push((index, fact)),
            None => {}
        }
    }
    for (index, fact) in others {
        let same = by_name.get(&letters(&fact.name)).filter(|homes| homes.len() == 1).and_then(BTreeSet::first);
        match same {
            Some(home) => homes.entry(Arc::clone(&home.folder)).or_default().called.push(index),
            None => {
                if let Some(folder) = called_like(fact, folders, &shared) {
                    homes.entry(folder).or_default().called.push(index);
                }
            }
        }
    }
    homes
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

/// The folder of what a component is built of: of several programs in it the one that its recipe and command say, else the
/// one of its name, else all of it.
fn built_of(
    fact: &ComponentFact,
    built: &Built,
    ground: &Ground<'_>,
    folders: &BTreeMap<Arc<str>, bool>,
) -> Option<Home> {
    if !folders.contains_key(&built.folder) {
        return None;
    }
    let by_name = || {
        let name = letters(&fact.name);
        let inner = folders.keys().filter(|folder| folder.len() > built.folder.len() && lies_in(&built.folder, folder));
        let folder = most_like(&[name], inner)?;
        Some(Home { folder, entry: None })
    };
    let whole = || Home { folder: Arc::clone(&built.folder), entry: None };
    Some(ground.home(built).or_else(by_name).unwrap_or_else(whole))
}

/// The folder that is called like a component or its image.
fn called_like(fact: &ComponentFact, folders: &BTreeMap<Arc<str>, bool>, shared: &BTreeSet<&str>) -> Option<Arc<str>> {
    let image = fact.images.first().map(|image| repository(&image.text)).filter(|image| !shared.contains(image));
    let names: Vec<String> = [Some(&*fact.name), image.map(last)].into_iter().flatten().map(letters).collect();
    most_like(&names, folders.keys())
}

/// The first of the folders that are most like one of the names.
fn most_like<'f>(names: &[String], folders: impl Iterator<Item = &'f Arc<str>>) -> Option<Arc<str>> {
    let mut best: Option<(usize, &Arc<str>)> = None;
    for folder in folders {
        let score = names.iter().map(|name| likeness(name, folder)).max().unwrap_or(0);
        if score > best.map_or(0, |(score, _)| score) {
            best = Some((score, folder));
        }
    }
    best.map(|(_, folder)| Arc::clone(folder))
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
