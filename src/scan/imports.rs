//! From imports to files of the same tree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::code::Import;
use super::files::{Code, File};
use super::programs::{folder, lies_in};

/// Ends that an import of a path leaves out.
const ENDS: &[&str] = &[
    "",
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".py",
    ".rb",
    ".php",
    "/index.ts",
    "/index.tsx",
    "/index.js",
    "/__init__.py",
];

/// Where the files of a tree are found by those that import them.
pub(super) struct Imports<'a> {
    code: &'a Code,
    by_path: BTreeMap<&'a str, usize>,
    by_unit: BTreeMap<Arc<str>, Vec<usize>>,
    units: Vec<Arc<str>>,
    /// Packages of the tree by the name that others import them by, with their folder.
    packages: BTreeMap<Arc<str>, Arc<str>>,
}

impl<'a> Imports<'a> {
    /// `packages` are the names under which folders of the tree can be imported: the module of a `go.mod`, the name in a
    /// `package.json`, a crate.
    pub(super) fn new(code: &'a Code, packages: BTreeMap<Arc<str>, Arc<str>>) -> Self {
        let mut imports =
            Imports { code, by_path: BTreeMap::new(), by_unit: BTreeMap::new(), units: Vec::new(), packages };
        for (index, file) in code.files.iter().enumerate() {
            imports.by_path.insert(&file.path, index);
            let unit = imports.unit_of(file);
            if !unit.is_empty() {
                imports.by_unit.entry(Arc::clone(&unit)).or_default().push(index);
            }
            imports.units.push(unit);
        }
        imports
    }

    /// Go's files are imported by the path of their folder below the module; others say themselves what they are.
    fn unit_of(&self, file: &File) -> Arc<str> {
        if file.language == "Rust" {
            return self.module_of(&file.path);
        }
        if file.language != "Go" {
            return Arc::clone(&file.module.unit);
        }
        let here = folder(&file.path);
        let module = self.packages.iter().filter(|(_, at)| lies_in(at, here)).max_by_key(|(_, at)| at.len());
        match module {
            Some((name, at)) => {
                let below = here.strip_prefix(&**at).unwrap_or(here).trim_start_matches('/');
                if below.is_empty() { Arc::clone(name) } else { format!("{name}/{below}").into() }
            }
            None => here.into(),
        }
    }

