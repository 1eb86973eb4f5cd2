//! Pull requests on a repository, one after the other: verdict, sentence and exit code of the gate.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A scratch repository with a branch `main`.
pub(crate) struct Repository {
    folder: tempfile::TempDir,
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

pub(crate) fn linchpin(folder: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_linchpin"))
        .current_dir(folder)
        .args(arguments)
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run { code: output.status.code().expect("a code"), out: text(&output.stdout), err: text(&output.stderr) }
}

fn git_in(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").current_dir(folder).args(identity).args(arguments).output().expect("git");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Repository {
    /// With these files in the first commit of `main`.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let repository = Repository { folder: tempfile::tempdir().expect("scratch") };
        repository.git(&["init", "-q", "-b", "main"]);
        repository.commit(files);
        repository
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        git_in(self.path(), arguments);
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        crate::folder::write(self.path(), file, text);
    }

    pub(crate) fn commit(&self, files: &[(&str, &str)]) {
        for (file, text) in files {
            self.write(file, text);
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "a change"]);
    }

    /// A branch off `main` with these files changed.
    fn branch(&self, files: &[(&str, &str)]) {
        self.git(&["checkout", "-q", "-f", "-B", "change", "main"]);
        self.commit(files);
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        linchpin(self.path(), arguments)
    }

    /// The gate against `main`: exit code and report.
    fn gate(&self, more: &[&str]) -> (i32, Value) {
        let all = [&["check", "--base", "main", "--today", "2026-06-01", "--format", "json"], more].concat();
        let run = self.run(&all);
        (run.code, run.json())
    }
}

const SYSTEM: &str = "version: 1
system: shop
components:
  checkout: {kind: app, tier: 1, owner: payments, needs: [orders, {any_of: [pay-one, pay-two]}]}
  catalogue: {kind: app, tier: 1, owner: web, needs: [search]}
  status: {kind: app, tier: 3, needs: [search]}
  orders: {needs: [rabbit]}
  search: {needs: [index]}
  pay-one: {at: [aws/eu-west-1]}
  pay-two: {at: [google/europe-west1]}
  rabbit: {kind: store}
  index: {kind: store}
";

fn system(from: &str, to: &str) -> String {
    assert!(SYSTEM.contains(from), "{from}");
    SYSTEM.replace(from, to)
}

/// `rule app cut_set` of the findings with a state.
fn listed(report: &Value, state: &str) -> Vec<String> {
    let of = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let findings = report["findings"].as_array().expect("findings").iter().filter(|one| one["state"] == state);
    let cut = |one: &Value| one["cut_set"].as_array().expect("cut").iter().map(of).collect::<Vec<_>>().join(",");
    findings.map(|one| format!("{} {} {}", of(&one["rule"]), of(&one["app"]), cut(one))).collect()
}

fn summary(report: &Value) -> &str {
    report["summary"].as_str().expect("summary")
}

#[test]
fn a_service_moved_to_the_provider_of_its_stand_by_fails() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM)]);
    repository.branch(&[("linchpin.yaml", &system("google/europe-west1", "aws/eu-west-1"))]);
    let (code, report) = repository.gate(&[]);
    assert_eq!((code, &report["verdict"]), (1, &Value::from("fail")));
    assert!(listed(&report, "new").contains(&"single-provider checkout aws".to_owned()), "{report:#}");
    assert!(listed(&report, "new").iter().all(|one| !one.contains("catalogue")), "{report:#}");
    assert!(listed(&report, "known").contains(&"single-point-of-failure checkout rabbit".to_owned()));
    assert!(summary(&report).ends_with("would now take down 1 tier-1 app; before, none."), "{report:#}");
    assert!(summary(&report).contains("`aws"), "{report:#}");
}

