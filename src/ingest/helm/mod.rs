//! Helm charts, rendered with their own values for the reader of Kubernetes. Helm itself is not run.
//!
//! A chart is released under its own name, into the default namespace of a cluster of today. What a template needs of
//! the surroundings is a fixed word. A template that can't be rendered is skipped with the reason, and the rest is read.

mod chart;
mod exec;
mod functions;
mod parse;
mod texts;
mod value;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::chart::{Chart, Files, join};
use super::{Renderer, Rendering, Status, Tally};
use crate::facts::Remark;
use crate::model::{Basis, Evidence};
use crate::source::yaml::Node;
use crate::source::{Source, Tree};

/// The table line of Helm charts.
pub const RENDERER: Renderer = Renderer { name: "helm", wants, render };

fn wants(path: &str) -> bool {
    path.ends_with(".tpl")
}

fn render(sources: &[Arc<Source>], tree: &Tree) -> Rendering {
    let files: Files<'_> = sources.iter().map(|source| (&*source.path, source)).collect();
    let mut rendering = Rendering::default();
    let folders = files.keys().filter_map(|path| match path.rsplit_once('/') {
        Some((folder, "Chart.yaml")) => Some(folder),
        None if *path == "Chart.yaml" => Some(""),
        _ => None,
    });
    let charts: Vec<Chart> = folders.filter_map(|folder| Chart::load(folder, &files, tree, 0)).collect();
    let mut used_by_others = BTreeSet::new();
    for chart in &charts {
        let mut folders = Vec::new();
        chart.inner.iter().for_each(|inner| inner.folders(&mut folders));
        used_by_others.extend(folders);
    }
    let inside = |folder: &str| {
        let mut above = folder;
        while let Some((outer, name)) = above.rsplit_once('/') {
            let holder = outer.strip_suffix("charts").map(|rest| rest.trim_end_matches('/'));
            if holder.is_some_and(|holder| charts.iter().any(|chart| chart.folder == holder)) && !name.is_empty() {
                return true;
            }
            above = outer;
        }
        folder.strip_prefix("charts/").is_some() && charts.iter().any(|chart| chart.folder.is_empty())
    };
    let mut templates = Tally::new("templates");
    for chart in &charts {
        claim(chart, sources, &mut rendering);
        if used_by_others.contains(&chart.folder) || inside(&chart.folder) || chart.is_library() {
            continue;
        }
        release(chart, &files, &mut rendering, &mut templates);
    }
    rendering.tallies.extend((templates.all > 0).then_some(templates));
    rendering
}

/// Takes the files of a chart: its templates, its values, and what says what it is.
fn claim(chart: &Chart, sources: &[Arc<Source>], rendering: &mut Rendering) {
    let prefix = join(&chart.folder, "");
    for source in sources.iter().filter(|source| source.path.starts_with(&prefix)) {
        let inside = &source.path[prefix.len()..];
        let own = inside.starts_with("templates/")
            || inside.starts_with("crds/")
            || ["Chart.yaml", "values.yaml", "requirements.yaml"].contains(&inside);
        let note = if own {
            None
        } else if inside.starts_with("values") && !inside.contains('/') || inside.starts_with("ci/") {
            Some((Status::Skipped, "values for another setting than the chart's own".to_owned()))
        } else {
            continue;
        };
        rendering.used.entry(Arc::clone(&source.path)).or_insert(note);
    }
}

/// Renders a chart, and notes what of it could not be.
fn release(chart: &Chart, files: &Files<'_>, rendering: &mut Rendering, templates: &mut Tally) {
    let about = files.get(join(&chart.folder, "Chart.yaml").as_str());
    let Some(about) = about else { return };
    let mut nodes: Vec<Node> = Vec::new();
    for rendered in chart.render() {
        templates.all += 1;
        match rendered.outcome {
            Ok(made) => {
                nodes.extend(made);
                if rendered.notes.is_empty() {
                    templates.understood += 1;
                } else {
                    templates.listed += 1;
                    rendering.used.insert(rendered.path, Some((Status::Partial, rendered.notes.join("; "))));
                }
            }
            Err(why) => {
                templates.listed += 1;
                rendering
                    .used
                    .insert(rendered.path, Some((Status::Skipped, format!("it could not be rendered: {why}"))));
            }
        }
    }
    absent(chart, rendering);
    let mut parts = Vec::new();
    chart.parts(&mut parts);
    rendering.sources.push(Source::rendered(&about.path, nodes, parts));
}

/// Lists the charts that are fetched from elsewhere.
fn absent(chart: &Chart, rendering: &mut Rendering) {
    let path: Arc<str> = join(&chart.folder, "Chart.yaml").into();
    for dependency in &chart.absent {
        let node = dependency.get("name").unwrap_or(dependency);
        rendering.remarks.push(Remark {
            about: None,
            what: dependency.text_at(&["name"]).unwrap_or_default().to_owned(),
            reason: "a chart that is fetched from elsewhere, and not read".to_owned(),
            evidence: Evidence { at: node.location(&path), basis: Basis::Manifest, note: None },
        });
    }
    chart.inner.iter().for_each(|inner| absent(inner, rendering));
}
