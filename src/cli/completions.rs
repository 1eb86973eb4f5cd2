//! `completions`: for shells.

use clap_complete::Shell;

use super::Exit;
use super::output::print;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &Args, command: &mut clap::Command) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, command, "linchpin", &mut text);
    print(&String::from_utf8_lossy(&text));
    Exit::Fine
}
