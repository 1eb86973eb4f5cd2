//! Needs as they are found: one for each thing that is addressed, with all the places that say so.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::facts::{Address, NeedFact, Sign, Target, Wanted};
use crate::ingest::address;
use crate::model::{Capability, Confidence, Evidence, Phase, Terms};

/// More places than this say nothing new about one need.
const MOST_EVIDENCE: usize = 8;

/// The needs found so far.
#[derive(Debug, Default)]
pub(super) struct Needs {
    found: Vec<NeedFact>,
    known: HashMap<(usize, Phase, String), usize>,
}

impl Needs {
    /// Where the needs of one component go; its own name and the hosts that it answers to are no needs of it.
    pub(super) fn of<'n>(&'n mut self, from: usize, name: &'n str, own: Option<&'n HashSet<Arc<str>>>) -> Asked<'n> {
        Asked { needs: self, from, name, own }
    }

    /// Adds a need of a component, or the evidence to one that is known.
    pub(super) fn add(&mut self, from: usize, phase: Phase, target: Target, evidence: Evidence) {
        let known = self.known.entry((from, phase, format!("{target:?}"))).or_insert(self.found.len());
        match self.found.get_mut(*known) {
            Some(fact) => {
                let all = &mut fact.need.evidence;
                if all.len() < MOST_EVIDENCE && !all.contains(&evidence) {
                    all.push(evidence);
                }
            }
            None => {
                let terms = Terms { phase, ..Terms::hard(Confidence::Inferred) };
                let need = Wanted { target, terms, evidence: vec![evidence] };
                self.found.push(NeedFact { from, capability: Capability::data(), need });
            }
        }
    }

    /// All needs in the order of their components.
    pub(super) fn finish(mut self) -> Vec<NeedFact> {
        self.found.sort_by_key(|fact| fact.from);
        self.found
    }
}

/// The needs of one component.
pub(super) struct Asked<'n> {
    needs: &'n mut Needs,
    from: usize,
    name: &'n str,
    own: Option<&'n HashSet<Arc<str>>>,
}

impl Asked<'_> {
    /// Adds the needs on the addresses of one value.
    ///
    /// Several hosts that differ in their digits alone (`kafka-0:9092,kafka-1:9092`) are the members of one thing: any
    /// of them will do.
    pub(super) fn addresses(&mut self, phase: Phase, mut addresses: Vec<Address>, evidence: &Evidence) {
        let bare = |address: &Address| address.port.is_none() && address.scheme.is_none();
        let named = |address: &Address| bare(address) && *address.host == *self.name;
        let own = |address: &Address| self.own.is_some_and(|own| own.contains(&address.host));
        addresses.retain(|address| !own(address) && !named(address));
        let mut seen = HashSet::new();
        addresses.retain(|address| seen.insert(address.clone()));
        if address::are_members(&addresses) {
            let terms = || Terms { phase, ..Terms::hard(Confidence::Inferred) };
            let member =
                |address| Wanted { target: Target::Address(address), terms: terms(), evidence: vec![evidence.clone()] };
            let members = addresses.into_iter().map(member).collect();
            self.needs.add(self.from, phase, Target::AtLeast { k: 1, members }, evidence.clone());
            return;
        }
        for address in addresses {
            self.needs.add(self.from, phase, Target::Address(address), evidence.clone());
        }
    }

    /// Adds a need on what the catalogue may recognise.
    pub(super) fn sign(&mut self, sign: Sign, evidence: Evidence) {
        self.needs.add(self.from, Phase::Run, Target::Sign(sign), evidence);
    }
}
