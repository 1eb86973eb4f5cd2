//! The engine and the catalogues against history: what an outage of the library would have been predicted to do, held
//! against what was reported.
//!
//! Only what an outage took down *itself* is given; all else is predicted. What is given is not scored, and neither is
//! what nobody reported: not listed means unknown.

mod rows;
mod score;

pub use rows::Row;
pub use score::{Score, Tally, total};

use crate::analysis::replay::{Scenario, replay};
use crate::catalogue::Catalogue;
use crate::catalogue::outage::Outage;
use crate::graph::Graph;
use crate::model::State;
use crate::resolve::products_alone;

/// An outage, each of its rows with what was predicted, and the sums over them.
#[derive(Clone, Debug)]
pub struct Backtest<'o> {
    /// The outage.
    pub outage: &'o Outage,
    /// What was reported and what was predicted, in the order of the file.
    pub rows: Vec<Row>,
    /// The sums.
    pub score: Score,
}

/// Predicts an outage from what a catalogue knows, and compares.
///
/// With `hindsight` everything that the catalogue knows is used; without it only what was known the day before.
pub fn backtest<'o>(outage: &'o Outage, catalogue: &Catalogue, hindsight: bool) -> Backtest<'o> {
    let known = match outage.date.yesterday() {
        Ok(day) if !hindsight => catalogue.as_of(day),
        _ => catalogue.clone(),
    };
    let system = products_alone(&known, rows::wanted(outage, &known));
    let graph = Graph::compile(&system);
    let told = Scenario::of(outage, &system, &graph);
    let timeline = replay(&system, &graph, &told.scenario, &[]);
    let given: Vec<_> = told.scenario.windows.iter().flat_map(|window| window.nodes.iter().copied()).collect();
    let mut found = Vec::new();
    for reported in &outage.reported {
        for selector in &reported.what {
            found.push(rows::row(reported, selector, outage, &known, &graph, &timeline, &given));
        }
    }
    let score = Score::of(&found);
    Backtest { outage, rows: found, score }
}

/// Whether a state is not up.
fn hit(state: State) -> bool {
    state != State::Up
}
