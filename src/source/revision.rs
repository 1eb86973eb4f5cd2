//! Revisions of a Git repository: their files are read from its objects, without a checkout and without writing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gix::objs::tree::EntryKind;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Problem;
use super::tree::{MOST_BYTES, beside, is_passed_over};

/// A repository, found upwards from a path.
#[derive(Clone)]
pub struct Repository {
    objects: gix::ThreadSafeRepository,
    root: PathBuf,
}

/// A revision of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// What was asked for: `origin/main`.
    pub name: String,
    /// The commit, in full.
    pub commit: String,
    /// What to know about the choice of the commit.
    pub remark: Option<String>,
    id: gix::ObjectId,
}

impl Revision {
    /// The commit as people write it.
    pub fn short(&self) -> &str {
        self.commit.get(..10).unwrap_or(&self.commit)
    }
}

/// The name of a blob, for comparing files without reading both.
pub(super) type BlobId = gix::ObjectId;

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("root", &self.root).finish()
    }
}

impl Repository {
    /// The repository that a path lies in.
    ///
    /// # Errors
    /// When there is none, or it can't be opened.
    pub fn around(path: &Path) -> Result<Self, Problem> {
        let missing = || {
            let message = format!("{} does not lie in a Git repository", path.display());
            Problem::general(message).help("run it within a clone, or compare with a file: `--baseline FILE`")
        };
        // What is looked at may be gone by now, and be in the base.
        let full = path.canonicalize().unwrap_or_else(|_| lexical(path));
        let start = full.ancestors().find(|above| above.is_dir()).ok_or_else(missing)?;
        let objects = gix::ThreadSafeRepository::discover(start).map_err(|_| missing())?;
        let root = objects.work_dir().ok_or_else(missing)?.canonicalize().map_err(|_| missing())?;
        Ok(Repository { objects, root })
    }

    /// The revision with this name, as it is.
    ///
    /// # Errors
    /// When there is no such revision; in a shallow clone it says how to get it.
    pub fn revision(&self, name: &str) -> Result<Revision, Problem> {
        let repository = self.objects.to_thread_local();
        let found = repository.rev_parse_single(name).ok();
        let commit = found.and_then(|id| id.object().ok()?.peel_to_commit().ok());
        match commit {
            Some(commit) => Ok(named(name, commit.id, None)),
            None if repository.is_shallow().unwrap_or(false) => {
                let message = format!("this clone is shallow and does not hold `{name}`");
                Err(Problem::general(message).help(
                    "fetch it first: `git fetch --depth=1 origin BRANCH` and compare with FETCH_HEAD, or clone the whole \
                     history (`fetch-depth: 0` in a GitHub workflow, `GIT_DEPTH: 0` in GitLab)",
                ))
            }
            None => {
                let message = format!("`{name}` is no revision of this repository");
                Err(Problem::general(message)
                    .help("give a branch, a tag or a commit; `git branch --all` lists branches"))
            }
        }
    }

    /// Where the work that is checked out left the history of `name`: the best common ancestor of it and `HEAD`.
    ///
    /// What `name` got since then is not the doing of the change. Where the history is too short to tell, it is `name`
    /// itself, with a remark.
    ///
    /// # Errors
    /// As [`Repository::revision`].
    pub fn base(&self, name: &str) -> Result<Revision, Problem> {
        let tip = self.revision(name)?;
        let repository = self.objects.to_thread_local();
        let Some(head) = repository.head_id().ok().map(gix::Id::detach) else { return Ok(tip) };
        let shallow = repository.is_shallow().unwrap_or(false);
        match repository.merge_base(head, tip.id) {
            Ok(Some(base)) => Ok(named(name, base.detach(), None)),
            _ if shallow => {
                let remark = format!(
                    "this clone is shallow, so it does not show where the change left `{name}`: compared with its tip"
                );
                Ok(Revision { remark: Some(remark), ..tip })
            }
            _ => {
                let remark = format!("`{name}` and the change have no common history: compared with its tip");
                Ok(Revision { remark: Some(remark), ..tip })
            }
        }
    }

