//! A resource's body as settings: a leaf of it each, with what it is taken from.

use std::sync::Arc;

use super::sam;
use super::value::{Data, HOLE, Value};
use super::world::{Made, World};
use crate::facts::{CodeFact, Datum, ResourceFact, Sign};
use crate::ingest::gathered::{Gathered, Refs, dotted, evidence};
use crate::source::yaml::Node;

/// Values that are nested deeper are left out.
const DEEPEST: usize = 60;

impl World {
    /// A resource with all its settings.
    pub(super) fn fact(&self, index: usize) -> ResourceFact {
        let made = &self.made[index];
        let mut found = Gathered::default();
        let condition = made.node.text_at(&["Condition"]);
        if let Some(properties) = made.node.get("Properties") {
            leaves(&mut found, "", &self.eval(properties, made.stack), &[], 0);
        }
        self.around(made, &mut found);
        let nested = if self.is_nested(made.stack) { "in a nested stack" } else { "" };
        let condition = condition.map(|condition| format!("only if {condition}")).unwrap_or_default();
        let notes: Vec<&str> = [&*made.name, nested, &condition].into_iter().filter(|note| !note.is_empty()).collect();
        ResourceFact {
            sign: Sign::CloudFormation(Arc::clone(&made.kind)),
            name: Arc::clone(&made.name),
            scope: Arc::clone(&self.stacks[made.stack].scope),
            // In a template of ROS, what exists already.
            looked_up: made.kind.starts_with("DATASOURCE::"),
            count: None,
            open: false,
            settings: found.settings,
            code: CodeFact::default(),
            evidence: evidence(made.at.clone(), &notes.join(", ")),
        }
    }

    /// What is said of a resource beside its properties: what it waits for, connectors, APIs that its events imply.
    fn around(&self, made: &Made, found: &mut Gathered) {
        let path = &self.templates[self.stacks[made.stack].template].path;
        let mut refer = |key: &str, name: &str, node: &Node| {
            let at = node.location(path);
            let (target, nested) = (self.resource(made.stack, name), self.stacks[made.stack].nested.contains_key(name));
            self.lead(name, &at, target.is_some() || nested);
            match target {
                Some((to, _)) => found.leaf(key, Datum::Unknown(None), Refs::from([(to, "".into())]), at),
                None if nested => {}
                None => self.miss(name, "the template has no resource of this name", &at),
            }
        };
        if let Some(node) = made.node.get("DependsOn") {
            let items = if node.is_seq() { node.items() } else { std::slice::from_ref(node) };
            items.iter().for_each(|item| refer("DependsOn", item.text().unwrap_or_default(), item));
        }
        for (_, connector) in made.node.get("Connectors").map(Node::entries).unwrap_or_default() {
            let destination = connector.at(&["Properties", "Destination"]);
            let items = destination.map(|node| if node.is_seq() { node.items() } else { std::slice::from_ref(node) });
            for node in items.into_iter().flatten().filter_map(|item| item.get("Id")) {
                refer("Connectors.Destination", node.text().unwrap_or_default(), node);
            }
        }
        if &*made.kind == "AWS::Serverless::Connector" {
            for side in ["Source", "Destination"] {
                let node = made.node.at(&["Properties", side]);
                let items = node.map(|node| if node.is_seq() { node.items() } else { std::slice::from_ref(node) });
                for node in items.into_iter().flatten().filter_map(|item| item.get("Id")) {
                    refer(&format!("{side}.Id"), node.text().unwrap_or_default(), node);
                }
            }
        }
        for (name, event) in made.node.at(&["Properties", "Events"]).map(Node::entries).unwrap_or_default() {
            if let Some((field, api)) = sam::implied_api(event) {
                refer(&format!("Events.{}.Properties.{field}", name.text().unwrap_or_default()), api, event);
            }
        }
    }
}

/// All leaves of a value; of a choice both sides, each with its condition.
fn leaves(found: &mut Gathered, path: &str, value: &Value, conditions: &[String], depth: usize) {
    if depth > DEEPEST {
        return;
    }
    let leaf = |found: &mut Gathered, datum: Datum| {
        found.leaf_if(path, datum, value.refs.clone(), value.at.clone(), conditions);
    };
    match &value.data {
        Data::Null => {}
        Data::Bool(flag) => leaf(found, Datum::Bool(*flag)),
        Data::Number(number) => leaf(found, Datum::Number(*number)),
        Data::Text(text) => leaf(found, Datum::Text(text.replace(HOLE, "?").into())),
        Data::Unknown(reason) => leaf(found, Datum::Unknown(reason.clone())),
        Data::List(items) => {
            if !value.refs.is_empty() {
                leaf(found, Datum::Unknown(None));
            }
            items.iter().for_each(|one| item_of_list(found, path, one, conditions, depth + 1));
        }
        Data::Map(entries) => {
            for (key, inner) in entries {
                leaves(found, &dotted(path, key), inner, conditions, depth + 1);
            }
        }
        Data::If(condition, yes, no) => {
            leaves(found, path, yes, &with(conditions, "if", condition), depth + 1);
            leaves(found, path, no, &with(conditions, "unless", condition), depth + 1);
        }
    }
}

/// An item of a list; `{Name: X, Value: Y}` is written as the key `X`.
fn item_of_list(found: &mut Gathered, path: &str, item: &Value, conditions: &[String], depth: usize) {
    if depth > DEEPEST {
        return;
    }
    if let Data::Map(entries) = &item.data {
        let get = |keys: &[&str]| entries.iter().find(|(key, _)| keys.contains(&key.as_str())).map(|(_, value)| value);
        let name = get(&["Name", "Key", "name", "key"]).and_then(Value::known_text);
        let value = get(&["Value", "ValueFrom", "value"]);
        if let (Some(name), Some(value)) = (name.filter(|name| !name.is_empty()), value) {
            leaves(found, &dotted(path, &name), value, conditions, depth + 1);
            return;
        }
    }
    match &item.data {
        Data::If(condition, yes, no) => {
            item_of_list(found, path, yes, &with(conditions, "if", condition), depth + 1);
            item_of_list(found, path, no, &with(conditions, "unless", condition), depth + 1);
        }
        Data::Map(_) => found.within(path, |found| leaves(found, path, item, conditions, depth)),
        _ => leaves(found, path, item, conditions, depth),
    }
}

/// The conditions of one side of a choice.
fn with(conditions: &[String], word: &str, condition: &str) -> Vec<String> {
    [conditions, &[format!("{word} {condition}")]].concat()
}
