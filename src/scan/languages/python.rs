//! Python.

use std::sync::{Arc, OnceLock};

use tree_sitter::Node;

use super::choices::{Chooses, Switch};
use super::dialect::{Dialect, Failure, Places};
use super::drawing::{given, plain, targets};
use super::reader::{Reader, child_of, children, has};
use super::shapes::{Shape, Shapes};
use super::sketch::{Branch, Given, Handler, Kin, Kind, Parameters, Routine, Sketch};
use super::{Language, Others, Reads};
use crate::scan::code::{Annotation, Argument, Role};

/// Python.
pub(super) const PYTHON: Language = Language {
    name: "Python",
    ends: &[".py"],
    others: Others {
        ends: &["_test.py", "_tests.py", "_pb2.py", "_pb2_grpc.py", "conftest.py"],
        starts: &["test_", "setup.py", "noxfile.py", "fabfile.py", "tests.py"],
        folders: &["migrations", "__pycache__"],
        ..Others::NONE
    },
    reads: Reads::Grammar(&DIALECT),
};

static DIALECT: Dialect = Dialect {
    grammar: || tree_sitter_python::LANGUAGE.into(),
    shapes: SHAPES,
    names: &["identifier"],
    failure: Failure::Exception,
    runs_per_request: false,
    formats: &[(&["format"], Places::Braces)],
    chooses: Chooses {
        switches: &[Switch {
            node: "match_statement",
            on: "subject",
            cases: "case_clause",
            label: "case_pattern",
            falls: false,
        }],
        branches: "if_statement elif_clause",
        tables: "dictionary",
        elements: &[("subscript", "value", "subscript")],
    },
    kinds: OnceLock::new(),
};

/// How its nodes are drawn; what is not named here is drawn by its operands.
const SHAPES: Shapes = &[
    (
        "future_import_statement pass_statement global_statement nonlocal_statement type comment none true \
         false float ellipsis",
        Shape::Nothing,
    ),
    ("module block", Shape::Block),
    ("attribute", Shape::Member("object", "attribute")),
    ("subscript", Shape::Element("value", "subscript")),
    ("string", Shape::Text(&["string_content"], &["interpolation"])),
    ("integer", Shape::Number),
    ("interpolation", Shape::Inner("expression")),
    ("return_statement", Shape::Return),
    ("await", Shape::Around(Kind::Await)),
    ("raise_statement", Shape::Around(Kind::Throw)),
    ("break_statement", Shape::Leave { ends: true }),
    ("continue_statement", Shape::Leave { ends: false }),
    ("import_statement import_from_statement", Shape::Own(import)),
    ("decorated_definition", Shape::Own(decorated)),
    ("class_definition", Shape::Own(class)),
    ("binary_operator", Shape::Own(binary)),
    ("comparison_operator", Shape::Own(comparison)),
    ("if_statement elif_clause", Shape::Own(branch)),
    ("conditional_expression", Shape::Own(conditional)),
    ("for_statement while_statement", Shape::Own(loops)),
    ("try_statement", Shape::Own(attempt)),
    ("with_statement", Shape::Own(with)),
    ("as_pattern", Shape::Own(as_pattern)),
    ("function_definition", Shape::Own(|cx, node| function(cx, node, false))),
    (
        "lambda",
        Shape::Own(|cx, node| {
            let parameters = parameters(cx, node).0.into_iter().map(|(name, _)| name).collect();
            let body = cx.field(node, "body");
            cx.closure(node, parameters, body, true)
        }),
    ),
    ("assignment", Shape::Own(|cx, node| assign(cx, node, "left", "right"))),
    ("named_expression", Shape::Own(|cx, node| assign(cx, node, "name", "value"))),
    (
        "augmented_assignment",
        Shape::Own(|cx, node| {
            let (left, right) = (cx.field(node, "left"), cx.field(node, "right"));
            let targets = targets(&left);
            let value = cx.at(node, Kind::Join(vec![left, right]));
            cx.assign(node, targets, value)
        }),
    ),
    (
        "identifier",
        Shape::Own(|cx, node| match cx.word(node) {
            "self" | "cls" => cx.called(node, "self"),
            _ => cx.named(node),
        }),
    ),
    (
        "call",
        Shape::Own(|cx, node| {
            let target = cx.field(node, "function");
            let list = node.child_by_field_name("arguments");
            let arguments = list.map(|list| arguments(cx, list)).unwrap_or_default();
            cx.call(node, target, arguments)
        }),
    ),
    (
        "dictionary",
        Shape::Own(|cx, node| {
            let pairs = pairs(cx, node);
            cx.at(node, Kind::Pairs(pairs))
        }),
    ),
    ("concatenated_string", Shape::Texts),
    (
        "not_operator",
        Shape::Own(|cx, node| {
            let inner = cx.field(node, "argument");
            cx.at(node, Kind::Not(Box::new(inner)))
        }),
    ),
];

