//! The formats of `check`: each says the same, and the machine-readable ones are read back by a reader of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

use super::gate::{Repository, linchpin};

const FORMATS: [&str; 8] = ["text", "json", "sarif", "markdown", "junit", "github", "gitlab", "csv"];

const SYSTEM: &str = "version: 1
components:
  shop: {kind: app, tier: 1, needs: [orders, aliyun/oss]}
  blog: {kind: app, tier: 3, needs: [orders]}
  # linchpin: ignore[single-point-of-failure] moves in autumn (owner web, until 2026-12-31)
  wiki: {kind: app, tier: 1, needs: [files]}
  orders: {needs: [db]}
  db: {kind: store}
  files: {kind: store}
";

fn repository() -> Repository {
    let repository = Repository::new(&[("deploy dir/linchpin.yaml", SYSTEM)]);
    let text = SYSTEM.replace("needs: [orders, aliyun/oss]", "needs: [orders, aliyun/oss, mail]")
        + "  mail: {kind: external}\n";
    repository.commit(&[("deploy dir/linchpin.yaml", &text)]);
    repository
}

fn check(repository: &Repository, format: &str, more: &[&str]) -> (i32, String) {
    let all = [&["check", "--base", "HEAD^", "--today", "2026-06-01", "--format", format], more].concat();
    let run = repository.run(&all);
    assert_eq!(run.err, "", "{format}");
    (run.code, run.out)
}

/// The schema that the crate of SARIF types is made from, as cargo has it.
fn sarif_schema() -> Option<Value> {
    let text = |program: &str, arguments: &[&str]| {
        let program = std::env::var_os(program.to_uppercase()).unwrap_or_else(|| program.into());
        let here = env!("CARGO_MANIFEST_DIR");
        let command = Command::new(program).args(arguments).current_dir(here).stdin(Stdio::null()).output();
        let output = command.ok()?;
        String::from_utf8(output.stdout).ok()
    };
    let version = text("rustc", &["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "))?;
    let arguments = ["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&text("cargo", &arguments)?).ok()?;
    let package = metadata["packages"].as_array()?.iter().find(|package| package["name"] == "serde-sarif")?;
    let schema = PathBuf::from(package["manifest_path"].as_str()?).parent()?.join("src/schema.json");
    serde_json::from_str(&std::fs::read_to_string(schema).ok()?).ok()
}

/// One pattern of the schema, for the names of languages, has a bracket too many, which strict readers refuse.
fn mend(schema: &mut Value) {
    match schema {
        Value::Object(entries) => {
            entries.retain(|key, value| key != "pattern" || !value.as_str().is_some_and(|text| text.contains("{2}]?")));
            entries.values_mut().for_each(mend);
        }
        Value::Array(items) => items.iter_mut().for_each(mend),
        _ => {}
    }
}

fn valid(sarif: &Value) {
    let mut schema = sarif_schema().expect("the schema of SARIF is where cargo keeps the crate");
    mend(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let wrong: Vec<String> =
        validator.iter_errors(sarif).map(|error| format!("{} at {}", error, error.instance_path())).take(5).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // An empty document is not valid, so the schema says something.
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})));
    serde_sarif::sarif::Sarif::deserialize(sarif).expect("the types of another reader take it");
}

