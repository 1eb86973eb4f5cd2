//! The body of a resource as settings: a leaf of it each, with what it is taken from.

use std::rc::Rc;
use std::sync::Arc;

use super::syntax::Body;
use super::texts;
use super::value::{Data, Value};
use super::world::{Made, Scope, World};
use crate::facts::{CodeFact, Datum, ResourceFact, Sign};
use crate::ingest::gathered::{Gathered, Refs, dotted, evidence};
use crate::source::Location;

/// Values that are nested deeper are left out.
const DEEPEST: usize = 40;
/// Attributes of a block that say how it is made rather than what it is.
const OF_THE_LANGUAGE: &[&str] = &["count", "for_each", "provider", "providers", "source", "version", "alias"];
/// Blocks that do.
const BLOCKS_OF_THE_LANGUAGE: &[&str] = &["lifecycle", "provisioner", "connection", "timeouts"];

impl World<'_> {
    /// A resource with all its settings.
    pub(super) fn fact(&self, index: usize) -> ResourceFact {
        let made = self.resource(index);
        self.count_for(&self.instance(made.instance).root);
        let mut gathered = Gathered::default();
        let at = made.block.location();
        self.at(at.clone(), || self.body(&made.block.body, "", &made, &made.scope, &mut gathered, 0));
        if let Some(provider) = self.provider_of(&made) {
            let refs = Refs::from([(provider, "".into())]);
            gathered.leaf("provider", Datum::Unknown(None), refs, at.clone());
        }
        ResourceFact {
            sign: Sign::Terraform(Arc::clone(&made.kind)),
            name: Arc::clone(&made.name),
            scope: scope_name(&self.instance(made.instance).root),
            looked_up: made.looked_up,
            count: made.count,
            open: is_open(&made),
            settings: gathered.settings,
            code: CodeFact::default(),
            evidence: evidence(at, &made.name),
        }
    }

    fn body(&self, body: &Body, path: &str, made: &Made<'_>, scope: &Scope, found: &mut Gathered, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for attribute in &body.attributes {
            if path.is_empty() && OF_THE_LANGUAGE.contains(&&*attribute.name) {
                continue;
            }
            let at = attribute.spot.in_file(&attribute.file);
            let value = self.at(at.clone(), || self.eval(&attribute.value, made.instance, scope));
            gather(found, &dotted(path, &attribute.name), &value.written(at.clone()), &at);
        }
        for (name, block, inner, scope) in self.nested(body, made.instance, scope) {
            if path.is_empty() && BLOCKS_OF_THE_LANGUAGE.contains(&&*name) {
                continue;
            }
            // A nested block with labels of its own, which no provider has any more, is told by its kind alone.
            let _ = block;
            let path = dotted(path, &name);
            found.within(&path, |found| self.body(inner, &path, made, &scope, found, depth + 1));
        }
    }
}

/// Whether a block says how many of it there are in words that nothing gives a value to: one then stands for all.
fn is_open(made: &Made<'_>) -> bool {
    let several = ["count", "for_each"].iter().any(|name| made.block.body.get(name).is_some());
    several && !made.name.ends_with(']')
}

/// The name of a scope: the folder of a root.
pub(super) fn scope_name(root: &str) -> Arc<str> {
    if root.is_empty() { ".".into() } else { root.into() }
}

/// Adds all leaves of a value, those without a place of their own at the place of what is `near`.
pub(super) fn gather(found: &mut Gathered, path: &str, value: &Value, near: &Location) {
    leaves(found, path, value, near, 0);
}

