//! TOML with the line of every value.

use std::sync::Arc;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::place;
use crate::source::{Location, Problem};

/// A value of a TOML file with its place.
#[derive(Clone, Copy)]
pub(super) struct Value<'d> {
    text: &'d str,
    inner: &'d Spanned<DeValue<'d>>,
}

/// A TOML file.
pub(super) struct Document<'d> {
    text: &'d str,
    table: DeTable<'d>,
}

impl<'d> Document<'d> {
    /// Reads a file. Errors with the place where it is broken. Linear, with a limit on depth.
    pub(super) fn parse(path: &Arc<str>, text: &'d str) -> Result<Self, Problem> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match DeTable::parse(text) {
            Ok(table) => Ok(Document { text, table: table.into_inner() }),
            Err(error) => {
                let (line, column) = place(text, error.span().map_or(0, |span| span.start));
                let at = Location { file: Arc::clone(path), line, column, length: 0 };
                let message = error.message().lines().next().unwrap_or("not TOML").to_owned();
                Err(Problem::error(at, message).help("mend the TOML; what it declares is not known"))
            }
        }
    }

    /// The value at a path of keys.
    pub(super) fn at<'s>(&'s self, path: &[&str]) -> Option<Value<'s>>
    where
        'd: 's,
    {
        let (first, rest) = path.split_first()?;
        let (_, inner) = self.table.iter().find(|(key, _)| key.get_ref() == first)?;
        let value = Value { text: self.text, inner };
        rest.iter().try_fold(value, |value, key| value.get(key))
    }

    /// The entries of the table at a path of keys.
    pub(super) fn entries<'s>(&'s self, path: &[&str]) -> Vec<(&'s str, Value<'s>)> {
        self.at(path).map(|value| value.entries()).unwrap_or_default()
    }
}

impl<'d> Value<'d> {
    /// The value under a key of a table.
    pub(super) fn get(self, key: &str) -> Option<Value<'d>> {
        self.entries().into_iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The entries of a table in order of keys.
    pub(super) fn entries(self) -> Vec<(&'d str, Value<'d>)> {
        let table = self.inner.get_ref().as_table();
        let all = table.into_iter().flat_map(|table| table.iter());
        all.map(|(key, inner)| (&**key.get_ref(), Value { text: self.text, inner })).collect()
    }

    /// The items of a list.
    pub(super) fn items(self) -> Vec<Value<'d>> {
        let array = self.inner.get_ref().as_array();
        array.into_iter().flat_map(|array| array.iter()).map(|inner| Value { text: self.text, inner }).collect()
    }

    /// A text.
    pub(super) fn str(self) -> Option<&'d str> {
        self.inner.get_ref().as_str()
    }

    /// The texts of a list.
    pub(super) fn texts(self) -> Vec<Arc<str>> {
        self.items().into_iter().filter_map(|item| item.str().map(Arc::from)).collect()
    }

    /// Whether it is `true`.
    pub(super) fn is_true(self) -> bool {
        self.inner.get_ref().as_bool() == Some(true)
    }

    /// Its line, from 1.
    pub(super) fn line(self) -> u32 {
        place(self.text, self.inner.span().start).0
    }
}
