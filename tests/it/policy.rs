//! Policies: what they set, what they may not set, and that nothing in them is without effect unnoticed.

use std::path::Path;

use linchpin::catalogue::Catalogue;
use linchpin::graph::Graph;
use linchpin::ingest::ingest;
use linchpin::policy::{Circumstances, Decision, Verdict, findings, judge, of_asides, of_file, of_manifests};
use linchpin::resolve::resolve;
use linchpin::source::{Problem, Tree};

use super::gate::{Repository, linchpin};

use crate::built_in::BUILT_IN;
use crate::folder::folder;

struct Judged {
    verdict: Verdict,
    problems: Vec<Problem>,
}

impl Judged {
    /// `severity rule app` of what is in a state, of the rules that are asked for.
    fn listed(&self, state: &str, rules: &[&str]) -> Vec<String> {
        let of = |finding: &&linchpin::policy::Finding| {
            finding.standing.word() == state && (rules.is_empty() || rules.contains(&&*finding.rule))
        };
        let mut all: Vec<String> = (self.verdict.findings.iter().filter(of))
            .map(|one| format!("{} {} {}", one.severity, one.rule, one.app.as_ref().map_or("-", |app| app.as_str())))
            .collect();
        all.sort();
        all.dedup();
        all
    }
}

/// Judges the files of a folder on 2026-06-01, as `check` does.
fn judged(files: &[(&str, &str)], policy_file: &str, catalogue: &Catalogue) -> Judged {
    let folder = folder(files);
    let ingested = ingest(&Tree::load(&[folder.path().to_path_buf()]));
    assert_eq!(ingested.problems, []);
    let resolved = resolve(&ingested.facts, catalogue);
    let graph = Graph::compile(&resolved.system);
    let (mut policy, mut problems) = of_manifests(&ingested.policies);
    if !policy_file.is_empty() {
        let (other, mut wrong) = of_file(&"policy.yaml".into(), policy_file);
        policy.extend(other);
        problems.append(&mut wrong);
    }
    let (inline, mut wrong) = of_asides(&ingested.asides);
    policy.waivers.extend(inline);
    problems.append(&mut wrong);
    problems.extend(policy.unknown_rules());
    problems.extend(policy.without_effect(&resolved.system));
    let found = findings(&resolved.system, &graph, &policy);
    let waivers = std::mem::take(&mut policy.waivers);
    let circumstances = Circumstances { waivers, today: jiff::civil::date(2026, 6, 1), ..Circumstances::default() };
    Judged { verdict: judge(&resolved.system, found, &policy, &circumstances), problems }
}

const SYSTEM: &str = "version: 1
components:
  shop: {kind: app, tier: 1, owner: payments, needs: [db, stripe]}
  blog: {kind: app, tier: 2, owner: web, needs: [db]}
  lab: {kind: app, needs: [db]}
  db: {kind: store}
  stripe: {kind: external}
";

fn with(policy: &str) -> Judged {
    judged(&[("linchpin.yaml", SYSTEM)], policy, &Catalogue::default())
}

const SPOF: &[&str] = &["single-point-of-failure"];

#[test]
fn rules_are_switched_off_and_given_severities() {
    let plain = with("");
    assert_eq!(
        plain.listed("new", SPOF),
        [
            "error single-point-of-failure shop",
            "warning single-point-of-failure blog",
            "warning single-point-of-failure lab"
        ]
    );
    assert_eq!(with("rules: {single-point-of-failure: off}").listed("new", SPOF), [""; 0]);
    let note = with("rules: {single-point-of-failure: note}");
    assert!(
        note.listed("new", SPOF).iter().all(|one| one.starts_with("note ")),
        "the tier does not move what was said"
    );
    assert_eq!(note.listed("new", SPOF).len(), 3);
    assert_eq!(with("rules: {'*': off}").verdict.findings.len(), 0);
    let but_one = with("rules: {single-point-of-failure: on, '*': off}");
    assert_eq!(but_one.listed("new", &[]), plain.listed("new", SPOF), "what is special beats what is general");
}

