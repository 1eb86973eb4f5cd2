//! What surrounds the program in CI: the scripts of the GitHub Action are run, and every option they use exists.

use std::path::{Path, PathBuf};
use std::process::Command;

use linchpin::source::yaml::{Node, parse};

use super::gate::Repository;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).expect(file)
}

fn yaml(file: &str) -> Node {
    let mut documents = parse(&file.into(), &text(file));
    assert_eq!(documents.problems, [], "{file}");
    documents.nodes.remove(0)
}

const SYSTEM: &str = "version: 1\ncomponents:\n  shop: {kind: app, tier: 1, needs: [db]}\n  db: {kind: store}\n";

/// Runs a script of the action with nothing in its environment but what is given; exit code and output.
fn script(name: &str, folder: &Path, environment: &[(&str, &str)]) -> (i32, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_linchpin"));
    let output = Command::new("bash")
        .arg(root().join(".github/actions/linchpin").join(name))
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").expect("PATH"))
        .env("INPUT_BINARY", binary)
        .envs(environment.iter().copied())
        .output()
        .expect("bash");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().expect("code"), text)
}

#[test]
fn the_action_checks_the_merge_of_a_pull_request_against_its_first_parent() {
    let repository = Repository::new(&[("deploy/linchpin.yaml", SYSTEM)]);
    repository.git(&["checkout", "-q", "-b", "change"]);
    repository
        .commit(&[("deploy/linchpin.yaml", &(SYSTEM.replace("[db]", "[db, mail]") + "  mail: {kind: external}\n"))]);
    repository.git(&["checkout", "-q", "main"]);
    repository.commit(&[("README.md", "main moves on")]);
    repository.git(&["merge", "-q", "--no-ff", "-m", "merge", "change"]);
    // What a workflow gets: the merge alone.
    let scratch = tempfile::tempdir().expect("scratch");
    let url = format!("file://{}", repository.path().display());
    let clone =
        Command::new("git").args(["clone", "-q", "--depth", "1", &url, "clone"]).current_dir(scratch.path()).status();
    assert!(clone.expect("git").success());
    let temporary = scratch.path().to_string_lossy().into_owned();
    let (output, summary) = (scratch.path().join("output"), scratch.path().join("summary"));
    let environment = [
        ("INPUT_PATHS", "deploy"),
        ("EVENT_NAME", "pull_request"),
        ("BASE_SHA", "0123456789012345678901234567890123456789"),
        ("HEAD_SHA", "abc"),
        ("HEAD_REPOSITORY", "o/r"),
        ("GITHUB_SERVER_URL", "https://example.com"),
        ("RUNNER_TEMP", &temporary),
        ("GITHUB_OUTPUT", output.to_str().expect("path")),
        ("GITHUB_STEP_SUMMARY", summary.to_str().expect("path")),
    ];
    let (code, printed) = script("check.sh", &scratch.path().join("clone"), &environment);
    assert_eq!(code, 0, "the last step fails, not this one: {printed}");
    let read = |path: &Path| std::fs::read_to_string(path).expect("written");
    assert!(
        read(&output).starts_with("verdict=fail\nsarif=") && read(&output).ends_with("\ncode=1\n"),
        "{}",
        read(&output)
    );
    assert!(read(&summary).contains("Losing `mail` would now take down 1 tier-1 app; before, none."));
    assert!(
        read(&summary).contains("(https://example.com/o/r/blob/abc/deploy/linchpin.yaml#L3)"),
        "{}",
        read(&summary)
    );
    assert_eq!(printed.lines().filter(|line| line.starts_with("::error file=deploy/linchpin.yaml,line=3")).count(), 1);
    // Inputs are words, never code.
    let hostile =
        [&environment[..], &[("INPUT_FAIL_ON", "$(touch owned); error"), ("INPUT_PATHS", "deploy;touch owned")]]
            .concat();
    script("check.sh", &scratch.path().join("clone"), &hostile);
    assert!(!scratch.path().join("clone/owned").exists());
}

#[test]
fn the_action_checks_a_merge_queue_against_what_it_began_with() {
    let repository = Repository::new(&[("linchpin.yaml", SYSTEM)]);
    let head = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(repository.path()).output().expect("git");
    let base = String::from_utf8(head.stdout).expect("text").trim().to_owned();
    repository.commit(&[("a.md", "one")]);
    let text = SYSTEM.replace("[db]", "[db, mail]") + "  mail: {kind: external}\n";
    repository.commit(&[("linchpin.yaml", &text)]);
    let scratch = tempfile::tempdir().expect("scratch");
    let url = format!("file://{}", repository.path().display());
    let clone = ["clone", "-q", "--depth", "1", &url, "clone"];
    assert!(Command::new("git").args(clone).current_dir(scratch.path()).status().expect("git").success());
    let (temporary, output) = (scratch.path().to_string_lossy().into_owned(), scratch.path().join("output"));
    let environment = [
        ("EVENT_NAME", "merge_group"),
        ("BASE_SHA", base.as_str()),
        ("RUNNER_TEMP", temporary.as_str()),
        ("GITHUB_OUTPUT", output.to_str().expect("path")),
    ];
    let (code, printed) = script("check.sh", &scratch.path().join("clone"), &environment);
    assert_eq!(code, 0, "{printed}");
    let report = std::fs::read_to_string(scratch.path().join("linchpin.json")).expect("a report");
    assert!(report.contains(&format!("\"commit\": \"{base}\"")), "{report}");
    assert!(std::fs::read_to_string(&output).expect("written").ends_with("\ncode=1\n"));
}

