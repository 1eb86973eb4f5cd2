//! Templates of stacks: each folder of cases is read whole and compared with what a person expects of it.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use linchpin::analysis::{impact, select};
use linchpin::facts::{Datum, Facts, ResourceFact};
use linchpin::graph::Graph;
use linchpin::ingest::cloudformation::FORMAT;
use linchpin::ingest::ingest;
use linchpin::model::{Capability, ComponentId, State};
use linchpin::source::{Source, Tree};

use crate::built_in::BUILT_IN;
use crate::formats::cases_of;

fn resource(fact: &ResourceFact, facts: &Facts, root: &str) -> String {
    let file = |file: &str| file.strip_prefix(root).unwrap_or(file).to_owned();
    let at = &fact.evidence.at;
    let mut text = format!("{} {} ({}:{})", fact.sign, fact.name, file(&at.file), at.line);
    let note = fact.evidence.note.as_deref().unwrap_or_default();
    let _ = writeln!(text, "{}", note.strip_prefix(&*fact.name).unwrap_or(note));
    for setting in &fact.settings {
        let value = match &setting.value {
            Datum::Unknown(None) => "?".to_owned(),
            Datum::Unknown(Some(reason)) => format!("? {reason}"),
            known => known.text().map(|text| text.to_string()).unwrap_or_default(),
        };
        let refer = |referral: &linchpin::facts::Referral| {
            format!("{} {}", facts.resources[referral.to].name, referral.attribute).trim_end().to_owned()
        };
        let refers: Vec<String> = setting.refers.iter().map(refer).collect();
        let refers = if refers.is_empty() { String::new() } else { format!(" -> {}", refers.join(", ")) };
        let at = &setting.evidence.at;
        let note = setting.evidence.note.as_deref().unwrap_or_default();
        let _ = writeln!(text, "  {} = {value}{refers} ({}:{})", note, file(&at.file), at.line);
    }
    text
}

fn dump(folder: &Path) -> String {
    let ingested = ingest(&Tree::load(&[folder.to_path_buf()]));
    let root = format!("{}/", folder.display());
    let mut text = String::new();
    for (format, facts) in &ingested.facts {
        assert_eq!(*format, "cloudformation");
        text += &facts.resources.iter().map(|fact| resource(fact, facts, &root)).collect::<String>();
        for remark in &facts.remarks {
            let at = &remark.evidence.at;
            let file = at.file.strip_prefix(&root).unwrap_or(&at.file);
            let _ = writeln!(text, "! {}: {} ({file}:{})", remark.what, remark.reason, at.line);
        }
    }
    for account in ingested.accounts.iter().filter(|account| account.reason.is_some()) {
        let file = account.file.strip_prefix(&root).unwrap_or(&account.file);
        let _ = writeln!(text, "{file}: {:?}: {}", account.status, account.reason.as_deref().unwrap_or_default());
    }
    for problem in &ingested.problems {
        let _ = writeln!(text, "problem: {}", problem.message);
    }
    text
}

#[test]
fn cases_are_read_as_expected() {
    cases_of("cloudformation", 6, dump);
}

/// Every place of a template in turn holds something of a wrong type: a reader may say less, but it must not fall over.
#[test]
fn wrong_types_everywhere_are_no_panic() {
    let odd = ["~", "[~, {a: [~]}]", "!Ref ~", "!Sub [a]", "{'Fn::Select': [9, [1]]}", "!GetAtt .", "!If [x]", "'${'"];
    for case in ["functions/template.yaml", "serverless/template.yaml", "framework/serverless.yml"] {
        let name = if case.ends_with("yml") { "serverless.yml" } else { "odd.yaml" };
        let text = std::fs::read_to_string(Path::new("tests/cases/cloudformation").join(case)).expect("case");
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let Some((key, _)) = line.split_once(':') else { continue };
            let indent = key.len() - key.trim_start_matches([' ', '-']).len();
            let below = |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent;
            let behind = lines[number + 1..].iter().take_while(below).count();
            for value in odd {
                let (before, after) = (lines[..number].join("\n"), lines[number + 1 + behind..].join("\n"));
                let source = Source::new(name, format!("{before}\n{key}: {value}\n{after}\n"));
                let reading = (FORMAT.read)(&[&source], &Tree::default());
                let count = reading.facts.resources.len();
                let mut refers = reading.facts.resources.iter().flat_map(|r| &r.settings).flat_map(|s| &s.refers);
                assert!(refers.all(|referral| referral.to < count));
            }
        }
    }
}

