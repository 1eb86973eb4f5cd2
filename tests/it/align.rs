//! Two versions of a system under the same names: what is new is what changed, and not what it is called.

use serde_json::Value;

use crate::gate::{Repository, linchpin};

const LAMBDA: &str = "\
resource \"aws_db_instance\" \"main\" {
  engine = \"postgres\"
}

resource \"aws_lambda_function\" \"api\" {
  environment {
    variables = { DB = aws_db_instance.main.endpoint }
  }
}
";

fn checked(repository: &Repository) -> Value {
    linchpin(repository.path(), &["check", ".", "--base", "HEAD~1", "--format", "json"]).json()
}

/// The apps that the findings of a state are about, each once.
fn apps(report: &Value, state: &str) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings");
    let of = findings.iter().filter(|finding| finding["state"] == state);
    let mut apps: Vec<String> = of.filter_map(|finding| finding["app"].as_str().map(str::to_owned)).collect();
    apps.sort();
    apps.dedup();
    apps
}

#[test]
fn a_root_that_holds_the_same_names_makes_nothing_new_of_what_was_there() {
    let repository = Repository::new(&[("common/main.tf", LAMBDA)]);
    repository.commit(&[("platform/main.tf", LAMBDA)]);
    let report = checked(&repository);
    assert_eq!(apps(&report, "new"), ["aws_lambda_function.api.platform"]);
    assert_eq!(apps(&report, "known"), ["aws_lambda_function.api.common"]);
    assert_eq!(report["counts"]["fixed"], 0, "{report}");
    let diff = linchpin(repository.path(), &["diff", "HEAD~1", "--format", "json"]).json();
    let removed = &diff["components"]["removed"];
    assert_eq!(removed.as_array().map(Vec::len), Some(0), "{removed}");
    // And goes away again: the names are plain once more, and nothing else is.
    repository.git(&["rm", "-rq", "platform"]);
    repository.commit(&[]);
    let report = checked(&repository);
    assert_eq!(apps(&report, "new"), [""; 0]);
    assert_eq!(apps(&report, "known"), ["aws_lambda_function.api"]);
    let fixed: Vec<&Value> = report["fixed"].as_array().expect("fixed").iter().map(|one| &one["app"]).collect();
    let of_platform = |app: &&&Value| app.as_str() == Some("aws_lambda_function.api.platform");
    assert!(fixed.iter().any(|app| of_platform(&app)), "{fixed:?}");
    assert!(fixed.iter().filter(|app| app.is_string()).all(|app| of_platform(&app)), "{fixed:?}");
}

#[test]
fn what_moves_from_one_root_to_another_is_what_it_was() {
    let repository = Repository::new(&[("common/main.tf", LAMBDA), ("stage/main.tf", LAMBDA)]);
    repository.git(&["rm", "-rq", "common"]);
    repository.commit(&[("platform/main.tf", LAMBDA)]);
    let report = checked(&repository);
    assert_eq!(report["counts"]["error"].as_u64().zip(report["counts"]["warning"].as_u64()), Some((0, 0)), "{report}");
    assert_eq!(report["counts"]["fixed"], 0, "{report}");
}

#[test]
fn what_is_left_over_was_there_before_though_nobody_took_it_for_an_app() {
    let compose = |web: &str| {
        format!(
            "services:\n{web}  worker:\n    image: acme/worker\n    environment: {{DB: 'db:5432'}}\n  db:\n    image: postgres\n"
        )
    };
    let web = "  web:\n    image: acme/web\n    ports: ['80:80']\n    environment: {WORKER: 'http://worker:8080', DB: 'db:5432'}\n";
    let repository = Repository::new(&[("compose.yaml", &compose(web))]);
    repository.commit(&[("compose.yaml", &compose(""))]);
    let report = checked(&repository);
    assert_eq!(apps(&report, "new"), [""; 0], "{report}");
    assert_eq!(apps(&report, "known"), ["worker"], "{report}");
    // What somebody declares to be an app is asked more of than before.
    let declared = "version: 1\ncomponents:\n  db: {}\n  worker: {kind: app, tier: 1}\n";
    repository.commit(&[("linchpin.yaml", "version: 1\ncomponents:\n  worker: {kind: service}\n  db: {kind: app}\n")]);
    repository.commit(&[("linchpin.yaml", declared)]);
    assert_eq!(apps(&checked(&repository), "new"), ["worker"]);
}

const SHOP: &str = "version: 1
components:
  shop: {kind: app, tier: 1, needs: [db, mail]}
  db: {kind: store}
  mail:
";

/// The first sentence of the report on a change from one manifest to another, with the whole of it.
fn told(before: &str, after: &str) -> (String, Value, String) {
    let repository = Repository::new(&[("linchpin.yaml", before)]);
    repository.commit(&[("linchpin.yaml", after)]);
    let report = checked(&repository);
    let text = linchpin(repository.path(), &["check", ".", "--base", "HEAD~1"]).out;
    (report["summary"].as_str().expect("a sentence").to_owned(), report, text)
}

#[test]
fn what_is_gone_is_not_called_mended() {
    let with = format!("{SHOP}  old: {{kind: app, tier: 1, needs: [db]}}\n");
    let (summary, report, text) = told(&with, SHOP);
    // That fewer apps fall with the store is mended by it; what was about the app itself is not.
    assert_eq!(summary, "This change mends 1 finding and adds none; `old` is gone, and with it 1 finding.");
    assert_eq!((&report["counts"]["fixed"], &report["counts"]["gone"]), (&Value::from(2), &Value::from(1)), "{report}");
    assert!(text.contains("1 fixed, 1 gone") && text.contains("fixed: 1 finding\n  blast-radius"), "{text}");
    // What is mended is called so, and counted apart from what is gone.
    let mended = SHOP.replace("needs: [db, mail]", "needs: [{to: db, strength: soft}, mail]");
    let (summary, report, text) = told(&with, &mended);
    assert_eq!(summary, "Losing `db` would now take down no tier-1 app; before, 2.");
    assert!(report["counts"]["fixed"].as_u64() > report["counts"]["gone"].as_u64(), "{text}");
    // A look-alike: the app stays, and needs less.
    let (_, report, _) = told(SHOP, &mended);
    assert_eq!(report["counts"]["gone"], 0);
}

#[test]
fn what_a_change_leaves_open_is_told() {
    let compose = |address: &str| {
        format!("services:\n  web:\n    image: acme/web\n    ports: ['80:80']\n    environment: {{API: '{address}'}}\n")
    };
    let repository = Repository::new(&[("compose.yaml", &compose("http://nowhere:8080"))]);
    let open = |report: &Value| -> Vec<String> {
        let all = report["newly_unresolved"].as_array().cloned().unwrap_or_default();
        all.iter().map(|one| format!("{} {}", one["component"].as_str().unwrap_or_default(), one["what"])).collect()
    };
    repository.commit(&[("compose.yaml", &format!("# moved a line down\n{}", compose("http://nowhere:8080")))]);
    assert_eq!(open(&checked(&repository)), [""; 0], "the line is no matter");
    repository.commit(&[("compose.yaml", &compose("http://elsewhere:8080"))]);
    let report = checked(&repository);
    assert_eq!(open(&report).len(), 1, "{report}");
    assert!(open(&report)[0].starts_with("web ") && open(&report)[0].contains("elsewhere"), "{report}");
    let text = linchpin(repository.path(), &["check", ".", "--base", "HEAD~1"]).out;
    assert!(text.contains("1 of them new:") && text.contains("elsewhere"), "{text}");
}
