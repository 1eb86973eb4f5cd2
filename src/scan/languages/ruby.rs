//! Ruby.

use std::sync::{Arc, OnceLock};

use tree_sitter::Node;

use super::choices::{Chooses, Switch};
use super::dialect::{Dialect, Failure, Places};
use super::drawing::{given, targets};
use super::reader::{Reader, child_of, children, has};
use super::shapes::{Shape, Shapes};
use super::sketch::{Given, Handler, Kin, Kind, Parameters, Routine, Sketch};
use super::{Language, Others, Reads};

/// Ruby.
pub(super) const RUBY: Language = Language {
    name: "Ruby",
    ends: &[".rb", ".ru"],
    others: Others {
        ends: &["_test.rb", "_spec.rb", "_pb.rb", "_helper.rb"],
        starts: &["test_"],
        folders: &["migrate", "features"],
        ..Others::NONE
    },
    reads: Reads::Grammar(&DIALECT),
};

static DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_ruby::LANGUAGE.into(),
    shapes: SHAPES,
    names: &["identifier", "constant", "instance_variable", "class_variable", "global_variable", "hash_key_symbol"],
    failure: Failure::Exception,
    runs_per_request: false,
    formats: &[(&["format"], Places::Percent), (&["sprintf"], Places::Percent)],
    chooses: Chooses {
        switches: &[Switch { node: "case", on: "value", cases: "when else", label: "pattern", falls: false }],
        branches: "if elsif",
        ..Chooses::NONE
    },
    kinds: OnceLock::new(),
};

/// How its nodes are drawn; what is not named here is drawn by its operands.
const SHAPES: Shapes = &[
    (
        "nil true false float simple_symbol hash_key_symbol heredoc_beginning heredoc_end regex string_array \
         symbol_array comment uninterpreted",
        Shape::Nothing,
    ),
    ("constant global_variable", Shape::Name),
    ("self", Shape::Word("self")),
    ("string subshell", Shape::Text(&["string_content"], &["interpolation"])),
    ("integer", Shape::Number),
    ("return", Shape::Return),
    ("break", Shape::Leave { ends: true }),
    ("next redo retry", Shape::Leave { ends: false }),
    ("class", Shape::Own(class)),
    ("method singleton_method", Shape::Own(method)),
    ("lambda do_block block", Shape::Own(closure)),
    ("call", Shape::Own(call)),
    ("binary", Shape::Own(binary)),
    ("if elsif unless conditional if_modifier unless_modifier", Shape::Own(branch)),
    (
        "program body_statement block_body begin begin_block then do else ensure parenthesized_statements",
        Shape::Own(|cx, node| {
            let mut all = statements(cx, node);
            if all.len() == 1 && node.kind() == "parenthesized_statements" {
                all.swap_remove(0)
            } else {
                cx.at(node, Kind::Block(all))
            }
        }),
    ),
    (
        "module singleton_class",
        Shape::Own(|cx, node| {
            let all = node.child_by_field_name("body").map(|body| statements(cx, body)).unwrap_or_default();
            cx.at(node, Kind::Block(all))
        }),
    ),
    (
        "identifier",
        Shape::Own(|cx, node| match cx.word(node) {
            "raise" => cx.at(node, Kind::Throw(Box::default())),
            _ => cx.named(node),
        }),
    ),
    (
        "instance_variable class_variable",
        Shape::Own(|cx, node| {
            let object = Box::new(cx.called(node, "self"));
            let name = cx.name(node);
            cx.at(node, Kind::Member(object, name))
        }),
    ),
    (
        "scope_resolution",
        Shape::Own(|cx, node| {
            let scope = cx.field(node, "scope");
            let name = cx.field_name(node, "name");
            match scope.kind {
                Kind::Nothing => cx.at(node, Kind::Name(name)),
                _ => cx.at(node, Kind::Member(Box::new(scope), name)),
            }
        }),
    ),
    (
        "element_reference",
        Shape::Own(|cx, node| {
            let object = cx.field(node, "object");
            let key = children(node).get(1).map(|key| cx.sketch(*key)).unwrap_or_default();
            cx.element(node, object, key)
        }),
    ),
    (
        "assignment",
        Shape::Own(|cx, node| {
            let targets = targets(&left(cx, node));
            let value = cx.field(node, "right");
            cx.assign(node, targets, value)
        }),
    ),
    (
        "operator_assignment",
        Shape::Own(|cx, node| {
            let (left, right) = (left(cx, node), cx.field(node, "right"));
            let targets = targets(&left);
            let both = vec![left, right];
            let value = cx.at(node, if has(node, "+=") { Kind::Join(both) } else { Kind::Group(both) });
            cx.assign(node, targets, value)
        }),
    ),
    (
        "hash",
        Shape::Own(|cx, node| {
            let all = arguments(cx, node);
            cx.at(node, Kind::Pairs(all))
        }),
    ),
    ("chained_string", Shape::Texts),
    (
        "heredoc_body",
        Shape::Own(|cx, node| {
            let text = cx.pieces(node, &["heredoc_content"], &["interpolation"]);
            cx.at(node, Kind::Group(vec![text]))
        }),
    ),
    (
        "unary",
        Shape::Own(|cx, node| {
            let inner = cx.field(node, "operand");
            if has(node, "!") || has(node, "not") { cx.at(node, Kind::Not(Box::new(inner))) } else { inner }
        }),
    ),
    (
        "while until for while_modifier until_modifier",
        Shape::Own(|cx, node| {
            let head = if node.kind() == "for" { cx.field(node, "value") } else { cx.field(node, "condition") };
            let endless = node.kind() == "while"
                && node.child_by_field_name("condition").is_some_and(|one| cx.word(one) == "true");
            let body = Box::new(cx.field(node, "body"));
            let whole = cx.at(node, Kind::Loop { body, endless });
            cx.at(node, Kind::Block(vec![head, whole]))
        }),
    ),
    (
        "rescue_modifier",
        Shape::Own(|cx, node| {
            let body = cx.field(node, "body");
            let handler = cx.field(node, "handler");
            let handler = cx.at(node, Kind::Block(vec![handler]));
            let line = cx.place(node).0;
            let handlers = vec![Handler { error: None, catches: Vec::new(), body: handler, gives: true, line }];
            cx.attempt(node, body, handlers, Vec::new())
        }),
    ),
];

