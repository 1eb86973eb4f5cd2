//! What lies beside the scanned folders and is part of what is in them: a base of an overlay, a module of a root.
//!
//! `kustomize build overlays/prod` and `terraform plan` in `envs/prod` read more than the folder that they are given. So
//! does a scan of that folder: what a file in it names by a relative path is listed as well, and what that names in
//! turn, within the same repository. Nothing else there is.

use std::sync::Arc;

use super::{compose, helm, kustomize, terraform};
use crate::source::{Source, Tree};

/// So many files no folder has elsewhere.
const MOST_REACHED: usize = 20_000;

/// What a file names: a relative path, and which files of a folder of that path belong to what is meant.
pub(super) struct Named {
    /// The path, relative to the folder of the file.
    pub(super) path: String,
    /// Whether a file in that folder is part of it, by its name.
    pub(super) wants: fn(&str) -> bool,
}

/// Whether a file with this path may name others.
type Wants = fn(path: &str) -> bool;
/// Which paths the text of a file with this path names.
type Names = fn(path: &str, text: &str) -> Vec<Named>;

/// The formats whose files name others that their tool reads wherever they lie.
const NAMING: [(Wants, Names); 5] = [
    (kustomize::wants, kustomize::named_elsewhere),
    (helm::names_charts, helm::named_elsewhere),
    (terraform::is_module_file, terraform::named_elsewhere),
    (terraform::names_parents, terraform::named_above),
    (compose::may_name_others, compose::named_elsewhere),
];

/// What a file names by a path.
pub(super) fn named(source: &Source) -> Vec<Named> {
    let naming = NAMING.iter().find(|(wants, _)| wants(&source.path));
    naming.map(|(_, names)| names(&source.path, &source.text)).unwrap_or_default()
}

/// Lists what files of a tree name beside the scanned folders. Reads each file that may do so once.
pub fn reach(tree: &mut Tree) {
    let naming = |path: &str| NAMING.iter().find(|(wants, _)| wants(path)).map(|(_, names)| names);
    let given = tree.files().filter(|path| naming(path).is_some());
    let mut open: Vec<(Arc<str>, bool)> = given.map(|path| (Arc::clone(path), false)).collect();
    let mut reached = 0;
    while let Some((path, is_reached)) = open.pop() {
        let Some(names) = naming(&path) else { continue };
        // What can't be read is told when it is read as what it is.
        let Ok(text) = tree.read(&path) else { continue };
        // A scanned folder holds all that its files name without a way up.
        if !is_reached && !text.contains("..") && !terraform::names_parents(&path) {
            continue;
        }
        for Named { path: relative, wants } in names(&path, &text) {
            let new = tree.reach(&path, &relative, &wants);
            reached += new.len();
            if reached > MOST_REACHED {
                return;
            }
            open.extend(new.into_iter().map(|path| (path, true)));
        }
    }
}
