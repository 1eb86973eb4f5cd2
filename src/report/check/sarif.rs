//! SARIF 2.1.0 as code scanning takes it: the failure path as a code flow, paths from the root of the repository.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Check, FindingView, Surroundings};
use crate::model::Confidence;
use crate::policy::{RULES, STALE_WAIVER, Severity, page};
use crate::report::text::readable;
use crate::source::Location;

/// Code scanning shows 5,000 results of a run and 1,000 steps of a flow; more would be dropped without a word.
const MOST_RESULTS: usize = 5_000;
const MOST_STEPS: usize = 1_000;
const MOST_FLOWS: usize = 20;
/// Lines of generated data can be endless.
const MOST_COLUMNS: usize = 400;

const ROOT: &str = "%SRCROOT%";
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes one run; what has no place in the repository is told as a notification, since a result must have one.
pub(super) fn write(report: &Check, surroundings: &Surroundings<'_>) -> String {
    let rules = rules(report);
    let index: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(at, (id, _))| (id.as_str(), at)).collect();
    let (placed, homeless): (Vec<_>, Vec<_>) = report.findings.iter().partition(|finding| !finding.places.is_empty());
    let shown = placed.iter().take(MOST_RESULTS);
    let results: Vec<Value> = shown.map(|finding| result(finding, &index, report, surroundings)).collect();
    let mut notes: Vec<Value> = homeless.iter().map(|finding| note(&finding.message)).collect();
    if placed.len() > MOST_RESULTS {
        notes.push(note(&format!("{} findings are left out", placed.len() - MOST_RESULTS)));
    }
    if report.unresolved > 0 {
        notes.push(note(&format!("{} things could not be resolved and so not be checked", report.unresolved)));
    }
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "linchpin",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|(_, rule)| rule).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": "linchpin/"},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {ROOT: {"description": {"text": "the root of the repository"}}},
            "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": notes}],
            "results": results,
            "properties": {"verdict": report.verdict, "summary": report.summary, "counts": report.counts, "told": report.told},
        }],
    });
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}

/// All rules, in order, each with the text of its page.
fn rules(report: &Check) -> Vec<(String, Value)> {
    let level = |severity: Severity| json!({"level": severity.word()});
    let mut rules: Vec<(String, Value)> = Vec::new();
    for rule in RULES {
        rules.push((rule.id.to_owned(), descriptor(rule.id, rule.summary, level(rule.severity))));
    }
    let stale = "A waiver has expired, or covers nothing.";
    rules.push((STALE_WAIVER.to_owned(), descriptor(STALE_WAIVER, stale, level(Severity::Error))));
    for (name, sentence) in &report.assertions {
        rules.push((name.clone(), descriptor(name, &format!("Own rule: {sentence}"), level(Severity::Error))));
    }
    rules
}

fn descriptor(id: &str, summary: &str, configuration: Value) -> Value {
    let help = page(id).unwrap_or(summary);
    json!({
        "id": id,
        "name": id,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": help, "markdown": help},
        "defaultConfiguration": configuration,
        "properties": {"tags": ["resilience"]},
    })
}

