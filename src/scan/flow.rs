//! Where a value goes: from the text or import that names the other side to the calls that talk to it.
//!
//! A value is followed by names: through variables, fields, arguments, what functions give back, and what they write to
//! their parameters. A function that is called with it is followed for that call alone, so a wrapper that is used for
//! seven addresses does not mix them up; fields and other shared names are one for all. Objects are not told apart.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::code::{Argument, Binding, Call, Function, Part, Piece, Text};
use super::settings::is_tag;
use super::verbs::{Deed, deed};
use super::view::{Id, SELVES, Site, View};

/// Rounds over one function after which names that are still being found are left.
const ROUNDS: usize = 6;
/// How deep calls within calls are followed.
const DEEPEST: usize = 12;
/// Of how many ways from one function to calls that talk to the other side the shortest are followed outwards. Ways fork
/// at every caller: a program of ten thousand functions has more of them than a machine has memory.
const MOST_WAYS: usize = 100;

/// A name that holds beyond one function, and the file that it is in.
type Shared = (usize, Arc<str>);

/// Where a name has to stand to be the one that is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Of {
    /// Anywhere on a path.
    Any,
    /// At its end: the object by this name and not its members, which are followed by themselves.
    Whole,
    /// Behind the name of the object that it is an entry of; at the end alone where it is an object itself.
    Object(Arc<str>, bool),
    /// Behind something of the type that it is a field of.
    Type(Arc<str>),
}

/// What is followed.
pub(super) struct Source<'s> {
    /// The texts that are it.
    pub(super) texts: Box<dyn Fn(&Text) -> bool + 's>,
    /// The imported names that are it, each with its file.
    pub(super) names: HashSet<Shared>,
    /// The fields and parameters that hold it from the start, each with its file.
    pub(super) shared: HashSet<Shared>,
    /// The fields of types of the program that hold it from the start: the file, the field and the type.
    pub(super) fields: Vec<(usize, Arc<str>, Arc<str>)>,
    /// The calls that make it.
    pub(super) calls: HashSet<Site>,
    /// A name that is it wherever it occurs: that of a variable of the environment, `process.env.CART_ADDR`.
    pub(super) word: Option<Arc<str>>,
}

impl<'s> Source<'s> {
    /// Texts alone.
    pub(super) fn texts(is_it: impl Fn(&Text) -> bool + 's) -> Self {
        Source { texts: Box::new(is_it), ..Source::default() }
    }
}

impl Default for Source<'_> {
    fn default() -> Self {
        let (names, shared, calls) = (HashSet::new(), HashSet::new(), HashSet::new());
        Source { texts: Box::new(|_| false), names, shared, fields: Vec::new(), calls, word: None }
    }
}

/// Where it went.
#[derive(Debug, Default)]
pub(super) struct Spread {
    /// The calls that talk to the other side: the call itself first, then the calls on the way to it, outwards.
    pub(super) uses: BTreeSet<Vec<Site>>,
    /// The calls that made something of it, or were given it.
    pub(super) made: BTreeSet<Site>,
    /// Whether it was kept in a name that holds beyond one function.
    pub(super) kept: bool,
}

/// What one function does with it.
#[derive(Debug, Default)]
struct Local {
    returns: bool,
    outs: BTreeSet<usize>,
    shared: BTreeSet<(usize, Arc<str>, Of)>,
    uses: Ways,
    made: BTreeSet<Site>,
}

/// Ways from calls that talk to the other side outwards, by their length: the shortest of all that were added.
#[derive(Debug, Default)]
struct Ways(BTreeSet<(usize, Vec<Site>)>);

impl Ways {
    fn add(&mut self, way: Vec<Site>) {
        let is_needless = self.0.len() >= MOST_WAYS && self.0.last().is_some_and(|last| way.len() > last.0);
        if !is_needless && self.0.insert((way.len(), way)) && self.0.len() > MOST_WAYS {
            self.0.pop_last();
        }
    }
}

