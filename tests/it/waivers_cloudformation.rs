//! Waivers in the metadata of CloudFormation resources.

use serde_json::Value;

use crate::gate::{Run, linchpin};

const WAIVER: &str = "[single-point-of-failure] a second copy comes (owner data, until 2999-12-31)";

/// A function behind a URL on a database, with waivers of the database and of the function.
fn yaml(database: &str, function: &str) -> String {
    let metadata = |text: &str| {
        if text.is_empty() { String::new() } else { format!("\n    Metadata: {{Linchpin: {{Ignore: [\"{text}\"]}}}}") }
    };
    format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"
Resources:
  Orders:
    Type: AWS::Lambda::Function{}
    Properties:
      Environment: {{Variables: {{DB: !GetAtt Database.Endpoint.Address}}}}
  Url:
    Type: AWS::Lambda::Url
    Properties: {{TargetFunctionArn: !Ref Orders, AuthType: NONE}}
  Database:
    Type: AWS::RDS::DBInstance{}
    Properties: {{Engine: postgres, MultiAZ: false}}
",
        metadata(function),
        metadata(database)
    )
}

fn check(file: &str, text: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("scratch");
    std::fs::write(folder.path().join(file), text).expect("file");
    linchpin(folder.path(), &[&["check", "--format", "json"], arguments].concat())
}

/// Rule and cut set of the findings in a state.
fn of(run: &Run, state: &str) -> Vec<(String, String)> {
    let report = run.json();
    let all = report["findings"].as_array().expect("a list").iter().filter(|one| one["state"] == state);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.map(|one| (text(&one["rule"]), text(&one["cut_set"][0]))).collect()
}

fn single(thing: &str) -> (String, String) {
    ("single-point-of-failure".to_owned(), thing.to_owned())
}

#[test]
fn metadata_waives_findings_about_its_resource_alone() {
    let plain = check("template.yaml", &yaml("", ""), &[]);
    assert!(of(&plain, "new").contains(&single("Database")), "{}", plain.out);
    let waived = check("template.yaml", &yaml(WAIVER, ""), &[]);
    assert_eq!(of(&waived, "waived"), [single("Database")]);
    assert!(!of(&waived, "new").contains(&single("Database")) && of(&waived, "new").contains(&single("aws/lambda")));
    // For auditors it is as if it were not there.
    let audited = check("template.yaml", &yaml(WAIVER, ""), &["--no-inline-waivers"]);
    assert!(of(&audited, "new").contains(&single("Database")) && of(&audited, "waived").is_empty());
}

#[test]
fn metadata_in_json_waives_as_well() {
    let text = format!(
        r#"{{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {{
  "Orders": {{"Type": "AWS::Lambda::Function",
    "Properties": {{"Environment": {{"Variables": {{"DB": {{"Fn::GetAtt": ["Database", "Endpoint.Address"]}}}}}}}}}},
  "Url": {{"Type": "AWS::Lambda::Url", "Properties": {{"TargetFunctionArn": {{"Ref": "Orders"}}}}}},
  "Database": {{"Type": "AWS::RDS::DBInstance",
    "Metadata": {{"Linchpin": {{"Ignore": ["{WAIVER}"]}}}},
    "Properties": {{"Engine": "postgres", "MultiAZ": false}}}}
}}}}
"#
    );
    assert_eq!(of(&check("template.json", &text, &[]), "waived"), [single("Database")]);
}

#[test]
fn metadata_that_is_late_idle_or_wrong_is_told() {
    let late = check("template.yaml", &yaml(&WAIVER.replace("2999", "2020"), ""), &[]);
    assert_eq!(late.code, 1, "{}", late.out);
    assert!(of(&late, "new").iter().any(|(rule, _)| rule == "stale-waiver"), "{}", late.out);
    let idle = check("template.yaml", &yaml("", &WAIVER.replace("single-point-of-failure", "start-up-cycle")), &[]);
    assert_eq!(idle.code, 0, "{}", idle.out);
    assert!(of(&idle, "new").iter().any(|(rule, _)| rule == "stale-waiver"), "{}", idle.out);
    let wrong = check("template.yaml", &yaml("[single-point-of-failure] some day", ""), &[]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert!(wrong.err.contains("template.yaml:12"), "{}", wrong.err);
}
