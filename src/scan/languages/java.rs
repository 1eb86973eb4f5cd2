//! Java: statements and expressions. Declarations are in `java_declarations`.

use std::sync::Arc;

use tree_sitter::Node;

use super::dialect::{Dialect, Failure, Places};
use super::java_declarations as declarations;
use super::reader::{Reader, child_of, children, given, has, read as read_with, targets};
use super::sketch::{Assign, Attempt, Branch, Closure, Given, Handler, Invocation, Kind, Sketch, Target};
use super::{Language, places};
use crate::scan::code::Module;

/// Java.
pub(super) const JAVA: Language = Language { name: "Java", wants, leaves_out, read };

const DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_java::LANGUAGE.into(),
    draw,
    names: &["identifier", "type_identifier"],
    failure: Failure::Exception,
    runs_per_request: false,
    formats: &[
        (&["String", "format"], Places::Percent),
        (&["formatted"], Places::Percent),
        (&["MessageFormat", "format"], Places::Braces),
    ],
};

fn wants(path: &str) -> bool {
    path.ends_with(".java")
}

fn leaves_out(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["Test.java", "Tests.java", "IT.java", "TestCase.java", "OuterClass.java"].iter().any(|end| name.ends_with(end))
        || places::left_out(path, &["generated-sources", "integrationTest", "testFixtures"])
}

fn read(text: &str) -> Module {
    if places::is_generated(text) { Module::default() } else { read_with(text, &DIALECT) }
}

fn draw<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    match node.kind() {
        "package_declaration" => {
            let name = child_of(node, &["scoped_identifier", "identifier"]);
            cx.module.unit = name.map(|name| cx.name(name)).unwrap_or_default();
            cx.aside.push(node.byte_range());
            Sketch::default()
        }
        "import_declaration" => declarations::import(cx, node),
        "class_declaration"
        | "interface_declaration"
        | "enum_declaration"
        | "record_declaration"
        | "annotation_type_declaration" => declarations::kin(cx, node),
        "method_declaration" | "constructor_declaration" | "compact_constructor_declaration" => {
            declarations::method(cx, node, None)
        }
        "field_declaration" | "constant_declaration" => declarations::field(cx, node),
        "program"
        | "block"
        | "constructor_body"
        | "switch_block"
        | "switch_block_statement_group"
        | "switch_rule"
        | "static_initializer"
        | "local_variable_declaration"
        | "enum_body_declarations" => cx.block(node),
        "variable_declarator" | "resource" => {
            let Some(value) = node.child_by_field_name("value") else { return cx.group(node) };
            let targets = targets(&cx.field(node, "name"));
            let value = cx.sketch(value);
            cx.at(node, Kind::Assign(Box::new(Assign { targets, value })))
        }
        "assignment_expression" => {
            let (left, right) = (cx.field(node, "left"), cx.field(node, "right"));
            let targets = targets(&left);
            let value = if has(node, "+=") { cx.at(node, Kind::Join(vec![left, right])) } else { right };
            cx.at(node, Kind::Assign(Box::new(Assign { targets, value })))
        }
        "identifier" | "type_identifier" => cx.named(node),
        "this" => cx.at(node, Kind::Name(Arc::from("self"))),
        "super" => cx.at(node, Kind::Name(Arc::from("super"))),
        "field_access" => {
            let object = cx.field(node, "object");
            let name = cx.field_name(node, "field");
            cx.at(node, Kind::Member(Box::new(object), name))
        }
        "scoped_type_identifier" | "scoped_identifier" => {
            let path = cx.word(node).split('.').map(Arc::from).collect();
            path_of(cx, node, path)
        }
        "generic_type" => children(node).first().map(|inner| cx.sketch(*inner)).unwrap_or_default(),
        "array_access" => {
            let (object, index) = (cx.field(node, "array"), cx.field(node, "index"));
            cx.element(node, object, index)
        }
        "method_invocation" => invocation(cx, node),
        "explicit_constructor_invocation" => {
            let target = cx.field(node, "constructor");
            let arguments = arguments(cx, node);
            cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
        }
        "object_creation_expression" => creation(cx, node),
        "enum_constant" => {
            let arguments = arguments(cx, node);
            let value = cx.at(node, Kind::Pairs(arguments));
            let targets = vec![Target { name: cx.field_name(node, "name"), is_shared: true }];
            cx.at(node, Kind::Assign(Box::new(Assign { targets, value })))
        }
        "lambda_expression" => lambda(cx, node),
        "method_reference" => {
            let path: Vec<Sketch> = cx.inner(node);
            let name = children(node).last().map(|name| cx.name(*name)).unwrap_or_default();
            let object = path.into_iter().next().unwrap_or_default();
            cx.at(node, Kind::Member(Box::new(object), name))
        }
        "string_literal" => {
            cx.pieces(node, &["string_fragment", "multiline_string_fragment"], &["string_interpolation"])
        }
        "decimal_integer_literal" => cx.number(node),
        "binary_expression" => binary(cx, node),
        "unary_expression" => {
            let inner = cx.field(node, "operand");
            if has(node, "!") { cx.at(node, Kind::Not(Box::new(inner))) } else { inner }
        }
        "cast_expression" => cx.field(node, "value"),
        "if_statement" | "ternary_expression" => branch(cx, node),
        "while_statement" | "for_statement" | "enhanced_for_statement" | "do_statement" => loops(cx, node),
        "try_statement" | "try_with_resources_statement" => attempt(cx, node),
        "return_statement" => {
            let value = (!children(node).is_empty()).then(|| Box::new(cx.group(node)));
            cx.at(node, Kind::Return(value))
        }
        "throw_statement" => {
            let inner = cx.group(node);
            cx.at(node, Kind::Throw(Box::new(inner)))
        }
        "break_statement" => cx.at(node, Kind::Leave { ends: true }),
        "continue_statement" => cx.at(node, Kind::Leave { ends: false }),
        "null_literal"
        | "true"
        | "false"
        | "character_literal"
        | "hex_integer_literal"
        | "decimal_floating_point_literal"
        | "modifiers"
        | "type_arguments"
        | "type_parameters"
        | "throws"
        | "integral_type"
        | "void_type"
        | "array_type"
        | "boolean_type"
        | "floating_point_type"
        | "line_comment"
        | "block_comment" => Sketch::default(),
        _ => cx.group(node),
    }
}

