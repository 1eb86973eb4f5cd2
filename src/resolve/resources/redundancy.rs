//! Several of one thing: the places of its copies, and what stands by for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Stock;
use super::place::{Places, place};
use super::things::Maker;
use super::uses::{To, product};
use crate::catalogue::{Meaning, Part};
use crate::facts::{ComponentFact, Remark, Target, Wanted};
use crate::model::{Capability, Confidence, Evidence, Place, Switch, Terms};

/// A thing that stands by for another, and where that is written.
pub(super) type Standby = (usize, Evidence);

impl Stock<'_> {
    /// The pieces that are copies of a thing: instances of a cluster, replicas of a table.
    fn copies_of(&self, thing: usize) -> impl Iterator<Item = usize> + '_ {
        let told = move |who: usize, number: usize| {
            let path = &self.paths[who][number];
            self.attributes(who, Meaning::CopyOf).iter().any(|attribute| attribute.is_at(path))
        };
        let pieces = self.referrers[thing].iter().filter(move |(who, number)| told(*who, *number));
        pieces.map(|(who, _)| *who).filter(|who| self.parts[*who] == Part::Piece)
    }

    /// How many copies of a thing its pieces make where it stands; `None` when there are none, or nobody says how many.
    pub(super) fn copies_within(&self, thing: usize) -> Option<u32> {
        let here = region(&self.places(thing));
        let mut number = 0u32;
        for copy in self.copies_of(thing) {
            if self.all[copy].open {
                return None;
            }
            let there = region(&self.places(copy));
            if here.is_none() || there.is_none() || here == there {
                // The first of many alike stands for those that are not told of.
                let alike = self.all[copy].count.filter(|_| self.all[copy].name.ends_with("[0]"));
                let told_of = self.all[copy].count.is_none();
                number += alike.unwrap_or(u32::from(told_of));
            }
        }
        (number > 0).then_some(number)
    }

    /// The zones that the copies of a thing say they stand in, and the regions of those that stand in another one.
    pub(super) fn places_of_copies(&self, thing: usize, own: &Places) -> (Places, Places) {
        let here = region(own);
        let (mut zones, mut far) = (Places::new(), Places::new());
        for copy in self.copies_of(thing) {
            for (place, evidence) in self.places(copy) {
                let list = match (&here, place.in_region()) {
                    (Some(here), Some(there)) if *here != there => &mut far,
                    _ if place.zone.is_some() => &mut zones,
                    _ => continue,
                };
                if list.iter().all(|(known, _)| *known != place) {
                    list.push((place, evidence));
                }
            }
        }
        (zones, far)
    }
}

/// The region of the first place.
fn region(places: &Places) -> Option<Place> {
    places.first().and_then(|(place, _)| place.in_region())
}

impl Maker<'_, '_> {
    /// The places of a thing. One copy of it stands in one of several zones, and nobody says in which.
    pub(super) fn standing(&mut self, index: usize, fact: &mut ComponentFact) -> Places {
        let stock = self.stock;
        let mut places = stock.places(index);
        let (zones, far) = stock.places_of_copies(index, &places);
        if !zones.is_empty() {
            places = zones;
        }
        let zones = places.iter().filter(|(place, _)| place.zone.is_some()).count();
        let told = !stock.attributes(index, Meaning::Spread).is_empty();
        let spread = stock.holds(index, Meaning::Spread).is_some();
        if spread && fact.redundancy.spread.is_empty() {
            fact.redundancy.spread.push("zone".into());
        }
        let single = if told { !spread } else { fact.redundancy.replicas == Some(1) };
        if zones > 1 && single {
            let all: Vec<String> = places.iter().map(|(place, _)| place.to_string()).collect();
            let remark = Remark {
                about: Some(self.facts.components.len()),
                what: format!("one of {}", all.join(", ")),
                reason: "a single copy stands in one of these zones, and nothing says in which".to_owned(),
                evidence: places[0].1.clone(),
            };
            self.facts.remarks.push(remark);
            let region = places.first().and_then(|(place, evidence)| Some((place.in_region()?, evidence.clone())));
            places = region.into_iter().collect();
        }
        if let Some(provider) = stock.provider(index) {
            for (_, setting, _) in stock.settings(index, Meaning::Elsewhere) {
                let there = setting.value.text().and_then(|text| place(stock.catalogue, &provider, &text));
                if let Some(there) = there.filter(|there| places.iter().all(|(known, _)| known != there)) {
                    places.push((there, setting.evidence.clone()));
                }
            }
        }
        places.extend(far);
        places
    }