/// Exports that are made of each other double with every step, and stacks that nest each other have no top.
#[test]
fn circles_come_to_an_end() {
    let mut sources = Vec::new();
    for (own, other) in [("a", "b"), ("b", "a")] {
        let text = format!(
            "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  N: {{Type: AWS::CloudFormation::Stack, Properties: \
             {{TemplateURL: {other}.yaml, Parameters: {{P: !Ref P}}}}}}\n  Q: {{Type: AWS::SQS::Queue, Properties: {{A: \
             !ImportValue {other}}}}}\nParameters: {{P: {{Type: String}}}}\nOutputs:\n  O: {{Export: {{Name: {own}}}, Value: \
             !Join ['', [!ImportValue {other}, !ImportValue {other}, !ImportValue {other}]]}}\n"
        );
        sources.push(Source::new(&format!("{own}.yaml"), text.clone()));
        sources.push(Source::new(&format!("x/{own}.yaml"), text.replace("Stack", "Stak")));
    }
    let start = Instant::now();
    let reading = (FORMAT.read)(&sources.iter().collect::<Vec<_>>(), &Tree::default());
    assert!(!reading.facts.resources.is_empty() && start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// Variables that stand for several of themselves would be more than memory holds: what is not replaced is told.
#[test]
fn variables_that_double_come_to_an_end() {
    let (text, item) = ("${self:custom.a}".repeat(12), "    - ${self:custom.l}\n".repeat(12));
    let text = format!(
        "service: x\nprovider: {{name: aws}}\ncustom:\n  a: '{text}'\n  l:\n{item}functions:\n  f:\n    handler: h.f\n    \
         environment: {{A: '{text}', B: '${{self:custom.l}}'}}\n"
    );
    let source = Source::new("serverless.yml", text);
    let reading = (FORMAT.read)(&[&source], &Tree::default());
    assert_eq!(reading.facts.resources.len(), 1);
    let told = reading.facts.remarks.iter().filter(|remark| remark.reason.contains("stand for too much"));
    assert_eq!(told.count(), 1, "{:?}", reading.facts.remarks);
}

/// The same system in the two languages that Alibaba Cloud's resources are written in is the same graph.
#[test]
fn a_template_of_ros_says_what_terraform_says() {
    let ros = r#"
ROSTemplateFormatVersion: '2015-09-01'
Resources:
  Net: {Type: ALIYUN::ECS::VPC}
  Left: {Type: ALIYUN::ECS::VSwitch, Properties: {VpcId: {Ref: Net}, ZoneId: cn-hangzhou-h}}
  Db:
    Type: ALIYUN::RDS::DBInstance
    Properties: {VSwitchId: {Ref: Left}, ZoneId: cn-hangzhou-h, ZoneIdSlave1: cn-hangzhou-i}
  Front: {Type: ALIYUN::SLB::LoadBalancer, Properties: {AddressType: internet, VSwitchId: {Ref: Left}}}
  Group:
    Type: ALIYUN::ESS::ScalingGroup
    Properties: {MinSize: 2, VSwitchIds: [{Ref: Left}], LoadBalancerIds: [{Ref: Front}], DBInstanceIds: [{Ref: Db}]}
  Seen: {Type: DATASOURCE::ECS::Instances, Properties: {InstanceIds: [{Ref: Group}]}}
"#;
    let terraform = r#"
resource "alicloud_vpc" "Net" {}
resource "alicloud_vswitch" "Left" {
  vpc_id  = alicloud_vpc.Net.id
  zone_id = "cn-hangzhou-h"
}
resource "alicloud_db_instance" "Db" {
  vswitch_id      = alicloud_vswitch.Left.id
  zone_id         = "cn-hangzhou-h"
  zone_id_slave_a = "cn-hangzhou-i"
}
resource "alicloud_slb_load_balancer" "Front" {
  address_type = "internet"
  vswitch_id   = alicloud_vswitch.Left.id
}
resource "alicloud_ess_scaling_group" "Group" {
  min_size         = 2
  vswitch_ids      = [alicloud_vswitch.Left.id]
  loadbalancer_ids = [alicloud_slb_load_balancer.Front.id]
  db_instance_ids  = [alicloud_db_instance.Db.id]
}
"#;
    let (one, other) = (tell("template.yml", ros), tell("main.tf", terraform));
    assert_eq!(one, other);
    assert!(one.iter().any(|line| line.contains("Group:data Run Hard Front:data")), "{one:?}");
    assert!(one.iter().any(|line| line.contains("aliyun/cn-hangzhou/h:data or aliyun/cn-hangzhou/i:data")), "{one:?}");
}

/// The needs of one's own components in a file of this name and text.
fn tell(name: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), text).expect("a file");
    let ingested = ingest(&Tree::load(&[folder.path().to_path_buf()]));
    let system = linchpin::resolve::resolve(&ingested.facts, &BUILT_IN).system;
    let own = system.components.values().filter(|component| component.provider.is_none());
    let plain = |text: &str| text.split('.').next_back().unwrap_or(text).to_owned();
    let mut lines: Vec<String> = own
        .flat_map(|component| {
            let needs = component.capabilities.iter().flat_map(|(face, all)| all.iter().map(move |need| (face, need)));
            needs.map(|(face, need)| {
                let targets: Vec<String> = need.targets().iter().map(|one| plain(&one.to_string())).collect();
                let how = format!("{:?} {:?}", need.terms.phase, need.terms.strength);
                format!("{}:{face} {how} {}", plain(component.id.as_str()), targets.join(" or "))
            })
        })
        .collect();
    lines.sort();
    lines
}

