//! `schema`: the JSON Schema of the output.

use super::Exit;
use super::output::print;
use crate::report;

/// Print the JSON Schema of the JSON output
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args) -> Exit {
    print(&format!("{:#}\n", report::schema()));
    Exit::Fine
}
