//! `cuts`: the smallest sets of components that together take an app down.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use super::Exit;
use super::input::{Input, Loaded, Options, load};
use super::interrupt;
use super::limits::LimitArgs;
use super::output::{Output, fail};
use super::progress::Progress;
use super::target::component;
use crate::analysis::cuts::{CutSets, FALSE, Limits, Top, Within};
use crate::analysis::inside;
use crate::graph::{Failure, Graph};
use crate::model::{Capability, Kind};
use crate::report;
use crate::source::Problem;

/// How long small sets are still looked for after an interruption.
const GRACE: Duration = Duration::from_secs(2);

/// List the minimal cut sets of an app: what together takes it down
///
/// A cut set is a set of components whose joint loss takes the app down, and none of which can be spared; sets of one are
/// single points of failure. All sets are counted, however many there are; the smallest are listed. The
/// app's own failure is left out.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The app, or any other component, by name or alias
    #[arg(value_name = "APP")]
    app: String,
    /// Folders or files to read
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// Count and list sets of at most this many components
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    order: Option<u32>,
    /// List at most this many sets
    #[arg(long, value_name = "N", default_value_t = 100, conflicts_with = "all")]
    limit: usize,
    /// List all sets, however many there are
    #[arg(long)]
    all: bool,
    /// Count and list only sets that hold this component; repeat it for several at once
    #[arg(long, value_name = "COMPONENT")]
    containing: Vec<String>,
    /// Let only these components fail: a selector as in `simulate --down`, where `provider=`, `region=` and `zone=` stand
    /// for the place and all that stands in it; may be repeated
    #[arg(long, value_name = "SELECTOR")]
    within: Vec<String>,
    /// What fails: components, or places of one kind
    #[arg(long, value_enum, default_value_t = Over::Components)]
    over: Over,
    /// The capability of the app that is asked about
    #[arg(long, value_name = "NAME", default_value = "data")]
    capability: String,
    /// What counts as failing
    #[arg(long, value_enum, default_value_t = Becomes::Down)]
    becomes: Becomes,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Over {
    /// Every component, places among them
    Components,
    /// Everything but places
    Things,
    /// Providers, regions and zones
    Places,
    /// Providers
    Providers,
    /// Regions
    Regions,
    /// Zones
    Zones,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Becomes {
    /// It is down
    Down,
    /// It is degraded or down
    Degraded,
}

impl Over {
    fn has(self, kind: Kind) -> bool {
        match self {
            Over::Components => true,
            Over::Things => !kind.is_place(),
            Over::Places => kind.is_place(),
            Over::Providers => kind == Kind::Provider,
            Over::Regions => kind == Kind::Region,
            Over::Zones => kind == Kind::Zone,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Over::Components => "components",
            Over::Things => "components that are no places",
            Over::Places => "places",
            Over::Providers => "providers",
            Over::Regions => "regions",
            Over::Zones => "zones",
        }
    }
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let input = Input { paths: args.paths.clone(), options: args.options.clone() };
    let loaded = load(&input)?;
    let app = component(&loaded, &args.app)?;
    let wanted = Capability::new(&args.capability);
    let number = loaded.graph.component(&app.id);
    let Some((number, node)) = number.and_then(|n| Some((n, loaded.graph.node(n, &wanted)?))) else {
        let known: Vec<&str> = app.capabilities.keys().map(Capability::as_str).collect();
        let problem = Problem::general(format!("`{}` has no capability `{wanted}`", app.id));
        return Err(fail(&problem.help(format!("it has `{}`", known.join("`, `")))));
    };
    let within = within(args, &loaded)?.without(number);
    let failure = if args.becomes == Becomes::Down { Failure::Down } else { Failure::NotUp };
    let top = Top::of(&loaded.graph, failure, &[node], &within);
    let holding = holding(args, &loaded)?;
    let (whole_by, all_by) = (args.limits.deadline(0.6), args.limits.deadline(1.0));
    let whole_over = || whole_by.is_over() || interrupt::is_raised();
    let all_over = || all_by.is_over() || interrupt::is_raised_for(GRACE);
    let at = top.at.first().copied().unwrap_or(FALSE);
    let limits: [Limits<'_>; 2] = [args.limits.limits(&whole_over), args.limits.limits(&all_over)];
    let find = || CutSets::within(&top.circuit, at, args.order, limits);
    let mut found = interrupt::catching(|| Progress::during("looking for cut sets", find));
    for component in &holding {
        found = found.containing(*component);
    }
    let limit = if args.all { usize::MAX } else { args.limit };
    let question = report::Question {
        app: &app.id,
        capability: &wanted,
        becomes: if args.becomes == Becomes::Down { "down" } else { "degraded or down" },
        over: args.over.word(),
        order: args.order,
        limit,
        failing: top.events(&top.at).len(),
        interrupted: interrupt::exit(Exit::Fine) == Exit::Interrupted,
    };
    let report = report::cuts(&loaded.graph, &question, &found);
    args.output.report(&report)?;
    Ok(interrupt::exit(loaded.exit))
}

/// The components that may fail.
fn within(args: &Args, loaded: &Loaded) -> Result<Within, Exit> {
    let graph = &loaded.graph;
    let mut chosen: Vec<u32> = if args.within.is_empty() {
        (0u32..).take(graph.components().len()).collect()
    } else {
        inside(&loaded.system, graph, &args.within).map_err(|error| {
            let mut problem = Problem::general(error.message);
            problem.help = error.help;
            fail(&problem)
        })?
    };
    chosen.retain(|number| args.over.has(kind(loaded, graph, *number)));
    Ok(Within::of(graph, chosen))
}

fn kind(loaded: &Loaded, graph: &Graph, number: u32) -> Kind {
    loaded.system.components[&graph.components()[number as usize]].kind
}

/// The numbers of the components that every set must hold.
fn holding(args: &Args, loaded: &Loaded) -> Result<Vec<u32>, Exit> {
    let number = |name: &String| component(loaded, name).map(|component| loaded.graph.component(&component.id));
    let found: Result<Vec<Option<u32>>, Exit> = args.containing.iter().map(number).collect();
    Ok(found?.into_iter().flatten().collect())
}
