//! `Cargo.toml` and `Cargo.lock`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::toml::{Document, Value};
use super::{Dependency, Ecosystem, Package, Packages, Texts, file_name, folder, inside, upward};
use crate::source::beside;

/// Crates.
pub(super) const ECOSYSTEM: Ecosystem =
    Ecosystem { name: "crate", wants: |path| matches!(file_name(path), "Cargo.toml" | "Cargo.lock"), read };

fn read(texts: &Texts) -> Packages {
    let mut found = Packages::default();
    let mut documents = BTreeMap::new();
    for (path, text) in &texts.files {
        match Document::parse(path, text) {
            Ok(document) => drop(documents.insert(path, document)),
            Err(problem) => found.problems.push(problem),
        }
    }
    for (path, document) in documents.iter().filter(|(path, _)| file_name(path) == "Cargo.toml") {
        // A manifest without a package is the root of a workspace and nothing by itself.
        if document.at(&["package"]).is_some() {
            let workspace = upward(folder(path)).find_map(|folder| {
                let (path, document) = documents.get_key_value(&Arc::from(inside(folder, "Cargo.toml")))?;
                document.at(&["workspace"]).map(|_| (&**path, document))
            });
            found.add(package(path, document, workspace, texts));
        }
    }
    for (path, document) in documents.iter().filter(|(path, _)| file_name(path) == "Cargo.lock") {
        let packages = document.at(&["package"]).map(Value::items).unwrap_or_default();
        // What has no source is a member of the workspace.
        let foreign = packages.into_iter().filter(|package| package.get("source").is_some());
        let named =
            foreign.filter_map(|package| package.get("name")).filter_map(|name| Some((name.str()?, name.line())));
        found.hints(path, "crate", named.collect::<Vec<_>>());
    }
    found
}

/// The root of a workspace: its path and what it says.
type Workspace<'w, 'd> = Option<(&'w Arc<str>, &'w Document<'d>)>;

fn package(path: &Arc<str>, document: &Document, workspace: Workspace, texts: &Texts) -> Package {
    let mut package = Package::new("crate", path);
    package.name = document.at(&["package", "name"]).and_then(Value::str).map(Arc::from);
    let library = document.at(&["lib", "name"]).and_then(Value::str).or(package.name.as_deref());
    package.import = library.map(|name| name.replace('-', "_").into());
    let features = document.entries(&["features"]).into_iter();
    package.features = features.map(|(name, enabled)| (name.into(), enabled.texts())).collect();
    let has = |file: &str| texts.paths.contains(&*inside(&package.folder, file));
    let programs = inside(&package.folder, "src/bin/");
    let bin = texts.paths.range(Arc::from(&*programs)..).next().is_some_and(|first| first.starts_with(&programs));
    let is_program = bin || has("src/main.rs") || document.at(&["bin"]).is_some();
    let is_library = has("src/lib.rs") || document.at(&["lib"]).is_some();
    package.is_program = (is_program || is_library).then_some(is_program);
    let mut tables: Vec<Vec<String>> = Vec::new();
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    tables.extend(kinds.map(|kind| vec![kind.to_owned()]));
    for (target, _) in document.entries(&["target"]) {
        tables.extend(kinds.map(|kind| vec!["target".to_owned(), target.to_owned(), kind.to_owned()]));
    }
    for table in tables {
        let keys: Vec<&str> = table.iter().map(String::as_str).collect();
        let is_dev = keys.last() != Some(&"dependencies");
        for (key, value) in document.entries(&keys) {
            let dependency = dependency(path, key, value, workspace, &package);
            package.dependencies.push(Dependency { is_dev, ..dependency });
        }
    }
    package
}

fn dependency(path: &Arc<str>, key: &str, value: Value, workspace: Workspace, package: &Package) -> Dependency {
    let inherits = value.get("workspace").is_some_and(Value::is_true);
    let inherited = workspace
        .filter(|_| inherits)
        .and_then(|(path, document)| Some((path, document.at(&["workspace", "dependencies", key])?)));
    let both = |name: &str| value.get(name).or_else(|| inherited.and_then(|(_, value)| value.get(name)));
    let name = both("package").and_then(Value::str).unwrap_or(key);
    let own_path = value.get("path").and_then(Value::str).map(|to| (&**path, to));
    let to = own_path.or_else(|| inherited.and_then(|(path, value)| Some((&**path, value.get("path")?.str()?))));
    let lists = [Some(value), inherited.map(|(_, value)| value)];
    let asked = lists.into_iter().flatten().filter_map(|value| value.get("features"));
    let is_optional = value.get("optional").is_some_and(Value::is_true);
    Dependency {
        name: format!("crate:{name}").into(),
        alias: (name != key).then(|| key.into()),
        file: Arc::clone(path),
        line: value.line(),
        only_if: if is_optional { behind(key, &package.features) } else { Vec::new() },
        features: asked.flat_map(Value::texts).collect(),
        is_dev: false,
        path: to.and_then(|(base, to)| beside(base, to)).map(Arc::from),
    }
}

/// The features that bring an optional dependency: those that name it, or else the one that is called like it.
fn behind(key: &str, features: &BTreeMap<Arc<str>, Vec<Arc<str>>>) -> Vec<Arc<str>> {
    let marked = format!("dep:{key}");
    let names = |enabled: &Arc<str>| {
        **enabled == *key || **enabled == *marked || enabled.split_once('/').is_some_and(|(of, _)| of == key)
    };
    let mut all: Vec<Arc<str>> =
        features.iter().filter(|(_, enabled)| enabled.iter().any(names)).map(|(name, _)| Arc::clone(name)).collect();
    if !features.values().flatten().any(|enabled| **enabled == *marked) {
        all.push(key.into());
        all.sort();
        all.dedup();
    }
    all
}
