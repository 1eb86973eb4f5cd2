//! Source code to facts: what programs really call, and whether they can live without it.
//!
//! ```text
//! files -> Modules -> programs -> where addresses, variables and clients go -> what becomes of their failures -> facts
//! ```
//! A scanner of a language knows its grammar and nothing else; what follows is the same for all languages. Names of
//! providers and products come from the catalogue alone.

mod choices;
pub mod code;
mod commands;
mod dubbo;
mod environment;
mod files;
mod findings;
mod flow;
mod frameworks;
mod functions;
mod guards;
mod imports;
mod join;
mod judged;
pub mod languages;
mod libraries;
mod memory;
mod needs;
pub mod packages;
mod programs;
mod recipes;
mod settings;
mod settings_files;
mod sources;
mod strength;
mod topics;
mod touched;
mod typed;
mod values;
mod verbs;
mod view;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

pub use files::{Count, is_code};
pub use memory::Memory;

use crate::catalogue::{Catalogue, Found};
use crate::facts::{Facts, Sign, Target};
use crate::ingest::Account;
use crate::model::Kind;
use crate::source::{Location, Problem, Tree, on_deep_threads};
use choices::Undecided;
use environment::{Environment, asked};
use findings::Findings;
use join::{all_texts, hints, join, said, sharing};
use needs::{Surroundings, findings};
use packages::Packages;
use programs::Program;
use sources::Known;
use view::View;
use words::Words;
pub use words::prefilter;

/// The name of the facts that come of code alone.
pub const FORMAT: &str = "code";

/// The name of the facts that people write by hand; what code says is not put into those.
const FORMAT_OF_PEOPLE: &str = "linchpin";

