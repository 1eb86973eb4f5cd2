//! The vocabulary as plain types: components, capabilities, needs, places, evidence, states. No I/O.

mod component;
mod id;
mod label;
mod need;
mod place;
mod system;
mod words;

pub use component::{Availability, Component, Kind, Redundancy, Restart};
pub use id::{Capability, CapabilityRef, ComponentId};
pub use label::LabelTest;
pub use need::{Basis, Citation, Evidence, Need, Requires, Switch, Terms};
pub use place::Place;
pub use system::{Assumption, Flow, System, Unresolved};
pub use words::{Confidence, Grade, Phase, Role, State, Strength};
