//! PHP: statements and expressions. Declarations are in `php_declarations`.

use std::sync::Arc;

use tree_sitter::Node;

use super::dialect::{Dialect, Failure, Places};
use super::php_declarations as declarations;
use super::reader::{Reader, child_of, children, given, has, read as read_with, targets};
use super::sketch::{Assign, Attempt, Branch, Closure, Given, Handler, Invocation, Kind, Sketch, Target};
use super::{Language, places};
use crate::scan::code::Module;

/// PHP.
pub(super) const PHP: Language = Language { name: "PHP", wants, leaves_out, read };

const DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_php::LANGUAGE_PHP.into(),
    draw,
    names: &["name"],
    failure: Failure::Exception,
    runs_per_request: true,
    formats: &[(&["sprintf"], Places::Percent)],
};

fn wants(path: &str) -> bool {
    path.ends_with(".php")
}

fn leaves_out(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["Test.php", "TestCase.php", ".blade.php", ".phtml"].iter().any(|end| name.ends_with(end))
        || places::left_out(path, &["Tests", "migrations"])
}

fn read(text: &str) -> Module {
    if places::is_generated(text) { Module::default() } else { read_with(text, &DIALECT) }
}

/// Expressions that may stand in a text without braces, or in them.
const IN_TEXTS: &[&str] = &[
    "variable_name",
    "dynamic_variable_name",
    "member_access_expression",
    "nullsafe_member_access_expression",
    "subscript_expression",
    "member_call_expression",
    "scoped_call_expression",
    "scoped_property_access_expression",
    "function_call_expression",
];

