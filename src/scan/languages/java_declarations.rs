//! Java: imports, types, methods, fields and annotations.

use std::sync::Arc;

use tree_sitter::Node;

use super::reader::{Reader, child_of, children, given, has, plain};
use super::sketch::{Assign, Given, Kin, Kind, Routine, Sketch, Target};
use super::words::is_future;
use crate::scan::code::{Annotation, Argument, Role};

/// `import a.b.C;`
pub(super) fn import<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let Some(path) = child_of(node, &["scoped_identifier", "identifier"]).map(|path| cx.word(path)) else {
        return Sketch::default();
    };
    let all = child_of(node, &["asterisk"]).is_some();
    let name = (!all).then(|| Arc::from(path.rsplit('.').next().unwrap_or(path)));
    cx.import(node, path, name, false);
    Sketch::default()
}

/// The last part of a type's name, without its parameters.
pub(super) fn type_name<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<Arc<str>> {
    match node.kind() {
        "type_identifier" | "identifier" => Some(cx.name(node)),
        "generic_type" => {
            let outer = children(node).first().and_then(|inner| type_name(cx, *inner))?;
            // What is handed out later or not at all is of the type that it is about.
            let wraps =
                matches!(&*outer, "ObjectProvider" | "Provider" | "Optional" | "Supplier" | "Lazy" | "Instance");
            let argument = child_of(node, &["type_arguments"]).and_then(|list| children(list).first().copied());
            if wraps { argument.and_then(|inner| type_name(cx, inner)).or(Some(outer)) } else { Some(outer) }
        }
        "scoped_type_identifier" => children(node).last().and_then(|inner| type_name(cx, *inner)),
        "array_type" => node.child_by_field_name("element").and_then(|inner| type_name(cx, inner)),
        _ => None,
    }
}

/// A class, interface, enumeration or record.
pub(super) fn kin<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let mut bases = Vec::new();
    for clause in children(node) {
        match clause.kind() {
            "superclass" => bases.extend(children(clause).into_iter().filter_map(|base| type_name(cx, base))),
            "super_interfaces" | "extends_interfaces" => {
                let listed = children(clause).first().map(|list| children(*list)).unwrap_or_default();
                bases.extend(listed.into_iter().filter_map(|base| type_name(cx, base)));
            }
            _ => {}
        }
    }
    cx.enter(&name, !bases.is_empty());
    let fallback = annotate(cx, node, None).fallback;
    if let Some(owner) = cx.owners.last_mut() {
        owner.fallback = fallback;
    }
    let mut fields =
        parameters(cx, node).into_iter().filter_map(|(name, kind)| Some((name, kind?))).collect::<Vec<_>>();
    let body = node.child_by_field_name("body");
    for member in body.map(children).unwrap_or_default().into_iter().filter(|one| one.kind() == "field_declaration") {
        let kind = member.child_by_field_name("type").and_then(|kind| type_name(cx, kind));
        for one in member.children_by_field_name("declarator", &mut member.walk()) {
            fields.extend(kind.clone().map(|kind| (cx.field_name(one, "name"), kind)));
        }
    }
    let is_test = bases.iter().any(|base| base.ends_with("TestCase"));
    let members = body.map(|body| cx.inner(body)).unwrap_or_default();
    cx.owners.pop();
    let (end, bytes) = (cx.last_line(node), node.byte_range());
    cx.at(node, Kind::Type(Box::new(Kin { name, bases, fields, members, bytes, end, is_test })))
}

fn parameters<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<(Arc<str>, Option<Arc<str>>)> {
    let mut found = Vec::new();
    for one in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
        if !matches!(one.kind(), "formal_parameter" | "spread_parameter") {
            continue;
        }
        let declared = child_of(one, &["variable_declarator"]).unwrap_or(one);
        let name = cx.field_name(declared, "name");
        let kind = one.child_by_field_name("type").or_else(|| children(one).first().copied());
        annotate(cx, one, Some(&name));
        found.push((name, kind.and_then(|kind| type_name(cx, kind))));
    }
    found
}

