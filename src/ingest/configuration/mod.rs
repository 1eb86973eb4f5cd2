//! Configuration that lies beside programs: Dockerfiles, nginx, Envoy, Spring, .NET, files of variables.
//!
//! A reader of one of these knows what its file says, and not to whom. So it makes a `Sheet`, and when all manifests are
//! read, each sheet goes to the component whose program it is (`homes`). Only what names a component that was read, or a
//! host that a catalogue may know, becomes a need. Where the manifest of the component gives it the variable that a
//! setting yields to, the manifest wins.

pub mod appsettings;
pub mod dockerfile;
pub mod dotenv;
pub mod envoy;
pub mod nginx;
pub mod spring;

mod fill;
mod homes;
mod leaves;
mod needs;
mod sheet;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::homes::{Homes, Index, Nobody};
use self::needs::Program;
pub use self::sheet::{Kind, Line, Sheet};
use crate::facts::{ComponentFact, Facts, Remark, Target};
use crate::ingest::compose::needs::rests_on_order;
use crate::ingest::identity;
use crate::model::{Basis, Evidence, Phase, Strength};

/// Formats whose facts say what runs where; what a person declares by hand is not changed by what lies around, and
/// traces know nothing of folders.
fn has_programs(format: &str) -> bool {
    format != "linchpin" && format != "traces"
}

/// Gives each sheet, with the name of its format, to the component whose program it is, as needs of that component.
///
/// A sheet that names its program makes a component of it where no manifest has one. A sheet that is nobody's is
/// remarked on if it names anything.
pub(super) fn attach(sheets: Vec<(&'static str, Sheet)>, facts: &mut Vec<(&'static str, Facts)>) {
    if sheets.is_empty() {
        return;
    }
    let mut homes = Homes::new(facts, has_programs);
    let mut owned: BTreeMap<Vec<Index>, Vec<Sheet>> = BTreeMap::new();
    let read: BTreeSet<&Arc<str>> =
        facts.iter().flat_map(|(_, facts)| &facts.components).flat_map(|fact| &fact.told_by).collect();
    let (kept, sheets): (Vec<_>, Vec<_>) = sheets
        .into_iter()
        .filter(|(_, sheet)| !read.contains(&sheet.file))
        .partition(|(_, sheet)| sheet.kept_for.is_some());
    let (named, others): (Vec<_>, Vec<_>) = sheets.into_iter().partition(|(_, sheet)| sheet.name.is_some());
    for (format, sheet) in named {
        let owner = owner_of_named(format, &sheet, &mut homes, facts);
        homes.settle(module(&sheet.file), &owner);
        for (set, index) in &owner {
            let fact = &mut facts[*set].1.components[*index];
            let name = sheet.name.as_ref().map(|said| said.text.to_lowercase()).unwrap_or_default();
            if *fact.name != *name && !fact.hosts.iter().any(|host| **host == *name) {
                fact.hosts.push(name.into());
            }
            if let Some(said) = &sheet.name {
                fact.told.entry("SPRING_APPLICATION_NAME".into()).or_insert_with(|| Arc::clone(&said.text));
            }
        }
        owned.entry(owner).or_default().push(sheet);
    }
    let mut nobodys = Vec::new();
    for (format, sheet) in others {
        match homes.of(&sheet) {
            Ok(owner) => owned.entry(owner).or_default().push(sheet),
            Err(why) => nobodys.push((format, sheet, why)),
        }
    }
    for (format, sheet) in kept {
        let owners = clients(&sheet, &homes, &owned);
        if owners.is_empty() {
            nobodys.push((format, sheet, Nobody::Unasked));
            continue;
        }
        // What is kept for all is used by some: nobody says by which.
        let for_all = sheet.kept_for.as_deref() == Some("");
        let soft = |line: &Line| Line { strength: Strength::Soft, ..line.clone() };
        let lines = if for_all { sheet.lines.iter().map(soft).collect() } else { sheet.lines.clone() };
        let sheet = Sheet { lines, ..sheet };
        for owner in owners {
            owned.entry(owner).or_default().push(sheet.clone());
        }
    }
    let known = needs::names(facts);
    for (owner, mut sheets) in owned {
        sheets.sort_by(|a, b| a.file.cmp(&b.file));
        for (set, index) in owner {
            let fact = &facts[set].1.components[index];
            let program = Program::new(fact, &sheets);
            let (found, beside) = (program.needs(index, &known), program.set());
            let bases: Vec<_> = sheets.iter().flat_map(|sheet| sheet.bases.iter().cloned()).collect();
            let facts = &mut facts[set].1;
            facts.components[index].bases.extend(bases);
            facts.components[index].beside.extend(beside);
            for name in identity::NAMED_BY.iter().chain([&identity::ATTRIBUTES]) {
                let given =
                    sheets.iter().filter(|sheet| sheet.is_environment).find_map(|sheet| sheet.values.get(*name));
                if let Some(given) = given {
                    let told = &mut facts.components[index].told;
                    told.entry((*name).into()).or_insert_with(|| given.as_str().into());
                }
            }
            // It is told of others after all, so that what it waits for besides is order alone.
            if found.needs.iter().any(|fact| matches!(fact.need.target, Target::Address(_))) {
                facts.needs.retain(|fact| fact.from != index || !rests_on_order(&fact.need));
            }
            facts.needs.extend(found.needs);
            facts.remarks.extend(found.remarks);
        }
    }
    for (format, sheet, why) in nobodys {
        let named = needs::named(&sheet, &known);
        if let Some((first, at)) = named.first() {
            let reason = match why {
                Nobody::Unasked => "nothing that was read asks a configuration server for it".to_owned(),
                Nobody::Unknown => "no component's program lies around it".to_owned(),
                Nobody::Shared(count) => {
                    format!("{count} components are built around it, and nothing says for which it is")
                }
                Nobody::Unused => "the component that is built here has another recipe".to_owned(),
            };
            let more = if named.len() > 1 { format!(" and {} more", named.len() - 1) } else { String::new() };
            let what = format!("{first}{more} in {}", sheet.file);
            let evidence = Evidence { at: at.clone(), basis: Basis::Manifest, note: None };
            set_of(format, facts).remarks.push(Remark { about: None, what, reason, evidence });
        }
    }
}

