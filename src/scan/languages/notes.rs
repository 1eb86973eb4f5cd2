//! What annotations say about a declaration, in the languages that have them.

use std::sync::Arc;

use super::drawing::plain;
use super::reader::Reader;
use super::sketch::Given;
use crate::scan::code::{Annotation, Argument, Role};

/// What the annotations of a type, a member of it or a parameter say.
#[derive(Default)]
pub(super) struct Notes {
    /// Whether one of them hands it to a framework.
    pub(super) any: bool,
    /// Whether it runs when the program starts.
    pub(super) starts: bool,
    pub(super) is_test: bool,
    /// Whether nobody waits for it.
    pub(super) detaches: bool,
    /// The line of the one that names what is done when it fails.
    pub(super) fallback: Option<u32>,
}

/// The annotations of a language that mean something here.
pub(super) struct Known {
    /// Those that only tell the compiler something.
    pub(super) harmless: &'static [&'static str],
    /// Those of tests.
    pub(super) tests: &'static [&'static str],
}

/// Those of functions that run when the program starts.
const STARTS: &[&str] = &["PostConstruct", "Bean", "Startup"];

impl Notes {
    /// The role of a function that they stand at; `is_main` and `runs` say what its name tells.
    pub(super) fn role(&self, is_main: bool, runs: bool) -> Role {
        match () {
            () if is_main => Role::Main,
            () if self.is_test => Role::Test,
            () if self.starts || runs => Role::Initialiser,
            () => Role::Plain,
        }
    }
}

impl Reader<'_> {
    /// Notes an annotation of the type that is being read, or of a member of it.
    pub(super) fn note(
        &mut self,
        notes: &mut Notes,
        known: &Known,
        path: Vec<Arc<str>>,
        given: Vec<Given>,
        (member, line): (Option<&Arc<str>>, u32),
    ) {
        if given.iter().any(|one| one.name.as_deref().is_some_and(|name| name.starts_with("fallback"))) {
            notes.fallback = Some(line);
        }
        let last = path.last().map(|name| &**name).unwrap_or_default();
        notes.any |= !known.harmless.contains(&last);
        notes.starts |= STARTS.contains(&last);
        notes.is_test |= known.tests.contains(&last);
        notes.detaches |= last == "Async";
        let arguments = given.into_iter().map(|one| Argument { value: plain(&one.value), name: one.name }).collect();
        let owner = self.owner();
        self.annotate(Annotation { path, arguments, owner, member: member.cloned(), line });
    }
}
