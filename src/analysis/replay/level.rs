//! One of the two Boolean systems at one moment: *down*, or *not up*. Evaluated breadth first; forgetting costs what it
//! touched.

use super::wiring::{LinkId, Wiring};
use crate::graph::NodeId;
use crate::model::Phase;

/// No link: the node is kept down from outside.
pub(super) const NONE: LinkId = LinkId::MAX;

/// A Boolean system while its failures spread.
pub(super) struct Level {
    /// Whether soft needs carry it: the system of *not up*.
    degrading: bool,
    /// How many more inputs must fail for each node to fail; 0 once it has failed.
    missing: Vec<u32>,
    /// The same while nothing has failed: stand-bys that are not at work are failed inputs.
    base: Vec<u32>,
    /// Which links pass a failure on now: all but those that are bridged by a grace.
    pub(super) open: Vec<bool>,
    /// Alternatives that carry only part of the load: failed inputs at all times.
    partial: Vec<LinkId>,
    /// Through which link each node failed.
    pub(super) cause: Vec<LinkId>,
    /// Capabilities that failed, in the order in which they did.
    pub(super) failed: Vec<NodeId>,
    /// Groups with a failed input, each at least once.
    touched: Vec<NodeId>,
    /// Groups that failed and have not passed it on.
    groups: Vec<NodeId>,
}

impl Level {
    /// The system in which nothing has failed and no stand-by is at work.
    pub(super) fn new(wiring: &Wiring, degrading: bool) -> Self {
        let mut base = wiring.threshold.clone();
        for link in wiring.links.iter().filter(|link| link.switch.is_some()) {
            base[link.from as usize] -= 1;
        }
        let partial =
            (0..).zip(&wiring.links).filter(|(_, link)| degrading && link.partial && link.phase == Phase::Run);
        Level {
            degrading,
            missing: base.clone(),
            base,
            open: wiring.links.iter().map(|link| link.grace == 0).collect(),
            partial: partial.map(|(id, _)| id).collect(),
            cause: vec![NONE; wiring.threshold.len()],
            failed: Vec::new(),
            touched: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Whether a node has failed.
    pub(super) fn has_failed(&self, node: NodeId) -> bool {
        self.missing[node as usize] == 0
    }

    /// Groups with a failed input, each at least once.
    pub(super) fn touched(&self) -> &[NodeId] {
        &self.touched
    }

    /// A stand-by begins or ceases to work.
    pub(super) fn stand_in(&mut self, group: NodeId, works: bool) {
        let base = &mut self.base[group as usize];
        *base = if works { *base + 1 } else { *base - 1 };
        self.touched.push(group);
    }

    /// Evaluates the system anew: first what the outage puts down, then what is kept down until it has restarted, so
    /// that a cause from outside is told before a restart that waits for it.
    pub(super) fn run(&mut self, wiring: &Wiring, working: &[bool], put: &[NodeId], kept: &[NodeId]) {
        for node in self.failed.drain(..).chain(self.touched.drain(..)) {
            self.missing[node as usize] = self.base[node as usize];
            self.cause[node as usize] = NONE;
        }
        for index in 0..self.partial.len() {
            let link = self.partial[index];
            if working[link as usize] {
                self.hit(wiring, link);
            }
        }
        let mut next = 0;
        for seeds in [put, kept] {
            for seed in seeds {
                if std::mem::take(&mut self.missing[*seed as usize]) > 0 {
                    self.failed.push(*seed);
                }
            }
            next = self.settle(wiring, working, next);
        }
    }

    fn settle(&mut self, wiring: &Wiring, working: &[bool], mut next: usize) -> usize {
        loop {
            // A group that fails passes on at once, since it is no step of its own.
            while let Some(group) = self.groups.pop() {
                self.pass_on(wiring, working, group);
            }
            let Some(node) = self.failed.get(next).copied() else { return next };
            next += 1;
            self.pass_on(wiring, working, node);
        }
    }

    fn pass_on(&mut self, wiring: &Wiring, working: &[bool], node: NodeId) {
        for &id in wiring.dependents(node) {
            if self.passes(wiring, working, id) {
                self.hit(wiring, id);
            }
        }
    }

    /// Whether a link passes a failure of its target on at this moment.
    pub(super) fn passes(&self, wiring: &Wiring, working: &[bool], id: LinkId) -> bool {
        let link = wiring.link(id);
        let carries = if self.degrading { !link.partial } else { !link.soft };
        link.phase == Phase::Run && carries && working[id as usize] && self.open[id as usize]
    }

    /// One more input of a node has failed.
    fn hit(&mut self, wiring: &Wiring, id: LinkId) {
        let node = wiring.link(id).from;
        let missing = &mut self.missing[node as usize];
        if *missing == 0 {
            return;
        }
        *missing -= 1;
        let failed = *missing == 0;
        if failed {
            self.cause[node as usize] = id;
        }
        if wiring.is_group(node) {
            self.touched.push(node);
            if failed {
                self.groups.push(node);
            }
        } else {
            self.failed.push(node);
        }
    }
}
