//! Variables in values: `${HOST}`, `${HOST:localhost}`, `${HOST:-localhost}`, `$HOST`.

use std::cell::{Cell, RefCell};

/// So many variables are replaced in one value.
const MOST_REPLACED: usize = 100;
/// So deep do defaults hold variables, and values others.
const MOST_NESTED: usize = 16;
/// Longer values are nobody's address.
const LONGEST: usize = 4096;

/// What stands for a variable without a value; it could be a host, so that one can see whether an address hangs on it.
pub(super) const UNSET: &str = "unset--variable";

/// A text with its variables replaced, or the name of the first that has no value; as [`fill_known`] otherwise.
pub(super) fn fill(text: &str, bare: bool, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let (text, missing) = fill_known(text, bare, lookup);
    missing.map_or(Ok(text), Err)
}

/// A text with its variables replaced, [`UNSET`] standing for those without a value, and the name of the first of these.
///
/// A letter after `$` without braces begins a variable only where `bare` says so. Linear in the text and the values,
/// which are limited.
pub(super) fn fill_known(text: &str, bare: bool, lookup: &dyn Fn(&str) -> Option<String>) -> (String, Option<String>) {
    let room = Room { lookup, left: Cell::new(MOST_REPLACED), missing: RefCell::new(None) };
    let text = nested(text, bare, &room, 0);
    (text, room.missing.into_inner())
}

/// How much is left to replace, and what was missing.
struct Room<'l> {
    lookup: &'l dyn Fn(&str) -> Option<String>,
    left: Cell<usize>,
    missing: RefCell<Option<String>>,
}

impl Room<'_> {
    fn value(&self, name: &str) -> Option<String> {
        self.left.set(self.left.get().checked_sub(1)?);
        (self.lookup)(name)
    }

    fn missing(&self, name: &str) -> String {
        self.missing.borrow_mut().get_or_insert_with(|| name.chars().take(60).collect());
        UNSET.to_owned()
    }
}

fn nested(text: &str, bare: bool, room: &Room<'_>, depth: usize) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        if result.len() > LONGEST || depth > MOST_NESTED {
            // Nothing more is replaced in a value that goes round in a circle or grows without end.
            room.left.set(0);
            return room.missing(text);
        }
        if let Some((inside, behind)) = after.strip_prefix('{').and_then(in_braces) {
            let (name, default) = match inside.split_once(':') {
                Some((name, default)) => (name.trim(), Some(default.strip_prefix('-').unwrap_or(default))),
                None => (inside.trim(), None),
            };
            let value = match (room.value(name).filter(|value| *value != text), default) {
                (Some(value), _) => nested(&value, false, room, depth + 1),
                (None, Some(default)) => nested(default, bare, room, depth + 1),
                (None, None) => room.missing(name),
            };
            result.push_str(&value);
            rest = behind;
            continue;
        }
        let length = after.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').count();
        if bare && length > 0 {
            let name = &after[..length];
            let value = room.value(name).filter(|value| *value != text);
            result.push_str(&value.map_or_else(|| room.missing(name), |value| nested(&value, false, room, depth + 1)));
            rest = &after[length..];
            continue;
        }
        result.push('$');
        rest = after;
    }
    result.push_str(rest);
    if result.len() > LONGEST { room.missing(text) } else { result }
}

/// What stands before the brace that closes, and what stands behind it.
fn in_braces(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1usize;
    for (index, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[..index], &text[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, String> {
        fill(text, true, &|name| match name {
            "HOST" => Some("db".to_owned()),
            "db.url" => Some("jdbc://${HOST}:1".to_owned()),
            "LOOP" => Some("x${LOOP}".to_owned()),
            "GROWS" => Some("${HOST}${HOST}".repeat(2000)),
            _ => None,
        })
    }

    #[test]
    fn variables_with_and_without_defaults() {
        for (text, expected) in [
            ("http://${HOST}:80", "http://db:80"),
            ("$HOST/x", "db/x"),
            ("${NO:cart}", "cart"),
            ("${NO:-cart:7070}", "cart:7070"),
            ("${NO:${HOST:x}}", "db"),
            ("${db.url}/y", "jdbc://db:1/y"),
            ("costs 5$", "costs 5$"),
            ("${open", "${open"),
        ] {
            assert_eq!(filled(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_has_no_value_is_told_by_its_name() {
        assert_eq!(filled("a${NO}b"), Err("NO".to_owned()));
        assert_eq!(filled("$NO"), Err("NO".to_owned()));
        assert!(filled("${LOOP}").is_err() && filled("${GROWS}").is_err());
    }
}
