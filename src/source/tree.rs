//! The files under the paths that a command was given: found once, read on demand, never outside the tree.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;

use super::{Location, Problem};

/// No manifest of a person is larger; what is, is generated data.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
const MOST_FILES: usize = 500_000;

/// The files of one run, by the path that is shown to people.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<Arc<str>, PathBuf>,
    /// What came in on standard input, under the name that it is shown by.
    given: BTreeMap<Arc<str>, String>,
    /// What could not be found or listed.
    pub problems: Vec<Problem>,
}

impl Tree {
    /// Lists the files under paths, each a folder or a single file.
    ///
    /// Hidden files are listed, `.git` and what `.gitignore` names are not, links are not followed. Shown paths begin
    /// as the argument does where that is relative and does not lead upwards, else they are relative to the argument.
    /// The path `-` is standard input, which is read here and shown as `stdin.json` or `stdin.yaml`.
    pub fn load(paths: &[PathBuf]) -> Self {
        let mut tree = Tree::default();
        for path in paths {
            if path.as_os_str() == "-" {
                tree.standard_input();
                continue;
            }
            let prefix = prefix(path);
            match fs::metadata(path) {
                Ok(meta) if meta.is_dir() => {
                    tree.walk(path, &prefix);
                    tree.manifest_above(path);
                }
                Ok(_) => {
                    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    let shown = if prefix.is_empty() { name } else { prefix };
                    tree.files.insert(shown.into(), path.clone());
                    tree.manifest_above(path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")));
                }
                Err(error) => {
                    let problem = Problem::general(format!("{}: {}", path.display(), reason(&error)));
                    tree.problems.push(problem.help("give a folder or a file that exists"));
                }
            }
        }
        tree
    }

    /// Reads standard input to its end, once however often it is named.
    fn standard_input(&mut self) {
        if !self.given.is_empty() {
            return;
        }
        let mut bytes = Vec::new();
        if let Err(error) = std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes) {
            let problem = Problem::general(format!("standard input: {}", reason(&error)));
            self.problems.push(problem.help("pipe something into it, as in `terraform show -json plan.out | … -`"));
            return;
        }
        let too_much = u64::try_from(bytes.len()).is_ok_and(|length| length > MOST_BYTES);
        if too_much || bytes.is_empty() {
            let message = match too_much {
                true => format!("standard input: more than the limit of {} MB", MOST_BYTES >> 20),
                false => "standard input: it is empty".to_owned(),
            };
            self.problems.push(Problem::general(message).help("pipe a plan, a state or rendered manifests into it"));
            return;
        }
        self.give(String::from_utf8_lossy(&bytes).into_owned());
    }

    /// Adds a text that is in no file: JSON when it begins as such, else YAML.
    pub fn give(&mut self, text: String) {
        let json = text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
        let shown: Arc<str> = if json { "stdin.json" } else { "stdin.yaml" }.into();
        self.files.insert(Arc::clone(&shown), PathBuf::new());
        self.given.insert(shown, text);
    }

    fn walk(&mut self, root: &Path, prefix: &str) {
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .follow_links(false)
            .require_git(false)
            .git_global(false)
            .git_exclude(false)
            .parents(false)
            .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some(".git" | "node_modules" | ".terraform")))
            .build();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.problems.push(Problem::general(format!("{error}")).help("it is left out; the rest is read"));
                    continue;
                }
            };
            if !entry.file_type().is_some_and(|kind| kind.is_file()) {
                continue;
            }
            if self.files.len() >= MOST_FILES {
                let message = format!("more than {MOST_FILES} files: the rest is left out");
                self.problems.push(Problem::general(message).help("give the folders that hold the manifests"));
                return;
            }
            let inside = entry.path().strip_prefix(root).unwrap_or(entry.path());
            self.files.insert(join(prefix, &slashes(inside)).into(), entry.path().to_path_buf());
        }
    }

    /// `linchpin.yaml` of a folder above, up to the root of its repository.
    fn manifest_above(&mut self, folder: &Path) {
        let Ok(start) = folder.canonicalize() else { return };
        if !start.ancestors().any(|above| above.join(".git").exists()) {
            return;
        }
        let mut up = String::new();
        for above in start.ancestors() {
            for name in ["linchpin.yaml", ".github/linchpin.yaml"] {
                let file = above.join(name);
                let known = || self.files.values().any(|path| path.canonicalize().is_ok_and(|path| path == file));
                if file.is_file() && !known() {
                    self.files.insert(format!("{up}{name}").into(), file);
                }
            }
            if above.join(".git").exists() {
                return;
            }
            up.push_str("../");
        }
    }

    /// The shown paths of all files, in order.
    pub fn files(&self) -> impl Iterator<Item = &Arc<str>> {
        self.files.keys()
    }

    /// Whether there is a file with this shown path.
    pub fn contains(&self, shown: &str) -> bool {
        self.files.contains_key(shown)
    }

    /// The text of a file; bytes that are not UTF-8 are replaced.
    ///
    /// Errors when it is unknown, too large, a link out of the tree or not readable; each says which.
    pub fn read(&self, shown: &str) -> Result<String, Problem> {
        let place: Arc<str> = shown.into();
        let fail = |message: String, help: &str| {
            Err(Problem::error(Location::start_of(&place), message).help(help.to_owned()))
        };
        if let Some(text) = self.given.get(shown) {
            return Ok(text.clone());
        }
        let Some(path) = self.files.get(shown) else {
            return fail("no such file in the scanned tree".to_owned(), "only files under the given paths are read");
        };
        let meta = match fs::symlink_metadata(path) {
            Ok(meta) => meta,
            Err(error) => return fail(reason(&error), "it is left out; the rest is read"),
        };
        if !meta.is_file() && !path.is_file() {
            return fail("not a plain file".to_owned(), "it is left out; the rest is read");
        }
        if meta.len() > MOST_BYTES {
            let message = format!("{} MB are more than the limit of {} MB", meta.len() >> 20, MOST_BYTES >> 20);
            return fail(message, "leave generated data out of the scanned folders");
        }
        let mut bytes = Vec::new();
        match fs::File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes)) {
            Ok(_) => Ok(match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            }),
            Err(error) => fail(reason(&error), "it is left out; the rest is read"),
        }
    }
}

/// The path of `relative` as seen from the folder of the file `base`, both as shown: `a/b.yaml` and `../c.env` give
/// `c.env`. `None` when it leads above where the shown paths begin.
pub fn beside(base: &str, relative: &str) -> Option<String> {
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    if relative.starts_with('/') {
        return None;
    }
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." => return None,
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

fn prefix(path: &Path) -> String {
    let plain = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if plain { slashes(path) } else { String::new() }
}

fn slashes(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn join(prefix: &str, inside: &str) -> String {
    if prefix.is_empty() { inside.to_owned() } else { format!("{prefix}/{inside}") }
}

/// The operating system's reason without its number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// Whether there is a file or a folder.
pub fn exists(path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_beside_a_file_stay_in_the_tree() {
        assert_eq!(beside("a/b/c.yaml", "../d.env").as_deref(), Some("a/d.env"));
        assert_eq!(beside("c.yaml", "./x/y").as_deref(), Some("x/y"));
        assert_eq!(beside("c.yaml", "../x"), None);
        assert_eq!(beside("c.yaml", "/etc/passwd"), None);
    }
}
