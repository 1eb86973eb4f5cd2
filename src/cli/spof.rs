//! `spof`: every component ranked by what it takes down alone.

use super::Exit;
use super::input::{Input, load};
use super::output::Output;
use crate::analysis::single_failures;
use crate::report;

/// Rank every component by the apps that it alone takes down
///
/// Apps count by tier: 8 for tier 1, 4 for tier 2, 2 for tier 3 or none, else 1, times the weight that linchpin.yaml gives them.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let loaded = load(&args.input)?;
    let report = report::spof(&loaded.system, &loaded.graph, &single_failures(&loaded.graph));
    args.output.report(&report)?;
    Ok(loaded.exit)
}
