//! How programs read what they are set to: by the name of a variable, by the key that a framework makes of it, or as a
//! field of a type that is filled with settings.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::code::{Annotation, Part, Piece, Text, Type};
use super::sources::fixed;
use super::view::{Id, SELVES, View};

/// Types that are filled with variables by the names of their fields: the ends of the names of what they derive from.
const FILLED: &[&str] = &["BaseSettings", "BaseConfig", "EnvSettings"];

/// Ends of the names of types that hold settings.
const HOLDERS: &[&str] = &["options", "settings", "config", "configuration", "properties"];

/// A name by its letters and digits alone, in lower case: how frameworks match variables with keys.
pub(super) fn loose(name: &str) -> String {
    name.chars().filter(|letter| letter.is_ascii_alphanumeric()).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Whether a text asks for a setting: it is its name, a key that reads like it (`cart.url` and `CART_URL`), or a text
/// with a place for one of them (`http://${CART_URL}/items`).
pub(super) fn reads(text: &Text, name: &str) -> bool {
    let Some(letters) = fixed(text) else { return is_opened(text, name) };
    if &**letters == name {
        return true;
    }
    if letters.contains("${") {
        let places = letters.split("${").skip(1).filter_map(|rest| rest.split(['}', ':']).next());
        return places.into_iter().any(|key| key == name || loose(key) == loose(name));
    }
    let is_key = letters.contains(['.', ':']) && !letters.contains(['/', ' ']) && name.contains(['_', '.', ':']);
    is_key && loose(letters) == loose(name)
}

/// What the keys in a text are by their letters and digits: the text itself, and the places in it.
pub(super) fn keys(letters: &str) -> Vec<String> {
    let places = letters.split("${").skip(1).filter_map(|rest| rest.split(['}', ':']).next());
    std::iter::once(letters).chain(places).map(loose).collect()
}

/// The same for a text whose places the language takes for its own: `"${cart.url}"` in Kotlin, escapes undone.
fn is_opened(text: &Text, name: &str) -> bool {
    text.pieces.iter().any(|piece| match piece {
        Piece::Fixed(letters) => letters
            .split("${")
            .skip(1)
            .filter_map(|rest| rest.split(['}', ':']).next())
            .any(|key| loose(key) == loose(name)),
        Piece::Open(_) => false,
    })
}

/// The fields of the program's types that a setting fills, each with its file and type.
pub(super) fn filled(view: &View<'_>, name: &str) -> Vec<(usize, Arc<str>, Arc<str>)> {
    let wanted = loose(name);
    let mut all = Vec::new();
    for file in &view.files {
        let module = &view.code.files[*file].module;
        for kind in &module.types {
            let before = prefix(kind, &module.annotations);
            let section = name.rsplit_once("__").or_else(|| name.rsplit_once(':')).map(|(section, _)| section);
            for (field, _) in &kind.fields {
                let by_prefix = before.as_ref().is_some_and(|before| loose(before) + &loose(field) == wanted);
                let by_section = section.is_some_and(|section| is_of_section(kind, field, section, &wanted));
                if by_prefix || by_section {
                    all.push((*file, Arc::clone(field), Arc::clone(&kind.name)));
                }
            }
        }
        // A tag of a field, or an annotation, says which.
        for tag in module.annotations.iter().filter(|one| is_tag(one)) {
            let (Some(owner), Some(member)) = (&tag.owner, &tag.member) else { continue };
            let texts = tag.arguments.iter().flat_map(|argument| &argument.value);
            if texts.into_iter().any(|part| matches!(part, Part::Text(text) if reads(text, name))) {
                all.push((*file, Arc::clone(member), Arc::clone(owner)));
            }
        }
    }
    all
}

/// A setting that a field is filled with.
#[derive(Debug)]
pub(super) struct Asked {
    /// The names under which it may be set, the one that is written first.
    pub(super) keys: Vec<Arc<str>>,
    /// What it is where nobody sets it.
    pub(super) default: Option<Arc<str>>,
}

/// The settings that the field at the end of a path, or a parameter, is filled with: by its tag, by an annotation
/// (`@Value("${storage.type:s3}")`), or because its type is one that is filled with settings.
pub(super) fn asked(view: &View<'_>, id: Id, path: &[Arc<str>]) -> Vec<Asked> {
    let Some(name) = path.last() else { return Vec::new() };
    let (file, function) = view.functions[id];
    let object = path.len().checked_sub(2).map(|at| &path[at]);
    let owner = match object {
        Some(object) if SELVES.contains(&&**object) => function.owner.clone(),
        Some(object) => view.declared(id, object),
        None => function.owner.clone(),
    };
    let mut all: Vec<(usize, Arc<str>, Asked)> = Vec::new();
    for at in view.files.iter().filter(|at| **at == file || object.is_some()) {
        let module = &view.code.files[*at].module;
        for note in module.annotations.iter().filter(|note| note.member.as_ref() == Some(name)) {
            let Some(of) = &note.owner else { continue };
            let texts = |named: Option<&'static str>| {
                let fits = note.arguments.iter().filter(move |one| one.name.as_deref() == named);
                fits.flat_map(|one| &one.value).filter_map(|part| match part {
                    Part::Text(text) => fixed(text).cloned(),
                    _ => None,
                })
            };
            if is_tag(note) {
                let default = texts(Some(DEFAULT)).next();
                all.extend(
                    texts(None).map(|key| (*at, Arc::clone(of), Asked { keys: vec![key], default: default.clone() })),
                );
            } else if note.path.last().is_some_and(|last| matches!(&**last, "Value" | "ConfigProperty" | "Property")) {
                let named = texts(Some("name")).next();
                let default = texts(Some("defaultValue")).next();
                let written = texts(None).chain(texts(Some("value"))).next();
                let placed = written.as_ref().and_then(|text| text.strip_prefix("${")?.strip_suffix('}'));
                let asked = match (placed, named) {
                    (Some(inner), _) => {
                        let (key, default) =
                            inner.split_once(':').map_or((inner, None), |(key, rest)| (key, Some(rest)));
                        Some(Asked { keys: vec![key.into()], default: default.map(Arc::from) })
                    }
                    (None, Some(name)) => Some(Asked { keys: vec![name], default }),
                    (None, None) => None,
                };
                all.extend(asked.map(|asked| (*at, Arc::clone(of), asked)));
            }
        }
        for kind in module.types.iter().filter(|kind| kind.fields.iter().any(|(field, _)| field == name)) {
            if object.is_none() {
                continue;
            }
            let before = prefix(kind, &module.annotations);
            let lower = kind.name.to_lowercase();
            let about = HOLDERS.iter().find_map(|end| lower.strip_suffix(end)).filter(|about| !about.is_empty());
            let key = match (&before, about) {
                (Some(before), _) if before.is_empty() => Some(Arc::clone(name)),
                (Some(before), _) => Some(format!("{before}.{name}").into()),
                (None, Some(about)) => kind.name.get(..about.len()).map(|about| format!("{about}:{name}").into()),
                (None, None) => None,
            };
            all.extend(key.map(|key| (*at, Arc::clone(&kind.name), Asked { keys: vec![key], default: None })));
        }
    }
    // Of fields of one name in several types only that of the object counts, where its type is known; a type of the same
    // package goes before one of its name elsewhere.
    let fits = |of: &Arc<str>| owner.as_ref().is_some_and(|owner| view.is_a(owner, of) || view.is_a(of, owner));
    let is_near = |at: usize| at == file || view.imports.beside(file).contains(&at);
    let is_near = |(at, of, _): &(usize, Arc<str>, Asked)| fits(of) && is_near(*at);
    let (near, any) = (all.iter().any(is_near), all.iter().any(|(_, of, _)| fits(of)));
    let several = all.iter().map(|(_, of, _)| of).collect::<BTreeSet<_>>().len() > 1;
    let is_foreign = owner.as_ref().is_some_and(|owner| view.has_type(owner));
    all.retain(|one| match (near, any) {
        (true, _) => is_near(one),
        (false, true) => fits(&one.1),
        (false, false) => !several && !is_foreign,
    });
    all.into_iter().map(|(.., asked)| asked).collect()
}

