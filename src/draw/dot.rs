//! Graphviz DOT, built with graphviz-rust.

use std::collections::HashMap;

use dot_structures::{
    Attribute, Edge, EdgeTy, Graph, GraphAttributes, Id, Node as DotNode, NodeId, Stmt, Subgraph, Vertex,
};
use graphviz_rust::printer::{DotPrinter, PrinterContext};

use super::scene::{Change, Direction, Group, Link, Mark, Node, Scene, What};
use super::theme::Theme;
use crate::model::{Kind, State};

/// Writes a scene as a directed graph with nested clusters.
pub(super) fn write(scene: &Scene, theme: &Theme) -> String {
    let notes = scene.notes.iter().map(|note| format!("Not drawn in full: {note}."));
    let caption = std::iter::once(scene.title.clone()).chain(scene.headline.clone()).chain(notes);
    let caption = caption.collect::<Vec<_>>().join("\n");
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(vec![
            text("label", &caption),
            text("bgcolor", theme.background),
            text("fontcolor", theme.ink),
            plain("labelloc", "t"),
            plain("rankdir", if scene.direction == Direction::Down { "TB" } else { "LR" }),
            text("fontname", "Helvetica"),
            plain("compound", "true"),
            plain("ranksep", "0.9"),
        ])),
        Stmt::GAttribute(GraphAttributes::Node(vec![
            text("fontname", "Helvetica"),
            plain("fontsize", "11"),
            text("style", "filled,rounded"),
            plain("shape", "box"),
            text("fillcolor", theme.node_fill),
            text("fontcolor", theme.ink),
        ])),
        Stmt::GAttribute(GraphAttributes::Edge(vec![
            text("fontname", "Helvetica"),
            plain("fontsize", "9"),
            text("color", theme.faint),
            text("fontcolor", theme.faint),
        ])),
    ];
    let mut number = 0;
    let nodes = scene.all_nodes().into_iter().enumerate();
    let ids: HashMap<&str, String> = nodes.map(|(at, (node, _))| (node.key.as_str(), format!("n{at}"))).collect();
    stmts.extend(scene.groups.iter().map(|inner| Stmt::Subgraph(cluster(inner, theme, &ids, &mut number))));
    stmts.extend(scene.links.iter().map(|link| Stmt::Edge(edge(link, theme, &ids))));
    let graph = Graph::DiGraph { id: Id::Plain("linchpin".to_owned()), strict: false, stmts };
    graph.print(PrinterContext::default().with_semi()) + "\n"
}

fn cluster(group: &Group, theme: &Theme, ids: &HashMap<&str, String>, number: &mut usize) -> Subgraph {
    *number += 1;
    let title = match group.mark.word() {
        Some(word) => format!("{} ({word})", group.title),
        None => group.title.clone(),
    };
    let id = Id::Plain(format!("cluster_{number}"));
    let mut stmts = vec![
        Stmt::Attribute(text("label", &title)),
        Stmt::Attribute(text("style", "rounded,filled")),
        Stmt::Attribute(text(
            "color",
            if group.mark == Mark::None { theme.box_line } else { theme.of(group.mark).line },
        )),
        Stmt::Attribute(text("fillcolor", theme.box_fill)),
    ];
    stmts.extend(group.groups.iter().map(|inner| Stmt::Subgraph(cluster(inner, theme, ids, number))));
    stmts.extend(group.nodes.iter().map(|inner| Stmt::Node(node(inner, theme, ids))));
    Subgraph { id, stmts }
}

fn node(node: &Node, theme: &Theme, ids: &HashMap<&str, String>) -> DotNode {
    let shape = match node.what {
        What::Kind(Kind::Store) => "cylinder",
        What::Kind(Kind::External) => "component",
        What::Kind(Kind::Shared) => "hexagon",
        What::Kind(Kind::Job) => "note",
        What::Kind(kind) if kind.is_place() => "tab",
        What::Junction => "diamond",
        _ => "box",
    };
    let label = std::iter::once(&node.label).chain(&node.lines).cloned().collect::<Vec<_>>().join("\n");
    let mut attributes = vec![
        text("label", &label),
        plain("shape", shape),
        text("fillcolor", theme.of(node.mark).fill),
        text("color", outline(node, theme)),
    ];
    if node.highlighted || node.what == What::Kind(Kind::App) {
        attributes.push(plain("penwidth", if node.highlighted { "4" } else { "2.5" }));
    }
    if node.what == What::Kind(Kind::Store) {
        attributes.push(text("style", "filled"));
    }
    DotNode { id: id(ids.get(node.key.as_str()).map_or("", String::as_str)), attributes }
}

fn edge(link: &Link, theme: &Theme, ids: &HashMap<&str, String>) -> Edge {
    let style = match (link.start, link.hard) {
        (true, _) => "dotted",
        (false, false) => "dashed",
        (false, true) => "solid",
    };
    let mut attributes = vec![plain("style", style)];
    attributes.extend(link.words().map(|label| text("label", &label)));
    let (colour, wide) = match (link.passes, link.control) {
        (State::Up, _) => (theme.of_change(link.change), "1"),
        (_, true) => (Some(theme.frozen.line), "1.5"),
        (State::Degraded, false) => (Some(theme.degraded.line), "2"),
        (State::Down, false) => (Some(theme.down.line), "2.5"),
    };
    if let Some(colour) = colour {
        attributes.push(text("color", colour));
        attributes.push(plain("penwidth", wide));
    }
    if link.control {
        attributes.push(plain("arrowhead", "open"));
    }
    let vertex = |key: &str| Vertex::N(id(ids.get(key).map_or("", String::as_str)));
    Edge { ty: EdgeTy::Pair(vertex(&link.from), vertex(&link.to)), attributes }
}

fn outline(node: &Node, theme: &Theme) -> &'static str {
    match (node.highlighted, node.change) {
        (true, _) => theme.highlight,
        (false, Change::Kept) => theme.of(node.mark).line,
        (false, change) => theme.of_change(change).unwrap_or(theme.node_line),
    }
}

fn id(name: &str) -> NodeId {
    NodeId(quoted(name), None)
}

/// Text in double quotes, in which Graphviz looks for escapes and for entities of HTML.
fn quoted(value: &str) -> Id {
    let escaped = value.replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    Id::Escaped(format!("\"{escaped}\""))
}

fn text(name: &str, value: &str) -> Attribute {
    Attribute(Id::Plain(name.to_owned()), quoted(value))
}

fn plain(name: &str, value: &str) -> Attribute {
    Attribute(Id::Plain(name.to_owned()), Id::Plain(value.to_owned()))
}
