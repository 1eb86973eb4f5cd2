//! The needs of a system with all terms that matter over time, by number.
//!
//! Capabilities keep their numbers of the graph; groups of alternatives follow, each with a number of its own.

use std::time::Duration;

use super::Seconds;
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, Component, Need, Phase, Requires, Strength, Switch, System};

/// The number of a link.
pub(super) type LinkId = u32;

/// One need, or one member of a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// Whose need it is, or the group.
    pub(super) from: NodeId,
    /// What is needed.
    pub(super) to: NodeId,
    pub(super) soft: bool,
    pub(super) partial: bool,
    pub(super) phase: Phase,
    /// How long a failure of the target is bridged.
    pub(super) grace: Seconds,
    /// How the member is switched to; `None` when it carries load all the time.
    pub(super) switch: Option<Standby>,
}

/// How a stand-by is switched to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standby {
    After(Seconds),
    ByHand,
}

/// How a capability restarts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) sticky: bool,
    pub(super) takes: Seconds,
    pub(super) drain: Seconds,
}

/// A system with all terms that matter over time.
pub(super) struct Wiring {
    /// How many capabilities there are; higher numbers are groups.
    pub(super) capabilities: usize,
    pub(super) links: Vec<Link>,
    /// How many inputs must fail for each node to fail.
    pub(super) threshold: Vec<u32>,
    inputs: Lists<LinkId>,
    dependents: Lists<(LinkId, NodeId)>,
    graces: Lists<LinkId>,
    /// How each capability restarts, if it has to.
    pub(super) restart: Vec<Option<Terms>>,
}

/// Links by node, in one allocation.
struct Lists<T> {
    start: Vec<u32>,
    links: Vec<T>,
}

impl<T: Copy + Default> Lists<T> {
    fn new(nodes: usize, keys: impl Iterator<Item = (T, NodeId)> + Clone) -> Self {
        let mut start = vec![0u32; nodes + 1];
        for (_, key) in keys.clone() {
            start[key as usize + 1] += 1;
        }
        for node in 0..nodes {
            start[node + 1] += start[node];
        }
        let mut next = start.clone();
        let mut links = vec![T::default(); start[nodes] as usize];
        for (link, key) in keys {
            let slot = &mut next[key as usize];
            links[*slot as usize] = link;
            *slot += 1;
        }
        Lists { start, links }
    }

    fn of(&self, node: NodeId) -> &[T] {
        let node = node as usize;
        &self.links[self.start[node] as usize..self.start[node + 1] as usize]
    }
}

impl Wiring {
    /// Wires a system; linear in its needs.
    pub(super) fn new(system: &System, graph: &Graph) -> Self {
        let mut links = Vec::new();
        let mut threshold = Vec::new();
        let mut restart = Vec::new();
        for component in system.components.values() {
            for (capability, needs) in &component.capabilities {
                threshold.push(1);
                restart.push(terms(component, capability, needs));
            }
        }
        let capabilities = threshold.len();
        let all = system.components.values().flat_map(|component| component.capabilities.values());
        for (from, needs) in (0..).zip(all) {
            for need in needs {
                wire(graph, from, need, need.terms.phase, &mut links, &mut threshold);
            }
        }
        let nodes = threshold.len();
        let numbered = || (0..).zip(&links);
        let inputs = Lists::new(nodes, numbered().map(|(id, link)| (id, link.from)));
        let dependents = Lists::new(nodes, numbered().map(|(id, link)| ((id, link.from), link.to)));
        let bridged = numbered().filter(|(_, link)| link.phase == Phase::Run && link.grace > 0);
        let graces = Lists::new(nodes, bridged.map(|(id, link)| (id, link.to)));
        let mut wiring = Wiring { capabilities, links, threshold, inputs, dependents, graces, restart };
        wiring.enlist_standbys();
        wiring
    }

    /// What a node needs.
    pub(super) fn inputs(&self, node: NodeId) -> &[LinkId] {
        self.inputs.of(node)
    }

    /// What needs a node, and by which link.
    pub(super) fn dependents(&self, node: NodeId) -> &[(LinkId, NodeId)] {
        self.dependents.of(node)
    }

    /// The run needs on a node with a grace.
    pub(super) fn graces(&self, node: NodeId) -> &[LinkId] {
        self.graces.of(node)
    }

    pub(super) fn link(&self, link: LinkId) -> &Link {
        &self.links[link as usize]
    }

    pub(super) fn is_group(&self, node: NodeId) -> bool {
        node as usize >= self.capabilities
    }

    /// A group whose other members are too few from the outset has its first stand-bys at work; a need that stands
    /// alone is no stand-by.
    fn enlist_standbys(&mut self) {
        let capabilities = self.capabilities;
        for link in self.links.iter_mut().filter(|link| (link.from as usize) < capabilities) {
            link.switch = None;
        }
        for group in (self.capabilities..self.threshold.len()).filter_map(|node| NodeId::try_from(node).ok()) {
            let members = self.inputs.of(group).to_vec();
            let wanted = (members.len() + 1).saturating_sub(self.threshold[group as usize] as usize);
            let (waiting, working): (Vec<LinkId>, Vec<LinkId>) =
                members.into_iter().partition(|link| self.link(*link).switch.is_some());
            for link in waiting.into_iter().take(wanted.saturating_sub(working.len())) {
                self.links[link as usize].switch = None;
            }
        }
    }
}

/// How a capability restarts: as its component says, but for `control`, or because it has start needs.
fn terms(component: &Component, capability: &Capability, needs: &[Need]) -> Option<Terms> {
    let starts = needs.iter().any(|need| need.terms.phase == Phase::Start && need.terms.strength == Strength::Hard);
    let written = component.restart.as_ref().filter(|_| starts || *capability != Capability::control());
    match written {
        Some(restart) => {
            Some(Terms { sticky: restart.sticky, takes: seconds(restart.takes), drain: seconds(restart.drain) })
        }
        None => starts.then_some(Terms { sticky: false, takes: 0, drain: 0 }),
    }
}

fn wire(graph: &Graph, from: NodeId, need: &Need, phase: Phase, links: &mut Vec<Link>, threshold: &mut Vec<u32>) {
    let to = match &need.requires {
        Requires::One(target) => graph.component(&target.component).and_then(|c| graph.node(c, &target.capability)),
        Requires::AtLeast { k, members } => {
            let group = NodeId::try_from(threshold.len()).ok();
            threshold.push(u32::try_from(members.len() + 1 - k).unwrap_or(u32::MAX));
            for (group, member) in group.iter().flat_map(|group| members.iter().map(move |member| (*group, member))) {
                wire(graph, group, member, phase, links, threshold);
            }
            group
        }
    };
    let Some(to) = to else { return };
    links.push(Link {
        from,
        to,
        soft: need.terms.strength == Strength::Soft,
        partial: need.terms.is_partial(),
        phase,
        grace: need.terms.grace.map_or(0, seconds),
        switch: need.terms.switch.and_then(|switch| match switch {
            Switch::After(time) if time.is_zero() => None,
            Switch::After(time) => Some(Standby::After(seconds(time))),
            Switch::ByHand => Some(Standby::ByHand),
        }),
    });
}

/// Whole seconds, rounded up: nothing with a delay is instant.
fn seconds(time: Duration) -> Seconds {
    let whole = Seconds::try_from(time.as_secs()).unwrap_or(Seconds::MAX / 4).min(Seconds::MAX / 4);
    whole + Seconds::from(time.subsec_nanos() > 0)
}
