//! The clock: from one event to the next.

use std::collections::{BTreeMap, BTreeSet};

use super::deadlock::{self, Deadlock};
use super::held::Scene;
use super::level::Level;
use super::record::Recorder;
use super::restarts::{Command, Moment, Restarts, Status, unmet};
use super::timers::{Timers, is_wanted};
use super::wiring::{LinkId, Wiring};
use super::{Attempt, Outcome, Remedy, Scenario, Seconds, Timeline};
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
    timers: Timers,
    /// Stand-bys that somebody switched to.
    switched: BTreeSet<LinkId>,
    recorder: Recorder,
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
        Run {
            wiring,
            scenario,
            down: Level::new(wiring, false),
            impaired: Level::new(wiring, true),
            restarts: Restarts::new(wiring, by_hand.chain(sticky).collect()),
            working: wiring.links.iter().map(|link| link.switch.is_none()).collect(),
            put: BTreeMap::new(),
            queue,
            timers: Timers::new(wiring),
            switched: BTreeSet::new(),
            recorder: Recorder::new(wiring, watched),
            timeline: Timeline::default(),
        }
    }

    fn at(&mut self, when: Seconds, event: Event) {
        self.queue.entry(when).or_default().insert(event);
    }

    /// Everything that happens at one moment, to the end.
    fn moment(&mut self, now: Seconds, events: &BTreeSet<Event>) {
        self.down.turn();
        self.impaired.turn();
        let mut actions = Vec::new();
        for event in events {
            match *event {
                Event::Begins(window) => self.shift(window, true),
                Event::Ends(window) => self.shift(window, false),
                Event::Action(action) => actions.push(action),
                Event::Lasted(link, degrading) => {
                    let grace = self.wiring.link(link).grace;
                    if self.timers.fails_since(link, degrading, now - grace) {
                        self.level(degrading).bridge(link, false);
                    }
                }
                Event::Switched(link) => {
                    if self.timers.is_switched(self.wiring, link, now) {
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
        let moment = Moment { wiring: self.wiring, now };
        self.restarts.finish(&moment);
        let mut asked: BTreeSet<NodeId> = self.restarts.commanded.keys().copied().collect();
        loop {
            let put: Vec<NodeId> = put_down.iter().copied().collect();
            self.down.run(self.wiring, &put, &self.restarts.kept());
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
        let put: BTreeSet<NodeId> = put_down.union(&put_degraded).copied().collect();
        let slow: Vec<NodeId> =
            self.restarts.kept().into_iter().chain(self.restarts.draining.keys().copied()).collect();
        let seeds: Vec<NodeId> = put.iter().copied().collect();
        self.impaired.run(self.wiring, &seeds, &slow);
        let ends: Vec<Seconds> = self.restarts.draining.values().copied().collect();
        ends.into_iter().for_each(|end| self.at(end, Event::Wake));
        self.told(&actions, &asked);
        for (degrading, level) in [(false, &mut self.down), (true, &mut self.impaired)] {
            for (when, link) in self.timers.bridge(self.wiring, level, degrading, now) {
                self.queue.entry(when).or_default().insert(Event::Lasted(link, degrading));
            }
        }
        for (when, link) in self.timers.prepare(self.wiring, &self.down, now) {
            self.at(when, Event::Switched(link));
        }
        self.deadlocks(now, &put_down);
        let scene = Scene {
            wiring: self.wiring,
            working: &self.working,
            down: &self.down,
            impaired: &self.impaired,
            restarts: &self.restarts,
            put: &put,
            pending: &self.timers.pending(&self.working),
        };
        self.recorder.note(now, &scene);
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
                        // It may have been at work by itself, since just this moment too.
                        self.timers.relieving.retain(|known| *known != link);
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
        self.down.stand_in(link, group, works);
        self.impaired.stand_in(link, group, works);
        self.restarts.stand_in(link, group, works);
        self.timers.relieving.retain(|known| *known != link);
        if works && !self.switched.contains(&link) {
            self.timers.relieving.push(link);
        }
    }

    /// Stand-bys that are no longer wanted, or fail, cease to work; whether any did.
    fn rest(&mut self) -> bool {
        let resting: Vec<LinkId> =
            (self.timers.relieving.iter().copied()).filter(|link| !is_wanted(self.wiring, &self.down, *link)).collect();
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

    fn deadlocks(&mut self, now: Seconds, put: &BTreeSet<NodeId>) {
        let moment = Moment { wiring: self.wiring, now };
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

    fn finish(mut self) -> Timeline {
        self.timeline.segments = self.recorder.finish(self.wiring, &self.down, &self.impaired);
        self.timeline
    }
}
