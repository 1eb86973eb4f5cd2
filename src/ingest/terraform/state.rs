//! What Terraform has made: state files of versions 3 and 4, and what `terraform show -json` says of a state or a plan.
//!
//! In a state references have become values: whatever equals the id, the ARN or an address of another resource is taken
//! from it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::plan;
use super::settings::{gather, scope_name};
use super::texts::of_node_at;
use crate::facts::{CodeFact, Datum, Facts, Referral, Remark, ResourceFact, Setting, Sign};
use crate::ingest::gathered::{Gathered, evidence};
use crate::source::Source;
use crate::source::yaml::Node;

/// Attributes by whose value others name a resource.
const IDENTITIES: &[&str] = &[
    "id",
    "arn",
    "self_link",
    "unique_id",
    "dns_name",
    "endpoint",
    "address",
    "domain_name",
    "fqdn",
    "hostname",
    "host",
    "url",
    "invoke_arn",
    "invoke_url",
    "primary_endpoint_address",
    "reader_endpoint",
    "configuration_endpoint_address",
    "default_hostname",
    "connection_string",
    "regional_domain_name",
    "bucket_regional_domain_name",
];
/// An identity that is shorter may mean anything.
const SHORTEST: usize = 6;
const MOST_DEEP: usize = 64;

/// Whether a document is a state, or what `terraform show -json` prints.
pub(super) fn is_one(root: &Node) -> bool {
    let shown = root.get("format_version").is_some() && root.get("terraform_version").is_some();
    let state = root.get("version").is_some()
        && root.get("terraform_version").is_some()
        && (root.get("resources").is_some_and(Node::is_seq) || root.get("modules").is_some_and(Node::is_seq));
    shown || state
}

/// A resource as a state tells of it.
pub(super) struct Stated<'n> {
    pub(super) address: String,
    pub(super) kind: String,
    pub(super) looked_up: bool,
    /// Its attributes.
    pub(super) values: Option<&'n Node>,
    /// The addresses of those that it depends on.
    pub(super) depends_on: BTreeSet<String>,
    /// Where it is told of.
    pub(super) at: &'n Node,
}

/// The facts of a file.
pub(super) fn facts(source: &Source, root: &Node) -> Facts {
    let stated = if root.get("planned_values").is_some() {
        shown(root.at(&["planned_values", "root_module"]))
    } else if root.get("values").is_some() {
        shown(root.at(&["values", "root_module"]))
    } else if root.get("prior_state").is_some() {
        shown(root.at(&["prior_state", "values", "root_module"]))
    } else if root.get("resource_changes").is_some() {
        changed(root)
    } else if root.get("modules").is_some() {
        version_3(root)
    } else {
        version_4(root)
    };
    let scope = scope_name(source.folder());
    let mut facts = Facts::default();
    let mut depends = Vec::new();
    for one in &stated {
        let at = one.at.location(&source.path);
        let mut gathered = Gathered::default();
        if let Some(values) = one.values {
            let value = of_node_at(values, &source.path);
            gather(&mut gathered, "", &value, &at);
        }
        depends.push(&one.depends_on);
        facts.resources.push(ResourceFact {
            sign: Sign::Terraform(one.kind.as_str().into()),
            name: one.address.as_str().into(),
            scope: Arc::clone(&scope),
            looked_up: one.looked_up,
            count: None,
            open: false,
            settings: gathered.settings,
            code: CodeFact::default(),
            evidence: evidence(at, &one.address),
        });
    }
    let by_address = by_address(&facts.resources);
    for (index, depends_on) in depends.into_iter().enumerate() {
        let place = facts.resources[index].evidence.at.clone();
        let mut all = Gathered::default();
        for address in depends_on {
            for to in by_address.get(plain(address).as_str()).into_iter().flatten().filter(|to| **to != index) {
                all.leaf("depends_on", Datum::Unknown(None), BTreeSet::from([(*to, "".into())]), place.clone());
            }
        }
        facts.resources[index].settings.append(&mut all.settings);
    }
    by_value(&mut facts.resources);
    if root.get("configuration").is_some() {
        plan::configured(source, root, &mut facts, &scope);
    }
    if root.get("planned_values").is_some() {
        changes(source, root, &mut facts);
    }
    facts
}

