//! Policies as they are written: `policy:` in `linchpin.yaml`, and policy files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::assertion::Assertion;
use super::finding::Severity;
use super::parameters::{Parameter, Unit};
use super::rules::RULES;
use super::scope::{self, Scope, lies_in, values};
use super::settings::{Change, Policy, Set, Threshold};
use super::waiver;
use crate::model::Confidence;
use crate::source::yaml::{self, Node};
use crate::source::{Fields, Location, Problem};

const TOP: &[&str] = &["fail_on", "warn_on", "min_confidence", "rules", "assertions", "waivers"];

/// The rule of waivers that are too old, not used or not understood, which no table of rules over systems holds.
pub const STALE_WAIVER: &str = "stale-waiver";

const SETS: &[(&str, Set)] = &[
    ("off", Set::Off),
    ("false", Set::Off),
    ("on", Set::On),
    ("true", Set::On),
    ("note", Set::Severity(Severity::Note)),
    ("warning", Set::Severity(Severity::Warning)),
    ("error", Set::Severity(Severity::Error)),
];
const THRESHOLDS: &[(&str, Threshold)] = &[
    ("error", Threshold::From(Severity::Error)),
    ("warning", Threshold::From(Severity::Warning)),
    ("note", Threshold::From(Severity::Note)),
    ("never", Threshold::Never),
];
const CONFIDENCES: &[(&str, Confidence)] =
    &[("declared", Confidence::Declared), ("observed", Confidence::Observed), ("inferred", Confidence::Inferred)];

/// What is written under `policy:` in manifests, each with its file, as one policy.
///
/// The manifest whose folder holds those of all others speaks for everything. Any other speaks for the components of its
/// folder alone, and can set no threshold and no parameter.
pub fn of_manifests(written: &[(Arc<str>, Node)]) -> (Policy, Vec<Problem>) {
    let mut ordered: Vec<(&str, &Arc<str>, &Node)> =
        written.iter().map(|(file, node)| (folder(file), file, node)).collect();
    ordered.sort_by_key(|(folder, file, _)| (folder.split('/').count(), *folder, *file));
    let outermost = ordered.first().map(|(folder, ..)| *folder);
    let whole = outermost.filter(|outer| ordered.iter().all(|(inner, ..)| inner == outer || lies_in(outer, inner)));
    let (mut policy, mut problems) = (Policy::default(), Vec::new());
    for (folder, file, node) in ordered {
        let limit = (whole != Some(folder)).then_some(folder);
        let mut reader = Fields::new(file);
        let read = policy_of(&mut reader, node, limit);
        policy.extend(read);
        problems.append(&mut reader.problems);
    }
    (policy, problems)
}

/// Reads a policy file: what else stands under `policy:`, by itself or under that key.
pub fn of_file(file: &Arc<str>, text: &str) -> (Policy, Vec<Problem>) {
    let mut reader = Fields::new(file);
    let documents = match yaml::parse_strict(file, text) {
        Ok(documents) => documents,
        Err(problem) => return (Policy::default(), vec![problem]),
    };
    let policy = match documents.as_slice() {
        [root] => match root.get("policy") {
            Some(node) => policy_of(&mut reader, node, None),
            None => policy_of(&mut reader, root, None),
        },
        [] => {
            reader.fail(Location::start_of(file), "the policy is empty", "start with `rules:`");
            Policy::default()
        }
        [_, second, ..] => {
            reader.wrong(second, "a second document in a policy", "keep everything in one document, without `---`");
            Policy::default()
        }
    };
    (policy, reader.problems)
}

/// The folder that a manifest speaks for; empty for everything.
fn folder(file: &str) -> &str {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = folder.strip_suffix(".github").unwrap_or(folder).trim_end_matches('/');
    if folder.split('/').all(|part| part == "..") { "" } else { folder }
}

fn policy_of(reader: &mut Fields, node: &Node, limit: Option<&str>) -> Policy {
    let mut policy = Policy::default();
    if node.is_null() || !reader.mapping(node, "a policy", TOP) {
        return policy;
    }
    policy.fail_on = threshold(reader, node, "fail_on", limit);
    policy.warn_on = threshold(reader, node, "warn_on", limit);
    if let Some(value) = node.get("min_confidence").filter(|value| whole(reader, value, limit)) {
        policy.min_confidence = reader.one_of(value, "min_confidence", CONFIDENCES);
    }
    if let Some(rules) = node.get("rules") {
        rules_of(reader, rules, limit, &mut policy);
    }
    if let Some(assertions) = node.get("assertions").filter(|value| whole(reader, value, limit)) {
        policy.assertions = assertions_of(reader, assertions);
    }
    for waiver in node.get("waivers").map(|node| reader.list(node, "waivers")).unwrap_or_default() {
        policy.waivers.extend(waiver::read(reader, waiver, limit));
    }
    policy
}

