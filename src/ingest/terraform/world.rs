//! All modules of a run with what was made of them so far: instances, resources, values.
//!
//! Values are worked out when they are asked for and kept, so that modules may take from each other in any order.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::folder::Folder;
use super::syntax::{Block, Expr};
use super::value::Value;
use crate::source::{Location, Tree};

/// How many steps of evaluation one root may take; real ones take a tenth of it at most.
const MOST_STEPS: u64 = 3_000_000;
/// How deep values may hang on values.
const DEEPEST: usize = 220;
/// How many instances of resources and modules there may be.
pub(super) const MOST_INSTANCES: usize = 200_000;

/// Names that hold inside an expression only: of loops, of `each` and `count`, of templates.
pub(super) type Scope = Option<Rc<Frame>>;

/// One such name.
pub(super) struct Frame {
    pub(super) name: Arc<str>,
    pub(super) value: Value,
    pub(super) outer: Scope,
}

/// The scope with one more name.
pub(super) fn with(scope: &Scope, name: &Arc<str>, value: Value) -> Scope {
    Some(Rc::new(Frame { name: Arc::clone(name), value, outer: scope.clone() }))
}

/// The value of a name in a scope.
pub(super) fn find<'s>(scope: &'s Scope, name: &str) -> Option<&'s Value> {
    let mut frame = scope.as_ref();
    while let Some(inner) = frame {
        if &*inner.name == name {
            return Some(&inner.value);
        }
        frame = inner.outer.as_ref();
    }
    None
}

/// What a module is called with: an expression of the caller.
pub(super) struct Input<'a> {
    pub(super) value: &'a Expr,
    pub(super) at: Location,
}

/// A module as it is called in one place.
pub(super) struct Instance<'a> {
    pub(super) folder: &'a Folder,
    /// The instance that calls it, and the scope of the call.
    pub(super) caller: Option<(usize, Scope)>,
    pub(super) inputs: BTreeMap<&'a str, Input<'a>>,
    /// `module.a.module.b.`, empty for a root.
    pub(super) address: String,
    /// The folder of its root, which all addresses hold in.
    pub(super) root: Arc<str>,
    /// The folders of those that called it, and its own.
    pub(super) above: Vec<&'a str>,
    /// The settings of providers by the names that they have here.
    pub(super) providers: BTreeMap<Arc<str>, usize>,
}

/// A resource as it was made, or a module that was not read.
#[derive(Clone)]
pub(super) struct Made<'a> {
    /// Its type, with the source for a module.
    pub(super) kind: Arc<str>,
    pub(super) block: &'a Block,
    pub(super) instance: usize,
    /// Its address within its root.
    pub(super) name: Arc<str>,
    /// The scope of its body.
    pub(super) scope: Scope,
    /// How many there are of it, when they are too many to be made each.
    pub(super) count: Option<u32>,
    pub(super) looked_up: bool,
}

/// What is kept of something that is asked for by name.
pub(super) enum Slot {
    /// It is being worked out: whoever asks now goes in a circle.
    Running,
    /// It was.
    Done(Value),
}

/// What a name is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Space {
    Variable,
    Local,
    Output,
    Resource,
    Module,
    /// An attribute of a resource; the number is that of the resource.
    Attribute,
}

/// What is asked for: one of what, whose, by which name.
pub(super) type Asked = (Space, usize, Arc<str>);

/// Something that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Missing {
    pub(super) what: String,
    pub(super) reason: String,
    pub(super) at: Option<Location>,
}

/// The state of a run.
pub(super) struct World<'a> {
    pub(super) tree: &'a Tree,
    pub(super) folders: &'a BTreeMap<String, Folder>,
    pub(super) instances: RefCell<Vec<Rc<Instance<'a>>>>,
    pub(super) made: RefCell<Vec<Rc<Made<'a>>>>,
    /// The root instances by folder.
    pub(super) roots: RefCell<BTreeMap<&'a str, usize>>,
    /// Child instances by the caller and the address.
    pub(super) children: RefCell<BTreeMap<usize, Vec<usize>>>,
    pub(super) kept: RefCell<HashMap<Asked, Slot>>,
    pub(super) missing: RefCell<HashSet<Missing>>,
    /// The files that templates and functions named.
    pub(super) texts: RefCell<HashMap<String, Option<Arc<str>>>>,
    /// The place of what is being worked out, for what leads nowhere.
    pub(super) here: RefCell<Option<Location>>,
    steps: Cell<u64>,
    /// The root whose steps are counted.
    counted: RefCell<Arc<str>>,
    depth: Cell<usize>,
    /// Whether a limit was met.
    pub(super) exhausted: Cell<bool>,
}

impl<'a> World<'a> {
    pub(super) fn new(tree: &'a Tree, folders: &'a BTreeMap<String, Folder>) -> Self {
        World {
            tree,
            folders,
            instances: RefCell::default(),
            made: RefCell::default(),
            roots: RefCell::default(),
            children: RefCell::default(),
            kept: RefCell::default(),
            missing: RefCell::default(),
            texts: RefCell::default(),
            here: RefCell::default(),
            steps: Cell::new(0),
            counted: RefCell::new("".into()),
            depth: Cell::new(0),
            exhausted: Cell::new(false),
        }
    }

    pub(super) fn instance(&self, index: usize) -> Rc<Instance<'a>> {
        Rc::clone(&self.instances.borrow()[index])
    }

    pub(super) fn resource(&self, index: usize) -> Rc<Made<'a>> {
        Rc::clone(&self.made.borrow()[index])
    }

    /// Works something out once; who asks for it while that goes on goes in a circle, which is not known.
    pub(super) fn once(&self, space: Space, owner: usize, name: &str, work: impl FnOnce() -> Value) -> Value {
        let key = (space, owner, Arc::from(name));
        match self.kept.borrow().get(&key) {
            Some(Slot::Done(value)) => return value.clone(),
            Some(Slot::Running) => return Value::because(format!("`{name}` is made of itself")),
            None => {}
        }
        self.kept.borrow_mut().insert(key.clone(), Slot::Running);
        let value = work();
        self.kept.borrow_mut().insert(key, Slot::Done(value.clone()));
        value
    }

    /// Begins to count the steps of a root, unless they are counted already: what is too much for one is none of the
    /// others' business.
    pub(super) fn count_for(&self, root: &Arc<str>) {
        if *self.counted.borrow() != *root {
            self.counted.replace(Arc::clone(root));
            self.steps.set(0);
        }
    }

    /// Counts one step down; `None` when a limit is met.
    pub(super) fn deeper<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let (steps, depth) = (self.steps.get() + 1, self.depth.get() + 1);
        if steps > MOST_STEPS || depth > DEEPEST * 4 {
            self.exhausted.set(true);
            return None;
        }
        self.steps.set(steps);
        self.depth.set(depth);
        let found = work();
        self.depth.set(depth - 1);
        Some(found)
    }

    /// Does work whose place is this one.
    pub(super) fn at<T>(&self, place: Location, work: impl FnOnce() -> T) -> T {
        let before = self.here.replace(Some(place));
        let found = work();
        self.here.replace(before);
        found
    }

    /// Notes that a name leads nowhere.
    pub(super) fn miss(&self, what: String, reason: String) -> Value {
        let at = self.here.borrow().clone();
        let value = Value::because(format!("`{what}`: {reason}"));
        self.missing.borrow_mut().insert(Missing { what, reason, at });
        value
    }
}
