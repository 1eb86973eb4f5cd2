//! The files of the catalogues as they were parsed when the program was built: a run that parsed YAML of this size would
//! spend most of its time on it.

use std::path::Path;

use super::load::MODELS;
use crate::source::yaml::Node;

/// Path and documents of each file, as the build script writes them.
static PARSED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/models.bin"));

/// The files that were parsed, by path.
pub(super) struct Parsed(Vec<(&'static str, &'static [u8])>);

impl Parsed {
    /// A look at the table; none of the files is read yet.
    pub(super) fn table() -> Self {
        Parsed(postcard::from_bytes(PARSED).unwrap_or_default())
    }

    /// The documents of a file; `None` unless this is the very text that is compiled in under this path.
    pub(super) fn documents(&self, file: &str, text: &str) -> Option<Vec<Node>> {
        let index = self.0.binary_search_by_key(&file, |(path, _)| path).ok()?;
        let built_in = MODELS.get_file(Path::new(file.strip_prefix("models/")?))?;
        let same = built_in.contents_utf8() == Some(text);
        same.then(|| postcard::from_bytes(self.0[index].1).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::yaml::parse_strict;

    #[test]
    fn what_was_parsed_is_what_the_texts_say_to_the_place() {
        let table = Parsed::table();
        let mut files = super::super::built_in();
        files.extend(super::super::outage::built_in());
        assert!(files.len() > 100);
        for (file, text) in files {
            let parsed = table.documents(&file, text).unwrap_or_else(|| panic!("{file} was not parsed"));
            assert!(parsed == parse_strict(&file, text).expect("YAML"), "{file} was parsed as something else");
        }
    }

    #[test]
    fn another_text_under_the_same_name_is_not_taken_for_it() {
        let (file, text) = super::super::built_in().remove(0);
        assert!(Parsed::table().documents(&file, &format!("{text}\n")).is_none());
        assert!(Parsed::table().documents("models/nobody.yaml", text).is_none());
    }
}
