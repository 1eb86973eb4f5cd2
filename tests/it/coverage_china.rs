//! How much of what is public about three clouds the catalogue recognises, and a few of their outages.
//!
//! The shares are measured where the tables lie beside the repository; the outages are always replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use linchpin::facts::Sign;
use linchpin::model::State;

use crate::built_in::BUILT_IN;
use crate::customer;
use crate::shared::shared;

use State::{Degraded, Down, Up};

/// Where the tables speak of a provider.
struct Cloud {
    provider: &'static str,
    /// Its name in the tables.
    name: &'static str,
    types: &'static str,
    region: &'static str,
    /// What the names of its libraries begin with.
    prefixes: &'static [&'static str],
    /// More tables of libraries, with the column.
    packages: &'static [(&'static str, usize)],
}

/// The rows of a table as cells; good enough for the columns that are read here, which hold no quotes before them.
fn rows(folder: &Path, table: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder.join(table)).expect("a table");
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// Which share of these signs stands for a product of this provider; prints what is missed.
fn share(provider: &str, what: &str, signs: &BTreeSet<Sign>) -> f64 {
    let known = |sign: &&Sign| BUILT_IN.recognise(sign).is_some_and(|found| &*found.provider == provider);
    let missed: Vec<String> = signs.iter().filter(|sign| !known(sign)).map(ToString::to_string).collect();
    let count = |number: usize| f64::from(u32::try_from(number).expect("few"));
    let share = 1.0 - count(missed.len()) / count(signs.len().max(1));
    println!("{provider:8} {what:10} {:5} signs, {:6.2} % recognised; missed {missed:?}", signs.len(), 100.0 * share);
    assert!(!signs.is_empty(), "{provider} {what}: nothing to measure");
    share
}

fn terraform(folder: &Path, table: &str) -> BTreeSet<Sign> {
    rows(folder, table).into_iter().map(|row| Sign::Terraform(row[0].as_str().into())).collect()
}

/// Libraries that speak to a product of this provider: those of the tables of packages, and of the provider's products.
fn packages(folder: &Path, cloud: &Cloud) -> BTreeSet<Sign> {
    let (provider, prefixes) = (cloud.name, cloud.prefixes);
    let mut names = BTreeSet::new();
    let registry = |ecosystem: &str| if ecosystem == "crates" { "crate".to_owned() } else { ecosystem.to_owned() };
    for row in rows(folder, "sdk_packages_verified.csv") {
        if prefixes.iter().any(|prefix| row[1].starts_with(prefix)) {
            names.insert(format!("{}:{}", registry(&row[0]), row[1]));
        }
    }
    for row in rows(folder, "sdk_dataplane.csv") {
        if row[0] == provider && row[4] == "yes" {
            names.insert(format!("{}:{}", registry(&row[2]), row[3]));
        }
    }
    for (table, column) in cloud.packages {
        let cells = rows(folder, table).into_iter().filter_map(|row| row.get(*column).cloned());
        names.extend(
            cells.filter(|name| prefixes.iter().any(|p| name.starts_with(p))).map(|name| format!("pypi:{name}")),
        );
    }
    names.into_iter().map(|name| Sign::Package(name.into())).collect()
}

/// Hosts as they were seen in public code, with a region for what stands for one, and without what is no name.
fn hosts(folder: &Path, cloud: &Cloud) -> BTreeSet<Sign> {
    let (provider, region) = (cloud.name, cloud.region);
    let seen = rows(folder, "hosts_seen.csv").into_iter().filter(|row| row[0] == provider);
    let whole = |host: &String| !host.contains(['{', '}', '<', '>', '%', '*']);
    let named = seen.map(|row| {
        let host = row[1].replace("{region}", region);
        let host = host.trim_start_matches('*');
        let inner = host.replace("-*.", &format!("-{region}.")).replace(".*.", &format!(".{region}."));
        if inner.starts_with('.') { format!("any{inner}") } else { inner }
    });
    named.filter(whole).map(|host| Sign::Host(host.into())).collect()
}

