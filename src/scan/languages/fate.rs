//! What a function does with a failure, read from the statements that deal with it.

use std::sync::Arc;

use super::sketch::{Bit, Branch, Kind, Sketch};
use super::words;
use crate::scan::code::{Fate, FateKind};

/// A fate at a line.
pub(super) fn fate(kind: FateKind, line: u32) -> Fate {
    Fate { kind, line }
}

/// What statements show when they are run because of a failure.
#[derive(Default)]
struct Signs {
    exits: Option<u32>,
    passes: Option<u32>,
    answers: Option<u32>,
    replaces: Option<u32>,
    unclear: Option<u32>,
    ends: Option<u32>,
    first: Option<u32>,
}

/// What statements that run because of a failure do with it. `error` is its name in them, `gives` whether their last
/// expression is the value of the whole.
pub(super) fn judge(body: &Sketch, error: Option<&str>, gives: bool) -> Fate {
    if gives && matches!(body.kind, Kind::Nothing) {
        return fate(FateKind::Replaced, body.line);
    }
    let mut signs = Signs::default();
    read(body, error, &mut signs);
    if gives && let Some(last) = body.statements().last() {
        let is_value = match &last.kind {
            Kind::Call(_) => false,
            Kind::Nothing | Kind::Number(_) | Kind::Name(_) | Kind::Member(..) | Kind::Text(_) | Kind::Join(_) => true,
            Kind::Pairs(_) | Kind::Group(_) => true,
            _ => false,
        };
        if is_value {
            signs.replaces.get_or_insert(last.line);
        }
    }
    let order = [
        (FateKind::Fatal, signs.exits),
        (FateKind::Passed, signs.passes),
        (FateKind::Fatal, signs.answers),
        (FateKind::Replaced, signs.replaces),
        (FateKind::Unknown, signs.unclear),
        (FateKind::Unknown, signs.ends),
    ];
    let found = order.into_iter().find_map(|(kind, line)| line.map(|line| fate(kind, line)));
    found.unwrap_or_else(|| fate(FateKind::Ignored, signs.first.unwrap_or(body.line)))
}

fn read(part: &Sketch, error: Option<&str>, signs: &mut Signs) {
    let line = part.line;
    if !matches!(part.kind, Kind::Block(_) | Kind::Nothing) {
        signs.first.get_or_insert(line);
    }
    match &part.kind {
        Kind::Throw(_) => {
            signs.passes.get_or_insert(line);
        }
        Kind::Return(None) => {
            signs.ends.get_or_insert(line);
        }
        Kind::Return(Some(value)) => given_back(value, error, line, signs),
        Kind::Hand(value) if carries(value, error) => {
            signs.passes.get_or_insert(line);
        }
        Kind::Call(_) | Kind::Await(_) | Kind::Mute(_) => called(part, error, signs),
        Kind::Assign(assign) => {
            if carries(&assign.value, error) {
                // It is kept for later.
                signs.unclear.get_or_insert(line);
            } else if answered(&assign.value) || assign.targets.iter().any(|to| words::answers(&to.name)) {
                signs.unclear.get_or_insert(line);
            } else if !matches!(&assign.value.kind, Kind::Call(call) if call.target.path().is_some_and(|path| words::logs(&path)))
            {
                signs.replaces.get_or_insert(line);
            }
        }
        Kind::Try(attempt) => {
            // What is tried in its place, unless that only cleans up.
            read(&attempt.body, error, signs);
        }
        Kind::If(branch) => {
            read(&branch.then, error, signs);
            branch.otherwise.iter().for_each(|other| read(other, error, signs));
        }
        Kind::Block(all) | Kind::Group(all) => all.iter().for_each(|inner| read(inner, error, signs)),
        Kind::Loop { body, .. } => read(body, error, signs),
        _ => {}
    }
}

fn given_back(value: &Sketch, error: Option<&str>, line: u32, signs: &mut Signs) {
    let path = called_path(value);
    let path = path.as_deref().unwrap_or_default();
    let slot = if words::exits(path) {
        &mut signs.exits
    } else if is_failure(value, error) {
        &mut signs.passes
    } else if answered(value) {
        &mut signs.answers
    } else if words::logs(path) {
        // `return console.error(e)` gives nothing.
        signs.first.get_or_insert(line);
        return;
    } else if carries(value, error) || tells_of_failure(value) {
        &mut signs.answers
    } else {
        &mut signs.replaces
    };
    slot.get_or_insert(line);
}

