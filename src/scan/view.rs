//! A program as one thing: its functions, who calls whom, and which names are seen where.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::choices::{Off, Region};
use super::code::{Call, Function, Import, Role, Type};
use super::files::{Code, File};
use super::functions::is_handler;
use super::imports::Imports;

/// The names by which code speaks of the object that it belongs to.
pub(super) const SELVES: &[&str] = &["self", "this", "cls", "Self", "super", "base", "@", "$this", "static", "parent"];

/// Functions that make an object of the type that they belong to.
const CONSTRUCTORS: &[&str] = &["__init__", "constructor", "new", "initialize", "__construct", "<init>", "init"];

/// Names of functions that too many libraries have for a call of an unknown object to mean one's own.
const COMMON: &[&str] = &[
    "get", "set", "add", "put", "send", "save", "find", "close", "open", "run", "start", "stop", "execute", "query",
    "update", "delete", "create", "list", "read", "write", "call", "connect", "publish", "push", "pop", "build",
    "init", "main", "map", "filter", "apply", "log", "info", "error", "parse", "format", "load", "handle", "process",
    "remove", "insert", "count", "toString", "equals", "new", "next", "then", "on", "emit", "use", "do", "fetch",
    "post", "request", "exec",
];

/// Most functions of one name that a call of an unknown object may mean.
const MOST: usize = 4;

/// A function of the program, by its number.
pub(super) type Id = usize;

/// Where a call stands: its function, and its number there.
pub(super) type Site = (Id, usize);

/// All that belongs to one program.
pub(super) struct View<'a> {
    pub(super) code: &'a Code,
    pub(super) imports: &'a Imports<'a>,
    /// Its files.
    pub(super) files: Vec<usize>,
    /// Its functions: the file of each, and the function.
    pub(super) functions: Vec<(usize, &'a Function)>,
    by_name: HashMap<&'a str, Vec<Id>>,
    mentioning: HashMap<&'a str, Vec<Id>>,
    types: HashMap<&'a str, Vec<(usize, &'a Type)>>,
    /// The types that fields of this name have.
    kinds: HashMap<&'a str, BTreeSet<&'a str>>,
    /// What each import of a file leads to.
    imported: HashMap<usize, Vec<(&'a Import, Vec<usize>)>>,
    /// The functions of the program that each call may mean.
    means: Vec<Vec<Vec<Id>>>,
    /// The calls that may mean each function.
    callers: Vec<Vec<Site>>,
    /// Which functions can come to run at all.
    live: Vec<bool>,
    /// What does not run, because configuration chooses something else.
    off: Off,
    /// The functions that would run if nothing were left out.
    dropped: Vec<bool>,
    /// The functions that are called from outside, each with its file.
    entries: BTreeSet<(usize, Arc<str>)>,
    /// What hangs on ways of which nobody knows, or which are not taken.
    pub(super) regions: Vec<Region>,
}

impl<'a> View<'a> {
    /// Puts together the files of a program; linear in their text but for calls of common names.
    pub(super) fn new(
        code: &'a Code,
        imports: &'a Imports<'a>,
        own: &[usize],
        entries: &BTreeSet<(usize, Arc<str>)>,
    ) -> Self {
        let files = imports.closure(own);
        let mut functions: Vec<(usize, &Function)> = Vec::new();
        for file in &files {
            functions.extend(code.files[*file].module.functions.iter().map(|function| (*file, function)));
        }
        let mut view = View {
            code,
            imports,
            functions,
            by_name: HashMap::new(),
            mentioning: HashMap::new(),
            types: HashMap::new(),
            kinds: HashMap::new(),
            imported: HashMap::new(),
            means: Vec::new(),
            callers: Vec::new(),
            live: Vec::new(),
            off: Off::default(),
            dropped: Vec::new(),
            entries: entries.clone(),
            regions: Vec::new(),
            files,
        };
        for (id, (_, function)) in view.functions.iter().enumerate() {
            view.by_name.entry(&*function.name).or_default().push(id);
            for name in &function.mentions {
                view.mentioning.entry(&**name).or_default().push(id);
            }
        }
        for file in &view.files {
            let module = &code.files[*file].module;
            for one in &module.types {
                view.types.entry(&*one.name).or_default().push((*file, one));
                for (name, kind) in &one.fields {
                    view.kinds.entry(&**name).or_default().insert(&**kind);
                }
            }
            let leads = module.imports.iter().map(|import| (import, imports.files(*file, import)));
            view.imported.insert(*file, leads.collect());
        }
        let means = |id: Id| view.functions[id].1.calls.iter().map(|call| view.meant(id, call)).collect();
        view.means = (0..view.functions.len()).map(means).collect();
        view.leave(Off::default());
        view
    }

