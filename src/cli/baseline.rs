//! `baseline`: the file of findings that are known.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Exit;
use super::check::{Settings, read};
use super::input::{Input, load};
use super::output::{fail, print};
use crate::policy::{self, Baseline, Circumstances, Identity, STALE_WAIVER, judge};
use crate::source::{Problem, replace};

/// Write, prune and show the file of findings that are known
///
/// With `linchpin check --baseline FILE` what the file knows does not fail. It holds a rule, an app and a cut set on each
/// line, sorted and without line numbers, so that it can be reviewed and merged.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// The file unless another is named.
const DEFAULT: &str = "linchpin-baseline.yaml";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write all findings of today that are not waived
    Write(To),
    /// Leave out of the file what is not found any more; nothing is added
    Prune(Of),
    /// List what the file knows, and whether it is still found
    Show(Of),
}

#[derive(Clone, Debug, clap::Args)]
struct To {
    #[command(flatten)]
    what: What,
    /// File to write to, `-` for standard output
    #[arg(long, short, alias = "file", short_alias = 'f', value_name = "FILE", default_value = DEFAULT)]
    output: PathBuf,
}

#[derive(Clone, Debug, clap::Args)]
struct Of {
    #[command(flatten)]
    what: What,
    /// The file that `baseline write` wrote
    #[arg(long, short, value_name = "FILE", default_value = DEFAULT)]
    file: PathBuf,
}

#[derive(Clone, Debug, clap::Args)]
struct What {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    match &args.command {
        Command::Write(to) => write(to),
        Command::Prune(of) => prune(of),
        Command::Show(of) => show(of),
    }
}

/// What is found and not waived today, and how the run ends for other reasons.
fn found(what: &What) -> Result<(BTreeSet<Identity>, Exit), Exit> {
    let loaded = load(&what.input)?;
    let ready = what.settings.ready(&loaded)?;
    let findings = policy::findings(&loaded.system, &loaded.graph, &ready.policy);
    let circumstances = Circumstances { waivers: ready.waivers, today: ready.today, ..Circumstances::default() };
    let verdict = judge(&loaded.system, findings, &ready.policy, &circumstances);
    // A waiver that is stale is mended where it is written, not known.
    let known = policy::visible(&verdict).into_iter().filter(|identity| identity.rule != STALE_WAIVER);
    Ok((known.collect(), loaded.exit.and(ready.exit)))
}

fn write(to: &To) -> Result<Exit, Exit> {
    let (found, exit) = found(&to.what)?;
    if exit == Exit::Usage {
        // Half of a system must not become what is known of it.
        return Err(exit);
    }
    put(&to.output, &found)?;
    Ok(exit)
}

fn put(file: &Path, known: &BTreeSet<Identity>) -> Result<(), Exit> {
    let text = Baseline::write(known);
    if file.as_os_str() == "-" {
        print(&text);
        return Ok(());
    }
    replace(file, &text).map_err(|problem| fail(&problem))?;
    anstream::eprintln!("wrote {} with {} findings", file.display(), known.len());
    Ok(())
}

fn known(of: &Of) -> Result<BTreeSet<Identity>, Exit> {
    if of.file.as_os_str() == "-" {
        let problem = Problem::general("a baseline is read from a file");
        return Err(fail(&problem.help("name it: `--file linchpin-baseline.yaml`")));
    }
    let (shown, text) = read(&of.file)?;
    let (baseline, problems) = Baseline::read(&shown, &text);
    if problems.is_empty() {
        return Ok(baseline.known.into_keys().collect());
    }
    let nth = |number: u32| text.lines().nth((number as usize).checked_sub(1)?).map(str::to_owned);
    super::diagnostics::print(&problems, |_, number| nth(number));
    Err(Exit::Usage)
}

fn prune(of: &Of) -> Result<Exit, Exit> {
    let known = known(of)?;
    let (found, exit) = found(&of.what)?;
    if exit == Exit::Usage {
        return Err(exit);
    }
    put(&of.file, &known.intersection(&found).cloned().collect())?;
    Ok(exit)
}

fn show(of: &Of) -> Result<Exit, Exit> {
    let known = known(of)?;
    let (found, exit) = found(&of.what)?;
    let mut text = String::new();
    for identity in &known {
        let state = if found.contains(identity) { "found" } else { "gone " };
        let app = identity.app.as_deref().or(identity.said.as_deref()).unwrap_or("-");
        text += &format!("{state}  {}  {app}  {}\n", identity.rule, identity.cut_set.join(", "));
    }
    let gone = known.difference(&found).count();
    let new = found.difference(&known).count();
    text += &format!("{} known, of which {gone} are gone; {new} found that are not known\n", known.len());
    print(&text);
    Ok(exit)
}
