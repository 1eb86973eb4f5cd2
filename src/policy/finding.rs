//! Findings, and the verdict over all of them.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{CapabilityRef, ComponentId, Confidence, Evidence};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Should be mended.
    Warning,
    /// Must be mended, or waived.
    Error,
}

impl Severity {
    /// The severity of a finding on an app: a step up for tier 1, a step down below tier 2.
    pub fn for_tier(self, tier: Option<u8>) -> Self {
        match (tier, self) {
            (Some(1), Severity::Note) => Severity::Warning,
            (Some(1), _) => Severity::Error,
            (Some(3..), Severity::Error) => Severity::Warning,
            (Some(3..), _) => Severity::Note,
            _ => self,
        }
    }

    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Whether a finding is the change's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It counts.
    New,
}

/// A rule broken by the system.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure we are: as sure as of the weakest need of the witness.
    pub confidence: Confidence,
    /// The app that it is about, if it is about one.
    pub app: Option<ComponentId>,
    /// The components whose joint failure it is about, in order.
    pub cut_set: Vec<ComponentId>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// The chain that carries the failure, or the cycle.
    pub witness: Vec<CapabilityRef>,
    /// Further chains: where alternatives fail, that of each of the others.
    pub others: Vec<Vec<CapabilityRef>>,
    /// Where it is written; never empty.
    pub evidence: Vec<Evidence>,
    /// Whether it is new.
    pub standing: Standing,
    /// What says the same from nearer by; outputs for people fold this finding into that one.
    pub under: Option<Nearer>,
}

/// The identity of a finding that another one goes under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Nearer {
    /// The rule's id.
    pub rule: &'static str,
    /// The app or component that it is about.
    pub app: Option<ComponentId>,
    /// The components whose joint failure it is about.
    pub cut_set: Vec<ComponentId>,
}

impl Finding {
    /// What makes it the same finding in another version of the system: never a line number.
    pub fn identity(&self) -> (&'static str, Option<&ComponentId>, &[ComponentId]) {
        (self.rule, self.app.as_ref(), &self.cut_set)
    }

    /// The first piece of evidence that a person wrote, else the first.
    pub fn place(&self) -> Option<&Evidence> {
        let own = self.evidence.iter().find(|evidence| evidence.basis == crate::model::Basis::Manifest);
        own.or(self.evidence.first())
    }
}

/// All findings, and whether they stop a change.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// In the order of severity, rule, app and cut set.
    pub findings: Vec<Finding>,
    /// How many of each severity.
    pub counts: Counts,
    /// The least severity that fails.
    pub fail_on: Severity,
    /// Whether any finding reaches it.
    pub failed: bool,
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Notes.
    pub note: usize,
}

impl Verdict {
    /// The verdict over findings.
    pub fn new(findings: Vec<Finding>, fail_on: Severity) -> Self {
        let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let counts = Counts { error: of(Severity::Error), warning: of(Severity::Warning), note: of(Severity::Note) };
        let failed = findings.iter().any(|finding| finding.severity >= fail_on);
        Verdict { findings, counts, fail_on, failed }
    }
}
