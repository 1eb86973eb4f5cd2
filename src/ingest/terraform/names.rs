//! What the names of a module stand for: variables, locals, outputs, resources, modules and their attributes.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::operators::agreed;
use super::syntax::{Attribute, Block, Body, Expr};
use super::value::{Data, Value, count};
use super::world::{Made, Scope, Space, World, with};
use crate::source::toward;

/// How many copies of a counted resource are looked at; the others differ in their number alone.
const MOST_COPIES: usize = 24;

impl<'a> World<'a> {
    /// What a module is told: by its caller, by files of values, by its default.
    pub(super) fn variable(&self, instance: usize, name: &Arc<str>) -> Value {
        self.once(Space::Variable, instance, name, || {
            let here = self.instance(instance);
            let declared = here.folder.variables.get(name);
            let kind = declared.and_then(|block| block.body.get("type")).map(|kind| &kind.value);
            if let Some(input) = here.inputs.get(&**name) {
                let (caller, scope) = here.caller.clone().unwrap_or((instance, None));
                let value = self.at(input.at.clone(), || self.eval(input.value, caller, &scope));
                return self.typed(value.written(input.at.clone()), kind);
            }
            if here.caller.is_none()
                && let Some(given) = here.folder.given.get(name)
            {
                let at = given.spot.in_file(&given.file);
                return self.typed(self.eval(&given.value, instance, &None).written(at), kind);
            }
            let Some(declared) = declared else {
                return self.miss(
                    format!("var.{name}"),
                    format!("no such variable is declared in {}", shown(here.folder.path.as_str())),
                );
            };
            let is_root = here.caller.is_none();
            let for_stage = if is_root { here.folder.offered_nearest_to_production(name) } else { Vec::new() };
            if !for_stage.is_empty() {
                return self.offered(name, &for_stage, instance, kind);
            }
            if let Some(default) = declared.body.get("default") {
                let at = default.spot.in_file(&default.file);
                return self.typed(self.eval(&default.value, instance, &None).written(at), kind);
            }
            match here.folder.offered.get(name).filter(|_| is_root) {
                Some(offers) => self.offered(name, &offers.iter().collect::<Vec<_>>(), instance, kind),
                None => Value::because(format!("variable `{name}` has no value")),
            }
        })
    }

    /// What files of values have in common that are used one at a time.
    fn offered(&self, name: &str, offers: &[&Attribute], instance: usize, kind: Option<&Expr>) -> Value {
        let values: Vec<Value> = offers.iter().map(|offer| self.eval(&offer.value, instance, &None)).collect();
        match values.split_first() {
            Some((first, others)) if others.iter().all(|other| first.same(other) == Some(true)) => {
                let at = offers[0].spot.in_file(&offers[0].file);
                self.typed(first.clone().written(at), kind)
            }
            _ => agreed(&values.iter().collect::<Vec<_>>(), 0)
                .unwrap_or_else(|| Value::because(format!("variable `{name}` differs between files of values"))),
        }
    }

    /// A value as its type makes it: attributes that are optional and absent have their default.
    fn typed(&self, value: Value, kind: Option<&Expr>) -> Value {
        let Some(Expr::Call(name, arguments, _)) = kind else { return value };
        match (&**name, arguments.first(), &value.data) {
            ("object", Some(Expr::Object(_, attributes)), Data::Map(entries)) => {
                let mut filled: BTreeMap<Arc<str>, Value> = (**entries).clone();
                for (key, item) in attributes {
                    let Expr::Text(key) = key else { continue };
                    let (optional, kind) = match &item.value {
                        Expr::Call(name, arguments, _) if &**name == "optional" => {
                            (arguments.get(1), arguments.first())
                        }
                        kind => (None, Some(kind)),
                    };
                    let given = filled.remove(key).filter(|value| !value.is_null() || optional.is_none());
                    let value = given.unwrap_or_else(|| {
                        optional.map_or_else(|| Value::new(Data::Null), |default| self.eval(default, usize::MAX, &None))
                    });
                    filled.insert(Arc::clone(key), self.typed(value, kind));
                }
                value.with_data(Data::Map(Rc::new(filled)))
            }
            ("list" | "set", kind, Data::List(items)) => {
                let items = items.iter().map(|item| self.typed(item.clone(), kind)).collect();
                value.with_data(Data::List(Rc::new(items)))
            }
            ("map", kind, Data::Map(entries)) => {
                let typed = entries.iter().map(|(key, value)| (Arc::clone(key), self.typed(value.clone(), kind)));
                value.with_data(Data::Map(Rc::new(typed.collect())))
            }
            _ => value,
        }
    }

