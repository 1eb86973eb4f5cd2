//! Calls over Dubbo: an interface that one program offers, by an annotation or in XML, and that others ask for by its
//! name. No address stands in the code; a registry leads from one to the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::code::{Annotation, Part};
use super::findings::Findings;
use super::flow::{Source, spread};
use super::judged::{finding, unclear, wanted};
use super::needs::{Surroundings, holders, host};
use super::packages::xml;
use super::programs::{Program, lies_in};
use super::sources::fixed;
use super::view::View;
use crate::facts::Target;
use crate::model::{Basis, Evidence};
use crate::source::{Location, Tree};

/// A word that every file has that speaks of it.
pub(super) const WORD: &str = "dubbo";

/// The largest file of XML that is read, in bytes.
const LARGEST: u64 = 1_000_000;

/// What a program offers to others, and asks of them.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The interfaces that it offers, by the last part of their names.
    pub(super) offers: BTreeSet<Arc<str>>,
    pub(super) asks: Vec<Asked>,
}

/// An interface that is asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The last part of its name.
    pub(super) kind: Arc<str>,
    /// The field that holds the client, with its file, where an annotation stands at it.
    pub(super) member: Option<(usize, Arc<str>)>,
    /// Whether the program does not start while nobody offers it.
    pub(super) is_checked: bool,
    pub(super) at: Location,
}

/// What the annotations of a program and the XML in its folder say of Dubbo. Linear in their texts.
pub(super) fn said(tree: &Tree, paths: &BTreeSet<Arc<str>>, program: &Program, view: &View<'_>) -> Said {
    let mut said = Said::default();
    for file in &view.files {
        let code = &view.code.files[*file];
        let is_dubbos = |name: &str| {
            code.module.imports.iter().any(|import| import.path.contains(WORD) && import.name.as_deref() == Some(name))
        };
        for note in &code.module.annotations {
            let Some(name) = note.path.last().filter(|name| name.starts_with("Dubbo") || is_dubbos(name)) else {
                continue;
            };
            let at = Location { file: Arc::clone(&code.path), line: note.line, column: 1, length: 0 };
            match &**name {
                "DubboService" | "Service" => said.offers.extend(offered(view, note)),
                "DubboReference" | "Reference" => {
                    let Some(kind) = kind_of(view, *file, note) else { continue };
                    let member = note.member.clone().map(|member| (*file, member));
                    said.asks.push(Asked {
                        kind,
                        member,
                        is_checked: text(note, "check").is_none_or(|text| &*text != "false"),
                        at,
                    });
                }
                _ => {}
            }
        }
    }
    let own = paths
        .iter()
        .filter(|path| path.ends_with(".xml") && lies_in(&program.folder, path) && !path.contains("/test/"));
    for path in own {
        let mut bytes = Vec::new();
        if !matches!(tree.bytes(path, LARGEST, &mut bytes), Ok(true)) {
            continue;
        }
        let letters = String::from_utf8_lossy(&bytes);
        if letters.contains("dubbo:") {
            written(path, &letters, &mut said);
        }
    }
    said
}

/// `<dubbo:service interface="…"/>` and `<dubbo:reference interface="…"/>` of a file; one that is broken says nothing.
fn written(path: &Arc<str>, letters: &str, said: &mut Said) {
    let Ok(document) = xml::parse(path, letters) else { return };
    for node in
        document.descendants().filter(|node| node.tag_name().namespace().is_some_and(|space| space.contains(WORD)))
    {
        let Some(kind) = node.attribute("interface").map(last) else { continue };
        match node.tag_name().name() {
            "service" => drop(said.offers.insert(kind)),
            "reference" => said.asks.push(Asked {
                kind,
                member: None,
                is_checked: node.attribute("check") != Some("false"),
                at: Location { file: Arc::clone(path), line: xml::line(node), column: 1, length: 0 },
            }),
            _ => {}
        }
    }
}

fn last(name: &str) -> Arc<str> {
    name.rsplit('.').next().unwrap_or(name).into()
}

fn text(note: &Annotation, name: &str) -> Option<Arc<str>> {
    let fits = note.arguments.iter().find(|one| one.name.as_deref() == Some(name))?;
    fits.value.iter().find_map(|part| if let Part::Text(text) = part { fixed(text).cloned() } else { None })
}

/// The interface that an annotation names, by its name or its class.
fn named(note: &Annotation) -> Option<Arc<str>> {
    let by_class = || {
        let argument = note.arguments.iter().find(|one| one.name.as_deref() == Some("interfaceClass"))?;
        argument.value.iter().find_map(|part| match part {
            Part::Name(path) => path.iter().rfind(|part| &***part != "class").cloned(),
            _ => None,
        })
    };
    text(note, "interfaceName").map(|name| last(&name)).or_else(by_class)
}

/// The interfaces of the type that an annotation stands at, or the one that it names.
fn offered(view: &View<'_>, note: &Annotation) -> Vec<Arc<str>> {
    if let Some(name) = named(note) {
        return vec![name];
    }
    note.owner.as_deref().map(|owner| view.bases(owner)).unwrap_or_default()
}

/// The interface that an annotation of a field or a parameter asks for: the type of that, or the one that it names.
fn kind_of(view: &View<'_>, file: usize, note: &Annotation) -> Option<Arc<str>> {
    let module = &view.code.files[file].module;
    let of = module.types.iter().filter(|kind| Some(&kind.name) == note.owner.as_ref()).flat_map(|kind| &kind.fields);
    let mut field = of.filter(|(name, _)| Some(name) == note.member.as_ref());
    named(note).or_else(|| field.next().map(|(_, kind)| Arc::clone(kind)))
}

/// Adds what a program asks others for over Dubbo. A program whose reference is checked does not start while nobody
/// offers it. What nobody offers, or several do, is listed.
pub(super) fn needs(
    view: &View<'_>,
    own: &BTreeSet<Arc<str>>,
    said: &Said,
    around: &Surroundings<'_>,
    all: &mut Findings,
) {
    let mut by_kind: BTreeMap<&Arc<str>, Vec<&Asked>> = BTreeMap::new();
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
