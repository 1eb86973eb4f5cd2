//! What is wrong with a catalogue beyond the shape of its files: names that lead nowhere, signs claimed twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Catalogue, NeedEntry, Product, Provider};
use crate::model::Capability;
use crate::source::{Location, Problem, did_you_mean};

/// Checks every need, home region, source and sign of a catalogue; in the order of the entries.
pub fn lint(catalogue: &Catalogue) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut signs: BTreeMap<(&str, &str), (String, &Location)> = BTreeMap::new();
    for provider in catalogue.providers.values() {
        let mut cited: BTreeSet<&Arc<str>> = BTreeSet::new();
        for need in &provider.control_needs {
            check(provider, need, &mut problems);
            cited.insert(&need.source);
        }
        for product in provider.products.values() {
            for capability in product.capabilities.values() {
                if let Some(home) = capability.home.as_ref().filter(|home| !provider.regions.contains_key(*home)) {
                    problems.push(unknown_region(provider, home, &product.at));
                }
                for need in &capability.needs {
                    check(provider, need, &mut problems);
                    cited.insert(&need.source);
                }
            }
            for (vocabulary, patterns) in &product.recognise.patterns {
                for pattern in patterns {
                    if let Some(meant) =
                        pattern.capability.as_ref().filter(|meant| !product.capabilities.contains_key(*meant))
                    {
                        problems.push(unknown_capability(provider, product, meant, &pattern.at));
                    }
                    let id = format!("{}/{}", provider.name, product.name);
                    if let Some((other, _)) = signs.insert((vocabulary, &pattern.text), (id.clone(), &pattern.at)) {
                        let message = format!("the sign `{}` is claimed by {other} and by {id}", pattern.text);
                        problems.push(Problem::error(pattern.at.clone(), message).help("leave it with one of them"));
                    }
                }
            }
        }
        for entry in &provider.resources {
            if let Some((name, capability)) = &entry.product {
                match provider.products.get(name) {
                    None => {
                        let message = format!("{} has no product `{name}`", provider.name);
                        let help = did_you_mean(name, provider.products.keys().map(|name| &**name));
                        let problem = Problem::error(entry.at.clone(), message);
                        problems.push(problem.help(help.unwrap_or_else(|| format!("known: {}", listed(provider)))));
                    }
                    Some(product) => problems.extend(
                        capability
                            .iter()
                            .filter(|meant| !product.capabilities.contains_key(*meant))
                            .map(|meant| unknown_capability(provider, product, meant, &entry.at)),
                    ),
                }
            }
        }
        for name in provider.sources.keys().filter(|name| !cited.contains(name)) {
            let message = format!("nothing of {} cites the source `{name}`", provider.name);
            problems.push(Problem::warning(provider.at.clone(), message).help("remove it, or cite it"));
        }
    }
    let mut seen = BTreeSet::new();
    problems.retain(|problem| seen.insert(problem.clone()));
    problems
}

fn check(provider: &Provider, need: &NeedEntry, problems: &mut Vec<Problem>) {
    let mut wrong = |message: String, help: Option<String>| {
        let help = help.unwrap_or_else(|| format!("known: {}", listed(provider)));
        problems.push(Problem::error(need.at.clone(), message).help(help));
    };
    match provider.products.get(&need.product) {
        None => wrong(
            format!("{} has no product `{}`", provider.name, need.product),
            did_you_mean(&need.product, provider.products.keys().map(|name| &**name)),
        ),
        Some(product) if !product.capabilities.contains_key(&need.capability) => {
            problems.push(unknown_capability(provider, product, &need.capability, &need.at));
        }
        Some(_) => {}
    }
    if !provider.as_of.is_empty() && need.known > provider.as_of {
        let message = format!("known on {}, after the catalogue's date {}", need.known, provider.as_of);
        problems.push(Problem::error(need.at.clone(), message).help("set `as_of` of the provider to a later date"));
    }
    if let Some(region) = need.region.as_ref().filter(|region| !provider.regions.contains_key(*region)) {
        problems.push(unknown_region(provider, region, &need.at));
    }
}

fn unknown_capability(provider: &Provider, product: &Product, name: &Capability, at: &Location) -> Problem {
    let help = did_you_mean(name.as_str(), product.capabilities.keys().map(Capability::as_str))
        .unwrap_or_else(|| "name it under `capabilities` of that product".to_owned());
    Problem::error(at.clone(), format!("{}/{} has no capability `{name}`", provider.name, product.name)).help(help)
}

fn unknown_region(provider: &Provider, region: &str, at: &Location) -> Problem {
    let help = did_you_mean(region, provider.regions.keys().map(|name| &**name))
        .unwrap_or_else(|| "list it under `regions` of the provider".to_owned());
    Problem::error(at.clone(), format!("{} has no region `{region}`", provider.name)).help(help)
}

fn listed(provider: &Provider) -> String {
    let names: Vec<String> = provider.products.keys().take(12).map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