struct Follower<'v, 'a, 's> {
    view: &'v View<'a>,
    source: &'v Source<'s>,
    /// The names that hold it beyond one function: by name, in which file and where on a path.
    shared: HashMap<Arc<str>, Vec<(usize, Of)>>,
    /// Functions that give it back whatever they are given.
    giving: HashSet<Id>,
    /// Functions that write it to these of their parameters.
    writing: HashMap<Id, BTreeSet<usize>>,
    /// What functions do with one of their parameters.
    known: HashMap<(Id, usize), Rc<Local>>,
}

/// Follows a source through a program. Each function is looked at again only when something new reaches it.
pub(super) fn spread(view: &View<'_>, source: &Source<'_>) -> Spread {
    let mut follower = Follower {
        view,
        source,
        shared: HashMap::new(),
        giving: HashSet::new(),
        writing: HashMap::new(),
        known: HashMap::new(),
    };
    for (file, name) in &source.shared {
        follower.keep(*file, name, Of::Any);
    }
    for (file, name, kind) in &source.fields {
        follower.keep(*file, name, Of::Type(Arc::clone(kind)));
    }
    let mut result = Spread::default();
    let mut open: Vec<Id> = Vec::new();
    for (id, (file, function)) in view.functions.iter().enumerate() {
        let named = || source.names.iter().any(|(at, name)| at == file && function.mentions.contains(name));
        let by_word = || source.word.as_ref().is_some_and(|word| function.mentions.contains(word));
        if has_text(function, &source.texts) || named() || by_word() {
            open.push(id);
        }
    }
    for (id, _) in &source.calls {
        open.push(*id);
    }
    let fields = source.fields.iter().map(|(file, name, _)| (file, name));
    for (file, name) in source.shared.iter().map(|(file, name)| (file, name)).chain(fields) {
        open.extend(view.mentioning(name).iter().filter(|id| view.sees(view.functions[**id].0, *file)));
    }
    for file in &view.files {
        for annotation in &view.code.files[*file].module.annotations {
            let Some(member) = annotation.member.as_ref().filter(|_| !is_tag(annotation)) else { continue };
            if annotation.arguments.iter().flat_map(|argument| &argument.value).any(|part| is_text(part, &source.texts))
            {
                follower.keep(*file, member, Of::Any);
                open.extend(view.mentioning(member).iter().filter(|id| view.functions[**id].0 == *file));
            }
        }
    }
    let mut left = 40 * view.functions.len() + 100;
    while let Some(id) = open.pop() {
        if left == 0 {
            break;
        }
        left -= 1;
        let local = follower.local(id, BTreeSet::new(), true, 0);
        if local.returns && follower.giving.insert(id) {
            open.extend(view.callers(id).iter().map(|(caller, _)| *caller));
        }
        for out in local.outs {
            if follower.writing.entry(id).or_default().insert(out) {
                open.extend(view.callers(id).iter().map(|(caller, _)| *caller));
            }
        }
        for (file, name, of) in local.shared {
            result.kept = true;
            if follower.keep(file, &name, of) {
                open.extend(view.mentioning(&name).iter().filter(|id| view.sees(view.functions[**id].0, file)));
            }
        }
        result.uses.extend(local.uses.0.into_iter().map(|(_, way)| way));
        result.made.extend(local.made);
    }
    result
}

fn has_text(function: &super::code::Function, texts: &dyn Fn(&Text) -> bool) -> bool {
    let of_calls = function.calls.iter().flat_map(|call| &call.arguments).flat_map(|argument| &argument.value);
    let of_bindings = function.bindings.iter().flat_map(|binding| &binding.value);
    of_calls.chain(of_bindings).chain(&function.returns).any(|part| is_text(part, texts))
        || function.texts.iter().any(texts)
}

fn is_text(part: &Part, texts: &dyn Fn(&Text) -> bool) -> bool {
    matches!(part, Part::Text(text) if texts(text))
}

