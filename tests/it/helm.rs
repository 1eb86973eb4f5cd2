//! Helm charts: each folder of cases is rendered and read whole, and compared with what a person expects of it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use linchpin::ingest::ingest;
use linchpin::source::Tree;

use crate::kubernetes::{cases_of, dump_all};

#[test]
fn cases_are_read_as_expected() {
    cases_of("helm", 4, dump_all);
}

fn chart(template: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::create_dir_all(folder.path().join("templates")).expect("folder");
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("written");
    write("Chart.yaml", "apiVersion: v2\nname: shop\n");
    write("values.yaml", "list: [1, 2]\n");
    write("templates/all.yaml", template);
    folder
}

/// Templates that do not end, or grow, are given up; none is a panic.
#[test]
fn hostile_templates_come_to_an_end() {
    let deep = "{{ if true }}".repeat(5_000);
    let inner = format!("{{{{ {}1{} }}}}", "(".repeat(5_000), ")".repeat(5_000));
    let cases = [
        "{{ define \"a\" }}{{ include \"a\" . }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "{{ range until 10000 }}{{ range until 10000 }}{{ range until 10000 }}x{{ end }}{{ end }}{{ end }}",
        "{{ repeat 1000000000 \"aaaaaaaaaa\" }}",
        "{{ $d := dict }}{{ $_ := set $d \"a\" $d }}{{ toYaml $d }}",
        "{{ $x := \"a\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}{{ $x }}",
        "{{ .Values.a.b.c }}",
        "{{ printf \"%999999999d\" 1 }}{{ index (list) 99 }}{{ slice \"a\" 5 }}{{ div 1 0 }}",
        "{{",
        "{{ else }}",
        "{{ (",
        deep.as_str(),
        inner.as_str(),
    ];
    for template in cases {
        let folder = chart(template);
        let start = Instant::now();
        let ingested = ingest(&Tree::load(&[folder.path().to_path_buf()]));
        assert!(!ingested.accounts.is_empty());
        let head: String = template.chars().take(60).collect();
        assert!(start.elapsed() < Duration::from_secs(60), "{head}: {:?}", start.elapsed());
    }
}

/// The line that evidence points at is in the template, and says what was read there.
#[test]
fn evidence_points_into_the_templates() {
    let tree = Tree::load(&[PathBuf::from("tests/cases/helm/shop")]);
    let ingested = ingest(&tree);
    let facts = &ingested.facts.iter().find(|(format, _)| *format == "kubernetes").expect("read").1;
    assert!(!facts.needs.is_empty());
    for need in &facts.needs {
        let at = &need.need.evidence[0].at;
        let line = tree.read(&at.file).expect("file").lines().nth(at.line as usize - 1).expect("line").to_owned();
        assert!(at.file.contains("/templates/") && !line.trim().is_empty(), "{at} {line}");
    }
}
