//! Terraform: each folder of cases is read, made a system and compared with what a person expects of it.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use linchpin::facts::{Datum, Facts};
use linchpin::ingest::{Ingested, ingest};
use linchpin::model::{Component, Evidence, Need, Phase, Requires, Strength, System};
use linchpin::resolve::resolve;
use linchpin::source::Tree;

use crate::built_in::BUILT_IN;
use crate::folder::folder;

/// The facts that the format tells of these files, given by name and text.
fn read(files: &[(&str, &str)]) -> (Facts, Ingested) {
    let folder = folder(files);
    let mut ingested = ingest(&Tree::load(&[folder.path().to_path_buf()]));
    let index = ingested.facts.iter().position(|(format, _)| *format == "terraform");
    let facts = index.map(|index| ingested.facts.remove(index).1).unwrap_or_default();
    (facts, ingested)
}

/// What a resource's setting came to: its text, or what is known of why it has none, and what it is taken from.
fn settings(facts: &Facts, resource: &str, path: &str) -> Vec<String> {
    let found = facts.resources.iter().find(|known| &*known.name == resource).expect("the resource");
    let at = found.settings.iter().filter(|setting| &*setting.path == path);
    at.map(|setting| {
        let value = match &setting.value {
            Datum::Unknown(_) => "?".to_owned(),
            known => known.text().expect("known").to_string(),
        };
        let refers: Vec<String> = setting
            .refers
            .iter()
            .map(|referral| format!("{}.{}", facts.resources[referral.to].name, referral.attribute))
            .collect();
        if refers.is_empty() { value } else { format!("{value} from {}", refers.join(" and ")) }
    })
    .collect()
}

fn at(evidence: &Evidence, root: &str) -> String {
    let file = evidence.at.file.strip_prefix(root).unwrap_or(&evidence.at.file);
    format!("{file}:{} {}", evidence.at.line, evidence.note.as_deref().unwrap_or_default()).trim_end().to_owned()
}

fn need(need: &Need) -> String {
    match &need.requires {
        Requires::One(target) => target.to_string().trim_end_matches(":data").to_owned(),
        Requires::AtLeast { k, members } => {
            format!("{k} of [{}]", members.iter().map(self::need).collect::<Vec<_>>().join(", "))
        }
    }
}

fn component(one: &Component, root: &str) -> String {
    let mut text = format!("{} ({})", one.id, one.kind.word());
    if let Some(replicas) = one.redundancy.replicas {
        let _ = write!(text, ", {replicas} copies");
    }
    if !one.redundancy.spread.is_empty() {
        let _ = write!(text, ", spread over {}", one.redundancy.spread.join(" "));
    }
    if let Some(account) = one.labels.get("account") {
        let _ = write!(text, ", in account {account}");
    }
    let _ = writeln!(text, "  {}", at(&one.evidence[0], root));
    for (capability, needs) in &one.capabilities {
        for each in needs {
            let mut how = String::new();
            how += if each.terms.phase == Phase::Start { " to start" } else { "" };
            how += if each.terms.strength == Strength::Soft { " softly" } else { "" };
            let face = if capability.as_str() == "data" { String::new() } else { format!("{capability} ") };
            let _ = writeln!(text, "  {face}needs {}{how}  {}", need(each), at(&each.evidence[0], root));
        }
    }
    text
}

/// One's own components with their needs, and what was not resolved.
fn dump(ingested: &Ingested, system: &System, root: &str) -> String {
    let mut text = String::new();
    for one in system.components.values().filter(|component| component.provider.is_none()) {
        text += &component(one, root);
    }
    if !system.unresolved.is_empty() {
        text += "# not resolved\n";
    }
    for one in &system.unresolved {
        let _ = writeln!(text, "{}: {}  {}", one.what, one.reason, at(&one.evidence, root));
    }
    let mut problems = Vec::new();
    for problem in &ingested.problems {
        let place = problem.at.as_ref().map(|at| format!("{}:{}", at.file.trim_start_matches(root), at.line));
        problems.push(format!("{}: {}\n", place.unwrap_or_default(), problem.message));
    }
    if !problems.is_empty() {
        let _ = write!(text, "# problems\n{}", problems.concat());
    }
    text
}

