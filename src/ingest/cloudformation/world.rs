//! All templates together: stacks and the stacks nested in them, exports, parameters of the store, and who is who.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::sam;
use super::template::Template;
use super::value::{Data, HOLE, Value, may_be_same};
use crate::ingest::Tally;
use crate::ingest::gathered::Refs;
use crate::source::yaml::Node;
use crate::source::{Location, beside};

/// Stacks are nested no deeper.
const DEEPEST: usize = 8;
/// No tree of a person makes more resources.
const MOST_RESOURCES: usize = 200_000;

/// One stack: a template with what its parameters are given.
#[derive(Debug)]
pub(super) struct Stack {
    /// Which template.
    pub(super) template: usize,
    /// The template at the top.
    pub(super) scope: Arc<str>,
    /// What stands before the names of its resources: `Network.`.
    prefix: String,
    /// The stack that it is nested in, and the parameters that it is given there.
    pub(super) given: Option<(usize, Node)>,
    /// Its resources by logical name.
    pub(super) resources: BTreeMap<String, usize>,
    /// The stacks nested in it, by the logical name of the resource.
    pub(super) nested: BTreeMap<String, usize>,
}

/// One resource of a stack.
#[derive(Debug)]
pub(super) struct Made {
    /// Its stack.
    pub(super) stack: usize,
    /// Its name within the scope.
    pub(super) name: Arc<str>,
    /// Its type.
    pub(super) kind: Arc<str>,
    /// Its body, shared settings included.
    pub(super) node: Node,
    /// Where it is declared.
    pub(super) at: Location,
}

/// A reference that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Missing {
    pub(super) what: String,
    pub(super) reason: String,
    pub(super) at: Location,
}

/// Templates, and all that is made of them.
#[derive(Debug)]
pub(super) struct World {
    pub(super) templates: Vec<Template>,
    pub(super) stacks: Vec<Stack>,
    pub(super) made: Vec<Made>,
    /// Names under which stacks offer values, with the stack and the value's node.
    exports: Vec<(String, usize, Node)>,
    /// Resources by the name under which the parameter store or the secret store has them.
    stored: BTreeMap<String, BTreeSet<usize>>,
    pub(super) missing: RefCell<BTreeSet<Missing>>,
    /// The references that were come by, by place and name, and whether each leads to something.
    references: RefCell<BTreeMap<(Location, String), bool>>,
    /// How deep the evaluation is.
    pub(super) depth: Cell<usize>,
    /// How many steps the evaluation of one expression took.
    pub(super) steps: Cell<usize>,
    /// Whether there was too much to make of.
    pub(super) exhausted: bool,
}

impl World {
    pub(super) fn new(templates: Vec<Template>) -> Self {
        let mut world = World {
            templates,
            stacks: Vec::new(),
            made: Vec::new(),
            exports: Vec::new(),
            stored: BTreeMap::new(),
            missing: RefCell::new(BTreeSet::new()),
            references: RefCell::new(BTreeMap::new()),
            depth: Cell::new(0),
            steps: Cell::new(0),
            exhausted: false,
        };
        let nested: BTreeSet<usize> = (0..world.templates.len()).flat_map(|index| world.nested_in(index)).collect();
        for index in (0..world.templates.len()).filter(|index| !nested.contains(index)) {
            let scope = Arc::clone(&world.templates[index].path);
            world.stack(index, scope, "", None, &mut Vec::new());
        }
        world.offer();
        world
    }

    /// The templates that a template nests.
    fn nested_in(&self, index: usize) -> Vec<usize> {
        let template = &self.templates[index];
        let sources = template.resources.values().filter_map(nested_source);
        sources.filter_map(|node| self.template_at(index, node)).filter(|other| *other != index).collect()
    }

