//! Requirements of Python: PEP 508, and the files that pip reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Dependency, lines};
use crate::source::beside;

/// So many files may include each other.
const MOST_INCLUDED: usize = 64;

/// A requirement, `name[extra]>=1; marker` or `name @ url`: the name as the registry writes it.
pub(super) fn name(requirement: &str) -> Option<String> {
    let requirement = requirement.trim();
    let end =
        requirement.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(requirement.len());
    let rest = requirement[end..].trim_start();
    let fits = rest.is_empty() || rest.starts_with(['[', '=', '<', '>', '!', '~', ';', '@', '(', ',']);
    (fits && requirement.starts_with(|c: char| c.is_ascii_alphanumeric())).then(|| normal(&requirement[..end]))
}

/// A name as PyPI writes it: in lower case, with `-` for each run of `-`, `_` and `.`.
pub(super) fn normal(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_lowercase()
}

/// The dependencies of a requirements file and of those that it includes.
pub(super) fn file(path: &Arc<str>, files: &BTreeMap<Arc<str>, String>) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![Arc::clone(path)];
    while let Some(path) = open.pop().filter(|_| seen.len() < MOST_INCLUDED) {
        let Some(text) = files.get(&path).filter(|_| seen.insert(Arc::clone(&path))) else { continue };
        for (line, text) in lines(text) {
            let text = text.split(" #").next().unwrap_or(text).trim().trim_end_matches('\\').trim();
            if let Some(other) = option(text, &["-r", "--requirement"]) {
                open.extend(beside(&path, other).map(Arc::from));
                continue;
            }
            let (name, to) = match option(text, &["-e", "--editable"]) {
                Some(what) if what.contains("://") => (egg(what), None),
                Some(what) => {
                    let folder = what.split('[').next().unwrap_or(what);
                    (beside(&path, folder).map(|folder| normal(super::file_name(&folder))), beside(&path, folder))
                }
                None if text.starts_with(['-', '#']) => continue,
                None if text.contains("://") && !text.contains(" @ ") => (egg(text), None),
                None => (name(text), None),
            };
            found.extend(name.filter(|name| !name.is_empty()).map(|name| Dependency {
                name: format!("pypi:{name}").into(),
                file: Arc::clone(&path),
                line,
                path: to.map(Arc::from),
                ..Dependency::default()
            }));
        }
    }
    found
}

/// The value of an option of a line: `-r base.txt`, `--requirement=base.txt`.
fn option<'t>(text: &'t str, names: &[&str]) -> Option<&'t str> {
    let rest = names.iter().find_map(|name| text.strip_prefix(name))?;
    rest.starts_with([' ', '=', '\t']).then(|| rest.trim_start_matches([' ', '=', '\t']))
}

/// The name that a link to a repository gives: `git+https://…#egg=name`.
fn egg(link: &str) -> Option<String> {
    let (_, name) = link.split_once("#egg=").or_else(|| link.split_once("&egg="))?;
    Some(normal(name.split(['&', '[', ' ']).next().unwrap_or(name)))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_requirement_gives_its_name_alone() {
        for (text, expected) in [
            ("boto3", Some("boto3")),
            ("Azure_Storage.Blob>=12,<13 ; python_version > '3'", Some("azure-storage-blob")),
            ("celery[redis]==5.0", Some("celery")),
            ("pkg @ https://example.com/pkg.whl", Some("pkg")),
            ("a (>=1)", Some("a")),
            ("", None),
            ("./wheels/x.whl", None),
            ("not a name", None),
        ] {
            assert_eq!(name(text).as_deref(), expected, "{text}");
        }
    }
}
