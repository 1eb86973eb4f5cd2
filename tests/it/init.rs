//! `init`: what it writes is read back without a problem and changes nothing but what it says.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn linchpin(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_linchpin")).current_dir(folder).args(arguments).output().expect("run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().expect("code"), text)
}

fn scan(folder: &Path) -> (BTreeMap<String, String>, Vec<(String, String)>) {
    let (code, text) = linchpin(folder, &["scan", "--format", "json"]);
    assert_eq!(code, 0, "{text}");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let word = |value: &Value| value.as_str().expect("text").to_owned();
    let list = |name: &str| report[name].as_array().expect("list").clone();
    let components = list("components").iter().map(|c| (word(&c["id"]), word(&c["kind"]))).collect();
    let needs = list("needs").iter().map(|need| (word(&need["from"]), word(&need["to"]))).collect();
    (components, needs)
}

#[test]
fn what_init_writes_is_read_back_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("scratch");
    let compose = "services:\n  web: {build: ., ports: ['80:80'], environment: {API_URL: 'http://api'}}\n  api: {build: ., environment: {DB_HOST: db, X_URL: 'https://x.example.com/'}}\n  db: {image: postgres}\n  'on': {build: .}\n";
    for name in ["one", "two"] {
        std::fs::create_dir(folder.path().join(name)).expect("folder");
        std::fs::write(folder.path().join(name).join("compose.yaml"), compose).expect("file");
    }
    let before = scan(folder.path());
    assert!(before.0.contains_key("db.two") && before.0.contains_key("x.example.com"), "{:?}", before.0);
    let (code, text) = linchpin(folder.path(), &["init"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(scan(folder.path()), before);
    let written = std::fs::read_to_string(folder.path().join("linchpin.yaml")).expect("written");
    let (code, text) = linchpin(folder.path(), &["init"]);
    assert_eq!((code, text.contains("exists already")), (2, true), "{text}");
    assert_eq!(std::fs::read_to_string(folder.path().join("linchpin.yaml")).expect("kept"), written);
}

#[test]
fn exit_codes_do_not_depend_on_the_format() {
    let folder = tempfile::tempdir().expect("scratch");
    let empty = tempfile::tempdir().expect("scratch");
    let manifest = "version: 1\ncomponents:\n  a: {kind: app, tier: 1, needs: [db]}\n  db: {kind: store}\n";
    std::fs::write(folder.path().join("linchpin.yaml"), manifest).expect("file");
    for format in ["text", "json"] {
        for (arguments, code) in [
            (vec!["scan"], 0),
            (vec!["simulate", "--down", "db"], 0),
            (vec!["simulate", "--down", "nope"], 2),
            (vec!["explain", "a", "--down", "db"], 0),
            (vec!["explain", "nope", "--down", "db"], 2),
            (vec!["spof"], 0),
            (vec!["check"], 1),
            (vec!["scan", "nowhere"], 2),
        ] {
            let all = [arguments.as_slice(), &["--format", format]].concat();
            let (found, text) = linchpin(folder.path(), &all);
            assert_eq!(found, code, "{all:?}: {text}");
        }
        assert_eq!(linchpin(empty.path(), &["scan", "--format", format]).0, 3);
    }
    assert_eq!(linchpin(folder.path(), &["check", "--format", "yaml"]).0, 2);
    assert_eq!(linchpin(folder.path(), &["nonsense"]).0, 2);
    assert_eq!(linchpin(folder.path(), &["--version"]).0, 0);
    std::fs::write(folder.path().join("broken.yaml"), "a: [").expect("file");
    assert_eq!(linchpin(folder.path(), &["scan"]).0, 0);
    assert_eq!(linchpin(folder.path(), &["scan", "--strict"]).0, 4);
    std::fs::write(folder.path().join("linchpin.yaml"), "version: 1\ncomponent: {}\n").expect("file");
    assert_eq!(linchpin(folder.path(), &["scan"]).0, 2);
}

#[test]
fn several_formats_go_to_several_files() {
    let folder = tempfile::tempdir().expect("scratch");
    std::fs::write(folder.path().join("linchpin.yaml"), "version: 1\ncomponents:\n  a: {kind: app}\n").expect("file");
    let arguments = ["scan", "--format", "json", "--output", "a.json", "--format", "text", "--output", "-"];
    let (code, text) = linchpin(folder.path(), &arguments);
    assert_eq!((code, text.contains("Found")), (0, true));
    let json = std::fs::read_to_string(folder.path().join("a.json")).expect("written");
    assert!(serde_json::from_str::<Value>(&json).is_ok());
    let (code, text) = linchpin(folder.path(), &["scan", "--output", "missing/a.json"]);
    assert_eq!((code, text.contains("can't write")), (2, true), "{text}");
}
