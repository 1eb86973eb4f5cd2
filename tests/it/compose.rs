//! Compose files: each folder of cases is read, and what is found compared with `expected.txt`.

use std::fs;
use std::path::{Path, PathBuf};

use linchpin::facts::{Facts, Target};
use linchpin::ingest::Reading;
use linchpin::ingest::compose::FORMAT;
use linchpin::model::{Evidence, Phase, Strength};
use linchpin::source::{Gravity, Source, Tree};

use crate::folder::folder;

fn read(tree: &Tree) -> Reading {
    let wanted = tree.files().filter(|path| (FORMAT.wants)(path));
    let sources: Vec<Source> = wanted.map(|path| Source::new(path, tree.read(path).expect("readable"))).collect();
    let files: Vec<&Source> = sources.iter().filter(|source| (FORMAT.claims)(source, tree)).collect();
    (FORMAT.read)(&files, tree)
}

fn place(evidence: &Evidence) -> String {
    let note = evidence.note.as_deref().map(|note| format!(" {note}")).unwrap_or_default();
    format!("{}:{}{note}", evidence.at.file, evidence.at.line)
}

fn target(facts: &Facts, target: &Target) -> String {
    match target {
        Target::Component(index) => facts.components[*index].name.to_string(),
        Target::Address(address) => format!("<{address}>"),
        Target::AtLeast { k, members } => {
            let members = members.iter().map(|member| self::target(facts, &member.target));
            format!("{k} of {}", members.collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}

/// What was found in words, a line for each thing.
fn dump(reading: &Reading) -> String {
    let Reading { facts, problems, partly, .. } = reading;
    let mut out = String::new();
    let mut lines = |kind: &str, mut found: Vec<String>| {
        found.sort();
        found.iter().for_each(|line| out += &format!("{kind} {line}\n"));
    };
    let components = facts.components.iter().map(|fact| {
        let mut line = format!("{} in {} ({})", fact.name, fact.scope.as_deref().unwrap_or("?"), place(&fact.evidence));
        let mut add = |what: &str, words: Vec<String>| {
            if !words.is_empty() {
                line += &format!(", {what} {}", words.join(" "));
            }
        };
        add("kind", fact.kind.iter().map(|kind| kind.word().to_owned()).collect());
        add("hosts", fact.hosts.iter().map(ToString::to_string).collect());
        add("images", fact.images.iter().map(|image| image.text.to_string()).collect());
        add("exposed", fact.exposed.iter().map(|at| format!("{}:{}", at.at.file, at.at.line)).collect());
        add("replicas", fact.redundancy.replicas.iter().map(ToString::to_string).collect());
        add("spread", fact.redundancy.spread.iter().map(ToString::to_string).collect());
        line
    });
    lines("component", components.collect());
    let needs = facts.needs.iter().map(|fact| {
        let terms = &fact.need.terms;
        let phase = if terms.phase == Phase::Run { "run" } else { "start" };
        let strength = if terms.strength == Strength::Hard { "hard" } else { "soft" };
        let evidence: Vec<String> = fact.need.evidence.iter().map(place).collect();
        let (from, to) = (&facts.components[fact.from].name, target(facts, &fact.need.target));
        let confidence = format!("{:?}", terms.confidence).to_lowercase();
        format!("{from} -> {to} ({phase}, {strength}, {confidence}) {}", evidence.join("; "))
    });
    lines("need", needs.collect());
    let remarks = facts.remarks.iter().map(|remark| {
        let about = remark.about.map_or("-".to_owned(), |index| facts.components[index].name.to_string());
        format!("{about}: {}: {} ({})", remark.what, remark.reason, place(&remark.evidence))
    });
    lines("remark", remarks.collect());
    let problems = problems.iter().map(|problem| {
        let place = problem.at.as_ref().map(|at| format!("{}:{}", at.file, at.line)).unwrap_or_default();
        let gravity = if problem.gravity == Gravity::Error { "error" } else { "warning" };
        format!("{place} {gravity}: {} -> {}", problem.message, problem.help.as_deref().unwrap_or("?"))
    });
    lines("problem", problems.collect());
    lines("partly", partly.iter().map(|(file, status, reason)| format!("{file} {status:?}: {reason}")).collect());
    out
}

fn loaded(folder: &Path) -> Tree {
    Tree::load(&[folder.to_path_buf()])
}

#[test]
fn every_case_is_read_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/compose");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root).expect("cases").map(|entry| entry.expect("entry").path()).collect();
    folders.sort();
    let mut wrong = String::new();
    for folder in &folders {
        let found = dump(&read(&loaded(folder)));
        let file = folder.join("expected.txt");
        if std::env::var_os("LINCHPIN_BLESS").is_some() {
            fs::write(&file, &found).expect("written");
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if found != expected {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            wrong += &format!("== {name}: found\n{found}== expected\n{expected}");
        }
    }
    assert!(wrong.is_empty(), "LINCHPIN_BLESS=1 writes what is found; read it before\n{wrong}");
    assert!(folders.len() > 10, "the cases are there");
}

/// The reading of files that are written for the occasion.
fn reading(files: &[(&str, String)]) -> Reading {
    let folder = folder(files);
    read(&loaded(folder.path()))
}

fn services(count: usize, service: impl Fn(usize) -> String) -> String {
    (0..count).fold("services:\n".to_owned(), |text, index| text + &format!("  s{index}: {}\n", service(index)))
}

#[test]
fn input_that_is_made_to_hurt_does_not() {
    let chain = services(5_000, |index| format!("{{image: x, extends: s{}}}", (index + 1) % 5_000));
    let found = reading(&[("compose.yaml", chain)]);
    assert_eq!(found.facts.components.len(), 5_000);
    assert!(!found.problems.is_empty(), "the chain is cut and that is said");

    // One variable in a hundred is an address: it is the copies that are counted, and needs take time.
    let value = |index: usize| if index.is_multiple_of(100) { format!("h{index}:1") } else { "x".to_owned() };
    let many = (0..1_000).map(|index| format!("V{index}: '{}'", value(index))).collect::<Vec<_>>().join(", ");
    let wide = services(1_000, |index| {
        if index == 0 { format!("{{image: x, environment: {{{many}}}}}") } else { "{extends: s0}".to_owned() }
    });
    let found = reading(&[("compose.yaml", wide)]);
    assert!((1_000..3_000).contains(&found.facts.needs.len()), "{}", found.facts.needs.len());
    assert!(found.problems.iter().any(|problem| problem.message.contains("extend one another")));

    let large = (0..10_000).fold(String::new(), |text, index| text + &format!("V{index}={}\n", value(index)));
    let each = services(300, |_| "{image: x, env_file: all.env}".to_owned());
    let found = reading(&[("compose.yaml", each), ("all.env", large)]);
    assert!((1_000..=2_000).contains(&found.facts.needs.len()), "{}", found.facts.needs.len());

    let doubled = (1..2_000).fold("A0=xxxxxxxx\n".to_owned(), |text, i| text + &format!("A{i}=$A{0}$A{0}\n", i - 1));
    let used = services(2_000, |index| format!("{{image: x, environment: {{X_HOST: '${{A{index}}}$A9$A9$A9'}}}}"));
    reading(&[("compose.yaml", used), (".env", doubled)]);

    let each =
        |index: usize| format!("include: [{}/compose.yaml, {}/compose.yaml]\n", (index + 1) % 40, (index + 2) % 40);
    let names: Vec<String> = (0..40).map(|index| format!("{index}/compose.yaml")).collect();
    let round: Vec<(&str, String)> = names
        .iter()
        .enumerate()
        .map(|(index, name)| (name.as_str(), each(index).replace("[", "[../").replace(", ", ", ../")))
        .collect();
    assert!(!reading(&round).problems.is_empty());
}

#[test]
fn any_cut_or_change_of_a_file_is_read_without_a_panic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/compose");
    for case in ["extends", "images", "tags", "dotenv"] {
        let text = fs::read_to_string(root.join(case).join("compose.yaml")).expect("case");
        for end in (0..text.len()).step_by(7).filter(|end| text.is_char_boundary(*end)) {
            let source = Source::new("compose.yaml", text[..end].to_owned());
            (FORMAT.read)(&[&source], &Tree::default());
            let mut changed = text.clone();
            changed.replace_range(end..=end, ["$", ":", "[", "{", "&", "\n"][end % 6]);
            let source = Source::new("compose.yaml", changed);
            (FORMAT.read)(&[&source], &Tree::default());
        }
    }
}
