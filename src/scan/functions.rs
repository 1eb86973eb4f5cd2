//! Functions that a provider runs: which file and function of the tree a resource of infrastructure as code names as its
//! handler.
//!
//! The handler is written in the way of its language: `orders.handler` is `handler` of `orders.py` or `orders.js`,
//! `com.acme.Orders::handle` the method of a class. The folder is a setting of the resource, or of what packs it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::code::{Function, Role};
use super::files::{Code, File};
use super::programs::{folder, lies_in};
use crate::facts::{Facts, ResourceFact, Setting};
use crate::source::beside;

/// Settings that hold the folder or file of the code, by letters alone.
const PLACES: &[&str] =
    &["codeuri", "sourcedir", "sourcepath", "sourcefile", "code", "filename", "localexistingpackage", "src"];

/// Folders that builds put their output into.
const OUTPUTS: &[&str] = &["dist", "build", "out", "lib", ".build", "target", "bin"];

/// Names of functions that a provider calls where nothing else is said.
const HANDLERS: &[&str] = &["handler", "lambda_handler", "lambdaHandler"];

/// What a resource runs.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// The resource: its set of facts, and its place there.
    pub(super) resource: (usize, usize),
    /// Its name.
    pub(super) name: Arc<str>,
    /// Its code.
    pub(super) body: Body,
}

/// The code of a handler.
#[derive(Clone, Debug)]
pub(super) struct Body {
    /// The folder of its code.
    pub(super) folder: Arc<str>,
    /// Its own files: the one with the handler, or all of the folder where the build makes one program of them.
    pub(super) files: Vec<usize>,
    /// The function that is called; `None` where the program has a start of its own.
    pub(super) entry: Option<Arc<str>>,
}

/// Whether a function is one that a provider calls although no manifest is there to say so: `handler(event, context)` of a
/// file.
pub(super) fn is_handler(function: &Function) -> bool {
    let first = function.parameters.first().map(|(name, _)| name.trim_start_matches('_'));
    function.owner.is_none()
        && function.role == Role::Plain
        && HANDLERS.contains(&&*function.name)
        && function.parameters.len() <= 3
        && (matches!(first, Some("event" | "evt")) || &*function.name != "handler" && first.is_some())
}

