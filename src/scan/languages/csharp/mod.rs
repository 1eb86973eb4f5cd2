//! C#.

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
use crate::scan::typed::CLIENT_OF;
use declarations::{import, kin, method, property, type_name, variables};

/// C#.
pub(super) const CSHARP: Language = Language {
    name: "C#",
    ends: &[".cs"],
    others: Others {
        ends: &[
            "Test.cs",
            "Tests.cs",
            ".g.cs",
            ".g.i.cs",
            ".Designer.cs",
            "AssemblyInfo.cs",
            "Grpc.cs",
            "_generated.cs",
        ],
        folders: &["obj", "bin", "Migrations", "packages"],
        folder_ends: &["Tests", "Test", "UnitTests", "FunctionalTests", "IntegrationTests"],
        ..Others::NONE
    },
    reads: Reads::Grammar(&DIALECT),
};

static DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_c_sharp::LANGUAGE.into(),
    shapes: SHAPES,
    names: &["identifier"],
    failure: Failure::Exception,
    runs_per_request: false,
    formats: &[(&["string", "Format"], Places::Braces), (&["String", "Format"], Places::Braces)],
    chooses: Chooses {
        switches: &[
            Switch {
                node: "switch_statement",
                on: "value",
                cases: "switch_section",
                label: "constant_pattern",
                falls: false,
            },
            Switch {
                node: "switch_expression",
                on: "",
                cases: "switch_expression_arm",
                label: "constant_pattern",
                falls: false,
            },
        ],
        branches: "if_statement conditional_expression",
        tables: "initializer_expression",
        elements: &[("element_access_expression", "expression", "subscript")],
    },
    kinds: OnceLock::new(),
};

/// How its nodes are drawn; what is not named here is drawn by its operands.
const SHAPES: Shapes = &[
    (
        "null_literal boolean_literal character_literal real_literal modifier type_argument_list \
         type_parameter_list implicit_type declaration_expression attribute_list global_attribute array_type \
         nullable_type discard interpolation_format_clause interpolation_brace \
         type_parameter_constraints_clause base_list delegate_declaration",
        Shape::Nothing,
    ),
    (
        "compilation_unit declaration_list global_statement switch_body switch_section \
         local_declaration_statement field_declaration block",
        Shape::Block,
    ),
    ("identifier predefined_type", Shape::Name),
    ("this", Shape::Word("self")),
    ("base", Shape::Word("super")),
    ("string_literal", Shape::Text(&["string_literal_content"], &[])),
    ("interpolated_string_expression", Shape::Text(&["string_content"], &["interpolation"])),
    ("raw_string_literal", Shape::Text(&["raw_string_content"], &[])),
    ("integer_literal", Shape::Number),
    ("cast_expression", Shape::Inner("value")),
    ("as_expression", Shape::Inner("left")),
    ("return_statement", Shape::Return),
    ("await_expression", Shape::Around(Kind::Await)),
    ("throw_statement throw_expression", Shape::Around(Kind::Throw)),
    ("break_statement", Shape::Leave { ends: true }),
    ("continue_statement", Shape::Leave { ends: false }),
    ("using_directive", Shape::Own(import)),
    ("class_declaration interface_declaration struct_declaration record_declaration enum_declaration", Shape::Own(kin)),
    ("method_declaration constructor_declaration local_function_statement operator_declaration", Shape::Own(method)),
    ("property_declaration", Shape::Own(property)),
    ("variable_declaration", Shape::Own(variables)),
    ("conditional_access_expression", Shape::Own(conditional_access)),
    ("object_creation_expression implicit_object_creation_expression", Shape::Own(creation)),
    ("lambda_expression anonymous_method_expression", Shape::Own(lambda)),
    ("binary_expression", Shape::Binary("+")),
    ("if_statement conditional_expression", Shape::If("condition", "consequence", "alternative")),
    ("while_statement for_statement foreach_statement do_statement", Shape::Own(loops)),
    (
        "try_statement",
        Shape::Own(|cx, node| {
            let body = cx.field(node, "body");
            cx.attempt_of(node, body, ("catch_clause", handler), "finally_clause")
        }),
    ),
    (
        "namespace_declaration file_scoped_namespace_declaration",
        Shape::Own(|cx, node| {
            cx.module.unit = cx.field_name(node, "name");
            cx.aside.extend(node.child_by_field_name("name").map(|name| name.byte_range()));
            let all = children(node).into_iter().filter(|one| Some(*one) != node.child_by_field_name("name"));
            let all = all.collect::<Vec<_>>().into_iter().map(|one| cx.sketch(one)).collect();
            cx.at(node, Kind::Block(all))
        }),
    ),
    ("assignment_expression", Shape::Assign("left", "right")),
    ("generic_name", Shape::Own(|cx, node| children(node).first().map(|name| cx.named(*name)).unwrap_or_default())),
    (
        "qualified_name alias_qualified_name",
        Shape::Own(|cx, node| {
            let object = children(node).first().map(|one| cx.sketch(*one)).unwrap_or_default();
            let name = node.child_by_field_name("name").map(|name| plain_name(cx, name)).unwrap_or_default();
            cx.member(node, object, name)
        }),
    ),
    (
        "member_access_expression",
        Shape::Own(|cx, node| {
            let object = cx.field(node, "expression");
            let name = node.child_by_field_name("name").map(|name| plain_name(cx, name)).unwrap_or_default();
            cx.member(node, object, name)
        }),
    ),
    (
        "element_access_expression",
        Shape::Own(|cx, node| {
            let object = cx.field(node, "expression");
            let index = cx.field(node, "subscript");
            cx.element(node, object, index)
        }),
    ),
    (
        "bracketed_argument_list argument",
        Shape::Own(|cx, node| {
            let name = node.child_by_field_name("name");
            let inner = children(node).into_iter().find(|one| Some(*one) != name);
            inner.map(|inner| cx.sketch(inner)).unwrap_or_default()
        }),
    ),
    (
        "invocation_expression",
        Shape::Own(|cx, node| {
            let target = cx.field(node, "function");
            let mut arguments = arguments(cx, node);
            arguments.extend(client_type(cx, node));
            cx.call(node, target, arguments)
        }),
    ),
    (
        "constructor_initializer",
        Shape::Own(|cx, node| {
            let list = child_of(node, &["argument_list"]).map(|list| listed(cx, list)).unwrap_or_default();
            let target = cx.called(node, "super");
            cx.call(node, target, list)
        }),
    ),
    (
        "initializer_expression anonymous_object_creation_expression",
        Shape::Own(|cx, node| {
            let all = initialised(cx, node);
            cx.at(node, Kind::Pairs(all))
        }),
    ),
    (
        "verbatim_string_literal",
        Shape::Own(|cx, node| {
            let word = cx.word(node).trim_start_matches('@');
            let inner = word.strip_prefix('"').and_then(|word| word.strip_suffix('"')).unwrap_or(word);
            let bits = vec![Bit::Fixed(inner.replace("\"\"", "\""))];
            cx.at(node, Kind::Text(bits))
        }),
    ),
    (
        "prefix_unary_expression",
        Shape::Own(|cx, node| {
            let inner = cx.group(node);
            if has(node, "!") { cx.at(node, Kind::Not(Box::new(inner))) } else { inner }
        }),
    ),
    (
        "using_statement",
        Shape::Own(|cx, node| {
            let body = node.child_by_field_name("body");
            let mut all: Vec<Sketch> = Vec::new();
            for head in children(node).into_iter().filter(|one| Some(*one) != body) {
                all.push(cx.sketch(head));
            }
            all.push(cx.field(node, "body"));
            cx.at(node, Kind::Block(all))
        }),
    ),
    (
        "arrow_expression_clause",
        Shape::Own(|cx, node| {
            let value = cx.group(node);
            cx.at(node, Kind::Return(Some(Box::new(value))))
        }),
    ),
];

