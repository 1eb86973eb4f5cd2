//! A chart with its files, its values and its subcharts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::value::Value;
use crate::source::yaml::Node;
use crate::source::{Source, Tree, toward};

/// Charts are nested no deeper.
const DEEPEST: usize = 8;
/// Ends of names of files that a program may be configured with.
const CONFIGURATION: [&str; 9] = [".conf", ".cfg", ".cnf", ".ini", ".toml", ".properties", ".env", ".xml", ".hcl"];

/// The files of a tree by path, those that a chart may be made of.
pub(super) type Files<'t> = BTreeMap<&'t str, &'t Arc<Source>>;

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
    /// All its files but those of the charts in it.
    pub(super) files: Vec<Arc<Source>>,
    /// Its values, with what was given put over them.
    pub(super) values: Value,
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

    /// The files in its folder of templates.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Arc<Source>> {
        let prefix = join(&self.folder, "templates/");
        self.files.iter().filter(move |source| source.path.starts_with(&prefix))
    }
}

/// The name under which a chart has the values of one that it needs.
pub(super) fn called(dependency: &Node) -> Option<&str> {
    dependency.text_at(&["alias"]).or(dependency.text_at(&["name"]))
}

pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
