//! Kotlin: statements and expressions. Declarations are in `kotlin_declarations`.

use std::sync::Arc;

use tree_sitter::Node;

use super::dialect::{Dialect, Failure, Places};
use super::kotlin_declarations as declarations;
use super::reader::{Reader, child_of, children, given, has, read as read_with, targets};
use super::sketch::{Assign, Attempt, Bit, Branch, Closure, Given, Handler, Invocation, Kind, Sketch};
use super::{Language, places};
use crate::scan::code::Module;

/// Kotlin.
pub(super) const KOTLIN: Language = Language { name: "Kotlin", wants, leaves_out, read };

const DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_kotlin_ng::LANGUAGE.into(),
    draw,
    names: &["identifier"],
    failure: Failure::Exception,
    runs_per_request: false,
    formats: &[(&["String", "format"], Places::Percent), (&["format"], Places::Percent)],
};

fn wants(path: &str) -> bool {
    path.ends_with(".kt")
}

fn leaves_out(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["Test.kt", "Tests.kt", "Spec.kt", "IT.kt", "GrpcKt.kt", "OuterClassGrpcKt.kt"]
        .iter()
        .any(|end| name.ends_with(end))
        || places::left_out(
            path,
            &["generated-sources", "androidTest", "commonTest", "integrationTest", "testFixtures"],
        )
}

fn read(text: &str) -> Module {
    if places::is_generated(text) { Module::default() } else { read_with(text, &DIALECT) }
}

fn draw<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    match node.kind() {
        "package_header" => {
            cx.module.unit = children(node).first().map(|name| cx.name(*name)).unwrap_or_default();
            cx.aside.push(node.byte_range());
            Sketch::default()
        }
        "import" => declarations::import(cx, node),
        "class_declaration" | "object_declaration" => declarations::kin(cx, node),
        "companion_object" => child_of(node, &["class_body"]).map(|body| cx.block(body)).unwrap_or_default(),
        "function_declaration" | "secondary_constructor" => declarations::function(cx, node, None),
        "property_declaration" => declarations::property(cx, node),
        "object_literal" => declarations::object(cx, node),
        "enum_entry" => declarations::entry(cx, node),
        "source_file" | "block" | "class_body" | "enum_class_body" | "when_entry" | "statements" => cx.block(node),
        "function_body" => {
            let body = cx.group(node);
            match body.kind {
                Kind::Block(_) => body,
                _ => cx.at(node, Kind::Return(Some(Box::new(body)))),
            }
        }
        "anonymous_initializer" => cx.group(node),
        "lambda_literal" => lambda(cx, node),
        "anonymous_function" => {
            let body = child_of(node, &["function_body"]).map(|body| cx.sketch(body)).unwrap_or_default();
            let parameters = declarations::parameters(cx, node).0.into_iter().map(|(name, _)| name).collect();
            cx.at(node, Kind::Closure(Box::new(Closure { parameters, body, is_expression: false })))
        }
        "assignment" => {
            let (left, right) = (cx.field(node, "left"), cx.field(node, "right"));
            let targets = targets(&left);
            let value = if has(node, "+=") { cx.at(node, Kind::Join(vec![left, right])) } else { right };
            cx.at(node, Kind::Assign(Box::new(Assign { targets, value })))
        }
        "identifier" => match cx.word(node) {
            "null" | "true" | "false" => Sketch::default(),
            "break" => cx.at(node, Kind::Leave { ends: true }),
            "continue" => cx.at(node, Kind::Leave { ends: false }),
            _ => cx.named(node),
        },
        "this_expression" => cx.at(node, Kind::Name(Arc::from("self"))),
        "super_expression" => cx.at(node, Kind::Name(Arc::from("super"))),
        "user_type" => {
            children(node).into_iter().fold(Sketch::default(), |object, part| match (part.kind(), &object.kind) {
                ("identifier", Kind::Nothing) => cx.named(part),
                ("identifier", _) => cx.at(node, Kind::Member(Box::new(object), cx.name(part))),
                _ => object,
            })
        }
        "navigation_expression" => navigation(cx, node),
        "index_expression" => {
            let parts = children(node);
            let object = parts.first().map(|one| cx.sketch(*one)).unwrap_or_default();
            let index = parts.get(1).map(|one| cx.sketch(*one)).unwrap_or_default();
            cx.element(node, object, index)
        }
        "call_expression" | "constructor_invocation" => call(cx, node),
        "constructor_delegation_call" => {
            let target = cx.at(node, Kind::Name(Arc::from("super")));
            let arguments = child_of(node, &["value_arguments"]).map(|list| arguments(cx, list)).unwrap_or_default();
            cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
        }
        "string_literal" | "multiline_string_literal" => text(cx, node),
        "number_literal" => cx.number(node),
        "binary_expression" => binary(cx, node),
        "unary_expression" => {
            let inner = cx.field(node, "argument");
            if has(node, "!") { cx.at(node, Kind::Not(Box::new(inner))) } else { inner }
        }
        "as_expression" => cx.field(node, "left"),
        "if_expression" => branch(cx, node),
        "while_statement" | "for_statement" | "do_while_statement" => loops(cx, node),
        "try_expression" => attempt(cx, node),
        "return_expression" => {
            let label = node.child_by_field_name("label");
            let value =
                children(node).into_iter().rfind(|one| Some(*one) != label).map(|value| Box::new(cx.sketch(value)));
            cx.at(node, Kind::Return(value))
        }
        "throw_expression" => {
            let inner = cx.group(node);
            cx.at(node, Kind::Throw(Box::new(inner)))
        }
        "float_literal" | "character_literal" | "modifiers" | "type_arguments" | "type_parameters"
        | "nullable_type" | "file_annotation" | "line_comment" | "block_comment" | "shebang" | "function_type"
        | "type_test" | "label" => Sketch::default(),
        _ => cx.group(node),
    }
}

