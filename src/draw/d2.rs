//! D2, with nested containers.

use std::collections::HashMap;
use std::fmt::Write;

use super::scene::{Direction, Group, Link, Mark, Node, Scene, What};
use super::theme::Theme;
use crate::model::{Kind, State};

/// Writes a scene as a D2 diagram.
pub(super) fn write(scene: &Scene, theme: &Theme) -> String {
    let direction = if scene.direction == Direction::Down { "down" } else { "right" };
    let mut out = format!("direction: {direction}\ntitle: {} {{near: top-center}}\n", quoted(&caption(scene)));
    let mut paths = HashMap::new();
    for group in &scene.groups {
        container(&mut out, group, "", theme, &mut paths);
    }
    for link in &scene.links {
        edge(&mut out, link, &paths, theme);
    }
    out
}

/// The title, what the outage does, and what was folded and left out.
fn caption(scene: &Scene) -> String {
    let notes = scene.notes.iter().map(|note| format!("Not drawn in full: {note}."));
    std::iter::once(scene.title.clone()).chain(scene.headline.clone()).chain(notes).collect::<Vec<_>>().join("\n")
}

fn container<'s>(out: &mut String, group: &'s Group, above: &str, theme: &Theme, paths: &mut HashMap<&'s str, String>) {
    let name = format!("g{}", paths.len());
    let path = format!("{above}{name}");
    paths.insert(&group.key, path.clone());
    let indent = "  ".repeat(above.matches('.').count());
    let title = group.mark.word().map_or(group.title.clone(), |word| format!("{}: {word}", group.title));
    let line = if group.mark == Mark::None { theme.box_line } else { theme.of(group.mark).line };
    let _ = writeln!(out, "{indent}{name}: {} {{", quoted(&title));
    let _ = writeln!(out, "{indent}  style: {{fill: \"{}\"; stroke: \"{line}\"; border-radius: 6}}", theme.box_fill);
    for inner in &group.nodes {
        shape(out, inner, &path, theme, paths);
    }
    let inside = format!("{path}.");
    for inner in &group.groups {
        container(out, inner, &inside, theme, paths);
    }
    let _ = writeln!(out, "{indent}}}");
}

fn shape<'s>(out: &mut String, node: &'s Node, above: &str, theme: &Theme, paths: &mut HashMap<&'s str, String>) {
    let name = format!("n{}", paths.len());
    paths.insert(&node.key, format!("{above}.{name}"));
    let indent = "  ".repeat(above.matches('.').count() + 1);
    let text = std::iter::once(&node.label).chain(&node.lines).cloned().collect::<Vec<_>>().join("\n");
    let shape = match node.what {
        What::Kind(Kind::Store) => "cylinder",
        What::Kind(Kind::External) => "cloud",
        What::Kind(Kind::Shared) => "hexagon",
        What::Kind(Kind::Job) => "page",
        What::Kind(kind) if kind.is_place() => "package",
        What::Junction => "oval",
        _ => "rectangle",
    };
    let colours = theme.of(node.mark);
    let line = if node.highlighted { theme.highlight } else { theme.of_change(node.change).unwrap_or(colours.line) };
    let wide = if node.highlighted || node.what == What::Kind(Kind::App) { 3 } else { 1 };
    let several = if node.members.len() > 1 { "; multiple: true" } else { "" };
    let _ = writeln!(
        out,
        "{indent}{name}: {} {{shape: {shape}; style: {{fill: \"{}\"; stroke: \"{line}\"; stroke-width: {wide}; font-color: \"{}\"{several}}}}}",
        quoted(&text),
        colours.fill,
        theme.ink
    );
}

fn edge(out: &mut String, link: &Link, paths: &HashMap<&str, String>, theme: &Theme) {
    let (Some(from), Some(to)) = (paths.get(link.from.as_str()), paths.get(link.to.as_str())) else { return };
    let (colour, wide) = match (link.passes, link.control) {
        (State::Up, _) => (theme.of_change(link.change).unwrap_or(theme.faint), 1),
        (_, true) => (theme.frozen.line, 2),
        (State::Degraded, false) => (theme.degraded.line, 2),
        (State::Down, false) => (theme.down.line, 3),
    };
    let dash = match (link.start, link.hard) {
        (true, _) => "; stroke-dash: 2",
        (false, false) => "; stroke-dash: 5",
        (false, true) => "",
    };
    let label = link.words().map(|words| format!(": {}", quoted(&words))).unwrap_or_else(|| ":".to_owned());
    let _ = writeln!(out, "{from} -> {to}{label} {{style: {{stroke: \"{colour}\"; stroke-width: {wide}{dash}}}}}");
}

/// A text in double quotes, in which D2 looks for escapes and for substitutions.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('\n', "\\n");
    format!("\"{escaped}\"")
}
