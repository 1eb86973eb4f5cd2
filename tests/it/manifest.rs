//! `linchpin.yaml`: what is right is read whole, and what is wrong is told with its place and a way out.

use linchpin::facts::{Facts, Target};
use linchpin::ingest::linchpin::read;
use linchpin::model::{Availability, Phase, Strength};

const DESIGN: &str = "\
version: 1
system: shop
at: [aliyun/cn-hangzhou]
components:
  checkout:
    kind: app
    tier: 1
    owner: payments
    aliases: [checkout-svc]
    at: [aliyun/cn-hangzhou/h, aliyun/cn-hangzhou/i]
    needs:
      - cart
      - {to: aliyun/rds, grace: 30s}
      - {to: recommendations, strength: soft}
      - any_of:
          - aliyun/alidns
          - {to: cloudflare/dns, switch: 10m}
      - {at_least: 2, of: [zk-0, zk-1, zk-2]}
    control:
      needs: [aliyun/ecs:control, github/actions]
    restart: {sticky: true, needs: [nacos], takes: 5m, drain: 20m}
    availability: 99.95%
  cart:
policy: {}
";

fn problems(text: &str) -> Vec<(u32, String)> {
    let (_, problems) = read(&"linchpin.yaml".into(), text);
    problems
        .into_iter()
        .map(|p| (p.at.map_or(0, |at| at.line), format!("{} -> {}", p.message, p.help.unwrap_or_default())))
        .collect()
}

fn component(lines: &str) -> String {
    format!("version: 1\ncomponents:\n  a:\n{lines}")
}

#[test]
fn the_example_of_the_design_is_read_whole() {
    let (facts, problems): (Facts, _) = read(&"linchpin.yaml".into(), DESIGN);
    assert_eq!(problems, []);
    assert_eq!(facts.system.as_deref(), Some("shop"));
    let checkout = &facts.components[0];
    assert_eq!(
        (checkout.tier, checkout.owner.as_deref(), checkout.at.as_ref().map_or(0, Vec::len)),
        (Some(1), Some("payments"), 2)
    );
    assert_eq!(checkout.availability, Some(Availability::Share(0.9995)));
    assert!(checkout.restart.as_ref().is_some_and(|restart| restart.sticky && restart.drain.as_secs() == 1200));
    assert!(facts.components[1].at.is_none());
    assert_eq!(facts.default_places[0].1[0].0.to_string(), "aliyun/cn-hangzhou");
    assert_eq!(facts.needs.len(), 8);
    assert_eq!(facts.needs[1].need.terms.grace.map(|grace| grace.as_secs()), Some(30));
    assert_eq!(facts.needs[2].need.terms.strength, Strength::Soft);
    assert!(matches!(&facts.needs[4].need.target, Target::AtLeast { k: 2, members } if members.len() == 3));
    assert_eq!(facts.needs[7].need.terms.phase, Phase::Start);
    assert!(facts.needs.iter().all(|fact| !fact.need.evidence.is_empty()));
}

#[test]
fn each_mistake_is_told_where_it_is_and_with_what_would_be_right() {
    let cases: &[(&str, u32, &str)] = &[
        ("    teir: 1\n", 4, "did you mean `tier`?"),
        ("    tier: 0\n", 4, "from 1 to 9"),
        ("    kind: ap\n", 4, "one of `app`"),
        ("    needs: b\n", 4, "write a list"),
        ("    needs: [{to: b, grace: soon}]\n", 4, "`soon` is not a duration"),
        ("    needs: [{to: b, capacity: 140%}]\n", 4, "from 0 % to 100 %"),
        ("    needs: [{at_least: 3, of: [b, c]}]\n", 4, "from 1 to 2"),
        ("    needs: [{at_least: 0, of: [b, c]}]\n", 4, "from 1 to 2"),
        ("    needs: [{any_of: []}]\n", 4, "at least one member"),
        ("    needs: [{to: b, any_of: [c]}]\n", 4, "exactly one thing"),
        ("    needs: [{strength: soft}]\n", 4, "exactly one thing"),
        ("    needs: [{any_of: [{to: b, phase: start}]}]\n", 4, "the whole group has one phase"),
        ("    at: [aliyun//h]\n", 4, "provider/region"),
        ("    tier: 1\n    tier: 2\n", 5, "duplicate"),
        ("    aliases: [b]\n  b:\n", 5, "used twice"),
        ("    restart: {takes: 5}\n", 4, "with a unit"),
        ("    availability: {mtbf: 30d}\n", 4, "both `mtbf` and `mttr`"),
        ("    control: yes\n", 4, "write a mapping"),
    ];
    for (lines, line, words) in cases {
        let found = problems(&component(lines));
        assert!(found.iter().any(|(at, text)| at == line && text.contains(words)), "{lines}: {found:?}");
    }
    assert!(problems("components: {}\n")[0].1.contains("`version: 1`"));
    assert!(problems("version: 2\n")[0].1.contains("`version: 1`"));
    assert!(problems("")[0].1.contains("empty"));
    assert!(problems("- a\n")[0].1.contains("a list"));
    assert!(problems("version: 1\ncomponents:\n  a/b: {}\n")[0].1.contains("can't be a component's name"));
}
