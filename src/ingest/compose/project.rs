//! Which files are Compose files, and which of them belong together.

use std::collections::{BTreeMap, BTreeSet};

use super::env::Vars;
use super::fields::items;
use crate::ingest::reach::Named;
use crate::source::yaml::Node;
use crate::source::{Source, Tree, toward};

/// The files that Compose takes when it is given none, best first.
const BASE: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const OVERRIDE: [&str; 4] =
    ["compose.override.yaml", "compose.override.yml", "docker-compose.override.yml", "docker-compose.override.yaml"];
/// What a Compose file may say at its top; other formats have `services` too, but not only these beside it.
const TOP: [&str; 8] = ["version", "name", "services", "networks", "volumes", "secrets", "configs", "include"];
const MOST_FOUND: usize = 10_000;

/// Files that are one project, or layers for one.
pub(super) struct Plan<'a> {
    /// Their folder.
    pub(super) folder: String,
    /// What Compose takes when it is given no files: the base and what overrides it.
    pub(super) base: Vec<&'a Source>,
    /// The others, each to be laid on the base with `-f`, or with things of its own.
    pub(super) layers: Vec<&'a Source>,
}

/// Whether a file's name says that it is a Compose file.
fn is_named(name: &str) -> bool {
    name.contains("compose")
}

/// Whether a file is a Compose file.
pub(super) fn claims(source: &Source) -> bool {
    let named = is_named(source.name());
    if named && source.documents.nodes.is_empty() {
        // Nothing but comments, or a template: it is known, and there is nothing in it to read.
        return source.problems().is_empty();
    }
    roots_of(source).any(|root| match root.get("services") {
        _ if root.get("apiVersion").is_some() => false,
        Some(_) if named => true,
        Some(services) => {
            let known = |key: &str| TOP.contains(&key) || key.starts_with("x-");
            let whole = |service: &Node| {
                service.text_at(&["image"]).is_some() || service.get("build").or(service.get("extends")).is_some()
            };
            root.entries().iter().all(|(key, _)| key.text().is_some_and(known))
                && services.entries().iter().all(|(_, service)| service.is_map())
                && services.entries().iter().any(|(_, service)| whole(service))
        }
        None => named && (root.get("include").is_some() || services_of(root, source.name()).is_some()),
    })
}

/// The documents of a file; Compose lays them on one another.
pub(super) fn roots_of(source: &Source) -> impl Iterator<Item = &Node> {
    source.documents.nodes.iter()
}

/// The services of a document. The oldest files have them at the top.
pub(super) fn services_of<'n>(root: &'n Node, name: &str) -> Option<&'n Node> {
    if let Some(services) = root.get("services") {
        return Some(services);
    }
    let entries = root.entries();
    let service = |(_, node): &(Node, Node)| node.text_at(&["image"]).is_some() || node.get("build").is_some();
    (is_named(name) && !entries.is_empty() && entries.iter().all(service)).then_some(root)
}

/// The name that a file gives to its project.
pub(super) fn name_of(source: &Source) -> Option<&str> {
    roots_of(source).find_map(|root| root.text_at(&["name"]))
}

/// The files that a file includes, and those that it takes services to extend from.
struct References {
    included: Vec<String>,
    extended: Vec<String>,
}

impl References {
    fn of(source: &Source) -> References {
        let mut found = References { included: Vec::new(), extended: Vec::new() };
        let path = |node: &Node| toward(&source.path, &Vars::default().fill(node.text()?).text);
        for root in roots_of(source) {
            for entry in items(root.get("include")) {
                found.included.extend(items(Some(entry.get("path").unwrap_or(entry))).iter().filter_map(path));
            }
            for (_, service) in services_of(root, source.name()).map(Node::entries).unwrap_or_default() {
                found.extended.extend(service.at(&["extends", "file"]).and_then(path));
            }
        }
        found
    }
}

/// Whether a file may name others: one that is called a Compose file.
pub(in crate::ingest) fn may_name_others(path: &str) -> bool {
    (path.ends_with(".yaml") || path.ends_with(".yml")) && is_named(path.rsplit('/').next().unwrap_or(path))
}

