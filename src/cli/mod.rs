//! The command line: arguments to settings, one file a command, exit codes. Only this room prints and exits.

mod availability;
mod backtest;
mod baseline;
mod catalogue;
mod check;
mod completions;
mod cuts;
mod diagnostics;
mod diff;
mod draw;
mod exit;
mod explain;
mod helm;
mod init;
mod input;
mod interrupt;
mod limits;
mod memory;
mod outages;
mod output;
mod progress;
mod replay;
mod report;
mod scan;
mod schema;
mod simulate;
mod spof;
mod sweep;
mod target;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

pub use exit::Exit;

/// When this one component goes down, which of our apps go with it?
///
/// Linchpin builds a graph of apps, cloud products and the shared components underneath them from manifests and code,
/// simulates outages on it, and holds it against rules. It runs offline, executes nothing that it scans, and gives the
/// same output for the same input.
#[derive(Debug, Parser)]
#[command(name = "linchpin", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    /// When to colour the output
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true, value_name = "WHEN", alias = "colour")]
    color: Colour,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 fine; 1 findings at or above --fail-on; 2 usage or configuration; \
3 nothing to analyse; 4 the input could only be read in part and --strict was given; 130 interrupted by Ctrl-C, with an \
answer in part where there is one";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Scan(scan::Args),
    Simulate(simulate::Args),
    Explain(explain::Args),
    Spof(spof::Args),
    Cuts(cuts::Args),
    Availability(availability::Args),
    Replay(replay::Args),
    Check(Box<check::Args>),
    Diff(diff::Args),
    Baseline(baseline::Args),
    Draw(draw::Args),
    Report(Box<report::Args>),
    Init(init::Args),
    Catalogue(catalogue::Args),
    Outages(outages::Args),
    Backtest(backtest::Args),
    Schema(schema::Args),
    Completions(completions::Args),
}

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Fine.into() };
        }
    };
    match cli.color {
        Colour::Always => anstream::ColorChoice::Always.write_global(),
        Colour::Never => anstream::ColorChoice::Never.write_global(),
        Colour::Auto => {}
    }
    let ended = match cli.command {
        Command::Scan(args) => scan::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Spof(args) => spof::run(&args),
        Command::Cuts(args) => cuts::run(&args),
        Command::Availability(args) => availability::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Baseline(args) => baseline::run(&args),
        Command::Draw(args) => draw::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Catalogue(args) => catalogue::run(&args),
        Command::Outages(args) => outages::run(&args),
        Command::Backtest(args) => backtest::run(&args),
        Command::Schema(args) => Ok(schema::run(&args)),
        Command::Completions(args) => Ok(completions::run(&args, &mut Cli::command())),
    };
    // A command ends early with the exit code of what stopped it, which has been told by then.
    let exit = ended.unwrap_or_else(|stopped| stopped);
    if exit == Exit::Interrupted {
        interrupt::end();
    }
    exit.into()
}

/// The help of the program and of each command, as one text: what `docs/cli.md` holds.
pub fn manual() -> String {
    let mut command = Cli::command().term_width(100);
    command.build();
    let mut text = String::from("# Command line\n\nThe help texts, as the program prints them.\n");
    let mut add = |title: &str, command: &mut clap::Command| {
        text += &format!("\n## `{title}`\n\n```text\n{}```\n", command.render_long_help());
    };
    add("linchpin", &mut command.clone());
    for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
        let title = format!("linchpin {}", inner.get_name());
        add(&title, inner);
        let names: Vec<String> = inner.get_subcommands().map(|c| c.get_name().to_owned()).collect();
        for name in names.iter().filter(|name| *name != "help") {
            if let Some(deeper) = inner.find_subcommand_mut(name) {
                add(&format!("{title} {name}"), deeper);
            }
        }
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}
