//! Mending rows: what some outages do in the later version to the apps of a scope, held to what the rows say.

use rayon::prelude::*;

use super::flow::{Flow, Plan, Rules};
use super::order::Order;
use super::stirred::bearing;
use crate::analysis::lanes::{LANES, Lanes, NONE, any};
use crate::analysis::sweep::sink::each;
use crate::analysis::sweep::values::Values;
use crate::analysis::sweep::{Effect, SingleFailure};
use crate::graph::{Failure, Graph, NOWHERE, NodeId};
use crate::model::{Capability, Phase};

/// Fewer outages than these are not looked at apart: what they touch, they touch together.
const FEW: usize = 64;

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
    let size = outages.len().div_ceil(rayon::current_num_threads()).clamp(FEW, LANES);
    let look = |pass: &mut Pass<'_>, outages: &[u32]| pass.edits(outages, rows);
    let edits: Vec<Vec<Edit>> = outages.par_chunks(size).map_init(|| Pass::new(&version), look).collect();
    edits.into_iter().flatten().collect()
}

/// Mends rows; the components whose rows differ now, in order.
///
/// A list is merged with what comes and goes, so that each row costs its length once.
pub(super) fn apply(rows: &mut [SingleFailure], mut edits: Vec<Edit>) -> Vec<u32> {
    edits.par_sort_unstable();
    let mut mended = Vec::new();
    for of_row in edits.chunk_by(|a, b| a.component == b.component) {
        let row = &mut rows[of_row[0].component as usize];
        for edits in of_row.chunk_by(|a, b| a.effect == b.effect) {
            let list = row.list(edits[0].effect);
            *list = merged(list, edits);
        }
        mended.push(of_row[0].component);
    }
    mended
}

fn merged(list: &[u32], edits: &[Edit]) -> Vec<u32> {
    let mut mended = Vec::with_capacity(list.len() + edits.len());
    let mut rest = list;
    for edit in edits {
        let (smaller, others) = rest.split_at(rest.partition_point(|app| *app < edit.app));
        mended.extend_from_slice(smaller);
        rest = others;
        if edit.comes {
            mended.push(edit.app);
        } else {
            rest = rest.strip_prefix(&[edit.app]).unwrap_or(rest);
        }
    }
    mended.extend_from_slice(rest);
    mended
}

/// A version of the system, over the apps that are asked about.
struct Version<'a> {
    graph: &'a Graph,
    down: Plan<'a>,
    /// `None` where nothing can be degraded without being down.
    not_up: Option<Plan<'a>>,
    apps: Vec<App>,
    /// The place of each component among the apps, or [`NOWHERE`].
    places: Vec<u32>,
    /// The places of apps that are degraded whatever happens.
    always: Vec<u32>,
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
        let (data, control) = (Capability::data(), Capability::control());
        let app = |component: &u32| {
            let is_app = graph.apps().binary_search(component).is_ok();
            let node = |face: &Capability| graph.node(*component, face).filter(|_| is_app);
            let (data, control) = (node(&data), node(&control));
            let always = data.zip(not_up.as_ref()).is_some_and(|(data, rules)| rules.always(data));
            App { component: *component, data, control, always }
        };
        let apps: Vec<App> = asked.iter().map(app).collect();
        let mut places = vec![NOWHERE; graph.components().len()];
        for (place, app) in (0u32..).zip(&apps) {
            places[app.component as usize] = place;
        }
        let always = (0u32..).zip(&apps).filter(|(_, app)| app.always).map(|(place, _)| place).collect();
        let faces: Vec<NodeId> = apps.iter().flat_map(|app| app.data.into_iter().chain(app.control)).collect();
        let wanted = wanted(graph, faces);
        let plan = |rules: &Rules<'a>| Plan::new(rules, order, &wanted);
        let (down, not_up) = (plan(&Rules::new(graph, Failure::Down)), not_up.as_ref().map(plan));
        Version { graph, down, not_up, apps, places, always }
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
struct Pass<'a> {
    version: &'a Version<'a>,
    down: Flow<'a>,
    not_up: Option<Flow<'a>>,
    /// By the place of an app and the effect.
    told: Values,
    known: Vec<u32>,
}