/// Every place of a SARIF document, looked up in the files: the line is there, holds what the snippet says and what the
/// label names.
fn places_hold(sarif: &Value, root: &Path) -> usize {
    let mut seen = 0;
    let mut places = Vec::new();
    for result in sarif["runs"][0]["results"].as_array().expect("results") {
        let locations = result["locations"].as_array().expect("a result has a location");
        assert!(!locations.is_empty());
        places.extend(locations.iter());
        places.extend(result["relatedLocations"].as_array().into_iter().flatten());
        for flow in result["codeFlows"].as_array().into_iter().flatten() {
            let steps = flow["threadFlows"][0]["locations"].as_array().expect("steps");
            places.extend(steps.iter().map(|step| &step["location"]));
        }
    }
    for place in places {
        let physical = &place["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().expect("a path");
        assert!(!uri.starts_with('/') && !uri.contains([' ', '\\']) && !uri.contains("://"), "{uri}");
        let text = std::fs::read_to_string(root.join(uri.replace("%20", " "))).expect(uri);
        let region = &physical["region"];
        let number = |key: &str| region[key].as_u64().map(|number| number as usize);
        let line = text.lines().nth(number("startLine").expect("line") - 1).expect("a line of the file");
        assert_eq!(region["snippet"]["text"], *line);
        let start = number("startColumn").expect("column") - 1;
        let marked: String =
            line.chars().skip(start).take(number("endColumn").map_or(0, |end| end - 1 - start)).collect();
        if let Some(label) = place["message"]["text"].as_str() {
            let target = label.split('`').nth(3).expect("`a` needs `b`");
            let base = target.split(['@', ':', '.']).next().expect("base");
            assert!(
                marked.contains(base) || marked.contains("any_of") || !marked.is_empty() && line.contains(base),
                "{label}: {marked}"
            );
            seen += 1;
        }
    }
    seen
}

#[test]
fn every_format_ends_with_the_same_code_and_mixes_with_nothing() {
    let repository = repository();
    for format in FORMATS {
        for (more, code) in [(&[][..], 1), (&["--fail-on", "never"], 0)] {
            assert_eq!(check(&repository, format, more).0, code, "{format} {more:?}");
        }
        let empty = tempfile::tempdir().expect("scratch");
        let run = linchpin(empty.path(), &["check", "--format", format]);
        assert_eq!((run.code, run.out.as_str()), (3, ""), "{format}");
        let run = repository.run(&["check", "--base", "nowhere", "--format", format]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{format}");
    }
    // A mistake in the policy, and a file that is broken, show on standard error alone.
    repository
        .commit(&[("deploy dir/linchpin.yaml", &format!("{SYSTEM}policy: {{fail_at: note}}\n")), ("x.yaml", "a: [")]);
    for format in FORMATS {
        let run = repository.run(&["check", "--format", format, "--today", "2026-06-01"]);
        assert_eq!(run.code, 2, "{format}");
        assert!(run.err.contains("`fail_at`") && run.err.contains("x.yaml"), "{}", run.err);
        assert!(!run.out.contains("fail_at") && !run.out.contains("x.yaml"), "{}", run.out);
        if format == "json" || format == "sarif" || format == "gitlab" {
            serde_json::from_str::<Value>(&run.out).expect("JSON alone");
        }
    }
}

#[test]
fn the_help_and_the_page_name_every_format() {
    let help = linchpin(Path::new("."), &["check", "--help"]).out;
    let page = super::examples::text(Path::new("docs/gate.md"));
    let table: Vec<&str> = linchpin::report::CHECK_FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(table, FORMATS);
    for format in FORMATS {
        assert!(help.contains(format) && page.contains(&format!("| `{format}` |")), "{format}");
    }
}

#[test]
fn json_holds_what_is_promised() {
    let (_, out) = check(&repository(), "json", &[]);
    let report: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&report["schema"], &report["verdict"]), (&Value::from("linchpin/1"), &Value::from("fail")));
    let findings = report["findings"].as_array().expect("findings");
    let states: std::collections::BTreeSet<&str> = findings.iter().filter_map(|one| one["state"].as_str()).collect();
    assert_eq!(states.into_iter().collect::<Vec<_>>(), ["known", "new", "waived"]);
    for finding in findings {
        for key in ["rule", "severity", "confidence", "app", "cut_set", "state", "evidence"] {
            assert!(finding.get(key).is_some(), "{key}");
        }
        assert!(!finding["evidence"].as_array().expect("evidence").is_empty());
    }
    let waived = findings.iter().find(|one| one["state"] == "waived").expect("waived");
    assert_eq!(waived["waiver"]["reason"], "moves in autumn");
    assert_eq!((&waived["waiver"]["owner"], &waived["waiver"]["until"]), (&"web".into(), &"2026-12-31".into()));
    let schema = linchpin(Path::new("."), &["schema"]).json();
    assert!(jsonschema::validator_for(&schema).expect("schema").is_valid(&report));
}

#[test]
fn sarif_is_valid_and_its_lines_hold_the_evidence() {
    let repository = repository();
    let (_, out) = check(&repository, "sarif", &[]);
    let sarif: Value = serde_json::from_str(&out).expect("JSON");
    valid(&sarif);
    assert!(places_hold(&sarif, repository.path()) >= 6);
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let of = |state: &str| results.iter().filter(|one| one["properties"]["state"] == state).collect::<Vec<_>>();
    assert!(of("known").iter().all(|one| one["baselineState"] == "unchanged") && !of("known").is_empty());
    assert!(of("new").iter().all(|one| one["baselineState"] == "new") && !of("new").is_empty());
    assert!(of("waived").iter().all(|one| one["suppressions"][0]["kind"] == "inSource") && !of("waived").is_empty());
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
    }
    // A path with several steps is a flow with as many places in files.
    let deep = results.iter().find(|one| one["message"]["text"].as_str().is_some_and(|m| m.contains("orders -> db")));
    let steps = &deep.expect("a path of two steps")["codeFlows"][0]["threadFlows"][0]["locations"];
    assert_eq!(steps.as_array().expect("steps").len(), 2);
}

