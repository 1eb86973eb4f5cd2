//! Things and links as the components and needs of other readers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::called::{called, copies, short, unnumbered};
use super::items::Group;
use super::place::Places;
use super::records::names;
use super::redundancy::Pair;
use super::uses::{Links, To, links, product};
use super::{Stock, pools};
use crate::catalogue::{Meaning, Part};
use crate::facts::{
    Address, ComponentFact, Datum, Facts, MessageFact, NeedFact, Remark, ResourceFact, Said, Setting, Target, Wanted,
};
use crate::ingest::address;
use crate::model::{Capability, Confidence, Evidence, Kind, Phase, Strength, Terms};

/// Adds the things of a stock, and what they need, to the facts.
pub(super) fn add(mut stock: Stock<'_>, facts: &mut Facts) {
    let mut links = links(&stock);
    pools::settle(&mut stock, &mut links);
    let stock = &stock;
    let names = names(stock);
    let called = called(stock);
    let mut maker = Maker {
        stock,
        facts,
        components: BTreeMap::new(),
        legs: BTreeSet::new(),
        pairs: BTreeMap::new(),
        groups: BTreeMap::new(),
    };
    for (name, members) in copies(stock, called) {
        maker.thing(&members, &name);
    }
    for (thing, component) in maker.components.clone() {
        maker.own_needs(thing, component);
    }
    maker.links(&links);
    maker.groups();
    let behind = behind(&links);
    maker.names(&names, &behind);
    maker.expose(&behind);
    maker.remarks();
}

pub(super) struct Maker<'a, 's> {
    pub(super) stock: &'a Stock<'s>,
    pub(super) facts: &'a mut Facts,
    /// Thing to component.
    pub(super) components: BTreeMap<usize, usize>,
    /// Things that people come to through a name that stands for several.
    pub(super) legs: BTreeSet<usize>,
    /// The copies of things in paired regions.
    pub(super) pairs: BTreeMap<usize, Pair>,
    /// Alternatives by whose they are and by what they belong together.
    pub(super) groups: BTreeMap<(usize, Group), Vec<Wanted>>,
}

impl Maker<'_, '_> {
    /// A thing with all its copies.
    fn thing(&mut self, members: &[usize], name: &str) {
        let stock = self.stock;
        let index = members[0];
        let Part::Thing(kind) = stock.parts[index] else { return };
        let resource = &stock.all[index];
        let mut fact = ComponentFact::new(name, resource.evidence.clone());
        fact.scope = Some(Arc::clone(&resource.scope));
        let plain = short(&unnumbered(&resource.name));
        fact.plain = name.strip_prefix(&*plain).is_some_and(|rest| rest.starts_with('.')).then_some(plain);
        fact.kind = Some(kind);
        let told = stock.settings(index, Meaning::Copies).filter_map(|(_, setting, _)| number(&setting.value));
        let made = resource.count.or_else(|| u32::try_from(members.len()).ok()).filter(|number| *number > 1);
        let told = told.filter(|number| *number > 0).min();
        fact.redundancy.replicas = made.or(told).or_else(|| stock.copies_within(index));
        let mut places = Places::new();
        for member in members {
            for (place, evidence) in self.standing(*member, &mut fact) {
                if places.iter().all(|(known, _)| *known != place) {
                    places.push((place, evidence));
                }
            }
            let hosts = stock.settings(*member, Meaning::Hosts).filter_map(|(_, setting, _)| setting.value.text());
            fact.hosts.extend(hosts.map(|host| Arc::from(host.trim_end_matches('.').to_lowercase())));
        }
        fact.labels.extend(stock.account(index).map(|account| ("account".into(), account)));
        // What there is one of for the whole world stands in no region, whatever it is made with.
        let everywhere = stock.is_global(index) || stock.spread.contains(&index);
        places.retain(|_| !everywhere);
        fact.at = (!places.is_empty() || everywhere).then_some(places);
        if let Some(made) = stock.types[index].made.as_ref().filter(|_| !stock.spread.contains(&index)) {
            let known = stock.catalogue.product(&made.provider, &made.product);
            let hosts_own = known.is_some_and(|(_, product)| product.hosts);
            fact.made_of = (!hosts_own).then(|| made.id());
        }
        self.components.extend(members.iter().map(|member| (*member, self.facts.components.len())));
        self.facts.components.push(fact);
        if let Some(pair) = self.paired(index) {
            self.pairs.extend(members.iter().map(|member| (*member, pair.clone())));
        }
    }

