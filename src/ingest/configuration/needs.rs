//! The settings of a program to what it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fill::{UNSET, fill_known};
use super::sheet::{Kind, Line, Sheet, plain};
use crate::facts::{Address, ComponentFact, Facts, NeedFact, Remark, Sign, Target, Wanted};
use crate::ingest::address;
use crate::model::{Capability, Confidence, Phase, Strength, Terms};
use crate::source::Location;

/// More places for one need tell nobody anything.
const MOST_EVIDENCE: usize = 8;

/// All names that components answer to, in lower case.
pub(super) type Names = BTreeSet<String>;

/// The names of all components that were read.
pub(super) fn names(facts: &[(&'static str, Facts)]) -> Names {
    let all = facts.iter().flat_map(|(_, facts)| &facts.components);
    all.flat_map(|fact| std::iter::once(&fact.name).chain(&fact.hosts).chain(&fact.aliases))
        .map(|name| name.to_lowercase())
        .collect()
}

/// The components that a sheet names, each with its place, when nobody knows whose it is.
pub(super) fn named(sheet: &Sheet, known: &Names) -> Vec<(Arc<str>, Location)> {
    let lookup = |name: &str| sheet.values.get(name).cloned();
    let mut found: Vec<(Arc<str>, Location)> = Vec::new();
    for line in &sheet.lines {
        for address in addresses(line, &filled(line, &lookup).0) {
            if known.contains(&*address.host) && !found.iter().any(|(host, _)| *host == address.host) {
                found.push((address.host, line.at.clone()));
            }
        }
    }
    found
}

/// A component with all that files beside it say.
pub(super) struct Program<'a> {
    fact: &'a ComponentFact,
    sheets: &'a [Sheet],
    /// What its manifest tells it, by the plain names of variables.
    told: BTreeMap<String, &'a str>,
    /// What the files of its environment give it, likewise.
    given: BTreeMap<String, &'a str>,
    /// What its files set, by the names that they write; the first file that sets something has it.
    values: BTreeMap<&'a str, &'a str>,
    /// The profiles that hold, where its manifest says so.
    profiles: Option<BTreeSet<String>>,
    /// What these profiles set anew.
    anew: BTreeSet<String>,
}

/// What was found about a program.
#[derive(Default)]
pub(super) struct Found {
    /// Its needs.
    pub(super) needs: Vec<NeedFact>,
    /// What was not understood.
    pub(super) remarks: Vec<Remark>,
    remarked: BTreeSet<(String, String)>,
}

impl<'a> Program<'a> {
    /// The program of a component, which these sheets are for.
    pub(super) fn new(fact: &'a ComponentFact, sheets: &'a [Sheet]) -> Self {
        let told: BTreeMap<String, &str> = fact.told.iter().map(|(name, value)| (plain(name), &**value)).collect();
        let mut values: BTreeMap<&str, &str> = BTreeMap::new();
        let mut given: BTreeMap<String, &str> = BTreeMap::new();
        for sheet in sheets {
            for (name, value) in &sheet.values {
                values.entry(name).or_insert(value);
                if sheet.is_environment {
                    given.entry(plain(name)).or_insert(value);
                }
            }
        }
        let words = ["SPRINGPROFILESACTIVE", "ASPNETCOREENVIRONMENT", "DOTNETENVIRONMENT"];
        let set =
            words.iter().find_map(|word| told.get(*word).or_else(|| values.get(*word).filter(|_| *word != words[0])));
        let profiles = set.filter(|text| !text.contains('$'));
        let profiles: Option<BTreeSet<String>> = profiles.map(|text| text.split(',').map(profile).collect());
        let holds = |line: &&Line| match (&line.profile, &profiles) {
            (Some(own), Some(profiles)) => profiles.contains(&profile(own)),
            _ => false,
        };
        let lines = sheets.iter().flat_map(|sheet| &sheet.lines);
        let anew = lines.filter(holds).map(|line| plain(&line.key)).collect();
        Program { fact, sheets, told, given, values, profiles, anew }
    }

    /// What its files set: for all, and for the profiles that hold, which go before that.
    pub(super) fn set(&self) -> BTreeMap<Arc<str>, Arc<str>> {
        let mut all: BTreeMap<Arc<str>, Arc<str>> =
            self.values.iter().map(|(name, value)| (Arc::from(*name), Arc::from(*value))).collect();
        for line in self.sheets.iter().flat_map(|sheet| self.holding(sheet)) {
            if line.profile.is_some() && self.profiles.is_some() {
                all.insert(line.key.as_str().into(), line.value.as_str().into());
            }
        }
        // A value that others fill in is known where these are.
        let lookup =
            |name: &str| self.told.get(&plain(name)).or_else(|| self.values.get(name)).map(|value| (*value).to_owned());
        all.retain(|_, value| !value.contains('$') || fill_known(value, false, &lookup).1.is_none());
        for value in all.values_mut().filter(|value| value.contains('$')) {
            *value = fill_known(value, false, &lookup).0.into();
        }
        all
    }

    /// What it needs: `from` is the index of its fact, `known` are the names of all components.
    pub(super) fn needs(&self, from: usize, known: &Names) -> Found {
        let mut found = Found::default();
        let mut seen: BTreeMap<(String, Phase), usize> = BTreeMap::new();
        for line in self.sheets.iter().flat_map(|sheet| self.holding(sheet)) {
            let lookup = |name: &str| {
                let environment = plain(name);
                let given = self.told.get(&environment).or_else(|| self.given.get(&environment));
                given.or_else(|| self.values.get(name)).map(|value| (*value).to_owned())
            };
            let (value, missing) = filled(line, &lookup);
            let mut all = addresses(line, &value);
            // A password or a port may be unknown; a host that is makes the address unknown.
            let whole = |address: &Address| !address.host.contains(UNSET);
            if let Some(variable) =
                missing.filter(|_| line.kind != Kind::Known && line.profile.is_none() && !all.iter().all(whole))
            {
                let reason = format!("variable `{variable}` is not set anywhere");
                found.remark(from, line, line.key.clone(), reason);
            }
            if all.is_empty() && self.is_of_machine(line, &value) {
                let what = format!("localhost default of {}", asked_for(line));
                found.remark(from, line, what, OF_MACHINE.to_owned());
            }
            all.retain(whole);
            all.retain(|address| !self.is_own(address));
            all.dedup();
            let targets: Vec<Target> =
                all.iter().filter_map(|address| self.target(from, line, address, known, &mut found)).collect();
            let terms = || Terms { strength: line.strength, phase: line.phase, ..Terms::hard(Confidence::Inferred) };
            let together = targets.len() > 1 && (line.kind == Kind::Host || address::are_members(&all));
            let targets = if together {
                let member = |target| Wanted { target, terms: terms(), evidence: vec![line.evidence()] };
                vec![Target::AtLeast { k: 1, members: targets.into_iter().map(member).collect() }]
            } else {
                targets
            };
            for target in targets {
                let slot = seen.entry((key_of(&target), line.phase)).or_insert(found.needs.len());
                match found.needs.get_mut(*slot) {
                    Some(NeedFact { need, .. }) => {
                        need.terms.strength = need.terms.strength.min(line.strength);
                        if need.evidence.len() < MOST_EVIDENCE && !need.evidence.contains(&line.evidence()) {
                            need.evidence.push(line.evidence());
                        }
                    }
                    None => {
                        let need = Wanted { target, terms: terms(), evidence: vec![line.evidence()] };
                        found.needs.push(NeedFact { from, capability: Capability::data(), need });
                    }
                }
            }
        }
        found
    }

    /// The settings of a sheet that hold: not those that the manifest sets itself, not those of other profiles, and not
    /// those that a profile sets anew.
    fn holding<'s>(&'s self, sheet: &'s Sheet) -> impl Iterator<Item = &'s Line> {
        sheet.lines.iter().filter(|line| {
            let overridden = line.yields && self.told.contains_key(&plain(&line.key));
            let holds = match (&line.profile, &self.profiles) {
                (Some(own), Some(profiles)) => profiles.contains(&profile(own)),
                (None, Some(_)) => !line.yields || !self.anew.contains(&plain(&line.key)),
                _ => true,
            };
            !overridden && holds
        })
    }

    /// Whether a setting that variables go before names the machine itself, and no setting of the same name says otherwise,
    /// for whichever profile.
    fn is_of_machine(&self, line: &Line, value: &str) -> bool {
        let others = || self.sheets.iter().flat_map(|sheet| &sheet.lines).filter(|other| other.key == line.key);
        line.yields
            && line.strength == Strength::Hard
            && !tells(&line.key)
            && (line.profile.is_none() || self.profiles.is_some())
            && matches!(line.kind, Kind::Variable | Kind::Host)
            && address::is_of_machine(&line.key, value)
            && others().all(|other| addresses(other, &other.value).is_empty())
    }

    fn is_own(&self, address: &Address) -> bool {
        let own = |name: &Arc<str>| name.eq_ignore_ascii_case(&address.host);
        own(&self.fact.name) || self.fact.hosts.iter().any(own)
    }

    /// What answers at an address, if it is a component or a name that a catalogue may know.
    fn target(&self, from: usize, line: &Line, address: &Address, known: &Names, found: &mut Found) -> Option<Target> {
        if known.contains(&*address.host) {
            return Some(Target::Address(address.clone()));
        }
        if line.kind == Kind::Known {
            return None;
        }
        // Of several profiles of which nobody knows which one holds, only what can be seen to exist counts.
        if line.profile.is_some() && self.profiles.is_none() || line.kind == Kind::Service {
            if line.kind == Kind::Service {
                found.remark(
                    from,
                    line,
                    address.host.to_string(),
                    "nothing that was read goes by this name".to_owned(),
                );
            }
            return None;
        }
        let number = address.host.split('.').all(|part| part.parse::<u8>().is_ok());
        if number || !address.host.contains('.') {
            let reason = if number { "an address without a name" } else { "nothing answers at this name" };
            found.remark(from, line, address.to_string(), reason.to_owned());
            return None;
        }
        Some(Target::Sign(Sign::Host(Arc::clone(&address.host))))
    }
}

/// Why a default of `localhost` is listed.
const OF_MACHINE: &str = "it names the machine that the program runs on, and nothing that was read names another";

/// Whether a setting says where a program tells how it does: nothing that it serves waits for that.
fn tells(key: &str) -> bool {
    const TELEMETRY: [&str; 5] = ["OTLP", "ZIPKIN", "JAEGER", "TELEMETRY", "TRACING"];
    let plain = plain(key);
    TELEMETRY.iter().any(|word| plain.contains(word))
}

/// The variable that a setting asks for before it falls back on its default, or else its own name.
fn asked_for(line: &Line) -> &str {
    let inner = line.value.split_once("${").map(|(_, rest)| rest);
    let name = inner.and_then(|rest| rest.split_once(':')).map(|(name, _)| name.trim());
    name.filter(|name| !name.contains('}')).unwrap_or(&line.key)
}

impl Found {
    fn remark(&mut self, from: usize, line: &Line, what: String, reason: String) {
        if self.remarked.insert((what.clone(), reason.clone())) {
            self.remarks.push(Remark { about: Some(from), what, reason, evidence: line.evidence() });
        }
    }
}

fn profile(text: &str) -> String {
    text.trim().to_lowercase()
}

/// The value of a setting with its variables replaced, and the first that has no value; a port without one is left out.
fn filled(line: &Line, lookup: &dyn Fn(&str) -> Option<String>) -> (String, Option<String>) {
    let (value, missing) = fill_known(&line.value, line.bare, lookup);
    (value.replace(&format!(":{UNSET}"), ""), missing)
}

fn addresses(line: &Line, value: &str) -> Vec<Address> {
    match line.kind {
        Kind::Variable | Kind::Known => address::of_variable(&line.key, value),
        Kind::Host => address::of_variable("HOST", value),
        Kind::Service => {
            let host = value.trim().to_lowercase();
            vec![Address { host: host.into(), port: None, scheme: None }]
        }
    }
}

fn key_of(target: &Target) -> String {
    match target {
        Target::Address(address) => address.host.to_string(),
        other => format!("{other:?}"),
    }
}
