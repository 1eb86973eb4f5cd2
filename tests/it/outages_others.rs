//! Outages that happened, of which each provider published a report: what was reported down is down, and what was
//! reported as working is up.
//!
//! Where a day is given, only what was known before it is used: those are predictions, the others are memories.

use std::borrow::Cow;

use jiff::civil::Date;
use linchpin::catalogue::Catalogue;
use linchpin::model::State;

use crate::built_in::BUILT_IN;
use crate::customer;

use State::{Degraded, Down, Up};

/// What is known today.
const TODAY: &str = "9999-12-31";

/// The catalogue without what became known on this day or later, and with what had not ended by then.
fn before(day: &str) -> Cow<'static, Catalogue> {
    if day == TODAY {
        return Cow::Borrowed(&BUILT_IN);
    }
    Cow::Owned(BUILT_IN.as_of(day.parse::<Date>().and_then(Date::yesterday).expect("a day")))
}

/// Holds what a customer at a place would see against the rows.
fn check(day: &str, at: &str, down: &str, rows: &[(&str, State)]) {
    customer::check(&before(day), at, down, rows);
}

/// Disks of one zone: instances that use them, in that zone.
#[test]
fn aws_2011_04_21() {
    let rows = [
        ("aws/ebs@us-east-1/a", Down),
        ("aws/ec2@us-east-1/a", Degraded),
        ("aws/ec2@us-east-1/b", Up),
        ("aws/ebs@us-east-1/b", Up),
        ("aws/ebs@eu-west-1/a", Up),
        ("aws/s3", Up),
    ];
    check(TODAY, "aws/us-east-1/a", "aws/ebs@us-east-1/a", &rows);
    // It was known when cooling failed in a zone of Tokyo in 2019.
    check("2019-08-23", "aws/us-east-1/a", "aws/ebs@us-east-1/a", &rows);
}

/// Storage with all its disks, in many regions: machines went down with their disks.
#[test]
fn azure_2014_11_18() {
    let rows = [
        ("azure/storage-scale-units", Down),
        ("azure/disks", Down),
        ("azure/virtual-machines", Down),
        ("azure/virtual-network", Up),
        ("azure/entra-id", Up),
        ("azure/sql-database", Up),
    ];
    check(TODAY, "azure/westeurope/1", "azure/storage-scale-units", &rows);
    // It was known when a zone of West Europe lost its storage in 2025.
    check("2025-11-05", "azure/westeurope/1", "azure/storage-scale-units", &rows[..3]);
}

/// The metadata of DynamoDB in one region: errors of what keeps its state in tables there, and nothing else.
#[test]
fn aws_2015_09_20() {
    let rows = [
        ("aws/dynamodb", Down),
        ("aws/sqs", Degraded),
        ("aws/autoscaling", Degraded),
        ("aws/cloudwatch", Degraded),
        ("aws/console", Degraded),
        ("aws/ec2", Up),
        ("aws/ebs", Up),
        ("aws/s3", Up),
        ("aws/rds", Up),
        ("aws/alb", Up),
        ("aws/route53", Up),
        ("aws/cloudfront", Up),
    ];
    check(TODAY, "aws/us-east-1", "aws/dynamodb-metadata@us-east-1", &rows);
    let elsewhere =
        [("aws/dynamodb-metadata@us-east-1", Down), ("aws/dynamodb@eu-west-1", Up), ("aws/sqs@eu-west-1", Up)];
    check(TODAY, "aws/eu-west-1", "aws/dynamodb-metadata@us-east-1", &elsewhere);
    // It was known when names failed in 2025 that queues and sign-in keep tables.
    let later = [("aws/sqs", Degraded), ("aws/console", Degraded), ("aws/signin", Degraded), ("aws/s3", Up)];
    check("2025-10-19", "aws/us-east-1", "aws/dynamodb@us-east-1", &later);
}

/// The front ends of Google: what stands behind global load balancers, and not the machines or regional balancers.
#[test]
fn google_2018_07_17() {
    let rows = [
        ("google/load-balancing", Down),
        ("google/cdn", Down),
        ("google/app-engine", Degraded),
        ("google/load-balancing:regional", Up),
        ("google/compute", Up),
        ("google/storage", Up),
        ("google/sql", Up),
        ("google/vpc", Up),
        ("google/dns", Up),
        ("google/pubsub", Up),
    ];
    check(TODAY, "google/us-central1", "google/gfe", &rows);
    // It was known when the front ends failed again on 2021-11-16.
    check("2021-11-16", "google/us-central1", "google/gfe", &rows);
}

