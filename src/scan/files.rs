//! Which files are source code, and what each says.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::code::{Module, Role};
use super::languages::{LANGUAGES, Language};
use super::memory::Memory;
use super::programs::{folder, lies_in};
use super::touched::{Refused, Touched};
use super::words::Words;
use crate::ingest::{Account, Status};
use crate::source::{Location, Problem, Tree, fingerprint};

/// The largest file that is read, in bytes; what is larger was made by a program.
const LARGEST: u64 = 1_000_000;

/// A file of source code.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: Arc<str>,
    pub(super) language: &'static str,
    pub(super) module: Arc<Module>,
}

/// The files of one language, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Files that were read.
    pub read: usize,
    /// Files in which a parser had to guess somewhere.
    pub partly: usize,
    /// Files that a parser got lost in, and of which nothing is known.
    pub given_up: usize,
    /// Tests, examples, generated and vendored files, which say nothing of what runs.
    pub left_out: usize,
    /// Files of packages in which nothing names a product, an address or a component.
    pub untouched: usize,
    /// Files that are too large to have been written by hand.
    pub too_large: usize,
}

/// All code of a tree.
#[derive(Debug, Default)]
pub(super) struct Code {
    pub(super) files: Vec<File>,
    pub(super) counts: BTreeMap<&'static str, Count>,
    pub(super) accounts: Vec<Account>,
    pub(super) problems: Vec<Problem>,
}

/// What becomes of one file.
enum Outcome {
    Read(File),
    TooLarge(&'static str, Arc<str>),
    Untouched(&'static str),
    Broken(Problem),
}

/// Whether a file with this path is read as code.
pub fn is_code(path: &str) -> bool {
    LANGUAGES.iter().any(|language| language.wants(path) && !language.leaves_out(path))
}

/// What is said of a file in which a parser got lost.
fn lost(file: &File, line: u32) -> Problem {
    let at = Location { file: Arc::clone(&file.path), line, column: 1, length: 0 };
    let message = format!("the parser of {} got lost here, and nothing of the file is understood", file.language);
    Problem::error(at, message).help(
        "see that the file compiles and is not cut off; what it needs can be declared in linchpin.yaml in its place",
    )
}

/// The length of the folder that all files of a tree lie in, the slash at its end included.
fn shared_folder(tree: &Tree) -> usize {
    let mut files = tree.files();
    let Some(first) = files.next() else { return 0 };
    let mut shared = folder(first);
    for path in files {
        while !lies_in(shared, path) {
            shared = folder(shared);
        }
    }
    if shared.is_empty() { 0 } else { shared.len() + 1 }
}

/// Reads and parses all files of the table's languages, in parallel; the order is that of their paths.
pub(super) fn read(tree: &Tree, memory: &Memory, words: impl FnOnce() -> Words) -> Code {
    let mut code = Code::default();
    let mut wanted: Vec<(&Arc<str>, &'static Language)> = Vec::new();
    // Who asks about a folder of tests wants to know of it: only what lies below what was asked for counts.
    let above = shared_folder(tree);
    for path in tree.files() {
        let Some(language) = LANGUAGES.iter().find(|language| language.wants(path)) else { continue };
        match language.leaves_out(&path[above..]) {
            true => code.counts.entry(language.name).or_default().left_out += 1,
            false => wanted.push((path, language)),
        }
    }
    // Where there is no code, nobody asks for the words, of which the catalogue has many.
    if wanted.is_empty() {
        return code;
    }
    let touched = Touched::find(tree, &wanted, &words(), LARGEST);
    // Few texts are in memory at once: most files are only looked through, and read again where that is worth it.
    let one = |text: &mut Vec<u8>, (path, language): (&Arc<str>, &'static Language)| {
        if !touched.has(path) {
            return match touched.refused(path) {
                None => Outcome::Untouched(language.name),
                Some(Refused::TooLarge) => Outcome::TooLarge(language.name, Arc::clone(path)),
                Some(Refused::Broken(problem)) => Outcome::Broken(problem.clone()),
            };
        }
        match tree.bytes(path, LARGEST, text) {
            Err(problem) => Outcome::Broken(problem),
            Ok(false) => Outcome::TooLarge(language.name, Arc::clone(path)),
            Ok(true) => {
                let text = String::from_utf8_lossy(text);
                let name = format!("{} {}", language.name, fingerprint(&text));
                let module = memory.module(name, || {
                    let mut module = language.read(&text);
                    module.functions.retain(|function| function.role != Role::Test);
                    module
                });
                Outcome::Read(File { path: Arc::clone(path), language: language.name, module })
            }
        }
    };
    let outcomes: Vec<Outcome> = wanted.into_par_iter().map_init(Vec::new, one).collect();
    for outcome in outcomes {
        match outcome {
            Outcome::Read(file) => {
                let count = code.counts.entry(file.language).or_default();
                let (status, reason) = match file.module.given_up {
                    Some(line) => {
                        count.given_up += 1;
                        code.problems.push(lost(&file, line));
                        let reason = format!("the parser got lost on line {line}, and nothing of it is understood");
                        (Status::Broken, Some(reason))
                    }
                    None => {
                        count.read += 1;
                        count.partly += usize::from(file.module.has_errors);
                        match file.module.has_errors {
                            true => (Status::Partial, Some("the parser had to guess somewhere".to_owned())),
                            false => (Status::Read, None),
                        }
                    }
                };
                code.accounts.push(Account { file: Arc::clone(&file.path), format: file.language, status, reason });
                code.files.push(file);
            }
            Outcome::TooLarge(language, file) => {
                code.counts.entry(language).or_default().too_large += 1;
                let reason = Some(format!("over {LARGEST} bytes of code are not written by hand"));
                code.accounts.push(Account { file, format: language, status: Status::Skipped, reason });
            }
            Outcome::Untouched(language) => code.counts.entry(language).or_default().untouched += 1,
            Outcome::Broken(problem) => code.problems.push(problem),
        }
    }
    code
}
