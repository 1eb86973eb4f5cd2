//! .NET: `appsettings.json` and those of its environments.

use std::sync::Arc;

use super::leaves::leaves;
use super::sheet::{Kind, Line, Sheet};
use crate::ingest::{Format, Reading, Status};
use crate::model::Strength;
use crate::source::{Source, Tree, yaml};

/// The table line of .NET's settings.
pub const FORMAT: Format = Format { name: "appsettings", wants, claims: |source, _| claims(source), read };

/// Settings of the program itself: where it listens, what it logs.
const OWN: [&str; 6] = ["urls", "kestrel", "allowedhosts", "logging", "profiles", "iissettings"];

/// Sections that say where logs, traces and measures are sent to: what is lost there takes no request down.
const TOLD: [&str; 5] = ["serilog", "nlog", "opentelemetry", "otlp", "applicationinsights"];

fn name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_lowercase()
}

fn wants(path: &str) -> bool {
    let name = name(path);
    name.starts_with("appsettings") && name.ends_with(".json")
}

fn claims(source: &Source) -> bool {
    wants(&source.path)
}

fn read(files: &[&Source], _: &Tree) -> Reading {
    let mut reading = Reading::default();
    for source in files {
        let documents = yaml::parse(&source.path, &plain_json(&source.text));
        reading.reread.push(Arc::clone(&source.path));
        reading.problems.extend(documents.problems.iter().cloned());
        let Some(root) = documents.nodes.first() else {
            if let Some(problem) = documents.problems.first() {
                reading.partly.push((Arc::clone(&source.path), Status::Broken, problem.message.clone()));
            }
            continue;
        };
        let name = name(&source.path);
        let stem = name.trim_end_matches(".json");
        let environment = stem.split_once('.').map(|(_, environment)| environment).filter(|word| !word.is_empty());
        let mut sheet = Sheet::new(&source.path);
        for (key, value, node) in leaves(root) {
            let first = key.split('.').next().unwrap_or_default().to_lowercase();
            let listens = OWN.contains(&first.as_str()) && (first != "urls" || !key.contains('.'));
            if listens || first.starts_with("serilog") && !value.contains("://") {
                continue;
            }
            if environment.is_none() {
                sheet.values.entry(key.clone()).or_insert_with(|| value.clone());
            }
            let at = node.location(&source.path);
            let line = Line::new(&key, &value, Kind::Variable, at);
            let strength = if TOLD.contains(&first.as_str()) { Strength::Soft } else { line.strength };
            sheet.lines.push(Line { yields: true, profile: environment.map(Arc::from), strength, ..line });
        }
        reading.sheets.push(sheet);
    }
    reading
}

/// JSON as .NET reads it has comments and commas before a closing brace; both become spaces, so that places stay.
fn plain_json(text: &str) -> String {
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('\\', Some(_)) if quoted => {
                out.push(letter);
                out.extend(letters.next());
                continue;
            }
            ('"', _) => quoted = !quoted,
            ('/', Some('/')) if !quoted => {
                while let Some(skipped) = letters.next_if(|next| *next != '\n') {
                    out.push(if skipped == '\r' { '\r' } else { ' ' });
                }
                out.push(' ');
                continue;
            }
            ('/', Some('*')) if !quoted => {
                out.push(' ');
                let mut before = ' ';
                for skipped in letters.by_ref() {
                    out.push(if skipped == '\n' { '\n' } else { ' ' });
                    if before == '*' && skipped == '/' {
                        break;
                    }
                    before = skipped;
                }
                continue;
            }
            ('}' | ']', _) if !quoted => {
                if let Some(comma) = out.iter().rposition(|before| !before.is_whitespace())
                    && out[comma] == ','
                {
                    out[comma] = ' ';
                }
            }
            _ => {}
        }
        out.push(letter);
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::plain_json;

    #[test]
    fn comments_and_last_commas_become_spaces() {
        for (text, expected) in [
            ("{\"a\": 1, // x\n\"b\": [2,]}", "{\"a\": 1,     \n\"b\": [2 ]}"),
            ("{/* a\nb */\"u\": \"http://x/*\"}", "{    \n    \"u\": \"http://x/*\"}"),
        ] {
            assert_eq!(plain_json(text), expected);
            assert_eq!(text.len(), expected.len(), "places stay");
        }
        assert_eq!(plain_json("{\"a\": \"\\\"//\"}"), "{\"a\": \"\\\"//\"}");
    }
}
