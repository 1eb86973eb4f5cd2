//! The pure functions of the language, on values that are known.
//!
//! A function that is not here, or that gets too little to go by, gives a value that is not known and is taken from all
//! of its arguments.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::texts;
use super::value::{Data, Value, count};

/// No list of a person is longer.
const MOST_ITEMS: usize = 10_000;

/// The value of a call; `None` when it can't be told.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    let found = match name {
        "concat" => concat(arguments)?,
        "merge" => merge(arguments),
        "flatten" => {
            let mut all = Vec::new();
            flatten(arguments.first()?, &mut all)?;
            Value::list(all)
        }
        "compact" => {
            let kept = arguments.first()?.items()?.iter();
            let empty = |item: &&Value| item.is_null() || item.as_text().is_some_and(|text| text.is_empty());
            Value::list(kept.filter(|item| !empty(item)).cloned().collect())
        }
        "distinct" | "toset" | "setunion" => distinct(&flatten_once(arguments)?),
        "sort" => {
            let mut texts: Vec<(Arc<str>, Value)> =
                arguments.first()?.items()?.iter().map(|v| Some((v.as_text()?, v.clone()))).collect::<Option<_>>()?;
            texts.sort_by(|a, b| a.0.cmp(&b.0));
            Value::list(texts.into_iter().map(|(_, value)| value).collect())
        }
        "tolist" | "tomap" | "toobject" | "sensitive" | "nonsensitive" | "ephemeralasnull" | "base64encode"
        | "base64gzip" | "base64decode" | "textencodebase64" | "urlencode" | "yamlencode_text" => {
            // Encodings are left out: what is looked for in a value is what it says.
            arguments.first()?.clone()
        }
        "tostring" => {
            let value = arguments.first()?;
            value.with_data(Data::Text(value.as_text()?))
        }
        "tonumber" => arguments.first()?.with_data(Data::Number(arguments[0].as_number()?)),
        "tobool" => arguments.first()?.with_data(Data::Bool(arguments[0].as_bool()?)),
        "length" => count(arguments.first()?.len()?),
        "element" => {
            let items = arguments.first()?.items()?;
            let index = arguments.get(1)?.as_index()?;
            items.get(index % items.len().max(1))?.clone()
        }
        "one" => match arguments.first()?.items()? {
            [] => Value::new(Data::Null),
            [only] => only.clone(),
            _ => return None,
        },
        "lookup" => lookup(arguments)?,
        "keys" => {
            let Data::Map(entries) = &arguments.first()?.data else { return None };
            Value::list(entries.keys().map(|key| Value::text(key)).collect())
        }
        "values" => {
            let Data::Map(entries) = &arguments.first()?.data else { return None };
            Value::list(entries.values().cloned().collect())
        }
        "zipmap" => {
            let (keys, values) = (arguments.first()?.items()?, arguments.get(1)?.items()?);
            let pairs = keys.iter().zip(values).map(|(key, value)| Some((key.as_text()?, value.clone())));
            Value::map(pairs.collect::<Option<_>>()?)
        }
        "contains" => contains(arguments)?,
        "index" => {
            let wanted = arguments.get(1)?;
            count(arguments.first()?.items()?.iter().position(|item| item.same(wanted) == Some(true))?)
        }
        "reverse" => Value::list(arguments.first()?.items()?.iter().rev().cloned().collect()),
        "slice" => {
            let items = arguments.first()?.items()?;
            let (from, to) = (arguments.get(1)?.as_index()?, arguments.get(2)?.as_index()?);
            Value::list(items.get(from..to.min(items.len()))?.to_vec())
        }
        "chunklist" => {
            let size = arguments.get(1)?.as_index().filter(|size| *size > 0)?;
            Value::list(arguments.first()?.items()?.chunks(size).map(|part| Value::list(part.to_vec())).collect())
        }
        "range" => range(arguments)?,
        "coalesce" => coalesce(arguments)?,
        "coalescelist" => arguments.iter().find(|value| value.len() != Some(0) && !value.is_null())?.clone(),
        "setintersection" => {
            let (first, others) = arguments.split_first()?;
            let all = |item: &Value| others.iter().all(|other| holds(other, item) == Some(true));
            Value::list(first.items()?.iter().filter(|item| all(item)).cloned().collect())
        }
        "setsubtract" => {
            let (first, other) = (arguments.first()?, arguments.get(1)?);
            Value::list(first.items()?.iter().filter(|item| holds(other, item) != Some(true)).cloned().collect())
        }
        "setproduct" => product(arguments)?,
        "transpose" => {
            let Data::Map(entries) = &arguments.first()?.data else { return None };
            let mut turned: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
            for (key, values) in entries.iter() {
                for value in values.items()? {
                    turned.entry(value.as_text()?).or_default().push(Value::text(key));
                }
            }
            Value::map(turned.into_iter().map(|(key, values)| (key, Value::list(values))).collect())
        }
        "jsonencode" | "yamlencode" => {
            let value = arguments.first()?;
            let mut encoded = Value::new(Data::Encoded(Rc::new(value.clone())));
            encoded.at.clone_from(&value.at);
            encoded
        }
        "jsondecode" => match &arguments.first()?.data {
            Data::Encoded(inner) => (**inner).clone(),
            Data::Text(text) => texts::json(text)?,
            _ => return None,
        },
        "yamldecode" => match &arguments.first()?.data {
            Data::Encoded(inner) => (**inner).clone(),
            Data::Text(text) => texts::yaml(text)?,
            _ => return None,
        },
        "max" | "min" | "sum" => numbers(name, arguments)?,
        "abs" | "ceil" | "floor" | "signum" => {
            let number = arguments.first()?.as_number()?;
            let found = match name {
                "abs" => number.abs(),
                "ceil" => number.ceil(),
                "floor" => number.floor(),
                _ => number.signum(),
            };
            Value::new(Data::Number(found))
        }
        "alltrue" | "anytrue" => {
            let all: Option<Vec<bool>> = arguments.first()?.items()?.iter().map(Value::as_bool).collect();
            let all = all?;
            Value::new(Data::Bool(if name == "alltrue" { all.iter().all(|b| *b) } else { all.iter().any(|b| *b) }))
        }
        _ => return texts::call(name, arguments),
    };
    Some(found)
}

