//! Helm charts, rendered for the reader of Kubernetes: built in, or by helm where a person says so.
//!
//! A chart is released as Argo CD, Flux or helmfile say among the files; else under its own name with its own values,
//! into the default namespace of a cluster of today. What a template needs of the surroundings is a fixed word. A
//! template that can't be rendered is skipped with the reason, and the rest is read. A release of a chart that is not
//! among the files is a component of unknown inside.

mod chart;
mod exec;
mod functions;
mod opaque;
mod parse;
mod program;
mod release;
mod render;
mod texts;
mod tokens;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::chart::{Chart, Files, join};
use self::opaque::Unseen;
use self::release::{From, Release};
use self::render::Rendered;
use self::value::Value;
use super::reach::Named;
use super::{Renderer, Rendering, Settings, Status, Tally};
use crate::facts::{Remark, Says};
use crate::model::{Basis, Evidence};
use crate::source::yaml::Node;
use crate::source::{Location, Problem, Source, Tree};

/// Charts may release charts that release others; deeper than this nobody goes.
const MOST_ROUNDS: usize = 4;

/// The table line of Helm charts.
pub const RENDERER: Renderer = Renderer { name: "helm", wants, render };

fn wants(path: &str) -> bool {
    path.ends_with(".tpl")
}

fn render(sources: &[Arc<Source>], tree: &Tree, settings: &Settings) -> Rendering {
    let files: Files<'_> = sources.iter().map(|source| (&*source.path, source)).collect();
    let folders: Vec<&str> = files.keys().filter_map(|path| folder_of_chart(path)).collect();
    let none = Value::map([]);
    let charts: Vec<Chart> = folders.iter().filter_map(|folder| Chart::load(folder, &files, tree, 0, &none)).collect();
    let mut used_by_others = BTreeSet::new();
    for chart in &charts {
        let mut folders = Vec::new();
        chart.inner.iter().for_each(|inner| inner.folders(&mut folders));
        used_by_others.extend(folders);
    }
    // What a template of a chart says is released is known once it is rendered.
    let templates: Vec<String> = charts.iter().map(|chart| join(&chart.folder, "templates/")).collect();
    let plain = sources.iter().map(|source| &**source);
    let plain = plain.filter(|source| !templates.iter().any(|folder| source.path.starts_with(folder.as_str())));
    let (written, remarks) = release::all(plain, &files, &folders);
    let mut told: Vec<Release> = Vec::new();
    let mut further: Vec<Remark> = Vec::new();
    let mut round = 0;
    let (mut work, releases) = loop {
        let releases: Vec<Release> = written.iter().chain(&told).cloned().collect();
        let work = Work { files: &files, tree, settings, rendering: Rendering::default(), templates: BTreeMap::new() };
        let work = work.all(&charts, sources, &releases, &used_by_others);
        let (made, more) = release::all(work.rendering.sources.iter(), &files, &folders);
        let same = made.len() == told.len() && made.iter().zip(&told).all(|(one, other)| one.is_as(other));
        round += 1;
        if same || round == MOST_ROUNDS {
            break (work, releases);
        }
        (told, further) = (made, more);
    };
    work.rendering.remarks.extend(remarks.into_iter().chain(further));
    let Work { mut rendering, templates, .. } = work;
    let mut tally = Tally::new("templates");
    tally.all = templates.len();
    tally.understood = templates.values().filter(|fine| **fine).count();
    tally.listed = tally.all - tally.understood;
    rendering.tallies.extend((tally.all > 0).then_some(tally));
    fetched(&releases, sources, &files, &mut rendering);
    rendering
}

fn folder_of_chart(path: &str) -> Option<&str> {
    match path.rsplit_once('/') {
        Some((folder, "Chart.yaml")) => Some(folder),
        None if path == "Chart.yaml" => Some(""),
        _ => None,
    }
}

/// Whether a file may name charts that lie elsewhere.
pub(super) fn names_charts(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("Chart.yaml" | "requirements.yaml"))
}

