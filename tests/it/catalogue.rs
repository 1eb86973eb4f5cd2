//! The catalogues that are built in, what is said about broken ones, and which sign stands for which product.

use linchpin::catalogue::{Catalogue, built_in, lint, load};
use linchpin::facts::Sign;
use linchpin::source::Problem;

use crate::built_in::BUILT_IN;
use crate::folder::folder;

fn lines(problems: Vec<Problem>) -> Vec<String> {
    let line = |problem: Problem| {
        let at = problem.at.expect("a place");
        format!("{}:{} {}; {}", at.file, at.line, problem.message, problem.help.unwrap_or_default())
    };
    problems.into_iter().map(line).collect()
}

/// What is wrong with these files, with the loader's problems before those of `lint`.
fn wrong(files: &[(&str, &'static str)]) -> Vec<String> {
    let (catalogue, mut problems) = load(files.iter().map(|(path, text)| ((*path).into(), *text)));
    problems.extend(lint(&catalogue));
    lines(problems)
}

#[test]
fn what_is_built_in_is_without_fault() {
    let (catalogue, problems) = load(built_in());
    assert_eq!(lines(problems), [""; 0]);
    assert_eq!(lines(lint(&catalogue)), [""; 0]);
}

#[test]
fn every_entry_of_a_cloud_says_how_it_is_known() {
    for (provider, product) in BUILT_IN.products() {
        for need in product.capabilities.values().flat_map(|capability| &capability.needs) {
            let source = &provider.sources[&need.source];
            assert!(source.url.is_some() || need.grade == linchpin::model::Grade::Inferred, "{:?}", need.at);
            assert!(need.known <= provider.as_of, "{:?} was known after the catalogue was made", need.at);
        }
    }
}

const PROVIDER: &str = "\
provider: acme
title: Acme
as_of: 2026-13-01
regions:
  north: {title: North, zones: [a]}
sources:
  report: {title: A report, date: 2024-02-30}
  manual: {title: A manual, date: 2024-02-03}
  undated: {title: Hearsay}
control_needs:
  - {to: gate, source: manual, grade: documented}
";

const PRODUCTS: &str = "\
products:
  gateway:
    kind: shared
    capabilites: {}
  box:
    capabilities:
      data:
        scope: planet
        needs:
          - {to: gateway:contrl, source: manual, grade: documented}
          - {to: gateway, region: nort, source: manual, grade: documented}
          - {to: gateway, source: manuel, grade: documented}
          - {to: gateway, grade: documented}
          - {to: gateway, source: manual, grade: rumour}
          - {to: gateway, source: manual, grade: inferred, known: yesterday}
      control: {scope: global, home: south}
    recognise:
      hosts: ['*.box.example', {match: api.example, capability: controll}, '*']
      image: [box]
  crate:
    recognise: {hosts: ['*.box.example']}
";

#[test]
fn each_fault_is_told_with_its_line_and_a_way_out() {
    let found =
        wrong(&[("acme/provider.yaml", PROVIDER), ("acme/box.yaml", PRODUCTS), ("lost/box.yaml", "products: {}")]);
    assert_eq!(
        found,
        [
            "acme/provider.yaml:3 `2026-13-01` is not a date; write `2023-11-12`",
            "acme/provider.yaml:7 `2024-02-30` is not a date; write `2023-11-12`",
            "acme/provider.yaml:9 source `undated` has no date; write `date: 2023-11-12`",
            "acme/box.yaml:4 `capabilites` is not a key of product `gateway`; did you mean `capabilities`?",
            "acme/box.yaml:8 `scope` can't be `planet`; one of `global`, `region`, `zone`",
            "acme/box.yaml:12 no source `manuel`; list it under `sources` of the provider",
            "acme/box.yaml:13 a need without `source` or `grade`; every need cites a source and says how it is known",
            "acme/box.yaml:14 `grade` can't be `rumour`; one of `documented`, `incident`, `inferred`",
            "acme/box.yaml:15 `yesterday` is not a date; write `2023-11-12`",
            "acme/box.yaml:19 `image` is not a key of `recognise`; did you mean `images`?",
            "acme/box.yaml:18 this sign matches everything; name the part that tells the product apart",
            "lost/box.yaml:1 no file beside this one says which provider it is about; begin one of the files in this folder \
             with `provider: name`",
            "acme/provider.yaml:11 acme has no product `gate`; did you mean `gateway`?",
            "acme/box.yaml:5 acme has no region `south`; list it under `regions` of the provider",
            "acme/box.yaml:10 acme/gateway has no capability `contrl`; did you mean `control`?",
            "acme/box.yaml:11 acme has no region `nort`; did you mean `north`?",
            "acme/box.yaml:18 acme/box has no capability `controll`; did you mean `control`?",
            "acme/box.yaml:21 the sign `*.box.example` is claimed by acme/box and by acme/crate; leave it with one of them",
        ]
    );
}

#[test]
fn a_folder_of_ones_own_adds_to_what_is_built_in_and_overrides_it() {
    let own = "\
provider: aliyun
sources: {drill: {title: Our drill, date: 2025-05-05}}
products:
  cdn:
    title: Our CDN
    capabilities:
      data: {scope: global, needs: [{to: oss, source: drill, grade: incident}]}
";
    let (catalogue, problems) = load(built_in().into_iter().chain([("own/aliyun.yaml".into(), own)]));
    assert_eq!(lines(problems), [""; 0]);
    let (provider, cdn) = catalogue.product("alicloud", "cdn").expect("known by an alias too");
    assert_eq!((&*cdn.title, provider.regions.len()), ("Our CDN", BUILT_IN.providers["aliyun"].regions.len()));
    let control = &cdn.capabilities[&linchpin::model::Capability::control()];
    assert_eq!(control.needs.len(), provider.control_needs.len(), "what all products need, an own one needs too");
}

/// The targets that a product's `data` has on a day.
fn needed_on(catalogue: &Catalogue, day: &str) -> Vec<String> {
    let catalogue = catalogue.as_of(day.parse().expect("a day"));
    let (provider, product) = catalogue.product("acme", "box").expect("products have no dates");
    let system = linchpin::resolve::provider_alone(&catalogue, "acme").expect("a provider");
    let id = linchpin::model::ComponentId::product(&provider.name, &product.name, None);
    let needs = &system.components[&id].capabilities[&linchpin::model::Capability::data()];
    let soft = |need: &linchpin::model::Need| need.terms.strength == linchpin::model::Strength::Soft;
    let targets = needs.iter().map(|need| format!("{}{}", need.targets()[0], if soft(need) { " soft" } else { "" }));
    targets.filter(|target| target != "acme:data").collect()
}

#[test]
fn a_day_has_the_needs_that_were_known_and_had_not_ended() {
    let text = "\
provider: acme
as_of: 2026-01-01
sources:
  manual: {title: A manual, url: 'https://acme.example/manual', date: 2020-05-05}
  report: {title: A report, url: 'https://acme.example/report', date: 2023-03-03}
products:
  box:
    capabilities:
      data:
        scope: global
        needs:
          - {to: keys, source: manual, grade: documented}
          - {to: names, source: manual, grade: documented, known: 2022-02-02}
          - {to: old, source: manual, grade: documented, ended: 2021-03-03}
          - {to: late, source: report, grade: incident, before: {source: manual, known: 2021-05-05, grade: inferred, strength: soft}}
  keys: {capabilities: {data: {scope: global}}}
  names: {capabilities: {data: {scope: global}}}
  old: {capabilities: {data: {scope: global}}}
  late: {capabilities: {data: {scope: global}}}
";
    let (catalogue, problems) = load([("acme/provider.yaml".into(), text)]);
    assert_eq!((lines(problems), lines(lint(&catalogue))), (vec![], vec![]));
    let (keys, names, old) = ("acme/keys:data", "acme/names:data", "acme/old:data");
    let (held, late) = ("acme/late:data soft", "acme/late:data");
    for (day, needed) in [
        ("2020-05-04", vec![]),
        ("2020-05-05", vec![keys, old]),
        ("2021-03-02", vec![keys, old]),
        ("2021-03-03", vec![keys]),
        ("2021-05-04", vec![keys]),
        ("2022-02-01", vec![keys, held]),
        ("2022-02-02", vec![keys, names, held]),
        ("2023-03-02", vec![keys, names, held]),
        ("2023-03-03", vec![keys, names, late]),
        ("9999-12-31", vec![keys, names, late]),
    ] {
        assert_eq!(needed_on(&catalogue, day), needed, "{day}");
    }
}

/// The more is known, the more is lost, but for what ended: a later day has every need of an earlier one.
#[test]
fn later_days_know_more() {
    let count = |day: &str| {
        let catalogue = BUILT_IN.as_of(day.parse().expect("a day"));
        let capabilities = |product: &linchpin::catalogue::Product| {
            product.capabilities.values().map(|capability| capability.needs.len()).sum::<usize>()
        };
        catalogue.products().map(|(_, product)| capabilities(product)).sum::<usize>()
    };
    let days = ["2000-01-01", "2011-05-01", "2018-01-01", "2021-06-01", "2023-12-01", "2026-11-21"];
    let counts: Vec<usize> = days.iter().map(|day| count(day)).collect();
    println!("needs known on {days:?}: {counts:?}");
    assert!(counts.is_sorted() && counts[0] == 0 && counts[5] > counts[1], "{counts:?}");
}

fn found(sign: &Sign) -> String {
    let Some(found) = BUILT_IN.recognise(sign) else { return String::new() };
    let region = found.region.map(|region| format!("@{region}")).unwrap_or_default();
    let capability = found.capability.map(|capability| format!(":{capability}")).unwrap_or_default();
    format!("{}/{}{region}{capability}", found.provider, found.product)
}

fn stand_for(make: impl Fn(&str) -> Sign, table: &[(&str, &str)]) {
    for (text, product) in table {
        assert_eq!(found(&make(text)), *product, "{text}");
    }
}

#[test]
fn hosts_stand_for_products_and_look_alikes_do_not() {
    stand_for(
        |host| Sign::Host(host.into()),
        &[
            ("pics.oss-cn-hangzhou.aliyuncs.com", "aliyun/oss@cn-hangzhou"),
            ("OSS-cn-shanghai-internal.aliyuncs.com", "aliyun/oss@cn-shanghai"),
            ("oss-cn-shanghai-finance-1.aliyuncs.com", "aliyun/oss@cn-shanghai-finance-1"),
            ("p.cn-beijing.log.aliyuncs.com", "aliyun/sls@cn-beijing"),
            ("shop.cn-hangzhou.ots.aliyuncs.com", "aliyun/tablestore@cn-hangzhou"),
            ("rm-bp1.mysql.rds.aliyuncs.com", "aliyun/rds"),
            ("r-bp1.redis.rds.aliyuncs.com", "aliyun/redis"),
            ("ecs.aliyuncs.com", "aliyun/ecs:control"),
            ("1234.mns.cn-hangzhou.aliyuncs.com", "aliyun/mns@cn-hangzhou"),
            ("ram.aliyuncs.com", "aliyun/ram:control"),
            ("pics-125.cos.ap-guangzhou.myqcloud.com", "tencent/cos@ap-guangzhou"),
            ("ocr.tencentcloudapi.com", "tencent/ocr"),
            ("cvm.ap-shanghai.tencentcloudapi.com", "tencent/cvm@ap-shanghai:control"),
            ("tmt.tencentcloudapi.com", "tencent/cloud-api"),
            ("sqs.eu-west-1.amazonaws.com", "aws/sqs@eu-west-1"),
            ("db.c1.us-east-1.rds.amazonaws.com", "aws/rds@us-east-1"),
            ("rds.us-east-1.amazonaws.com", "aws/rds@us-east-1:control"),
            ("web-1.eu-west-1.elb.amazonaws.com", "aws/alb@eu-west-1"),
            ("web-1.elb.eu-west-1.amazonaws.com", "aws/nlb@eu-west-1"),
            ("sts.amazonaws.com", "aws/sts:global-endpoint"),
            ("sts.us-west-2.amazonaws.com", "aws/sts@us-west-2"),
            ("iam.amazonaws.com", "aws/iam:control"),
            ("bucket.s3.amazonaws.com", "aws/s3"),
            ("d111.cloudfront.net", "aws/cloudfront"),
            ("api.github.com", "github/api"),
            ("ada.ns.cloudflare.com", "cloudflare/dns"),
            ("oss.example.com", ""),
            ("oss.sonatype.org", ""),
            ("aliyuncs.com.example.com", ""),
            ("amazonaws.com", ""),
            ("notgithub.com", ""),
            ("redis", ""),
            ("postgres", ""),
        ],
    );
}

#[test]
fn images_and_registries_stand_for_products_and_look_alikes_do_not() {
    stand_for(
        |image| Sign::Image(image.into()),
        &[
            ("postgres:16.1", "software/postgresql"),
            ("docker.io/bitnami/postgresql:15@sha256:00", "software/postgresql"),
            ("redis:6.2-alpine", "software/redis"),
            ("valkey/valkey:8", "software/valkey"),
            ("quay.io/strimzi/kafka:0.45.0-kafka-3.9.0", "software/kafka"),
            ("rabbitmq:3.8-management-alpine", "software/rabbitmq"),
            ("localhost:5000/mongo:5.0", "software/mongodb"),
            ("docker.elastic.co/elasticsearch/elasticsearch:8.1.0", "software/elasticsearch"),
            ("amazon/dynamodb-local:1.20.0", "software/dynamodb-local"),
            ("otel/opentelemetry-collector-contrib:0.102.0", "software/opentelemetry-collector"),
            ("jaegertracing/all-in-one:1.57", "software/jaeger"),
            ("ghcr.io/open-feature/flagd:v0.11", "software/flagd"),
            ("registry.k8s.io/etcd:3.5.1-0", "software/etcd"),
            ("registry.k8s.io/ingress-nginx/controller:v1", "software/nginx"),
            ("weaveworksdemos/catalogue-db:0.3.0", ""),
            ("weaveworksdemos/queue-master:0.3.1", ""),
            ("myteam/redis-commander", ""),
            ("kbudde/rabbitmq-exporter", ""),
            ("prom/mysqld-exporter", ""),
            ("jaegertracing/example-hotrod", ""),
            ("robotshop/rs-mongodb", ""),
            ("postgres-backup", ""),
            ("acme/agent", ""),
        ],
    );
    stand_for(
        |registry| Sign::Registry(registry.into()),
        &[
            ("docker.io", "docker/hub"),
            ("ghcr.io", "github/packages"),
            ("quay.io", "quay/registry"),
            ("registry.k8s.io", "kubernetes/registry"),
            ("registry-vpc.cn-hangzhou.aliyuncs.com", "aliyun/acr@cn-hangzhou"),
            ("acme-registry.cn-beijing.cr.aliyuncs.com", "aliyun/acr@cn-beijing"),
            ("ccr.ccs.tencentyun.com", "tencent/tcr"),
            ("1234.dkr.ecr.eu-west-1.amazonaws.com", "aws/ecr@eu-west-1"),
            ("public.ecr.aws", "aws/ecr:public"),
            ("registry.example.com", ""),
        ],
    );
}

#[test]
fn ports_schemes_and_what_clusters_say_stand_for_products() {
    for (port, product) in [(5432, "postgresql"), (6379, "redis"), (9092, "kafka"), (4317, "opentelemetry-collector")] {
        assert_eq!(found(&Sign::Port(port)), format!("software/{product}"));
    }
    for port in [80, 443, 3000, 8000, 8080, 8081, 8443, 8888, 9000, 9090] {
        assert_eq!(found(&Sign::Port(port)), "", "many things listen on {port}");
    }
    stand_for(
        |scheme| Sign::Scheme(scheme.into()),
        &[
            ("amqps", "software/rabbitmq"),
            ("mongodb+srv", "software/mongodb"),
            ("s3", "aws/s3"),
            ("http", ""),
            ("tcp", ""),
        ],
    );
    stand_for(
        |name| Sign::Provisioner(name.into()),
        &[
            ("diskplugin.csi.alibabacloud.com", "aliyun/disk"),
            ("com.tencent.cloud.csi.cbs", "tencent/cbs"),
            ("ebs.csi.aws.com", "aws/ebs"),
            ("rook-ceph.rbd.csi.ceph.com", "software/ceph"),
            ("rancher.io/local-path", ""),
        ],
    );
    stand_for(
        |key| Sign::Annotation(key.into()),
        &[
            ("service.beta.kubernetes.io/alibaba-cloud-loadbalancer-spec", "aliyun/slb"),
            ("service.beta.kubernetes.io/aws-load-balancer-type", "aws/nlb"),
            ("eks.amazonaws.com/role-arn", "aws/sts"),
            ("prometheus.io/scrape", ""),
        ],
    );
    stand_for(
        |name| Sign::Controller(name.into()),
        &[("k8s.io/ingress-nginx", "software/nginx"), ("ingress.k8s.aws/alb", "aws/alb"), ("example.com/mine", "")],
    );
    stand_for(
        |name| Sign::KubernetesType(name.into()),
        &[("kafka.strimzi.io/Kafka", "software/kafka"), ("kafka.strimzi.io/KafkaTopic", ""), ("core/Service", "")],
    );
}

/// Two load balancers read the same annotations; which one it is follows from where one runs.
#[test]
fn a_sign_of_two_providers_is_that_of_the_one_where_something_runs() {
    let sign = Sign::Annotation("alb.ingress.kubernetes.io/scheme".into());
    let product = |provider: &str| {
        BUILT_IN.recognise_with(provider, &sign).map(|found| format!("{}/{}", found.provider, found.product))
    };
    for (provider, expected) in
        [("aliyun", "aliyun/alb"), ("aws", "aws/alb"), ("google", "aws/alb"), ("nobody", "aws/alb")]
    {
        assert_eq!(product(provider).as_deref(), Some(expected), "{provider}");
    }
    assert_eq!(found(&sign), "aws/alb");
}

#[test]
fn what_is_compiled_in_is_what_lies_in_the_folder() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let mut on_disk = Vec::new();
    for provider in std::fs::read_dir(&folder).expect("models") {
        for file in std::fs::read_dir(provider.expect("entry").path()).expect("provider") {
            let path = file.expect("entry").path();
            let inside = path.strip_prefix(&folder).expect("inside").to_string_lossy().replace('\\', "/");
            if inside.ends_with(".yaml") {
                on_disk.push((format!("models/{inside}"), std::fs::read_to_string(&path).expect("text")));
            }
        }
    }
    on_disk.sort();
    let built_in: Vec<(String, String)> =
        built_in().into_iter().map(|(path, text)| (path.to_string(), text.to_owned())).collect();
    assert!(built_in == on_disk, "a new file in models/ is compiled in once src/catalogue/load.rs is touched");
}

/// Long lists are read by people who look for one entry: products by name, signs by text, lines that fit.
#[test]
fn lists_of_signs_are_kept_in_order() {
    let mut wrong = Vec::new();
    for (file, text) in built_in().into_iter().filter(|(file, _)| file.ends_with("/signs.yaml")) {
        let documents = linchpin::source::yaml::parse(&file, text);
        let signs = documents.nodes[0].get("signs").expect("signs");
        let names: Vec<&str> = signs.entries().iter().filter_map(|(key, _)| key.text()).collect();
        if !names.is_sorted() {
            wrong.push(format!("{file}: products out of order"));
        }
        for (product, vocabularies) in signs.entries() {
            for (vocabulary, list) in vocabularies.entries() {
                let texts = list.items().iter().filter_map(|item| item.text().or(item.text_at(&["match"])));
                let texts: Vec<&str> = texts.collect();
                let numbers = texts.iter().all(|text| text.parse::<u16>().is_ok());
                if !texts.is_sorted() && !numbers {
                    wrong.push(format!("{file}: {:?} {:?}", product.text(), vocabulary.text()));
                }
            }
        }
        wrong.extend(text.lines().filter(|line| line.len() > 120).map(|line| format!("{file}: too long: {line}")));
    }
    assert!(wrong.is_empty(), "{} out of order: {:#?}", wrong.len(), &wrong[..wrong.len().min(8)]);
}

/// A circle of needs within a provider would mean that it can never start, or that one failure takes both of two: only
/// what an outage showed is one.
#[test]
fn no_provider_goes_in_circles_but_for_the_one_that_an_outage_showed() {
    let mut found = Vec::new();
    for name in BUILT_IN.providers.keys() {
        let system = linchpin::resolve::provider_alone(&BUILT_IN, name).expect("a provider");
        let graph = linchpin::graph::Graph::compile(&system);
        let nodes: Vec<u32> = (0..).take(graph.len()).collect();
        for cycle in linchpin::graph::cycles(&graph, &nodes, |_| true, |_| true) {
            let references = cycle.iter().filter_map(|node| graph.capability(*node));
            let mut bases: Vec<String> = references.map(|reference| reference.component.base().to_owned()).collect();
            bases.sort();
            bases.dedup();
            found.push(bases);
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(found, [["tencent/cloud-api", "tencent/container-platform"]]);
}

/// The clouds of Azure for China and for the US government have what Azure has, and share nothing that is global.
#[test]
fn azures_own_clouds_stand_apart() {
    for (host, expected) in [
        ("pics.blob.core.chinacloudapi.cn", "azure-china/storage"),
        ("login.chinacloudapi.cn", "azure-china/entra-id"),
        ("x.vault.usgovcloudapi.net", "azure-us-gov/key-vault"),
        ("login.microsoftonline.us", "azure-us-gov/entra-id"),
        ("login.microsoftonline.com", "azure/entra-id"),
        ("chinacloudapi.cn", ""),
    ] {
        assert_eq!(found(&Sign::Host(host.into())), expected, "{host}");
    }
    for (at, down, id) in [
        ("azure-china", "azure/entra-id", "azure-china/arm@chinanorth3:data"),
        ("azure-us-gov", "azure/arm", "azure-us-gov/virtual-machines@usgovvirginia:control"),
    ] {
        let system = linchpin::resolve::provider_alone(&BUILT_IN, at).expect("a provider");
        assert!(system.components.keys().all(|id| !id.as_str().starts_with("azure/")), "{at} shares nothing");
        let graph = linchpin::graph::Graph::compile(&system);
        let own = down.replace("azure/", &format!("{at}/"));
        let outage = linchpin::analysis::select(&system, &graph, &[own]).expect("selected");
        let (name, capability) = linchpin::model::CapabilityRef::split(id);
        let component = graph.component(&linchpin::model::ComponentId::new(name)).expect(id);
        let capability = linchpin::model::Capability::new(capability.expect("named"));
        let node = graph.node(component, &capability).expect("capability");
        assert_eq!(linchpin::analysis::impact(&graph, &outage).state(node), linchpin::model::State::Down, "{id}");
    }
}

#[test]
fn a_partition_has_the_products_of_another_and_control_planes_of_its_own() {
    let (provider, iam) = BUILT_IN.product("aws-cn", "iam").expect("copied");
    let home = iam.capabilities.values().find_map(|entry| entry.home.clone());
    assert_eq!(home.as_deref(), Some("cn-north-1"));
    assert!(provider.products.len() > 100);
    let found = BUILT_IN.recognise(&Sign::Host("b.s3.cn-north-1.amazonaws.com.cn".into())).expect("known");
    assert_eq!((&*found.provider, found.region.as_deref()), ("aws-cn", Some("cn-north-1")));
}

#[test]
fn a_host_of_which_the_region_is_not_known_is_that_of_its_product() {
    for (host, expected) in [
        ("s3.?.amazonaws.com", "aws/s3"),
        ("sqs.?.amazonaws.com", "aws/sqs"),
        ("s3.?.example.com", ""),
        ("?.amazonaws.com", ""),
    ] {
        assert_eq!(found(&Sign::Host(host.into())), expected, "{host}");
        let region = BUILT_IN.recognise(&Sign::Host(host.into())).and_then(|found| found.region);
        assert_eq!(region, None, "{host}");
    }
}

#[test]
fn products_go_by_what_people_call_them() {
    let own = |selector: &str| BUILT_IN.in_own_names(selector);
    assert_eq!(own("gcp/gcs@europe-west1:control").as_deref(), Some("google/storage@europe-west1:control"));
    assert_eq!(own("azure/vm").as_deref(), Some("azure/virtual-machines"));
    assert_eq!(own("aws-cn/beanstalk").as_deref(), Some("aws-cn/elasticbeanstalk"), "a partition calls them so too");
    for same in ["google/storage", "google/europe-west1", "google/*", "shop", "nobody/gcs", "google/nothing"] {
        assert_eq!(own(same), None, "{same}");
    }
    let wrong = wrong(&[(
        "acme/provider.yaml",
        "provider: acme\nas_of: 2026-11-21\nalso_called: {case: boxx, box: crate}\nproducts:\n  box: {title: Box}\n  crate: \
         {title: Crate}\n",
    )]);
    assert_eq!(
        wrong,
        [
            "acme/provider.yaml:1 `box` is a product of acme, and also called `crate`; leave it with one of them",
            "acme/provider.yaml:1 acme has no product `boxx`, which is also called `case`; did you mean `box`?",
        ]
    );
}

/// A manifest, a selector and an outage may call a product as people do; all answers call it by its name.
#[test]
fn other_names_work_in_manifests_selectors_and_outages() {
    let outage = "outage: drill\ntitle: A drill\ndate: 2026-11-21\nregions: [europe-west1]\nfailed:\n  - {down: [gcp/gcs], \
                  from: \"10:00\", until: \"11:00\"}\nreported:\n  - {what: [azure/vm], state: up, grade: official}\n";
    let manifest =
        "version: 1\ncomponents:\n  shop:\n    kind: app\n    at: [google/europe-west1]\n    needs: [google/gcs]\n";
    let folder = folder(&[("linchpin.yaml", manifest), ("drill.yaml", outage)]);
    let say = |words: &[&str]| {
        let binary = std::process::Command::new(env!("CARGO_BIN_EXE_linchpin"));
        let output = { binary }.args(words).current_dir(folder.path()).output().expect("runs");
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    };
    let down = say(&["simulate", "--down", "gcp/cloud-storage", "."]);
    assert!(down.contains("shop -> google/storage@europe-west1"), "{down}");
    let replay = say(&["replay", "drill.yaml", "."]);
    assert!(replay.contains("1 of 1 app") && replay.contains("google/storage"), "{replay}");
    assert_eq!(say(&["outages", "lint", "drill.yaml"]), "1 outage: 0 errors, 0 warnings\n");
    let backtest = say(&["backtest", "drill.yaml"]);
    assert!(backtest.contains("drill") && backtest.contains("100% of 1"), "{backtest}");
}

#[test]
fn service_credits_are_held_to_one_agreement_and_rise_as_the_month_falls() {
    const PROVIDER: &str = "\
provider: acme
sources: {agreement: {date: 2024-01-01, url: https://acme.example}}
";
    const PRODUCTS: &str = "\
products:
  fine: {availability: {share: 99.9%, source: agreement, credits: {source: agreement, below: {99%: 30%, 99.9%: 10%}}}}
  other: {availability: {share: 99.95%, source: agreement, credits: {source: agreement, below: {99.9%: 10%}}}}
  nobody: {availability: {share: 99.9%, source: agreement, credits: {below: {99.9%: 10%}}}}
  falls: {availability: {share: 99.9%, source: agreement, credits: {source: agreement, below: {99.9%: 30%, 99%: 10%}}}}
  none: {availability: {share: 99.9%, source: agreement, credits: {source: agreement, below: {}}}}
  more: {availability: {share: 99.9%, source: agreement, credits: {source: agreement, below: {99.9%: 120%}}}}
";
    let found = wrong(&[("acme/provider.yaml", PROVIDER), ("acme/box.yaml", PRODUCTS)]);
    assert_eq!(
        found,
        [
            "acme/box.yaml:5 a lower share of the month must pay back more; write `below: {99.9%: 10%, 99%: 25%}`",
            "acme/box.yaml:6 credits without a table; write `below: {99.9%: 10%, 99%: 25%}`",
            "acme/box.yaml:7 `120%` is not a share; write a percentage from 0 % to 100 %, such as `40%` or `99.95%`",
            "acme/box.yaml:4 no source is cited for the credits of acme/nobody; write `credits: {below: {99.9%: 10%}, source: agreement}`",
            "acme/box.yaml:3 acme/other promises 99.95%, and its credits begin below 99.9%; give the figure and the credits of \
             one agreement",
        ]
    );
}
