//! What needs of a catalogue can say: alternatives, zones, regions, other providers; and what is said of wrong ones.

use linchpin::analysis::{impact, select};
use linchpin::catalogue::{Catalogue, lint, load};
use linchpin::graph::Graph;
use linchpin::model::{Capability, ComponentId, State};
use linchpin::resolve::provider_alone;
use linchpin::source::Problem;

use State::{Degraded, Down, Up};

const ACME: &str = "\
provider: acme
title: Acme
as_of: 2026-01-01
regions:
  north: {zones: [a, b, c]}
  south: {zones: [a]}
  west:
sources:
  manual: {title: A manual, url: 'https://acme.example/manual', date: 2020-05-05}
products:
  keys: {inherit: false, capabilities: {data: {scope: global}}}
  names: {inherit: false, capabilities: {data: {scope: global}}}
  switch: {inherit: false, capabilities: {data: {scope: global}}}
  disk: {inherit: false, capabilities: {data: {scope: zone}, control: {scope: region}}}
";

const OTHER: &str = "\
provider: other
title: Other
as_of: 2026-01-01
regions: {east: {zones: [a]}}
products:
  base: {inherit: false, capabilities: {data: {scope: global}}}
  store: {inherit: false, capabilities: {data: {scope: region}}}
";

/// A catalogue in which `acme/box` has this list of needs, each cited.
fn with(scope: &str, needs: &[&str]) -> (Catalogue, Vec<String>) {
    let needs: Vec<String> =
        needs.iter().map(|need| format!("          - {{{need}, source: manual, grade: documented}}\n")).collect();
    let text = format!(
        "{ACME}  box:\n    capabilities:\n      data:\n        scope: {scope}\n        needs:\n{}",
        needs.concat()
    );
    let (catalogue, mut problems) =
        load([("acme/provider.yaml".into(), text.as_str()), ("other/provider.yaml".into(), OTHER)]);
    problems.extend(lint(&catalogue));
    let line = |problem: Problem| format!("{}; {}", problem.message, problem.help.unwrap_or_default());
    (catalogue, problems.into_iter().map(line).collect())
}

/// Holds the data of boxes under outages against rows of (what is down, box, its state).
fn holds(scope: &str, need: &str, rows: &[(&str, &str, State)]) {
    let (catalogue, problems) = with(scope, &[need]);
    assert_eq!(problems, [""; 0], "{need}");
    let system = provider_alone(&catalogue, "acme").expect("a provider");
    let graph = Graph::compile(&system);
    for (down, id, state) in rows {
        let selectors: Vec<String> = down.split(' ').filter(|text| !text.is_empty()).map(str::to_owned).collect();
        let outage = select(&system, &graph, &selectors).expect(down);
        let component = graph.component(&ComponentId::new(id)).expect(id);
        let node = graph.node(component, &Capability::data()).expect("data");
        assert_eq!(impact(&graph, &outage).state(node), *state, "{need}: without {down:?}, {id}");
    }
}

#[test]
fn one_of_several_will_do() {
    let rows =
        [("acme/keys", "acme/box", Up), ("acme/names", "acme/box", Up), ("acme/keys acme/names", "acme/box", Down)];
    holds("global", "any_of: [keys, names]", &rows);
    holds("global", "any_of: [keys, names], strength: soft", &[("acme/keys acme/names", "acme/box", Degraded)]);
    let rows = [("acme/keys", "acme/box", Up), ("acme/keys acme/names", "acme/box", Down)];
    holds("global", "at_least: 2, of: [keys, names, switch]", &rows);
    holds("global", "all_of: [keys, names]", &[("acme/keys", "acme/box", Down), ("acme/switch", "acme/box", Up)]);
}

#[test]
fn a_stand_by_is_worth_what_its_switch_is() {
    let need = "any_of: [keys, {all_of: [names, switch], switch: 10m}]";
    let rows = [
        ("acme/keys", "acme/box", Up),
        ("acme/switch", "acme/box", Up),
        ("acme/keys acme/switch", "acme/box", Down),
        ("acme/keys acme/names", "acme/box", Down),
    ];
    holds("global", need, &rows);
    holds("global", "any_of: [keys, {to: names, capacity: 40%}]", &[("acme/keys", "acme/box", Degraded)]);
}

#[test]
fn a_number_of_zones_must_be_left() {
    let one = "zone=acme/north/a";
    let two = "zone=acme/north/a zone=acme/north/b";
    let rows = [(one, "acme/box@north", Up), (two, "acme/box@north", Down), (two, "acme/box@south", Up)];
    holds("region", "zones: all-but-1", &rows);
    holds("region", "zones: 2", &rows);
    holds("region", "zones: 1", &[(two, "acme/box@north", Up)]);
    // One zone is all that is known of the south, and none of the west.
    holds("region", "zones: all-but-1", &[("zone=acme/south/a", "acme/box@south", Down), ("", "acme/box@west", Up)]);
    let rows = [
        ("acme/disk@north/a", "acme/box@north", Up),
        ("acme/disk@north/a acme/disk@north/b", "acme/box@north", Down),
        (two, "acme/box@north", Down),
    ];
    holds("region", "zones: 2, to: disk", &rows);
}

#[test]
fn some_regions_have_a_need_that_others_have_not() {
    let rows = [
        ("acme/keys", "acme/box@north", Down),
        ("acme/keys", "acme/box@south", Up),
        ("acme/keys", "acme/box@west", Up),
    ];
    holds("region", "to: keys, only_in: [north]", &rows);
}

