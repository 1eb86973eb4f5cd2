//! PHP.

use std::sync::{Arc, OnceLock};

use tree_sitter::Node;

use super::choices::{Chooses, Switch};
use super::dialect::{Dialect, Failure, Places};
use super::drawing::{fixed, given, plain, targets};
use super::reader::{Reader, child_of, children, has};
use super::shapes::{Shape, Shapes};
use super::sketch::{Given, Handler, Kin, Kind, Parameters, Routine, Sketch, Target};
use super::{Language, Others, Reads};
use crate::scan::code::{Annotation, Argument, Role};

/// PHP.
pub(super) const PHP: Language = Language {
    name: "PHP",
    ends: &[".php"],
    others: Others {
        ends: &["Test.php", "TestCase.php", ".blade.php", ".phtml"],
        folders: &["Tests", "migrations"],
        ..Others::NONE
    },
    reads: Reads::Grammar(&DIALECT),
};

static DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_php::LANGUAGE_PHP.into(),
    shapes: SHAPES,
    names: &["name"],
    failure: Failure::Exception,
    runs_per_request: true,
    formats: &[(&["sprintf"], Places::Percent)],
    chooses: Chooses {
        switches: &[
            Switch {
                node: "switch_statement",
                on: "condition",
                cases: "case_statement default_statement",
                label: "value",
                falls: true,
            },
            Switch {
                node: "match_expression",
                on: "condition",
                cases: "match_conditional_expression match_default_expression",
                label: "conditional_expressions",
                falls: false,
            },
        ],
        ..Chooses::NONE
    },
    kinds: OnceLock::new(),
};

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

