//! Which functions of a program can come to run: those that its starts lead to, by the names that occur in what runs.
//!
//! What names lead to is worked out once for a program, since what runs is asked for again for every way that
//! configuration may choose.

mod packages;
mod types;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::{Id, View};
use crate::scan::choices::Off;
use crate::scan::code::Role;
use crate::scan::functions::is_handler;
use crate::scan::programs::Program;
use packages::Packages;
use types::Types;

/// A name that leads to functions, or is that of a type.
#[derive(Debug)]
struct Named<'a> {
    name: &'a str,
    /// The functions of this name; of a type also what makes it, and what others may call through an interface.
    leads_to: Vec<Id>,
    /// The functions of this name of packages of Go, which are reached by those who name the package.
    of_packages: BTreeMap<usize, Vec<Id>>,
    /// The type of this name, by its number.
    kind: Option<usize>,
}

/// What leads where in one program.
#[derive(Debug, Default)]
pub(super) struct Reach<'a> {
    names: Vec<Named<'a>>,
    /// How many types are named.
    kinds: usize,
    /// The names, by their number, that occur in each function.
    mentions: Vec<Vec<usize>>,
    /// The functions that something outside of the program calls.
    starts: Vec<Id>,
    /// The type, by its number, that each function belongs to where something else names that and no framework makes it.
    owners: Vec<Option<usize>>,
    /// Whether each function belongs to a sub-command that is not run.
    unrun: Vec<bool>,
    /// Which types each function needs to be made before something calls it, and which it brings about.
    types: Types,
    /// Which packages each function speaks of, and each method waits for.
    packages: Packages,
}

impl<'a> Reach<'a> {
    /// Works out what leads where. Linear in the names that occur and in what they lead to.
    pub(super) fn new(view: &View<'a>, program: &Program) -> Self {
        let mut reach = Reach { packages: Packages::new(view), ..Reach::default() };
        let mut numbers: HashMap<&'a str, Option<usize>> = HashMap::new();
        let mut kinds: HashMap<&'a str, usize> = HashMap::new();
        for (_, function) in &view.functions {
            let leading = function.mentions.iter().filter_map(|name| {
                *numbers.entry(name).or_insert_with(|| {
                    let named = named(view, name, &reach.packages, &mut kinds)?;
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
                || program.entries.contains(&(*file, Arc::clone(&function.name)));
            reach.starts.extend(is_start.then_some(id));
        }
        let mut owners: HashMap<&str, Option<usize>> = HashMap::new();
        for (_, function) in &view.functions {
            let owner = function.owner.as_deref().and_then(|owner| {
                *owners.entry(owner).or_insert_with(|| {
                    let outside = |id: &Id| view.functions[*id].1.owner.as_deref() != Some(owner);
                    let is_named = view.mentioning(owner).iter().any(outside);
                    let kind = kinds.get(owner).copied()?;
                    (is_named && !made_by_frameworks.contains(owner)).then_some(kind)
                })
            });
            reach.owners.push(owner);
        }
        let is_called_by_frameworks = |id: Id| {
            let (file, function) = view.functions[id];
            function.role == Role::Main
                || annotated.contains(&(file, &*function.name))
                || function.owner.as_deref().is_some_and(|owner| made_by_frameworks.contains(owner))
        };
        reach.unrun = vec![false; view.functions.len()];
        let mut before: Option<(usize, usize)> = None;
        for (id, (file, _)) in view.functions.iter().enumerate() {
            // The functions of a file stand together, in its order.
            let number = before.filter(|(at, _)| at == file).map_or(0, |(_, number)| number + 1);
            reach.unrun[id] = program.unrun.contains(&(*file, number));
            before = Some((*file, number));
        }
        reach.kinds = kinds.len();
        reach.types = Types::new(view, is_called_by_frameworks);
        reach
    }

    /// Whether each function can come to run where `off` does not. What frameworks and interfaces call of a type of shared
    /// code counts once something that runs brings the type about; where something is left out, that holds for all types
    /// that something names. Linear in the names that occur in what runs.
    pub(super) fn live(&self, off: &Off) -> Vec<bool> {
        let mut live = vec![false; self.owners.len()];
        let mut seen = vec![false; self.names.len()];
        let mut seen_kinds = vec![false; self.kinds];
        let mut waiting: Vec<Vec<Id>> = vec![Vec::new(); self.kinds];
        let mut spoken = self.packages.begin();
        let (mut made, mut next) = self.types.begin(&self.starts);
        let mut open: Vec<Id> = Vec::new();
        loop {
            for id in next.drain(..) {
                let is_out = live[id] || self.unrun[id] || off.functions.contains(&id);
                if is_out || made.is_awaited_by(id) || spoken.is_awaited_by(id) {
                    continue;
                }
                match self.owners[id].filter(|owner| !off.is_empty() && !seen_kinds[*owner]) {
                    Some(owner) => waiting[owner].push(id),
                    None => {
                        live[id] = true;
                        open.push(id);
                    }
                }
            }
            let Some(id) = open.pop() else { return live };
            let left = off.names.get(&id);
            next.extend(made.bring(id, |name| left.is_some_and(|left| left.contains(name))));
            next.extend(spoken.bring(id));
            for number in &self.mentions[id] {
                let named = &self.names[*number];
                if left.is_some_and(|left| left.contains(named.name)) {
                    continue;
                }
                let reached = self.packages.reached_by(id).iter();
                next.extend(reached.filter_map(|package| named.of_packages.get(package)).flatten());
                if seen[*number] {
                    continue;
                }
                seen[*number] = true;
                // An object that is made has its methods called by names that are seen elsewhere.
                if let Some(kind) = named.kind {
                    seen_kinds[kind] = true;
                    next.append(&mut waiting[kind]);
                }
                next.extend(&named.leads_to);
            }
        }
    }
}

/// What a name leads to; `None` where the program has nothing of that name. `kinds` are the numbers of the types
/// that were named so far.
fn named<'a>(
    view: &View<'a>,
    name: &'a str,
    packages: &Packages,
    kinds: &mut HashMap<&'a str, usize>,
) -> Option<Named<'a>> {
    let functions = view.by_name.get(name);
    let types = view.types.get(name);
    if functions.is_none() && types.is_none() {
        return None;
    }
    let mut leads_to: Vec<Id> = Vec::new();
    let mut of_packages: BTreeMap<usize, Vec<Id>> = BTreeMap::new();
    for id in functions.into_iter().flatten().copied() {
        match packages.of_function(id) {
            Some(package) => of_packages.entry(package).or_default().push(id),
            None => leads_to.push(id),
        }
    }
    for (file, _) in types.into_iter().flatten() {
        leads_to.extend(view.constructors(*file, name));
        leads_to.extend(offered(view, *file, name));
    }
    leads_to.sort_unstable();
    leads_to.dedup();
    let next = kinds.len();
    let kind = types.map(|_| *kinds.entry(name).or_insert(next));
    Some(Named { name, leads_to, of_packages, kind })
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
