//! Every rule over every case: a folder of a rule holds systems that break it and look-alikes that do not.
//!
//! `expected.txt` lists the findings of all rules, `severity rule app cut_set`, so that a case of one rule is a look-alike
//! for the others. With `LINCHPIN_BLESS=1` in the environment it is written anew; read the difference before it is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use linchpin::catalogue::{Catalogue, built_in, load};
use linchpin::graph::Graph;
use linchpin::ingest::linchpin::read;
use linchpin::policy::{Parameters, RULES, Severity, Verdict, check};
use linchpin::resolve::resolve;

use super::examples::{blocks, text};

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/rules")
}

fn folders(path: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(path).expect("folder").map(|entry| entry.expect("entry"));
    entries.filter(|entry| entry.path().is_dir()).map(|e| e.file_name().to_string_lossy().into_owned()).collect()
}

fn verdict(yaml: &str, catalogue: &Catalogue) -> Verdict {
    let (facts, problems) = read(&"linchpin.yaml".into(), yaml);
    assert_eq!(problems, [], "{yaml}");
    let resolved = resolve(&[("linchpin", facts)], catalogue);
    assert_eq!(resolved.problems, [], "{yaml}");
    check(&resolved.system, &Graph::compile(&resolved.system), &Parameters::default(), Severity::Error)
}

#[test]
fn each_rule_fires_where_it_should_and_nowhere_else() {
    let (catalogue, problems) = load(built_in());
    assert_eq!(problems, []);
    let write = std::env::var_os("LINCHPIN_BLESS").is_some();
    let mut wrong = Vec::new();
    for rule in RULES {
        // How many cases break the rule, and how many look as if they did.
        let mut count: BTreeMap<bool, usize> = BTreeMap::new();
        for case in folders(&cases().join(rule.id)) {
            let folder = cases().join(rule.id).join(&case);
            let yaml = std::fs::read_to_string(folder.join("linchpin.yaml")).expect("manifest");
            let verdict = verdict(&yaml, &catalogue);
            let mut found = String::new();
            for finding in &verdict.findings {
                assert!(!finding.evidence.is_empty() && !finding.witness.is_empty(), "{}/{case}", rule.id);
                let app = finding.app.as_ref().map_or("-", |app| app.as_str());
                let cut: Vec<&str> = finding.cut_set.iter().map(|id| id.as_str()).collect();
                found += &format!("{} {} {app} {}\n", finding.severity, finding.rule, cut.join(","));
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
    let (catalogue, _) = load(built_in());
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(folders(&cases()), rules);
    let pages = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")).expect("docs/rules");
    let pages = pages.map(|page| page.expect("page").file_name().to_string_lossy().replace(".md", ""));
    // That of waivers looks at a policy rather than at a system.
    let others = ["README", linchpin::policy::STALE_WAIVER];
    assert_eq!(pages.filter(|page| !others.contains(&page.as_str())).collect::<BTreeSet<String>>(), rules);
    for rule in RULES {
        let page = text(Path::new(&format!("docs/rules/{}.md", rule.id)));
        assert!(page.starts_with(&format!("# {}\n\n{}\n", rule.id, rule.summary)), "{} begins otherwise", rule.id);
        for part in ["\n## Why\n", "\n## Example\n", "\n## How to fix it\n", "\n## Configure it\n"] {
            assert!(page.contains(part), "{} has no part `{}`", rule.id, part.trim());
        }
        let blocks = blocks(&page);
        let example = blocks.iter().find(|block| block.language == "yaml").expect("an example");
        let verdict = verdict(&(example.lines.join("\n") + "\n"), &catalogue);
        assert!(verdict.findings.iter().any(|finding| finding.rule == rule.id), "{}: the example is fine", rule.id);
    }
}
