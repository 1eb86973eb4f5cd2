//! Every component ranked by the apps that it alone takes down; and pairs, and sweeps over places.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt::Write;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use super::text::{GOOD, HEAD, POOR, count, paint, table, wrapped};
use super::{Report, SCHEMA};
use crate::analysis::{Figures, Hits, Pairs, Reach, Worst};
use crate::graph::Graph;
use crate::model::{Component, ComponentId, Kind, System};

/// Hours of a year, leap years counted in.
const HOURS_OF_A_YEAR: f64 = 8_765.82;

/// The report of `spof`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Spof {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// Every component (or place, or capability) whose loss touches an app, the worst first.
    pub components: Vec<SpofView>,
    /// How many apps there are.
    pub apps: usize,
    /// How many components touch no app when lost.
    pub harmless: usize,
    /// What is lost: `component`, `capability` or `place`.
    pub by: &'static str,
    /// The pairs that take down what neither takes down alone, the worst first; only when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<PairsView>,
    /// What is missing because the run was interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<String>,
    /// How many touch an app, and how many of these take one down; all of them are in `components` where that is to be
    /// written whole.
    #[serde(skip)]
    totals: Totals,
    #[serde(skip)]
    limit: usize,
}

/// How many losses were looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// All of them.
    pub looked_at: usize,
    /// Those that were not looked at, since the run was interrupted.
    pub left: usize,
    /// Those that touch an app.
    pub touching: usize,
    /// Those that take an app down.
    pub downing: usize,
}

impl Totals {
    fn of(reach: &[Reach]) -> Totals {
        let downing = reach.iter().filter(|reach| !reach.down.is_empty()).count();
        let touches = |reach: &&Reach| !(reach.down.is_empty() && reach.degraded.is_empty() && reach.frozen.is_empty());
        Totals { looked_at: reach.len(), left: 0, touching: reach.iter().filter(touches).count(), downing }
    }
}

/// What one component takes down alone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SpofView {
    /// Its id; `component:capability` where capabilities are lost one by one.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// The apps that go down, itself left out.
    pub apps_down: Apps,
    /// The apps that are degraded.
    pub apps_degraded: Apps,
    /// The apps that serve and can't be changed.
    pub apps_frozen: Apps,
    /// The apps down, each counted by its tier and weight: 8 for tier 1, 4 for tier 2, 2 for tier 3 or none, else 1,
    /// times the app's own weight.
    pub weight: f64,
    /// The hours of apps down in a year that its own failures cost, where its availability is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_hours_a_year: Option<f64>,
}

/// Pairs of components that are worse together.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairsView {
    /// How many pairs take an app down that neither takes down alone.
    pub count: usize,
    /// How many components were left out because there are too many pairs: those with the least reach.
    pub components_left_out: usize,
    /// Whether the run was interrupted before all pairs were looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// The worst of them.
    pub worst: Vec<PairView>,
}

/// Two components that are worse together.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairView {
    /// The two.
    pub ids: Vec<ComponentId>,
    /// The apps that go down with both and with neither alone.
    pub only_together: Apps,
    /// All apps that go down with both.
    pub apps_down: Apps,
    /// The weight of those that go down only together.
    pub weight: f64,
}

/// The report of `simulate --all-of`: outages of places or other components one by one, or so many at once.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Sweep {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// What is lost: a kind of component.
    pub of: Kind,
    /// How many at once.
    pub together: usize,
    /// How many outages were looked at.
    pub looked_at: usize,
    /// How many of them touch no app.
    pub harmless: usize,
    /// How many apps there are.
    pub apps: usize,
    /// The outages that touch an app, the worst first; as many as were asked for.
    pub outages: Vec<SweptView>,
    /// What is missing because the run was interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<String>,
}

/// What one outage of a sweep does.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SweptView {
    /// What is lost.
    pub ids: Vec<ComponentId>,
    /// The apps that go down.
    pub apps_down: Apps,
    /// The apps that are degraded.
    pub apps_degraded: Apps,
    /// The apps that serve and can't be changed.
    pub apps_frozen: Apps,
    /// The apps down, each counted by its tier and weight.
    pub weight: f64,
}

/// A list of apps, kept as numbers since there can be very many.
#[derive(Clone, Debug)]
pub struct Apps {
    names: Arc<[ComponentId]>,
    list: Vec<u32>,
}

impl Apps {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn ids(&self) -> impl Iterator<Item = &ComponentId> {
        self.list.iter().map(|app| &self.names[*app as usize])
    }

    fn some(&self) -> String {
        let mut names: Vec<String> = self.ids().take(4).map(ToString::to_string).collect();
        if self.len() > 4 {
            names.push(format!("and {} more", self.len() - 4));
        }
        names.join(", ")
    }
}

impl Serialize for Apps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.ids())
    }
}

impl JsonSchema for Apps {
    fn schema_name() -> Cow<'static, str> {
        "AppList".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<String>::json_schema(generator)
    }
}

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

