//! What is wrong with the outage library beyond the shape of its files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Outage, Selector};
use crate::catalogue::{Catalogue, Provider, Scope};
use crate::model::{Capability, CapabilityRef, Place};
use crate::source::{Problem, did_you_mean};

/// Checks every name of every outage against the catalogue, and that no id is used twice; in the order of the outages.
pub fn lint(outages: &[Outage], catalogue: &Catalogue) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut ids: BTreeMap<&Arc<str>, &Outage> = BTreeMap::new();
    for outage in outages {
        if let Some(first) = ids.insert(&outage.id, outage) {
            let message = format!("the id `{}` is taken by {}", outage.id, first.at.file);
            problems.push(Problem::error(outage.at.clone(), message).help("give one of them another id"));
        }
        let failed = outage.failed.iter().flat_map(|row| &row.what);
        let done = outage.actions.iter().flat_map(|action| &action.to);
        for selector in failed.chain(done) {
            problems.extend(selects(selector, catalogue));
        }
        let mut rows: BTreeMap<&str, &Selector> = BTreeMap::new();
        for selector in outage.reported.iter().flat_map(|row| &row.what) {
            problems.extend(selects(selector, catalogue));
            if let Some(first) = rows.insert(&selector.text, selector) {
                let message = format!("`{}` is reported on line {} already", selector.text, first.at.line);
                problems.push(Problem::error(selector.at.clone(), message).help("one row a component and capability"));
            }
        }
        if outage.actions.windows(2).any(|pair| pair[0].time > pair[1].time) {
            let problem = Problem::warning(outage.at.clone(), format!("the actions of {} are not in order", outage.id));
            problems.push(problem.help("sort them by time"));
        }
        for region in &outage.regions {
            if !catalogue.providers.values().any(|provider| provider.regions.contains_key(region)) {
                let message = format!("no provider has a region `{region}`");
                problems.push(Problem::error(outage.at.clone(), message).help("write the region without its provider"));
            }
        }
    }
    problems
}

/// What is wrong with a name: a product, a capability or a region that no catalogue holds. Globs are not looked into.
fn selects(selector: &Selector, catalogue: &Catalogue) -> Option<Problem> {
    let wrong = |message: String, help: Option<String>| {
        let help = help.unwrap_or_else(|| "`linchpin catalogue list` lists what there is".to_owned());
        Some(Problem::error(selector.at.clone(), message).help(help))
    };
    let text = selector.text.split_once('=').map_or(&*selector.text, |(_, value)| value);
    let (name, capability) = CapabilityRef::split(text);
    let (base, place) = name.split_once('@').map_or((name, None), |(base, place)| (base, Some(place)));
    let (first, rest) = base.split_once('/').map_or((base, None), |(first, rest)| (first, Some(rest)));
    let Some(provider) = catalogue.provider(first) else {
        let all = catalogue.providers.keys().map(|name| &**name);
        return wrong(format!("no provider `{first}` is known"), did_you_mean(first, all));
    };
    if let Some(place) = place.filter(|place| !place.contains('*') && !is_place(provider, place)) {
        let all = provider.regions.keys().map(|name| &**name);
        return wrong(format!("{} has no region `{place}`", provider.name), did_you_mean(place, all));
    }
    let rest = rest.filter(|rest| !rest.contains(['*', '?', '[', '{']))?;
    let Some(product) = provider.product(rest) else {
        if is_place(provider, rest) {
            return None;
        }
        return wrong(format!("{} has no product `{rest}`", provider.name), provider.near(rest));
    };
    let global = product.capabilities.values().all(|entry| entry.scope == Scope::Global);
    if let Some(place) = place.filter(|_| global) {
        let help = Some(format!("write `{}/{rest}`", provider.name));
        return wrong(format!("{}/{rest} is global, and has no instance at `{place}`", provider.name), help);
    }
    let known = |name: &&str| product.capabilities.keys().any(|known| known.as_str() == *name);
    let unknown = capability.filter(|name| !name.contains('*') && !known(name))?;
    let all = product.capabilities.keys().map(Capability::as_str);
    wrong(format!("{}/{rest} has no capability `{unknown}`", provider.name), did_you_mean(unknown, all))
}

fn is_place(provider: &Provider, text: &str) -> bool {
    let place = Place::parse(&format!("{}/{text}", provider.name));
    place.and_then(|place| place.region).is_some_and(|region| provider.regions.contains_key(&region))
}