#[test]
fn a_stand_by_that_is_added_passes_and_is_praised() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM)]);
    let text =
        system("orders: {needs: [rabbit]}", "orders: {needs: [any_of: [rabbit, spare]]}\n  spare: {kind: store}");
    repository.branch(&[("linchpin.yaml", &text)]);
    let (code, report) = repository.gate(&[]);
    assert_eq!((code, &report["verdict"]), (0, &Value::from("pass")), "{report:#}");
    assert_eq!(listed(&report, "new"), Vec::<String>::new());
    let fixed: Vec<&Value> = report["fixed"].as_array().expect("fixed").iter().map(|one| &one["cut_set"][0]).collect();
    assert!(fixed.contains(&&Value::from("rabbit")), "{report:#}");
    assert_eq!(summary(&report), "Losing `rabbit` would now take down no tier-1 app; before, 1.");
}

#[test]
fn a_queue_that_is_replaced_is_a_new_single_point() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM)]);
    repository.branch(&[("linchpin.yaml", &SYSTEM.replace("rabbit", "kafka"))]);
    let (code, report) = repository.gate(&[]);
    assert_eq!(code, 1);
    assert_eq!(listed(&report, "new"), ["single-point-of-failure checkout kafka"]);
    assert_eq!(report["fixed"][0]["cut_set"][0], "rabbit");
    assert_eq!(summary(&report), "Losing `kafka` would now take down 1 tier-1 app; before, none.");
}

#[test]
fn moved_files_and_other_lines_change_nothing() {
    let service = |name: &str, need: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: 1\n  template:\n    \
             spec:\n      containers:\n      - name: {name}\n        image: {name}\n        env:\n        - {{name: \
             DB_HOST, value: {need}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{type: \
             LoadBalancer}}\n"
        )
    };
    let (web, api) = (service("web", "api"), service("api", "db.example.com"));
    let repository = Repository::new(&[("k8s/web.yaml", &web), ("k8s/api.yaml", &api)]);
    let (_, before) = repository.gate(&[]);
    assert!(!listed(&before, "known").is_empty(), "{before:#}");
    assert_eq!(before["compared"]["unchanged"], true);
    repository.git(&["checkout", "-q", "-B", "change", "main"]);
    repository.git(&["rm", "-q", "-r", "k8s"]);
    repository.commit(&[("deploy/all.yaml", &format!("# moved\n\n{api}---\n{web}"))]);
    let (code, after) = repository.gate(&[]);
    assert_eq!(code, 0, "{after:#}");
    assert_eq!((listed(&after, "new"), after["counts"]["fixed"].as_u64()), (Vec::new(), Some(0)));
    assert_eq!(listed(&after, "known"), listed(&before, "known"));
    assert_eq!(
        (&after["compared"]["unchanged"], summary(&after)),
        (&Value::from(false), "This change adds no finding.")
    );
}

#[test]
fn whitespace_and_files_that_are_not_read_change_nothing() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM), ("README.md", "a")]);
    repository.branch(&[("README.md", "b"), ("src/notes.md", "c")]);
    let (code, report) = repository.gate(&[]);
    assert_eq!((code, &report["compared"]["unchanged"]), (0, &Value::from(true)));
    assert_eq!(summary(&report), "No file that Linchpin reads is changed, so nothing is new.");
    let known = listed(&report, "known");
    repository.branch(&[("linchpin.yaml", &format!("# note\n\n{}\n", SYSTEM.replace("  orders:", "\n  orders:  ")))]);
    let (code, report) = repository.gate(&[]);
    assert_eq!((code, &report["compared"]["unchanged"], listed(&report, "known")), (0, &Value::from(false), known));
    assert_eq!(summary(&report), "This change adds no finding.");
}

/// A file that only a reader names, and no format wants, is looked at all the same.
#[test]
fn a_file_that_another_file_names_is_relevant() {
    let compose = "services:\n  web: {image: me/web, ports: ['80:80'], env_file: [web.conf]}\n  db: {image: postgres}\n  kv: {image: redis}\n";
    let repository = Repository::new(&[("compose.yaml", compose), ("web.conf", "DB_HOST=db\n")]);
    repository.branch(&[("web.conf", "DB_HOST=kv\n")]);
    let (_, report) = repository.gate(&[]);
    assert_eq!(report["compared"]["unchanged"], false);
    assert!(listed(&report, "new").iter().any(|one| one.contains("kv")), "{report:#}");
}

