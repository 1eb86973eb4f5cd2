//! What later statements make of what a call gives: whether they wait for it, and what they do where it is nothing.

use super::fate::judge;
use super::sketch::{Bit, Kind, Sketch, Target};
use crate::scan::code::{Fate, FateKind};

/// Steps that wait for what another thread or task does.
const WAITS: &[&str] = &[
    "get",
    "join",
    "result",
    "wait",
    "await",
    "value",
    "gather",
    "ascompleted",
    "waitall",
    "whenall",
    "whenany",
    "allof",
    "awaitall",
    "joinall",
    "getawaiter",
    "getresult",
];

/// Ways to ask whether something is nothing, by the last part of their name in small letters.
const ASKS: &[&str] =
    &["isempty", "isblank", "empty", "blank", "nil", "isnull", "isnullorempty", "isnullorwhitespace", "isundefined"];

fn plain(name: &str) -> String {
    name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a step of this name waits for what it is called on.
pub(super) fn waits(name: &str) -> bool {
    WAITS.contains(&&*plain(name))
}

/// Whether statements wait for what one of these names was given.
pub(super) fn is_awaited(targets: &[Target], after: &[Sketch]) -> bool {
    let waits_for = |name: &str| {
        after.iter().filter(|statement| statement.mentions(name)).any(|statement| {
            statement.any(&mut |part| match &part.kind {
                Kind::Await(_) => true,
                Kind::Call(call) => call.target.last_name().is_some_and(|name| waits(name)),
                _ => false,
            })
        })
    };
    targets.iter().any(|target| waits_for(&target.name))
}

/// What statements do where the value of this name is nothing, if that is to fail; `None` if they do something else or
/// do not ask.
pub(super) fn if_nothing(name: &str, after: &[Sketch]) -> Option<Fate> {
    for statement in after {
        if let Kind::Assign(assign) = &statement.kind
            && assign.targets.iter().any(|target| &*target.name == name)
        {
            return None;
        }
        let Kind::If(branch) = &statement.kind else { continue };
        let fails = match lacks(&branch.condition, name) {
            Some(true) => Some(&branch.then),
            Some(false) => branch.otherwise.as_ref(),
            None => continue,
        };
        return fails.and_then(failing);
    }
    None
}

/// What statements show that are run because something is missing: a failure, or nothing of that kind.
pub(super) fn failing(body: &Sketch) -> Option<Fate> {
    let found = judge(body, None, false);
    matches!(found.kind, FateKind::Fatal | FateKind::Passed).then_some(found)
}

/// Whether a condition holds where the value of a name is nothing; `None` where it asks something else.
fn lacks(condition: &Sketch, name: &str) -> Option<bool> {
    match &condition.kind {
        Kind::Name(found) => (&**found == name).then_some(false),
        Kind::Not(inner) => lacks(inner, name).map(|lacks| !lacks),
        Kind::Test { equal, sides } => {
            let [left, right] = &**sides;
            let asks = |value: &Sketch, nothing: &Sketch| is_value(value, name) && is_nothing(nothing);
            (asks(left, right) || asks(right, left)).then_some(*equal)
        }
        Kind::Call(call) => {
            let called = plain(call.target.last_name()?);
            let about = condition.mentions(name);
            let compares = called == "equals" && call.arguments.iter().any(|one| is_empty_text(&one.value));
            (about && (ASKS.contains(&called.as_str()) || compares)).then_some(true)
        }
        Kind::Group(all) => all.iter().find_map(|inner| lacks(inner, name)),
        _ => None,
    }
}

/// Whether an expression is the value of a name, or its length.
fn is_value(part: &Sketch, name: &str) -> bool {
    match &part.kind {
        Kind::Name(found) => &**found == name,
        Kind::Member(inner, of) => matches!(&**of, "length" | "size" | "Length" | "Count") && is_value(inner, name),
        Kind::Call(call) => {
            let measures =
                call.target.last_name().is_some_and(|last| matches!(&**last, "len" | "size" | "length" | "count"));
            measures && part.mentions(name)
        }
        _ => false,
    }
}

fn is_nothing(part: &Sketch) -> bool {
    matches!(part.kind, Kind::Nothing | Kind::Number(0)) || is_empty_text(part)
}

fn is_empty_text(part: &Sketch) -> bool {
    matches!(&part.kind, Kind::Text(bits) if bits.iter().all(|bit| matches!(bit, Bit::Fixed(letters) if letters.is_empty())))
}

/// The names that statements give values to, those in branches and attempts included.
pub(super) fn assigned(part: &Sketch, found: &mut Vec<std::sync::Arc<str>>) {
    match &part.kind {
        Kind::Assign(assign) => found.extend(assign.targets.iter().map(|target| target.name.clone())),
        Kind::Closure(_) => {}
        _ => part.inside().into_iter().for_each(|inner| assigned(inner, found)),
    }
}
