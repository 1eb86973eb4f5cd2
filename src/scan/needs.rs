//! What a program needs, by its code: for each other side that it names, whether it talks to it, and what its loss does.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::code::{FateKind, Text};
use super::flow::{Source, Spread, spread};
use super::packages::holds;
use super::programs::lies_in;
use super::settings;
use super::sources::{self, Known, Said, fixed, key};
use super::strength::{Effect, Judgement, Verdict, verdict};
use super::view::{Site, View};
use crate::catalogue::Catalogue;
use crate::facts::{Address, Sign, Target, Wanted};
use crate::model::{Basis, Confidence, Evidence, Phase, Strength, Terms};
use crate::source::Location;

/// What the code of a program says about one other side.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// How its loss matters while the program serves; `None` when it only matters at the start.
    pub(super) run: Option<Strength>,
    /// Whether the program does not start without it.
    pub(super) start: bool,
    /// Whether the code shows what becomes of a failure while the program serves.
    pub(super) is_clear: bool,
    /// The lines that show it; never empty.
    pub(super) evidence: Vec<Evidence>,
    pub(super) sites: BTreeSet<Site>,
}

/// Everything that the code of a program says.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Needs on what code itself names.
    pub(super) needs: Vec<Wanted>,
    /// What becomes of the variables that manifests set; `None` for one that comes to no use that is seen.
    pub(super) variables: BTreeMap<Arc<str>, Option<Finding>>,
    /// The topics, queues and channels that it names.
    pub(super) messages: super::topics::Said,
    /// Libraries whose other side is not known, with where they are used.
    pub(super) unknown: Vec<(String, Evidence)>,
    /// The products whose libraries are imported, used or not: provider and name.
    pub(super) reached: BTreeSet<(Arc<str>, Arc<str>)>,
    /// Libraries that are imported and not used, each with the import.
    pub(super) unused: BTreeMap<Sign, Location>,
}

/// What is known of the system besides the program's code.
pub(super) struct Surroundings<'s> {
    pub(super) catalogue: &'s Catalogue,
    /// Names that own components answer to.
    pub(super) known: &'s Known,
    /// Names under which programs find each other, and the component of each.
    pub(super) registered: &'s BTreeMap<Arc<str>, Arc<str>>,
    /// The components that are made of a product of the catalogue, by its name.
    pub(super) made_of: &'s BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// The features that a build turns on without being asked, by the folder of each package that has any.
    pub(super) features: &'s BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
}

impl Surroundings<'_> {
    /// Whether the build has what stands under a feature in this file.
    pub(super) fn is_enabled(&self, path: &str, feature: &str) -> bool {
        let packages = self.features.iter().filter(|(folder, _)| lies_in(folder, path));
        let nearest = packages.max_by_key(|(folder, _)| folder.len());
        nearest.is_none_or(|(_, enabled)| holds(feature, &|feature| enabled.contains(feature)))
    }
}

