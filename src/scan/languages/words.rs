//! Names by which programs of all languages say what they do with a failure. These are conventions, no catalogue of
//! products: what is not in them is not known, and counts as hard.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// What a name may mean.
#[derive(Clone, Copy)]
enum Meaning {
    /// Objects that logs, traces and measures are written to.
    LogObject,
    /// Calls that write to them, or clean up.
    LogCall,
    /// Calls that end the program, or raise a failure by being called.
    Exit,
    /// Calls that hand a failure to whoever waits.
    Pass,
    /// Names of answers that say that a request has failed.
    Answer,
    /// Calls that call the function that they are given before they end, or as what waits for them does.
    AtOnce,
    /// Calls whose function, or task, nobody waits for.
    Detach,
}

/// The names, in small letters without underscores.
const NAMES: &[(Meaning, &str)] = &[
    (
        Meaning::LogObject,
        "log logger logging logs logrus slog zap console klog glog span tracer sentry metrics meter counter \
         warnings stderr timber rootlogger sugar activity debug syslog loggerfactory traceback",
    ),
    (
        Meaning::LogCall,
        "log print println printf puts pp p printstacktrace printexc warn warning info debug trace infof warnf \
         debugf errorf tracef warningf warnw errorw infow debugw logerror logwarning loginformation logdebug \
         logcritical errorlog vardump printr writeline write fprintf fprintln recordexception recorderror \
         setstatus setattribute setattributes addevent captureexception capturemessage close closequietly dispose \
         rollback sleep wait delay interrupt increment inc add end finish flush seterror settag report",
    ),
    (Meaning::Exit, "exit exitprocess abort failfast die halt goexit fatal fatalf fatalln panic quit"),
    (
        Meaning::Pass,
        "next reject callback cb done onerror completeexceptionally setexception seterror trysetexception rethrow \
         reraise throwerror destroy resumewithexception fail",
    ),
    (
        Meaning::Answer,
        "internal unavailable internalservererror badgateway serviceunavailable badrequest unprocessableentity \
         gatewaytimeout statusinternalservererror statusbadgateway statusserviceunavailable statusbadrequest \
         statusnotfound statusgatewaytimeout statusunprocessableentity status500internalservererror problem abort \
         setcode abortwitherror abortwithstatus abortwithstatusjson senderror failedprecondition deadlineexceeded \
         badrequestobjectresult",
    ),
    (
        Meaning::AtOnce,
        "map foreach filter reduce flatmap each eachwithindex eachpair collect select reject find findindex some \
         every any all none sort sortby then catch finally thenapply thencompose thenaccept handle whencomplete \
         exceptionally peek maptoobj compute computeifabsent orelseget orelsethrow ifpresent ifpresentorelse \
         apply also let run with use runcatching getorelse getorput retry withretry withtimeout withcontext \
         runblocking coroutinescope supervisorscope async supplyasync promise execute call recover \
         recovercatching onfailure onsuccess fold mapto mapnotnull repeat times synchronize transaction \
         withtransaction intransaction begin do go withspan inspan startactivespan once slice sortslice func \
         arraymap arrayfilter arrayreduce usort arraywalk tap reduceright foreachordered onerrorresume \
         onerrorreturn onerrormap doonerror doonnext doonsuccess flatmapmany mapasync executeasync walk chain to",
    ),
    (
        Meaning::Detach,
        "thread settimeout setinterval setimmediate nexttick queuemicrotask runasync createtask ensurefuture \
         startnew queueuserworkitem launch globalscope thenrun callsoon addcallback fireandforget \
         unsafequeueuserworkitem startcoroutine waituntil after startthread",
    ),
];

/// The meanings of each name, a bit for each.
static MEANINGS: LazyLock<HashMap<&str, u8>> = LazyLock::new(|| {
    let mut all: HashMap<&str, u8> = HashMap::new();
    for (meaning, names) in NAMES {
        for name in names.split_whitespace() {
            *all.entry(name).or_default() |= 1 << *meaning as u8;
        }
    }
    all
});

fn means(name: &str, meaning: Meaning) -> bool {
    MEANINGS.get(name).is_some_and(|meanings| meanings & (1 << meaning as u8) != 0)
}

/// A name in small letters without underscores.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').flat_map(char::to_lowercase).collect()
}

fn last(path: &[Arc<str>]) -> String {
    path.last().map(|name| plain(name)).unwrap_or_default()
}

/// Whether a call with this path writes to a log, a trace or a measure, or cleans up; nothing goes on from there.
pub(super) fn logs(path: &[Arc<str>]) -> bool {
    if !may_end(path) {
        return is_log(path) || means(&last(path), Meaning::LogCall);
    }
    false
}

/// Whether what is called belongs to a log, a trace or a measure.
pub(super) fn is_log(path: &[Arc<str>]) -> bool {
    let objects = path.iter().take(path.len().saturating_sub(1)).map(|name| plain(name));
    objects.into_iter().any(|name| means(&name, Meaning::LogObject) || name.ends_with("logger"))
}

fn may_end(path: &[Arc<str>]) -> bool {
    let name = last(path);
    name.starts_with("fatal") || name.starts_with("panic") || name == "exit"
}