    /// The path of something on disk as seen from the root of the repository, with `/`; `None` outside of it.
    pub(super) fn inside(&self, path: &Path) -> Option<String> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let full = path.canonicalize().or_else(|_| Ok::<_, ()>(lexical(path))).ok()?;
        let inside = full.strip_prefix(&self.root).ok()?;
        let parts: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        Some(parts.join("/"))
    }

    /// The files of a revision below a folder, or the one file of that path: their paths from the root, with the names
    /// of their blobs. What the revision's own `.gitignore` names is left out, as it is on disk.
    pub(super) fn files(&self, revision: &Revision, below: &str, problems: &mut Vec<Problem>) -> Vec<(String, BlobId)> {
        let repository = self.objects.to_thread_local();
        let mut found = Vec::new();
        let unreadable = |what: &str| {
            let message = format!("{what} of `{}` is not in this clone", revision.name);
            Problem::general(message).help("fetch it; a partial or shallow clone holds only part of the objects")
        };
        let tree = repository.find_commit(revision.id).ok().and_then(|commit| commit.tree().ok());
        let Some(tree) = tree else {
            problems.push(unreadable("the tree"));
            return found;
        };
        let mut links = Vec::new();
        if below.is_empty() {
            let missing = &mut || problems.push(unreadable("a folder"));
            walk(&tree, "", &mut Vec::new(), (&mut found, &mut links), missing);
            self.follow(links, &mut found);
            return found;
        }
        let Ok(Some(entry)) = tree.lookup_entry_by_path(below) else { return found };
        match entry.mode().kind() {
            EntryKind::Tree => match entry.object().map(|object| object.into_tree()) {
                Ok(tree) => {
                    let missing = &mut || problems.push(unreadable("a folder"));
                    walk(&tree, below, &mut Vec::new(), (&mut found, &mut links), missing);
                    self.follow(links, &mut found);
                }
                Err(_) => problems.push(unreadable(&format!("`{below}`"))),
            },
            EntryKind::Blob | EntryKind::BlobExecutable => found.push((below.to_owned(), entry.object_id())),
            EntryKind::Link | EntryKind::Commit => {}
        }
        found
    }

    /// Adds the links to files that were found, as on disk.
    fn follow(&self, links: Vec<(String, BlobId)>, found: &mut Vec<(String, BlobId)>) {
        let known: BTreeMap<&str, BlobId> = found.iter().map(|(path, blob)| (path.as_str(), *blob)).collect();
        let target = |(path, blob): (String, BlobId)| {
            let text = String::from_utf8(self.read(blob).ok()?).ok()?;
            let there = *known.get(beside(&path, &text)?.as_str())?;
            Some((path, there))
        };
        let linked: Vec<(String, BlobId)> = links.into_iter().filter_map(target).collect();
        found.extend(linked);
    }

    /// The bytes of a blob; `None` when the clone does not hold it.
    pub(super) fn read(&self, blob: BlobId) -> Result<Vec<u8>, String> {
        let repository = self.objects.to_thread_local();
        let missing = || "its content is not in this clone, which is partial or damaged".to_owned();
        let header = repository.find_header(blob).map_err(|_| missing())?;
        if header.size() > MOST_BYTES {
            return Err(format!("{} MB are more than the limit of {} MB", header.size() >> 20, MOST_BYTES >> 20));
        }
        repository.find_object(blob).map(|mut object| std::mem::take(&mut object.data)).map_err(|_| missing())
    }

    /// The name that bytes would have as a blob.
    pub(super) fn name_of(&self, bytes: &[u8]) -> Option<BlobId> {
        let kind = self.objects.to_thread_local().object_hash();
        gix::objs::compute_hash(kind, gix::objs::Kind::Blob, bytes).ok()
    }
}

/// A path without `.` and `..`, for a file that exists in another revision only.
fn lexical(path: &Path) -> PathBuf {
    let start = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut clean = PathBuf::new();
    for part in start.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => drop(clean.pop()),
            other => clean.push(other),
        }
    }
    clean
}

fn named(name: &str, id: gix::ObjectId, remark: Option<String>) -> Revision {
    Revision { name: name.to_owned(), commit: id.to_string(), remark, id }
}

/// Files by their paths from the root.
type Blobs = Vec<(String, BlobId)>;

/// Walks a tree object; `rules` are those of the folders above, the outermost first.
fn walk(
    tree: &gix::Tree<'_>,
    path: &str,
    rules: &mut Vec<Gitignore>,
    (found, links): (&mut Blobs, &mut Blobs),
    missing: &mut dyn FnMut(),
) {
    let entries: Vec<_> = tree.iter().filter_map(Result::ok).collect();
    let own = ignored_here(path, &entries);
    let before = rules.len();
    rules.extend(own);
    for entry in &entries {
        let name = entry.filename().to_string();
        let inside = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        let kind = entry.mode().kind();
        let folder = kind == EntryKind::Tree;
        if is_passed_over(&name) || is_ignored(rules, &inside, folder) {
            continue;
        }
        match kind {
            EntryKind::Tree => match entry.object() {
                Ok(object) => walk(&object.into_tree(), &inside, rules, (found, links), missing),
                Err(_) => missing(),
            },
            EntryKind::Blob | EntryKind::BlobExecutable => found.push((inside, entry.object_id())),
            EntryKind::Link => links.push((inside, entry.object_id())),
            EntryKind::Commit => {}
        }
    }
    rules.truncate(before);
}

/// The rules of the `.gitignore` and `.ignore` of a folder; those of the latter count more.
fn ignored_here(path: &str, entries: &[gix::object::tree::EntryRef<'_, '_>]) -> Vec<Gitignore> {
    let mut rules = Vec::new();
    for name in [".gitignore", ".ignore"] {
        let Some(entry) = entries.iter().find(|entry| entry.filename() == name) else { continue };
        let Ok(object) = entry.object() else { continue };
        let mut builder = GitignoreBuilder::new(Path::new("/").join(path));
        for line in String::from_utf8_lossy(&object.data).lines() {
            // A line that is no glob is passed over, as Git does.
            let _ = builder.add_line(None, line);
        }
        rules.extend(builder.build().ok());
    }
    rules
}

fn is_ignored(rules: &[Gitignore], path: &str, folder: bool) -> bool {
    let path = Path::new("/").join(path);
    let verdict = rules.iter().rev().map(|rules| rules.matched(&path, folder)).find(|verdict| !verdict.is_none());
    matches!(verdict, Some(Match::Ignore(_)))
}
