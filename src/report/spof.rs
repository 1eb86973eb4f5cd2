//! Every component ranked by the apps that it alone takes down.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{GOOD, HEAD, count, paint, table};
use super::{Report, SCHEMA};
use crate::analysis::SingleFailure;
use crate::graph::Graph;
use crate::model::{Component, Kind, System};

/// The report of `spof`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Spof {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// Every component whose loss touches an app, the worst first.
    pub components: Vec<SpofView>,
    /// How many apps there are.
    pub apps: usize,
    /// How many components touch no app when lost.
    pub harmless: usize,
}

/// What one component takes down alone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SpofView {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// The apps that go down, itself left out.
    pub apps_down: Vec<String>,
    /// The apps that are degraded.
    pub apps_degraded: Vec<String>,
    /// The apps that serve and can't be changed.
    pub apps_frozen: Vec<String>,
    /// The apps down, each counted by its tier and weight: 8 for tier 1, 4 for tier 2, 2 for tier 3 or none, else 1,
    /// times the app's own weight.
    pub weight: f64,
}

/// Makes the report, the heaviest first, then by apps down, frozen and degraded, then by id.
pub fn spof(system: &System, graph: &Graph, failures: &[SingleFailure]) -> Spof {
    let component = |number: u32| &system.components[&graph.components()[number as usize]];
    let names = |list: &[u32]| -> Vec<String> { list.iter().map(|app| component(*app).id.to_string()).collect() };
    let mut components: Vec<SpofView> = failures
        .iter()
        .map(|failure| SpofView {
            id: component(failure.component).id.to_string(),
            kind: component(failure.component).kind,
            apps_down: names(&failure.down),
            apps_degraded: names(&failure.degraded),
            apps_frozen: names(&failure.frozen),
            weight: failure.down.iter().fold(0.0, |sum, app| sum + weight(component(*app))),
        })
        .collect();
    let all = components.len();
    components
        .retain(|view| !(view.apps_down.is_empty() && view.apps_degraded.is_empty() && view.apps_frozen.is_empty()));
    components.sort_by(|a, b| {
        let key = |view: &SpofView| (view.apps_down.len(), view.apps_frozen.len(), view.apps_degraded.len());
        b.weight.total_cmp(&a.weight).then_with(|| key(b).cmp(&key(a))).then_with(|| a.id.cmp(&b.id))
    });
    Spof { schema: SCHEMA, harmless: all - components.len(), apps: graph.apps().len(), components }
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
        let single: Vec<&SpofView> = self.components.iter().filter(|view| !view.apps_down.is_empty()).collect();
        let _ = writeln!(
            out,
            "{}: {} of {} take down one of {} alone",
            paint(HEAD, "Single points of failure"),
            single.len(),
            count(self.components.len() + self.harmless, "component"),
            count(self.apps, "app"),
        );
        let rows: Vec<Vec<String>> = self
            .components
            .iter()
            .take(40)
            .map(|view| {
                vec![
                    view.id.clone(),
                    view.kind.word().to_owned(),
                    view.apps_down.len().to_string(),
                    view.apps_degraded.len().to_string(),
                    view.apps_frozen.len().to_string(),
                    format!("{}", view.weight),
                    named(&view.apps_down),
                ]
            })
            .collect();
        if rows.is_empty() {
            let _ = writeln!(out, "{}", paint(GOOD, "no component takes an app down, degrades or freezes it alone"));
            return out;
        }
        out.push('\n');
        out += &table(width, &["component", "kind", "down", "degraded", "frozen", "weight", "apps down"], &rows);
        if self.components.len() > 40 {
            let _ = writeln!(out, "and {} more; `--format json` lists all", self.components.len() - 40);
        }
        out
    }
}

fn named(apps: &[String]) -> String {
    let mut names: Vec<String> = apps.iter().take(4).cloned().collect();
    if apps.len() > 4 {
        names.push(format!("and {} more", apps.len() - 4));
    }
    names.join(", ")
}
