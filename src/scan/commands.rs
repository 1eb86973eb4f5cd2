//! Sub-commands: of one program that several services run, each with a word of its own, which functions run for which word.
//!
//! Cobra, urfave/cli, click, typer, argparse, commander, yargs and picocli are known by what they call a command. What
//! belongs to one command alone is a function, or the code outside of functions of one file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::code::{Argument, Call, Part};
use super::files::{Code, File};
use super::sources::fixed;

/// Libraries whose `command` is a sub-command; that of others answers in a chat.
const LIBRARIES: &[&str] = &["click", "rich_click", "typer", "commander", "yargs", "cac", "picocli"];

/// A function of a file: both by their index.
pub(super) type Place = (usize, usize);

/// The sub-commands of one program, and the functions that say what each does.
#[derive(Clone, Debug, Default)]
pub(super) struct Commands(BTreeMap<Arc<str>, BTreeSet<Place>>);

impl Commands {
    /// The sub-commands that some files define. Linear in their calls.
    pub(super) fn of(code: &Code, files: impl Iterator<Item = usize>) -> Self {
        let mut all = Commands::default();
        for at in files {
            let file = &code.files[at];
            let has_library = has_library(file);
            for (number, function) in file.module.functions.iter().enumerate() {
                for name in function.calls.iter().filter_map(|call| named(call, has_library)) {
                    all.0.entry(name).or_default().insert((at, number));
                }
            }
            for (name, number) in annotated(file) {
                all.0.entry(name).or_default().insert((at, number));
            }
        }
        all
    }

    /// The first word of a command line that is one of them.
    pub(super) fn chosen<'w>(&self, words: &'w [Arc<str>]) -> Option<&'w Arc<str>> {
        words.iter().find(|word| self.0.contains_key(*word))
    }

    /// The functions that belong to others than the one that is chosen alone.
    pub(super) fn others(&self, chosen: &str) -> BTreeSet<Place> {
        let own = self.0.get(chosen);
        let others = self.0.values().flatten().copied();
        others.filter(|place| own.is_none_or(|own| !own.contains(place))).collect()
    }
}

/// The first word of a text: the name of `serve [flags]`.
fn first_word(text: &str) -> Option<Arc<str>> {
    let word = text.split_whitespace().next()?;
    let is_name = word.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ':'));
    (is_name && !word.starts_with('-')).then(|| word.into())
}

fn text_of(argument: &Argument) -> Option<Arc<str>> {
    match argument.value.as_slice() {
        [Part::Text(text)] => first_word(fixed(text)?),
        _ => None,
    }
}

/// The sub-command that a call makes.
fn named(call: &Call, has_library: bool) -> Option<Arc<str>> {
    let (first, last) = (call.path.first()?, call.path.last()?);
    let by_key = |key: &str| call.arguments.iter().find(|one| one.name.as_deref() == Some(key)).and_then(text_of);
    let unnamed = || call.arguments.first().filter(|one| one.name.is_none()).and_then(text_of);
    match (&**first, &**last) {
        // `cobra.Command{Use: "serve [flags]"}`, `cli.Command{Name: "serve"}`
        ("cobra", "Command") if call.makes => by_key("Use"),
        ("cli", "Command") if call.makes => by_key("Name"),
        // `parser.add_parser("serve")`, `program.command("serve")`
        (_, "add_parser") => unnamed(),
        (_, "command") if (call.path.len() > 1 || call.receiver.is_some()) && has_library => unnamed(),
        _ => None,
    }
}

/// Whether a file imports a library for sub-commands.
fn has_library(file: &File) -> bool {
    let first = |path: &str| path.split(['.', '/', ':']).next().is_some_and(|first| LIBRARIES.contains(&first));
    file.module.imports.iter().any(|import| first(&import.path))
}

/// The functions of a file that annotations make sub-commands: `@cli.command("serve")`, `@app.command()`,
/// `@Command(name = "serve")` of a class.
fn annotated(file: &File) -> Vec<(Arc<str>, usize)> {
    let mut found = Vec::new();
    let is_one = |path: &[Arc<str>]| {
        path.last().is_some_and(|last| matches!(&**last, "command" | "Command"))
            && (has_library(file) || path.iter().any(|part| &**part == "cli"))
    };
    for note in file.module.annotations.iter().filter(|note| is_one(&note.path)) {
        let given = note.arguments.iter().find(|one| matches!(one.name.as_deref(), None | Some("name")));
        let own = |(_, function): &(usize, &super::code::Function)| match &note.member {
            Some(member) => function.name == *member && function.owner == note.owner,
            None => function.owner.is_some() && function.owner == note.owner,
        };
        let called = note.member.as_ref().map(|member| Arc::from(member.replace('_', "-")));
        let Some(name) = given.and_then(text_of).or(called) else { continue };
        let functions = file.module.functions.iter().enumerate().filter(own);
        found.extend(functions.map(|(number, _)| (Arc::clone(&name), number)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::code::{Fate, Piece, Text};

    fn argument(name: Option<&str>, text: &str) -> Argument {
        let text = Text { pieces: vec![Piece::Fixed(text.into())], line: 1, column: 1 };
        Argument { name: name.map(Arc::from), value: vec![Part::Text(text)] }
    }

    fn call(path: &str, makes: bool, arguments: Vec<Argument>) -> Call {
        Call {
            path: path.split('.').map(Arc::from).collect(),
            receiver: None,
            makes,
            arguments,
            fate: Fate::default(),
            empty: Fate::default(),
            is_dropped: false,
            deferred: false,
            line: 1,
            column: 1,
        }
    }

    #[test]
    fn calls_make_sub_commands() {
        for (has_library, call, expected) in [
            (false, call("cobra.Command", true, vec![argument(Some("Use"), "serve [flags]")]), Some("serve")),
            (false, call("cli.Command", true, vec![argument(Some("Name"), "queue:work")]), Some("queue:work")),
            (false, call("exec.Command", false, vec![argument(None, "ls")]), None),
            (false, call("commands.add_parser", false, vec![argument(None, "send")]), Some("send")),
            (true, call("program.command", false, vec![argument(None, "serve <port>")]), Some("serve")),
            (false, call("bot.command", false, vec![argument(None, "start")]), None),
            (true, call("program.command", false, vec![argument(None, "--port")]), None),
        ] {
            assert_eq!(named(&call, has_library).as_deref(), expected, "{:?}", call.path);
        }
    }
}
