//! Expressions to values.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::functions;
use super::operators::{agreed, binary, either};
use super::syntax::{Expr, For, Item, Operator, Piece, Step};
use super::value::{Data, Value};
use super::world::{Scope, World, find, with};

/// How often a loop may go round.
const MOST_ROUNDS: usize = 4_000;

impl World<'_> {
    /// The value of an expression in an instance of a module.
    pub(super) fn eval(&self, expr: &Expr, instance: usize, scope: &Scope) -> Value {
        let work = || self.value(expr, instance, scope);
        self.deeper(work).unwrap_or_else(|| Value::because("too much hangs on too much".to_owned()))
    }

    fn value(&self, expr: &Expr, instance: usize, scope: &Scope) -> Value {
        let eval = |expr: &Expr| self.eval(expr, instance, scope);
        match expr {
            Expr::Null => Value::new(Data::Null),
            Expr::Bool(value) => Value::new(Data::Bool(*value)),
            Expr::Number(number) => Value::new(Data::Number(*number)),
            Expr::Text(text) => Value::new(Data::Text(Arc::clone(text))),
            Expr::List(file, items) => {
                Value::list(items.iter().map(|item| self.item(file, item, instance, scope)).collect())
            }
            Expr::Object(file, entries) => self.object(file, entries, instance, scope),
            Expr::Template(pieces) => self.template(pieces, instance, scope),
            Expr::Name(name) => match find(scope, name) {
                Some(value) => value.clone(),
                None => Value::because(format!("nothing is called `{name}` here")),
            },
            Expr::Get(inner, name) => match self.named(inner, name, instance, scope) {
                Some(value) => value,
                None => self.get(&eval(inner), name),
            },
            Expr::Index(inner, index) => self.index(&eval(inner), &eval(index)),
            Expr::Splat(inner, steps) => self.splat(&eval(inner), steps, instance, scope),
            Expr::Call(name, arguments, spread) => self.call(name, arguments, *spread, instance, scope),
            Expr::If(parts) => {
                let condition = eval(&parts[0]);
                match condition.as_bool() {
                    Some(true) => eval(&parts[1]),
                    Some(false) => eval(&parts[2]),
                    None => either(&eval(&parts[1]), &eval(&parts[2])),
                }
            }
            Expr::For(each) => self.for_each(each, instance, scope),
            Expr::Binary(operator, sides) => {
                let left = eval(&sides[0]);
                match (operator, left.as_bool()) {
                    (Operator::And, Some(false)) | (Operator::Or, Some(true)) => left,
                    _ => binary(*operator, &left, &eval(&sides[1])),
                }
            }
            Expr::Not(inner) => match eval(inner).as_bool() {
                Some(value) => Value::new(Data::Bool(!value)),
                None => Value::unknown(),
            },
            Expr::Negative(inner) => match eval(inner).as_number() {
                Some(number) => Value::new(Data::Number(-number)),
                None => Value::unknown(),
            },
        }
    }

    fn item(&self, file: &Arc<str>, item: &Item, instance: usize, scope: &Scope) -> Value {
        let at = item.spot.in_file(file);
        let value = self.at(at.clone(), || self.eval(&item.value, instance, scope));
        // What a loop goes over is written where it is listed.
        let of_loop = match &item.value {
            Expr::Name(_) => true,
            Expr::Get(inner, _) => matches!(&**inner, Expr::Name(root) if find(scope, root).is_some()),
            _ => false,
        };
        if of_loop && value.at.is_some() { value } else { value.written(at) }
    }

    fn object(&self, file: &Arc<str>, entries: &[(Expr, Item)], instance: usize, scope: &Scope) -> Value {
        let mut found: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        for (key, item) in entries {
            let key = self.eval(key, instance, scope);
            let value = self.item(file, item, instance, scope);
            // A key that is not known stands for something all the same.
            let name = key.as_text().unwrap_or_else(|| "".into());
            found.insert(name, value);
        }
        Value::map(found)
    }

    /// What `inner.name` means where that is one of the names that every module has.
    fn named(&self, inner: &Expr, name: &Arc<str>, instance: usize, scope: &Scope) -> Option<Value> {
        match inner {
            Expr::Name(root) if find(scope, root).is_none() && instance != usize::MAX => Some(match &**root {
                "var" => self.variable(instance, name),
                "local" => self.local(instance, name),
                "module" => self.module(instance, name),
                "data" | "ephemeral" => return None,
                "path" => self.path(instance, name),
                "terraform" => Value::because(format!("`terraform.{name}` depends on who runs it")),
                "each" | "count" | "self" => Value::because(format!("`{root}.{name}` is not known here")),
                kind => self.resource_named(instance, &format!("{kind}.{name}")),
            }),
            Expr::Get(outer, kind) => match &**outer {
                Expr::Name(root)
                    if matches!(&**root, "data" | "ephemeral")
                        && find(scope, root).is_none()
                        && instance != usize::MAX =>
                {
                    Some(self.resource_named(instance, &format!("{root}.{kind}.{name}")))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// An attribute of a value.
    pub(super) fn get(&self, value: &Value, name: &Arc<str>) -> Value {
        match &value.data {
            Data::Map(entries) => match entries.get(name) {
                Some(found) => found.clone(),
                // What was merged in and is not known may hold it.
                None => match entries.get("") {
                    Some(rest) => Value::unknown_from([rest]),
                    None => Value::new(Data::Failed(format!("there is no `{name}` in it").into())),
                },
            },
            Data::Resource(resource) => self.attribute(*resource, name),
            Data::Module(module) if &**name == "outputs" && self.instance(*module).caller.is_none() => value.clone(),
            Data::Module(module) => self.output(*module, name),
            Data::List(items) if items.len() == 1 => self.get(&items[0], name),
            Data::Encoded(_) | Data::Pieces(_) | Data::Unknown(_) | Data::Failed(_) => Value::unknown_from([value]),
            _ => Value::new(Data::Failed(format!("there is no `{name}` in it").into())),
        }
    }

    /// An element of a value.
    pub(super) fn index(&self, value: &Value, key: &Value) -> Value {
        match (&value.data, key.as_text()) {
            (Data::List(items), Some(_)) => match key.as_index() {
                Some(index) => match items.get(index) {
                    Some(item) => item.clone(),
                    // A list with an item that is not known may be longer than it looks.
                    None if items.iter().any(Value::is_unknown) => Value::unknown_from(items.iter()),
                    None => Value::new(Data::Failed("the list is shorter".into())),
                },
                None => Value::unknown_from(items.iter()),
            },
            (Data::Map(_), Some(name)) => self.get(value, &name),
            // Copies that differ in their number alone are one resource here.
            (Data::Resource(_) | Data::Module(_), Some(text)) if text.parse::<f64>().is_ok() => value.clone(),
            (Data::Resource(_) | Data::Module(_), Some(name)) => self.get(value, &name),
            (Data::Resource(_) | Data::Module(_), None) => value.clone(),
            (Data::Map(entries), None) if entries.values().all(|v| matches!(v.data, Data::Resource(_))) => {
                Value::unknown_from(entries.values())
            }
            (Data::Map(entries), None) => match agreed(&entries.values().collect::<Vec<_>>(), 0) {
                Some(common) => common,
                None => Value::unknown_from([value, key]),
            },
            (Data::Null, _) => Value::new(Data::Failed("nothing is in null".into())),
            _ => Value::unknown_from([value, key]),
        }
    }

    fn splat(&self, value: &Value, steps: &[Step], instance: usize, scope: &Scope) -> Value {
        let one = |element: &Value| {
            steps.iter().fold(element.clone(), |value, step| match step {
                Step::Get(name) => self.get(&value, name),
                Step::Index(index) => self.index(&value, &self.eval(index, instance, scope)),
            })
        };
        match &value.data {
            Data::List(items) => Value::list(items.iter().map(one).collect()),
            Data::Null => Value::list(Vec::new()),
            Data::Unknown(_) | Data::Failed(_) => Value::unknown_from([value]),
            _ => Value::list(vec![one(value)]),
        }
    }

    fn template(&self, pieces: &[Piece], instance: usize, scope: &Scope) -> Value {
        if let [Piece::Hole(only)] = pieces {
            return self.eval(only, instance, scope);
        }
        let mut parts = Vec::new();
        self.pieces(pieces, instance, scope, &mut parts);
        let known: Option<Vec<Arc<str>>> = parts.iter().map(Value::as_text).collect();
        match known {
            Some(texts) => Value::text(&texts.concat()).with_refs_of(&parts),
            None => Value::new(Data::Pieces(Rc::new(parts))),
        }
    }

    fn pieces(&self, pieces: &[Piece], instance: usize, scope: &Scope, found: &mut Vec<Value>) {
        for piece in pieces {
            if found.len() > MOST_ROUNDS {
                self.exhausted.set(true);
                return;
            }
            match piece {
                Piece::Text(text) => found.push(Value::new(Data::Text(Arc::clone(text)))),
                Piece::Hole(expr) => {
                    let value = self.eval(expr, instance, scope);
                    match &value.data {
                        Data::Pieces(inner) => found.extend(inner.iter().cloned()),
                        _ => found.push(value),
                    }
                }
                Piece::If(condition, yes, no) => match self.eval(condition, instance, scope).as_bool() {
                    Some(false) => self.pieces(no, instance, scope, found),
                    _ => self.pieces(yes, instance, scope, found),
                },
                Piece::For { key, value, over, body } => {
                    let all = self.eval(over, instance, scope);
                    for (name, element) in all.elements().unwrap_or_else(|| vec![unknown_element(&all)]) {
                        let inner = key.as_ref().map_or_else(|| scope.clone(), |key| with(scope, key, name));
                        let inner = with(&inner, value, element);
                        self.pieces(body, instance, &inner, found);
                    }
                }
            }
        }
    }

    /// The value of a text that is itself a template, with names of its own.
    pub(super) fn rendered(&self, text: &str, names: &Value) -> Value {
        let Some(expr) = super::hcl::template(text) else { return Value::unknown_from([names]) };
        let mut scope: Scope = None;
        match &names.data {
            Data::Map(entries) => {
                for (name, value) in entries.iter() {
                    scope = with(&scope, name, value.clone());
                }
            }
            _ => return Value::unknown_from([names]),
        }
        // The names of modules do not hold in a template: those of any instance would be wrong.
        self.eval(&expr, usize::MAX, &scope)
    }

    fn for_each(&self, each: &For, instance: usize, scope: &Scope) -> Value {
        let over = self.eval(&each.over, instance, scope);
        let known = over.elements();
        let certain = known.is_some();
        if known.as_ref().is_some_and(|known| known.len() > MOST_ROUNDS) {
            self.exhausted.set(true);
            return Value::unknown_from([&over]);
        }
        let elements = known.unwrap_or_else(|| vec![unknown_element(&over)]);
        let mut list = Vec::new();
        let mut map: BTreeMap<Arc<str>, Value> = BTreeMap::new();
        for (key, element) in elements {
            let inner = match &each.key_name {
                Some(name) => with(scope, name, key),
                None => scope.clone(),
            };
            let inner = with(&inner, &each.value_name, element);
            let condition = each.condition.as_ref().map(|condition| self.eval(condition, instance, &inner));
            if condition.is_some_and(|value| value.as_bool() == Some(false)) {
                continue;
            }
            let at = each.spot.in_file(&each.file);
            let value = self.eval(&each.value, instance, &inner);
            let value = if value.at.is_some() { value } else { value.written(at) };
            match &each.key {
                None => list.push(value),
                Some(key) => {
                    let key = self.eval(key, instance, &inner);
                    let name = key.as_text().unwrap_or_else(|| "".into());
                    if each.grouping {
                        let group = map.entry(name).or_insert_with(|| Value::list(Vec::new()));
                        let items = group.items().unwrap_or_default();
                        *group = Value::list([items, &[value]].concat());
                    } else {
                        map.insert(name, value);
                    }
                }
            }
        }
        match (&each.key, certain) {
            (Some(_), true) => Value::map(map),
            (None, true) => Value::list(list),
            // At least one of its kind, with the references that it would have.
            (Some(_), false) => Value::map(map).with_refs_of([&over]),
            (None, false) => Value::list(list).with_refs_of([&over]),
        }
    }

    fn call(&self, name: &str, arguments: &[Expr], spread: bool, instance: usize, scope: &Scope) -> Value {
        match name {
            "try" => {
                let mut last = Value::unknown();
                for argument in arguments {
                    last = self.eval(argument, instance, scope);
                    if !matches!(last.data, Data::Failed(_)) {
                        return last;
                    }
                }
                return last;
            }
            "can" => {
                let failed = arguments.first().map(|a| self.eval(a, instance, scope));
                let failed = failed.is_some_and(|value| matches!(value.data, Data::Failed(_)));
                return Value::new(Data::Bool(!failed));
            }
            _ => {}
        }
        let mut values: Vec<Value> = arguments.iter().map(|argument| self.eval(argument, instance, scope)).collect();
        if spread && let Some(last) = values.pop() {
            match last.items() {
                Some(items) => values.extend(items.iter().cloned()),
                None => values.push(last),
            }
        }
        let known = match name {
            "file" | "filebase64" | "templatefile" | "fileexists" => self.file(name, &values, instance),
            _ => functions::call(name, &values),
        };
        match known {
            Some(value) => match value.data {
                // A text made of others is taken from them; a collection holds its references itself.
                Data::Text(_) | Data::Number(_) if value.refs.is_none() => value.with_refs_of(&values),
                _ => value,
            },
            None => Value::unknown_from(&values),
        }
    }
}

/// The element of a collection that is not known.
fn unknown_element(over: &Value) -> (Value, Value) {
    (Value::unknown_from([over]), Value::unknown_from([over]))
}
