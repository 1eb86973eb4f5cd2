//! `init`: a commented `linchpin.yaml` from what was found.

use std::path::PathBuf;

use super::Exit;
use super::input::{Input, load};
use super::output::{fail, print};
use crate::report;
use crate::source::create;

/// Write a commented linchpin.yaml from what was found
///
/// It lists the components with the needs that were read as comments, and says what is worth adding. An existing file is
/// never touched.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    /// File to write, `-` for standard output [default: linchpin.yaml in the first path]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let loaded = load(&args.input)?;
    let text = report::manifest(&loaded.system);
    let first = &args.input.paths[0];
    let folder = if first.is_dir() { first.clone() } else { first.parent().map(PathBuf::from).unwrap_or_default() };
    let path = args.output.clone().unwrap_or_else(|| folder.join("linchpin.yaml"));
    if path.as_os_str() == "-" {
        print(&text);
        return Ok(loaded.exit);
    }
    match create(&path, &text) {
        Ok(()) => {
            anstream::eprintln!("wrote {}; now mark the apps and their tiers", path.display());
            Ok(loaded.exit)
        }
        Err(problem) => Err(fail(&problem)),
    }
}
