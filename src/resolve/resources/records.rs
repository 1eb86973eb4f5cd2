//! Names of the domain name system: which product resolves them, and what they point to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Stock;
use super::called::{short, unnumbered};
use super::things::{Behind, Maker};
use super::uses::product;
use crate::catalogue::{Meaning, Part};
use crate::facts::{Address, ComponentFact, NeedFact, Setting, Target, Wanted};
use crate::ingest::address;
use crate::model::{Capability, CapabilityRef, Confidence, Evidence, Kind, Strength, Switch, Terms};

/// All records of one name.
#[derive(Default)]
pub(super) struct Name {
    /// The things that it points to, with the record that says so.
    pub(super) points_to: BTreeMap<usize, Evidence>,
    /// What else its alternatives point to.
    addresses: Vec<(Address, Evidence, How)>,
    /// The products that resolve it.
    pub(super) resolved_by: BTreeMap<String, Evidence>,
    /// Whether its records take each other's place: by health, weight or place of the one who asks.
    pub(super) alternatives: bool,
    /// What the first of its records is called in its files.
    address: Option<Arc<str>>,
    /// How its records answer with each thing.
    how: BTreeMap<usize, How>,
}

/// How a record answers.
#[derive(Clone, Copy)]
struct How {
    /// Not when what it points to is down.
    seen: bool,
    /// Only when the others are seen to be down.
    spare: bool,
    /// It gets no share of the questions; where others are looked at it is asked when all of them are down.
    off: bool,
}

/// What stands in a text for a part that is not known.
const UNKNOWN: char = '?';

/// A name of which a part is not known, with what tells it from others that look alike: `?.example.org` may be any, and
/// is only that of copies of one record; `www.?` is one name within its module.
fn told_apart(name: Arc<str>, address: &str) -> Arc<str> {
    let label = name.split('.').next().unwrap_or_default();
    if !name.contains(UNKNOWN) {
        return name;
    }
    let plain = unnumbered(address);
    let own = match label.contains(UNKNOWN) {
        true => &*plain,
        // Without the type and the name of the record.
        false => plain.rsplitn(3, '.').nth(2).unwrap_or_default(),
    };
    format!("{name} {own}").into()
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
        let entry = names.entry((Arc::clone(&resource.scope), told_apart(fqdn, &resource.name))).or_default();
        entry.points_to.extend(owners.iter().map(|owner| (*owner, resource.evidence.clone())));
        entry.alternatives |= alternatives;
        entry.address.get_or_insert_with(|| short(&unnumbered(&resource.name)));
        let by_item = off_by_item(stock, index);
        let off = by_item.is_none() && stock.holds(index, Meaning::Off).is_some();
        let spare = off || stock.holds(index, Meaning::Spare).is_some();
        let how = How { seen: stock.is_seen(index), spare, off };
        for owner in owners {
            let is_off = by_item.as_ref().is_some_and(|off| off.contains(owner));
            let how = How { spare: how.spare || is_off, off: how.off || is_off, ..how };
            let all = entry.how.entry(*owner).or_insert(how);
            *all = How { seen: all.seen && how.seen, spare: all.spare && how.spare, off: all.off && how.off };
        }
        entry.addresses.extend(addresses.into_iter().map(|(address, is_off)| {
            let how = How { spare: how.spare || is_off, off: how.off || is_off, ..how };
            (address, resource.evidence.clone(), how)
        }));
        if let Some(made) = &stock.types[index].made {
            entry.resolved_by.entry(product(made)).or_insert_with(|| resource.evidence.clone());
        }
    }
    names
}

/// What only items of a record name that get no share; `None` where no item says so.
fn off_by_item(stock: &Stock<'_>, record: usize) -> Option<BTreeSet<usize>> {
    let (mut on, mut off, mut told) = (BTreeSet::new(), BTreeSet::new(), false);
    for (number, setting, _) in stock.settings(record, Meaning::PieceOf) {
        let is_off = !setting.items.is_empty() && stock.is_off(record, number);
        told |= is_off;
        let owners = setting.refers.iter().flat_map(|referral| &stock.owners[referral.to]).copied();
        if is_off { off.extend(owners) } else { on.extend(owners) }
    }
    told.then(|| &off - &on)
}

