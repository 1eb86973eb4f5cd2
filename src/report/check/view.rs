//! The report as data: its fields are the JSON.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::headline;
use super::text::grouped;
use crate::analysis::{Change, Radius, steps};
use crate::model::{Basis, CapabilityRef, ComponentId, Confidence, Evidence, System, Unresolved};
use crate::policy::{self, Counts, Decision, Finding, Identity, Nearer, Policy, Severity, Verdict};
use crate::report::SCHEMA;
use crate::source::{Location, fingerprint};

/// The report of `check`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Check {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// What follows from the findings.
    pub verdict: Decision,
    /// What this comes to, in one sentence.
    pub summary: String,
    /// The least severity that fails, or `never`.
    pub fail_on: &'static str,
    /// The least severity that warns, or `never`.
    pub warn_on: &'static str,
    /// What the system was compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<Compared>,
    /// What was found: what counts, then what was there before, then what is waived; the worst first.
    pub findings: Vec<FindingView>,
    /// What was there before and is no more.
    pub fixed: Vec<FixedView>,
    /// The components whose loss takes other apps down than before, the most grown first.
    pub blast: Vec<RadiusView>,
    /// How many there are.
    pub counts: Counts,
    /// In how many entries outputs for people tell those that are new.
    pub told: Told,
    /// How many things could not be resolved, and so were not checked.
    pub unresolved: usize,
    /// Those of them that what it was compared with did not have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub newly_unresolved: Vec<OpenView>,
    /// The sentences of own rules, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub assertions: BTreeMap<String, String>,
}

/// In how many entries outputs for people tell the new findings: `entries`, `also` and `likewise` together are as many as
/// there are new errors, warnings and notes.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
pub struct Told {
    /// Findings that have an entry of their own.
    pub entries: usize,
    /// Those that say of another app what an entry says of its first.
    pub also: usize,
    /// Those that say from further away what an entry says: of what a product stands on, its region, its provider.
    pub likewise: usize,
}

impl Told {
    fn of(findings: &[FindingView]) -> Told {
        let new = || findings.iter().filter(|finding| finding.state == "new");
        let groups = grouped(new());
        let also = groups.iter().map(|group| group.len() - 1).sum();
        Told { entries: groups.len(), also, likewise: new().filter(|finding| finding.folded).count() }
    }

    /// What the numbers have to do with each other, where not every finding is an entry.
    pub(super) fn words(self) -> Option<String> {
        let all = self.entries + self.also + self.likewise;
        if all == self.entries {
            return None;
        }
        let entries = if self.entries == 1 { "one entry".to_owned() } else { format!("{} entries", self.entries) };
        let say = |number: usize| if number == 1 { "says" } else { "say" };
        let also = (self.also > 0).then(|| format!("{} {} the same of another app", self.also, say(self.also)));
        let likewise =
            (self.likewise > 0).then(|| format!("{} {} it from further away", self.likewise, say(self.likewise)));
        let rest: Vec<String> = also.into_iter().chain(likewise).collect();
        Some(format!("The {all} are told in {entries}: {}.", rest.join(", ")))
    }
}

/// What a system was compared with.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Compared {
    /// What was asked for: a revision or a file.
    pub with: String,
    /// The commit, when it was a revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether no file that is read differs, so that nothing can be new.
    pub unchanged: bool,
    /// Whether something could be read before that can't be read any more.
    pub blind: bool,
    /// What to know about the comparison.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

impl Compared {
    /// What it is called and, beside it, the commit in short, where the name is not that commit itself.
    pub(super) fn named(&self) -> (&str, Option<&str>) {
        let short = self.commit.as_deref().map(|id| id.get(..10).unwrap_or(id));
        let by_number = self.commit.as_ref().is_some_and(|id| id.starts_with(&self.with));
        match short {
            Some(short) if by_number => (short, None),
            short => (&self.with, short),
        }
    }
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingView {
    /// The rule's id, or the name of an own rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// The app or component that it is about.
    pub app: Option<String>,
    /// The components whose joint failure it is about.
    pub cut_set: Vec<String>,
    /// `new` counts, `known` was there before, `waived` is accepted for a time.
    pub state: &'static str,
    /// Why it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiver: Option<WaiverView>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// The chain that carries the failure, `component:capability`.
    pub witness: Vec<String>,
    /// Further chains: where alternatives fail, that of each of the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Vec<String>>,
    /// Where it is written, the steps of the witness in order.
    pub evidence: Vec<Evidence>,
    /// The finding that says the same from nearer by, if there is one: mend that first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under: Option<Nearer>,
    /// The same for the same rule, app and cut set in every version of the system.
    pub fingerprint: String,
    /// Whether outputs for people leave it to the one that it goes under: that has the same state, and so is told.
    #[serde(skip)]
    pub(super) folded: bool,
    /// The components of what is left to this one.
    #[serde(skip)]
    pub(super) likewise: BTreeSet<String>,
    /// How many findings are left to this one.
    #[serde(skip)]
    pub(super) beneath: usize,
    /// The places in one's own files, in the order of the steps, each with what is said there.
    #[serde(skip)]
    pub(super) places: Vec<(Location, String)>,
    /// For each chain the places in one's own files along it.
    #[serde(skip)]
    pub(super) flows: Vec<Vec<(Location, String)>>,
}

/// Why a finding is accepted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaiverView {
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: String,
    /// Where it is written.
    pub at: Location,
}

