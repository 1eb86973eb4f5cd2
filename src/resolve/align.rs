//! Two versions of a system under the same names, so that what is compared is what changed, and not what it is called.
//!
//! What tells things of one name apart becomes part of their ids, and goes away again with the others of that name. So the
//! id of a thing may change although nobody touched it. The earlier version takes over the ids of the later one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Component, ComponentId, Evidence, Kind, Need, Requires, System};

/// Gives the things of an earlier version the ids that they have in the later one, and takes for apps what the later one
/// takes for apps.
///
/// A thing is the same when its plain name and its scope are; where one thing of a name is left in each version, it has
/// moved. An app that nobody declared is one because of what is around it, so that a change of that alone makes no app of
/// what was there before, and takes none away. Linear in both versions, but for sorting.
pub fn align(before: &mut System, after: &System) {
    let renamed = renames(before, after);
    if !renamed.is_empty() {
        rename(before, &renamed);
    }
    let is_service = |system: &System, id: &ComponentId| system.components.get(id).map(|one| one.kind);
    for id in &after.taken_as_apps {
        if is_service(before, id) == Some(Kind::Service) {
            set_kind(before, id, Kind::App);
            before.taken_as_apps.insert(id.clone());
        }
    }
    let others: Vec<ComponentId> = before.taken_as_apps.difference(&after.taken_as_apps).cloned().collect();
    for id in others.iter().filter(|id| is_service(after, id).is_some_and(|kind| kind != Kind::App)) {
        set_kind(before, id, Kind::Service);
        before.taken_as_apps.remove(id);
    }
}

fn set_kind(system: &mut System, id: &ComponentId, kind: Kind) {
    if let Some(component) = system.components.get_mut(id) {
        component.kind = kind;
    }
}

/// The things of one plain name in both versions, by their scope.
#[derive(Default)]
struct Namesakes<'s> {
    before: BTreeMap<Option<&'s Arc<str>>, &'s ComponentId>,
    after: BTreeMap<Option<&'s Arc<str>>, &'s ComponentId>,
}

/// The new ids of things of the earlier version whose id is another in the later one.
fn renames(before: &System, after: &System) -> BTreeMap<ComponentId, ComponentId> {
    let mut all: BTreeMap<&str, Namesakes<'_>> = BTreeMap::new();
    let own = |component: &&Component| component.provider.is_none() && !component.kind.is_place();
    for one in before.components.values().filter(own) {
        all.entry(&one.plain).or_default().before.insert(one.scope.as_ref(), &one.id);
    }
    for one in after.components.values().filter(own) {
        all.entry(&one.plain).or_default().after.insert(one.scope.as_ref(), &one.id);
    }
    let mut found: BTreeMap<ComponentId, ComponentId> = BTreeMap::new();
    for Namesakes { mut before, mut after } in all.into_values() {
        let stayed: Vec<_> = before.keys().filter(|scope| after.contains_key(*scope)).copied().collect();
        let mut pairs: Vec<_> =
            stayed.into_iter().filter_map(|scope| Some((before.remove(&scope)?, after.remove(&scope)?))).collect();
        if let (1, 1) = (before.len(), after.len()) {
            pairs.extend(before.into_values().zip(after.into_values()));
        }
        let others = pairs.into_iter().filter(|(old, new)| old != new);
        found.extend(others.map(|(old, new)| (old.clone(), new.clone())));
    }
    // No two things may come under one id.
    loop {
        let taken = |new: &ComponentId| before.components.contains_key(new) && !found.contains_key(new);
        let clash: Vec<ComponentId> = found.iter().filter(|(_, new)| taken(new)).map(|(old, _)| old.clone()).collect();
        if clash.is_empty() {
            return found;
        }
        clash.iter().for_each(|old| drop(found.remove(old)));
    }
}

/// Puts new ids in place of old ones, wherever a system names a component.
fn rename(system: &mut System, names: &BTreeMap<ComponentId, ComponentId>) {
    let change = |id: &mut ComponentId| {
        if let Some(new) = names.get(id) {
            id.clone_from(new);
        }
    };
    let components = std::mem::take(&mut system.components);
    system.components = (components.into_values())
        .map(|mut component| {
            change(&mut component.id);
            component.capabilities.values_mut().flatten().for_each(|need| retarget(need, &change));
            (component.id.clone(), component)
        })
        .collect();
    let all = |ids: &mut BTreeMap<ComponentId, Vec<Evidence>>| {
        *ids = std::mem::take(ids).into_iter().map(|(id, by)| (names.get(&id).cloned().unwrap_or(id), by)).collect();
    };
    for flow in &mut system.flows {
        flow.broker.iter_mut().for_each(change);
        all(&mut flow.producers);
        all(&mut flow.consumers);
    }
    system.unresolved.iter_mut().filter_map(|item| item.from.as_mut()).for_each(change);
    system.assumptions.iter_mut().for_each(|item| change(&mut item.about));
    let taken: BTreeSet<ComponentId> = std::mem::take(&mut system.taken_as_apps);
    system.taken_as_apps = taken.into_iter().map(|id| names.get(&id).cloned().unwrap_or(id)).collect();
}