#[test]
fn scopes_are_by_tier_owner_name_and_path() {
    let scoped = |scope: &str| {
        let text = format!("rules: {{single-point-of-failure: {{scopes: [{scope}]}}}}");
        let judged = with(&text);
        assert_eq!(judged.problems, [], "{text}");
        judged.listed("new", SPOF).iter().map(|one| one.rsplit(' ').next().expect("app").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(scoped("{tier: 1, severity: off}"), ["blog", "lab"]);
    assert_eq!(scoped("{tier: [2, none], severity: off}"), ["shop"]);
    assert_eq!(scoped("{owner: web, severity: off}"), ["shop", "lab"]);
    assert_eq!(scoped("{app: '*o*', severity: off}"), ["lab"]);
    assert_eq!(scoped("{app: shop, tier: 1, severity: off}"), ["blog", "lab"], "both hold");
    assert_eq!(scoped("{path: '**/linchpin.yaml', severity: off}"), [""; 0]);
    assert_eq!(scoped("{tier: 1, severity: off}, {owner: payments, severity: on}").len(), 3, "the last one counts");
    for scope in ["{app: nobody, severity: off}", "{app: shop, tier: 2, severity: off}"] {
        let judged = with(&format!("rules: {{single-point-of-failure: {{scopes: [{scope}]}}}}"));
        assert_eq!(judged.problems.len(), 1, "{scope} has no effect, which is told");
        assert!(!judged.problems[0].is_error());
    }
}

#[test]
fn thresholds_decide_and_unsure_findings_are_counted() {
    for (policy, decision) in [
        ("", Decision::Fail),
        ("fail_on: never", Decision::Warn),
        ("fail_on: never\nwarn_on: never", Decision::Pass),
        ("rules: {'*': note}", Decision::Pass),
        ("rules: {'*': note}\nwarn_on: note", Decision::Warn),
        ("rules: {'*': note}\nfail_on: note", Decision::Fail),
    ] {
        assert_eq!(with(policy).verdict.decision, decision, "{policy}");
    }
    let compose =
        "services:\n  web: {image: me/web, ports: ['80:80'], environment: {DB_HOST: db}}\n  db: {image: postgres}\n";
    let catalogue = &*BUILT_IN;
    let all = judged(&[("compose.yaml", compose)], "", catalogue).verdict;
    let sure = judged(&[("compose.yaml", compose)], "min_confidence: declared", catalogue).verdict;
    assert!(sure.counts.set_aside > 0, "{all:?}");
    assert_eq!(sure.findings.len() + sure.counts.set_aside, all.findings.len());
}

#[test]
fn what_is_wrong_in_a_policy_has_its_line_and_a_way_out() {
    for (policy, part) in [
        ("fail_at: note", "`fail_at` is not a key"),
        ("fail_on: fatal", "`fail_on` can't be `fatal`"),
        ("min_confidence: high", "can't be `high`"),
        ("rules: [a]", "`rules` is a list"),
        ("rules: {single-provder: off}", "there is no rule `single-provder`"),
        ("rules: {single-provider: fatal}", "can't be `fatal`"),
        ("rules: {single-provider: {share: 40%}}", "`share` is not a key"),
        ("rules: {single-provider: {scopes: [{severity: off}]}}", "holds everything"),
        ("rules: {single-provider: {scopes: [{app: shop}]}}", "sets nothing"),
        ("rules: {single-provider: {scopes: [{app: '[', severity: off}]}}", "is not a glob"),
        ("rules: {single-provider: {scopes: [{tier: first, severity: off}]}}", "no tier"),
        ("waivers: [{rule: single-provider, scope: {app: shop}, until: 2026-12-31}]", "without `reason`"),
        ("waivers: [{rule: single-provider, scope: {app: shop}, reason: x}]", "without `until`"),
        ("waivers: [{rule: single-provider, scope: {app: shop}, reason: x, until: soon}]", "no date"),
        ("waivers: [{scope: {app: shop}, reason: x, until: 2026-12-31}]", "without `rule`"),
        ("waivers: [{rule: single-provider, reason: x, until: 2026-12-31}]", "without `scope`"),
        ("waivers: [{rule: nonsense, scope: {app: shop}, reason: x, until: 2026-12-31}]", "no rule `nonsense`"),
        ("assertions: {a: 'no shop like b'}", "`like` where `may`"),
        ("assertions: {single-provider: 'no shop may need db'}", "is a rule already"),
        ("assertions: {'a b': 'no shop may need db'}", "can't be the name"),
        ("assertions: {a: 'no shop may need paypal'}", "`paypal` holds no component"),
    ] {
        let judged = with(policy);
        let found = judged.problems.iter().find(|problem| problem.message.contains(part));
        let found = found.unwrap_or_else(|| panic!("{policy}: {:#?}", judged.problems));
        assert!(found.at.is_some() && found.help.is_some(), "{policy}: {found:?}");
    }
    assert!(!of_file(&"p".into(), "a: [").1.is_empty() && !of_file(&"p".into(), "").1.is_empty());
}

#[test]
fn own_rules_hold_a_system_to_what_they_say() {
    let system = "version: 1
components:
  shop: {kind: app, tier: 1, at: [aliyun/cn-hangzhou], needs: [payments, sso]}
  blog: {kind: app, tier: 1, at: [aliyun/cn-hangzhou], needs: [{to: stripe, strength: soft}]}
  wiki: {kind: app, tier: 1, at: [aws/eu-west-1], needs: [any_of: [stripe, cash]]}
  lab: {kind: app, tier: 3, at: [aws/eu-west-1], needs: [stripe]}
  payments: {needs: [stripe], control: {needs: [pipeline]}}
  sso:
  cash: {kind: store}
  pipeline:
  stripe: {kind: external}
";
    let catalogue = &*BUILT_IN;
    for (sentence, expected) in [
        ("no tier=1 may fall with kind=external", vec!["shop stripe"]),
        ("no tier=1 may degrade with kind=external", vec!["blog stripe", "shop stripe"]),
        ("no kind=app may fall with stripe and not kind=external", vec![]),
        ("no payments may freeze with pipeline", vec!["payments pipeline"]),
        ("no shop may reach stripe", vec!["shop stripe"]),
        ("no shop may need stripe", vec![]),
        ("only payments may need stripe", vec!["blog stripe", "lab stripe", "wiki stripe"]),
        ("only payments,blog,wiki,lab may need stripe", vec![]),
        ("at most 40% of tier=1 may fall with any one kind=region", vec!["- aliyun/cn-hangzhou"]),
        ("at most 70% of tier=1 may fall with any one kind=region", vec![]),
        ("at most 1 of kind=app may fall with stripe", vec!["- stripe"]),
        ("at most 2 of kind=app may fall with stripe", vec![]),
        ("every tier=1 must reach sso", vec!["blog ", "wiki "]),
        ("every shop must need sso", vec![]),
    ] {
        let policy = format!("rules: {{'*': off, own: on}}\nassertions: {{own: {{assert: '{sentence}'}}}}");
        let judged = judged(&[("linchpin.yaml", system)], &policy, catalogue);
        let cut =
            |one: &linchpin::policy::Finding| one.cut_set.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let mut found: Vec<String> = (judged.verdict.findings.iter())
            .map(|one| format!("{} {}", one.app.as_ref().map_or("-", |app| app.as_str()), cut(one)))
            .collect();
        found.sort();
        assert_eq!(found, expected, "{sentence}");
        for finding in &judged.verdict.findings {
            assert!(!finding.witness.is_empty() && !finding.evidence.is_empty() && !finding.remedy.is_empty());
            assert!(finding.message.contains(sentence), "{}", finding.message);
        }
    }
    let mild = "assertions: {own: {assert: no tier=1 may fall with stripe, severity: note, remedy: ask Ada}}";
    let judged = judged(&[("linchpin.yaml", system)], mild, catalogue);
    let own = judged.verdict.findings.iter().find(|one| one.rule == "own").expect("found");
    assert_eq!((own.severity.word(), own.remedy.as_str()), ("note", "ask Ada"));
}

#[test]
fn waivers_cover_what_they_name_and_nothing_else() {
    let waiver = |scope: &str, until: &str| {
        let text =
            format!("waivers: [{{rule: single-point-of-failure, scope: {scope}, reason: known, until: {until}}}]");
        with(&text)
    };
    let held = waiver("{app: shop}", "2026-06-01");
    assert_eq!(held.listed("waived", &[]), ["error single-point-of-failure shop"], "the last day still counts");
    assert_eq!(held.listed("new", SPOF).len(), 2);
    assert_eq!(waiver("{cut_set: stripe}", "2026-12-31").verdict.counts.waived, 1);
    assert_eq!(waiver("{cut_set: db}", "2026-12-31").verdict.counts.waived, 3);
    assert_eq!(waiver("{cut_set: db, owner: web}", "2026-12-31").verdict.counts.waived, 1);
    let expired = waiver("{app: shop}", "2026-05-31");
    assert_eq!(expired.listed("new", &["stale-waiver"]), ["error stale-waiver -"]);
    assert_eq!((expired.verdict.counts.waived, expired.verdict.counts.expired), (0, 1));
    let unused = waiver("{cut_set: redis}", "2026-12-31");
    assert_eq!(unused.listed("new", &["stale-waiver"]), ["warning stale-waiver -"]);
    let old_and_unused = waiver("{cut_set: redis}", "2026-05-31");
    assert_eq!(old_and_unused.listed("new", &["stale-waiver"]), ["warning stale-waiver -"], "nothing needs it");
}

#[test]
fn comments_cover_their_line_and_annotations_their_object() {
    let marked = |line: &str| {
        let text = SYSTEM.replace("  shop:", &format!("  # linchpin: {line}\n  shop:"));
        judged(&[("linchpin.yaml", &text)], "", &Catalogue::default())
    };
    let good = marked("ignore[single-point-of-failure] known (until 2026-12-31)");
    assert_eq!(good.listed("waived", &[]), ["error single-point-of-failure shop"]);
    assert_eq!(good.verdict.counts.waived, 2, "both of the app on that line");
    for (line, part) in [
        ("ignore[single-point-of-failure] known", "without an expiry"),
        ("ignore[single-point-of-failure] (until 2026-12-31)", "without a reason"),
        ("ignore[single-point-of-failre] known (until 2026-12-31)", "there is no rule"),
        ("ignore known (until 2026-12-31)", "names no rule"),
    ] {
        let bad = marked(line);
        assert!(bad.problems.iter().any(|p| p.is_error() && p.message.contains(part)), "{line}: {:?}", bad.problems);
        assert_eq!(bad.verdict.counts.waived, 0, "{line}");
    }
    // In a compose file the line of a need, and only the findings that rest on it.
    let compose = "services:\n  web:\n    image: me/web\n    ports: ['80:80']\n    environment:\n      DB_HOST: db # linchpin: ignore[single-point-of-failure] known (until 2026-12-31)\n      KV_HOST: kv\n  db: {image: postgres}\n  kv: {image: redis}\n";
    let catalogue = &*BUILT_IN;
    let judged_ = judged(&[("compose.yaml", compose)], "", catalogue);
    let cuts = |state: &str| -> Vec<String> {
        let of = judged_.verdict.findings.iter().filter(|one| one.standing.word() == state && one.rule == SPOF[0]);
        of.flat_map(|one| one.cut_set.iter().map(ToString::to_string)).collect()
    };
    assert!(
        cuts("waived").contains(&"db".to_owned()) && !cuts("waived").contains(&"kv".to_owned()),
        "{:?}",
        cuts("waived")
    );
    assert!(cuts("new").contains(&"kv".to_owned()));
    let deployment = |name: &str, annotation: &str, need: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  annotations: {{{annotation}}}\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n      - name: c\n        image: me/{name}\n        env: [{{name: DB_HOST, value: {need}}}]\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{type: LoadBalancer}}\n---\n"
        )
    };
    let note = "linchpin/ignore: '[single-point-of-failure] known (owner me, until 2026-12-31)'";
    let text = deployment("web", note, "db.example.com") + &deployment("api", "", "db.example.com");
    let judged_ = judged(&[("all.yaml", &text)], "", catalogue);
    let waived = judged_.listed("waived", SPOF);
    assert!(waived.iter().all(|one| one.ends_with(" web")) && !waived.is_empty(), "{waived:?}");
    assert!(judged_.listed("new", SPOF).iter().any(|one| one.ends_with(" api")));
}

