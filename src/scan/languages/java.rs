//! Java.

use std::sync::{Arc, OnceLock};

use tree_sitter::Node;

use super::choices::{Chooses, Switch};
use super::dialect::{Dialect, Failure, Places};
use super::drawing::{given, targets};
use super::notes::{Known, Notes};
use super::reader::{Reader, child_of, children, has};
use super::shapes::{Shape, Shapes};
use super::sketch::{Bit, Given, Handler, Kin, Kind, Parameters, Routine, Sketch, Target};
use super::words::is_future;
use super::{Language, Others, Reads};
use crate::scan::code::Role;

/// Java.
pub(super) const JAVA: Language = Language {
    name: "Java",
    ends: &[".java"],
    others: Others {
        ends: &["Test.java", "Tests.java", "IT.java", "TestCase.java", "OuterClass.java"],
        folders: &["generated-sources", "integrationTest", "testFixtures"],
        ..Others::NONE
    },
    reads: Reads::Grammar(&DIALECT),
};

static DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_java::LANGUAGE.into(),
    shapes: SHAPES,
    names: &["identifier", "type_identifier"],
    failure: Failure::Exception,
    runs_per_request: false,
    formats: &[
        (&["String", "format"], Places::Percent),
        (&["formatted"], Places::Percent),
        (&["MessageFormat", "format"], Places::Braces),
    ],
    chooses: Chooses {
        switches: &[Switch {
            node: "switch_expression",
            on: "condition",
            cases: "switch_block_statement_group switch_rule",
            label: "switch_label",
            falls: true,
        }],
        branches: "if_statement ternary_expression",
        ..Chooses::NONE
    },
    kinds: OnceLock::new(),
};

/// How its nodes are drawn; what is not named here is drawn by its operands.
const SHAPES: Shapes = &[
    (
        "null_literal true false character_literal hex_integer_literal decimal_floating_point_literal \
         modifiers type_arguments type_parameters throws integral_type void_type array_type boolean_type \
         floating_point_type line_comment block_comment",
        Shape::Nothing,
    ),
    (
        "program block constructor_body switch_block switch_block_statement_group switch_rule \
         static_initializer local_variable_declaration enum_body_declarations",
        Shape::Block,
    ),
    ("identifier type_identifier", Shape::Name),
    ("this", Shape::Word("self")),
    ("super", Shape::Word("super")),
    ("field_access", Shape::Member("object", "field")),
    ("array_access", Shape::Element("array", "index")),
    ("string_literal", Shape::Text(&["string_fragment", "multiline_string_fragment"], &["string_interpolation"])),
    ("decimal_integer_literal", Shape::Number),
    ("unary_expression", Shape::Not("operand")),
    ("cast_expression", Shape::Inner("value")),
    ("generic_type", Shape::First),
    ("return_statement", Shape::Return),
    ("throw_statement", Shape::Around(Kind::Throw)),
    ("break_statement", Shape::Leave { ends: true }),
    ("continue_statement", Shape::Leave { ends: false }),
    ("import_declaration", Shape::Own(import)),
    (
        "class_declaration interface_declaration enum_declaration record_declaration \
         annotation_type_declaration",
        Shape::Own(kin),
    ),
    ("field_declaration constant_declaration", Shape::Own(field)),
    ("method_invocation", Shape::Own(invocation)),
    ("object_creation_expression", Shape::Own(creation)),
    ("lambda_expression", Shape::Own(lambda)),
    ("binary_expression", Shape::Binary("+")),
    ("if_statement ternary_expression", Shape::If("condition", "consequence", "alternative")),
    ("while_statement for_statement enhanced_for_statement do_statement", Shape::Own(loops)),
    ("try_statement try_with_resources_statement", Shape::Own(attempt)),
    (
        "package_declaration",
        Shape::Own(|cx, node| {
            let name = child_of(node, &["scoped_identifier", "identifier"]);
            cx.module.unit = name.map(|name| cx.name(name)).unwrap_or_default();
            cx.aside.push(node.byte_range());
            Sketch::default()
        }),
    ),
    (
        "method_declaration constructor_declaration compact_constructor_declaration",
        Shape::Own(|cx, node| method(cx, node, None)),
    ),
    (
        "variable_declarator resource",
        Shape::Own(|cx, node| {
            let Some(value) = node.child_by_field_name("value") else { return cx.group(node) };
            let targets = targets(&cx.field(node, "name"));
            let value = cx.sketch(value);
            cx.assign(node, targets, value)
        }),
    ),
    ("assignment_expression", Shape::Assign("left", "right")),
    (
        "scoped_type_identifier scoped_identifier",
        Shape::Own(|cx, node| {
            let path = cx.word(node).split('.').map(Arc::from).collect();
            path_of(cx, node, path)
        }),
    ),
    (
        "explicit_constructor_invocation",
        Shape::Own(|cx, node| {
            let target = cx.field(node, "constructor");
            let arguments = cx.arguments(node);
            cx.call(node, target, arguments)
        }),
    ),
    (
        "enum_constant",
        Shape::Own(|cx, node| {
            let arguments = cx.arguments(node);
            let value = cx.at(node, Kind::Pairs(arguments));
            let targets = vec![Target { name: cx.field_name(node, "name"), is_shared: true }];
            cx.assign(node, targets, value)
        }),
    ),
    (
        "method_reference",
        Shape::Own(|cx, node| {
            let path: Vec<Sketch> = cx.inner(node);
            let name = children(node).last().map(|name| cx.name(*name)).unwrap_or_default();
            let object = path.into_iter().next().unwrap_or_default();
            cx.member(node, object, name)
        }),
    ),
];

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
            cx.member(node, object, name)
        }
        None => cx.at(node, Kind::Name(name)),
    };
    let arguments = cx.arguments(node);
    let place = node.child_by_field_name("name").unwrap_or(node);
    cx.call(place, target, arguments)
}

