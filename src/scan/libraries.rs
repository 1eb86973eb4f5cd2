//! Which libraries of the catalogue a program uses: what it imports, and which client it makes of that.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::code::{Call, Import, Part};
use super::findings::{Findings, VAGUE};
use super::flow::{Source, spread};
use super::judged::{finding, unclear, wanted};
use super::needs::{Surroundings, holders, host};
use super::sources::fixed;
use super::strength::is_only_probed_by_shared_code;
use super::verbs::words;
use super::view::{Id, Site, View};
use crate::catalogue::{Catalogue, Found};
use crate::facts::{Sign, Target};
use crate::model::{Basis, Evidence};
use crate::source::Location;

/// What a product is used through.
type Product = (Arc<str>, Arc<str>, Option<String>);

/// The ways in which a program reaches one product.
struct Ways {
    sign: Sign,
    at: Location,
    /// The names that are imported, each with its file.
    names: HashSet<(usize, Arc<str>)>,
    /// Calls that make a client.
    calls: HashSet<Site>,
    /// Whether a whole namespace is imported, so that the names that it brings are not known.
    is_whole: bool,
}

/// The products of the catalogue that a program reaches through libraries; what is given one of the calls in `addressed`
/// talks to an address that is known already.
pub(super) fn libraries(view: &View<'_>, around: &Surroundings<'_>, addressed: &BTreeSet<Site>, all: &mut Findings) {
    let is_place = |provider: &str| around.catalogue.provider(provider).is_some_and(|provider| provider.is_place);
    let mut connected: BTreeSet<Id> = BTreeSet::new();
    let mut unknown: Vec<(BTreeSet<Id>, String, Evidence)> = Vec::new();
    for ((provider, product, _), ways) in ways(view, around) {
        all.reached.insert((Arc::clone(&provider), Arc::clone(&product)));
        let kinds: BTreeSet<Arc<str>> = ways.names.iter().map(|(_, name)| Arc::clone(name)).collect();
        let shared = kinds.iter().flat_map(|kind| holders(view, kind)).collect();
        let direct = calling(view, &ways);
        let gone = spread(view, &Source { names: ways.names, shared, calls: ways.calls, ..Source::default() });
        let note = format!("uses {}", ways.sign);
        let used = finding(view, &gone, true, &note).or_else(|| {
            let at = ways.at.clone();
            let note = Some(format!("imports {}; {VAGUE}", ways.sign).into());
            (ways.is_whole && !view.leaves_out()).then(|| unclear(vec![Evidence { at, basis: Basis::Code, note }]))
        });
        let Some(finding) = used.filter(|_| !is_only_probed_by_shared_code(view, &gone)) else {
            all.unused.insert(ways.sign, ways.at);
            continue;
        };
        // A client that is given an address of one's own talks to that.
        if finding.sites.iter().any(|site| addressed.contains(site)) {
            continue;
        }
        if is_place(&provider) {
            let connects = finding.sites.iter().filter(|site| connects(view, **site));
            connected.extend(connects.map(|(id, _)| *id));
            all.needs.extend(wanted(&Target::Sign(ways.sign), &finding));
            continue;
        }
        let made: Vec<&Arc<str>> = around.made_of.get(&product).into_iter().flatten().collect();
        if let [one] = made.as_slice() {
            all.needs.extend(wanted(&Target::Address(host(one)), &finding));
            continue;
        }
        // Which of several it is, the manifest says.
        if made.iter().any(|one| around.told_of.contains(&*one.to_lowercase())) {
            continue;
        }
        let which = if made.is_empty() { "no component is known to be one" } else { "several components are one" };
        let what =
            format!("{}: it talks to {provider}/{product}, its address is not in the code, and {which}", ways.sign);
        unknown.extend(finding.evidence.first().map(|evidence| (direct, what, evidence.clone())));
    }
    // A client whose connections are made by a provider's own connector talks to what that is for.
    let is_connected = |direct: &BTreeSet<Id>| !direct.is_empty() && direct.is_subset(&connected);
    let unknown = unknown.into_iter().filter(|(direct, ..)| !is_connected(direct));
    all.unknown.extend(unknown.map(|(_, what, evidence)| (what, evidence)));
}

/// The functions that run and call a library by the names that it is imported under.
fn calling(view: &View<'_>, ways: &Ways) -> BTreeSet<Id> {
    let live = view.functions.iter().enumerate().filter(|(id, _)| view.is_live(*id));
    let calls = live.filter(|(_, (file, function))| {
        let is_named =
            |call: &Call| call.path.first().is_some_and(|name| ways.names.contains(&(*file, Arc::clone(name))));
        function.calls.iter().any(is_named)
    });
    calls.map(|(id, _)| id).collect()
}

/// Whether a call that runs makes a connection.
fn connects(view: &View<'_>, site: Site) -> bool {
    let name = view.call(site).path.last().filter(|_| view.is_live(site.0));
    name.is_some_and(|name| words(name).iter().any(|word| matches!(word.as_str(), "dial" | "connect")))
}

