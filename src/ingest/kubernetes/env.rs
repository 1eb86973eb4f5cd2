//! The environment of containers: values, keys of ConfigMaps and Secrets, and `$(VAR)` in them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::command;
use super::config::{self, Configs};
use super::names::Services;
use super::needs::Asked;
use super::objects::Objects;
use super::workload::{Role, Workload};
use crate::facts::Address;
use crate::ingest::address;
use crate::model::{Evidence, Phase};
use crate::source::yaml::Node;

/// A value that references make longer than this is no address.
const MOST_BYTES: usize = 16 * 1024;

/// Ends of names of variables that hold a command line.
const COMMAND_LINES: [&str; 5] = ["OPTS", "ARGS", "OPTIONS", "FLAGS", "COMMAND"];

/// A variable of a container.
struct Variable {
    value: String,
    evidence: Evidence,
    /// Whether its addresses are the container's own needs, not one of many in a shared list.
    asks: bool,
    /// Whether others load it from the same object.
    is_shared: bool,
}

/// The variables of a container.
#[derive(Default)]
pub(super) struct Variables {
    order: Vec<String>,
    values: HashMap<String, Variable>,
    /// Those that are set to what nothing says; an empty name for a whole list of them.
    withheld: BTreeSet<Arc<str>>,
}

impl Variables {
    fn set(&mut self, name: String, variable: Variable) {
        if !self.values.contains_key(&name) {
            self.order.push(name.clone());
        }
        self.values.insert(name, variable);
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|variable| variable.value.as_str())
    }
}

/// What a workload is told.
#[derive(Default)]
pub(super) struct Told {
    /// The variables of its main containers that have a value.
    pub(super) values: BTreeMap<Arc<str>, Arc<str>>,
    /// Those of which only the name is known; an empty name for a whole list of them.
    pub(super) withheld: BTreeSet<Arc<str>>,
    /// The names of those that others load from the same object.
    pub(super) shared: BTreeSet<Arc<str>>,
}

/// Where the values of a container's variables come from.
pub(super) struct Scope<'s, 'a> {
    workload: &'s Workload<'a>,
    services: &'s Services<'a>,
    variables: Variables,
}

impl Scope<'_, '_> {
    /// The value of a variable, those that Kubernetes sets included.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let known = self.variables.value(name).map(str::to_owned);
        known.or_else(|| self.services.variable(self.workload.object.namespace, name))
    }

    /// A text with `$(VAR)` replaced where the variable is known, and `$$` by `$`, as Kubernetes does.
    pub(super) fn expanded(&self, text: &str) -> String {
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            result.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                result.push('$');
                rest = after;
                continue;
            }
            let reference = after.strip_prefix('(').and_then(|inner| inner.split_once(')'));
            match reference.and_then(|(name, behind)| Some((self.value(name)?, behind))) {
                Some((value, behind)) if result.len() + value.len() <= MOST_BYTES => {
                    result.push_str(&value);
                    rest = behind;
                }
                _ => {
                    result.push('$');
                    rest = after;
                }
            }
        }
        result + rest
    }
}

/// Adds what the containers of a workload address, by their environment and their commands; returns what they are told.
pub(super) fn read<'a>(
    workload: &Workload<'a>,
    objects: &Objects<'a>,
    services: &Services<'a>,
    configs: &Configs<'a>,
    asked: &mut Asked<'_>,
) -> Told {
    let mut told = Told::default();
    for (role, container) in workload.containers() {
        let mut scope = Scope { workload, services, variables: Variables::default() };
        loaded(&mut scope, container, objects, configs);
        written(&mut scope, container, objects);
        let phase = if role == Role::Init { Phase::Start } else { Phase::Run };
        for name in &scope.variables.order {
            let Some(variable) = scope.variables.values.get(name).filter(|variable| variable.asks) else { continue };
            asked.addresses(phase, addresses(name, &variable.value, &scope), &variable.evidence);
        }
        command::read(workload, (role, container), &scope, asked);
        let loaded = scope.variables.values.iter().filter(|(_, variable)| variable.is_shared);
        told.shared.extend(loaded.map(|(name, _)| Arc::from(name.as_str())));
        if role == Role::Main {
            let variables = &scope.variables;
            told.withheld.extend(variables.withheld.iter().filter(|name| variables.value(name).is_none()).cloned());
            for (name, variable) in &scope.variables.values {
                told.values.entry(name.as_str().into()).or_insert_with(|| variable.value.as_str().into());
            }
        }
    }
    told
}

