//! Service credits: what an agreement pays back when a product was up less than promised.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::need::stated;
use super::{Citable, Stated};
use crate::source::Fields;
use crate::source::yaml::Node;

/// A step of an agreement: a month below a share is paid back in part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Credit {
    /// Up for less than this share of the month, from 0 to 1.
    pub below: f64,
    /// The share of the month's fee that is paid back, from 0 to 1.
    pub pays: f64,
}

/// The share of the month's fee that is paid back after a month with this uptime (0 to 1): that of the lowest step that
/// it stays below, 0 when it stays below none.
pub fn due(credits: &[Credit], uptime: f64) -> f64 {
    let missed = credits.iter().filter(|credit| falls_below(uptime, credit.below));
    missed.min_by(|a, b| a.below.total_cmp(&b.below)).map_or(0.0, |credit| credit.pays)
}

/// Whether a share of the month is less than a promised one, by more than figures of this kind are rounded.
pub fn falls_below(uptime: f64, promised: f64) -> bool {
    promised - uptime > 1e-12
}

/// `credits: {below: {99.9%: 10%, 99%: 25%}, source: agreement}` of an `availability`; the mildest breach first.
pub(super) fn read(
    fields: &mut Fields,
    availability: &Node,
    sources: &BTreeMap<Arc<str>, Citable>,
) -> Option<Stated<Vec<Credit>>> {
    let node = availability.get("credits")?;
    if !fields.mapping(node, "`credits`", &["below", "source", "known", "note"]) {
        return None;
    }
    let example = "write `below: {99.9%: 10%, 99%: 25%}`";
    let Some(below) = node.get("below").filter(|below| !below.entries().is_empty()) else {
        fields.wrong(node, "credits without a table", example);
        return None;
    };
    let mut credits = Vec::new();
    for (key, value) in below.entries() {
        credits.push(Credit { below: fields.share(key)?, pays: fields.share(value)? });
    }
    credits.sort_by(|a, b| b.below.total_cmp(&a.below));
    let rises = |pair: &[Credit]| {
        pair[0].below.total_cmp(&pair[1].below) == Ordering::Greater && pair[0].pays.total_cmp(&pair[1].pays).is_lt()
    };
    if !credits.windows(2).all(rises) {
        fields.wrong(below, "a lower share of the month must pay back more", example);
        return None;
    }
    stated(fields, node, credits, sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_step_that_is_missed_counts() {
        let steps = [(0.999, 0.1), (0.99, 0.25), (0.95, 1.0)].map(|(below, pays)| Credit { below, pays });
        for (uptime, pays) in
            [(1.0, 0.0), (0.999, 0.0), (0.9989, 0.1), (0.99, 0.1), (0.98, 0.25), (0.95, 0.25), (0.5, 1.0), (0.0, 1.0)]
        {
            assert!((due(&steps, uptime) - pays).abs() < f64::EPSILON, "{uptime}");
        }
        assert!(due(&[], 0.0).abs() < f64::EPSILON);
    }
}
