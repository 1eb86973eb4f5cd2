//! One system that is written in several ways has one graph, as far as the files say the same.
//!
//! The manifests of the system lie beside the project; the whole repository, with the charts' helpers and Terraform, is
//! read where `LINCHPIN_REPOSITORIES` names a folder that has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use linchpin::ingest::ingest;
use linchpin::model::{Capability, Kind, Phase};
use linchpin::resolve::resolve;
use linchpin::source::Tree;
use linchpin::source::yaml::{self, Node};

type Graph = BTreeSet<(String, String)>;

/// What the same thing is called in the different ways: the service of the cart, and who keeps its data with whom.
const ONE_THING: &[(&str, &[&str])] = &[
    ("cart", &["cart", "carts"]),
    ("cart's store", &["carts-db", "carts-dynamodb", "dependencies.dynamodb_carts"]),
    ("catalog's store", &["catalog-db", "catalog-mysql", "dependencies.catalog_rds"]),
    ("checkout's store", &["checkout-redis", "dependencies.checkout_elasticache_redis"]),
    ("orders' store", &["orders-db", "orders-postgresql", "dependencies.orders_rds"]),
    ("orders' broker", &["rabbitmq", "orders-rabbitmq", "dependencies.aws_mq_broker.mq"]),
    ("the load balancer", &["retail_app_ecs.alb"]),
    ("catalog's search", &["opensearch", "catalog-opensearch", "dependencies.catalog_opensearch"]),
];

fn name_of(id: &str) -> String {
    let known =
        |(_, names): &&(&str, &[&str])| names.iter().any(|name| id == *name || id.starts_with(&format!("{name}.")));
    let found = ONE_THING.iter().filter(known).max_by_key(|(_, names)| names.iter().map(|name| name.len()).max());
    found.map_or_else(|| id.split('.').next().unwrap_or(id).to_owned(), |(one, _)| (*one).to_owned())
}

/// Hard needs to serve between the system's own things; telemetry is soft.
fn graph(paths: &[PathBuf]) -> Graph {
    let system = resolve(&ingest(&Tree::load(paths)).facts, &crate::built_in::BUILT_IN).system;
    let own = |id| system.components.get(id).is_some_and(|c| c.provider.is_none() && c.kind != Kind::External);
    let mut found = Graph::new();
    for component in system.components.values().filter(|component| own(&component.id)) {
        for need in component.capabilities.get(&Capability::data()).into_iter().flatten() {
            let hard = need.terms.phase == Phase::Run && need.terms.strength == linchpin::model::Strength::Hard;
            let targets = need.targets().into_iter().filter(|to| hard && own(&to.component));
            found.extend(targets.map(|to| (name_of(component.id.as_str()), name_of(to.component.as_str()))));
        }
    }
    // Search is switched off by default, and a balancer stands in front in some ways only.
    found.retain(|(_, to)| to != "catalog's search" && to != "the load balancer");
    found
}

fn copied(from: &Path, to: &Path, wanted: &dyn Fn(&str) -> bool) {
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            copied(&path, &to.join(name), wanted);
        } else if wanted(&name) {
            fs::create_dir_all(to).expect("folder");
            fs::copy(&path, to.join(name)).expect("copied");
        }
    }
}

