//! Cycles among chosen nodes, by petgraph's strongly connected components.

use std::collections::{HashMap, HashSet, VecDeque};

use petgraph::graph::DiGraph;

use super::{Edge, Graph, NodeId};

/// One shortest cycle of each strongly connected part of the graph that chosen nodes span over chosen edges, each
/// beginning with its first node; in order. Linear but for the search of each cycle.
pub fn cycles(graph: &Graph, nodes: &[NodeId], follow: impl Fn(NodeId, Edge) -> bool) -> Vec<Vec<NodeId>> {
    cycles_among(nodes, |node| {
        let edges = graph.inputs(node).iter().filter(|edge| follow(node, **edge));
        edges.map(|edge| edge.node).collect()
    })
}

/// As [`cycles`], over any edges among the nodes; of several nodes of a part the one that is given first begins.
pub fn cycles_among(nodes: &[NodeId], edges: impl Fn(NodeId) -> Vec<NodeId>) -> Vec<Vec<NodeId>> {
    let rank: HashMap<NodeId, usize> = nodes.iter().enumerate().map(|(rank, node)| (*node, rank)).collect();
    let next = |node: NodeId| {
        let mut targets = edges(node);
        targets.retain(|target| rank.contains_key(target));
        targets
    };
    let mut digraph = DiGraph::<NodeId, ()>::new();
    let index: HashMap<NodeId, _> = nodes.iter().map(|node| (*node, digraph.add_node(*node))).collect();
    for node in nodes {
        for target in next(*node) {
            digraph.add_edge(index[node], index[&target], ());
        }
    }
    let mut found: Vec<Vec<NodeId>> = petgraph::algo::tarjan_scc(&digraph)
        .into_iter()
        .filter_map(|part| {
            let part: HashSet<NodeId> = part.into_iter().map(|at| digraph[at]).collect();
            let first = *part.iter().min_by_key(|node| rank[node])?;
            around(first, &part, &next)
        })
        .collect();
    found.sort();
    found
}

/// The shortest way from a node back to itself within a part.
fn around(start: NodeId, part: &HashSet<NodeId>, next: &impl Fn(NodeId) -> Vec<NodeId>) -> Option<Vec<NodeId>> {
    let mut before: HashMap<NodeId, NodeId> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(here) = queue.pop_front() {
        for target in next(here) {
            if target == start {
                let mut way = vec![here];
                while let Some(previous) = way.last().and_then(|last| before.get(last)) {
                    way.push(*previous);
                }
                way.reverse();
                return Some(way);
            }
            if part.contains(&target) && !before.contains_key(&target) {
                before.insert(target, here);
                queue.push_back(target);
            }
        }
    }
    None
}
