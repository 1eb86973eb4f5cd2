//! One service deployed in several ways: what contradicts production is not counted, what only one of them says is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use linchpin::ingest::ingest;
use linchpin::model::{ComponentId, Phase, System};
use linchpin::resolve::resolve;
use linchpin::scan::{Memory, scan};
use linchpin::source::Tree;
use proptest::prelude::*;

use crate::built_in::BUILT_IN;
use crate::folder::folder;

/// The system that a folder with these files describes.
fn read(files: &[(&str, &str)]) -> System {
    resolved(files, false)
}

/// The same, code included.
fn with_code(files: &[(&str, &str)]) -> System {
    resolved(files, true)
}

fn resolved(files: &[(&str, &str)], code: bool) -> System {
    let folder = folder(files);
    let tree = Tree::load(&[folder.path().to_path_buf()]);
    let ingested = ingest(&tree);
    assert!(ingested.problems.is_empty(), "{:?}", ingested.problems);
    let facts = match code {
        true => scan(&tree, ingested.facts, &BUILT_IN, &Memory::default()).facts,
        false => ingested.facts,
    };
    resolve(&facts, &BUILT_IN).system
}

/// What a component of one's own needs to run, registries and other products left out.
fn needs(system: &System, from: &str, phase: Phase) -> BTreeSet<String> {
    let component = &system.components[&ComponentId::new(from)];
    let all = component.capabilities.values().flatten().filter(|need| need.terms.phase == phase);
    let targets = all.flat_map(|need| need.targets()).map(|target| target.component.to_string());
    targets.filter(|id| !id.contains('/')).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}

/// What is said not to be counted.
fn said(system: &System) -> Vec<&str> {
    let all = system.assumptions.iter().map(|one| one.what.as_str());
    all.filter(|what| what.contains("not counted as a need")).collect()
}

/// A Deployment that is told variables, and the Services of these names with pods of these images.
fn cluster(env: &[(&str, &str)], stores: &[(&str, &str)]) -> String {
    let env: Vec<String> = env.iter().map(|(name, value)| format!("{{name: {name}, value: \"{value}\"}}")).collect();
    let mut text = workload("orders", "example/orders", &env.join(", "));
    for (name, image) in stores {
        text += &workload(name, image, "");
        let _ = write!(
            text,
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 1}}]}}\n"
        );
    }
    text
}

fn workload(name: &str, image: &str, env: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: 3\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: c, image: \"{image}\", env: [{env}]}}]}}\n"
    )
}

const COMPOSE: &str = "\
services:
  orders:
    image: example/orders
    environment: {DB_URL: 'jdbc:mysql://mysql/orders', CACHE_HOST: 'cache:6379'}
    depends_on: [mysql]
  mysql: {image: 'mysql:8'}
  cache: {image: 'redis:7'}
";

#[test]
fn the_cluster_counts_before_the_machine_and_what_only_one_says_is_kept() {
    let production = cluster(&[("DB_URL", "jdbc:mysql://orders-mysql/orders")], &[("orders-mysql", "mysql:8")]);
    let system = read(&[("docker-compose.yml", COMPOSE), ("k8s/orders.yaml", &production)]);
    assert_eq!(needs(&system, "orders", Phase::Run), set(&["orders-mysql", "cache"]));
    assert_eq!(needs(&system, "orders", Phase::Start), set(&[]), "nor is it waited for");
    let all = said(&system);
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].contains("docker-compose.yml, for one machine") && all[0].contains("k8s/orders.yaml:10"), "{all:?}");
}

