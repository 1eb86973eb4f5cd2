//! Labels: where they come from, and what they choose.

use serde_json::{Value, json};

use crate::folder::folder;
use crate::gate::{Run, linchpin};

const FILES: &[(&str, &str)] = &[
    (
        "linchpin.yaml",
        "version: 1
components:
  shop: {kind: app, tier: 1, labels: {team: pay, beta: }, needs: [db, cart]}
  wiki: {kind: app, tier: 1, labels: [internal], needs: [db]}
  db: {kind: store, labels: {team: data}}
policy:
  rules:
    single-point-of-failure:
      scopes:
        - {label: team=pay, severity: note}
        - {label: [internal, team=nobody], severity: off}
",
    ),
    (
        "k8s/cart.yaml",
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  labels: {team: pay, app.kubernetes.io/part-of: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart, team: pods}}
    spec: {containers: [{name: main, image: registry.example/cart}]}
",
    ),
    (
        "compose.yaml",
        "services:
  mail:
    image: registry.example/mail
    labels: [team=pay, loud]
  news:
    image: registry.example/news
    labels: {team: press, nothing: }
    deploy: {labels: {zone: inner, team: deploy}}
",
    ),
    (
        "catalog-info.yaml",
        "apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: search, tags: [java, team], labels: {team: find}}
spec: {type: service, lifecycle: production, owner: find}
",
    ),
];

fn run(files: &[(&str, &str)], arguments: &[&str]) -> Run {
    let folder = folder(files);
    linchpin(folder.path(), arguments)
}

#[test]
fn each_format_has_its_labels() {
    let scan = run(FILES, &["scan", "--format", "json"]).json();
    let labels = |id: &str| -> Value {
        let all = scan["components"].as_array().expect("a list");
        all.iter().find(|component| component["id"] == id).unwrap_or_else(|| panic!("{id}: {scan:#}"))["labels"].clone()
    };
    assert_eq!(labels("shop"), json!({"team": "pay", "beta": ""}));
    assert_eq!(labels("wiki"), json!({"internal": ""}));
    // The workload's own label counts more than that of its pods.
    assert_eq!(labels("cart"), json!({"team": "pay", "app": "cart", "app.kubernetes.io/part-of": "shop"}));
    assert_eq!(labels("mail"), json!({"team": "pay", "loud": ""}));
    assert_eq!(labels("news"), json!({"team": "press", "nothing": "", "zone": "inner"}));
    assert_eq!(labels("search"), json!({"java": "", "team": "find"}));
}

#[test]
fn a_selector_takes_down_what_has_the_label() {
    let down = |selector: &str| {
        let report = run(FILES, &["simulate", "--down", selector, "--format", "json"]).json();
        (report["apps"]["down"].clone(), report["apps"]["up"].clone())
    };
    assert_eq!(down("label:team=data"), (json!(["shop", "wiki"]), json!([])));
    let (hit, _) = down("label:team=pay,press");
    assert_eq!(hit, json!(["shop"]));
    assert_eq!(down("label:internal"), (json!(["wiki"]), json!(["shop"])));
    for (selector, help) in [
        ("label:tean=pay", "did you mean `team`?"),
        ("label:team=nobody", "`team` is data, find, pay, press"),
        ("label:=pay", "write `label:team=pay`"),
    ] {
        let run = run(FILES, &["simulate", "--down", selector]);
        assert!(run.code == 2 && run.err.contains(help), "{selector}: {}", run.err);
    }
}

#[test]
fn a_scope_and_an_own_rule_choose_by_label() {
    let check = run(FILES, &["check", "--format", "json"]).json();
    let found = |rule: &str, app: &str| -> Vec<Value> {
        let all = check["findings"].as_array().expect("a list").iter();
        all.filter(|one| one["rule"] == rule && one["app"] == app).map(|one| one["severity"].clone()).collect()
    };
    assert_eq!(found("single-point-of-failure", "shop"), [json!("note")]);
    assert_eq!(found("single-point-of-failure", "wiki"), [Value::Null; 0]);
    let own = "rules: {'*': off, own: on}\nassertions: {own: no label:team=pay may need label:team=data}\n";
    let files = [FILES, &[("policy.yaml", own)]].concat();
    let check = run(&files, &["check", "--policy", "policy.yaml", "--format", "json"]).json();
    let all = check["findings"].as_array().expect("a list");
    assert_eq!(all.len(), 1, "{check:#}");
    assert_eq!((&all[0]["app"], &all[0]["cut_set"]), (&json!("shop"), &json!(["db"])));
    // A scope that holds nothing, and one that is none, are told.
    let wrong =
        "rules:\n  single-zone: {scopes: [{label: team=nobody, severity: off}, {label: '=x', severity: off}]}\n";
    let files = [FILES, &[("policy.yaml", wrong)]].concat();
    let run = run(&files, &["check", "--policy", "policy.yaml"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("no component lies in this scope") && run.err.contains("this is no label"), "{}", run.err);
}
