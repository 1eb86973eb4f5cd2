//! Kotlin.

mod declarations;

use std::sync::{Arc, OnceLock};

use tree_sitter::Node;

use super::choices::{Chooses, Switch};
use super::dialect::{Dialect, Failure, Places};
use super::drawing::given;
use super::reader::{Reader, child_of, children, has};
use super::shapes::{Shape, Shapes};
use super::sketch::{Bit, Given, Handler, Kind, Sketch};
use super::{Language, Others, Reads};
use declarations::{entry, function, import, kin, object, parameters, property, type_name};

/// Kotlin.
pub(super) const KOTLIN: Language = Language {
    name: "Kotlin",
    ends: &[".kt"],
    others: Others {
        ends: &["Test.kt", "Tests.kt", "Spec.kt", "IT.kt", "GrpcKt.kt", "OuterClassGrpcKt.kt"],
        folders: &["generated-sources", "androidTest", "commonTest", "integrationTest", "testFixtures"],
        ..Others::NONE
    },
    reads: Reads::Grammar(&DIALECT),
};

static DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_kotlin_ng::LANGUAGE.into(),
    shapes: SHAPES,
    names: &["identifier"],
    failure: Failure::Exception,
    runs_per_request: false,
    formats: &[(&["String", "format"], Places::Percent), (&["format"], Places::Percent)],
    chooses: Chooses {
        switches: &[Switch {
            node: "when_expression",
            on: "when_subject",
            cases: "when_entry",
            label: "condition",
            falls: false,
        }],
        ..Chooses::NONE
    },
    kinds: OnceLock::new(),
};

/// How its nodes are drawn; what is not named here is drawn by its operands.
const SHAPES: Shapes = &[
    (
        "float_literal character_literal modifiers type_arguments type_parameters nullable_type \
         file_annotation line_comment block_comment shebang function_type type_test label",
        Shape::Nothing,
    ),
    ("source_file block class_body enum_class_body when_entry", Shape::Block),
    ("this_expression", Shape::Word("self")),
    ("super_expression", Shape::Word("super")),
    ("number_literal", Shape::Number),
    ("unary_expression", Shape::Not("argument")),
    ("as_expression", Shape::Inner("left")),
    ("throw_expression", Shape::Around(Kind::Throw)),
    ("import", Shape::Own(import)),
    ("class_declaration object_declaration", Shape::Own(kin)),
    ("property_declaration", Shape::Own(property)),
    ("object_literal", Shape::Own(object)),
    ("enum_entry", Shape::Own(entry)),
    ("lambda_literal", Shape::Own(lambda)),
    ("navigation_expression", Shape::Own(navigation)),
    ("call_expression constructor_invocation", Shape::Own(call)),
    ("string_literal multiline_string_literal", Shape::Own(text)),
    ("binary_expression", Shape::Binary("+")),
    ("if_expression", Shape::Own(branch)),
    ("while_statement for_statement do_while_statement", Shape::Own(loops)),
    ("try_expression", Shape::Own(attempt)),
    (
        "package_header",
        Shape::Own(|cx, node| {
            cx.module.unit = children(node).first().map(|name| cx.name(*name)).unwrap_or_default();
            cx.aside.push(node.byte_range());
            Sketch::default()
        }),
    ),
    (
        "companion_object",
        Shape::Own(|cx, node| child_of(node, &["class_body"]).map(|body| cx.block(body)).unwrap_or_default()),
    ),
    ("function_declaration secondary_constructor", Shape::Own(|cx, node| function(cx, node, None))),
    (
        "function_body",
        Shape::Own(|cx, node| {
            let body = cx.group(node);
            match body.kind {
                Kind::Block(_) => body,
                _ => cx.at(node, Kind::Return(Some(Box::new(body)))),
            }
        }),
    ),
    (
        "anonymous_function",
        Shape::Own(|cx, node| {
            let body = child_of(node, &["function_body"]).map(|body| cx.sketch(body)).unwrap_or_default();
            let parameters = parameters(cx, node).0.into_iter().map(|(name, _)| name).collect();
            cx.closure(node, parameters, body, false)
        }),
    ),
    ("assignment", Shape::Assign("left", "right")),
    (
        "identifier",
        Shape::Own(|cx, node| match cx.word(node) {
            "null" | "true" | "false" => Sketch::default(),
            "break" => cx.at(node, Kind::Leave { ends: true }),
            "continue" => cx.at(node, Kind::Leave { ends: false }),
            _ => cx.named(node),
        }),
    ),
    (
        "user_type",
        Shape::Own(|cx, node| {
            children(node).into_iter().fold(Sketch::default(), |object, part| match (part.kind(), &object.kind) {
                ("identifier", Kind::Nothing) => cx.named(part),
                ("identifier", _) => cx.at(node, Kind::Member(Box::new(object), cx.name(part))),
                _ => object,
            })
        }),
    ),
    (
        "index_expression",
        Shape::Own(|cx, node| {
            let parts = children(node);
            let object = parts.first().map(|one| cx.sketch(*one)).unwrap_or_default();
            let index = parts.get(1).map(|one| cx.sketch(*one)).unwrap_or_default();
            cx.element(node, object, index)
        }),
    ),
    (
        "constructor_delegation_call",
        Shape::Own(|cx, node| {
            let target = cx.called(node, "super");
            let arguments = child_of(node, &["value_arguments"]).map(|list| arguments(cx, list)).unwrap_or_default();
            cx.call(node, target, arguments)
        }),
    ),
    (
        "return_expression",
        Shape::Own(|cx, node| {
            let label = node.child_by_field_name("label");
            let value =
                children(node).into_iter().rfind(|one| Some(*one) != label).map(|value| Box::new(cx.sketch(value)));
            cx.at(node, Kind::Return(value))
        }),
    ),
];

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
    cx.call(place, target, given_to)
}

/// Arguments in brackets.
fn arguments<'t>(cx: &mut Reader<'t>, list: Node<'t>) -> Vec<Given> {
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
    cx.closure(node, parameters, body, true)
}

fn branch<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let asked = node.child_by_field_name("condition");
    let condition = cx.field(node, "condition");
    let mut parts = children(node).into_iter().filter(|one| Some(*one) != asked).collect::<Vec<_>>().into_iter();
    let then = parts.next().map(|one| cx.sketch(one)).unwrap_or_default();
    let otherwise = parts.next().map(|one| cx.sketch(one));
    cx.branch(node, condition, then, otherwise)
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
    let body = child_of(node, &["block"]).map(|block| cx.sketch(block)).unwrap_or_default();
    cx.attempt_of(node, body, ("catch_block", handler), "finally_block")
}

/// A handler: what it ends with is what the attempt gives.
fn handler<'t>(cx: &mut Reader<'t>, clause: Node<'t>) -> Handler {
    let error = child_of(clause, &["identifier"]).map(|name| cx.name(name));
    let kind = child_of(clause, &["user_type"]).and_then(|kind| type_name(cx, kind));
    Handler { gives: true, ..cx.handler(clause, error, kind.into_iter().collect()) }
}