    /// The template that a URL or path means: beside the one that nests it, or the only one whose path ends so.
    fn template_at(&self, from: usize, node: &Node) -> Option<usize> {
        let mut texts = Vec::new();
        literals(node, &mut texts);
        let text = texts.into_iter().rev().find(|text| text.contains('.') && !text.ends_with('/'))?;
        let here = beside(&self.templates[from].path, &text);
        if let Some(found) = self.templates.iter().position(|template| Some(&*template.path) == here.as_deref()) {
            return Some(found);
        }
        let wanted: Vec<&str> = text.split(['/', '}']).filter(|part| !part.is_empty() && *part != ".").collect();
        let ends = |template: &Template| {
            let parts: Vec<&str> = template.path.split('/').collect();
            parts.iter().rev().zip(wanted.iter().rev()).take_while(|(a, b)| a == b).count()
        };
        let best = self.templates.iter().map(ends).max().filter(|best| *best > 0)?;
        let mut found = (0..self.templates.len()).filter(|index| ends(&self.templates[*index]) == best);
        let folder = |index: &usize| self.templates[*index].path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let first = found.next()?;
        match found.next() {
            None => Some(first),
            Some(second) => {
                let mut all = [first, second].into_iter().chain(found);
                all.find(|index| folder(index) == folder(&from))
            }
        }
    }

    fn stack(
        &mut self,
        template: usize,
        scope: Arc<str>,
        prefix: &str,
        given: Option<(usize, Node)>,
        above: &mut Vec<usize>,
    ) -> usize {
        let index = self.stacks.len();
        let new = Stack {
            template,
            scope: Arc::clone(&scope),
            prefix: prefix.to_owned(),
            given,
            resources: BTreeMap::new(),
            nested: BTreeMap::new(),
        };
        self.stacks.push(new);
        above.push(template);
        let globals = self.templates[template].root.get("Globals").cloned();
        let all: Vec<(String, Node)> = self.templates[template].resources.clone().into_iter().collect();
        let path = Arc::clone(&self.templates[template].path);
        for (logical, body) in all {
            let Some(kind) = body.text_at(&["Type"]) else { continue };
            let name = format!("{prefix}{logical}");
            let inner = nested_source(&body).and_then(|node| self.template_at(template, node));
            if let Some(inner) = inner.filter(|inner| !above.contains(inner) && above.len() < DEEPEST) {
                let parameters = body.at(&["Properties", "Parameters"]).unwrap_or(&body).clone();
                let given = Some((index, parameters));
                let child = self.stack(inner, Arc::clone(&scope), &format!("{name}."), given, above);
                self.stacks[index].nested.insert(logical, child);
                continue;
            }
            if self.made.len() >= MOST_RESOURCES {
                self.exhausted = true;
                break;
            }
            let kind = match nested_source(&body) {
                Some(source) => {
                    let mut texts = Vec::new();
                    literals(source, &mut texts);
                    format!("module/{}", texts.last().map_or("?", String::as_str)).into()
                }
                None => Arc::from(kind),
            };
            let at = body.location(&path);
            let node = sam::with_globals(&body, globals.as_ref());
            self.stacks[index].resources.insert(logical, self.made.len());
            self.made.push(Made { stack: index, name: name.into(), kind, node, at });
        }
        for (logical, kind, node) in sam::implicit_apis(&self.templates[template]) {
            if !self.stacks[index].resources.contains_key(&logical) {
                let name = format!("{prefix}{logical}").into();
                self.stacks[index].resources.insert(logical, self.made.len());
                let at = node.location(&path);
                let node = node.with_entries(Vec::new());
                self.made.push(Made { stack: index, name, kind: kind.into(), node, at });
            }
        }
        above.pop();
        index
    }

    /// Finds what stacks export, and what the stores hold.
    fn offer(&mut self) {
        let mut exports = Vec::new();
        for (index, stack) in self.stacks.iter().enumerate() {
            for output in self.templates[stack.template].outputs.values() {
                let (Some(name), Some(value)) = (output.at(&["Export", "Name"]), output.get("Value")) else { continue };
                exports.push((self.eval(name, index).as_text(), index, value.clone()));
            }
        }
        let mut stored: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (index, made) in self.made.iter().enumerate() {
            if matches!(&*made.kind, "AWS::SSM::Parameter" | "AWS::SecretsManager::Secret")
                && let Some(name) = made.node.at(&["Properties", "Name"])
            {
                stored.entry(self.eval(name, made.stack).as_text()).or_default().insert(index);
            }
        }
        self.exports = exports;
        self.stored = stored;
        // What could not be worked out before the exports were known can be now.
        self.missing.borrow_mut().clear();
        self.references.borrow_mut().clear();
    }

