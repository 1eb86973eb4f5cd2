//! Imports, functions, classes and what gets a value.

use std::sync::Arc;

use tree_sitter::Node;

use super::{decorators, pairs, required, type_name};
use crate::scan::code::{Annotation, Argument, Role};
use crate::scan::languages::drawing::{given, plain, targets};
use crate::scan::languages::reader::{Reader, child_of, children, has};
use crate::scan::languages::sketch::{Given, Kin, Kind, Parameters, Routine, Sketch, Target};

const FUNCTIONS: &[&str] = &["arrow_function", "function_expression", "generator_function", "function"];

/// How deep in an object functions are taken for functions with a name.
const OBJECTS: usize = 3;

/// `import … from`.
pub(super) fn import<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let clause = child_of(node, &["import_clause", "import_require_clause"]);
    let source =
        node.child_by_field_name("source").or_else(|| clause.and_then(|one| one.child_by_field_name("source")));
    let path = source.map(|source| cx.word(source).trim_matches(['"', '\''])).unwrap_or_default();
    let mut names = Vec::new();
    for part in clause.map(children).unwrap_or_default() {
        match part.kind() {
            "identifier" => names.push(cx.name(part)),
            "namespace_import" => names.extend(children(part).first().map(|name| cx.name(*name))),
            "named_imports" => names.extend(specifiers(cx, part)),
            _ => {}
        }
    }
    if names.is_empty() {
        cx.import(node, path, None, false);
    }
    for name in names {
        cx.import(node, path, Some(name), false);
    }
    Sketch::default()
}

fn specifiers<'t>(cx: &Reader<'t>, node: Node<'t>) -> Vec<Arc<str>> {
    let named = |one: Node<'t>| one.child_by_field_name("alias").or_else(|| one.child_by_field_name("name"));
    children(node).into_iter().filter_map(named).map(|name| cx.name(name)).collect()
}

/// `export`: of a declaration, of a value, or of what another file has.
pub(super) fn export<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    if let Some(source) = node.child_by_field_name("source") {
        let path = cx.word(source).trim_matches(['"', '\'']);
        let names = child_of(node, &["export_clause"]).map(|clause| specifiers(cx, clause)).unwrap_or_default();
        if names.is_empty() {
            cx.import(node, path, None, true);
        }
        for name in names {
            cx.import(node, path, Some(name), true);
        }
        return Sketch::default();
    }
    match node.child_by_field_name("value") {
        Some(value) if FUNCTIONS.contains(&value.kind()) => function(cx, value, Arc::from("default")),
        Some(value) if value.kind() == "object" => object(cx, value),
        _ => cx.group(node),
    }
}

/// A function under a name.
pub(super) fn function<'t>(cx: &mut Reader<'t>, node: Node<'t>, name: Arc<str>) -> Sketch {
    let (parameters, mut body) = parameters(cx, node, &name);
    let is_method = node.kind() == "method_definition";
    let annotated = if is_method { annotate(cx, node, Some(&name)) } else { false };
    let inner = match node.child_by_field_name("body").and_then(|inner| returned(cx, inner)) {
        Some(object) => object,
        None => cx.field(node, "body"),
    };
    match inner.kind {
        Kind::Block(all) => body.extend(all),
        Kind::Nothing => {}
        // The body of an arrow that is an expression is what it gives.
        _ => {
            let (line, column) = (inner.line, inner.column);
            body.push(Sketch { kind: Kind::Return(Some(Box::new(inner))), line, column });
        }
    }
    let overrides = is_method && &*name != "constructor" && cx.derives();
    let starts = is_method && matches!(&*name, "onModuleInit" | "onApplicationBootstrap");
    let role = if starts { Role::Initialiser } else { Role::Plain };
    // A constructor is called by the name of its class, or by a container.
    let is_constructor = is_method && &*name == "constructor";
    let body = cx.at(node, Kind::Block(body));
    let is_async = has(node, "async");
    let exposed = annotated || overrides || starts || is_constructor;
    cx.routine(node, Routine { name, parameters, role, exposed, is_async, body, ..Routine::default() })
}

