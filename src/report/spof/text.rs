//! Rankings and sweeps for a terminal.

use std::fmt::Write;

use super::{PairView, PairsView, Spof, SpofView, Sweep, SweptView};
use crate::report::Report;
use crate::report::text::{GOOD, HEAD, POOR, count, paint, table, wrapped};

impl Report for Spof {
    fn text(&self, width: usize) -> String {
        let mut out = String::new();
        let single = self.totals.downing;
        warn(&mut out, self.interrupted.as_deref(), width);
        let _ = writeln!(
            out,
            "{}: {single} of {} take down one of {} alone",
            paint(HEAD, "Single points of failure"),
            counted(self.totals.looked_at, self.by),
            count(self.apps, "app"),
        );
        // A narrow terminal has no room for what it costs; JSON has it always.
        let costs = width >= 120 && self.components.iter().any(|view| view.app_hours_a_year.is_some());
        let row = |view: &SpofView| {
            let mut row = vec![
                view.id.clone(),
                view.kind.word().to_owned(),
                view.apps_down.len().to_string(),
                view.apps_degraded.len().to_string(),
                view.apps_frozen.len().to_string(),
                format!("{}", view.weight),
            ];
            if costs {
                row.push(view.app_hours_a_year.map_or_else(|| "?".to_owned(), |hours| format!("{hours:.1}")));
            }
            row.push(view.apps_down.some());
            row
        };
        let rows: Vec<Vec<String>> = self.components.iter().take(self.limit).map(row).collect();
        if rows.is_empty() {
            let _ = writeln!(out, "{}", paint(GOOD, "no component takes an app down, degrades or freezes it alone"));
        } else {
            let mut heading = vec![self.by, "kind", "down", "degraded", "frozen", "weight"];
            if costs {
                heading.push("app h/year");
            }
            heading.push("apps down");
            out.push('\n');
            out += &table(width, &heading, &rows);
        }
        if self.totals.touching > rows.len() {
            let more = self.totals.touching - rows.len();
            let _ = writeln!(out, "and {more} more; `--limit` shows more, `--format json` lists all");
        }
        if let Some(pairs) = &self.pairs {
            pairs.text(&mut out, width);
        }
        out
    }
}

fn warn(out: &mut String, text: Option<&str>, width: usize) {
    if let Some(text) = text {
        *out += &paint(POOR, wrapped(text, 0, width).trim_end());
        out.push('\n');
    }
}

/// So many components, places or capabilities.
pub(super) fn counted(number: usize, one: &str) -> String {
    if one == "capability" && number != 1 { format!("{number} capabilities") } else { count(number, one) }
}

impl PairsView {
    fn text(&self, out: &mut String, width: usize) {
        let pairs = count(self.count, "pair");
        let so_far = if self.interrupted { "so far " } else { "" };
        let title = paint(HEAD, "Pairs");
        let _ = writeln!(out, "\n{title}: {so_far}{pairs} take down an app that neither takes down alone");
        let missing = "interrupted: not all pairs were looked at, and there may be worse ones";
        warn(out, self.interrupted.then_some(missing), width);
        if self.components_left_out > 0 {
            let left = count(self.components_left_out, "component");
            let text = format!("there are too many pairs: those of the {left} with the least reach were not looked at");
            *out += &paint(POOR, wrapped(&text, 0, width).trim_end());
            out.push('\n');
        }
        let row = |view: &PairView| {
            let ids: Vec<String> = view.ids.iter().map(ToString::to_string).collect();
            vec![
                ids.join(" + "),
                view.only_together.len().to_string(),
                view.apps_down.len().to_string(),
                format!("{}", view.weight),
                view.only_together.some(),
            ]
        };
        let rows: Vec<Vec<String>> = self.worst.iter().map(row).collect();
        if !rows.is_empty() {
            *out += &table(width, &["pair", "only together", "down", "weight", "only together"], &rows);
        }
        if self.count > self.worst.len() {
            let _ = writeln!(out, "and {} more; `--limit` lists more", self.count - self.worst.len());
        }
    }
}

impl Report for Sweep {
    fn text(&self, width: usize) -> String {
        let what = match self.together {
            1 => format!("Every {} alone", self.of.word()),
            together => format!("Any {together} at once of kind {}", self.of.word()),
        };
        let hit = self.looked_at - self.harmless;
        let outages = count(self.looked_at, "outage");
        let verb = if hit == 1 { "touches" } else { "touch" };
        let mut out = format!("{}: {hit} of {outages} {verb} one of {}\n", paint(HEAD, what), count(self.apps, "app"));
        warn(&mut out, self.interrupted.as_deref(), width);
        let row = |view: &SweptView| {
            let ids: Vec<String> = view.ids.iter().map(ToString::to_string).collect();
            vec![
                ids.join(" + "),
                view.apps_down.len().to_string(),
                view.apps_degraded.len().to_string(),
                view.apps_frozen.len().to_string(),
                format!("{}", view.weight),
                view.apps_down.some(),
            ]
        };
        let rows: Vec<Vec<String>> = self.outages.iter().map(row).collect();
        if !rows.is_empty() {
            out.push('\n');
            out += &table(width, &["lost", "down", "degraded", "frozen", "weight", "apps down"], &rows);
        }
        if hit > rows.len() {
            let _ = writeln!(out, "and {} more; `--limit` lists more", hit - rows.len());
        }
        out
    }
}
