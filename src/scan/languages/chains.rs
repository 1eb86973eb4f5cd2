//! What the steps of a chain of calls, and callbacks, do with the failure of the call that they follow.

use std::sync::Arc;

use super::fate::{fate, follow, judge};
use super::sketch::{Closure, Invocation, Kind};
use super::words::{self, Rescue};
use crate::scan::code::{Fate, FateKind};

/// A failure that is handed on: what the surroundings do with it, or, where they do nothing, the line that hands it on.
pub(super) fn passed(around: &Fate, line: u32) -> Fate {
    if around.kind == FateKind::Passed { fate(FateKind::Passed, line) } else { around.clone() }
}

/// What the function that a chain's step is given does with the failure of the steps before it.
pub(super) fn rescued(name: &str, call: &Invocation, around: &Fate, line: u32) -> Option<Fate> {
    // `then(onOk, onFailure)`.
    let (rescue, handler) = match words::rescue(name) {
        Some(rescue) => (rescue, call.arguments.last()),
        None if name == "then" && call.arguments.len() == 2 => (Rescue::ByFunction, call.arguments.get(1)),
        None => return None,
    };
    let found = match rescue {
        Rescue::Replaces => fate(FateKind::Replaced, line),
        Rescue::Drops => fate(FateKind::Ignored, line),
        Rescue::ByFunction => match handler.map(|one| (&one.value.kind, &one.value)) {
            Some((Kind::Closure(closure), _)) => {
                let error = closure.parameters.first().map(|name| &**name);
                judge_closure(closure, error)
            }
            Some((_, value)) => {
                let path = value.path().unwrap_or_default();
                if words::passes(&path) {
                    fate(FateKind::Passed, value.line)
                } else if words::exits(&path) {
                    fate(FateKind::Fatal, value.line)
                } else if words::logs(&path) {
                    fate(FateKind::Ignored, value.line)
                } else {
                    fate(FateKind::Unknown, value.line)
                }
            }
            None => return None,
        },
    };
    let found = fate(found.kind, if found.line == 0 { line } else { found.line });
    Some(if found.kind == FateKind::Passed { passed(around, found.line) } else { found })
}

fn judge_closure(closure: &Closure, error: Option<&str>) -> Fate {
    judge(&closure.body, error, closure.is_expression)
}

/// Whether a function takes a failure first, as those do that are given the outcome of a call.
pub(super) fn is_callback(closure: &Closure) -> bool {
    closure.parameters.first().is_some_and(|name| words::is_error(name) && &**name != "e")
}

/// Whether a call keeps a function for later: `on('error', (err) => …)`.
pub(super) fn registers(path: &[Arc<str>]) -> bool {
    path.last()
        .is_some_and(|name| matches!(&**name, "on" | "once" | "use" | "addListener" | "addEventListener" | "catch"))
}

/// What a callback `(err, result) => …` does with the failure of the call that it is given to.
pub(super) fn fate_by_callback(call: &Invocation) -> Option<Fate> {
    let Kind::Closure(closure) = &call.arguments.last()?.value.kind else { return None };
    let name = closure.parameters.first().filter(|_| is_callback(closure))?;
    if call.target.last_name().is_some_and(|name| registers(std::slice::from_ref(name))) {
        return None;
    }
    Some(follow(name, closure.body.statements()).unwrap_or_else(|| {
        let kind = if closure.body.mentions(name) { FateKind::Unknown } else { FateKind::Ignored };
        fate(kind, closure.body.line)
    }))
}