/// What is imported, by the product that it is for.
fn ways(view: &View<'_>, around: &Surroundings<'_>) -> BTreeMap<Product, Ways> {
    let mut all: BTreeMap<Product, Ways> = BTreeMap::new();
    let mut by_name: HashMap<(usize, &str), &Import> = HashMap::new();
    let mut known = Recognised { catalogue: around.catalogue, known: HashMap::new() };
    for file in &view.files {
        let code = &view.code.files[*file];
        for import in &code.module.imports {
            if import.only_if.as_ref().is_some_and(|feature| !around.is_enabled(&code.path, feature)) {
                continue;
            }
            let at = Location { file: Arc::clone(&code.path), line: import.line, column: 1, length: 0 };
            if let Some(name) = &import.name {
                by_name.insert((*file, &**name), import);
            }
            let Some((sign, found)) = known.find(code.language, &import.path, &[], None) else {
                continue;
            };
            let ways = entry(&mut all, sign, &found, at);
            match &import.name {
                Some(name) => drop(ways.names.insert((*file, Arc::clone(name)))),
                None => {
                    ways.is_whole = true;
                    ways.names.extend(brought(view, *file, &import.path));
                }
            }
        }
    }
    for (id, (file, function)) in view.functions.iter().enumerate() {
        for (index, call) in function.calls.iter().enumerate() {
            let Some(import) = call.path.first().and_then(|name| by_name.get(&(*file, &**name))) else { continue };
            let code = &view.code.files[*file];
            let found = made(&mut known, code.language, &import.path, call);
            let Some((sign, found)) = found else { continue };
            let at = Location { file: Arc::clone(&code.path), line: call.line, column: call.column, length: 0 };
            entry(&mut all, sign, &found, at).calls.insert((id, index));
        }
    }
    all
}

fn entry<'w>(all: &'w mut BTreeMap<Product, Ways>, sign: Sign, found: &Found, at: Location) -> &'w mut Ways {
    let capability = found.capability.as_ref().map(ToString::to_string);
    let key = (Arc::clone(&found.provider), Arc::clone(&found.product), capability);
    let new = || Ways { sign, at, names: HashSet::new(), calls: HashSet::new(), is_whole: false };
    all.entry(key).or_insert_with(new)
}

/// The client that a call makes of what is imported, where a member or a text chooses it: `boto3.client("s3")`,
/// `new AWS.SQS()`.
fn made(known: &mut Recognised<'_>, language: &str, path: &str, call: &Call) -> Option<(Sign, Found)> {
    let members = &call.path[1..];
    let argument = call.arguments.first().and_then(|argument| match argument.value.as_slice() {
        [Part::Text(text)] => fixed(text).map(|text| &**text),
        _ => None,
    });
    if members.is_empty() && argument.is_none() {
        return None;
    }
    let (sign, found) = known.find(language, path, members, argument)?;
    let plain = known.find(language, path, &[], None);
    let is_other = plain.is_none_or(|(_, plain)| {
        (plain.provider, plain.product) != (Arc::clone(&found.provider), Arc::clone(&found.product))
    });
    is_other.then_some((sign, found))
}

/// What imports and calls stand for, each looked up once: a program calls the same functions over and over.
struct Recognised<'c> {
    catalogue: &'c Catalogue,
    known: HashMap<Sign, Option<Found>>,
}

impl Recognised<'_> {
    fn find(
        &mut self,
        language: &str,
        path: &str,
        members: &[Arc<str>],
        argument: Option<&str>,
    ) -> Option<(Sign, Found)> {
        let sign = Sign::import(language, path, members, argument)?;
        let look = |sign: &Sign| self.catalogue.recognise(sign);
        let found = match self.known.get(&sign) {
            Some(known) => known.clone(),
            None => self.known.entry(sign.clone()).or_insert_with_key(look).clone(),
        };
        found.map(|found| (sign, found))
    }
}

/// The names in a file that an import of everything may bring: those that share a word with its path and that nothing in
/// the program defines.
fn brought(view: &View<'_>, file: usize, path: &str) -> Vec<(usize, Arc<str>)> {
    const ANY: &[&str] = &[
        "client", "core", "com", "org", "io", "driver", "model", "sdk", "data", "service", "services", "system", "db",
    ];
    let words_of = |text: &str| -> Vec<String> {
        words(text).into_iter().filter(|word| word.len() > 1 && !ANY.contains(&word.as_str())).collect()
    };
    let wanted = words_of(path);
    let mentions = view.code.files[file].module.functions.iter().flat_map(|function| &function.mentions);
    // What is added to telemetry watches a client, and is none.
    let watches = view.code.files[file].module.imports.iter().any(|import| import.path.starts_with("OpenTelemetry"));
    let types = mentions.filter(|name| {
        name.starts_with(char::is_uppercase) && !view.defines(name) && !(watches && name.starts_with("Add"))
    });
    let named: BTreeSet<&Arc<str>> =
        types.filter(|name| words_of(name).iter().any(|word| wanted.contains(word))).collect();
    named.into_iter().map(|name| (file, Arc::clone(name))).collect()
}
