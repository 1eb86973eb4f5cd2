//! Input that is broken, endless or malicious: a clear problem, never a panic, never a file outside of the tree.

use std::path::Path;

use linchpin::catalogue::Catalogue;
use linchpin::graph::Graph;
use linchpin::ingest::{Status, ingest};
use linchpin::resolve::resolve;
use linchpin::source::Tree;

use crate::folder::folder;

/// Reads a folder all the way to a graph; the number of problems.
fn digest(folder: &Path) -> (linchpin::ingest::Ingested, usize) {
    let ingested = ingest(&Tree::load(&[folder.to_path_buf()]));
    let resolved = resolve(&ingested.facts, &Catalogue::default());
    let graph = Graph::compile(&resolved.system);
    assert_eq!(graph.components().len(), resolved.system.components.len());
    let problems = ingested.problems.len() + resolved.problems.len();
    (ingested, problems)
}

#[test]
fn a_broken_file_is_one_problem_and_the_rest_is_read() {
    let folder = folder::<&[u8]>(&[
        ("bad.yaml", b"apiVersion: v1\nkind: [unclosed\n  x: {"),
        ("tabs.yaml", b"a:\n\t- b\n"),
        ("binary.yaml", &[0, 159, 146, 150, 0xff, 0xfe, b'\n', b':', b' ', 7]),
        ("empty.yaml", b""),
        ("bom.yaml", b"\xef\xbb\xbfversion: 1\n"),
        ("linchpin.yaml", b"\xef\xbb\xbfversion: 1\r\ncomponents:\r\n  a: {kind: app}\r\n"),
    ]);
    let (ingested, problems) = digest(folder.path());
    assert!(problems >= 2, "{:?}", ingested.problems);
    let broken = ingested.accounts.iter().filter(|account| account.status == Status::Broken).count();
    assert!(broken >= 2, "{:?}", ingested.accounts);
    assert_eq!(ingested.facts[0].1.components.len(), 1);
}

#[test]
fn what_is_encrypted_is_told_of_and_no_error() {
    let folder = folder::<&[u8]>(&[
        ("terraform.tfvars", b"\0GITCRYPT\0\x8f\x01=\xff"),
        ("secrets.yaml", b"\0GITCRYPT\0: [\xfe"),
        ("main.tf", b"resource \"aws_sqs_queue\" \"jobs\" {}\n"),
        ("cassette.yaml", b"body: !!binary |\n  CgsKAzIuMBjqjdbOBhLJ/w==\n"),
    ]);
    let (ingested, problems) = digest(folder.path());
    assert_eq!(problems, 0, "{:?}", ingested.problems);
    let skipped: Vec<&str> =
        ingested.accounts.iter().filter(|one| one.status == Status::Skipped).map(|one| &*one.file).collect();
    assert_eq!(skipped.len(), 2, "{:?}", ingested.accounts);
}

#[test]
fn deep_and_wide_and_endless_input_ends() {
    let deep = format!("version: 1\ncomponents: {}", "{a: ".repeat(5_000));
    let nested =
        format!("version: 1\ncomponents:\n  a:\n    needs: [{}b{}]\n", "{any_of: [".repeat(60), "]}".repeat(60));
    let long = format!("version: 1\ncomponents:\n  {}: {{}}\n", "x".repeat(200_000));
    let brackets = "[".repeat(100_000);
    for (text, is_broken) in [(deep.as_str(), true), (&nested, false), (&long, false), (&brackets, true)] {
        let folder = folder::<&[u8]>(&[("linchpin.yaml", text.as_bytes())]);
        let (_, problems) = digest(folder.path());
        assert!(problems > 0 || !is_broken, "{}…: nobody is told", &text[..20]);
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_tree_are_not_followed() {
    let outside = folder::<&[u8]>(&[("secret/linchpin.yaml", b"version: 1\ncomponents:\n  secret: {}\n")]);
    let folder = folder::<&[u8]>(&[("linchpin.yaml", b"version: 1\ncomponents:\n  a: {}\n")]);
    std::os::unix::fs::symlink(outside.path().join("secret"), folder.path().join("inside")).expect("link");
    std::os::unix::fs::symlink(outside.path().join("secret/linchpin.yaml"), folder.path().join("x.yaml"))
        .expect("link");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).expect("link");
    let (ingested, _) = digest(folder.path());
    let names: Vec<&str> = ingested.facts[0].1.components.iter().map(|fact| &*fact.name).collect();
    assert_eq!(names, ["a"]);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let path = [Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")];
    let once = || {
        let ingested = ingest(&Tree::load(&path));
        format!("{:?}{:?}", ingested.accounts, resolve(&ingested.facts, &Catalogue::default()).system)
    };
    assert_eq!(once(), once());
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_of_the_tree_stands_for_it() {
    let folder = folder::<&[u8]>(&[
        ("shared/variables.tf", b"variable \"name\" { default = \"x\" }\n"),
        ("app/linchpin.yaml", b"version: 1\n"),
    ]);
    std::os::unix::fs::symlink("../shared/variables.tf", folder.path().join("app/variables.tf")).expect("link");
    std::os::unix::fs::symlink("missing.tf", folder.path().join("app/dangling.tf")).expect("link");
    std::os::unix::fs::symlink("self.tf", folder.path().join("app/self.tf")).expect("link");
    let tree = Tree::load(&[folder.path().to_path_buf()]);
    let names: Vec<&str> = tree.files().map(|path| &**path).collect();
    assert_eq!(names, ["app/linchpin.yaml", "app/variables.tf", "shared/variables.tf"]);
    assert_eq!(tree.read("app/variables.tf").ok(), tree.read("shared/variables.tf").ok());
}
