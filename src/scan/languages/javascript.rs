//! JavaScript and TypeScript: statements and expressions. Declarations are in `javascript_declarations`.

use std::sync::Arc;

use tree_sitter::Node;

use super::dialect::{Dialect, Failure};
use super::javascript_declarations as declarations;
use super::reader::{Reader, all_children, child_of, children, given, has, read as read_with};
use super::sketch::{Attempt, Branch, Given, Handler, Invocation, Kind, Sketch};
use super::{Language, places};
use crate::scan::code::Module;

/// JavaScript.
pub(super) const JAVASCRIPT: Language =
    Language { name: "JavaScript", wants: wants_javascript, leaves_out, read: |text| read(text, &PLAIN) };
/// TypeScript.
pub(super) const TYPESCRIPT: Language =
    Language { name: "TypeScript", wants: wants_typescript, leaves_out, read: |text| read(text, &TYPED) };
/// TypeScript with elements of pages in it.
pub(super) const TSX: Language =
    Language { name: "TSX", wants: wants_tsx, leaves_out, read: |text| read(text, &PAGES) };

const NAMES: &[&str] = &[
    "identifier",
    "property_identifier",
    "private_property_identifier",
    "shorthand_property_identifier",
    "shorthand_property_identifier_pattern",
    "type_identifier",
];
const PLAIN: Dialect = Dialect {
    grammar: || tree_sitter_javascript::LANGUAGE.into(),
    draw,
    names: NAMES,
    failure: Failure::Promise,
    runs_per_request: false,
    formats: &[],
};
const TYPED: Dialect = Dialect { grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(), ..PLAIN };
const PAGES: Dialect = Dialect { grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(), ..PLAIN };

fn wants_javascript(path: &str) -> bool {
    [".js", ".mjs", ".cjs", ".jsx"].iter().any(|end| path.ends_with(end))
}

fn wants_typescript(path: &str) -> bool {
    [".ts", ".mts", ".cts"].iter().any(|end| path.ends_with(end))
}

fn wants_tsx(path: &str) -> bool {
    path.ends_with(".tsx")
}

fn leaves_out(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".test.", ".spec.", ".min.", ".stories.", ".e2e-spec.", ".cy.", "_pb.", "_grpc_pb.", ".d.ts", ".d.mts", ".bundle."]
        .iter()
        .any(|part| name.contains(part))
        || [
            "jest.config",
            "jest.setup",
            "karma.conf",
            "webpack.",
            "vite.config",
            "gulpfile",
            "gruntfile",
            "rollup.config",
        ]
        .iter()
        .any(|start| name.to_lowercase().starts_with(start))
        || places::left_out(path, &["bundle", ".next", "out-tsc"])
}

fn read(text: &str, dialect: &Dialect) -> Module {
    if places::is_generated(text) { Module::default() } else { read_with(text, dialect) }
}