/// Whether a call with this path ends the program, or raises a failure by being called.
pub(super) fn exits(path: &[Arc<str>]) -> bool {
    let name = last(path);
    let object = path.len().checked_sub(2).and_then(|at| path.get(at)).map(|name| plain(name));
    match name.as_str() {
        // `abort(500)` of web frameworks answers a request; `os.abort` and `process.abort` end the program.
        "abort" => matches!(object.as_deref(), Some("os" | "process" | "kernel")),
        _ => means(&name, Meaning::Exit) || name.starts_with("panic"),
    }
}

/// Whether a call with this path is known to fail when what it is given has failed: `must(f())`, `check(err)`.
pub(super) fn insists(path: &[Arc<str>]) -> bool {
    let name = last(path);
    ["must", "check", "panic", "fatal", "orexit", "ordie", "noerror", "require", "assert", "failon", "exiton", "dieon"]
        .iter()
        .any(|word| name.starts_with(word) || name.ends_with(word))
}

/// Whether a call with this path hands a failure to whoever waits: `next(err)`, `reject(err)`, `observer.onError(e)`.
pub(super) fn passes(path: &[Arc<str>]) -> bool {
    means(&last(path), Meaning::Pass)
}

/// Whether a type of this name is a future: what another thread gives later to those who wait for it.
pub(super) fn is_future(kind: &str) -> bool {
    ["Future", "CompletionStage", "Deferred", "Promise", "Mono", "Flux", "Task"].iter().any(|end| kind.ends_with(end))
}

/// Whether a call with this path answers a request with what it is given: `res.json(…)`, `reply.send(…)`.
pub(super) fn gives_answer(path: &[Arc<str>]) -> bool {
    let [first, .., name] = path else { return false };
    ["res", "resp", "response", "reply", "ctx", "c"].contains(&&**first)
        && ["json", "jsonp", "send", "render"].contains(&plain(name).as_str())
}

/// Whether a name is that of an answer that says the request has failed: `StatusInternalServerError`, `sendError`.
pub(super) fn answers(name: &str) -> bool {
    let name = plain(name);
    means(&name, Meaning::Answer) || name.contains("error") || name.starts_with("fail")
}

/// Whether a value with this name is a failure: `err`, `ErrNotFound`, `lastError`.
pub(super) fn is_error(name: &str) -> bool {
    let name = plain(name);
    name.starts_with("err")
        || name.ends_with("err")
        || name.ends_with("error")
        || name == "e"
        || name.contains("exception")
}

/// Whether a failure of this type is none of reaching the other side: a text that can't be parsed, a key that a map does
/// not have, an answer that there is no such thing or too little of it. A handler of such failures alone handles no other.
pub(super) fn is_local(kind: &str) -> bool {
    const WORDS: &[&str] = &[
        "json",
        "pars",
        "valueerror",
        "keyerror",
        "typeerror",
        "indexerror",
        "indexoutof",
        "attributeerror",
        "nameerror",
        "numberformat",
        "formatexception",
        "invalidcast",
        "classcast",
        "nullpointer",
        "nullreference",
        "illegalargument",
        "argumentexception",
        "argumenterror",
        "argumentnull",
        "interrupted",
        "encoding",
        "classnotfound",
        "importerror",
        "modulenotfound",
        "syntax",
        "assertion",
        "stopiteration",
        "keyboardinterrupt",
        "malformedurl",
        "unicode",
        "zerodivision",
        "arithmetic",
        "validation",
        "notfound",
        "doesnotexist",
        "nosuch",
        "noresult",
        "emptyresult",
        "alreadyexist",
        "duplicate",
        "integrityerror",
        "constraint",
        "notenough",
        "insufficient",
        "outofstock",
    ];
    // A status may be that of a gateway, and a host that is not found is not reached.
    const BUT: &[&str] = &["http", "host", "server", "endpoint", "service"];
    let kind = plain(kind);
    WORDS.iter().any(|word| kind.contains(word)) && !BUT.iter().any(|word| kind.contains(word))
}

/// Whether a function given to a call with this path is called before it ends, or as what waits for it does.
pub(super) fn at_once(path: &[Arc<str>]) -> bool {
    means(&last(path), Meaning::AtOnce)
}

/// Whether nobody waits for the function, or the task, that a call with this path is given.
pub(super) fn detaches(path: &[Arc<str>]) -> bool {
    let name = last(path);
    let object = path.len().checked_sub(2).and_then(|at| path.get(at)).map(|name| plain(name));
    let is_pool =
        object.is_some_and(|object| object.ends_with("executor") || object.ends_with("pool") || object == "thread");
    means(&name, Meaning::Detach)
        || (is_pool && matches!(name.as_str(), "execute" | "submit" | "new" | "start" | "schedule" | "fork"))
        || (name == "run" && path.len() == 2 && path.first().is_some_and(|first| &**first == "Task"))
        || (name == "timer")
}

/// What a step of a chain of calls does with the failure of the steps before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rescue {
    /// What the function that it is given does.
    ByFunction,
    /// Gives something else.
    Replaces,
    /// Goes on.
    Drops,
}

/// What a step with this name does with the failure of the steps before it; `None` for most.
pub(super) fn rescue(name: &str) -> Option<Rescue> {
    match plain(name).as_str() {
        "catch" | "exceptionally" | "onfailure" | "recover" | "recovercatching" | "onerrorresume" | "catcherror" => {
            Some(Rescue::ByFunction)
        }
        "getorelse" | "getordefault" | "onerrorreturn" | "getornull" | "onerrorresumenext" => Some(Rescue::Replaces),
        "onerrorcontinue" | "onerrorcomplete" => Some(Rescue::Drops),
        _ => None,
    }
}
