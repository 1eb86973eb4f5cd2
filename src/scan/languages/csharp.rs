//! C#: statements and expressions. Declarations are in `csharp_declarations`.

use std::sync::Arc;

use tree_sitter::Node;

use super::csharp_declarations as declarations;
use super::dialect::{Dialect, Failure, Places};
use super::java::{binary, branch};
use super::reader::{Reader, child_of, children, given, has, read as read_with, targets};
use super::sketch::{Assign, Attempt, Bit, Closure, Given, Handler, Invocation, Kind, Sketch};
use super::{Language, places};
use crate::scan::code::Module;

/// C#.
pub(super) const CSHARP: Language = Language { name: "C#", wants, leaves_out, read };

const DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_c_sharp::LANGUAGE.into(),
    draw,
    names: &["identifier"],
    failure: Failure::Exception,
    runs_per_request: false,
    formats: &[(&["string", "Format"], Places::Braces), (&["String", "Format"], Places::Braces)],
};

fn wants(path: &str) -> bool {
    path.ends_with(".cs")
}

fn leaves_out(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["Test.cs", "Tests.cs", ".g.cs", ".g.i.cs", ".Designer.cs", "AssemblyInfo.cs", "Grpc.cs", "_generated.cs"]
        .iter()
        .any(|end| name.ends_with(end))
        || path.split('/').rev().skip(1).any(|folder| {
            ["Tests", "Test", ".Tests", ".Test", "UnitTests", "FunctionalTests", "IntegrationTests"]
                .iter()
                .any(|end| folder.ends_with(end))
        })
        || places::left_out(path, &["obj", "bin", "Migrations", "packages"])
}

fn read(text: &str) -> Module {
    if places::is_generated(text) { Module::default() } else { read_with(text, &DIALECT) }
}

