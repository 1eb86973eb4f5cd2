//! The slow, obvious twin of the replay: the same words, evaluated second by second on the model itself.

use std::collections::{BTreeMap, BTreeSet};

use linchpin::model::{Capability, CapabilityRef, Need, Phase, Requires, State, Strength, Switch, System};

/// What happens, in the words of the model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Story {
    /// What is put into which state, from when, until when.
    pub(crate) windows: Vec<(CapabilityRef, State, i64, Option<i64>)>,
    /// What is done to what, when.
    pub(crate) actions: Vec<(i64, Deed, CapabilityRef)>,
    pub(crate) unattended: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Restart,
    Force,
    Switch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Waiting,
    Restarting(i64, bool),
    Started,
}

/// A need by its way from the capability: which of its needs, which member of that, and so on.
type Path = (CapabilityRef, Vec<usize>);

type States = BTreeMap<CapabilityRef, State>;

struct Twin<'a> {
    system: &'a System,
    story: &'a Story,
    status: BTreeMap<CapabilityRef, Status>,
    draining: BTreeMap<CapabilityRef, i64>,
    /// Since when the target of a need has failed, at least degraded and down.
    failing: BTreeMap<(Path, State), i64>,
    wanted: BTreeMap<Path, i64>,
    working: BTreeSet<Path>,
    by_hand: BTreeSet<Path>,
    now: i64,
}

/// The states at each second from 0 up to `end`.
pub(crate) fn states(system: &System, story: &Story, end: i64) -> Vec<States> {
    let mut twin = Twin {
        system,
        story,
        status: BTreeMap::new(),
        draining: BTreeMap::new(),
        failing: BTreeMap::new(),
        wanted: BTreeMap::new(),
        working: BTreeSet::new(),
        by_hand: BTreeSet::new(),
        now: 0,
    };
    (0..end).map(|now| twin.second(now)).collect()
}

impl<'a> Twin<'a> {
    fn second(&mut self, now: i64) -> States {
        self.now = now;
        for (path, need) in self.paths() {
            let since = self.wanted.get(&path);
            if let (Some(Switch::After(time)), Some(since)) = (need.terms.switch, since)
                && now - since == seconds(time)
            {
                self.working.insert(path);
            }
        }
        let mut commanded: BTreeMap<CapabilityRef, bool> = BTreeMap::new();
        for (_, deed, target) in self.story.actions.iter().filter(|(at, ..)| *at == now) {
            match deed {
                Deed::Restart => {
                    commanded.entry(target.clone()).or_insert(false);
                }
                Deed::Force => {
                    commanded.insert(target.clone(), true);
                }
                Deed::Switch => {
                    for (path, need) in self.paths() {
                        if path.0 == *target && need.terms.switch.is_some() && path.1.len() > 1 && self.runs(&path) {
                            self.working.insert(path.clone());
                            self.by_hand.insert(path);
                        }
                    }
                }
            }
        }
        self.draining.retain(|_, until| *until > now);
        self.finish();
        let states = loop {
            let states = self.fixed_point(&BTreeSet::new(), true);
            let again = self.restarts(&states, &mut commanded);
            let resting: Vec<Path> = (self.working.iter())
                .filter(|path| !self.by_hand.contains(*path) && !self.is_wanted(path, &states))
                .cloned()
                .collect();
            for path in &resting {
                self.working.remove(path);
            }
            if !again && resting.is_empty() {
                break states;
            }
        };
        for (path, need) in self.paths() {
            for level in [State::Degraded, State::Down] {
                if self.raw(&path, need, &states) < level {
                    self.failing.remove(&(path.clone(), level));
                } else {
                    self.failing.entry((path.clone(), level)).or_insert(now);
                }
            }
            if need.terms.switch.is_some() && path.1.len() > 1 && self.is_wanted(&path, &states) {
                self.wanted.entry(path).or_insert(now);
            } else {
                self.wanted.remove(&path);
            }
        }
        states
    }

