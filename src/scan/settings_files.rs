//! Files of settings that code names itself: `viper.SetConfigName("config")`, `viper.AddConfigPath("./config")`.
//!
//! Other programs find theirs by rules of a framework, which the readers of configuration know; these say in their code
//! which file it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::code::Part;
use super::environment::Environment;
use super::programs::{folder, last};
use super::settings::loose;
use super::sources::fixed;
use super::view::View;
use crate::source::Tree;
use crate::source::yaml::{self, Node};

/// How files of settings end that are read here. JSON is YAML.
const ENDS: &[&str] = &["yaml", "yml", "json"];

/// What the calls of a program say of its files of settings.
#[derive(Debug, Default)]
struct Said {
    /// Names without an ending.
    names: BTreeSet<Arc<str>>,
    /// Whole paths.
    paths: BTreeSet<Arc<str>>,
    /// Where files of these names are looked for, in the order of the code.
    folders: Vec<Arc<str>>,
}

/// Adds what the files say that the code of a program names, for what nothing else sets: variables go before files. What
/// two files set differently is withheld. Linear in the calls and in the texts of the files.
pub(super) fn add(tree: &Tree, paths: &BTreeSet<Arc<str>>, home: &str, view: &View<'_>, environment: &mut Environment) {
    let mut told: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    for path in found(&said(view), paths, home) {
        let Ok(text) = tree.read(&path) else { continue };
        for document in &yaml::parse(&path, &text).nodes {
            leaves(document, "", &mut told);
        }
    }
    if told.is_empty() {
        return;
    }
    let set: BTreeSet<String> =
        environment.values.keys().chain(&environment.withheld).map(|name| loose(name)).collect();
    for (key, values) in told.into_iter().filter(|(key, _)| !set.contains(&loose(key))) {
        match values.first().filter(|_| values.len() == 1) {
            Some(value) => drop(environment.values.insert(key, Arc::clone(value))),
            None => drop(environment.withheld.insert(key)),
        }
    }
}

fn said(view: &View<'_>) -> Said {
    let mut said = Said::default();
    for function in ["SetConfigName", "SetConfigFile", "AddConfigPath"] {
        for id in view.mentioning(function).iter().filter(|id| view.is_live(**id)) {
            let calls = view.functions[*id].1.calls.iter();
            for call in calls.filter(|call| call.path.last().is_some_and(|name| **name == *function)) {
                let Some([Part::Text(text)]) = call.arguments.first().map(|one| one.value.as_slice()) else { continue };
                let Some(letters) = fixed(text).cloned() else { continue };
                match function {
                    "SetConfigName" => drop(said.names.insert(letters)),
                    "SetConfigFile" => drop(said.paths.insert(letters)),
                    _ => said.folders.push(letters),
                }
            }
        }
    }
    said
}

/// The files that are meant: below the folder of the program, or the nearest above it from which it may be started.
fn found(said: &Said, paths: &BTreeSet<Arc<str>>, home: &str) -> BTreeSet<Arc<str>> {
    let here = [Arc::from(".")];
    let folders = if said.folders.is_empty() { here.as_slice() } else { said.folders.as_slice() };
    let named = said.names.iter().map(|name| {
        let name = last(name);
        let all = folders.iter().flat_map(|folder| ENDS.iter().map(move |end| format!("{folder}/{name}.{end}")));
        all.collect::<Vec<String>>()
    });
    let whole = said.paths.iter().filter(|path| ENDS.iter().any(|end| path.ends_with(&format!(".{end}"))));
    let whole = whole.map(|path| vec![path.to_string()]);
    named.chain(whole).filter_map(|candidates| nearest(&candidates, paths, home)).collect()
}

/// The first of these paths, relative to a folder, that is a file there or else in the folders above.
fn nearest(candidates: &[String], paths: &BTreeSet<Arc<str>>, home: &str) -> Option<Arc<str>> {
    let mut base = home;
    loop {
        let full = candidates.iter().filter_map(|path| joined(base, path));
        if let Some(found) = full.into_iter().find_map(|path| paths.get(path.as_str())) {
            return Some(Arc::clone(found));
        }
        if base.is_empty() {
            return None;
        }
        base = folder(base);
    }
}

/// A relative path below a folder; `None` for one that is not relative, or leads out of the tree.
fn joined(base: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(['$', '~']) {
        return None;
    }
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The texts and numbers of a document by their keys, `kafka.topic`. A key of one word, `name`, is left out: nothing tells
/// it from the names of other things.
fn leaves(node: &Node, key: &str, told: &mut BTreeMap<Arc<str>, BTreeSet<Arc<str>>>) {
    for (name, value) in node.entries() {
        let Some(name) = name.text() else { continue };
        let key = if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
        match value.text() {
            Some(text) if key.contains('.') && !value.is_null() => {
                told.entry(key.into()).or_default().insert(text.into());
            }
            _ => leaves(value, &key, told),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_several_parts_are_read() {
        let text = "name: shop\nport: 80\nkafka:\n  topic: orders\n  retries: 3\n  group:\n  nodes: [a, b]\n";
        let mut told = BTreeMap::new();
        for document in &yaml::parse(&"config.yaml".into(), text).nodes {
            leaves(document, "", &mut told);
        }
        let told: Vec<String> = told.into_iter().map(|(key, values)| format!("{key} {values:?}")).collect();
        assert_eq!(told, ["kafka.retries {\"3\"}", "kafka.topic {\"orders\"}"]);
    }

    #[test]
    fn files_are_found_from_where_a_program_may_be_started() {
        let paths: BTreeSet<Arc<str>> =
            ["config.yaml", "shop/config/app.yml", "shop/cmd/api/main.go"].into_iter().map(Arc::from).collect();
        for (name, folder, home, expected) in [
            ("app", "./config", "shop/cmd/api", Some("shop/config/app.yml")),
            ("config", ".", "shop/cmd/api", Some("config.yaml")),
            ("app", "../../config", "shop/cmd/api", Some("shop/config/app.yml")),
            ("app", "/etc/shop", "shop/cmd/api", None),
            ("app", "$HOME/config", "shop", None),
            ("other", ".", "shop", None),
        ] {
            let said = Said { names: BTreeSet::from([name.into()]), folders: vec![folder.into()], ..Said::default() };
            let found = found(&said, &paths, home);
            assert_eq!(found.first().map(|path| &**path), expected, "{name} in {folder} from {home}");
        }
    }
}
