//! Mermaid flowcharts, as GitHub and GitLab show them in Markdown.

use std::collections::HashMap;
use std::fmt::Write;

use super::{Group, Link, Mark, Node, Scene, What};
use crate::model::{Kind, State};

/// Writes a scene as a flowchart with nested subgraphs.
pub(super) fn write(scene: &Scene) -> String {
    let mut out = format!("---\ntitle: \"{}\"\n---\nflowchart LR\n", scene.title.replace('"', "'"));
    let mut ids = HashMap::new();
    let mut number = 0;
    for group in &scene.groups {
        subgraph(&mut out, group, 1, &mut ids, &mut number);
    }
    for link in &scene.links {
        arrow(&mut out, link, &ids);
    }
    let red: Vec<String> =
        scene.links.iter().enumerate().filter(|(_, l)| l.passes > State::Up).map(|(at, _)| at.to_string()).collect();
    if !red.is_empty() {
        let _ = writeln!(out, "  linkStyle {} stroke:#c62828,stroke-width:2px", red.join(","));
    }
    out += "  classDef app stroke-width:3px\n";
    if scene.outage {
        out += "  classDef struck fill:#e57373,stroke:#c62828,color:#000\n";
        out += "  classDef down fill:#f8c9c4,stroke:#c62828,color:#000\n";
        out += "  classDef degraded fill:#ffe9b3,stroke:#b9770e,color:#000\n";
        out += "  classDef frozen fill:#d6eaf8,stroke:#2e86c1,color:#000\n";
    }
    out
}

fn subgraph(out: &mut String, group: &Group, depth: usize, ids: &mut HashMap<String, usize>, number: &mut usize) {
    *number += 1;
    let indent = "  ".repeat(depth);
    let title = match group.mark.word() {
        Some(word) => format!("{} ({word})", group.title),
        None => group.title.clone(),
    };
    let _ = writeln!(out, "{indent}subgraph g{number}[\"{}\"]", escape(&title));
    for inner in &group.groups {
        subgraph(out, inner, depth + 1, ids, number);
    }
    for inner in &group.nodes {
        node(out, inner, depth + 1, ids);
    }
    let _ = writeln!(out, "{indent}end");
}

fn node(out: &mut String, node: &Node, depth: usize, ids: &mut HashMap<String, usize>) {
    let id = ids.len();
    ids.insert(node.key.clone(), id);
    let (open, close) = match node.what {
        What::Kind(Kind::Store) => ("[(", ")]"),
        What::Kind(Kind::Shared) => ("{{", "}}"),
        What::Kind(Kind::External) => ("[/", "/]"),
        What::Junction => ("([", "])"),
        _ => ("[", "]"),
    };
    let label = std::iter::once(&node.label).chain(&node.lines).cloned().collect::<Vec<_>>().join("\n");
    let class = match (node.mark, node.what) {
        (Mark::Struck, _) => ":::struck",
        (Mark::Down, _) => ":::down",
        (Mark::Degraded, _) => ":::degraded",
        (Mark::Frozen, _) => ":::frozen",
        (_, What::Kind(Kind::App)) => ":::app",
        (_, _) => "",
    };
    let _ = writeln!(out, "{}n{id}{open}\"{}\"{close}{class}", "  ".repeat(depth), escape(&label));
}

fn arrow(out: &mut String, link: &Link, ids: &HashMap<String, usize>) {
    let (Some(from), Some(to)) = (ids.get(&link.from), ids.get(&link.to)) else { return };
    let arrow = match (link.words(), link.start || !link.hard) {
        (Some(label), true) => format!("-. {label} .->"),
        (Some(label), false) => format!("-- {label} -->"),
        (None, _) => "-->".to_owned(),
    };
    let _ = writeln!(out, "  n{from} {arrow} n{to}");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br/>")
}