/// What the code of one program says, given the variables that manifests set for it.
pub(super) fn findings(
    view: &View<'_>,
    own: &BTreeSet<Arc<str>>,
    variables: &BTreeMap<Arc<str>, String>,
    around: &Surroundings<'_>,
) -> Findings {
    let mut all = Findings::default();
    let texts = sources_of_texts(view);
    let keys: BTreeSet<String> = texts.iter().flat_map(|text| settings::keys(text)).collect();
    let mut sites: BTreeSet<Site> = BTreeSet::new();
    for (name, said) in variables {
        let fields = settings::filled(view, name);
        let occurs = keys.contains(&settings::loose(name)) || !view.mentioning(name).is_empty() || !fields.is_empty();
        let finding = occurs.then(|| {
            let by_text = Source::texts(|text| settings::reads(text, name));
            let gone = spread(view, &Source { word: Some(Arc::clone(name)), fields, ..by_text });
            finding(view, &gone, true, said)
        });
        if let Some(finding) = finding.as_ref().and_then(Option::as_ref) {
            sites.extend(&finding.sites);
        }
        all.variables.insert(Arc::clone(name), finding.flatten());
    }
    for (address, said) in sources::addresses(view, around.known) {
        if own.contains(&*address.host) {
            continue;
        }
        if let Some(finding) = of_address(view, &address, &said, around) {
            sites.extend(&finding.sites);
            all.needs.extend(wanted(&Target::Address(address), &finding));
        }
    }
    for (name, component) in around.registered {
        if own.contains(component) || !texts.contains(name) {
            continue;
        }
        let is_it = |text: &Text| fixed(text) == Some(name);
        let gone = spread(view, &Source::texts(is_it));
        if let Some(finding) = finding(view, &gone, true, &format!("looks up `{name}`")) {
            all.needs.extend(wanted(&Target::Address(host(component)), &finding));
        }
    }
    for client in sources::declared(view) {
        let holders = holders(view, &client.kind);
        let member = client.member.clone().map(|member| (client.file, member));
        let shared = holders.into_iter().chain(member).collect();
        let gone = spread(view, &Source { shared, ..Source::default() });
        let at =
            Location { file: Arc::clone(&view.code.files[client.file].path), line: client.line, column: 1, length: 0 };
        let fallback = if client.has_fallback { ", with a fallback" } else { "" };
        let note = Some(format!("`{}` is a client of {}{fallback}", client.kind, client.address.host).into());
        let declared = Evidence { at, basis: Basis::Code, note };
        let mut finding = finding(view, &gone, true, "").unwrap_or_else(|| unclear(Vec::new()));
        if client.has_fallback {
            finding.run = finding.run.map(|_| Strength::Soft);
            finding.is_clear = true;
        }
        finding.evidence.insert(0, declared);
        all.needs.extend(wanted(&Target::Address(client.address), &finding));
    }
    super::libraries::libraries(view, around, &sites, &mut all);
    all
}

pub(super) fn host(name: &str) -> Address {
    Address { host: name.to_lowercase().into(), port: None, scheme: None }
}

/// Every text of the program that has no open places.
fn sources_of_texts(view: &View<'_>) -> HashSet<Arc<str>> {
    let texts = super::flow::texts(view);
    let mut all: HashSet<Arc<str>> = texts.values().flatten().filter_map(|text| fixed(text).cloned()).collect();
    for file in &view.files {
        for annotation in &view.code.files[*file].module.annotations {
            for part in annotation.arguments.iter().flat_map(|argument| &argument.value) {
                if let super::code::Part::Text(text) = part {
                    all.extend(fixed(text).cloned());
                }
            }
        }
    }
    all
}

/// Fields and parameters that hold an object of a type.
pub(super) fn holders(view: &View<'_>, kind: &str) -> Vec<(usize, Arc<str>)> {
    let mut all = Vec::new();
    for file in &view.files {
        let module = &view.code.files[*file].module;
        let fields = module.types.iter().flat_map(|one| &one.fields);
        all.extend(fields.filter(|(_, of)| &**of == kind).map(|(name, _)| (*file, Arc::clone(name))));
        let parameters = module.functions.iter().flat_map(|function| &function.parameters);
        let typed = parameters.filter(|(_, of)| of.as_deref() == Some(kind));
        all.extend(typed.map(|(name, _)| (*file, Arc::clone(name))));
    }
    all
}

fn of_address(view: &View<'_>, address: &Address, said: &Said, around: &Surroundings<'_>) -> Option<Finding> {
    let is_it = |text: &Text| said.texts.contains(&key(text));
    let gone = spread(view, &Source::texts(is_it));
    let is_known = around.known.contains_key(&address.host)
        || around.catalogue.recognise(&Sign::Host(Arc::clone(&address.host))).is_some();
    let mut found = finding(view, &gone, is_known, &format!("names {}", address.host))?;
    // The line that names it comes with the lines that use it.
    if let Some((id, line, column)) = said.at.iter().find(|(id, ..)| view.is_live(*id)) {
        let at = Location { file: Arc::clone(&view.file(*id).path), line: *line, column: *column, length: 0 };
        let named = Evidence { at, basis: Basis::Code, note: Some(format!("names {address}").into()) };
        if found.evidence.first().is_none_or(|first| first.at != named.at) {
            found.evidence.insert(0, named);
        }
    }
    Some(found)
}

