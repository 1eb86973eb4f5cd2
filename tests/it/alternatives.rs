//! What the alternatives that infrastructure declares are worth: states under outages, over the cases of Terraform.

use std::path::Path;
use std::time::Duration;

use linchpin::analysis::{impact, select};
use linchpin::graph::Graph;
use linchpin::ingest::ingest;
use linchpin::model::State::{self, Degraded, Down, Up};
use linchpin::model::{Capability, ComponentId, Requires, Switch, System};
use linchpin::resolve::resolve;
use linchpin::source::Tree;

use crate::built_in::BUILT_IN;

fn system(folder: &Path) -> System {
    resolve(&ingest(&Tree::load(&[folder.to_path_buf()])).facts, &BUILT_IN).system
}

/// The state of the data of each component under an outage, against what is expected.
fn hold(case: &str, rows: &[(&str, &[(&str, State)])]) {
    let system = system(&Path::new("tests/cases/terraform").join(case));
    let graph = Graph::compile(&system);
    for (down, expected) in rows {
        let selectors: Vec<String> = down.split(", ").map(str::to_owned).collect();
        let outage = select(&system, &graph, &selectors).expect("selected");
        let impact = impact(&graph, &outage);
        let state = |name: &str| {
            let number = graph.component(&ComponentId::new(name)).unwrap_or_else(|| panic!("no {name}"));
            impact.state(graph.node(number, &Capability::data()).expect("data"))
        };
        let found: Vec<(&str, State)> = expected.iter().map(|(name, _)| (*name, state(name))).collect();
        assert_eq!(found, *expected, "{case}, {down}");
    }
}

#[test]
fn a_distribution_bears_what_its_behaviours_let_it() {
    let (group, missing) = ("aws_cloudfront_distribution.group", "aws_cloudfront_distribution.missing");
    let (plain, unnamed) = ("aws_cloudfront_distribution.plain", "aws_cloudfront_distribution.unnamed");
    let (unknown, looped) = ("aws_cloudfront_distribution.unknown", "aws_cloudfront_distribution.looped");
    hold(
        "origin-groups",
        &[
            (
                "aws_s3_bucket.near",
                &[(group, Up), (missing, Down), (plain, Down), (unnamed, Down), (unknown, Down), (looped, Up)],
            ),
            (
                "aws_s3_bucket.far",
                &[(group, Up), (missing, Degraded), (plain, Up), (unnamed, Degraded), (unknown, Down)],
            ),
            ("aws_s3_bucket.near, aws_s3_bucket.far", &[(group, Down), (looped, Up)]),
            ("aws_s3_bucket.near, old.example.org", &[(looped, Down)]),
            ("aws_s3_bucket.pictures", &[(group, Degraded), (plain, Up)]),
            // The distribution itself stands in no region.
            ("region=aws/eu-west-1", &[(group, Degraded), (plain, Down)]),
        ],
    );
}

#[test]
fn pools_and_names_bear_what_somebody_looks_at() {
    let (two, one, blind) = (
        "cloudflare_load_balancer_pool.two_of_three",
        "cloudflare_load_balancer_pool.one_off",
        "cloudflare_load_balancer_pool.blind",
    );
    let front = "cloudflare_load_balancer.front";
    let (half, stuck, world) = ("half.example.net", "stuck.example.net", "world.example.net");
    hold(
        "pools",
        &[
            ("aws_lb.left", &[(two, Up), (one, Down), (blind, Degraded), (half, Up), (stuck, Up), (world, Degraded)]),
            ("aws_lb.right", &[(two, Up), (one, Up), (blind, Degraded), (half, Degraded), (stuck, Up)]),
            (
                "aws_lb.left, aws_lb.right",
                &[(two, Down), (blind, Down), (front, Down), (half, Degraded), (world, Down)],
            ),
            // Where nobody looks at the first, somebody has to change the records.
            ("aws_lb.left, aws/route53:control", &[(stuck, Down), (half, Up)]),
            ("aws_lb.right, aws/route53:control", &[(stuck, Up)]),
            ("origin.example.org", &[(two, Up), (front, Up)]),
            ("aws_lb.third", &[(front, Up)]),
            ("near", &[("backup.example.dev", Up), ("weighted.example.dev", Degraded)]),
            ("near, far", &[("backup.example.dev", Down), ("weighted.example.dev", Down)]),
        ],
    );
}

