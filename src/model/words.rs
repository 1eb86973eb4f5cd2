//! The small closed vocabularies: state, strength, phase, confidence, grade.

use schemars::JsonSchema;
use serde::Serialize;

/// How well a capability does; `Up < Degraded < Down`, so that the worst of several is their maximum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It serves.
    #[default]
    Up,
    /// It serves in part, slowly, or without something that is nice to have.
    Degraded,
    /// It does not serve.
    Down,
}

impl State {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            State::Up => "up",
            State::Degraded => "degraded",
            State::Down => "down",
        }
    }
}

/// What the loss of a target does to the one that needs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// The target's state is passed on as it is.
    #[default]
    Hard,
    /// At most `degraded` is passed on.
    Soft,
}

/// When a need matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// While it serves.
    #[default]
    Run,
    /// When it starts or restarts, and not afterwards.
    Start,
}

/// What a product is to the systems that use it, where rules must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It answers for names of its customers: what people come in by.
    Names,
    /// Other products are managed through it: its `data` is their control plane.
    ControlPlane,
}

/// How sure we are that a need exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Somebody wrote that it does.
    Declared,
    /// It was seen at run time.
    Observed,
    /// It follows from something else that was written.
    Inferred,
}

/// How well a statement about a provider is supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// The provider's documentation says so.
    Documented,
    /// An outage showed it, and the provider or a careful report said so.
    Incident,
    /// It is our reading; nobody stated it.
    Inferred,
}
