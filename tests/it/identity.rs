//! One component across formats: each pair of formats that speak of one thing, and look-alikes that must stay apart.

use std::collections::BTreeSet;

use linchpin::model::System;
use linchpin::resolve::resolve;

use crate::built_in::BUILT_IN;
use crate::configuration::read;

fn system(files: &[(&str, &str)]) -> System {
    resolve(&read(files).facts, &BUILT_IN).system
}

/// The ids of one's own components.
fn own(files: &[(&str, &str)]) -> BTreeSet<String> {
    let system = system(files);
    system
        .components
        .values()
        .filter(|c| c.provider.is_none() && !c.kind.is_place())
        .map(|c| c.id.to_string())
        .collect()
}

const COMPOSE: (&str, &str) = ("compose.yaml", "services: {cart: {image: 'ghcr.io/acme/cart:1'}}\n");
const DEPLOYMENT: (&str, &str) = (
    "k8s/cart.yaml",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart, namespace: shop}\nspec: {template: {spec: {containers: [{name: c, image: 'ghcr.io/acme/cart:1'}]}}}\n",
);
const BACKSTAGE: (&str, &str) = (
    "catalog-info.yaml",
    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart}\nspec: {type: service, owner: team, lifecycle: production}\n",
);
const TRACES: (&str, &str) = ("calls.json", r#"[{"parent":"web","child":"cart","callCount":7}]"#);
const TERRAFORM: (&str, &str) =
    ("main.tf", "resource \"aws_ecs_service\" \"this\" {\n  name = \"cart\"\n  task_definition = \"x\"\n}\n");
const CHART: [(&str, &str); 2] = [
    ("chart/Chart.yaml", "apiVersion: v2\nname: cart\nversion: 1.0.0\n"),
    (
        "chart/templates/cart.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: \"{{ .Chart.Name }}\"}\nspec: {template: {spec: {containers: [{name: c, image: 'ghcr.io/acme/cart:1'}]}}}\n",
    ),
];
const SPRING: (&str, &str) = ("src/main/resources/application.yml", "spring: {application: {name: cart}}\n");
const LINCHPIN: (&str, &str) = ("linchpin.yaml", "version: 1\ncomponents:\n  cart: {tier: 1}\n");

#[test]
fn every_pair_of_formats_speaks_of_one_component() {
    let all: [Vec<(&str, &str)>; 8] = [
        vec![COMPOSE],
        vec![DEPLOYMENT],
        vec![BACKSTAGE],
        vec![TRACES],
        vec![TERRAFORM],
        CHART.to_vec(),
        vec![SPRING],
        vec![LINCHPIN],
    ];
    for (number, one) in all.iter().enumerate() {
        for other in &all[number + 1..] {
            let files = [one.as_slice(), other.as_slice()].concat();
            let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
            let found: Vec<String> = own(&files).into_iter().filter(|id| id.contains("cart")).collect();
            assert_eq!(found, ["cart"], "{names:?}");
        }
    }
}

#[test]
fn a_program_is_known_in_traces_by_the_name_that_it_is_told() {
    let traces = ("calls.json", r#"[{"parent":"web","child":"cart-svc-prod","callCount":7}]"#);
    let told = |environment: &str| {
        let compose = format!("services: {{cart: {{image: acme/cart, environment: {environment}}}}}\n");
        own(&[("compose.yaml", compose.as_str()), traces])
    };
    let joined: BTreeSet<String> = ["cart", "web"].map(str::to_owned).into();
    assert_eq!(told("{OTEL_SERVICE_NAME: cart-svc-prod}"), joined);
    assert_eq!(told("{OTEL_RESOURCE_ATTRIBUTES: 'team=a,service.name=cart-svc-prod'}"), joined);
    assert_eq!(told("{CART_SERVICE_NAME: cart-svc-prod}").len(), 3);
    let docker = own(&[
        ("compose.yaml", "services: {cart: {build: ./cart}}\n"),
        ("cart/Dockerfile", "FROM scratch\nENV OTEL_SERVICE_NAME=cart-svc-prod\n"),
        traces,
    ]);
    assert_eq!(docker, joined);
    let spring = own(&[
        ("compose.yaml", "services: {cart: {build: ./cart}}\n"),
        ("cart/src/main/resources/application.yml", "spring.application.name: cart-svc-prod\n"),
        traces,
    ]);
    assert_eq!(spring, joined);
}

#[test]
fn a_name_that_two_claim_or_another_has_is_nobodys() {
    let two = own(&[
        (
            "compose.yaml",
            "services: {a: {image: acme/a, environment: {OTEL_SERVICE_NAME: shop}}, b: {image: acme/b, environment: {OTEL_SERVICE_NAME: shop}}}\n",
        ),
        ("calls.json", r#"[{"parent":"web","child":"shop","callCount":7}]"#),
    ]);
    assert_eq!(two, ["a", "b", "shop", "web"].map(str::to_owned).into());
    let taken = own(&[
        (
            "compose.yaml",
            "services: {a: {image: acme/a, environment: {OTEL_SERVICE_NAME: shop}}, shop: {image: acme/shop}}\n",
        ),
        ("calls.json", r#"[{"parent":"web","child":"shop","callCount":7}]"#),
    ]);
    assert_eq!(taken, ["a", "shop", "web"].map(str::to_owned).into());
}

#[test]
fn names_that_differ_in_spelling_alone_are_one_and_in_letters_are_two() {
    let with = |name: &str| {
        let traces = format!(r#"[{{"parent":"web","child":"{name}","callCount":7}}]"#);
        own(&[("compose.yaml", "services: {cart-service: {image: acme/cart}}\n"), ("calls.json", traces.as_str())])
            .len()
    };
    assert_eq!((with("cartService"), with("CART_SERVICE"), with("Cart-Service"), with("cart-service")), (2, 2, 2, 2));
    assert_eq!((with("cart"), with("carts-service"), with("cart-service-2")), (3, 3, 3));
    let several = own(&[
        ("compose.yaml", "services: {cart-svc: {image: acme/a}, cartsvc: {image: acme/b}}\n"),
        ("calls.json", r#"[{"parent":"web","child":"CartSvc","callCount":7}]"#),
    ]);
    assert_eq!(several.len(), 4, "{several:?}");
}

#[test]
fn things_of_one_name_in_two_namespaces_stay_apart() {
    let in_staging =
        DEPLOYMENT.1.replace("namespace: shop", "namespace: staging").replace("acme/cart:1", "acme/other:1");
    let found = own(&[DEPLOYMENT, ("k8s/staging.yaml", in_staging.as_str())]);
    assert_eq!(found, ["cart.shop", "cart.staging"].map(str::to_owned).into());
}

#[test]
fn software_that_a_trace_knows_by_its_make_is_the_one_that_runs_here() {
    let span = |id: &str, system: &str| {
        format!(
            r#"{{"traceId":"a","id":"{id}","kind":"PRODUCER","localEndpoint":{{"serviceName":"web"}},"tags":{{"messaging.system":"{system}"}}}}"#
        )
    };
    let traces = format!("[{}]", span("1", "kafka"));
    let with = |compose: &str| own(&[("compose.yaml", compose), ("spans.json", traces.as_str())]);
    let one = with("services: {events: {image: 'apache/kafka:4'}, web: {image: acme/web}}\n");
    assert_eq!(one, ["events", "web"].map(str::to_owned).into());
    let two = with(
        "services: {events: {image: 'apache/kafka:4'}, logs: {image: 'apache/kafka:4'}, web: {image: acme/web}}\n",
    );
    assert_eq!(two, ["events", "kafka", "logs", "web"].map(str::to_owned).into());
    let other = with("services: {events: {image: 'rabbitmq:4'}, web: {image: acme/web}}\n");
    assert_eq!(other, ["events", "kafka", "web"].map(str::to_owned).into());
}
