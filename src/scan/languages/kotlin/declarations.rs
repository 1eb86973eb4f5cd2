//! Imports, types and their members, and what gets a value.

use std::sync::Arc;

use tree_sitter::Node;

use super::arguments;
use crate::scan::code::Role;
use crate::scan::languages::notes::{Known, Notes};
use crate::scan::languages::reader::{Reader, child_of, children, has};
use crate::scan::languages::sketch::{Kin, Kind, Parameters, Routine, Sketch, Target};
use crate::scan::languages::words::is_future;

/// `import a.b.C as D`
pub(super) fn import<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let Some(path) = child_of(node, &["qualified_identifier"]).map(|path| cx.word(path)) else {
        return Sketch::default();
    };
    let alias = child_of(node, &["identifier"]).map(|alias| cx.name(alias));
    let last = Arc::from(path.rsplit('.').next().unwrap_or(path));
    let name = if has(node, "*") { None } else { Some(alias.unwrap_or(last)) };
    cx.import(node, path, name, false);
    Sketch::default()
}

/// The last part of a type's name, without its parameters.
pub(super) fn type_name<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<Arc<str>> {
    match node.kind() {
        "user_type" => children(node).into_iter().rfind(|part| part.kind() == "identifier").map(|part| cx.name(part)),
        "nullable_type" | "constructor_invocation" | "delegation_specifier" => {
            children(node).first().and_then(|inner| type_name(cx, *inner))
        }
        _ => None,
    }
}

pub(super) fn typed<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<Arc<str>> {
    child_of(node, &["user_type", "nullable_type"]).and_then(|kind| type_name(cx, kind))
}

/// A class, interface, object or enumeration.
pub(super) fn kin<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let listed = child_of(node, &["delegation_specifiers"]).map(children).unwrap_or_default();
    let bases: Vec<Arc<str>> = listed.iter().filter_map(|base| type_name(cx, *base)).collect();
    cx.enter(&name, !bases.is_empty());
    let notes = annotate(cx, node, None);
    if let Some(owner) = cx.owners.last_mut() {
        owner.fallback = notes.fallback;
    }
    let (mut fields, mut members) = (Vec::new(), Vec::new());
    let constructor = child_of(node, &["primary_constructor"]).and_then(|one| child_of(one, &["class_parameters"]));
    for one in constructor.map(children).unwrap_or_default() {
        let Some(named) = child_of(one, &["identifier"]) else { continue };
        let named_as = cx.name(named);
        annotate(cx, one, Some(&named_as));
        fields.extend(typed(cx, one).map(|kind| (named_as.clone(), kind)));
        let default = children(one).into_iter().rfind(|part| {
            *part != named && !matches!(part.kind(), "modifiers" | "user_type" | "nullable_type" | "function_type")
        });
        if let Some(value) = default {
            let value = cx.sketch(value);
            let targets = vec![Target { name: named_as, is_shared: true }];
            members.push(cx.assign(one, targets, value));
        }
    }
    // What the base is made with.
    for base in listed {
        members.extend(child_of(base, &["constructor_invocation"]).map(|call| cx.sketch(call)));
    }
    let body = child_of(node, &["class_body", "enum_class_body"]);
    for member in body.map(children).unwrap_or_default().into_iter().filter(|one| one.kind() == "property_declaration")
    {
        let Some(declared) = child_of(member, &["variable_declaration"]) else { continue };
        let named = child_of(declared, &["identifier"]).map(|named| cx.name(named)).unwrap_or_default();
        fields.extend(typed(cx, declared).map(|kind| (named, kind)));
    }
    members.extend(body.map(|body| cx.inner(body)).unwrap_or_default());
    cx.owners.pop();
    cx.kin(node, Kin { name, bases, fields, members, ..Kin::default() })
}

/// Parameters, and what they are without an argument.
pub(super) fn parameters<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> (Parameters, Vec<Sketch>) {
    let (mut found, mut defaults): (Parameters, Vec<Sketch>) = (Vec::new(), Vec::new());
    for one in child_of(node, &["function_value_parameters"]).map(children).unwrap_or_default() {
        match one.kind() {
            "parameter" => {
                let name = child_of(one, &["identifier"]).map(|name| cx.name(name)).unwrap_or_default();
                found.push((name, typed(cx, one)));
            }
            "parameter_modifiers" => {}
            // A value stands behind the parameter that it is the default of.
            _ => {
                let Some((name, _)) = found.last().cloned() else { continue };
                let targets = vec![Target { name, is_shared: false }];
                let value = cx.sketch(one);
                defaults.push(cx.assign(one, targets, value));
            }
        }
    }
    (found, defaults)
}

