//! What a program needs, by its code: for each other side that it names, whether it talks to it, and what its loss does.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::code::{Part, Text};
use super::findings::{Finding, Findings};
use super::flow::{Source, spread};
use super::judged::{finding, unclear, wanted};
use super::packages::holds;
use super::programs::lies_in;
use super::settings;
use super::sources::{self, Known, Said, fixed, key};
use super::typed;
use super::view::{Site, View};
use crate::catalogue::Catalogue;
use crate::facts::{Address, Sign, Target};
use crate::model::{Basis, Evidence, Strength};
use crate::source::Location;

/// What is known of the system besides the program's code.
pub(super) struct Surroundings<'s> {
    pub(super) catalogue: &'s Catalogue,
    /// Names that own components answer to.
    pub(super) known: &'s Known,
    /// Names under which programs find each other, and the component of each.
    pub(super) registered: &'s BTreeMap<Arc<str>, Arc<str>>,
    /// The programs that offer an interface over Dubbo, by the last part of its name.
    pub(super) offered: &'s BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// The components that a program's manifest says it needs, in lower case.
    pub(super) told_of: &'s BTreeSet<Arc<str>>,
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
        let read = if has_typed { typed::reading(view, name) } else { Vec::new() };
        // `configuration["Services:Cart"]` asks for the variable `Services__Cart`.
        let key: Arc<str> = name.replace("__", ":").into();
        let word = if view.mentioning(&key).is_empty() { Arc::clone(name) } else { key };
        let occurs = keys.contains(&settings::loose(name))
            || !view.mentioning(&word).is_empty()
            || !fields.is_empty()
            || !read.is_empty();
        let finding = occurs.then(|| {
            let by_text = Source::texts(|text| settings::reads(text, name));
            let shared = typed::holding(view, read.into_iter());
            let gone = spread(view, &Source { word: Some(word), fields, shared, ..by_text });
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

/// The address under which a component is found by its name.
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
                if let Part::Text(text) = part {
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

/// What the code says of an address that it names; `None` where it comes to no use.
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