fn import<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let from = node.child_by_field_name("module_name").map(|from| cx.word(from));
    let names: Vec<Node<'t>> = node.children_by_field_name("name", &mut node.walk()).collect();
    if names.is_empty() {
        cx.import(node, from.unwrap_or_default(), None, false);
    }
    for one in names {
        let (path, alias) = match one.kind() {
            "aliased_import" => (one.child_by_field_name("name").unwrap_or(one), one.child_by_field_name("alias")),
            _ => (one, None),
        };
        let word = cx.word(path);
        let (whole, name) = match from {
            // `import a.b` brings the name `a`.
            None => (word.to_owned(), word.split('.').next().unwrap_or(word)),
            Some(from) if from.ends_with('.') => (format!("{from}{word}"), word),
            Some(from) => (format!("{from}.{word}"), word),
        };
        let name = alias.map_or_else(|| Arc::from(name), |alias| cx.name(alias));
        cx.import(node, whole, Some(name), false);
    }
    Sketch::default()
}

/// A definition and its decorators, which hand it to what they name.
fn decorated<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let Some(definition) = node.child_by_field_name("definition") else { return cx.group(node) };
    let name = cx.field_name(definition, "name");
    let is_class = definition.kind() == "class_definition";
    let mut before = Vec::new();
    let mut is_handed_on = false;
    for decorator in children(node).into_iter().filter(|one| one.kind() == "decorator") {
        let inner = cx.group(decorator);
        let (target, given) = match &inner.kind {
            Kind::Call(call) => (&call.target, call.arguments.as_slice()),
            _ => (&inner, [].as_slice()),
        };
        let Some(path) = target.path() else { continue };
        let harmless =
            ["staticmethod", "classmethod", "property", "setter", "wraps", "dataclass", "abstractmethod", "override"];
        is_handed_on |= !path.last().is_some_and(|last| harmless.contains(&&**last));
        let arguments = given.iter().map(|one| Argument { name: one.name.clone(), value: plain(&one.value) }).collect();
        let owner = if is_class { Some(name.clone()) } else { cx.owner() };
        let member = (!is_class).then(|| name.clone());
        let line = cx.place(decorator).0;
        cx.annotate(Annotation { path, arguments, owner, member, line });
        // The call of a decorator runs when the file is loaded.
        if matches!(inner.kind, Kind::Call(_)) {
            before.push(inner);
        }
    }
    let definition = if is_class { cx.sketch(definition) } else { function(cx, definition, is_handed_on) };
    before.push(definition);
    cx.at(node, Kind::Block(before))
}

/// The parameters of a function, without the object it is a method of, and their defaults.
fn parameters<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> (Parameters, Vec<Sketch>) {
    let (mut found, mut defaults) = (Vec::new(), Vec::new());
    for one in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
        let name = one.child_by_field_name("name").or_else(|| child_of(one, &["identifier"])).unwrap_or(one);
        if !matches!(name.kind(), "identifier") || matches!(cx.word(name), "self" | "cls") {
            continue;
        }
        let kind = one.child_by_field_name("type").and_then(|kind| type_name(cx, kind));
        found.push((cx.name(name), kind));
        if let Some(value) = one.child_by_field_name("value") {
            defaults.push(cx.default_of(one, name, value));
        }
    }
    (found, defaults)
}

/// The last part of a type's name: `Client` of `Optional[redis.Client]`.
fn type_name<'t>(cx: &Reader<'t>, node: Node<'t>) -> Option<Arc<str>> {
    let word = cx.word(node);
    let inner = word.strip_prefix("Optional[").and_then(|inner| inner.strip_suffix(']')).unwrap_or(word);
    let name = inner.split(['[', '|', ' ']).next()?.rsplit('.').next()?.trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| Arc::from(name))
}

