//! The tree itself: how text becomes one, and the form in which it is kept.
//!
//! This file imports nothing of the crate: the build script reads the catalogues with it.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use serde_yaml::{DuplicateKeyPolicy, Spanned, Tagged};

/// What a node holds.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize)]
pub enum Kind {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number or string; see [`Node::text`].
    Scalar,
    /// A list.
    Seq(Vec<Node>),
    /// A mapping in the order it was written; merge keys (`<<`) are already resolved.
    Map(Vec<(Node, Node)>),
}

/// One value of a YAML document with the place where it is written.
///
/// A value reached through an alias or a merge key has the place of its definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it holds.
    pub kind: Kind,
    /// The scalar as written (`0x10`, `1.10`, `yes`), without quotes; empty for lists and mappings.
    pub(super) text: Box<str>,
    /// Whether the scalar was a string, either quoted or not readable as anything else.
    pub(super) string: bool,
    /// The local tag, `!override` say, without its `!`.
    pub tag: Option<Box<str>>,
    /// The file it is written in, where that is not the file of the document: the result of a rendering.
    pub(super) file: Option<Arc<str>>,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) length: u32,
    /// Where it begins in the text, while that is being read.
    pub(super) offset: u32,
}

/// Limits that no sane file reaches and that keep a hostile one from eating the machine.
fn options(duplicates: DuplicateKeyPolicy) -> serde_yaml::Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_events: 40_000_000,
            max_nodes: 20_000_000,
            max_documents: 100_000,
            max_depth: 100,
            max_merge_keys: 100_000,
            max_recorded_anchor_events: 200_000,
            // Real files use one anchor in dozens of services; what that costs is limited below.
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_yaml::alias_limits! { max_total_replayed_events: 200_000 },
        duplicate_keys: duplicates,
        strict_booleans: true,
        // What is encoded is as good as any text.
        ignore_binary_tag_for_string: true,
        with_snippet: false,
    }
}

/// The documents of a text, empty ones left out.
pub(crate) fn from_text(text: &str, duplicates: DuplicateKeyPolicy) -> Result<Vec<Node>, serde_yaml::Error> {
    let mut nodes: Vec<Node> = serde_yaml::from_multiple_with_options(text, options(duplicates))?;
    for node in &mut nodes {
        restore_text(node, text);
    }
    Ok(nodes)
}

/// Gives numbers and booleans back the spelling that they have in the source.
fn restore_text(node: &mut Node, source: &str) {
    let start = std::mem::take(&mut node.offset) as usize;
    match &mut node.kind {
        Kind::Seq(items) => items.iter_mut().for_each(|item| restore_text(item, source)),
        Kind::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
            restore_text(key, source);
            restore_text(value, source);
        }),
        Kind::Scalar | Kind::Bool(_) if !node.string => {
            if let Some(written) = source.get(start..start + node.length as usize) {
                node.text = written.into();
            }
        }
        _ => {}
    }
}

pub(super) fn clamp(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A node as it is kept in a binary form: with everything but the file, which whoever keeps it knows.
#[derive(Serialize)]
struct Keep<'n>(&'n Kind, &'n str, bool, Option<&'n str>, [u32; 3]);

/// The same, read back.
#[derive(serde::Deserialize)]
struct Kept(Kind, Box<str>, bool, Option<Box<str>>, [u32; 3]);

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = [self.line, self.column, self.length];
        Keep(&self.kind, &self.text, self.string, self.tag.as_deref(), place).serialize(serializer)
    }
}

/// Of a text format the value with its place in the text; of a binary one what [`Serialize`] wrote.
impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            let Kept(kind, text, string, tag, [line, column, length]) = Kept::deserialize(deserializer)?;
            return Ok(Node { kind, text, string, tag, file: None, line, column, length, offset: 0 });
        }
        let spanned = Spanned::<Tagged<Raw>>::deserialize(deserializer)?;
        let place = spanned.defined;
        let span = place.span();
        let Tagged(raw, tag) = spanned.value;
        Ok(Node {
            kind: raw.kind,
            text: raw.text.unwrap_or_default(),
            string: raw.string,
            file: None,
            tag: tag.filter(|tag| !tag.starts_with("tag:")).map(|tag| tag.trim_start_matches('!').into()),
            line: clamp(place.line()).max(1),
            column: clamp(place.column()).max(1),
            length: clamp(span.byte_len().unwrap_or(0)),
            offset: clamp(span.byte_offset().unwrap_or(0)),
        })
    }
}

/// A value before its place is known.
struct Raw {
    kind: Kind,
    text: Option<Box<str>>,
    string: bool,
}

impl Raw {
    fn plain(kind: Kind) -> Self {
        Raw { kind, text: None, string: false }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::plain(Kind::Bool(value)))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::plain(Kind::Scalar))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::plain(Kind::Scalar))
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::plain(Kind::Scalar))
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::plain(Kind::Scalar))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::plain(Kind::Scalar))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw { kind: Kind::Scalar, text: Some(value.into()), string: true })
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw { kind: Kind::Scalar, text: Some(value.into_boxed_str()), string: true })
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::plain(Kind::Null))
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::plain(Kind::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::plain(Kind::Seq(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::plain(Kind::Map(entries)))
    }
}
