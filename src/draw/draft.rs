//! A draft: chosen components and their needs as a flat graph, before anything is folded or put into boxes.

use std::collections::{BTreeMap, BTreeSet};

use super::scene::{Change, Mark, What};
use super::subject::Subject;
use crate::graph::cycles_among;
use crate::model::{Capability, Component, ComponentId, Kind, Need, Phase, Requires, State, Strength};

/// Components and junctions with what lies between them; keys are ids, or what the junction says.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// What there is, by key.
    pub(super) items: BTreeMap<String, Item>,
    /// By from, to, and whether it is the need of `control` alone.
    pub(super) ties: Ties,
}

/// A component, several that were folded, or a junction.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub(super) what: What,
    pub(super) label: String,
    pub(super) lines: Vec<String>,
    pub(super) mark: Mark,
    pub(super) members: Vec<ComponentId>,
    pub(super) highlighted: bool,
    pub(super) change: Change,
    /// The boxes that it lies in, from the outermost.
    pub(super) path: Vec<Frame>,
    /// Who answers for it.
    pub(super) owner: Option<String>,
    /// Never folded before everything else is.
    pub(super) kept: bool,
}

/// One of the boxes around an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Frame {
    /// First one's own, then third parties, then providers: the order of boxes.
    pub(super) rank: u8,
    /// The heading.
    pub(super) title: String,
}

/// What lies between two items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tie {
    pub(super) hard: bool,
    pub(super) start: bool,
    pub(super) passes: State,
    pub(super) lost: bool,
    pub(super) cycle: bool,
    pub(super) count: usize,
    pub(super) change: Change,
}

impl Tie {
    /// Puts another between the same two into this one.
    pub(super) fn merge(&mut self, other: &Tie) {
        self.hard |= other.hard;
        self.start &= other.start;
        self.passes = self.passes.max(other.passes);
        self.lost |= other.lost;
        self.cycle |= other.cycle;
        if self.change != other.change {
            self.change = Change::Altered;
        }
    }
}

/// Draws chosen components with what lies between them.
pub(super) struct Drafter<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) chosen: &'a BTreeSet<ComponentId>,
    ties: Ties,
    junctions: BTreeMap<String, Item>,
}

/// Ties by what they go from and to, and whether they are of control planes.
pub(super) type Ties = BTreeMap<(String, String, bool), Tie>;

/// How the needs of one capability are drawn.
#[derive(Clone, Copy)]
struct Face {
    control: bool,
    start: bool,
    hard: bool,
}

impl<'a> Drafter<'a> {
    pub(super) fn new(subject: Subject<'a>, chosen: &'a BTreeSet<ComponentId>) -> Self {
        Drafter { subject, chosen, ties: BTreeMap::new(), junctions: BTreeMap::new() }
    }

    /// The ties of chosen components, and the junctions among them.
    pub(super) fn run(mut self) -> (BTreeMap<String, Item>, Ties) {
        let system = self.subject.system;
        for component in self.chosen.iter().filter_map(|id| system.components.get(id)) {
            for (capability, needs) in &component.capabilities {
                let control = *capability == Capability::control();
                for need in needs {
                    let start = need.terms.phase == Phase::Start;
                    self.need(component, component.id.as_str(), need, Face { control, start, hard: true });
                }
            }
        }
        self.absorb();
        self.circle();
        (self.junctions, self.ties)
    }

    fn need(&mut self, component: &Component, from: &str, need: &Need, face: Face) {
        let face = Face { hard: face.hard && need.terms.strength == Strength::Hard, ..face };
        let passes = if face.start { State::Up } else { self.subject.passes(need) };
        // What holds this need may be soft although it is not itself.
        let passes = if face.hard { passes } else { passes.min(State::Degraded) };
        match &need.requires {
            Requires::One(target) => {
                if self.is_drawn(component, &target.component) {
                    self.tie(from, target.component.as_str(), face, passes, false);
                }
            }
            Requires::AtLeast { k, members } if *k == members.len() && !need.terms.is_partial() => {
                members.iter().for_each(|member| self.need(component, from, member, face));
            }
            Requires::AtLeast { k, members } => {
                let drawn = members.iter().filter(|member| self.draws(component, member)).count();
                if drawn == 0 {
                    return;
                }
                let junction = self.junction(component, need, *k, members, drawn, face);
                self.tie(from, &junction, face, passes, false);
            }
        }
    }

    /// The junction of a need, which components with the same alternatives share.
    fn junction(
        &mut self,
        component: &Component,
        need: &Need,
        k: usize,
        members: &[Need],
        drawn: usize,
        face: Face,
    ) -> String {
        let key = format!("{}{}", if face.start { "start " } else { "" }, told(need));
        if self.junctions.contains_key(&key) {
            return key;
        }
        let group = if face.start { State::Up } else { self.subject.passes(need) };
        let failed = |member: &&Need| !face.start && self.subject.passes(member) == State::Down;
        let lost = members.iter().filter(failed).count();
        let mark = match group {
            State::Down => Mark::Down,
            State::Degraded => Mark::Degraded,
            State::Up if lost > 0 => Mark::Risk,
            State::Up => Mark::None,
        };
        let mut lines = Vec::new();
        if lost > 0 {
            lines.push(format!("{} of {} left", members.len() - lost, members.len()));
        }
        if drawn < members.len() {
            lines.push(format!("{} not drawn", members.len() - drawn));
        }
        let label = match k {
            all if all == members.len() => "all of".to_owned(),
            1 => "any of".to_owned(),
            some => format!("{some} of {}", members.len()),
        };
        let item = Item {
            what: What::Junction,
            label,
            lines,
            mark,
            members: Vec::new(),
            highlighted: false,
            change: Change::Kept,
            path: Vec::new(),
            owner: None,
            kept: false,
        };
        self.junctions.insert(key.clone(), item);
        for member in members {
            self.member(component, &key, member, face, group);
        }
        key
    }

