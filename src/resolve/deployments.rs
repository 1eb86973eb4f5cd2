//! One component that is deployed in several ways: of settings that contradict each other, those nearest to production
//! count.
//!
//! A repository often says twice what a service needs: Compose for the machine of a developer, overlays for development
//! and for production. These deployments never run together, so what they set differently is not needed at once. Of two
//! needs of one component that different stages tell, the one of the lower [`Stage`] is left out
//! * where both come from the same setting, and lead to different things;
//! * where both are the only need on a store of one kind that is left to their stage: a MySQL here and a MySQL there,
//!   whatever the settings are called.
//!
//! Whatever only one of them tells is kept, and so is what a lower stage tells of a setting that leads nowhere in the
//! higher one: unknown is never counted as safe.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Builder;
use super::merge::Merged;
use super::targets::software_at;
use super::wants::Draft;
use crate::facts::{ComponentFact, Deployed, Facts, NeedFact, Sign, Stage, Target};
use crate::model::{Basis, Capability, CapabilityRef, ComponentId, Evidence, Kind, Phase};

/// A need as a deployment tells it.
struct Told {
    /// Its number among the drafts.
    draft: usize,
    stage: Stage,
    phase: Phase,
    /// What it leads to.
    targets: BTreeSet<CapabilityRef>,
    /// The settings that it comes from, as the evidence names them; `None` when it comes from something else as well.
    settings: Option<BTreeSet<Arc<str>>>,
    /// The kind of store that it leads to.
    store: Option<ComponentId>,
    /// Where the deployment of that stage says so.
    evidence: Evidence,
}