#[test]
fn one_store_of_a_kind_stands_for_the_other_whatever_the_settings_are_called() {
    let production = cluster(&[("DATASOURCE", "jdbc:mysql://orders-mysql/orders")], &[("orders-mysql", "mysql:8")]);
    let system = read(&[("docker-compose.yml", COMPOSE), ("k8s/orders.yaml", &production)]);
    assert_eq!(needs(&system, "orders", Phase::Run), set(&["orders-mysql", "cache"]));
    // A store that is managed is known by the scheme.
    let production = cluster(&[("DATASOURCE", "mysql://db.example.com/orders")], &[]);
    let system = read(&[("docker-compose.yml", COMPOSE), ("k8s/orders.yaml", &production)]);
    assert_eq!(needs(&system, "orders", Phase::Run), set(&["db.example.com", "cache"]));
}

#[test]
fn two_stores_of_a_kind_are_both_needed_where_one_of_them_has_no_counterpart() {
    let compose = COMPOSE.replace("CACHE_HOST: 'cache:6379'", "USERS_URL: 'mysql://users/users'")
        + "  users: {image: 'mysql:8'}\n";
    let production = cluster(&[("DB_URL", "jdbc:mysql://orders-mysql/orders")], &[("orders-mysql", "mysql:8")]);
    let system = read(&[("docker-compose.yml", &compose), ("k8s/orders.yaml", &production)]);
    assert_eq!(needs(&system, "orders", Phase::Run), set(&["orders-mysql", "users"]));
}

#[test]
fn a_setting_that_leads_nowhere_in_production_leaves_what_is_known() {
    let production = cluster(&[("DB_URL", "jdbc:mysql://elsewhere/orders")], &[]);
    let system = read(&[("docker-compose.yml", COMPOSE), ("k8s/orders.yaml", &production)]);
    assert_eq!(needs(&system, "orders", Phase::Run), set(&["mysql", "cache"]));
    assert_eq!(said(&system), Vec::<&str>::new());
}

#[test]
fn deployments_of_one_stage_all_count() {
    let one = cluster(&[("DB_URL", "mysql://a.example.com/x")], &[]);
    let other = cluster(&[("DB_URL", "mysql://b.example.com/x")], &[]);
    for (here, there) in [
        ("eu/orders.yaml", "us/orders.yaml"),
        ("prod-eu/orders.yaml", "prod-us/orders.yaml"),
        // The folder that all share says nothing.
        ("dev/a/orders.yaml", "dev/b/orders.yaml"),
    ] {
        let system = read(&[(here, &one), (there, &other)]);
        assert_eq!(needs(&system, "orders", Phase::Run), set(&["a.example.com", "b.example.com"]), "{here}");
    }
    let compose = COMPOSE.replace("mysql: {", "mysql: {restart: always, ");
    let production = cluster(&[("DB_URL", "mysql://orders-mysql/x")], &[("orders-mysql", "mysql:8")]);
    let system = read(&[("docker-compose.prod.yml", &compose), ("k8s/orders.yaml", &production)]);
    let both = set(&["mysql", "orders-mysql", "cache"]);
    assert_eq!(needs(&system, "orders", Phase::Run), both, "nobody says which of the two is production");
}

const OVERLAY: &str = "\
resources: [../../base]
replicas: [{name: orders, count: COUNT}]
patches:
- target: {kind: Deployment, name: orders}
  patch: |-
    - {op: replace, path: /spec/template/spec/containers/0/env/0/value, value: 'postgres://STAGE-db.example.com/x'}
";

#[test]
fn of_several_overlays_production_counts_with_its_copies() {
    let base = cluster(&[("DB_URL", "postgres://db/x"), ("MAIL", "mail.example.com:25")], &[]);
    let overlay = |stage: &str, count: &str| OVERLAY.replace("STAGE", stage).replace("COUNT", count);
    let (dev, staging, prod) = (overlay("dev", "1"), overlay("staging", "2"), overlay("prod", "5"));
    let all = [
        ("base/kustomization.yaml", "resources: [orders.yaml]"),
        ("base/orders.yaml", &base),
        ("overlays/dev/kustomization.yaml", &dev),
        ("overlays/staging/kustomization.yaml", &staging),
        ("overlays/prod/kustomization.yaml", &prod),
    ];
    let system = read(&all);
    assert_eq!(needs(&system, "orders", Phase::Run), set(&["prod-db.example.com", "mail.example.com"]));
    assert!(!system.components.contains_key(&ComponentId::new("dev-db.example.com")), "nobody needs it");
    assert_eq!(system.components[&ComponentId::new("orders")].redundancy.replicas, Some(5));
    assert_eq!(said(&system).len(), 2);
    let system = read(&all[..4]);
    assert_eq!(needs(&system, "orders", Phase::Run), set(&["staging-db.example.com", "mail.example.com"]));
}

