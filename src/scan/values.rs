//! What a value may be: backwards from an expression to the texts that it comes from, as far as a program says.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::code::{Call, Part, Piece, Text};
use super::environment::Environment;
use super::settings::{self, loose};
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

/// Words of calls that give the letters they are given, in another form or as another type.
const FORMS: &[&str] = &["lower", "upper", "case", "strip", "parse", "type", "enum"];

/// Words of calls and names by which something is looked up in the environment, or in files of settings.
const LOOKS_UP: &[&str] = &["env", "getenv", "environ", "lookup", "environment"];
const LOOKS_INTO_FILES: &[&str] =
    &["config", "configuration", "property", "properties", "setting", "settings", "viper", "conf", "section"];

/// Looks values up in one program, given what its manifest sets variables to.
pub(super) struct Values<'v, 'a> {
    view: &'v View<'a>,
    settings: &'v BTreeMap<Arc<str>, Arc<str>>,
    /// Variables that are set to something that nothing says.
    withheld: &'v BTreeSet<Arc<str>>,
    /// The settings by their letters and digits alone; of several that read alike the first.
    by_letters: HashMap<String, (&'v Arc<str>, &'v Arc<str>)>,
}

/// What was found: what callers give goes before what stands there until somebody does.
#[derive(Default)]
struct Found {
    given: BTreeSet<Arc<str>>,
    own: BTreeSet<Arc<str>>,
    /// The names that were followed, each with its function.
    seen: HashSet<(Id, Arc<str>)>,
    /// How often something was found, whether or not it was known already.
    told: usize,
    /// Whether somebody may give something else that no text says.
    is_open: bool,
    /// Whether nothing else matters once it is open, so that the rest is not looked at.
    is_strict: bool,
    /// Whether some callers leave it to what stands there.
    is_left: bool,
    /// The settings that were asked for and have a value.
    known: BTreeSet<Arc<str>>,
    /// The settings that were asked for and have none.
    lacking: BTreeSet<Arc<str>>,
}

/// What a value may be, where that is to be known for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Certain {
    /// One of these texts and nothing else, by these settings; by none where code itself says so.
    Texts(BTreeSet<Arc<str>>, BTreeSet<Arc<str>>),
    /// What these settings say, which no file does.
    Unset(BTreeSet<Arc<str>>),
    /// Something that no configuration decides, or nobody can tell.
    Unknown,
}

impl Found {
    /// Notes a setting that was asked for and has a value.
    fn know(&mut self, setting: &Arc<str>) {
        self.told += 1;
        self.known.insert(Arc::clone(setting));
    }

    /// Notes a setting that was asked for and has none.
    fn lack(&mut self, setting: &Arc<str>) {
        self.told += 1;
        self.lacking.insert(Arc::clone(setting));
    }

    /// Whether whatever else is found changes nothing.
    fn is_done(&self) -> bool {
        self.is_strict && self.is_open
    }

    fn add(&mut self, text: Arc<str>, is_given: bool) {
        self.told += 1;
        if is_given {
            self.given.insert(text)
        } else {
            self.own.insert(text)
        };
    }
}

impl<'v, 'a> Values<'v, 'a> {
    /// The values of a program that is set to something.
    pub(super) fn new(view: &'v View<'a>, set: &'v Environment) -> Self {
        let mut by_letters = HashMap::new();
        for (name, value) in &set.values {
            by_letters.entry(loose(name)).or_insert((name, value));
        }
        Values { view, settings: &set.values, withheld: &set.withheld, by_letters }
    }

    /// Whether a setting is set to something that nothing says.
    pub(super) fn is_withheld(&self, name: &str) -> bool {
        self.withheld.contains(name)
    }

    /// What an expression in a function is, where configuration or the code itself decides it.
    pub(super) fn certain(&self, id: Id, parts: &[Part]) -> Certain {
        let mut found = Found { is_strict: true, ..Found::default() };
        parts.iter().for_each(|part| self.part(id, part, false, 0, &mut found));
        let withheld = |name: &Arc<str>| self.withheld.contains(name) || self.withheld.contains("");
        let hidden = found.lacking.iter().any(withheld);
        let mut texts = found.given;
        if texts.is_empty() || found.is_left {
            texts.extend(found.own);
        }
        match () {
            () if found.is_open || parts.is_empty() => Certain::Unknown,
            () if hidden || texts.is_empty() && !found.lacking.is_empty() => Certain::Unset(found.lacking),
            () if texts.is_empty() || texts.len() > MOST => Certain::Unknown,
            () => Certain::Texts(texts, found.known.into_iter().chain(found.lacking).collect()),
        }
    }

