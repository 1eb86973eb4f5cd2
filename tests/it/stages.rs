//! One stage of several: what is for another one is left out, and values are those of the stage.

use std::collections::BTreeSet;

use crate::gate::{Repository, linchpin};

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example/web, env: [{name: DB_HOST, value: db}]}]}
";

const CHART: &str = "\
{{- range .Values.apps }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ . }}}
spec:
  selector: {matchLabels: {app: {{ . }}}}
  template:
    metadata: {labels: {app: {{ . }}}}
    spec: {containers: [{name: app, image: example/app}]}
{{- end }}
";

const ROOT: &str = "\
variable \"region\" { default = \"us-east-1\" }
variable \"name\" {}
provider \"aws\" { region = var.region }
resource \"aws_sqs_queue\" \"jobs\" { name = var.name }
";

const FILES: &[(&str, &str)] = &[
    ("k8s/base/web.yaml", WEB),
    ("k8s/base/kustomization.yaml", "resources: [web.yaml]\n"),
    ("k8s/overlays/dev/kustomization.yaml", "namespace: shop-dev\nresources: [../../base]\n"),
    // A part that lies in a folder with the word of another stage belongs to what builds on it.
    ("k8s/parts/test/kustomization.yaml", "resources: [prober.yaml]\n"),
    (
        "k8s/parts/test/prober.yaml",
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: prober}\nspec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {containers: [{name: p, image: example/p}]}}}}}\n",
    ),
    ("k8s/overlays/uat/kustomization.yaml", "namespace: shop-uat\nresources: [../../base]\n"),
    ("k8s/overlays/prod/kustomization.yaml", "namespace: shop\nresources: [../../base, ../../parts/test]\n"),
    // The name of a component is none of a stage, within the folder of one.
    (
        "k8s/overlays/prod/test-runner/cron.yaml",
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: runner}\nspec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {containers: [{name: r, image: example/r}]}}}}}\n",
    ),
    ("charts/apps/Chart.yaml", "apiVersion: v2\nname: apps\nversion: 1.0.0\n"),
    ("charts/apps/values.yaml", "apps: []\n"),
    ("charts/apps/values-production.yaml", "apps: [orders, users]\n"),
    ("charts/apps/values-staging.yaml", "apps: [orders, users, drafts]\n"),
    ("charts/apps/templates/apps.yaml", CHART),
    ("infra/main.tf", ROOT),
    ("infra/env/dev/terraform.tfvars", "region = \"eu-north-1\"\nname = \"jobs-dev\"\n"),
    ("infra/env/prod/terraform.tfvars", "region = \"eu-west-1\"\nname = \"jobs\"\n"),
    ("infra-staging/main.tf", "resource \"aws_sqs_queue\" \"trial\" {}\n"),
    ("compose.yaml", "services:\n  laptop: {image: example/laptop, command: run}\n"),
];

/// The names of what one runs oneself, and the places of what one has elsewhere.
fn found(arguments: &[&str]) -> BTreeSet<String> {
    let repository = Repository::new(FILES);
    let mut all = vec!["scan", "--format", "json"];
    all.extend(arguments);
    let run = linchpin(repository.path(), &all);
    assert_eq!(run.code, 0, "{}", run.err);
    let report = run.json();
    let components = report["components"].as_array().expect("components");
    let kinds = ["app", "service", "store", "job", "region"];
    let own = components.iter().filter(|one| kinds.contains(&one["kind"].as_str().expect("kind")));
    let ids = own.map(|one| one["id"].as_str().expect("id").to_owned());
    // Parts of the provider stand there, whatever the files say.
    ids.filter(|id| id != "aws/us-east-1").collect()
}

