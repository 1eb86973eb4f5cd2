//! PHP: imports, classes, functions and attributes.

use std::sync::Arc;

use tree_sitter::Node;

use super::reader::{Reader, child_of, children, plain, targets};
use super::sketch::{Assign, Kin, Kind, Routine, Sketch, Target};
use crate::scan::code::{Annotation, Argument, Role};

/// `use A\B\{C, D as E};`
pub(super) fn import<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let group = node.child_by_field_name("body");
    let before = child_of(node, &["namespace_name"]).filter(|_| group.is_some()).map(|one| cx.word(one));
    for clause in children(group.unwrap_or(node)) {
        if clause.kind() != "namespace_use_clause" {
            continue;
        }
        let alias = clause.child_by_field_name("alias");
        let Some(path) = child_of(clause, &["qualified_name", "name", "namespace_name"]) else { continue };
        let word = cx.word(path).trim_start_matches('\\');
        let whole =
            before.map_or_else(|| word.to_owned(), |before| format!("{}\\{word}", before.trim_start_matches('\\')));
        let last = Arc::from(word.rsplit('\\').next().unwrap_or(word));
        let name = alias.map_or(last, |alias| cx.name(alias));
        cx.import(node, whole, Some(name), false);
    }
    Sketch::default()
}

fn last<'t>(cx: &Reader<'t>, node: Node<'t>) -> Arc<str> {
    Arc::from(cx.word(node).trim_start_matches('?').rsplit(['\\', '|']).next().unwrap_or_default())
}

/// A class, interface, trait or enumeration.
pub(super) fn kin<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let mut bases = Vec::new();
    for clause in
        children(node).into_iter().filter(|one| matches!(one.kind(), "base_clause" | "class_interface_clause"))
    {
        bases.extend(children(clause).into_iter().map(|base| last(cx, base)));
    }
    let body = node.child_by_field_name("body");
    let mut fields = Vec::new();
    for member in body.map(children).unwrap_or_default() {
        match member.kind() {
            "use_declaration" => bases.extend(children(member).into_iter().map(|base| last(cx, base))),
            "property_declaration" => {
                let Some(kind) = member.child_by_field_name("type").map(|kind| last(cx, kind)) else { continue };
                for one in children(member).into_iter().filter(|one| one.kind() == "property_element") {
                    fields.push((cx.field_name(one, "name"), kind.clone()));
                }
            }
            "method_declaration" => {
                for one in member.child_by_field_name("parameters").map(children).unwrap_or_default() {
                    if one.kind() == "property_promotion_parameter" {
                        let kind = one.child_by_field_name("type").map(|kind| last(cx, kind));
                        fields.extend(kind.map(|kind| (cx.field_name(one, "name"), kind)));
                    }
                }
            }
            _ => {}
        }
    }
    cx.enter(&name, !bases.is_empty());
    annotate(cx, node, None);
    let members = body.map(|body| cx.inner(body)).unwrap_or_default();
    cx.owners.pop();
    let is_test = bases.iter().any(|base| base.ends_with("TestCase"));
    let (end, bytes) = (cx.last_line(node), node.byte_range());
    cx.at(node, Kind::Type(Box::new(Kin { name, bases, fields, members, bytes, end, is_test })))
}

type Parameters = Vec<(Arc<str>, Option<Arc<str>>)>;

/// Parameters, and what they are without an argument.
pub(super) fn parameters<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> (Parameters, Vec<Sketch>) {
    let (mut found, mut defaults) = (Vec::new(), Vec::new());
    for one in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
        let Some(name) = one.child_by_field_name("name") else { continue };
        let kind = one.child_by_field_name("type").map(|kind| last(cx, kind));
        found.push((cx.name(name), kind));
        if let Some(value) = one.child_by_field_name("default_value") {
            let targets = targets(&cx.named(name));
            let value = cx.sketch(value);
            defaults.push(cx.at(one, Kind::Assign(Box::new(Assign { targets, value }))));
        }
    }
    (found, defaults)
}

/// A function or method.
pub(super) fn function<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let annotated = annotate(cx, node, Some(&name));
    let (parameters, mut body) = parameters(cx, node);
    if let Kind::Block(all) = cx.field(node, "body").kind {
        body.extend(all);
    }
    let role = if cx.derives() && name.starts_with("test") { Role::Test } else { Role::Plain };
    let exposed = annotated || (cx.derives() && &*name != "__construct") || &*name == "__invoke";
    let body = cx.at(node, Kind::Block(body));
    let (end, bytes) = (cx.last_line(node), node.byte_range());
    let routine = Routine { name, parameters, role, exposed, body, end, bytes, ..Routine::default() };
    cx.at(node, Kind::Function(Box::new(routine)))
}

/// A field or constant with what it begins with.
pub(super) fn element<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let parts = children(node);
    let (Some(name), Some(value)) = (parts.first(), parts.get(1)) else { return Sketch::default() };
    let targets = vec![Target { name: cx.name(*name), is_shared: true }];
    let value = cx.sketch(*value);
    cx.at(node, Kind::Assign(Box::new(Assign { targets, value })))
}

/// Notes the attributes of a declaration; whether it has any.
fn annotate<'t>(cx: &mut Reader<'t>, node: Node<'t>, member: Option<&Arc<str>>) -> bool {
    let lists = node.child_by_field_name("attributes").map(children).unwrap_or_default();
    let mut any = false;
    for one in lists.into_iter().flat_map(children).filter(|one| one.kind() == "attribute") {
        let Some(path) = children(one).first().map(|path| cx.word(*path).trim_start_matches('\\')) else { continue };
        let path = path.split('\\').map(Arc::from).collect();
        let mut arguments = Vec::new();
        for entry in one.child_by_field_name("parameters").map(children).unwrap_or_default() {
            let name = entry.child_by_field_name("name").map(|name| cx.name(name));
            let value = children(entry).last().map(|value| plain(&cx.sketch(*value))).unwrap_or_default();
            arguments.push(Argument { name, value });
        }
        let (owner, line) = (cx.owner(), cx.place(one).0);
        cx.annotate(Annotation { path, arguments, owner, member: member.cloned(), line });
        any = true;
    }
    any
}
