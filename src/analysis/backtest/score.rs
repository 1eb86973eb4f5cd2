//! Sums over rows: what share of what was reported was predicted.

use super::Row;
use crate::analysis::replay::Seconds;
use crate::model::State;

/// A weighted share: official rows count fully, others less.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// How many rows there are.
    pub rows: usize,
    /// The sum of their weights.
    pub weight: f64,
    /// The weight of those that are right.
    pub right: f64,
}

impl Tally {
    fn add(&mut self, weight: f64, share: f64) {
        self.rows += 1;
        self.weight += weight;
        self.right += weight * share;
    }

    fn join(&mut self, other: &Tally) {
        self.rows += other.rows;
        self.weight += other.weight;
        self.right += other.right;
    }

    /// The share that is right, from 0 to 1; `None` without rows.
    pub fn share(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.right / self.weight)
    }
}

/// How well an outage, or all of them, were predicted.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Of what was reported down or degraded: predicted not to be up.
    pub down: Tally,
    /// Of what was reported up: predicted to be up.
    pub up: Tally,
    /// Of what was reported down or degraded and predicted not to be up: predicted in that very state.
    pub exact: Tally,
    /// Of what was reported down or degraded on a product of which something was predicted not to be up: the right plane.
    pub plane: Tally,
    /// Rows that the outage file itself takes down; they are not scored.
    pub given: usize,
    /// Whether what came back sooner was predicted to: Kendall's tau-b over pairs, from -1 to 1.
    pub order: Option<f64>,
    /// By how much the predicted moments of recovery are off, in order.
    pub errors: Vec<Seconds>,
}

impl Score {
    /// The sums over the rows of one outage; quadratic in the rows with a time of recovery.
    pub(super) fn of(rows: &[Row]) -> Self {
        let mut score = Score::default();
        let mut back = Vec::new();
        for row in rows {
            let weight = row.grade.weight();
            match row.reported {
                _ if row.given => score.given += 1,
                State::Up => score.up.add(weight, row.right),
                _ => {
                    score.down.add(weight, row.right);
                    if super::hit(row.predicted) {
                        score.exact.add(weight, f64::from(u8::from(row.exact)));
                    }
                    if row.product_hit {
                        score.plane.add(weight, f64::from(u8::from(super::hit(row.predicted))));
                    }
                    if let (Some(reported), Some(predicted)) = row.back {
                        back.push((reported, predicted));
                    }
                }
            }
        }
        score.order = tau(&back);
        score.errors = back.iter().map(|(reported, predicted)| (reported - predicted).abs()).collect();
        score.errors.sort_unstable();
        score
    }

    /// The median error of the moments of recovery.
    pub fn median_error(&self) -> Option<Seconds> {
        self.errors.get(self.errors.len() / 2).copied()
    }
}

/// The sums over outages; the order of recovery is the mean over those that have one.
pub fn total<'s>(scores: impl IntoIterator<Item = &'s Score>) -> Score {
    let mut total = Score::default();
    let mut orders = Vec::new();
    for score in scores {
        total.down.join(&score.down);
        total.up.join(&score.up);
        total.exact.join(&score.exact);
        total.plane.join(&score.plane);
        total.given += score.given;
        total.errors.extend(&score.errors);
        orders.extend(score.order);
    }
    total.errors.sort_unstable();
    total.order = (!orders.is_empty()).then(|| orders.iter().sum::<f64>() / orders.len() as f64);
    total
}

/// Kendall's tau-b: the surplus of pairs in the same order over pairs in opposite order, ties left out of both.
///
/// `None` when all are tied on one side. M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33, 1945.
fn tau(pairs: &[(Seconds, Seconds)]) -> Option<f64> {
    let (mut surplus, mut first, mut second) = (0i64, 0i64, 0i64);
    for (index, a) in pairs.iter().enumerate() {
        for b in &pairs[index + 1..] {
            let (x, y) = ((a.0 - b.0).signum(), (a.1 - b.1).signum());
            surplus += x * y;
            first += x.abs();
            second += y.abs();
        }
    }
    let scale = (first as f64 * second as f64).sqrt();
    (scale > 0.0).then(|| surplus as f64 / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_one_when_right_and_minus_one_when_turned() {
        assert_eq!(tau(&[(1, 10), (2, 20), (3, 30)]), Some(1.0));
        assert_eq!(tau(&[(1, 30), (2, 20), (3, 10)]), Some(-1.0));
        assert_eq!(tau(&[(1, 5), (2, 5)]), None);
        assert_eq!(tau(&[]), None);
        // Four pairs in order, one turned, one tied on one side: (4 - 1) / sqrt(6 * 5).
        let mixed = tau(&[(1, 1), (2, 3), (3, 2), (4, 3)]).expect("an order");
        assert!((mixed - 3.0 / 30f64.sqrt()).abs() < 1e-12, "{mixed}");
    }
}
