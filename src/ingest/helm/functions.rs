//! The functions that charts use: those of Go's templates, of Sprig, and of Helm.
//!
//! Nothing of the surroundings is used: no network, no clock, no chance. What would come from there is a fixed word, and
//! `lookup` finds nothing, as when Helm renders without a cluster.

use std::rc::Rc;

use super::exec::{Engine, Failure};
use super::texts;
use super::value::Value;
use crate::source::yaml;

/// Stands for what is made anew each time: passwords, keys, certificates.
const MADE_UP: &str = "generated";

/// Functions that look at no more than the top of what they are given.
const LOOK_AT_THE_TOP: [&str; 14] = [
    "include", "get", "hasKey", "default", "index", "not", "empty", "len", "kindIs", "kindOf", "typeOf", "ternary",
    "dig", "coalesce",
];

/// The value of a function.
///
/// Errors in words. What holds itself, or has grown beyond what a chart has, is refused before anything goes through it.
pub(super) fn call(engine: &mut Engine, name: &str, mut a: Vec<Value>) -> Result<Value, Failure> {
    let looks_inside = !LOOK_AT_THE_TOP.contains(&name);
    if looks_inside && !a.iter().all(Value::is_sane) {
        return Err(format!("`{name}` is given a value that is too large, or holds itself"));
    }
    match name {
        "include" => {
            let name = at(&a, 0)?.shown();
            return engine.include(&name, &arg(&a, 1)).map(|output| Value::text(output.text));
        }
        "tpl" => {
            let text = at(&a, 0)?.shown();
            return engine.tpl(&text, &arg(&a, 1)).map(Value::text);
        }
        "required" => {
            let value = arg(&a, 1);
            if matches!(value, Value::Null)
                || value.shown().is_empty() && !matches!(value, Value::Map(_) | Value::List(_))
            {
                engine.notes.push(format!("it needs a value that values.yaml lacks: {}", arg(&a, 0).shown()));
                return Ok(Value::text(""));
            }
            return Ok(value);
        }
        "fail" => return Err(format!("the chart refuses these values: {}", arg(&a, 0).shown())),
        _ => {}
    }
    if let Some(value) =
        logic(name, &a).or_else(|| lists(name, &a)).or_else(|| dicts(name, &a)).or_else(|| numbers(name, &a))
    {
        return value;
    }
    if let Some(value) = texts::call(name, &a) {
        return value;
    }
    Ok(match name {
        "toYaml" | "toYamlPretty" => Value::text(at(&a, 0)?.yaml()),
        "toJson" | "mustToJson" | "toRawJson" => Value::text(at(&a, 0)?.json().to_string()),
        "toPrettyJson" => Value::text(format!("{:#}", at(&a, 0)?.json())),
        "fromYaml" | "fromJson" | "mustFromJson" | "fromYamlArray" | "fromJsonArray" => {
            let text = at(&a, 0)?.shown();
            let documents = yaml::parse(&"".into(), &text);
            let empty = if name.ends_with("Array") { Value::list(Vec::new()) } else { Value::map([]) };
            documents.nodes.first().map_or(empty, Value::of)
        }
        "lookup" => Value::map([]),
        "now" | "date" | "dateInZone" | "htmlDate" | "unixEpoch" | "uuidv4" | "randAlphaNum" | "randAlpha"
        | "randNumeric" | "randAscii" | "randBytes" | "derivePassword" | "genPrivateKey" | "bcrypt" | "htpasswd"
        | "encryptAES" | "getHostByName" | "env" | "expandenv" | "ago" | "dateModify" | "toDate" => {
            Value::text(MADE_UP)
        }
        "genCA"
        | "genSelfSignedCert"
        | "genSignedCert"
        | "genCAWithKey"
        | "genSelfSignedCertWithKey"
        | "genSignedCertWithKey"
        | "buildCustomCert" => {
            Value::map([("Cert".to_owned(), Value::text(MADE_UP)), ("Key".to_owned(), Value::text(MADE_UP))])
        }
        "urlParse" => texts::url(&at(&a, 0)?.shown()),
        "semverCompare" => Value::Bool(texts::semver(&at(&a, 0)?.shown(), &at(&a, 1)?.shown())),
        "semver" => texts::version(&at(&a, 0)?.shown()),
        "call" if !a.is_empty() => a.remove(0),
        _ => return Err(format!("the function `{name}` is not known here")),
    })
}

