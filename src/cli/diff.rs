//! `diff`: what changes between two versions of a system.

use std::path::PathBuf;

use super::Exit;
use super::input::{Earlier, Input, Loaded, Options, before_plans, load, load_tree, quietly, whole, with_plan};
use super::limits::LimitArgs;
use super::output::{Output, fail};
use crate::analysis::{Reached, change, joint};
use crate::report::{self, Version};
use crate::source::{Repository, Tree};

/// Show what changes between a revision and another, or the files on disk
///
/// Components, needs and alternatives that appear or vanish, the components whose loss takes more or fewer apps down, and
/// the smallest sets of components that together take an app down.
/// Revisions are read from the objects of the repository; nothing is checked out. With --plan it is what a plan of Terraform
/// changes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The earlier revision
    #[arg(value_name = "BASE", required_unless_present = "plan", conflicts_with = "plan")]
    base: Option<String>,
    /// The later revision [default: the files on disk]
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// Folder or file to read; may be repeated
    #[arg(long = "path", value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Show what this plan changes (`terraform show -json`, `-` for standard input); other paths are read only if they are named
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// Compare the minimal cut sets of at most this many components; 1 compares single points of failure alone
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    order: u32,
    /// Leave out, and list, apps with more sets than this
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    limit: usize,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let input = Input { paths: args.paths.clone(), options: args.options.clone() };
    let Some(base) = &args.base else { return of_plan(args, &with_plan(&input, args.plan.as_ref())) };
    let repository = Repository::around(&args.paths[0]).map_err(|problem| fail(&problem))?;
    let at = |name: &str| -> Result<(Tree, Version), Exit> {
        let revision = repository.revision(name).map_err(|problem| fail(&problem))?;
        let tree = whole(Tree::at(&repository, &revision, &args.paths));
        Ok((tree, Version { revision: Some(revision.name), commit: Some(revision.commit) }))
    };
    let (base_tree, base) = at(base)?;
    let head = args.head.as_deref().map(at).transpose()?;
    let (after, head): (Loaded, Version) = match head {
        Some((tree, version)) => (load_tree(&input, tree)?, version),
        None => (load(&input)?, Version { revision: None, commit: None }),
    };
    let before = quietly(&base_tree, &after);
    tell(args, &before, &after, base, head)
}

/// Compares two versions, and says what came of it.
fn tell(args: &Args, before: &Earlier, after: &Loaded, base: Version, head: Version) -> Result<Exit, Exit> {
    let (before, now) = ((&before.system, &before.graph), (&after.system, &after.graph));
    let end = args.limits.deadline(1.0);
    let over = || end.is_over();
    let reached = Reached { order: args.order, sets: args.limit, limits: args.limits.limits(&over) };
    let (change, joint) = (change(before, now), joint(before, now, reached));
    args.output.report(&report::diff(&change, &joint, base, head))?;
    Ok(after.exit)
}

/// What the plans among the files change.
fn of_plan(args: &Args, input: &Input) -> Result<Exit, Exit> {
    let after = load(input)?;
    let before = before_plans(&after)?;
    let version = |name: &str| Version { revision: Some(name.to_owned()), commit: None };
    tell(args, &before, &after, version("before the plan"), version("the plan"))
}