/// A function or constructor; `owner` is what it belongs to where that is an object without a name.
pub(super) fn function<'t>(cx: &mut Reader<'t>, node: Node<'t>, owner: Option<Arc<str>>) -> Sketch {
    let is_constructor = node.kind() == "secondary_constructor";
    let name = if is_constructor { Arc::from("constructor") } else { cx.field_name(node, "name") };
    let notes = annotate(cx, node, Some(&name));
    let (parameters, mut body) = parameters(cx, node);
    let parts = ["constructor_delegation_call", "block", "function_body"];
    for part in children(node).into_iter().filter(|one| parts.contains(&one.kind())) {
        let inner = cx.sketch(part);
        match inner.kind {
            Kind::Block(all) => body.extend(all),
            _ => body.push(inner),
        }
    }
    let runner = cx.derives() && &*name == "run" && parameters.len() == 1;
    let role = notes.role(&*name == "main" && cx.owners.is_empty(), runner);
    let exposed = notes.any || owner.is_some() || role == Role::Main || (cx.derives() && !is_constructor);
    let fallback = notes.fallback.or_else(|| cx.owners.last().and_then(|owner| owner.fallback));
    let mut body = cx.at(node, Kind::Block(body));
    let kind = children(node).into_iter().rfind(|one| matches!(one.kind(), "user_type" | "nullable_type"));
    let kind = kind.map(|kind| cx.word(kind).split('<').next().unwrap_or_default());
    let gives_future = notes.detaches && kind.is_some_and(is_future);
    if notes.detaches && !gives_future {
        body = cx.at(node, Kind::Spawn(Box::new(body)));
    }
    cx.routine(
        node,
        Routine { name, owner, parameters, role, exposed, fallback, gives_future, body, ..Routine::default() },
    )
}

/// A variable or property: what it begins with, or the function behind it.
pub(super) fn property<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let declared = child_of(node, &["variable_declaration", "multi_variable_declaration"]);
    let named = match declared {
        Some(many) if many.kind() == "multi_variable_declaration" => children(many),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let names = named.into_iter().filter_map(|one| child_of(one, &["identifier"])).map(|name| cx.name(name));
    let names: Vec<Arc<str>> = names.collect();
    annotate(cx, node, names.first());
    let is_field = node.parent().is_some_and(|parent| matches!(parent.kind(), "class_body" | "source_file"));
    let mut all = Vec::new();
    for part in children(node) {
        match part.kind() {
            "variable_declaration" | "multi_variable_declaration" | "modifiers" | "type_parameters" | "user_type" => {}
            "getter" | "setter" => {
                let name = names.first().cloned().unwrap_or_default();
                let body = child_of(part, &["function_body"]).map(|body| cx.sketch(body)).unwrap_or_default();
                all.push(cx.routine(part, Routine { name, body, ..Routine::default() }));
            }
            _ => {
                let targets = names.iter().map(|name| Target { name: name.clone(), is_shared: is_field }).collect();
                let value = cx.sketch(part);
                all.push(cx.assign(node, targets, value));
            }
        }
    }
    if all.len() == 1 { all.swap_remove(0) } else { cx.at(node, Kind::Block(all)) }
}

/// `object : I { … }`: its functions are called by what it is given to.
pub(super) fn object<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let bases = child_of(node, &["delegation_specifiers"]).map(children).unwrap_or_default();
    let owner = bases.first().and_then(|base| type_name(cx, *base));
    let mut all: Vec<Sketch> = Vec::new();
    for base in bases {
        all.extend(child_of(base, &["constructor_invocation"]).map(|call| cx.sketch(call)));
    }
    for member in child_of(node, &["class_body"]).map(children).unwrap_or_default() {
        all.push(match member.kind() {
            "function_declaration" => function(cx, member, owner.clone().or_else(|| Some(Arc::from("object")))),
            _ => cx.sketch(member),
        });
    }
    cx.at(node, Kind::Group(all))
}

/// A value of an enumeration.
pub(super) fn entry<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = child_of(node, &["identifier"]).map(|name| cx.name(name)).unwrap_or_default();
    let given = child_of(node, &["value_arguments"]).map(|list| arguments(cx, list)).unwrap_or_default();
    let value = cx.at(node, Kind::Pairs(given));
    let targets = vec![Target { name, is_shared: true }];
    cx.assign(node, targets, value)
}

const KNOWN: Known = Known {
    harmless: &["JvmStatic", "JvmField", "JvmOverloads", "Suppress", "Deprecated", "Throws", "OptIn"],
    tests: &["Test", "ParameterizedTest", "BeforeEach", "BeforeAll", "Before", "AfterEach", "BeforeTest"],
};

/// Notes the annotations of a type, a member of it or a parameter.
pub(super) fn annotate<'t>(cx: &mut Reader<'t>, node: Node<'t>, member: Option<&Arc<str>>) -> Notes {
    let mut notes = Notes::default();
    let Some(list) = child_of(node, &["modifiers"]) else { return notes };
    for one in children(list) {
        notes.any |= one.kind() == "member_modifier" && cx.word(one) == "override";
        let inner = child_of(one, &["user_type", "constructor_invocation"]).filter(|_| one.kind() == "annotation");
        let Some(inner) = inner else { continue };
        let kind = child_of(inner, &["user_type"]).unwrap_or(inner);
        let path = cx.word(kind).split('.').map(Arc::from).collect();
        let all = child_of(inner, &["value_arguments"]).map(|list| arguments(cx, list)).unwrap_or_default();
        let line = cx.place(one).0;
        cx.note(&mut notes, &KNOWN, path, all, (member, line));
    }
    notes
}
