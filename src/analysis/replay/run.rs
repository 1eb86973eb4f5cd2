//! The clock: from one event to the next.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::deadlock::{self, Deadlock};
use super::held::{Scene, Trail};
use super::level::Level;
use super::restarts::{Command, Moment, Restarts, Status, unmet};
use super::wiring::{LinkId, Standby, Wiring};
use super::{Attempt, Outcome, Remedy, Scenario, Seconds, Segment, Timeline};
use crate::graph::{Graph, NodeId};
use crate::model::{Phase, State, System};

/// More moments than this, and the replay ends early.
const MOST_MOMENTS: usize = 200_000;

/// Something that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Begins(usize),
    Ends(usize),
    Action(usize),
    /// What a grace bridges has lasted: the link, and whether in the system of *not up*.
    Lasted(LinkId, bool),
    Switched(LinkId),
    /// A restart or a backlog may be done.
    Wake,
}

/// Replays a scenario on a system, and tells of `watched` nodes why they were not up.
///
/// Each moment costs what fails in it, twice, and a pass over the needs with a grace and the stand-bys.
pub fn replay(system: &System, graph: &Graph, scenario: &Scenario, watched: &[NodeId]) -> Timeline {
    let wiring = Wiring::new(system, graph);
    let mut run = Run::new(&wiring, scenario, watched);
    while let Some((now, events)) = run.queue.pop_first() {
        if run.timeline.moments == MOST_MOMENTS {
            run.timeline.truncated = true;
            break;
        }
        run.timeline.moments += 1;
        run.timeline.end = now;
        run.moment(now, &events);
    }
    run.finish()
}

struct Run<'a> {
    wiring: &'a Wiring,
    scenario: &'a Scenario,
    down: Level,
    impaired: Level,
    restarts: Restarts,
    /// Which links are at work: all but stand-bys that are not switched to.
    working: Vec<bool>,
    /// How many windows put each node down, or degraded.
    put: BTreeMap<(NodeId, State), u32>,
    queue: BTreeMap<Seconds, BTreeSet<Event>>,
    graces: Vec<LinkId>,
    /// Since when the target of a link with a grace has failed, by link and system.
    failing: BTreeMap<(LinkId, bool), Seconds>,
    standbys: Vec<LinkId>,
    /// Since when a stand-by is wanted and able.
    wanted: BTreeMap<LinkId, Seconds>,
    /// Stand-bys that somebody switched to.
    switched: BTreeSet<LinkId>,
    watched: BTreeSet<NodeId>,
    /// The segments that last, and what held each at the last moment.
    lasting: BTreeMap<NodeId, (usize, Trail)>,
    timeline: Timeline,
}

impl<'a> Run<'a> {
    fn new(wiring: &'a Wiring, scenario: &'a Scenario, watched: &[NodeId]) -> Self {
        let mut queue: BTreeMap<Seconds, BTreeSet<Event>> = BTreeMap::new();
        let mut at = |when: Seconds, event| {
            queue.entry(when).or_default().insert(event);
        };
        at(scenario.begins, Event::Wake);
        for (index, window) in scenario.windows.iter().enumerate() {
            if window.until.is_none_or(|until| until > window.from) {
                at(window.from, Event::Begins(index));
                window.until.into_iter().for_each(|until| at(until, Event::Ends(index)));
            }
        }
        for (index, action) in scenario.actions.iter().enumerate() {
            at(action.at, Event::Action(index));
        }
        let by_hand = (scenario.actions.iter())
            .filter(|action| action.what != Remedy::Switch)
            .flat_map(|action| action.nodes.iter().copied());
        let sticky = (0..).zip(&wiring.restart).filter(|(_, terms)| terms.is_some_and(|terms| terms.sticky));
        let sticky = sticky.map(|(node, _)| node).filter(|_| scenario.unattended);
        let links = || (0..).zip(&wiring.links).filter(|(_, link)| link.phase == Phase::Run);
        Run {
            wiring,
            scenario,
            down: Level::new(wiring, false),
            impaired: Level::new(wiring, true),
            restarts: Restarts::new(wiring, by_hand.chain(sticky).collect()),
            working: wiring.links.iter().map(|link| link.switch.is_none()).collect(),
            put: BTreeMap::new(),
            queue,
            graces: links().filter(|(_, link)| link.grace > 0).map(|(id, _)| id).collect(),
            failing: BTreeMap::new(),
            standbys: links().filter(|(_, link)| link.switch.is_some()).map(|(id, _)| id).collect(),
            wanted: BTreeMap::new(),
            switched: BTreeSet::new(),
            watched: watched.iter().copied().collect(),
            lasting: BTreeMap::new(),
            timeline: Timeline::default(),
        }
    }

