//! What keeps something from being up: the chain that ends in what is to be waited for.

use std::collections::{BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use super::deadlock::failing_leaves;
use super::level::{Level, NONE};
use super::restarts::{Restarts, Status, unmet};
use super::wiring::{LinkId, Standby, Wiring};
use crate::graph::NodeId;
use crate::model::State;

/// What is waited for at the end of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The outage itself.
    Outage,
    /// A restart that takes its time.
    Restart,
    /// A restart that somebody has to do.
    Hand,
    /// A restart that waits for what it needs to start.
    StartNeeds,
    /// A backlog that is worked off.
    Backlog,
    /// A switch that takes its time.
    Switch,
    /// A switch that somebody has to make.
    SwitchByHand,
    /// An alternative that carries only part of the load.
    Capacity,
}

/// What kept a capability from being up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What was waited for.
    pub why: Why,
    /// The chain from the capability to that; groups are left out.
    pub chain: Vec<NodeId>,
}

/// What is waited for at the end of a chain, and the start need that is waited for.
type End = (Why, Option<NodeId>);

/// What is waited for at one moment where chains end; kept until the next one, to say then what ended.
pub(super) struct Picture {
    ends: Vec<Option<End>>,
    /// The nodes with an end.
    known: Vec<NodeId>,
    /// Of groups the stand-by whose switch is under way or waits for a hand.
    pending: HashMap<NodeId, LinkId>,
}

impl Picture {
    /// A picture in which nothing is waited for.
    pub(super) fn new(wiring: &Wiring) -> Self {
        Picture { ends: vec![None; wiring.capabilities], known: Vec::new(), pending: HashMap::new() }
    }

    /// Takes the picture of a moment; linear in what restarts, has a backlog or is struck.
    pub(super) fn take(&mut self, scene: &Scene<'_>) {
        self.pending.clear();
        self.pending.extend(scene.pending.iter().map(|link| (scene.wiring.link(*link).from, *link)));
        for node in self.known.drain(..) {
            self.ends[node as usize] = None;
        }
        let (ends, known) = (&mut self.ends, &mut self.known);
        let mut end = |node: NodeId, end: End| {
            ends[node as usize] = Some(end);
            known.push(node);
        };
        scene.restarts.draining.keys().for_each(|node| end(*node, (Why::Backlog, None)));
        for (&node, status) in &scene.restarts.status {
            match status {
                Status::Restarting { .. } => end(node, (Why::Restart, None)),
                Status::Waiting => end(node, scene.waiting(node)),
                Status::Started => {}
            }
        }
        scene.put.iter().for_each(|node| end(*node, (Why::Outage, None)));
    }

    /// What keeps a node in its state, from the node to what is waited for; `cause` is through which link each node is
    /// in that state or a worse one.
    pub(super) fn trail(&self, wiring: &Wiring, cause: &[LinkId], node: NodeId, state: State) -> Trail {
        let mut chain = vec![node];
        let mut pending = Vec::new();
        let (mut here, mut partly) = (node, false);
        while cause[here as usize] != NONE && !partly {
            let link = wiring.link(cause[here as usize]);
            if wiring.is_group(here) {
                pending.extend(self.pending.get(&here));
            }
            partly = state == State::Degraded && link.partial;
            here = link.to;
            if !wiring.is_group(here) {
                chain.push(here);
            }
        }
        // A chain may end in a group, of which nothing is known.
        let end = self.ends.get(here as usize).copied().flatten();
        let (end, start_need) = end.unwrap_or((Why::Outage, None));
        let why = match pending.first() {
            Some(link) if wiring.link(*link).switch == Some(Standby::ByHand) => Why::SwitchByHand,
            _ if partly => Why::Capacity,
            _ => end,
        };
        if why == Why::StartNeeds {
            chain.extend(start_need);
        }
        Trail { held: Held { why, chain }, pending }
    }
}

/// A chain, and what might shorten it.
#[derive(Clone, Debug)]
pub(super) struct Trail {
    pub(super) held: Held,
    /// The stand-bys of the groups on the way whose switch was pending, nearest first.
    pending: Vec<LinkId>,
}

impl Trail {
    /// What ended it: a switch that has been made by now, else what was waited for.
    pub(super) fn ended(self, working: &[bool]) -> Held {
        let made = self.pending.iter().any(|link| working[*link as usize]);
        let mut held = self.held;
        if made && held.why != Why::SwitchByHand {
            held.why = Why::Switch;
        }
        held
    }
}

/// The state of a replay at one moment, as far as it explains what is not up.
pub(super) struct Scene<'a> {
    pub(super) wiring: &'a Wiring,
    pub(super) working: &'a [bool],
    pub(super) down: &'a Level,
    pub(super) impaired: &'a Level,
    pub(super) restarts: &'a Restarts,
    pub(super) put: &'a BTreeSet<NodeId>,
    /// Stand-bys that are wanted and not at work.
    pub(super) pending: &'a [LinkId],
}

impl Scene<'_> {
    /// Through which link each node is in a state now, and at the moment before.
    pub(super) fn causes(&self, state: State) -> (&[LinkId], &[LinkId]) {
        let level = if state == State::Down { self.down } else { self.impaired };
        (&level.cause, &level.caused_before)
    }

    /// The state of a node.
    pub(super) fn state(&self, node: NodeId) -> State {
        match (self.down.has_failed(node), self.impaired.has_failed(node)) {
            (true, _) => State::Down,
            (_, true) => State::Degraded,
            _ => State::Up,
        }
    }

    fn waiting(&self, node: NodeId) -> (Why, Option<NodeId>) {
        let missing = unmet(self.wiring, self.down, node).next();
        let first = missing.and_then(|target| failing_leaves(self.wiring, self.down, target).into_iter().next());
        match first {
            Some(target) => (Why::StartNeeds, Some(target)),
            None if self.restarts.waits_for_a_hand(node) => (Why::Hand, None),
            None => (Why::Restart, None),
        }
    }
}
