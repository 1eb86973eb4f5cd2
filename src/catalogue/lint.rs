//! What is wrong with a catalogue beyond the shape of its files: names that lead nowhere, signs claimed twice.

use std::collections::{BTreeMap, BTreeSet};

use super::{CapabilityEntry, Catalogue, NeedEntry, Product, Provider, Scope, Target, Wanted};
use crate::model::Capability;
use crate::source::{Location, Problem, did_you_mean};

/// Checks every need, home region, source and sign of a catalogue; in the order of the entries.
pub fn lint(catalogue: &Catalogue) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut signs: BTreeMap<(&str, &str), (String, &Location)> = BTreeMap::new();
    for provider in catalogue.providers.values() {
        for need in &provider.control_needs {
            check(catalogue, provider, need, &mut problems);
        }
        for product in provider.products.values() {
            figures(provider, product, &mut problems);
            for capability in product.capabilities.values() {
                if let Some(home) = capability.home.as_ref().filter(|home| !provider.regions.contains_key(*home)) {
                    problems.push(unknown_region(provider, home, &product.at));
                }
                for need in &capability.needs {
                    check(catalogue, provider, need, &mut problems);
                    placed(capability, need, &mut problems);
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
                    let claim = (id.clone(), &pattern.at);
                    if pattern.here {
                        continue;
                    }
                    let before = signs.insert((vocabulary, &pattern.text), claim);
                    if let Some((other, _)) = before.filter(|(other, _)| *other != id) {
                        let message = format!("the sign `{}` is claimed by {other} and by {id}", pattern.text);
                        problems.push(Problem::error(pattern.at.clone(), message).help("leave it with one of them"));
                    }
                }
            }
        }
        for region in provider.regions.values() {
            if let Some(pair) = region.pair.as_ref().filter(|pair| !provider.regions.contains_key(*pair)) {
                problems.push(unknown_region(provider, pair, &region.at));
            }
        }
        for (other, name) in &provider.also_called {
            let problem = |message: String| Problem::error(provider.at.clone(), message);
            if provider.products.contains_key(other) {
                let message = format!("`{other}` is a product of {}, and also called `{name}`", provider.name);
                problems.push(problem(message).help("leave it with one of them"));
            }
            if !provider.products.contains_key(name) {
                let message = format!("{} has no product `{name}`, which is also called `{other}`", provider.name);
                let help = did_you_mean(name, provider.products.keys().map(|name| &**name));
                problems.push(problem(message).help(help.unwrap_or_else(|| format!("known: {}", listed(provider)))));
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
        let cited = provider.cited();
        for name in provider.sources.keys().filter(|name| !cited.contains(name)) {
            let message = format!("nothing of {} cites the source `{name}`", provider.name);
            problems.push(Problem::warning(provider.at.clone(), message).help("remove it, or cite it"));
        }
    }
    let mut seen = BTreeSet::new();
    problems.retain(|problem| seen.insert(problem.clone()));
    problems
}

/// No figure without a source.
fn figures(provider: &Provider, product: &Product, problems: &mut Vec<Problem>) {
    let availability = product.availability.as_ref().is_some_and(|share| share.source.is_none());
    let credits = product.credits.as_ref().is_some_and(|credits| credits.source.is_none());
    let restart = product.restart.as_ref().is_some_and(|restart| restart.source.is_none());
    let quorum = product.quorum.as_ref().is_some_and(|quorum| quorum.source.is_none());
    for (what, missing, help) in [
        ("availability", availability, "write `availability: {share: 99.9%, source: agreement}`"),
        ("credits", credits, "write `credits: {below: {99.9%: 10%}, source: agreement}`"),
        ("restart", restart, "write `restart: {takes: 1h, source: report}`"),
        ("quorum", quorum, "write `quorum: {source: manual}`"),
    ] {
        if missing {
            let message = format!("no source is cited for the {what} of {}/{}", provider.name, product.name);
            problems.push(Problem::warning(product.at.clone(), message).help(help));
        }
    }
    let promised = product.availability.as_ref().map(|share| share.value);
    let first = product.credits.as_ref().and_then(|credits| credits.value.first()).map(|credit| credit.below);
    if let (Some(promised), Some(first)) = (promised, first)
        && (promised - first).abs() > 1e-9
    {
        let percent = |share: f64| format!("{}%", (share * 1e6).round() / 1e4);
        let (name, promised, first) = (&product.name, percent(promised), percent(first));
        let message = format!("{}/{name} promises {promised}, and its credits begin below {first}", provider.name);
        let help = "give the figure and the credits of one agreement";
        problems.push(Problem::warning(product.at.clone(), message).help(help));
    }
}

fn check(catalogue: &Catalogue, provider: &Provider, need: &NeedEntry, problems: &mut Vec<Problem>) {
    for target in need.wanted.targets() {
        on(catalogue, provider, target, &need.at, problems);
    }
    let mut wrong = |message: String, help: &str| {
        problems.push(Problem::error(need.at.clone(), message).help(help));
    };
    if !provider.as_of.is_empty() && need.known > provider.as_of {
        let message = format!("known on {}, after the catalogue's date {}", need.known, provider.as_of);
        wrong(message, "set `as_of` of the provider to a later date");
    }
    for before in need.before.iter().filter(|before| before.known >= need.known) {
        let message = format!("`before` is known on {}, and the need itself on {}", before.known, need.known);
        wrong(message, "leave the later one out");
    }
    for ended in need.ended.iter().filter(|ended| **ended <= need.known) {
        let message = format!("ended on {ended}, and known on {} only", need.known);
        wrong(message, "a need is known before it ends; set `known`");
    }
    for region in need.only_in.iter().filter(|region| !provider.regions.contains_key(*region)) {
        problems.push(unknown_region(provider, region, &need.at));
    }
}

/// Checks that a target is there.
fn on(catalogue: &Catalogue, provider: &Provider, target: &Target, at: &Location, problems: &mut Vec<Problem>) {
    let owner = match &target.provider {
        None => provider,
        Some(name) => match catalogue.provider(name) {
            Some(owner) => owner,
            None => {
                let help = did_you_mean(name, catalogue.providers.keys().map(|name| &**name));
                let help = help.unwrap_or_else(|| "`linchpin catalogue list` lists what is known".to_owned());
                problems.push(Problem::error(at.clone(), format!("no provider `{name}` is known")).help(help));
                return;
            }
        },
    };
    match owner.products.get(&target.product) {
        None => {
            let help = did_you_mean(&target.product, owner.products.keys().map(|name| &**name));
            let help = help.unwrap_or_else(|| format!("known: {}", listed(owner)));
            let message = format!("{} has no product `{}`", owner.name, target.product);
            problems.push(Problem::error(at.clone(), message).help(help));
        }
        Some(product) if !product.capabilities.contains_key(&target.capability) => {
            problems.push(unknown_capability(owner, product, &target.capability, at));
        }
        Some(_) => {}
    }
    if let Some(region) = target.region.as_ref().filter(|region| !owner.regions.contains_key(*region)) {
        problems.push(unknown_region(owner, region, at));
    }
}

/// What depends on the region says nothing of a capability that stands in none.
fn placed(capability: &CapabilityEntry, need: &NeedEntry, problems: &mut Vec<Problem>) {
    let word = match &need.wanted {
        _ if capability.scope != Scope::Global || capability.home.is_some() => return,
        _ if !need.only_in.is_empty() => "only_in",
        Wanted::Zones { .. } => "zones",
        _ => return,
    };
    let message = format!("`{word}` has no effect: this capability is global and has no home region");
    problems.push(Problem::error(need.at.clone(), message).help("give the capability another scope, or a home"));
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
