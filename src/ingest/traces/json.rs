//! Traces and counted calls in JSON: those of Jaeger, Zipkin and OpenTelemetry, read as a stream.
//!
//! A document is gone through once; what is kept at a time is one span, or one element of what is no list of spans.

use std::cell::Cell;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, Read};
use std::rc::Rc;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::graph::{Callee, Graph, Peer, Role, Span, WINDOW};
use crate::source::{Location, Problem};

/// Reads a file of one document or of one on each line; what comes before a mistake is kept.
///
/// Linear in the file, and memory does not grow with it.
pub(super) fn read(file: &Arc<str>, reader: impl BufRead, graph: &mut Graph) -> Result<(), Problem> {
    let place = Rc::new(Cell::new((1, 0)));
    let counted = Counted { inner: reader, place: Rc::clone(&place), chunk: Vec::new(), at: 0 };
    let mut documents = serde_json::Deserializer::from_reader(counted);
    while documents.end().is_err() {
        let walk = Walk { file, place: &place, graph: &mut *graph, service: None, jaeger: None, within: Within::Top };
        match walk.deserialize(&mut documents) {
            Ok(()) => {}
            Err(error) => {
                let at = Location {
                    line: u32::try_from(error.line()).unwrap_or(1).max(1),
                    column: u32::try_from(error.column()).unwrap_or(1).max(1),
                    ..Location::start_of(file)
                };
                let text = error.to_string();
                let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
                return Err(Problem::error(at, message).help("what stands before it was read"));
            }
        }
    }
    Ok(())
}

/// Counts lines and columns of what is handed out byte by byte.
struct Counted<R> {
    inner: R,
    place: Rc<Cell<(u32, u32)>>,
    chunk: Vec<u8>,
    at: usize,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.chunk.len() {
            self.chunk.resize(64 * 1024, 0);
            let length = self.inner.read(&mut self.chunk)?;
            self.chunk.truncate(length);
            self.at = 0;
        }
        let count = buffer.len().min(self.chunk.len() - self.at);
        let (mut line, mut column) = self.place.get();
        for (target, byte) in buffer.iter_mut().zip(&self.chunk[self.at..self.at + count]) {
            *target = *byte;
            (line, column) = if *byte == b'\n' { (line + 1, 0) } else { (line, column + 1) };
        }
        self.place.set((line, column));
        self.at += count;
        Ok(count)
    }
}

/// Which list the walk is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// None that says what is in it.
    Top,
    /// Spans of Jaeger.
    Jaeger,
    /// Spans of OpenTelemetry.
    Otlp,
}

/// Jaeger writes the services of a trace before or after its spans, which name them by a short key.
#[derive(Default)]
struct Trace {
    services: Vec<(String, String)>,
    spans: Vec<(Span, String, Location)>,
}

/// Goes through a value, with what is known from around it.
struct Walk<'g> {
    file: &'g Arc<str>,
    place: &'g Rc<Cell<(u32, u32)>>,
    graph: &'g mut Graph,
    /// The service of the OpenTelemetry resource that it is in.
    service: Option<String>,
    /// The Jaeger trace that it is in.
    jaeger: Option<&'g mut Trace>,
    within: Within,
}

impl Walk<'_> {
    fn here(&self) -> Location {
        let (line, column) = self.place.get();
        Location { line, column: column.max(1), ..Location::start_of(self.file) }
    }

    fn below<'s>(&'s mut self, within: Within) -> Walk<'s> {
        Walk {
            file: self.file,
            place: self.place,
            graph: &mut *self.graph,
            service: self.service.clone(),
            jaeger: self.jaeger.as_deref_mut(),
            within,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("traces")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let within = self.within;
        while list.next_element_seed(self.below(within))?.is_some() {}
        Ok(())
    }

    /// A mapping is what its keys say: lists that hold spans are gone into, all else is small and kept until its end.
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let at = self.here();
        let mut fields = serde_json::Map::new();
        let mut trace = Trace::default();
        let mut is_trace = false;
        while let Some(key) = map.next_key::<String>()? {
            match (self.within, key.as_str()) {
                (Within::Top, "data" | "resourceSpans" | "scopeSpans" | "result" | "traces") => {
                    map.next_value_seed(self.below(Within::Top))?;
                }
                (Within::Top, "spans") => {
                    // Spans of OpenTelemetry stand below a resource, which is written before them.
                    let otlp = self.service.is_some();
                    is_trace = !otlp;
                    let inner = Walk {
                        jaeger: if otlp { None } else { Some(&mut trace) },
                        ..self.below(if otlp { Within::Otlp } else { Within::Jaeger })
                    };
                    map.next_value_seed(inner)?;
                }
                (Within::Top, "resource") => {
                    let resource: Value = map.next_value()?;
                    self.service = Some(attribute(&resource["attributes"], &["service.name"]).unwrap_or_default());
                }
                (Within::Top, "processes") => {
                    let processes: Value = map.next_value()?;
                    for (key, process) in processes.as_object().into_iter().flatten() {
                        let name = process["serviceName"].as_str().unwrap_or_default();
                        trace.services.push((key.clone(), name.to_owned()));
                    }
                }
                (
                    _,
                    "logs" | "events" | "links" | "annotations" | "warnings" | "flags" | "duration" | "operationName",
                ) => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    let value: Value = map.next_value()?;
                    fields.insert(key, value);
                }
            }
        }
        let fields = Value::Object(fields);
        match self.within {
            Within::Jaeger => {
                if let Some(trace) = self.jaeger.as_deref_mut().filter(|trace| trace.spans.len() < WINDOW) {
                    let (span, process) = jaeger(&fields);
                    trace.spans.push((span, process, at));
                }
            }
            Within::Otlp => {
                let service = self.service.clone().unwrap_or_default();
                self.graph.span(otlp(&fields, service), &at);
            }
            Within::Top if is_trace => {
                self.graph.full |= trace.spans.len() >= WINDOW;
                for (mut span, process, at) in trace.spans {
                    let known = trace.services.iter().find(|(key, _)| *key == process);
                    if let Some((_, name)) = known {
                        span.service.clone_from(name);
                    }
                    self.graph.span(span, &at);
                }
            }
            Within::Top => top(self.graph, &fields, &at),
        }
        Ok(())
    }
}