/// One region without cooling: machines, disks and storage there, and no other region.
#[test]
fn azure_2018_09_04() {
    let rows = [
        ("azure/virtual-machines@southcentralus", Down),
        ("azure/storage@southcentralus", Down),
        ("azure/virtual-machines@northcentralus", Up),
        ("azure/storage@northcentralus", Up),
        ("azure/sql-database@northcentralus", Up),
        ("azure/app-service@northcentralus", Up),
        ("azure/dns", Up),
        ("azure/front-door", Up),
    ];
    check(TODAY, "azure/northcentralus", "region=azure/southcentralus", &rows);
}

/// The databases of GitHub were inconsistent for a day: its website, webhooks and the publishing of pages; pages that
/// were published, and the status page, were not.
#[test]
fn github_2018_10_21() {
    let rows = [
        ("github/website", Down),
        ("github/issues", Down),
        ("github/pull-requests", Down),
        ("github/webhooks", Down),
        ("github/pages", Up),
        ("github/status", Up),
    ];
    check(TODAY, "github", "github/database", &rows);
    // It was known in the disruptions of February 2020.
    check("2020-02-19", "github", "github/database", &rows);
}

/// A database of GitHub that could not be written: repositories, the API and all that is built on them.
#[test]
fn github_2021_08_10() {
    let rows = [
        ("github/git", Down),
        ("github/api", Down),
        ("github/webhooks", Down),
        ("github/issues", Down),
        ("github/pull-requests", Down),
        ("github/packages", Down),
        ("github/actions", Down),
        ("github/pages:control", Down),
        ("github/pages", Up),
        ("github/status", Up),
    ];
    check(TODAY, "github", "github/database", &rows);
    // It was known when nothing could be reached on 2024-08-14.
    check("2024-08-14", "github", "github/database", &rows[..7]);
}

/// The second factor: sign-in of those who are asked for it. Who is signed in, and what runs, went on.
#[test]
fn azure_2018_11_19() {
    let rows = [
        ("azure/entra-id:sign-in", Degraded),
        ("azure/portal:sign-in", Degraded),
        ("azure/entra-id", Up),
        ("azure/entra-id:workload", Up),
        ("azure/portal", Up),
        ("azure/arm", Up),
        ("azure/virtual-machines", Up),
        ("azure/virtual-machines:control", Up),
        ("azure/storage", Up),
        ("azure/key-vault", Up),
    ];
    check(TODAY, "azure/westeurope", "azure/multi-factor", &rows);
}

/// A rule of the firewall took the processors of the edge: proxy, CDN and firewall, and what is reached through them.
/// Names were resolved.
#[test]
fn cloudflare_2019_07_02() {
    let rows = [
        ("cloudflare/proxy", Down),
        ("cloudflare/cdn", Down),
        ("cloudflare/waf", Down),
        ("cloudflare/access", Down),
        ("cloudflare/dashboard", Degraded),
        ("cloudflare/api", Degraded),
        ("cloudflare/dns", Up),
        ("cloudflare/resolver", Up),
        ("cloudflare/network", Up),
        ("cloudflare/magic-transit", Up),
    ];
    check("2019-07-13", "cloudflare", "cloudflare/waf:rules", &rows);
    // Since 2025-12-05 it is known that the rules no longer take every proxy.
    let later = [("cloudflare/proxy", Degraded), ("cloudflare/cdn", Degraded), ("cloudflare/dns", Up)];
    check(TODAY, "cloudflare", "cloudflare/waf:rules", &later);
    // It was known when the proxy was stopped again on 2025-11-18, by another file; names were resolved again.
    check("2025-11-18", "cloudflare", "cloudflare/proxy", &rows);
}

