//! `linchpin.yaml`: what no manifest says, and what overrides a wrong inference.

mod need;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Format, Reading};
use crate::facts::{ComponentFact, Facts, NeedFact};
use crate::model::{Availability, Basis, Capability, Evidence, Kind, Place, Restart};
use crate::source::yaml::{self, Node};
use crate::source::{Fields, Location, Problem, Source, Tree};

/// The table line of our own manifest.
pub const FORMAT: Format = Format { name: "linchpin", wants, claims: |_, _| true, read: read_all };

const TOP: &[&str] = &["version", "system", "at", "components", "policy"];
const COMPONENT: &[&str] = &[
    "kind",
    "tier",
    "owner",
    "weight",
    "aliases",
    "at",
    "needs",
    "control",
    "restart",
    "availability",
    "rto",
    "labels",
];
const KINDS: &[(&str, Kind)] = &[
    ("app", Kind::App),
    ("service", Kind::Service),
    ("job", Kind::Job),
    ("store", Kind::Store),
    ("external", Kind::External),
];

fn wants(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("linchpin.yaml" | "linchpin.yml" | "linchpin.json"))
}

/// Reads all manifests of a tree into one set of facts.
fn read_all(files: &[&Source], _: &Tree) -> Reading {
    let mut reading = Reading::default();
    let mut all: Vec<Facts> = Vec::new();
    for source in files {
        if let [root] = source.documents.nodes.as_slice() {
            reading.policies.extend(root.get("policy").map(|policy| (Arc::clone(&source.path), policy.clone())));
        }
        let (facts, mut problems) = match source.problems() {
            [] => read_documents(&source.path, &source.documents.nodes),
            _ => read(&source.path, &source.text),
        };
        problems.retain(|problem| !source.problems().contains(problem));
        reading.problems.append(&mut problems);
        all.push(facts);
    }
    keep_apart(&mut all, files);
    all.into_iter().for_each(|facts| reading.facts.extend(facts));
    reading
}

/// Manifests that declare things of the same name describe different systems: each then speaks for its folder alone.
fn keep_apart(all: &mut [Facts], files: &[&Source]) {
    let mut seen = std::collections::BTreeSet::new();
    let twice = all.iter().flat_map(|facts| &facts.components).any(|fact| !seen.insert(Arc::clone(&fact.name)));
    if !twice {
        return;
    }
    for (facts, source) in all.iter_mut().zip(files) {
        let scope: Arc<str> = match folder(&source.path) {
            "" => "root".into(),
            folder => folder.into(),
        };
        facts.components.iter_mut().for_each(|fact| fact.scope = Some(Arc::clone(&scope)));
    }
}

/// Reads one `linchpin.yaml`; every problem has its line and says what would be right.
///
/// What is wrong is left out of the facts and the rest is kept, so that all problems are found in one run.
pub fn read(file: &Arc<str>, text: &str) -> (Facts, Vec<Problem>) {
    match yaml::parse_strict(file, text) {
        Ok(documents) => read_documents(file, &documents),
        Err(problem) => (Facts::default(), vec![problem]),
    }
}

fn read_documents(file: &Arc<str>, documents: &[Node]) -> (Facts, Vec<Problem>) {
    let mut reader = Fields::new(file);
    let mut facts = Facts::default();
    match documents {
        [root] => manifest(&mut reader, root, folder(file), &mut facts),
        [] => reader.fail(Location::start_of(file), "the file is empty", "start with `version: 1`"),
        [_, second, ..] => {
            let at = second.location(file);
            reader.fail(at, "a second document in linchpin.yaml", "keep everything in one document, without `---`");
        }
    }
    (facts, reader.problems)
}

fn manifest(reader: &mut Fields, root: &Node, folder: &str, facts: &mut Facts) {
    if !reader.mapping(root, "linchpin.yaml", TOP) {
        return;
    }
    match root.get("version") {
        Some(version) if version.integer() == Some(1) => {}
        Some(version) => reader.wrong(version, "this version is not known", "write `version: 1`"),
        None => reader.wrong(root, "`version` is missing", "write `version: 1` at the top"),
    }
    facts.system = root.get("system").and_then(|node| reader.text(node, "system")).map(str::to_owned);
    if let Some(node) = root.get("at") {
        facts.default_places.push((folder.to_owned(), places(reader, node)));
    }
    let mut names: BTreeMap<Arc<str>, Location> = BTreeMap::new();
    let Some(components) = root.get("components") else { return };
    if !components.is_map() {
        let found = components.describe();
        reader.wrong(components, &format!("`components` is {found}"), "write a mapping: a name, then what it is");
        return;
    }
    for (key, value) in components.entries() {
        component(reader, key, value, &mut names, facts);
    }
}

/// The folder that a manifest speaks for: the one that it lies in, or above `.github`; empty for everything.
fn folder(file: &str) -> &str {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = folder.strip_suffix(".github").unwrap_or(folder).trim_end_matches('/');
    if folder.split('/').all(|part| part == "..") { "" } else { folder }
}

/// `{team: pay}`, or `[beta]` for labels without a value.
fn labels(reader: &mut Fields, node: &Node) -> BTreeMap<Arc<str>, Arc<str>> {
    if node.is_map() {
        let pair = |(key, value): &(Node, Node)| {
            let key = reader.text(key, "a label")?;
            let value = if value.is_null() { "" } else { reader.text(value, "the value of a label")? };
            Some((key.into(), value.into()))
        };
        return node.entries().iter().filter_map(pair).collect();
    }
    let items = reader.list(node, "labels");
    items.into_iter().filter_map(|item| Some((reader.text(item, "a label")?.into(), "".into()))).collect()
}

