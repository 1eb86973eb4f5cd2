//! AWS, Cloudflare and GitHub: how much of what is in use is recognised, and what follows from what went wrong.

use linchpin::facts::Sign;
use linchpin::model::Capability;
use linchpin::model::State::{self, Degraded, Down, Up};

use crate::built_in::BUILT_IN;
use crate::customer;
use crate::shared::shared;

/// The rows of a raw table without its head, cut at the commas; `None` where the tables are not beside this repository.
fn table(name: &str) -> Option<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(shared(&format!("data/catalogues/{name}"))?).expect("a table");
    Some(text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect())
}

/// Holds the share of signs that stand for a product of this provider to a floor, in percent.
fn hold(provider: &str, what: &str, floor: usize, signs: &[Sign]) {
    let known = |sign: &&Sign| {
        BUILT_IN.recognise(sign).is_some_and(|found| found.provider.split("-cn").next() == Some(provider))
    };
    let missed: Vec<String> = signs.iter().filter(|sign| !known(sign)).map(ToString::to_string).collect();
    let hit = signs.len() - missed.len();
    println!("{provider:10} {what:14} {hit:4} of {:4}  missed {missed:?}", signs.len());
    assert!(!signs.is_empty() && hit * 100 >= floor * signs.len(), "{provider} {what}: {missed:?}");
}

fn signs(rows: &[Vec<String>], make: impl Fn(&[String]) -> Option<Sign>) -> Vec<Sign> {
    rows.iter().filter_map(|row| make(row)).collect()
}

/// A host as documentation writes it, `code>{id}.execute-api.{region}.amazonaws.com`, as one that could be called.
fn callable(written: &str) -> Option<String> {
    let bare = written.rsplit('>').next().unwrap_or_default();
    let region = if bare.ends_with(".cn") { "cn-north-1" } else { "us-east-1" };
    let mut host = String::from(if bare.starts_with('.') { "x" } else { "" });
    for (number, part) in bare.replace("{region}", region).replace('*', "x").split('{').enumerate() {
        match part.split_once('}') {
            Some((_, rest)) => host.extend(["x", rest]),
            None if number == 0 => host.push_str(part),
            None => return None,
        }
    }
    let nobodys = ["x.amazonaws.com", "us-east-1.amazonaws.com", "x.us-east-1.amazonaws.com"];
    (!host.contains(['}', '_']) && !nobodys.contains(&host.as_str())).then_some(host)
}

#[test]
fn what_is_in_use_is_recognised() {
    let tables = ["aws_tf_types.csv", "cloudflare_tf_types.csv", "github_tf_types.csv", "aws_cfn_types.csv"].map(table);
    let packages = ["sdk_packages_verified.csv", "sdk_dataplane.csv", "hosts_seen.csv"].map(table);
    let ([Some(aws), Some(cloudflare), Some(github), Some(types)], [Some(sdks), Some(others), Some(hosts)]) =
        (tables, packages)
    else {
        println!("skipped: the raw tables are not beside this repository");
        return;
    };
    for (provider, rows) in [("aws", aws), ("cloudflare", cloudflare), ("github", github)] {
        hold(provider, "terraform", 100, &signs(&rows, |row| Some(Sign::Terraform(row[0].as_str().into()))));
    }
    hold("aws", "cloudformation", 100, &signs(&types, |row| Some(Sign::CloudFormation(row[0].as_str().into()))));
    let sdk = |row: &[String]| match row {
        [kind, name] if kind == "crates" && name.starts_with("aws-sdk-") => Some(format!("crate:{name}")),
        [kind, name] if kind == "npm" && name.starts_with("@aws-sdk/client-") => Some(format!("npm:{name}")),
        _ => None,
    };
    hold("aws", "packages", 95, &signs(&sdks, |row| Some(Sign::Package(sdk(row)?.into()))));
    for provider in ["cloudflare", "github"] {
        let other = |row: &[String]| {
            let kind = if row[2] == "crates" { "crate" } else { &row[2] };
            (row[0] == provider && row[4] == "yes").then(|| Sign::Package(format!("{kind}:{}", row[3]).into()))
        };
        hold(provider, "packages", 95, &signs(&others, other));
    }
    for provider in ["aws", "cloudflare"] {
        let seen = |row: &[String]| (row[0] == provider).then(|| callable(&row[1])).flatten();
        hold(provider, "hosts", 95, &signs(&hosts, |row| Some(Sign::Host(seen(row)?.into()))));
    }
}

