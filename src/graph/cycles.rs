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
    let next = |node: NodeId| {
        let edges = graph.inputs(node).iter().filter(|edge| chosen.contains(&edge.node) && follow(**edge));
        edges.copied().collect::<Vec<Edge>>()
    };
    let mut digraph = DiGraph::<NodeId, ()>::new();
    let index: HashMap<NodeId, _> = nodes.iter().map(|node| (*node, digraph.add_node(*node))).collect();
    for node in nodes {
        for edge in next(*node) {
            digraph.add_edge(index[node], index[&edge.node], ());
        }
    }
    let mut found: Vec<Vec<NodeId>> = petgraph::algo::tarjan_scc(&digraph)
        .into_iter()
        .filter_map(|part| {
            let mut part: Vec<NodeId> = part.into_iter().map(|at| digraph[at]).collect();
            part.sort_unstable();
            let within: HashSet<NodeId> = part.iter().copied().collect();
            let edges = part.iter().flat_map(|from| next(*from).into_iter().map(move |edge| (*from, edge)));
            let edges = edges.filter(|(_, edge)| marked(*edge) && within.contains(&edge.node));
            edges.filter_map(|(from, edge)| around(from, edge.node, &within, &next)).min_by_key(Vec::len)
        })
        .collect();
    found.sort();
    found
}

/// The shortest way within a part from a node over one of its edges back to itself.
fn around(
    start: NodeId,
    first: NodeId,
    part: &HashSet<NodeId>,
    next: &impl Fn(NodeId) -> Vec<Edge>,
) -> Option<Vec<NodeId>> {
    if first == start {
        return Some(vec![start]);
    }
    let mut before: HashMap<NodeId, NodeId> = HashMap::from([(first, start)]);
    let mut queue = VecDeque::from([first]);
    while let Some(here) = queue.pop_front() {
        for Edge { node: target, .. } in next(here) {
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