fn navigation<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let parts = children(node);
    let object = parts.first().map(|one| cx.sketch(*one)).unwrap_or_default();
    match parts.get(1) {
        // `Foo::class` is the type itself.
        Some(name) if cx.word(*name) != "class" => cx.at(node, Kind::Member(Box::new(object), cx.name(*name))),
        _ => object,
    }
}

/// A call, with the function behind its brackets as the last argument.
fn call<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let mut parts = children(node).into_iter();
    let Some(callee) = parts.next() else { return Sketch::default() };
    let place = match callee.kind() {
        "navigation_expression" => children(callee).last().copied().unwrap_or(node),
        _ => node,
    };
    let target = cx.sketch(callee);
    let mut given_to = Vec::new();
    for part in parts {
        match part.kind() {
            "value_arguments" => given_to.extend(arguments(cx, part)),
            "annotated_lambda" | "lambda_literal" => given_to.push(given(cx.group(part))),
            _ => {}
        }
    }
    cx.at(place, Kind::Call(Box::new(Invocation { target, arguments: given_to, makes: false })))
}

/// Arguments in brackets.
pub(super) fn arguments<'t>(cx: &mut Reader<'t>, list: Node<'t>) -> Vec<Given> {
    let mut found = Vec::new();
    for one in children(list) {
        let parts = children(one);
        match parts.as_slice() {
            [name, value] if has(one, "=") => {
                found.push(Given { name: Some(cx.name(*name)), value: cx.sketch(*value) });
            }
            _ => found.push(given(cx.group(one))),
        }
    }
    found
}

/// A text; `$name` in it is not told apart by the grammar.
fn text<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let whole = cx.pieces(node, &["string_content"], &["interpolation"]);
    let Kind::Text(bits) = whole.kind else { return whole };
    let escaped = children(node).iter().any(|one| one.kind().contains("escape") && cx.word(*one) == "\\$");
    let mut letters = String::new();
    let mut found = Vec::new();
    for bit in bits {
        match bit {
            Bit::Fixed(more) => letters.push_str(&more),
            open => {
                spread(cx, node, &letters, escaped, &mut found);
                letters.clear();
                found.push(open);
            }
        }
    }
    spread(cx, node, &letters, escaped, &mut found);
    cx.at(node, Kind::Text(found))
}