/// How its nodes are drawn; what is not named here is drawn by its operands.
const SHAPES: Shapes = &[
    (
        "null boolean float php_tag text text_interpolation comment visibility_modifier static_modifier \
         primitive_type optional_type union_type attribute_list use_declaration anonymous_function_use_clause \
         global_declaration",
        Shape::Nothing,
    ),
    (
        "property_declaration const_declaration program compound_statement switch_block match_block \
         case_statement default_statement colon_block declaration_list",
        Shape::Block,
    ),
    ("name", Shape::Name),
    ("string", Shape::Text(&["string_content"], &[])),
    ("encapsed_string heredoc_body", Shape::Text(&["string_content"], IN_TEXTS)),
    ("nowdoc", Shape::Text(&["nowdoc_string", "nowdoc_body"], &[])),
    ("integer", Shape::Number),
    ("cast_expression", Shape::Inner("value")),
    ("else_clause", Shape::Inner("body")),
    ("argument", Shape::Last),
    ("return_statement", Shape::Return),
    ("error_suppression_expression", Shape::Around(Kind::Mute)),
    ("throw_expression", Shape::Around(Kind::Throw)),
    ("break_statement", Shape::Leave { ends: true }),
    ("continue_statement", Shape::Leave { ends: false }),
    ("namespace_use_declaration", Shape::Own(import)),
    ("class_declaration interface_declaration trait_declaration enum_declaration", Shape::Own(kin)),
    ("function_definition method_declaration", Shape::Own(function)),
    ("property_element const_element", Shape::Own(element)),
    ("function_call_expression", Shape::Own(function_call)),
    ("object_creation_expression", Shape::Own(creation)),
    ("binary_expression", Shape::Binary(".")),
    ("if_statement conditional_expression else_if_clause", Shape::Own(branch)),
    ("while_statement for_statement foreach_statement do_statement", Shape::Own(loops)),
    (
        "try_statement",
        Shape::Own(|cx, node| {
            let body = cx.field(node, "body");
            cx.attempt_of(node, body, ("catch_clause", handler), "finally_clause")
        }),
    ),
    (
        "namespace_definition",
        Shape::Own(|cx, node| {
            cx.module.unit = cx.field_name(node, "name");
            cx.aside.extend(node.child_by_field_name("name").map(|name| name.byte_range()));
            cx.field(node, "body")
        }),
    ),
    (
        "anonymous_class",
        Shape::Own(|cx, node| child_of(node, &["declaration_list"]).map(|body| cx.block(body)).unwrap_or_default()),
    ),
    (
        "anonymous_function arrow_function",
        Shape::Own(|cx, node| {
            let parameters = parameters(cx, node).0.into_iter().map(|(name, _)| name).collect();
            let is_expression = node.kind() == "arrow_function";
            let body = cx.field(node, "body");
            cx.closure(node, parameters, body, is_expression)
        }),
    ),
    ("assignment_expression reference_assignment_expression", Shape::Assign("left", "right")),
    (
        "augmented_assignment_expression",
        Shape::Own(|cx, node| {
            let (left, right) = (cx.field(node, "left"), cx.field(node, "right"));
            let targets = targets(&left);
            let both = vec![left, right];
            let value = cx.at(node, if has(node, ".=") { Kind::Join(both) } else { Kind::Group(both) });
            cx.assign(node, targets, value)
        }),
    ),
    (
        "variable_name",
        Shape::Own(|cx, node| match cx.word(node) {
            "$this" => cx.called(node, "self"),
            _ => cx.named(node),
        }),
    ),
    (
        "relative_scope",
        Shape::Own(|cx, node| {
            let name = if cx.word(node) == "parent" { "super" } else { "self" };
            cx.at(node, Kind::Name(Arc::from(name)))
        }),
    ),
    (
        "qualified_name",
        Shape::Own(|cx, node| {
            let word = cx.word(node).trim_start_matches('\\');
            word.split('\\').fold(Sketch::default(), |object, part| match object.kind {
                Kind::Nothing => cx.at(node, Kind::Name(Arc::from(part))),
                _ => cx.at(node, Kind::Member(Box::new(object), Arc::from(part))),
            })
        }),
    ),
    ("member_access_expression nullsafe_member_access_expression", Shape::Own(|cx, node| member(cx, node, "object"))),
    ("scoped_property_access_expression", Shape::Own(|cx, node| member(cx, node, "scope"))),
    (
        "class_constant_access_expression",
        Shape::Own(|cx, node| {
            let parts = children(node);
            let object = parts.first().map(|one| cx.sketch(*one)).unwrap_or_default();
            match parts.get(1).map(|name| cx.name(*name)) {
                // `Foo::class` is the name of the class.
                Some(name) if &*name != "class" => cx.member(node, object, name),
                _ => object,
            }
        }),
    ),
    (
        "subscript_expression",
        Shape::Own(|cx, node| {
            let parts = children(node);
            let object = parts.first().map(|one| cx.sketch(*one)).unwrap_or_default();
            let index = parts.get(1).map(|one| cx.sketch(*one)).unwrap_or_default();
            cx.element(node, object, index)
        }),
    ),
    ("member_call_expression nullsafe_member_call_expression", Shape::Own(|cx, node| method_call(cx, node, "object"))),
    ("scoped_call_expression", Shape::Own(|cx, node| method_call(cx, node, "scope"))),
    (
        "exit_statement",
        Shape::Own(|cx, node| {
            let target = cx.at(node, Kind::Name(Arc::from("exit")));
            let arguments = cx.inner(node).into_iter().map(given).collect();
            cx.call(node, target, arguments)
        }),
    ),
    (
        "array_creation_expression",
        Shape::Own(|cx, node| {
            let pairs = pairs(cx, node);
            cx.at(node, Kind::Pairs(pairs))
        }),
    ),
    (
        "heredoc",
        Shape::Own(|cx, node| child_of(node, &["heredoc_body"]).map(|body| cx.sketch(body)).unwrap_or_default()),
    ),
    (
        "unary_op_expression",
        Shape::Own(|cx, node| {
            let inner = cx.group(node);
            if has(node, "!") { cx.at(node, Kind::Not(Box::new(inner))) } else { inner }
        }),
    ),
];

