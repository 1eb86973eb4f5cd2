//! `backtest`: the outage library, predicted against reported.

use std::path::PathBuf;

use rayon::prelude::*;

use super::Exit;
use super::diagnostics;
use super::input::catalogues;
use super::interrupt;
use super::outages::{find, is_file, library, of_files};
use super::output::Output;
use crate::analysis::backtest::{Backtest, backtest};
use crate::catalogue::outage::{Outage, lint};
use crate::report;
use crate::source::Problem;

/// Predict every outage of the library, and compare with what was reported
///
/// Of each outage only what it took down itself is given, and only catalogue knowledge dated before it is used, so
/// that an edge learned from an outage does not predict it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only these outages: ids of the library, or files of the same format
    #[arg(value_name = "OUTAGE")]
    outages: Vec<PathBuf>,
    /// Use all that the catalogue knows now
    #[arg(long)]
    hindsight: bool,
    /// Folder of catalogue files of one's own; its `outages/` add to the library; may be repeated
    #[arg(long, value_name = "DIR")]
    catalogue: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let (catalogue, mut problems, mut lines) = catalogues(&args.catalogue);
    let (outages, wrong) = library(&args.catalogue, &mut lines);
    problems.extend(wrong);
    let (given, wrong) = of_files(args.outages.iter().filter(|name| is_file(name)), &mut lines);
    problems.extend(wrong);
    problems.extend(lint(&outages, &catalogue));
    problems.extend(lint(&given, &catalogue));
    diagnostics::print(&problems, |file, line| lines.line(file, line));
    let own = |outages: Vec<Outage>| outages.into_iter().map(|outage| outage.in_own_names(&catalogue)).collect();
    let (outages, given): (Vec<Outage>, Vec<Outage>) = (own(outages), own(given));
    let named = args.outages.iter().filter(|name| !is_file(name)).map(|id| find(&outages, &id.to_string_lossy()));
    let mut chosen: Vec<&Outage> = named.collect::<Result<_, _>>()?;
    chosen.extend(&given);
    if args.outages.is_empty() {
        chosen.extend(&outages);
    }
    let tests: Vec<Option<Backtest<'_>>> = interrupt::catching(|| {
        let left = chosen.par_iter().map(|outage| Some(*outage).filter(|_| !interrupt::is_raised()));
        left.map(|outage| outage.map(|outage| backtest(outage, &catalogue, args.hindsight))).collect()
    });
    let left = tests.iter().filter(|test| test.is_none()).count();
    let tests: Vec<Backtest<'_>> = tests.into_iter().flatten().collect();
    args.output.report(&report::backtest(&tests, left, args.hindsight))?;
    let exit = if problems.iter().any(Problem::is_error) { Exit::Usage } else { Exit::Fine };
    Ok(interrupt::exit(exit))
}
