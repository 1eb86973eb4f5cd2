//! A program as one thing: its functions, who calls whom, and which names are seen where.

mod live;
mod meant;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::choices::{Off, Region};
use super::code::{Call, Function, Import, Type};
use super::files::{Code, File};
use super::imports::Imports;
use super::programs::Program;
use live::Reach;

/// The names by which code speaks of the object that it belongs to.
pub(super) const SELVES: &[&str] = &["self", "this", "cls", "Self", "super", "base", "@", "$this", "static", "parent"];

/// A function of the program, by its number.
pub(super) type Id = usize;

/// Where a call stands: its function, and its number there.
pub(super) type Site = (Id, usize);

/// All that belongs to one program.
#[derive(Clone)]
pub(super) struct View<'a> {
    pub(super) code: &'a Code,
    pub(super) imports: &'a Imports<'a>,
    /// Its files.
    pub(super) files: Vec<usize>,
    /// Those of them that are its own; the others it shares with other programs.
    own: BTreeSet<usize>,
    /// Its functions: the file of each, and the function.
    pub(super) functions: Vec<(usize, &'a Function)>,
    /// The functions of each name.
    by_name: HashMap<&'a str, Vec<Id>>,
    /// The functions that belong to types of each name.
    by_owner: HashMap<&'a str, Vec<Id>>,
    /// The functions in which each name occurs.
    mentioning: HashMap<&'a str, Vec<Id>>,
    /// The types of each name, each with its file.
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
    /// What leads where; the same whatever is left out.
    reach: Arc<Reach<'a>>,
    /// What hangs on ways of which nobody knows, or which are not taken.
    pub(super) regions: Vec<Region>,
}

impl<'a> View<'a> {
    /// Puts together the files of a program, of which nothing is left out; linear in their text but for calls of common
    /// names.
    pub(super) fn new(code: &'a Code, imports: &'a Imports<'a>, program: &Program) -> Self {
        let own = &program.files;
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
            by_owner: HashMap::new(),
            mentioning: HashMap::new(),
            types: HashMap::new(),
            kinds: HashMap::new(),
            imported: HashMap::new(),
            means: Vec::new(),
            callers: Vec::new(),
            live: Vec::new(),
            off: Off::default(),
            dropped: Vec::new(),
            reach: Arc::default(),
            regions: Vec::new(),
            own: own.iter().copied().collect(),
            files,
        };
        for (id, (_, function)) in view.functions.iter().enumerate() {
            view.by_name.entry(&*function.name).or_default().push(id);
            if let Some(owner) = &function.owner {
                view.by_owner.entry(&**owner).or_default().push(id);
            }
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
        view.reach = Arc::new(Reach::new(&view, program));
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
        self.live = self.reach.live(&off);
        self.dropped = before.iter().zip(&self.live).map(|(before, now)| *before && !now).collect();
        self.off = off;
    }

    /// Whether each function can come to run where `off` does not, and all else does.
    pub(super) fn live_without(&self, off: &Off) -> Vec<bool> {
        self.reach.live(off)
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

    /// The file of a function.
    pub(super) fn file(&self, id: Id) -> &'a File {
        &self.code.files[self.functions[id].0]
    }

    /// The call at a place.
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

    /// Whether a function belongs to code that the program shares with others.
    pub(super) fn is_of_shared_code(&self, id: Id) -> bool {
        !self.own.contains(&self.functions[id].0)
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

    /// The functions that belong to types of a name.
    pub(super) fn methods(&self, owner: &str) -> &[Id] {
        self.by_owner.get(owner).map_or(&[], Vec::as_slice)
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
            || self.imports.are_beside(file, other)
            || self.imported.get(&file).is_some_and(|all| all.iter().any(|(_, files)| files.contains(&other)))
    }
}