fn member<'t>(cx: &mut Reader<'t>, node: Node<'t>, object: &str) -> Sketch {
    let object = cx.field(node, object);
    let name = cx.field_name(node, "name");
    cx.member(node, object, name)
}

fn function_call<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let target = cx.field(node, "function");
    let mut arguments = arguments(cx, node.child_by_field_name("arguments"));
    // `define('URL', …)` is how a constant is made.
    if matches!(&target.kind, Kind::Name(name) if &**name == "define") && arguments.len() >= 2 {
        let value = arguments.swap_remove(1).value;
        if let Some(name) = arguments.first().and_then(|one| fixed(&one.value)) {
            let targets = vec![Target { name: Arc::from(name), is_shared: true }];
            return cx.assign(node, targets, value);
        }
    }
    cx.call(node, target, arguments)
}

fn method_call<'t>(cx: &mut Reader<'t>, node: Node<'t>, object: &str) -> Sketch {
    let target = member(cx, node, object);
    let arguments = arguments(cx, node.child_by_field_name("arguments"));
    let place = node.child_by_field_name("name").unwrap_or(node);
    cx.call(place, target, arguments)
}

fn creation<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let kind = children(node).first().copied();
    let arguments = arguments(cx, child_of(node, &["arguments"]));
    let target = kind.map(|kind| cx.sketch(kind)).unwrap_or_default();
    match target.kind {
        Kind::Block(_) => target,
        _ => cx.make(node, target, arguments),
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

fn branch<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = cx.field(node, "condition");
    // `a ?: b` gives one of the two.
    if node.kind() == "conditional_expression" && node.child_by_field_name("body").is_none() {
        let other = cx.field(node, "alternative");
        return cx.at(node, Kind::Group(vec![condition, other]));
    }
    let then = cx.field(node, "body");
    let clauses: Vec<Node<'t>> = node.children_by_field_name("alternative", &mut node.walk()).collect();
    let others = clauses.into_iter().map(|clause| cx.sketch(clause)).collect();
    cx.branch_of(node, condition, then, others)
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

fn handler<'t>(cx: &mut Reader<'t>, clause: Node<'t>) -> Handler {
    let kinds = clause.child_by_field_name("type").map(children).unwrap_or_default();
    let catches = kinds.into_iter().map(|kind| last(cx, kind)).collect();
    let error = clause.child_by_field_name("name").map(|name| cx.name(name));
    cx.handler(clause, error, catches)
}

/// `use A\B\{C, D as E};`
fn import<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let group = node.child_by_field_name("body");
    let before = child_of(node, &["namespace_name"]).filter(|_| group.is_some()).map(|one| cx.word(one));
    for clause in children(group.unwrap_or(node)) {
        if clause.kind() != "namespace_use_clause" {
            continue;
        }
        let alias = clause.child_by_field_name("alias");
        let Some(path) = child_of(clause, &["qualified_name", "name", "namespace_name"]) else { continue };
        let word = cx.word(path).trim_start_matches('\\');
        let whole =
            before.map_or_else(|| word.to_owned(), |before| format!("{}\\{word}", before.trim_start_matches('\\')));
        let last = Arc::from(word.rsplit('\\').next().unwrap_or(word));
        let name = alias.map_or(last, |alias| cx.name(alias));
        cx.import(node, whole, Some(name), false);
    }
    Sketch::default()
}

fn last<'t>(cx: &Reader<'t>, node: Node<'t>) -> Arc<str> {
    Arc::from(cx.word(node).trim_start_matches('?').rsplit(['\\', '|']).next().unwrap_or_default())
}

