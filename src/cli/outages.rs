//! `outages`: the outage library.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Exit;
use super::diagnostics;
use super::input::{Lines, catalogues};
use super::output::{Output, fail};
use crate::catalogue::outage::{self, Outage, lint};
use crate::report;
use crate::report::text::count;
use crate::source::{Problem, Tree, did_you_mean};

/// Show and check the outages that are known
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
    /// Folder of catalogue files of one's own; its `outages/` add to the library; may be repeated
    #[arg(long, value_name = "DIR", global = true)]
    catalogue: Vec<PathBuf>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List all outages
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Show an outage: what broke, what operators did, what was reported down and up, and by whom
    Show {
        /// Its id, `alibaba-2023-11-12`
        id: String,
        #[command(flatten)]
        output: Output,
    },
    /// Check the library, one's own included, or files of the same format alone
    Lint {
        /// Files to check instead of the library
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// The outage library: what is compiled in, then folders of the user's own; texts are added to the lines.
pub(super) fn library(folders: &[PathBuf], lines: &mut Lines) -> (Vec<Outage>, Vec<Problem>) {
    let mut texts: Vec<(Arc<str>, String)> =
        outage::built_in().into_iter().map(|(file, text)| (file, text.to_owned())).collect();
    let mut problems = Vec::new();
    for folder in folders {
        let tree = Tree::load(std::slice::from_ref(folder));
        for file in tree.files().filter(|file| file.ends_with(".yaml") && file.contains("outages/")) {
            match tree.read(file) {
                Ok(text) => texts.push((Arc::clone(file), text)),
                Err(problem) => problems.push(problem),
            }
        }
    }
    let (outages, wrong) = read(texts, lines);
    problems.extend(wrong);
    (outages, problems)
}

/// The outages of files that are named; texts are added to the lines.
pub(super) fn of_files<'p>(
    paths: impl IntoIterator<Item = &'p PathBuf>,
    lines: &mut Lines,
) -> (Vec<Outage>, Vec<Problem>) {
    let (mut texts, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        let tree = Tree::load(std::slice::from_ref(path));
        problems.extend(tree.problems.iter().cloned());
        for file in tree.files() {
            match tree.read(file) {
                Ok(text) => texts.push((Arc::clone(file), text)),
                Err(problem) => problems.push(problem),
            }
        }
    }
    let (outages, wrong) = read(texts, lines);
    problems.extend(wrong);
    (outages, problems)
}

/// Whether a word names a file rather than an outage of the library.
pub(super) fn is_file(name: &Path) -> bool {
    name.extension().is_some_and(|ending| ending == "yaml" || ending == "yml" || ending == "json")
}

fn read(texts: Vec<(Arc<str>, String)>, lines: &mut Lines) -> (Vec<Outage>, Vec<Problem>) {
    let (mut outages, mut problems) = (Vec::new(), Vec::new());
    for (file, text) in texts {
        let (outage, wrong) = outage::load(&file, &text);
        outages.extend(outage);
        problems.extend(wrong);
        lines.add(file, text);
    }
    (outages, problems)
}

/// The outage with this id; an error has been printed.
pub(super) fn find<'o>(outages: &'o [Outage], id: &str) -> Result<&'o Outage, Exit> {
    outages.iter().find(|outage| *outage.id == *id).ok_or_else(|| {
        let mut problem = Problem::general(format!("no outage `{id}` is known"));
        problem.help = did_you_mean(id, outages.iter().map(|outage| &*outage.id))
            .or_else(|| Some("`linchpin outages list` lists them".to_owned()));
        fail(&problem)
    })
}

pub(super) fn run(args: &Args) -> Result<Exit, Exit> {
    let (catalogue, mut problems, mut lines) = catalogues(&args.catalogue);
    let (outages, wrong) = match &args.command {
        Command::Lint { files } if !files.is_empty() => of_files(files, &mut lines),
        _ => library(&args.catalogue, &mut lines),
    };
    problems.extend(wrong);
    if let Command::Lint { .. } = args.command {
        problems.extend(lint(&outages, &catalogue));
    }
    diagnostics::print(&problems, |file, line| lines.line(file, line));
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    match &args.command {
        Command::List { output } => output.report(&report::outages(&outages))?,
        Command::Show { id, output } => output.report(&report::outage(find(&outages, id)?))?,
        Command::Lint { .. } => {
            let warnings = problems.len() - errors;
            let told = [(outages.len(), "outage"), (errors, "error"), (warnings, "warning")];
            let [read, errors, warnings] = told.map(|(number, what)| count(number, what));
            anstream::println!("{read}: {errors}, {warnings}");
        }
    }
    Ok(if errors > 0 { Exit::Usage } else { Exit::Fine })
}
