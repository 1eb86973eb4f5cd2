//! What keeps something from being up: the chain that ends in what is to be waited for.

use std::collections::{BTreeMap, BTreeSet};

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

/// The state of a replay at one moment, as far as it explains what is not up.
pub(super) struct Scene<'a> {
    pub(super) wiring: &'a Wiring,
    pub(super) working: &'a [bool],
    pub(super) down: &'a Level,
    pub(super) impaired: &'a Level,
    pub(super) restarts: &'a Restarts,
    pub(super) put: &'a BTreeSet<NodeId>,
    /// Stand-bys whose switch is under way or waits for a hand.
    pub(super) pending: &'a BTreeMap<NodeId, LinkId>,
}

/// A chain by the links that carry it, kept to see later which switch ended it.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    pub(super) held: Option<Held>,
    /// The stand-bys of the groups on the way whose switch was pending, nearest first.
    pub(super) pending: Vec<LinkId>,
}

impl Scene<'_> {
    /// What keeps a node in its state, from the node to what is waited for.
    pub(super) fn trail(&self, node: NodeId, state: State) -> Trail {
        let level = if state == State::Down { self.down } else { self.impaired };
        let mut chain = vec![node];
        let mut pending = Vec::new();
        let (mut here, mut partly) = (node, false);
        while level.cause[here as usize] != NONE {
            let link = self.wiring.link(level.cause[here as usize]);
            if self.wiring.is_group(here) {
                pending.extend(self.pending.get(&here));
            }
            partly = state == State::Degraded && link.partial;
            here = link.to;
            if !self.wiring.is_group(here) {
                chain.push(here);
            }
            if partly {
                break;
            }
        }
        let why = match pending.first() {
            Some(link) if self.wiring.link(*link).switch == Some(Standby::ByHand) => Why::SwitchByHand,
            _ if partly => Why::Capacity,
            _ => self.at_the_end(here, &mut chain),
        };
        Trail { held: Some(Held { why, chain }), pending }
    }

    fn at_the_end(&self, node: NodeId, chain: &mut Vec<NodeId>) -> Why {
        if self.put.contains(&node) {
            return Why::Outage;
        }
        match self.restarts.status.get(&node) {
            Some(Status::Restarting { .. }) => Why::Restart,
            Some(Status::Waiting) => {
                let missing = unmet(self.wiring, self.down, node).next();
                let first =
                    missing.and_then(|target| failing_leaves(self.wiring, self.down, target).into_iter().next());
                match first {
                    Some(target) => {
                        chain.push(target);
                        Why::StartNeeds
                    }
                    None if self.restarts.waits_for_a_hand(node) => Why::Hand,
                    None => Why::Restart,
                }
            }
            _ if self.restarts.draining.contains_key(&node) => Why::Backlog,
            _ => Why::Outage,
        }
    }

    /// What ended a chain: a switch that has been made by now, else what was waited for.
    pub(super) fn ended(&self, trail: Trail) -> Option<Held> {
        let made = trail.pending.iter().any(|link| self.working[*link as usize]);
        let mut held = trail.held?;
        if made && held.why != Why::SwitchByHand {
            held.why = Why::Switch;
        }
        Some(held)
    }
}
