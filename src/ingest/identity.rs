//! One thing under two names: what a component is called where it reports what it does.
//!
//! Manifests tell a program the name to report itself by, and traces then know it by that name. Where nobody tells it, a
//! name that differs in case and hyphens alone is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::facts::{ComponentFact, Facts};

/// Variables by which clients for tracing are told the name of their service.
pub(super) const NAMED_BY: [&str; 5] =
    ["OTEL_SERVICE_NAME", "DD_SERVICE", "ELASTIC_APM_SERVICE_NAME", "JAEGER_SERVICE_NAME", "SPRING_APPLICATION_NAME"];
/// The variable that holds attributes, of which one is the name.
pub(super) const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";

/// Gives components as aliases the names that they report themselves by, where no other component goes by these and no
/// two claim one. Linear in the facts, but for the logarithm of the number of names.
pub(super) fn join(facts: &mut [(&'static str, Facts)]) {
    let is_seen = |format: &str| format == "traces";
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut plainly: BTreeMap<String, BTreeSet<Arc<str>>> = BTreeMap::new();
    let mut claims: BTreeMap<String, BTreeSet<Arc<str>>> = BTreeMap::new();
    for (_, facts) in facts.iter().filter(|(format, _)| !is_seen(format)) {
        for fact in &facts.components {
            known.insert(fact.name.to_lowercase());
            known.extend(fact.aliases.iter().map(|alias| alias.to_lowercase()));
            plainly.entry(plain(&fact.name)).or_default().insert(Arc::clone(&fact.name));
            for name in reported(fact) {
                claims.entry(name.to_lowercase()).or_default().insert(Arc::clone(&fact.name));
            }
        }
    }
    let mut aliases: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    let seen = facts.iter().filter(|(format, _)| is_seen(format)).flat_map(|(_, facts)| &facts.components);
    for name in seen.map(|fact| &fact.name).filter(|name| !known.contains(&name.to_lowercase())) {
        let owners = claims.get(&name.to_lowercase()).or_else(|| plainly.get(&plain(name)));
        if let Some(owner) = owners.filter(|owners| owners.len() == 1).and_then(|owners| owners.first()) {
            aliases.entry(Arc::clone(owner)).or_default().insert(Arc::clone(name));
        }
    }
    // Names differ in case alone where a manifest is written by hand; traces then know the thing by another spelling.
    let respelled = facts.iter().filter(|(format, _)| is_seen(format)).flat_map(|(_, facts)| &facts.components);
    for name in respelled.map(|fact| &fact.name).filter(|name| known.contains(&name.to_lowercase())) {
        let owners = plainly.get(&plain(name)).filter(|owners| owners.len() == 1 && !owners.contains(name));
        if let Some(owner) = owners.and_then(|owners| owners.first()).filter(|owner| owner.eq_ignore_ascii_case(name)) {
            aliases.entry(Arc::clone(owner)).or_default().insert(Arc::clone(name));
        }
    }
    let told = facts.iter_mut().filter(|(format, _)| !is_seen(format)).flat_map(|(_, facts)| &mut facts.components);
    for fact in told {
        for alias in aliases.get(&fact.name).into_iter().flatten() {
            if !fact.aliases.contains(alias) {
                fact.aliases.push(Arc::clone(alias));
            }
        }
    }
}

/// The names that a component is told to report itself by.
fn reported(fact: &ComponentFact) -> Vec<String> {
    let whole = |name: &&str| !name.is_empty() && !name.contains(['$', '{', ' ']);
    let plainly = NAMED_BY.iter().filter_map(|variable| fact.told.get(*variable)).map(|name| &**name);
    let attributes = fact.told.get(ATTRIBUTES).into_iter().flat_map(|text| text.split(','));
    let attribute = attributes.filter_map(|pair| pair.trim().strip_prefix("service.name="));
    plainly.chain(attribute).map(str::trim).filter(whole).map(str::to_owned).collect()
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}
