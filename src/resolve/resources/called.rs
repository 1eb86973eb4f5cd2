//! What the things of infrastructure as code are called, and which of them are copies of one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Stock;
use crate::catalogue::Meaning;

/// The things that are copies of each other, whose addresses differ in numbers alone, under one name.
pub(super) fn copies(stock: &Stock<'_>, called: BTreeMap<usize, Arc<str>>) -> Vec<(Arc<str>, Vec<usize>)> {
    let mut groups: BTreeMap<(Arc<str>, String), Vec<usize>> = BTreeMap::new();
    for index in called.keys() {
        let resource = &stock.all[*index];
        groups.entry((Arc::clone(&resource.scope), unnumbered(&resource.name))).or_default().push(*index);
    }
    let mut named: Vec<(Arc<str>, Vec<usize>)> =
        groups.into_values().map(|members| (Arc::clone(&called[&members[0]]), members)).collect();
    named.sort_by_key(|(_, members)| members[0]);
    named
}

/// An address without the numbers of copies: `a[0].b["x"]` is `a.b["x"]`.
pub(super) fn unnumbered(address: &str) -> String {
    let mut found = String::with_capacity(address.len());
    let mut rest = address;
    while let Some((before, after)) = rest.split_once('[') {
        found.push_str(before);
        let Some((key, behind)) = after.split_once(']') else {
            rest = after;
            break;
        };
        if key.parse::<u64>().is_err() {
            found.push('[');
            found.push_str(key);
            found.push(']');
        }
        rest = behind;
    }
    found + rest
}

/// The name of each thing: what it is called among all formats where that tells it apart, else its address.
pub(super) fn called(stock: &Stock<'_>) -> BTreeMap<usize, Arc<str>> {
    let things: Vec<usize> = (0..stock.all.len()).filter(|index| stock.is_thing(*index)).collect();
    let given: BTreeMap<usize, Arc<str>> =
        things.iter().filter_map(|index| Some((*index, valid(&stock.text(*index, Meaning::Named)?)?))).collect();
    let mut times: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
    for (index, name) in &given {
        times.entry((&stock.all[*index].scope, name)).or_default().insert(unnumbered(&stock.all[*index].name));
    }
    let unique = |index: usize| {
        let scope = &*stock.all[index].scope;
        given.get(&index).filter(|name| times[&(scope, &***name)].len() == 1)
    };
    let mut roots: BTreeMap<Arc<str>, BTreeSet<&str>> = BTreeMap::new();
    for index in things.iter().filter(|index| unique(**index).is_none()) {
        roots.entry(short(&unnumbered(&stock.all[*index].name))).or_default().insert(&stock.all[*index].scope);
    }
    let name = |index: usize| {
        let address = || {
            let plain = short(&unnumbered(&stock.all[index].name));
            // The same address in several roots means several things. From which folder one looks at them is no part of
            // their names, nor are folders that they are all in.
            let Some(scopes) = roots.get(&plain).filter(|scopes| scopes.len() > 1) else { return plain };
            let scope = stock.all[index].scope[folders_of_all(scopes)..].replace(['/', ':', '@'], "-");
            format!("{plain}.{scope}").into()
        };
        unique(index).cloned().unwrap_or_else(address)
    };
    things.iter().map(|index| (*index, name(*index))).collect()
}

/// How much of the beginning of all of some paths are folders that they have in common.
fn folders_of_all(paths: &BTreeSet<&str>) -> usize {
    // In order, the first and the last differ from the earliest place at which any two do.
    let (Some(first), Some(last)) = (paths.first(), paths.last()) else { return 0 };
    let same = first.bytes().zip(last.bytes()).take_while(|(one, other)| one == other).count();
    first.as_bytes()[..same].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1)
}

/// A text that can be the name of a component; of one that is known in part (`?-cart`) what is known.
fn valid(text: &str) -> Option<Arc<str>> {
    let text = text.trim_matches(['?', '-', '_', '.']);
    let fine = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    (text.chars().all(fine) && !text.is_empty() && text.len() <= 128).then(|| text.into())
}

/// An address without the words that all addresses have: `module.db.aws_db_instance.main` is `db.aws_db_instance.main`.
pub(super) fn short(address: &str) -> Arc<str> {
    let mut inside = false;
    let plain: String = address
        .chars()
        .filter(|letter| *letter != '"')
        .map(|letter| {
            inside = match letter {
                '[' => true,
                ']' => false,
                _ => inside,
            };
            if matches!(letter, ':' | '@' | '/' | ' ') || (inside && letter == '.') { '-' } else { letter }
        })
        .collect();
    let parts: Vec<&str> = plain.split('.').collect();
    let last = parts.len().saturating_sub(1);
    let kept: Vec<&str> =
        parts.iter().enumerate().filter(|(n, part)| *n == last || **part != "module").map(|(_, part)| *part).collect();
    kept.join(".").into()
}
