//! `simulate`: which apps fail when these components go down.

use super::Exit;
use super::input::{Input, Loaded, load};
use super::output::{Output, fail};
use crate::analysis::{Impact, impact, select};
use crate::graph::NodeId;
use crate::model::State;
use crate::report;
use crate::source::Problem;

/// Take components down and show which apps go with them
///
/// Apps that are down, degraded, frozen (they serve, and can't be changed), at risk (their redundancy is gone) and
/// untouched, each with the shortest chain of needs that carries the failure; then the other components; then what is
/// unknown.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    down: Down,
    #[command(flatten)]
    output: Output,
}

/// What goes down.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Down {
    /// What goes down: a component (`aliyun/ak`), a capability (`aliyun/ecs:control`), a glob (`aliyun/*:control`),
    /// `provider=aliyun`, `region=aws/us-east-1` or `zone=aws/us-east-1/a`; repeat it for several at once
    #[arg(long, value_name = "SELECTOR", required = true)]
    pub(super) down: Vec<String>,
}

/// What an outage takes down, and what follows.
pub(super) struct Outage {
    pub(super) seeds: Vec<(NodeId, State)>,
    pub(super) impact: Impact,
}

impl Down {
    /// Selects what goes down and computes the impact; prints what is wrong with a selector.
    pub(super) fn on(&self, loaded: &Loaded) -> Result<Outage, Exit> {
        outage(&self.down, loaded)
    }
}

/// Selects what goes down and computes the impact; prints what is wrong with a selector.
pub(super) fn outage(selectors: &[String], loaded: &Loaded) -> Result<Outage, Exit> {
    match select(&loaded.system, &loaded.graph, selectors) {
        Ok(seeds) => {
            let impact = impact(&loaded.graph, &seeds);
            Ok(Outage { seeds, impact })
        }
        Err(error) => {
            let mut problem = Problem::general(error.message);
            problem.help = error.help;
            Err(fail(&problem))
        }
    }
}

pub(super) fn run(args: &Args) -> Exit {
    let loaded = match load(&args.input) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let outage = match args.down.on(&loaded) {
        Ok(outage) => outage,
        Err(exit) => return exit,
    };
    let report = report::simulate(&loaded.system, &loaded.graph, &args.down.down, &outage.seeds, &outage.impact);
    args.output.report(&report).map_or_else(|exit| exit, |()| loaded.exit)
}
