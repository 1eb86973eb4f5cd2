//! A chart with its values, its subcharts, and the documents that it renders to.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::exec::{Engine, Output};
use super::parse::{Body, parse};
use super::value::Value;
use crate::source::yaml::{self, Node};
use crate::source::{Location, Source, Tree, toward};

/// Charts are nested no deeper.
const DEEPEST: usize = 8;
/// Versions of the API that a cluster of today has.
const API_VERSIONS: [&str; 14] = [
    "v1",
    "apps/v1",
    "batch/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1/Ingress",
    "policy/v1",
    "policy/v1/PodDisruptionBudget",
    "rbac.authorization.k8s.io/v1",
    "storage.k8s.io/v1",
    "apiextensions.k8s.io/v1",
    "admissionregistration.k8s.io/v1",
    "coordination.k8s.io/v1",
];
/// Ends of names of files that a program may be configured with.
const CONFIGURATION: [&str; 9] = [".conf", ".cfg", ".cnf", ".ini", ".toml", ".properties", ".env", ".xml", ".hcl"];
const KUBERNETES: &str = "v1.31.0";

/// The files of a tree by path, those that a chart may be made of.
pub(super) type Files<'t> = BTreeMap<&'t str, &'t Arc<Source>>;

/// What templates do, by path.
type Bodies = BTreeMap<Arc<str>, Body>;
/// Why templates can't be parsed, by path.
type Wrong = BTreeMap<Arc<str>, String>;

/// A chart and the charts in it.
pub(super) struct Chart {
    /// Its folder.
    pub(super) folder: String,
    /// Its name, or the name that the chart around it gives it.
    pub(super) name: String,
    /// `Chart.yaml`.
    pub(super) about: Node,
    /// The charts in it.
    pub(super) inner: Vec<Chart>,
    /// Charts that it needs and that are not in the tree.
    pub(super) absent: Vec<Node>,
    files: Vec<Arc<Source>>,
    values: Value,
}

/// What became of a template.
pub(super) struct Rendered {
    /// The template's path.
    pub(super) path: Arc<str>,
    /// Its documents, or why there are none.
    pub(super) outcome: Result<Vec<Node>, String>,
    /// What it had to do without.
    pub(super) notes: Vec<String>,
}

impl Chart {
    /// The chart of a folder with all that is in it. `None` without a readable `Chart.yaml`.
    ///
    /// What is given goes before its own values, those by which it chooses its charts included.
    pub(super) fn load(folder: &str, files: &Files<'_>, tree: &Tree, depth: usize, given: &Value) -> Option<Self> {
        let at = |name: &str| join(folder, name);
        let about_file = files.get(at("Chart.yaml").as_str())?;
        let about = about_file.documents.nodes.first()?.clone();
        let prefix = at("");
        let mut own: Vec<Arc<Source>> = files
            .range(prefix.as_str()..)
            .take_while(|(path, _)| path.starts_with(&prefix))
            .filter(|(path, _)| !path[prefix.len()..].starts_with("charts/"))
            .map(|(_, source)| Arc::clone(source))
            .collect();
        // Configuration that templates read into ConfigMaps.
        let inside = tree.files().filter_map(|path| Some((path, path.strip_prefix(&prefix)?)));
        let others = inside.filter(|(path, inside)| {
            CONFIGURATION.iter().any(|end| path.ends_with(end))
                && !inside.starts_with("charts/")
                && !inside.starts_with("templates/")
        });
        own.extend(others.filter_map(|(path, _)| Some(Arc::new(Source::new(path, tree.read(path).ok()?)))));
        let values = files.get(at("values.yaml").as_str()).and_then(|source| source.documents.nodes.first());
        let values =
            values.map(Value::of).filter(|value| matches!(value, Value::Map(_))).unwrap_or_else(|| Value::map([]));
        values.merge(given, true);
        let mut chart = Chart {
            folder: folder.to_owned(),
            name: about.text_at(&["name"]).unwrap_or("chart").to_owned(),
            about,
            inner: Vec::new(),
            absent: Vec::new(),
            files: own,
            values,
        };
        if depth < DEEPEST {
            chart.load_inner(about_file, files, tree, depth);
        }
        Some(chart)
    }

