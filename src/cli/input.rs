//! What every analysing command reads: paths, catalogues, and the system that they describe.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::Exit;
use super::diagnostics;
use super::helm;
use super::memory;
use super::output::{fail, width};
use super::progress::Progress;
use crate::catalogue::{self, Catalogue};
use crate::facts::{Aside, Chosen, Facts};
use crate::graph::Graph;
use crate::ingest::{
    Account, Ingested, OTHER_STAGES, Settings, Status, Tally, has_stage, ingest_before_plans, ingest_with, is_wanted,
    reach, stages,
};
use crate::model::System;
use crate::report::{self, CodeRead, Report};
use crate::resolve::{Resolved, align, resolve};
use crate::scan::{Memory, Scanned, is_code, scan};
use crate::source::yaml::Node;
use crate::source::{Location, Problem, Repository, Revision, Tree, redacted};

/// What to read.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Input {
    /// Folders or files to read, or `-` for standard input: a plan, a state, or rendered manifests
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) options: Options,
}

/// How to read it.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Options {
    /// Folder of catalogue files that add to and override the built-in ones; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(super) catalogue: Vec<PathBuf>,
    /// Fail with code 4 when something could only be read in part
    #[arg(long)]
    pub(super) strict: bool,
    /// File of values for the charts among the files, or for one of them with its name or folder: `shop=prod.yaml`; may be
    /// repeated, a later one counts more. Without it a chart has its own, and those that Argo CD, Flux or helmfile name
    #[arg(long, value_name = "[CHART=]FILE")]
    pub(super) values: Vec<String>,
    /// Read one stage alone: `production`, `uat`, or another word that paths use for it. Manifests whose path names another
    /// stage are left out, and charts and Terraform get the values that are for this one
    #[arg(long, value_name = "NAME")]
    pub(super) stage: Option<String>,
    /// Render charts by this program in place of the built-in rendering. It is given copies of what was read, in a
    /// folder of its own, and must not lie in what is scanned
    #[arg(long, value_name = "PATH")]
    pub(super) helm: Option<PathBuf>,
    /// Read manifests alone, and leave out source code
    #[arg(long)]
    pub(super) no_code: bool,
    /// Parse all code anew, and keep nothing of it for the next run
    #[arg(long)]
    pub(super) no_cache: bool,
}

/// What the options say about how to read, other versions of the same files too.
pub(super) struct How {
    /// Whether code is read.
    pub(super) code: bool,
    settings: Settings,
}

/// Everything that was read.
pub(super) struct Loaded {
    pub(super) system: System,
    pub(super) graph: Graph,
    pub(super) accounts: Vec<Account>,
    /// What was counted, by format.
    pub(super) tallies: Vec<(&'static str, Tally)>,
    /// What was read of code, besides needs.
    pub(super) seen: CodeRead,
    /// How it was read, as far as that was said.
    pub(super) how: How,
    pub(super) catalogue: Catalogue,
    /// What the input itself says about how the run ends.
    pub(super) exit: Exit,
    /// The policies that manifests hold.
    pub(super) policies: Vec<(Arc<str>, Node)>,
    /// What stands beside things for this program.
    pub(super) asides: Vec<Aside>,
    /// What files of code hold, for other versions of the same files.
    memory: Memory,
    lines: Lines,
}

/// The lines of files that were read, for quoting.
pub(super) struct Lines {
    tree: Tree,
    catalogues: HashMap<Arc<str>, String>,
}

impl Lines {
    /// Those of the catalogues that are compiled in.
    pub(super) fn built_in() -> Self {
        let texts = catalogue::built_in().into_iter().map(|(file, text)| (file, text.to_owned()));
        Lines { tree: Tree::default(), catalogues: texts.collect() }
    }

    /// Keeps the text of one more file.
    pub(super) fn add(&mut self, file: Arc<str>, text: String) {
        self.catalogues.insert(file, text);
    }

    /// The text of a line, secrets struck out.
    pub(super) fn line(&self, file: &str, number: u32) -> Option<String> {
        let text = self.text(file)?;
        text.lines().nth((number as usize).checked_sub(1)?).map(|line| redacted(line).into_owned())
    }

    /// The text of a file.
    fn text(&self, file: &str) -> Option<String> {
        match self.catalogues.get(file) {
            Some(text) => Some(text.clone()),
            None if self.tree.contains(file) => self.tree.read(file).ok(),
            None => None,
        }
    }
}

impl Loaded {
    /// The files that were read.
    pub(super) fn tree(&self) -> &Tree {
        &self.lines.tree
    }

    /// The line that a location points at.
    pub(super) fn quote(&self, at: &Location) -> Option<String> {
        self.lines.line(&at.file, at.line)
    }

