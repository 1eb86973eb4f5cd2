//! What sweeps and pairs found, with the names of what is lost and of whom it takes down.

use std::cmp::Reverse;
use std::sync::Arc;

use super::text::counted;
use super::{Apps, PairView, PairsView, Spof, SpofView, Sweep, SweptView, Totals};
use crate::analysis::{Figures, Hits, Pairs, Reach, Worst};
use crate::graph::Graph;
use crate::model::{Component, ComponentId, Kind, System};
use crate::report::SCHEMA;
use crate::report::text::count;

/// Hours of a year, leap years counted in.
const HOURS_OF_A_YEAR: f64 = 8_765.82;

/// What is reported on: the system, its graph and the names of its components.
pub struct Named<'a> {
    system: &'a System,
    graph: &'a Graph,
    names: Arc<[ComponentId]>,
}

impl<'a> Named<'a> {
    /// Reports on that system.
    pub fn new(system: &'a System, graph: &'a Graph) -> Self {
        Named { system, graph, names: graph.components().into() }
    }

    fn component(&self, number: u32) -> &'a Component {
        &self.system.components[&self.graph.components()[number as usize]]
    }

    fn apps(&self, list: Vec<u32>) -> Apps {
        Apps { names: Arc::clone(&self.names), list }
    }

    fn weight(&self, apps: &[u32]) -> f64 {
        apps.iter().fold(0.0, |sum, app| sum + weight(self.component(*app)))
    }

    /// The weights of the apps in thousandths, in the order of the graph: what sweeps and pairs are ranked by.
    pub fn weights(&self) -> Vec<u64> {
        let thousandths = |app: &u32| (weight(self.component(*app)) * 1000.0).round().min(1e15) as u64;
        self.graph.apps().iter().map(thousandths).collect()
    }

    /// Which of some losses touch an app, the heaviest first, then by apps down, frozen and degraded, then by number; and how
    /// many there are. What was not looked at has no hits.
    pub fn ranked(&self, hits: &[Option<Hits>]) -> (Vec<u32>, Totals) {
        let touches = |hits: &Hits| hits.down + hits.degraded + hits.frozen > 0;
        let looked_at = hits.iter().flatten().count();
        let numbered = (0u32..).zip(hits).filter_map(|(at, hits)| Some((at, hits.as_ref()?)));
        let mut ranked: Vec<(u32, &Hits)> = numbered.filter(|(_, hits)| touches(hits)).collect();
        ranked.sort_by_key(|(at, hits)| (Reverse((hits.weight, hits.down, hits.frozen, hits.degraded)), *at));
        let downing = ranked.iter().filter(|(_, hits)| hits.down > 0).count();
        let left = hits.len() - looked_at;
        let totals = Totals { looked_at, left, touching: ranked.len(), downing };
        (ranked.into_iter().map(|(at, _)| at).collect(), totals)
    }

    /// The report of losses one by one: of components (`by` is `component` or `place`), or of nodes (`capability`). The
    /// heaviest first, then by apps down, frozen and degraded, then by id; the text shows `limit` of them.
    pub fn spof(&self, by: &'static str, lost: &[u32], reach: Vec<Reach>, figures: &Figures, limit: usize) -> Spof {
        let totals = Totals::of(&reach);
        self.spof_of(by, lost, reach, figures, totals, limit)
    }

    /// The report of some losses, of more that were looked at.
    pub fn spof_of(
        &self,
        by: &'static str,
        lost: &[u32],
        reach: Vec<Reach>,
        figures: &Figures,
        totals: Totals,
        limit: usize,
    ) -> Spof {
        let capabilities = by == "capability";
        let view = |(number, reach): (&u32, Reach)| {
            let owner = if capabilities { self.graph.owner(*number).unwrap_or(0) } else { *number };
            let component = self.component(owner);
            let face = if capabilities { self.graph.capability(*number) } else { None };
            let down = figures.down(owner).filter(|_| !capabilities);
            SpofView {
                id: face.map_or_else(|| component.id.to_string(), |face| face.to_string()),
                kind: component.kind,
                weight: self.weight(&reach.down),
                app_hours_a_year: down.map(|down| down * HOURS_OF_A_YEAR * reach.down.len() as f64),
                apps_down: self.apps(reach.down),
                apps_degraded: self.apps(reach.degraded),
                apps_frozen: self.apps(reach.frozen),
            }
        };
        let touched = |reach: &Reach| !(reach.down.is_empty() && reach.degraded.is_empty() && reach.frozen.is_empty());
        let mut components: Vec<SpofView> =
            lost.iter().zip(reach).filter(|(_, reach)| touched(reach)).map(view).collect();
        components.sort_by(|a, b| {
            let key = |view: &SpofView| (view.apps_down.len(), view.apps_frozen.len(), view.apps_degraded.len());
            b.weight.total_cmp(&a.weight).then_with(|| key(b).cmp(&key(a))).then_with(|| a.id.cmp(&b.id))
        });
        let harmless = totals.looked_at - totals.touching;
        let interrupted = (totals.left > 0).then(|| {
            let listed = format!("; of those that were, the worst {} are listed", components.len());
            let all = components.len() == totals.touching;
            unseen(&counted(totals.left, by), totals.left) + if all { "" } else { &listed }
        });
        let apps = self.graph.apps().len();
        Spof { schema: SCHEMA, components, apps, harmless, by, pairs: None, interrupted, totals, limit }
    }

    /// Pairs as they are reported.
    pub fn pairs(&self, pairs: Pairs) -> PairsView {
        let view = |pair: crate::analysis::Pair| PairView {
            ids: pair.components.iter().map(|number| self.component(*number).id.clone()).collect(),
            weight: self.weight(&pair.only_together),
            only_together: self.apps(pair.only_together),
            apps_down: self.apps(pair.reach.down),
        };
        PairsView {
            count: pairs.count,
            components_left_out: pairs.left_out,
            interrupted: pairs.stopped,
            worst: pairs.worst.into_iter().map(view).collect(),
        }
    }

    /// The report of a sweep, of the outages in the order in which they are to be shown.
    pub fn sweep(&self, of: Kind, together: usize, found: Worst) -> Sweep {
        let Worst { sets, looked_at, left, harmless } = found;
        let view = |(lost, reach): (Vec<u32>, Reach)| SweptView {
            ids: lost.iter().map(|number| self.component(*number).id.clone()).collect(),
            weight: self.weight(&reach.down),
            apps_down: self.apps(reach.down),
            apps_degraded: self.apps(reach.degraded),
            apps_frozen: self.apps(reach.frozen),
        };
        let outages = sets.into_iter().map(view).collect();
        let interrupted = (left > 0).then(|| unseen(&count(left, "outage"), left));
        Sweep { schema: SCHEMA, of, together, looked_at, harmless, apps: self.graph.apps().len(), outages, interrupted }
    }
}

/// How much an app counts in a blast radius.
fn weight(app: &Component) -> f64 {
    let by_tier = match app.tier {
        Some(1) => 8.0,
        Some(2) => 4.0,
        Some(3) | None => 2.0,
        Some(_) => 1.0,
    };
    by_tier * app.weight.unwrap_or(1.0)
}

/// What was not looked at for being interrupted.
fn unseen(what: &str, number: usize) -> String {
    format!("interrupted: {what} {} not looked at, and may be worse", if number == 1 { "was" } else { "were" })
}