    /// The texts that an expression in a function may be; none where that is not known, or they are too many.
    pub(super) fn of(&self, id: Id, parts: &[Part]) -> BTreeSet<Arc<str>> {
        let mut found = Found::default();
        parts.iter().for_each(|part| self.part(id, part, false, 0, &mut found));
        let all = if found.given.is_empty() { found.own } else { found.given };
        if all.len() > MOST { BTreeSet::new() } else { all }
    }

    fn part(&self, id: Id, part: &Part, is_given: bool, depth: usize, found: &mut Found) {
        if found.is_done() {
            return;
        }
        if depth > DEEPEST {
            found.is_open = true;
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
                Piece::Open(path) if path.is_empty() => {
                    found.is_open = true;
                    return;
                }
                Piece::Open(path) => {
                    let mut inner = Found { is_strict: found.is_strict, ..Found::default() };
                    self.name(id, path, is_given, depth + 1, &mut inner);
                    found.is_open |= inner.is_open;
                    inner.lacking.iter().for_each(|setting| found.lack(setting));
                    inner.known.iter().for_each(|setting| found.know(setting));
                    let all = if inner.given.is_empty() { inner.own } else { inner.given };
                    let Some(one) = all.first().filter(|_| all.len() == 1) else {
                        found.is_open = true;
                        return;
                    };
                    whole.push_str(one);
                }
            }
        }
        if let Some((_, rest)) = whole.split_once("${") {
            let key = rest.split(['}', ':']).next().unwrap_or_default();
            let key = Arc::from(key);
            if self.setting(&key).is_some() { found.know(&key) } else { found.lack(&key) }
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

    /// What a setting is set to, by its name or by a key that reads like it.
    pub(super) fn setting(&self, key: &str) -> Option<&'v Arc<str>> {
        self.settings.get(key).or_else(|| self.by_letters.get(&loose(key)).map(|(_, value)| *value))
    }

    fn name(&self, id: Id, path: &[Arc<str>], is_given: bool, depth: usize, found: &mut Found) {
        let Some(name) = path.last().filter(|_| !found.is_done()) else { return };
        if depth > DEEPEST {
            found.is_open = true;
            return;
        }
        if !found.seen.insert((id, path.join(".").into())) {
            // What it may be is counted where it was met first.
            found.told += 1;
            return;
        }
        let function = self.view.functions[id].1;
        let own = || function.bindings.iter().filter(|one| path.len() == 1 && one.name == *name && one.of.is_none());
        let is_local = own().any(|one| !one.is_shared);
        let parameter = function.parameters.iter().position(|(parameter, _)| path.len() == 1 && parameter == name);
        let set = || path.iter().find_map(|part| Some((part, self.named(part)?))).or_else(|| self.nested(path));
        // A name of the function itself is no setting, however it is called.
        if let Some((part, value)) = set().filter(|_| !is_local && parameter.is_none()) {
            found.know(part);
            return found.add(Arc::clone(value), true);
        }
        let before = found.told;
        own().flat_map(|one| &one.value).for_each(|part| self.part(id, part, is_given, depth + 1, found));
        if parameter.is_some() || is_local {
            if let Some(at) = parameter {
                self.field(id, path, is_given, found);
                let callers = self.view.callers(id);
                found.is_open |= found.told == before && (callers.is_empty() || function.exposed);
                found.is_open |= self.view.is_handed_on(id);
                for (caller, number) in callers {
                    let call = self.view.call((*caller, *number));
                    let named = call.arguments.iter().find(|one| one.name.as_ref() == Some(name));
                    let value = named.or_else(|| call.arguments.get(at).filter(|one| one.name.is_none()));
                    found.is_left |= value.is_none();
                    for part in value.map(|one| one.value.as_slice()).unwrap_or_default() {
                        self.part(*caller, part, true, depth + 1, found);
                    }
                }
            } else {
                found.is_open |= found.told == before;
            }
            // Fields and names of the file that are called like it are others.
            return;
        }
        let shared = found.told;
        self.shared(id, path, is_given, depth, found);
        // What a queue that was declared is called: `queue.Name`.
        if path.len() > 1 && found.told == shared {
            let object = &path[..path.len() - 1];
            let declares = |part: &Part| match part {
                Part::Call(at) => function.calls.get(*at).is_some_and(declares),
                _ => false,
            };
            let own = function.bindings.iter().filter(|one| Some(&one.name) == object.last());
            let made = own.flat_map(|one| &one.value).filter(|part| declares(part));
            made.for_each(|part| self.part(id, part, is_given, depth + 1, found));
        }
        self.field(id, path, is_given, found);
        if found.told == before && path.len() > 1 && asks(&path[..path.len() - 1], &[LOOKS_UP, LOOKS_INTO_FILES]) {
            found.lack(name);
        }
        found.is_open |= found.told == before;
    }