/// The resources with an address, its keys left aside.
pub(super) fn by_address(resources: &[ResourceFact]) -> BTreeMap<String, Vec<usize>> {
    let mut known: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, resource) in resources.iter().enumerate() {
        known.entry(plain(&resource.name)).or_default().push(index);
    }
    known
}

/// An address without keys and numbers: `module.a["x"].b.c[0]` is `module.a.b.c`.
pub(super) fn plain(address: &str) -> String {
    let mut depth = 0usize;
    let mut found = String::with_capacity(address.len());
    for letter in address.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => found.push(letter),
            _ => {}
        }
    }
    found
}

/// An address with the key or number of an instance.
fn keyed(base: &str, key: Option<&Node>) -> String {
    match (key.and_then(Node::string), key.and_then(Node::integer)) {
        (Some(key), _) => format!("{base}[\"{key}\"]"),
        (None, Some(number)) => format!("{base}[{number}]"),
        (None, None) => base.to_owned(),
    }
}

/// All resources by address, each once.
fn in_order(all: Vec<Stated<'_>>) -> Vec<Stated<'_>> {
    let sorted: BTreeMap<String, Stated<'_>> = all.into_iter().map(|one| (one.address.clone(), one)).collect();
    sorted.into_values().collect()
}

fn texts(node: Option<&Node>) -> BTreeSet<String> {
    node.map(Node::items).unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect()
}

/// The modules of `terraform show -json`, each in those that call it.
fn shown(module: Option<&Node>) -> Vec<Stated<'_>> {
    let mut all = Vec::new();
    let mut open: Vec<(&Node, usize)> = module.map(|module| (module, 0)).into_iter().collect();
    while let Some((module, depth)) = open.pop() {
        let children = module.get("child_modules").map(Node::items).unwrap_or_default();
        open.extend(children.iter().filter(|_| depth < MOST_DEEP).map(|child| (child, depth + 1)));
        let prefix = module.text_at(&["address"]).map(|address| format!("{address}.")).unwrap_or_default();
        for resource in module.get("resources").map(Node::items).unwrap_or_default() {
            let (Some(kind), Some(name)) = (resource.text_at(&["type"]), resource.text_at(&["name"])) else { continue };
            let looked_up = resource.text_at(&["mode"]) == Some("data");
            let data = if looked_up { "data." } else { "" };
            let base = format!("{prefix}{data}{kind}.{name}");
            all.push(Stated {
                address: keyed(&base, resource.get("index")),
                kind: kind.to_owned(),
                looked_up,
                values: resource.get("values"),
                depends_on: texts(resource.get("depends_on")),
                at: resource,
            });
        }
    }
    in_order(all)
}

/// What a plan that tells of no state says was there before its changes.
fn changed(root: &Node) -> Vec<Stated<'_>> {
    let mut all = Vec::new();
    for change in root.get("resource_changes").map(Node::items).unwrap_or_default() {
        let (Some(address), Some(kind)) = (change.text_at(&["address"]), change.text_at(&["type"])) else { continue };
        let before = change.at(&["change", "before"]).filter(|before| before.is_map());
        all.extend(before.map(|values| Stated {
            address: address.to_owned(),
            kind: kind.to_owned(),
            looked_up: change.text_at(&["mode"]) == Some("data"),
            values: Some(values),
            depends_on: BTreeSet::new(),
            at: change,
        }));
    }
    in_order(all)
}

/// A plan as what was there before it; `None` for anything else.
pub(super) fn before(root: &Node) -> Option<Node> {
    root.get("planned_values")?;
    let of_the_change = |key: &Node| match key.text() {
        Some("planned_values" | "output_changes") => true,
        Some("resource_changes") => root.get("prior_state").is_some(),
        _ => false,
    };
    Some(root.with_entries(root.entries().iter().filter(|(key, _)| !of_the_change(key)).cloned().collect()))
}

/// `resources` with `instances`.
fn version_4(root: &Node) -> Vec<Stated<'_>> {
    let mut all = Vec::new();
    for resource in root.get("resources").map(Node::items).unwrap_or_default() {
        let (Some(kind), Some(name)) = (resource.text_at(&["type"]), resource.text_at(&["name"])) else { continue };
        let looked_up = resource.text_at(&["mode"]) == Some("data");
        let prefix = resource.text_at(&["module"]).map(|module| format!("{module}.")).unwrap_or_default();
        let base = format!("{prefix}{}{kind}.{name}", if looked_up { "data." } else { "" });
        for instance in resource.get("instances").map(Node::items).unwrap_or_default() {
            all.push(Stated {
                address: keyed(&base, instance.get("index_key")),
                kind: kind.to_owned(),
                looked_up,
                values: instance.get("attributes"),
                depends_on: texts(instance.get("dependencies")),
                at: resource,
            });
        }
    }
    in_order(all)
}

