//! The table of all outages: predicted against reported.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::text::{BAD, FAINT, GOOD, HEAD, count, paint, table};
use super::{Report, SCHEMA};
use crate::analysis::backtest::{Backtest, Score, Tally, total};
use crate::catalogue::outage::{Clock, Source};
use crate::model::State;

/// The report of `backtest`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BacktestReport {
    /// The version of the output: `linchpin/1`.
    pub schema: &'static str,
    /// Whether everything that the catalogue knows was used, or only what was known the day before each outage.
    pub hindsight: bool,
    /// The outages, by date.
    pub outages: Vec<OutageScore>,
    /// The sums over all of them.
    pub total: ScoreView,
    /// What was predicted wrongly.
    pub misses: Vec<Miss>,
    /// What is missing because the run was interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<String>,
}

/// An outage and how well it was predicted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OutageScore {
    /// Its id.
    pub outage: String,
    /// How well.
    #[serde(flatten)]
    pub score: ScoreView,
}

/// How well something was predicted; shares are weighted by who reported, and absent where nothing was reported.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct ScoreView {
    /// Of what was reported down or degraded, the share that was predicted not to be up.
    pub down: ShareView,
    /// Of what was reported up, the share that was predicted up.
    pub up: ShareView,
    /// Of the hits, the share that was predicted in that very state.
    pub state: ShareView,
    /// Of what was reported on products that were predicted to lose something, the share of the right plane.
    pub plane: ShareView,
    /// Rows that the outage file itself takes down; they are not scored.
    pub given: usize,
    /// The order of recovery: Kendall's tau-b, from -1 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<f64>,
    /// By how many minutes the predicted moments of recovery are off, in the middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes_off: Option<i64>,
}

/// A weighted share of rows.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct ShareView {
    /// How many rows there are.
    pub rows: usize,
    /// The share, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}

/// Something that was predicted wrongly.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Miss {
    /// In which outage.
    pub outage: String,
    /// What was reported on.
    pub what: String,
    /// How it was reported to be.
    pub reported: State,
    /// How it was predicted to be, at worst.
    pub predicted: State,
    /// Who reported it.
    pub grade: Source,
}

/// Makes the report of a backtest, of which so many outages were left out since it was interrupted.
pub fn backtest(tests: &[Backtest<'_>], left: usize, hindsight: bool) -> BacktestReport {
    let mut order: Vec<&Backtest<'_>> = tests.iter().collect();
    order.sort_by(|a, b| (a.outage.date, &a.outage.id).cmp(&(b.outage.date, &b.outage.id)));
    let outages = order.iter().map(|test| OutageScore { outage: test.outage.id.to_string(), score: view(&test.score) });
    let wrong = order.iter().flat_map(|test| {
        let missed = test.rows.iter().filter(|row| !row.given && row.right < 1.0);
        missed.map(|row| Miss {
            outage: test.outage.id.to_string(),
            what: row.what.to_string(),
            reported: row.reported,
            predicted: row.predicted,
            grade: row.grade,
        })
    });
    BacktestReport {
        schema: SCHEMA,
        hindsight,
        outages: outages.collect(),
        total: view(&total(tests.iter().map(|test| &test.score))),
        misses: wrong.collect(),
        interrupted: (left > 0).then(|| format!("interrupted: {} not predicted", count(left, "outage"))),
    }
}

fn view(score: &Score) -> ScoreView {
    let share = |tally: &Tally| ShareView { rows: tally.rows, share: tally.share().map(rounded) };
    ScoreView {
        down: share(&score.down),
        up: share(&score.up),
        state: share(&score.exact),
        plane: share(&score.plane),
        given: score.given,
        order: score.order.map(rounded),
        minutes_off: score.median_error().map(|seconds| (seconds + 30) / 60),
    }
}

/// Three digits are all that a share of some hundred rows can say.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

impl Report for BacktestReport {
    fn text(&self, width: usize) -> String {
        let knowledge = if self.hindsight {
            "With all that the catalogue knows now: what the engine can express, not a prediction."
        } else {
            "With what was known the day before each outage."
        };
        let mut out = format!("{}\n\n", paint(HEAD, knowledge));
        let mut rows: Vec<Vec<String>> = self.outages.iter().map(|line| row(&line.outage, &line.score)).collect();
        rows.push(row("all", &self.total));
        let heading = ["outage", "down", "up", "state", "plane", "order", "off", "given"];
        out += &table(width, &heading, &rows);
        let legend = "down: of what was reported down or degraded, predicted not to be up. up: of what was reported up, \
                      predicted up. state: of the hits, the very state. plane: of products hit, the right plane. order: \
                      of recovery, Kendall's tau-b. off: median error of recovery. given: rows the outage file takes \
                      down itself, not scored. Official reports weigh 1, summaries 0.8, press 0.4, inferred 0.2.";
        out.push('\n');
        out += &super::text::wrapped(legend, 0, width);
        if !self.misses.is_empty() {
            let _ = writeln!(out, "\n{}", paint(HEAD, format!("Predicted wrongly ({})", self.misses.len())));
            let mut last = "";
            for miss in &self.misses {
                if miss.outage != last {
                    let _ = writeln!(out, "  {}", miss.outage);
                    last = &miss.outage;
                }
                let reported = match miss.reported {
                    State::Up => paint(GOOD, "up"),
                    state => paint(BAD, state.word()),
                };
                let grade = paint(FAINT, format!("({})", miss.grade.word()));
                let _ =
                    writeln!(out, "    {} reported {reported} {grade}, predicted {}", miss.what, miss.predicted.word());
            }
        }
        let _ = writeln!(out, "\n{}", count(self.outages.len(), "outage"));
        if let Some(interrupted) = &self.interrupted {
            let _ = writeln!(out, "{}", paint(BAD, interrupted));
        }
        out
    }
}

fn row(name: &str, score: &ScoreView) -> Vec<String> {
    let share = |share: &ShareView| match share.share {
        Some(value) => format!("{:.0}% of {}", value * 100.0, share.rows),
        None => "-".to_owned(),
    };
    vec![
        name.to_owned(),
        share(&score.down),
        share(&score.up),
        score.state.share.map_or("-".to_owned(), |value| format!("{:.0}%", value * 100.0)),
        score.plane.share.map_or("-".to_owned(), |value| format!("{:.0}%", value * 100.0)),
        score.order.map_or("-".to_owned(), |value| format!("{value:.2}")),
        score.minutes_off.map_or("-".to_owned(), |minutes| Clock(minutes * 60).length()),
        score.given.to_string(),
    ]
}
