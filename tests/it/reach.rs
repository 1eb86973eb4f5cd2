//! A folder alone is read as its tools read it: with the bases and modules that it names, and nothing else beside it.

use std::fs;
use std::path::Path;

use linchpin::ingest::reach;
use linchpin::source::Tree;

use crate::gate::{Repository, linchpin};

const BASE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example/web, env: [{name: DB_URL, value: 'postgres://db.example.com/x'}]}]}
";

const FILES: &[(&str, &str)] = &[
    ("k8s/overlays/prod/kustomization.yaml", "resources: [../../base]\ncomponents: [../../parts/tls]\n"),
    ("k8s/overlays/dev/kustomization.yaml", "resources: [../../base]\n"),
    (
        "k8s/base/kustomization.yaml",
        "resources: [web.yaml]\nconfigMapGenerator: [{name: c, files: [a.conf=../a.conf]}]\n",
    ),
    ("k8s/base/web.yaml", BASE),
    ("k8s/base/unused.yaml", "kind: Nothing\n"),
    ("k8s/a.conf", "x\n"),
    ("k8s/parts/tls/kustomization.yaml", "kind: Component\nresources: [../../overlays/prod]\n"),
    ("tf/envs/prod/main.tf", "module \"orders\" {\n  source = \"../../modules/queue\"\n  name = \"orders\"\n}\n"),
    (
        "tf/modules/queue/main.tf",
        "variable \"name\" {}\nmodule \"inner\" {\n  source = \"../inner//x\"\n}\nresource \"aws_sqs_queue\" \"q\" {\n  name = var.name\n  policy = file(\"${path.module}/files/policy.json\")\n}\n",
    ),
    ("tf/modules/queue/terraform.tfvars", "name = \"wrong\"\n"),
    ("tf/modules/queue/files/policy.json", "{}"),
    ("tf/modules/queue/files/other.json", "{}"),
    ("tf/modules/inner/main.tf", "locals {}\n"),
    ("tf/modules/unused/main.tf", "locals {}\n"),
    (
        "shop/web/compose.yaml",
        "include: [../data/compose.yaml]\nservices:\n  web: {image: example/web, env_file: ../web.env}\n",
    ),
    ("shop/data/compose.yaml", "services:\n  db: {image: '${IMAGE}'}\n"),
    ("shop/data/.env", "IMAGE=mysql:8\n"),
    ("shop/web.env", "DB_URL=mysql://db/x\n"),
    (
        "charts/web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: common, version: 1.0.0, repository: 'file://../common'}]\n",
    ),
    ("charts/common/Chart.yaml", "apiVersion: v2\nname: common\nversion: 1.0.0\n"),
    ("charts/common/templates/web.yaml", BASE),
    ("charts/common/README.md", "x\n"),
];

fn listed(folder: &Path) -> Vec<String> {
    let mut tree = Tree::load(&[folder.to_path_buf()]);
    reach(&mut tree);
    tree.files().map(ToString::to_string).collect()
}

#[test]
fn what_a_folder_names_is_listed_and_nothing_else() {
    let repository = Repository::new(FILES);
    let of = |folder: &str| listed(&repository.path().join(folder));
    assert_eq!(
        of("k8s/overlays/prod"),
        [
            "../../a.conf",
            "../../base/kustomization.yaml",
            "../../base/web.yaml",
            "../../parts/tls/kustomization.yaml",
            "kustomization.yaml"
        ]
    );
    assert_eq!(
        of("tf/envs/prod"),
        [
            "../../modules/inner/main.tf",
            "../../modules/queue/files/policy.json",
            "../../modules/queue/main.tf",
            "main.tf"
        ]
    );
    assert_eq!(of("charts/web"), ["../common/Chart.yaml", "../common/templates/web.yaml", "Chart.yaml"]);
    assert_eq!(of("shop/web"), ["../data/.env", "../data/compose.yaml", "../web.env", "compose.yaml"]);
    let all = Tree::load(&[repository.path().to_path_buf()]);
    assert_eq!(listed(repository.path()).len(), all.files().count(), "what is listed is listed once");
}

#[test]
fn a_folder_alone_reads_as_its_tools_read_it() {
    let repository = Repository::new(FILES);
    let scanned = linchpin(repository.path(), &["scan", "k8s/overlays/prod"]);
    assert!(scanned.code == 0 && scanned.out.contains("db.example.com"), "{}", scanned.out);
    let scanned = linchpin(&repository.path().join("charts/web"), &["scan"]);
    assert!(scanned.code == 0 && scanned.out.contains("db.example.com"), "{}", scanned.out);
    let scanned = linchpin(&repository.path().join("tf/envs/prod"), &["scan"]);
    assert!(scanned.out.contains("aws_sqs_queue.q"), "{}", scanned.out);
    let scanned = linchpin(&repository.path().join("shop/web"), &["explain", "web", "--down", "db"]);
    assert!(scanned.out.contains("web goes down with db"), "{}", scanned.out);
}

#[test]
fn earlier_versions_name_the_same_files() {
    let repository = Repository::new(FILES);
    let overlay = repository.path().join("k8s/overlays/prod");
    let same = linchpin(&overlay, &["diff", "HEAD"]);
    assert!(!same.out.contains("db.example.com"), "{}", same.out);
    repository.write("k8s/base/web.yaml", &BASE.replace("db.example.com", "other.example.com"));
    let changed = linchpin(&overlay, &["diff", "HEAD"]);
    assert!(changed.out.contains("db.example.com") && changed.out.contains("other.example.com"), "{}", changed.out);
}

