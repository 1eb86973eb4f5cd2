//! Variables in values: `${HOST}`, `${HOST:localhost}`, `${HOST:-localhost}`, `$HOST`.

use std::cell::Cell;

/// So many variables are replaced in one value.
const MOST_REPLACED: usize = 1000;
/// So deep do defaults hold variables, and values others.
const MOST_NESTED: usize = 16;
/// Longer values are nobody's address.
const LONGEST: usize = 4096;

/// A text with its variables replaced, or the name of the first that has no value.
///
/// A letter after `$` without braces begins a variable only where `bare` says so. Linear in the text and the values,
/// which are limited.
pub(super) fn fill(text: &str, bare: bool, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    nested(text, bare, &Room { lookup, left: Cell::new(MOST_REPLACED) }, 0)
}

struct Room<'l> {
    lookup: &'l dyn Fn(&str) -> Option<String>,
    left: Cell<usize>,
}

impl Room<'_> {
    fn value(&self, name: &str) -> Option<String> {
        self.left.set(self.left.get().checked_sub(1)?);
        (self.lookup)(name)
    }
}

fn nested(text: &str, bare: bool, room: &Room<'_>, depth: usize) -> Result<String, String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        if result.len() > LONGEST || depth > MOST_NESTED {
            return Err(text.chars().take(40).collect());
        }
        if let Some((inside, behind)) = after.strip_prefix('{').and_then(in_braces) {
            let (name, default) = match inside.split_once(':') {
                Some((name, default)) => (name.trim(), Some(default.strip_prefix('-').unwrap_or(default))),
                None => (inside.trim(), None),
            };
            let value = match (room.value(name).filter(|value| *value != text), default) {
                (Some(value), _) => nested(&value, false, room, depth + 1),
                (None, Some(default)) => nested(default, bare, room, depth + 1),
                (None, None) => Err(name.to_owned()),
            };
            result.push_str(&value?);
            rest = behind;
            continue;
        }
        let length = after.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').count();
        if bare && length > 0 {
            let name = &after[..length];
            let value = room.value(name).filter(|value| *value != text).ok_or(name)?;
            result.push_str(&nested(&value, false, room, depth + 1)?);
            rest = &after[length..];
            continue;
        }
        result.push('$');
        rest = after;
    }
    result.push_str(rest);
    if result.len() > LONGEST { Err(text.chars().take(40).collect()) } else { Ok(result) }
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
