//! Every rule over every case: a folder of a rule holds systems that break it and look-alikes that do not.
//!
//! `expected.txt` lists the findings of all rules, `severity rule app cut_set`, and `< rule cut_set` for what says the same
//! from nearer by, so that a case of one rule is a look-alike for the others. `parameters.txt` sets parameters, one on a
//! line: `rule name value`; `outage.yaml` is an outage after which apps have to be back in time. With `LINCHPIN_BLESS=1` in the environment it is written anew; read the difference before it is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use linchpin::catalogue::{Catalogue, outage};
use linchpin::graph::Graph;
use linchpin::ingest::ingest;
use linchpin::model::ComponentId;
use linchpin::policy::{Circumstances, Parameters, Policy, RULES, Severity, Verdict, check, findings, judge};
use linchpin::resolve::resolve;
use linchpin::source::Tree;

use super::examples::{blocks, text};

use crate::built_in::BUILT_IN;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/rules")
}

fn folders(path: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(path).expect("folder").map(|entry| entry.expect("entry"));
    entries.filter(|entry| entry.path().is_dir()).map(|e| e.file_name().to_string_lossy().into_owned()).collect()
}

/// The verdict over everything that a folder holds.
fn verdict_of(folder: &Path, catalogue: &Catalogue) -> Verdict {
    let ingested = ingest(&Tree::load(&[folder.to_owned()]));
    assert_eq!(ingested.problems, [], "{}", folder.display());
    let resolved = resolve(&ingested.facts, catalogue);
    assert_eq!(resolved.problems, [], "{}", folder.display());
    let mut parameters = Parameters::default();
    for line in std::fs::read_to_string(folder.join("parameters.txt")).unwrap_or_default().lines() {
        let [rule, name, value] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let rule = RULES.iter().find(|known| known.id == rule).expect(line);
        let parameter = rule.parameters.iter().find(|parameter| parameter.name == name).expect(line);
        let value = value.parse().expect(line);
        assert!(parameter.unit.allows(value) && parameter.unit.allows(parameter.default), "{line}");
        parameters.set(rule.id, name, value);
    }
    let graph = Graph::compile(&resolved.system);
    let Ok(text) = std::fs::read_to_string(folder.join("outage.yaml")) else {
        return check(&resolved.system, &graph, &parameters, Severity::Error);
    };
    let (outage, problems) = outage::load(&"outage.yaml".into(), &text);
    assert_eq!(problems, [], "{}", folder.display());
    let mut policy = Policy::default();
    policy.parameters = parameters;
    policy.outages.extend(outage);
    let findings = findings(&resolved.system, &graph, &policy);
    judge(&resolved.system, findings, &policy, &Circumstances::default())
}

#[test]
fn each_rule_fires_where_it_should_and_nowhere_else() {
    let catalogue = &*BUILT_IN;
    let write = std::env::var_os("LINCHPIN_BLESS").is_some();
    let mut wrong = Vec::new();
    for rule in RULES {
        // How many cases break the rule, and how many look as if they did.
        let mut count: BTreeMap<bool, usize> = BTreeMap::new();
        for case in folders(&cases().join(rule.id)) {
            let folder = cases().join(rule.id).join(&case);
            let verdict = verdict_of(&folder, catalogue);
            let mut found = String::new();
            for finding in &verdict.findings {
                assert!(!finding.evidence.is_empty() && !finding.witness.is_empty(), "{}/{case}", rule.id);
                let app = finding.app.as_ref().map_or("-", |app| app.as_str());
                let cut = |ids: &[ComponentId]| ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(",");
                found += &format!("{} {} {app} {}", finding.severity, finding.rule, cut(&finding.cut_set));
                if let Some(nearer) = &finding.under {
                    found += &format!(" < {} {}", nearer.rule, cut(&nearer.cut_set));
                }
                found += "\n";
            }
            let expected = folder.join("expected.txt");
            if write {
                std::fs::write(&expected, &found).expect("written");
            }
            let expected = std::fs::read_to_string(&expected).expect("expected.txt");
            if found != expected {
                wrong.push(format!("{}/{case}: expected\n{expected}found\n{found}", rule.id));
            }
            *count.entry(expected.contains(&format!(" {} ", rule.id))).or_default() += 1;
        }
        let of = |fires| count.get(&fires).copied().unwrap_or_default();
        assert!(of(true) >= 2 && of(false) >= 2, "{}: two cases that break it, two that look like it", rule.id);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_rule_has_a_page_and_cases_and_each_page_a_rule() {
    let catalogue = &*BUILT_IN;
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(folders(&cases()), rules);
    let pages = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")).expect("docs/rules");
    let pages = pages.map(|page| page.expect("page").file_name().to_string_lossy().replace(".md", ""));
    // That of waivers looks at a policy rather than at a system.
    let others = ["README", linchpin::policy::STALE_WAIVER];
    assert_eq!(pages.filter(|page| !others.contains(&page.as_str())).collect::<BTreeSet<String>>(), rules);
    let listed = text(Path::new("docs/rules/README.md"));
    for rule in RULES {
        assert!(
            listed.contains(&format!("\n| [{0}]({0}.md) | ", rule.id)),
            "docs/rules/README.md: `{}` is not told",
            rule.id
        );
        let page = text(Path::new(&format!("docs/rules/{}.md", rule.id)));
        assert!(page.starts_with(&format!("# {}\n\n{}\n", rule.id, rule.summary)), "{} begins otherwise", rule.id);
        for part in ["\n## Why\n", "\n## Example\n", "\n## How to fix it\n", "\n## Configure it\n", "\n## Waive it\n"] {
            assert!(page.contains(part), "{} has no part `{}`", rule.id, part.trim());
        }
        for parameter in rule.parameters {
            assert!(
                page.contains(&format!("| `{}` |", parameter.name)),
                "{}: `{}` is not told",
                rule.id,
                parameter.name
            );
        }
        let blocks = blocks(&page);
        let example = blocks.iter().find(|block| block.language == "yaml").expect("an example");
        let name = if example.lines[0] == "services:" { "compose.yaml" } else { "linchpin.yaml" };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rules").join(rule.id);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(name), example.lines.join("\n") + "\n").expect("written");
        if let Some(outage) = blocks.iter().find(|block| block.lines.first().is_some_and(|l| l.starts_with("outage:")))
        {
            std::fs::write(folder.join("outage.yaml"), outage.lines.join("\n") + "\n").expect("written");
        }
        // What was seen to call what.
        if let Some(calls) = blocks.iter().find(|block| block.lines.first().is_some_and(|l| l.starts_with("traces_"))) {
            std::fs::write(folder.join("calls.prom"), calls.lines.join("\n") + "\n").expect("written");
        }
        let verdict = verdict_of(&folder, catalogue);
        assert!(verdict.findings.iter().any(|finding| finding.rule == rule.id), "{}: the example is fine", rule.id);
    }
}
