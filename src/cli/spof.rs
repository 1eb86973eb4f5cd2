//! `spof`: every component ranked by what it takes down alone.

use clap::ValueEnum;

use super::Exit;
use super::input::{Input, load};
use super::interrupt;
use super::output::{Output, fail};
use super::progress::Progress;
use crate::analysis::{Figures, Method, Outages, hits_until, pairs_until, reach};
use crate::report::Named;
use crate::source::Problem;

/// The most apps that all lists together may name.
const MOST_LISTED: u64 = 300_000_000;

/// Rank every component by the apps that it alone takes down
///
/// Apps count by tier: 8 for tier 1, 4 for tier 2, 2 for tier 3 or none, else 1, times the weight that linchpin.yaml gives them.
/// Places (providers, regions, zones) are components too. Where availabilities are known, the hours of apps down in a year
/// that the component's own failures cost are shown, in JSON and on terminals of 120 columns.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    /// What is lost, each by itself
    #[arg(long, value_enum, default_value_t = By::Component)]
    by: By,
    /// Also show the pairs that take down an app which neither takes down alone
    #[arg(long)]
    pairs: bool,
    /// Show at most so many lines, and so many pairs
    #[arg(long, value_name = "N", default_value_t = 40)]
    limit: usize,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// A component with all its capabilities; places are among them
    Component,
    /// One capability alone: `aliyun/ecs:control`
    Capability,
    /// A provider, a region or a zone
    Place,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let loaded = load(&args.input)?;
    let (system, graph) = (&loaded.system, &loaded.graph);
    let is_place = |number: &u32| system.components[&graph.components()[*number as usize]].kind.is_place();
    let components = (0u32..).take(graph.components().len());
    let lost: Vec<u32> = match args.by {
        By::Component => components.collect(),
        By::Place => components.filter(is_place).collect(),
        By::Capability => (0u32..).take(graph.len()).take_while(|node| !graph.is_group(*node)).collect(),
    };
    let outages = |lost: &[u32]| match args.by {
        By::Capability => Outages::of(lost.iter().map(|node| [*node])),
        By::Component | By::Place => Outages::of(lost.iter().map(|number| graph.capabilities_of(*number))),
    };
    let by = match args.by {
        By::Component => "component",
        By::Capability => "capability",
        By::Place => "place",
    };
    let named = Named::new(system, graph);
    // Numbers first: lists of apps are made only of what is to be written, since they may be larger than memory.
    let (text, weights) = (args.output.is_text(), named.weights());
    let what = "taking everything down, each by itself";
    let sweep = || hits_until(graph, &outages(&lost), &weights, Method::Adaptive, &interrupt::is_raised);
    let found = interrupt::catching(|| Progress::during(what, sweep));
    let (listed, mut report) = Progress::during(what, || {
        let (mut ranked, totals) = named.ranked(&found);
        // Who interrupts does not wait for lists that take as long again.
        ranked.truncate(if text || totals.left > 0 { args.limit } else { usize::MAX });
        let size = |at: &u32| -> u64 {
            let hits = found[*at as usize].unwrap_or_default();
            [hits.down, hits.degraded, hits.frozen].into_iter().map(u64::from).sum()
        };
        let listed: u64 = ranked.iter().map(size).sum();
        if listed > MOST_LISTED {
            return (listed, None);
        }
        let chosen: Vec<u32> = ranked.iter().map(|at| lost[*at as usize]).collect();
        let reach = reach(graph, &outages(&chosen), Method::Adaptive);
        let figures = Figures::of(system, graph, None);
        (listed, Some(named.spof_of(by, &chosen, reach, &figures, totals, args.limit)))
    });
    let Some(report) = &mut report else {
        let problem =
            Problem::general(format!("the lists of apps would have {listed} entries, too many to be written"));
        return Err(fail(&problem.help("`--format text` ranks all and lists the worst; `--by place` looks at fewer")));
    };
    if args.pairs {
        let look = || pairs_until(graph, &named.weights(), args.limit, &interrupt::is_raised);
        let found = interrupt::catching(|| Progress::during("looking at pairs", look));
        report.pairs = Some(named.pairs(found));
    }
    args.output.report(report)?;
    Ok(interrupt::exit(loaded.exit))
}
