//! Findings: rules broken by a system.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::waiver::Excuse;
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

/// Whether a finding counts against the system.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It counts: nothing was there before to compare with, or it was not there before.
    #[default]
    New,
    /// It is accepted for a time.
    Waived(Arc<Excuse>),
    /// It was there before.
    Known,
}

impl Standing {
    /// The word used in every output.
    pub fn word(&self) -> &'static str {
        match self {
            Standing::New => "new",
            Standing::Waived(_) => "waived",
            Standing::Known => "known",
        }
    }

    /// Why it is accepted, if it is.
    pub fn excuse(&self) -> Option<&Excuse> {
        match self {
            Standing::Waived(excuse) => Some(excuse),
            _ => None,
        }
    }
}

/// A rule broken by the system.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule's id, or the name of an own rule.
    pub rule: Cow<'static, str>,
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
    /// Whether it counts.
    pub standing: Standing,
    /// What says the same from nearer by; outputs for people fold this finding into that one.
    pub under: Option<Nearer>,
}

/// The identity of a finding that another one goes under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Nearer {
    /// The rule's id.
    pub rule: Cow<'static, str>,
    /// The app or component that it is about.
    pub app: Option<ComponentId>,
    /// The components whose joint failure it is about.
    pub cut_set: Vec<ComponentId>,
}

/// What makes a finding the same in another version of the system: never a line number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The rule's id.
    pub rule: String,
    /// The app.
    pub app: Option<String>,
    /// The components of the cut set, in order.
    pub cut_set: Vec<String>,
    /// What is said, for what is about no component.
    pub said: Option<String>,
}

impl Finding {
    /// What makes it the same finding in another version of the system.
    pub fn identity(&self) -> Identity {
        let nothing = self.app.is_none() && self.cut_set.is_empty();
        Identity {
            rule: self.rule.to_string(),
            app: self.app.as_ref().map(ToString::to_string),
            cut_set: self.cut_set.iter().map(ToString::to_string).collect(),
            said: nothing.then(|| self.message.clone()),
        }
    }
}
