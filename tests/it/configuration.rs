//! Configuration beside programs: cases of each form and of whose a file is, with look-alikes that say nothing.

use std::path::Path;

use linchpin::ingest::{Ingested, ingest};
use linchpin::model::{Capability, Confidence, Kind, Phase, Strength, System};
use linchpin::resolve::{Resolved, compare, resolve};
use linchpin::source::Tree;
use proptest::prelude::*;

use crate::built_in::BUILT_IN;
use crate::folder::folder;

pub(crate) fn read(files: &[(&str, &str)]) -> Ingested {
    let folder = folder(files);
    ingest(&Tree::load(&[folder.path().to_path_buf()]))
}

fn resolved(files: &[(&str, &str)]) -> Resolved {
    resolve(&read(files).facts, &BUILT_IN)
}

/// The needs of a component's capability as `target strength phase confidence`, sorted.
fn needs(system: &System, from: &str, capability: &str) -> Vec<String> {
    let component = system.components.get(&linchpin::model::ComponentId::new(from)).expect(from);
    let all = component.capabilities.get(&Capability::new(capability)).into_iter().flatten();
    let word = |need: &linchpin::model::Need| {
        let terms = &need.terms;
        let strength = if terms.strength == Strength::Hard { "hard" } else { "soft" };
        let phase = if terms.phase == Phase::Run { "run" } else { "start" };
        let confidence = format!("{:?}", terms.confidence).to_lowercase();
        need.targets()
            .into_iter()
            .map(|to| format!("{} {strength} {phase} {confidence}", to.component))
            .collect::<Vec<_>>()
    };
    let mut found: Vec<String> = all.flat_map(word).collect();
    found.sort();
    found
}

#[test]
fn what_it_is_built_on_is_needed_to_change_it_and_not_to_run() {
    let system = resolved(&[
        ("compose.yaml", "services: {web: {build: ./web}}\n"),
        ("web/Dockerfile", "FROM quay.io/acme/base:1\n"),
    ])
    .system;
    assert_eq!(needs(&system, "web", "data"), Vec::<String>::new());
    let control = needs(&system, "web", "control");
    assert_eq!(control.len(), 1, "{control:?}");
    assert!(control[0].contains("quay") && control[0].ends_with("hard run inferred"), "{control:?}");
}

#[test]
fn what_is_built_on_a_store_is_that_store() {
    let system = resolved(&[
        ("compose.yaml", "services: {data: {build: ./data, ports: ['9999:9999']}, web: {build: ./web}}\n"),
        ("data/Dockerfile", "FROM mysql:8\nCOPY dump.sql /\n"),
        ("web/Dockerfile", "FROM mysql:8 AS tools\nFROM nginx:1\n"),
    ])
    .system;
    let kind = |name: &str| system.components[&linchpin::model::ComponentId::new(name)].kind;
    assert_eq!(kind("data"), Kind::Store);
    assert_ne!(kind("web"), Kind::Store);
}

#[test]
fn what_a_service_waits_for_is_order_where_files_tell_it_of_others() {
    let compose = "services: {web: {build: ./web, depends_on: [cart, migrate]}, cart: {image: acme/cart}, migrate: {image: acme/m}}\n";
    let with = |dockerfile: &str| {
        let system = resolved(&[("compose.yaml", compose), ("web/Dockerfile", dockerfile)]).system;
        needs(&system, "web", "data").into_iter().filter(|need| need.contains("migrate")).collect::<Vec<_>>()
    };
    assert_eq!(with("FROM scratch\nENV CART_HOST=cart\n"), ["migrate hard start declared"]);
    assert_eq!(with("FROM scratch\n"), ["migrate hard run inferred", "migrate hard start declared"]);
}

