//! Graphviz DOT, built with graphviz-rust.

use dot_structures::{
    Attribute, Edge, EdgeTy, Graph, GraphAttributes, Id, Node as DotNode, NodeId, Stmt, Subgraph, Vertex,
};
use graphviz_rust::printer::{DotPrinter, PrinterContext};

use super::{Direction, Group, Link, Mark, Node, Scene, What};
use crate::model::{Kind, State};

/// Writes a scene as a directed graph with nested clusters.
pub(super) fn write(scene: &Scene) -> String {
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(vec![
            text("label", &scene.title),
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
            text("fillcolor", "#ffffff"),
        ])),
        Stmt::GAttribute(GraphAttributes::Edge(vec![
            text("fontname", "Helvetica"),
            plain("fontsize", "9"),
            text("color", "#555555"),
        ])),
    ];
    let mut number = 0;
    stmts.extend(scene.groups.iter().map(|inner| Stmt::Subgraph(cluster(inner, &mut number))));
    stmts.extend(scene.links.iter().map(|link| Stmt::Edge(edge(link))));
    let graph = Graph::DiGraph { id: Id::Plain("linchpin".to_owned()), strict: false, stmts };
    graph.print(PrinterContext::default().with_semi()) + "\n"
}

fn cluster(group: &Group, number: &mut usize) -> Subgraph {
    *number += 1;
    let title = match group.mark.word() {
        Some(word) => format!("{} ({word})", group.title),
        None => group.title.clone(),
    };
    let id = Id::Plain(format!("cluster_{number}"));
    let mut stmts = vec![
        Stmt::Attribute(text("label", &title)),
        Stmt::Attribute(text("style", "rounded,filled")),
        Stmt::Attribute(text("color", border(group.mark))),
        Stmt::Attribute(text("fillcolor", if group.mark == Mark::None { "#f6f8fa" } else { "#fff5f5" })),
    ];
    stmts.extend(group.groups.iter().map(|inner| Stmt::Subgraph(cluster(inner, number))));
    stmts.extend(group.nodes.iter().map(|inner| Stmt::Node(node(inner))));
    Subgraph { id, stmts }
}

fn node(node: &Node) -> DotNode {
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
        text("fillcolor", fill(node.mark)),
        text("color", border(node.mark)),
    ];
    if node.what == What::Kind(Kind::App) {
        attributes.push(plain("penwidth", "2.5"));
    }
    if node.what == What::Kind(Kind::Store) {
        attributes.push(text("style", "filled"));
    }
    DotNode { id: id(&node.key), attributes }
}

fn edge(link: &Link) -> Edge {
    let style = match (link.start, link.hard) {
        (true, _) => "dotted",
        (false, false) => "dashed",
        (false, true) => "solid",
    };
    let mut attributes = vec![plain("style", style)];
    attributes.extend(link.words().map(|label| text("label", &label)));
    if link.passes > State::Up {
        attributes.push(text("color", border(if link.passes == State::Down { Mark::Down } else { Mark::Degraded })));
        attributes.push(plain("penwidth", "2"));
    } else if link.control || link.start {
        attributes.push(text("color", "#aaaaaa"));
    }
    let vertex = |name: &str| Vertex::N(id(name));
    Edge { ty: EdgeTy::Pair(vertex(&link.from), vertex(&link.to)), attributes }
}

fn fill(mark: Mark) -> &'static str {
    match mark {
        Mark::None | Mark::Risk => "#ffffff",
        Mark::Frozen => "#d6eaf8",
        Mark::Degraded => "#ffe9b3",
        Mark::Down => "#f8c9c4",
        Mark::Struck => "#e57373",
    }
}

fn border(mark: Mark) -> &'static str {
    match mark {
        Mark::None | Mark::Risk => "#8a8f98",
        Mark::Frozen => "#2e86c1",
        Mark::Degraded => "#b9770e",
        Mark::Down | Mark::Struck => "#c62828",
    }
}

fn id(name: &str) -> NodeId {
    NodeId(quoted(name), None)
}

fn quoted(value: &str) -> Id {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    Id::Escaped(format!("\"{escaped}\""))
}

fn text(name: &str, value: &str) -> Attribute {
    Attribute(Id::Plain(name.to_owned()), quoted(value))
}

fn plain(name: &str, value: &str) -> Attribute {
    Attribute(Id::Plain(name.to_owned()), Id::Plain(value.to_owned()))
}
