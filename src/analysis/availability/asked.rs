//! What is asked of each app, on circuits that all of them share: diagrams where they fit, bounds and samples where not.

use std::collections::{HashMap, HashSet};

use super::{Available, Effort, Estimated, Figures, How, Share, Weighed, least_of};
use crate::analysis::cuts::{Circuit, CutSets, FALSE, GaveUp, Importance, Limits, Memory, Node, Ref, Top, Within};
use crate::graph::{Boolean, Failure, Graph, NodeId};
use crate::model::Capability;

/// The work that a diagram is worth in which what the figures decide is kept for its importance.
const MOST_FOR_IMPORTANCE: usize = 1 << 24;

/// What the apps have in common: the circuits of all of them, and the system that a naive product goes over.
pub(super) struct Shared<'a> {
    graph: &'a Graph,
    down: Top,
    not_up: Top,
    /// Where each app is: `data` and `control` in `down`, `data` in `not_up`.
    at: HashMap<u32, [Ref; 3]>,
    system: Boolean,
    /// The components that are down with each node of the system.
    owners: HashMap<u32, Vec<u32>>,
}

impl<'a> Shared<'a> {
    pub(super) fn of(graph: &'a Graph, apps: &[u32]) -> Self {
        let (datas, controls) = (graph.nodes(apps, &Capability::data()), graph.nodes(apps, &Capability::control()));
        let within = Within::all(graph);
        let both: Vec<NodeId> = datas.iter().chain(&controls).flatten().copied().collect();
        let data: Vec<NodeId> = datas.iter().flatten().copied().collect();
        let down = Top::of(graph, Failure::Down, &both, &within);
        let not_up = Top::of(graph, Failure::NotUp, &data, &within);
        let place = |top: &Top, list: &[NodeId]| -> HashMap<NodeId, Ref> {
            list.iter().copied().zip(top.at.iter().copied()).collect()
        };
        let (in_down, in_not_up) = (place(&down, &both), place(&not_up, &data));
        let find = |map: &HashMap<NodeId, Ref>, node: Option<NodeId>| {
            node.and_then(|node| map.get(&node)).copied().unwrap_or(FALSE)
        };
        let row = |((app, data), control): ((&u32, &Option<NodeId>), &Option<NodeId>)| {
            (*app, [find(&in_down, *data), find(&in_down, *control), find(&in_not_up, *data)])
        };
        let at = apps.iter().zip(&datas).zip(&controls).map(row).collect();
        let system = Boolean::new(graph, Failure::Down, &data);
        let mut owners: HashMap<u32, Vec<u32>> = HashMap::new();
        for node in (0u32..).take(graph.len()).take_while(|node| !graph.is_group(*node)) {
            if let (Some(number), Some(owner)) = (system.number(node), graph.owner(node)) {
                owners.entry(number).or_default().push(owner);
            }
        }
        Shared { graph, down, not_up, at, system, owners }
    }

    /// The product of figures along every need, as if nothing were shared; alternatives as if they were independent. What
    /// leads back in a cycle, and what is not known, counts as always up. Linear in what bears on the app.
    fn naive(&self, app: u32, figures: &Figures) -> f64 {
        let data = self.graph.node(app, &Capability::data());
        let Some(top) = data.and_then(|data| self.system.number(data)) else { return 1.0 };
        let mut seen = HashSet::from([top]);
        let mut open = vec![top];
        let mut cone = Vec::new();
        while let Some(number) = open.pop() {
            cone.push(number);
            open.extend(self.system.inputs(number).iter().filter(|input| seen.insert(**input)));
        }
        cone.sort_unstable();
        let mut up: HashMap<u32, f64> = HashMap::new();
        for number in cone {
            let owners = self.owners.get(&number).into_iter().flatten().filter(|owner| **owner != app);
            let own: f64 = owners.map(|owner| 1.0 - figures.least(*owner)).product();
            let inputs = self.system.inputs(number).iter();
            let inputs: Vec<f64> = inputs.map(|input| up.get(input).copied().unwrap_or(1.0)).collect();
            up.insert(number, own * few_fail(&inputs, self.system.threshold(number) as usize));
        }
        up[&top]
    }
}