/// One list of several; what is not known stands in it as one item.
fn concat(arguments: &[Value]) -> Option<Value> {
    let mut all = Vec::new();
    for argument in arguments {
        match argument.items() {
            Some(items) => all.extend(items.iter().cloned()),
            None if argument.is_null() => {}
            None => all.push(argument.clone()),
        }
    }
    (all.len() <= MOST_ITEMS).then(|| Value::list(all))
}

/// One mapping of several; what is not known stands in it under an empty key.
fn merge(arguments: &[Value]) -> Value {
    let mut all: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    let mut open: Vec<Value> = arguments.to_vec();
    open.reverse();
    while let Some(argument) = open.pop() {
        match &argument.data {
            Data::Map(entries) => all.extend(entries.iter().map(|(key, value)| (Arc::clone(key), value.clone()))),
            Data::List(items) => open.extend(items.iter().rev().cloned()),
            Data::Null => {}
            _ => {
                let before = all.remove("");
                all.insert("".into(), Value::unknown_from(before.iter().chain([&argument])));
            }
        }
    }
    Value::map(all)
}

fn flatten(value: &Value, all: &mut Vec<Value>) -> Option<()> {
    match value.items() {
        Some(items) => items.iter().try_for_each(|item| flatten(item, all))?,
        None => all.push(value.clone()),
    }
    (all.len() <= MOST_ITEMS).then_some(())
}

fn flatten_once(arguments: &[Value]) -> Option<Vec<Value>> {
    let lists: Option<Vec<&[Value]>> = arguments.iter().map(Value::items).collect();
    Some(lists?.concat())
}

fn distinct(items: &[Value]) -> Value {
    let mut seen = BTreeSet::new();
    let mut kept = items.to_vec();
    kept.retain(|item| item.as_text().is_none_or(|text| seen.insert(text)));
    Value::list(kept)
}

fn lookup(arguments: &[Value]) -> Option<Value> {
    let Data::Map(entries) = &arguments.first()?.data else { return None };
    let key = arguments.get(1)?.as_text();
    match key {
        Some(key) => entries.get(&key).or(arguments.get(2)).cloned(),
        None => None,
    }
}

fn holds(list: &Value, item: &Value) -> Option<bool> {
    let mut known = true;
    for other in list.items()? {
        match other.same(item) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => known = false,
        }
    }
    known.then_some(false)
}

fn contains(arguments: &[Value]) -> Option<Value> {
    let found = holds(arguments.first()?, arguments.get(1)?)?;
    Some(Value::new(Data::Bool(found)))
}

fn range(arguments: &[Value]) -> Option<Value> {
    let numbers: Option<Vec<f64>> = arguments.iter().map(Value::as_number).collect();
    let (from, to, step) = match numbers?.as_slice() {
        [to] => (0.0, *to, 1.0),
        [from, to] => (*from, *to, 1.0),
        [from, to, step] => (*from, *to, *step),
        _ => return None,
    };
    let mut all = Vec::new();
    let mut at = from;
    while step != 0.0 && (if step > 0.0 { at < to } else { at > to }) {
        if all.len() >= MOST_ITEMS {
            return None;
        }
        all.push(Value::new(Data::Number(at)));
        at += step;
    }
    Some(Value::list(all))
}

/// The first that is neither null nor an empty text; one that is not known may be it.
fn coalesce(arguments: &[Value]) -> Option<Value> {
    let empty = |value: &&Value| value.is_null() || value.as_text().is_some_and(|text| text.is_empty());
    let first = arguments.iter().find(|value| !empty(value));
    match first {
        Some(value) if value.is_unknown() && value.refs.is_none() => None,
        Some(value) => Some(value.clone()),
        None => Some(Value::new(Data::Null)),
    }
}

fn product(arguments: &[Value]) -> Option<Value> {
    let mut all: Vec<Vec<Value>> = vec![Vec::new()];
    for argument in arguments {
        let items = argument.items()?;
        if all.len().saturating_mul(items.len()) > MOST_ITEMS {
            return None;
        }
        all = all
            .iter()
            .flat_map(|before| items.iter().map(move |item| [before.as_slice(), std::slice::from_ref(item)].concat()))
            .collect();
    }
    Some(Value::list(all.into_iter().map(Value::list).collect()))
}

fn numbers(name: &str, arguments: &[Value]) -> Option<Value> {
    let listed = arguments.first()?.items();
    let all: Option<Vec<f64>> = listed.unwrap_or(arguments).iter().map(Value::as_number).collect();
    let all = all?;
    let found = match name {
        "max" => all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "min" => all.iter().copied().fold(f64::INFINITY, f64::min),
        _ => all.iter().sum(),
    };
    found.is_finite().then(|| Value::new(Data::Number(found)))
}
