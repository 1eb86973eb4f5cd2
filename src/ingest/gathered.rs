//! The settings of a resource of infrastructure as code as they are found: each told once, with the items of lists that
//! it stands in.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::facts::{Datum, Item, Referral, Setting};
use crate::model::{Basis, Evidence};
use crate::source::Location;

/// No resource of a person has more.
const MOST_SETTINGS: usize = 4_000;

/// What a value is taken from: the resource by its number, and the attribute of it.
pub(super) type Refs = BTreeSet<(usize, Arc<str>)>;

/// The settings of one resource so far.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) settings: Vec<Setting>,
    seen: BTreeSet<Told>,
    /// The items that are open, and how many there were.
    items: Arc<[Item]>,
    begun: u32,
}

/// What makes two leaves the same: path, innermost item, value and references.
type Told = (Arc<str>, Option<Item>, Option<Arc<str>>, Vec<Referral>);

impl Gathered {
    /// For more settings of a resource that has some: its items go on being numbered.
    pub(super) fn beside(settings: &[Setting]) -> Self {
        let begun = settings.iter().filter_map(|setting| setting.items.last()).map(|item| item.number).max();
        Gathered { begun: begun.unwrap_or(0), ..Gathered::default() }
    }

    /// What an item of a list, or a nested block, holds.
    pub(super) fn within(&mut self, path: &str, gather: impl FnOnce(&mut Self)) {
        self.begun += 1;
        let item = Item { depth: path.split('.').count(), number: self.begun };
        let inner = self.items.iter().copied().chain([item]).collect();
        let outer = std::mem::replace(&mut self.items, inner);
        gather(self);
        self.items = outer;
    }

    /// A leaf in items that are numbered from 1, after those that there were.
    pub(super) fn leaf_in(&mut self, items: &[Item], path: &str, value: Datum, refs: Refs, at: Location) {
        let after = |item: &Item| Item { number: item.number + self.begun, ..*item };
        let inner = items.iter().map(after).collect();
        let outer = std::mem::replace(&mut self.items, inner);
        self.leaf(path, value, refs, at);
        self.items = outer;
    }

    /// One leaf, unless the same was told.
    pub(super) fn leaf(&mut self, path: &str, value: Datum, refs: Refs, at: Location) {
        self.leaf_if(path, value, refs, at, &[]);
    }

    /// One leaf that holds under conditions, which its evidence names.
    pub(super) fn leaf_if(&mut self, path: &str, value: Datum, refs: Refs, at: Location, conditions: &[String]) {
        if self.settings.len() >= MOST_SETTINGS {
            return;
        }
        let refers: Vec<Referral> = refs.into_iter().map(|(to, attribute)| Referral { to, attribute }).collect();
        let path: Arc<str> = path.into();
        if self.seen.insert((Arc::clone(&path), self.items.last().copied(), value.text(), refers.clone())) {
            let note: Vec<&str> = std::iter::once(&*path).chain(conditions.iter().map(String::as_str)).collect();
            let evidence = evidence(at, &note.join(", "));
            self.settings.push(Setting { path, items: Arc::clone(&self.items), value, refers, evidence });
        }
    }
}

/// Evidence in a manifest, with what was read there.
pub(super) fn evidence(at: Location, note: &str) -> Evidence {
    Evidence { at, basis: Basis::Manifest, note: Some(note.into()) }
}

/// The path of a key below another: `a.b` and `c` are `a.b.c`.
pub(super) fn dotted(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(gathered: &Gathered) -> Vec<(String, Vec<u32>)> {
        let of = |setting: &Setting| {
            (setting.path.to_string(), setting.items.iter().map(|item| item.number).collect::<Vec<_>>())
        };
        gathered.settings.iter().map(of).collect()
    }

    #[test]
    fn items_are_numbered_in_order_and_a_leaf_is_told_once_in_each() {
        let at = || Location::start_of(&"main.tf".into());
        let leaf = |found: &mut Gathered, path: &str| found.leaf(path, Datum::Bool(true), Refs::new(), at());
        let mut found = Gathered::default();
        for _ in 0..2 {
            found.within("rule", |found| {
                leaf(found, "rule.open");
                leaf(found, "rule.open");
                found.within("rule.part", |found| leaf(found, "rule.part.open"));
            });
        }
        let all = [("rule.open", vec![1]), ("rule.part.open", vec![1, 2]), ("rule.open", vec![3])];
        let all = all.into_iter().chain([("rule.part.open", vec![3, 4])]);
        let all: Vec<(String, Vec<u32>)> = all.map(|(path, items)| (path.to_owned(), items)).collect();
        assert_eq!(told(&found), all);

        let mut more = Gathered::beside(&found.settings);
        more.leaf_in(&[Item { depth: 1, number: 1 }], "rule.name", Datum::Bool(true), Refs::new(), at());
        assert_eq!(told(&more), [("rule.name".to_owned(), vec![5])]);
    }

    #[test]
    fn evidence_names_the_conditions_of_a_leaf() {
        let mut found = Gathered::default();
        let at = Location::start_of(&"template.yaml".into());
        found.leaf_if("Name", Datum::Bool(true), Refs::new(), at, &["if Prod".to_owned()]);
        assert_eq!(found.settings[0].evidence.note.as_deref(), Some("Name, if Prod"));
    }
}