/// A finding that was there before and is no more.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FixedView {
    /// The rule's id.
    pub rule: String,
    /// The app or component that it was about.
    pub app: Option<String>,
    /// The components whose joint failure it was about.
    pub cut_set: Vec<String>,
    /// Whether that is there no more, its app or else a component of its cut set, so that nothing was mended.
    pub gone: bool,
}

/// Something that could not be resolved, and was not there before.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenView {
    /// Who names it, if a component does.
    pub component: Option<String>,
    /// What was said: a name, an address, a type.
    pub what: String,
    /// Why it could not be resolved.
    pub reason: String,
    /// Where.
    pub at: Location,
}

/// What the loss of one component alone takes down, before and after.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RadiusView {
    /// What is lost.
    pub component: String,
    /// The apps that went down with it.
    pub before: Vec<String>,
    /// The apps that go down with it.
    pub after: Vec<String>,
    /// Of the apps before, how many have tier 1.
    pub tier_1_before: usize,
    /// Of the apps after, how many have tier 1.
    pub tier_1_after: usize,
    /// Whether it is a provider, a region or a zone.
    pub place: bool,
    /// Of the apps before, how many there are no more.
    #[serde(skip)]
    pub(super) gone: usize,
}

/// Makes the report of a verdict; `before` is the system that it was compared with, and `change` what differs.
pub fn check(
    verdict: &Verdict,
    system: &System,
    policy: &Policy,
    compared: Option<Compared>,
    before: Option<(&System, &Change)>,
) -> Check {
    let mut findings: Vec<FindingView> = verdict.findings.iter().map(|finding| view(finding, system)).collect();
    fold(&mut findings);
    let told = Told::of(&findings);
    let own = policy.assertions.iter().map(|one| (one.name.to_string(), one.text.to_string()));
    let blast = before.map(|(earlier, change)| blast(earlier, system, change)).unwrap_or_default();
    let mut report = Check {
        schema: SCHEMA,
        verdict: verdict.decision,
        summary: String::new(),
        fail_on: verdict.fail_on.word(),
        warn_on: verdict.warn_on.word(),
        compared,
        findings,
        fixed: verdict.fixed.iter().map(|identity| fixed(identity, system)).collect(),
        blast,
        counts: verdict.counts,
        told,
        unresolved: system.unresolved.len(),
        newly_unresolved: before.map(|(earlier, _)| opened(earlier, system)).unwrap_or_default(),
        assertions: own.collect(),
    };
    report.summary = headline::sentence(&report);
    report
}

/// Leaves each finding that goes under another one to that one, where both have the same state.
///
/// One that goes under what is known or waived is told by itself: nobody has accepted it.
fn fold(findings: &mut [FindingView]) {
    let key = |rule: &str, app: Option<String>, cut_set: Vec<String>| (rule.to_owned(), app, cut_set);
    let known: BTreeMap<_, usize> = findings
        .iter()
        .enumerate()
        .map(|(at, finding)| (key(&finding.rule, finding.app.clone(), finding.cut_set.clone()), at))
        .collect();
    for at in 0..findings.len() {
        let Some(nearer) = &findings[at].under else { continue };
        let cut_set = nearer.cut_set.iter().map(ToString::to_string).collect();
        let Some(root) = known.get(&key(&nearer.rule, nearer.app.as_ref().map(ToString::to_string), cut_set)) else {
            continue;
        };
        if findings[*root].state == findings[at].state && *root != at {
            let name = format!("`{}`", findings[at].cut_set.join("`, `"));
            findings[at].folded = true;
            findings[*root].likewise.insert(name);
            findings[*root].beneath += 1;
        }
    }
}

fn view(finding: &Finding, system: &System) -> FindingView {
    let chains = || std::iter::once(&finding.witness).chain(&finding.others);
    let flows: Vec<Vec<(Location, String)>> = chains().map(|chain| places_along(system, chain)).collect();
    let mut places: Vec<(Location, String)> = Vec::new();
    let (mut known, mut lines) = (HashSet::new(), HashSet::new());
    for (at, label) in flows.iter().flatten() {
        if known.insert((&at.file, at.line, at.column, at.length)) {
            lines.insert((&at.file, at.line));
            places.push((at.clone(), label.clone()));
        }
    }
    // What the finding names beside its steps: where a group or a component is declared.
    for evidence in finding.evidence.iter().filter(|evidence| evidence.basis == Basis::Manifest) {
        if lines.insert((&evidence.at.file, evidence.at.line)) {
            places.push((evidence.at.clone(), evidence.note.as_deref().unwrap_or_default().to_owned()));
        }
    }
    let waiver = finding.standing.excuse().map(|excuse| WaiverView {
        owner: excuse.owner.clone(),
        reason: excuse.reason.clone(),
        until: excuse.until.to_string(),
        at: excuse.at.clone(),
    });
    FindingView {
        rule: finding.rule.to_string(),
        severity: finding.severity,
        confidence: finding.confidence,
        app: finding.app.as_ref().map(ToString::to_string),
        cut_set: finding.cut_set.iter().map(ToString::to_string).collect(),
        state: finding.standing.word(),
        waiver,
        message: finding.message.clone(),
        remedy: finding.remedy.clone(),
        witness: named(&finding.witness),
        others: finding.others.iter().map(|chain| named(chain)).collect(),
        evidence: finding.evidence.clone(),
        under: finding.under.clone(),
        folded: false,
        likewise: BTreeSet::new(),
        beneath: 0,
        fingerprint: print_of(&finding.identity()),
        places,
        flows,
    }
}