    /// What begins to wait, what restarts; whether something is done at once.
    fn restarts(&mut self, states: &States, commanded: &mut BTreeMap<CapabilityRef, bool>) -> bool {
        for (capability, state) in states {
            if *state == State::Down && self.takes_drain(capability).is_some() && !self.status.contains_key(capability)
            {
                self.status.insert(capability.clone(), Status::Waiting);
                self.draining.remove(capability);
            }
        }
        for (capability, status) in self.status.clone() {
            let put = self.put(&capability) == State::Down;
            let ready = self.start_needs_hold(&capability, states);
            let stopped = match status {
                Status::Restarting(_, forced) => put || (!forced && !ready),
                Status::Started => put,
                Status::Waiting => false,
            };
            if stopped {
                self.status.insert(capability, Status::Waiting);
            } else if status == Status::Started && states[&capability] != State::Down {
                self.status.remove(&capability);
            }
        }
        let able: Vec<CapabilityRef> = (self.status.iter())
            .filter(|(capability, status)| {
                let hand = commanded.get(*capability);
                let may = hand.is_some() || !self.only_by_hand(capability);
                let ready = hand == Some(&true) || self.start_needs_hold(capability, states);
                **status == Status::Waiting && may && ready && self.put(capability) != State::Down
            })
            .map(|(capability, _)| capability.clone())
            .collect();
        // Of all sets that would serve once started the largest: their union serves as well.
        let mut most = BTreeSet::new();
        for mask in 1usize..1 << able.len() {
            let set: BTreeSet<CapabilityRef> =
                able.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0).map(|(_, c)| c.clone()).collect();
            let states = self.fixed_point(&set, false);
            if set.iter().all(|capability| states[capability] != State::Down) {
                most.extend(set);
            }
        }
        for capability in most {
            let forced = commanded.remove(&capability) == Some(true);
            let takes = self.takes_drain(&capability).map_or(0, |(takes, _)| takes);
            self.status.insert(capability, Status::Restarting(self.now + takes, forced));
        }
        self.finish()
    }

    fn finish(&mut self) -> bool {
        let mut any = false;
        for (capability, status) in self.status.clone() {
            if matches!(status, Status::Restarting(done, _) if done <= self.now) {
                any = true;
                let drain = self.takes_drain(&capability).map_or(0, |(_, drain)| drain);
                if drain > 0 {
                    self.draining.insert(capability.clone(), self.now + drain);
                }
                self.status.insert(capability, Status::Started);
            }
        }
        any
    }

    /// The states from all up until nothing changes. Of what waits `freed` is left out, and unless `real` what restarts
    /// as well.
    fn fixed_point(&self, freed: &BTreeSet<CapabilityRef>, real: bool) -> States {
        let mut states: States = BTreeMap::new();
        for component in self.system.components.values() {
            for name in component.capabilities.keys() {
                states.insert(CapabilityRef::new(component.id.clone(), name.clone()), State::Up);
            }
        }
        loop {
            let mut next = states.clone();
            for (capability, state) in &mut next {
                let needs = &self.system.components[&capability.component].capabilities[&capability.capability];
                let mut worst = self.put(capability);
                match self.status.get(capability) {
                    Some(Status::Waiting) if !freed.contains(capability) => worst = State::Down,
                    Some(Status::Restarting(..)) if real => worst = State::Down,
                    _ => {}
                }
                if self.draining.contains_key(capability) {
                    worst = worst.max(State::Degraded);
                }
                for (number, need) in needs.iter().enumerate().filter(|(_, need)| need.terms.phase == Phase::Run) {
                    worst = worst.max(self.passed(&(capability.clone(), vec![number]), need, &states));
                }
                *state = worst;
            }
            if next == states {
                return states;
            }
            states = next;
        }
    }

    /// What a need passes on: nothing worse than what has lasted longer than its grace.
    fn passed(&self, path: &Path, need: &Need, states: &States) -> State {
        let raw = self.raw(path, need, states);
        let grace = need.terms.grace.map_or(0, seconds);
        let lasts = |level: State| {
            grace == 0 || self.failing.get(&(path.clone(), level)).is_some_and(|since| self.now - since >= grace)
        };
        let levels = [State::Down, State::Degraded];
        let bridged = levels.into_iter().find(|level| raw >= *level && lasts(*level)).unwrap_or(State::Up);
        let bridged = if need.terms.strength == Strength::Soft { bridged.min(State::Degraded) } else { bridged };
        if need.terms.is_partial() { bridged.max(State::Degraded) } else { bridged }
    }

    fn raw(&self, path: &Path, need: &Need, states: &States) -> State {
        match &need.requires {
            Requires::One(target) => states[target],
            Requires::AtLeast { k, members } => {
                let mut all: Vec<State> = (members.iter().enumerate())
                    .map(|(number, member)| {
                        let path = deeper(path, number);
                        if self.works(&path, need, member, number) {
                            self.passed(&path, member, states)
                        } else {
                            State::Down
                        }
                    })
                    .collect();
                all.sort();
                all[k - 1]
            }
        }
    }

    /// Whether a member carries load: it is no stand-by, or it is switched to, or the others are too few from the outset.
    fn works(&self, path: &Path, group: &Need, member: &Need, number: usize) -> bool {
        !is_standby(member) || self.working.contains(path) || enlisted(group, number)
    }

    fn is_wanted(&self, path: &Path, states: &States) -> bool {
        let (number, parents) = path.1.split_last().expect("a member");
        let parent: Path = (path.0.clone(), parents.to_vec());
        let all = self.paths();
        let group = all.iter().find(|(known, _)| *known == parent).expect("a group").1;
        let Requires::AtLeast { k, members } = &group.requires else { panic!("a group") };
        let working =
            members.iter().enumerate().filter(|(other, member)| !is_standby(member) || enlisted(group, *other));
        let left =
            working.filter(|(other, member)| self.passed(&deeper(&parent, *other), member, states) != State::Down);
        left.count() < *k && is_standby(&members[*number]) && self.raw(path, &members[*number], states) != State::Down
    }

    fn start_needs_hold(&self, capability: &CapabilityRef, states: &States) -> bool {
        fn holds(need: &Need, states: &States) -> bool {
            need.terms.strength == Strength::Soft
                || match &need.requires {
                    Requires::One(target) => states[target] != State::Down,
                    Requires::AtLeast { k, members } => members.iter().filter(|m| holds(m, states)).count() >= *k,
                }
        }
        let needs = &self.system.components[&capability.component].capabilities[&capability.capability];
        needs.iter().filter(|need| need.terms.phase == Phase::Start).all(|need| holds(need, states))
    }

    fn takes_drain(&self, capability: &CapabilityRef) -> Option<(i64, i64)> {
        let component = &self.system.components[&capability.component];
        let hard = |need: &Need| need.terms.phase == Phase::Start && need.terms.strength == Strength::Hard;
        let starts = component.capabilities[&capability.capability].iter().any(hard);
        let written = component.restart.as_ref().filter(|_| starts || capability.capability != Capability::control());
        match written {
            Some(restart) => Some((seconds(restart.takes), seconds(restart.drain))),
            None => starts.then_some((0, 0)),
        }
    }

    fn only_by_hand(&self, capability: &CapabilityRef) -> bool {
        let named = |(_, deed, target): &(i64, Deed, CapabilityRef)| *deed != Deed::Switch && target == capability;
        let sticky = self.system.components[&capability.component].restart.as_ref().is_some_and(|r| r.sticky);
        self.story.actions.iter().any(named) || (self.story.unattended && sticky)
    }

    fn put(&self, capability: &CapabilityRef) -> State {
        let lasts = |from: i64, until: Option<i64>| from <= self.now && until.is_none_or(|until| self.now < until);
        let windows =
            self.story.windows.iter().filter(|(put, _, from, until)| put == capability && lasts(*from, *until));
        windows.map(|(_, state, ..)| *state).max().unwrap_or(State::Up)
    }

    fn runs(&self, path: &Path) -> bool {
        self.system.components[&path.0.component].capabilities[&path.0.capability][path.1[0]].terms.phase == Phase::Run
    }

    /// Every need with its way, those within start needs left out.
    fn paths(&self) -> Vec<(Path, &'a Need)> {
        fn walk<'n>(path: Path, need: &'n Need, all: &mut Vec<(Path, &'n Need)>) {
            if let Requires::AtLeast { members, .. } = &need.requires {
                for (number, member) in members.iter().enumerate() {
                    walk(deeper(&path, number), member, all);
                }
            }
            all.push((path, need));
        }
        let mut all = Vec::new();
        for component in self.system.components.values() {
            for (name, needs) in &component.capabilities {
                let from = CapabilityRef::new(component.id.clone(), name.clone());
                for (number, need) in needs.iter().enumerate().filter(|(_, need)| need.terms.phase == Phase::Run) {
                    walk((from.clone(), vec![number]), need, &mut all);
                }
            }
        }
        all
    }
}

fn deeper(path: &Path, number: usize) -> Path {
    let mut way = path.1.clone();
    way.push(number);
    (path.0.clone(), way)
}

fn is_standby(member: &Need) -> bool {
    member.terms.switch.is_some_and(|switch| switch != Switch::After(std::time::Duration::ZERO))
}

/// The first stand-bys work from the outset where the other members are fewer than it takes.
fn enlisted(group: &Need, number: usize) -> bool {
    let Requires::AtLeast { k, members } = &group.requires else { return false };
    let working = members.iter().filter(|member| !is_standby(member)).count();
    let rank = members[..number].iter().filter(|member| is_standby(member)).count();
    is_standby(&members[number]) && rank < k.saturating_sub(working)
}

fn seconds(time: std::time::Duration) -> i64 {
    i64::try_from(time.as_secs()).expect("small")
}
