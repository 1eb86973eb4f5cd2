//! Names of the domain name system: which product resolves them, and what they point to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Stock;
use super::things::{Behind, Maker};
use super::uses::product;
use crate::catalogue::{Meaning, Part};
use crate::facts::{Address, ComponentFact, NeedFact, Target, Wanted};
use crate::ingest::address;
use crate::model::{Capability, Confidence, Evidence, Kind, Strength, Terms};

/// All records of one name.
#[derive(Default)]
pub(super) struct Name {
    /// The things that it points to, with the record that says so.
    pub(super) points_to: BTreeMap<usize, Evidence>,
    /// What else its alternatives point to.
    addresses: Vec<(Address, Evidence, Option<Strength>)>,
    /// The products that resolve it.
    pub(super) resolved_by: BTreeMap<String, Evidence>,
    /// Whether its records take each other's place: by health, weight or place of the one who asks.
    pub(super) alternatives: bool,
    /// The things whose records answer although they are down: some of the time, or all of it.
    unseen: BTreeMap<usize, Strength>,
}

/// The names that point to things, by scope and name.
pub(super) fn names(stock: &Stock<'_>) -> BTreeMap<(Arc<str>, Arc<str>), Name> {
    let mut names: BTreeMap<(Arc<str>, Arc<str>), Name> = BTreeMap::new();
    for (index, resource) in stock.all.iter().enumerate().filter(|(index, _)| stock.parts[*index] == Part::Record) {
        let owners = &stock.owners[index];
        let alternatives = stock.settings(index, Meaning::AnyOf).next().is_some();
        let answers = alternatives && stock.holds(index, Meaning::Answers).is_some();
        let addresses = if answers { addresses(stock, index) } else { Vec::new() };
        if owners.is_empty() && addresses.is_empty() {
            continue;
        }
        let fqdn = name(stock, index).unwrap_or_else(|| Arc::clone(&resource.name));
        let entry = names.entry((Arc::clone(&resource.scope), fqdn)).or_default();
        entry.points_to.extend(owners.iter().map(|owner| (*owner, resource.evidence.clone())));
        entry.alternatives |= alternatives;
        let first = stock.holds(index, Meaning::First).is_some();
        let unseen = (!stock.is_seen(index)).then_some(if first { Strength::Hard } else { Strength::Soft });
        entry.unseen.extend(owners.iter().filter_map(|owner| Some((*owner, unseen?))));
        entry.addresses.extend(addresses.into_iter().map(|address| (address, resource.evidence.clone(), unseen)));
        if let Some(made) = &stock.types[index].made {
            entry.resolved_by.entry(product(made)).or_insert_with(|| resource.evidence.clone());
        }
    }
    names
}

/// The hosts that a record names and that no resource of these files is.
fn addresses(stock: &Stock<'_>, record: usize) -> Vec<Address> {
    let settings = stock.settings(record, Meaning::PieceOf).filter(|(_, setting, _)| setting.refers.is_empty());
    let texts = settings.filter_map(|(_, setting, _)| setting.value.text());
    let is_host = |text: &str| {
        text.contains(['.', ':'])
            && text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | ':' | '_'))
    };
    let hosts = texts.filter(|text| is_host(text));
    hosts.flat_map(|text| address::of_variable("HOST", text.trim_end_matches('.'))).collect()
}

impl Maker<'_, '_> {
    /// A name is needed by what is reached under it; one with alternatives is a thing of its own.
    pub(super) fn names(&mut self, names: &BTreeMap<(Arc<str>, Arc<str>), Name>, behind: &Behind) {
        for ((scope, fqdn), name) in names.iter().filter(|(_, name)| !name.points_to.is_empty()) {
            let hard = || Terms::hard(Confidence::Declared);
            // Copies of one thing are one target.
            let mut targets: BTreeMap<usize, (usize, &Evidence)> = BTreeMap::new();
            for (thing, evidence) in &name.points_to {
                if let Some(component) = self.components.get(thing) {
                    targets.entry(*component).or_insert((*thing, evidence));
                }
            }
            if name.alternatives && targets.len() + name.addresses.len() > 1 {
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
                let of_things = targets.values().filter_map(|(thing, evidence)| {
                    let mut all: Vec<Wanted> = Vec::new();
                    for each in
                        std::iter::once(*thing).chain(behind.get(thing).into_iter().flatten().map(|(who, _)| *who))
                    {
                        let target = Target::Component(*self.components.get(&each)?);
                        all.push(Wanted { target, terms: hard(), evidence: vec![(*evidence).clone()] });
                    }
                    let unseen = name.unseen.get(thing).copied();
                    if all.len() == 1 {
                        return Some((all.pop()?, unseen));
                    }
                    let target = Target::AtLeast { k: all.len(), members: all };
                    Some((Wanted { target, terms: hard(), evidence: vec![(*evidence).clone()] }, unseen))
                });
                let others = name.addresses.iter().map(|(address, evidence, unseen)| {
                    let target = Target::Address(address.clone());
                    (Wanted { target, terms: hard(), evidence: vec![evidence.clone()] }, *unseen)
                });
                let members: Vec<(Wanted, Option<Strength>)> = of_things.chain(others).collect();
                // Those who are sent to one that is down stay there.
                let each = members.iter().filter_map(|(member, unseen)| {
                    Some(Wanted { terms: Terms { strength: (*unseen)?, ..hard() }, ..member.clone() })
                });
                let needs = each.map(|need| NeedFact { from: own, capability: Capability::data(), need });
                self.facts.needs.extend(needs);
                self.any_of(own, members.into_iter().map(|(member, _)| member).collect());
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
