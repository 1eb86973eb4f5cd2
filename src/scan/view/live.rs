//! Which functions of a program can come to run: those that its starts lead to, by the names that occur in what runs.
//!
//! What names lead to is worked out once for a program, since what runs is asked for again for every way that
//! configuration may choose.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::{Id, View};
use crate::scan::choices::Off;
use crate::scan::code::Role;
use crate::scan::functions::is_handler;

/// A name that leads to functions, or is that of a type.
#[derive(Debug)]
struct Named<'a> {
    name: &'a str,
    /// The functions of this name; of a type also what makes it, and what others may call through an interface.
    leads_to: Vec<Id>,
    is_type: bool,
}

/// What leads where in one program.
#[derive(Debug, Default)]
pub(super) struct Reach<'a> {
    names: Vec<Named<'a>>,
    /// The names, by their number, that occur in each function.
    mentions: Vec<Vec<usize>>,
    /// The functions that something outside of the program calls.
    starts: Vec<Id>,
    /// The type, by its number, that each function belongs to where something else names that and no framework makes it.
    owners: Vec<Option<usize>>,
}

impl<'a> Reach<'a> {
    /// Works out what leads where. Linear in the names that occur and in what they lead to. `entries` are the functions
    /// that are called from outside, each with its file.
    pub(super) fn new(view: &View<'a>, entries: &BTreeSet<(usize, Arc<str>)>) -> Self {
        let mut reach = Reach::default();
        let mut numbers: HashMap<&'a str, Option<usize>> = HashMap::new();
        for (_, function) in &view.functions {
            let leading = function.mentions.iter().filter_map(|name| {
                *numbers.entry(name).or_insert_with(|| {
                    let named = named(view, name)?;
                    reach.names.push(named);
                    Some(reach.names.len() - 1)
                })
            });
            reach.mentions.push(leading.collect());
        }
        let mut annotated: HashSet<(usize, &str)> = HashSet::new();
        let mut made_by_frameworks: HashSet<&str> = HashSet::new();
        for file in &view.files {
            for note in &view.code.files[*file].module.annotations {
                annotated.extend(note.member.as_deref().map(|member| (*file, member)));
                made_by_frameworks.extend(note.owner.as_deref().filter(|_| note.member.is_none()));
            }
        }
        for (id, (file, function)) in view.functions.iter().enumerate() {
            let is_start = function.exposed
                || function.role != Role::Plain
                || annotated.contains(&(*file, &*function.name))
                || is_handler(function)
                || entries.contains(&(*file, Arc::clone(&function.name)));
            reach.starts.extend(is_start.then_some(id));
        }
        let mut owners: HashMap<&str, Option<usize>> = HashMap::new();
        for (_, function) in &view.functions {
            let owner = function.owner.as_deref().and_then(|owner| {
                *owners.entry(owner).or_insert_with(|| {
                    let outside = |id: &Id| view.functions[*id].1.owner.as_deref() != Some(owner);
                    let is_named = view.mentioning(owner).iter().any(outside);
                    let number = numbers.get(owner).copied().flatten()?;
                    let waits = is_named && reach.names[number].is_type && !made_by_frameworks.contains(owner);
                    waits.then_some(number)
                })
            });
            reach.owners.push(owner);
        }
        reach
    }

    /// Whether each function can come to run where `off` does not. Where something is left out, the methods of a type
    /// count once something that runs names the type. Linear in the names that occur in what runs.
    pub(super) fn live(&self, off: &Off) -> Vec<bool> {
        let mut live = vec![false; self.owners.len()];
        let mut seen = vec![false; self.names.len()];
        let mut waiting: Vec<Vec<Id>> = vec![Vec::new(); self.names.len()];
        let mut open: Vec<Id> = Vec::new();
        let mut next: Vec<Id> = self.starts.clone();
        loop {
            for id in next.drain(..) {
                if live[id] || off.functions.contains(&id) {
                    continue;
                }
                match self.owners[id].filter(|owner| !off.is_empty() && !seen[*owner]) {
                    Some(owner) => waiting[owner].push(id),
                    None => {
                        live[id] = true;
                        open.push(id);
                    }
                }
            }
            let Some(id) = open.pop() else { return live };
            let left = off.names.get(&id);
            for number in &self.mentions[id] {
                let named = &self.names[*number];
                if seen[*number] || left.is_some_and(|left| left.contains(named.name)) {
                    continue;
                }
                seen[*number] = true;
                // An object that is made has its methods called by names that are seen elsewhere.
                next.append(&mut waiting[*number]);
                next.extend(&named.leads_to);
            }
        }
    }
}

/// What a name leads to; `None` where the program has nothing of that name.
fn named<'a>(view: &View<'a>, name: &'a str) -> Option<Named<'a>> {
    let functions = view.by_name.get(name);
    let types = view.types.get(name);
    if functions.is_none() && types.is_none() {
        return None;
    }
    let mut leads_to: Vec<Id> = functions.into_iter().flatten().copied().collect();
    for (file, _) in types.into_iter().flatten() {
        leads_to.extend(view.constructors(*file, name));
        leads_to.extend(offered(view, *file, name));
    }
    leads_to.sort_unstable();
    leads_to.dedup();
    Some(Named { name, leads_to, is_type: types.is_some() })
}

/// The methods of a type of Go that others may call through an interface: nothing in the text says which do.
fn offered(view: &View<'_>, file: usize, name: &str) -> Vec<Id> {
    if view.code.files[file].language != "Go" {
        return Vec::new();
    }
    let is_one = |id: &Id| {
        let (at, function) = view.functions[*id];
        function.name.starts_with(char::is_uppercase) && view.imports.are_beside(file, at)
    };
    view.methods(name).iter().copied().filter(is_one).collect()
}