/// The parameters of a function, and statements that give them what they are without an argument.
fn parameters<'t>(cx: &mut Reader<'t>, node: Node<'t>, name: &str) -> (Parameters, Vec<Sketch>) {
    if let Some(only) = node.child_by_field_name("parameter") {
        return (vec![(cx.name(only), None)], Vec::new());
    }
    let (mut found, mut defaults) = (Vec::new(), Vec::new());
    for one in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
        let pattern = one.child_by_field_name("pattern").or_else(|| one.child_by_field_name("left")).unwrap_or(one);
        let kind = one.child_by_field_name("type").and_then(|kind| type_name(cx, kind));
        let value = one.child_by_field_name("value").or_else(|| one.child_by_field_name("right"));
        for decorator in decorators(one).into_iter().filter(|decorator| decorator.parent() == Some(one)) {
            decorated(cx, decorator, Some(cx.name(pattern)));
        }
        if pattern.kind() == "identifier" {
            found.push((cx.name(pattern), kind));
        } else {
            // A pattern takes names out of what is given; what it is itself has no name.
            found.push((Arc::from(if name.is_empty() { "" } else { "#" }), kind));
            let targets = targets(&cx.sketch(pattern));
            defaults.push(cx.assign(one, targets, Sketch::default()));
        }
        if let Some(value) = value {
            let targets = targets(&cx.sketch(pattern));
            let value = cx.sketch(value);
            defaults.push(cx.assign(one, targets, value));
        }
    }
    (found, defaults)
}

/// A function without a name.
pub(super) fn closure<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let (parameters, mut before) = parameters(cx, node, "");
    let parameters = parameters.into_iter().map(|(name, _)| name).collect();
    let inner = cx.field(node, "body");
    let is_expression = node.child_by_field_name("body").is_some_and(|body| body.kind() != "statement_block");
    let body = match inner.kind {
        _ if before.is_empty() || is_expression => inner,
        Kind::Block(all) => {
            before.extend(all);
            cx.at(node, Kind::Block(before))
        }
        _ => inner,
    };
    cx.closure(node, parameters, body, is_expression)
}

/// A class.
pub(super) fn class<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let mut bases = Vec::new();
    for clause in child_of(node, &["class_heritage"]).map(children).unwrap_or_default() {
        match clause.kind() {
            "extends_clause" => bases.extend(clause.child_by_field_name("value").and_then(|base| type_name(cx, base))),
            "implements_clause" => bases.extend(children(clause).into_iter().filter_map(|base| type_name(cx, base))),
            _ => bases.extend(type_name(cx, clause)),
        }
    }
    cx.enter(&name, !bases.is_empty());
    let body = node.child_by_field_name("body");
    let fields = body.map(|body| fields(cx, body)).unwrap_or_default();
    annotate(cx, node, None);
    let members = body.map(|body| cx.inner(body)).unwrap_or_default();
    cx.owners.pop();
    cx.kin(node, Kin { name, bases, fields, members, ..Kin::default() })
}