fn leaves(found: &mut Gathered, path: &str, value: &Value, near: &Location, depth: usize) {
    let at = value.at.as_deref().unwrap_or(near);
    let own = || value.refs.as_deref().cloned().unwrap_or_default();
    if depth > DEEPEST {
        return;
    }
    match &value.data {
        Data::Null => {}
        Data::Bool(flag) => found.leaf(path, Datum::Bool(*flag), own(), at.clone()),
        Data::Number(number) => found.leaf(path, Datum::Number(*number), own(), at.clone()),
        Data::Text(text) => match structured(text) {
            Some(inner) => leaves(found, path, &inner.with_refs_of([value]), at, depth + 1),
            None => found.leaf(path, Datum::Text(Arc::clone(text)), own(), at.clone()),
        },
        Data::List(items) => {
            if value.refs.is_some() {
                found.leaf(path, Datum::Unknown(None), own(), at.clone());
            }
            items.iter().for_each(|one| item_of_list(found, path, one, near, depth + 1));
        }
        Data::Map(entries) => {
            if value.refs.is_some() {
                found.leaf(path, Datum::Unknown(None), own(), at.clone());
            }
            for (key, inner) in entries.iter() {
                let path = if key.is_empty() { path.to_owned() } else { dotted(path, key) };
                leaves(found, &path, inner, at, depth + 1);
            }
        }
        Data::Encoded(inner) => leaves(found, path, inner, at, depth + 1),
        Data::Pieces(pieces) => match with_holes(pieces) {
            Some(inner) => leaves(found, path, &inner, at, depth + 1),
            None => {
                let mut refs = Refs::new();
                value.gather(&mut refs);
                let text: String =
                    pieces.iter().map(|piece| piece.as_text().unwrap_or_else(|| "?".into()).to_string()).collect();
                found.leaf(path, Datum::Text(text.into()), refs, at.clone());
            }
        },
        Data::Resource(resource) => {
            let mut refs = own();
            refs.insert((*resource, "".into()));
            found.leaf(path, Datum::Unknown(None), refs, at.clone());
        }
        Data::Module(_) => {}
        Data::Unknown(reason) => found.leaf(path, Datum::Unknown(reason.clone()), own(), at.clone()),
        Data::Failed(reason) => found.leaf(path, Datum::Unknown(Some(Arc::clone(reason))), own(), at.clone()),
    }
}

/// An item of a list; `{name: X, value: Y}` is written as the key `X`.
fn item_of_list(found: &mut Gathered, path: &str, item: &Value, near: &Location, depth: usize) {
    if let Data::Map(entries) = &item.data {
        let get = |keys: &[&str]| keys.iter().find_map(|key| entries.get(*key));
        let name = get(&["name", "Name", "key", "Key"]).and_then(Value::as_text);
        let value = get(&["value", "Value", "valueFrom", "ValueFrom", "value_from"]);
        if let (Some(name), Some(value)) = (name.filter(|name| !name.is_empty()), value) {
            leaves(found, &dotted(path, &name), value, item.at.as_deref().unwrap_or(near), depth + 1);
            return;
        }
        return found.within(path, |found| leaves(found, path, item, near, depth));
    }
    leaves(found, path, item, near, depth);
}

/// What a text of JSON holds; `None` for other texts.
fn structured(text: &str) -> Option<Value> {
    let trimmed = text.trim_start();
    let may_be = trimmed.starts_with("{\"")
        || trimmed.starts_with('[')
        || trimmed.starts_with("{\n")
        || trimmed.starts_with("{ ");
    if may_be { texts::json(trimmed) } else { None }
}

/// A text of JSON with holes as what it holds, each hole at its place; `None` for other texts.
fn with_holes(pieces: &Rc<Vec<Value>>) -> Option<Value> {
    let first = pieces.first().and_then(Value::as_text)?;
    if !first.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut text = String::new();
    for (number, piece) in pieces.iter().enumerate() {
        match piece.as_text() {
            Some(known) => text.push_str(&known),
            // A hole stands within quotes, or in place of a value.
            None if in_quotes(&text) => text.push_str(&format!("\u{1}{number}\u{1}")),
            None => text.push_str(&format!("\"\u{1}{number}\u{1}\"").replace('\u{1}', "\\u0001")),
        }
    }
    let text = text.replace('\u{1}', "\\u0001");
    Some(filled(texts::json(&text)?, pieces))
}

/// Whether the end of a text stands within double quotes.
pub(super) fn in_quotes(text: &str) -> bool {
    let mut inside = false;
    let mut escaped = false;
    for letter in text.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => inside = !inside,
            _ => {}
        }
    }
    inside
}

/// The holes of texts put back in.
fn filled(value: Value, pieces: &Rc<Vec<Value>>) -> Value {
    match &value.data {
        Data::Text(text) if text.contains('\u{1}') => {
            let mut parts: Vec<Value> = Vec::new();
            for (number, part) in text.split('\u{1}').enumerate() {
                let hole = part.parse::<usize>().ok().filter(|_| number % 2 == 1).and_then(|n| pieces.get(n));
                match hole {
                    Some(hole) => parts.push(hole.clone()),
                    None if part.is_empty() => {}
                    None => parts.push(Value::text(part)),
                }
            }
            match parts.as_slice() {
                [only] => only.clone(),
                _ => Value::new(Data::Pieces(Rc::new(parts))),
            }
        }
        Data::List(items) => Value::list(items.iter().map(|item| filled(item.clone(), pieces)).collect()),
        Data::Map(entries) => {
            Value::map(entries.iter().map(|(key, inner)| (Arc::clone(key), filled(inner.clone(), pieces))).collect())
        }
        _ => value,
    }
}
