//! Variables in the values of a Compose file: `${CART_PORT:-7070}`, `$HOST`, `$$`.

use std::cell::Cell;
use std::sync::Arc;

use crate::source::Location;

/// What stands for a variable that is not set. It could be a host, so that one can see whether an address hangs on it.
pub(super) const UNSET: &str = "unset--variable";

/// Longer values are nobody's address, and variables of variables can grow without end.
const LONGEST: usize = 4096;
const MOST_NESTED: usize = 16;

/// How much text may be put in for variables; what does not fit counts as not set.
#[derive(Clone, Debug)]
pub(super) struct Room(Cell<usize>);

impl Default for Room {
    fn default() -> Self {
        Room(Cell::new(64 * 1024 * 1024))
    }
}

impl Room {
    fn take(&self, length: usize) -> bool {
        let fits = length <= self.0.get();
        self.0.set(self.0.get() - if fits { length } else { 0 });
        fits
    }
}

/// Gives the value of a variable.
pub(super) type Lookup<'l> = &'l mut dyn FnMut(&str) -> Option<Arc<Value>>;

/// The value of a variable.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// Its text; see [`Filled::text`].
    pub(super) text: String,
    /// The variables without a value that it is made of.
    pub(super) unset: Vec<String>,
    /// Where it is set.
    pub(super) at: Location,
}

/// A text in which the variables are replaced.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled {
    /// The text, with [`UNSET`] for variables without a value.
    pub(super) text: String,
    /// The variables without a value.
    pub(super) unset: Vec<String>,
    /// The values that were put in.
    pub(super) used: Vec<Arc<Value>>,
}

/// Replaces the variables of a text. Linear in the text and the values, which are limited.
pub(super) fn fill(text: &str, room: &Room, lookup: Lookup) -> Filled {
    let mut filled = Filled::default();
    fill_into(text, room, lookup, &mut filled, 0);
    filled
}

fn fill_into(text: &str, room: &Room, lookup: Lookup, filled: &mut Filled, depth: usize) {
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        filled.text.push_str(&rest[..start]);
        rest = &rest[start + 1..];
        if filled.text.len() > LONGEST {
            filled.text.truncate(0);
            filled.text.push_str(UNSET);
            return;
        }
        if let Some(after) = rest.strip_prefix('$') {
            filled.text.push('$');
            rest = after;
        } else if let Some((inner, after)) = rest.strip_prefix('{').and_then(braced) {
            expand(inner, room, lookup, filled, depth);
            rest = after;
        } else {
            let name = name_of(rest);
            if name.is_empty() {
                filled.text.push('$');
            } else {
                expand(name, room, lookup, filled, depth);
                rest = &rest[name.len()..];
            }
        }
    }
    filled.text.push_str(rest);
}

/// One variable with what follows its name inside the braces.
fn expand(inner: &str, room: &Room, lookup: Lookup, filled: &mut Filled, depth: usize) {
    let name = name_of(inner);
    let (operator, word) = operator(&inner[name.len()..]);
    let value = lookup(name).filter(|value| value.text.len() <= LONGEST && room.take(value.text.len()));
    let has = value.as_ref().is_some_and(|value| !operator.starts_with(':') || !value.text.is_empty());
    match (operator.trim_start_matches(':'), has) {
        ("+", true) | ("-", false) if depth < MOST_NESTED => fill_into(word, room, lookup, filled, depth + 1),
        ("+", false) => {}
        (_, true) => {
            if let Some(value) = value {
                filled.text.push_str(&value.text);
                filled.unset.extend(value.unset.iter().cloned());
                filled.used.push(value);
            }
        }
        _ => {
            filled.text.push_str(UNSET);
            filled.unset.push(name.to_owned());
        }
    }
}

fn operator(rest: &str) -> (&str, &str) {
    let length = match rest.as_bytes() {
        [b':', b'-' | b'?' | b'+', ..] => 2,
        [b'-' | b'?' | b'+', ..] => 1,
        _ => 0,
    };
    rest.split_at(length)
}

fn name_of(text: &str) -> &str {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    if starts { &text[..end] } else { "" }
}

/// What is inside the braces that are open already, and what follows them.
fn braced(text: &str) -> Option<(&str, &str)> {
    if name_of(text).is_empty() {
        return None;
    }
    let mut open = 1;
    let bytes = text.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' if index > 0 && bytes[index - 1] == b'$' => open += 1,
            b'}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some((&text[..index], &text[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> String {
        let mut lookup = |name: &str| {
            let text = match name {
                "HOST" => "cart",
                "EMPTY" => "",
                _ => return None,
            };
            let at = Location::start_of(&".env".into());
            Some(Arc::new(Value { text: text.to_owned(), unset: Vec::new(), at }))
        };
        fill(text, &Room::default(), &mut lookup).text
    }

    #[test]
    fn every_form_of_a_variable() {
        for (text, expected) in [
            ("$HOST:80", "cart:80"),
            ("http://${HOST}/x", "http://cart/x"),
            ("${NO:-a}${NO-b}", "ab"),
            ("${EMPTY:-a}|${EMPTY-b}", "a|"),
            ("${HOST:?must}", "cart"),
            ("${HOST:+yes}|${NO:+yes}|${EMPTY+set}", "yes||set"),
            ("${NO:-${NO2:-${HOST}}}:1", "cart:1"),
            ("$$HOST $5 ${} ${HOST", "$HOST $5 ${} ${HOST"),
            ("${NO}", UNSET),
            ("${NO:?must}", UNSET),
        ] {
            assert_eq!(filled(text), expected, "{text}");
        }
    }

    #[test]
    fn nesting_without_end_stops() {
        let text = format!("{}x{}", "${A:-".repeat(5000), "}".repeat(5000));
        assert!(filled(&text).contains(UNSET));
    }
}