#[test]
fn a_management_sdk_is_a_need_of_a_control_plane() {
    for (package, product, capability) in [
        ("npm:@aws-sdk/client-ec2", "ec2", Some("control")),
        ("crate:aws-sdk-route53", "route53", Some("control")),
        ("crate:aws-sdk-s3", "s3", None),
        ("npm:@aws-sdk/client-sqs", "sqs", None),
        ("go:github.com/aws/aws-sdk-go-v2/service/dynamodb", "dynamodb", None),
        ("maven:software.amazon.awssdk:kms", "kms", None),
    ] {
        let found = BUILT_IN.recognise(&Sign::Package(package.into())).expect(package);
        assert_eq!((&*found.product, found.capability.as_ref().map(Capability::as_str)), (product, capability));
    }
}

/// What a customer at this place who needs all of these sees of each, when something is down.
fn check(at: &str, down: &str, rows: &[(&str, State)]) {
    customer::check(&BUILT_IN, at, down, rows);
}

/// The whitepaper: what is there goes on when nothing can be changed.
#[test]
fn what_runs_needs_no_control_plane() {
    let running =
        ["ec2", "ebs", "nlb", "alb", "ecs", "fargate", "eks", "lambda", "s3", "dynamodb", "sqs", "sts", "kms", "rds"];
    for down in ["aws/iam:control", "aws/ec2@eu-west-1:control", "aws/route53:control"] {
        let names: Vec<String> = running.iter().map(|name| format!("aws/{name}")).collect();
        let mut rows: Vec<(&str, State)> = names.iter().map(|name| (name.as_str(), Up)).collect();
        let falls = |with: &[&str]| if with.iter().any(|part| down.contains(part)) { Down } else { Up };
        rows.extend([("aws/iam:control", falls(&["iam"])), ("aws/route53:control", falls(&["route53"]))]);
        rows.extend([("aws/ec2:control", falls(&["ec2"])), ("aws/eks:control", falls(&["ec2"]))]);
        rows.extend([("aws/route53", Up), ("aws/iam", Up)]);
        check("aws/eu-west-1", down, &rows);
    }
}

/// The control planes of the edge and of identity live in us-east-1, for everybody.
#[test]
fn a_region_is_lost_and_others_serve_on_but_some_things_can_not_be_changed() {
    let rows = [
        ("aws/iam:control", Down),
        ("aws/route53:control", Down),
        ("aws/cloudfront:control", Down),
        ("aws/organizations:control", Down),
        ("aws/globalaccelerator:control", Up),
        ("aws/alb:control", Degraded),
        ("aws/ec2:control", Up),
        ("aws/iam", Up),
        ("aws/sts", Up),
        ("aws/sts:global-endpoint", Down),
        ("aws/s3", Up),
        ("aws/s3:control", Degraded),
        ("aws/lambda", Up),
        ("aws/alb", Up),
        ("aws/route53", Up),
        ("aws/cloudfront", Up),
    ];
    check("aws/eu-west-1", "region=aws/us-east-1", &rows);
}

