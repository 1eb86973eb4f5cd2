//! What a reader may say: facts with evidence, before names are resolved and before any provider is known.

use std::sync::Arc;

use crate::model::{Availability, Capability, Evidence, Kind, Place, Restart, Terms};

/// Everything that one reader found.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The system's name, if it was given.
    pub system: Option<String>,
    /// The things that were found.
    pub components: Vec<ComponentFact>,
    /// What they need.
    pub needs: Vec<NeedFact>,
}

/// A thing that exists, under the name that it has in its file.
#[derive(Clone, Debug)]
pub struct ComponentFact {
    /// Its name.
    pub name: Arc<str>,
    /// What it is, if the file says so.
    pub kind: Option<Kind>,
    /// How critical, 1 the most.
    pub tier: Option<u8>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
    /// How much it counts.
    pub weight: Option<f64>,
    /// Other names that it answers to.
    pub aliases: Vec<Arc<str>>,
    /// Where it runs.
    pub at: Vec<(Place, Evidence)>,
    /// How it restarts.
    pub restart: Option<Restart>,
    /// How often it is up.
    pub availability: Option<Availability>,
    /// Where it is written.
    pub evidence: Evidence,
}

/// Something needs something.
#[derive(Clone, Debug)]
pub struct NeedFact {
    /// Whose need it is: an index into [`Facts::components`].
    pub from: usize,
    /// Of which capability.
    pub capability: Capability,
    /// What is needed.
    pub need: Wanted,
}

/// A need whose targets are still words.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What is needed.
    pub target: Target,
    /// Under which terms.
    pub terms: Terms,
    /// How we know; never empty.
    pub evidence: Vec<Evidence>,
}

/// The words for what is needed.
#[derive(Clone, Debug)]
pub enum Target {
    /// A component, or a capability of one, by name.
    Name(String),
    /// At least `k` of several.
    AtLeast {
        /// How many.
        k: usize,
        /// Of which.
        members: Vec<Wanted>,
    },
}
