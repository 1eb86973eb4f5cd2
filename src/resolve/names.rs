//! Looking up the words that name one's own components: names, aliases, host names.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::merge::Merged;
use crate::facts::Facts;
use crate::model::ComponentId;

/// All names that own components answer to.
pub(super) struct Names {
    names: HashMap<Arc<str>, BTreeSet<ComponentId>>,
    scoped: HashMap<(Arc<str>, Arc<str>), ComponentId>,
    /// Components that are named without a scope somewhere, so that their short names hold everywhere.
    everywhere: BTreeSet<ComponentId>,
    /// Components of which something else than code tells.
    run: BTreeSet<ComponentId>,
}

/// What a name led to.
pub(super) enum Known {
    /// One component.
    One(ComponentId),
    /// One, but in another scope than that of the one who asks.
    Elsewhere(ComponentId),
    /// Several, in several scopes.
    Several(Vec<ComponentId>),
    /// None.
    Nothing,
}

impl Names {
    pub(super) fn new(facts: &[(&'static str, Facts)], merged: &Merged) -> Self {
        let mut names =
            Names { names: HashMap::new(), scoped: HashMap::new(), everywhere: BTreeSet::new(), run: BTreeSet::new() };
        for (set, (_, facts)) in facts.iter().enumerate() {
            for (index, fact) in facts.components.iter().enumerate() {
                let id = merged.id(set, index);
                if !fact.evidence.basis.is_code() {
                    names.run.insert(id.clone());
                }
                let mut all = vec![Arc::clone(&fact.name), id.as_str().into()];
                all.extend(fact.aliases.iter().chain(&fact.hosts).cloned());
                for name in all {
                    let name: Arc<str> = name.to_lowercase().into();
                    if fact.scope.is_none() {
                        names.everywhere.insert(id.clone());
                    }
                    if let Some(scope) = merged.scope(set, index) {
                        names.scoped.entry((Arc::clone(scope), Arc::clone(&name))).or_insert_with(|| id.clone());
                    }
                    names.names.entry(name).or_default().insert(id.clone());
                }
            }
        }
        names
    }

    /// The component that a name means to one in this scope.
    pub(super) fn find(&self, name: &str, scope: Option<&Arc<str>>) -> Known {
        let name: Arc<str> = name.to_lowercase().into();
        if let Some(id) = scope.and_then(|scope| self.scoped.get(&(Arc::clone(scope), Arc::clone(&name)))) {
            return Known::One(id.clone());
        }
        let Some(all) = self.names.get(&name) else { return Known::Nothing };
        let mut all: Vec<ComponentId> = all.iter().cloned().collect();
        match (all.len(), scope) {
            (1, Some(_)) if !name.contains('.') && !self.everywhere.contains(&all[0]) => {
                all.pop().map_or(Known::Nothing, Known::Elsewhere)
            }
            (1, _) => all.pop().map_or(Known::Nothing, Known::One),
            _ => Known::Several(all),
        }
    }

    /// Whether nothing but code tells of a component: no manifest says that it runs.
    pub(super) fn is_code_alone(&self, id: &ComponentId) -> bool {
        !self.run.contains(id)
    }

    /// Every name, for "did you mean".
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(|name| &**name)
    }
}
