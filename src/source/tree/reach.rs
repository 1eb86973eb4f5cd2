//! Files beside the given folders that a file in them names: listed one by one, and only within the same repository.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::{Origin, Tree, is_passed_over, join};

impl Tree {
    /// Lists what a file of the tree names by a relative path and that is not among the files yet: the file, or what of a
    /// folder is wanted by its name, without the folders in it. Gives the shown paths of what is new, in order.
    ///
    /// Nothing is listed outside of the repository that the file lies in; without one, outside of the folder in which the
    /// paths were given. What would be there and is not listed for that reason is [`Tree::is_beyond`].
    pub fn reach(&mut self, from: &str, relative: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<Arc<str>> {
        let Some(shown) = toward(from, relative) else { return Vec::new() };
        if self.files.contains_key(shown.as_str()) {
            return Vec::new();
        }
        let found: Vec<(String, Origin)> = match self.files.get(from) {
            Some(Origin::Disk(path)) => {
                let path = path.clone();
                let Some(target) = beside_on_disk(&path, relative).filter(|target| target.exists()) else {
                    return Vec::new();
                };
                if self.is_given(&target.canonicalize().unwrap_or_default()) {
                    return Vec::new();
                }
                if !is_within(&path, &target) {
                    self.beyond.insert(shown.into());
                    return Vec::new();
                }
                on_disk(&target, wanted)
            }
            Some(Origin::Blob(path, _)) => {
                let (Some(target), Some(repository), Some(revision)) =
                    (super::beside(path, relative), &self.repository, &self.revision)
                else {
                    return Vec::new();
                };
                if self.is_given(Path::new(&target)) {
                    return Vec::new();
                }
                // What a clone does not have of it is told where the tree is listed.
                let files = repository.files(revision, &target, &mut Vec::new());
                let inside = files.into_iter().filter_map(|(file, blob)| {
                    let rest = file.strip_prefix(target.as_str())?.trim_start_matches('/').to_owned();
                    (rest.is_empty() || !rest.contains('/') && wanted(&rest))
                        .then_some((rest, Origin::Blob(file, blob)))
                });
                inside.collect()
            }
            None => Vec::new(),
        };
        let mut new = Vec::new();
        for (inside, origin) in found {
            let path: Arc<str> = if inside.is_empty() { shown.as_str().into() } else { join(&shown, &inside).into() };
            if !self.files.contains_key(&path) {
                self.files.insert(Arc::clone(&path), origin);
                new.push(path);
            }
        }
        new.sort();
        new
    }

    /// Whether something lies in what was given, where all is listed that is read.
    fn is_given(&self, target: &Path) -> bool {
        self.roots.iter().any(|root| target.starts_with(root))
    }

    /// Whether there is something of this shown path that a file of the tree names and that lies outside of the
    /// repository, so that it is not read.
    pub fn is_beyond(&self, shown: &str) -> bool {
        self.beyond.contains(shown)
    }
}

/// The path of `relative` as seen from the folder of the file `base`, as [`super::beside`], but where the shown paths
/// begin it goes on upwards: `../base`. `None` for a path from the root of the machine.
pub fn toward(base: &str, relative: &str) -> Option<String> {
    if relative.starts_with('/') {
        return None;
    }
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The path on disk of what a file there names; the way back from a folder that is a link is that of the operating system,
/// so such a path is none.
fn beside_on_disk(file: &Path, relative: &str) -> Option<PathBuf> {
    let folder = file.parent()?;
    let target = lexical(&folder.join(relative));
    let target = if target.as_os_str().is_empty() { PathBuf::from(".") } else { target };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    (folder.join(relative).canonicalize().ok()? == target.canonicalize().ok()?).then_some(target)
}

/// A path without `.`, and without `..` but at its beginning.
fn lexical(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Whether something lies in the repository of a file, or, where that lies in none, in the folder in which paths are given
/// and not in a hidden one.
fn is_within(file: &Path, target: &Path) -> bool {
    let (Ok(file_there), Ok(target_there)) = (file.canonicalize(), target.canonicalize()) else { return false };
    let repository = file_there.ancestors().skip(1).find(|above| above.join(".git").exists());
    let is_below = matches!(lexical(file).components().next(), Some(Component::Normal(_)));
    let here = Path::new(".").canonicalize().ok().filter(|_| is_below);
    let Some(bound) = repository.map(Path::to_path_buf).or(here.clone()) else { return false };
    let Ok(inside) = target_there.strip_prefix(&bound) else { return false };
    let names = inside.components().filter_map(|part| part.as_os_str().to_str());
    let is_hidden = |name: &str| is_passed_over(name) || repository.is_none() && name.starts_with('.');
    names.into_iter().all(|name| !is_hidden(name))
}

/// A plain file, or what of a folder is wanted: the names in the folder, with where they are.
fn on_disk(target: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<(String, Origin)> {
    if target.is_file() {
        return vec![(String::new(), Origin::Disk(target.to_path_buf()))];
    }
    let entries = fs::read_dir(target).into_iter().flatten().filter_map(Result::ok);
    let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let names = plain.filter_map(|entry| Some((entry.file_name().to_str()?.to_owned(), entry.path())));
    names.filter(|(name, _)| wanted(name)).map(|(name, path)| (name, Origin::Disk(path))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_on_upwards_where_the_shown_ones_begin() {
        for (base, relative, expected) in [
            ("overlays/prod/k.yaml", "../../base", Some("base")),
            ("k.yaml", "../../base", Some("../../base")),
            ("../../base/k.yaml", "../common/./x.yaml", Some("../../common/x.yaml")),
            ("../../k.yaml", "../x", Some("../../../x")),
            ("k.yaml", "/etc/passwd", None),
        ] {
            assert_eq!(toward(base, relative).as_deref(), expected, "{base} {relative}");
        }
    }
}
