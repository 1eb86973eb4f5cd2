//! The configuration that a plan holds: references between resources whose values are not known yet, and the settings of
//! providers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::settings::gather;
use super::state::{by_address, plain};
use super::texts::of_node_at;
use crate::facts::{CodeFact, Datum, Facts, Item, ResourceFact, Sign};
use crate::ingest::gathered::{Gathered, evidence};
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
            let mut gather = Gather { modules: &modules, module: number, resource, told: Vec::new(), begun: 0 };
            if let Some(expressions) = resource.get("expressions") {
                gather.expressions("", &[], expressions, 0);
            }
            let provider = resource.text_at(&["provider_config_key"]).and_then(|key| providers.get(key));
            for index in planned {
                let mut gathered = Gathered::beside(&facts.resources[*index].settings);
                for told in &gather.told {
                    let at = told.node.location(&source.path);
                    if let Some(text) = told.constant {
                        gathered.leaf_in(
                            &told.items,
                            &told.path,
                            Datum::Text(text.into()),
                            BTreeSet::new(),
                            at.clone(),
                        );
                    }
                    for to in told.addresses.iter().filter_map(|address| known.get(address)).flatten() {
                        let refs = BTreeSet::from([(best(facts, *index, *to, &known), "".into())]);
                        gathered.leaf_in(&told.items, &told.path, Datum::Unknown(None), refs, at.clone());
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
        let mut gathered = Gathered::default();
        for (name, expression) in config.get("expressions").map(Node::entries).unwrap_or_default() {
            let references = expression.get("references").map(Node::items).unwrap_or_default();
            let variable = references.iter().find_map(|reference| reference.text()?.strip_prefix("var."));
            let given = variable.and_then(|variable| root.at(&["variables", variable, "value"]));
            if let (Some(name), Some(value)) = (name.text(), expression.get("constant_value").or(given)) {
                gather(&mut gathered, name, &of_node_at(value, &source.path), &at);
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

/// What the configuration says of one attribute.
struct Told<'n> {
    path: String,
    items: Vec<Item>,
    addresses: BTreeSet<String>,
    /// The text that it is set to, in a nested block: what else the block says belongs to it.
    constant: Option<&'n str>,
    node: &'n Node,
}

/// The attributes of one resource so far.
struct Gather<'m, 'n> {
    modules: &'m Modules<'n>,
    module: usize,
    resource: &'n Node,
    told: Vec<Told<'n>>,
    /// How many nested blocks there were.
    begun: u32,
}

impl<'n> Gather<'_, 'n> {
    /// The references of each attribute, with nested blocks gone into.
    fn expressions(&mut self, path: &str, items: &[Item], node: &'n Node, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        if node.is_seq() {
            for item in node.items() {
                self.begun += 1;
                let own = Item { depth: path.split('.').count(), number: self.begun };
                self.expressions(path, &[items, &[own]].concat(), item, depth + 1);
            }
            return;
        }
        let (path_here, items_here) = (path.to_owned(), items.to_vec());
        if node.get("references").is_some_and(Node::is_seq) {
            let mut addresses = BTreeSet::new();
            self.modules.follow(self.module, self.resource, node, &mut addresses, depth);
            if !addresses.is_empty() {
                self.told.push(Told { path: path_here, items: items_here, addresses, constant: None, node });
            }
            return;
        }
        if let Some(constant) = node.get("constant_value").filter(|_| !items.is_empty()).and_then(Node::text) {
            let addresses = BTreeSet::new();
            self.told.push(Told { path: path_here, items: items_here, addresses, constant: Some(constant), node });
        }
        for (key, value) in node.entries() {
            let Some(key) = key.text().filter(|key| *key != "constant_value") else { continue };
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            self.expressions(&path, items, value, depth + 1);
        }
    }
}

impl<'n> Modules<'n> {
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