/// Sign-in with Azure AD: people who came anew. Who was signed in, and what is not signed with it, went on.
#[test]
fn azure_2020_09_28() {
    let rows = [
        ("azure/portal:sign-in", Down),
        ("azure/microsoft-365", Down),
        ("azure/virtual-machines", Up),
        ("azure/load-balancer", Up),
        ("azure/virtual-network", Up),
        ("azure/storage:by-key", Up),
        ("azure/storage:public-read", Up),
        ("azure/sql-database", Up),
        ("azure/redis", Up),
        ("azure/dns", Up),
        ("azure/aks", Up),
        ("azure/batch", Up),
    ];
    check(TODAY, "azure/westeurope", "azure/entra-id:sign-in", &rows);
    // Tokens of every kind, which would be worse.
    let tokens = [
        ("azure/arm", Down),
        ("azure/batch", Degraded),
        ("azure/databricks", Degraded),
        ("azure/virtual-machines", Up),
        ("azure/storage:by-key", Up),
    ];
    check(TODAY, "azure/westeurope", "azure/entra-id:data", &tokens);
}

/// Direct Connect in Tokyo: nothing but the lines, and no other region.
#[test]
fn aws_2021_09_02() {
    let rows = [
        ("aws/directconnect@ap-northeast-1", Down),
        ("aws/directconnect@us-west-2", Up),
        ("aws/vpn@ap-northeast-1", Up),
        ("aws/vpc@ap-northeast-1", Up),
        ("aws/ec2@ap-northeast-1", Up),
        ("aws/alb@ap-northeast-1", Up),
        ("aws/ec2@ap-northeast-1:control", Up),
        ("aws/route53", Up),
    ];
    check("2021-09-02", "aws/ap-northeast-1", "aws/directconnect@ap-northeast-1", &rows);
    check(TODAY, "aws/ap-northeast-1", "aws/directconnect@ap-northeast-1", &rows);
}

/// What the management of machines reads at Azure could not be found: machines could not be made or started; those
/// that ran went on.
#[test]
fn azure_2021_10_13() {
    let rows = [
        ("azure/virtual-machines:control", Down),
        ("azure/virtual-machines", Up),
        ("azure/disks", Up),
        ("azure/storage", Up),
        ("azure/aks", Up),
        ("azure/app-service", Up),
        ("azure/sql-database", Up),
        ("azure/entra-id", Up),
        ("azure/arm", Up),
    ];
    check(TODAY, "azure/westeurope", "azure/extension-packages", &rows);
    // It was known when the packages could not be read again on 2026-02-02.
    check("2026-02-02", "azure/westeurope", "azure/extension-packages", &rows);
}

/// The internal network of one region: control planes, the console and telemetry, and few data planes; functions,
/// storage, tables, machines and names went on. Other regions could not change names.
#[test]
fn aws_2021_12_07() {
    let rows = [
        ("aws/ec2:control", Degraded),
        ("aws/rds:control", Degraded),
        ("aws/emr:control", Degraded),
        ("aws/workspaces:control", Degraded),
        ("aws/alb:control", Degraded),
        ("aws/nlb:control", Degraded),
        ("aws/elb:control", Degraded),
        ("aws/ecs:control", Degraded),
        ("aws/eks:control", Degraded),
        ("aws/fargate:control", Degraded),
        ("aws/route53:control", Degraded),
        ("aws/console", Degraded),
        ("aws/sts", Degraded),
        ("aws/cloudwatch", Degraded),
        ("aws/apigateway", Degraded),
        ("aws/eventbridge", Degraded),
        ("aws/connect", Degraded),
        ("aws/support", Degraded),
        ("aws/privatelink", Degraded),
        ("aws/ec2", Up),
        ("aws/ecs", Up),
        ("aws/eks", Up),
        ("aws/fargate", Up),
        ("aws/lambda", Up),
        ("aws/s3", Up),
        ("aws/dynamodb", Up),
        ("aws/alb", Up),
        ("aws/nlb", Up),
        ("aws/rds", Up),
        ("aws/route53", Up),
        ("aws/iam", Up),
    ];
    check(TODAY, "aws/us-east-1", "aws/internal-network@us-east-1", &rows);
    let elsewhere = [
        ("aws/internal-network@us-east-1", Down),
        ("aws/route53:control", Degraded),
        ("aws/console@eu-west-1", Up),
        ("aws/ec2@eu-west-1:control", Up),
        ("aws/ecs@eu-west-1:control", Up),
        ("aws/sts@eu-west-1", Up),
        ("aws/apigateway@eu-west-1", Up),
        ("aws/cloudfront", Up),
    ];
    check(TODAY, "aws/eu-west-1", "aws/internal-network@us-east-1", &elsewhere);
}

