//! One Compose file to its services, with everything that it includes and extends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::env::{Vars, present};
use super::fields::{Reader, items};
use super::merge::{extend, merge};
use super::project::{roots_of, services_of};
use super::service::Service;
use crate::source::yaml::Node;
use crate::source::{Location, Problem, Source, Tree, toward};

/// Services by name.
pub(super) type Services = BTreeMap<String, Service>;

const MOST_EXTENDS: usize = 32;
const MOST_INCLUDES: usize = 16;
/// How many fields a project may get through `extends`: a small file could ask for a very large one.
const MOST_COPIED: usize = 200_000;
/// So many circles and chains without end are no accident.
const MOST_CUT: usize = 100;

/// The services of one file by name, as they are written.
type Written<'a> = BTreeMap<&'a str, (&'a Node, &'a Node)>;

/// Loads the files of one project.
pub(super) struct Loader<'a> {
    tree: &'a Tree,
    files: &'a BTreeMap<&'a str, &'a Source>,
    /// Files that are included already, each once a project.
    included: BTreeSet<String>,
    /// The services of the files that others extend from.
    written: BTreeMap<&'a str, Written<'a>>,
    /// What services are in the scene that is read, with what they extend: by file, folder and name.
    whole: BTreeMap<(&'a str, String, String), Service>,
    /// How many fields came through `extends`.
    copied: usize,
    /// How many circles and chains without end were cut.
    cut: usize,
    is_full: bool,
    /// What was wrong.
    pub(super) problems: Vec<Problem>,
}

/// Where a file is read: the folder its paths begin at, and the variables that hold.
#[derive(Clone, Copy)]
struct Scene<'a> {
    folder: &'a str,
    vars: &'a Vars,
}

impl<'a> Loader<'a> {
    /// A loader that knows these files by their shown paths.
    pub(super) fn new(tree: &'a Tree, files: &'a BTreeMap<&'a str, &'a Source>) -> Self {
        Loader {
            tree,
            files,
            included: BTreeSet::new(),
            written: BTreeMap::new(),
            whole: BTreeMap::new(),
            copied: 0,
            cut: 0,
            is_full: false,
            problems: Vec::new(),
        }
    }

    /// The services of a file, laid on those that are known already.
    pub(super) fn load(&mut self, source: &'a Source, folder: &str, vars: &Vars, known: &Services) -> Services {
        let mut open = vec![source.path.to_string()];
        self.file(source, Scene { folder, vars }, known, &mut open)
    }

    fn file(&mut self, source: &'a Source, scene: Scene, known: &Services, open: &mut Vec<String>) -> Services {
        let mut services = Services::new();
        for root in roots_of(source) {
            for entry in items(root.get("include")) {
                for (name, service) in self.include(source, entry, scene, open) {
                    lay(&mut services, name, service);
                }
            }
        }
        for root in roots_of(source) {
            let Some(node) = services_of(root, source.name()) else { continue };
            if !node.is_map() && !node.is_null() {
                let at = node.location(&source.path);
                let message = format!("`services` is {}", node.describe());
                self.problems.push(Problem::error(at, message).help("write a mapping: a name, then what it is"));
            }
            for (key, value) in node.entries() {
                let Some(name) = key.text().filter(|name| !name.is_empty()) else { continue };
                let mut chain = Vec::new();
                let service = self.service(source, key, value, scene, known, &mut chain);
                lay(&mut services, name.to_owned(), service);
            }
        }
        services
    }

    /// One service of a file, laid on the one that it extends.
    fn service(
        &mut self,
        source: &'a Source,
        key: &Node,
        value: &Node,
        scene: Scene,
        known: &Services,
        chain: &mut Vec<(Arc<str>, String)>,
    ) -> Service {
        let Scene { folder, vars } = scene;
        let mut reader = Reader { file: &source.path, folder, vars, problems: Vec::new() };
        let service = reader.service(key, value);
        self.problems.append(&mut reader.problems);
        let Some(extends) = service.extends.clone() else { return service };
        chain.push((Arc::clone(&source.path), key.text().unwrap_or_default().to_owned()));
        let base = self.extended(source, &extends, scene, known, chain);
        chain.pop();
        let Some(base) = base else { return service };
        self.copied = self.copied.saturating_add(base.size());
        extend(base, service)
    }

