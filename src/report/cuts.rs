//! The minimal cut sets of an app: how many of each size, and the smallest of them.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{BAD, GOOD, HEAD, POOR, count, paint, wrapped};
use super::{Report, SCHEMA};
use crate::analysis::cuts::CutSets;
use crate::graph::Graph;
use crate::model::{Capability, ComponentId};

/// The report of `cuts`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Cuts {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// What fails.
    pub app: String,
    /// The capability of it that is asked about.
    pub capability: String,
    /// What it becomes: `down`, or `degraded or down`.
    pub becomes: &'static str,
    /// What may fail: `components`, `regions` and so on.
    pub over: &'static str,
    /// How many of these bear on it; its own failure is left out.
    pub failing: usize,
    /// How many sets there are: of `by_order`, together; 2^128 - 1 for that many and more.
    pub total: u128,
    /// How many sets there are of one, of two and so on.
    pub by_order: Vec<u128>,
    /// Whether sets are missing: from the list, or from the numbers.
    pub truncated: bool,
    /// The largest size up to which the numbers are complete; nothing when they are complete altogether.
    pub complete_to: Option<u32>,
    /// What is missing and what that may hide; nothing when nothing is.
    pub missing: Vec<String>,
    /// Whether something is missing because the search was interrupted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// It fails without any loss.
    pub always: bool,
    /// The sets, the smallest first, each in order of the ids.
    pub sets: Vec<Vec<ComponentId>>,
}

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What fails.
    pub app: &'a ComponentId,
    /// Which capability of it.
    pub capability: &'a Capability,
    /// What it becomes.
    pub becomes: &'static str,
    /// What may fail, in words.
    pub over: &'static str,
    /// The largest sets that are asked for.
    pub order: Option<u32>,
    /// How many sets to list at most.
    pub limit: usize,
    /// How many components bear on it.
    pub failing: usize,
    /// Whether the search was interrupted.
    pub interrupted: bool,
}

/// Makes the report; lists sets in the order of their sizes, then of their ids.
pub fn cuts(graph: &Graph, question: &Question<'_>, found: &CutSets) -> Cuts {
    let mut by_order = found.by_order();
    let asked = question.order.map_or(usize::MAX, |order| order as usize);
    let known = found.complete_to().map_or(usize::MAX, |order| order as usize);
    let larger = by_order.iter().skip(asked.min(known)).fold(0u128, |sum, number| sum.saturating_add(*number));
    by_order.truncate(asked.min(known));
    let total = by_order.iter().fold(0u128, |sum, number| sum.saturating_add(*number));
    let listed = found.list(asked.min(known), question.limit);
    let mut missing = Vec::new();
    let interrupted = question.interrupted && known < asked;
    if interrupted {
        missing.push(format!(
            "interrupted: sets of more than {known} are not counted. Whatever takes that many at once may be among them"
        ));
    } else if known < asked {
        missing.push(format!(
            "sets of more than {known} are not counted: the diagram did not fit the limits. Whatever takes that many at \
             once may be among them; give more `--max-memory` or `--timeout`, or ask for less with `--order` or `--within`"
        ));
    } else if asked < usize::MAX && (larger > 0 || found.complete_to().is_some()) {
        let how_many =
            if found.complete_to().is_some() { "were not looked for".to_owned() } else { format!("exist: {larger}") };
        missing.push(format!("sets of more than {asked} {how_many}; `--order` leaves them out"));
    }
    let many = number(total);
    if total == u128::MAX {
        missing.push(format!("{many} sets: no larger number is counted to"));
    }
    if (listed.len() as u128) < total {
        missing.push(format!("{} of {many} sets are listed; `--limit` or `--all` lists more", listed.len()));
    }
    let ids = |set: &Vec<u32>| set.iter().map(|number| graph.components()[*number as usize].clone()).collect();
    Cuts {
        schema: SCHEMA,
        app: question.app.to_string(),
        capability: question.capability.to_string(),
        becomes: question.becomes,
        over: question.over,
        failing: question.failing,
        total,
        by_order,
        truncated: !missing.is_empty(),
        complete_to: found.complete_to(),
        missing,
        interrupted,
        always: found.is_certain(),
        sets: listed.iter().map(ids).collect(),
    }
}

/// A number of sets; the largest that is counted to stands for more as well.
fn number(sets: u128) -> String {
    if sets == u128::MAX { format!("at least {:.1e}", sets as f64) } else { sets.to_string() }
}

impl Report for Cuts {
    fn text(&self, width: usize) -> String {
        let face = if self.capability == "data" { String::new() } else { format!(":{}", self.capability) };
        let title = format!("What makes {}{face} {}", self.app, self.becomes);
        let mut out = format!("{}\n", paint(HEAD, title));
        if self.always {
            let _ = writeln!(out, "{}", paint(BAD, format!("it is {} whatever fails", self.becomes)));
            return out;
        }
        if self.total == 0 && self.missing.is_empty() {
            let bearing = count(self.failing, "component");
            let text = format!("no set of {} that may fail does; {bearing} bear on it", self.over);
            let _ = writeln!(out, "{}", paint(GOOD, text));
            return out;
        }
        let sets = if self.total == 1 {
            "1 minimal cut set".to_owned()
        } else {
            format!("{} minimal cut sets", number(self.total))
        };
        // None of those that were counted is not none at all.
        let up_to = self.complete_to.map_or_else(String::new, |most| format!(" of at most {most}"));
        let _ = writeln!(out, "{sets}{up_to} over {}, {} of which bear on it", self.over, self.failing);
        for (order, found) in (1..).zip(&self.by_order).filter(|(_, number)| **number > 0) {
            let of = if order == 1 { "of one: single points of failure".to_owned() } else { format!("of {order}") };
            let _ = writeln!(out, "  {} {of}", number(*found));
        }
        for missing in &self.missing {
            out += &paint(POOR, wrapped(missing, 0, width).trim_end());
            out.push('\n');
        }
        let mut size = 0;
        for set in &self.sets {
            if set.len() != size {
                size = set.len();
                let what = if size == 1 { "One is enough".to_owned() } else { format!("{size} together") };
                let _ = writeln!(out, "\n{}", paint(if size == 1 { BAD } else { POOR }, what));
            }
            let names: Vec<&str> = set.iter().map(ComponentId::as_str).collect();
            out += &wrapped(&names.join(" + "), 2, width);
        }
        out
    }
}
