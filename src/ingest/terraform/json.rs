//! The JSON form of the language to our tree: `*.tf.json`, and values of `*.tfvars.json`.

use std::sync::Arc;

use super::hcl;
use super::syntax::{Attribute, Block, Body, Expr, Item, Spot};
use crate::source::yaml::{Kind, Node};

/// How many labels the blocks of the top level have.
const LABELS: &[(&str, usize)] = &[
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("module", 1),
    ("variable", 1),
    ("output", 1),
    ("provider", 1),
    ("locals", 0),
    ("terraform", 0),
];

/// Attributes whose texts are references rather than templates.
const REFERENCES: &[&str] = &["depends_on", "provider", "providers", "ignore_changes", "replace_triggered_by"];

/// The body of a file. What is not of the language is left out.
pub(super) fn body(file: &Arc<str>, root: &Node) -> Body {
    let mut body = Body::default();
    for (key, value) in root.entries() {
        let Some((kind, labels)) = LABELS.iter().find(|(kind, _)| key.text() == Some(kind)) else { continue };
        blocks(file, kind, &mut Vec::new(), *labels, value, &mut body);
    }
    body
}

/// Goes down through the labels; at each level a list may hold several.
fn blocks(file: &Arc<str>, kind: &str, labels: &mut Vec<Arc<str>>, deep: usize, node: &Node, body: &mut Body) {
    if node.is_seq() {
        node.items().iter().for_each(|item| blocks(file, kind, labels, deep, item, body));
        return;
    }
    if deep == 0 {
        let literal = kind == "variable";
        let inner = inside(file, node, literal);
        body.blocks.push(Block {
            kind: kind.into(),
            labels: labels.clone(),
            body: inner,
            file: Arc::clone(file),
            spot: spot(node),
        });
        return;
    }
    for (key, value) in node.entries() {
        labels.push(key.text().unwrap_or_default().into());
        let before = body.blocks.len();
        blocks(file, kind, labels, deep - 1, value, body);
        if deep == 1 {
            body.blocks[before..].iter_mut().for_each(|block| block.spot = spot(key));
        }
        labels.pop();
    }
}

/// The body of a block: attributes and nested blocks look alike, and mean the same to us.
fn inside(file: &Arc<str>, node: &Node, literal: bool) -> Body {
    let mut body = Body::default();
    for (key, value) in node.entries() {
        let name = key.text().unwrap_or_default();
        if matches!(name, "dynamic" | "backend" | "required_providers" | "cloud") && value.is_map() {
            for (label, inner) in value.entries() {
                let each = if inner.is_seq() { inner.items() } else { std::slice::from_ref(inner) };
                body.blocks.extend(each.iter().map(|inner| Block {
                    kind: name.into(),
                    labels: vec![label.text().unwrap_or_default().into()],
                    body: self::inside(file, inner, literal),
                    file: Arc::clone(file),
                    spot: spot(label),
                }));
            }
            continue;
        }
        if name == "content" && value.is_map() {
            let (kind, file, spot) = (name.into(), Arc::clone(file), spot(key));
            let body_of = inside(&file, value, literal);
            body.blocks.push(Block { kind, labels: Vec::new(), body: body_of, file, spot });
            continue;
        }
        let value = match () {
            () if REFERENCES.contains(&name) => references(file, value),
            () if name == "type" && literal => value.text().and_then(hcl::expression).unwrap_or(Expr::Null),
            () => expr(file, value, literal),
        };
        body.attributes.push(Attribute { name: name.into(), value, file: Arc::clone(file), spot: spot(key) });
    }
    body
}

/// A value as an expression; texts are templates unless they are taken literally.
pub(super) fn expr(file: &Arc<str>, node: &Node, literal: bool) -> Expr {
    match &node.kind {
        Kind::Null => Expr::Null,
        Kind::Bool(value) => Expr::Bool(*value),
        Kind::Scalar => match (node.number(), node.text()) {
            (Some(number), _) => Expr::Number(number),
            (None, Some(text)) if literal => Expr::Text(text.into()),
            (None, Some(text)) => hcl::template(text).unwrap_or_else(|| Expr::Text(text.into())),
            (None, None) => Expr::Null,
        },
        Kind::Seq(items) => {
            let item = |item: &Node| Item { value: expr(file, item, literal), spot: spot(item) };
            Expr::List(Arc::clone(file), items.iter().map(item).collect())
        }
        Kind::Map(entries) => {
            let entry = |(key, value): &(Node, Node)| {
                let name = key.text().unwrap_or_default();
                let name = if literal { None } else { hcl::template(name) }.unwrap_or_else(|| Expr::Text(name.into()));
                (name, Item { value: expr(file, value, literal), spot: spot(key) })
            };
            Expr::Object(Arc::clone(file), entries.iter().map(entry).collect())
        }
    }
}

fn references(file: &Arc<str>, node: &Node) -> Expr {
    match &node.kind {
        Kind::Seq(items) => {
            let item = |item: &Node| Item { value: references(file, item), spot: spot(item) };
            Expr::List(Arc::clone(file), items.iter().map(item).collect())
        }
        Kind::Map(entries) => {
            let entry = |(key, value): &(Node, Node)| {
                let item = Item { value: references(file, value), spot: spot(key) };
                (Expr::Text(key.text().unwrap_or_default().into()), item)
            };
            Expr::Object(Arc::clone(file), entries.iter().map(entry).collect())
        }
        _ => node.text().and_then(hcl::expression).unwrap_or(Expr::Null),
    }
}

/// The place of a node.
pub(super) fn spot(node: &Node) -> Spot {
    let at = node.location(&"".into());
    Spot { line: at.line, column: at.column, length: at.length }
}
