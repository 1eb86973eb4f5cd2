//! Google Cloud, Azure and the software that people run: what the catalogues recognise of long lists of names, and what
//! a failure of their shared components takes down and leaves up.
//!
//! The lists lie beside the repository; where they do not, the first part says so.

use std::path::Path;

use linchpin::facts::Sign;
use linchpin::model::State;

use crate::built_in::BUILT_IN;
use crate::customer;
use crate::shared::shared;

use State::{Degraded, Down, Up};

/// The rows of a list without its heading, split at commas; what is quoted comes after the columns that are used here.
fn rows(lists: &Path, name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(lists.join(name)).expect("a list");
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// Prints and returns the share of the names that stand for a product of the provider, in percent.
fn share(provider: &str, what: &str, signs: impl Iterator<Item = Sign>) -> usize {
    let stands = |sign: &Sign| BUILT_IN.recognise(sign).is_some_and(|found| &*found.provider == provider);
    let (mut all, mut missed) = (0, Vec::new());
    for sign in signs {
        all += 1;
        if !stands(&sign) {
            missed.push(sign.to_string());
        }
    }
    let hit: usize = all - missed.len();
    println!("{provider} {what}: {hit} of {all}; not: {}", missed.join(" "));
    assert!(all > 0, "an empty list of {what}");
    hit * 100 / all
}

#[test]
fn resource_types_are_recognised() {
    let Some(lists) = shared("data/catalogues") else { return println!("skipped: no lists of resource types") };
    for provider in ["google", "azure"] {
        let rows = rows(&lists, &format!("{provider}_tf_types.csv"));
        let types = rows.iter().map(|row| Sign::Terraform(row[0].as_str().into()));
        assert_eq!(share(provider, "resource types", types), 100);
    }
}

#[test]
fn packages_are_recognised() {
    let Some(lists) = shared("data/catalogues") else { return println!("skipped: no lists of packages") };
    let (verified, used) = (rows(&lists, "sdk_packages_verified.csv"), rows(&lists, "sdk_dataplane.csv"));
    let registry = |name: &str| if name == "crates" { "crate".to_owned() } else { name.to_owned() };
    for (provider, prefixes) in
        [("google", &["google-cloud-", "@google-cloud/"][..]), ("azure", &["azure_", "@azure/"][..])]
    {
        let python = rows(&lists, &format!("{provider}_pypi.csv"));
        let mut names: Vec<String> = python.iter().map(|row| format!("pypi:{}", row[0])).collect();
        let theirs = |name: &&Vec<String>| prefixes.iter().any(|prefix| name[1].starts_with(prefix));
        names.extend(verified.iter().filter(theirs).map(|row| format!("{}:{}", registry(&row[0]), row[1])));
        let exist = used.iter().filter(|row| row[0] == provider && row[4] == "yes");
        names.extend(exist.map(|row| format!("{}:{}", registry(&row[2]), row[3])));
        let signs = names.iter().map(|name| Sign::Package(name.as_str().into()));
        assert!(share(provider, "packages", signs) >= 95);
    }
}

/// A host out of a template, with something in the place of each placeholder.
fn filled(host: &str, region: &str) -> String {
    let mut filled = String::new();
    let mut rest = &*host.replace("{region}", region).replace("%d", "1").replace(['%', '>'], "");
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push('x');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    filled + &rest.replace(['*', '}'], "x")
}

/// The endings that are Google's. Of `.goog`, most that were collected are the beginnings of `.google.com` or of names in
/// a configuration.
const GOOGLE: &[&str] = &[
    ".googleapis.com",
    ".pkg.dev",
    ".gcr.io",
    ".run.app",
    ".appspot.com",
    ".cloudfunctions.net",
    ".svc.id.goog",
    ".gke.goog",
    ".vertexai.goog",
    ".alloydb-psc.goog",
    ".servicenetworking.goog",
    ".project-id.cloud.goog",
    ".myproject.cloud.goog",
    ".my-project.cloud.goog",
];

#[test]
fn hosts_are_recognised() {
    let Some(lists) = shared("data/catalogues") else { return println!("skipped: no list of hosts") };
    let seen = rows(&lists, "hosts_seen.csv");
    for (provider, region, endings) in [("google", "us-central1", GOOGLE), ("azure", "westeurope", &[""][..])] {
        let theirs = seen.iter().filter(|row| row[0] == provider).map(|row| filled(&row[1], region));
        let hosts: Vec<String> = theirs.filter(|host| endings.iter().any(|ending| host.ends_with(ending))).collect();
        let signs = hosts.iter().map(|host| Sign::Host(host.as_str().into()));
        assert!(share(provider, "hosts", signs) >= 95);
    }
}

/// Left out on purpose: libraries that speak to several kinds of store or broker, that only let themselves be read, or
/// whose server is another one.
const SEVERAL: &[&str] = &[
    "sqlx",
    "diesel",
    "sea-orm",
    "sequelize",
    "typeorm",
    "@prisma/client",
    "sqlalchemy",
    "object_store",
    "rust-s3",
    "celery",
    "kombu",
    "stomp-rs",
    "stompit",
    "@stomp/stompjs",
    "stomp.py",
    "stomp-py",
    "prometheus",
    "prometheus-client",
    "prom-client",
    "github.com/prometheus/client_golang",
    "io.micrometer:micrometer-registry-prometheus",
    "dubbo",
    "apache-dubbo-js",
    "dubbo-python",
    "apache-dubbo",
    "dubbo.apache.org/dubbo-go/v3",
    "org.apache.dubbo:dubbo",
    "org.apache.dubbo:dubbo-spring-boot-starter",
];

#[test]
fn software_that_people_run_is_recognised() {
    let Some(lists) = shared("data/catalogues") else { return println!("skipped: no list of software") };
    let text = std::fs::read_to_string(lists.join("selfhosted.yaml")).expect("a list");
    let (mut signs, mut list) = (Vec::new(), String::new());
    for line in text.lines() {
        if let Some(item) = line.strip_prefix("  - ") {
            let item = item.trim_matches('\'').to_owned();
            let registry = if list == "crates" { "crate" } else { &*list };
            match registry {
                "crate" | "npm" | "pypi" | "go" | "maven" => {
                    signs.push(Sign::Package(format!("{registry}:{item}").into()));
                }
                "images" => signs.push(Sign::Image(item.into())),
                _ => {}
            }
        } else {
            list = line.trim().trim_end_matches(':').to_owned();
        }
    }
    let one = |sign: &Sign| !SEVERAL.contains(&sign.to_string().split_once(':').map_or("", |(_, name)| name));
    assert!(share("software", "packages and images", signs.into_iter().filter(one)) >= 95);
}

/// A few of each vocabulary, with look-alikes that stand for nothing.
#[test]
fn signs_stand_for_products_and_look_alikes_do_not() {
    let host = |text: &str| Sign::Host(text.into());
    let terraform = |text: &str| Sign::Terraform(text.into());
    let package = |text: &str| Sign::Package(text.into());
    let kubernetes = |text: &str| Sign::KubernetesType(text.into());
    let table = [
        (host("europe-west1-aiplatform.googleapis.com"), "google/vertex-ai@europe-west1"),
        (host("sqladmin.googleapis.com"), "google/sql:control"),
        (host("playintegrity.googleapis.com"), "google/google-apis"),
        (host("shop-abc.a.run.app"), "google/run"),
        (host("pics.blob.core.windows.net"), "azure/storage"),
        (host("pics.z6.web.core.windows.net"), "azure/storage:public-read"),
        (host("shop.scm.azurewebsites.net"), "azure/app-service:control"),
        (host("shop.westeurope.azurecontainerapps.io"), "azure/container-apps@westeurope"),
        (host("googleapis.com.example.com"), ""),
        (host("core.windows.example.net"), ""),
        (host("learn.microsoft.com"), ""),
        (terraform("google_compute_instance"), "google/compute"),
        (terraform("google_compute_router_nat"), "google/nat"),
        (terraform("google_compute_region_backend_service"), "google/load-balancing"),
        (terraform("google_dataproc_metastore_service"), "google/dataproc-metastore"),
        (terraform("azurerm_cdn_frontdoor_profile"), "azure/front-door"),
        (terraform("azurerm_virtual_network_gateway"), "azure/vpn-gateway"),
        (terraform("googleworkspace_user"), ""),
        (package("pypi:azure-mgmt-compute"), "azure/virtual-machines:control"),
        (package("pypi:azure-mgmt-anything"), "azure/resource-manager:control"),
        (package("npm:@azure/identity"), "azure/entra-id:workload"),
        (package("crate:google-cloud-pubsub"), "google/pubsub"),
        (package("pypi:google-cloud-container"), "google/gke:control"),
        (package("go:github.com/redis/go-redis/v9"), "software/redis"),
        (package("nuget:Npgsql"), "software/postgresql"),
        (package("npm:redis-commander"), ""),
        (package("pypi:sqlalchemy"), ""),
        (kubernetes("pubsub.cnrm.cloud.google.com/PubSubTopic"), "google/pubsub"),
        (kubernetes("compute.cnrm.cloud.google.com/ComputeDisk"), "google/persistent-disk"),
        (kubernetes("compute.azure.com/VirtualMachine"), "azure/virtual-machines"),
        (kubernetes("databases.spotahome.com/RedisFailover"), "software/redis"),
        (kubernetes("secrets.hashicorp.com/VaultStaticSecret"), ""),
    ];
    for (sign, product) in table {
        let found = BUILT_IN.recognise(&sign).map(|found| {
            let region = found.region.map(|region| format!("@{region}")).unwrap_or_default();
            let capability = found.capability.map(|capability| format!(":{capability}")).unwrap_or_default();
            format!("{}/{}{region}{capability}", found.provider, found.product)
        });
        assert_eq!(found.unwrap_or_default(), product, "{sign}");
    }
}

/// What a customer at a place, who needs each of these, sees of them under an outage.
fn check(at: &str, down: &str, rows: &[(&str, State)]) {
    customer::check(&BUILT_IN, at, down, rows);
}

/// 2025-06-12: calls of APIs failed in every region; machines and streams that ran went on.
#[test]
fn service_control_takes_the_calls_of_apis() {
    let rows = [
        ("google/console", Down),
        ("google/iam", Down),
        ("google/storage", Down),
        ("google/bigquery", Down),
        ("google/vertex-ai", Down),
        ("google/artifact-registry", Down),
        ("google/compute:control", Down),
        ("google/gke:control", Down),
        ("google/sql:control", Down),
        ("google/dns:control", Down),
        ("google/run", Degraded),
        ("google/compute", Up),
        ("google/persistent-disk", Up),
        ("google/gke", Up),
        ("google/sql", Up),
        ("google/memorystore", Up),
        ("google/vpc", Up),
        ("google/load-balancing", Up),
        ("google/dns", Up),
    ];
    for at in ["google/us-central1", "google/europe-west4"] {
        check(at, "google/service-control", &rows);
        check(at, "google/service-control:policy", &rows);
    }
    let elsewhere = [("google/storage@us-central1", Down), ("google/storage@europe-west4", Up)];
    check("google/europe-west4", "google/service-control@us-central1", &elsewhere);
}

/// 2020-12-14: accounts of people; service accounts and networks as configured went on.
#[test]
fn accounts_of_people_are_not_those_of_machines() {
    let rows = [
        ("google/console:sign-in", Down),
        ("google/workspace", Down),
        ("google/vpc:control", Down),
        ("google/bigquery:streaming", Degraded),
        ("google/storage", Degraded),
        ("google/gke:api-server", Degraded),
        ("google/compute:control", Degraded),
        ("google/iam", Up),
        ("google/metadata-server:tokens", Up),
        ("google/compute", Up),
        ("google/vpc", Up),
        ("google/pubsub", Up),
        ("google/sql", Up),
    ];
    check("google/us-east1", "google/user-id", &rows);
    check("google/us-east1", "google/quota", &rows);
}

/// 2021-11-16: a bad configuration of the global proxies.
#[test]
fn the_global_proxies_take_what_stands_behind_them() {
    let rows = [
        ("google/load-balancing", Down),
        ("google/load-balancing:control", Down),
        ("google/cdn", Down),
        ("google/run", Degraded),
        ("google/app-engine", Degraded),
        ("google/apigee", Degraded),
        ("google/load-balancing:regional", Up),
        ("google/compute", Up),
        ("google/storage", Up),
    ];
    check("google/us-west1", "google/gfe:configuration", &rows);
}

/// 2021-05-20: access lists of one region's services.
#[test]
fn internal_access_lists_take_changes_more_than_what_runs() {
    let rows = [
        ("google/sql:control", Down),
        ("google/storage", Degraded),
        ("google/bigquery", Degraded),
        ("google/compute:control", Degraded),
        ("google/sql", Up),
        ("google/persistent-disk", Up),
        ("google/load-balancing", Up),
    ];
    check("google/europe-west2", "google/production-acl@europe-west2", &rows);
    check("google/asia-east1", "google/production-acl:distribution", &[("google/composer:control", Down)]);
}

/// 2019-06-02: the control jobs of the network in a few regions.
#[test]
fn a_region_that_is_cut_off_runs_inside() {
    let rows = [
        ("google/vpc:between-regions", Down),
        ("google/vpn", Down),
        ("google/interconnect", Down),
        ("google/spanner", Down),
        ("google/storage", Degraded),
        ("google/vpc", Up),
        ("google/compute", Up),
    ];
    check("google/us-east4", "google/network-control@us-east4", &rows);
    let elsewhere = [("google/spanner@us-east4", Down), ("google/spanner@europe-west1", Up)];
    check("google/europe-west1", "google/network-control@us-east4", &elsewhere);
}

/// Tokens that are not issued: nobody signs in anew, what runs goes on.
#[test]
fn tokens_that_are_not_issued_stop_those_who_come() {
    let rows = [
        ("azure/entra-id:sign-in", Down),
        ("azure/entra-id:workload", Down),
        ("azure/portal:sign-in", Down),
        ("azure/key-vault", Down),
        ("azure/virtual-machines", Up),
        ("azure/disks", Up),
        ("azure/aks", Up),
        ("azure/app-service", Up),
        ("azure/sql-database", Up),
        ("azure/cosmos-db", Up),
        ("azure/front-door", Up),
        ("azure/load-balancer", Up),
    ];
    check("azure/westeurope", "azure/entra-id:data", &rows);
}

/// 2021-03-15: tokens were issued all along, and nobody trusted them.
#[test]
fn tokens_that_are_not_trusted_stop_those_who_are_in() {
    let rows = [
        ("azure/entra-id", Up),
        ("azure/arm", Down),
        ("azure/portal", Down),
        ("azure/key-vault", Down),
        ("azure/storage", Degraded),
        ("azure/storage:by-role", Down),
        ("azure/storage:public-read", Up),
        ("azure/virtual-machines", Up),
        ("azure/virtual-network", Up),
        ("azure/redis", Up),
    ];
    check("azure/eastus", "azure/entra-id:signing-keys", &rows);
}

/// 2024-01-21: Resource Manager. Every change, and the data of the four that download role assignments through it.
#[test]
fn resource_manager_takes_changes_and_requests_by_role() {
    let rows = [
        ("azure/portal", Down),
        ("azure/virtual-machines:control", Down),
        ("azure/sql-database:control", Down),
        ("azure/front-door:control", Down),
        ("azure/container-registry:control", Down),
        ("azure/data-factory:control", Down),
        ("azure/storage:by-role", Down),
        ("azure/key-vault:by-role", Down),
        ("azure/event-hubs:by-role", Down),
        ("azure/service-bus:by-role", Down),
        ("azure/storage", Degraded),
        ("azure/key-vault", Degraded),
        ("azure/virtual-machines", Up),
        ("azure/aks", Up),
        ("azure/sql-database", Up),
        ("azure/cosmos-db", Up),
        ("azure/front-door", Up),
        ("azure/entra-id:sign-in", Up),
    ];
    check("azure/westeurope", "azure/arm", &rows);
}

/// 2025-10-09 and 2024-08-05: the edge, and the part of it that serves Microsoft alone.
#[test]
fn the_edge_takes_the_portals() {
    let edge = [
        ("azure/front-door", Down),
        ("azure/cdn", Down),
        ("azure/portal", Down),
        ("azure/devops", Degraded),
        ("azure/traffic-manager", Up),
        ("azure/storage", Up),
        ("azure/virtual-machines", Up),
        ("azure/arm", Up),
    ];
    check("azure/northeurope", "azure/edge", &edge);
    let first_party = [("azure/front-door", Up), ("azure/devops", Degraded), ("azure/microsoft-365", Degraded)];
    check("azure/eastus2", "azure/front-door:first-party", &first_party);
}

/// 2026-02-02: packages that machines fetch when they are made.
#[test]
fn packages_of_extensions_stop_what_is_made_anew() {
    let rows = [
        ("azure/virtual-machines:control", Down),
        ("azure/aks:control", Down),
        ("azure/postgresql:control", Down),
        ("azure/devops", Degraded),
        ("azure/virtual-machines", Up),
        ("azure/aks", Up),
        ("azure/postgresql", Up),
    ];
    check("azure/westus", "azure/extension-packages", &rows);
}

/// 2024-07-18: storage that let no host in, in one region.
#[test]
fn machines_stop_when_their_disks_are_gone() {
    let rows = [
        ("azure/disks", Down),
        ("azure/virtual-machines", Down),
        ("azure/aks", Down),
        ("azure/app-service", Degraded),
        ("azure/redis", Degraded),
        ("azure/storage:by-key", Up),
        ("azure/front-door", Up),
    ];
    check("azure/centralus", "azure/storage-allow-list@centralus", &rows);
    let elsewhere = [("azure/disks@centralus", Down), ("azure/virtual-machines@eastus", Up)];
    check("azure/eastus", "azure/storage-allow-list@centralus", &elsewhere);
}

/// 2023-01-25 and 2024-03-14: a region's ways out; 2021-04-01: names; 2024-07-12: identities of machines.
#[test]
fn ways_out_names_and_identities_of_machines_fail_apart() {
    let ways_out = [
        ("azure/express-route", Down),
        ("azure/virtual-network:between-regions", Down),
        ("azure/cosmos-db", Degraded),
        ("azure/virtual-network", Up),
        ("azure/virtual-machines", Up),
    ];
    check("azure/southafricanorth", "azure/wan@southafricanorth", &ways_out);
    let names =
        [("azure/dns", Down), ("azure/portal", Degraded), ("azure/arm", Degraded), ("azure/virtual-machines", Up)];
    check("azure/uksouth", "azure/dns-edge", &names);
    let identities = [
        ("azure/virtual-machines:control", Degraded),
        ("azure/openai", Degraded),
        ("azure/virtual-machines", Up),
        ("azure/storage", Up),
    ];
    check("azure/australiaeast", "azure/managed-identity@australiaeast", &identities);
}
