//! Service agreements in a replay: what the outage leaves of the month, and what is paid back.

use serde_json::Value;

use crate::gate::{Run, linchpin};

const CATALOGUE: &str = "\
provider: acme
as_of: 2026-01-01
sources:
  agreement: {title: The agreement, url: https://acme.example/sla, date: 2025-01-01}
products:
  box:
    availability: {share: 99.9%, source: agreement,
                   credits: {source: agreement, below: {95%: 100%, 99%: 30%, 99.9%: 10%}, note: on request}}
    capabilities:
      data: {needs: [{to: keys, source: agreement, grade: documented}]}
      public-read: {}
      control: {needs: [{to: keys, source: agreement, grade: documented}]}
  keys:
    kind: shared
    availability: {share: 99.99%, source: agreement, credits: {source: agreement, below: {99.99%: 50%}}}
  queue:
    availability: {share: 99.9%, source: agreement}
  table: {}
";

const SYSTEM: &str = "\
version: 1
at: [acme]
components:
  shop: {kind: app, needs: [api]}
  api: {needs: [acme/box, acme/queue, acme/table]}
  pictures: {kind: app, needs: [\"acme/box:public-read\"]}
  office: {kind: app, needs: [api], control: {needs: [\"acme/box:control\"]}}
";

fn replay(system: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("scratch");
    std::fs::create_dir(folder.path().join("acme")).expect("folder");
    std::fs::write(folder.path().join("acme/provider.yaml"), CATALOGUE).expect("file");
    std::fs::write(folder.path().join("linchpin.yaml"), system).expect("file");
    let all = [&["replay", "--catalogue", "acme"], arguments, &["linchpin.yaml"]].concat();
    linchpin(folder.path(), &all)
}

fn json(arguments: &[&str]) -> Value {
    let run = replay(SYSTEM, &[arguments, &["--format", "json"]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()
}

/// Component, seconds down, whether the agreement is broken, the credit, the money.
type Row = (String, i64, bool, Option<f64>, Option<f64>);

fn rows(report: &Value) -> Vec<Row> {
    let views = report["agreements"].as_array().expect("a list").iter();
    let row = |view: &Value| {
        let name = view["component"].as_str().expect("a name").to_owned();
        let (down, broken) = (view["down_seconds"].as_i64(), view["broken"].as_bool());
        (name, down.expect("s"), broken.expect("b"), view["credit"].as_f64(), view["paid_back"].as_f64())
    };
    views.map(row).collect()
}

/// The steps of a month of 43,200 minutes: 99.9 % leaves 43.2 minutes, 99 % leaves 432, 95 % leaves 2,160.
#[test]
fn the_credit_is_that_of_the_step_that_the_month_falls_below() {
    for (minutes, broken, credit) in [
        ("43m", false, 0.0),
        ("44m", true, 0.1),
        ("432m", true, 0.1),
        ("433m", true, 0.3),
        ("2160m", true, 0.3),
        ("2161m", true, 1.0),
        ("40d", true, 1.0),
    ] {
        let report = json(&["--down", "acme/box", "--for", minutes]);
        let rows = rows(&report);
        assert_eq!(
            rows.iter().map(|row| (&*row.0, row.2, row.3)).collect::<Vec<_>>(),
            [("acme/box", broken, Some(credit))]
        );
    }
}

#[test]
fn an_agreement_is_about_what_is_bought_and_not_what_it_is_built_of() {
    let report = json(&["--down", "acme/keys", "--for", "44m"]);
    assert_eq!(rows(&report), [("acme/box".to_owned(), 2640, true, Some(0.1), None)]);
    let stood = |app: usize| (report["apps"][app]["app"].clone(), report["apps"][app]["stood_on"].clone());
    assert_eq!(stood(0), ("office".into(), serde_json::json!(["acme/box"])));
    // Open objects are read without a key, and the agreement was kept for them.
    assert_eq!(stood(1), ("pictures".into(), Value::Null));
    assert_eq!(stood(2), ("shop".into(), serde_json::json!(["acme/box"])));
}

#[test]
fn what_can_only_not_be_changed_breaks_nothing() {
    assert_eq!(rows(&json(&["--down", "acme/box:control", "--for", "10h"])), []);
}

#[test]
fn a_table_that_nobody_knows_is_not_made_up() {
    let report =
        json(&["--down", "acme/queue", "--down", "acme/table", "--for", "10h", "--monthly-fee", "acme/queue=9"]);
    assert_eq!(rows(&report), [("acme/queue".to_owned(), 36_000, true, None, None)]);
    let text = replay(SYSTEM, &["--down", "acme/queue", "--for", "10h"]).out;
    assert!(text.contains("the catalogue does not know what is paid back"), "{text}");
}

#[test]
fn a_monthly_fee_makes_it_money() {
    let report = json(&["--down", "acme/box", "--for", "87m", "--monthly-fee", "acme/box=500"]);
    assert_eq!(rows(&report), [("acme/box".to_owned(), 5220, true, Some(0.1), Some(50.0))]);
    let text = replay(SYSTEM, &["--down", "acme/box", "--for", "87m", "--monthly-fee", "acme/box=500"]).out;
    assert!(text.contains("stood on acme/box (10% of its fee back)"), "{text}");
    assert!(text.contains("10% of the month's fee is paid back: 50.00 of 500.00"), "{text}");
    let wrong = replay(SYSTEM, &["--down", "acme/box", "--monthly-fee", "acme/bax=500"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean `acme/box`"), "{}", wrong.err);
    for fee in ["acme/box", "acme/box=", "=5", "acme/box=-1", "acme/box=much", "acme/box=inf"] {
        assert_eq!(replay(SYSTEM, &["--down", "acme/box", "--monthly-fee", fee]).code, 2, "{fee}");
    }
}
