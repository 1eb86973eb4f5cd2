//! The shapes of nodes, the looks of lines and the signs of states.

use std::fmt::Write;

use super::super::layout::Area;
use super::super::scene::{Link, Mark, Node, What};
use super::super::theme::Theme;
use super::{carries, number};
use crate::model::{Kind, State};

/// The outline of a node: its shape is its kind, an app has the thickest line.
pub(super) fn outline(out: &mut String, node: &Node, area: &Area, theme: &Theme) {
    let colours = theme.of(node.mark);
    let line = theme.of_change(node.change).unwrap_or(colours.line);
    let line = if node.highlighted { theme.highlight } else { line };
    let wide = match (node.highlighted, node.mark, node.what) {
        (true, ..) => 3.5,
        (_, Mark::Struck, _) => 3.0,
        (_, _, What::Kind(Kind::App)) => 2.4,
        _ => 1.3,
    };
    let dash = match node.change {
        super::super::scene::Change::Removed => " stroke-dasharray=\"5 4\"",
        _ => "",
    };
    let paint = format!("fill=\"{}\" stroke=\"{line}\" stroke-width=\"{wide}\"{dash}", colours.fill);
    let Area { x, y, width, height, .. } = *area;
    if node.members.len() > 1 {
        // A second sheet behind the first: several are folded here.
        let (x, y, width, height) = (number(x + 4.0), number(y + 4.0), number(width), number(height));
        let _ = writeln!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\" {paint}/>");
    }
    let rect = |out: &mut String, radius: f64| {
        let (x, y, width, height) = (number(x), number(y), number(width), number(height));
        let _ =
            writeln!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" {paint}/>");
    };
    let path = |out: &mut String, path: String| {
        let _ = writeln!(out, "<path d=\"{path}\" {paint} stroke-linejoin=\"round\"/>");
    };
    let (right, bottom) = (x + width, y + height);
    match node.what {
        What::Junction => rect(out, height / 2.0),
        What::Kind(Kind::Store) => {
            let lid = 5.0;
            let (n, half) = (number, number(width / 2.0));
            let side = n(y + lid);
            path(
                out,
                format!(
                    "M{x} {side} A{half} {lid} 0 0 1 {right} {side} V{} A{half} {lid} 0 0 1 {x} {} Z M{x} {side} A{half} {lid} 0 0 0 {right} {side}",
                    n(bottom - lid),
                    n(bottom - lid),
                    x = n(x),
                    right = n(right)
                ),
            );
        }
        What::Kind(Kind::Shared) => {
            let middle = y + height / 2.0;
            let points = [
                (x, middle),
                (x + 9.0, y),
                (right - 9.0, y),
                (right, middle),
                (right - 9.0, bottom),
                (x + 9.0, bottom),
            ];
            path(out, polygon(&points));
        }
        What::Kind(Kind::Job) => {
            let points = [(x, y), (right - 10.0, y), (right, y + 10.0), (right, bottom), (x, bottom)];
            path(
                out,
                format!(
                    "{} M{} {} V{} H{}",
                    polygon(&points),
                    number(right - 10.0),
                    number(y),
                    number(y + 10.0),
                    number(right)
                ),
            );
        }
        What::Kind(Kind::External) => {
            rect(out, 2.0);
            let _ = writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{line}\" stroke-width=\"0.8\"/>",
                number(x + 3.5),
                number(y + 3.5),
                number(width - 7.0),
                number(height - 7.0)
            );
        }
        What::Kind(kind) if kind.is_place() => {
            let points = [
                (x, y + 6.0),
                (x, y - 1.0),
                (x + 26.0, y - 1.0),
                (x + 32.0, y + 6.0),
                (right, y + 6.0),
                (right, bottom),
                (x, bottom),
            ];
            path(out, polygon(&points));
        }
        What::Kind(Kind::Product) => rect(out, 2.0),
        _ => rect(out, 7.0),
    }
}

fn polygon(points: &[(f64, f64)]) -> String {
    let corners: Vec<String> = points.iter().map(|(x, y)| format!("{} {}", number(*x), number(*y))).collect();
    format!("M{} Z", corners.join(" L"))
}

