//! Which types of shared code a program brings about: a library of the same tree holds more than each of its users makes.

use std::collections::{BTreeSet, HashMap};

use super::super::{Id, View, meant::makes};

/// Languages in which a method may be called on what nothing names: a type under another name, or a trait of it.
const WITHOUT_CLASSES: &[&str] = &["Go", "Rust"];

/// The types of one program, by number, and what brings them about.
#[derive(Debug, Default)]
pub(super) struct Types {
    names: Vec<Box<str>>,
    /// The types that each type is made of: what it derives from, and the types of its fields.
    with: Vec<Vec<usize>>,
    /// The types that each function names, takes or belongs to.
    named: Vec<Vec<usize>>,
    /// The type of shared code that has to be made before what is not in the program calls the function.
    awaited: Vec<Option<usize>>,
    /// Whether that has to be made before anybody calls the function: it is called on an object.
    is_of_object: Vec<bool>,
}

impl Types {
    /// Works out what brings about what. The types in the program's own files may be found by frameworks in ways that no
    /// text shows, and so are all taken to be made. So are types of shared code that nothing names. Linear in the names
    /// that occur.
    pub(super) fn new(view: &View<'_>, is_called_by_frameworks: impl Fn(Id) -> bool) -> Self {
        let all: BTreeSet<&str> = view.types.keys().copied().collect();
        let numbers: HashMap<&str, usize> = all.iter().enumerate().map(|(number, name)| (*name, number)).collect();
        let number = |name: &str| numbers.get(name).copied();
        let mut types = Types { names: all.iter().map(|name| Box::from(*name)).collect(), ..Types::default() };
        // Types that something besides themselves names.
        let mut spoken_of = vec![false; types.names.len()];
        for name in &all {
            let bases_and_fields = view.types[name].iter().flat_map(|(_, one)| {
                let fields = one.fields.iter().map(|(_, kind)| kind);
                one.bases.iter().chain(fields).filter_map(|kind| number(kind))
            });
            let with: BTreeSet<usize> =
                bases_and_fields.filter(|other| types.names[*other] != Box::from(*name)).collect();
            with.iter().for_each(|other| spoken_of[*other] = true);
            types.with.push(with.into_iter().collect());
        }
        for (file, function) in &view.functions {
            let taken = function.parameters.iter().filter_map(|(_, kind)| kind.as_deref());
            let owner = function.owner.as_deref();
            let mut named: BTreeSet<usize> =
                function.mentions.iter().map(|name| &**name).chain(taken).chain(owner).filter_map(number).collect();
            // Under another name than its own, or as the one thing that a file exports.
            for name in &function.mentions {
                let Some((_, files)) = view.import(*file, name) else { continue };
                let brought = files.iter().flat_map(|file| &view.code.files[*file].module.types);
                let brought: Vec<&str> = brought.map(|one| &*one.name).collect();
                if !brought.contains(&&**name) {
                    named.extend(brought.into_iter().filter_map(number));
                }
            }
            let own_type = owner.and_then(number);
            named.iter().filter(|kind| Some(**kind) != own_type).for_each(|kind| spoken_of[*kind] = true);
            types.named.push(named.into_iter().collect());
        }
        for (id, (file, function)) in view.functions.iter().enumerate() {
            let kind = function.owner.as_deref().and_then(number).filter(|kind| spoken_of[*kind]);
            types.awaited.push(kind.filter(|_| view.is_of_shared_code(id) && !is_called_by_frameworks(id)));
            // A class that is made of nothing and never made is a mere place for functions.
            let is_class = |kind: usize| {
                let name = &*types.names[kind];
                let derives = view.types.get(name).into_iter().flatten().any(|(_, one)| !one.bases.is_empty());
                derives || view.methods(name).iter().any(|id| makes(name, &view.functions[*id].1.name))
            };
            let has_classes = !WITHOUT_CLASSES.contains(&view.code.files[*file].language);
            types.is_of_object.push(kind.is_some_and(|kind| has_classes && is_class(kind)));
        }
        types
    }

    /// A reckoning in which nothing is made yet, and those of the starts that wait for no type.
    pub(super) fn begin(&self, starts: &[Id]) -> (Made<'_>, Vec<Id>) {
        let (is_made, mut waiting) = (vec![false; self.names.len()], vec![Vec::new(); self.names.len()]);
        let mut free = Vec::new();
        for id in starts {
            match self.awaited[*id] {
                Some(kind) => waiting[kind].push(*id),
                None => free.push(*id),
            }
        }
        (Made { types: self, is_made, waiting }, free)
    }
}

/// Which types were made so far, and which functions wait for others.
pub(super) struct Made<'t> {
    types: &'t Types,
    is_made: Vec<bool>,
    waiting: Vec<Vec<Id>>,
}

impl Made<'_> {
    /// Whether a function whose name occurs waits for an object to be called on; it is noted to come back once there is one.
    pub(super) fn is_awaited_by(&mut self, id: Id) -> bool {
        match self.types.awaited[id].filter(|kind| self.types.is_of_object[id] && !self.is_made[*kind]) {
            Some(kind) => {
                self.waiting[kind].push(id);
                true
            }
            None => false,
        }
    }

    /// Notes what a function that runs brings about, but for the names that are left out of it; the functions that waited
    /// for that.
    pub(super) fn bring(&mut self, id: Id, is_left: impl Fn(&str) -> bool) -> Vec<Id> {
        let mut freed = Vec::new();
        let mut open: Vec<usize> =
            self.types.named[id].iter().copied().filter(|kind| !is_left(&self.types.names[*kind])).collect();
        while let Some(kind) = open.pop() {
            if std::mem::replace(&mut self.is_made[kind], true) {
                continue;
            }
            freed.append(&mut self.waiting[kind]);
            open.extend(&self.types.with[kind]);
        }
        freed
    }
}
