//! The items of one resource that are chosen among: origins, groups of them, and the routes that name them.
//!
//! A route names an item by what it is called. An item that all requests go to by default is needed; one that only some
//! go to is needed in part. A group stands for its members: any one of them is enough where the group turns to the next
//! when one fails, else its first member is what it stands for. Where a route names what nothing is called, or what a
//! thing is called is not known, nothing is said of the resource, and all that it refers to is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Stock;
use crate::catalogue::{Attribute, Meaning};
use crate::facts::{Referral, Setting};

/// Alternatives that belong together: those of a resource, or of an item of it, and whether they are needed softly.
pub(super) type Group = (usize, u32, bool);

/// No group: for what is needed by itself.
pub(super) const ALONE: Group = (0, 0, false);

/// For each named item how it is used; one with no use is named by no route.
pub(super) type Routed = BTreeMap<u32, BTreeSet<Use>>;

/// How an item is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// By itself; whether only some requests go to it.
    Alone { in_part: bool },
    /// As one of the members of a group.
    Member { group: u32, in_part: bool },
}

/// A name within a resource: what is known of its text, and what it is taken from.
type Name = (Option<Arc<str>>, Vec<Referral>);

/// What a setting says as a name; `None` when that is not known.
fn name(setting: &Setting) -> Option<Name> {
    let text = setting.value.text();
    let known = text.as_ref().is_some_and(|text| !text.contains('?'));
    (known || !setting.refers.is_empty()).then(|| (text, setting.refers.clone()))
}

/// The innermost item of a setting that is one of these.
fn innermost<T>(setting: &Setting, among: &BTreeMap<u32, T>) -> Option<u32> {
    setting.items.iter().rev().map(|item| item.number).find(|number| among.contains_key(number))
}

/// Whether a setting is as an attribute asks; what is not known is not.
fn says_so(setting: &Setting, attribute: &Attribute) -> bool {
    setting.value.text().is_some_and(|text| attribute.accepts(&text) != attribute.is_negated())
}

