//! What becomes of failures: of calls, in branches that ask for them and in attempts that catch them.

use super::{Collector, Ctx};
use crate::scan::code::{Fate, FateKind, Part};
use crate::scan::languages::chains::passed;
use crate::scan::languages::dialect::Failure;
use crate::scan::languages::fate::{called_path, decide, fate, follow, judge, leaves, tells};
use crate::scan::languages::lookahead::{assigned, failing, if_nothing};
use crate::scan::languages::sketch::{Assign, Attempt, Branch, Handler, Kind, Sketch};
use crate::scan::languages::words;

impl Collector<'_> {
    /// What becomes of a failure in a statement, from what comes after it.
    pub(super) fn fate_of(&self, one: &Sketch, after: &[Sketch], ctx: &Ctx) -> Fate {
        match self.dialect.failure {
            Failure::Exception => ctx.fate.clone(),
            Failure::Promise => self.fate_of_dropped(one, ctx),
            Failure::Value => match &one.kind {
                Kind::Assign(assign) => self.fate_of_result(assign, after, one.line, ctx),
                Kind::Return(_) => passed(&ctx.edge, one.line),
                Kind::Call(_) => {
                    let path = called_path(one).unwrap_or_default();
                    let ends = words::exits(&path) || words::insists(&path);
                    if ctx.edge.kind == FateKind::Detached {
                        ctx.edge.clone()
                    } else {
                        fate(if ends { FateKind::Fatal } else { FateKind::Ignored }, one.line)
                    }
                }
                _ => Fate::default(),
            },
        }
    }

    /// What becomes of the failure among values that are assigned: Go.
    pub(super) fn fate_of_result(&self, assign: &Assign, after: &[Sketch], line: u32, ctx: &Ctx) -> Fate {
        let Some(last) = assign.targets.last() else { return fate(FateKind::Ignored, line) };
        if &*last.name == "_" {
            return fate(FateKind::Ignored, line);
        }
        if !tells(&last.name) {
            return Fate::default();
        }
        let found = follow(&last.name, after).unwrap_or_default();
        self.settle(found, ctx)
    }

    /// What a fate within a closure or a loop means in the end.
    pub(super) fn settle(&self, found: Fate, ctx: &Ctx) -> Fate {
        match (found.kind, &ctx.resort) {
            (FateKind::Passed, _) => passed(&ctx.edge, found.line),
            (FateKind::Ignored, Some(resort)) => resort.clone(),
            _ => found,
        }
    }

    /// A call as a statement of its own is waited for only if it says so: JavaScript.
    pub(super) fn fate_of_dropped(&self, one: &Sketch, ctx: &Ctx) -> Fate {
        match &one.kind {
            Kind::Call(_) => {
                let path = called_path(one).unwrap_or_default();
                let last = path.last().map(|name| &**name).unwrap_or_default();
                let is_promise = matches!(last, "then" | "finally" | "fetch")
                    || path.first().is_some_and(|first| &**first == "axios")
                    || self.awaited.contains(last);
                match is_promise {
                    true if self.open.len() == 1 => ctx.fate.clone(),
                    true => fate(FateKind::Detached, one.line),
                    false if path.len() > 1 && ctx.fate == fate(FateKind::Passed, 0) => Fate::default(),
                    false => ctx.fate.clone(),
                }
            }
            // What is returned and not waited for fails after the attempt around it has ended.
            Kind::Return(Some(value)) if self.open.last().is_some_and(|open| open.is_async) => match value.kind {
                Kind::Call(_) => passed(&ctx.edge, one.line),
                _ => ctx.fate.clone(),
            },
            _ => ctx.fate.clone(),
        }
    }

    pub(super) fn branch(&mut self, branch: &Branch, after: &[Sketch], ctx: &Ctx) -> Vec<Part> {
        if let Some(before) = &branch.before {
            let mut inner = ctx.clone();
            inner.fate = match &before.kind {
                Kind::Assign(assign) if self.dialect.failure == Failure::Value => {
                    let name = assign.targets.last().map(|target| &*target.name).unwrap_or_default();
                    self.settle(decide(branch, name, after).unwrap_or_default(), ctx)
                }
                _ => self.fate_of(before, &[], ctx),
            };
            self.statement(before, &inner);
        }
        let condition = self.value(&branch.condition, ctx);
        self.loose(condition);
        let mut parts = self.value(&branch.then, ctx);
        parts.extend(branch.otherwise.iter().flat_map(|other| self.value(other, ctx)).collect::<Vec<_>>());
        parts
    }

    pub(super) fn attempt(&mut self, attempt: &Attempt, after: &[Sketch], ctx: &Ctx) -> Vec<Part> {
        let caught = self.caught(attempt, after, ctx);
        let mut parts = self.value(&attempt.body, &Ctx { fate: caught, ..ctx.clone() });
        for handler in &attempt.handlers {
            parts.extend(self.value(&handler.body, ctx));
        }
        for rest in &attempt.rest {
            self.statement(rest, ctx);
        }
        parts
    }

    /// What becomes of a failure in an attempt: what the least forgiving of its handlers does.
    fn caught(&self, attempt: &Attempt, after: &[Sketch], ctx: &Ctx) -> Fate {
        let is_local = |one: &&Handler| one.catches.is_empty() || !one.catches.iter().all(|kind| words::is_local(kind));
        let judged = attempt.handlers.iter().filter(is_local).map(|one| {
            let mut found = judge(&one.body, one.error.as_deref(), one.gives);
            found.line = if found.line == 0 { one.line } else { found.line };
            let goes_on = matches!(found.kind, FateKind::Ignored | FateKind::Replaced) && !leaves(&one.body);
            if let Some(later) = in_the_end(attempt, after).filter(|_| goes_on) {
                return if later.kind == FateKind::Passed { passed(&ctx.fate, later.line) } else { later };
            }
            if found.kind == FateKind::Ignored && goes_on {
                found = self.settle(found, ctx);
            }
            found
        });
        let hardness = |found: &Fate| match found.kind {
            FateKind::Fatal => 5,
            FateKind::Passed => 4,
            FateKind::Unknown => 3,
            FateKind::Replaced => 2,
            FateKind::Ignored | FateKind::Detached => 1,
        };
        match judged.max_by_key(hardness) {
            None => ctx.fate.clone(),
            Some(found) if found.kind == FateKind::Passed => passed(&ctx.fate, found.line),
            Some(found) => found,
        }
    }
}

/// What comes after an attempt whose handlers go on, where that is to fail: what the attempt should have given is asked
/// for and is nothing, or the attempt itself would have left.
fn in_the_end(attempt: &Attempt, after: &[Sketch]) -> Option<Fate> {
    let mut names = Vec::new();
    assigned(&attempt.body, &mut names);
    let missing = names.iter().find_map(|name| if_nothing(name, after));
    let last = || after.iter().find(|one| matches!(one.kind, Kind::Return(Some(_)) | Kind::Throw(_)));
    missing.or_else(|| last().filter(|_| leaves(&attempt.body)).and_then(failing))
}