/// What is reached within one function.
struct Reached {
    id: Id,
    file: usize,
    names: BTreeSet<Arc<str>>,
    /// Objects that are written out, and their entries.
    parts: BTreeSet<(Arc<str>, Of)>,
    calls: BTreeSet<usize>,
    /// Whether what holds for the whole program counts, not only what the function is given.
    whole: bool,
}

impl Follower<'_, '_, '_> {
    /// Notes a name that holds it beyond one function; whether that is news.
    fn keep(&mut self, file: usize, name: &Arc<str>, of: Of) -> bool {
        let all = self.shared.entry(Arc::clone(name)).or_default();
        let is_new = !all.contains(&(file, of.clone()));
        if is_new {
            all.push((file, of));
        }
        is_new
    }

    /// What a function does with it: with the names that it has at the start, and with all else when `whole`.
    fn local(&mut self, id: Id, start: BTreeSet<Arc<str>>, whole: bool, depth: usize) -> Local {
        let (file, function) = self.view.functions[id];
        let given = start.clone();
        let mut here = Reached { id, file, names: start, parts: BTreeSet::new(), calls: BTreeSet::new(), whole };
        let mut local = Local::default();
        let mut by_line: Vec<usize> = (0..function.calls.len()).collect();
        by_line.sort_by_key(|call| function.calls[*call].line);
        let mut bound: Vec<&Binding> = function.bindings.iter().collect();
        bound.sort_by_key(|binding| binding.line);
        for _ in 0..ROUNDS {
            let before = (here.names.len(), here.parts.len(), here.calls.len(), local.shared.len());
            // In the order of the text, so that a name that is used again for something else stands for that from there on.
            let (mut calls, mut bindings) = (by_line.iter().peekable(), bound.iter().copied().peekable());
            loop {
                let line = calls.peek().map(|call| function.calls[**call].line);
                match bindings.next_if(|binding| line.is_none_or(|line| binding.line < line)) {
                    Some(binding) => self.bind(id, binding, &given, &mut here, &mut local),
                    None => match calls.next() {
                        Some(call) => self.call((id, *call), &mut here, &mut local, depth),
                        None => break,
                    },
                }
            }
            if before == (here.names.len(), here.parts.len(), here.calls.len(), local.shared.len()) {
                break;
            }
        }
        local.returns = self.any(&function.returns, &here, &local);
        local
    }

    /// A name gets a value. One that gets what another call gives stands for the first no longer; a text that it gets
    /// may be but the default.
    fn bind(&self, id: Id, binding: &Binding, given: &BTreeSet<Arc<str>>, here: &mut Reached, local: &mut Local) {
        let (file, function) = self.view.functions[id];
        if !self.any(&binding.value, here, local) {
            let is_made = matches!(binding.value.as_slice(), [Part::Call(_)]);
            if is_made && !binding.is_shared && !given.contains(&binding.name) {
                here.names.remove(&binding.name);
            }
            return;
        }
        // What tells of success or failure holds no address.
        if matches!(&*binding.name, "err" | "error" | "ok") {
            return;
        }
        let field = function.owner.as_ref().filter(|_| binding.is_shared && !is_constant(&binding.name));
        let of = match &binding.of {
            None if !binding.is_whole && field.is_some() => Of::Type(field.map(Arc::clone).unwrap_or_default()),
            Some(object) => Of::Object(Arc::clone(object), binding.is_whole),
            None if binding.is_whole => Of::Whole,
            None => Of::Any,
        };
        match (binding.is_shared, of) {
            (true, of) => drop(local.shared.insert((file, Arc::clone(&binding.name), of))),
            (false, Of::Any) => drop(here.names.insert(Arc::clone(&binding.name))),
            (false, of) => drop(here.parts.insert((Arc::clone(&binding.name), of))),
        }
        // The entry of an object is no other object by itself.
        if binding.of.is_some() {
            return;
        }
        let parameter = function.parameters.iter().position(|(name, _)| *name == binding.name);
        local.outs.extend(parameter.filter(|_| !given.contains(&binding.name)));
    }

    fn call(&mut self, site: Site, here: &mut Reached, local: &mut Local, depth: usize) {
        let call = self.view.call(site);
        let mut meant: Vec<Id> = self.view.means(site).to_vec();
        // A client without a body is made by a framework: calling it talks to the other side.
        if meant.iter().all(|to| is_blank(self.view.functions[*to].1)) && self.receiver(call, here, local).0 {
            meant.clear();
        }
        let given: Vec<usize> =
            (0..call.arguments.len()).filter(|index| self.any(&call.arguments[*index].value, here, local)).collect();
        if here.whole && self.source.calls.contains(&site) {
            local.made.insert(site);
            here.calls.insert(site.1);
            return;
        }
        if !meant.is_empty() {
            for to in meant {
                self.own_call(site, call, to, &given, here, local, depth);
            }
            return;
        }
        let (on, imported) = self.receiver(call, here, local);
        if !on && !imported && given.is_empty() {
            return;
        }
        if call.makes && self.fields(call, &given, here, local) {
            local.made.insert(site);
            return;
        }
        let is_type = !on && call.path.last().is_some_and(|name| self.view.has_type(name));
        match deed(&self.said(call, here), call.makes || is_type, on) {
            Deed::Makes => {
                local.made.insert(site);
                here.calls.insert(site.1);
            }
            Deed::Connects => {
                local.uses.add(vec![site]);
                here.calls.insert(site.1);
            }
            Deed::Talks => local.uses.add(vec![site]),
            Deed::Tells => {}
        }
    }

    /// `Config{Addr: x}` and `Config{x}` set fields of a type of the program, if it is one.
    fn fields(&self, call: &Call, given: &[usize], here: &Reached, local: &mut Local) -> bool {
        let Some(kind) = call.path.last().filter(|_| !call.arguments.is_empty()) else { return false };
        let names: Vec<Option<&Arc<str>>> = match call.arguments.iter().all(|argument| argument.name.is_none()) {
            // Go's are written in the order of the fields too, and then all of them.
            true if self.view.code.files[here.file].language == "Go" => {
                let fields = self.view.fields(kind).filter(|fields| fields.len() == call.arguments.len());
                fields.into_iter().flatten().map(|(name, _)| Some(name)).collect()
            }
            true => Vec::new(),
            false => call.arguments.iter().map(|argument| argument.name.as_ref()).collect(),
        };
        if names.is_empty() || names.iter().any(Option::is_none) || !self.view.has_type(kind) {
            return false;
        }
        for name in given.iter().filter_map(|index| names[*index]) {
            local.shared.insert((here.file, Arc::clone(name), Of::Type(Arc::clone(kind))));
        }
        true
    }

    /// The path of a call, with that of the import where only its name is called: `get` of `from requests import get`.
    fn said(&self, call: &Call, here: &Reached) -> Vec<Arc<str>> {
        let [name] = call.path.as_slice() else { return call.path.clone() };
        let import = self.view.import(here.file, name).filter(|(_, files)| files.is_empty()).map(|(import, _)| import);
        let Some(import) = import else { return call.path.clone() };
        let parts = import.path.split(['.', '/', ':', '\\']).filter(|part| !part.is_empty());
        let path: Vec<Arc<str>> = parts.map(Arc::from).collect();
        if path.last() == Some(name) { path } else { call.path.clone() }
    }

    /// A call of a function of the program.
    #[expect(clippy::too_many_arguments, reason = "the state of one step, taken apart by the borrow checker")]
    fn own_call(
        &mut self,
        site: Site,
        call: &Call,
        to: Id,
        given: &[usize],
        here: &mut Reached,
        local: &mut Local,
        depth: usize,
    ) {
        if here.whole && self.giving.contains(&to) {
            here.calls.insert(site.1);
        }
        let mut outs: BTreeSet<usize> =
            if here.whole { self.writing.get(&to).cloned().unwrap_or_default() } else { BTreeSet::new() };
        for index in given {
            let Some(parameter) = self.parameter(to, &call.arguments, *index) else { continue };
            let inner = self.summary(to, parameter, depth + 1);
            if inner.returns {
                here.calls.insert(site.1);
            }
            outs.extend(&inner.outs);
            local.shared.extend(inner.shared.iter().cloned());
            local.made.extend(&inner.made);
            for (_, way) in inner.uses.0.iter().filter(|(length, _)| *length < DEEPEST) {
                local.uses.add(way.iter().copied().chain([site]).collect());
            }
        }
        let parameters = &self.view.functions[to].1.parameters;
        for out in outs {
            let named = parameters.get(out).map(|(name, _)| name);
            let argument = call
                .arguments
                .iter()
                .find(|one| one.name.is_some() && one.name.as_ref() == named)
                .or_else(|| call.arguments.get(out));
            for part in argument.map(|argument| argument.value.as_slice()).unwrap_or_default() {
                match part {
                    Part::Name(path) if path.len() == 1 => drop(here.names.insert(Arc::clone(&path[0]))),
                    Part::Name(path) => {
                        if let Some(last) = path.last() {
                            local.shared.insert((here.file, Arc::clone(last), Of::Any));
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// The parameter that an argument is given to.
    fn parameter(&self, to: Id, arguments: &[Argument], index: usize) -> Option<usize> {
        let parameters = &self.view.functions[to].1.parameters;
        let by_name =
            arguments[index].name.as_ref().and_then(|name| parameters.iter().position(|(one, _)| one == name));
        by_name.or_else(|| (index < parameters.len()).then_some(index)).or_else(|| parameters.len().checked_sub(1))
    }

    fn summary(&mut self, id: Id, parameter: usize, depth: usize) -> Rc<Local> {
        if let Some(known) = self.known.get(&(id, parameter)) {
            return Rc::clone(known);
        }
        if depth > DEEPEST {
            return Rc::default();
        }
        // A function that calls itself adds nothing that its other ways do not show.
        self.known.insert((id, parameter), Rc::default());
        let start = self.view.functions[id].1.parameters.get(parameter).map(|(name, _)| Arc::clone(name));
        let local = Rc::new(self.local(id, start.into_iter().collect(), false, depth));
        self.known.insert((id, parameter), Rc::clone(&local));
        local
    }

    /// Whether a call is made on it; and whether it is made on the import itself.
    fn receiver(&self, call: &Call, here: &Reached, local: &Local) -> (bool, bool) {
        let imported = |name: &Arc<str>| {
            here.whole && self.source.names.contains(&(here.file, Arc::clone(name))) && !here.names.contains(name)
        };
        let before = &call.path[..call.path.len().saturating_sub(1)];
        let by_import = call.path.first().is_some_and(imported);
        let on = call.receiver.is_some_and(|receiver| here.calls.contains(&receiver))
            || !before.is_empty() && !by_import && self.name(before, here, local);
        (on, by_import)
    }

    fn any(&self, parts: &[Part], here: &Reached, local: &Local) -> bool {
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
fn is_constant(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

/// Whether a function is declared and has no body.
fn is_blank(function: &Function) -> bool {
    function.calls.is_empty()
        && function.bindings.is_empty()
        && function.returns.is_empty()
        && function.texts.is_empty()
}

/// The texts of a program, each with the functions that hold it; in order.
pub(super) fn texts<'a>(view: &View<'a>) -> BTreeMap<Id, Vec<&'a Text>> {
    let mut all: BTreeMap<Id, Vec<&Text>> = BTreeMap::new();
    for (id, (_, function)) in view.functions.iter().enumerate() {
        let of_calls = function.calls.iter().flat_map(|call| &call.arguments).flat_map(|argument| &argument.value);
        let of_bindings = function.bindings.iter().flat_map(|binding| &binding.value);
        let parts = of_calls.chain(of_bindings).chain(&function.returns);
        let texts = parts.filter_map(|part| if let Part::Text(text) = part { Some(text) } else { None });
        let texts: Vec<&Text> = texts.chain(&function.texts).collect();
        if !texts.is_empty() {
            all.insert(id, texts);
        }
    }
    all
}
