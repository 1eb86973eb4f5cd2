//! Whether a program can live without an answer: what becomes of a failure, from the call outwards to where requests come
//! in or the program starts.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::code::{FateKind, Role};
use super::flow::Spread;
use super::verbs::waits;
use super::view::{Id, Site, View};

/// What the failure of a call does to the program; the worst of several is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    /// It is dealt with.
    Handled,
    /// The text does not say.
    Unclear,
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
    for chain in &spread.uses {
        let Some(innermost) = chain.first() else { continue };
        let waits = waits(&view.call(*innermost).path);
        let judged = judge(view, chain);
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
    if !view.is_live(id) {
        return;
    }
    let call = view.call(site);
    let shown = if call.fate.line > 0 { call.fate.line } else { call.line };
    let judged = |effect, kind, line| Judgement { effect, kind, file: Arc::clone(&view.file(id).path), line };
    let ends = || if call.deferred { BTreeSet::from([End::Run]) } else { ends(view, id) };
    let unclear = match call.fate.kind {
        kind @ (FateKind::Replaced | FateKind::Ignored | FateKind::Detached) => {
            outcome.extend(ends().into_iter().map(|end| (end, judged(Effect::Handled, kind, shown))));
            return;
        }
        FateKind::Fatal => {
            outcome.extend(ends().into_iter().map(|end| (end, judged(Effect::Fatal, FateKind::Fatal, shown))));
            return;
        }
        FateKind::Unknown => true,
        FateKind::Passed => unclear,
    };
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
