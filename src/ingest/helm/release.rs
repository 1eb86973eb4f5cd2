//! Releases of charts: what Argo CD, Flux and helmfile say is released, under which name, and with which values.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::chart::Files;
use super::value::Value;
use crate::facts::Remark;
use crate::model::{Basis, Evidence};
use crate::source::yaml::{self, Node};
use crate::source::{Location, Source, beside};

/// Where a release finds its chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// In a folder among the files.
    Folder(String),
    /// Elsewhere; the chart's name with what it is fetched from, as far as that is written.
    Elsewhere(String),
}

/// A chart with a name and values.
#[derive(Clone, Debug)]
pub(super) struct Release {
    pub(super) from: From,
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    /// Its values; a later one counts more.
    pub(super) values: Vec<Value>,
    /// The values that are written with the release itself.
    pub(super) written: Vec<Node>,
    /// The files of values that it names.
    pub(super) files: BTreeSet<Arc<str>>,
    /// Where it is written.
    pub(super) at: Location,
}

impl Release {
    /// Whether another one makes the same of the same chart.
    pub(super) fn is_as(&self, other: &Release) -> bool {
        let same = |(one, other): (&Value, &Value)| one.same(other);
        (&self.from, &self.name, &self.namespace) == (&other.from, &other.name, &other.namespace)
            && self.values.len() == other.values.len()
            && self.values.iter().zip(&other.values).all(same)
    }
}

/// All releases that the files tell of, in the order of the files, and what of them was not understood.
pub(super) fn all<'s>(
    sources: impl Iterator<Item = &'s Source> + Clone,
    files: &Files<'_>,
    charts: &[&str],
) -> (Vec<Release>, Vec<Remark>) {
    let mut found = Finder { files, charts, releases: Vec::new(), remarks: Vec::new() };
    for source in sources.clone() {
        for node in &source.documents.nodes {
            let group =
                node.text_at(&["apiVersion"]).and_then(|version| version.split_once('/')).map(|(group, _)| group);
            match (group, node.text_at(&["kind"])) {
                (Some("argoproj.io"), Some("Application")) => found.application(source, node),
                (Some("helm.toolkit.fluxcd.io"), Some("HelmRelease")) => found.helm_release(source, node),
                (None, None) if node.get("releases").is_some_and(Node::is_seq) => found.helmfile(source, node),
                _ => {}
            }
        }
    }
    let applied = applied(sources);
    for release in found.releases.iter_mut().filter(|release| release.namespace.is_none()) {
        let folder = release.at.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let around = applied.iter().filter(|(path, _)| lies_in(folder, path));
        release.namespace = around.max_by_key(|(path, _)| path.len()).map(|(_, namespace)| namespace.clone());
    }
    (found.releases, found.remarks)
}

/// The folders that Flux applies into a namespace, by their paths in the repository.
fn applied<'s>(sources: impl Iterator<Item = &'s Source>) -> Vec<(String, String)> {
    let one = |node: &Node| {
        let version = node.text_at(&["apiVersion"])?;
        let is_it =
            version.starts_with("kustomize.toolkit.fluxcd.io/") && node.text_at(&["kind"]) == Some("Kustomization");
        let (path, namespace) = (node.text_at(&["spec", "path"])?, node.text_at(&["spec", "targetNamespace"])?);
        (is_it && !plain(path).is_empty()).then(|| (plain(path).to_owned(), namespace.to_owned()))
    };
    sources.flat_map(|source| &source.documents.nodes).filter_map(one).collect()
}

/// Whether a folder is one of a repository, of which the files may be a part, or lies in it.
fn lies_in(folder: &str, path: &str) -> bool {
    let bounded = |at: usize| {
        let end = at + path.len();
        (at == 0 || folder[..at].ends_with('/')) && (end == folder.len() || folder[end..].starts_with('/'))
    };
    folder.match_indices(path).any(|(at, _)| bounded(at))
}

/// Whether a document is a list of releases of helmfile.
pub(super) fn is_helmfile(node: &Node) -> bool {
    let releases = node.get("releases").map(Node::items).unwrap_or_default();
    node.get("apiVersion").is_none() && releases.iter().any(|release| release.text_at(&["chart"]).is_some())
}