/// A method of one of the values that Helm gives to templates.
pub(super) fn method(receiver: &Value, name: &str, arguments: &[Value]) -> Option<Value> {
    let Value::Map(map) = receiver else {
        return match (receiver, name) {
            // The versions of the API that a cluster has: those of Kubernetes itself.
            (Value::List(versions), "Has") => {
                let wanted = arguments.first().map(Value::shown).unwrap_or_default();
                Some(Value::Bool(versions.iter().any(|version| version.shown() == wanted)))
            }
            (Value::Null, "Get") => Some(Value::text("")),
            (Value::Null, "AsConfig" | "AsSecrets") => Some(Value::text("")),
            (Value::Null, "Glob" | "Lines") => Some(Value::map([])),
            _ => None,
        };
    };
    // Files of the chart stand in a mapping by their path.
    let is_files = map.borrow().get("*files").is_some();
    if !is_files {
        return None;
    }
    let pattern = arguments.first().map(Value::shown).unwrap_or_default();
    let files = || {
        map.borrow()
            .iter()
            .filter(|(path, _)| *path != "*files")
            .map(|(p, t)| (p.clone(), t.clone()))
            .collect::<Vec<_>>()
    };
    Some(match name {
        "Get" | "GetBytes" => map.borrow().get(&pattern).cloned().unwrap_or_else(|| Value::text("")),
        "Lines" => {
            let text = map.borrow().get(&pattern).map(Value::shown).unwrap_or_default();
            Value::list(text.lines().map(Value::text).collect())
        }
        "Glob" => {
            let glob = globset::GlobBuilder::new(&pattern).literal_separator(true).build().ok()?.compile_matcher();
            let found = files().into_iter().filter(|(path, _)| glob.is_match(path));
            Value::map(found.chain([("*files".to_owned(), Value::Bool(true))]))
        }
        "AsConfig" | "AsSecrets" => {
            let named =
                files().into_iter().map(|(path, text)| (path.rsplit('/').next().unwrap_or(&path).to_owned(), text));
            Value::text(Value::map(named).yaml())
        }
        _ => return None,
    })
}

/// An argument that must be there.
pub(super) fn at(a: &[Value], index: usize) -> Result<&Value, Failure> {
    a.get(index).ok_or_else(|| "a function is given too little".to_owned())
}

fn arg(a: &[Value], index: usize) -> Value {
    a.get(index).cloned().unwrap_or(Value::Null)
}

fn logic(name: &str, a: &[Value]) -> Option<Result<Value, Failure>> {
    let compare = |wanted: &dyn Fn(std::cmp::Ordering) -> bool| -> Result<Value, Failure> {
        let (one, other) = (at(a, 0)?, at(a, 1)?);
        let order = match (one, other) {
            (Value::Text(one), Value::Text(other)) => one.cmp(other),
            _ => one.float().total_cmp(&other.float()),
        };
        Ok(Value::Bool(wanted(order)))
    };
    Some(Ok(match name {
        "eq" => {
            let Some((first, rest)) = a.split_first() else { return Some(Err("`eq` is given nothing".to_owned())) };
            Value::Bool(rest.iter().any(|other| first.same(other)))
        }
        "ne" => Value::Bool(!arg(a, 0).same(&arg(a, 1))),
        "lt" => return Some(compare(&|order| order.is_lt())),
        "le" => return Some(compare(&|order| order.is_le())),
        "gt" => return Some(compare(&|order| order.is_gt())),
        "ge" => return Some(compare(&|order| order.is_ge())),
        "not" => Value::Bool(!arg(a, 0).is_true()),
        "empty" => Value::Bool(!arg(a, 0).is_true()),
        "default" => {
            let given = arg(a, 1);
            if given.is_true() { given } else { arg(a, 0) }
        }
        "coalesce" => a.iter().find(|value| value.is_true()).cloned().unwrap_or(Value::Null),
        "ternary" => {
            if arg(a, 2).is_true() {
                arg(a, 0)
            } else {
                arg(a, 1)
            }
        }
        "all" => Value::Bool(a.iter().all(Value::is_true)),
        "any" => Value::Bool(a.iter().any(Value::is_true)),
        "kindOf" | "typeOf" => Value::text(kind(&arg(a, 0))),
        "kindIs" | "typeIs" | "typeIsLike" => Value::Bool(kind(&arg(a, 1)) == at(a, 0).ok()?.shown()),
        "deepEqual" => Value::Bool(arg(a, 0).same(&arg(a, 1))),
        _ => return None,
    }))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "invalid",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float64",
        Value::Text(_) => "string",
        Value::List(_) => "slice",
        Value::Map(_) => "map",
    }
}

