//! Files of variables: `.env` beside a project, and the `env_file` of a service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::interpolate::{Filled, Room, Value, fill};
use crate::source::{Location, Problem, Tree};

/// Names that a checked-in example of a file of variables has, beside the file that is not checked in.
const EXAMPLES: [&str; 4] = [".example", ".sample", ".template", ".dist"];
const MOST_NESTED: usize = 64;

/// Variables by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Vars {
    known: BTreeMap<String, Arc<Value>>,
    room: Room,
}

impl Vars {
    /// The value of a variable.
    pub(super) fn get(&self, name: &str) -> Option<&Arc<Value>> {
        self.known.get(name)
    }

    /// Replaces the variables of a text.
    pub(super) fn fill(&self, text: &str) -> Filled {
        fill(text, &self.room, &mut |name| self.get(name).cloned())
    }

    /// All variables in order of their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Arc<Value>)> {
        self.known.iter()
    }

    /// The variables of a project in a folder: its `.env` and, above it, `.env.override`; an example where there is
    /// no `.env`. What is set outside goes before them.
    pub(super) fn of_folder(folder: &str, tree: &Tree, outer: &Vars) -> Vars {
        let join = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let own = present(&join(".env"), tree);
        let layers: Vec<String> =
            own.into_iter().chain([join(".env.override")].into_iter().filter(|path| tree.contains(path))).collect();
        Vars::of_files(&layers, tree, outer).0
    }

    /// The variables of several files, of which later ones go before earlier ones, and those set outside before all.
    pub(super) fn of_files(paths: &[String], tree: &Tree, outer: &Vars) -> (Vars, Vec<Problem>) {
        let mut written = BTreeMap::new();
        let mut problems = Vec::new();
        for path in paths {
            match tree.read(path) {
                Ok(text) => written.extend(parse(&path.as_str().into(), &text)),
                Err(problem) => problems.push(problem),
            }
        }
        let mut resolver = Resolver::new(&written, outer);
        for name in written.keys() {
            resolver.value(name);
        }
        let mut known = resolver.known;
        known.extend(outer.iter().map(|(name, value)| (name.clone(), Arc::clone(value))));
        (Vars { known, room: Room::default() }, problems)
    }

    /// The variables that a service gets from one file; those of the project serve to fill its values only.
    pub(super) fn of_service(path: &str, raw: bool, tree: &Tree, project: &Vars) -> Result<Vars, Problem> {
        let mut written = parse(&path.into(), &tree.read(path)?);
        written.values_mut().for_each(|line| line.literal |= raw);
        let mut resolver = Resolver::new(&written, project);
        for (name, line) in &written {
            let value = resolver.filled(line);
            resolver.known.insert(name.clone(), value);
        }
        Ok(Vars { known: resolver.known, room: Room::default() })
    }
}

/// A file of variables, or its checked-in example where it is not there itself.
pub(super) fn present(path: &str, tree: &Tree) -> Option<String> {
    let examples = EXAMPLES.iter().map(|end| format!("{path}{end}"));
    [path.to_owned()].into_iter().chain(examples).find(|path| tree.contains(path))
}

/// A variable as it is written.
struct Line {
    text: String,
    /// It stood in single quotes: nothing in it is replaced.
    literal: bool,
    at: Location,
}

/// Whether a file is a checked-in example of a file of variables.
pub(in crate::ingest) fn is_example(name: &str) -> bool {
    EXAMPLES.iter().any(|end| name.ends_with(end))
}

/// The variables of a file as they are written, each with its place; what stands in their values is not replaced.
pub(in crate::ingest) fn written(file: &Arc<str>, text: &str) -> Vec<(String, String, Location)> {
    parse(file, text).into_iter().map(|(name, line)| (name, line.text, line.at)).collect()
}

/// Values that name each other, in whatever order they are written; a circle leaves them without a value.
struct Resolver<'a> {
    written: &'a BTreeMap<String, Line>,
    outer: &'a Vars,
    known: BTreeMap<String, Arc<Value>>,
    open: BTreeSet<String>,
    room: Room,
}

impl<'a> Resolver<'a> {
    fn new(written: &'a BTreeMap<String, Line>, outer: &'a Vars) -> Self {
        Resolver { written, outer, known: BTreeMap::new(), open: BTreeSet::new(), room: Room::default() }
    }

