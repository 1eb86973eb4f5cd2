//! Evidence as the page holds it: each piece once, files and texts as numbers, with the line that it points at.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use crate::model::{Basis, Citation, Evidence};
use crate::source::Location;

/// The longest line that is quoted, in characters.
const LONGEST_QUOTE: usize = 200;

/// All evidence of a page.
#[derive(Debug, Default, Serialize)]
pub(super) struct Proofs {
    files: Vec<Arc<str>>,
    notes: Vec<Arc<str>>,
    citations: Vec<Citation>,
    quotes: Vec<String>,
    /// File, line, column, basis (0 manifest, 1 trace, 2 catalogue, 3 model, 4 code), note, citation and quote; -1 for none.
    items: Vec<[i64; 7]>,
}

/// Collects evidence and gives each piece a number.
pub(super) struct Collector<'a> {
    quote: &'a dyn Fn(&Location) -> Option<String>,
    proofs: Proofs,
    known: HashMap<Evidence, u32>,
    files: HashMap<Arc<str>, i64>,
    notes: HashMap<Arc<str>, i64>,
    citations: HashMap<Citation, i64>,
    quotes: HashMap<String, i64>,
}

impl<'a> Collector<'a> {
    /// Nothing is collected; `quote` gives the text of a line.
    pub(super) fn new(quote: &'a dyn Fn(&Location) -> Option<String>) -> Self {
        Collector {
            quote,
            proofs: Proofs::default(),
            known: HashMap::new(),
            files: HashMap::new(),
            notes: HashMap::new(),
            citations: HashMap::new(),
            quotes: HashMap::new(),
        }
    }

    /// The numbers of several pieces.
    pub(super) fn all(&mut self, evidence: &[Evidence]) -> Vec<u32> {
        evidence.iter().map(|evidence| self.one(evidence)).collect()
    }

    /// The number of a piece.
    pub(super) fn one(&mut self, evidence: &Evidence) -> u32 {
        if let Some(known) = self.known.get(evidence) {
            return *known;
        }
        let (basis, citation) = match &evidence.basis {
            Basis::Manifest => (0, None),
            Basis::Trace => (1, None),
            Basis::Catalogue(citation) => (2, Some(citation)),
            Basis::Model => (3, None),
            Basis::Code | Basis::Call | Basis::TimeOut | Basis::Retry => (4, None),
        };
        // A catalogue tells by its source, and its lines are no file of the reader's.
        let text = if basis == 2 { None } else { (self.quote)(&evidence.at) };
        let text = text.map(|text| shortened(&without_passwords(text.trim()))).filter(|text| !text.is_empty());
        let file = number(&mut self.files, &mut self.proofs.files, &evidence.at.file);
        let note = evidence.note.as_ref().map_or(-1, |note| number(&mut self.notes, &mut self.proofs.notes, note));
        let citation = citation.map_or(-1, |one| number(&mut self.citations, &mut self.proofs.citations, one));
        let quote = text.map_or(-1, |text| number(&mut self.quotes, &mut self.proofs.quotes, &text));
        let place = [i64::from(evidence.at.line), i64::from(evidence.at.column)];
        let here = u32::try_from(self.proofs.items.len()).unwrap_or(u32::MAX);
        self.proofs.items.push([file, place[0], place[1], basis, note, citation, quote]);
        self.known.insert(evidence.clone(), here);
        here
    }

    /// What was collected.
    pub(super) fn finish(self) -> Proofs {
        self.proofs
    }
}

/// The number of a value in a list that holds each once.
fn number<T: Clone + Eq + std::hash::Hash>(known: &mut HashMap<T, i64>, list: &mut Vec<T>, value: &T) -> i64 {
    if let Some(number) = known.get(value) {
        return *number;
    }
    let number = i64::try_from(list.len()).unwrap_or(i64::MAX);
    list.push(value.clone());
    known.insert(value.clone(), number);
    number
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A line without the passwords of the addresses in it: a report is passed around.
fn without_passwords(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(|c: char| c.is_whitespace() || "/?#\"'`,<>".contains(c)).unwrap_or(after.len());
        let authority = &after[..end];
        match authority.rfind('@') {
            Some(sign) if authority[..sign].contains(':') => {
                let name = authority[..sign].split(':').next().unwrap_or_default();
                out.push_str(name);
                out.push_str(":•••");
                out.push_str(&authority[sign..]);
            }
            _ => out.push_str(authority),
        }
        rest = &after[end..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_are_not_quoted() {
        for (text, shown) in [
            ("DB: postgres://shop:s3cret@db:5432/shop", "DB: postgres://shop:•••@db:5432/shop"),
            ("a redis://:pw@r/0, b http://u:p@x", "a redis://:•••@r/0, b http://u:•••@x"),
            ("url: 'amqp://guest:a@b@mq'", "url: 'amqp://guest:•••@mq'"),
            ("https://example.org/a@b:c", "https://example.org/a@b:c"),
            ("git://user@host/x ://", "git://user@host/x ://"),
        ] {
            assert_eq!(without_passwords(text), shown);
        }
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        assert_eq!(shortened(&"字".repeat(300)).chars().count(), LONGEST_QUOTE + 1);
        assert_eq!(shortened("short"), "short");
    }
}