fn draw<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    match node.kind() {
        "namespace_definition" => {
            cx.module.unit = cx.field_name(node, "name");
            cx.aside.extend(node.child_by_field_name("name").map(|name| name.byte_range()));
            cx.field(node, "body")
        }
        "namespace_use_declaration" => declarations::import(cx, node),
        "class_declaration" | "interface_declaration" | "trait_declaration" | "enum_declaration" => {
            declarations::kin(cx, node)
        }
        "function_definition" | "method_declaration" => declarations::function(cx, node),
        "anonymous_class" => child_of(node, &["declaration_list"]).map(|body| cx.block(body)).unwrap_or_default(),
        "property_declaration"
        | "const_declaration"
        | "program"
        | "compound_statement"
        | "switch_block"
        | "match_block"
        | "case_statement"
        | "default_statement"
        | "colon_block"
        | "declaration_list" => cx.block(node),
        "property_element" | "const_element" => declarations::element(cx, node),
        "anonymous_function" | "arrow_function" => {
            let parameters = declarations::parameters(cx, node).0.into_iter().map(|(name, _)| name).collect();
            let is_expression = node.kind() == "arrow_function";
            let body = cx.field(node, "body");
            cx.at(node, Kind::Closure(Box::new(Closure { parameters, body, is_expression })))
        }
        "assignment_expression" | "reference_assignment_expression" => {
            let targets = targets(&cx.field(node, "left"));
            let value = cx.field(node, "right");
            cx.at(node, Kind::Assign(Box::new(Assign { targets, value })))
        }
        "augmented_assignment_expression" => {
            let (left, right) = (cx.field(node, "left"), cx.field(node, "right"));
            let targets = targets(&left);
            let both = vec![left, right];
            let value = cx.at(node, if has(node, ".=") { Kind::Join(both) } else { Kind::Group(both) });
            cx.at(node, Kind::Assign(Box::new(Assign { targets, value })))
        }
        "variable_name" => match cx.word(node) {
            "$this" => cx.at(node, Kind::Name(Arc::from("self"))),
            _ => cx.named(node),
        },
        "name" => cx.named(node),
        "relative_scope" => {
            let name = if cx.word(node) == "parent" { "super" } else { "self" };
            cx.at(node, Kind::Name(Arc::from(name)))
        }
        "qualified_name" => {
            let word = cx.word(node).trim_start_matches('\\');
            word.split('\\').fold(Sketch::default(), |object, part| match object.kind {
                Kind::Nothing => cx.at(node, Kind::Name(Arc::from(part))),
                _ => cx.at(node, Kind::Member(Box::new(object), Arc::from(part))),
            })
        }
        "named_type" => cx.group(node),
        "member_access_expression" | "nullsafe_member_access_expression" => member(cx, node, "object"),
        "scoped_property_access_expression" => member(cx, node, "scope"),
        "class_constant_access_expression" => {
            let parts = children(node);
            let object = parts.first().map(|one| cx.sketch(*one)).unwrap_or_default();
            match parts.get(1).map(|name| cx.name(*name)) {
                // `Foo::class` is the name of the class.
                Some(name) if &*name != "class" => cx.at(node, Kind::Member(Box::new(object), name)),
                _ => object,
            }
        }
        "subscript_expression" => {
            let parts = children(node);
            let object = parts.first().map(|one| cx.sketch(*one)).unwrap_or_default();
            let index = parts.get(1).map(|one| cx.sketch(*one)).unwrap_or_default();
            cx.element(node, object, index)
        }
        "function_call_expression" => function_call(cx, node),
        "member_call_expression" | "nullsafe_member_call_expression" => method_call(cx, node, "object"),
        "scoped_call_expression" => method_call(cx, node, "scope"),
        "object_creation_expression" => creation(cx, node),
        "exit_statement" => {
            let target = cx.at(node, Kind::Name(Arc::from("exit")));
            let arguments = cx.inner(node).into_iter().map(given).collect();
            cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
        }
        "array_creation_expression" => {
            let pairs = pairs(cx, node);
            cx.at(node, Kind::Pairs(pairs))
        }
        "error_suppression_expression" => {
            let inner = cx.group(node);
            cx.at(node, Kind::Mute(Box::new(inner)))
        }
        "string" => cx.pieces(node, &["string_content"], &[]),
        "encapsed_string" | "heredoc_body" => cx.pieces(node, &["string_content"], IN_TEXTS),
        "heredoc" => child_of(node, &["heredoc_body"]).map(|body| cx.sketch(body)).unwrap_or_default(),
        "nowdoc" => cx.pieces(node, &["nowdoc_string", "nowdoc_body"], &[]),
        "integer" => cx.number(node),
        "binary_expression" => binary(cx, node),
        "unary_op_expression" => {
            let inner = cx.group(node);
            if has(node, "!") { cx.at(node, Kind::Not(Box::new(inner))) } else { inner }
        }
        "cast_expression" => cx.field(node, "value"),
        "argument" => children(node).last().map(|inner| cx.sketch(*inner)).unwrap_or_default(),
        "if_statement" | "conditional_expression" | "else_if_clause" => branch(cx, node),
        "else_clause" => cx.field(node, "body"),
        "while_statement" | "for_statement" | "foreach_statement" | "do_statement" => loops(cx, node),
        "try_statement" => attempt(cx, node),
        "return_statement" => {
            let value = (!children(node).is_empty()).then(|| Box::new(cx.group(node)));
            cx.at(node, Kind::Return(value))
        }
        "throw_expression" | "throw_statement" => {
            let inner = cx.group(node);
            cx.at(node, Kind::Throw(Box::new(inner)))
        }
        "break_statement" => cx.at(node, Kind::Leave { ends: true }),
        "continue_statement" => cx.at(node, Kind::Leave { ends: false }),
        "null"
        | "boolean"
        | "float"
        | "php_tag"
        | "text"
        | "text_interpolation"
        | "comment"
        | "visibility_modifier"
        | "static_modifier"
        | "primitive_type"
        | "optional_type"
        | "union_type"
        | "attribute_list"
        | "use_declaration"
        | "anonymous_function_use_clause"
        | "global_declaration" => Sketch::default(),
        _ => cx.group(node),
    }
}

fn member<'t>(cx: &mut Reader<'t>, node: Node<'t>, object: &str) -> Sketch {
    let object = cx.field(node, object);
    let name = cx.field_name(node, "name");
    cx.at(node, Kind::Member(Box::new(object), name))
}

fn function_call<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let target = cx.field(node, "function");
    let mut arguments = arguments(cx, node.child_by_field_name("arguments"));
    // `define('URL', …)` is how a constant is made.
    if matches!(&target.kind, Kind::Name(name) if &**name == "define") && arguments.len() >= 2 {
        let value = arguments.swap_remove(1).value;
        if let Some(name) = arguments.first().and_then(|one| super::reader::fixed(&one.value)) {
            let targets = vec![Target { name: Arc::from(name), is_shared: true }];
            return cx.at(node, Kind::Assign(Box::new(Assign { targets, value })));
        }
    }
    cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
}

