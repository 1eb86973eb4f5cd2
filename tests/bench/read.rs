//! 24,000 files of Terraform and Kubernetes from a generator, beside a plain parse of the same: `cargo bench --bench read`.
//!
//! Prints times and the ratio to the parse alone, which gives no places, values or names. Ends when a file, a resource or
//! a component is missing; nothing here fails on a slow machine.

#![expect(clippy::expect_used, reason = "a bench that can not go on should say so and stop")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use linchpin::catalogue::{built_in, load};
use linchpin::ingest::{Status, ingest};
use linchpin::resolve::resolve;
use linchpin::source::Tree;
use rayon::prelude::*;

const MODULES: usize = 40;
const ROOTS: usize = 2_400;
const APPS: usize = 6_000;

/// Roots that call modules of a shared folder, and services that call each other in many namespaces.
fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for module in 0..MODULES {
        let text = "variable \"name\" {}\nvariable \"queue\" {}\nresource \"aws_lambda_function\" \"this\" {\n  function_name = \
                    var.name\n  environment {\n    variables = { QUEUE_URL = var.queue }\n  }\n}\noutput \"arn\" { value = \
                    aws_lambda_function.this.arn }\n";
        files.push((format!("modules/m{module}/main.tf"), text.to_owned()));
    }
    for root in 0..ROOTS {
        files.push((
            format!("roots/r{root}/provider.tf"),
            "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n".to_owned(),
        ));
        for part in 0..4 {
            let mut text = String::new();
            for each in 0..2 {
                let module = (root + each) % MODULES;
                let _ = writeln!(
                    text,
                    "resource \"aws_sqs_queue\" \"q{part}{each}\" {{\n  name = \"r{root}-q{part}{each}\"\n}}\nmodule \
                     \"s{part}{each}\" {{\n  source = \"../../modules/m{module}\"\n  name   = \"s-{root}-{part}-{each}\"\n  \
                     queue  = aws_sqs_queue.q{part}{each}.id\n}}"
                );
            }
            files.push((format!("roots/r{root}/f{part}.tf"), text));
        }
    }
    for app in 0..APPS {
        let (next, space) = ((app * 7 + 50) % APPS, app % 50);
        let deployment = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: app-{app}, namespace: n{space}}}\nspec:\n  replicas: 2\n  \
             selector: {{matchLabels: {{app: app-{app}}}}}\n  template:\n    metadata: {{labels: {{app: app-{app}}}}}\n    spec:\n      \
             containers:\n        - name: main\n          image: registry.example.com/app-{app}:1\n          env:\n            - \
             {{name: NEXT_ADDR, value: 'app-{next}.n{}:8080'}}\n",
            next % 50
        );
        let service = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: app-{app}, namespace: n{space}}}\nspec:\n  selector: {{app: \
             app-{app}}}\n  ports: [{{port: 8080}}]\n"
        );
        files.push((format!("apps/a{app}/deployment.yaml"), deployment));
        files.push((format!("apps/a{app}/service.yaml"), service));
    }
    files
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    println!("{what:<40} {:>8.2} s", took.as_secs_f64());
    (result, took)
}

/// Reads and parses each file on all processors, and keeps nothing.
fn plain(folder: &Path, names: &[String]) -> usize {
    let one = |name: &String| {
        let text = fs::read_to_string(folder.join(name)).expect("a file");
        match name.ends_with(".tf") {
            true => hcl_edit::parser::parse_body(&text).is_ok(),
            false => serde_yaml::from_str::<serde_json::Value>(&text).is_ok(),
        }
    };
    names.par_iter().filter(|name| one(name)).count()
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = files();
    for (name, text) in &files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    let names: Vec<String> = files.into_iter().map(|(name, _)| name).collect();
    println!("{} files", names.len());
    let (parsed, least) = timed("a plain parse of all files", || plain(folder.path(), &names));
    assert_eq!(parsed, names.len());
    let (catalogue, _) = timed("the catalogues", || load(built_in()).0);
    let start = Instant::now();
    let (tree, _) = timed("finding the files", || Tree::load(&[folder.path().to_path_buf()]));
    let (ingested, _) = timed("reading them", || ingest(&tree));
    assert!(ingested.accounts.iter().filter(|account| account.status == Status::Read).count() == names.len());
    let resources: usize = ingested.facts.iter().map(|(_, facts)| facts.resources.len()).sum();
    assert_eq!(resources, ROOTS * (1 + 8 + 8));
    let (system, _) = timed("resolving", || resolve(&ingested.facts, &catalogue).system);
    let own = system.components.values().filter(|component| component.provider.is_none()).count();
    // The registry that all images come from is one more.
    assert_eq!(own, ROOTS * 16 + APPS + 1);
    let whole = start.elapsed();
    println!(
        "all of it {:.2} s, {:.1} times a plain parse",
        whole.as_secs_f64(),
        whole.as_secs_f64() / least.as_secs_f64()
    );
}
