//! How often an app is up, exactly: over the shared graph, so that what several needs rest on counts once.

use super::cuts::{CutSets, GaveUp, Importance, Limits, Top, Within};
use crate::graph::{Boolean, Failure, Graph, NodeId};
use crate::model::{Availability, Capability, System};

/// The probability of each component to be down by itself, by its number; `None` where nobody says.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures(Vec<Option<f64>>);

impl Figures {
    /// What the components of a system say, with `assumed` (a share of the time) for those that say nothing.
    pub fn of(system: &System, graph: &Graph, assumed: Option<f64>) -> Self {
        let down = |availability: &Availability| match availability {
            Availability::Share(share) => 1.0 - share,
            Availability::Means { mtbf, mttr } => {
                let (up, down) = (mtbf.as_secs_f64(), mttr.as_secs_f64());
                if up + down > 0.0 { down / (up + down) } else { 0.0 }
            }
        };
        let of = |id| system.components[id].availability.as_ref().map(down).or(assumed.map(|share| 1.0 - share));
        Figures(graph.components().iter().map(of).collect())
    }

    /// The probability of a component to be down by itself, if it is known.
    pub fn down(&self, component: u32) -> Option<f64> {
        self.0[component as usize]
    }

    /// The least that it can be: components of which nothing is known never fail.
    fn least(&self, component: u32) -> f64 {
        self.down(component).unwrap_or(0.0)
    }

    /// The most that it can be: components of which nothing is known are always down.
    fn most(&self, component: u32) -> f64 {
        self.down(component).unwrap_or(1.0)
    }
}

/// How a probability was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By summing over a decision diagram.
    Exact,
    /// By bounds that hold whatever is shared, since the diagram was not finished.
    Bounds,
}

/// A share of the time, between two numbers; they differ where figures are missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// If everything of which nothing is known is always down.
    pub low: f64,
    /// If it never is.
    pub high: f64,
    /// How these were found.
    pub how: How,
}

/// How much a component matters to an app. What is not known about others counts as never failing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    /// The component.
    pub component: u32,
    /// The probability that it is down by itself, if known.
    pub down: Option<f64>,
    /// The probability that the app is down when the component is, less that when it is not.
    pub birnbaum: f64,
    /// The share of the app's downtime that ends when the component never fails.
    pub criticality: f64,
    /// The share of the sum over the minimal cut sets that those with the component have.
    pub fussell_vesely: f64,
    /// How many times as often the app is down when the component always is (risk achievement worth).
    pub achievement: Option<f64>,
    /// How many times as often the app is down as when the component never is (risk reduction worth).
    pub reduction: Option<f64>,
}

/// How often an app is up, as far as what it needs allows: its own failures are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Available {
    /// It serves: `data` is not down.
    pub data: Share,
    /// It can be changed: `control` is not down.
    pub control: Share,
    /// Both.
    pub operable: Share,
    /// It serves, and is not even degraded.
    pub whole: Share,
    /// What multiplying the figures along every path gives for `data`, missing ones taken for 100 %.
    pub naive: f64,
    /// The components that bear on `data`, the most critical first; empty when the diagram was not finished.
    pub components: Vec<Weighed>,
    /// The components that bear on `data` or `control` and of which nothing is known.
    pub unknown: Vec<u32>,
}

/// How often an app is up. Costs the diagrams of four tops.
pub fn available(graph: &Graph, app: u32, figures: &Figures, limits: Limits<'_>) -> Available {
    let nodes: Vec<NodeId> =
        [Capability::data(), Capability::control()].iter().filter_map(|face| graph.node(app, face)).collect();
    let within = Within::all(graph).without(app);
    let mut down = Top::of(graph, Failure::Down, &nodes, &within);
    let not_up = Top::of(graph, Failure::NotUp, &nodes[..nodes.len().min(1)], &within);
    let (data, control) = (down.at[0], down.at.last().copied().unwrap_or(down.at[0]));
    let either = down.circuit.any([data, control]);
    let share = |top: &Top, at| {
        let found = CutSets::of(&top.circuit, at, None, limits);
        (share(top, at, &found, figures), found)
    };
    let (data_share, found) = share(&down, data);
    let components = found.ok().map_or_else(Vec::new, |found| weighed(&found, figures));
    let mut unknown: Vec<u32> = down.events(&[data, control]);
    unknown.retain(|component| figures.down(*component).is_none());
    Available {
        data: data_share,
        control: share(&down, control).0,
        operable: share(&down, either).0,
        whole: share(&not_up, not_up.at[0]).0,
        naive: naive(graph, nodes[0], app, figures),
        components,
        unknown,
    }
}

fn share(top: &Top, at: u32, found: &Result<CutSets, GaveUp>, figures: &Figures) -> Share {
    let exact = found.as_ref().ok().and_then(|found| {
        let least = found.probability(|component| figures.least(component))?;
        Some((least, found.probability(|component| figures.most(component))?))
    });
    let (how, (least, most)) = match exact {
        Some(exact) => (How::Exact, exact),
        None => {
            let both = |component| (figures.least(component), figures.most(component));
            (How::Bounds, CutSets::bounds(&top.circuit, at, both))
        }
    };
    let up = |down: f64| (1.0 - down).clamp(0.0, 1.0);
    Share { low: up(most), high: up(least), how }
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

/// The product of figures along every need, as if nothing were shared; alternatives as if they were independent. What
/// leads back in a cycle, and what is not known, counts as always up.
fn naive(graph: &Graph, top: NodeId, app: u32, figures: &Figures) -> f64 {
    let system = Boolean::new(graph, Failure::Down, &[top]);
    let mut own = vec![1.0; system.len()];
    for node in (0u32..).take(graph.len()).take_while(|node| !graph.is_group(*node)) {
        if let (Some(number), Some(owner)) = (system.number(node), graph.owner(node))
            && owner != app
        {
            own[number as usize] *= 1.0 - figures.least(owner);
        }
    }
    let mut up = vec![1.0; system.len()];
    for number in (0u32..).take(system.len()) {
        let inputs: Vec<f64> = system.inputs(number).iter().map(|input| up[*input as usize]).collect();
        up[number as usize] = own[number as usize] * few_fail(&inputs, system.threshold(number) as usize);
    }
    system.number(top).map_or(1.0, |number| up[number as usize])
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
