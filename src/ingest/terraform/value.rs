//! What expressions come to: values that may be known in part, with the resources that they are taken from.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::ingest::gathered::Refs;
use crate::source::Location;

/// A value with where it is from.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) data: Data,
    /// What it is taken from, inner values left aside; shared, since most have none.
    pub(super) refs: Option<Rc<Refs>>,
    /// Where it is written, as near to its use as it stands by itself.
    pub(super) at: Option<Rc<Location>>,
    /// How large it would be if nothing in it were shared.
    weight: u32,
}

/// No value of a person is larger, with all that it holds: a list of lists of lists may be, of few words.
const HEAVIEST: u32 = 300_000;
/// Letters that count as much as one value.
const LETTERS: usize = 64;

/// What is known of a value.
#[derive(Clone, Debug)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Number(f64),
    Text(Arc<str>),
    List(Rc<Vec<Value>>),
    Map(Rc<BTreeMap<Arc<str>, Value>>),
    /// A text that was made of a value and can be read back: JSON.
    Encoded(Rc<Value>),
    /// A text with holes whose values are not known.
    Pieces(Rc<Vec<Value>>),
    /// A resource as a whole.
    Resource(usize),
    /// An instance of a module as a whole.
    Module(usize),
    /// What was asked for is not there, which `try` takes notice of.
    Failed(Arc<str>),
    /// Not known; the reason where there is one to tell.
    Unknown(Option<Arc<str>>),
}

impl Value {
    /// The entries of a mapping.
    pub(super) fn map_entries(&self) -> Option<&BTreeMap<Arc<str>, Value>> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// A value; one that is too large is not known.
    pub(super) fn new(data: Data) -> Self {
        let sum = |all: &mut dyn Iterator<Item = &Value>| all.fold(1u32, |sum, value| sum.saturating_add(value.weight));
        let weight = match &data {
            Data::List(items) | Data::Pieces(items) => sum(&mut items.iter()),
            Data::Map(entries) => sum(&mut entries.values()),
            Data::Encoded(inner) => inner.weight.saturating_add(1),
            Data::Text(text) => u32::try_from(text.len() / LETTERS).unwrap_or(u32::MAX).saturating_add(1),
            _ => 1,
        };
        if weight > HEAVIEST {
            let reason = Some("it is too large to be worked out".into());
            return Value { data: Data::Unknown(reason), refs: None, at: None, weight: 1 };
        }
        Value { data, refs: None, at: None, weight }
    }

    pub(super) fn text(text: &str) -> Self {
        Value::new(Data::Text(text.into()))
    }

    pub(super) fn list(items: Vec<Value>) -> Self {
        Value::new(Data::List(Rc::new(items)))
    }

    pub(super) fn map(entries: BTreeMap<Arc<str>, Value>) -> Self {
        Value::new(Data::Map(Rc::new(entries)))
    }

    pub(super) fn unknown() -> Self {
        Value::new(Data::Unknown(None))
    }

    pub(super) fn because(reason: String) -> Self {
        Value::new(Data::Unknown(Some(reason.into())))
    }

    /// What is not known, but is taken from this resource.
    pub(super) fn of_resource(resource: usize, attribute: &str) -> Self {
        Value { refs: Some(Rc::new(BTreeSet::from([(resource, attribute.into())]))), ..Value::unknown() }
    }

