//! Products and recognitions for a terminal.

use std::fmt::Write;

use super::{ProductView, Products, Recognised, What};
use crate::model::{Grade, Phase, Strength};
use crate::report::Report;
use crate::report::text::{FAINT, HEAD, count, listed, paint, percent, table, wrapped};

impl Report for What {
    fn text(&self, width: usize) -> String {
        if self.recognised.is_empty() {
            return format!("no catalogue recognises `{}`\n", self.word);
        }
        let row = |one: &Recognised| {
            let region = one.region.clone().unwrap_or_default();
            vec![one.product.clone(), one.capability.clone(), region, format!("{}: {}", one.vocabulary, one.by)]
        };
        let rows: Vec<Vec<String>> = self.recognised.iter().map(row).collect();
        table(width, &["product", "capability", "region", "by"], &rows)
    }
}

impl Report for Products {
    fn text(&self, width: usize) -> String {
        let rows: Vec<Vec<String>> = self
            .products
            .iter()
            .map(|line| {
                let faces = line.capabilities.join(", ");
                vec![line.id.clone(), line.kind.word().to_owned(), line.title.clone(), faces, line.needs.to_string()]
            })
            .collect();
        table(width, &["id", "kind", "title", "capabilities", "needs"], &rows) + &count(rows.len(), "product") + "\n"
    }
}

impl Report for ProductView {
    fn text(&self, width: usize) -> String {
        let mut out = format!("{}: {} ({})\n", paint(HEAD, &self.id), self.title, self.kind.word());
        let _ = writeln!(out, "{}", paint(FAINT, format!("as of {}", self.as_of)));
        if self.sketch {
            out += "Only recognised: what it needs, beyond the control plane of every product, is not known.\n";
        }
        if self.hosts {
            out += "Apps run on it: they are deployed and scaled through its control plane.\n";
        }
        if self.sticky {
            out += "It stays down after its cause is gone, until it is restarted.\n";
        }
        if let Some(source) = &self.quorum {
            out += "A majority of its copies must be up.\n";
            out += &wrapped(source, 2, width);
        }
        if let Some(restart) = &self.restart {
            for (seconds, what) in [(restart.takes, "A restart takes"), (restart.drain, "Then it is degraded for")] {
                if seconds > 0 {
                    let _ = writeln!(out, "{what} {}.", duration(seconds));
                }
            }
            if let Some(source) = &restart.source {
                out += &wrapped(source, 2, width);
            }
        }
        if let Some(share) = self.availability {
            let _ = writeln!(out, "Availability promised: {:.6} %", share * 100.0);
            if let Some(source) = &self.availability_source {
                out += &wrapped(source, 2, width);
            }
            let steps: Vec<String> = (self.credits.iter())
                .map(|step| format!("{} of the fee below {}", percent(step.pays), percent(step.below)))
                .collect();
            if !steps.is_empty() {
                out += &wrapped(&format!("Paid back: {}.", steps.join(", ")), 0, width);
                if let Some(source) = &self.credits_source {
                    out += &wrapped(source, 2, width);
                }
            }
        }
        for capability in &self.capabilities {
            let home = capability.home.as_ref().map_or(String::new(), |home| format!(", home {home}"));
            let _ = writeln!(out, "\n{} {}{home}", paint(HEAD, &capability.name), capability.scope);
            if let Some(note) = &capability.note {
                out += &wrapped(note, 2, width);
            }
            for need in &capability.needs {
                let soft = if need.strength == Strength::Soft { ", soft" } else { "" };
                let start = if need.phase == Phase::Start { ", to start" } else { "" };
                let ended = need.ended.as_ref().map_or(String::new(), |day| format!(", until {day}"));
                let grace = need.grace.map_or(String::new(), |grace| format!(", {} later", duration(grace)));
                let only = need.only_in.join(", ");
                let only = if only.is_empty() { only } else { format!(", only in {only}") };
                let _ = writeln!(out, "  needs {}{soft}{start}{grace}{only}{ended}", need.to);
                let grade = match need.grade {
                    Grade::Documented => "documented",
                    Grade::Incident => "seen in an outage",
                    Grade::Inferred => "inferred",
                };
                let before = need.known_before.as_ref().map_or(String::new(), |day| format!(", in part since {day}"));
                out += &wrapped(&format!("{grade}, known {}{before}: {}", need.known, need.source), 6, width);
                for text in [&need.url, &need.note].into_iter().flatten() {
                    out += &wrapped(text, 6, width);
                }
            }
        }
        for (title, list) in [("recognised by", &self.recognised_by), ("needed by", &self.needed_by)] {
            if !list.is_empty() {
                let _ = writeln!(out, "\n{}", paint(HEAD, title));
                out += &listed(list, 2, width);
            }
        }
        out
    }
}

/// `1h 30m`.
fn duration(seconds: u64) -> String {
    format!("{:#}", jiff::SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX)))
}