/// Whether a text in a value says that something has failed: `"Payment failed"`.
fn tells_of_failure(value: &Sketch) -> bool {
    let says = |letters: &str| {
        let letters = letters.to_lowercase();
        letters.contains(' ')
            && ["failed", "failure", "error", "unable to", "could not", "unavailable", "try again"]
                .iter()
                .any(|word| letters.contains(word))
    };
    value.any(&mut |part| match &part.kind {
        Kind::Text(bits) => bits.iter().any(|bit| matches!(bit, Bit::Fixed(letters) if says(letters))),
        _ => false,
    })
}

/// Whether a value that is given back is itself a failure: `err`, `fmt.Errorf(…)`, `new Error(…)`, `Promise.reject(e)`.
fn is_failure(value: &Sketch, error: Option<&str>) -> bool {
    match &value.kind {
        Kind::Name(name) => Some(&**name) == error || words::is_error(name),
        Kind::Group(all) => all.last().is_some_and(|last| is_failure(last, error)),
        Kind::Call(call) => {
            let path = called_path(value).unwrap_or_default();
            let name = path.last().map(|name| &**name).unwrap_or_default();
            let wraps =
                ["Errorf", "Error", "Wrap", "Wrapf", "error", "failure", "failed", "NewError", "New"].contains(&name);
            (words::passes(&path) && call.arguments.iter().any(|one| carries(&one.value, error)))
                || (wraps
                    && path.len() < 3
                    && (name != "New" || path.first().is_some_and(|first| &**first == "errors")))
                || (name.ends_with("Exception") || name.ends_with("Error")) && (call.makes || wraps)
                || name == "reject"
        }
        Kind::Member(_, name) => words::is_error(name) && name.starts_with("Err"),
        Kind::Await(inner) => is_failure(inner, error),
        _ => false,
    }
}

fn called(part: &Sketch, error: Option<&str>, signs: &mut Signs) {
    let line = part.line;
    let Some(path) = called_path(part) else {
        signs.unclear.get_or_insert(line);
        return;
    };
    let slot = if words::exits(&path) {
        &mut signs.exits
    } else if words::logs(&path) && !carries_answer(part) {
        return;
    } else if words::passes(&path) && (error.is_some() || path.last().is_some_and(|name| &**name == "reject")) {
        &mut signs.passes
    } else if answered(part) {
        &mut signs.answers
    } else if words::insists(&path) {
        &mut signs.exits
    } else if words::gives_answer(&path) && !carries(part, error) && !says_how_it_went(part) {
        &mut signs.replaces
    } else {
        let name = path.last().map(|name| name.to_lowercase()).unwrap_or_default();
        if name.contains("fallback") || name.contains("default") { &mut signs.replaces } else { &mut signs.unclear }
    };
    slot.get_or_insert(line);
}

/// Whether an answer tells whether all went well: in words, or under a name for that.
fn says_how_it_went(part: &Sketch) -> bool {
    let is_word = |name: &str| {
        let name = name.to_lowercase();
        ["ok", "success", "succeeded", "message", "msg", "reason", "detail", "status", "healthy"]
            .contains(&name.as_str())
    };
    let named = |inner: &Sketch| match &inner.kind {
        Kind::Pairs(all) => all.iter().any(|one| one.name.as_deref().is_some_and(is_word)),
        _ => false,
    };
    tells_of_failure(part) || part.any(&mut |inner| named(inner))
}

/// Whether something that also looks like writing to a log answers a request: `res.status(500).end()`.
fn carries_answer(part: &Sketch) -> bool {
    let Kind::Call(call) = &part.kind else { return false };
    let status =
        matches!(&call.target.kind, Kind::Member(inner, _) if matches!(inner.kind, Kind::Call(_)) && answered(inner));
    let names_response = call.target.path().is_some_and(|path| {
        path.first().is_some_and(|first| ["res", "response", "w", "ctx", "c", "reply", "context"].contains(&&**first))
    });
    status || (names_response && part.any(&mut |inner| matches!(inner.kind, Kind::Number(400..=599))))
}

