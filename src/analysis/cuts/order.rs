//! Orders of variables: which one a diagram decides on first is most of what its size depends on.
//!
//! Two families are tried. Depth first keeps together what one gate needs; FORCE (Aloul, Markov and Sakallah 2003) pulls
//! together what occurs together, and interleaves parts that are alike.

use super::circuit::{Circuit, Ref, count};
use super::hash::{Map, Set};

/// A module: its gate, the gates within, and its leaves, which are events and inner modules.
pub(super) struct Scope<'a> {
    circuit: &'a Circuit,
    top: Ref,
    is_leaf: &'a dyn Fn(Ref) -> bool,
    /// The gates of the module, inputs first.
    pub(super) gates: Vec<Ref>,
    size: Map<Ref, u64>,
}

/// How many orders there are to try.
pub(super) const ORDERS: usize = 6;

/// How often FORCE moves everything at most.
const MOVES: usize = 60;

/// How many inputs FORCE looks at, moves together: a circuit of a million gates is not worth a minute.
const MOST_LOOKS: usize = 1 << 23;

impl<'a> Scope<'a> {
    pub(super) fn new(circuit: &'a Circuit, top: Ref, is_leaf: &'a dyn Fn(Ref) -> bool) -> Self {
        let mut scope = Scope { circuit, top, is_leaf, gates: Vec::new(), size: Map::default() };
        let mut seen = Set::from_iter([top]);
        let mut open = vec![top];
        while let Some(at) = open.pop() {
            if scope.leaf(at) {
                continue;
            }
            scope.gates.push(at);
            open.extend(circuit.inputs(at).iter().filter(|input| seen.insert(**input)));
        }
        scope.gates.sort_unstable();
        for at in scope.gates.clone() {
            let below = circuit.inputs(at).iter().map(|input| scope.size.get(input).copied().unwrap_or(1));
            let size = below.fold(0u64, u64::saturating_add);
            scope.size.insert(at, size);
        }
        scope
    }

    fn leaf(&self, at: Ref) -> bool {
        at != self.top && (self.is_leaf)(at) || self.circuit.inputs(at).is_empty()
    }

    /// The leaves in one of the orders to try.
    pub(super) fn order(&self, which: usize) -> Vec<Ref> {
        match which {
            0 => self.depth_first(|_| 0),
            1 => self.force(self.depth_first(|_| 0)),
            2 => self.depth_first(|size| size),
            3 => self.depth_first(|size| u64::MAX - size),
            4 => self.force(self.depth_first(|size| size)),
            _ => self.force(self.depth_first(|size| u64::MAX - size)),
        }
    }

    /// The leaves as they are first met, inputs of a gate by a key of how much is below them.
    fn depth_first(&self, key: impl Fn(u64) -> u64) -> Vec<Ref> {
        let mut seen: Set<Ref> = Set::default();
        let mut leaves = Vec::new();
        let mut open = vec![self.top];
        while let Some(at) = open.pop() {
            if !seen.insert(at) {
                continue;
            }
            if self.leaf(at) {
                leaves.push(at);
                continue;
            }
            let mut inputs = self.circuit.inputs(at).to_vec();
            inputs.sort_by_key(|input| key(self.size.get(input).copied().unwrap_or(1)));
            open.extend(inputs.into_iter().rev().filter(|input| !seen.contains(input)));
        }
        leaves
    }

    /// Moves leaves and gates to the middle of the gates that they occur in, until these get no shorter.
    fn force(&self, start: Vec<Ref>) -> Vec<Ref> {
        let all: Vec<Ref> = start.iter().copied().chain(self.gates.iter().copied()).collect();
        let index: Map<Ref, usize> = all.iter().enumerate().map(|(number, at)| (*at, number)).collect();
        // Gates begin at the middle of what they are made from.
        let mut position: Vec<f64> = (0..all.len()).map(|number| number as f64).collect();
        for at in &self.gates {
            position[index[at]] = middle(self.circuit.inputs(*at).iter().map(|input| position[index[input]]));
        }
        let edges: Vec<Vec<usize>> = self
            .gates
            .iter()
            .map(|at| self.circuit.inputs(*at).iter().chain([at]).map(|member| index[member]).collect())
            .collect();
        let mut edges_of: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
        for (number, edge) in edges.iter().enumerate() {
            edge.iter().for_each(|member| edges_of[*member].push(number));
        }
        let mut order: Vec<usize> = (0..all.len()).collect();
        let (mut best, mut best_span, mut worse) = (start.clone(), f64::INFINITY, 0);
        let looks: usize = edges.iter().map(Vec::len).sum();
        for _ in 0..MOVES.min(MOST_LOOKS / looks.max(1)) {
            order.sort_by(|a, b| position[*a].total_cmp(&position[*b]).then(a.cmp(b)));
            for (place, number) in order.iter().enumerate() {
                position[*number] = place as f64;
            }
            let ends = |edge: &Vec<usize>| {
                let places = edge.iter().map(|member| position[*member]);
                let (low, high) = places.fold((f64::INFINITY, 0.0f64), |(low, high), at| (low.min(at), high.max(at)));
                high - low
            };
            let span: f64 = edges.iter().map(ends).sum();
            if span < best_span {
                (best_span, worse) = (span, 0);
                best = order.iter().filter(|number| **number < start.len()).map(|number| all[*number]).collect();
            } else {
                worse += 1;
                if worse > 4 {
                    break;
                }
            }
            let centres: Vec<f64> = edges.iter().map(|edge| middle(edge.iter().map(|m| position[*m]))).collect();
            position = edges_of.iter().map(|list| middle(list.iter().map(|edge| centres[*edge]))).collect();
        }
        best
    }
}

fn middle(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, number) = values.fold((0.0, 0u32), |(sum, number), value| (sum + value, number + 1));
    sum / f64::from(number.max(1))
}

/// The level of each leaf in an order.
pub(super) fn levels(order: &[Ref]) -> Map<Ref, u32> {
    order.iter().enumerate().map(|(level, at)| (*at, count(level))).collect()
}