    pub(super) fn local(&self, instance: usize, name: &Arc<str>) -> Value {
        self.once(Space::Local, instance, name, || {
            let here = self.instance(instance);
            match here.folder.locals.get(name) {
                Some(local) => {
                    let at = local.spot.in_file(&local.file);
                    self.at(at.clone(), || self.eval(&local.value, instance, &None)).written(at)
                }
                None => self.miss(format!("local.{name}"), format!("no such local in {}", shown(&here.folder.path))),
            }
        })
    }

    /// What a module gives to its caller.
    pub(super) fn output(&self, instance: usize, name: &Arc<str>) -> Value {
        self.once(Space::Output, instance, name, || {
            let here = self.instance(instance);
            match here.folder.outputs.get(name).and_then(|block| Some((block, block.body.get("value")?))) {
                Some((_, value)) => {
                    let at = value.spot.in_file(&value.file);
                    self.at(at.clone(), || self.eval(&value.value, instance, &None)).written(at)
                }
                None if here.folder.passes.is_some() => {
                    let module = here.folder.passes.as_ref().map(|module| self.module(instance, module));
                    module.map_or_else(Value::unknown, |module| self.get(&module, name))
                }
                None => {
                    let what = format!("{}{name}", here.address);
                    self.miss(what, format!("no such output in {}", shown(&here.folder.path)))
                }
            }
        })
    }

    /// A path of the module or its root.
    pub(super) fn path(&self, instance: usize, name: &str) -> Value {
        let here = self.instance(instance);
        match name {
            "module" => Value::text(&here.folder.path),
            "root" | "cwd" => Value::text(&here.root),
            _ => Value::unknown(),
        }
    }

    /// `type.name` or `data.type.name`: the resource, or a mapping of those that a `for_each` makes.
    pub(super) fn resource_named(&self, instance: usize, name: &str) -> Value {
        self.once(Space::Resource, instance, name, || {
            let here = self.instance(instance);
            let Some((key, block)) = here.folder.resources.get_key_value(name) else {
                return self.miss(name.to_owned(), format!("no such resource in {}", shown(&here.folder.path)));
            };
            let looked_up = &*block.kind != "resource";
            let kind = block.label(0).cloned().unwrap_or_default();
            let address = format!("{}{key}", here.address);
            let make = |suffix: &str, scope: Scope, count: Option<u32>| {
                let name = format!("{address}{suffix}").into();
                let made = Made { kind: Arc::clone(&kind), block, instance, name, scope, count, looked_up };
                self.keep(made)
            };
            self.each(block, instance, make)
        })
    }

    fn keep(&self, made: Made<'a>) -> Value {
        let mut all = self.made.borrow_mut();
        if all.len() >= super::world::MOST_INSTANCES {
            self.exhausted.set(true);
            return Value::because("there are too many resources".to_owned());
        }
        all.push(Rc::new(made));
        Value::new(Data::Resource(all.len() - 1))
    }

