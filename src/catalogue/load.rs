//! Reading `models/<provider>/*.yaml` and a user's own folder of the same shape.

use std::collections::BTreeMap;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use rayon::prelude::*;

use super::credits;
use super::index::Index;
use super::need::{all_needs, availability, date, quorum, restart, strength, text, texts};
use super::parsed::Parsed;
use super::{CapabilityEntry, Catalogue, Citable, NeedEntry, Product, Provider, Recognise, RegionEntry, Scope};
use crate::model::{Capability, Kind, Role};
use crate::source::yaml::{self, Node};
use crate::source::{Fields, Problem, on_deep_threads};

pub(super) static MODELS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/models");

const PROVIDER: &[&str] = &[
    "provider",
    "title",
    "aliases",
    "as_of",
    "place",
    "like",
    "homes",
    "without",
    "regions",
    "sources",
    "control_needs",
    "products",
    "also_called",
    "signs",
    "resources",
    "imports",
];
const PRODUCT: &[&str] = &[
    "title",
    "kind",
    "hosts",
    "gateway",
    "role",
    "strength",
    "restart",
    "availability",
    "quorum",
    "inherit",
    "capabilities",
    "recognise",
];

/// The files of the catalogues that are compiled in, by path, `models/aliyun/storage.yaml`, in order.
pub fn built_in() -> Vec<(Arc<str>, &'static str)> {
    let mut files: Vec<(Arc<str>, &'static str)> = Vec::new();
    for provider in MODELS.dirs() {
        for file in provider.files().filter(|file| file.path().extension().is_some_and(|ending| ending == "yaml")) {
            let text = file.contents_utf8().unwrap_or_default();
            files.push((format!("models/{}", file.path().to_string_lossy().replace('\\', "/")).into(), text));
        }
    }
    files.sort();
    files
}

/// Reads catalogue files; a later file adds to a provider that an earlier one began, and overrides its products.
///
/// The file that begins a provider holds `provider:` and its places and sources; files beside it (in the same folder)
/// hold `products:`. What is wrong is left out and listed.
pub fn load<'t>(files: impl IntoIterator<Item = (Arc<str>, &'t str)>) -> (Catalogue, Vec<Problem>) {
    let mut catalogue = Catalogue::default();
    let mut problems = Vec::new();
    let mut parsed: Vec<(Arc<str>, Node)> = Vec::new();
    let files: Vec<(Arc<str>, &str)> = files.into_iter().collect();
    let known = Parsed::table();
    let documents = |(file, text): &(Arc<str>, &str)| match known.documents(file, text) {
        Some(documents) => Ok(documents),
        None => yaml::parse_strict(file, text),
    };
    let read: Vec<_> = on_deep_threads(|| files.par_iter().map(documents).collect());
    for ((file, _), outcome) in files.iter().zip(read) {
        match outcome {
            Ok(documents) => parsed.extend(documents.into_iter().map(|node| (Arc::clone(file), node))),
            Err(problem) => problems.push(problem),
        }
    }
    let folder = |file: &Arc<str>| file.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    // The provider of a folder; nothing where a folder has several, for then each document says its own.
    let mut homes: BTreeMap<String, Option<Arc<str>>> = BTreeMap::new();
    for (file, node) in parsed.iter().filter(|(_, node)| node.get("provider").is_some()) {
        let mut fields = Fields::new(file);
        if let Some(provider) = provider(&mut fields, node, &catalogue) {
            let home = homes.entry(folder(file)).or_insert_with(|| Some(Arc::clone(&provider.name)));
            *home = home.take().filter(|name| *name == provider.name);
            catalogue.providers.insert(Arc::clone(&provider.name), provider);
        }
        problems.append(&mut fields.problems);
    }
    let mut signs = Vec::new();
    for (file, node) in &parsed {
        let mut fields = Fields::new(file);
        let own = node.text_at(&["provider"]).map(Arc::from);
        let name = own.or_else(|| homes.get(&folder(file)).cloned().flatten());
        let home = name.and_then(|name| catalogue.providers.get_mut(&name));
        match home {
            Some(provider) => {
                products(&mut fields, node, provider);
                super::resource::read(&mut fields, node, provider);
                super::imports::read(&mut fields, node, provider);
                signs.push((Arc::clone(file), node, Arc::clone(&provider.name)));
            }
            None => fields.wrong(
                node,
                "no file beside this one says which provider it is about",
                "begin one of the files in this folder with `provider: name`",
            ),
        }
        problems.append(&mut fields.problems);
    }
    for (file, node) in parsed.iter().filter(|(_, node)| node.get("like").is_some()) {
        let mut fields = Fields::new(file);
        super::partition::copy(&mut fields, node, &mut catalogue);
        problems.append(&mut fields.problems);
    }
    // Signs come last: a product may be described in one file and recognised in another.
    for (file, node, name) in signs {
        let mut fields = Fields::new(&file);
        if let Some(provider) = catalogue.providers.get_mut(&name) {
            more_signs(&mut fields, node, provider);
        }
        problems.append(&mut fields.problems);
    }
    catalogue.index = Index::build(&catalogue, None);
    let names: Vec<Arc<str>> = catalogue.providers.keys().cloned().collect();
    let local = names.into_iter().map(|name| (Arc::clone(&name), Index::build(&catalogue, Some(&name))));
    catalogue.here = local.filter(|(_, index)| !index.is_empty()).collect();
    (catalogue, problems)
}

