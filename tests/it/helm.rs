//! Helm charts: each folder of cases is rendered and read whole, and compared with what a person expects of it.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use linchpin::ingest::{HelmCall, Ingested, Settings, ValuesFile, ingest, ingest_with};
use linchpin::source::{Source, Tree};

fn chart(template: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::create_dir_all(folder.path().join("templates")).expect("folder");
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("written");
    write("Chart.yaml", "apiVersion: v2\nname: shop\n");
    write("values.yaml", "list: [1, 2]\n");
    write("templates/all.yaml", template);
    folder
}

/// Templates that do not end, or grow, are given up; none is a panic.
#[test]
fn hostile_templates_come_to_an_end() {
    let deep = "{{ if true }}".repeat(5_000);
    let inner = format!("{{{{ {}1{} }}}}", "(".repeat(5_000), ")".repeat(5_000));
    let cases = [
        "{{ define \"a\" }}{{ include \"a\" . }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "{{ range until 10000 }}{{ range until 10000 }}{{ range until 10000 }}x{{ end }}{{ end }}{{ end }}",
        "{{ repeat 1000000000 \"aaaaaaaaaa\" }}",
        "{{ $d := dict }}{{ $_ := set $d \"a\" $d }}{{ toYaml $d }}",
        "{{ $x := \"a\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}{{ $x }}",
        "{{ .Values.a.b.c }}",
        "{{ printf \"%999999999d\" 1 }}{{ index (list) 99 }}{{ slice \"a\" 5 }}{{ div 1 0 }}",
        "{{",
        "{{ else }}",
        "{{ (",
        deep.as_str(),
        inner.as_str(),
    ];
    for template in cases {
        let folder = chart(template);
        let start = Instant::now();
        let ingested = ingest(&Tree::load(&[folder.path().to_path_buf()]));
        assert!(!ingested.accounts.is_empty());
        let head: String = template.chars().take(60).collect();
        assert!(start.elapsed() < Duration::from_secs(60), "{head}: {:?}", start.elapsed());
    }
}

/// The line that evidence points at is in the template, and says what was read there.
#[test]
fn evidence_points_into_the_templates() {
    let tree = Tree::load(&[PathBuf::from("tests/cases/helm/shop")]);
    let ingested = ingest(&tree);
    let facts = &ingested.facts.iter().find(|(format, _)| *format == "kubernetes").expect("read").1;
    assert!(!facts.needs.is_empty());
    for need in &facts.needs {
        let at = &need.need.evidence[0].at;
        let line = tree.read(&at.file).expect("file").lines().nth(at.line as usize - 1).expect("line").to_owned();
        assert!(at.file.contains("/templates/") && !line.trim().is_empty(), "{at} {line}");
    }
}