#[test]
fn types_packages_and_hosts_of_three_clouds_are_recognised() {
    let Some(tables) = shared("data/catalogues") else {
        println!("skipped: the tables are not beside this repository");
        return;
    };
    let clouds = [
        Cloud {
            provider: "aliyun",
            name: "alicloud",
            types: "alicloud_tf_types.csv",
            region: "cn-hangzhou",
            prefixes: &["@alicloud/", "alibabacloud-", "aliyun-python-sdk-"],
            packages: &[("alicloud_products.csv", 13), ("alicloud_products.csv", 14)],
        },
        Cloud {
            provider: "tencent",
            name: "tencentcloud",
            types: "tencent_tf_types.csv",
            region: "ap-guangzhou",
            prefixes: &["tencentcloud-sdk-"],
            packages: &[("tencent_products.csv", 5)],
        },
        Cloud {
            provider: "huawei",
            name: "huaweicloud",
            types: "huawei_tf_types.csv",
            region: "cn-north-4",
            prefixes: &["@huaweicloud/", "huaweicloudsdk"],
            packages: &[("huawei_pypi.csv", 0)],
        },
    ];
    for cloud in clouds {
        let all = share(cloud.provider, "terraform", &terraform(&tables, cloud.types));
        let libraries = share(cloud.provider, "packages", &packages(&tables, &cloud));
        let named = share(cloud.provider, "hosts", &hosts(&tables, &cloud));
        assert!(all >= 1.0 && libraries >= 0.95 && named >= 0.95, "{} {all} {libraries} {named}", cloud.provider);
    }
}

#[test]
fn the_plane_that_a_library_speaks_to_is_known() {
    let found = |sign: Sign| {
        let found = BUILT_IN.recognise(&sign).expect("recognised");
        let capability = found.capability.map(|capability| format!(":{capability}")).unwrap_or_default();
        format!("{}/{}{capability}", found.provider, found.product)
    };
    for (package, product) in [
        ("npm:@alicloud/ecs20140526", "aliyun/ecs:control"),
        ("pypi:alibabacloud-dysmsapi20170525", "aliyun/sms"),
        ("maven:com.aliyun.oss:aliyun-sdk-oss", "aliyun/oss"),
        ("go:github.com/alibabacloud-go/dms-enterprise-20181101/v2", "aliyun/dms"),
        ("pypi:oss2", "aliyun/oss"),
        ("pypi:dashscope", "aliyun/model-studio"),
        ("npm:tencentcloud-sdk-nodejs-ocr", "tencent/ocr"),
        ("npm:tencentcloud-sdk-nodejs-cvm", "tencent/cvm:control"),
        ("go:github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/as/v20180419", "tencent/as:control"),
        ("npm:tencentcloud-sdk-nodejs-asr", "tencent/asr"),
        ("npm:cos-nodejs-sdk-v5", "tencent/cos"),
        ("pypi:huaweicloudsdkecs", "huawei/ecs:control"),
        ("pypi:esdk-obs-python", "huawei/obs"),
    ] {
        assert_eq!(found(Sign::Package(package.into())), product, "{package}");
    }
    for look_alike in ["npm:@alicloud/console-components", "pypi:tencentcloud-sdk-python-nothing", "pypi:oss"] {
        assert_eq!(BUILT_IN.recognise(&Sign::Package(look_alike.into())), None, "{look_alike}");
    }
    for (kind, product) in [
        ("alicloud_instance", "aliyun/ecs"),
        ("alicloud_ecs_disk", "aliyun/disk"),
        ("alicloud_vpc_nat_ip", "aliyun/nat"),
        ("alicloud_ram_role", "aliyun/ram"),
        ("alicloud_ram_role_attachment", "aliyun/ecs"),
        ("tencentcloud_monitor_tmp_instance", "tencent/prometheus"),
        ("tencentcloud_tdmq_rabbitmq_user", "tencent/rabbitmq"),
        ("huaweicloud_gaussdb_mysql_instance", "huawei/taurusdb"),
        ("huaweicloud_dms_rabbitmq_instance", "huawei/dms-rabbitmq"),
        ("huaweicloud_vpc_eip", "huawei/eip"),
    ] {
        assert_eq!(found(Sign::Terraform(kind.into())), product, "{kind}");
    }
}

