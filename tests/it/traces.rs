//! Traces: cases of each form, calls held to a twin that keeps everything, and a file larger than what is remembered.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use linchpin::facts::{Facts, Target};
use linchpin::ingest::{Ingested, ingest};
use linchpin::model::Confidence;
use linchpin::source::Tree;
use proptest::prelude::*;

fn read(name: &str, text: &str) -> Ingested {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join(name), text).expect("written");
    ingest(&Tree::load(&[folder.path().to_path_buf()]))
}

/// Calls by caller and callee with their number.
fn calls(facts: &Facts) -> BTreeMap<(String, String), u64> {
    let mut found = BTreeMap::new();
    for need in &facts.needs {
        assert_eq!(need.need.terms.confidence, Confidence::Observed);
        let to = match &need.need.target {
            Target::Component(index) => facts.components[*index].name.to_string(),
            Target::Address(address) => address.to_string(),
            other => panic!("{other:?}"),
        };
        let note = need.need.evidence[0].note.as_deref().expect("a count");
        let count = note.split(' ').next().and_then(|count| count.parse().ok()).expect("a number");
        found.insert((facts.components[need.from].name.to_string(), to), count);
    }
    found
}

/// A trace as each span's service and the span that it is part of; the first has none.
fn traces() -> impl Strategy<Value = Vec<Vec<(usize, usize)>>> {
    let span = (0..5usize, 0..100usize);
    prop::collection::vec(prop::collection::vec(span, 1..12), 1..6)
}

proptest! {
    #![proptest_config(crate::cases::cases(64))]

    /// In whatever order and form the spans come, a call is a span of another service than that which it is part of.
    #[test]
    fn calls_are_those_of_a_twin_that_keeps_everything(traces in traces(), seed in any::<u64>()) {
        let mut expected: BTreeMap<(String, String), u64> = BTreeMap::new();
        let mut spans = Vec::new();
        for (trace, all) in traces.iter().enumerate() {
            for (number, (service, parent)) in all.iter().enumerate() {
                let parent = (number > 0).then(|| parent % number);
                spans.push((trace, number, parent, *service));
                if let Some((caller, _)) = parent.map(|parent| all[parent]).filter(|(caller, _)| caller != service) {
                    *expected.entry((format!("s{caller}"), format!("s{service}"))).or_default() += 1;
                }
            }
        }
        spans.sort_by_key(|(trace, number, ..)| {
            (*trace as u64 + 7).wrapping_mul(*number as u64 + 3).wrapping_mul(seed | 1).rotate_left(17)
        });
        let otlp = |(trace, number, parent, service): &(usize, usize, Option<usize>, usize)| {
            let parent = parent.map(|parent| format!(",\"parentSpanId\":\"b{parent}\"")).unwrap_or_default();
            format!(
                "{{\"resourceSpans\":[{{\"resource\":{{\"attributes\":[{{\"key\":\"service.name\",\"value\":{{\"stringValue\":\"s{service}\"}}}}]}},\
                 \"scopeSpans\":[{{\"spans\":[{{\"traceId\":\"a{trace}\",\"spanId\":\"b{number}\"{parent}}}]}}]}}]}}\n"
            )
        };
        let zipkin = |(trace, number, parent, service): &(usize, usize, Option<usize>, usize)| {
            let parent = parent.map(|parent| format!(",\"parentId\":\"b{parent}\"")).unwrap_or_default();
            format!("{{\"traceId\":\"a{trace}\",\"id\":\"b{number}\"{parent},\"localEndpoint\":{{\"serviceName\":\"s{service}\"}}}}")
        };
        let forms = [
            ("a.jsonl", spans.iter().map(otlp).collect::<String>()),
            ("a.json", format!("[{}]", spans.iter().map(zipkin).collect::<Vec<_>>().join(","))),
        ];
        for (name, text) in forms {
            let ingested = read(name, &text);
            let facts = &ingested.facts.iter().find(|(format, _)| *format == "traces").expect("traces").1;
            prop_assert_eq!(&calls(facts), &expected);
            prop_assert!(facts.remarks.is_empty());
        }
    }
}

/// A cut file keeps what stands before the cut, wherever that is.
#[test]
fn a_cut_file_is_read_to_the_cut() {
    for case in ["jaeger/trace.json", "zipkin/spans.json", "otlp/traces.jsonl"] {
        let text = std::fs::read_to_string(Path::new("tests/cases/traces").join(case)).expect("case");
        let whole = read("whole.json", &text);
        let all = calls(&whole.facts[0].1).len();
        for cut in (1..text.len()).step_by(37) {
            let part = read("part.json", &text[..cut]);
            for (format, facts) in part.facts.iter().filter(|(format, _)| *format == "traces") {
                assert_eq!(*format, "traces");
                assert!(calls(facts).len() <= all + 3);
            }
        }
    }
}

