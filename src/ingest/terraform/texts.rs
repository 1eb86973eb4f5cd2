//! Functions on texts, and texts that hold other data.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::value::{Data, Value};
use crate::source::yaml::{self, Kind, Node};

/// No text of a person is longer.
const MOST_LETTERS: usize = 8_000_000;

/// The value of a call on texts; `None` when it can't be told.
pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    let text = |index: usize| arguments.get(index).and_then(Value::as_text);
    let found: String = match name {
        "lower" => text(0)?.to_lowercase(),
        "upper" => text(0)?.to_uppercase(),
        "title" => title(&text(0)?),
        "trimspace" => text(0)?.trim().to_owned(),
        "chomp" => text(0)?.trim_end_matches(['\n', '\r']).to_owned(),
        "trim" => {
            let letters: Vec<char> = text(1)?.chars().collect();
            text(0)?.trim_matches(letters.as_slice()).to_owned()
        }
        "trimprefix" => {
            let whole = text(0)?;
            whole.strip_prefix(&*text(1)?).unwrap_or(&whole).to_owned()
        }
        "trimsuffix" => {
            let whole = text(0)?;
            whole.strip_suffix(&*text(1)?).unwrap_or(&whole).to_owned()
        }
        "replace" => {
            let pattern = text(1)?;
            if pattern.len() > 1 && pattern.starts_with('/') && pattern.ends_with('/') {
                return None;
            }
            let (whole, by) = (text(0)?, text(2)?);
            if whole.matches(&*pattern).count().saturating_mul(by.len()) > MOST_LETTERS {
                return None;
            }
            whole.replace(&*pattern, &by)
        }
        "substr" => {
            let (from, most) = (arguments.get(1)?.as_number()?, arguments.get(2)?.as_number()?);
            let letters: Vec<char> = text(0)?.chars().collect();
            let from = if from < 0.0 {
                letters.len().saturating_sub(Value::new(Data::Number(-from)).as_index()?)
            } else {
                arguments[1].as_index()?
            };
            let rest = letters.into_iter().skip(from);
            if most < 0.0 { rest.collect() } else { rest.take(arguments[2].as_index()?).collect() }
        }
        "indent" => text(1)?.replace('\n', &format!("\n{}", " ".repeat(arguments.first()?.as_index()?.min(100)))),
        "join" => join(arguments)?,
        "format" => format(&text(0)?, arguments.get(1..)?)?,
        "split" => return split(arguments),
        "formatlist" => return format_list(arguments),
        "startswith" => return flag(text(0)?.starts_with(&*text(1)?)),
        "endswith" => return flag(text(0)?.ends_with(&*text(1)?)),
        "strcontains" => return flag(text(0)?.contains(&*text(1)?)),
        "basename" => text(0)?.rsplit('/').next().unwrap_or_default().to_owned(),
        "dirname" => text(0)?.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned(),
        _ => return None,
    };
    Some(Value::text(&found))
}

fn flag(value: bool) -> Option<Value> {
    Some(Value::new(Data::Bool(value)))
}

fn title(text: &str) -> String {
    let mut at_start = true;
    let turn = |letter: char| {
        let found = if at_start { letter.to_uppercase().next().unwrap_or(letter) } else { letter };
        at_start = letter.is_whitespace();
        found
    };
    text.chars().map(turn).collect()
}

fn join(arguments: &[Value]) -> Option<String> {
    let separator = arguments.first()?.as_text()?;
    let mut all = Vec::new();
    for list in &arguments[1..] {
        all.extend(list.items()?.iter().map(Value::as_text).collect::<Option<Vec<_>>>()?);
    }
    let length: usize = all.iter().map(|text| text.len() + separator.len()).sum();
    (length <= MOST_LETTERS).then(|| all.join(&*separator))
}

fn split(arguments: &[Value]) -> Option<Value> {
    let (separator, text) = (arguments.first()?.as_text()?, arguments.get(1)?.as_text()?);
    if separator.is_empty() {
        return None;
    }
    Some(Value::list(text.split(&*separator).map(Value::text).collect()))
}

/// A format with `%s`, `%d`, `%v`, `%q`, numbers with leading zeros and numbered arguments; no other verbs.
fn format(pattern: &str, arguments: &[Value]) -> Option<String> {
    let mut found = String::new();
    let mut next = 0;
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            found.push(letter);
            continue;
        }
        let mut options = String::new();
        let verb = loop {
            match letters.next()? {
                verb if verb.is_ascii_alphabetic() || verb == '%' => break verb,
                option => options.push(option),
            }
        };
        if verb == '%' {
            found.push('%');
            continue;
        }
        if let Some(number) = options.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            next = number.parse::<usize>().ok()?.checked_sub(1)?;
            options.clear();
        }
        let argument = arguments.get(next)?;
        next += 1;
        let text = argument.as_text()?;
        let width = options.trim_start_matches('0').parse::<usize>().unwrap_or(0).min(100);
        match verb {
            'q' => found.push_str(&format!("\"{text}\"")),
            's' | 'v' | 'd' if options.starts_with('0') => found.push_str(&format!("{text:0>width$}")),
            's' | 'v' | 'd' if options.is_empty() => found.push_str(&text),
            's' | 'v' | 'd' => found.push_str(&format!("{text:>width$}")),
            _ => return None,
        }
    }
    Some(found)
}