fn function<'t>(cx: &mut Reader<'t>, node: Node<'t>, is_handed_on: bool) -> Sketch {
    let name = cx.field_name(node, "name");
    let (parameters, mut body) = parameters(cx, node);
    if let Kind::Block(all) = cx.field(node, "body").kind {
        body.extend(all);
    }
    let owner = cx.owner();
    let role = match &*name {
        name if name.starts_with("test") && owner.is_none_or(|owner| owner.contains("Test")) => Role::Test,
        _ => Role::Plain,
    };
    let exposed = is_handed_on || (cx.derives() && &*name != "__init__");
    let body = cx.at(node, Kind::Block(body));
    let is_async = has(node, "async");
    cx.routine(node, Routine { name, parameters, role, exposed, is_async, body, ..Routine::default() })
}

fn class<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let name = cx.field_name(node, "name");
    let listed = node.child_by_field_name("superclasses").map(children).unwrap_or_default();
    let bases: Vec<Arc<str>> = listed
        .into_iter()
        .filter(|base| base.kind() != "keyword_argument" && cx.word(*base) != "object")
        .filter_map(|base| type_name(cx, base))
        .collect();
    cx.enter(&name, !bases.is_empty());
    let body = node.child_by_field_name("body").map(children).unwrap_or_default();
    let mut fields = Vec::new();
    for one in &body {
        let Some(assignment) = child_of(*one, &["assignment"]) else { continue };
        let kind = assignment.child_by_field_name("type").and_then(|kind| type_name(cx, kind));
        fields.extend(kind.map(|kind| (cx.field_name(assignment, "left"), kind)));
    }
    let is_test = bases.iter().any(|base| base.ends_with("TestCase"));
    let members = body.into_iter().map(|one| cx.sketch(one)).collect();
    cx.owners.pop();
    cx.kin(node, Kin { name, bases, fields, members, is_test, ..Kin::default() })
}

fn assign<'t>(cx: &mut Reader<'t>, node: Node<'t>, left: &str, right: &str) -> Sketch {
    let Some(value) = node.child_by_field_name(right) else { return Sketch::default() };
    let targets = targets(&cx.field(node, left));
    let value = cx.sketch(value);
    cx.assign(node, targets, value)
}

fn arguments<'t>(cx: &mut Reader<'t>, list: Node<'t>) -> Vec<Given> {
    if list.kind() != "argument_list" {
        return vec![given(cx.sketch(list))];
    }
    let mut found = Vec::new();
    for one in children(list) {
        found.push(match one.kind() {
            "keyword_argument" => Given { name: Some(cx.field_name(one, "name")), value: cx.field(one, "value") },
            _ => given(cx.sketch(one)),
        });
    }
    found
}

fn pairs<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Vec<Given> {
    let mut found = Vec::new();
    for one in children(node) {
        if one.kind() != "pair" {
            found.push(given(cx.sketch(one)));
            continue;
        }
        let name = one.child_by_field_name("key").map(|key| Arc::from(cx.word(key).trim_matches(['"', '\''])));
        found.push(Given { name, value: cx.field(one, "value") });
    }
    found
}

fn binary<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    if has(node, "+") {
        return cx.join(node, |_, node| node.kind() == "binary_operator" && has(node, "+"));
    }
    let (left, right) = (cx.field(node, "left"), cx.field(node, "right"));
    if has(node, "%") && matches!(left.kind, Kind::Text(_) | Kind::Join(_)) {
        let values = match right.kind {
            Kind::Group(all) => all.into_iter().map(given).collect(),
            Kind::Pairs(all) => all,
            _ => vec![given(right)],
        };
        return cx.at(node, Kind::Format(Box::new(left), values));
    }
    cx.at(node, Kind::Group(vec![left, right]))
}

fn comparison<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let equal = has(node, "is") || has(node, "==");
    let differs = has(node, "is not") || has(node, "!=");
    let mut sides = children(node).into_iter();
    match (sides.next(), sides.next()) {
        (Some(left), Some(right)) if equal || differs => {
            let sides = Box::new([cx.sketch(left), cx.sketch(right)]);
            cx.at(node, Kind::Test { equal, sides })
        }
        _ => cx.group(node),
    }
}

