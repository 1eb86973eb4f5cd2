//! The verdict over all findings: what is new, known, waived and fixed, and whether that stops a change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::finding::{Finding, Identity, Severity, Standing};
use super::read::STALE_WAIVER;
use super::settings::{Policy, Threshold};
use super::waiver::Waiver;
use crate::model::{Basis, ComponentId, Confidence, Evidence, System};

/// All findings, and whether they stop a change.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// In the order of standing, severity, rule, app and cut set.
    pub findings: Vec<Finding>,
    /// What was there before and is no more, in order.
    pub fixed: Vec<Identity>,
    /// How many there are.
    pub counts: Counts,
    /// From which severity a new finding fails.
    pub fail_on: Threshold,
    /// From which severity a new finding warns.
    pub warn_on: Threshold,
    /// What follows from it all.
    pub decision: Decision,
}

/// What follows from all findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nothing speaks against it.
    Pass,
    /// It may land, and there is something to look at.
    Warn,
    /// It may not land.
    Fail,
}

impl Decision {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Decision::Pass => "pass",
            Decision::Warn => "warn",
            Decision::Fail => "fail",
        }
    }
}

/// How many findings there are: of each severity those that count, and the others by why they do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// New errors.
    pub error: usize,
    /// New warnings.
    pub warning: usize,
    /// New notes.
    pub note: usize,
    /// Those that were there before.
    pub known: usize,
    /// Those that are accepted for a time.
    pub waived: usize,
    /// Those that were there before and are no more.
    pub fixed: usize,
    /// Of those that are fixed, the ones that were about something that is there no more.
    pub gone: usize,
    /// Those that were there before and are not seen any more, while something could not be read.
    pub unseen: usize,
    /// Waivers that have expired and are still needed.
    pub expired: usize,
    /// Those that are less sure than the policy asks for, and are not listed.
    pub set_aside: usize,
}

impl Counts {
    /// How many count against the system.
    pub fn new_ones(&self) -> usize {
        self.error + self.warning + self.note
    }
}

/// What a verdict is made of beside the findings.
#[derive(Debug, Default)]
pub struct Circumstances {
    /// The waivers that there are.
    pub waivers: Vec<Waiver>,
    /// What was found before, if anything is compared with.
    pub before: Option<BTreeSet<Identity>>,
    /// Whether the system is the one that it is compared with, so that all that is found was found before.
    pub unchanged: bool,
    /// The day that waivers are held against.
    pub today: Date,
    /// Whether something could not be read that could be read before: what is not seen any more is then not fixed.
    pub blind: bool,
}

/// Makes the verdict over the findings of a system.
pub fn judge(system: &System, findings: Vec<Finding>, policy: &Policy, circumstances: &Circumstances) -> Verdict {
    let mut counts = Counts::default();
    let least = policy.min_confidence.unwrap_or(Confidence::Inferred);
    let (mut findings, unsure): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| finding.confidence <= least);
    counts.set_aside = unsure.len();
    let compared = circumstances.before.as_ref().is_some_and(|before| !before.is_empty());
    let all = findings.iter().chain(&unsure).filter(|_| compared);
    let everything: BTreeSet<Identity> = all.map(Finding::identity).collect();
    let stale = stale(system, &findings, circumstances);
    let expired: BTreeSet<String> =
        stale.iter().filter(|finding| finding.severity == Severity::Error).map(|f| f.message.clone()).collect();
    findings.extend(stale.into_iter().filter_map(|finding| policy.applied(finding, system)));
    for finding in &mut findings {
        let is_expired = finding.rule == STALE_WAIVER && expired.contains(&finding.message);
        counts.expired += usize::from(is_expired);
        let holds = |waiver: &&Waiver| waiver.holds_on(circumstances.today) && waiver.covers(finding, system);
        let waived = circumstances.waivers.iter().find(holds).map(|waiver| Arc::clone(&waiver.excuse));
        let before = circumstances.before.as_ref();
        let known = circumstances.unchanged || before.is_some_and(|before| before.contains(&finding.identity()));
        finding.standing = match waived {
            Some(excuse) => Standing::Waived(excuse),
            // Time has made an expired waiver a finding, so that it is nobody's before.
            None if known && !is_expired => Standing::Known,
            None => Standing::New,
        };
    }
    let order = |finding: &Finding| match finding.standing {
        Standing::New => 0,
        Standing::Known => 1,
        Standing::Waived(_) => 2,
    };
    findings.sort_by_cached_key(|finding| (order(finding), std::cmp::Reverse(finding.severity), finding.identity()));
    let mut decision = Decision::Pass;
    for finding in &findings {
        match (&finding.standing, finding.severity) {
            (Standing::Known, _) => counts.known += 1,
            (Standing::Waived(_), _) => counts.waived += 1,
            (Standing::New, Severity::Error) => counts.error += 1,
            (Standing::New, Severity::Warning) => counts.warning += 1,
            (Standing::New, Severity::Note) => counts.note += 1,
        }
        if finding.standing == Standing::New {
            let reached = |threshold: Threshold| threshold.reached_by(finding.severity);
            let one = match (reached(policy.fails()), reached(policy.warns())) {
                (true, _) => Decision::Fail,
                (false, true) => Decision::Warn,
                (false, false) => Decision::Pass,
            };
            decision = decision.max(one);
        }
    }
    let gone = |identity: &&Identity| identity.rule != STALE_WAIVER && !everything.contains(*identity);
    let mut fixed: Vec<Identity> = circumstances.before.iter().flatten().filter(gone).cloned().collect();
    if circumstances.blind {
        counts.unseen = fixed.len();
        fixed.clear();
        decision = decision.max(Decision::Warn);
    }
    counts.fixed = fixed.len();
    counts.gone = fixed.iter().filter(|identity| is_gone(identity, system)).count();
    Verdict { findings, fixed, counts, fail_on: policy.fails(), warn_on: policy.warns(), decision }
}

