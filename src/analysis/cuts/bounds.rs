//! Bounds of a probability that hold whatever the events share, where no diagram fits.

use super::circuit::{Circuit, Node, Ref, count};

/// A lower and an upper bound of the probability of each node of a circuit, of intervals of the probabilities of its
/// independent events; linear in the circuit.
///
/// Monotone functions of independent events are never less likely together than their product says (Harris, 1960): that
/// bounds *and* from below and *or* from above. The likeliest of the inputs bound them from the other side, and Markov's
/// inequality bounds thresholds.
pub(super) fn bounds(circuit: &Circuit, of: impl Fn(u32) -> (f64, f64)) -> Vec<(f64, f64)> {
    let mut all: Vec<(f64, f64)> = vec![(0.0, 0.0), (1.0, 1.0)];
    for at in 2..count(circuit.len()) {
        let bound = match circuit.node(at) {
            Node::Constant => (0.0, 1.0),
            Node::Event(event) => of(*event),
            Node::AtLeast(threshold, inputs) => gate(*threshold as usize, inputs, &all),
        };
        all.push(bound);
    }
    all
}

fn gate(threshold: usize, inputs: &[Ref], all: &[(f64, f64)]) -> (f64, f64) {
    let mut low: Vec<f64> = inputs.iter().map(|input| all[*input as usize].0).collect();
    let mut high: Vec<f64> = inputs.iter().map(|input| all[*input as usize].1).collect();
    low.sort_by(|a, b| b.total_cmp(a));
    high.sort_by(f64::total_cmp);
    // As many as must fail, the likeliest of them, all fail.
    let together: f64 = low[..threshold].iter().product();
    // Of any so many that the others are too few, one fails.
    let none: f64 = high[..=inputs.len() - threshold].iter().map(|high| 1.0 - high).product();
    let markov = high.iter().sum::<f64>() / threshold as f64;
    (together, (1.0 - none).min(markov))
}
