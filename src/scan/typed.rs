//! Clients that a framework gives the types which ask for them: `AddHttpClient<IBasket, Basket>(client => …)` sets the
//! address of the client in the fields of `Basket`, and `AddRefitClient<IBasket>()` makes the client itself, which has no
//! other body.

use std::collections::HashSet;
use std::sync::Arc;

use super::code::{Function, Part};
use super::flow::{is_blank, texts};
use super::needs::holders;
use super::settings::{loose, reads};
use super::view::{Id, View};

/// The name of the argument that says for which type a client is set up; no program can write it.
pub(super) const CLIENT_OF: &str = "#of";

/// So many lines of a set-up may stand between its beginning and the address.
const MOST_LINES: u32 = 12;

/// The types of fields that hold such a client.
const HELD: &[&str] = &["HttpClient", "RestClient", "GrpcChannel"];

/// The fields that hold the clients which are set up around these lines, each with its file.
pub(super) fn holding(view: &View<'_>, at: impl Iterator<Item = (Id, u32)>) -> HashSet<(usize, Arc<str>)> {
    let mut all = HashSet::new();
    for (id, line) in at {
        let Some(kind) = client_at(view.functions[id].1, line) else { continue };
        for file in &view.files {
            let own = view.code.files[*file].module.types.iter().filter(|one| *one.name == *kind);
            let fields = own.flat_map(|one| &one.fields).filter(|(_, of)| HELD.contains(&&**of));
            all.extend(fields.map(|(name, _)| (*file, Arc::clone(name))));
        }
        if !view.has_type(&kind) || is_bodiless(view, &kind) {
            all.extend(holders(view, &kind));
        }
    }
    all
}

/// Whether nothing of the program says what the functions of a type do.
fn is_bodiless(view: &View<'_>, kind: &str) -> bool {
    let own = view.methods(kind);
    !own.is_empty() && own.iter().all(|id| is_blank(view.functions[*id].1))
}

/// The type whose client is set up on a line of a function.
fn client_at(function: &Function, line: u32) -> Option<Arc<str>> {
    let begun = |call: &&super::code::Call| call.line <= line && line - call.line <= MOST_LINES;
    let of = |call: &super::code::Call| {
        let argument = call.arguments.iter().find(|one| one.name.as_deref() == Some(CLIENT_OF))?;
        let [Part::Name(path)] = argument.value.as_slice() else { return None };
        Some((call.line, path.last().cloned()?))
    };
    function.calls.iter().filter(begun).filter_map(of).max_by_key(|(line, _)| *line).map(|(_, kind)| kind)
}

/// The lines on which a program reads a setting, by its name or a key that reads like it.
pub(super) fn reading(view: &View<'_>, name: &str) -> Vec<(Id, u32)> {
    let texts = texts(view).into_iter();
    let by_text =
        texts.flat_map(|(id, all)| all.into_iter().filter(|text| reads(text, name)).map(move |text| (id, text.line)));
    let mut all: Vec<(Id, u32)> = by_text.collect();
    for (id, (_, function)) in view.functions.iter().enumerate() {
        let is_it = |part: &Part| matches!(part, Part::Name(path) if path.len() > 1 && path.last().is_some_and(|last| loose(last) == loose(name)));
        let calls = function.calls.iter().filter(|call| call.arguments.iter().flat_map(|one| &one.value).any(is_it));
        all.extend(calls.map(|call| (id, call.line)));
    }
    all
}