#[cfg(unix)]
#[test]
fn nothing_outside_of_the_repository_is_read() {
    let outer = tempfile::tempdir().expect("folder");
    let write = |path: &str, text: &str| crate::folder::write(outer.path(), path, text);
    write("secret/kustomization.yaml", "resources: [web.yaml]\n");
    write("secret/web.yaml", BASE);
    write("secret/main.tf", "locals {}\n");
    write("repo/.git/HEAD", "ref: refs/heads/main\n");
    let absolute = outer.path().join("secret");
    write(
        "repo/k/kustomization.yaml",
        &format!("resources: [../../secret, ../link, ../.git/HEAD, {}]\n", absolute.display()),
    );
    write(
        "repo/k/main.tf",
        "module \"a\" {\n  source = \"../../secret\"\n}\nmodule \"b\" {\n  source = \"../link\"\n}\n",
    );
    write(
        "repo/k/compose.yaml",
        "include: [../../secret/web.yaml]\nservices: {a: {image: a, env_file: ../../../../../../../../../../etc/passwd}}\n",
    );
    std::os::unix::fs::symlink(&absolute, outer.path().join("repo/link")).expect("link");
    std::os::unix::fs::symlink(absolute.join("web.yaml"), outer.path().join("repo/one.yaml")).expect("link");
    write("repo/k/sub/kustomization.yaml", "resources: [../../one.yaml]\n");
    let own = ["compose.yaml", "kustomization.yaml", "main.tf", "sub/kustomization.yaml"];
    assert_eq!(listed(&outer.path().join("repo/k")), own);
    let told = linchpin(&outer.path().join("repo/k"), &["scan"]);
    assert!(!told.out.contains("db.example.com") && told.out.contains("outside"), "{}", told.out);
    // Without a repository, what was given is all there is, unless it was given from a folder that holds both.
    fs::remove_dir_all(outer.path().join("repo/.git")).expect("removed");
    fs::remove_file(outer.path().join("repo/link")).expect("removed");
    assert_eq!(listed(&outer.path().join("repo/k")), own);
    let told = linchpin(outer.path(), &["scan", "repo/k"]);
    assert!(told.out.contains("db.example.com"), "{}", told.out);
    let told = linchpin(&outer.path().join("repo"), &["scan", "k"]);
    assert!(!told.out.contains("db.example.com"), "{}", told.out);
}

const UNIT: &str = "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\nterraform {\n  source = \"../../../modules//table\"\n}\ndependency \"net\" {\n  config_path = \"../net\"\n}\n";

/// An estate of Terragrunt: what one unit is made of lies in the folders above it and beside those.
const ESTATE: &[(&str, &str)] = &[
    ("estate/live/prod/orders/terragrunt.hcl", UNIT),
    ("estate/live/prod/net/terragrunt.hcl", UNIT),
    ("estate/live/prod/net/own.tf", "resource \"aws_sqs_queue\" \"not_ours\" {}\n"),
    ("estate/live/prod/region.hcl", "locals {\n  region = \"eu-west-3\"\n}\n"),
    ("estate/live/dev/region.hcl", "locals {\n  region = \"us-east-1\"\n}\n"),
    (
        "estate/live/root.hcl",
        "locals {\n  region = read_terragrunt_config(find_in_parent_folders(\"region.hcl\")).locals.region\n}\ngenerate \"provider\" {\n  path = \"provider.tf\"\n  if_exists = \"overwrite\"\n  contents = <<EOF\nprovider \"aws\" {\n  region = \"${local.region}\"\n}\nEOF\n}\ninputs = { name = \"orders\" }\n",
    ),
    (
        "estate/modules/table/main.tf",
        "variable \"name\" {}\nresource \"aws_dynamodb_table\" \"t\" {\n  name = var.name\n}\n",
    ),
    ("estate/modules/other/main.tf", "resource \"aws_sqs_queue\" \"q\" {}\n"),
];

#[test]
fn a_unit_alone_is_read_with_the_files_above_it_and_its_module() {
    let repository = Repository::new(ESTATE);
    let components = |folder: &str, paths: &[&str]| {
        let arguments = [&["scan"], paths, &["--format", "json"]].concat();
        let report = linchpin(&repository.path().join(folder), &arguments).json();
        let all = report["components"].as_array().expect("components").clone();
        let id = |one: &serde_json::Value| one["id"].as_str().expect("an id").to_owned();
        let own = all.iter().filter(|one| !id(one).contains('/') && id(one) != "aws");
        own.map(|one| format!("{} {}", id(one), one["place"])).collect::<Vec<_>>()
    };
    let whole = components("estate", &["live/prod/orders"]);
    assert_eq!(whole.len(), 1, "{whole:?}");
    assert!(whole[0].contains("aws_dynamodb_table.t") && whole[0].contains("eu-west-3"), "{whole:?}");
    // From within it nothing says what its folder is called.
    let within = whole.iter().map(|one| one.replace("orders.", "unit.")).collect::<Vec<_>>();
    assert_eq!(components("estate/live/prod/orders", &["."]), within);
    assert_eq!(components("estate/live/prod", &["orders"]), whole, "from the folder above");
}
