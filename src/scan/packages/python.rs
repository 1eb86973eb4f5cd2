//! `requirements*.txt`, `pyproject.toml`, `Pipfile`, `setup.cfg`, `setup.py`, and the lock files of Poetry, uv, PDM and
//! Pipenv.

use std::sync::Arc;

use super::requirements::{self, name, normal};
use super::toml::{Document, Value};
use super::{Dependency, Ecosystem, Package, Packages, Texts, file_name, folder, lines, place};
use crate::source::{Problem, beside, yaml};

/// Packages of Python.
pub(super) const ECOSYSTEM: Ecosystem = Ecosystem {
    name: "pypi",
    wants: |path| {
        let known = ["pyproject.toml", "Pipfile", "Pipfile.lock", "setup.cfg", "setup.py"];
        known.contains(&file_name(path)) || is_requirements(path) || is_lock(path)
    },
    read,
};

/// `requirements.txt`, `requirements-dev.txt`, `dev-requirements.txt`, `requirements.in`, `requirements/base.txt`.
fn is_requirements(path: &str) -> bool {
    let name = file_name(path);
    let stem = name.strip_suffix(".txt").or_else(|| name.strip_suffix(".in"));
    stem.is_some_and(|stem| stem.contains("requirements") || file_name(folder(path)) == "requirements")
}

fn is_lock(path: &str) -> bool {
    matches!(file_name(path), "poetry.lock" | "uv.lock" | "pdm.lock")
}

/// Whether the name of a file or of a group says that it is for development.
fn is_for_development(name: &str) -> bool {
    let words = ["dev", "test", "tests", "testing", "lint", "docs", "doc", "typing", "ci", "tox", "mypy", "build"];
    name.to_lowercase().split(['-', '_', '.']).any(|word| words.contains(&word))
}

fn read(texts: &Texts) -> Packages {
    let mut found = Packages::default();
    for (path, text) in &texts.files {
        let mut package = Package::new("pypi", path);
        match file_name(path) {
            "pyproject.toml" => match Document::parse(path, text) {
                Ok(document) => project(&mut package, &document),
                Err(problem) => {
                    found.problems.push(problem);
                    continue;
                }
            },
            "Pipfile" => match Document::parse(path, text) {
                Ok(document) => {
                    table(&mut package, &document.entries(&["packages"]), &[], false);
                    table(&mut package, &document.entries(&["dev-packages"]), &[], true);
                }
                Err(problem) => {
                    found.problems.push(problem);
                    continue;
                }
            },
            "setup.cfg" => configuration(&mut package, text),
            "setup.py" => script(&mut package, text),
            // What another file includes is found there; one that includes nothing of its own still stands for itself.
            name if is_requirements(path) => {
                let is_dev = is_for_development(name);
                let all = requirements::file(path, &texts.files).into_iter();
                package.dependencies = all.map(|dependency| Dependency { is_dev, ..dependency }).collect();
                if file_name(folder(path)) == "requirements" {
                    package.folder = folder(folder(path)).into();
                }
            }
            _ => continue,
        }
        if package.name.is_some() || !package.dependencies.is_empty() {
            package.import = package.name.as_ref().map(|name| name.replace(['-', '.'], "_").into());
            found.add(package);
        }
    }
    found.join_by_name("pypi");
    for (path, text) in &texts.files {
        if is_lock(path) {
            match Document::parse(path, text) {
                Ok(document) => {
                    let packages = document.at(&["package"]).map(Value::items).unwrap_or_default();
                    let names = packages.into_iter().filter_map(|package| package.get("name"));
                    let named: Vec<_> = names.filter_map(|name| Some((normal(name.str()?), name.line()))).collect();
                    found.hints(path, "pypi", named.iter().map(|(name, line)| (&**name, *line)));
                }
                Err(problem) => found.problems.push(problem),
            }
        } else if file_name(path) == "Pipfile.lock" {
            pipfile_lock(path, text, &mut found);
        }
    }
    found
}

fn project(package: &mut Package, document: &Document) {
    let tables = [["project", "name"].as_slice(), &["tool", "poetry", "name"]];
    let name = tables.iter().find_map(|path| document.at(path)).and_then(Value::str);
    package.name = name.map(|name| normal(name).into());
    let scripts = [["project", "scripts"].as_slice(), &["tool", "poetry", "scripts"]];
    package.is_program = scripts.iter().any(|path| document.at(path).is_some()).then_some(true);
    list(package, document.at(&["project", "dependencies"]), &[], false);
    for (extra, value) in document.entries(&["project", "optional-dependencies"]) {
        list(package, Some(value), &[extra.into()], is_for_development(extra));
    }
    for (group, value) in document.entries(&["dependency-groups"]) {
        list(package, Some(value), &[group.into()], is_for_development(group));
    }
    list(package, document.at(&["tool", "uv", "dev-dependencies"]), &[], true);
    table(package, &document.entries(&["tool", "poetry", "dependencies"]), &[], false);
    table(package, &document.entries(&["tool", "poetry", "dev-dependencies"]), &[], true);
    for (group, value) in document.entries(&["tool", "poetry", "group"]) {
        let entries = value.get("dependencies").map(Value::entries).unwrap_or_default();
        let only_if: Vec<Arc<str>> =
            value.get("optional").filter(|optional| optional.is_true()).map(|_| group.into()).into_iter().collect();
        table(package, &entries, &only_if, is_for_development(group));
    }
    for (name, source) in document.entries(&["tool", "uv", "sources"]) {
        let to = source.get("path").and_then(Value::str).and_then(|to| beside(&package.source, to));
        let full = format!("pypi:{}", normal(name));
        for dependency in package.dependencies.iter_mut().filter(|dependency| *dependency.name == *full) {
            dependency.path = to.clone().map(Arc::from);
        }
    }
}