/// The fields of a class with their types; parameters of its constructor that are fields too.
fn fields<'t>(cx: &Reader<'t>, body: Node<'t>) -> Vec<(Arc<str>, Arc<str>)> {
    let mut found = Vec::new();
    for member in children(body) {
        let typed = |one: Node<'t>| one.child_by_field_name("type").and_then(|kind| type_name(cx, kind));
        match member.kind() {
            "public_field_definition" => found.extend(typed(member).map(|kind| (cx.field_name(member, "name"), kind))),
            "method_definition" if &*cx.field_name(member, "name") == "constructor" => {
                for one in member.child_by_field_name("parameters").map(children).unwrap_or_default() {
                    if child_of(one, &["accessibility_modifier"]).is_some() || has(one, "readonly") {
                        found.extend(typed(one).map(|kind| (cx.field_name(one, "pattern"), kind)));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// A field of a class, or a value of an enumeration.
pub(super) fn field<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = node.child_by_field_name("name").or_else(|| node.child_by_field_name("property"));
    let name = name.map(|name| cx.name(name)).unwrap_or_default();
    annotate(cx, node, Some(&name));
    let Some(value) = node.child_by_field_name("value") else { return Sketch::default() };
    if FUNCTIONS.contains(&value.kind()) {
        return function(cx, value, name);
    }
    let value = cx.sketch(value);
    let targets = vec![Target { name, is_shared: true }];
    cx.assign(node, targets, value)
}

/// `const a = …`.
pub(super) fn declarator<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let (Some(name), Some(value)) = (node.child_by_field_name("name"), node.child_by_field_name("value")) else {
        return Sketch::default();
    };
    if let Some(path) = imported(cx, value) {
        let names = match name.kind() {
            "identifier" => vec![cx.name(name)],
            _ => targets(&cx.sketch(name)).into_iter().map(|target| target.name).collect(),
        };
        for name in names {
            cx.import(node, path, Some(name), false);
        }
        return Sketch::default();
    }
    if name.kind() == "identifier" && FUNCTIONS.contains(&value.kind()) {
        let name = cx.name(name);
        return function(cx, value, name);
    }
    give(cx, node, name, value)
}

/// The path of `require('x')` or of a member of it.
fn imported<'t>(cx: &Reader<'t>, value: Node<'t>) -> Option<&'t str> {
    match value.kind() {
        "member_expression" => value.child_by_field_name("object").and_then(|object| required(cx, object)),
        "await_expression" => children(value).first().and_then(|inner| required(cx, *inner)),
        _ => required(cx, value),
    }
}

/// Gives a value to a name, a member or a pattern.
fn give<'t>(cx: &mut Reader<'t>, node: Node<'t>, name: Node<'t>, value: Node<'t>) -> Sketch {
    if name.kind() == "object_pattern" {
        return taken_apart(cx, node, name, value);
    }
    let functions = if value.kind() == "object" { named_functions(cx, value, 0) } else { Vec::new() };
    let to = targets(&cx.sketch(name));
    let value = if functions.is_empty() { cx.sketch(value) } else { without_functions(cx, value, 0) };
    let assign = cx.assign(node, to, value);
    if functions.is_empty() {
        return assign;
    }
    cx.at(node, Kind::Block(functions.into_iter().chain([assign]).collect()))
}

/// `const { a, b: c = 'x' } = value` takes members of the value.
fn taken_apart<'t>(cx: &mut Reader<'t>, node: Node<'t>, pattern: Node<'t>, value: Node<'t>) -> Sketch {
    let whole = cx.sketch(value);
    let Some(path) = whole.path() else {
        let targets = targets(&cx.sketch(pattern));
        return cx.assign(node, targets, whole);
    };
    let mut all = Vec::new();
    for one in children(pattern) {
        let inner = match one.kind() {
            "object_assignment_pattern" => one.child_by_field_name("left"),
            "pair_pattern" => one.child_by_field_name("value"),
            _ => Some(one),
        };
        let key = one.child_by_field_name("key").or(inner).map(|key| cx.name(key)).unwrap_or_default();
        let to = inner.map(|inner| targets(&cx.sketch(inner))).unwrap_or_default();
        let object = path.iter().fold(None, |object: Option<Sketch>, name| {
            let kind = match object {
                None => Kind::Name(name.clone()),
                Some(object) => Kind::Member(Box::new(object), name.clone()),
            };
            Some(cx.at(value, kind))
        });
        let member = cx.at(one, Kind::Member(Box::new(object.unwrap_or_default()), key));
        let value = match one.child_by_field_name("right") {
            Some(default) => {
                let default = cx.sketch(default);
                cx.at(one, Kind::Group(vec![member, default]))
            }
            None => member,
        };
        all.push(cx.assign(one, to, value));
    }
    cx.at(node, Kind::Block(all))
}

/// An object that is a value of its own: its functions have names, the keys.
fn object<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let mut all = named_functions(cx, node, 0);
    all.push(without_functions(cx, node, 0));
    cx.at(node, Kind::Block(all))
}