/// Leaves out needs that a deployment nearer to production contradicts, each with an assumption that says so.
///
/// Linear in the needs, but for those of one component, which are compared with each other.
pub(super) fn settle(
    facts: &[(&'static str, Facts)],
    merged: &Merged,
    drafts: &mut Vec<Draft>,
    builder: &mut Builder<'_>,
) {
    let shared = shared_folder(facts);
    let stores = stores(facts, merged, builder);
    let mut all: BTreeMap<(ComponentId, Capability), Vec<Told>> = BTreeMap::new();
    for (number, draft) in drafts.iter().enumerate().filter(|(_, draft)| !draft.declared) {
        let Some((set, need)) = draft.said else { continue };
        let facts = &facts[set].1;
        let fact = &facts.needs[need];
        let Some(deployed) = &facts.components[fact.from].deployed else { continue };
        if let Some(told) = told((number, draft), fact, (deployed, &shared), &stores, builder) {
            all.entry((draft.from.clone(), draft.capability.clone())).or_default().push(told);
        }
    }
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    for ((from, _), all) in &all {
        let first = all.first().map(|told| told.stage);
        if all.iter().all(|told| Some(told.stage) == first) {
            continue;
        }
        for (lower, higher) in contradicted(all) {
            gone.insert(lower.draft);
            // What is only waited for at the start goes with what is needed to run.
            let waits =
                |told: &&Told| told.phase == Phase::Start && told.stage <= lower.stage && told.targets == lower.targets;
            gone.extend(all.iter().filter(waits).map(|told| told.draft));
            builder.assume(from, told_apart(lower, higher), &lower.evidence);
        }
    }
    if gone.is_empty() {
        return;
    }
    let mut number = 0..;
    let mut left: BTreeSet<ComponentId> = BTreeSet::new();
    drafts.retain(|draft| {
        let is_gone = number.next().is_some_and(|number| gone.contains(&number));
        if is_gone {
            left.extend(draft.copies.iter().flat_map(|need| need.targets()).map(|target| target.component.clone()));
        }
        !is_gone
    });
    forget(&left, facts, merged, drafts, builder);
}

/// A draft as its deployment tells it; `None` when no manifest of that deployment does.
fn told(
    (number, draft): (usize, &Draft),
    fact: &NeedFact,
    (deployed, shared): (&Deployed, &str),
    stores: &BTreeMap<&ComponentId, ComponentId>,
    builder: &Builder<'_>,
) -> Option<Told> {
    let of_manifest = fact.need.evidence.iter().filter(|evidence| evidence.basis == Basis::Manifest);
    let staged = of_manifest.map(|evidence| (deployed.stage(&evidence.at.file, shared), evidence));
    // The first of those that are nearest to production.
    let (stage, evidence) = staged.reduce(|first, next| if next.0 > first.0 { next } else { first })?;
    let need = draft.copies.first()?;
    let targets: BTreeSet<CapabilityRef> = need.targets().into_iter().cloned().collect();
    let settings =
        fact.need.evidence.iter().filter(|evidence| evidence.basis == Basis::Manifest).map(setting).collect();
    let store = store_of(&fact.need.target, &targets, stores, builder);
    let phase = need.terms.phase;
    Some(Told { draft: number, stage, phase, targets, settings, store, evidence: evidence.clone() })
}

/// The setting that evidence rests on, where its file names one.
pub(super) fn setting(evidence: &Evidence) -> Option<Arc<str>> {
    let note = evidence.note.as_deref()?;
    match note.strip_prefix("env ") {
        Some(rest) => rest.split([' ', ',']).next().map(Into::into),
        None => (note == "externalName").then(|| note.into()),
    }
}

/// The needs that a higher stage contradicts, each with the one that counts in its place.
fn contradicted(all: &[Told]) -> Vec<(&Told, &Told)> {
    let run: Vec<&Told> = all.iter().filter(|told| told.phase == Phase::Run).collect();
    let mut found: Vec<(&Told, &Told)> = Vec::new();
    let settings = |told: &&Told| told.settings.clone().unwrap_or_default();
    for lower in &run {
        let higher: Vec<&&Told> = run.iter().filter(|told| told.stage > lower.stage).collect();
        if higher.iter().any(|told| told.targets == lower.targets) {
            continue;
        }
        // All that leads to it must lead elsewhere there.
        let mine = settings(lower);
        let theirs: BTreeSet<Arc<str>> = higher.iter().flat_map(|told| settings(told)).collect();
        let same = higher.iter().filter(|told| !settings(told).is_disjoint(&mine));
        if let Some(higher) = same.max_by_key(|told| told.stage).filter(|_| mine.is_subset(&theirs)) {
            found.push((lower, higher));
        }
    }
    // What settings tell apart has its counterpart; of the rest, one store of a kind stands for the other.
    let known: BTreeSet<usize> = found.iter().flat_map(|(lower, higher)| [lower.draft, higher.draft]).collect();
    let mut rest: BTreeMap<(&ComponentId, Stage), Vec<&Told>> = BTreeMap::new();
    for told in run.iter().filter(|told| !known.contains(&told.draft)) {
        if let Some(store) = &told.store {
            rest.entry((store, told.stage)).or_default().push(told);
        }
    }
    for ((store, stage), lower) in &rest {
        let one = |all: &[&Told]| all.iter().all(|told| told.targets == all[0].targets);
        let higher = rest.iter().rev().find(|((other, at), _)| other == store && at > stage);
        let Some((_, higher)) = higher.filter(|(_, higher)| one(higher) && one(lower)) else { continue };
        if higher[0].targets != lower[0].targets {
            found.extend(lower.iter().map(|told| (*told, higher[0])));
        }
    }
    found
}

/// The sentence that says which of two is not counted.
fn told_apart(lower: &Told, higher: &Told) -> String {
    let names = |told: &Told| {
        let default = Capability::data();
        let plain = |target: &CapabilityRef| match target.capability == default {
            true => format!("`{}`", target.component),
            false => format!("`{target}`"),
        };
        told.targets.iter().map(plain).collect::<Vec<_>>().join(", ")
    };
    let (mine, theirs) = (lower.settings.iter().flatten(), higher.settings.as_ref());
    let setting = mine.into_iter().find(|setting| theirs.is_some_and(|theirs| theirs.contains(*setting)));
    let setting = setting.map(|setting| format!(" ({setting})")).unwrap_or_default();
    let (at, stages) = (&higher.evidence.at, (lower.stage.word(), higher.stage.word()));
    format!(
        "{} is not counted as a need: {}, {}, names it where {}:{}, {}, names {}{setting}",
        names(lower),
        lower.evidence.at.file,
        stages.0,
        at.file,
        at.line,
        stages.1,
        names(higher),
    )
}

/// The kind of store that a need leads to: by the image of what it names, else by the scheme or the port it is called at.
fn store_of(
    target: &Target,
    targets: &BTreeSet<CapabilityRef>,
    stores: &BTreeMap<&ComponentId, ComponentId>,
    builder: &Builder<'_>,
) -> Option<ComponentId> {
    let known: BTreeSet<&ComponentId> = targets.iter().filter_map(|target| stores.get(&target.component)).collect();
    match (known.len(), target) {
        (0, Target::Address(address)) => {
            let (id, _) = software_at(builder, address)?;
            is_store(builder, &id).then_some(id)
        }
        (1, _) => known.into_iter().next().cloned(),
        _ => None,
    }
}

fn is_store(builder: &Builder<'_>, id: &ComponentId) -> bool {
    let product = id.as_str().split_once('/').and_then(|(provider, name)| builder.catalogue.product(provider, name));
    product.is_some_and(|(_, product)| product.kind == Kind::Store)
}

/// The components that run the image of a store.
fn stores<'m>(
    facts: &[(&'static str, Facts)],
    merged: &'m Merged,
    builder: &Builder<'_>,
) -> BTreeMap<&'m ComponentId, ComponentId> {
    let mut all = BTreeMap::new();
    for (set, (_, facts)) in facts.iter().enumerate() {
        for (index, fact) in facts.components.iter().enumerate() {
            let Some(image) = fact.images.first().or(fact.bases.first()) else { continue };
            let Some(found) = builder.catalogue.recognise(&Sign::Image(Arc::clone(&image.text))) else { continue };
            let id = ComponentId::product(&found.provider, &found.product, None);
            if is_store(builder, &id) {
                all.entry(merged.id(set, index)).or_insert(id);
            }
        }
    }
    all
}

/// Takes back third parties that only needs which do not count have named.
fn forget(
    left: &BTreeSet<ComponentId>,
    facts: &[(&'static str, Facts)],
    merged: &Merged,
    drafts: &[Draft],
    builder: &mut Builder<'_>,
) {
    let mut used: BTreeSet<&ComponentId> = drafts
        .iter()
        .flat_map(|draft| &draft.copies)
        .flat_map(|need| need.targets())
        .map(|target| &target.component)
        .collect();
    for (set, (_, facts)) in facts.iter().enumerate() {
        used.extend((0..facts.components.len()).map(|index| merged.id(set, index)));
    }
    for id in left.iter().filter(|id| !used.contains(id)) {
        if builder.components.get(id).is_some_and(|component| component.kind == Kind::External) {
            builder.components.remove(id);
        }
    }
}

/// The folder that all files share which tell of components, with a slash at its end.
pub(super) fn shared_folder(facts: &[(&'static str, Facts)]) -> String {
    let deployed = |fact: &&ComponentFact| fact.deployed.is_some();
    let files = facts.iter().flat_map(|(_, facts)| facts.components.iter().filter(deployed)).flat_map(|fact| {
        let by = fact.deployed.as_ref().and_then(|deployed| deployed.by.as_ref());
        std::iter::once(&fact.evidence.at.file).chain(by)
    });
    let mut shared: Option<&str> = None;
    for file in files {
        let folder = file.rfind('/').map_or("", |at| &file[..=at]);
        shared = Some(match shared {
            None => folder,
            Some(known) => {
                let same =
                    known.split_inclusive('/').zip(folder.split_inclusive('/')).take_while(|(one, other)| one == other);
                &known[..same.map(|(one, _)| one.len()).sum()]
            }
        });
    }
    shared.unwrap_or_default().to_owned()
}
