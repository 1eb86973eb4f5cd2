//! What a picture shows: components in nested boxes of provider, region and zone, their needs, and the impact.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Impact;
use crate::graph::Graph;
use crate::model::{
    Capability, CapabilityRef, Component, ComponentId, Kind, Need, Phase, Place, Requires, State, Strength, System,
};

/// A picture before it has a format; everything in it is ordered.
#[derive(Debug, Default)]
pub struct Scene {
    /// Its title.
    pub title: String,
    /// The outermost boxes.
    pub groups: Vec<Group>,
    /// The needs between components.
    pub links: Vec<Link>,
    /// Whether an outage is shown.
    pub outage: bool,
    /// What was left out, in words.
    pub left_out: Vec<String>,
}

/// A box.
#[derive(Debug, Default)]
pub struct Group {
    /// Its heading.
    pub title: String,
    /// What became of the place that it stands for.
    pub mark: Mark,
    /// Boxes within.
    pub groups: Vec<Group>,
    /// Components within.
    pub nodes: Vec<Node>,
}

/// A component.
#[derive(Debug)]
pub struct Node {
    /// Its id.
    pub id: ComponentId,
    /// What is written in it.
    pub label: String,
    /// What it is.
    pub kind: Kind,
    /// What became of it.
    pub mark: Mark,
}

/// What an outage does to a component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Nothing, or no outage is shown.
    #[default]
    None,
    /// It serves, and can't be changed.
    Frozen,
    /// It is degraded.
    Degraded,
    /// It is down.
    Down,
    /// It is what the outage takes down.
    Struck,
}

impl Mark {
    /// The word that a label carries, so that colour is not all that tells.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Mark::None => None,
            Mark::Frozen => Some("frozen"),
            Mark::Degraded => Some("degraded"),
            Mark::Down => Some("down"),
            Mark::Struck => Some("OUTAGE"),
        }
    }
}

/// One component needs another: one line for what it needs to serve, one for what its control plane needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Whose.
    pub from: ComponentId,
    /// On what.
    pub to: ComponentId,
    /// The loss is passed on whole.
    pub hard: bool,
    /// It matters at start alone.
    pub start: bool,
    /// It is the need of `control` alone.
    pub control: bool,
    /// It is one of several alternatives.
    pub alternative: bool,
    /// The failure goes along here.
    pub carries: bool,
}

/// Decides what a picture shows; with an impact, what it does to each component.
pub fn scene(system: &System, graph: &Graph, impact: Option<(&Impact, &[String])>) -> Scene {
    let mark = |component: &Component| impact.map_or(Mark::None, |(impact, _)| mark(graph, impact, component));
    let marks: BTreeMap<&ComponentId, Mark> = system.components.values().map(|c| (&c.id, mark(c))).collect();
    let mut left_out = Vec::new();
    let distant = distant(system, &marks);
    if !distant.is_empty() {
        left_out.push(format!("{} of providers in zones where nothing of this system stands", distant.len()));
    }
    let mut links = links(system, graph, impact.map(|(impact, _)| impact));
    links.retain(|link| !distant.contains(&link.from) && !distant.contains(&link.to));
    let links = chosen(system, &marks, links, &mut left_out);
    let linked: BTreeSet<&ComponentId> = links.iter().flat_map(|link| [&link.from, &link.to]).collect();
    let mut root = Group::default();
    for component in system.components.values().filter(|component| !component.kind.is_place()) {
        let mark = marks[&component.id];
        if distant.contains(&component.id) {
            continue;
        }
        if is_own(component) || mark != Mark::None || linked.contains(&component.id) {
            let node = Node { id: component.id.clone(), label: label(component, mark), kind: component.kind, mark };
            put(&mut root, &path(component, system), node);
        }
    }
    let mut groups = root.groups;
    groups.iter_mut().for_each(|group| colour(group, "", &marks));
    let title = match (&system.name, impact) {
        (Some(name), Some((_, down))) => format!("{name} without {}", down.join(", ")),
        (None, Some((_, down))) => format!("without {}", down.join(", ")),
        (Some(name), None) => name.clone(),
        (None, None) => "dependencies".to_owned(),
    };
    Scene { title, groups, links, outage: impact.is_some(), left_out }
}

