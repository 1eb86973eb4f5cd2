//! `check`: the gate.

use clap::ValueEnum;

use super::Exit;
use super::input::{Input, load};
use super::output::Output;
use crate::policy::{Parameters, Severity, check};
use crate::report;

/// Hold the system against the rules; findings fail the run
///
/// Severity depends on the rule and on the tier of the app: a step up for tier 1, a step down below tier 2.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    /// The least severity that fails the run
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    fail_on: FailOn,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let loaded = load(&args.input)?;
    let fail_on = match args.fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Note => Severity::Note,
    };
    let verdict = check(&loaded.system, &loaded.graph, &Parameters::default(), fail_on);
    let report = report::check(&verdict, loaded.system.unresolved.len());
    let found = if verdict.failed { Exit::Findings } else { Exit::Fine };
    args.output.report(&report)?;
    Ok(loaded.exit.and(found))
}