impl Stock<'_> {
    /// How the items of a resource are used; `None` when no route says so, or one can't be followed.
    ///
    /// Linear in the settings, but for the logarithm of the number of names.
    pub(super) fn routed(&self, resource: usize) -> Option<Routed> {
        if self.attributes(resource, Meaning::Routes).is_empty() {
            return None;
        }
        let mut called: BTreeMap<Name, BTreeSet<u32>> = BTreeMap::new();
        let mut routed = Routed::new();
        for (_, setting, _) in self.settings(resource, Meaning::Called) {
            let item = setting.items.last()?.number;
            called.entry(name(setting)?).or_default().insert(item);
            routed.entry(item).or_default();
        }
        let mut groups: BTreeMap<u32, Vec<Name>> = BTreeMap::new();
        for (_, setting, _) in self.settings(resource, Meaning::Members) {
            groups.entry(innermost(setting, &routed)?).or_default().push(name(setting)?);
        }
        let failing_over = self.failing_over(resource);
        for (meaning, in_part) in [(Meaning::Routes, false), (Meaning::RoutesPart, true)] {
            for (_, setting, _) in self.settings(resource, meaning) {
                for item in called.get(&name(setting)?)? {
                    let Some(members) = groups.get(item) else {
                        routed.entry(*item).or_default().insert(Use::Alone { in_part });
                        continue;
                    };
                    for (number, member) in members.iter().enumerate() {
                        let use_ = match failing_over.as_ref() {
                            Some(over) if !over.contains(item) => Use::Alone { in_part: in_part || number > 0 },
                            _ => Use::Member { group: *item, in_part },
                        };
                        for each in called.get(member)? {
                            routed.entry(*each).or_default().insert(use_);
                        }
                    }
                }
            }
        }
        // A route that leads to nothing says nothing.
        let by_default =
            |use_: &Use| matches!(use_, Use::Alone { in_part: false } | Use::Member { in_part: false, .. });
        let mut needed = self.settings(resource, Meaning::Needs);
        let leads = needed.any(|(_, setting, _)| {
            innermost(setting, &routed).is_some_and(|item| routed[&item].iter().any(by_default))
        });
        leads.then_some(routed)
    }

    /// The items that turn to their next member when one fails; `None` when all of this type do.
    fn failing_over(&self, resource: usize) -> Option<BTreeSet<u32>> {
        if self.attributes(resource, Meaning::FailsOver).is_empty() {
            return None;
        }
        let settings = self.settings(resource, Meaning::FailsOver);
        let so = settings.filter(|(_, setting, attribute)| says_so(setting, attribute));
        Some(so.flat_map(|(_, setting, _)| setting.items.iter().map(|item| item.number)).collect())
    }

    /// How a setting that refers to something, or names its address, is meant, with the alternatives that it is one of;
    /// nothing for what takes no part.
    pub(super) fn ways(&self, resource: usize, number: usize, use_: Meaning) -> Vec<(Meaning, Group)> {
        match use_ {
            Meaning::Needs => self.as_routed(resource, number),
            Meaning::AnyOf | Meaning::Fronts if self.is_off(resource, number) => Vec::new(),
            Meaning::Behind if self.is_out(resource) => Vec::new(),
            Meaning::AnyOf => {
                let group = self.group_of(resource, number);
                let each = (!self.is_seen(group.0)).then_some((Meaning::Soft, ALONE));
                [(Meaning::AnyOf, group)].into_iter().chain(each).collect()
            }
            _ => vec![(use_, ALONE)],
        }
    }

    /// Whether those that a resource chooses among, or is one of, are spared when they are down: not where nobody looks,
    /// and requests are sent there all the same, and not where each has a part of its own.
    pub(super) fn is_seen(&self, resource: usize) -> bool {
        let told = !self.attributes(resource, Meaning::Checked).is_empty();
        let checked = !told || self.holds(resource, Meaning::Checked).is_some();
        checked && self.holds(resource, Meaning::Parted).is_none()
    }

    /// Whether a resource as a whole takes no part.
    pub(super) fn is_out(&self, resource: usize) -> bool {
        let mut off = self.settings(resource, Meaning::Off).filter(|(_, setting, _)| setting.items.is_empty());
        off.any(|(_, setting, attribute)| says_so(setting, attribute))
    }

    /// Whether a setting with this meaning names one of several that are chosen among.
    pub(super) fn is_chosen(&self, resource: usize, number: usize, meaning: Meaning) -> bool {
        let setting = &self.all[resource].settings[number];
        let item = || self.routed.get(&resource).and_then(|routed| innermost(setting, routed));
        match meaning {
            Meaning::AnyOf => !self.is_off(resource, number),
            Meaning::Needs => item().is_some(),
            _ => false,
        }
    }

    fn as_routed(&self, resource: usize, number: usize) -> Vec<(Meaning, Group)> {
        let setting = &self.all[resource].settings[number];
        let uses = self.routed.get(&resource).and_then(|routed| routed.get(&innermost(setting, routed)?));
        let Some(uses) = uses else { return vec![(Meaning::Needs, ALONE)] };
        if uses.contains(&Use::Alone { in_part: false }) {
            return vec![(Meaning::Needs, ALONE)];
        }
        let one = |use_: &Use| match *use_ {
            Use::Alone { .. } => (Meaning::Soft, ALONE),
            Use::Member { group, in_part } => (Meaning::AnyOf, (resource, group, in_part)),
        };
        // What no route names may still be chosen by code at the edge.
        if uses.is_empty() { vec![(Meaning::Soft, ALONE)] } else { uses.iter().map(one).collect() }
    }

    /// What the alternatives that a setting tells of belong to: the item that the catalogue says; else what the resource
    /// is a piece of, else itself.
    fn group_of(&self, resource: usize, number: usize) -> Group {
        let setting = &self.all[resource].settings[number];
        let path = &self.paths[resource][number];
        let depth = self.attributes(resource, Meaning::AnyOf).iter().find_map(|attribute| attribute.item_at(path));
        let item = depth.and_then(|depth| setting.items.iter().rev().find(|item| item.depth == depth));
        if let Some(item) = item {
            return (resource, item.number, false);
        }
        let mut above = self.settings(resource, Meaning::PieceOf).flat_map(|(_, setting, _)| &setting.refers);
        (above.next().map_or(resource, |referral| referral.to), 0, false)
    }

    /// Whether what a setting names takes no part: its item says so, or the resource does outside of all items.
    pub(super) fn is_off(&self, resource: usize, number: usize) -> bool {
        let items = &self.all[resource].settings[number].items;
        let mut off =
            self.settings(resource, Meaning::Off).filter(|(_, setting, attribute)| says_so(setting, attribute));
        off.any(|(_, setting, _)| items.starts_with(&setting.items))
    }
}
