//! What was seen to call what: traces of Jaeger, Zipkin and OpenTelemetry, and graphs that others counted.
//!
//! Files are read as a stream, a span at a time. A call of one service by another is a need, observed, with how often it
//! was seen; who is called and was not seen itself is known by what the caller says of it.

mod graph;
mod json;
mod lines;
mod proto;

use std::io::BufReader;
use std::sync::Arc;

use self::graph::{Callee, Graph, Seen};
use super::{Reading, Status, Stream};
use crate::facts::{Address, ComponentFact, Facts, NeedFact, Remark, Target, Wanted};
use crate::model::{Basis, Capability, Confidence, Evidence, Kind, Terms};
use crate::source::{Location, Tree};

/// The table line of traces.
pub const STREAM: Stream = Stream { name: "traces", wants, claims, read };

/// Systems that are brokers or stores although nobody sees them answer.
const STORES: [&str; 3] = ["db", "mc", "mq"];

fn wants(path: &str) -> bool {
    [".json", ".jsonl", ".ndjson", ".prom", ".csv", ".txt", ".metrics", ".pb", ".binpb", ".otlp", ".bin"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// The forms of what was seen, by what stands at the start of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Metrics,
    Table,
    Protobuf,
}

fn form(head: &str) -> Option<Form> {
    let start = head.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with(['{', '[']) {
        let has = |words: &[&str]| words.iter().all(|word| head.contains(word));
        let otlp = has(&["\"resourceSpans\""]);
        let jaeger = has(&["\"traceID\"", "\"spanID\""]) || has(&["\"traceID\"", "\"spans\""]);
        let zipkin = has(&["\"traceId\"", "\"id\"", "\"localEndpoint\""]);
        let counted = has(&["\"parent\"", "\"child\"", "\"callCount\""]);
        return (otlp || jaeger || zipkin || counted).then_some(Form::Json);
    }
    if proto::claims(head) {
        return Some(Form::Protobuf);
    }
    if head.contains("traces_service_graph_request_total") {
        return Some(Form::Metrics);
    }
    lines::columns(start.lines().next().unwrap_or_default()).map(|_| Form::Table)
}

fn claims(head: &str) -> bool {
    form(head).is_some()
}

fn read(files: &[&Arc<str>], tree: &Tree) -> Reading {
    let mut reading = Reading::default();
    for file in files {
        let mut graph = Graph::default();
        let outcome = tree.open(file).and_then(|opened| {
            let reader = BufReader::with_capacity(1 << 16, opened);
            match form(&tree.head(file)?) {
                Some(Form::Metrics) => lines::metrics(file, reader, &mut graph),
                Some(Form::Protobuf) => proto::read(file, reader, &mut graph),
                Some(Form::Table) => lines::table(file, reader, &mut graph),
                _ => json::read(file, reader, &mut graph),
            }
        });
        graph.end();
        if let Err(problem) = outcome {
            reading.partly.push((Arc::clone(file), Status::Partial, problem.message.clone()));
            reading.problems.push(problem);
        }
        reading.facts.extend(facts(file, &graph));
    }
    reading
}

fn evidence(at: &Location, note: String) -> Evidence {
    Evidence { at: at.clone(), basis: Basis::Trace, note: Some(note.into()) }
}

/// Services and the calls between them.
fn facts(file: &Arc<str>, graph: &Graph) -> Facts {
    let mut facts = Facts::default();
    let mut index = std::collections::BTreeMap::new();
    let mut component = |facts: &mut Facts, name: &Arc<str>, at: &Location, kind: Option<Kind>| {
        *index.entry(Arc::clone(name)).or_insert_with(|| {
            facts.components.push(ComponentFact { kind, ..ComponentFact::new(name, evidence(at, "seen".to_owned())) });
            facts.components.len() - 1
        })
    };
    for (name, at) in &graph.services {
        component(&mut facts, name, at, None);
    }
    for ((caller, callee), Seen { calls, at }) in &graph.calls {
        let from = component(&mut facts, caller, at, None);
        let target = match callee {
            Callee::Named(name) => Target::Component(component(&mut facts, name, at, None)),
            Callee::Software(name) => {
                let store = STORES.contains(&&**name).then_some(Kind::Store);
                let index = component(&mut facts, name, at, store);
                facts.components[index].seen_as = Some(Arc::clone(name));
                Target::Component(index)
            }
            Callee::Address { host, port, system } => {
                Target::Address(Address { host: Arc::clone(host), port: *port, scheme: system.clone() })
            }
        };
        let note = if *calls == 1 { "1 call".to_owned() } else { format!("{calls} calls") };
        let need = Wanted { target, terms: Terms::hard(Confidence::Observed), evidence: vec![evidence(at, note)] };
        facts.needs.push(NeedFact { from, capability: Capability::data(), need });
    }
    let mut remark = |what: String, reason: &str| {
        let evidence = evidence(&Location::start_of(file), String::new());
        facts.remarks.push(Remark { about: None, what, reason: reason.to_owned(), evidence });
    };
    if graph.orphans > 0 {
        let what = format!("{} of {} spans", graph.orphans, graph.spans);
        remark(what, "the span that each is part of was not seen, so that nobody knows who called");
    }
    if graph.nameless > 0 {
        remark(format!("{} of {} spans", graph.nameless, graph.spans), "they name no service");
    }
    if graph.full {
        remark("names and calls".to_owned(), "there are too many; those that came last are left out");
    }
    facts
}