#[test]
fn a_copy_is_worth_what_its_switch_is_unless_it_is_read() {
    let (grs, ra) = ("azurerm_storage_account.grs", "azurerm_storage_account.ragzrs");
    let (there, control) = ("azurerm_storage_account.ragzrs.secondary", "azure/storage@northeurope:control");
    let cosmos = |name: &str| format!("azurerm_cosmosdb_account.{name}");
    let (automatic, manual, single) = (cosmos("automatic"), cosmos("manual"), cosmos("single"));
    hold(
        "alternatives-azure",
        &[
            (grs, &[("shop", Up)]),
            (&format!("{grs}, {control}"), &[("shop", Down)]),
            (ra, &[("shop", Up)]),
            (&format!("{ra}, {control}"), &[("shop", Degraded)]),
            (&format!("{ra}, {there}"), &[("shop", Down)]),
            ("azurerm_storage_account.unpaired", &[("shop", Down)]),
            ("azure/cosmos-db@westeurope", &[(&automatic, Up), (&manual, Degraded), (&single, Down)]),
            ("azure/cosmos-db@northeurope", &[(&automatic, Up), (&manual, Up), (&single, Up)]),
            (
                "near",
                &[
                    ("azurerm_traffic_manager_profile.priority", Up),
                    ("azurerm_traffic_manager_profile.world", Degraded),
                    ("azurerm_cdn_frontdoor_profile.door", Up),
                    ("azurerm_cdn_frontdoor_profile.blind", Degraded),
                    ("azurerm_frontdoor.old", Up),
                ],
            ),
            ("near, far", &[("azurerm_traffic_manager_profile.world", Down), ("azurerm_frontdoor.old", Down)]),
            ("third", &[("azurerm_cdn_frontdoor_profile.door", Up), ("azurerm_frontdoor.old", Down)]),
        ],
    );
}

/// In a plan the names stand in the configuration, and what they name is only known once it is made.
#[test]
fn a_plan_says_what_its_configuration_says() {
    let origin = |id: &str, bucket: &str| {
        format!(
            r#"{{"origin_id": {{"constant_value": "{id}"}}, "domain_name": {{"references":
               ["aws_s3_bucket.{bucket}.bucket_regional_domain_name", "aws_s3_bucket.{bucket}"]}}}}"#
        )
    };
    let bucket = |name: &str| {
        format!(
            r#"{{"address": "aws_s3_bucket.{name}", "mode": "managed", "type": "aws_s3_bucket", "name": "{name}", "values": {{}}}}"#
        )
    };
    let plan = format!(
        r#"{{"format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": {{"root_module": {{"resources": [{}, {}, {},
          {{"address": "aws_cloudfront_distribution.site", "mode": "managed", "type": "aws_cloudfront_distribution", "name": "site",
           "values": {{"origin": [{{"origin_id": "a"}}, {{"origin_id": "b"}}, {{"origin_id": "c"}}],
             "origin_group": [{{"origin_id": "both", "failover_criteria": [{{"status_codes": [500, 502]}}],
                               "member": [{{"origin_id": "a"}}, {{"origin_id": "b"}}]}}],
             "default_cache_behavior": [{{"target_origin_id": "both"}}],
             "ordered_cache_behavior": [{{"path_pattern": "/c", "target_origin_id": "c"}}]}}}}]}}}},
        "configuration": {{"root_module": {{"resources": [
          {{"address": "aws_cloudfront_distribution.site", "mode": "managed", "type": "aws_cloudfront_distribution", "name": "site",
           "expressions": {{"origin": [{}, {}, {}],
             "default_cache_behavior": [{{"target_origin_id": {{"constant_value": "both"}}}}]}}}}]}}}}}}"#,
        bucket("a"),
        bucket("b"),
        bucket("c"),
        origin("c", "c"),
        origin("a", "a"),
        origin("b", "b"),
    );
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.json"), plan).expect("a file");
    let system = system(folder.path());
    let site = &system.components[&ComponentId::new("aws_cloudfront_distribution.site")];
    let needs = site.capabilities[&Capability::data()].iter().map(|need| {
        let targets: Vec<String> = need.targets().iter().map(|target| target.to_string()).collect();
        format!("{:?} {}", need.terms.strength, targets.join(" or "))
    });
    let mut needs: Vec<String> = needs.filter(|need| need.contains("aws_s3_bucket")).collect();
    needs.sort();
    assert_eq!(needs, ["Hard aws_s3_bucket.a:data or aws_s3_bucket.b:data", "Soft aws_s3_bucket.c:data"]);
}

