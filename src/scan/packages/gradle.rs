//! `build.gradle`, `build.gradle.kts`, `settings.gradle` and version catalogues.
//!
//! A build file is a program in Groovy or Kotlin. What is understood are the blocks `dependencies`, `plugins`, and those
//! two within `subprojects` and `allprojects`, line by line.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::toml::{Document, Value};
use super::{Dependency, Ecosystem, Package, Packages, Texts, file_name, folder, inside, is_within, lines, upward};

/// Gradle; its packages are those of Maven.
pub(super) const ECOSYSTEM: Ecosystem = Ecosystem {
    name: "maven",
    wants: |path| is_build(path) || is_settings(path) || path.ends_with(".versions.toml"),
    read,
};

fn is_build(path: &str) -> bool {
    !is_settings(path)
        && (path.ends_with(".gradle.kts") || path.ends_with(".gradle"))
        && file_name(path).starts_with("build.")
}

fn is_settings(path: &str) -> bool {
    matches!(file_name(path), "settings.gradle" | "settings.gradle.kts")
}

/// What a version catalogue names, with `.` for `-` and `_`.
#[derive(Default)]
struct Names {
    libraries: BTreeMap<String, String>,
    bundles: BTreeMap<String, Vec<String>>,
    plugins: BTreeMap<String, String>,
}

fn dotted(alias: &str) -> String {
    alias.replace(['-', '_'], ".")
}

impl Names {
    fn read(document: &Document) -> Self {
        let library = |value: Value| {
            let text = |key: &str| value.get(key).and_then(Value::str);
            let short = value.str().or_else(|| text("module")).map(str::to_owned);
            let full = short.or_else(|| Some(format!("{}:{}", text("group")?, text("name")?)))?;
            let mut parts = full.split(':');
            Some(format!("{}:{}", parts.next()?, parts.next()?))
        };
        let plugin = |value: Value| {
            let id = value.get("id").and_then(Value::str).or(value.str())?;
            Some(id.split(':').next().unwrap_or(id).to_owned())
        };
        let libraries = document.entries(&["libraries"]).into_iter();
        let bundles = document.entries(&["bundles"]).into_iter();
        let plugins = document.entries(&["plugins"]).into_iter();
        Names {
            libraries: libraries.filter_map(|(key, value)| Some((dotted(key), library(value)?))).collect(),
            bundles: bundles
                .map(|(key, value)| (dotted(key), value.texts().iter().map(|name| dotted(name)).collect()))
                .collect(),
            plugins: plugins.filter_map(|(key, value)| Some((dotted(key), plugin(value)?))).collect(),
        }
    }

    /// The libraries that `libs.a.b` or `libs.bundles.c` stands for.
    fn of(&self, accessor: &str) -> Vec<&String> {
        match accessor.strip_prefix("bundles.") {
            Some(bundle) => {
                self.bundles.get(bundle).into_iter().flatten().filter_map(|name| self.libraries.get(name)).collect()
            }
            None => self.libraries.get(accessor).into_iter().collect(),
        }
    }
}

fn read(texts: &Texts) -> Packages {
    let mut found = Packages::default();
    let mut catalogues: Vec<(&Arc<str>, Names)> = Vec::new();
    for (path, text) in texts.files.iter().filter(|(path, _)| path.ends_with(".versions.toml")) {
        match Document::parse(path, text) {
            Ok(document) => catalogues.push((path, Names::read(&document))),
            Err(problem) => found.problems.push(problem),
        }
    }
    let none = Names::default();
    let mut handed_down: Vec<(Arc<str>, Vec<Dependency>)> = Vec::new();
    for (path, text) in texts.files.iter().filter(|(path, _)| is_build(path)) {
        let above = |folder: &str| {
            let file = inside(folder, "gradle/libs.versions.toml");
            catalogues.iter().find(|(path, _)| ***path == *file).map(|(_, names)| names)
        };
        let names = upward(folder(path)).find_map(above).unwrap_or(&none);
        let root = root(path, texts);
        let build = scan(path, text, names, &root);
        let mut package = Package::new("maven", path);
        package.name = file_name(&package.folder).split('/').next().filter(|name| !name.is_empty()).map(Arc::from);
        package.is_program = build.is_program;
        package.dependencies = build.own;
        if !build.below.is_empty() {
            handed_down.push((Arc::clone(&package.folder), build.below));
        }
        found.add(package);
    }
    for (folder, dependencies) in handed_down {
        for package in found.packages.iter_mut().filter(|package| is_within(&package.folder, &folder)) {
            package.dependencies.extend(dependencies.iter().cloned());
            package.dependencies.sort();
            package.dependencies.dedup();
        }
    }
    found
}

/// The folder of the build that a file belongs to: the nearest with settings.
fn root(path: &str, texts: &Texts) -> String {
    let settings = |folder: &&str| {
        ["settings.gradle", "settings.gradle.kts"].iter().any(|name| texts.paths.contains(&*inside(folder, name)))
    };
    upward(folder(path)).find(settings).unwrap_or(folder(path)).to_owned()
}

#[derive(Default)]
struct Build {
    own: Vec<Dependency>,
    below: Vec<Dependency>,
    is_program: Option<bool>,
}

const PROGRAMS: [&str; 7] = [
    "application",
    "org.springframework.boot",
    "com.google.cloud.tools.jib",
    "io.quarkus",
    "io.micronaut.application",
    "war",
    "com.android.application",
];

