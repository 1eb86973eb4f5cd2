//! Which files a tree has: found on disk or in a revision, with the manifests above them.

use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use ignore::{WalkBuilder, WalkState};

use super::{MOST_BYTES, Origin, Tree, is_passed_over, join, reason};
use crate::source::Problem;
use crate::source::revision::{Repository, Revision};

const MOST_FILES: usize = 500_000;

const MANIFESTS: [&str; 2] = ["linchpin.yaml", ".github/linchpin.yaml"];

impl Tree {
    /// Lists the files under paths, each a folder or a single file.
    ///
    /// Hidden files are listed, `.git` and what `.gitignore` names are not. A link to a file among them stands for it, and
    /// no other link is followed. Shown paths begin
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
            tree.roots.extend(path.canonicalize());
            match fs::metadata(path) {
                Ok(meta) if meta.is_dir() => {
                    tree.walk(path, &prefix);
                    tree.manifest_above(path);
                }
                Ok(_) => {
                    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    let shown = if prefix.is_empty() { name } else { prefix };
                    tree.files.insert(shown.into(), Origin::Disk(path.clone()));
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

    /// Adds a text that is in no file: JSON, metrics or a table of values when it begins as such, else YAML.
    pub fn give(&mut self, text: String) {
        let shown: Arc<str> = format!("stdin.{}", ending(&text)).into();
        self.files.insert(Arc::clone(&shown), Origin::Disk(PathBuf::new()));
        self.given.insert(shown, text);
    }

    /// One file by itself, shown as it was given.
    pub fn single(path: &Path) -> Self {
        let mut tree = Tree::default();
        if path.is_file() {
            let shown = path.to_string_lossy().replace('\\', "/");
            tree.files.insert(shown.trim_start_matches("./").into(), Origin::Disk(path.to_path_buf()));
        }
        tree
    }

    fn walk(&mut self, root: &Path, prefix: &str) {
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .follow_links(false)
            .require_git(false)
            .git_global(false)
            .git_exclude(false)
            .parents(false)
            .filter_entry(|entry| !entry.file_name().to_str().is_some_and(is_passed_over))
            .build_parallel();
        let (sender, found) = mpsc::channel();
        let files = AtomicUsize::new(self.files.len());
        walk.run(|| {
            let (sender, files) = (sender.clone(), &files);
            Box::new(move |entry| {
                let entry = match entry {
                    Ok(entry) => {
                        let Some(kind) = entry.file_type() else { return WalkState::Continue };
                        let linked = kind.is_symlink().then(|| linked(entry.path(), root)).flatten();
                        if !kind.is_file() && linked.is_none() {
                            return WalkState::Continue;
                        }
                        Ok((entry.into_path(), linked))
                    }
                    Err(error) => Err(error.to_string()),
                };
                if files.fetch_add(1, Ordering::Relaxed) > MOST_FILES || sender.send(entry).is_err() {
                    return WalkState::Quit;
                }
                WalkState::Continue
            })
        });
        drop(sender);
        // Threads find files in any order.
        let mut entries: Vec<Result<(PathBuf, Option<PathBuf>), String>> = found.into_iter().collect();
        entries.sort_unstable_by(|one, other| match (one, other) {
            (Ok((one, _)), Ok((other, _))) => one.as_os_str().cmp(other.as_os_str()),
            _ => one.cmp(other),
        });
        for entry in entries {
            let (path, linked) = match entry {
                Ok(found) => found,
                Err(error) => {
                    self.problems.push(Problem::general(error).help("it is left out; the rest is read"));
                    continue;
                }
            };
            if self.files.len() >= MOST_FILES {
                let message = format!("more than {MOST_FILES} files: the rest is left out");
                self.problems.push(Problem::general(message).help("give the folders that hold the manifests"));
                return;
            }
            let inside = path.strip_prefix(root).unwrap_or(&path);
            let shown = join(prefix, &slashes(inside));
            self.files.insert(shown.into(), Origin::Disk(linked.unwrap_or(path)));
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
            for name in MANIFESTS {
                let file = above.join(name);
                let same = |origin: &Origin| matches!(origin, Origin::Disk(path) if path.canonicalize().is_ok_and(|path| path == file));
                if file.is_file() && !self.files.values().any(same) {
                    self.files.insert(format!("{up}{name}").into(), Origin::Disk(file));
                }
            }
            if above.join(".git").exists() {
                return;
            }
            up.push_str("../");
        }
    }

    /// Lists the files that a revision has under the same paths, shown as [`Tree::load`] shows them.
    ///
    /// A path that the revision does not have is left out without a problem: what is compared may be new.
    pub fn at(repository: &Repository, revision: &Revision, paths: &[PathBuf]) -> Self {
        let mut tree =
            Tree { repository: Some(repository.clone()), revision: Some(revision.clone()), ..Tree::default() };
        for path in paths {
            let Some(below) = repository.inside(path) else {
                let message = format!("{} lies outside of the repository", path.display());
                tree.problems.push(Problem::general(message).help("give folders of one repository"));
                continue;
            };
            let prefix = prefix(path);
            tree.roots.push(PathBuf::from(&below));
            let mut problems = Vec::new();
            for (file, blob) in repository.files(revision, &below, &mut problems) {
                let shown = match file.strip_prefix(&below).map(|rest| rest.trim_start_matches('/')) {
                    Some("") if prefix.is_empty() => file.rsplit('/').next().unwrap_or(&file).to_owned(),
                    Some("") => prefix.clone(),
                    Some(inside) => join(&prefix, inside),
                    None => continue,
                };
                tree.files.insert(shown.into(), Origin::Blob(file, blob));
            }
            tree.problems.append(&mut problems);
            let is_file = tree.files.values().any(|origin| matches!(origin, Origin::Blob(file, _) if *file == below));
            let folder = if is_file { below.rsplit_once('/').map_or("", |(folder, _)| folder) } else { &below };
            tree.manifest_above_at(repository, revision, folder);
        }
        tree
    }

    /// `linchpin.yaml` of a folder above in a revision.
    fn manifest_above_at(&mut self, repository: &Repository, revision: &Revision, folder: &str) {
        let (mut above, mut up) = (folder.to_owned(), String::new());
        loop {
            for name in MANIFESTS {
                for (file, blob) in repository.files(revision, &join(&above, name), &mut self.problems) {
                    let known = |origin: &Origin| matches!(origin, Origin::Blob(known, _) if *known == file);
                    if !self.files.values().any(known) {
                        self.files.insert(format!("{up}{name}").into(), Origin::Blob(file, blob));
                    }
                }
            }
            if above.is_empty() {
                return;
            }
            above = above.rsplit_once('/').map_or(String::new(), |(above, _)| above.to_owned());
            up.push_str("../");
        }
    }
}

/// The ending of a file that begins so.
fn ending(text: &str) -> &'static str {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let first = start.lines().next().unwrap_or_default();
    let is_table = || first.matches(',').count() > 1 && !first.contains([':', ' ', '-', '#']);
    match () {
        () if start.starts_with(['{', '[']) => "json",
        () if ["# HELP ", "# TYPE "].iter().any(|mark| start.starts_with(mark)) => "prom",
        () if is_table() => "csv",
        () => "yaml",
    }
}

/// The plain file in a folder that a link leads to; `None` for a link to anything else.
fn linked(link: &Path, root: &Path) -> Option<PathBuf> {
    let target = link.canonicalize().ok()?;
    let inside = target.strip_prefix(root.canonicalize().ok()?).ok()?;
    let hidden = inside.components().any(|part| part.as_os_str().to_str().is_some_and(is_passed_over));
    (target.is_file() && !hidden).then_some(target)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_in_is_told_by_its_beginning() {
        let texts = [
            ("\u{feff} {\"a\": 1}", "json"),
            ("[1]", "json"),
            ("# HELP calls_total x\ncalls_total 1\n", "prom"),
            ("um,rpctype,dm\na,rpc,b\n", "csv"),
            ("# a comment, with, commas\na: 1\n", "yaml"),
            ("- a,b,c\n", "yaml"),
            ("", "yaml"),
        ];
        for (text, expected) in texts {
            assert_eq!(ending(text), expected, "{text}");
        }
    }
}