/// 2025-10-19: the name of DynamoDB in one region, and what could not be launched there.
#[test]
fn aws_2025_10_19() {
    let rows = [
        ("aws/dynamodb", Down),
        ("aws/dynamodb:existing-connections", Up),
        ("aws/ec2:control", Down),
        ("aws/ecs:control", Down),
        ("aws/eks:control", Down),
        ("aws/fargate:control", Down),
        ("aws/lambda:control", Down),
        ("aws/redshift:control", Down),
        ("aws/lambda", Degraded),
        ("aws/nlb", Degraded),
        ("aws/connect", Degraded),
        ("aws/sts", Degraded),
        ("aws/signin", Degraded),
        ("aws/identity-center", Degraded),
        ("aws/redshift", Degraded),
        ("aws/ec2", Up),
        ("aws/ebs", Up),
        ("aws/ecs", Up),
        ("aws/fargate", Up),
        ("aws/s3", Up),
        ("aws/sqs", Up),
        ("aws/rds", Up),
        ("aws/alb", Up),
        ("aws/iam", Up),
        ("aws/route53", Up),
        ("aws/cloudfront", Up),
    ];
    check("aws/us-east-1", "aws/dynamodb-dns@us-east-1", &rows);
    let elsewhere = ["dynamodb", "ec2", "ec2:control", "lambda", "lambda:control", "nlb", "sts", "signin", "redshift"];
    let names: Vec<String> = elsewhere.iter().map(|name| format!("aws/{name}")).collect();
    let mut rows: Vec<(&str, State)> = names.iter().map(|name| (name.as_str(), Up)).collect();
    rows.push(("aws/iam:control", Degraded));
    check("aws/eu-west-1", "aws/dynamodb@us-east-1", &rows);
}

/// 2026-09-21: launches, and nothing that ran.
#[test]
fn aws_2026_09_21() {
    let rows = [
        ("aws/ec2:control", Down),
        ("aws/ecs:control", Down),
        ("aws/fargate:control", Down),
        ("aws/emr:control", Down),
        ("aws/autoscaling", Degraded),
        ("aws/ec2", Up),
        ("aws/ecs", Up),
        ("aws/fargate", Up),
        ("aws/emr", Up),
        ("aws/nlb", Up),
        ("aws/dynamodb", Up),
        ("aws/lambda", Up),
    ];
    check("aws/us-east-1", "aws/ec2-launch@us-east-1", &rows);
}

/// 2017-02-28: the index of S3; the report names what of each product went on.
#[test]
fn aws_2017_02_28() {
    let rows = [
        ("aws/s3", Down),
        ("aws/s3:write", Down),
        ("aws/s3:public-read", Down),
        ("aws/athena", Down),
        ("aws/ecr", Down),
        ("aws/ses", Down),
        ("aws/codebuild", Down),
        ("aws/storagegateway", Down),
        ("aws/lambda:control", Down),
        ("aws/cloudhsm:control", Down),
        ("aws/opensearch:control", Down),
        ("aws/elasticbeanstalk:control", Down),
        ("aws/quicksight:ingest", Down),
        ("aws/ec2:control", Degraded),
        ("aws/cloudwatch", Degraded),
        ("aws/cloudtrail", Degraded),
        ("aws/waf:control", Degraded),
        ("aws/ec2", Up),
        ("aws/ebs", Up),
        ("aws/waf", Up),
        ("aws/cloudhsm", Up),
        ("aws/opensearch", Up),
        ("aws/elasticbeanstalk", Up),
        ("aws/lightsail", Up),
        ("aws/quicksight", Up),
        ("aws/s3@eu-west-1", Up),
    ];
    check("aws/us-east-1", "aws/s3-index@us-east-1", &rows);
    // The index was back half an hour before new objects could be placed.
    let rows = [("aws/s3:write", Down), ("aws/s3", Degraded), ("aws/s3:public-read", Up)];
    check("aws/us-east-1", "aws/s3-placement@us-east-1", &rows);
}

