//! How often an app is up, exactly: over the shared graph, so that what several needs rest on counts once.

mod asked;

use rayon::prelude::*;

use super::cuts::{GaveUp, Limits, Memory, Sampling, Way};
use crate::graph::Graph;
use crate::model::{Availability, System};
use asked::{Asked, Shared};

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
    /// Where it lies within the bounds by sampling; only where these are bounds.
    pub estimate: Option<Estimated>,
}

/// Where a share lies by sampling, with the confidence of [`CONFIDENCE`](super::cuts::CONFIDENCE) at each end where figures
/// are missing, and at both together where none is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimated {
    /// It is at least this.
    pub low: f64,
    /// It is at most this.
    pub high: f64,
    /// How many samples were drawn.
    pub samples: u64,
    /// How they were drawn.
    pub way: Way,
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
    /// The components that bear on `data`, the most critical first; empty when no diagram was finished, and without those
    /// that never fail, or of which nothing is known, where one was finished without them alone.
    pub components: Vec<Weighed>,
    /// The components whose own failures bear on `data`, in order, whether or not a diagram was finished.
    pub bearing: Vec<u32>,
    /// The components that bear on `data` or `control` and of which nothing is known.
    pub unknown: Vec<u32>,
}

impl Available {
    /// Of something that is no component.
    fn nothing() -> Self {
        let share = Share { low: 1.0, high: 1.0, how: How::Exact, estimate: None };
        let (components, bearing, unknown) = (Vec::new(), Vec::new(), Vec::new());
        Available {
            data: share,
            control: share,
            operable: share,
            whole: share,
            naive: 1.0,
            components,
            bearing,
            unknown,
        }
    }
}

/// How much reckoning may take.
#[derive(Clone, Copy)]
pub struct Effort<'a> {
    /// The limits of the diagrams.
    pub limits: Limits<'a>,
    /// What is estimated where a diagram does not fit; bounds alone when this is `None`.
    pub sampling: Option<Sampling>,
    /// When to stop sampling; later than the diagrams stop, so that time is left for it.
    pub until: &'a (dyn Fn() -> bool + Sync),
}

/// The least work that each of many apps may take that are left.
const LEAST_WORK: usize = 1 << 23;

/// How often an app is up. Costs the diagrams of four tops.
pub fn available(graph: &Graph, app: u32, figures: &Figures, effort: Effort<'_>) -> Available {
    let (shared, memory) = (Shared::of(graph, &[app]), Memory::default());
    let asked = Asked { shared: &shared, figures, memory: &memory, effort };
    asked.exactly(app, effort.limits).unwrap_or_else(|_| asked.bounded(app))
}

/// How often each of some apps is up, in their order; `done` is told of each that is finished.
///
/// The circuits are compiled once for all of them, and modules that several have in common are solved once. Every app gets
/// little at first, so that a hard one takes nothing from the others. Those that are left share the work that is allowed,
/// spread over the threads, and one that lacks memory with others at its side is done again with all of it. What does not
/// fit then has bounds and estimates.
pub fn available_each(
    graph: &Graph,
    apps: &[u32],
    figures: &Figures,
    effort: Effort<'_>,
    done: &(dyn Fn() + Sync),
) -> Vec<Available> {
    let (shared, memory) = (Shared::of(graph, apps), Memory::default());
    let asked = Asked { shared: &shared, figures, memory: &memory, effort };
    let all = effort.limits;
    let side_by_side = Limits { nodes: all.nodes / rayon::current_num_threads().max(1), ..all };
    let told = |found: Result<Available, GaveUp>| {
        found.iter().for_each(|_| done());
        found
    };
    let first = |app: &u32| told(asked.exactly(*app, least_of(side_by_side)));
    let mut found: Vec<Result<Available, GaveUp>> = apps.par_iter().map(first).collect();
    let left = found.iter().filter(|found| found.is_err()).count().max(1);
    let work = (all.work / left).max(LEAST_WORK).min(all.work);
    let next = |(app, found): (&u32, &mut Result<Available, GaveUp>)| {
        if found.is_err() {
            *found = told(asked.exactly(*app, Limits { work, ..side_by_side }));
        }
    };
    apps.par_iter().zip(&mut found).for_each(next);
    for (app, found) in apps.iter().zip(&mut found) {
        if matches!(found, Err(GaveUp::Nodes)) {
            *found = told(asked.exactly(*app, Limits { work, ..all }));
        }
    }
    let last = |(app, found): (&u32, Result<Available, GaveUp>)| {
        found.unwrap_or_else(|_| {
            let found = asked.bounded(*app);
            done();
            found
        })
    };
    apps.par_iter().zip(found).map(last).collect()
}

/// What every app may take before any app may take more.
fn least_of(limits: Limits<'_>) -> Limits<'_> {
    Limits { nodes: limits.nodes.min(1 << 17), work: limits.work.min(1 << 21), ..limits }
}
