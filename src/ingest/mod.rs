//! Manifests to facts: a table of formats, one room each.
//!
//! A reader gets all files of its format at once, since a thing and what names it are often written in different files.
//! It knows its format and no provider: what an image, a host or a type stands for is the catalogue's business.

pub mod address;
mod asides;
pub mod compose;
pub mod helm;
pub mod kubernetes;
pub mod kustomize;
pub mod linchpin;
pub mod terraform;

use std::sync::Arc;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::{Aside, Facts};
use crate::source::yaml::Node;
use crate::source::{Problem, Source, Tree, on_deep_threads};

/// A format of manifests.
pub struct Format {
    /// Its name in output.
    pub name: &'static str,
    /// Whether a file with this path may be of the format; only such files are read.
    pub wants: fn(path: &str) -> bool,
    /// Whether a file that was read is of the format. The first format of the table that says yes has it.
    pub claims: fn(&Source, &Tree) -> bool,
    /// Reads all files of the format.
    pub read: fn(&[&Source], &Tree) -> Reading,
}

/// All formats, in the order in which they are asked.
pub const FORMATS: &[Format] =
    &[linchpin::FORMAT, helm::FORMAT, kustomize::FORMAT, terraform::FORMAT, compose::FORMAT, kubernetes::FORMAT];

/// What a reader made of the files of its format.
#[derive(Debug, Default)]
pub struct Reading {
    /// What it found.
    pub facts: Facts,
    /// What is wrong with the files, their syntax left out: that is known already.
    pub problems: Vec<Problem>,
    /// The files that were not read whole, with the reason; files that are not listed were.
    pub partly: Vec<(Arc<str>, Status, String)>,
    /// The policies that the files hold, each with its file; what they mean is not a reader's business.
    pub policies: Vec<(Arc<str>, Node)>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It was read.
    Read,
    /// Part of it was read.
    Partial,
    /// It was recognised, and is not read.
    Skipped,
    /// It could not be read.
    Broken,
}

/// A file and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    /// Its shown path.
    pub file: Arc<str>,
    /// The format's name.
    pub format: &'static str,
    /// What became of it.
    pub status: Status,
    /// Why, if it was not read whole.
    pub reason: Option<String>,
}

/// Everything that was read in one run.
#[derive(Debug, Default)]
pub struct Ingested {
    /// The facts of each format that found files, in the order of the table.
    pub facts: Vec<(&'static str, Facts)>,
    /// Every file that a format claimed, in order.
    pub accounts: Vec<Account>,
    /// The policies that were found, in the order of their files.
    pub policies: Vec<(Arc<str>, Node)>,
    /// The wishes beside things, in the order of files and lines.
    pub asides: Vec<Aside>,
    /// What was wrong with the input.
    pub problems: Vec<Problem>,
}

/// Whether a file with this path may be a manifest: such a file is read and looked at.
pub fn is_wanted(path: &str) -> bool {
    FORMATS.iter().any(|format| (format.wants)(path))
}

/// Reads everything in a tree that a format of the table understands.
///
/// Files are read and parsed in parallel; the result depends on their paths and contents alone.
pub fn ingest(tree: &Tree) -> Ingested {
    on_deep_threads(|| read_all(tree))
}

fn read_all(tree: &Tree) -> Ingested {
    let mut result = Ingested { problems: tree.problems.clone(), ..Ingested::default() };
    let wanted: Vec<&Arc<str>> = tree.files().filter(|path| is_wanted(path)).collect();
    let read: Vec<Result<Source, Problem>> =
        wanted.par_iter().map(|path| tree.read(path).map(|text| Source::new(path, text))).collect();
    let mut sources = Vec::new();
    for outcome in read {
        match outcome {
            Ok(source) => sources.push(source),
            Err(problem) => result.problems.push(problem),
        }
    }
    let mut claimed: Vec<Vec<&Source>> = FORMATS.iter().map(|_| Vec::new()).collect();
    for source in &sources {
        let format = FORMATS.iter().position(|format| (format.wants)(&source.path) && (format.claims)(source, tree));
        match format {
            Some(format) => claimed[format].push(source),
            None if source.documents.nodes.is_empty() && may_be_manifest(source) => broken(source, &mut result),
            None => {}
        }
    }
    for (format, files) in FORMATS.iter().zip(claimed) {
        if files.is_empty() {
            continue;
        }
        let mut reading = (format.read)(&files, tree);
        for source in files {
            account(format.name, source, &mut reading, &mut result);
            result.asides.append(&mut asides::read(source));
        }
        result.problems.append(&mut reading.problems);
        result.policies.append(&mut reading.policies);
        result.facts.push((format.name, reading.facts));
    }
    result.accounts.sort();
    result.asides.sort();
    result.problems.sort();
    result.problems.dedup();
    result
}

fn account(format: &'static str, source: &Source, reading: &mut Reading, result: &mut Ingested) {
    let noted = reading.partly.iter().position(|(file, ..)| *file == source.path);
    let errors = source.problems().iter().filter(|problem| problem.is_error()).count();
    let (status, reason) = match noted {
        Some(index) => {
            let (_, status, reason) = reading.partly.swap_remove(index);
            (status, Some(reason))
        }
        None if errors > 0 => (Status::Partial, Some(format!("{errors} of its documents are broken"))),
        None => (Status::Read, None),
    };
    result.problems.extend(source.problems().iter().cloned());
    result.accounts.push(Account { file: Arc::clone(&source.path), format, status, reason });
}

/// JSON is written for many ends, often with comments; it is a manifest if it says so.
fn may_be_manifest(source: &Source) -> bool {
    !source.path.ends_with(".json") || source.text.contains("\"apiVersion\"")
}

/// A file that no parser could read is reported if a format would have wanted it.
fn broken(source: &Source, result: &mut Ingested) {
    if source.problems().is_empty() {
        return;
    }
    result.problems.extend(source.problems().iter().cloned());
    let reason = source.problems().first().map(|problem| problem.message.clone());
    result.accounts.push(Account { file: Arc::clone(&source.path), format: "unknown", status: Status::Broken, reason });
}
