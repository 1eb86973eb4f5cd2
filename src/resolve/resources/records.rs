//! Names of the domain name system: which product resolves them, and what they point to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Stock;
use super::uses::product;
use crate::catalogue::{Meaning, Part};
use crate::model::Evidence;

/// All records of one name.
#[derive(Default)]
pub(super) struct Name {
    /// The things that it points to, with the record that says so.
    pub(super) points_to: BTreeMap<usize, Evidence>,
    /// The products that resolve it.
    pub(super) resolved_by: BTreeMap<String, Evidence>,
    /// Whether its records take each other's place: by health, weight or place of the one who asks.
    pub(super) alternatives: bool,
}

/// The names that point to things, by scope and name.
pub(super) fn names(stock: &Stock<'_>) -> BTreeMap<(Arc<str>, Arc<str>), Name> {
    let mut names: BTreeMap<(Arc<str>, Arc<str>), Name> = BTreeMap::new();
    for (index, resource) in stock.all.iter().enumerate().filter(|(index, _)| stock.parts[*index] == Part::Record) {
        let owners = &stock.owners[index];
        if owners.is_empty() {
            continue;
        }
        let fqdn = name(stock, index).unwrap_or_else(|| Arc::clone(&resource.name));
        let entry = names.entry((Arc::clone(&resource.scope), fqdn)).or_default();
        entry.points_to.extend(owners.iter().map(|owner| (*owner, resource.evidence.clone())));
        entry.alternatives |= !stock.attributes(index, Meaning::AnyOf).is_empty()
            && stock.settings(index, Meaning::AnyOf).next().is_some();
        if let Some(made) = &stock.types[index].made {
            entry.resolved_by.entry(product(made)).or_insert_with(|| resource.evidence.clone());
        }
    }
    names
}

/// The whole name of a record, with its zone where that is known.
fn name(stock: &Stock<'_>, record: usize) -> Option<Arc<str>> {
    let own = stock.text(record, Meaning::Named);
    let targets = stock.all[record].settings.iter().flat_map(|setting| &setting.refers);
    let zones: BTreeSet<usize> =
        targets.map(|referral| referral.to).filter(|to| stock.parts[*to] == Part::Product).collect();
    let zone = zones.into_iter().find_map(|zone| stock.text(zone, Meaning::Named));
    let trim = |text: &str| text.trim_end_matches('.').to_lowercase();
    match (own, zone) {
        (Some(own), Some(zone)) => {
            let (own, zone) = (trim(&own), trim(&zone));
            let whole = own == zone || own.ends_with(&format!(".{zone}"));
            Some(if whole {
                own.into()
            } else if own == "@" || own.is_empty() {
                zone.into()
            } else {
                format!("{own}.{zone}").into()
            })
        }
        (Some(own), None) => Some(trim(&own).into()),
        (None, zone) => zone.map(|zone| trim(&zone).into()),
    }
}