/// What needs itself, to run or to start: nothing but the pair that an outage showed.
#[test]
fn only_the_cycle_that_is_known_is_in_it() {
    let mut found = Vec::new();
    for provider in ["aliyun", "tencent", "huawei"].map(|name| &BUILT_IN.providers[name]) {
        let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for product in provider.products.values() {
            for (capability, entry) in &product.capabilities {
                let targets = entry.needs.iter().flat_map(|need| need.wanted.targets());
                let targets = targets.map(|target| format!("{}:{}", target.product, target.capability));
                needs.insert(format!("{}:{capability}", product.name), targets.collect());
            }
        }
        for start in needs.keys() {
            let mut reached = BTreeSet::new();
            let mut next: Vec<&String> = needs[start].iter().collect();
            while let Some(name) = next.pop() {
                if reached.insert(name) {
                    next.extend(&needs[name]);
                }
            }
            if reached.contains(start) {
                found.push(format!("{}/{start}", provider.name));
            }
        }
    }
    assert_eq!(found, ["tencent/cloud-api:data", "tencent/container-platform:control"]);
}

/// A customer at this place who needs every one of these, and what each of them does under an outage.
fn check(at: &str, down: &str, rows: &[(&str, State)]) {
    customer::check(&BUILT_IN, at, down, rows);
}

/// 2015-06-21: the only data centre of a region without power. All that stands there is down; other regions and what is
/// not of a region go on.
#[test]
fn alibaba_2015_06_21() {
    let rows = [
        ("aliyun/ecs", Down),
        ("aliyun/oss", Down),
        ("aliyun/rds", Down),
        ("aliyun/slb", Down),
        ("aliyun/ecs:control", Down),
        ("aliyun/ram:control", Up),
        ("aliyun/alidns", Up),
        ("aliyun/cdn", Up),
    ];
    check("aliyun/cn-hongkong", "aliyun/cn-hongkong", &rows);
    let elsewhere = [
        ("aliyun/oss@cn-hongkong", Down),
        ("aliyun/oss@cn-hangzhou", Up),
        ("aliyun/rds:control", Up),
        ("aliyun/console", Up),
    ];
    check("aliyun/cn-hangzhou", "aliyun/cn-hongkong", &elsewhere);
}

/// 2018-06-27: internal addresses. The site, its console and signing in; queues, file and object storage in part.
#[test]
fn alibaba_2018_06_27() {
    let rows = [
        ("aliyun/console", Down),
        ("aliyun/account", Down),
        ("aliyun/rocketmq", Degraded),
        ("aliyun/nas", Degraded),
        ("aliyun/oss", Degraded),
        ("aliyun/vpc", Up),
        ("aliyun/slb", Up),
        ("aliyun/rds", Up),
        ("aliyun/tablestore", Up),
    ];
    check("aliyun/cn-hangzhou", "aliyun/internal-addresses", &rows);
}

/// 2023-11-12, the rows beyond those of the other test: products whose control was listed, and what was not listed.
#[test]
fn alibaba_2023_11_12_in_depth() {
    let rows = [
        ("aliyun/edas:control", Down),
        ("aliyun/mse:control", Down),
        ("aliyun/ess:control", Down),
        ("aliyun/kms:control", Down),
        ("aliyun/lindorm:control", Down),
        ("aliyun/nat:control", Down),
        ("aliyun/dts:control", Down),
        ("aliyun/disk:control", Down),
        ("aliyun/sms", Down),
        ("aliyun/sts", Down),
        ("aliyun/cms", Degraded),
        ("aliyun/mse", Up),
        ("aliyun/polardb", Up),
        ("aliyun/mongodb", Up),
        ("aliyun/elasticsearch", Up),
        ("aliyun/kafka", Up),
        ("aliyun/nat", Up),
        ("aliyun/eip", Up),
        ("aliyun/disk", Up),
        ("aliyun/nas", Up),
        ("aliyun/dts", Up),
        ("aliyun/dcdn", Up),
        ("aliyun/waf", Up),
        ("aliyun/ddos", Up),
        ("aliyun/live", Up),
        ("aliyun/account", Up),
        ("aliyun/billing", Up),
    ];
    check("aliyun/cn-beijing", "aliyun/ak", &rows);
}

