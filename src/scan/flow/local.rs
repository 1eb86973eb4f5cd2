//! What one function does with a value that reaches it, and the functions of the program that it hands it to.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::reached::{Reached, is_blank, is_constant};
use super::{Follower, Of, Ways};
use crate::scan::code::{Argument, Binding, Call, Part};
use crate::scan::verbs::{Deed, deed};
use crate::scan::view::{Id, Site};

/// Rounds over one function after which names that are still being found are left.
const ROUNDS: usize = 6;

/// How deep calls within calls are followed.
const DEEPEST: usize = 12;

/// What one function does with it.
#[derive(Debug, Default)]
pub(super) struct Local {
    pub(super) returns: bool,
    pub(super) outs: BTreeSet<usize>,
    pub(super) shared: BTreeSet<(usize, Arc<str>, Of)>,
    pub(super) uses: Ways,
    pub(super) made: BTreeSet<Site>,
}

impl Follower<'_, '_, '_> {
    /// What a function does with it: with the names that it has at the start, and with all else when `whole`.
    pub(super) fn local(&mut self, id: Id, start: BTreeSet<Arc<str>>, whole: bool, depth: usize) -> Local {
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
        if self.view.is_off(site) {
            return;
        }
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
}
