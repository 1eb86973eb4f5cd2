//! Ctrl-C: a real process, a real signal.
//!
//! When to send it is read from the process itself: the kernel says which signals it catches.
#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const SIGINT: i32 = 2;

/// How long a test waits for anything before it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// Layers in which everything needs two of four of the layer below, drawn at random: no diagram of it fits anywhere.
fn hard() -> String {
    let (width, layers) = (60u64, 12);
    let mut rng = fastrand::Rng::with_seed(1);
    let mut text = "version: 1\ncomponents:\n".to_owned();
    for layer in 0..layers {
        for at in 0..width {
            let _ = write!(text, "  n{layer}-{at}: {{kind: service");
            if layer > 0 {
                let mut members: Vec<u64> = (0..4).map(|_| rng.u64(0..width)).collect();
                members.sort_unstable();
                members.dedup();
                let names: Vec<String> = members.iter().map(|m| format!("n{}-{m}", layer - 1)).collect();
                let _ =
                    write!(text, ", needs: [{{at_least: {}, of: [{}]}}]", names.len().div_ceil(2), names.join(", "));
            }
            text += "}\n";
        }
    }
    let top: Vec<String> = (0..width).map(|at| format!("n{}-{at}", layers - 1)).collect();
    let _ = writeln!(text, "  shop: {{kind: app, needs: [{{at_least: {}, of: [{}]}}]}}", width / 2, top.join(", "));
    text
}

/// The program at work on that system, once it catches the signal.
fn started(folder: &Path, arguments: &[&str]) -> Child {
    std::fs::write(folder.join("linchpin.yaml"), hard()).expect("written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_linchpin"))
        .current_dir(folder)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let begun = Instant::now();
    while !catches(&child) {
        assert!(begun.elapsed() < PATIENCE, "the signal is never caught");
        assert!(child.try_wait().expect("waited").is_none(), "it ended before it could be interrupted");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

/// Whether the process has a handler for the signal: bit by bit, in hexadecimal.
fn catches(child: &Child) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask >> (SIGINT - 1) & 1 == 1)
}

fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
}

fn ended(mut child: Child) -> (ExitStatus, String) {
    let mut text = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut text).expect("UTF-8");
    (child.wait().expect("ended"), text)
}

#[test]
fn the_first_one_gives_what_is_known() {
    for format in ["text", "json"] {
        let folder = tempfile::tempdir().expect("a folder");
        let child = started(folder.path(), &["cuts", "shop", "--format", format]);
        interrupt(&child);
        let (status, text) = ended(child);
        // As of a process that nobody stopped from ending: shells say 130.
        assert_eq!((status.code(), status.signal()), (None, Some(SIGINT)), "{text}");
        assert!(text.contains("interrupted: sets of more than"), "{text}");
        if format == "json" {
            let json: serde_json::Value = serde_json::from_str(&text).expect("a whole answer");
            assert_eq!((&json["interrupted"], &json["truncated"]), (&true.into(), &true.into()));
        }
    }
}

#[test]
fn figures_that_were_not_finished_are_bounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let child = started(folder.path(), &["availability", "--assume", "99%", "--format", "json"]);
    interrupt(&child);
    let (status, text) = ended(child);
    assert_eq!(status.signal(), Some(SIGINT), "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).expect("a whole answer");
    let data = &json["availability"][0]["data"];
    assert_eq!((&json["interrupted"], &data["method"]), (&true.into(), &"bounds".into()), "{text}");
    assert!(data["low"].as_f64() < data["high"].as_f64(), "{text}");
}

#[test]
fn the_second_one_ends_at_once_and_leaves_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = started(folder.path(), &["cuts", "shop", "--format", "json", "--output", "cuts.json"]);
    interrupt(&child);
    let mut told = String::new();
    BufReader::new(child.stderr.take().expect("piped")).read_line(&mut told).expect("UTF-8");
    assert!(told.contains("Ctrl-C once more ends at once"), "{told}");
    // Small sets are still being looked for: that takes two seconds unless somebody is in a hurry.
    interrupt(&child);
    let (status, text) = ended(child);
    assert_eq!((status.signal(), text.as_str()), (Some(SIGINT), ""));
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left, ["linchpin.yaml"]);
}
