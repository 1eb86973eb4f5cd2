//! Whether a program can live without an answer: what becomes of a failure, from the call outwards to where requests come
//! in or the program starts.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::code::{FateKind, Part, Role};
use super::flow::Spread;
use super::verbs::{takes, waits, words};
use super::view::{Id, Site, View};

/// Through how many functions a missing answer is followed that hand it on as it is.
const MOST_HANDS: usize = 3;

/// What the failure of a call does to the program; the worst of several is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    /// It is dealt with.
    Handled,
    /// The text does not say.
    Unclear,
    /// It is dealt with, but what comes from there comes no more.
    Idle,
    /// It is caught, and what is given instead is nothing, which is a failure for the one who gets it.
    Missing,
    /// It takes the request or the program down.
    Fatal,
}

/// An effect, and the line that shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Judgement {
    pub(super) effect: Effect,
    pub(super) kind: FateKind,
    pub(super) file: Arc<str>,
    pub(super) line: u32,
}

/// What the loss of the other side does, while the program serves and when it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) run: Option<Judgement>,
    pub(super) start: Option<Judgement>,
    /// The call that talks to the other side, nearest to the deciding line.
    pub(super) uses: Vec<(Arc<str>, u32)>,
}

/// Where a way outwards ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Start,
    Run,
}

/// The verdict over all calls that talk to the other side; `None` when none of them can come to run.
pub(super) fn verdict(view: &View<'_>, spread: &Spread) -> Option<Verdict> {
    let mut verdict = Verdict::default();
    // What only tells whether the other side is there says nothing of requests, unless there is nothing else.
    let probes: Vec<bool> = spread.uses.iter().map(|chain| is_probe(view, chain)).collect();
    let all = probes.iter().all(|probes| *probes);
    for (chain, _) in spread.uses.iter().zip(probes).filter(|(_, probes)| all || !probes) {
        let Some(innermost) = chain.first() else { continue };
        let waits = waits(&view.call(*innermost).path);
        let mut judged = judge(view, chain);
        if takes(&view.call(*innermost).path) {
            let idle = |judgement: Judgement| match judgement.effect {
                Effect::Handled => Judgement { effect: Effect::Idle, ..judgement },
                _ => judgement,
            };
            judged = judged.into_iter().map(|(end, judgement)| (end, idle(judgement))).collect();
        }
        if !judged.is_empty() {
            verdict.uses.push((Arc::clone(&view.file(innermost.0).path), view.call(*innermost).line));
        }
        for (end, judgement) in judged {
            let slot = if end == End::Start && !waits { &mut verdict.start } else { &mut verdict.run };
            if slot.as_ref().is_none_or(|other| other.effect < judgement.effect) {
                *slot = Some(judgement);
            }
        }
    }
    verdict.uses.sort();
    verdict.uses.dedup();
    (verdict.run.is_some() || verdict.start.is_some()).then_some(verdict)
}

/// Whether all that is done with the other side is to tell whether it is well, in code that the program shares with others:
/// a health check of a library asks for all that any of its users may have.
pub(super) fn is_only_probed_by_shared_code(view: &View<'_>, spread: &Spread) -> bool {
    let made = spread.made.iter().map(std::slice::from_ref);
    let ways = spread.uses.iter().map(Vec::as_slice).chain(made);
    let mut live = ways.filter(|way| way.first().is_some_and(|site| view.is_live(site.0))).peekable();
    let shared = |way: &[Site]| way.iter().any(|site| view.is_of_shared_code(site.0));
    live.peek().is_some() && live.all(|way| is_probe(view, way) && shared(way))
}

/// Whether a call is made to tell whether the program is well: in a function for that, or in a closure or class in one.
fn is_probe(view: &View<'_>, chain: &[Site]) -> bool {
    const PROBES: &[&str] = &["health", "healthz", "healthcheck", "readiness", "liveness", "readyz", "livez"];
    let asks = |name: &str| words(name).iter().any(|word| PROBES.contains(&word.as_str()));
    chain.iter().any(|site| {
        let (file, _) = view.functions[site.0];
        let line = view.call(*site).line;
        let around = view.code.files[file].module.functions.iter();
        around.filter(|one| one.line <= line && line <= one.end).any(|one| asks(&one.name))
    })
}

/// The effect of the failure of one call, for each end that the way outwards has.
fn judge(view: &View<'_>, chain: &[Site]) -> BTreeSet<(End, Judgement)> {
    let mut outcome = BTreeSet::new();
    outwards(view, chain, false, &mut BTreeSet::new(), &mut outcome);
    outcome
}