/// The colour of a line: of the failure that goes along it, of a change, or none in particular.
pub(super) fn colour(link: &Link, theme: &Theme) -> &'static str {
    match (link.passes, theme.of_change(link.change)) {
        (State::Down | State::Degraded, _) if link.control => theme.frozen.line,
        (State::Down, _) => theme.down.line,
        (State::Degraded, _) => theme.degraded.line,
        (State::Up, Some(colour)) => colour,
        (State::Up, None) if link.lost => theme.down.line,
        _ => theme.faint,
    }
}

/// A line with its arrow: full for a hard need, dashed for a soft one, dotted for one at start; its head is open where
/// only `control` needs it.
pub(super) fn line(out: &mut String, link: &Link, points: &[[f64; 2]], theme: &Theme) {
    let [.., before, end] = points else { return };
    let colour = colour(link, theme);
    let wide = match link.passes {
        State::Down | State::Degraded if link.control => 1.8,
        State::Down => 2.6,
        State::Degraded => 2.0,
        State::Up => 1.1,
    };
    let dash = match (link.start, link.hard) {
        _ if link.flow.is_some() => " stroke-dasharray=\"10 3 2 3\"",
        (true, _) => " stroke-dasharray=\"1.5 4\" stroke-linecap=\"round\"",
        (false, false) => " stroke-dasharray=\"7 4\"",
        (false, true) => "",
    };
    let faded = if carries(link) || link.lost || link.change != super::super::scene::Change::Kept {
        ""
    } else {
        // Opacity of a whole element makes painters lay it on a sheet of its own, as large as the line is long.
        " stroke-opacity=\"0.75\""
    };
    let _ = writeln!(
        out,
        "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{wide}\"{dash}{faded}/>",
        rounded(points)
    );
    head(out, *before, *end, link.control, colour, if carries(link) { 8.5 } else { 7.0 });
    let (middle, long) = middle(points);
    if link.lost {
        let [x, y] = middle;
        let _ = writeln!(
            out,
            "<path d=\"M{} {} l8 8 m0 -8 l-8 8\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            number(x - 4.0),
            number(y - 4.0)
        );
    }
    if link.cycle && long > 12.0 {
        let [x, y] = middle;
        let _ = writeln!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"4.5\" fill=\"{}\" stroke=\"{colour}\" stroke-width=\"1.6\"/>",
            number(x),
            number(y),
            theme.background
        );
    }
}

/// A path through points with rounded corners.
fn rounded(points: &[[f64; 2]]) -> String {
    let mut path = String::new();
    for (at, [x, y]) in points.iter().enumerate() {
        let around = at.checked_sub(1).and_then(|before| points.get(before)).zip(points.get(at + 1));
        match around {
            None => {
                let _ = write!(path, "{}{} {}", if at == 0 { "M" } else { " L" }, number(*x), number(*y));
            }
            Some((before, after)) => {
                let [a, b] = [toward([*x, *y], *before, 6.0), toward([*x, *y], *after, 6.0)];
                let _ = write!(
                    path,
                    " L{} {} Q{} {} {} {}",
                    number(a[0]),
                    number(a[1]),
                    number(*x),
                    number(*y),
                    number(b[0]),
                    number(b[1])
                );
            }
        }
    }
    path
}

/// The point so far from one on the way to another, at most half of it.
fn toward([x, y]: [f64; 2], [to_x, to_y]: [f64; 2], distance: f64) -> [f64; 2] {
    let (dx, dy) = (to_x - x, to_y - y);
    let long = dx.hypot(dy).max(0.001);
    let share = (distance / long).min(0.5);
    [x + dx * share, y + dy * share]
}