/// The charts that a chart is built of and that it names by a path: their files and templates.
pub(super) fn named_elsewhere(path: &str, text: &str) -> Vec<Named> {
    let source = Source::new(path, text.to_owned());
    let dependencies = source.documents.nodes.iter().filter_map(|node| node.get("dependencies")).flat_map(Node::items);
    let local = dependencies.filter_map(|one| one.text_at(&["repository"])?.strip_prefix("file://"));
    let parts = |folder: &str| {
        let of = |inner: &str, wants: fn(&str) -> bool| Named {
            path: format!("{}{inner}", folder.trim_end_matches('/')),
            wants,
        };
        [
            of("", |name| matches!(name, "Chart.yaml" | "values.yaml" | "requirements.yaml")),
            of("/templates", |name| [".yaml", ".yml", ".tpl"].iter().any(|ending| name.ends_with(ending))),
        ]
    };
    local.flat_map(parts).collect()
}

/// Whether a folder lies among the charts of another chart.
fn inside(folder: &str, charts: &[Chart]) -> bool {
    let mut above = folder;
    while let Some((outer, name)) = above.rsplit_once('/') {
        let holder = outer.strip_suffix("charts").map(|rest| rest.trim_end_matches('/'));
        if holder.is_some_and(|holder| charts.iter().any(|chart| chart.folder == holder)) && !name.is_empty() {
            return true;
        }
        above = outer;
    }
    folder.strip_prefix("charts/").is_some() && charts.iter().any(|chart| chart.folder.is_empty())
}

/// The releases of charts that are not among the files, and the files that say nothing but what is released.
fn fetched(releases: &[Release], sources: &[Arc<Source>], files: &Files<'_>, rendering: &mut Rendering) {
    let made = sources.iter().find(|source| !source.parts.is_empty());
    for release in releases {
        let From::Elsewhere(chart) = &release.from else { continue };
        let named = release.files.iter().filter_map(|path| files.get(&**path).copied());
        let given = named.filter_map(|source| Some((&**source, source.documents.nodes.first()?)));
        // What a rendering made has its places already.
        let file = files.get(&*release.at.file).copied().or(made);
        let written = file.into_iter().flat_map(|file| release.written.iter().map(move |node| (&**file, node)));
        let unseen = Unseen {
            name: release.name.clone(),
            namespace: release.namespace.as_deref(),
            chart,
            values: given.chain(written).collect(),
            at: release.at.clone(),
        };
        opaque::add(&unseen, &mut rendering.facts, &mut rendering.sheets);
        for path in &release.files {
            rendering.used.entry(Arc::clone(path)).or_insert(None);
        }
    }
    for source in sources.iter().filter(|source| source.documents.nodes.iter().any(release::is_helmfile)) {
        rendering.used.entry(Arc::clone(&source.path)).or_insert(None);
    }
}

