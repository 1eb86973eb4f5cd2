//! What a value may be: backwards from an expression to the texts that it comes from, as far as a program says.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::code::{Call, Part, Piece, Text};
use super::settings::loose;
use super::verbs::words;
use super::view::{Id, View};

/// How many steps back a value is followed.
const DEEPEST: usize = 8;
/// How many texts one value may be; more are no names any longer.
const MOST: usize = 12;

/// Words of calls that give what they are given, as a name, a list of names, or something of that name.
const KEEPS: &[&str] = &[
    "of",
    "list",
    "collection",
    "singleton",
    "declare",
    "assert",
    "queue",
    "topic",
    "exchange",
    "subject",
    "channel",
    "string",
    "str",
    "trim",
    "format",
    "value",
    "or",
    "default",
    "else",
    "must",
];

/// Whether a call declares a queue or topic, whose name is one of its arguments.
fn declares(call: &Call) -> bool {
    let said: Vec<String> = call.path.last().map(|name| words(name)).unwrap_or_default();
    said.iter().any(|word| matches!(word.as_str(), "declare" | "assert" | "queue" | "topic"))
}

/// Looks values up in one program, given what its manifest sets variables to.
pub(super) struct Values<'v, 'a> {
    pub(super) view: &'v View<'a>,
    pub(super) settings: &'v BTreeMap<Arc<str>, Arc<str>>,
}

/// What was found: what callers give goes before what stands there until somebody does.
#[derive(Default)]
struct Found {
    given: BTreeSet<Arc<str>>,
    own: BTreeSet<Arc<str>>,
    seen: HashSet<(Id, Arc<str>)>,
}

impl Found {
    fn add(&mut self, text: Arc<str>, is_given: bool) {
        if is_given {
            self.given.insert(text)
        } else {
            self.own.insert(text)
        };
    }
}

impl Values<'_, '_> {
    /// The texts that an expression in a function may be; none where that is not known, or they are too many.
    pub(super) fn of(&self, id: Id, parts: &[Part]) -> BTreeSet<Arc<str>> {
        let mut found = Found::default();
        parts.iter().for_each(|part| self.part(id, part, false, 0, &mut found));
        let all = if found.given.is_empty() { found.own } else { found.given };
        if all.len() > MOST { BTreeSet::new() } else { all }
    }

    fn part(&self, id: Id, part: &Part, is_given: bool, depth: usize, found: &mut Found) {
        if depth > DEEPEST {
            return;
        }
        match part {
            Part::Text(text) => self.text(id, text, is_given, depth, found),
            Part::Name(path) => self.name(id, path, is_given, depth, found),
            Part::Call(at) => {
                if let Some(call) = self.view.functions[id].1.calls.get(*at) {
                    self.call((id, *at), call, is_given, depth, found);
                }
            }
        }
    }

    /// A text, with what comes into its open places.
    fn text(&self, id: Id, text: &Text, is_given: bool, depth: usize, found: &mut Found) {
        let mut whole = String::new();
        for piece in &text.pieces {
            match piece {
                Piece::Fixed(letters) => whole.push_str(letters),
                Piece::Open(path) if path.is_empty() => return,
                Piece::Open(path) => {
                    let mut inner = Found::default();
                    self.name(id, path, is_given, depth + 1, &mut inner);
                    let all = if inner.given.is_empty() { inner.own } else { inner.given };
                    let Some(one) = all.first().filter(|_| all.len() == 1) else { return };
                    whole.push_str(one);
                }
            }
        }
        if let Some(text) = self.filled(&whole) {
            found.add(text.into(), is_given);
        }
    }

    /// `${orders.topic:orders}` is what `ORDERS_TOPIC` is set to, or else `orders`.
    fn filled(&self, text: &str) -> Option<String> {
        let Some((before, rest)) = text.split_once("${") else { return Some(text.to_owned()) };
        let (place, after) = rest.split_once('}')?;
        let (key, default) = place.split_once(':').map_or((place, None), |(key, default)| (key, Some(default)));
        let value = self.setting(key).map(|value| value.to_string()).or_else(|| default.map(str::to_owned))?;
        Some(format!("{before}{value}{after}"))
    }

    fn setting(&self, key: &str) -> Option<&Arc<str>> {
        let same = || self.settings.iter().find(|(name, _)| loose(name) == loose(key)).map(|(_, value)| value);
        self.settings.get(key).or_else(same)
    }

