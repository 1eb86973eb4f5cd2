//! Which facts speak of one thing.
//!
//! * The same name in the same scope (a namespace, a project) is the same thing, in however many files.
//! * A name without a scope, as in `linchpin.yaml`, joins the things of that name.
//! * One name in one format and another format is the same thing.
//! * The same name in different namespaces or projects of one format is different things, which then carry the
//!   scope in their id, `cart.staging`; unless two projects share a thing of one's own, built in the same folder or
//!   from the same image: then they describe one system.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Builder;
use super::deployments::shared_folder;
use crate::facts::{ComponentFact, Facts, Sign, Stage};
use crate::model::{Component, ComponentId, Evidence, Kind, Place};
use crate::source::Problem;

/// Which component each fact became.
pub(super) struct Merged {
    ids: Vec<Vec<ComponentId>>,
    scopes: Vec<Vec<Option<Arc<str>>>>,
}

impl Merged {
    /// The component that a fact of a set became.
    pub(super) fn id(&self, set: usize, fact: usize) -> &ComponentId {
        &self.ids[set][fact]
    }

    /// The scope that a fact of a set speaks in, under the name of the system that it belongs to.
    pub(super) fn scope(&self, set: usize, fact: usize) -> Option<&Arc<str>> {
        self.scopes[set][fact].as_ref()
    }
}

/// One fact with its set.
type Index = (usize, usize);

/// The facts that are one component.
#[derive(Default)]
struct Thing {
    /// Whether others have its name.
    apart: bool,
    plain: Option<Arc<str>>,
    /// What tells it from those.
    scope: Option<Arc<str>>,
    members: Vec<Index>,
}

