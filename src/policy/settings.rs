//! What a policy sets: rules on and off, severities, thresholds, parameters, scopes, own rules and waivers.

use super::assertion::Assertion;
use super::finding::{Finding, Severity};
use super::parameters::Parameters;
use super::read::STALE_WAIVER;
use super::rules::RULES;
use super::scope::Scope;
use super::waiver::Waiver;
use crate::catalogue::outage::Outage;
use crate::model::{Confidence, System};
use crate::source::{Location, Problem, did_you_mean};

/// A policy: what is read from `policy:` in `linchpin.yaml` and from policy files, later ones over earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// From which severity a new finding fails the run.
    pub fail_on: Option<Threshold>,
    /// From which severity a new finding makes the verdict `warn`.
    pub warn_on: Option<Threshold>,
    /// Findings that are less sure are set aside, and counted.
    pub min_confidence: Option<Confidence>,
    /// The parameters of rules.
    pub parameters: Parameters,
    /// The outages after which apps have to be back in time.
    pub outages: Vec<Outage>,
    /// Own rules.
    pub assertions: Vec<Assertion>,
    /// Findings that are accepted for a time.
    pub waivers: Vec<Waiver>,
    /// What becomes of the findings of rules, in order: the last that speaks of a finding decides.
    pub(super) changes: Vec<Change>,
    /// Rules that it names and that are not in the table, each with its place.
    pub(super) named: Vec<(String, Location)>,
}

/// A threshold of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// Nothing reaches it.
    Never,
    /// This severity and worse ones reach it.
    From(Severity),
}

impl Threshold {
    /// Whether a severity reaches it.
    pub fn reached_by(self, severity: Severity) -> bool {
        matches!(self, Threshold::From(least) if severity >= least)
    }

    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Threshold::Never => "never",
            Threshold::From(severity) => severity.word(),
        }
    }
}

/// What becomes of findings of some rules within a scope.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// Of which rule; `None` is every rule.
    pub(super) rule: Option<String>,
    pub(super) scope: Scope,
    pub(super) set: Set,
}

/// What a policy makes of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// It is no finding.
    Off,
    /// It is what the rule says.
    On,
    /// It has this severity, whatever the tier.
    Severity(Severity),
}

impl Policy {
    /// The threshold that fails: `error` unless the policy says otherwise.
    pub fn fails(&self) -> Threshold {
        self.fail_on.unwrap_or(Threshold::From(Severity::Error))
    }

    /// The threshold that warns: `warning` unless the policy says otherwise.
    pub fn warns(&self) -> Threshold {
        self.warn_on.unwrap_or(Threshold::From(Severity::Warning))
    }

    /// Adds another policy, whose word counts where both speak.
    pub fn extend(&mut self, other: Policy) {
        self.fail_on = other.fail_on.or(self.fail_on);
        self.warn_on = other.warn_on.or(self.warn_on);
        self.min_confidence = other.min_confidence.or(self.min_confidence);
        self.parameters.extend(other.parameters);
        self.changes.extend(other.changes);
        self.assertions.retain(|own| other.assertions.iter().all(|new| new.name != own.name));
        self.assertions.extend(other.assertions);
        self.waivers.extend(other.waivers);
        self.outages.extend(other.outages);
        self.named.extend(other.named);
    }

    /// Names of rules that are none: neither in the table nor own rules of the policy.
    pub fn unknown_rules(&self) -> Vec<Problem> {
        let waived = self.waivers.iter().flat_map(|waiver| waiver.rules.iter().map(|rule| (rule, &waiver.excuse.at)));
        let named = self.named.iter().map(|(rule, at)| (rule, at)).chain(waived);
        let own = self.assertions.iter().map(|assertion| &*assertion.name);
        let known: Vec<&str> = RULES.iter().map(|rule| rule.id).chain([STALE_WAIVER]).chain(own).collect();
        let unknown = named.filter(|(rule, _)| !known.contains(&rule.as_str()));
        let problem = |(rule, at): (&String, &Location)| {
            let help = did_you_mean(rule, known.iter().copied())
                .unwrap_or_else(|| "`linchpin check --explain` lists the rules".to_owned());
            Problem::error(at.clone(), format!("there is no rule `{rule}`")).help(help)
        };
        unknown.map(problem).collect()
    }

    /// Lets the policy speak on a finding: `None` when it is switched off, else it with its severity.
    pub(super) fn applied(&self, mut finding: Finding, system: &System) -> Option<Finding> {
        let speaks = |change: &&Change| {
            change.rule.as_ref().is_none_or(|rule| *rule == finding.rule) && change.scope.covers(&finding, system)
        };
        match self.changes.iter().rev().find(speaks).map(|change| change.set) {
            Some(Set::Off) => return None,
            Some(Set::Severity(severity)) => finding.severity = severity,
            Some(Set::On) | None => {}
        }
        Some(finding)
    }

    /// What is set and has no effect in this system.
    pub fn without_effect(&self, system: &System) -> Vec<Problem> {
        let scopes = self.changes.iter().map(|change| &change.scope);
        let scopes = scopes.filter_map(|scope| scope.without_effect(system));
        let assertions = self.assertions.iter().flat_map(|assertion| assertion.without_effect(system));
        let mut problems: Vec<Problem> = scopes.chain(assertions).collect();
        problems.sort();
        problems.dedup();
        problems
    }
}
