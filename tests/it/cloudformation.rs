//! Templates of stacks: each folder of cases is read whole and compared with what a person expects of it.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use linchpin::facts::{Datum, Facts, ResourceFact};
use linchpin::ingest::cloudformation::FORMAT;
use linchpin::ingest::ingest;
use linchpin::source::{Source, Tree};

use crate::kubernetes::cases_of;

fn resource(fact: &ResourceFact, facts: &Facts, root: &str) -> String {
    let file = |file: &str| file.strip_prefix(root).unwrap_or(file).to_owned();
    let at = &fact.evidence.at;
    let mut text = format!("{} {} ({}:{})", fact.sign, fact.name, file(&at.file), at.line);
    let note = fact.evidence.note.as_deref().unwrap_or_default();
    let _ = writeln!(text, "{}", note.strip_prefix(&*fact.name).unwrap_or(note));
    for setting in &fact.settings {
        let value = match &setting.value {
            Datum::Unknown(None) => "?".to_owned(),
            Datum::Unknown(Some(reason)) => format!("? {reason}"),
            known => known.text().map(|text| text.to_string()).unwrap_or_default(),
        };
        let refer = |referral: &linchpin::facts::Referral| {
            format!("{} {}", facts.resources[referral.to].name, referral.attribute).trim_end().to_owned()
        };
        let refers: Vec<String> = setting.refers.iter().map(refer).collect();
        let refers = if refers.is_empty() { String::new() } else { format!(" -> {}", refers.join(", ")) };
        let at = &setting.evidence.at;
        let note = setting.evidence.note.as_deref().unwrap_or_default();
        let _ = writeln!(text, "  {} = {value}{refers} ({}:{})", note, file(&at.file), at.line);
    }
    text
}

fn dump(folder: &Path) -> String {
    let ingested = ingest(&Tree::load(&[folder.to_path_buf()]));
    let root = format!("{}/", folder.display());
    let mut text = String::new();
    for (format, facts) in &ingested.facts {
        assert_eq!(*format, "cloudformation");
        text += &facts.resources.iter().map(|fact| resource(fact, facts, &root)).collect::<String>();
        for remark in &facts.remarks {
            let at = &remark.evidence.at;
            let file = at.file.strip_prefix(&root).unwrap_or(&at.file);
            let _ = writeln!(text, "! {}: {} ({file}:{})", remark.what, remark.reason, at.line);
        }
    }
    for account in ingested.accounts.iter().filter(|account| account.reason.is_some()) {
        let file = account.file.strip_prefix(&root).unwrap_or(&account.file);
        let _ = writeln!(text, "{file}: {:?}: {}", account.status, account.reason.as_deref().unwrap_or_default());
    }
    for problem in &ingested.problems {
        let _ = writeln!(text, "problem: {}", problem.message);
    }
    text
}

#[test]
fn cases_are_read_as_expected() {
    cases_of("cloudformation", 6, dump);
}

/// Every place of a template in turn holds something of a wrong type: a reader may say less, but it must not fall over.
#[test]
fn wrong_types_everywhere_are_no_panic() {
    let odd = ["~", "[~, {a: [~]}]", "!Ref ~", "!Sub [a]", "{'Fn::Select': [9, [1]]}", "!GetAtt .", "!If [x]", "'${'"];
    for case in ["functions/template.yaml", "serverless/template.yaml"] {
        let text = std::fs::read_to_string(Path::new("tests/cases/cloudformation").join(case)).expect("case");
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let Some((key, _)) = line.split_once(':') else { continue };
            let indent = key.len() - key.trim_start_matches([' ', '-']).len();
            let below = |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent;
            let behind = lines[number + 1..].iter().take_while(below).count();
            for value in odd {
                let (before, after) = (lines[..number].join("\n"), lines[number + 1 + behind..].join("\n"));
                let source = Source::new("odd.yaml", format!("{before}\n{key}: {value}\n{after}\n"));
                let reading = (FORMAT.read)(&[&source], &Tree::default());
                let count = reading.facts.resources.len();
                let mut refers = reading.facts.resources.iter().flat_map(|r| &r.settings).flat_map(|s| &s.refers);
                assert!(refers.all(|referral| referral.to < count));
            }
        }
    }
}

/// Exports that are made of each other double with every step, and stacks that nest each other have no top.
#[test]
fn circles_come_to_an_end() {
    let mut sources = Vec::new();
    for (own, other) in [("a", "b"), ("b", "a")] {
        let text = format!(
            "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  N: {{Type: AWS::CloudFormation::Stack, Properties: \
             {{TemplateURL: {other}.yaml, Parameters: {{P: !Ref P}}}}}}\n  Q: {{Type: AWS::SQS::Queue, Properties: {{A: \
             !ImportValue {other}}}}}\nParameters: {{P: {{Type: String}}}}\nOutputs:\n  O: {{Export: {{Name: {own}}}, Value: \
             !Join ['', [!ImportValue {other}, !ImportValue {other}, !ImportValue {other}]]}}\n"
        );
        sources.push(Source::new(&format!("{own}.yaml"), text.clone()));
        sources.push(Source::new(&format!("x/{own}.yaml"), text.replace("Stack", "Stak")));
    }
    let start = Instant::now();
    let reading = (FORMAT.read)(&sources.iter().collect::<Vec<_>>(), &Tree::default());
    assert!(!reading.facts.resources.is_empty() && start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
