//! What of a function is the value at a point: its names, its calls, and the parts of expressions.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::local::Local;
use super::{Follower, Of};
use crate::scan::code::{Call, Function, Part, Piece};
use crate::scan::view::{Id, SELVES};

/// What is reached within one function.
pub(super) struct Reached {
    pub(super) id: Id,
    pub(super) file: usize,
    pub(super) names: BTreeSet<Arc<str>>,
    /// Objects that are written out, and their entries.
    pub(super) parts: BTreeSet<(Arc<str>, Of)>,
    pub(super) calls: BTreeSet<usize>,
    /// Whether what holds for the whole program counts, not only what the function is given.
    pub(super) whole: bool,
}

impl Follower<'_, '_, '_> {
    /// Whether a call is made on it; and whether it is made on the import itself.
    pub(super) fn receiver(&self, call: &Call, here: &Reached, local: &Local) -> (bool, bool) {
        let imported = |name: &Arc<str>| {
            here.whole && self.source.names.contains(&(here.file, Arc::clone(name))) && !here.names.contains(name)
        };
        let before = &call.path[..call.path.len().saturating_sub(1)];
        let by_import = call.path.first().is_some_and(imported);
        let on = call.receiver.is_some_and(|receiver| here.calls.contains(&receiver))
            || !before.is_empty() && !by_import && self.name(before, here, local);
        (on, by_import)
    }

    pub(super) fn any(&self, parts: &[Part], here: &Reached, local: &Local) -> bool {
        parts.iter().any(|part| match part {
            Part::Name(path) => self.name(path, here, local),
            Part::Call(call) => here.calls.contains(call),
            Part::Text(text) => {
                (here.whole && (self.source.texts)(text))
                    || text
                        .pieces
                        .iter()
                        .any(|piece| matches!(piece, Piece::Open(path) if self.name(path, here, local)))
            }
        })
    }

    fn name(&self, path: &[Arc<str>], here: &Reached, local: &Local) -> bool {
        let Some(first) = path.first() else { return false };
        if here.names.contains(first) || here.whole && self.source.names.contains(&(here.file, Arc::clone(first))) {
            return true;
        }
        if here.whole && self.source.word.as_ref().is_some_and(|word| path.contains(word)) {
            return true;
        }
        let stands = |at: usize, of: &Of| match of {
            Of::Any => true,
            Of::Whole => at + 1 == path.len(),
            Of::Object(_, true) if at + 1 < path.len() => false,
            Of::Object(object, _) => at
                .checked_sub(1)
                .is_some_and(|before| path[before] == *object || self.view.import(here.file, &path[before]).is_some()),
            Of::Type(kind) => match at.checked_sub(1) {
                Some(before) => path[before] == *kind || self.is_of(here.id, &path[before], kind),
                // Within the type, and where it is imported by itself, a field needs no name before it.
                None => self.is_of(here.id, "self", kind) || self.view.import(here.file, &path[at]).is_some(),
            },
        };
        path.iter().enumerate().any(|(at, part)| {
            let sees = |file: &usize| *file == here.file || self.view.sees(here.file, *file);
            let is_kept = || self.shared.get(part).into_iter().flatten().any(|(file, of)| sees(file) && stands(at, of));
            here.parts.iter().any(|(name, of)| name == part && stands(at, of))
                || local.shared.iter().any(|(file, name, of)| *file == here.file && name == part && stands(at, of))
                || here.whole && is_kept()
        })
    }

    /// Whether a name may stand for something of a type of the program: nothing says that it is of another.
    fn is_of(&self, id: Id, name: &str, kind: &str) -> bool {
        let function = self.view.functions[id].1;
        if SELVES.contains(&name) {
            return function.owner.as_deref().is_some_and(|owner| self.view.is_a(owner, kind));
        }
        match self.view.declared(id, name) {
            Some(declared) => self.view.is_a(&declared, kind),
            None => self.view.may_hold(name, kind).unwrap_or(true),
        }
    }
}

/// Whether a name is written as constants are, which others than their type see by it.
pub(super) fn is_constant(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

/// Whether a function is declared and has no body.
pub(in crate::scan) fn is_blank(function: &Function) -> bool {
    function.calls.is_empty()
        && function.bindings.is_empty()
        && function.returns.is_empty()
        && function.texts.is_empty()
}
