//! Backstage catalogues: components and resources, the APIs between them, who owns them and what they depend on.
//!
//! A component that consumes an API needs the component that provides it. A library is no thing that can be down: who
//! depends on it needs what it depends on.

mod entity;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::entity::{Entity, Index, Reference};
use super::{Format, Reading, Status};
use crate::facts::{ComponentFact, Facts, NeedFact, Remark, Target, Wanted};
use crate::model::{Capability, Confidence, Evidence, Kind, Terms};
use crate::source::yaml::Node;
use crate::source::{Problem, Source, Tree, beside};

/// The table line of Backstage catalogues.
pub const FORMAT: Format = Format { name: "backstage", wants, claims, read };

/// Types of components that do not run.
const NOT_RUNNING: [&str; 6] = ["library", "documentation", "template", "package", "sdk", "plugin"];
/// Words in types of resources that keep data.
const KEEPS_DATA: [&str; 14] = [
    "database", "db", "cache", "queue", "topic", "bucket", "storage", "store", "stream", "broker", "postgres", "mysql",
    "redis", "kafka",
];

fn wants(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json")
}

/// Files in which some document is an entity.
fn claims(source: &Source, _: &Tree) -> bool {
    source.documents.nodes.iter().any(entity::is_entity)
}

fn read(files: &[&Source], tree: &Tree) -> Reading {
    let mut reading = Reading::default();
    let mut entities = Vec::new();
    let mut index = Index::default();
    for source in files {
        let mut templates = 0;
        for node in source.documents.nodes.iter().filter(|node| entity::is_entity(node)) {
            match Entity::read(source, node) {
                Some(entity) if entity.name.contains("{{") => templates += 1,
                Some(entity) if index.add(&entity, entities.len()) => entities.push(entity),
                Some(entity) => {
                    let message = format!("{} `{}` is described a second time", entity.kind, entity.name);
                    let problem = Problem::warning(entity.whole().at, message);
                    reading.problems.push(problem.help("the first description counts; rename or remove this one"));
                }
                None => {
                    let problem = Problem::warning(node.location(&source.path), "this entity has no name");
                    reading.problems.push(problem.help("write `metadata.name`"));
                }
            }
        }
        if templates > 0 {
            let whole = templates == source.documents.nodes.len();
            let status = if whole { Status::Skipped } else { Status::Partial };
            let reason = "it is a template for entities that are yet to be made".to_owned();
            reading.partly.push((Arc::clone(&source.path), status, reason));
        }
    }
    let mut reader = Reader {
        entities: &entities,
        index: &index,
        components: Vec::new(),
        providers: BTreeMap::new(),
        facts: Facts::default(),
    };
    reader.components();
    reader.needs();
    reader.locations(tree);
    let systems: Vec<&Entity<'_>> = entities.iter().filter(|entity| is(entity, "System")).collect();
    if let [system] = systems.as_slice() {
        reader.facts.system = Some(system.node.text_at(&["metadata", "title"]).unwrap_or(system.name).to_owned());
    }
    reading.facts = reader.facts;
    reading
}

fn is(entity: &Entity<'_>, kind: &str) -> bool {
    entity.kind.eq_ignore_ascii_case(kind)
}

fn runs(entity: &Entity<'_>) -> bool {
    is(entity, "Resource") || is(entity, "Component") && !NOT_RUNNING.contains(&entity.class().to_lowercase().as_str())
}

struct Reader<'a> {
    entities: &'a [Entity<'a>],
    index: &'a Index,
    /// The component that each entity is, if it runs.
    components: Vec<Option<usize>>,
    /// The components that provide each API.
    providers: BTreeMap<usize, Vec<usize>>,
    facts: Facts,
}

impl<'a> Reader<'a> {
    fn components(&mut self) {
        for entity in self.entities {
            if !runs(entity) {
                self.components.push(None);
                continue;
            }
            let as_component =
                Reference { kind: None, namespace: entity.namespace.to_lowercase(), name: entity.name.to_lowercase() };
            let shares_name = is(entity, "Resource") && self.index.find(&as_component, &["component"]).is_some();
            let name = if shares_name { format!("{}.resource", entity.name) } else { entity.name.to_owned() };
            let class = entity.class().to_lowercase();
            let keeps = |word: &str| class.split(|letter: char| !letter.is_alphanumeric()).any(|part| part == word);
            let store = is(entity, "Resource") && KEEPS_DATA.into_iter().any(keeps);
            let owner = entity.refs("owner").into_iter().next().map(|(_, owner)| owner.name.into());
            let annotation = |key: &str| entity.node.at(&["metadata", "annotations"])?.text_at(&[key]);
            // What the component is called in Kubernetes.
            let selector = annotation("backstage.io/kubernetes-label-selector").and_then(|text| {
                let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
                pairs
                    .filter(|(key, _)| matches!(key.trim(), "app" | "app.kubernetes.io/name"))
                    .map(|(_, name)| name)
                    .next()
            });
            let known_as = annotation("backstage.io/kubernetes-id").or(selector).map(str::trim);
            let metadata = |key: &str| entity.node.at(&["metadata", key]);
            let tags = metadata("tags").map(Node::items).unwrap_or_default().iter();
            let tags = tags.filter_map(|tag| Some((tag.text()?.into(), "".into())));
            let said = metadata("labels").map(Node::entries).unwrap_or_default().iter();
            let said = said.filter_map(|(key, value)| Some((key.text()?.into(), value.text()?.into())));
            let website = entity.node.at(&["spec", "type"]).filter(|_| class == "website");
            let here = self.facts.components.len();
            for (_, reference) in entity.refs("providesApis") {
                if let Some(api) = self.index.find(&reference, &["api"]) {
                    self.providers.entry(api).or_default().push(here);
                }
            }
            self.components.push(Some(here));
            self.facts.components.push(ComponentFact {
                scope: (entity.namespace != "default").then(|| entity.namespace.into()),
                kind: store.then_some(Kind::Store),
                owner,
                labels: tags.chain(said).collect(),
                aliases: known_as.filter(|known| *known != name).map(Arc::from).into_iter().collect(),
                exposed: website.map(|node| entity.evidence(node, "website")),
                ..ComponentFact::new(&name, entity.whole())
            });
        }
    }