#[test]
fn cases_become_the_systems_that_are_expected() {
    let catalogue = &*BUILT_IN;
    let mut wrong = Vec::new();
    let mut folders: Vec<PathBuf> =
        fs::read_dir("tests/cases/terraform").expect("cases").map(|entry| entry.expect("entry").path()).collect();
    folders.sort();
    assert!(folders.len() >= 10, "cases are missing");
    for folder in folders {
        let ingested = ingest(&Tree::load(std::slice::from_ref(&folder)));
        let system = resolve(&ingested.facts, catalogue).system;
        let found = dump(&ingested, &system, &format!("{}/", folder.display()));
        let file = folder.join("expected.txt");
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if found != expected {
            if std::env::var_os("LINCHPIN_BLESS").is_some() {
                fs::write(&file, &found).expect("written");
            }
            wrong.push(format!("{}\n--- expected\n{expected}--- found\n{found}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Expressions with what they come to; `?` is not known, and what is not known says what it is taken from.
#[test]
fn expressions_come_to_their_values() {
    let around = r#"
variable "region" { default = "eu-west-1" }
variable "unset" {}
variable "shape" {
  type    = object({ name = string, port = optional(number, 80), tags = optional(list(string)) })
  default = { name = "web" }
}
locals {
  names = ["a", "b"]
  sizes = { small = 1, large = 3 }
  loop  = local.loop
}
resource "x_net" "n" { cidr = "10.0.0.0/16" }
resource "x_many" "m" { count = 3 }
resource "x_none" "z" { count = 0 }
resource "x_each" "e" {
  for_each = toset(local.names)
  label    = "is-${each.key}"
}
"#;
    let table: &[(&str, &[&str])] = &[
        (r#""plain""#, &["plain"]),
        (r#""${var.region}-x""#, &["eu-west-1-x"]),
        ("upper(var.region)", &["EU-WEST-1"]),
        ("local.sizes.large + 1", &["4"]),
        (r#"local.sizes["small"]"#, &["1"]),
        ("[for n in local.names : upper(n)]", &["A", "B"]),
        ("[for k, v in local.sizes : k if v > 1]", &["large"]),
        (r#"join(",", [for k, v in local.sizes : "${k}=${v}"])"#, &["large=3,small=1"]),
        (r#"var.region == "eu-west-1" ? "here" : "there""#, &["here"]),
        ("var.unset ? 1 : 2", &["?"]),
        ("var.unset ? 7 : 7", &["7"]),
        ("try(local.sizes.huge, 5)", &["5"]),
        (r#"coalesce(null, "", "x")"#, &["x"]),
        ("one([x_net.n.id])", &["? from x_net.n.id"]),
        ("x_net.n.cidr", &["10.0.0.0/16 from x_net.n.cidr"]),
        ("x_net.n.id", &["? from x_net.n.id"]),
        ("x_many.m[1].id", &["? from x_many.m[1].id"]),
        ("x_many.m[*].id", &["? from x_many.m[0].id", "? from x_many.m[1].id", "? from x_many.m[2].id"]),
        ("x_none.z[*].id", &[]),
        (r#"x_each.e["b"].label"#, &["is-b from x_each.e[\"b\"].label"]),
        ("[for e in x_each.e : e.label]", &["is-a from x_each.e[\"a\"].label", "is-b from x_each.e[\"b\"].label"]),
        ("values(x_each.e)[*].id", &["? from x_each.e[\"a\"].id", "? from x_each.e[\"b\"].id"]),
        ("var.shape.port", &["80"]),
        ("var.shape.tags", &[]),
        (r#"jsondecode(jsonencode({ a = [1, 2] })).a[1]"#, &["2"]),
        (r#""https://${x_net.n.host}/p""#, &["https://?/p from x_net.n.host"]),
        (r#"format("%s-%02d", var.region, 3)"#, &["eu-west-1-03"]),
        (r#"lookup(local.sizes, "none", "d")"#, &["d"]),
        ("merge(local.sizes, { small = 9 }).small", &["9"]),
        ("element(local.names, 3)", &["b"]),
        (r#"replace("a.b", ".", "-")"#, &["a-b"]),
        ("!(1 > 2) && true", &["true"]),
        ("local.loop", &["?"]),
        ("sum([1, 2, 3])", &["6"]),
        ("cidrsubnet(x_net.n.cidr, 8, 1)", &["? from x_net.n.cidr"]),
        ("<<-EOT\n  line ${var.region}\nEOT\n", &["line eu-west-1\n"]),
    ];
    let mut text = around.to_owned();
    for (number, (expression, _)) in table.iter().enumerate() {
        let _ = writeln!(text, "resource \"x_thing\" \"t{number}\" {{\n  v = {expression}\n}}");
    }
    let (facts, ingested) = read(&[("main.tf", &text)]);
    assert_eq!(ingested.problems, []);
    for (number, (expression, expected)) in table.iter().enumerate() {
        assert_eq!(settings(&facts, &format!("x_thing.t{number}"), "v"), *expected, "{expression}");
    }
}

#[test]
fn what_is_said_in_json_is_what_is_said_in_the_language() {
    let language = r#"
variable "size" { default = 2 }
resource "x_net" "n" { cidr = "10.0.0.0/${8 * var.size}" }
resource "x_app" "a" {
  net = x_net.n.id
  rule { port = 80 }
  env = { HOST = "${x_net.n.id}:80" }
}
"#;
    let json = r#"{
  "variable": {"size": {"default": 2}},
  "resource": {
    "x_net": {"n": {"cidr": "10.0.0.0/${8 * var.size}"}},
    "x_app": {"a": [{"net": "${x_net.n.id}", "rule": [{"port": 80}], "env": {"HOST": "${x_net.n.id}:80"}}]}
  }
}"#;
    let tell = |facts: &Facts| {
        let of = |resource: &str, path: &str| format!("{resource} {path} {:?}", settings(facts, resource, path));
        [of("x_net.n", "cidr"), of("x_app.a", "net"), of("x_app.a", "rule.port"), of("x_app.a", "env.HOST")]
    };
    let (one, _) = read(&[("main.tf", language)]);
    let (other, _) = read(&[("main.tf.json", json)]);
    assert_eq!(tell(&one), tell(&other));
    assert_eq!(settings(&one, "x_net.n", "cidr"), ["10.0.0.0/16"]);
}

#[test]
fn values_come_from_the_files_that_give_them() {
    let main = "variable \"a\" { default = \"default\" }\nvariable \"b\" {}\nvariable \"c\" {}\n\
                variable \"d\" { default = \"default\" }\nvariable \"e\" { default = \"default\" }\n\
                resource \"x_thing\" \"t\" {\n  a = var.a\n  b = var.b\n  c = var.c\n  d = var.d\n  e = var.e\n}\n";
    let (facts, _) = read(&[
        ("main.tf", main),
        ("terraform.tfvars", "a = \"given\"\n"),
        ("env/east.tfvars", "b = \"same\"\nc = \"east\"\nd = \"same\"\n"),
        ("env/west.tfvars", "b = \"same\"\nc = \"west\"\nd = \"same\"\n"),
    ]);
    // What the files agree on holds where there is nothing else; what they differ in is not known.
    assert_eq!(settings(&facts, "x_thing.t", "a"), ["given"]);
    assert_eq!(settings(&facts, "x_thing.t", "b"), ["same"]);
    assert_eq!(settings(&facts, "x_thing.t", "c"), ["?"]);
    assert_eq!(settings(&facts, "x_thing.t", "d"), ["default"]);
    let (facts, _) = read(&[
        ("main.tf", main),
        ("env/dev/terraform.tfvars", "c = \"dev\"\nd = \"dev\"\ne = \"dev\"\n"),
        ("env/eu-prod/terraform.tfvars", "b = \"eu\"\nc = \"prod\"\nd = \"prod\"\n"),
        ("env/us-prod/terraform.tfvars", "b = \"us\"\nc = \"prod\"\nd = \"prod\"\n"),
    ]);
    // Of stages the one nearest to production counts, and before the default.
    let all = ["b", "c", "d", "e"].map(|path| settings(&facts, "x_thing.t", path).concat());
    assert_eq!(all, ["?", "prod", "prod", "default"]);
}

#[test]
fn an_override_is_laid_over_what_it_overrides() {
    let (facts, _) = read(&[
        ("main.tf", "resource \"x_thing\" \"t\" {\n  a = 1\n  b = 2\n}\n"),
        ("main_override.tf", "resource \"x_thing\" \"t\" {\n  b = 3\n}\n"),
    ]);
    assert_eq!(settings(&facts, "x_thing.t", "a"), ["1"]);
    assert_eq!(settings(&facts, "x_thing.t", "b"), ["3"]);
}

#[test]
fn a_broken_file_is_one_problem_with_its_place_and_the_rest_is_read() {
    let (facts, ingested) = read(&[
        ("bad.tf", "resource \"x_thing\" \"t\" {\n  a = = 1\n}\n"),
        ("good.tf", "resource \"x_thing\" \"u\" {\n  a = 1\n}\n"),
        ("template.tf", "resource \"x_thing\" \"v\" {\n  {{ if .x }}a = 1{{ end }}\n}\n"),
    ]);
    let [problem] = ingested.problems.as_slice() else { panic!("{:?}", ingested.problems) };
    let place = problem.at.as_ref().expect("a place");
    assert!(place.file.ends_with("bad.tf") && place.line == 2 && problem.help.is_some(), "{problem:?}");
    assert_eq!(facts.resources.len(), 1);
}

/// Written names by what became of them: resources and modules count, and nothing else that looks like them does.
#[test]
fn references_are_counted_where_they_are_written() {
    let text = r#"
provider "x" {
  alias = "far"
}
variable "names" {}
locals {
  ids = [for x_net in var.names : x_net.id]
  one = x_net.n.id
}
resource "x_net" "n" {
  count    = 0
  provider = x.far
  lifecycle { ignore_changes = [rule.port] }
}
resource "x_app" "a" {
  dynamic "rule" {
    for_each = x_net.n
    content { port = rule.value.port }
  }
  text = "%{ for line in var.names }${line.id}${x_net.n.id}%{ endfor }"
  gone = x_net.gone.id
  seen = data.x_net.seen.id
}
module "m" {
  source = "./m"
  net    = x_net.n
}
output "o" { value = [module.m.id, module.none.id] }
"#;
    let module = r#"
variable "net" {}
resource "x_sub" "s" { net = var.net.id }
output "id" { value = x_sub.s.id }
"#;
    let (facts, ingested) = read(&[("main.tf", text), ("m/main.tf", module)]);
    let [("terraform", tally)] = ingested.tallies.as_slice() else { panic!("{:?}", ingested.tallies) };
    // `x_net.n` four times, `module.m`, and `x_sub.s`; three names lead nowhere.
    assert_eq!((tally.all, tally.understood, tally.listed), (9, 6, 3));
    let listed: Vec<&str> = facts.remarks.iter().map(|remark| remark.what.as_str()).collect();
    assert_eq!(listed, ["data.x_net.seen", "module.none", "x_net.gone"]);
    assert!(facts.remarks.iter().all(|remark| remark.evidence.at.line > 1));
}

/// Few words that would be much, or go on for ever.
#[test]
fn what_would_never_end_ends() {
    let mut doubling = String::from("locals {\n  l0 = [1, 2]\n  t0 = \"xxxxxxxxxxxxxxxx\"\n");
    for level in 1..60 {
        let below = level - 1;
        let _ = writeln!(doubling, "  l{level} = [local.l{below}, local.l{below}]");
        let _ = writeln!(doubling, "  t{level} = \"${{local.t{below}}}${{local.t{below}}}\"");
    }
    doubling += "}\nresource \"x_thing\" \"t\" {\n  l = local.l59\n  t = local.t59\n  f = flatten(local.l59)\n}\n";
    let mut chain = String::from("locals {\n  c0 = x_thing.end.id\n");
    for level in 1..3_000 {
        let _ = writeln!(chain, "  c{level} = local.c{}", level - 1);
    }
    chain += "}\nresource \"x_thing\" \"end\" {}\nresource \"x_thing\" \"t\" {\n  v = local.c2999\n}\n";
    let loops = "locals {\n  n = range(1000000000)\n  p = setproduct(range(9999), range(9999), range(9999))\n}\n\
                 resource \"x_thing\" \"t\" {\n  count = 100000000\n  v = [for a in local.n : [for b in local.n : b]]\n  p = local.p\n}\n\
                 resource \"x_thing\" \"u\" {\n  for_each = toset(range(9000))\n  v = each.key\n}\n";
    let itself = "module \"m\" {\n  source = \"./\"\n}\nmodule \"n\" {\n  source = \"./n\"\n}\n";
    let deep = format!("resource \"x_thing\" \"t\" {{\n  v = {}1{}\n}}\n", "[".repeat(5_000), "]".repeat(5_000));
    let start = Instant::now();
    for (name, text) in [("doubling", &doubling), ("chain", &chain), ("loops", &loops.to_owned()), ("deep", &deep)] {
        read(&[("main.tf", text)]);
        assert!(start.elapsed() < Duration::from_secs(60), "{name}: {:?}", start.elapsed());
    }
    let (facts, _) = read(&[("main.tf", itself), ("n/main.tf", "module \"m\" {\n  source = \"../\"\n}\n")]);
    assert!(facts.resources.is_empty());
}

/// Every line of the cases in turn is missing, or says something of a wrong type: a reader may say less, but it must not
/// fall over, and every reference it tells of leads to a resource.
#[test]
fn wrong_types_everywhere_are_no_panic() {
    let text = fs::read_to_string("tests/cases/terraform/containers/main.tf").expect("case");
    let lines: Vec<&str> = text.lines().collect();
    let odd = ["null", "[null, {a = [null]}]", "{a = {b = null}}", "\"\"", "-1e99", "nothing.at.all[0]", "local"];
    let mut files: Vec<(String, String)> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let mut without = lines.clone();
        without.remove(number);
        files.push((format!("{number}/main.tf"), without.join("\n")));
        let Some((key, _)) = line.split_once(" = ").filter(|_| !line.ends_with(['{', '[', '('])) else { continue };
        for (turn, value) in odd.iter().enumerate() {
            let other = format!("{key} = {value}");
            let mut with = lines.clone();
            with[number] = &other;
            files.push((format!("{number}-{turn}/main.tf"), with.join("\n")));
        }
    }
    let named: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let (facts, ingested) = read(&named);
    assert!(facts.resources.len() > files.len());
    let settings = facts.resources.iter().flat_map(|resource| &resource.settings);
    assert!(settings.flat_map(|setting| &setting.refers).all(|referral| referral.to < facts.resources.len()));
    let catalogue = &*BUILT_IN;
    let all = [("terraform", facts)];
    let system = resolve(&all, catalogue).system;
    assert!(system.components.values().all(|component| !component.evidence.is_empty()));
    drop(ingested);
}

/// A repository of many roots that call modules and refer to each other's resources.
fn generated(roots: usize) -> Vec<(String, String)> {
    let mut files = vec![(
        "modules/service/main.tf".to_owned(),
        "variable \"name\" {}\nvariable \"queue\" {}\nresource \"aws_lambda_function\" \"this\" {\n  function_name = var.name\n  \
         environment {\n    variables = { QUEUE_URL = var.queue }\n  }\n}\noutput \"arn\" { value = aws_lambda_function.this.arn }\n"
            .to_owned(),
    )];
    for root in 0..roots {
        let mut text = String::from("provider \"aws\" {\n  region = \"eu-west-1\"\n}\n");
        for number in 0..10 {
            let _ = write!(
                text,
                "resource \"aws_sqs_queue\" \"q{number}\" {{\n  name = \"q{number}\"\n}}\nmodule \"s{number}\" {{\n  \
                 source = \"../../modules/service\"\n  name = \"s{root}-{number}\"\n  queue = aws_sqs_queue.q{number}.id\n}}\n"
            );
        }
        files.push((format!("roots/r{root}/main.tf"), text));
    }
    files
}

#[test]
fn many_roots_are_read_in_linear_time_and_nothing_is_lost() {
    let time = |roots: usize| {
        let files = generated(roots);
        let named: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let start = Instant::now();
        let (facts, _) = read(&named);
        let things =
            facts.resources.iter().filter(|resource| !resource.sign.to_string().starts_with("provider")).count();
        assert_eq!(things, roots * 20);
        assert_eq!(facts.remarks.len(), 0);
        start.elapsed()
    };
    let (few, many) = (time(50), time(400));
    assert!(many < few * 8 * 6 + Duration::from_secs(5), "{few:?} {many:?}");
}

fn piped(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_linchpin"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("a code"), text(&output.stdout), text(&output.stderr))
}

#[test]
fn standard_input_is_read_as_a_file_would_be() {
    let plan = fs::read_to_string(Path::new("tests/cases/terraform/plan/plan.json")).expect("case");
    let (code, out, _) = piped(&["scan", "-", "--format", "json"], &plan);
    assert_eq!(code, 0);
    let scan: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(scan["sources"][0]["file"], "stdin.json");
    assert_eq!(scan["sources"][0]["format"], "terraform");
    let yaml = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      \
                containers: [{name: web, image: 'web:1', env: [{name: DB_HOST, value: db}]}]\n---\n\
                apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {selector: {app: db}}\n";
    let (code, out, _) = piped(&["scan", "-"], yaml);
    assert!(code == 0 && out.contains("kubernetes") && out.contains("web"), "{out}");
    let (code, _, errors) = piped(&["scan", "-"], "");
    assert!(code == 2 && errors.contains("standard input: it is empty"), "{code} {errors}");
    let (code, _, errors) = piped(&["scan", "-"], "just some words\n");
    assert!(code == 3 && errors.contains("nothing to analyse"), "{code} {errors}");
}

/// Units whose files hang on each other in a circle, and texts that would be much, end.
#[test]
fn units_of_terragrunt_that_would_never_end_end() {
    let mut doubling = String::from("locals {\n  t0 = \"x\"\n");
    for level in 1..60 {
        let _ = writeln!(doubling, "  t{level} = \"${{local.t{0}}}${{local.t{0}}}\"", level - 1);
    }
    doubling += "}\nterraform { source = \"./${local.t59}\" }\n";
    let circle = "include \"a\" { path = \"../b/terragrunt.hcl\" }\nterraform { source = \"./m\" }\n\
                  inputs = merge(read_terragrunt_config(\"../b/terragrunt.hcl\").inputs, include.a.inputs)\n";
    let other = circle.replace("../b/", "../a/");
    let start = Instant::now();
    let files = [
        ("a/terragrunt.hcl", circle),
        ("b/terragrunt.hcl", &other),
        ("c/terragrunt.hcl", &doubling),
        ("a/m/x.tf", "variable \"v\" {}\n"),
    ];
    let (facts, _) = read(&files);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert!(facts.resources.iter().any(|resource| resource.name.starts_with("module.c")), "the third is a unit");
}

/// What a plan was made upon is its base: what it adds is new, what it takes away is gone, and what stays is neither.
#[test]
fn a_plan_is_compared_with_what_was_there_before_it() {
    let path = "tests/cases/terraform/plan-change/plan.json";
    let (code, out, errors) = piped(&["diff", "--plan", path, "--format", "json"], "");
    assert_eq!(code, 0, "{errors}");
    let diff: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let text = diff.to_string();
    assert!(text.contains("aws_elasticache_cluster.sessions") && text.contains("aws_sqs_queue.old"), "{text}");
    let plan = fs::read_to_string(path).expect("case");
    let (code, out, errors) = piped(&["check", "--plan", "-", "--format", "json", "--fail-on", "note"], &plan);
    let check: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let state = |name: &str| -> Vec<String> {
        let all = check["findings"].as_array().expect("findings");
        let about = all.iter().filter(|finding| finding["cut_set"].to_string().contains(name));
        about.map(|finding| finding["state"].as_str().expect("a state").to_owned()).collect()
    };
    let (new, known) = (state("aws_elasticache_cluster.sessions"), state("aws_rds_cluster.db"));
    assert!(code == 1 && !new.is_empty() && new.iter().all(|state| state == "new"), "{code} {new:?} {errors}");
    assert!(!known.is_empty() && known.iter().all(|state| state == "known"), "{known:?}");
    // The same before and after: nothing is new.
    let mut steady: serde_json::Value = serde_json::from_str(&plan).expect("JSON");
    steady["planned_values"] = steady["prior_state"]["values"].clone();
    let (code, _, errors) = piped(&["check", "--plan", "-", "--fail-on", "note"], &steady.to_string());
    assert_eq!(code, 0, "{errors}");
    let (code, _, errors) = piped(&["check", "--plan", "tests/cases/terraform/places/main.tf"], "");
    assert!(code == 2 && errors.contains("there is no plan among the files"), "{code} {errors}");
}
