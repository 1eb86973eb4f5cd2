//! Mending rows: what some outages do in the later version to the apps of a scope, held to what the rows say.

use rayon::prelude::*;

use super::flow::{Flow, Plan, Rules};
use super::order::Order;
use super::stirred::bearing;
use super::told::Told;
use crate::analysis::lanes::{LaneSet, Lanes, Word, any, each};
use crate::analysis::sweep::{Effect, SingleFailure};
use crate::graph::{Failure, Graph, NOWHERE, NodeId};
use crate::model::{Capability, Phase};

/// Apps are many where they are more than one in so many.
const MANY: usize = 32;

/// An app that comes into a list of a row, or leaves it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    component: u32,
    effect: Effect,
    app: u32,
    comes: bool,
}

/// Where the rows of some outages are not what these do to some apps in a version of the graph.
///
/// Costs a sweep bit by bit of what bears on these apps, and the rows.
pub(super) fn differences(
    graph: &Graph,
    order: &Order,
    apps: &[u32],
    outages: &[u32],
    rows: &[SingleFailure],
) -> Vec<Edit> {
    if outages.is_empty() {
        return Vec::new();
    }
    let version = Version::of(graph, order, apps);
    // What outages touch they touch together, so they are parted no further than threads ask for.
    let share = outages.len().div_ceil(rayon::current_num_threads());
    if share <= Word::ROOM {
        edits::<Word>(&version, outages, Word::ROOM, rows)
    } else {
        edits::<Lanes>(&version, outages, share.min(Lanes::ROOM), rows)
    }
}

/// Where the rows of some outages are not what these do, as many looked at together as `size` says.
fn edits<L: LaneSet>(version: &Version<'_>, outages: &[u32], size: usize, rows: &[SingleFailure]) -> Vec<Edit> {
    let look = |pass: &mut Pass<'_, L>, outages: &[u32]| pass.edits(outages, rows);
    let edits: Vec<Vec<Edit>> = outages.par_chunks(size).map_init(|| Pass::new(version), look).collect();
    edits.into_iter().flatten().collect()
}

/// Mends rows; the components whose rows differ now, in order.
///
/// A list is mended where it stands, from its first edit on, so that each costs its length once.
pub(super) fn apply(rows: &mut [SingleFailure], mut edits: Vec<Edit>) -> Vec<u32> {
    edits.par_sort_unstable();
    let of_list = edits.chunk_by(|a, b| (a.component, a.effect) == (b.component, b.effect));
    // Lists are taken out of their rows, for threads to share.
    let mut lists: Vec<(&[Edit], Vec<u32>)> = Vec::new();
    lists.extend(of_list.map(|of| (of, std::mem::take(rows[of[0].component as usize].list(of[0].effect)))));
    lists.par_iter_mut().for_each(|(edits, list)| mend(list, edits));
    let mut mended: Vec<u32> = lists.iter().map(|(edits, _)| edits[0].component).collect();
    for (edits, list) in lists {
        *rows[edits[0].component as usize].list(edits[0].effect) = list;
    }
    mended.dedup();
    mended
}

/// Takes apps out of a list and puts others in; the list and the edits are in order.
fn mend(list: &mut Vec<u32>, edits: &[Edit]) {
    let apps = |comes: bool| edits.iter().filter(move |edit| edit.comes == comes).map(|edit| edit.app);
    // Each stretch between what goes is moved to the end of what stays before it.
    let gone: Vec<usize> = apps(false).filter_map(|app| list.binary_search(&app).ok()).collect();
    let mut end = gone.first().copied().unwrap_or(list.len());
    for (nth, at) in gone.iter().enumerate() {
        let stretch = at + 1..gone.get(nth + 1).copied().unwrap_or(list.len());
        let length = stretch.len();
        list.copy_within(stretch, end);
        end += length;
    }
    list.truncate(end);
    // From the last on, what stands behind what comes is moved as far as there are apps that come before it.
    let come: Vec<u32> = apps(true).collect();
    list.reserve_exact(come.len());
    list.resize(end + come.len(), 0);
    for (before, app) in come.iter().enumerate().rev() {
        let at = list[..end].partition_point(|other| other < app);
        list.copy_within(at..end, at + before + 1);
        list[at + before] = *app;
        end = at;
    }
}

/// A version of the system, over the apps that are asked about.
struct Version<'a> {
    down: Plan<'a>,
    /// `None` where nothing can be degraded without being down.
    not_up: Option<Plan<'a>>,
    apps: Vec<App>,
    /// The place of each component among the apps, or [`NOWHERE`].
    places: Vec<u32>,
}

/// A component that is asked about; without capabilities where it is no app.
struct App {
    component: u32,
    data: Option<NodeId>,
    control: Option<NodeId>,
    /// It is degraded whatever happens.
    always: bool,
}

