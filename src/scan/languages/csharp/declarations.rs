//! Imports, types and their members, and what gets a value.

use std::sync::Arc;

use tree_sitter::Node;

use super::plain_name;
use crate::scan::code::Role;
use crate::scan::languages::notes::{Known, Notes};
use crate::scan::languages::reader::{Reader, child_of, children, has};
use crate::scan::languages::sketch::{Given, Kin, Kind, Parameters, Routine, Sketch, Target};

/// `using A.B;`, `using S3 = Amazon.S3;`
pub(super) fn import<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let alias = node.child_by_field_name("name");
    let Some(path) = children(node).into_iter().rfind(|one| Some(*one) != alias) else { return Sketch::default() };
    let path = cx.word(path);
    let alias = alias.map(|alias| cx.name(alias));
    cx.import(node, path, alias, has(node, "global"));
    Sketch::default()
}

/// The last part of a type's name, without its parameters.
pub(super) fn type_name<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<Arc<str>> {
    match node.kind() {
        "identifier" => Some(cx.name(node)),
        "predefined_type" => Some(cx.name(node)),
        "generic_name" => children(node).first().map(|name| cx.name(*name)),
        "qualified_name" | "alias_qualified_name" => {
            node.child_by_field_name("name").or_else(|| children(node).last().copied()).map(|name| plain_name(cx, name))
        }
        "nullable_type" | "array_type" => {
            let inner = node.child_by_field_name("type").or_else(|| children(node).first().copied());
            inner.and_then(|inner| type_name(cx, inner))
        }
        // `Base(argument)` in the heads of records and classes.
        "primary_constructor_base_type" => children(node).first().and_then(|inner| type_name(cx, *inner)),
        _ => None,
    }
}

/// A class, interface, struct, record or enumeration.
pub(super) fn kin<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let listed = child_of(node, &["base_list"]).map(children).unwrap_or_default();
    let bases: Vec<Arc<str>> = listed.into_iter().filter_map(|base| type_name(cx, base)).collect();
    cx.enter(&name, !bases.is_empty());
    let notes = annotate(cx, node, None);
    let mut fields = Vec::new();
    if let Some(list) = child_of(node, &["parameter_list"]) {
        fields.extend(parameters(cx, list).0.into_iter().filter_map(|(name, kind)| Some((name, kind?))));
    }
    let body = node.child_by_field_name("body");
    for member in body.map(children).unwrap_or_default() {
        match member.kind() {
            "field_declaration" => {
                let Some(declared) = child_of(member, &["variable_declaration"]) else { continue };
                let Some(kind) = declared.child_by_field_name("type").and_then(|kind| type_name(cx, kind)) else {
                    continue;
                };
                for one in children(declared).into_iter().filter(|one| one.kind() == "variable_declarator") {
                    fields.push((cx.field_name(one, "name"), kind.clone()));
                }
            }
            "property_declaration" => {
                let kind = member.child_by_field_name("type").and_then(|kind| type_name(cx, kind));
                fields.extend(kind.map(|kind| (cx.field_name(member, "name"), kind)));
            }
            _ => {}
        }
    }
    let is_test = notes.is_test || bases.iter().any(|base| base.ends_with("TestCase"));
    let members = body.map(|body| cx.inner(body)).unwrap_or_default();
    cx.owners.pop();
    cx.kin(node, Kin { name, bases, fields, members, is_test, ..Kin::default() })
}

/// Parameters, and what they are without an argument.
pub(super) fn parameters<'t>(cx: &mut Reader<'t>, list: Node<'t>) -> (Parameters, Vec<Sketch>) {
    let (mut found, mut defaults) = (Vec::new(), Vec::new());
    for one in children(list).into_iter().filter(|one| one.kind() == "parameter") {
        let kind = one.child_by_field_name("type");
        let name = one.child_by_field_name("name");
        let named = name.map(|name| cx.name(name)).unwrap_or_default();
        annotate(cx, one, Some(&named));
        let parts = ["attribute_list", "modifier"];
        let value = children(one)
            .into_iter()
            .find(|part| Some(*part) != kind && Some(*part) != name && !parts.contains(&part.kind()));
        if let Some(value) = value {
            let value = cx.sketch(value);
            let targets = vec![Target { name: named.clone(), is_shared: false }];
            defaults.push(cx.assign(one, targets, value));
        }
        found.push((named, kind.and_then(|kind| type_name(cx, kind))));
    }
    (found, defaults)
}

