//! One stage of several: manifests that say they are for another one are left out.
//!
//! A file is for another stage when its path says so in the words of [`Chosen`], and nothing that is kept names it: a base
//! that lies in an odd folder belongs to the overlay that builds on it. What is made for one machine alone is left out as
//! well where anything else tells how the system is deployed, unless that machine is what was asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use super::{Account, FORMATS, Ingested, Status, compose, is_wanted, kubernetes, reach, terraform};
use crate::facts::{Chosen, Says, Stage, stages_in};
use crate::source::{Source, Tree, beside};

/// The name that files of other stages go by among the formats.
pub const OTHER_STAGES: &str = "other stages";

/// The words for stages that manifests of a tree use in their paths.
pub fn stages(tree: &Tree) -> BTreeSet<String> {
    let shared = shared_folder(tree.files().filter(|path| is_wanted(path)));
    let wanted = tree.files().filter(|path| is_wanted(path));
    wanted.flat_map(|path| stages_in(path.strip_prefix(&*shared).unwrap_or(path))).collect()
}

/// Whether any manifest of a tree says that it is for a stage.
pub fn has_stage(tree: &Tree, chosen: &Chosen) -> bool {
    let shared = shared_folder(tree.files().filter(|path| is_wanted(path)));
    let mut wanted = tree.files().filter(|path| is_wanted(path));
    wanted.any(|path| chosen.of(path.strip_prefix(&*shared).unwrap_or(path)) == Says::This)
}

/// The files that are for a stage, or for all; the others are accounted for.
///
/// Linear in the files and in what is below the folders that they name, but for the logarithm of their number.
pub(super) fn only(sources: Vec<Arc<Source>>, chosen: &Chosen, tree: &Tree, result: &mut Ingested) -> Vec<Arc<Source>> {
    let shared = shared_folder(sources.iter().map(|source| &source.path));
    let says = |path: &str| chosen.of(path.strip_prefix(&*shared).unwrap_or(path));
    let (mut kept, left): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|source| says(&source.path) != Says::Another);
    let mut left: BTreeMap<Arc<str>, Arc<Source>> =
        left.into_iter().map(|source| (Arc::clone(&source.path), source)).collect();
    let mut open = kept.clone();
    while let Some(source) = open.pop() {
        for named in reach::named(&source) {
            let Some(path) = beside(&source.path, &named.path) else { continue };
            let path = path.trim_end_matches('/');
            // In order of their paths, what lies below a folder stands behind it, among others that begin like it.
            let near = left.range::<str, _>((Bound::Included(path), Bound::Unbounded)).map(|(file, _)| file);
            let is_meant = |rest: &str| {
                rest.is_empty() || rest.strip_prefix('/').is_some_and(|name| !name.contains('/') && (named.wants)(name))
            };
            let meant: Vec<Arc<str>> = near
                .map_while(|file| Some((file, file.strip_prefix(path)?)))
                .filter(|(_, rest)| is_meant(rest))
                .map(|(file, _)| Arc::clone(file))
                .collect();
            for file in meant {
                if let Some(source) = left.remove(&file) {
                    open.push(Arc::clone(&source));
                    kept.push(source);
                }
            }
        }
    }
    kept.sort_by(|one, other| one.path.cmp(&other.path));
    let on_a_machine = matches!(Stage::of(chosen.name()), Some(Stage::Development));
    let is_compose =
        |source: &Arc<Source>| (compose::FORMAT.wants)(&source.path) && (compose::FORMAT.claims)(source, tree);
    if !on_a_machine && kept.iter().any(|source| deploys(source, tree)) {
        let (machine, others): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|source| is_compose(source) && says(&source.path) != Says::This);
        left.extend(machine.into_iter().map(|source| (Arc::clone(&source.path), source)));
        kept = others;
    }
    let reason = format!("not for the stage `{}`", chosen.name());
    result.accounts.extend(left.into_keys().map(|file| Account {
        file,
        format: OTHER_STAGES,
        status: Status::Skipped,
        reason: Some(reason.clone()),
    }));
    kept
}

/// Whether a file tells how a system is deployed, on more than one machine.
fn deploys(source: &Source, tree: &Tree) -> bool {
    let of = |name: &str| FORMATS.iter().find(|format| format.name == name);
    let claims =
        |name: &str| of(name).is_some_and(|format| (format.wants)(&source.path) && (format.claims)(source, tree));
    terraform::is_module_file(&source.path)
        || claims(kubernetes::FORMAT.name)
        || claims("cloudformation")
        || matches!(source.name(), "Chart.yaml" | "kustomization.yaml" | "kustomization.yml")
}

/// The folder that all files share, with a slash at its end.
fn shared_folder<'p>(files: impl Iterator<Item = &'p Arc<str>>) -> String {
    let mut shared: Option<&str> = None;
    for file in files {
        let folder = file.rfind('/').map_or("", |at| &file[..=at]);
        shared = Some(shared.map_or(folder, |known| {
            let pairs = known.split_inclusive('/').zip(folder.split_inclusive('/'));
            &known[..pairs.take_while(|(one, other)| one == other).map(|(one, _)| one.len()).sum()]
        }));
    }
    shared.unwrap_or_default().to_owned()
}
