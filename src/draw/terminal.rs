//! A picture of text: boxes with what lies in them, each with its state and what it needs.

use std::collections::{BTreeMap, HashMap};

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::scene::{Group, Link, Mark, Node, Scene, What};
use crate::model::{Kind, State};

/// From so many columns on, needs stand beside what has them.
const WIDE: usize = 92;

/// Writes a scene for a window of so many columns; colours are marks of the terminal, which the writer may strip.
pub(super) fn write(scene: &Scene, columns: usize) -> String {
    let columns = columns.clamp(30, 180);
    let mut page = Page { scene, columns, names: names(scene), out: String::new(), needs: BTreeMap::new() };
    for link in &scene.links {
        page.needs.entry(&link.from).or_default().push(link);
    }
    for links in page.needs.values_mut() {
        links.sort_by_key(|link| (std::cmp::Reverse(link.passes), link.start, link.control, !link.hard));
    }
    page.lines(&scene.title, "", Style::new().bold());
    if let Some(headline) = &scene.headline {
        page.lines(headline, "", Style::new());
    }
    for group in &scene.groups {
        page.out.push('\n');
        page.group(group, 0);
    }
    page.out.push('\n');
    page.legend();
    page.out
}

/// What each node is called where others need it: with its box where its label is not enough.
fn names(scene: &Scene) -> HashMap<&str, String> {
    let groups: HashMap<&str, &str> =
        scene.all_groups().into_iter().map(|(group, _)| (group.key.as_str(), group.title.as_str())).collect();
    let nodes = scene.all_nodes();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (node, _) in &nodes {
        *counts.entry(&node.label).or_default() += 1;
    }
    let name = |node: &Node, within: &str| match counts.get(node.label.as_str()) {
        Some(1) | None => node.label.clone(),
        _ => format!("{}@{}", node.label, groups.get(within).copied().unwrap_or_default()),
    };
    nodes.into_iter().map(|(node, within)| (node.key.as_str(), name(node, within))).collect()
}

struct Page<'s> {
    scene: &'s Scene,
    columns: usize,
    names: HashMap<&'s str, String>,
    needs: BTreeMap<&'s str, Vec<&'s Link>>,
    out: String,
}

impl<'s> Page<'s> {
    fn group(&mut self, group: &'s Group, depth: usize) {
        let indent = "\u{2502} ".repeat(depth);
        let title = group.mark.word().map_or(group.title.clone(), |word| format!("{} ({word})", group.title));
        let title = shortened(&title, self.columns.saturating_sub(2 * depth + 8));
        let rule = self.columns.saturating_sub(2 * depth + 4 + title.width());
        let bold = look(group.mark).bold();
        self.out += &format!("{indent}\u{250c}\u{2500} {bold}{title}{bold:#} {}\n", "\u{2500}".repeat(rule));
        let inside = "\u{2502} ".repeat(depth + 1);
        let mut nodes: Vec<&Node> = group.nodes.iter().filter(|node| node.what != What::Junction).collect();
        nodes.sort_by_key(|node| (std::cmp::Reverse(node.mark), node.what != What::Kind(Kind::App)));
        let room = self.columns.saturating_sub(inside.width());
        let widest = nodes.iter().map(|node| about(node, usize::MAX).width() + 2).max().unwrap_or_default();
        let beside = self.columns >= WIDE;
        let column = if beside { widest.min(room * 45 / 100) } else { room };
        for node in nodes {
            self.node(node, &inside, column, beside);
        }
        for inner in &group.groups {
            self.group(inner, depth + 1);
        }
        self.out += &format!("{indent}\u{2514}{}\n", "\u{2500}".repeat(self.columns.saturating_sub(2 * depth + 1)));
    }

    fn node(&mut self, node: &'s Node, indent: &str, column: usize, beside: bool) {
        let style = look(node.mark);
        let style = if node.what == What::Kind(Kind::App) || node.highlighted { style.bold() } else { style };
        let sign = if node.mark == Mark::None { " " } else { node.mark.sign() };
        let text = about(node, column.saturating_sub(2));
        let needs = self.needs(&node.key);
        self.out += &format!("{indent}{style}{sign} {text}{style:#}");
        let start = if beside { indent.width() + column + 2 } else { indent.width() + 6 };
        if needs.is_empty() {
            self.out.push('\n');
            return;
        }
        if beside {
            self.out += &" ".repeat(column.saturating_sub(text.width() + 2) + 1);
            self.out += "\u{2192} ";
        } else {
            self.out += &format!("\n{indent}    \u{2192} ");
        }
        let mut at = start + 1;
        for (place, (words, style)) in needs.iter().enumerate() {
            let comma = if place + 1 < needs.len() { "," } else { "" };
            let words = both_ends(words, self.columns.saturating_sub(start + 3));
            if place > 0 && at + words.width() + 2 > self.columns {
                self.out += &format!("\n{indent}{}", " ".repeat((start + 1).saturating_sub(indent.width())));
                at = start + 1;
            } else if place > 0 {
                self.out.push(' ');
                at += 1;
            }
            self.out += &format!("{style}{words}{style:#}{comma}");
            at += words.width() + comma.len();
        }
        self.out.push('\n');
    }

    /// What a node needs, in words, each with how it looks.
    fn needs(&self, key: &str) -> Vec<(String, Style)> {
        let links = self.needs.get(key).map(Vec::as_slice).unwrap_or_default();
        links.iter().map(|link| (self.need(link, 0), line_look(link))).collect()
    }