/// Whether an expression says that a request has failed: a status from 400 on, or a word for it.
fn answered(part: &Sketch) -> bool {
    part.any(&mut |inner| match &inner.kind {
        Kind::Number(status) => (400..600).contains(status),
        Kind::Member(_, name) => words::answers(name) && !words::logs(std::slice::from_ref(name)),
        Kind::Call(call) => matches!(&call.target.kind, Kind::Name(name) if words::answers(name)),
        Kind::Pairs(all) => all.iter().any(|one| one.name.as_deref().is_some_and(words::answers)),
        _ => false,
    })
}

fn carries(part: &Sketch, error: Option<&str>) -> bool {
    error.is_some_and(|error| part.mentions(error))
}

/// The path of the call that an expression is, without what it is a method of if that is a call.
pub(super) fn called_path(part: &Sketch) -> Option<Vec<Arc<str>>> {
    let call = match &part.kind {
        Kind::Await(inner) | Kind::Mute(inner) => return called_path(inner),
        Kind::Call(call) => call,
        _ => return None,
    };
    if let Some(path) = call.target.path() {
        return Some(path);
    }
    let mut names = Vec::new();
    let mut here = &call.target;
    while let Kind::Member(inner, name) = &here.kind {
        names.push(name.clone());
        here = inner;
    }
    names.reverse();
    // What a chain begins with tells what it is about: `logger.atWarn().log(…)`.
    if let Kind::Call(_) = &here.kind
        && let Some(first) = called_path(here).and_then(|path| path.first().cloned())
    {
        names.insert(0, first);
    }
    (!names.is_empty()).then_some(names)
}

/// Which way a condition goes when a value is a failure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Then,
    Otherwise,
}

fn way(condition: &Sketch, name: &str) -> Option<Way> {
    match &condition.kind {
        Kind::Name(found) if &**found == name => Some(if is_fine(name) { Way::Otherwise } else { Way::Then }),
        Kind::Not(inner) => way(inner, name).map(|way| if way == Way::Then { Way::Otherwise } else { Way::Then }),
        Kind::Test { equal, sides } => {
            let named = sides.iter().any(|side| matches!(&side.kind, Kind::Name(found) if &**found == name));
            let nothing = sides.iter().any(|side| matches!(side.kind, Kind::Nothing));
            (named && nothing).then_some(if *equal { Way::Otherwise } else { Way::Then })
        }
        Kind::Group(all) => all.iter().find_map(|inner| way(inner, name)),
        _ => None,
    }
}

/// Whether a value with this name says that all is well: `x, ok := …`.
fn is_fine(name: &str) -> bool {
    name == "ok" || name == "found" || name == "success"
}

/// Whether a value with this name tells of success or failure.
pub(super) fn tells(name: &str) -> bool {
    is_fine(name) || words::is_error(name)
}

/// What is done with a failure of this name by the statements that come after it got its value; `None` if they don't say.
pub(super) fn follow(name: &str, after: &[Sketch]) -> Option<Fate> {
    let mut logged = None;
    for (at, statement) in after.iter().enumerate() {
        let rest = after.get(at + 1..).unwrap_or_default();
        match &statement.kind {
            Kind::If(branch) if branch.condition.mentions(name) => {
                if branch.before.as_ref().is_some_and(|before| assigns(before, name)) {
                    break;
                }
                if let Some(found) = decide(branch, name, rest) {
                    return Some(found);
                }
            }
            Kind::Return(Some(value)) if value.mentions(name) => return Some(fate(FateKind::Passed, statement.line)),
            Kind::Return(_) | Kind::Throw(_) => break,
            Kind::Hand(value) if value.mentions(name) => return Some(fate(FateKind::Passed, statement.line)),
            Kind::Call(_) if statement.mentions(name) => {
                let path = called_path(statement).unwrap_or_default();
                if words::exits(&path) || words::insists(&path) {
                    return Some(fate(FateKind::Fatal, statement.line));
                }
                if !words::logs(&path) {
                    return Some(fate(FateKind::Unknown, statement.line));
                }
                logged = Some(fate(FateKind::Ignored, statement.line));
            }
            _ if assigns(statement, name) => break,
            _ => {}
        }
    }
    logged
}

fn assigns(statement: &Sketch, name: &str) -> bool {
    matches!(&statement.kind, Kind::Assign(assign) if assign.targets.iter().any(|target| &*target.name == name))
}