fn scan(path: &Arc<str>, text: &str, names: &Names, root: &str) -> Build {
    let mut build = Build::default();
    let mut blocks: Vec<String> = Vec::new();
    let mut in_comment = false;
    for (line, text) in lines(text) {
        let text = code(text, &mut in_comment);
        let text = text.trim();
        let inside = |name: &str| blocks.iter().any(|block| block == name);
        let plugin = inside("plugins") || text.starts_with("apply plugin") || text.starts_with("apply(plugin");
        if plugin && !text.ends_with("apply false") && !text.ends_with("apply(false)") {
            is_program(&mut build, text, names);
        }
        if text.starts_with("mainClass") || text.starts_with("mainClassName") {
            build.is_program = Some(true);
        }
        let at_once = text.strip_prefix("dependencies").and_then(|rest| rest.trim_start().strip_prefix('{'));
        if (inside("dependencies") || at_once.is_some()) && !inside("buildscript") && !inside("dependencyManagement") {
            let statement = at_once.unwrap_or(text).trim().trim_end_matches('}');
            let found = declaration(statement, names, root);
            let found = found.into_iter().map(|dependency| Dependency { file: Arc::clone(path), line, ..dependency });
            let handed = inside("subprojects") || inside("allprojects");
            if handed { &mut build.below } else { &mut build.own }.extend(found);
        }
        braces(text, &mut blocks);
    }
    build
}

fn is_program(build: &mut Build, text: &str, names: &Names) {
    let alias = text.split_once("libs.plugins.").map(|(_, rest)| rest.split([')', ' ']).next().unwrap_or(rest));
    let id = alias.and_then(|alias| names.plugins.get(alias)).map(String::as_str).or_else(|| quoted(text));
    // In Kotlin a plugin of Gradle's own stands without quotes.
    let id = id.unwrap_or(text);
    if PROGRAMS.contains(&id) {
        build.is_program = Some(true);
    } else if matches!(id, "java-library" | "`java-library`" | "com.android.library") {
        build.is_program = build.is_program.or(Some(false));
    }
}

/// What a line of `dependencies` declares: `implementation("a:b:1")`, `api libs.c`, `implementation project(":d")`.
fn declaration(text: &str, names: &Names, root: &str) -> Vec<Dependency> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (configuration, rest) = text.split_at(end);
    let known =
        ["mplementation", "api", "ompileOnly", "untimeOnly", "compile", "runtime", "kapt", "ksp", "nnotationProcessor"];
    if !known.iter().any(|known| configuration.ends_with(known)) {
        return Vec::new();
    }
    let configuration = configuration.to_lowercase();
    let is_dev = configuration.contains("test")
        || ["kapt", "ksp"].contains(&&*configuration)
        || configuration.contains("processor");
    let rest = rest.trim_start_matches([' ', '(']);
    // A platform gives versions and brings nothing.
    if ["platform", "enforcedPlatform"].iter().any(|word| rest.starts_with(word)) {
        return Vec::new();
    }
    let one = |name: String| Dependency { name: format!("maven:{name}").into(), is_dev, ..Dependency::default() };
    if let Some(accessor) = rest.strip_prefix("libs.") {
        let end = accessor.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(accessor.len());
        return names.of(&accessor[..end]).into_iter().cloned().map(one).collect();
    }
    if rest.starts_with("project(") || rest.starts_with("projects.") {
        let path = quoted(rest).map(|path| path.trim_start_matches(':').replace(':', "/"));
        let path = path.or_else(|| Some(rest.strip_prefix("projects.")?.trim_end_matches(')').replace('.', "/")));
        return path
            .map(|path| {
                let name = file_name(&path).to_owned();
                Dependency { path: Some(inside(root, &path).into()), ..one(name) }
            })
            .into_iter()
            .collect();
    }
    let option = |key: &str| rest.split_once(key).and_then(|(_, rest)| quoted(rest));
    if let (Some(group), Some(name)) = (option("group"), option("name")) {
        return vec![one(format!("{group}:{name}"))];
    }
    let mut parts = quoted(rest).unwrap_or_default().split(':');
    match (parts.next(), parts.next()) {
        (Some(group), Some(name)) if !group.is_empty() && !name.is_empty() => vec![one(format!("{group}:{name}"))],
        _ => Vec::new(),
    }
}

/// A line without its comments.
fn code(line: &str, in_comment: &mut bool) -> String {
    let mut out = String::new();
    let mut rest = line;
    loop {
        if *in_comment {
            let Some((_, after)) = rest.split_once("*/") else { return out };
            *in_comment = false;
            rest = after;
        }
        let Some(at) = rest.find('/') else { return out + rest };
        let (before, after) = rest.split_at(at);
        out += before;
        // `//` after a colon is the middle of an address.
        if after.starts_with("//") && !before.ends_with(':') {
            return out;
        }
        if let Some(after) = after.strip_prefix("/*") {
            *in_comment = true;
            rest = after;
        } else {
            out.push('/');
            rest = &after[1..];
        }
    }
}

/// Follows the braces of a line; each block is known by the first word of what opens it.
fn braces(text: &str, blocks: &mut Vec<String>) {
    let mut word_from = 0;
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), letter) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '{') => {
                let head = text[word_from..at].trim();
                let end = head.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(head.len());
                blocks.push(head[..end].to_owned());
                word_from = at + 1;
            }
            (None, '}') => {
                blocks.pop();
                word_from = at + 1;
            }
            _ => {}
        }
    }
}

/// The first quoted text.
fn quoted(text: &str) -> Option<&str> {
    let start = text.find(['"', '\''])?;
    let quote = text.get(start..=start)?;
    let rest = &text[start + 1..];
    rest.find(quote).map(|end| &rest[..end])
}
