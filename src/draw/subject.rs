//! What a picture is about: a system, perhaps under an outage, perhaps beside an earlier version of itself.

use std::collections::{BTreeMap, HashSet};

use super::scene::Mark;
use crate::analysis::{Impact, blast, lost_redundancy};
use crate::graph::Graph;
use crate::model::{Capability, CapabilityRef, Component, ComponentId, Kind, Need, Requires, State, Strength, System};

/// What a picture is about.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The system.
    pub system: &'a System,
    /// The same, compiled.
    pub graph: &'a Graph,
    /// The outage that is shown, if one is.
    pub outage: Option<Shown<'a>>,
    /// The version to compare with, if one is.
    pub before: Option<&'a System>,
}

/// An outage that is shown.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// What it does.
    pub impact: &'a Impact,
    /// The selectors that say what goes down.
    pub down: &'a [String],
}

impl Subject<'_> {
    /// What the outage does to each component; empty without one.
    pub(super) fn marks(&self) -> BTreeMap<&ComponentId, Mark> {
        let Some(Shown { impact, .. }) = self.outage else { return BTreeMap::new() };
        let risky = lost_redundancy(self.graph, impact);
        let marks =
            self.system.components.values().map(|component| (&component.id, self.mark(impact, &risky, component)));
        marks.filter(|(_, mark)| *mark != Mark::None).collect()
    }

    fn mark(&self, impact: &Impact, risky: &[bool], component: &Component) -> Mark {
        let Some(number) = self.graph.component(&component.id) else { return Mark::None };
        let node = |name: &Capability| self.graph.node(number, name);
        let state = |name: &Capability| node(name).map_or(State::Up, |node| impact.state(node));
        // A chain of one node means that the outage takes it down itself, on whatever face.
        let struck = self.graph.capabilities_of(number).any(|node| impact.is_struck(node));
        let (data, control) = (Capability::data(), Capability::control());
        match (state(&data), state(&control)) {
            _ if struck => Mark::Struck,
            (State::Down, _) => Mark::Down,
            (State::Degraded, _) => Mark::Degraded,
            (State::Up, State::Down) => Mark::Frozen,
            _ if component.is_app() && node(&data).is_some_and(|node| risky[node as usize]) => Mark::Risk,
            _ => Mark::None,
        }
    }

    /// The components on the shortest chains that carry the failure into some components, over any of their capabilities;
    /// and on those into what lies on a chain, which may fail on another face by another cause.
    ///
    /// Linear in the nodes, since no chain is followed where another has been.
    pub(super) fn behind<'i>(&self, from: impl Iterator<Item = &'i ComponentId>) -> Vec<ComponentId> {
        let Some(Shown { impact, .. }) = self.outage else { return Vec::new() };
        let mut found = vec![false; self.graph.components().len()];
        let mut open: Vec<u32> = from.filter_map(|id| self.graph.component(id)).collect();
        open.iter().for_each(|number| found[*number as usize] = true);
        let mut seen = HashSet::new();
        while let Some(number) = open.pop() {
            for node in self.graph.capabilities_of(number) {
                let state = impact.state(node);
                for step in impact.chain(self.graph, node).take_while(|step| seen.insert((*step, state))) {
                    let owner =
                        self.graph.owner(step).filter(|owner| !std::mem::replace(&mut found[*owner as usize], true));
                    open.extend(owner);
                }
            }
        }
        let found = self.graph.components().iter().zip(found).filter(|(_, found)| *found);
        found.map(|(id, _)| id.clone()).collect()
    }

    /// The capabilities that the outage takes down itself, in words; `None` when these are all.
    pub(super) fn struck_faces(&self, component: &Component) -> Option<String> {
        let Shown { impact, .. } = self.outage?;
        let nodes = self.graph.capabilities_of(self.graph.component(&component.id)?);
        let struck = |node: &u32| impact.is_struck(*node);
        let (hit, spared): (Vec<u32>, Vec<u32>) = nodes.partition(struck);
        let name = |node: u32| Some(self.graph.capability(node)?.capability.to_string());
        (!spared.is_empty()).then(|| hit.into_iter().filter_map(name).collect::<Vec<_>>().join(", "))
    }

    /// The state of a capability under the outage.
    pub(super) fn state(&self, reference: &CapabilityRef) -> State {
        let node = || {
            let Shown { impact, .. } = self.outage?;
            let number = self.graph.component(&reference.component)?;
            Some(impact.state(self.graph.node(number, &reference.capability)?))
        };
        node().unwrap_or_default()
    }

    /// What a need passes on under the outage: the state of its target, of its best members, and at most *degraded* when
    /// it is soft, at least *degraded* where it carries part of the load. As the graph reckons it, for one need.
    pub(super) fn passes(&self, need: &Need) -> State {
        let state = match &need.requires {
            Requires::One(target) => self.state(target),
            Requires::AtLeast { k, members } => {
                let mut states: Vec<State> = members.iter().map(|member| self.passes(member)).collect();
                states.sort_unstable();
                states.get(k.saturating_sub(1)).copied().unwrap_or_default()
            }
        };
        let state = if need.terms.strength == Strength::Soft { state.min(State::Degraded) } else { state };
        if need.terms.is_partial() { state.max(State::Degraded) } else { state }
    }

    /// What the outage does to the apps, in one sentence.
    pub(super) fn headline(&self) -> Option<String> {
        let blast = blast(self.graph, self.outage?.impact);
        let all = self.graph.apps().len();
        let counts = [
            (blast.down.len(), "down"),
            (blast.degraded.len(), "degraded"),
            (blast.frozen.len(), "frozen (it serves and can't be changed)"),
            (blast.at_risk.len(), "at risk (alternatives are lost)"),
            (blast.up.len(), "up"),
        ];
        let parts: Vec<String> =
            counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        let apps = if all == 1 { "1 app".to_owned() } else { format!("{all} apps") };
        Some(if all == 0 {
            "no component is known to be an app".to_owned()
        } else {
            format!("Of {apps}: {}", parts.join(", "))
        })
    }
}

/// Whether a component belongs to those who run the system.
pub(super) fn is_own(component: &Component) -> bool {
    component.provider.is_none() && component.kind != Kind::External && !component.kind.is_place()
}
