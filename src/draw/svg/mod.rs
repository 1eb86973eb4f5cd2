//! SVG, from a scene and its places: one file without scripts, styles from elsewhere or links.

mod legend;
mod shapes;

use std::collections::HashMap;
use std::fmt::Write;

use super::layout::{Area, Placed, Route, lines};
use super::scene::{Direction, Group, Link, Mark, Node, Scene, What};
use super::text::{Style, clean};
use super::theme::Theme;
use crate::model::{Kind, State};

/// Fonts in the order in which they are looked for: the one that text was measured with, then others with Chinese.
const FONTS: &str = "'Noto Sans','Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',\
Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif";
/// Around everything, in pixels.
const MARGIN: f64 = 20.0;
/// How wide a picture is at least, so that its title and legend have room.
const NARROWEST: f64 = 560.0;

/// Writes a scene that was laid out.
pub fn write(scene: &Scene, placed: &Placed, theme: &Theme) -> String {
    let width = placed.width.max(NARROWEST);
    let mut head = String::new();
    let mut y = MARGIN + Style::TITLE.size;
    text(&mut head, (MARGIN, y), &Style::TITLE.fit(&scene.title, width), Style::TITLE, theme.ink);
    if let Some(headline) = &scene.headline {
        for line in wrap(headline, width, Style::STRONG) {
            y += Style::STRONG.line() + 2.0;
            text(&mut head, (MARGIN, y), &line, Style::STRONG, theme.ink);
        }
    }
    let top = y + 16.0;
    let below = top + placed.height + 24.0;
    let (foot, bottom) = legend::write(scene, theme, (MARGIN, below), width);
    let (width, height) = ((width + 2.0 * MARGIN).ceil(), (bottom + MARGIN).ceil());

    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"title desc\" font-family=\"{FONTS}\">\n"
    );
    let _ = writeln!(out, "<title id=\"title\">{}</title>", escape(&scene.title));
    let _ = writeln!(out, "<desc id=\"desc\">{}</desc>", escape(&description(scene)));
    let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>", theme.background);
    out += &head;
    let left = if placed.width < NARROWEST { MARGIN + (NARROWEST - placed.width) / 2.0 } else { MARGIN };
    let _ = writeln!(out, "<g transform=\"translate({} {})\">", number(left), number(top));
    body(&mut out, scene, placed, theme);
    out += "</g>\n";
    out += &foot;
    out += "</svg>\n";
    out
}

fn body(out: &mut String, scene: &Scene, placed: &Placed, theme: &Theme) {
    let groups: HashMap<&str, &Group> =
        scene.all_groups().into_iter().map(|(group, _)| (group.key.as_str(), group)).collect();
    for area in &placed.groups {
        if let Some(group) = groups.get(area.key.as_str()) {
            heading(out, group, area, theme);
        }
    }
    // What no failure goes along lies below what one does.
    let mut links: Vec<(&Link, &Route)> = scene.links.iter().zip(&placed.links).collect();
    links.sort_by_key(|(link, _)| (!link.control, link.passes, link.lost));
    links.sort_by_key(|(link, _)| carries(link));
    for (link, route) in &links {
        shapes::line(out, link, &route.points, theme);
    }
    for (link, route) in &links {
        if let Some(label) = &route.label {
            let (x, y) = (label.x + label.width / 2.0, label.y + label.height / 2.0);
            let _ = writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" fill=\"{}\" fill-opacity=\"0.85\"/>",
                number(label.x),
                number(label.y + 1.0),
                number(label.width),
                number(label.height - 2.0),
                theme.background
            );
            centred(out, (x, y + 4.0), &label.text, Style::SMALL, shapes::colour(link, theme));
        }
    }
    let nodes: HashMap<&str, &Node> =
        scene.all_nodes().into_iter().map(|(node, _)| (node.key.as_str(), node)).collect();
    for area in &placed.nodes {
        if let Some(node) = nodes.get(area.key.as_str()) {
            self::node(out, node, area, theme);
        }
    }
}

fn heading(out: &mut String, group: &Group, area: &Area, theme: &Theme) {
    let colours = theme.of(group.mark);
    let (fill, line) =
        if group.mark == Mark::None { (theme.box_fill, theme.box_line) } else { (theme.box_fill, colours.line) };
    let wide = if group.mark == Mark::None { 1.0 } else { 2.0 };
    let _ = writeln!(
        out,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{fill}\" stroke=\"{line}\" stroke-width=\"{wide}\"/>",
        number(area.x),
        number(area.y),
        number(area.width),
        number(area.height)
    );
    let mut title = group.title.clone();
    let mut left = area.x + 12.0;
    if let Some(word) = group.mark.word() {
        shapes::sign(out, group.mark, (left + 8.0, area.y + 16.0), theme);
        left += 22.0;
        title = format!("{title}: {word}");
    }
    let title = Style::STRONG.fit(&title, area.x + area.width - left - 6.0);
    text(out, (left, area.y + 21.0), &title, Style::STRONG, theme.faint);
}

