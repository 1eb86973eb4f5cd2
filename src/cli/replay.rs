//! `replay`: an outage minute by minute.

use std::path::{Path, PathBuf};

use super::Exit;
use super::input::{Input, Lines, Loaded, Options, load};
use super::outages::{find, is_file, library};
use super::output::{Output, fail};
use super::{diagnostics, simulate};
use crate::analysis::replay::{Scenario, Told, replay};
use crate::catalogue::outage::{self, Clock, Outage, Selector};
use crate::graph::{Graph, NodeId};
use crate::model::{Capability, System};
use crate::report::{self, Story};
use crate::source::{Problem, Tree, did_you_mean, quantity};

/// Replay an outage minute by minute: which app is back when, and why not sooner
///
/// The outage is one of the library (`linchpin outages list`), a file of the same format, or what `--down` takes down
/// from `--at` on for `--for`. Grace, switches, restarts with their start needs, stickiness and backlogs count.
#[derive(Debug, clap::Args)]
#[command(override_usage = "linchpin replay <OUTAGE> [PATH]...\n       \
                            linchpin replay --down <SELECTOR> [--at <TIME>] [--for <TIME>] [PATH]...")]
pub(super) struct Args {
    /// The outage (its id or a file), unless --down is given; then folders or files to read
    #[arg(value_name = "OUTAGE|PATH")]
    words: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// What goes down, as with `simulate`; repeat it for several at once
    #[arg(long, value_name = "SELECTOR")]
    down: Vec<String>,
    /// The time of day at which it goes down
    #[arg(long, value_name = "TIME", default_value = "00:00", requires = "down", value_parser = time)]
    at: Clock,
    /// How long its cause lasts
    #[arg(long = "for", value_name = "TIME", default_value = "1h", requires = "down", value_parser = quantity::duration)]
    lasts: std::time::Duration,
    /// What a month of a product costs, such as `aliyun/oss=1200` or `aliyun/oss@cn-hangzhou=1200`: service credits are
    /// told as money too; may be repeated
    #[arg(long, value_name = "PRODUCT=AMOUNT", value_parser = fee)]
    monthly_fee: Vec<(String, f64)>,
    /// Leave what is sticky down unless the outage says who restarts it
    #[arg(long)]
    unattended: bool,
    #[command(flatten)]
    output: Output,
}

fn time(text: &str) -> Result<Clock, String> {
    Clock::parse(text, jiff::civil::Date::ZERO)
        .filter(|_| !text.contains('-'))
        .ok_or_else(|| "write a time of day such as `17:39`".to_owned())
}

fn fee(text: &str) -> Result<(String, f64), String> {
    let parts = text.rsplit_once('=').map(|(name, amount)| (name.trim(), amount.trim().parse::<f64>()));
    match parts {
        Some((name, Ok(amount))) if !name.is_empty() && amount.is_finite() && amount >= 0.0 => {
            Ok((name.to_owned(), amount))
        }
        _ => Err("write a product and what a month of it costs, such as `aliyun/oss=1200`".to_owned()),
    }
}

/// Fees of what is not there would have no effect.
fn known(fees: &[(String, f64)], system: &System) -> Result<(), Exit> {
    let is = |name: &str| system.components.keys().any(|id| id.as_str() == name || id.base() == name);
    let Some((name, _)) = fees.iter().find(|(name, _)| !is(name)) else { return Ok(()) };
    let names: Vec<&str> = system.components.keys().map(|id| id.base()).collect();
    let help = did_you_mean(name, names).unwrap_or_else(|| "`linchpin scan` lists what it needs".to_owned());
    Err(fail(&Problem::general(format!("--monthly-fee: nothing here is `{name}`")).help(help)))
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    if !args.down.is_empty() {
        let loaded = load(&input(args, &args.words))?;
        let nodes = simulate::outage(&args.down, &loaded)?.seeds.into_iter().map(|(node, _)| node).collect();
        let lasts = i64::try_from(args.lasts.as_secs()).ok();
        let told = Told { scenario: Scenario::down(nodes, args.at.0, lasts), ..Told::default() };
        return tell(args, &loaded, told, None);
    }
    let Some((name, paths)) = args.words.split_first() else {
        let problem = Problem::general("no outage is named");
        return Err(fail(&problem.help("name one (`linchpin outages list` lists them), a file, or `--down SELECTOR`")));
    };
    let outage = named(name, &args.options.catalogue)?;
    let loaded = load(&input(args, paths))?;
    let outage = outage.in_own_names(&loaded.catalogue);
    let told = Scenario::of(&outage, &loaded.system, &loaded.graph);
    tell(args, &loaded, told, Some(&outage))
}