/// Whose a sheet is that a configuration server keeps: the program of its name, or all programs that ask such a server.
fn clients(sheet: &Sheet, homes: &Homes, owned: &BTreeMap<Vec<Index>, Vec<Sheet>>) -> Vec<Vec<Index>> {
    let name = sheet.kept_for.as_deref().unwrap_or_default();
    if !name.is_empty() {
        let called = homes.called(name);
        return if called.is_empty() { Vec::new() } else { vec![called] };
    }
    let asks = |line: &Line| line.phase == Phase::Start;
    let all = owned.iter().filter(|(_, sheets)| sheets.iter().flat_map(|sheet| &sheet.lines).any(asks));
    all.map(|(owner, _)| owner.clone()).collect()
}

/// Whose a sheet is that names its program: of the component of that name, of the one that lies there, or of a new one.
fn owner_of_named(
    format: &'static str,
    sheet: &Sheet,
    homes: &mut Homes,
    facts: &mut Vec<(&'static str, Facts)>,
) -> Vec<Index> {
    let Some(name) = &sheet.name else { return Vec::new() };
    let called = homes.called(&name.text);
    if !called.is_empty() {
        return called;
    }
    if let Ok(owner) = homes.of(sheet) {
        return owner;
    }
    let mut fact = ComponentFact::new(&name.text, name.evidence.clone());
    fact.roots.push(module(&sheet.file).into());
    let components = &mut set_of(format, facts).components;
    components.push(fact);
    let index = components.len() - 1;
    if let Some(set) = facts.iter().position(|(known, _)| *known == format) {
        homes.add((set, index), &facts[set].1.components[index]);
    }
    homes.called(&name.text)
}

/// The facts of a format, which are made if there are none yet.
fn set_of<'f>(format: &'static str, facts: &'f mut Vec<(&'static str, Facts)>) -> &'f mut Facts {
    let at = facts.iter().position(|(known, _)| *known == format).unwrap_or_else(|| {
        facts.push((format, Facts::default()));
        facts.len() - 1
    });
    &mut facts[at].1
}

/// The folder of the program that a file of resources is part of.
fn module(file: &str) -> &str {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let cut = folder.find("src/main/resources").map_or(folder, |at| &folder[..at]);
    cut.trim_end_matches('/').trim_end_matches("/config")
}