/// 2020-11-25: the front ends of Kinesis.
#[test]
fn aws_2020_11_25() {
    let rows = [
        ("aws/kinesis", Down),
        ("aws/cognito", Degraded),
        ("aws/cloudwatch", Degraded),
        ("aws/eventbridge", Degraded),
        ("aws/ecs:control", Degraded),
        ("aws/eks:control", Degraded),
        ("aws/lambda", Degraded),
        ("aws/iot-core", Degraded),
        ("aws/cloudfront:telemetry", Degraded),
        ("aws/iot-core:existing-connections", Up),
        ("aws/s3", Up),
        ("aws/ec2", Up),
        ("aws/ecs", Up),
        ("aws/fargate", Up),
        ("aws/eks", Up),
        ("aws/cloudfront", Up),
    ];
    check("aws/us-east-1", "aws/kinesis-front-end@us-east-1", &rows);
}

/// 2023-11-02: the core data centres of Cloudflare. The edge went on.
#[test]
fn cloudflare_2023_11_02() {
    let rows = [
        ("cloudflare/api", Down),
        ("cloudflare/dashboard", Down),
        ("cloudflare/analytics", Down),
        ("cloudflare/logs", Down),
        ("cloudflare/dns:control", Down),
        ("cloudflare/workers:control", Down),
        ("cloudflare/pages:control", Down),
        ("cloudflare/warp", Degraded),
        ("cloudflare/dns", Up),
        ("cloudflare/cdn", Up),
        ("cloudflare/waf", Up),
        ("cloudflare/ddos-protection", Up),
        ("cloudflare/workers", Up),
        ("cloudflare/kv", Up),
    ];
    check("aws/us-east-1", "cloudflare/core", &rows);
}

/// 2025-06-12: the store under Workers KV, and two steps further the sign-in to the dashboard.
#[test]
fn cloudflare_2025_06_12() {
    let rows = [
        ("cloudflare/kv", Down),
        ("cloudflare/access", Down),
        ("cloudflare/gateway", Down),
        ("cloudflare/warp:enrolment", Down),
        ("cloudflare/turnstile", Down),
        ("cloudflare/dashboard:signin", Down),
        ("cloudflare/workers-ai", Down),
        ("cloudflare/ai-search", Down),
        ("cloudflare/stream", Down),
        ("cloudflare/realtime", Down),
        ("cloudflare/pages:control", Down),
        ("cloudflare/pages", Degraded),
        ("cloudflare/durable-objects", Degraded),
        ("cloudflare/d1", Degraded),
        ("cloudflare/kv:cached-reads", Up),
        ("cloudflare/access:existing-sessions", Up),
        ("cloudflare/realtime:existing-sessions", Up),
        ("cloudflare/stream:upload", Up),
        ("cloudflare/gateway:dns", Up),
        ("cloudflare/api", Up),
        ("cloudflare/dns", Up),
        ("cloudflare/cdn", Up),
        ("cloudflare/waf", Up),
        ("cloudflare/magic-transit", Up),
    ];
    check("aws/us-east-1", "cloudflare/kv-store", &rows);
}

/// 2024-08-14 took all of GitHub; 2026-02-02 only what is run on machines of its own making.
#[test]
fn github_2024_08_14_and_2026_02_02() {
    let rows = [
        ("github/git", Down),
        ("github/api", Down),
        ("github/actions", Down),
        ("github/packages", Down),
        ("github/issues", Down),
        ("github/pull-requests", Down),
    ];
    check("aws/us-east-1", "github/database-routing", &rows);
    let rows = [
        ("github/actions:hosted-runners", Down),
        ("github/codespaces:control", Down),
        ("github/copilot:agent", Down),
        ("github/code-scanning", Degraded),
        ("github/dependabot", Degraded),
        ("github/importer", Degraded),
        ("github/pages:control", Degraded),
        ("github/actions", Up),
        ("github/copilot", Up),
        ("github/pages", Up),
        ("github/git", Up),
        ("github/packages", Up),
    ];
    check("aws/us-east-1", "github/runner-machines", &rows);
}
