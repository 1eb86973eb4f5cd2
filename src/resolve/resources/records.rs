//! Names of the domain name system: which product resolves them, and what they point to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Stock;
use super::things::{Behind, Maker};
use super::uses::product;
use crate::catalogue::{Meaning, Part};
use crate::facts::{ComponentFact, NeedFact, Target, Wanted};
use crate::model::{Capability, Confidence, Evidence, Kind, Strength, Terms};

/// All records of one name.
#[derive(Default)]
pub(super) struct Name {
    /// The things that it points to, with the record that says so.
    pub(super) points_to: BTreeMap<usize, Evidence>,
    /// The products that resolve it.
    pub(super) resolved_by: BTreeMap<String, Evidence>,
    /// Whether its records take each other's place: by health, weight or place of the one who asks.
    pub(super) alternatives: bool,
    /// Whether such a record can be checked for being up, and whether one is.
    could_be_checked: bool,
    checked: bool,
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
        let could_be = !stock.attributes(index, Meaning::Checked).is_empty();
        entry.could_be_checked |= could_be;
        entry.checked |= could_be && stock.holds(index, Meaning::Checked).is_some();
        if let Some(made) = &stock.types[index].made {
            entry.resolved_by.entry(product(made)).or_insert_with(|| resource.evidence.clone());
        }
    }
    names
}

impl Maker<'_, '_> {
    /// A name is needed by what is reached under it; one with alternatives is a thing of its own.
    pub(super) fn names(&mut self, names: &BTreeMap<(Arc<str>, Arc<str>), Name>, behind: &Behind) {
        for ((scope, fqdn), name) in names {
            let hard = || Terms::hard(Confidence::Declared);
            // Copies of one thing are one target.
            let mut targets: BTreeMap<usize, (usize, &Evidence)> = BTreeMap::new();
            for (thing, evidence) in &name.points_to {
                if let Some(component) = self.components.get(thing) {
                    targets.entry(*component).or_insert((*thing, evidence));
                }
            }
            if name.alternatives && targets.len() > 1 {
                let Some(first) = name.points_to.values().next() else { continue };
                let mut fact = ComponentFact::new(fqdn, first.clone());
                fact.scope = Some(Arc::clone(scope));
                fact.kind = Some(Kind::Service);
                fact.exposed = Some(first.clone());
                let own = self.facts.components.len();
                self.legs.extend(name.points_to.keys().copied());
                self.facts.components.push(fact);
                for (product, evidence) in &name.resolved_by {
                    let target = Target::Name(product.clone());
                    self.need(own, Capability::data(), target, hard(), vec![evidence.clone()]);
                }
                let members = targets.values().filter_map(|(thing, evidence)| {
                    let mut all: Vec<Wanted> = Vec::new();
                    for each in
                        std::iter::once(*thing).chain(behind.get(thing).into_iter().flatten().map(|(who, _)| *who))
                    {
                        let target = Target::Component(*self.components.get(&each)?);
                        all.push(Wanted { target, terms: hard(), evidence: vec![(*evidence).clone()] });
                    }
                    if all.len() == 1 {
                        return all.pop();
                    }
                    let target = Target::AtLeast { k: all.len(), members: all };
                    Some(Wanted { target, terms: hard(), evidence: vec![(*evidence).clone()] })
                });
                let members: Vec<Wanted> = members.collect();
                if name.could_be_checked && !name.checked {
                    // Those who are sent to one that is down stay there.
                    let soft = || Terms { strength: Strength::Soft, ..hard() };
                    let each = members.iter().map(|member| Wanted { terms: soft(), ..member.clone() });
                    let needs = each.map(|need| NeedFact { from: own, capability: Capability::data(), need });
                    self.facts.needs.extend(needs);
                }
                self.any_of(own, members);
                continue;
            }
            for (component, (_, evidence)) in targets {
                let hosts = &mut self.facts.components[component].hosts;
                if fqdn.contains('.') && !hosts.contains(fqdn) {
                    hosts.push(Arc::clone(fqdn));
                }
                for product in name.resolved_by.keys() {
                    let note = format!("{fqdn} is resolved by it");
                    let evidence = Evidence { note: Some(note.into()), ..evidence.clone() };
                    self.need(component, Capability::data(), Target::Name(product.clone()), hard(), vec![evidence]);
                }
            }
        }
    }
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
