//! Below the picture: what its shapes and lines mean, as far as they occur, and what was folded and left out.

use std::collections::BTreeSet;

use super::super::layout::Area;
use super::super::scene::{Change, Link, Mark, Node, Scene, What};
use super::super::text::Style;
use super::super::theme::Theme;
use super::{reading, shapes, text, wrap};
use crate::model::{Kind, State};

/// What one entry explains.
enum Entry {
    Mark(Mark),
    Shape(What, &'static str),
    Folded,
    Line(Link, &'static str),
}

/// Writes the legend from a place on, as wide as given; gives the text and where it ends.
pub(super) fn write(scene: &Scene, theme: &Theme, (left, top): (f64, f64), width: f64) -> (String, f64) {
    let mut out = String::new();
    let (mut x, mut y) = (left, top + 10.0);
    for entry in entries(scene) {
        let words = entry.words();
        let wide = 46.0 + Style::SMALL.width(words) + 22.0;
        if x > left && x + wide > left + width {
            (x, y) = (left, y + 22.0);
        }
        entry.sample(&mut out, (x, y), theme);
        text(&mut out, (x + 44.0, y + 4.0), words, Style::SMALL, theme.faint);
        x += wide;
    }
    y += 10.0;
    let reading =
        format!("An arrow points at what is needed ({}); failure flows the other way.", reading(scene.direction));
    let notes = scene.notes.iter().map(|note| format!("Not drawn in full: {note}."));
    for sentence in std::iter::once(reading).chain(notes) {
        for line in wrap(&sentence, width, Style::SMALL) {
            y += Style::SMALL.line();
            text(&mut out, (left, y), &line, Style::SMALL, theme.faint);
        }
    }
    (out, y)
}

/// What occurs in the scene, in a fixed order.
fn entries(scene: &Scene) -> Vec<Entry> {
    let nodes: Vec<&Node> = scene.all_nodes().into_iter().map(|(node, _)| node).collect();
    let marks: BTreeSet<Mark> = nodes.iter().map(|node| node.mark).collect();
    let mut entries: Vec<Entry> = Mark::ALL.into_iter().filter(|mark| marks.contains(mark)).map(Entry::Mark).collect();
    let shapes = [
        (What::Kind(Kind::App), "app"),
        (What::Kind(Kind::Service), "service"),
        (What::Kind(Kind::Job), "job"),
        (What::Kind(Kind::Store), "store"),
        (What::Kind(Kind::External), "third party"),
        (What::Kind(Kind::Product), "product of a provider"),
        (What::Kind(Kind::Shared), "shared inside a provider"),
        (What::Kind(Kind::Region), "place"),
        (What::Junction, "alternatives: so many are enough"),
    ];
    let place = |what: What| matches!(what, What::Kind(kind) if kind.is_place());
    let occurs = |what: What| nodes.iter().any(|node| node.what == what || (place(what) && place(node.what)));
    entries.extend(shapes.into_iter().filter(|(what, _)| occurs(*what)).map(|(what, words)| Entry::Shape(what, words)));
    if nodes.iter().any(|node| node.members.len() > 1) {
        entries.push(Entry::Folded);
    }
    let plain = Link::plain("", "");
    type Test = fn(&Link) -> bool;
    let lines: [(Test, Link, &'static str); 11] = [
        (|l| l.passes == State::Down && !l.control, Link { passes: State::Down, ..plain.clone() }, "takes it down"),
        (
            |l| l.passes == State::Degraded && !l.control,
            Link { passes: State::Degraded, ..plain.clone() },
            "degrades it",
        ),
        (
            |l| l.passes > State::Up && l.control,
            Link { passes: State::Down, control: true, ..plain.clone() },
            "freezes it",
        ),
        (|l| l.lost, Link { lost: true, ..plain.clone() }, "an alternative that is lost"),
        (|l| l.hard && !l.start && !l.control, plain.clone(), "needs to serve"),
        (|l| !l.hard && !l.start && l.flow.is_none(), Link { hard: false, ..plain.clone() }, "soft: degrades at most"),
        (
            |l| l.flow.is_some(),
            Link { hard: false, flow: Some("topic".to_owned()), ..plain.clone() },
            "sends messages: no need",
        ),
        (|l| l.start, Link { start: true, ..plain.clone() }, "needs to start"),
        (
            |l| l.control && l.passes == State::Up,
            Link { control: true, ..plain.clone() },
            "needs to be changed (control)",
        ),
        (|l| l.cycle, Link { cycle: true, ..plain.clone() }, "on a cycle"),
        (|l| l.change == Change::Removed, Link { change: Change::Removed, ..plain }, "removed"),
    ];
    let lines = lines.into_iter().filter(|(test, ..)| scene.links.iter().any(test));
    entries.extend(lines.map(|(_, link, words)| Entry::Line(link, words)));
    entries
}

impl Entry {
    fn words(&self) -> &'static str {
        match self {
            Entry::Mark(Mark::Struck) => "OUTAGE: taken down",
            Entry::Mark(Mark::Down) => "down",
            Entry::Mark(Mark::Degraded) => "degraded",
            Entry::Mark(Mark::Frozen) => "frozen: serves, can't be changed",
            Entry::Mark(Mark::Risk) => "at risk: lost an alternative",
            Entry::Mark(Mark::None) => "up",
            Entry::Shape(_, words) | Entry::Line(_, words) => words,
            Entry::Folded => "several, folded",
        }
    }

    fn sample(&self, out: &mut String, (x, y): (f64, f64), theme: &Theme) {
        let area = |height: f64| Area { x, y: y - height / 2.0, width: 34.0, height, ..Area::default() };
        match self {
            Entry::Mark(mark) => shapes::sign(out, *mark, (x + 24.0, y), theme),
            Entry::Shape(what, _) => shapes::outline(out, &sample(*what, 1), &area(16.0), theme),
            Entry::Folded => shapes::outline(out, &sample(What::Mixed, 2), &area(13.0), theme),
            Entry::Line(link, _) => shapes::line(out, link, &[[x, y], [x + 36.0, y]], theme),
        }
    }
}

fn sample(what: What, members: usize) -> Node {
    Node {
        key: String::new(),
        label: String::new(),
        lines: Vec::new(),
        what,
        mark: Mark::None,
        members: vec![crate::model::ComponentId::new(""); members],
        highlighted: false,
        change: Change::Kept,
    }
}