fn draw<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    match node.kind() {
        "using_directive" => declarations::import(cx, node),
        "namespace_declaration" | "file_scoped_namespace_declaration" => {
            cx.module.unit = cx.field_name(node, "name");
            cx.aside.extend(node.child_by_field_name("name").map(|name| name.byte_range()));
            let all = children(node).into_iter().filter(|one| Some(*one) != node.child_by_field_name("name"));
            let all = all.collect::<Vec<_>>().into_iter().map(|one| cx.sketch(one)).collect();
            cx.at(node, Kind::Block(all))
        }
        "class_declaration"
        | "interface_declaration"
        | "struct_declaration"
        | "record_declaration"
        | "enum_declaration"
        | "record_struct_declaration" => declarations::kin(cx, node),
        "method_declaration" | "constructor_declaration" | "local_function_statement" | "operator_declaration" => {
            declarations::method(cx, node)
        }
        "property_declaration" => declarations::property(cx, node),
        "compilation_unit"
        | "declaration_list"
        | "global_statement"
        | "switch_body"
        | "switch_section"
        | "local_declaration_statement"
        | "field_declaration" => cx.block(node),
        "block" => cx.block(node),
        "variable_declaration" => declarations::variables(cx, node),
        "assignment_expression" => {
            let (left, right) = (cx.field(node, "left"), cx.field(node, "right"));
            let targets = targets(&left);
            let value = if has(node, "+=") { cx.at(node, Kind::Join(vec![left, right])) } else { right };
            cx.at(node, Kind::Assign(Box::new(Assign { targets, value })))
        }
        "identifier" | "predefined_type" => cx.named(node),
        "this" => cx.at(node, Kind::Name(Arc::from("self"))),
        "base" => cx.at(node, Kind::Name(Arc::from("super"))),
        "generic_name" => children(node).first().map(|name| cx.named(*name)).unwrap_or_default(),
        "qualified_name" | "alias_qualified_name" => {
            let object = children(node).first().map(|one| cx.sketch(*one)).unwrap_or_default();
            let name = node.child_by_field_name("name").map(|name| plain_name(cx, name)).unwrap_or_default();
            cx.at(node, Kind::Member(Box::new(object), name))
        }
        "member_access_expression" => {
            let object = cx.field(node, "expression");
            let name = node.child_by_field_name("name").map(|name| plain_name(cx, name)).unwrap_or_default();
            cx.at(node, Kind::Member(Box::new(object), name))
        }
        "conditional_access_expression" => conditional_access(cx, node),
        "element_access_expression" => {
            let object = cx.field(node, "expression");
            let index = cx.field(node, "subscript");
            cx.element(node, object, index)
        }
        "bracketed_argument_list" | "argument" => {
            let name = node.child_by_field_name("name");
            let inner = children(node).into_iter().find(|one| Some(*one) != name);
            inner.map(|inner| cx.sketch(inner)).unwrap_or_default()
        }
        "invocation_expression" => {
            let target = cx.field(node, "function");
            let arguments = arguments(cx, node);
            cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
        }
        "constructor_initializer" => {
            let list = child_of(node, &["argument_list"]).map(|list| listed(cx, list)).unwrap_or_default();
            let target = cx.at(node, Kind::Name(Arc::from("super")));
            cx.at(node, Kind::Call(Box::new(Invocation { target, arguments: list, makes: false })))
        }
        "object_creation_expression" | "implicit_object_creation_expression" => creation(cx, node),
        "initializer_expression" | "anonymous_object_creation_expression" => {
            let all = initialised(cx, node);
            cx.at(node, Kind::Pairs(all))
        }
        "lambda_expression" | "anonymous_method_expression" => lambda(cx, node),
        "string_literal" => cx.pieces(node, &["string_literal_content"], &[]),
        "interpolated_string_expression" => cx.pieces(node, &["string_content"], &["interpolation"]),
        "raw_string_literal" => cx.pieces(node, &["raw_string_content"], &[]),
        "verbatim_string_literal" => {
            let word = cx.word(node).trim_start_matches('@');
            let inner = word.strip_prefix('"').and_then(|word| word.strip_suffix('"')).unwrap_or(word);
            let bits = vec![Bit::Fixed(inner.replace("\"\"", "\""))];
            cx.at(node, Kind::Text(bits))
        }
        "integer_literal" => cx.number(node),
        "binary_expression" => binary(cx, node),
        "prefix_unary_expression" => {
            let inner = cx.group(node);
            if has(node, "!") { cx.at(node, Kind::Not(Box::new(inner))) } else { inner }
        }
        "await_expression" => {
            let inner = cx.group(node);
            cx.at(node, Kind::Await(Box::new(inner)))
        }
        "cast_expression" => cx.field(node, "value"),
        "as_expression" => cx.field(node, "left"),
        "if_statement" | "conditional_expression" => branch(cx, node),
        "while_statement" | "for_statement" | "foreach_statement" | "do_statement" => loops(cx, node),
        "try_statement" => attempt(cx, node),
        "using_statement" => {
            let body = node.child_by_field_name("body");
            let mut all: Vec<Sketch> = Vec::new();
            for head in children(node).into_iter().filter(|one| Some(*one) != body) {
                all.push(cx.sketch(head));
            }
            all.push(cx.field(node, "body"));
            cx.at(node, Kind::Block(all))
        }
        "return_statement" => {
            let value = (!children(node).is_empty()).then(|| Box::new(cx.group(node)));
            cx.at(node, Kind::Return(value))
        }
        "arrow_expression_clause" => {
            let value = cx.group(node);
            cx.at(node, Kind::Return(Some(Box::new(value))))
        }
        "throw_statement" | "throw_expression" => {
            let inner = cx.group(node);
            cx.at(node, Kind::Throw(Box::new(inner)))
        }
        "break_statement" => cx.at(node, Kind::Leave { ends: true }),
        "continue_statement" => cx.at(node, Kind::Leave { ends: false }),
        "null_literal"
        | "boolean_literal"
        | "character_literal"
        | "real_literal"
        | "modifier"
        | "type_argument_list"
        | "type_parameter_list"
        | "implicit_type"
        | "declaration_expression"
        | "attribute_list"
        | "global_attribute"
        | "array_type"
        | "nullable_type"
        | "discard"
        | "interpolation_format_clause"
        | "interpolation_brace"
        | "type_parameter_constraints_clause"
        | "base_list"
        | "delegate_declaration" => Sketch::default(),
        _ => cx.group(node),
    }
}

/// A name without its type parameters.
pub(super) fn plain_name<'t>(cx: &Reader<'t>, node: Node<'t>) -> Arc<str> {
    match node.kind() {
        "generic_name" => children(node).first().map(|name| cx.name(*name)).unwrap_or_default(),
        _ => cx.name(node),
    }
}

