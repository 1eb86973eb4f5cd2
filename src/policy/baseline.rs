//! Baseline files: the findings that are known, one a line, sorted and without line numbers, so that they merge.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use super::finding::Identity;
use crate::source::yaml;
use crate::source::{Fields, Location, Problem};

/// The findings that a file knows.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// Each with its place.
    pub known: BTreeMap<Identity, Location>,
}

const HEAD: &str = "# Findings that are known, one a line; written by `linchpin baseline write`.\n\
                    # With `linchpin check --baseline` they do not fail. Lines may be removed and merged as they come.\n";

/// A text in double quotes, as JSON and so as YAML; what YAML does not take as it is, is written by its number.
fn quoted(text: &str) -> String {
    let unprintable = |letter: char| {
        let number = u32::from(letter);
        matches!(number, 0x7f..=0xa0 | 0x2028 | 0x2029 | 0xfeff) || number & 0xfffe == 0xfffe
    };
    let mut out = String::new();
    for letter in serde_json::Value::from(text).to_string().chars() {
        match letter {
            letter if unprintable(letter) => {
                let _ = write!(out, "\\U{:08X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out
}

impl Baseline {
    /// The file that knows these findings.
    pub fn write(known: &BTreeSet<Identity>) -> String {
        let mut text = format!("{HEAD}version: 1\nknown:{}\n", if known.is_empty() { " []" } else { "" });
        for identity in known {
            let mut parts = vec![format!("rule: {}", quoted(&identity.rule))];
            parts.extend(identity.app.as_ref().map(|app| format!("app: {}", quoted(app))));
            let cut: Vec<String> = identity.cut_set.iter().map(|id| quoted(id)).collect();
            parts.push(format!("cut_set: [{}]", cut.join(", ")));
            parts.extend(identity.said.as_ref().map(|said| format!("said: {}", quoted(said))));
            let _ = writeln!(text, "- {{{}}}", parts.join(", "));
        }
        text
    }

    /// Reads such a file; the same line twice is what a merge leaves, and is no problem.
    pub fn read(file: &Arc<str>, text: &str) -> (Baseline, Vec<Problem>) {
        let mut baseline = Baseline::default();
        let mut reader = Fields::new(file);
        let documents = match yaml::parse_strict(file, text) {
            Ok(documents) => documents,
            Err(problem) => {
                let conflict = text.lines().any(|line| line.starts_with("<<<<<<< "));
                let help = "it holds the marks of a merge conflict: keep the lines of both sides, and remove the marks";
                return (baseline, vec![if conflict { problem.help(help) } else { problem }]);
            }
        };
        let Some(root) = documents.first() else {
            reader.fail(Location::start_of(file), "the file is empty", "write it with `linchpin baseline write`");
            return (baseline, reader.problems);
        };
        if !reader.mapping(root, "a baseline", &["version", "known"]) {
            return (baseline, reader.problems);
        }
        if root.get("version").and_then(yaml::Node::integer) != Some(1) {
            reader.wrong(
                root,
                "this is no baseline of a version that is known",
                "write it with `linchpin baseline write`",
            );
        }
        for item in root.get("known").map(|node| reader.list(node, "known")).unwrap_or_default() {
            if !reader.mapping(item, "a known finding", &["rule", "app", "cut_set", "said"]) {
                continue;
            }
            let Some(rule) = item.text_at(&["rule"]).map(str::to_owned) else {
                reader.wrong(item, "a known finding without `rule`", "write the file with `linchpin baseline write`");
                continue;
            };
            let text = |key: &str| item.text_at(&[key]).map(str::to_owned);
            let mut cut_set: Vec<String> = Vec::new();
            for id in item.get("cut_set").map(|node| reader.list(node, "cut_set")).unwrap_or_default() {
                cut_set.extend(reader.text(id, "a component").map(str::to_owned));
            }
            let identity = Identity { rule, app: text("app"), cut_set, said: text("said") };
            baseline.known.entry(identity).or_insert_with(|| reader.place(item));
        }
        (baseline, reader.problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(rule: &str, app: Option<&str>, cut_set: &[&str], said: Option<&str>) -> Identity {
        Identity {
            rule: rule.to_owned(),
            app: app.map(str::to_owned),
            cut_set: cut_set.iter().map(|id| (*id).to_owned()).collect(),
            said: said.map(str::to_owned),
        }
    }

    #[test]
    fn what_is_written_is_read_back_in_any_order_and_twice() {
        let known: BTreeSet<Identity> = [
            identity("single-provider", Some("shop"), &["aliyun"], None),
            identity("start-up-cycle", None, &["a", "b@x/y"], None),
            identity("stale-waiver", None, &[], Some("the \"one\": # {x}\n")),
        ]
        .into();
        let text = Baseline::write(&known);
        let (baseline, problems) = Baseline::read(&"b.yaml".into(), &text);
        assert_eq!(problems, []);
        assert_eq!(baseline.known.keys().cloned().collect::<BTreeSet<_>>(), known);
        let (head, lines) = text.split_at(text.find("- {").expect("lines"));
        let mut merged: Vec<&str> = lines.lines().chain(lines.lines()).collect();
        merged.reverse();
        let (again, problems) = Baseline::read(&"b.yaml".into(), &format!("{head}{}\n", merged.join("\n")));
        assert_eq!(problems, []);
        assert_eq!(again.known.len(), 3);
        let (none, problems) = Baseline::read(&"b.yaml".into(), &Baseline::write(&BTreeSet::new()));
        assert!(none.known.is_empty() && problems.is_empty());
    }

    #[test]
    fn what_is_no_baseline_says_so() {
        for text in ["", "version: 2\nknown: []\n", "version: 1\nknown:\n- {app: x}\n", "version: 1\nnown: []\n"] {
            assert!(!Baseline::read(&"b.yaml".into(), text).1.is_empty(), "{text}");
        }
        let conflict = "version: 1\nknown:\n<<<<<<< ours\n- {rule: a}\n=======\n- {rule: b}\n>>>>>>> theirs\n";
        let (_, problems) = Baseline::read(&"b.yaml".into(), conflict);
        assert!(problems[0].help.as_deref().is_some_and(|help| help.contains("merge conflict")));
    }
}