/// The charts as parts of one, with the values that the file of releases gives each.
fn charts(repository: &Path, folder: &Path) -> Option<()> {
    let releases = repository.join("src/app/helmfile.yaml");
    let text = fs::read_to_string(releases).ok()?;
    let documents = yaml::parse(&"helmfile.yaml".into(), &text);
    fs::create_dir_all(folder.join("charts")).ok()?;
    fs::write(folder.join("Chart.yaml"), "apiVersion: v2\nname: store\nversion: 1.0.0\n").ok()?;
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for release in documents.nodes.iter().filter_map(|root| root.get("releases")).flat_map(Node::items) {
        let (name, chart) = (release.text_at(&["name"])?, release.text_at(&["chart"])?);
        let chart = repository.join("src/app").join(chart);
        let about = fs::read_to_string(chart.join("Chart.yaml")).ok()?;
        let title = about.lines().find_map(|line| line.strip_prefix("name: "))?.trim().to_owned();
        copied(&chart, &folder.join("charts").join(&title), &|_| true);
        let given = release.get("values").map(Node::items).unwrap_or_default();
        let given: Vec<String> = given
            .iter()
            .filter(|value| value.is_map())
            .flat_map(|value| value.entries())
            .map(|(key, value)| format!("{}: {}", key.text().unwrap_or_default(), flow(value)))
            .collect();
        values.insert(title, format!("{{fullnameOverride: {name}, {}}}", given.join(", ")));
    }
    let values: String = values.iter().map(|(title, values)| format!("{title}: {values}\n")).collect();
    fs::write(folder.join("values.yaml"), values).ok()
}

fn flow(node: &Node) -> String {
    if node.is_map() {
        let all =
            node.entries().iter().map(|(key, value)| format!("{}: {}", key.text().unwrap_or_default(), flow(value)));
        return format!("{{{}}}", all.collect::<Vec<_>>().join(", "));
    }
    if node.is_seq() {
        return format!("[{}]", node.items().iter().map(flow).collect::<Vec<_>>().join(", "));
    }
    match node.string() {
        Some(text) => format!("'{}'", text.replace('\'', "''")),
        None => node.text().unwrap_or("null").to_owned(),
    }
}

fn expected() -> Graph {
    let pairs = [
        ("ui", "catalog"),
        ("ui", "cart"),
        ("ui", "checkout"),
        ("ui", "orders"),
        ("checkout", "orders"),
        ("checkout", "checkout's store"),
        ("cart", "cart's store"),
        ("catalog", "catalog's store"),
        ("orders", "orders' store"),
        ("orders", "orders' broker"),
    ];
    pairs.map(|(from, to)| (from.to_owned(), to.to_owned())).into()
}

#[test]
fn compose_says_it() {
    let Some(corpus) = crate::shared::shared("data/corpora/retail-store") else { return };
    let folder = tempfile::tempdir().expect("folder");
    copied(&corpus, folder.path(), &|name| name.contains("compose"));
    assert_eq!(graph(&[folder.path().to_path_buf()]), expected());
}

#[test]
fn charts_without_their_helpers_say_nothing_that_is_not_so() {
    let Some(corpus) = crate::shared::shared("data/corpora/retail-store") else { return };
    let folder = tempfile::tempdir().expect("folder");
    charts(&corpus, folder.path()).expect("charts");
    let found = graph(&[folder.path().to_path_buf()]);
    assert!(found.is_subset(&expected()), "{found:?}");
    assert!(found.contains(&("checkout".to_owned(), "orders".to_owned())), "{found:?}");
}

fn repository() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("LINCHPIN_REPOSITORIES")?).join("retail-store");
    folder.is_dir().then_some(folder)
}

#[test]
fn charts_and_terraform_say_the_same() {
    let Some(repository) = repository() else {
        println!("skipped: LINCHPIN_REPOSITORIES names no folder with `retail-store` in it");
        return;
    };
    let folder = tempfile::tempdir().expect("folder");
    charts(&repository, folder.path()).expect("charts");
    assert_eq!(graph(&[folder.path().to_path_buf()]), expected(), "charts");

    let folder = tempfile::tempdir().expect("folder");
    for part in ["terraform/ecs", "terraform/lib"] {
        copied(&repository.join(part), &folder.path().join(part), &|name| name.ends_with(".tf"));
    }
    let _ = fs::remove_dir_all(folder.path().join("terraform/lib/apprunner"));
    assert_eq!(graph(&[folder.path().to_path_buf()]), expected(), "Terraform");
}
