//! Go.

use std::sync::{Arc, OnceLock};

use tree_sitter::Node;

use super::choices::{Chooses, Switch};
use super::dialect::{Dialect, Failure, Places};
use super::drawing::{given, targets};
use super::reader::{Reader, children};
use super::shapes::{Shape, Shapes};
use super::sketch::{Branch, Given, Kin, Kind, Parameters, Routine, Sketch, Target};
use super::{Language, Others, Reads};
use crate::scan::code::{Annotation, Argument, Part, Piece, Role, Text};
use crate::scan::settings::{DEFAULT, TAG};

/// Go.
pub(super) const GO: Language = Language {
    name: "Go",
    ends: &[".go"],
    others: Others {
        ends: &["_test.go", ".pb.go", ".pb.gw.go", "_gen.go"],
        but: &["wire_gen.go"],
        folders: &["testdata", "mocks"],
        ..Others::NONE
    },
    reads: Reads::Grammar(&DIALECT),
};

static DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_go::LANGUAGE.into(),
    shapes: SHAPES,
    names: &["identifier", "field_identifier", "type_identifier", "package_identifier"],
    failure: Failure::Value,
    runs_per_request: false,
    formats: &[(&["fmt", "Sprintf"], Places::Percent)],
    chooses: Chooses {
        switches: &[Switch {
            node: "expression_switch_statement",
            on: "value",
            cases: "expression_case default_case",
            label: "value",
            falls: false,
        }],
        branches: "if_statement",
        tables: "literal_value",
        elements: &[("index_expression", "operand", "index")],
    },
    kinds: OnceLock::new(),
};

/// How many cases of a switch are read as branches, each inside of the one before.
const CASES: usize = 40;

/// How its nodes are drawn; what is not named here is drawn by its operands.
const SHAPES: Shapes = &[
    (
        "nil true false iota float_literal rune_literal imaginary_literal comment array_type slice_type \
         map_type channel_type function_type interface_type",
        Shape::Nothing,
    ),
    (
        "expression_case default_case communication_case type_case const_declaration var_declaration \
         var_spec_list type_declaration import_declaration import_spec_list",
        Shape::Block,
    ),
    ("identifier package_identifier field_identifier type_identifier", Shape::Name),
    ("selector_expression", Shape::Member("operand", "field")),
    ("index_expression", Shape::Element("operand", "index")),
    ("interpreted_string_literal", Shape::Text(&["interpreted_string_literal_content"], &[])),
    ("raw_string_literal", Shape::Text(&["raw_string_literal_content"], &[])),
    ("int_literal", Shape::Number),
    ("unary_expression", Shape::Not("operand")),
    ("type_assertion_expression slice_expression type_conversion_expression", Shape::Inner("operand")),
    ("generic_type", Shape::Inner("type")),
    ("return_statement", Shape::Return),
    ("go_statement", Shape::Around(Kind::Spawn)),
    ("defer_statement", Shape::Around(Kind::Mute)),
    ("break_statement", Shape::Leave { ends: true }),
    ("continue_statement goto_statement", Shape::Leave { ends: false }),
    ("import_spec", Shape::Own(import)),
    ("function_declaration method_declaration", Shape::Own(function)),
    ("type_spec type_alias", Shape::Own(kin)),
    ("const_spec var_spec short_var_declaration assignment_statement", Shape::Own(assign)),
    ("composite_literal", Shape::Own(composite)),
    ("binary_expression", Shape::Binary("+")),
    ("if_statement", Shape::If("condition", "consequence", "alternative")),
    ("for_statement", Shape::Own(loops)),
    ("expression_switch_statement", Shape::Own(switch)),
    (
        "source_file block statement_list",
        Shape::Own(|cx, node| {
            let all = cx.inner(node).into_iter().flat_map(flat).collect();
            cx.at(node, Kind::Block(all))
        }),
    ),
    (
        "package_clause",
        Shape::Own(|cx, node| {
            cx.module.unit = children(node).first().map(|name| cx.name(*name)).unwrap_or_default();
            Sketch::default()
        }),
    ),
    (
        "func_literal",
        Shape::Own(|cx, node| {
            let parameters = parameters(cx, node).into_iter().map(|(name, _)| name).collect();
            let body = cx.field(node, "body");
            cx.closure(node, parameters, body, false)
        }),
    ),
    (
        "receive_statement",
        Shape::Own(|cx, node| match node.child_by_field_name("left") {
            Some(_) => assign(cx, node),
            None => cx.group(node),
        }),
    ),
    ("qualified_type", Shape::Member("package", "name")),
    (
        "call_expression",
        Shape::Own(|cx, node| {
            let target = cx.field(node, "function");
            let arguments = cx.arguments(node);
            cx.call(node, target, arguments)
        }),
    ),
    (
        "literal_value",
        Shape::Own(|cx, node| {
            let pairs = pairs(cx, node);
            cx.at(node, Kind::Pairs(pairs))
        }),
    ),
    (
        "expression_list",
        Shape::Own(|cx, node| {
            let mut all = cx.inner(node);
            if all.len() == 1 { all.swap_remove(0) } else { cx.at(node, Kind::Group(all)) }
        }),
    ),
    (
        "send_statement",
        Shape::Own(|cx, node| {
            let (channel, value) = (cx.field(node, "channel"), cx.field(node, "value"));
            let both = cx.at(node, Kind::Group(vec![channel, value]));
            cx.at(node, Kind::Hand(Box::new(both)))
        }),
    ),
];

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

