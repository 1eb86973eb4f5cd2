//! Calls: what is called, what it is given, and the closures among that.

use std::sync::Arc;

use super::{Collector, Ctx};
use crate::scan::code::{Argument, Call, Fate, FateKind, Part};
use crate::scan::languages::chains::{fate_by_callback, is_callback, registers, rescued};
use crate::scan::languages::dialect::Failure;
use crate::scan::languages::fate::{called_path, fate};
use crate::scan::languages::lookahead::waits;
use crate::scan::languages::sketch::{Closure, Given, Invocation, Kind, Sketch};
use crate::scan::languages::words;

impl Collector<'_> {
    pub(super) fn call(&mut self, sketch: &Sketch, call: &Invocation, ctx: &Ctx) -> Vec<Part> {
        if let Kind::Closure(closure) = &call.target.kind {
            // Called where it stands.
            let inner = Ctx { edge: ctx.fate.clone(), ..ctx.clone() };
            let parts = self.closure(closure, &inner);
            call.arguments.iter().for_each(|one| drop(self.value(&one.value, ctx)));
            return parts;
        }
        if let Some((places, template, given)) = self.template(call) {
            return self.format(sketch, template, given, places, ctx);
        }
        let (path, receiver) = self.target(&call.target, call, ctx);
        let whole = called_path(sketch).unwrap_or_else(|| path.clone());
        let mut fate = ctx.fate.clone();
        if self.dialect.failure == Failure::Promise
            && let Some(found) = fate_by_callback(call)
        {
            fate = found;
        }
        if words::detaches(&whole) && self.dialect.failure != Failure::Value && call.makes && !ctx.awaited {
            fate = self::fate(FateKind::Detached, sketch.line);
        }
        let mut arguments = Vec::new();
        for one in &call.arguments {
            self.argument(one, &whole, sketch.line, &Ctx { fate: fate.clone(), ..ctx.clone() }, &mut arguments);
        }
        if words::detaches(&whole) {
            self.handed(call, sketch, ctx);
        }
        let Some(open) = self.open.last_mut() else { return Vec::new() };
        if path.is_empty() {
            return receiver.map(Part::Call).into_iter().collect();
        }
        let (line, column) = (sketch.line, sketch.column);
        open.function.calls.push(Call {
            path,
            receiver,
            makes: call.makes,
            arguments,
            fate,
            empty: Fate::default(),
            is_dropped: false,
            deferred: ctx.deferred,
            line,
            column,
        });
        vec![Part::Call(open.function.calls.len() - 1)]
    }

    /// A function that another thread is given by its name is called there: `Thread(target=work)`.
    fn handed(&mut self, call: &Invocation, at: &Sketch, ctx: &Ctx) {
        let target = call.arguments.iter().find(|one| one.name.as_deref() == Some("target"));
        let first = || call.arguments.first().filter(|one| one.name.is_none());
        let Some(path) = target.or_else(first).and_then(|one| one.value.path()) else { return };
        let fate = if ctx.awaited { ctx.fate.clone() } else { fate(FateKind::Detached, at.line) };
        let Some(open) = self.open.last_mut() else { return };
        let (line, column) = (at.line, at.column);
        let (empty, deferred) = (Fate::default(), ctx.deferred);
        let arguments = Vec::new();
        let (receiver, makes, is_dropped) = (None, false, false);
        open.function.calls.push(Call {
            path,
            receiver,
            makes,
            arguments,
            fate,
            empty,
            is_dropped,
            deferred,
            line,
            column,
        });
    }

    /// What is called: its path, and the call that it is a method of.
    fn target(&mut self, target: &Sketch, call: &Invocation, ctx: &Ctx) -> (Vec<Arc<str>>, Option<usize>) {
        let mut names = Vec::new();
        let mut here = target;
        let receiver = loop {
            match &here.kind {
                Kind::Name(name) => {
                    names.push(name.clone());
                    break None;
                }
                Kind::Member(object, name) => {
                    names.push(name.clone());
                    here = object;
                }
                Kind::Index(object, index) => {
                    let parts = self.value(index, ctx);
                    self.loose(parts);
                    here = object;
                }
                Kind::Await(inner) => here = inner,
                Kind::Nothing => break None,
                _ => {
                    let fate = names.last().and_then(|name: &Arc<str>| rescued(name, call, &ctx.fate, here.line));
                    let awaited = ctx.awaited || names.last().is_some_and(|name| waits(name));
                    let fate = fate.unwrap_or_else(|| ctx.fate.clone());
                    let parts = self.value(here, &Ctx { fate, awaited, ..ctx.clone() });
                    let receiver =
                        parts.iter().rev().find_map(|part| if let Part::Call(at) = part { Some(*at) } else { None });
                    self.loose(parts);
                    break receiver;
                }
            }
        };
        names.reverse();
        (names, receiver)
    }

    fn argument(&mut self, one: &Given, path: &[Arc<str>], line: u32, ctx: &Ctx, found: &mut Vec<Argument>) {
        match &one.value.kind {
            Kind::Pairs(given) if one.name.is_none() => {
                for entry in given {
                    let value = self.given(&entry.value, ctx);
                    found.push(Argument { name: entry.name.clone(), value });
                }
            }
            Kind::Closure(closure) => {
                let value = if words::detaches(path) && !ctx.awaited {
                    let end = fate(FateKind::Detached, line);
                    self.closure(closure, &Ctx { fate: end.clone(), edge: end, resort: None, ..ctx.clone() })
                } else if self.dialect.failure == Failure::Promise && is_callback(closure) && !registers(path) {
                    // What comes after the call, written into it.
                    self.closure(closure, &Ctx { resort: None, deferred: ctx.deferred, ..self.outset() })
                } else if words::at_once(path) || words::detaches(path) {
                    // A call of Go that stands alone gives no failure: what becomes of that of the closure is not said,
                    // but for groups, which keep it for those who wait.
                    let is_group = path.last().is_some_and(|name| &**name == "Go");
                    let edge = match (self.dialect.failure, ctx.fate.kind) {
                        (_, FateKind::Unknown) => ctx.edge.clone(),
                        (Failure::Value, FateKind::Ignored) if is_group => ctx.edge.clone(),
                        (Failure::Value, FateKind::Ignored) => Fate::default(),
                        _ => ctx.fate.clone(),
                    };
                    let fate = if self.dialect.failure == Failure::Value { Fate::default() } else { ctx.fate.clone() };
                    self.closure(closure, &Ctx { fate, edge, ..ctx.clone() })
                } else {
                    self.closure(closure, &Ctx { deferred: true, resort: None, ..self.outset() })
                };
                found.push(Argument { name: one.name.clone(), value });
            }
            _ => {
                let detached = words::detaches(path) && !ctx.awaited && matches!(one.value.kind, Kind::Call(_));
                let end = if detached { fate(FateKind::Detached, line) } else { ctx.fate.clone() };
                let value = self.given(&one.value, &Ctx { fate: end, ..ctx.clone() });
                found.push(Argument { name: one.name.clone(), value });
            }
        }
    }

    /// Reads the body of a closure; what it gives.
    pub(super) fn closure(&mut self, closure: &Closure, ctx: &Ctx) -> Vec<Part> {
        if let Some(open) = self.open.last_mut() {
            open.gives.push(Vec::new());
        }
        let ctx = &Ctx { awaited: false, ..ctx.clone() };
        let mut given = Vec::new();
        if closure.is_expression {
            let inner = match self.dialect.failure {
                Failure::Value => Ctx { fate: ctx.edge.clone(), ..ctx.clone() },
                _ => ctx.clone(),
            };
            given = self.value(&closure.body, &inner);
        } else {
            self.statements(closure.body.statements(), ctx);
        }
        given.extend(self.open.last_mut().and_then(|open| open.gives.pop()).unwrap_or_default());
        given
    }

    pub(super) fn reference(&mut self, sketch: &Sketch, ctx: &Ctx) -> Vec<Part> {
        if let Kind::Index(_, index) = &sketch.kind {
            let parts = self.value(index, ctx);
            self.loose(parts);
        }
        match (sketch.path(), &sketch.kind) {
            (Some(path), _) => {
                // An element under a fixed text is no name in the tree.
                if let Some(open) = self.open.last_mut() {
                    open.function.mentions.extend(path.iter().skip(1).cloned());
                }
                vec![Part::Name(path)]
            }
            (None, Kind::Member(object, _) | Kind::Index(object, _)) => self.value(object, ctx),
            _ => Vec::new(),
        }
    }
}