/// `envFrom`: every key of a ConfigMap or Secret is a variable.
fn loaded<'a>(scope: &mut Scope<'_, 'a>, container: &'a Node, objects: &Objects<'a>, configs: &Configs<'a>) {
    let from = &scope.workload.object;
    for item in container.get("envFrom").map(Node::items).unwrap_or_default() {
        let prefix = item.text_at(&["prefix"]).unwrap_or_default();
        for (kind, name) in config::source_of(item) {
            let Some(object) = objects.find(kind, from.namespace, name, from.source) else {
                scope.variables.withheld.insert("".into());
                continue;
            };
            for (key, value) in config::values(object) {
                let Some(text) = value.text() else { continue };
                let variable = Variable {
                    value: text.to_owned(),
                    evidence: object.evidence(value, &format!("env {prefix}{key} from {kind} {name}")),
                    asks: !configs.is_shared(object),
                    is_shared: configs.is_for_several(object),
                };
                scope.variables.set(format!("{prefix}{key}"), variable);
            }
        }
    }
}

/// `env`: values as written, or keys of a ConfigMap or Secret.
fn written<'a>(scope: &mut Scope<'_, 'a>, container: &'a Node, objects: &Objects<'a>) {
    let from = scope.workload.object;
    for item in container.get("env").map(Node::items).unwrap_or_default() {
        let Some(name) = item.text_at(&["name"]) else { continue };
        let note = format!("env {name}");
        if let Some((node, text)) = item.get("value").and_then(|node| Some((node, node.text()?))) {
            // References see what is written above them, so there are no cycles.
            let value = scope.expanded(text);
            let variable = Variable { value, evidence: from.evidence(node, &note), asks: true, is_shared: false };
            scope.variables.set(name.to_owned(), variable);
            continue;
        }
        for (kind, reference) in [("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")] {
            let Some(reference) = item.at(&["valueFrom", reference]) else { continue };
            let (Some(of), Some(key)) = (reference.text_at(&["name"]), reference.text_at(&["key"])) else { continue };
            let found = config::lookup(objects, (kind, from.namespace, of), key, from.source);
            if let Some((object, value, text)) = found.and_then(|(object, value)| Some((object, value, value.text()?)))
            {
                let evidence = object.evidence(value, &format!("{note} from {kind} {of}"));
                scope
                    .variables
                    .set(name.to_owned(), Variable { value: text.to_owned(), evidence, asks: true, is_shared: false });
            }
            scope.variables.withheld.insert(name.into());
        }
    }
}

/// The addresses in a variable; a host without a port takes that of the variable beside it: `DB_HOST` and `DB_PORT`.
fn addresses(name: &str, value: &str, scope: &Scope<'_, '_>) -> Vec<Address> {
    let upper = name.to_ascii_uppercase();
    if COMMAND_LINES.iter().any(|end| upper.ends_with(end)) {
        return address::of_command(value.split_whitespace());
    }
    let mut found = address::of_variable(name, value);
    if let [address] = found.as_mut_slice()
        && address.port.is_none()
        && address.scheme.is_none()
    {
        let ends = ["HOST", "HOSTNAME", "SERVER", "ADDRESS", "ADDR"];
        let stem = ends.iter().find_map(|end| upper.strip_suffix(end)).and_then(|stem| name.get(..stem.len()));
        let beside = stem.and_then(|stem| {
            let ends = ["PORT", "port", "Port"].into_iter();
            ends.filter_map(|end| scope.variables.value(&format!("{stem}{end}"))).find_map(|text| text.parse().ok())
        });
        address.port = beside;
    }
    found
}
