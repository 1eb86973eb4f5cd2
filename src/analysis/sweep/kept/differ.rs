//! Where two versions of a system do not do the same under the same outages: both swept side by side, bit by bit.

use rayon::prelude::*;

use super::flow::{Flow, Rules};
use super::order::Order;
use super::scope::Scope;
use crate::analysis::lanes::{LANES, Lanes, NONE, any};
use crate::analysis::sweep::Effect;
use crate::analysis::sweep::sink::each;
use crate::graph::{Failure, Graph, Matched, NOWHERE, NodeId};
use crate::model::{Capability, Phase};

/// An app that comes into a list of a row, or leaves it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    pub(super) component: u32,
    pub(super) effect: Effect,
    pub(super) app: u32,
    pub(super) comes: bool,
}

/// What is different under the outages of a scope for its apps; `None` where something that changed fails whatever
/// happens, so that other outages may be touched as well.
///
/// Costs a sweep bit by bit of what bears on these apps, in both versions.
pub(super) fn differences(
    [before, after]: [(&Graph, &Order); 2],
    matched: &Matched,
    scope: &Scope,
) -> Option<Vec<Edit>> {
    let (old, new) = rayon::join(|| Version::of(before, scope, 0), || Version::of(after, scope, 1));
    if old.fails_always(&scope.changed[0]) || new.fails_always(&scope.changed[1]) {
        return None;
    }
    // Outages whose failures begin near each other are looked at together.
    let (before, (after, order)) = (before.0, after);
    let mut outages = scope.outages.clone();
    outages.sort_by_cached_key(|component| {
        after.capabilities_of(*component).map(|node| order.rank[node as usize]).min().unwrap_or(u32::MAX)
    });
    let earlier = |component: &u32| Some(matched.components[*component as usize]).filter(|at| *at != NOWHERE);
    let (was, is) = rayon::join(
        || old.failing(&outages, &scope.changed[0], |component| earlier(component)),
        || new.failing(&outages, &scope.changed[1], |component| Some(*component)),
    );
    let mut fails = was.iter().zip(&is).map(|(was, is)| *was || *is);
    // New components are looked at whatever they do: what is degraded whatever happens is so under their loss too.
    outages.retain(|component| fails.next().unwrap_or(true) || earlier(component).is_none());
    let chunk = |[was, is]: &mut [Pass<'_>; 2], chunk: &[u32]| {
        let (mut known, mut every) = (NONE, NONE);
        for (lane, component) in chunk.iter().enumerate() {
            every[lane / 64] |= 1 << (lane % 64);
            after.capabilities_of(*component).for_each(|node| is.seed(node, lane));
            let earlier = matched.components[*component as usize];
            if earlier != NOWHERE {
                known[lane / 64] |= 1 << (lane % 64);
                before.capabilities_of(earlier).for_each(|node| was.seed(node, lane));
            }
        }
        let (mut hit, more) = rayon::join(|| was.run(), || is.run());
        hit.extend(more);
        hit.sort_unstable();
        hit.dedup();
        let mut lane_of: Vec<(u32, usize)> = chunk.iter().enumerate().map(|(lane, own)| (*own, lane)).collect();
        lane_of.sort_unstable();
        let mut edits = Vec::new();
        for place in hit {
            let app = &scope.apps[place as usize];
            let own = lane_of.binary_search_by_key(&app.component, |pair| pair.0).ok().map(|at| lane_of[at].1);
            for every in [&mut known, &mut every] {
                own.iter().for_each(|lane| every[lane / 64] ^= 1 << (lane % 64));
            }
            let effects =
                |pass: &Pass<'_>, at: Option<u32>, every| at.map_or([NONE; 3], |app| pass.effects(app, every));
            let (was, is) = (effects(was, app.number[0], &known), effects(is, app.number[1], &every));
            for ((effect, was), is) in Effect::ALL.into_iter().zip(&was).zip(&is) {
                let mut differ = *was;
                differ.iter_mut().zip(is).for_each(|(word, now)| *word ^= now);
                if any(&differ) {
                    each(&differ, |lane| {
                        let comes = is[lane / 64] >> (lane % 64) & 1 == 1;
                        edits.push(Edit { component: chunk[lane], effect, app: app.component, comes });
                    });
                }
            }
            for every in [&mut known, &mut every] {
                own.iter().for_each(|lane| every[lane / 64] ^= 1 << (lane % 64));
            }
        }
        was.reset();
        is.reset();
        edits
    };
    let passes = || [Pass::new(&old), Pass::new(&new)];
    let edits: Vec<Vec<Edit>> = outages.par_chunks(LANES).map_init(passes, chunk).collect();
    Some(edits.into_iter().flatten().collect())
}

/// One version of the system, over the apps of a scope.
struct Version<'a> {
    order: &'a Order,
    down: Rules<'a>,
    /// `None` where nothing can be degraded without being down.
    not_up: Option<Rules<'a>>,
    /// What bears on the apps.
    wanted: Vec<bool>,
    /// The place in the scope of each component, or [`NOWHERE`].
    places: Vec<u32>,
    /// The places of apps that are degraded whatever happens.
    always: Vec<u32>,
}