/// What the code of a tree adds to what its manifests say.
#[derive(Debug, Default)]
pub struct Scanned {
    /// The facts of the manifests, with what the code says about their needs; and a set of its own, [`FORMAT`], for
    /// programs that no manifest tells of.
    pub facts: Vec<(&'static str, Facts)>,
    /// The files of each language, counted.
    pub counts: BTreeMap<&'static str, Count>,
    /// Every file that was read.
    pub accounts: Vec<Account>,
    /// Libraries of the catalogue that are there and that no code uses: too little for a need.
    pub hints: Vec<Hint>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A library that is there, and that nothing was seen to use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hint {
    /// The program that has it.
    pub program: Arc<str>,
    /// The library.
    pub library: String,
    /// How it is there: imported, declared, only locked for another, or used by what configuration does not choose.
    pub how: &'static str,
    /// Why what uses it does not run, where configuration chooses something else.
    pub because: Option<Arc<str>>,
    /// Where.
    pub at: Location,
}

/// Reads the code of a tree, and joins what it says with the facts of the manifests. What the memory knows is not parsed
/// again.
pub fn scan(tree: &Tree, facts: Vec<(&'static str, Facts)>, catalogue: &Catalogue, memory: &Memory) -> Scanned {
    on_deep_threads(|| scan_all(tree, facts, catalogue, memory))
}

fn scan_all(tree: &Tree, mut facts: Vec<(&'static str, Facts)>, catalogue: &Catalogue, memory: &Memory) -> Scanned {
    let code = files::read(tree, memory, || Words::of(&facts, catalogue));
    let mut scanned = Scanned {
        counts: code.counts.clone(),
        accounts: code.accounts.clone(),
        problems: code.problems.clone(),
        ..Scanned::default()
    };
    if code.files.is_empty() {
        scanned.facts = facts;
        return scanned;
    }
    let paths: BTreeSet<Arc<str>> = tree.files().cloned().collect();
    let programs = programs::find(tree, &code, &paths, &facts, catalogue);
    let packages = packages::read(tree);
    scanned.problems.extend(packages.problems.iter().cloned());
    let imports = imports::Imports::new(&code, importable(&packages));
    let read: Vec<Read<'_>> = programs
        .par_iter()
        .map(|program| {
            let view = View::new(&code, &imports, program);
            let mut environment = Environment::of(program, &facts);
            settings_files::add(tree, &paths, &program.folder, &view, &mut environment);
            let remote = dubbo::said(tree, &paths, program, &view);
            Read::new(view, environment, remote)
        })
        .collect();
    let offered = offered(&programs, &read);
    let sharing = sharing(&programs);
    let known = known(&facts, &programs);
    let registered = registered(&programs, &read);
    let made_of = made_of(&facts, catalogue);
    let features = packages::turned_on(&packages);
    let say = |(program, read): (&Program, &Read<'_>)| {
        let own = own_names(program, &facts);
        let around = Surroundings {
            catalogue,
            known: &known,
            registered: &registered,
            offered: &offered,
            told_of: &told_of(program, &facts),
            made_of: &made_of,
            features: &features,
        };
        let mut found = findings(&read.view, &own, &asked(program, &facts), &around);
        if let Some(whole) = &read.whole {
            found.leave_out(findings(whole, &own, &asked(program, &facts), &around));
        }
        found.note_undecided(&read.undecided);
        dubbo::needs(&read.view, &own, &read.remote, &around, &mut found);
        Findings { messages: topics::topics(&read.view, &read.environment), ..found }
    };
    let found: Vec<Findings> = programs.par_iter().zip(&read).map(say).collect();
    let mut own = Facts::default();
    // Code of no program may be copied into any of them.
    let owned: BTreeSet<usize> = programs.iter().flat_map(|program| program.files.iter().copied()).collect();
    let others = code.files.iter().enumerate().filter(|(index, _)| !owned.contains(index));
    let loose_files: Vec<&Arc<str>> = others.map(|(_, file)| &file.path).collect();
    for ((program, read), found) in programs.iter().zip(&read).zip(found) {
        let view = &read.view;
        let texts = || all_texts(tree, &paths, program, view, &loose_files);
        scanned.hints.extend(hints(program, &found, &packages, catalogue));
        if let Some((set, index)) = program.resource {
            facts[set].1.resources[index].code = said(found);
            continue;
        }
        let others = sharing.get(&*program.name).map(String::as_str).filter(|_| program.is_shared);
        join(program, found, others, &mut facts, &mut own, view, texts);
    }
    scanned.hints.sort();
    scanned.hints.dedup_by(|one, other| (&one.program, &one.library) == (&other.program, &other.library));
    facts.push((FORMAT, own));
    scanned.facts = facts;
    scanned
}

/// The code of a program, with what configuration decides in it.
struct Read<'a> {
    environment: Environment,
    /// What runs.
    view: View<'a>,
    /// What would run if nothing were decided; where that is more.
    whole: Option<View<'a>>,
    undecided: Vec<Undecided>,
    /// What it offers and asks for over Dubbo.
    remote: dubbo::Said,
}

impl<'a> Read<'a> {
    fn new(mut view: View<'a>, environment: Environment, remote: dubbo::Said) -> Self {
        let decisions = choices::decide(&view, &environment);
        let mut whole = None;
        if !decisions.off.is_empty() {
            whole.insert(view.clone()).regions = decisions.untaken;
            view.leave(decisions.off);
        }
        view.regions = decisions.unknown;
        Read { environment, view, whole, undecided: decisions.undecided, remote }
    }
}

/// The names under which folders of the tree are imported, with the folder of each.
fn importable(packages: &Packages) -> BTreeMap<Arc<str>, Arc<str>> {
    let named = packages.packages.iter().flat_map(|package| {
        [&package.import, &package.name]
            .into_iter()
            .flatten()
            .map(|name| (Arc::clone(name), Arc::clone(&package.folder)))
    });
    named.collect()
}

/// Every name that an own component answers to, in lower case, and the component.
fn known(facts: &[(&'static str, Facts)], programs: &[Program]) -> Known {
    let mut known = Known::new();
    let components = facts.iter().flat_map(|(_, facts)| &facts.components);
    for fact in components.filter(|fact| fact.kind != Some(Kind::External)) {
        for name in std::iter::once(&fact.name).chain(&fact.aliases).chain(&fact.hosts) {
            known.entry(name.to_lowercase().into()).or_insert_with(|| Arc::clone(&fact.name));
        }
    }
    for program in programs {
        known.entry(program.name.to_lowercase().into()).or_insert_with(|| Arc::clone(&program.name));
    }
    known
}

/// The names that programs give themselves in a registry, where only one program has them.
fn registered(programs: &[Program], read: &[Read<'_>]) -> BTreeMap<Arc<str>, Arc<str>> {
    let mut all: BTreeMap<Arc<str>, BTreeSet<&Arc<str>>> = BTreeMap::new();
    for (program, read) in programs.iter().zip(read) {
        for name in sources::registered(&read.view) {
            all.entry(name).or_default().insert(&program.name);
        }
    }
    let single = |(name, of): (Arc<str>, BTreeSet<&Arc<str>>)| match of.len() {
        1 => of.first().map(|program| (name, Arc::clone(program))),
        _ => None,
    };
    all.into_iter().filter_map(single).collect()
}

/// The programs that offer each interface over Dubbo.
fn offered(programs: &[Program], read: &[Read<'_>]) -> BTreeMap<Arc<str>, BTreeSet<Arc<str>>> {
    let mut all: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    for (program, read) in programs.iter().zip(read) {
        for kind in &read.remote.offers {
            all.entry(Arc::clone(kind)).or_default().insert(Arc::clone(&program.name));
        }
    }
    all
}

/// The components that run a known image, by the product that it is.
fn made_of(facts: &[(&'static str, Facts)], catalogue: &Catalogue) -> BTreeMap<Arc<str>, BTreeSet<Arc<str>>> {
    let mut all: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    for fact in facts.iter().flat_map(|(_, facts)| &facts.components) {
        let image = fact.images.first().map(|image| Sign::Image(Arc::clone(&image.text)));
        if let Some(Found { product, .. }) = image.and_then(|image| catalogue.recognise(&image)) {
            all.entry(product).or_default().insert(Arc::clone(&fact.name));
        }
    }
    all
}

/// The names of the components that the manifest of a program says it needs, in lower case.
fn told_of(program: &Program, facts: &[(&'static str, Facts)]) -> BTreeSet<Arc<str>> {
    let mut all = BTreeSet::new();
    for (set, index) in &program.of {
        let facts = &facts[*set].1;
        let mut open: Vec<&Target> =
            facts.needs.iter().filter(|need| need.from == *index).map(|need| &need.need.target).collect();
        while let Some(target) = open.pop() {
            match target {
                Target::Address(address) => drop(all.insert(Arc::clone(&address.host))),
                Target::Component(other) => drop(all.insert(facts.components[*other].name.to_lowercase().into())),
                Target::AtLeast { members, .. } => open.extend(members.iter().map(|member| &member.target)),
                Target::Name(_) | Target::Sign(_) => {}
            }
        }
    }
    all
}

/// The names that the program itself answers to, as written and in lower case.
fn own_names(program: &Program, facts: &[(&'static str, Facts)]) -> BTreeSet<Arc<str>> {
    let of = program.of.iter().map(|(set, index)| &facts[*set].1.components[*index]);
    let names = of.flat_map(|fact| std::iter::once(&fact.name).chain(&fact.aliases).chain(&fact.hosts));
    let names = names.chain([&program.name]);
    names.flat_map(|name| [Arc::clone(name), name.to_lowercase().into()]).collect()
}