struct Finder<'f, 't> {
    files: &'f Files<'t>,
    /// The folders of charts.
    charts: &'f [&'f str],
    releases: Vec<Release>,
    remarks: Vec<Remark>,
}

impl Finder<'_, '_> {
    /// An application of Argo CD, which may have several sources.
    fn application(&mut self, file: &Source, node: &Node) {
        let Some(spec) = node.get("spec") else { return };
        let several = spec.get("sources").map(Node::items).unwrap_or_default();
        let sources: Vec<&Node> =
            if several.is_empty() { spec.get("source").into_iter().collect() } else { several.iter().collect() };
        for source in sources {
            let chart = source.text_at(&["chart"]);
            let path = source.text_at(&["path"]);
            let from = match (chart, path.and_then(|path| self.folder(path))) {
                (Some(chart), _) => From::Elsewhere(chart.to_owned()),
                (None, Some(folder)) => From::Folder(folder),
                // A folder of manifests, or one of another repository.
                (None, None) => continue,
            };
            let Some(name) = source.text_at(&["helm", "releaseName"]).or(node.text_at(&["metadata", "name"])) else {
                continue;
            };
            let mut release = self.release(from, name, spec.text_at(&["destination", "namespace"]), file, node);
            let helm = source.get("helm");
            for item in helm.and_then(|helm| helm.get("valueFiles")).map(Node::items).unwrap_or_default() {
                let Some(text) = item.text() else { continue };
                // `$name/` is the root of another source of the application.
                let rooted = text.strip_prefix('$').and_then(|rest| rest.split_once('/')).map(|(_, path)| path);
                let near = match (&release.from, rooted) {
                    (From::Folder(folder), None) => beside(&super::join(folder, "x"), text),
                    _ => None,
                };
                let path = near.or_else(|| self.file(rooted.unwrap_or(text)));
                self.add_file(&mut release, path, text, item, file);
            }
            if let Some(text) = helm.and_then(|helm| helm.get("values")).filter(|values| values.string().is_some()) {
                release.written.extend(file.embedded(text).nodes);
            }
            release.written.extend(helm.and_then(|helm| helm.get("valuesObject")).cloned());
            release.values.extend(release.written.iter().map(Value::of));
            for parameter in helm.and_then(|helm| helm.get("parameters")).map(Node::items).unwrap_or_default() {
                release.values.extend(parameter_of(parameter));
            }
            self.add(release);
        }
    }

    /// A release of Flux.
    fn helm_release(&mut self, file: &Source, node: &Node) {
        let (Some(spec), Some(own)) = (node.get("spec"), node.text_at(&["metadata", "name"])) else { return };
        let chart = spec.at(&["chart", "spec"]);
        let title = chart.and_then(|chart| chart.text_at(&["chart"])).or(spec.text_at(&["chartRef", "name"]));
        let Some(title) = title else { return };
        let in_git = chart.and_then(|chart| chart.text_at(&["sourceRef", "kind"])) == Some("GitRepository");
        let from = match self.folder(title).filter(|_| in_git) {
            Some(folder) => From::Folder(folder),
            None => From::Elsewhere(title.to_owned()),
        };
        let name = spec.text_at(&["releaseName"]).unwrap_or(own);
        let namespace = spec.text_at(&["targetNamespace"]).or(node.text_at(&["metadata", "namespace"]));
        let mut release = self.release(from, name, namespace, file, node);
        let listed = chart.and_then(|chart| chart.get("valuesFiles")).map(Node::items).unwrap_or_default();
        let here = matches!(release.from, From::Folder(_));
        for item in listed.iter().filter(|_| here) {
            let Some(text) = item.text() else { continue };
            let path = self.file(text);
            self.add_file(&mut release, path, text, item, file);
        }
        release.written.extend(spec.get("values").cloned());
        release.values.extend(release.written.iter().map(Value::of));
        self.add(release);
    }