    /// The same for reports that quote the same few files again and again: each is read once.
    pub(super) fn quotes(&self) -> impl Fn(&Location) -> Option<String> + '_ {
        let known: RefCell<HashMap<Arc<str>, Vec<String>>> = RefCell::default();
        move |at| {
            let mut known = known.borrow_mut();
            let text = known.entry(Arc::clone(&at.file)).or_insert_with(|| {
                let text = self.lines.text(&at.file).unwrap_or_default();
                text.lines().map(str::to_owned).collect()
            });
            text.get((at.line as usize).checked_sub(1)?).map(|line| redacted(line).into_owned())
        }
    }
}

/// Reads the catalogues: those compiled in, then folders of the user's own.
pub(super) fn catalogues(folders: &[PathBuf]) -> (Catalogue, Vec<Problem>, Lines) {
    let mut texts: Vec<(Arc<str>, String)> =
        catalogue::built_in().into_iter().map(|(file, text)| (file, text.to_owned())).collect();
    let mut problems = Vec::new();
    for folder in folders {
        let tree = Tree::load(std::slice::from_ref(folder));
        problems.extend(tree.problems.iter().cloned());
        for file in tree.files().filter(|file| file.ends_with(".yaml") && !file.contains("outages/")) {
            match tree.read(file) {
                Ok(text) => texts.push((Arc::clone(file), text)),
                Err(problem) => problems.push(problem),
            }
        }
    }
    let (catalogue, wrong) = catalogue::load(texts.iter().map(|(file, text)| (Arc::clone(file), text.as_str())));
    problems.extend(wrong);
    let lines = Lines { tree: Tree::default(), catalogues: texts.into_iter().collect() };
    (catalogue, problems, lines)
}

/// Reads paths into a system, and prints what is wrong with the input.
///
/// An error is how the run ends when there is nothing to analyse.
pub(super) fn load(input: &Input) -> Result<Loaded, Exit> {
    load_tree(input, Tree::load(&input.paths))
}

/// As [`load`], from files that were found already.
pub(super) fn load_tree(input: &Input, tree: Tree) -> Result<Loaded, Exit> {
    let tree = whole(tree);
    let Options { values, helm, no_code, stage, .. } = &input.options;
    let mut how = How { code: !no_code, settings: helm::settings(helm.as_ref(), values, &input.paths)? };
    how.settings.stage = stage.as_deref().map(|name| chosen(name, &tree)).transpose()?;
    // Neither needs the other.
    let ((catalogue, mut problems, mut lines), ingested) = Progress::during("reading", || {
        rayon::join(|| catalogues(&input.options.catalogue), || ingest_with(&tree, &how.settings))
    });
    let configuration = problems.iter().any(Problem::is_error);
    lines.tree = tree;
    let missing = lines.tree.problems.iter().any(|problem| problem.at.is_none() && problem.is_error());
    let caches = how.code && !input.options.no_cache;
    let memory = if caches { memory::recalled(&input.paths) } else { Memory::default() };
    let Read { facts, accounts, tallies, seen, policies, asides, problems: wrong } =
        Progress::during("reading", || read(ingested, &lines.tree, &catalogue, how.code.then_some(&memory)));
    if caches {
        memory::kept(&input.paths, &memory);
    }
    problems.extend(wrong);
    let Resolved { system, problems: wrong } = Progress::during("resolving", || resolve(&facts, &catalogue));
    problems.extend(wrong);
    diagnostics::print(&problems, |file, line| lines.line(file, line));
    let own = |problem: &Problem| {
        let of_manifest = |at: &Location| {
            let format = accounts.iter().find(|account| account.file == at.file).map(|account| account.format);
            format == Some("linchpin")
        };
        problem.is_error() && problem.at.as_ref().is_some_and(of_manifest)
    };
    let mut exit = Exit::Fine;
    if configuration || missing || problems.iter().any(own) {
        exit = exit.and(Exit::Usage);
    }
    let whole = accounts.iter().all(|account| account.status == Status::Read || account.format == OTHER_STAGES)
        && !problems.iter().any(Problem::is_error);
    if input.options.strict && !whole {
        exit = exit.and(Exit::Partial);
    }
    if system.components.is_empty() {
        tell_nothing(input, &system, &accounts, (&tallies, &seen));
        return Err(if exit == Exit::Usage { exit } else { Exit::Nothing });
    }
    let graph = Graph::compile(&system);
    Ok(Loaded { system, graph, accounts, tallies, seen, how, catalogue, exit, policies, asides, memory, lines })
}

/// The stage that is asked for; an error is how the run ends when no file is for it.
fn chosen(name: &str, tree: &Tree) -> Result<Chosen, Exit> {
    if let Some(chosen) = Chosen::new(name).filter(|chosen| has_stage(tree, chosen)) {
        return Ok(chosen);
    }
    let told: Vec<String> = stages(tree).into_iter().collect();
    let help = match told.is_empty() {
        true => "the paths of these manifests name no stage; leave out `--stage`".to_owned(),
        false => format!("paths here name {}", told.join(", ")),
    };
    Err(fail(&Problem::general(format!("no manifest is for the stage `{name}`")).help(help)))
}

