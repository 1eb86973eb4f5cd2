//! What a program needs, by its code: for each other side that it names, whether it talks to it, and what its loss does.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::choices::{Region, Undecided};
use super::code::{FateKind, Text};
use super::flow::{Source, Spread, spread};
use super::packages::holds;
use super::programs::lies_in;
use super::settings;
use super::sources::{self, Known, Said, fixed, key};
use super::strength::{Effect, Judgement, Verdict, verdict};
use super::typed;
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
    /// What would be needed if configuration chose otherwise, each with the line that shows it and why it does not run.
    pub(super) unchosen: Vec<(String, Evidence)>,
    /// Variables that are read by what configuration does not choose alone.
    pub(super) idle: BTreeMap<Arc<str>, Evidence>,
    /// Choices that nothing decides and on which something hangs that is needed.
    pub(super) undecided: Vec<(String, Evidence)>,
    /// Libraries that are imported and not used, each with the import.
    pub(super) unused: BTreeMap<Sign, Location>,
}

impl Findings {
    /// Notes what `whole`, in which nothing is decided, has more; `whole` is what the same program would need.
    pub(super) fn leave_out(&mut self, whole: Findings) {
        let has = |target: &Target| self.needs.iter().any(|need| named(&need.target) == named(target));
        let (more, _): (Vec<Wanted>, Vec<Wanted>) = whole.needs.into_iter().partition(|need| !has(&need.target));
        // What nobody saw a use of hangs on nothing that is chosen.
        let is_vague = |need: &Wanted| {
            need.evidence.first().and_then(|one| one.note.as_deref()).is_some_and(|note| note.ends_with(VAGUE))
        };
        let (vague, more): (Vec<Wanted>, Vec<Wanted>) = more.into_iter().partition(is_vague);
        let mut unchosen = Vec::new();
        for need in more {
            let why = need.evidence.iter().find(|one| one.note.as_deref().is_some_and(is_of_way));
            // What hangs on several ways hangs on none of them alone.
            let several = || Some(Evidence { note: Some(SEVERAL.into()), ..need.evidence.first()?.clone() });
            unchosen.extend(why.cloned().or_else(several).map(|evidence| (named(&need.target), evidence)));
        }
        self.unused.retain(|sign, _| !vague.iter().any(|need| named(&need.target) == sign.to_string()));
        self.needs.extend(vague);
        let unknown =
            whole.unknown.into_iter().filter(|(what, _)| !self.unknown.iter().any(|(known, _)| known == what));
        unchosen.extend(unknown);
        self.unknown.retain(|(what, evidence)| !unchosen.contains(&(what.clone(), evidence.clone())));
        unchosen.sort();
        unchosen.dedup_by(|one, other| one.0 == other.0);
        self.unused.retain(|sign, _| !unchosen.iter().any(|(what, _)| *what == sign.to_string()));
        self.unchosen = unchosen;
        for (name, finding) in whole.variables {
            let Some(finding) = finding.filter(|_| self.variables.get(&name).is_none_or(Option::is_none)) else {
                continue;
            };
            let why = finding.evidence.iter().find(|one| one.note.as_deref().is_some_and(is_of_way));
            self.idle.extend(why.cloned().map(|evidence| (name, evidence)));
        }
    }

    /// Notes the choices that nothing decides and that are named as the reason of something.
    pub(super) fn note_undecided(&mut self, all: &[Undecided]) {
        let found = self.variables.values().flatten().flat_map(|finding| &finding.evidence);
        let notes: Vec<&str> = self
            .needs
            .iter()
            .flat_map(|need| &need.evidence)
            .chain(found)
            .filter_map(|one| one.note.as_deref())
            .collect();
        for one in all {
            let told = format!("only where {} is ", one.settings);
            if notes.iter().any(|note| note.contains(&told)) {
                let at = Location { file: Arc::clone(&one.file), line: one.line, column: 1, length: 0 };
                let note = Some(format!("{} chooses", one.settings).into());
                let what = format!("{}: {}", one.settings, one.ways.iter().cloned().collect::<Vec<_>>().join(", "));
                self.undecided.push((what, Evidence { at, basis: Basis::Code, note }));
            }
        }
    }
}

/// What is said of what would run on several ways none of which is chosen.
const SEVERAL: &str = "only where something else is chosen";

/// How the note on a library ends that is imported as a whole, and of which no use was seen.
pub(super) const VAGUE: &str = "where it is used is not known";

/// Whether a note says that something runs on one way alone.
fn is_of_way(note: &str) -> bool {
    note.contains("only where ")
}

fn named(target: &Target) -> String {
    match target {
        Target::Address(address) => address.to_string(),
        Target::Sign(sign) => sign.to_string(),
        Target::Name(name) => name.clone(),
        Target::Component(_) | Target::AtLeast { .. } => String::new(),
    }
}

