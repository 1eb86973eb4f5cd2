//! The JSON that the commands print satisfies the schema that `linchpin schema` prints.

use std::process::Command;

use serde_json::Value;

fn json(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_linchpin"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .expect("the binary runs");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn every_report_satisfies_the_schema_and_keeps_the_promised_fields() {
    let schema = json(&["schema"]);
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let example = "examples/campus-shower";
    let cases: &[(&[&str], &[&str])] = &[
        (&["scan", example], &["schema", "sources", "components", "needs", "unresolved"]),
        (&["simulate", example, "--down", "aliyun/ak"], &["schema", "outage", "apps", "impact", "unknown"]),
        (&["explain", "shower", example, "--down", "aliyun/ak"], &["schema", "because"]),
        (&["spof", example, "--pairs"], &["schema", "components", "pairs"]),
        (&["spof", example, "--by", "capability"], &["schema", "components"]),
        (&["cuts", "doors", example], &["schema", "app", "total", "by_order", "truncated", "sets"]),
        (&["availability", example], &["schema", "availability"]),
        (&["simulate", example, "--all-of", "product", "--worst", "2"], &["schema", "outages"]),
        (&["check", example], &["schema", "verdict", "findings", "counts"]),
        (&["catalogue", "list"], &["schema", "products"]),
        (&["catalogue", "show", "aliyun/oss"], &["schema", "capabilities"]),
    ];
    for (arguments, fields) in cases {
        let report = json(&[*arguments, &["--format", "json"][..]].concat());
        assert!(validator.is_valid(&report), "{arguments:?}");
        assert_eq!(report["schema"], "linchpin/1");
        assert!(fields.iter().all(|field| report.get(field).is_some()), "{arguments:?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"schema": "linchpin/1"})));
    let scan = json(&["scan", example, "--format", "json"]);
    let needs = scan["needs"].as_array().expect("needs");
    for need in needs {
        let evidence = &need["evidence"][0];
        assert!(evidence["file"].is_string() && evidence["line"].is_u64() && evidence["column"].is_u64(), "{need}");
    }
}

#[test]
fn the_built_in_catalogues_satisfy_their_schema() {
    let validator = jsonschema::validator_for(&json(&["schema", "catalogue"])).expect("a valid schema");
    for (file, text) in linchpin::catalogue::built_in() {
        let documents: Vec<Value> = serde_yaml::from_multiple(text).expect("YAML");
        let wrong: Vec<String> = documents
            .iter()
            .flat_map(|document| validator.iter_errors(document))
            .map(|error| format!("{} at {}", error.kind().keyword(), error.instance_path()))
            .take(3)
            .collect();
        assert!(wrong.is_empty(), "{file}: {wrong:?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"products": {"x": {"titel": "X"}}})));
}