fn result(
    finding: &FindingView,
    index: &BTreeMap<&str, usize>,
    report: &Check,
    surroundings: &Surroundings<'_>,
) -> Value {
    let mut result = Map::new();
    let path = readable(&finding.witness).join(" -> ");
    let path = if finding.witness.len() > 1 { format!("\nPath: {path}") } else { String::new() };
    let mut add = |key: &str, value: Value| drop(result.insert(key.to_owned(), value));
    add("ruleId", json!(finding.rule));
    if let Some(at) = index.get(finding.rule.as_str()) {
        add("ruleIndex", json!(at));
    }
    add("level", json!(finding.severity.word()));
    add("kind", json!("fail"));
    add("message", json!({"text": format!("{}{path}\nTo do: {}", finding.message, finding.remedy)}));
    // The first place is the one that is shown; the others are steps, and stand in the flow.
    let (first, label) = &finding.places[0];
    add("locations", json!([place(first, label, surroundings)]));
    let related: Vec<Value> = (1..)
        .zip(&finding.places[1..])
        .take(MOST_FLOWS)
        .map(|(id, (at, label))| {
            let mut place = place(at, label, surroundings);
            place["id"] = json!(id);
            place
        })
        .collect();
    if !related.is_empty() {
        add("relatedLocations", json!(related));
    }
    let flows: Vec<Value> = finding
        .flows
        .iter()
        .filter(|steps| !steps.is_empty())
        .take(MOST_FLOWS)
        .map(|steps| {
            let step = |(at, label): &(Location, String)| json!({"location": place(at, label, surroundings)});
            let steps: Vec<Value> = steps.iter().take(MOST_STEPS).map(step).collect();
            json!({"threadFlows": [{"locations": steps}]})
        })
        .collect();
    if !flows.is_empty() {
        add("codeFlows", json!(flows));
    }
    // The first is the only one that code scanning looks at. Both are of the rule, the app and the cut set.
    add(
        "partialFingerprints",
        json!({"primaryLocationLineHash": finding.fingerprint, "linchpin/v1": finding.fingerprint}),
    );
    if report.compared.is_some() {
        add("baselineState", json!(if finding.state == "known" { "unchanged" } else { "new" }));
    }
    if let Some(waiver) = &finding.waiver {
        let owner = waiver.owner.as_ref().map(|owner| format!(" by {owner}")).unwrap_or_default();
        let why = format!("{} (waived{owner} until {})", waiver.reason, waiver.until);
        let place = place(&waiver.at, "the waiver", surroundings);
        add(
            "suppressions",
            json!([{"kind": "inSource", "status": "accepted", "justification": why, "location": place}]),
        );
    }
    add("rank", json!(rank(finding)));
    add(
        "properties",
        json!({
            "confidence": finding.confidence,
            "app": finding.app,
            "cutSet": finding.cut_set,
            "state": finding.state,
            "witness": finding.witness,
        }),
    );
    Value::Object(result)
}

/// How much it matters, from 0 to 100: by severity first, then by how sure we are.
fn rank(finding: &FindingView) -> f64 {
    let severity = match finding.severity {
        Severity::Error => 70.0,
        Severity::Warning => 40.0,
        Severity::Note => 10.0,
    };
    let confidence = match finding.confidence {
        Confidence::Declared => 20.0,
        Confidence::Observed => 15.0,
        Confidence::Inferred => 5.0,
    };
    severity + confidence
}

/// A place with the text of its line, so that a reader can check that it is the one.
fn place(at: &Location, label: &str, surroundings: &Surroundings<'_>) -> Value {
    let mut region = json!({"startLine": at.line.max(1), "startColumn": at.column.max(1)});
    if let Some(text) = (surroundings.quote)(at) {
        let length = text.chars().count();
        let end = (at.column as usize + at.length.max(1) as usize).min(length + 1);
        if end > at.column as usize {
            region["endColumn"] = json!(end);
        }
        region["snippet"] = json!({"text": text.chars().take(MOST_COLUMNS).collect::<String>()});
    }
    let uri = encoded(&(surroundings.path)(&at.file));
    let mut place = json!({
        "physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}, "region": region},
    });
    if !label.is_empty() {
        place["message"] = json!({"text": label});
    }
    place
}

fn note(text: &str) -> Value {
    json!({"level": "note", "message": {"text": text}})
}

/// A path as a relative reference: what has a meaning in addresses, or is not ASCII, is written in percent.
pub(super) fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let mut out = String::new();
    for byte in path.bytes() {
        match plain(byte) {
            true => out.push(char::from(byte)),
            false => out += &format!("%{byte:02X}"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(encoded("a b/c#d%.yaml"), "a%20b/c%23d%25.yaml");
        assert_eq!(encoded("a:b/ä.yaml"), "a%3Ab/%C3%A4.yaml");
    }
}