/// A region of AWS is lost, where the control planes of the global products live: other regions serve and launch.
#[test]
fn other_regions_go_on() {
    let rows = [
        ("aws/ec2@us-east-1", Down),
        ("aws/iam:control", Down),
        ("aws/route53:control", Down),
        ("aws/cloudfront:control", Down),
        ("aws/iam@eu-west-1", Up),
        ("aws/sts@eu-west-1", Up),
        ("aws/ec2@eu-west-1", Up),
        ("aws/ec2@eu-west-1:control", Up),
        ("aws/ecs@eu-west-1:control", Up),
        ("aws/batch@eu-west-1", Up),
        ("aws/lambda@eu-west-1", Up),
        ("aws/s3@eu-west-1", Up),
        ("aws/sqs@eu-west-1", Up),
        ("aws/route53", Up),
        ("aws/cloudfront", Up),
    ];
    check(TODAY, "aws/eu-west-1", "region=aws/us-east-1", &rows);
}

/// Water in one zone of Paris: its machines, and neither those of another zone nor another region.
#[test]
fn google_2023_04_25() {
    let rows = [
        ("google/compute@europe-west9/a", Down),
        ("google/persistent-disk@europe-west9/a", Down),
        ("google/compute@europe-west9/b", Up),
        ("google/compute@europe-west1/b", Up),
        ("google/load-balancing", Up),
    ];
    check(TODAY, "google/europe-west9/a", "zone=google/europe-west9/a", &rows);
    check("2023-04-25", "google/europe-west9/a", "zone=google/europe-west9/a", &rows);
}

/// The store of Workers KV: who signs in with Access and what is built; sites, names and the proxy went on.
#[test]
fn cloudflare_2023_10_30() {
    let rows = [
        ("cloudflare/access", Down),
        ("cloudflare/pages:control", Down),
        ("cloudflare/pages", Degraded),
        ("cloudflare/access:existing-sessions", Up),
        ("cloudflare/cdn", Up),
        ("cloudflare/dns", Up),
        ("cloudflare/proxy", Up),
        ("cloudflare/workers", Degraded),
        ("cloudflare/r2", Up),
        ("cloudflare/api", Up),
    ];
    check(TODAY, "cloudflare", "cloudflare/kv", &rows);
    // It was known when the store failed again on 2025-06-12.
    check("2025-06-12", "cloudflare", "cloudflare/kv", &rows[..7]);
}

/// What read a file for the management of bots stopped the proxy.
#[test]
fn cloudflare_2025_11_18() {
    let rows = [
        ("cloudflare/cdn", Down),
        ("cloudflare/turnstile", Down),
        ("cloudflare/kv", Down),
        ("cloudflare/access", Down),
        ("cloudflare/dashboard:signin", Down),
        ("cloudflare/dashboard", Degraded),
        ("cloudflare/access:existing-sessions", Up),
        ("cloudflare/dns", Up),
        ("cloudflare/resolver", Up),
    ];
    check(TODAY, "cloudflare", "cloudflare/bot-management:rules", &rows);
}

/// Telemetry takes nothing down that serves: what sends it goes on.
#[test]
fn telemetry_takes_no_service_down() {
    let cases = [
        ("aliyun/cn-hangzhou", "aliyun/sls", ["aliyun/fc", "aliyun/ecs", "aliyun/oss"]),
        ("tencent/ap-guangzhou", "tencent/cls", ["tencent/cvm", "tencent/cos", "tencent/mysql"]),
        ("huawei/cn-north-4", "huawei/lts", ["huawei/functiongraph", "huawei/ecs", "huawei/obs"]),
        ("google/us-central1", "google/logging", ["google/run", "google/storage", "google/functions"]),
        ("azure/westeurope", "azure/log-analytics", ["azure/app-service", "azure/storage", "azure/functions"]),
        ("cloudflare", "cloudflare/analytics", ["cloudflare/cdn", "cloudflare/workers", "cloudflare/api"]),
    ];
    for (at, down, names) in cases {
        let rows: Vec<(&str, State)> = [(down, Down)].into_iter().chain(names.map(|name| (name, Up))).collect();
        check(TODAY, at, down, &rows);
    }
}