    fn at(&mut self, when: Seconds, event: Event) {
        self.queue.entry(when).or_default().insert(event);
    }

    /// Everything that happens at one moment, to the end.
    fn moment(&mut self, now: Seconds, events: &BTreeSet<Event>) {
        let mut actions = Vec::new();
        for event in events {
            match *event {
                Event::Begins(window) => self.shift(window, true),
                Event::Ends(window) => self.shift(window, false),
                Event::Action(action) => actions.push(action),
                Event::Lasted(link, degrading) => {
                    let grace = self.wiring.link(link).grace;
                    if self.failing.get(&(link, degrading)) == Some(&(now - grace)) {
                        self.level(degrading).open[link as usize] = true;
                    }
                }
                Event::Switched(link) => {
                    let due = |since: &Seconds| matches!(self.wiring.link(link).switch, Some(Standby::After(time)) if since + time == now);
                    if self.wanted.get(&link).is_some_and(due) {
                        self.stand_in(link, true);
                    }
                }
                Event::Wake => {}
            }
        }
        for &action in &actions {
            self.command(action);
        }
        self.restarts.draining.retain(|_, until| *until > now);
        let (put_down, put_degraded) = (self.put_into(State::Down), self.put_into(State::Degraded));
        let moment = |working| Moment { wiring: self.wiring, working, now };
        self.restarts.finish(&moment(&self.working));
        let mut asked: BTreeSet<NodeId> = self.restarts.commanded.keys().copied().collect();
        loop {
            self.evaluate(&put_down, &put_degraded);
            let moment = Moment { wiring: self.wiring, working: &self.working, now };
            let step = self.restarts.step(&moment, &self.down, &put_down);
            for (node, done) in step.begun {
                asked.remove(&node);
                if done > now {
                    self.at(done, Event::Wake);
                }
            }
            let rested = self.rest();
            if !step.again && !rested {
                break;
            }
        }
        let ends: Vec<Seconds> = self.restarts.draining.values().copied().collect();
        ends.into_iter().for_each(|end| self.at(end, Event::Wake));
        self.told(&actions, &asked);
        self.bridge(now);
        self.prepare(now);
        self.deadlocks(now, &put_down);
        self.record(now, &put_down.union(&put_degraded).copied().collect());
    }

    fn level(&mut self, degrading: bool) -> &mut Level {
        if degrading { &mut self.impaired } else { &mut self.down }
    }

    /// A window begins or ends.
    fn shift(&mut self, window: usize, begins: bool) {
        let window = &self.scenario.windows[window];
        for &node in &window.nodes {
            let count = self.put.entry((node, window.state)).or_default();
            *count = if begins { *count + 1 } else { count.saturating_sub(1) };
        }
        self.put.retain(|_, count| *count > 0);
    }

    fn put_into(&self, state: State) -> BTreeSet<NodeId> {
        self.put.keys().filter(|(_, put)| *put == state).map(|(node, _)| *node).collect()
    }

