//! `availability`: how often apps are up, over what they share.

use std::path::PathBuf;

use super::Exit;
use super::input::{Input, Options, load};
use super::limits::LimitArgs;
use super::output::Output;
use super::target::component;
use crate::analysis::{Figures, available};
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
    let deadline = args.limits.deadline(1.0);
    let over = || deadline.is_over();
    let of = |app: u32| (app, available(&loaded.graph, app, &figures, args.limits.limits(&over)));
    let found: Vec<_> = apps.into_iter().map(of).collect();
    let report = report::availability(&loaded.system, &loaded.graph, &found, args.assume, args.limit);
    args.output.report(&report)?;
    Ok(loaded.exit)
}