    fn needs(&mut self) {
        for number in 0..self.entities.len() {
            let entity = &self.entities[number];
            if let Some(from) = self.components[number] {
                self.follow(from, number, &mut BTreeSet::new());
            }
            for (node, reference) in entity.refs("dependencyOf") {
                match (self.index.find(&reference, &["component", "resource"]), self.components[number]) {
                    (Some(other), Some(to)) => {
                        if let Some(from) = self.components[other] {
                            self.need(from, Target::Component(to), entity.evidence(node, "dependencyOf"));
                        }
                    }
                    (None, about) => self.dangling(about, entity, node, "no entity of this name was read"),
                    _ => {}
                }
            }
        }
    }

    /// Adds what an entity depends on as needs of a component; libraries are seen through.
    fn follow(&mut self, from: usize, number: usize, seen: &mut BTreeSet<usize>) {
        if !seen.insert(number) {
            return;
        }
        let entity = &self.entities[number];
        for (node, reference) in entity.refs("dependsOn") {
            match self.index.find(&reference, &["component", "resource"]) {
                Some(other) if is(&self.entities[other], "API") => self.consume(from, entity, node, other),
                Some(other) => match self.components[other] {
                    Some(to) => self.need(from, Target::Component(to), entity.evidence(node, "dependsOn")),
                    None => self.follow(from, other, seen),
                },
                None => self.dangling(Some(from), entity, node, "no entity of this name was read"),
            }
        }
        for (node, reference) in entity.refs("consumesApis") {
            match self.index.find(&reference, &["api"]) {
                Some(api) => self.consume(from, entity, node, api),
                None => self.dangling(Some(from), entity, node, "no API of this name was read"),
            }
        }
    }

    /// A need on who provides an API: on one of them where there are several.
    fn consume(&mut self, from: usize, entity: &Entity<'a>, node: &Node, api: usize) {
        let evidence = entity.evidence(node, "consumesApis");
        let providers = self.providers.get(&api).cloned().unwrap_or_default();
        match providers.as_slice() {
            [] => self.dangling(Some(from), entity, node, "no component provides this API"),
            [one] if *one == from => {}
            [one] => self.need(from, Target::Component(*one), evidence),
            several => {
                let member = |index: &usize| Wanted {
                    target: Target::Component(*index),
                    terms: Terms::hard(Confidence::Declared),
                    evidence: vec![evidence.clone()],
                };
                let members = several.iter().filter(|index| **index != from).map(member).collect();
                self.need(from, Target::AtLeast { k: 1, members }, evidence.clone());
            }
        }
    }

    fn need(&mut self, from: usize, target: Target, evidence: Evidence) {
        let need = Wanted { target, terms: Terms::hard(Confidence::Declared), evidence: vec![evidence] };
        self.facts.needs.push(NeedFact { from, capability: Capability::data(), need });
    }

    fn dangling(&mut self, about: Option<usize>, entity: &Entity<'a>, node: &Node, reason: &str) {
        let what = node.text().or_else(|| node.text_at(&["name"])).unwrap_or_default().to_owned();
        let evidence = entity.evidence(node, "");
        self.facts.remarks.push(Remark { about, what, reason: reason.to_owned(), evidence });
    }

    /// Files of the catalogue that were not read, since they lie elsewhere.
    fn locations(&mut self, tree: &Tree) {
        for entity in self.entities.iter().filter(|entity| is(entity, "Location")) {
            let listed = entity.node.at(&["spec", "targets"]).map(Node::items).unwrap_or_default();
            for node in listed.iter().chain(entity.node.at(&["spec", "target"])) {
                let Some(text) = node.text() else { continue };
                let here = beside(&entity.source.path, text).is_some_and(|path| tree.contains(&path));
                if !here && !text.contains('*') {
                    self.dangling(None, entity, node, "a part of the catalogue that lies elsewhere, and is not read");
                }
            }
        }
    }
}