#[test]
fn what_main_got_in_the_meantime_is_not_the_changes_doing() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM)]);
    repository.branch(&[("README.md", "a change of words")]);
    repository.git(&["checkout", "-q", "main"]);
    let mended = system("search: {needs: [index]}", "search: {needs: [any_of: [index, rabbit]]}");
    repository.commit(&[("linchpin.yaml", &mended)]);
    repository.git(&["checkout", "-q", "change"]);
    let (code, report) = repository.gate(&[]);
    assert_eq!((code, listed(&report, "new")), (0, Vec::new()), "{report:#}");
    assert_eq!(report["counts"]["fixed"], 0);
}

#[test]
fn an_expired_waiver_fails_and_one_that_holds_does_not() {
    let waiver = |until: &str| {
        format!(
            "{SYSTEM}policy:\n  waivers:\n  - {{rule: single-point-of-failure, scope: {{cut_set: index}}, owner: web, \
             reason: moves in autumn, until: {until}}}\n"
        )
    };
    let repository = Repository::new(&[("linchpin.yaml", &waiver("2026-12-31"))]);
    repository.branch(&[("README.md", "x")]);
    let (code, report) = repository.gate(&[]);
    assert_eq!((code, report["counts"]["waived"].as_u64()), (0, Some(2)), "{report:#}");
    // The same commit, a year later.
    let all = ["check", "--base", "main", "--today", "2027-06-01", "--format", "json"];
    let run = repository.run(&all);
    let report = run.json();
    assert_eq!((run.code, report["counts"]["expired"].as_u64()), (1, Some(1)), "{report:#}");
    assert_eq!(listed(&report, "new"), ["stale-waiver - "]);
    let message = report["findings"][0]["message"].as_str().expect("message");
    assert!(message.contains("of web") && message.contains("moves in autumn") && message.contains("2026-12-31"));
    // One that is taken away before its time brings back what it covered.
    repository.branch(&[("linchpin.yaml", SYSTEM)]);
    let (code, report) = repository.gate(&[]);
    assert_eq!(code, 1);
    assert!(listed(&report, "new").contains(&"single-point-of-failure catalogue index".to_owned()), "{report:#}");
}

#[test]
fn a_broken_file_is_not_praised() {
    let compose =
        "services:\n  web: {image: me/web, ports: ['80:80'], environment: {DB_HOST: db}}\n  db: {image: postgres}\n";
    let manifest = format!("{SYSTEM}  web: {{kind: app, tier: 1}}\n");
    let repository = Repository::new(&[("linchpin.yaml", &manifest), ("compose.yaml", compose)]);
    repository.branch(&[("compose.yaml", &format!("{compose}  x: [\n"))]);
    let run = repository.run(&["check", "--base", "main", "--format", "json"]);
    let report = run.json();
    assert_eq!((run.code, &report["verdict"]), (0, &Value::from("warn")), "{report:#}");
    assert!(run.err.contains("compose.yaml") && !run.out.contains("error:"), "{}", run.err);
    assert_eq!(report["counts"]["fixed"], 0);
    assert!(report["counts"]["unseen"].as_u64() > Some(0), "{report:#}");
    assert!(summary(&report).contains("can't be read any more"), "{report:#}");
    assert_eq!(repository.gate(&["--strict"]).0, 4);
}

