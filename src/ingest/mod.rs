//! Manifests to facts: a table of formats, one room each.
//!
//! A reader gets all files of its format at once, since a thing and what names it are often written in different files.
//! It knows its format and no provider: what an image, a host or a type stands for is the catalogue's business.

pub mod address;
mod asides;
pub mod backstage;
pub mod cloudformation;
pub mod compose;
pub mod configuration;
mod gathered;
pub mod helm;
mod identity;
pub mod kubernetes;
pub mod kustomize;
pub mod linchpin;
mod reach;
mod settings;
mod stages;
pub mod terraform;
pub mod traces;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

pub use self::reach::reach;
pub use self::settings::{Helm, HelmCall, Settings, ValuesFile};
pub use self::stages::{OTHER_STAGES, has_stage, stages};
use crate::facts::{Aside, Facts, Remark};
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
pub const FORMATS: &[Format] = &[
    linchpin::FORMAT,
    terraform::FORMAT,
    cloudformation::FORMAT,
    compose::FORMAT,
    backstage::FORMAT,
    kubernetes::FORMAT,
    configuration::dockerfile::FORMAT,
    configuration::envoy::FORMAT,
    configuration::spring::FORMAT,
    configuration::appsettings::FORMAT,
    configuration::dotenv::FORMAT,
    configuration::nginx::FORMAT,
];

/// A tool that makes documents of files; the readers of other formats then read these instead of the files.
pub struct Renderer {
    /// Its name in output.
    pub name: &'static str,
    /// Whether a file with this path may be its input, besides what formats want.
    pub wants: fn(path: &str) -> bool,
    /// Renders everything that there is of it among all files.
    pub render: fn(&[Arc<Source>], &Tree, &Settings) -> Rendering,
}

/// All renderers, in their order; a file that one has used is not given to the next.
pub const RENDERERS: &[Renderer] = &[kustomize::RENDERER, helm::RENDERER];

/// A format whose files may be larger than memory, and are read as a stream.
pub struct Stream {
    /// Its name in output.
    pub name: &'static str,
    /// Whether a file with this path may be of the format; only the start of such files is looked at.
    pub wants: fn(path: &str) -> bool,
    /// Whether a file that starts so is of the format. It then is of no other.
    pub claims: fn(head: &str) -> bool,
    /// Reads all files of the format.
    pub read: fn(&[&Arc<str>], &Tree) -> Reading,
}

/// All formats that are read as streams, in the order in which they are asked.
pub const STREAMS: &[Stream] = &[traces::STREAM];

/// How much of what the files of a format hold was understood, where that can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Tally {
    /// What is counted: references between resources, templates.
    pub what: &'static str,
    /// How many there are.
    pub all: usize,
    /// How many of them are understood.
    pub understood: usize,
    /// How many are not, and are listed with the reason.
    pub listed: usize,
}

impl Tally {
    /// None of anything yet.
    pub fn new(what: &'static str) -> Self {
        Tally { what, all: 0, understood: 0, listed: 0 }
    }
}

/// What a renderer made.
#[derive(Debug, Default)]
pub struct Rendering {
    /// The documents, each set under the path of the file that says to make it.
    pub sources: Vec<Source>,
    /// The files that went into them or that are left out on purpose; those that were not read whole with the reason.
    pub used: BTreeMap<Arc<str>, Option<(Status, String)>>,
    /// What is wrong with the files, their syntax left out.
    pub problems: Vec<Problem>,
    /// What was not understood.
    pub remarks: Vec<Remark>,
    /// What was counted.
    pub tallies: Vec<Tally>,
    /// What the files tell of besides documents.
    pub facts: Facts,
    /// What they say to programs, as for a [`Reading`].
    pub sheets: Vec<configuration::Sheet>,
}

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
    /// What was counted.
    pub tallies: Vec<Tally>,
    /// Files whose text was read in another way than as YAML or JSON: what is wrong with them as such does not count.
    pub reread: Vec<Arc<str>>,
    /// What files say to the programs beside them; whose each is, is known when everything is read.
    pub sheets: Vec<configuration::Sheet>,
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
    /// What was counted, by format in the order of the table.
    pub tallies: Vec<(&'static str, Tally)>,
    /// The policies that were found, in the order of their files.
    pub policies: Vec<(Arc<str>, Node)>,
    /// The wishes beside things, in the order of files and lines.
    pub asides: Vec<Aside>,
    /// What was wrong with the input.
    pub problems: Vec<Problem>,
}