/// `modules` with `resources` by address and attributes that are flat.
fn version_3(root: &Node) -> Vec<Stated<'_>> {
    let mut all = Vec::new();
    for module in root.get("modules").map(Node::items).unwrap_or_default() {
        let path: Vec<&str> =
            module.get("path").map(Node::items).unwrap_or_default().iter().skip(1).filter_map(Node::text).collect();
        let prefix: String = path.iter().map(|name| format!("module.{name}.")).collect();
        for (key, resource) in module.get("resources").map(Node::entries).unwrap_or_default() {
            let Some(address) = key.text() else { continue };
            let kind = resource.text_at(&["type"]).unwrap_or_default();
            let address = match address.rsplit_once('.') {
                Some((base, number)) if number.parse::<u32>().is_ok() => format!("{prefix}{base}[{number}]"),
                _ => format!("{prefix}{address}"),
            };
            all.push(Stated {
                address,
                kind: kind.to_owned(),
                looked_up: key.text().is_some_and(|key| key.starts_with("data.")),
                values: resource.at(&["primary", "attributes"]),
                depends_on: texts(resource.get("depends_on")).into_iter().map(|one| format!("{prefix}{one}")).collect(),
                at: resource,
            });
        }
    }
    in_order(all)
}

/// Adds the references that are told by values alone.
fn by_value(resources: &mut [ResourceFact]) {
    let mut owners: HashMap<Arc<str>, BTreeSet<(usize, Arc<str>)>> = HashMap::new();
    for (index, resource) in resources.iter().enumerate() {
        for setting in &resource.settings {
            let Datum::Text(text) = &setting.value else { continue };
            if IDENTITIES.contains(&&*setting.path) && text.len() >= SHORTEST {
                owners.entry(Arc::clone(text)).or_default().insert((index, Arc::clone(&setting.path)));
            }
        }
    }
    for (index, resource) in resources.iter_mut().enumerate() {
        let depends: BTreeSet<usize> =
            resource.settings.iter().flat_map(|setting| &setting.refers).map(|referral| referral.to).collect();
        for setting in &mut resource.settings {
            if IDENTITIES.contains(&&*setting.path) {
                continue;
            }
            for (to, attribute) in named(setting, &owners, &depends) {
                if to != index {
                    setting.refers.push(Referral { to, attribute });
                }
            }
        }
    }
}

/// The resources that a value names: as a whole, or as a part of an address or a connection string.
///
/// An identity that several have means the one that is depended on.
fn named(
    setting: &Setting,
    owners: &HashMap<Arc<str>, BTreeSet<(usize, Arc<str>)>>,
    depends: &BTreeSet<usize>,
) -> Vec<(usize, Arc<str>)> {
    let Datum::Text(text) = &setting.value else { return Vec::new() };
    let one = |word: &str| {
        let all = owners.get(word)?;
        let mut known = all.iter().filter(|(to, _)| all.len() == 1 || depends.contains(to));
        known.next().cloned()
    };
    if let Some(found) = one(text) {
        return vec![found];
    }
    let words = text.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '.' | '-' | '_'));
    let found: BTreeSet<(usize, Arc<str>)> = words.filter(|word| word.contains('.')).filter_map(one).collect();
    found.into_iter().collect()
}

/// What a plan removes is in no graph of what will be; it is told all the same.
fn changes(source: &Source, root: &Node, facts: &mut Facts) {
    for change in root.get("resource_changes").map(Node::items).unwrap_or_default() {
        let actions = texts(change.at(&["change", "actions"]));
        let Some(address) = change.text_at(&["address"]) else { continue };
        let reason = match (actions.contains("create"), actions.contains("delete")) {
            (true, true) => "the plan replaces it: it is gone for a time",
            (false, true) => "the plan removes it",
            _ => continue,
        };
        let evidence = evidence(change.location(&source.path), address);
        let what = address.to_owned();
        facts.remarks.push(Remark { about: None, what, reason: reason.to_owned(), evidence });
    }
}