#[test]
fn a_shallow_clone_says_what_to_fetch_and_then_works() {
    let origin = Repository::new(&[("linchpin.yaml", SYSTEM)]);
    origin.branch(&[("linchpin.yaml", &SYSTEM.replace("rabbit", "kafka"))]);
    origin.git(&["checkout", "-q", "main"]);
    origin.commit(&[("README.md", "main moves on")]);
    let scratch = tempfile::tempdir().expect("scratch");
    let url = format!("file://{}", origin.path().display());
    git_in(scratch.path(), &["clone", "-q", "--depth", "1", "--branch", "change", &url, "clone"]);
    let clone = scratch.path().join("clone");
    let run = linchpin(&clone, &["check", "--base", "origin/main"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("shallow") && run.err.contains("git fetch --depth=1"), "{}", run.err);
    git_in(&clone, &["fetch", "-q", "--depth=1", "origin", "main"]);
    let run = linchpin(&clone, &["check", "--base", "FETCH_HEAD", "--format", "json"]);
    let report = run.json();
    assert_eq!((run.code, listed(&report, "new")), (1, vec!["single-point-of-failure checkout kafka".to_owned()]));
    assert!(report["compared"]["remarks"][0].as_str().is_some_and(|remark| remark.contains("shallow")), "{report:#}");
}

#[test]
fn a_base_that_is_none_is_explained() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM)]);
    let run = repository.run(&["check", "--base", "upstream/main"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("`upstream/main` is no revision"), "{}", run.err);
    let outside = tempfile::tempdir().expect("scratch");
    std::fs::write(outside.path().join("linchpin.yaml"), SYSTEM).expect("file");
    let run = linchpin(outside.path(), &["check", "--base", "main"]);
    assert!(run.code == 2 && run.err.contains("Git repository") && run.err.contains("--baseline"), "{}", run.err);
}

#[test]
fn nothing_of_the_repository_is_touched() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM)]);
    repository.branch(&[("linchpin.yaml", &SYSTEM.replace("rabbit", "kafka"))]);
    let state = || {
        let mut all = Vec::new();
        let mut folders = vec![repository.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("folder") {
                let entry = entry.expect("entry");
                let meta = entry.metadata().expect("metadata");
                if meta.is_dir() {
                    folders.push(entry.path());
                } else {
                    all.push((entry.path(), meta.len(), meta.modified().expect("time")));
                }
            }
        }
        all.sort();
        all
    };
    let before = state();
    repository.gate(&[]);
    repository.run(&["diff", "main"]);
    assert_eq!(state(), before);
}

#[test]
fn a_folder_that_is_new_is_new_as_a_whole() {
    let repository = Repository::new(&[("README.md", "x")]);
    repository.branch(&[("deploy/linchpin.yaml", SYSTEM)]);
    let run = repository.run(&["check", "deploy", "--base", "main", "--format", "json"]);
    let report = run.json();
    assert_eq!(run.code, 1);
    assert!(listed(&report, "known").is_empty() && !listed(&report, "new").is_empty());
}

/// What `.gitignore` names is not read on disk, and so not in the base either, though it was committed by force.
#[test]
fn ignored_files_are_left_out_of_both_sides() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM), (".gitignore", "gen/*\n!gen/keep.yaml\n")]);
    let compose =
        "services:\n  web: {image: me/web, ports: ['80:80'], environment: {DB_HOST: db}}\n  db: {image: postgres}\n";
    repository.write("gen/compose.yaml", compose);
    repository.git(&["add", "-f", "gen/compose.yaml"]);
    repository.commit(&[]);
    repository.branch(&[("linchpin.yaml", &format!("# x\n{SYSTEM}"))]);
    let (code, report) = repository.gate(&[]);
    assert_eq!((code, report["counts"]["fixed"].as_u64()), (0, Some(0)), "{report:#}");
}