/// What is known of the system besides the program's code.
pub(super) struct Surroundings<'s> {
    pub(super) catalogue: &'s Catalogue,
    /// Names that own components answer to.
    pub(super) known: &'s Known,
    /// Names under which programs find each other, and the component of each.
    pub(super) registered: &'s BTreeMap<Arc<str>, Arc<str>>,
    /// The programs that offer an interface over Dubbo, by the last part of its name.
    pub(super) offered: &'s BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
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
    // Few programs have such clients, and reading all texts for each variable is not for nothing.
    let has_typed = !view.mentioning("BaseAddress").is_empty() || !view.mentioning("Address").is_empty();
    for (name, said) in variables {
        let fields = settings::filled(view, name);
        let occurs = keys.contains(&settings::loose(name)) || !view.mentioning(name).is_empty() || !fields.is_empty();
        let finding = occurs.then(|| {
            let by_text = Source::texts(|text| settings::reads(text, name));
            let shared =
                if has_typed { typed::holding(view, typed::reading(view, name).into_iter()) } else { HashSet::new() };
            let gone = spread(view, &Source { word: Some(Arc::clone(name)), fields, shared, ..by_text });
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

/// Adds what a program asks others for over Dubbo. A program whose reference is checked does not start while nobody
/// offers it. What nobody offers, or several do, is listed.
pub(super) fn over_dubbo(
    view: &View<'_>,
    own: &BTreeSet<Arc<str>>,
    said: &super::dubbo::Said,
    around: &Surroundings<'_>,
    all: &mut Findings,
) {
    let mut by_kind: BTreeMap<&Arc<str>, Vec<&super::dubbo::Asked>> = BTreeMap::new();
    for asked in &said.asks {
        by_kind.entry(&asked.kind).or_default().push(asked);
    }
    for (kind, asked) in by_kind {
        let Some(first) = asked.first() else { continue };
        let providers: Vec<&Arc<str>> = around.offered.get(kind).into_iter().flatten().collect();
        // What a program offers itself it calls within itself.
        if providers.iter().any(|provider| own.contains(*provider)) {
            continue;
        }
        let note = Some(format!("`{kind}` is a reference of Dubbo").into());
        let declared = Evidence { at: first.at.clone(), basis: Basis::Code, note };
        let [provider] = providers.as_slice() else {
            let why = match providers.is_empty() {
                true => "no program that was read offers it".to_owned(),
                false => {
                    let names: Vec<&str> = providers.iter().map(|name| &***name).collect();
                    format!("several programs offer it: {}", names.join(", "))
                }
            };
            all.unknown.push((format!("Dubbo reference to {kind}: {why}"), declared));
            continue;
        };
        let members = asked.iter().filter_map(|asked| asked.member.clone());
        let shared = members.chain(holders(view, kind)).collect();
        let gone = spread(view, &Source { shared, ..Source::default() });
        let mut finding = finding(view, &gone, true, "").unwrap_or_else(|| unclear(Vec::new()));
        finding.start |= asked.iter().any(|asked| asked.is_checked);
        finding.evidence.insert(0, declared);
        all.needs.extend(wanted(&Target::Address(host(provider)), &finding));
    }
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
    let shared = typed::holding(view, said.at.iter().map(|(id, line, _)| (*id, *line)));
    let gone = spread(view, &Source { shared, ..Source::texts(is_it) });
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
    let live = |site: &&Site| view.is_live(site.0) && !view.is_off(**site);
    let sites: BTreeSet<Site> = gone.uses.iter().filter_map(|chain| chain.first()).chain(&gone.made).copied().collect();
    let note_way = |finding: &mut Finding| {
        // Where a client is made tells more than where it is used: objects of one name are not told apart.
        let made: Vec<Site> = gone.made.iter().filter(live).copied().collect();
        let all = if made.is_empty() { finding.sites.iter().filter(live).copied().collect() } else { made };
        let on = |region: &&Region| !all.is_empty() && all.iter().all(|site| region.has(*site));
        if let (Some(region), Some(first)) = (view.regions.iter().find(on), finding.evidence.first_mut()) {
            first.note = Some(
                first
                    .note
                    .as_ref()
                    .map_or_else(|| Arc::clone(&region.note), |note| format!("{note}; {}", region.note).into()),
            );
        }
    };
    if let Some(verdict) = verdict(view, gone) {
        let mut finding = judged(&verdict, gone.kept, what, sites);
        note_way(&mut finding);
        finding.evidence.extend(super::guards::guards(view, gone));
        return Some(finding);
    }
    let first = gone.made.iter().find(live).filter(|_| made && gone.uses.is_empty())?;
    let note = Some(format!("{what}; what becomes of its failure is not known").into());
    let mut finding = Finding { sites, ..unclear(vec![Evidence { at: place(first), basis: Basis::Code, note }]) };
    note_way(&mut finding);
    Some(finding)
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
