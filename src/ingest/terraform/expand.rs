//! Roots and the modules that they call: instances with their inputs and the settings of their providers.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::folder::Folder;
use super::syntax::{Block, Expr};
use super::value::{Data, Value};
use super::world::{Input, Instance, MOST_INSTANCES, Made, Scope, World};

/// Arguments of a module call that are no inputs of the module.
const NO_INPUTS: &[&str] = &["source", "version", "providers", "count", "for_each", "depends_on"];

impl<'a> World<'a> {
    /// Makes an instance of every root, then of all that they call, and all of their resources.
    pub(super) fn expand(&self) {
        for folder in self.root_folders() {
            self.root(folder);
        }
        let roots: Vec<usize> = self.roots.borrow().values().copied().collect();
        for root in roots {
            self.fill(root);
        }
    }

    /// The folders that no other calls, and those that keep a state of their own.
    fn root_folders(&self) -> Vec<&'a Folder> {
        let mut called = BTreeSet::new();
        for folder in self.folders.values() {
            for block in folder.modules.values() {
                if let Some(Expr::Text(source)) = block.body.get("source").map(|source| &source.value) {
                    called.extend(folder.beside(source).filter(|path| *path != folder.path));
                }
            }
        }
        let is_root =
            |folder: &&Folder| !folder.is_empty() && (folder.backend.is_some() || !called.contains(&folder.path));
        self.folders.values().filter(is_root).collect()
    }

    fn root(&self, folder: &'a Folder) {
        let index = self.instances.borrow().len();
        let root: Arc<str> = folder.path.as_str().into();
        let instance = Instance {
            folder,
            caller: None,
            inputs: BTreeMap::new(),
            address: String::new(),
            root,
            above: vec![&folder.path],
            providers: self.own_providers(folder, index, "", &BTreeMap::new()),
        };
        self.instances.borrow_mut().push(Rc::new(instance));
        self.roots.borrow_mut().insert(&folder.path, index);
    }

    /// The providers that a folder sets up itself, beside those that it is given.
    fn own_providers(
        &self,
        folder: &'a Folder,
        instance: usize,
        address: &str,
        given: &BTreeMap<Arc<str>, usize>,
    ) -> BTreeMap<Arc<str>, usize> {
        let mut providers = given.clone();
        for (name, block) in &folder.providers {
            let kind = block.label(0).cloned().unwrap_or_default();
            let made = Made {
                kind: format!("provider.{kind}").into(),
                block,
                instance,
                name: format!("{address}provider.{name}").into(),
                scope: None,
                count: None,
                looked_up: false,
            };
            let mut all = self.made.borrow_mut();
            providers.insert(Arc::clone(name), all.len());
            all.push(Rc::new(made));
        }
        providers
    }

    /// An instance of a module that is called.
    pub(super) fn call_module(
        &self,
        caller: usize,
        block: &'a Block,
        folder: &'a Folder,
        address: String,
        scope: Scope,
    ) -> Value {
        let index = self.instances.borrow().len();
        if index >= MOST_INSTANCES {
            self.exhausted.set(true);
            return Value::because("there are too many modules".to_owned());
        }
        let above = self.instance(caller);
        let inputs = block.body.attributes.iter().filter(|attribute| !NO_INPUTS.contains(&&*attribute.name));
        let inputs = inputs.map(|attribute| {
            let at = attribute.spot.in_file(&attribute.file);
            (&*attribute.name, Input { value: &attribute.value, at })
        });
        let mut given: BTreeMap<Arc<str>, usize> =
            above.providers.iter().filter(|(name, _)| !name.contains('.')).map(|(n, i)| (Arc::clone(n), *i)).collect();
        if let Some(Expr::Object(_, entries)) = block.body.get("providers").map(|providers| &providers.value) {
            for (key, item) in entries {
                let from = dotted(&item.value).and_then(|name| above.providers.get(name.as_str()).copied());
                if let (Some(name), Some(from)) = (dotted(key), from) {
                    given.insert(name.into(), from);
                }
            }
        }
        let providers = self.own_providers(folder, index, &address, &given);
        let instance = Instance {
            folder,
            caller: Some((caller, scope)),
            inputs: inputs.collect(),
            address,
            root: Arc::clone(&above.root),
            above: above.above.iter().copied().chain([folder.path.as_str()]).collect(),
            providers,
        };
        self.instances.borrow_mut().push(Rc::new(instance));
        self.children.borrow_mut().entry(caller).or_default().push(index);
        Value::new(Data::Module(index))
    }

    /// Makes all resources and modules of an instance, and of those that it calls.
    fn fill(&self, instance: usize) {
        let here = self.instance(instance);
        self.count_for(&here.root);
        for name in here.folder.resources.keys() {
            self.resource_named(instance, name);
        }
        for name in here.folder.modules.keys() {
            self.module(instance, name);
        }
        let children = self.children.borrow().get(&instance).cloned().unwrap_or_default();
        for child in children {
            self.fill(child);
        }
    }

    /// The settings of the provider that a resource is made with.
    pub(super) fn provider_of(&self, made: &Made<'_>) -> Option<usize> {
        let here = self.instance(made.instance);
        let said = made.block.body.get("provider").and_then(|attribute| dotted(&attribute.value));
        let name = said.unwrap_or_else(|| made.kind.split('_').next().unwrap_or_default().to_owned());
        if let Some(found) = here.providers.get(name.as_str()) {
            return Some(*found);
        }
        // A module that was not read is made with what it is given, or with the only provider that there is.
        if made.kind.starts_with("module/") {
            let given = made.block.body.get("providers").map(|providers| &providers.value);
            if let Some(Expr::Object(_, entries)) = given {
                let mut all = entries.iter().filter_map(|(_, item)| here.providers.get(dotted(&item.value)?.as_str()));
                return all.next().copied();
            }
            let last = made.kind.rsplit('/').next().unwrap_or_default();
            let mut all = here.providers.values();
            let only = all.next().copied().filter(|_| all.next().is_none());
            return here.providers.get(last).copied().or(only);
        }
        None
    }

    /// The outputs of the root whose state a resource looks at.
    pub(super) fn remote_outputs(&self, resource: usize) -> Value {
        let made = self.resource(resource);
        let body = &made.block.body;
        let eval = |expr: &Expr| self.eval(expr, made.instance, &made.scope);
        let kind = body.get("backend").and_then(|backend| eval(&backend.value).as_text());
        let config = body.get("config").map(|config| eval(&config.value));
        let found = kind.zip(config).and_then(|(kind, config)| self.state_of(&kind, &config, made.instance));
        match found {
            Some(root) => Value::new(Data::Module(root)),
            None => {
                let at = made.block.location();
                let what = made.name.to_string();
                self.at(at, || self.miss(what, "no root among the files keeps this state".to_owned()));
                Value::of_resource(resource, "outputs")
            }
        }
    }

    /// The root that keeps its state where a backend's settings say.
    fn state_of(&self, kind: &str, config: &Value, asker: usize) -> Option<usize> {
        let Data::Map(wanted) = &config.data else { return None };
        let roots: Vec<(&str, usize)> = self.roots.borrow().iter().map(|(path, index)| (*path, *index)).collect();
        if kind == "local" {
            let path = wanted.get("path")?.as_text()?;
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let base = format!("{}/x", self.instance(asker).root);
            let there = crate::source::beside(base.trim_start_matches('/'), folder);
            let there = there.filter(|there| roots.iter().any(|(path, _)| path == there));
            return there.and_then(|there| roots.iter().find(|(path, _)| *path == there)).map(|(_, index)| *index);
        }
        // What tells states apart, by kind of backend; what is the same for all is not asked for.
        let telling = ["key", "prefix", "name", "address", "workspaces", "secret_suffix", "schema_name"];
        let mut found = roots.into_iter().filter(|(_, index)| {
            let here = self.instance(*index);
            let Some(backend) = here.folder.backend.as_ref() else { return false };
            let same_kind = backend.label(0).is_some_and(|label| **label == *kind)
                || (&*backend.kind == "cloud" && kind == "remote");
            let own = |name: &str| backend.body.get(name).map(|a| self.eval(&a.value, *index, &None));
            let told = telling.iter().filter(|name| wanted.contains_key(**name) || backend.body.get(name).is_some());
            let mut any = false;
            let all = told.into_iter().all(|name| {
                any = true;
                let mine = own(name);
                wanted.get(*name).zip(mine).is_some_and(|(wanted, own)| wanted.same(&own) == Some(true))
            });
            let bucket = match (wanted.get("bucket"), own("bucket")) {
                (Some(wanted), Some(own)) => wanted.same(&own) != Some(false),
                _ => true,
            };
            same_kind && any && all && bucket
        });
        let first = found.next()?;
        found.next().is_none().then_some(first.1)
    }
}

/// `aws.east` as a text; `None` for anything but names.
pub(super) fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.to_string()),
        Expr::Text(text) => Some(text.to_string()),
        Expr::Get(inner, name) => Some(format!("{}.{name}", dotted(inner)?)),
        _ => None,
    }
}
