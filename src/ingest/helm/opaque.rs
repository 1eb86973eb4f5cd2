//! Charts that are released and are not among the files: each is a component of unknown inside, with what its values say.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::facts::{ComponentFact, Facts, Said};
use crate::ingest::configuration::{Kind as LineKind, Line, Sheet};
use crate::ingest::gathered::dotted;
use crate::model::{Basis, Evidence};
use crate::source::yaml::{Kind, Node};
use crate::source::{Location, Source};

/// No values of a person are deeper.
const DEEPEST: usize = 40;
/// Keys below which values are the environment of a program.
const ENVIRONMENTS: [&str; 7] = ["env", "envs", "environment", "envvars", "extraenv", "extraenvs", "extraenvvars"];
/// Keys below which values list Services, each under its name.
const LISTS: [&str; 2] = ["service", "services"];
/// Keys of the names that people come in by.
const NAMES: [&str; 4] = ["host", "hosts", "hostname", "hostnames"];
/// Keys below which values say under which names others come in.
const WAYS_IN: [&str; 8] = ["ingress", "ingresses", "route", "routes", "httproute", "gateway", "virtualservice", "tls"];

/// Ends of the names under which charts put Services in front of what they release.
const SERVICES: [&str; 3] = ["-headless", "-master", "-primary"];

/// A chart that is released and is not among the files.
pub(super) struct Unseen<'a> {
    /// The name that what it makes goes by.
    pub(super) name: String,
    pub(super) namespace: Option<&'a str>,
    /// The chart, as it is written.
    pub(super) chart: &'a str,
    /// Its values, each with the file that they are written in; a later one counts more.
    pub(super) values: Vec<(&'a Source, &'a Node)>,
    /// Where it is written.
    pub(super) at: Location,
}

/// The name of what a release makes of a chart in it, by the custom that almost all charts keep.
pub(super) fn full_name(release: &str, chart: &str) -> String {
    if release.contains(chart) { release.to_owned() } else { format!("{release}-{chart}") }
}

/// Adds the component of a chart; what its values say to its programs is a sheet.
pub(super) fn add(unseen: &Unseen<'_>, facts: &mut Facts, sheets: &mut Vec<Sheet>) {
    let Unseen { name, namespace, chart, .. } = unseen;
    let evidence = |note: String| Evidence { at: unseen.at.clone(), basis: Basis::Manifest, note: Some(note.into()) };
    let mut fact = ComponentFact::new(name, evidence(format!("release of the chart {chart}")));
    fact.scope = namespace.map(Arc::from);
    let short = chart.rsplit('/').next().unwrap_or(chart);
    fact.labels.insert("helm.sh/chart".into(), short.into());
    let own = || Told { name, namespace: namespace.unwrap_or("default"), ..Told::default() };
    let mut told = own();
    for (source, node) in &unseen.values {
        let mut more = own();
        more.value(node, "", source, Where::default(), 0);
        // What is said again is said anew.
        let again = |line: &Line| more.lines.iter().any(|other| other.key == line.key);
        told.lines.retain(|line| !again(line));
        told.lines.append(&mut more.lines);
        let known = |said: &Said| told.images.iter().any(|known| known.text == said.text);
        let new: Vec<Said> = more.images.into_iter().filter(|said| !known(said)).collect();
        told.images.extend(new);
        told.hosts.append(&mut more.hosts);
        told.services.append(&mut more.services);
    }
    let services = told.services.iter().map(|service| format!("-{service}"));
    for end in std::iter::once(String::new()).chain(SERVICES.map(str::to_owned)).chain(services) {
        let host = format!("{name}{end}").to_lowercase();
        if let Some(space) = namespace {
            fact.hosts.extend(["", ".svc", ".svc.cluster.local"].map(|end| Arc::from(format!("{host}.{space}{end}"))));
        }
        fact.hosts.push(host.into());
    }
    fact.hosts.extend(told.hosts.iter().map(|host| Arc::from(host.to_lowercase())));
    fact.images = told.images;
    let mut sheet = Sheet::new(&unseen.at.file);
    sheet.name = Some(Said { text: name.as_str().into(), evidence: evidence("its name".to_owned()) });
    sheet.lines = told.lines;
    facts.components.push(fact);
    sheets.push(sheet);
}

