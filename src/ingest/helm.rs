//! Helm charts: recognised and counted; their templates are not read.

use std::sync::Arc;

use super::{Format, Reading, Status};
use crate::source::{Source, Tree};

/// The table line of Helm charts.
pub const FORMAT: Format = Format { name: "helm", wants, claims, read };

fn wants(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".tpl")
}

/// `Chart.yaml`, the values beside it, and everything in its `templates` and `charts` folders.
fn claims(source: &Source, tree: &Tree) -> bool {
    let mut folder = source.folder();
    if tree.contains(&join(folder, "Chart.yaml")) {
        return source.name() == "Chart.yaml" || source.name().starts_with("values");
    }
    while let Some((above, name)) = folder.rsplit_once('/').or((!folder.is_empty()).then_some(("", folder))) {
        if matches!(name, "templates" | "crds") && tree.contains(&join(above, "Chart.yaml")) {
            return true;
        }
        folder = above;
    }
    false
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn read(files: &[&Source], _: &Tree) -> Reading {
    let reason = "Helm charts are not read yet; render them with `helm template` and scan the result";
    let partly = files.iter().map(|file| (Arc::clone(&file.path), Status::Skipped, reason.to_owned())).collect();
    Reading { partly, ..Reading::default() }
}
