//! Values of templates: what values files hold, and what functions make of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::source::yaml::{Kind, Node};

const DEEPEST: usize = 100;
const MOST_VALUES: usize = 200_000;
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// A mapping, which templates may change in place.
pub(super) type Dict = Rc<RefCell<BTreeMap<String, Value>>>;

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(Rc<str>),
    /// A list.
    List(Rc<Vec<Value>>),
    /// A mapping.
    Map(Dict),
}

impl Value {
    pub(super) fn text(text: impl AsRef<str>) -> Self {
        Value::Text(text.as_ref().into())
    }

    pub(super) fn list(items: Vec<Value>) -> Self {
        Value::List(Rc::new(items))
    }

    pub(super) fn map(entries: impl IntoIterator<Item = (String, Value)>) -> Self {
        Value::Map(Rc::new(RefCell::new(entries.into_iter().collect())))
    }

    /// The value that a document holds.
    pub(super) fn of(node: &Node) -> Self {
        match &node.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Scalar => {
                let number = || node.integer().map(Value::Int).or_else(|| node.number().map(Value::Float));
                number().unwrap_or_else(|| Value::text(node.text().unwrap_or_default()))
            }
            Kind::Seq(items) => Value::list(items.iter().map(Value::of).collect()),
            Kind::Map(entries) => Value::map(
                entries.iter().map(|(key, value)| (key.text().unwrap_or_default().to_owned(), Value::of(value))),
            ),
        }
    }

    /// A field of a mapping; nothing where there is none.
    pub(super) fn get(&self, key: &str) -> Value {
        if let Value::Map(map) = self { map.borrow().get(key).cloned().unwrap_or(Value::Null) } else { Value::Null }
    }

    /// Whether it is of a size and depth that values of people have; what holds itself is not.
    pub(super) fn is_sane(&self) -> bool {
        fn count(value: &Value, depth: usize, left: &mut usize) -> bool {
            let below = |inner: &Value, left: &mut usize| count(inner, depth + 1, left);
            *left = left.saturating_sub(1);
            if depth > DEEPEST || *left == 0 {
                return false;
            }
            match value {
                Value::Text(text) => text.len() <= MOST_BYTES,
                Value::List(items) => items.iter().all(|item| below(item, left)),
                Value::Map(map) => map.borrow().values().all(|item| below(item, left)),
                _ => true,
            }
        }
        let mut left = MOST_VALUES;
        count(self, 0, &mut left)
    }

    /// Whether it counts as true.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::Int(number) => *number != 0,
            Value::Float(number) => *number != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Map(map) => !map.borrow().is_empty(),
        }
    }

    /// As it is written into a text.
    pub(super) fn shown(&self) -> String {
        match self {
            Value::Null => String::new(),
            Value::Bool(value) => value.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Text(text) => text.to_string(),
            Value::List(items) => {
                format!("[{}]", items.iter().map(Value::shown).collect::<Vec<_>>().join(" "))
            }
            Value::Map(map) => {
                let entries = map.borrow();
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key}:{}", value.shown())).collect();
                format!("map[{}]", entries.join(" "))
            }
        }
    }

    /// As a whole number, as far as it is one.
    pub(super) fn int(&self) -> i64 {
        match self {
            Value::Bool(value) => i64::from(*value),
            Value::Int(number) => *number,
            Value::Float(number) => format!("{:.0}", number.trunc()).parse().unwrap_or(0),
            Value::Text(text) => text.trim().parse().unwrap_or(0),
            _ => 0,
        }
    }

    /// As a number, as far as it is one.
    pub(super) fn float(&self) -> f64 {
        match self {
            Value::Float(number) => *number,
            Value::Text(text) => text.trim().parse().unwrap_or(0.0),
            other => other.int().to_string().parse().unwrap_or(0.0),
        }
    }

    /// Whether two values are equal; numbers by what they are worth.
    pub(super) fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => self.float() == other.float(),
            (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.same(b)),
            (Value::Map(a), Value::Map(b)) => {
                let (a, b) = (a.borrow(), b.borrow());
                a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| value.same(other)))
            }
            _ => false,
        }
    }

    /// A copy that shares nothing.
    pub(super) fn copied(&self) -> Value {
        match self {
            Value::List(items) => Value::list(items.iter().map(Value::copied).collect()),
            Value::Map(map) => Value::map(map.borrow().iter().map(|(key, value)| (key.clone(), value.copied()))),
            other => other.clone(),
        }
    }

    /// Lays another mapping over or under this one, in place.
    pub(super) fn merge(&self, other: &Value, over: bool) {
        let (Value::Map(own), Value::Map(other)) = (self, other) else { return };
        if Rc::ptr_eq(own, other) {
            return;
        }
        for (key, value) in other.borrow().iter() {
            let known = own.borrow().get(key).cloned();
            match known {
                Some(known @ Value::Map(_)) if matches!(value, Value::Map(_)) => known.merge(value, over),
                Some(known) if !over && !matches!(known, Value::Null) => {}
                _ => drop(own.borrow_mut().insert(key.clone(), value.copied())),
            }
        }
    }

    /// As JSON.
    pub(super) fn json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Int(number) => (*number).into(),
            Value::Float(number) => (*number).into(),
            Value::Text(text) => (&**text).into(),
            Value::List(items) => items.iter().map(Value::json).collect(),
            Value::Map(map) => {
                serde_json::Value::Object(map.borrow().iter().map(|(key, value)| (key.clone(), value.json())).collect())
            }
        }
    }

    /// As YAML, with a line break only between lines.
    pub(super) fn yaml(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0, false);
        text.trim_end_matches('\n').to_owned()
    }

    fn write(&self, text: &mut String, indent: usize, behind_dash: bool) {
        let pad = " ".repeat(indent);
        match self {
            Value::Map(map) if !map.borrow().is_empty() => {
                for (number, (key, value)) in map.borrow().iter().enumerate() {
                    if number > 0 || !behind_dash {
                        text.push_str(&pad);
                    }
                    text.push_str(&plain(key));
                    text.push(':');
                    let nested = matches!(value, Value::Map(map) if !map.borrow().is_empty())
                        || matches!(value, Value::List(items) if !items.is_empty());
                    text.push(if nested { '\n' } else { ' ' });
                    let deeper = if matches!(value, Value::List(_)) { indent } else { indent + 2 };
                    value.write(text, if nested { deeper } else { indent + 2 }, false);
                }
            }
            Value::List(items) if !items.is_empty() => {
                for item in items.iter() {
                    text.push_str(&pad);
                    text.push_str("- ");
                    item.write(text, indent + 2, true);
                }
            }
            Value::Map(_) => text.push_str("{}\n"),
            Value::List(_) => text.push_str("[]\n"),
            Value::Null => text.push_str("null\n"),
            Value::Text(own) if own.contains('\n') && !own.starts_with([' ', '\n']) => {
                text.push_str(if own.ends_with('\n') { "|\n" } else { "|-\n" });
                for line in own.trim_end_matches('\n').split('\n') {
                    text.push_str(if line.is_empty() { "" } else { &pad });
                    text.push_str(line);
                    text.push('\n');
                }
            }
            Value::Text(own) => {
                text.push_str(&plain(own));
                text.push('\n');
            }
            other => {
                text.push_str(&other.shown());
                text.push('\n');
            }
        }
    }
}

/// A text as a YAML scalar: in quotes unless nobody could take it for something else.
fn plain(text: &str) -> String {
    let safe = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/' | '$' | '(' | ')' | ' ' | ':' | '=' | '+')
    };
    let word = !text.is_empty()
        && text.starts_with(|letter: char| letter.is_alphabetic() || letter == '/' || letter == '_')
        && text.chars().all(safe)
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && !matches!(text.to_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if word { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