/// The statements of a body; those before its `rescue` are an attempt.
fn statements<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Sketch> {
    let all = children(node);
    let last = all.len().saturating_sub(1);
    let (mut body, mut handlers, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for (at, one) in all.into_iter().enumerate() {
        match one.kind() {
            "rescue" => handlers.push(handler(cx, one)),
            "ensure" | "else" if node.kind() != "case" => rest.push(cx.sketch(one)),
            // A name that stands alone is a call without arguments.
            "identifier" if at != last && cx.word(one) != "raise" => {
                let target = cx.named(one);
                body.push(cx.call(one, target, Vec::new()));
            }
            _ => body.push(cx.sketch(one)),
        }
    }
    if handlers.is_empty() {
        body.extend(rest);
        return body;
    }
    let body = cx.at(node, Kind::Block(body));
    vec![cx.attempt(node, body, handlers, rest)]
}

fn handler<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Handler {
    let kinds = node.child_by_field_name("exceptions").map(children).unwrap_or_default();
    let catches =
        kinds.into_iter().map(|kind| Arc::from(cx.word(kind).rsplit("::").next().unwrap_or_default())).collect();
    let error = node.child_by_field_name("variable").and_then(|one| children(one).first().copied());
    let error = error.map(|name| cx.name(name));
    Handler { error, catches, body: cx.field(node, "body"), gives: true, line: cx.place(node).0 }
}

/// The left side of an assignment: `object.attribute = …` sets a member.
fn left<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let Some(left) = node.child_by_field_name("left") else { return Sketch::default() };
    if left.kind() != "call" {
        return cx.sketch(left);
    }
    let object = cx.field(left, "receiver");
    let name = cx.field_name(left, "method");
    cx.member(left, object, name)
}

fn class<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let last = |word: &str| Arc::from(word.rsplit("::").next().unwrap_or(word).trim());
    let name: Arc<str> = node.child_by_field_name("name").map(|name| last(cx.word(name))).unwrap_or_default();
    let mut bases: Vec<Arc<str>> = Vec::new();
    bases.extend(
        node.child_by_field_name("superclass")
            .and_then(|base| children(base).first().copied())
            .map(|base| last(cx.word(base))),
    );
    let body = node.child_by_field_name("body");
    for one in body.map(children).unwrap_or_default().into_iter().filter(|one| one.kind() == "call") {
        if matches!(&*cx.field_name(one, "method"), "include" | "extend" | "prepend") {
            let given = one.child_by_field_name("arguments").map(children).unwrap_or_default();
            bases.extend(given.into_iter().map(|base| last(cx.word(base))));
        }
    }
    cx.enter(&name, !bases.is_empty());
    let members = body.map(|body| statements(cx, body)).unwrap_or_default();
    cx.owners.pop();
    let is_test = bases.iter().any(|base| base.ends_with("TestCase") || &**base == "Test");
    cx.kin(node, Kin { name, bases, fields: Vec::new(), members, is_test, ..Kin::default() })
}

fn parameters<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> (Parameters, Vec<Sketch>) {
    let (mut found, mut defaults) = (Vec::new(), Vec::new());
    for one in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
        let name = one.child_by_field_name("name").unwrap_or(one);
        found.push((cx.name(name), None));
        if let Some(value) = one.child_by_field_name("value") {
            defaults.push(cx.default_of(one, name, value));
        }
    }
    (found, defaults)
}