/// A share, and the sets that it was found with where a diagram fitted.
type Found = (Share, Option<CutSets>);

/// What is asked of each app.
pub(super) struct Asked<'a> {
    pub(super) shared: &'a Shared<'a>,
    pub(super) figures: &'a Figures,
    pub(super) memory: &'a Memory,
    pub(super) effort: Effort<'a>,
}

impl Asked<'_> {
    /// How often an app is up, where all diagrams fit.
    pub(super) fn exactly(&self, app: u32, limits: Limits<'_>) -> Result<Available, GaveUp> {
        self.app(app, &|circuit, at| self.exact(circuit, at, limits))
    }

    /// How often an app is up, by bounds and estimates where diagrams take more than little.
    pub(super) fn bounded(&self, app: u32) -> Available {
        let limits = least_of(self.effort.limits);
        let find = |circuit: &Circuit, at| {
            Ok(self.exact(circuit, at, limits).unwrap_or_else(|_| (self.estimated(circuit, at), None)))
        };
        self.app(app, &find).unwrap_or_else(|_| Available::nothing())
    }

    fn app(&self, app: u32, find: &dyn Fn(&Circuit, Ref) -> Result<Found, GaveUp>) -> Result<Available, GaveUp> {
        let Some([data, control, not_up]) = self.shared.at.get(&app).copied() else { return Ok(Available::nothing()) };
        let mut down = self.shared.down.part(&[data, control], app);
        let not_up = self.shared.not_up.part(&[not_up], app);
        let (data, control) = (down.at[0], down.at[1]);
        let either = down.circuit.any([data, control]);
        // Several of the four are often the same.
        let mut known: Vec<(Circuit, Ref, Share)> = Vec::new();
        let mut share = |top: &Top, at: Ref| -> Result<Found, GaveUp> {
            let (circuit, at) = top.circuit.reduced(at, |_| None);
            if let Some((_, _, share)) = known.iter().find(|(other, top, _)| *top == at && other.is_same(&circuit)) {
                return Ok((*share, None));
            }
            let (share, found) = find(&circuit, at)?;
            known.push((circuit, at, share));
            Ok((share, found))
        };
        let (data_share, found) = share(&down, data)?;
        let mut unknown: Vec<u32> = down.events(&[data, control]);
        unknown.retain(|component| self.figures.down(*component).is_none());
        Ok(Available {
            data: data_share,
            control: share(&down, control)?.0,
            operable: share(&down, either)?.0,
            whole: share(&not_up, not_up.at[0])?.0,
            naive: self.shared.naive(app, self.figures),
            components: found.map_or_else(Vec::new, |found| weighed(&found, self.figures)),
            bearing: down.events(&[data]),
            unknown,
        })
    }

    /// On the diagram of all that bears on a top, or, where that takes too much, on what the figures leave undecided.
    fn exact(&self, circuit: &Circuit, at: Ref, limits: Limits<'_>) -> Result<Found, GaveUp> {
        // Small diagrams would be finished before anybody asks whether to stop: thousands of them are not.
        if (limits.stop)() {
            return Err(GaveUp::Stopped);
        }
        let (figures, memory) = (self.figures, self.memory);
        let (least, most) = (|event| figures.least(event), |event| figures.most(event));
        let decided = |chance: f64| (chance <= 0.0 || chance >= 1.0).then_some(chance >= 1.0);
        let some_decided = events(circuit).any(|event| decided(least(event)).or(decided(most(event))).is_some());
        let whole = if some_decided { limits.work.min(MOST_FOR_IMPORTANCE) } else { limits.work };
        match CutSets::known(circuit, at, Limits { work: whole, ..limits }, memory) {
            Ok(found) => {
                let ends = found.probability(least).zip(found.probability(most)).ok_or(GaveUp::Nodes)?;
                return Ok((exact(ends), Some(found)));
            }
            Err(GaveUp::Stopped) => return Err(GaveUp::Stopped),
            Err(why) if !some_decided => return Err(why),
            Err(_) => {}
        }
        // Each end by itself: what never fails or always has is no variable of its diagram.
        let end = |chance: &dyn Fn(u32) -> f64| {
            let (circuit, at) = circuit.reduced(at, |event| decided(chance(event)));
            let found = CutSets::known(&circuit, at, limits, memory)?;
            Ok((found.probability(chance).ok_or(GaveUp::Nodes)?, found))
        };
        let (low, found) = end(&least)?;
        let all_known = events(circuit).all(|event| figures.down(event).is_some());
        let high = if all_known { low } else { end(&most)?.0 };
        Ok((exact((low, high)), Some(found)))
    }

    /// By bounds, narrowed by samples.
    fn estimated(&self, circuit: &Circuit, at: Ref) -> Share {
        let figures = self.figures;
        let up = |down: f64| (1.0 - down).clamp(0.0, 1.0);
        let (least, most) = CutSets::bounds(circuit, at, |event| (figures.least(event), figures.most(event)));
        let until = self.effort.until;
        let estimate = self.effort.sampling.filter(|_| !until()).map(|sampling| {
            let small = CutSets::smallest(circuit, at, Limits { stop: until, ..self.effort.limits });
            let of = |figure: &dyn Fn(u32) -> f64| small.estimate(circuit, at, figure, sampling, until);
            let best = of(&|component| figures.least(component));
            let known = events(circuit).all(|component| figures.down(component).is_some());
            let worst = if known { best } else { of(&|component| figures.most(component)) };
            // What is certain is certain: an estimate only narrows it.
            let (low, high) = (up(worst.high.min(most)), up(best.low.max(least)));
            let samples = if known { best.samples } else { best.samples + worst.samples };
            Estimated { low, high, samples, way: best.way }
        });
        Share { low: up(most), high: up(least), how: How::Bounds, estimate }
    }
}