/// The name of the argument of a tag that says what a field is where nobody sets it.
pub(super) const DEFAULT: &str = "default";

/// The name of the annotation that a tag of a field of Go becomes; no program can write it.
pub(super) const TAG: &str = "#tag";

/// Whether an annotation is the tag of a field.
pub(super) fn is_tag(annotation: &Annotation) -> bool {
    annotation.path.last().is_some_and(|last| &**last == TAG)
}

/// What stands before the names of a type's fields where it is filled with settings; `None` where it is not.
fn prefix(kind: &Type, annotations: &[Annotation]) -> Option<String> {
    if kind.bases.iter().any(|base| FILLED.iter().any(|end| base.ends_with(end))) {
        return Some(String::new());
    }
    let own = annotations.iter().filter(|one| one.owner.as_ref() == Some(&kind.name) && one.member.is_none());
    let names = ["ConfigurationProperties", "ConfigMapping", "ConfigProperties"];
    let found = own.into_iter().find(|one| one.path.last().is_some_and(|last| names.contains(&&**last)))?;
    let text = found.arguments.iter().filter(|one| matches!(one.name.as_deref(), None | Some("prefix" | "value")));
    let text = text.flat_map(|argument| &argument.value).find_map(|part| match part {
        Part::Text(text) => fixed(text).map(ToString::to_string),
        _ => None,
    });
    Some(text.unwrap_or_default())
}

/// Whether a field is that of a section, `Url` of `CartOptions` for `Services__Cart__Url`.
fn is_of_section(kind: &Type, field: &str, section: &str, wanted: &str) -> bool {
    let name = kind.name.to_lowercase();
    let Some(about) = HOLDERS.iter().find_map(|end| name.strip_suffix(end)) else { return false };
    let section = loose(section);
    *wanted == section.clone() + &loose(field) && !about.is_empty() && section.ends_with(about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_asked_for_by_name_key_or_place() {
        for (text, name, expected) in [
            ("CART_URL", "CART_URL", true),
            ("cart.url", "CART_URL", true),
            ("Services:Cart:Url", "Services__Cart__Url", true),
            ("${cart.url:http://cart}", "CART_URL", true),
            ("http://${CART_URL}/items", "CART_URL", true),
            ("http://${CART_URL}/items", "CART", false),
            ("cart.url.text", "CART_URL", false),
            ("carturl", "CART_URL", false),
            ("the cart.url", "CART_URL", false),
            ("http://cart/url", "HTTP_CART_URL", false),
        ] {
            let text = Text { pieces: vec![Piece::Fixed(text.into())], line: 1, column: 1 };
            assert_eq!(reads(&text, name), expected, "{text:?} {name}");
        }
    }
}