#[test]
fn who_is_told_the_address_of_one_that_waits_for_it_is_not_needed_by_it() {
    let system = resolved(&[(
        "compose.yaml",
        "services:\n  app: {image: acme/app, depends_on: [proxy, db]}\n  proxy: {image: acme/proxy, environment: {BACKEND_URL: 'http://app:80'}}\n  db: {image: 'postgres:16'}\n",
    )])
    .system;
    let found = needs(&system, "app", "data");
    assert!(found.contains(&"db hard run inferred".to_owned()), "{found:?}");
    assert!(!found.iter().any(|need| need.starts_with("proxy hard run")), "{found:?}");
    assert!(found.contains(&"proxy hard start declared".to_owned()), "{found:?}");
}

#[test]
fn public_names_of_ones_own_are_ones_own() {
    let compose = "services:\n  auth:\n    image: acme/auth\n    labels:\n      - traefik.http.routers.auth.rule=Host(`auth.shop.example`) || Host(`login.shop.example`)\n      - traefik.http.routers.other.middlewares=Host(`no.shop.example`)\n  web: {image: acme/web, environment: {AUTH_URL: 'https://login.shop.example/x', NO_API_URL: 'https://no.shop.example/'}}\n";
    let system = resolved(&[("compose.yaml", compose)]).system;
    let found = needs(&system, "web", "data");
    assert!(found.contains(&"auth hard run inferred".to_owned()), "{found:?}");
    assert!(found.contains(&"no.shop.example hard run inferred".to_owned()), "{found:?}");

    let kubernetes = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: auth}\nspec: {template: {metadata: {labels: {app: auth}}, spec: {containers: [{name: a, image: acme/auth}]}}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: acme/web, env: [{name: AUTH_URL, value: 'https://auth.shop.example'}, {name: B_URL, value: 'https://two.shop.example'}]}]}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: auth}\nspec: {selector: {app: auth}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: in}\nspec:\n  rules:\n    - {host: auth.shop.example, http: {paths: [{path: /, backend: {service: {name: auth}}}, {path: /w, backend: {service: {name: web}}}]}}\n    - {host: two.shop.example, http: {paths: [{path: /a, backend: {service: {name: auth}}}, {path: /w, backend: {service: {name: web}}}]}}\n";
    let system = resolved(&[("all.yaml", kubernetes)]).system;
    let found = needs(&system, "web", "data");
    assert!(found.contains(&"auth hard run inferred".to_owned()), "{found:?}");
    assert!(found.contains(&"two.shop.example hard run inferred".to_owned()), "{found:?}");
}

#[test]
fn a_store_of_unknown_make_that_publishes_its_port_is_no_app() {
    let compose = "services: {things: {image: acme/things, ports: ['5432:5432']}, web: {image: acme/web, ports: ['80:8080']}, both: {image: acme/both, ports: ['81:8080', '5433:5432']}}\n";
    let system = resolved(&[("compose.yaml", compose)]).system;
    let kind = |name: &str| system.components[&linchpin::model::ComponentId::new(name)].kind;
    assert_eq!((kind("things"), kind("web"), kind("both")), (Kind::Store, Kind::App, Kind::App));
}

const TRACE: &str = r#"[{"parent":"web","child":"cart","callCount":7},{"parent":"web","child":"ads","callCount":2}]"#;

