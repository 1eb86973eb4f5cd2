//! Go.

use std::sync::Arc;

use tree_sitter::Node;

use super::dialect::{Dialect, Failure, Places};
use super::reader::{Reader, children, given, has, read as read_with, targets};
use super::sketch::{Assign, Branch, Closure, Given, Invocation, Kin, Kind, Routine, Sketch, Target};
use super::{Language, places};
use crate::scan::code::{Module, Role};

/// Go.
pub(super) const GO: Language = Language { name: "Go", wants, leaves_out, read };

const DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_go::LANGUAGE.into(),
    draw,
    names: &["identifier", "field_identifier", "type_identifier", "package_identifier"],
    failure: Failure::Value,
    runs_per_request: false,
    formats: &[(&["fmt", "Sprintf"], Places::Percent)],
};

/// How many cases of a switch are read as branches, each inside of the one before.
const CASES: usize = 40;

fn wants(path: &str) -> bool {
    path.ends_with(".go")
}

fn leaves_out(path: &str) -> bool {
    path.ends_with("_test.go")
        || path.ends_with(".pb.go")
        || path.ends_with(".pb.gw.go")
        || path.ends_with("_gen.go")
        || places::left_out(path, &["testdata", "mocks"])
}

fn read(text: &str) -> Module {
    if places::is_generated(text) { Module::default() } else { read_with(text, &DIALECT) }
}

fn draw<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    match node.kind() {
        "source_file" | "block" | "statement_list" => {
            let all = cx.inner(node).into_iter().flat_map(flat).collect();
            cx.at(node, Kind::Block(all))
        }
        "package_clause" => {
            cx.module.unit = children(node).first().map(|name| cx.name(*name)).unwrap_or_default();
            Sketch::default()
        }
        "import_spec" => import(cx, node),
        "function_declaration" | "method_declaration" => function(cx, node),
        "func_literal" => {
            let parameters = parameters(cx, node).into_iter().map(|(name, _)| name).collect();
            let body = cx.field(node, "body");
            cx.at(node, Kind::Closure(Box::new(Closure { parameters, body, is_expression: false })))
        }
        "type_spec" | "type_alias" => kin(cx, node),
        "const_spec" | "var_spec" | "short_var_declaration" | "assignment_statement" => assign(cx, node),
        "receive_statement" if node.child_by_field_name("left").is_some() => assign(cx, node),
        "identifier" | "package_identifier" | "field_identifier" | "type_identifier" => cx.named(node),
        "qualified_type" => {
            let package = cx.field(node, "package");
            let name = cx.field_name(node, "name");
            cx.at(node, Kind::Member(Box::new(package), name))
        }
        "selector_expression" => {
            let object = cx.field(node, "operand");
            let name = cx.field_name(node, "field");
            cx.at(node, Kind::Member(Box::new(object), name))
        }
        "index_expression" => {
            let (object, index) = (cx.field(node, "operand"), cx.field(node, "index"));
            cx.element(node, object, index)
        }
        "type_assertion_expression" | "slice_expression" => cx.field(node, "operand"),
        "type_conversion_expression" => cx.field(node, "operand"),
        "generic_type" => cx.field(node, "type"),
        "pointer_type" => cx.group(node),
        "call_expression" => {
            let target = cx.field(node, "function");
            let arguments = arguments(cx, node);
            cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: false })))
        }
        "composite_literal" => composite(cx, node),
        "literal_value" => {
            let pairs = pairs(cx, node);
            cx.at(node, Kind::Pairs(pairs))
        }
        "binary_expression" => binary(cx, node),
        "unary_expression" => {
            let inner = cx.field(node, "operand");
            if has(node, "!") { cx.at(node, Kind::Not(Box::new(inner))) } else { inner }
        }
        "interpreted_string_literal" => cx.pieces(node, &["interpreted_string_literal_content"], &[]),
        "raw_string_literal" => cx.pieces(node, &["raw_string_literal_content"], &[]),
        "int_literal" => cx.number(node),
        "nil" | "true" | "false" | "iota" | "float_literal" | "rune_literal" | "imaginary_literal" => Sketch::default(),
        "if_statement" => branch(cx, node),
        "for_statement" => loops(cx, node),
        "expression_switch_statement" => switch(cx, node),
        "return_statement" => {
            let value = (!children(node).is_empty()).then(|| Box::new(cx.group(node)));
            // The last of several values tells of failure.
            cx.at(node, Kind::Return(value))
        }
        "expression_list" => {
            let mut all = cx.inner(node);
            if all.len() == 1 { all.swap_remove(0) } else { cx.at(node, Kind::Group(all)) }
        }
        "go_statement" => {
            let inner = cx.group(node);
            cx.at(node, Kind::Spawn(Box::new(inner)))
        }
        "defer_statement" => {
            let inner = cx.group(node);
            cx.at(node, Kind::Mute(Box::new(inner)))
        }
        "send_statement" => {
            let (channel, value) = (cx.field(node, "channel"), cx.field(node, "value"));
            let both = cx.at(node, Kind::Group(vec![channel, value]));
            cx.at(node, Kind::Hand(Box::new(both)))
        }
        "break_statement" => cx.at(node, Kind::Leave { ends: true }),
        "continue_statement" | "goto_statement" => cx.at(node, Kind::Leave { ends: false }),
        "expression_statement" | "parenthesized_expression" | "variadic_argument" => cx.group(node),
        "expression_case" | "default_case" | "communication_case" | "type_case" => cx.block(node),
        "const_declaration" | "var_declaration" | "var_spec_list" | "type_declaration" | "import_declaration"
        | "import_spec_list" => cx.block(node),
        "comment" | "array_type" | "slice_type" | "map_type" | "channel_type" | "function_type" | "interface_type" => {
            Sketch::default()
        }
        _ => cx.group(node),
    }
}