fn items(value: &Value) -> Vec<Value> {
    if let Value::List(items) = value { items.to_vec() } else { Vec::new() }
}

fn lists(name: &str, a: &[Value]) -> Option<Result<Value, Failure>> {
    let first = || items(&arg(a, 0));
    let contains = |list: &[Value], value: &Value| list.iter().any(|item| item.same(value));
    Some(Ok(match name {
        "list" | "tuple" => Value::list(a.to_vec()),
        "first" | "mustFirst" => first().first().cloned().unwrap_or(Value::Null),
        "last" | "mustLast" => first().last().cloned().unwrap_or(Value::Null),
        "rest" | "mustRest" => Value::list(first().into_iter().skip(1).collect()),
        "initial" | "mustInitial" => {
            let mut list = first();
            list.pop();
            Value::list(list)
        }
        "append" | "mustAppend" | "push" => {
            let mut list = first();
            list.push(arg(a, 1));
            Value::list(list)
        }
        "prepend" | "mustPrepend" => {
            let mut list = first();
            list.insert(0, arg(a, 1));
            Value::list(list)
        }
        "concat" => Value::list(a.iter().flat_map(items).collect()),
        "uniq" | "mustUniq" => {
            let mut kept: Vec<Value> = Vec::new();
            for item in first() {
                if !contains(&kept, &item) {
                    kept.push(item);
                }
            }
            Value::list(kept)
        }
        "without" | "mustWithout" => Value::list(first().into_iter().filter(|item| !contains(&a[1..], item)).collect()),
        "has" | "mustHas" => Value::Bool(contains(&items(&arg(a, 1)), &arg(a, 0))),
        "compact" | "mustCompact" => Value::list(first().into_iter().filter(Value::is_true).collect()),
        "reverse" | "mustReverse" => Value::list(first().into_iter().rev().collect()),
        "sortAlpha" => {
            let mut texts: Vec<String> = first().iter().map(Value::shown).collect();
            texts.sort();
            Value::list(texts.iter().map(Value::text).collect())
        }
        "slice" | "mustSlice" => {
            let list = first();
            let end = a.get(2).map_or(list.len(), |end| usize::try_from(end.int()).unwrap_or(0).min(list.len()));
            let start = usize::try_from(arg(a, 1).int()).unwrap_or(0).min(end);
            Value::list(list[start..end].to_vec())
        }
        "until" => Value::list((0..arg(a, 0).int().clamp(0, 10_000)).map(Value::Int).collect()),
        "untilStep" | "seq" => {
            let (start, stop, step) = match (name, a.len()) {
                ("seq", 1) => (1, arg(a, 0).int() + 1, 1),
                ("seq", 2) => (arg(a, 0).int(), arg(a, 1).int() + 1, 1),
                ("seq", _) => (arg(a, 0).int(), arg(a, 2).int() + 1, arg(a, 1).int()),
                _ => (arg(a, 0).int(), arg(a, 1).int(), arg(a, 2).int()),
            };
            let step = usize::try_from(step.max(1)).unwrap_or(1);
            let all: Vec<Value> = (start..stop).step_by(step).take(10_000).map(Value::Int).collect();
            if name == "seq" {
                Value::text(all.iter().map(Value::shown).collect::<Vec<_>>().join(" "))
            } else {
                Value::list(all)
            }
        }
        "len" => {
            let length = match &arg(a, 0) {
                Value::Text(text) => text.len(),
                Value::List(list) => list.len(),
                Value::Map(map) => map.borrow().len(),
                _ => 0,
            };
            Value::Int(i64::try_from(length).unwrap_or(i64::MAX))
        }
        "index" => {
            let mut value = arg(a, 0);
            for key in a.iter().skip(1) {
                value = match &value {
                    Value::List(list) => usize::try_from(key.int())
                        .ok()
                        .and_then(|index| list.get(index))
                        .cloned()
                        .unwrap_or(Value::Null),
                    other => other.get(&key.shown()),
                };
            }
            value
        }
        _ => return None,
    }))
}