#[test]
fn what_is_declared_and_what_is_seen_stand_side_by_side() {
    let manifest = "version: 1\ncomponents:\n  web: {kind: app, needs: [cart, search, {any_of: [ads, banner]}]}\n  cart: {needs: [db]}\n  search:\n  ads:\n  banner:\n  db:\n  quiet: {needs: [db]}\n";
    let system = resolved(&[("linchpin.yaml", manifest), ("calls.json", TRACE)]).system;
    let found = needs(&system, "web", "data");
    assert!(found.contains(&"cart hard run observed".to_owned()), "{found:?}");
    assert!(found.contains(&"search hard run declared".to_owned()), "{found:?}");
    let compared = compare(&system).expect("there are traces");
    let pairs = |pairs: &[linchpin::resolve::Pair]| {
        pairs.iter().map(|pair| format!("{} {}", pair.from, pair.to)).collect::<Vec<_>>()
    };
    // What stands among alternatives was seen too; `quiet` was not seen at work, so its needs are not held against it.
    assert_eq!(pairs(&compared.never_observed), ["cart db", "web banner", "web search"]);
    assert_eq!(pairs(&compared.never_declared), Vec::<String>::new());
    let unseen: Vec<&str> = compared.unseen.iter().map(|id| id.as_str()).collect();
    assert_eq!(unseen, ["banner", "db", "quiet", "search"]);

    let compose = "services: {web: {image: acme/web, environment: {CART_HOST: cart}}, cart: {image: acme/cart}}\n";
    let system = resolved(&[("compose.yaml", compose), ("calls.json", TRACE)]).system;
    let compared = compare(&system).expect("there are traces");
    assert_eq!(pairs(&compared.never_declared), ["web ads"]);
    assert!(compared.never_declared[0].evidence[0].at.file.ends_with("calls.json"));
    assert_eq!(pairs(&compared.never_observed), Vec::<String>::new());
    let of_cart = system.components[&linchpin::model::ComponentId::new("web")].capabilities[&Capability::data()]
        .iter()
        .find(|need| need.targets()[0].component.as_str() == "cart")
        .expect("cart");
    assert_eq!((of_cart.terms.confidence, of_cart.evidence.len()), (Confidence::Observed, 2));
    assert!(compare(&resolved(&[("compose.yaml", compose)]).system).is_none());
    assert!(compare(&resolved(&[("calls.json", TRACE)]).system).is_none());
}

proptest! {
    #![proptest_config(crate::cases::cases(48))]

    /// Whatever stands in such files, they are read to an end, and what they name that nobody knows is no component.
    #[test]
    fn no_text_breaks_a_reader(text in "[ -~\n${}:;\"'=#\\\\]{0,200}", word in 0..8usize) {
        let lead = ["FROM a\nENV ", "server {\nlocation / {\nproxy_pass ", "spring:\n  a: ", "{\"ConnectionStrings\": ", "A=", "upstream x {", "static_resources:\n  clusters: ", "a="][word];
        let text = format!("{lead}{text}");
        let files = ["web/Dockerfile", "web/nginx.conf", "web/application.yml", "web/appsettings.json", "web/.env", "web/envoy.yaml", "web/application.properties"];
        let mut all: Vec<(&str, &str)> = files.iter().map(|file| (*file, text.as_str())).collect();
        all.push(("compose.yaml", "services: {web: {build: ./web}, db: {image: 'mysql:8'}}\n"));
        let ingested = read(&all);
        for (_, facts) in &ingested.facts {
            for need in &facts.needs {
                prop_assert!(!need.need.evidence.is_empty());
            }
        }
    }
}

#[test]
fn input_that_is_made_to_hurt_does_not() {
    let deep = "server {".repeat(20_000);
    let wide = (0..20_000).fold("FROM a\n".to_owned(), |text, number| {
        text + &format!("ENV A{number}=$A{}$A{}\n", number + 1, number - 1)
    });
    let yaml = (0..20_000)
        .fold(String::new(), |text, number| text + &format!("a{number}: ${{a{}}}${{a{}}}\n", number + 1, number + 2));
    let files = [
        ("compose.yaml", "services: {web: {build: ./web}}\n"),
        ("web/nginx.conf", deep.as_str()),
        ("web/Dockerfile", wide.as_str()),
        ("web/application.yml", yaml.as_str()),
    ];
    let begun = std::time::Instant::now();
    read(&files);
    assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
}

/// The repositories of systems whose graph is known, where somebody has them: `LINCHPIN_REPOSITORIES/robot-shop` and so on.
#[test]
fn whole_repositories_tell_more_than_their_manifests() {
    let Some(folder) = std::env::var_os("LINCHPIN_REPOSITORIES") else {
        println!("skipped: LINCHPIN_REPOSITORIES names no folder");
        return;
    };
    for (name, least) in [("robot-shop", 15)] {
        let path = Path::new(&folder).join(name);
        if !path.is_dir() {
            println!("skipped: {} is missing", path.display());
            continue;
        }
        if let Some(measured) = crate::truth::measured(name, &path) {
            assert!(measured.0 >= least && measured.1 == 0, "{name}: {measured:?}");
        }
    }
}