    /// Leaves out what does not run, in place of what was left out before.
    pub(super) fn leave(&mut self, off: Off) {
        self.callers = vec![Vec::new(); self.functions.len()];
        for (id, calls) in self.means.iter().enumerate() {
            for (call, meant) in calls.iter().enumerate().filter(|(call, _)| !off.calls.contains(&(id, *call))) {
                meant.iter().for_each(|to| self.callers[*to].push((id, call)));
            }
        }
        let before = std::mem::take(&mut self.live);
        self.live = self.reached(&off);
        self.dropped = before.iter().zip(&self.live).map(|(before, now)| *before && !now).collect();
        self.off = off;
    }

    /// The functions that can run as things are, or with `before` left out, and can't with `off` left out.
    pub(super) fn only_without(&self, off: &Off, before: Option<&Off>) -> HashSet<Id> {
        let with = before.map_or_else(|| self.live.clone(), |before| self.reached(before));
        let without = self.reached(off);
        (0..with.len()).filter(|id| with[*id] && !without[*id]).collect()
    }

    /// Whether something is left out.
    pub(super) fn leaves_out(&self) -> bool {
        !self.off.is_empty()
    }

    /// Whether a function would run if nothing were left out.
    pub(super) fn is_dropped(&self, id: Id) -> bool {
        self.dropped.get(id).copied().unwrap_or(false)
    }

    /// Whether all that a file declares would run only if nothing were left out.
    pub(super) fn is_file_dropped(&self, file: usize) -> bool {
        let own = || self.functions.iter().enumerate().filter(|(_, (at, _))| *at == file).map(|(id, _)| id);
        let says = |id: &Id| !self.functions[*id].1.name.is_empty() || !self.functions[*id].1.calls.is_empty();
        self.leaves_out() && own().any(|id| self.is_dropped(id)) && own().filter(says).all(|id| !self.is_live(id))
    }

    /// Whether a call does not run, because configuration chooses something else.
    pub(super) fn is_off(&self, site: Site) -> bool {
        self.off.calls.contains(&site)
    }