/// A name without its type parameters.
fn plain_name<'t>(cx: &Reader<'t>, node: Node<'t>) -> Arc<str> {
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
            cx.member(node, object, name)
        }
        "element_binding_expression" => {
            let index = cx.group(after);
            cx.element(node, object, index)
        }
        "invocation_expression" => {
            let name = after.child_by_field_name("function").and_then(|one| one.child_by_field_name("name"));
            let name = name.map(|name| plain_name(cx, name)).unwrap_or_default();
            let target = cx.member(node, object, name);
            let arguments = arguments(cx, after);
            cx.call(node, target, arguments)
        }
        _ => {
            let after = cx.sketch(after);
            cx.at(node, Kind::Group(vec![object, after]))
        }
    }
}

/// The type that `AddHttpClient<IBasket, Basket>(…)` sets a client up for, as an argument.
fn client_type<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Option<Given> {
    let function = node.child_by_field_name("function")?;
    let name = function.child_by_field_name("name").filter(|name| name.kind() == "generic_name")?;
    let called = children(name).first().map(|name| cx.word(*name))?;
    if !called.starts_with("Add") || !called.ends_with("Client") {
        return None;
    }
    let types = child_of(name, &["type_argument_list"])?;
    let kind = children(types).last().and_then(|kind| type_name(cx, *kind))?;
    let value = cx.at(types, Kind::Name(kind));
    Some(Given { name: Some(CLIENT_OF.into()), value })
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
    cx.make(node, target, arguments)
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
    cx.lambda(node, parameters)
}

fn loops<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = node.child_by_field_name("condition");
    let endless = node.kind() != "foreach_statement" && condition.is_none_or(|one| cx.word(one) == "true");
    cx.looped(node, &["initializer", "right", "condition", "update"], endless)
}

fn handler<'t>(cx: &mut Reader<'t>, clause: Node<'t>) -> Handler {
    let caught = child_of(clause, &["catch_declaration"]);
    let kind = caught.and_then(|one| one.child_by_field_name("type"));
    let error = caught.and_then(|one| one.child_by_field_name("name")).map(|name| cx.name(name));
    let catches = kind.and_then(|kind| type_name(cx, kind)).into_iter().collect();
    cx.handler(clause, error, catches)
}
