//! The outages of a sweep: each a list of nodes that are put down together.

use crate::graph::{Graph, NodeId};

/// Outages that are looked at one by one, apart from each other.
#[derive(Clone, Debug, Default)]
pub struct Outages {
    start: Vec<u32>,
    nodes: Vec<NodeId>,
}

impl Outages {
    /// The loss of each component with all its capabilities, in the order of the components.
    pub fn components(graph: &Graph) -> Self {
        let count = u32::try_from(graph.components().len()).unwrap_or(u32::MAX);
        Outages::of((0..count).map(|component| graph.capabilities_of(component)))
    }

    /// The loss of each capability alone, in the order of the nodes.
    pub fn capabilities(graph: &Graph) -> Self {
        let nodes = (0u32..).take(graph.len()).take_while(|node| !graph.is_group(*node));
        Outages::of(nodes.map(|node| [node]))
    }

    /// These outages.
    pub fn of(lists: impl IntoIterator<Item = impl IntoIterator<Item = NodeId>>) -> Self {
        let mut outages = Outages { start: vec![0], nodes: Vec::new() };
        for list in lists {
            outages.nodes.extend(list);
            outages.start.push(u32::try_from(outages.nodes.len()).unwrap_or(u32::MAX));
        }
        outages
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.start.len().saturating_sub(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What one of them puts down.
    pub fn nodes(&self, outage: usize) -> &[NodeId] {
        &self.nodes[self.start[outage] as usize..self.start[outage + 1] as usize]
    }
}
