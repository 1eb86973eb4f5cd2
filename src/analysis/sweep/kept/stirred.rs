//! Which outages a change stirs: those under which something that changed fails in one version and not in the other.
//!
//! What did not change is the least solution of the same equations over what did, so where all that changed does under an
//! outage what it did before, so does everything else (Bekić's principle of the least fixed point of a part).

use rayon::prelude::*;

use super::flow::{Flow, Plan, Rules};
use super::order::Order;
use super::scope::Scope;
use crate::analysis::lanes::{LANES, LaneSet, Lanes, NONE};
use crate::graph::{Edge, Failure, Graph, Matched, NOWHERE, NodeId};

/// The outages of a scope under which something that changed does not do what it did, in the order in which their failures
/// begin; `None` where something that changed fails whatever happens, so that other outages may be touched as well.
///
/// Costs a sweep bit by bit of what bears on the changed nodes, in both versions.
pub(super) fn stirred(versions: [(&Graph, &Order); 2], matched: &Matched, scope: &Scope) -> Option<Vec<u32>> {
    let degrades = versions.iter().any(|(graph, _)| graph.has_soft() || !graph.partial_inputs().is_empty());
    let systems = if degrades { &[Failure::Down, Failure::NotUp][..] } else { &[Failure::Down] };
    let plans =
        systems.iter().map(|failure| plans(versions, *failure, scope)).collect::<Option<Vec<[Plan<'_>; 2]>>>()?;
    let [_, (after, order)] = versions;
    let begins = |component: &u32| after.capabilities_of(*component).map(|node| order.rank[node as usize]).min();
    // Outages whose failures begin near each other are looked at together.
    let mut outages = scope.outages.clone();
    outages.sort_by_cached_key(|component| begins(component).unwrap_or(u32::MAX));
    let earlier = |component: u32| Some(matched.components[component as usize]).filter(|at| *at != NOWHERE);
    let chunk = |flows: &mut Vec<[Flow<'_, Lanes>; 2]>, chunk: &[u32]| {
        let mut differ = NONE;
        for flows in flows {
            for (lane, component) in chunk.iter().enumerate() {
                let [was, is] = flows;
                earlier(*component).into_iter().for_each(|component| was.seed_component(component, lane));
                is.seed_component(*component, lane);
            }
            flows.iter_mut().for_each(Flow::run);
            let [was, is] = flows;
            for (earlier, node) in &scope.pairs {
                add(&mut differ, was.value(*earlier).iter().zip(is.value(*node)).map(|(was, is)| was ^ is));
            }
            for (flow, turned) in flows.iter().zip(&scope.turned) {
                turned.iter().for_each(|node| add(&mut differ, flow.value(*node).iter().copied()));
            }
            flows.iter_mut().for_each(Flow::reset);
        }
        // New components are looked at whatever they do: what is degraded whatever happens is so under their loss too.
        let stays = |(lane, own): (usize, &u32)| differ.has(lane) || earlier(*own).is_none();
        chunk.iter().enumerate().filter(|pair| stays(*pair)).map(|(_, own)| *own).collect::<Vec<u32>>()
    };
    let flows = || plans.iter().map(|plans| plans.each_ref().map(Flow::new)).collect::<Vec<_>>();
    let stirred: Vec<Vec<u32>> = outages.par_chunks(LANES).map_init(flows, chunk).collect();
    Some(stirred.into_iter().flatten().collect())
}

fn add(to: &mut Lanes, words: impl Iterator<Item = u64>) {
    to.iter_mut().zip(words).for_each(|(word, new)| *word |= new);
}

/// One of the Boolean systems in both versions, over what bears on what changed; `None` where something of that fails
/// whatever happens.
fn plans<'a>(versions: [(&'a Graph, &'a Order); 2], failure: Failure, scope: &Scope) -> Option<[Plan<'a>; 2]> {
    let of = |version: usize| {
        let ((graph, order), changed) = (versions[version], &scope.changed[version]);
        let rules = Rules::new(graph, failure);
        let wanted = || bearing(graph, changed.clone(), |edge| failure.carried(edge));
        (!changed.iter().any(|node| rules.always(*node))).then(|| Plan::new(&rules, order, &wanted()))
    };
    let (was, is) = rayon::join(|| of(0), || of(1));
    Some([was?, is?])
}

/// Some nodes, and all that bears on them over edges that count.
pub(super) fn bearing(graph: &Graph, mut open: Vec<NodeId>, counts: impl Fn(&Edge) -> bool) -> Vec<bool> {
    let mut wanted = vec![false; graph.len()];
    open.iter().for_each(|node| wanted[*node as usize] = true);
    while let Some(node) = open.pop() {
        for edge in graph.inputs(node).iter().filter(|edge| counts(edge)) {
            if !std::mem::replace(&mut wanted[edge.node as usize], true) {
                open.push(edge.node);
            }
        }
    }
    wanted
}
