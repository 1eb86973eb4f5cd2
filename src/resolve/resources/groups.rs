//! Alternatives that belong together, gathered from all that names them, as needs.

use super::items::Group;
use super::things::{Maker, number};
use crate::catalogue::Meaning;
use crate::facts::{Datum, NeedFact, Remark, Setting, Target, Wanted};
use crate::ingest::address;
use crate::model::{Capability, Confidence, Strength, Terms};

impl Maker<'_, '_> {
    /// One of several that nobody can tell is no alternative, and listed.
    pub(super) fn unknown(&mut self, component: usize, setting: &Setting) {
        let Datum::Unknown(why) = &setting.value else { return };
        let why = why.as_deref().unwrap_or("its value is not known");
        let remark = Remark {
            about: Some(component),
            what: setting.path.to_string(),
            reason: format!("which of several this is, is not known: {why}"),
            evidence: setting.evidence.clone(),
        };
        self.facts.remarks.push(remark);
    }

    /// What a setting names by its address.
    pub(super) fn named(&mut self, component: usize, setting: &Setting, use_: Meaning, group: Group) {
        match use_ {
            Meaning::AnyOf => {
                let Datum::Text(text) = &setting.value else { return };
                let terms = Terms::hard(Confidence::Inferred);
                let member = |address| Wanted {
                    target: Target::Address(address),
                    terms: terms.clone(),
                    evidence: vec![setting.evidence.clone()],
                };
                let members = address::of_variable("HOST", text).into_iter().map(member);
                self.groups.entry((component, group)).or_default().extend(members);
            }
            Meaning::Soft => self.addresses(component, "HOST", setting, Strength::Soft),
            _ => self.addresses(component, "HOST", setting, Strength::Hard),
        }
    }

    /// The alternatives that were gathered: one is enough, or as many as is said.
    pub(super) fn groups(&mut self) {
        for ((from, (of, _, softly)), members) in std::mem::take(&mut self.groups) {
            let told = self.stock.settings(of, Meaning::AtLeast).find_map(|(_, setting, _)| number(&setting.value));
            let k = told.and_then(|number| usize::try_from(number).ok()).unwrap_or(1).clamp(1, members.len().max(1));
            let strength = if softly { Strength::Soft } else { Strength::Hard };
            self.some_of(from, k, members, Terms { strength, ..Terms::hard(Confidence::Declared) });
        }
    }

    /// One of several is enough; a single one is needed by itself.
    pub(super) fn any_of(&mut self, from: usize, members: Vec<Wanted>) {
        self.some_of(from, 1, members, Terms::hard(Confidence::Declared));
    }

    fn some_of(&mut self, from: usize, k: usize, mut members: Vec<Wanted>, terms: Terms) {
        if members.len() < 2 {
            let only = members
                .pop()
                .map(|only| Wanted { terms: Terms { strength: terms.strength, ..only.terms.clone() }, ..only });
            self.facts.needs.extend(only.map(|need| NeedFact { from, capability: Capability::data(), need }));
            return;
        }
        let evidence = members.iter().filter_map(|member| member.evidence.first().cloned()).collect();
        self.need(from, Capability::data(), Target::AtLeast { k, members }, terms, evidence);
    }
}