/// What the resources of manifests run, in their order. Linear in the settings, and in the files for each handler.
pub(super) fn runs(code: &Code, facts: &[(&'static str, Facts)]) -> Vec<Run> {
    let mut all = Vec::new();
    for (set, (_, facts)) in facts.iter().enumerate() {
        for (index, resource) in facts.resources.iter().enumerate().filter(|(_, resource)| !resource.looked_up) {
            let handler = resource.settings.iter().find(|setting| plain(&setting.path) == "handler");
            let handler = handler.and_then(|setting| Some((setting, setting.value.text()?)));
            let Some((setting, handler)) = handler else { continue };
            let folders = places(resource, &facts.resources, setting);
            if let Some(body) = find(code, &handler, &folders) {
                let name = Arc::clone(&resource.name);
                all.push(Run { resource: (set, index), name, body });
            }
        }
    }
    all
}

/// A key by its letters alone, in lower case.
fn plain(key: &str) -> String {
    key.chars().filter(|letter| letter.is_ascii_alphanumeric()).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The folders and files in which the code of a resource may lie, the likeliest first: what it says itself, what is packed
/// into what it says, and where it is written.
fn places(resource: &ResourceFact, all: &[ResourceFact], handler: &Setting) -> Vec<Arc<str>> {
    let packs = resource.settings.iter().flat_map(|setting| &setting.refers).map(|referral| &all[referral.to]);
    let packed = packs.filter(|other| other.looked_up).flat_map(|other| &other.settings);
    let mut found: Vec<Arc<str>> = Vec::new();
    for setting in resource.settings.iter().chain(packed) {
        let Some(text) = setting.value.text().filter(|_| PLACES.contains(&plain(&setting.path).as_str())) else {
            continue;
        };
        if text.contains("://") || text.contains(char::is_whitespace) {
            continue;
        }
        // Written from the file's folder on, or from that of the tree.
        let text = text.trim_end_matches('/');
        found.extend(beside(&setting.evidence.at.file, text).map(Arc::from));
        found.push(text.trim_start_matches("./").into());
    }
    found.push(folder(&handler.evidence.at.file).into());
    found
}

/// The folder, the files and the function of a handler.
fn find(code: &Code, handler: &str, places: &[Arc<str>]) -> Option<Body> {
    // A method of a class: `com.acme.Orders::handle`, `Assembly::Acme.Orders::Handle`.
    let (before, function) = handler.rsplit_once("::").or_else(|| handler.rsplit_once('.')).unwrap_or((handler, ""));
    let is_class = handler.contains("::");
    let class = before.rsplit(['.', ':']).next().unwrap_or(before);
    for place in places {
        let inside: Vec<usize> = (0..code.files.len()).filter(|file| lies_in(place, &code.files[*file].path)).collect();
        let defines = |file: &usize| {
            let module = &code.files[*file].module;
            module.types.iter().any(|one| &*one.name == class)
        };
        if is_class && let Some(file) = inside.iter().find(|file| defines(file)) {
            let language = code.files[*file].language;
            let files: Vec<usize> =
                inside.iter().copied().filter(|file| code.files[*file].language == language).collect();
            return Some(Body { folder: Arc::clone(place), files, entry: Some(function.into()) });
        }
        for path in paths(before) {
            let ends = |file: &&usize| is_file(place, &path, &code.files[**file]);
            let fit: Vec<usize> = inside.iter().filter(ends).copied().collect();
            // The place itself first; below it only where there is no doubt.
            let near = fit.iter().find(|file| stem_of(&code.files[**file].path) == put(place, &path));
            if let Some(file) = near.or(fit.first().filter(|_| fit.len() == 1)) {
                let (folder, files) = (Arc::clone(place), vec![*file]);
                return Some(Body { folder, files, entry: Some(function.into()) });
            }
        }
    }
    // A program that is compiled starts by itself: the handler is its name.
    let compiled = |file: &usize| {
        let file: &File = &code.files[*file];
        matches!(file.language, "Go" | "Rust") && file.module.functions.iter().any(|one| one.role == Role::Main)
    };
    let said = places.len().saturating_sub(1);
    places[..said].iter().find_map(|place| {
        let inside = (0..code.files.len()).filter(|file| lies_in(place, &code.files[*file].path));
        let starts: BTreeSet<&str> = inside.filter(compiled).map(|file| folder(&code.files[file].path)).collect();
        let only = starts.first().filter(|_| starts.len() == 1)?;
        let files = (0..code.files.len()).filter(|file| folder(&code.files[*file].path) == *only).collect();
        Some(Body { folder: Arc::from(*only), files, entry: None })
    })
}

/// The paths that a handler may mean, without the ends of files: as it is written, and without the folder of a build.
fn paths(handler: &str) -> Vec<String> {
    let plain = handler.trim_start_matches("./");
    let mut all = vec![plain.to_owned()];
    if let Some((first, rest)) = plain.split_once('/')
        && OUTPUTS.contains(&first)
    {
        all.extend([rest.to_owned(), format!("src/{rest}")]);
    }
    // Packages of Python are written with dots.
    if plain.contains('.') {
        all.push(plain.replace('.', "/"));
    }
    all
}

/// Whether a file is the one of a path in a place, or further below it.
fn is_file(place: &str, path: &str, file: &File) -> bool {
    let run_by_name = matches!(file.language, "JavaScript" | "TypeScript" | "Python" | "Ruby" | "PHP");
    let stem = stem_of(&file.path);
    let rest = stem.strip_suffix(path).filter(|rest| rest.is_empty() || rest.ends_with('/'));
    run_by_name
        && !path.is_empty()
        && rest.is_some_and(|rest| lies_in(place, rest.trim_end_matches('/')) || rest.is_empty())
}

fn stem_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rfind('.').map_or(path, |dot| &path[..path.len() - name.len() + dot])
}

fn put(folder: &str, rest: &str) -> String {
    if folder.is_empty() { rest.to_owned() } else { format!("{folder}/{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_are_known_by_their_names_and_what_they_are_given() {
        let function = |name: &str, parameters: &[&str]| Function {
            name: name.into(),
            parameters: parameters.iter().map(|name| (Arc::from(*name), None)).collect(),
            ..Function::default()
        };
        assert!(is_handler(&function("handler", &["event", "context"])));
        assert!(is_handler(&function("handler", &["event"])));
        assert!(is_handler(&function("lambda_handler", &["e", "ctx"])));
        for (name, parameters) in [
            ("handler", &["request"][..]),
            ("handler", &[]),
            ("handle", &["event"]),
            ("handler", &["event", "a", "b", "c"]),
        ] {
            assert!(!is_handler(&function(name, parameters)), "{name} {parameters:?}");
        }
        let method = Function { owner: Some("Orders".into()), ..function("handler", &["event"]) };
        assert!(!is_handler(&method));
    }

    #[test]
    fn a_handler_may_lie_in_what_a_build_makes() {
        assert_eq!(paths("dist/orders"), ["dist/orders", "orders", "src/orders"]);
        assert_eq!(paths("shop.orders"), ["shop.orders", "shop/orders"]);
        assert_eq!(stem_of("a.b/orders.test.js"), "a.b/orders.test");
        assert_eq!(stem_of("a.b/orders"), "a.b/orders");
    }
}
