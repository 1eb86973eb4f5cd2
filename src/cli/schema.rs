//! `schema`: the JSON Schemas of what is written and read.

use clap::ValueEnum;

use super::Exit;
use super::output::print;
use crate::{catalogue, report};

/// Print the JSON Schema of the JSON output, of catalogue files, or of outages
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Of what
    #[arg(value_enum, default_value_t = Of::Output)]
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    /// What the commands print with `--format json`
    Output,
    /// A file of a catalogue, for editors
    Catalogue,
    /// An outage of the library, for editors
    Outage,
}

pub(super) fn run(args: &Args) -> Exit {
    let schema = match args.of {
        Of::Output => report::schema(),
        Of::Catalogue => catalogue::file_schema(),
        Of::Outage => catalogue::outage::file_schema(),
    };
    print(&format!("{schema:#}\n"));
    Exit::Fine
}
