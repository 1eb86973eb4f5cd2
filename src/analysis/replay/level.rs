//! One of the two Boolean systems at one moment: *down*, or *not up*. Evaluated breadth first; forgetting costs what it
//! touched.

use super::wiring::{LinkId, Wiring};
use crate::graph::NodeId;
use crate::model::Phase;

/// No link: the node is kept down from outside.
pub(super) const NONE: LinkId = LinkId::MAX;

/// It is a need to serve, and carries what this system is about.
const CARRIES: u8 = 1;
/// It is at work: no stand-by that is not switched to.
const WORKS: u8 = 2;
/// No grace bridges it.
const OPEN: u8 = 4;
/// A link passes a failure on while all of these hold.
const PASSES: u8 = CARRIES | WORKS | OPEN;

/// A Boolean system while its failures spread.
pub(super) struct Level {
    /// How many more inputs must fail for each node to fail; 0 once it has failed.
    missing: Vec<u32>,
    /// The same while nothing has failed: stand-bys that are not at work are failed inputs.
    base: Vec<u32>,
    /// What holds of each link now.
    gates: Vec<u8>,
    /// Alternatives that carry only part of the load: failed inputs at all times.
    partial: Vec<LinkId>,
    /// Through which link each node failed.
    pub(super) cause: Vec<LinkId>,
    /// The same at the moment before.
    pub(super) caused_before: Vec<LinkId>,
    /// The nodes that failed at the moment before, and groups that had a failed input.
    failed_before: Vec<NodeId>,
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
        let gates = wiring.links.iter().map(|link| {
            let carries = link.phase == Phase::Run && if degrading { !link.partial } else { !link.soft };
            let gate = |holds: bool, gate: u8| if holds { gate } else { 0 };
            gate(carries, CARRIES) | gate(link.switch.is_none(), WORKS) | gate(link.grace == 0, OPEN)
        });
        let partial =
            (0..).zip(&wiring.links).filter(|(_, link)| degrading && link.partial && link.phase == Phase::Run);
        Level {
            missing: base.clone(),
            base,
            gates: gates.collect(),
            partial: partial.map(|(id, _)| id).collect(),
            cause: vec![NONE; wiring.threshold.len()],
            caused_before: vec![NONE; wiring.threshold.len()],
            failed_before: Vec::new(),
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

    /// A moment begins: what was found at the last one is kept beside, and nothing has failed.
    pub(super) fn turn(&mut self) {
        for node in self.failed_before.drain(..) {
            self.caused_before[node as usize] = NONE;
        }
        std::mem::swap(&mut self.cause, &mut self.caused_before);
        self.failed_before.append(&mut self.failed);
        self.failed_before.append(&mut self.touched);
        for node in &self.failed_before {
            self.missing[*node as usize] = self.base[*node as usize];
        }
    }

    /// A stand-by begins or ceases to work.
    pub(super) fn stand_in(&mut self, link: LinkId, group: NodeId, works: bool) {
        let (base, gates) = (&mut self.base[group as usize], &mut self.gates[link as usize]);
        (*base, *gates) = if works { (*base + 1, *gates | WORKS) } else { (*base - 1, *gates & !WORKS) };
        self.touched.push(group);
    }

    /// A grace begins to bridge a link, or is over.
    pub(super) fn bridge(&mut self, link: LinkId, bridged: bool) {
        let gates = &mut self.gates[link as usize];
        *gates = if bridged { *gates & !OPEN } else { *gates | OPEN };
    }

    /// Takes over which links pass a failure on.
    pub(super) fn open_as(&mut self, other: &Level) {
        self.gates.clone_from(&other.gates);
    }

    /// Evaluates the system anew: first what the outage puts down, then what is kept down until it has restarted, so
    /// that a cause from outside is told before a restart that waits for it.
    pub(super) fn run(&mut self, wiring: &Wiring, put: &[NodeId], kept: &[NodeId]) {
        for node in self.failed.drain(..).chain(self.touched.drain(..)) {
            self.missing[node as usize] = self.base[node as usize];
            self.cause[node as usize] = NONE;
        }
        for index in 0..self.partial.len() {
            let link = self.partial[index];
            if self.gates[link as usize] & WORKS != 0 {
                self.hit(wiring, link, wiring.link(link).from);
            }
        }
        let mut next = 0;
        for seeds in [put, kept] {
            for seed in seeds {
                if std::mem::take(&mut self.missing[*seed as usize]) > 0 {
                    self.failed.push(*seed);
                }
            }
            next = self.settle(wiring, next);
        }
    }

    fn settle(&mut self, wiring: &Wiring, mut next: usize) -> usize {
        loop {
            // A group that fails passes on at once, since it is no step of its own.
            while let Some(group) = self.groups.pop() {
                self.pass_on(wiring, group);
            }
            let Some(node) = self.failed.get(next).copied() else { return next };
            next += 1;
            self.pass_on(wiring, node);
        }
    }

    fn pass_on(&mut self, wiring: &Wiring, node: NodeId) {
        for &(id, from) in wiring.dependents(node) {
            if self.passes(id) {
                self.hit(wiring, id, from);
            }
        }
    }

    /// Whether a link passes a failure of its target on at this moment.
    pub(super) fn passes(&self, id: LinkId) -> bool {
        self.gates[id as usize] == PASSES
    }

    /// One more input of a node has failed.
    fn hit(&mut self, wiring: &Wiring, id: LinkId, node: NodeId) {
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