impl Report for Spof {
    fn text(&self, width: usize) -> String {
        let mut out = String::new();
        let single = self.totals.downing;
        warn(&mut out, self.interrupted.as_deref(), width);
        let _ = writeln!(
            out,
            "{}: {single} of {} take down one of {} alone",
            paint(HEAD, "Single points of failure"),
            counted(self.totals.looked_at, self.by),
            count(self.apps, "app"),
        );
        // A narrow terminal has no room for what it costs; JSON has it always.
        let costs = width >= 120 && self.components.iter().any(|view| view.app_hours_a_year.is_some());
        let row = |view: &SpofView| {
            let mut row = vec![
                view.id.clone(),
                view.kind.word().to_owned(),
                view.apps_down.len().to_string(),
                view.apps_degraded.len().to_string(),
                view.apps_frozen.len().to_string(),
                format!("{}", view.weight),
            ];
            if costs {
                row.push(view.app_hours_a_year.map_or_else(|| "?".to_owned(), |hours| format!("{hours:.1}")));
            }
            row.push(view.apps_down.some());
            row
        };
        let rows: Vec<Vec<String>> = self.components.iter().take(self.limit).map(row).collect();
        if rows.is_empty() {
            let _ = writeln!(out, "{}", paint(GOOD, "no component takes an app down, degrades or freezes it alone"));
        } else {
            let mut heading = vec![self.by, "kind", "down", "degraded", "frozen", "weight"];
            if costs {
                heading.push("app h/year");
            }
            heading.push("apps down");
            out.push('\n');
            out += &table(width, &heading, &rows);
        }
        if self.totals.touching > rows.len() {
            let more = self.totals.touching - rows.len();
            let _ = writeln!(out, "and {more} more; `--limit` shows more, `--format json` lists all");
        }
        if let Some(pairs) = &self.pairs {
            pairs.text(&mut out, width);
        }
        out
    }
}

/// What was not looked at for being interrupted.
fn unseen(what: &str, number: usize) -> String {
    format!("interrupted: {what} {} not looked at, and may be worse", if number == 1 { "was" } else { "were" })
}

fn warn(out: &mut String, text: Option<&str>, width: usize) {
    if let Some(text) = text {
        *out += &paint(POOR, wrapped(text, 0, width).trim_end());
        out.push('\n');
    }
}

fn counted(number: usize, one: &str) -> String {
    if one == "capability" && number != 1 { format!("{number} capabilities") } else { count(number, one) }
}

impl PairsView {
    fn text(&self, out: &mut String, width: usize) {
        let pairs = count(self.count, "pair");
        let so_far = if self.interrupted { "so far " } else { "" };
        let title = paint(HEAD, "Pairs");
        let _ = writeln!(out, "\n{title}: {so_far}{pairs} take down an app that neither takes down alone");
        let missing = "interrupted: not all pairs were looked at, and there may be worse ones";
        warn(out, self.interrupted.then_some(missing), width);
        if self.components_left_out > 0 {
            let left = count(self.components_left_out, "component");
            let text = format!("there are too many pairs: those of the {left} with the least reach were not looked at");
            *out += &paint(POOR, wrapped(&text, 0, width).trim_end());
            out.push('\n');
        }
        let row = |view: &PairView| {
            let ids: Vec<String> = view.ids.iter().map(ToString::to_string).collect();
            vec![
                ids.join(" + "),
                view.only_together.len().to_string(),
                view.apps_down.len().to_string(),
                format!("{}", view.weight),
                view.only_together.some(),
            ]
        };
        let rows: Vec<Vec<String>> = self.worst.iter().map(row).collect();
        if !rows.is_empty() {
            *out += &table(width, &["pair", "only together", "down", "weight", "only together"], &rows);
        }
        if self.count > self.worst.len() {
            let _ = writeln!(out, "and {} more; `--limit` lists more", self.count - self.worst.len());
        }
    }
}

impl Report for Sweep {
    fn text(&self, width: usize) -> String {
        let what = match self.together {
            1 => format!("Every {} alone", self.of.word()),
            together => format!("Any {together} at once of kind {}", self.of.word()),
        };
        let hit = self.looked_at - self.harmless;
        let outages = count(self.looked_at, "outage");
        let verb = if hit == 1 { "touches" } else { "touch" };
        let mut out = format!("{}: {hit} of {outages} {verb} one of {}\n", paint(HEAD, what), count(self.apps, "app"));
        warn(&mut out, self.interrupted.as_deref(), width);
        let row = |view: &SweptView| {
            let ids: Vec<String> = view.ids.iter().map(ToString::to_string).collect();
            vec![
                ids.join(" + "),
                view.apps_down.len().to_string(),
                view.apps_degraded.len().to_string(),
                view.apps_frozen.len().to_string(),
                format!("{}", view.weight),
                view.apps_down.some(),
            ]
        };
        let rows: Vec<Vec<String>> = self.outages.iter().map(row).collect();
        if !rows.is_empty() {
            out.push('\n');
            out += &table(width, &["lost", "down", "degraded", "frozen", "weight", "apps down"], &rows);
        }
        if hit > rows.len() {
            let _ = writeln!(out, "and {} more; `--limit` lists more", hit - rows.len());
        }
        out
    }
}