impl<'a> Version<'a> {
    fn of(graph: &'a Graph, order: &'a Order, asked: &[u32]) -> Self {
        let degrades = graph.has_soft() || !graph.partial_inputs().is_empty();
        let not_up = degrades.then(|| Rules::new(graph, Failure::NotUp));
        let is_app = |component: &u32| graph.apps().binary_search(component).is_ok();
        let [datas, controls] = [Capability::data(), Capability::control()].map(|face| graph.nodes(asked, &face));
        let app = |((component, data), control): ((&u32, Option<NodeId>), Option<NodeId>)| {
            let [data, control] = [data, control].map(|node| node.filter(|_| is_app(component)));
            let always = data.zip(not_up.as_ref()).is_some_and(|(data, rules)| rules.always(data));
            App { component: *component, data, control, always }
        };
        let apps: Vec<App> = asked.iter().zip(datas).zip(controls).map(app).collect();
        let mut places = vec![NOWHERE; graph.components().len()];
        for (place, app) in (0u32..).zip(&apps) {
            places[app.component as usize] = place;
        }
        let faces: Vec<NodeId> = apps.iter().flat_map(|app| app.data.into_iter().chain(app.control)).collect();
        let wanted = wanted(graph, faces);
        let plan = |rules: &Rules<'a>| Plan::new(rules, order, &wanted);
        let (down, not_up) = (plan(&Rules::new(graph, Failure::Down)), not_up.as_ref().map(plan));
        Version { down, not_up, apps, places }
    }
}

/// What bears on some nodes; where they are many, whatever anything rests on as well, which is found without a search.
fn wanted(graph: &Graph, nodes: Vec<NodeId>) -> Vec<bool> {
    if nodes.len() * MANY < graph.apps().len() {
        return bearing(graph, nodes, |edge| edge.phase == Phase::Run);
    }
    let mut wanted: Vec<bool> = (0u32..).take(graph.len()).map(|node| !graph.dependents(node).is_empty()).collect();
    nodes.iter().for_each(|node| wanted[*node as usize] = true);
    wanted
}

/// Both systems of a version under the outages of a pass, and what the rows say of these.
struct Pass<'a, L> {
    version: &'a Version<'a>,
    down: Flow<'a, L>,
    not_up: Option<Flow<'a, L>>,
    told: Told<L>,
}

impl<'a, L: LaneSet> Pass<'a, L> {
    fn new(version: &'a Version<'a>) -> Self {
        Pass {
            version,
            down: Flow::new(&version.down),
            not_up: version.not_up.as_ref().map(Flow::new),
            told: Told::new(version.apps.len()),
        }
    }

    /// Where the rows of these outages are not what these do.
    fn edits(&mut self, outages: &[u32], rows: &[SingleFailure]) -> Vec<Edit> {
        let mut every = L::NONE;
        for (lane, component) in outages.iter().enumerate() {
            every.set(lane);
            self.down.seed_component(*component, lane);
            self.not_up.iter_mut().for_each(|flow| flow.seed_component(*component, lane));
            self.take(&rows[*component as usize], lane);
        }
        let Pass { down, not_up, .. } = self;
        rayon::join(|| down.run(), || not_up.iter_mut().for_each(Flow::run));
        self.told.turn(outages.len());
        let mut lane_of: Vec<(u32, usize)> = outages.iter().enumerate().map(|(lane, own)| (*own, lane)).collect();
        lane_of.sort_unstable();
        let mut edits = Vec::new();
        for (place, app) in self.version.apps.iter().enumerate() {
            let mut others = every;
            if let Ok(own) = lane_of.binary_search_by_key(&app.component, |pair| pair.0) {
                let own = lane_of[own].1;
                others.words_mut()[own / 64] ^= 1 << (own % 64);
            }
            let effects = self.effects(app, &others);
            for (effect, is) in Effect::ALL.into_iter().zip(&effects) {
                let mut differ = *self.told.of(effect, place);
                differ.words_mut().iter_mut().zip(is.words()).for_each(|(word, now)| *word ^= now);
                if any(&differ) {
                    each(&differ, |lane| {
                        let comes = is.has(lane);
                        edits.push(Edit { component: outages[lane], effect, app: app.component, comes });
                    });
                }
            }
        }
        self.down.reset();
        self.not_up.iter_mut().for_each(Flow::reset);
        edits
    }

    /// Takes what a row says of the apps that are asked about.
    fn take(&mut self, row: &SingleFailure, lane: usize) {
        let Version { apps, places, .. } = self.version;
        for effect in Effect::ALL {
            let list = row.of_effect(effect);
            // A long list is searched for few apps rather than read.
            if apps.len() * 16 < list.len() {
                let there = |app: &App| list.binary_search(&app.component).is_ok();
                let found = (0u32..).zip(apps).filter(|(_, app)| there(app)).map(|(place, _)| place);
                self.told.take(effect, lane, found);
            } else {
                let found = list.iter().map(|app| places[*app as usize]).filter(|place| *place != NOWHERE);
                self.told.take(effect, lane, found);
            }
        }
    }

    /// Under which outages of `every` an app is down, degraded and frozen.
    fn effects(&self, app: &App, every: &L) -> [L; 3] {
        let none = &L::NONE;
        let down = app.data.map_or(none, |node| self.down.value(node));
        let control = app.control.map_or(none, |node| self.down.value(node));
        let impaired = match (&self.not_up, app.data) {
            _ if app.always => every,
            (Some(flow), Some(data)) => flow.value(data),
            _ => down,
        };
        Effect::of(down, impaired, control, every)
    }
}
