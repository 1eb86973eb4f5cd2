//! Kubernetes manifests: each folder of cases is read whole and compared with what a person expects of it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use linchpin::ingest::kubernetes::FORMAT;
use linchpin::ingest::{Reading, ingest};
use linchpin::source::{Source, Tree};
use rayon::prelude::*;

use crate::formats::{cases_of, dump};

/// Reads the files of a folder that are of the format.
fn read(folder: &Path) -> (Reading, String) {
    let tree = Tree::load(&[folder.to_path_buf()]);
    let sources: Vec<Source> = tree
        .files()
        .filter(|path| (FORMAT.wants)(path))
        .map(|path| Source::new(path, tree.read(path).expect("readable")))
        .collect();
    let claimed: Vec<&Source> = sources.iter().filter(|source| (FORMAT.claims)(source, &tree)).collect();
    let root = format!("{}/", folder.display());
    ((FORMAT.read)(&claimed, &tree), root.trim_start_matches('/').to_owned())
}

#[test]
fn cases_are_read_as_expected() {
    cases_of("kubernetes", 10, |folder| {
        let (reading, root) = read(folder);
        dump(&reading, &root)
    });
}

/// Every place of a manifest in turn holds something of a wrong type: a reader may say less, but it must not fall over.
#[test]
fn wrong_types_everywhere_are_no_panic() {
    let odd = ["~", "-9999999999999999999999", "[~, {a: [~]}]", "{a: {b: ~}}", "\"\"", "'$($('"];
    let text = fs::read_to_string("tests/cases/kubernetes/hostile/everything.yaml").expect("case");
    let lines: Vec<&str> = text.lines().collect();
    let tree = Tree::default();
    lines.par_iter().enumerate().for_each(|(number, line)| {
        let Some((key, _)) = line.split_once(':') else { return };
        let indent = key.len() - key.trim_start_matches([' ', '-']).len();
        let below = |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent;
        let behind = lines[number + 1..].iter().take_while(below).count();
        for value in odd {
            let before = lines[..number].join("\n");
            let after = lines[number + 1 + behind..].join("\n");
            let source = Source::new("odd.yaml", format!("{before}\n{key}: {value}\n{after}\n"));
            let reading = (FORMAT.read)(&[&source], &tree);
            assert!(reading.facts.needs.iter().all(|fact| fact.from < reading.facts.components.len()));
        }
    });
}

#[test]
fn many_objects_are_read_in_linear_time() {
    let mut text = String::new();
    for number in 0..2_000 {
        let next = (number + 1) % 2_000;
        let _ = write!(
            text,
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: app-{number}}}\nspec:\n  template:\n    \
             metadata: {{labels: {{app: app-{number}, part: shop}}}}\n    spec:\n      containers:\n      - image: a:1\n        \
             env: [{{name: NEXT_ADDR, value: 'app-{next}:80'}}]\n---\napiVersion: v1\nkind: Service\n\
             metadata: {{name: app-{number}}}\nspec: {{selector: {{part: shop, app: app-{number}}}}}\n---\n\
             apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: app-{number}}}\n\
             spec: {{podSelector: {{matchLabels: {{app: app-{number}}}}}, ingress: [{{from: [{{podSelector: {{}}}}]}}]}}\n---\n"
        );
    }
    let source = Source::new("many.yaml", text);
    let start = Instant::now();
    let reading = (FORMAT.read)(&[&source], &Tree::default());
    assert_eq!((reading.facts.components.len(), reading.facts.needs.len()), (2_000, 2_000));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn the_table_of_formats_has_it() {
    let ingested = ingest(&Tree::load(&[PathBuf::from("tests/cases/kubernetes/environment")]));
    assert!(ingested.facts.iter().any(|(format, facts)| *format == "kubernetes" && !facts.components.is_empty()));
}