fn method_call<'t>(cx: &mut Reader<'t>, node: Node<'t>, object: &str) -> Sketch {
    let target = member(cx, node, object);
    let arguments = arguments(cx, node.child_by_field_name("arguments"));
    let place = node.child_by_field_name("name").unwrap_or(node);
    cx.at(place, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
}

fn creation<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let kind = children(node).first().copied();
    let arguments = arguments(cx, child_of(node, &["arguments"]));
    let target = kind.map(|kind| cx.sketch(kind)).unwrap_or_default();
    match target.kind {
        Kind::Block(_) => target,
        _ => cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: true }))),
    }
}

fn arguments<'t>(cx: &mut Reader<'t>, list: Option<Node<'t>>) -> Vec<Given> {
    let mut found = Vec::new();
    for one in list.map(children).unwrap_or_default() {
        let name = one.child_by_field_name("name").filter(|_| one.kind() == "argument").map(|name| cx.name(name));
        found.push(Given { name, value: cx.sketch(one) });
    }
    found
}

fn pairs<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Given> {
    let mut found = Vec::new();
    for one in children(node) {
        let parts = children(one);
        match parts.as_slice() {
            [key, value] if one.kind() == "array_element_initializer" => {
                let name = Some(Arc::from(cx.word(*key).trim_matches(['"', '\''])));
                found.push(Given { name, value: cx.sketch(*value) });
            }
            _ => found.push(given(cx.sketch(one))),
        }
    }
    found
}

fn binary<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    if has(node, ".") {
        return cx.join(node, |_, node| node.kind() == "binary_expression" && has(node, "."));
    }
    let sides = Box::new([cx.field(node, "left"), cx.field(node, "right")]);
    let equal = has(node, "==") || has(node, "===");
    if equal || has(node, "!=") || has(node, "!==") {
        return cx.at(node, Kind::Test { equal, sides });
    }
    cx.at(node, Kind::Group(Vec::from(*sides)))
}

fn branch<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = cx.field(node, "condition");
    // `a ?: b` gives one of the two.
    if node.kind() == "conditional_expression" && node.child_by_field_name("body").is_none() {
        let other = cx.field(node, "alternative");
        return cx.at(node, Kind::Group(vec![condition, other]));
    }
    let then = cx.field(node, "body");
    let clauses: Vec<Node<'t>> = node.children_by_field_name("alternative", &mut node.walk()).collect();
    let mut all: Vec<Sketch> = clauses.into_iter().map(|clause| cx.sketch(clause)).collect();
    let otherwise = match all.len() {
        0 => None,
        1 => all.pop(),
        // Side by side: each is tried when the ones before did not hold.
        _ => Some(cx.at(node, Kind::Block(all))),
    };
    cx.at(node, Kind::If(Box::new(Branch { before: None, condition, then, otherwise })))
}

fn loops<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = node.child_by_field_name("condition");
    let endless = match node.kind() {
        "foreach_statement" => false,
        _ => condition.is_none_or(|one| matches!(cx.word(one).trim_matches(['(', ')', ' ']), "true" | "1")),
    };
    let body_node = node.child_by_field_name("body");
    let mut all = Vec::new();
    for head in children(node).into_iter().filter(|one| Some(*one) != body_node) {
        all.push(cx.sketch(head));
    }
    let body = Box::new(cx.field(node, "body"));
    all.push(cx.at(node, Kind::Loop { body, endless }));
    cx.at(node, Kind::Block(all))
}

fn attempt<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let body = cx.field(node, "body");
    let (mut handlers, mut rest) = (Vec::new(), Vec::new());
    for clause in children(node) {
        match clause.kind() {
            "catch_clause" => {
                let kinds = clause.child_by_field_name("type").map(children).unwrap_or_default();
                let last = |kind: Node<'t>| Arc::from(cx.word(kind).rsplit('\\').next().unwrap_or_default());
                handlers.push(Handler {
                    catches: kinds.into_iter().map(last).collect(),
                    error: clause.child_by_field_name("name").map(|name| cx.name(name)),
                    body: cx.field(clause, "body"),
                    gives: false,
                    line: cx.place(clause).0,
                });
            }
            "finally_clause" => rest.push(cx.field(clause, "body")),
            _ => {}
        }
    }
    cx.at(node, Kind::Try(Box::new(Attempt { body, handlers, rest })))
}
