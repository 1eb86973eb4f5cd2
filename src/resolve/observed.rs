//! What was written against what was seen: needs that no trace shows, and calls that no file tells of.

use std::collections::BTreeSet;

use crate::model::{
    Basis, Capability, Component, ComponentId, Confidence, Evidence, Kind, Need, Phase, Strength, System,
};

/// A pair of components of which only one side knows, files or traces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Who needs or calls.
    pub from: ComponentId,
    /// What it needs or calls.
    pub to: ComponentId,
    /// What its loss is said to do.
    pub strength: Strength,
    /// Where it is written, or in which trace it was seen.
    pub evidence: Vec<Evidence>,
}

/// Files and traces side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Needs to serve that files tell of, of components that were seen at work, and that no trace shows.
    pub never_observed: Vec<Pair>,
    /// Calls that were seen, and that no file tells of.
    pub never_declared: Vec<Pair>,
    /// Components of one's own that run all the time, and that no trace shows at all.
    pub unseen: Vec<ComponentId>,
}

fn is_trace(evidence: &Evidence) -> bool {
    evidence.basis == Basis::Trace
}

/// Compares what files say with what traces show; `None` when there are no traces, or nothing but traces. Products of providers are left out:
/// who runs on a machine makes no calls to it. Linear in the needs, but for the logarithm of the number of pairs.
pub fn compare(system: &System) -> Option<Comparison> {
    let own = |id: &ComponentId| system.components.get(id).is_some_and(|c| c.provider.is_none());
    let mut seen: BTreeSet<&ComponentId> = BTreeSet::new();
    let mut called: BTreeSet<(&ComponentId, &ComponentId)> = BTreeSet::new();
    let mut written: BTreeSet<(&ComponentId, &ComponentId)> = BTreeSet::new();
    let mut all: Vec<(&ComponentId, &ComponentId, Strength, &[Evidence])> = Vec::new();
    for component in system.components.values().filter(|component| component.provider.is_none()) {
        if component.evidence.iter().any(is_trace) {
            seen.insert(&component.id);
        }
        for need in component.capabilities.get(&Capability::data()).into_iter().flatten() {
            if need.terms.phase == Phase::Run {
                parts(&component.id, need, need.terms.strength, &mut all);
            }
        }
    }
    all.retain(|(_, to, ..)| own(to));
    for (from, to, _, evidence) in &all {
        if evidence.iter().any(is_trace) {
            called.insert((from, to));
            seen.extend([*from, *to]);
        }
        if evidence.iter().any(|said| !is_trace(said)) {
            written.insert((from, to));
        }
    }
    let mine = system.components.values().filter(|component| component.provider.is_none());
    let is_told = mine.flat_map(|component| &component.evidence).any(|said| !is_trace(said));
    if seen.is_empty() || !is_told {
        return None;
    }
    let pair = |(from, to, strength, evidence): &(&ComponentId, &ComponentId, Strength, &[Evidence])| Pair {
        from: (*from).clone(),
        to: (*to).clone(),
        strength: *strength,
        evidence: evidence.to_vec(),
    };
    let never_observed = all.iter().filter(|(from, to, ..)| seen.contains(from) && !called.contains(&(from, to)));
    let never_declared =
        all.iter().filter(|(from, to, ..)| called.contains(&(from, to)) && !written.contains(&(from, to)));
    let runs =
        |component: &&Component| component.provider.is_none() && !matches!(component.kind, Kind::Job | Kind::External);
    let unseen = system.components.values().filter(runs).map(|component| &component.id).filter(|id| !seen.contains(id));
    let unique = |pairs: Vec<Pair>| {
        let mut pairs = pairs;
        pairs.sort();
        pairs.dedup_by(|a, b| a.from == b.from && a.to == b.to);
        pairs
    };
    Some(Comparison {
        never_observed: unique(never_observed.map(pair).collect()),
        never_declared: unique(never_declared.map(pair).collect()),
        unseen: unseen.cloned().collect(),
    })
}

/// The single needs that a need is made of.
fn parts<'a>(
    from: &'a ComponentId,
    need: &'a Need,
    strength: Strength,
    all: &mut Vec<(&'a ComponentId, &'a ComponentId, Strength, &'a [Evidence])>,
) {
    match &need.requires {
        crate::model::Requires::One(target) if target.component != *from => {
            all.push((from, &target.component, strength, &need.evidence));
        }
        crate::model::Requires::One(_) => {}
        crate::model::Requires::AtLeast { members, .. } => {
            members.iter().for_each(|member| parts(from, member, strength, all));
        }
    }
}

/// Whether a need was seen at work.
pub(super) fn is_seen(need: &Need) -> bool {
    need.terms.confidence == Confidence::Observed && need.evidence.iter().any(is_trace)
}