/// `object?.Name` and what follows is the same as without the question mark.
fn conditional_access<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let object = cx.field(node, "condition");
    let Some(after) =
        children(node).last().copied().filter(|after| Some(*after) != node.child_by_field_name("condition"))
    else {
        return object;
    };
    match after.kind() {
        "member_binding_expression" => {
            let name = after.child_by_field_name("name").map(|name| plain_name(cx, name)).unwrap_or_default();
            cx.at(node, Kind::Member(Box::new(object), name))
        }
        "element_binding_expression" => {
            let index = cx.group(after);
            cx.element(node, object, index)
        }
        "invocation_expression" => {
            let name = after.child_by_field_name("function").and_then(|one| one.child_by_field_name("name"));
            let name = name.map(|name| plain_name(cx, name)).unwrap_or_default();
            let target = cx.at(node, Kind::Member(Box::new(object), name));
            let arguments = arguments(cx, after);
            cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
        }
        _ => {
            let after = cx.sketch(after);
            cx.at(node, Kind::Group(vec![object, after]))
        }
    }
}

fn arguments<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Given> {
    node.child_by_field_name("arguments").map(|list| listed(cx, list)).unwrap_or_default()
}

fn listed<'t>(cx: &mut Reader<'t>, list: Node<'t>) -> Vec<Given> {
    let mut found = Vec::new();
    for one in children(list) {
        let name = one.child_by_field_name("name").map(|name| cx.name(name));
        found.push(Given { name, value: cx.sketch(one) });
    }
    found
}

/// `new Foo(…) { Host = … }`: what is set afterwards counts as given by name.
fn creation<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let target = cx.field(node, "type");
    let mut arguments = arguments(cx, node);
    if let Some(more) = node.child_by_field_name("initializer") {
        arguments.extend(initialised(cx, more));
    }
    cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: true })))
}

fn initialised<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Given> {
    let mut found = Vec::new();
    for one in children(node) {
        if one.kind() != "assignment_expression" {
            found.push(given(cx.sketch(one)));
            continue;
        }
        let left = one.child_by_field_name("left");
        let name = left.map(|left| Arc::from(cx.word(left).trim_matches(['[', ']', '"'])));
        found.push(Given { name, value: cx.field(one, "right") });
    }
    found
}

fn lambda<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let parameters = match node.child_by_field_name("parameters") {
        Some(list) if list.kind() == "parameter_list" => {
            children(list).into_iter().map(|one| cx.field_name(one, "name")).collect()
        }
        Some(one) => vec![cx.name(one)],
        None => Vec::new(),
    };
    let is_expression = node.child_by_field_name("body").is_some_and(|body| body.kind() != "block");
    let body = cx.field(node, "body");
    cx.at(node, Kind::Closure(Box::new(Closure { parameters, body, is_expression })))
}

fn loops<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = node.child_by_field_name("condition");
    let endless = node.kind() != "foreach_statement" && condition.is_none_or(|one| cx.word(one) == "true");
    let mut all: Vec<Sketch> =
        ["initializer", "right", "condition", "update"].iter().map(|head| cx.field(node, head)).collect();
    let body = Box::new(cx.field(node, "body"));
    all.push(cx.at(node, Kind::Loop { body, endless }));
    all.retain(|part| !matches!(part.kind, Kind::Nothing));
    cx.at(node, Kind::Block(all))
}

fn attempt<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let body = cx.field(node, "body");
    let (mut handlers, mut rest) = (Vec::new(), Vec::new());
    for clause in children(node) {
        match clause.kind() {
            "catch_clause" => {
                let caught = child_of(clause, &["catch_declaration"]);
                let kind = caught.and_then(|one| one.child_by_field_name("type"));
                handlers.push(Handler {
                    error: caught.and_then(|one| one.child_by_field_name("name")).map(|name| cx.name(name)),
                    catches: kind.and_then(|kind| declarations::type_name(cx, kind)).into_iter().collect(),
                    body: cx.field(clause, "body"),
                    gives: false,
                    line: cx.place(clause).0,
                });
            }
            "finally_clause" => rest.extend(child_of(clause, &["block"]).map(|block| cx.sketch(block))),
            _ => {}
        }
    }
    cx.at(node, Kind::Try(Box::new(Attempt { body, handlers, rest })))
}
