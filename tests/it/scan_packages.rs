//! Manifests and lock files: each folder of cases is read, and what is found compared with `expected.txt`.

use std::fs;
use std::path::{Path, PathBuf};

use linchpin::scan::packages::{Dependency, Packages, read};
use linchpin::source::Tree;
use proptest::prelude::*;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/scan/packages");
    let mut all: Vec<PathBuf> =
        fs::read_dir(folder).expect("cases").map(|entry| entry.expect("entry").path()).collect();
    all.sort();
    all
}

fn dependency(of: &Dependency, source: &str) -> String {
    let mut line = format!("  {}:{}", of.name, of.line);
    let mut add = |what: &str, words: &[String]| {
        if !words.is_empty() {
            line += &format!(" {what} {}", words.join(" "));
        }
    };
    let texts = |list: &[std::sync::Arc<str>]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    add("in", &(*of.file != *source).then(|| of.file.to_string()).into_iter().collect::<Vec<_>>());
    add("as", &of.alias.iter().map(ToString::to_string).collect::<Vec<_>>());
    add("if", &texts(&of.only_if));
    add("with", &texts(&of.features));
    add("at", &of.path.iter().map(|path| format!("{path}/")).collect::<Vec<_>>());
    line + if of.is_dev { " dev" } else { "" }
}

fn dump(found: &Packages) -> String {
    let mut out = String::new();
    for package in &found.packages {
        let what = match package.is_program {
            Some(true) => "program",
            Some(false) => "library",
            None => "package",
        };
        let name = package.name.as_deref().unwrap_or("?");
        out += &format!("{what} {}:{name} in {}", package.ecosystem, package.source);
        out += &package.import.as_ref().map(|import| format!(" imported as {import}")).unwrap_or_default();
        out += "\n";
        for (feature, enabled) in &package.features {
            out += &format!("  feature {feature}: {}\n", enabled.join(" "));
        }
        package.dependencies.iter().for_each(|one| out += &format!("{}\n", dependency(one, &package.source)));
    }
    found.hints.iter().for_each(|hint| out += &format!("hint {} {}:{}\n", hint.name, hint.file, hint.line));
    for problem in &found.problems {
        let at = problem.at.as_ref().map(ToString::to_string).unwrap_or_default();
        out += &format!("problem {at} {} ({})\n", problem.message, problem.help.as_deref().unwrap_or("no help"));
    }
    out
}

#[test]
fn each_case_gives_what_is_expected_of_it() {
    for case in cases() {
        let found = dump(&read(&Tree::load(std::slice::from_ref(&case))));
        let file = case.join("expected.txt");
        if std::env::var_os("LINCHPIN_BLESS").is_some() {
            fs::write(&file, &found).expect("written");
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(found, expected, "{}", case.display());
    }
}

#[test]
fn every_dependency_is_where_it_says() {
    for case in cases() {
        let tree = Tree::load(std::slice::from_ref(&case));
        let found = read(&tree);
        let dependencies = found.packages.iter().flat_map(|package| &package.dependencies);
        let named = dependencies.map(|one| (&one.name, &one.alias, &one.file, one.line));
        for (name, alias, file, line) in
            named.chain(found.hints.iter().map(|one| (&one.name, &None, &one.file, one.line)))
        {
            let text = tree.read(file).expect("readable");
            // An element of XML goes over several lines, and a name of Python is written in several ways.
            let near: Vec<&str> = text.lines().skip(line as usize - 1).take(4).collect();
            let near = near.join("\n").replace(['_', '.', '-'], "").to_lowercase();
            let last = name.rsplit(['/', ':']).next().expect("a name").replace(['_', '.', '-'], "").to_lowercase();
            let alias = alias.as_ref().is_some_and(|alias| near.contains(&**alias));
            let catalogue = near.contains("libs") || near.contains("store");
            assert!(near.contains(&last) || alias || catalogue, "{name} at {file}:{line}: {near}");
        }
    }
}

#[test]
fn features_turn_on_what_they_name() {
    let case = cases().into_iter().find(|case| case.ends_with("cargo")).expect("the case");
    let found = read(&Tree::load(&[case]));
    let app = found.packages.iter().find(|package| package.name.as_deref() == Some("acme-app")).expect("the package");
    let on = |chosen: &[&'static str], default| app.features_on(chosen.iter().copied(), default);
    let brings = |on: &std::collections::BTreeSet<&str>, name: &str| {
        let one = app.dependencies.iter().find(|one| *one.name == *name).expect("a dependency");
        one.only_if.is_empty() || one.only_if.iter().any(|feature| on.contains(&**feature))
    };
    assert!(brings(&on(&[], true), "crate:redis") && !brings(&on(&[], false), "crate:redis"));
    assert!(brings(&on(&["queue"], false), "crate:lapin") && !brings(&on(&["queue"], false), "crate:serde"));
    assert!(brings(&on(&[], false), "crate:aws-sdk-s3"));
}

#[test]
fn depth_and_size_do_no_harm() {
    let deep = 100_000;
    for (name, text) in [
        ("package.json", format!("{{\"dependencies\": {}", "[".repeat(deep))),
        ("Cargo.toml", format!("[package]\nname = {}", "[".repeat(deep))),
        ("pyproject.toml", format!("[project]\nx = {}", "{a=".repeat(deep))),
        ("pom.xml", "<project>".repeat(deep)),
        ("a.csproj", format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{}", "<a>".repeat(deep))),
        ("build.gradle", "dependencies {".repeat(deep)),
        ("composer.json", "{\"a\":".repeat(deep)),
        ("Gemfile", "group :test do\n".repeat(deep)),
        ("go.mod", format!("module a\n{}", "require (\n".repeat(deep))),
        ("requirements.txt", "-r requirements.txt\n".repeat(deep)),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(name), text).expect("written");
        let found = read(&Tree::load(&[folder.path().to_path_buf()]));
        assert!(found.problems.len() <= 1, "{name}: {:?}", found.problems);
    }
}

proptest! {
    #![proptest_config(crate::cases::cases(48))]

    /// Files that end early or hold wrong bytes are read as far as they go, and never end the run.
    #[test]
    fn broken_files_are_problems(case in 0..9_usize, file in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let cases = cases();
        let case = &cases[case % cases.len()];
        let folder = tempfile::tempdir().expect("a folder");
        let tree = Tree::load(std::slice::from_ref(case));
        let paths: Vec<_> = tree.files().filter(|path| !path.ends_with("expected.txt")).cloned().collect();
        let chosen = file.index(paths.len());
        for (number, path) in paths.iter().enumerate() {
            let mut bytes = tree.read(path).expect("readable").into_bytes();
            if number == chosen && !bytes.is_empty() {
                let at = cut.index(bytes.len());
                if byte < 64 { bytes.truncate(at) } else { bytes[at] = byte }
            }
            let to = folder.path().join(path.trim_start_matches('/'));
            fs::create_dir_all(to.parent().expect("a folder")).expect("made");
            fs::write(to, bytes).expect("written");
        }
        let found = read(&Tree::load(&[folder.path().to_path_buf()]));
        prop_assert!(found.problems.iter().all(|problem| problem.at.is_some()));
    }
}