/// A list of requirements.
fn list(package: &mut Package, value: Option<Value>, only_if: &[Arc<str>], is_dev: bool) {
    for item in value.map(Value::items).unwrap_or_default() {
        let Some(name) = item.str().and_then(name) else { continue };
        push(package, &name, item.line(), only_if, is_dev);
    }
}

/// A table of names and versions, as Poetry and Pipenv write it.
fn table(package: &mut Package, entries: &[(&str, Value)], only_if: &[Arc<str>], is_dev: bool) {
    for (key, value) in entries.iter().filter(|(key, _)| *key != "python") {
        push(package, &normal(key), value.line(), only_if, is_dev);
        let to = value.get("path").and_then(Value::str).and_then(|to| beside(&package.source, to));
        if let Some(last) = package.dependencies.last_mut() {
            last.path = to.map(Arc::from);
            if value.get("optional").is_some_and(Value::is_true) && only_if.is_empty() {
                last.only_if = vec![(*key).into()];
            }
        }
    }
}

fn push(package: &mut Package, name: &str, line: u32, only_if: &[Arc<str>], is_dev: bool) {
    package.dependencies.push(Dependency {
        name: format!("pypi:{name}").into(),
        file: Arc::clone(&package.source),
        line,
        only_if: only_if.to_vec(),
        is_dev,
        ..Dependency::default()
    });
}

/// `setup.cfg`: the keys `name`, `install_requires` and the section `options.extras_require`.
fn configuration(package: &mut Package, text: &str) {
    let (mut section, mut key) = (String::new(), String::new());
    for (line, text) in lines(text) {
        let trimmed = text.trim();
        if trimmed.starts_with(['#', ';']) || trimmed.is_empty() {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            (section, key) = (name.to_owned(), String::new());
            continue;
        }
        let mut value = trimmed;
        if !text.starts_with([' ', '\t']) {
            let (name, rest) = trimmed.split_once(['=', ':']).unwrap_or((trimmed, ""));
            (key, value) = (name.trim().to_owned(), rest.trim());
        }
        match (&*section, &*key) {
            ("metadata", "name") => package.name = Some(normal(value).into()),
            ("options", "install_requires") => {
                value.split(';').take(1).filter_map(name).for_each(|name| push(package, &name, line, &[], false));
            }
            ("options.extras_require", extra) if !extra.is_empty() => {
                let only_if = [Arc::from(extra)];
                let is_dev = is_for_development(extra);
                name(value).into_iter().for_each(|name| push(package, &name, line, &only_if, is_dev));
            }
            ("options.entry_points", "console_scripts") => package.is_program = Some(true),
            _ => {}
        }
    }
}

/// `setup.py` is a program; only a list of texts after `install_requires=` is understood, and `name="…"`.
fn script(package: &mut Package, text: &str) {
    let after = |word: &str| text.find(word).map(|at| at + word.len());
    if let Some(start) = after("name=").or_else(|| after("name =")) {
        package.name = quoted(&text[start..]).next().map(|(_, name)| normal(name).into());
    }
    let Some(start) = after("install_requires=[").or_else(|| after("install_requires = [")) else { return };
    // Extras of a requirement have brackets of their own, within quotes.
    let mut quote = None;
    let end = text[start..].char_indices().find(|(_, letter)| {
        match quote {
            Some(open) if open == *letter => quote = None,
            None if matches!(letter, '"' | '\'') => quote = Some(*letter),
            _ => {}
        }
        quote.is_none() && *letter == ']'
    });
    let Some((end, _)) = end else { return };
    for (at, requirement) in quoted(&text[start..start + end]) {
        let line = place(text, start + at).0;
        name(requirement).into_iter().for_each(|name| push(package, &name, line, &[], false));
    }
}

/// The quoted texts of a piece of code with their offsets.
fn quoted(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text.get(rest..)?.find(['"', '\''])?;
        let quote = text.get(start..=start)?;
        let end = start + 1 + text.get(start + 1..)?.find(quote)?;
        rest = end + 1;
        Some((start, &text[start + 1..end]))
    })
}

fn pipfile_lock(path: &Arc<str>, text: &str, found: &mut Packages) {
    let mut documents = yaml::parse(path, text);
    let Some(node) = documents.nodes.first() else {
        found.problems.extend(documents.problems.drain(..).take(1).map(|problem| {
            let help = "mend the JSON, or lock anew";
            Problem { help: Some(help.to_owned()), ..problem }
        }));
        return;
    };
    let entries = node.get("default").map(yaml::Node::entries).unwrap_or_default();
    let named: Vec<_> =
        entries.iter().filter_map(|(key, _)| Some((normal(key.text()?), key.location(path).line))).collect();
    found.hints(path, "pypi", named.iter().map(|(name, line)| (&**name, *line)));
}
