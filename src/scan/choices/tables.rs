//! Tables of functions and types: written out under a name, or filled by functions that register what they are given.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Choice, Way, labels, leads_nowhere, way};
use crate::scan::code::{Argument, Part};
use crate::scan::values::{Certain, Values};
use crate::scan::view::{Id, Site, View};

/// Calls that take one element of a table, in small letters.
const TAKES: &[&str] =
    &["get", "trygetvalue", "getvalueordefault", "getordefault", "fetch", "at", "has", "containskey", "contains"];

/// The tables of a program, each with the value that it is asked by.
pub(super) fn tables(view: &View<'_>, values: &Values<'_, '_>) -> Vec<Choice> {
    let mut all = Vec::new();
    for (id, (_, function)) in view.functions.iter().enumerate() {
        for choice in &function.choices {
            let Some(table) = &choice.table else { continue };
            if leads_nowhere(view, &choice.arms) {
                continue;
            }
            let named = |way: Way| way.when.as_ref().is_some_and(|when| !when.is_empty()).then_some(way);
            let ways = choice.arms.iter().map(|arm| named(way(values, id, arm))).collect();
            let Some(ways): Option<Vec<Way>> = ways else { continue };
            let (file, line) = (Arc::clone(&view.file(id).path), choice.line);
            let value = asked(view, values, table, &BTreeSet::from([id]));
            all.push(Choice { value, ways, file, line, within: None, own: None });
        }
    }
    for ((_, table), fillers) in registers(view) {
        let mut ways = Vec::new();
        let mut first = None;
        for (filler, parameter) in &fillers {
            for site in view.callers(*filler) {
                first.get_or_insert(*site);
                ways.extend(registered(view, values, *site, *parameter));
            }
        }
        let Some(site) = first.filter(|_| ways.len() > 1) else { continue };
        let value = asked(view, values, &table, &fillers.keys().copied().collect());
        let (file, line) = (Arc::clone(&view.file(site.0).path), view.call(site).line);
        all.push(Choice { value, ways, file, line, within: None, own: None });
    }
    all
}

/// By what a table is asked, over all functions but those that fill it; unknown where something else is done with it.
fn asked(view: &View<'_>, values: &Values<'_, '_>, table: &Arc<str>, fillers: &BTreeSet<Id>) -> Certain {
    let (mut texts, mut settings, mut lacking) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut is_asked = false;
    let homes: Vec<usize> = fillers.iter().map(|id| view.functions[*id].0).collect();
    // A table of the same name in another package is another.
    let here = |id: &&Id| homes.iter().any(|home| view.sees(view.functions[**id].0, *home));
    for id in view.mentioning(table).iter().filter(here) {
        let function = view.functions[*id].1;
        let by_index = function.lookups.iter().filter(|lookup| lookup.table == *table).map(|lookup| &lookup.value);
        let calls = function.calls.iter().filter(|call| {
            call.path.len().checked_sub(2).and_then(|at| call.path.get(at)).is_some_and(|object| object == table)
        });
        let mut by_call = Vec::new();
        for call in calls {
            let name = call.path.last().map(|name| name.to_lowercase().replace('_', "")).unwrap_or_default();
            match call.arguments.first() {
                Some(first) if TAKES.contains(&name.as_str()) => by_call.push(&first.value),
                _ if fillers.contains(id) => {}
                _ => return Certain::Unknown,
            }
        }
        let all: Vec<&Vec<Part>> = by_index.filter(|_| !is_filler(view, *id, table)).chain(by_call).collect();
        if all.is_empty() && !fillers.contains(id) {
            // Its declaration binds it; what else names it may do anything with it.
            let declares = function.bindings.iter().any(|binding| binding.name == *table) || function.name.is_empty();
            if declares || !view.is_live(*id) || is_filler(view, *id, table) {
                continue;
            }
            return Certain::Unknown;
        }
        for parts in all {
            is_asked = true;
            match values.certain(*id, parts) {
                Certain::Texts(found, by) => {
                    texts.extend(found);
                    settings.extend(by);
                }
                Certain::Unset(by) => lacking.extend(by),
                Certain::Unknown => return Certain::Unknown,
            }
        }
    }
    match () {
        () if !is_asked => Certain::Unknown,
        () if !lacking.is_empty() => Certain::Unset(lacking),
        () => Certain::Texts(texts, settings),
    }
}

fn is_filler(view: &View<'_>, id: Id, table: &Arc<str>) -> bool {
    filled_by(view, id).is_some_and(|(found, _)| found == *table)
}

/// The table that a function fills with what it is given, and the parameter that is the name of that there.
fn filled_by(view: &View<'_>, id: Id) -> Option<(Arc<str>, usize)> {
    let function = view.functions[id].1;
    function.lookups.iter().find_map(|lookup| {
        let [Part::Name(path)] = lookup.value.as_slice() else { return None };
        let [name] = path.as_slice() else { return None };
        let parameter = function.parameters.iter().position(|(one, _)| one == name)?;
        let given = |part: &Part| match part {
            Part::Name(path) => path.len() == 1 && function.parameters.iter().any(|(one, _)| *one == path[0]),
            _ => false,
        };
        let sets =
            |binding: &&crate::scan::code::Binding| binding.name == lookup.table && binding.value.iter().any(given);
        function.bindings.iter().find(sets)?;
        Some((Arc::clone(&lookup.table), parameter))
    })
}

/// The functions that fill a table with what they are given, by its name and the first file of its package: each with the
/// parameter that names it.
fn registers(view: &View<'_>) -> BTreeMap<(usize, Arc<str>), BTreeMap<Id, usize>> {
    let mut all: BTreeMap<(usize, Arc<str>), BTreeMap<Id, usize>> = BTreeMap::new();
    for (id, (file, function)) in view.functions.iter().enumerate() {
        if function.lookups.is_empty() {
            continue;
        }
        if let Some((table, parameter)) = filled_by(view, id) {
            let package = view.imports.beside(*file).iter().min().copied().unwrap_or(*file).min(*file);
            all.entry((package, table)).or_default().insert(id, parameter);
        }
    }
    all
}

/// What one call registers, if it names it.
fn registered(view: &View<'_>, values: &Values<'_, '_>, site: Site, parameter: usize) -> Option<Way> {
    let call = view.call(site);
    let name: &Argument = call.arguments.get(parameter)?;
    let when = labels(values, site.0, &name.value).filter(|when| !when.is_empty())?;
    let (mut names, mut calls) = (BTreeSet::new(), BTreeSet::from([site]));
    let others = call.arguments.iter().enumerate().filter(|(at, _)| *at != parameter).flat_map(|(_, one)| &one.value);
    for part in others {
        match part {
            Part::Name(path) => names.extend(path.last().cloned()),
            Part::Call(at) => {
                calls.insert((site.0, *at));
                names.extend(view.functions[site.0].1.calls.get(*at).and_then(|call| call.path.last().cloned()));
            }
            Part::Text(_) => {}
        }
    }
    let names = BTreeMap::from([(site.0, names)]);
    Some(Way { when: Some(when), is_negated: false, calls, names, functions: BTreeSet::new() })
}
