//! `diff`: what changes between two versions of a system.

use std::path::PathBuf;

use super::Exit;
use super::input::{Input, Loaded, Options, load, load_tree, quietly};
use super::output::{Output, fail};
use crate::analysis::change;
use crate::report::{self, Version};
use crate::source::{Repository, Tree};

/// Show what changes between a revision and another, or the files on disk
///
/// Components, needs and alternatives that appear or vanish, and the components whose loss takes more or fewer apps down.
/// Revisions are read from the objects of the repository; nothing is checked out.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The earlier revision
    #[arg(value_name = "BASE")]
    base: String,
    /// The later revision [default: the files on disk]
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// Folder or file to read; may be repeated
    #[arg(long = "path", value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let input = Input { paths: args.paths.clone(), options: args.options.clone() };
    let repository = Repository::around(&args.paths[0]).map_err(|problem| fail(&problem))?;
    let at = |name: &str| -> Result<(Tree, Version), Exit> {
        let revision = repository.revision(name).map_err(|problem| fail(&problem))?;
        let tree = Tree::at(&repository, &revision, &args.paths);
        Ok((tree, Version { revision: Some(revision.name), commit: Some(revision.commit) }))
    };
    let (base_tree, base) = at(&args.base)?;
    let head = args.head.as_deref().map(at).transpose()?;
    let (after, head): (Loaded, Version) = match head {
        Some((tree, version)) => (load_tree(&input, tree)?, version),
        None => (load(&input)?, Version { revision: None, commit: None }),
    };
    let before = quietly(&base_tree, &after.catalogue, after.code);
    let change = change((&before.system, &before.graph), (&after.system, &after.graph));
    args.output.report(&report::diff(&change, base, head))?;
    Ok(after.exit)
}