fn input(args: &Args, paths: &[PathBuf]) -> Input {
    let paths = if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() };
    Input { paths, options: args.options.clone() }
}

/// An outage of the library, or a file of the same format.
pub(super) fn named(name: &Path, folders: &[PathBuf]) -> Result<Outage, Exit> {
    let mut lines = Lines::built_in();
    if !is_file(name) {
        let (outages, problems) = library(folders, &mut lines);
        diagnostics::print(&problems, |file, line| lines.line(file, line));
        return find(&outages, &name.to_string_lossy()).cloned();
    }
    let tree = Tree::load(&[name.to_path_buf()]);
    diagnostics::print(&tree.problems, |_, _| None);
    let Some(file) = tree.files().next() else { return Err(Exit::Usage) };
    let text = tree.read(file).map_err(|problem| fail(&problem))?;
    let (outage, problems) = outage::load(file, &text);
    lines.add(std::sync::Arc::clone(file), text);
    diagnostics::print(&problems, |file, line| lines.line(file, line));
    outage.filter(|_| !problems.iter().any(Problem::is_error)).ok_or(Exit::Usage)
}

/// What an outage names and no component stands for, at whatever place.
fn absent(selectors: &[Selector], system: &System) -> Vec<String> {
    let bases = selectors.iter().map(|selector| selector.text.split(['@', ':']).next().unwrap_or_default());
    let mut names: Vec<String> =
        bases.filter(|base| system.components.keys().all(|id| id.base() != *base)).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

/// The capabilities of the apps of which a replay tells the reasons.
pub(super) fn watched(graph: &Graph) -> Vec<NodeId> {
    let faces = [Capability::data(), Capability::control()];
    (graph.apps().iter()).flat_map(|app| faces.iter().filter_map(|face| graph.node(*app, face))).collect()
}

/// What the report of a replay of the library needs to know of the outage.
pub(super) fn story<'a>(outage: &'a Outage, told: &'a Told, loaded: &'a Loaded) -> Story<'a> {
    Story {
        outage: Some(outage),
        name: outage.id.to_string(),
        actions: &told.actions,
        absent: absent(&told.absent, &loaded.system),
        catalogue: &loaded.catalogue,
        fees: &[],
    }
}

fn tell(args: &Args, loaded: &Loaded, mut told: Told, outage: Option<&Outage>) -> Result<Exit, Exit> {
    known(&args.monthly_fee, &loaded.system)?;
    told.scenario.unattended = args.unattended;
    let timeline = replay(&loaded.system, &loaded.graph, &told.scenario, &watched(&loaded.graph));
    let story = match outage {
        Some(outage) => Story { fees: &args.monthly_fee, ..story(outage, &told, loaded) },
        None => Story {
            outage: None,
            name: args.down.join(", "),
            actions: &told.actions,
            absent: absent(&told.absent, &loaded.system),
            catalogue: &loaded.catalogue,
            fees: &args.monthly_fee,
        },
    };
    let report = report::replay(&loaded.system, &loaded.graph, &story, &told.scenario, &timeline);
    args.output.report(&report)?;
    Ok(loaded.exit)
}
