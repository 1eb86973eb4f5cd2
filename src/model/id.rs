//! Names of components and of their capabilities.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::Place;

/// The id of a component: `name` for one's own, `provider/name` for a provider's, `…@place` where it is located.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct ComponentId(Arc<str>);

impl ComponentId {
    /// The id with exactly this text.
    pub fn new(text: &str) -> Self {
        ComponentId(text.into())
    }

    /// The id of a provider's product, at a place or (where it is global, or the place is unknown) nowhere in particular.
    pub fn product(provider: &str, name: &str, at: Option<&Place>) -> Self {
        match at.and_then(Place::within_provider) {
            Some(place) => ComponentId(format!("{provider}/{name}@{place}").into()),
            None => ComponentId(format!("{provider}/{name}").into()),
        }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before `@`.
    pub fn base(&self) -> &str {
        self.0.split('@').next().unwrap_or(&self.0)
    }

    /// Its text, to be held by others too.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    /// The part after `@`: `cn-hangzhou` or `cn-hangzhou/h`.
    pub fn place(&self) -> Option<&str> {
        self.0.split_once('@').map(|(_, place)| place)
    }
}

impl fmt::Display for ComponentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a capability, a face of a component that can fail by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Capability(Arc<str>);

impl Capability {
    /// The capability with this name.
    pub fn new(name: &str) -> Self {
        Capability(name.into())
    }

    /// `data`: it serves requests.
    pub fn data() -> Self {
        Capability::new("data")
    }

    /// `control`: it can be created, changed, scaled, deployed, failed over, logged in to.
    pub fn control() -> Self {
        Capability::new("control")
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A capability of a component, written `component:capability`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CapabilityRef {
    /// Whose.
    pub component: ComponentId,
    /// Which.
    pub capability: Capability,
}

impl CapabilityRef {
    /// That capability of that component.
    pub fn new(component: ComponentId, capability: Capability) -> Self {
        CapabilityRef { component, capability }
    }

    /// Splits `component:capability`; without a colon the capability is `data`.
    pub fn split(text: &str) -> (&str, Option<&str>) {
        match text.rsplit_once(':') {
            Some((component, capability)) => (component, Some(capability)),
            None => (text, None),
        }
    }
}

impl fmt::Display for CapabilityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.component, self.capability)
    }
}