    /// The value of a setting that a part of a path is the name of.
    fn named(&self, part: &str) -> Option<&Arc<str>> {
        if part.contains([':', '.']) { self.setting(part) } else { self.settings.get(part) }
    }

    /// The setting of a file that a path of fields reads like: `kafka.topics.orders` for `cfg.Kafka.Topics.Orders`.
    fn nested(&self, path: &[Arc<str>]) -> Option<(&Arc<str>, &Arc<str>)> {
        let fields = path.get(1..).filter(|fields| fields.len() > 1)?;
        self.by_letters.get(&loose(&fields.concat())).copied().filter(|(key, _)| key.contains(['.', ':']))
    }

    /// What a field is filled with that stands for a setting: by a tag, an annotation, or the type that it is of.
    fn field(&self, id: Id, path: &[Arc<str>], is_given: bool, found: &mut Found) {
        let Some(name) = path.last() else { return };
        for asked in settings::asked(self.view, id, path) {
            match asked.keys.iter().find_map(|key| Some((key, self.setting(key)?))) {
                Some((key, value)) => {
                    found.know(key);
                    found.add(Arc::clone(value), true);
                }
                None => {
                    found.lack(asked.keys.first().unwrap_or(name));
                    asked.default.into_iter().for_each(|text| found.add(text, is_given));
                }
            }
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
        if let Some((name, value)) = texts().find_map(|text| Some((text, self.setting(text)?))) {
            found.know(name);
            return found.add(Arc::clone(value), true);
        }
        let before = found.told;
        let meant = self.view.means(site);
        for to in meant {
            let returns = &self.view.functions[*to].1.returns;
            returns.iter().for_each(|part| self.part(*to, part, is_given, depth + 1, found));
        }
        if !meant.is_empty() {
            found.is_open |= found.told == before;
            return;
        }
        let said: Vec<String> = call.path.iter().flat_map(|part| words(part)).collect();
        let has = |all: &[&str]| said.iter().any(|word| all.contains(&word.as_str()));
        let looks_up = has(LOOKS_UP);
        let is_type = call.path.last().is_some_and(|name| self.view.has_type(name));
        let keeps = call.path.is_empty() || has(KEEPS);
        let forms = is_type || has(FORMS);
        if let Some(name) = texts().next().filter(|_| looks_up || has(LOOKS_INTO_FILES)) {
            found.lack(name);
        }
        if let Some(receiver) = call.receiver.filter(|_| keeps || forms) {
            self.part(site.0, &Part::Call(receiver), is_given, depth + 1, found);
        }
        // `kind.toLowerCase()` of a name.
        let object = call.path.len().checked_sub(1).map(|end| &call.path[..end]).filter(|object| !object.is_empty());
        if let Some(object) = object.filter(|_| forms && call.arguments.is_empty() && call.receiver.is_none()) {
            self.name(site.0, object, is_given, depth + 1, found);
        }
        // The first text of a lookup is the name of what is looked up.
        let skipped = usize::from(looks_up || has(LOOKS_INTO_FILES) && !found.lacking.is_empty());
        for argument in call.arguments.iter().skip(skipped).filter(|_| keeps || looks_up || forms) {
            argument.value.iter().for_each(|part| self.part(site.0, part, is_given, depth + 1, found));
        }
        found.is_open |= found.told == before;
    }
}

/// Whether one of the words of a path is in one of the lists.
fn asks(path: &[Arc<str>], lists: &[&[&str]]) -> bool {
    let mut said = path.iter().flat_map(|part| words(part));
    said.any(|word| lists.iter().any(|list| list.contains(&word.as_str())))
}
