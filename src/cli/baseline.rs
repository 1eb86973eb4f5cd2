//! `baseline`: the file of findings that are known.

use std::collections::BTreeSet;
use std::path::PathBuf;

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

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write all findings of today that are not waived
    Write(What),
    /// Leave out of the file what is not found any more; nothing is added
    Prune(What),
    /// List what the file knows, and whether it is still found
    Show(What),
}

#[derive(Clone, Debug, clap::Args)]
struct What {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    settings: Settings,
    /// The file; `-` writes to standard output
    #[arg(long, short, value_name = "FILE", default_value = "linchpin-baseline.yaml")]
    file: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    match &args.command {
        Command::Write(what) => write(what),
        Command::Prune(what) => prune(what),
        Command::Show(what) => show(what),
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

fn write(what: &What) -> Result<Exit, Exit> {
    let (found, exit) = found(what)?;
    if exit == Exit::Usage {
        // Half of a system must not become what is known of it.
        return Err(exit);
    }
    put(what, &found)?;
    Ok(exit)
}

fn put(what: &What, known: &BTreeSet<Identity>) -> Result<(), Exit> {
    let text = Baseline::write(known);
    if what.file.as_os_str() == "-" {
        print(&text);
        return Ok(());
    }
    replace(&what.file, &text).map_err(|problem| fail(&problem))?;
    anstream::eprintln!("wrote {} with {} findings", what.file.display(), known.len());
    Ok(())
}

fn known(what: &What) -> Result<BTreeSet<Identity>, Exit> {
    if what.file.as_os_str() == "-" {
        let problem = Problem::general("a baseline is read from a file");
        return Err(fail(&problem.help("name it: `--file linchpin-baseline.yaml`")));
    }
    let (shown, text) = read(&what.file)?;
    let (baseline, problems) = Baseline::read(&shown, &text);
    if problems.is_empty() {
        return Ok(baseline.known.into_keys().collect());
    }
    let nth = |number: u32| text.lines().nth((number as usize).checked_sub(1)?).map(str::to_owned);
    super::diagnostics::print(&problems, |_, number| nth(number));
    Err(Exit::Usage)
}

fn prune(what: &What) -> Result<Exit, Exit> {
    let known = known(what)?;
    let (found, exit) = found(what)?;
    if exit == Exit::Usage {
        return Err(exit);
    }
    put(what, &known.intersection(&found).cloned().collect())?;
    Ok(exit)
}

fn show(what: &What) -> Result<Exit, Exit> {
    let known = known(what)?;
    let (found, exit) = found(what)?;
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