fn is_own(component: &Component) -> bool {
    component.provider.is_none() && component.kind != Kind::External
}

/// Products in zones where nothing of one's own stands: the inside of a provider's redundancy, shown only when the outage
/// takes it down itself.
fn distant<'s>(system: &'s System, marks: &BTreeMap<&ComponentId, Mark>) -> BTreeSet<&'s ComponentId> {
    let own = system.components.values().filter(|component| is_own(component));
    let ours: BTreeSet<&Place> = own.clone().flat_map(|component| &component.at).collect();
    let named: BTreeSet<&ComponentId> = own
        .flat_map(|component| component.capabilities.values().flatten())
        .flat_map(Need::targets)
        .map(|t| &t.component)
        .collect();
    let is_distant = |component: &&Component| {
        let zone = component.at.first().filter(|place| place.zone.is_some());
        component.provider.is_some()
            && !component.kind.is_place()
            && zone.is_some_and(|zone| !ours.contains(zone))
            && !named.contains(&component.id)
            && marks[&component.id] != Mark::Struck
    };
    system.components.values().filter(is_distant).map(|component| &component.id).collect()
}

/// Leaves out what would hide the rest: needs among the control planes within providers, and needs to pull images and
/// the like from others at start, unless one of these is hit.
fn chosen(
    system: &System,
    marks: &BTreeMap<&ComponentId, Mark>,
    links: Vec<Link>,
    left_out: &mut Vec<String>,
) -> Vec<Link> {
    let own = |id: &ComponentId| system.components.get(id).is_some_and(is_own);
    let hit = |id: &ComponentId| marks.get(id).is_some_and(|mark| *mark != Mark::None);
    let (inner, links): (Vec<Link>, Vec<Link>) =
        links.into_iter().partition(|link| link.control && !link.start && !own(&link.from) && !own(&link.to));
    let (pulls, links): (Vec<Link>, Vec<Link>) =
        links.into_iter().partition(|link| link.start && own(&link.from) && !own(&link.to) && !hit(&link.to));
    if !inner.is_empty() {
        left_out.push(format!("{} needs among the control planes within providers are not drawn", inner.len()));
    }
    if !pulls.is_empty() {
        left_out
            .push(format!("{} needs to start, of registries and other outside components, are not drawn", pulls.len()));
    }
    if !system.unresolved.is_empty() {
        left_out.push(format!("{} unresolved names are not drawn; see `linchpin scan`", system.unresolved.len()));
    }
    links
}

fn mark(graph: &Graph, impact: &Impact, component: &Component) -> Mark {
    let Some(number) = graph.component(&component.id) else { return Mark::None };
    let state = |name: &Capability| graph.node(number, name).map_or(State::Up, |node| impact.state(node));
    let struck = |name: &Capability| {
        graph
            .node(number, name)
            .is_some_and(|node| impact.state(node) == State::Down && impact.witness(graph, node).len() == 1)
    };
    let (data, control) = (Capability::data(), Capability::control());
    match (state(&data), state(&control)) {
        (State::Down, _) if struck(&data) => Mark::Struck,
        (State::Down, _) => Mark::Down,
        (State::Degraded, _) => Mark::Degraded,
        (State::Up, State::Down) if struck(&control) => Mark::Struck,
        (State::Up, State::Down) => Mark::Frozen,
        _ => Mark::None,
    }
}

fn label(component: &Component, mark: Mark) -> String {
    let id = &component.id;
    let mut label = match (&component.provider, id.base().split_once('/')) {
        (Some(_), Some((_, product))) => product.to_owned(),
        _ => id.to_string(),
    };
    if let Some(tier) = component.tier {
        label.push_str(&format!(" (tier {tier})"));
    }
    if let Some(word) = mark.word() {
        label.push_str(&format!("\n{word}"));
    }
    label
}

