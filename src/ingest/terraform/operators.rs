//! Values made of others without looking at any expression: operators, and what two values have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::syntax::Operator;
use super::value::{Data, Value};

/// Mappings that are nested deeper are not compared.
const MOST_AGREED: usize = 8;

/// One of two values, of which nobody knows which: what both agree on, and what either is taken from.
///
/// Of two lists or mappings the longer one stands for both, since nothing that may be there is to be left out.
pub(super) fn either(one: &Value, other: &Value) -> Value {
    if one.same(other) == Some(true) {
        return one.clone();
    }
    match (one.items(), other.items()) {
        (Some(a), Some(b)) => return if a.len() >= b.len() { one.clone() } else { other.clone() },
        (Some(_), None) if other.is_null() => return one.clone(),
        (None, Some(_)) if one.is_null() => return other.clone(),
        _ => {}
    }
    match (&one.data, &other.data) {
        (Data::Map(a), Data::Map(b)) => return if a.len() >= b.len() { one.clone() } else { other.clone() },
        (Data::Map(_) | Data::Resource(_) | Data::Module(_), Data::Null) => return one.clone(),
        (Data::Null, Data::Map(_) | Data::Resource(_) | Data::Module(_)) => return other.clone(),
        _ => {}
    }
    let mut value = Value::unknown_from([one, other]);
    if let Data::Unknown(reason @ None) = &mut value.data {
        *reason = Some("it hangs on a condition that is not known".into());
    }
    value
}

/// What several mappings agree on, of which nobody knows which one is meant: what is the same in all of them is known.
///
/// `None` where they are no mappings: nothing in them can be told apart. A key that only some have stands with a value
/// that is not known, since nothing that may be there is to be left out.
pub(super) fn agreed(all: &[&Value], depth: usize) -> Option<Value> {
    let maps: Option<Vec<&BTreeMap<Arc<str>, Value>>> = all.iter().map(|value| value.map_entries()).collect();
    let maps = maps.filter(|maps| !maps.is_empty() && depth < MOST_AGREED)?;
    let keys: BTreeSet<&Arc<str>> = maps.iter().flat_map(|map| map.keys()).collect();
    let one = |key: &Arc<str>| {
        let values: Vec<&Value> = maps.iter().filter_map(|map| map.get(key)).collect();
        let is_same = || values.iter().all(|other| values[0].same(other) == Some(true));
        if values.len() == maps.len() && is_same() {
            return values[0].clone();
        }
        agreed(&values, depth + 1).unwrap_or_else(|| Value::unknown_from(values.iter().copied()))
    };
    Some(Value::map(keys.into_iter().map(|key| (Arc::clone(key), one(key))).collect()))
}

/// What an operator makes of two values.
pub(super) fn binary(operator: Operator, left: &Value, right: &Value) -> Value {
    let found = match operator {
        Operator::Equal => left.same(right).map(Data::Bool),
        Operator::NotEqual => left.same(right).map(|same| Data::Bool(!same)),
        Operator::And | Operator::Or => match (left.as_bool(), right.as_bool(), operator) {
            (_, Some(false), Operator::And) => Some(Data::Bool(false)),
            (_, Some(true), Operator::Or) => Some(Data::Bool(true)),
            (Some(_), Some(value), _) => Some(Data::Bool(value)),
            _ => None,
        },
        _ => left.as_number().zip(right.as_number()).and_then(|(a, b)| arithmetic(operator, a, b)),
    };
    found.map_or_else(|| Value::unknown_from([left, right]), Value::new)
}

fn arithmetic(operator: Operator, a: f64, b: f64) -> Option<Data> {
    Some(match operator {
        Operator::Less => Data::Bool(a < b),
        Operator::LessEqual => Data::Bool(a <= b),
        Operator::Greater => Data::Bool(a > b),
        Operator::GreaterEqual => Data::Bool(a >= b),
        Operator::Plus => Data::Number(a + b),
        Operator::Minus => Data::Number(a - b),
        Operator::Times => Data::Number(a * b),
        Operator::Over if b != 0.0 => Data::Number(a / b),
        Operator::Modulo if b != 0.0 => Data::Number(a % b),
        _ => return None,
    })
}