/// A class, interface, trait or enumeration.
fn kin<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let mut bases = Vec::new();
    for clause in
        children(node).into_iter().filter(|one| matches!(one.kind(), "base_clause" | "class_interface_clause"))
    {
        bases.extend(children(clause).into_iter().map(|base| last(cx, base)));
    }
    let body = node.child_by_field_name("body");
    let mut fields = Vec::new();
    for member in body.map(children).unwrap_or_default() {
        match member.kind() {
            "use_declaration" => bases.extend(children(member).into_iter().map(|base| last(cx, base))),
            "property_declaration" => {
                let Some(kind) = member.child_by_field_name("type").map(|kind| last(cx, kind)) else { continue };
                for one in children(member).into_iter().filter(|one| one.kind() == "property_element") {
                    fields.push((cx.field_name(one, "name"), kind.clone()));
                }
            }
            "method_declaration" => {
                for one in member.child_by_field_name("parameters").map(children).unwrap_or_default() {
                    if one.kind() == "property_promotion_parameter" {
                        let kind = one.child_by_field_name("type").map(|kind| last(cx, kind));
                        fields.extend(kind.map(|kind| (cx.field_name(one, "name"), kind)));
                    }
                }
            }
            _ => {}
        }
    }
    cx.enter(&name, !bases.is_empty());
    annotate(cx, node, None);
    let members = body.map(|body| cx.inner(body)).unwrap_or_default();
    cx.owners.pop();
    let is_test = bases.iter().any(|base| base.ends_with("TestCase"));
    cx.kin(node, Kin { name, bases, fields, members, is_test, ..Kin::default() })
}

/// Parameters, and what they are without an argument.
fn parameters<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> (Parameters, Vec<Sketch>) {
    let (mut found, mut defaults) = (Vec::new(), Vec::new());
    for one in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
        let Some(name) = one.child_by_field_name("name") else { continue };
        let kind = one.child_by_field_name("type").map(|kind| last(cx, kind));
        found.push((cx.name(name), kind));
        if let Some(value) = one.child_by_field_name("default_value") {
            defaults.push(cx.default_of(one, name, value));
        }
    }
    (found, defaults)
}

/// A function or method.
fn function<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let annotated = annotate(cx, node, Some(&name));
    let (parameters, mut body) = parameters(cx, node);
    if let Kind::Block(all) = cx.field(node, "body").kind {
        body.extend(all);
    }
    let role = if cx.derives() && name.starts_with("test") { Role::Test } else { Role::Plain };
    let exposed = annotated || (cx.derives() && &*name != "__construct") || &*name == "__invoke";
    let body = cx.at(node, Kind::Block(body));
    cx.routine(node, Routine { name, parameters, role, exposed, body, ..Routine::default() })
}

/// A field or constant with what it begins with.
fn element<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let parts = children(node);
    let (Some(name), Some(value)) = (parts.first(), parts.get(1)) else { return Sketch::default() };
    let targets = vec![Target { name: cx.name(*name), is_shared: true }];
    let value = cx.sketch(*value);
    cx.assign(node, targets, value)
}

/// Notes the attributes of a declaration; whether it has any.
fn annotate<'t>(cx: &mut Reader<'t>, node: Node<'t>, member: Option<&Arc<str>>) -> bool {
    let lists = node.child_by_field_name("attributes").map(children).unwrap_or_default();
    let mut any = false;
    for one in lists.into_iter().flat_map(children).filter(|one| one.kind() == "attribute") {
        let Some(path) = children(one).first().map(|path| cx.word(*path).trim_start_matches('\\')) else { continue };
        let path = path.split('\\').map(Arc::from).collect();
        let mut arguments = Vec::new();
        for entry in one.child_by_field_name("parameters").map(children).unwrap_or_default() {
            let name = entry.child_by_field_name("name").map(|name| cx.name(name));
            let value = children(entry).last().map(|value| plain(&cx.sketch(*value))).unwrap_or_default();
            arguments.push(Argument { name, value });
        }
        let (owner, line) = (cx.owner(), cx.place(one).0);
        cx.annotate(Annotation { path, arguments, owner, member: member.cloned(), line });
        any = true;
    }
    any
}