/// Draws a node.
pub(super) fn draw<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    match node.kind() {
        "program" | "statement_block" | "switch_body" | "switch_case" | "switch_default" => cx.block(node),
        "import_statement" => declarations::import(cx, node),
        "export_statement" => declarations::export(cx, node),
        "function_declaration" | "generator_function_declaration" | "method_definition" => {
            let name = cx.field_name(node, "name");
            declarations::function(cx, node, name)
        }
        "arrow_function" | "function_expression" | "generator_function" | "function" => declarations::closure(cx, node),
        "class_declaration" | "class" | "abstract_class_declaration" => declarations::class(cx, node),
        "enum_assignment" | "public_field_definition" | "field_definition" => declarations::field(cx, node),
        "variable_declarator" => declarations::declarator(cx, node),
        "assignment_expression" => declarations::assignment(cx, node),
        "augmented_assignment_expression" => declarations::augmented(cx, node),
        "lexical_declaration" | "variable_declaration" | "enum_body" => cx.block(node),
        "identifier" | "property_identifier" | "type_identifier" | "shorthand_property_identifier" => cx.named(node),
        "shorthand_property_identifier_pattern" => cx.named(node),
        "this" => cx.at(node, Kind::Name(Arc::from("self"))),
        "super" => cx.at(node, Kind::Name(Arc::from("super"))),
        "member_expression" => {
            let object = cx.field(node, "object");
            let name = cx.field_name(node, "property");
            cx.at(node, Kind::Member(Box::new(object), name))
        }
        "subscript_expression" => {
            let (object, index) = (cx.field(node, "object"), cx.field(node, "index"));
            cx.element(node, object, index)
        }
        "call_expression" => call(cx, node),
        "new_expression" => {
            let target = cx.field(node, "constructor");
            let arguments = arguments(cx, node);
            cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: true })))
        }
        "object" | "object_pattern" => {
            let pairs = pairs(cx, node);
            cx.at(node, Kind::Pairs(pairs))
        }
        "string" | "template_string" => cx.pieces(node, &["string_fragment"], &["template_substitution"]),
        "number" => cx.number(node),
        "binary_expression" => binary(cx, node),
        "unary_expression" => {
            let inner = cx.field(node, "argument");
            if has(node, "!") { cx.at(node, Kind::Not(Box::new(inner))) } else { inner }
        }
        "await_expression" | "yield_expression" => {
            let inner = cx.group(node);
            cx.at(node, Kind::Await(Box::new(inner)))
        }
        "as_expression" | "satisfies_expression" | "non_null_expression" | "instantiation_expression" => {
            children(node).first().map(|inner| cx.sketch(*inner)).unwrap_or_default()
        }
        "type_assertion" => children(node).last().map(|inner| cx.sketch(*inner)).unwrap_or_default(),
        "if_statement" | "ternary_expression" => branch(cx, node),
        "else_clause" => cx.group(node),
        "while_statement" | "for_statement" | "for_in_statement" | "do_statement" => loops(cx, node),
        "try_statement" => attempt(cx, node),
        "return_statement" => {
            if let Some(object) = children(node).first().and_then(|value| declarations::returned(cx, *value)) {
                return object;
            }
            let value = (!children(node).is_empty()).then(|| Box::new(cx.group(node)));
            cx.at(node, Kind::Return(value))
        }
        "throw_statement" => {
            let inner = cx.group(node);
            cx.at(node, Kind::Throw(Box::new(inner)))
        }
        "break_statement" => cx.at(node, Kind::Leave { ends: true }),
        "continue_statement" => cx.at(node, Kind::Leave { ends: false }),
        "null" | "undefined" | "true" | "false" | "regex" | "jsx_text" | "empty_statement" | "statement_identifier" => {
            Sketch::default()
        }
        "type_annotation"
        | "type_arguments"
        | "type_parameters"
        | "interface_declaration"
        | "type_alias_declaration"
        | "ambient_declaration"
        | "decorator"
        | "comment"
        | "predefined_type"
        | "accessibility_modifier"
        | "function_signature"
        | "abstract_method_signature" => Sketch::default(),
        _ => cx.group(node),
    }
}

/// The name of the function `require`, called with a fixed text: the import that it is.
pub(super) fn required<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<&'t str> {
    let function = node.child_by_field_name("function")?;
    if node.kind() != "call_expression" || !matches!(cx.word(function), "require" | "import") {
        return None;
    }
    let text = node.child_by_field_name("arguments").and_then(|list| children(list).first().copied())?;
    (text.kind() == "string").then(|| cx.word(text).trim_matches(['"', '\'']))
}

fn call<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    if let Some(path) = required(cx, node) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let letters = |letter: char| if letter.is_alphanumeric() { letter } else { '_' };
        let name: Arc<str> = Arc::from(name.chars().map(letters).collect::<String>());
        cx.import(node, path, Some(name.clone()), false);
        return cx.at(node, Kind::Name(name));
    }
    let target = cx.field(node, "function");
    let arguments = arguments(cx, node);
    cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
}

