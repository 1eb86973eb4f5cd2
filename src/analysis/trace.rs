//! The needs along a chain: which need carries a failure from one capability to the next.

use crate::model::{CapabilityRef, Confidence, Evidence, Need, Phase, Requires, System, Terms};

/// One step of a chain: a capability, what it needs next, and how we know.
#[derive(Clone, Debug)]
pub struct Step<'s> {
    /// The one that needs.
    pub from: CapabilityRef,
    /// What it needs.
    pub to: CapabilityRef,
    /// The terms of the need that leads there.
    pub terms: &'s Terms,
    /// How we know; never empty.
    pub evidence: &'s [Evidence],
}

/// The steps of a chain of capabilities, each with the need that leads to the next.
///
/// A step that no need explains is left out; a witness of an impact has none.
pub fn steps<'s>(system: &'s System, chain: &[CapabilityRef]) -> Vec<Step<'s>> {
    chain
        .windows(2)
        .filter_map(|pair| {
            let need = leading_to(system, &pair[0], &pair[1])?;
            let (from, to) = (pair[0].clone(), pair[1].clone());
            Some(Step { from, to, terms: &need.terms, evidence: &need.evidence })
        })
        .collect()
}

/// How sure we are of a whole chain: as sure as of its weakest need.
pub fn confidence(steps: &[Step<'_>]) -> Confidence {
    steps.iter().map(|step| step.terms.confidence).max().unwrap_or(Confidence::Declared)
}

/// The innermost need that names the target; of several the first that matters while serving.
fn leading_to<'s>(system: &'s System, from: &CapabilityRef, to: &CapabilityRef) -> Option<&'s Need> {
    let needs = system.components.get(&from.component)?.capabilities.get(&from.capability)?;
    let (run, start): (Vec<&Need>, Vec<&Need>) = needs.iter().partition(|need| need.terms.phase == Phase::Run);
    run.into_iter().chain(start).find_map(|need| naming(need, to))
}

fn naming<'s>(need: &'s Need, to: &CapabilityRef) -> Option<&'s Need> {
    match &need.requires {
        Requires::One(target) => (target == to).then_some(need),
        Requires::AtLeast { members, .. } => members.iter().find_map(|member| naming(member, to)),
    }
}