/// The statements of a node that only holds statements together.
fn flat(sketch: Sketch) -> Vec<Sketch> {
    match sketch.kind {
        Kind::Block(all) => all,
        _ => vec![sketch],
    }
}

fn import<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let path = node.child_by_field_name("path").map(|path| cx.word(path).trim_matches(['"', '`'])).unwrap_or_default();
    let name = match node.child_by_field_name("name") {
        Some(name) if matches!(name.kind(), "blank_identifier" | "dot") => None,
        Some(name) => Some(cx.name(name)),
        None => Some(Arc::from(package(path))),
    };
    cx.import(node, path, name, false);
    Sketch::default()
}

/// The name that a package most likely has: the last part of its path that is not its major version.
fn package(path: &str) -> &str {
    let is_version =
        |part: &&str| part.len() > 1 && part.starts_with('v') && part.chars().skip(1).all(|one| one.is_ascii_digit());
    let last = path.rsplit('/').find(|part| !is_version(part)).unwrap_or(path);
    let name = last.split_once(".v").map_or(last, |(name, _)| name);
    name.strip_prefix("go-").or_else(|| name.strip_suffix("-go")).unwrap_or(name)
}

fn parameters<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<(Arc<str>, Option<Arc<str>>)> {
    let list = node.child_by_field_name("parameters").map(children).unwrap_or_default();
    let mut found = Vec::new();
    for one in list {
        let kind = one.child_by_field_name("type").and_then(|kind| type_name(cx, kind));
        for name in one.children_by_field_name("name", &mut one.walk()) {
            found.push((cx.name(name), kind.clone()));
        }
    }
    found
}

/// The last part of a type's name, without pointers, lists and parameters.
fn type_name<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<Arc<str>> {
    match node.kind() {
        "type_identifier" => Some(cx.name(node)),
        "qualified_type" => node.child_by_field_name("name").map(|name| cx.name(name)),
        "generic_type" => node.child_by_field_name("type").and_then(|inner| type_name(cx, inner)),
        "pointer_type" | "slice_type" | "array_type" | "parenthesized_type" => {
            children(node).last().and_then(|inner| type_name(cx, *inner))
        }
        _ => None,
    }
}

fn function<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let receiver = node.child_by_field_name("receiver").and_then(|list| children(list).first().copied());
    let owner = receiver.and_then(|one| one.child_by_field_name("type")).and_then(|kind| type_name(cx, kind));
    cx.receiver = receiver.and_then(|one| one.child_by_field_name("name")).map(|name| cx.name(name));
    let parameters = parameters(cx, node);
    let role = match &*name {
        "main" if owner.is_none() && &*cx.module.unit == "main" => Role::Main,
        "init" if owner.is_none() => Role::Initialiser,
        _ if parameters.iter().any(|(_, kind)| matches!(kind.as_deref(), Some("T" | "B" | "F" | "M")))
            && is_test(&name) =>
        {
            Role::Test
        }
        _ => Role::Plain,
    };
    let body = cx.field(node, "body");
    cx.receiver = None;
    let exposed = role == Role::Main || role == Role::Initialiser;
    let (end, bytes) = (cx.last_line(node), node.byte_range());
    cx.at(
        node,
        Kind::Function(Box::new(Routine {
            name,
            owner,
            parameters,
            role,
            exposed,
            body,
            end,
            bytes,
            ..Routine::default()
        })),
    )
}

fn is_test(name: &str) -> bool {
    ["Test", "Benchmark", "Fuzz"].iter().any(|word| name.starts_with(word))
}

fn kin<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let Some(kind) = node.child_by_field_name("type") else { return Sketch::default() };
    let (mut bases, mut fields) = (Vec::new(), Vec::new());
    let list = children(kind).into_iter().find(|inner| inner.kind() == "field_declaration_list");
    for field in list.map(children).unwrap_or_default() {
        let Some(of) = field.child_by_field_name("type").and_then(|of| type_name(cx, of)) else { continue };
        let named: Vec<_> = field.children_by_field_name("name", &mut field.walk()).map(|name| cx.name(name)).collect();
        if named.is_empty() {
            fields.push((of.clone(), of.clone()));
            bases.push(of);
        } else {
            fields.extend(named.into_iter().map(|name| (name, of.clone())));
        }
    }
    for element in children(kind).into_iter().filter(|inner| inner.kind() == "type_elem") {
        bases.extend(children(element).first().and_then(|of| type_name(cx, *of)));
    }
    let (end, bytes) = (cx.last_line(node), node.byte_range());
    let members = Vec::new();
    cx.at(node, Kind::Type(Box::new(Kin { name, bases, fields, members, bytes, end, is_test: false })))
}

