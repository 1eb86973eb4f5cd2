//! The configuration that a plan holds: references between resources whose values are not known yet, and the settings of
//! providers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::settings::{Gathered, evidence};
use super::state::{by_address, plain};
use super::texts::of_node_at;
use crate::facts::{CodeFact, Datum, Facts, ResourceFact, Sign};
use crate::source::Source;
use crate::source::yaml::Node;

const DEEPEST: usize = 32;

/// A module of the configuration as it is called.
#[derive(Clone, Copy)]
struct Called<'n> {
    module: &'n Node,
    /// The call, and the place of the caller in the list of modules.
    call: Option<(&'n Node, usize)>,
}

/// All modules of a configuration by their addresses without keys, `module.a.module.b.`.
struct Modules<'n> {
    all: Vec<(String, Called<'n>)>,
}

/// Adds what the configuration says to the resources that are planned.
pub(super) fn configured(source: &Source, root: &Node, facts: &mut Facts, scope: &Arc<str>) {
    let Some(module) = root.at(&["configuration", "root_module"]) else { return };
    let mut modules = Modules { all: vec![(String::new(), Called { module, call: None })] };
    let mut next = 0;
    while next < modules.all.len() && next < 10_000 {
        let (prefix, called) = (modules.all[next].0.clone(), modules.all[next].1);
        for (name, call) in called.module.get("module_calls").map(Node::entries).unwrap_or_default() {
            if let (Some(name), Some(inner)) = (name.text(), call.get("module")) {
                let child = Called { module: inner, call: Some((call, next)) };
                modules.all.push((format!("{prefix}module.{name}."), child));
            }
        }
        next += 1;
    }
    let providers = providers(source, root, facts, scope);
    let known = by_address(&facts.resources);
    for (number, (prefix, called)) in modules.all.iter().enumerate() {
        for resource in called.module.get("resources").map(Node::items).unwrap_or_default() {
            let Some(address) = resource.text_at(&["address"]) else { continue };
            let Some(planned) = known.get(&format!("{prefix}{}", plain(address))) else { continue };
            let mut told: Vec<(String, BTreeSet<String>, &Node)> = Vec::new();
            if let Some(expressions) = resource.get("expressions") {
                modules.gather(number, resource, "", expressions, &mut told, 0);
            }
            let provider = resource.text_at(&["provider_config_key"]).and_then(|key| providers.get(key));
            for index in planned {
                let mut gathered = Gathered::new();
                for (path, addresses, at) in &told {
                    for to in addresses.iter().filter_map(|address| known.get(address)).flatten() {
                        let refs = BTreeSet::from([(best(facts, *index, *to, &known), "".into())]);
                        gathered.leaf(path, Datum::Unknown(None), refs, at.location(&source.path));
                    }
                }
                if let Some(provider) = provider {
                    let refs = BTreeSet::from([(*provider, "".into())]);
                    gathered.leaf("provider", Datum::Unknown(None), refs, resource.location(&source.path));
                }
                facts.resources[*index].settings.append(&mut gathered.settings);
            }
        }
    }
}

/// Of several with one address the one that has the same key, if there is one.
fn best(facts: &Facts, from: usize, to: usize, known: &BTreeMap<String, Vec<usize>>) -> usize {
    let key = |index: usize| facts.resources[index].name.rsplit_once('[').map(|(_, key)| key.to_owned());
    let same = key(from).and_then(|own| {
        let all = known.get(&plain(&facts.resources[to].name))?;
        all.iter().copied().find(|other| key(*other).as_ref() == Some(&own))
    });
    same.unwrap_or(to)
}

