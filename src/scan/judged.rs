//! What becomes of one other side, told as a finding with its evidence, and a finding as needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::choices::Region;
use super::code::FateKind;
use super::findings::Finding;
use super::flow::Spread;
use super::strength::{Effect, Judgement, Verdict, verdict};
use super::view::{Site, View};
use crate::facts::{Target, Wanted};
use crate::model::{Basis, Confidence, Evidence, Phase, Strength, Terms};
use crate::source::Location;

/// What the ways of a value say; `None` when it comes to no use that can run, and `made` says whether a client that is made
/// with it counts as one.
pub(super) fn finding(view: &View<'_>, gone: &Spread, made: bool, what: &str) -> Option<Finding> {
    let place = |site: &Site| Location {
        file: Arc::clone(&view.file(site.0).path),
        line: view.call(*site).line,
        column: view.call(*site).column,
        length: 0,
    };
    let live = |site: &&Site| view.is_live(site.0) && !view.is_off(**site);
    let sites: BTreeSet<Site> = gone.uses.iter().filter_map(|chain| chain.first()).chain(&gone.made).copied().collect();
    let note_way = |finding: &mut Finding| {
        // Where a client is made tells more than where it is used: objects of one name are not told apart.
        let made: Vec<Site> = gone.made.iter().filter(live).copied().collect();
        let all = if made.is_empty() { finding.sites.iter().filter(live).copied().collect() } else { made };
        let on = |region: &&Region| !all.is_empty() && all.iter().all(|site| region.has(*site));
        if let (Some(region), Some(first)) = (view.regions.iter().find(on), finding.evidence.first_mut()) {
            first.note = Some(
                first
                    .note
                    .as_ref()
                    .map_or_else(|| Arc::clone(&region.note), |note| format!("{note}; {}", region.note).into()),
            );
        }
    };
    if let Some(verdict) = verdict(view, gone) {
        let mut finding = judged(&verdict, gone.kept, what, sites);
        note_way(&mut finding);
        finding.evidence.extend(super::guards::guards(view, gone));
        return Some(finding);
    }
    let first = gone.made.iter().find(live).filter(|_| made && gone.uses.is_empty())?;
    let note = Some(format!("{what}; what becomes of its failure is not known").into());
    let mut finding = Finding { sites, ..unclear(vec![Evidence { at: place(first), basis: Basis::Code, note }]) };
    note_way(&mut finding);
    Some(finding)
}

/// A hard need of which nothing is clear.
pub(super) fn unclear(evidence: Vec<Evidence>) -> Finding {
    Finding { run: Some(Strength::Hard), start: false, is_clear: false, evidence, sites: BTreeSet::new() }
}

/// A verdict as a finding. `kept` says that what talks to the other side is kept beyond one function, and `what` is what
/// its evidence begins with.
fn judged(verdict: &Verdict, kept: bool, what: &str, sites: BTreeSet<Site>) -> Finding {
    let strength = |judgement: &Judgement| match judgement.effect {
        Effect::Handled => Strength::Soft,
        Effect::Unclear | Effect::Idle | Effect::Missing | Effect::Fatal => Strength::Hard,
    };
    let start = verdict.start.as_ref().is_some_and(|start| start.effect == Effect::Fatal);
    let run = match &verdict.run {
        Some(run) => Some(strength(run)),
        // What is kept beyond the start is used later, in a way that was not found.
        None if kept => Some(Strength::Hard),
        None if start => None,
        None => verdict.start.as_ref().map(strength),
    };
    let mut evidence = Vec::new();
    for judgement in verdict.run.iter().chain(&verdict.start) {
        let at = Location { file: Arc::clone(&judgement.file), line: judgement.line, column: 1, length: 0 };
        let note = if what.is_empty() { fate(judgement).to_owned() } else { format!("{what}; {}", fate(judgement)) };
        let one = Evidence { at, basis: Basis::Call, note: Some(note.into()) };
        if !evidence.contains(&one) {
            evidence.push(one);
        }
    }
    for (file, line) in verdict.uses.iter().take(3) {
        if evidence.iter().any(|one| one.at.file == *file && one.at.line == *line) {
            continue;
        }
        let at = Location { file: Arc::clone(file), line: *line, column: 1, length: 0 };
        evidence.push(Evidence { at, basis: Basis::Call, note: Some("calls it".into()) });
    }
    let is_clear = match (&verdict.run, &verdict.start) {
        (Some(run), _) => run.effect != Effect::Unclear,
        // What a loop of `main` does is what the program is for.
        (None, Some(only)) => !kept && !start && only.effect != Effect::Unclear,
        (None, None) => false,
    };
    Finding { run, start, is_clear, evidence, sites }
}

/// What becomes of a failure, in words.
fn fate(judgement: &Judgement) -> &'static str {
    match (judgement.effect, judgement.kind) {
        (Effect::Unclear, _) => "what becomes of its failure is not known",
        (Effect::Idle, _) => "what it waits for does not come while it is down",
        (Effect::Missing, _) => "its failure is caught, and an empty answer fails here",
        (_, FateKind::Replaced) => "its failure is caught, and something else is given instead",
        (_, FateKind::Ignored) => "its failure is caught, and work goes on",
        (_, FateKind::Detached) => "nobody waits for it",
        (_, FateKind::Fatal) => "its failure ends the request or the program",
        (_, FateKind::Passed | FateKind::Unknown) => "its failure is passed on",
    }
}

/// A finding as needs: one to serve, one to start.
pub(super) fn wanted(target: &Target, finding: &Finding) -> Vec<Wanted> {
    let terms = |strength, phase| Terms { strength, phase, ..Terms::hard(Confidence::Inferred) };
    let run = finding.run.map(|strength| terms(strength, Phase::Run));
    let start = finding.start.then(|| terms(Strength::Hard, Phase::Start));
    let one = |terms| Wanted { target: target.clone(), terms, evidence: finding.evidence.clone() };
    run.into_iter().chain(start).map(one).collect()
}
