//! What calls and names of a program mean: the functions that a call may be of, the type that a name is of.

use std::sync::Arc;

use super::{Id, SELVES, View};
use crate::scan::code::{Call, Function, Part};

/// Functions that make an object of the type that they belong to.
const CONSTRUCTORS: &[&str] = &["__init__", "constructor", "new", "initialize", "__construct", "<init>", "init"];

/// Whether a function of a type makes an object of it, by their names.
pub(super) fn makes(kind: &str, function: &str) -> bool {
    CONSTRUCTORS.contains(&function) || function == kind
}

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

impl View<'_> {
    /// The functions of the program that a call may mean; none where it is a library's, or of something unknown by a name
    /// that libraries have too.
    pub(super) fn meant(&self, id: Id, call: &Call) -> Vec<Id> {
        let (file, function) = self.functions[id];
        let Some(name) = call.path.last() else { return Vec::new() };
        let named: &[Id] = self.by_name.get(&**name).map_or(&[], Vec::as_slice);
        let made = || self.constructors(file, name);
        if call.path.len() == 1 && call.receiver.is_none() {
            let near: Vec<Id> = named.iter().copied().filter(|to| self.functions[*to].0 == file).collect();
            if !near.is_empty() {
                return near;
            }
            let seen: Vec<Id> = named.iter().copied().filter(|to| self.sees(file, self.functions[*to].0)).collect();
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
    pub(super) fn constructors(&self, file: usize, name: &str) -> Vec<Id> {
        let Some(types) = self.types.get(name) else { return Vec::new() };
        let files: Vec<usize> = types.iter().map(|(at, _)| *at).filter(|at| self.sees(file, *at)).collect();
        let makes = |id: &Id| {
            let (at, function) = self.functions[*id];
            files.contains(&at) && makes(name, &function.name)
        };
        self.methods(name).iter().copied().filter(makes).collect()
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
    pub(in crate::scan) fn declared(&self, id: Id, name: &str) -> Option<Arc<str>> {
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
            let [Part::Call(call)] = binding.value.as_slice() else { continue };
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
}