/// The part of a file that runs when it is started and not when it is imported.
fn main_part<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let body = cx.field(node, "consequence");
    cx.routine(node, Routine { role: Role::Main, exposed: true, body, ..Routine::default() })
}

/// `if`, and the `elif` and `else` that follow it.
fn branch<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let asks = |one: Node<'t>| cx.word(one).starts_with("__name__") && cx.word(one).contains("__main__");
    if node.child_by_field_name("condition").is_some_and(asks) {
        return main_part(cx, node);
    }
    let condition = cx.field(node, "condition");
    let then = cx.field(node, "consequence");
    let clauses: Vec<Node<'t>> = node.children_by_field_name("alternative", &mut node.walk()).collect();
    let mut others = Vec::new();
    for clause in clauses {
        others.push(if clause.kind() == "else_clause" { cx.field(clause, "body") } else { cx.sketch(clause) });
    }
    cx.branch_of(node, condition, then, others)
}

fn conditional<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let mut all = cx.inner(node).into_iter();
    let (then, condition) = (all.next().unwrap_or_default(), all.next().unwrap_or_default());
    let branch = Branch { before: None, condition, then, otherwise: all.next() };
    cx.at(node, Kind::If(Box::new(branch)))
}

fn loops<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let condition = node.child_by_field_name("condition");
    let endless = condition.is_some_and(|one| matches!(cx.word(one), "True" | "1"));
    let head = if condition.is_some() { cx.field(node, "condition") } else { cx.field(node, "right") };
    let body = Box::new(cx.field(node, "body"));
    let mut all = vec![head, cx.at(node, Kind::Loop { body, endless })];
    // `else` runs when nothing has left the loop.
    if let Some(clause) = node.child_by_field_name("alternative") {
        all.push(cx.field(clause, "body"));
    }
    all.retain(|part| !matches!(part.kind, Kind::Nothing));
    cx.at(node, Kind::Block(all))
}

fn attempt<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let body = cx.field(node, "body");
    let (mut handlers, mut rest) = (Vec::new(), Vec::new());
    for clause in children(node) {
        match clause.kind() {
            "except_clause" | "except_group_clause" => handlers.push(handler(cx, clause)),
            "finally_clause" | "else_clause" => {
                let block = child_of(clause, &["block"]);
                rest.extend(block.map(|block| cx.sketch(block)));
            }
            _ => {}
        }
    }
    cx.attempt(node, body, handlers, rest)
}

fn handler<'t>(cx: &mut Reader<'t>, clause: Node<'t>) -> Handler {
    let block = child_of(clause, &["block"]);
    let body = block.map(|block| cx.sketch(block)).unwrap_or_default();
    let caught = children(clause).into_iter().find(|one| one.kind() != "block");
    let alias = caught.filter(|one| one.kind() == "as_pattern").and_then(|one| one.child_by_field_name("alias"));
    let kinds = caught.map(|one| if alias.is_some() { children(one).first().copied().unwrap_or(one) } else { one });
    let all = match kinds {
        Some(list) if list.kind() == "tuple" => children(list),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let catches = all.into_iter().filter_map(|one| type_name(cx, one)).collect();
    Handler { error: alias.map(|name| cx.name(name)), catches, body, gives: false, line: cx.place(clause).0 }
}

fn with<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let heads: Vec<Sketch> = child_of(node, &["with_clause"]).map(|clause| cx.inner(clause)).unwrap_or_default();
    let mutes =
        heads.iter().any(|head| head.any(&mut |part| part.last_name().is_some_and(|name| &**name == "suppress")));
    let body = cx.field(node, "body");
    let body = if mutes { cx.at(node, Kind::Mute(Box::new(body))) } else { body };
    cx.at(node, Kind::Block(heads.into_iter().chain([body]).collect()))
}

fn as_pattern<'t>(cx: &mut Reader<'t>, node: Node<'t>) -> Sketch {
    let value = children(node).first().map(|value| cx.sketch(*value)).unwrap_or_default();
    let targets = targets(&cx.field(node, "alias"));
    cx.assign(node, targets, value)
}
