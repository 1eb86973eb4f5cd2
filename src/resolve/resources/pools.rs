//! What stands behind one pool of a balancer: target groups, server groups, backend services.
//!
//! People come to a single thing behind a pool through the balancer, and it is what they see fail. Several things behind
//! one pool take each other's place: the pool is then what people come to, and needs any one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Stock;
use super::called::unnumbered;
use super::items::{ALONE, Group};
use super::uses::{Links, To};
use crate::catalogue::{Meaning, Part};
use crate::model::{Evidence, Kind};

/// The mark of a link that goes through a pool.
pub(super) fn of(pool: usize) -> Group {
    (pool, u32::MAX, false)
}

/// The things through which people come to a pool; where nothing in the files says, the pool itself.
pub(super) fn ways(stock: &Stock<'_>, pool: usize) -> Vec<usize> {
    let owners = &stock.owners[pool];
    if owners.is_empty() { vec![pool] } else { owners.clone() }
}

/// A pool with what stands behind it.
#[derive(Default)]
struct Pool {
    /// Those behind it, copies of one thing as one, each with where that is written.
    members: BTreeMap<(Arc<str>, String), (usize, Vec<Evidence>)>,
    /// What it is reached through itself.
    ways: BTreeSet<usize>,
    /// The links that say so.
    links: Vec<(usize, To, Meaning, Group)>,
}

/// Makes alternatives of what stands behind one pool; a single thing behind one is behind its balancer.
///
/// Linear in the links, but for the logarithm of their number.
pub(super) fn settle(stock: &mut Stock<'_>, links: &mut Links) {
    let mut pools: BTreeMap<usize, Pool> = BTreeMap::new();
    for ((member, to, use_, group), (evidence, _)) in links.iter() {
        let (Meaning::Behind, To::Thing(way)) = (use_, to) else { continue };
        if *group == ALONE {
            continue;
        }
        let resource = &stock.all[*member];
        let pool = pools.entry(group.0).or_default();
        let key = (Arc::clone(&resource.scope), unnumbered(&resource.name));
        pool.members.entry(key).or_insert_with(|| (*member, evidence.clone()));
        pool.ways.extend(Some(*way).filter(|way| *way != group.0));
        pool.links.push((*member, to.clone(), *use_, *group));
    }
    for (index, pool) in pools {
        let told: Vec<_> = pool.links.iter().filter_map(|key| Some((key.clone(), links.remove(key)?))).collect();
        if pool.members.len() < 2 {
            let alone = told.into_iter().filter(|((_, to, ..), _)| {
                // A pool that nothing leads to is no way.
                !matches!(to, To::Thing(way) if *way == index && !stock.is_thing(index))
            });
            links.extend(alone.map(|((member, to, use_, _), said)| ((member, to, use_, ALONE), said)));
            continue;
        }
        if !stock.is_thing(index) {
            stock.parts[index] = Part::Thing(Kind::Service);
            stock.spread.extend(Some(index).filter(|_| !pool.ways.is_empty()));
        }
        for way in pool.ways {
            let evidence = vec![stock.all[index].evidence.clone()];
            links.insert((index, To::Thing(way), Meaning::Behind, ALONE), (evidence, true));
        }
        for (member, evidence) in pool.members.into_values() {
            links.insert((index, To::Thing(member), Meaning::AnyOf, of(index)), (evidence, true));
        }
    }
}

impl Stock<'_> {
    /// Whether a piece is one of nothing that is declared; what gets no requests for now is one of what sends none.
    pub(super) fn leads_nowhere(&self, piece: usize) -> bool {
        self.owners[piece].is_empty() && !self.referrers[piece].iter().any(|(who, number)| self.is_off(*who, *number))
    }
}
