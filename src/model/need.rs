//! Needs: what a capability requires, under which terms, and how we know.

use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::{CapabilityRef, Confidence, Grade, Phase, Strength};
use crate::source::Location;

/// Something that a capability needs: another capability, or a number of alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// What is needed.
    pub requires: Requires,
    /// How, when and how badly.
    pub terms: Terms,
    /// How we know; never empty.
    pub evidence: Vec<Evidence>,
}

/// The shape of a need.
#[derive(Clone, Debug, PartialEq)]
pub enum Requires {
    /// One capability.
    One(CapabilityRef),
    /// At least `k` of the members: `any_of` is `k = 1`, `all_of` is `k = members.len()`.
    AtLeast {
        /// How many must be up, from 1 to the number of members.
        k: usize,
        /// The alternatives; never empty.
        members: Vec<Need>,
    },
}

/// The terms of a need.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// Whether the target's failure is passed on whole.
    pub strength: Strength,
    /// Whether it is needed to serve or to start. Within alternatives the outermost need decides.
    pub phase: Phase,
    /// How long a cached token, a TTL or a buffer bridges the target's failure.
    pub grace: Option<Duration>,
    /// How this alternative is switched to; `None` when it carries load all the time.
    pub switch: Option<Switch>,
    /// Which share of the load this alternative carries, from 0 to 1; below 1 it leaves its group degraded.
    pub capacity: Option<f64>,
    /// How sure we are.
    pub confidence: Confidence,
}

/// How load comes to a stand-by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// By itself, so long after what it stands in for failed.
    After(Duration),
    /// Only when somebody switches.
    ByHand,
}

impl Terms {
    /// A hard need at run time.
    pub fn hard(confidence: Confidence) -> Self {
        Terms { strength: Strength::Hard, phase: Phase::Run, grace: None, switch: None, capacity: None, confidence }
    }

    /// Whether this alternative carries only part of the load.
    pub fn is_partial(&self) -> bool {
        self.capacity.is_some_and(|share| share < 1.0)
    }
}

impl Need {
    /// Every capability named in this need, in order, nested alternatives included.
    pub fn targets(&self) -> Vec<&CapabilityRef> {
        match &self.requires {
            Requires::One(target) => vec![target],
            Requires::AtLeast { members, .. } => members.iter().flat_map(Need::targets).collect(),
        }
    }
}

/// How we know something: a place in a file, and on what it rests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Evidence {
    /// Where it is written.
    #[serde(flatten)]
    pub at: Location,
    /// What it rests on.
    #[serde(flatten)]
    pub basis: Basis,
    /// What was read there, in a few words: `env CART_ADDR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Arc<str>>,
}

/// What evidence rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase", tag = "basis", content = "citation")]
pub enum Basis {
    /// A manifest of the system.
    Manifest,
    /// The code of the one that needs it: it names the other side, or uses a library for it.
    Code,
    /// The same: it calls the other side, or shows what becomes of a call that fails. In output it is code like the rest,
    /// which the note explains.
    #[serde(rename = "code")]
    #[schemars(skip)]
    Call,
    /// The same: it says how long an answer is waited for.
    #[serde(rename = "code")]
    #[schemars(skip)]
    TimeOut,
    /// The same: it tries a call again that failed.
    #[serde(rename = "code")]
    #[schemars(skip)]
    Retry,
    /// A trace, or a graph of calls that were seen.
    Trace,
    /// A catalogue, which cites a source.
    Catalogue(Citation),
    /// The model itself: a zone lies in its region, what is global serves every region.
    Model,
}

impl Basis {
    /// Whether it is code, whatever that says.
    pub fn is_code(&self) -> bool {
        matches!(self, Basis::Code | Basis::Call | Basis::TimeOut | Basis::Retry)
    }
}

/// The source that a catalogue entry cites.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Citation {
    /// Title of the source.
    pub source: Arc<str>,
    /// Where it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Arc<str>>,
    /// When it became known, `2023-11-12`.
    pub known: Arc<str>,
    /// How well it is supported.
    pub grade: Grade,
}
