//! A system: all components with their needs, and what could not be resolved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Component, ComponentId, Evidence};

/// Everything that is known about the system under analysis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct System {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its components by id.
    pub components: BTreeMap<ComponentId, Component>,
    /// The apps that nobody declared: taken as such for what is known of them.
    pub taken_as_apps: BTreeSet<ComponentId>,
    /// Messages that go between components; no needs.
    pub flows: Vec<Flow>,
    /// What was said and not understood; unknown is never counted as safe.
    pub unresolved: Vec<Unresolved>,
    /// What was guessed, merged or contradicts itself.
    pub assumptions: Vec<Assumption>,
}

impl System {
    /// The apps, in the order of their ids.
    pub fn apps(&self) -> impl Iterator<Item = &Component> {
        self.components.values().filter(|component| component.is_app())
    }
}

/// Messages that go from producers to consumers by a topic, queue or channel.
///
/// It is no need: all of them need the broker, and a consumer whose producers are down serves what it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Flow {
    /// The name of the topic, queue or channel.
    pub topic: Arc<str>,
    /// The component that carries it, where that is known.
    pub broker: Option<ComponentId>,
    /// Who sends to it, with the lines that say so; empty where nothing that was read does.
    pub producers: BTreeMap<ComponentId, Vec<Evidence>>,
    /// Who takes from it, with the lines that say so; empty where nothing that was read does.
    pub consumers: BTreeMap<ComponentId, Vec<Evidence>>,
}

/// Something that was said and could not be resolved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Unresolved {
    /// Who said it, if a component did.
    pub from: Option<ComponentId>,
    /// What was said: a name, an address, a type.
    pub what: String,
    /// Why it could not be resolved.
    pub reason: String,
    /// Where.
    pub evidence: Evidence,
}

/// Something that was decided where the input left it open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Assumption {
    /// About which component.
    pub about: ComponentId,
    /// What was taken to be so, and why, in one sentence.
    pub what: String,
    /// Where.
    pub evidence: Evidence,
}
