//! The part that each resource plays, and whose pieces the pieces are.

use std::collections::BTreeSet;

use super::Stock;
use crate::catalogue::{Meaning, Part};
use crate::model::Kind;

/// How many steps a piece may be away from its thing.
const MOST_STEPS: usize = 6;

/// The parts of all resources.
///
/// What is only looked up is a thing when the catalogue names its very type, and no pattern of many. What no entry of
/// the catalogue speaks of is a piece of the thing of the same product that it refers to; else it is
/// a thing of its own, or, when it is only looked up, a detail of what refers to it.
pub(super) fn all(stock: &Stock<'_>) -> Vec<Part> {
    let one = |index: usize| match stock.types[index].part {
        Some(Part::Thing(_)) if stock.all[index].looked_up && !stock.types[index].named => Part::Detail,
        Some(part) => part,
        None => unsaid(stock, index),
    };
    (0..stock.all.len()).map(one).collect()
}

fn unsaid(stock: &Stock<'_>, index: usize) -> Part {
    let resource = &stock.all[index];
    if resource.looked_up {
        return Part::Detail;
    }
    let Some(made) = &stock.types[index].made else { return Part::Thing(Kind::External) };
    let of_same = resource.settings.iter().flat_map(|setting| &setting.refers).any(|referral| {
        let there = &stock.types[referral.to];
        let other = referral.to != index && stock.all[referral.to].sign != resource.sign;
        let may_be = !matches!(there.part, Some(Part::Settings | Part::Nothing | Part::Place));
        let made_of_same = there.made.as_ref().is_some_and(|there| there.id() == made.id());
        other && may_be && made_of_same
    });
    if of_same { Part::Piece } else { Part::Thing(Kind::Service) }
}

/// The things that each resource belongs to, in order.
///
/// Those that it says it is a piece of; else those of its product that it refers to; else those that refer to it by a
/// piece of theirs. A thing belongs to itself.
pub(super) fn owners(stock: &Stock<'_>) -> Vec<Vec<usize>> {
    let one = |resource| {
        let mut owners = BTreeSet::new();
        stock.gather_owners(resource, &mut owners, &mut BTreeSet::new(), MOST_STEPS);
        owners.into_iter().collect()
    };
    (0..stock.all.len()).map(one).collect()
}

impl Stock<'_> {
    pub(super) fn is_thing(&self, resource: usize) -> bool {
        matches!(self.parts[resource], Part::Thing(_))
    }

    fn gather_owners(&self, resource: usize, owners: &mut BTreeSet<usize>, seen: &mut BTreeSet<usize>, steps: usize) {
        match self.parts[resource] {
            Part::Thing(_) => drop(owners.insert(resource)),
            Part::Piece | Part::Pool | Part::Record if steps > 0 && seen.insert(resource) => {
                for up in self.belongs_to(resource) {
                    self.gather_owners(up, owners, seen, steps - 1);
                }
                if owners.is_empty() {
                    for (referrer, setting) in &self.referrers[resource] {
                        // What is put behind a piece does not own it, nor does what sends nothing there.
                        let is_behind = self.meaning(*referrer, *setting) == Some(Meaning::Behind);
                        if self.same(*referrer, resource) && !is_behind && !self.is_off(*referrer, *setting) {
                            self.gather_owners(*referrer, owners, seen, steps - 1);
                        }
                    }
                }
            }
            // A detail belongs to whatever refers to it.
            Part::Detail if steps > 0 && seen.insert(resource) => {
                for (referrer, setting) in &self.referrers[resource] {
                    if self.meaning(*referrer, *setting) != Some(Meaning::Ignores) {
                        self.gather_owners(*referrer, owners, seen, steps - 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// What a piece refers to as what it is a piece of.
    fn belongs_to(&self, resource: usize) -> BTreeSet<usize> {
        let said: BTreeSet<usize> = self
            .settings(resource, Meaning::PieceOf)
            .flat_map(|(_, setting, _)| setting.refers.iter().map(|referral| referral.to))
            .collect();
        if !self.attributes(resource, Meaning::PieceOf).is_empty() {
            return said;
        }
        let settings = self.all[resource].settings.iter();
        let targets = settings.flat_map(|setting| setting.refers.iter().map(|referral| referral.to));
        targets.filter(|target| *target != resource && self.same(*target, resource)).collect()
    }

    /// Whether two resources are made of the same product.
    fn same(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.types[one].made, &self.types[other].made);
        one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one.id() == other.id())
    }
}