    fn value(&mut self, name: &str) -> Option<Arc<Value>> {
        if let Some(value) = self.outer.get(name).or_else(|| self.known.get(name)) {
            return Some(Arc::clone(value));
        }
        let line = self.written.get(name)?;
        if self.open.len() >= MOST_NESTED || !self.open.insert(name.to_owned()) {
            return None;
        }
        let value = self.filled(line);
        self.open.remove(name);
        self.known.insert(name.to_owned(), Arc::clone(&value));
        Some(value)
    }

    fn filled(&mut self, line: &Line) -> Arc<Value> {
        if line.literal {
            return Arc::new(Value { text: line.text.clone(), unset: Vec::new(), at: line.at.clone() });
        }
        let room = std::mem::take(&mut self.room);
        let filled = fill(&line.text, &room, &mut |name| self.value(name));
        self.room = room;
        Arc::new(Value { text: filled.text, unset: filled.unset, at: line.at.clone() })
    }
}

/// The lines `KEY=value` of a file: with `export`, quotes, comments, and quoted values over several lines.
fn parse(file: &Arc<str>, text: &str) -> BTreeMap<String, Line> {
    let mut found = BTreeMap::new();
    let mut lines = (1u32..).zip(text.trim_start_matches('\u{feff}').lines());
    while let Some((number, line)) = lines.next() {
        let line = line.trim();
        let line = line.strip_prefix("export ").map_or(line, str::trim_start);
        let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else { continue };
        let key = key.trim();
        if key.is_empty() || key.contains(char::is_whitespace) {
            continue;
        }
        let value = value.trim_start();
        let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
        let text = match quote {
            None => uncommented(value).to_owned(),
            Some(quote) => {
                let mut open = value[1..].to_owned();
                while closing(&open, quote).is_none() {
                    // A quote that is never closed takes the rest of the file, as it does for Compose.
                    let Some((_, next)) = lines.next() else { break };
                    open.push('\n');
                    open.push_str(next);
                }
                let end = closing(&open, quote).unwrap_or(open.len());
                open.truncate(end);
                if quote == '"' { open.replace("\\\"", "\"") } else { open }
            }
        };
        let at = Location { file: Arc::clone(file), line: number, column: 1, length: 0 };
        found.insert(key.to_owned(), Line { text, literal: quote == Some('\''), at });
    }
    found
}

/// A value without the comment behind it.
fn uncommented(value: &str) -> &str {
    if value.starts_with('#') {
        return "";
    }
    let end = value.find(" #").or_else(|| value.find("\t#")).unwrap_or(value.len());
    value[..end].trim_end()
}

fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(index, c)| {
        let closes = c == quote && !escaped;
        escaped = c == '\\' && !escaped && quote == '"';
        closes.then_some(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars(text: &str) -> Vec<(String, String)> {
        let written = parse(&".env".into(), text);
        let outer = Vars::default();
        let mut resolver = Resolver::new(&written, &outer);
        written.keys().for_each(|name| drop(resolver.value(name)));
        resolver.known.into_iter().map(|(name, value)| (name, value.text.clone())).collect()
    }

    fn one(text: &str) -> String {
        vars(text).swap_remove(0).1
    }

    #[test]
    fn lines_of_a_file_of_variables() {
        assert_eq!(one("A=cart:7070"), "cart:7070");
        assert_eq!(one("export A = 'x # $y'"), "x # $y");
        assert_eq!(one("A=b # why\n"), "b");
        assert_eq!(one("A=b#c\r\n"), "b#c");
        assert_eq!(one("A=\"b \\\" c\" # d"), "b \" c");
        assert_eq!(one("A=\"one\ntwo\"\n"), "one\ntwo");
        assert_eq!(one("A="), "");
        assert_eq!(vars("# A=1\nnothing\n=x\nb c=d\n"), []);
    }

    #[test]
    fn values_name_others_before_and_after_them() {
        let all = vars("PORT=80\nADDR=${HOST}:${PORT}\nHOST=cart\nX=$Y\nY=$X\n");
        assert_eq!(all[0], ("ADDR".to_owned(), "cart:80".to_owned()));
        assert!(all.iter().any(|(name, text)| name == "X" && text == super::super::interpolate::UNSET));
    }

    #[test]
    fn values_that_double_do_not_eat_the_machine() {
        let mut text = String::from("A0=xxxxxxxxxx\n");
        for level in 1..60 {
            text += &format!("A{level}=$A{0}$A{0}\n", level - 1);
        }
        assert!(vars(&text).iter().all(|(_, value)| value.len() < 30_000));
    }
}
