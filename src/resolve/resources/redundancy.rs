//! Several of one thing: the places of its copies, and what stands by for it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Stock;
use super::place::{Places, place};
use super::things::Maker;
use super::uses::{To, product};
use crate::catalogue::{Meaning, Part};
use crate::facts::{ComponentFact, Remark, Target, Wanted};
use crate::model::{Capability, Confidence, Evidence, Place, Strength, Switch, Terms};

/// The longest time after which anything switches by itself, in minutes.
const A_YEAR: u64 = 366 * 24 * 60;

/// A thing that stands by for another, how it is switched to, and where that is written.
pub(super) type Standby = (usize, Switch, Evidence);

impl Stock<'_> {
    /// How what a resource says stands by is switched to: so many minutes after a failure, or by hand.
    fn switches(&self, resource: usize) -> Switch {
        let mut minutes = self.settings(resource, Meaning::SwitchesAfter);
        let minutes = minutes.find_map(|(_, setting, _)| setting.value.text()?.parse::<u64>().ok());
        let after = minutes.filter(|minutes| *minutes <= A_YEAR).map(|minutes| Duration::from_secs(minutes * 60));
        after.map_or(Switch::ByHand, Switch::After)
    }

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

/// A copy of a thing in the paired region.
#[derive(Clone)]
pub(super) struct Pair {
    component: usize,
    /// What it is made the primary with.
    switch: Option<String>,
    /// Whether it is read without a switch.
    readable: bool,
    evidence: Evidence,
}