#[test]
fn a_manifest_in_a_folder_speaks_for_the_folder_alone() {
    let app = |name: &str| {
        format!("components:\n  {name}: {{kind: app, tier: 1, needs: [{name}-db]}}\n  {name}-db: {{kind: store}}\n")
    };
    let outer = format!("version: 1\n{}", app("outer"));
    let inner = format!("version: 1\n{}policy: {{rules: {{'*': off}}}}\n", app("inner"));
    let files = [
        ("linchpin.yaml", outer.as_str()),
        ("inner/linchpin.yaml", inner.as_str()),
        ("other/linchpin.yaml", "version: 1\npolicy: {}\n"),
    ];
    let found = judged(&files, "", &Catalogue::default());
    assert_eq!(found.listed("new", SPOF), ["error single-point-of-failure outer"]);
    let inner = inner.replace("rules: {'*': off}", "fail_on: never");
    let files = [
        ("linchpin.yaml", outer.as_str()),
        ("inner/linchpin.yaml", inner.as_str()),
        ("other/linchpin.yaml", "version: 1\npolicy: {}\n"),
    ];
    let found = judged(&files, "", &Catalogue::default());
    assert!(
        found.problems.iter().any(|problem| problem.message.contains("speaks for `inner` alone")),
        "{:?}",
        found.problems
    );
    assert_eq!(found.verdict.decision, Decision::Fail);
}