    /// Makes what `count` and `for_each` of a block say: one, one for many alike, or one for each key.
    fn each(&self, block: &'a Block, instance: usize, make: impl Fn(&str, Scope, Option<u32>) -> Value) -> Value {
        let names =
            |key: Value, value: Value| Value::map([("key".into(), key), ("value".into(), value)].into_iter().collect());
        if let Some(attribute) = block.body.get("count") {
            let at = attribute.spot.in_file(&attribute.file);
            let number = self.at(at, || self.eval(&attribute.value, instance, &None));
            let index = |number: Value| with(&None, &"count".into(), Value::map([("index".into(), number)].into()));
            return match number.as_index() {
                Some(0) => Value::list(Vec::new()),
                Some(many) => {
                    // The rest differ from these in their number alone.
                    let more = (many > MOST_COPIES).then(|| u32::try_from(many).unwrap_or(u32::MAX));
                    let one = |number: usize| make(&format!("[{number}]"), index(count(number)), more);
                    Value::list((0..many.min(MOST_COPIES)).map(one).collect())
                }
                None => make("", index(Value::unknown()), None),
            };
        }
        if let Some(attribute) = block.body.get("for_each") {
            let at = attribute.spot.in_file(&attribute.file);
            let over = self.at(at, || self.eval(&attribute.value, instance, &None));
            let scope = |key: Value, value: Value| with(&None, &"each".into(), names(key, value));
            let known: Option<Vec<(Arc<str>, Value)>> = match &over.data {
                Data::Map(entries) => {
                    Some(entries.iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect())
                }
                Data::List(items) => items.iter().map(|item| Some((item.as_text()?, item.clone()))).collect(),
                _ => None,
            };
            return match known {
                Some(all) if all.iter().all(|(key, _)| !key.is_empty()) => {
                    let one = |(key, value): (Arc<str>, Value)| {
                        let made = make(&format!("[\"{key}\"]"), scope(Value::text(&key), value), None);
                        (key, made)
                    };
                    Value::map(all.into_iter().map(one).collect())
                }
                // Some of its keys are not known: one stands for all.
                _ => {
                    let element = over.elements().and_then(|mut all| all.pop()).map(|(_, value)| value);
                    let element = element.unwrap_or_else(|| Value::unknown_from([&over]));
                    make("", scope(Value::unknown(), element), None)
                }
            };
        }
        make("", None, None)
    }

    /// An attribute of a resource: as it is written, or not known, and in both cases taken from it.
    pub(super) fn attribute(&self, resource: usize, name: &Arc<str>) -> Value {
        self.once(Space::Attribute, resource, name, || {
            let made = self.resource(resource);
            if &*made.kind == "terraform_remote_state" && &**name == "outputs" {
                return self.remote_outputs(resource);
            }
            match made.block.body.get(name) {
                Some(attribute) if !made.kind.starts_with("module/") => {
                    self.eval(&attribute.value, made.instance, &made.scope).seen_through(resource, name)
                }
                _ => Value::of_resource(resource, name),
            }
        })
    }

    /// A call of a module, or a mapping of calls; one that was not read is a resource of unknown inside.
    pub(super) fn module(&self, instance: usize, name: &Arc<str>) -> Value {
        self.once(Space::Module, instance, name, || {
            let here = self.instance(instance);
            let Some(block) = here.folder.modules.get(name) else {
                return self.miss(format!("module.{name}"), format!("no such module in {}", shown(&here.folder.path)));
            };
            let source = block.body.get("source").map(|source| self.eval(&source.value, instance, &None));
            let source = source.and_then(|source| source.as_text()).unwrap_or_else(|| "?".into());
            let folder = here.folder.beside(&source).and_then(|path| self.folders.get(&path));
            let address = format!("{}module.{name}", here.address);
            if let Some(folder) = folder {
                if here.above.contains(&folder.path.as_str()) {
                    return self.miss(format!("module.{name}"), "the module calls itself".to_owned());
                }
                let make = |suffix: &str, scope: Scope, _: Option<u32>| {
                    self.call_module(instance, block, folder, format!("{address}{suffix}."), scope)
                };
                return self.each(block, instance, make);
            }
            if source.starts_with('.') {
                let at = block.location();
                let there = here.folder.beside(&source).is_some_and(|path| self.tree.is_beyond(&path));
                let reason = match there {
                    _ if source.contains(".terraform/modules/") => "a module that terraform init fetches",
                    true => "the folder of a module that lies outside of the repository",
                    false => "the folder of a module that is not among the files",
                };
                self.at(at, || self.miss(source.to_string(), reason.to_owned()));
            }
            let make = |suffix: &str, scope: Scope, count: Option<u32>| {
                let name = format!("{address}{suffix}").into();
                let kind = format!("module/{}", plain_source(&source)).into();
                self.keep(Made { kind, block, instance, name, scope, count, looked_up: false })
            };
            self.each(block, instance, make)
        })
    }

