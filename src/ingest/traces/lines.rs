//! Counted calls in lines: the service graph as metrics of Prometheus, and Alibaba's call graphs.

use std::io::BufRead;
use std::sync::Arc;

use super::graph::{Callee, Graph};
use crate::source::{Location, Problem};

/// Longer lines are no metrics and no calls.
const LONGEST: usize = 64 * 1024;

/// Calls a function for each line with its place, and tells what can't be read. Memory is that of one line.
fn each_line(file: &Arc<str>, mut reader: impl BufRead, mut line: impl FnMut(&str, Location)) -> Result<(), Problem> {
    let mut bytes = Vec::new();
    let mut number = 0;
    loop {
        bytes.clear();
        number += 1;
        let at = Location { line: number, ..Location::start_of(file) };
        match std::io::Read::take(&mut reader, LONGEST as u64).read_until(b'\n', &mut bytes) {
            Ok(0) => return Ok(()),
            Ok(_) => line(String::from_utf8_lossy(&bytes).trim_end(), at),
            Err(error) => return Err(Problem::error(at, error.to_string()).help("what stands before it was read")),
        }
    }
}

/// Reads metrics of a service graph: `traces_service_graph_request_total{client="a",server="b"} 12`.
pub(super) fn metrics(file: &Arc<str>, reader: impl BufRead, graph: &mut Graph) -> Result<(), Problem> {
    each_line(file, reader, |line, at| {
        let Some((name, rest)) = line.split_once('{') else { return };
        if !matches!(name, "traces_service_graph_request_total" | "traces_service_graph_request") {
            return;
        }
        let Some((labels, value)) = rest.rsplit_once('}') else { return };
        let label = |name: &str| labels_of(labels).into_iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let value: f64 = value.split_whitespace().next().and_then(|value| value.parse().ok()).unwrap_or(0.0);
        let (Some(client), Some(server)) = (label("client"), label("server")) else { return };
        // What calls from outside is no service, and what was never called no call.
        if client.is_empty() || server.is_empty() || client == "user" || !value.is_finite() || value < 1.0 {
            return;
        }
        graph.counted(&client, Callee::Named(server.into()), whole(value), &at);
    })
}

/// A count as a whole number.
fn whole(value: f64) -> u64 {
    format!("{:.0}", value.min(1e18)).parse().unwrap_or(u64::MAX)
}

/// The pairs in a metric's braces; a value may hold any letter, with `\` before quotes.
fn labels_of(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((key, after)) = rest.split_once("=\"") {
        let mut value = String::new();
        let mut letters = after.char_indices();
        let mut end = after.len();
        while let Some((index, letter)) = letters.next() {
            match letter {
                '\\' => value.extend(letters.next().map(|(_, letter)| if letter == 'n' { '\n' } else { letter })),
                '"' => {
                    end = index + 1;
                    break;
                }
                _ => value.push(letter),
            }
        }
        found.push((key.trim_matches([',', ' ']).to_owned(), value));
        rest = &after[end..];
    }
    found
}

/// The columns of a table of calls: the caller, the callee, and the kind of call.
pub(super) fn columns(header: &str) -> Option<(usize, usize, Option<usize>)> {
    let names: Vec<&str> = header.trim().split(',').map(str::trim).collect();
    let find = |name: &str| names.iter().position(|known| known.eq_ignore_ascii_case(name));
    find("traceid")?;
    Some((find("um")?, find("dm")?, find("rpctype")))
}

/// Reads a table of calls: upstream and downstream microservice, a call a line.
pub(super) fn table(file: &Arc<str>, reader: impl BufRead, graph: &mut Graph) -> Result<(), Problem> {
    let mut wanted = None;
    let mut broken = 0u64;
    each_line(file, reader, |line, at| {
        let Some((caller, callee, kind)) = wanted else {
            wanted = columns(line);
            return;
        };
        let fields: Vec<&str> = line.split(',').collect();
        let (Some(caller), Some(callee)) = (fields.get(caller), fields.get(callee)) else {
            broken += u64::from(!line.is_empty());
            return;
        };
        let known = |name: &str| !matches!(name, "" | "(?)" | "USER" | "UNKNOWN" | "UNAVAILABLE" | "NAN" | "nan");
        let kind = kind.and_then(|kind| fields.get(kind)).copied().unwrap_or_default();
        graph.spans += 1;
        if !known(caller) {
            if known(callee) {
                graph.service(callee, &at);
            }
        } else if known(callee) {
            graph.counted(caller, Callee::Named((*callee).into()), 1, &at);
        } else if kind == "mq" || kind == "db" || kind == "mc" {
            graph.counted(caller, Callee::Software(kind.into()), 1, &at);
        }
    })?;
    if broken > 0 {
        let message = format!("lines with too few columns are left out: {broken}");
        return Err(Problem::warning(Location::start_of(file), message).help("the others were read"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{columns, labels_of};

    #[test]
    fn labels_may_hold_anything() {
        let found = labels_of(r#"client="a,b=\"c\"}", server="d""#);
        assert_eq!(found, [("client".to_owned(), "a,b=\"c\"}".to_owned()), ("server".to_owned(), "d".to_owned())]);
    }

    #[test]
    fn tables_are_told_by_their_header() {
        assert_eq!(columns(",traceid,timestamp,rpcid,um,rpctype,dm,interface,rt"), Some((4, 6, Some(5))));
        assert_eq!(columns("timestamp,um,dm"), None);
    }
}