/// A distribution is the same in both languages: a group of origins, one of which only stands in for what is missing.
#[test]
fn origins_of_a_template_are_those_of_terraform() {
    let template = r#"
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Near: {Type: AWS::S3::Bucket}
  Far: {Type: AWS::S3::Bucket}
  Other: {Type: AWS::S3::Bucket}
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - {Id: near, DomainName: !GetAtt Near.RegionalDomainName}
          - {Id: far, DomainName: !GetAtt Far.RegionalDomainName}
          - !If [Extra, {Id: !Ref Other, DomainName: !GetAtt Other.RegionalDomainName}, !Ref AWS::NoValue]
        OriginGroups:
          Quantity: 1
          Items:
            - Id: both
              FailoverCriteria: {StatusCodes: {Quantity: 2, Items: [500, 502]}}
              Members: {Quantity: 2, Items: [{OriginId: near}, {OriginId: far}]}
            - Id: rest
              FailoverCriteria: {StatusCodes: {Quantity: 1, Items: [404]}}
              Members: {Quantity: 2, Items: [{OriginId: near}, {OriginId: !Ref Other}]}
        DefaultCacheBehavior: {TargetOriginId: both}
        CacheBehaviors: [{PathPattern: /x, TargetOriginId: rest}]
Conditions: {Extra: !Equals [a, a]}
"#;
    let terraform = r#"
resource "aws_s3_bucket" "Near" {}
resource "aws_s3_bucket" "Far" {}
resource "aws_s3_bucket" "Other" {}
resource "aws_cloudfront_distribution" "Site" {
  enabled = true
  origin {
    origin_id   = "near"
    domain_name = aws_s3_bucket.Near.bucket_regional_domain_name
  }
  origin {
    origin_id   = "far"
    domain_name = aws_s3_bucket.Far.bucket_regional_domain_name
  }
  origin {
    origin_id   = aws_s3_bucket.Other.id
    domain_name = aws_s3_bucket.Other.bucket_regional_domain_name
  }
  origin_group {
    origin_id = "both"
    failover_criteria { status_codes = [500, 502] }
    member { origin_id = "near" }
    member { origin_id = "far" }
  }
  origin_group {
    origin_id = "rest"
    failover_criteria { status_codes = [404] }
    member { origin_id = "near" }
    member { origin_id = aws_s3_bucket.Other.id }
  }
  default_cache_behavior { target_origin_id = "both" }
  ordered_cache_behavior { target_origin_id = "rest" }
}
"#;
    let (one, other) = (tell("template.yml", template), tell("main.tf", terraform));
    assert_eq!(one, other);
    let of_site: Vec<&str> = one.iter().filter_map(|line| line.strip_prefix("Site:data Run ")).collect();
    let expected = ["Hard Far:data or Near:data", "Hard aws/cloudfront:data", "Soft Near:data", "Soft Other:data"];
    assert_eq!(of_site, expected);
}