/// What stands around a value.
#[derive(Clone, Copy, Default)]
struct Where {
    environment: bool,
    way_in: bool,
    /// Whether it is the name of such a way itself.
    names: bool,
}

/// What values tell of the programs of a release.
#[derive(Default)]
struct Told<'a> {
    name: &'a str,
    namespace: &'a str,
    images: Vec<Said>,
    lines: Vec<Line>,
    /// Names that people come in by.
    hosts: BTreeSet<String>,
    /// Services by the names that they have within the release.
    services: BTreeSet<String>,
}

impl Told<'_> {
    /// A text with what every chart knows of its release put in; `None` for one with more of a template in it.
    fn known(&self, text: &str) -> Option<String> {
        let mut text = text.to_owned();
        for (word, value) in [("Name", self.name), ("Namespace", self.namespace)] {
            for space in [" ", ""] {
                text = text.replace(&format!("{{{{{space}.Release.{word}{space}}}}}"), value);
            }
        }
        (!text.is_empty() && !text.contains("{{") && !text.contains('\n')).then_some(text)
    }

    fn value(&mut self, node: &Node, path: &str, source: &Source, around: Where, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match &node.kind {
            Kind::Map(entries) => {
                // `{name: X, value: Y}` is the variable `X`.
                if let (Some(name), Some(value)) = (node.text_at(&["name"]), node.get("value")) {
                    return self.value(value, &dotted(path, name), source, around, depth + 1);
                }
                for (key, value) in entries {
                    let Some(key) = key.text() else { continue };
                    let plain: String =
                        key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
                    if plain == "image" {
                        self.image(value, source);
                    }
                    if LISTS.contains(&plain.as_str()) {
                        let listed = value.entries().iter().filter(|(_, one)| one.get("ports").is_some());
                        self.services.extend(listed.filter_map(|(key, _)| Some(key.text()?.to_owned())));
                    }
                    let around = Where {
                        names: around.way_in && NAMES.contains(&plain.as_str()),
                        environment: around.environment || ENVIRONMENTS.contains(&plain.as_str()),
                        way_in: around.way_in || WAYS_IN.contains(&plain.as_str()),
                    };
                    // A variable goes by its own name, whatever it is nested in.
                    let inner = if around.environment { key.to_owned() } else { dotted(path, key) };
                    self.value(value, &inner, source, around, depth + 1);
                }
            }
            Kind::Seq(items) => items.iter().for_each(|item| self.value(item, path, source, around, depth + 1)),
            Kind::Scalar => {
                let Some(text) = self.known(node.text().unwrap_or_default()) else { return };
                let kind = if around.environment { LineKind::Variable } else { LineKind::Known };
                if !around.way_in {
                    self.lines.push(Line::new(path, &text, kind, node.location(&source.path)));
                } else if around.names && text.contains('.') && !text.contains(['*', '/', ' ']) {
                    self.hosts.insert(text);
                }
            }
            _ => {}
        }
    }

    fn image(&mut self, node: &Node, source: &Source) {
        let whole = node.text().map(str::to_owned);
        let parts = node.text_at(&["repository"]).map(|repository| {
            let registry = node.text_at(&["registry"]).map(|registry| format!("{registry}/")).unwrap_or_default();
            let tag = node.text_at(&["tag"]).map(|tag| format!(":{tag}")).unwrap_or_default();
            format!("{registry}{repository}{tag}")
        });
        let Some(text) = whole.or(parts).filter(|text| !text.is_empty() && !text.contains("{{")) else { return };
        let at = node.get("repository").unwrap_or(node).location(&source.path);
        if self.images.iter().all(|known| *known.text != text) {
            let evidence = Evidence { at, basis: Basis::Manifest, note: Some("image".into()) };
            self.images.push(Said { text: text.into(), evidence });
        }
    }
}
