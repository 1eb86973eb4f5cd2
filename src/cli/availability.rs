//! `availability`: how often apps are up, over what they share.

use std::path::PathBuf;

use super::Exit;
use super::input::{Input, Options, load};
use super::interrupt;
use super::limits::LimitArgs;
use super::output::Output;
use super::progress::Progress;
use super::target::component;
use crate::analysis::cuts::Sampling;
use crate::analysis::{Available, Effort, Figures, available_each};
use crate::report;
use crate::source::exists;
use crate::source::quantity::share;

/// Reckon how often apps are up, exact over what they share
///
/// From the availabilities that linchpin.yaml gives components and that catalogues know of products. A figure stands for a
/// component's own failures; those of what it needs come on top. An app's own figure is its target, and its own failures
/// are left out. Where a figure is missing the result is an interval: from that component always down to never.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An app, and folders or files to read: what exists on the disk is read, anything else is an app
    #[arg(value_name = "APP|PATH")]
    words: Vec<String>,
    /// The app, where a folder has its name; all apps unless given
    #[arg(long, value_name = "APP")]
    app: Vec<String>,
    #[command(flatten)]
    options: Options,
    /// Take this availability for components without a figure: `99.9%`
    #[arg(long, value_name = "SHARE", value_parser = share)]
    assume: Option<f64>,
    /// Show at most this many components for each app
    #[arg(long, value_name = "N", default_value_t = 5)]
    limit: usize,
    /// Where a diagram does not fit the limits, narrow the bounds by so many samples; 0 for bounds alone
    #[arg(long, value_name = "N", default_value_t = 1 << 20)]
    samples: u64,
    /// Where the random numbers of samples begin
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let is_path = |word: &&String| exists(word.as_ref());
    let mut paths: Vec<PathBuf> = args.words.iter().filter(is_path).map(PathBuf::from).collect();
    if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    let loaded = load(&Input { paths, options: args.options.clone() })?;
    let names: Vec<&String> = args.words.iter().filter(|word| !is_path(word)).chain(&args.app).collect();
    let mut apps: Vec<u32> = Vec::new();
    for name in &names {
        apps.extend(loaded.graph.component(&component(&loaded, name)?.id));
    }
    if names.is_empty() {
        apps = loaded.graph.apps().to_vec();
    }
    let figures = Figures::of(&loaded.system, &loaded.graph, args.assume);
    // Samples need time too.
    let (diagrams_by, all_by) = (args.limits.deadline(0.7), args.limits.deadline(1.0));
    let over = || diagrams_by.is_over() || interrupt::is_raised();
    let all_over = || all_by.is_over() || interrupt::is_raised();
    let sampling = (args.samples > 0).then_some(Sampling { samples: args.samples, seed: args.seed });
    let effort = Effort { limits: args.limits.limits(&over), sampling, until: &all_over };
    let found = interrupt::catching(|| {
        let progress = Progress::of("apps", apps.len());
        available_each(&loaded.graph, &apps, &figures, effort, &|| progress.step())
    });
    let found: Vec<(u32, Available)> = apps.into_iter().zip(found).collect();
    let mut report =
        report::availability(&loaded.system, &loaded.graph, &loaded.catalogue, &found, args.assume, args.limit);
    report.interrupted = interrupt::exit(Exit::Fine) == Exit::Interrupted;
    args.output.report(&report)?;
    Ok(interrupt::exit(loaded.exit))
}
