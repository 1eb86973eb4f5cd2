//! Writing for a terminal: styles, tables, chains and lists that keep to its width.

use anstyle::{AnsiColor, Style};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};

use crate::model::{Capability, CapabilityRef, ComponentId, State};

/// A heading.
pub const HEAD: Style = Style::new().bold();
/// What is less important.
pub const FAINT: Style = Style::new().dimmed();
/// Down, errors.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Degraded, warnings.
pub const POOR: Style = AnsiColor::Yellow.on_default();
/// Frozen, notes.
pub const COLD: Style = AnsiColor::Cyan.on_default();
/// Up.
pub const GOOD: Style = AnsiColor::Green.on_default();

/// Text in a style.
pub fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The style of a state.
pub fn of_state(state: State) -> Style {
    match state {
        State::Up => GOOD,
        State::Degraded => POOR,
        State::Down => BAD,
    }
}

/// A capability as people read it: `data` is what is meant when nothing is said.
pub fn short(reference: &CapabilityRef) -> String {
    if reference.capability == Capability::data() { reference.component.to_string() } else { reference.to_string() }
}

/// `component:data` as `component`.
pub fn readable(witness: &[String]) -> Vec<String> {
    witness
        .iter()
        .map(|text| {
            let (component, capability) = CapabilityRef::split(text);
            let capability = capability.map_or_else(Capability::data, Capability::new);
            short(&CapabilityRef::new(ComponentId::new(component), capability))
        })
        .collect()
}

/// `1 app`, `2 apps`.
pub fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// A share from 0 to 1 with up to four digits: `99.95%`.
pub fn percent(share: f64) -> String {
    let digits = format!("{:.4}", share * 100.0);
    format!("{}%", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// In a window that is narrower than this, cells that would be broken at all are no table any more.
const NARROW: usize = 80;

/// The least that the last column of a narrow table needs.
const LEAST: usize = 20;

/// A table that keeps to the width; the first row is the heading. Where it would break words to pieces, each row is written
/// below its first cell instead.
pub fn table(width: usize, heading: &[&str], rows: &[Vec<String>]) -> String {
    let words = |cell: &str| cell.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    let whole = |cell: &str| cell.chars().count();
    if !fits(width, heading, rows, words) || width < NARROW && !fits(width, heading, rows, whole) {
        return rows.iter().map(|row| record(width, heading, row)).collect();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.set_header(heading.iter().map(|cell| cell.to_string()));
    for row in rows {
        table.add_row(row);
    }
    // Ids are for copying: they are never broken.
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

/// Whether all columns of a table but the last have the room that their cells want, and the last some; the first is never
/// broken.
fn fits(width: usize, heading: &[&str], rows: &[Vec<String>], of_cell: impl Fn(&str) -> usize) -> bool {
    let wanted = |column: usize, title: &str| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let cells = cells.map(|cell| if column == 0 { cell.chars().count() } else { of_cell(cell) });
        // A space on each side.
        cells.chain([title.chars().count()]).max().unwrap_or(0) + 2
    };
    let mut wanted: Vec<usize> = heading.iter().enumerate().map(|(column, title)| wanted(column, title)).collect();
    if let Some(last) = wanted.last_mut() {
        *last = (*last).min(LEAST + 2);
    }
    wanted.iter().sum::<usize>() <= width
}

/// A row as words: the first cell, and below it each of the others with its title.
fn record(width: usize, heading: &[&str], row: &[String]) -> String {
    let mut cells = heading.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
    let first = cells.next().map_or("", |(_, cell)| cell.trim_end());
    let indent = first.chars().take_while(|c| *c == ' ').count() + 2;
    let rest: Vec<String> = cells.map(|(title, cell)| format!("{title} {cell}")).collect();
    format!("{first}\n{}", wrapped(&rest.join("; "), indent, width))
}

/// A chain `a -> b -> c`, broken before an arrow where it would leave the width.
pub fn chain(parts: &[String], indent: usize, width: usize) -> String {
    let mut text = String::new();
    let mut column = indent;
    for (number, part) in parts.iter().enumerate() {
        let length = part.chars().count() + if number == 0 { 0 } else { 4 };
        if number > 0 && column + length > width {
            text.push_str(&format!("\n{}", " ".repeat(indent + 2)));
            column = indent + 2;
        } else if number > 0 {
            text.push(' ');
        }
        if number > 0 {
            text.push_str("-> ");
        }
        text.push_str(part);
        column += length;
    }
    text
}

/// Names separated by commas, broken where they would leave the width.
pub fn listed(names: &[String], indent: usize, width: usize) -> String {
    let mut text = " ".repeat(indent);
    let mut column = indent;
    for (number, name) in names.iter().enumerate() {
        let last = number + 1 == names.len();
        let piece = if last { name.clone() } else { format!("{name},") };
        let length = piece.chars().count() + 1;
        if column + length > width && column > indent {
            text.truncate(text.trim_end().len());
            text.push_str(&format!("\n{}", " ".repeat(indent)));
            column = indent;
        }
        text.push_str(&piece);
        text.push(' ');
        column += length;
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// Words broken into lines of the width, each after an indent.
pub fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > width {
            lines.push_str(&format!("{}{line}\n", " ".repeat(indent)));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push_str(&format!("{}{line}\n", " ".repeat(indent)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_and_lists_keep_to_the_width() {
        let names: Vec<String> = ["checkout", "cart", "redis", "aliyun/ecs@eu"].map(String::from).to_vec();
        for text in [chain(&names, 4, 30), listed(&names, 2, 30), wrapped("a bb ccc dddd eeeee", 3, 12)] {
            assert!(text.lines().all(|line| line.chars().count() <= 30), "{text}");
        }
        assert_eq!(listed(&names[..2], 0, 80), "checkout, cart\n");
    }

    #[test]
    fn a_narrow_terminal_gets_words_that_are_whole() {
        let row =
            ["aliyun/disk@cn-hangzhou/h", "product", "3", "canteen, shower, timetable"].map(String::from).to_vec();
        let heading = ["component", "kind", "down", "apps down"];
        let wide = table(100, &heading, std::slice::from_ref(&row));
        assert_eq!(wide.lines().count(), 2, "{wide}");
        let narrow = table(50, &heading, std::slice::from_ref(&row));
        let expected = "aliyun/disk@cn-hangzhou/h\n  kind product; down 3; apps down canteen, shower,\n  timetable\n";
        assert_eq!(narrow, expected);
        assert!(narrow.lines().all(|line| line.chars().count() <= 50));
        // What fits stays a table.
        assert_eq!(table(50, &["id", "down"], &[vec!["db".to_owned(), "3".to_owned()]]).lines().count(), 2);
    }
}