/// What the ways of a value say; `None` when it comes to no use that can run, and `made` says whether a client that is made
/// with it counts as one.
pub(super) fn finding(view: &View<'_>, gone: &Spread, made: bool, what: &str) -> Option<Finding> {
    let place = |site: &Site| Location {
        file: Arc::clone(&view.file(site.0).path),
        line: view.call(*site).line,
        column: view.call(*site).column,
        length: 0,
    };
    let live = |site: &&Site| view.is_live(site.0);
    let sites: BTreeSet<Site> = gone.uses.iter().filter_map(|chain| chain.first()).chain(&gone.made).copied().collect();
    if let Some(verdict) = verdict(view, gone) {
        let mut finding = judged(&verdict, gone.kept, what, sites);
        finding.evidence.extend(super::guards::guards(view, gone));
        return Some(finding);
    }
    let first = gone.made.iter().find(live).filter(|_| made && gone.uses.is_empty())?;
    let note = Some(format!("{what}; what becomes of its failure is not known").into());
    Some(Finding { sites, ..unclear(vec![Evidence { at: place(first), basis: Basis::Code, note }]) })
}

pub(super) fn unclear(evidence: Vec<Evidence>) -> Finding {
    Finding { run: Some(Strength::Hard), start: false, is_clear: false, evidence, sites: BTreeSet::new() }
}

fn judged(verdict: &Verdict, kept: bool, what: &str, sites: BTreeSet<Site>) -> Finding {
    let strength = |judgement: &Judgement| match judgement.effect {
        Effect::Handled => Strength::Soft,
        Effect::Unclear | Effect::Idle | Effect::Missing | Effect::Fatal => Strength::Hard,
    };
    let start = verdict.start.as_ref().is_some_and(|start| start.effect == Effect::Fatal);
    let run = match &verdict.run {
        Some(run) => Some(strength(run)),
        // What is kept beyond the start is used later, in a way that was not found.
        None if kept => Some(Strength::Hard),
        None if start => None,
        None => verdict.start.as_ref().map(strength),
    };
    let mut evidence = Vec::new();
    for judgement in verdict.run.iter().chain(&verdict.start) {
        let at = Location { file: Arc::clone(&judgement.file), line: judgement.line, column: 1, length: 0 };
        let note = if what.is_empty() { fate(judgement).to_owned() } else { format!("{what}; {}", fate(judgement)) };
        let one = Evidence { at, basis: Basis::Call, note: Some(note.into()) };
        if !evidence.contains(&one) {
            evidence.push(one);
        }
    }
    for (file, line) in verdict.uses.iter().take(3) {
        if evidence.iter().any(|one| one.at.file == *file && one.at.line == *line) {
            continue;
        }
        let at = Location { file: Arc::clone(file), line: *line, column: 1, length: 0 };
        evidence.push(Evidence { at, basis: Basis::Call, note: Some("calls it".into()) });
    }
    let is_clear = match (&verdict.run, &verdict.start) {
        (Some(run), _) => run.effect != Effect::Unclear,
        // What a loop of `main` does is what the program is for.
        (None, Some(only)) => !kept && !start && only.effect != Effect::Unclear,
        (None, None) => false,
    };
    Finding { run, start, is_clear, evidence, sites }
}

/// What becomes of a failure, in words.
fn fate(judgement: &Judgement) -> &'static str {
    match (judgement.effect, judgement.kind) {
        (Effect::Unclear, _) => "what becomes of its failure is not known",
        (Effect::Idle, _) => "what it waits for does not come while it is down",
        (Effect::Missing, _) => "its failure is caught, and an empty answer fails here",
        (_, FateKind::Replaced) => "its failure is caught, and something else is given instead",
        (_, FateKind::Ignored) => "its failure is caught, and work goes on",
        (_, FateKind::Detached) => "nobody waits for it",
        (_, FateKind::Fatal) => "its failure ends the request or the program",
        (_, FateKind::Passed | FateKind::Unknown) => "its failure is passed on",
    }
}

/// A finding as needs: one to serve, one to start.
pub(super) fn wanted(target: &Target, finding: &Finding) -> Vec<Wanted> {
    let terms = |strength, phase| Terms { strength, phase, ..Terms::hard(Confidence::Inferred) };
    let run = finding.run.map(|strength| terms(strength, Phase::Run));
    let start = finding.start.then(|| terms(Strength::Hard, Phase::Start));
    let one = |terms| Wanted { target: target.clone(), terms, evidence: finding.evidence.clone() };
    run.into_iter().chain(start).map(one).collect()
}