#[test]
fn sarif_is_the_same_from_wherever_it_is_run() {
    let repository = repository();
    let (_, whole) = check(&repository, "sarif", &[]);
    let inside = repository.path().join("deploy dir");
    let absolute = inside.to_string_lossy().into_owned();
    let uris = |text: &str| {
        let sarif: Value = serde_json::from_str(text).expect("JSON");
        let results = sarif["runs"][0]["results"].as_array().expect("results").clone();
        let uri = |one: &Value| one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
        let print = |one: &Value| one["partialFingerprints"].clone();
        results.iter().map(|one| (uri(one), print(one))).collect::<Vec<_>>()
    };
    let common = ["--base", "HEAD^", "--today", "2026-06-01", "--format", "sarif"];
    for (folder, path) in [(inside.as_path(), "."), (Path::new("/"), absolute.as_str())] {
        let run = linchpin(folder, &[&["check", path][..], &common].concat());
        assert_eq!(run.code, 1, "{}", run.err);
        assert_eq!(uris(&run.out), uris(&whole), "{path}");
    }
}

#[test]
fn sarif_of_the_examples_is_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = linchpin(root, &["check", "examples", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&run.out).expect("JSON");
    valid(&sarif);
    assert!(places_hold(&sarif, root) > 20);
}

#[test]
fn the_comment_begins_with_the_sentence_and_links_to_lines() {
    let repository = repository();
    let (_, out) = check(&repository, "markdown", &["--link", "https://example.com/o/r/blob/abc/"]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "<!-- linchpin-check -->");
    assert_eq!(lines[1], "❌ **Losing `mail` would now take down 1 tier-1 app; before, none.**");
    assert!(out.contains("(https://example.com/o/r/blob/abc/deploy%20dir/linchpin.yaml#L3)"), "{out}");
    assert!(out.contains("### Newly exposed") && out.contains("```mermaid") && out.contains("1 waived"), "{out}");
    assert!(out.contains("- Path: `shop` → `mail`") && out.contains("- To do: "), "{out}");
    assert!(!out.contains("`wiki`"), "what is waived is not listed: {out}");
    let (_, out) = check(&repository, "markdown", &["--show-waived", "--show-known"]);
    assert!(out.contains("`wiki`") && out.contains("until 2026-12-31: moves in autumn"), "{out}");
    assert_eq!(out.matches("<details>").count(), out.matches("</details>").count());
}

#[test]
fn annotations_are_escaped_and_counted() {
    let (_, out) = check(&repository(), "github", &[]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 1, "{out}");
    let head = "::error file=deploy dir/linchpin.yaml,line=3,col=";
    assert!(lines[0].starts_with(head) && lines[0].contains("title=linchpin%3A single-point-of-failure::"), "{out}");
    assert!(lines[0].contains("%0Ahelp: "), "{out}");
    // Thirty more than GitHub shows: what is left out is said.
    let apps: String =
        (0..40).map(|n| format!("  a{n}: {{kind: app, tier: 1, needs: [s{n}]}}\n  s{n}: {{kind: store}}\n")).collect();
    let many = Repository::new(&[("linchpin.yaml", &format!("version: 1\ncomponents:\n{apps}"))]);
    let out = many.run(&["check", "--format", "github"]).out;
    let errors = out.lines().filter(|line| line.starts_with("::error")).count();
    assert!(errors == 9 && out.contains("::notice title=linchpin::and 31 more entries; the report has all"), "{out}");
}