    pub(super) fn file(&self, id: Id) -> &'a File {
        &self.code.files[self.functions[id].0]
    }

    pub(super) fn call(&self, site: Site) -> &'a Call {
        &self.functions[site.0].1.calls[site.1]
    }

    /// The functions of the program that a call may mean; none when it is a library's.
    pub(super) fn means(&self, site: Site) -> &[Id] {
        &self.means[site.0][site.1]
    }

    /// The calls that may mean a function.
    pub(super) fn callers(&self, id: Id) -> &[Site] {
        &self.callers[id]
    }

    /// Whether somebody may call a function who is not among its known callers: it is given to somebody, or a call of its
    /// name is nobody's.
    pub(super) fn is_handed_on(&self, id: Id) -> bool {
        let name = &self.functions[id].1.name;
        self.mentioning(name).iter().filter(|other| **other != id).any(|other| {
            let other_function = self.functions[*other].1;
            let calls = &other_function.calls;
            let mut named = calls.iter().enumerate().filter(|(_, call)| call.path.last() == Some(name)).peekable();
            // A function of the same name mentions it where it is declared.
            named.peek().is_none() && other_function.name != *name
                || named.any(|(at, _)| self.means((*other, at)).is_empty())
        })
    }

    /// Whether a function can come to run.
    pub(super) fn is_live(&self, id: Id) -> bool {
        self.live[id]
    }

    /// Whether the program has a type or a function of this name.
    pub(super) fn defines(&self, name: &str) -> bool {
        self.types.contains_key(name) || self.by_name.contains_key(name)
    }

    /// Whether the program has a type of this name.
    pub(super) fn has_type(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }

    /// The fields of the type of this name, each with its own type; `None` where the program has none or several.
    pub(super) fn fields(&self, name: &str) -> Option<&'a [(Arc<str>, Arc<str>)]> {
        match self.types.get(name)?.as_slice() {
            [(_, only)] => Some(&only.fields),
            _ => None,
        }
    }

    /// Whether a field of this name, in any type of the program, is of a type of the program; `None` where there is no
    /// such field.
    pub(super) fn may_hold(&self, field: &str, kind: &str) -> Option<bool> {
        self.kinds.get(field).map(|all| all.iter().any(|one| self.is_a(one, kind)))
    }

    /// Whether a type is another, or is made of it.
    pub(super) fn is_a(&self, name: &str, other: &str) -> bool {
        let derives = |(_, one): &(usize, &Type)| one.bases.iter().any(|base| &**base == other);
        name == other || self.types.get(name).is_some_and(|all| all.iter().any(derives))
    }

    /// What the types of this name extend and implement.
    pub(super) fn bases(&self, name: &str) -> Vec<Arc<str>> {
        self.types.get(name).into_iter().flatten().flat_map(|(_, one)| one.bases.iter().cloned()).collect()
    }

    /// The functions in which a name occurs.
    pub(super) fn mentioning(&self, name: &str) -> &[Id] {
        self.mentioning.get(name).map_or(&[], Vec::as_slice)
    }

    /// The import that brings a name to a file.
    pub(super) fn import(&self, file: usize, name: &str) -> Option<(&'a Import, &[usize])> {
        let found = self.imported.get(&file)?.iter().find(|(import, _)| import.name.as_deref() == Some(name));
        found.map(|(import, files)| (*import, files.as_slice()))
    }

    /// Whether a file sees the shared names of another: it is the same, of the same package, or imported.
    pub(super) fn sees(&self, file: usize, other: usize) -> bool {
        file == other
            || self.imports.beside(file).contains(&other)
            || self.imported.get(&file).is_some_and(|all| all.iter().any(|(_, files)| files.contains(&other)))
    }

    fn meant(&self, id: Id, call: &Call) -> Vec<Id> {
        let (file, function) = self.functions[id];
        let Some(name) = call.path.last() else { return Vec::new() };
        let named: &[Id] = self.by_name.get(&**name).map_or(&[], Vec::as_slice);
        let made = || self.constructors(file, name);
        if call.path.len() == 1 && call.receiver.is_none() {
            let plain = named.iter().copied().filter(|to| *to != id || !named.is_empty());
            let near: Vec<Id> = plain.clone().filter(|to| self.functions[*to].0 == file).collect();
            if !near.is_empty() {
                return near;
            }
            let seen: Vec<Id> = plain.filter(|to| self.sees(file, self.functions[*to].0)).collect();
            let found = if seen.is_empty() { made() } else { seen };
            return if found.is_empty() { self.exported(file, name) } else { found };
        }
        let qualifier = call.path.len().checked_sub(2).map(|at| &*call.path[at]);
        let first = &*call.path[0];
        let owned = |owner: &str| -> Vec<Id> {
            named.iter().copied().filter(|to| self.belongs(self.functions[*to].1, owner)).collect()
        };
        if let Some(qualifier) = qualifier {
            if SELVES.contains(&qualifier) {
                let near: Vec<Id> = named.iter().copied().filter(|to| self.functions[*to].0 == file).collect();
                return if near.is_empty() { function.owner.as_deref().map(owned).unwrap_or_default() } else { near };
            }
            if let Some((_, files)) = self.import(file, first) {
                let there: Vec<Id> =
                    named.iter().copied().filter(|to| files.contains(&self.functions[*to].0)).collect();
                if !there.is_empty() {
                    return there;
                }
                if files.is_empty() && call.path.len() == 2 {
                    return Vec::new();
                }
                let constructed: Vec<Id> =
                    made().into_iter().filter(|to| files.contains(&self.functions[*to].0)).collect();
                if !constructed.is_empty() {
                    return constructed;
                }
            }
            if let Some(declared) = self.declared(id, qualifier) {
                let own = owned(&declared);
                if !own.is_empty() || !self.types.contains_key(&*declared) {
                    return own;
                }
            }
            let static_one = owned(qualifier);
            if !static_one.is_empty() {
                return static_one;
            }
        }
        let same: Vec<Id> = named.iter().copied().filter(|to| self.functions[*to].1.owner == function.owner).collect();
        let of_receiver = call.path.len() == 2 && function.owner.is_some() && !same.is_empty();
        match () {
            () if of_receiver && self.file(id).language == "Go" => same,
            () if COMMON.contains(&&**name) || name.len() < 4 || named.len() > MOST => Vec::new(),
            () => named.iter().copied().filter(|to| *to != id).collect(),
        }
    }

    /// The function that a file is, for those that import it under a name of their own: `module.exports = function …`.
    fn exported(&self, file: usize, name: &str) -> Vec<Id> {
        let Some((_, files)) = self.import(file, name) else { return Vec::new() };
        let whole = ["exports", "default"].iter().filter_map(|name| self.by_name.get(name)).flatten().copied();
        whole.filter(|to| files.contains(&self.functions[*to].0)).collect()
    }

    /// What makes an object of a type of the program that a file sees.
    fn constructors(&self, file: usize, name: &str) -> Vec<Id> {
        let Some(types) = self.types.get(name) else { return Vec::new() };
        let files: Vec<usize> = types.iter().map(|(at, _)| *at).filter(|at| self.sees(file, *at)).collect();
        let makes = |(_, (at, function)): &(Id, &(usize, &Function))| {
            files.contains(at)
                && function.owner.as_deref() == Some(name)
                && (CONSTRUCTORS.contains(&&*function.name) || &*function.name == name)
        };
        self.functions.iter().enumerate().filter(makes).map(|(id, _)| id).collect()
    }

    /// The methods of a type of Go that others may call through an interface: nothing in the text says which do.
    fn offered(&self, file: usize, name: &str) -> Vec<Id> {
        if self.code.files[file].language != "Go" {
            return Vec::new();
        }
        let is_one = |(_, (at, function)): &(Id, &(usize, &Function))| {
            function.owner.as_deref() == Some(name)
                && function.name.starts_with(char::is_uppercase)
                && self.imports.beside(file).contains(at)
        };
        self.functions.iter().enumerate().filter(is_one).map(|(id, _)| id).collect()
    }

    /// Whether a function belongs to a type, or to one that derives from it.
    fn belongs(&self, function: &Function, owner: &str) -> bool {
        let Some(own) = function.owner.as_deref() else { return false };
        own == owner
            || self
                .types
                .get(own)
                .is_some_and(|all| all.iter().any(|(_, one)| one.bases.iter().any(|base| &**base == owner)))
    }

    /// The type that a name in a function is declared with, or made by.
    pub(super) fn declared(&self, id: Id, name: &str) -> Option<Arc<str>> {
        let (file, function) = self.functions[id];
        if let Some((_, Some(kind))) = function.parameters.iter().find(|(parameter, _)| &**parameter == name) {
            return Some(Arc::clone(kind));
        }
        let module = &self.code.files[file].module;
        let owner = function.owner.as_deref();
        let fields = module.types.iter().filter(|one| owner == Some(&*one.name)).flat_map(|one| &one.fields);
        if let Some((_, kind)) = fields.into_iter().find(|(field, _)| &**field == name) {
            return Some(Arc::clone(kind));
        }
        let bindings = module.functions.iter().filter(|other| other.owner == function.owner).flat_map(|other| {
            let shared = std::ptr::eq(other, function);
            other.bindings.iter().filter(move |one| shared || one.is_shared).map(move |one| (other, one))
        });
        for (other, binding) in bindings.filter(|(_, binding)| &*binding.name == name) {
            let [super::code::Part::Call(call)] = binding.value.as_slice() else { continue };
            let path = &other.calls.get(*call)?.path;
            let made = path.iter().rev().take(2).find_map(|part| {
                let bare = ["New", "new", "create", "Create"].iter().find_map(|verb| part.strip_prefix(verb));
                [Some(&**part), bare].into_iter().flatten().find(|name| self.types.contains_key(name)).map(Arc::from)
            });
            if made.is_some() {
                return made;
            }
        }
        None
    }

    /// The functions that are reached from where programs start, by the names that occur in them. Where something is left
    /// out, the methods of a type count once something that runs names the type.
    fn reached(&self, off: &Off) -> Vec<bool> {
        let mut annotated: HashSet<(usize, &str)> = HashSet::new();
        let mut kept: HashSet<&str> = HashSet::new();
        for file in &self.files {
            for note in &self.code.files[*file].module.annotations {
                annotated.extend(note.member.as_deref().map(|member| (*file, member)));
                kept.extend(note.owner.as_deref().filter(|_| note.member.is_none()));
            }
        }
        let starts = |id: Id| {
            let (file, function) = self.functions[id];
            function.exposed
                || function.role != Role::Plain
                || annotated.contains(&(file, &*function.name))
                || is_handler(function)
                || self.entries.contains(&(file, Arc::clone(&function.name)))
        };
        // Types that something outside of them names, and that no framework makes.
        let is_named = |name: &str| {
            let others = |id: &&Id| self.functions[**id].1.owner.as_deref() != Some(name);
            !off.is_empty()
                && !kept.contains(name)
                && self.types.contains_key(name)
                && self.mentioning(name).iter().any(|id| others(&id))
        };
        let mut named: HashMap<&str, bool> = HashMap::new();
        let mut waits = |id: Id, made: &HashSet<&str>| {
            let Some(owner) = self.functions[id].1.owner.as_deref() else { return false };
            !made.contains(owner) && *named.entry(owner).or_insert_with(|| is_named(owner))
        };
        let mut made: HashSet<&str> = HashSet::new();
        let mut waiting: HashMap<&str, Vec<Id>> = HashMap::new();
        let mut live = vec![false; self.functions.len()];
        let mut open: Vec<Id> = Vec::new();
        let mut next: Vec<Id> = (0..self.functions.len()).filter(|id| starts(*id)).collect();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        loop {
            for id in next.drain(..) {
                if off.functions.contains(&id) || live[id] {
                    continue;
                }
                match self.functions[id].1.owner.as_deref().filter(|_| waits(id, &made)) {
                    Some(owner) => waiting.entry(owner).or_default().push(id),
                    None => {
                        live[id] = true;
                        open.push(id);
                    }
                }
            }
            let Some(id) = open.pop() else { break };
            let function = self.functions[id].1;
            let left = off.names.get(&id);
            // An object that is made has its methods called by names that are seen elsewhere.
            for name in function.mentions.iter().filter(|name| !left.is_some_and(|left| left.contains(*name))) {
                if self.types.contains_key(&**name) && made.insert(name) {
                    next.extend(waiting.remove(&**name).into_iter().flatten());
                }
                if !seen.insert(name) {
                    continue;
                }
                next.extend(self.by_name.get(&**name).into_iter().flatten());
                for (file, _) in self.types.get(&**name).into_iter().flatten() {
                    next.extend(self.constructors(*file, name).into_iter().chain(self.offered(*file, name)));
                }
            }
        }
        live
    }
}