/// What a Compose file names: files that it includes or extends from, and files of variables.
pub(in crate::ingest) fn named_elsewhere(path: &str, text: &str) -> Vec<Named> {
    let source = Source::new(path, text.to_owned());
    if !claims(&source) {
        return Vec::new();
    }
    // The variables of its own project.
    let mut paths = vec![".env".to_owned()];
    let vars = Vars::default();
    let mut add = |node: &Node| paths.extend(node.text().map(|text| vars.fill(text)).map(|filled| filled.text));
    for root in roots_of(&source) {
        for entry in items(root.get("include")) {
            items(Some(entry.get("path").unwrap_or(entry))).iter().for_each(&mut add);
            items(entry.get("env_file")).iter().for_each(&mut add);
        }
        for (_, service) in services_of(root, source.name()).map(Node::entries).unwrap_or_default() {
            service.at(&["extends", "file"]).into_iter().for_each(&mut add);
            items(service.get("env_file")).iter().map(|item| item.get("path").unwrap_or(item)).for_each(&mut add);
        }
    }
    paths.into_iter().map(|path| Named { path, wants: |_| false }).collect()
}

/// The files that are named by others and that nobody claimed, read from the tree.
pub(super) fn unclaimed(files: &[&Source], tree: &Tree) -> Vec<Source> {
    let mut known: BTreeSet<String> = files.iter().map(|file| file.path.to_string()).collect();
    let mut found: Vec<Source> = Vec::new();
    let mut names: Vec<String> = files.iter().flat_map(|file| names_of(file)).collect();
    while let Some(name) = names.pop() {
        if found.len() >= MOST_FOUND || !tree.contains(&name) || !known.insert(name.clone()) {
            continue;
        }
        if let Ok(text) = tree.read(&name) {
            let source = Source::new(&name, text);
            names.extend(names_of(&source));
            found.push(source);
        }
    }
    found
}

fn names_of(source: &Source) -> Vec<String> {
    let References { mut included, extended } = References::of(source);
    included.extend(extended);
    included
}

/// Sorts files into projects. Files that another one includes are part of that one; files that only hold services to
/// extend are templates. The second list holds overrides whose base is part of another project: Compose does not take
/// them there.
pub(super) fn plan<'a>(files: &[&'a Source]) -> (Vec<Plan<'a>>, Vec<&'a Source>) {
    let references: BTreeMap<&str, References> = files.iter().map(|file| (&*file.path, References::of(file))).collect();
    let covered = reached(files, &references, |names| &names.included);
    let templates = reached(files, &references, |names| &names.extended);
    let mut folders: BTreeMap<&str, Vec<&'a Source>> = BTreeMap::new();
    for file in files {
        folders.entry(file.folder()).or_default().push(file);
    }
    let mut plans = Vec::new();
    let mut left_out = Vec::new();
    for (folder, files) in folders {
        let base = BASE.iter().find_map(|name| files.iter().find(|file| file.name() == *name)).copied();
        let name = base.and_then(name_of);
        let mut own: BTreeMap<Option<&str>, Plan> = BTreeMap::new();
        for file in files {
            let is_base = base.is_some_and(|base| base.path == file.path);
            let overrides = base.is_some() && OVERRIDE.contains(&file.name());
            if covered.contains(&*file.path) || (templates.contains(&*file.path) && !is_base && !overrides) {
                continue;
            }
            if overrides && base.is_some_and(|base| covered.contains(&*base.path)) {
                left_out.push(file);
                continue;
            }
            let plan = own.entry(name_of(file).or(name)).or_insert_with(|| Plan {
                folder: folder.to_owned(),
                base: Vec::new(),
                layers: Vec::new(),
            });
            match (is_base, overrides) {
                (true, _) => plan.base.insert(0, file),
                (_, true) => plan.base.push(file),
                _ => plan.layers.push(file),
            }
        }
        plans.extend(own.into_values());
    }
    (plans, left_out)
}

/// The files that others reach by such references. Of files that only reach each other the first is none of them.
fn reached<'a>(
    files: &[&'a Source],
    references: &'a BTreeMap<&str, References>,
    which: fn(&References) -> &[String],
) -> BTreeSet<&'a str> {
    let next = |path: &str| references.get(path).map(which).unwrap_or_default();
    let named: BTreeSet<&str> = references
        .iter()
        .flat_map(|(path, names)| which(names).iter().map(String::as_str).filter(move |name| name != path))
        .collect();
    let mut covered = BTreeSet::new();
    let mut roots = BTreeSet::new();
    let first = files.iter().filter(|file| !named.contains(&*file.path));
    for file in first.chain(files) {
        if covered.contains(&*file.path) || !roots.insert(&*file.path) {
            continue;
        }
        let mut open: Vec<&str> = next(&file.path).iter().map(String::as_str).collect();
        while let Some(path) = open.pop() {
            if !roots.contains(path) && covered.insert(path) {
                open.extend(next(path).iter().map(String::as_str));
            }
        }
    }
    covered
}