/// Says why there is nothing to analyse: what was found, and why it told of no component.
fn tell_nothing(
    input: &Input,
    system: &System,
    accounts: &[Account],
    (tallies, seen): (&[(&'static str, Tally)], &CodeRead),
) {
    let paths: Vec<String> = input.paths.iter().map(|path| path.display().to_string()).collect();
    let why = match accounts.len() {
        0 => "no file of a known format was found".to_owned(),
        found => format!("{found} files were recognised, and none of them told of a component"),
    };
    anstream::eprintln!("nothing to analyse in {}: {why}", paths.join(", "));
    if !accounts.is_empty() {
        anstream::eprintln!("\n{}", report::scan(system, accounts, tallies, seen).text(width()));
    }
}

/// Files with those beside the given paths that they name, as the tools read them too.
pub(super) fn whole(mut tree: Tree) -> Tree {
    reach(&mut tree);
    tree
}

/// An earlier version of what was read.
pub(super) struct Earlier {
    pub(super) system: System,
    pub(super) graph: Graph,
    pub(super) asides: Vec<Aside>,
    pub(super) policies: Vec<(Arc<str>, Node)>,
    /// Its files that could not be read whole.
    pub(super) broken: BTreeSet<Arc<str>>,
}

/// Reads the files that a revision has under the same paths; `None` when they say what was read already.
///
/// What is wrong with them was wrong before and is not told again, only counted.
pub(super) fn earlier(
    loaded: &Loaded,
    repository: &Repository,
    revision: &Revision,
    paths: &[PathBuf],
) -> Option<Earlier> {
    let tree = whole(Tree::at(repository, revision, paths));
    if loaded.tree().answers_like(&tree, |path| is_wanted(path) || loaded.how.code && is_code(path)) {
        return None;
    }
    Some(quietly(&tree, loaded))
}

/// What the manifests and the code of a tree say.
struct Read {
    facts: Vec<(&'static str, Facts)>,
    accounts: Vec<Account>,
    tallies: Vec<(&'static str, Tally)>,
    seen: CodeRead,
    policies: Vec<(Arc<str>, Node)>,
    asides: Vec<Aside>,
    problems: Vec<Problem>,
}

/// What was read of manifests with what code says, unless that is left out.
fn read(ingested: Ingested, tree: &Tree, catalogue: &Catalogue, memory: Option<&Memory>) -> Read {
    let Ingested { facts, mut accounts, tallies, policies, asides, mut problems } = ingested;
    let scanned = match memory {
        Some(memory) => scan(tree, facts, catalogue, memory),
        None => Scanned { facts, ..Scanned::default() },
    };
    accounts.extend(scanned.accounts);
    problems.extend(scanned.problems);
    Read {
        facts: scanned.facts,
        accounts,
        tallies,
        seen: CodeRead { counts: scanned.counts, hints: scanned.hints },
        policies,
        asides,
        problems,
    }
}

/// Reads files that were there before what is loaded: what is wrong with them is only counted.
pub(super) fn quietly(tree: &Tree, loaded: &Loaded) -> Earlier {
    of_ingested(ingest_with(tree, &loaded.how.settings), tree, loaded)
}

fn of_ingested(ingested: Ingested, tree: &Tree, loaded: &Loaded) -> Earlier {
    let code = loaded.how.code.then_some(&loaded.memory);
    let Read { facts, accounts, policies, asides, .. } = read(ingested, tree, &loaded.catalogue, code);
    let Resolved { mut system, .. } = resolve(&facts, &loaded.catalogue);
    align(&mut system, &loaded.system);
    let graph = Graph::compile(&system);
    let broken = broken(&accounts);
    Earlier { system, graph, asides, policies, broken }
}

/// The system as it was before the plans among the files; an error is how the run ends when there is no plan.
pub(super) fn before_plans(loaded: &Loaded) -> Result<Earlier, Exit> {
    let Some(ingested) = ingest_before_plans(loaded.tree(), &loaded.how.settings) else {
        let help =
            "write one with `terraform plan -out plan.out`, and give what `terraform show -json plan.out` prints";
        return Err(fail(&Problem::general("there is no plan among the files").help(help)));
    };
    Ok(of_ingested(ingested, loaded.tree(), loaded))
}

/// What a person means who names a plan: that file, and what else is named; the folder that is read when nothing is named
/// would tell of the same resources once more.
pub(super) fn with_plan(input: &Input, plan: Option<&PathBuf>) -> Input {
    let mut input = input.clone();
    if let Some(plan) = plan {
        if input.paths == [PathBuf::from(".")] {
            input.paths.clear();
        }
        if !input.paths.contains(plan) {
            input.paths.insert(0, plan.clone());
        }
    }
    input
}

/// The files of which nothing, or not everything, could be understood for being broken.
pub(super) fn broken(accounts: &[Account]) -> BTreeSet<Arc<str>> {
    let hurt = |account: &&Account| {
        let documents = account.reason.as_ref().is_some_and(|reason| reason.contains("broken"));
        account.status == Status::Broken || (account.status == Status::Partial && documents)
    };
    accounts.iter().filter(hurt).map(|account| Arc::clone(&account.file)).collect()
}
