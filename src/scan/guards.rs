//! Time-outs and retries of calls: they are told beside a need and change nothing of its strength.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::code::{Argument, Call, Function, Part};
use super::flow::Spread;
use super::sources::fixed;
use super::verbs::words;
use super::view::{Id, Site, View};
use crate::model::{Basis, Evidence};
use crate::source::Location;

/// What bounds or repeats a call.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Guard {
    /// A failed call is tried again.
    Retry,
    /// An answer is waited for so long; `None` where the text does not say how long.
    TimeOut(Option<String>),
}

impl Guard {
    fn basis(&self) -> Basis {
        match self {
            Guard::Retry => Basis::Retry,
            Guard::TimeOut(_) => Basis::TimeOut,
        }
    }

    fn note(&self) -> String {
        match self {
            Guard::Retry => "retried".to_owned(),
            Guard::TimeOut(None) => "time-out".to_owned(),
            Guard::TimeOut(Some(span)) => format!("time-out {span}"),
        }
    }
}

/// Guards, each with the file and line that it stands in.
type Guards = BTreeSet<(Arc<str>, u32, Guard)>;

/// Names of arguments, settings and functions that bound how long an answer is waited for, in small letters.
const TIMES: &[&str] = &[
    "timeout",
    "withtimeout",
    "withdeadline",
    "deadline",
    "waitfor",
    "connecttimeout",
    "readtimeout",
    "sockettimeout",
    "requesttimeout",
    "calltimeout",
    "responsetimeout",
    "timeoutms",
    "timeoutmillis",
    "timeoutseconds",
    "setconnecttimeout",
    "setreadtimeout",
    "setconnectiontimeout",
    "timeoutafter",
    "connectiontimeout",
    "withdeadlineafter",
    "opentimeout",
    "withtimeoutornull",
    "failafter",
    "moveonafter",
];

/// Annotations and functions that try again, in small letters.
const AGAIN: &[&str] = &[
    "retry",
    "retryable",
    "withretry",
    "retrying",
    "onexception",
    "onpredicate",
    "pretry",
    "asyncretry",
    "retrywhen",
    "waitandretry",
    "waitandretryasync",
    "retryasync",
    "retryifexception",
    "retryoperation",
    "sidekiqoptions",
    "retries",
    "maxretries",
    "retrynotify",
    "retryon",
    "addretry",
];

