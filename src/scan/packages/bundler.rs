//! `Gemfile`, `*.gemspec` and `Gemfile.lock`. The first two are programs; lines that say `gem` and `add_dependency` are
//! understood.

use std::sync::Arc;

use super::{Dependency, Ecosystem, Package, Packages, Texts, file_name, folder, inside, lines};
use crate::source::beside;

/// Bundler.
pub(super) const ECOSYSTEM: Ecosystem = Ecosystem {
    name: "gem",
    wants: |path| matches!(file_name(path), "Gemfile" | "Gemfile.lock") || path.ends_with(".gemspec"),
    read,
};

fn read(texts: &Texts) -> Packages {
    let mut found = Packages::default();
    for (path, text) in &texts.files {
        if path.ends_with(".gemspec") {
            found.add(specification(path, text));
        } else if file_name(path) == "Gemfile" {
            let mut package = gemfile(path, text);
            let starts = ["config.ru", "bin/rails", "Procfile"];
            let runs = starts.iter().any(|name| texts.paths.contains(&*inside(&package.folder, name)));
            package.is_program = runs.then_some(true);
            found.add(package);
        }
    }
    found.join_by_name("gem");
    for (path, text) in texts.files.iter().filter(|(path, _)| file_name(path) == "Gemfile.lock") {
        // Two steps in stand the gems, three what each of them wants.
        let gems = lines(text).filter_map(|(line, text)| Some((text.strip_prefix("    ")?, line)));
        let named = gems.filter(|(text, _)| !text.starts_with(' ') && text.ends_with(')'));
        let named = named.filter_map(|(text, line)| Some((text.split_once(" (")?.0, line)));
        found.hints(path, "gem", named.collect::<Vec<_>>());
    }
    found
}

fn gemfile(path: &Arc<str>, text: &str) -> Package {
    let mut package = Package::new("gem", path);
    // What opens blocks, and whether they are for development.
    let mut blocks: Vec<(bool, Option<&str>)> = Vec::new();
    for (line, text) in lines(text) {
        let text = without_comment(text).trim();
        let is_dev = |text: &str| text.contains(":test") || text.contains(":development");
        if let Some(rest) = text.strip_prefix("gem ").or_else(|| text.strip_prefix("gem(")) {
            let Some(name) = quoted(rest) else { continue };
            let option = |key: &str| rest.split_once(key).and_then(|(_, rest)| quoted(rest));
            let within = blocks.iter().rev().find_map(|(_, path)| *path);
            let to = option(" path:").or_else(|| option(":path =>")).map(str::to_owned);
            let to = to.or_else(|| within.map(|within| format!("{within}/{name}")));
            package.dependencies.push(Dependency {
                name: format!("gem:{name}").into(),
                file: Arc::clone(path),
                line,
                is_dev: blocks.iter().any(|(dev, _)| *dev) || rest.contains("group") && is_dev(rest),
                path: to.and_then(|to| beside(path, &to)).map(Arc::from),
                ..Dependency::default()
            });
        } else if text.ends_with(" do") || text.starts_with("if ") || text.starts_with("unless ") {
            let own = text.strip_prefix("path ").and_then(quoted);
            blocks.push((text.starts_with("group") && is_dev(text) && !text.contains(":production"), own));
        } else if text == "end" {
            blocks.pop();
        }
    }
    package
}

fn specification(path: &Arc<str>, text: &str) -> Package {
    let mut package = Package::new("gem", path);
    package.is_program = Some(false);
    let stem = file_name(path).trim_end_matches(".gemspec");
    package.name = Some(stem.into());
    for (line, text) in lines(text) {
        let text = without_comment(text).trim();
        let Some((before, rest)) = text.split_once("add_") else {
            let own = text.split_once(".name").filter(|(_, rest)| rest.trim_start().starts_with('='));
            package.name = own.and_then(|(_, rest)| quoted(rest)).map(Arc::from).or(package.name);
            continue;
        };
        let known = ["dependency", "runtime_dependency", "development_dependency"];
        let Some(kind) = known.iter().find(|kind| rest.starts_with(**kind)).filter(|_| before.ends_with('.')) else {
            continue;
        };
        package.dependencies.extend(quoted(rest).map(|name| Dependency {
            name: format!("gem:{name}").into(),
            file: Arc::clone(path),
            line,
            is_dev: *kind == "development_dependency",
            ..Dependency::default()
        }));
    }
    debug_assert_eq!(&*package.folder, folder(path));
    package
}

/// A line up to its comment; `#` within quotes begins none.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    for (at, letter) in line.char_indices() {
        match (quote, letter) {
            (None, '#') => return &line[..at],
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    line
}

/// The first quoted text.
fn quoted(text: &str) -> Option<&str> {
    let start = text.find(['"', '\''])?;
    let quote = text.get(start..=start)?;
    let rest = &text[start + 1..];
    rest.find(quote).map(|end| &rest[..end])
}