/// 2023-11-27: the management of databases in eight regions. Instances ran, other products and regions did not notice.
#[test]
fn alibaba_2023_11_27() {
    let rows = [
        ("aliyun/rds:control", Down),
        ("aliyun/polardb:control", Down),
        ("aliyun/redis:control", Down),
        ("aliyun/rds", Up),
        ("aliyun/polardb", Up),
        ("aliyun/redis", Up),
        ("aliyun/ecs:control", Up),
        ("aliyun/oss", Up),
    ];
    check("aliyun/cn-shanghai", "aliyun/database-control@cn-shanghai", &rows);
    let elsewhere = [("aliyun/rds@cn-shanghai:control", Down), ("aliyun/rds@cn-chengdu:control", Up)];
    check("aliyun/cn-chengdu", "aliyun/database-control@cn-shanghai", &elsewhere);
}

/// 2024-07-02: the network of one zone. What stands in it is gone; its neighbours and its region are not.
#[test]
fn alibaba_2024_07_02() {
    let gone = [("aliyun/ecs", Down), ("aliyun/disk", Down), ("aliyun/nas", Down), ("aliyun/vpc", Up)];
    check("aliyun/cn-shanghai/n", "aliyun/cn-shanghai/n", &gone);
    let stays = [
        ("aliyun/ecs@cn-shanghai/n", Down),
        ("aliyun/ecs@cn-shanghai/l", Up),
        ("aliyun/disk@cn-shanghai/l", Up),
        ("aliyun/slb", Up),
        ("aliyun/rds:control", Up),
    ];
    check("aliyun/cn-shanghai/l", "aliyun/cn-shanghai/n", &stays);
}

/// 2025-06-06: the delegation of aliyuncs.com. What is reached by a name under it; instances and their data go on.
#[test]
fn alibaba_2025_06_06() {
    let rows = [
        ("aliyun/oss", Down),
        ("aliyun/oss:public-read", Down),
        ("aliyun/acr", Down),
        ("aliyun/cdn", Degraded),
        ("aliyun/alidns", Degraded),
        ("aliyun/ecs", Up),
        ("aliyun/vpc", Up),
        ("aliyun/public-dns", Up),
    ];
    check("aliyun/cn-hangzhou", "aliyun/endpoint-names", &rows);
}

/// 2025-06-26: edge nodes. Four products that share them; nothing else.
#[test]
fn alibaba_2025_06_26() {
    let rows = [
        ("aliyun/cdn", Down),
        ("aliyun/dcdn", Down),
        ("aliyun/live", Down),
        ("aliyun/vod", Down),
        ("aliyun/oss", Up),
        ("aliyun/ecs", Up),
        ("aliyun/cdn:control", Up),
        ("aliyun/alidns", Up),
    ];
    check("aliyun/cn-hangzhou", "aliyun/edge", &rows);
}

/// 2024-04-08, the rows beyond those of the other test.
#[test]
fn tencent_2024_04_08_in_depth() {
    let rows = [
        ("tencent/tke:control", Down),
        ("tencent/edgeone:control", Down),
        ("tencent/tickets", Down),
        ("tencent/tke", Up),
        ("tencent/vpc", Up),
        ("tencent/mongodb", Up),
        ("tencent/ckafka", Up),
        ("tencent/cbs", Up),
        ("tencent/live", Up),
        ("tencent/edgeone", Up),
        ("tencent/waf", Up),
        ("tencent/im", Up),
    ];
    check("tencent/ap-guangzhou", "tencent/cloud-api", &rows);
}

/// No outage of Huawei Cloud is public enough; what its use says: calls fall with identity, what runs does not.
#[test]
fn huawei_without_identity() {
    let rows = [
        ("huawei/obs", Down),
        ("huawei/ecs:control", Down),
        ("huawei/rds:control", Down),
        ("huawei/smn", Down),
        ("huawei/obs:public-read", Up),
        ("huawei/ecs", Up),
        ("huawei/cce", Up),
        ("huawei/rds", Up),
        ("huawei/dcs", Up),
        ("huawei/elb", Up),
        ("huawei/dns", Up),
        ("huawei/cdn", Up),
    ];
    check("huawei/cn-north-4", "huawei/iam", &rows);
}
