//! Where a value goes: from the text or import that names the other side to the calls that talk to it.
//!
//! A value is followed by names: through variables, fields, arguments, what functions give back, and what they write to
//! their parameters. A function that is called with it is followed for that call alone, so a wrapper that is used for
//! seven addresses does not mix them up; fields and other shared names are one for all. Objects are not told apart.

mod local;
mod reached;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::code::{Part, Text};
use super::settings::is_tag;
use super::view::{Id, Site, View};
use local::Local;
pub(super) use reached::is_blank;

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
    let runs = |file: &usize| !view.is_file_dropped(*file);
    for (file, name) in source.shared.iter().filter(|(file, _)| runs(file)) {
        follower.keep(*file, name, Of::Any);
    }
    for (file, name, kind) in source.fields.iter().filter(|(file, ..)| runs(file)) {
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
        // What does not run hands nothing on.
        if !view.is_live(id) {
            continue;
        }
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