fn component(
    reader: &mut Fields,
    key: &Node,
    value: &Node,
    names: &mut BTreeMap<Arc<str>, Location>,
    facts: &mut Facts,
) {
    let Some(name) = reader.text(key, "a component's name") else { return };
    if name.is_empty() || name.contains(['/', ':', '@']) || name.contains(char::is_whitespace) {
        let help = "use a name without `/`, `:`, `@` and spaces; `provider/name` is kept for the catalogue";
        reader.wrong(key, &format!("`{name}` can't be a component's name"), help);
        return;
    }
    if !value.is_null() && !reader.mapping(value, &format!("component `{name}`"), COMPONENT) {
        return;
    }
    let name: Arc<str> = name.into();
    claim(reader, names, &name, key);
    let evidence = Evidence { at: reader.place(key), basis: Basis::Manifest, note: None };
    let own_at = value.get("at").map(|node| places(reader, node));
    let tier = value.get("tier").and_then(|node| tier(reader, node));
    let from = facts.components.len();
    let mut fact = ComponentFact {
        kind: value.get("kind").and_then(|node| reader.one_of(node, "kind", KINDS)),
        tier,
        owner: value.get("owner").and_then(|node| reader.text(node, "owner")).map(Arc::from),
        labels: value.get("labels").map(|node| labels(reader, node)).unwrap_or_default(),
        weight: value.get("weight").and_then(|node| reader.positive(node, "weight")),
        at: own_at,
        availability: value.get("availability").and_then(|node| availability(reader, node)),
        rto: value.get("rto").and_then(|node| reader.duration(node)),
        ..ComponentFact::new(&name, evidence)
    };
    for alias in value.get("aliases").map(|node| reader.list(node, "aliases")).unwrap_or_default() {
        if let Some(text) = reader.text(alias, "an alias") {
            claim(reader, names, &text.into(), alias);
            fact.aliases.push(text.into());
        }
    }
    let mut wants = |reader: &mut Fields, node: &Node, capability: Capability, start: bool| {
        for item in reader.list(node, "needs") {
            if let Some(denied) = need::denied(reader, item, from) {
                facts.denied.push(denied);
                continue;
            }
            if let Some(mut need) = need::read(reader, item, 0) {
                if start {
                    need.terms.phase = crate::model::Phase::Start;
                }
                facts.needs.push(NeedFact { from, capability: capability.clone(), need });
            }
        }
    };
    if let Some(node) = value.get("needs") {
        wants(reader, node, Capability::data(), false);
    }
    let control = value.get("control").filter(|control| reader.mapping(control, "`control`", &["needs"]));
    if let Some(node) = control.and_then(|control| control.get("needs")) {
        wants(reader, node, Capability::control(), false);
    }
    let restart_fields = &["sticky", "needs", "takes", "drain"];
    if let Some(node) = value.get("restart").filter(|node| reader.mapping(node, "`restart`", restart_fields)) {
        if let Some(needs) = node.get("needs") {
            wants(reader, needs, Capability::data(), true);
        }
        fact.restart = Some(Restart {
            sticky: node.get("sticky").and_then(|node| reader.boolean(node, "sticky")).unwrap_or(false),
            takes: node.get("takes").and_then(|node| reader.duration(node)).unwrap_or_default(),
            drain: node.get("drain").and_then(|node| reader.duration(node)).unwrap_or_default(),
        });
    }
    facts.components.push(fact);
}

/// A name belongs to one component, be it its own or an alias.
fn claim(reader: &mut Fields, names: &mut BTreeMap<Arc<str>, Location>, name: &Arc<str>, node: &Node) {
    let here = reader.place(node);
    match names.get(name).map(|first| first.line) {
        Some(line) => reader.wrong(
            node,
            &format!("the name `{name}` is used twice"),
            &format!("it is taken on line {line}; give one of them another name"),
        ),
        None => {
            names.insert(Arc::clone(name), here);
        }
    }
}

fn places(reader: &mut Fields, node: &Node) -> Vec<(Place, Evidence)> {
    let mut found = Vec::new();
    for item in reader.list(node, "at") {
        let Some(text) = reader.text(item, "a place") else { continue };
        match Place::parse(text) {
            Some(place) => {
                found.push((place, Evidence { at: reader.place(item), basis: Basis::Manifest, note: None }));
            }
            None => reader.wrong(
                item,
                &format!("`{text}` is not a place"),
                "write `provider/region` or `provider/region/zone`, such as `aliyun/cn-hangzhou`",
            ),
        }
    }
    found
}

fn tier(reader: &mut Fields, node: &Node) -> Option<u8> {
    let tier = node.integer().and_then(|value| u8::try_from(value).ok()).filter(|tier| (1..=9).contains(tier));
    if tier.is_none() {
        reader.wrong(node, "`tier` is a whole number from 1 to 9", "1 is the most critical; write `tier: 1`");
    }
    tier
}

fn availability(reader: &mut Fields, node: &Node) -> Option<Availability> {
    if !node.is_map() {
        return reader.share(node).map(Availability::Share);
    }
    if !reader.mapping(node, "`availability`", &["mtbf", "mttr"]) {
        return None;
    }
    match (node.get("mtbf"), node.get("mttr")) {
        (Some(mtbf), Some(mttr)) => {
            let (mtbf, mttr) = (reader.duration(mtbf), reader.duration(mttr));
            mtbf.zip(mttr).map(|(mtbf, mttr)| Availability::Means { mtbf, mttr })
        }
        _ => {
            reader.wrong(node, "`availability` needs both `mtbf` and `mttr`", "or write a share: `99.95%`");
            None
        }
    }
}
