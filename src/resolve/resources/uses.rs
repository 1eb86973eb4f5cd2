//! What the settings of a thing, of its pieces and of its details refer to, as links between things.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{ALONE, Group};
use super::{Made, Stock, pools};
use crate::catalogue::{Meaning, Part};
use crate::facts::Setting;
use crate::model::{Evidence, Kind};

/// How far the way through details may be.
const MOST_STEPS: usize = 8;
const MOST_EVIDENCE: usize = 4;

/// What a thing is linked to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum To {
    /// Another thing, by its number.
    Thing(usize),
    /// A product: its provider, its name and the face that is needed.
    Product(String),
}

/// Whose, to what, how, and of alternatives, and of what is behind a pool, by what they belong together; the evidence, and
/// whether the catalogue names the setting.
pub(super) type Links = BTreeMap<(usize, To, Meaning, Group), (Vec<Evidence>, bool)>;

/// All links of all things.
///
/// Linear in the settings of things and of their pieces, and in those of details once for each thing that they are
/// details of.
pub(super) fn links(stock: &Stock<'_>) -> Links {
    let mut links = Links::new();
    for resource in 0..stock.all.len() {
        let subjects: Vec<usize> = match stock.parts[resource] {
            Part::Thing(_) => vec![resource],
            Part::Piece => stock.owners[resource].clone(),
            Part::Pool => pools::ways(stock, resource),
            _ => continue,
        };
        for subject in subjects {
            let seen = BTreeSet::from([resource]);
            let mut walk = Walk { stock, subject, from: resource, links: &mut links, seen, group: ALONE };
            walk.settings(resource, None, &[], MOST_STEPS);
        }
    }
    links
}

struct Walk<'a, 's> {
    stock: &'a Stock<'s>,
    subject: usize,
    /// The thing, or the piece of it, whose settings are followed.
    from: usize,
    links: &'a mut Links,
    /// The details that were gone through.
    seen: BTreeSet<usize>,
    /// What the alternatives that are followed belong to.
    group: Group,
}

/// The weaker of two uses on one way: what is needed to start a thing is so by all that it is made of.
fn weaker(outer: Meaning, inner: Meaning) -> Meaning {
    let rank = |meaning: Meaning| match meaning {
        Meaning::Control => 3,
        Meaning::Start => 2,
        Meaning::Soft => 1,
        _ => 0,
    };
    if rank(outer) > rank(inner) { outer } else { inner }
}

impl Walk<'_, '_> {
    /// Follows what the settings of a resource refer to; `outer` is how the way came to it.
    fn settings(&mut self, resource: usize, outer: Option<Meaning>, way: &[Evidence], steps: usize) {
        let settings: &[Setting] = &self.stock.all[resource].settings;
        for (number, setting) in settings.iter().enumerate() {
            if setting.refers.is_empty() {
                continue;
            }
            let said = self.stock.meaning(resource, number);
            let use_ = match said {
                None | Some(Meaning::Needs | Meaning::Variables | Meaning::Carries) => Meaning::Needs,
                Some(Meaning::Images) => Meaning::Start,
                Some(
                    use_ @ (Meaning::Soft
                    | Meaning::Start
                    | Meaning::Control
                    | Meaning::Behind
                    | Meaning::Serves
                    | Meaning::Fronts
                    | Meaning::AnyOf),
                ) => use_,
                Some(_) => continue,
            };
            let mut evidence = vec![setting.evidence.clone()];
            evidence.extend(way.iter().cloned());
            evidence.truncate(MOST_EVIDENCE);
            for (use_, group) in self.stock.ways(resource, number, use_) {
                let use_ = outer.map_or(use_, |outer| weaker(outer, use_));
                self.group = match use_ {
                    Meaning::AnyOf => group,
                    Meaning::Fronts => pools::of(self.from),
                    _ => ALONE,
                };
                for referral in &setting.refers {
                    self.arrive(referral.to, use_, said.is_some(), &evidence, steps);
                }
            }
        }
    }

    fn arrive(&mut self, target: usize, use_: Meaning, said: bool, evidence: &[Evidence], steps: usize) {
        match self.stock.parts[target] {
            Part::Thing(_) if use_ == Meaning::AnyOf && self.stock.is_out(target) => {}
            Part::Thing(_) => {
                self.link(To::Thing(target), use_, said, evidence);
                if use_ == Meaning::AnyOf && !self.stock.is_seen(target) {
                    self.link(To::Thing(target), Meaning::Soft, said, evidence);
                }
            }
            Part::Pool => {
                self.group = if use_ == Meaning::Behind { pools::of(target) } else { self.group };
                for way in pools::ways(self.stock, target) {
                    self.link(To::Thing(way), use_, said, evidence);
                }
            }
            Part::Piece | Part::Record => {
                for owner in &self.stock.owners[target] {
                    self.link(To::Thing(*owner), use_, said, evidence);
                }
            }
            Part::Product => {
                if let Some(made) = &self.stock.types[target].made {
                    self.link(To::Product(product(made)), use_, said, evidence);
                }
                if steps > 0 && self.seen.insert(target) {
                    self.carried(target, use_, evidence, steps - 1);
                }
            }
            Part::Detail if steps > 0 && self.seen.insert(target) => {
                self.settings(target, Some(use_), evidence, steps - 1);
            }
            Part::Detail | Part::Place | Part::Settings | Part::Nothing => {}
        }
    }

    /// Who uses a product's resource also uses what that carries: the addresses in a secret. It may be a piece of the
    /// resource that carries it.
    fn carried(&mut self, target: usize, use_: Meaning, evidence: &[Evidence], steps: usize) {
        // The secret is fetched when a thing starts, what it tells of is used while it runs.
        let _ = use_;
        let stock = self.stock;
        let mut holders = vec![target];
        holders.extend(stock.referrers[target].iter().map(|(who, _)| *who));
        for holder in holders {
            for (_, setting, _) in stock.settings(holder, Meaning::Carries) {
                let mut all = vec![setting.evidence.clone()];
                all.extend(evidence.iter().cloned());
                all.truncate(MOST_EVIDENCE);
                for referral in setting.refers.iter().filter(|referral| referral.to != target) {
                    self.arrive(referral.to, Meaning::Needs, true, &all, steps);
                }
            }
        }
    }

    fn link(&mut self, to: To, use_: Meaning, said: bool, evidence: &[Evidence]) {
        let is_store = |target: usize| matches!(self.stock.parts[target], Part::Thing(Kind::Store));
        let (from, to) = match (use_, to) {
            (_, To::Thing(target)) if target == self.subject => return,
            // A store serves without those that put something into it.
            (Meaning::Serves, To::Thing(target)) if is_store(target) => (self.subject, To::Thing(target)),
            (Meaning::Serves | Meaning::Fronts, To::Thing(target)) => (target, To::Thing(self.subject)),
            (_, to) => (self.subject, to),
        };
        let use_ = match use_ {
            Meaning::Serves => Meaning::Needs,
            Meaning::Fronts => Meaning::Behind,
            use_ => use_,
        };
        let (known, sure) = self.links.entry((from, to, use_, self.group)).or_default();
        *sure |= said;
        for one in evidence {
            if !known.contains(one) && known.len() < MOST_EVIDENCE {
                known.push(one.clone());
            }
        }
    }
}

/// A product and its face as one names them: `aws/iam:control`.
pub(super) fn product(made: &Made) -> String {
    match &made.capability {
        Some(capability) => format!("{}:{capability}", made.id()),
        None => made.id().to_string(),
    }
}