fn plain(name: &str) -> String {
    name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The time-outs and retries of the calls that talk to another side: in the calls themselves and on the way to them, in
/// the making of their clients, and in what is written beside their functions.
pub(super) fn guards(view: &View<'_>, gone: &Spread) -> Vec<Evidence> {
    let mut found = Guards::new();
    let ways: BTreeSet<Site> =
        gone.uses.iter().flatten().chain(&gone.made).copied().filter(|site| view.is_live(site.0)).collect();
    let users: BTreeSet<Id> = gone.uses.iter().flatten().map(|site| site.0).collect();
    for site in &ways {
        of_maker(view, *site, &mut found);
    }
    for id in users {
        let (file, function) = view.functions[id];
        let wanted: BTreeSet<usize> = ways.iter().filter(|site| site.0 == id).map(|site| site.1).collect();
        let is_wanted = |parts: &[Part]| parts.iter().any(|part| matches!(part, Part::Call(at) if wanted.contains(at)));
        let names: BTreeSet<&Arc<str>> = wanted.iter().flat_map(|at| named(&function.calls[*at])).collect();
        let given = function.bindings.iter().filter(|binding| is_wanted(&binding.value));
        let answers: BTreeSet<&Arc<str>> = given.map(|binding| &binding.name).collect();
        for (at, call) in function.calls.iter().enumerate() {
            let on_answer = call.path.len() > 1 && call.path.first().is_some_and(|name| answers.contains(name));
            let around = call.receiver.is_some_and(|receiver| wanted.contains(&receiver))
                || call.arguments.iter().any(|one| is_wanted(&one.value));
            if on_answer || around {
                of_call(view, (id, at), true, &mut found);
            }
        }
        // A context with a deadline, a client that bounds its calls: what the calls are made with.
        for name in names {
            for other in view.mentioning(name) {
                let (at, of) = view.functions[*other];
                if *other == id || view.sees(file, at) {
                    makers(of, name, *other == id)
                        .into_iter()
                        .for_each(|call| of_maker(view, (*other, call), &mut found));
                }
            }
        }
        for note in &view.code.files[file].module.annotations {
            let beside =
                note.member.as_ref() == Some(&function.name) && (note.owner.is_none() || note.owner == function.owner);
            let Some(name) = note.path.last().filter(|_| beside).map(|name| plain(name)) else { continue };
            let path = Arc::clone(&view.code.files[file].path);
            if AGAIN.contains(&name.as_str()) {
                found.insert((path, note.line, Guard::Retry));
            } else if matches!(name.as_str(), "timelimiter" | "timeout") {
                found.insert((path, note.line, Guard::TimeOut(None)));
            }
        }
    }
    let evidence = |(file, line, guard): (Arc<str>, u32, Guard)| Evidence {
        at: Location { file, line, column: 1, length: 0 },
        basis: guard.basis(),
        note: Some(guard.note().into()),
    };
    found.into_iter().map(evidence).collect()
}

/// The names that a call is made on and given.
fn named(call: &Call) -> impl Iterator<Item = &Arc<str>> {
    let given = call.arguments.iter().flat_map(|one| &one.value).filter_map(|part| match part {
        Part::Name(path) => path.last(),
        _ => None,
    });
    let on = call.path.len().checked_sub(2).and_then(|at| call.path.get(at));
    on.into_iter().chain(given)
}

/// The calls that make what a name stands for, within a function or for all that see it.
fn makers(function: &Function, name: &Arc<str>, is_here: bool) -> Vec<usize> {
    let calls = |parts: &[Part]| -> Vec<usize> {
        parts.iter().filter_map(|part| if let Part::Call(at) = part { Some(*at) } else { None }).collect()
    };
    let bound = function.bindings.iter().filter(|one| one.name == *name && (is_here || one.is_shared));
    let fields = function.calls.iter().filter(|call| call.makes).flat_map(|call| &call.arguments);
    let fields = fields.filter(|one| one.name.as_ref() == Some(name)).flat_map(|one| calls(&one.value));
    bound.flat_map(|one| calls(&one.value)).chain(fields).collect()
}

/// What the making of a client or a context says, with the steps before it.
fn of_maker(view: &View<'_>, site: Site, found: &mut Guards) {
    let mut here = Some(site);
    while let Some((id, at)) = here {
        of_call(view, (id, at), false, found);
        here = view.call((id, at)).receiver.map(|receiver| (id, receiver));
    }
}

/// What one call says: `nearby` ones only by their names, or as makers of clients.
fn of_call(view: &View<'_>, (id, at): Site, nearby: bool, found: &mut Guards) {
    let call = view.call((id, at));
    let file = &view.file(id).path;
    let name = call.path.last().map(|name| plain(name)).unwrap_or_default();
    // The timer of JavaScript waits for nothing.
    if TIMES.contains(&name.as_str()) || name == "get" && is_time(call) {
        let number = call.arguments.iter().find_map(|one| span(view, id, one));
        // Number and unit may be two arguments.
        let unit = call.arguments.iter().flat_map(|one| &one.value).find_map(|part| match part {
            Part::Name(path) => unit(path),
            _ => None,
        });
        let note = match (number, unit) {
            (Some(number), Some(unit)) if !number.contains(' ') => Some(format!("{number} {unit}")),
            (number, _) => number,
        };
        found.insert((Arc::clone(file), call.line, Guard::TimeOut(note)));
    } else if AGAIN.contains(&name.as_str()) {
        found.insert((Arc::clone(file), call.line, Guard::Retry));
    }
    if nearby && !call.makes {
        return;
    }
    for argument in &call.arguments {
        let Some(name) = argument.name.as_ref().map(|name| plain(name)) else { continue };
        if TIMES.contains(&name.as_str()) {
            found.insert((Arc::clone(file), call.line, Guard::TimeOut(span(view, id, argument))));
        } else if AGAIN.contains(&name.as_str()) {
            found.insert((Arc::clone(file), call.line, Guard::Retry));
        }
    }
}

/// Whether a call waits for a future for so long: `get(3, TimeUnit.SECONDS)`.
fn is_time(call: &Call) -> bool {
    let parts = call.arguments.iter().flat_map(|one| &one.value);
    call.arguments.len() == 2 && parts.into_iter().any(|part| matches!(part, Part::Name(path) if unit(path).is_some()))
}

fn unit(path: &[Arc<str>]) -> Option<&'static str> {
    let word = path.last().map(|name| words(name))?.into_iter().next_back()?;
    Some(match word.trim_end_matches('s') {
        "second" | "sec" => "s",
        "millisecond" | "milli" | "ms" => "ms",
        "minute" | "min" => "min",
        _ => return None,
    })
}

/// How long an argument says, with its unit where it names one: `3 s` of `3 * time.Second`.
fn span(view: &View<'_>, id: Id, argument: &Argument) -> Option<String> {
    let mut number = None;
    let mut named = None;
    for part in &argument.value {
        match part {
            Part::Text(text) => {
                number =
                    number.or_else(|| fixed(text).filter(|one| one.parse::<f64>().is_ok()).map(ToString::to_string));
            }
            Part::Name(path) => named = named.or_else(|| unit(path)),
            Part::Call(at) => {
                let call = view.functions[id].1.calls.get(*at)?;
                named = named.or_else(|| unit(&call.path));
                number = number.or_else(|| call.arguments.iter().find_map(|one| span(view, id, one)));
            }
        }
    }
    let number = number?;
    Some(named.map_or_else(|| number.clone(), |unit| format!("{number} {unit}")))
}