    /// The text of a file that a function names: what it says, or the template filled in.
    pub(super) fn file(&self, name: &str, arguments: &[Value], instance: usize) -> Option<Value> {
        let path = arguments.first()?.as_text()?;
        let text = self.text_of(&path, instance);
        match name {
            "fileexists" => Some(Value::new(Data::Bool(text.is_some()))),
            "templatefile" => Some(self.rendered(&text?, arguments.get(1)?)),
            _ => Some(Value::new(Data::Text(text?))),
        }
    }

    fn text_of(&self, path: &str, instance: usize) -> Option<Arc<str>> {
        if let Some(known) = self.texts.borrow().get(path) {
            return known.clone();
        }
        let root = if instance == usize::MAX { "".into() } else { self.instance(instance).root.clone() };
        let base = if root.is_empty() { "x".to_owned() } else { format!("{root}/x") };
        let found = [toward("x", path), toward(&base, path)].into_iter().flatten();
        let found = found.into_iter().find(|path| self.tree.contains(path));
        let text = found.and_then(|path| self.tree.read(&path).ok()).map(Arc::from);
        self.texts.borrow_mut().insert(path.to_owned(), text.clone());
        text
    }

    /// Each nested block of a body with the scope of its content; `dynamic` blocks as often as they say.
    pub(super) fn nested<'b>(
        &self,
        body: &'b Body,
        instance: usize,
        scope: &Scope,
    ) -> Vec<(Arc<str>, &'b Block, &'b Body, Scope)> {
        let mut found = Vec::new();
        for block in &body.blocks {
            let label = block.label(0).filter(|_| &*block.kind == "dynamic");
            let (Some(name), Some(content)) = (label, block.body.blocks("content").next()) else {
                found.push((Arc::clone(&block.kind), block, &block.body, scope.clone()));
                continue;
            };
            let iterator = match block.body.get("iterator").map(|attribute| &attribute.value) {
                Some(Expr::Name(word)) => Arc::clone(word),
                _ => Arc::clone(name),
            };
            let over = block.body.get("for_each").map(|each| self.eval(&each.value, instance, scope));
            let over = over.unwrap_or_else(Value::unknown);
            let elements = over.elements().unwrap_or_else(|| {
                let element = Value::unknown_from([&over]);
                vec![(element.clone(), element)]
            });
            for (key, value) in elements.into_iter().take(1_000) {
                let names = Value::map([("key".into(), key), ("value".into(), value)].into_iter().collect());
                found.push((Arc::clone(name), block, &content.body, with(scope, &iterator, names)));
            }
        }
        found
    }
}

/// A folder as one speaks of it.
pub(super) fn shown(path: &str) -> &str {
    if path.is_empty() { "this folder" } else { path }
}

/// The source of a module without its version, protocol and credentials: what tells which module it is.
pub(super) fn plain_source(source: &str) -> String {
    let source = source.split('?').next().unwrap_or(source);
    let source = source.strip_prefix("git::").unwrap_or(source);
    let source = source.split_once("://").map_or(source, |(_, rest)| rest);
    let source = source.rsplit_once('@').map_or(source, |(_, rest)| rest);
    let source = source.strip_prefix("registry.terraform.io/").unwrap_or(source);
    source.replace(".git", "").replace(':', "/").replace("//", "/")
}
