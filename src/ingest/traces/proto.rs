//! Traces of OpenTelemetry as protobuf: one message, or many with their length before each, as collectors write them.
//!
//! Only the fields that calls are made of are declared; all others are passed over. What is kept at a time are the spans
//! of one resource.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, Read};
use std::sync::Arc;

use prost::Message;
use serde_json::Value;

use super::graph::{Graph, Role, Span};
use super::json::peer;
use crate::source::{Location, Problem};

/// No resource has so many spans in one message.
const MOST_BYTES: u64 = 256 << 20;
/// The field of a message that holds the spans of a resource, as it stands before them: number 1, of known length.
const RESOURCE_SPANS: u64 = (1 << 3) | 2;

#[derive(Clone, PartialEq, Message)]
struct ResourceSpans {
    #[prost(message, optional, tag = "1")]
    resource: Option<Resource>,
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<ScopeSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct Resource {
    #[prost(message, repeated, tag = "1")]
    attributes: Vec<Attribute>,
}

#[derive(Clone, PartialEq, Message)]
struct ScopeSpans {
    #[prost(message, repeated, tag = "2")]
    spans: Vec<ProtoSpan>,
}

#[derive(Clone, PartialEq, Message)]
struct ProtoSpan {
    #[prost(bytes = "vec", tag = "1")]
    trace: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    id: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")]
    parent: Vec<u8>,
    #[prost(int32, tag = "6")]
    kind: i32,
    #[prost(message, repeated, tag = "9")]
    attributes: Vec<Attribute>,
}

#[derive(Clone, PartialEq, Message)]
struct Attribute {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(message, optional, tag = "2")]
    value: Option<AnyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct AnyValue {
    #[prost(string, optional, tag = "1")]
    text: Option<String>,
    #[prost(int64, optional, tag = "3")]
    number: Option<i64>,
}

/// Whether a file that begins so is one: it is no text, it begins with the spans of a resource or with a length, and the
/// attribute that names a service stands in it.
pub(super) fn claims(head: &str) -> bool {
    let binary = |letter: char| letter == '\u{fffd}' || letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    head.starts_with(['\n', '\0']) && head.contains("service.name") && head.chars().take(4096).any(binary)
}

/// Reads a file; what comes before a mistake is kept. Linear in the file.
pub(super) fn read(file: &Arc<str>, mut reader: impl BufRead, graph: &mut Graph) -> Result<(), Problem> {
    let framed = reader.fill_buf().is_ok_and(|start| start.first() == Some(&0));
    let outcome = if framed { frames(file, &mut reader, graph) } else { message(file, &mut reader, graph) };
    outcome.map_err(|reason| {
        let problem = Problem::error(Location::start_of(file), reason);
        problem.help("what stands before it was read; write the traces anew, as OTLP in protobuf or JSON")
    })
}

/// Messages with their length before each, in four bytes.
fn frames(file: &Arc<str>, reader: &mut impl BufRead, graph: &mut Graph) -> Result<(), String> {
    loop {
        if reader.fill_buf().map_err(|error| error.to_string())?.is_empty() {
            return Ok(());
        }
        let mut length = [0; 4];
        reader.read_exact(&mut length).map_err(|_| "the file ends within a length".to_owned())?;
        let bytes = taken(reader, u64::from(u32::from_be_bytes(length)))?;
        message(file, &mut bytes.as_slice(), graph)?;
    }
}

/// One message: the spans of one resource after the other.
fn message(file: &Arc<str>, reader: &mut impl BufRead, graph: &mut Graph) -> Result<(), String> {
    while let Some(tag) = varint(reader)? {
        let length = match tag & 7 {
            0 => {
                varint(reader)?;
                continue;
            }
            1 => 8,
            5 => 4,
            2 => varint(reader)?.ok_or("the message ends within a length")?,
            kind => return Err(format!("no message of traces: a field of kind {kind}")),
        };
        let bytes = taken(reader, length)?;
        if tag == RESOURCE_SPANS {
            let spans = ResourceSpans::decode(bytes.as_slice()).map_err(|error| error.to_string())?;
            resource(file, spans, graph);
        }
    }
    Ok(())
}

fn taken(reader: &mut impl BufRead, length: u64) -> Result<Vec<u8>, String> {
    if length > MOST_BYTES {
        return Err(format!("a message of {} MB is more than the limit of {} MB", length >> 20, MOST_BYTES >> 20));
    }
    let mut bytes = Vec::new();
    let count = reader.take(length).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(count) == Ok(length) { Ok(bytes) } else { Err("the message ends before its length".to_owned()) }
}

/// A number of seven bits a byte; `None` at the end of the input.
fn varint(reader: &mut impl BufRead) -> Result<Option<u64>, String> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let mut byte = [0];
        match reader.read(&mut byte) {
            Ok(0) if shift == 0 => return Ok(None),
            Ok(0) => return Err("the message ends within a number".to_owned()),
            Ok(_) => value |= u64::from(byte[0] & 0x7f) << shift,
            Err(error) => return Err(error.to_string()),
        }
        if byte[0] < 0x80 {
            return Ok(Some(value));
        }
    }
    Err("no message of traces: a number without end".to_owned())
}

fn resource(file: &Arc<str>, spans: ResourceSpans, graph: &mut Graph) {
    let at = Location::start_of(file);
    let attributes = spans.resource.map(|resource| resource.attributes).unwrap_or_default();
    let name = attributes.into_iter().find(|attribute| attribute.key == "service.name");
    let service = name.and_then(|attribute| attribute.value?.text).unwrap_or_default();
    for span in spans.scopes.into_iter().flat_map(|scope| scope.spans) {
        let role = match span.kind {
            2 => Role::Server,
            3 => Role::Client,
            4 => Role::Producer,
            5 => Role::Consumer,
            _ => Role::Inside,
        };
        let attributes = span.attributes.into_iter().filter_map(|attribute| {
            let AnyValue { text, number } = attribute.value?;
            Some((attribute.key, text.map(Value::String).or(number.map(Value::from))?))
        });
        // Only who calls says of somebody else.
        let calls = matches!(role, Role::Client | Role::Producer | Role::Consumer);
        let peer = if calls { peer(&Value::Object(attributes.collect())) } else { Default::default() };
        let parent = (!span.parent.is_empty()).then(|| key(&span.trace, &span.parent));
        let span =
            Span { key: key(&span.trace, &span.id), parent, service: service.clone(), role, peer, shared: false };
        graph.span(span, &at);
    }
}

fn key(trace: &[u8], span: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    trace.hash(&mut hasher);
    span.hash(&mut hasher);
    hasher.finish()
}
