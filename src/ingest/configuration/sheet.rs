//! What one file says to the program beside it, in the words of the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts::Said;
use crate::model::{Basis, Evidence, Phase, Strength};
use crate::source::Location;

/// What a file says to a program; whose file it is, its reader can't tell.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The shown path of the file.
    pub file: Arc<str>,
    /// The name that the file gives to its program.
    pub name: Option<Said>,
    /// Whether it is a recipe that the program is built by.
    pub is_recipe: bool,
    /// For whom it is kept at a configuration server, when it is: a program by its name, empty for all.
    pub kept_for: Option<String>,
    /// Whether its values are the program's environment, where names are written in capitals.
    pub is_environment: bool,
    /// The images that the program is built on, the one that it runs in first.
    pub bases: Vec<Said>,
    /// Values by name, which values here and in other files of the program may be made of.
    pub values: BTreeMap<String, String>,
    /// What may name something that the program needs.
    pub lines: Vec<Line>,
}

/// A setting that may name something that the program needs.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its name as it is written, the outer keys before it.
    pub key: String,
    /// Its value; variables in it are not replaced yet.
    pub value: String,
    /// What kind of value it is.
    pub kind: Kind,
    /// Whether a variable of the program's environment goes before it.
    pub yields: bool,
    /// Whether `$NAME` in its value is a variable, as `${NAME}` is everywhere.
    pub bare: bool,
    /// When what it names is needed.
    pub phase: Phase,
    /// What the loss of that does.
    pub strength: Strength,
    /// The profile or environment that it holds in alone.
    pub profile: Option<Arc<str>>,
    /// Where it is written.
    pub at: Location,
}

/// What kind of value a setting has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One that is an address if it looks like one under its name.
    Variable,
    /// A host, with or without a port.
    Host,
    /// The name of another service.
    Service,
    /// One that is an address if it looks like one and names a component; nobody says that it is called.
    Known,
}

impl Sheet {
    /// A sheet on which nothing stands yet.
    pub(in crate::ingest) fn new(file: &Arc<str>) -> Self {
        Sheet {
            file: Arc::clone(file),
            name: None,
            is_recipe: false,
            kept_for: None,
            is_environment: false,
            bases: Vec::new(),
            values: BTreeMap::new(),
            lines: Vec::new(),
        }
    }
}

impl Line {
    /// A setting that is needed to serve.
    pub(in crate::ingest) fn new(key: &str, value: &str, kind: Kind, at: Location) -> Self {
        Line {
            key: key.to_owned(),
            value: value.to_owned(),
            kind,
            yields: false,
            bare: false,
            phase: Phase::Run,
            strength: Strength::Hard,
            profile: None,
            at,
        }
    }

    /// The setting as evidence.
    pub(super) fn evidence(&self) -> Evidence {
        let profile = self.profile.as_ref().map(|profile| format!(", profile {profile}")).unwrap_or_default();
        said(&self.at, format!("{}{profile}", self.key))
    }
}

/// A place in a file of configuration as evidence.
pub(super) fn said(at: &Location, note: String) -> Evidence {
    Evidence { at: at.clone(), basis: Basis::Manifest, note: Some(note.into()) }
}

/// The lines of a text, to find places in it.
pub(super) struct Lines<'t> {
    file: &'t Arc<str>,
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of a file's text.
    pub(super) fn new(file: &'t Arc<str>, text: &'t str) -> Self {
        let newlines = text.match_indices('\n').map(|(index, _)| index + 1);
        Lines { file, text, starts: std::iter::once(0).chain(newlines).collect() }
    }

    /// The place of a part of the text, by the byte at which it begins. Logarithmic in the number of lines.
    pub(super) fn place(&self, offset: usize, length: usize) -> Location {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let column = before.chars().count() + 1;
        Location { file: Arc::clone(self.file), line: count(line), column: count(column), length: count(length) }
    }
}

/// A name without what formats differ in: `spring.datasource.url`, `SPRING_DATASOURCE_URL` and
/// `Spring:Datasource:Url` are one.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters() {
        let text = "é = 1\n  ü b";
        let file: Arc<str> = "a".into();
        let lines = Lines::new(&file, text);
        let at = lines.place(text.find('b').expect("b"), 1);
        assert_eq!((at.line, at.column), (2, 5));
        assert_eq!((lines.place(0, 1).line, lines.place(999, 1).line), (1, 2));
    }

    #[test]
    fn names_of_one_setting_are_one() {
        for name in ["spring.data-source.url", "SPRING_DATASOURCE_URL", "Spring:DataSource:Url"] {
            assert_eq!(plain(name), "SPRINGDATASOURCEURL");
        }
    }
}