impl<'a> Version<'a> {
    fn of((graph, order): (&'a Graph, &'a Order), scope: &Scope, which: usize) -> Self {
        let down = Rules::new(graph, Failure::Down);
        let degrades = graph.has_soft() || !graph.partial_inputs().is_empty();
        let not_up = degrades.then(|| Rules::new(graph, Failure::NotUp));
        let mut places = vec![NOWHERE; graph.components().len()];
        let mut always = Vec::new();
        let mut open = Vec::new();
        let apps = (0u32..).zip(&scope.apps).filter_map(|(place, app)| Some((place, app.number[which]?)));
        for (place, app) in apps {
            places[app as usize] = place;
            let data = graph.node(app, &Capability::data());
            open.extend(data.into_iter().chain(graph.node(app, &Capability::control())));
            if data.zip(not_up.as_ref()).is_some_and(|(data, rules)| rules.always(data)) {
                always.push(place);
            }
        }
        // Where most apps are asked about, nearly all bears on them.
        let all = open.len() > graph.apps().len();
        let wanted = if all { vec![true; graph.len()] } else { bearing(graph, open) };
        Version { order, down, not_up, wanted, places, always }
    }

    /// Which of some outages make any of some nodes fail: a sweep of what bears on these alone.
    fn failing(&self, outages: &[u32], nodes: &[NodeId], here: impl Fn(&u32) -> Option<u32> + Sync) -> Vec<bool> {
        let graph = self.down.graph;
        let wanted = bearing(graph, nodes.to_vec());
        // Whatever is down is not up.
        let rules = self.not_up.as_ref().unwrap_or(&self.down);
        let chunk = |flow: &mut Flow<'_>, chunk: &[u32]| {
            for (lane, component) in chunk.iter().enumerate() {
                let of = |component| graph.capabilities_of(component);
                here(component).into_iter().flat_map(of).for_each(|node| flow.seed(node, lane));
            }
            flow.run();
            let mut failed = NONE;
            for node in nodes {
                failed.iter_mut().zip(flow.value(*node)).for_each(|(word, new)| *word |= new);
            }
            flow.reset();
            (0..chunk.len()).map(|lane| failed[lane / 64] >> (lane % 64) & 1 == 1).collect::<Vec<bool>>()
        };
        let flow = || Flow::new(rules, self.order, &wanted);
        let failing: Vec<Vec<bool>> = outages.par_chunks(LANES).map_init(flow, chunk).collect();
        failing.into_iter().flatten().collect()
    }

    fn fails_always(&self, nodes: &[NodeId]) -> bool {
        let always = |node: &NodeId| self.not_up.as_ref().is_some_and(|rules| rules.always(*node));
        nodes.iter().any(always)
    }
}

/// Some nodes, and all that bears on them.
fn bearing(graph: &Graph, mut open: Vec<NodeId>) -> Vec<bool> {
    let mut wanted = vec![false; graph.len()];
    open.iter().for_each(|node| wanted[*node as usize] = true);
    while let Some(node) = open.pop() {
        for edge in graph.inputs(node).iter().filter(|edge| edge.phase == Phase::Run) {
            if !std::mem::replace(&mut wanted[edge.node as usize], true) {
                open.push(edge.node);
            }
        }
    }
    wanted
}

/// Both systems of a version under the outages of a pass.
struct Pass<'a> {
    version: &'a Version<'a>,
    down: Flow<'a>,
    not_up: Option<Flow<'a>>,
}

impl<'a> Pass<'a> {
    fn new(version: &'a Version<'a>) -> Self {
        let flow = |rules| Flow::new(rules, version.order, &version.wanted);
        Pass { version, down: flow(&version.down), not_up: version.not_up.as_ref().map(flow) }
    }

    fn seed(&mut self, node: NodeId, lane: usize) {
        self.down.seed(node, lane);
        self.not_up.iter_mut().for_each(|flow| flow.seed(node, lane));
    }

    /// Lets failures spread; the places of the apps that may be touched, in no particular order.
    fn run(&mut self) -> Vec<u32> {
        self.down.run();
        self.not_up.iter_mut().for_each(Flow::run);
        let touched = self.down.touched().iter().chain(self.not_up.iter().flat_map(|flow| flow.touched()));
        let owners = touched.filter_map(|node| self.version.down.graph.owner(*node));
        let places = owners.map(|owner| self.version.places[owner as usize]).filter(|place| *place != NOWHERE);
        places.chain(self.version.always.iter().copied()).collect()
    }

    /// Under which outages of `every` an app is down, degraded and frozen.
    fn effects(&self, app: u32, every: &Lanes) -> [Lanes; 3] {
        let graph = self.version.down.graph;
        let data = graph.node(app, &Capability::data());
        let down = data.map_or(&NONE, |node| self.down.value(node));
        let control = graph.node(app, &Capability::control()).map_or(&NONE, |node| self.down.value(node));
        let always = data.zip(self.version.not_up.as_ref()).is_some_and(|(data, rules)| rules.always(data));
        let impaired = match (&self.not_up, data) {
            _ if always => every,
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

    fn reset(&mut self) {
        self.down.reset();
        self.not_up.iter_mut().for_each(Flow::reset);
    }
}