/// Takes the files of a chart: its templates, its values, and what says what it is.
fn claim(chart: &Chart, sources: &[Arc<Source>], named: &BTreeSet<&Arc<str>>, rendering: &mut Rendering) {
    let prefix = join(&chart.folder, "");
    for source in sources.iter().filter(|source| source.path.starts_with(&prefix)) {
        let inside = &source.path[prefix.len()..];
        let own = inside.starts_with("templates/")
            || inside.starts_with("crds/")
            || ["Chart.yaml", "values.yaml", "requirements.yaml"].contains(&inside)
            || named.contains(&source.path);
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

/// The charts of a run as they are rendered.
struct Work<'w, 't> {
    files: &'w Files<'t>,
    tree: &'w Tree,
    settings: &'w Settings,
    rendering: Rendering,
    /// Each template that was come by, and whether it was rendered whole each time.
    templates: BTreeMap<Arc<str>, bool>,
}

impl Work<'_, '_> {
    /// Renders all charts as they are released, and those that nothing releases by themselves.
    fn all(
        mut self,
        charts: &[Chart],
        sources: &[Arc<Source>],
        releases: &[Release],
        used_by_others: &BTreeSet<String>,
    ) -> Self {
        let named: BTreeSet<&Arc<str>> = releases.iter().flat_map(|release| &release.files).collect();
        for chart in charts {
            claim(chart, sources, &named, &mut self.rendering);
            let of_it = |one: &&Release| matches!(&one.from, From::Folder(folder) if *folder == chart.folder);
            let own: Vec<&Release> = releases.iter().filter(of_it).collect();
            let is_part = used_by_others.contains(&chart.folder) || inside(&chart.folder, charts);
            if chart.is_library() || is_part && own.is_empty() {
                continue;
            }
            for (number, release) in own.iter().enumerate() {
                // Those that differ in nothing that is read are one.
                let seen = own[..number].iter().any(|earlier| earlier.is_as(release));
                if !seen {
                    self.release(chart, Some(release));
                }
            }
            if own.is_empty() {
                self.release(chart, None);
            }
        }
        self
    }

    /// Renders a chart, and notes what of it could not be.
    fn release(&mut self, chart: &Chart, release: Option<&Release>) {
        let about = self.files.get(join(&chart.folder, "Chart.yaml").as_str()).copied();
        let Some(about) = about else { return };
        let mut values: Vec<Value> = release.map(|release| release.values.clone()).unwrap_or_default();
        // Values that come with a release go before those of the stage, unless it names the chart's own once more.
        let before = if release.is_none_or(|release| release.files.is_empty()) { 0 } else { values.len() };
        values.splice(before..before, self.of_stage(chart, release));
        for file in &self.settings.values {
            if file.chart.as_ref().is_none_or(|wanted| **wanted == chart.folder || **wanted == chart.name) {
                let source = self.files.get(&*file.source.path).copied().unwrap_or(&file.source);
                values.extend(source.documents.nodes.first().map(Value::of));
                if let Some(note) = self.rendering.used.get_mut(&source.path) {
                    *note = None;
                }
            }
        }
        let given = Value::map([]);
        values.iter().for_each(|value| given.merge(value, true));
        let loaded =
            (!values.is_empty()).then(|| Chart::load(&chart.folder, self.files, self.tree, 0, &given)).flatten();
        let chart = loaded.as_ref().unwrap_or(chart);
        let name = release.map_or(chart.name.as_str(), |release| &release.name);
        let namespace = release.and_then(|release| release.namespace.as_deref());
        let mut nodes: Vec<Node> = Vec::new();
        for rendered in self.rendered(chart, (name, namespace.unwrap_or("default")), &values, about) {
            let fine = rendered.outcome.is_ok() && rendered.notes.is_empty();
            *self.templates.entry(Arc::clone(&rendered.path)).or_insert(true) &= fine;
            let used = &mut self.rendering.used;
            match rendered.outcome {
                Ok(made) => {
                    nodes.extend(made);
                    if !rendered.notes.is_empty() {
                        used.insert(rendered.path, Some((Status::Partial, rendered.notes.join("; "))));
                    }
                }
                Err(why) => {
                    used.insert(rendered.path, Some((Status::Skipped, format!("it could not be rendered: {why}"))));
                }
            }
        }
        if let Some(namespace) = namespace {
            nodes.iter_mut().for_each(|node| put_into(node, namespace));
        }
        absent(chart, &mut self.rendering);
        self.unseen(chart, release, name, namespace);
        let mut parts = Vec::new();
        chart.parts(&mut parts);
        self.rendering.sources.push(Source::rendered(&about.path, nodes, parts));
    }

    /// The values that a chart has for the stage that is read alone, where no release names any.
    fn of_stage(&mut self, chart: &Chart, release: Option<&Release>) -> Vec<Value> {
        let Some(stage) = &self.settings.stage else { return Vec::new() };
        let mut named = release.into_iter().flat_map(|release| &release.files);
        if named.any(|file| stage.of(file.rsplit('/').next().unwrap_or(file)) != Says::Nothing) {
            return Vec::new();
        }
        let prefix = join(&chart.folder, "");
        let mut values = Vec::new();
        for (path, source) in self.files.range(&*prefix..).take_while(|(path, _)| path.starts_with(&prefix)) {
            let inside = &path[prefix.len()..];
            let beside = !["templates/", "charts/", "crds/", "ci/"].iter().any(|folder| inside.starts_with(folder));
            let Some(node) = source.documents.nodes.first().filter(|node| node.is_map()) else { continue };
            if beside && inside.contains("values") && stage.of(inside) == Says::This {
                values.push(Value::of(node));
                self.rendering.used.insert(Arc::clone(&source.path), None);
            }
        }
        values
    }

    /// The charts that a chart needs and that are not among the files, as components with the values that they are given.
    fn unseen(&mut self, chart: &Chart, release: Option<&Release>, name: &str, namespace: Option<&str>) {
        let about: Arc<str> = join(&chart.folder, "Chart.yaml").into();
        let own = self.files.get(join(&chart.folder, "values.yaml").as_str()).copied();
        let named = release.into_iter().flat_map(|release| &release.files);
        let given = own.into_iter().chain(named.filter_map(|path| self.files.get(&**path).copied()));
        let given: Vec<(&Source, &Node)> =
            given.filter_map(|source| Some((&**source, source.documents.nodes.first()?))).collect();
        let file = release.and_then(|release| self.files.get(&*release.at.file).copied());
        let written = file
            .into_iter()
            .flat_map(|file| release.into_iter().flat_map(|release| &release.written).map(move |node| (&**file, node)));
        let given: Vec<(&Source, &Node)> = given.into_iter().chain(written).collect();
        for dependency in &chart.absent {
            let Some(called) = chart::called(dependency) else { continue };
            let values: Vec<(&Source, &Node)> =
                given.iter().filter_map(|(source, node)| Some((*source, node.get(called)?))).collect();
            // One that is told nothing may be a library, which offers templates and runs nothing.
            let may_be_library = values.is_empty() && dependency.get("condition").is_none() && chart.has_templates();
            if may_be_library {
                continue;
            }
            // A chart that is nothing but another one with values goes by the name of its release.
            let wraps = chart.absent.len() == 1 && chart.inner.is_empty() && !chart.has_templates();
            let unseen = Unseen {
                name: if wraps { name.to_owned() } else { opaque::full_name(name, called) },
                namespace,
                chart: dependency.text_at(&["name"]).unwrap_or(called),
                values,
                at: dependency.get("name").unwrap_or(dependency).location(&about),
            };
            opaque::add(&unseen, &mut self.rendering.facts, &mut self.rendering.sheets);
        }
    }

    /// A chart rendered by helm if it is to be and can be, else built in.
    fn rendered(
        &mut self,
        chart: &Chart,
        (name, namespace): (&str, &str),
        values: &[Value],
        about: &Source,
    ) -> Vec<Rendered> {
        let Some(helm) = &self.settings.helm else { return chart.render(name, namespace) };
        program::render(&**helm, chart, (name, namespace), values, self.tree).unwrap_or_else(|why| {
            let message = format!("helm could not render the chart `{}`: {why}", chart.name);
            let problem = Problem::warning(Location::start_of(&about.path), message);
            self.rendering.problems.push(problem.help("the built-in rendering is used for it"));
            chart.render(name, namespace)
        })
    }
}

/// Puts an object into the namespace of its release, as helm does with those whose template does not name one.
fn put_into(node: &mut Node, namespace: &str) {
    let Some(metadata) = node.get_mut("metadata").filter(|metadata| metadata.is_map()) else { return };
    if metadata.get("namespace").is_none() {
        let at = metadata.location(&"".into());
        metadata.set(Node::text_of("namespace", &at), Node::text_of(namespace, &at));
    }
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