/// A failover group switches by itself after its grace, or waits for somebody.
#[test]
fn a_failover_group_switches_as_it_says() {
    let with = |policy: &str| -> Vec<Option<Switch>> {
        let text = format!(
            r#"
resource "azurerm_mssql_server" "west" {{ location = "westeurope" }}
resource "azurerm_mssql_server" "north" {{ location = "northeurope" }}
resource "azurerm_mssql_failover_group" "shop" {{
  server_id = azurerm_mssql_server.west.id
  partner_server {{ id = azurerm_mssql_server.north.id }}
  read_write_endpoint_failover_policy {{
    {policy}
  }}
}}
resource "azurerm_linux_web_app" "shop" {{
  name         = "shop"
  location     = "northeurope"
  app_settings = {{ DB = azurerm_mssql_failover_group.shop.id }}
}}
"#
        );
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("main.tf"), text).expect("a file");
        let system = system(folder.path());
        let needs = &system.components[&ComponentId::new("shop")].capabilities[&Capability::data()];
        let members = needs.iter().find_map(|need| match &need.requires {
            Requires::AtLeast { k: 1, members } => Some(members.iter().map(|member| member.terms.switch).collect()),
            _ => None,
        });
        members.unwrap_or_else(|| panic!("no alternatives: {needs:?}"))
    };
    let hour = Switch::After(Duration::from_secs(3600));
    assert_eq!(with("mode = \"Automatic\"\n    grace_minutes = 60"), [None, Some(hour)]);
    for by_hand in ["mode = \"Manual\"", "mode = \"Automatic\"\n    grace_minutes = var.unset", "grace_minutes = 3e17"]
    {
        assert_eq!(with(by_hand), [None, Some(Switch::ByHand)], "{by_hand}");
    }
}

/// Where nobody looks at those that are asked, what has no weight is no stand-by; what no environment makes is not there.
#[test]
fn what_gets_no_share_and_what_is_never_made_is_no_stand_by() {
    let names = ["blind.example.org", "seen.example.org", "even.example.org", "little.example.org"];
    let [blind, seen, even, little] = names;
    hold(
        "weights",
        &[
            ("aws_lb.left", &[(blind, Down), (seen, Up), (even, Up), (little, Up)]),
            ("aws_lb.right", &[(blind, Up), (seen, Up), (even, Up), (little, Up)]),
            ("aws_lb.left, aws_lb.right", &names.map(|name| (name, Down))),
        ],
    );
    let system = system(Path::new("tests/cases/terraform/weights"));
    let has = |name: &str| system.components.contains_key(&ComponentId::new(name));
    assert!(!has("aws_lb.never"), "it is false in every environment");
    assert!(has("aws_lb.somewhere") && has("aws_sqs_queue.each[bills]"), "one environment has them");
}

/// A name of which a part is not known is called as its record is, and is only that of records that must share it.
#[test]
fn names_that_are_known_in_part_are_called_as_their_records() {
    let folder = tempfile::tempdir().expect("scratch");
    let record = |address: &str, name: &str, to: &str| {
        format!(
            "resource \"aws_route53_record\" \"{address}\" {{\n  zone_id = \"Z\"\n  name = \"{name}\"\n  type = \"CNAME\"\n  set_identifier = \"{address}\"\n  records = [aws_lb.{to}.dns_name]\n  weighted_routing_policy {{ weight = 10 }}\n}}\n"
        )
    };
    let text = [
        "variable \"zone\" {}\nvariable \"sub\" {}\nvariable \"other\" {}\n".to_owned(),
        "resource \"aws_lb\" \"a\" { name = \"a\" }\nresource \"aws_lb\" \"b\" { name = \"b\" }\n".to_owned(),
        record("first", "www.${var.zone}", "a"),
        record("second", "www.${var.zone}", "b"),
        record("sub", "${var.sub}.example.org", "a"),
        record("other", "${var.other}.example.org", "b"),
    ];
    std::fs::write(folder.path().join("main.tf"), text.concat()).expect("written");
    let system = system(folder.path());
    let own: Vec<&str> = system.components.keys().map(ComponentId::as_str).filter(|id| !id.contains('/')).collect();
    assert_eq!(own, ["aws", "aws_lb.a", "aws_lb.b", "aws_route53_record.first"]);
}