    /// One member of a junction: its target, or a junction of its own where it holds several.
    fn member(&mut self, component: &Component, junction: &str, member: &Need, face: Face, group: State) {
        let hard = member.terms.strength == Strength::Hard;
        let own = if face.start { State::Up } else { self.subject.passes(member) };
        let (passes, lost) = if group > State::Up { (own.min(group), false) } else { (State::Up, own == State::Down) };
        let face = Face { hard, ..face };
        match &member.requires {
            Requires::One(target) => {
                if self.is_drawn(component, &target.component) {
                    self.tie(junction, target.component.as_str(), face, passes, lost);
                }
            }
            Requires::AtLeast { k, members } => {
                let drawn: Vec<&Need> = members.iter().filter(|inner| self.draws(component, inner)).collect();
                match drawn.as_slice() {
                    [] => {}
                    [one] if *k == members.len() => self.member(component, junction, one, face, group),
                    several => {
                        let count = several.len();
                        let inner = self.junction(component, member, *k, members, count, face);
                        self.tie(junction, &inner, face, passes, lost);
                    }
                }
            }
        }
    }

    /// Whether anything that a need names is drawn.
    fn draws(&self, component: &Component, need: &Need) -> bool {
        need.targets().iter().any(|target| self.is_drawn(component, &target.component))
    }

    /// Whether a line from a component to a target is drawn: the box of a place says of products that they stand there.
    fn is_drawn(&self, component: &Component, target: &ComponentId) -> bool {
        let kind = |id: &ComponentId| self.subject.system.components.get(id).map(|component| component.kind);
        self.chosen.contains(target)
            && component.id != *target
            && (component.provider.is_none() || component.kind.is_place() || !kind(target).is_some_and(Kind::is_place))
    }

    fn tie(&mut self, from: &str, to: &str, face: Face, passes: State, lost: bool) {
        let Face { control, start, hard } = face;
        let tie = Tie { hard, start, passes, lost, cycle: false, count: 1, change: Change::Kept };
        let key = (from.to_owned(), to.to_owned(), control);
        self.ties.entry(key).and_modify(|known| known.merge(&tie)).or_insert(tie);
    }

    /// A line stands for all needs between two: that of `control` is drawn by itself only where there is no other, or
    /// where more goes along it.
    fn absorb(&mut self) {
        let control: Vec<(String, String)> = self
            .ties
            .keys()
            .filter(|(_, _, control)| *control)
            .map(|(from, to, _)| (from.clone(), to.clone()))
            .collect();
        for (from, to) in control {
            let whole = self.ties.get(&(from.clone(), to.clone(), false)).map(|tie| (tie.passes, tie.start));
            let key = (from, to, true);
            let passes = self.ties.get(&key).map(|tie| tie.passes);
            if whole.is_some_and(|(whole, start)| !start && Some(whole) >= passes) {
                self.ties.remove(&key);
            }
        }
    }

    /// Marks one shortest cycle of each part in which everything needs everything.
    fn circle(&mut self) {
        let keys: Vec<&String> =
            self.ties.keys().flat_map(|(from, to, _)| [from, to]).collect::<BTreeSet<_>>().into_iter().collect();
        let number = |key: &String| keys.binary_search(&key).ok().and_then(|at| u32::try_from(at).ok());
        let mut next: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (from, to, _) in self.ties.keys().filter(|(_, _, control)| !control) {
            if let (Some(from), Some(to)) = (number(from), number(to)) {
                next.entry(from).or_default().push(to);
            }
        }
        let nodes: Vec<u32> = next.keys().copied().collect();
        let mut circled = BTreeSet::new();
        for cycle in cycles_among(&nodes, |node| next.get(&node).cloned().unwrap_or_default()) {
            let around = cycle.iter().zip(cycle.iter().cycle().skip(1));
            circled.extend(around.map(|(from, to)| (keys[*from as usize].clone(), keys[*to as usize].clone())));
        }
        for ((from, to, _), tie) in &mut self.ties {
            tie.cycle = circled.contains(&(from.clone(), to.clone()));
        }
    }
}

/// What a need says, so that equal alternatives share a junction.
fn told(need: &Need) -> String {
    let soft = if need.terms.strength == Strength::Soft { "soft " } else { "" };
    let part = need.terms.capacity.map(|share| format!("{share} of the load: ")).unwrap_or_default();
    let soft = format!("{part}{soft}");
    match &need.requires {
        Requires::One(target) => format!("{soft}{target}"),
        Requires::AtLeast { k, members } => {
            let members: Vec<String> = members.iter().map(told).collect();
            format!("{soft}{k} of {} [{}]", members.len(), members.join(", "))
        }
    }
}