fn arguments<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Given> {
    match node.child_by_field_name("arguments") {
        Some(list) if list.kind() == "arguments" => {
            children(list).into_iter().map(|one| given(cx.sketch(one))).collect()
        }
        Some(text) => vec![given(cx.sketch(text))],
        None => Vec::new(),
    }
}

/// The entries of an object.
pub(super) fn pairs<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Given> {
    let mut found = Vec::new();
    for one in children(node) {
        let named = |cx: &Reader<'t>, field| {
            one.child_by_field_name(field).map(|key| Arc::from(cx.word(key).trim_matches(['"', '\''])))
        };
        found.push(match one.kind() {
            "pair" | "pair_pattern" => Given { name: named(cx, "key"), value: cx.field(one, "value") },
            "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => {
                Given { name: Some(cx.name(one)), value: cx.sketch(one) }
            }
            "method_definition" => Given { name: named(cx, "name"), value: declarations::closure(cx, one) },
            _ => given(cx.sketch(one)),
        });
    }
    found
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
    let condition = cx.field(node, "condition");
    let then = cx.field(node, "consequence");
    let otherwise = node.child_by_field_name("alternative").map(|other| cx.sketch(other));
    cx.at(node, Kind::If(Box::new(Branch { before: None, condition, then, otherwise })))
}

fn loops<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = node.child_by_field_name("condition");
    let endless = match node.kind() {
        "for_in_statement" => false,
        _ => condition.is_none_or(|one| {
            matches!(cx.word(one).trim_matches(['(', ')', ' ']), "true" | "1") || one.kind() == "empty_statement"
        }),
    };
    let heads = ["initializer", "right", "condition", "increment"];
    let mut all: Vec<Sketch> = heads.iter().map(|head| cx.field(node, head)).collect();
    let body = Box::new(cx.field(node, "body"));
    all.push(cx.at(node, Kind::Loop { body, endless }));
    all.retain(|part| !matches!(part.kind, Kind::Nothing));
    cx.at(node, Kind::Block(all))
}

fn attempt<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let body = cx.field(node, "body");
    let mut handlers = Vec::new();
    if let Some(clause) = node.child_by_field_name("handler") {
        let error = clause.child_by_field_name("parameter").filter(|one| one.kind() == "identifier");
        handlers.push(Handler {
            error: error.map(|one| cx.name(one)),
            catches: Vec::new(),
            body: cx.field(clause, "body"),
            gives: false,
            line: cx.place(clause).0,
        });
    }
    let rest = node.child_by_field_name("finalizer").map(|rest| cx.field(rest, "body")).into_iter().collect();
    cx.at(node, Kind::Try(Box::new(Attempt { body, handlers, rest })))
}

/// The decorators of a node: its own, and those that stand before it among the members of a class.
pub(super) fn decorators<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut found: Vec<Node<'t>> = all_children(node).into_iter().filter(|one| one.kind() == "decorator").collect();
    let mut before = node.prev_named_sibling();
    while let Some(one) = before.filter(|one| one.kind() == "decorator" || one.kind() == "comment") {
        if one.kind() == "decorator" {
            found.push(one);
        }
        before = one.prev_named_sibling();
    }
    found
}

/// The last part of a type's name.
pub(super) fn type_name<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<Arc<str>> {
    match node.kind() {
        "type_identifier" | "identifier" | "property_identifier" | "predefined_type" => Some(cx.name(node)),
        "generic_type" | "nested_type_identifier" => {
            node.child_by_field_name("name").and_then(|name| type_name(cx, name))
        }
        "member_expression" => node.child_by_field_name("property").map(|name| cx.name(name)),
        "type_annotation" | "array_type" | "parenthesized_type" | "union_type" | "readonly_type" => {
            children(node).first().and_then(|inner| type_name(cx, *inner))
        }
        "call_expression" => node.child_by_field_name("function").and_then(|inner| type_name(cx, inner)),
        _ => child_of(node, &["type_identifier", "identifier"]).map(|inner| cx.name(inner)),
    }
}