/// Whether a file with this path may be a manifest: such a file is read and looked at.
pub fn is_wanted(path: &str) -> bool {
    FORMATS.iter().any(|format| (format.wants)(path)) || RENDERERS.iter().any(|renderer| (renderer.wants)(path))
}

/// Reads everything in a tree that a format of the table understands.
///
/// Files are read and parsed in parallel; the result depends on their paths and contents alone.
pub fn ingest(tree: &Tree) -> Ingested {
    ingest_with(tree, &Settings::default())
}

/// As [`ingest`], with what a person says about how.
pub fn ingest_with(tree: &Tree, settings: &Settings) -> Ingested {
    on_deep_threads(|| read_all(tree, settings, &|source| source))
}

/// Reads a tree as it was before the plans in it; `None` when there is no plan in it.
pub fn ingest_before_plans(tree: &Tree, settings: &Settings) -> Option<Ingested> {
    let found = AtomicBool::new(false);
    let back = |mut source: Source| {
        if terraform::before_plan(&mut source) {
            found.store(true, Ordering::Relaxed);
        }
        source
    };
    let read = on_deep_threads(|| read_all(tree, settings, &back));
    found.into_inner().then_some(read)
}

fn read_all(tree: &Tree, settings: &Settings, seen_as: &(dyn Fn(Source) -> Source + Sync)) -> Ingested {
    let mut result = Ingested { problems: tree.problems.clone(), ..Ingested::default() };
    let streamed = stream_all(tree, &mut result);
    let wanted: Vec<&Arc<str>> = tree.files().filter(|path| !streamed.contains(*path) && is_wanted(path)).collect();
    let read: Vec<Result<Source, Problem>> =
        wanted.par_iter().map(|path| tree.read(path).map(|text| seen_as(Source::new(path, text)))).collect();
    let mut sources = Vec::new();
    for (path, outcome) in wanted.iter().zip(read) {
        match outcome {
            Ok(source) if is_locked(&source.text) => result.accounts.push(locked(path)),
            Ok(source) => sources.push(Arc::new(source)),
            Err(problem) => result.problems.push(problem),
        }
    }
    if let Some(chosen) = &settings.stage {
        sources = stages::only(sources, chosen, tree, &mut result);
    }
    let mut sheets = Vec::new();
    let sources = render_all(sources, tree, settings, &mut sheets, &mut result);
    let mut claimed: Vec<Vec<&Source>> = FORMATS.iter().map(|_| Vec::new()).collect();
    for source in &sources {
        let format = FORMATS.iter().position(|format| match source.parts.is_empty() {
            true => (format.wants)(&source.path) && (format.claims)(source, tree),
            // All renderers make objects of Kubernetes.
            false => format.name == kubernetes::FORMAT.name,
        });
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
        for source in files.into_iter().filter(|source| source.parts.is_empty()) {
            account(format.name, source, &mut reading, &mut result);
            result.asides.append(&mut asides::read(source));
        }
        result.problems.append(&mut reading.problems);
        result.policies.append(&mut reading.policies);
        result.tallies.extend(reading.tallies.iter().map(|tally| (format.name, *tally)));
        sheets.extend(reading.sheets.into_iter().map(|sheet| (format.name, sheet)));
        result.facts.push((format.name, reading.facts));
    }
    configuration::attach(sheets, &mut result.facts);
    identity::join(&mut result.facts);
    result.accounts.sort();
    result.asides.sort();
    result.problems.sort();
    result.problems.dedup();
    result
}