fn names(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_stage_is_read_alone() {
    let production = names(&["aws/eu-west-1", "aws_sqs_queue.jobs", "orders", "prober", "runner", "users", "web"]);
    assert_eq!(found(&["--stage", "production"]), production);
    assert_eq!(found(&["--stage", "prod"]), production);
    let development = found(&["--stage", "dev"]);
    assert_eq!(development, names(&["aws/eu-north-1", "aws_sqs_queue.jobs", "laptop", "web"]));
    let stage = found(&["--stage", "staging"]);
    assert_eq!(stage, names(&["aws_sqs_queue.jobs", "aws_sqs_queue.trial", "drafts", "orders", "users", "web"]));
}

#[test]
fn without_a_stage_all_are_read_and_values_nearest_to_production_count() {
    let all = found(&[]);
    let some = ["aws/eu-west-1", "aws_sqs_queue.trial", "laptop", "web.shop-dev", "web.shop-uat"];
    assert!(all.is_superset(&names(&some)), "{all:?}");
    assert!(!all.contains("aws/eu-north-1"), "{all:?}");
}

#[test]
fn what_is_left_out_is_told_and_a_stage_that_nothing_names_is_an_error() {
    let repository = Repository::new(FILES);
    let run = linchpin(repository.path(), &["scan", "--stage", "prod", "--strict"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("other stages"), "{}", run.out);
    assert!(run.out.contains("not for the stage `prod`"), "{}", run.out);
    let run = linchpin(repository.path(), &["check", "--stage", "canada"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no manifest is for the stage `canada`"), "{}", run.err);
    assert!(run.err.contains("paths here name dev, prod, production, staging, test, uat"), "{}", run.err);
}

#[test]
fn a_product_that_may_stand_where_it_is_down_is_unknown_and_so_is_what_needs_it() {
    let files = "version: 1\ncomponents:\n  nowhere: {kind: app, needs: [aws/lambda]}\n  \
                 here: {kind: app, at: [aws/us-east-1], needs: [aws/lambda]}\n  \
                 there: {kind: app, at: [aws/eu-west-1], needs: [aws/lambda]}\n";
    let repository = Repository::new(&[("linchpin.yaml", files)]);
    let run = linchpin(repository.path(), &["simulate", "--down", "aws/lambda@us-east-1", "--format", "json"]);
    let report = run.json();
    let unknown = report["unknown"].as_array().expect("unknown");
    let unknown: BTreeSet<&str> = unknown.iter().filter_map(|one| one["component"].as_str()).collect();
    assert_eq!(unknown, BTreeSet::from(["aws/lambda", "nowhere"]));
    assert_eq!(report["apps"]["down"].as_array().map(Vec::len), Some(1));
    // What is said to stand elsewhere is untouched, and what is down everywhere is down.
    let run = linchpin(repository.path(), &["simulate", "--down", "aws/lambda*", "--format", "json"]);
    assert_eq!(run.json()["unknown"].as_array().map(Vec::len), Some(0), "{}", run.out);
}

#[test]
fn a_change_of_another_stage_does_not_fail_the_gate() {
    let repository = Repository::new(FILES);
    repository.commit(&[(
        "k8s/overlays/dev/kustomization.yaml",
        "namespace: shop-dev\nresources: [../../base, db.yaml]\n",
    ), (
        "k8s/overlays/dev/db.yaml",
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  serviceName: db\n  selector: {matchLabels: {app: db}}\n  template:\n    metadata: {labels: {app: db}}\n    spec: {containers: [{name: db, image: 'postgres:16'}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {selector: {app: db}, ports: [{port: 5432}]}\n",
    )]);
    let all = ["check", "--base", "HEAD~1", "--fail-on", "warning", "--format", "json"];
    let whole = linchpin(repository.path(), &all);
    assert_eq!(whole.code, 1, "{}{}", whole.out, whole.err);
    let mut of_production = all.to_vec();
    of_production.extend(["--stage", "production"]);
    let run = linchpin(repository.path(), &of_production);
    assert_eq!((run.code, run.json()["counts"]["warning"].as_u64()), (0, Some(0)), "{}", run.out);
}