    /// An action begins: restarts are asked for, switches are made.
    fn command(&mut self, action: usize) {
        let action = &self.scenario.actions[action];
        for &node in &action.nodes {
            match action.what {
                Remedy::Restart => {
                    let command = Command { forced: false, takes: action.takes };
                    self.restarts.commanded.entry(node).or_insert(command);
                }
                Remedy::Force => {
                    self.restarts.commanded.insert(node, Command { forced: true, takes: action.takes });
                }
                Remedy::Switch => {
                    for link in self.standbys_of(node) {
                        self.switched.insert(link);
                        self.stand_in(link, true);
                    }
                }
            }
        }
    }

    /// The stand-bys among the alternatives that a capability needs.
    fn standbys_of(&self, node: NodeId) -> Vec<LinkId> {
        let mut found = Vec::new();
        let mut open = vec![node];
        while let Some(here) = open.pop() {
            for &id in self.wiring.inputs(here) {
                let link = self.wiring.link(id);
                if link.switch.is_some() {
                    found.push(id);
                }
                if self.wiring.is_group(link.to) && link.phase == Phase::Run {
                    open.push(link.to);
                }
            }
        }
        found
    }

    fn stand_in(&mut self, link: LinkId, works: bool) {
        if self.working[link as usize] == works {
            return;
        }
        self.working[link as usize] = works;
        let group = self.wiring.link(link).from;
        self.down.stand_in(group, works);
        self.impaired.stand_in(group, works);
        self.restarts.stand_in(group, works);
    }

    fn evaluate(&mut self, put_down: &BTreeSet<NodeId>, put_degraded: &BTreeSet<NodeId>) {
        let down: Vec<NodeId> = put_down.iter().copied().collect();
        let degraded: Vec<NodeId> = put_down.union(put_degraded).copied().collect();
        let kept = self.restarts.kept();
        self.down.run(self.wiring, &self.working, &down, &kept);
        let slow: Vec<NodeId> = kept.iter().chain(self.restarts.draining.keys()).copied().collect();
        self.impaired.run(self.wiring, &self.working, &degraded, &slow);
    }

    /// Whether a stand-by is wanted (those that carry load are too few) and able to work.
    fn is_wanted(&self, link: LinkId) -> bool {
        let link = self.wiring.link(link);
        let members = self.wiring.inputs(link.from);
        let serves = |id: &&LinkId| {
            let member = self.wiring.link(**id);
            let failed = self.down.passes(self.wiring, &self.working, **id) && self.down.has_failed(member.to);
            member.switch.is_none() && !failed
        };
        let wanted = (members.len() + 1).saturating_sub(self.wiring.threshold[link.from as usize] as usize);
        members.iter().filter(serves).count() < wanted && !self.down.has_failed(link.to)
    }

    /// Stand-bys that are no longer wanted, or fail, cease to work; whether any did.
    fn rest(&mut self) -> bool {
        let resting: Vec<LinkId> = (self.standbys.iter().copied())
            .filter(|link| self.working[*link as usize] && !self.switched.contains(link) && !self.is_wanted(*link))
            .collect();
        resting.iter().for_each(|link| self.stand_in(*link, false));
        !resting.is_empty()
    }

    /// Which actions did something, and what was in the way of the others.
    fn told(&mut self, actions: &[usize], asked: &BTreeSet<NodeId>) {
        self.restarts.commanded.clear();
        for &action in actions {
            for &node in &self.scenario.actions[action].nodes {
                let done = self.scenario.actions[action].what == Remedy::Switch || !asked.contains(&node);
                let outcome = match self.restarts.status.get(&node) {
                    _ if done => Outcome::Done,
                    Some(Status::Waiting) => Outcome::Vain,
                    _ => Outcome::Idle,
                };
                let missing = unmet(self.wiring, &self.down, node).next().filter(|_| outcome == Outcome::Vain);
                let missing =
                    missing.and_then(|to| deadlock::failing_leaves(self.wiring, &self.down, to).first().copied());
                let chain = missing.map(|to| vec![node, to]).unwrap_or_default();
                self.timeline.attempts.push(Attempt { action, node, outcome, chain });
            }
        }
    }