/// A method, constructor or function within one.
pub(super) fn method<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let notes = annotate(cx, node, Some(&name));
    let list = node.child_by_field_name("parameters");
    let (parameters, mut body) = list.map(|list| parameters(cx, list)).unwrap_or_default();
    if let Some(first) = child_of(node, &["constructor_initializer"]) {
        body.push(cx.sketch(first));
    }
    let inner = cx.field(node, "body");
    match inner.kind {
        Kind::Block(all) => body.extend(all),
        _ => body.push(inner),
    }
    let modified = |word: &str| children(node).iter().any(|one| one.kind() == "modifier" && cx.word(*one) == word);
    let is_method = node.kind() == "method_declaration";
    let runs = matches!(&*name, "StartAsync" | "Configure" | "ConfigureServices") && is_method;
    let role = notes.role(&*name == "Main" && modified("static"), runs);
    let exposed = notes.any
        || modified("override")
        || (is_method && cx.derives())
        || matches!(role, Role::Main | Role::Initialiser);
    let is_async = modified("async");
    let body = cx.at(node, Kind::Block(body));
    cx.routine(node, Routine { name, parameters, role, exposed, is_async, body, ..Routine::default() })
}

/// A property: what it begins with, or the functions behind it.
pub(super) fn property<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    annotate(cx, node, Some(&name));
    let value = node.child_by_field_name("value");
    let body = match value {
        Some(value) if value.kind() != "arrow_expression_clause" => {
            let value = cx.sketch(value);
            let targets = vec![Target { name, is_shared: true }];
            return cx.assign(node, targets, value);
        }
        Some(value) => cx.sketch(value),
        None => cx.field(node, "accessors"),
    };
    if matches!(body.kind, Kind::Nothing) {
        return Sketch::default();
    }
    cx.routine(node, Routine { name, body, ..Routine::default() })
}

/// Variables or fields with what they begin with.
pub(super) fn variables<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let mut all = Vec::new();
    for one in children(node).into_iter().filter(|one| one.kind() == "variable_declarator") {
        let name = one.child_by_field_name("name");
        let Some(value) = children(one).into_iter().rfind(|part| Some(*part) != name) else { continue };
        let is_shared = node.parent().is_some_and(|parent| parent.kind() == "field_declaration");
        let targets = vec![Target { name: name.map(|name| cx.name(name)).unwrap_or_default(), is_shared }];
        let value = cx.sketch(value);
        all.push(cx.assign(one, targets, value));
    }
    if all.len() == 1 { all.swap_remove(0) } else { cx.at(node, Kind::Block(all)) }
}

const KNOWN: Known = Known {
    harmless: &["Obsolete", "Conditional", "MethodImpl", "NotNull"],
    tests: &["Fact", "Theory", "Test", "TestMethod", "TestCase", "TestClass", "TestFixture", "SetUp"],
};

/// Notes the attributes of a type, a member of it or a parameter.
pub(super) fn annotate<'t>(cx: &mut Reader<'t>, node: Node<'t>, member: Option<&Arc<str>>) -> Notes {
    let mut notes = Notes::default();
    let lists = children(node).into_iter().filter(|one| one.kind() == "attribute_list");
    for one in lists.flat_map(children).filter(|one| one.kind() == "attribute") {
        let path = cx.field_name(one, "name").split('.').map(Arc::from).collect();
        let mut all = Vec::new();
        for entry in child_of(one, &["attribute_argument_list"]).map(children).unwrap_or_default() {
            let name = entry.child_by_field_name("name");
            let value = children(entry).into_iter().find(|part| Some(*part) != name);
            let value = value.map(|value| cx.sketch(value)).unwrap_or_default();
            all.push(Given { name: name.map(|name| cx.name(name)), value });
        }
        let line = cx.place(one).0;
        cx.note(&mut notes, &KNOWN, path, all, (member, line));
    }
    notes
}