/// A span of Zipkin, or a call that something counted.
fn top(graph: &mut Graph, fields: &Value, at: &Location) {
    if let (Some(caller), Some(callee)) = (fields["parent"].as_str(), fields["child"].as_str()) {
        let calls = fields["callCount"].as_u64().unwrap_or(1);
        graph.counted(caller, Callee::Named(callee.into()), calls, at);
    } else if fields["traceId"].is_string() && fields["id"].is_string() {
        graph.span(zipkin(fields), at);
    }
}

fn key(trace: &str, span: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    // A trace's id may be written with or without leading zeros.
    trace.trim_start_matches('0').hash(&mut hasher);
    span.trim_start_matches('0').hash(&mut hasher);
    hasher.finish()
}

fn jaeger(span: &Value) -> (Span, String) {
    let text = |key: &str| span[key].as_str().unwrap_or_default();
    let trace = text("traceID");
    let references = span["references"].as_array().into_iter().flatten();
    let mut parents = references.filter(|reference| reference["refType"].as_str() != Some("FOLLOWS_FROM"));
    let parent = parents.next().and_then(|reference| reference["spanID"].as_str());
    let parent = parent.or_else(|| span["parentSpanID"].as_str().filter(|parent| !parent.is_empty()));
    let tags = &span["tags"];
    let role = attribute(tags, &["span.kind"]).map(|kind| role(&kind)).unwrap_or_default();
    let service = span["process"]["serviceName"].as_str().unwrap_or_default().to_owned();
    let found = Span {
        key: key(trace, text("spanID")),
        parent: parent.map(|parent| key(trace, parent)),
        service,
        role,
        peer: peer(tags),
        shared: false,
    };
    (found, text("processID").to_owned())
}

fn otlp(span: &Value, service: String) -> Span {
    let text = |key: &str| span[key].as_str().unwrap_or_default();
    let trace = text("traceId");
    let role = match &span["kind"] {
        Value::Number(number) => match number.as_u64() {
            Some(2) => Role::Server,
            Some(3) => Role::Client,
            Some(4) => Role::Producer,
            Some(5) => Role::Consumer,
            _ => Role::Inside,
        },
        kind => role(kind.as_str().unwrap_or_default()),
    };
    let parent = text("parentSpanId");
    Span {
        key: key(trace, text("spanId")),
        parent: (!parent.is_empty()).then(|| key(trace, parent)),
        service,
        role,
        peer: peer(&span["attributes"]),
        shared: false,
    }
}

fn zipkin(span: &Value) -> Span {
    let text = |key: &str| span[key].as_str().unwrap_or_default();
    let trace = text("traceId");
    let role = role(text("kind"));
    let mut peer = peer(&span["tags"]);
    let remote = &span["remoteEndpoint"];
    peer.service = peer.service.or_else(|| remote["serviceName"].as_str().map(str::to_owned));
    if matches!(role, Role::Producer | Role::Consumer) {
        peer.broker = true;
    }
    Span {
        key: key(trace, text("id")),
        parent: span["parentId"].as_str().map(|parent| key(trace, parent)),
        service: span["localEndpoint"]["serviceName"].as_str().unwrap_or_default().to_owned(),
        role,
        peer,
        shared: span["shared"].as_bool() == Some(true),
    }
}

fn role(kind: &str) -> Role {
    match kind.trim_start_matches("SPAN_KIND_").to_ascii_lowercase().as_str() {
        "client" => Role::Client,
        "server" => Role::Server,
        "producer" => Role::Producer,
        "consumer" => Role::Consumer,
        _ => Role::Inside,
    }
}

/// The first of some attributes that is set: in a mapping, or in a list of keys with values.
fn attribute(attributes: &Value, names: &[&str]) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let find = |name: &str| match attributes {
        Value::Object(map) => map.get(name).and_then(text),
        Value::Array(list) => {
            let entry = list.iter().find(|entry| entry["key"].as_str() == Some(name))?;
            let value = &entry["value"];
            value.as_object().map_or_else(|| text(value), |kinds| kinds.values().find_map(text))
        }
        _ => None,
    };
    names.iter().find_map(|name| find(name)).filter(|text| !text.is_empty())
}

/// What attributes say of the other end, in the words of the conventions of OpenTelemetry, old and new.
pub(super) fn peer(attributes: &Value) -> Peer {
    let get = |names: &[&str]| attribute(attributes, names);
    let broker = get(&["messaging.system"]);
    let host = get(&["server.address", "net.peer.name", "peer.hostname", "http.host", "net.sock.peer.name"]);
    let (host, beside) = match host
        .map(|host| host.split_once(':').map(|(h, p)| (h.to_owned(), p.to_owned())).unwrap_or((host, String::new())))
    {
        Some((host, port)) => (Some(host), Some(port)),
        None => (None, None),
    };
    let port = get(&["server.port", "net.peer.port", "peer.port"]).or(beside);
    Peer {
        service: get(&["peer.service"]),
        host: host.filter(|host| host != "localhost" && !host.starts_with("127.")),
        port: port.and_then(|port| port.parse().ok()),
        broker: broker.is_some(),
        system: get(&["db.system.name", "db.system"]).or(broker),
    }
}