    /// The path of a module of Rust, from the name of its crate: `acme::store::s3` for `src/store/s3.rs`.
    fn module_of(&self, path: &str) -> Arc<str> {
        // A name that code can say, where a folder has several.
        let is_word = |name: &str| name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        let crates = self.packages.iter().filter(|(name, at)| is_word(name) && lies_in(at, path));
        let Some((name, at)) = crates.max_by_key(|(_, at)| at.len()) else { return "".into() };
        let below = path.strip_prefix(&**at).unwrap_or(path).trim_start_matches('/');
        let below = below.strip_prefix("src/").unwrap_or(below);
        let below = below.trim_end_matches(".rs").trim_end_matches("/mod");
        let inner = match below {
            "lib" | "main" | "mod" => "",
            below if below.starts_with("bin/") => {
                below.split_once('/').and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, rest)| rest)
            }
            below => below,
        };
        if inner.is_empty() { Arc::clone(name) } else { format!("{name}::{}", inner.replace('/', "::")).into() }
    }

    /// The files that an import of Rust means: from the crate, from the module itself or from those above it.
    fn of_modules(&self, file: usize, path: &str) -> Vec<usize> {
        let own: Vec<&str> = self.units[file].split("::").collect();
        let parts: Vec<&str> = path.split("::").collect();
        let ups = parts.iter().take_while(|part| **part == "super").count();
        fn below<'t>(base: &[&'t str], rest: &[&'t str]) -> Vec<&'t str> {
            [base, rest].concat()
        }
        // The path from the crate, and how much of it must be a module at least. One that begins with a name means a
        // module beside, or else a crate.
        let candidates = match parts.first().copied() {
            Some("crate") => vec![(below(&own[..1], &parts[1..]), 1)],
            Some("self") => vec![(below(&own, &parts[1..]), 1)],
            Some("super") => vec![(below(&own[..own.len().saturating_sub(ups).max(1)], &parts[ups..]), 1)],
            _ => vec![(below(&own, &parts), own.len() + 1), (parts, 1)],
        };
        let found = candidates.into_iter().find_map(|(path, least)| {
            let units = (least..=path.len()).rev().filter_map(|end| self.by_unit.get(path[..end].join("::").as_str()));
            units.into_iter().find(|files| files.as_slice() != [file])
        });
        found.cloned().unwrap_or_default()
    }

    /// The files that share a package or namespace with a file, itself included.
    pub(super) fn beside(&self, file: usize) -> &[usize] {
        self.by_unit.get(&self.units[file]).map_or(&[], Vec::as_slice)
    }

    /// Whether two files share a package or namespace.
    pub(super) fn are_beside(&self, file: usize, other: usize) -> bool {
        !self.units[file].is_empty() && self.units[file] == self.units[other]
    }

    /// The files that an import of a file means; none when it is somebody else's.
    pub(super) fn files(&self, file: usize, import: &Import) -> Vec<usize> {
        let from = &self.code.files[file];
        let path = &*import.path;
        if path.starts_with("./") || path.starts_with("../") {
            return self.relative(folder(&from.path), path).into_iter().collect();
        }
        if from.language == "Python" {
            return self.dotted(from, path, import.name.as_deref());
        }
        if from.language == "Rust" {
            return self.of_modules(file, path);
        }
        let unit = path.trim_end_matches(".*").trim_end_matches("::*").trim_end_matches('\\');
        if let Some(files) = self.by_unit.get(unit) {
            return files.clone();
        }
        // Without a module that says where it lies, the path of a package of Go ends in that of its folder.
        if from.language == "Go" {
            let ends = path.match_indices('/').map(|(at, _)| &path[at + 1..]);
            return ends.filter_map(|end| self.by_unit.get(end)).next().cloned().unwrap_or_default();
        }
        // The name at the end is a type or function of the unit before it.
        for separator in [".", "::", "\\"] {
            let Some((unit, name)) = unit.rsplit_once(separator) else { continue };
            let Some(files) = self.by_unit.get(unit) else { continue };
            let defines = |index: &&usize| {
                let module = &self.code.files[**index].module;
                module.types.iter().any(|one| &*one.name == name)
                    || module.functions.iter().any(|one| &*one.name == name)
            };
            let defining: Vec<usize> = files.iter().filter(defines).copied().collect();
            return if defining.is_empty() { files.clone() } else { defining };
        }
        self.of_package(path)
    }

    /// The files of a package of the tree.
    fn of_package(&self, path: &str) -> Vec<usize> {
        let first = |separator| path.split(separator).next().unwrap_or(path);
        let scoped = path.match_indices('/').nth(1).map_or(path, |(at, _)| &path[..at]);
        let name = [path, scoped, first('/'), first(':')].into_iter().find(|name| self.packages.contains_key(*name));
        let Some(at) = name.and_then(|name| self.packages.get(name)) else { return Vec::new() };
        let files = self.code.files.iter().enumerate();
        files.filter(|(_, file)| file.language != "Go" && lies_in(at, &file.path)).map(|(index, _)| index).collect()
    }

    fn relative(&self, base: &str, path: &str) -> Option<usize> {
        let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
        for part in path.split('/') {
            match part {
                "." | "" => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        let joined = parts.join("/");
        let plain = joined.strip_suffix(".js").unwrap_or(&joined);
        let bases = [joined.as_str(), plain];
        bases
            .into_iter()
            .flat_map(|base| ENDS.iter().map(move |end| format!("{base}{end}")))
            .find_map(|path| self.by_path.get(path.as_str()).copied())
    }

    /// `a.b.c`, `.c`, `..b.c`: a file below a folder above the one that imports it.
    fn dotted(&self, from: &File, path: &str, name: Option<&str>) -> Vec<usize> {
        let dots = path.chars().take_while(|letter| *letter == '.').count();
        let rest = path[dots..].replace('.', "/");
        let mut base = folder(&from.path);
        for _ in 1..dots {
            base = folder(base);
        }
        let fits = |full: &str| {
            let at = self.by_path.get(format!("{full}.py").as_str());
            at.or_else(|| self.by_path.get(format!("{full}/__init__.py").as_str())).copied()
        };
        let join = |base: &str, rest: &str| match (base.is_empty(), rest.is_empty()) {
            (true, _) => rest.to_owned(),
            (_, true) => base.to_owned(),
            _ => format!("{base}/{rest}"),
        };
        loop {
            let full = join(base, &rest);
            let inner = name.and_then(|name| fits(&join(&full, name)));
            let outer = fits(&full).or_else(|| rest.rsplit_once('/').and_then(|(rest, _)| fits(&join(base, rest))));
            let found: BTreeSet<usize> = inner.into_iter().chain(outer).collect();
            if !found.is_empty() || dots > 0 || base.is_empty() {
                return found.into_iter().collect();
            }
            base = folder(base);
        }
    }

    /// Everything that these files import, directly or not, they themselves included; in order.
    pub(super) fn closure(&self, files: &[usize]) -> Vec<usize> {
        let mut all: BTreeSet<usize> = files.iter().copied().collect();
        let mut open: Vec<usize> = files.to_vec();
        while let Some(file) = open.pop() {
            let imported = self.code.files[file].module.imports.iter().flat_map(|import| self.files(file, import));
            let beside = self.beside(file).iter().copied().filter(|_| self.code.files[file].language == "Go");
            for next in imported.chain(beside) {
                if all.insert(next) {
                    open.push(next);
                }
            }
        }
        all.into_iter().collect()
    }
}