    fn name(&self, id: Id, path: &[Arc<str>], is_given: bool, depth: usize, found: &mut Found) {
        let Some(name) = path.last() else { return };
        if depth > DEEPEST || !found.seen.insert((id, path.join(".").into())) {
            return;
        }
        if let Some(value) = path.iter().find_map(|part| self.settings.get(part)) {
            return found.add(Arc::clone(value), true);
        }
        let function = self.view.functions[id].1;
        if path.len() == 1 {
            let own = function.bindings.iter().filter(|one| one.name == *name && one.of.is_none());
            own.flat_map(|one| &one.value).for_each(|part| self.part(id, part, is_given, depth + 1, found));
            if let Some(at) = function.parameters.iter().position(|(parameter, _)| parameter == name) {
                for (caller, number) in self.view.callers(id) {
                    let call = self.view.call((*caller, *number));
                    let named = call.arguments.iter().find(|one| one.name.as_ref() == Some(name));
                    let value = named.or_else(|| call.arguments.get(at).filter(|one| one.name.is_none()));
                    for part in value.map(|one| one.value.as_slice()).unwrap_or_default() {
                        self.part(*caller, part, true, depth + 1, found);
                    }
                }
                return;
            }
        }
        let before = found.given.len() + found.own.len();
        self.shared(id, path, is_given, depth, found);
        // What a queue that was declared is called: `queue.Name`.
        if path.len() > 1 && found.given.len() + found.own.len() == before {
            let object = &path[..path.len() - 1];
            let declares = |part: &Part| match part {
                Part::Call(at) => function.calls.get(*at).is_some_and(declares),
                _ => false,
            };
            let own = function.bindings.iter().filter(|one| Some(&one.name) == object.last());
            let made = own.flat_map(|one| &one.value).filter(|part| declares(part));
            made.for_each(|part| self.part(id, part, is_given, depth + 1, found));
        }
    }

    /// What a name that holds beyond one function may be.
    fn shared(&self, id: Id, path: &[Arc<str>], is_given: bool, depth: usize, found: &mut Found) {
        let Some(name) = path.last() else { return };
        let file = self.view.functions[id].0;
        let of = path.len().checked_sub(2).map(|at| &path[at]);
        for other in self.view.mentioning(name) {
            let (at, function) = self.view.functions[*other];
            if at != file && !self.view.sees(file, at) {
                continue;
            }
            let meant = |one: &&super::code::Binding| {
                one.is_shared && one.name == *name && one.of.as_ref().is_none_or(|object| of == Some(object))
            };
            for binding in function.bindings.iter().filter(meant) {
                binding.value.iter().for_each(|part| self.part(*other, part, is_given, depth + 1, found));
            }
            // The fields of a type of the program, where one is made.
            for call in function.calls.iter().filter(|call| call.makes) {
                let own = call.path.last().is_some_and(|kind| self.view.has_type(kind));
                for argument in call.arguments.iter().filter(|one| own && one.name.as_ref() == Some(name)) {
                    argument.value.iter().for_each(|part| self.part(*other, part, is_given, depth + 1, found));
                }
            }
        }
    }

    fn call(&self, site: (Id, usize), call: &Call, is_given: bool, depth: usize, found: &mut Found) {
        let texts = || {
            call.arguments.iter().flat_map(|one| &one.value).filter_map(|part| match part {
                Part::Text(text) => super::sources::fixed(text),
                _ => None,
            })
        };
        if let Some(value) = texts().find_map(|text| self.setting(text)) {
            return found.add(Arc::clone(value), true);
        }
        let meant = self.view.means(site);
        for to in meant {
            let returns = &self.view.functions[*to].1.returns;
            returns.iter().for_each(|part| self.part(*to, part, is_given, depth + 1, found));
        }
        if !meant.is_empty() {
            return;
        }
        let said: Vec<String> = call.path.iter().flat_map(|part| words(part)).collect();
        let looks_up =
            said.iter().any(|word| matches!(word.as_str(), "env" | "getenv" | "environ" | "lookup" | "environment"));
        let keeps = call.path.is_empty() || said.iter().any(|word| KEEPS.contains(&word.as_str()));
        if let Some(receiver) = call.receiver.filter(|_| keeps) {
            self.part(site.0, &Part::Call(receiver), is_given, depth + 1, found);
        }
        // The first text of a lookup is the name of what is looked up.
        for argument in call.arguments.iter().skip(usize::from(looks_up)).filter(|_| keeps || looks_up) {
            argument.value.iter().for_each(|part| self.part(site.0, part, is_given, depth + 1, found));
        }
    }
}