#[test]
fn a_policy_file_and_arguments_override_what_manifests_say() {
    let repository = Repository::new(&[
        ("linchpin.yaml", &format!("{SYSTEM}policy: {{fail_on: never, rules: {{single-point-of-failure: note}}}}\n")),
        ("strict.yaml", "fail_on: warning\nrules: {single-point-of-failure: on}\n"),
        ("bad.yaml", "rules: {single-pont: off}\n"),
    ]);
    assert_eq!(repository.run(&["check"]).code, 0);
    assert_eq!(repository.run(&["check", "--policy", "strict.yaml"]).code, 1);
    assert_eq!(repository.run(&["check", "--policy", "strict.yaml", "--fail-on", "never"]).code, 0);
    assert_eq!(repository.run(&["check", "--fail-on", "note"]).code, 1);
    let bad = repository.run(&["check", "--policy", "bad.yaml"]);
    assert!(bad.code == 2 && bad.err.contains("bad.yaml:1:9") && bad.err.contains("single-pont: off"), "{}", bad.err);
    let missing = repository.run(&["check", "--policy", "none.yaml"]);
    assert!(missing.code == 2 && missing.err.contains("none.yaml is no file"), "{}", missing.err);
}

#[test]
fn inline_waivers_can_be_ignored_and_the_rest_be_shown() {
    let text =
        SYSTEM.replace("  shop:", "  # linchpin: ignore[single-point-of-failure] known (until 2026-12-31)\n  shop:");
    let repository = Repository::new(&[("linchpin.yaml", &text)]);
    let day = ["check", "--today", "2026-06-01"];
    assert_eq!(repository.run(&day).code, 0);
    assert_eq!(repository.run(&[&day[..], &["--no-inline-waivers"]].concat()).code, 1);
    let shown = repository.run(&[&day[..], &["--show-waived"]].concat()).out;
    assert!(shown.contains("waived") && shown.contains("known, until 2026-12-31"), "{shown}");
    assert!(!repository.run(&day).out.contains("until 2026-12-31"));
}