fn head(out: &mut String, [from_x, from_y]: [f64; 2], [x, y]: [f64; 2], open: bool, colour: &str, size: f64) {
    let (dx, dy) = (x - from_x, y - from_y);
    let long = dx.hypot(dy).max(0.001);
    let (dx, dy) = (dx / long, dy / long);
    let corner = |side: f64| {
        format!(
            "{} {}",
            number(x - dx * size + dy * side * size * 0.45),
            number(y - dy * size - dx * side * size * 0.45)
        )
    };
    let tip = format!("{} {}", number(x), number(y));
    let (one, other) = (corner(1.0), corner(-1.0));
    let _ = if open {
        writeln!(out, "<path d=\"M{one} L{tip} L{other}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>")
    } else {
        writeln!(out, "<path d=\"M{one} L{tip} L{other} Z\" fill=\"{colour}\"/>")
    };
}

/// The middle of the longest part of a line, and how long that is.
fn middle(points: &[[f64; 2]]) -> ([f64; 2], f64) {
    let long = |pair: &[[f64; 2]]| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
    let longest = points.windows(2).max_by(|one, other| long(one).total_cmp(&long(other)));
    longest.map_or(([0.0; 2], 0.0), |pair| {
        ([(pair[0][0] + pair[1][0]) / 2.0, (pair[0][1] + pair[1][1]) / 2.0], long(pair))
    })
}

/// The sign of a state: an octagon is what the outage takes down, a disc with a cross is down, a triangle is degraded, a
/// square with two bars is frozen, a hollow diamond is at risk.
pub(super) fn sign(out: &mut String, mark: Mark, (x, y): (f64, f64), theme: &Theme) {
    let (line, paper) = (theme.of(mark).line, theme.background);
    let at = |points: &[(f64, f64)]| polygon(&points.iter().map(|(dx, dy)| (x + dx, y + dy)).collect::<Vec<_>>());
    let stroke =
        |width: f64| format!("fill=\"none\" stroke=\"{paper}\" stroke-width=\"{width}\" stroke-linecap=\"round\"");
    let from = |dx: f64, dy: f64| format!("M{} {}", number(x + dx), number(y + dy));
    let _ = match mark {
        Mark::None => Ok(()),
        Mark::Struck => {
            let octagon = [
                (-4.0, -9.0),
                (4.0, -9.0),
                (9.0, -4.0),
                (9.0, 4.0),
                (4.0, 9.0),
                (-4.0, 9.0),
                (-9.0, 4.0),
                (-9.0, -4.0),
            ];
            let bolt = [(1.5, -6.5), (-4.5, 1.0), (-0.5, 1.0), (-1.5, 6.5), (4.5, -1.5), (0.5, -1.5)];
            writeln!(out, "<path d=\"{}\" fill=\"{line}\"/><path d=\"{}\" fill=\"{paper}\"/>", at(&octagon), at(&bolt))
        }
        Mark::Down => {
            let cross = format!("{} l7 7 m0 -7 l-7 7", from(-3.5, -3.5));
            let (cx, cy) = (number(x), number(y));
            writeln!(
                out,
                "<circle cx=\"{cx}\" cy=\"{cy}\" r=\"8\" fill=\"{line}\"/><path d=\"{cross}\" {}/>",
                stroke(2.2)
            )
        }
        Mark::Degraded => {
            let triangle = [(0.0, -8.0), (9.0, 7.5), (-9.0, 7.5)];
            let bang = format!("{} v5 m0 3.4 v0.1", from(0.0, -3.2));
            writeln!(out, "<path d=\"{}\" fill=\"{line}\"/><path d=\"{bang}\" {}/>", at(&triangle), stroke(2.0))
        }
        Mark::Frozen => {
            let square = [(-7.5, -7.5), (7.5, -7.5), (7.5, 7.5), (-7.5, 7.5)];
            let bars = format!("{} v7 m5 -7 v7", from(-2.5, -3.5));
            writeln!(out, "<path d=\"{}\" fill=\"{line}\"/><path d=\"{bars}\" {}/>", at(&square), stroke(2.2))
        }
        Mark::Risk => {
            let diamond = [(0.0, -8.0), (8.0, 0.0), (0.0, 8.0), (-8.0, 0.0)];
            writeln!(out, "<path d=\"{}\" fill=\"{paper}\" stroke=\"{line}\" stroke-width=\"2\"/>", at(&diamond))
        }
    };
}