    fn load_inner(&mut self, about_file: &Source, files: &Files<'_>, tree: &Tree, depth: usize) {
        let mut folders: BTreeMap<String, String> = BTreeMap::new();
        let charts = join(&self.folder, "charts/");
        for path in files.range(charts.as_str()..).map(|(path, _)| *path).take_while(|path| path.starts_with(&charts)) {
            if let Some(name) = path[charts.len()..].strip_suffix("/Chart.yaml").filter(|name| !name.contains('/')) {
                folders.insert(name.to_owned(), format!("{charts}{name}"));
            }
        }
        let requirements = files.get(join(&self.folder, "requirements.yaml").as_str());
        let listed = requirements.and_then(|source| source.documents.nodes.first());
        let of = |node: Option<&Node>| {
            node.and_then(|node| node.get("dependencies")).map(Node::items).unwrap_or_default().to_vec()
        };
        let mut dependencies = of(Some(&self.about));
        dependencies.extend(of(listed));
        let mut used = Vec::new();
        for dependency in dependencies {
            let Some(name) = dependency.text_at(&["name"]) else { continue };
            used.push(name.to_owned());
            if !self.wants(&dependency) {
                continue;
            }
            let local = dependency.text_at(&["repository"]).and_then(|text| text.strip_prefix("file://"));
            let beside = local.and_then(|path| toward(&about_file.path, path));
            let inner = folders
                .get(name)
                .cloned()
                .or(beside)
                .and_then(|folder| self.inner_at(&folder, name, files, tree, depth));
            match inner {
                Some(mut inner) => {
                    inner.name = dependency.text_at(&["alias"]).unwrap_or(name).to_owned();
                    self.inner.push(inner);
                }
                None => self.absent.push(dependency),
            }
        }
        for (name, folder) in folders {
            if !used.contains(&name) {
                let inner = self.inner_at(&folder, &name, files, tree, depth);
                self.inner.extend(inner);
            }
        }
    }

    /// A chart in it, which chooses its own charts by what this one gives it.
    fn inner_at(&self, folder: &str, name: &str, files: &Files<'_>, tree: &Tree, depth: usize) -> Option<Chart> {
        Chart::load(folder, files, tree, depth + 1, &self.values.get(name))
    }

    /// Whether the values ask for a chart: by its condition, else by its tags.
    fn wants(&self, dependency: &Node) -> bool {
        let value = |path: &str| path.split('.').fold(self.values.clone(), |value, key| value.get(key));
        for path in dependency.text_at(&["condition"]).unwrap_or_default().split(',').filter(|path| !path.is_empty()) {
            if let Value::Bool(wanted) = value(path.trim()) {
                return wanted;
            }
        }
        let tags = dependency.get("tags").map(Node::items).unwrap_or_default();
        let told: Vec<bool> = tags
            .iter()
            .filter_map(Node::text)
            .filter_map(|tag| if let Value::Bool(wanted) = value(&format!("tags.{tag}")) { Some(wanted) } else { None })
            .collect();
        told.is_empty() || told.contains(&true)
    }

    /// Whether it only offers templates to others.
    pub(super) fn is_library(&self) -> bool {
        self.about.text_at(&["type"]) == Some("library")
    }

    /// Whether it has templates of its own.
    pub(super) fn has_templates(&self) -> bool {
        self.templates().next().is_some()
    }

    /// The folders of this chart and of those in it.
    pub(super) fn folders(&self, found: &mut Vec<String>) {
        found.push(self.folder.clone());
        self.inner.iter().for_each(|inner| inner.folders(found));
    }

    /// The files that went into it, those of the charts in it included.
    pub(super) fn parts(&self, found: &mut Vec<Arc<Source>>) {
        found.extend(self.files.iter().cloned());
        self.inner.iter().for_each(|inner| inner.parts(found));
    }

    /// The name that it gives itself.
    pub(super) fn title(&self) -> String {
        self.about.text_at(&["name"]).unwrap_or(&self.name).to_owned()
    }

    /// Its templates and those of the charts in it, by the paths under which helm speaks of them.
    pub(super) fn templates_within(&self, path: &str, found: &mut BTreeMap<String, Arc<Source>>) {
        for source in self.templates() {
            found.insert(join(path, &source.path[join(&self.folder, "").len()..]), Arc::clone(source));
        }
        for inner in &self.inner {
            inner.templates_within(&format!("{path}/charts/{}", inner.name), found);
            inner.templates_within(&format!("{path}/charts/{}", inner.title()), found);
        }
    }