fn provider(fields: &mut Fields, node: &Node, known: &Catalogue) -> Option<Provider> {
    fields.mapping(node, "a provider", PROVIDER);
    let name: Arc<str> = fields.text(node.get("provider")?, "provider")?.into();
    let mut provider = known.providers.get(&name).cloned().unwrap_or_else(|| Provider {
        title: Arc::clone(&name),
        name: Arc::clone(&name),
        aliases: Vec::new(),
        as_of: "".into(),
        is_place: true,
        regions: BTreeMap::new(),
        sources: BTreeMap::new(),
        control_needs: Vec::new(),
        products: BTreeMap::new(),
        also_called: BTreeMap::new(),
        resources: Vec::new(),
        imports: Vec::new(),
        at: fields.place(node),
    });
    if let Some(title) = text(fields, node, "title") {
        provider.title = title;
    }
    if let Some(as_of) = node.get("as_of") {
        provider.as_of = date(fields, as_of).unwrap_or_default();
    }
    if let Some(place) = node.get("place").and_then(|node| fields.boolean(node, "place")) {
        provider.is_place = place;
    }
    provider.aliases.extend(texts(fields, node, "aliases"));
    for (other, name) in node.get("also_called").map(Node::entries).unwrap_or_default() {
        if let (Some(other), Some(name)) = (fields.text(other, "a name"), fields.text(name, "a product")) {
            provider.also_called.insert(other.into(), name.into());
        }
    }
    for (key, value) in node.get("regions").map(Node::entries).unwrap_or_default() {
        let Some(id) = fields.text(key, "a region") else { continue };
        if !value.is_null() {
            fields.mapping(value, "a region", &["title", "zones", "pair"]);
        }
        let entry = RegionEntry {
            title: text(fields, value, "title"),
            zones: texts(fields, value, "zones"),
            pair: text(fields, value, "pair"),
            at: fields.place(key),
        };
        provider.regions.insert(id.into(), entry);
    }
    provider.sources.extend(sources(fields, node));
    if let Some(needs) = node.get("control_needs") {
        provider.control_needs = all_needs(fields, needs, &provider.sources);
    }
    Some(provider)
}

/// What the entries of a file cite, `sources: {id: {title, url, date}}`.
pub(super) fn sources(fields: &mut Fields, node: &Node) -> BTreeMap<Arc<str>, Citable> {
    let mut sources = BTreeMap::new();
    for (key, value) in node.get("sources").map(Node::entries).unwrap_or_default() {
        let Some(id) = fields.text(key, "a source") else { continue };
        fields.mapping(value, "a source", &["title", "url", "date"]);
        let title = text(fields, value, "title").unwrap_or_else(|| id.into());
        let Some(written) = value.get("date") else {
            fields.wrong(key, &format!("source `{id}` has no date"), "write `date: 2023-11-12`");
            continue;
        };
        let Some(date) = date(fields, written) else { continue };
        sources.insert(id.into(), Citable { title, url: text(fields, value, "url"), date });
    }
    sources
}

fn products(fields: &mut Fields, node: &Node, provider: &mut Provider) {
    if node.get("provider").is_none() {
        fields.mapping(node, "a catalogue file", &["products", "signs", "resources", "imports"]);
    }
    for (key, value) in node.get("products").map(Node::entries).unwrap_or_default() {
        let Some(name) = fields.text(key, "a product") else { continue };
        if fields.mapping(value, &format!("product `{name}`"), PRODUCT) {
            let product = product(fields, key, value, provider);
            provider.products.insert(name.into(), product);
        }
    }
}