/// The hosts that a record names and that no resource of these files is, and whether they get no share.
fn addresses(stock: &Stock<'_>, record: usize) -> Vec<(Address, bool)> {
    let settings = stock.settings(record, Meaning::PieceOf).filter(|(_, setting, _)| setting.refers.is_empty());
    let is_off = |number: usize, setting: &Setting| !setting.items.is_empty() && stock.is_off(record, number);
    let texts = settings.filter_map(|(number, setting, _)| Some((setting.value.text()?, is_off(number, setting))));
    let is_host = |text: &str| {
        text.contains(['.', ':'])
            && text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | ':' | '_'))
    };
    let hosts = texts.filter(|(text, _)| is_host(text));
    let named = |(text, is_off): (Arc<str>, bool)| {
        let all = address::of_variable("HOST", text.trim_end_matches('.'));
        all.into_iter().map(move |address| (address, is_off))
    };
    hosts.flat_map(named).collect()
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
                let called = if fqdn.contains(UNKNOWN) { name.address.as_ref().unwrap_or(fqdn) } else { fqdn };
                let mut fact = ComponentFact::new(called, first.clone());
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
                    let how = *name.how.get(thing)?;
                    if all.len() == 1 {
                        return Some((all.pop()?, how));
                    }
                    let target = Target::AtLeast { k: all.len(), members: all };
                    Some((Wanted { target, terms: hard(), evidence: vec![(*evidence).clone()] }, how))
                });
                let others = name.addresses.iter().map(|(address, evidence, how)| {
                    let target = Target::Address(address.clone());
                    (Wanted { target, terms: hard(), evidence: vec![evidence.clone()] }, *how)
                });
                let members = of_things.chain(others).collect();
                self.answers(own, members, name.resolved_by.keys().next());
                continue;
            }
            for (component, (_, evidence)) in targets {
                let hosts = &mut self.facts.components[component].hosts;
                if fqdn.contains('.') && !fqdn.contains(UNKNOWN) && !hosts.contains(fqdn) {
                    hosts.push(Arc::clone(fqdn));
                }
                for product in name.resolved_by.keys() {
                    let note = match fqdn.contains(UNKNOWN) {
                        true => "its name is resolved by it".to_owned(),
                        false => format!("{fqdn} is resolved by it"),
                    };
                    let evidence = Evidence { note: Some(note.into()), ..evidence.clone() };
                    self.need(component, Capability::data(), Target::Name(product.clone()), hard(), vec![evidence]);
                }
            }
        }
    }

    /// What a name that stands for several needs of them.
    ///
    /// Those who are sent to one that is down stay there: losing one that nobody looks at degrades the name. The spare
    /// ones are only asked when all others are seen to be down; else somebody has to change the records. What gets no
    /// share is no stand-by that anybody has prepared to switch to: where nobody looks at the others it does not count.
    fn answers(&mut self, name: usize, mut members: Vec<(Wanted, How)>, resolved_by: Option<&String>) {
        let hard = || Terms::hard(Confidence::Declared);
        if members.iter().all(|(_, how)| how.spare) {
            members.iter_mut().for_each(|(_, how)| (how.spare, how.off) = (false, false));
        }
        if members.iter().any(|(_, how)| !how.spare && !how.seen) {
            // Nobody sees that the others are down, so nobody is ever sent to what has no share.
            let before = members.len();
            members.retain(|(_, how)| !how.off);
            let left_out = before - members.len();
            if left_out > 0 {
                let note = format!("{left_out} more of this name with no weight: nobody is sent there");
                for evidence in members.iter_mut().flat_map(|(member, _)| &mut member.evidence) {
                    evidence.note = Some(note.as_str().into());
                }
            }
        }
        let asked = || members.iter().filter(|(_, how)| !how.spare);
        let unseen: Vec<&Wanted> = asked().filter(|(_, how)| !how.seen).map(|(member, _)| member).collect();
        let (by_itself, several) = (unseen.is_empty(), asked().count() > 1);
        let softly = || Terms { strength: Strength::Soft, ..hard() };
        let each = unseen.into_iter().filter(|_| several).map(|member| Wanted { terms: softly(), ..member.clone() });
        let needs: Vec<NeedFact> =
            each.map(|need| NeedFact { from: name, capability: Capability::data(), need }).collect();
        self.facts.needs.extend(needs);
        let switch = resolved_by.map(|product| {
            let (product, _) = CapabilityRef::split(product);
            format!("{product}:{}", Capability::control())
        });
        let member = |(member, how): (Wanted, How)| {
            if !how.spare || by_itself {
                return member;
            }
            let evidence = member.evidence.clone();
            let one = |target| Wanted { target, terms: hard(), evidence: evidence.clone() };
            let all: Vec<Wanted> =
                [member.clone()].into_iter().chain(switch.clone().map(Target::Name).map(one)).collect();
            let terms = Terms { switch: Some(Switch::ByHand), ..hard() };
            Wanted { target: Target::AtLeast { k: all.len(), members: all }, terms, evidence }
        };
        let members = members.into_iter().map(member).collect();
        self.any_of(name, members);
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
