//! The files under the paths that a command was given: found once, read on demand, never outside the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

mod list;
mod reach;
mod read;

pub use reach::toward;

use super::Problem;
use super::revision::{BlobId, Repository, Revision};

/// No manifest of a person is larger; what is, is generated data.
pub(super) const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// The files of one run, by the path that is shown to people.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<Arc<str>, Origin>,
    /// What came in on standard input, under the name that it is shown by.
    given: BTreeMap<Arc<str>, String>,
    /// Where files that are objects are read.
    repository: Option<Repository>,
    /// The revision that it shows, where its files are objects.
    revision: Option<Revision>,
    /// What was given: on disk in full, in a revision from the root of the repository.
    roots: Vec<PathBuf>,
    /// What is named by files of it and lies outside of their repository.
    beyond: BTreeSet<Arc<str>>,
    /// The shown paths that were read or asked for, whether they exist or not.
    asked: Mutex<BTreeSet<Arc<str>>>,
    /// What could not be found or listed.
    pub problems: Vec<Problem>,
}

/// Where the text of a file is.
#[derive(Clone, Debug)]
enum Origin {
    /// On disk.
    Disk(PathBuf),
    /// In the objects of the repository; the path is that from its root.
    Blob(String, BlobId),
}

/// Folders that hold nothing of one's own.
pub(super) fn is_passed_over(name: &str) -> bool {
    matches!(name, ".git" | "node_modules" | ".terraform")
}

impl Tree {
    /// Whether another tree answers as this one did: the relevant files, and all that were asked for, are the same.
    pub fn answers_like(&self, other: &Tree, relevant: impl Fn(&str) -> bool) -> bool {
        let Some(repository) = other.repository.as_ref().or(self.repository.as_ref()) else { return false };
        let asked = self.asked.lock().map(|asked| asked.clone()).unwrap_or_default();
        let listed = self.files.keys().chain(other.files.keys()).filter(|path| relevant(path)).cloned();
        let paths: BTreeSet<Arc<str>> = listed.chain(asked).collect();
        paths.iter().all(|path| match (self.files.get(path), other.files.get(path)) {
            (None, None) => true,
            (Some(mine), Some(theirs)) => {
                let (mine, theirs) = (mine.blob(repository), theirs.blob(repository));
                mine.is_some() && mine == theirs
            }
            _ => false,
        })
    }

    /// The path of a file as seen from the root of the repository that it lies in.
    pub fn in_repository(&self, repository: &Repository, shown: &str) -> Option<String> {
        match self.files.get(shown)? {
            Origin::Disk(path) => repository.inside(path),
            Origin::Blob(path, _) => Some(path.clone()),
        }
    }

    /// The shown paths of all files, in order.
    pub fn files(&self) -> impl Iterator<Item = &Arc<str>> {
        self.files.keys()
    }

    /// Whether there is a file with this shown path.
    pub fn contains(&self, shown: &str) -> bool {
        self.ask(shown);
        self.files.contains_key(shown)
    }

    fn ask(&self, shown: &str) {
        if let Ok(mut asked) = self.asked.lock()
            && !asked.contains(shown)
        {
            asked.insert(shown.into());
        }
    }
}

impl Origin {
    /// The name of its content as a blob, computed for what lies on disk.
    fn blob(&self, repository: &Repository) -> Option<BlobId> {
        match self {
            Origin::Disk(path) => repository.name_of(&fs::read(path).ok()?),
            Origin::Blob(_, blob) => Some(*blob),
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