/// The providers with their settings, each a resource; variables are filled in.
fn providers(source: &Source, root: &Node, facts: &mut Facts, scope: &Arc<str>) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for (key, config) in root.at(&["configuration", "provider_config"]).map(Node::entries).unwrap_or_default() {
        let Some(key_text) = key.text() else { continue };
        let kind = config.text_at(&["name"]).unwrap_or(key_text);
        let at = key.location(&source.path);
        let mut gathered = Gathered::new();
        for (name, expression) in config.get("expressions").map(Node::entries).unwrap_or_default() {
            let references = expression.get("references").map(Node::items).unwrap_or_default();
            let variable = references.iter().find_map(|reference| reference.text()?.strip_prefix("var."));
            let given = variable.and_then(|variable| root.at(&["variables", variable, "value"]));
            if let (Some(name), Some(value)) = (name.text(), expression.get("constant_value").or(given)) {
                gathered.value(name, &of_node_at(value, &source.path), &at, 0);
            }
        }
        found.insert(key_text.to_owned(), facts.resources.len());
        facts.resources.push(ResourceFact {
            sign: Sign::Terraform(format!("provider.{kind}").into()),
            name: format!("provider.{key_text}").into(),
            scope: Arc::clone(scope),
            looked_up: false,
            count: None,
            open: false,
            settings: gathered.settings,
            code: CodeFact::default(),
            evidence: evidence(at.clone(), key_text),
        });
    }
    found
}

impl<'n> Modules<'n> {
    /// The references of each attribute, with nested blocks gone into.
    fn gather(
        &self,
        module: usize,
        resource: &'n Node,
        path: &str,
        node: &'n Node,
        told: &mut Vec<(String, BTreeSet<String>, &'n Node)>,
        depth: usize,
    ) {
        if depth > DEEPEST {
            return;
        }
        if node.is_seq() {
            node.items().iter().for_each(|item| self.gather(module, resource, path, item, told, depth + 1));
            return;
        }
        if node.get("references").is_some_and(Node::is_seq) {
            let mut addresses = BTreeSet::new();
            self.follow(module, resource, node, &mut addresses, depth);
            if !addresses.is_empty() {
                told.push((path.to_owned(), addresses, node));
            }
            return;
        }
        for (key, value) in node.entries() {
            let Some(key) = key.text().filter(|key| *key != "constant_value") else { continue };
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            self.gather(module, resource, &path, value, told, depth + 1);
        }
    }

    /// The addresses of the resources that an expression refers to, through variables and outputs.
    fn follow(
        &self,
        module: usize,
        resource: &'n Node,
        expression: &'n Node,
        addresses: &mut BTreeSet<String>,
        depth: usize,
    ) {
        if depth > DEEPEST {
            return;
        }
        let (prefix, called) = &self.all[module];
        for reference in expression.get("references").map(Node::items).unwrap_or_default().iter().filter_map(Node::text)
        {
            let reference = plain(reference);
            let parts: Vec<&str> = reference.split('.').collect();
            match parts.as_slice() {
                ["var", name, ..] => {
                    let given =
                        called.call.and_then(|(call, caller)| Some((call.at(&["expressions", name])?, call, caller)));
                    if let Some((given, call, caller)) = given {
                        self.follow(caller, call, given, addresses, depth + 1);
                    }
                }
                ["each", ..] => {
                    if let Some(over) = resource.get("for_each_expression") {
                        self.follow(module, resource, over, addresses, depth + 1);
                    }
                }
                ["module", name, output, ..] => {
                    let inner = format!("{prefix}module.{name}.");
                    let child = self.all.iter().position(|(address, _)| *address == inner);
                    let value = child.and_then(|child| {
                        let outputs = self.all[child].1.module.get("outputs")?;
                        Some((child, outputs.at(&[output, "expression"])?))
                    });
                    if let Some((child, value)) = value {
                        self.follow(child, resource, value, addresses, depth + 1);
                    }
                }
                ["local" | "count" | "path" | "self" | "terraform" | "module", ..] => {}
                ["data", kind, name, ..] => drop(addresses.insert(format!("{prefix}data.{kind}.{name}"))),
                [kind, name, ..] => drop(addresses.insert(format!("{prefix}{kind}.{name}"))),
                _ => {}
            }
        }
    }
}