/// The events of a circuit.
fn events(circuit: &Circuit) -> impl Iterator<Item = u32> {
    let nodes = (0u32..).take(circuit.len());
    nodes.filter_map(|at| if let Node::Event(event) = circuit.node(at) { Some(*event) } else { None })
}

/// A share of which both ends of the time that it is down are known.
fn exact((least, most): (f64, f64)) -> Share {
    let up = |down: f64| (1.0 - down).clamp(0.0, 1.0);
    Share { low: up(most), high: up(least), how: How::Exact, estimate: None }
}

fn weighed(found: &CutSets, figures: &Figures) -> Vec<Weighed> {
    let down = |component: u32| figures.least(component);
    let Some((total, all)) = found.probability(down).zip(found.importances(down)) else { return Vec::new() };
    let weigh = |(component, Importance { birnbaum, fussell_vesely }): (u32, Importance)| {
        let own = down(component);
        let (always, never) = (total + (1.0 - own) * birnbaum, total - own * birnbaum);
        let ratio = |a: f64, b: f64| (b > 0.0).then(|| a / b);
        Weighed {
            component,
            down: figures.down(component),
            birnbaum,
            criticality: ratio(own * birnbaum, total).unwrap_or(0.0),
            fussell_vesely,
            achievement: ratio(always, total),
            reduction: ratio(total, never),
        }
    };
    let mut all: Vec<Weighed> = all.into_iter().map(weigh).collect();
    all.sort_by(|a, b| {
        let by_share = b.criticality.total_cmp(&a.criticality);
        by_share.then(b.birnbaum.total_cmp(&a.birnbaum)).then(a.component.cmp(&b.component))
    });
    all
}

/// The probability that fewer than so many of independent things fail.
fn few_fail(up: &[f64], threshold: usize) -> f64 {
    if threshold == 1 {
        return up.iter().product();
    }
    // failed[j]: exactly j of those looked at have failed.
    let mut failed = vec![0.0; threshold];
    failed[0] = 1.0;
    for up in up {
        for j in (0..threshold).rev() {
            let before = if j > 0 { failed[j - 1] } else { 0.0 };
            failed[j] = failed[j] * up + before * (1.0 - up);
        }
    }
    failed.iter().sum()
}