/// A stand-by together with what switches to it.
fn switched(standby: usize, how: Switch, switch: Option<String>, evidence: &Evidence) -> Wanted {
    let hard = || Terms::hard(Confidence::Inferred);
    let one = |target| Wanted { target, terms: hard(), evidence: vec![evidence.clone()] };
    let all: Vec<Wanted> =
        std::iter::once(Target::Component(standby)).chain(switch.map(Target::Name)).map(one).collect();
    let terms = Terms { switch: Some(how), ..hard() };
    Wanted { target: Target::AtLeast { k: all.len(), members: all }, terms, evidence: vec![evidence.clone()] }
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
        let mut add = |primary: usize, standby: usize, switch: Switch, evidence: &Evidence| {
            if primary != standby && stock.is_thing(primary) && stock.is_thing(standby) {
                let all = found.entry(To::Thing(primary)).or_default();
                if all.iter().all(|(known, ..)| *known != standby) {
                    all.push((standby, switch, evidence.clone()));
                }
            }
        };
        let mut together: BTreeMap<usize, Vec<Standby>> = BTreeMap::new();
        for resource in 0..stock.all.len() {
            for (_, setting, _) in stock.settings(resource, Meaning::StandbyWith) {
                for referral in &setting.refers {
                    let owners =
                        stock.owners[resource].iter().map(|owner| (*owner, Switch::ByHand, setting.evidence.clone()));
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
                        add(primary, standby, stock.switches(resource), &setting.evidence);
                    }
                }
            }
        }
        for members in together.values() {
            for (primary, ..) in members {
                members.iter().for_each(|(standby, switch, evidence)| add(*primary, *standby, *switch, evidence));
            }
        }
        found
    }

    /// The copy of a thing in the region that is paired with its own, as a component, where the settings call for one.
    pub(super) fn paired(&mut self, thing: usize) -> Option<Pair> {
        let stock = self.stock;
        let by = stock.holds(thing, Meaning::Paired)??.clone();
        let about = self.facts.components.len().checked_sub(1)?;
        let here = region(&stock.places(thing));
        let there = here.as_ref().and_then(|here| {
            let provider = stock.catalogue.providers.get(&here.provider)?;
            let pair = provider.regions.get(here.region.as_ref()?)?.pair.clone()?;
            Some(Place { region: Some(pair), ..here.clone() })
        });
        let (Some(there), Some(made)) = (there, stock.made(thing)) else {
            let at = here.map_or_else(|| "its own region is not known".to_owned(), |at| format!("{at} has no pair"));
            let reason = format!("where its copy stands is not known: {at}");
            let what = by.path.to_string();
            self.facts.remarks.push(Remark { about: Some(about), what, reason, evidence: by.evidence });
            return None;
        };
        let own = &self.facts.components[about];
        let mut fact = ComponentFact::new(&format!("{}.secondary", own.name), by.evidence.clone());
        fact.scope.clone_from(&own.scope);
        fact.plain = own.plain.as_ref().map(|plain| format!("{plain}.secondary").into());
        fact.kind = own.kind;
        fact.labels.clone_from(&own.labels);
        fact.made_of.clone_from(&own.made_of);
        let switch = self.switch_at(&made, Some(&there));
        fact.at = Some(vec![(there, by.evidence.clone())]);
        let component = self.facts.components.len();
        self.facts.components.push(fact);
        let target = Target::Name(product(&made));
        let terms = Terms::hard(Confidence::Declared);
        self.need(component, Capability::data(), target, terms, vec![by.evidence.clone()]);
        let readable = stock.holds(thing, Meaning::Readable).is_some();
        Some(Pair { component, switch, readable, evidence: by.evidence })
    }

    /// Where copies elsewhere don't take over by themselves, losing where a thing stands first degrades it: from the
    /// others one only reads.
    pub(super) fn first_of_several(&mut self, thing: usize, component: usize, made: &super::Made) {
        let stock = self.stock;
        let told = !stock.attributes(thing, Meaning::TakesOver).is_empty();
        if !told || stock.holds(thing, Meaning::TakesOver).is_some() {
            return;
        }
        let at = self.facts.components[component].at.clone().unwrap_or_default();
        let regions: Vec<Option<Place>> = at.iter().map(|(place, _)| place.in_region()).collect();
        let (Some(Some(first)), Some((_, evidence))) = (regions.first(), at.first()) else { return };
        if let Some(here) =
            first.within_provider().filter(|_| regions.iter().any(|other| other.as_ref() != Some(first)))
        {
            let target = Target::Name(format!("{}@{here}", made.id()));
            let note = "copies elsewhere are only read until somebody switches";
            let evidence = Evidence { note: Some(note.into()), ..evidence.clone() };
            let terms = Terms { strength: Strength::Soft, ..Terms::hard(Confidence::Declared) };
            self.need(component, Capability::data(), target, terms, vec![evidence]);
        }
    }

    /// A need on a thing as a need on any one of it and of what stands by for it, once somebody has switched.
    ///
    /// Who switches needs the control plane of the stand-by's product where the stand-by is. What stands by itself needs
    /// its primary as it is. A copy that is read without a switch keeps up who reads; who writes waits for the switch.
    pub(super) fn or_standby(
        &self,
        from: usize,
        primary: Wanted,
        standbys: &[Standby],
        pair: Option<&Pair>,
    ) -> Vec<Wanted> {
        let hard = || Terms::hard(Confidence::Inferred);
        let mut members = Vec::new();
        for (standby, how, evidence) in standbys.iter().filter(|(standby, ..)| *standby != from) {
            let Some(component) = self.components.get(standby) else { continue };
            members.push(switched(*component, *how, self.switch(*standby), evidence));
        }
        members.extend(pair.map(|pair| switched(pair.component, Switch::ByHand, pair.switch.clone(), &pair.evidence)));
        if members.is_empty() || standbys.iter().any(|(standby, ..)| *standby == from) {
            return vec![primary];
        }
        let terms = Terms { confidence: Confidence::Inferred, ..primary.terms.clone() };
        let mut evidence = primary.evidence.clone();
        evidence.extend(members.iter().flat_map(|member| member.evidence.iter().cloned()));
        let any = |members: Vec<Wanted>, terms: Terms| Wanted {
            target: Target::AtLeast { k: 1, members },
            terms,
            evidence: evidence.clone(),
        };
        members.insert(0, Wanted { terms: hard(), ..primary });
        let Some(pair) = pair.filter(|pair| pair.readable) else { return vec![any(members, terms)] };
        let mut readers = members.clone();
        readers.pop();
        let target = Target::Component(pair.component);
        readers.push(Wanted { target, terms: hard(), evidence: vec![pair.evidence.clone()] });
        let softly = Terms { strength: Strength::Soft, ..terms.clone() };
        vec![any(readers, terms), any(members, softly)]
    }

    /// What a stand-by is made the primary with: the control plane of its product, where it stands.
    fn switch(&self, standby: usize) -> Option<String> {
        let stock = self.stock;
        let made = stock.types[standby].made.as_ref()?;
        let at = stock.places(standby).first().and_then(|(place, _)| place.in_region());
        self.switch_at(made, at.as_ref())
    }

    fn switch_at(&self, made: &super::Made, at: Option<&Place>) -> Option<String> {
        let (provider, known) = self.stock.catalogue.product(&made.provider, &made.product)?;
        known.capabilities.get(&Capability::control())?;
        let at = at.and_then(Place::within_provider);
        let whole = super::Made { provider: Arc::clone(&provider.name), capability: None, ..made.clone() };
        let at = at.map(|at| format!("@{at}")).unwrap_or_default();
        Some(format!("{}{at}:{}", product(&whole), Capability::control()))
    }
}