impl<'a> Pass<'a> {
    fn new(version: &'a Version<'a>) -> Self {
        Pass {
            version,
            down: Flow::new(&version.down),
            not_up: version.not_up.as_ref().map(Flow::new),
            told: Values::new(version.apps.len() * Effect::ALL.len()),
            known: Vec::new(),
        }
    }

    /// Where the rows of these outages are not what these do.
    fn edits(&mut self, outages: &[u32], rows: &[SingleFailure]) -> Vec<Edit> {
        let mut every = NONE;
        for (lane, component) in outages.iter().enumerate() {
            every[lane / 64] |= 1 << (lane % 64);
            self.down.seed_component(*component, lane);
            self.not_up.iter_mut().for_each(|flow| flow.seed_component(*component, lane));
            self.take(&rows[*component as usize], lane);
        }
        let Pass { down, not_up, .. } = self;
        rayon::join(|| down.run(), || not_up.iter_mut().for_each(Flow::run));
        let mut lane_of: Vec<(u32, usize)> = outages.iter().enumerate().map(|(lane, own)| (*own, lane)).collect();
        lane_of.sort_unstable();
        let mut edits = Vec::new();
        for place in self.places() {
            let app = &self.version.apps[place as usize];
            let mut others = every;
            if let Ok(own) = lane_of.binary_search_by_key(&app.component, |pair| pair.0) {
                let own = lane_of[own].1;
                others[own / 64] ^= 1 << (own % 64);
            }
            let effects = self.effects(app, &others);
            for (effect, is) in Effect::ALL.into_iter().zip(&effects) {
                let mut differ = *self.told.of(place * 3 + effect as u32);
                differ.iter_mut().zip(is).for_each(|(word, now)| *word ^= now);
                if any(&differ) {
                    each(&differ, |lane| {
                        let comes = is[lane / 64] >> (lane % 64) & 1 == 1;
                        edits.push(Edit { component: outages[lane], effect, app: app.component, comes });
                    });
                }
            }
        }
        self.down.reset();
        self.not_up.iter_mut().for_each(Flow::reset);
        self.told.clear(self.known.drain(..));
        edits
    }

    /// Takes what a row says of the apps that are asked about.
    fn take(&mut self, row: &SingleFailure, lane: usize) {
        for effect in Effect::ALL {
            let mut told = |place: u32| {
                let at = place * 3 + effect as u32;
                if self.told.place(at).is_none() {
                    self.known.push(at);
                }
                self.told.at(at)[lane / 64] |= 1 << (lane % 64);
            };
            let list = row.of_effect(effect);
            // A long list is searched for few apps rather than read.
            if self.version.apps.len() * 16 < list.len() {
                let there = |app: &App| list.binary_search(&app.component).is_ok();
                (0u32..).zip(&self.version.apps).filter(|(_, app)| there(app)).for_each(|(place, _)| told(place));
            } else {
                let places = list.iter().map(|app| self.version.places[*app as usize]);
                places.filter(|place| *place != NOWHERE).for_each(told);
            }
        }
    }

    /// The places of the apps that may be hit or were, in order.
    fn places(&self) -> Vec<u32> {
        let Version { graph, places, always, .. } = self.version;
        let touched = self.down.touched().iter().chain(self.not_up.iter().flat_map(|flow| flow.touched()));
        let touched = touched.filter_map(|node| Some(places[graph.owner(*node)? as usize]));
        let mut hit: Vec<u32> = touched.filter(|place| *place != NOWHERE).collect();
        hit.extend(always);
        hit.extend(self.known.iter().map(|at| at / 3));
        hit.sort_unstable();
        hit.dedup();
        hit
    }

    /// Under which outages of `every` an app is down, degraded and frozen.
    fn effects(&self, app: &App, every: &Lanes) -> [Lanes; 3] {
        let down = app.data.map_or(&NONE, |node| self.down.value(node));
        let control = app.control.map_or(&NONE, |node| self.down.value(node));
        let impaired = match (&self.not_up, app.data) {
            _ if app.always => every,
            (Some(flow), Some(data)) => flow.value(data),
            _ => down,
        };
        let mut effects = [NONE; 3];
        let [hit, degraded, frozen] = &mut effects;
        for at in 0..NONE.len() {
            hit[at] = down[at] & every[at];
            degraded[at] = impaired[at] & !down[at] & every[at];
            frozen[at] = control[at] & !impaired[at] & !down[at] & every[at];
        }
        effects
    }
}