/// Whether a part of a policy is allowed here: what speaks for one folder can't set it.
fn whole(reader: &mut Fields, node: &Node, limit: Option<&str>) -> bool {
    if let Some(folder) = limit {
        let message = format!("this policy speaks for `{folder}` alone and can't set what holds for everything");
        reader.wrong(node, &message, "write it in the outermost linchpin.yaml, or in a file for `--policy`");
    }
    limit.is_none()
}

fn threshold(reader: &mut Fields, node: &Node, key: &str, limit: Option<&str>) -> Option<Threshold> {
    let value = node.get(key).filter(|value| whole(reader, value, limit))?;
    reader.one_of(value, key, THRESHOLDS)
}

fn rules_of(reader: &mut Fields, node: &Node, limit: Option<&str>, policy: &mut Policy) {
    if !node.is_map() {
        let message = format!("`rules` is {}", node.describe());
        reader.wrong(node, &message, "write a mapping: a rule, then `off`, a severity or a mapping");
        return;
    }
    let (general, special): (Vec<_>, Vec<_>) = node.entries().iter().partition(|(key, _)| key.text() == Some("*"));
    for (key, value) in general.into_iter().chain(special) {
        let Some(name) = reader.text(key, "a rule") else { continue };
        let parameters = match RULES.iter().find(|rule| rule.id == name) {
            Some(rule) => rule.parameters,
            None if name == "*" => &[],
            // It may be an own rule that another policy holds.
            None => {
                policy.named.push((name.to_owned(), reader.place(key)));
                &[]
            }
        };
        rule_of(reader, name, value, parameters, limit, policy);
    }
}

fn rule_of(
    reader: &mut Fields,
    name: &str,
    node: &Node,
    parameters: &[Parameter],
    limit: Option<&str>,
    policy: &mut Policy,
) {
    let rule = (name != "*").then(|| name.to_owned());
    let limited = |scope: Scope| match limit {
        Some(folder) => scope.limited_to(folder),
        None => scope,
    };
    if !node.is_map() {
        if let Some(set) = reader.one_of(node, name, SETS) {
            policy.changes.push(Change { rule, scope: limited(Scope::default()), set });
        }
        return;
    }
    let mut known = vec!["severity", "scopes"];
    known.extend(parameters.iter().map(|parameter| parameter.name));
    reader.mapping(node, &format!("rule `{name}`"), &known);
    if let Some(set) = node.get("severity").and_then(|value| reader.one_of(value, "severity", SETS)) {
        policy.changes.push(Change { rule: rule.clone(), scope: limited(Scope::default()), set });
    }
    for parameter in parameters {
        let Some(value) = node.get(parameter.name).filter(|value| whole(reader, value, limit)) else { continue };
        if let Some(number) = parameter_of(reader, value, parameter) {
            policy.parameters.set(name, parameter.name, number);
        }
    }
    let mut keys = vec!["severity"];
    keys.extend(scope::KEYS);
    for item in values(node.get("scopes")) {
        if !reader.mapping(item, "a scope", &keys) {
            continue;
        }
        let scope = Scope::read(reader, item);
        if scope.is_all() {
            let help = "name one of `app`, `tier`, `owner`, `path`; what holds everywhere stands beside `scopes`";
            reader.wrong(item, "a scope that holds everything", help);
            continue;
        }
        match item.get("severity") {
            Some(value) => {
                if let Some(set) = reader.one_of(value, "severity", SETS) {
                    policy.changes.push(Change { rule: rule.clone(), scope: limited(scope), set });
                }
            }
            None => reader.wrong(item, "a scope that sets nothing", "add `severity: off`, or a severity"),
        }
    }
}

fn parameter_of(reader: &mut Fields, node: &Node, parameter: &Parameter) -> Option<f64> {
    let number = match parameter.unit {
        Unit::Share => reader.share(node)?,
        Unit::Count => reader.positive(node, parameter.name)?,
    };
    if !parameter.unit.allows(number) {
        reader.wrong(node, &format!("`{}` is a whole number", parameter.name), parameter.summary);
        return None;
    }
    Some(number)
}

fn assertions_of(reader: &mut Fields, node: &Node) -> Vec<Assertion> {
    if !node.is_map() {
        let message = format!("`assertions` is {}", node.describe());
        reader.wrong(node, &message, "write a mapping: a name, then what must hold");
        return Vec::new();
    }
    let mut found: BTreeMap<String, Assertion> = BTreeMap::new();
    for (key, value) in node.entries() {
        let Some(name) = reader.text(key, "a name").map(str::to_owned) else { continue };
        let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_');
        if name.is_empty() || !plain {
            reader.wrong(key, &format!("`{name}` can't be the name of a rule"), "use letters, digits and `-`");
        } else if name == STALE_WAIVER || RULES.iter().any(|rule| rule.id == name) {
            reader.wrong(key, &format!("`{name}` is a rule already"), "give it a name of its own");
        } else if let Some(assertion) = Assertion::read(reader, &name, value) {
            found.insert(name, assertion);
        }
    }
    found.into_values().collect()
}
