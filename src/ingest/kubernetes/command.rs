//! What containers run: their commands and arguments, and the commands that probe them.

use super::env::Scope;
use super::needs::Asked;
use super::script;
use super::workload::{Role, Workload};
use crate::facts::Address;
use crate::ingest::address;
use crate::model::Phase;
use crate::source::Location;
use crate::source::yaml::Node;

const PROBES: [&str; 3] = ["readinessProbe", "livenessProbe", "startupProbe"];

/// Adds what a container's command, arguments and probes address.
pub(super) fn read<'a>(
    workload: &Workload<'a>,
    (role, container): (Role, &'a Node),
    scope: &Scope<'_, 'a>,
    asked: &mut Asked<'_>,
) {
    let phase = if role == Role::Init { Phase::Start } else { Phase::Run };
    let words = |key: &'static str| {
        let items = container.get(key).map(Node::items).unwrap_or_default();
        items.iter().filter_map(move |node| Some((key, node, node.text()?)))
    };
    let all: Vec<Word<'_>> = words("command")
        .chain(words("args"))
        .map(|(list, node, text)| Word { list, node, text: scope.expanded(text) })
        .collect();
    ask(workload, phase, &of_words(workload, &all, scope), asked);
    for name in PROBES {
        let Some(probe) = container.get(name) else { continue };
        let items = probe.at(&["exec", "command"]).map(Node::items).unwrap_or_default();
        let words: Vec<Word<'_>> = items
            .iter()
            .filter_map(|node| Some(Word { list: name, node, text: scope.expanded(node.text()?) }))
            .collect();
        ask(workload, phase, &of_words(workload, &words, scope), asked);
        // A probe asks the pod itself unless it names another host.
        for path in [["httpGet", "host"], ["tcpSocket", "host"]] {
            if let Some((node, host)) = probe.at(&path).and_then(|node| Some((node, node.text()?))) {
                let evidence = workload.object.evidence(node, name);
                asked.addresses(phase, address::of_variable("HOST", host), &evidence);
            }
        }
    }
}

/// Adds the addresses of a command line; those of one word or line belong together.
fn ask(workload: &Workload<'_>, phase: Phase, found: &[Found], asked: &mut Asked<'_>) {
    for group in found.chunk_by(|one, next| one.0 == next.0) {
        let addresses = group.iter().map(|(_, _, address)| address.clone()).collect();
        if let Some((at, note, _)) = group.first() {
            asked.addresses(phase, addresses, &workload.object.evidence_at(at.clone(), note));
        }
    }
}

/// An address with its place and what it stands in.
type Found = (Location, &'static str, Address);

/// A word of a command line, with where it is written.
struct Word<'a> {
    list: &'static str,
    node: &'a Node,
    text: String,
}

/// The addresses in a command line, each with its place and what it stands in.
fn of_words(workload: &Workload<'_>, words: &[Word<'_>], scope: &Scope<'_, '_>) -> Vec<Found> {
    let object = &workload.object;
    let lookup = |name: &str| scope.value(name);
    let texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
    if let Some(word) = script::script_in(&texts).and_then(|index| words.get(index)) {
        let found = script::of_script(&word.text, &lookup).into_iter();
        return found.map(|(line, address)| (object.line_of(word.node, line), word.list, address)).collect();
    }
    let found = script::of_words(&texts, &lookup).into_iter().filter_map(|(_, address)| {
        let names = |word: &&Word<'_>| word.text.to_lowercase().contains(&*address.host);
        let word = words.iter().find(names).or(words.first())?;
        Some((word.node.location(&object.source.path), word.list, address))
    });
    found.collect()
}