/// The numbers in a text, in order.
fn numbers(text: &str) -> Vec<usize> {
    text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

#[test]
fn the_numbers_of_one_output_add_up() {
    let apps: String = (0..90)
        .map(|n| {
            format!("  a{n}: {{kind: app, tier: {}, needs: [s{n}, aliyun/oss]}}\n  s{n}: {{kind: store}}\n", n % 3 + 1)
        })
        .collect();
    let many =
        Repository::new(&[("linchpin.yaml", &format!("version: 1\nat: [aliyun/cn-hangzhou]\ncomponents:\n{apps}"))]);
    let json = many.run(&["check", "--format", "json"]).json();
    let of = |name: &str| json["counts"][name].as_u64().expect("a number") as usize;
    let told = |name: &str| json["told"][name].as_u64().expect("a number") as usize;
    let severities = [of("error"), of("warning"), of("note")];
    let all: usize = severities.iter().sum();
    assert!(told("also") > 0 && told("likewise") > 0, "{}", json["told"]);
    assert_eq!(told("entries") + told("also") + told("likewise"), all);
    let out = many.run(&["check"]).out;
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(numbers(lines[0]), severities, "{out}");
    assert_eq!(numbers(lines[2]), [all, told("entries"), told("also"), told("likewise")], "{out}");
    // The columns of the table: an empty cell is none.
    let heading = lines.iter().position(|line| line.trim_start().starts_with("rule ")).expect("a table");
    let columns = ["errors", "warnings", "notes", "told in"].map(|name| lines[heading].find(name).expect("a column"));
    let rows = lines[heading + 1..].iter().take_while(|line| !line.is_empty());
    let mut sums = [0; 4];
    for row in rows {
        for (at, from) in columns.iter().enumerate() {
            let cell = row.get(*from..columns.get(at + 1).copied().unwrap_or(row.len()).min(row.len()));
            sums[at] += numbers(cell.unwrap_or_default()).first().copied().unwrap_or_default();
        }
    }
    assert_eq!(sums, [severities[0], severities[1], severities[2], told("entries")], "{out}");
    // What is told, in whole or in a line, and what is left out is everything.
    let left = lines.iter().find(|line| line.contains("more entries")).map(|line| numbers(line)).expect("some");
    let shown = told("entries") - left[0];
    assert!(shown == 72 && left[1..].iter().all(|findings| *findings >= left[0]), "{out}");
    let sarif: Value = serde_json::from_str(&many.run(&["check", "--format", "sarif"]).out).expect("JSON");
    assert_eq!(sarif["runs"][0]["properties"]["told"], json["told"]);
    let comment = many.run(&["check", "--format", "markdown"]).out;
    assert!(comment.contains(&format!("The {all} are told in {} entries: ", told("entries"))), "{comment}");
}

#[test]
fn junit_gitlab_and_csv_tell_apart_what_counts() {
    let repository = repository();
    let (_, out) = check(&repository, "junit", &[]);
    let document = quick_junit_of(&out);
    assert_eq!((document.failures, document.errors), (1, 0), "{out}");
    assert!(out.contains("waived until 2026-12-31: moves in autumn") && out.contains("known: it was there before"));
    let (_, out) = check(&repository, "gitlab", &[]);
    let issues: Vec<Value> = serde_json::from_str(&out).expect("a list");
    assert!(issues.iter().all(|one| one["location"]["path"] == "deploy dir/linchpin.yaml"), "{out}");
    let prints: std::collections::BTreeSet<&str> =
        issues.iter().filter_map(|one| one["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), issues.len());
    assert!(issues.iter().all(|one| !one["description"].as_str().expect("text").contains("`wiki`")));
    let (_, out) = check(&repository, "csv", &[]);
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let heading = reader.headers().expect("heading").clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row as wide as the heading")).collect();
    let at = |name: &str| heading.iter().position(|cell| cell == name).expect("column");
    let waived: Vec<&csv::StringRecord> = rows.iter().filter(|row| &row[at("state")] == "waived").collect();
    assert!(
        waived.iter().any(|row| &row[at("waiver_reason")] == "moves in autumn" && &row[at("line")] == "6"),
        "{out}"
    );
    assert_eq!(rows.len(), issues.len() + waived.len());
}

fn quick_junit_of(text: &str) -> quick_junit::Report {
    quick_junit::Report::deserialize_from_str(text).expect("JUnit XML")
}

#[test]
fn several_formats_at_once_say_the_same() {
    let repository = repository();
    let more = ["--output", "a.sarif", "--format", "markdown", "--output", "b.md", "--format", "json"];
    let (code, out) = check(&repository, "sarif", &more);
    let report: Value = serde_json::from_str(&out).expect("JSON on standard output alone");
    let read = |name: &str| std::fs::read_to_string(repository.path().join(name)).expect(name);
    let sarif: Value = serde_json::from_str(&read("a.sarif")).expect("SARIF");
    assert_eq!(code, 1);
    let number = |value: &Value| value.as_array().expect("list").len();
    assert_eq!(number(&report["findings"]), number(&sarif["runs"][0]["results"]));
    assert!(read("b.md").contains(report["summary"].as_str().expect("summary")));
}

#[test]
fn three_hundred_findings_are_readable() {
    let mut text = String::from("version: 1\ncomponents:\n");
    for app in 0..100 {
        text += &format!(
            "  app-{app}: {{kind: app, tier: {}, needs: [s{}, s{}, s{}]}}\n",
            app % 3 + 1,
            app % 25,
            app % 20 + 25,
            50
        );
    }
    for store in 0..51 {
        text += &format!("  s{store}: {{kind: store}}\n");
    }
    let repository = Repository::new(&[("linchpin.yaml", &text)]);
    let out = repository.run(&["check"]).out;
    let lines = out.lines().count();
    assert!(lines < 400, "{lines} lines");
    assert!(out.lines().all(|line| line.chars().count() <= 160), "{out}");
    assert!(out.contains("also: 99 other apps") && out.contains("linchpin check --explain single-point-of-failure"));
    assert!(out.lines().take(8).any(|line| line.trim_start().starts_with("rule")), "an overview comes first: {out}");
    let comment = repository.run(&["check", "--format", "markdown"]).out;
    assert!(comment.chars().count() <= 60_000);
}