/// The name of a finding for programs that follow it from run to run.
fn print_of(identity: &Identity) -> String {
    let parts = [
        identity.rule.as_str(),
        identity.app.as_deref().unwrap_or_default(),
        &identity.cut_set.join(" "),
        identity.said.as_deref().unwrap_or_default(),
    ];
    fingerprint(&parts.join("\n"))
}

/// The steps of a chain that are written in one's own files.
fn places_along(system: &System, chain: &[CapabilityRef]) -> Vec<(Location, String)> {
    let mut places = Vec::new();
    for step in steps(system, chain) {
        let own = step.evidence.iter().find(|evidence| evidence.basis == Basis::Manifest);
        let label = format!("`{}` needs `{}`", short(&step.from), short(&step.to));
        places.extend(own.map(|evidence| (evidence.at.clone(), label)));
    }
    places
}

fn short(reference: &CapabilityRef) -> String {
    crate::report::text::short(reference)
}

fn named(chain: &[CapabilityRef]) -> Vec<String> {
    chain.iter().map(ToString::to_string).collect()
}

fn fixed(identity: &Identity, system: &System) -> FixedView {
    let gone = policy::is_gone(identity, system);
    FixedView { rule: identity.rule.clone(), app: identity.app.clone(), cut_set: identity.cut_set.clone(), gone }
}

/// What could not be resolved and was not among that before; on which line it is written is no matter.
fn opened(earlier: &System, system: &System) -> Vec<OpenView> {
    let key = |item: &'_ Unresolved| (item.from.clone(), item.what.clone(), item.reason.clone());
    let known: BTreeSet<_> = earlier.unresolved.iter().map(key).collect();
    let mut told = BTreeSet::new();
    let new = system.unresolved.iter().filter(|item| !known.contains(&key(item)) && told.insert(key(item)));
    let view = |item: &Unresolved| OpenView {
        component: item.from.as_ref().map(ToString::to_string),
        what: item.what.clone(),
        reason: item.reason.clone(),
        at: item.evidence.at.clone(),
    };
    new.map(view).collect()
}

/// What each loss takes down, the most grown in apps of tier 1 first, then in apps, then by name.
fn blast(earlier: &System, system: &System, change: &Change) -> Vec<RadiusView> {
    let count = |system: &System, apps: &BTreeSet<ComponentId>| {
        apps.iter().filter(|id| system.components.get(id).is_some_and(|app| app.tier == Some(1))).count()
    };
    let one = |radius: &Radius| RadiusView {
        component: radius.component.to_string(),
        before: radius.before.iter().map(ToString::to_string).collect(),
        after: radius.after.iter().map(ToString::to_string).collect(),
        tier_1_before: count(earlier, &radius.before),
        tier_1_after: count(system, &radius.after),
        gone: radius.before.iter().filter(|id| !system.components.contains_key(id)).count(),
        place: [system, earlier].iter().any(|s| s.components.get(&radius.component).is_some_and(|c| c.kind.is_place())),
    };
    let mut views: Vec<RadiusView> = change.radii.iter().map(one).collect();
    let growth = |before: usize, after: usize| before as i64 - after as i64;
    views.sort_by_key(|view| {
        let tiers = growth(view.tier_1_before, view.tier_1_after);
        (tiers, growth(view.before.len(), view.after.len()), view.place, view.component.clone())
    });
    views
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_that_is_named_by_its_number_is_told_once_and_in_short() {
        let id = "77404ae224ab14ee61e9902090cd446bdf959b72";
        let compared = |with: &str, commit: Option<&str>| Compared {
            with: with.to_owned(),
            commit: commit.map(str::to_owned),
            unchanged: false,
            blind: false,
            remarks: Vec::new(),
        };
        assert_eq!(compared(id, Some(id)).named(), ("77404ae224", None));
        assert_eq!(compared("77404ae", Some(id)).named(), ("77404ae224", None));
        assert_eq!(compared("origin/main", Some(id)).named(), ("origin/main", Some("77404ae224")));
        assert_eq!(compared("known.yaml", None).named(), ("known.yaml", None));
    }
}
