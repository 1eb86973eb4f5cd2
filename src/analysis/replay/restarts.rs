//! Restarts: what stays down after its cause is gone, and when it comes back.

use std::collections::{BTreeMap, BTreeSet};

use super::Seconds;
use super::level::Level;
use super::wiring::{LinkId, Terms, Wiring};
use crate::graph::NodeId;
use crate::model::Phase;

/// Where a capability stands on its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// It failed, and its restart has not begun.
    Waiting,
    /// It restarts, until this moment.
    Restarting {
        /// When it is done.
        done: Seconds,
        /// Whether its start needs are left out.
        forced: bool,
    },
    /// It has restarted, and has not served since: what it needs is still down.
    Started,
}

/// A restart by hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Command {
    /// Whether its start needs are left out.
    pub(super) forced: bool,
    /// How long it takes, if not as long as the component says.
    pub(super) takes: Option<Seconds>,
}

/// Everything that is on its way back, and who may begin.
pub(super) struct Restarts {
    pub(super) status: BTreeMap<NodeId, Status>,
    /// Capabilities with a backlog, and until when.
    pub(super) draining: BTreeMap<NodeId, Seconds>,
    /// Capabilities that restart only when somebody does it.
    by_hand: BTreeSet<NodeId>,
    /// What is restarted by hand at this moment.
    pub(super) commanded: BTreeMap<NodeId, Command>,
    /// The system of *down*, once more, for trying out what a restart would bring.
    trial: Level,
}

impl Restarts {
    pub(super) fn new(wiring: &Wiring, by_hand: BTreeSet<NodeId>) -> Self {
        Restarts {
            status: BTreeMap::new(),
            draining: BTreeMap::new(),
            by_hand,
            commanded: BTreeMap::new(),
            trial: Level::new(wiring, false),
        }
    }

    /// What is kept down although nothing else may take it down.
    pub(super) fn kept(&self) -> Vec<NodeId> {
        let kept = self.status.iter().filter(|(_, status)| **status != Status::Started);
        kept.map(|(node, _)| *node).collect()
    }

    /// Whether a capability waits for somebody.
    pub(super) fn waits_for_a_hand(&self, node: NodeId) -> bool {
        self.by_hand.contains(&node)
    }

    /// A stand-by begins or ceases to work.
    pub(super) fn stand_in(&mut self, link: LinkId, group: NodeId, works: bool) {
        self.trial.stand_in(link, group, works);
    }

    /// What changes at this moment, given what is down: what failed begins to wait, what can restart begins to, and what
    /// takes no time is done at once. Whether anything came of it that asks for another evaluation.
    pub(super) fn step(&mut self, moment: &Moment<'_>, down: &Level, put: &BTreeSet<NodeId>) -> Step {
        let wiring = moment.wiring;
        let mut step = Step::default();
        for &node in &down.failed {
            if wiring.restart[node as usize].is_some() && !self.status.contains_key(&node) {
                self.status.insert(node, Status::Waiting);
                self.draining.remove(&node);
            }
        }
        let holds = |node: &NodeId| start_needs_hold(wiring, down, *node);
        for (node, status) in &mut self.status {
            let stopped = match *status {
                Status::Restarting { forced, .. } => put.contains(node) || (!forced && !holds(node)),
                Status::Started => put.contains(node),
                Status::Waiting => false,
            };
            if stopped {
                *status = Status::Waiting;
            }
        }
        self.status.retain(|node, status| *status != Status::Started || down.has_failed(*node));
        let ready: BTreeSet<NodeId> = (self.status.iter())
            .filter(|(node, status)| {
                let hand = self.commanded.get(*node);
                let may = hand.is_some() || !self.by_hand.contains(*node);
                **status == Status::Waiting && may && (hand.is_some_and(|hand| hand.forced) || holds(node))
            })
            .map(|(node, _)| *node)
            .collect();
        for node in self.freed(moment, down, put, ready) {
            let command = self.commanded.remove(&node);
            let forced = command.is_some_and(|command| command.forced);
            let takes = command.and_then(|command| command.takes).unwrap_or(terms(wiring, node).takes);
            let done = moment.now.saturating_add(takes);
            step.begun.push((node, done));
            self.status.insert(node, Status::Restarting { done, forced });
        }
        step.again = self.finish(moment);
        step
    }

    /// What has restarted by now is started; whether anything has.
    pub(super) fn finish(&mut self, moment: &Moment<'_>) -> bool {
        let mut any = false;
        for (node, status) in &mut self.status {
            if matches!(*status, Status::Restarting { done, .. } if done <= moment.now) {
                *status = Status::Started;
                any = true;
                let drain = terms(moment.wiring, *node).drain;
                if drain > 0 {
                    self.draining.insert(*node, moment.now.saturating_add(drain));
                }
            }
        }
        any
    }

    /// Of the capabilities given those that would serve if all of them were started: the most that can be.
    ///
    /// What is restarting is taken as back, so that components that need each other restart together.
    pub(super) fn freed(
        &mut self,
        moment: &Moment<'_>,
        down: &Level,
        put: &BTreeSet<NodeId>,
        mut able: BTreeSet<NodeId>,
    ) -> BTreeSet<NodeId> {
        able.retain(|node| !put.contains(node));
        if able.is_empty() {
            return able;
        }
        let put: Vec<NodeId> = put.iter().copied().collect();
        let waiting = self.status.iter().filter(|(_, status)| **status == Status::Waiting).map(|(node, _)| *node);
        let kept: Vec<NodeId> = waiting.filter(|node| !able.contains(node)).collect();
        self.trial.open_as(down);
        self.trial.run(moment.wiring, &put, &kept);
        // What fails although it is taken as back fails as well if it is kept: one trial is enough.
        able.retain(|node| !self.trial.has_failed(*node));
        able
    }
}

/// What a step asks for.
#[derive(Default)]
pub(super) struct Step {
    /// Restarts that began, and when they are done.
    pub(super) begun: Vec<(NodeId, Seconds)>,
    /// The states have to be evaluated once more.
    pub(super) again: bool,
}

/// What does not change while a moment is settled.
pub(super) struct Moment<'a> {
    pub(super) wiring: &'a Wiring,
    pub(super) now: Seconds,
}

fn terms(wiring: &Wiring, node: NodeId) -> Terms {
    wiring.restart[node as usize].unwrap_or(Terms { sticky: false, takes: 0, drain: 0 })
}

/// Whether all hard start needs of a capability are up.
pub(super) fn start_needs_hold(wiring: &Wiring, down: &Level, node: NodeId) -> bool {
    unmet(wiring, down, node).next().is_none()
}

/// The hard start needs of a capability that are down.
pub(super) fn unmet<'a>(wiring: &'a Wiring, down: &'a Level, node: NodeId) -> impl Iterator<Item = NodeId> + 'a {
    let links = wiring.inputs(node).iter().map(|link| wiring.link(*link));
    let needs = links.filter(|link| link.phase == Phase::Start && !link.soft);
    needs.map(|link| link.to).filter(|target| !holds(wiring, down, *target))
}

/// A capability that is not down, or a group with enough members that hold; groups of start needs are not part of the
/// system of *down*.
fn holds(wiring: &Wiring, down: &Level, node: NodeId) -> bool {
    if !wiring.is_group(node) {
        return !down.has_failed(node);
    }
    let members = wiring.inputs(node).iter().map(|link| wiring.link(*link));
    let failed = members.filter(|link| !link.soft && !holds(wiring, down, link.to)).count();
    failed < wiring.threshold[node as usize] as usize
}
