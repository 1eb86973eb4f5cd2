//! The documents that a chart renders to, as `helm template` gives them.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::chart::{Chart, called, join};
use super::exec::{Engine, Output};
use super::parse::{Body, parse};
use super::value::Value;
use crate::source::yaml::{self, Node};
use crate::source::{Location, Source};

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
const KUBERNETES: &str = "v1.31.0";

/// What templates do, by path.
type Bodies = BTreeMap<Arc<str>, Body>;
/// Why templates can't be parsed, by path.
type Wrong = BTreeMap<Arc<str>, String>;

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