/// Whether what a finding of before was about, its app or else a component of its cut set, is not in the system any more.
pub fn is_gone(identity: &Identity, system: &System) -> bool {
    let there = |id: &String| system.components.contains_key(&ComponentId::new(id));
    match &identity.app {
        Some(app) => !there(app),
        None => !identity.cut_set.iter().all(there),
    }
}

/// What was visible before: the findings of the base that no waiver of the base covers.
pub fn visible(verdict: &Verdict) -> BTreeSet<Identity> {
    let seen = verdict.findings.iter().filter(|finding| finding.standing.excuse().is_none());
    seen.map(Finding::identity).collect()
}

/// Waivers that have expired and still cover a finding, as errors, and those that cover none, as warnings.
fn stale(system: &System, findings: &[Finding], circumstances: &Circumstances) -> Vec<Finding> {
    let mut found: BTreeMap<Identity, Finding> = BTreeMap::new();
    for waiver in &circumstances.waivers {
        if waiver.rules.iter().any(|rule| rule == STALE_WAIVER) {
            continue;
        }
        let covered: Vec<&Finding> = findings.iter().filter(|finding| waiver.covers(finding, system)).collect();
        let rules = format!("`{}`", waiver.rules.join("`, `"));
        let excuse = &waiver.excuse;
        let by = excuse.owner.as_ref().map(|owner| format!(" of {owner}")).unwrap_or_default();
        let (severity, message, remedy) = match (covered.as_slice(), waiver.holds_on(circumstances.today)) {
            ([], _) => (
                Severity::Warning,
                format!("the waiver{by} for {rules} (\"{}\") covers no finding", excuse.reason),
                "remove it: what it accepted is mended, or it never spoke of this".to_owned(),
            ),
            (_, true) => continue,
            (some, false) => {
                let names: Vec<String> = some.iter().take(3).map(|f| format!("`{}`", about(f))).collect();
                let more = if some.len() > 3 { format!(" and {} more", some.len() - 3) } else { String::new() };
                (
                    Severity::Error,
                    format!("the waiver{by} for {rules} (\"{}\") expired on {}", excuse.reason, excuse.until),
                    format!("mend what it accepted ({}{more}), or decide anew and move the date", names.join(", ")),
                )
            }
        };
        let evidence = vec![Evidence { at: excuse.at.clone(), basis: Basis::Manifest, note: None }];
        let finding = Finding {
            rule: STALE_WAIVER.into(),
            severity,
            confidence: Confidence::Declared,
            app: None,
            cut_set: Vec::new(),
            message,
            remedy,
            witness: Vec::new(),
            others: Vec::new(),
            evidence,
            standing: Standing::New,
            under: None,
        };
        found.entry(finding.identity()).or_insert(finding);
    }
    found.into_values().collect()
}

/// What a finding is about, in a word.
fn about(finding: &Finding) -> String {
    let name = finding.app.as_ref().or(finding.cut_set.first());
    name.map_or_else(|| finding.rule.to_string(), ToString::to_string)
}
