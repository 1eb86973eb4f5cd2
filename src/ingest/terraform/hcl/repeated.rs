//! What Terraform takes and the parser does not: keys that an object has twice, and lines that go on where they should not.

use hcl_edit::parser::{self, Error};
use hcl_edit::structure::Body;

use super::super::syntax::{Expr, Item};

/// How many keys of a file are given another name, and how often.
const MOST_TRIES: usize = 64;

/// Reads a text, if need be in another form of the same length, which comes with it.
///
/// The error is that of the text as it is written. Linear in the text, for each key that is there twice.
pub(super) fn parse_body(text: &str) -> Result<(Body, Option<String>), Error> {
    let error = match parser::parse_body(text) {
        Ok(body) => return Ok((body, None)),
        Err(error) => error,
    };
    let (mut mended, mut is_joined) = (text.to_owned(), false);
    let mut now = error.clone();
    for number in 0..MOST_TRIES {
        let renamed = is_repeated(&now).then(|| renamed(&mended, &now, number)).flatten();
        mended = match renamed {
            Some(renamed) => renamed,
            None if !is_joined => {
                is_joined = true;
                joined(&mended)
            }
            None => break,
        };
        match parser::parse_body(&mended) {
            Ok(body) => return Ok((body, Some(mended))),
            Err(next) => now = next,
        }
    }
    Err(error)
}

/// Of entries with one key the last, as Terraform takes them; those with keys that are worked out stay.
pub(super) fn keep_last(entries: &mut Vec<(Expr, Item)>) {
    let mut seen = std::collections::BTreeSet::new();
    entries.reverse();
    entries.retain(|(key, _)| match key {
        Expr::Text(name) => seen.insert(name.clone()),
        _ => true,
    });
    entries.reverse();
}

fn is_repeated(error: &Error) -> bool {
    error.message().contains("redefined object key")
}

/// The text with the key at which it is in error under a name of the same length that no other has.
fn renamed(text: &str, error: &Error, number: usize) -> Option<String> {
    let line: usize = text.split_inclusive('\n').take(error.location().line().checked_sub(1)?).map(str::len).sum();
    let rest = text.get(line..)?;
    let column = rest.char_indices().nth(error.location().column().checked_sub(1)?)?.0;
    let rest = &rest[column..];
    let start = line + column + usize::from(rest.starts_with('"'));
    let inner = rest.trim_start_matches('"');
    let length =
        inner.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.' | '/')).unwrap_or(inner.len());
    let mut left = number;
    let name: String = (0..length)
        .map(|_| {
            let letter = char::from(b'a' + u8::try_from(left % 26).unwrap_or(0));
            left /= 26;
            letter
        })
        .collect();
    (length > 0).then(|| format!("{}{name}{}", &text[..start], &text[start + length..]))
}

/// The text with the end of each line that the next one goes on from, with `?` or `:`, as a space.
///
/// Within parentheses and braces such a line is right, and the parser does not take it everywhere; places stay as they
/// are.
fn joined(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = rest.find('\n') {
        let (line, after) = rest.split_at(end);
        found.push_str(line);
        let next = after.trim_start().as_bytes().first();
        found.push(if matches!(next, Some(b'?' | b':')) { ' ' } else { '\n' });
        rest = &after[1..];
    }
    found + rest
}