/// The headings of the boxes that a component lies in, from the outermost.
fn path(component: &Component, system: &System) -> Vec<String> {
    let own = || vec![system.name.clone().unwrap_or_else(|| "own".to_owned())];
    if component.kind == Kind::External {
        return vec!["third parties".to_owned()];
    }
    let mut providers: Vec<Place> = component.at.iter().map(Place::in_provider).collect();
    providers.dedup();
    match (component.at.as_slice(), providers.as_slice(), &component.provider) {
        ([one], ..) => {
            let mut path = vec![one.provider.to_string()];
            path.extend(one.region.as_deref().map(str::to_owned));
            path.extend(one.zone.as_deref().map(str::to_owned));
            path
        }
        ([], _, Some(provider)) => vec![provider.to_string()],
        ([], ..) => own(),
        (several, [provider], _) => {
            let mut regions: Vec<_> = several.iter().filter_map(|place| place.region.clone()).collect();
            regions.dedup();
            let mut path = vec![provider.to_string()];
            if let [region] = regions.as_slice() {
                path.push(region.to_string());
            }
            path
        }
        _ => own(),
    }
}

fn put(group: &mut Group, path: &[String], node: Node) {
    let [first, rest @ ..] = path else {
        group.nodes.push(node);
        return;
    };
    let at = match group.groups.binary_search_by(|inner| inner.title.as_str().cmp(first)) {
        Ok(at) => at,
        Err(at) => {
            group.groups.insert(at, Group { title: first.clone(), ..Group::default() });
            at
        }
    };
    put(&mut group.groups[at], rest, node);
}

/// Gives boxes that stand for places the mark of the place.
fn colour(group: &mut Group, above: &str, marks: &BTreeMap<&ComponentId, Mark>) {
    let path = if above.is_empty() { group.title.clone() } else { format!("{above}/{}", group.title) };
    group.mark = marks.get(&ComponentId::new(&path)).copied().unwrap_or_default();
    group.groups.iter_mut().for_each(|inner| colour(inner, &path, marks));
}

fn links(system: &System, graph: &Graph, impact: Option<&Impact>) -> Vec<Link> {
    let mut links: BTreeMap<(ComponentId, ComponentId, bool), Link> = BTreeMap::new();
    for component in system.components.values().filter(|component| !component.kind.is_place()) {
        for (capability, needs) in &component.capabilities {
            let control = *capability == Capability::control();
            for need in needs {
                each(need, false, &mut |target, hard, alternative| {
                    let is_place = system.components.get(&target.component).is_none_or(|c| c.kind.is_place());
                    if is_place || target.component == component.id {
                        return;
                    }
                    let start = need.terms.phase == Phase::Start;
                    let state = |reference: &CapabilityRef| {
                        let number = graph.component(&reference.component)?;
                        Some(impact?.state(graph.node(number, &reference.capability)?))
                    };
                    let here = CapabilityRef::new(component.id.clone(), capability.clone());
                    let fails = |reference| state(reference).is_some_and(|state| state != State::Up);
                    let carries = !start && fails(target) && fails(&here);
                    let key = (component.id.clone(), target.component.clone(), control);
                    let (from, to, _) = key.clone();
                    let link = links.entry(key).or_insert(Link {
                        from,
                        to,
                        hard,
                        start,
                        control,
                        alternative,
                        carries: false,
                    });
                    link.hard |= hard;
                    link.start &= start;
                    link.alternative &= alternative;
                    link.carries |= carries;
                });
            }
        }
    }
    links.into_values().collect::<BTreeSet<Link>>().into_iter().collect()
}

fn each(need: &Need, inside: bool, keep: &mut dyn FnMut(&CapabilityRef, bool, bool)) {
    match &need.requires {
        Requires::One(target) => keep(target, need.terms.strength == Strength::Hard, inside),
        Requires::AtLeast { k, members } => {
            let inside = inside || *k < members.len();
            members.iter().for_each(|member| each(member, inside, keep));
        }
    }
}