/// A method or constructor; `owner` is what it belongs to where that is a class without a name.
pub(super) fn method<'t>(cx: &mut Reader<'t>, node: Node<'t>, owner: Option<Arc<str>>) -> Sketch {
    let name = cx.field_name(node, "name");
    let notes = annotate(cx, node, Some(&name));
    let parameters = parameters(cx, node);
    let body = cx.field(node, "body");
    let is_constructor = node.kind() != "method_declaration";
    let is_static = child_of(node, &["modifiers"]).is_some_and(|list| has(list, "static"));
    let runner = cx.derives() && &*name == "run" && parameters.len() == 1;
    let role = if &*name == "main" && is_static {
        Role::Main
    } else if notes.starts || runner {
        Role::Initialiser
    } else if notes.is_test {
        Role::Test
    } else {
        Role::Plain
    };
    let exposed = notes.any || owner.is_some() || role == Role::Main || (cx.derives() && !is_constructor);
    let fallback = notes.fallback.or_else(|| cx.owners.last().and_then(|owner| owner.fallback));
    let (end, bytes) = (cx.last_line(node), node.byte_range());
    let kind = node.child_by_field_name("type").and_then(|kind| type_name(cx, kind));
    let gives_future = notes.detaches && kind.is_some_and(|kind| is_future(&kind));
    let routine = Routine {
        name,
        owner,
        parameters,
        role,
        exposed,
        fallback,
        gives_future,
        body,
        end,
        bytes,
        ..Routine::default()
    };
    let routine = cx.at(node, Kind::Function(Box::new(routine)));
    if !notes.detaches || gives_future {
        return routine;
    }
    let Kind::Function(mut routine) = routine.kind else { return routine };
    // Whoever calls it does not wait for it.
    let inner = std::mem::take(&mut routine.body);
    routine.body = cx.at(node, Kind::Spawn(Box::new(inner)));
    cx.at(node, Kind::Function(routine))
}

/// Fields with what they begin with.
pub(super) fn field<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let mut all = Vec::new();
    let declared: Vec<Node<'t>> = node.children_by_field_name("declarator", &mut node.walk()).collect();
    for one in declared {
        let name = cx.field_name(one, "name");
        annotate(cx, node, Some(&name));
        if let Some(value) = one.child_by_field_name("value") {
            let value = cx.sketch(value);
            let targets = vec![Target { name, is_shared: true }];
            all.push(cx.at(one, Kind::Assign(Box::new(Assign { targets, value }))));
        }
    }
    cx.at(node, Kind::Block(all))
}

/// What annotations say about a member.
#[derive(Default)]
struct Notes {
    /// Whether one of them hands it to a framework.
    any: bool,
    starts: bool,
    is_test: bool,
    detaches: bool,
    fallback: Option<u32>,
}

/// Notes the annotations of a type, a member of it or a parameter.
fn annotate<'t>(cx: &mut Reader<'t>, node: Node<'t>, member: Option<&Arc<str>>) -> Notes {
    const LANGUAGE: &[&str] =
        &["Override", "SuppressWarnings", "Deprecated", "Nullable", "NonNull", "NotNull", "SafeVarargs"];
    const STARTS: &[&str] = &["PostConstruct", "Bean", "Startup"];
    const TESTS: &[&str] =
        &["Test", "ParameterizedTest", "BeforeEach", "BeforeAll", "Before", "AfterEach", "RepeatedTest"];
    let mut notes = Notes::default();
    let Some(list) = child_of(node, &["modifiers"]) else { return notes };
    for one in children(list) {
        if !matches!(one.kind(), "annotation" | "marker_annotation") {
            continue;
        }
        let path: Vec<Arc<str>> = cx.field_name(one, "name").split('.').map(Arc::from).collect();
        let line = cx.place(one).0;
        let mut arguments = Vec::new();
        for entry in one.child_by_field_name("arguments").map(children).unwrap_or_default() {
            let entry = match entry.kind() {
                "element_value_pair" => {
                    Given { name: Some(cx.field_name(entry, "key")), value: cx.field(entry, "value") }
                }
                _ => given(cx.sketch(entry)),
            };
            if entry.name.as_deref().is_some_and(|name| name.starts_with("fallback")) {
                notes.fallback = Some(line);
            }
            arguments.push(Argument { value: plain(&entry.value), name: entry.name });
        }
        let last = path.last().cloned().unwrap_or_default();
        notes.any |= !LANGUAGE.contains(&&*last) || &*last == "Override";
        notes.starts |= STARTS.contains(&&*last);
        notes.is_test |= TESTS.contains(&&*last);
        notes.detaches |= &*last == "Async";
        let owner = cx.owner();
        cx.annotate(Annotation { path, arguments, owner, member: member.cloned(), line });
    }
    notes
}