pub(super) fn merge(facts: &[(&'static str, Facts)], builder: &mut Builder) -> Merged {
    let mut by_name: BTreeMap<&str, Vec<Index>> = BTreeMap::new();
    let mut renamed: BTreeMap<&str, &str> = BTreeMap::new();
    for (_, facts) in facts {
        for fact in &facts.components {
            renamed.extend(fact.aliases.iter().map(|alias| (&**alias, &*fact.name)));
        }
    }
    let software = seen_software(facts, builder);
    for (set, (_, facts)) in facts.iter().enumerate() {
        for (index, fact) in facts.components.iter().enumerate() {
            if let Some(name) = software.get(&(set, index)) {
                by_name.entry(name).or_default().push((set, index));
                continue;
            }
            let name = renamed.get(&*fact.name).copied().unwrap_or(&fact.name);
            by_name.entry(name).or_default().push((set, index));
        }
    }
    let systems = Systems::find(facts, &by_name, builder);
    let blank = ComponentId::new("");
    let scopes = facts
        .iter()
        .enumerate()
        .map(|(set, (_, facts))| facts.components.iter().map(|fact| systems.of(set, fact.scope.as_ref())).collect());
    let ids = facts.iter().map(|(_, facts)| vec![blank.clone(); facts.components.len()]).collect();
    let mut merged = Merged { ids, scopes: scopes.collect() };
    let mut things: BTreeMap<ComponentId, Thing> = BTreeMap::new();
    for (name, places) in by_name {
        let groups = split(facts, &systems, &places);
        let several = groups.len() > 1;
        if several {
            ambiguous(facts, name, &places, builder);
        }
        for (scope, mut places) in groups {
            let id = match scope.as_ref().filter(|_| several) {
                Some(scope) => ComponentId::new(&format!("{name}.{}", scope.replace(['/', ':', '@'], "-"))),
                None => ComponentId::new(name),
            };
            // A manifest may name one of several by the id that it got.
            let thing = things.entry(id).or_default();
            thing.apart |= several;
            thing.scope = thing.scope.take().or(scope);
            thing.plain.get_or_insert_with(|| name.into());
            thing.members.append(&mut places);
            thing.members.sort_unstable();
        }
    }
    let shared = shared_folder(facts);
    for (id, Thing { apart, plain, scope, members: places }) in things {
        let members: Vec<&ComponentFact> =
            places.iter().map(|(set, index)| &facts[*set].1.components[*index]).collect();
        for (set, index) in &places {
            merged.ids[*set][*index] = id.clone();
        }
        let mut component = component(&id, &members, &shared, builder);
        let said = members.iter().find_map(|fact| fact.plain.clone());
        component.plain = said.or(plain).unwrap_or(component.plain);
        component.scope = scope.or_else(|| places.iter().find_map(|(set, index)| merged.scope(*set, *index).cloned()));
        for (place, evidence) in standing(facts, &members) {
            component.at.push(place.clone());
            builder.stands.insert((id.clone(), place), evidence);
        }
        if apart {
            let what = format!("`{}` names things in several scopes, taken as different", members[0].name);
            builder.assume(&id, what, &members[0].evidence);
        }
        builder.components.insert(id, component);
    }
    merged
}

/// What traces know by its make alone, a `kafka`: the one component that runs such software, if there is just one.
fn seen_software<'f>(facts: &'f [(&'static str, Facts)], builder: &Builder<'_>) -> BTreeMap<Index, &'f str> {
    let product = |sign: Sign| builder.catalogue.recognise(&sign).map(|found| (found.provider, found.product));
    let all = || {
        facts.iter().enumerate().flat_map(|(set, (_, facts))| {
            facts.components.iter().enumerate().map(move |(index, fact)| ((set, index), fact))
        })
    };
    let seen: Vec<(Index, Arc<str>)> =
        all().filter_map(|(index, fact)| Some((index, Arc::clone(fact.seen_as.as_ref()?)))).collect();
    if seen.is_empty() {
        return BTreeMap::new();
    }
    let mut running: BTreeMap<(Arc<str>, Arc<str>), BTreeSet<&str>> = BTreeMap::new();
    for (_, fact) in all() {
        let image = fact.images.first().or(fact.bases.first());
        if let Some(product) = image.and_then(|image| product(Sign::Image(Arc::clone(&image.text)))) {
            running.entry(product).or_default().insert(&fact.name);
        }
    }
    let named = |name: &Arc<str>| {
        let mut all = builder.catalogue.products().filter(|(provider, _)| !provider.is_place);
        let found = all.find(|(_, product)| product.name == *name)?;
        Some((Arc::clone(&found.0.name), Arc::clone(&found.1.name)))
    };
    let of = |name: &Arc<str>| product(Sign::Scheme(Arc::clone(name))).or_else(|| named(name));
    let one = |(index, name): (Index, Arc<str>)| {
        let mut all = running.get(&of(&name)?)?.iter();
        Some((index, *all.next().filter(|_| all.next().is_none())?))
    };
    seen.into_iter().filter_map(one).collect()
}

fn lies_in(outer: &str, inner: &str) -> bool {
    outer == "." || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}

/// Scopes that describe one system, found by what they share: each is known by the first of them by name.
struct Systems {
    first: BTreeMap<(usize, Arc<str>), Arc<str>>,
}

impl Systems {
    /// Two scopes of a format describe one system when both have a thing of the same name that is built in the same
    /// folder, or runs the same image of one's own; an image that the catalogue knows is anybody's, and joins only a
    /// folder with one that lies in it.
    fn find(facts: &[(&'static str, Facts)], by_name: &BTreeMap<&str, Vec<Index>>, builder: &Builder) -> Self {
        let mut systems = Systems { first: BTreeMap::new() };
        for places in by_name.values() {
            let mut seen: BTreeMap<(usize, &Arc<str>), &Arc<str>> = BTreeMap::new();
            for (set, index) in places {
                let fact = &facts[*set].1.components[*index];
                let (Some(origin), Some(scope)) = (&fact.origin, &fact.scope) else { continue };
                let anybodys = builder.catalogue.recognise(&Sign::Image(Arc::clone(origin))).is_some();
                match seen.get(&(*set, origin)) {
                    Some(other) if anybodys && !lies_in(other, scope) && !lies_in(scope, other) => {}
                    Some(other) => systems.join(*set, other, scope),
                    None => drop(seen.insert((*set, origin), scope)),
                }
            }
        }
        systems
    }

    fn join(&mut self, set: usize, one: &Arc<str>, other: &Arc<str>) {
        let (one, other) = (self.known_as(set, one), self.known_as(set, other));
        let (first, second) = if one <= other { (one, other) } else { (other, one) };
        if first != second {
            self.first.insert((set, second), first);
        }
    }

    fn known_as(&self, set: usize, scope: &Arc<str>) -> Arc<str> {
        let mut name = Arc::clone(scope);
        while let Some(next) = self.first.get(&(set, Arc::clone(&name))) {
            name = Arc::clone(next);
        }
        name
    }

    fn of(&self, set: usize, scope: Option<&Arc<str>>) -> Option<Arc<str>> {
        scope.map(|scope| self.known_as(set, scope))
    }
}

/// A manifest that speaks of one of several things must say of which.
fn ambiguous(facts: &[(&'static str, Facts)], name: &str, places: &[Index], builder: &mut Builder) {
    for (set, index) in places {
        let (format, facts) = &facts[*set];
        let fact = &facts.components[*index];
        if *format == "linchpin" && fact.scope.is_none() {
            let message = format!("`{name}` names several things");
            let help = format!("name one of them by its id, `{name}.…`; `linchpin scan` lists them");
            builder.problems.push(Problem::error(fact.evidence.at.clone(), message).help(help));
        }
    }
}

/// The groups of facts of one name that are one thing each, with the scope that tells them apart.
fn split(facts: &[(&'static str, Facts)], systems: &Systems, places: &[Index]) -> Vec<(Option<Arc<str>>, Vec<Index>)> {
    let scope = |(set, index): &Index| systems.of(*set, facts[*set].1.components[*index].scope.as_ref());
    let mut scopes: BTreeMap<usize, BTreeSet<Arc<str>>> = BTreeMap::new();
    for place in places {
        if let Some(scope) = scope(place) {
            scopes.entry(place.0).or_default().insert(scope);
        }
    }
    let most = scopes.values().map(BTreeSet::len).max().unwrap_or(0);
    if most < 2 {
        return vec![(None, places.to_vec())];
    }
    let mut groups: BTreeMap<(usize, Option<Arc<str>>), Vec<Index>> = BTreeMap::new();
    let mut loose = Vec::new();
    for place in places {
        match scope(place) {
            Some(scope) if scopes.get(&place.0).is_some_and(|all| all.len() > 1) => {
                groups.entry((place.0, Some(scope))).or_default().push(*place);
            }
            _ => loose.push(*place),
        }
    }
    // What has no scope of its own, or is the only one of its format, is said of the first.
    if let Some(first) = groups.values_mut().next() {
        first.append(&mut loose);
        first.sort();
    }
    groups.into_iter().map(|((_, scope), places)| (scope, places)).collect()
}

/// One component of several facts: what was declared first, in the order of the formats, wins; contradictions are listed.
/// The paths of all begin with the folder that they share.
fn component(id: &ComponentId, members: &[&ComponentFact], shared: &str, builder: &mut Builder) -> Component {
    let first = members[0];
    let mut component = Component::new(id.clone(), Kind::Service, first.evidence.clone());
    component.evidence = members.iter().map(|fact| fact.evidence.clone()).collect();
    component.evidence.dedup();
    component.evidence.truncate(16);
    if let Some(kind) = members.iter().find_map(|fact| fact.kind) {
        component.kind = kind;
    }
    component.software = members.iter().find_map(|fact| fact.made_of.clone());
    component.tier = members.iter().find_map(|fact| fact.tier);
    component.owner = members.iter().find_map(|fact| fact.owner.clone());
    // What is said first counts most, label by label.
    for fact in members.iter().rev() {
        component.labels.extend(fact.labels.iter().map(|(key, value)| (Arc::clone(key), Arc::clone(value))));
    }
    component.weight = members.iter().find_map(|fact| fact.weight);
    component.restart = members.iter().find_map(|fact| fact.restart.clone());
    component.availability = members.iter().find_map(|fact| fact.availability);
    component.rto = members.iter().find_map(|fact| fact.rto);
    component.aliases = union(members.iter().flat_map(|fact| fact.aliases.iter().cloned()));
    component.images = union(members.iter().flat_map(|fact| fact.images.iter().map(|said| Arc::clone(&said.text))));
    component.redundancy.spread = union(members.iter().flat_map(|fact| fact.redundancy.spread.iter().cloned()));
    component.redundancy.budget = members.iter().find_map(|fact| fact.redundancy.budget.clone());
    // How many there are in development says nothing of how many there are in production.
    let staged = members.iter().filter_map(|fact| Some((fact.stage(shared), fact.redundancy.replicas?)));
    let staged: Vec<(Option<Stage>, u32)> = staged.collect();
    let nearest = staged.iter().map(|(stage, _)| *stage).max().flatten();
    let counts = |stage: Option<Stage>| stage.is_none() || stage == nearest;
    let mut replicas: Vec<u32> = staged.iter().filter(|(stage, _)| counts(*stage)).map(|(_, count)| *count).collect();
    replicas.sort_unstable();
    replicas.dedup();
    component.redundancy.replicas = replicas.first().copied();
    if let [fewest, .., most] = replicas.as_slice() {
        let what = format!("files disagree on its replicas, from {fewest} to {most}; the fewest are taken");
        builder.assume(id, what, &first.evidence);
    }
    component
}

/// Where it runs: what its files say, else the default of the manifest nearest above them.
fn standing(facts: &[(&'static str, Facts)], members: &[&ComponentFact]) -> Vec<(Place, Evidence)> {
    let said: Vec<&Vec<(Place, Evidence)>> = members.iter().filter_map(|fact| fact.at.as_ref()).collect();
    if !said.is_empty() {
        return each_once(said.into_iter().flatten());
    }
    if members.iter().all(|fact| fact.kind == Some(Kind::External)) {
        return Vec::new();
    }
    let defaults: Vec<_> = facts.iter().flat_map(|(_, facts)| &facts.default_places).collect();
    let nearest = members.iter().filter_map(|fact| {
        let file = &*fact.evidence.at.file;
        let above = defaults.iter().filter(|(folder, _)| {
            folder.is_empty() || file.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
        });
        above.max_by_key(|(folder, _)| folder.len())
    });
    each_once(nearest.flat_map(|(_, places)| places))
}

fn each_once<'a>(said: impl Iterator<Item = &'a (Place, Evidence)>) -> Vec<(Place, Evidence)> {
    let mut places: Vec<(Place, Evidence)> = Vec::new();
    for (place, evidence) in said {
        if !places.iter().any(|(known, _)| known == place) {
            places.push((place.clone(), evidence.clone()));
        }
    }
    places
}

fn union<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut all = Vec::new();
    for item in items {
        if !all.contains(&item) {
            all.push(item);
        }
    }
    all
}
