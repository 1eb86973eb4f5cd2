//! `explain`: why a component goes down, or why it does not.

use std::path::PathBuf;

use super::Exit;
use super::input::{Input, Options, load};
use super::output::{Output, fail};
use super::simulate::Down;
use crate::model::ComponentId;
use crate::report;
use crate::source::{Problem, did_you_mean};

/// Explain why a component goes down, or what keeps it up
///
/// A tree from the component to what the outage takes down; every step shows where the need is written, with the line.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The component to explain, by name or alias
    #[arg(value_name = "APP")]
    app: String,
    /// Folders or files to read
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    down: Down,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let input = Input { paths: args.paths.clone(), options: args.options.clone() };
    let loaded = load(&input)?;
    let components = &loaded.system.components;
    let by_alias = || components.values().find(|c| c.aliases.iter().any(|alias| **alias == *args.app)).map(|c| &c.id);
    let wanted = ComponentId::new(&args.app);
    let Some(id) = components.get(&wanted).map(|component| &component.id).or_else(by_alias) else {
        let mut problem = Problem::general(format!("there is no component `{}`", args.app));
        problem.help = did_you_mean(&args.app, components.keys().map(ComponentId::as_str))
            .or_else(|| Some("`linchpin scan` lists them".to_owned()));
        return Err(fail(&problem));
    };
    let outage = args.down.on(&loaded)?;
    let quote = |at: &crate::source::Location| loaded.quote(at);
    let report = report::explain(&loaded.system, &loaded.graph, &outage.impact, (id, &args.down.down), &quote);
    args.output.report(&report)?;
    Ok(loaded.exit)
}
