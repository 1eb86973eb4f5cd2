//! `simulate`: which apps fail when these components go down.

use super::Exit;
use super::diagnostics;
use super::input::{Input, Loaded, catalogues, load};
use super::output::{Output, fail};
use super::sweep::{self, Of};
use crate::analysis::{Impact, impact, select};
use crate::graph::{Graph, NodeId};
use crate::model::{CapabilityRef, State};
use crate::report;
use crate::resolve::provider_alone;
use crate::source::{Problem, did_you_mean};

/// Take components down and show which apps go with them
///
/// Apps that are down, degraded, frozen (they serve, and can't be changed), at risk (their redundancy is gone) and
/// untouched, each with the shortest chain of needs that carries the failure; then the other components; then what is
/// unknown.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: Input,
    /// What goes down: a component (`aliyun/ak`), a capability (`aliyun/ecs:control`), a glob (`aliyun/*:control`),
    /// a label (`label:team=pay`), `provider=aliyun`, `region=aws/us-east-1` or `zone=aws/us-east-1/a`; repeat it for
    /// several at once
    #[arg(long, value_name = "SELECTOR", required_unless_present = "all_of")]
    down: Vec<String>,
    /// Take down everything of a kind, each by itself, and rank what that does
    #[arg(long, value_enum, value_name = "KIND", conflicts_with_all = ["down", "provider_only"])]
    all_of: Option<Of>,
    /// With `--all-of`: so many of them at once, and the worst such sets
    #[arg(long, value_name = "N", requires = "all_of", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=4))]
    worst: u8,
    /// With `--all-of`: list at most so many outages
    #[arg(long, value_name = "N", requires = "all_of", default_value_t = 40)]
    limit: usize,
    /// Read no manifest: show which products of the provider itself lose which plane where
    #[arg(long, conflicts_with = "paths")]
    provider_only: bool,
    #[command(flatten)]
    output: Output,
}

/// What goes down.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Down {
    /// What goes down: a component (`aliyun/ak`), a capability (`aliyun/ecs:control`), a glob (`aliyun/*:control`),
    /// `provider=aliyun`, `region=aws/us-east-1` or `zone=aws/us-east-1/a`; repeat it for several at once
    #[arg(long, value_name = "SELECTOR", required = true)]
    pub(super) down: Vec<String>,
}

/// What an outage takes down, and what follows.
pub(super) struct Outage {
    pub(super) seeds: Vec<(NodeId, State)>,
    pub(super) impact: Impact,
}

impl Down {
    /// Selects what goes down and computes the impact; prints what is wrong with a selector.
    pub(super) fn on(&self, loaded: &Loaded) -> Result<Outage, Exit> {
        outage(&self.down, loaded)
    }
}

/// Selects what goes down and computes the impact; prints what is wrong with a selector.
pub(super) fn outage(selectors: &[String], loaded: &Loaded) -> Result<Outage, Exit> {
    let own = |selector: &String| loaded.catalogue.in_own_names(selector).unwrap_or_else(|| selector.clone());
    let selectors: Vec<String> = selectors.iter().map(own).collect();
    match select(&loaded.system, &loaded.graph, &selectors) {
        Ok(seeds) => {
            let impact = impact(&loaded.graph, &seeds);
            Ok(Outage { seeds, impact })
        }
        Err(error) => {
            let mut problem = Problem::general(error.message);
            problem.help = selectors.iter().find_map(|selector| not_needed(selector, loaded)).or(error.help);
            Err(fail(&problem))
        }
    }
}

/// A product that exists, and that this system does not need.
fn not_needed(selector: &str, loaded: &Loaded) -> Option<String> {
    let (name, _) = CapabilityRef::split(selector);
    let (provider, product) = name.split('@').next()?.split_once('/')?;
    let (provider, product) = loaded.catalogue.product(provider, product)?;
    let id = format!("{}/{}", provider.name, product.name);
    let used = loaded.system.components.keys().any(|known| known.base() == id);
    let text =
        || format!("the catalogue knows `{id}`, but nothing in this system needs it; say what does in linchpin.yaml");
    (!used).then(text)
}

/// The blast radius within the provider that the first selector names.
fn provider_only(args: &Args) -> Result<Exit, Exit> {
    let (catalogue, problems, lines) = catalogues(&args.input.options.catalogue);
    diagnostics::print(&problems, |file, line| lines.line(file, line));
    let first = args.down.first().map_or("", String::as_str);
    let value = first.split_once('=').map_or(first, |(_, value)| value);
    let name = value.split(['/', ':', '@']).next().unwrap_or(value);
    let Some(system) = provider_alone(&catalogue, name) else {
        let mut problem = Problem::general(format!("no provider `{name}` is known"));
        problem.help = did_you_mean(name, catalogue.providers.keys().map(|name| &**name));
        return Err(fail(&problem));
    };
    let graph = Graph::compile(&system);
    let seeds = select(&system, &graph, &args.down).map_err(|error| {
        let mut problem = Problem::general(error.message);
        problem.help = error.help;
        fail(&problem)
    })?;
    let report = report::provider_blast(&system, &graph, &args.down, &impact(&graph, &seeds));
    args.output.report(&report)?;
    Ok(if problems.iter().any(Problem::is_error) { Exit::Usage } else { Exit::Fine })
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    if args.provider_only {
        return provider_only(args);
    }
    let loaded = load(&args.input)?;
    if let Some(of) = args.all_of {
        return sweep::run(&loaded, of, usize::from(args.worst), args.limit, &args.output);
    }
    let outage = outage(&args.down, &loaded)?;
    let report = report::simulate(&loaded.system, &loaded.graph, &args.down, &outage.seeds, &outage.impact);
    args.output.report(&report)?;
    Ok(loaded.exit)
}
