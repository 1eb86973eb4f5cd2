//! Dockerfiles: what a program is built on, and the environment that its image gives it.
//!
//! Only the stages that end up in the image count for its environment. Every image that a stage begins with is needed to
//! build it, and by nobody who runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parse_dockerfile::Instruction;

use super::fill::fill;
use super::sheet::{Kind, Line, Lines, Sheet, said};
use crate::facts::Said;
use crate::ingest::{Format, Reading, Status};
use crate::source::{Location, Source, Tree};

/// The table line of Dockerfiles.
pub const FORMAT: Format = Format { name: "dockerfile", wants, claims: |source, _| claims(source), read };

fn wants(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let is_recipe = |word: &str| {
        name == word
            || name.strip_prefix(word).is_some_and(|rest| rest.starts_with('.'))
            || name.ends_with(&format!(".{word}"))
    };
    (is_recipe("dockerfile") || is_recipe("containerfile")) && !name.ends_with(".dockerignore")
}

fn claims(source: &Source) -> bool {
    let begins = |line: &str| line.trim_start().get(..5).is_some_and(|word| word.eq_ignore_ascii_case("from "));
    wants(&source.path) && source.text.lines().any(begins)
}

fn read(files: &[&Source], _: &Tree) -> Reading {
    let mut reading = Reading::default();
    for source in files {
        match parse_dockerfile::parse(&source.text) {
            Ok(parsed) => reading.sheets.push(sheet(source, &parsed.instructions)),
            Err(error) => {
                let reason = error.to_string();
                reading.partly.push((Arc::clone(&source.path), Status::Broken, reason.clone()));
                let at = Location::start_of(&source.path);
                let problem =
                    crate::source::Problem::warning(at, format!("not a Dockerfile that can be read: {reason}"));
                reading.problems.push(problem.help("nothing is taken from it"));
            }
        }
    }
    reading
}

/// One stage of a build.
#[derive(Default)]
struct Stage {
    name: Option<String>,
    /// The stage that it continues.
    on: Option<usize>,
    values: BTreeMap<String, String>,
    lines: Vec<Line>,
}

fn sheet(source: &Source, instructions: &[Instruction<'_>]) -> Sheet {
    let places = Lines::new(&source.path, &source.text);
    let mut sheet = Sheet { is_recipe: true, is_environment: true, ..Sheet::new(&source.path) };
    let mut arguments: BTreeMap<String, String> = BTreeMap::new();
    let mut stages: Vec<Stage> = Vec::new();
    let mut bases: Vec<(usize, Said)> = Vec::new();
    for instruction in instructions {
        match instruction {
            Instruction::Arg(arg) => {
                for (name, value, _) in pairs(&arg.arguments.value) {
                    let known = |name: &str| arguments.get(name).cloned();
                    if let Ok(value) = fill(&value, true, &known) {
                        arguments.entry(name).or_insert(value);
                    }
                }
            }
            Instruction::From(from) => {
                let known = |name: &str| arguments.get(name).cloned();
                let name = from.as_.as_ref().map(|(_, name)| name.value.to_lowercase());
                let image = fill(from.image.value.trim(), true, &known);
                let on = image.as_ref().ok().and_then(|image| {
                    let image = image.to_lowercase();
                    stages.iter().rposition(|stage| stage.name.as_ref() == Some(&image))
                });
                let here = places.place(from.image.span.start, from.image.span.len());
                if let (None, Ok(image)) = (on, &image)
                    && image != "scratch"
                    && !image.contains(char::is_whitespace)
                {
                    bases.push((
                        stages.len(),
                        Said { text: image.as_str().into(), evidence: said(&here, "FROM".into()) },
                    ));
                }
                stages.push(Stage { name, on, ..Stage::default() });
            }
            Instruction::Env(env) => {
                let Some(number) = stages.len().checked_sub(1) else { continue };
                let text = source.text.get(env.arguments.span.clone()).unwrap_or_default();
                for (name, value, _) in pairs(&env.arguments.value) {
                    let inherited =
                        |name: &str| value_in(&stages, number, name).or_else(|| arguments.get(name).cloned());
                    // What hangs on an argument of the build without a default is not known here.
                    let Ok(value) = fill(&value, true, &inherited) else { continue };
                    let inside = text.find(name.as_str()).unwrap_or(0);
                    let at = places.place(env.arguments.span.start + inside, name.len());
                    let line = Line { yields: true, ..Line::new(&name, &value, Kind::Variable, at) };
                    stages[number].values.insert(name, value);
                    stages[number].lines.push(line);
                }
            }
            _ => {}
        }
    }
    let mut at = stages.len().checked_sub(1);
    let mut in_image = Vec::new();
    let mut set: BTreeSet<String> = BTreeSet::new();
    while let Some(number) = at {
        in_image.push(number);
        at = stages[number].on.filter(|on| *on < number);
    }
    for number in &in_image {
        let stage = std::mem::take(&mut stages[*number]);
        // Of one stage the last setting of a name counts, and a later stage goes before what it continues.
        let mut lines: Vec<Line> = stage.lines.into_iter().rev().filter(|line| set.insert(line.key.clone())).collect();
        lines.reverse();
        sheet.lines.append(&mut lines);
        stage.values.into_iter().for_each(|(name, value)| {
            sheet.values.entry(name).or_insert(value);
        });
    }
    // The image that it runs in comes first.
    bases.sort_by_key(|(number, _)| !in_image.contains(number));
    sheet.bases = bases.into_iter().map(|(_, base)| base).collect();
    sheet.bases.dedup_by(|a, b| a.text == b.text);
    sheet
}

/// The value of a variable in a stage or in those that it continues.
fn value_in(stages: &[Stage], number: usize, name: &str) -> Option<String> {
    let mut at = Some(number);
    while let Some(number) = at {
        if let Some(value) = stages[number].values.get(name) {
            return Some(value.clone());
        }
        at = stages[number].on.filter(|on| *on < number);
    }
    None
}

/// The pairs of `ENV A=1 B="2 3"` and the one of `ENV A 1`, with whether a value is written at all.
fn pairs(text: &str) -> Vec<(String, String, bool)> {
    let text = text.trim();
    let first = text.split(char::is_whitespace).next().unwrap_or_default();
    if let Some((name, value)) = text.split_once(char::is_whitespace).filter(|_| !first.contains('=')) {
        return vec![(name.to_owned(), unquoted(value.trim()), true)];
    }
    let mut found = Vec::new();
    for word in words(text) {
        if let Some((name, value)) = word.split_once('=').filter(|(name, _)| !name.is_empty()) {
            found.push((name.to_owned(), unquoted(value), true));
        }
    }
    found
}

/// Words apart by spaces; quotes and a backslash before a space hold a word together.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None) if letters.peek().is_some_and(|next| next.is_whitespace()) => {
                let next = letters.next();
                if let (Some(word), Some(next)) = (words.last_mut(), next) {
                    word.push(next);
                }
                continue;
            }
            ('"' | '\'', None) => quote = Some(letter),
            (_, Some(open)) if open == letter => quote = None,
            (_, None) if letter.is_whitespace() => {
                words.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn unquoted(text: &str) -> String {
    let inner = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text).to_owned()
}