#[test]
fn pages_of_rules_are_printed() {
    let here = Path::new(".");
    let run = linchpin(here, &["check", "--explain", "single-provider"]);
    assert!(run.code == 0 && run.out.starts_with("# single-provider\n"), "{}", run.out);
    let run = linchpin(here, &["check", "--explain", "single-provder"]);
    assert!(run.code == 2 && run.err.contains("did you mean `single-provider`"), "{}", run.err);
    let run = linchpin(here, &["check", "--explain"]);
    assert!(run.out.contains("stale-waiver") && run.out.contains("single-provider"), "{}", run.out);
}

/// Every example of the documentation is a policy without a mistake, and the one of the rule breaks it.
#[test]
fn the_examples_of_the_documents_hold() {
    let catalogue = &*BUILT_IN;
    let yaml = |document: &str| -> Vec<String> {
        let text = super::examples::text(Path::new(document));
        let blocks = super::examples::blocks(&text);
        blocks.iter().filter(|one| one.language == "yaml").map(|one| one.lines.join("\n") + "\n").collect()
    };
    let manifests: Vec<String> =
        yaml("docs/gate.md").into_iter().filter(|text| text.starts_with("version: 1")).collect();
    assert!(manifests.len() >= 4);
    for text in &manifests {
        let judged = judged(&[("linchpin.yaml", text)], "", catalogue);
        let told: Vec<&Problem> =
            judged.problems.iter().filter(|problem| !problem.message.starts_with("no component lies")).collect();
        assert!(told.is_empty(), "{text}{told:?}");
    }
    assert_eq!(judged(&[("linchpin.yaml", &manifests[3])], "", catalogue).verdict.counts.waived, 1);
    let page = &yaml("docs/rules/stale-waiver.md")[0];
    let found = judged(&[("linchpin.yaml", page)], "", catalogue);
    assert_eq!(found.listed("new", &["stale-waiver"]), ["error stale-waiver -"]);
}