/// A path as members of each other.
fn path_of<'t>(cx: &Reader<'t>, node: Node<'t>, path: Vec<Arc<str>>) -> Sketch {
    path.into_iter().fold(Sketch::default(), |object, name| {
        let kind = match object.kind {
            Kind::Nothing => Kind::Name(name),
            _ => Kind::Member(Box::new(object), name),
        };
        cx.at(node, kind)
    })
}

fn invocation<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let target = match node.child_by_field_name("object") {
        Some(object) => {
            let object = cx.sketch(object);
            cx.at(node, Kind::Member(Box::new(object), name))
        }
        None => cx.at(node, Kind::Name(name)),
    };
    let arguments = arguments(cx, node);
    let place = node.child_by_field_name("name").unwrap_or(node);
    cx.at(place, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
}

fn arguments<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Given> {
    let list = node.child_by_field_name("arguments").map(children).unwrap_or_default();
    list.into_iter().map(|one| given(cx.sketch(one))).collect()
}

/// `new Foo(…)`; the methods of a class without a name that follows are called by what it is given to.
fn creation<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let target = cx.field(node, "type");
    let arguments = arguments(cx, node);
    let owner = target.last_name().cloned();
    let whole = cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: true })));
    let Some(body) = child_of(node, &["class_body"]) else { return whole };
    let mut all = vec![whole];
    for member in children(body) {
        all.push(match member.kind() {
            "method_declaration" => declarations::method(cx, member, owner.clone()),
            _ => cx.sketch(member),
        });
    }
    cx.at(node, Kind::Group(all))
}

fn lambda<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let list = node.child_by_field_name("parameters");
    let parameters = match list {
        Some(one) if one.kind() == "identifier" => vec![cx.name(one)],
        Some(many) => children(many)
            .into_iter()
            .map(|one| if one.kind() == "identifier" { cx.name(one) } else { cx.field_name(one, "name") })
            .collect(),
        None => Vec::new(),
    };
    let is_expression = node.child_by_field_name("body").is_some_and(|body| body.kind() != "block");
    let body = cx.field(node, "body");
    cx.at(node, Kind::Closure(Box::new(Closure { parameters, body, is_expression })))
}

/// Two sides with an operator, as Java and C# have them: a text put together, a test, or both.
pub(super) fn binary<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    if has(node, "+") {
        return cx.join(node, |_, node| node.kind() == "binary_expression" && has(node, "+"));
    }
    let sides = Box::new([cx.field(node, "left"), cx.field(node, "right")]);
    if has(node, "==") || has(node, "!=") {
        return cx.at(node, Kind::Test { equal: has(node, "=="), sides });
    }
    cx.at(node, Kind::Group(Vec::from(*sides)))
}

/// `if` with its condition and its two ways, as Java and C# have it.
pub(super) fn branch<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = cx.field(node, "condition");
    let then = cx.field(node, "consequence");
    let otherwise = node.child_by_field_name("alternative").map(|other| cx.sketch(other));
    cx.at(node, Kind::If(Box::new(Branch { before: None, condition, then, otherwise })))
}

fn loops<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = node.child_by_field_name("condition");
    let endless = match node.kind() {
        "enhanced_for_statement" => false,
        _ => condition.is_none_or(|one| matches!(cx.word(one).trim_matches(['(', ')', ' ']), "true")),
    };
    let mut all: Vec<Sketch> =
        ["init", "value", "condition", "update"].iter().map(|head| cx.field(node, head)).collect();
    let body = Box::new(cx.field(node, "body"));
    all.push(cx.at(node, Kind::Loop { body, endless }));
    all.retain(|part| !matches!(part.kind, Kind::Nothing));
    cx.at(node, Kind::Block(all))
}

fn attempt<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let resources = node.child_by_field_name("resources").map(|all| cx.inner(all)).unwrap_or_default();
    let body = cx.field(node, "body");
    let body = match resources.is_empty() {
        true => body,
        false => {
            let all = match body.kind {
                Kind::Block(all) => all,
                _ => Vec::new(),
            };
            cx.at(node, Kind::Block(resources.into_iter().chain(all).collect()))
        }
    };
    let (mut handlers, mut rest) = (Vec::new(), Vec::new());
    for clause in children(node) {
        match clause.kind() {
            "catch_clause" => {
                let caught = child_of(clause, &["catch_formal_parameter"]);
                let kinds = caught.and_then(|one| child_of(one, &["catch_type"])).map(children).unwrap_or_default();
                handlers.push(Handler {
                    error: caught.map(|one| cx.field_name(one, "name")),
                    catches: kinds.into_iter().filter_map(|kind| declarations::type_name(cx, kind)).collect(),
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
