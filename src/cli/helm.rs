//! Charts rendered by helm, which a person names; and files of values for charts.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Exit;
use super::output::fail;
use crate::ingest::{HelmCall, Settings, ValuesFile};
use crate::source::{Problem, Scratch, Source, Tree, exists, yaml};

/// A chart that takes longer is given up.
const LONGEST: Duration = Duration::from_secs(60);
/// A chart that renders to more is given up.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
const PAUSE: Duration = Duration::from_millis(5);

/// What the options say about charts.
///
/// An error is how the run ends when they can't be followed.
pub(super) fn settings(helm: Option<&PathBuf>, values: &[String], scanned: &[PathBuf]) -> Result<Settings, Exit> {
    let mut settings = Settings::default();
    for given in values {
        settings.values.push(values_file(given)?);
    }
    if let Some(helm) = helm {
        let program = program(helm, scanned).map_err(|problem| fail(&problem))?;
        settings.helm = Some(Arc::new(move |call: &HelmCall| run(&program, call)));
    }
    Ok(settings)
}

/// `FILE` or `CHART=FILE`, read.
fn values_file(given: &str) -> Result<ValuesFile, Exit> {
    let (chart, path) = match given.split_once('=') {
        Some((chart, path)) if !Path::new(given).is_file() => (Some(chart.trim_end_matches('/').into()), path),
        _ => (None, given),
    };
    let tree = Tree::single(Path::new(path));
    let Some(shown) = tree.files().next() else {
        let problem = Problem::general(format!("there is no file of values `{path}`"));
        return Err(fail(&problem.help("give a file, or a chart and a file: `--values shop=prod.yaml`")));
    };
    let text = tree.read(shown).map_err(|problem| fail(&problem))?;
    // Values are YAML whatever their file is called, and JSON is YAML.
    let mut source = Source::new(shown, text);
    source.documents = yaml::parse(&source.path, &source.text);
    if let Some(problem) = source.problems().iter().find(|problem| problem.is_error()) {
        return Err(fail(problem));
    }
    Ok(ValuesFile { chart, source: Arc::new(source) })
}

/// The program as an absolute path; nothing that lies in what is scanned, or in its repository, is run.
fn program(helm: &Path, scanned: &[PathBuf]) -> Result<PathBuf, Problem> {
    let named = helm.components().count() == 1 && !exists(helm);
    let found = match named {
        true => std::env::var_os("PATH").and_then(|all| {
            std::env::split_paths(&all).map(|folder| folder.join(helm)).find(|candidate| candidate.is_file())
        }),
        false => helm.is_file().then(|| helm.to_path_buf()),
    };
    let whole = found.and_then(|found| found.canonicalize().ok());
    let Some(whole) = whole else {
        let problem = Problem::general(format!("there is no program `{}`", helm.display()));
        return Err(problem.help("give the path of helm, or leave `--helm` out: charts are then rendered without it"));
    };
    for path in scanned {
        let Ok(folder) = path.canonicalize() else { continue };
        let repository = folder.ancestors().find(|above| exists(&above.join(".git"))).map(Path::to_path_buf);
        if whole.starts_with(&folder) || repository.is_some_and(|repository| whole.starts_with(repository)) {
            let message = format!("`{}` lies in what is scanned, and nothing of that is run", helm.display());
            return Err(Problem::general(message).help("give a helm that is installed elsewhere"));
        }
    }
    Ok(whole)
}

/// Renders a chart in a folder of its own, with nothing of the surroundings: no cluster, no plugins, no settings.
fn run(program: &Path, call: &HelmCall) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("it could not be given the chart: {error}");
    let folder = Scratch::new().map_err(failed)?;
    for (name, bytes) in &call.files {
        folder.put(&format!("chart/{name}"), bytes).map_err(failed)?;
    }
    let mut command = Command::new(program);
    command.arg("template").arg(format!("--namespace={}", call.namespace));
    for (number, text) in call.values.iter().enumerate() {
        let path = folder.put(&format!("values-{number}.yaml"), text.as_bytes()).map_err(failed)?;
        command.arg("--values").arg(path);
    }
    // What follows is no option, whatever a file calls its release.
    command.arg("--").arg(&call.name).arg(folder.path().join("chart"));
    command.env_clear().env("HOME", folder.path()).env("HELM_PLUGINS", folder.path().join("plugins"));
    command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().map_err(|error| format!("it could not be started: {error}"))?;
    wait(child, LONGEST, &folder.path().display().to_string())
}

/// What a program printed, or why there is nothing of it; one that takes too long is ended.
fn wait(mut child: Child, longest: Duration, folder: &str) -> Result<String, String> {
    let output = read(child.stdout.take());
    let errors = read(child.stderr.take());
    let start = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if start.elapsed() < longest => std::thread::sleep(PAUSE),
            ended => {
                let _ = child.kill();
                let _ = child.wait();
                let why = ended.err().map(|error| error.to_string());
                return Err(why.unwrap_or_else(|| format!("it took longer than {} s", longest.as_secs())));
            }
        }
    };
    let text = |reader: Reading| reader.join().unwrap_or_default();
    let (output, errors) = (text(output), text(errors));
    if !status.success() {
        let said = errors.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing of why");
        // The folder has another name each time.
        return Err(said.trim().trim_start_matches("Error: ").replace(folder, "").replace("/chart/", ""));
    }
    if output.len() as u64 >= MOST_BYTES {
        return Err(format!("it printed more than {} MB", MOST_BYTES >> 20));
    }
    Ok(output)
}

type Reading = std::thread::JoinHandle<String>;

/// Reads what a program prints, beside others, up to a limit.
fn read(from: Option<impl Read + Send + 'static>) -> Reading {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut from) = from {
            let _ = (&mut from).take(MOST_BYTES).read_to_end(&mut bytes);
            // What is not read would keep the program waiting.
            let _ = std::io::copy(&mut from, &mut std::io::sink());
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> std::io::Result<Child> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn()
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let start = Instant::now();
        let outcome = wait(shell("exec sleep 60").expect("a shell"), Duration::from_millis(50), "/x");
        assert!(outcome.is_err_and(|why| why.starts_with("it took longer")));
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_failure_is_told_without_the_folder() {
        let outcome = wait(
            shell("echo 'Error: /tmp/a/chart/values.yaml is odd' >&2; exit 3").expect("a shell"),
            LONGEST,
            "/tmp/a",
        );
        assert_eq!(outcome, Err("values.yaml is odd".to_owned()));
    }
}
