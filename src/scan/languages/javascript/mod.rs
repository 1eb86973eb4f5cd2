//! JavaScript and TypeScript.

mod declarations;

use std::sync::{Arc, OnceLock};

use tree_sitter::Node;

use super::choices::{Chooses, Switch};
use super::dialect::{Dialect, Failure};
use super::drawing::given;
use super::reader::{Reader, all_children, child_of, children};
use super::shapes::{Shape, Shapes};
use super::sketch::{Given, Kind, Sketch};
use super::{Language, Others, Reads};

/// JavaScript.
pub(super) const JAVASCRIPT: Language = Language {
    name: "JavaScript",
    ends: &[".js", ".mjs", ".cjs", ".jsx"],
    others: OTHERS,
    reads: Reads::Grammar(&PLAIN),
};
/// TypeScript.
pub(super) const TYPESCRIPT: Language =
    Language { name: "TypeScript", ends: &[".ts", ".mts", ".cts"], others: OTHERS, reads: Reads::Grammar(&TYPED) };
/// TypeScript with elements of pages in it.
pub(super) const TSX: Language =
    Language { name: "TSX", ends: &[".tsx"], others: OTHERS, reads: Reads::Grammar(&PAGES) };

const OTHERS: Others = Others {
    parts: &[
        ".test.",
        ".spec.",
        ".min.",
        ".stories.",
        ".e2e-spec.",
        ".cy.",
        "_pb.",
        "_grpc_pb.",
        ".d.ts",
        ".d.mts",
        ".bundle.",
    ],
    starts: &[
        "jest.config",
        "jest.setup",
        "karma.conf",
        "webpack.",
        "vite.config",
        "gulpfile",
        "gruntfile",
        "rollup.config",
    ],
    folders: &["bundle", ".next", "out-tsc"],
    ..Others::NONE
};

static PLAIN: Dialect = dialect(|| tree_sitter_javascript::LANGUAGE.into());
static TYPED: Dialect = dialect(|| tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into());
static PAGES: Dialect = dialect(|| tree_sitter_typescript::LANGUAGE_TSX.into());

/// The grammars differ in what they allow, and not in how it is drawn.
const fn dialect(grammar: fn() -> tree_sitter::Language) -> Dialect {
    Dialect {
        grammar,
        shapes: SHAPES,
        names: NAMES,
        failure: Failure::Promise,
        runs_per_request: false,
        formats: &[],
        chooses: Chooses {
            switches: &[Switch {
                node: "switch_statement",
                on: "value",
                cases: "switch_case switch_default",
                label: "value",
                falls: true,
            }],
            branches: "if_statement ternary_expression",
            tables: "object",
            elements: &[("subscript_expression", "object", "index")],
        },
        kinds: OnceLock::new(),
    }
}

const NAMES: &[&str] = &[
    "identifier",
    "property_identifier",
    "private_property_identifier",
    "shorthand_property_identifier",
    "shorthand_property_identifier_pattern",
    "type_identifier",
];

/// How its nodes are drawn; what is not named here is drawn by its operands.
const SHAPES: Shapes = &[
    (
        "null undefined true false regex jsx_text empty_statement statement_identifier type_annotation \
         type_arguments type_parameters interface_declaration type_alias_declaration ambient_declaration \
         decorator comment predefined_type accessibility_modifier function_signature \
         abstract_method_signature",
        Shape::Nothing,
    ),
    (
        "program statement_block switch_body switch_case switch_default lexical_declaration \
         variable_declaration enum_body",
        Shape::Block,
    ),
    (
        "identifier property_identifier type_identifier shorthand_property_identifier \
         shorthand_property_identifier_pattern",
        Shape::Name,
    ),
    ("this", Shape::Word("self")),
    ("super", Shape::Word("super")),
    ("member_expression", Shape::Member("object", "property")),
    ("subscript_expression", Shape::Element("object", "index")),
    ("string template_string", Shape::Text(&["string_fragment"], &["template_substitution"])),
    ("number", Shape::Number),
    ("unary_expression", Shape::Not("argument")),
    ("as_expression satisfies_expression non_null_expression instantiation_expression", Shape::First),
    ("type_assertion", Shape::Last),
    ("await_expression yield_expression", Shape::Around(Kind::Await)),
    ("throw_statement", Shape::Around(Kind::Throw)),
    ("break_statement", Shape::Leave { ends: true }),
    ("continue_statement", Shape::Leave { ends: false }),
    ("import_statement", Shape::Own(declarations::import)),
    ("export_statement", Shape::Own(declarations::export)),
    ("arrow_function function_expression generator_function function", Shape::Own(declarations::closure)),
    ("class_declaration class abstract_class_declaration", Shape::Own(declarations::class)),
    ("enum_assignment public_field_definition field_definition", Shape::Own(declarations::field)),
    ("variable_declarator", Shape::Own(declarations::declarator)),
    ("assignment_expression", Shape::Own(declarations::assignment)),
    ("augmented_assignment_expression", Shape::Own(declarations::augmented)),
    ("call_expression", Shape::Own(call)),
    ("binary_expression", Shape::Binary("+")),
    ("if_statement ternary_expression", Shape::If("condition", "consequence", "alternative")),
    ("while_statement for_statement for_in_statement do_statement", Shape::Own(loops)),
    ("try_statement", Shape::Own(attempt)),
    (
        "function_declaration generator_function_declaration method_definition",
        Shape::Own(|cx, node| {
            let name = cx.field_name(node, "name");
            declarations::function(cx, node, name)
        }),
    ),
    (
        "new_expression",
        Shape::Own(|cx, node| {
            let target = cx.field(node, "constructor");
            let arguments = arguments(cx, node);
            cx.make(node, target, arguments)
        }),
    ),
    (
        "object object_pattern",
        Shape::Own(|cx, node| {
            let pairs = pairs(cx, node);
            cx.at(node, Kind::Pairs(pairs))
        }),
    ),
    (
        "return_statement",
        Shape::Own(|cx, node| {
            if let Some(object) = children(node).first().and_then(|value| declarations::returned(cx, *value)) {
                return object;
            }
            cx.returned(node)
        }),
    ),
];

/// The name of the function `require`, called with a fixed text: the import that it is.
fn required<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<&'t str> {
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
    cx.call(node, target, arguments)
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
fn pairs<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Given> {
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

fn loops<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = node.child_by_field_name("condition");
    let endless = match node.kind() {
        "for_in_statement" => false,
        _ => condition.is_none_or(|one| {
            matches!(cx.word(one).trim_matches(['(', ')', ' ']), "true" | "1") || one.kind() == "empty_statement"
        }),
    };
    cx.looped(node, &["initializer", "right", "condition", "increment"], endless)
}

fn attempt<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let body = cx.field(node, "body");
    let mut handlers = Vec::new();
    if let Some(clause) = node.child_by_field_name("handler") {
        let error = clause.child_by_field_name("parameter").filter(|one| one.kind() == "identifier");
        let error = error.map(|one| cx.name(one));
        handlers.push(cx.handler(clause, error, Vec::new()));
    }
    let rest = node.child_by_field_name("finalizer").map(|rest| cx.field(rest, "body")).into_iter().collect();
    cx.attempt(node, body, handlers, rest)
}

/// The decorators of a node: its own, and those that stand before it among the members of a class.
fn decorators<'t>(node: Node<'t>) -> Vec<Node<'t>> {
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
fn type_name<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<Arc<str>> {
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
