//! The report of a replay for a terminal: a bar for each app, then each app in words, the last to come back first.

use std::fmt::Write;

use anstyle::Style;

use super::{AppView, Moment, Replay};
use crate::analysis::replay::Why;
use crate::catalogue::outage::Clock;
use crate::report::Report;
use crate::report::text::{
    BAD, COLD, FAINT, GOOD, HEAD, POOR, chain, count, listed, paint, percent, readable, wrapped,
};

/// How many unknown things are listed.
const MOST_UNKNOWN: usize = 12;

impl Report for Replay {
    fn text(&self, width: usize) -> String {
        let mut out = format!("{} {}\n", paint(HEAD, "Replay:"), self.outage);
        out += &wrapped(&self.title, 0, width);
        let length = Clock(self.ends.second - self.begins.second).length();
        let date = self.date.as_ref().map_or_else(String::new, |date| format!("{date} "));
        let _ =
            writeln!(out, "{}", paint(FAINT, format!("{date}{} to {}, {length}", self.begins.clock, self.ends.clock)));
        let _ = writeln!(out, "{}", self.headline());
        out += &self.chart(width);
        let mut hit: Vec<&AppView> = self.apps.iter().filter(|app| app.worst != "up").collect();
        hit.sort_by_key(|app| {
            let back = app.back.as_ref().map_or(i64::MAX, |back| back.second);
            (std::cmp::Reverse(back), app.tier.unwrap_or(u8::MAX), app.app.clone())
        });
        for app in hit {
            self.app(&mut out, app, width);
        }
        self.rest(&mut out, width);
        out
    }
}

impl Replay {
    fn headline(&self) -> String {
        let number = |word: &str| self.apps.iter().filter(|app| app.worst == word).count();
        let parts = ["down", "degraded", "frozen"].map(|word| (number(word), word));
        let hit: usize = parts.iter().map(|(number, _)| number).sum();
        let said: Vec<String> =
            parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
        if hit == 0 {
            return format!("none of {} is hit", count(self.apps.len(), "app"));
        }
        let never: Vec<&AppView> = self.apps.iter().filter(|app| app.worst != "up" && app.back.is_none()).collect();
        let last =
            self.apps.iter().filter_map(|app| Some((app.back.as_ref()?, app))).max_by_key(|(back, _)| back.second);
        let end = match (never.as_slice(), last) {
            ([], Some((back, app))) => format!("the last to be back is {}, at {}", app.app, back.clock),
            ([], None) => String::new(),
            (never, _) => format!(
                "{} never back",
                if never.len() == 1 { "1 is".to_owned() } else { format!("{} are", never.len()) }
            ),
        };
        format!("{hit} of {}: {}; {end}", count(self.apps.len(), "app"), said.join(", "))
    }

    /// A line for each app, with the time from left to right.
    fn chart(&self, width: usize) -> String {
        let hit: Vec<&AppView> = self.apps.iter().filter(|app| app.worst != "up").collect();
        if hit.is_empty() {
            return String::new();
        }
        let names = hit.iter().map(|app| named(app).chars().count()).max().unwrap_or(0).min(width / 3);
        let columns = width.saturating_sub(names + 3).clamp(10, 96);
        let (begin, end) = (self.begins.second, self.ends.second.max(self.begins.second + 1));
        let mut out = format!("\n{}{}\n", " ".repeat(names + 3), self.axis(columns));
        for app in hit {
            let mut name: String = named(app).chars().take(names).collect();
            name += &" ".repeat(names.saturating_sub(name.chars().count()));
            let _ = write!(out, " {name}  ");
            let mut cells: Vec<(char, Style)> = vec![('·', GOOD); columns];
            for span in &app.spans {
                let column = |moment: i64| {
                    ((moment - begin).max(0) as u128 * columns as u128 / (end - begin).unsigned_abs() as u128) as usize
                };
                let first = column(span.from.second).min(columns - 1);
                let last = span.until.as_ref().map_or(columns, |until| column(until.second)).clamp(first + 1, columns);
                let mark = match span.state {
                    "down" => ('█', BAD),
                    "degraded" => ('▒', POOR),
                    _ => ('░', COLD),
                };
                for cell in &mut cells[first..last] {
                    if cell.0 != '█' {
                        *cell = mark;
                    }
                }
            }
            for run in cells.chunk_by(|a, b| a == b) {
                out += &paint(run[0].1, run.iter().map(|(mark, _)| *mark).collect::<String>());
            }
            out.push('\n');
        }
        let legend = format!(
            "{} down  {} degraded  {} frozen: serves, and can't be changed  {} up",
            paint(BAD, "█"),
            paint(POOR, "▒"),
            paint(COLD, "░"),
            paint(GOOD, "·")
        );
        let _ = writeln!(out, "{}{legend}", " ".repeat(3));
        out
    }

    /// Times along the chart, as many as fit.
    fn axis(&self, columns: usize) -> String {
        let (begin, end) = (self.begins.second, self.ends.second);
        let marks = (columns / 14).max(1);
        let mut line = String::new();
        for mark in 0..=marks {
            let column = (columns * mark / marks).min(columns.saturating_sub(5));
            let second = begin + (end - begin) * i64::try_from(mark).unwrap_or(0) / i64::try_from(marks).unwrap_or(1);
            let minute = if mark == 0 { second } else { second / 60 * 60 };
            let used = line.chars().count();
            if column >= used {
                line += &" ".repeat(column - used);
                line += &Clock(minute).to_string().chars().take(5).collect::<String>();
            }
        }
        line
    }

