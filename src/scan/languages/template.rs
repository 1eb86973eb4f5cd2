//! Texts with places to fill in.

use std::sync::Arc;

use super::dialect::Places;
use super::sketch::{Kind, Sketch};
use crate::scan::code::Piece;

/// Adds letters to a text, to the piece before if that is of letters too.
pub(super) fn add(pieces: &mut Vec<Piece>, letters: &str) {
    match pieces.last_mut() {
        _ if letters.is_empty() => {}
        Some(Piece::Fixed(before)) => *before = Arc::from(format!("{before}{letters}")),
        _ => pieces.push(Piece::Fixed(Arc::from(letters))),
    }
}

/// Whether a path ends with these names; one alone may follow a call.
pub(super) fn ends_with(target: &Sketch, end: &[&str]) -> bool {
    let mut here = target;
    for (at, word) in end.iter().rev().enumerate() {
        let is_first = at + 1 == end.len();
        match &here.kind {
            Kind::Name(name) => return is_first && &**name == *word,
            Kind::Member(object, name) if &**name == *word => here = object,
            _ => return false,
        }
    }
    end.len() == 1 || !matches!(here.kind, Kind::Call(_))
}

/// The letters of a template up to each of its places, and what names the place.
pub(super) fn split(letters: &str, places: Places) -> Vec<(&str, Option<&str>)> {
    let (open, mut rest, mut found) = (if places == Places::Percent { '%' } else { '{' }, letters, Vec::new());
    while let Some(at) = rest.find(open) {
        let (before, place) = rest.split_at(at);
        let body = place.get(1..).unwrap_or_default();
        if body.starts_with(open) {
            // The sign itself, written twice.
            found.push((rest.get(..=at).unwrap_or_default(), None));
            rest = body.get(1..).unwrap_or_default();
            continue;
        }
        let end = match places {
            Places::Percent => body.find(|letter: char| letter.is_ascii_alphabetic()).map(|end| (end, end + 1)),
            Places::Braces => body.find('}').map(|end| (end, end + 1)),
        };
        let Some((end, after)) = end else { break };
        let inner = body.get(..end).unwrap_or_default();
        let name = inner.split([':', '!', '$', ',']).next().unwrap_or_default();
        found.push((before, Some(if places == Places::Braces { name } else { "" })));
        rest = body.get(after..).unwrap_or_default();
    }
    found.push((rest, None));
    found
}
