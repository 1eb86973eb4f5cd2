//! Functions, types and what gets a value.

use super::{Collector, Ctx};
use crate::scan::code::{Binding, FateKind, Function, Part, Role, Type};
use crate::scan::languages::dialect::Failure;
use crate::scan::languages::fate::fate;
use crate::scan::languages::sketch::{Assign, Kin, Kind, Routine, Sketch, Target};

impl Collector<'_> {
    pub(super) fn routine(&mut self, routine: &Routine, line: u32) -> Vec<Part> {
        let around = self.open.last_mut();
        let inherited = around.as_ref().and_then(|open| open.function.owner.clone());
        let is_test = around.as_ref().is_some_and(|open| open.function.role == Role::Test);
        if let Some(open) = around {
            open.holds_functions |= !open.function.name.is_empty();
        }
        let function = Function {
            name: routine.name.clone(),
            owner: routine.owner.clone().or(inherited),
            parameters: routine.parameters.clone(),
            role: if is_test { Role::Test } else { routine.role },
            exposed: routine.exposed,
            gives_future: routine.gives_future,
            line,
            end: routine.end,
            ..Function::default()
        };
        self.enter(function, routine.bytes.clone(), routine.is_async);
        let mut ctx = self.outset();
        if let Some(line) = routine.fallback {
            ctx.edge = fate(FateKind::Replaced, line);
            ctx.fate = if self.dialect.failure == Failure::Value { ctx.fate } else { ctx.edge.clone() };
        }
        self.statements(routine.body.statements(), &ctx);
        self.leave();
        Vec::new()
    }

    pub(super) fn kin(&mut self, kin: &Kin, line: u32) -> Vec<Part> {
        self.module.types.push(Type {
            name: kin.name.clone(),
            bases: kin.bases.clone(),
            fields: kin.fields.clone(),
            line,
        });
        let role = if kin.is_test { Role::Test } else { Role::Initialiser };
        let initialiser = Function { owner: Some(kin.name.clone()), role, line, end: kin.end, ..Function::default() };
        self.enter(initialiser, kin.bytes.clone(), false);
        let ctx = self.outset();
        self.statements(&kin.members, &ctx);
        self.leave();
        // `repository = …` in a method gives the field a value where the object need not be named.
        let is_field = |binding: &&mut Binding| kin.fields.iter().any(|(name, _)| *name == binding.name);
        for function in self.module.functions.iter_mut().filter(|one| one.owner.as_ref() == Some(&kin.name)) {
            function.bindings.iter_mut().filter(is_field).for_each(|binding| binding.is_shared = true);
        }
        Vec::new()
    }

    pub(super) fn assign(&mut self, assign: &Assign, line: u32, ctx: &Ctx) -> Vec<Part> {
        let whole = assign.targets.first().filter(|_| is_written_out(&assign.value));
        let value = match whole {
            Some(object) => self.entries(object, &assign.value, line, ctx),
            None => self.given(&assign.value, ctx),
        };
        let is_whole = whole.is_some();
        if let Some(open) = self.open.last_mut() {
            let outside = open.function.name.is_empty() && open.gives.is_empty();
            for target in assign.targets.iter().filter(|target| &*target.name != "_") {
                let is_shared = target.is_shared || outside;
                let bound = Binding::new(target.name.clone(), is_shared, value.clone(), line);
                open.function.bindings.push(Binding { is_whole, ..bound });
            }
        }
        value
    }

    /// Binds the entries of an object that is written out; all its parts.
    pub(super) fn entries(&mut self, object: &Target, value: &Sketch, line: u32, ctx: &Ctx) -> Vec<Part> {
        let Kind::Pairs(entries) = &value.kind else { return self.given(value, ctx) };
        let mut all = Vec::new();
        for entry in entries {
            let Some(name) = &entry.name else {
                all.extend(self.given(&entry.value, ctx));
                continue;
            };
            let is_whole = is_written_out(&entry.value);
            let inner = Target { name: name.clone(), is_shared: object.is_shared };
            let parts = match is_whole {
                true => self.entries(&inner, &entry.value, line, ctx),
                false => self.given(&entry.value, ctx),
            };
            if let Some(open) = self.open.last_mut() {
                let is_shared = object.is_shared || open.function.name.is_empty() && open.gives.is_empty();
                let bound = Binding::new(name.clone(), is_shared, parts.clone(), line);
                open.function.bindings.push(Binding { of: Some(object.name.clone()), is_whole, ..bound });
            }
            all.extend(parts);
        }
        all
    }
}

/// Whether an expression is an object that is written out with the names of its entries.
fn is_written_out(value: &Sketch) -> bool {
    matches!(&value.kind, Kind::Pairs(entries) if entries.iter().any(|entry| entry.name.is_some()))
}