/// What a helm that answers so makes of the chart `shop`, and the call that it had.
fn by_helm(
    template: &str,
    answer: impl Fn() -> Result<String, String> + Send + Sync + 'static,
) -> (Ingested, HelmCall) {
    let folder = chart(template);
    let asked: Arc<Mutex<Option<HelmCall>>> = Arc::default();
    let note = Arc::clone(&asked);
    let helm = move |call: &HelmCall| {
        *note.lock().expect("a call") = Some(call.clone());
        answer()
    };
    let values = Source::new("prod.yaml", "list: [3]\n".to_owned());
    let settings = Settings {
        values: vec![ValuesFile { chart: Some("shop".into()), source: Arc::new(values) }],
        helm: Some(Arc::new(helm)),
        ..Settings::default()
    };
    let ingested = ingest_with(&Tree::load(&[folder.path().to_path_buf()]), &settings);
    let call = asked.lock().expect("a call").take().expect("asked");
    (ingested, call)
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  containers:\n    - name: a\n      \
                   image: a\n      env: [{name: DB_HOST, value: {{ index .Values.list 0 }}}]\n";

#[test]
fn helm_is_given_the_chart_and_its_answer_points_into_it() {
    let answer = "---\n# Source: shop/templates/all.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\nspec:\n  containers:\n    \
                  - name: a\n      image: a\n      env: [{name: DB_HOST, value: db.example.com}]\n";
    let (ingested, call) = by_helm(POD, move || Ok(answer.to_owned()));
    assert_eq!((call.name.as_str(), call.namespace.as_str()), ("shop", "default"));
    let names: Vec<&str> = call.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Chart.yaml", "templates/all.yaml", "values.yaml"]);
    assert_eq!(call.values, ["list:\n- 3\n"]);
    assert_eq!(ingested.problems, []);
    let facts = &ingested.facts.iter().find(|(format, _)| *format == "kubernetes").expect("read").1;
    assert_eq!(facts.components[0].evidence.at.to_string(), "templates/all.yaml:4:1");
    assert_eq!(facts.needs[0].need.evidence[0].at.to_string(), "templates/all.yaml:9:1");
}

#[test]
fn what_helm_can_not_render_is_a_problem_and_rendered_without_it() {
    for answer in [Err("no such function".to_owned()), Ok("a: [\n".to_owned())] {
        let (ingested, _) = by_helm(POD, move || answer.clone());
        assert_eq!(ingested.problems.len(), 1, "{:?}", ingested.problems);
        assert!(ingested.problems[0].message.starts_with("helm could not render the chart `shop`: "));
        let facts = &ingested.facts.iter().find(|(format, _)| *format == "kubernetes").expect("read").1;
        assert_eq!(&*facts.components[0].name, "shop");
    }
}

/// The program as a person runs it, with a script in place of helm.
#[cfg(unix)]
#[test]
fn a_helm_outside_of_the_tree_is_run_and_one_inside_is_not() {
    use std::os::unix::fs::PermissionsExt;
    let folder = chart(POD);
    let tools = tempfile::tempdir().expect("folder");
    let script = "#!/bin/sh\ncat <<END\n# Source: shop/templates/all.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: by-helm}\nspec: {containers: [{name: a, image: b}]}\nEND\n";
    for path in [tools.path().join("helm"), folder.path().join("helm")] {
        std::fs::write(&path, script).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("allowed");
    }
    let run = |helm: &std::path::Path| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_linchpin"));
        command.args(["scan", "--no-cache", "--format", "json", "--helm"]).arg(helm).arg(folder.path());
        command.output().expect("run")
    };
    let output = run(&tools.path().join("helm"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"by-helm\""), "{output:?}");
    for inside in [folder.path().join("helm"), folder.path().join("templates/../helm")] {
        let output = run(&inside);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("lies in what is scanned"), "{output:?}");
    }
}

/// A chart whose templates are applications: what they release is known once it is rendered.
#[test]
fn charts_that_a_chart_releases_are_rendered_with_the_values_that_it_gives() {
    let folder = tempfile::tempdir().expect("scratch");
    let application = "{{- range .Values.apps }}\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\n\
                       metadata: {name: {{ .name }}}\nspec:\n  source:\n    path: charts/app\n    helm:\n      values: |\n        \
                       {{- toYaml .values | nindent 8 }}\n  destination: {namespace: shop}\n{{- end }}\n";
    let root = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: apps}\nspec:\n  source:\n    \
                path: charts/apps\n    helm: {valueFiles: [values.yaml, 'values-{{ .Values.stage }}.yaml']}\n";
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}}\nspec:\n  \
                      replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: {{ .Release.Name }}}}\n  template:\n    \
                      metadata: {labels: {app: {{ .Release.Name }}}}\n    \
                      spec: {containers: [{name: app, image: example/app}]}\n";
    for (name, text) in [
        ("charts/root/Chart.yaml", "apiVersion: v2\nname: root\nversion: 1.0.0\n"),
        ("charts/root/templates/apps.yaml", root),
        ("charts/apps/Chart.yaml", "apiVersion: v2\nname: apps\nversion: 1.0.0\n"),
        ("charts/apps/values.yaml", "apps: []\n"),
        ("charts/apps/values-production.yaml", "apps:\n  - {name: orders, values: {replicas: 3}}\n  - {name: users}\n"),
        ("charts/apps/templates/apps.yaml", application),
        ("charts/app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n"),
        ("charts/app/values.yaml", "replicas: 1\n"),
        ("charts/app/templates/app.yaml", deployment),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        fs::write(path, text).expect("file");
    }
    let names = |stage: Option<&str>| {
        let settings = Settings { stage: stage.and_then(linchpin::facts::Chosen::new), ..Settings::default() };
        let ingested = ingest_with(&Tree::load(&[folder.path().to_path_buf()]), &settings);
        let all = ingested.facts.iter().flat_map(|(_, facts)| &facts.components);
        let mut all: Vec<String> =
            all.map(|one| format!("{} {}", one.name, one.redundancy.replicas.unwrap_or_default())).collect();
        all.sort();
        all
    };
    // Nothing says for which stage: the list of the chart itself is empty, and a chart that nothing releases stands alone.
    assert_eq!(names(None), ["app 1"]);
    assert_eq!(names(Some("production")), ["orders 3", "users 1"]);
}