fn dicts(name: &str, a: &[Value]) -> Option<Result<Value, Failure>> {
    let map = |value: &Value| if let Value::Map(map) = value { Some(Rc::clone(map)) } else { None };
    Some(Ok(match name {
        "dict" => {
            let pairs = a.chunks(2).map(|pair| (pair[0].shown(), pair.get(1).cloned().unwrap_or(Value::Null)));
            Value::map(pairs)
        }
        "get" => {
            let found = arg(a, 0).get(&arg(a, 1).shown());
            if matches!(found, Value::Null) { Value::text("") } else { found }
        }
        "set" => {
            if let Some(map) = map(&arg(a, 0)) {
                map.borrow_mut().insert(arg(a, 1).shown(), arg(a, 2));
            }
            arg(a, 0)
        }
        "unset" => {
            if let Some(map) = map(&arg(a, 0)) {
                map.borrow_mut().remove(&arg(a, 1).shown());
            }
            arg(a, 0)
        }
        "hasKey" => Value::Bool(map(&arg(a, 0)).is_some_and(|map| map.borrow().contains_key(&arg(a, 1).shown()))),
        "keys" => Value::list(
            a.iter().filter_map(map).flat_map(|map| map.borrow().keys().map(Value::text).collect::<Vec<_>>()).collect(),
        ),
        "values" => {
            Value::list(map(&arg(a, 0)).map(|map| map.borrow().values().cloned().collect()).unwrap_or_default())
        }
        "pluck" => {
            let key = arg(a, 0).shown();
            Value::list(a.iter().skip(1).map(|map| map.get(&key)).filter(|v| !matches!(v, Value::Null)).collect())
        }
        "pick" | "omit" => {
            let named: Vec<String> = a.iter().skip(1).map(Value::shown).collect();
            let kept = |key: &String| named.contains(key) == (name == "pick");
            let entries = map(&arg(a, 0)).map(|map| map.borrow().clone()).unwrap_or_default();
            Value::map(entries.into_iter().filter(|(key, _)| kept(key)))
        }
        "merge" | "mustMerge" | "mergeOverwrite" | "mustMergeOverwrite" => {
            let target = arg(a, 0);
            a.iter().skip(1).for_each(|other| target.merge(other, name.ends_with("Overwrite")));
            target
        }
        "deepCopy" | "mustDeepCopy" => arg(a, 0).copied(),
        "dig" => {
            let Some((value, keys)) = a.split_last() else { return Some(Err("`dig` is given nothing".to_owned())) };
            let Some((default, keys)) = keys.split_last() else { return Some(Ok(Value::Null)) };
            let mut value = value.clone();
            for key in keys {
                value = value.get(&key.shown());
            }
            if matches!(value, Value::Null) { default.clone() } else { value }
        }
        _ => return None,
    }))
}

fn numbers(name: &str, a: &[Value]) -> Option<Result<Value, Failure>> {
    let ints = || a.iter().map(Value::int);
    let by_zero = || Some(Err("a division by zero".to_owned()));
    Some(Ok(match name {
        "add" => Value::Int(ints().fold(0, i64::wrapping_add)),
        "add1" => Value::Int(arg(a, 0).int().wrapping_add(1)),
        "sub" => Value::Int(arg(a, 0).int().wrapping_sub(arg(a, 1).int())),
        "mul" => Value::Int(ints().fold(1, i64::wrapping_mul)),
        "div" => match arg(a, 0).int().checked_div(arg(a, 1).int()) {
            Some(value) => Value::Int(value),
            None => return by_zero(),
        },
        "mod" => match arg(a, 0).int().checked_rem(arg(a, 1).int()) {
            Some(value) => Value::Int(value),
            None => return by_zero(),
        },
        "max" => Value::Int(ints().max().unwrap_or(0)),
        "min" => Value::Int(ints().min().unwrap_or(0)),
        "addf" => Value::Float(a.iter().map(Value::float).sum()),
        "mulf" => Value::Float(a.iter().map(Value::float).product()),
        "divf" => Value::Float(arg(a, 0).float() / arg(a, 1).float()),
        "subf" => Value::Float(arg(a, 0).float() - arg(a, 1).float()),
        "ceil" => Value::Float(arg(a, 0).float().ceil()),
        "floor" => Value::Float(arg(a, 0).float().floor()),
        "round" => Value::Float(arg(a, 0).float().round()),
        "int" | "int64" | "atoi" | "toDecimal" => Value::Int(arg(a, 0).int()),
        "float64" => Value::Float(arg(a, 0).float()),
        _ => return None,
    }))
}