/// `a, b := x, y` is an assignment each; `a, err := f()` is one.
fn assign<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let names: Vec<Node<'t>> = match node.child_by_field_name("left") {
        Some(left) => children(left),
        None => node.children_by_field_name("name", &mut node.walk()).filter(Node::is_named).collect(),
    };
    let right = node.child_by_field_name("right").or_else(|| node.child_by_field_name("value"));
    let values = match right {
        Some(list) if list.kind() == "expression_list" => children(list),
        Some(one) => vec![one],
        None => return Sketch::default(),
    };
    let target = |cx: &mut Reader<'t>, name: Node<'t>| match cx.word(name) {
        "_" => vec![Target { name: Arc::from("_"), is_shared: false }],
        _ => targets(&cx.sketch(name)),
    };
    if names.len() != values.len() {
        let targets = names.into_iter().flat_map(|name| target(cx, name)).collect();
        let value = right.map(|right| cx.sketch(right)).unwrap_or_default();
        return cx.at(node, Kind::Assign(Box::new(Assign { targets, value })));
    }
    let mut all = Vec::new();
    for (name, value) in names.into_iter().zip(values) {
        let targets = target(cx, name);
        let value = cx.sketch(value);
        all.push(cx.at(node, Kind::Assign(Box::new(Assign { targets, value }))));
    }
    if all.len() == 1 { all.swap_remove(0) } else { cx.at(node, Kind::Block(all)) }
}

fn arguments<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Given> {
    let list = node.child_by_field_name("arguments").map(children).unwrap_or_default();
    list.into_iter().map(|one| given(cx.sketch(one))).collect()
}

/// `kafka.Writer{Addr: …}` makes an object of a type; a list or map is its values.
fn composite<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let kind = node.child_by_field_name("type");
    let arguments = node.child_by_field_name("body").map(|body| pairs(cx, body)).unwrap_or_default();
    match kind.filter(|kind| matches!(kind.kind(), "type_identifier" | "qualified_type" | "generic_type")) {
        Some(kind) => {
            let target = cx.sketch(kind);
            cx.at(node, Kind::Call(Box::new(Invocation { target, arguments, makes: true })))
        }
        None => cx.at(node, Kind::Pairs(arguments)),
    }
}

fn pairs<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Given> {
    let mut found = Vec::new();
    for one in children(node) {
        if one.kind() != "keyed_element" {
            found.push(given(cx.sketch(one)));
            continue;
        }
        let key = one.child_by_field_name("key").map(|key| cx.word(key).trim_matches('"'));
        found.push(Given { name: key.map(Arc::from), value: cx.field(one, "value") });
    }
    found
}

fn binary<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    if has(node, "+") {
        return cx.join(node, |_, node| node.kind() == "binary_expression" && has(node, "+"));
    }
    let sides = Box::new([cx.field(node, "left"), cx.field(node, "right")]);
    if has(node, "==") || has(node, "!=") {
        return cx.at(node, Kind::Test { equal: has(node, "=="), sides });
    }
    cx.at(node, Kind::Group(Vec::from(*sides)))
}

fn branch<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let before = node.child_by_field_name("initializer").map(|before| cx.sketch(before));
    let condition = cx.field(node, "condition");
    let then = cx.field(node, "consequence");
    let otherwise = node.child_by_field_name("alternative").map(|other| cx.sketch(other));
    cx.at(node, Kind::If(Box::new(Branch { before, condition, then, otherwise })))
}

fn loops<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let heads: Vec<Node<'t>> = children(node).into_iter().filter(|part| part.kind() != "block").collect();
    let endless = heads.is_empty();
    let head: Vec<Sketch> = heads.into_iter().map(|head| cx.sketch(head)).collect();
    let body = Box::new(cx.field(node, "body"));
    let whole = cx.at(node, Kind::Loop { body, endless });
    if head.is_empty() {
        return whole;
    }
    cx.at(node, Kind::Block(head.into_iter().chain([whole]).collect()))
}

/// A switch without a value is a chain of branches.
fn switch<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let cases = children(node);
    if node.child_by_field_name("value").is_some() || cases.len() > CASES {
        return cx.block(node);
    }
    let mut chain: Option<Sketch> = None;
    for case in cases.into_iter().rev() {
        match case.kind() {
            "default_case" => chain = Some(cx.block(case)),
            "expression_case" => {
                let condition = cx.field(case, "value");
                let values: Vec<Node<'t>> = children(case).into_iter().skip(1).collect();
                let all = values.into_iter().map(|part| cx.sketch(part)).flat_map(flat).collect();
                let then = cx.at(case, Kind::Block(all));
                let branch = Branch { before: None, condition, then, otherwise: chain.take() };
                chain = Some(cx.at(case, Kind::If(Box::new(branch))));
            }
            _ => {}
        }
    }
    chain.unwrap_or_default()
}