/// Reads what is read as a stream; the paths of these files.
fn stream_all(tree: &Tree, result: &mut Ingested) -> BTreeSet<Arc<str>> {
    let mut taken = BTreeSet::new();
    for stream in STREAMS {
        let wanted: Vec<&Arc<str>> = tree.files().filter(|path| (stream.wants)(path)).collect();
        let is_of_it = |path: &&Arc<str>| tree.head(path).is_ok_and(|head| (stream.claims)(&head));
        let files: Vec<&Arc<str>> = wanted.into_par_iter().filter(is_of_it).collect();
        let files: Vec<&Arc<str>> = files.into_iter().filter(|path| !taken.contains(*path)).collect();
        if files.is_empty() {
            continue;
        }
        let mut reading = (stream.read)(&files, tree);
        for path in files {
            let noted = reading.partly.iter().position(|(file, ..)| file == path);
            let (status, reason) = noted.map_or((Status::Read, None), |index| {
                let (_, status, reason) = reading.partly.swap_remove(index);
                (status, Some(reason))
            });
            result.accounts.push(Account { file: Arc::clone(path), format: stream.name, status, reason });
            taken.insert(Arc::clone(path));
        }
        result.problems.append(&mut reading.problems);
        result.facts.push((stream.name, reading.facts));
    }
    taken
}

/// Lets each renderer take its files, and puts what it makes in their place.
fn render_all(
    mut sources: Vec<Arc<Source>>,
    tree: &Tree,
    settings: &Settings,
    sheets: &mut Vec<(&'static str, configuration::Sheet)>,
    result: &mut Ingested,
) -> Vec<Arc<Source>> {
    for renderer in RENDERERS {
        let Rendering { sources: made, used, problems, mut remarks, tallies, mut facts, sheets: told } =
            (renderer.render)(&sources, tree, settings);
        sheets.extend(told.into_iter().map(|sheet| (renderer.name, sheet)));
        result.tallies.extend(tallies.into_iter().map(|tally| (renderer.name, tally)));
        result.problems.extend(problems);
        let (taken, left): (Vec<_>, Vec<_>) = sources.into_iter().partition(|source| used.contains_key(&source.path));
        let mut reading = Reading::default();
        let noted =
            used.iter().filter_map(|(path, note)| note.clone().map(|(status, why)| (Arc::clone(path), status, why)));
        reading.partly.extend(noted);
        for source in &taken {
            account(renderer.name, source, &mut reading, result);
            result.asides.append(&mut asides::read(source));
        }
        remarks.dedup_by(|a, b| a.what == b.what && a.evidence == b.evidence);
        facts.remarks.append(&mut remarks);
        if !facts.remarks.is_empty() || !facts.components.is_empty() {
            result.facts.push((renderer.name, facts));
        }
        sources = left;
        sources.extend(made.into_iter().map(Arc::new));
    }
    sources
}

fn account(format: &'static str, source: &Source, reading: &mut Reading, result: &mut Ingested) {
    let noted = reading.partly.iter().position(|(file, ..)| *file == source.path);
    let is_reread = reading.reread.contains(&source.path);
    let errors = source.problems().iter().filter(|problem| problem.is_error() && !is_reread).count();
    let (status, reason) = match noted {
        Some(index) => {
            let (_, status, reason) = reading.partly.swap_remove(index);
            (status, Some(reason))
        }
        None if errors > 0 => (Status::Partial, Some(format!("{errors} of its documents are broken"))),
        None => (Status::Read, None),
    };
    if !is_reread {
        result.problems.extend(source.problems().iter().cloned());
    }
    result.accounts.push(Account { file: Arc::clone(&source.path), format, status, reason });
}

/// Whether a file is encrypted by git-crypt and was not unlocked.
fn is_locked(text: &str) -> bool {
    text.starts_with("\0GITCRYPT")
}

/// A file that can only be read with a key: it is told of, and no error.
fn locked(path: &Arc<str>) -> Account {
    let wants =
        FORMATS.iter().filter(|format| format.name != linchpin::FORMAT.name).find(|format| (format.wants)(path));
    Account {
        file: Arc::clone(path),
        format: wants.map_or("unknown", |format| format.name),
        status: Status::Skipped,
        reason: Some("encrypted with git-crypt, and not unlocked".to_owned()),
    }
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