    fn app(&self, out: &mut String, app: &AppView, width: usize) {
        let _ = writeln!(out, "\n{}", paint(HEAD, named(app)));
        let mut told: Vec<String> = Vec::new();
        for span in &app.spans {
            let style = match span.state {
                "down" => BAD,
                "degraded" => POOR,
                _ => COLD,
            };
            let until = span.until.as_ref().map_or("never back".to_owned(), |until| self.until(&span.from, until));
            let _ = writeln!(out, "  {} from {}, {until}", paint(style, span.state), span.from.clock);
            let by = readable(&span.chain);
            let line = chain(&by, 4, width);
            if by.len() > 1 && told.last() != Some(&line) {
                let _ = writeln!(out, "    {line}");
                told.push(line);
            }
            if let Some(held) = &span.held {
                let to_the_end = readable(&held.chain);
                let last = to_the_end.last().filter(|_| held.why != Why::Outage);
                let what = last.map_or_else(String::new, |last| format!(": {last}"));
                let _ = writeln!(out, "    {}", paint(FAINT, format!("held back by {}{what}", held.because)));
                if !by.starts_with(&to_the_end) && to_the_end.len() > 1 {
                    let _ = writeln!(out, "    {}", chain(&to_the_end, 4, width));
                }
            }
        }
        if let Some(target) = &app.target {
            if let (Some(share), Some(allowed), Some(months)) =
                (target.availability, target.allowed_seconds, target.months_used)
            {
                let allowed = Clock(allowed.round() as i64).length();
                let text = format!(
                    "its target of {} allows {allowed} a month; this used {months:.1} months of it",
                    percent(share)
                );
                *out += &wrapped(&text, 2, width);
            }
            if let (Some(rto), Some(met)) = (target.rto_seconds, target.rto_met) {
                let rto = Clock(i64::try_from(rto).unwrap_or(i64::MAX)).length();
                let text = if met {
                    paint(GOOD, format!("back within its {rto}"))
                } else {
                    paint(BAD, format!("not back within its {rto}"))
                };
                let _ = writeln!(out, "  {text}");
            }
        }
        if !app.stood_on.is_empty() {
            *out += &wrapped(&format!("stood on {}", self.kept(app)), 2, width);
        }
    }

    fn until(&self, from: &Moment, until: &Moment) -> String {
        format!("back at {} ({})", until.clock, Clock(until.second - from.second).length())
    }

    /// What is told of the whole: deadlocks, actions, what was assumed, what is not known.
    fn rest(&self, out: &mut String, width: usize) {
        let untouched: Vec<String> = self.apps.iter().filter(|app| app.worst == "up").map(named).collect();
        if !untouched.is_empty() {
            let _ = writeln!(out, "\n{} ({})", paint(GOOD, "UNTOUCHED"), untouched.len());
            *out += &listed(&untouched, 2, width);
        }
        self.agreements(out, width);
        for deadlock in &self.deadlocks {
            let mut circle = readable(&deadlock.cycle);
            circle.extend(circle.first().cloned());
            let broken =
                deadlock.broken.as_ref().map_or("never broken".to_owned(), |at| format!("broken at {}", at.clock));
            let title = format!("START-UP DEADLOCK from {}, {broken}", deadlock.since.clock);
            let _ = writeln!(out, "\n{}\n  {}", paint(BAD, title), chain(&circle, 2, width));
        }
        if !self.actions.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, "WHAT OPERATORS DID"));
            for action in &self.actions {
                let how = if action.worked { String::new() } else { paint(POOR, ", in vain") };
                let _ = writeln!(out, "  {} {}{how}", action.time.clock, action.action);
                *out += &listed(&readable(&action.to), 4, width);
                if !action.because.is_empty() {
                    let _ = writeln!(out, "    {}", chain(&readable(&action.because), 4, width));
                }
            }
        }
        if !self.assumed_restarts.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, "TAKEN TO BE RESTARTED AS SOON AS IT HELPS"));
            *out += &listed(&self.assumed_restarts, 2, width);
        }
        if !self.absent.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, format!("NOT PART OF THIS SYSTEM ({})", self.absent.len())));
            let shown: Vec<String> = self.absent.iter().take(MOST_UNKNOWN).cloned().collect();
            *out += &listed(&shown, 2, width);
            if self.absent.len() > shown.len() {
                let _ = writeln!(out, "  {}", paint(FAINT, format!("and {} more", self.absent.len() - shown.len())));
            }
        }
        if !self.unknown.is_empty() {
            let _ = writeln!(out, "\n{} ({}): may be affected as well", paint(HEAD, "UNKNOWN"), self.unknown.len());
            for item in self.unknown.iter().take(MOST_UNKNOWN) {
                let who = item.component.as_ref().map_or_else(String::new, |who| format!("{who}: "));
                *out += &wrapped(&format!("{who}{} ({})", item.reason, item.place), 2, width);
            }
            if self.unknown.len() > MOST_UNKNOWN {
                let rest = self.unknown.len() - MOST_UNKNOWN;
                let _ = writeln!(out, "  {}", paint(FAINT, format!("and {rest} more; see `--format json`")));
            }
        }
        if self.truncated {
            let _ = writeln!(
                out,
                "\n{}",
                paint(BAD, "ended early: too much happened; what was not up then is told as never back")
            );
        }
    }
}

fn named(app: &AppView) -> String {
    app.tier.map_or_else(|| app.app.clone(), |tier| format!("{} (tier {tier})", app.app))
}