    fn extended(
        &mut self,
        source: &'a Source,
        extends: &super::service::Extends,
        scene: Scene,
        known: &Services,
        chain: &mut Vec<(Arc<str>, String)>,
    ) -> Option<Service> {
        let name = &extends.service;
        let at = &extends.at;
        if self.copied > MOST_COPIED || self.cut > MOST_CUT {
            if !std::mem::replace(&mut self.is_full, true) {
                let message = "services extend one another more often than any project needs";
                self.warn(at, message.to_owned(), "from here on services are read without what they extend");
            }
            return None;
        }
        let (from, folder) = match &extends.file {
            None => (source, scene.folder.to_owned()),
            Some(file) => {
                let path = self.inside(scene.folder, file, at)?;
                (self.source(&path, file, at)?, folder_of(&path).to_owned())
            }
        };
        let key = (&*from.path, folder.clone(), name.clone());
        if let Some(whole) = self.whole.get(&key) {
            return Some(whole.clone());
        }
        let cut = self.cut;
        if chain.contains(&(Arc::clone(&from.path), name.clone())) {
            self.cut += 1;
            self.warn(at, format!("`{name}` extends itself in a circle"), "the circle is cut here");
            return None;
        }
        if chain.len() >= MOST_EXTENDS {
            self.cut += 1;
            self.warn(at, format!("more than {MOST_EXTENDS} services extend one another"), "the rest is left out");
            return None;
        }
        let found = self.written.entry(&from.path).or_insert_with(|| written(from)).get(&**name).copied();
        match found {
            Some((key, value)) => {
                let service = self.service(from, key, value, Scene { folder: &folder, ..scene }, known, chain);
                if self.cut == cut {
                    self.whole.insert((&from.path, folder, name.clone()), service.clone());
                }
                Some(service)
            }
            None if extends.file.is_none() && known.contains_key(name) => known.get(name).cloned(),
            None => {
                let message = format!("the extended service `{name}` is not in {}", from.path);
                self.warn(at, message, "the service is read without what it extends");
                None
            }
        }
    }

    fn include(&mut self, source: &'a Source, entry: &Node, scene: Scene, open: &mut Vec<String>) -> Services {
        let reader = Reader { file: &source.path, folder: scene.folder, vars: scene.vars, problems: Vec::new() };
        let at = reader.place(entry);
        let written = reader.words(Some(entry.get("path").unwrap_or(entry)).filter(|node| !node.is_map()));
        let project = reader.words(entry.get("project_directory")).into_iter().next();
        let env_files = entry.get("env_file").map(|node| reader.words(Some(node)));
        let mut services = Services::new();
        if open.len() > MOST_INCLUDES {
            self.warn(&at, format!("more than {MOST_INCLUDES} files include one another"), "the rest is left out");
            return services;
        }
        let mut paths = Vec::new();
        for file in &written {
            let remote = ["http://", "https://", "git@", "oci://", "git://", "ssh://"];
            if remote.iter().any(|scheme| file.starts_with(scheme)) {
                let help = "nothing is fetched; copy the file into the tree to have it read";
                self.warn(&at, format!("`{file}` is included from the network"), help);
            } else if let Some(path) = self.inside(scene.folder, file, &at) {
                paths.push((file, path));
            }
        }
        let Some((_, first)) = paths.first() else { return services };
        let folder = match project {
            Some(project) => match self.inside(scene.folder, &project, &at) {
                Some(folder) => folder,
                None => return services,
            },
            None => folder_of(first).to_owned(),
        };
        let vars = match env_files {
            None => Vars::of_folder(&folder, self.tree, scene.vars),
            Some(files) => {
                let paths: Vec<String> =
                    files.iter().filter_map(|file| self.env_file(scene.folder, file, &at)).collect();
                let (vars, problems) = Vars::of_files(&paths, self.tree, scene.vars);
                self.problems.extend(problems);
                vars
            }
        };
        // Other variables hold in there.
        let outer = std::mem::take(&mut self.whole);
        for (file, path) in &paths {
            if open.contains(path) {
                self.warn(&at, format!("`{file}` includes itself in a circle"), "the circle is cut here");
                continue;
            }
            if !self.included.insert(path.clone()) {
                continue;
            }
            let Some(source) = self.source(path, file, &at) else { continue };
            open.push(path.clone());
            for (name, service) in self.file(source, Scene { folder: &folder, vars: &vars }, &services.clone(), open) {
                lay(&mut services, name, service);
            }
            open.pop();
        }
        self.whole = outer;
        services
    }

    fn env_file(&mut self, folder: &str, file: &str, at: &Location) -> Option<String> {
        let path = self.inside(folder, file, at)?;
        let found = present(&path, self.tree);
        if found.is_none() {
            self.warn(at, format!("no file {path}"), "its variables count as not set");
        }
        found
    }

    fn source(&mut self, path: &str, written: &str, at: &Location) -> Option<&'a Source> {
        let found = self.files.get(path).copied();
        if found.is_none() {
            self.warn(at, format!("no file `{written}` in the scanned tree"), "scan a folder that holds it too");
        }
        found
    }

    fn inside(&mut self, folder: &str, written: &str, at: &Location) -> Option<String> {
        let path = toward(&format!("{folder}/_"), written).filter(|path| !self.tree.is_beyond(path));
        if path.is_none() {
            let message = format!("`{written}` lies outside of the scanned tree");
            self.warn(at, message, "scan a folder that holds it too");
        }
        path
    }

    fn warn(&mut self, at: &Location, message: String, help: &str) {
        self.problems.push(Problem::warning(at.clone(), message).help(help));
    }
}

fn written(source: &Source) -> Written<'_> {
    let services = roots_of(source).filter_map(|root| services_of(root, source.name()));
    let entries = services.flat_map(Node::entries);
    entries.filter_map(|(key, value)| Some((key.text()?, (key, value)))).collect()
}

/// Lays a service on the one of the same name.
pub(super) fn lay(services: &mut Services, name: String, service: Service) {
    let merged = match services.remove(&name) {
        Some(base) => merge(base, service),
        None => service,
    };
    services.insert(name, merged);
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