/// Parts letters at the names that stand in them after a dollar sign.
fn spread<'t>(cx: &Reader<'t>, node: Node<'t>, letters: &str, escaped: bool, found: &mut Vec<Bit>) {
    let mut rest = letters;
    while let Some((before, after)) = rest.split_once('$').filter(|_| !escaped) {
        let end = after.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        if name.is_empty() {
            found.push(Bit::Fixed(format!("{before}$")));
        } else {
            found.push(Bit::Fixed(before.to_owned()));
            found.push(Bit::Open(cx.at(node, Kind::Name(Arc::from(name)))));
        }
        rest = behind;
    }
    found.push(Bit::Fixed(rest.to_owned()));
}

fn lambda<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let head = child_of(node, &["lambda_parameters"]);
    let named = |one: Node<'t>| child_of(one, &["identifier"]).map(|name| cx.name(name));
    let parameters = match head {
        Some(head) => children(head).into_iter().filter_map(named).collect(),
        None => vec![Arc::from("it")],
    };
    let all: Vec<Node<'t>> = children(node).into_iter().filter(|one| Some(*one) != head).collect();
    let all = all.into_iter().map(|one| cx.sketch(one)).collect();
    let body = cx.at(node, Kind::Block(all));
    cx.at(node, Kind::Closure(Box::new(Closure { parameters, body, is_expression: true })))
}

fn binary<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    if has(node, "+") {
        return cx.join(node, |_, node| node.kind() == "binary_expression" && has(node, "+"));
    }
    let sides = Box::new([cx.field(node, "left"), cx.field(node, "right")]);
    let equal = has(node, "==") || has(node, "===");
    if equal || has(node, "!=") || has(node, "!==") {
        return cx.at(node, Kind::Test { equal, sides });
    }
    cx.at(node, Kind::Group(Vec::from(*sides)))
}

fn branch<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let asked = node.child_by_field_name("condition");
    let condition = cx.field(node, "condition");
    let mut parts = children(node).into_iter().filter(|one| Some(*one) != asked).collect::<Vec<_>>().into_iter();
    let then = parts.next().map(|one| cx.sketch(one)).unwrap_or_default();
    let otherwise = parts.next().map(|one| cx.sketch(one));
    cx.at(node, Kind::If(Box::new(Branch { before: None, condition, then, otherwise })))
}

fn loops<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let endless = node.child_by_field_name("condition").is_some_and(|one| cx.word(one) == "true");
    let mut all = Vec::new();
    let mut body = Sketch::default();
    for part in children(node) {
        match part.kind() {
            "block" => body = cx.sketch(part),
            "variable_declaration" => {}
            _ => all.push(cx.sketch(part)),
        }
    }
    all.push(cx.at(node, Kind::Loop { body: Box::new(body), endless }));
    cx.at(node, Kind::Block(all))
}

fn attempt<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let (mut body, mut handlers, mut rest) = (Sketch::default(), Vec::new(), Vec::new());
    for part in children(node) {
        match part.kind() {
            "block" => body = cx.sketch(part),
            "catch_block" => handlers.push(Handler {
                error: child_of(part, &["identifier"]).map(|name| cx.name(name)),
                catches: child_of(part, &["user_type"])
                    .and_then(|kind| declarations::type_name(cx, kind))
                    .into_iter()
                    .collect(),
                body: child_of(part, &["block"]).map(|block| cx.sketch(block)).unwrap_or_default(),
                gives: true,
                line: cx.place(part).0,
            }),
            "finally_block" => rest.extend(child_of(part, &["block"]).map(|block| cx.sketch(block))),
            _ => {}
        }
    }
    cx.at(node, Kind::Try(Box::new(Attempt { body, handlers, rest })))
}