#[test]
fn a_baseline_is_written_held_pruned_and_shown() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM)]);
    assert_eq!(repository.run(&["check"]).code, 1);
    let run = repository.run(&["baseline", "write"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    let text = std::fs::read_to_string(repository.path().join("linchpin-baseline.yaml")).expect("written");
    // As with other commands, and as it was called first.
    for spelling in ["-o", "--output", "-f", "--file"] {
        assert_eq!(repository.run(&["baseline", "write", spelling, "other.yaml"]).code, 0, "{spelling}");
        let other = repository.path().join("other.yaml");
        assert_eq!(std::fs::read_to_string(&other).expect("written"), text);
        std::fs::remove_file(other).expect("removed");
    }
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("- ")).collect();
    assert!(lines.is_sorted() && !text.contains("line:"), "{text}");
    let check = ["check", "--baseline", "linchpin-baseline.yaml", "--format", "json"];
    let run = repository.run(&check);
    assert_eq!((run.code, run.json()["counts"]["known"].as_u64()), (0, Some(lines.len() as u64)));
    repository.write("linchpin.yaml", &SYSTEM.replace("rabbit", "kafka"));
    let run = repository.run(&check);
    assert_eq!((run.code, run.json()["counts"]["fixed"].as_u64()), (1, Some(1)), "{}", run.out);
    let shown = repository.run(&["baseline", "show"]);
    assert!(shown.out.contains("gone   single-point-of-failure  checkout  rabbit"), "{}", shown.out);
    assert!(shown.out.contains("1 are gone; 1 found that are not known"), "{}", shown.out);
    repository.run(&["baseline", "prune"]);
    let pruned = std::fs::read_to_string(repository.path().join("linchpin-baseline.yaml")).expect("pruned");
    assert!(!pruned.contains("rabbit") && !pruned.contains("kafka"), "{pruned}");
    repository.write("linchpin-baseline.yaml", "<<<<<<< ours\nversion: 1\n=======\n");
    let run = repository.run(&check);
    assert!(run.code == 2 && run.err.contains("merge conflict"), "{}", run.err);
}

#[test]
fn diff_tells_what_appears_and_vanishes() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM)]);
    let text =
        system("orders: {needs: [rabbit]}", "orders: {needs: [any_of: [rabbit, spare]]}\n  spare: {kind: store}");
    repository.branch(&[("linchpin.yaml", &text.replace("status: {kind: app, tier: 3, needs: [search]}\n  ", ""))]);
    for arguments in [vec!["diff", "main"], vec!["diff", "main", "change"]] {
        let run = repository.run(&[arguments.as_slice(), &["--format", "json"]].concat());
        let report = run.json();
        assert_eq!((run.code, &report["components"]["added"]), (0, &serde_json::json!(["spare"])), "{report:#}");
        assert_eq!(report["components"]["removed"], serde_json::json!(["status"]));
        assert_eq!(report["alternatives"]["added"], serde_json::json!(["orders -> any of [rabbit, spare]"]));
        assert_eq!(report["needs"]["removed"], serde_json::json!(["orders -> rabbit", "status -> search"]));
        let blast = report["blast"].as_array().expect("blast");
        let rabbit = blast.iter().find(|one| one["component"] == "rabbit").expect("rabbit");
        assert_eq!((rabbit["before"].as_u64(), rabbit["after"].as_u64()), (Some(1), Some(0)));
        assert_eq!(rabbit["lost"], serde_json::json!(["checkout"]));
        let gone = serde_json::json!({"app": "checkout", "set": ["rabbit"]});
        assert!(report["cut_sets"]["removed"].as_array().expect("sets").contains(&gone));
        let pair = serde_json::json!({"app": "checkout", "set": ["rabbit", "spare"]});
        assert!(report["cut_sets"]["added"].as_array().expect("sets").contains(&pair), "{report:#}");
    }
    let run = repository.run(&["diff", "main"]);
    assert!(
        run.out.contains("rabbit: 1 -> 0") && run.out.contains("+ orders -> any of [rabbit, spare]"),
        "{}",
        run.out
    );
    assert!(run.out.contains("+ rabbit + spare"), "{}", run.out);
    let run = repository.run(&["diff", "main", "--order", "1"]);
    assert!(!run.out.contains("rabbit + spare"), "{}", run.out);
    let run = repository.run(&["diff", "main", "--limit", "1"]);
    assert!(run.out.contains("NOT COMPARED (2 apps)"), "{}", run.out);
    let run = repository.run(&["diff", "change"]);
    assert!(run.out.contains("nothing changes"), "{}", run.out);
    assert_eq!(repository.run(&["diff", "nowhere"]).code, 2);
}
