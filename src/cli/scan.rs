//! `scan`: what was read, found, skipped and not resolved.

use super::Exit;
use super::input::{Input, load};
use super::output::Output;
use crate::report;

/// Show what was read, found, skipped and not resolved
///
/// As a short table, or with `--format json` as the whole graph, every need with the file, line and column that
/// shows it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let loaded = load(&args.input)?;
    let report = report::scan(&loaded.system, &loaded.accounts, &loaded.seen);
    args.output.report(&report)?;
    Ok(loaded.exit)
}