/// Two hundred thousand spans in one document, of which nothing can be read before the end but as a stream.
#[test]
fn many_spans_are_read_as_a_stream() {
    let folder = tempfile::tempdir().expect("folder");
    let mut file = std::io::BufWriter::new(std::fs::File::create(folder.path().join("big.json")).expect("file"));
    let _ = file.write_all(b"[");
    let (count, services) = (200_000u32, 50);
    for number in 0..count {
        let mut text = String::new();
        let comma = if number == 0 { "" } else { "," };
        let (trace, position) = (number / 10, number % 10);
        let parent = if position == 0 { String::new() } else { format!("\"parentId\":\"{}\",", position) };
        let _ = writeln!(
            text,
            "{comma}{{\"traceId\":\"{trace:x}a\",\"id\":\"{}\",{parent}\"localEndpoint\":{{\"serviceName\":\"s{}\"}},\
             \"tags\":{{\"http.url\":\"https://shop.example.com/a/rather/long/path/{number}\"}}}}",
            position + 1,
            (trace + position) % services
        );
        file.write_all(text.as_bytes()).expect("written");
    }
    file.write_all(b"]").expect("written");
    drop(file);
    let start = Instant::now();
    let ingested = ingest(&Tree::load(&[folder.path().to_path_buf()]));
    let facts = &ingested.facts[0].1;
    let found = calls(facts);
    assert_eq!(facts.components.len(), services as usize);
    assert_eq!(found.values().sum::<u64>(), u64::from(count / 10 * 9));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

/// A field of protobuf of known length.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push(u8::try_from(length & 0x7f).expect("seven bits") | 0x80);
        length >>= 7;
    }
    out.push(u8::try_from(length).expect("seven bits"));
    out.extend(bytes);
    out
}

fn text(key: &str, value: &str) -> Vec<u8> {
    [field(1, key.as_bytes()), field(2, &field(1, value.as_bytes()))].concat()
}

/// A span: its id, the id of its parent, its kind, and attributes.
type Spanned<'a> = (u8, u8, u8, &'a [(&'a str, &'a str)]);

/// The spans of one service.
fn resource(service: &str, spans: &[Spanned<'_>]) -> Vec<u8> {
    let span = |(id, parent, kind, attributes): &Spanned<'_>| {
        let mut out = [field(1, &[7; 16]), field(2, &[*id; 8])].concat();
        if *parent > 0 {
            out.extend(field(4, &[*parent; 8]));
        }
        out.extend(field(5, b"a name that nobody asks for"));
        out.extend([6 << 3, *kind]);
        attributes.iter().for_each(|(key, value)| out.extend(field(9, &text(key, value))));
        field(2, &out)
    };
    let scope: Vec<u8> = spans.iter().flat_map(span).collect();
    [field(1, &field(1, &text("service.name", service))), field(2, &scope)].concat()
}

#[test]
fn protobuf_says_what_json_says() {
    let peers: &[(&str, &str)] = &[("server.address", "db"), ("db.system", "postgresql")];
    let first = field(1, &resource("web", &[(1, 0, 2, &[]), (2, 1, 3, &[])]));
    let second = field(1, &resource("cart", &[(3, 2, 2, &[]), (4, 3, 3, peers)]));
    let whole = [first.clone(), second.clone()].concat();
    let framed: Vec<u8> = [&first, &second]
        .into_iter()
        .flat_map(|message| {
            let length = u32::try_from(message.len()).expect("short");
            length.to_be_bytes().into_iter().chain(message.iter().copied()).collect::<Vec<u8>>()
        })
        .collect();
    let expected: BTreeMap<(String, String), u64> =
        [(("web".to_owned(), "cart".to_owned()), 1), (("cart".to_owned(), "postgresql://db".to_owned()), 1)].into();
    let folder = tempfile::tempdir().expect("folder");
    for (name, bytes) in [("a.pb", &whole), ("b.bin", &framed)] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let ingested = ingest(&Tree::load(std::slice::from_ref(&path)));
        assert_eq!(calls(&ingested.facts[0].1), expected, "{name}");
        for cut in (30..bytes.len()).step_by(11) {
            std::fs::write(&path, &bytes[..cut]).expect("written");
            let part = ingest(&Tree::load(std::slice::from_ref(&path)));
            assert!(part.facts.iter().all(|(_, facts)| calls(facts).len() <= expected.len()));
        }
    }
    // A picture that speaks of services is no trace.
    std::fs::write(folder.path().join("c.bin"), b"\x89PNG\r\n\0 service.name").expect("written");
    let other = ingest(&Tree::load(&[folder.path().join("c.bin")]));
    assert!(other.accounts.is_empty(), "{:?}", other.accounts);
}
