//! Puts what the code of programs says into the facts of what they are the code of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::environment::{asked, setting, variable};
use super::files::is_code;
use super::findings::Findings;
use super::frameworks::{exporter, is_framework};
use super::packages::Packages;
use super::programs::{self, Program};
use super::settings::loose;
use super::view::View;
use super::{FORMAT_OF_PEOPLE, Hint};
use crate::catalogue::Catalogue;
use crate::facts::{CodeFact, ComponentFact, Facts, MessageFact, NeedFact, Remark, Sign, Target, Wanted, Way};
use crate::ingest::compose::rests_on_order;
use crate::model::{Basis, Capability, Confidence, Evidence, Phase, Strength};
use crate::source::{Location, Tree};

/// For each program that shares its code, what evidence says of that.
pub(super) fn sharing(programs: &[Program]) -> BTreeMap<Arc<str>, String> {
    let mut all = BTreeMap::new();
    for program in programs.iter().filter(|program| program.is_shared) {
        let others = programs.iter().filter(|other| other.folder == program.folder && other.name != program.name);
        let names: BTreeSet<&str> = others.map(|other| &*other.name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        all.insert(Arc::clone(&program.name), format!("built of the same code as {}", names.join(", ")));
    }
    all
}

/// What the code of a resource says.
pub(super) fn said(found: Findings) -> CodeFact {
    let messages = found.messages.into_iter().map(|(topic, way, at)| {
        let evidence = of_message(&topic, &way, at);
        (topic, way, evidence)
    });
    let unknown = found.unknown.into_iter().map(|(what, evidence)| (what, UNKNOWN_LIBRARY.to_owned(), evidence));
    let undecided = found.undecided.into_iter().map(|(what, evidence)| (what, UNDECIDED.to_owned(), evidence));
    CodeFact { needs: found.needs, messages: messages.collect(), remarks: unknown.chain(undecided).collect() }
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

/// The libraries of the catalogue that a program has and does not use.
pub(super) fn hints(program: &Program, found: &Findings, packages: &Packages, catalogue: &Catalogue) -> Vec<Hint> {
    let hint = |library: &str, how, at| Hint {
        program: Arc::clone(&program.name),
        library: library.to_owned(),
        how,
        at,
        because: None,
    };
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
    let unchosen = found
        .unchosen
        .iter()
        .map(|(what, evidence)| Hint { because: evidence.note.clone(), ..hint(what, NOT_CHOSEN, evidence.at.clone()) });
    unchosen.chain(imported).chain(declared).chain(locked).collect()
}

/// The texts of a program: its code and everything else in its folder that may read a variable, by letters and digits
/// alone.
pub(super) fn all_texts(
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

/// How a library is there that only what is not chosen uses.
pub(super) const NOT_CHOSEN: &str = "not chosen";

/// Why a choice is listed that nothing decides.
const UNDECIDED: &str = "nothing that was read says which of them is in use, so each counts as needed";

/// Whether something in these texts names a component: by its own name or that of the image that it runs.
fn is_spoken_of(fact: &ComponentFact, texts: &[String]) -> bool {
    let image = fact.images.first().map(|image| image.text.rsplit('/').next().unwrap_or_default());
    let image = image.map(|image| image.split([':', '@']).next().unwrap_or_default());
    let names = [Some(&*fact.name), image].into_iter().flatten().map(loose);
    names.into_iter().any(|name| texts.iter().any(|text| text.contains(&name)))
}

/// Whether the code of a program was understood and speaks to others, so that it only waits for those of which it never
/// speaks when it starts.
fn tells_all(found: &Findings) -> bool {
    let uses = || found.variables.values().flatten().any(|finding| finding.run == Some(Strength::Hard));
    let calls = |need: &Wanted| need.terms.phase == Phase::Run && need.terms.strength == Strength::Hard;
    found.unknown.is_empty() && found.undecided.is_empty() && (uses() || found.needs.iter().any(calls))
}

/// Drops the needs of a component that rest on an order of starting alone, on what none of the texts speaks of.
fn drop_order<'t>(facts: &mut Facts, from: usize, texts: impl FnOnce() -> &'t [String]) {
    let is_order = |fact: &NeedFact| fact.from == from && rests_on_order(&fact.need);
    if !facts.needs.iter().any(is_order) {
        return;
    }
    let (texts, components) = (texts(), &facts.components);
    let spoken = |target: &Target| match target {
        Target::Component(to) => is_spoken_of(&components[*to], texts),
        _ => true,
    };
    facts.needs.retain(|fact| !is_order(fact) || spoken(&fact.need.target));
}

/// Puts what the code of a program says into the facts of its component.
pub(super) fn join(
    program: &Program,
    found: Findings,
    shared: Option<&str>,
    facts: &mut [(&'static str, Facts)],
    own: &mut Facts,
    view: &View<'_>,
    texts: impl Fn() -> Vec<String>,
) {
    let mut read: Option<Vec<String>> = None;
    let all = asked(program, facts);
    for (set, index) in &program.of {
        let facts = &mut facts[*set].1;
        if shared.is_none() && tells_all(&found) {
            drop_order(facts, *index, || read.get_or_insert_with(&texts));
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
                    _ if let Some(unchosen) = found.idle.get(&name) => {
                        fact.need.terms.strength = Strength::Soft;
                        fact.need.terms.confidence = Confidence::Inferred;
                        fact.need.evidence.push(unchosen.clone());
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
    let target = program.of.iter().find(|(set, _)| facts[*set].0 != FORMAT_OF_PEOPLE);
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
    for (what, evidence) in found.undecided {
        sink.remarks.push(Remark { about: Some(from), what, reason: UNDECIDED.to_owned(), evidence });
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
