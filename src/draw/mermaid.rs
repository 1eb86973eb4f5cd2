//! Mermaid flowcharts, as GitHub and GitLab show them in Markdown.

use std::collections::HashMap;
use std::fmt::Write;

use super::scene::{Change, Direction, Group, Link, Mark, Node, Scene, What};
use super::theme::Theme;
use crate::model::{Kind, State};

/// Writes a scene as a flowchart with nested subgraphs.
pub(super) fn write(scene: &Scene, theme: &Theme) -> String {
    let title = scene.title.replace('\\', "\\\\").replace('"', "'").replace('<', "\u{2039}").replace('>', "\u{203a}");
    let direction = if scene.direction == Direction::Down { "TB" } else { "LR" };
    let mut out = format!("---\ntitle: \"{title}\"\n---\nflowchart {direction}\n");
    let mut ids = HashMap::new();
    let mut number = 0;
    let mut marked = Vec::new();
    for group in &scene.groups {
        subgraph(&mut out, group, 1, &mut ids, &mut number, &mut marked);
    }
    let mut drawn = Vec::new();
    for link in &scene.links {
        if arrow(&mut out, link, &ids) {
            drawn.push(link);
        }
    }
    let notes: Vec<String> = scene.notes.iter().map(|note| format!("Not drawn in full: {note}.")).collect();
    let told: Vec<&String> = scene.headline.iter().chain(&notes).collect();
    if !told.is_empty() {
        let text = told.into_iter().map(|line| escape(line)).collect::<Vec<_>>().join("<br/>");
        let _ = writeln!(out, "  legend[\"{text}\"]:::legend");
    }
    line_styles(&mut out, &drawn, theme);
    classes(&mut out, scene, theme);
    for (name, mark) in marked {
        let _ = writeln!(out, "  style {name} stroke:{},stroke-width:2px", theme.of(mark).line);
    }
    out
}

fn line_styles(out: &mut String, drawn: &[&Link], theme: &Theme) {
    let styles = [
        (theme.down.line, "3px"),
        (theme.degraded.line, "2px"),
        (theme.frozen.line, "2px"),
        (theme.added, "2px"),
        (theme.removed, "1px"),
    ];
    let style = |link: &Link| match (link.passes, link.control, link.change) {
        (State::Up, _, Change::Added | Change::Altered) => Some(3),
        (State::Up, _, Change::Removed) => Some(4),
        (State::Up, ..) => None,
        (_, true, _) => Some(2),
        (State::Degraded, false, _) => Some(1),
        (State::Down, false, _) => Some(0),
    };
    for (at, (colour, wide)) in styles.into_iter().enumerate() {
        let numbers = drawn.iter().enumerate().filter(|(_, link)| style(link) == Some(at));
        let numbers: Vec<String> = numbers.map(|(number, _)| number.to_string()).collect();
        if !numbers.is_empty() {
            let _ = writeln!(out, "  linkStyle {} stroke:{colour},stroke-width:{wide}", numbers.join(","));
        }
    }
}

fn classes(out: &mut String, scene: &Scene, theme: &Theme) {
    let nodes = scene.all_nodes();
    let _ = writeln!(out, "  classDef app stroke-width:3px");
    for mark in Mark::ALL {
        if nodes.iter().any(|(node, _)| node.mark == mark) {
            let colours = theme.of(mark);
            let class = class(mark);
            let _ =
                writeln!(out, "  classDef {class} fill:{},stroke:{},color:{}", colours.fill, colours.line, theme.ink);
        }
    }
    if nodes.iter().any(|(node, _)| node.highlighted) {
        let _ = writeln!(out, "  classDef highlighted stroke:{},stroke-width:5px", theme.highlight);
    }
    let _ = writeln!(out, "  classDef legend fill:none,stroke:none,color:{},text-align:left", theme.faint);
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::None => "",
        Mark::Risk => "risk",
        Mark::Frozen => "frozen",
        Mark::Degraded => "degraded",
        Mark::Down => "down",
        Mark::Struck => "struck",
    }
}

fn subgraph<'s>(
    out: &mut String,
    group: &'s Group,
    depth: usize,
    ids: &mut HashMap<&'s str, usize>,
    number: &mut usize,
    marked: &mut Vec<(String, Mark)>,
) {
    *number += 1;
    let indent = "  ".repeat(depth);
    let title = match group.mark.word() {
        Some(word) => format!("{} ({word})", group.title),
        None => group.title.clone(),
    };
    if group.mark != Mark::None {
        marked.push((format!("g{number}"), group.mark));
    }
    let _ = writeln!(out, "{indent}subgraph g{number}[\"{}\"]", escape(&title));
    for inner in &group.groups {
        subgraph(out, inner, depth + 1, ids, number, marked);
    }
    for inner in &group.nodes {
        node(out, inner, depth + 1, ids);
    }
    let _ = writeln!(out, "{indent}end");
}

fn node<'s>(out: &mut String, node: &'s Node, depth: usize, ids: &mut HashMap<&'s str, usize>) {
    let id = ids.len();
    ids.insert(&node.key, id);
    let (open, close) = match node.what {
        What::Kind(Kind::Store) => ("[(", ")]"),
        What::Kind(Kind::Shared) => ("{{", "}}"),
        What::Kind(Kind::External) => ("[[", "]]"),
        What::Kind(kind) if kind.is_place() => ("[/", "\\]"),
        What::Junction => ("([", "])"),
        _ => ("[", "]"),
    };
    let text = std::iter::once(&node.label).chain(&node.lines).map(|line| escape(line)).collect::<Vec<_>>();
    let class = match (node.highlighted, node.mark, node.what) {
        (true, ..) => ":::highlighted",
        (false, Mark::None, What::Kind(Kind::App)) => ":::app",
        (false, Mark::None, _) => "",
        (false, mark, _) => &format!(":::{}", class(mark)),
    };
    let _ = writeln!(out, "{}n{id}{open}\"{}\"{close}{class}", "  ".repeat(depth), text.join("<br/>"));
}

fn arrow(out: &mut String, link: &Link, ids: &HashMap<&str, usize>) -> bool {
    let (Some(from), Some(to)) = (ids.get(link.from.as_str()), ids.get(link.to.as_str())) else { return false };
    let arrow = match (link.words(), link.start || !link.hard) {
        (Some(label), true) => format!("-. {label} .->"),
        (Some(label), false) => format!("-- {label} -->"),
        (None, _) => "-->".to_owned(),
    };
    let _ = writeln!(out, "  n{from} {arrow} n{to}");
    true
}

/// Text as it may stand between quotes: without what Mermaid reads as Markdown, entities or HTML.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '#' => out.push_str("#35;"),
            '&' => out.push_str("#38;"),
            '"' => out.push_str("#34;"),
            '<' => out.push_str("#60;"),
            '>' => out.push_str("#62;"),
            '`' => out.push_str("#96;"),
            '\n' => out.push_str("<br/>"),
            letter => out.push(letter),
        }
    }
    out
}
