//! What a template's expressions come to: data, and the resources that it is taken from.

use std::sync::Arc;

use crate::ingest::gathered::Refs;
use crate::source::Location;

/// Stands in a text for a part that is not known.
pub(super) const HOLE: char = '\u{1}';
/// Longer texts are programs, and no address is looked for in them.
const MOST_BYTES: usize = 64 * 1024;

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// What it is.
    pub(super) data: Data,
    /// The resources that it is taken from as a whole; those of its parts stand with the parts.
    pub(super) refs: Refs,
    /// Where it is written.
    pub(super) at: Location,
}

/// The forms of a value.
#[derive(Clone, Debug)]
pub(super) enum Data {
    /// Nothing: what `AWS::NoValue` takes away.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, with holes for what is not known.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping.
    Map(Vec<(String, Value)>),
    /// What is not known until the stack is made; the reason where there is one to tell.
    Unknown(Option<Arc<str>>),
    /// What it is under a condition, and what it is else.
    If(Arc<str>, Box<Value>, Box<Value>),
}

impl Value {
    pub(super) fn new(data: Data, at: &Location) -> Self {
        Value { data, refs: Refs::new(), at: at.clone() }
    }

    pub(super) fn text_of(text: &str, at: &Location) -> Self {
        Value::new(Data::Text(text.to_owned()), at)
    }

    pub(super) fn unknown(reason: &str, at: &Location) -> Self {
        Value::new(Data::Unknown((!reason.is_empty()).then(|| reason.into())), at)
    }

    /// The same taken from other values too.
    pub(super) fn with_refs(mut self, refs: Refs) -> Self {
        self.refs.extend(refs);
        self
    }

    /// The resources that it and its parts are taken from.
    pub(super) fn all_refs(&self) -> Refs {
        let mut refs = self.refs.clone();
        match &self.data {
            Data::List(items) => items.iter().for_each(|item| refs.extend(item.all_refs())),
            Data::Map(entries) => entries.iter().for_each(|(_, value)| refs.extend(value.all_refs())),
            Data::If(_, yes, no) => {
                refs.extend(yes.all_refs());
                refs.extend(no.all_refs());
            }
            _ => {}
        }
        refs
    }

    /// As part of a text: a hole where it is not known; of two possible values the first that is one.
    pub(super) fn as_text(&self) -> String {
        match &self.data {
            Data::Bool(value) => value.to_string(),
            Data::Number(value) => value.to_string(),
            Data::Text(text) => text.clone(),
            Data::If(_, yes, no) => {
                if matches!(yes.data, Data::Null) {
                    no.as_text()
                } else {
                    yes.as_text()
                }
            }
            _ => HOLE.to_string(),
        }
    }

    /// The text, if all of it is known.
    pub(super) fn known_text(&self) -> Option<String> {
        let text = self.as_text();
        (!text.contains(HOLE) && text.len() <= MOST_BYTES).then_some(text)
    }

    /// The items of a list; a text of several words is none.
    pub(super) fn items(&self) -> Option<&[Value]> {
        match &self.data {
            Data::List(items) => Some(items),
            Data::If(_, yes, _) => yes.items(),
            _ => None,
        }
    }
}

/// Whether two texts with holes may be the same, as far as their known ends tell.
pub(super) fn may_be_same(one: &str, other: &str) -> bool {
    if !one.contains(HOLE) && !other.contains(HOLE) {
        return one == other;
    }
    let ends = |text: &str| {
        let first = text.split(HOLE).next().unwrap_or_default().to_owned();
        let last = text.rsplit(HOLE).next().unwrap_or_default().to_owned();
        (first, last)
    };
    let ((first, last), (other_first, other_last)) = (ends(one), ends(other));
    let starts = first.starts_with(&other_first) || other_first.starts_with(&first);
    let finish = last.ends_with(&other_last) || other_last.ends_with(&last);
    // A hole alone may be anything, which tells nothing.
    starts && finish && last.len().min(other_last.len()).max(first.len().min(other_first.len())) > 1
}

#[cfg(test)]
mod tests {
    use super::may_be_same;

    #[test]
    fn names_with_holes_are_told_by_their_ends() {
        assert!(may_be_same("net-VpcId", "net-VpcId"));
        assert!(may_be_same("\u{1}-VpcId", "net-VpcId"));
        assert!(may_be_same("\u{1}-VpcId", "\u{1}-VpcId"));
        assert!(!may_be_same("\u{1}-VpcId", "net-SubnetId"));
        assert!(!may_be_same("\u{1}", "net-SubnetId"));
        assert!(!may_be_same("a-VpcId", "b-VpcId"));
    }
}