/// `signs: {product: {terraform: […], packages: […]}}` adds to what a product is recognised by; a product that no file
/// describes is only recognised.
fn more_signs(fields: &mut Fields, node: &Node, provider: &mut Provider) {
    for (key, value) in node.get("signs").map(Node::entries).unwrap_or_default() {
        let Some(name) = fields.text(key, "a product") else { continue };
        if !provider.products.contains_key(name) {
            let blank =
                value.with_entries(value.entry("title").map(|(k, v)| (k.clone(), v.clone())).into_iter().collect());
            let sketch = product(fields, key, &blank, provider);
            provider.products.insert(name.into(), sketch);
        }
        let found = Recognise::read(fields, Some(value));
        if let Some(product) = provider.products.get_mut(name) {
            for (vocabulary, patterns) in found.patterns {
                product.recognise.patterns.entry(vocabulary).or_default().extend(patterns);
            }
        }
    }
}

fn product(fields: &mut Fields, key: &Node, node: &Node, provider: &Provider) -> Product {
    let name: Arc<str> = key.text().unwrap_or_default().into();
    let kinds = &[
        ("product", Kind::Product),
        ("shared", Kind::Shared),
        ("store", Kind::Store),
        ("service", Kind::Service),
        ("job", Kind::Job),
    ];
    let roles = &[("names", Role::Names), ("control-plane", Role::ControlPlane)];
    let mut capabilities = BTreeMap::new();
    for (key, value) in node.get("capabilities").map(Node::entries).unwrap_or_default() {
        let Some(name) = fields.text(key, "a capability") else { continue };
        if let Some(entry) = capability(fields, value, provider) {
            capabilities.insert(Capability::new(name), entry);
        }
    }
    let widest = capabilities.values().map(|entry| entry.scope).min().unwrap_or(Scope::Region);
    for name in [Capability::data(), Capability::control()] {
        capabilities.entry(name).or_insert(CapabilityEntry {
            scope: widest,
            home: None,
            needs: Vec::new(),
            note: None,
        });
    }
    let inherits = node.get("inherit").and_then(|node| fields.boolean(node, "inherit")).unwrap_or(true);
    if let Some(control) = capabilities.get_mut(&Capability::control()).filter(|_| inherits) {
        let of_itself = |need: &&NeedEntry| need.wanted.targets().iter().any(|target| target.is(None, &name));
        control.needs.extend(provider.control_needs.iter().filter(|need| !of_itself(need)).cloned());
    }
    Product {
        title: text(fields, node, "title").unwrap_or_else(|| Arc::clone(&name)),
        kind: node.get("kind").and_then(|node| fields.one_of(node, "kind", kinds)).unwrap_or(Kind::Product),
        hosts: node.get("hosts").and_then(|node| fields.boolean(node, "hosts")).unwrap_or(false),
        gateway: node.get("gateway").and_then(|node| fields.boolean(node, "gateway")).unwrap_or(false),
        role: node.get("role").and_then(|node| fields.one_of(node, "role", roles)),
        strength: strength(fields, node),
        sketch: node.get("capabilities").is_none(),
        quorum: node.get("quorum").and_then(|node| quorum(fields, node, &provider.sources)),
        restart: node.get("restart").and_then(|node| restart(fields, node, &provider.sources)),
        availability: node.get("availability").and_then(|node| availability(fields, node, &provider.sources)),
        credits: node.get("availability").and_then(|node| credits::read(fields, node, &provider.sources)),
        capabilities,
        recognise: Recognise::read(fields, node.get("recognise")),
        at: fields.place(key),
        name,
    }
}

fn capability(fields: &mut Fields, node: &Node, provider: &Provider) -> Option<CapabilityEntry> {
    if !fields.mapping(node, "a capability", &["scope", "home", "needs", "note"]) {
        return None;
    }
    let scopes = &[("global", Scope::Global), ("region", Scope::Region), ("zone", Scope::Zone)];
    Some(CapabilityEntry {
        scope: node.get("scope").and_then(|node| fields.one_of(node, "scope", scopes)).unwrap_or(Scope::Region),
        home: text(fields, node, "home"),
        needs: node.get("needs").map(|needs| all_needs(fields, needs, &provider.sources)).unwrap_or_default(),
        note: text(fields, node, "note"),
    })
}
