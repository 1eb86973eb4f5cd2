//! Three outages that happened: what the providers reported down must be down, and what stayed up must stay up.
//!
//! The rows are those that the providers' own reports state, and a few of the press and of careful readers, which say so.

use linchpin::graph::Graph;
use linchpin::ingest::linchpin::read;
use linchpin::model::State;
use linchpin::resolve::resolve;

use crate::built_in::BUILT_IN;
use crate::customer;

use State::{Degraded, Down, Up};

fn check(at: &str, down: &str, rows: &[(&str, State)]) {
    customer::check(&BUILT_IN, at, down, rows);
}

/// 2023-11-12: the access keys of Alibaba Cloud. The control plane of everything, and the data plane of the few products
/// whose every request is signed; servers, databases and networks ran on.
#[test]
fn alibaba_2023_11_12() {
    let rows = [
        ("aliyun/console", Down),
        ("aliyun/openapi", Down),
        ("aliyun/oss", Down),
        ("aliyun/tablestore", Down),
        ("aliyun/sls", Down),
        ("aliyun/mns", Down),
        ("aliyun/rocketmq", Down),
        ("aliyun/ecs:control", Down),
        ("aliyun/slb:control", Down),
        ("aliyun/rds:control", Down),
        ("aliyun/redis:control", Down),
        ("aliyun/ack:control", Down),
        ("aliyun/fc:control", Down),
        ("aliyun/kafka:control", Down),
        ("aliyun/vpc:control", Down),
        ("aliyun/alidns:control", Down),
        ("aliyun/acr:control", Down),
        // Running servers, networks and databases were not affected.
        ("aliyun/ecs", Up),
        ("aliyun/slb", Up),
        ("aliyun/vpc", Up),
        ("aliyun/rds", Up),
        ("aliyun/redis", Up),
        // Unsigned and cached reads went on, by careful readers of the report.
        ("aliyun/oss:public-read", Up),
        ("aliyun/cdn", Up),
        ("aliyun/alidns", Up),
    ];
    // Every region at once.
    for at in ["aliyun/cn-hangzhou", "aliyun/cn-beijing", "aliyun/ap-southeast-1"] {
        check(at, "aliyun/ak", &rows);
    }
}

/// 2024-04-08: the cloud API of Tencent Cloud. The console and what is delivered through the API; what was configured
/// already ran on.
#[test]
fn tencent_2024_04_08() {
    let rows = [
        ("tencent/console", Down),
        ("tencent/scf", Down),
        ("tencent/ocr", Down),
        ("tencent/tse", Down),
        ("tencent/tsf", Down),
        ("tencent/ams", Down),
        ("tencent/captcha", Down),
        ("tencent/cvm:control", Down),
        ("tencent/cdn:control", Down),
        ("tencent/dnspod:control", Down),
        ("tencent/mysql:control", Down),
        // Signed access to storage failed in part, by users and an analyst.
        ("tencent/cos", Degraded),
        ("tencent/cos:public-read", Up),
        ("tencent/cvm", Up),
        ("tencent/clb", Up),
        ("tencent/cdn", Up),
        ("tencent/dnspod", Up),
        ("tencent/mysql", Up),
        ("tencent/redis", Up),
    ];
    for at in ["tencent/ap-shanghai", "tencent/ap-guangzhou"] {
        check(at, "tencent/cloud-api", &rows);
    }
}

/// The reason why Shanghai was late: the API waits for the container platform, which waits for the API.
#[test]
fn tencent_2024_04_08_could_not_start_again() {
    let text = "version: 1\nat: [tencent/ap-shanghai]\ncomponents:\n  a: {kind: app, needs: [tencent/scf]}\n";
    let (facts, _) = read(&"linchpin.yaml".into(), text);
    let resolved = resolve(&[("linchpin", facts)], &BUILT_IN);
    let graph = Graph::compile(&resolved.system);
    let verdict =
        linchpin::policy::check(&resolved.system, &graph, &Default::default(), linchpin::policy::Severity::Error);
    let cycle = verdict.findings.iter().find(|finding| finding.rule == "start-up-cycle").expect("the cycle");
    let names: Vec<&str> = cycle.cut_set.iter().map(|id| id.base()).collect();
    assert_eq!(names, ["tencent/cloud-api", "tencent/container-platform"]);
}

/// 2023-06-13: Lambda in one region of AWS, and what is built on it there; elevated errors rather than a stop. Other
/// regions, and what does not use Lambda, went on.
#[test]
fn aws_2023_06_13() {
    let rows = [
        ("aws/lambda", Down),
        ("aws/sts", Degraded),
        ("aws/signin", Degraded),
        ("aws/console", Degraded),
        ("aws/eks:control", Degraded),
        ("aws/connect", Degraded),
        ("aws/eventbridge", Degraded),
        ("aws/support", Degraded),
        ("aws/ec2", Up),
        ("aws/s3", Up),
        ("aws/dynamodb", Up),
        ("aws/sqs", Up),
        ("aws/rds", Up),
        ("aws/eks", Up),
        ("aws/route53", Up),
    ];
    check("aws/us-east-1", "aws/lambda@us-east-1", &rows);
    let elsewhere = [
        ("aws/lambda@us-east-1", Down),
        ("aws/lambda@eu-west-1", Up),
        ("aws/sts@eu-west-1", Up),
        ("aws/eks@eu-west-1:control", Up),
        ("aws/connect@eu-west-1", Up),
        ("aws/eventbridge@eu-west-1", Up),
    ];
    check("aws/eu-west-1", "aws/lambda@us-east-1", &elsewhere);
}

/// One look at a file finds all mistakes in it, even where there is no outage for want of a day.
#[test]
fn a_file_without_a_day_is_read_to_its_end() {
    let text = "\
outage: drill
title: A drill
date: 2026-13-40
failed:
  - {down: [acme/box], from: \"17:39\", until: \"16:00\"}
  - {dwn: [acme/box], from: \"17:39\"}
reported:
  - {what: [acme/box], state: sideways, grade: official}
";
    let (outage, problems) = linchpin::catalogue::outage::load(&"drill.yaml".into(), text);
    assert!(outage.is_none());
    let told: Vec<(u32, String)> =
        problems.into_iter().map(|problem| (problem.at.map_or(0, |at| at.line), problem.message)).collect();
    let lines: Vec<u32> = told.iter().map(|(line, _)| *line).collect();
    for line in [3, 5, 6, 8] {
        assert!(lines.contains(&line), "line {line}: {told:?}");
    }
    let (outage, problems) = linchpin::catalogue::outage::load(&"drill.yaml".into(), "date: 2026-10-04\nfailed: []\n");
    assert!(outage.is_none() && problems.iter().any(|problem| problem.message.contains("`outage`")), "{problems:?}");
}