fn node(out: &mut String, node: &Node, area: &Area, theme: &Theme) {
    let _ = writeln!(out, "<g><title>{}</title>", escape(&tooltip(node)));
    shapes::outline(out, node, area, theme);
    let signed = node.mark != Mark::None && node.what != What::Junction;
    if signed {
        shapes::sign(out, node.mark, (area.x + 16.0, area.y + area.height / 2.0), theme);
    }
    let middle = area.x + area.width / 2.0 + if signed { 10.0 } else { 0.0 };
    let lines = lines(node);
    let high: f64 = lines.iter().map(|(_, style)| style.line()).sum();
    let mut y = area.y + (area.height - high) / 2.0;
    // The lid of a store takes room from the top.
    if node.what == What::Kind(Kind::Store) {
        y += 3.0;
    }
    for (index, (line, style)) in lines.iter().enumerate() {
        let colour = if index == 0 || node.mark != Mark::None { theme.ink } else { theme.faint };
        centred(out, (middle, y + style.line() * 0.77), line, *style, colour);
        y += style.line();
    }
    out.push_str("</g>\n");
}

/// What a pointer that rests on a node is told: everything that was shortened.
fn tooltip(node: &Node) -> String {
    let what = match node.what {
        What::Kind(kind) => kind.word(),
        What::Mixed => "several kinds",
        What::Junction => "alternatives",
    };
    let mut words = vec![format!("{} ({what})", node.label)];
    words.extend(node.lines.iter().cloned());
    if node.members.len() > 1 || node.members.first().is_some_and(|id| id.as_str() != node.label) {
        let names: Vec<String> = node.members.iter().take(30).map(|id| clean(id.as_str())).collect();
        let more = node.members.len().saturating_sub(30);
        words.push(if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") });
    }
    words.join("\n")
}

/// The picture in words, for those who can't see it.
fn description(scene: &Scene) -> String {
    let nodes = scene.all_nodes();
    let mut words = Vec::new();
    words.extend(scene.headline.as_ref().map(|headline| format!("{headline}.")));
    for mark in Mark::ALL {
        let hit: Vec<&str> = nodes
            .iter()
            .filter(|(node, _)| node.mark == mark && node.what != What::Junction)
            .map(|(node, _)| node.label.as_str())
            .collect();
        if let (Some(word), false) = (mark.word(), hit.is_empty()) {
            words.push(format!("{word}: {}.", hit.join(", ")));
        }
    }
    words.push(format!("{} nodes, {} lines between them.", nodes.len(), scene.links.len()));
    words.extend(scene.notes.iter().map(|note| format!("{note}.")));
    words.join(" ")
}

/// Breaks a text into lines of at most a width.
fn wrap(text: &str, width: f64, style: Style) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut().filter(|line| style.width(&format!("{line} {word}")) <= width) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(style.fit(word, width)),
        }
    }
    lines
}

fn text(out: &mut String, (x, y): (f64, f64), text: &str, style: Style, colour: &str) {
    let bold = if style.bold { " font-weight=\"bold\"" } else { "" };
    let (x, y, size) = (number(x), number(y), style.size);
    let _ =
        writeln!(out, "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{bold} fill=\"{colour}\">{}</text>", escape(text));
}

fn centred(out: &mut String, (x, y): (f64, f64), text: &str, style: Style, colour: &str) {
    let bold = if style.bold { " font-weight=\"bold\"" } else { "" };
    let (x, y, size) = (number(x), number(y), style.size);
    let _ = writeln!(
        out,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{bold} text-anchor=\"middle\" fill=\"{colour}\">{}</text>",
        escape(text)
    );
}

/// A number of pixels, to a tenth.
fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 { "0".to_owned() } else { format!("{rounded}") }
}

/// Text as it may stand in XML, within an element and within an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

/// Whether a failure goes along a link.
fn carries(link: &Link) -> bool {
    link.passes > State::Up
}

/// Which way a scene is read.
fn reading(direction: Direction) -> &'static str {
    match direction {
        Direction::Right => "left to right",
        Direction::Down => "top to bottom",
    }
}