/// What a branch over a failure of this name does with it; `rest` comes after the branch.
pub(super) fn decide(branch: &Branch, name: &str, rest: &[Sketch]) -> Option<Fate> {
    let fails = match (way(&branch.condition, name)?, &branch.otherwise) {
        (Way::Then, _) => &branch.then,
        (Way::Otherwise, Some(otherwise)) => otherwise,
        (Way::Otherwise, None) if leaves(&branch.then) => return Some(left_over(name, rest, branch.then.line)),
        (Way::Otherwise, None) => return Some(fate(FateKind::Ignored, branch.condition.line)),
    };
    let mut found = judge(fails, Some(name), false);
    // A way out without a value: what it means depends on who gave the failure its name.
    if found.kind == FateKind::Unknown && rest.iter().all(only_logs) && only_ends(fails) {
        found.kind = FateKind::Ignored;
    }
    Some(found)
}

fn only_logs(part: &Sketch) -> bool {
    // What is written to something that is no log may be the answer: `conn.Write(…)`.
    const WRITES: &[&str] = &["write", "writestring", "writeline", "end", "report", "add", "finish", "flush"];
    let writes = |path: &[Arc<str>]| {
        let name = path.last().map(|name| name.to_lowercase()).unwrap_or_default();
        WRITES.contains(&name.as_str()) && !words::is_log(path)
    };
    called_path(part).is_some_and(|path| words::logs(&path) && !writes(&path))
        && !carries_answer(part)
        && !writes_answer(part)
}

/// Whether a call writes to the answer of a request: `w.Write(…)`, `fmt.Fprint(w, …)`.
fn writes_answer(part: &Sketch) -> bool {
    const NAMES: &[&str] = &["w", "rw", "res", "resp", "response", "writer", "out", "reply", "ctx", "c"];
    let by_path = called_path(part).is_some_and(|path| path.first().is_some_and(|first| NAMES.contains(&&**first)));
    by_path || NAMES.iter().any(|name| part.mentions(name))
}

fn only_ends(body: &Sketch) -> bool {
    body.statements().iter().all(|part| match &part.kind {
        Kind::Return(None) => true,
        Kind::Call(_) => called_path(part).is_some_and(|path| words::logs(&path)),
        _ => false,
    })
}

/// What the statements after a branch that leaves on success do: they run only on failure.
fn left_over(name: &str, rest: &[Sketch], line: u32) -> Fate {
    let first = rest.iter().find(|part| {
        matches!(part.kind, Kind::Return(_) | Kind::Throw(_) | Kind::Assign(_) | Kind::If(_) | Kind::Call(_))
            && !called_path(part).is_some_and(|path| words::logs(&path))
    });
    first.map_or_else(|| fate(FateKind::Ignored, line), |part| judge(part, Some(name), false))
}

/// Whether a statement's last step is a way out of the function or the loop.
pub(super) fn leaves(body: &Sketch) -> bool {
    body.statements().last().is_some_and(|last| match &last.kind {
        Kind::Return(_) | Kind::Throw(_) | Kind::Leave { .. } => true,
        Kind::Call(_) => called_path(last).is_some_and(|path| words::exits(&path)),
        _ => false,
    })
}

/// What the end of a loop means for an attempt in it that succeeds by leaving the loop, and otherwise goes on.
pub(super) fn last_resort(body: &Sketch, endless: bool, after: &[Sketch], line: u32) -> Option<Fate> {
    let leaving = body.statements().iter().find_map(success)?;
    Some(match leaving {
        _ if endless => fate(FateKind::Fatal, line),
        Kind::Return(_) if !after.is_empty() => {
            let signs = after.iter().map(|part| judge(part, None, false)).find(|found| found.kind != FateKind::Ignored);
            signs.unwrap_or_else(|| fate(FateKind::Ignored, line))
        }
        Kind::Return(_) => fate(FateKind::Ignored, line),
        _ => fate(FateKind::Unknown, line),
    })
}

/// The way out that is taken when an attempt succeeds.
fn success(statement: &Sketch) -> Option<&Kind> {
    match &statement.kind {
        Kind::Return(Some(_)) | Kind::Leave { ends: true } => Some(&statement.kind),
        Kind::Try(attempt) => attempt
            .body
            .statements()
            .iter()
            .chain(attempt.rest.iter().flat_map(|rest| rest.statements()))
            .find_map(success),
        Kind::If(branch) if branch.condition.any(&mut |part| matches!(&part.kind, Kind::Name(name) if tells(name))) => {
            branch.then.statements().iter().find_map(success)
        }
        _ => None,
    }
}