#[test]
fn a_need_may_reach_another_provider() {
    holds("global", "to: other/base", &[("other/base", "acme/box", Down), ("provider=other", "acme/box", Down)]);
    let rows = [("region=other/east", "acme/box", Down), ("other/store@east:control", "acme/box", Up)];
    holds("global", "to: other/store, region: east", &rows);
    holds("global", "any_of: [other/base, keys]", &[("other/base", "acme/box", Up)]);
    // Where it is not said where, that is not known, and not safe.
    let (catalogue, _) = with("global", &["to: other/store"]);
    let system = provider_alone(&catalogue, "acme").expect("a provider");
    assert!(system.components[&ComponentId::new("other/store")].place_unknown);
}

#[test]
fn each_mistake_in_a_need_has_a_way_out() {
    let how = "write one of `to: product`, `any_of: […]`, `all_of: […]`, `{at_least: 2, of: […]}`, `zones: 2`";
    let cases: &[(&str, &str, &str, &str)] = &[
        ("region", "note: nothing", "a need says exactly one thing, and this one says nothing", how),
        (
            "region",
            "to: keys, any_of: [names]",
            "a need says exactly one thing, and this one says `to` and `any_of`",
            how,
        ),
        ("region", "any_of: []", "alternatives are a list with at least one member", "write `any_of: [a, b]`"),
        (
            "region",
            "at_least: 3, of: [keys, names]",
            "`at_least` can't be met or says nothing",
            "write `{at_least: 2, of: [a, b, c]}`, with a number from 1 to that of the members",
        ),
        ("region", "zones: most", "`most` is not a number of zones", "write `zones: 2` or `zones: all-but-1`"),
        ("region", "any_of: [keys, nams]", "acme has no product `nams`", "did you mean `names`?"),
        ("region", "to: othr/base", "no provider `othr` is known", "did you mean `other`?"),
        ("region", "to: other/bse", "other has no product `bse`", "did you mean `base`?"),
        ("region", "to: 'other/base:contrl'", "other/base has no capability `contrl`", "did you mean `control`?"),
        ("region", "to: other/store, region: est", "other has no region `est`", "did you mean `east`?"),
        ("region", "to: keys, only_in: [nort]", "acme has no region `nort`", "did you mean `north`?"),
        (
            "global",
            "to: keys, only_in: [north]",
            "`only_in` has no effect: this capability is global and has no home region",
            "give the capability another scope, or a home",
        ),
        (
            "global",
            "zones: 2",
            "`zones` has no effect: this capability is global and has no home region",
            "give the capability another scope, or a home",
        ),
        (
            "region",
            "to: keys, ended: 2019-01-01",
            "ended on 2019-01-01, and known on 2020-05-05 only",
            "a need is known before it ends; set `known`",
        ),
    ];
    for (scope, need, message, help) in cases {
        let (_, problems) = with(scope, &[need]);
        let expected = format!("{message}; {help}");
        let uncited = "nothing of acme cites the source `manual`; remove it, or cite it";
        let problems: Vec<&String> = problems.iter().filter(|problem| *problem != uncited).collect();
        assert_eq!(problems, [&expected], "{need}");
    }
}

#[test]
fn a_figure_without_a_source_is_told() {
    let text = format!(
        "{ACME}  box:\n    availability: 99.9%\n    restart: {{takes: 1h}}\n  cup:\n    availability: {{share: 99%, source: manual, note: one}}\n"
    );
    let (catalogue, problems) = load([("acme/provider.yaml".into(), text.as_str())]);
    assert_eq!(problems, []);
    let told: Vec<String> = lint(&catalogue).into_iter().map(|problem| problem.message).collect();
    assert_eq!(
        told,
        ["no source is cited for the availability of acme/box", "no source is cited for the restart of acme/box"]
    );
    let cup = &catalogue.providers["acme"].products["cup"].availability.as_ref().expect("a figure");
    assert_eq!((cup.value, cup.known.as_deref(), cup.note.as_deref()), (0.99, Some("2020-05-05"), Some("one")));
    let before = catalogue.as_of("2020-05-04".parse().expect("a day"));
    assert!(before.providers["acme"].products["cup"].availability.is_none());
}

/// A partition has the alternatives of the other provider that it has products for.
#[test]
fn a_partition_keeps_what_is_left_of_alternatives() {
    let need = "          - {any_of: [keys, names], source: manual, grade: documented}
          - {all_of: [keys, names], source: manual, grade: documented, strength: soft}
          - {to: switch, only_in: [north], source: manual, grade: documented}
          - {to: switch, only_in: [west], source: manual, grade: documented, strength: soft}\n";
    let base = format!("{ACME}  box:\n    capabilities:\n      data:\n        needs:\n{need}");
    let own = "provider: acme-far\nlike: acme\nhomes: {north: far}\nwithout: [names]\nregions: {far: {zones: [a]}}\n";
    let (catalogue, problems) = load([("acme/provider.yaml".into(), base.as_str()), ("far/provider.yaml".into(), own)]);
    assert_eq!(problems, []);
    let system = provider_alone(&catalogue, "acme-far").expect("a provider");
    let needs = &system.components[&ComponentId::new("acme-far/box@far")].capabilities[&Capability::data()];
    let targets: Vec<String> = needs.iter().flat_map(|need| need.targets()).map(ToString::to_string).collect();
    assert_eq!(targets, ["acme-far/far:data", "acme-far/keys:data", "acme-far/keys:data", "acme-far/switch:data"]);
}
