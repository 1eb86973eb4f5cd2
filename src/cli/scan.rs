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

pub(super) fn run(args: &Args) -> Exit {
    let loaded = match load(&args.input) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let report = report::scan(&loaded.system, &loaded.accounts);
    args.output.report(&report).map_or_else(|exit| exit, |()| loaded.exit)
}