    /// The value that stacks export under a name: of those with the same name the one nearest to the one who asks.
    pub(super) fn exported(&self, name: &Value, stack: usize) -> Value {
        let wanted = name.as_text();
        let folder = |stack: usize| {
            let path = &self.templates[self.stacks[stack].template].path;
            path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned())
        };
        let here = folder(stack);
        let near = |stack: usize| {
            let there = folder(stack);
            here.split('/').zip(there.split('/')).take_while(|(a, b)| a == b && !a.is_empty()).count()
                + usize::from(here == there)
        };
        let fitting: Vec<&(String, usize, Node)> =
            self.exports.iter().filter(|(known, of, _)| *of != stack && may_be_same(known, &wanted)).collect();
        let best = fitting.iter().map(|(_, of, _)| near(*of)).max();
        let mut nearest = fitting.iter().filter(|(_, of, _)| Some(near(*of)) == best);
        let shown = wanted.replace(super::value::HOLE, "?");
        match (nearest.next(), nearest.next()) {
            (Some((_, of, node)), None) => {
                self.lead(&shown, &name.at, true);
                let value = self.eval(node, *of);
                Value { at: name.at.clone(), ..value }.with_refs(name.all_refs())
            }
            (Some(_), Some(_)) => {
                self.lead(&shown, &name.at, false);
                self.miss(&shown, "several stacks export this name", &name.at);
                Value::unknown("an export of several stacks", &name.at)
            }
            (None, _) => {
                self.lead(&shown, &name.at, false);
                self.miss(&shown, "no stack that was read exports this name", &name.at);
                Value::unknown("an export of a stack that was not read", &name.at)
            }
        }
    }

    /// The resources that a name of the parameter store or the secret store means: of names with holes those that may be
    /// the same, where that is one name.
    pub(super) fn in_store(&self, name: &str) -> Refs {
        let found = match self.stored.get(name) {
            Some(found) => Some(found),
            None => {
                let mut fitting = self.stored.iter().filter(|(known, _)| may_be_same(known, name));
                fitting.next().filter(|_| fitting.next().is_none()).map(|(_, found)| found)
            }
        };
        found.into_iter().flatten().map(|index| (*index, Arc::from("Value"))).collect()
    }

    /// The entry of the parameter store that one other template makes under a logical name, with or without the word for
    /// what it is at its end, or that the end of its name in the store reads like.
    pub(super) fn stored_as(&self, name: &str, stack: usize) -> Refs {
        let plain = |name: &str| {
            let lower = name.to_lowercase();
            ["ssmparameter", "parameter", "param", "ssm"]
                .iter()
                .find_map(|end| lower.strip_suffix(end).filter(|rest| !rest.is_empty()).map(str::to_owned))
                .unwrap_or(lower)
        };
        // `/shop/dev/cart/api/url` is stored as `CartApiUrl` too.
        let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let ends_so = |stored: &str| {
            let parts: Vec<&str> = stored.split('/').collect();
            (0..parts.len())
                .any(|from| letters(&parts[from..].concat()) == letters(name) && !parts[from..].concat().contains(HOLE))
        };
        let is_one = |(stored, made): &(&String, &usize)| {
            let made = &self.made[**made];
            let logical = made.name.rsplit('.').next().unwrap_or_default();
            let is_called = plain(logical) == plain(name) || ends_so(stored);
            made.stack != stack && &*made.kind == "AWS::SSM::Parameter" && is_called
        };
        let all = self.stored.iter().flat_map(|(stored, all)| all.iter().map(move |made| (stored, made)));
        let mut found = all.filter(is_one).map(|(_, made)| made);
        match (found.next(), found.next()) {
            (Some(index), None) => Refs::from([(*index, Arc::from("Value"))]),
            _ => Refs::new(),
        }
    }

    /// The resource of a stack that a logical name means, one that is implied included.
    pub(super) fn resource(&self, stack: usize, logical: &str) -> Option<(usize, Option<String>)> {
        let resources = &self.stacks[stack].resources;
        if let Some(index) = resources.get(logical) {
            return Some((*index, None));
        }
        let template = &self.templates[self.stacks[stack].template];
        let owner = sam::implied_by(template, logical)?;
        Some((*resources.get(owner)?, Some(logical[owner.len()..].trim_start_matches('.').to_owned())))
    }

    /// Notes that a reference was come by, and whether it leads to something.
    pub(super) fn lead(&self, name: &str, at: &Location, found: bool) {
        *self.references.borrow_mut().entry((at.clone(), name.to_owned())).or_insert(false) |= found;
    }

    /// How many references to resources, nested stacks and exports are written, and what became of them.
    ///
    /// Resources are taken to be worked out; outputs, and what nested stacks are given, are worked out here. Those that lead
    /// nowhere are listed by [`World::miss`]. Linear in the templates, as often as they are nested.
    pub(super) fn tally(&self) -> Tally {
        for (index, stack) in self.stacks.iter().enumerate() {
            let template = &self.templates[stack.template];
            for output in template.outputs.values() {
                output.get("Value").map(|value| self.eval(value, index));
            }
            for logical in stack.nested.keys() {
                let given = template.resources.get(logical).and_then(|body| body.at(&["Properties", "Parameters"]));
                given.map(|given| self.eval(given, index));
            }
        }
        let references = self.references.borrow();
        let understood = references.values().filter(|found| **found).count();
        let all = references.len();
        Tally { all, understood, listed: all - understood, ..Tally::new("references between resources") }
    }

    /// Notes that a reference leads nowhere.
    pub(super) fn miss(&self, what: &str, reason: &str, at: &Location) {
        let missing = Missing { what: what.to_owned(), reason: reason.to_owned(), at: at.clone() };
        self.missing.borrow_mut().insert(missing);
    }

    /// What a stack is given for a parameter by the stack around it.
    pub(super) fn given(&self, stack: usize, name: &str) -> Option<Value> {
        let (parent, parameters) = self.stacks[stack].given.as_ref()?;
        Some(self.eval(parameters.get(name)?, *parent))
    }

    /// The output of a nested stack.
    pub(super) fn output(&self, stack: usize, name: &str, at: &Location) -> Option<Value> {
        let node = self.templates[self.stacks[stack].template].outputs.get(name)?.get("Value")?;
        Some(Value { at: at.clone(), ..self.eval(node, stack) })
    }

    /// A name of a stack for people.
    pub(super) fn is_nested(&self, stack: usize) -> bool {
        !self.stacks[stack].prefix.is_empty()
    }
}

/// Where the template of a nested stack or application lies, if a resource is one.
fn nested_source(body: &Node) -> Option<&Node> {
    match body.text_at(&["Type"])? {
        "AWS::CloudFormation::Stack" | "ALIYUN::ROS::Stack" => body.at(&["Properties", "TemplateURL"]),
        "AWS::Serverless::Application" => body.at(&["Properties", "Location"]),
        _ => None,
    }
}

/// All texts in a node, in order.
fn literals(node: &Node, found: &mut Vec<String>) {
    found.extend(node.text().map(str::to_owned));
    node.entries().iter().for_each(|(_, value)| literals(value, found));
    node.items().iter().for_each(|item| literals(item, found));
}

/// The data of a list of texts separated by commas.
pub(super) fn comma_list(text: &str, at: &Location) -> Data {
    Data::List(text.split(',').map(|item| Value::text_of(item.trim(), at)).collect())
}