    /// What stands by for what, each with where that is written.
    pub(super) fn standbys(&self) -> BTreeMap<To, Vec<Standby>> {
        let stock = self.stock;
        let mut found: BTreeMap<To, Vec<Standby>> = BTreeMap::new();
        let mut add = |primary: usize, standby: usize, evidence: &Evidence| {
            if primary != standby && stock.is_thing(primary) && stock.is_thing(standby) {
                let all = found.entry(To::Thing(primary)).or_default();
                if all.iter().all(|(known, _)| *known != standby) {
                    all.push((standby, evidence.clone()));
                }
            }
        };
        let mut together: BTreeMap<usize, Vec<Standby>> = BTreeMap::new();
        for resource in 0..stock.all.len() {
            for (_, setting, _) in stock.settings(resource, Meaning::StandbyWith) {
                for referral in &setting.refers {
                    let owners = stock.owners[resource].iter().map(|owner| (*owner, setting.evidence.clone()));
                    together.entry(referral.to).or_default().extend(owners);
                }
            }
            for (meaning, swapped) in [(Meaning::StandbyOf, false), (Meaning::Standby, true)] {
                for (_, setting, _) in stock.settings(resource, meaning) {
                    let others = setting.refers.iter().flat_map(|referral| &stock.owners[referral.to]);
                    for (other, own) in
                        others.flat_map(|other| stock.owners[resource].iter().map(move |own| (*other, *own)))
                    {
                        let (primary, standby) = if swapped { (own, other) } else { (other, own) };
                        add(primary, standby, &setting.evidence);
                    }
                }
            }
        }
        for members in together.values() {
            for (primary, _) in members {
                members.iter().for_each(|(standby, evidence)| add(*primary, *standby, evidence));
            }
        }
        found
    }

    /// A need on a thing as a need on any one of it and of what stands by for it, once somebody has switched.
    ///
    /// Who switches needs the control plane of the stand-by's product where the stand-by is. What stands by itself needs
    /// its primary as it is.
    pub(super) fn or_standby(&self, from: usize, primary: Wanted, standbys: &[Standby]) -> Wanted {
        let hard = || Terms::hard(Confidence::Inferred);
        let mut members = Vec::new();
        for (standby, evidence) in standbys.iter().filter(|(standby, _)| *standby != from) {
            let Some(component) = self.components.get(standby) else { continue };
            let evidence = vec![evidence.clone()];
            let mut all =
                vec![Wanted { target: Target::Component(*component), terms: hard(), evidence: evidence.clone() }];
            if let Some(switch) = self.switch(*standby) {
                all.push(Wanted { target: Target::Name(switch), terms: hard(), evidence: evidence.clone() });
            }
            let terms = Terms { switch: Some(Switch::ByHand), ..hard() };
            members.push(Wanted { target: Target::AtLeast { k: all.len(), members: all }, terms, evidence });
        }
        if members.is_empty() || standbys.iter().any(|(standby, _)| *standby == from) {
            return primary;
        }
        let terms = Terms { confidence: Confidence::Inferred, ..primary.terms.clone() };
        let mut evidence = primary.evidence.clone();
        evidence.extend(members.iter().flat_map(|member| member.evidence.iter().cloned()));
        members.insert(0, Wanted { terms: hard(), ..primary });
        Wanted { target: Target::AtLeast { k: 1, members }, terms, evidence }
    }

    /// What a stand-by is made the primary with: the control plane of its product, where it stands.
    fn switch(&self, standby: usize) -> Option<String> {
        let stock = self.stock;
        let made = stock.types[standby].made.as_ref()?;
        let (provider, known) = stock.catalogue.product(&made.provider, &made.product)?;
        known.capabilities.get(&Capability::control())?;
        let at = stock.places(standby).first().and_then(|(place, _)| place.in_region()?.within_provider());
        let whole = super::Made { provider: Arc::clone(&provider.name), capability: None, ..made.clone() };
        let at = at.map(|at| format!("@{at}")).unwrap_or_default();
        Some(format!("{}{at}:{}", product(&whole), Capability::control()))
    }
}