/// A method; its last expression is what it gives.
fn method<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let (parameters, mut all) = parameters(cx, node);
    if let Some(body) = node.child_by_field_name("body") {
        if body.kind() == "body_statement" {
            all.extend(statements(cx, body));
        } else {
            all.push(cx.sketch(body));
        }
    }
    let is_value = |kind: &Kind| {
        matches!(
            kind,
            Kind::Call(_)
                | Kind::Name(_)
                | Kind::Member(..)
                | Kind::Text(_)
                | Kind::Join(_)
                | Kind::Pairs(_)
                | Kind::Group(_)
                | Kind::Format(..)
        )
    };
    if let Some(last) = all.pop() {
        let (line, column) = (last.line, last.column);
        let returned = is_value(&last.kind);
        all.push(if returned { Sketch { kind: Kind::Return(Some(Box::new(last))), line, column } } else { last });
    }
    let body = cx.at(node, Kind::Block(all));
    let exposed = cx.derives() && &*name != "initialize";
    cx.routine(node, Routine { name, parameters, exposed, body, ..Routine::default() })
}

fn closure<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let (parameters, defaults) = parameters(cx, node);
    let parameters = parameters.into_iter().map(|(name, _)| name).collect();
    let body = match node.child_by_field_name("body") {
        Some(body) if matches!(body.kind(), "block" | "do_block") => {
            body.child_by_field_name("body").map(|inner| statements(cx, inner)).unwrap_or_default()
        }
        Some(body) => statements(cx, body),
        None => Vec::new(),
    };
    let body = cx.at(node, Kind::Block(defaults.into_iter().chain(body).collect()));
    cx.closure(node, parameters, body, false)
}

fn call<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let receiver = node.child_by_field_name("receiver");
    let name = cx.field_name(node, "method");
    let list = node.child_by_field_name("arguments");
    if receiver.is_none() && matches!(&*name, "require" | "require_relative" | "load") {
        let path = list.and_then(|list| children(list).first().copied()).filter(|one| one.kind() == "string");
        if let Some(path) = path.and_then(|path| child_of(path, &["string_content"])).map(|path| cx.word(path)) {
            let path = if &*name == "require_relative" && !path.starts_with('.') {
                format!("./{path}")
            } else {
                path.to_owned()
            };
            cx.import(node, path, None, false);
            return Sketch::default();
        }
    }
    let mut arguments = list.map(|list| arguments(cx, list)).unwrap_or_default();
    if receiver.is_none() && matches!(&*name, "raise" | "fail") {
        let all = arguments.into_iter().map(|one| one.value).collect();
        let inner = cx.at(node, Kind::Group(all));
        return cx.at(node, Kind::Throw(Box::new(inner)));
    }
    if let Some(block) = node.child_by_field_name("block") {
        arguments.push(given(cx.sketch(block)));
    }
    let makes = &*name == "new" && receiver.is_some();
    let target = match receiver {
        Some(receiver) => {
            let object = cx.sketch(receiver);
            match &*name {
                // `lambda.(…)`.
                "" => object,
                _ => cx.member(node, object, name),
            }
        }
        None => cx.at(node, Kind::Name(name)),
    };
    let place = node.child_by_field_name("method").unwrap_or(node);
    if makes { cx.make(place, target, arguments) } else { cx.call(place, target, arguments) }
}

fn arguments<'t>(cx: &mut Reader<'t>, list: Node<'t>) -> Vec<Given> {
    let mut found = Vec::new();
    for one in children(list) {
        if one.kind() != "pair" {
            found.push(given(cx.sketch(one)));
            continue;
        }
        let key = one.child_by_field_name("key").map(|key| Arc::from(cx.word(key).trim_matches([':', '"', '\''])));
        let value = match one.child_by_field_name("value") {
            Some(value) => cx.sketch(value),
            // `host:` alone takes the variable of that name.
            None => cx.at(one, Kind::Name(key.clone().unwrap_or_default())),
        };
        found.push(Given { name: key, value });
    }
    found
}

fn binary<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    if has(node, "+") {
        return cx.join(node, |_, node| node.kind() == "binary" && has(node, "+"));
    }
    let (left, right) = (cx.field(node, "left"), cx.field(node, "right"));
    if has(node, "%") && matches!(left.kind, Kind::Text(_)) {
        let values = match right.kind {
            Kind::Group(all) => all.into_iter().map(given).collect(),
            Kind::Pairs(all) => all,
            _ => vec![given(right)],
        };
        return cx.at(node, Kind::Format(Box::new(left), values));
    }
    if has(node, "==") || has(node, "!=") {
        return cx.at(node, Kind::Test { equal: has(node, "=="), sides: Box::new([left, right]) });
    }
    cx.at(node, Kind::Group(vec![left, right]))
}

fn branch<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = cx.field(node, "condition");
    let condition = match node.kind() {
        "unless" | "unless_modifier" => cx.at(node, Kind::Not(Box::new(condition))),
        _ => condition,
    };
    let then = if node.kind().ends_with("modifier") { cx.field(node, "body") } else { cx.field(node, "consequence") };
    let otherwise = node.child_by_field_name("alternative").map(|other| cx.sketch(other));
    cx.branch(node, condition, then, otherwise)
}
