//! A system: all components with their needs, and what could not be resolved.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Component, ComponentId, Evidence};

/// Everything that is known about the system under analysis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct System {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its components by id.
    pub components: BTreeMap<ComponentId, Component>,
    /// What was said and not understood; unknown is never counted as safe.
    pub unresolved: Vec<Unresolved>,
}

impl System {
    /// The apps, in the order of their ids.
    pub fn apps(&self) -> impl Iterator<Item = &Component> {
        self.components.values().filter(|component| component.is_app())
    }
}

/// Something that was said and could not be resolved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