    /// What is not known, and comes of other values.
    pub(super) fn unknown_from<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut refs = Refs::new();
        let mut reason = None;
        for value in values {
            value.gather(&mut refs);
            if let (None, Data::Unknown(Some(why)) | Data::Failed(why)) = (&reason, &value.data) {
                reason = Some(Arc::clone(why));
            }
        }
        Value { refs: shared(refs), ..Value::new(Data::Unknown(reason)) }
    }

    /// Whether anything in it is not known.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown(_) | Data::Failed(_) | Data::Resource(_) | Data::Module(_))
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// All references in it, inner values included.
    pub(super) fn gather(&self, refs: &mut Refs) {
        if let Some(own) = &self.refs {
            refs.extend(own.iter().cloned());
        }
        match &self.data {
            Data::List(items) | Data::Pieces(items) => items.iter().for_each(|item| item.gather(refs)),
            Data::Map(entries) => entries.values().for_each(|value| value.gather(refs)),
            Data::Encoded(inner) => inner.gather(refs),
            Data::Resource(resource) => drop(refs.insert((*resource, "".into()))),
            _ => {}
        }
    }

    /// With the references of others added to its own.
    pub(super) fn with_refs_of<'v>(mut self, others: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut refs = Refs::new();
        others.into_iter().for_each(|other| other.gather(&mut refs));
        if !refs.is_empty() {
            refs.extend(self.refs.iter().flat_map(|own| own.iter().cloned()));
            self.refs = shared(refs);
        }
        self
    }

    /// Other data in the place of its own.
    pub(super) fn with_data(&self, data: Data) -> Self {
        Value { refs: self.refs.clone(), at: self.at.clone(), ..Value::new(data) }
    }

    /// The same value seen as an attribute of a resource: what that was made of is its own business.
    pub(super) fn seen_through(&self, resource: usize, attribute: &Arc<str>) -> Self {
        let through = |value: &Value| value.seen_through(resource, attribute);
        let data = match &self.data {
            Data::List(items) if !items.is_empty() => Data::List(Rc::new(items.iter().map(through).collect())),
            Data::Map(entries) if !entries.is_empty() => {
                Data::Map(Rc::new(entries.iter().map(|(key, value)| (Arc::clone(key), through(value))).collect()))
            }
            Data::Encoded(_) | Data::Pieces(_) | Data::Resource(_) | Data::Module(_) | Data::Failed(_) => {
                Data::Unknown(None)
            }
            data => data.clone(),
        };
        let refs = match data {
            Data::List(ref items) if !items.is_empty() => None,
            Data::Map(ref entries) if !entries.is_empty() => None,
            _ => Some(Rc::new(BTreeSet::from([(resource, Arc::clone(attribute))]))),
        };
        Value { refs, at: self.at.clone(), ..Value::new(data) }
    }

    /// Written here, where it is no list or mapping with places of its own.
    pub(super) fn written(mut self, at: Location) -> Self {
        if !matches!(self.data, Data::List(_) | Data::Map(_) | Data::Encoded(_)) {
            self.at = Some(Rc::new(at));
        }
        self
    }

    /// The text, with numbers and booleans written out.
    pub(super) fn as_text(&self) -> Option<Arc<str>> {
        match &self.data {
            Data::Text(text) => Some(Arc::clone(text)),
            Data::Number(number) => Some(number.to_string().into()),
            Data::Bool(value) => Some(value.to_string().into()),
            _ => None,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(value) => Some(*value),
            Data::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match &self.data {
            Data::Number(number) => Some(*number),
            Data::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A number from 0 as an index.
    pub(super) fn as_index(&self) -> Option<usize> {
        self.as_number().filter(|number| number.fract() == 0.0).and_then(|number| format!("{number}").parse().ok())
    }

    /// The items, when it is a list.
    pub(super) fn items(&self) -> Option<&[Value]> {
        if let Data::List(items) = &self.data { Some(items) } else { None }
    }

    /// Key and value of each element of a list or mapping.
    pub(super) fn elements(&self) -> Option<Vec<(Value, Value)>> {
        match &self.data {
            Data::List(items) => {
                Some(items.iter().enumerate().map(|(index, item)| (count(index), item.clone())).collect())
            }
            Data::Map(entries) => Some(entries.iter().map(|(key, value)| (Value::text(key), value.clone())).collect()),
            _ => None,
        }
    }

    /// How many elements or letters it has.
    pub(super) fn len(&self) -> Option<usize> {
        match &self.data {
            Data::List(items) => Some(items.len()),
            Data::Map(entries) => Some(entries.len()),
            Data::Text(text) => Some(text.chars().count()),
            _ => None,
        }
    }

    /// Whether two values are the same; `None` when that is not known.
    pub(super) fn same(&self, other: &Value) -> Option<bool> {
        match (&self.data, &other.data) {
            (Data::Unknown(_) | Data::Failed(_) | Data::Pieces(_) | Data::Resource(_) | Data::Module(_), _)
            | (_, Data::Unknown(_) | Data::Failed(_) | Data::Pieces(_) | Data::Resource(_) | Data::Module(_)) => None,
            (Data::Null, Data::Null) => Some(true),
            (Data::Null, _) | (_, Data::Null) => Some(false),
            (Data::List(one), Data::List(two)) => {
                if one.len() != two.len() {
                    return Some(false);
                }
                one.iter().zip(two.iter()).try_fold(true, |all, (a, b)| Some(all && a.same(b)?))
            }
            (Data::Map(one), Data::Map(two)) => {
                if !one.keys().eq(two.keys()) {
                    return Some(false);
                }
                one.values().zip(two.values()).try_fold(true, |all, (a, b)| Some(all && a.same(b)?))
            }
            _ => Some(self.as_text().is_some() && self.as_text() == other.as_text()),
        }
    }
}

/// A number of things as a value.
pub(super) fn count(number: usize) -> Value {
    Value::new(Data::Number(u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)))
}

fn shared(refs: Refs) -> Option<Rc<Refs>> {
    (!refs.is_empty()).then(|| Rc::new(refs))
}