fn parameters<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Parameters {
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
    cx.routine(node, Routine { name, owner, parameters, role, exposed, body, ..Routine::default() })
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
        tag(cx, field, &name);
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
    let members = Vec::new();
    cx.kin(node, Kin { name, bases, fields, members, ..Kin::default() })
}

/// The variables that the tag of a field names: `env:"CART_URL"`.
fn tag<'t>(cx: &mut Reader<'t>, field: Node<'t>, owner: &Arc<str>) {
    const KEYS: &[&str] = &["env", "envconfig", "mapstructure", "koanf", "split_words"];
    let Some(tag) = field.child_by_field_name("tag") else { return };
    let (line, column) = cx.place(tag);
    let text = |letters: &str| Part::Text(Text { pieces: vec![Piece::Fixed(letters.into())], line, column });
    let (mut value, mut default) = (Vec::new(), None);
    for (key, letters) in keyed(cx.word(tag).trim_matches(['`', '"'])) {
        let mut parts = letters.split(',').map(str::trim);
        let name = parts.next().unwrap_or_default();
        if KEYS.contains(&key) && !name.is_empty() {
            value.push(text(&if key == "env" { name.to_owned() } else { name.to_uppercase() }));
            default = default.or_else(|| parts.find_map(|part| part.strip_prefix("default=")).map(text));
        } else if matches!(key, "envDefault" | "default") {
            default = Some(text(letters));
        }
    }
    let member = field.child_by_field_name("name").map(|name| cx.name(name));
    if member.is_some() && !value.is_empty() {
        let default = default.map(|text| Argument { name: Some(DEFAULT.into()), value: vec![text] });
        let arguments = std::iter::once(Argument { name: None, value }).chain(default).collect();
        cx.annotate(Annotation { path: vec![TAG.into()], arguments, owner: Some(owner.clone()), member, line });
    }
}

/// The parts of a tag: `env:"KIND, default=s3" json:"kind"` are `env` and `json`, each with what stands in its quotes.
fn keyed(tag: &str) -> Vec<(&str, &str)> {
    let mut parts = Vec::new();
    let mut rest = tag;
    while let Some((key, after)) = rest.split_once(":\"") {
        let (value, behind) = after.split_once('"').unwrap_or((after, ""));
        parts.push((key.trim(), value));
        rest = behind;
    }
    parts
}

/// `a, b := x, y` is an assignment each; `a, err := f()` is one.
fn assign<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    // `var _ Store = (*S3)(nil)` holds for the compiler alone.
    let is_blank = |name: Node<'t>| cx.word(name) == "_";
    if node.kind() == "var_spec" && node.child_by_field_name("name").is_some_and(is_blank) {
        cx.aside.push(node.byte_range());
        return Sketch::default();
    }
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
        return cx.assign(node, targets, value);
    }
    let mut all = Vec::new();
    for (name, value) in names.into_iter().zip(values) {
        let targets = target(cx, name);
        let value = cx.sketch(value);
        all.push(cx.assign(node, targets, value));
    }
    if all.len() == 1 { all.swap_remove(0) } else { cx.at(node, Kind::Block(all)) }
}

/// `kafka.Writer{Addr: …}` makes an object of a type; a list or map is its values.
fn composite<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let kind = node.child_by_field_name("type");
    let arguments = node.child_by_field_name("body").map(|body| pairs(cx, body)).unwrap_or_default();
    match kind.filter(|kind| matches!(kind.kind(), "type_identifier" | "qualified_type" | "generic_type")) {
        Some(kind) => {
            let target = cx.sketch(kind);
            cx.make(node, target, arguments)
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
