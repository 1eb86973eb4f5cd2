//! What a program is set to: by its manifest, by the resource that runs it, by files beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::programs::Program;
use crate::facts::{Datum, Facts, ResourceFact, Setting};
use crate::model::{Basis, Evidence};

/// Keys under which resources list the variables of what they run, by letters alone.
const LISTS: &[&str] = &["env", "envs", "environment", "variables", "environmentvariables", "envvars", "appsettings"];

/// The settings of a program.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// What is set to one value, wherever it is set.
    pub(super) values: BTreeMap<Arc<str>, Arc<str>>,
    /// What is set to something that nothing says, or to several things; an empty name stands for names that are not
    /// known.
    pub(super) withheld: BTreeSet<Arc<str>>,
}

impl Environment {
    /// What manifests, resources and the files beside a program set. Linear in the settings.
    pub(super) fn of(program: &Program, facts: &[(&'static str, Facts)]) -> Self {
        let mut told: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
        let mut environment = Environment::default();
        let own = || program.of.iter().map(|(set, index)| &facts[*set].1.components[*index]);
        for fact in own() {
            for (name, value) in &fact.told {
                told.entry(Arc::clone(name)).or_default().insert(Arc::clone(value));
            }
            environment.withheld.extend(fact.withheld.iter().cloned());
        }
        let named = |resource: &&ResourceFact| program.of.is_empty() && is_called(resource, &program.name);
        let runs: Vec<&ResourceFact> = match program.resource {
            Some((set, index)) => vec![&facts[set].1.resources[index]],
            None => facts.iter().flat_map(|(_, facts)| &facts.resources).filter(named).collect(),
        };
        for (name, value) in runs.into_iter().flat_map(variables) {
            match value {
                Some(value) => drop(told.entry(name).or_default().insert(value)),
                None => drop(environment.withheld.insert(name)),
            }
        }
        for (name, value) in own().flat_map(|fact| &fact.beside) {
            told.entry(Arc::clone(name)).or_insert_with(|| BTreeSet::from([Arc::clone(value)]));
        }
        for (name, values) in told {
            match values.first().filter(|_| values.len() == 1) {
                Some(value) => drop(environment.values.insert(name, Arc::clone(value))),
                None => drop(environment.withheld.insert(name)),
            }
        }
        environment
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect()
}

/// The variables that a resource gives what it runs; no value where nothing says it.
fn variables(resource: &ResourceFact) -> Vec<(Arc<str>, Option<Arc<str>>)> {
    let of = |setting: &Setting| {
        let mut parts = setting.path.rsplit('.');
        let (name, list) = (parts.next()?, parts.next()?);
        // What a variable is taken from stands below its name.
        let (name, list, whole) = match parts.next() {
            Some(outer) if !LISTS.contains(&plain(list).as_str()) && LISTS.contains(&plain(outer).as_str()) => {
                (list, outer, false)
            }
            _ => (name, list, true),
        };
        let value = match &setting.value {
            Datum::Unknown(_) => None,
            value => value.text().filter(|_| whole),
        };
        LISTS.contains(&plain(list).as_str()).then(|| (Arc::from(name), value))
    };
    let mut all: Vec<_> = resource.settings.iter().filter_map(of).collect();
    // A block for each variable, with its name and its value.
    let named = |setting: &&Setting| {
        let mut parts = setting.path.rsplit('.');
        matches!(parts.next(), Some("name" | "key"))
            && parts.next().is_some_and(|list| LISTS.contains(&plain(list).as_str()))
    };
    for name in resource.settings.iter().filter(named) {
        let (block, Some(text)) = (name.path.rsplit_once('.').map_or("", |(block, _)| block), name.value.text()) else {
            continue;
        };
        let beside = |other: &&Setting| {
            other.items == name.items && other.path.strip_prefix(block).is_some_and(|rest| rest == ".value")
        };
        let value = resource.settings.iter().find(beside).and_then(|other| other.value.text());
        all.retain(|(known, _)| !matches!(&**known, "name" | "value" | "key"));
        all.push((text, value));
    }
    all
}

/// Whether a resource, or the image that it runs, goes by a name.
fn is_called(resource: &ResourceFact, name: &str) -> bool {
    let last = resource.name.rsplit('.').next().unwrap_or_default();
    let texts = resource.settings.iter().filter(|setting| {
        matches!(setting.path.rsplit('.').next(), Some("name" | "image" | "function_name" | "service_name"))
    });
    let mut texts = texts.filter_map(|setting| setting.value.text());
    let image = |text: &str| {
        let bare = text.rsplit('/').next().unwrap_or_default();
        plain(bare.split([':', '@']).next().unwrap_or_default()) == plain(name)
    };
    plain(last) == plain(name) || texts.any(|text| image(&text))
}

/// The variables and settings that needs of a program rest on, each as evidence names it.
pub(super) fn asked(program: &Program, facts: &[(&'static str, Facts)]) -> BTreeMap<Arc<str>, String> {
    let needs = program.of.iter().flat_map(|(set, index)| {
        facts[*set].1.needs.iter().filter(move |need| need.from == *index).map(|need| &need.need)
    });
    let evidence: Vec<&Evidence> = needs.flat_map(|need| &need.evidence).collect();
    let settings = evidence.iter().filter_map(|one| setting(one)).map(|name| (Arc::clone(&name), name.to_string()));
    let variables =
        evidence.iter().filter_map(|one| variable(one)).map(|name| (Arc::clone(&name), format!("env {name}")));
    settings.chain(variables).collect()
}

/// The variable that a piece of evidence rests on.
pub(super) fn variable(evidence: &Evidence) -> Option<Arc<str>> {
    let rest = evidence.note.as_deref().filter(|_| evidence.basis == Basis::Manifest)?.strip_prefix("env ")?;
    rest.split_whitespace().next().map(|name| name.trim_end_matches(',').into())
}

/// The setting of a file beside a program that a piece of evidence rests on: a key of several parts.
pub(super) fn setting(evidence: &Evidence) -> Option<Arc<str>> {
    let note = evidence.note.as_ref().filter(|_| evidence.basis == Basis::Manifest)?;
    let is_key = note.contains(['.', ':']) && !note.contains(char::is_whitespace);
    is_key.then(|| Arc::clone(note))
}