#[test]
fn a_repository_without_anything_to_analyse_passes_and_a_wrong_path_does_not() {
    let repository = Repository::new(&[("README.md", "nothing"), ("docs/a.md", "nothing")]);
    let scratch = tempfile::tempdir().expect("scratch");
    let temporary = scratch.path().to_string_lossy().into_owned();
    for (paths, expected) in [("", "code=0\n"), (".", "code=0\n"), ("docs", "code=3\n")] {
        let output = scratch.path().join("output");
        let _ = std::fs::remove_file(&output);
        let environment = [
            ("INPUT_PATHS", paths),
            ("RUNNER_TEMP", temporary.as_str()),
            ("GITHUB_OUTPUT", output.to_str().expect("path")),
        ];
        let (code, printed) = script("check.sh", repository.path(), &environment);
        assert_eq!(code, 0, "{printed}");
        assert_eq!(std::fs::read_to_string(&output).expect("written"), expected, "{paths}: {printed}");
    }
}

#[cfg(unix)]
#[test]
fn the_comment_is_written_once_and_then_in_its_place() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = tempfile::tempdir().expect("scratch");
    let file = |name: &str, text: &str| {
        let path = scratch.path().join(name);
        std::fs::write(&path, text).expect("file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("mode");
    };
    file("comment.md", "<!-- linchpin-check -->\nhello\n");
    let path = format!("{}:{}", scratch.path().display(), std::env::var("PATH").expect("PATH"));
    let comment = scratch.path().join("comment.md");
    let environment =
        [("REPOSITORY", "o/r"), ("NUMBER", "7"), ("COMMENT", comment.to_str().expect("path")), ("PATH", path.as_str())];
    // A program in place of GitHub's, which notes what it was asked.
    let gh = |known: &str, fails: &str| {
        format!(
            "#!/usr/bin/env bash\necho \"$*\" >>'{}/calls'\ncase \"$*\" in {fails}) exit 1;; *paginate*) printf '{known}';; esac\n",
            scratch.path().display()
        )
    };
    let calls = |gh: &str| {
        file("gh", gh);
        let _ = std::fs::remove_file(scratch.path().join("calls"));
        let (code, printed) = script("comment.sh", scratch.path(), &environment);
        assert_eq!(code, 0, "{printed}");
        (std::fs::read_to_string(scratch.path().join("calls")).expect("called"), printed)
    };
    let (first, _) = calls(&gh("", "nothing"));
    assert!(first.contains("--method POST repos/o/r/issues/7/comments --field body=@"), "{first}");
    let (again, _) = calls(&gh("41\\n42\\n", "nothing"));
    assert!(
        again.contains("--method PATCH repos/o/r/issues/comments/41 --field") && !again.contains("POST"),
        "{again}"
    );
    for forbidden in ["*paginate*", "*method*"] {
        let (_, printed) = calls(&gh("", forbidden));
        assert!(printed.contains("::notice"), "a token that may not write is no failure: {printed}");
    }
}

#[test]
fn the_action_puts_no_input_into_code_and_asks_for_no_permission() {
    let action = yaml(".github/actions/linchpin/action.yml");
    let steps = action.at(&["runs", "steps"]).expect("steps").items();
    assert!(steps.len() >= 4);
    for step in steps {
        let run = step.text_at(&["run"]).unwrap_or_default();
        assert!(!run.contains("${{"), "an expression in code: {run}");
        assert!(step.get("uses").is_some() || step.text_at(&["shell"]) == Some("bash"));
    }
    let inputs: Vec<&str> =
        action.get("inputs").expect("inputs").entries().iter().filter_map(|(key, _)| key.text()).collect();
    let whole = text(".github/actions/linchpin/action.yml");
    for input in inputs {
        assert!(whole.contains(&format!("inputs.{input}")), "the input `{input}` has no effect");
    }
}

#[test]
fn every_option_in_the_integrations_exists() {
    let help = linchpin::cli::manual();
    let check = help.split("## `linchpin check`").nth(1).expect("check").split("## `").next().expect("its help");
    let mut seen = 0;
    for file in [".github/actions/linchpin/check.sh", "docs/ci/linchpin.gitlab-ci.yml", ".pre-commit-hooks.yaml"] {
        let text = text(file);
        let own = text
            .lines()
            .filter(|line| !line.contains("git ") && !line.contains("cargo ") && !line.trim().starts_with('#'));
        for word in own
            .flat_map(|line| line.split([' ', '(', ')', '"', '=']))
            .filter(|word| word.starts_with("--") && word.len() > 2)
        {
            assert!(check.contains(&format!("{word} ")) || check.contains(&format!("{word}\n")), "{file}: {word}");
            seen += 1;
        }
    }
    assert!(seen >= 15, "{seen}");
    let job = yaml("docs/ci/linchpin.gitlab-ci.yml");
    assert!(job.at(&["linchpin", "artifacts", "reports", "codequality"]).is_some());
    assert_eq!(yaml(".pre-commit-hooks.yaml").items()[0].text_at(&["id"]), Some("linchpin"));
}