    /// The need of a thing on its product, its images, and the addresses that it is told.
    fn own_needs(&mut self, thing: usize, component: usize) {
        let stock = self.stock;
        let resource = &stock.all[thing];
        if stock.spread.contains(&thing) {
            // Its balancer needs the product.
        } else if let Some(made) = stock.made(thing) {
            let evidence = vec![resource.evidence.clone()];
            self.first_of_several(thing, component, &made);
            self.need(
                component,
                Capability::data(),
                Target::Name(product(&made)),
                Terms::hard(Confidence::Declared),
                evidence,
            );
        } else if !stock.types[thing].entries.iter().any(|entry| entry.is.is_some()) {
            let evidence = vec![resource.evidence.clone()];
            self.need(
                component,
                Capability::data(),
                Target::Sign(resource.sign.clone()),
                Terms::hard(Confidence::Declared),
                evidence,
            );
        }
        self.code(component, resource);
        for holder in self.holders(thing) {
            for (_, setting, _) in stock.settings(holder, Meaning::Images) {
                let Datum::Text(text) = &setting.value else { continue };
                let images = &mut self.facts.components[component].images;
                if images.iter().all(|known| known.text != *text) && !text.is_empty() {
                    images.push(Said { text: Arc::clone(text), evidence: setting.evidence.clone() });
                }
            }
            for (_, setting, _) in stock.settings(holder, Meaning::Variables) {
                let name = setting.path.rsplit('.').next().unwrap_or_default();
                self.addresses(component, name, setting, Strength::Hard);
            }
            for meaning in [Meaning::Needs, Meaning::Soft, Meaning::AnyOf] {
                for (number, setting, _) in stock.settings(holder, meaning).filter(|(_, s, _)| s.refers.is_empty()) {
                    if stock.is_chosen(holder, number, meaning) {
                        self.unknown(component, setting);
                    }
                    if setting.value.text().is_some_and(|text| text.contains('.')) {
                        for (use_, group) in stock.ways(holder, number, meaning) {
                            self.named(component, setting, use_, group);
                        }
                    }
                }
            }
        }
    }

    /// A thing with its details and pieces: all whose settings are its own.
    fn holders(&self, thing: usize) -> BTreeSet<usize> {
        let stock = self.stock;
        let mut holders = BTreeSet::from([thing]);
        let mut open = vec![thing];
        while let Some(next) = open.pop() {
            let details = stock.all[next].settings.iter().flat_map(|setting| &setting.refers);
            let details = details.map(|referral| referral.to).filter(|to| stock.parts[*to] == Part::Detail);
            let pieces = stock.referrers[next].iter().map(|(who, _)| *who);
            let is_piece = |who: &usize| matches!(stock.parts[*who], Part::Piece | Part::Pool);
            let pieces = pieces.filter(|who| is_piece(who) && stock.owners[*who].contains(&thing));
            for holder in details.chain(pieces) {
                if holders.insert(holder) {
                    open.push(holder);
                }
            }
        }
        holders
    }

    /// What the code that it runs says.
    fn code(&mut self, component: usize, resource: &ResourceFact) {
        for need in resource.code.needs.iter().cloned() {
            self.facts.needs.push(NeedFact { from: component, capability: Capability::data(), need });
        }
        for (topic, way, evidence) in resource.code.messages.iter().cloned() {
            self.facts.messages.push(MessageFact { from: component, topic, way, evidence });
        }
        for (what, reason, evidence) in resource.code.remarks.iter().cloned() {
            self.facts.remarks.push(Remark { about: Some(component), what, reason, evidence });
        }
    }

    pub(super) fn addresses(&mut self, component: usize, name: &str, setting: &Setting, strength: Strength) {
        let Datum::Text(text) = &setting.value else { return };
        let found: Vec<Address> = address::of_variable(name, text);
        for address in found {
            let terms = Terms { strength, ..Terms::hard(Confidence::Inferred) };
            self.need(component, Capability::data(), Target::Address(address), terms, vec![setting.evidence.clone()]);
        }
    }

    pub(super) fn need(
        &mut self,
        from: usize,
        capability: Capability,
        target: Target,
        terms: Terms,
        evidence: Vec<Evidence>,
    ) {
        self.facts.needs.push(NeedFact { from, capability, need: Wanted { target, terms, evidence } });
    }