    /// Renders it and the charts in it, released under a name into a namespace.
    pub(super) fn render(&self, name: &str, namespace: &str) -> Vec<Rendered> {
        let mut engine = Engine::new();
        let mut wrong = Wrong::new();
        let mut bodies = Bodies::new();
        self.define(&mut engine, &mut bodies, &mut wrong);
        let mut rendered = Vec::new();
        let release = [("Name", name), ("Namespace", namespace), ("Service", "Helm")];
        let mut release: Vec<(String, Value)> =
            release.into_iter().map(|(key, text)| (key.to_owned(), Value::text(text))).collect();
        release.extend([
            ("IsInstall".to_owned(), Value::Bool(true)),
            ("IsUpgrade".to_owned(), Value::Bool(false)),
            ("Revision".to_owned(), Value::Int(1)),
        ]);
        for (path, why) in wrong.iter().filter(|(path, _)| is_helper(path)) {
            rendered.push(Rendered { path: Arc::clone(path), outcome: Err(why.clone()), notes: Vec::new() });
        }
        let values = self.coalesced(None);
        self.each(&mut engine, &values, &Value::map(release), (&bodies, &wrong), &mut rendered);
        rendered
    }

    /// Parses all templates; those of the outer chart win where several have a name.
    fn define(&self, engine: &mut Engine, bodies: &mut Bodies, wrong: &mut Wrong) {
        self.inner.iter().for_each(|inner| inner.define(engine, bodies, wrong));
        for source in self.templates() {
            match parse(&source.text) {
                Ok(parsed) => {
                    for (name, body) in parsed.defines {
                        engine.defines.insert(name, (Arc::clone(&source.path), body));
                    }
                    // A template may ask for another one by its path: for a sum that changes with it, say.
                    let name = format!("{}{}", self.name, &source.path[self.folder.len()..]);
                    engine.defines.insert(name, (Arc::clone(&source.path), Rc::clone(&parsed.body)));
                    bodies.insert(Arc::clone(&source.path), parsed.body);
                }
                Err(why) => drop(wrong.insert(Arc::clone(&source.path), format!("line {}: {}", why.line, why.message))),
            }
        }
    }

    fn templates(&self) -> impl Iterator<Item = &Arc<Source>> {
        let prefix = join(&self.folder, "templates/");
        self.files.iter().filter(move |source| source.path.starts_with(&prefix))
    }

    /// The values of this chart with those that the charts around it give.
    fn coalesced(&self, given: Option<(&Value, &Value)>) -> Value {
        let values = self.values.copied();
        if let Some((given, global)) = given {
            values.merge(given, true);
            let own = values.get("global");
            let shared = if matches!(own, Value::Map(_)) { own.copied() } else { Value::map([]) };
            shared.merge(global, true);
            values.merge(&Value::map([("global".to_owned(), shared)]), true);
        }
        let global = values.get("global");
        for inner in &self.inner {
            let below = inner.coalesced(Some((&values.get(&inner.name), &global)));
            values.merge(&Value::map([(inner.name.clone(), below)]), true);
        }
        values
    }

