//! Source code to facts: what programs really call, and whether they can live without it.
//!
//! ```text
//! files -> Modules -> programs -> where addresses, variables and clients go -> what becomes of their failures -> facts
//! ```
//! A scanner of a language knows its grammar and nothing else; what follows is the same for all languages. Names of
//! providers and products come from the catalogue alone.

pub mod code;
mod files;
mod flow;
mod frameworks;
mod functions;
mod guards;
mod imports;
pub mod languages;
mod libraries;
mod memory;
mod needs;
pub mod packages;
mod programs;
mod recipes;
mod settings;
mod sources;
mod strength;
mod topics;
mod touched;
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
use crate::facts::{CodeFact, ComponentFact, Facts, MessageFact, NeedFact, Remark, Sign, Target, Wanted, Way};
use crate::ingest::Account;
use crate::ingest::compose::rests_on_order;
use crate::model::{Basis, Capability, Confidence, Evidence, Kind, Phase, Strength};
use crate::source::{Location, Problem, Tree, on_deep_threads};
use frameworks::{exporter, is_framework};
use needs::{Findings, Surroundings, findings};
use packages::Packages;
use programs::Program;
use settings::loose;
use sources::Known;
use view::View;
use words::Words;
pub use words::prefilter;

/// The name of the facts that come of code alone.
pub const FORMAT: &str = "code";

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
    /// How it is there: imported, declared, or only locked for another.
    pub how: &'static str,
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
    let views: Vec<View<'_>> =
        programs.par_iter().map(|program| View::new(&code, &imports, &program.files, &program.entries)).collect();
    let sharing = sharing(&programs);
    let known = known(&facts, &programs);
    let registered = registered(&programs, &views);
    let made_of = made_of(&facts, catalogue);
    let features = packages::turned_on(&packages);
    let around =
        Surroundings { catalogue, known: &known, registered: &registered, made_of: &made_of, features: &features };
    let read = |(program, view): (&Program, &View<'_>)| {
        let own = own_names(program, &facts);
        let found = findings(view, &own, &variables(program, &facts), &around);
        Findings { messages: topics::topics(view, &told(program, &facts)), ..found }
    };
    let found: Vec<Findings> = programs.par_iter().zip(&views).map(read).collect();
    let mut own = Facts::default();
    // Code of no program may be copied into any of them.
    let owned: BTreeSet<usize> = programs.iter().flat_map(|program| program.files.iter().copied()).collect();
    let others = code.files.iter().enumerate().filter(|(index, _)| !owned.contains(index));
    let loose_files: Vec<&Arc<str>> = others.map(|(_, file)| &file.path).collect();
    for ((program, view), found) in programs.iter().zip(&views).zip(found) {
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

/// What the code of a resource says.
fn said(found: Findings) -> CodeFact {
    let messages = found.messages.into_iter().map(|(topic, way, at)| {
        let evidence = of_message(&topic, &way, at);
        (topic, way, evidence)
    });
    let unknown = found.unknown.into_iter().map(|(what, evidence)| (what, UNKNOWN_LIBRARY.to_owned(), evidence));
    CodeFact { needs: found.needs, messages: messages.collect(), remarks: unknown.collect() }
}

/// Why a library is listed that some side is behind.
const UNKNOWN_LIBRARY: &str = "a library is used whose other side is not known";

fn of_message(topic: &str, way: &Way, at: Location) -> Evidence {
    let note = match way {
        Way::Sends => format!("sends to {topic}"),
        Way::Takes => format!("takes from {topic}"),
        Way::Binds(exchange) => format!("binds {topic} to {exchange}"),
    };
    Evidence { at, basis: Basis::Code, note: Some(note.into()) }
}

/// For each program that shares its code, what evidence says of that.
fn sharing(programs: &[Program]) -> BTreeMap<Arc<str>, String> {
    let mut all = BTreeMap::new();
    for program in programs.iter().filter(|program| program.is_shared) {
        let others = programs.iter().filter(|other| other.folder == program.folder && other.name != program.name);
        let names: BTreeSet<&str> = others.map(|other| &*other.name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        all.insert(Arc::clone(&program.name), format!("built of the same code as {}", names.join(", ")));
    }
    all
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

/// The libraries of the catalogue that a program has and does not use.
fn hints(program: &Program, found: &Findings, packages: &Packages, catalogue: &Catalogue) -> Vec<Hint> {
    let hint =
        |library: &str, how, at| Hint { program: Arc::clone(&program.name), library: library.to_owned(), how, at };
    let line = |file: &Arc<str>, line| Location { file: Arc::clone(file), line, column: 1, length: 0 };
    let is_news = |name: &Arc<str>| {
        let product = catalogue.recognise(&Sign::Package(Arc::clone(name)));
        product.is_some_and(|product| !found.reached.contains(&(product.provider, product.product)))
    };
    let here = |file: &str| programs::lies_in(&program.folder, file);
    let imported = found.unused.iter().map(|(sign, at)| hint(&sign.to_string(), "imported", at.clone()));
    let own = packages.packages.iter().filter(|package| here(&package.source));
    let declared = own.flat_map(|package| &package.dependencies).filter(|one| !one.is_dev && is_news(&one.name));
    let declared = declared.map(|one| hint(&one.name, "declared", line(&one.file, one.line)));
    let locked = packages.hints.iter().filter(|one| here(&one.file) && is_news(&one.name));
    let locked = locked.map(|one| hint(&one.name, "locked", line(&one.file, one.line)));
    imported.chain(declared).chain(locked).collect()
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
fn registered(programs: &[Program], views: &[View<'_>]) -> BTreeMap<Arc<str>, Arc<str>> {
    let mut all: BTreeMap<Arc<str>, BTreeSet<&Arc<str>>> = BTreeMap::new();
    for (program, view) in programs.iter().zip(views) {
        for name in sources::registered(view) {
            all.entry(name).or_default().insert(&program.name);
        }
    }
    let single = |(name, of): (Arc<str>, BTreeSet<&Arc<str>>)| match of.len() {
        1 => of.first().map(|program| (name, Arc::clone(program))),
        _ => None,
    };
    all.into_iter().filter_map(single).collect()
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

/// The names that the program itself answers to, as written and in lower case.
fn own_names(program: &Program, facts: &[(&'static str, Facts)]) -> BTreeSet<Arc<str>> {
    let of = program.of.iter().map(|(set, index)| &facts[*set].1.components[*index]);
    let names = of.flat_map(|fact| std::iter::once(&fact.name).chain(&fact.aliases).chain(&fact.hosts));
    let names = names.chain([&program.name]);
    names.flat_map(|name| [Arc::clone(name), name.to_lowercase().into()]).collect()
}

/// What a program's manifests set its variables to, where they agree.
fn told(program: &Program, facts: &[(&'static str, Facts)]) -> BTreeMap<Arc<str>, Arc<str>> {
    let mut all: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    for (name, value) in program.of.iter().flat_map(|(set, index)| &facts[*set].1.components[*index].told) {
        all.entry(Arc::clone(name)).or_default().insert(Arc::clone(value));
    }
    all.into_iter()
        .filter_map(|(name, values)| Some((name, values.first().filter(|_| values.len() == 1)?.clone())))
        .collect()
}

/// The variables and settings that needs of a program rest on, each as evidence names it.
fn variables(program: &Program, facts: &[(&'static str, Facts)]) -> BTreeMap<Arc<str>, String> {
    let needs = program.of.iter().flat_map(|(set, index)| {
        facts[*set].1.needs.iter().filter(move |need| need.from == *index).map(|need| &need.need)
    });
    let evidence: Vec<&Evidence> = needs.flat_map(|need| &need.evidence).collect();
    let settings = evidence.iter().filter_map(|one| setting(one)).map(|name| (Arc::clone(&name), name.to_string()));
    let variables =
        evidence.iter().filter_map(|one| variable(one)).map(|name| (Arc::clone(&name), format!("env {name}")));
    settings.chain(variables).collect()
}

/// The variable that a piece of evidence rests on.
fn variable(evidence: &Evidence) -> Option<Arc<str>> {
    let rest = evidence.note.as_deref().filter(|_| evidence.basis == Basis::Manifest)?.strip_prefix("env ")?;
    rest.split_whitespace().next().map(|name| name.trim_end_matches(',').into())
}

/// The setting of a file beside a program that a piece of evidence rests on: a key of several parts.
fn setting(evidence: &Evidence) -> Option<Arc<str>> {
    let note = evidence.note.as_ref().filter(|_| evidence.basis == Basis::Manifest)?;
    let is_key = note.contains(['.', ':']) && !note.contains(char::is_whitespace);
    is_key.then(|| Arc::clone(note))
}

/// The texts of a program: its code and everything else in its folder that may read a variable, by letters and digits
/// alone.
fn all_texts(
    tree: &Tree,
    paths: &BTreeSet<Arc<str>>,
    program: &Program,
    view: &View<'_>,
    shared: &[&Arc<str>],
) -> Vec<String> {
    let code = view.files.iter().map(|file| &view.code.files[*file].path).chain(shared.iter().copied());
    let is_text = |path: &Arc<str>| may_read(path) || program.is_shared && is_code(path);
    let beside = paths.iter().filter(|path| programs::lies_in(&program.folder, path) && is_text(path));
    let all: BTreeSet<&Arc<str>> = code.chain(beside).collect();
    all.into_iter().filter_map(|path| tree.read(path).ok()).map(|text| loose(&text)).collect()
}

/// Whether a file that is no code may read variables: configuration, scripts, templates.
fn may_read(path: &str) -> bool {
    const ENDS: &[&str] = &[
        ".yml",
        ".yaml",
        ".properties",
        ".json",
        ".toml",
        ".conf",
        ".ini",
        ".sh",
        ".tmpl",
        ".template",
        ".xml",
        ".cfg",
        ".config",
        ".env",
        ".cnf",
        ".lua",
        ".erb",
        ".html",
        ".exs",
        ".ex",
        ".hcl",
        ".vue",
        ".svelte",
        ".gradle",
        ".prisma",
    ];
    let name = programs::last(path);
    ENDS.iter().any(|end| name.ends_with(end)) || name.contains("Dockerfile") || !name.contains('.')
}

/// Whether something in these texts may read a variable: its name, or the end of it where a prefix is set elsewhere. An
/// end that other variables of the program share is no sign of it where it stands in the name of one of them.
fn may_be_read(name: &str, others: &BTreeMap<Arc<str>, String>, texts: &[String]) -> bool {
    let parts: Vec<&str> = name.split(['_', '.', '-', ':']).filter(|part| !part.is_empty()).collect();
    let (name, end) = (loose(name), loose(&parts[parts.len().saturating_sub(2)..].concat()));
    let others: Vec<String> = others.keys().map(|other| loose(other)).filter(|other| other.ends_with(&end)).collect();
    let stands_alone = |text: &str| {
        text.match_indices(&end).any(|(at, _)| {
            let before = &text[..at + end.len()];
            !others.iter().any(|other| *other != end && before.ends_with(other.as_str()))
        })
    };
    texts.iter().any(|text| text.contains(&name) || stands_alone(text))
}

/// Whether something in these texts names a component: by its own name or that of the image that it runs.
fn is_spoken_of(fact: &ComponentFact, texts: &[String]) -> bool {
    let image = fact.images.first().map(|image| image.text.rsplit('/').next().unwrap_or_default());
    let image = image.map(|image| image.split([':', '@']).next().unwrap_or_default());
    let names = [Some(&*fact.name), image].into_iter().flatten().map(loose);
    names.into_iter().any(|name| texts.iter().any(|text| text.contains(&name)))
}

/// Puts what the code of a program says into the facts of its component.
fn join(
    program: &Program,
    found: Findings,
    shared: Option<&str>,
    facts: &mut [(&'static str, Facts)],
    own: &mut Facts,
    view: &View<'_>,
    texts: impl Fn() -> Vec<String>,
) {
    let mut read: Option<Vec<String>> = None;
    let all = variables(program, facts);
    // Code that was understood and speaks to others only waits for the rest when it starts.
    let uses = found.variables.values().flatten().any(|finding| finding.run == Some(Strength::Hard));
    let calls = |need: &Wanted| need.terms.phase == Phase::Run && need.terms.strength == Strength::Hard;
    let is_told = shared.is_none() && found.unknown.is_empty() && (uses || found.needs.iter().any(calls));
    for (set, index) in &program.of {
        let facts = &mut facts[*set].1;
        if is_told && facts.needs.iter().any(|fact| fact.from == *index && rests_on_order(&fact.need)) {
            let texts = read.get_or_insert_with(&texts);
            let spoken = |target: &Target| match target {
                Target::Component(to) => is_spoken_of(&facts.components[*to], texts),
                _ => true,
            };
            let needs = std::mem::take(&mut facts.needs);
            let is_order =
                |fact: &NeedFact| fact.from == *index && rests_on_order(&fact.need) && !spoken(&fact.need.target);
            facts.needs = needs.into_iter().filter(|fact| !is_order(fact)).collect();
        }
        let mut unread = Vec::new();
        for fact in facts.needs.iter_mut().filter(|need| need.from == *index) {
            let names: Vec<(usize, Arc<str>)> = fact
                .need
                .evidence
                .iter()
                .map(|one| variable(one).or_else(|| setting(one)))
                .enumerate()
                .filter_map(|(at, name)| Some((at, name?)))
                .collect();
            for (at, name) in names {
                let is_variable = variable(&fact.need.evidence[at]).is_some();
                match found.variables.get(&name) {
                    Some(Some(finding)) => {
                        if let Some(strength) = finding.run.filter(|_| finding.is_clear) {
                            fact.need.terms.strength = strength;
                        }
                        // Which of those that share the code reads it is not known.
                        fact.need.terms.confidence =
                            if shared.is_some() { Confidence::Inferred } else { Confidence::Declared };
                        fact.need.evidence.extend(finding.evidence.iter().cloned());
                    }
                    _ if is_framework(&name, program, view.code) => {}
                    _ if let Some(import) = exporter(&name, view) => {
                        // What can't be sent is dropped.
                        fact.need.terms.strength = Strength::Soft;
                        fact.need.terms.confidence = Confidence::Declared;
                        fact.need.evidence.push(import);
                    }
                    // A setting that nothing reads by its key may be read by a library.
                    _ if is_variable && !may_be_read(&name, &all, read.get_or_insert_with(&texts)) => {
                        fact.need.terms.strength = Strength::Soft;
                        fact.need.terms.confidence = Confidence::Inferred;
                        let evidence = &mut fact.need.evidence[at];
                        evidence.note = Some(format!("env {name}, which nothing in its code reads").into());
                        unread.push((name, evidence.clone()));
                    }
                    _ => {}
                }
            }
        }
        unread.dedup_by(|one, other| one.0 == other.0);
        for (name, evidence) in unread {
            let reason =
                "a variable is set that the code does not read; the need on what it names counts as soft".to_owned();
            facts.remarks.push(Remark { about: Some(*index), what: format!("env {name}"), reason, evidence });
        }
    }
    let target = program.of.iter().find(|(set, _)| facts[*set].0 != "linchpin");
    let (sink, from) = match target {
        Some((set, index)) => (&mut facts[*set].1, *index),
        None => {
            let at = Location::start_of(&Arc::from(if program.folder.is_empty() { "." } else { &*program.folder }));
            let note = Some("a program of this folder".into());
            own.components.push(ComponentFact::new(&program.name, Evidence { at, basis: Basis::Code, note }));
            let index = own.components.len() - 1;
            (&mut *own, index)
        }
    };
    for mut need in found.needs {
        if let Some(first) = need.evidence.first_mut()
            && let Some(shared) = shared
        {
            first.note =
                Some(first.note.as_ref().map_or_else(|| shared.into(), |note| format!("{note}; {shared}").into()));
        }
        sink.needs.push(NeedFact { from, capability: Capability::data(), need });
    }
    for (topic, way, at) in found.messages {
        let evidence = of_message(&topic, &way, at);
        sink.messages.push(MessageFact { from, topic, way, evidence });
    }
    for (what, evidence) in found.unknown {
        let reason = UNKNOWN_LIBRARY.to_owned();
        sink.remarks.push(Remark { about: Some(from), what, reason, evidence });
    }
}
