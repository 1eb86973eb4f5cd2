//! Strongly connected parts: what is on no cycle is peeled off first, since that is nearly everything, and petgraph
//! does the rest.

use petgraph::graph::{DiGraph, NodeIndex};

use super::lists::Lists;

/// The strongly connected parts of more than one node, each in order, over those edges that lead into nodes that `into`
/// chooses. Linear in nodes and edges.
pub(super) fn parts(inputs: &Lists, dependents: &Lists, into: impl Fn(u32) -> bool) -> Vec<Vec<u32>> {
    let count = inputs.len();
    let nodes = || (0u32..).take(count);
    // What no cycle leads to.
    let mut missing: Vec<u32> = nodes().map(|v| if into(v) { length(inputs.of(v)) } else { 0 }).collect();
    let mut left = vec![true; count];
    let mut free: Vec<u32> = nodes().filter(|v| missing[*v as usize] == 0).collect();
    let mut remaining = count;
    while let Some(v) = free.pop() {
        left[v as usize] = false;
        remaining -= 1;
        for &w in dependents.of(v).iter().filter(|w| into(**w)) {
            missing[w as usize] -= 1;
            if missing[w as usize] == 0 {
                free.push(w);
            }
        }
    }
    if remaining == 0 {
        return Vec::new();
    }
    // What leads to no cycle.
    let onward = |v: u32, left: &[bool]| dependents.of(v).iter().filter(|w| into(**w) && left[**w as usize]).count();
    let mut uses: Vec<usize> = nodes().map(|v| if left[v as usize] { onward(v, &left) } else { 0 }).collect();
    let mut free: Vec<u32> = nodes().filter(|v| left[*v as usize] && uses[*v as usize] == 0).collect();
    while let Some(v) = free.pop() {
        left[v as usize] = false;
        if !into(v) {
            continue;
        }
        for &u in inputs.of(v).iter().filter(|u| left[**u as usize]).collect::<Vec<_>>() {
            uses[u as usize] -= 1;
            if uses[u as usize] == 0 {
                free.push(u);
            }
        }
    }
    let mut digraph = DiGraph::<u32, ()>::new();
    let mut index = vec![NodeIndex::end(); count];
    for v in nodes().filter(|v| left[*v as usize]) {
        index[v as usize] = digraph.add_node(v);
    }
    for v in nodes().filter(|v| left[*v as usize] && into(*v)) {
        for u in inputs.of(v).iter().filter(|u| left[**u as usize]) {
            digraph.add_edge(index[*u as usize], index[v as usize], ());
        }
    }
    let found = petgraph::algo::kosaraju_scc(&digraph).into_iter().filter(|part| part.len() > 1);
    let mut found: Vec<Vec<u32>> = found
        .map(|part| {
            let mut part: Vec<u32> = part.into_iter().map(|at| digraph[at]).collect();
            part.sort_unstable();
            part
        })
        .collect();
    found.sort_unstable();
    found
}

fn length(list: &[u32]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}