/// `new Foo(…)`; the methods of a class without a name that follows are called by what it is given to.
fn creation<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let target = cx.field(node, "type");
    let arguments = cx.arguments(node);
    let owner = target.last_name().cloned();
    let whole = cx.make(node, target, arguments);
    let Some(body) = child_of(node, &["class_body"]) else { return whole };
    let mut all = vec![whole];
    for member in children(body) {
        all.push(match member.kind() {
            "method_declaration" => method(cx, member, owner.clone()),
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
    cx.lambda(node, parameters)
}

fn loops<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = node.child_by_field_name("condition");
    let endless = match node.kind() {
        "enhanced_for_statement" => false,
        _ => condition.is_none_or(|one| matches!(cx.word(one).trim_matches(['(', ')', ' ']), "true")),
    };
    cx.looped(node, &["init", "value", "condition", "update"], endless)
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
    cx.attempt_of(node, body, ("catch_clause", handler), "finally_clause")
}

fn handler<'t>(cx: &mut Reader<'t>, clause: Node<'t>) -> Handler {
    let caught = child_of(clause, &["catch_formal_parameter"]);
    let kinds = caught.and_then(|one| child_of(one, &["catch_type"])).map(children).unwrap_or_default();
    let catches = kinds.into_iter().filter_map(|kind| type_name(cx, kind)).collect();
    let error = caught.map(|one| cx.field_name(one, "name"));
    cx.handler(clause, error, catches)
}

/// `import a.b.C;`
fn import<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let Some(path) = child_of(node, &["scoped_identifier", "identifier"]).map(|path| cx.word(path)) else {
        return Sketch::default();
    };
    let all = child_of(node, &["asterisk"]).is_some();
    let name = (!all).then(|| Arc::from(path.rsplit('.').next().unwrap_or(path)));
    cx.import(node, path, name, false);
    Sketch::default()
}

/// The last part of a type's name, without its parameters.
fn type_name<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<Arc<str>> {
    match node.kind() {
        "type_identifier" | "identifier" => Some(cx.name(node)),
        "generic_type" => {
            let outer = children(node).first().and_then(|inner| type_name(cx, *inner))?;
            // What is handed out later or not at all is of the type that it is about.
            let wraps =
                matches!(&*outer, "ObjectProvider" | "Provider" | "Optional" | "Supplier" | "Lazy" | "Instance");
            let argument = child_of(node, &["type_arguments"]).and_then(|list| children(list).first().copied());
            if wraps { argument.and_then(|inner| type_name(cx, inner)).or(Some(outer)) } else { Some(outer) }
        }
        "scoped_type_identifier" => children(node).last().and_then(|inner| type_name(cx, *inner)),
        "array_type" => node.child_by_field_name("element").and_then(|inner| type_name(cx, inner)),
        _ => None,
    }
}

/// A class, interface, enumeration or record.
fn kin<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let mut bases = Vec::new();
    for clause in children(node) {
        match clause.kind() {
            "superclass" => bases.extend(children(clause).into_iter().filter_map(|base| type_name(cx, base))),
            "super_interfaces" | "extends_interfaces" => {
                let listed = children(clause).first().map(|list| children(*list)).unwrap_or_default();
                bases.extend(listed.into_iter().filter_map(|base| type_name(cx, base)));
            }
            _ => {}
        }
    }
    cx.enter(&name, !bases.is_empty());
    let fallback = annotate(cx, node, None).fallback;
    if let Some(owner) = cx.owners.last_mut() {
        owner.fallback = fallback;
    }
    let mut fields =
        parameters(cx, node).into_iter().filter_map(|(name, kind)| Some((name, kind?))).collect::<Vec<_>>();
    let body = node.child_by_field_name("body");
    for member in body.map(children).unwrap_or_default().into_iter().filter(|one| one.kind() == "field_declaration") {
        let kind = member.child_by_field_name("type").and_then(|kind| type_name(cx, kind));
        for one in member.children_by_field_name("declarator", &mut member.walk()) {
            fields.extend(kind.clone().map(|kind| (cx.field_name(one, "name"), kind)));
        }
    }
    let is_test = bases.iter().any(|base| base.ends_with("TestCase"));
    let members = body.map(|body| cx.inner(body)).unwrap_or_default();
    cx.owners.pop();
    cx.kin(node, Kin { name, bases, fields, members, is_test, ..Kin::default() })
}

