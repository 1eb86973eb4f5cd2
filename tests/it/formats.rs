//! Formats: each folder of cases is read whole and compared with what a person expects of it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use linchpin::facts::{ComponentFact, Facts, Target, Wanted};
use linchpin::ingest::{FORMATS, RENDERERS, Reading, STREAMS, Status, ingest};
use linchpin::model::Evidence;
use linchpin::source::Tree;

/// A place within the case, with what was read there.
fn at(evidence: &Evidence, root: &str) -> String {
    let file = evidence.at.file.strip_prefix(root).unwrap_or(&evidence.at.file);
    let note = evidence.note.as_deref().unwrap_or_default();
    format!("{file}:{} {note}", evidence.at.line).trim_end().to_owned()
}

fn target(target: &Target, facts: &Facts) -> String {
    match target {
        Target::Name(name) => format!("name {name}"),
        Target::Component(index) => facts.components[*index].name.to_string(),
        Target::Address(address) => address.to_string(),
        Target::Sign(sign) => format!("{} {sign}", sign.vocabulary()),
        Target::AtLeast { k, members } => {
            let member = |member: &Wanted| self::target(&member.target, facts);
            format!("{k} of [{}]", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
    }
}

fn component(fact: &ComponentFact, root: &str) -> String {
    let mut text = fact.name.to_string();
    let mut add = |what: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _ = write!(text, ", {what}{value}");
        }
    };
    add("in ", fact.scope.as_deref().map(str::to_owned));
    add("", fact.kind.map(|kind| kind.word().to_owned()));
    add("images ", Some(fact.images.iter().map(|image| &*image.text).collect::<Vec<_>>().join(" ")));
    add("replicas ", fact.redundancy.replicas.map(|count| count.to_string()));
    add("spread ", Some(fact.redundancy.spread.join(" ")));
    add("budget ", fact.redundancy.budget.as_deref().map(str::to_owned));
    let _ = write!(text, " ({})", at(&fact.evidence, root));
    if !fact.hosts.is_empty() {
        let _ = write!(text, "\n  answers at {}", fact.hosts.join(" "));
    }
    if let Some(exposed) = &fact.exposed {
        let _ = write!(text, "\n  exposed by {}", at(exposed, root));
    }
    text + "\n"
}

/// Everything that was read, a line for each fact.
pub(crate) fn dump(reading: &Reading, root: &str) -> String {
    let facts = &reading.facts;
    let mut text = String::new();
    let mut heading = |heading: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = write!(text, "# {heading}\n{}\n", lines.concat());
        }
    };
    heading("components", facts.components.iter().map(|fact| component(fact, root)).collect());
    let need = |fact: &linchpin::facts::NeedFact| {
        let need = &fact.need;
        let places: Vec<String> = need.evidence.iter().map(|evidence| at(evidence, root)).collect();
        let (phase, strength) = (format!("{:?}", need.terms.phase), format!("{:?}", need.terms.strength));
        let from = &facts.components[fact.from].name;
        format!(
            "{from} -> {} ({}, {}) {}\n",
            target(&need.target, facts),
            phase.to_lowercase(),
            strength.to_lowercase(),
            places.join("; ")
        )
    };
    heading("needs", facts.needs.iter().map(need).collect());
    let remark = |remark: &linchpin::facts::Remark| {
        let about = remark.about.map(|index| format!("{}: ", facts.components[index].name)).unwrap_or_default();
        format!("{about}{}: {} ({})\n", remark.what, remark.reason, at(&remark.evidence, root))
    };
    heading("remarks", facts.remarks.iter().map(remark).collect());
    let partly = reading
        .partly
        .iter()
        .map(|(file, status, reason)| format!("{}: {status:?}: {reason}\n", file.strip_prefix(root).unwrap_or(file)));
    heading("not read whole", partly.collect());
    let problem = |problem: &linchpin::source::Problem| {
        let place =
            problem.at.as_ref().map(|at| format!("{}:{}", at.file.strip_prefix(root).unwrap_or(&at.file), at.line));
        format!("{}: {}\n", place.unwrap_or_default(), problem.message)
    };
    heading("problems", reading.problems.iter().map(problem).collect());
    text.trim_end().to_owned() + "\n"
}

/// Reads a folder whole and says what came of each format.
pub(crate) fn dump_all(folder: &Path) -> String {
    let ingested = ingest(&Tree::load(&[folder.to_path_buf()]));
    let root = format!("{}/", folder.display());
    let mut text = String::new();
    for (format, facts) in ingested.facts {
        let reading = Reading { facts, ..Reading::default() };
        let _ = write!(text, "== {format}\n{}\n", dump(&reading, &root));
    }
    let accounts = ingested.accounts.into_iter().filter(|account| account.status != Status::Read);
    let partly = accounts.map(|account| (account.file, account.status, account.reason.unwrap_or_default()));
    let reading = Reading { partly: partly.collect(), problems: ingested.problems, ..Reading::default() };
    text + &dump(&reading, &root)
}

/// Holds every folder of cases of a format against its `expected.txt`; writes these anew with `LINCHPIN_BLESS=1`.
pub(crate) fn cases_of(format: &str, at_least: usize, read: impl Fn(&Path) -> String) {
    let mut wrong = Vec::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(format!("tests/cases/{format}"))
        .expect("cases")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(folders.len() >= at_least, "cases are missing");
    for folder in folders {
        let found = read(&folder);
        let file = folder.join("expected.txt");
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if found != expected {
            if std::env::var_os("LINCHPIN_BLESS").is_some() {
                fs::write(file, &found).expect("written");
            }
            wrong.push(format!("{}\n--- expected\n{expected}--- found\n{found}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The formats whose cases say more than facts, and are held by tests of their own.
const OWN: [&str; 5] = ["cloudformation", "compose", "kubernetes", "linchpin", "terraform"];

/// A format has cases in the folder of its name; those of configuration have theirs in one folder, where programs use several.
#[test]
fn every_format_has_cases_and_they_are_read_as_expected() {
    let shared = ingest(&Tree::load(&[PathBuf::from("tests/cases/configuration")]));
    let shared: BTreeSet<&str> = shared.accounts.iter().map(|account| account.format).collect();
    let streams = STREAMS.iter().map(|stream| stream.name);
    let names = FORMATS.iter().map(|format| format.name).chain(RENDERERS.iter().map(|one| one.name)).chain(streams);
    for name in names.filter(|name| !OWN.contains(name)) {
        if Path::new("tests/cases").join(name).is_dir() {
            cases_of(name, 3, dump_all);
        } else {
            assert!(shared.contains(name), "`{name}` has no cases in tests/cases/{name}");
        }
    }
    cases_of("configuration", 7, dump_all);
}