fn retarget(need: &mut Need, change: &impl Fn(&mut ComponentId)) {
    match &mut need.requires {
        Requires::One(target) => change(&mut target.component),
        Requires::AtLeast { members, .. } => members.iter_mut().for_each(|member| retarget(member, change)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Basis, CapabilityRef, Confidence, Strength, Terms};
    use crate::source::Location;

    const SCOPES: [&str; 3] = ["x", "y", "z"];

    fn evidence() -> Evidence {
        let at = Location { file: "main.tf".into(), line: 1, column: 1, length: 0 };
        Evidence { at, basis: Basis::Manifest, note: None }
    }

    /// The things `db` of these scopes, each needed by an `app` of that scope; ids as things of one name get them.
    fn system(scopes: &[&str]) -> System {
        let mut system = System::default();
        for scope in scopes {
            let id = |plain: &str| match scopes.len() {
                1 => ComponentId::new(plain),
                _ => ComponentId::new(&format!("{plain}.{scope}")),
            };
            for plain in ["app", "db"] {
                let mut one = Component::new(id(plain), Kind::Service, evidence());
                (one.plain, one.scope) = (plain.into(), Some((*scope).into()));
                if plain == "app" {
                    let target = CapabilityRef::new(id("db"), crate::model::Capability::data());
                    let terms = Terms::hard(Confidence::Declared);
                    assert_eq!(terms.strength, Strength::Hard);
                    let need = Need { requires: Requires::One(target), terms, evidence: vec![evidence()] };
                    one.capabilities.entry(crate::model::Capability::data()).or_default().push(need);
                }
                system.components.insert(one.id.clone(), one);
            }
        }
        system
    }

    fn id_of<'s>(system: &'s System, plain: &str, scope: &str) -> Option<&'s ComponentId> {
        let mut all = system.components.values();
        all.find(|one| &*one.plain == plain && one.scope.as_deref() == Some(scope)).map(|one| &one.id)
    }

    #[test]
    fn what_is_in_both_versions_has_one_id_whichever_namesakes_come_and_go() {
        let subsets = || (0..8_u32).map(|bits| (0..3).filter(|n| bits >> n & 1 == 1).map(|n| SCOPES[n]).collect());
        for first in subsets() {
            for second in subsets() {
                let (first, second): (&Vec<&str>, &Vec<&str>) = (&first, &second);
                let (mut before, after) = (system(first), system(second));
                align(&mut before, &after);
                assert_eq!(before.components.len(), 2 * first.len(), "{first:?} {second:?}: nothing is lost");
                for scope in SCOPES {
                    for plain in ["app", "db"] {
                        let both = (id_of(&before, plain, scope), id_of(&after, plain, scope));
                        if let (Some(old), Some(new)) = both {
                            assert_eq!(old, new, "{first:?} {second:?}");
                        }
                    }
                    // Needs lead where they led.
                    if let (Some(app), Some(db)) = (id_of(&before, "app", scope), id_of(&before, "db", scope)) {
                        let needs = before.components[app].capabilities.values().flatten();
                        assert!(needs.flat_map(Need::targets).all(|target| target.component == *db));
                    }
                }
            }
        }
    }

    #[test]
    fn the_only_one_of_a_name_that_is_left_has_moved_and_two_have_not() {
        let (mut before, after) = (system(&["x", "y"]), system(&["x", "z"]));
        align(&mut before, &after);
        assert_eq!(before.components.keys().collect::<Vec<_>>(), after.components.keys().collect::<Vec<_>>());
        let (mut before, after) = (system(&["x", "y"]), system(&["z"]));
        align(&mut before, &after);
        assert_eq!(before, system(&["x", "y"]), "nobody knows which of the two moved");
    }

    #[test]
    fn no_two_things_come_under_one_id() {
        let (mut before, after) = (system(&["x"]), system(&["x", "y"]));
        let stranger = Component::new(ComponentId::new("db.x"), Kind::Store, evidence());
        before.components.insert(stranger.id.clone(), stranger);
        align(&mut before, &after);
        assert_eq!(before.components.len(), 3);
        assert_eq!(before.components[&ComponentId::new("db.x")].kind, Kind::Store);
    }
}