    fn links(&mut self, links: &Links) {
        let standbys = self.standbys();
        for ((thing, to, use_, group), (evidence, said)) in links {
            let Some(from) = self.components.get(thing).copied() else { continue };
            let target = match to {
                To::Thing(thing) => match self.components.get(thing) {
                    Some(component) => Target::Component(*component),
                    None => continue,
                },
                To::Product(name) => Target::Name(name.clone()),
            };
            let confidence = if *said { Confidence::Declared } else { Confidence::Inferred };
            let mut terms = Terms::hard(confidence);
            let mut capability = Capability::data();
            match use_ {
                Meaning::Soft => terms.strength = Strength::Soft,
                Meaning::Start => terms.phase = Phase::Start,
                Meaning::Control => capability = Capability::control(),
                Meaning::AnyOf => {
                    let member = Wanted { target, terms, evidence: evidence.clone() };
                    self.groups.entry((from, *group)).or_default().push(member);
                    continue;
                }
                Meaning::Needs => {
                    let others = standbys.get(to).map(Vec::as_slice).unwrap_or_default();
                    let pair = if let To::Thing(thing) = to { self.pairs.get(thing) } else { None };
                    let want = Wanted { target, terms, evidence: evidence.clone() };
                    let needs = self.or_standby(*thing, want, others, pair).into_iter();
                    let needs: Vec<NeedFact> =
                        needs.map(|need| NeedFact { from, capability: capability.clone(), need }).collect();
                    self.facts.needs.extend(needs);
                    continue;
                }
                _ => {}
            }
            self.need(from, capability, target, terms, evidence.clone());
        }
    }

    /// What is behind something that people outside can reach can be reached itself; what they come through is then
    /// only the way.
    fn expose(&mut self, behind: &Behind) {
        let mut exposed: BTreeMap<usize, Evidence> = BTreeMap::new();
        for thing in self.components.keys() {
            for holder in self.holders(*thing) {
                if let Some(by) = self.stock.holds(holder, Meaning::Exposed) {
                    let evidence = by.map_or_else(|| self.stock.all[holder].evidence.clone(), |s| s.evidence.clone());
                    exposed.entry(*thing).or_insert(evidence);
                }
            }
        }
        let mut open: Vec<usize> = exposed.keys().copied().collect();
        let mut ways = std::mem::take(&mut self.legs);
        while let Some(way) = open.pop() {
            for (from, evidence) in behind.get(&way).into_iter().flatten() {
                ways.insert(way);
                if !exposed.contains_key(from) {
                    exposed.insert(*from, evidence.clone());
                    open.push(*from);
                }
            }
        }
        for (thing, evidence) in exposed {
            let Some(component) = self.components.get(&thing) else { continue };
            let fact = &mut self.facts.components[*component];
            if !ways.contains(&thing) {
                fact.exposed = Some(evidence);
                fact.made_of = fact.made_of.take().filter(|_| fact.kind != Some(Kind::Service));
            }
        }
    }

    /// What says something that leads nowhere: pieces of nothing, and places that are not known.
    fn remarks(&mut self) {
        let stock = self.stock;
        for (index, resource) in stock.all.iter().enumerate() {
            let kind = resource.sign.to_string();
            match stock.parts[index] {
                Part::Piece | Part::Pool if !resource.looked_up && stock.leads_nowhere(index) => {
                    let reason = "a piece of something that these files do not declare".to_owned();
                    let evidence = resource.evidence.clone();
                    self.facts.remarks.push(Remark { about: None, what: kind, reason, evidence });
                }
                Part::Settings => {
                    let unknown = stock.settings(index, Meaning::Places).find_map(|(_, setting, _)| {
                        let Datum::Unknown(why) = &setting.value else { return None };
                        Some((setting, why.as_deref().unwrap_or("its value is not known")))
                    });
                    if let Some((setting, why)) = unknown.filter(|_| stock.places(index).is_empty()) {
                        let what = format!("{kind} {}", setting.path);
                        let reason = format!("where its resources stand is not known: {why}");
                        let evidence = setting.evidence.clone();
                        self.facts.remarks.push(Remark { about: None, what, reason, evidence });
                    }
                }
                _ => {}
            }
        }
    }
}

/// For each thing those that are reached through it, with where that is written.
pub(super) type Behind = BTreeMap<usize, Vec<(usize, Evidence)>>;

fn behind(links: &Links) -> Behind {
    let mut behind = Behind::new();
    for ((from, to, use_, _), (evidence, _)) in links {
        if let (To::Thing(way), Meaning::Behind) = (to, use_) {
            behind.entry(*way).or_default().push((*from, evidence[0].clone()));
        }
    }
    behind
}

/// A whole number of copies.
pub(super) fn number(value: &Datum) -> Option<u32> {
    value.text()?.parse().ok()
}
