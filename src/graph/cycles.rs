//! Cycles among chosen nodes, by petgraph's strongly connected components.

use std::collections::{HashMap, HashSet, VecDeque};

use petgraph::graph::DiGraph;

use super::{Edge, Graph, NodeId};

/// One shortest cycle through a marked edge of each strongly connected part of the graph that chosen nodes span over
/// chosen edges, each beginning where that edge does; parts without a marked edge are left out, and the cycles are in
/// order. Linear, and for each marked edge within a part one search of that part.
pub fn cycles(
    graph: &Graph,
    nodes: &[NodeId],
    follow: impl Fn(Edge) -> bool,
    marked: impl Fn(Edge) -> bool,
) -> Vec<Vec<NodeId>> {
    let chosen: HashSet<NodeId> = nodes.iter().copied().collect();
    let edges = |node: NodeId| {
        let edges = graph.inputs(node).iter().copied();
        edges.filter(|edge| chosen.contains(&edge.node) && follow(*edge)).collect::<Vec<Edge>>()
    };
    let next = |node: NodeId| edges(node).into_iter().map(|edge| edge.node).collect::<Vec<NodeId>>();
    let through = |mut part: Vec<NodeId>| {
        part.sort_unstable();
        let within: HashSet<NodeId> = part.iter().copied().collect();
        let starts = part.iter().flat_map(|from| edges(*from).into_iter().map(move |edge| (*from, edge)));
        let starts = starts.filter(|(_, edge)| marked(*edge) && within.contains(&edge.node));
        starts.filter_map(|(from, edge)| around(from, &[edge.node], &within, &next)).min_by_key(Vec::len)
    };
    let mut found: Vec<Vec<NodeId>> = parts(nodes, &next).into_iter().filter_map(through).collect();
    found.sort();
    found
}

/// One shortest cycle of each strongly connected part over any edges among the nodes; of several nodes of a part the one
/// that is given first begins. Linear but for the search of each cycle.
pub fn cycles_among(nodes: &[NodeId], edges: impl Fn(NodeId) -> Vec<NodeId>) -> Vec<Vec<NodeId>> {
    let rank: HashMap<NodeId, usize> = nodes.iter().enumerate().map(|(rank, node)| (*node, rank)).collect();
    let next = |node: NodeId| {
        let mut targets = edges(node);
        targets.retain(|target| rank.contains_key(target));
        targets
    };
    let from_first = |part: Vec<NodeId>| {
        let first = part.iter().copied().min_by_key(|node| rank[node])?;
        around(first, &next(first), &part.into_iter().collect(), &next)
    };
    let mut found: Vec<Vec<NodeId>> = parts(nodes, &next).into_iter().filter_map(from_first).collect();
    found.sort();
    found
}

/// The strongly connected parts; single nodes without an edge to themselves included.
fn parts(nodes: &[NodeId], next: &impl Fn(NodeId) -> Vec<NodeId>) -> Vec<Vec<NodeId>> {
    let mut digraph = DiGraph::<NodeId, ()>::new();
    let index: HashMap<NodeId, _> = nodes.iter().map(|node| (*node, digraph.add_node(*node))).collect();
    for node in nodes {
        for target in next(*node) {
            digraph.add_edge(index[node], index[&target], ());
        }
    }
    let parts = petgraph::algo::kosaraju_scc(&digraph).into_iter();
    parts.map(|part| part.into_iter().map(|at| digraph[at]).collect()).collect()
}

/// The shortest way within a part from a node by way of one of the first back to itself.
fn around(
    start: NodeId,
    first: &[NodeId],
    part: &HashSet<NodeId>,
    next: &impl Fn(NodeId) -> Vec<NodeId>,
) -> Option<Vec<NodeId>> {
    let mut before: HashMap<NodeId, NodeId> = HashMap::new();
    let mut queue = VecDeque::from([(start, first.to_vec())]);
    while let Some((here, targets)) = queue.pop_front() {
        for target in targets {
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
                queue.push_back((target, next(target)));
            }
        }
    }
    None
}
