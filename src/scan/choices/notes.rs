//! Conditions that annotations put on types and functions: they exist where a property or a profile says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Choice, Way};
use crate::scan::code::{Annotation, Part};
use crate::scan::sources::fixed;
use crate::scan::values::{Certain, Values};
use crate::scan::view::{Id, View};

/// The setting that says which profiles hold, where it is written in a file; the variable reads like it.
const PROFILES: &str = "spring.profiles.active";

/// The conditions on properties, those on one property together, and those on profiles, each by itself.
pub(super) fn notes(view: &View<'_>, values: &Values<'_, '_>) -> Vec<Choice> {
    let mut by_property: BTreeMap<Arc<str>, Choice> = BTreeMap::new();
    let mut defaults: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    let mut profiles = Vec::new();
    for file in &view.files {
        let code = &view.code.files[*file];
        for note in &code.module.annotations {
            let functions = concerned(view, *file, note);
            let new = |value| Choice {
                value,
                ways: Vec::new(),
                file: Arc::clone(&code.path),
                line: note.line,
                within: None,
                own: None,
            };
            match note.path.last().map(|name| &**name) {
                Some("ConditionalOnProperty") => {
                    let Some((property, wanted, is_default)) = property(note) else { continue };
                    if let Some(text) = wanted.first().filter(|_| is_default) {
                        defaults.entry(property.clone()).or_default().insert(Arc::clone(text));
                    }
                    let choice = by_property.entry(property).or_insert_with(|| new(Certain::Unknown));
                    // Without a value, anything but `false` will do.
                    let (when, is_negated) = match wanted.is_empty() {
                        true => (BTreeSet::from(["false".into()]), true),
                        false => (wanted, false),
                    };
                    choice.ways.push(Way { when: Some(when), is_negated, functions, ..Way::default() });
                }
                Some("Profile") => {
                    let said: Vec<Arc<str>> = texts(note, &[None, Some("value")]);
                    let plain: BTreeSet<Arc<str>> = said.iter().map(|one| one.trim_start_matches('!').into()).collect();
                    let nots = said.iter().filter(|one| one.starts_with('!')).count();
                    if said.is_empty()
                        || (nots != 0 && nots != said.len())
                        || plain.iter().any(|one| one.contains(['&', '|']))
                    {
                        continue;
                    }
                    let value = known(values, PROFILES, true);
                    // Where no profile is known to hold, what holds without one is taken to, and no choice.
                    if nots > 0 && !matches!(value, Certain::Texts(..)) {
                        continue;
                    }
                    let mut choice = new(value);
                    choice.ways.push(Way { when: Some(plain), is_negated: nots > 0, functions, ..Way::default() });
                    profiles.push(choice);
                }
                _ => {}
            }
        }
    }
    for (property, choice) in &mut by_property {
        choice.value = match (known(values, property, false), defaults.remove(property)) {
            (Certain::Unset(settings), Some(default)) if !settings.iter().any(|name| values.is_withheld(name)) => {
                Certain::Texts(default, settings)
            }
            (value, _) => value,
        };
    }
    by_property.into_values().chain(profiles).collect()
}

/// What a setting is, or that nothing says it; a list has commas between its items.
fn known(values: &Values<'_, '_>, name: &str, is_list: bool) -> Certain {
    let found = values.setting(name);
    let name = BTreeSet::from([Arc::from(name)]);
    match found.filter(|value| !value.contains("${")) {
        Some(value) if is_list => Certain::Texts(value.split(',').map(|one| one.trim().into()).collect(), name),
        Some(value) => Certain::Texts(BTreeSet::from([Arc::clone(value)]), name),
        None => Certain::Unset(name),
    }
}

/// The property of a condition, the values that it asks for, and whether it holds where nobody sets the property.
fn property(note: &Annotation) -> Option<(Arc<str>, BTreeSet<Arc<str>>, bool)> {
    let names = texts(note, &[None, Some("name"), Some("value")]);
    let [name] = names.as_slice() else { return None };
    let property: Arc<str> = match texts(note, &[Some("prefix")]).first() {
        Some(prefix) => format!("{}.{name}", prefix.trim_end_matches('.')).into(),
        None => Arc::clone(name),
    };
    let missing = texts(note, &[Some("matchIfMissing")]).iter().any(|text| &**text == "true");
    Some((property, texts(note, &[Some("havingValue")]).into_iter().collect(), missing))
}

fn texts(note: &Annotation, names: &[Option<&str>]) -> Vec<Arc<str>> {
    let fits = note.arguments.iter().filter(|one| names.contains(&one.name.as_deref()));
    let parts = fits.flat_map(|one| &one.value);
    parts.filter_map(|part| if let Part::Text(text) = part { fixed(text).cloned() } else { None }).collect()
}

/// The functions that an annotation stands at, or that belong to the type that it stands at.
fn concerned(view: &View<'_>, file: usize, note: &Annotation) -> BTreeSet<Id> {
    let is_one = |(_, (at, function)): &(Id, &(usize, &crate::scan::code::Function))| {
        let owned = function.owner == note.owner && note.owner.is_some();
        let named = note.member.as_ref().is_none_or(|member| function.name == *member);
        *at == file && owned && named
    };
    view.functions.iter().enumerate().filter(is_one).map(|(id, _)| id).collect()
}
