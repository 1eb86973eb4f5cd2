//! Kustomize: recognised and counted; patches and transformations are not applied.
//!
//! Plain manifests that a kustomization lists as resources are read by the Kubernetes reader all the same.

use std::sync::Arc;

use super::{Format, Reading, Status};
use crate::source::{Source, Tree};

/// The table line of Kustomize.
pub const FORMAT: Format = Format { name: "kustomize", wants, claims, read };

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

fn wants(path: &str) -> bool {
    NAMES.contains(&path.rsplit('/').next().unwrap_or(path))
}

fn claims(_: &Source, _: &Tree) -> bool {
    true
}

fn read(files: &[&Source], _: &Tree) -> Reading {
    let reason = "patches, components and transformations of Kustomize are not applied yet; \
                  render with `kustomize build` and scan the result";
    let partly = files.iter().map(|file| (Arc::clone(&file.path), Status::Skipped, reason.to_owned())).collect();
    Reading { partly, ..Reading::default() }
}