/// Goes outwards: first along the calls that are known, then to all callers.
fn outwards(
    view: &View<'_>,
    chain: &[Site],
    unclear: bool,
    seen: &mut BTreeSet<(Id, bool)>,
    outcome: &mut BTreeSet<(End, Judgement)>,
) {
    let Some((&site, rest)) = chain.split_first() else { return };
    let (id, _) = site;
    if !view.is_live(id) || view.is_off(site) {
        return;
    }
    let call = view.call(site);
    let shown = if call.fate.line > 0 { call.fate.line } else { call.line };
    let judged = |effect, kind, line| Judgement { effect, kind, file: Arc::clone(&view.file(id).path), line };
    let ends = || if call.deferred { BTreeSet::from([End::Run]) } else { ends(view, id) };
    let unclear = match call.fate.kind {
        kind @ (FateKind::Replaced | FateKind::Ignored | FateKind::Detached) => {
            outcome.extend(ends().into_iter().map(|end| (end, judged(Effect::Handled, kind, shown))));
            if kind != FateKind::Detached
                && let Some((file, line)) = missed(view, id, rest, 0)
            {
                let missing = Judgement { effect: Effect::Missing, kind, file, line };
                outcome.insert((End::Run, missing));
            }
            return;
        }
        FateKind::Fatal => {
            outcome.extend(ends().into_iter().map(|end| (end, judged(Effect::Fatal, FateKind::Fatal, shown))));
            return;
        }
        FateKind::Unknown => true,
        FateKind::Passed => unclear,
    };
    // The one who gets a future and drops it does not learn of a failure.
    if call.is_dropped
        && !view.means(site).is_empty()
        && view.means(site).iter().all(|to| view.functions[*to].1.gives_future)
    {
        outcome.extend(ends().into_iter().map(|end| (end, judged(Effect::Handled, FateKind::Detached, call.line))));
        return;
    }
    let effect = if unclear { Effect::Unclear } else { Effect::Fatal };
    let kind = if unclear { FateKind::Unknown } else { FateKind::Passed };
    if call.deferred {
        outcome.insert((End::Run, judged(effect, kind, shown)));
        return;
    }
    if !rest.is_empty() {
        return outwards(view, rest, unclear, seen, outcome);
    }
    let callers: Vec<Site> =
        view.callers(id).iter().copied().filter(|(caller, _)| *caller != id && view.is_live(*caller)).collect();
    let (_, function) = view.functions[id];
    if callers.is_empty() || function.exposed || function.role != Role::Plain {
        let end = if function.role == Role::Plain { End::Run } else { End::Start };
        outcome.insert((end, judged(effect, kind, shown)));
    }
    if !seen.insert((id, unclear)) {
        return;
    }
    for caller in callers {
        outwards(view, &[caller], unclear, seen, outcome);
    }
}

/// Where one who calls a function, or whoever that hands it on to, fails because it gave nothing.
fn missed(view: &View<'_>, id: Id, rest: &[Site], depth: usize) -> Option<(Arc<str>, u32)> {
    if view.functions[id].1.returns.is_empty() || depth > MOST_HANDS {
        return None;
    }
    let callers: Vec<Site> = match rest.first() {
        Some(next) => vec![*next],
        None => view.callers(id).iter().copied().filter(|(caller, _)| *caller != id && view.is_live(*caller)).collect(),
    };
    callers.into_iter().find_map(|(caller, at)| {
        let call = view.call((caller, at));
        if call.empty.line > 0 {
            return Some((Arc::clone(&view.file(caller).path), call.empty.line));
        }
        let hands_on = view.functions[caller].1.returns.contains(&Part::Call(at));
        hands_on.then(|| missed(view, caller, rest.get(1..).unwrap_or_default(), depth + 1)).flatten()
    })
}

/// Whether the ways to a function begin where the program starts, or where requests come in.
fn ends(view: &View<'_>, id: Id) -> BTreeSet<End> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::from([id]);
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let (_, function) = view.functions[id];
        let callers: Vec<Site> =
            view.callers(id).iter().copied().filter(|(caller, _)| *caller != id && view.is_live(*caller)).collect();
        if function.role != Role::Plain {
            found.insert(End::Start);
        } else if callers.is_empty() || function.exposed {
            found.insert(End::Run);
        }
        // There are no more than these.
        if found.len() == 2 {
            break;
        }
        for (caller, call) in callers {
            if view.call((caller, call)).deferred {
                found.insert(End::Run);
            } else if seen.insert(caller) {
                open.push(caller);
            }
        }
    }
    found
}