/// An object that a function gives: its functions have names, for whoever gets it.
pub(super) fn returned<'t>(cx: &mut Reader<'t>, value: Node<'t>) -> Option<Sketch> {
    let value = match value.kind() {
        "parenthesized_expression" => children(value).first().copied()?,
        _ => value,
    };
    if value.kind() != "object" {
        return None;
    }
    let mut all = named_functions(cx, value, 0);
    if all.is_empty() {
        return None;
    }
    let rest = Box::new(without_functions(cx, value, 0));
    all.push(cx.at(value, Kind::Return(Some(rest))));
    Some(cx.at(value, Kind::Block(all)))
}

fn named_functions<'t>(cx: &mut Reader<'t>, node: Node<'t>, depth: usize) -> Vec<Sketch> {
    let mut found = Vec::new();
    for one in children(node) {
        let value = one.child_by_field_name("value");
        let key = one.child_by_field_name("key").map(|key| Arc::from(cx.word(key).trim_matches(['"', '\''])));
        match (one.kind(), value) {
            ("method_definition", _) => found.push(cx.sketch(one)),
            ("pair", Some(value)) if FUNCTIONS.contains(&value.kind()) => {
                found.push(function(cx, value, key.unwrap_or_default()));
            }
            ("pair", Some(value)) if value.kind() == "object" && depth < OBJECTS => {
                found.extend(named_functions(cx, value, depth + 1));
            }
            _ => {}
        }
    }
    found
}

fn without_functions<'t>(cx: &mut Reader<'t>, node: Node<'t>, depth: usize) -> Sketch {
    let mut found = Vec::new();
    for one in children(node) {
        let value = one.child_by_field_name("value");
        if one.kind() == "method_definition" || value.is_some_and(|value| FUNCTIONS.contains(&value.kind())) {
            continue;
        }
        if let Some(value) = value.filter(|value| value.kind() == "object" && depth < OBJECTS) {
            let name = one.child_by_field_name("key").map(|key| cx.name(key));
            found.push(Given { name, value: without_functions(cx, value, depth + 1) });
            continue;
        }
        found.push(match one.kind() {
            "pair" => {
                Given { name: one.child_by_field_name("key").map(|key| cx.name(key)), value: cx.field(one, "value") }
            }
            _ => given(cx.sketch(one)),
        });
    }
    cx.at(node, Kind::Pairs(found))
}

/// `a = …`, of a function too: `exports.handler = async () => …`.
pub(super) fn assignment<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
        return cx.group(node);
    };
    if FUNCTIONS.contains(&right.kind()) {
        let name = match left.kind() {
            "member_expression" => cx.field_name(left, "property"),
            _ => cx.name(left),
        };
        // `window.onload = …` and `x = () => …` alike; `module.exports = …` has no other name.
        return function(cx, right, name);
    }
    give(cx, node, left, right)
}

/// `a += …`, `a ??= …`.
pub(super) fn augmented<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let left = cx.field(node, "left");
    let right = cx.field(node, "right");
    let targets = targets(&left);
    let both = vec![left, right];
    let value = cx.at(node, if has(node, "+=") { Kind::Join(both) } else { Kind::Group(both) });
    cx.assign(node, targets, value)
}

/// Notes the decorators of a declaration; whether it has any.
fn annotate<'t>(cx: &mut Reader<'t>, node: Node<'t>, member: Option<&Arc<str>>) -> bool {
    let all = decorators(node);
    for decorator in &all {
        decorated(cx, *decorator, member.cloned());
    }
    !all.is_empty()
}

fn decorated<'t>(cx: &mut Reader<'t>, decorator: Node<'t>, member: Option<Arc<str>>) {
    let Some(inner) = children(decorator).first().copied() else { return };
    let target = inner.child_by_field_name("function").unwrap_or(inner);
    let Some(path) = cx.sketch(target).path() else { return };
    let mut arguments = Vec::new();
    for one in inner.child_by_field_name("arguments").map(children).unwrap_or_default() {
        let all = if one.kind() == "object" { pairs(cx, one) } else { vec![given(cx.sketch(one))] };
        arguments.extend(all.into_iter().map(|one| Argument { name: one.name, value: plain(&one.value) }));
    }
    let owner = cx.owner();
    let line = cx.place(decorator).0;
    cx.annotate(Annotation { path, arguments, owner, member, line });
}
