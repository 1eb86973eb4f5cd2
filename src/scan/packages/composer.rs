//! `composer.json` and `composer.lock`.

use std::sync::Arc;

use super::{Dependency, Ecosystem, Package, Packages, Texts, file_name};
use crate::source::Problem;
use crate::source::yaml::{self, Node};

/// Composer.
pub(super) const ECOSYSTEM: Ecosystem =
    Ecosystem { name: "composer", wants: |path| matches!(file_name(path), "composer.json" | "composer.lock"), read };

fn read(texts: &Texts) -> Packages {
    let mut found = Packages::default();
    let mut locks = Vec::new();
    for (path, text) in &texts.files {
        let mut documents = yaml::parse(path, text);
        match documents.nodes.pop() {
            Some(node) if node.is_map() && path.ends_with(".lock") => locks.push((path, node)),
            Some(node) if node.is_map() => found.add(package(path, &node)),
            _ => found.problems.extend(documents.problems.drain(..).take(1).map(|problem| {
                let help = "mend the JSON; what it declares is not known";
                Problem { help: Some(help.to_owned()), ..problem }
            })),
        }
    }
    found.join_by_name("composer");
    for (path, node) in locks {
        let packages = node.get("packages").map(Node::items).unwrap_or_default();
        let names = packages.iter().filter_map(|package| package.get("name"));
        let named = names.filter_map(|name| Some((name.text()?, name.location(path).line)));
        found.hints(path, "composer", named.collect::<Vec<_>>());
    }
    found
}

fn package(path: &Arc<str>, node: &Node) -> Package {
    let mut package = Package::new("composer", path);
    package.name = node.text_at(&["name"]).map(Arc::from);
    package.is_program = match node.text_at(&["type"]) {
        Some("project") => Some(true),
        Some("library" | "symfony-bundle") => Some(false),
        _ => None,
    };
    for (kind, is_dev) in [("require", false), ("require-dev", true)] {
        for (key, _) in node.get(kind).map(Node::entries).unwrap_or_default() {
            // What has no vendor is the language or one of its extensions.
            let Some(name) = key.text().filter(|name| name.contains('/')) else { continue };
            package.dependencies.push(Dependency {
                name: format!("composer:{name}").into(),
                file: Arc::clone(path),
                line: key.location(path).line,
                is_dev,
                ..Dependency::default()
            });
        }
    }
    package
}