#[test]
fn a_file_that_is_laid_on_another_one_is_for_what_its_name_says() {
    let base = "services:\n  web:\n    image: example/web\n    environment: {API: 'http://api.example.com', LOG: 'http://log.example.com'}\n";
    let over = |host: &str| format!("services:\n  web:\n    environment: {{API: 'http://{host}'}}\n");
    let production = over("prod.example.com");
    let system = read(&[("docker-compose.yml", base), ("docker-compose.prod.yml", &production)]);
    assert_eq!(needs(&system, "web", Phase::Run), set(&["prod.example.com", "log.example.com"]));
    let development = over("dev.example.com");
    let system = read(&[("docker-compose.yml", base), ("docker-compose.dev.yml", &development)]);
    assert_eq!(needs(&system, "web", Phase::Run), set(&["api.example.com", "log.example.com"]));
}

#[test]
fn what_a_person_declares_is_never_left_out() {
    let production = cluster(&[("DB_URL", "jdbc:mysql://orders-mysql/orders")], &[("orders-mysql", "mysql:8")]);
    let manifest = "version: 1\ncomponents:\n  orders: {needs: [mysql]}\n";
    let files = [("docker-compose.yml", COMPOSE), ("k8s/orders.yaml", &production), ("linchpin.yaml", manifest)];
    assert_eq!(needs(&read(&files), "orders", Phase::Run), set(&["orders-mysql", "mysql", "cache"]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Of every setting the stage nearest to production that has it counts, and nothing else is lost.
    #[test]
    fn each_setting_counts_once(told in proptest::collection::vec(proptest::collection::btree_map(0u8..6, 0u8..4, 0..5), 3)) {
        let stages = ["dev", "staging", "prod"];
        let mut wanted: BTreeMap<u8, String> = BTreeMap::new();
        let mut files: Vec<(String, String)> = Vec::new();
        for (stage, told) in stages.iter().zip(&told) {
            let host = |value: u8| format!("h{value}.{stage}.example.com");
            let env: Vec<(String, String)> =
                told.iter().map(|(name, value)| (format!("V{name}_URL"), format!("http://{}/", host(*value)))).collect();
            let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            files.push((format!("{stage}/orders.yaml"), cluster(&env, &[])));
            wanted.extend(told.iter().map(|(name, value)| (*name, host(*value))));
        }
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let found = needs(&read(&files), "orders", Phase::Run);
        prop_assert_eq!(found, wanted.into_values().collect::<BTreeSet<String>>());
    }
}

const SHARED: &str = "\
services:
  web: {image: example/web, env_file: .env}
  api: {image: example/api, env_file: .env}
  db: {image: 'mariadb:10', env_file: .env}
  broker: {image: 'confluentinc/cp-kafka:7', env_file: .env}
  zk: {image: 'zookeeper:3'}
  own: {image: 'mysql:8', environment: {API_URL: 'http://api:3000'}}
  built: {build: ./built, env_file: .env}
";

#[test]
fn a_file_of_variables_for_all_makes_a_database_need_nothing() {
    let env = "API_URL=http://api:3000\nKAFKA_ZOOKEEPER_CONNECT=zk:2181\n";
    let system = read(&[("compose.yaml", SHARED), (".env", env), ("built/Dockerfile", "FROM mariadb:10\n")]);
    let of = |from: &str| needs(&system, from, Phase::Run);
    assert_eq!(of("db"), set(&[]));
    assert_eq!(of("broker"), set(&["zk"]), "the variable is named after it");
    assert_eq!(of("web"), set(&["api", "zk"]), "an app keeps what it is told");
    assert_eq!(of("own"), set(&["api"]), "it is told so itself");
    assert_eq!(of("built"), set(&["api", "zk"]), "what is built here may read anything");
    assert_eq!(said(&system).len(), 3, "{:?}", said(&system));
    assert!(said(&system).iter().all(|what| what.contains("comes from a file for several services")));
}

#[test]
fn a_mapping_that_several_load_makes_a_database_need_nothing() {
    let from = "envFrom: [{configMapRef: {name: all}}]";
    let loading = |name: &str, image: &str| workload(name, image, "").replace("env: []", from);
    let text = loading("web", "example/web")
        + &loading("db", "postgres:16")
        + &workload("api", "example/api", "")
        + "---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {selector: {app: api}, ports: [{port: 80}]}\n"
        + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: all}\ndata: {API_URL: 'http://api'}\n";
    let system = read(&[("all.yaml", &text)]);
    assert_eq!(needs(&system, "web", Phase::Run), set(&["api"]));
    assert_eq!(needs(&system, "db", Phase::Run), set(&[]));
    let alone = text.replace(&loading("web", "example/web"), "");
    assert_eq!(needs(&read(&[("all.yaml", &alone)]), "db", Phase::Run), set(&["api"]), "the mapping is its own");
}

const WAITING: &str = "\
services:
  reader:
    build: ./reader
    environment: {MONGO_URI: 'mongodb://db.example.net:27017'}
    depends_on: [redis]
  redis: {image: 'redis:6'}
";

const READER: &str = "\
package main

import (
	\"context\"
	\"log\"
	\"net/http\"
	\"os\"

	\"go.mongodb.org/mongo-driver/mongo\"
	\"go.mongodb.org/mongo-driver/mongo/options\"
)

func main() {
	c, err := mongo.Connect(context.Background(), options.Client().ApplyURI(os.Getenv(\"MONGO_URI\")))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc(\"/\", func(w http.ResponseWriter, r *http.Request) {
		if err := c.Ping(r.Context(), nil); err != nil {
			http.Error(w, err.Error(), 500)
		}
	})
	log.Fatal(http.ListenAndServe(\":80\", nil))
}
";

/// What is only waited for at the start, by code that says to whom it speaks; without code it stays needed.
#[test]
fn the_order_of_starting_is_no_need_to_run_where_the_code_speaks_to_others_alone() {
    let module = "module example.com/svc\ngo 1.22\nrequire go.mongodb.org/mongo-driver v1.12.0\n";
    let recipe = "FROM golang:1.22\nCOPY . .\nCMD [\"go\", \"run\", \".\"]\n";
    let all = [
        ("compose.yaml", WAITING),
        ("reader/Dockerfile", recipe),
        ("reader/go.mod", module),
        ("reader/main.go", READER),
    ];
    let known = with_code(&all);
    assert_eq!(needs(&known, "reader", Phase::Run), set(&["db.example.net"]));
    assert_eq!(needs(&known, "reader", Phase::Start), set(&["redis"]), "it still waits for it");
    let spoken = READER.replace("c.Ping", "/* and redis */ c.Ping");
    let mentioned = [all[0], all[1], all[2], ("reader/main.go", spoken.as_str())];
    assert!(needs(&with_code(&mentioned), "reader", Phase::Run).contains("redis"), "its code speaks of it");
    let unread = with_code(&all[..2]);
    assert_eq!(needs(&unread, "reader", Phase::Run), set(&["db.example.net", "redis"]), "nothing else is known");
    let silent = [("compose.yaml", WAITING), all[1], all[2], ("reader/main.go", "package main\n\nfunc main() {}\n")];
    assert!(needs(&with_code(&silent), "reader", Phase::Run).contains("redis"), "its code speaks to nobody");
}
