//! The dense compiled form of a system: every capability and every group of alternatives a numbered node.
//!
//! The three states split into two Boolean systems that never mix, which is what makes sweeps over many outages and
//! cut sets possible on this form. *Down* travels over hard needs only; *not up* travels over all needs. Each node says
//! how many of its inputs must fail for it to fail: one for a capability, `n - k + 1` for a group of which `k` of `n`
//! must be up.

mod boolean;
mod compare;
mod compile;
mod cycles;
mod lists;
mod parts;

pub use boolean::{Boolean, Failure, Place};
pub use compare::{Matched, NOWHERE};
pub use cycles::{cycles, cycles_among};

use std::collections::HashMap;

use crate::model::{Capability, CapabilityRef, ComponentId, Phase};

/// The number of a node of a [`Graph`].
pub type NodeId = u32;

/// One input of a node: a member of a group, or what a capability needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The node at the other end: the target in a list of inputs, the dependent in a list of dependents.
    pub node: NodeId,
    /// At most `degraded` is passed on.
    pub soft: bool,
    /// At least `degraded` is passed on: an alternative that carries only part of the load.
    pub partial: bool,
    /// When it matters.
    pub phase: Phase,
}

/// A compiled system.
///
/// Capabilities come first, ordered by component and capability, then groups. Needs on capabilities that the system
/// does not hold are left out by the compiler; resolving makes sure that there are none.
#[derive(Debug, Default)]
pub struct Graph {
    components: Vec<ComponentId>,
    /// The component that each capability is one of, and its name by the place in `names`.
    capabilities: Vec<(u32, u32)>,
    /// The names of capabilities, in order: there are few, and numbers are compared without a look at their letters.
    names: Vec<Capability>,
    first_capability: Vec<NodeId>,
    apps: Vec<u32>,
    index: HashMap<ComponentId, u32>,
    threshold: Vec<u32>,
    inputs: Csr,
    dependents: Csr,
    partial: Vec<(NodeId, Edge)>,
    soft: bool,
}

/// Lists of edges by node, in one allocation.
#[derive(Debug, Default)]
struct Csr {
    start: Vec<u32>,
    edges: Vec<Edge>,
}

impl Csr {
    #[inline]
    fn of(&self, node: NodeId) -> &[Edge] {
        let node = node as usize;
        &self.edges[self.start[node] as usize..self.start[node + 1] as usize]
    }
}

impl Graph {
    /// How many nodes there are, groups included.
    #[inline]
    pub fn len(&self) -> usize {
        self.threshold.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.threshold.is_empty()
    }

    /// The components in the order of their ids; a component's number is its place here.
    pub fn components(&self) -> &[ComponentId] {
        &self.components
    }

    /// The numbers of the apps among the components.
    pub fn apps(&self) -> &[u32] {
        &self.apps
    }

    /// The number of a component.
    pub fn component(&self, id: &ComponentId) -> Option<u32> {
        self.index.get(id).copied()
    }

    /// The nodes of a component's capabilities.
    #[inline]
    pub fn capabilities_of(&self, component: u32) -> std::ops::Range<NodeId> {
        self.first_capability[component as usize]..self.first_capability[component as usize + 1]
    }

    /// The node of a component's capability.
    pub fn node(&self, component: u32, capability: &Capability) -> Option<NodeId> {
        self.named(component, self.name(capability)?)
    }

    /// The node of a capability for each of some components.
    pub fn nodes(&self, components: &[u32], capability: &Capability) -> Vec<Option<NodeId>> {
        let name = self.name(capability);
        components.iter().map(|component| self.named(*component, name?)).collect()
    }

    /// The place of a capability's name among the names.
    fn name(&self, capability: &Capability) -> Option<u32> {
        self.names.binary_search(capability).ok().and_then(|name| u32::try_from(name).ok())
    }

    /// The node of a component's capability, by the place of its name.
    fn named(&self, component: u32, name: u32) -> Option<NodeId> {
        self.capabilities_of(component).find(|node| self.capabilities[*node as usize].1 == name)
    }

    /// The capability that a node is, `None` for a group.
    pub fn capability(&self, node: NodeId) -> Option<CapabilityRef> {
        let (component, name) = self.capabilities.get(node as usize)?;
        Some(CapabilityRef::new(self.components[*component as usize].clone(), self.names[*name as usize].clone()))
    }

    /// The component whose capability a node is, `None` for a group.
    #[inline]
    pub fn owner(&self, node: NodeId) -> Option<u32> {
        self.capabilities.get(node as usize).map(|(component, _)| *component)
    }

    /// Whether a node is a group of alternatives rather than a capability.
    #[inline]
    pub fn is_group(&self, node: NodeId) -> bool {
        node as usize >= self.capabilities.len()
    }

    /// The groups of alternatives; each has a smaller number than the groups that are its members.
    pub fn groups(&self) -> std::ops::Range<NodeId> {
        let number = |count: usize| NodeId::try_from(count).unwrap_or(NodeId::MAX);
        number(self.capabilities.len())..number(self.len())
    }

    /// How many inputs must fail for the node to fail.
    #[inline]
    pub fn threshold(&self, node: NodeId) -> u32 {
        self.threshold[node as usize]
    }

    /// What a node needs, in the order of the system.
    #[inline]
    pub fn inputs(&self, node: NodeId) -> &[Edge] {
        self.inputs.of(node)
    }

    /// What needs a node.
    #[inline]
    pub fn dependents(&self, node: NodeId) -> &[Edge] {
        self.dependents.of(node)
    }

    /// The edges that always pass on at least `degraded`, each with the node that it is an input of.
    pub fn partial_inputs(&self) -> &[(NodeId, Edge)] {
        &self.partial
    }

    /// Whether any run need is soft.
    pub fn has_soft(&self) -> bool {
        self.soft
    }

    /// The number of failed inputs at which each node fails.
    pub fn thresholds(&self) -> &[u32] {
        &self.threshold
    }
}
