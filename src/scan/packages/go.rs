//! `go.mod` and `go.sum`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Dependency, Ecosystem, Package, Packages, Texts, file_name, inside, lines};
use crate::source::{Location, Problem, beside};

/// Go modules.
pub(super) const ECOSYSTEM: Ecosystem =
    Ecosystem { name: "go", wants: |path| matches!(file_name(path), "go.mod" | "go.sum"), read };

fn read(texts: &Texts) -> Packages {
    let mut found = Packages::default();
    let mut indirect = Vec::new();
    for (path, text) in texts.files.iter().filter(|(path, _)| file_name(path) == "go.mod") {
        match module(path, text, &mut indirect) {
            Some(mut package) => {
                let main = inside(&package.folder, "main.go");
                // Without it, programs lie in folders of their own, and the code tells.
                package.is_program = texts.paths.contains(&*main).then_some(true);
                found.add(package);
            }
            None => {
                let problem = Problem::error(Location::start_of(path), "no line says `module`");
                found.problems.push(problem.help("mend the file; what it requires is not known"));
            }
        }
    }
    found.join_by_name("go");
    for (path, name, line) in &indirect {
        found.hints(path, "go", [(&**name, *line)]);
    }
    for (path, text) in texts.files.iter().filter(|(path, _)| file_name(path) == "go.sum") {
        let modules = lines(text).filter(|(_, text)| !text.contains("/go.mod "));
        let named = modules.filter_map(|(line, text)| Some((text.split_whitespace().next()?, line)));
        found.hints(path, "go", named.collect::<Vec<_>>());
    }
    found.hints.sort();
    found.hints.dedup_by(|a, b| a.name == b.name && super::folder(&a.file) == super::folder(&b.file));
    found
}

fn module(path: &Arc<str>, text: &str, indirect: &mut Vec<(Arc<str>, String, u32)>) -> Option<Package> {
    let mut package = Package::new("go", path);
    let mut replaced: BTreeMap<String, String> = BTreeMap::new();
    let mut block = String::new();
    for (line, text) in lines(text) {
        let (words, comment) = text.split_once("//").unwrap_or((text, ""));
        let mut words: Vec<&str> = words.split_whitespace().map(|word| word.trim_matches(['"', '`'])).collect();
        if words.last() == Some(&"(") {
            block = words[0].to_owned();
            continue;
        }
        match words.first() {
            None => continue,
            Some(&")") => {
                block.clear();
                continue;
            }
            Some(_) if !block.is_empty() => words.insert(0, &block),
            Some(_) => {}
        }
        match words[..] {
            ["module", name, ..] => package.name = Some(name.into()),
            ["require", name, ..] if comment.trim().starts_with("indirect") => {
                indirect.push((Arc::clone(path), name.to_owned(), line));
            }
            ["require", name, ..] => package.dependencies.push(Dependency {
                name: format!("go:{name}").into(),
                file: Arc::clone(path),
                line,
                ..Dependency::default()
            }),
            ["replace", from, ..] => {
                let to = words.iter().skip_while(|word| **word != "=>").nth(1).copied();
                replaced.extend(to.filter(|to| to.starts_with('.')).map(|to| (format!("go:{from}"), to.to_owned())));
            }
            _ => {}
        }
    }
    for dependency in &mut package.dependencies {
        let to = replaced.get(&*dependency.name);
        dependency.path = to.and_then(|to| beside(path, to)).map(Arc::from);
    }
    package.import = package.name.clone();
    package.name.is_some().then_some(package)
}
