//! Kustomize: each folder of cases is built and read whole, and compared with what a person expects of it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use linchpin::ingest::ingest;
use linchpin::source::Tree;

/// A kustomization in every second level doubles what is below: the limit ends that, and the rest is read.
#[test]
fn a_kustomization_that_grows_without_end_is_cut() {
    let folder = tempfile::tempdir().expect("folder");
    let write = |path: &str, text: &str| crate::folder::write(folder.path(), path, text);
    write("0/kustomization.yaml", "resources: [pod.yaml]");
    // What is counted is values: few large objects are copied sooner than many small ones.
    let notes: String = (0..2_000).map(|number| format!("    n{number}: x\n")).collect();
    write(
        "0/pod.yaml",
        &format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n{notes}spec: {{containers: [{{image: a}}]}}\n"
        ),
    );
    for level in 1..40 {
        let below = level - 1;
        write(&format!("{level}/kustomization.yaml"), &format!("resources: [../{below}]\nnamePrefix: a\n"));
        write(&format!("{level}x/kustomization.yaml"), &format!("resources: [../{below}]\nnamePrefix: b\n"));
        write(
            &format!("{level}/kustomization.yaml"),
            &format!("resources: [../{below}, ../{level}x]\nnamePrefix: a\n"),
        );
    }
    let start = Instant::now();
    let ingested = ingest(&Tree::load(&[folder.path().to_path_buf()]));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert!(ingested.problems.iter().any(|problem| problem.message.contains("more than")));
}

/// The line that a piece of evidence points at holds what was read there, whichever file it came from.
#[test]
fn evidence_points_at_the_line_that_says_it() {
    let tree = Tree::load(&[PathBuf::from("tests/cases/kustomize/names")]);
    let ingested = ingest(&tree);
    let facts = &ingested.facts.iter().find(|(format, _)| *format == "kubernetes").expect("read").1;
    let mut checked = String::new();
    for image in facts.components.iter().flat_map(|component| &component.images) {
        let at = &image.evidence.at;
        let line = tree.read(&at.file).expect("file").lines().nth(at.line as usize - 1).expect("line").to_owned();
        let said = image.text.rsplit_once(':').map_or(&*image.text, |(name, _)| name);
        assert!(line.contains(said), "{}: {line}", image.text);
        let _ = write!(checked, "{} ", Path::new(&*at.file).parent().expect("folder").display());
    }
    assert!(checked.contains("names/prod") && checked.contains("names/base"), "{checked}");
}