fn format_list(arguments: &[Value]) -> Option<Value> {
    let (pattern, rest) = arguments.split_first()?;
    let pattern = pattern.as_text()?;
    let length = rest.iter().filter_map(|value| value.items().map(<[Value]>::len)).min()?;
    if length.saturating_mul(pattern.len() + rest.iter().filter_map(Value::as_text).map(|t| t.len()).sum::<usize>())
        > MOST_LETTERS
    {
        return None;
    }
    let one = |index: usize| {
        let each: Vec<Value> =
            rest.iter().map(|value| value.items().map_or_else(|| value.clone(), |all| all[index].clone())).collect();
        Some(Value::text(&format(&pattern, &each)?))
    };
    Some(Value::list((0..length).map(one).collect::<Option<_>>()?))
}

/// A text of JSON as a value; `None` when it is none.
pub(super) fn json(text: &str) -> Option<Value> {
    let parsed: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(of_json(&parsed))
}

fn of_json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::new(Data::Null),
        serde_json::Value::Bool(value) => Value::new(Data::Bool(*value)),
        serde_json::Value::Number(number) => Value::new(number.as_f64().map_or(Data::Null, Data::Number)),
        serde_json::Value::String(text) => Value::text(text),
        serde_json::Value::Array(items) => Value::list(items.iter().map(of_json).collect()),
        serde_json::Value::Object(entries) => {
            Value::map(entries.iter().map(|(key, value)| (key.as_str().into(), of_json(value))).collect())
        }
    }
}

/// The first document of a text of YAML as a value.
pub(super) fn yaml(text: &str) -> Option<Value> {
    let file: Arc<str> = "".into();
    yaml::parse(&file, text).nodes.first().map(of_node)
}

/// A node as a value with the places of its scalars.
pub(super) fn of_node_at(node: &Node, file: &Arc<str>) -> Value {
    let value = match &node.kind {
        Kind::Seq(items) => Value::list(items.iter().map(|item| of_node_at(item, file)).collect()),
        Kind::Map(entries) => {
            let entry = |(key, value): &(Node, Node)| Some((Arc::from(key.text()?), of_node_at(value, file)));
            Value::map(entries.iter().filter_map(entry).collect::<BTreeMap<_, _>>())
        }
        _ => of_node(node),
    };
    value.written(node.location(file))
}

/// A node as a value, without places.
pub(super) fn of_node(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::new(Data::Null),
        Kind::Bool(value) => Value::new(Data::Bool(*value)),
        Kind::Scalar => match (node.number(), node.text()) {
            (Some(number), _) => Value::new(Data::Number(number)),
            (None, text) => Value::text(text.unwrap_or_default()),
        },
        Kind::Seq(items) => Value::list(items.iter().map(of_node).collect()),
        Kind::Map(entries) => {
            let entry = |(key, value): &(Node, Node)| Some((Arc::from(key.text()?), of_node(value)));
            Value::map(entries.iter().filter_map(entry).collect::<BTreeMap<_, _>>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_filled_as_far_as_they_are_known() {
        let arguments = [Value::text("web"), Value::new(Data::Number(7.0))];
        assert_eq!(format("%s-%03d-%%", &arguments).as_deref(), Some("web-007-%"));
        assert_eq!(format("%[2]d%[1]s", &arguments).as_deref(), Some("7web"));
        assert_eq!(format("%s", &[Value::unknown()]), None);
        assert_eq!(format("%s-%s", &arguments[..1]), None);
    }

    #[test]
    fn texts_are_cut_and_joined() {
        let call = |name: &str, arguments: &[&str]| {
            let arguments: Vec<Value> = arguments.iter().map(|text| Value::text(text)).collect();
            call(name, &arguments).and_then(|value| value.as_text()).map(|text| text.to_string())
        };
        assert_eq!(call("replace", &["a.b.c", ".", "-"]).as_deref(), Some("a-b-c"));
        assert_eq!(call("replace", &["abc", "/[a-b]/", "-"]), None);
        assert_eq!(call("trimsuffix", &["x.tf", ".tf"]).as_deref(), Some("x"));
        assert_eq!(call("title", &["one two"]).as_deref(), Some("One Two"));
    }
}