    fn need(&self, link: &Link, depth: usize) -> String {
        let words = link.words().map(|words| format!(" ({words})")).unwrap_or_default();
        format!("{}{words}", self.target(&link.to, depth))
    }

    /// A target by its name and sign, a junction with what it leads to.
    fn target(&self, key: &str, depth: usize) -> String {
        let nodes = self.scene.all_nodes();
        let Some((node, _)) = nodes.iter().find(|(node, _)| node.key == key) else { return key.to_owned() };
        let sign = if node.mark == Mark::None { String::new() } else { format!("{} ", node.mark.sign()) };
        let name = self.names.get(key).map_or(node.label.as_str(), String::as_str);
        // Junctions never lie on a cycle of junctions alone; the bound is a guard against scenes of other makers.
        if node.what != What::Junction || depth > 8 || !node.members.is_empty() {
            return format!("{sign}{name}");
        }
        let links = self.needs.get(key).map(Vec::as_slice).unwrap_or_default();
        let members: Vec<String> = links.iter().map(|link| self.need(link, depth + 1)).collect();
        format!("{sign}{} [{}]", node.label, members.join(", "))
    }

    /// The signs that occur, and what was folded and left out.
    fn legend(&mut self) {
        let nodes = self.scene.all_nodes();
        let signs: Vec<String> = Mark::ALL
            .into_iter()
            .filter(|mark| nodes.iter().any(|(node, _)| node.mark == *mark))
            .filter_map(|mark| Some(format!("{} {}", mark.sign(), mark.word()?)))
            .collect();
        let mut words = vec!["\u{2192} needs".to_owned()];
        words.extend(signs);
        self.lines(&words.join("   "), "", Style::new().dimmed());
        for note in &self.scene.notes {
            self.lines(&format!("not drawn in full: {note}"), "  ", Style::new().dimmed());
        }
    }

    /// Adds a text, broken into lines; those after the first are indented.
    fn lines(&mut self, text: &str, indent: &str, style: Style) {
        let mut line = String::new();
        let mut flush = |line: &mut String| {
            self.out += &format!("{style}{}{style:#}\n", line.trim_end());
            indent.clone_into(line);
        };
        for word in text.split(' ') {
            if !line.trim().is_empty() && line.width() + word.width() >= self.columns {
                flush(&mut line);
            }
            line.push_str(word);
            line.push(' ');
        }
        flush(&mut line);
    }
}

/// A node on one line of so many columns: its label, then the rest as far as it fits. The state is kept.
fn about(node: &Node, columns: usize) -> String {
    let rest = node.lines.iter().rev().cloned().collect::<Vec<_>>().join(", ");
    if rest.is_empty() {
        return both_ends(&node.label, columns);
    }
    let state = node.lines.last().map_or(0, |line| line.width() + 2);
    let label = both_ends(&node.label, columns.saturating_sub(state).max(columns / 2));
    shortened(&format!("{label}  {rest}"), columns)
}

fn look(mark: Mark) -> Style {
    match mark {
        Mark::None => Style::new(),
        Mark::Risk => AnsiColor::Magenta.on_default(),
        Mark::Frozen => AnsiColor::Blue.on_default(),
        Mark::Degraded => AnsiColor::Yellow.on_default(),
        Mark::Down => AnsiColor::Red.on_default(),
        Mark::Struck => AnsiColor::Red.on_default().bold(),
    }
}

fn line_look(link: &Link) -> Style {
    match (link.passes, link.control) {
        (State::Up, _) => Style::new().dimmed(),
        (_, true) => AnsiColor::Blue.on_default(),
        (State::Degraded, false) => AnsiColor::Yellow.on_default(),
        (State::Down, false) => AnsiColor::Red.on_default(),
    }
}

/// A name in so many columns, with an ellipsis in its middle where it is longer: the ends of long names tell them apart.
fn both_ends(name: &str, columns: usize) -> String {
    if name.width() <= columns {
        return name.to_owned();
    }
    let letters: Vec<char> = name.chars().collect();
    let (mut head, mut tail, mut used) = (0, letters.len(), 1);
    while head < tail {
        let from_head = head <= letters.len() - tail;
        used += letters[if from_head { head } else { tail - 1 }].width().unwrap_or(0);
        if used > columns {
            break;
        }
        if from_head { head += 1 } else { tail -= 1 }
    }
    let text = |letters: &[char]| letters.iter().collect::<String>();
    format!("{}\u{2026}{}", text(&letters[..head]), text(&letters[tail..]))
}

/// A text in so many columns, with an ellipsis at its end where it is longer.
fn shortened(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    for letter in text.chars() {
        let mut longer = out.clone();
        longer.push(letter);
        if longer.width() + 1 > columns {
            break;
        }
        out = longer;
    }
    out + "\u{2026}"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_both_ends_within_the_columns() {
        assert_eq!(both_ends("cart", 4), "cart");
        assert_eq!(both_ends("search.terraform-ecs-default", 14), "search.\u{2026}efault");
        assert_eq!(both_ends("\u{652f}\u{4ed8}\u{670d}\u{52a1}", 5), "\u{652f}\u{2026}\u{52a1}");
        for columns in 1..30 {
            assert!(both_ends("a-name-that-is-longer-than-the-window", columns).width() <= columns);
        }
    }
}