    /// What began to fail behind a grace is bridged from now on; what is up again is forgotten.
    fn bridge(&mut self, now: Seconds) {
        for index in 0..self.graces.len() {
            let id = self.graces[index];
            let (to, grace) = (self.wiring.link(id).to, self.wiring.link(id).grace);
            for degrading in [false, true] {
                let failed = self.level(degrading).has_failed(to);
                if !failed {
                    self.level(degrading).open[id as usize] = false;
                    self.failing.remove(&(id, degrading));
                } else if let Entry::Vacant(since) = self.failing.entry((id, degrading)) {
                    since.insert(now);
                    self.at(now.saturating_add(grace), Event::Lasted(id, degrading));
                }
            }
        }
    }

    /// Switches begin where stand-bys are wanted, and are called off where not.
    fn prepare(&mut self, now: Seconds) {
        for index in 0..self.standbys.len() {
            let id = self.standbys[index];
            if !self.is_wanted(id) {
                self.wanted.remove(&id);
            } else if let Entry::Vacant(since) = self.wanted.entry(id) {
                since.insert(now);
                if let Some(Standby::After(time)) = self.wiring.link(id).switch {
                    self.at(now.saturating_add(time), Event::Switched(id));
                }
            }
        }
    }

    fn deadlocks(&mut self, now: Seconds, put: &BTreeSet<NodeId>) {
        let moment = Moment { wiring: self.wiring, working: &self.working, now };
        let holding = deadlock::holding(&mut self.restarts, &moment, &self.down, put);
        for known in self.timeline.deadlocks.iter_mut().filter(|known| known.broken.is_none()) {
            if !holding.contains(&known.cycle) {
                known.broken = Some(now);
            }
        }
        for cycle in holding {
            let known = |deadlock: &Deadlock| deadlock.broken.is_none() && deadlock.cycle == cycle;
            if !self.timeline.deadlocks.iter().any(known) {
                self.timeline.deadlocks.push(Deadlock { cycle, since: now, broken: None });
            }
        }
    }

    /// Notes what changed its state, and what holds those that are watched.
    fn record(&mut self, now: Seconds, put: &BTreeSet<NodeId>) {
        let pending = (self.wanted.keys())
            .filter(|link| !self.working[**link as usize])
            .map(|link| (self.wiring.link(*link).from, *link))
            .collect();
        let scene = Scene {
            wiring: self.wiring,
            working: &self.working,
            down: &self.down,
            impaired: &self.impaired,
            restarts: &self.restarts,
            put,
            pending: &pending,
        };
        let state = |node: NodeId| match (self.down.has_failed(node), self.impaired.has_failed(node)) {
            (true, _) => State::Down,
            (_, true) => State::Degraded,
            _ => State::Up,
        };
        let segments = &mut self.timeline.segments;
        self.lasting.retain(|node, (index, trail)| {
            let lasts = state(*node) == segments[*index].state;
            if !lasts {
                segments[*index].until = Some(now);
                segments[*index].held = scene.ended(std::mem::take(trail));
            }
            lasts
        });
        for &node in self.down.failed.iter().chain(&self.impaired.failed) {
            let watched = self.watched.contains(&node);
            let trail = if watched { scene.trail(node, state(node)) } else { Trail::default() };
            match self.lasting.get_mut(&node) {
                Some((_, known)) => *known = trail,
                None => {
                    let chain = trail.held.as_ref().map(|held| held.chain.clone()).unwrap_or_default();
                    let state = state(node);
                    segments.push(Segment { node, state, from: now, until: None, chain, held: None });
                    self.lasting.insert(node, (segments.len() - 1, trail));
                }
            }
        }
    }

    fn finish(mut self) -> Timeline {
        for (index, trail) in self.lasting.into_values() {
            self.timeline.segments[index].held = trail.held;
        }
        self.timeline.segments.sort_by_key(|segment| (segment.node, segment.from));
        self.timeline
    }
}