/// What nobody can follow is needed as a whole: a route that names nothing, and an origin whose name is not known.
#[test]
fn origins_that_cannot_be_told_apart_are_all_needed() {
    let with = |first: &str, target: &str| {
        let text = format!(
            "AWSTemplateFormatVersion: '2010-09-09'\nParameters: {{P: {{Type: String}}}}\nResources:\n  Near: {{Type: \
             'AWS::S3::Bucket'}}\n  Far: {{Type: 'AWS::S3::Bucket'}}\n  Site:\n    Type: AWS::CloudFront::Distribution\n    \
             Properties:\n      DistributionConfig:\n        Origins:\n          - {{Id: {first}, DomainName: !GetAtt \
             Near.DomainName}}\n          - {{Id: far, DomainName: !GetAtt Far.DomainName}}\n        \
             OriginGroups: {{Items: [{{Id: none, Members: {{Items: []}}}}]}}\n        DefaultCacheBehavior: {{TargetOriginId: {target}}}\n"
        );
        let all = tell("template.yml", &text);
        let hard = |line: &str| {
            let target = line.strip_prefix("Site:data Run Hard ")?.strip_suffix(":data")?;
            (!target.contains('/')).then(|| target.to_owned())
        };
        all.iter().filter_map(|line| hard(line)).collect::<Vec<String>>()
    };
    assert_eq!(with("near", "near"), ["Near"]);
    assert_eq!(with("near", "far"), ["Far"]);
    assert_eq!(with("near", "none"), ["Far", "Near"], "a group of nothing");
    for (first, target) in [("near", "elsewhere"), ("near", "!Ref P"), ("!Ref P", "far"), ("!Sub '${P}-x'", "far")] {
        assert_eq!(with(first, target), ["Far", "Near"], "{first} {target}");
    }
}

#[test]
fn functions_stand_behind_the_apis_that_call_them() {
    let tree = Tree::load(&["tests/cases/cloudformation/events".into()]);
    let system = linchpin::resolve::resolve(&linchpin::ingest::ingest(&tree).facts, &BUILT_IN).system;
    let apps: Vec<&str> = system.apps().map(|app| app.id.as_str()).collect();
    assert_eq!(apps, ["Drawn", "GetOrder", "Hook", "PutOrder"]);
    let graph = Graph::compile(&system);
    let hit = |lost: &str, wanted: State| {
        let seeds = select(&system, &graph, &[lost.to_owned()]).expect("it is there");
        let impact = impact(&graph, &seeds);
        let data = |app: &ComponentId| graph.node(graph.component(app).unwrap(), &Capability::data()).unwrap();
        let hit = system.apps().filter(|app| impact.state(data(&app.id)) == wanted);
        hit.map(|app| app.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(hit("Orders", State::Down), ["GetOrder", "PutOrder"]);
    assert_eq!(hit("Public", State::Down), ["PutOrder"]);
    assert_eq!(hit("ServerlessRestApi", State::Down), ["GetOrder"]);
    assert_eq!((hit("Quote", State::Down), hit("Quote", State::Degraded)), (vec![], vec!["Drawn".to_owned()]));
}

#[test]
fn from_which_folder_templates_are_read_is_no_part_of_names() {
    let text = "Resources:\n  Table: {Type: AWS::DynamoDB::Table}\n  Queue: {Type: AWS::SQS::Queue}\n";
    let names = |paths: [&str; 2]| {
        let files = paths.map(|path| (path, text));
        let ingested = crate::configuration::read(&files);
        let system = linchpin::resolve::resolve(&ingested.facts, &BUILT_IN).system;
        let own = system.components.values().filter(|component| component.provider.is_none());
        own.map(|component| component.id.to_string()).collect::<Vec<_>>()
    };
    let near = names(["a/template.yaml", "b/template.yaml"]);
    assert_eq!(
        near,
        ["Queue.a-template.yaml", "Queue.b-template.yaml", "Table.a-template.yaml", "Table.b-template.yaml"]
    );
    assert_eq!(near, names(["shop/infra/a/template.yaml", "shop/infra/b/template.yaml"]));
}