    fn each(
        &self,
        engine: &mut Engine,
        values: &Value,
        release: &Value,
        (bodies, wrong): (&Bodies, &Wrong),
        rendered: &mut Vec<Rendered>,
    ) {
        let about = self.about.entries().iter().map(|(key, value)| {
            let key = key.text().unwrap_or_default();
            let capital: String = key.chars().take(1).flat_map(char::to_uppercase).chain(key.chars().skip(1)).collect();
            let text = value.text().map_or_else(|| Value::of(value), Value::text);
            (capital, text)
        });
        let mut about: BTreeMap<String, Value> = about.collect();
        about.insert("Name".to_owned(), Value::text(&self.name));
        let version = KUBERNETES.trim_start_matches('v');
        let mut minor = version.split('.');
        let kube = Value::map([
            ("Version".to_owned(), Value::text(KUBERNETES)),
            ("GitVersion".to_owned(), Value::text(KUBERNETES)),
            ("Major".to_owned(), Value::text(minor.next().unwrap_or_default())),
            ("Minor".to_owned(), Value::text(minor.next().unwrap_or_default())),
        ]);
        let capabilities = Value::map([
            ("KubeVersion".to_owned(), kube),
            ("APIVersions".to_owned(), Value::list(API_VERSIONS.iter().map(Value::text).collect())),
            ("HelmVersion".to_owned(), Value::map([("Version".to_owned(), Value::text("v3.16.0"))])),
        ]);
        let prefix = join(&self.folder, "");
        let readable = self.files.iter().filter(|source| !source.path[prefix.len()..].starts_with("templates/"));
        let own = readable.map(|source| (source.path[prefix.len()..].to_owned(), Value::text(&source.text)));
        let readable = Value::map(own.chain([("*files".to_owned(), Value::Bool(true))]));
        let mut subcharts = Vec::new();
        for inner in &self.inner {
            let below = values.get(&inner.name);
            inner.each(engine, &below, release, (bodies, wrong), rendered);
            subcharts.push((inner.name.clone(), Value::map([("Values".to_owned(), below)])));
        }
        if self.is_library() {
            return;
        }
        let subcharts = Value::map(subcharts);
        engine.absent = self.absent.iter().filter_map(|dependency| called(dependency)).map(str::to_owned).collect();
        for source in self.templates() {
            let name = source.name();
            if name.starts_with('_')
                || name == "NOTES.txt"
                || !(name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json"))
            {
                continue;
            }
            let dot = Value::map([
                ("Values".to_owned(), values.clone()),
                ("Release".to_owned(), release.clone()),
                ("Chart".to_owned(), Value::map(about.clone())),
                ("Capabilities".to_owned(), capabilities.clone()),
                ("Files".to_owned(), readable.clone()),
                ("Subcharts".to_owned(), subcharts.clone()),
                (
                    "Template".to_owned(),
                    Value::map([
                        ("Name".to_owned(), Value::text(format!("{}/{}", self.name, &source.path[prefix.len()..]))),
                        ("BasePath".to_owned(), Value::text(format!("{}/templates", self.name))),
                    ]),
                ),
            ]);
            engine.notes.clear();
            engine.steps = 0;
            let outcome = match (bodies.get(&source.path), wrong.get(&source.path)) {
                (Some(body), None) => {
                    engine.run(&source.path, body, &dot).and_then(|output| documents(source, &output))
                }
                (_, why) => Err(why.cloned().unwrap_or_default()),
            };
            engine.notes.sort();
            engine.notes.dedup();
            rendered.push(Rendered { path: Arc::clone(&source.path), outcome, notes: engine.notes.clone() });
        }
    }
}

/// The documents of a rendered template, each node at the line of the template that wrote it.
fn documents(source: &Source, output: &Output) -> Result<Vec<Node>, String> {
    let parsed = yaml::parse(&source.path, &output.text);
    let place = |line: u32| {
        let known = output.lines.get(line.saturating_sub(1) as usize).cloned().flatten();
        known.unwrap_or((Arc::clone(&source.path), 1))
    };
    if let Some(problem) = parsed.problems.iter().find(|problem| problem.is_error()) {
        let line = problem.at.as_ref().map_or(1, |at| place(at.line).1);
        return Err(format!("line {line}: what it renders to is no YAML: {}", problem.message));
    }
    let mut nodes = parsed.nodes;
    for node in &mut nodes {
        node.relocate(&mut |at: &mut Location| {
            let (file, line) = place(at.line);
            (at.file, at.line) = (file, line);
            // The column is that of the result, which the template has where it writes the line as it is.
            let written = source.text.lines().nth(line as usize - 1).unwrap_or_default();
            if at.column as usize > written.chars().count() {
                (at.column, at.length) = (1, 0);
            }
        });
    }
    Ok(own_documents(nodes))
}

/// The documents that a release consists of: without tests, and with no namespace where it is the default one.
pub(super) fn own_documents(mut nodes: Vec<Node>) -> Vec<Node> {
    nodes.retain(|node| !is_test(node));
    for node in &mut nodes {
        if node.text_at(&["metadata", "namespace"]) == Some("default")
            && let Some(metadata) = node.get_mut("metadata")
        {
            metadata.remove("namespace");
        }
    }
    nodes
}

/// The name under which a chart has the values of one that it needs.
pub(super) fn called(dependency: &Node) -> Option<&str> {
    dependency.text_at(&["alias"]).or(dependency.text_at(&["name"]))
}

/// Whether a template is not for the cluster, but for other templates or for people.
fn is_helper(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with('_') || ![".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end))
}

fn is_test(node: &Node) -> bool {
    node.at(&["metadata", "annotations"])
        .and_then(|all| all.text_at(&["helm.sh/hook"]))
        .is_some_and(|hook| hook.starts_with("test"))
}

pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