    /// The releases of a helmfile.
    fn helmfile(&mut self, file: &Source, node: &Node) {
        for item in node.get("releases").map(Node::items).unwrap_or_default() {
            let (Some(name), Some(chart)) = (item.text_at(&["name"]), item.text_at(&["chart"])) else { continue };
            if item.get("installed").and_then(Node::boolean) == Some(false) {
                continue;
            }
            let near = beside(&file.path, chart).filter(|folder| self.charts.contains(&folder.as_str()));
            let from = near.map_or_else(|| From::Elsewhere(chart.to_owned()), From::Folder);
            let mut release = self.release(from, name, item.text_at(&["namespace"]), file, item);
            for value in item.get("values").map(Node::items).unwrap_or_default() {
                match value.text() {
                    Some(text) => {
                        let path = beside(&file.path, text);
                        self.add_file(&mut release, path, text, value, file);
                    }
                    None => {
                        release.values.push(Value::of(value));
                        release.written.push(value.clone());
                    }
                }
            }
            for parameter in item.get("set").map(Node::items).unwrap_or_default() {
                release.values.extend(parameter_of(parameter));
            }
            self.add(release);
        }
    }

    fn release(&self, from: From, name: &str, namespace: Option<&str>, file: &Source, node: &Node) -> Release {
        let named = node.at(&["metadata", "name"]).or(node.get("name")).unwrap_or(node);
        Release {
            from,
            name: name.to_owned(),
            namespace: namespace.map(str::to_owned),
            values: Vec::new(),
            written: Vec::new(),
            files: BTreeSet::new(),
            at: named.location(&file.path),
        }
    }

    /// Keeps a release, unless a name in it is made by a generator and so not known.
    fn add(&mut self, release: Release) {
        if !release.name.contains("{{") {
            self.releases.push(release);
        }
    }

    fn add_file(&mut self, release: &mut Release, path: Option<String>, text: &str, item: &Node, file: &Source) {
        let known = path.and_then(|path| self.files.get(path.as_str()).copied());
        let value = known.and_then(|source| source.documents.nodes.first());
        match (known, value) {
            (Some(source), Some(value)) => {
                release.values.push(Value::of(value));
                release.files.insert(Arc::clone(&source.path));
            }
            // An empty file says nothing, and is there.
            (Some(source), None) if source.text.trim().is_empty() => {
                let _ = release.files.insert(Arc::clone(&source.path));
            }
            _ => self.remarks.push(Remark {
                about: None,
                what: text.to_owned(),
                reason: format!(
                    "a file of values of the release `{}` that is not among the files, or is a template",
                    release.name
                ),
                evidence: Evidence { at: item.location(&file.path), basis: Basis::Manifest, note: None },
            }),
        }
    }

    /// The folder of the chart at a path of the repository, of which the files may be a part.
    fn folder(&self, path: &str) -> Option<String> {
        let path = plain(path);
        let mut ends = self.charts.iter().filter(|folder| ends_with(folder, path));
        let exact = self.charts.contains(&path).then(|| path.to_owned());
        exact.or_else(|| ends.next().filter(|_| ends.next().is_none()).map(|folder| (*folder).to_owned()))
    }

    /// The file at a path of the repository.
    fn file(&self, path: &str) -> Option<String> {
        let path = plain(path);
        if self.files.contains_key(path) {
            return Some(path.to_owned());
        }
        let mut ends = self.files.keys().filter(|known| ends_with(known, path));
        ends.next().filter(|_| ends.next().is_none()).map(|known| (*known).to_owned())
    }
}

fn plain(path: &str) -> &str {
    path.trim_start_matches("./").trim_matches('/')
}

fn ends_with(whole: &str, end: &str) -> bool {
    !end.is_empty() && whole.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// `{name: a.b, value: c}` as values.
fn parameter_of(node: &Node) -> Option<Value> {
    let name = node.text_at(&["name"])?;
    let value = node.get("value")?;
    // A list is set by its index, which nothing here asks for.
    if name.contains(['[', '\\']) {
        return None;
    }
    let forced = node.get("forceString").and_then(Node::boolean) == Some(true);
    // Argo CD writes all values in quotes; helm takes them for what they look like.
    let text = value.text().unwrap_or_default();
    let read = yaml::parse(&"value.yaml".into(), text).nodes.pop().map(|node| Value::of(&node));
    let value = if forced { Value::text(text) } else { read.unwrap_or_else(|| Value::of(value)) };
    Some(name.split('.').rev().fold(value, |value, key| Value::map([(key.to_owned(), value)])))
}