fn parameters<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Parameters {
    let mut found = Vec::new();
    for one in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
        if !matches!(one.kind(), "formal_parameter" | "spread_parameter") {
            continue;
        }
        let declared = child_of(one, &["variable_declarator"]).unwrap_or(one);
        let name = cx.field_name(declared, "name");
        let kind = one.child_by_field_name("type").or_else(|| children(one).first().copied());
        annotate(cx, one, Some(&name));
        found.push((name, kind.and_then(|kind| type_name(cx, kind))));
    }
    found
}

/// A method or constructor; `owner` is what it belongs to where that is a class without a name.
fn method<'t>(cx: &mut Reader<'t>, node: Node<'t>, owner: Option<Arc<str>>) -> Sketch {
    let name = cx.field_name(node, "name");
    let notes = annotate(cx, node, Some(&name));
    let parameters = parameters(cx, node);
    let body = cx.field(node, "body");
    let is_constructor = node.kind() != "method_declaration";
    let is_static = child_of(node, &["modifiers"]).is_some_and(|list| has(list, "static"));
    let runner = cx.derives() && &*name == "run" && parameters.len() == 1;
    let role = notes.role(&*name == "main" && is_static, runner);
    let exposed = notes.any || owner.is_some() || role == Role::Main || (cx.derives() && !is_constructor);
    let fallback = notes.fallback.or_else(|| cx.owners.last().and_then(|owner| owner.fallback));
    let kind = node.child_by_field_name("type").and_then(|kind| type_name(cx, kind));
    let gives_future = notes.detaches && kind.is_some_and(|kind| is_future(&kind));
    let routine =
        Routine { name, owner, parameters, role, exposed, fallback, gives_future, body, ..Routine::default() };
    let routine = cx.routine(node, routine);
    if !notes.detaches || gives_future {
        return routine;
    }
    let Kind::Function(mut routine) = routine.kind else { return routine };
    // Whoever calls it does not wait for it.
    let inner = std::mem::take(&mut routine.body);
    routine.body = cx.at(node, Kind::Spawn(Box::new(inner)));
    cx.at(node, Kind::Function(routine))
}

/// Fields with what they begin with.
fn field<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let mut all = Vec::new();
    let declared: Vec<Node<'t>> = node.children_by_field_name("declarator", &mut node.walk()).collect();
    for one in declared {
        let name = cx.field_name(one, "name");
        annotate(cx, node, Some(&name));
        if let Some(value) = one.child_by_field_name("value") {
            let value = cx.sketch(value);
            let targets = vec![Target { name, is_shared: true }];
            all.push(cx.assign(one, targets, value));
        }
    }
    cx.at(node, Kind::Block(all))
}

const KNOWN: Known = Known {
    harmless: &["SuppressWarnings", "Deprecated", "Nullable", "NonNull", "NotNull", "SafeVarargs"],
    tests: &["Test", "ParameterizedTest", "BeforeEach", "BeforeAll", "Before", "AfterEach", "RepeatedTest"],
};

/// Notes the annotations of a type, a member of it or a parameter.
fn annotate<'t>(cx: &mut Reader<'t>, node: Node<'t>, member: Option<&Arc<str>>) -> Notes {
    let mut notes = Notes::default();
    let Some(list) = child_of(node, &["modifiers"]) else { return notes };
    for one in children(list).into_iter().filter(|one| matches!(one.kind(), "annotation" | "marker_annotation")) {
        let path = cx.field_name(one, "name").split('.').map(Arc::from).collect();
        let mut all = Vec::new();
        for entry in one.child_by_field_name("arguments").map(children).unwrap_or_default() {
            all.push(match entry.kind() {
                "element_value_pair" => {
                    let value = entry.child_by_field_name("value").map(|value| match value.kind() {
                        // In code they say nothing; here they are what somebody sets.
                        "true" | "false" => {
                            let bits = vec![Bit::Fixed(cx.word(value).to_owned())];
                            cx.at(value, Kind::Text(bits))
                        }
                        _ => cx.sketch(value),
                    });
                    Given { name: Some(cx.field_name(entry, "key")), value: value.unwrap_or_default() }
                }
                _ => given(cx.sketch(entry)),
            });
        }
        let line = cx.place(one).0;
        cx.note(&mut notes, &KNOWN, path, all, (member, line));
    }
    notes
}
