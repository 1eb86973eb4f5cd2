//! `package.json`, and the lock files of npm, pnpm and Yarn.

use std::sync::Arc;

use super::{Dependency, Ecosystem, Package, Packages, Texts, file_name, lines};
use crate::source::yaml::{self, Node};
use crate::source::{Problem, beside};

/// npm, pnpm and Yarn.
pub(super) const ECOSYSTEM: Ecosystem = Ecosystem {
    name: "npm",
    wants: |path| matches!(file_name(path), "package.json" | "package-lock.json" | "pnpm-lock.yaml" | "yarn.lock"),
    read,
};

fn read(texts: &Texts) -> Packages {
    let mut found = Packages::default();
    for (path, text) in texts.files.iter().filter(|(path, _)| file_name(path) == "package.json") {
        let mut documents = yaml::parse(path, text);
        match documents.nodes.first() {
            Some(node) if node.is_map() => found.add(package(path, node)),
            _ => found.problems.extend(documents.problems.drain(..).take(1).map(|problem| {
                let help = "mend the JSON; what it declares is not known";
                Problem { help: Some(help.to_owned()), ..problem }
            })),
        }
    }
    found.join_by_name("npm");
    for (path, text) in &texts.files {
        let names = match file_name(path) {
            "package-lock.json" => lines(text).filter_map(npm_name).collect(),
            "yarn.lock" => lines(text).filter_map(yarn_name).collect(),
            "pnpm-lock.yaml" => pnpm_names(text),
            _ => continue,
        };
        found.hints(path, "npm", names);
    }
    found
}

fn package(path: &Arc<str>, node: &Node) -> Package {
    let mut package = Package::new("npm", path);
    package.name = node.text_at(&["name"]).map(Arc::from);
    package.import = package.name.clone();
    let starts = ["start", "serve", "start:prod"].iter().any(|script| node.at(&["scripts", script]).is_some());
    let library = ["main", "module", "exports", "types"].iter().any(|key| node.get(key).is_some());
    package.is_program = match (starts || node.get("bin").is_some(), library) {
        (true, _) => Some(true),
        (false, true) if node.get("private").is_none() => Some(false),
        _ => None,
    };
    for (kind, is_dev) in [
        ("dependencies", false),
        ("optionalDependencies", false),
        ("peerDependencies", false),
        ("devDependencies", true),
    ] {
        for (key, value) in node.get(kind).map(Node::entries).unwrap_or_default() {
            let (Some(name), Some(version)) = (key.text(), value.text()) else { continue };
            let other = version
                .strip_prefix("npm:")
                .map(|real| real.rfind('@').filter(|at| *at > 0).map_or(real, |at| &real[..at]));
            let local = ["file:", "link:", "portal:"].iter().find_map(|prefix| version.strip_prefix(prefix));
            package.dependencies.push(Dependency {
                name: format!("npm:{}", other.unwrap_or(name)).into(),
                alias: other.map(|_| name.into()),
                file: Arc::clone(path),
                line: key.location(path).line,
                is_dev,
                path: local.and_then(|to| beside(path, to)).map(Arc::from),
                ..Dependency::default()
            });
        }
    }
    package
}

/// A line `"node_modules/a/node_modules/@b/c": {` of a lock file of npm.
fn npm_name((line, text): (u32, &str)) -> Option<(&str, u32)> {
    let key = text.trim_start().strip_prefix('"')?.split_once("\": {")?.0;
    Some((key.rsplit_once("node_modules/")?.1, line))
}

/// A line `"@b/c@^1.0.0", "@b/c@^1.2.0":` of a lock file of Yarn; the newer form writes `@b/c@npm:^1.0.0`.
fn yarn_name((line, text): (u32, &str)) -> Option<(&str, u32)> {
    if text.starts_with([' ', '#', '\t']) || !text.ends_with(':') {
        return None;
    }
    let first = text.trim_start_matches('"');
    let at = first.get(1..)?.find('@')? + 1;
    (!first[at..].starts_with("@workspace:")).then_some((&first[..at], line))
}

/// The keys of `packages` in a lock file of pnpm: `/@b/c@1.0.0(d@2):`, `'@b/c@1.0.0':`, `/c/1.0.0:`.
fn pnpm_names(text: &str) -> Vec<(&str, u32)> {
    let mut inside = false;
    let mut names = Vec::new();
    for (line, text) in lines(text) {
        if !text.starts_with(' ') && !text.is_empty() {
            inside = text.starts_with("packages:");
            continue;
        }
        let Some(key) = text.strip_prefix("  ").filter(|key| inside && !key.starts_with(' ')) else { continue };
        let key = key.trim_start_matches(['\'', '"']).trim_start_matches('/');
        let scope = if key.starts_with('@') { key.find('/').map_or(0, |at| at + 1) } else { 0 };
        let Some(end) = key.get(scope + 1..).and_then(|rest| rest.find(['@', '/'])) else { continue };
        names.push((&key[..scope + 1 + end], line));
    }
    names
}
